"""Slicing: which slice an occurrence belongs to, how many each slice takes, and why none fits.

Source: FHIR R4, Profiling, Slicing and Discriminators.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import attrs

from medcom_bu.fhir.fhirpath import FhirElement, merged
from medcom_bu.fhir.model.r4 import PRIMITIVES
from medcom_bu.fhir.profiles import catalogue
from medcom_bu.fhir.profiles.scope import Rule, Scope
from medcom_bu.fhir.profiles.tree import Occurrence, ProfileField, ProfileNode
from medcom_bu.issues import Issue

Typed = tuple[Any, str | None]
"""A value and its type, as far as it is known."""

Matcher = Callable[[list[Typed], Scope], bool]
"""Whether the values found at a discriminator's path are those of a slice."""

DEFAULT = "@default"
"""The slice that takes what no other does."""

_STEP = re.compile(r"\$this|resolve\(\)|extension\('([^']*)'\)|ofType\((\w+)\)|(\w+)")


@attrs.frozen
class Step:
    """One step of a discriminator's path: a child, an extension by its URL, a type, or a reference followed."""

    kind: str
    name: str = ""


def steps(path: str) -> tuple[Step, ...]:
    """The steps of a discriminator's path: the restricted FHIRPath of R4, Discriminator.

    Raises ValueError for what is outside of it.
    """
    path_steps: list[Step] = []
    at = 0
    while at < len(path):
        match = _STEP.match(path, at)
        at = match.end() + 1 if match else 0
        if match is None or (at <= len(path) and path[at - 1] != "."):
            raise ValueError(f"discriminator {path}")
        url, of_type, name = match.groups()
        if url is not None:
            path_steps.append(Step("extension", url))
        elif of_type is not None:
            path_steps.append(Step("type", of_type))
        elif name is not None:
            path_steps.append(Step("child", name))
        elif match.group() == "resolve()":
            path_steps.append(Step("resolve"))
    return tuple(path_steps)


def follow(values: list[Typed], path: Sequence[Step], scope: Scope) -> list[Typed]:
    """The values at the end of a discriminator's path."""
    for step in path:
        values = [typed for value, of_type in values for typed in _follow(value, of_type, step, scope)]
    return values


def _follow(value: Any, of_type: str | None, step: Step, scope: Scope) -> Iterator[Typed]:
    if step.kind == "type":
        if of_type == step.name:
            yield value, of_type
        return
    if type(value) is FhirElement:
        value = value.extra
    if type(value) is not dict:
        return
    if step.kind == "resolve":
        target = scope.resolve(value.get("reference"))
        if target is not None:
            yield target.resource, target.resource.get("resourceType")
    elif step.kind == "extension":
        for extension in _several(value.get("extension")):
            if type(extension) is dict and extension.get("url") == step.name:
                yield extension, "Extension"
    else:
        yield from children_of(value, step.name)


def children_of(value: dict[str, Any], name: str) -> Iterator[Typed]:
    """What is under a name, which may be that of a choice, with its type as far as it is known."""
    extra = value.get(f"_{name}")
    if name in value or extra is not None:
        children = _several(value.get(name)) if extra is None else merged(value.get(name), extra)
        yield from ((child, _resource_type(child)) for child in children)
        return
    for key in value:
        full = key.removeprefix("_")
        suffix = full[len(name) :]
        if full.startswith(name) and suffix[:1].isupper() and (key == full or full not in value):
            yield from ((child, type_of(suffix)) for child in merged(value.get(full), value.get(f"_{full}")))


def _resource_type(value: Any) -> str | None:
    """The type of a resource; that of other values is not told by themselves."""
    found = value.get("resourceType") if type(value) is dict else None
    return found if type(found) is str else None


def _own_type(item: Occurrence) -> str:
    """The type of an occurrence; where any resource may stand, that of the resource."""
    is_resource = item.entry.node is not None and item.entry.node.is_resource
    return (_resource_type(item.value) if is_resource else None) or item.entry.type


def _several(content: Any) -> list[Any]:
    return content if type(content) is list else [] if content is None else [content]


def type_of(suffix: str) -> str:
    """The type behind the end of a choice's name: ``DateTime`` is ``dateTime``, ``Coding`` is ``Coding``."""
    lower = suffix[:1].lower() + suffix[1:]
    return lower if lower in PRIMITIVES else suffix


@attrs.frozen
class Discriminator:
    """What tells slices apart."""

    kind: str
    path: str
    steps: tuple[Step, ...]


@attrs.define(eq=False)
class Slice:
    """One form that an element can take. Filled by ``compile``, then left alone."""

    name: str
    rule: Rule
    least: int
    least_rule: Rule
    most: int | None
    most_rule: Rule
    nodes: dict[str, ProfileNode]
    """Type -> what judges a value of it."""
    matchers: tuple[Matcher, ...] = ()
    """One for each discriminator."""
    slicing: Slicing | None = None
    """The forms that an element of this slice can take in turn."""

    def node_of(self, item: Occurrence) -> ProfileNode | None:
        """What judges an occurrence of the slice."""
        return self.nodes.get(_own_type(item)) or self.nodes.get(item.entry.type)


