"""Date and time of a letter or an envelope: local Danish time, to the minute, without zone.

Source: MedCom's XML schemas, DateTimeType; the date is an ``xs:date`` without time zone, the time ``HH:MM``.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Self

from medcom_bu import danish_time
from medcom_bu.arguments import check
from medcom_bu.declare.oioxml import Date, Time, Value, declaration, element

_EXACT = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}")
UNKNOWN_TIME = "00:00"
"""What a letter holds where the time cannot be given: Den gode XML MEDBIN, 2020, pages 12-13; korrespondance, 16-17."""


def danish_text(moment: datetime) -> str:
    """A moment to the second as a message without zones writes it, ``2026-05-04T09:30:59``: in Danish time.

    Raises TypeError for what is no ``datetime``.
    """
    check("moment", moment, datetime)
    return (danish_time.local(moment) or moment).replace(tzinfo=None).isoformat(timespec="seconds")


@declaration
class DateAndTime(Value):
    """A moment as the wire has it: two texts."""

    date: str = element("Date", Date(), danish="Dato")
    time: str = element("Time", Time(), danish="Klokkeslæt")

    @classmethod
    def at(cls, moment: datetime) -> Self:
        """The moment to the minute, in Danish time; without a zone it is Danish time already.

        Within a day of the calendar's ends, where Danish time cannot be told, the zone is dropped. Raises TypeError for
        what is no ``datetime``.
        """
        date, _, time = danish_text(moment).partition("T")
        return cls(date=date, time=time[:5])

    @property
    def has_time(self) -> bool:
        """Whether the time is known: midnight stands for a time that cannot be given."""
        return self.time is not None and self.time != UNKNOWN_TIME

    @property
    def moment(self) -> datetime | None:
        """The moment without time zone, or None where the texts are not one."""
        text = f"{self.date} {self.time}"
        try:
            if _EXACT.fullmatch(text):  # strptime takes more than the schemas do, and three times as long
                return datetime.fromisoformat(text)
            return datetime.strptime(text, "%Y-%m-%d %H:%M")
        except ValueError:
            return None
