"""What a definition says of an element and nothing here judges: it is named where the element stands.

Source: FHIR R4, extensions of ElementDefinition; FHIR R5, ElementDefinition, whose parts R4 writes as extensions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from medcom_bu.fhir.profiles import catalogue
from medcom_bu.fhir.profiles.check_source import CheckSource
from medcom_bu.fhir.profiles.scope import Check, Rule, Scope

_R5 = "http://hl7.org/fhir/5.0/StructureDefinition/extension-ElementDefinition."
_UNREAD: Mapping[str, str] = {
    "http://hl7.org/fhir/StructureDefinition/minLength": "minLength",
    "http://hl7.org/fhir/tools/StructureDefinition/additional-binding": "additional binding",
    f"{_R5}binding.additional": "additional binding",
    f"{_R5}mustHaveValue": "mustHaveValue",
    f"{_R5}valueAlternatives": "valueAlternatives",
}
"""The extensions that demand something of a message, and what they are called."""


@attrs.frozen
class NotJudged:
    """A part of a definition that nothing here judges."""

    rule: Rule
    what: str

    def __call__(self, _: Any, path: str, scope: Scope) -> None:
        """Say so."""
        scope.report(self.rule.broken(catalogue.PART_NOT_CHECKED, path, what=self.what))


def make_not_judged(source: CheckSource) -> Iterator[Check]:
    """For each part of a definition that is known and not read."""
    for layer in source.layers:
        binding = layer.get("binding") or {}
        for extension in (*(layer.get("extension") or ()), *(binding.get("extension") or ())):
            what = _UNREAD.get(extension.get("url"))
            if what is not None:
                yield NotJudged(layer.rule, what)
