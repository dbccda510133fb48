"""What of a FHIR message the table says that a letter has no place for: every element of it is looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from medcom_bu.conversion import losses as lost
from medcom_bu.conversion.notes import Notes
from medcom_bu.conversion.table import ROWS, Fate, MappedField
from medcom_bu.declare.base import fields
from medcom_bu.declare.fhir import Structure
from medcom_bu.fhir.model.data import shown_name
from medcom_bu.messages.acknowledgement import AcknowledgementMessage
from medcom_bu.messages.care_communication import CareCommunicationMessage
from medcom_bu.values.fhir_codes import (
    CONTACT_EXTENSION,
    DATE_TIME_EXTENSION,
    DESTINATION_USE_EXTENSION,
    IDENTIFIER_EXTENSION,
    PRACTITIONER_EXTENSION,
    SENDER_EXTENSION,
)
from medcom_bu.values.fhir_resources import Entity, Payload, Provenance, Resource, UnknownResource
from medcom_bu.values.fhir_types import Extension

_ROWS: Mapping[str, MappedField] = {place: row for row in ROWS for place in row.fhir}
_EXTENSIONS = {
    DATE_TIME_EXTENSION: "date",
    IDENTIFIER_EXTENSION: "identifier",
    PRACTITIONER_EXTENSION: "author",
    CONTACT_EXTENSION: "authorContact",
    SENDER_EXTENSION: "sender",
    DESTINATION_USE_EXTENSION: "use",
}
_FRAME = {
    "MessageHeader.sender",
    "MessageHeader.focus",
    "MessageHeader.destination.receiver",
    "Communication.subject",
    "Communication.encounter",
    "Encounter.subject",
    "PractitionerRole.practitioner",
    "PractitionerRole.organization",
    "CareTeam.managingOrganization",
    "Patient.name.use",
}
"""What holds the resources of a message together, and says nothing itself."""

_OF_ANSWERS = (
    "Bundle.type",
    "Bundle.timestamp",
    "MessageHeader.definition",
    "MessageHeader.destination",
    "MessageHeader.eventCoding",
    "MessageHeader.response",
    "MessageHeader.sender",
    "MessageHeader.source",
    "Sender",
    "Receiver",
    "Provenance",
    "EarlierProvenance",
    "OperationOutcome.issue",
)
"""What an Acknowledgement has: the rows of the receipts say what becomes of it."""

_SEGMENTS = ("text", "file")
"""How a place in a payload begins: one step for two of a path."""

_OF_RESOURCES = ("id", "meta", "text")


def note_elements(message: CareCommunicationMessage, notes: Notes) -> None:
    """Name every element of a message that has no place in a letter, whether the table knows it or not."""
    told: set[tuple[str, str]] = set()
    for path, place in _leaves(message):
        row, known = _row_of(place)
        if row is None:
            if not any(place == frame or place.startswith(f"{frame}.") for frame in _FRAME):
                _note(notes, told, lost.ELEMENT, _cut(path, 2), element=".".join(place.split(".")[:2]))
        elif row.to_letter.fate is Fate.DROPPED:
            kind = row.to_letter.losses[0]
            if kind is not lost.PROVENANCE_TIMES or not _is_time_of(message, place):
                _note(notes, told, kind, _cut(path, known + place.startswith(_SEGMENTS)))
    if message.id is not None:
        notes.lose(lost.IDENTITY, "id")
    own = message.header
    if own is not None and own.id is not None:
        notes.lose(lost.IDENTITY, f"entry[{message.places[id(own)]}].resource.id")
    notes.lose(lost.RESOURCES, "entry", count=len(message.entry))


def note_elements_of_answer(answer: AcknowledgementMessage, notes: Notes) -> None:
    """Name every element of an Acknowledgement that its profiles have not: no receipt has a place for it."""
    told: set[tuple[str, str]] = set()
    for path, place in _leaves(answer):
        if not any(place == known or place.startswith(f"{known}.") for known in _OF_ANSWERS):
            _note(notes, told, lost.ELEMENT, _cut(path, 2), element=".".join(place.split(".")[:2]))


def _note(notes: Notes, told: set[tuple[str, str]], kind: Any, path: str, **params: object) -> None:
    if (kind.code, path) not in told:
        told.add((kind.code, path))
        notes.lose(kind, path, **params)


def _is_time_of(message: CareCommunicationMessage, place: str) -> bool:
    own = message.provenance
    time = (own.recorded if place.endswith("recorded") else own.occurred_date_time) if own is not None else None
    return time == message.timestamp


def _row_of(place: str) -> tuple[MappedField | None, int]:
    """The row of the longest known beginning of a place, and how many steps that has."""
    steps = place.split(".")
    for length in range(len(steps), 0, -1):
        row = _ROWS.get(".".join(steps[:length]))
        if row is not None:
            return row, length
    return None, 0


def _cut(path: str, steps: int) -> str:
    """The path as far as the first steps of a place go, from the resource on."""
    start, resource, inside = path.partition(".resource.")
    if not resource:
        return path
    return start + resource + ".".join(inside.split(".")[: max(steps - 1, 1)])


def _leaves(message: CareCommunicationMessage | AcknowledgementMessage) -> Iterator[tuple[str, str]]:
    """Path and place of all that is said but for ids, profiles and narratives."""
    for name, key in (("type", "Bundle.type"), ("timestamp", "Bundle.timestamp"), ("identifier", "Bundle.identifier")):
        if getattr(message, name) is not None:
            yield name, key
    for key in message.rest.plain() if message.rest else ():
        yield f"rest.{shown_name(key)}", f"Bundle.{shown_name(key)}"
    for number, entry in enumerate(message.entry):
        resource = entry.resource
        if resource is not None:
            yield from _of_resource(message, resource, f"entry[{number}].resource")


def _of_resource(
    message: CareCommunicationMessage | AcknowledgementMessage, resource: Resource, path: str
) -> Iterator[tuple[str, str]]:
    if isinstance(resource, UnknownResource):
        yield path, f"{shown_name(resource.type or 'Resource')}.resource"
        return
    place = resource.resource_type
    if isinstance(resource, Provenance) and resource is not message.provenance:
        yield path, "EarlierProvenance"
        return
    place = "Sender" if resource is message.sender else "Receiver" if resource is message.receiver else place
    yield from _of_structure(resource, path, place, _OF_RESOURCES)


def _of_structure(value: Structure, path: str, place: str, left_out: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    for name, declared in fields(type(value)).items():
        content = value.__dict__[name]
        if content is None or content == () or name in left_out:
            continue
        many = isinstance(content, tuple)
        for number, item in enumerate(content if many else (content,)):
            here = f"{path}.{name}[{number}]" if many else f"{path}.{name}"
            there = _place_of(item, place, declared.name)
            if isinstance(item, Structure):
                skipped = ("url",) if isinstance(item, Extension) else ("role",) if isinstance(item, Entity) else ()
                yield from _of_structure(item, here, there, skipped)
            else:
                yield here, there
    for key in value.rest.plain() if value.rest else ():
        yield f"{path}.rest.{shown_name(key)}", f"{place}.{shown_name(key)}"


def _place_of(item: object, place: str, name: str) -> str:
    """Where an item stands: an extension by its name, an entity by its role, a payload by what it carries."""
    if isinstance(item, Extension):
        known = _EXTENSIONS.get(item.url or "")
        return f"{place}.extension({known})" if known else f"{place}.extension"
    if isinstance(item, Entity):
        return f"{place}.entity({item.role})"
    if isinstance(item, Payload):
        return "file" if item.content_attachment is not None else "text"
    return f"{place}.{name}"
