"""Headed blocks: how fields become the texts of a referral, and how such texts are read back.

A block is its heading on a line of its own, then its text; an empty line comes before the next heading. A line of the
text that reads as a heading gets a no-break space at its end, which nobody sees and reading takes off again: so any
text comes back as it was, up to a line break at its end. A heading is bold where EDIFACT has room for it, and means the
same where it is not.

A text of another vendor is read as far as known headings tell, whatever their capitals, with or without a colon.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence

import attrs

from medcom_bu.bu.keys import KEYS, Key, TextField
from medcom_bu.values.text import FormattedText, Mark, Style, Styled, TextNode

NOT_TOLD = "Ikke oplyst"
"""What stands over the headings that the region requires and nobody filled in."""

REST_OF_REASON = "Henvisningsårsag (fortsat)"
ON_THE_LINE = " (fortsættes i Anamnese)"
ON_ITS_OWN = "\n(fortsættes i Anamnese)"
ELSEWHERE = "Se »Henvisningsårsag« i Anamnese."
"""How the reason continues in the anamnesis: after a blank, after a line break, or not having begun."""

_QUIET = "\u00a0"
_SEPARATOR = "\n\n"


@attrs.frozen(repr=False)
class Block:
    """A text and its heading, if it has one; ``name`` is its key, or None for what only reading makes of it."""

    name: str
    heading: str | None
    text: str
    text_field: TextField
    is_first: bool = False

    def __repr__(self) -> str:
        return f"<Block {self.name}>"


@functools.cache
def _headings() -> Mapping[str, str]:
    """Heading -> key, of all fields and of the blocks that are none."""
    return {key.heading: key.name for key in KEYS} | {name: name for name in (REST_OF_REASON, NOT_TOLD)}


@functools.cache
def _known() -> Mapping[str, str]:
    """Folded heading, or what others call it -> key."""
    names = ((name, key.name) for key in KEYS for name in (key.heading, *key.also))
    return {name.casefold(): key for name, key in names}


def escaped(text: str, headings: tuple[str, ...]) -> str:
    """A text in which no line is a heading."""
    return _pattern(headings).sub(lambda line: line[0] + _QUIET, text)


def unescaped(text: str, headings: tuple[str, ...]) -> str:
    """A text as it was before it was escaped."""
    return _pattern(headings).sub(lambda line: line[0].removesuffix(_QUIET), text)


@functools.cache
def _pattern(headings: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(f"^(?:{'|'.join(map(re.escape, headings))})[:.]{_QUIET}*$", re.MULTILINE)


def composed(blocks: Sequence[Block], *, bold: bool) -> FormattedText:
    """The blocks of one text, in their order."""
    known = tuple(_headings())
    nodes: list[TextNode] = []
    for block in blocks:
        if nodes:
            nodes += [Mark.BREAK, Mark.BREAK]
        if block.heading is not None:
            line = f"{block.heading}:"
            nodes += [Styled(Style.BOLD, (line,)) if bold else line, Mark.BREAK]
        nodes += FormattedText.from_plain(escaped(block.text, known)).nodes
    return FormattedText(tuple(nodes))


def blocks_of(text: FormattedText | None) -> dict[str, str]:
    """Key -> text, of a text that is made of headed blocks; what no known heading stands over is left out."""
    if text is None:
        return {}
    plain = without_last_break(text.plain())
    headings = tuple(_headings())
    first = plain.partition("\n")[0]
    if first.removesuffix(":") in _headings() and first.endswith(":"):
        return {_headings()[heading]: body for heading, body in split(plain, headings)}
    return _as_far_as_headings_tell(plain)


def split(plain: str, headings: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The heading and the text of each block of a text that begins with one."""
    start = re.compile(f"^({'|'.join(map(re.escape, headings))}):$", re.MULTILINE)
    found = list(start.finditer(plain))
    for block, following in zip(found, [*found[1:], None], strict=True):
        body = plain[block.end() + 1 : following.start() if following else len(plain)]
        body = body.removesuffix(_SEPARATOR) if following else body
        yield block[1], unescaped(body, headings)


def told(text: FormattedText | None) -> str | None:
    """A text that is one field; None where nothing is given."""
    if text is None:
        return None
    plain = without_last_break(text.plain())
    return unescaped(plain, tuple(_headings())) or None


def without_last_break(plain: str) -> str:
    """The text without a line break at its end, which EDIFACT puts behind every text."""
    return plain.removesuffix("\n")


_LIKE_A_HEADING = re.compile(r"^[^\s:.,][^:.,\n]{0,60}:(?=\s|$)")


def _as_far_as_headings_tell(plain: str) -> dict[str, str]:
    """The lines under each known heading, or behind it, up to the next; a line with a colon at its end is one too."""
    told: dict[str, list[str]] = {}
    lines: list[str] | None = None
    for line in plain.split("\n"):
        heading = _LIKE_A_HEADING.match(line)
        name = _known().get((heading[0] if heading else line).strip().rstrip(":").casefold())
        if name is not None:
            lines = told.setdefault(name, [])
            rest = line[heading.end() :].strip() if heading else ""
            lines += [rest] if rest else []
        elif heading is not None and heading[0] == line.rstrip():
            lines = None
        elif lines is not None:
            lines.append(line)
    texts = {name: "\n".join(under).strip("\n ") for name, under in told.items()}
    return {name: text for name, text in texts.items() if text}


def block(key: Key, text: str) -> Block:
    """A field as a block."""
    return Block(key.name, key.heading if key.has_heading else None, text, key.text_field, key.is_first)
