"""The checks on contained resources: each has an id of its own. That something refers to each is dom-3.

Source: FHIR R4, DomainResource.contained, and References, Contained Resources.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from medcom_bu.fhir.model.r4 import R4
from medcom_bu.fhir.profiles import catalogue
from medcom_bu.fhir.profiles.check_source import CheckSource
from medcom_bu.fhir.profiles.scope import Check, Rule, Scope

_RULE = Rule(R4 + "DomainResource", "DomainResource.contained")


@attrs.frozen
class ContainedIds:
    """Each contained resource has an id, and no two of a resource have one."""

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a value."""
        contained = value.get("contained") if type(value) is dict else None
        before: set[str] = set()
        for number, resource in enumerate(contained if type(contained) is list else ()):
            identifier = resource.get("id") if type(resource) is dict else None
            if type(identifier) is not str:
                scope.report(_RULE.broken(catalogue.CONTAINED_ID_MISSING, f"{path}.contained[{number}]"))
            elif identifier in before:
                scope.report(_RULE.broken(catalogue.CONTAINED_ID_TWICE, f"{path}.contained[{number}]"))
            else:
                before.add(identifier)


def make_contained(source: CheckSource) -> Iterator[Check]:
    """For each resource that may contain others."""
    if any("contained" in layer.children for layer in source.layers):
        yield ContainedIds()
