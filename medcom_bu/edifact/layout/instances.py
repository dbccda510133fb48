"""The segments of a letter in the groups that they are in, and which groups of the layout these can be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import attrs

from medcom_bu.edifact.layout.notation import Group, Layout, Row
from medcom_bu.edifact.layout.unfinished import UnfinishedValue
from medcom_bu.edifact.syntax.segments import Segment
from medcom_bu.edifact.syntax.service import extra

GROUP = re.compile("S[0-9][0-9]")
"""The tags that begin a group, known or not."""


@attrs.define
class Instance:
    """A group as it came: the groups of the layout that it can be, the rows it has had, the part that it fills.

    ``kept`` are its segments that the value has no attribute for, and that are written again.
    """

    groups: tuple[Group, ...]
    head: Segment
    body: list[Segment]
    used: set[int] = attrs.Factory(set)
    item: UnfinishedValue | None = None
    last: int = 0
    kept: list[Segment] = attrs.Factory(list)

    @property
    def groups_of_kept(self) -> list[list[Segment]]:
        """The segments that are kept, those together that stay together."""
        is_whole = self.groups[0].head.when == "kept"
        return [self.kept] if is_whole else [[segment] for segment in self.kept]


def instances(segments: Sequence[Segment], layout: Layout) -> Iterator[Instance]:
    """The groups as they came. A UNP that says no more than its UNO goes without saying."""
    head, body = segments[0], list[Segment]()
    for segment in segments[1:]:
        tag = segment.tag
        if tag in layout.by_head or (tag[:1] == "S" and GROUP.fullmatch(tag)):
            yield Instance(_meant(head, body, layout), head, body)
            head, body = segment, []
        elif tag != "UNP" or (body or [head])[-1].tag != "UNO" or extra(segment):
            body.append(segment)
    yield Instance(_meant(head, body, layout), head, body)


def _meant(head: Segment, body: list[Segment], layout: Layout) -> tuple[Group, ...]:
    """The groups that an instance can be: the one whose keys it has, or all that have none."""
    groups = layout.by_head.get(head.tag, ())
    if len(groups) < 2:
        return groups
    for group in groups:
        if group.keyed and all(any(has_keys(row, segment) for segment in body) for row in group.keyed):
            return (group,)
    return tuple(group for group in groups if not group.keyed)


def has_keys(row: Row, segment: Segment) -> bool:
    """Whether a segment has what tells the row from others of its tag."""
    elements = segment.elements
    for number, index, text in row.keys:
        if number >= len(elements) or elements[number][index : index + 1] != (text,):
            return False
    return True
