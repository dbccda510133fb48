"""Segments that have no place in a value, as they are kept beside it."""

from __future__ import annotations

import re

from medcom_bu.binding import Unexpected
from medcom_bu.edifact.segments import Segment

_RELEASED = re.compile("[?:+']")


def kept(segment: Segment) -> Unexpected:
    """What stands beside the value for a segment that has no place in it."""
    return Unexpected("segment", segment.number, segment.shown_tag, as_text(segment))


def as_text(segment: Segment) -> str:
    """The segment as it stands on the wire, by the usual service characters, with its payload behind it."""
    elements = (":".join(_RELEASED.sub(r"?\g<0>", part) for part in element) for element in segment.elements)
    return "+".join([segment.tag, *elements]) + "'" + (segment.payload or b"").decode("latin-1")
