"""The checks on one value: shape, format, constant, code, reference. Small, frozen, callable.

Each is called with the value, its path and the scope, and reports what is wrong.

Source: FHIR R4, ElementDefinition.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs

from medcom_bu.fhir.data import Number
from medcom_bu.fhir.profiles import catalogue
from medcom_bu.fhir.profiles.index import is_absolute
from medcom_bu.fhir.profiles.terminology import Expansion, Terminology
from medcom_bu.fhir.profiles.tree import SHAPES, Rule, shape_of
from medcom_bu.issues import Kind
from medcom_bu.numerals import exact

if TYPE_CHECKING:
    from medcom_bu.fhir.profiles.walk import Scope


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
        if type(value) is not self.json_type:
            expected = SHAPES[self.json_type]
            scope.report(self.rule.broken(catalogue.SHAPE, path, found=shape_of(value), expected=expected))
        elif value == "":
            scope.report(self.rule.broken(catalogue.EMPTY, path))
        else:
            scope.report(self.rule.broken(catalogue.PRIMITIVE, path, type=self.name))


@attrs.frozen
class MaxLength:
    """The text has at most so many characters."""

    rule: Rule
    most: int

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a value."""
        if isinstance(value, str) and len(value) > self.most:
            scope.report(self.rule.broken(catalogue.LENGTH, path, length=len(value), most=self.most))


@attrs.frozen
class Bound:
    """A number or a date is not below, or not above, a bound."""

    rule: Rule
    bound: Any
    is_least: bool

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a value."""
        one, other = (exact(value), exact(str(self.bound))) if type(value) is Number else (value, self.bound)
        if type(one) is not type(other) or not isinstance(one, str | Decimal):
            return
        if one < other if self.is_least else one > other:  # type: ignore[operator]  # of one type
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
        if value != self.wanted:
            scope.report(self.rule.broken(catalogue.FIXED, path, wanted=shown(self.wanted)))


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
        if not holds(value, self.wanted):
            scope.report(self.rule.broken(catalogue.PATTERN, path, wanted=shown(self.wanted)))


def holds(value: Any, wanted: Any) -> bool:
    """Whether a value holds all that is wanted: each member of an object, each item of a list somewhere."""
    if type(wanted) is dict:
        return type(value) is dict and all(key in value and holds(value[key], one) for key, one in wanted.items())
    if type(wanted) is list:
        return type(value) is list and all(any(holds(item, one) for item in value) for one in wanted)
    return bool(value == wanted)


def shown(wanted: Any) -> str:
    """A constant of a profile as text."""
    if type(wanted) is dict:
        return ", ".join(f"{key} {shown(one)}" for key, one in wanted.items())
    if type(wanted) is list:
        return ", ".join(map(shown, wanted))
    return str(wanted)


_STRENGTHS = {
    "required": catalogue.CODE,
    "extensible": catalogue.CODE_EXTENSIBLE,
    "preferred": catalogue.CODE_PREFERRED,
}


@attrs.frozen(eq=False)
class Binding:
    """The code is a member of a value set, in one of the types code, Coding and CodeableConcept.

    In a CodeableConcept one coding that is a member is enough. What cannot be told is reported as not checked, for
    the strengths that matter.
    """

    rule: Rule
    strength: str
    value_set: str
    expansion: Expansion

    @property
    def kind(self) -> Kind:
        """What is reported where the code is no member."""
        return _STRENGTHS[self.strength]

    def accepts(self, value: Any) -> bool:
        """Whether the code is surely a member."""
        return self.member(value) is True

    def member(self, value: Any) -> bool | None:
        """Whether the code is a member; None where that cannot be told."""
        if type(value) is not dict:
            return self.expansion.holds(None, value) if isinstance(value, str) else None
        if "coding" not in value and "code" not in value:
            return self.strength != "required"
        codings = value.get("coding", [value])
        found = [self._coding(coding) for coding in codings] if type(codings) is list else []
        return True if True in found else None if None in found else False

    def _coding(self, coding: Any) -> bool | None:
        if type(coding) is not dict or not isinstance(coding.get("code"), str):
            return False
        system = coding.get("system")
        return self.expansion.holds(system, coding["code"]) if isinstance(system, str) else False

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a value."""
        if type(value) is not dict and not isinstance(value, str):
            return  # the shape is reported already
        member = self.member(value)
        if member is False:
            scope.report(self.rule.broken(self.kind, path, value_set=self.value_set))
        elif member is None and self.strength != "preferred":
            scope.report(self.rule.broken(catalogue.CODE_NOT_CHECKED, path, value_set=self.value_set))


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


@attrs.frozen(eq=False)
class KnownCode:
    """The code of a Coding is one of its code system, where this is at hand whole."""

    rule: Rule
    terminology: Terminology

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a value."""
        if type(value) is not dict or type(value.get("system")) is not str:
            return
        code, codes = value.get("code"), self.terminology.codes(value["system"])
        if codes is not None and type(code) is str and code not in codes:
            known = value["system"].partition("|")[0]  # by which it was found
            scope.report(self.rule.broken(catalogue.CODE_UNKNOWN, path, system=known))


@attrs.frozen
class Target:
    """A reference leads to a resource of an allowed type that fits one of the allowed profiles.

    ``bundled`` demands that the resource be in the message. One that is not there, and need not be, is not judged.
    """

    rule: Rule
    profiles: tuple[str, ...]
    types: tuple[str, ...]
    """The type of resource that each profile is of; empty where the profile is not at hand."""
    bundled: bool

    def fitting(self, of_type: Any) -> list[str]:
        """The profiles that a resource of a type may fit."""
        general = ("", "Resource", "DomainResource", of_type)
        return [url for url, known in zip(self.profiles, self.types, strict=True) if known in general]

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a value."""
        if type(value) is dict and isinstance(value.get("reference"), str):
            scope.reference(value["reference"], path, self)


@attrs.frozen
class NotChecked:
    """A profile that is not at hand would have judged this value."""

    rule: Rule
    wanted: str

    def __call__(self, _: Any, path: str, scope: Scope) -> None:
        """Say so."""
        scope.report(self.rule.broken(catalogue.NOT_CHECKED, path, wanted=self.wanted))
