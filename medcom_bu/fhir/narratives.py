"""The narrative that makers of FHIR messages write for a resource: a table of all that it says, for people to read.

Source: FHIR R4, Narrative; MedCom, CareCommunication 5.0.2 and Acknowledgement 2.0.3 (a message shows what it holds).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection
from html import escape
from typing import Any

from medcom_bu.declare.base import fields
from medcom_bu.declare.fhir import NOTHING, Property, Structure, made_of
from medcom_bu.once import once
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
from medcom_bu.values.fhir_resources import Resource
from medcom_bu.values.fhir_types import Extension, Narrative

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

_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff"
_controls = re.compile(f"[{_CONTROLS}]")
"""What XHTML cannot hold and JSON can. Half a character is nothing that JSON can hold either."""

_first_mark = re.compile(f"[&<>\"'\n{_CONTROLS}]").search
"""Finds what a text cannot hold in a cell as it is."""

_Writer = Callable[[str, Any, str, list[str]], None]
"""Adds the rows of what is called so and holds that, which begin with the words before it, to the rows."""

_Row = tuple[str, object, str, _Writer]
"""Of a field: its name, what it holds where it is absent, what a reader sees it called, what writes its rows."""


def written_narrative(resource: Resource) -> Narrative:
    """The resource for people to read: every element but profiles and the bytes of attachments."""
    rows: list[str] = []
    _rows_of(resource, "", rows)
    div = (
        f'<div xmlns="http://www.w3.org/1999/xhtml"><p><b>{resource.resource_type} {escape(str(resource.id))}</b></p>'
        f"<table>{''.join(rows)}</table></div>"
    )
    has_extensions = (
        resource.extension or "extension" in resource.rest.names() or resource.resource_type == "Communication"
    )
    return made_of(Narrative, status="extensions" if has_extensions else "generated", div=div)


def _rows_of(value: Structure, before: str, rows: list[str]) -> None:
    """The rows of a declared value, then those of what has no field in it."""
    held = value.__dict__
    for name, absent, label, write in _fields_of(type(value)):
        content = held[name]
        if content is not absent:
            write(label, content, before, rows)
    if held["rest"] is not NOTHING:
        hidden = _hidden_in(type(value))
        for key, content in value.rest.plain().items():
            if key not in hidden:
                _property(key, content, before, rows)


@once
def _fields_of(cls: type) -> tuple[_Row, ...]:
    hidden = _hidden_in(cls)
    return tuple(
        (name, () if declared.is_many else None, _label(declared.name), _writer(declared))
        for name, declared in fields(cls).items()
        if declared.name not in hidden
    )


def _hidden_in(cls: type) -> Collection[str]:
    return _HIDDEN if issubclass(cls, Resource) else ("url", "data") if cls is Extension else ("data",)


def _writer(declared: Property) -> _Writer:
    if declared.type is Extension:
        return _extensions
    write = _structure if issubclass(declared.type, Structure) else _leaf
    return functools.partial(_several, write) if declared.is_many else write


def _several(write: _Writer, label: str, items: Any, before: str, rows: list[str]) -> None:
    if len(items) == 1:
        write(label, items[0], before, rows)
        return
    for number, item in enumerate(items, 1):
        write(f"{label} {number}", item, before, rows)


def _structure(label: str, value: Structure, before: str, rows: list[str]) -> None:
    _rows_of(value, f"{before}{label} · ", rows)


def _leaf(label: str, value: Any, before: str, rows: list[str]) -> None:
    is_plain = type(value) is str and value not in _CODES and not _first_mark(value)
    rows.append(f"<tr><td>{before}{label}</td><td>{value if is_plain else _cell(value)}</td></tr>")


def _extensions(_called: str, extensions: tuple[Extension, ...], before: str, rows: list[str]) -> None:
    for extension in extensions:
        label = _IN_EXTENSION.get(extension.url or "", "extension")
        held = extension.__dict__
        for name, absent, _, write in _fields_of(Extension):
            content = held[name]
            if content is not absent:
                write(label, content, before, rows)
        if held["rest"] is not NOTHING:
            _extension(extension.rest.plain(), label, before, rows)


def _extension(plain: dict[str, Any], label: str, before: str, rows: list[str]) -> None:
    for key, inner in plain.items():
        if key == "extension":
            _property(key, inner, f"{before}{label} · ", rows)
        elif key != "url":
            _item(label, inner, before, rows)


def _property(key: str, content: Any, before: str, rows: list[str]) -> None:
    """The rows of plain data, which no field has a place for."""
    many = content if isinstance(content, list) else [content]
    for number, value in enumerate(many, 1):
        if key == "extension" and isinstance(value, dict):
            label = next((words for url, words in _IN_EXTENSION.items() if url == value.get("url")), "extension")
            _extension(value, label, before, rows)
        else:
            _item(f"{_label(key)} {number}" if len(many) > 1 else _label(key), value, before, rows)


def _item(label: str, value: Any, before: str, rows: list[str]) -> None:
    if not isinstance(value, dict):
        _leaf(label, value, before, rows)
        return
    for key, inner in value.items():
        if key != "data":
            _property(key, inner, f"{before}{label} · ", rows)


def _label(key: str) -> str:
    return f"{key} ({_DANISH[key]})" if key in _DANISH else escape(key)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true (ja)" if value else "false (nej)"
    code = _CODES.get(value) if isinstance(value, str) else None
    text = f"{value} ({code.danish} / {code.english})" if code else str(value)
    return escape(_controls.sub("\ufffd", text)).replace("\n", "<br/>")
