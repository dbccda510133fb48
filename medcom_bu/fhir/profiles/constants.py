"""The checks against what a profile fixes: a value, a pattern, bounds, a length.

Source: FHIR R4, ElementDefinition: fixed[x], pattern[x], minValue[x], maxValue[x], maxLength.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import attrs

from medcom_bu.fhir.fhirpath import FhirElement, bare
from medcom_bu.fhir.model.data import Number
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


@attrs.frozen
class Bound:
    """A number or a date is not below, or not above, a bound."""

    rule: Rule
    bound: Any
    is_least: bool

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a value."""
        own, bound = bare(value), self.bound
        if type(own) is Number:
            own, bound = exact(own), exact(str(bound))
        if type(own) is not type(bound) or not isinstance(own, str | Decimal):
            return
        if own < bound if self.is_least else own > bound:
            scope.report(self.rule.broken(catalogue.RANGE, path, bound=str(self.bound)))


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
            yield FixedValue(layer.rule, fixed)
        if pattern is not None:
            yield Pattern(layer.rule, pattern)
        if layer.get("maxLength") is not None:
            yield MaxLength(layer.rule, layer.get("maxLength"))
        for prefix in ("minValue", "maxValue"):
            bound = layer.constant(prefix)
            if bound is not None:
                yield Bound(layer.rule, bound, prefix == "minValue")


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
