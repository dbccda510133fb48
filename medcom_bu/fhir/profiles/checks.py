"""The checks on one value: shape, format, constant, address. Small, frozen, callable.

Each is called with the value, its path and the scope, and reports what is wrong. Below each stands what makes it.

Source: FHIR R4, ElementDefinition.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import attrs

from medcom_bu.fhir.fhirpath import FhirElement, bare
from medcom_bu.fhir.model.data import Number
from medcom_bu.fhir.model.r4 import PRIMITIVES
from medcom_bu.fhir.profiles import catalogue, primitives
from medcom_bu.fhir.profiles.check_source import CheckSource
from medcom_bu.fhir.profiles.index import is_absolute
from medcom_bu.fhir.profiles.scope import Check, Rule, Scope
from medcom_bu.fhir.profiles.tree import SHAPES, shape_of
from medcom_bu.numerals import exact


@attrs.frozen
class Complex:
    """The value is an object with something in it."""

    rule: Rule

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a value."""
        if type(value) is not dict:
            scope.report(self.rule.broken(catalogue.SHAPE, path, found=shape_of(value), expected="an object"))
        elif not value or value.keys() == {"id"}:
            scope.report(self.rule.broken(catalogue.EMPTY, path))


@attrs.frozen
class PrimitiveForm:
    """The value has the form of its type."""

    rule: Rule
    name: str
    json_type: type[object]
    is_proper: Callable[[object], bool]

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a value."""
        if self.is_proper(value):
            return
        if type(value) is FhirElement:
            self._with_extra(value, path, scope)
        elif type(value) is not self.json_type:
            expected = SHAPES[self.json_type]
            scope.report(self.rule.broken(catalogue.SHAPE, path, found=shape_of(value), expected=expected))
        elif value == "":
            scope.report(self.rule.broken(catalogue.EMPTY, path))
        else:
            scope.report(self.rule.broken(catalogue.PRIMITIVE, path, type=self.name))

    def _with_extra(self, element: FhirElement, path: str, scope: Scope) -> None:
        if element.value is not None:
            self(element.value, path, scope)
        elif element.extra is not None and element.extra.keys() <= {"id"}:
            scope.report(self.rule.broken(catalogue.EMPTY, path))


def make_form(source: CheckSource) -> Iterator[Check]:
    """The form of a primitive, or that of an object."""
    name = source.type
    if name in PRIMITIVES:
        yield PrimitiveForm(source.rule, name, PRIMITIVES[name].json, primitives.form(name))
    else:
        yield Complex(source.rule)


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


@attrs.frozen
class AbsoluteSystem:
    """The system of an Identifier is absolute, as the text of R4 says."""

    rule: Rule

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a value."""
        system = value.get("system") if type(value) is dict else None
        if type(system) is str and system and not is_absolute(system):
            scope.report(self.rule.broken(catalogue.IDENTIFIER_SYSTEM, f"{path}.system"))


@attrs.frozen
class AbsoluteUrl:
    """The url of an Extension is absolute, but of one inside another, as the text of R4 says."""

    rule: Rule

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a value."""
        url = value.get("url") if type(value) is dict else None
        if type(url) is str and url and not is_absolute(url) and not _INSIDE.search(path):
            scope.report(self.rule.broken(catalogue.EXTENSION_URL, f"{path}.url"))


_INSIDE = re.compile(r"xtension\[\d+\]\.extension\[\d+\]$")


def make_addresses(source: CheckSource) -> Iterator[Check]:
    """For each Identifier and each Extension."""
    if source.type == "Identifier":
        yield AbsoluteSystem(source.rule)
    if source.type == "Extension":
        yield AbsoluteUrl(source.rule)
