"""From the bytes of a message to the copy that is kept of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from medcom_bu import binary_files, danish_time
from medcom_bu.archiving.archive_copy import ArchiveCopy
from medcom_bu.archiving.layout import (
    ANSWERS,
    MESSAGE,
    PAGE,
    PDF,
    REPORT,
    SCHEMA,
    SIDECAR,
    SUMS,
    as_json,
    digest_of,
    schema,
    sidecar_of,
    sums_of,
)
from medcom_bu.archiving.reports import report_to_data
from medcom_bu.arguments import check
from medcom_bu.binary_files import Data
from medcom_bu.detection import WireFormat
from medcom_bu.directory import Directory
from medcom_bu.edifact.layout.notation import Layouts
from medcom_bu.errors import InvalidMessage
from medcom_bu.exchange.identity import Incoming, identities, matches, open_incoming, transmission
from medcom_bu.exchange.outcomes import outcomes
from medcom_bu.exchange.policy import showable
from medcom_bu.issues import Kind, Layer, Parsed, Report, Severity, Text
from medcom_bu.judgement import Asked, open_message, placed_report
from medcom_bu.messages.emessage import Consignment, Emessage
from medcom_bu.messages.message import Message, NetworkEnvelope
from medcom_bu.rendering.page import as_page
from medcom_bu.rendering.pdf import as_pdf
from medcom_bu.values.fhir_resources import Bundle
from medcom_bu.values.fhir_types import moment as instant

OTHER_ANSWER = Kind(
    "archive.other-answer",
    Severity.ERROR,
    Layer.RULE,
    Text("this does not answer the message", "dette er ikke et svar på meddelelsen"),
    Text(
        "give only the receipts and Acknowledgements that answer this message",
        "angiv kun de kvitteringer og Acknowledgements der svarer på denne meddelelse",
    ),
    "medcom_bu, record; MedCom, governance of messaging, 020 and 043",
)

_TAKES = "archive takes bytes, a path or a binary file"


def archive(
    data: Data,
    *,
    answers: Iterable[Data] = (),
    receiving: bool = False,
    at: datetime | None = None,
    pdf: bool = False,
    layout: Layouts = None,
    directory: Directory | None = None,
) -> ArchiveCopy:
    """Make the copy of a message to archive: its exact bytes, its page, the report, the answers, and digests of all of
    them.

    ``data``: what was sent or received, exactly: bytes, a path or a binary file; what cannot be read is kept too.
    ``answers``: the receipts and Acknowledgements that belong to it, in the same forms.
    ``receiving``: whether the message was received: the report is then that of :func:`medcom_bu.read`, otherwise that
    of :func:`medcom_bu.validate`.
    ``at``: when the copy is made, in Danish time if it has no zone; without it the copy has no time, because no clock
    is read.
    ``pdf``: whether the page is added as a PDF, which needs the extra ``pdf``; what no font has is shown by its code
    point.
    ``layout``: that of ``validate``.
    ``directory``: that of ``validate``; it names units on the page too.

    The same arguments give the same copy, with the same version of the library.

    Raises TypeError for a message, a consignment or a Parsed: archive what you sent; InvalidMessage where something
    among ``answers`` does not answer the message (``archive.other-answer`` at ``answers[0]``); OSError for a path that
    cannot be read; ImportError for ``pdf`` without the extra.
    """
    check("archive: receiving", receiving, bool)
    check("archive: at", at, datetime | None)
    check("archive: pdf", pdf, bool)
    check("archive: answers", answers, Iterable[Any])
    asked = Asked.checked(layout=layout, directory=directory, receiving=receiving)
    content, parsed = _opened(data, asked)
    answering = Asked.checked(layout=layout, receiving=True)
    came = [_opened(answer, answering) for answer in answers]
    _check_answers(parsed, [answer for _, answer in came])
    shown = [parsed, *(answer for _, answer in came)]
    files = {PAGE: as_page(shown, directory=directory).encode()}
    if pdf:
        files[PDF] = as_pdf(shown, directory=directory, date=_sent(parsed.message) or at, errors="mark")
    files[REPORT] = as_json(report_to_data(parsed.report))
    message = f"{MESSAGE}.{_suffix(parsed)}"
    answer_files = [f"{ANSWERS}/{number:03}.{_suffix(answer)}" for number, (_, answer) in enumerate(came, start=1)]
    facts = {
        **_identity(open_incoming("archive", parsed, layout)),
        "schema": SCHEMA,
        "direction": "received" if receiving else "sent",
        "archived": danish_time.aware(at).isoformat() if at is not None else None,
        "message": {**_file(message, content), "wire": parsed.wire},
        "shown": [_file(path, files[path]) for path in (PAGE, PDF) if path in files],
        "report": _file(REPORT, files[REPORT]),
        "answers": [
            {**_file(path, held), "wire": answer.wire, "says": _says(answer)}
            for path, (held, answer) in zip(answer_files, came, strict=True)
        ],
    }
    kept = dict(zip(answer_files, (held for held, _ in came), strict=True))
    return ArchiveCopy(_sealed({message: content, **files, **kept}, facts))


def archive_schema() -> dict[str, Any]:
    """The JSON Schema, draft 2020-12, of the sidecar ``copy.json`` of a copy: a new dict, JSON-ready, on each call."""
    return schema()


def _sealed(parts: dict[str, bytes], facts: dict[str, Any]) -> dict[str, bytes]:
    """The parts with the lists of them."""
    parts[SIDECAR] = sidecar_of({name: facts[name] for name in schema()["required"] if name in facts})
    return {**parts, SUMS: sums_of({path: digest_of(content) for path, content in parts.items()})}


def _opened(data: Data, asked: Asked) -> tuple[bytes, Parsed[Message]]:
    if isinstance(data, Message | Consignment | Parsed):
        raise TypeError(f"{_TAKES}, not {type(data).__name__}: archive what you sent")
    with binary_files.opened(data, _TAKES) as file:
        content = file if isinstance(file, bytes) else file.read()
    opened = open_message(content, asked, _TAKES)
    return content, Parsed(opened.reading.message, placed_report(opened, asked), opened.wire)


def _check_answers(sent: Parsed[Message], answers: Sequence[Parsed[Message]]) -> None:
    wrong = [
        OTHER_ANSWER.issue(f"answers[{place}]")
        for place, answer in enumerate(answers)
        if sent.message is None or answer.message is None or not matches(sent, answer)
    ]
    if wrong:
        raise InvalidMessage(Report.from_issues(wrong, (Layer.RULE,), (Layer.RULE,)))


def _suffix(parsed: Parsed[Message]) -> str:
    return WireFormat(parsed.wire).suffix if parsed.wire is not None else "bin"


def _file(path: str, content: bytes) -> dict[str, Any]:
    return {"file": path, "bytes": len(content), "sha256": digest_of(content)}


def _says(answer: Parsed[Message]) -> list[str]:
    message = open_incoming("archive", answer).message
    return sorted({str(outcome.code) for outcome in outcomes(message)})


# --- what a copy is known by ----------------------------------------------------------------------------------------


def _identity(came: Incoming) -> dict[str, Any]:
    sent = _sent(came.message)
    return {
        "sent": sent.isoformat() if sent is not None else None,
        "keys": [
            {"sender": showable(key.sender), "identifier": showable(key.identifier)} for key in identities(came.message)
        ],
        "sending": showable(transmission(came.message)) or None,
        "envelope": _envelope(came.envelope) if came.envelope is not None else None,
    }


def _envelope(envelope: NetworkEnvelope) -> dict[str, str]:
    sender, receiver = envelope.ends
    return {"identifier": showable(envelope.identifier), "sender": showable(sender), "receiver": showable(receiver)}


def _sent(message: Message | None) -> datetime | None:
    """When a message was sent, by its own account; in Danish time where it names no zone."""
    if isinstance(message, NetworkEnvelope):
        moment = message.sent
    elif isinstance(message, Emessage):
        moment = message.envelope.sent.moment if message.envelope and message.envelope.sent else None
    else:
        moment = instant(message.timestamp) if isinstance(message, Bundle) else None
    return danish_time.aware(moment) if moment is not None else None
