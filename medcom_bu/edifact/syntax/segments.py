"""An EDIFACT interchange as a value: segments of elements of components, their text unescaped.

Source: ISO 9735 (UN/EDIFACT syntax version 3); UNO and UNP from part 8 of version 4.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Sequence
from itertools import count, repeat
from typing import Any, cast

import attrs

SERVICE = b"UNA:+.? '"
"""The UNA that MedCom messages begin with: ``:`` component, ``+`` element, ``?`` release, ``'`` terminator."""

TAG = re.compile(r"[A-Z][A-Z0-9]{2}")

Elements = tuple[tuple[str, ...], ...]


@attrs.frozen(repr=False)
class Segment:
    """One segment: ``elements[0][0]`` is the first component of the first element after the tag.

    ``number`` counts from UNB = 1, ``offset`` is the byte of the first letter of the tag; both are 0 in a segment made
    to be written, and count for nothing in a comparison. ``payload`` is the binary object that follows a UNO.
    """

    tag: str
    elements: Elements = ()
    number: int = attrs.field(default=0, eq=False)
    offset: int = attrs.field(default=0, eq=False)
    payload: bytes | None = None

    def text(self, element: int, component: int = 1) -> str:
        """The component, both counted from 1 as the standard does; empty where it does not stand."""
        if element > len(self.elements) or component > len(self.elements[element - 1]):
            return ""
        return self.elements[element - 1][component - 1]

    @property
    def shown_tag(self) -> str:
        """The tag where it is one, else ``?``: an unreleased sign may have cut it out of a text."""
        return self.tag if TAG.fullmatch(self.tag) else "?"

    def __repr__(self) -> str:
        return f"<Segment {path(self)}>"


_NEW = cast("Any", object.__new__)
_SET_TAG, _SET_ELEMENTS, _SET_NUMBER, _SET_OFFSET, _SET_PAYLOAD = (
    getattr(Segment, field.name).__set__ for field in attrs.fields(Segment)
)


def segments_of(tags: Sequence[str], elements: Iterable[Elements], offsets: Iterable[int], first: int) -> list[Segment]:
    """One segment for each tag, numbered from ``first``.

    A row is made field by field, which takes a quarter of the time that as many calls of the constructor do.
    """
    segments: list[Segment] = list(map(_NEW, repeat(Segment, len(tags))))
    for setter, values in (
        (_SET_TAG, tags),
        (_SET_ELEMENTS, elements),
        (_SET_NUMBER, count(first)),
        (_SET_OFFSET, offsets),
        (_SET_PAYLOAD, repeat(None)),
    ):
        deque(map(setter, segments, values), maxlen=0)
    return segments


@attrs.frozen(repr=False)
class InterchangeMessage:
    """From UNH to UNT. ``trailer`` is None where the UNT is missing, which reading names as an error."""

    header: Segment
    segments: tuple[Segment, ...]
    trailer: Segment | None

    @classmethod
    def from_segments(cls, header: Segment, segments: Iterable[Segment]) -> InterchangeMessage:
        """A message with its UNT made: the number of segments, UNH and UNT included, and the reference of UNH."""
        inner = tuple(segments)
        return cls(header, inner, Segment("UNT", ((str(len(inner) + 2),), (header.text(1),))))

    def __repr__(self) -> str:
        return f"<Message of {len(self.segments)} segments>"


@attrs.frozen(repr=False)
class Interchange:
    """From UNB to UNZ. ``trailer`` is None where the UNZ is missing.

    ``stray`` holds segments that stand outside of a message, which is an error. The rest is layout, kept so that what
    came can be written as it came, and counts for nothing in a comparison: ``service`` is the UNA (None: there is
    none), ``line_end`` is between segments, ``rest`` follows the last one.
    """

    header: Segment
    messages: tuple[InterchangeMessage, ...]
    trailer: Segment | None
    stray: tuple[Segment, ...] = ()
    service: bytes | None = attrs.field(default=SERVICE, eq=False, kw_only=True)
    line_end: bytes = attrs.field(default=b"", eq=False, kw_only=True)
    rest: bytes = attrs.field(default=b"", eq=False, kw_only=True)

    @classmethod
    def from_messages(cls, header: Segment, messages: Iterable[InterchangeMessage]) -> Interchange:
        """An interchange with its UNZ made: the number of messages and the reference of UNB."""
        inner = tuple(messages)
        return cls(header, inner, Segment("UNZ", ((str(len(inner)),), (header.text(5),))))

    def __repr__(self) -> str:
        return f"<Interchange of {len(self.messages)} messages>"


SegmentPlace = tuple[Segment, *tuple[int, ...]]
"""A segment, and the element and component in it, from 1: what the path of an issue is made of."""


def path(segment: Segment, element: int | None = None, component: int | None = None) -> str:
    """Where an issue is: ``segment 7 UNT, element 2, component 1, byte 123``; the byte is that of the tag.

    A tag that is none is left out: it may be the text of a value.
    """
    tag = f" {segment.tag}" if TAG.fullmatch(segment.tag) else ""
    inner = "" if element is None else f", element {element}"
    inner += "" if component is None else f", component {component}"
    return f"segment {segment.number}{tag}{inner}, byte {segment.offset}"
