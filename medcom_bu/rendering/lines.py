"""Leaves of a message as lines of a page: codes in Danish, dates as Danes write them, placeholders as nothing.

A line that is empty says nothing; who shows it decides whether that is worth a word.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from medcom_bu import danish_time
from medcom_bu.rendering.view import ABSENT, Labelled, Line, Moment, Paragraph, Quote
from medcom_bu.values.base64 import Base64
from medcom_bu.values.codes import CodeList
from medcom_bu.values.fhir_types import moment
from medcom_bu.values.identifiers import Cpr, DanishIdentifier, ReplacementCpr
from medcom_bu.values.parties import given
from medcom_bu.values.text import FormattedText, RawMarkup, Styled, TextNode
from medcom_bu.values.timestamps import DateAndTime

TIME_UNKNOWN = "tidspunkt ukendt"


def quoted(text: str | None) -> Line:
    """A text of the message, or nothing where it is absent, blank or the placeholder."""
    return (Quote(text),) if text is not None and _says_something(text) else ()


def leaf(value: Any) -> Line:
    """One field, or nothing where it is absent, blank or the placeholder."""
    if value is None:
        return ()
    if isinstance(value, CodeList):
        return (value.danish,)
    if isinstance(value, Base64):
        return (received(value),)
    if isinstance(value, DateAndTime):
        return date_and_time(value)
    if isinstance(value, FormattedText):
        return (value,) if _is_given(value) else ()
    return quoted(number(value) if isinstance(value, DanishIdentifier) else str(value))


def or_absent(line: Line) -> Line:
    """The line, or that nothing is given."""
    return line or (ABSENT,)


def paragraph(value: Any) -> Paragraph:
    """One field as a paragraph, which says so where nothing is given."""
    return Paragraph(or_absent(leaf(value)))


def joined(lines: Iterable[Line], between: str) -> Line:
    """The lines as one, what is empty left out."""
    whole: Line = ()
    for line in filter(None, lines):
        whole = (*whole, between, *line) if whole else line
    return whole


def labelled(label: str, *lines: Line) -> tuple[Labelled, ...]:
    """A row, or nothing where there is nothing in it."""
    kept = tuple(filter(None, lines))
    return (Labelled(label, kept),) if kept else ()


def number(identifier: DanishIdentifier) -> str:
    """A number as people write it: that of a person with its hyphen."""
    text = identifier.reveal()
    is_personal = isinstance(identifier, Cpr | ReplacementCpr)
    return identifier.format(text) if is_personal and identifier.has_form(text) else text


def received(data: Base64) -> str:
    """How much of a file has come."""
    return "Kan ikke læses" if data.content is None else f"Modtaget: {len(data.content)} byte"


# --- times ----------------------------------------------------------------------------------------------------------


def date_and_time(value: DateAndTime) -> Line:
    """The date and time of a letter; midnight is said to be a time unknown. What is not a date stands as it came."""
    point = value.moment
    if point is None or len(value.date) != len("YYYY-MM-DD"):
        return joined((leaf(value.date), leaf(value.time)), " kl. ")
    if not value.has_time:
        return (Moment(_day(point), value.date), f", {TIME_UNKNOWN}")
    return (_moment(point, point.isoformat(timespec="minutes")),)


def point_in_time(text: str | None) -> Line:
    """A dateTime or an instant of FHIR in Danish time, a date alone as a day; what is neither stands as it came."""
    instant = moment(text)
    if instant is not None and (shown := in_danish_time(instant)):
        return shown
    try:
        day = date.fromisoformat(text) if text and len(text) == len("YYYY-MM-DD") else None
    except ValueError:
        day = None
    return (Moment(_day(day), day.isoformat()),) if day else quoted(text)


def in_danish_time(instant: datetime) -> Line:
    """A moment in Danish time, which one without a zone is already; nothing where the calendar ends before it."""
    local = danish_time.local(instant)
    return (_moment(local, instant.isoformat()),) if local is not None else ()


def _day(point: date) -> str:
    return f"{point.day:02}.{point.month:02}.{point.year:04}"


def _moment(point: datetime, iso: str) -> Moment:
    return Moment(f"{_day(point)} kl. {point.hour:02}.{point.minute:02}", iso)


def age(born: date | None, on: date | None) -> str:
    """How old someone was on a day, in years, below two years in months; empty where that cannot be told."""
    if born is None or on is None or on < born:
        return ""
    months = (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)
    count, unit = (months // 12, "år") if months >= 24 else (months, "måned" if months == 1 else "måneder")
    return f"{count} {unit}"


# --- what says something ----------------------------------------------------------------------------------------------


def _says_something(text: str) -> bool:
    bare = text.strip()
    return bool(bare) and given(bare) is not None


def _is_given(text: FormattedText) -> bool:
    """Whether a formatted text says something; no more of it is read than that takes."""
    bare = ""
    for part in _texts(text.nodes):
        bare = (bare + part).lstrip()
        if len(bare.rstrip()) > 1:
            return True
    return _says_something(bare)


def _texts(nodes: tuple[TextNode, ...]) -> Iterable[str]:
    """Every text in formatted text, markup that it does not know with it."""
    for node in nodes:
        if isinstance(node, Styled):
            yield from _texts(node.nodes)
        elif isinstance(node, RawMarkup):
            yield node.xml
        else:
            yield FormattedText((node,)).plain()
