"""The table of wires: what carries which message, under which words, and what is said where none does."""

from __future__ import annotations

import inspect
import io
import re
from collections.abc import Iterator
from typing import Any, ForwardRef, get_type_hints

import pytest

import medcom_bu
from medcom_bu import CareCommunicationMessage, Emessage, Message, VansEnvelope, WireFormat
from medcom_bu.demo import example
from medcom_bu.envelopes import vans
from medcom_bu.judgement import Asked, judge_together
from medcom_bu.messages.emessage import Consignment
from medcom_bu.messages.message import FhirMessage
from medcom_bu.testing.letters import letter_samples
from medcom_bu.testing.sets import fhir_samples

LETTER: Any = letter_samples()["XDIS91/XD9134L"]
ENVELOPE = vans.wrap(LETTER)
CARE = fhir_samples()["CareCommunication/5.0"]


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (LETTER, ("xml", WireFormat.OIOXML, "oioxml")),
        (LETTER, ("edifact", WireFormat.EDIFACT)),
        (ENVELOPE, ("xml", WireFormat.VANS_ENVELOPE, "vans-envelope")),
        (CARE, ("fhir", WireFormat.FHIR_JSON, "fhir+json")),
        (CARE, ("fhir-xml", WireFormat.FHIR_XML, "fhir+xml")),
    ],
)
def test_a_wire_is_named_by_its_format_or_by_its_short_word(message: Any, words: tuple[str, ...]) -> None:
    """HOUSE-39."""
    lost = [medcom_bu.losses(message, word) for word in words]
    assert lost.count(lost[0]) == len(words)


@pytest.mark.parametrize(
    ("message", "to", "targets"),
    [
        (LETTER, "fhir", 'Emessage can become "xml" or "edifact"'),
        (LETTER, WireFormat.VANS_ENVELOPE, 'Emessage can become "xml" or "edifact"'),
        (ENVELOPE, "edifact", 'VansEnvelope can become "xml"'),
        (CARE, "xml", 'CareCommunicationMessage can become "fhir" or "fhir-xml"'),
        (CARE, "", 'CareCommunicationMessage can become "fhir" or "fhir-xml"'),
    ],
)
def test_a_message_becomes_no_other_wire(message: Any, to: str, targets: str) -> None:
    with pytest.raises(ValueError, match=f"^a message of type {targets}$"):
        medcom_bu.losses(message, to)


WRITERS: dict[str, Any] = {
    "xml": (medcom_bu.to_xml, medcom_bu.write_xml),
    "edifact": (medcom_bu.to_edifact, medcom_bu.write_edifact),
    "fhir": (medcom_bu.to_fhir, medcom_bu.write_fhir),
}


@pytest.mark.parametrize(
    ("to", "message", "told"),
    [
        (
            "xml",
            CARE,
            "an Emessage or a VansEnvelope or a StandardBusinessDocument, not CareCommunicationMessage: use to_fhir",
        ),
        (
            "xml",
            Consignment((LETTER,)),
            "an Emessage or a VansEnvelope or a StandardBusinessDocument, not Consignment: write each of its messages",
        ),
        ("xml", "hemmelig", "an Emessage or a VansEnvelope or a StandardBusinessDocument, not str"),
        ("edifact", ENVELOPE, "an Emessage, not VansEnvelope: use to_xml"),
        ("edifact", CARE, "an Emessage, not CareCommunicationMessage: use to_fhir"),
        ("fhir", LETTER, "a FHIR message, not Emessage: use to_xml or to_edifact"),
        ("fhir", None, "a FHIR message, not NoneType"),
    ],
)
def test_a_writer_says_what_it_takes(to: str, message: Any, told: str) -> None:
    """HOUSE-38: what was given, what is taken, and what to call instead; never what was in it."""
    give, write = WRITERS[to]
    with pytest.raises(TypeError, match=f"^to_{to} takes {told}$"):
        give(message)
    file = io.BytesIO()
    with pytest.raises(TypeError, match=f"^to_{to} takes {told}$"):
        write(message, file)
    assert file.getvalue() == b""


KINDS = (Emessage, VansEnvelope, CareCommunicationMessage, FhirMessage, Message)


@pytest.mark.parametrize(
    ("message", "fits"),
    [
        (LETTER, {Emessage, Message}),
        (ENVELOPE, {VansEnvelope, Message}),
        (CARE, {CareCommunicationMessage, FhirMessage, Message}),
    ],
    ids=["letter", "envelope", "care"],
)
@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_narrows_what_is_parsed(message: Any, fits: set[type[Message]], kind: type[Message]) -> None:
    data = medcom_bu.to_fhir(message) if isinstance(message, FhirMessage) else medcom_bu.to_xml(message)
    if kind in fits:
        assert medcom_bu.parse(data, kind) == message
        return
    with pytest.raises(medcom_bu.InvalidMessage) as raised:
        medcom_bu.parse(data, kind)
    assert [(issue.code, issue.path) for issue in raised.value.report] == [("message.other-kind", "/")]


