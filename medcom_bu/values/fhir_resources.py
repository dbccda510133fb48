"""The resources of MedCom's FHIR messages, and the Bundle that holds them.

Each class has the properties that the profiles of CareCommunication 4.0 and 5.0 and Acknowledgement 2.0 name, in the
order of the standard. Source: HL7 FHIR R4 (4.0.1); the profiles of MedCom Core, Messaging, CareCommunication.
"""

from __future__ import annotations

import builtins
import functools
import importlib
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Self, TypeVar

from medcom_bu.declare.base import NUMBERS, TIMES, WORDS
from medcom_bu.declare.fhir import Structure, many, one, structure
from medcom_bu.values import identifiers
from medcom_bu.values.fhir_codes import (
    CONTACT_EXTENSION,
    DATE_TIME_EXTENSION,
    IDENTIFIER_EXTENSION,
    PRACTITIONER_EXTENSION,
    SENDER_EXTENSION,
)
from medcom_bu.values.fhir_types import (
    Address,
    Attachment,
    CodeableConcept,
    Coding,
    ContactPoint,
    Extension,
    HumanName,
    Identifier,
    Meta,
    Narrative,
    Period,
    ResourceReference,
)

_N = TypeVar("_N", bound=identifiers.DanishIdentifier)
_R = TypeVar("_R", bound="Resource")


def number_of(found: tuple[Identifier, ...], kind: type[_N]) -> _N | None:
    """The first of the identifiers that is a number of that kind."""
    return next((kind(each.value) for each in found if each.system in kind.SYSTEMS and each.value is not None), None)


def extension(found: tuple[Extension, ...], url: str) -> Extension | None:
    """The first extension with that URL."""
    return next((candidate for candidate in found if candidate.url == url), None)


@structure
class Resource(Structure):
    """What every resource of a message has."""

    resource_type: ClassVar[str] = ""

    id: str | None = one("id", shown=NUMBERS)
    meta: Meta | None = one("meta", Meta)
    text: Narrative | None = one("text", Narrative)
    extension: tuple[Extension, ...] = many("extension", Extension)


@structure
class UnknownResource(Resource):
    """A resource that no profile of MedCom names, kept as it came."""

    type: str | None = one("resourceType", shown=NUMBERS)


@structure
class Destination(Structure):
    """Where a message goes."""

    extension: tuple[Extension, ...] = many("extension", Extension)
    name: str | None = one("name", shown=WORDS)
    endpoint: str | None = one("endpoint", shown=NUMBERS)
    receiver: ResourceReference | None = one("receiver", ResourceReference)


@structure
class MessageSource(Structure):
    """The system that a message comes from."""

    name: str | None = one("name", shown=WORDS)
    software: str | None = one("software", shown=NUMBERS)
    version: str | None = one("version", shown=NUMBERS)
    contact: ContactPoint | None = one("contact", ContactPoint)
    endpoint: str | None = one("endpoint", shown=NUMBERS)


@structure
class Response(Structure):
    """Which message is answered, and what came of it."""

    identifier: str | None = one("identifier", shown=NUMBERS)
    code: str | None = one("code", shown=NUMBERS)
    details: ResourceReference | None = one("details", ResourceReference)


@structure
class MessageHeader(Resource):
    """Sender, receiver and kind of a message."""

    resource_type: ClassVar[str] = "MessageHeader"

    event_coding: Coding | None = one("eventCoding", Coding)
    destination: tuple[Destination, ...] = many("destination", Destination)
    sender: ResourceReference | None = one("sender", ResourceReference)
    source: MessageSource | None = one("source", MessageSource)
    response: Response | None = one("response", Response)
    focus: tuple[ResourceReference, ...] = many("focus", ResourceReference)
    definition: str | None = one("definition", shown=NUMBERS)

    @property
    def receiver(self) -> ResourceReference | None:
        """The receiver of the first destination; MedCom allows no other."""
        return self.destination[0].receiver if self.destination else None


