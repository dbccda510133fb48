"""Writing a letter: its segments, by a layout, which is walked from top to bottom and takes what the value holds."""

from __future__ import annotations

import binascii
import re
from collections.abc import Sequence
from typing import Any

import attrs

from medcom_bu.declare.base import fields
from medcom_bu.declare.oioxml import Value
from medcom_bu.edifact.layout import free_text
from medcom_bu.edifact.layout.kept import written_again
from medcom_bu.edifact.layout.notation import Group, Layout, Path, Row
from medcom_bu.edifact.layout.write_rows import row_writers
from medcom_bu.edifact.syntax.segments import Segment
from medcom_bu.values.base64 import Base64
from medcom_bu.values.text import FormattedText

_NOT_BASE64 = re.compile("[^A-Za-z0-9+/]")


@attrs.frozen
class Overrun:
    """A group or text that takes more segments than a receiver must accept, or a group that needs one and has none.

    ``path`` is the attribute that it stands for, ``instead`` an element that has room for more.
    """

    path: str
    count: int
    most: int
    instead: str = ""


@attrs.frozen
class WrittenLetter:
    """The segments of a letter, from UNH to the last before UNT, and where they are more than a receiver takes."""

    segments: tuple[Segment, ...]
    overruns: tuple[Overrun, ...]


def write_letter(letter: Value, layout: Layout) -> WrittenLetter:
    """The segments of a letter. What the layout has no place for is left out: see ``losses``."""
    writer = _Writer(letter, layout)
    for group in layout.groups:
        writer.group(group)
    return WrittenLetter(tuple(writer.out), tuple(writer.overruns))


def _held(base: Any, steps: Sequence[str]) -> Any:
    for step in steps:
        base = getattr(base, step, None)
    return base


class _Writer:
    def __init__(self, letter: Value, layout: Layout) -> None:
        self.letter = letter
        self.writers = row_writers(layout)
        self.out: list[Segment] = []
        self.overruns: list[Overrun] = []
        self.here = ""
        """The attribute that the group stands for that is being written."""

    def at(self, base: Any, path: Path) -> Any:
        return _held(self.letter if path.absolute else base, path.steps)

    def group(self, group: Group) -> None:
        if group.head.when == "kept":
            self.out += written_again(self.letter, group.head, group.rows)
            return
        base = _held(self.letter, group.at.split(".")) if group.at else self.letter
        if group.holds and not isinstance(base, group.holds):
            return
        if not group.each:
            if group.at and base is None and group.when == "maybe":
                return
            self.one_group(group, base, 0, group.at)
            return
        items = _held(self.letter, group.each.split(".")) or ()
        for number in range(max(len(items), group.least)):
            value = items[number] if number < len(items) else None
            self.one_group(group, value, number, f"{group.each}[{number}]")

    def one_group(self, group: Group, base: Any, number: int, path: str) -> None:
        self.here = path
        segments: list[Segment] = []
        self.rows(group, base, number, segments)
        if group.when == "maybe" and not segments and not group.at:
            return
        if group.most is not None:
            count = sum(segment.tag in group.counted for segment in segments)
            if not 0 < count <= group.most:
                self.overruns.append(Overrun(path, count, group.most))
        head: list[Segment] = []
        self.row(group.head, base, 0, head)
        size = group.size or len(segments) or 1
        for start in range(0, len(segments) or 1, size):
            self.out += head
            self.out += segments[start : start + size]

    def rows(self, group: Group, base: Any, number: int, out: list[Segment]) -> None:
        """Add the segments behind the head. Rows for the items of one tuple take turns, in the order of the items."""
        for each, rows in group.by_each:
            if each is None:
                for row in rows:
                    if not (row.first and number):
                        self.row(row, base, 0, out)
                continue
            for place, value in enumerate(self.at(base, each) or (), 1):
                meant = next((row for row in rows if _is_meant(row, value)), None)
                if meant is not None:
                    self.row(meant, value, place, out)

    def row(self, row: Row, base: Any, place: int, out: list[Segment]) -> None:
        """Add the segments of a row."""
        if row.when == "never" or (row.unless and self.at(base, row.unless) is not None):
            return
        if row.when == "kept":
            out += written_again(base, row)
            return
        payload = None
        if row.payload:
            payload = _content(getattr(base, row.payload))
            base = base.replace(original_object_size=str(len(payload)))
        if row.text:
            self.text(row, row.text.path, base, place, out)
            return
        elements = self.writers[id(row)](self.letter, base, place)
        if elements is not None:
            out.append(Segment(row.tag, elements, payload=payload))
        if payload is not None:
            out.append(Segment("UNP", ((str(len(payload)),), (str(place),))))

    def text(self, row: Row, path: Path, base: Any, place: int, out: list[Segment]) -> None:
        """Add the segments of a formatted text."""
        text = self.at(base, path)
        if not isinstance(text, FormattedText):
            return
        holder = _held(self.letter if path.absolute else base, path.parents)
        declared: Any = fields(type(holder))[path.name]
        leading = self.writers[id(row)](self.letter, base, place) or ()
        pieces = free_text.pack(free_text.carried_text(text), simple=declared.type.simple)
        if row.most is not None and len(pieces) > row.most:
            within = self.here if row.each is None else f"{'.'.join(row.each.steps)}[{place - 1}]"
            at = ".".join(filter(None, ("" if path.absolute else within, *path.steps)))
            self.overruns.append(Overrun(at, len(pieces), row.most, row.instead))
        out += [Segment(row.tag, (*leading, (form,), ("",), lines)) for form, lines in pieces]


def _content(encoded: Base64 | None) -> bytes:
    """The bytes of an attachment. Of base64 that is damaged, what there is."""
    if encoded is None:
        return b""
    if encoded.content is not None:
        return encoded.content
    sound = _NOT_BASE64.sub("", encoded.text or "")
    return binascii.a2b_base64(sound[: len(sound) - (len(sound) % 4 == 1)] + "==")


def _is_meant(row: Row, value: Any) -> bool:
    return row.holds is None or isinstance(getattr(value, row.holds[0], None), row.holds[1])
