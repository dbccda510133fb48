"""The one maker of FHIR messages as plain data: a CareCommunication 5.0 with all content, as the builder makes it.

Tests change it; ``fhir_breaks`` and ``fhir_mutants`` have the changes. ``care_messages`` has what the builder makes as
values.
"""

from __future__ import annotations

import functools
import json
import uuid
from datetime import UTC, datetime
from typing import Any

import medcom_bu
from medcom_bu import CareCommunicationBuilder, CareCommunicationMessage
from medcom_bu.builders.care_parts import episode_of_care
from medcom_bu.values.fhir_codes import Category, RequestPriority
from tests.support.care_messages import CITIZEN, CLINIC, IDA, SCHOOL
from tests.support.ids_and_clock import counted

Node = dict[str, Any]

MEDCOM = "http://medcomfhir.dk/ig"


def message(earlier: int = 0) -> Node:
    """A valid message, the last of a thread with so many ``earlier`` ones; a new object each time."""
    plain: Node = json.loads(_written(earlier))
    return plain


@functools.cache
def _written(earlier: int) -> bytes:
    return medcom_bu.to_fhir(_made(earlier))


def _made(earlier: int) -> CareCommunicationMessage:
    ids = counted(datetime(2026, 3, 2, 9, tzinfo=UTC))
    builder = CareCommunicationBuilder.new(
        sender=SCHOOL,
        receiver=CLINIC,
        patient=CITIZEN,
        category=Category.REGARDING_REFERRAL,
        priority=RequestPriority.ASAP,
        topic="Henvisning",
        specific_sender=IDA,
        specific_recipient="Børneteam",
        episode_of_care=episode_of_care(str(uuid.uuid5(uuid.NAMESPACE_URL, "https://example.dk/fhir/episode"))),
        ids=ids,
    )
    for _ in range(earlier):
        sent = builder.write("Barnet trives.", author=IDA).build()
        builder = CareCommunicationBuilder.reply_to(sent, own=True, specific_sender=IDA, ids=ids)
    builder.write("Barnet trives.", author=IDA)
    return builder.attach(b"%PDF-1.4\n", title="Skema", creation="2026-03-02", author=IDA).build()
