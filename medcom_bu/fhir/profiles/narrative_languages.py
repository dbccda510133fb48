"""Which languages the sections of a narrative are in, where a definition says so.

A section is a ``div`` directly in the outermost one that has ``lang`` or ``xml:lang``.

Source: FHIR Extensions Pack 5.2.0, narrative-language-control: ``_no``, ``_yes``, ``_resource`` (the language of the
resource), or the code of a language.
"""

from __future__ import annotations

from typing import Any

import attrs

from medcom_bu.fhir.profiles import catalogue_of_parts
from medcom_bu.fhir.profiles.scope import Rule, Scope
from medcom_bu.limits import LIMITS
from medcom_bu.values.fhir_types import xml_events

_LANGUAGE = ("lang", "http://www.w3.org/XML/1998/namespace lang")


@attrs.frozen
class NarrativeLanguages:
    """The narrative has sections in a language, in any, or in none."""

    rule: Rule
    control: str

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a Narrative."""
        div = value.get("div") if type(value) is dict else None
        if type(div) is not str:
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
    depth, languages = 0, set[str]()
    for name, content in xml_events(div, LIMITS.depth) or ():
        if name == "#end":
            depth -= 1
        elif name[0] != "#":
            if depth == 1 and name.rpartition(" ")[2] == "div" and isinstance(content, dict):
                languages |= {content[key] for key in _LANGUAGE if key in content}
            depth += 1
    return languages
