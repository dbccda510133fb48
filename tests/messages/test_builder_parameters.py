"""What builders take: parameters that are typed and documented, one word for one act, numbers as people write them."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from typing import Any, get_type_hints

import pytest

import medcom_bu
from medcom_bu import (
    BinaryLetterBuilder,
    CareCommunicationBuilder,
    ClinicalEmailBuilder,
    Consignment,
    Cpr,
    EpisodeOfCare,
    HospitalReferralBuilder,
    Relative,
    ReplacementCpr,
    Severity,
)
from medcom_bu.builders.care_problems import ATTACHMENT_TYPES
from medcom_bu.builders.fields import (
    BinaryLetterFields,
    CareCommunicationFields,
    ClinicalEmailFields,
    HospitalReferralFields,
)
from medcom_bu.carecommunication import Patient, episode_of_care, organization, patient
from medcom_bu.declare.base import fields
from medcom_bu.declare.oioxml import Element
from medcom_bu.messages.clinical_email import ClinicalEmail
from medcom_bu.messages.hospital_referral import HospitalReferral
from medcom_bu.testing.letters import letter_samples
from tests.support import ROOT
from tests.support.care_messages import CITIZEN, CLINIC, IDA, OTHER, PDF, SCHOOL, START, first
from tests.support.ids_and_clock import counted
from tests.support.letter_builders import (
    CHILD,
    CPR,
    DOCTOR,
    GLN,
    PATIENT,
    RECEIVER,
    SENDER,
    WRITER,
    binary,
    correspondence,
    problems,
    referral,
)

UUID = "5f0c3b1e-7a52-4d6a-9a3e-0c1d2e3f4a5b"
LETTERS: dict[Any, type] = {HospitalReferralBuilder: HospitalReferral, ClinicalEmailBuilder: ClinicalEmail}
BUILDERS: tuple[Any, ...] = (*LETTERS, BinaryLetterBuilder, CareCommunicationBuilder)
EACH = pytest.mark.parametrize("builder", BUILDERS, ids=lambda builder: builder.__name__)


def letter_of(consignment: Consignment[Any], number: int = 0) -> Any:
    return consignment.messages[number].letters[0]


# --- types and words --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("builder", "listed"),
    [
        (BinaryLetterBuilder, BinaryLetterFields),
        (CareCommunicationBuilder, CareCommunicationFields),
        (ClinicalEmailBuilder, ClinicalEmailFields),
        (HospitalReferralBuilder, HospitalReferralFields),
    ],
)
def test_what_may_be_changed_are_the_parameters_of_the_builder(builder: Any, listed: Any) -> None:
    parameters = get_type_hints(builder.__init__)
    del parameters["return"]
    assert get_type_hints(listed) == parameters


def parameters(function: Any) -> Iterator[str]:
    for name, parameter in inspect.signature(function).parameters.items():
        if name not in ("self", "cls") and parameter.kind is not parameter.VAR_POSITIONAL:
            yield name


def methods(builder: Any) -> Iterator[Any]:
    for cls in builder.__mro__:
        for name, held in vars(cls).items():
            function = getattr(held, "__func__", held)
            if inspect.isfunction(function) and not name.startswith("_"):
                yield function


@EACH
def test_every_parameter_is_documented(builder: Any) -> None:
    assert [name for name in parameters(builder) if f"``{name}``" not in builder.__doc__] == []
    for function in methods(builder):
        missing = [name for name in parameters(function) if f"``{name}" not in function.__doc__]
        assert (function.__qualname__, missing) == (function.__qualname__, [])


@pytest.mark.parametrize("builder", LETTERS, ids=lambda builder: builder.__name__)
def test_the_danish_heading_of_a_parameter_is_that_of_its_element(builder: Any) -> None:
    assert set(builder._PLACES.values()) <= set(parameters(builder))
    for path, name in builder._PLACES.items():
        cls: Any = LETTERS[builder]
        for step in path.split("."):
            element = fields(cls)[step]
            assert isinstance(element, Element)
            cls = element.type
        assert re.search(rf"``{name}`` \({re.escape(element.danish)}\)", builder.__doc__), name


@EACH
def test_a_file_is_attached_by_the_same_words(builder: Any) -> None:
    taken = list(parameters(builder.attach))
    assert taken[:3] == ["content", "title", "extension"]
    made = builder()
    assert made.attach(PDF, title="Plan", extension="pdf") is made


def test_the_calls_can_be_chained() -> None:
    made = referral().attach(PDF, title="Plan").link("https://example.org", title="Side").refer_to_record(title="SUP")
    assert len(letter_of(made.build()).reference) == 3
    message = correspondence(text=()).write("En").write("To").build()
    assert [part.text01.plain() for part in message.letter.clinical_information] == ["En", "To"]
    assert len(binary().attach(PDF).attach(PDF).build().letter.binary_object) == 2


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, "application/pdf"),
        ({"extension": "JPG"}, "image/jpeg"),
        ({"content_type": "image/png"}, "image/png"),
        ({"content_type": "image/png", "extension": "jpg"}, "image/png"),
    ],
)
def test_the_type_of_a_file_in_a_care_communication(given: dict[str, Any], found: str) -> None:
    made = CareCommunicationBuilder.reply_to(first()).write("x", author=IDA).attach(PDF, title="Plan", **given)
    attachment = made.build().segments[-1].attachment
    assert attachment is not None
    assert attachment.content_type == found


def test_the_types_of_files_are_those_of_the_value_set() -> None:
    for package in ("medcom.fhir.dk.terminology#1.7.0", "medcom.fhir.dk.terminology#2.0.1"):
        path = f"{package}/package/ValueSet-medcom-core-attachmentMimeTypes.json"
        (include,) = json.loads((ROOT / "profiles" / path).read_text(encoding="utf-8"))["compose"]["include"]
        assert {concept["code"] for concept in include["concept"]} == set(ATTACHMENT_TYPES)


def test_the_title_of_a_file_in_a_binary_letter_is_for_the_reference_to_it() -> None:
    made = binary().attach(PDF, title="Plan")
    reference: Any = made.attachments[0].reference()
    sent = letter_of(made.build()).binary_object[0]
    assert reference.ref_description == "Plan"
    assert reference.target.object_identifier == sent.object_identifier.replace("-", "")


def test_a_title_may_end_like_another_file() -> None:
    for title in ("Aftale 3.12", "Om plan.pdf", ".pdf"):
        made = CareCommunicationBuilder.reply_to(first()).write("x", author=IDA)
        if title == "Om plan.pdf":
            made.attach(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", title=title)
        else:
            made.attach(PDF, title=title)
        assert made.build().segments[-1].attachment is not None


def test_a_citizen_with_more_than_a_name() -> None:
    citizen = patient(CPR, given=("Lonni", "Test"), family="Lauridsen", gender="female", birth_date="1960-01-02")
    assert citizen == Patient(
        identifier=citizen.identifier, name=citizen.name, gender="female", birth_date="1960-01-02"
    )


# --- numbers as people write them -------------------------------------------------------------------------------------


def test_numbers_of_letters_lose_blanks_and_hyphens() -> None:
    spaced = {"ean_identifier": "5790 0001 21526", "identifier": "5790-000121526"}
    made = referral(
        sender=SENDER.replace(**spaced),
        receiver=RECEIVER.replace(identifier="953741 000016009", identifier_code="sorkode"),
        patient=PATIENT.replace(identifier=Cpr("020160-9996")),
        relative=Relative(person_identifier=Cpr("020160 9996"), person_surname_name="x", relation_code="mor"),
    ).attach(PDF, title="Plan")
    consignment = made.build()
    letter, files = letter_of(consignment), letter_of(consignment, 1)
    for held in (letter.sender, files.sender):
        assert (held.ean_identifier, held.identifier) == (GLN, GLN)
    assert letter.receiver.identifier == "953741000016009"
    assert (letter.patient.identifier, letter.relative.person_identifier) == (Cpr(CPR), Cpr(CPR))
    assert files.patient.identifier == Cpr(CPR)
    assert medcom_bu.parse(medcom_bu.to_xml(consignment.messages[0])) == consignment.messages[0]
    replacement = PATIENT.replace(identifier=ReplacementCpr("070392-1VJ5"))
    assert letter_of(referral(patient=replacement).build()).patient.identifier == ReplacementCpr("0703921VJ5")


def test_what_is_no_number_stays_as_it_was_given() -> None:
    operator, local = "KMD VANS - nord", "A-1 b"
    made = referral(receiver=RECEIVER.replace(ean_identifier=operator, identifier=local, identifier_code="lokalkode"))
    receiver = made._cleaned(())[0].receiver
    assert receiver is not None
    assert (receiver.ean_identifier, receiver.identifier) == (operator, local)
    assert problems(referral(patient=PATIENT.replace(identifier=Cpr("020160-99961")))) == [
        ("builder.form", "patient.identifier")
    ]


def test_a_uuid_loses_its_hyphens_where_the_standard_writes_none() -> None:
    bare = UUID.replace("-", "")
    held = correspondence(episode_of_care_identifier=UUID).build().letter.letter
    assert held.episode_of_care_identifier == bare
    for given in (
        {"episode_of_care_identifier": UUID},
        {"episode_of_care": EpisodeOfCare(episode_of_care_type="x", episode_of_care_identifier=UUID)},
    ):
        (episode,) = letter_of(referral(**given).build()).letter.episode_of_care
        assert episode.episode_of_care_identifier == bare
    added = binary().attach(PDF).build()
    assert len(letter_of(added).binary_object[0].object_identifier) == 36
    other = correspondence(episode_of_care_identifier="A-1").build().letter.letter
    assert other.episode_of_care_identifier == "A-1"


def test_numbers_of_care_communications_lose_blanks_and_hyphens() -> None:
    made = CareCommunicationBuilder.new(
        sender=organization("x", sor="953741 000016009", gln="5790 001382445"),
        receiver=CLINIC,
        patient=patient("250947-9989", given="Bruno", family="Elmer"),
        category="nursing",
        episode_of_care=episode_of_care("A-1", system="https://example.org/"),
        ids=counted(START),
    )
    message = made.write("x", author=IDA).build()
    assert message.sender is not None
    assert [item.value for item in message.sender.identifier] == [item.value for item in SCHOOL.identifier]
    assert message.patient is not None
    assert message.patient.identifier == CITIZEN.identifier
    assert [item.value for item in message.episode_of_care] == ["A-1"]


# --- threads ----------------------------------------------------------------------------------------------------------


def test_a_thread_goes_on_where_the_original_is_left_out() -> None:
    """OIO-11: quoting, the letter is full after some replies, and building names the way out."""
    text = "x" * 2500
    quoted = correspondence(text=text).build()
    while len(quoted.letter.clinical_information) < 10:
        quoted = ClinicalEmailBuilder.reply_to(quoted, text=text).build()
    full = ClinicalEmailBuilder.reply_to(quoted, text=text)
    with pytest.raises(medcom_bu.InvalidMessage) as raised:
        full.build()
    (issue,) = raised.value.report
    assert (issue.code, issue.path) == ("builder.texts-too-long", "text")
    assert "quote=False" in issue.hint
    assert "quote=False" in issue.hint_text("da")
    last = ClinicalEmailBuilder.reply_to(quoted, text=text, quote=False).build()
    assert [part.text01.plain() for part in last.letter.clinical_information] == [text]
    assert last.letter.patient == quoted.letter.patient


def test_what_one_sent_oneself_is_answered_and_forwarded_by_its_sender() -> None:
    sent = correspondence().build()
    again = ClinicalEmailBuilder.reply_to(sent, own=True, text="Endnu et").build().letter
    assert (again.sender.name, again.receiver.name) == (WRITER.name, DOCTOR.name)
    onward = ClinicalEmailBuilder.forward(sent, own=True, receiver=RECEIVER).build().letter
    assert (onward.sender.name, onward.receiver) == (WRITER.name, RECEIVER)
    assert onward.patient == CHILD
    assert problems(ClinicalEmailBuilder.forward(sent, own=True)) == [("builder.missing", "receiver")]
    mine = first()
    forward = CareCommunicationBuilder.forward(mine, own=True, receiver=OTHER).write("x", author=IDA).build()
    assert (forward.sender, forward.receiver and forward.receiver.name) == (mine.sender, OTHER.name)


def test_ones_own_letter_is_answered_by_its_sender() -> None:
    sor = {"identifier": "953741000016009", "identifier_code": "sorkode"}
    sent = correspondence(sender=WRITER.replace(**sor)).build()
    held: dict[str, Any] = {"receiver": CLINIC, "category": "nursing"}
    again = CareCommunicationBuilder.reply_to(sent, own=True, **held).write("x", author=IDA).build()
    assert again.sender is not None
    assert again.sender.name == WRITER.organisation_name
    answer = CareCommunicationBuilder.reply_to(sent, **held | {"receiver": None})
    assert problems(answer.write("x", author=IDA)) == [("builder.missing", "sender"), ("builder.missing", "receiver")]


@pytest.mark.parametrize(
    ("number", "kept"),
    [(ReplacementCpr("0703921VJ5"), True), (Cpr(CPR), True), (ReplacementCpr(CPR), False)],
)
def test_a_number_that_is_uncertain_is_not_made_certain(number: Any, kept: bool) -> None:
    """LET-29: a CPR number in the place of a replacement number; FHIR has no such place (MEDBIN, page 17)."""
    sent = correspondence(patient=CHILD.replace(identifier=number)).build()
    held: dict[str, Any] = {"sender": SCHOOL, "receiver": CLINIC, "category": "nursing"}
    answer = CareCommunicationBuilder.reply_to(sent, **held).write("x", author=IDA)
    if kept:
        citizen = answer.build().patient
        assert citizen is not None
        assert citizen.number == number
    else:
        assert problems(answer) == [("builder.missing", "patient")]
        assert answer.patient is None


def test_a_number_of_a_letter_that_is_answered_may_have_blanks() -> None:
    held: dict[str, Any] = {"sender": SCHOOL, "receiver": CLINIC, "patient": CITIZEN, "category": "nursing"}
    made = CareCommunicationBuilder.reply_to_letter(gln="5790 0001 21526", letter_identifier=" B1 ", **held)
    own = made.write("x", author=IDA).build().provenance
    assert own is not None
    assert [what.identifier.value for what in own.what("revision") if what.identifier] == ["5790000121526#B1"]


def test_a_letter_that_is_read_is_answered_by_its_message() -> None:
    came = medcom_bu.read(medcom_bu.to_xml(letter_samples()["XDIS91/XD9134L"]))
    for answer in (ClinicalEmailBuilder.reply_to, ClinicalEmailBuilder.forward, CareCommunicationBuilder.reply_to):
        wrong: Any = came
        with pytest.raises(TypeError, match=r"not Parsed: give its .message$"):
            answer(wrong)


def test_only_errors_are_told_where_a_message_cannot_be_built() -> None:
    made = referral(sender=SENDER.replace(organisation_name=""), patient=PATIENT.replace(identifier=Cpr("0000000000")))
    with pytest.raises(medcom_bu.InvalidMessage) as raised:
        made.build()
    assert [(issue.severity, issue.path) for issue in raised.value.report] == [
        (Severity.ERROR, "sender.organisation_name")
    ]
