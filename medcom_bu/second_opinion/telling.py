"""An opinion for people: as text, and as one page that asks nobody for anything and runs no script."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import NamedTuple

from medcom_bu.signs import one_line

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; margin: 1.5rem; max-width: 60rem; color: #1b1b1b; background: #fff; }
li { margin-bottom: .5rem; overflow-wrap: anywhere; }
.differ, .unknown { color: #a4000f; font-weight: bold; }
.same { color: #14601f; font-weight: bold; }
.reason { color: #555; }
"""
_POLICY = (
    "default-src 'none'; base-uri 'none'; style-src "
    f"'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'"
)


class ToldLine(NamedTuple):
    """One error: what is said by whom, and why it stands alone."""

    said: tuple[str, ...]
    reason: str = ""
    is_known: bool = True


class ToldPart(NamedTuple):
    """A heading, and what is under it."""

    heading: str
    lines: list[ToldLine]


class ToldPage(NamedTuple):
    """All that is reported, in one language."""

    title: str
    headline: str
    is_same: bool
    parts: tuple[ToldPart, ...]
    rest: str


def as_text(page: ToldPage) -> str:
    """The verdicts, and the errors of each part; a sign that acts is shown by its code point."""
    lines = [page.headline]
    for part in page.parts:
        lines.append(f"{part.heading} ({len(part.lines)})")
        for line in part.lines:
            first, *others = line.said
            lines += [f"  - {first}", *(f"    = {other}" for other in others)]
            lines += [f"    {line.reason}"] if line.reason else []
    return "\n".join(map(one_line, [*lines, page.rest]))


def as_html(page: ToldPage, lang: str) -> str:
    """The same as a page."""
    title = escape(page.title)
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
        f'<p class="{"same" if page.is_same else "differ"}">{_shown(page.headline)}</p>\n'
        f"{''.join(_section(part) for part in page.parts)}<p>{_shown(page.rest)}</p>\n"
        "</body>\n</html>\n"
    )


def _section(part: ToldPart) -> str:
    items = "".join(_item(line) for line in part.lines)
    return f"<h2>{_shown(part.heading)} ({len(part.lines)})</h2>\n<ul>{items}</ul>\n"


def _item(line: ToldLine) -> str:
    said = "<br>".join(map(_shown, line.said))
    reason = f'<br><span class="{"reason" if line.is_known else "unknown"}">{_shown(line.reason)}</span>'
    return f"<li>{said}{reason if line.reason else ''}</li>"


def _shown(text: str) -> str:
    return escape(one_line(text))
