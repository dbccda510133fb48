"""Threads as a page shows them: of two messages, and of one with two replies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from medcom_bu import CareCommunicationBuilder, CareCommunicationMessage
from medcom_bu.builders.care_parts import organization, patient
from tests.support.care_messages import IDA
from tests.support.ids_and_clock import counted

SCHOOL = organization("Eksempel Skole", sor="265161000016000", gln="5790000121526")
CLINIC = organization("Eksempel Lægehus", sor="953741000016009", gln="5790001348120")
CITIZEN = patient("0201609995", given=("Lonni", "Test"), family="Lauridsen")


def thread(text: str = "Den første.", **changes: Any) -> CareCommunicationMessage:
    """Two messages: a text and a file, then a text and a link."""
    shared = counted(datetime(2026, 5, 4, 7, 30, tzinfo=UTC), timedelta(days=1))
    fields: dict[str, Any] = {
        "sender": SCHOOL,
        "receiver": CLINIC,
        "patient": CITIZEN,
        "category": "healthcare",
        "topic": "Emne",
    }
    builder = CareCommunicationBuilder.new(**fields | changes, ids=shared)
    first = builder.write(text, author=IDA).attach(b"%PDF-1.4\n" + bytes(991), title="Vurdering").build()
    reply = CareCommunicationBuilder.reply_to(first, ids=shared).write("Den anden.", author=IDA)
    return reply.link("https://example.org/a?b=c", title="Vejledning").build()


def parallel_replies() -> tuple[CareCommunicationMessage, ...]:
    """A message from a school, and two replies of a clinic that do not know each other."""
    ids = counted(datetime(2026, 5, 4, 7, 30, tzinfo=UTC), timedelta(hours=1))
    builder = CareCommunicationBuilder.new(
        sender=SCHOOL, receiver=CLINIC, patient=CITIZEN, category="healthcare", topic="Emne", ids=ids
    )
    first = builder.write("Spørgsmål.", author=IDA).attach(b"%PDF-1.4\n" + bytes(991), title="Vurdering").build()
    replies = (
        CareCommunicationBuilder.reply_to(first, ids=ids).write(text, author=IDA).build() for text in ("Ja.", "Nej.")
    )
    return (first, *replies)
