"""Equivalence, ``~``: what is alike to a reader, in any order. Source: FHIRPath 2.0.0, section 6.1.3."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from medcom_bu.fhir.fhirpath import nodes
from medcom_bu.fhir.fhirpath.environment import Steps
from medcom_bu.fhir.fhirpath.nodes import Items, PathItem
from medcom_bu.fhir.fhirpath.quantities import Quantity


def equivalent(first: Items, second: Items, steps: Steps) -> bool:
    """Whether two collections hold what is equivalent, each item once. Raises TooManySteps, Undecidable for units."""
    if len(first) != len(second):
        return False
    rest = list(second)
    for item in first:
        at = next((at for at, other in enumerate(rest) if _alike(item, other, steps)), None)
        if at is None:
            return False
        del rest[at]
    return True


def _alike(left: PathItem, right: PathItem, steps: Steps) -> bool:
    one, other = nodes.bare(left), nodes.bare(right)
    steps.take(nodes.comparison(one, other))
    if type(one) is dict and type(other) is dict:
        return one.keys() == other.keys() and all(
            equivalent(_as_list(part), _as_list(other[name]), steps) for name, part in one.items()
        )
    if type(one) is str and type(other) is str:
        return _plain(one) == _plain(other)
    a, b = nodes.measure(one), nodes.measure(other)
    if type(a) is Quantity and type(b) is Quantity and a.unit == b.unit:
        digits = min(_digits(a.value), _digits(b.value))
        return _rounded(a.value, digits) == _rounded(b.value, digits)
    return nodes.same(left, right) is True


def _as_list(part: PathItem) -> Items:
    return part if type(part) is list else [part]


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _digits(number: int | Decimal) -> int:
    exponent = number.as_tuple().exponent if isinstance(number, Decimal) else 0
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def _rounded(number: int | Decimal, digits: int) -> Decimal:
    return Decimal(number).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
