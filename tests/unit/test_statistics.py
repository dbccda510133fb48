"""Statistics: what a record holds, and how records are counted."""

from __future__ import annotations

import csv
import io
import json
import random
from datetime import datetime
from typing import Any

import attrs
import pytest

import medcom_bu
from medcom_bu.envelopes import vans
from medcom_bu.envelopes.contents import contents
from medcom_bu.envelopes.statistics import Count, Direction, Record, Status, count, record, to_csv, to_rows
from medcom_bu.messages.envelopes import VansEnvelope
from tests.support.clean_letters import MAIL
from tests.support.paths import changed
from tests.support.payloads import PAYLOADS, RECEIVER, SENDER

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
    assert record(medcom_bu.parse(medcom_bu.to_xml(SENT), VansEnvelope), Status.RECEIVED) == expected
    assert expected.with_status(Status.REFUSED).status is Status.REFUSED
    broken = changed(SENT, {"content.data": type(SENT.content.data)(None, "!")})
    assert record(broken).size_in_bytes == size


def test_the_record_of_a_letter_that_travels_bare() -> None:
    letter = changed(MAIL, {"letters[0].letter.statistical_code": "DIS91"})
    assert record(letter) == Record(
        "XDIS91", "XD9134L", "DIS91", SENDER, SENDER, datetime(2026, 5, 4, 9, 30), len(medcom_bu.to_xml(letter))
    )
    empty = record(MAIL.replace(letters=(), envelope=None))
    assert (empty.type, empty.version, empty.sender, empty.time) == ("", "", "", None)


def test_a_receipt_of_an_envelope_is_no_message() -> None:
    with pytest.raises(ValueError, match="not a message"):
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
        Count("2026-05", "FDIS91", Direction.SENT, "", 2, 20),
        Count("2026-05", "XDIS91", Direction.FOREIGN, "", 1, 10),
        Count("2026-05", "XDIS91", Direction.RECEIVED, "", 2, 11),
        Count("2026-05", "XDIS91", Direction.SENT, "", 4, 26),
        Count("2026-06", "XDIS91", Direction.SENT, "", 1, 10),
    )
    for _ in range(5):
        random.shuffle(records)
        assert count(iter(records), own={SENDER}) == expected
    by_code = count(records, own={SENDER}, by_code=True)
    assert [(item.standard, item.messages) for item in by_code][:2] == [("FDIS91#medicine", 1), ("FDIS91#other", 1)]
    assert count([], own=[SENDER]) == ()


HOSTILE = [
    *(
        '=HYPERLINK("http://x")',
        "+45 12345678",
        "-2+3",
        "@SUM(1)",
        "\tx",
        "\rx",
        "=1+1",
        "Testesen",
        "TESTESEN",
        "0201609995",
    ),
    *(
        "MCM:=1+1",
        "MCM:FDIS91#=1+1",
        "FDIS91#Testesen",
        "MCM:MCM:XDIS91",
        "XDIS91\n",
        "XDIS91 Testesen",
        "ＸDIS91",
        "XDIS９1",
    ),
    *("020160-9995", "5790000121526 Testesen", "²", "٢٠٢٦٠١٠١", "\u202eXDIS91", "xdıs91", "5.0 Testesen", "D9134L=1"),
]


def test_messages_are_counted_for_the_organisation_that_a_number_belongs_to() -> None:
    records = [
        ONE,
        made(sender="5790001348120"),
        made(sender=RECEIVER, receiver="5790001348120"),
        made(sender="x", receiver="y"),
    ]
    own = {SENDER: "A", f" {RECEIVER}\n": "A", "5790001348120": "=B"}
    assert [(line.direction, line.organisation, line.messages) for line in count(records, own)] == [
        *(("foreign", "", 1), ("received", "=B", 1)),
        *(("received", "A", 2), ("sent", "=B", 1), ("sent", "A", 2)),
    ]


@pytest.mark.parametrize("own", [["?"], ["57900001215260"], {"Eksempel Kommune": SENDER}, [""]])
def test_an_own_number_that_is_none_is_refused(own: Any) -> None:
    with pytest.raises(ValueError, match=r"^own takes location numbers, of 13 digits, and company numbers, of 8$"):
        count([made(sender="Testesen")], own)


@pytest.mark.parametrize(
    ("own", "came"),
    [
        ({5790000121526: "A"}, "list of int"),
        ({SENDER: None}, "list of NoneType"),
        ([5], "list of int"),
        (SENDER, "str"),
    ],
)
def test_own_numbers_are_texts(own: Any, came: str) -> None:
    with pytest.raises(TypeError, match=f"^count: own takes Collection of str.*, not {came}$"):
        count([ONE], own)


def test_the_counts_are_rows() -> None:
    rows = to_rows(count([ONE], {SENDER: "Eksempel Kommune"}))
    assert rows == [
        {
            "month": "2026-05",
            "standard": "XDIS91",
            "direction": "sent",
            "organisation": "Eksempel Kommune",
            "messages": 1,
            "size_in_bytes": 10,
        }
    ]
    assert type(rows[0]["direction"]) is str
    assert to_rows(()) == []


HEADING = ["month", "standard", "direction", "organisation", "messages", "size_in_bytes"]


