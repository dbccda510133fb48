"""An EDIFACT interchange that is sent again though nothing here could write it: letters whose layout is not known."""

from __future__ import annotations

import io

import attrs

from medcom_bu.edifact.syntax import codec
from medcom_bu.edifact.syntax.segments import Segment
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.values.timestamps import DateAndTime


def renumbered(data: bytes, ids: IdsAndClock) -> bytes:
    """The interchange under another number and time in UNB and UNZ; all else is as it was."""
    interchange, sent = codec.read(data).message, DateAndTime.at(ids.moment())
    if interchange is None:
        return data
    number = (ids.number(),)
    moment = (sent.date.replace("-", "")[2:], sent.time.replace(":", ""))
    header = _with(interchange.header, {3: moment, 4: number})
    trailer = None if interchange.trailer is None else _with(interchange.trailer, {1: number})
    file = io.BytesIO()
    codec.write(attrs.evolve(interchange, header=header, trailer=trailer), file)
    return file.getvalue()


def _with(segment: Segment, changes: dict[int, tuple[str, ...]]) -> Segment:
    elements = (changes.get(place, element) for place, element in enumerate(segment.elements))
    return attrs.evolve(segment, elements=tuple(elements))
