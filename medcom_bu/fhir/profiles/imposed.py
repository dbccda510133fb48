"""The check on profiles that a profile imposes: what it is of must fit them too, though it does not build on them.

Source: HL7's extensions of StructureDefinition, imposeProfile; dk-core 3.4.0 has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from medcom_bu.fhir.model.r4 import R4
from medcom_bu.fhir.profiles.check_source import CheckSource
from medcom_bu.fhir.profiles.scope import Check, Rule, Scope

_IMPOSES = f"{R4}structuredefinition-imposeProfile"


@attrs.frozen
class Imposed:
    """The value fits another profile."""

    rule: Rule
    canonical: str

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a value."""
        scope.judge_too(value, path, self.rule, self.canonical)


def make_imposed(source: CheckSource) -> Iterator[Check]:
    """For each profile that one of the layers imposes."""
    for layer in source.layers:
        definition = source.definition(layer.profile) if "." not in layer.id else None
        for extension in (definition or {}).get("extension") or ():
            if extension.get("url") == _IMPOSES and type(extension.get("valueCanonical")) is str:
                yield Imposed(layer.rule, extension["valueCanonical"])
