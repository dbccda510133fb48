"""Times: a letter has minutes of Danish time, FHIR seconds and a zone. Rows 1, 2 and 9 of the mapping."""

from __future__ import annotations

from datetime import UTC, date, datetime

from medcom_bu import danish_time
from medcom_bu.conversion import additions as made
from medcom_bu.conversion import losses as lost
from medcom_bu.conversion import refusals
from medcom_bu.conversion.notes import Notes, Origin
from medcom_bu.fhir.assembly import instant
from medcom_bu.values.fhir_types import moment
from medcom_bu.values.timestamps import UNKNOWN_TIME, DateAndTime


def to_instant(when: DateAndTime | None, path: str, name: str, notes: Notes) -> str | None:
    """Danish time with seconds and zone. An hour that is skipped is refused; of one that comes twice, the first is
    taken, and named at ``name``."""
    written = when.moment if when is not None else None
    if written is None:
        notes.refuse(refusals.TIME, path)
        return None
    aware = danish_time.aware(written)
    is_at_change = aware.utcoffset() != aware.replace(fold=1).utcoffset()
    if is_at_change and _has_changes(written) and danish_time.local(aware.astimezone(UTC)) != written:
        notes.refuse(refusals.NO_SUCH_HOUR, path)
        return None
    notes.make(made.DOUBLED_HOUR if is_at_change else made.ZONE, name, Origin.DERIVED)
    return instant(aware)


def _has_changes(written: datetime) -> bool:
    """Whether clocks have changed in that year: before the calendar's first days nothing can be told."""
    return 1900 < written.year < datetime.max.year


def to_date_and_time(text: str | None, path: str, notes: Notes) -> DateAndTime | None:
    """A dateTime or instant as a letter has it; a date alone has no time. None where it is neither."""
    point = moment(text)
    if point is not None:
        written = DateAndTime.at(point)
        if written.moment is None or instant(danish_time.aware(written.moment)) != text:
            notes.lose(lost.SECONDS, path)
        return written
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return DateAndTime(date=f"{day:%Y-%m-%d}", time=UNKNOWN_TIME)
