"""Where in the bytes a path leads: the line and column of an element or a property, the byte of a segment.

A path in the wire's own terms is followed through the bytes themselves, once for all paths of a report, as far as the
last of them. Where a step leads nowhere (what is missing is nowhere), the place is that of what should hold it;
what is said of all the bytes is said of where they begin. Nothing of the bytes is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import attrs

from medcom_bu.issues import Issue, Position, Report
from medcom_bu.numerals import whole

Gap = tuple[int, int, int]
"""What was cut out of bytes: where, how many line feeds were in it, how many bytes came behind the last of them."""

PlaceOf = Callable[[Sequence[str]], Mapping[str, Position]]
"""What finds the places of paths."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_BEGINNING = Position(line=1, column=1)
_LINE = re.compile(r"line (\d+), column (\d+)")
_BYTE = re.compile(r"(?:segment \d+\b.*, )?byte (\d+)")
_XML_STEP = re.compile(r"/([^/\[]+)(?:\[(\d+)\])?")
_FHIR_STEP = re.compile(r"\.([^.\[]+)(?:\[(\d+)\])?")
_TAG = re.compile(
    rb"<((?:[^\s<>/:!?]++:)?([^\s<>/:!?]++))(?:[^<>\"'/]++|\"[^\"]*+\"|'[^']*+'|/(?!>))*+(/?)>"
    rb"|(</)|<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>",
    re.DOTALL,
)
"""A start tag: its name, that without prefix, what closes it at once; an end tag; what looks like tags and is none."""
_START, _END = 3, 4
_ENDS_A_NAME = b" \t\r\n/>"

_TOKEN = re.compile(rb'"((?:[^"\\]++|\\.)*+)"(\s*+:)?|([\[{])|([\]}])|[^\s\[\]{},:"]++', re.DOTALL)
"""A text, or a key with its colon; what opens and closes a container; a number or a word."""
_TEXT, _KEY, _OPEN, _CLOSE = 1, 2, 3, 4
_NO_BRACKET = rb'[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+"'
_TO_BRACKET = re.compile(rb"(?:%b|[\[{](?:%b)*+[\]}])*+(?:([\[{])|[\]}])" % (_NO_BRACKET, _NO_BRACKET), re.DOTALL)
"""All up to what opens a container that holds others, or closes one, and that; a group where it opens."""


def placed(report: Report, place_of: PlaceOf | None) -> Report:
    """The report with the position of each issue. ``place_of`` finds the places that a path does not tell itself."""
    paths = dict.fromkeys(path for issue in report for path in _paths(issue))
    if not paths:
        return report
    known = {path: position for path in paths if (position := _told(path)) is not None}
    left = [path for path in paths if path not in known]
    if left:
        known.update(place_of(left) if place_of is not None else dict.fromkeys(left, _BEGINNING))
    return attrs.evolve(report, issues=tuple(_with_position(issue, known) for issue in report))


def _paths(issue: Issue) -> Iterator[str]:
    yield issue.path
    for cause in issue.causes:
        yield from _paths(cause)


def _with_position(issue: Issue, known: Mapping[str, Position]) -> Issue:
    causes = tuple(_with_position(cause, known) for cause in issue.causes) if issue.causes else ()
    return Issue(issue.kind, issue.path, issue.params, causes, known.get(issue.path))


def _told(path: str) -> Position | None:
    """The place that a path names itself."""
    if match := _LINE.fullmatch(path):
        return Position(line=whole(match[1]) or 1, column=whole(match[2]) or 1)  # a parser may say 0
    match = _BYTE.fullmatch(path)
    return Position(byte=whole(match[1])) if match else None


class _Step:
    """A step that some path takes: where its element is, and the steps behind it, by name and number (0: without)."""

    __slots__ = ("at", "next", "seen")

    def __init__(self) -> None:
        self.at: int | None = None
        self.next: dict[bytes, dict[int, _Step]] = {}
        self.seen: dict[bytes, int] = {}

    def named(self, name: bytes) -> bytes | None:
        """What paths call the child ``name``: that, or of a choice of types the part before the type."""
        if name in self.next:
            return name
        return next((step for step in self.next if name.startswith(step) and name[len(step) :][:1].isupper()), None)


