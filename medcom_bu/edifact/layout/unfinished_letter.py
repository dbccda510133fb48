"""A letter in the making: what both ways of reading fill, the quick one and the one that explains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from medcom_bu.declare.base import fields
from medcom_bu.declare.oioxml import Value
from medcom_bu.edifact.layout import free_text
from medcom_bu.edifact.layout.notation import Group, Layout, Path, Row
from medcom_bu.edifact.layout.repeats import Repeat
from medcom_bu.edifact.layout.unfinished import UnfinishedValue
from medcom_bu.edifact.syntax.segments import Segment, SegmentPlace


class UnfinishedText(NamedTuple):
    """Formatted text in the making: where it goes, whether it has formats, the pieces that have come."""

    draft: UnfinishedValue
    name: str
    is_simple: bool
    pieces: list[free_text.Piece]


class UnfinishedLetter:
    """A letter in the making, and where each attribute stands. ``given`` are attributes that are in the UNB.

    Formatted texts are put together, and ``repeats`` compared, when all has come. ``items`` counts what repeats.
    """

    def __init__(self, layout: Layout, given: Mapping[str, SegmentPlace]) -> None:
        self.layout = layout
        self.places: dict[str, SegmentPlace] = {}
        self.root: UnfinishedValue = UnfinishedValue(layout.letter, "")
        self.repeats: list[Repeat] = []
        self.items: int = 0
        self._counts: Counter[int] = Counter()
        self.texts: dict[str, UnfinishedText] = {}
        self._latest: dict[int, tuple[Segment, UnfinishedValue]] = {}
        for path in layout.empty:
            self.draft(self.root, path.split("."))
        code, type_code = layout.version.code, layout.version.type_code
        settled = {"version_code": code, "type_code": type_code, "statistical_code": type_code}
        self.draft(self.root, ["letter"]).held.update(settled)
        for path, place in given.items():
            *steps, name = path.split(".")
            self.draft(self.root, steps).held[name] = place[0].text(*place[1:])
            self.places[path] = place

    def draft(self, base: UnfinishedValue, steps: Sequence[str]) -> UnfinishedValue:
        """The part at a path from ``base``."""
        for step in steps:
            base = base.part(step) or base
        return base

    def count(self, group: Group, body: Iterable[Segment]) -> tuple[int, int]:
        """How many segments there were in a group before ``body``, if it does not repeat, and how many with it."""
        before = 0 if group.each else self._counts[id(group)]
        self._counts[id(group)] = now = before + sum(segment.tag in group.counted for segment in body)
        return before, now

    def item(self, row: Row, each: Path, owner: UnfinishedValue, segment: Segment) -> tuple[UnfinishedValue, int]:
        """The item that a segment of a row fills, in the tuple ``each`` of ``owner``, and its number, from 1."""
        holder = self.draft(owner, each.parents)
        item = self._going_on(row, segment) or holder.item(each.name)
        self.items += 1
        self.places.setdefault(item.path, (segment,))
        _hold_class(row, item)
        self._latest[id(row)] = segment, item
        if row.payload:
            declared: Any = fields(item.cls)[row.payload]
            item.held[row.payload] = declared.type.holds.coerce(segment.payload or b"")
            self.places[item.place(row.payload)] = (segment,)
        return item, len(holder.held[each.name])

    def _going_on(self, row: Row, segment: Segment) -> UnfinishedValue | None:
        """The item whose text the segment goes on with: the one before it ends in a continuation mark."""
        before, item = self._latest.get(id(row), (None, None))
        at = row.text_at
        if at is None or before is None or before.elements[:at] != segment.elements[:at]:
            return None
        lines = before.elements[at + 2] if at + 2 < len(before.elements) else ()
        return item if lines and lines[-1].endswith("\\") else None

    def begun_text(self, draft: UnfinishedValue, name: str, path: str, place: SegmentPlace) -> UnfinishedText:
        """A formatted text of that name in ``draft``, at ``path`` from the letter, begun with its first piece."""
        declared: Any = fields(draft.cls)[name]
        text = self.texts[path] = UnfinishedText(draft, name, declared.type.simple, [])
        self.places.setdefault(path, place)
        return text

    def put_texts(self) -> None:
        """Put the formatted texts together, once all pieces have come."""
        for draft, name, is_simple, pieces in self.texts.values():
            draft.held[name] = free_text.unpack(pieces, simple=is_simple)


def _hold_class(row: Row, item: UnfinishedValue) -> None:
    if row.holds is None:
        return
    name, cls = row.holds
    if issubclass(cls, Value):
        item.part(name, cls)
    elif not any(value.path.steps[0] == name for value in row.values):
        item.held[name] = cls()
