"""Content as safe HTML: each piece isolated in a ``bdi``, with nothing in it that acts and nothing that hides.

>>> content("<b>" + chr(0x202E) + "'")
'<bdi>&lt;b&gt;<code>U+202E</code>&#x27;</bdi>'
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from medcom_bu.signs import INVISIBLE as _INVISIBLE
from medcom_bu.signs import name_of
from medcom_bu.values.text import FormattedText, Mark, RawMarkup, Style, Styled, TextNode

_TAGS = {
    Style.RIGHT: ('<span class="right">', "</span>"),
    Style.CENTER: ('<span class="center">', "</span>"),
    Style.BOLD: ("<b>", "</b>"),
    Style.ITALIC: ("<i>", "</i>"),
    Style.UNDERLINE: ("<u>", "</u>"),
    Style.FIXED_FONT: ('<span class="fixed">', "</span>"),
}
_MARKS = {Mark.BREAK: "<br>", Mark.SPACE: " "}
_WEB = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?([/?#][!-~]*)?", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9+/]{60,}=*(\s++[A-Za-z0-9+/]{60,}=*)*(\s++[A-Za-z0-9+/]*+={0,2}(?=\s*+(<|$)))?")


ABSENT = '<span class="none">Ikke angivet</span>'
"""What stands where something is not given."""


def section(title: str, *parts: str, kind: str = "") -> str:
    """A section with its heading, or nothing where there is nothing in it. All is HTML."""
    inner = "".join(parts)
    attribute = f' class="{kind}"' if kind else ""
    return f"<section{attribute}><h2>{title}</h2>{inner}</section>" if inner else ""


def listed(items: Iterable[str]) -> str:
    """Items, all HTML, as a numbered list, or nothing where there are none."""
    inner = "".join(f"<li>{item}</li>" for item in items)
    return f"<ol>{inner}</ol>" if inner else ""


def described(rows: Iterable[tuple[str, str]]) -> str:
    """A list of labels and contents, both HTML, what is empty left out."""
    inner = "".join(f"<dt>{name}</dt><dd>{shown}</dd>" for name, shown in rows if shown)
    return f"<dl>{inner}</dl>" if inner else ""


def escaped(text: str) -> str:
    """The text as HTML, with a visible mark for each invisible sign."""
    return _INVISIBLE.sub(lambda match: f"<code>{name_of(match[0])}</code>", escape(text))


def content(text: str) -> str:
    """A text of the message, isolated from what stands around it."""
    return f"<bdi>{escaped(text)}</bdi>"


def formatted(text: FormattedText) -> str:
    """A formatted text of the message with its formatting."""
    return f"<bdi>{_nodes(text.nodes)}</bdi>"


def link(address: str) -> str:
    """A web address as text, and as a link where it is a plain one of http or https."""
    if not _WEB.fullmatch(address):
        return content(address)
    return f'<a href="{escape(address)}" rel="noopener noreferrer nofollow">{content(address)}</a>'


def source(xml: str) -> str:
    """XML as it came, shown as text; long base64 in it only by its length."""
    return f'<bdi class="fixed">{_source(xml)}</bdi>'


def _source(xml: str) -> str:
    parts: list[str] = []
    end = 0
    for match in _BASE64.finditer(xml):
        parts += [escaped(xml[end : match.start()]), f"<code>{len(match[0])} tegn</code>"]
        end = match.end()
    return "".join(parts) + escaped(xml[end:])


def _nodes(nodes: tuple[TextNode, ...]) -> str:
    return "".join(map(_node, nodes))


def _node(node: TextNode) -> str:
    if isinstance(node, Mark):
        return _MARKS[node]
    if isinstance(node, Styled):
        before, after = _TAGS[node.style]
        return f"{before}{_nodes(node.nodes)}{after}"
    if isinstance(node, RawMarkup):
        return _source(node.xml)
    return escaped(FormattedText((node,)).plain())