def test_what_is_no_kind() -> None:
    for kind in (5, "Emessage"):
        with pytest.raises(TypeError, match=r"^kind takes type or None, not (int|str)$"):
            medcom_bu.parse(b"<x/>", kind)  # type: ignore[call-overload]


def public_values() -> Iterator[Any]:
    """What the door and the public modules name, and what the modules in those define."""
    modules: list[Any] = [medcom_bu, *(getattr(medcom_bu, room) for room in medcom_bu._ROOMS)]
    for module in modules:
        for name in module.__all__:
            value = getattr(module, name)
            if inspect.ismodule(value):
                public = [one for name, one in vars(value).items() if not name.startswith("_")]
                held = [one for one in public if getattr(one, "__module__", "") == value.__name__]
                held += [getattr(value, name) for name in getattr(value, "__all__", ())]
                assert held
                yield from held
            else:
                yield value


def test_the_types_of_the_door_can_be_resolved() -> None:
    """HOUSE-37, VEN-14: of all that can be called from the door and the public modules, constructors included."""
    for value in public_values():
        names = [one for one in dir(value) if not one.startswith("_")] if isinstance(value, type) else []
        attributes = [inspect.getattr_static(value, one) for one in ("__init__", *names)]
        for found in (value, *attributes):
            function = getattr(found, "__func__", found.fget if isinstance(found, property) else found)
            if inspect.isfunction(function) or inspect.isclass(function):
                hints = get_type_hints(function)
                assert not [hint for hint in hints.values() if isinstance(hint, str | ForwardRef)]
    referral = get_type_hints(medcom_bu.HospitalReferralBuilder.__init__)
    assert referral["sender"] == medcom_bu.ReferringSender | None
    assert referral["acknowledgement_code"] == medcom_bu.AcknowledgementCode | str
    assert get_type_hints(medcom_bu.parse)["return"] is Message
    assert get_type_hints(Emessage)["letters"] == tuple[medcom_bu.Letter, ...]


# --- letters and their attachments, as bytes --------------------------------------------------------------------------

REFERRAL, FILE = map(medcom_bu.to_xml, example())
STRANGER = FILE.replace(b"0201609995", b"0201609996")
LETTER_PATH = "/Emessage/HospitalReferral/Reference/BIN/ObjectIdentifier"


def judged_together(*data: bytes) -> list[list[tuple[str, str]]]:
    reports = judge_together(data, Asked())
    return [
        [(each.code, each.path) for each in report if each.code != "identifier.cpr-modulus-11"] for report in reports
    ]


def test_letters_and_attachments_are_judged_as_a_consignment_each_at_its_own_paths() -> None:
    assert judged_together(REFERRAL, FILE) == [[], []]
    other = re.sub(rb"(<ObjectIdentifier>)....", rb"\g<1>aaaa", FILE)
    assert judged_together(REFERRAL, other) == [
        [("reference.unmatched", LETTER_PATH)],
        [("attachment.unreferenced", "/Emessage/BinaryLetter/BinaryObject")],
    ]
    assert judged_together(REFERRAL, STRANGER)[1] == [
        ("attachment.other-patient", "/Emessage/BinaryLetter/Patient/CivilRegistrationNumber")
    ]
    report = judge_together([REFERRAL, STRANGER], Asked())[1]
    assert all(issue.position and issue.position.line for issue in report)
    assert (report.ok, medcom_bu.validate(STRANGER).ok) == (False, True)


def test_what_one_message_says_of_its_own_references_is_said_once() -> None:
    letter = medcom_bu.parse(REFERRAL, Emessage)
    older = medcom_bu.parse(medcom_bu.to_edifact(letter, version="H0130R"), Emessage)
    stranger = medcom_bu.parse(STRANGER, Emessage)
    both = medcom_bu.to_edifact(older.replace(letters=(*older.letters, *stranger.letters)))  # in one interchange
    other = medcom_bu.to_edifact(older)
    found = [code for code, _ in judged_together(both)[0]]
    assert found == [issue.code for issue in medcom_bu.validate(both) if issue.severity == "error"]
    assert found == ["attachment.other-patient"]
    assert [[code for code, _ in each] for each in judged_together(both, other)] == [found, []]


def test_one_that_is_invalid_leaves_the_others_their_own_verdict() -> None:
    broken = FILE.replace(b"nytbrev", b"ny")
    assert judged_together(REFERRAL, broken) == [[], [("xml.code", "/Emessage/BinaryLetter/Letter/StatusCode")]]
    assert judge_together([REFERRAL, broken], Asked())[0] == medcom_bu.validate(REFERRAL)
    assert judged_together(REFERRAL, medcom_bu.to_fhir(CARE)) == [[], []]
    asked = Asked.checked(layers=["schema"])
    assert judge_together([REFERRAL], asked)[0] == medcom_bu.validate(REFERRAL, layers=["schema"])
