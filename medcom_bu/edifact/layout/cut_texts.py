"""Texts that a sign has cut because it was not released: what gives them away.

Source: UN/EDIFACT D.93A, where nothing but a language code of three characters follows the text of an FTX; ISO 9735.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from medcom_bu.edifact.layout.notation import Component, Constant, Row, Variable

_LANGUAGE_AT = 4
_LANGUAGES = ("DA", "DAN", "EN", "ENG")
_LIKE_A_CODE = re.compile("[A-Za-z0-9]{1,3}")
_COLON = re.compile(r"https?\n//|\b(?:[01]?\d|2[0-3])\n[0-5]\d\b")


def is_rest(row: Row, number: int, came: tuple[str, ...]) -> bool:
    """Whether an element behind those of the row, counted from 0, is the rest of a text before it.

    Else it may be a code: the standard has more elements than MedCom uses.
    """
    text = ":".join(came)
    if not text:
        return False
    if row.tag == "FTX":
        return number > _LANGUAGE_AT or text.upper() not in _LANGUAGES
    last = row.fields[-1].components
    if number > len(row.fields) or not any(map(_is_free, last)):
        return False
    is_moved = any(isinstance(part, Constant) and part.text and part.text in came for part in last)
    return is_moved or not _LIKE_A_CODE.fullmatch(came[0])


def has_rest(wanted: tuple[Component, ...], before: str, came: tuple[str, ...]) -> bool:
    """Whether components behind those of an element, of which ``before`` is the last, are the rest of a text in it."""
    more = [text for text in came if text]
    if not more or not any(map(_is_free, wanted)):
        return False
    last = wanted[-1]
    is_moved = isinstance(last, Constant) and before != last.text == more[-1]
    return is_moved or not _LIKE_A_CODE.fullmatch(more[0])


def is_cut_address(parts: Sequence[str]) -> bool:
    """Whether a part of a web address but the last ends without the sign that it goes on."""
    *begun, _ = [part for part in parts if part] or [""]
    return not all(part == "." or part.endswith("\\") for part in begun)


def meet_at_a_colon(lines: Sequence[str]) -> bool:
    """Whether two lines of a text meet as a time of day or a web address does at its colon."""
    return _COLON.search("\n".join(lines)) is not None


def _is_free(part: Component) -> bool:
    """Whether a component takes any text, in which a sign may have to be released."""
    if not isinstance(part, Variable) or part.derived or part.codec not in (None, "LINE"):
        return False
    name = part.path.name
    return not name.endswith("identifier") or name.startswith("telephone")
