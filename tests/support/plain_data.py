"""Plain data of JSON: where something is in it, and the same data with something else there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything that is in plain data."""
    for key, item in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield (*path, key)
        yield from places(item, (*path, key))


def changed(data: Any, *path: Any, to: Any) -> Any:
    """The data with something else at a path; with nothing there where ``to`` is ``...``. What is given stays as it is.

    Only what leads to the place is copied.
    """
    (step, *rest), made = path, data.copy()
    if rest:
        made[step] = changed(data[step], *rest, to=to)
    elif to is ...:
        del made[step]
    else:
        made[step] = to
    return made
