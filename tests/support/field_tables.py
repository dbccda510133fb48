"""The fields of each message as tables, from its declaration."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

from medcom_bu.declare.base import Declared, fields
from medcom_bu.declare.fhir import Property, Structure
from medcom_bu.declare.oioxml import (
    Attribute,
    ByVersion,
    Codes,
    Element,
    Fixed,
    Formatted,
    String,
    Value,
    Wrapped,
    attributes,
    elements,
    held_type,
)
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.envelopes import VansEnvelope
from medcom_bu.messages.letters import letters, spec_of
from medcom_bu.messages.standard_business_document import StandardBusinessDocument
from medcom_bu.values import fhir_resources

_PAGE = """# The fields of each message

Every element of every letter and envelope, in the order of the standard, with the attribute that holds it, its bounds
and its Danish label. `1-35` is a length in characters; a version in brackets says that only it has the element. The
fields of the FHIR messages are in [medcom_bu.carecommunication](api/medcom_bu.carecommunication.md), class by class.

Each of these values has `replace(**changes)`, which gives the same value with some fields changed.
"""
_ENVELOPES = {
    Emessage: "the envelope of letters",
    VansEnvelope: "the envelope of the VANS network",
    StandardBusinessDocument: "the envelope of ehmiSBDH",
}
_R4 = "https://hl7.org/fhir/R4/"
_PAGES_OF_TYPES = {
    "Extension": "extensibility.html#Extension",
    "Meta": "resource.html#Meta",
    "Narrative": "narrative.html#Narrative",
    "Reference": "references.html#Reference",
}
"""Where R4 describes a type that is not on its page of data types."""


def page() -> str:
    """The page of the fields."""
    return _PAGE + "".join(_messages(set()))


def _messages(shown: set[type]) -> Iterator[str]:
    for cls in letters():
        spec = spec_of(cls)
        versions = ", ".join(version.code for version in spec.versions)
        yield f"\n## {spec.element}: {spec.danish}\n\nClass `{cls.__name__}`, versions {versions}.\n"
        yield from _class(cls, shown)
    for cls, what in _ENVELOPES.items():
        yield f"\n## {cls.__name__}: {what}\n\nClass `{cls.__name__}`.\n"
        yield from _class(cls, shown)


def _class(cls: type[Value], shown: set[type]) -> Iterator[str]:
    shown.add(cls)
    yield _letter_table(cls, "")
    inside: dict[type, str] = {}
    for declared in fields(cls).values():
        for one in elements(declared):
            held = held_type(one)
            if isinstance(held, type) and issubclass(held, Value) and held not in shown:
                inside.setdefault(held, one.name)
    for part, element in inside.items():
        if part not in shown:
            yield f"\n### {element} (`{part.__name__}`)\n"
            yield from _class(part, shown)


def names(cls: type) -> set[str]:
    """The parameters of a class that its table describes."""
    if issubclass(cls, Value):
        return {*fields(cls), *attributes(cls)}
    return set(fields(cls)) if issubclass(cls, Declared) else set()


def table(cls: type) -> str:
    """The table of a declared class on a page of the API, with where its standard describes it; else empty."""
    if issubclass(cls, Structure) and fields(cls):
        return f"{_fhir_table(cls)}\n{_described(cls)}\n"
    if issubclass(cls, Value) and names(cls):
        return f"{_letter_table(cls, '../')}\nThe parts of each field: [fields](../fields.md).\n"
    return ""


def _letter_table(cls: type[Value], above: str) -> str:
    rows = [_row(name, one, above) for name, one in attributes(cls).items()]
    rows += [_row(name, one, above) for name, declared in fields(cls).items() for one in elements(declared)]
    return "\n| Attribute | Element | Occurs | Content | Danish |\n|---|---|---|---|---|\n" + "".join(rows)


def _row(name: str, one: Element | Attribute, above: str) -> str:
    if isinstance(one, Attribute):
        occurs, danish = ("1" if one.is_required else "0..1"), ""
        element = f"@{one.name}" if one.name else "its text"
    else:
        most = "n" if one.max is None else one.max
        versions = f" ({', '.join(one.versions)})" if one.versions else ""
        occurs, danish, element = f"{one.min}..{most}{versions}", one.danish, one.name
    return f"| `{name}` | {element} | {occurs} | {_content(one.type, above)} | {danish} |\n"


def _content(of: Any, above: str) -> str:
    if isinstance(of, String):
        return "text" if of.max is None else f"text, {of.min}-{of.max}"
    if isinstance(of, Codes):
        name = of.codes.__name__
        return f"[{name}]({above}code-lists.md#{name.lower()})"
    if isinstance(of, Wrapped):
        wrapper = getattr(of.wrapper, "__name__", "")
        return _content(of.type, above) + (f", as `{wrapper}`" if wrapper else "")
    if isinstance(of, Formatted):
        return "text with line breaks" if of.simple else "formatted text"
    if isinstance(of, ByVersion):
        others = "; ".join(f"{version}: {_content(leaf, above)}" for version, leaf in of.versions.items())
        return f"{_content(of.other, above)} ({others})"
    if isinstance(of, Fixed):
        return "settled by the version"
    if isinstance(of, type):
        return f"`{of.__name__}`"
    return type(of).__name__


def _fhir_table(cls: type[Structure]) -> str:
    rows = [_property(name, declared) for name, declared in fields(cls).items()]
    return "\n| Attribute | Property | Occurs | Content |\n|---|---|---|---|\n" + "".join(rows)


def _property(name: str, one: Property) -> str:
    content = "text" if one.type is str else f"`{one.type.__name__}`"
    return f"| `{name}` | {one.name} | 0..{'n' if one.is_many else '1'} | {content} |\n"


def _described(cls: type[Structure]) -> str:
    """The page of R4 that describes a class."""
    if name := getattr(cls, "resource_type", ""):
        return f"**Source:** [{name}]({_R4}{name.lower()}.html) of FHIR R4."
    if cls.__module__ == fhir_resources.__name__:
        path = _places()[cls]
        return f"**Source:** [{path}]({_R4}{path.partition('.')[0].lower()}-definitions.html#{path}) of FHIR R4."
    name = cls.__name__.removeprefix("Resource")
    return f"**Source:** [{name}]({_R4}{_PAGES_OF_TYPES.get(name, f'datatypes.html#{name}')}) of FHIR R4."


@functools.cache
def _places() -> dict[type, str]:
    """Each class that is only part of a resource -> where in it: ``Provenance.agent``."""
    places: dict[type, str] = {}
    for cls in (one for one in vars(fhir_resources).values() if getattr(one, "resource_type", "")):
        for declared in fields(cls).values():
            places.setdefault(declared.type, f"{cls.resource_type}.{declared.name}")
    return places
