"""A PDF for the record, set by typst: tagged, in Danish, with its fonts in it; the same bytes for the same content.

It claims PDF/UA-1 and, where it bears a date, PDF/A-2a, and is refused by typst where it would break them. Nothing is
fetched, and no file is read but the fonts: the text comes as data to a layout of our own.

Source: ISO 19005-2 (PDF/A-2), conformance level A; ISO 14289-1 (PDF/UA-1).
"""

from __future__ import annotations

import functools
import json
import os
import re
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import attrs

from medcom_bu import danish_time
from medcom_bu.rendering.pdf_template import TEMPLATE
from medcom_bu.signs import name_of, visible
from medcom_bu.values.characters import with_line_feeds

if TYPE_CHECKING:
    import typst

Blocks = list[dict[str, Any]]
"""What a page shows, as :mod:`medcom_bu.rendering.pdf_template` says."""

Errors = Literal["strict", "mark"]
FontFolder = os.PathLike[str] | str

_TEXT_FONT, _FIXED_FONT = "Libertinus Serif", "DejaVu Sans Mono"
_NUMBER = re.compile(r"[0-9]+(?:[-.:/][0-9]+)+")
_LONG = re.compile(r"[^\s/-]{36}")
_FROM_THE_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]")
_NOT_DISPLAYED = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]+)\}|\\(.)")


@attrs.frozen(repr=False)
class PdfArticle:
    """What stands on pages of its own: a title, the patient at the top of each of them, the blocks."""

    title: str
    patient: str | None
    blocks: Blocks


@attrs.frozen(repr=False)
class PdfDocument:
    """What a PDF shows: the title that it bears, its articles, the moment that it bears."""

    title: str
    articles: tuple[PdfArticle, ...]
    date: datetime | None = None


def has_typst() -> bool:
    """Whether the library that sets PDFs is there: the extra ``pdf`` brings it."""
    try:
        import typst  # noqa: F401
    except ImportError:
        return False
    return True


def readable(text: str) -> str:
    """A text with a mark for each sign that is not seen, a line feed for each end of a line, blanks for a tab."""
    return visible("\n".join(line.expandtabs() for line in with_line_feeds(text).split("\n")))


def typeset(document: PdfDocument, *, fonts: FontFolder | None = None, errors: Errors = "strict") -> bytes:
    """The PDF of a document.

    ``fonts`` is a folder of fonts that are asked beside those of typst; the fonts of the system are never. With
    ``errors="mark"`` a character that no font has is shown by its code point, such as ``<U+738B>``.

    Raises ValueError for a character that no font has, which names its script and never the text; ImportError where
    typst is not installed; NotADirectoryError where ``fonts`` is no folder.
    """
    known, families = _fonts(None if fonts is None else os.fspath(fonts))
    content = _changed(attrs.asdict(document, filter=attrs.filters.exclude("date")), readable)
    file, missing = _compiled(content, families, known, document.date)
    if missing and errors == "mark":
        absent = re.compile(f"[{re.escape(''.join(sorted(missing)))}]")
        marked = _changed(content, lambda text: absent.sub(lambda sign: f"<{name_of(sign[0])}>", text))
        file, missing = _compiled(marked, families, known, document.date)
    if file is None:
        raise ValueError(
            f"no font here has the characters of {_scripts(missing)}: name a folder of fonts that have them (fonts=), "
            'or have each shown by its code point (errors="mark")'
        )
    return file


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    """Plain data with every text of it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: _changed(each, change) for key, each in value.items()}
    return [_changed(each, change) for each in value] if isinstance(value, list | tuple) else value


def _settable(text: str, isolates: bool) -> str:
    """A text with the signs that it is set by: they are no part of it, and no reader sees them.

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


# --- typst --------------------------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=8)
def _fonts(folder: str | None) -> tuple[typst.Fonts, list[str]]:
    """The fonts of typst and those of a folder, and the families in the order in which they are asked."""
    import typst

    own = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
    if folder is None:
        return own, [_TEXT_FONT, _FIXED_FONT]
    if not os.path.isdir(folder):
        raise NotADirectoryError("fonts is the path of a folder that holds fonts")
    known = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])
    more = sorted(set(known.families()) - set(own.families()))
    return known, [_TEXT_FONT, *more, _FIXED_FONT]


def _compiled(
    content: Mapping[str, Any], families: list[str], fonts: typst.Fonts, date: datetime | None
) -> tuple[bytes | None, frozenset[str]]:
    """The file, or None and the characters that no font has."""
    import typst

    isolates = _FROM_THE_RIGHT.search(json.dumps(content, ensure_ascii=False)) is not None
    data = {
        **_changed(content, lambda text: _settable(text, isolates)),
        "name": content["title"],
        "foot": _settable(content["title"], isolates),
        "dated": date is not None,
        "fonts": families,
    }
    options: dict[str, Any] = {
        "format": "pdf",
        "font_paths": fonts,
        "ignore_system_fonts": True,
        "sys_inputs": {"data": json.dumps(data)},
        "pdf_standards": ["ua-1"] if date is None else ["a-2a", "ua-1"],
        "timestamp": None if date is None else int(danish_time.aware(date).timestamp()),
    }
    with tempfile.TemporaryDirectory() as nothing:
        folders: dict[str, Any] = dict.fromkeys(("root", "package_path", "package_cache_path"), nothing)
        try:
            file: bytes = typst.compile(TEMPLATE.encode(), **folders, **options)
        except typst.TypstError as error:
            told = error.diagnostic  # which quotes the text: it goes no further
        else:
            return file, frozenset()
    missing = frozenset("".join(map(_unescaped, _NOT_DISPLAYED.findall(told))))
    if not missing:
        raise RuntimeError("typst refuses the layout of medcom_bu: install a version that pyproject.toml names")
    return None, missing


def _unescaped(quoted: str) -> str:
    """A text as typst quotes it, without its escapes."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)) if match[1] else match[2], quoted)
