"""What a definition says by extensions: the parts of ElementDefinition that came after R4.

Judged are minLength, mustHaveValue, valueAlternatives, additional bindings, and the languages and the sources of a
narrative. What else is known to demand something is named where the element stands.

Source: FHIR R4, extensions of ElementDefinition; FHIR R5, ElementDefinition, whose parts R4 writes as extensions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

from medcom_bu.fhir.fhirpath import FhirElement, bare
from medcom_bu.fhir.model.r4 import R4
from medcom_bu.fhir.profiles import catalogue, catalogue_of_parts
from medcom_bu.fhir.profiles.bindings import binding_to
from medcom_bu.fhir.profiles.check_source import CheckSource
from medcom_bu.fhir.profiles.narrative_languages import NarrativeLanguages
from medcom_bu.fhir.profiles.narrative_sources import NarrativeSources
from medcom_bu.fhir.profiles.scope import Check, Rule, Scope

_R5 = "http://hl7.org/fhir/5.0/StructureDefinition/extension-ElementDefinition."
_PARTS: Mapping[str, str] = {
    f"{R4}minLength": "minLength",
    "http://hl7.org/fhir/tools/StructureDefinition/additional-binding": "additional binding",
    f"{_R5}binding.additional": "additional binding",
    f"{_R5}mustHaveValue": "mustHaveValue",
    f"{_R5}valueAlternatives": "valueAlternatives",
    f"{R4}narrative-language-control": "narrative-language-control",
    f"{R4}narrative-source-control": "narrative-source-control",
}
"""The extensions that demand something of a message, and what they are called."""
_NARRATIVES: Mapping[str, Callable[[Rule, str], Check]] = {
    "narrative-language-control": NarrativeLanguages,
    "narrative-source-control": NarrativeSources,
}
_DEMANDING = ("required", "extensible")
_UNDEMANDING = ("candidate", "component", "minimum", "preferred", "starter", "ui")
"""The purposes of an additional binding that demand nothing of a message."""


@attrs.frozen
class NotJudged:
    """A part of a definition that nothing here judges."""

    rule: Rule
    what: str

    def __call__(self, _: Any, path: str, scope: Scope) -> None:
        """Say so."""
        scope.report(self.rule.broken(catalogue.PART_NOT_CHECKED, path, what=self.what))


@attrs.frozen
class MinLength:
    """The text has at least so many characters."""

    rule: Rule
    least: int

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a value."""
        text = bare(value)
        if isinstance(text, str) and len(text) < self.least:
            scope.report(self.rule.broken(catalogue_of_parts.TOO_SHORT, path, length=len(text), least=self.least))


@attrs.frozen
class MustHaveValue:
    """A primitive has a value of its own, or one of some extensions in its place."""

    rule: Rule
    alternatives: tuple[str, ...] = ()

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a value."""
        if type(value) is not FhirElement or value.value is not None or self._has_alternative(value.extra):
            return
        if self.alternatives:
            allowed = ", ".join(self.alternatives)
            scope.report(self.rule.broken(catalogue_of_parts.NO_ALTERNATIVE, path, allowed=allowed))
        else:
            scope.report(self.rule.broken(catalogue_of_parts.NO_VALUE, path))

    def _has_alternative(self, extra: Any) -> bool:
        extensions = extra.get("extension") if type(extra) is dict else None
        return type(extensions) is list and any(
            type(one) is dict and one.get("url") in self.alternatives for one in extensions
        )


def make_extended(source: CheckSource) -> Iterator[Check]:
    """For each part that a layer adds by an extension, of itself or of its binding."""
    for layer in source.layers:
        binding = layer.get("binding") or {}
        alternatives: list[str] = []
        for extension in (*(layer.get("extension") or ()), *(binding.get("extension") or ())):
            what, value = _PARTS.get(extension.get("url")), _value(extension)
            if what == "minLength" and type(value) is int:
                yield MinLength(layer.rule, value)
            elif what == "mustHaveValue" and type(value) is bool:
                yield from (MustHaveValue(layer.rule),) if value else ()
            elif what == "valueAlternatives" and type(value) is str:
                alternatives.append(value)
            elif what is not None and what in _NARRATIVES and type(value) is str and value:
                yield _NARRATIVES[what](layer.rule, value)
            elif what == "additional binding":
                yield from _additional(source, layer.rule, extension)
            elif what is not None:
                yield NotJudged(layer.rule, what)
        if alternatives:
            yield MustHaveValue(layer.rule, tuple(alternatives))


def _value(extension: Mapping[str, Any]) -> Any:
    """The value of an extension, in whichever type."""
    return next((value for key, value in extension.items() if key.startswith("value")), None)


def _additional(source: CheckSource, rule: Rule, extension: Mapping[str, Any]) -> Iterator[Check]:
    """An additional binding; one that holds in some uses alone, or for any of several values, is not judged."""
    parts = {part.get("url"): _value(part) for part in extension.get("extension") or ()}
    purpose, value_set = parts.get("purpose"), parts.get("valueSet")
    if purpose in _UNDEMANDING:
        return
    if purpose in _DEMANDING and type(value_set) is str and not parts.keys() & {"usage", "any", "scope"}:
        yield binding_to(source, rule, purpose, value_set)
    else:
        yield NotJudged(rule, "additional binding")
