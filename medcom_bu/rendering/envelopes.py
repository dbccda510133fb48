"""The envelopes of the network: what they say of themselves, and their receipts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from medcom_bu.declare.oioxml import Value
from medcom_bu.messages.envelopes import VansEnvelope, VansMessage, VansReceipt
from medcom_bu.messages.message import NetworkEnvelope
from medcom_bu.messages.standard_business_document import DocumentScope, ScopeType, StandardBusinessDocument
from medcom_bu.oioxml.signals import Signal, SignalKind, read_signal
from medcom_bu.rendering.kept import rest
from medcom_bu.rendering.letters import OUTCOMES
from medcom_bu.rendering.lines import labelled, leaf
from medcom_bu.rendering.values import attribute, described, in_line, moment, rows_of, section
from medcom_bu.rendering.view import ABSENT, Article, Described, Labelled, Paragraph, Section, SectionKind


def envelope_article(envelope: NetworkEnvelope) -> Article:
    """An envelope that holds no message that can be shown."""
    return _ARTICLES[type(envelope)](envelope)


def envelope_sections(envelope: NetworkEnvelope, skip: tuple[str, ...] = ()) -> Iterator[Section]:
    """What an envelope says of itself, and what it keeps without a place."""
    if isinstance(envelope, StandardBusinessDocument):
        yield from _business_document_sections(envelope, skip)
    elif isinstance(envelope, VansEnvelope):
        message = envelope.content if isinstance(envelope.content, VansMessage) else None
        blocks = (*described(envelope, skip=("content", *skip)), *described(message))
        yield from section("VANS-kuvert", *blocks, kind=SectionKind.DETAILS)
        yield from rest(envelope, (envelope.content, envelope.sender_id, envelope.receiver_id))


# --- VANSEnvelope -----------------------------------------------------------------------------------------------------


def _vans_article(envelope: VansEnvelope) -> Article:
    return Article(
        title="Kvittering for VANS-kuvert" if envelope.is_receipt else "VANS-kuvert",
        top=(
            *labelled("Fra", in_line(envelope.sender_id)),
            *labelled("Til", in_line(envelope.receiver_id)),
            *labelled("Sendt", moment(envelope.sent_date_time)),
        ),
        body=(*_content(envelope), *envelope_sections(envelope, skip=("sender_id", "receiver_id", "sent_date_time"))),
    )


def _content(envelope: VansEnvelope) -> Iterator[Section]:
    """What is in an envelope that holds no letters: the receipt, or that it is not shown."""
    if not isinstance(envelope.content, VansReceipt):
        yield from _not_shown()
        return
    outcome = envelope.content.outcome
    told = OUTCOMES.get(type(outcome).__name__)
    result = Paragraph((told or ABSENT,), lead=told is not None)
    yield from section("Resultat", result, *described(attribute(outcome, "error")))
    yield from section("Besvaret meddelelse", *described(outcome, skip=("error",)))


def _not_shown() -> tuple[Section, ...]:
    return section("Indhold", Paragraph(("Kuvertens meddelelse vises ikke her.",)))


# --- ehmiSBDH ---------------------------------------------------------------------------------------------------------


def _business_document_article(envelope: StandardBusinessDocument) -> Article:
    own = envelope.document_identification
    return Article(
        title="Kvittering for EHMI-kuvert" if envelope.is_receipt else "EHMI-kuvert",
        top=(
            *labelled("Fra", in_line(attribute(envelope.standard_business_document_header, "sender", "identifier"))),
            *labelled("Til", in_line(attribute(envelope.standard_business_document_header, "receiver", "identifier"))),
            *labelled("Sendt", moment(own.creation_date_and_time if own is not None else None)),
        ),
        body=(
            *(_receipt(envelope) if envelope.is_receipt else _not_shown()),
            *envelope_sections(envelope, skip=("sender", "receiver", "creation_date_and_time")),
        ),
    )


_EXCEPTION = "Kuverten kunne ikke læses af modtageren"
_SIGNALS = {SignalKind.RECEIVED: "Kuverten er modtaget og kan læses", SignalKind.EXCEPTION: _EXCEPTION}
_SIGNAL_ROWS = (
    ("Kuvertens id", "original_message_identifier"),
    ("Kuverten afsendt", "original_message_date_time"),
    ("Kvitteret", "this_message_date_time"),
    ("Fra", "from_party"),
    ("Til", "to_party"),
    ("Fejltype", "exception"),
    ("Fejl", "reason"),
    ("Fejltekst", "message"),
)


def _receipt(envelope: StandardBusinessDocument) -> Iterator[Section]:
    told = read_signal(envelope.payload) if envelope.payload else None
    if told is None:
        yield from section("Resultat", Paragraph(("Kvitteringens indhold kan ikke læses.",)))
        return
    yield from section("Resultat", Paragraph((_SIGNALS[told.kind],), lead=True), *_signal(told))


def _signal(told: Signal) -> Iterator[Described]:
    rows = tuple(row for label, name in _SIGNAL_ROWS for row in labelled(label, leaf(getattr(told, name))))
    if rows:
        yield Described(rows)


def _business_document_sections(envelope: StandardBusinessDocument, skip: tuple[str, ...]) -> Iterator[Section]:
    header: Value | None = envelope.standard_business_document_header
    rows = list(rows_of(header, ("business_scope", *skip))) if header is not None else []
    rows += [row for scope in envelope.scopes for row in _scope(scope)]
    content = envelope.binary_content
    if content is not None:
        rows += labelled("Indhold", leaf(content.data), leaf(content.mime_type), leaf(content.encoding))
    yield from section("EHMI-kuvert", *([Described(tuple(rows))] if rows else ()), kind=SectionKind.DETAILS)
    yield from rest(envelope, (header, content))


def _scope(scope: DocumentScope) -> Iterator[Labelled]:
    """A scope as a row: its type is the label."""
    label = scope.type.danish if isinstance(scope.type, ScopeType) else scope.type or "Oplysning"
    yield from labelled(label, leaf(scope.instance_identifier))
    for information in scope.scope_information:
        yield from rows_of(information)


_ARTICLES: dict[type, Callable[[Any], Article]] = {
    VansEnvelope: _vans_article,
    StandardBusinessDocument: _business_document_article,
}
