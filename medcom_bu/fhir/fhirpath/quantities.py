"""Quantities: numbers with a unit. Source: FHIRPath 2.0.0, sections 2.1.7 and 6.2; UCUM for the codes of units.

Units are compared as they are written, and those of time among each other: nothing else is converted. Of which of two
other units more is, or whether they are the same, is refused by name.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import attrs

from medcom_bu.fhir.fhirpath.faults import Undecidable
from medcom_bu.issues import Text
from medcom_bu.numerals import exact, integer

_OTHER_UNITS = Text("units are not converted", "enheder omregnes ikke")
_WORDS = ("year", "month", "week", "day", "hour", "minute", "second", "millisecond")
CALENDAR = {name: word for word in _WORDS for name in (word, f"{word}s")}
"""The words for units of time -> the word for one of it."""
_CODES = {"wk": "week", "d": "day", "h": "hour", "min": "minute", "s": "second", "ms": "millisecond"}
_FACTORS: dict[str, tuple[str, int | Decimal]] = {
    "week": ("s", 604_800), "day": ("s", 86_400), "hour": ("s", 3600), "minute": ("s", 60), "second": ("s", 1),
    "millisecond": ("s", Decimal("0.001")), "year": ("month", 12), "month": ("month", 1),
    "a": ("mo", 12), "mo": ("mo", 1),
}  # fmt: skip
"""Unit of time -> what it is counted in, and how many of it. A year of UCUM is none of the calendar."""
_TEXT = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?)(?:\s*(?:'([^']+)'|([a-z]+)))?")


@attrs.frozen
class Quantity:
    """A number with its unit: a word of the calendar (``day``), or a code of UCUM (``mg``; ``1`` for none)."""

    value: int | Decimal
    unit: str
    is_calendar: bool = False

    def __str__(self) -> str:
        if not self.is_calendar:
            return f"{self.value} '{self.unit}'"
        return f"{self.value} {self.unit}{'' if self.value == 1 else 's'}"

    def counted(self) -> tuple[str, int | Decimal]:
        """What it is counted in, and how many of it."""
        unit = _CODES.get(self.unit, self.unit)
        base, factor = _FACTORS.get(unit, (unit, 1))
        return base, self.value * factor


def written(text: str) -> Quantity | None:
    """The quantity that a text writes: ``4 days``, ``1 'mg'``, ``1.5``; None where it writes none."""
    match = _TEXT.fullmatch(text.strip())
    if match is None:
        return None
    number, code, word = match.groups()
    value = exact(number) if "." in number else integer(number)
    if value is None or (word is not None and word not in CALENDAR):
        return None
    return Quantity(value, CALENDAR[word], is_calendar=True) if word else Quantity(value, code or "1")


def of_fhir(plain: dict[str, Any], value: int | Decimal | None) -> Quantity | None:
    """FHIR's Quantity as one of FHIRPath; None for one without a value, or with a comparator."""
    unit = plain.get("code") or plain.get("unit") or "1"
    return Quantity(value, unit) if value is not None and "comparator" not in plain and type(unit) is str else None


def unit_of_time(quantity: Quantity) -> str:
    """The word of the calendar for its unit; what is none is given back. ``'mo'`` and ``'a'`` of UCUM are none."""
    return CALENDAR.get(quantity.unit) or _CODES.get(quantity.unit, quantity.unit)


def in_order(one: Quantity, other: Quantity) -> int | None:
    """-1, 0 or 1 as one is less than the other, as much or more; None for a year of the calendar and one of UCUM.

    Raises:  Undecidable for other units that differ.
    """
    (unit, a), (other_unit, b) = one.counted(), other.counted()
    if unit == other_unit:
        return (a > b) - (a < b)
    if {unit, other_unit} == {"month", "mo"}:
        return None
    raise not_converted("comparison")


def not_converted(name: str) -> Undecidable:
    """That an operator would need units that are reckoned with."""
    return Undecidable(name, _OTHER_UNITS)
