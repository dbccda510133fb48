"""Counting messages as the network does: per month, standard, direction and unit, by the name on the envelope.

A record holds what the network's statistics are made of, and nothing of a message's content or its patient: no text of
the network, but names, versions, codes and numbers of the standards. Source:
MedCom, VANS statistics (messages per standard and month, sent and received, for each unit) and the code system of
statistical codes 2.0.0.

>>> sender, receiver = "5790000121526", "5790000121540"
>>> records = [Record("XDIS91", "XD9134L", "XDIS91", sender, receiver, datetime(2026, 5, 4, 9, 30), 1200)] * 2
>>> (line,) = count(records, own=[sender])
>>> line.month, line.standard, line.direction, line.messages
('2026-05', 'XDIS91', <Direction.SENT: 'sent'>, 2)
>>> print(to_csv(count(records, own={sender: "Eksempel Kommune"})), end="")
"month";"standard";"direction";"organisation";"messages";"size_in_bytes"
"2026-05";"XDIS91";"sent";"Eksempel Kommune";"2";"2400"
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Literal

import attrs

from medcom_bu import danish_time
from medcom_bu.arguments import Words, check, check_arguments, check_fields, check_word
from medcom_bu.enclosed import known_name, known_number, known_version
from medcom_bu.envelopes.contents import Contents, contents, written
from medcom_bu.envelopes.unfit import NO_MESSAGE, Unfit
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.envelopes import VansEnvelope, VansMessage
from medcom_bu.messages.message import FhirMessage, NetworkEnvelope

__all__ = ["OTHER", "UNKNOWN", "Count", "Direction", "Record", "Status", "count", "record", "to_csv", "to_rows"]

UNKNOWN = ""
"""The month or standard of a message that does not tell it."""

OTHER = "?"
"""What stands for a text that is none of the standards': it could be a name, or a formula of a spreadsheet."""


class Status(Words):
    """The outcome of a message."""

    SENT = "sent"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    NOT_DELIVERED = "not delivered"


class Direction(Words):
    """The direction as seen from your own location numbers; ``FOREIGN`` is between others."""

    SENT = "sent"
    RECEIVED = "received"
    FOREIGN = "foreign"


def _name(text: str) -> str:
    return _of_standard(text, known_name)


def _version(text: str) -> str:
    return _of_standard(text, known_version)


def _number(text: str) -> str:
    return _of_standard(text, known_number)


def _of_standard(text: str, look_up: Callable[[str], str | None]) -> str:
    """What the standards know of a text, a mark where that is nothing; no text is left as it is."""
    return (look_up(text) or OTHER) if text and isinstance(text, str) else text


@attrs.frozen(field_transformer=check_fields)
class Record:
    """One message as the statistics see it. A text that is not what its field holds becomes ``"?"``.

    ``type``: the standard, ``XDIS91`` or ``FDIS91``.
    ``version``: the code of its version, such as ``XD9134L`` or ``5.0``.
    ``statistical_code``: the letter's code, or the whole name (``FDIS91#medicine``).
    ``sender``, ``receiver``: location or company numbers.
    ``time``: the moment of sending, in Danish time without zone; None where the message does not tell it.
    ``size_in_bytes``: the size of the message inside.
    ``status``: what became of it.
    """

    type: str = attrs.field(converter=_name)
    version: str = attrs.field(converter=_version)
    statistical_code: str = attrs.field(converter=_name)
    sender: str = attrs.field(converter=_number)
    receiver: str = attrs.field(converter=_number)
    time: datetime | None
    size_in_bytes: int
    status: Status = Status.SENT

    def with_status(self, status: Status) -> Record:
        """The record with the ``status`` that it has after an answer came, or none."""
        return attrs.evolve(self, status=status)


@attrs.frozen(field_transformer=check_fields)
class Count:
    """How many messages of a standard went in one direction in a month.

    ``month``: year and month, ``"2026-05"``.
    ``standard``: the standard, such as ``XDIS91``.
    ``direction``: sent, received, or between others.
    ``organisation``: whose they are, as the caller of :func:`count` names it.
    ``messages``: how many they are.
    ``size_in_bytes``: how many bytes they have together.
    """

    month: str
    standard: str
    direction: Direction
    organisation: str
    messages: int
    size_in_bytes: int


@check_arguments
def record(message: NetworkEnvelope | Emessage | FhirMessage, status: Status = Status.SENT) -> Record:
    """The record of a message in its envelope, or of letters or FHIR sent without one, with its ``status``.

    A VANSEnvelope says what is in it; of another envelope that is told by the message.

    Raises ValueError for the receipt of an envelope, which is not a message, and for an envelope without one,
    InvalidMessage for a message that cannot be written, and so has no size.
    """
    if isinstance(message, Emessage):
        sent = message.envelope.sent.moment if message.envelope and message.envelope.sent else None
        return _of_bare(message, sent, status)
    if isinstance(message, FhirMessage):
        return _of_bare(message, _local(getattr(message, "timestamp", None)), status)
    if message.is_receipt:
        raise ValueError("the receipt of an envelope is not a message")
    return _of_vans(message, status) if isinstance(message, VansEnvelope) else _of_envelope(message, status)


def _of_envelope(message: NetworkEnvelope, status: Status) -> Record:
    payload = message.payload or b""
    sent = None if message.sent is None else danish_time.local(message.sent)
    sender, receiver = message.ends
    return _of_contents(contents(payload)[0], sender, receiver, sent, len(payload), status)


