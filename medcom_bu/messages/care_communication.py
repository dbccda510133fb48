"""CareCommunication: correspondence about a citizen, a thread of messages. FHIR R4, standard 5.0 and 4.0.

The value is the Bundle as it travels, resource by resource; what a reader asks for is next to it: the parties, the
thread, the segments with their authors, the chain of provenances. Source: MedCom, CareCommunication 5.0.2 and 4.0.3.
"""

from __future__ import annotations

import functools
import re
from datetime import datetime

import attrs

from medcom_bu.arguments import check_fields
from medcom_bu.declare.fhir import structure
from medcom_bu.messages.message import FhirMessage
from medcom_bu.values.fhir_codes import Activity, Category, RequestPriority
from medcom_bu.values.fhir_resources import (
    Bundle,
    CareTeam,
    Communication,
    Encounter,
    Organization,
    Patient,
    Payload,
    Practitioner,
    PractitionerRole,
    Provenance,
)
from medcom_bu.values.fhir_types import Attachment, Identifier, ResourceReference, moment

DEFINITIONS = {
    "5.0": "http://medcomfhir.dk/ig/messagedefinitions/MessageDefinition/MedComCareCommunicationMessageDefinition|5.0",
    "4.0": "http://medcomfhir.dk/ig/carecommunication/medcom-careCommunication-message-definition|4.0.0",
}
"""Version of the standard -> MessageHeader.definition, the default first."""

VERSIONS = tuple(DEFINITIONS)

_LATER = re.compile(re.escape(DEFINITIONS["5.0"].removesuffix("5.0")) + "(5[.][0-9]{1,2})(?:[.][0-9]{1,2})?")
"""What MedCom accepts of version 5 (medcom-carecommunication-definition-url), and a third number, which it does not."""


@attrs.frozen(repr=False, field_transformer=check_fields)
class MessageSegment:
    """One segment of the thread, a text or an attachment, with all that its references lead to."""

    payload: Payload
    author: Practitioner | None
    author_role: PractitionerRole | None
    assigner: Organization | None

    @property
    def identifier(self) -> str | None:
        """What the segment is known by in the whole thread, ``urn:uuid:...``."""
        return self.payload.identifier.value if self.payload.identifier else None

    @property
    def date(self) -> str | None:
        """When its author pressed send, as it stands on the wire."""
        return self.payload.date

    @property
    def sent(self) -> datetime | None:
        """When its author pressed send, with its time zone; None where the text does not say so exactly."""
        return moment(self.payload.date)

    @property
    def contact(self) -> str | None:
        """The telephone number of the author or of the department."""
        return self.payload.author_contact.value if self.payload.author_contact else None

    @property
    def author_name(self) -> str:
        """The author's name, empty where there is none."""
        return self.author.name[0].full if self.author and self.author.name else ""

    @property
    def author_title(self) -> str:
        """The author's role: its text, or its code."""
        role = self.author_role.code[0] if self.author_role and self.author_role.code else None
        return (role.text or role.code or "") if role else ""

    @property
    def text(self) -> str | None:
        """The text, or None for an attachment."""
        return self.payload.content_string

    @property
    def attachment(self) -> Attachment | None:
        """The attachment, or None for a text."""
        return self.payload.content_attachment

    def __repr__(self) -> str:
        return f"<Segment, {'text' if self.text is not None else 'attachment'}>"


@structure
class CareCommunicationMessage(Bundle, FhirMessage):
    """One message of a thread."""

    @property
    def version(self) -> str | None:
        """The version of the standard, ``"5.0"`` or ``"4.0"``; None where the header names no version of it.

        A later version of the same definition is given as the header has it, ``"5.1"``, though it is not in
        :data:`VERSIONS`.
        """
        definition = (self.header.definition if self.header else None) or ""
        own_version = next((version for version, url in DEFINITIONS.items() if url == definition), None)
        later = _LATER.fullmatch(definition)
        return own_version or (later[1] if later else None)

    @functools.cached_property
    def communication(self) -> Communication | None:
        """The Communication that the header focuses on."""
        focus = self.header.focus if self.header else ()
        focused = self.resolve(focus[0], Communication) if focus else None
        return focused or next(self.resources(Communication), None)

    @property
    def patient(self) -> Patient | None:
        """The citizen."""
        communication = self.communication
        subject = self.resolve(communication.subject, Patient) if communication else None
        return subject or next(self.resources(Patient), None)

    @property
    def communication_identifier(self) -> str | None:
        """The identifier of the thread, ``urn:uuid:...``."""
        identifiers = self.communication.identifier if self.communication else ()
        return identifiers[0].value if identifiers else None

    @property
    def category(self) -> Category | str | None:
        """What it is about; a code that no version knows stays text."""
        concepts = self.communication.category if self.communication else ()
        code = concepts[0].code if concepts else None
        return Category.get(code)

    @property
    def topic(self) -> str | None:
        """The heading, as the sender put it."""
        topic = self.communication.topic if self.communication else None
        return topic.text if topic else None

    @property
    def priority(self) -> RequestPriority | str | None:
        """How urgent it is; None means that nothing is said."""
        code = self.communication.priority if self.communication else None
        return RequestPriority.get(code)

    @property
    def episode_of_care(self) -> tuple[Identifier, ...]:
        """The identifiers of the episodes of care."""
        communication = self.communication
        encounter = self.resolve(communication.encounter, Encounter) if communication else None
        episodes = encounter.episode_of_care if encounter else ()
        return tuple(episode.identifier for episode in episodes if episode.identifier is not None)

    @property
    def specific_sender(self) -> PractitionerRole | CareTeam | None:
        """The practitioner role or the care team that sends, where one is named."""
        return self._role_or_team(self.communication.specific_sender if self.communication else None)

    @property
    def specific_recipient(self) -> PractitionerRole | CareTeam | None:
        """The first practitioner role or care team that is to receive, where one is named."""
        recipients = self.communication.recipient if self.communication else ()
        return self._role_or_team(recipients[0] if recipients else None)

    def _role_or_team(self, reference: ResourceReference | None) -> PractitionerRole | CareTeam | None:
        return self.resolve(reference, PractitionerRole) or self.resolve(reference, CareTeam)

    @functools.cached_property
    def segments(self) -> tuple[MessageSegment, ...]:
        """The segments of the thread, in the order of the wire."""
        return tuple(map(self._segment, self.communication.payload if self.communication else ()))

    def _segment(self, payload: Payload) -> MessageSegment:
        role = self.resolve(payload.author, PractitionerRole)
        author = self.resolve(role.practitioner, Practitioner) if role else None
        assigner = self.resolve(payload.identifier.assigner, Organization) if payload.identifier else None
        return MessageSegment(payload, author, role, assigner)

    @property
    def activity(self) -> Activity | str | None:
        """What the message does in its thread: new, reply or forward."""
        own = self.provenance
        code = own.activity.code if own and own.activity else None
        return Activity.get(code)

    @property
    def chain(self) -> tuple[Provenance, ...]:
        """The provenances from this message back to the first that is known, each preceding the one before it."""
        by_message = {
            provenance.message_id: provenance for provenance in reversed(self.provenances) if provenance.message_id
        }
        by_message.pop((self.header.id if self.header else None) or "", None)
        chain: list[Provenance] = []
        link = self.provenance
        while link is not None:
            chain.append(link)
            before = link.what("revision")
            reference = (before[0].reference if before else None) or ""
            link = by_message.pop(reference.rpartition("/")[2], None)  # each once: a chain may bite its tail
        return tuple(chain)
