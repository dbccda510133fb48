"""A PDF for the record, set by typst: tagged, in Danish, with its fonts in it; the same bytes for the same content.

It claims PDF/UA-1 and, where it has a date, PDF/A-2a, and is refused by typst where it would break them. The text
comes as data to a layout of our own.

Source: ISO 19005-2 (PDF/A-2), conformance level A; ISO 14289-1 (PDF/UA-1).
"""

from __future__ import annotations

import functools
import json
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

import attrs

from medcom_bu import danish_time
from medcom_bu.rendering.pdf_template import PROBE, TEMPLATE
from medcom_bu.rendering.typst_engine import Fonts, compiled, fonts_of
from medcom_bu.signs import name_of, visible
from medcom_bu.values.characters import with_line_feeds

Blocks = list[dict[str, Any]]
"""What a page shows, as :mod:`medcom_bu.rendering.pdf_template` says."""

Errors = Literal["strict", "mark"]
FontFolder = os.PathLike[str] | str

_NUMBER = re.compile(r"[0-9]+(?:[-.:/][0-9]+)+")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_LONG = re.compile(r"[^\s/-]{36}")
_FROM_THE_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]")
_SURE = frozenset(map(chr, range(0x180)))
"""ASCII and the Latin letters of Europe, which are not tried: the fonts of typst have them."""


@attrs.frozen(repr=False)
class PdfArticle:
    """What is on pages of its own: a title, the patient at the top of each of them, the blocks."""

    title: str
    patient: str | None
    blocks: Blocks


@attrs.frozen(repr=False)
class PdfDocument:
    """What a PDF shows: the title that it has, its articles, the moment that it has."""

    title: str
    articles: tuple[PdfArticle, ...]
    date: datetime | None = None


def readable(text: str) -> str:
    """A text with a line feed for each end of a line, blanks for a tab, a mark for each sign that is not seen.

    So is one for private use, to which each font gives another shape: PDF/A-2a forbids it.
    """
    shown = visible("\n".join(line.expandtabs() for line in with_line_feeds(text).split("\n")))
    return _PRIVATE.sub(_marked, shown)


def _marked(sign: re.Match[str]) -> str:
    return f"<{name_of(sign[0])}>"


def typeset(document: PdfDocument, *, fonts: FontFolder | None = None, errors: Errors = "strict") -> bytes:
    """The PDF of a document.

    ``fonts`` is a folder of fonts that are asked beside those of typst; the fonts of the system are never. With
    ``errors="mark"`` a character that no font has is shown by its code point, such as ``<U+738B>``.

    Raises ValueError for a character that no font has, which names its script and never the text; ImportError where
    typst is not installed; NotADirectoryError where ``fonts`` is not a folder.
    """
    known = fonts_of(None if fonts is None else os.fspath(fonts))
    content = _changed(attrs.asdict(document, filter=attrs.filters.exclude("date")), readable)
    missing = _missing(content, known)
    while True:
        if missing and errors == "strict":
            raise ValueError(
                f"no font here has the characters of {_scripts(missing)}: name a folder of fonts that have them "
                '(fonts=), or have each shown by its code point (errors="mark")'
            )
        if missing:
            content = _changed(content, functools.partial(_characters(missing).sub, _marked))
        found = _set(content, known, document.date)
        if isinstance(found, bytes):
            return found
        missing = found  # signs that a font has, but not above or below the letter where they stand


def _missing(content: Mapping[str, Any], fonts: Fonts) -> frozenset[str]:
    """The characters that no font has, each tried alone: typst 0.15 panics over some that run across lines."""
    unsure = sorted(set(json.dumps(content, ensure_ascii=False)).difference(_SURE))
    found = compiled(PROBE, {"characters": unsure}, fonts, standards=["ua-1"]) if unsure else b""
    return frozenset() if isinstance(found, bytes) else found


def _set(content: Mapping[str, Any], fonts: Fonts, date: datetime | None) -> bytes | frozenset[str]:
    isolates = _FROM_THE_RIGHT.search(json.dumps(content, ensure_ascii=False)) is not None
    data = {
        **_changed(content, lambda text: _settable(text, isolates)),
        "name": content["title"],
        "foot": _settable(content["title"], isolates),
        "dated": date is not None,
    }
    standards = ["ua-1"] if date is None else ["a-2a", "ua-1"]
    timestamp = None if date is None else danish_time.aware(date).astimezone(UTC).replace(microsecond=0)
    return compiled(TEMPLATE, data, fonts, standards=standards, timestamp=timestamp)


def _characters(characters: Iterable[str]) -> re.Pattern[str]:
    return re.compile(f"[{re.escape(''.join(sorted(characters)))}]")


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    """Plain data with every text of it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: _changed(each, change) for key, each in value.items()}
    return [_changed(each, change) for each in value] if isinstance(value, list | tuple) else value


def _settable(text: str, isolates: bool) -> str:
    """A text with the signs that it is set by: they are not part of it, and no reader sees them.

    A word that is wider than the page may be broken. Where something in the document is read from the right, a number
    is not: the halves of a CPR number behind an Arabic name would be exchanged.
    """
    text = _LONG.sub(lambda match: f"{match[0]}\u200b", text)
    return _NUMBER.sub(lambda match: f"\u2066{match[0]}\u2069", text) if isolates else text


def _scripts(characters: Iterable[str]) -> str:
    """The scripts of characters by the first word of their names, such as ``CJK (3), THAI (1)``; no text."""
    counted = Counter(_script(character) for character in characters)
    return ", ".join(f"{script} ({count})" for script, count in sorted(counted.items())) or "the text"


def _script(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cn", "Co", "Cs", "Cc"):
        return "no script"
    return unicodedata.name(character, "?").split()[0].partition("-")[0] if category[0] in "LM" else "symbols"
