"""Invariants: FHIRPath compiled once, asked of each element they stand on.

What was published with a wrong expression runs as HL7's validator runs it (``fhirpath.corrected``).

Source: FHIR R4, ElementDefinition.constraint; FHIRPath N1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from medcom_bu.fhir import fhirpath
from medcom_bu.fhir.model.definitions import STRUCTURES
from medcom_bu.fhir.model.r4 import R4
from medcom_bu.fhir.profiles import catalogue
from medcom_bu.fhir.profiles.check_source import CheckSource
from medcom_bu.fhir.profiles.meanings import at_fault, meaning_of
from medcom_bu.fhir.profiles.scope import Check, Rule, Scope
from medcom_bu.issues import Issue, Kind, Text

_NATIVE = frozenset({"hasValue() or (children().count() > id.count())"})
"""What every node sees to by itself: ele-1."""


@attrs.frozen
class Invariant:
    """An expression that must hold."""

    rule: Rule
    key: str
    kind: Kind
    expression: str
    """As it was published."""
    compiled: fhirpath.Compiled
    meaning: Text
    of_type: str
    """The type of what it is defined on, or its path in the definition of R4."""

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a value."""
        if self.holds(value, path, scope) is False:
            scope.report(self.broken(path))

    def holds(self, value: Any, path: str, scope: Scope) -> bool | None:
        """Whether it holds; None, which is reported, where what it asks for cannot be told."""
        try:
            return self.compiled.holds(value, scope.env, self.of_type)
        except (fhirpath.TooManySteps, fhirpath.Undecidable) as unknown:
            scope.report(self.rule.broken(catalogue.INVARIANT_NOT_CHECKED, path, key=self.key, reason=unknown.why))
            return None

    def broken(self, path: str) -> Issue:
        """The issue of this invariant at a path."""
        told = {"meaning": self.meaning, "at": at_fault(self.key, self.rule.profile, path)}
        return self.rule.broken(self.kind, path, key=self.key, expression=self.expression, **told)


@attrs.frozen
class ConformanceInvariant(Invariant):
    """An invariant that asks for conformance: broken, it may only follow from what is wrong there."""

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a value."""
        scope.conformance(lambda: self.holds(value, path, scope), self.broken(path))


@attrs.frozen
class ContainedInvariant(Invariant):
    """dom-3: something refers to each contained resource, be it the narrative, into which expressions do not look."""

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a value."""
        if self.holds(value, path, scope) is False and self.holds(_unnamed(value), path, scope) is False:
            scope.report(self.broken(path))


def _unnamed(value: Any) -> Any:
    """A resource without what it contains and its narratives name, be they those of sections."""
    if type(value) is not dict or type(value.get("contained")) is not list:
        return value
    links = {link for div in _narratives(value) for link in fhirpath.local_links(div)}
    return {
        **value,
        "contained": [one for one in value["contained"] if type(one) is dict and one.get("id") not in links],
    }


def _narratives(node: Any) -> Iterator[str]:
    """The text of each narrative in a resource."""
    for below in node.values() if type(node) is dict else node:
        if type(below) in (dict, list):
            yield from _narratives(below)
    if type(node) is dict and type(node.get("div")) is str:
        yield node["div"]


@attrs.frozen
class Uncheckable:
    """An invariant whose expression is outside the subset that is compiled."""

    rule: Rule
    key: str
    reason: str

    def __call__(self, _: Any, path: str, scope: Scope) -> None:
        """Say so."""
        scope.report(self.rule.broken(catalogue.INVARIANT_NOT_CHECKED, path, key=self.key, reason=self.reason))


_CLASSES = {"dom-3": ContainedInvariant}


def make_invariants(source: CheckSource) -> Iterator[Check]:
    """The invariants of all layers, each once."""
    seen = set()
    of_type = _type_or_path(source)
    for layer in source.layers:
        for constraint in layer.get("constraint") or ():
            expression = constraint.get("expression")
            identity = (constraint.get("key"), expression)
            if expression and expression not in _NATIVE and identity not in seen:
                seen.add(identity)
                yield _one(layer.rule, constraint, of_type)


def _type_or_path(source: CheckSource) -> str:
    """The type of a node; of a structure within a type of R4 its path there."""
    paths = (layer.id for layer in source.layers if layer.profile.startswith(R4) and "." in layer.id)
    return next(paths, source.type) if source.type in STRUCTURES else source.type


def _one(rule: Rule, constraint: Mapping[str, Any], of_type: str) -> Check:
    key, expression = str(constraint.get("key")), constraint["expression"]
    kind = catalogue.INVARIANT if constraint.get("severity") == "error" else catalogue.INVARIANT_WARNING
    try:
        compiled = fhirpath.compile(fhirpath.corrected(key, expression))
    except fhirpath.FhirPathError as error:
        return Uncheckable(rule, key, str(error))
    check_class = _CLASSES.get(key, ConformanceInvariant if "conformsTo(" in expression else Invariant)
    meaning = meaning_of(key, rule.profile, constraint.get("human"), expression)
    return check_class(rule, key, kind, expression, compiled, meaning, of_type)
