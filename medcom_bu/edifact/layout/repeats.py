"""What the wire says twice: the place that a layout believes, and another that must say the same."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from medcom_bu.edifact.layout import catalogue
from medcom_bu.edifact.layout.codes import UNKNOWN_TYPES, codec_of
from medcom_bu.edifact.layout.notation import Layout, Variable
from medcom_bu.edifact.layout.unfinished import UnfinishedValue
from medcom_bu.edifact.syntax.segments import SegmentPlace
from medcom_bu.issues import Kind

NUMBER = ("#",)
"""The path of a running number, which repeats no attribute."""


@attrs.frozen
class Repeat:
    """A text at a place that repeats another. ``start`` is what the path begins at, or the running number."""

    part: Variable
    start: UnfinishedValue | int
    text: str
    at: SegmentPlace

    def written(self, layout: Layout) -> str:
        """What would be written here, by what has been read so far."""
        if not isinstance(self.start, UnfinishedValue):
            return str(self.start)
        value = self.start.at(self.part.path.steps)
        return "" if value is None else codec_of(layout.codecs, self.part.codec).write(value) or ""

    def difference(self, layout: Layout) -> Iterator[tuple[Kind, dict[str, object]]]:
        """What is wrong with it, once all has been read: a kind and its parameters, or nothing."""
        written, codec = self.written(layout), codec_of(layout.codecs, self.part.codec)
        if written == self.text or self.text in codec.alike:
            return
        if not isinstance(self.start, UnfinishedValue) or (written and codec.codes):
            yield catalogue.CONSTANT, {"expected": written}
            return
        kind = catalogue.NOT_COMPARED if written in ("", *UNKNOWN_TYPES) else catalogue.DIFFERS
        yield kind, {"element": self.start.element_name(self.part.path.steps)}
