"""The quick reading of a letter that is all as its layout says.

At the first thing that is not, it gives up: at what is wrong, at what has no place, at what is only rare. The reading
that explains, in ``layout.read``, then begins again and says what there is to say. Where the quick one comes to an end,
the other one would make the same letter, with the same places, and say nothing of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from medcom_bu.declare.base import made
from medcom_bu.declare.oioxml import Codes, String, Value
from medcom_bu.edifact.layout import read
from medcom_bu.edifact.layout.demands import ASKED, asked, item_demands
from medcom_bu.edifact.layout.instances import GROUP, has_keys
from medcom_bu.edifact.layout.notation import Group, Layout, Row
from medcom_bu.edifact.layout.quick_rows import Fill, Unusual, made_row, unusual
from medcom_bu.edifact.layout.unfinished import UnfinishedValue, shape
from medcom_bu.edifact.layout.unfinished_letter import UnfinishedLetter
from medcom_bu.edifact.syntax.segments import Segment, SegmentPlace
from medcom_bu.edifact.syntax.service import extra

_Make = Callable[[Any], Any]
_Test = Callable[[Any], Any]


def usual_letter(segments: Sequence[Segment], layout: Layout, given: Mapping[str, SegmentPlace]) -> read.Decoded | None:
    """What ``read_letter`` gives, where all is usual; None where that must look."""
    if layout.guess:
        return None
    reader: _LetterReader | None = layout.made.get("reader")
    if reader is None:
        reader = layout.made["reader"] = _LetterReader(layout)
    try:
        return reader.read(segments, given)
    except LookupError:
        return None


class _Row(NamedTuple):
    """A row made ready. ``number`` is its place in the group, None where that does not matter.

    ``has_more`` says that it has keys beside one in the first component.
    """

    row: Row
    key: int
    number: int | None
    is_single: bool
    has_more: bool
    fill: Fill


_ByFirst = dict[str | None, list[_Row]]
"""The rows of a tag that a segment may be of, by its first component; None for any other."""


class _Group(NamedTuple):
    """A group made ready: its rows by their tags, those with keys first, and those that must have been there.

    ``firsts`` are the first components that tell it from others, ``keyed`` rows that tell it by something else. Groups
    that nothing tells apart are one, which is filled as the first of them.
    """

    groups: tuple[Group, ...]
    number: int
    at: tuple[str, ...]
    head: Fill
    rows: dict[str, _ByFirst]
    firsts: frozenset[str]
    keyed: tuple[Row, ...]
    needed: frozenset[int]
    needed_unless: tuple[Row, ...]


class _LetterReader:
    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.heads = {tag: list(self.made_groups(groups)) for tag, groups in layout.by_head.items()}
        self.needed = {id(one) for one in layout.groups if one.when == "always" and not one.carries}
        self.builders: dict[Any, Callable[[UnfinishedValue], Any]] = {}

    def made_groups(self, groups: tuple[Group, ...]) -> Iterator[_Group]:
        """Those with keys, and then the others as one."""
        others = [group for group in groups if len(groups) == 1 or not group.keyed]
        yield from (self.made_group((group,)) for group in groups if group not in others)
        if others:
            yield self.made_group(tuple(others))

    def made_group(self, groups: tuple[Group, ...]) -> _Group:
        layout, first = self.layout, groups[0]
        prefix = None if first.each else first.at
        by_tag: dict[str, list[_Row]] = {}
        for own, row in [(group, row) for group in groups for row in group.rows if not GROUP.fullmatch(row.tag)]:
            is_clear = own is first or (row.each is not None and row.each.absolute)
            fill = made_row(row, layout, prefix) if is_clear else unusual
            has_more = bool(row.keys) and not _is_told_by_first(row)
            ready = _Row(row, id(row), own.places.get(id(row)), not (row.each or row.text), has_more, fill)
            by_tag.setdefault(row.tag, []).append(ready)
        always = [row for row in first.rows if row.when == "always" and not row.each and id(row) not in layout.demanded]
        return _Group(
            groups,
            layout.numbers[id(first)],
            tuple((first.at or first.each).split(".")) if first.at or first.each else (),
            made_row(first.head, layout, prefix),
            {tag: _by_first(sorted(rows, key=lambda one: not one.row.keys)) for tag, rows in by_tag.items()},
            frozenset(row.keys[0][2] for row in first.keyed if _is_told_by_first(row)),
            tuple(row for row in first.keyed if not _is_told_by_first(row)),
            frozenset(id(row) for row in always if row.unless is None),
            tuple(row for row in always if row.unless is not None),
        )

    def read(self, segments: Sequence[Segment], given: Mapping[str, SegmentPlace]) -> read.Decoded:
        """The letter. Raises LookupError where something is not usual."""
        letter = UnfinishedLetter(self.layout, given)
        heads, seen, last = self.heads, set[int](), 0
        head, body = segments[0], list[Segment]()
        for segment in segments[1:]:
            tag = segment.tag
            if tag in heads:
                last = _fill_group(letter, _meant(heads[head.tag], body), head, body, seen, last)
                head, body = segment, []
            elif tag != "UNP" or (body or [head])[-1].tag != "UNO" or extra(segment):
                body.append(segment)
        _fill_group(letter, _meant(heads[head.tag], body), head, body, seen, last)
        if letter.items >= read.MAX_ITEMS or not self.needed <= seen:
            raise Unusual
        if any(True for repeat in letter.repeats for _ in repeat.difference(self.layout)):
            raise Unusual
        letter.put_texts()
        letter.places[""] = (segments[0],)
        return read.Decoded(self.build(letter.root), letter.places)

    def build(self, draft: UnfinishedValue) -> Any:
        """The value that a draft makes, if it meets what the declaration demands."""
        builder = self.builders.get(draft.cls)
        if builder is None:
            builder = self.builders[draft.cls] = self.made_builder(draft.cls)
        return builder(draft)

    def made_builder(self, cls: Any) -> Callable[[UnfinishedValue], Any]:
        demands = {name: demand for name, *demand in asked(cls, self.layout.version.code, False)}
        empty, table, required = dict[str, Any](), dict[str, tuple[_Test | None, _Make]](), set[str]()
        for name, absent, convert in shape(cls):
            many, declared, least, checks = demands.get(name, (False, None, 0, ()))
            empty[name] = absent
            test = _test_of_text(checks) if convert is None else None
            make = self.maker(checks, convert) if absent is None else self.maker_of_all(checks, least, declared, many)
            table[name] = test, make
            if least:
                required.add(name)

        def build(draft: UnfinishedValue) -> Any:
            held = draft.held
            if not required <= held.keys():
                raise Unusual
            values = empty.copy()
            for name, content in held.items():
                if name in table:
                    accepts, make = table[name]
                    if accepts is None:
                        values[name] = make(content)
                    elif type(content) is str and accepts(content):
                        values[name] = content
                    else:
                        raise Unusual
            return made(cls, values)

        return build

    def maker(self, checks: tuple[Any, ...], convert: _Make | None) -> _Make:
        """What makes the content of an attribute of what was put there. It raises LookupError where it cannot."""
        layout = self.layout
        if convert is not None and len(checks) == 1 and type(checks[0][2]) is Codes:
            codes: Any = checks[0][2].codes
            return {code.value: code for code in codes if code.known_in(layout.version.code)}.__getitem__
        is_asked = any(isinstance(leaf, ASKED) for _, _, leaf in checks)

        def make(content: Any) -> Any:
            if type(content) is UnfinishedValue:
                return self.build(content)
            value = convert(content) if convert else content
            if is_asked or isinstance(value, Value):
                for _ in item_demands(value, checks, layout, "", ""):
                    raise Unusual
            return value

        return make

    def maker_of_all(self, checks: tuple[Any, ...], least: int, declared: Any, is_counted: bool) -> _Make:
        """What makes the content of an attribute that repeats."""
        make, most = self.maker(checks, None), declared.max if is_counted else None

        def make_all(items: Any) -> Any:
            if len(items) < least or (most is not None and len(items) > most):
                raise Unusual
            return tuple(map(make, items))

        return make_all


def _test_of_text(checks: tuple[Any, ...]) -> _Test | None:
    """Whether a text meets what is asked of it, where that is the length and form of a text alone; None elsewhere."""
    if len(checks) != 1 or type(checks[0][2]) is not String:
        return None
    leaf = checks[0][2]
    least, most = leaf.min, leaf.max
    if leaf.pattern is None and most is not None:
        return lambda text: least <= len(text) <= most
    fits = re.compile(leaf.pattern or "(?s:.*)").fullmatch
    return lambda text: least <= len(text) and (most is None or len(text) <= most) and fits(text)


def _is_told_by_first(row: Row) -> bool:
    """Whether it is the first component alone that tells a row from others."""
    return [key[:2] for key in row.keys] == [(0, 0)]


def _by_first(rows: list[_Row]) -> _ByFirst:
    """Rows by the key that they want in the first component. It is the only place where most have one."""
    firsts = [next((text for *at, text in one.row.keys if at == [0, 0]), None) for one in rows]
    return {
        first: [one for one, own in zip(rows, firsts, strict=True) if own in (None, first)] for first in {None, *firsts}
    }


def _meant(groups: list[_Group], body: list[Segment]) -> _Group:
    """The group that is meant: the one whose keys it has, or those that have none."""
    if len(groups) == 1:
        return groups[0]
    firsts = {segment.elements[0][0] for segment in body if segment.elements and segment.elements[0]}
    for one in groups:
        if one.firsts <= firsts and all(any(has_keys(row, segment) for segment in body) for row in one.keyed):
            return one
    raise Unusual


def _fill_group(
    letter: UnfinishedLetter, ready: _Group, head: Segment, body: list[Segment], seen: set[int], last: int
) -> int:
    """Put what is in a group into the letter; gives its number. ``last`` is that of the group before it."""
    group, number, at = ready.groups[0], ready.number, ready.at
    if number < last or letter.items >= read.MAX_ITEMS or (id(group) in seen and group.carries_once):
        raise Unusual
    seen.update(map(id, ready.groups))
    if group.most is not None and letter.count(group, body)[1] > group.most:
        raise Unusual
    base = _base(letter, group, at)
    if group.at:
        letter.places[group.at] = (head,)
    for name, text in group.sets:
        letter.draft(letter.root, at).held[name] = text
    ready.head(letter, base, head)
    _fill_body(letter, ready, base, body)
    if group.each and not base.held:
        _leave_out(letter.root, at)
    return number


def _fill_body(letter: UnfinishedLetter, ready: _Group, base: UnfinishedValue, body: list[Segment]) -> None:
    """Put what comes after the head of a group into the letter."""
    used, reached = set[int](), 0
    for segment in body:
        wire, by_first = segment.elements, ready.rows[segment.tag]
        first = wire[0][0] if wire and wire[0] else None
        candidates = by_first.get(first) or by_first[None]
        _, key, place, is_single, has_more, fill = candidates[0]
        if has_more:
            _, key, place, is_single, _, fill = _first_meant(candidates, segment)
        if (is_single and key in used) or (place is not None and place < reached):
            raise Unusual
        used.add(key)
        if place is not None:
            reached = place
        fill(letter, base, segment)
    if not ready.needed <= used:
        raise Unusual
    for row in ready.needed_unless:
        unless: Any = row.unless
        if id(row) not in used and (letter.root if unless.absolute else base).at(unless.steps) is None:
            raise Unusual


def _first_meant(candidates: list[_Row], segment: Segment) -> _Row:
    for one in candidates:
        if not one.has_more or has_keys(one.row, segment):
            return one
    raise Unusual


def _base(letter: UnfinishedLetter, group: Group, at: tuple[str, ...]) -> UnfinishedValue:
    """What the paths of a group start from."""
    if not at:
        return letter.root
    holder = letter.draft(letter.root, at[:-1])
    if group.each:
        letter.items += 1
        return holder.item(at[-1])
    part = holder.part(at[-1], group.holds)
    if part is None:
        raise Unusual
    return part


def _leave_out(root: UnfinishedValue, at: tuple[str, ...]) -> None:
    """Take back an item that nothing was put into."""
    if len(at) > 1:
        raise Unusual
    items = root.held[at[0]]
    items.pop()
    if not items:
        del root.held[at[0]]
