"""From text to segments: cut at terminators, elements and components, with the release character undone.

Line ends are ignored wherever they stand, white space before a tag too. Text without a release character is cut by
``str.split`` alone.
"""

from __future__ import annotations

import re
from itertools import accumulate, count
from operator import add, sub

import attrs

from medcom_bu.edifact.syntax import catalogue
from medcom_bu.edifact.syntax.issue_list import IssueList, LimitError
from medcom_bu.edifact.syntax.segments import TAG, Elements, Segment, segments_of
from medcom_bu.edifact.syntax.service_characters import BLANKS, ServiceCharacters
from medcom_bu.issues import Kind

MAX_SEGMENTS = 200_000
MAX_PARTS = 2_000_000
FREE_PARTS = 200_000
PART_BYTES = 4
"""Beyond so many elements and components, one to so many bytes is the most: in letters there is one to six or more."""
MAX_CHANGES = 10
_BATCH = 4096
PADDING = BLANKS + "\x00\x1a"
"""What may follow the last segment."""

_PADDING = PADDING.encode()
_TAGS = re.compile(rf"(?:(?:{TAG.pattern})?(?:\n|\Z))*+")
_EMPTY = ("",)
_CONTROL_0 = bytes(code for code in range(32) if code not in b"\t\n\r")
_CONTROL_1 = bytes(range(0x80, 0xA0))


