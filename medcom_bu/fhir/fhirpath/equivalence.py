"""Equivalence, ``~``: what is alike to a reader, in any order. Source: FHIRPath 2.0.0, section 6.1.3."""

from __future__ import annotations

from medcom_bu.fhir.fhirpath import nodes
from medcom_bu.fhir.fhirpath.digits import places, with_places
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
        digits = max(min(places(a.value), places(b.value)), 0)
        return with_places(a.value, digits) == with_places(b.value, digits)
    return nodes.same(left, right) is True


def _as_list(part: PathItem) -> Items:
    return part if type(part) is list else [part]


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
