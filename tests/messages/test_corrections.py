"""Correcting a letter: what is carried over, what is not, what shows that it is a correction."""

from __future__ import annotations

from typing import Any

import pytest

import medcom_bu
from medcom_bu import ClinicalEmail, ClinicalEmailBuilder, HospitalReferralBuilder, StatusCode
from medcom_bu.exchange import correct, key
from medcom_bu.testing.letters import letter_samples as samples
from medcom_bu.testing.sets import fhir_samples
from tests.support.bup import case

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


@pytest.mark.parametrize("number", ["BREV0000000001", "A?:+'B"])
def test_a_correction_of_what_was_sent_as_edifact_names_the_earlier_letter_d39(number: str) -> None:
    """LET-5; Den gode kiropraktorepikrise (2015), page 39: its number where that is known; OIO-XML has no place."""
    letter: Any = MAIL.letters[0]
    sent = MAIL.replace(letters=(letter.replace(letter=letter.letter.replace(identifier=number)),))
    (message,) = correct(medcom_bu.read(medcom_bu.to_edifact(sent)), text="Rettet.").build()
    data = medcom_bu.to_edifact(message)
    escaped = number.replace("?", "??").replace(":", "?:").replace("+", "?+").replace("'", "?'")
    assert f"S03+03'GIS+N'RFF+SRI:{escaped}'S07+07'".encode() in data
    assert medcom_bu.read(data).report.ok
    assert medcom_bu.validate(message).ok
    assert [(loss.code, loss.path) for loss in medcom_bu.losses(message, "xml")] == [
        ("loss.xml-segment", "letters[0].unexpected[0]")
    ]


@pytest.mark.parametrize("sent", [MAIL, MAIL.letters[0], medcom_bu.read(medcom_bu.to_xml(MAIL))])
def test_a_correction_of_what_was_sent_as_xml_is_one_by_its_status_alone(sent: Any) -> None:
    """K29, M13: OIO-XML has no reference to the earlier letter."""
    (message,) = correct(sent, text="Rettet.").build()
    assert message.letters[0].unexpected == ()
    assert medcom_bu.losses(message, "xml") == ()


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


def test_the_files_of_a_referral_go_along_since_its_texts_speak_of_them() -> None:
    sent: Any = case(family_situation="Bor hos mor. " * 2000).attach(b"%PDF-1.7 skole", title="Skoleudtalelse").build()
    again = correct(sent).build()
    assert len(again.messages) == 2
    files: list[Any] = [consignment.messages[1].letters[0].binary_object for consignment in (sent, again)]
    assert [[file.content for file in each] for each in files[:1]] == [
        [file.content for file in each] for each in files[1:]
    ]
    assert {file.object_identifier for file in files[0]}.isdisjoint({file.object_identifier for file in files[1]})
    assert [each.ref_description for each in again.letter.reference] == [
        each.ref_description for each in sent.letter.reference
    ]
    assert medcom_bu.validate(again).ok


def test_a_reference_without_its_file_is_told() -> None:
    sent = case(family_situation="Bor hos mor. " * 2000).build()
    builder = correct(sent.letter)
    with pytest.raises(medcom_bu.InvalidMessage) as caught:
        builder.build()
    assert [(issue.code, issue.path) for issue in caught.value.report] == [
        ("builder.reference-without-file", "references[0].object_identifier")
    ]
    builder.references.clear()
    assert builder.build().letter.reference == ()


def test_what_is_given_goes_before_what_is_carried_over() -> None:
    builder = correct(medcom_bu.Consignment((MAIL, BINARY)), subject="Nyt emne", text="x")
    assert isinstance(builder, ClinicalEmailBuilder)
    assert builder.subject == "Nyt emne"


def test_what_cannot_be_corrected() -> None:
    for nothing in (BINARY, medcom_bu.read(medcom_bu.to_xml(BINARY))):
        with pytest.raises(ValueError, match="neither a correspondence"):
            correct(nothing)
    with pytest.raises(TypeError, match=r"^correct takes a letter, an Emessage or a Consignment, not NoneType$"):
        correct(medcom_bu.read(b""))
    with pytest.raises(TypeError, match=r"not CareCommunicationMessage: follow it with CareCommunicationBuilder.reply"):
        correct(fhir_samples()["CareCommunication/5.0"])  # type: ignore[call-overload]
