"""The checks on what a value leads to: the resource behind a reference, and profiles that are not available.

Source: FHIR R4, References, and ElementDefinition.type.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from medcom_bu.fhir.model.r4 import R4, RESOURCE_TYPES, is_base, shown_type
from medcom_bu.fhir.profiles import catalogue, catalogue_of_parts
from medcom_bu.fhir.profiles.check_source import CheckSource
from medcom_bu.fhir.profiles.definition_tree import giving
from medcom_bu.fhir.profiles.index import ResourcePlace, is_absolute, is_reference, type_in
from medcom_bu.fhir.profiles.packages import Definition
from medcom_bu.fhir.profiles.scope import Check, Rule, Scope

_REFERENCE = Rule(R4 + "Reference", "Reference.reference")
_TYPE = Rule(R4 + "Reference", "Reference.type")
_GENERAL = ("", "Resource", "DomainResource")
"""The types of profiles that a resource of any type may fit; nothing is said of a profile that is not available."""


@attrs.frozen
class Target:
    """A reference leads to a resource of an allowed type that fits one of the allowed profiles.

    ``aggregation`` says where the resource may stand, anywhere if it is empty: as an entry (``bundled``), within the
    resource that refers to it (``contained``), or elsewhere (``referenced``). One that is elsewhere is not judged.
    """

    rule: Rule
    profiles: tuple[str, ...]
    types: tuple[str, ...]
    """The type of resource that each profile is of; empty where the profile is not available."""
    aggregation: frozenset[str]
    are_of_r4: bool
    """Whether all profiles are known, and R4's own."""

    def fitting(self, of_type: Any) -> list[str]:
        """The profiles that a resource of a type may fit."""
        fitting = (*_GENERAL, of_type)
        return [url for url, profile_type in zip(self.profiles, self.types, strict=True) if profile_type in fitting]

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a value."""
        if type(value) is dict and isinstance(value.get("reference"), str):
            place = scope.resolve(value["reference"])
            if place is None:
                self._unresolved(value, path, scope)
            else:
                self._aggregated("contained" if value["reference"].startswith("#") else "bundled", path, scope)
                self._implied(value["reference"], place, path, scope)
                self._resolved(place, path, scope)

    def _implied(self, reference: str, place: ResourcePlace, path: str, scope: Scope) -> None:
        """The type that the address of a reference says is that of the resource at this address."""
        of_type = place.resource.get("resourceType")
        if f"{of_type}/" not in reference:
            stated = type_in(reference)
            if stated is not None:
                found = {"found": shown_type(of_type), "stated": stated}
                scope.report(_REFERENCE.broken(catalogue_of_parts.IMPLIED_TYPE, path, **found))

    def _unresolved(self, value: dict[str, Any], path: str, scope: Scope) -> None:
        reference = value["reference"]
        of_type = value.get("type") or (None if is_absolute(reference) else type_in(reference))
        if reference == "#" or not is_reference(reference):
            scope.report(_REFERENCE.broken(catalogue.REFERENCE_FORM, path))
        elif "bundled" in self.aggregation:
            scope.report(self.rule.broken(catalogue.NOT_BUNDLED, path))
        elif scope.is_near(reference):
            scope.report(_REFERENCE.broken(catalogue.REFERENCE_NEAR, path))
        elif of_type in RESOURCE_TYPES and not self.fitting(of_type):
            self._of_other_type(of_type, path, scope)
        elif (place := scope.misnamed(reference)) is not None:
            self._implied(reference, place, path, scope)
        elif not reference.startswith("#"):
            self._aggregated("referenced", path, scope)
            self._not_fetched(of_type, path, scope)

    def _not_fetched(self, of_type: Any, path: str, scope: Scope) -> None:
        """Say that nothing has judged a resource elsewhere, where a profile asks more of it than its type.

        What a guide wants to be judged with a message it demands in the message: there it is no more than said.
        """
        fitting = self.fitting(of_type) if of_type in RESOURCE_TYPES else self.profiles
        if fitting and not any(map(is_base, fitting)) and not self._is_earlier_message():
            kind = catalogue_of_parts.NOT_IN_MESSAGE if scope.is_in_message else catalogue_of_parts.NOT_FETCHED
            scope.report(self.rule.broken(kind, path, allowed=", ".join(self.profiles)))

    def _is_earlier_message(self) -> bool:
        """Whether only the header of another message can be meant, which is judged where that message is."""
        return {*self.types} == {"MessageHeader"}

    def _aggregated(self, where: str, path: str, scope: Scope) -> None:
        is_allowed = where in self.aggregation or (where == "bundled" and "referenced" in self.aggregation)
        if self.aggregation and not is_allowed:
            allowed = ", ".join(sorted(self.aggregation))
            scope.report(self.rule.broken(catalogue.AGGREGATION, path, found=where, allowed=allowed))

    def _of_other_type(self, of_type: Any, path: str, scope: Scope) -> None:
        named = {"found": shown_type(of_type), "allowed": ", ".join(dict.fromkeys(filter(None, self.types)))}
        scope.report(self.rule.broken(catalogue.REFERENCE_TYPE, path, **named))

    def _resolved(self, place: ResourcePlace, path: str, scope: Scope) -> None:
        of_type = place.resource.get("resourceType")
        fitting = self.fitting(of_type)
        if not fitting:
            self._of_other_type(of_type, path, scope)
            return
        if any(map(is_base, fitting)):
            return  # every resource is judged by its own type where it stands
        allowed = ", ".join(self.profiles)
        if self.are_of_r4:
            of_r4 = self.rule.broken(catalogue_of_parts.TARGET_OF_R4, path, allowed=allowed)
            scope.conformance(lambda: any(scope.fits(place.resource, url) for url in fitting), of_r4)
            return
        unknown = scope.need(
            place, fitting, lambda: self.rule.broken(catalogue.REFERENCE_TARGET, path, allowed=allowed)
        )
        if unknown is not None:
            scope.not_checked(self.rule, path, unknown)


@attrs.frozen
class NotChecked:
    """A profile that is not available would have judged this value."""

    rule: Rule
    wanted: str

    def __call__(self, _: Any, path: str, scope: Scope) -> None:
        """Say so."""
        scope.not_checked(self.rule, path, self.wanted)


@attrs.frozen
class FitsOne:
    """The value fits one of several profiles of its type."""

    rule: Rule
    profiles: tuple[str, ...]

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a value."""
        if type(value) is dict and not any(scope.fits(value, profile) for profile in self.profiles):
            scope.report(self.rule.broken(catalogue.TYPE_PROFILES, path, allowed=", ".join(self.profiles)))


