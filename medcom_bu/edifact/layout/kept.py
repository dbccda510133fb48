"""Segments that have no place in a value, as they are kept beside it."""

from __future__ import annotations

import io
import re

import attrs

from medcom_bu.declare.oioxml import Unexpected
from medcom_bu.edifact.syntax.segments import Segment

_RELEASED = re.compile("[?:+']")


class Kept:
    """What has no place in a value, in the order in which it was found.

    The first segments are kept each by itself, those behind them in one text: a flood takes no more room than it must.
    """

    MOST = 1_000

    def __init__(self) -> None:
        self._items: dict[int, Unexpected] = {}
        self._rest = io.StringIO()
        self._begin = 0
        self._last = -1
        self._is_rest_refused = False

    def add(self, segment: Segment, text: str | None = None, *, refused: bool = False) -> None:
        """Keep a segment, once; ``text`` where more is kept with it; ``refused`` where it is an error."""
        number = segment.number
        if refused and number in self._items:
            self._items[number] = attrs.evolve(self._items[number], refused=True)
        elif number != self._last and number not in self._items:
            self.add_text(number, segment.shown_tag, as_text(segment) if text is None else text, refused=refused)
        elif number not in self._items:
            self._is_rest_refused |= refused

    def add_text(self, number: int, name: str, text: str, *, refused: bool = False) -> None:
        """Keep what begins at the place of a segment of that number."""
        self._last = number
        if len(self._items) < self.MOST:
            self._items[number] = Unexpected("segment", number, name, text, refused)
            return
        self._begin = self._begin or number
        self._is_rest_refused |= refused
        self._rest.write(text)

    def all(self) -> tuple[Unexpected, ...]:
        """What was kept."""
        rest = self._rest.getvalue()
        extras = tuple(self._items.values())
        return (*extras, Unexpected("segment", self._begin, "?", rest, self._is_rest_refused)) if rest else extras


def as_text(segment: Segment) -> str:
    """The segment as it stands on the wire, by the usual service characters, with its payload behind it."""
    elements = (":".join(_RELEASED.sub(r"?\g<0>", part) for part in element) for element in segment.elements)
    return "+".join([segment.tag, *elements]) + "'" + (segment.payload or b"").decode("latin-1")
