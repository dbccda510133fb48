"""The narrative of a resource: all that it says, as a list for people, in Danish.

MedCom wants every element that a reader must see in the narrative, the id of the resource and of those it refers to,
and the Danish word for a code beside it. Content of files stands only where it belongs. Source: MedCom,
CareCommunication 5.0.2, obligations ``SHALL:in-narrative``; HL7 FHIR R4, Narrative.

>>> from medcom_bu.values.fhir_resources import CareTeam
>>> print(narrative(CareTeam(id="t1", name="Team <Nord>")).div)
<div xmlns="http://www.w3.org/1999/xhtml"><p>Team</p><ul><li>Id: t1</li><li>Navn: Team &lt;Nord&gt;</li></ul></div>
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

from medcom_bu.values import fhir_codes
from medcom_bu.values.base64 import Base64
from medcom_bu.values.fhir_resources import Communication, Resource
from medcom_bu.values.fhir_types import CodeableConcept, Coding, ContactPoint, Extension, HumanName, Narrative
from medcom_bu.values.structures import Structure, properties

_TITLES = {
    "MessageHeader": "Meddelelseshoved",
    "Patient": "Borger",
    "Communication": "Korrespondance",
    "PractitionerRole": "Rolle",
    "Practitioner": "Person",
    "CareTeam": "Team",
    "Encounter": "Kontakt",
    "Organization": "Organisation",
    "Provenance": "Afsendelse",
    "OperationOutcome": "Bemærkninger",
}
_LABELS = {
    "id": "Id",
    "extension": "Oplysning",
    "identifier": "Identifikation",
    "event_coding": "Meddelelsestype",
    "destination": "Modtager",
    "sender": "Afsender",
    "source": "Afsendersystem",
    "response": "Svar",
    "focus": "Indhold",
    "definition": "Definition",
    "name": "Navn",
    "telecom": "Telefon",
    "gender": "Køn",
    "birth_date": "Fødselsdato",
    "address": "Adresse",
    "deceased_boolean": "Død",
    "deceased_date_time": "Død",
    "status": "Status",
    "category": "Kategori",
    "priority": "Prioritet",
    "subject": "Borger",
    "topic": "Emne",
    "encounter": "Kontakt",
    "recipient": "Specifik modtager",
    "payload": "Meddelelsessegment",
    "practitioner": "Person",
    "organization": "Organisation",
    "code": "Stilling",
    "managing_organization": "Organisation",
    "class_": "Kontakttype",
    "episode_of_care": "Forløb",
    "target": "Meddelelse",
    "occurred_date_time": "Sendt",
    "recorded": "Registreret",
    "activity": "Aktivitet",
    "agent": "Organisation",
    "entity": "Grundlag",
    "issue": "Bemærkning",
}
_CODE_LISTS: tuple[Any, ...] = (
    fhir_codes.Category,
    fhir_codes.RequestPriority,
    fhir_codes.Activity,
    fhir_codes.Event,
    fhir_codes.ResponseCode,
)
_DANISH = {str(member): member.danish for codes in _CODE_LISTS for member in codes if member.danish}
_UNSEEN = {"text", "meta"}
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def narrative(resource: Resource) -> Narrative:
    """The narrative of a resource that has its id. Its own ``text`` is not looked at."""
    rows = "".join(f"<li>{label}: {_xhtml(text)}</li>" for label, text in _rows(resource) if text)
    title = _TITLES.get(resource.resource_type, resource.resource_type)
    status = "extensions" if isinstance(resource, Communication) or resource.extension else "generated"
    return Narrative(
        status=status, div=f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{title}</p><ul>{rows}</ul></div>'
    )


def _xhtml(text: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", text)).replace("\n", "<br/>")


def _rows(resource: Resource) -> Iterator[tuple[str, str]]:
    for name in properties(type(resource)):
        held = resource.__dict__[name]
        if name not in _UNSEEN:
            for item in held if isinstance(held, tuple) else (held,):
                yield _LABELS.get(name, name), "; ".join(filter(None, _said(item)))


def _said(item: Any) -> Iterator[str]:
    """What a value says, piece by piece."""
    if item is None or isinstance(item, Base64):
        return
    if isinstance(item, bool):
        yield "ja" if item else "nej"
    elif isinstance(item, Coding):
        yield _coded(item)
    elif isinstance(item, CodeableConcept):
        yield from map(_coded, item.coding)
        yield item.text or ""
    elif isinstance(item, HumanName):
        yield item.full
    elif isinstance(item, ContactPoint):
        yield item.value or ""
    elif isinstance(item, Structure):
        yield from _said_inside(item)
    else:
        yield _worded(str(item))


def _said_inside(value: Structure) -> Iterator[str]:
    for name in properties(type(value)):
        held = value.__dict__[name]
        if not (isinstance(value, Extension) and name == "url"):
            for item in held if isinstance(held, tuple) else (held,):
                yield from _said(item)


def _coded(coding: Coding) -> str:
    display = coding.display or ""
    return _worded(coding.code or "") + (f" ({display})" if display else "")


def _worded(code: str) -> str:
    """A code with its Danish word, any other text as it is."""
    danish = _DANISH.get(code)
    return f"{code} ({danish})" if danish else code
