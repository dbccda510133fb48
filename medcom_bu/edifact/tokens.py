"""From text to segments: cut at terminators, elements and components, with the release character undone.

Line ends are ignored wherever they stand, white space before a tag too. Text without a release character is cut by
``str.split`` alone.
"""

from __future__ import annotations

import attrs

from medcom_bu.edifact import kinds
from medcom_bu.edifact.findings import Findings
from medcom_bu.edifact.marks import BLANKS, Marks
from medcom_bu.edifact.segments import TAG, Elements, Segment
from medcom_bu.issues import Kind

MAX_SEGMENTS = 1_000_000
MAX_TEXT = 1 << 26
MAX_PARTS = 10_000
PADDING = BLANKS + "\x00\x1a"
"""What may follow the last segment."""

_LONG = 1 << 14
_STAND_INS = "\ue000\ue001\ue002\ue003"
_CONTROL_0 = bytes(code for code in range(32) if code not in b"\t\n\r")
_CONTROL_1 = bytes(range(0x80, 0xA0))


class LimitError(Exception):
    """A limit was passed: reading stops. The text names the limit."""


@attrs.define
class Tokens:
    """The segments so far."""

    marks: Marks
    findings: Findings
    segments: list[Segment] = attrs.field(factory=list)
    tags: set[str] = attrs.field(factory=set)
    size: int = 0
    is_foreign: bool = False

    def take(self, raw: bytes, base: int) -> bytes:
        """Add the segments of ``raw``, which begins at byte ``base``; gives what follows the last terminator."""
        self.size += len(raw)
        if self.size > MAX_TEXT:
            raise LimitError(f"{MAX_TEXT} byte")
        before = len(self.segments)
        text = raw.decode("latin-1")
        pieces = text.split(self.marks.terminator, MAX_SEGMENTS - before + 1)
        if self.marks.release and self.marks.release in text:
            pieces = self._rejoined(pieces)
        last = pieces.pop()
        self._add(pieces, base, "\n" in text or "\r" in text)
        if len(pieces) > MAX_SEGMENTS - before:
            raise LimitError(f"{MAX_SEGMENTS} segments")
        self._judge_characters(raw.rstrip(PADDING.encode()), before)
        return last.encode("latin-1")

    def take_unfinished(self, raw: bytes, base: int) -> None:
        """Add the last segment, which has no terminator."""
        self._add([raw.decode("latin-1").rstrip(PADDING)], base, is_broken=True)

    def _rejoined(self, pieces: list[str]) -> list[str]:
        """The pieces, with those put together between which the terminator was released."""
        release, joined, open_ = self.marks.release, [], list[str]()
        for piece in pieces:
            open_.append(piece)
            run = len(piece.rstrip(release + "\r\n"))
            if run == len(piece) or piece.count(release, run) % 2 == 0:
                joined.append(open_[0] if len(open_) == 1 else self.marks.terminator.join(open_))
                open_.clear()
        if open_:
            joined.append(self.marks.terminator.join(open_))
        return joined

    def _add(self, pieces: list[str], base: int, is_broken: bool) -> None:
        marks, segments, tags = self.marks, self.segments, self.tags
        element, component, release = marks.element, marks.component, marks.release or "\ue000"
        number, at = len(segments), base
        for piece in pieces:
            body = piece.lstrip(BLANKS)
            offset = at + len(piece) - len(body)
            at += len(piece) + 1
            if is_broken:
                body = body.replace("\r", "").replace("\n", "")
            if not body:
                self.findings.add_at(kinds.EMPTY_SEGMENT, offset)
                continue
            if len(body) > _LONG and body.count(element) + body.count(component) > MAX_PARTS:
                raise LimitError(f"{MAX_PARTS} elements")
            number += 1
            if release in body:
                tag, elements = self._released(body, number, offset)
            else:
                tag, *parts = body.split(element)
                elements = tuple([tuple(part.split(component)) for part in parts])
            segment = Segment(tag, elements, number, offset)
            if tag not in tags:
                self._judge_tag(segment)
            segments.append(segment)

    def _released(self, body: str, number: int, offset: int) -> tuple[str, Elements]:
        """The tag and elements of a segment that has a release character in it."""
        marks = self.marks
        signs = (marks.release, marks.element, marks.component, marks.terminator)
        for sign, stand_in in zip(signs, _STAND_INS, strict=True):
            body = body.replace(marks.release + sign, stand_in)
        tag, *elements = [part.split(marks.component) for part in body.split(marks.element)]
        if marks.release in body:
            places = (
                (at, inner)
                for at, parts in enumerate(elements, 1)
                for inner, part in enumerate(parts, 1)
                if marks.release in part
            )
            self.findings.add(kinds.RELEASE, Segment(marks.component.join(tag), (), number, offset), *next(places, ()))
        table = str.maketrans(dict(zip(_STAND_INS, signs, strict=True)) | {marks.release: ""})
        whole = marks.component.join(tag)
        return whole.translate(table), tuple(tuple(part.translate(table) for part in parts) for parts in elements)

    def _judge_tag(self, segment: Segment) -> None:
        if TAG.fullmatch(segment.tag):
            self.tags.add(segment.tag)
        else:
            self.findings.add(kinds.TAG, segment)

    def _judge_characters(self, raw: bytes, before: int) -> None:
        """Name characters that UNOC does not have, in the segments from index ``before`` on."""
        if len(raw.translate(None, _CONTROL_0)) < len(raw):
            self._point(kinds.CONTROL_0, _CONTROL_0.decode("latin-1"), before, each=True)
        if self.is_foreign or raw.isascii():
            return
        has_control = len(raw.translate(None, _CONTROL_1)) < len(raw)
        kind = kinds.UTF8 if _is_utf8(raw) else kinds.CONTROL_1 if has_control else None
        if kind is not None:
            self.is_foreign = True
            first = _CONTROL_1.decode("latin-1") if kind is kinds.CONTROL_1 else "".join(map(chr, range(0x80, 0x100)))
            self._point(kind, first, before, each=False)

    def _point(self, kind: Kind, chars: str, before: int, *, each: bool) -> None:
        wanted = frozenset(chars)
        for segment in self.segments[before:]:
            for number, element in enumerate(segment.elements, 1):
                place = next((at for at, text in enumerate(element, 1) if not wanted.isdisjoint(text)), None)
                if place is not None:
                    self.findings.add(kind, segment, number, place)
                    if each:
                        break
                    return


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
