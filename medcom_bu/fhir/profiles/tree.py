"""The compiled profile: a tree of nodes and fields that walks plain data once.

A :class:`ProfileNode` judges one value: its checks, then its fields. A :class:`ProfileField` judges what is under
one name: how many, in which slices. ``compile`` makes both; nothing here changes afterwards, so threads may share them.

Source: FHIR R4, JSON format, ElementDefinition, and Profiling.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, Protocol

import attrs

from medcom_bu.fhir.fhirpath import FhirElement
from medcom_bu.fhir.model.data import Number, shown_name
from medcom_bu.fhir.model.r4 import PRIMITIVES, R4
from medcom_bu.fhir.profiles import catalogue
from medcom_bu.fhir.profiles.scope import Check, ExtensionBearer, Rule, Scope
from medcom_bu.issues import Issue


@attrs.frozen
class Occurrence:
    """One occurrence of a field: its value, where it stands, and what judges it as far as no slice does.

    A primitive that has an id or extensions, with a value or in place of one, is a ``FhirElement``.
    """

    value: Any
    path: str
    entry: TypedField


@attrs.frozen(eq=False, repr=False)
class TypedField:
    """What a JSON name stands for: a field, in a type. A type that the profile excludes has no node."""

    field: ProfileField
    node: ProfileNode | None
    type: str


class FieldSlicing(Protocol):
    """The forms that a field can take."""

    @property
    def is_required(self) -> bool:
        """Whether one of the forms must be there."""

    def nodes(self) -> Iterator[ProfileNode]:
        """What judges a value, in each form and type."""

    def sort(
        self, field: ProfileField, items: Sequence[Occurrence], path: str, scope: Scope
    ) -> list[ProfileNode | None]:
        """The node of each item's form; what is wrong with the forms is reported."""


@attrs.define(eq=False, repr=False)
class ProfileField:
    """What the profile says of the elements under one name."""

    name: str
    rule: Rule
    """Who allows these types."""
    is_list: bool
    is_choice: bool
    least: int
    least_rule: Rule
    most: int | None
    most_rule: Rule
    types: tuple[str, ...]
    slicing: FieldSlicing | None = None
    bearer: ExtensionBearer | None = None
    """For a field of extensions: where these stand."""

    @property
    def is_plain(self) -> bool:
        """Whether each occurrence can be judged alone."""
        return self.slicing is None and not self.is_choice

    def walk(self, items: Sequence[Occurrence], path: str, scope: Scope) -> None:
        """Judge all occurrences of this field in one element, the one at ``path``."""
        self.count(len(items), path, scope)
        chosen = self.slicing.sort(self, items, path, scope) if self.slicing is not None else [None] * len(items)
        for occurrence, node in zip(items, chosen, strict=True):
            self.one(occurrence, node, scope)

    def count(self, count: int, path: str, scope: Scope) -> None:
        """Judge how often the field stands."""
        if count < self.least:
            scope.report(self.least_rule.broken(catalogue.MISSING, path, name=self.name, least=self.least, count=count))
        elif self.most is not None and count > self.most:
            scope.report(self.most_rule.broken(catalogue.TOO_MANY, path, name=self.name, most=self.most, count=count))

    def one(self, item: Occurrence, node: ProfileNode | None, scope: Scope) -> None:
        """Judge one occurrence, by the node of its slice where it has one."""
        judge = node or item.entry.node
        if judge is None:
            allowed = ", ".join(self.types)
            scope.report(self.rule.broken(catalogue.TYPE, item.path, found=item.entry.type, allowed=allowed))
            return
        if self.bearer is None:
            judge.walk(item.value, item.path, scope)
        elif scope.is_first(item.path, judge):
            judge.walk(item.value, item.path, scope)
            scope.extension(item.value, item.path, self.bearer, judge.profiles)


ResourceForms = tuple[Rule, Mapping[str, tuple[str, ...]]]
"""Who says so, and the types that a resource may be of -> the profiles of which it fits one."""


