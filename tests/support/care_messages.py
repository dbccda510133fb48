"""CareCommunications that the builder makes: one of each kind, in each version of the standard."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

from medcom_bu import CareCommunicationBuilder, CareCommunicationMessage
from medcom_bu.builders.care_parts import episode_of_care, organization, patient
from medcom_bu.builders.threads import Author
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.messages.care_communication import VERSIONS
from medcom_bu.values.fhir_codes import Category, RequestPriority
from tests.support.ids_and_clock import counted

SCHOOL = organization("Eksempel Kommune, PPR", sor="953741000016009", gln="5790001382445")
CLINIC = organization("Eksempel BUP", sor="265161000016000", gln="5790000209354")
OTHER = organization("Eksempel Bosted", sor="325421000016001", gln="5790001348120")
CITIZEN = patient("250947-9989", given=("Bruno", "Test"), family="Elmer")
IDA = Author(given="Ida", family="Mose", telephone="12345678", role_code="paedagog")
PER = Author(given="Per", family="Dal", telephone="87654321", role_code="sygeplejerske", role="unused")
PDF = b"%PDF-1.4\nbilag\n"
START = datetime(2026, 5, 4, 9, 30, 59, tzinfo=timezone(timedelta(hours=2)))


def hourly() -> IdsAndClock:
    """What the builder of CareCommunications is given: numbered UUIDs, and a clock that goes on by an hour."""
    return counted(START, timedelta(hours=1))


def first(ids_and_clock: IdsAndClock | None = None, **changes: Any) -> CareCommunicationMessage:
    """The first message of a thread, a text."""
    fields: dict[str, Any] = {
        "sender": SCHOOL,
        "receiver": CLINIC,
        "patient": CITIZEN,
        "category": Category.OTHER,
        "topic": "Samarbejde",
        "ids": ids_and_clock or hourly(),
    }
    return CareCommunicationBuilder.new(**fields | changes).write("Hej\nDu", author=IDA).build()


def with_files(**changes: Any) -> CareCommunicationMessage:
    """A message with two texts, a file and a link."""
    fields: dict[str, Any] = {"sender": SCHOOL, "receiver": CLINIC, "patient": CITIZEN, "category": Category.NURSING}
    builder = CareCommunicationBuilder.new(**fields | changes)
    builder.write("Se bilag", author=IDA).write("To tekster", author=PER)
    builder.attach(PDF, title="Plan", creation="2026-05-01").link("https://example.org/x", title="Side", author=IDA)
    return builder.build()


def _kinds(version: str) -> Iterator[tuple[str, CareCommunicationMessage]]:
    new = first(version=version)
    files = with_files(version=version)
    reply = CareCommunicationBuilder.reply_to(files).write("Tak", author=PER).build()
    forward = (
        CareCommunicationBuilder.forward(reply, receiver=OTHER, earlier=[files]).write("Til jer", author=PER).build()
    )
    yield "new", new
    yield "files", files
    yield "reply", reply
    yield "reply to own", CareCommunicationBuilder.reply_to(new, own=True).write("Endnu et", author=IDA).build()
    yield "forward", forward
    yield "reply to forward", CareCommunicationBuilder.reply_to(forward).write("Set", author=IDA).build()
    yield "reply to letter", answer_to_letter(version=version)
    yield "episode", first(version=version, episode_of_care=episode_of_care("a" * 32, system="https://example.org/"))
    yield "replacement CPR", first(version=version, patient=patient("0101011AB1", given="Test", family="Person"))
    yield "care team", first(version=version, specific_sender=IDA, specific_recipient="Team 1")
    yield "priority", first(version=version, category=Category.REGARDING_REFERRAL, priority=RequestPriority.ASAP)


def answer_to_letter(**changes: Any) -> CareCommunicationMessage:
    """The answer to a letter that came as OIO-XML or EDIFACT."""
    fields: dict[str, Any] = {
        "sender": SCHOOL,
        "receiver": CLINIC,
        "patient": CITIZEN,
        "category": Category.HEALTHCARE,
        "episode_of_care": episode_of_care("fc60e762b13b5773865e67f3907bdcc7"),
    }
    builder = CareCommunicationBuilder.reply_to_letter(gln="5790000121526", letter_identifier="B1", **fields | changes)
    return builder.write("Svar", author=IDA).build()


@functools.cache
def corpus() -> list[tuple[str, str, CareCommunicationMessage]]:
    """One message of each kind in each version: the version, the kind, the message."""
    return [(version, name, message) for version in VERSIONS for name, message in _kinds(version)]
