"""A month of 1,000 messages, counted: as many as were sent and received, per standard, direction and municipality."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

import medcom_bu
from medcom_bu import Emessage, VansEnvelope
from medcom_bu.envelopes import vans
from medcom_bu.envelopes.statistics import Record, Status, count, record, to_csv, to_rows
from medcom_bu.testing.letters import letter_samples
from medcom_bu.testing.sets import fhir_samples
from tests.support.ids_and_clock import counted
from tests.support.payloads import EDIFACT

A, B1, B2, C = "5790000121526", "5790000121540", "5790001348120", "5790000000005"
HOSPITAL, DOCTOR = "5790000000012", "5790000000029"
MUNICIPALITIES = {A: "Ahus", B1: "Bby", B2: "Bby", C: "Cstad"}

LETTERS = {name.partition("/")[0]: letter for name, letter in letter_samples().items()}
OTHERS = {
    "DIS91": EDIFACT,
    "FDIS91": medcom_bu.to_fhir(fhir_samples()["CareCommunication/5.0"]),
    "FCTL": medcom_bu.to_fhir(fhir_samples()["Acknowledgement/2.0"], "xml"),
}

MONTH = [
    (120, "XREF01", A, HOSPITAL),
    (80, "XREF01", B1, HOSPITAL),
    (40, "XREF01", B2, HOSPITAL),
    (100, "XBIN01", A, HOSPITAL),
    (60, "XBIN01", B1, HOSPITAL),
    (150, "XDIS91", C, DOCTOR),
    (90, "XDIS91", DOCTOR, C),
    (30, "XDIS91", A, C),
    (20, "XDIS91", B1, B2),
    (100, "FDIS91", DOCTOR, A),
    (70, "FDIS91", B2, DOCTOR),
    (25, "DIS91", DOCTOR, B1),
    (60, "XCTL03", HOSPITAL, A),
    (15, "XCTL03", HOSPITAL, B1),
    (10, "FCTL", A, DOCTOR),
    (5, "XDIS91", HOSPITAL, DOCTOR),
]
"""How many messages of a standard went from whom to whom; 975 in all."""

SENT_AGAIN = [(15, "XREF01", A, HOSPITAL), (10, "FDIS91", DOCTOR, A)]
"""So many of them went a second time, since no receipt came: with these, 1,000 went over the network."""

EXPECTED = """
    Ahus   FCTL    sent      10
    Ahus   FDIS91  received 110
    Ahus   XBIN01  sent     100
    Ahus   XCTL03  received  60
    Ahus   XDIS91  sent      30
    Ahus   XREF01  sent     135
    Bby    DIS91   received  25
    Bby    FDIS91  sent      70
    Bby    XBIN01  sent      60
    Bby    XCTL03  received  15
    Bby    XDIS91  received  20
    Bby    XDIS91  sent      20
    Bby    XREF01  sent     120
    Cstad  XDIS91  received 120
    Cstad  XDIS91  sent     150
    -      XDIS91  foreign    5
"""
"""Added up by hand from the two tables above: the receipts of envelopes count for nothing, what went twice counts
twice, and what went between two municipalities counts for both."""


def payload(standard: str, number: int) -> bytes | Emessage:
    """A message of a standard; every letter has a number of its own."""
    if standard in OTHERS:
        return OTHERS[standard]
    letter = LETTERS[standard]
    return letter.replace(envelope=letter.envelope.replace(identifier=f"KUVERT{number:08}"))


def the_log() -> Iterator[VansEnvelope]:
    """Every envelope of May 2026, as bytes that went over the network, the receipts of envelopes among them."""
    ids = counted(datetime(2026, 5, 1, 0, 30), timedelta(minutes=35))
    again = {tuple(flow): times for times, *flow in SENT_AGAIN}
    for number, *flow in MONTH:
        standard, sender, receiver = flow
        for n in range(number):
            sent = vans.wrap(payload(standard, n), sender=sender, receiver=receiver, ids=ids)
            yield sent
            if n < again.get(tuple(flow), 0):
                yield vans.rewrap(sent, ids=ids)
            elif n % 20 == 0:
                yield vans.positive(sent, ids=ids)


@pytest.fixture(scope="module")
def records() -> list[Record]:
    came = [medcom_bu.parse(medcom_bu.to_xml(envelope), VansEnvelope) for envelope in the_log()]
    messages = [envelope for envelope in came if envelope.payload is not None]
    assert len(messages) == 1_000
    assert len(came) > 1_040
    kinds = (Status.SENT, Status.RECEIVED, Status.REFUSED, Status.NOT_DELIVERED)
    return [record(message, kinds[n % len(kinds)]) for n, message in enumerate(messages)]


def lines(table: str) -> list[tuple[str, str, str, int]]:
    rows = (line.split() for line in table.strip().splitlines())
    return [("" if unit == "-" else unit, standard, way, int(number)) for unit, standard, way, number in rows]


def test_the_counts_are_those_that_were_added_up_by_hand(records: list[Record]) -> None:
    rows = to_rows(count(records, MUNICIPALITIES))
    assert {row["month"] for row in rows} == {"2026-05"}
    counted_rows = [(row["organisation"], row["standard"], row["direction"], row["messages"]) for row in rows]
    assert sorted(counted_rows, key=str) == sorted(lines(EXPECTED), key=str)


def test_the_sheet_holds_the_same(records: list[Record]) -> None:
    heading, *rows = csv.reader(io.StringIO(to_csv(count(records, MUNICIPALITIES)), newline=""), delimiter=";")
    assert heading == ["month", "standard", "direction", "organisation", "messages", "size_in_bytes"]
    on_sheet = [(unit, standard, way, int(number)) for _, standard, way, unit, number, _ in rows]
    assert sorted(on_sheet) == sorted(lines(EXPECTED))


def test_one_municipality_alone_sees_its_own_lines(records: list[Record]) -> None:
    own = [record for record in records if {record.sender, record.receiver} & {B1, B2}]
    seen = [(line.standard, str(line.direction), line.messages) for line in count(own, [B1, B2])]
    assert sorted(seen) == sorted(line[1:] for line in lines(EXPECTED) if line[0] == "Bby")


def test_the_bytes_are_those_of_the_messages(records: list[Record]) -> None:
    (line,) = (line for line in count(records, [C]) if line.standard == "XDIS91" and line.direction == "sent")
    assert line.size_in_bytes == 150 * len(medcom_bu.to_xml(LETTERS["XDIS91"]))
