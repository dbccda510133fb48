"""Whether a text is what its leaf type asks for: the facets of MedCom's schemas, the same on every wire.

Each wire says in a table which of its issues a facet is. Lengths count code points; white space counts; digits are
ASCII. Source: MedCom's XML schemas as in use.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from typing import Any

from medcom_bu.arguments import Words
from medcom_bu.declare.oioxml import Codes, Date, Fixed, Flag, PositiveInteger, String, Time, Version
from medcom_bu.issues import Text


class Facet(Words):
    """What a text can fail. ``CURRENT_SCHEMA``: only the older copies of the schemas accept it."""

    EMPTY = "empty"
    TOO_LONG = "too long"
    FORM = "form"
    CODE = "code"
    CODE_OF_VERSION = "code of version"
    FIXED = "fixed"
    CURRENT_SCHEMA = "current schema"


TAKEN_FOR = "taken_for"
"""The parameter that says what a receiver takes a text for: empty as it came, None where it is not received."""
UnmetFacet = tuple[Facet, dict[str, object]]

DATE = Text("YYYY-MM-DD", "ÅÅÅÅ-MM-DD")
REAL_DATE = Text("YYYY-MM-DD with a day that exists", "ÅÅÅÅ-MM-DD med en dag der findes")
CLOCK = Text("HH:MM, from 00:00 to 23:59", "TT:MM, fra 00:00 til 23:59")
_DATE = re.compile(r"-?(\d{4,20})-(\d\d)-(\d\d)(Z|[+-]\d\d:\d\d)?", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_POSITIVE = re.compile(r"\+?0*[1-9]\d*", re.ASCII)
_BLANKS = " \t\r\n"


def unmet(leaf: Any, text: str, version: Version) -> Iterator[UnmetFacet]:
    """The facets of a leaf type that a text does not meet in a version, each with the parameters of an issue."""
    return _CHECKS[type(leaf)](leaf, text, version)


def _string(leaf: String, text: str, _: Version) -> Iterator[UnmetFacet]:
    length = len(text)
    is_within = leaf.min <= length and (leaf.max is None or length <= leaf.max)
    if is_within and (not leaf.pattern or re.fullmatch(leaf.pattern, text)):
        return
    bounds: dict[str, object] = {"length": length, "min": leaf.min, "max": leaf.max}
    if not text and leaf.min:
        yield Facet.EMPTY, bounds
    elif leaf.form is None and not is_within:
        yield Facet.TOO_LONG, bounds
    else:
        yield Facet.FORM, {"expected": leaf.form or leaf.pattern}


def _codes(leaf: Codes, text: str, version: Version) -> Iterator[UnmetFacet]:
    member = leaf.codes.get(text)
    if isinstance(member, leaf.codes) and member.known_in(version.code):
        return
    expected = ", ".join(code for code in leaf.codes if code.known_in(version.code))
    if not isinstance(member, leaf.codes):
        if text.rstrip(" ") == "patologi":
            yield Facet.CURRENT_SCHEMA, {"detail": "a trailing blank", "expected": "patologi", TAKEN_FOR: "patologi"}
        else:
            nearest, taken_for = leaf.codes.nearest(text, version.code), leaf.codes.taken_for(text)
            yield Facet.CODE, {"expected": expected, "nearest": nearest, TAKEN_FOR: taken_for}
    else:
        value = str(member)
        yield Facet.CODE_OF_VERSION, {"value": value, "version": version.code, "expected": expected, TAKEN_FOR: value}


def _fixed(leaf: Fixed, text: str, version: Version) -> Iterator[UnmetFacet]:
    expected = getattr(version, leaf.attribute)
    if text != expected:
        yield Facet.FIXED, {"expected": expected}


def _date(_: Date, text: str, __: Version) -> Iterator[UnmetFacet]:
    match = _DATE.fullmatch(text.strip(_BLANKS))
    if not match or not _is_day(match):
        yield Facet.FORM, {"expected": REAL_DATE if match else DATE}
    elif match.group(4):
        yield Facet.CURRENT_SCHEMA, {"detail": "a time zone", "expected": DATE}


def _is_day(match: re.Match[str]) -> bool:
    year, month, day = match.group(1), int(match.group(2)), int(match.group(3))
    if int(year) == 0 or (len(year) > 4 and year[0] == "0") or not 1 <= month <= 12:
        return False
    return 1 <= day <= calendar.monthrange(2000 + int(year) % 400, month)[1]


def _time(_: Time, text: str, __: Version) -> Iterator[UnmetFacet]:
    if not _TIME.fullmatch(text):
        yield Facet.FORM, {"expected": CLOCK}


def _positive(_: PositiveInteger, text: str, __: Version) -> Iterator[UnmetFacet]:
    if not _POSITIVE.fullmatch(text.strip(_BLANKS)):
        yield Facet.FORM, {"expected": Text("a whole number of at least 1", "et helt tal på mindst 1")}


def _flag(_: Flag, text: str, __: Version) -> Iterator[UnmetFacet]:
    if text.strip(_BLANKS) != "true":
        is_spelt_otherwise = text.strip(_BLANKS).casefold() == "true"
        yield Facet.FORM, {"expected": "true", TAKEN_FOR: "true" if is_spelt_otherwise else None}


_CHECKS: dict[type, Callable[[Any, str, Version], Iterator[UnmetFacet]]] = {
    String: _string,
    Codes: _codes,
    Fixed: _fixed,
    Date: _date,
    Time: _time,
    PositiveInteger: _positive,
    Flag: _flag,
}