@structure
class Payload(Structure):
    """One segment of a Communication: a text or an attachment."""

    extension: tuple[Extension, ...] = many("extension", Extension)
    content_string: str | None = one("contentString")
    content_attachment: Attachment | None = one("contentAttachment", Attachment)

    @property
    def date(self) -> str | None:
        """When its author pressed send, a dateTime."""
        own_extension = extension(self.extension, DATE_TIME_EXTENSION)
        return own_extension.value_date_time if own_extension else None

    @property
    def identifier(self) -> Identifier | None:
        """What it is known by in the whole thread, and who gave it that name."""
        own_extension = extension(self.extension, IDENTIFIER_EXTENSION)
        return own_extension.value_identifier if own_extension else None

    @property
    def author(self) -> ResourceReference | None:
        """The PractitionerRole that wrote it."""
        own_extension = extension(self.extension, PRACTITIONER_EXTENSION)
        return own_extension.value_reference if own_extension else None

    @property
    def author_contact(self) -> ContactPoint | None:
        """The telephone number of the author or of the department."""
        own_extension = extension(self.extension, CONTACT_EXTENSION)
        return own_extension.value_contact_point if own_extension else None


@structure
class Communication(Resource):
    """The thread, its category and its segments."""

    resource_type: ClassVar[str] = "Communication"

    identifier: tuple[Identifier, ...] = many("identifier", Identifier)
    status: str | None = one("status", shown=NUMBERS)
    category: tuple[CodeableConcept, ...] = many("category", CodeableConcept)
    priority: str | None = one("priority", shown=NUMBERS)
    subject: ResourceReference | None = one("subject", ResourceReference)
    topic: CodeableConcept | None = one("topic", CodeableConcept)
    encounter: ResourceReference | None = one("encounter", ResourceReference)
    recipient: tuple[ResourceReference, ...] = many("recipient", ResourceReference)
    payload: tuple[Payload, ...] = many("payload", Payload)

    @property
    def specific_sender(self) -> ResourceReference | None:
        """The practitioner role or care team that sends, where it is named."""
        own_extension = extension(self.extension, SENDER_EXTENSION)
        return own_extension.value_reference if own_extension else None


@structure
class Patient(Resource):
    """The citizen that a message is about."""

    resource_type: ClassVar[str] = "Patient"

    identifier: tuple[Identifier, ...] = many("identifier", Identifier)
    name: tuple[HumanName, ...] = many("name", HumanName)
    telecom: tuple[ContactPoint, ...] = many("telecom", ContactPoint)
    gender: str | None = one("gender")
    birth_date: str | None = one("birthDate")
    deceased_boolean: bool | None = one("deceasedBoolean", bool)
    deceased_date_time: str | None = one("deceasedDateTime")
    address: tuple[Address, ...] = many("address", Address)

    @property
    def number(self) -> identifiers.Cpr | identifiers.ReplacementCpr | None:
        """The CPR number, or the first replacement number where there is none."""
        return number_of(self.identifier, identifiers.Cpr) or number_of(self.identifier, identifiers.ReplacementCpr)


@structure
class Organization(Resource):
    """A unit that sends or receives, known by SOR and GLN."""

    resource_type: ClassVar[str] = "Organization"

    identifier: tuple[Identifier, ...] = many("identifier", Identifier)
    name: str | None = one("name", shown=WORDS)
    telecom: tuple[ContactPoint, ...] = many("telecom", ContactPoint)
    address: tuple[Address, ...] = many("address", Address)

    @property
    def sor(self) -> identifiers.SorCode | None:
        """Its SOR code."""
        return number_of(self.identifier, identifiers.SorCode)

    @property
    def gln(self) -> identifiers.Gln | None:
        """Its GLN, the address on the network."""
        return number_of(self.identifier, identifiers.Gln)


