"""The UNB of an interchange and the envelope of a consignment.

Source: UN/EDIFACT, ISO 9735 version 3; MedCom's converter (behaviour), but for the century: a two-digit year is the one
nearest to that of the first letter, or, where no letter has a date, one of 1970 to 2069.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import attrs

from medcom_bu.declare.facets import TAKEN_FOR
from medcom_bu.declare.oioxml import Value
from medcom_bu.edifact.layout import catalogue
from medcom_bu.edifact.layout.codec import table
from medcom_bu.edifact.layout.demands import unmet_demands
from medcom_bu.edifact.layout.letters.receipts import C0330Q
from medcom_bu.edifact.layout.plain_forms import carried
from medcom_bu.edifact.layout.read import nearest
from medcom_bu.edifact.syntax.issue_list import IssueList
from medcom_bu.edifact.syntax.segments import Segment, SegmentPlace
from medcom_bu.edifact.syntax.service import SYNTAX
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.headers import Envelope
from medcom_bu.messages.receipts import NegativeReceipt, NegativeVansReceipt, PositiveReceipt
from medcom_bu.numerals import whole
from medcom_bu.values.codes import AcknowledgementCode
from medcom_bu.values.timestamps import DateAndTime

ACKNOWLEDGEMENT = table({AcknowledgementCode.WANTED: "1", AcknowledgementCode.NOT_WANTED: "0"})
RECEIPTS = (NegativeVansReceipt, NegativeReceipt, PositiveReceipt)
_DATE = re.compile(r"\d\d(\d\d)-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(r"(\d\d):(\d\d)", re.ASCII)
_SIX = re.compile(r"(\d\d)(\d\d)(\d\d)", re.ASCII)
_FOUR = re.compile(r"(\d\d)(\d\d)", re.ASCII)
_FIXED = {(1, 1): "14", (2, 1): "14"}
_READ = {(0, 0), (0, 1), (1, 0), (2, 0), (3, 0), (3, 1), (4, 0), (8, 0)}


def interchange_header(message: Emessage) -> Segment:
    """The UNB. A receipt says nothing on receipts; of several letters the first gives sender and receiver."""
    first = message.letters[0] if message.letters else None
    envelope = message.envelope
    sent = envelope.sent if envelope and envelope.sent else DateAndTime(date="", time="")
    date, time = _DATE.match(sent.date or ""), _TIME.match(sent.time or "")
    elements = [
        ("UNOC", "3"),
        (_address(first, "sender"), "14"),
        (_address(first, "receiver"), "14"),
        ("".join(date.groups()) if date else "", "".join(time.groups()) if time else ""),
        (carried((envelope.identifier if envelope else "") or ""),),
    ]
    if not isinstance(first, RECEIPTS):
        wish = envelope.acknowledgement_code if envelope else None
        elements += [("",), ("",), ("",), (ACKNOWLEDGEMENT.write(wish) or carried(str(wish or "")),)]
    return Segment("UNB", tuple(elements))


def _address(letter: Value | None, role: str) -> str:
    return carried(getattr(getattr(letter, role, None), "ean_identifier", None) or "")


@attrs.frozen
class Header:
    """What the UNB says: the envelope, where its parts stand, and whether something had no place."""

    envelope: Envelope
    places: dict[str, SegmentPlace]
    has_more: bool


def addresses(unb: Segment) -> dict[str, SegmentPlace]:
    """The attributes of every letter that the UNB gives, and where."""
    places: dict[str, SegmentPlace] = {"sender.ean_identifier": (unb, 2, 1), "receiver.ean_identifier": (unb, 3, 1)}
    return {path: place for path, place in places.items() if unb.text(*place[1:])}


def read_header(unb: Segment, letters: Sequence[Value], findings: IssueList) -> Header:
    """The envelope in a UNB that has passed the syntax layer.

    Issues: those of ``layout.catalogue``.
    """
    date, time, request = unb.text(4), unb.text(4, 2), unb.text(9)
    six, four = _SIX.fullmatch(date), _FOUR.fullmatch(time)
    code = ACKNOWLEDGEMENT.read(request or "0")
    envelope = Envelope(
        sent=DateAndTime(
            date=f"{_year(int(six[1]), letters):04}-{six[2]}-{six[3]}" if six else date,
            time=f"{four[1]}:{four[2]}" if four else time,
        ),
        identifier=unb.text(5) or None,  # type: ignore[arg-type]
        acknowledgement_code=request if code is None else code,
    )
    places: dict[str, SegmentPlace] = {
        "": (unb,),
        "sent": (unb, 4),
        "identifier": (unb, 5),
        "acknowledgement_code": (unb, 9),
    }
    if code is None:
        taken_for = AcknowledgementCode.taken_for(request)
        findings.add(catalogue.ACKNOWLEDGEMENT, unb, 9, element="AcknowledgementCode", **{TAKEN_FOR: taken_for})
    if not request and not any(isinstance(letter, RECEIPTS) for letter in letters):
        findings.add(catalogue.REQUEST_MISSING, unb, 9)
    for kind, path, params in unmet_demands(envelope, C0330Q):
        if path != "acknowledgement_code":  # told above, in UNB's own terms
            findings.add(kind, *nearest(places, path), **params)
    return Header(envelope, places, _has_more(unb, findings))


def _has_more(unb: Segment, findings: IssueList) -> bool:
    """Whether the UNB says what the envelope has no place for."""
    has_more = unb.elements[:1] != SYNTAX  # which the syntax layer has named
    for number, element in enumerate(unb.elements):
        for index, text in enumerate(element):
            fixed = _FIXED.get((number, index))
            if fixed is not None and text != fixed:
                findings.add(catalogue.CONSTANT, unb, number + 1, index + 1, expected=fixed)
                has_more = True
            elif fixed is None and text and (number, index) not in _READ:
                findings.add(catalogue.NOT_PLACED, unb, number + 1, index + 1, tag="UNB")
                has_more = True
    return has_more


def _year(two: int, letters: Sequence[Value]) -> int:
    """The year nearest to that of the first letter that has one; 1970 to 2069 where none has."""
    for letter in letters:
        authorised = getattr(getattr(letter, "letter", None), "authorisation", None)
        text = (authorised.date or "")[:4] if authorised else ""
        near = whole(text)
        if near is not None:
            century = near - near % 100 + two
            years = [year for year in (century - 100, century, century + 100) if 0 < year < 10_000]
            return min(years, key=lambda year: abs(year - near))
    return (1900 if two >= 70 else 2000) + two
