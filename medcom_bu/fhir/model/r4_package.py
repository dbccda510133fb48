"""The definitions of R4 as they are shipped: files for what the guides here reach, one compressed file for the rest.

This room reads files. What is compressed is read when it is asked for, each definition once; ``python -m
tests.regenerate`` writes it.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import attrs

from medcom_bu.once import once
from medcom_bu.resources import folder

NAME = "hl7.fhir.r4.core"


@once
def package_folder() -> Path:
    """The folder of the definitions that are files."""
    return folder("profiles") / NAME / "package"


@attrs.frozen
class Archive:
    """A compressed file of definitions, named as files beside it would be; opened when first asked."""

    path: Path

    def __getitem__(self, name: str) -> dict[str, Any]:
        """The definition of that name, such as ``"StructureDefinition-Observation"``. Raises KeyError."""
        return _read(self.path, name)

    def find(self, kind: str, url: str) -> dict[str, Any] | None:
        """The definition of a kind, such as ``"StructureDefinition"``, with a canonical URL; None where it has none."""
        name = f"{kind}-{url.rpartition('/')[2]}"
        found = _read(self.path, name) if f"{name}.json" in _opened(self.path).NameToInfo else None
        return found if found is not None and found["url"] == url else None

    def count(self, kind: str) -> int:
        """How many definitions of a kind there are."""
        return sum(name.startswith(f"{kind}-") for name in _opened(self.path).NameToInfo)


@once
def more() -> Archive:
    """The rest of R4."""
    return Archive(package_folder() / "more.zip")


def type_definition(name: str) -> dict[str, Any]:
    """The definition of a type of R4; nothing is kept of those that are files."""
    file = package_folder() / f"StructureDefinition-{name}.json"
    return json.loads(file.read_bytes()) if file.exists() else more()[f"StructureDefinition-{name}"]


@once
def _opened(path: Path) -> zipfile.ZipFile:
    """In memory, so that processes which begin as copies of this one do not share a place in a file."""
    return zipfile.ZipFile(io.BytesIO(path.read_bytes()))


@once
def _read(path: Path, name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(_opened(path).read(f"{name}.json"))
    return loaded
