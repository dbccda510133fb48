"""Characters that end a line, and characters that no message can hold: in builders, in rules, on the wires."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from lxml import etree

import medcom_bu
from medcom_bu.builders import CareCommunicationBuilder
from medcom_bu.exchange import refuse
from medcom_bu.issues import Severity
from medcom_bu.messages.binary_letter import SystemInformation
from medcom_bu.messages.headers import EpisodeOfCare
from medcom_bu.messages.hospital_referral import Diagnosis, Relative
from medcom_bu.values import characters
from medcom_bu.values.codes import IdentifierCode
from medcom_bu.values.fhir_codes import Category
from medcom_bu.values.fhir_types import HumanName, Identifier
from medcom_bu.values.parties import AnswerCCReceiver, Sender
from medcom_bu.values.text import FormattedText, Mark, Style, Styled
from tests.support.care_messages import CITIZEN, CLINIC, IDA, SCHOOL, first, hourly
from tests.support.clean_letters import MAIL, REFERRAL
from tests.support.issues import found
from tests.support.letter_builders import DIAGNOSIS, PATIENT, RECEIVER, SENDER, UNIT, binary, correspondence, referral
from tests.support.paths import changed
from tests.support.texts import formatted

EVERY = [chr(number) for number in range(sys.maxunicode + 1)]
LINE_ENDS = ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
NO_XML = ["\x00", "\x01", "\x08", "\x0e", "\x1b", "\x1f", "\ud800", "\udfff", "\ufffe", "\uffff"]
NO_LETTER = [*NO_XML, "\x7f", "\x80", "\x84", "\x86", "\x92", "\x9f"]
KEPT = ["\t", "\xa0", "ø", "\xad", "–", "\u200b", "\u202e", "\ufdd0", "\ufffd", "\U0001fffe", "😀"]

# --- what they are ---------------------------------------------------------------------------------------------------


def test_a_line_ends_where_python_ends_it() -> None:
    ends = [end for end in EVERY if len(f"a{end}b".splitlines()) == 2]
    assert set(ends) == {*LINE_ENDS} - {"\r\n"}
    for end in [*ends, "\r\n"]:
        assert characters.with_line_feeds(f"a{end}b{end}") == "a\nb\n"
        assert characters.on_one_line(f"a{end}b{end}") == "a b"
        assert FormattedText.from_plain(f"a{end}b").nodes == ("a", Mark.BREAK, "b")
    others = "".join(character for character in EVERY if character not in ends)
    assert characters.with_line_feeds(others) == characters.on_one_line(others) == others


def test_xml_lacks_what_lxml_refuses() -> None:
    node = etree.Element("a")
    for character in EVERY[:0x11000] + EVERY[0x1FFF0:0x20010] + EVERY[-16:]:
        try:
            node.text = character
            is_xml = True
        except (ValueError, UnicodeEncodeError):
            is_xml = False
        assert is_xml is not bool(characters.not_xml().match(character)), hex(ord(character))
    assert set(characters.not_letter().findall("".join(EVERY[:256]))) == {
        *map(chr, range(32)),
        *map(chr, range(127, 160)),
    } - {*"\t\n\r"}
    assert characters.not_latin().findall("".join(EVERY))[-1] == EVERY[-1]


# --- builders of letters ---------------------------------------------------------------------------------------------

Make = Callable[[Any], Any]
TEXTS = ("clinical_reason", "supplementary", "cave", "anamnesis", "examination", "actual_medicine")
RELATIVE = Relative(person_surname_name="Testesen", relation_code="mor")
COPY = AnswerCCReceiver(identifier="123456", identifier_code=IdentifierCode.PROVIDER_NUMBER, organisation_name="x")
FURTHER = Diagnosis(
    diagnose_description_code="bidiagnose",
    diagnose_code="DF900",
    diagnose_type_code="SKSdiagnosekode",
    diagnose_text="x",
)


def attached(builder: Any, description: str) -> Any:
    builder.attach(b"%PDF-1.4\n", title=description)
    return builder


def linked(builder: Any, url: str, description: str) -> Any:
    builder.refer_to_record(title="x")
    builder.link(url, title=description)
    return builder


def with_text(name: str, text: str) -> Any:
    return referral(**{name: text})


SEVERAL_LINES: dict[str, Make] = {
    **{name: partial(with_text, name) for name in TEXTS},
    "text": lambda text: correspondence(text=text),
    "text[1]": lambda text: correspondence(text=["x", text]),
}
ONE_LINE: dict[str, Make] = {
    "sender.organisation_name": lambda text: referral(sender=SENDER.replace(organisation_name=text)),
    "sender.street_name": lambda text: referral(sender=SENDER.replace(street_name=text)),
    "sender.referrer.person_name": lambda text: referral(
        sender=SENDER.replace(referrer=SENDER.referrer.replace(person_name=text))
    ),
    "receiver.unit_name": lambda text: referral(receiver=RECEIVER.replace(unit_name=text)),
    "answer_cc_receiver.organisation_name": lambda text: referral(
        answer_cc_receiver=COPY.replace(organisation_name=text)
    ),
    "patient.person_surname_name": lambda text: referral(patient=PATIENT.replace(person_surname_name=text)),
    "patient.street_name": lambda text: referral(patient=PATIENT.replace(street_name=text)),
    "relative.person_surname_name": lambda text: referral(relative=RELATIVE.replace(person_surname_name=text)),
    "diagnosis.diagnose_text": lambda text: referral(diagnosis=DIAGNOSIS.replace(diagnose_text=text)),
    "additional_diagnoses[1].diagnose_text": lambda text: referral(
        additional_diagnoses=[FURTHER, FURTHER.replace(diagnose_text=text)]
    ),
    "episode_of_care.episode_of_care_identifier": lambda text: referral(
        episode_of_care=EpisodeOfCare(episode_of_care_type="x", episode_of_care_identifier=text)
    ),
    "attachments[0].title": lambda text: attached(linked(referral(), "x", "x"), text),
    "references[1].title": lambda text: linked(referral(), "x", text),
    "references[1].url": lambda text: linked(referral(), text, "x"),
    "subject": lambda text: correspondence(subject=text),
    "patient.person_given_name": lambda text: binary_with(patient=PATIENT.replace(person_given_name=text)),
    "sender.department_name": lambda text: binary_with(
        sender=Sender(**UNIT, organisation_name="x", department_name=text)
    ),
    "system_information.contents": lambda text: binary_with(
        patient=None, system_information=SystemInformation(system_information="true", contents=text)
    ),
}


def binary_with(**given: Any) -> Any:
    builder = binary(**given)
    builder.attach(b"%PDF-1.4\n")
    return builder


def written(builder: Any) -> list[str]:
    """The messages as they are read again, each equal to what was built, with nothing lost."""
    texts = []
    for message in builder.build():
        data = medcom_bu.to_xml(message, encoding="UTF-8")
        assert medcom_bu.parse(data) == message
        assert medcom_bu.losses(message, "xml") == ()
        texts.append(data.decode())
    return texts


@pytest.mark.parametrize("end", LINE_ENDS, ids=ascii)
@pytest.mark.parametrize("field", SEVERAL_LINES)
def test_a_line_end_is_a_line_break_in_a_text(field: str, end: str) -> None:
    assert "linje et<Break/>linje to" in written(SEVERAL_LINES[field](f"linje et{end}linje to"))[0]
    if end not in "\r\n":
        text = FormattedText((f"linje et{end}linje to",))
        assert "linje et<Break/>linje to" in written(SEVERAL_LINES[field](text))[0]
        styled = FormattedText((Styled(Style.FIXED_FONT, (Styled(Style.BOLD, (f"a{end}b",)),)),))
        assert "<Bold>a<Break/>b</Bold>" in written(SEVERAL_LINES[field](styled))[0]


@pytest.mark.parametrize("end", LINE_ENDS, ids=ascii)
@pytest.mark.parametrize("field", ONE_LINE)
def test_a_line_end_is_a_blank_on_one_line(field: str, end: str) -> None:
    assert any(">linje et linje to<" in text for text in written(ONE_LINE[field](f"linje et{end}linje to{end}")))


@pytest.mark.parametrize("character", NO_LETTER, ids=ascii)
@pytest.mark.parametrize("field", [*SEVERAL_LINES, *ONE_LINE])
def test_what_no_letter_can_hold_is_refused_with_the_field_named(field: str, character: str) -> None:
    builder = (SEVERAL_LINES | ONE_LINE)[field](f"a{character}b{character}c")
    with pytest.raises(medcom_bu.InvalidMessage) as raised:
        builder.build()
    errors = [issue for issue in raised.value.report if issue.severity is Severity.ERROR]
    assert [(issue.code, issue.path) for issue in errors] == [("builder.characters", field)]
    expected = f"{field} has characters that cannot be sent: U+{ord(character):04X}"
    assert errors[0].message == expected
    assert not [issue for issue in raised.value.report if issue.code == "text.characters"]


@pytest.mark.parametrize("field", [*SEVERAL_LINES, *ONE_LINE])
def test_every_other_character_is_kept(field: str) -> None:
    text = "a".join(KEPT)
    assert any(text in written_one for written_one in written((SEVERAL_LINES | ONE_LINE)[field](text)))


def test_all_fields_are_told_at_once() -> None:
    builder = referral(clinical_reason="a\x00b\x1f", cave="\ud800", patient=PATIENT.replace(person_surname_name="\x07"))
    with pytest.raises(medcom_bu.InvalidMessage) as raised:
        builder.build()
    told = [(issue.path, dict(issue.params).get("examples")) for issue in raised.value.report][:3]
    assert told == [
        ("patient.person_surname_name", "U+0007"),
        ("clinical_reason", "U+0000, U+001F"),
        ("cave", "U+D800"),
    ]
    assert builder.clinical_reason == "a\x00b\x1f"  # the builder itself is left as it was


def test_a_reply_cleans_what_it_quotes() -> None:
    letter: Any = MAIL.letters[0]
    part = letter.clinical_information[0].replace(text01=formatted("før\x0befter"))
    received = MAIL.replace(letters=(letter.replace(clinical_information=(part,)),))
    text = written(medcom_bu.ClinicalEmailBuilder.reply_to(received, text="Svar"))[0]
    assert "før<Break/>efter" in text


def test_a_receipt_breaks_its_lines() -> None:
    refused: Any = refuse(MAIL, reason="linje et\x0blinje to").letters[0]
    assert refused.original_emessage.refuse_text.plain() == "linje et\nlinje to"


# --- the builder of CareCommunication --------------------------------------------------------------------------------


def care(**given: Any) -> CareCommunicationBuilder:
    fields = {"sender": SCHOOL, "receiver": CLINIC, "patient": CITIZEN, "category": Category.OTHER, "topic": "Emne"}
    builder = CareCommunicationBuilder.new(**{**fields, "ids": hourly(), **given})
    return builder.write("Tekst", author=IDA)


def named(family: str = "Elmer", given: str = "Bruno") -> Any:
    return CITIZEN.replace(name=(HumanName(use="official", family=family, given=("x", given)),))


CARE_LINES: dict[str, Make] = {"text[1]": lambda text: care().write(text, author=IDA)}
CARE_LINE: dict[str, Make] = {
    "topic": lambda text: care(topic=text),
    "sender.name": lambda text: care(sender=SCHOOL.replace(name=text)),
    "patient.name[0].family": lambda text: care(patient=named(family=text)),
    "patient.name[0].given[1]": lambda text: care(patient=named(given=text)),
    "specific_recipient": lambda text: care(specific_recipient=text),
    "specific_sender.family": lambda text: care(specific_sender=author(family=text)),
    "text[1].author.given": lambda text: care().write("x", author=author(given=text)),
    "attachments[1].title": lambda text: care().attach(b"%PDF-1.4", title="x").attach(b"%PDF-1.4", title=text),
    "attachments[0].url": lambda text: care().link(text, title="x"),
}


def author(**changes: Any) -> Any:
    return type(IDA)(**{"given": "Ida", "family": "Mose", "telephone": "1", "role_code": "paedagog"} | changes)


def both_wires(builder: CareCommunicationBuilder) -> str:
    message = builder.build()
    for form in ("json", "xml"):
        assert medcom_bu.parse(medcom_bu.to_fhir(message, form)) == message
    assert medcom_bu.losses(message, "fhir+xml") == ()
    return medcom_bu.to_fhir(message).decode()


@pytest.mark.parametrize("end", LINE_ENDS, ids=ascii)
@pytest.mark.parametrize("field", [*CARE_LINES, *CARE_LINE])
def test_line_ends_in_a_fhir_message(field: str, end: str) -> None:
    builder = (CARE_LINES | CARE_LINE)[field](f"https://x/{end}linje")
    if field == "attachments[0].url":  # of which the profile takes no blank
        with pytest.raises(medcom_bu.InvalidMessage) as raised:
            builder.build()
        assert "builder.characters" not in {issue.code for issue in raised.value.report}
        return
    assert ("https://x/\\nlinje" if field in CARE_LINES else "https://x/ linje") in both_wires(builder)


@pytest.mark.parametrize("character", NO_XML, ids=ascii)
@pytest.mark.parametrize("field", [*CARE_LINES, *CARE_LINE])
def test_what_no_fhir_message_can_hold_is_refused_with_the_field_named(field: str, character: str) -> None:
    with pytest.raises(medcom_bu.InvalidMessage) as raised:
        (CARE_LINES | CARE_LINE)[field](f"a{character}b").build()
    errors = [issue for issue in raised.value.report if issue.severity is Severity.ERROR]
    assert [(issue.code, issue.path) for issue in errors] == [("builder.characters", field)]


def test_what_was_received_is_kept_as_it_came() -> None:
    received = first()
    reply = CareCommunicationBuilder.reply_to(received, ids=hourly()).write("a\u2028b", author=IDA).build()
    assert reply.patient == received.patient
    assert reply.segments[-1].text == "a\nb"


def test_the_identifier_of_the_letter_that_is_answered() -> None:
    builder = CareCommunicationBuilder.reply_to_letter(
        gln="5790000121526", letter_identifier="A\x00B", sender=SCHOOL, receiver=CLINIC, patient=CITIZEN
    )
    with pytest.raises(medcom_bu.InvalidMessage) as raised:
        builder.write("x", author=IDA).build()
    assert ("builder.characters", "letter_identifier.identifier.value") in {
        (issue.code, issue.path) for issue in raised.value.report
    }


# --- rules, on values and on what was read ---------------------------------------------------------------------------

REASON = "letters[0].additional_information.clinical_reason"
PLACES: dict[str, Callable[[str], Any]] = {
    REASON: formatted,
    "letters[0].patient.person_surname_name": str,
    "letters[0].sender.referrer.person_name": str,
    "letters[0].sender.ean_identifier": str,
    "letters[0].reference[0].ref_description": str,
    "envelope.identifier": str,
}


@pytest.mark.parametrize("character", [*NO_LETTER, "\x0b", "\x85", "\u2028", "–", "😀", "\ufffd"], ids=ascii)
@pytest.mark.parametrize("path", PLACES)
def test_a_value_with_such_characters_is_warned_of(path: str, character: str) -> None:
    message = changed(REFERRAL, {path: PLACES[path](f"a{character}b")})
    assert ("text.characters", path) in found(medcom_bu.validate(message))
    assert medcom_bu.validate(message).ok
    data = medcom_bu.to_xml(message, encoding="UTF-8")
    assert medcom_bu.parse(data) == message or medcom_bu.losses(message, "xml") != ()
    etree.fromstring(data)
    edifact = changed(MAIL, {"letters[0].clinical_information[0].text01": formatted(f"a{character}b")})
    assert medcom_bu.read(medcom_bu.to_edifact(edifact)).report.ok
    lost = "loss.edifact-character" in {loss.code for loss in medcom_bu.losses(edifact, "edifact")}
    assert lost is not ("\x80" <= character <= "\x9f")  # which EDIFACT carries as bytes that UNOC does not have


def test_a_web_address_and_a_number_are_looked_at_too() -> None:
    for path, value in (
        ("letters[0].reference[0].target", type(REFERRAL.letters[0].reference[0].target)("https://x/\x1f")),
        ("letters[0].patient.identifier", type(REFERRAL.letters[0].patient.identifier)("0703921\x00J5")),
    ):
        assert ("text.characters", path) in found(medcom_bu.validate(changed(REFERRAL, {path: value})))


@pytest.mark.parametrize("character", [*NO_XML, "\x85", "\u2028", "–", "\x92"], ids=ascii)
def test_a_fhir_message_with_such_characters_is_warned_of(character: str) -> None:
    message = first()
    communication = message.communication
    assert communication
    value = message.replace(
        entry=tuple(
            entry.replace(resource=communication.replace(identifier=(Identifier(value=f"a{character}b"),)))
            if entry.resource is communication
            else entry
            for entry in message.entry
        )
    )
    told = {(issue.code, issue.path) for issue in medcom_bu.validate(value, layers=("rule",))}
    expected = {("text.characters", "entry[2].resource.identifier[0].value")} if character in NO_XML else set()
    assert {issue for issue in told if issue[0] == "text.characters"} == expected