class _Steps:
    """The steps of all paths, those that they share once."""

    def __init__(self, paths: Iterable[str], step: re.Pattern[str], *, first: int) -> None:
        """``first`` is what a number counts from, and of which a step without one is."""
        self.root = _Step()
        self.root.at = 0
        self.left = 0
        self._of_path: dict[str, list[_Step]] = {}
        for path in paths:
            own = self._of_path[path] = [self.root]
            for name, number in step.findall(path):
                known = own[-1].next.setdefault(name.encode(), {})
                index = first if not number or (given := whole(number)) is None else given
                if index not in known:
                    known[index] = _Step()
                    self.left += 1
                own.append(known[index])

    def reached(self, step: _Step | None, at: int) -> None:
        """Note where the element of a step begins, if there is a step."""
        if step is not None and step.at is None:
            step.at = at
            self.left -= 1

    def offsets(self) -> dict[str, int]:
        """Where each path leads, as far as it leads anywhere."""
        return {
            path: next(step.at for step in reversed(steps) if step.at is not None)
            for path, steps in self._of_path.items()
        }


def in_edifact(paths: Sequence[str]) -> dict[str, Position]:
    """The places of paths that do not lead to a segment, and so tell no byte: where the bytes begin."""
    return dict.fromkeys(paths, Position(byte=0))


def in_xml(data: bytes, paths: Sequence[str], gaps: Iterable[Gap] = (), *, is_utf_8: bool) -> dict[str, Position]:
    """The places of named XPaths in well-formed XML, of which ``gaps`` were cut out."""
    steps = _Steps(paths, _XML_STEP, first=1)
    _follow_tags(data, steps, is_fhir=False)
    return _positions(data, steps.offsets(), gaps, is_utf_8=is_utf_8)


def in_fhir_xml(data: bytes, paths: Sequence[str], gaps: Iterable[Gap] = ()) -> dict[str, Position]:
    """The places of FHIRPaths in well-formed FHIR XML, in UTF-8, of which ``gaps`` were cut out."""
    named = {path: _counted_from_one(path) for path in paths}
    steps = _Steps(named.values(), _XML_STEP, first=1)
    _follow_tags(data, steps, is_fhir=True)
    found = _positions(data, steps.offsets(), gaps, is_utf_8=True)
    return {path: found[name] for path, name in named.items()}


def _counted_from_one(path: str) -> str:
    """A FHIRPath as an XPath: ``/Bundle/entry[2]`` for ``Bundle.entry[1]``."""
    return re.sub(r"\[(\d+)\]", lambda match: f"[{(whole(match[1]) or 0) + 1}]", "/" + path.replace(".", "/"))


def _follow_tags(data: bytes, steps: _Steps, *, is_fhir: bool) -> None:
    """Find each step among the children of the one before. ``is_fhir`` looks through the element that a resource is."""
    if not steps.left:
        return
    is_plain = data.find(b"<!") < 0 and data.find(b"<?", len(b"<?xml")) < 0
    waiting = [(steps.root, 0)]
    for parent, inside in waiting:
        left = sum(map(len, parent.next.values()))
        for tag in _children(data, inside, is_plain=is_plain):
            if is_fhir and inside and tag[2][:1].isupper():
                step: _Step | None = parent
            elif step := _child(parent, tag[2], is_fhir=is_fhir):
                step.at = tag.start()
                left -= 1
            if step is not None and step.next and not tag[3]:
                waiting.append((step, tag.end()))
            if not left:
                break


def _children(data: bytes, at: int, *, is_plain: bool) -> Iterator[re.Match[bytes]]:
    """The start tags of the elements from ``at`` on, to the end of their parent."""
    while (tag := _TAG.search(data, at)) and tag.lastindex != _END:
        at = tag.end()
        if tag.lastindex == _START:
            yield tag
            if not tag[3]:
                at = (_end_by_name(data, tag) if is_plain else 0) or _end_by_depth(data, at)


def _end_by_name(data: bytes, tag: re.Match[bytes]) -> int:
    """Where the end tag of an element begins to end; 0 where that cannot be told by its name alone.

    Its first end tag is its own, unless an element of the same name is in it.
    """
    name, inner = tag[1], tag.end()
    start, end = b"<" + name, b"</" + name
    at = data.find(end, inner)
    if at >= 0 and data.startswith(b">", at + len(end)) and data.find(start, inner, at) < 0:  # as it mostly is
        return at + len(end)
    at = inner
    while (at := data.find(end, at)) >= 0:
        at += len(end)
        if data[at : at + 1] in _ENDS_A_NAME:
            break
    while (inner := data.find(start, inner, at)) >= 0:
        inner += len(start)
        if data[inner : inner + 1] in _ENDS_A_NAME:
            return 0
    return max(at, 0)


def _end_by_depth(data: bytes, at: int) -> int:
    """Where the element ends whose content begins at ``at``, by counting tags."""
    depth = 1
    for tag in _TAG.finditer(data, at):
        if tag.lastindex == _START:
            depth += not tag[3]
        elif tag.lastindex == _END:
            depth -= 1
            if not depth:
                return tag.end()
    return len(data)


