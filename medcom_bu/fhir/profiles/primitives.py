"""The primitive types of FHIR R4, as profiles judge them: as the schema layer does, and by what R4's text asks beyond.

Each has the form that ``model.shape`` asks for. Beyond that, what begins as a UUID or an OID must be one, a canonical
must be absolute, numbers and texts have bounds, and dates must exist in the calendar. All messages can be read without.

Source: FHIR R4 (4.0.1), Data Types.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from medcom_bu.fhir.model.r4 import PRIMITIVES, PrimitiveType, compiled
from medcom_bu.fhir.model.shape import kind_and_form
from medcom_bu.numerals import integer

_SPECIAL_URI = f"{PRIMITIVES['uuid'].pattern}|{PRIMITIVES['oid'].pattern}|(?!urn:(?:uuid|oid):).*"
_ABSOLUTE = r"[A-Za-z][A-Za-z0-9+.-]*:|#"
_INTEGER = PRIMITIVES["integer"]


def form(type_code: str) -> Callable[[object], bool]:
    """Whether a JSON value is a proper value of a primitive type.

    Of a narrative only that it is a text: what is in it is judged by its invariants.
    """
    kind, fits = kind_and_form("markdown" if type_code == "xhtml" else type_code)
    beyond = _beyond(PRIMITIVES[type_code])
    tests: list[Callable[[Any], Any]] = [test for test in (fits, beyond) if test is not None]
    if not tests:
        return lambda value: type(value) is kind
    if len(tests) == 1:
        (only,) = tests
        return lambda value: type(value) is kind and bool(only(value))
    first, second = tests
    return lambda value: type(value) is kind and bool(first(value) and second(value))


def _beyond(declared: PrimitiveType) -> Callable[[Any], bool] | None:
    """What R4 asks of a type beyond its pattern, if anything."""
    if declared.longest is not None:
        longest = declared.longest
        return lambda value: len(value) <= longest
    return _BEYOND.get(declared.name) or (_is_in_range if _INTEGER.name in (declared.name, declared.base) else None)


def _is_address(value: str) -> bool:
    return value != "" and (not value.startswith("urn:") or compiled(_SPECIAL_URI).fullmatch(value) is not None)


def _is_canonical(value: str) -> bool:
    return compiled(_ABSOLUTE).match(value) is not None and _is_address(value)


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


_BEYOND: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("uri", "url"), _is_address),
    "canonical": _is_canonical,
    **dict.fromkeys(("date", "dateTime", "instant"), _exists),
}