@attrs.define
class Tokens:
    """The segments so far."""

    marks: ServiceCharacters
    findings: IssueList
    most: int
    """So many bytes of text at most."""
    segments: list[Segment] = attrs.field(factory=list)
    size: int = 0
    parts: int = 0
    changes: int = 0
    is_foreign: bool = False
    is_ascii: bool = True

    def take(self, raw: bytes, base: int) -> bytes:
        """Add the segments of ``raw``, which begins at byte ``base``; gives what follows the last terminator.

        Raises LimitError where there are more than a limit allows.
        """
        self.size += len(raw)
        if self.size > self.most:
            raise LimitError(f"{self.most} bytes of text")
        before = len(self.segments)
        text = raw.decode("latin-1")
        self.parts += text.count(self.marks.element) + text.count(self.marks.component)
        most = min(MAX_PARTS, FREE_PARTS + self.size // PART_BYTES)
        if self.parts > most:
            raise LimitError(f"{most} elements and components")
        room = MAX_SEGMENTS - before
        pieces = text.split(self.marks.terminator, room + 1)
        if len(pieces) > room + 1:
            raise LimitError(f"{MAX_SEGMENTS} segments")
        if self.marks.may_release_terminator(text):
            pieces = self._rejoined(pieces)
        last = pieces.pop()
        for begin in range(0, len(pieces), _BATCH):
            batch = pieces[begin : begin + _BATCH]
            pieces[begin : begin + _BATCH] = [""] * len(batch)  # which frees them, once they are read
            self._add(batch, base)
            base += sum(map(len, batch)) + len(batch)
        self._judge_characters(raw.rstrip(_PADDING), before)
        return last.encode("latin-1")

    def take_marks(self, marks: ServiceCharacters | None) -> bool:
        """Go on with the service characters of another interchange; False where they are the same.

        Raises LimitError where they have changed too often.
        """
        if marks is None or marks == self.marks:
            return False
        self.changes += 1
        if self.changes > MAX_CHANGES:
            raise LimitError(f"{MAX_CHANGES} changes of the service characters")
        self.marks = marks
        return True

    def take_unfinished(self, raw: bytes, base: int) -> None:
        """Add the last segment, which has no terminator."""
        self._add([raw.decode("latin-1").rstrip(PADDING)], base)

    def _rejoined(self, pieces: list[str]) -> list[str]:
        """The pieces, with those put together between which the terminator was released."""
        release, terminator = self.marks.release, self.marks.terminator
        joined, begun = list[str](), list[str]()
        for piece in pieces:
            if piece[-1:] in (release, "\r", "\n"):
                run = len(piece.rstrip(release + "\r\n"))
                if piece.count(release, run) % 2:
                    begun.append(piece)
                    continue
            if begun:
                begun.append(piece)
                joined.append(terminator.join(begun))
                begun.clear()
            else:
                joined.append(piece)
        if begun:
            joined.append(terminator.join(begun))
        return joined

    def _add(self, pieces: list[str], base: int) -> None:
        """Add a segment for each piece; the first begins at byte ``base``, one terminator is between two."""
        bodies = [piece.lstrip(BLANKS) for piece in pieces]
        ends = map(add, accumulate(map(len, pieces)), count(base))
        offsets = list(map(sub, ends, map(len, bodies)))
        if "" in bodies:
            bodies, offsets = self._without_empty(bodies, offsets)
        whole = "".join(bodies)
        if "\n" in whole or "\r" in whole:
            bodies = [body.replace("\r", "").replace("\n", "") for body in bodies]
        element, component, release = self.marks.element, self.marks.component, self.marks.release
        rows = [body.split(element) for body in bodies]
        tags = [row.pop(0) for row in rows]
        elements = [
            tuple([tuple(part.split(component)) if component in part else (part,) if part else _EMPTY for part in row])
            for row in rows
        ]
        first = len(self.segments) + 1
        if release and release in whole:
            for at in [at for at, body in enumerate(bodies) if release in body]:
                tags[at], elements[at] = self._released(bodies[at], first + at, offsets[at])
        segments = segments_of(tags, elements, offsets, first)
        if not _TAGS.fullmatch("\n".join({*tags, ""})):
            self._judge_tags(segments)
        self.segments += segments

    def _without_empty(self, bodies: list[str], offsets: list[int]) -> tuple[list[str], list[int]]:
        """The segments that are there; the others are named."""
        for body, offset in zip(bodies, offsets, strict=True):
            if not body and self.marks.terminator not in "\r\n":  # a blank line is nothing
                self.findings.add_at(catalogue.EMPTY_SEGMENT, offset)
        return [body for body in bodies if body], [at for body, at in zip(bodies, offsets, strict=True) if body]

    def _released(self, body: str, number: int, offset: int) -> tuple[str, Elements]:
        """The tag and elements of a segment that has a release character in it."""
        marks = self.marks
        for released, stand_in, _ in marks.stand_ins:
            body = body.replace(released, stand_in)
        begin, *elements = [part.split(marks.component) for part in body.split(marks.element)]
        tag = marks.bare(marks.component.join(begin))
        segment = Segment(tag, (), number, offset)
        if marks.release in body:
            self._name(catalogue.RELEASE, segment, elements, frozenset(marks.release))
            without = tag.replace(marks.release, "")
            tag = without if TAG.fullmatch(without) else tag
        if not marks.needless.isdisjoint(body):
            self._name(catalogue.NEEDLESS, segment, elements, marks.needless)
        inner = [tuple([part if part.isascii() else marks.bare(part) for part in parts]) for parts in elements]
        return tag, tuple(inner)

    def _name(self, kind: Kind, segment: Segment, elements: list[list[str]], signs: frozenset[str]) -> None:
        """An issue at the first component that has one of the signs, or at the tag."""
        places = (
            (at, inner)
            for at, parts in enumerate(elements, 1)
            for inner, part in enumerate(parts, 1)
            if not signs.isdisjoint(part)
        )
        self.findings.add(kind, segment, *next(places, ()))

    def _judge_tags(self, segments: list[Segment]) -> None:
        for segment in segments:
            if not TAG.fullmatch(segment.tag):
                self.findings.add(catalogue.TAG, segment)

    def _judge_characters(self, raw: bytes, before: int) -> None:
        """Name characters that UNOC does not have, in the segments from index ``before`` on."""
        if len(raw.translate(None, _CONTROL_0)) < len(raw):
            self._point(catalogue.CONTROL_0, _CONTROL_0.decode("latin-1"), before, each=True)
        self.is_ascii = self.is_ascii and raw.isascii()
        if self.is_foreign or raw.isascii():
            return
        has_control = len(raw.translate(None, _CONTROL_1)) < len(raw)
        kind = catalogue.UTF8 if _is_utf8(raw) else catalogue.CONTROL_1 if has_control else None
        if kind is not None:
            self.is_foreign = True
            first = (
                _CONTROL_1.decode("latin-1") if kind is catalogue.CONTROL_1 else "".join(map(chr, range(0x80, 0x100)))
            )
            self._point(kind, first, before, each=False)

    def _point(self, kind: Kind, chars: str, before: int, *, each: bool) -> None:
        char_set = frozenset(chars)
        for segment in self.segments[before:]:
            for number, element in enumerate(segment.elements, 1):
                place = next((at for at, text in enumerate(element, 1) if not char_set.isdisjoint(text)), None)
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
