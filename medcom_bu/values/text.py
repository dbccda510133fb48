"""Formatted text of the letters: text, line breaks, kept blanks and a few styles, in the order they came.

Source: MedCom's XML schemas, types FormattedTextType, SimpleFormattedText and BreakableText.

>>> text = FormattedText.coerce("Første linje\\nanden  linje")
>>> text.plain()
'Første linje\\nanden  linje'
>>> text
<FormattedText of 25 characters>
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Self, cast

import attrs

from medcom_bu.arguments import Words, check, check_fields
from medcom_bu.declare.oioxml import Formatted
from medcom_bu.values.characters import lines_apart, with_line_feeds


class Mark(Words):
    """The two empty elements."""

    BREAK = "Break"
    SPACE = "Space"


class Style(Words):
    """The elements that hold text. ``FIXED_FONT`` may hold the others, the others only text and marks."""

    RIGHT = "Right"
    CENTER = "Center"
    BOLD = "Bold"
    ITALIC = "Italic"
    UNDERLINE = "Underline"
    FIXED_FONT = "FixedFont"


def _joined(nodes: Iterable[TextNode]) -> tuple[TextNode, ...]:
    """The nodes as the wire has them: texts side by side are one text, and an empty one is none."""
    if not isinstance(nodes, tuple | list):
        return cast("tuple[TextNode, ...]", nodes)  # which the check of the field refuses
    joined: list[TextNode] = []
    for node in nodes:
        if not isinstance(node, str) or isinstance(node, Mark):
            joined.append(node)
        elif joined and type(joined[-1]) is str:
            joined[-1] += str(node)
        elif node:
            joined.append(str(node))
    return tuple(joined)


@attrs.frozen(field_transformer=check_fields)
class Styled:
    """A run of text in one style."""

    style: Style
    nodes: tuple[TextNode, ...] = attrs.field(repr=False, converter=_joined)


@attrs.frozen(field_transformer=check_fields)
class RawMarkup:
    """An element that formatted text does not know, kept as the XML that came."""

    xml: str = attrs.field(repr=False)


TextNode = str | Mark | Styled | RawMarkup

_BLANKS = re.compile(r"(?<= ) |^ | $", re.MULTILINE)
_SOURCE_BREAK = re.compile(r"(?<![ \t])[ \t]*+[\r\n][ \t\r\n]*+")


@attrs.frozen(repr=False, field_transformer=check_fields)
class FormattedText:
    """A text with its formatting.

    Equal texts are equal: texts that stand side by side are joined, empty ones are dropped.

    ``nodes``: texts, marks and runs of one style, in order. A plain ``str`` node is never a :class:`Mark`, though a
    mark is a ``str`` too.
    """

    nodes: tuple[TextNode, ...] = attrs.field(default=(), converter=_joined)

    @classmethod
    def coerce(cls, text: str | FormattedText) -> FormattedText:
        """Formatted text made of plain text: a line feed becomes a break, a blank that must be kept a space.

        Anything that is not a ``str`` is given back as it is.
        """
        return cls.from_plain(text) if type(text) is str else cast(FormattedText, text)

    @classmethod
    def from_plain(cls, text: str) -> Self:
        """Formatted text made of plain text; ``plain()`` gives the text back, with ``\\n`` for every line end.

        A line ends where ``str.splitlines`` says so: at a vertical tab or U+2028, too.
        """
        nodes: list[TextNode] = []
        for number, line in enumerate(with_line_feeds(text).split("\n")):
            if number:
                nodes.append(Mark.BREAK)
            start = 0
            for blank in _BLANKS.finditer(line) if _may_keep_blanks(line) else ():
                if blank.start() > start:
                    nodes.append(line[start : blank.start()])
                nodes.append(Mark.SPACE)
                start = blank.end()
            if start < len(line):
                nodes.append(line[start:])
        return cls(tuple(nodes))

    @classmethod
    def fixed(cls, text: str) -> Self:
        """A table or an indented text, in a font of fixed width; receivers show 70 characters a line.

        ``text`` is plain: a line feed becomes a break, and a tab as many blanks as lead to the next column of eight.
        Source: Den gode XML korrespondance, 2020, page 30. Raises TypeError for what is no ``str``.

        >>> FormattedText.fixed("Navn      Dosis").nodes[0].style.value
        'FixedFont'
        """
        check("text", text, str)
        lines = "\n".join(line.expandtabs() for line in with_line_feeds(text).split("\n"))
        return cls((Styled(Style.FIXED_FONT, cls.from_plain(lines).nodes),) if lines else ())

    def plain(self) -> str:
        """The text without formatting: a break is a line feed; line feeds of the source mean at most a blank."""
        return plain(self.nodes)

    def with_breaks(self) -> Self:
        """The text with a break for every line end that is more than layout of the source, such as a vertical tab."""
        return type(self)(_broken(self.nodes))

    def without(self, unwanted: re.Pattern[str]) -> Self:
        """The text without the characters that ``unwanted`` matches."""
        return type(self)(_without(self.nodes, unwanted))

    def __len__(self) -> int:
        return len(characters(self.nodes))

    def cut(self, limit: int) -> tuple[Self, Self]:
        """The text as far as ``limit`` characters go, and the rest: cut after a line, else after a word.

        Nothing is lost at the cut, and a style goes on behind it.
        """
        text = characters(self.nodes)
        if len(text) <= limit:
            return self, type(self)()
        least, at = limit // 2, limit
        for end in ("\n", " "):
            place = text.rfind(end, least, limit)
            if place >= 0:
                at = place + 1
                break
        before, after = _cut(self.nodes, at)
        return type(self)(before), type(self)(after)

    def __bool__(self) -> bool:
        return bool(self.nodes)

    def __repr__(self) -> str:
        return f"<FormattedText of {len(self.plain())} characters>"


_new: Any = object.__new__
_put_style, _put_inner, _put_nodes = (
    getattr(cls, name).__set__ for cls, name in ((Styled, "style"), (Styled, "nodes"), (FormattedText, "nodes"))
)


def made_styled(style: Style, nodes: tuple[TextNode, ...]) -> Styled:
    """A run made without its constructor: for readers, which make nodes that fit and leave none to join."""
    styled: Styled = _new(Styled)
    _put_style(styled, style)
    _put_inner(styled, nodes)
    return styled


def made_text(nodes: tuple[TextNode, ...]) -> FormattedText:
    """A text made without its constructor: for readers, as :func:`made_styled`."""
    text: FormattedText = _new(FormattedText)
    _put_nodes(text, nodes)
    return text


def _may_keep_blanks(line: str) -> bool:
    """Whether a line has a blank at an end, or two in a row: much faster seen than searched for."""
    return "  " in line or line.startswith(" ") or line.endswith(" ")


def characters(nodes: tuple[TextNode, ...]) -> str:
    """The characters of a text as they stand on the wire: a break counts one, and so does a kept blank."""
    return "".join(pieces(nodes))


def pieces(nodes: tuple[TextNode, ...]) -> list[str]:
    """The same, each text and each mark on its own."""
    parts: list[str] = []
    for node in nodes:
        if type(node) is str:
            parts.append(node)
        elif isinstance(node, Styled):
            parts += pieces(node.nodes)
        else:
            parts.append("\n" if node is _BREAK else " ")
    return parts


_BREAK = Mark.BREAK  # a member of an enumeration is looked up slowly


def _broken(nodes: tuple[TextNode, ...]) -> tuple[TextNode, ...]:
    broken: list[TextNode] = []
    for node in nodes:
        if isinstance(node, Styled):
            broken.append(Styled(node.style, _broken(node.nodes)))
        elif type(node) is str:
            first, *others = lines_apart(node)
            broken += [first, *(part for other in others for part in (Mark.BREAK, other))]
        else:
            broken.append(node)
    return tuple(broken)


def _without(nodes: tuple[TextNode, ...], unwanted: re.Pattern[str]) -> tuple[TextNode, ...]:
    return tuple(
        Styled(node.style, _without(node.nodes, unwanted))
        if isinstance(node, Styled)
        else unwanted.sub("", node)
        if type(node) is str
        else node
        for node in nodes
    )


def _cut(nodes: tuple[TextNode, ...], at: int) -> tuple[tuple[TextNode, ...], tuple[TextNode, ...]]:
    """The nodes of the first ``at`` characters, and the others."""
    for number, node in enumerate(nodes):
        length = len(characters((node,)))
        if at < length:
            before, after = _halves(node, at)
            return nodes[:number] + before, after + nodes[number + 1 :]
        at -= length
    return nodes, ()


def _halves(node: TextNode, at: int) -> tuple[tuple[TextNode, ...], tuple[TextNode, ...]]:
    """A node cut in two; what holds no character before the cut comes after it."""
    if at == 0:
        return (), (node,)
    if isinstance(node, Styled):
        before, after = _cut(node.nodes, at)
        return (Styled(node.style, before),), (Styled(node.style, after),)
    text = str(node)  # a mark is one character and has no inside
    return (text[:at],), (text[at:],)


def plain(nodes: tuple[TextNode, ...]) -> str:
    """The text without formatting: see :meth:`FormattedText.plain`."""
    parts: list[str] = []
    for node in nodes:
        if type(node) is str:
            parts.append(_SOURCE_BREAK.sub(_soften, node) if "\n" in node or "\r" in node else node)
        elif node is Mark.BREAK:
            parts.append("\n")
        elif node is Mark.SPACE:
            parts.append(" ")
        elif isinstance(node, Styled):
            parts.append(plain(node.nodes))
    return "".join(parts)


def _soften(match: re.Match[str]) -> str:
    """A line feed of the source separates words; at an end of the text it is mere layout."""
    return " " if match.start() > 0 and match.end() < len(match.string) else ""


FORMATTED_TEXT = Formatted(FormattedText)
"""FormattedTextType: every style."""

BREAKABLE_TEXT = Formatted(FormattedText, simple=True)
"""BreakableText: line breaks and kept blanks alone."""
