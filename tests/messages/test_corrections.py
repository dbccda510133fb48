"""Correcting a letter: what is carried over, what is not, what shows that it is a correction."""

from __future__ import annotations

from typing import Any

import pytest

import medcom_bu
from medcom_bu import ClinicalEmail, ClinicalEmailBuilder, HospitalReferralBuilder, StatusCode
from medcom_bu.exchange import correct, key
from medcom_bu.testing.letters import letter_samples as samples
from medcom_bu.testing.sets import fhir_samples

S = samples()
MAIL, BINARY = S["XDIS91/XD9134L"], S["XBIN01/XB0131X"]


def test_a_correspondence_is_corrected_by_a_new_letter() -> None:
    """LET-33; Den gode XML korrespondance (2020), pages 11 and 29."""
    builder = correct(MAIL, text="Rettelse: mødet er den 5.")
    assert isinstance(builder, ClinicalEmailBuilder)
    (message,) = builder.build()
    new, old = message.letters[0], MAIL.letters[0]
    assert isinstance(new, ClinicalEmail)
    assert isinstance(old, ClinicalEmail)
    assert new.letter.status_code is StatusCode.CORRECTED
    for name in ("sender", "receiver", "patient", "additional_information"):
        assert getattr(new, name) == getattr(old, name)
    assert new.letter.episode_of_care_identifier == old.letter.episode_of_care_identifier
    assert [part.text01.plain() for part in new.clinical_information] == ["Rettelse: mødet er den 5."]
    assert new.reference == ()
    assert key(message) != key(MAIL)


@pytest.mark.parametrize("version", ["XH0131R", "XH0130R"])
def test_a_referral_is_corrected_whole(version: str) -> None:
    sent = S[f"XREF01/{version}"]
    old: Any = sent.letters[0]
    builder = correct(old, clinical_reason="Rettet begrundelse")
    assert isinstance(builder, HospitalReferralBuilder)
    (message,) = builder.build()
    new: Any = message.letters[0]
    assert new.letter.status_code is StatusCode.CORRECTED
    assert new.letter.version_code == version
    assert new.letter.identifier != old.letter.identifier
    assert new.letter.episode_of_care == old.letter.episode_of_care
    assert new.letter.episode_of_care_identifier == old.letter.episode_of_care_identifier
    assert new.additional_information.clinical_reason.plain() == "Rettet begrundelse"
    whole = new.replace(
        letter=old.letter,
        additional_information=new.additional_information.replace(
            clinical_reason=old.additional_information.clinical_reason
        ),
        reference=old.reference,
        hospital_visitation=old.hospital_visitation,
    )
    assert whole == old


def test_what_is_given_goes_before_what_is_carried_over() -> None:
    builder = correct(medcom_bu.Consignment((MAIL, BINARY)), subject="Nyt emne", text="x")
    assert isinstance(builder, ClinicalEmailBuilder)
    assert builder.subject == "Nyt emne"


def test_what_cannot_be_corrected() -> None:
    with pytest.raises(ValueError, match="neither a correspondence"):
        correct(BINARY)
    with pytest.raises(TypeError, match=r"^correct takes a letter, an Emessage or a Consignment, not CareComm"):
        correct(fhir_samples()["CareCommunication/5.0"])  # type: ignore[call-overload]
