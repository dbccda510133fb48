"""Formatted text in FTX segments: five lines of 70 characters a segment, one format a segment.

A line is a component. ``.`` alone is an empty line; a line that ends in a backslash continues in the next one, also in
the next segment. The format is three characters: font, style, alignment. A text that is packed and unpacked ends with a
line break, and its blanks, line breaks and styles are laid out as the rules below say; what that changes is a loss.

Packing follows MedCom's converter line for line, with these exceptions: a blank given as ``Space`` does not erase the
text before it on the line; a line feed of the source, which every reader deletes, becomes a blank where words would
otherwise run together; no line break is added before or after centred or right-aligned text where there is one; and a
line that would mean something else, a full stop alone or a backslash at its end, continues in an empty one. So a text
that was packed and unpacked once does not change again.

Source: MedCom's converter (behaviour), UN/EDIFACT D.93A, C108.

>>> pack(FormattedText.coerce("Første linje\\n\\ntredje"))
[('P00', ('Første linje', '.', 'tredje'))]
>>> unpack([("PF0", ("fed skrift", ".", "går vi\\\\")), ("P00", ("dere",))]).plain()
'fed skrift\\n\\ngår videre\\n'
"""

from __future__ import annotations

import itertools
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import attrs

from medcom_bu.edifact.layout.plain_forms import carried
from medcom_bu.values.text import FormattedText, Mark, RawMarkup, Style, Styled, TextNode, made_styled, made_text

Piece = tuple[str, tuple[str, ...]]
"""The format and the lines of one FTX segment."""

PLAIN = "P00"
LINES = 5
WIDTH = 69
"""Lines of running text are this long at most, so that the continuation mark fits in 70."""

_STYLES = {"F0": Style.BOLD, "U0": Style.UNDERLINE, "K0": Style.ITALIC, "0H": Style.RIGHT, "0M": Style.CENTER}
_CODES = {style: code for code, style in _STYLES.items()}
_ALIGNED = (Style.RIGHT, Style.CENTER)

_MEANINGS = {font + code: (_STYLES.get(code), font == "F") for font in "PF" for code in ("00", *_STYLES)}
FORMATS = _MEANINGS.keys()
"""The formats that have a meaning. Any other is read as fixed font."""

_TO_LAST_BLANK = re.compile("(?s:.*)[\t-\r \x85\xa0]")
_LINE_FEEDS = re.compile("[\r\n]+")
_LINE = re.compile("[^\r\n]+")
_NOT_CARRIED = re.compile("[^\t\r\n -~\x80-\xff]")


def is_too_much(lines: Sequence[str]) -> bool:
    """Whether there are more lines than a segment has, or a longer one."""
    if len(lines) == 1:
        return len(lines[0]) > WIDTH + 1
    return len(lines) > LINES or max(map(len, lines), default=0) > WIDTH + 1


def unpack(pieces: Iterable[tuple[str, Sequence[str]]], *, simple: bool = False) -> FormattedText:
    """The text of FTX segments in their order. ``simple`` leaves the formats out."""
    nodes: list[TextNode] = []
    goes_on = False
    for form, lines in pieces:
        content = _nodes(lines)
        if simple or form == PLAIN:
            goes_on = goes_on or (bool(nodes) and type(nodes[-1]) is str and content[:1] != _BREAK)
            nodes += content
        elif content:
            nodes += _styled(form, tuple(content))
        else:
            nodes += _EMPTY.get(form, _EMPTY_FIXED)
    return made_text(_merged(nodes) if goes_on else tuple(nodes))


def _styled(form: str, content: tuple[TextNode, ...]) -> tuple[TextNode, ...]:
    style, is_fixed = _MEANINGS.get(form, (None, True))
    inner = content if style is None else (made_styled(style, content),)
    return (made_styled(Style.FIXED_FONT, inner),) if is_fixed else inner


_EMPTY = {form: _styled(form, ()) for form in FORMATS}
_EMPTY_FIXED = _styled("", ())
"""What a segment without text becomes: shared, since there may be very many."""


def _nodes(lines: Sequence[str]) -> list[TextNode]:
    nodes: list[TextNode] = []
    last = len(lines) - 1
    text = ""
    for number, line in enumerate(lines):
        if line.endswith("\\"):
            text += line[:-1]
        elif line or number < last:
            text += line if line != "." else ""
            if text:
                nodes.append(text)
            nodes += _BREAK
            text = ""
    if text:
        nodes.append(text)
    return nodes


