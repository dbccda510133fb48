"""Each omission and each mistake is reported once, in the builder's words, where it was given (FHIR-20, VEN-15,
OIO-22)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import medcom_bu
from medcom_bu import (
    Author,
    BinaryLetterBuilder,
    CareCommunicationBuilder,
    Category,
    ClinicalEmailBuilder,
    Cpr,
    Diagnosis,
    EpisodeOfCare,
    HospitalReferralBuilder,
    InvalidMessage,
    Relative,
    Severity,
)
from medcom_bu.carecommunication import Identifier, Patient, episode_of_care, organization, patient
from medcom_bu.messages.binary_letter import SystemInformation
from tests.support.all_kinds import all_kinds
from tests.support.care_messages import CITIZEN, CLINIC, IDA, OTHER, PDF, PER, SCHOOL, first, with_files
from tests.support.letter_builders import (
    CHILD,
    DIAGNOSIS,
    PATIENT,
    RECEIVER,
    SENDER,
    binary,
    correspondence,
    referral,
)

UNKNOWN = b"\x00\x01\x02"
LPR3_V4 = "3c5d3f0e-9c66-4b3c-9b57-1b1c8f2c8e4a"
Made = tuple[Callable[[], Any], list[tuple[str, str]]]


def care(**given: Any) -> CareCommunicationBuilder:
    """A CareCommunication with a text; ``given`` replaces parameters."""
    held: dict[str, Any] = {"sender": SCHOOL, "receiver": CLINIC, "patient": CITIZEN, "category": Category.NURSING}
    return CareCommunicationBuilder.new(**held | given).write("Tekst", author=IDA)


def by(**given: Any) -> Author:
    """An author; ``given`` replaces parts."""
    held = {"given": "Ida", "family": "Mose", "telephone": "12345678", "role_code": "paedagog"}
    return Author(**held | given)


def unit(**given: Any) -> Any:
    """A unit; ``given`` replaces numbers."""
    held: dict[str, Any] = {"sor": "953741000016009", "gln": "5790001382445"}
    return organization("Eksempel", **held | given)


def received(change: Callable[[Any], Any]) -> Any:
    """A message that came, with its Communication changed."""
    message: Any = first()
    at = message.places[id(message.communication)]
    entry = message.entry[at].replace(resource=change(message.communication))
    return message.replace(entry=(*message.entry[:at], entry, *message.entry[at + 1 :]))


CARE: dict[str, Made] = {
    "nothing at all": (
        lambda: CareCommunicationBuilder.new(),
        [
            *(("builder.missing", name) for name in ("sender", "receiver", "patient", "category")),
            ("builder.not-called", "write()"),
        ],
    ),
    "nothing of a reply to a letter": (
        lambda: CareCommunicationBuilder.reply_to_letter(gln=" ", letter_identifier="", category="nursing"),
        [
            *(("builder.missing", name) for name in ("sender", "receiver", "patient")),
            ("builder.empty", "gln"),
            ("builder.empty", "letter_identifier"),
            ("builder.not-called", "write()"),
        ],
    ),
    "a reply without a text": (
        lambda: CareCommunicationBuilder.reply_to(first()),
        [("builder.not-called", "write()")],
    ),
    "a file alone": (
        lambda: CareCommunicationBuilder.reply_to(first()).attach(PDF, title="Plan"),
        [("builder.not-called", "write()")],
    ),
    "a forward to nobody": (
        lambda: CareCommunicationBuilder.forward(first()).write("x", author=IDA),
        [("builder.missing", "receiver")],
    ),
    "a forward without the files": (
        lambda: CareCommunicationBuilder.forward(
            CareCommunicationBuilder.reply_to(with_files()).write("Tak", author=PER).build(), receiver=OTHER
        ).write("x", author=IDA),
        [("builder.forward-attachment", "earlier")],
    ),
    "no file type": (lambda: care().attach(UNKNOWN, title="Plan"), [("builder.attachment-type", "attachments[0]")]),
    "no such extension": (
        lambda: care().attach(PDF, title="Plan", extension="xyz"),
        [("builder.attachment-type", "attachments[0]")],
    ),
    "a type that it does not take": (
        lambda: care().attach(PDF, title="Plan", content_type="text/csv"),
        [("builder.code", "attachments[0].content_type")],
    ),
    "a file that it does not take": (
        lambda: care().attach(b"{\\rtf1 x}", title="Plan"),
        [("builder.code", "attachments[0].content_type")],
    ),
    "an empty file": (lambda: care().attach(b"", title="Plan"), [("builder.attachment-empty", "attachments[0]")]),
    "an empty file of a type": (
        lambda: care().attach(PDF, title="Plan").attach(b"", title="Plan", extension="pdf"),
        [("builder.attachment-empty", "attachments[1]")],
    ),
    "no title": (lambda: care().attach(PDF, title=""), [("builder.empty", "attachments[0].title")]),
    "a link that runs": (lambda: care().link("data:text/html,x", title="x"), [("builder.link", "attachments[0].url")]),
    "a blank title": (lambda: care().link("https://e.org", title=" "), [("builder.empty", "attachments[0].title")]),
    "a file name as title": (
        lambda: care().attach(PDF, title="Vurdering.PDF"),
        [("builder.title-extension", "attachments[0].title")],
    ),
    "a creation in words": (
        lambda: care().attach(PDF, title="Plan", creation="i går"),
        [("builder.form", "attachments[0].creation")],
    ),
    "no address": (lambda: care().link("", title="Side"), [("builder.empty", "attachments[0].url")]),
    "an address with a blank": (lambda: care().link("a b", title="Side"), [("builder.form", "attachments[0].url")]),
    "an unknown category": (lambda: care(category="nursin"), [("builder.code", "category")]),
    "a category of a later version": (
        lambda: care(version="4.0", category=Category.ACUTE_AMBULANT),
        [("builder.code", "category")],
    ),
    "an unknown priority": (
        lambda: care(category="regarding-referral", priority="haster"),
        [("builder.code", "priority")],
    ),
    "a priority of no referral": (lambda: care(priority="asap"), [("carecommunication.priority", "priority")]),
    "other, without a topic": (lambda: care(category="other"), [("carecommunication.topic", "topic")]),
    "a blank topic": (lambda: care(category="other", topic="\xa0"), [("builder.empty", "topic")]),
    "an empty text": (lambda: care().write("", author=IDA), [("builder.empty", "text[1]")]),
    "a blank text": (lambda: care().write(" \xa0\n", author=IDA), [("builder.empty", "text[1]")]),
    "a GLN with a wrong check digit": (
        lambda: care(sender=unit(gln="5790001382440")),
        [("builder.form", "sender.gln")],
    ),
    "a GLN of twelve digits": (lambda: care(receiver=unit(gln="579000138244")), [("builder.form", "receiver.gln")]),
    "a SOR code of six digits": (lambda: care(sender=unit(sor="953741")), [("builder.form", "sender.sor")]),
    "both numbers of both units": (
        lambda: care(sender=unit(sor="1", gln="2"), receiver=unit(sor="3", gln="4")),
        [("builder.form", f"{side}.{number}") for side in ("sender", "receiver") for number in ("sor", "gln")],
    ),
    "a unit without a GLN": (
        lambda: care(sender=SCHOOL.replace(identifier=SCHOOL.identifier[:1])),
        [("builder.missing", "sender.gln")],
    ),
    "no CPR number": (
        lambda: care(patient=patient("25094799", given="Bruno", family="Elmer")),
        [("builder.form", "patient.number")],
    ),
    "a citizen without a family name": (
        lambda: care(patient=patient("250947-9989", given="Bruno", family=None)),
        [("builder.missing", "patient.name[0].family")],
    ),
    "a birth date in words": (
        lambda: care(patient=Patient(identifier=CITIZEN.identifier, name=CITIZEN.name, birth_date="i går")),
        [("builder.form", "patient.birth_date")],
    ),
    "an LPR3 episode that is none": (
        lambda: care(episode_of_care=episode_of_care(LPR3_V4)),
        [("builder.episode-of-lpr3", "episode_of_care")],
    ),
    "an episode of no system": (
        lambda: care(episode_of_care=Identifier(value="1")),
        [("builder.missing", "episode_of_care.system")],
    ),
    "an episode without a number": (
        lambda: care(episode_of_care=Identifier(system="https://example.org/")),
        [("builder.missing", "episode_of_care.value")],
    ),
    "an author without a role": (
        lambda: care().write("x", author=by(role_code=None)),
        [("builder.author-role", "text[1].author.role_code")],
    ),
    "4.0 and a role in words": (
        lambda: care(version="4.0").write("x", author=by(role_code=None, role="Lærer")),
        [("builder.author-role", "text[1].author.role_code")],
    ),
    "an author without name and telephone": (
        lambda: care().write("x", author=by(given="", family=" ", telephone="")),
        [("builder.empty", f"text[1].author.{name}") for name in ("given", "family", "telephone")],
    ),
    "one author twice": (
        lambda: care().write("x", author=by(family="")).write("y", author=by(family="")),
        [("builder.empty", "text[1].author.family")],
    ),
    "the author of a file": (
        lambda: care().attach(PDF, title="Plan", author=by(telephone="")),
        [("builder.empty", "attachments[0].author.telephone")],
    ),
    "a team without a name": (lambda: care(specific_recipient=""), [("builder.empty", "specific_recipient")]),
    "a sender without a name": (
        lambda: care(specific_sender=by(family="")),
        [("builder.empty", "specific_sender.family")],
    ),
    "control characters": (
        lambda: care(topic="x\x00").write("\x01", author=by(given="\x02")),
        [("builder.characters", f"{place}") for place in ("topic", "text[1]", "text[1].author.given")],
    ),
    "what came is wrong": (
        lambda: CareCommunicationBuilder.reply_to(
            received(lambda held: held.replace(payload=(held.payload[0].replace(content_string=""),)))
        ).write("Svar", author=PER),
        [("builder.empty", "received.communication.payload[0]")],
    ),
    "all at once": (
        lambda: care(sender=unit(gln="1"), category="x", topic=" ").attach(UNKNOWN, title="").write("", author=IDA),
        [
            ("builder.form", "sender.gln"),
            ("builder.code", "category"),
            ("builder.empty", "topic"),
            ("builder.empty", "attachments[0].title"),
            ("builder.attachment-type", "attachments[0]"),
            ("builder.empty", "text[1]"),
        ],
    ),
}

MAIN = ("sender", "receiver", "patient")
FURTHER = Diagnosis(
    diagnose_description_code="bi", diagnose_code="DF90", diagnose_type_code="SKSdiagnosekode", diagnose_text="x"
)
LETTERS: dict[str, Made] = {
    "no referral": (HospitalReferralBuilder, [("builder.missing", name) for name in MAIN]),
    "no correspondence": (
        ClinicalEmailBuilder,
        [*(("builder.missing", name) for name in MAIN), ("builder.empty", "text")],
    ),
    "no binary letter": (
        BinaryLetterBuilder,
        [*(("builder.missing", name) for name in MAIN), ("builder.not-called", "attach()")],
    ),
    "a patient and none (OIO-20)": (
        lambda: binary(system_information=SystemInformation(system_information="true")).attach(PDF),
        [("builder.either", "system_information")],
    ),
    "system information that is none": (
        lambda: binary(patient=None, system_information=SystemInformation(system_information="ja")).attach(PDF),
        [("builder.form", "system_information.system_information")],
    ),
    "a signature that is blank": (
        lambda: correspondence().sign(" ", title=""),
        [("builder.empty", "signature.name"), ("builder.empty", "signature.title")],
    ),
    "a signature with control characters": (
        lambda: correspondence().sign("x\x00", title="\x01"),
        [("builder.characters", "signature.name"), ("builder.characters", "signature.title")],
    ),
    "an empty file": (lambda: referral().attach(b"", title="Fil"), [("builder.attachment-empty", "attachments[0]")]),
    "an empty file alone": (lambda: binary().attach(b""), [("builder.attachment-empty", "attachments[0]")]),
    "an empty file of a type": (
        lambda: correspondence().attach(b"", title="Fil", extension="pdf"),
        [("builder.attachment-empty", "attachments[0]")],
    ),
    "no file type": (lambda: referral().attach(UNKNOWN, title="Fil"), [("builder.attachment-type", "attachments[0]")]),
    "no such extension": (
        lambda: referral().attach(PDF, title="Fil", extension="xyz"),
        [("builder.attachment-type", "attachments[0].extension")],
    ),
    "no such kind of object": (
        lambda: referral().attach(PDF, title="Fil", code="fil"),
        [("builder.code", "attachments[0].code")],
    ),
    "a blank title": (
        lambda: correspondence().link("https://e.org", title=" ").attach(PDF, title=""),
        [("builder.empty", "references[0].title"), ("builder.empty", "attachments[0].title")],
    ),
    "a link that runs": (
        lambda: correspondence().link(" JavaScript:alert(1)", title="x").link("HTTPS://e.org", title="y"),
        [("builder.link", "references[0].url")],
    ),
    "no text": (lambda: correspondence(text=" \n "), [("builder.empty", "text")]),
    "a long title and a long address": (
        lambda: correspondence().link("x" * 351, title="x").attach(PDF, title="x" * 71),
        [("builder.form", "references[0].url"), ("builder.too-long", "attachments[0].title")],
    ),
    "eleven references": (
        lambda: [built := referral(), *(built.link("https://e.org", title="x") for _ in range(11))][0],
        [("builder.too-many", "references[10]")],
    ),
    "eleven files": (
        lambda: [built := binary(), *(built.attach(PDF) for _ in range(11))][0],
        [("builder.too-many", "attachments[10]")],
    ),
    "a CPR number of eleven digits": (
        lambda: referral(patient=PATIENT.replace(identifier=Cpr("02016099961"))),
        [("builder.form", "patient.identifier")],
    ),
    "codes": (
        lambda: referral(priority="elektive", status="ny", acknowledgement_code="ja", transport="bil"),
        [
            *(("builder.code", name) for name in ("acknowledgement_code", "status", "priority", "transport")),
        ],
    ),
    "codes of the parties": (
        lambda: referral(
            sender=SENDER.replace(identifier_code="GLN"),
            relative=Relative(relation_code="mand", person_surname_name="x"),
            diagnosis=DIAGNOSIS.replace(diagnose_type_code="SKS"),
            additional_diagnoses=[FURTHER],
        ),
        [
            ("builder.code", "sender.identifier_code"),
            ("builder.code", "relative.relation_code"),
            ("builder.code", "diagnosis.diagnose_type_code"),
            ("builder.code", "additional_diagnoses[0].diagnose_description_code"),
        ],
    ),
    "the status of a patient": (
        lambda: correspondence(patient=CHILD.replace(episode_of_care_status_code="hjemme")),
        [("builder.code", "patient.episode_of_care_status_code")],
    ),
    "what XH0130R has no place for": (
        lambda: referral(
            version="XH0130R",
            hospital_choice="ALDB00",
            episode_of_care=EpisodeOfCare(episode_of_care_type="x", episode_of_care_identifier="1"),
        ),
        [("builder.not-in-version", "hospital_choice"), ("builder.not-in-version", "episode_of_care")],
    ),
    "two course numbers": (
        lambda: referral(
            episode_of_care=EpisodeOfCare(episode_of_care_type="x", episode_of_care_identifier="1"),
            episode_of_care_identifier="2",
        ),
        [("builder.either", "episode_of_care_identifier")],
    ),
    "a long course number": (
        lambda: referral(episode_of_care_identifier="x" * 36),
        [("builder.form", "episode_of_care_identifier")],
    ),
    "a long course number of XH0130R": (
        lambda: referral(episode_of_care_identifier="x" * 36, version="XH0130R"),
        [("builder.form", "episode_of_care_identifier")],
    ),
    "a file that is not available": (
        lambda: ClinicalEmailBuilder.forward(
            correspondence().attach(PDF, title="Fil").build().messages[0], receiver=RECEIVER
        ),
        [("builder.reference-without-file", "references[0].object_identifier")],
    ),
    "a long text": (
        lambda: correspondence(text="x" * 2801, long_texts="refuse"),
        [("builder.text-too-long", "text[0]")],
    ),
    "eleven texts": (lambda: correspondence(text=["x"] * 11), [("builder.texts-too-long", "text")]),
    "control characters": (
        lambda: referral(cave="\x00").attach(PDF, title="\x01"),
        [("builder.characters", "cave"), ("builder.characters", "attachments[0].title")],
    ),
}
CASES = {f"care: {name}": case for name, case in CARE.items()} | {f"letter: {name}": c for name, c in LETTERS.items()}
RIDDLES = ("matches(", "the rule ", "entry[", "messages[", "letters[", "http://medcomfhir.dk", "the message names")


def report_of(builder: Any) -> medcom_bu.Report:
    with pytest.raises(InvalidMessage) as raised:
        builder.build()
    return raised.value.report


@pytest.mark.parametrize("name", CASES)
def test_each_cause_is_told_once_where_it_was_given(name: str) -> None:
    make, expected = CASES[name]
    report = report_of(make())
    assert sorted((issue.code, issue.path) for issue in report) == sorted(expected)
    assert {issue.severity for issue in report} == {Severity.ERROR}
    assert not report.ok
    assert {issue.layer for issue in report} <= {layer for layer, came in report.layers.items() if came == "failed"}


@pytest.mark.parametrize("name", CASES)
def test_the_words_are_the_builders_in_both_languages(name: str) -> None:
    make, _ = CASES[name]
    text = report_of(make())
    for language in ("en", "da"):
        told = text.text(language)
        assert not [riddle for riddle in RIDDLES if riddle in told]
        assert "{" not in told
        for secret in ("Ida", "Mose", "Bruno", "Elmer", "2509479989", "250947-9989", "0201609996", "Lauridsen"):
            assert secret not in told


def test_every_kind_of_the_builders_is_told() -> None:
    kinds = {
        kind.code
        for module in ("problems", "care_problems", "care_communication", "attachments", "clinical_email")
        for kind in all_kinds(f"medcom_bu.builders.{module}")
    }
    assert kinds == {code for _, expected in CASES.values() for code, _ in expected if code in kinds}


def test_choices_are_listed_and_the_nearest_is_named() -> None:
    (issue,) = report_of(care(category="Sygepleje"))
    assert issue.hint.startswith("nursing? give one of alcohol-and-drug-treatment, assistive-devices, ")
    assert issue.hint_text("da").startswith("nursing? angiv en af ")
    (issue,) = report_of(care(category="acute-ambulant", version="4.0"))
    assert "acute-ambulant" not in issue.hint.partition("?")[2]
    (issue,) = report_of(CareCommunicationBuilder.reply_to(first(), category=None).write("x", author=IDA))
    assert (issue.message, issue.hint[:26]) == ("category is not given", "give category=, one of alc")
    (issue,) = report_of(referral(priority="akutt"))
    assert issue.hint == "akut? give one of elektiv, akut, saerlige_forhold"


def test_what_came_of_no_parameter_is_told_where_nothing_else_is() -> None:
    """A message that came with an id that no message may have: its reply cannot name it."""
    message: Any = first()
    header = message.entry[0].replace(resource=message.header.replace(id="a_b"))
    report = report_of(
        CareCommunicationBuilder.reply_to(message.replace(entry=(header, *message.entry[1:]))).write("x", author=IDA)
    )
    assert all(issue.path.startswith(("entry[", "/")) for issue in report)


def test_nothing_is_wrong_with_what_is_right() -> None:
    for builder in (care(), referral(), correspondence(), binary().attach(PDF)):
        assert medcom_bu.validate(builder.build()).ok
