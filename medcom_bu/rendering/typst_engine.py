"""typst behind one function: a layout of ours and data go in, a PDF or the characters that no font has come out.

Nothing is fetched, and no file is read but the fonts: each call has an empty folder for its root. What typst says of a
text quotes it, so it goes no further than here.
"""

from __future__ import annotations

import functools
import json
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    import typst

_TEXT_FONT, _FIXED_FONT = "Libertinus Serif", "DejaVu Sans Mono"
_NOT_DISPLAYED = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]+)\}|\\(.)")


@attrs.frozen
class Fonts:
    """The fonts of typst and those of a folder, and their families in the order in which they are asked."""

    known: typst.Fonts
    families: list[str]


def has_typst() -> bool:
    """Whether the library that sets PDFs is there: the extra ``pdf`` brings it."""
    try:
        import typst  # noqa: F401
    except ImportError:
        return False
    return True


@functools.lru_cache(maxsize=8)
def fonts_of(folder: str | None) -> Fonts:
    """The fonts to set a text in, read once a process.

    Raises ImportError where typst is not installed, NotADirectoryError for what is not a folder.
    """
    import typst

    own = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
    if folder is None:
        return Fonts(own, [_TEXT_FONT, _FIXED_FONT])
    if not os.path.isdir(folder):
        raise NotADirectoryError("fonts is the path of a folder that holds fonts")
    known = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])
    more = sorted(set(known.families()) - set(own.families()))
    return Fonts(known, [_TEXT_FONT, *more, _FIXED_FONT])


def compiled(
    layout: str, data: Mapping[str, Any], fonts: Fonts, *, standards: Sequence[str], timestamp: datetime | None = None
) -> bytes | frozenset[str]:
    """The PDF of a layout that finds the data as JSON in ``sys.inputs.data``, or the characters that no font has.

    Raises RuntimeError where typst refuses the layout for another reason, without what it says.
    """
    import typst

    options: dict[str, Any] = {
        "format": "pdf",
        "font_paths": fonts.known,
        "ignore_system_fonts": True,
        "sys_inputs": {"data": json.dumps({**data, "fonts": fonts.families})},
        "pdf_standards": [*standards],
        "timestamp": timestamp,
    }
    told = ""
    with tempfile.TemporaryDirectory() as nothing:
        folders: dict[str, Any] = dict.fromkeys(("root", "package_path", "package_cache_path"), nothing)
        try:
            file: bytes = typst.compile(layout.encode(), **folders, **options)
        except typst.TypstError as error:
            told = error.diagnostic
        except BaseException as error:
            if type(error).__module__ != "pyo3_runtime":  # a panic, which is not an Exception
                raise
        else:
            return file
    missing = frozenset(sign for piece in _NOT_DISPLAYED.findall(told) for sign in _lacking(_unescaped(piece)))
    if not missing:
        raise RuntimeError("typst refuses the layout of medcom_bu: install a version that pyproject.toml names")
    return missing


def _lacking(piece: str) -> Iterator[str]:
    """What no font has of a piece that cannot be shown: where signs are combined, those above and below the letter."""
    beyond = [sign for sign in piece if not sign.isascii()]
    combining = [sign for sign in beyond if unicodedata.category(sign).startswith("M")]
    yield from combining or beyond


def _unescaped(quoted: str) -> str:
    """A text as typst quotes it, without its escapes."""
    return _ESCAPED.sub(lambda match: _sign(match[1]) if match[1] else match[2], quoted)


def _sign(code_point: str) -> str:
    return bytes.fromhex(code_point.zfill(8)).decode("utf-32-be")
