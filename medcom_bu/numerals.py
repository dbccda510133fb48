"""Text from outside as a number: the one place that turns it into one, and never raises.

``str.isdigit`` is true of more than ``int`` reads (``²``), ``int`` reads more than the standards allow (``٣``,
``1_0``) and raises for more digits than the interpreter allows. None of that may depend on who asks.
"""

from __future__ import annotations

import itertools
import re
from decimal import Decimal

_INTEGER = re.compile(r"[ \t\r\n]*([+-]?)([0-9]+)[ \t\r\n]*")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,1000}(?:\.[0-9]{1,1000})?(?:[eE][+-]?[0-9]{1,9})?")
_MAX_NUMBERS = 8


def is_digits(text: str) -> bool:
    """Whether a text is ASCII digits, at least one, and nothing else."""
    return text.isascii() and text.isdigit()


def whole(text: object, digits: int = 18) -> int | None:
    """The number that a text of ASCII digits writes; None for anything else and for more than ``digits`` digits."""
    return int(text) if isinstance(text, str) and len(text) <= digits and is_digits(text) else None


def integer(text: object, digits: int = 18) -> int | None:
    """As :func:`whole`, of an xs:integer: with a sign before the digits and white space of XML around."""
    match = _INTEGER.fullmatch(text) if isinstance(text, str) else None
    number = whole(match[2], digits) if match else None
    return -number if match and number is not None and match[1] == "-" else number


def exact(text: object) -> Decimal | None:
    """The number that a text writes as JSON does (``-1.50``, ``1e3``, a leading ``+`` too); None for anything else."""
    return Decimal(text) if isinstance(text, str) and _DECIMAL.fullmatch(text) else None


def version_numbers(version: str) -> tuple[int, ...]:
    """The numbers that a version begins with, whatever it is: ``4.0.1-ballot`` and ``4.0.x`` begin with 4 and 0."""
    parts = (whole(part) for part in version.partition("-")[0].split(".", _MAX_NUMBERS)[:_MAX_NUMBERS])
    return tuple(itertools.takewhile(lambda part: part is not None, parts))  # type: ignore[arg-type]
