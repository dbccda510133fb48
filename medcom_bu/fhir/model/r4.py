"""The names of R4, read off its vocabulary: its types, what the values of primitives look like, and its addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import attrs

from medcom_bu.declare.fhir import Number
from medcom_bu.fhir.model import r4_vocabulary as vocabulary
from medcom_bu.numerals import integer
from medcom_bu.once import once

R4 = "http://hl7.org/fhir/StructureDefinition/"
"""What the canonical URLs of R4's own definitions begin with."""
UCUM = "http://unitsofmeasure.org"
"""The code system of units."""
SYSTEM_TYPE = "http://hl7.org/fhirpath/System."
"""What the types of FHIRPath begin with, which R4's definitions name where a value is none of FHIR's types."""

BARE_RESOURCES = frozenset(vocabulary.OTHER_RESOURCES.split())
"""The types of resource that are not DomainResource."""
RESOURCE_TYPES = frozenset(vocabulary.DOMAIN_RESOURCES.split()) | BARE_RESOURCES
"""The types of resource of R4, ResourceType."""
COMPLEX_TYPES = frozenset(vocabulary.COMPLEX_TYPES)
"""The data types that are not primitives; ``Element`` and ``BackboneElement`` too."""
CHOICES = frozenset(vocabulary.CHOICES.split())
"""The elements that R4 writes ``name[x]``."""
CHOICE_TYPES = frozenset(vocabulary.CHOICE_TYPES.split())
"""The types that such an element may have: R4 datatypes.html#open."""


@attrs.frozen
class PrimitiveType:
    """A primitive type: what it is a kind of, the JSON type of its values, and what R4 says of their form."""

    name: str
    base: str
    json: type
    """``str``, ``bool`` or Number."""
    pattern: str | None = None
    least: int | None = None
    greatest: int | None = None
    longest: int | None = None


_JSON: dict[str, type] = {"boolean": bool, "integer": Number, "decimal": Number}
"""The primitives that JSON does not write as texts; those that are a kind of integer are numbers too."""


def _read(line: str) -> PrimitiveType:
    name, base, least, greatest, longest, pattern = line.split(" ", 5)
    json = _JSON.get(name) or _JSON.get(base, str)
    form = None if pattern == "-" else pattern
    return PrimitiveType(name, base, json, form, integer(least), integer(greatest), integer(longest))


PRIMITIVES = {one.name: one for one in map(_read, vocabulary.PRIMITIVE_TYPES.strip().split("\n"))}
"""The primitive types by name."""
SUPERTYPES = {
    name: base
    for name, base in (vocabulary.COMPLEX_TYPES | {one.name: one.base for one in PRIMITIVES.values()}).items()
    if base in CHOICE_TYPES
}
"""A data type that is a kind of another one, such as ``code`` of ``string`` -> that one."""
_SYSTEM_STRING = PrimitiveType("string", "", str)


def is_primitive(name: str) -> bool:
    """Whether ``name`` is a primitive type; FHIRPath's, ``System.String`` in full, are too."""
    return name in PRIMITIVES or name.startswith(SYSTEM_TYPE)


def primitive(name: str) -> PrimitiveType:
    """The primitive type of that name. Raises KeyError where there is none."""
    return _SYSTEM_STRING if name.startswith(SYSTEM_TYPE) else PRIMITIVES[name]


@once
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of R4, compiled: white space is that of ASCII, as in the engines that it is written for."""
    return re.compile(pattern, re.ASCII)


def choice_name(choice: str, of_type: str) -> str:
    """What JSON calls a choice in one of its types: ``valueString``."""
    return choice + of_type[0].upper() + of_type[1:]


def repeats(element: Mapping[str, Any]) -> bool:
    """Whether JSON writes an element as an array, by its definition: where its base may repeat."""
    return ((element.get("base") or {}).get("max") or element.get("max")) not in ("0", "1")


def shown_type(of_type: Any) -> str:
    """A resource type for an issue; what is none could be content."""
    return of_type if type(of_type) is str and of_type in RESOURCE_TYPES else "?"


def is_base(canonical: str) -> bool:
    """Whether a canonical URL is that of a type of resource; R4 has profiles as well, such as those of vital signs."""
    url = canonical.partition("|")[0]
    return url.startswith(R4) and url.removeprefix(R4) in _BASES


_BASES = RESOURCE_TYPES | {"Resource", "DomainResource"}
