"""The primitive types of FHIR R4, as profiles judge them: which JSON value bears them, and what it must look like.

The patterns are those of the R4 type definitions, but where that takes more than linear time or the text of R4 asks for
more: what begins as a UUID or an OID must be one, and a canonical must be absolute. Dates must exist in the calendar.

Source: FHIR R4 (4.0.1), Data Types.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable

from medcom_bu.fhir.model.data import Number
from medcom_bu.fhir.model.r4 import PRIMITIVES, compiled
from medcom_bu.numerals import integer

_URI = rf"(?:{PRIMITIVES['uuid'].pattern}|{PRIMITIVES['oid'].pattern}|(?!urn:(?:uuid|oid):)\S+)"
_PATTERNS = {
    "uri": _URI,
    "url": _URI,
    "canonical": rf"(?=[A-Za-z][A-Za-z0-9+.-]*:|#){_URI}",
    "base64Binary": r"[0-9a-zA-Z+/=\s]+",
    "xhtml": r"[ \r\n\t\S]+",
}
"""The patterns that are others than those of the definitions."""
_DATES = ("date", "dateTime", "instant")
_INTEGER = PRIMITIVES["integer"]


def form(type_code: str) -> Callable[[object], bool]:
    """Whether a JSON value is a proper value of a primitive type."""
    declared = PRIMITIVES[type_code]
    if declared.json is bool:
        return _is_boolean
    kind, longest = declared.json, declared.longest
    matches = compiled(_PATTERNS.get(type_code) or str(declared.pattern)).fullmatch
    if declared is _INTEGER or declared.base == _INTEGER.name:
        return lambda value: type(value) is Number and matches(value) is not None and _is_in_range(value)
    if longest is not None:
        return lambda value: type(value) is str and len(value) <= longest and matches(value) is not None
    if type_code in _DATES:
        return lambda value: type(value) is str and matches(value) is not None and _exists(value)
    return lambda value: type(value) is kind and matches(value) is not None  # type: ignore[call-overload]


def _is_boolean(value: object) -> bool:
    return value is True or value is False


def _is_in_range(value: str) -> bool:
    least, greatest = int(_INTEGER.least or 0), int(_INTEGER.greatest or 0)
    number = integer(value, len(str(least)))
    return number is not None and least <= number <= greatest


def _exists(value: str) -> bool:
    if len(value) < len("2000-01-01"):
        return True
    try:
        datetime.date.fromisoformat(value[:10])
    except ValueError:
        return False
    return True
