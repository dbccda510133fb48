"""A StructureDefinition as a tree of its own element definitions, whether differential or snapshot.

Each tree says only what its profile says. What holds for a message is the conjunction of the trees of the whole
chain of base definitions, which ``compile`` makes: a profile can only restrict, so no snapshot is generated.

Source: FHIR R4, ElementDefinition, and its rules for ids (``Patient.identifier:cpr.system``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from medcom_bu.fhir.profiles.packages import BadPackage, Definition
from medcom_bu.fhir.profiles.scope import Rule

_MAX_DEPTH = 100
"""How deep an element of a definition may stand; those of R4 are at most 7 levels deep."""


_FACTS: dict[str, type] = {
    "min": int,
    "max": str,
    "maxLength": int,
    "type": list,
    "base": dict,
    "slicing": dict,
    "binding": dict,
    "constraint": list,
}
"""What an element definition says -> its JSON type, where something else would only be noticed while judging."""
_TEXTS_OF_A_TYPE = ("profile", "targetProfile", "aggregation")


class BadDefinition(BadPackage):
    """A definition that cannot be judged by. The text names the profile and the element."""


@attrs.define(eq=False, repr=False)
class ElementDefinition:
    """One element definition of one profile, with those below it. Filled by :func:`read`, then left alone."""

    profile: str
    """The canonical URL of the profile that says so."""
    id: str
    definition: Definition = attrs.field(factory=dict)
    children: dict[str, ElementDefinition] = attrs.field(factory=dict)
    slices: dict[str, ElementDefinition] = attrs.field(factory=dict)
    """By name; those of a slice slice it again."""

    @property
    def rule(self) -> Rule:
        """Who says what this definition says."""
        return Rule(self.profile, self.id)

    def get(self, key: str) -> Any:
        """What the definition says under ``key``, or None."""
        return self.definition.get(key)

    def constant(self, prefix: str) -> Any:
        """The value of ``fixed[x]`` or ``pattern[x]``, or None."""
        return next((value for key, value in self.definition.items() if key.startswith(prefix)), None)

    def at(self, path: str) -> ElementDefinition | None:
        """The element at a dotted path below this one, slices left out."""
        element: ElementDefinition | None = self
        for name in path.split(".") if path else ():
            element = element.children.get(name) if element is not None else None
        return element

    def along(self, identifier: str) -> tuple[ElementDefinition, ...]:
        """The element of an id below this root, then the slice of it that the id names; nothing that is not there."""
        of_type, *steps = identifier.split(".")
        here: ElementDefinition | None = self if of_type == self.id else None
        found: tuple[ElementDefinition, ...] = ()
        for step in steps:
            name, _, slice_name = step.partition(":")
            here = here.children.get(name) if here is not None else None
            found = (here,) if here is not None else ()
            if slice_name and here is not None and slice_name in here.slices:
                here = here.slices[slice_name]
                found = (*found, here)
        return found


DefinitionLayers = tuple[ElementDefinition, ...]
"""All that holds for a value, from the base of its type to the profile available; each layer is of one profile."""


def giving(layers: DefinitionLayers, key: str) -> ElementDefinition:
    """The last layer that says something under ``key``, or the last of all."""
    return next((layer for layer in reversed(layers) if layer.get(key) is not None), layers[-1])


def read(definition: Definition, *, snapshot: bool) -> ElementDefinition:
    """The tree of a StructureDefinition: of its snapshot, or of its differential.

    Raises BadDefinition.
    """
    profile, of_type = definition["url"], definition["type"]
    root = ElementDefinition(profile, of_type)
    elements = (definition.get("snapshot" if snapshot else "differential") or {}).get("element", [])
    for identifier, element in _identified(elements):
        if identifier.partition(".")[0] != of_type:
            raise BadDefinition(f"{profile}: an element has no proper id")
        if identifier.count(".") > _MAX_DEPTH:
            raise BadDefinition(f"{profile}: an element stands deeper than {_MAX_DEPTH} levels")
        if not _is_sound(element):
            raise BadDefinition(f"{profile}: {identifier} says something in another form than R4's")
        _place(root, identifier).definition = element
    if not _are_sound(definition.get("context") or [], ("type", "expression")):
        raise BadDefinition(f"{profile}: its context has another form than R4's")
    return root


def _identified(elements: Iterable[Definition]) -> Iterator[tuple[str, Definition]]:
    """Each element with its id. One that has none is in the slices that the elements before it opened."""
    above: list[tuple[str, str]] = []
    for element in elements:
        path, identifier = str(element.get("path", "")), element.get("id")
        while above and not path.startswith(f"{above[-1][0]}."):
            above.pop()
        if not isinstance(identifier, str):
            parent_path, parent_id = above[-1] if above else ("", "")
            slice_name = element.get("sliceName")
            identifier = parent_id + path.removeprefix(parent_path)
            identifier += f":{slice_name}" if isinstance(slice_name, str) else ""
        above.append((path, identifier))
        yield identifier, element


def _is_sound(element: Definition) -> bool:
    """Whether what an element definition says has the JSON types that are asked of it while a message is judged."""
    if any(type(element[key]) is not kind for key, kind in _FACTS.items() if element.get(key) is not None):
        return False
    types = element.get("type") or []
    listed = [of_type.get(key) or [] for of_type in types if type(of_type) is dict for key in _TEXTS_OF_A_TYPE]
    is_sound = _are_sound(types, ("code",)) and _are_sound(element.get("constraint") or [], ("key", "expression"))
    return is_sound and all(type(texts) is list and all(isinstance(text, str) for text in texts) for texts in listed)


def _are_sound(objects: Any, texts: tuple[str, ...]) -> bool:
    """Whether this is a list of objects, which hold texts under these names."""
    return type(objects) is list and all(
        type(one) is dict and all(isinstance(one.get(name, ""), str) for name in texts) for one in objects
    )


def _place(root: ElementDefinition, identifier: str) -> ElementDefinition:
    """Where an element belongs in the tree; what lies between is made."""
    here, path = root, root.id
    for segment in identifier.split(".")[1:]:
        name, _, slice_name = segment.partition(":")
        path = f"{path}.{name}"
        here = here.children.setdefault(name, ElementDefinition(root.profile, path))
        for number, part in enumerate(slice_name.split("/") if slice_name else ()):
            path = f"{path}/{part}" if number else f"{path}:{part}"
            here = here.slices.setdefault(part, ElementDefinition(root.profile, path))
    return here