def _child(parent: _Step, name: bytes, *, is_fhir: bool) -> _Step | None:
    """The step that leads to the next child, which has this name."""
    if is_fhir:
        name = parent.named(name) or name
    found = None
    for step in (b"*", name):  # the name counts for more
        numbered = parent.next.get(step)
        if numbered is not None:
            parent.seen[step] = number = parent.seen.get(step, 0) + 1
            found = numbered.get(number) or found
    return found


def in_json(data: bytes, paths: Sequence[str], gaps: Iterable[Gap] = ()) -> dict[str, Position]:
    """The places of FHIRPaths in well-formed FHIR JSON, in UTF-8: of a property its key, of an item the item itself."""
    steps = _Steps(paths, _FHIR_STEP, first=-1)
    _follow_tokens(data, steps)
    return _positions(data, steps.offsets(), gaps, is_utf_8=True)


class _Container:
    """An object that is open, with its step; or an array, with the steps of its items."""

    def __init__(self, step: _Step | None, items: dict[int, _Step] | None) -> None:
        self.step, self.items = step, items
        self.count = 0

    def next_item(self) -> _Step | None:
        """The step of the next item of an array."""
        self.count += 1
        return self.items.get(self.count - 1) if self.items else None


def _follow_tokens(data: bytes, steps: _Steps) -> None:
    """Go through the tokens until every step is reached."""
    inside: list[_Container] = []
    of_key: dict[int, _Step] = {-1: steps.root}
    at = 0
    while steps.left and (match := _TOKEN.search(data, at)):
        at, kind = match.end(), match.lastindex
        if not inside and kind in (_CLOSE, _KEY):  # this is not JSON
            return
        if kind == _CLOSE:
            inside.pop()
        elif kind == _KEY:
            of_key = _of_key(inside[-1].step, match[1])
            steps.reached(of_key.get(-1), match.start())
        else:
            is_item = bool(inside) and inside[-1].items is not None
            step = inside[-1].next_item() if is_item else of_key.get(-1)
            steps.reached(step, match.start())
            if kind == _OPEN:
                container = _container(step, ({} if is_item else of_key) if match[3] == b"[" else None)
                if container is None:
                    at = _behind_container(data, at)
                else:
                    inside.append(container)
            of_key = {}


def _behind_container(data: bytes, at: int) -> int:
    """Where the container ends whose content begins at ``at``."""
    depth = 1
    while depth and (match := _TO_BRACKET.match(data, at)):
        at = match.end()
        depth += 1 if match[1] else -1
    return len(data) if depth else at


def _container(step: _Step | None, items: dict[int, _Step] | None) -> _Container | None:
    """What is opened: an object, or an array where there are ``items``; None where no step leads into it."""
    if items is not None:
        return _Container(None, items) if items else None
    return _Container(step, None) if step is not None and step.next else None


def _of_key(parent: _Step | None, key: bytes) -> dict[int, _Step]:
    """The steps that lead to the value of a key; what goes with a primitive is called as the primitive is."""
    if parent is None or not parent.next:
        return {}
    return parent.next.get(parent.named(key.removeprefix(b"_")) or b"", {})


def _positions(
    data: bytes, offsets: Mapping[str, int], gaps: Iterable[Gap] = (), *, is_utf_8: bool
) -> dict[str, Position]:
    """The lines and columns of offsets, in one pass. A column counts characters, from 1."""
    line, column = 1, 1
    at = len(_BYTE_ORDER_MARK) if data.startswith(_BYTE_ORDER_MARK) else 0
    coming = iter((*gaps, (len(data) + 1, 0, 0)))
    gap = next(coming)
    found: dict[int, Position] = {}
    for offset in sorted({*offsets.values()}):
        while gap[0] <= offset:
            line, column = _behind(data[at : gap[0]], line, column, is_utf_8)
            line, column, at = line + gap[1], (1 if gap[1] else column) + gap[2], gap[0]
            gap = next(coming)
        line, column = _behind(data[at:offset], line, column, is_utf_8)
        at = max(at, offset)
        found[offset] = Position(line=line, column=column)
    return {path: found[offset] for path, offset in offsets.items()}


def _behind(piece: bytes, line: int, column: int, is_utf_8: bool) -> tuple[int, int]:
    """The line and column behind a piece that begins at others."""
    breaks = piece.count(b"\n")
    last = piece[piece.rfind(b"\n") + 1 :] if breaks else piece
    width = len(last.decode("utf-8", "replace")) if is_utf_8 else len(last)
    return line + breaks, (1 if breaks else column) + width
