"""Every moment that the library writes: Danish time where the message has no zone, the same moment where it has one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest

import medcom_bu
from medcom_bu.envelopes import statistics, vans
from medcom_bu.exchange import receipts
from medcom_bu.exchange.acknowledgements import acknowledge, refuse
from medcom_bu.fhir.assembly import instant
from medcom_bu.issues import Kind, Layer, Severity, Text
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.envelopes import EndPoint
from medcom_bu.surroundings import Surroundings
from medcom_bu.testing import samples
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
LETTER, CARE = samples()["XDIS91/XD9134L"], care_communication()
ENVELOPE = vans.wrap(LETTER)
OPERATOR = EndPoint(text="VANS", type="VANS")
FAULT = Kind("x.y", Severity.ERROR, Layer.RULE, Text("a", "a"), Text("b", "b"), "c").issue("/")
Maker = Callable[[Surroundings], Any]

LETTERS: dict[str, Maker] = {
    "referral": lambda around: referral(around=around).build().messages[0],
    "files": lambda around: _with_file(binary(around=around)).build().messages[0],
    "correspondence": lambda around: email(around=around).build().messages[0],
    "reply": lambda around: medcom_bu.ClinicalEmailBuilder.reply_to(LETTER, around=around).build().messages[0],
    "positive": lambda around: receipts.positive(LETTER, around=around),
    "negative": lambda around: receipts.negative(LETTER, text="Afvist", around=around),
    "vans_negative": lambda around: receipts.vans_negative(LETTER, "VANS", around=around),
}
ENVELOPES: dict[str, Maker] = {
    "wrap": lambda around: vans.wrap(LETTER, around=around),
    "rewrap": lambda around: vans.rewrap(ENVELOPE, around=around),
    "positive": lambda around: vans.positive(ENVELOPE, around=around),
    "negative": lambda around: vans.negative(ENVELOPE, "x", around=around),
    "vans_negative": lambda around: vans.vans_negative(ENVELOPE, "x", operator=OPERATOR, around=around),
}
FHIR: dict[str, Maker] = {
    "care": lambda around: first(around),
    "acknowledge": lambda around: acknowledge(CARE, around=around),
    "refuse": lambda around: refuse(CARE, [FAULT], around=around),
}


def _with_file(builder: Any) -> Any:
    builder.attach(b"%PDF-1.4\n")
    return builder


def clock_at(moment: Any) -> Surroundings:
    return Surroundings(clock=lambda: moment)


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
    assert str(raised.value) == f"Surroundings.clock gives datetime, not {type(nonsense).__name__}"


@pytest.mark.parametrize("nonsense", NONSENSE, ids=repr)
def test_what_is_no_moment_is_told_by_its_type(nonsense: Any) -> None:
    for call in (DateAndTime.at, instant):
        with pytest.raises(TypeError, match=f"^moment takes datetime, not {type(nonsense).__name__}$"):
            call(nonsense)


@pytest.mark.parametrize("make", LETTERS.values(), ids=list(LETTERS))
def test_a_number_that_is_none_is_told_by_its_type(make: Maker) -> None:
    with pytest.raises(TypeError, match=r"^Surroundings\.numbers gives str, not int$"):
        make(Surroundings(numbers=lambda: 1999))  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize("make", [LETTERS["referral"], LETTERS["files"], *ENVELOPES.values(), *FHIR.values()])
def test_a_uuid_that_is_none_is_told_by_its_type(make: Maker) -> None:
    with pytest.raises(TypeError, match=r"^Surroundings\.uuids gives UUID, not str$"):
        make(Surroundings(uuids=lambda: "1999"))  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize("name", ["numbers", "uuids", "clock"])
def test_surroundings_take_callables(name: str) -> None:
    with pytest.raises(TypeError, match=f"^Surroundings.{name} takes Callable, not str$"):
        Surroundings(**{name: "2026-05-04"})  # type: ignore[arg-type]


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
