"""Messages as plain data that JSON holds, and back: nothing is masked, and nothing is lost.

A value is an object with ``@type``, its class, and its fields by their names; what a field holds by default is left
out. A FHIR message is the JSON of its Bundle. The whole has the key ``schema``. Another schema is refused, and so are a
type and a key that are not known. :mod:`medcom_bu.json_schema` says the same as a JSON Schema.
"""

from __future__ import annotations

import binascii
import functools
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import attrs

from medcom_bu.arguments import check
from medcom_bu.declare.base import fields
from medcom_bu.declare.fhir import Number, Structure
from medcom_bu.declare.oioxml import Unexpected, Value, Wrapped
from medcom_bu.messages.emessage import Emessage, LocalElements
from medcom_bu.messages.envelopes import VansEnvelope
from medcom_bu.messages.headers import Envelope
from medcom_bu.messages.letters import declared_elements, letters
from medcom_bu.messages.message import FhirMessage, Message
from medcom_bu.messages.standard_business_document import StandardBusinessDocument
from medcom_bu.stack import on_any_stack
from medcom_bu.values.base64 import Base64, Base64Layout
from medcom_bu.values.codes import CodeList
from medcom_bu.values.identifiers import KINDS, DanishIdentifier
from medcom_bu.values.text import FormattedText, Mark, RawMarkup, Style, Styled
from medcom_bu.wire_table import check_message

_T = TypeVar("_T")

SCHEMA = "medcom_bu/1"
TYPE, TEXT, RESOURCE, NUMBER = "@type", "text", "resource", "@number"
"""The keys beside the names of fields: a value's class, the text of one that is a text, a Bundle, a number's text."""

_A_SCHEMA = re.compile(r"medcom_bu/[0-9]{1,9}")
_SHORT = 15
"""Numbers of so many characters are the same in every JSON."""
_TOO_DEEP = "nested too deeply: no message that is read is like this"


def to_dict(message: Message) -> dict[str, Any]:
    """A message as dicts, lists, strings, numbers, booleans and None: JSON-ready, with nothing masked.

    ``message`` is an Emessage, an envelope or a FHIR message. Attachments are base64. ``from_dict`` gives an equal
    message, ``dict_schema`` a JSON Schema of the data.

    Raises TypeError for what is not a message, ValueError for one made by hand that is nested too deep to be read.
    """
    check_message("to_dict", message)
    return _unless_too_deep(lambda: {"schema": SCHEMA, **_message(message)})


def from_dict(data: Mapping[str, Any]) -> Message:
    """The message in ``data``, which ``to_dict`` made, or another program following its JSON Schema.

    ``data`` is a mapping, such as ``json.loads`` gives. A person's number and a formatted text may be in it as a
    plain text, too, where the field takes one kind alone.

    The message is judged by ``validate``, not here.

    Raises ValueError if ``data`` is not such a mapping: another schema, even a newer one, an unknown type or key, a
    field that is missing or has an invalid value. It never quotes the content. Raises TypeError if ``data`` is not a
    mapping.
    """
    check("data", data, Mapping)
    _check_schema(data.get("schema"))
    content = {key: item for key, item in data.items() if key != "schema"}
    message = _unless_too_deep(lambda: _fhir_message(content) if RESOURCE in content else _value(content))
    if not isinstance(message, Message):
        raise ValueError("from_dict takes a message")
    return message


def _check_schema(schema: object) -> None:
    if schema != SCHEMA:
        is_ours = isinstance(schema, str) and _A_SCHEMA.fullmatch(schema)
        came = schema if is_ours else "none" if schema is None else "another"
        raise ValueError(f"from_dict takes the schema {SCHEMA}, the data has {came}")


def _unless_too_deep(call: Callable[[], _T]) -> _T:
    result = on_any_stack(call, lambda: None)
    if result is None:
        raise ValueError(_TOO_DEEP)
    return result


def _made(make: Callable[..., _T], /, *args: Any, **fields: Any) -> _T:
    """What a constructor makes. A wrong value in a field is here an error of the data, not of the caller."""
    try:
        return make(*args, **fields)
    except TypeError as error:
        said = str(error)
    raise ValueError(said)


def _message(message: Message) -> dict[str, Any]:
    if isinstance(message, FhirMessage):
        from medcom_bu.fhir.values import to_plain

        bundle: Any = message
        return {TYPE: type(message).__name__, RESOURCE: to_json(to_plain(bundle))}
    return _object(message)


# --- FHIR ---------------------------------------------------------------------------------------------------------


def fhir_classes() -> dict[str, type[Structure]]:
    """The classes of FHIR messages, by name."""
    from medcom_bu.fhir.versions import MESSAGES
    from medcom_bu.messages.other_fhir import OtherFhirMessage

    return {cls.__name__: cls for cls in (*MESSAGES.values(), OtherFhirMessage)}


def _fhir_message(content: dict[str, Any]) -> Any:
    from medcom_bu.fhir.values import to_value

    classes, name, plain = fhir_classes(), content.get(TYPE), content[RESOURCE]
    is_known = content.keys() == {TYPE, RESOURCE} and isinstance(name, str) and name in classes
    if not is_known or not isinstance(plain, dict) or plain.get("resourceType") != "Bundle":
        raise ValueError(f"a FHIR message has a type, one of {', '.join(classes)}, and as resource a Bundle")
    properties = {key: from_json(item) for key, item in plain.items() if key != "resourceType"}
    return _made(to_value, classes[str(name)], properties)


