"""The verb: a message to the other standard, with what is lost, what is made up, and the pairs to keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from medcom_bu.arguments import check
from medcom_bu.conversion import refusals
from medcom_bu.conversion.files_to_fhir import carried_by, referred_by
from medcom_bu.conversion.letters import BINARIES, Found, find_letters
from medcom_bu.conversion.notes import Notes
from medcom_bu.conversion.pairs import Pairs
from medcom_bu.conversion.policy import Policy
from medcom_bu.conversion.receipts import to_acknowledgement, to_receipts
from medcom_bu.conversion.result import Conversion
from medcom_bu.conversion.to_fhir import convert_letter, is_whole
from medcom_bu.conversion.to_letter import convert_message
from medcom_bu.detection import WireFormat
from medcom_bu.directory import Directory
from medcom_bu.ids_and_clock import IdsAndClock, given_or_own
from medcom_bu.issues import Loss, listed
from medcom_bu.messages.acknowledgement import AcknowledgementMessage
from medcom_bu.messages.binary_letter import SystemInformation
from medcom_bu.messages.care_communication import CareCommunicationMessage
from medcom_bu.messages.clinical_email import ClinicalEmail
from medcom_bu.messages.crossing import own_version
from medcom_bu.messages.emessage import Consignment, Emessage
from medcom_bu.messages.letter_union import Letter
from medcom_bu.messages.message import FhirMessage, Message, NetworkEnvelope
from medcom_bu.messages.receipts import RECEIPTS
from medcom_bu.rules.attachments import OTHER_PATIENT, number_of, other_patient
from medcom_bu.values.fhir_resources import Bundle
from medcom_bu.wire import losses
from medcom_bu.wire_table import check_message

_TO_FHIR = ("fhir", "fhir-xml", WireFormat.FHIR_JSON, WireFormat.FHIR_XML)
_TO_LETTERS = ("xml", "edifact", WireFormat.OIOXML, WireFormat.EDIFACT)
_VERBS: Mapping[str, str] = {
    **dict.fromkeys(("xml", WireFormat.OIOXML), "to_xml"),
    **dict.fromkeys(("edifact", WireFormat.EDIFACT), "to_edifact"),
    **dict.fromkeys(_TO_FHIR, "to_fhir"),
    **dict.fromkeys(("sbdh", WireFormat.SBDH, WireFormat.VANS_ENVELOPE), "wrap"),
}
"""A target -> what writes a message of its own standard there."""


def convert(
    message: Message | Consignment[Letter],
    to: str | type[Message],
    *,
    attachments: Sequence[Emessage] = (),
    directory: Directory | None = None,
    pairs: Pairs | None = None,
    policy: Policy = Policy(),  # noqa: B008 - immutable
    ids: IdsAndClock | None = None,
) -> Conversion:
    """Convert a message to the other standard: XDIS91 and CareCommunication 5.0, receipts and Acknowledgements.

    ``message``: an Emessage or a Consignment (of correspondences with their binary letters, or of receipts), a
    CareCommunicationMessage or an AcknowledgementMessage.
    ``to``: the target: ``"fhir"``, ``"fhir-xml"``, ``"xml"``, ``"edifact"``, a WireFormat of these, or the class of the
    messages, such as CareCommunicationMessage. If it is one of these words, what is lost in writing is reported too.
    ``attachments``: Emessages of binary letters, or of further receipts.
    ``directory``: the only place where anything is looked up: SOR codes, names, telephone numbers; with one, an unknown
    receiver is rejected.
    ``pairs``: those from the conversion of the answered message, for receipts and Acknowledgements alone.
    ``policy``: what is done where MedCom's documents differ.
    ``ids``: makes numbers and UUIDs, no time: the same message with the same ids gives the same result.

    The result is messages, to be written with ``to_fhir``, ``to_xml`` or ``to_edifact``.

    Raises InvalidMessage, with every reason at once, for what cannot be converted; TypeError for what is not a
    message, and for a target of the message's own standard, which names what to call instead; ValueError for another
    text.

    Source: MedCom, mappings of January 2026; use cases of the VANS conversion service 3.1.0.
    """
    _check(message, attachments, directory, pairs, policy, ids)
    is_fhir = isinstance(message, FhirMessage)
    _check_target(message, to, is_fhir=is_fhir)
    given: Any = message
    ids = given_or_own(ids)
    notes = Notes()
    if is_fhir:
        is_edifact = to in ("edifact", WireFormat.EDIFACT)
        messages, made_pairs = _from_fhir(given, directory, pairs, policy, ids, notes, is_edifact=is_edifact)
    else:
        messages, made_pairs = _from_letters(given, attachments, directory, pairs, policy, ids, notes)
    lost = listed((*notes.losses, *(_in_writing(messages, to) if isinstance(to, str) else ())))
    return Conversion(messages=messages, losses=lost, made_up=tuple(notes.made_up), pairs=made_pairs)


def _in_writing(messages: Sequence[Message], to: str) -> Iterator[Loss]:
    """What is lost when the messages are written to the target, at paths of the result."""
    for number, message in enumerate(messages):
        if to in ("fhir", WireFormat.FHIR_JSON) and is_whole(message):
            continue
        for loss in losses(message, to):
            path = "" if loss.path == "/" else f".{loss.path}"
            yield attrs.evolve(loss, path=f"messages[{number}]{path}")


def _check(message: object, attachments: object, directory: object, pairs: object, policy: object, ids: object) -> None:
    if not isinstance(message, Consignment):
        check_message("convert", message)
    if isinstance(message, NetworkEnvelope):
        kind = type(message).__name__
        raise TypeError(f"convert takes a message, not {kind}: unwrap it first, and parse what is in it")
    check("convert: attachments", attachments, Sequence[Emessage])
    check("convert: directory", directory, Directory | None)
    check("convert: pairs", pairs, Pairs | None)
    check("convert: policy", policy, Policy)
    check("convert: ids", ids, IdsAndClock | None)
    if attachments and isinstance(message, FhirMessage):
        raise TypeError("convert takes attachments with letters alone: a FHIR message holds its own files")


def _check_target(message: Any, to: Any, *, is_fhir: bool) -> None:
    """Raise TypeError for a target of the message's own standard, ValueError for what is not a target."""
    check("convert: to", to, str | type)
    if isinstance(to, type):
        if not issubclass(to, Message):
            raise TypeError(f"convert: to is a target or a class of messages; {to.__name__} is none")
        if to is _target_of(message):
            return
        raise TypeError(f"convert makes {_target_of(message).__name__} of {type(message).__name__}, not {to.__name__}")
    if to not in _VERBS:
        raise ValueError(f"convert: to is one of {', '.join(_TO_FHIR[:2] + _TO_LETTERS[:2])}, or a class of messages")
    if to not in (_TO_LETTERS if is_fhir else _TO_FHIR):
        raise TypeError(
            f"convert carries a message to the other standard, and {to} carries {type(message).__name__} itself:"
            f" use {_VERBS[to]}"
        )