@attrs.define(eq=False, repr=False)
class ProfileNode:
    """What judges one value. Filled by ``compile``, then left alone."""

    type: str
    profiles: frozenset[str]
    """The canonical URLs of the profiles that it stands for."""
    profile: str = ""
    """The one of them that builds on the others, where one does."""
    checks: tuple[Check, ...] = ()
    entries: Mapping[str, TypedField] = attrs.field(factory=dict)
    required: tuple[ProfileField, ...] = ()
    """The fields that must stand somewhere, or of which a slice must."""
    is_primitive: bool = False
    is_resource: bool = False
    """Whether the value is a resource of any type, judged by its own profiles."""
    forms: ResourceForms | None = None
    """For a resource that may be of several types, or by several profiles: what it may be."""
    inner: ProfileNode | None = None
    """What judges the elements of a resource of which more is said where it stands; set with ``is_resource``."""

    def walk(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a value and all below it."""
        for check in self.checks:
            check(value, path, scope)
        if self.is_resource:
            if self.forms is None:
                scope.enter(value, path, self.profiles, self.inner)
            else:
                scope.enter_one_of(value, path, *self.forms)
            return
        if not self.is_primitive:
            if type(value) is dict:
                self.walk_fields(value, path, scope)
        elif type(value) is FhirElement:
            self.walk_fields(value.extra or {}, path, scope)
        elif self.required:
            self.walk_fields({}, path, scope)

    def walk_fields(self, value: dict[str, Any], path: str, scope: Scope) -> None:
        """Judge what is below an element."""
        entries = self.entries
        extras = _NO_EXTRAS if value.keys() <= entries.keys() else self._extras(value, path, scope)
        later: dict[ProfileField, list[Occurrence]] = {}
        for key, content in value.items():
            entry = entries.get(key)
            if entry is None:
                continue
            field = entry.field
            if not field.is_plain:
                later.setdefault(field, []).extend(self._items(content, extras.get(key), entry, path, scope))
            elif field.is_list:
                items = self._items(content, extras.get(key), entry, path, scope)
                field.count(len(items), path, scope)
                for occurrence in items:
                    field.one(occurrence, None, scope)
            elif (
                field.most == 0
                or type(content) is list
                or entry.node is None
                or field.bearer is not None
                or key in extras
            ):
                field.walk(self._items(content, extras.get(key), entry, path, scope), path, scope)
            else:
                entry.node.walk(content, f"{path}.{field.name}", scope)
        if extras or self.required:
            self._add_valueless(later, value, extras, path, scope)
        for field, items in later.items():
            field.walk(items, path, scope)

    def _add_valueless(
        self,
        later: dict[ProfileField, list[Occurrence]],
        value: dict[str, Any],
        extras: dict[str, Any],
        path: str,
        scope: Scope,
    ) -> None:
        """Add what has nothing under its own name: primitives that have extensions alone, and what is missing."""
        for key, extra in extras.items():
            if key not in value:
                entry = self.entries[key]
                later.setdefault(entry.field, []).extend(self._items(_ABSENT, extra, entry, path, scope))
        for field in self.required:
            if field not in later and (not field.is_plain or field.name not in value):
                later[field] = []

    def _items(self, content: Any, extra: Any, entry: TypedField, path: str, scope: Scope) -> list[Occurrence]:
        """The occurrences under one JSON name; one of the wrong shape is reported and taken as it was meant."""
        here = f"{path}.{entry.field.name}"
        if not entry.field.is_list:
            if type(content) is list:
                scope.report(self.shape(here, content, "a single value"))
                return [Occurrence(member, here, entry) for member in content]
            return [Occurrence(_with_extra(content, extra), here, entry)]
        if content is _ABSENT:
            content = []
        elif type(content) is not list:
            scope.report(self.shape(here, content, "an array"))
            return [Occurrence(content, f"{here}[0]", entry)]
        elif not content:
            scope.report(self.rule.broken(catalogue.EMPTY, here))
        pairs = zip_longest(content, extra or (), fillvalue=_ABSENT)
        return [
            Occurrence(_with_extra(member, more), f"{here}[{number}]", entry)
            for number, (member, more) in enumerate(pairs)
            if member is not _ABSENT or type(more) is dict
        ]

    def _extras(self, value: dict[str, Any], path: str, scope: Scope) -> dict[str, Any]:
        """The ids and extensions of primitives, by the names of these; any other name that is not an element is
        reported.

        Shape: an object for a single element, a list of objects and None for one that repeats.
        """
        extras: dict[str, Any] = {}
        for key, content in value.items():
            if key in self.entries or key == "resourceType":
                continue
            entry = self.entries.get(key[1:]) if key.startswith("_") else None
            if entry is None or entry.type not in _WITH_EXTRAS:
                name = shown_name(key)
                scope.report(self.rule.broken(catalogue.UNKNOWN_ELEMENT, f"{path}.{name}", name=name))
                continue
            extra = self._extra(content, entry.field, f"{path}.{entry.field.name}", scope)
            if extra is not None:
                extras[key[1:]] = extra
        return extras

    def _extra(self, content: Any, field: ProfileField, here: str, scope: Scope) -> Any:
        if not field.is_list:
            return self._extra_of_one(content, here, scope)
        if type(content) is not list:
            scope.report(self.shape(here, content, "an array"))
            content = [content]
        return [self._extra_of_one(one, f"{here}[{number}]", scope) for number, one in enumerate(content)]

    def _extra_of_one(self, content: Any, here: str, scope: Scope) -> dict[str, Any] | None:
        if type(content) is dict and content:
            return content
        if type(content) is dict:
            scope.report(self.rule.broken(catalogue.EMPTY, here))
        elif content is not None:
            scope.report(self.shape(here, content, "an object"))
        return None

    @property
    def rule(self) -> Rule:
        """The rule that gives a value of this type its elements."""
        return Rule(R4 + self.type, self.type)

    def shape(self, path: str, value: Any, expected: str) -> Issue:
        """An issue of a value in the wrong JSON shape."""
        return self.rule.broken(catalogue.SHAPE, path, found=shape_of(value), expected=expected)


SHAPES: dict[type, str] = {
    dict: "an object",
    list: "an array",
    str: "a text",
    Number: "a number",
    bool: "a boolean",
    type(None): "null",
}


def shape_of(value: object) -> str:
    """What a JSON value is, in words."""
    return SHAPES.get(type(value), "a value")


_WITH_EXTRAS = PRIMITIVES.keys() - {"xhtml"}
"""The types that JSON writes with a second name, ``_birthDate``; the id of a narrative is in its div."""
_ABSENT = object()
"""What stands for a value that is not there, in JSON's terms: not even null."""
_NO_EXTRAS: dict[str, Any] = {}


def _with_extra(value: Any, extra: Any) -> Any:
    """A value, with its id and extensions where it has any."""
    if type(extra) is not dict:
        return value
    return FhirElement(None if value is _ABSENT else value, extra)
