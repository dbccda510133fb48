"""The envelope of the network: what it says of itself, and its receipts."""

from __future__ import annotations

from collections.abc import Iterator

from medcom_bu.messages.envelopes import VansEnvelope, VansMessage, VansReceipt
from medcom_bu.rendering.kept import rest
from medcom_bu.rendering.letters import OUTCOMES
from medcom_bu.rendering.lines import labelled
from medcom_bu.rendering.values import attribute, described, in_line, section, sent
from medcom_bu.rendering.view import ABSENT, Article, Paragraph, Section, SectionKind


def envelope_article(envelope: VansEnvelope) -> Article:
    """An envelope that holds no message that can be shown."""
    is_receipt = isinstance(envelope.content, VansReceipt)
    return Article(
        title="Kvittering for VANS-kuvert" if is_receipt else "VANS-kuvert",
        top=(
            *labelled("Fra", in_line(envelope.sender_id)),
            *labelled("Til", in_line(envelope.receiver_id)),
            *labelled("Sendt", sent(envelope)),
        ),
        body=(*_content(envelope), *envelope_sections(envelope, skip=("sender_id", "receiver_id", "sent_date_time"))),
    )


def _content(envelope: VansEnvelope) -> Iterator[Section]:
    """What is in an envelope that holds no letters: the receipt, or that it is not shown."""
    if not isinstance(envelope.content, VansReceipt):
        yield from section("Indhold", Paragraph(("Kuvertens meddelelse vises ikke her.",)))
        return
    outcome = envelope.content.outcome
    told = OUTCOMES.get(type(outcome).__name__)
    result = Paragraph((told or ABSENT,), lead=told is not None)
    yield from section("Resultat", result, *described(attribute(outcome, "error")))
    yield from section("Besvaret meddelelse", *described(outcome, skip=("error",)))


def envelope_sections(envelope: VansEnvelope, skip: tuple[str, ...] = ()) -> Iterator[Section]:
    """What an envelope says of itself, and what it keeps without a place."""
    message = envelope.content if isinstance(envelope.content, VansMessage) else None
    blocks = (*described(envelope, skip=("content", *skip)), *described(message))
    yield from section("VANS-kuvert", *blocks, kind=SectionKind.DETAILS)
    yield from rest(envelope, (envelope.content, envelope.sender_id, envelope.receiver_id))
