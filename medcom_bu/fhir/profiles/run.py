"""Judging a message: by which profiles, resource by resource, and what of the findings is the root.

Source: FHIR R4, Profiling; the behaviour of HL7's validator where the specification leaves it open.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from medcom_bu.fhir.profiles import kinds
from medcom_bu.fhir.profiles.checks import Target
from medcom_bu.fhir.profiles.compile import R4, Profiles
from medcom_bu.fhir.profiles.index import Index, Place, type_in
from medcom_bu.fhir.profiles.packages import Definitions
from medcom_bu.fhir.profiles.tree import Field, Node, Rule
from medcom_bu.issues import Issue, Severity

_COMPILED: weakref.WeakKeyDictionary[Definitions, Profiles] = weakref.WeakKeyDictionary()
_LOCK = threading.Lock()


def compiled(definitions: Definitions) -> Profiles:
    """The compiled profiles of some definitions, made once for as long as these live."""
    with _LOCK:
        found = _COMPILED.get(definitions)
        if found is None:
            found = _COMPILED[definitions] = Profiles(definitions)
    return found


def check(bundle: dict[str, Any], definitions: Definitions) -> tuple[Issue, ...]:
    """Judge a bundle by the profiles that it and its resources claim, and by those that its references demand.

    Shape:   plain data as ``medcom_bu.fhir.data`` describes it.
    Returns: issues of the layer profile, in the order of the document; each once. What follows from another issue is
             left out.
    Raises:  BadDefinition where a definition cannot be judged by.
    """
    return Run(bundle, compiled(definitions)).issues()


class Run:
    """The judging of one bundle."""

    def __init__(self, bundle: dict[str, Any], profiles: Profiles) -> None:
        self.bundle = bundle
        self.profiles = profiles
        self.index = Index(bundle)
        self.mismatches: list[tuple[Issue, tuple[tuple[Issue, ...], ...]]] = []
        """Each failed choice with the errors of each of its alternatives."""
        self._judged: dict[tuple[int, int], tuple[Issue, ...]] = {}

    def issues(self) -> tuple[Issue, ...]:
        """All that is wrong, without what only follows from it."""
        place = Place(self.bundle, "Bundle", "", self.bundle)
        found = tuple(self.judge(place))
        return tuple(dict.fromkeys(self._roots(found)))

    def judge(self, place: Place, demanded: Iterable[str] = ()) -> Iterator[Issue]:
        """Judge a resource by the profiles it claims and those demanded; by its type where there are none."""
        of_type = place.resource.get("resourceType")
        if type(of_type) is not str:
            yield Rule(R4 + "Resource", "Resource").broken(kinds.NO_TYPE, place.path)
            return
        judged = False
        for canonical in dict.fromkeys((*_claims(place.resource), *demanded)):
            node = self.profiles.get(canonical)
            if node is None:
                yield Rule(R4 + of_type, of_type).broken(kinds.NOT_CHECKED, place.path, wanted=canonical)
                continue
            if node.type != of_type:
                yield Rule(canonical, node.type).broken(kinds.TYPE, place.path, found=of_type, allowed=node.type)
                continue
            judged = True
            yield from self.by(place, node)
        if not judged:
            node = self.profiles.get(R4 + of_type)
            if node is None:
                yield Rule(R4 + "Resource", "Resource").broken(kinds.NOT_CHECKED, place.path, wanted=R4 + of_type)
            else:
                yield from self.by(place, node)

    def by(self, place: Place, node: Node) -> tuple[Issue, ...]:
        """What is wrong with a resource by one profile; found once. A circle of references is taken to be right."""
        key = (id(place.resource), id(node))
        found = self._judged.get(key)
        if found is None:
            self._judged[key] = ()
            scope = Scope(self, place)
            node.walk(place.resource, place.path, scope)
            found = self._judged[key] = tuple(scope.issues)
        return found

    def _roots(self, found: tuple[Issue, ...]) -> Iterator[Issue]:
        """The issues, but failed choices all of whose reasons are reported already."""
        choices = dict(self.mismatches)
        reported = {issue for issue in found if issue not in choices}
        known: dict[Issue, bool] = {}

        def follows(issue: Issue) -> bool:
            if issue not in choices:
                return issue in reported
            if issue not in known:
                known[issue] = False
                known[issue] = any(all(map(follows, reasons)) for reasons in choices[issue] if reasons)
            return known[issue]

        return (issue for issue in found if issue not in choices or not follows(issue))


class Scope:
    """One resource while it is judged by one profile."""

    __slots__ = ("issues", "place", "report", "run")

    def __init__(self, run: Run, place: Place) -> None:
        self.run = run
        self.place = place
        self.issues: list[Issue] = []
        self.report = self.issues.append

    def enter(self, value: Any, path: str, demanded: Iterable[str]) -> None:
        """Judge a resource that stands within this one."""
        if type(value) is not dict:
            self.report(
                Rule(R4 + "Resource", "Resource").broken(kinds.SHAPE, path, found="a value", expected="an object")
            )
            return
        place = self.run.index.place_of(value)
        if place is None or place.path != path:
            place = Place(value, path, self.place.full_url, self.place.container)
        self.issues.extend(self.run.judge(place, demanded))

    def resolve(self, reference: Any) -> dict[str, Any] | None:
        """The resource that a reference of this resource leads to, or None."""
        found = self.run.index.resolve(reference, self.place) if isinstance(reference, str) else None
        return found.resource if found is not None else None

    def fits(self, resource: Any, canonical: str) -> bool:
        """Whether a resource has no error by a profile."""
        return not self.errors(resource, canonical)

    def errors(self, resource: Any, canonical: str) -> tuple[Issue, ...]:
        """The errors of a resource by a profile; one that is not at hand or of another type is an error."""
        place = self._place(resource)
        node = self.run.profiles.get(canonical)
        if node is None:
            return (Rule(canonical, "").broken(kinds.NOT_CHECKED, place.path, wanted=canonical),)
        of_type = resource.get("resourceType") if type(resource) is dict else None
        if of_type != node.type:
            return (Rule(canonical, node.type).broken(kinds.TYPE, place.path, found=str(of_type), allowed=node.type),)
        return tuple(issue for issue in self.run.by(place, node) if issue.severity is Severity.ERROR)

    def _place(self, resource: Any) -> Place:
        place = self.run.index.place_of(resource)
        return place or Place(resource, self.place.path, self.place.full_url, self.place.container)

    def reference(self, reference: str, path: str, target: Target) -> None:
        """Judge what a reference leads to."""
        place = self.run.index.resolve(reference, self.place)
        if place is None:
            self._unresolved(reference, path, target)
            return
        of_type = place.resource.get("resourceType")
        fitting = [one for one in target.profiles if self._is_of(one, of_type)]
        if not fitting:
            self.report(target.rule.broken(kinds.REFERENCE_TYPE, path, found=of_type, allowed=self._types(target)))
            return
        if any(one.startswith(R4) for one in fitting):
            return  # every resource is judged by its own type where it stands
        reasons = []
        for canonical in fitting:
            errors = self.errors(place.resource, canonical)
            if not errors:
                return
            reasons.append(errors)
        issue = target.rule.broken(kinds.REFERENCE_TARGET, path, allowed=", ".join(target.profiles))
        issue = attrs.evolve(issue, causes=tuple(dict.fromkeys(error for errors in reasons for error in errors)))
        self.run.mismatches.append((issue, tuple(reasons)))
        self.report(issue)

    def _unresolved(self, reference: str, path: str, target: Target) -> None:
        if target.bundled:
            self.report(target.rule.broken(kinds.NOT_BUNDLED, path))
        named = type_in(reference)
        if named is not None and not any(self._is_of(one, named) for one in target.profiles):
            self.report(target.rule.broken(kinds.REFERENCE_TYPE, path, found=named, allowed=self._types(target)))

    def _is_of(self, canonical: str, of_type: Any) -> bool:
        known = self.run.profiles.type_of(canonical)
        return known in ("", "Resource", "DomainResource", of_type)

    def _types(self, target: Target) -> str:
        return ", ".join(dict.fromkeys(filter(None, map(self.run.profiles.type_of, target.profiles))))

    def extension(self, value: Any, path: str, field: Field, judge: Node) -> None:
        """Judge an extension by the definition of its URL, where this is known and has not judged it yet."""
        url = value.get("url") if type(value) is dict else None
        if type(url) is not str or url in judge.profiles:
            return
        definition = self.run.profiles.definition(url)
        if definition is None or definition.get("type") != "Extension":
            kind = kinds.MODIFIER_UNKNOWN if field.name == "modifierExtension" else kinds.EXTENSION_NOT_CHECKED
            self.report(field.rule.broken(kind, path, url=_shown_url(url)))
            return
        node = self.run.profiles.get(url)
        if node is not None:
            node.walk(value, path, self)


def _claims(resource: dict[str, Any]) -> list[str]:
    meta = resource.get("meta")
    claims = meta.get("profile") if type(meta) is dict else None
    return [one for one in claims if type(one) is str] if type(claims) is list else []


def _shown_url(url: str) -> str:
    """An address for an issue, cut where it is longer than an address is."""
    return url if len(url) <= 200 else f"{url[:200]}..."
