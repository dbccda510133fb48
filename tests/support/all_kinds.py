"""Every kind of issue and loss that the library can report, found in its modules."""

from __future__ import annotations

import importlib
import pkgutil
import string

import medcom_bu
from medcom_bu.issues import Kind


def all_kinds(within: str = "medcom_bu") -> list[Kind]:
    """The kinds that modules of a package hold, by code. A code that two kinds have occurs twice."""
    found: dict[int, Kind] = {}
    for module in pkgutil.walk_packages(medcom_bu.__path__, "medcom_bu."):
        if module.name.startswith(within):
            kinds = [item for item in vars(importlib.import_module(module.name)).values() if isinstance(item, Kind)]
            found |= {id(kind): kind for kind in kinds}
    return sorted(found.values(), key=lambda kind: kind.code)


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}
