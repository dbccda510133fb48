"""Values at attribute paths, such as ``letters[0].patient.identifier``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from medcom_bu.declare.base import fields
from medcom_bu.declare.oioxml import Value
from medcom_bu.testing.comparison import ABSENT, differences

Changes = Mapping[str, Any]


def changed(value: Any, changes: Changes) -> Any:
    """The value with other things at some attribute paths, such as ``letters[0].patient.identifier``."""
    for path, new in changes.items():
        value = _changed(value, path, new)
    return value


def _changed(value: Any, path: str, new: Any) -> Any:
    step, _, rest = path.partition(".")
    place = re.fullmatch(r"(\w+)(?:\[(\d+)\])?", step)
    assert place, path
    name, number = place.groups()
    held = getattr(value, name)
    if number is not None:
        index = int(number)
        held = (*held[:index], _changed(held[index], rest, new) if rest else new, *held[index + 1 :])
    else:
        held = _changed(held, rest, new) if rest else new
    return value.replace(**{name: held})


def value_at(value: Any, path: str) -> Any:
    """What is at an attribute path."""
    for name, number in re.findall(r"(\w+)(?:\[(\d+)\])?", path):
        value = getattr(value, name)
        value = value[int(number)] if number else value
    return value


def differing(before: Any, after: Any) -> set[str]:
    """The attribute paths in which two messages differ; a tuple that has other items, more or fewer, is one place."""
    found = list(differences(before, after))
    uneven = {one.path.rpartition("[")[0] for one in found if ABSENT in (one.first, one.second)}
    return {next((path for path in uneven if one.path.startswith(f"{path}[")), one.path) for one in found}


def holes(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Each attribute of a value with what stands for nothing in it."""
    for name in fields(type(value)):
        held, here = getattr(value, name), f"{path}.{name}"
        yield from ((here, hole) for hole in ([()] if isinstance(held, tuple) else [None, ""]))
        for number, item in enumerate(held if isinstance(held, tuple) else [held]):
            if isinstance(item, Value):
                yield from holes(item, f"{here}[{number}]" if isinstance(held, tuple) else here)
