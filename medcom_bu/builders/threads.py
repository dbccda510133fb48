"""The parts of a CareCommunication that is being made: new ones get ids, kept ones keep theirs.

Source: MedCom, CareCommunication 5.0.2 and 4.0.3; MedCom Core 3.0.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from medcom_bu.arguments import check_fields
from medcom_bu.declare.fhir import made_of
from medcom_bu.fhir.assembly import CARE_COMMUNICATION_PROFILES, finished, name_of, reference
from medcom_bu.fhir.model.data import walk
from medcom_bu.fhir.values import to_plain
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.messages.care_communication import CareCommunicationMessage
from medcom_bu.values.fhir_codes import (
    CONTACT_EXTENSION,
    DATE_TIME_EXTENSION,
    IDENTIFIER_EXTENSION,
    PRACTITIONER_EXTENSION,
    ROLES,
    Activity,
)
from medcom_bu.values.fhir_resources import (
    BundleEntry,
    CareTeam,
    MessageHeader,
    Payload,
    Practitioner,
    PractitionerRole,
    Provenance,
    Resource,
)
from medcom_bu.values.fhir_types import (
    Attachment,
    CodeableConcept,
    Coding,
    ContactPoint,
    Extension,
    HumanName,
    Identifier,
    ResourceReference,
)

BASE = "https://medcomfhir.dk/ig/carecommunication/"
"""What fullUrls begin with, where the message that is answered gives nothing else."""

_ORDER = (
    "MessageHeader",
    "Patient",
    "Communication",
    "PractitionerRole",
    "Practitioner",
    "CareTeam",
    "Encounter",
    "Organization",
    "Provenance",
)
_OF_ONE_MESSAGE = ("MessageHeader", "Communication")


@attrs.frozen(kw_only=True, repr=False, field_transformer=check_fields)
class Author:
    """Who writes a segment of a CareCommunication.

    ``given``: the given names.
    ``family``: the family name.
    ``telephone``: the author's number, or the department's.
    ``role_code``: the role, as a code of MedCom's list. Version 4.0 requires one.
    ``role``: the role in words, for one that is not in the list. The profiles allow only one of the two: the words are
    not written if there is a code.
    ``role_system``: the code system of ``role_code``: MedCom's list by default.
    """

    given: str
    family: str
    telephone: str
    role_code: str | None = None
    role: str | None = None
    role_system: str = ROLES

    def __repr__(self) -> str:
        return "<Author>"


@attrs.frozen(repr=False, field_transformer=check_fields)
class Added:
    """A segment that the message adds. ``place`` is what it is called in a problem: ``text[0]``, ``attachments[0]``."""

    content: str | Attachment
    author: Author | None
    place: str


@attrs.frozen(repr=False, field_transformer=check_fields)
class Thread:
    """What a message continues: the message it answers or forwards, and what of that it keeps."""

    activity: Activity = Activity.NEW
    received: CareCommunicationMessage | None = None
    preceding: ResourceReference | None = None
    kept: tuple[Payload, ...] = ()
    chain: tuple[Provenance, ...] = ()


class Parts:
    """Collects the resources of one message, and knows how each is referred to."""

    def __init__(self, ids: IdsAndClock, received: CareCommunicationMessage | None) -> None:
        self._ids = ids
        self._received = received
        self._base = _base(received)
        self._added: dict[str, BundleEntry] = {}
        self.origins: dict[str, str] = {}
        """What a resource is called in the message -> the parameter that it was made of."""
        self._roles: dict[Author, ResourceReference] = {}

    def new_id(self) -> str:
        """A new UUID."""
        return str(self._ids.new_uuid())

    def add(self, resource: Resource | None, origin: str | None = None) -> ResourceReference | None:
        """Take a resource into the message; one without an id gets one. ``origin`` is the parameter that it is of."""
        if resource is None:
            return None
        kept_entry = self._kept_entry(resource)
        if kept_entry is not None:
            self._added.setdefault(name_of(resource), kept_entry)
            self._remember(resource, origin)
            return self._reference(kept_entry)
        finished_resource = finished(resource, CARE_COMMUNICATION_PROFILES, resource.id or self.new_id())
        referred = reference(finished_resource)
        name = referred.reference or ""
        self._added[name] = made_of(BundleEntry, full_url=self._base + name, resource=finished_resource)
        self._remember(finished_resource, origin)
        return referred

    def _remember(self, resource: Resource, origin: str | None) -> None:
        if origin is not None:
            self.origins.setdefault(name_of(resource), origin)

    def _kept_entry(self, resource: Resource) -> BundleEntry | None:
        """The entry of the received message that holds the resource, or one that is equal."""
        received = self._received
        if received is None:
            return None
        if id(resource) not in received.places:
            equal = received.resolve(reference(resource), Resource)
            return None if equal != resource or equal is None else received.entry[received.places[id(equal)]]
        return received.entry[received.places[id(resource)]]

    def _reference(self, entry: BundleEntry) -> ResourceReference:
        """Relative where the fullUrl allows it."""
        name = name_of(entry.resource) if entry.resource else ""
        return ResourceReference(reference=name if entry.full_url in (None, self._base + name) else entry.full_url)

    def specific(
        self,
        named: Author | str | PractitionerRole | CareTeam | None,
        organization: ResourceReference | None,
        origin: str,
    ) -> ResourceReference | None:
        """A specific sender or recipient: a practitioner role or, by its name, a care team of an organisation."""
        if isinstance(named, Author):
            return self.role(named, origin, organization)
        if isinstance(named, str):
            team = CareTeam(name=named, managing_organization=(organization,) if organization else ())
            return self.add(team, origin)
        return self.add(named, origin)

    def role(
        self, author: Author, origin: str, organization: ResourceReference | None = None
    ) -> ResourceReference | None:
        """The role of an author, made once."""
        if author not in self._roles:
            person = self.add(Practitioner(name=(HumanName(family=author.family, given=(author.given,)),)), origin)
            coding = (Coding(system=author.role_system, code=author.role_code),) if author.role_code else ()
            concept = CodeableConcept(coding=coding) if coding else CodeableConcept(text=author.role)
            code = (concept,) if coding or author.role else ()
            role = self.add(PractitionerRole(practitioner=person, organization=organization, code=code), origin)
            if role is not None:
                self._roles[author] = role
        return self._roles[author]

    def payload(self, added: Added, assigner: ResourceReference | None, sent: str) -> Payload:
        """A new segment, signed by its author."""
        identifier = Identifier(value=f"urn:uuid:{self.new_id()}", assigner=assigner)
        extensions = [
            Extension(url=DATE_TIME_EXTENSION, value_date_time=sent),
            Extension(url=IDENTIFIER_EXTENSION, value_identifier=identifier),
        ]
        if added.author is not None:
            contact = ContactPoint(system="phone", value=added.author.telephone)
            extensions += [
                Extension(url=PRACTITIONER_EXTENSION, value_reference=self.role(added.author, f"{added.place}.author")),
                Extension(url=CONTACT_EXTENSION, value_contact_point=contact),
            ]
        if isinstance(added.content, str):
            return Payload(extension=tuple(extensions), content_string=added.content)
        return Payload(extension=tuple(extensions), content_attachment=added.content)

    def entries(self, own: MessageHeader, provenances: Sequence[Provenance]) -> tuple[BundleEntry, ...]:
        """All that the header and the provenances lead to, in the order of the published messages."""
        self.add(own)
        for provenance in provenances:
            self.add(provenance)
        waiting = list(self._added.values()) if self._received is not None else []
        for entry in waiting:  # grows as it goes
            for referred in self._referred(entry.resource):
                name = name_of(referred.resource) if referred.resource else ""
                if name not in self._added:
                    self._added[name] = referred
                    waiting.append(referred)
        placed = sorted(self._added.values(), key=_place)
        return tuple(placed)

    def _referred(self, resource: Resource | None) -> Iterator[BundleEntry]:
        """The entries of the received message that a resource refers to, those of that message alone left out."""
        if resource is None or self._received is None:
            return
        for path, text in walk(to_plain(resource), ""):
            if path.endswith(".reference"):
                target = self._received.resolve(ResourceReference(reference=text), Resource)
                if target is not None and target.resource_type not in _OF_ONE_MESSAGE:
                    entry = self._kept_entry(target)
                    if entry is not None:
                        yield entry


def _place(entry: BundleEntry) -> int:
    kind = entry.resource.resource_type if entry.resource else ""
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER)


def _base(received: CareCommunicationMessage | None) -> str:
    """What the fullUrls of the message begin with: as in the message received, else ``BASE``."""
    for entry in received.entry if received else ():
        name = name_of(entry.resource) if entry.resource else ""
        if entry.full_url and entry.full_url.endswith("/" + name):
            return entry.full_url.removesuffix(name)
    return BASE
