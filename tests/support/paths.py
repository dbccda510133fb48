"""Values at attribute paths, such as ``letters[0].patient.identifier``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

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
    """What stands at an attribute path."""
    for name, number in re.findall(r"(\w+)(?:\[(\d+)\])?", path):
        value = getattr(value, name)
        value = value[int(number)] if number else value
    return value