_BREAK = [Mark.BREAK]


def joined(lines: Sequence[str]) -> str:
    """Lines of one long address put together; an empty line marked ``.`` is none."""
    return "".join(line.removesuffix("\\") for line in lines if line != ".")


def joined_line(lines: Sequence[str]) -> str:
    """Lines of one sentence put together. ``.`` is its full stop, but where it only ends a line, see ``ended``."""
    only_ends = len(lines) > 1 and lines[-1] == "." and (lines[-2].endswith("\\\\") or lines[-2] == ".\\")
    return "".join(line.removesuffix("\\") for line in (lines[:-1] if only_ends else lines))


def _merged(nodes: list[TextNode]) -> tuple[TextNode, ...]:
    """Texts that follow each other as one."""
    merged: list[TextNode] = []
    for is_text, group in itertools.groupby(nodes, lambda node: type(node) is str):
        neighbours: list[Any] = list(group)
        merged += ["".join(neighbours)] if is_text else neighbours
    return tuple(merged)


@attrs.define
class _Run:
    """What is in one format: texts and breaks (None)."""

    form: str
    items: list[str | None] = attrs.Factory(list)

    def begins_with_break(self) -> bool:
        return bool(self.items) and self.items[0] is None


def pack(text: FormattedText, *, simple: bool = False) -> list[Piece]:
    """The FTX segments of a text, as many as it needs: each has a format and one to five lines.

    ``simple`` leaves the styles out.
    """
    runs = [_Run(PLAIN)]
    _flatten(_unstyled(text.nodes) if simple else text.nodes, runs)
    waiting = deque(runs)
    pieces: list[Piece] = []
    has_gap = False
    while waiting:
        run = waiting.popleft()
        slices = _sliced(_laid_out(run, _following(waiting)), is_aligned=run.form[2] != "0")
        while (
            slices and len(slices[-1]) < LINES and (following := _following(waiting)) and following.begins_with_break()
        ):
            slices[-1].append(".")
            del following.items[0]
        has_gap = has_gap or (run.form == PLAIN and bool(pieces) and pieces[-1][0] == PLAIN)
        pieces += [(run.form, tuple(part)) for part in slices]
    return list(_without_gaps(pieces)) if has_gap else pieces


