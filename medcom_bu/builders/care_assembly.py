"""Putting a CareCommunication together: every resource with its id, its profile and its narrative, each once."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from medcom_bu.builders.care_parts import Author, Team
from medcom_bu.fhir.making import (
    CARE_COMMUNICATION,
    CORE,
    MESSAGING,
    completed,
    entries,
    header,
    key,
    moment_text,
    to,
)
from medcom_bu.messages.care_communication import DEFINITIONS, CareCommunicationMessage
from medcom_bu.values.fhir_codes import (
    ACT_CODES,
    ACTIVITY_CODES,
    CATEGORY_CODES,
    CONTACT_EXTENSION,
    DATE_TIME_EXTENSION,
    IDENTIFIER_EXTENSION,
    PRACTITIONER_EXTENSION,
    SENDER_EXTENSION,
    Activity,
    Event,
)
from medcom_bu.values.fhir_resources import (
    Agent,
    CareTeam,
    Communication,
    Encounter,
    Entity,
    Organization,
    Payload,
    Practitioner,
    PractitionerRole,
    Provenance,
    Resource,
)
from medcom_bu.values.fhir_types import (
    CodeableConcept,
    Coding,
    ContactPoint,
    Extension,
    Identifier,
    Meta,
    Reference,
)

if TYPE_CHECKING:
    from medcom_bu.builders.care_communication import CareCommunicationBuilder

BASE = "https://medcomfhir.dk/ig/carecommunication/"
"""What the fullUrl of every entry begins with, as in MedCom's own messages."""


@attrs.frozen(repr=False)
class Thread:
    """What goes on from an earlier message."""

    activity: Activity
    preceding: Reference
    identifier: str | None = None
    payloads: tuple[Payload, ...] = ()
    provenances: tuple[Provenance, ...] = ()
    encounter: Encounter | None = None
    recipient: Resource | None = None
    carried: Mapping[str, Resource] = attrs.field(factory=dict)


