"""Whether a narrative says where each of its parts comes from, where a definition asks for it.

A part is what stands directly in the outermost ``div``; its class is ``boilerplate``, ``generated`` or ``original``.

Source: FHIR Extensions Pack 5.2.0, narrative-source-control; whatever its value, as HL7's validator takes it.
"""

from __future__ import annotations

from typing import Any

import attrs

from medcom_bu.fhir.profiles import catalogue_of_parts
from medcom_bu.fhir.profiles.scope import Rule, Scope
from medcom_bu.limits import LIMITS
from medcom_bu.values.fhir_types import xml_events

_SOURCES = frozenset(("boilerplate", "generated", "original"))


@attrs.frozen
class NarrativeSources:
    """Each part of the narrative names its source."""

    rule: Rule
    control: str

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a Narrative."""
        div = value.get("div") if type(value) is dict else None
        if type(div) is str and not _all_named(div):
            scope.report(self.rule.broken(catalogue_of_parts.NARRATIVE_SOURCE, path))


def _all_named(div: str) -> bool:
    """Whether no part lacks its source."""
    depth = 0
    for name, content in xml_events(div, LIMITS.depth) or ():
        if name == "#end":
            depth -= 1
        elif name[0] != "#":
            if depth == 1 and not _SOURCES & {*content.get("class", "").split()}:
                return False
            depth += 1
        elif name == "#text" and depth == 1 and content.strip():
            return False
    return True
