"""The parts of an extension, told apart by a name of their own: those that its definition has.

Source: FHIR R4, Extension.url (a relative one is that of a part); HL7's validator checks the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from medcom_bu.fhir.model.r4 import R4
from medcom_bu.fhir.profiles import catalogue_of_parts
from medcom_bu.fhir.profiles.check_source import CheckSource
from medcom_bu.fhir.profiles.index import is_absolute
from medcom_bu.fhir.profiles.scope import Check, Rule, Scope


@attrs.frozen
class ExtensionParts:
    """Each part is one that the definition of the extension has."""

    rule: Rule
    names: frozenset[str]

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge an extension."""
        parts = value.get("extension") if type(value) is dict else None
        for number, part in enumerate(parts if type(parts) is list else ()):
            name = part.get("url") if type(part) is dict else None
            if type(name) is str and name not in self.names and not is_absolute(name):
                scope.report(self.rule.broken(catalogue_of_parts.EXTENSION_PART, f"{path}.extension[{number}]"))


def make_extension_parts(source: CheckSource) -> Iterator[Check]:
    """For an extension whose definition has parts; one that has none allows no extension within it."""
    own = [layer for layer in source.layers if layer.profile != f"{R4}Extension" and layer.id.startswith("Extension")]
    slicings = [layer.children["extension"].slices for layer in own if "extension" in layer.children]
    slices = [part for slicing in slicings for part in slicing.values()]
    if source.type == "Extension" and slices:
        names = {part.children["url"].constant("fixed") for part in slices if "url" in part.children}
        yield ExtensionParts(own[0].rule, frozenset(name for name in names if type(name) is str))
