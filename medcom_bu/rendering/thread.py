"""A FHIR message for a clinician: the thread with its newest segment first, or what came of a message."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from medcom_bu import danish_time
from medcom_bu.messages.acknowledgement import AcknowledgementMessage
from medcom_bu.messages.care_communication import CareCommunicationMessage, MessageSegment
from medcom_bu.rendering.markup import ABSENT, content, described, link, section
from medcom_bu.values.fhir_codes import Activity, Category, RequestPriority, ResponseCode
from medcom_bu.values.fhir_resources import Bundle, CareTeam, Organization, OutcomeIssue, Patient, PractitionerRole
from medcom_bu.values.fhir_types import Attachment, moment
from medcom_bu.values.identifiers import Cpr, ReplacementCpr

_EARLIEST = datetime.min.replace(tzinfo=UTC)
_FILES = {"application/pdf": "PDF", "image/jpeg": "JPEG", "image/png": "PNG", "image/tiff": "TIFF"}


def title(message: Bundle) -> str:
    """What kind of message it is."""
    if isinstance(message, CareCommunicationMessage):
        return "Korrespondance (FHIR)"
    return "Kvittering (FHIR)" if isinstance(message, AcknowledgementMessage) else "Meddelelse (FHIR)"


def article(message: Bundle) -> str:
    """The message as the HTML of an article."""
    if isinstance(message, CareCommunicationMessage):
        header, body = _thread_header(message), _thread(message)
    elif isinstance(message, AcknowledgementMessage):
        header, body = "", _outcome(message)
    else:
        header, body = "", ""
    parties = section("Afsender", _unit(message.sender)) + section("Modtager", _unit(message.receiver))
    about = section("Meddelelse", described(_about(message)), kind="meta")
    return f"<article><header><h1>{title(message)}</h1>{header}</header>{body}{parties}{about}</article>"


def _thread_header(message: CareCommunicationMessage) -> str:
    shown = _identity(message.patient)
    if message.priority is not None:
        kind = ' class="urgent"' if message.priority == RequestPriority.ASAP else ""
        shown += f"<p{kind}>Prioritet: {_coded(message.priority)}</p>"
    if message.topic:
        shown += f"<p>Emne: <strong>{content(message.topic)}</strong></p>"
    return shown + f"<p>Kategori: {_coded(message.category) or ABSENT}</p>"


def _identity(patient: Patient | None) -> str:
    number = patient.number if patient else None
    names = content(patient.name[0].full) if patient and patient.name and patient.name[0].full else ABSENT
    shown = ""
    if isinstance(number, Cpr | ReplacementCpr):
        text = number.reveal()
        formatted = number.format(text) if number.has_form(text) else text
        kind = "CPR-nummer" if isinstance(number, Cpr) else f"Erstatnings-CPR ({number.kind})"
        shown = f'<p class="number">{kind}: {content(formatted)}</p>'
    return f'<p class="lead">{names}</p>{shown}'


def _thread(message: CareCommunicationMessage) -> str:
    newest_first = sorted(
        enumerate(message.segments), key=lambda numbered: (numbered[1].sent or _EARLIEST, numbered[0]), reverse=True
    )
    return "".join(section(_heading(segment), _segment(segment)) for _, segment in newest_first)


def _heading(segment: MessageSegment) -> str:
    kind = "Tekst" if segment.attachment is None else "Bilag"
    return f"{kind}, {_moment(segment.date)}"


def _segment(segment: MessageSegment) -> str:
    if segment.attachment is not None:
        shown = _attachment(segment.attachment)
    else:
        shown = f"<p>{content(segment.text)}</p>" if segment.text else f"<p>{ABSENT}</p>"
    return shown + described(
        (
            ("Skrevet af", content(segment.author_name) if segment.author_name else ""),
            ("Stilling", content(segment.author_title) if segment.author_title else ""),
            ("Telefon", content(segment.contact) if segment.contact else ""),
            ("Organisation", content(segment.assigner.name) if segment.assigner and segment.assigner.name else ""),
        )
    )


def _attachment(attachment: Attachment) -> str:
    shown = f"<p><strong>{content(attachment.title) if attachment.title else ABSENT}</strong></p>"
    if attachment.url:
        shown += f"<p>{link(attachment.url)}</p>"
    kind = attachment.content_type or ""
    size = ""
    if attachment.data is not None:
        size = "Kan ikke læses" if attachment.data.content is None else f"{len(attachment.data.content)} byte"
    elif not attachment.url:
        size = "Ikke sendt med igen"
    named = _FILES.get(kind) or (content(kind) if kind else "")
    return shown + described((("Type", named), ("Størrelse", size), ("Oprettet", _moment(attachment.creation, ""))))


def _outcome(message: AcknowledgementMessage) -> str:
    shown = f"<p>{_coded(message.code) or ABSENT}</p>"
    answered = f"<p>Besvaret meddelelse: {content(message.acknowledged)}</p>" if message.acknowledged else ""
    issues = "".join(f"<li>{_issue(issue)}</li>" for issue in message.issues)
    return section("Resultat", shown + answered) + section("Bemærkninger", f"<ol>{issues}</ol>" if issues else "")


def _issue(issue: OutcomeIssue) -> str:
    details = issue.details
    codes = [coding.code for coding in details.coding] if details else []
    words = [issue.severity, issue.code, *codes, details.text if details else None, issue.diagnostics]
    return " · ".join(content(text) for text in [*words, *issue.expression] if text)


def _about(message: Bundle) -> Iterator[tuple[str, str]]:
    yield "Tidspunkt", _moment(message.timestamp, "")
    yield "Meddelelses-id", content(message.header.id) if message.header and message.header.id else ""
    yield "Forsendelses-id", content(message.id) if message.id else ""
    if isinstance(message, CareCommunicationMessage):
        yield "Aktivitet", _coded(message.activity)
        yield "Tråd", content(message.communication_identifier) if message.communication_identifier else ""
        yield "Specifik afsender", _someone(message, message.specific_sender)
        yield "Specifik modtager", _someone(message, message.specific_recipient)
        for episode in message.episode_of_care:
            yield "Forløb", content(episode.value) if episode.value else ""
        yield "Version", message.version or ""


def _someone(message: CareCommunicationMessage, who: PractitionerRole | CareTeam | None) -> str:
    if isinstance(who, CareTeam):
        return content(who.name) if who.name else ""
    name = next((segment.author_name for segment in message.segments if segment.author_role == who), "") if who else ""
    role = who.code[0].text or who.code[0].code if who and who.code else None
    return " · ".join(content(text) for text in (name, role) if text)


def _unit(unit: Organization | None) -> str:
    if unit is None:
        return ""
    numbers = (("Lokationsnummer", unit.gln), ("SOR", unit.sor))
    rows = [("Navn", content(unit.name) if unit.name else "")]
    rows += [(name, content(number.reveal())) for name, number in numbers if number is not None]
    return described(rows)


def _coded(code: str | None) -> str:
    if isinstance(code, Category | RequestPriority | Activity | ResponseCode):
        return code.danish
    return content(code) if code else ""


def _moment(text: str | None, absent: str = "tidspunkt ikke angivet") -> str:
    """A moment in Danish time, or the text as it came where it is none."""
    instant = moment(text)
    if instant is None:
        return content(text) if text else absent
    local = danish_time.local(instant)
    if local is None:
        return content(text or "")
    return f'<time datetime="{instant.isoformat()}">{local:%d.%m.}{local.year:04} kl. {local:%H:%M}</time>'
