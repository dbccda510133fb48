"""What makers of FHIR messages share: profiles that are claimed, narratives, fullUrls, headers, provenances.

Source: MedCom, CareCommunication 5.0.2 and Acknowledgement 2.0.3, with the governance of messaging.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape
from typing import Any, TypeVar

from medcom_bu import danish_time
from medcom_bu.arguments import check
from medcom_bu.fhir.values import to_plain
from medcom_bu.values.fhir_codes import (
    ACTIVITY_CODES,
    DESTINATION_USE,
    DESTINATION_USE_EXTENSION,
    EVENT_CODES,
    Activity,
    Category,
    Event,
    RequestPriority,
    ResponseCode,
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
    Narrative,
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

_SOR_URL = "https://sor2.sum.dsdn.dk/#id="


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
    return ResourceReference(reference=name_of(resource))


def header(
    identifier: str,
    event: Event,
    sender: Organization | None,
    receiver: Organization | None,
    references: tuple[ResourceReference | None, ResourceReference | None],
    **more: Any,
) -> MessageHeader:
    """A MessageHeader from one organisation to another; the endpoints are those of their SOR codes."""
    use = Extension(url=DESTINATION_USE_EXTENSION, value_coding=Coding(system=DESTINATION_USE, code="primary"))
    destination = Destination(extension=(use,), endpoint=_endpoint(receiver), receiver=references[1])
    return MessageHeader(
        id=identifier,
        event_coding=Coding(system=EVENT_CODES, code=str(event)),
        destination=(destination,),
        sender=references[0],
        source=MessageSource(endpoint=_endpoint(sender)),
        **more,
    )


def _endpoint(organization: Organization | None) -> str | None:
    sor = organization.sor if organization else None
    return _SOR_URL + sor.reveal() if sor else None


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
    revision = [Entity(role="revision", what=preceding)] if preceding else []
    sources = [
        Entity(role="source", what=ResourceReference(identifier=Identifier(value=segment))) for segment in segments
    ]
    return Provenance(
        id=identifier,
        target=(reference(own),),
        occurred_date_time=sent,
        recorded=sent,
        activity=CodeableConcept(coding=(Coding(system=ACTIVITY_CODES, code=str(activity)),)),
        agent=(Agent(who=sender),) if sender else (),
        entity=(*revision, *sources),
    )


def finished(resource: _R, profiles: Mapping[str, str]) -> _R:
    """The resource with the profile that it claims and its narrative, where it has none of its own."""
    meta = resource.meta or Meta(profile=(profiles[resource.resource_type],))
    text = resource.text or narrative(resource)
    return resource.replace(meta=meta, text=text)


# --- narratives ---------------------------------------------------------------------------------------------------

_CODES = {str(code): code for codes in (Category, RequestPriority, Activity, ResponseCode, Event) for code in codes}
_DANISH = {
    "activity": "aktivitet",
    "agent": "afsender",
    "category": "kategori",
    "code": "kode",
    "contentString": "tekst",
    "contentAttachment": "bilag",
    "contentType": "filtype",
    "creation": "oprettet",
    "destination": "modtager",
    "deceasedBoolean": "død",
    "encounter": "kontakt",
    "entity": "indhold",
    "episodeOfCare": "forløb",
    "family": "efternavn",
    "given": "fornavn",
    "identifier": "identifikation",
    "issue": "fejl",
    "managingOrganization": "organisation",
    "name": "navn",
    "occurredDateTime": "sendt",
    "payload": "meddelelsessegment",
    "practitioner": "person",
    "priority": "prioritet",
    "receiver": "modtager",
    "recipient": "modtager",
    "sender": "afsender",
    "source": "afsendersystem",
    "subject": "borger",
    "target": "meddelelse",
    "telecom": "telefon",
    "title": "titel",
    "topic": "emne",
    "value": "værdi",
}
_HIDDEN = {"resourceType", "meta", "text", "data"}
_IN_EXTENSION = {
    "medcom-core-datetime-extension": "date (dato)",
    "medcom-core-practitioner-extension": "author (forfatter)",
    "medcom-core-contact-extension": "contact (telefon)",
    "medcom-core-identifier-extension": "identifier (identifikation)",
    "medcom-core-sender-extension": "specific sender (specifik afsender)",
    "medcom-messaging-destinationUseExtension": "use (anvendelse)",
}


_Rows = list[tuple[str, str]]


def narrative(resource: Resource) -> Narrative:
    """The resource for people to read: every element but profiles and the bytes of attachments."""
    plain = to_plain(resource)
    rows: _Rows = []
    for key, item in plain.items():
        if key not in _HIDDEN:
            _property(key, item, "", rows)
    table = "".join(f"<tr><td>{escape(label)}</td><td>{_cell(text)}</td></tr>" for label, text in rows)
    div = (
        f'<div xmlns="http://www.w3.org/1999/xhtml"><p><b>{resource.resource_type} {escape(str(resource.id))}</b></p>'
        f"<table>{table}</table></div>"
    )
    has_extensions = "extension" in plain or resource.resource_type == "Communication"
    return Narrative(status="extensions" if has_extensions else "generated", div=div)


def _cell(text: str) -> str:
    return escape(text).replace("\n", "<br/>")


def _property(key: str, item: Any, before: str, rows: _Rows) -> None:
    if key == "extension":
        for one in item:
            label = _IN_EXTENSION.get(one.get("url", "").rpartition("/")[2], "extension")
            for name, inner in one.items():
                if name != "url":
                    _item(label, inner, before, rows)
        return
    label = f"{key} ({_DANISH[key]})" if key in _DANISH else key
    many = item if isinstance(item, list) else [item]
    for number, one in enumerate(many, 1):
        _item(f"{label} {number}" if len(many) > 1 else label, one, before, rows)


def _item(label: str, item: Any, before: str, rows: _Rows) -> None:
    here = f"{before} · {label}" if before else label
    if not isinstance(item, dict):
        rows.append((here, _shown(item)))
        return
    for key, inner in item.items():
        if key != "data":
            _property(key, inner, here, rows)


def _shown(item: Any) -> str:
    if isinstance(item, bool):
        return "true (ja)" if item else "false (nej)"
    code = _CODES.get(item) if isinstance(item, str) else None
    return f"{item} ({code.danish} / {code.english})" if code else str(item)
