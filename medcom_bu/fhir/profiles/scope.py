"""What judges and what is judged, as they see each other: a check asks its scope, and knows nothing of the walk.

``walk`` makes scopes; nodes, fields, slices and checks take one with each value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

import attrs

from medcom_bu.fhir.fhirpath import Env
from medcom_bu.fhir.profiles.index import ResourcePlace
from medcom_bu.issues import Issue, Kind


@attrs.frozen
class Rule:
    """Which profile says so, and at which element."""

    profile: str
    element: str

    def broken(self, kind: Kind, path: str, **params: object) -> Issue:
        """An issue that names this rule."""
        return kind.issue(path, profile=self.profile, element=self.element, **params)


@attrs.frozen
class ExtensionBearer:
    """Where an extension stands: the rule of the field, and whether that is ``modifierExtension``."""

    rule: Rule
    is_modifier: bool
    contexts: frozenset[str]
    """The types and elements that have it."""


class Scope(Protocol):
    """One resource while it is judged by one profile."""

    @property
    def env(self) -> Env:
        """What expressions may ask."""

    @property
    def is_in_message(self) -> bool:
        """Whether the resource is one of a message."""

    def report(self, issue: Issue) -> None:
        """Keep an issue."""

    def enter(self, value: Any, path: str, demanded: Iterable[str], node: object = None) -> None:
        """Judge a resource that is within this one, by a node too where one is given."""

    def enter_one_of(self, value: Any, path: str, rule: Rule, forms: Mapping[str, tuple[str, ...]]) -> None:
        """Judge a resource that is within this one, and is of one of some types: by one of the profiles of it."""

    def judge_too(self, value: Any, path: str, rule: Rule, canonical: str) -> None:
        """Judge what is at a path by one more profile; ``rule`` is what says so, if it is not available."""

    def resolve(self, reference: Any) -> ResourcePlace | None:
        """Where the resource stands that a reference leads to; None where the message has none."""

    def is_ambiguous(self, reference: str) -> bool:
        """Whether a reference fits several entries of one address."""

    def is_near(self, reference: str) -> bool:
        """Whether a reference names type and id of an entry, even if its address does not fit."""

    def misnamed(self, reference: str) -> ResourcePlace | None:
        """Where the resource stands of which a reference names the UUID, as an id, beside another type."""

    def fits(self, resource: Any, canonical: str) -> bool:
        """Whether a resource, or another value, has no error by a profile."""

    def need(self, place: ResourcePlace, profiles: Iterable[str], broken: Callable[[], Issue]) -> str | None:
        """Demand that a resource fit one of some profiles; ``broken`` makes what is said where it does not.

        The first profile that is not known is given back, and nothing is demanded.
        """

    def conformance(self, holds: Callable[[], bool | None], issue: Issue) -> None:
        """Ask what rests on conformance once all the rest is judged, and report an issue where it does not hold.

        None stands for what cannot be told, and has been reported.
        """

    def not_checked(self, rule: Rule, path: str, wanted: str) -> None:
        """Say that a profile has not judged what is at a path, since it or what it builds on is not available."""

    def is_first(self, path: str, node: object) -> bool:
        """Whether a node has not been asked before to judge what is at a path.

        An extension is judged by where it stands and by its own definition, and so are those within it: each level
        would double what is judged.
        """

    def extension(self, value: Any, path: str, bearer: ExtensionBearer, judged: frozenset[str]) -> None:
        """Judge an extension by the definition of its URL, where this is known and not among those ``judged`` by."""


Check = Callable[[Any, str, Scope], None]
"""Judges a value at a path and reports to the scope."""
