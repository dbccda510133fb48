"""What the checks of a node are made from: the makers of checks take nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs

from medcom_bu.fhir.model.r4 import R4
from medcom_bu.fhir.profiles.definition_tree import DefinitionLayers
from medcom_bu.fhir.profiles.packages import Definition, Definitions
from medcom_bu.fhir.profiles.scope import Check, Rule
from medcom_bu.fhir.profiles.terminology import Terminology


@attrs.frozen(eq=False)
class CheckSource:
    """What the checks of a node are made from: its type, what holds for it, and where to look up what that names."""

    type: str
    layers: DefinitionLayers
    definitions: Definitions
    terminology: Terminology

    @property
    def rule(self) -> Rule:
        """The rule of the type itself."""
        return Rule(R4 + self.type, self.type)

    def definition(self, canonical: str) -> Definition | None:
        """The StructureDefinition with a canonical URL."""
        return self.definitions.find("StructureDefinition", canonical)


CheckMaker = Callable[[CheckSource], Iterator[Check]]
"""Makes the checks of one kind that a node needs, none where it needs none."""
