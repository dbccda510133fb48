"""What makers of FHIR messages share: profiles that are claimed, references, headers, provenances.

Source: MedCom, CareCommunication 5.0.2 and Acknowledgement 2.0.3, with the governance of messaging.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from medcom_bu import danish_time
from medcom_bu.arguments import check
from medcom_bu.declare.fhir import changed, made_of
from medcom_bu.fhir.narratives import written_narrative
from medcom_bu.once import once
from medcom_bu.values.fhir_codes import (
    ACTIVITY_CODES,
    DESTINATION_USE,
    DESTINATION_USE_EXTENSION,
    EVENT_CODES,
    Activity,
    Event,
)
from medcom_bu.values.fhir_resources import (
    Agent,
    Destination,
    Entity,
    MessageHeader,
    MessageSource,
    Organization,
    Provenance,
    Resource,
)
from medcom_bu.values.fhir_types import (
    CodeableConcept,
    Coding,
    Extension,
    Identifier,
    Meta,
    ResourceReference,
)

_R = TypeVar("_R", bound=Resource)
_CARE = "http://medcomfhir.dk/ig/carecommunication/StructureDefinition/medcom-careCommunication-"
_CORE = "http://medcomfhir.dk/ig/core/StructureDefinition/medcom-core-"
_MESSAGING = "http://medcomfhir.dk/ig/messaging/StructureDefinition/medcom-messaging-"
_ACKNOWLEDGEMENT = "http://medcomfhir.dk/ig/acknowledgement/StructureDefinition/medcom-"

_SHARED_PROFILES = {
    "Patient": _CORE + "patient",
    "Practitioner": _CORE + "practitioner",
    "PractitionerRole": _CORE + "practitionerrole",
    "CareTeam": _CORE + "careteam",
    "Encounter": _CORE + "encounter",
    "Organization": _MESSAGING + "organization",
}
CARE_COMMUNICATION_PROFILES: Mapping[str, str] = {
    **_SHARED_PROFILES,
    "Bundle": _CARE + "message",
    "MessageHeader": _CARE + "messageHeader",
    "Communication": _CARE + "communication",
    "Provenance": _CARE + "provenance",
}
"""Resource type -> the profile that a resource of a CareCommunication claims."""

ACKNOWLEDGEMENT_PROFILES: Mapping[str, str] = {
    **_SHARED_PROFILES,
    "Bundle": _ACKNOWLEDGEMENT + "messaging-acknowledgement",
    "MessageHeader": _ACKNOWLEDGEMENT + "messaging-acknowledgementHeader",
    "Provenance": _MESSAGING + "provenance",
    "OperationOutcome": _ACKNOWLEDGEMENT + "acknowledgement-operationoutcome",
}
"""Resource type -> the profile that a resource of an Acknowledgement claims."""

SOR_URL = "https://sor2.sum.dsdn.dk/#id="
"""What an address or a system that names an organisation begins with; its SOR code follows."""


def instant(moment: datetime) -> str:
    """A moment to the second, with its time zone to the minute; without one it is Danish time.

    Raises TypeError for what is no ``datetime``.
    """
    check("moment", moment, datetime)
    return danish_time.aware(moment).isoformat(timespec="seconds")[: len("2026-05-04T09:30:59+02:00")]


def name_of(resource: Resource) -> str:
    """What a resource is called within its message: ``Type/id``."""
    return f"{resource.resource_type}/{resource.id}"


def reference(resource: Resource) -> ResourceReference:
    """A reference to a resource of the same message."""
    return made_of(ResourceReference, reference=name_of(resource))


_coding = once(lambda system, code: Coding(system=system, code=code))
_claim = once(lambda profile: Meta(profile=(profile,)))
_PRIMARY = Extension(url=DESTINATION_USE_EXTENSION, value_coding=Coding(system=DESTINATION_USE, code="primary"))


def header(
    identifier: str,
    event: Event,
    sender: Organization | None,
    receiver: Organization | None,
    references: tuple[ResourceReference | None, ResourceReference | None],
    **more: Any,
) -> MessageHeader:
    """A MessageHeader from one organisation to another; the endpoints are those of their SOR codes."""
    destination = made_of(Destination, extension=(_PRIMARY,), endpoint=_endpoint(receiver), receiver=references[1])
    return made_of(
        MessageHeader,
        id=identifier,
        event_coding=_coding(EVENT_CODES, str(event)),
        destination=(destination,),
        sender=references[0],
        source=made_of(MessageSource, endpoint=_endpoint(sender)),
        **more,
    )


def _endpoint(organization: Organization | None) -> str | None:
    sor = organization.sor if organization else None
    return SOR_URL + sor.reveal() if sor else None


def provenance(
    identifier: str,
    own: MessageHeader,
    activity: Activity,
    sender: ResourceReference | None,
    sent: str,
    preceding: ResourceReference | None = None,
    segments: Iterable[str] = (),
) -> Provenance:
    """The provenance of a message: who sent it when, what it precedes, which segments are new in it."""
    revision = [made_of(Entity, role="revision", what=preceding)] if preceding else []
    named = [made_of(ResourceReference, identifier=made_of(Identifier, value=segment)) for segment in segments]
    return made_of(
        Provenance,
        id=identifier,
        target=(reference(own),),
        occurred_date_time=sent,
        recorded=sent,
        activity=made_of(CodeableConcept, coding=(_coding(ACTIVITY_CODES, str(activity)),)),
        agent=(made_of(Agent, who=sender),) if sender else (),
        entity=(*revision, *(made_of(Entity, role="source", what=what) for what in named)),
    )


def finished(resource: _R, profiles: Mapping[str, str], identifier: str | None) -> _R:
    """The resource with an id, the profile that it claims and its narrative, where it has none of its own."""
    meta = resource.meta or _claim(profiles[resource.resource_type])
    identified = changed(resource, id=resource.id or identifier, meta=meta)
    return identified if identified.text else changed(identified, text=written_narrative(identified))
