"""Formatted text in FTX segments: five lines of 70 characters a segment, one format a segment.

A line is a component. ``.`` alone is an empty line; a line that ends in a backslash goes on in the next one, also in
the next segment. The format is three characters: font, style, alignment. A text that is packed and unpacked ends with a
line break, and its blanks, line breaks and styles are laid out as the rules below say; what that changes is a loss.

Packing follows MedCom's converter line for line, with two exceptions: a blank given as ``Space`` does not erase the
text before it on the line, and a line feed of the source, which every reader deletes, becomes a blank where words
would otherwise run together.

Source: MedCom's converter (behaviour), UN/EDIFACT D.93A, C108.

>>> pack(FormattedText.of("Første linje\\n\\ntredje"))
[('P00', ('Første linje', '.', 'tredje'))]
>>> unpack([("PF0", ("fed skrift", ".", "går vi\\\\")), ("P00", ("dere",))]).plain()
'fed skrift\\n\\ngår videre\\n'
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import attrs

from medcom_bu.values.text import FormattedText, Mark, Node, Style, Styled

Piece = tuple[str, tuple[str, ...]]
"""The format and the lines of one FTX segment."""

PLAIN = "P00"
LINES = 5
WIDTH = 69
"""Lines of running text are this long at most, so that the continuation mark fits in 70."""

_STYLES = {"F0": Style.BOLD, "U0": Style.UNDERLINE, "K0": Style.ITALIC, "0H": Style.RIGHT, "0M": Style.CENTER}
_CODES = {style: code for code, style in _STYLES.items()}
_ALIGNED = (Style.RIGHT, Style.CENTER)

FORMATS = {font + code for font in "PF" for code in ("00", *_STYLES)}
"""The formats that have a meaning. Any other is read as fixed font."""

_TO_LAST_BLANK = re.compile("(?s:.*)[\t-\r \x85\xa0]")
_LINE_FEEDS = re.compile("[\r\n]+")


def unpack(pieces: Iterable[tuple[str, Sequence[str]]], *, simple: bool = False) -> FormattedText:
    """The text of FTX segments in their order. ``simple`` leaves the formats out."""
    nodes: list[Node] = []
    for form, lines in pieces:
        content = list(_lines(lines))
        if simple or form == PLAIN:
            nodes += content
            continue
        style = _STYLES.get(form[1:]) if form in FORMATS else None
        inner: tuple[Node, ...] = tuple(content) if style is None else (Styled(style, tuple(content)),)
        nodes += inner if form[:1] == "P" and form in FORMATS else (Styled(Style.FIXED_FONT, inner),)
    return FormattedText(_merged(nodes))


def _lines(lines: Sequence[str]) -> Iterator[Node]:
    last = len(lines) - 1
    text = ""
    for number, line in enumerate(lines):
        if line.endswith("\\"):
            text += line[:-1]
        elif line or number < last:
            text += line if line != "." else ""
            if text:
                yield text
            yield Mark.BREAK
            text = ""
    if text:
        yield text


def joined(lines: Sequence[str]) -> str:
    """Lines of one long word or sentence put together; an empty line marked ``.`` is none."""
    return "".join(line.removesuffix("\\") for line in lines if line != ".")


def _merged(nodes: list[Node]) -> tuple[Node, ...]:
    """Texts that follow each other as one."""
    merged: list[Node] = []
    for is_text, group in itertools.groupby(nodes, lambda node: type(node) is str):
        found: list[Any] = list(group)
        merged += ["".join(found)] if is_text else found
    return tuple(merged)


@attrs.define
class _Run:
    """What stands in one format: texts and breaks (None)."""

    form: str
    items: list[str | None] = attrs.Factory(list)

    def begins_with_break(self) -> bool:
        return bool(self.items) and self.items[0] is None

    def ends_with_break(self) -> bool:
        return bool(self.items) and self.items[-1] is None


def pack(text: FormattedText) -> list[Piece]:
    """The FTX segments of a text, as many as it needs: each has a format and one to five lines."""
    runs = [_Run(PLAIN)]
    _flatten(text.nodes, runs)
    runs = [run for run in runs if run.items]
    pieces: list[Piece] = []
    for number, run in enumerate(runs):
        following = runs[number + 1] if number + 1 < len(runs) else None
        lines = [_without_line_feeds(line) for line in _laid_out(run, following)]
        slices = [lines[at : at + LINES] for at in range(0, len(lines), LINES)]
        while slices and following and len(slices[-1]) < LINES and following.begins_with_break():
            slices[-1].append(".")
            del following.items[0]
        pieces += [(run.form, tuple(part)) for part in slices]
    return pieces


def _flatten(nodes: Iterable[Node], runs: list[_Run]) -> None:
    form = runs[-1].form
    for node in nodes:
        if isinstance(node, Styled):
            aligned = node.style in _ALIGNED
            opening: list[str | None] = [None] if aligned and not runs[-1].ends_with_break() else []
            new = "F" + form[1:] if node.style is Style.FIXED_FONT else form[0] + _CODES[node.style]
            runs.append(_Run(new, opening))
            _flatten(node.nodes, runs)
            if aligned:
                runs[-1].items.append(None)
            runs.append(_Run(form))
        elif node is Mark.BREAK:
            runs[-1].items.append(None)
        elif node is Mark.SPACE:
            runs[-1].items.append(" ")
        elif isinstance(node, str):
            runs[-1].items.append(node)


def _laid_out(run: _Run, following: _Run | None) -> Iterator[str]:
    """The lines of a run. A line that does not end goes on in the next run, or ends with that run's first break."""
    line = ""
    for item in run.items:
        if item is not None:
            line += item
            continue
        *full, rest = wrap(line)
        yield from full
        yield rest or "."
        line = ""
    *full, rest = wrap(line)
    yield from full
    if not rest:
        return
    if following and following.begins_with_break():
        del following.items[0]
    elif following:
        rest += "\\"
    yield rest


def wrap(text: str) -> list[str]:
    """The text in lines of at most 69 characters, each but the last with a continuation mark behind it.

    A line breaks after its last white space, unless that stands in its first three characters.
    """
    lines: list[str] = []
    start = 0
    while len(text) - start > WIDTH:
        end = start + WIDTH
        blank = _TO_LAST_BLANK.match(text, start, end)
        if blank and blank.end() - start > 3:
            end = blank.end()
        lines.append(text[start:end] + "\\")
        start = end
    return [*lines, text[start:]]


def _without_line_feeds(line: str) -> str:
    return _LINE_FEEDS.sub(_softened, line) if "\n" in line or "\r" in line else line


def _softened(found: re.Match[str]) -> str:
    text = found.string
    beside = text[found.end() : found.end() + 1] + text[max(found.start() - 1, 0) : found.start()]
    return "" if " " in beside or "\t" in beside else " "
