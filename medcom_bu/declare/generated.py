"""Functions made of declarations: straight-line code for readers, writers and checks, as attrs makes its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def generated(lines: Iterable[str], names: dict[str, Any]) -> Any:
    """The one function that the source defines.

    The source is made of declarations and layouts alone: attribute names, numbers and paths, never the content of a
    message. What the function compares with and calls comes from ``names``.
    """
    made: dict[str, Any] = {}
    exec("\n".join(lines), names, made)  # noqa: S102 - see above
    (function,) = made.values()
    return function