@structure
class Practitioner(Resource):
    """A person who wrote a segment."""

    resource_type: ClassVar[str] = "Practitioner"

    identifier: tuple[Identifier, ...] = many("identifier", Identifier)
    name: tuple[HumanName, ...] = many("name", HumanName)
    telecom: tuple[ContactPoint, ...] = many("telecom", ContactPoint)


@structure
class PractitionerRole(Resource):
    """The role in which a person wrote, sends or receives."""

    resource_type: ClassVar[str] = "PractitionerRole"

    practitioner: ResourceReference | None = one("practitioner", ResourceReference)
    organization: ResourceReference | None = one("organization", ResourceReference)
    code: tuple[CodeableConcept, ...] = many("code", CodeableConcept)
    telecom: tuple[ContactPoint, ...] = many("telecom", ContactPoint)


@structure
class CareTeam(Resource):
    """A team that sends or receives."""

    resource_type: ClassVar[str] = "CareTeam"

    identifier: tuple[Identifier, ...] = many("identifier", Identifier)
    name: str | None = one("name")
    managing_organization: tuple[ResourceReference, ...] = many("managingOrganization", ResourceReference)


@structure
class Encounter(Resource):
    """What carries the identifier of an episode of care."""

    resource_type: ClassVar[str] = "Encounter"

    status: str | None = one("status", shown=NUMBERS)
    class_: Coding | None = one("class", Coding)
    subject: ResourceReference | None = one("subject", ResourceReference)
    episode_of_care: tuple[ResourceReference, ...] = many("episodeOfCare", ResourceReference)


@structure
class Agent(Structure):
    """Who did it."""

    who: ResourceReference | None = one("who", ResourceReference)


@structure
class Entity(Structure):
    """What an activity used: the preceding message (``revision``) or a segment (``source``)."""

    role: str | None = one("role", shown=NUMBERS)
    what: ResourceReference | None = one("what", ResourceReference)


@structure
class Provenance(Resource):
    """One message of the thread: who sent it, when, as what, and what was in it."""

    resource_type: ClassVar[str] = "Provenance"

    target: tuple[ResourceReference, ...] = many("target", ResourceReference)
    occurred_period: Period | None = one("occurredPeriod", Period)
    occurred_date_time: str | None = one("occurredDateTime", shown=TIMES)
    recorded: str | None = one("recorded", shown=TIMES)
    activity: CodeableConcept | None = one("activity", CodeableConcept)
    agent: tuple[Agent, ...] = many("agent", Agent)
    entity: tuple[Entity, ...] = many("entity", Entity)

    @property
    def message_id(self) -> str | None:
        """The id of the MessageHeader that it is about."""
        target = self.target[0].reference if self.target else None
        return target.rpartition("/")[2] if target else None

    def what(self, role: str) -> tuple[ResourceReference, ...]:
        """What it refers to in that role."""
        return tuple(entity.what for entity in self.entity if entity.role == role and entity.what is not None)


@structure
class OutcomeIssue(Structure):
    """One thing that was wrong with a message."""

    severity: str | None = one("severity", shown=NUMBERS)
    code: str | None = one("code", shown=NUMBERS)
    details: CodeableConcept | None = one("details", CodeableConcept)
    diagnostics: str | None = one("diagnostics")
    location: tuple[str, ...] = many("location", shown=NUMBERS)
    expression: tuple[str, ...] = many("expression", shown=NUMBERS)


@structure
class OperationOutcome(Resource):
    """What was wrong with a message."""

    resource_type: ClassVar[str] = "OperationOutcome"

    issue: tuple[OutcomeIssue, ...] = many("issue", OutcomeIssue)


RESOURCES: Mapping[str, type[Resource]] = {
    kind.resource_type: kind
    for kind in (
        MessageHeader,
        Patient,
        Communication,
        PractitionerRole,
        Practitioner,
        CareTeam,
        Encounter,
        Organization,
        Provenance,
        OperationOutcome,
    )
}
"""Resource type -> its class."""


