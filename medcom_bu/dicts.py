"""Messages as plain data that JSON holds, and back: nothing is masked, and nothing is lost.

A value is an object with ``@type``, its class, and its fields by their names; what a field holds by default is left
out. A FHIR message is the JSON of its Bundle. The whole has the key ``schema``. Another schema is refused, and so are a
type and a key that are not known.
"""

from __future__ import annotations

import binascii
import functools
import json
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from medcom_bu.arguments import check
from medcom_bu.declare.base import fields
from medcom_bu.declare.fhir import Number
from medcom_bu.declare.oioxml import Codes, Unexpected, Value, Wrapped, elements, leaf_type
from medcom_bu.messages.emessage import Emessage, LocalElements
from medcom_bu.messages.envelopes import VansEnvelope
from medcom_bu.messages.headers import Envelope
from medcom_bu.messages.letters import declared_elements, letters
from medcom_bu.messages.message import FhirMessage, Message
from medcom_bu.values.base64 import Base64, Base64Layout
from medcom_bu.values.codes import CodeList
from medcom_bu.values.identifiers import KINDS, DanishIdentifier
from medcom_bu.values.text import FormattedText, Mark, RawMarkup, Style, Styled
from medcom_bu.wire_table import check_message

SCHEMA = "medcom_bu/1"
_TYPE, _RESOURCE, _NUMBER = "@type", "resource", "@number"
_SHORT = 15
"""Numbers of so many characters are the same in every JSON."""


def to_dict(message: Message) -> dict[str, Any]:
    """A message as dicts, lists, texts, numbers, truth values and None: JSON-ready, with nothing masked.

    ``message`` is an Emessage, a VansEnvelope or a FHIR message. Attachments are base64. ``from_dict`` gives an equal
    message.
    """
    check_message("to_dict", message)
    if isinstance(message, FhirMessage):
        from medcom_bu.fhir.values import to_plain

        bundle: Any = message
        return {"schema": SCHEMA, _TYPE: type(message).__name__, _RESOURCE: _json(to_plain(bundle))}
    return {"schema": SCHEMA, **_object(message)}


def from_dict(data: Mapping[str, Any]) -> Message:
    """The message that ``to_dict`` made ``data`` of.

    Raises ValueError for a schema that is not known, newer ones included, and for a type, a key or a form that is not;
    TypeError for what is no mapping, and where a field holds what it cannot.
    """
    check("data", data, Mapping)
    if data.get("schema") != SCHEMA:
        raise ValueError(f"from_dict takes the schema {SCHEMA} alone")
    content = {key: item for key, item in data.items() if key != "schema"}
    if _RESOURCE in content:
        return _fhir_message(content)
    message = _value(content)
    if not isinstance(message, Message):
        raise ValueError("from_dict takes a message")
    return message


# --- FHIR ---------------------------------------------------------------------------------------------------------


def _fhir_message(content: dict[str, Any]) -> Message:
    from medcom_bu.fhir.values import to_value
    from medcom_bu.fhir.versions import MESSAGES
    from medcom_bu.messages.other_fhir import OtherFhirMessage

    classes = {cls.__name__: cls for cls in (*MESSAGES.values(), OtherFhirMessage)}
    cls, plain = classes.get(content.get(_TYPE, "")), content[_RESOURCE]
    if cls is None or content.keys() != {_TYPE, _RESOURCE} or not isinstance(plain, dict):
        raise ValueError(f"a FHIR message has a type, one of {', '.join(classes)}, and a resource")
    return to_value(cls, {key: _number(item) for key, item in plain.items() if key != "resourceType"})


def _json(plain: Any) -> Any:
    """Plain data with numbers as JSON has them; one that Python would write otherwise is ``{"@number": its text}``."""
    if isinstance(plain, Number):
        number = json.loads(plain) if len(plain) <= _SHORT else None
        return number if str(number) == plain else {_NUMBER: str(plain)}
    if isinstance(plain, dict):
        return {key: _json(item) for key, item in plain.items()}
    return [_json(item) for item in plain] if isinstance(plain, list) else plain


