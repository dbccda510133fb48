"""Builders: what they fill in, what they tie together, and that they name every problem at once."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from medcom_bu.builders import BinaryLetterBuilder, HospitalReferralBuilder
from medcom_bu.messages.binary_letter import BinaryLetter, ReferralAttachment, SystemInformation
from medcom_bu.messages.emessage import Consignment
from medcom_bu.messages.headers import EPISODE_OF_CARE_TYPE, EpisodeOfCare
from medcom_bu.messages.hospital_referral import HospitalReferral
from medcom_bu.values.codes import (
    AcknowledgementCode,
    DiagnoseDescriptionCode,
    ObjectCode,
    ObjectExtensionCode,
    Priority,
    ReferralStatus,
    StatusCode,
)
from medcom_bu.values.identifiers import Cpr
from medcom_bu.values.parties import (
    BinaryReference,
    PatientRecordExtract,
    Person,
    Sender,
    Url,
)
from medcom_bu.values.text import FormattedText, Mark
from tests.support.letter_builders import (
    CPR,
    DIAGNOSIS,
    NOW,
    OLD_ADDRESS,
    PATIENT,
    PDF,
    RECEIVER,
    SENDER,
    UNIT,
    binary,
    checked,
    problems,
    referral,
)
from tests.support.typed import letter_as


def letters_of(consignment: Consignment[Any]) -> Iterator[Any]:
    return (message.letters[0] for message in consignment)


# --- the referral ----------------------------------------------------------------------------------------------------


def test_a_minimal_referral_and_its_defaults() -> None:
    (message,) = checked(HospitalReferralBuilder(sender=SENDER, receiver=RECEIVER, patient=PATIENT).build())
    letter: Any = message.letters[0]
    assert isinstance(letter, HospitalReferral)
    assert letter.letter.version_code == "XH0131R"
    assert letter.letter.type_code == letter.letter.statistical_code == "XREF01"
    assert letter.letter.status_code is StatusCode.NEW
    assert message.envelope.acknowledgement_code is AcknowledgementCode.WANTED
    assert letter.additional_information is not None
    assert letter.additional_information.priority is Priority.ELECTIVE
    assert letter.additional_information.referral_status is ReferralStatus.OUTPATIENT
    assert (letter.referral, letter.relevant_clinical_information, letter.reference) == (None, None, ())
    (episode,) = letter.letter.episode_of_care
    assert episode.episode_of_care_type == EPISODE_OF_CARE_TYPE
    assert len(uuid.UUID(episode.episode_of_care_identifier).hex) == 32
    for number in (letter.letter.identifier, message.envelope.identifier):
        assert len(number) == 14
        assert number.isalnum()
    assert letter.letter.identifier != message.envelope.identifier
    assert message.envelope.sent.moment is not None


def test_numbers_uuids_and_clock_are_those_given() -> None:
    builder = referral()
    builder.attach(PDF, title="Bilag")
    one, two = checked(builder.build())
    headers = letter_as(HospitalReferral, one).letter, letter_as(BinaryLetter, two).letter
    assert [headers[0].identifier, one.envelope.identifier] == ["NUMMER00000001", "NUMMER00000002"]
    assert [headers[1].identifier, two.envelope.identifier] == ["NUMMER00000003", "NUMMER00000004"]
    for message, header in zip((one, two), headers, strict=True):
        assert header.authorisation is not None
        assert header.authorisation.moment == message.envelope.sent.moment == NOW.replace(second=0)


def test_line_feeds_of_plain_text_become_breaks() -> None:
    texts = dict.fromkeys(("supplementary", "cave", "anamnesis", "examination", "actual_medicine"), "en\nto  tre")
    (letter,) = letters_of(checked(referral(**texts, clinical_reason=FormattedText(("x",))).build()))
    wanted = FormattedText(("en", Mark.BREAK, "to ", Mark.SPACE, "tre"))
    assert letter.additional_information.supplementary == wanted
    assert letter.additional_information.clinical_reason == FormattedText(("x",))
    for name in ("cave", "anamnesis", "examination", "actual_medicine"):
        assert getattr(letter.relevant_clinical_information, name) == wanted


@pytest.mark.parametrize("count", [1, 2])
def test_episodes_of_care(count: int) -> None:
    one = EpisodeOfCare(episode_of_care_type="TYPE", episode_of_care_identifier="1")
    given: Any = one if count == 1 else [one, one.replace(episode_of_care_identifier="2")]
    (letter,) = letters_of(checked(referral(episode_of_care=given).build()))
    assert letter.letter.episode_of_care == ((one,) if count == 1 else tuple(given))
    (letter,) = letters_of(checked(referral(episode_of_care_identifier="K1").build()))
    assert [episode.episode_of_care_identifier for episode in letter.letter.episode_of_care] == ["K1"]


def test_the_older_version() -> None:
    (message,) = checked(referral(version="XH0130R", episode_of_care_identifier="K1").build())
    letter = letter_as(HospitalReferral, message)
    header = letter.letter
    assert (header.version_code, header.episode_of_care, header.episode_of_care_identifier) == ("XH0130R", (), "K1")
    assert message.namespace.endswith("2005/08/07/")
    assert letter.referral is not None
    assert letter.referral.refer == DIAGNOSIS
    with pytest.raises(ValueError, match="version"):
        referral(version="XH0132R")


def test_the_role_of_the_main_diagnosis() -> None:
    (letter,) = letters_of(checked(referral().build()))
    assert letter.referral.refer.diagnose_description_code is DiagnoseDescriptionCode.REFERRAL
    given = DIAGNOSIS.replace(diagnose_description_code=DiagnoseDescriptionCode.ACTION)
    (letter,) = letters_of(checked(referral(diagnosis=given).build()))
    assert letter.referral.refer == given


def test_links_and_the_patient_record() -> None:
    builder = referral()
    builder.link("https://example.invalid/a?b=1&c=2", title="Netside")
    builder.attach(PDF, title="Bilag")
    builder.refer_to_record(title="Journal")
    letter, _ = letters_of(checked(builder.build()))
    assert [type(reference.target) for reference in letter.reference] == [Url, BinaryReference, PatientRecordExtract]
    assert [reference.ref_description for reference in letter.reference] == ["Netside", "Bilag", "Journal"]


# --- attachments -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "kind", "hyphens"),
    [(None, BinaryLetter, True), ("XB0210X", ReferralAttachment, True), ("XB0130X", BinaryLetter, False)],
)
def test_an_attachment_is_one_fact_in_two_places(
    version: str | None, kind: type[BinaryLetter | ReferralAttachment], hyphens: bool
) -> None:
    given: dict[str, Any] = {} if version is None else {"attachments_as": version}
    builder = referral(sender=SENDER.replace(**OLD_ADDRESS), **given)
    (added,) = builder.attach(PDF, title="Vurdering").attachments
    consignment = checked(builder.build())
    letter, files = letters_of(consignment)
    assert len(consignment) == 2
    assert isinstance(letter, HospitalReferral)
    assert isinstance(files, kind)
    assert files.letter.version_code == (version or "XB0131X")
    pointer, item = letter.reference[0].target, files.binary_object[0]
    assert isinstance(pointer, BinaryReference)
    assert pointer.object_identifier == added.identifier.hex
    assert item.object_identifier == (str(added.identifier) if hyphens else added.identifier.hex)
    assert pointer.original_object_size == item.original_object_size == str(len(PDF))
    assert pointer.object_extension_code is item.object_extension_code is ObjectExtensionCode.PDF
    assert pointer.object_code == item.object_code
    assert item.content == PDF
    assert type(files.sender) is Sender
    assert type(files.patient) is Person
    assert files.sender.organisation_name == SENDER.organisation_name
    assert files.patient.identifier == PATIENT.identifier


def test_ten_attachments_share_one_letter() -> None:
    builder = referral()
    for number in range(10):
        builder.attach(PDF + bytes([number]), title=f"Bilag {number}")
    letter, files = letters_of(checked(builder.build()))
    assert [item.content[-1] for item in files.binary_object] == list(range(10))
    assert [r.target.object_identifier for r in letter.reference] == [
        item.object_identifier.replace("-", "") for item in files.binary_object
    ]
    builder.attach(PDF, title="Bilag 11")
    assert problems(builder) == [("builder.too-many", "attachments[10]")]


@pytest.mark.parametrize(("given", "code"), [("jpg", "jpeg"), (".JPG", "jpeg"), ("tif", "tiff"), ("PDF", "pdf")])
def test_extensions_have_the_spelling_of_the_standard(given: str, code: str) -> None:
    builder = referral()
    builder.attach(PDF, title="Billede", extension=given, code=ObjectCode.PICTURE)
    letter, files = letters_of(checked(builder.build()))
    assert letter.reference[0].target.object_extension_code == files.binary_object[0].object_extension_code == code
    assert files.binary_object[0].object_code is ObjectCode.PICTURE


def test_an_identifier_may_be_given() -> None:
    known = uuid.UUID("5f0c3b1e-7a52-4d6a-9a3e-0c1d2e3f4a5b")
    builder = binary()
    builder.attach(PDF, identifier=known)
    (letter,) = letters_of(checked(builder.build()))
    assert letter.binary_object[0].object_identifier == str(known)
    with pytest.raises(TypeError):
        builder.attach("text")  # type: ignore[arg-type]


# --- the binary letter -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["XB0131X", "XB0210X", "XB0130X"])
def test_a_binary_letter_alone(version: str) -> None:
    sender = Sender(**UNIT, organisation_name="Eksempel Kommune", **OLD_ADDRESS)
    patient = Person(identifier=PATIENT.identifier, person_surname_name="Lauridsen")
    builder = binary(version=version, sender=sender, patient=patient)
    builder.attach(PDF)
    builder.attach(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", extension="jpg")
    (letter,) = letters_of(checked(builder.build()))
    assert letter.letter.version_code == version
    assert [item.object_extension_code for item in letter.binary_object] == ["pdf", "jpeg"]


def test_a_binary_letter_about_no_patient() -> None:
    builder = binary(patient=None, system_information=SystemInformation(system_information="true", contents="Data"))
    builder.attach(PDF)
    (letter,) = letters_of(checked(builder.build()))
    assert letter.patient is None
    with pytest.raises(ValueError, match="version"):
        binary(version="XB0132X")


# --- problems --------------------------------------------------------------------------------------------------------


def test_all_problems_of_all_messages_come_at_once() -> None:
    builder = referral(patient=PATIENT.replace(person_surname_name="L" * 71), priority="straks", sender=None)
    builder.attach(b"", title="Tom", extension="pdf")
    builder.attach(b"\x00\x01\x02", title="x" * 71)
    found = problems(builder)
    assert found == [
        ("builder.missing", "sender"),
        ("builder.attachment-empty", "attachments[0]"),
        ("builder.attachment-type", "attachments[1]"),
        ("builder.too-long", "patient.person_surname_name"),
        ("builder.code", "priority"),
        ("builder.too-long", "attachments[1].title"),
    ]


def test_nothing_given_is_all_missing() -> None:
    missing = [("builder.missing", name) for name in ("sender", "receiver", "patient")]
    assert problems(HospitalReferralBuilder()) == missing
    assert problems(BinaryLetterBuilder()) == [*missing, ("builder.not-called", "attach()")]


def test_problems_of_the_second_message_are_those_of_its_version() -> None:
    builder = referral(attachments_as="XB0130X")
    builder.attach(PDF, title="Bilag")
    missing = [("builder.missing", f"sender.{name}") for name in OLD_ADDRESS]
    assert problems(builder) == missing[:-1]  # the last, a speciality, is given where it is not known


def test_nothing_of_a_number_is_shown() -> None:
    assert problems(referral(patient=PATIENT.replace(identifier=Cpr(CPR + "1")))) == [
        ("builder.form", "patient.identifier")
    ]
