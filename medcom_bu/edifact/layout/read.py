"""Reading a letter: segment by segment, the row of the layout that is meant is found, and says where what stands goes.

The order of groups, and of segments in a group, does not matter. What no row takes is named by an issue, and its
segment is kept in the letter's ``unexpected``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from medcom_bu.declare.base import fields
from medcom_bu.declare.facets import TAKEN_FOR
from medcom_bu.declare.oioxml import Value
from medcom_bu.edifact.layout import catalogue, cut_texts, free_text
from medcom_bu.edifact.layout.codes import codec_of
from medcom_bu.edifact.layout.demands import unmet_demands
from medcom_bu.edifact.layout.instances import GROUP, Instance, has_keys, instances
from medcom_bu.edifact.layout.kept import Kept, kept_again
from medcom_bu.edifact.layout.notation import Component, Constant, Group, Layout, Path, Row, SegmentElement, Variable
from medcom_bu.edifact.layout.repeats import NUMBER, Repeat
from medcom_bu.edifact.layout.unfinished import UnfinishedValue
from medcom_bu.edifact.layout.unfinished_letter import UnfinishedLetter
from medcom_bu.edifact.syntax.issue_list import IssueList
from medcom_bu.edifact.syntax.segments import Segment, SegmentPlace
from medcom_bu.issues import Kind, Severity
from medcom_bu.messages.letters import told_tag
from medcom_bu.values.parties import PLACEHOLDER
from medcom_bu.values.timestamps import DateAndTime


@attrs.frozen
class Decoded:
    """A letter, and where each of its attributes stands, by the attribute path within the letter."""

    letter: Value
    places: dict[str, SegmentPlace]


MAX_ITEMS = 1_000
"""So many items that repeat are read into a letter; a further one is kept beside it."""

_STEP = re.compile(r"(\[\d+\]|\.?\w+)$")


def nearest(places: Mapping[str, SegmentPlace], path: str) -> SegmentPlace:
    """Where an attribute stands, or else the nearest part around it; the letter itself is at ``""``."""
    while path and path not in places:
        path = _STEP.sub("", path)
    return places[path]


def read_letter(
    segments: Sequence[Segment], layout: Layout, given: Mapping[str, SegmentPlace], findings: IssueList
) -> Decoded:
    """The letter in the segments from UNH to the last before UNT. ``given`` are attributes that are in the UNB.

    Issues: those of ``layout.catalogue``.
    """
    reader = _Reader(layout, given, findings)
    if layout.guess:  # the value shows by its UNH that it was read by a guess, or by the layout of another version
        reader.kept.add(segments[0], refused=layout.guess == layout.code)
    reader.read(segments)
    letter = reader.root.built()
    reader.places[""] = (segments[0],)
    for kind, path, params in unmet_demands(letter, layout):
        if not _is_within(path, reader.blamed):
            findings.add(kind, *nearest(reader.places, path), **params)
    return Decoded(letter, reader.places)


def _is_within(path: str, blamed: set[str]) -> bool:
    """Whether something has been said of the attribute already, or of one that it is a part of."""
    while path and path not in blamed:
        path = _STEP.sub("", path)
    return bool(path)


class _Reader(UnfinishedLetter):
    def __init__(self, layout: Layout, given: Mapping[str, SegmentPlace], findings: IssueList) -> None:
        super().__init__(layout, given)
        self.findings = findings
        self.kept = Kept()
        self.blamed: set[str] = set()
        self.last = 0

    def report(self, kind: Kind, segment: Segment, *at: int, **params: object) -> Kind:
        """Say what was found, and as what. In a layout that is a guess, what it does not know may well be right."""
        is_cut_text = kind is catalogue.PLUS_IN_TEXT and segment.tag == "FTX"
        if self.layout.guess and kind in catalogue.OF_A_LAYOUT and not is_cut_text:
            kind, params = catalogue.NOT_JUDGED, {"tag": told_tag(segment.shown_tag), "known": self.layout.guess}
        self.findings.add(kind, segment, *at, **params)
        return kind

    def keep(self, kind: Kind, segment: Segment, *at: int, **params: object) -> None:
        """Say what was found, and keep the segment beside the value."""
        issue = self.report(kind, segment, *at, **{"tag": told_tag(segment.shown_tag), **params})
        self.kept.add(segment, refused=issue.severity is Severity.ERROR)

    # the groups of a message

    def read(self, segments: Sequence[Segment]) -> None:
        seen: set[int] = set()
        for instance in instances(segments, self.layout):
            if instance.groups and self.items < MAX_ITEMS and self.is_new(instance, seen):
                self.segment(instance, instance.groups[0], instance.groups[0].head, instance.head)
                for segment in instance.body:
                    self.body(instance, segment)
                self.missing_rows(instance)
                self.kept_of(instance)
            else:
                self.keep(catalogue.REPEATED if instance.groups else catalogue.UNEXPECTED, instance.head)
                for segment in instance.body:
                    self.keep(catalogue.NOT_PLACED, segment)
        self.compare_repeats()
        self.put_texts()
        for group in self.layout.groups:
            if id(group) not in seen and group.when == "always" and not group.carries:
                self.missing(segments[-1], group.head, group)
        self.root.held.setdefault("unexpected", []).extend(self.kept.all())

    def compare_repeats(self) -> None:
        """Name what does not repeat what it should; beside what is wrong itself it is only kept."""
        for repeat in self.repeats:
            for kind, params in repeat.difference(self.layout):
                segment, *at = repeat.at
                if not self.is_told(repeat):
                    (self.keep if repeat.text else self.report)(kind, segment, *at, **params)
                elif repeat.text:
                    self.kept.add(segment)

    def is_told(self, repeat: Repeat) -> bool:
        """Whether what it repeats is named as wrong itself, so that no difference from it means anything."""
        if not isinstance(repeat.start, UnfinishedValue):
            return False
        *steps, name = repeat.part.path.steps
        holder = repeat.start.at(steps)
        if holder is None:
            return False
        content = holder.held.get(name)
        return holder.place(name) in self.blamed or (isinstance(content, DateAndTime) and content.moment is None)

    def is_new(self, instance: Instance, seen: set[int]) -> bool:
        """Whether a group that carries values and comes once has not been there yet."""
        group = instance.groups[0]
        again = id(group) in seen and group.carries_once
        seen.update(map(id, instance.groups))
        if again:
            return False
        if not group.each:
            instance.item = self.base(instance, group)
            if instance.item is None:
                return False
        self.last = self.in_order(instance.head, self.layout.numbers[id(group)], self.last)
        self.limit(instance, group)
        if group.at:
            self.places[group.at] = (instance.head,)
        for name, text in group.sets:
            self.draft(self.root, group.at.split(".")).held[name] = text
        return True

    def in_order(self, segment: Segment, number: int, last: int) -> int:
        """The place that was reached: a segment whose place is before it is named."""
        if number < last and not self.layout.guess:
            self.findings.add(catalogue.ORDER, segment, tag=told_tag(segment.shown_tag))
        return max(number, last)

    def limit(self, instance: Instance, group: Group) -> None:
        """Name the group with which there are more segments than a receiver takes."""
        before, now = self.count(group, instance.body)
        if group.most is not None and before <= group.most < now:
            shown = _shown(group.head)
            self.findings.add(catalogue.LIMIT, instance.head, group=shown, count=now, most=group.most)

    def base(self, instance: Instance, group: Group) -> UnfinishedValue | None:
        """What the paths of a group start from. An item of a tuple is made when something is put into it."""
        if group.each:
            if instance.item is None:
                *steps, name = group.each.split(".")
                self.items += 1
                instance.item = self.draft(self.root, steps).item(name)
            return instance.item
        if not group.at:
            return self.root
        *steps, name = group.at.split(".")
        return self.draft(self.root, steps).part(name, group.holds)

    def missing_rows(self, instance: Instance) -> None:
        for row in instance.groups[0].rows:
            if row.when != "always" or row.each or id(row) in instance.used or id(row) in self.layout.demanded:
                continue
            start = instance.item if row.unless and not row.unless.absolute else self.root
            if row.unless is None or start is None or start.at(row.unless.steps) is None:
                self.missing(instance.head, row, instance.groups[0])

    def kept_of(self, instance: Instance) -> None:
        """Put what is written again beside what the group stands for, where there is that."""
        for segments in instance.groups_of_kept if instance.kept else ():
            self.items += 1
            if instance.item is not None:
                instance.item.held.setdefault("unexpected", []).append(kept_again(segments))
                continue
            for segment in segments:
                self.keep(catalogue.NOT_PLACED, segment)

    def missing(self, segment: Segment, row: Row, group: Group) -> None:
        if self.layout.guess:
            return
        self.findings.add(catalogue.SEGMENT_MISSING, segment, absent=_shown(row), group=_shown(group.head))

    # the segments of a group

    def body(self, instance: Instance, segment: Segment) -> None:
        rows = [(group, row) for group in instance.groups for row in group.among(segment.tag)]
        if len(instance.groups) > 1:
            rows.sort(key=lambda pair: not pair[1].keys)
        meant = [pair for pair in rows if not pair[1].keys or has_keys(pair[1], segment)]
        if not meant:
            in_group = GROUP.fullmatch(instance.head.tag) or rows
            self.keep(catalogue.NOT_PLACED if in_group else catalogue.UNEXPECTED, segment)
            return
        group, row = meant[0]
        if len(meant) > 1 and self.is_used_up(instance, row):
            group, row = next((pair for pair in meant[1:] if pair[1].each), meant[0])
        if row.when == "never":
            self.keep(catalogue.FORBIDDEN, segment)
        elif self.is_used_up(instance, row):
            self.keep(catalogue.REPEATED if row.values else catalogue.NOT_PLACED, segment)
        else:
            self.segment(instance, group, row, segment)

    def is_used_up(self, instance: Instance, row: Row) -> bool:
        return self.items >= MAX_ITEMS if row.each else id(row) in instance.used and not row.text

    def segment(self, instance: Instance, group: Group, row: Row, segment: Segment) -> None:
        """Put what is in a segment where its row says."""
        instance.used.add(id(row))
        instance.last = self.in_order(segment, group.places.get(id(row), instance.last), instance.last)
        if row.when == "kept":
            instance.kept.append(segment)
        elif row.each:
            owner = self.root if row.each.absolute else self.base(instance, group) or self.root
            item, place = self.item(row, row.each, owner, segment)
            _Filling(self, row, segment, place, instance, group, item).fill()
        else:
            _Filling(self, row, segment, 0, instance, group, instance.item).fill()


@attrs.define
class _Filling:
    """One segment on its way into the value: what its relative paths start from is made when it is asked for."""

    reader: _Reader
    row: Row
    segment: Segment
    place: int
    instance: Instance
    group: Group
    base: UnfinishedValue | None
    refused: bool = False

    def start(self, path: Path) -> UnfinishedValue:
        """What a path starts from."""
        if path.absolute:
            return self.reader.root
        if self.base is None:
            self.base = self.reader.base(self.instance, self.group) or self.reader.root
        return self.base

    def holder(self, path: Path) -> UnfinishedValue:
        """The part that has the attribute of a path."""
        return self.reader.draft(self.start(path), path.parents)

    def fill(self) -> None:
        wire, row_fields, text_at = self.segment.elements, self.row.fields, self.row.text_at
        came_count, count = len(wire), len(row_fields)
        for number in range(max(came_count, count)):
            came = wire[number] if number < came_count else ()
            field = row_fields[number] if number < count else _NOTHING
            if number >= count and self.is_rest(number, came):
                self.reader.keep(catalogue.PLUS_IN_TEXT, self.segment, number + 1)
                return
            if came == field.constant or (not came and field.optional):
                continue
            if number == text_at:
                if not self.refused:
                    self.text(number, field.components[0])
                return
            if not (field.optional and not any(came)):
                self.element(number, field.components, came)

    def element(self, number: int, wanted: tuple[Component, ...], came: tuple[str, ...]) -> None:
        came_count, count = len(came), len(wanted)
        place = index = 0
        while index < came_count or place < count:
            if place == count and cut_texts.has_rest(wanted, came[max(index - 1, 0)], came[index:]):
                self.reader.keep(catalogue.COLON_IN_TEXT, self.segment, number + 1, index + 1)
                return
            text = came[index] if index < came_count else None
            part = wanted[place] if place < count else _EMPTY
            if isinstance(part, Constant):
                if part.text != (text or ""):
                    self.constant(part, text or "", number, index)
            elif part.codec is None and not part.derived:
                if text:
                    self.set(part.path, text, number + 1, index + 1)
            elif part.derived:
                self.derived(part, text or "", number, index)
            elif part.codec in ("URL", "LINE"):
                index = self.line(part, came, number, index)
            else:
                self.put(part, text, number, index)
            place, index = place + 1, index + 1

    def line(self, part: Variable, came: tuple[str, ...], number: int, index: int) -> int:
        """A text or an address that may continue in further components; the last of them."""
        is_address = part.codec == "URL"
        end = len(came) if is_address else _end_of_line(came, index)
        if is_address and cut_texts.is_cut_address(came[index:]):
            # the scheme alone is certain
            kind = catalogue.COLON_IN_TEXT if came[index].isalpha() else catalogue.LIKELY_COLON
            self.reader.keep(kind, self.segment, number + 1, index + 1)
        if is_address:
            self.put(part, free_text.joined(came[index:]), number, index)
        elif end > index + 1:
            self.put(part, free_text.joined_line(came[index:end]), number, index)
        elif index < len(came):
            self.put(part, came[index], number, index)
        return end - 1

    def constant(self, part: Constant, text: str, number: int, index: int) -> None:
        if text == part.text or (part.may_lack and not text):
            return
        at = number + 1, index + 1
        if not part.text:
            self.reader.keep(catalogue.NOT_PLACED, self.segment, *at)
        elif part.mark == "*":
            self.reader.keep(catalogue.QUALIFIER, self.segment, *at, expected=part.text)
        elif text:
            self.reader.keep(catalogue.CONSTANT, self.segment, *at, expected=part.text)
        else:
            self.reader.report(catalogue.CONSTANT, self.segment, *at, expected=part.text)

    def derived(self, part: Variable, text: str, number: int, index: int) -> None:
        """The wire says it twice: the other place is believed, and a difference is named.

        The other place may stand later: what cannot be compared yet is compared when all has been read.
        """
        if part.path.steps == ("version",):
            return  # by it the layout was chosen
        start: UnfinishedValue | int = self.place if part.path.steps == NUMBER else self.start(part.path)
        repeat = Repeat(part, start, text, (self.segment, number + 1, index + 1))
        if not text or repeat.written(self.reader.layout) != text:
            self.reader.repeats.append(repeat)

    def put(self, part: Variable, text: str | None, number: int, index: int) -> None:
        codec = codec_of(self.reader.layout.codecs, part.codec)
        if text is None or (not text and "" not in (codec.codes or ())):
            return
        value = codec.read(text)
        at = number + 1, index + 1
        if value is None and codec.codes is not None:
            expected = ", ".join(filter(None, codec.codes))
            params = {"element": self.element_name(part.path), TAKEN_FOR: codec.taken_for(text)}
            self.reader.report(catalogue.CODE, self.segment, *at, expected=expected, **params)
            value = text
            self.blame(part.path)
        elif value is None and part.codec == "MOMENT":
            self.reader.report(catalogue.MOMENT, self.segment, *at)
            value = DateAndTime(date=text, time=None)  # type: ignore[arg-type]
            self.blame(part.path)
        elif value is None and text not in (part.fallback, PLACEHOLDER):
            name = self.element_name(part.path)
            self.reader.keep(catalogue.UNREADABLE, self.segment, *at, element=name, codec=part.codec)
            self.blame(part.path)
        elif value is not None and codec.codes is not None and text not in (codec.write(value), *codec.alike):
            self.reader.report(catalogue.OTHER_FORM, self.segment, *at, understood=codec.write(value) or '""')
        if value is not None:
            self.set(part.path, value, *at)

    def element_name(self, path: Path) -> str:
        """The name that the standard gives to an attribute."""
        return self.start(path).element_name(path.steps)

    def is_rest(self, number: int, came: tuple[str, ...]) -> bool:
        """Whether an element behind those of the row is the rest of a text; of a guess only FTX ends for certain."""
        return (self.row.tag == "FTX" or not self.reader.layout.guess) and cut_texts.is_rest(self.row, number, came)

    def blame(self, path: Path) -> None:
        """Remember that something has been said of an attribute."""
        self.reader.blamed.add(self.holder(path).place(path.name))

    def set(self, path: Path, value: Any, *at: int) -> None:
        draft, name = self.holder(path), path.name
        earlier = draft.held.setdefault(name, value)
        if earlier is value:
            self.reader.places[draft.place(name)] = (self.segment, *at)
        elif earlier != value:
            self.reader.keep(catalogue.NOT_PLACED if self.row.text else catalogue.REPEATED, self.segment, *at)
            self.refused = True

    def text(self, number: int, part: Any) -> None:
        """Formatted text: its pieces are gathered, and put together when all have come."""
        reader, wire = self.reader, self.segment.elements
        draft, name = self.holder(part.path), part.path.name
        declared: Any = fields(draft.cls)[name]
        form = "".join(wire[number][:1]) if number < len(wire) else ""
        if declared.type.simple:
            self.constant(_PLAIN_FORMAT, form, number, 0)
        elif form not in free_text.FORMATS:
            reader.keep(catalogue.FORMAT, self.segment, number + 1, expected=", ".join(sorted(free_text.FORMATS)))
        lines = wire[number + 2] if number + 2 < len(wire) else ()
        for index, element in enumerate(wire[number:], number):
            if index > number + 2 and self.is_rest(index, element):
                reader.keep(catalogue.PLUS_IN_TEXT, self.segment, index + 1)
                break
            if any(element[1:] if index == number else element) and index != number + 2:
                reader.keep(catalogue.NOT_PLACED, self.segment, index + 1)
        if free_text.is_too_much(lines):
            reader.report(catalogue.LINES, self.segment, number + 3)
        if cut_texts.meet_at_a_colon(lines):
            reader.report(catalogue.LIKELY_COLON, self.segment, number + 3)
        path = draft.place(name)
        text = reader.texts.get(path) or reader.begun_text(draft, name, path, (self.segment, number + 3))
        text.pieces.append((form, lines))


_NOTHING = SegmentElement(())
_EMPTY = Constant("")
_PLAIN_FORMAT = Constant(free_text.PLAIN)


def _end_of_line(lines: Sequence[str], at: int) -> int:
    """The number of the component behind the line that begins at one: it goes on behind a continuation mark."""
    while at < len(lines) - 1 and lines[at].endswith("\\"):
        at += 1
    return at + 1


def _shown(row: Row) -> str:
    """A row as far as its constants go, such as ``SEQ++1``."""
    first = [field.components[0] for field in row.fields[:2] if field.components]
    texts = [part.text if isinstance(part, Constant) else "" for part in first]
    return "+".join([row.tag, *texts]).rstrip("+")
