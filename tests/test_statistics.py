"""Statistics: what a record holds, and how records are counted."""

from __future__ import annotations

import random
from datetime import datetime
from typing import Any

import attrs
import pytest
from test_envelope_contents import PAYLOADS, RECEIVER, SENDER
from test_rules import MAIL, changed

import medcom_bu
from medcom_bu.envelopes import vans
from medcom_bu.envelopes.statistics import Count, Direction, Record, Status, count, record

SENT = changed(vans.wrap(PAYLOADS["json"][0]), {"sent_date_time": "2026-05-04T09:30:00"})
ONE = Record("XDIS91", "XD9134L", "XDIS91", SENDER, RECEIVER, datetime(2026, 5, 4, 9, 30), 10)


def made(**changes: Any) -> Record:
    return attrs.evolve(ONE, **changes)


def test_the_record_of_an_envelope() -> None:
    size = len(PAYLOADS["json"][0])
    expected = Record(
        "FDIS91", "5.0", "FDIS91#medicine", SENDER, RECEIVER, datetime(2026, 5, 4, 9, 30), size, Status.RECEIVED
    )
    assert record(SENT, Status.RECEIVED) == expected
    assert record(medcom_bu.parse(medcom_bu.to_xml(SENT)), Status.RECEIVED) == expected
    assert expected.with_status(Status.REFUSED).status is Status.REFUSED
    broken = changed(SENT, {"content.data": type(SENT.content.data)(None, "!")})  # type: ignore[union-attr]
    assert record(broken).size_in_bytes == size


def test_the_record_of_a_letter_that_travels_bare() -> None:
    letter = changed(MAIL, {"letters[0].letter.statistical_code": "DIS91"})
    assert record(letter) == Record(
        "XDIS91", "XD9134L", "DIS91", SENDER, SENDER, datetime(2026, 5, 4, 9, 30), len(medcom_bu.to_xml(letter))
    )
    empty = record(MAIL.replace(letters=(), envelope=None))
    assert (empty.type, empty.version, empty.sender, empty.time) == ("", "", "", None)


def test_a_receipt_of_an_envelope_is_no_message() -> None:
    with pytest.raises(ValueError, match="no message"):
        record(vans.positive(SENT))


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2026-05-31T23:30:00", "2026-05"),
        ("2026-05-31T21:30:00Z", "2026-05"),
        ("2026-05-31T22:30:00Z", "2026-06"),
        ("2026-06-01T01:30:00+02:00", "2026-06"),
        ("2026-12-31T23:30:00Z", "2027-01"),
        (" 2026-12-31T23:30:00 ", "2026-12"),
        ("x", ""),
    ],
)
def test_a_month_is_a_danish_month(text: str, month: str) -> None:
    (counted,) = count([record(SENT.replace(sent_date_time=text))], own=[SENDER])
    assert counted.month == month


def test_messages_are_counted_per_month_standard_and_direction() -> None:
    records = [
        *(ONE, ONE, made(size_in_bytes=5, status=Status.REFUSED)),
        made(sender=RECEIVER, receiver=SENDER),
        made(time=datetime(2026, 6, 1)),
        made(type="FDIS91", statistical_code="FDIS91#medicine"),
        made(type="FDIS91", statistical_code="FDIS91#other"),
        made(receiver=SENDER, size_in_bytes=1),
        made(sender="x", receiver="y"),
    ]
    expected = (
        Count("2026-05", "FDIS91", Direction.SENT, 2, 20),
        Count("2026-05", "XDIS91", Direction.FOREIGN, 1, 10),
        Count("2026-05", "XDIS91", Direction.RECEIVED, 2, 11),
        Count("2026-05", "XDIS91", Direction.SENT, 4, 26),
        Count("2026-06", "XDIS91", Direction.SENT, 1, 10),
    )
    for _ in range(5):
        random.shuffle(records)
        assert count(iter(records), own={SENDER}) == expected
    by_code = count(records, own={SENDER}, by_code=True)
    assert [(item.standard, item.messages) for item in by_code][:2] == [("FDIS91#medicine", 1), ("FDIS91#other", 1)]
    assert count([], own=[SENDER]) == ()


def test_a_record_tells_nothing_of_the_content() -> None:
    assert "0703921VJ5" not in repr(record(MAIL))
    assert {field.name for field in attrs.fields(Record)} == {
        *("type", "version", "statistical_code", "sender", "receiver", "time", "size_in_bytes", "status")
    }
