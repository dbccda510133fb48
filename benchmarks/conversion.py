"""Carrying messages over to the other standard, measured against reading what is carried over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import medcom_bu
from benchmarks.measure import Work, memory
from benchmarks.table import Row, at_most, within
from medcom_bu import Consignment, Directory, Emessage, convert, exchange
from medcom_bu.declare.fhir import changed
from medcom_bu.testing import factories

LIMIT = 3
_FILES = {"Plan": b"%PDF-1.4\nplan\n", "Udredning": b"%PDF-1.4\nudredning\n" * 4000}


def _directory(letters: Consignment[Any]) -> Directory:
    """The units of a correspondence with their SOR codes."""
    own = letters.messages[0].letters[0]
    sor = ("265161000016000", "953741000016009")
    units = zip((own.sender, own.receiver), sor, strict=True)
    return Directory.from_rows([{"gln": unit.ean_identifier, "sor": code} for unit, code in units])


def _reading(sent: Sequence[Any]) -> Work:
    """Reads the messages from their bytes."""
    written = [medcom_bu.to_xml(each) if isinstance(each, Emessage) else medcom_bu.to_fhir(each) for each in sent]
    return lambda: [medcom_bu.parse(data) for data in written]


def _anew(message: Any, to: str, **options: Any) -> Work:
    """Carries a FHIR message over that was asked nothing before: what it was once asked, it remembers."""
    return lambda: convert(changed(message), to, **options)


def messages(_: Path) -> Iterator[Row]:
    """Messages without and with files, both ways."""
    for name, files in (("alone", None), ("with two files", _FILES)):
        sent: Any = factories.correspondence(files=files)
        over = partial(convert, sent, "fhir", directory=_directory(sent))
        yield at_most(f"XDIS91 {name} -> CareCommunication", "parse of the letters", LIMIT, over, _reading([*sent]))
        came = factories.care_communication(files=files)
        back = _anew(came, "xml")
        yield at_most(f"CareCommunication {name} -> XDIS91", "parse of the message", LIMIT, back, _reading([came]))


def answers(_: Path) -> Iterator[Row]:
    """Receipts and Acknowledgements, by the pairs of what they answer."""
    sent: Any = factories.correspondence(files=_FILES)
    first = convert(sent, "fhir", directory=_directory(sent))
    answer = exchange.accept(first.messages[0])
    over = _anew(answer, "xml", pairs=first.pairs)
    yield at_most("Acknowledgement -> two XCTL03", "parse of the answer", LIMIT, over, _reading([answer]))
    other = convert(factories.care_communication(files=_FILES), "xml")
    given: list[Any] = [exchange.accept(each) for each in other.messages]
    receipts: Any = Consignment(given)
    back = partial(convert, receipts, "fhir", pairs=other.pairs)
    yield at_most("two XCTL03 -> Acknowledgement", "parse of the receipts", LIMIT, back, _reading([*receipts]))


_SETUP = """
from medcom_bu import convert
from medcom_bu.testing import factories
from benchmarks.conversion import _directory
files = {"Bilag": b"%PDF-1.4" + bytes(30 << 20)}
letters, care = factories.correspondence(files=files), factories.care_communication(files=files)
directory = _directory(letters)
convert(factories.correspondence(), "fhir", directory=directory)
convert(factories.care_communication(), "xml")
"""


def large(_: Path) -> Iterator[Row]:
    """30 MB of attachments, which the message that comes out shares with the one that went in."""
    for name, call in (
        ("30 MB: XDIS91 -> CareCommunication", 'convert(letters, "fhir", directory=directory)'),
        ("30 MB: CareCommunication -> XDIS91", 'convert(care, "xml")'),
    ):
        yield within(name, 10, memory(_SETUP, call))


PATHS = (messages, answers, large)
