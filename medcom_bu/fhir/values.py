"""Plain data to declared values and back, read off the declarations. What has no field is kept in ``rest``."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from medcom_bu.declare.base import fields, made
from medcom_bu.declare.fhir import NOTHING, Rest, Structure, defaults
from medcom_bu.fhir.model.data import Plain
from medcom_bu.once import once
from medcom_bu.values.base64 import Base64
from medcom_bu.values.fhir_resources import RESOURCES, Bundle, Resource, UnknownResource

_S = TypeVar("_S", bound=Structure)
_Reader = tuple[str, bool, type, Callable[[Any], Any] | None]
"""The field, whether it repeats, the kind of plain data that fits one of it, and what makes the value of that."""


def to_value(cls: type[_S], plain: dict[str, Plain]) -> _S:
    """The value of a declared class that plain data describes. What fits no field goes to ``rest``."""
    readers = _readers(cls)
    attributes = defaults(cls).copy()
    rest: dict[str, Plain] = {}
    for key, value in plain.items():
        reader = readers.get(key)
        if reader is None:
            rest[key] = value
            continue
        name, repeats, kind, make = reader
        if repeats:
            if type(value) is not list or not value or any(type(part) is not kind for part in value):
                rest[key] = value
            else:
                attributes[name] = tuple(value) if make is None else tuple(map(make, value))
        elif type(value) is not kind:
            rest[key] = value
        else:
            attributes[name] = value if make is None else make(value)
    if rest:
        attributes["rest"] = Rest(rest)
    return made(cls, attributes)


@once
def _readers(cls: type) -> dict[str, _Reader]:
    return {
        declared.name: (name, declared.is_many, *_kind_and_make(declared.type))
        for name, declared in fields(cls).items()
    }


def _kind_and_make(declared: type) -> tuple[type, Callable[[Any], Any] | None]:
    if declared is Base64:
        return str, _decode
    if declared is Resource:
        return dict, to_resource
    if issubclass(declared, Structure):
        return dict, functools.partial(to_value, declared)
    return declared, None


_decode: Callable[[str], Base64] = Base64.decode


def to_resource(plain: dict[str, Plain]) -> Resource:
    """The resource that plain data describes."""
    kind = plain.get("resourceType")
    cls = RESOURCES.get(kind) if type(kind) is str else None
    if cls is None:
        return to_value(UnknownResource, plain)
    return to_value(cls, {key: value for key, value in plain.items() if key != "resourceType"})


def to_plain(value: Structure) -> dict[str, Plain]:
    """The plain data that describes a value: to_value, backwards. Properties are in the order of the declaration."""
    attributes = value.__dict__
    named, writers = _writers(type(value))
    plain: dict[str, Plain] = named.copy()
    for name, key, write in writers:
        content = attributes[name]
        if content or (content is not None and content != ()):
            plain[key] = content if write is None else write(content)
    rest = attributes["rest"]
    if rest is not NOTHING:
        plain.update(rest.plain())
    return plain


_Writer = Callable[[Any], Any] | None


@once
def _writers(cls: type) -> tuple[dict[str, Plain], tuple[tuple[str, str, _Writer], ...]]:
    """What every value of a class says, and for each field its name, that of the property, and what writes it."""
    kind = cls.resource_type if issubclass(cls, Resource | Bundle) else ""
    return {"resourceType": kind} if kind else {}, tuple(
        (name, declared.name, _writer(declared.type, declared.is_many)) for name, declared in fields(cls).items()
    )


def _writer(declared: type, repeats: bool) -> _Writer:
    if declared is Base64:
        return _encode
    if issubclass(declared, Structure):
        return (lambda items: list(map(to_plain, items))) if repeats else to_plain
    return list if repeats else None


def _encode(content: Base64) -> str:
    return b"".join(content.encoded()).decode("ascii") if content.text is None else content.text