def to_json(plain: Any) -> Any:
    """Plain data with numbers as JSON has them; one that Python would write otherwise is ``{"@number": its text}``.

    An object that came with that key alone is put into another one, so that it is not taken for a number.
    """
    if isinstance(plain, Number):
        number = json.loads(plain) if len(plain) <= _SHORT else None
        return number if str(number) == plain else {NUMBER: str(plain)}
    if isinstance(plain, dict):
        data = {key: to_json(item) for key, item in plain.items()}
        return {NUMBER: data} if data.keys() == {NUMBER} else data
    return [to_json(item) for item in plain] if isinstance(plain, list) else plain


def from_json(item: Any) -> Any:
    """What :func:`to_json` gives, in reverse. Raises ValueError for a number that is not one."""
    if isinstance(item, int | float) and not isinstance(item, bool):
        return Number(str(item))
    if isinstance(item, dict):
        inner = item.get(NUMBER)
        if item.keys() != {NUMBER}:
            return {key: from_json(each) for key, each in item.items()}
        if isinstance(inner, dict) and inner.keys() == {NUMBER}:
            return {NUMBER: from_json(inner[NUMBER])}
        if isinstance(inner, str):
            return Number(inner)
        raise ValueError(f"{NUMBER} holds the text of a JSON number")
    return [from_json(each) for each in item] if isinstance(item, list) else item


# --- OIO-XML and EDIFACT ------------------------------------------------------------------------------------------


def _object(value: Any) -> dict[str, Any]:
    data = {TYPE: type(value).__name__}
    if isinstance(value, DanishIdentifier | str):
        return data | {TEXT: str.__str__(value) if isinstance(value, str) else value.reveal()}
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
def classes() -> dict[str, type]:
    """The classes that a message is made of, by name."""
    found: set[Any] = {
        Emessage,
        Envelope,
        VansEnvelope,
        StandardBusinessDocument,
        Unexpected,
        LocalElements,
        *letters(),
    }
    found |= {FormattedText, Styled, Mark, RawMarkup, Base64, Base64Layout, *KINDS}
    for _, element in declared_elements():
        if isinstance(element.type, type | Wrapped):
            found.add(element.type if isinstance(element.type, type) else element.type.wrapper)
    return {cls.__name__: cls for cls in found}


def _value(data: Mapping[str, Any]) -> Any:
    name = data.get(TYPE)
    cls: Any = classes().get(name) if isinstance(name, str) else None
    if cls is None:
        raise ValueError("a value has a type that this version knows")
    needed = required(cls)
    if data.keys() - needed.keys() - {TYPE}:
        raise ValueError(f"{cls.__name__} has a key that is not known; it takes {', '.join(needed)}")
    missing = [key for key, is_needed in needed.items() if is_needed and key not in data]
    if missing:
        raise ValueError(f"{cls.__name__} lacks {', '.join(missing)}")
    readers = _READERS.get(cls, {})
    content = {key: readers.get(key, _content)(item) for key, item in data.items() if key != TYPE}
    for key, item in content.items():
        _check_kinds_of_text(cls, key, item)
    if not is_text(cls):
        return _made(cls, **content)
    if type(content[TEXT]) is not str:
        raise ValueError(f"{name}.{TEXT} is a text")
    return _made(cls, content[TEXT])


def _check_kinds_of_text(cls: type, key: str, content: Any) -> None:
    """A text with a meaning is where it has that meaning: constructors take any text for a plain one."""
    kinds = {type(item) for item in (content if isinstance(content, tuple) else [content]) if isinstance(item, str)}
    declared = fields(cls).get(key) if issubclass(cls, Value) else None
    taken = declared.classes if declared is not None else _KINDS_OF_TEXT.get((cls, key), ())
    misplaced = sorted(kind.__name__ for kind in kinds.difference(taken, [str]))
    if misplaced:
        raise ValueError(f"{cls.__name__}.{key} takes no {misplaced[0]}")


def is_text(cls: type) -> bool:
    """Whether a class is a text with a meaning, such as an identifier: its object holds that text alone."""
    return issubclass(cls, DanishIdentifier | str)


def required(cls: Any) -> dict[str, bool]:
    """The keys of a class's object but for its type, and whether each must be there."""
    if is_text(cls):
        return {TEXT: True}
    return {field.name: field.default is attrs.NOTHING for field in attrs.fields(cls)}


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
    return _value(item) if isinstance(item, Mapping) else str.__str__(item) if isinstance(item, str) else item


_READERS: Mapping[type, Mapping[str, Callable[[Any], Any]]] = {
    Base64: {"content": _bytes},
    Styled: {"style": Style},
}
"""How fields are read that hold more than their JSON says. Codes are found by the classes that hold them."""

_KINDS_OF_TEXT = {(FormattedText, "nodes"): (Mark,), (Styled, "nodes"): (Mark,), (Styled, "style"): (Style,)}
"""The texts with a meaning that a field of a class without declarations takes."""