@structure
class BundleEntry(Structure):
    """One resource of a message, and the URL that it is known by."""

    full_url: str | None = one("fullUrl", shown=NUMBERS)
    resource: Resource | None = one("resource", Resource)


@structure
class Bundle(Structure):
    """What every FHIR message is on the wire: resources in a row, the MessageHeader first."""

    resource_type: ClassVar[str] = "Bundle"

    id: str | None = one("id", shown=NUMBERS)
    meta: Meta | None = one("meta", Meta)
    identifier: Identifier | None = one("identifier", Identifier)
    type: str | None = one("type", shown=NUMBERS)
    timestamp: str | None = one("timestamp", shown=TIMES)
    entry: tuple[BundleEntry, ...] = many("entry", BundleEntry)

    def bundle(self) -> Any:
        """The message as a Bundle of fhir.resources (R4B), which is loaded for it.

        That library writes some texts otherwise (``+00:00`` as ``Z``, decimals without trailing zeros, fractions of
        seconds in three or six digits), so ``from_bundle(message.bundle())`` need not be equal to the message.
        Its ``repr`` and ``str`` show the whole message, with names, numbers and texts: keep it out of logs. Raises
        InvalidMessage where fhir.resources refuses it.
        """
        return _typed().to_typed(self)

    @classmethod
    def from_bundle(cls, bundle: Any) -> Self:
        """The message that a Bundle of fhir.resources (R4B) holds."""
        message: Self = _typed().from_typed(cls, bundle)
        return message

    @functools.cached_property
    def _index(self) -> dict[str, Resource]:
        by_reference: dict[str, Resource] = {}
        for entry in self.entry:
            resource = entry.resource
            if resource is not None:
                by_reference.setdefault(f"{_type(resource)}/{resource.id}", resource)
                if entry.full_url:
                    by_reference.setdefault(entry.full_url, resource)
                    by_reference.setdefault("/".join(entry.full_url.rsplit("/", 2)[-2:]), resource)
        return by_reference

    @functools.cached_property
    def places(self) -> Mapping[int, int]:
        """Where each resource is: its ``id()`` -> the number of its entry."""
        return {id(entry.resource): number for number, entry in enumerate(self.entry) if entry.resource is not None}

    def resolve(self, reference: ResourceReference | None, kind: builtins.type[_R]) -> _R | None:
        """The resource in this message that a ``reference`` leads to, where there is one and it is of the kind.

        ``Type/id`` finds the entry with that type and id, or whose fullUrl ends so; an absolute URL the one with that
        fullUrl.
        """
        resource = self._index.get(reference.reference or "") if reference is not None else None
        return resource if isinstance(resource, kind) else None

    def resources(self, kind: builtins.type[_R]) -> Iterator[_R]:
        """The resources of that kind, in their order."""
        return (entry.resource for entry in self.entry if isinstance(entry.resource, kind))

    @functools.cached_property
    def header(self) -> MessageHeader | None:
        """The MessageHeader."""
        return next(self.resources(MessageHeader), None)

    @property
    def sender(self) -> Organization | None:
        """The organisation that sends."""
        return self.resolve(self.header.sender, Organization) if self.header else None

    @property
    def receiver(self) -> Organization | None:
        """The organisation that receives."""
        return self.resolve(self.header.receiver, Organization) if self.header else None

    @property
    def provenances(self) -> tuple[Provenance, ...]:
        """The provenances of all messages of the thread, in the order of the wire."""
        return tuple(self.resources(Provenance))

    @functools.cached_property
    def provenance(self) -> Provenance | None:
        """The provenance of this message: the one whose target is its MessageHeader."""
        own = self.header.id if self.header else None
        return next((provenance for provenance in self.provenances if own and provenance.message_id == own), None)


def _typed() -> Any:
    """What knows fhir.resources: in the codec, so that no value loads it before it is asked for."""
    return importlib.import_module("medcom_bu.fhir.typed")


def _type(resource: Resource) -> str:
    return resource.type or "" if isinstance(resource, UnknownResource) else resource.resource_type
