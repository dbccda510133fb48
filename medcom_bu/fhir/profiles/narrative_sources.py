"""Whether a narrative says where each of its parts comes from, where a definition asks for it.

A part is what stands directly in the outermost ``div``; its class is ``boilerplate``, ``generated`` or ``original``.

Source: FHIR Extensions Pack 5.2.0, narrative-source-control; whatever its value, as HL7's validator takes it.
"""

from __future__ import annotations

from typing import Any

import attrs

from medcom_bu.fhir.profiles import catalogue_of_parts
from medcom_bu.fhir.profiles.narrative_parts import div_of, parts_of
from medcom_bu.fhir.profiles.scope import Rule, Scope

_SOURCES = frozenset(("boilerplate", "generated", "original"))


@attrs.frozen
class NarrativeSources:
    """Each part of the narrative names its source."""

    rule: Rule
    control: str

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a Narrative."""
        div = div_of(value)
        if div is not None and not all(_is_named(*part) for part in parts_of(div)):
            scope.report(self.rule.broken(catalogue_of_parts.NARRATIVE_SOURCE, path))


def _is_named(name: str, content: Any) -> bool:
    """Whether an element names its source; a text has no place for one."""
    if name[0] != "#":
        return bool(_SOURCES & {*content.get("class", "").split()})
    return name != "#text" or not content.strip()
