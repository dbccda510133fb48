"""What the declaration demands of a value that was read: parts that are missing, lengths, forms, codes of the version.

The demands are those of the schema of the XML twin, asked at the place on the wire.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

from medcom_bu.declare.base import fields
from medcom_bu.declare.facets import unmet
from medcom_bu.declare.oioxml import (
    Choice,
    Codes,
    Element,
    PositiveInteger,
    String,
    Value,
    elements,
    held_type,
    leaf_type,
)
from medcom_bu.edifact.layout import catalogue
from medcom_bu.edifact.layout.notation import Layout
from medcom_bu.issues import Kind, either
from medcom_bu.values.identifiers import DanishIdentifier
from medcom_bu.values.timestamps import DateAndTime

UnmetDemand = tuple[Kind, str, dict[str, object]]


def unmet_demands(value: Value, layout: Layout, path: str = "") -> Iterator[UnmetDemand]:
    """What is wrong with a value: a kind, the attribute path, parameters.

    Of a layout that is a guess only those demands are asked that every version has.
    """
    if type(value) is DateAndTime and value.date and value.time:
        if value.moment is None:
            yield catalogue.DATE, path, {}
        return
    cls: Any = type(value)
    attributes = value.__dict__
    for name, many, declared, least, checks in asked(cls, layout.version.code, bool(layout.guess)):
        content = attributes[name]
        if content is None:
            if least:
                yield (
                    catalogue.MISSING,
                    _under(path, name),
                    {"element": either([e.name for e in elements(declared)])},
                )
        elif not many:
            yield from item_demands(content, checks, layout, path, name)
        else:
            if not least <= len(content) <= (declared.max or len(content)):
                kind = catalogue.COUNT if content else catalogue.MISSING
                params = {"element": declared.name, "count": len(content), "min": least, "max": declared.max}
                yield kind, _under(path, name), params
            for number, part in enumerate(content):
                yield from item_demands(part, checks, layout, path, f"{name}[{number}]")


def _under(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


@functools.cache
def asked(cls: Any, version: str, guess: bool) -> tuple[tuple[str, bool, Any, int, tuple[_Check, ...]], ...]:
    """What is asked of a class in a version: attribute, whether it repeats, its declaration, least count, checks."""
    demands = []
    for name, declared in fields(cls).items():
        present = [element for element in elements(declared) if element.exists_in(version)]
        if present:
            many = isinstance(declared, Element) and declared.max != 1
            least = 1 if isinstance(declared, Choice) else declared.min if guess else declared.least(version)
            checks = tuple((held_type(e), e.name, leaf_type(e.type, version)) for e in present)
            demands.append((name, many, declared, least, checks))
    return tuple(demands)


_Check = tuple[Any, str, Any]
"""The class of what is held, the element's name, its leaf type."""


def item_demands(
    content: Any, checks: tuple[_Check, ...], layout: Layout, path: str, name: str
) -> Iterator[UnmetDemand]:
    """What is wrong with one item of an attribute, by what :func:`asked` gives for it."""
    if isinstance(content, Value):
        yield from unmet_demands(content, layout, _under(path, name))
        return
    for cls, element, leaf in checks:
        if isinstance(leaf, ASKED) and isinstance(content, cls):
            text = content.reveal() if isinstance(content, DanishIdentifier) else content
            for facet, params in unmet(leaf, text, layout.version):
                context = {"element": element, "version": layout.code}
                yield catalogue.OF_FACET[facet], _under(path, name), {**params, **context}
            return


ASKED = (String, Codes, PositiveInteger)
"""The types of which the wire holds the text itself; dates and fixed codes have a form of their own on it."""
