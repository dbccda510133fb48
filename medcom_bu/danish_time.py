"""Danish time, the only place that names the zone. A moment without a zone is Danish time.

The zone comes from the operating system's database or, where there is none (Windows, small containers), from the
package ``tzdata``, which is a dependency. A program that was frozen without either still tells the time: the rule of
the European Union, which has held since 1996, stands in for the database.
"""

from __future__ import annotations

import functools
from datetime import datetime, timedelta, tzinfo


@functools.cache
def zone() -> tzinfo:
    """The time zone of Denmark, looked up when it is first needed."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo("Europe/Copenhagen")
    except ZoneInfoNotFoundError:
        return EuropeanRule()


def now() -> datetime:
    """The current moment in Danish time, with its zone."""
    return datetime.now(zone())


def aware(moment: datetime) -> datetime:
    """The moment with a zone: its own, or Denmark's where it has none."""
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone())


def local(moment: datetime) -> datetime | None:
    """The moment in Danish time, without a zone. None where the calendar ends before it gets there."""
    if moment.tzinfo is None:
        return moment
    try:
        return moment.astimezone(zone()).replace(tzinfo=None)
    except (OverflowError, ValueError):
        return None


_HOUR = timedelta(hours=1)


def _change(year: int, month: int) -> datetime:
    """When the clocks change, in UTC without a zone: 01:00 on the last Sunday of a month of 31 days."""
    last = datetime(year, month, 31, 1)
    return last - timedelta(days=last.isoweekday() % 7)


class EuropeanRule(tzinfo):
    """Central European time with summer time from the last Sunday of March to the last Sunday of October.

    Source: directive 2000/84/EC, which took over the dates that had held since 1996.
    """

    def utcoffset(self, moment: datetime | None, /) -> timedelta:
        """One hour, or two in summer time."""
        return _HOUR + self.dst(moment)

    def dst(self, moment: datetime | None, /) -> timedelta:
        """How far the clock is advanced at a Danish moment."""
        if moment is None:
            return timedelta()
        clock = moment.replace(tzinfo=None, fold=0) - (_HOUR if moment.year > 1 else timedelta())
        start, end = _change(moment.year, 3), _change(moment.year, 10) + _HOUR
        if moment.fold:  # the second time that a clock shows an hour, or an hour that it left out
            end -= _HOUR
        else:
            start += _HOUR
        return _HOUR if start <= clock < end else timedelta()

    def tzname(self, moment: datetime | None, /) -> str:
        """CET or CEST."""
        return "CEST" if self.dst(moment) else "CET"

    def fromutc(self, moment: datetime, /) -> datetime:
        """The Danish moment of one in UTC that has this zone."""
        utc = moment.replace(tzinfo=None)
        summer = _change(utc.year, 3) <= utc < _change(utc.year, 10)
        second = not summer and utc - _HOUR < _change(utc.year, 10) <= utc
        return (utc + (2 if summer else 1) * _HOUR).replace(tzinfo=self, fold=second)