def _target_of(message: Any) -> type[Message]:
    if isinstance(message, Bundle):
        return Emessage
    return AcknowledgementMessage if _receipts_in(find_letters(message, ())) else CareCommunicationMessage


def _receipts_in(letters: Sequence[Found]) -> list[Found]:
    return [found for found in letters if isinstance(found.letter, RECEIPTS)]


def _from_fhir(
    message: Any,
    directory: Directory | None,
    pairs: Pairs | None,
    policy: Policy,
    ids: IdsAndClock,
    notes: Notes,
    *,
    is_edifact: bool,
) -> tuple[tuple[Message, ...], Pairs]:
    if isinstance(message, AcknowledgementMessage):
        return to_receipts(message, pairs or Pairs(), policy, ids, notes, is_edifact=is_edifact), pairs or Pairs()
    if not isinstance(message, CareCommunicationMessage):
        notes.refuse(refusals.NO_COUNTERPART, "/", kind=type(message).__name__)
        notes.check()
    letters, paired = convert_message(message, directory, policy, ids, notes)
    return letters, Pairs((paired,))


def _from_letters(
    given: Emessage | Consignment[Any],
    attachments: Sequence[Emessage],
    directory: Directory | None,
    pairs: Pairs | None,
    policy: Policy,
    ids: IdsAndClock,
    notes: Notes,
) -> tuple[tuple[Message, ...], Pairs]:
    letters = find_letters(given, attachments)
    receipts = _receipts_in(letters)
    if receipts and len(receipts) == len(letters):
        answer = to_acknowledgement(receipts, pairs or Pairs(), policy, ids, notes)
        return (answer,) if answer is not None else (), pairs or Pairs()
    emails = [found for found in letters if isinstance(found.letter, ClinicalEmail)]
    for found in letters:
        if not isinstance(found.letter, (ClinicalEmail, *BINARIES)):
            notes.refuse(refusals.NO_COUNTERPART, found.path, kind=_kind_of(found))
    if not letters:
        notes.refuse(refusals.MISSING, "letters", element="letter")
    carried = _joined(emails, [found for found in letters if isinstance(found.letter, BINARIES)], notes)
    converted = [
        convert_letter(found, carried[number], number, directory, policy, ids, notes)
        for number, found in enumerate(emails)
    ]
    notes.check()
    made = [each for each in converted if each is not None]
    return tuple(message for message, _ in made), Pairs(tuple(paired for _, paired in made))


def _kind_of(found: Found) -> str:
    version = own_version(found.letter)
    return version.type_code if version is not None else type(found.letter).__name__


def _joined(emails: Sequence[Found], binaries: Sequence[Found], notes: Notes) -> Mapping[int, list[Found]]:
    """The binary letters of each correspondence: that which refers to one of their files, else the first.

    One about another patient is refused: it would show the file of one person in the record of another.
    """
    joined: dict[int, list[Found]] = {number: [] for number in range(len(emails))}
    for binary in binaries:
        if isinstance(binary.letter.subject, SystemInformation):
            notes.refuse(refusals.SYSTEM_INFORMATION, f"{binary.path}.subject")
        if not emails:
            notes.refuse(refusals.BINARY_ALONE, binary.path)
            continue
        files = carried_by(binary)
        number = next((n for n, found in enumerate(emails) if referred_by(found) & files), 0)
        if _is_of_another(emails[number].letter.patient, binary.letter.subject):
            notes.refuse(OTHER_PATIENT, f"{binary.path}.subject.identifier")
        joined[number].append(binary)
    return joined


def _is_of_another(patient: Any, subject: Any) -> bool:
    return number_of(subject) not in (None, number_of(patient)) or other_patient(patient, subject) is not None
