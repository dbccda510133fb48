"""What is said of a resource where it stands within another: of itself there, and of its elements.

Source: FHIR R4, Profiling; HL7's validator asks an invariant there of the resource, with the outer one as
``%resource``, and those of its elements with the inner one.
"""

from __future__ import annotations

from collections.abc import Iterator

from medcom_bu.fhir.profiles.check_source import CheckSource
from medcom_bu.fhir.profiles.definition_tree import DefinitionLayers, ElementDefinition
from medcom_bu.fhir.profiles.extended import NotJudged
from medcom_bu.fhir.profiles.invariants import make_invariants
from medcom_bu.fhir.profiles.scope import Check


def checks_there(source: CheckSource, *, has_inner: bool) -> Iterator[Check]:
    """The checks on the resource; elements that nothing judges are named."""
    yield from make_invariants(source)
    for layer in source.layers:
        if layer.children and not has_inner:
            yield NotJudged(layer.rule, "elements of a resource")


def elements_alone(layers: DefinitionLayers, made: dict[int, ElementDefinition]) -> DefinitionLayers:
    """What some layers say of the elements below them; ``made`` keeps each, since nodes are known by its identity."""
    for layer in layers:
        if id(layer) not in made:
            made[id(layer)] = ElementDefinition(layer.profile, layer.id, children=layer.children)
    return tuple(made[id(layer)] for layer in layers)
