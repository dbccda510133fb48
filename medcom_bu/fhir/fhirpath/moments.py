"""Dates and times: their order, arithmetic and bounds. Source: FHIRPath 2.0.0, sections 2.1.5, 6.2 and 6.6.7."""

from __future__ import annotations

import calendar
import datetime
import re
from decimal import Decimal
from typing import Any

import attrs

from medcom_bu.fhir.fhirpath.faults import EvaluationError

_DATE = r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?"
_CLOCK = r"(\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?"
_ZONE = r"(Z|[+-]\d\d:\d\d)?"
_FORMS = {
    "Date": re.compile(_DATE, re.ASCII),
    "DateTime": re.compile(f"{_DATE}T(?:{_CLOCK}{_ZONE})?", re.ASCII),
    "Time": re.compile(f"T?{_CLOCK}", re.ASCII),
}
_LEAD = {"Date": 0, "DateTime": 0, "Time": 3}
"""Where the parts of a kind begin: year, month, day, hour, minute, second."""


@attrs.frozen
class Temporal:
    """A date, a time of day or a point in time, as written; ``kind`` is its type in FHIRPath."""

    text: str
    kind: str

    def __str__(self) -> str:
        return self.text.removeprefix("T") if self.kind == "Time" else self.text.removesuffix("T")


def moment(text: str) -> Temporal | None:
    """The moment that a text of the data writes; None where it writes none. Two digits alone are not a time."""
    for kind, form in _FORMS.items():
        if form.fullmatch(text):
            return Temporal(text, kind) if kind != "Time" or len(text) > 2 else None
    return None


def literal(text: str) -> Temporal | None:
    """The moment that a literal writes, without its ``@``: a time begins with ``T``."""
    found = moment(text)
    return None if found is not None and found.kind == "Time" and not text.startswith("T") else found


def _read(one: Temporal) -> tuple[list[int | Decimal], str, str | None]:
    """The parts as far as they go, the digits of the fraction, and the zone."""
    match = _FORMS[one.kind].fullmatch(one.text)
    assert match is not None  # noqa: S101 - a Temporal is made of a text that fits
    found = [None] * 3 + [*match.groups(), None] if one.kind == "Time" else [*match.groups(), *[None] * 5]
    year, month, day, hour, minute, second, fraction, zone = found[:8]
    parts: list[int | Decimal] = [int(part) for part in (year, month, day, hour, minute) if part is not None]
    return parts + ([Decimal(f"{second}.{fraction or 0}")] if second is not None else []), fraction or "", zone


def in_order(one: Temporal, other: Temporal) -> int | None:
    """-1, 0 or 1 as one is before the other, at the same time or after it, to the precision that both have.

    None where one goes on after that, or only one has a zone. Raises EvaluationError for a time of day and a date.
    """
    if (one.kind == "Time") is not (other.kind == "Time"):
        raise EvaluationError("comparison", "a time of day and a date")
    a, a_zoned = _in_utc(one)
    b, b_zoned = _in_utc(other)
    shared = min(len(a), len(b))
    if a_zoned is not b_zoned and shared > 3:
        return None
    if a[:shared] != b[:shared]:
        return 1 if a > b else -1
    return 0 if len(a) == len(b) else None


def _in_utc(one: Temporal) -> tuple[tuple[int | Decimal, ...], bool]:
    """The parts, brought to UTC by day number where there is a zone, so that every calendar day has one length."""
    parts, _, zone = _read(one)
    if zone is None or zone == "Z":
        return tuple(parts), zone is not None
    shift = (int(zone[1:3]) * 60 + int(zone[4:])) * (-1 if zone[0] == "+" else 1)
    days, of_day = divmod(int(parts[3]) * 60 + int(parts[4] if len(parts) > 4 else 0) + shift, 24 * 60)
    clock = divmod(of_day, 60)[: len(parts) - 3]
    return (*_shifted(parts[:3], days), *clock, *parts[5:]), True


def _shifted(date: list[int | Decimal], days: int) -> list[int]:
    """The date some days on; as it is where the calendar has no such day."""
    whole = [int(part) for part in date]
    try:
        moved = datetime.date(*whole) + datetime.timedelta(days)
    except (ValueError, OverflowError):
        return whole
    return [moved.year, moved.month, moved.day] if days else whole


_MONTHS = {"year": 12, "month": 1}
_MILLISECONDS = {
    "week": 7 * 86_400_000, "day": 86_400_000, "hour": 3_600_000, "minute": 60_000, "second": 1000, "millisecond": 1
}  # fmt: skip


