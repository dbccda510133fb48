"""Signs that a reader cannot see or that act, and the marks that stand for them in pages and on terminals.

>>> one_line("name" + chr(27) + "[31m" + chr(10) + "x")
'name<U+001B>[31m<U+000A>x'
"""

from __future__ import annotations

import functools
import re

INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Controls, marks of direction, zero-width and filler signs, halves of pairs: what a reader cannot see."""


def name_of(sign: str) -> str:
    """The code point of a sign, such as ``U+202E``."""
    return f"U+{ord(sign):04X}"


def visible(text: str) -> str:
    """The text with a mark for each sign that could act on a terminal or hide something; lines and tabs stay."""
    return INVISIBLE.sub(lambda match: _mark(match[0]), text)


def one_line(text: str) -> str:
    """As :func:`visible`, for what is to stay on one line, such as the name of a file."""
    return visible(text).replace("\n", "<U+000A>").replace("\t", "<U+0009>")


@functools.cache
def _mark(sign: str) -> str:
    """The mark of a sign, the same each time: a text may hold nothing but signs."""
    return f"<{name_of(sign)}>"
