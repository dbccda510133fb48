"""The ids of elements: no two of a resource are alike.

Source: FHIR R4, Element.id; HL7's validator checks the same, the resource's own id and what it contains apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from medcom_bu.fhir.profiles import catalogue_of_parts
from medcom_bu.fhir.profiles.check_source import CheckSource
from medcom_bu.fhir.profiles.scope import Check, Rule, Scope


@attrs.frozen
class UniqueId:
    """No other element of the resource has this id."""

    rule: Rule

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge an id."""
        places: dict[str, str] = scope.env.memo.setdefault(UniqueId, {})
        if type(value) is str and places.setdefault(value, path) != path:
            scope.report(self.rule.broken(catalogue_of_parts.ID_TWICE, path))


def make_unique_id(source: CheckSource) -> Iterator[Check]:
    """For the id of an element; a resource has its own."""
    if any(layer.id == "Element.id" for layer in source.layers):
        yield UniqueId(source.rule)
