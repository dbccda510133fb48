"""The checks on what a value leads to: the resource behind a reference, and profiles that are not at hand.

Source: FHIR R4, References, and ElementDefinition.type.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from medcom_bu.fhir.model.r4 import R4, shown_type
from medcom_bu.fhir.profiles import catalogue
from medcom_bu.fhir.profiles.check_source import CheckSource
from medcom_bu.fhir.profiles.definition_tree import giving
from medcom_bu.fhir.profiles.index import ResourcePlace, is_reference
from medcom_bu.fhir.profiles.packages import Definition
from medcom_bu.fhir.profiles.scope import Check, Rule, Scope

_REFERENCE = Rule(R4 + "Reference", "Reference.reference")


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
        return [url for url, profile_type in zip(self.profiles, self.types, strict=True) if profile_type in general]

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a value."""
        if type(value) is dict and isinstance(value.get("reference"), str):
            place = scope.resolve(value["reference"])
            if place is None:
                self._unresolved(value["reference"], path, scope)
            else:
                self._resolved(place, path, scope)

    def _unresolved(self, reference: str, path: str, scope: Scope) -> None:
        if reference == "#" or not is_reference(reference):
            scope.report(_REFERENCE.broken(catalogue.REFERENCE_FORM, path))
        elif self.bundled:
            scope.report(self.rule.broken(catalogue.NOT_BUNDLED, path))
        elif scope.is_near(reference):
            scope.report(_REFERENCE.broken(catalogue.REFERENCE_NEAR, path))

    def _resolved(self, place: ResourcePlace, path: str, scope: Scope) -> None:
        of_type = place.resource.get("resourceType")
        fitting = self.fitting(of_type)
        if not fitting:
            named = {"found": shown_type(of_type), "allowed": ", ".join(dict.fromkeys(filter(None, self.types)))}
            scope.report(self.rule.broken(catalogue.REFERENCE_TYPE, path, **named))
            return
        if any(url.startswith(R4) for url in fitting):
            return  # every resource is judged by its own type where it stands
        allowed = ", ".join(self.profiles)
        unknown = scope.need(
            place, fitting, lambda: self.rule.broken(catalogue.REFERENCE_TARGET, path, allowed=allowed)
        )
        if unknown is not None:
            scope.report(self.rule.broken(catalogue.NOT_CHECKED, path, wanted=unknown))


@attrs.frozen
class NotChecked:
    """A profile that is not at hand would have judged this value."""

    rule: Rule
    wanted: str

    def __call__(self, _: Any, path: str, scope: Scope) -> None:
        """Say so."""
        scope.report(self.rule.broken(catalogue.NOT_CHECKED, path, wanted=self.wanted))


def make_type_checks(source: CheckSource) -> Iterator[Check]:
    """What the types of the last layer that gives any demand beyond the type itself."""
    layer = giving(source.layers, "type")
    for of_type in layer.get("type") or ():
        if of_type.get("code") == "Reference" and of_type.get("targetProfile"):
            bundled = "bundled" in of_type.get("aggregation", ())
            types = tuple(_type_of(source.definition(url)) for url in of_type["targetProfile"])
            yield Target(layer.rule, tuple(of_type["targetProfile"]), types, bundled)
        for url in of_type.get("profile") or ():
            if source.definition(url) is None:
                yield NotChecked(layer.rule, url)


def _type_of(definition: Definition | None) -> str:
    return str(definition["type"]) if definition is not None else ""