@attrs.define(eq=False)
class Slicing:
    """The forms that an element can take, and what tells them apart."""

    rule: Rule
    discriminators: tuple[Discriminator, ...]
    slices: tuple[Slice, ...]
    rules: str
    ordered: bool
    unavailable: str = ""
    """The profile that would tell the slices apart and is not available: they are not judged."""

    @property
    def is_required(self) -> bool:
        """Whether an occurrence of some slice must be there."""
        return any(slice_.least or (slice_.slicing and slice_.slicing.is_required) for slice_ in self.slices)

    def nodes(self) -> Iterator[ProfileNode]:
        """What judges a value, in each slice and type."""
        return (node for slice_ in self.slices for node in slice_.nodes.values())

    def sort(
        self, field: ProfileField, items: Sequence[Occurrence], path: str, scope: Scope
    ) -> list[ProfileNode | None]:
        """The node of each item's slice; what is wrong with the slices is reported.

        Which forms are missing is reported for the element at ``path``, with the reasons why no occurrence has it.
        """
        if self.unavailable:
            scope.not_checked(self.rule, path, self.unavailable)
            return [None] * len(items)
        if not self.discriminators:
            scope.report(self.rule.broken(catalogue.PART_NOT_CHECKED, path, what="slicing without discriminators"))
            return [None] * len(items)
        default = next((slice_ for slice_ in self.slices if slice_.name == DEFAULT), None)
        slices = [self.slice_of(occurrence, scope) or default for occurrence in items]
        for slice_ in self.slices:
            self._count(slice_, slices.count(slice_), field, items, path, scope)
        if self.rules == "closed":
            for occurrence, chosen in zip(items, slices, strict=True):
                if chosen is None:
                    scope.report(self._none(occurrence, field, scope))
        if self.ordered or self.rules == "openAtEnd":
            self._order(items, slices, field, scope)
        nodes = [
            chosen.node_of(occurrence) if chosen is not None else None
            for occurrence, chosen in zip(items, slices, strict=True)
        ]
        self._sort_again(nodes, slices, field, items, path, scope)
        return nodes

    def _sort_again(
        self,
        nodes: list[ProfileNode | None],
        slices: Sequence[Slice | None],
        field: ProfileField,
        items: Sequence[Occurrence],
        path: str,
        scope: Scope,
    ) -> None:
        """Put in the node of its inner slice for each item whose slice is sliced in turn."""
        for slice_ in self.slices:
            if slice_.slicing is not None:
                places = [place for place, chosen in enumerate(slices) if chosen is slice_]
                inner = slice_.slicing.sort(field, [items[place] for place in places], path, scope)
                for place, node in zip(places, inner, strict=True):
                    nodes[place] = node or nodes[place]

    def slice_of(self, item: Occurrence, scope: Scope) -> Slice | None:
        """The first slice all of whose discriminators the item has."""
        ways = [self.values(discriminator, item, scope) for discriminator in self.discriminators]
        for slice_ in self.slices:
            if slice_.matchers and all(
                matcher(values, scope) for matcher, values in zip(slice_.matchers, ways, strict=True)
            ):
                return slice_
        return None

    def values(self, discriminator: Discriminator, item: Occurrence, scope: Scope) -> list[Typed]:
        """What the item has at a discriminator's path."""
        return follow([(item.value, _own_type(item))], discriminator.steps, scope)

    def _count(
        self, slice_: Slice, count: int, field: ProfileField, items: Sequence[Occurrence], path: str, scope: Scope
    ) -> None:
        named = {"name": field.name, "slice": slice_.name, "count": count}
        if count < slice_.least:
            issue = slice_.least_rule.broken(catalogue.SLICE_MISSING, path, **named, least=slice_.least)
            causes = [cause for occurrence in items for cause in self._differs(slice_, occurrence, field, scope)]
            scope.report(attrs.evolve(issue, causes=tuple(causes)))
        elif slice_.most is not None and count > slice_.most:
            scope.report(slice_.most_rule.broken(catalogue.SLICE_TOO_MANY, path, **named, most=slice_.most))

    def _none(self, occurrence: Occurrence, field: ProfileField, scope: Scope) -> Issue:
        names = ", ".join(slice_.name for slice_ in self.slices)
        issue = self.rule.broken(catalogue.SLICE_NONE, occurrence.path, name=field.name, slices=names)
        causes = [cause for slice_ in self.slices for cause in self._differs(slice_, occurrence, field, scope)]
        return attrs.evolve(issue, causes=tuple(causes))

    def _differs(self, slice_: Slice, occurrence: Occurrence, field: ProfileField, scope: Scope) -> Iterator[Issue]:
        """Which discriminators keep an item out of a slice."""
        for discriminator, matcher in zip(self.discriminators, slice_.matchers, strict=False):
            if not matcher(self.values(discriminator, occurrence, scope), scope):
                named = {"name": field.name, "slice": slice_.name, "discriminator": discriminator.path}
                yield slice_.rule.broken(catalogue.SLICE_DIFFERS, occurrence.path, **named)

    def _order(
        self, items: Sequence[Occurrence], slices: Sequence[Slice | None], field: ProfileField, scope: Scope
    ) -> None:
        """Slices in another order than the profile's; in an open end, what has no slice comes last."""
        last = len(self.slices)
        places = [self.slices.index(chosen) if chosen is not None else last for chosen in slices]
        highest = 0
        for occurrence, place in zip(items, places, strict=True):
            if place == last and self.rules != "openAtEnd":
                continue
            if place < highest and (self.ordered or highest == last):
                name = self.slices[place].name
                scope.report(self.rule.broken(catalogue.SLICE_ORDER, occurrence.path, name=field.name, slice=name))
            highest = max(highest, place)