class Assembly:
    """One message in the making."""

    def __init__(self, builder: CareCommunicationBuilder) -> None:
        self.given, self.around = builder, builder.around
        self.now = moment_text(builder.around.clock())
        self.thread = builder._thread
        self.held: dict[str, Resource] = dict(self.thread.carried) if self.thread else {}
        self.people: dict[int, PractitionerRole] = {}
        self.sender = self.hold(builder.sender, MESSAGING + "organization")
        self.receiver = self.hold(builder.receiver, MESSAGING + "organization")
        self.patient = self.hold(builder.patient, CORE + "patient")

    def hold(self, resource: Any, profile: str) -> Any:
        """Take a resource into the message, complete; one with the same id is there only once."""
        whole = completed(resource, profile, self.around)
        self.held[key(whole)] = whole
        return whole

    def uuid(self) -> str:
        """A new identifier of a thread or a segment."""
        return f"urn:uuid:{self.around.uuids()}"

    def message(self) -> CareCommunicationMessage:
        """The message, entry by entry."""
        thread, given = self.thread, self.given
        new = [*self.texts(), *(self.payload(content_attachment=file.attachment()) for file in given._files)]
        kept = thread.payloads if thread else ()
        specific = self.specific(given.specific_sender, self.sender)
        recipient = self.specific(given.specific_recipient, self.receiver) or (thread.recipient if thread else None)
        encounter = self.encounter()
        communication = Communication(
            extension=(Extension(url=SENDER_EXTENSION, value_reference=to(specific)),) if specific else (),
            identifier=(Identifier(value=(thread.identifier if thread else None) or self.uuid()),),
            status="unknown",
            category=(CodeableConcept(coding=(Coding(system=CATEGORY_CODES, code=str(given.category)),)),),
            priority=None if given.priority is None else str(given.priority),
            subject=to(self.patient),
            topic=None if given.topic is None else CodeableConcept(text=given.topic),
            encounter=to(encounter),
            recipient=(to(recipient),) if recipient else (),
            payload=(*kept, *new),
        )
        communication = self.hold(communication, CARE_COMMUNICATION + "communication")
        head = header(
            self.around,
            Event.CARE_COMMUNICATION,
            self.sender,
            self.receiver,
            focus=(to(communication),),
            definition=DEFINITIONS[given.version],
        )
        head = self.hold(head, CARE_COMMUNICATION + "messageHeader")
        own = self.hold(self.provenance(head.id or "", new), CARE_COMMUNICATION + "provenance")
        earlier = thread.provenances if thread else ()
        first = [head, self.patient, communication]
        rest = [resource for name, resource in self.held.items() if not name.startswith("Provenance/")]
        return CareCommunicationMessage(
            id=str(self.around.uuids()),
            meta=Meta(profile=(CARE_COMMUNICATION + "message",)),
            type="message",
            timestamp=self.now,
            entry=entries([*first, *sorted(rest, key=_order), *earlier, own], BASE),
        )

    def texts(self) -> Iterator[Payload]:
        """The new texts as segments."""
        return (self.payload(content_string=text) for text in self.given.texts)

    def payload(self, **content: Any) -> Payload:
        """A new segment by the author, sent now."""
        author = self.given.author
        assert author is not None  # noqa: S101 - build has asked
        identifier = Identifier(value=self.uuid(), assigner=to(self.sender))
        contact = ContactPoint(system="phone", value=author.telephone)
        return Payload(
            extension=(
                Extension(url=DATE_TIME_EXTENSION, value_date_time=self.now),
                Extension(url=IDENTIFIER_EXTENSION, value_identifier=identifier),
                Extension(url=PRACTITIONER_EXTENSION, value_reference=to(self.person(author, self.sender))),
                Extension(url=CONTACT_EXTENSION, value_contact_point=contact),
            ),
            **content,
        )

    def person(self, author: Author, unit: Organization) -> PractitionerRole:
        """The role of a person at a unit; the same person has it once."""
        if id(author) not in self.people:
            practitioner = self.hold(Practitioner(name=(author.name(),)), CORE + "practitioner")
            coded = isinstance(author.role, Coding)
            concept = CodeableConcept(coding=(author.role,)) if coded else CodeableConcept(text=author.role)
            made = PractitionerRole(practitioner=to(practitioner), organization=to(unit), code=(concept,))
            self.people[id(author)] = self.hold(made, CORE + "practitionerrole")
        return self.people[id(author)]

    def specific(self, who: Author | Team | None, unit: Organization) -> Resource | None:
        """A person or a team of a unit."""
        if isinstance(who, Team):
            team = CareTeam(name=who.name, managing_organization=(to(unit),))
            return self.hold(team, CORE + "careteam")  # type: ignore[no-any-return]
        return None if who is None else self.person(who, unit)

    def encounter(self) -> Encounter | None:
        """What carries the episode of care: a new one where it is given, else that of the thread."""
        episode = self.given.episode_of_care
        if episode is None:
            return self.thread.encounter if self.thread else None
        if isinstance(episode, str):
            episode = Identifier(system=self.sender_url(), value=_hyphenated(episode))
        made = Encounter(
            status="unknown",
            class_=Coding(system=ACT_CODES, code="AMB"),
            subject=to(self.patient),
            episode_of_care=(Reference(identifier=episode),),
        )
        return self.hold(made, CORE + "encounter")  # type: ignore[no-any-return]

    def sender_url(self) -> str:
        """The URL that stands for the sender where it numbers something itself."""
        sor = self.sender.sor
        return f"https://sor2.sum.dsdn.dk/#id={sor.reveal() if sor else ''}"

    def provenance(self, message_id: str, new: Sequence[Payload]) -> Provenance:
        """What this message adds to the thread."""
        activity = self.thread.activity if self.thread else Activity.NEW
        before = (Entity(role="revision", what=self.thread.preceding),) if self.thread else ()
        added = (payload.identifier.value for payload in new if payload.identifier)
        sources = (Entity(role="source", what=Reference(identifier=Identifier(value=value))) for value in added)
        return Provenance(
            target=(Reference(reference=f"MessageHeader/{message_id}"),),
            occurred_date_time=self.now,
            recorded=self.now,
            activity=CodeableConcept(coding=(Coding(system=ACTIVITY_CODES, code=str(activity)),)),
            agent=(Agent(who=to(self.sender)),),
            entity=(*before, *sources),
        )


_SEQUENCE = (PractitionerRole, Practitioner, CareTeam, Encounter, Organization)


def _order(resource: Resource) -> int:
    return next((number for number, kind in enumerate(_SEQUENCE) if isinstance(resource, kind)), len(_SEQUENCE))


def _hyphenated(episode: str) -> str:
    """A UUID with hyphens, as FHIR has it; OIO-XML and EDIFACT have none. Other texts stay as they are."""
    try:
        return str(uuid.UUID(episode)) if len(episode) == 32 else episode
    except ValueError:
        return episode
