"""The check on the form of a value: an object with something in it, or a primitive as its type has it.

Source: FHIR R4, JSON format, and Data Types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import attrs

from medcom_bu.fhir.fhirpath import FhirElement
from medcom_bu.fhir.model.r4 import PRIMITIVES
from medcom_bu.fhir.profiles import catalogue, primitives
from medcom_bu.fhir.profiles.check_source import CheckSource
from medcom_bu.fhir.profiles.scope import Check, Rule, Scope
from medcom_bu.fhir.profiles.tree import SHAPES, shape_of


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
