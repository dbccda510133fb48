"""The checks on codes: of a value set, and of their own code system.

Source: FHIR R4, ElementDefinition.binding; Terminologies.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from medcom_bu.fhir.fhirpath import FhirElement, bare
from medcom_bu.fhir.model.r4 import R4
from medcom_bu.fhir.profiles import catalogue, catalogue_of_parts
from medcom_bu.fhir.profiles.check_source import CheckSource
from medcom_bu.fhir.profiles.code_hints import hint_codes
from medcom_bu.fhir.profiles.definition_tree import giving
from medcom_bu.fhir.profiles.index import is_absolute
from medcom_bu.fhir.profiles.scope import Check, Rule, Scope
from medcom_bu.fhir.profiles.terminology import Expansion, Terminology, alike
from medcom_bu.issues import Kind

_STRENGTHS = {
    "required": catalogue.CODE,
    "maximum": catalogue.CODE,
    "extensible": catalogue.CODE_EXTENSIBLE,
    "preferred": catalogue.CODE_PREFERRED,
}

_NOT_CHECKED = {
    "required": catalogue.CODE_NOT_CHECKED,
    "maximum": catalogue.CODE_NOT_CHECKED,
    "extensible": catalogue.CODE_EXTENSIBLE_NOT_CHECKED,
}
_DEMANDING = ("required", "maximum")
"""The strengths by which a code must be there, and be a member."""
_MOST = f"{R4}elementdefinition-maxValueSet"
"""The extension of a binding that names the value set from which the code must be, whatever the strength."""
_LOOSENED = ((f"{R4}vitalsigns", "http://hl7.org/fhir/ValueSet/ucum-vitals-common|4.0.1"),)
"""Profile and value set of a binding that was published as required, and that HL7's validator takes as extensible."""


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
    package: str | None = None
    """The package that is not available, or in part alone, where that keeps the value set from being told."""

    @property
    def kind(self) -> Kind:
        """What is reported where the code is not a member."""
        return _STRENGTHS[self.strength]

    def accepts(self, value: Any) -> bool:
        """Whether the code is surely a member."""
        return self.member(value) is True

    def member(self, value: Any) -> bool | None:
        """Whether the code is a member; None where that cannot be told."""
        value = bare(value)
        if isinstance(value, str):
            return self.expansion.holds(None, value)
        if type(value) is not dict or ("coding" not in value and "code" not in value):
            return self.strength not in _DEMANDING
        codings = value.get("coding", [value])
        memberships = [self._coding(coding) for coding in codings] if type(codings) is list else []
        return True if True in memberships else None if None in memberships else False

    def _coding(self, coding: Any) -> bool | None:
        if type(coding) is not dict or not isinstance(coding.get("code"), str):
            return False
        system = coding.get("system")
        return self.expansion.holds(system, coding["code"]) if isinstance(system, str) else False

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a value."""
        if type(value) not in (dict, FhirElement) and not isinstance(value, str):
            return  # the shape is reported already
        member = self.member(value)
        if member is False:
            codes = hint_codes(self.expansion, bare(value))
            scope.report(self.rule.broken(self.kind, path, value_set=self.value_set, codes=codes))
        elif member is None and self.strength in _DEMANDING and self.package is not None:
            named = {"value_set": self.value_set, "package": self.package}
            scope.report(self.rule.broken(catalogue.CODE_DEPENDENCY, path, **named))
        elif member is None and self.strength in _NOT_CHECKED:
            scope.report(self.rule.broken(_NOT_CHECKED[self.strength], path, value_set=self.value_set))


def make_binding(source: CheckSource) -> Iterator[Check]:
    """The binding of the last layer that gives one, and the value set beyond which no code may be.

    That value set is asked of an element, not of a whole data type such as Duration: HL7's validator asks it of none.
    """
    layer = giving(source.layers, "binding")
    binding = layer.get("binding") or {}
    strength, value_set = binding.get("strength"), binding.get("valueSet")
    if (layer.profile, value_set) in _LOOSENED:
        strength = "extensible"
    if strength in tuple(_STRENGTHS) and value_set:
        yield binding_to(source, layer.rule, strength, value_set)
    is_asked = strength != "required" and "." in layer.id
    for extension in binding.get("extension") or () if is_asked else ():
        most = extension.get("valueCanonical") or extension.get("valueUri")
        if extension.get("url") == _MOST and type(most) is str:
            yield binding_to(source, layer.rule, "maximum", most)


def binding_to(source: CheckSource, rule: Rule, strength: str, value_set: str) -> Binding:
    """The check that a rule makes by binding to a value set; ``#id`` is one that the rule's definition contains."""
    canonical = f"{rule.profile}{value_set}" if value_set.startswith("#") else value_set
    expansion = source.terminology.expansion(canonical)
    return Binding(rule, strength, value_set, expansion, _lacking(source, canonical, expansion))


def _lacking(source: CheckSource, value_set: str, expansion: Expansion) -> str | None:
    """The package that lacks a value set, or a code system that it takes codes from."""
    if not expansion.unknown:
        return None
    if source.definitions.find("ValueSet", value_set) is None:
        return source.definitions.lacking(value_set)
    return next(filter(None, map(source.definitions.lacking, sorted(expansion.unknown))), None)


@attrs.frozen(eq=False)
class KnownCode:
    """The code of a Coding is one of its code system, where this is available whole, and its display belongs to it."""

    rule: Rule
    terminology: Terminology

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a value."""
        if type(value) is not dict or type(value.get("system")) is not str:
            return
        code, display = value.get("code"), value.get("display")
        if type(code) is not str:
            return
        system = value["system"].partition("|")[0]  # by which it is found
        is_known = self.terminology.has_code(value["system"], code)
        if is_known is None:
            self._judge_system(system, path, scope)
        elif is_known is False:
            scope.report(self.rule.broken(catalogue.CODE_UNKNOWN, path, system=system))
        elif type(display) is str:
            displays = self.terminology.displays(value["system"], code)
            if displays and alike(display) not in displays:
                scope.report(self.rule.broken(catalogue.DISPLAY, f"{path}.display", system=system))

    def _judge_system(self, system: str, path: str, scope: Scope) -> None:
        """What can be told of a system that is not available: it has a scheme, and is not a value set."""
        if not is_absolute(system):
            scope.report(self.rule.broken(catalogue_of_parts.SYSTEM_RELATIVE, f"{path}.system"))
        elif self.terminology.has_value_set(system):
            scope.report(self.rule.broken(catalogue_of_parts.SYSTEM_VALUE_SET, f"{path}.system", system=system))


def make_known_code(source: CheckSource) -> Iterator[Check]:
    """For each Coding."""
    if source.type == "Coding":
        yield KnownCode(source.rule, source.terminology)
