"""What the table says that a letter has no place for: every element of a FHIR message is examined."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

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
from medcom_bu.values.fhir_resources import (
    CareTeam,
    Communication,
    Encounter,
    Entity,
    MessageHeader,
    OperationOutcome,
    Patient,
    Payload,
    Practitioner,
    PractitionerRole,
    Provenance,
    Resource,
    UnknownResource,
)
from medcom_bu.values.fhir_types import Extension, HumanName, Meta, ResourceReference

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
    "PractitionerRole.code.coding.display",
    "PractitionerRole.code.text",
}
"""What holds the resources of a message together, or is said in another way, and is not lost."""

_CARRIED = {
    "assigner", "code", "coding", "family", "given", "reference", "system", "url", "value",
    "valueContactPoint", "valueDateTime", "valueIdentifier", "valueReference",
}  # fmt: skip
"""What is read in an element that is carried over; what else is in it has no place in a letter."""

_NAMED_WHOLE = ("Communication.category", "Communication.topic")
"""Elements of which the conversion itself says that only words are left."""

_FIRST_ALONE = {
    "Communication.extension(sender)",
    "Communication.recipient",
    "MessageHeader.focus",
    "Practitioner.name",
    "PractitionerRole.code",
    "PractitionerRole.code.coding",
    "text.extension(author)",
    "text.extension(authorContact)",
    "text.extension(date)",
}
"""Elements of which a letter takes the first."""

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

_EVERY = 99
"""Steps of a path: all of them."""

_NONE: tuple[()] = ()
_SORTED = (Extension, Entity, Payload)
"""Of these, the place depends on what they are."""

_SEGMENTS = ("text", "file")
"""How a place in a payload begins: one step for two of a path."""

_READ = (
    MessageHeader, Communication, Patient, Encounter, PractitionerRole, Practitioner, CareTeam, OperationOutcome,
)  # fmt: skip
"""Resources that a letter or a receipt is made of, where the message leads to them."""

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
    """Name every element of an Acknowledgement that its profiles lack: no receipt has a place for it."""
    _Walk(answer, notes, _told_of_answer).through()


def _told_of(place: str) -> _Told | None:
    """What is said of a place in a CareCommunication, by the row of its longest known beginning."""
    row, length = _row_of(place)
    if row is not None and row.to_letter.fate is Fate.DROPPED:
        return _Told(row.to_letter.losses[0], length + place.startswith(_SEGMENTS))
    if not _is_carried(place):
        return None if row is not None else _Told(lost.ELEMENT, 2, {"element": ".".join(place.split(".")[:2])})
    steps = place.split(".")
    is_read = place in _FRAME or length == len(steps) or steps[-1] in _CARRIED
    return None if is_read else _whole(place)


def _row_of(place: str) -> tuple[MappedField | None, int]:
    """The row of the longest known beginning of a place, and its steps."""
    steps = place.split(".")
    known = ((_ROWS.get(".".join(steps[:length])), length) for length in range(len(steps), 0, -1))
    return next((each for each in known if each[0] is not None), (None, 0))


def _is_carried(place: str) -> bool:
    """Whether a place is that of what a letter takes, or in it, and each part of it must be accounted for."""
    row, _ = _row_of(place)
    if row is not None:
        return row.to_letter.fate is not Fate.DROPPED and not place.startswith(_NAMED_WHOLE)
    return any(place == each or place.startswith(f"{each}.") for each in _FRAME)


def _whole(place: str) -> _Told:
    """That a letter has no place for exactly this."""
    first, _, rest = place.partition(".")
    return _Told(lost.ELEMENT, _EVERY, {"element": f"Communication.payload.{rest}" if first in _SEGMENTS else place})


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
        own, read = message.provenance, self._read()
        for number, entry in enumerate(message.entry):
            resource, path = entry.resource, f"entry[{number}].resource"
            self._rest(entry, f"entry[{number}].rest", "Bundle.entry")
            if isinstance(resource, UnknownResource):
                self._tell(f"{shown_name(resource.type or 'Resource')}.resource", path)
            elif isinstance(resource, Provenance) and resource is not own:
                self._tell("EarlierProvenance", path)
            elif isinstance(resource, _READ) and id(resource) not in read:
                self._note(_whole(resource.resource_type), path)
            elif resource is not None:
                place = parts.get(id(resource), resource.resource_type)
                if _leads(place, self.told_of):
                    self._structure(resource, path, place)

    def _read(self) -> set[int]:
        """The ``id()`` of the resources that the letter, or the receipt, is made of."""
        message = self.message
        if isinstance(message, AcknowledgementMessage):
            outcomes = message.resources(OperationOutcome)
            return {id(message.header), *(id(each) for each in outcomes if each.issue is message.issues)}
        communication = message.communication
        roles = [each.author_role for each in message.segments]
        parties = (message.specific_sender, message.specific_recipient)
        roles += [each for each in parties if isinstance(each, PractitionerRole)]
        people = [message.resolve(each.practitioner, Practitioner) for each in roles if each is not None]
        encounter = message.resolve(communication.encounter if communication else None, Encounter)
        return {
            id(each) for each in (message.header, communication, message.patient, encounter, *parties, *roles, *people)
        }

    def _structure(self, value: Structure, path: str, place: str) -> None:
        held = value.__dict__
        for name, there, told, is_sifted in _ways(type(value), place, self.told_of):
            content = held[name]
            if content is None or content is _NONE:
                continue
            if type(content) is tuple:
                items = [(item, f"{path}.{name}[{number}]") for number, item in enumerate(content)]
            else:
                items = [(content, f"{path}.{name}")]
            if is_sifted:
                self._sift(items, there)
            elif told is None:
                for item, here in items:
                    self._structure(item, here, there)
            elif not (type(value) is HumanName and content in (value.full, "official")):  # then it is the name
                for _, here in items:
                    self._note(told, here)
        if held["rest"] is not NOTHING:
            self._rest(value, f"{path}.rest", place)

    def _sift(self, items: list[tuple[Any, str]], place: str) -> None:
        """Look into those that a letter takes, and name the others."""
        seen: set[str] = set()
        for item, path in items:
            at = _place_of(item, place)
            if at in seen or self._leads_nowhere(item):
                self._note(_whole(at), path)
                continue
            if at in _FIRST_ALONE:
                seen.add(at)
            self._structure(item, path, at)

    def _leads_nowhere(self, item: object) -> bool:
        """Whether it refers to what the message does not hold."""
        if type(item) is not ResourceReference or item.reference is None:
            return False
        return self.message.resolve(item, Resource) is None

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
    """The fields of a class, at a place, that lead to what is told: name, place, what is told of other than values,
    whether what is there is sifted."""
    ways = []
    for name, declared in fields(cls).items():
        there = f"{place}.{declared.name}" if place.count(".") <= _LONGEST else place
        is_value, is_carried = issubclass(declared.type, Structure), told_of is _told_of and _is_carried(there)
        told = told_of(there) if is_carried or not is_value else None
        if name not in _left_out(cls) and (told is not None or (is_value and (is_carried or _leads(there, told_of)))):
            is_sifted = issubclass(declared.type, _SORTED) or there in _FIRST_ALONE
            is_sifted = is_sifted or (is_carried and declared.type is ResourceReference)
            ways.append((name, there, told, is_sifted and told is None))
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