def _without_gaps(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The segments, plain ones filled up where nothing is left of what stood between them."""
    for form, group in itertools.groupby(pieces, lambda piece: piece[0]):
        if form == PLAIN:
            lines = [line for _, part in group for line in part]
            yield from ((form, tuple(part)) for part in _sliced(lines, is_aligned=False))
        else:
            yield from group


def _sliced(lines: list[str], *, is_aligned: bool) -> list[list[str]]:
    """The lines of a run by segments. An aligned segment holds whole lines: what follows begins a new one anyway."""
    if len(lines) <= LINES:
        return [lines] if lines else []
    slices, at = list[list[str]](), 0
    while at < len(lines):
        end = min(at + LINES, len(lines))
        if lines[end : end + 1] == ["."] and lines[end - 1].endswith("\\"):
            end -= 1  # these two are one line, see ``ended``
        if is_aligned and end < len(lines):
            whole = next((e for e in range(end, at, -1) if not lines[e - 1].endswith("\\")), None)
            end = whole or next((e for e in range(end, at, -1) if _may_end(lines[e - 1][:-1])), end)
            lines[end - 1] = lines[end - 1] if whole else lines[end - 1][:-1]
        slices.append(lines[at:end])
        at = end
    return slices


def _following(waiting: deque[_Run]) -> _Run | None:
    """The next run that holds something."""
    while waiting and not waiting[0].items:
        waiting.popleft()
    return waiting[0] if waiting else None


def _unstyled(nodes: Iterable[TextNode]) -> Iterator[TextNode]:
    for node in nodes:
        if isinstance(node, Styled):
            yield from _unstyled(node.nodes)
        else:
            yield node


def _flatten(nodes: Iterable[TextNode], runs: list[_Run]) -> None:
    form = runs[-1].form
    for node in nodes:
        if isinstance(node, str) and type(node) is not Mark:
            if node:
                runs[-1].items.append(node)
        elif isinstance(node, Styled) and form[1:] != PLAIN[1:]:
            _flatten(node.nodes, runs)  # no style holds another
        elif isinstance(node, Styled):
            start = _begin(runs, "F" + form[1:] if node.style is Style.FIXED_FONT else form[0] + _CODES[node.style])
            _flatten(node.nodes, runs)
            if node.style in _ALIGNED:
                _set_apart(runs, start)
            if not runs[-1].items and len(runs) > 1 and runs[-2].form == form:
                runs.pop()  # the style holds nothing
            else:
                _begin(runs, form)
        elif node is Mark.BREAK:
            runs[-1].items.append(None)
        elif node is Mark.SPACE:
            runs[-1].items.append(" ")


def _begin(runs: list[_Run], form: str) -> int:
    """Begin a run, and give its place. Only the last run may be empty."""
    if runs[-1].items:
        runs.append(_Run(form))
    else:
        runs[-1].form = form
    return len(runs) - 1


def _set_apart(runs: list[_Run], start: int) -> None:
    """Give the aligned text from the run ``start`` on lines of its own: a break before and behind, if none is there."""
    if start and runs[start - 1].items[-1] is not None and not runs[start].begins_with_break():
        runs[start].items.insert(0, None)
    last = next((run.items[-1] for run in reversed(runs[start:]) if run.items), None)
    if last is not None:
        runs[-1].items.append(None)


def _laid_out(run: _Run, following: _Run | None) -> list[str]:
    """The lines of a run. A line that does not end continues in the next run, or ends with that run's first break."""
    lines, line = list[str](), ""
    for text in run.items:
        if text is not None:
            line += text
            continue
        lines += ended(wrap(_without_line_feeds(line))) if line else ["."]
        line = ""
    if not line:
        return lines
    last = wrap(_without_line_feeds(line))
    if following and not following.begins_with_break():
        return [*lines, *last[:-1], last[-1] + "\\"]
    if following:
        del following.items[0]
    return lines + ended(last)


def wrap(text: str) -> list[str]:
    """The text in lines of at most 69 characters, each but the last with a continuation mark behind it.

    A line breaks after its last white space, unless that is in its first three characters, and never so that a full
    stop is left alone.
    """
    lines: list[str] = []
    start = 0
    while len(text) - start > WIDTH:
        end = start + WIDTH
        blank = _TO_LAST_BLANK.match(text, start, end)
        if blank and blank.end() - start > 3:
            end = blank.end()
        if end == len(text) - 1 and text[end] == ".":
            end -= 1
        lines.append(text[start:end] + "\\")
        start = end
    return [*lines, text[start:]]


def ended(lines: list[str]) -> list[str]:
    """The lines, the last of which ends here. Where it would mean something else, it continues in an empty one."""
    return lines if _may_end(lines[-1]) else [*lines[:-1], lines[-1] + "\\", "."]


def _may_end(line: str) -> bool:
    return line != "." and not line.endswith("\\")


def carried_text(text: FormattedText) -> FormattedText:
    """The text in the characters of ISO 8859-1, without what is not text."""
    if all(map(_is_carried, text.nodes)):
        return text
    return FormattedText(tuple(map(_carried_node, (n for n in text.nodes if not isinstance(n, RawMarkup)))))


def _is_carried(node: TextNode) -> bool:
    """Whether a node can stay as it is."""
    if type(node) is str:
        return (node.isascii() and node.isprintable()) or _NOT_CARRIED.search(node) is None
    return all(map(_is_carried, node.nodes)) if isinstance(node, Styled) else not isinstance(node, RawMarkup)


def _carried_node(node: TextNode) -> TextNode:
    if isinstance(node, Styled):
        return Styled(node.style, carried_text(FormattedText(node.nodes)).nodes)
    return _LINE.sub(lambda match: carried(match.group()), node) if type(node) is str else node


def _without_line_feeds(line: str) -> str:
    return _LINE_FEEDS.sub(_softened, line) if "\n" in line or "\r" in line else line


def _softened(match: re.Match[str]) -> str:
    text = match.string
    beside = text[match.end() : match.end() + 1] + text[max(match.start() - 1, 0) : match.start()]
    return "" if " " in beside or "\t" in beside else " "
