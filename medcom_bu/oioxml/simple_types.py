"""Whether a text is what its leaf type asks for: the facets of the schemas, as explanations.

Lengths count code points; white space counts; digits are ASCII. Source: MedCom's XML schemas as in use.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from typing import Any

from medcom_bu.declare.oioxml import Codes, Date, Fixed, Flag, PositiveInteger, String, Time, Version
from medcom_bu.issues import Kind
from medcom_bu.messages.envelopes import BOOLEAN_PATTERN, DATE_TIME_PATTERN, INTEGER_PATTERN, UUID_PATTERN
from medcom_bu.oioxml import catalogue

FacetFault = tuple[Kind, dict[str, object]]

_DATE = re.compile(r"-?(\d{4,20})-(\d\d)-(\d\d)(Z|[+-]\d\d:\d\d)?", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_POSITIVE = re.compile(r"\+?0*[1-9]\d*", re.ASCII)
_BLANKS = " \t\r\n"
_FORMS = {
    UUID_PATTERN: "a UUID with hyphens",
    INTEGER_PATTERN: "a whole number",
    BOOLEAN_PATTERN: "true or false",
    DATE_TIME_PATTERN: "YYYY-MM-DDThh:mm:ss",
    "[0-9]{10}": "ten digits",
    "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}": "a UUID with hyphens",
}


def check_leaf(leaf: Any, text: str, version: Version) -> Iterator[FacetFault]:
    """What is wrong with the text of a leaf; nothing where the schema accepts it."""
    found: Iterator[FacetFault] = _CHECKS[type(leaf)](leaf, text, version)
    return found


def _string(leaf: String, text: str, _: Version) -> Iterator[FacetFault]:
    length = len(text)
    bounds: dict[str, object] = {"length": length, "min": leaf.min, "max": leaf.max}
    if length < leaf.min:
        yield (catalogue.TOO_SHORT if length else catalogue.EMPTY), bounds
    elif leaf.max is not None and length > leaf.max:
        yield catalogue.TOO_LONG, bounds
    elif leaf.pattern and not re.fullmatch(leaf.pattern, text):
        yield catalogue.PATTERN, {"expected": _FORMS.get(leaf.pattern, leaf.pattern)}


def _codes(leaf: Codes, text: str, version: Version) -> Iterator[FacetFault]:
    known = leaf.codes._value2member_map_.get(text)
    expected = ", ".join(code for code in leaf.codes if code.known_in(version.code))
    if known is None:
        if text.rstrip(" ") == "patologi":
            yield catalogue.OLDER_SCHEMA, {"detail": "a trailing blank", "expected": "patologi"}
        else:
            yield catalogue.CODE, {"expected": expected}
    elif not known.known_in(version.code):
        yield catalogue.CODE_VERSION, {"value": str(known), "version": version.code, "expected": expected}


def _fixed(leaf: Fixed, text: str, version: Version) -> Iterator[FacetFault]:
    expected = getattr(version, leaf.attribute)
    if text != expected:
        yield catalogue.FIXED, {"expected": expected}


def _date(_: Date, text: str, __: Version) -> Iterator[FacetFault]:
    found = _DATE.fullmatch(text.strip(_BLANKS))
    if not found or not _is_day(found):
        yield catalogue.PATTERN, {"expected": "YYYY-MM-DD"}
    elif found.group(4):
        yield catalogue.OLDER_SCHEMA, {"detail": "a time zone", "expected": "YYYY-MM-DD"}


def _is_day(found: re.Match[str]) -> bool:
    year, month, day = found.group(1), int(found.group(2)), int(found.group(3))
    if int(year) == 0 or (len(year) > 4 and year[0] == "0") or not 1 <= month <= 12:
        return False
    return 1 <= day <= calendar.monthrange(2000 + int(year) % 400, month)[1]


def _time(_: Time, text: str, __: Version) -> Iterator[FacetFault]:
    if not _TIME.fullmatch(text):
        yield catalogue.PATTERN, {"expected": "HH:MM"}


def _positive(_: PositiveInteger, text: str, __: Version) -> Iterator[FacetFault]:
    if not _POSITIVE.fullmatch(text.strip(_BLANKS)):
        yield catalogue.PATTERN, {"expected": "a whole number of at least 1"}


def _flag(_: Flag, text: str, __: Version) -> Iterator[FacetFault]:
    if text.strip(_BLANKS) != "true":
        yield catalogue.PATTERN, {"expected": "true"}


_CHECKS: dict[type, Any] = {
    String: _string,
    Codes: _codes,
    Fixed: _fixed,
    Date: _date,
    Time: _time,
    PositiveInteger: _positive,
    Flag: _flag,
}
