"""Date and time of a letter or an envelope: local Danish time, to the minute, without zone.

Source: MedCom's XML schemas, DateTimeType; the date is an ``xs:date`` without time zone, the time ``HH:MM``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Self

from medcom_bu.binding import Date, Time, Value, declaration, element


@declaration
class DateAndTime(Value):
    """A moment as the wire has it: two texts."""

    date: str = element("Date", Date())
    time: str = element("Time", Time())

    @classmethod
    def at(cls, moment: datetime) -> Self:
        """The moment to the minute, its time zone dropped: give local Danish time."""
        return cls(date=moment.date().isoformat(), time=f"{moment:%H:%M}")

    @property
    def moment(self) -> datetime | None:
        """The moment without time zone, or None where the texts are not one."""
        try:
            return datetime.strptime(f"{self.date} {self.time}", "%Y-%m-%d %H:%M")
        except ValueError:
            return None
