"""What a family's parties share by correspondence: written, and read back out of any message."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import medcom_bu
from medcom_bu import CareCommunicationBuilder, ClinicalEmailBuilder, Emessage, bu
from tests.support.care_messages import IDA, first
from tests.support.letter_builders import correspondence

CONTACT = bu.Contact(name="Ida Prøve", title="sagsbehandler", telephone="00000000")
CASE = bu.ActiveCase(authority="PPR, Eksempel Kommune", since=date(2026, 10, 1), about="skolefravær", contact=CONTACT)
TOLD = {
    "contact_data": "Ida Prøve, sagsbehandler, tlf. 00000000",
    "active_case": "PPR, Eksempel Kommune, har en aktiv sag siden 01.10.2026 om skolefravær; "
    "kontakt: Ida Prøve, sagsbehandler, tlf. 00000000",
    "consent": "Givet til deling af forældremyndighedsindehaver",
}


def text() -> str:
    consent = bu.Consent(by=bu.ConsentBy.CUSTODY_HOLDER, to="deling")
    return bu.shared_text(contact_data=CONTACT, active_case=CASE, consent=consent)


def test_a_correspondence_carries_it_on_both_wires_between_other_texts() -> None:
    builder = correspondence(text="Kære læge").write(text()).write("Venlig hilsen").sign("Ida", title="socialrådgiver")
    sent = builder.build()
    assert bu.shared_of(sent) == bu.shared_of(sent.letter) == TOLD
    for data in (medcom_bu.to_xml(sent.messages[0]), medcom_bu.to_edifact(sent.messages[0])):
        assert bu.shared_of(medcom_bu.parse(data, Emessage)) == TOLD


def test_a_text_that_is_split_is_read_whole() -> None:
    long = "\n".join(f"Kontakt {number}: Test Testesen, tlf. 00000000" for number in range(150))
    sent = correspondence(text=bu.shared_text(contact_data=long)).build()
    assert len(sent.letter.clinical_information) > 1
    assert bu.shared_of(sent) == {"contact_data": long}


def test_what_a_reply_quotes_is_not_shared_again() -> None:
    sent = correspondence(text=text()).build()
    reply = ClinicalEmailBuilder.reply_to(sent).write("Tak.").build()
    assert "Aktiv sag hos os" in str([part.text01.plain() for part in reply.letter.clinical_information])
    assert bu.shared_of(reply) == {}


def test_a_segment_of_a_care_communication_carries_it() -> None:
    message = CareCommunicationBuilder.reply_to(first()).write(text(), author=IDA).build()
    assert [bu.shared_of(segment.text) for segment in message.segments if segment.text] == [{}, TOLD]


def test_what_is_not_shared_is_empty() -> None:
    for other in ("Kontaktoplysninger:\nIda", "Delte oplysninger", "", text().replace("Slut", "slut")):
        assert bu.shared_of(other) == {}
    with pytest.raises(ValueError, match="nothing to share"):
        bu.shared_text(contact_data=" ")
    with pytest.raises(TypeError, match=r"shared_of: message takes str or FormattedText or .*, not bytes"):
        bu.shared_of(b"x")  # type: ignore[arg-type]


_WORDS = ("Delte oplysninger (medcom_bu, ikke en MedCom-standard)", "Aktiv sag hos os", "Slut på delte oplysninger")
_LINES = st.sampled_from([word + end for word in _WORDS for end in ("", ":", ".", ":\u00a0", ".\u00a0", ". Ja")])
_TEXTS = st.lists(st.one_of(_LINES, st.text("ab :.", max_size=5)), min_size=1).map("\n".join).filter(str.strip)


@settings(max_examples=200, deadline=None)
@given(_TEXTS, _TEXTS, _TEXTS)
def test_any_text_is_read_back(contact: str, case: str, consent: str) -> None:
    shared = bu.shared_text(contact_data=contact, active_case=case, consent=consent)
    told = {"contact_data": contact, "active_case": case, "consent": consent}
    assert bu.shared_of(f"Kære læge\n{shared}\nHilsen") == told
