"""FHIR data as FHIRPath sees it: children by name, types, texts, equality and order of single items.

An item is plain data (dict, str, bool, ``Number`` or another number). Where plain data does not say enough it is an
:class:`FhirElement`: a primitive with an id or extensions of its own (the ``_name`` sibling of JSON), or the value of a
choice (``valueQuantity``), whose type the name tells. Source: R4 json.html, FHIRPath 2.0.0 sections 3, 5 and 6; where
they leave something open, HL7's reference engine (org.hl7.fhir.core 6.7) is followed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from decimal import Decimal
from typing import Any

import attrs

from medcom_bu.fhir.fhirpath import moments, quantities
from medcom_bu.fhir.fhirpath.environment import Steps
from medcom_bu.fhir.fhirpath.faults import EvaluationError, Undecidable, UnsupportedExpression
from medcom_bu.fhir.fhirpath.moments import Temporal
from medcom_bu.fhir.fhirpath.quantities import Quantity
from medcom_bu.fhir.model.data import Number
from medcom_bu.fhir.model.r4 import (
    BARE_RESOURCES,
    CHOICE_TYPES,
    CHOICES,
    COMPLEX_TYPES,
    PRIMITIVES,
    SUPERTYPES,
    choice_name,
)
from medcom_bu.issues import Text
from medcom_bu.numerals import exact, integer, is_digits

PathItem = Any
Items = list[Any]

_MAX_EXPONENT = 100
"""A number whose exponent is larger is none to reckon with: its digits would fill the memory."""

NUMBERS = (Number, int, float, Decimal)
_MEASURES = (Temporal, Quantity)
"""What an expression writes and FHIR's data has as texts and objects."""


@attrs.frozen(eq=False, repr=False)
class FhirElement:
    """A value with what its JSON text says elsewhere: ``extra`` is its ``_name`` sibling, ``type`` its FHIR type.

    The value is None where a primitive has extensions alone.
    """

    value: PathItem
    extra: dict[str, Any] | None = None
    type: str | None = None


_SUFFIXES = {choice_name("", name): name for name in CHOICE_TYPES}
"""What follows the name of a choice in JSON -> the type (R4 datatypes.html#open)."""
_CHOICES = CHOICES - {"date"}
"""The elements that R4 writes ``name[x]``; not ``date``, since no ``dateTime`` of a Consent is one."""
_TEXTS = frozenset(one.name for one in PRIMITIVES.values() if one.json is str)
_INTEGERS = frozenset(one.name for one in PRIMITIVES.values() if "integer" in (one.name, one.base))
_TIMES = frozenset({"date", "dateTime", "instant", "time"})
_TYPES = PRIMITIVES.keys() | COMPLEX_TYPES
_SYSTEM = frozenset(["Boolean", "Date", "DateTime", "Decimal", "Integer", "String", "Time"])
NO_TYPE = Text("the data does not give the type that it needs", "data fortæller ikke den type der spørges om")


def bare(item: PathItem) -> PathItem:
    """The plain data of an item."""
    return item.value if type(item) is FhirElement else item


def choice_names(name: str) -> dict[str, tuple[str, str]]:
    """The JSON names of a choice, its ``_name`` siblings too -> the plain name and the type; empty for other names."""
    if name not in _CHOICES:
        return {}
    names = {name + suffix: kind for suffix, kind in _SUFFIXES.items()}
    return {lead + full: (full, kind) for full, kind in names.items() for lead in ("", "_")}


def merged(value: PathItem, extra: PathItem, kind: str | None = None) -> Iterator[PathItem]:
    """The items of an element and its ``_name`` sibling, matched by position where they are lists."""
    values = value if type(value) is list else [value]
    extras = extra if type(extra) is list else [extra]
    for at in range(max(len(values), len(extras))):
        plain = values[at] if at < len(values) else None
        more = extras[at] if at < len(extras) else None
        if type(more) is dict or (kind and plain is not None):
            yield FhirElement(plain, more if type(more) is dict else None, kind)
        elif plain is not None:
            yield plain


def chosen(node: dict[str, Any], names: dict[str, tuple[str, str]]) -> Iterator[PathItem]:
    """The items of a choice."""
    for key in node:
        choice = names.get(key)
        if choice is not None and (key[0] != "_" or choice[0] not in node):
            name, kind = choice
            yield from merged(node.get(name), node.get("_" + name), kind)


def children(item: PathItem) -> Iterator[PathItem]:
    """All children of an item. ``resourceType`` is the type, no child."""
    node = item if type(item) is not FhirElement else item.value if type(item.value) is dict else item.extra
    if type(node) is not dict:
        return
    for name, value in node.items():
        if name[:1] == "_":
            if name[1:] not in node:
                yield from merged(None, value)
        elif "_" + name in node:
            yield from merged(value, node["_" + name])
        elif type(value) is list:
            yield from value
        elif name != "resourceType":
            yield value


