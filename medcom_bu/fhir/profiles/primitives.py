"""The primitive types of FHIR R4: which JSON value bears them, and what their text must look like.

The patterns are those of the R4 type definitions, written so that they take linear time; white space is that of ASCII,
as in the engines that the definitions were written for. Dates must exist in the calendar, an integer must fit 32 bits
and a string a megabyte, what begins as a UUID or an OID must be one, and a canonical must be absolute, as the text of
R4 says.

Source: FHIR R4 (4.0.1), Data Types.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

from medcom_bu.fhir.model.data import Number
from medcom_bu.numerals import integer

_YEAR = r"(?!0000)[0-9]{4}"
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?"
_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_DAY = r"(?:0[1-9]|[12][0-9]|3[01])"
_MONTH = r"(?:0[1-9]|1[0-2])"
_UUID = r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_OID = r"urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+"
_URI = rf"(?:{_UUID}|{_OID}|(?!urn:(?:uuid|oid):)\S+)"

_TEXTS = {
    "string": r"[ \r\n\t\S]+",
    "markdown": r"[ \r\n\t\S]+",
    "code": r"[^\s]+(?:\s[^\s]+)*",
    "id": r"[A-Za-z0-9\-.]{1,64}",
    "uri": _URI,
    "url": _URI,
    "canonical": rf"(?=[A-Za-z][A-Za-z0-9+.-]*:|#){_URI}",
    "oid": _OID,
    "uuid": _UUID,
    "date": rf"{_YEAR}(?:-{_MONTH}(?:-{_DAY})?)?",
    "dateTime": rf"{_YEAR}(?:-{_MONTH}(?:-{_DAY}(?:T{_TIME}{_ZONE})?)?)?",
    "instant": rf"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}",
    "time": _TIME,
    "base64Binary": r"[0-9a-zA-Z+/=\s]+",
    "xhtml": r"[ \r\n\t\S]+",
}
NUMBERS = {
    "integer": r"-?(?:0|[1-9][0-9]*)",
    "positiveInt": r"[1-9][0-9]*",
    "unsignedInt": r"0|[1-9][0-9]*",
    "decimal": r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?",
}
_INTEGERS = ("integer", "positiveInt", "unsignedInt")
_BITS = 31
_MOST_CHARACTERS = 1024 * 1024
PRIMITIVES = frozenset({*_TEXTS, *NUMBERS, "boolean"})
"""The codes of all primitive types."""


def form(type_code: str) -> Callable[[object], bool]:
    """Whether a JSON value is a proper value of a primitive type."""
    if type_code == "boolean":
        return _is_boolean
    pattern = re.compile(NUMBERS.get(type_code) or _TEXTS[type_code], re.ASCII).fullmatch
    if type_code in _INTEGERS:
        return lambda value: type(value) is Number and pattern(value) is not None and _fits_bits(value)
    if type_code == "string":
        return lambda value: type(value) is str and len(value) <= _MOST_CHARACTERS and pattern(value) is not None
    if type_code in NUMBERS:
        return lambda value: type(value) is Number and pattern(value) is not None
    if type_code in ("date", "dateTime", "instant"):
        return lambda value: type(value) is str and pattern(value) is not None and _exists(value)
    return lambda value: type(value) is str and pattern(value) is not None


def _is_boolean(value: object) -> bool:
    return value is True or value is False


def _fits_bits(value: str) -> bool:
    number = integer(value, len(str(-(2**_BITS))))
    return number is not None and -(2**_BITS) <= number < 2**_BITS


def _exists(value: str) -> bool:
    if len(value) < len("2000-01-01"):
        return True
    try:
        datetime.date.fromisoformat(value[:10])
    except ValueError:
        return False
    return True
