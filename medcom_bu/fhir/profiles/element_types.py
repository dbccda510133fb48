"""The types of an element: by their codes, and those that a differential names a choice by, ``deceasedBoolean``.

Source: FHIR R4, ElementDefinition.type; Profiling, choices.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from medcom_bu.fhir.model.r4 import R4, SYSTEM_TYPE
from medcom_bu.fhir.profiles.definition_tree import DefinitionLayers, ElementDefinition

_FHIR_TYPE = f"{R4}structuredefinition-fhir-type"


def shortcuts_of(names: Iterable[str], layers: DefinitionLayers) -> dict[str, tuple[str, str]]:
    """Those of some names that are a choice in one type, ``deceasedBoolean``, with the choice and that type."""
    choices = [name for name in names if name.endswith("[x]")]
    shortcuts: dict[str, tuple[str, str]] = {}
    for name in names:
        for choice in choices:
            if not name.startswith(choice[:-3]) or name == choice:
                continue
            for code in (
                code for layer in layers if choice in layer.children for code in _codes(layer.children[choice])
            ):
                if choice[:-3] + code[:1].upper() + code[1:] == name:
                    shortcuts[name] = choice, code
    return shortcuts


def _codes(element: ElementDefinition) -> Iterable[str]:
    return by_code(element.get("type") or ())


def with_slices(layer: ElementDefinition, shortcuts: Mapping[str, tuple[str, str]]) -> ElementDefinition:
    """A layer in which choices that are named by a type, as a differential may, are slices of these choices."""
    children = {name: child for name, child in layer.children.items() if name not in shortcuts}
    for name, short in layer.children.items():
        if name in shortcuts:
            choice, code = shortcuts[name]
            definition = {"type": [{"code": code}], **short.definition}
            whole = children.get(choice) or ElementDefinition(layer.profile, f"{layer.id}.{choice}")
            slices = {**whole.slices, name: attrs.evolve(short, definition=definition)}
            children[choice] = attrs.evolve(whole, slices=slices)
    return attrs.evolve(layer, children=children)


def by_code(types: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """The types of an element by their codes."""
    by_code: dict[str, list[Mapping[str, Any]]] = {}
    for of_type in types:
        by_code.setdefault(_code(of_type), []).append(of_type)
    return by_code


def _code(of_type: Mapping[str, Any]) -> str:
    """The code of a type; the types of FHIRPath stand for the primitive that carries them."""
    code = str(of_type["code"])
    if not code.startswith(SYSTEM_TYPE):
        return code
    for extension in of_type.get("extension") or ():
        if extension.get("url") == _FHIR_TYPE:
            return str(extension.get("valueUrl") or extension.get("valueUri"))
    return "string"
