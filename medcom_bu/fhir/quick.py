"""The quick reading of a message that is all as it mostly is: one walk checks the shape of R4 and makes the value.

At the first thing that is not, it gives up: at what is wrong, at what has no field, at what is only rare. The slower
reading in ``fhir.codec`` then begins again and says what there is to say. Where the quick one comes to an end, the
slower one would make the same message and say nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from medcom_bu.declare.base import fields, made
from medcom_bu.declare.fhir import Number, Structure, defaults
from medcom_bu.fhir.model.data import Plain, proven_json
from medcom_bu.fhir.model.definitions import Shape, ShapeProperty, shape
from medcom_bu.fhir.model.shape import is_base64, kind_and_form
from medcom_bu.fhir.versions import MESSAGES, KnownFhirMessage
from medcom_bu.limits import LIMITS, Limits
from medcom_bu.once import once
from medcom_bu.values.base64 import Base64
from medcom_bu.values.fhir_resources import RESOURCES, MessageHeader, Resource

_Read = Callable[[Any], Any]
_Test = Callable[[str], Any]
_Entry = tuple[str, int, _Test | None, _Read]
"""The field; its mark (see ``_marks``); the test of a text that is the value itself, or None; what makes the value."""

_TYPE = "resourceType"


class _Unusual(LookupError):
    """The slower reading must look. A name that a table lacks says the same, by KeyError."""


def usual_json(data: bytes, limits: Limits) -> KnownFhirMessage | None:
    """The message that JSON holds, where all is usual; None where the slower reading must look.

    What is usual is far within the limits, but those of a caller may be smaller.
    """
    if len(data) > limits.text or limits.depth < LIMITS.depth or limits.names < LIMITS.names:
        return None
    try:
        return usual_message(proven_json(data))
    except (ValueError, RecursionError):
        return None


def usual_message(plain: Plain) -> KnownFhirMessage | None:
    """The message that plain data describes, where all is usual; None where the slower reading must look."""
    try:
        event = plain["entry"][0]["resource"]["eventCoding"]["code"]
        message: KnownFhirMessage = _reader(MESSAGES[event], "Bundle")(plain)
    except (LookupError, TypeError):
        return None
    urls = [entry.full_url for entry in message.entry if entry.full_url is not None]
    is_usual = len(set(urls)) == len(urls) and type(message.entry[0].resource) is MessageHeader
    return message if is_usual else None


@once
def _reader(cls: type, name: str, owner: type | None = None) -> _Read:
    """What makes a value of a class of plain data of a shape. It raises LookupError where something is not usual.

    Fields of the class that holds it are left out: an identifier within an identifier is not usual, and so nothing is
    read that is nested without end.
    """
    declared, empty = shape(name), defaults(cls)
    marks, allowed = _marks(declared)
    table = _table(cls, declared, owner, marks)
    is_resource, least = declared.is_resource, 1 + declared.is_resource

    def read(plain: Any) -> Any:
        if type(plain) is not dict or len(plain) < least:
            raise _Unusual
        held, marked = empty.copy(), 0
        for key, value in plain.items():
            field, mark, accepts, make = table[key]
            marked += mark
            if accepts is None:
                held[field] = make(value)
            elif type(value) is str and value and accepts(value):
                held[field] = value
            else:
                raise _Unusual
        if marked not in allowed:
            raise _Unusual
        if is_resource:
            del held[_TYPE]
        return made(cls, held)

    return read


def _marks(declared: Shape) -> tuple[dict[str, int], frozenset[int]]:
    """A number for each property that is required or of a choice, and what those of an object may add up to.

    So one look shows that what must be there is, and that a choice is there in one type.
    """
    required = {name for name, _ in declared.required}
    groups: dict[str, list[str]] = {}
    for field in declared.fields.values():
        if field.choice or field.name in required:
            groups.setdefault(field.choice or field.name, []).append(field.name)
    marks, allowed, unit = dict[str, int](), {0}, 1
    for name, names in groups.items():
        marks |= dict.fromkeys(names, unit)
        allowed = {total + unit * count for total in allowed for count in ((1,) if name in required else (0, 1))}
        unit *= len(names) + 1
    return marks, frozenset(allowed)


def _table(cls: type, declared: Shape, owner: type | None, marks: Mapping[str, int]) -> dict[str, _Entry]:
    """What is usual in a shape: the properties that R4 and the class have alike, by their names in JSON."""
    table: dict[str, _Entry] = {_TYPE: (_TYPE, 0, declared.name.__eq__, _unusual)} if declared.is_resource else {}
    for name, field in fields(cls).items():
        known = declared.fields.get(field.name)
        if known is None or known.many != field.is_many or field.type is owner:
            continue
        accepts = _test_of_text(known.shape) if field.type is str and known.is_primitive else None
        make = _maker(cls, field.type, known) if accepts is None else _text(accepts)
        if field.is_many:
            accepts, make = None, _several(make)
        table[field.name] = name, marks.get(field.name, 0), accepts, make
    return table


def _test_of_text(name: str) -> _Test | None:
    kind, form = kind_and_form(name)
    return (form or bool) if kind is str else None


def _maker(cls: type, of_type: type, known: ShapeProperty) -> _Read:
    """What makes the value of one item of a property, in a class."""
    if of_type is Resource:
        return _resource
    if issubclass(of_type, Structure):
        can_hold_owner = any(field.type is cls for field in fields(of_type).values())
        return _reader(of_type, known.shape, cls if can_hold_owner else None)
    if of_type is Base64:
        return _base64
    kind, form = kind_and_form(known.shape)
    if kind is of_type is bool:
        return _boolean
    return _number(form) if kind is of_type is Number and form is not None else _unusual


def _resource(plain: Any) -> Any:
    name = plain[_TYPE]
    return _reader(RESOURCES[name], name)(plain)


def _several(make: _Read) -> _Read:
    def read(items: Any) -> Any:
        if type(items) is not list or not items:
            raise _Unusual
        return tuple(map(make, items))

    return read


def _text(accepts: _Test) -> _Read:
    def read(text: Any) -> Any:
        if type(text) is not str or not text or not accepts(text):
            raise _Unusual
        return text

    return read


def _number(accepts: _Test) -> _Read:
    def read(number: Any) -> Any:
        text = Number(number) if type(number) is int else number  # see proven_json
        if type(text) is not Number or not accepts(text):
            raise _Unusual
        return text

    return read


def _boolean(value: Any) -> Any:
    if type(value) is not bool:
        raise _Unusual
    return value


def _base64(text: Any) -> Any:
    if type(text) is not str or not is_base64(text):
        raise _Unusual
    return Base64.decode(text)


def _unusual(_: Any) -> Any:
    raise _Unusual
