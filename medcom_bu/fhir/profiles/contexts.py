"""Where an extension may stand: at an element or type, within another extension, or where an expression says so.

Source: FHIR R4, StructureDefinition.context; Defining Extensions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import attrs

from medcom_bu.fhir import fhirpath
from medcom_bu.fhir.fhirpath import Env, FhirElement
from medcom_bu.fhir.model.definitions import shape
from medcom_bu.fhir.model.r4 import COMPLEX_TYPES, PRIMITIVES, RESOURCE_TYPES
from medcom_bu.fhir.profiles.packages import Definition
from medcom_bu.fhir.profiles.scope import ExtensionBearer
from medcom_bu.fhir.profiles.slices import children_of
from medcom_bu.numerals import whole

_OWN = re.compile(r"(?:\.value)?\.(?:extension|modifierExtension)(?:\[\d+\])?$")
"""The end of the path of an extension within an extension, or within the value of one."""
_ABSTRACT = ("Resource", "DomainResource")
_CANONICAL = "CanonicalResource"
"""What R5 calls the resources that have a canonical URL; those that say who publishes them in R4, which has no name."""
_LAST = re.compile(r"\.(?:extension|modifierExtension)(?:\[\d+\])?$")
_STEP = re.compile(r"([A-Za-z]+)(?:\[(\d+)\])?")


def is_in_context(definition: Definition, bearer: ExtensionBearer, path: str, root: str, env: Env) -> bool | None:
    """Whether an extension at ``path`` may be there; None where that cannot be told.

    ``root`` is the path of the resource, which ``env`` knows. ``Element`` stands for everything, as in HL7's validator.
    """
    allowed = definition.get("context") or ()
    answers = [_fits(one, bearer, path, root, env) for one in allowed]
    return True if not allowed or True in answers else None if None in answers else False


def keeps_invariants(definition: Definition, extension: dict[str, Any], path: str, root: str, env: Env) -> bool | None:
    """Whether the element that has an extension keeps what the extension demands of it; None where it cannot be told.

    Source: FHIR R4, StructureDefinition.contextInvariant.
    """
    own = attrs.evolve(env, extension=extension)
    bearing = _at(env.resource, _LAST.sub("", path), root)
    answers = [_holds(expression, bearing, own) for expression in definition.get("contextInvariant") or ()]
    return False if False in answers else None if None in answers else True


def _holds(expression: Any, bearing: list[Any], env: Env) -> bool | None:
    try:
        return fhirpath.compile(expression).holds(bearing, env) if type(expression) is str else None
    except fhirpath.FhirPathError:
        return None


def _fits(context: Mapping[str, Any], bearer: ExtensionBearer, path: str, root: str, env: Env) -> bool | None:
    kind, expression = context.get("type"), context.get("expression")
    if type(expression) is not str:
        return None
    if kind == "element":
        if expression == "Element" or expression in bearer.contexts:
            return True
        if expression == _CANONICAL:
            return any(name in RESOURCE_TYPES and "publisher" in shape(name).fields for name in bearer.contexts)
        return False if _is_of_r4(expression) else None
    if kind == "extension":
        return any(
            type(one) is dict and one.get("url") == expression for one in _at(env.resource, _OWN.sub("", path), root)
        )
    return _is_chosen(expression, _at(env.resource, _LAST.sub("", path), root), env) if kind == "fhirpath" else None


def _is_of_r4(expression: str) -> bool:
    """Whether a context is of a type that R4 has; later editions have more, such as MetadataResource."""
    name = expression.partition(".")[0]
    return any(name in names for names in (RESOURCE_TYPES, COMPLEX_TYPES, PRIMITIVES, _ABSTRACT))


def _is_chosen(expression: str, bearing: list[Any], env: Env) -> bool | None:
    """Whether an expression, asked of the resource, gives the element that has the extension."""
    try:
        chosen = fhirpath.compile(expression).evaluate(env.resource, env)
    except fhirpath.FhirPathError:
        return None
    wanted = {id(_identity(one)) for one in bearing}
    return any(id(_identity(item)) in wanted for item in chosen)


def _identity(item: Any) -> Any:
    """What tells an element from an equal one: its object; of a primitive that of its extensions."""
    if type(item) is not FhirElement:
        return item
    return item.value if type(item.value) is dict else item.extra


def _at(resource: Any, path: str, root: str) -> list[Any]:
    """What is in a resource at the path of an issue: one element, or none where the path leads nowhere."""
    here: Any = resource
    for name, number in _STEP.findall(path.removeprefix(root)):
        if type(here) is FhirElement:
            here = here.extra
        values = [child for child, _ in children_of(here, name)] if type(here) is dict else []
        place = whole(number) or 0
        if place >= len(values):
            return []
        here = values[place]
    return [here]
