"""The facts of FHIR R4 that the codecs need, read off ``profiles/hl7.fhir.r4.core``: which elements a type has.

A *shape* is named by a type (``Patient``, ``Identifier``) or, for a structure within one, by its path
(``Patient.contact``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from medcom_bu.fhir.model.r4 import COMPLEX_TYPES, PRIMITIVES, RESOURCE_TYPES, choice_name, is_primitive, repeats
from medcom_bu.fhir.model.r4_package import type_definition
from medcom_bu.once import once

STRUCTURES = frozenset({"BackboneElement", "Element"})
"""The types of structures within a type, whose shape is known by their path."""
_TYPES = RESOURCE_TYPES | COMPLEX_TYPES | PRIMITIVES.keys()


@attrs.frozen
class ShapeProperty:
    """One property of a shape, as JSON names it.

    ``shape`` is that of its value: a primitive (``string``), a type, a path, or ``Resource`` for any resource.
    ``choice`` is the element's own name where the property is one of several (``value`` for ``valueString``).
    """

    name: str
    order: int
    min: int
    many: bool
    shape: str
    is_primitive: bool
    is_attribute: bool
    choice: str | None = None


@attrs.frozen
class Shape:
    """A type or a structure within one. ``fields`` are in the order of the standard, choices one field a type."""

    name: str
    fields: Mapping[str, ShapeProperty]
    required: tuple[tuple[str, tuple[ShapeProperty, ...]], ...]
    """What must be there: the element's name and the properties of which one says so."""
    is_resource: bool


def _definition(name: str) -> dict[str, Any] | None:
    """The definition of a type; None where there is none. A name from a message asks no file, and is not kept."""
    return _kept(name) if name in _TYPES else None


@once
def _kept(name: str) -> dict[str, Any]:
    return type_definition(name)


@once
def names() -> frozenset[str]:
    """Every name that R4's definitions know: of properties, as JSON has them, and of types of resource."""
    definitions = map(type_definition, _TYPES)
    elements = {element["path"].rpartition(".")[2] for one in definitions for element in one["snapshot"]["element"]}
    choices = {name.removesuffix("[x]") for name in elements if name.endswith("[x]")}
    of_choices = {choice_name(choice, name) for choice in choices for name in _TYPES}
    return frozenset({"resourceType"} | RESOURCE_TYPES | elements | choices | of_choices)


def is_resource(name: str) -> bool:
    """Whether ``name`` is a type of resource."""
    return name in RESOURCE_TYPES


@once
def shape(name: str) -> Shape:
    """The shape of that name. Raises KeyError where the definitions have none."""
    definition = _definition(name.partition(".")[0])
    if definition is None or name in PRIMITIVES:
        raise KeyError(name)
    is_resource_root = definition["kind"] == "resource" and "." not in name
    fields: dict[str, ShapeProperty] = {}
    required: list[tuple[str, tuple[ShapeProperty, ...]]] = []
    for element in definition["snapshot"]["element"]:
        parent, _, last = element["path"].rpartition(".")
        if parent != name:
            continue
        properties = _fields(element, last, len(fields))
        if last == "id" and is_resource_root:
            # R4's definitions only say System.String, its text says id
            properties = (attrs.evolve(properties[0], shape="id"),)
        fields.update((field.name, field) for field in properties)
        if element["min"]:
            required.append((last.removesuffix("[x]"), properties))
    if not fields:
        raise KeyError(name)
    return Shape(name, fields, tuple(required), is_resource_root)


def _fields(element: Mapping[str, Any], last: str, order: int) -> tuple[ShapeProperty, ...]:
    least, many = element["min"], repeats(element)
    is_attribute = "xmlAttr" in element.get("representation", ())
    if "contentReference" in element:
        shapes = [element["contentReference"].removeprefix("#")]
    else:
        shapes = [kind["code"] for kind in element["type"]]
    base = last.removesuffix("[x]")
    is_choice = base != last
    properties = []
    for number, code in enumerate(shapes):
        name = choice_name(base, code) if is_choice else base
        shape_name = element["path"] if code in STRUCTURES else code
        choice = base if is_choice else None
        properties.append(
            ShapeProperty(name, order + number, least, many, shape_name, is_primitive(code), is_attribute, choice)
        )
    return tuple(properties)
