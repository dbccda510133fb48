"""Which languages the sections of a narrative are in, where a definition says so.

A section is a ``div`` directly in the outermost one that has ``lang`` or ``xml:lang``.

Source: FHIR Extensions Pack 5.2.0, narrative-language-control: ``_no``, ``_yes``, ``_resource`` (the language of the
resource), or the code of a language.
"""

from __future__ import annotations

from typing import Any

import attrs

from medcom_bu.fhir.profiles import catalogue_of_parts
from medcom_bu.fhir.profiles.narrative_parts import div_of, parts_of
from medcom_bu.fhir.profiles.scope import Rule, Scope

_LANGUAGE = ("lang", "http://www.w3.org/XML/1998/namespace lang")


@attrs.frozen
class NarrativeLanguages:
    """The narrative has sections in a language, in any, or in none."""

    rule: Rule
    control: str

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a Narrative."""
        div = div_of(value)
        if div is None:
            return
        languages, wanted = _languages(div), self.control
        if wanted == "_resource":
            wanted = scope.env.resource.get("language", "_yes")
        if wanted == "_no" and languages:
            scope.report(self.rule.broken(catalogue_of_parts.NARRATIVE_IN_LANGUAGES, path))
        elif (wanted == "_yes" and not languages) or (wanted[0] != "_" and wanted not in languages):
            scope.report(self.rule.broken(catalogue_of_parts.NARRATIVE_LANGUAGE, path))


def _languages(div: str) -> set[str]:
    """The languages of the sections."""
    sections = (content for name, content in parts_of(div) if name[0] != "#" and name.rpartition(" ")[2] == "div")
    return {content[key] for content in sections for key in _LANGUAGE if key in content}
