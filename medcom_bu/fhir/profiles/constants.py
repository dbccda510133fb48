"""The checks against what a profile fixes: a value, a pattern, bounds, a length.

Source: FHIR R4, ElementDefinition: fixed[x], pattern[x], minValue[x], maxValue[x], maxLength.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import attrs

from medcom_bu.fhir.fhirpath import FhirElement, bare
from medcom_bu.fhir.model.data import Number
from medcom_bu.fhir.model.r4 import UCUM
from medcom_bu.fhir.profiles import catalogue
from medcom_bu.fhir.profiles.check_source import CheckSource
from medcom_bu.fhir.profiles.scope import Check, Rule, Scope
from medcom_bu.numerals import exact


@attrs.frozen
class MaxLength:
    """The text has at most so many characters."""

    rule: Rule
    most: int

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a value."""
        text = bare(value)
        if isinstance(text, str) and len(text) > self.most:
            scope.report(self.rule.broken(catalogue.LENGTH, path, length=len(text), most=self.most))


@attrs.frozen(eq=False)
class Bound:
    """A number, a date or a Quantity is not below, or not above, a bound."""

    rule: Rule
    bound: Any
    is_least: bool

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a value. One that cannot be compared with the bound is named: an amount of another unit, or of time."""
        own = bare(value)
        order = _order(own, self.bound)
        if order is not None and (order < 0 if self.is_least else order > 0):
            scope.report(self.rule.broken(catalogue.RANGE, path, bound=shown(self.bound)))
        elif order is None and (type(self.bound) is dict or type(own) is dict):
            what = "minValue" if self.is_least else "maxValue"
            scope.report(self.rule.broken(catalogue.PART_NOT_CHECKED, path, what=what))


def _order(own: Any, bound: Any) -> int | None:
    """Below zero where a value is less than a bound, above zero where it is more; None where that cannot be told."""
    if type(own) is dict and type(bound) is dict:
        factor = _factor(own, bound)
        amount, least = exact(own.get("value")), exact(str(bound.get("value")))
        return None if factor is None or amount is None else _sign(amount * factor, least)
    if type(own) is Number and isinstance(bound, int | float | Number):
        return _sign(exact(own), exact(str(bound)))
    if type(own) is str and type(bound) is str:
        return _sign(*_instants(own, bound))
    return None


_PREFIXED = re.compile(r"(da|[TGMkhdcmunp])?(g|m|l|L|s|mol|Pa|J|W|Hz|eq)")
_POWERS = {"T": 12, "G": 9, "M": 6, "k": 3, "h": 2, "da": 1, "d": -1, "c": -2, "m": -3, "u": -6, "n": -9, "p": -12}


def _factor(own: dict[str, Any], bound: dict[str, Any]) -> Decimal | None:
    """By what to multiply an amount to have it in the unit of the bound; None where that is not known.

    Of UCUM only the prefixes of metric units are read: ``g`` and ``kg``.
    """
    if own.get("system") != bound.get("system"):
        return None
    if "code" not in bound and "code" not in own:
        return Decimal(1) if own.get("unit") == bound.get("unit") else None
    if own.get("code") == bound.get("code"):
        return Decimal(1)
    units = [_PREFIXED.fullmatch(str(one.get("code"))) for one in (own, bound)]
    if own.get("system") != UCUM or units[0] is None or units[1] is None or units[0][2] != units[1][2]:
        return None
    return Decimal(10) ** (_POWERS.get(units[0][1], 0) - _POWERS.get(units[1][1], 0))


def _sign(own: Any, bound: Any) -> int | None:
    return None if own is None or bound is None else (own > bound) - (own < bound)


def _instants(own: str, bound: str) -> tuple[Any, Any]:
    """Two dates or times to compare: points in time where both have a time zone, else what both of them say."""
    try:
        moments = [datetime.datetime.fromisoformat(text) for text in (own, bound)]
    except ValueError:
        moments = []
    if moments and all(moment.tzinfo for moment in moments):
        return moments[0], moments[1]
    shortest = min(len(own), len(bound))
    return own[:shortest], bound[:shortest]


@attrs.frozen(eq=False)
class FixedValue:
    """The value is exactly this one."""

    rule: Rule
    wanted: Any

    def accepts(self, value: Any) -> bool:
        """Whether the value is the one."""
        return bool(value == self.wanted)

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a value."""
        if bare(value) != self.wanted:
            scope.report(self.rule.broken(catalogue.FIXED, path, wanted=shown(self.wanted)))
        elif type(value) is FhirElement and value.extra is not None and "extension" in value.extra:
            scope.report(self.rule.broken(catalogue.FIXED_EXTENSION, path))


@attrs.frozen(eq=False)
class Pattern:
    """The value holds at least this."""

    rule: Rule
    wanted: Any

    def accepts(self, value: Any) -> bool:
        """Whether the value holds it."""
        return holds(value, self.wanted)

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a value."""
        if not holds(bare(value), self.wanted):
            scope.report(self.rule.broken(catalogue.PATTERN, path, wanted=shown(self.wanted)))


def make_constants(source: CheckSource) -> Iterator[Check]:
    """The constants and bounds of each layer."""
    for layer in source.layers:
        fixed, pattern = layer.constant("fixed"), layer.constant("pattern")
        if fixed is not None:
            yield FixedValue(layer.rule, _with_amounts(fixed))
        if pattern is not None:
            yield Pattern(layer.rule, _with_amounts(pattern))
        if layer.get("maxLength") is not None:
            yield MaxLength(layer.rule, layer.get("maxLength"))
        for prefix in ("minValue", "maxValue"):
            bound = layer.constant(prefix)
            if bound is not None:
                yield Bound(layer.rule, bound, prefix == "minValue")


@attrs.frozen(eq=False)
class Amount:
    """A number of a definition: equal to the same amount in a message, however that writes it (``1.0`` as ``1``)."""

    text: str

    def __eq__(self, other: object) -> bool:
        return type(other) is Number and exact(other) == exact(self.text)

    def __str__(self) -> str:
        return self.text


def _with_amounts(wanted: Any) -> Any:
    """A constant of a definition, which has Python's numbers, as it is compared with a message."""
    if type(wanted) is dict:
        return {key: _with_amounts(part) for key, part in wanted.items()}
    if type(wanted) is list:
        return [*map(_with_amounts, wanted)]
    return Amount(str(wanted)) if type(wanted) in (int, float) else wanted


def holds(value: Any, wanted: Any) -> bool:
    """Whether a value holds all that is wanted: each member of an object, each item of a list somewhere."""
    if type(wanted) is dict:
        return type(value) is dict and all(key in value and holds(value[key], part) for key, part in wanted.items())
    if type(wanted) is list:
        return type(value) is list and all(any(holds(member, part) for member in value) for part in wanted)
    return bool(value == wanted)


def shown(wanted: Any) -> str:
    """A constant of a profile as text."""
    if type(wanted) is dict:
        return ", ".join(f"{key} {shown(part)}" for key, part in wanted.items())
    if type(wanted) is list:
        return ", ".join(map(shown, wanted))
    return str(wanted)