def _number(item: Any) -> Any:
    """What :func:`_json` gives, backwards."""
    if isinstance(item, int | float) and not isinstance(item, bool):
        return Number(str(item))
    if isinstance(item, dict):
        return Number(item[_NUMBER]) if item.keys() == {_NUMBER} else {key: _number(each) for key, each in item.items()}
    return [_number(each) for each in item] if isinstance(item, list) else item


# --- OIO-XML and EDIFACT ------------------------------------------------------------------------------------------


def _object(value: Any) -> dict[str, Any]:
    data = {_TYPE: type(value).__name__}
    if isinstance(value, DanishIdentifier | str):
        return data | {"text": value if isinstance(value, str) else value.reveal()}
    for field in attrs.fields(type(value)):
        content = getattr(value, field.name)
        if field.default is attrs.NOTHING or content != field.default:
            data[field.name] = _item(content)
    return data


def _item(content: Any) -> Any:
    if isinstance(content, tuple):
        return [_item(item) for item in content]
    if isinstance(content, bytes):
        return binascii.b2a_base64(content, newline=False).decode()
    if content is None or isinstance(content, bool | int):
        return content
    is_plain = type(content) is str or isinstance(content, CodeList | Style)
    return str(content) if is_plain else _object(content)


@functools.cache
def _classes() -> dict[str, type]:
    """The classes that a message is made of, by name."""
    found: set[Any] = {Emessage, Envelope, VansEnvelope, Unexpected, LocalElements, *letters()}
    found |= {FormattedText, Styled, Mark, RawMarkup, Base64, Base64Layout, *KINDS}
    for _, element in declared_elements():
        if isinstance(element.type, type | Wrapped):
            found.add(element.type if isinstance(element.type, type) else element.type.wrapper)
    return {cls.__name__: cls for cls in found}


def _value(data: Mapping[str, Any]) -> Any:
    name = data.get(_TYPE)
    cls: Any = _classes().get(name) if isinstance(name, str) else None
    if cls is None:
        raise ValueError("a value has a type that this version knows")
    if issubclass(cls, DanishIdentifier | str):
        needed = {"text": True}
    else:
        needed = {field.name: field.default is attrs.NOTHING for field in attrs.fields(cls)}
    if data.keys() - needed.keys() - {_TYPE}:
        raise ValueError(f"{cls.__name__} has a key that is not known")
    missing = [key for key, is_needed in needed.items() if is_needed and key not in data]
    if missing:
        raise ValueError(f"{cls.__name__} lacks {', '.join(missing)}")
    readers = _readers(cls)
    content = {key: readers.get(key, _content)(item) for key, item in data.items() if key != _TYPE}
    return cls(content["text"]) if needed.keys() == {"text"} else cls(**content)


@functools.cache
def _readers(cls: Any) -> dict[str, Callable[[Any], Any]]:
    """How fields are read that hold more than their JSON says: codes, and the content of a file."""
    readers: dict[str, Callable[[Any], Any]] = {"content": _bytes} if cls is Base64 else {}
    readers |= {"style": Style} if cls is Styled else {}
    for name, declared in fields(cls).items() if issubclass(cls, Value) else ():
        leaves = [leaf_type(element.type, "") for element in elements(declared)]
        codes = [leaf.codes for leaf in leaves if isinstance(leaf, Codes)]
        if codes:
            readers[name] = codes[0].get
    return readers


def _bytes(text: Any) -> bytes | None:
    if text is None:
        return None
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except (ValueError, TypeError):
        pass
    raise ValueError("Base64.content is base64")


def _content(item: Any) -> Any:
    if isinstance(item, list):
        return tuple(_content(each) for each in item)
    return _value(item) if isinstance(item, Mapping) else item