def all_children(items: Items, steps: Steps) -> Items:
    """The children of these; each takes a step. Raises TooManySteps."""
    below: Items = []
    for item in items:
        if type(item) is not str:
            before = len(below)
            below.extend(children(item))
            steps.take(len(below) - before)
    return below


def descendants(items: Items, steps: Steps) -> Items:
    """All children of these, and theirs, level by level; each takes a step. Raises TooManySteps."""
    below: Items = []
    level = items
    while level:
        level = all_children(level, steps)
        below += level
    return below


def type_test(kind: str, *, derived_primitives: bool = True) -> Callable[[PathItem], bool]:
    """Whether an item is of a FHIR type or of one derived from it; a primitive may be asked to be of the type itself.

    The type of a resource is its ``resourceType``, the type of a choice its name. Of other data the JSON form alone is
    known: a text is then taken to be of any type of text, a number of any type of number. Of which type of data an
    object is cannot be told then.

    Raises:  UnsupportedExpression for the types of FHIRPath itself.
    """
    if kind in _SYSTEM:
        raise UnsupportedExpression(f"System.{kind}")
    base = kind in ("Resource", "DomainResource")

    is_of_data = kind in COMPLEX_TYPES

    def is_of_type(item: PathItem) -> bool:
        if type(item) is dict and is_of_data and "resourceType" not in item:
            raise Undecidable(f"type {kind}", NO_TYPE)
        if type(item) is dict and not base:
            return bool(item.get("resourceType") == kind)
        item_type = type_of(item)
        if item_type is None:
            return _is_primitive(bare(item), kind)
        if item_type in PRIMITIVES and not derived_primitives:
            return item_type == kind
        while item_type is not None and item_type != kind:
            item_type = SUPERTYPES.get(item_type) or _resource_base(item, item_type)
        return item_type is not None

    return is_of_type


def _is_primitive(value: PathItem, kind: str) -> bool:
    if type(value) is bool:
        return kind == "boolean"
    if isinstance(value, NUMBERS):
        return kind == "decimal" or (kind in _INTEGERS and _is_whole(value))
    return type(value) is str and kind in _TEXTS


def _resource_base(item: PathItem, item_type: str) -> str | None:
    value = bare(item)
    if type(value) is not dict or "resourceType" not in value or item_type == "Resource":
        return None
    return "Resource" if item_type == "DomainResource" or item_type in BARE_RESOURCES else "DomainResource"


def type_of(item: PathItem) -> str | None:
    """The FHIR type of an item, where the data tells it."""
    if type(item) is FhirElement and item.type:
        return item.type
    value = bare(item)
    kind = value.get("resourceType") if type(value) is dict else None
    return kind if type(kind) is str else None


def is_root(item: PathItem, name: str) -> bool:
    """Whether a path that starts with this type name starts at the item: ``Bundle.entry`` on a Bundle.

    An object whose type is not known is taken to be of the data type that the path names.
    """
    return (type_of(item) is None and type(bare(item)) is dict and name in _TYPES) or type_test(name)(item)


def text(item: PathItem) -> str | None:
    """A primitive as text; None for an object and for a primitive without value."""
    value = bare(item)
    if type(value) is str or type(value) is Number:
        return value
    if type(value) is dict:
        return None
    if type(value) is bool:
        return "true" if value else "false"
    return str(value) if isinstance(value, (*NUMBERS, *_MEASURES)) else None


def words(item: PathItem) -> str | None:
    """A primitive that functions of text are for; None for others. A date is not text, where it is known to be one."""
    value = bare(item)
    if type(value) is not str or (type(item) is FhirElement and item.type in _TIMES):
        return None
    return value


def without_text(item: PathItem) -> bool | None:
    """What a question about a text answers where there is none: no of a primitive without a value, else nothing."""
    return False if type(item) is FhirElement and item.value is None and item.type not in _TIMES else None


def number(item: PathItem) -> int | Decimal | None:
    """A number of the data or of an expression; None for other items. Exact: no binary fractions."""
    value = bare(item)
    if type(value) is int:
        return value
    if type(value) is bool or not isinstance(value, NUMBERS):
        return None
    if _is_whole(value):
        return integer(value)
    decimal = exact(str(value))
    return None if decimal is None or abs(decimal.adjusted()) > _MAX_EXPONENT else decimal


def _is_whole(value: PathItem) -> bool:
    return type(value) is int or (type(value) is Number and is_digits(value.removeprefix("-")) and len(value) < 20)