def _of_vans(message: VansEnvelope, status: Status) -> Record:
    if not isinstance(message.content, VansMessage):
        raise Unfit(NO_MESSAGE)
    meta, payload = message.content.meta_information, message.payload
    document = meta.document if meta is not None else None
    name = document.name if document is not None else None
    declared = document.size if document is not None else None
    return Record(
        type=(known_name(name) or name or UNKNOWN).partition("#")[0],
        version=(document.version if document is not None else None) or UNKNOWN,
        statistical_code=name or UNKNOWN,
        sender=message.sender_id.identifier if message.sender_id is not None else UNKNOWN,
        receiver=message.receiver_id.identifier if message.receiver_id is not None else UNKNOWN,
        time=None if message.sent is None else danish_time.local(message.sent),
        size_in_bytes=len(payload) if payload is not None else max(declared or 0, 0),
        status=status,
    )


def _local(instant: str | None) -> datetime | None:
    """The Danish time of an instant; None for a text that is none."""
    try:
        return danish_time.local(datetime.fromisoformat(instant or ""))
    except ValueError:
        return None


def _of_bare(message: Emessage | FhirMessage, time: datetime | None, status: Status) -> Record:
    data, content = written(message)
    return _of_contents(content, content.sender, content.receiver, time, len(data), status)


def _of_contents(
    content: Contents, sender: str | None, receiver: str | None, time: datetime | None, size: int, status: Status
) -> Record:
    return Record(
        type=(content.name or UNKNOWN).partition("#")[0],
        version=content.version or UNKNOWN,
        statistical_code=content.statistical_code or content.name or UNKNOWN,
        sender=sender or UNKNOWN,
        receiver=receiver or UNKNOWN,
        time=time,
        size_in_bytes=size,
        status=status,
    )


@check_arguments
def count(
    records: Iterable[Record], own: Collection[str] | Mapping[str, str], *, by_code: bool = False
) -> tuple[Count, ...]:
    """The counts per month, standard, direction and organisation, in that order.

    ``records`` are what :func:`record` gave. ``own`` are the location or company numbers (GLN, CVR) of the unit
    counted; where there are several units, a mapping from each number to the organisation it is counted for, such as
    ``{"5790000121526": "Eksempel Kommune"}``. ``by_code`` counts by statistical code (``FDIS91#medicine``).

    A transmission counts, whatever became of it: a message that was sent again counts again, and so does a receipt,
    under its own standard (``XCTL03``, ``FCTL``). The receipt of an envelope is not a message, and has no record. What
    went between two own numbers counts as sent for the one and as received for the other.

    Raises ValueError for an own number that is none.
    """
    organisations = _organisations(own)
    sizes_of: defaultdict[tuple[str, str, Direction, str], list[int]] = defaultdict(list)
    for entry in records:
        month = entry.time.isoformat()[:7] if entry.time else UNKNOWN
        standard = entry.statistical_code if by_code else entry.type
        for direction, organisation in _directions(entry, organisations):
            sizes_of[month, standard, direction, organisation].append(entry.size_in_bytes)
    return tuple(Count(*key, messages=len(sizes), size_in_bytes=sum(sizes)) for key, sizes in sorted(sizes_of.items()))


def _organisations(own: Collection[str] | Mapping[str, str]) -> dict[str, str]:
    given = own if isinstance(own, Mapping) else dict.fromkeys(own, UNKNOWN)
    check("count: own", [*given, *given.values()], Collection[str])
    organisations = {known_number(number): organisation for number, organisation in given.items()}
    if None in organisations:
        raise ValueError("own takes location numbers, of 13 digits, and company numbers, of 8")
    return {str(number): organisation for number, organisation in organisations.items()}


def _directions(entry: Record, organisations: Mapping[str, str]) -> list[tuple[Direction, str]]:
    ends = ((Direction.SENT, entry.sender), (Direction.RECEIVED, entry.receiver))
    own = [(direction, organisations[number]) for direction, number in ends if number in organisations]
    return own or [(Direction.FOREIGN, UNKNOWN)]


# --- for others ------------------------------------------------------------------------------------------------------

_FORMULA = re.compile(r"(?:^|(?<=[\t\r\n,;]))(?=\s*[=+\-@＝＋－＠]|[\t\r\n])")
"""Where a spreadsheet could begin to read a formula: also behind what it may take for the end of a cell."""


@check_arguments
def to_rows(counts: Iterable[Count]) -> list[dict[str, str | int]]:
    """The counts as dicts of strings and numbers by field name, for pandas, a database or JSON.

    ``counts`` are what :func:`count` gave.
    """
    return [{**attrs.asdict(each), "direction": str(each.direction)} for each in counts]


@check_arguments
def to_csv(counts: Iterable[Count], *, delimiter: Literal[";", ",", "\t"] = ";") -> str:
    """The counts as CSV with a heading, every cell in quotes, in lines that end with a line feed.

    ``counts`` are what :func:`count` gave; ``delimiter`` is ``";"``, as a Danish spreadsheet expects it, ``","`` or a
    tab.

    No cell is a formula: an apostrophe is put before a sign that could begin one (``=``, ``+``, ``-``, ``@``, a tab or
    a line end) at the start of a cell or behind a comma, semicolon, tab or line end in it.

    Raises ValueError for another delimiter. Source: OWASP, CSV injection.
    """
    check_word("delimiter", delimiter, (";", ",", "\t"))
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(field.name for field in attrs.fields(Count))
    writer.writerows([_FORMULA.sub("'", str(cell)) for cell in row.values()] for row in to_rows(counts))
    return file.getvalue()


def __dir__() -> list[str]:
    return list(__all__)
