"""Segments that have no place in a value, as they are kept beside it."""

from __future__ import annotations

import io
import re

from medcom_bu.declare.oioxml import Unexpected
from medcom_bu.edifact.syntax.segments import Segment

_RELEASED = re.compile("[?:+']")


class Kept:
    """What has no place in a value, in the order in which it was found.

    The first segments are kept each by itself, those behind them in one text: a flood takes no more room than it must.
    """

    MOST = 1_000

    def __init__(self) -> None:
        self._items: list[Unexpected] = []
        self._numbers: set[int] = set()
        self._rest = io.StringIO()
        self._begin = 0
        self._last = -1

    def add(self, segment: Segment, text: str | None = None) -> None:
        """Keep a segment, once; ``text`` where more is kept with it."""
        if segment.number != self._last and segment.number not in self._numbers:
            self.add_text(segment.number, segment.shown_tag, as_text(segment) if text is None else text)

    def add_text(self, number: int, name: str, text: str) -> None:
        """Keep what begins at the place of a segment of that number."""
        self._last = number
        if len(self._items) < self.MOST:
            self._numbers.add(number)
            self._items.append(Unexpected("segment", number, name, text))
            return
        self._begin = self._begin or number
        self._rest.write(text)

    def all(self) -> tuple[Unexpected, ...]:
        """What was kept."""
        rest = self._rest.getvalue()
        return (*self._items, Unexpected("segment", self._begin, "?", rest)) if rest else tuple(self._items)


def as_text(segment: Segment) -> str:
    """The segment as it stands on the wire, by the usual service characters, with its payload behind it."""
    elements = (":".join(_RELEASED.sub(r"?\g<0>", part) for part in element) for element in segment.elements)
    return "+".join([segment.tag, *elements]) + "'" + (segment.payload or b"").decode("latin-1")