@attrs.frozen
class ClearReference:
    """A reference leads to one resource alone, of the type that it says itself, if it says any."""

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a value."""
        if type(value) is not dict:
            return
        reference, stated = value.get("reference"), value.get("type")
        if isinstance(reference, str) and scope.is_ambiguous(reference):
            scope.report(_REFERENCE.broken(catalogue.REFERENCE_AMBIGUOUS, path))
        if not isinstance(stated, str):
            return
        place = scope.resolve(reference)
        of_type = place.resource.get("resourceType") if place is not None else stated
        if not _is_type(stated) or stated != of_type:
            found = {"found": shown_type(of_type), "stated": shown_type(stated)}
            scope.report(_TYPE.broken(catalogue.REFERENCE_STATED_TYPE, f"{path}.type", **found))


def _is_type(stated: str) -> bool:
    """Whether a text is a type that a Reference may say: a resource of R4, or the address of a logical model."""
    return stated in RESOURCE_TYPES or (is_absolute(stated) and not stated.startswith(R4))


def make_reference_checks(source: CheckSource) -> Iterator[Check]:
    """For each Reference."""
    if source.type == "Reference":
        yield ClearReference()


def make_type_checks(source: CheckSource) -> Iterator[Check]:
    """What the types of the last layer that gives any demand beyond the type itself."""
    layer = giving(source.layers, "type")
    for of_type in layer.get("type") or ():
        if of_type.get("code") == "Reference" and of_type.get("targetProfile"):
            aggregation = frozenset(of_type.get("aggregation", ()))
            types = tuple(_type_of(source.definition(url)) for url in of_type["targetProfile"])
            are_of_r4 = all(types) and all(url.startswith(R4) for url in of_type["targetProfile"])
            yield Target(layer.rule, tuple(of_type["targetProfile"]), types, aggregation, are_of_r4)
        profiles = tuple(of_type.get("profile") or ())
        unknown = [url for url in profiles if source.definition(url) is None]
        yield from (NotChecked(layer.rule, url) for url in unknown)
        if len(profiles) > 1 and not unknown and of_type.get("code") == source.type:
            yield FitsOne(layer.rule, profiles)


def _type_of(definition: Definition | None) -> str:
    return str(definition["type"]) if definition is not None else ""
