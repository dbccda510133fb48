"""From one type of FHIRPath to another, and how exact a value is. Source: FHIRPath 2.0.0, sections 5.5 and 5.8."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

import attrs

from medcom_bu.fhir.fhirpath import moments, nodes, quantities
from medcom_bu.fhir.fhirpath.digits import places, with_places
from medcom_bu.fhir.fhirpath.environment import Env
from medcom_bu.fhir.fhirpath.faults import EvaluationError, Undecidable
from medcom_bu.fhir.fhirpath.function import Function, Values, counted_number, on_items, on_values, single
from medcom_bu.fhir.fhirpath.moments import Temporal
from medcom_bu.fhir.fhirpath.nodes import FhirElement, Items, PathItem
from medcom_bu.fhir.fhirpath.quantities import Quantity
from medcom_bu.issues import Text
from medcom_bu.numerals import exact, integer

_INTEGER = re.compile(r"[+-]?[0-9]{1,10}")
_YES, _NO = {"true", "t", "yes", "y", "1", "1.0"}, {"false", "f", "no", "n", "0", "0.0"}
_NO_CLOCK = Text("the time of day is missing", "der er ikke angivet noget klokkeslæt")


def _integer(item: PathItem) -> int | None:
    text = nodes.text(item)
    if text in ("true", "false"):
        return int(text == "true")
    number = integer(text, 10) if text and _INTEGER.fullmatch(text) else None
    return number if number is not None and -(2**31) <= number < 2**31 else None


def _decimal(item: PathItem) -> Decimal | None:
    text = nodes.text(item)
    return Decimal(text == "true") if text in ("true", "false") else exact(text)


def _boolean(item: PathItem) -> bool | None:
    text = (nodes.text(item) or "").lower()
    return True if text in _YES else False if text in _NO else None


def _string(item: PathItem) -> str | None:
    text = nodes.text(item)
    return None if text is None else str(text)


def _quantity(item: PathItem) -> Quantity | None:
    value = nodes.bare(item)
    if type(value) is bool:
        return Quantity(Decimal(value), "1")
    if type(value) is str:
        return quantities.written(value)
    found = nodes.measure(item)
    return found if type(found) is Quantity else None


def _moment(*kinds: str) -> Callable[[PathItem], Temporal | None]:
    """A moment of a kind; a date where a point in time is asked keeps its text, and the other way it loses the time."""

    def found(item: PathItem) -> Temporal | None:
        value = nodes.measure(item)
        if type(value) is not Temporal:
            text = nodes.text(item) or ""
            value = moments.literal(f"T{text}") if kinds == ("Time",) else None
        if value is None or value.kind not in kinds:
            return None
        return Temporal(value.text.partition("T")[0], "Date") if kinds[0] == "Date" else value

    return found


_CONVERSIONS: dict[str, Callable[[PathItem], Any]] = {
    "Integer": _integer,
    "Decimal": _decimal,
    "Boolean": _boolean,
    "String": _string,
    "Quantity": _quantity,
    "Date": _moment("Date", "DateTime"),
    "DateTime": _moment("DateTime", "Date"),
    "Time": _moment("Time"),
}


def _to(name: str, convert: Callable[[PathItem], Any]) -> Function:
    """The item in another type, or nothing."""
    return on_items(lambda items: [found for item in single(items, name) if (found := convert(item)) is not None])


def _converts(name: str, convert: Callable[[PathItem], Any]) -> Function:
    return on_items(lambda items: [convert(item) is not None for item in single(items, name)])


def _to_integer(items: Items) -> Items:
    found = _integer(items[0]) if len(items) == 1 else None
    return [] if found is None else [found]


def _bound(name: str, *, upper: bool) -> Function:
    """The least or greatest value that a value may stand for, to so many digits."""

    def ask(items: Items, values: Values, _: Env) -> Items:
        digits = counted_number(values[0], name) if values else None
        value = nodes.measure(single(items, name)[0]) if items else None
        if value is None:
            return []
        if isinstance(value, Temporal):
            if type(items[0]) is FhirElement and items[0].type is None:
                raise Undecidable(name, nodes.NO_TYPE)
            found = moments.bound(value, digits, upper=upper)
            return [] if found is None else [found]
        edge = _edge(value.value, 8 if digits is None else digits, upper=upper)
        if edge is None:
            return []
        return [edge] if value.unit == "1" else [attrs.evolve(value, value=edge)]

    return on_values(ask, 0, 1)


def _edge(number: int | Decimal, digits: int, *, upper: bool) -> Decimal | None:
    if not 0 <= digits <= 28:
        return None
    half = Decimal(5).scaleb(-places(number) - 1)
    edge = number + half if upper else number - half
    try:
        return with_places(edge, digits, ROUND_CEILING if upper else ROUND_FLOOR)
    except ArithmeticError:
        return None


def _precision(items: Items) -> Items:
    value = nodes.measure(single(items, "precision")[0]) if items else None
    if type(value) is Temporal:
        return [moments.precision(value)]
    return [places(value.value)] if type(value) is Quantity else []


def _clock(name: str, *, is_date: bool) -> Function:
    """What time it is, by the surroundings: a library that judges has no clock of its own."""

    def ask(_: Items, __: Values, env: Env) -> Items:
        if env.now is None:
            raise Undecidable(name, _NO_CLOCK)
        text = env.now.partition("T")[0] if is_date else env.now
        found = moments.moment(text)
        if found is None:
            raise EvaluationError(name, "no time of day")
        return [found]

    function = on_values(ask, 0, 0)
    return attrs.evolve(function, build=lambda call: attrs.evolve(function.build(call), fixed=False))


FUNCTIONS: dict[str, Function] = {
    **{f"to{name}": _to(f"to{name}", convert) for name, convert in _CONVERSIONS.items()},
    **{f"convertsTo{name}": _converts(f"convertsTo{name}", convert) for name, convert in _CONVERSIONS.items()},
    "toInteger": on_items(_to_integer),
    "lowBoundary": _bound("lowBoundary", upper=False),
    "highBoundary": _bound("highBoundary", upper=True),
    "precision": on_items(_precision),
    "now": _clock("now", is_date=False),
    "today": _clock("today", is_date=True),
}
