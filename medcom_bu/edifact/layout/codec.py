"""Between the texts of the wire and the values of an attribute: what a layout calls a codec, and a table of codes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import attrs

from medcom_bu.arguments import check


def _not_received(_: str) -> None:
    return None


@attrs.frozen
class Codec:
    """Converts between EDIFACT texts and the values of an attribute. Both directions return None for unknown input.

    ``write``: the text of a value.
    ``read``: the value of a text.
    ``codes``: those that are written, where it is a code list.
    ``alike``: texts that are as good as the one that is written: they are read without an issue.
    ``taken_for``: what a receiver takes a code for that is not of the list: a text as ``CodeList.taken_for`` gives it.
    """

    write: Callable[[Any], str | None]
    read: Callable[[str], Any]
    codes: tuple[str, ...] | None = None
    alike: Collection[str] = ()
    taken_for: Callable[[str], str | None] = _not_received


def table(
    codes: Mapping[Any, str],
    *,
    also: Mapping[str, Any] | None = None,
    other: str | None = None,
    alike: Collection[str] = (),
) -> Codec:
    """A code list: value of the attribute -> EDIFACT code.

    ``also`` are codes that are read but not written; ``other`` is written for a value that has no code. Of values that
    share a code the last is read. ``alike`` are codes that are as good as the one written.
    """
    check("table: codes", codes, Mapping)
    by_code = {code: value for value, code in codes.items()} | dict(also or {})
    return Codec(lambda value: codes.get(value, other), by_code.get, tuple(dict.fromkeys(codes.values())), alike)
