"""What of a FHIR message the table says that a letter has no place for: every element of it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import attrs

from medcom_bu.conversion import losses as lost
from medcom_bu.conversion.notes import Notes
from medcom_bu.conversion.table import ROWS, Fate, MappedField
from medcom_bu.declare.base import fields
from medcom_bu.declare.fhir import NOTHING, Structure
from medcom_bu.fhir.model.data import shown_name
from medcom_bu.issues import Kind
from medcom_bu.messages.acknowledgement import AcknowledgementMessage
from medcom_bu.messages.care_communication import CareCommunicationMessage
from medcom_bu.once import once
from medcom_bu.values.fhir_codes import (
    CONTACT_EXTENSION,
    DATE_TIME_EXTENSION,
    DESTINATION_USE_EXTENSION,
    IDENTIFIER_EXTENSION,
    PRACTITIONER_EXTENSION,
    SENDER_EXTENSION,
)
from medcom_bu.values.fhir_resources import Entity, Payload, Provenance, Resource, UnknownResource
from medcom_bu.values.fhir_types import Extension, Meta

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

_SORTED = (Extension, Entity, Payload)
_SEGMENTS = ("text", "file")
"""How a place in a payload begins: one step for two of a path."""

_LONGEST = max(place.count(".") for place in (*_ROWS, *_FRAME, *_OF_ANSWERS))
"""Of what stands deeper than this, the place says no more of its fate."""

_LEFT_OUT: Mapping[type[Structure], tuple[str, ...]] = {Meta: ("profile",), Extension: ("url",), Entity: ("role",)}


@attrs.frozen
class _Told:
    """What is said of a place: the loss, how many steps of the path lead to what is named, what is filled in."""

    kind: Kind
    steps: int
    params: Mapping[str, str] = attrs.field(factory=dict)


def note_elements(message: CareCommunicationMessage, notes: Notes) -> None:
    """Name every element of a message that has no place in a letter, whether the table knows it or not."""
    _Walk(message, notes, _told_of).through()
    if message.id is not None:
        notes.lose(lost.IDENTITY, "id")
    own = message.header
    if own is not None and own.id is not None:
        notes.lose(lost.IDENTITY, f"entry[{message.places[id(own)]}].resource.id")
    notes.lose(lost.RESOURCES, "entry", count=len(message.entry))


def note_elements_of_answer(answer: AcknowledgementMessage, notes: Notes) -> None:
    """Name every element of an Acknowledgement that its profiles have not: no receipt has a place for it."""
    _Walk(answer, notes, _told_of_answer).through()


def _told_of(place: str) -> _Told | None:
    """What is said of a place in a CareCommunication, by the row of its longest known beginning."""
    steps = place.split(".")
    for length in range(len(steps), 0, -1):
        row = _ROWS.get(".".join(steps[:length]))
        if row is not None:
            is_dropped = row.to_letter.fate is Fate.DROPPED
            return _Told(row.to_letter.losses[0], length + place.startswith(_SEGMENTS)) if is_dropped else None
    return _unless_known(place, _FRAME)


def _told_of_answer(place: str) -> _Told | None:
    return _unless_known(place, _OF_ANSWERS)


def _unless_known(place: str, known: Collection[str]) -> _Told | None:
    if any(place == each or place.startswith(f"{each}.") for each in known):
        return None
    return _Told(lost.ELEMENT, 2, {"element": ".".join(place.split(".")[:2])})


@attrs.define
class _Walk:
    """Goes through all that a message says but for ids, profiles and narratives, and names what ``told_of`` tells."""

    message: CareCommunicationMessage | AcknowledgementMessage
    notes: Notes
    told_of: Callable[[str], _Told | None]
    told: set[tuple[str, str]] = attrs.field(factory=set)

    def through(self) -> None:
        message = self.message
        for name in ("type", "timestamp", "identifier"):
            if getattr(message, name) is not None and _leads(f"Bundle.{name}", self.told_of):
                self._tell(f"Bundle.{name}", name)
        self._rest(message, "rest", "Bundle")
        if message.meta is not None:
            self._structure(message.meta, "meta", "Bundle.meta")
        parts = {id(message.receiver): "Receiver", id(message.sender): "Sender"}
        own = message.provenance
        for number, entry in enumerate(message.entry):
            resource, path = entry.resource, f"entry[{number}].resource"
            self._rest(entry, f"entry[{number}].rest", "Bundle.entry")
            if isinstance(resource, UnknownResource):
                self._tell(f"{shown_name(resource.type or 'Resource')}.resource", path)
            elif isinstance(resource, Provenance) and resource is not own:
                self._tell("EarlierProvenance", path)
            elif resource is not None:
                place = parts.get(id(resource), resource.resource_type)
                if _leads(place, self.told_of):
                    self._structure(resource, path, place)

    def _structure(self, value: Structure, path: str, place: str) -> None:
        held = value.__dict__
        for name, there, told, is_sorted in _ways(type(value), place, self.told_of):
            content = held[name]
            if content is None:
                continue
            is_many = type(content) is tuple
            for number, item in enumerate(content if is_many else (content,)):
                here = f"{path}.{name}[{number}]" if is_many else f"{path}.{name}"
                if told is not None:
                    self._note(told, here)
                else:
                    self._structure(item, here, _place_of(item, there) if is_sorted else there)
        if held["rest"] is not NOTHING:
            self._rest(value, f"{path}.rest", place)

    def _rest(self, value: Structure, path: str, place: str) -> None:
        for key in value.rest.names() if value.rest else ():
            self._tell(f"{place}.{shown_name(key)}", f"{path}.{shown_name(key)}")

    def _tell(self, place: str, path: str) -> None:
        told = self.told_of(place)
        if told is not None:
            self._note(told, path)

    def _note(self, told: _Told, path: str) -> None:
        if told.kind is lost.PROVENANCE_TIMES and self._is_of_message(path):
            return
        path = _cut(path, told.steps)
        if (told.kind.code, path) not in self.told:
            self.told.add((told.kind.code, path))
            self.notes.lose(told.kind, path, **told.params)

    def _is_of_message(self, path: str) -> bool:
        """Whether a time of the Provenance is that of the message."""
        own = self.message.provenance
        time = (own.recorded if path.endswith("recorded") else own.occurred_date_time) if own is not None else None
        return time == self.message.timestamp


@once
def _ways(
    cls: type[Structure], place: str, told_of: Callable[[str], _Told | None]
) -> tuple[tuple[str, str, _Told | None, bool], ...]:
    """The fields of a class, at a place, that lead to what is told: name, place, what is told of other than values, and
    whether the place of a value depends on what it is."""
    ways = []
    for name, declared in fields(cls).items():
        there = f"{place}.{declared.name}" if place.count(".") <= _LONGEST else place
        is_value = issubclass(declared.type, Structure)
        told = None if is_value else told_of(there)
        if name not in _left_out(cls) and (told is not None or (is_value and _leads(there, told_of))):
            ways.append((name, there, told, issubclass(declared.type, _SORTED)))
    return tuple(ways)


@once
def _leads(place: str, told_of: Callable[[str], _Told | None]) -> bool:
    """Whether anything is told of a place, or of one in it."""
    within = (known for known in _ROWS if known.startswith((f"{place}.", f"{place}(")))
    return told_of(place) is not None or any(told_of(known) is not None for known in within)


def _left_out(cls: type[Structure]) -> tuple[str, ...]:
    """The fields of a class that say where its values stand, or what is told of all resources together."""
    if issubclass(cls, Resource):
        return ("id", "text")
    return _LEFT_OUT.get(cls, ())


def _place_of(item: object, place: str) -> str:
    """Where an item stands: an extension by its name, an entity by its role, a payload by what it carries."""
    if isinstance(item, Extension):
        known = _EXTENSIONS.get(item.url or "")
        return f"{place}({known})" if known else place
    if isinstance(item, Entity):
        known = f"{place}({item.role})"
        return known if known in _ROWS else place
    if isinstance(item, Payload):
        return "file" if item.content_attachment is not None else "text"
    return place


def _cut(path: str, steps: int) -> str:
    """The path as far as the first steps of a place go, from the resource on."""
    start, resource, inside = path.partition(".resource.")
    if not resource:
        return path
    return start + resource + ".".join(inside.split(".")[: max(steps - 1, 1)])
