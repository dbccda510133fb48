"""The JSON Schema of messages as plain data, read off the declarations: what ``to_dict`` gives and ``from_dict`` takes.

A class is a definition of its own, by name. What a schema cannot say is left to ``from_dict``: that base64 decodes, and
that the text kept beside it is its own. Neither judges the message: any text may stand for a code, and mandatory is
what a value cannot be made without.

>>> schema = dict_schema()
>>> schema["$defs"]["EpisodeOfCare"]["required"]
['@type', 'episode_of_care_type', 'episode_of_care_identifier']
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs

from medcom_bu import dicts
from medcom_bu.declare.base import fields
from medcom_bu.declare.fhir import NUMBER_PATTERN
from medcom_bu.declare.oioxml import Codes, Element, Formatted, Value, Wrapped, elements, held_type
from medcom_bu.messages.message import Message
from medcom_bu.values.codes import CodeList

_JSON = "json"
_TEXT = {"type": "string"}
_NULL = {"type": "null"}
_LEAVES: dict[Any, dict[str, Any]] = {
    str: _TEXT,
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    bytes: {"type": "string", "contentEncoding": "base64"},
    NoneType: _NULL,
}


def dict_schema() -> dict[str, Any]:
    """The JSON Schema, draft 2020-12, of what ``to_dict`` gives: a new dict, JSON-ready, on each call.

    Everything that ``to_dict`` returns conforms to it, and ``from_dict`` rejects data that does not. The labels of the
    elements are the Danish ones that a reader sees; the known codes of a list are given as examples.
    """
    classes = dicts.classes()
    messages = [name for name, cls in classes.items() if issubclass(cls, Message)]
    definitions = {name: _definition(cls) for name, cls in sorted(classes.items())}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"MedCom messages, {dicts.SCHEMA}",
        "oneOf": [*map(_reference, sorted(messages)), _reference("FhirMessage")],
        "$defs": definitions | {"FhirMessage": _fhir_message(), _JSON: _json()},
    }


def _reference(name: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{name}"}


def _definition(cls: Any) -> dict[str, Any]:
    """The object of a class: its type, its keys and no others."""
    keys = dicts.required(cls)
    properties: dict[str, Any] = {dicts.TYPE: {"const": cls.__name__}}
    if dicts.is_text(cls):
        properties[dicts.TEXT] = {"enum": [*map(str, cls)]} if issubclass(cls, StrEnum) else _TEXT
    else:
        properties |= _properties(cls)
    if issubclass(cls, Message):
        properties, keys = {"schema": {"const": dicts.SCHEMA}, **properties}, {"schema": True, **keys}
    needed = [key for key, is_needed in keys.items() if is_needed]
    return _object(properties, [dicts.TYPE, *needed], (cls.__doc__ or "").partition("\n")[0])


def _object(properties: dict[str, Any], required: list[str], description: str) -> dict[str, Any]:
    return {
        "description": description,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _properties(cls: Any) -> dict[str, Any]:
    """What each field holds: by its descriptor where it stands for an element, else by its annotation."""
    declared = fields(cls) if issubclass(cls, Value) else {}
    hints = get_type_hints(cls)
    return {
        field.name: _declared(declared[field.name]) if field.name in declared else _by_hint(hints[field.name])
        for field in attrs.fields(cls)
    }


def _declared(declared: Any) -> dict[str, Any]:
    one = _any_of(map(_element, elements(declared)))
    if declared.is_many:
        return {"type": "array", "items": one}
    is_made_of_text = isinstance(declared, Element) and isinstance(declared.type, Wrapped | Formatted)
    return _any_of([one, *([_TEXT] if is_made_of_text else []), _NULL])


def _element(element: Element) -> dict[str, Any]:
    held = element.type.codes if isinstance(element.type, Codes) else held_type(element)
    return {"title": element.danish, **_by_hint(held)}


def _by_hint(hint: Any) -> dict[str, Any]:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _any_of(map(_by_hint, arguments))
    if origin is tuple:
        return {"type": "array", "items": _by_hint(arguments[0])}
    if origin is Literal:
        return {"enum": [*arguments]}
    if hint in _LEAVES:
        return _LEAVES[hint]
    if issubclass(hint, CodeList):
        return {**_TEXT, "examples": [*map(str, hint)]}
    is_plain = issubclass(hint, StrEnum) and hint.__name__ not in dicts.classes()
    return {"enum": [*map(str, hint)]} if is_plain else _reference(hint.__name__)


def _any_of(schemas: Iterable[dict[str, Any]]) -> dict[str, Any]:
    several = [*schemas]
    return several[0] if len(several) == 1 else {"anyOf": several}


# --- FHIR ---------------------------------------------------------------------------------------------------------


def _fhir_message() -> dict[str, Any]:
    """A message of FHIR: what is in its Bundle is for FHIR's own schema to say."""
    bundle = {"$ref": f"#/$defs/{_JSON}", "type": "object", "required": ["resourceType"]}
    properties = {
        "schema": {"const": dicts.SCHEMA},
        dicts.TYPE: {"enum": [*dicts.fhir_classes()]},
        dicts.RESOURCE: {**bundle, "properties": {"resourceType": {"const": "Bundle"}}},
    }
    return _object(properties, [*properties], "A FHIR message: the JSON of its Bundle.")


def _json() -> dict[str, Any]:
    """Any JSON, with the numbers that Python would write otherwise as objects."""
    every = _reference(_JSON)
    number = {"type": "string", "pattern": f"^(?:{NUMBER_PATTERN})$"}
    itself = {"type": "object", "properties": {dicts.NUMBER: every}, "required": [dicts.NUMBER], "maxProperties": 1}
    return {
        "type": ["object", "array", "string", "number", "boolean", "null"],
        "items": every,
        "if": {"type": "object", "required": [dicts.NUMBER], "maxProperties": 1},
        "then": {"properties": {dicts.NUMBER: {"anyOf": [number, itself]}}},
        "else": {"additionalProperties": every},
    }
