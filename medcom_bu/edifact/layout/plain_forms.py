"""Texts in the characters of ISO 8859-1, which is all that EDIFACT has: a letter outside it gets its plain form.

A letter with a mark loses the mark (``Š`` becomes ``S``), one without such a form has it in a table (``Ł`` becomes
``L``), typographic signs become those of a typewriter, and signs that show nothing go. Only what has no plain form
becomes a question mark.

Source: Unicode 15, compatibility decompositions (NFKD); ISO 9735, character set UNOC; the table is this library's own.

>>> carried("Łukasz Šimić – “5 €”…")
'Lukasz Simic - "5 EUR"...'
>>> carried("a\\u030ar")
'år'
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable

_NOT_CARRIED = re.compile("[^\t -~\x80-\xff]")
_LAST = "\xff"

_LETTERS = "ĐđĦħıĸŁłŊŋŦŧƀƁƆƇƈƉƊƏƐƑƒƓƗƘƙƚƝƞƤƥƬƭƲƳƴƵƶǝȷȺȻȼȽȾɃɆɇɈɉɌɍɎɏɓɔɖɗəɛɠɨɩɲʉʋʒ"
_AS = "DdHhikLlNnTtbBOCcDDEEFfGIKklNnPpTtVYyZzejACcLTBEeJjRrYyboddeegiinuvz"
"""Latin letters that do not decompose, and the plain form of each."""

_PLAIN_FORMS = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2022\u2023\u2043\u25cf\u25aa", "-"),
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02b9\u02bb\u02bc\u02bd", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033", '"'),
    **dict.fromkeys("\x0b\x0c\x1c\x1d\x1e\x1f\u2028\u2029", " "),
    "\u20ac": "EUR",
    "\u2039": "<",
    "\u203a": ">",
    "\u2044": "/",
    "\u2192": "->",
    "\u2190": "<-",
    "\u2264": "<=",
    "\u2265": ">=",
    "\u2030": "o/oo",
    "\u03bc": "\xb5",
    "\u0152": "OE",
    "\u0153": "oe",
    "\u1e9e": "SS",
    **dict(zip(_LETTERS, _AS, strict=True)),
}

_SHOWN_AS = {"Cf": "", "Zs": " "}
"""What shows nothing, and what shows as a blank, by category."""


def carried(text: str) -> str:
    """The text in the characters of ISO 8859-1: letters and signs in their plain form, what has none as ``?``."""
    if text.isascii() and text.isprintable():
        return text
    if not _NOT_CARRIED.search(text):
        return text
    out: list[str] = []
    for sign in text:
        for plain in _plain(sign):
            if plain <= _LAST:
                out.append(plain)
            elif out:  # a mark: it makes a letter of ISO 8859-1 with the one before it, or goes
                whole = unicodedata.normalize("NFC", out[-1] + plain)
                out[-1] = whole if len(whole) == 1 and whole <= _LAST else out[-1]
    return "".join(out)


@functools.lru_cache(4096)
def _plain(sign: str) -> str:
    """A character in its plain form; marks that may go with the letter before it stay as they are."""
    if not _NOT_CARRIED.match(sign):
        return sign
    if sign in _PLAIN_FORMS:
        return _PLAIN_FORMS[sign]
    if unicodedata.category(sign) in _SHOWN_AS:
        return _SHOWN_AS[unicodedata.category(sign)]
    parts = [_part(part) for part in unicodedata.normalize("NFKD", sign)]
    return "?" if "?" in parts else "".join(parts)


def _part(sign: str) -> str:
    if sign in _PLAIN_FORMS:
        return _PLAIN_FORMS[sign]
    if not _NOT_CARRIED.match(sign):
        return sign
    return sign if unicodedata.category(sign).startswith("M") else "?"


def replaced(text: str) -> list[str]:
    """The characters of a text that :func:`carried` changes. A line end is not one: it is not a character of a text."""
    return [sign for sign in _NOT_CARRIED.findall(text) if sign not in "\r\n"]


def spelling(signs: Iterable[str], most: int = 5) -> str:
    """How the characters are written: each once, by code point, at most so many. It says nothing of their order.

    Those of no plain form, of which a name in another script may consist, are not told apart; nor is a mark, which goes
    with the letter before it.

    >>> spelling("ŁłŁ–и")
    'U+0141 "L", U+0142 "l", U+2013 "-", ?'
    """
    plain = {sign: _plain(sign) for sign in sorted(set(signs))}
    shown = [f'U+{ord(sign):04X} "{carried(sign)}"' for sign, form in plain.items() if form not in ("?", sign)]
    more = ["..."] if len(shown) > most else []
    return ", ".join([*shown[:most], *more, *(["?"] if "?" in plain.values() else [])])
