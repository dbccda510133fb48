"""Every moment that the library writes: Danish time where the message has no zone, the same moment where it has one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest

import medcom_bu
from medcom_bu.envelopes import statistics, vans
from medcom_bu.exchange import accept, refuse, refuse_delivery
from medcom_bu.fhir.assembly import instant
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.issues import Kind, Layer, Severity, Text
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.envelopes import EndPoint
from medcom_bu.testing.letters import letter_samples
from medcom_bu.values.timestamps import DateAndTime
from tests.support.care_messages import first
from tests.support.letter_builders import binary, referral
from tests.support.letter_builders import correspondence as email
from tests.support.typed import care_communication

SUMMER, WINTER = datetime(2026, 7, 2, 0, 30, 59), datetime(2026, 1, 1, 0, 30, 59)
UTC_SUMMER, UTC_WINTER = datetime(2026, 7, 1, 22, 30, 59, tzinfo=UTC), datetime(2025, 12, 31, 23, 30, 59, tzinfo=UTC)
ZONES = [timezone(timedelta(hours=hours)) for hours in (-11.5, -5, 0, 1, 2, 14)]
CLOCKS = [(SUMMER, SUMMER), (WINTER, WINTER)] + [
    (moment.astimezone(zone), danish)
    for moment, danish in ((UTC_SUMMER, SUMMER), (UTC_WINTER, WINTER))
    for zone in ZONES
]
LETTER, CARE = letter_samples()["XDIS91/XD9134L"], care_communication()
ENVELOPE = vans.wrap(LETTER)
OPERATOR = EndPoint(text="VANS", type="VANS")
FAULT = Kind("x.y", Severity.ERROR, Layer.RULE, Text("a", "a"), Text("b", "b"), "c").issue("/")
Maker = Callable[[IdsAndClock], Any]

LETTERS: dict[str, Maker] = {
    "referral": lambda ids: referral(ids=ids).build().messages[0],
    "files": lambda ids: _with_file(binary(ids=ids)).build().messages[0],
    "correspondence": lambda ids: email(ids=ids).build().messages[0],
    "reply": lambda ids: medcom_bu.ClinicalEmailBuilder.reply_to(LETTER, ids=ids).build().messages[0],
    "positive": lambda ids: accept(LETTER, ids=ids),
    "negative": lambda ids: refuse(LETTER, reason="Afvist", ids=ids),
    "vans_negative": lambda ids: refuse_delivery(LETTER, "VANS", ids=ids),
}
ENVELOPES: dict[str, Maker] = {
    "wrap": lambda ids: vans.wrap(LETTER, ids=ids),
    "rewrap": lambda ids: vans.rewrap(ENVELOPE, ids=ids),
    "positive": lambda ids: vans.positive(ENVELOPE, ids=ids),
    "negative": lambda ids: vans.negative(ENVELOPE, "x", ids=ids),
    "vans_negative": lambda ids: vans.vans_negative(ENVELOPE, "x", operator=OPERATOR, ids=ids),
}
FHIR: dict[str, Maker] = {
    "care": lambda ids: first(ids),
    "acknowledge": lambda ids: accept(CARE, ids=ids),
    "refuse": lambda ids: refuse(CARE, reason=[FAULT], ids=ids),
}


def _with_file(builder: Any) -> Any:
    builder.attach(b"%PDF-1.4\n")
    return builder


def clock_at(moment: Any) -> IdsAndClock:
    return IdsAndClock(clock=lambda: moment)


def moments(message: Emessage) -> set[datetime | None]:
    """When the envelope was sent and its letters authorised, where they say so."""
    letters: tuple[Any, ...] = message.letters
    headers = [letter.letter for letter in letters]
    authorised = [header.authorisation.moment for header in headers if hasattr(header, "authorisation")]
    return {message.envelope.sent.moment, *authorised}


@pytest.mark.parametrize(("clock", "danish"), CLOCKS)
@pytest.mark.parametrize("make", LETTERS.values(), ids=list(LETTERS))
def test_a_letter_says_danish_time(make: Maker, clock: datetime, danish: datetime) -> None:
    message = make(clock_at(clock))
    assert moments(message) == {danish.replace(second=0)}
    if message.letters[0].__letter__.element != "HospitalReferral":  # whose newest version EDIFACT has no layout for
        sent = re.search(rb"UNOC:3\+[^+]*\+[^+]*\+(\d{6}):(\d{4})", medcom_bu.to_edifact(message))
        assert sent
        assert b"".join(sent.groups()).decode() == f"{danish:%y%m%d%H%M}"


@pytest.mark.parametrize(("clock", "danish"), CLOCKS)
@pytest.mark.parametrize("make", ENVELOPES.values(), ids=list(ENVELOPES))
def test_an_envelope_says_danish_time(make: Maker, clock: datetime, danish: datetime) -> None:
    envelope = make(clock_at(clock))
    assert (envelope.sent_date_time, envelope.sent) == (danish.isoformat(), danish)
    if envelope.payload is not None:
        assert statistics.record(envelope).time == danish


@pytest.mark.parametrize(("clock", "danish"), CLOCKS)
@pytest.mark.parametrize("make", FHIR.values(), ids=list(FHIR))
def test_a_fhir_message_says_the_moment(make: Maker, clock: datetime, danish: datetime) -> None:
    message = make(clock_at(clock))
    told = {message.timestamp, message.provenance.occurred_date_time, message.provenance.recorded}
    assert len(told) == 1
    assert datetime.fromisoformat(told.pop()) == (clock if clock.tzinfo else _aware(clock))


def _aware(danish: datetime) -> datetime:
    return danish.replace(tzinfo=timezone(timedelta(hours=2 if danish.month == 7 else 1)))


# --- clocks that give nonsense ------------------------------------------------------------------------------------

NONSENSE = [date(1999, 12, 31), time(23, 59), "1999-12-31T23:59", None, 915148740.0, (1999, 12, 31), datetime]


@pytest.mark.parametrize("nonsense", NONSENSE, ids=repr)
@pytest.mark.parametrize("make", [*LETTERS.values(), *ENVELOPES.values(), *FHIR.values()])
def test_a_clock_that_gives_no_moment_is_told_by_its_type(make: Maker, nonsense: object) -> None:
    with pytest.raises(TypeError) as raised:
        make(clock_at(nonsense))
    assert str(raised.value) == f"IdsAndClock.clock gives datetime, not {type(nonsense).__name__}"


@pytest.mark.parametrize("nonsense", NONSENSE, ids=repr)
def test_what_is_no_moment_is_told_by_its_type(nonsense: Any) -> None:
    for call in (DateAndTime.at, instant):
        with pytest.raises(TypeError, match=f"^moment takes datetime, not {type(nonsense).__name__}$"):
            call(nonsense)


@pytest.mark.parametrize("make", LETTERS.values(), ids=list(LETTERS))
def test_a_number_that_is_none_is_told_by_its_type(make: Maker) -> None:
    with pytest.raises(TypeError, match=r"^IdsAndClock\.numbers gives str, not int$"):
        make(IdsAndClock(numbers=lambda: 1999))  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize("make", [LETTERS["referral"], LETTERS["files"], *ENVELOPES.values(), *FHIR.values()])
def test_a_uuid_that_is_none_is_told_by_its_type(make: Maker) -> None:
    with pytest.raises(TypeError, match=r"^IdsAndClock\.uuids gives UUID, not str$"):
        make(IdsAndClock(uuids=lambda: "1999"))  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize("name", ["numbers", "uuids", "clock"])
def test_ids_and_clock_take_callables(name: str) -> None:
    with pytest.raises(TypeError, match=f"^IdsAndClock.{name} takes Callable, not str$"):
        IdsAndClock(**{name: "2026-05-04"})  # type: ignore[arg-type]


# --- the ends of the calendar -------------------------------------------------------------------------------------

ENDS = [end.replace(tzinfo=zone) for end in (datetime.min, datetime.max) for zone in (None, UTC, *ZONES[:2], ZONES[-1])]


@pytest.mark.parametrize("end", ENDS, ids=str)
def test_the_ends_of_the_calendar_are_written(end: datetime) -> None:
    for make in LETTERS.values():
        for moment in moments(make(clock_at(end))):
            assert moment is not None
            assert abs(moment - end.replace(tzinfo=None)) <= timedelta(hours=16)
    for make in ENVELOPES.values():
        envelope = make(clock_at(end))
        assert medcom_bu.validate(envelope).ok
        assert abs(envelope.sent - end.replace(tzinfo=None)) <= timedelta(hours=16)
    for make in FHIR.values():
        assert medcom_bu.validate(make(clock_at(end)), layers=("syntax", "schema")).ok
