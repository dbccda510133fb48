"""The segments of an interchange, as the syntax layer reads and writes them."""

from __future__ import annotations

import attrs

Element = tuple[str, ...]


@attrs.frozen(repr=False)
class Segment:
    """One segment: its tag and its elements, each a tuple of components, unescaped.

    ``number`` is its place in the message from 1 (UNH), ``offset`` its place in the bytes; ``payload`` is the content
    that follows a UNO.
    """

    tag: str
    elements: tuple[Element, ...] = ()
    number: int = 0
    offset: int = 0
    payload: bytes | None = None

    def __repr__(self) -> str:
        return f"<Segment {self.number} {self.tag}>"
