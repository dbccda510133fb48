"""Of the names that are known, the one that a misspelt name is most like."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_LONGEST, _ALIKE = 64, 0.75


def nearest(name: str, known: Iterable[str]) -> str:
    """Of the names that are known, the one most like a name that is none of them, as part of a hint.

    Empty where none is like it. The name that came is never quoted.

    >>> nearest("catgory", ["status", "category"]), nearest("x", ["status"])
    ('category? ', '')
    """
    spelt = {each.casefold(): each for each in known}
    near = difflib.get_close_matches(name[:_LONGEST].casefold(), spelt, 1, _ALIKE)
    return f"{spelt[near[0]]}? " if near else ""