def later(one: Temporal, count: int, unit: str) -> Temporal:
    """The moment so many units on (before, where negative); a day that its month lacks is the last of that month.

    Of a moment without days, months or hours the count is first brought to the finest unit that it has.
    Raises:  EvaluationError outside the years 1 to 9999, for a date that there is not, and for a unit that is none.
    """
    parts, fraction, zone = _read(one)
    if unit not in _MONTHS and unit not in _MILLISECONDS:
        raise EvaluationError("date arithmetic", "a unit that is none of time")
    if one.kind == "Time" and unit in (*_MONTHS, "week", "day"):
        raise EvaluationError("date arithmetic", "a time of day and a unit of days")
    if one.kind != "Time" and len(parts) < 3 and unit not in _MONTHS:
        days = _toward_zero(count * _MILLISECONDS[unit], 86_400_000)
        count, unit = (_toward_zero(days, 365), "year") if len(parts) == 1 else (_toward_zero(days, 30), "month")
    if unit in _MONTHS:
        months = count * _MONTHS[unit]
        return _written(_months_on(parts, _toward_zero(months, 12) * 12 if len(parts) == 1 else months), one, zone)
    return _written(_milliseconds_on(parts, count * _MILLISECONDS[unit], one), one, zone, fraction)


def _toward_zero(count: int, of: int) -> int:
    return abs(count) // of * (1 if count > 0 else -1)


def _months_on(parts: list[Any], months: int) -> list[Any]:
    year, month = divmod(parts[0] * 12 + (parts[1] if len(parts) > 1 else 1) - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise EvaluationError("date arithmetic", "a year beyond the calendar")
    last = calendar.monthrange(year, month + 1)[1]
    return [year, month + 1, *(min(day, last) for day in parts[2:3]), *parts[3:]][: len(parts)]


def _milliseconds_on(parts: list[Any], count: int, one: Temporal) -> list[Any]:
    lead = _LEAD[one.kind]
    date, clock = ([2000, 1, 1] if lead else parts[:3]), [*parts[3 - lead :], 0, 0, 0][:3]
    try:
        year, month, day = map(int, date)
        start = datetime.datetime(year, month, day, int(clock[0]), int(clock[1]))
        moved = start + datetime.timedelta(seconds=int(clock[2]), milliseconds=count)
    except (ValueError, OverflowError):
        raise EvaluationError("date arithmetic", "a date that there is not") from None
    second = Decimal(moved.second) + Decimal(moved.microsecond).scaleb(-6) + clock[2] % 1
    whole = [moved.year, moved.month, moved.day, moved.hour, moved.minute, second]
    return whole[lead:][: len(parts)]


def _written(parts: list[Any], one: Temporal, zone: str | None, fraction: str = "") -> Temporal:
    """The moment of some parts, written as another one is."""
    lead = _LEAD[one.kind]
    digits = max(len(fraction), 3 if parts[5 - lead :] and parts[5 - lead] % 1 else 0)
    texts = [f"{part:0{width}d}" for part, width in zip(parts[: 5 - lead], (4, 2, 2, 2, 2)[lead:], strict=False)]
    if len(parts) > 5 - lead:
        second = f"{parts[5 - lead]:.{digits}f}"
        texts.append(second if len(second.partition(".")[0]) > 1 else f"0{second}")
    date, clock = "-".join(texts[: 3 - lead]), ":".join(texts[3 - lead :])
    mark = "T" if one.kind != "Date" else ""
    return Temporal(f"{date}{mark}{clock}{zone or ''}", one.kind)


_WIDTHS = (4, 6, 8, 10, 12, 17)
_DAY_BOUNDS = {False: ("01", "01", "00", "00", "00.000"), True: ("12", "", "23", "59", "59.999")}
_ZONES = {False: "+14:00", True: "-12:00"}


def precision(one: Temporal) -> int:
    """How many digits a moment is written with, its zone left out."""
    parts, fraction, _ = _read(one)
    widths = (4, 2, 2, 2, 2, 2)[_LEAD[one.kind] :]
    return sum(widths[: len(parts)]) + len(fraction)


def bound(one: Temporal, digits: int | None, *, upper: bool) -> Temporal | None:
    """The first or last moment that a moment may stand for, to so many digits; None for digits that are not a
    precision.

    An hour alone is taken for its first minute, as HL7's engine does.
    """
    lead = _LEAD[one.kind]
    widths = _WIDTHS if not lead else (2, 4, 9)
    wanted = digits if digits is not None else {"Date": 8, "DateTime": 17, "Time": 9}[one.kind]
    if wanted not in widths:
        return None
    parts, fraction, zone = _read(one)
    texts = [f"{int(part):0{4 if not lead and not at else 2}d}" for at, part in enumerate(parts)]
    if len(parts) == 6 - lead:
        texts[-1] += "." + fraction[:3].ljust(3, "9" if upper else "0")
    elif len(parts) == 4 and not lead:
        texts.append("00")
    for fill in _DAY_BOUNDS[upper][len(texts) + lead - 1 :]:
        texts.append(fill or f"{calendar.monthrange(int(texts[0]), int(texts[1]))[1]:02d}")
    texts = texts[: widths.index(wanted) + 1]
    date, clock = "-".join(texts[: 3 - lead]), ":".join(texts[3 - lead :])
    if lead:
        return Temporal(f"T{clock}", "Time")
    return Temporal(f"{date}T{clock}{zone or _ZONES[upper]}", "DateTime") if clock else Temporal(date, "Date")
