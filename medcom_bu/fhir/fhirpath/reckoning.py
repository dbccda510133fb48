"""Functions of numbers. Source: FHIRPath 2.0.0, section 5.7."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from medcom_bu.fhir.fhirpath import nodes
from medcom_bu.fhir.fhirpath.digits import with_places
from medcom_bu.fhir.fhirpath.environment import Env
from medcom_bu.fhir.fhirpath.faults import EvaluationError
from medcom_bu.fhir.fhirpath.function import Function, Values, counted_number, on_values, single
from medcom_bu.fhir.fhirpath.nodes import Items
from medcom_bu.fhir.fhirpath.quantities import Quantity

Counted = int | Decimal
_MOST_DIGITS = 28
_LARGEST = Decimal(10) ** 100


def _number(items: Items, name: str) -> Counted | None:
    if not single(items, name):
        return None
    found = nodes.number(items[0])
    if found is None:
        raise EvaluationError(name, "no number")
    return found


def _of_number(name: str, change: Callable[..., Counted | None], arguments: int = 0) -> Function:
    """A function of a number and of the numbers that are its arguments; none where one is none, or has no result."""

    def ask(items: Items, values: Values, _: Env) -> Items:
        numbers = [_number(found, name) for found in (items, *values)]
        if None in numbers:
            return []
        try:
            result = change(*numbers)
        except (ArithmeticError, ValueError):
            return []
        return [] if result is None or not -_LARGEST < result < _LARGEST else [result]

    return on_values(ask, arguments, arguments)


def _abs(items: Items, _: Values, __: Env) -> Items:
    value = nodes.bare(items[0]) if single(items, "abs") else None
    if isinstance(value, Quantity):
        size: Counted = max(value.value, -value.value)
        return [Quantity(size, value.unit, value.is_calendar)]
    number = _number(items, "abs")
    return [] if number is None else [abs(number)]


def _round(items: Items, values: Values, _: Env) -> Items:
    number, digits = _number(items, "round"), counted_number(values[0], "round") if values else 0
    if number is None or digits is None:
        return []
    if not 0 <= digits <= _MOST_DIGITS:
        raise EvaluationError("round", f"a precision outside 0 to {_MOST_DIGITS}")
    try:
        return [with_places(number, digits)] if digits else [_whole(number)]
    except ArithmeticError:
        return []


def _whole(number: Counted, way: str = ROUND_HALF_UP) -> int:
    return int(Decimal(number).to_integral_value(way))


def _power(base: Counted, exponent: Counted) -> Counted | None:
    """None for a root of what is negative; a whole power of whole numbers is whole."""
    if type(exponent) is int and abs(exponent) <= 400 and (type(base) is int or abs(exponent) <= 100):
        found = base**exponent if exponent >= 0 else Decimal(base) ** exponent
        return found if abs(found) <= _LARGEST else None
    return Decimal(base) ** Decimal(exponent) if base > 0 else None


def _log(number: Counted, base: Counted) -> Decimal:
    return Decimal(repr(round(math.log(number) / math.log(base), 12)))


FUNCTIONS: dict[str, Function] = {
    "abs": on_values(_abs, 0, 0),
    "round": on_values(_round, 0, 1),
    "ceiling": _of_number("ceiling", lambda number: _whole(number, ROUND_CEILING)),
    "floor": _of_number("floor", lambda number: _whole(number, ROUND_FLOOR)),
    "truncate": _of_number("truncate", lambda number: _whole(number, ROUND_DOWN)),
    "sqrt": _of_number("sqrt", lambda number: Decimal(number).sqrt() if number >= 0 else None),
    "exp": _of_number("exp", lambda number: Decimal(number).exp()),
    "ln": _of_number("ln", lambda number: Decimal(number).ln() if number > 0 else None),
    "log": _of_number("log", _log, 1),
    "power": _of_number("power", _power, 1),
}
