"""Of the names that are known, the one that a misspelt name is most like: the one search for all kinds of names."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_LONGEST = 100
"""So many characters are compared: what came may be of any length."""

NAME, CODE, FIELD = 0.75, 0.6, 0.85
"""How alike, of 1, an element, a code of a list, and a field of a caller's own record must be to what is known."""


def find_nearest(name: str, known: Iterable[str], alike: float) -> str:
    """Of the names that are known, the one most like a name, whatever their capitals.

    Empty where none is as much ``alike`` as that.
    """
    folded = {each.casefold(): each for each in known}
    near = difflib.get_close_matches(name[:_LONGEST].strip().casefold(), folded, 1, alike)
    return folded[near[0]] if near else ""


def nearest(name: str, known: Iterable[str]) -> str:
    """The same of the names of elements and properties, as part of a hint. The name that came is never quoted.

    >>> nearest("catgory", ["status", "category"]), nearest("x", ["status"])
    ('category? ', '')
    """
    return as_hint(find_nearest(name, known, NAME))


def as_hint(near: str) -> str:
    """What was found, as the beginning of a hint; empty where nothing was."""
    return f"{near}? " if near else ""