def same(left: PathItem, right: PathItem) -> bool | None:
    """Equality of two items: moments by time, numbers by value, other primitives by text, objects by content.

    None where moments agree as far as both go, and for a year of the calendar and one of UCUM. Raises Undecidable for
    quantities of other units that differ.
    """
    left_value, right_value = bare(left), bare(right)
    if type(left_value) is str and type(right_value) is str:
        if left_value == right_value or type(left) is str or type(right) is str:
            return left_value == right_value
        return _is_moment(left) and _is_moment(right) and _moments_in_order(left_value, right_value) == 0
    a, b = number(left), number(right)
    if a is not None and b is not None:
        return a == b
    if type(left_value) in _MEASURES or type(right_value) in _MEASURES:
        return _measured_alike(left, right)
    if type(left_value) is dict or type(right_value) is dict:
        return bool(left_value == right_value)
    return text(left) == text(right)


def _measured_alike(left: PathItem, right: PathItem) -> bool | None:
    """The same of two values of which one is a moment or a quantity of the expression."""
    one, other = measure(left), measure(right)
    if type(one) is Temporal and type(other) is Temporal:
        if (one.kind == "Time") is not (other.kind == "Time"):
            return False
        found = moments.in_order(one, other)
    elif type(one) is Quantity and type(other) is Quantity:
        found = quantities.in_order(one, other)
    else:
        return False
    return None if found is None else found == 0


def measure(item: PathItem) -> Temporal | Quantity | None:
    """A moment or a quantity, of the expression or of the data; a number is a quantity without unit."""
    value = bare(item)
    if type(value) in _MEASURES:
        return value  # type: ignore[no-any-return]
    if type(value) is str:
        found = moments.moment(value)
        is_date = found is not None and found.kind == "Date"
        return Temporal(f"{value}T", "DateTime") if is_date and type_of(item) in ("dateTime", "instant") else found
    if type(value) is dict:
        return quantities.of_fhir(value, number(value.get("value")))
    counted = number(value)
    return None if counted is None else Quantity(counted, "1")


def _is_moment(item: PathItem) -> bool:
    return type_of(item) in _TIMES


def key(item: PathItem) -> Hashable:
    """A key that two items share exactly if they are the same (texts of moments aside)."""
    value = bare(item)
    if type(value) is str:
        return value
    if type(value) is dict:
        return tuple(sorted((name, key(part)) for name, part in value.items()))
    if type(value) is list:
        return tuple(map(key, value))
    if type(value) in _MEASURES:
        return value  # type: ignore[no-any-return]
    counted = number(item)
    if not isinstance(counted, Decimal):
        return text(item)
    return str(int(counted)) if abs(counted) < 10**20 and counted == counted.to_integral_value() else counted


def size(items: Items) -> int:
    """How many values items hold; what their keys cost."""
    total = len(items)
    for item in items:
        if type(item) is str:
            continue
        value = bare(item)
        if type(value) is dict:
            total += size(list(value.values()))
        elif type(value) is list:
            total += size(value)
    return total


def comparison(one: Any, other: Any) -> int:
    """How many values are looked at, at most, to tell whether two items are the same."""
    left, right = bare(one), bare(other)
    if left is right or type(left) is not type(right):
        return 1
    if type(left) is dict and len(left) == len(right):
        return 1 + sum(comparison(value, right[name]) for name, value in left.items() if name in right)
    if type(left) is list and len(left) == len(right):
        return 1 + sum(map(comparison, left, right))
    return 1


def distinct(items: Items) -> Items:
    """The items without those that came before."""
    return list({key(item): item for item in reversed(items)}.values())[::-1]


def order(operator: str, left: PathItem, right: PathItem) -> int | None:
    """-1, 0 or 1 as the left item is smaller than, the same as or greater than the right one; None if undecided.

    Undecided are moments of different precision that agree as far as both go, and objects that are not quantities.
    Raises:  EvaluationError for primitives that have no common order, Undecidable for units that would be converted.
    """
    left_value, right_value = bare(left), bare(right)
    if type(left_value) in _MEASURES or type(right_value) in _MEASURES or type(left_value) is dict:
        return _measures_in_order(operator, left_value, right_value)
    if type(right_value) is dict:
        return None
    a, b = number(left), number(right)
    if a is not None and b is not None:
        return (a > b) - (a < b)
    if left_value is None or right_value is None:
        return None
    if type(left_value) is not str or type(right_value) is not str:
        raise EvaluationError(operator, "two items that have no order")
    one, other = moments.moment(left_value), moments.moment(right_value)
    if one is not None and other is not None and "Time" not in (one.kind, other.kind):
        return moments.in_order(one, other)
    return (left_value > right_value) - (left_value < right_value)


def _measures_in_order(operator: str, left: PathItem, right: PathItem) -> int | None:
    one, other = measure(left), measure(right)
    if type(one) is Temporal and type(other) is Temporal:
        return moments.in_order(one, other)
    if type(one) is Quantity and type(other) is Quantity:
        return quantities.in_order(one, other)
    if type(left) is dict or type(right) is dict or one is None or other is None:
        return None
    raise EvaluationError(operator, "two items that have no order")


def _moments_in_order(left: str, right: str) -> int | None:
    one, other = moments.moment(left), moments.moment(right)
    return None if one is None or other is None else moments.in_order(one, other)
