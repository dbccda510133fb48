"""Segments that have no place in a value, as they are kept beside it; some of them are written again."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import attrs

from medcom_bu.declare.oioxml import Unexpected, Value
from medcom_bu.edifact.layout.instances import has_keys
from medcom_bu.edifact.layout.notation import Row
from medcom_bu.edifact.syntax.issue_list import IssueList, LimitError
from medcom_bu.edifact.syntax.segments import Segment
from medcom_bu.edifact.syntax.service_characters import USUAL
from medcom_bu.edifact.syntax.tokens import Tokens
from medcom_bu.limits import LIMITS

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


def kept_again(segments: Sequence[Segment]) -> Unexpected:
    """Segments that are written again. They have no number: it would be another when they are."""
    trimmed = [Segment(one.tag, _trimmed(tuple(map(_trimmed, one.elements)))) for one in segments]
    return Unexpected("segment", 0, trimmed[0].tag, "".join(map(as_text, trimmed)))


def written_again(value: Value | None, row: Row, others: Iterable[Row] = ()) -> Iterator[Segment]:
    """The segments of a row that a value keeps, each with those of ``others`` that are kept behind it."""
    for extra in () if value is None else value.unexpected:
        if extra.kind == "segment" and extra.name == row.tag and not extra.refused:
            first, *more = _segments(extra.content) or [Segment("")]
            if first.tag == row.tag and has_keys(row, first) and {one.tag for one in more} <= {o.tag for o in others}:
                yield from (first, *more)


def _segments(text: str) -> list[Segment]:
    """The segments in a text; none where it is not whole, or not sound."""
    findings = IssueList()
    tokens = Tokens(USUAL, findings, LIMITS.text)
    try:
        rest = tokens.take(text.encode("latin-1"), 0)
    except (UnicodeEncodeError, LimitError):
        return []
    return [] if rest or findings.issues else tokens.segments


def _trimmed(parts: tuple[Any, ...]) -> tuple[Any, ...]:
    """The parts without the empty ones at the end."""
    while parts and not any(parts[-1]):
        parts = parts[:-1]
    return parts
