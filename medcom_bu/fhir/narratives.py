"""The narrative that makers of FHIR messages write for a resource: a table of all that it says, for people to read.

Source: FHIR R4, Narrative; MedCom, CareCommunication 5.0.2 and Acknowledgement 2.0.3 (a message shows what it holds).
"""

from __future__ import annotations

from html import escape
from typing import Any

from medcom_bu.fhir.values import to_plain
from medcom_bu.values.fhir_codes import (
    CONTACT_EXTENSION,
    DATE_TIME_EXTENSION,
    DESTINATION_USE_EXTENSION,
    IDENTIFIER_EXTENSION,
    PRACTITIONER_EXTENSION,
    SENDER_EXTENSION,
    Activity,
    Category,
    Event,
    RequestPriority,
    ResponseCode,
)
from medcom_bu.values.fhir_resources import Communication, Resource
from medcom_bu.values.fhir_types import Narrative

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
    DATE_TIME_EXTENSION: "date (dato)",
    PRACTITIONER_EXTENSION: "author (forfatter)",
    CONTACT_EXTENSION: "contact (telefon)",
    IDENTIFIER_EXTENSION: "identifier (identifikation)",
    SENDER_EXTENSION: "specific sender (specifik afsender)",
    DESTINATION_USE_EXTENSION: "use (anvendelse)",
}

_Rows = list[tuple[str, str]]


def written_narrative(resource: Resource) -> Narrative:
    """The resource for people to read: every element but profiles and the bytes of attachments."""
    plain = to_plain(_without_data(resource))
    rows: _Rows = []
    for key, value in plain.items():
        if key not in _HIDDEN:
            _property(key, value, "", rows)
    table = "".join(f"<tr><td>{escape(label)}</td><td>{_cell(text)}</td></tr>" for label, text in rows)
    div = (
        f'<div xmlns="http://www.w3.org/1999/xhtml"><p><b>{resource.resource_type} {escape(str(resource.id))}</b></p>'
        f"<table>{table}</table></div>"
    )
    has_extensions = "extension" in plain or resource.resource_type == "Communication"
    return Narrative(status="extensions" if has_extensions else "generated", div=div)


def _without_data(resource: Resource) -> Resource:
    """The resource without the bytes of attachments, which are not encoded to be left out."""
    if not isinstance(resource, Communication):
        return resource
    payload = []
    for part in resource.payload:
        attachment = part.content_attachment
        if attachment is not None and attachment.data is not None:
            part = part.replace(content_attachment=attachment.replace(data=None))
        payload.append(part)
    return resource.replace(payload=tuple(payload))


def _cell(text: str) -> str:
    return escape(text).replace("\n", "<br/>")


def _property(key: str, content: Any, before: str, rows: _Rows) -> None:
    label = f"{key} ({_DANISH[key]})" if key in _DANISH else key
    many = content if isinstance(content, list) else [content]
    for number, value in enumerate(many, 1):
        if key == "extension" and isinstance(value, dict):
            _extension(value, before, rows)
        else:
            _item(f"{label} {number}" if len(many) > 1 else label, value, before, rows)


def _extension(extension: dict[str, Any], before: str, rows: _Rows) -> None:
    label = next((words for url, words in _IN_EXTENSION.items() if url == extension.get("url")), "extension")
    for key, inner in extension.items():
        if key == "extension":
            _property(key, inner, f"{before} · {label}" if before else label, rows)
        elif key != "url":
            _item(label, inner, before, rows)


def _item(label: str, value: Any, before: str, rows: _Rows) -> None:
    here = f"{before} · {label}" if before else label
    if not isinstance(value, dict):
        rows.append((here, _shown(value)))
        return
    for key, inner in value.items():
        if key != "data":
            _property(key, inner, here, rows)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true (ja)" if value else "false (nej)"
    code = _CODES.get(value) if isinstance(value, str) else None
    return f"{value} ({code.danish} / {code.english})" if code else str(value)