@pytest.mark.parametrize(
    ("organisation", "cell"),
    [
        ('Ærø; "nord"', 'Ærø; "nord"'),
        ("Syd-Øst + Vest", "Syd-Øst + Vest"),
        ("=1+1", "'=1+1"),
        ("+45 12345678", "'+45 12345678"),
        ("-2+3", "'-2+3"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\nx", "'\nx"),
        (" =1", "' =1"),
        ("\t=1", "'\t'=1"),
        ("＝1", "'＝1"),
        ("A;=1", "A;'=1"),
        ("A, -1", "A,' -1"),
        ("A\n@x", "A\n'@x"),
    ],
)
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_no_cell_is_a_formula(organisation: str, cell: str, delimiter: Any) -> None:
    text = to_csv(count([made(size_in_bytes=-5)], {SENDER: organisation}), delimiter=delimiter)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    assert rows == [HEADING, ["2026-05", "XDIS91", "sent", cell, "1", "'-5"]]


def test_csv_has_one_of_three_delimiters() -> None:
    assert to_csv([]) == '"month";"standard";"direction";"organisation";"messages";"size_in_bytes"\n'
    with pytest.raises(ValueError, match=r"^delimiter is one of ;, ,, \t$"):
        to_csv([], delimiter="|")  # type: ignore[arg-type]


def cells(item: Any) -> list[str]:
    return [str(cell) for cell in attrs.astuple(item)]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_the_network_gets_into_a_record(text: str) -> None:
    meta = "content.meta_information.document"
    odd = changed(
        SENT,
        {f"{meta}.name": text, f"{meta}.version": text, "sender_id.text": text, "receiver_id.text": text},
    )
    broken = {"content.data": type(SENT.content.data)(None, "!"), f"{meta}.size_in_bytes": text}
    letter = changed(
        MAIL,
        {
            "letters[0].letter.version_code": text,
            "letters[0].letter.statistical_code": text,
            "letters[0].sender.ean_identifier": text,
            "letters[0].receiver.ean_identifier": text,
        },
    )
    by_hand = Record(text, text, text, text, text, None, 1)
    for made_of in (record(odd), record(changed(odd, broken)), record(letter), by_hand):
        texts = {made_of.type, made_of.version, made_of.statistical_code, made_of.sender, made_of.receiver}
        assert texts <= {"", "?", "FDIS91", "XDIS91"}
        assert text not in repr(made_of).replace("FDIS91", "")
        for by_code in (True, False):
            (counted,) = count([made_of], own=[], by_code=by_code)
            for cell in cells(made_of) + cells(counted):
                assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
                assert "Testesen" not in cell


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_the_network_is_shown_with_contents(text: str) -> None:
    letter = changed(
        MAIL,
        {
            "letters[0].letter.version_code": text,
            "letters[0].letter.statistical_code": text,
            "letters[0].sender.ean_identifier": text,
            "letters[0].receiver.ean_identifier": text,
        },
    )
    safe = text.encode("latin-1", "replace").replace(b"+", b"?+").replace(b"'", b"?'").replace(b":", b"?:")
    edifact = PAYLOADS["edifact"][0].replace(SENDER.encode(), safe).replace(b"+DIS91'", b"+" + safe + b"'")
    bundle = (
        PAYLOADS["json"][0]
        .replace(SENDER.encode(), json.dumps(text)[1:-1].encode())
        .replace(b'"medicine"', json.dumps(text).encode())
    )
    for payload in (letter, medcom_bu.to_xml(letter, encoding="UTF-8"), edifact, bundle):
        for told in contents(payload):
            assert {told.name, told.version, told.statistical_code} <= {None, "MCM:XDIS91", "XDIS91", "D9134L", "5.0"}
            shown = repr(told).replace("XDIS91", "").replace("D9134L", "")
            assert text not in shown
            assert "Testesen" not in shown
            assert "0201609995" not in shown


@pytest.mark.parametrize(
    ("name", "standard", "code"),
    [
        ("MCM:XREF01", "XREF01", "XREF01"),
        ("MCM:REF01", "REF01", "REF01"),
        ("mcm:xdis91", "XDIS91", "XDIS91"),
        ("XDIS91", "XDIS91", "XDIS91"),
        ("MCM:FDIS91#medicine", "FDIS91", "FDIS91#medicine"),
        ("mcm:fdis91#MEDICINE", "FDIS91", "FDIS91#medicine"),
        ("MCM:FCTL#fatal-error", "FCTL", "FCTL#fatal-error"),
        ("MCM:FDIS20#AcuteAmbulant", "FDIS20", "FDIS20#AcuteAmbulant"),
        ("Billede", "?", "?"),
        ("", "", ""),
    ],
)
def test_the_names_of_the_standards_are_counted(name: str, standard: str, code: str) -> None:
    kept = record(changed(SENT, {"content.meta_information.document.name": name}))
    assert (kept.type, kept.statistical_code) == (standard, code)


def test_the_numbers_of_units_and_companies_are_kept() -> None:
    ends = changed(
        SENT, {"sender_id.text": " 12345678 ", "sender_id.type": "CVR", "receiver_id.text": f"\n{RECEIVER} "}
    )
    assert (record(ends).sender, record(ends).receiver) == ("12345678", RECEIVER)
    assert f"sender={SENDER!r}" in repr(contents(MAIL)[0])


def test_a_record_tells_nothing_of_the_content() -> None:
    assert "0703921VJ5" not in repr(record(MAIL))
    assert {field.name for field in attrs.fields(Record)} == {
        *("type", "version", "statistical_code", "sender", "receiver", "time", "size_in_bytes", "status")
    }
