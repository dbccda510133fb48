"""The one maker of FHIR messages as plain data: a CareCommunication 5.0 with all content, as the builder makes it.

Tests change it, ``fhir_breaks`` and ``fhir_mutants`` have the changes. As a value, the builder's messages are those of
``medcom_bu.testing``. The person is invented, and has the number of one of MedCom's own examples.
"""

from __future__ import annotations

import functools
import itertools
import json
import uuid
from datetime import UTC, datetime
from typing import Any

import medcom_bu
from medcom_bu import CareCommunicationBuilder, CareCommunicationMessage
from medcom_bu.builders.care_parts import episode_of_care, organization, patient
from medcom_bu.builders.threads import Author
from medcom_bu.surroundings import Surroundings
from medcom_bu.values.fhir_codes import Category, RequestPriority

Node = dict[str, Any]

MEDCOM = "http://medcomfhir.dk/ig"
NURSE = Author(given="Bo", family="Eksempel", telephone="38686868", role_code="sygeplejerske")


def message(earlier: int = 0) -> Node:
    """A valid message, the last of a thread with so many ``earlier`` ones; a new object each time."""
    plain: Node = json.loads(_written(earlier))
    return plain


@functools.cache
def _written(earlier: int) -> bytes:
    return medcom_bu.to_fhir(_made(earlier))


def _made(earlier: int) -> CareCommunicationMessage:
    numbers = itertools.count(1)
    moment = datetime(2026, 3, 2, 9, tzinfo=UTC)
    around = Surroundings(uuids=lambda: uuid.UUID(int=next(numbers), version=4), clock=lambda: moment)
    builder = CareCommunicationBuilder.new(
        sender=organization("Skolen", sor="953741000016009", gln="5790001348120"),
        receiver=organization("Klinikken", sor="265161000016000", gln="5790000209354"),
        patient=patient("2509479989", given="Ida", family="Prøve"),
        category=Category.REGARDING_REFERRAL,
        priority=RequestPriority.ASAP,
        topic="Henvisning",
        specific_sender=NURSE,
        specific_recipient="Børneteam",
        episode_of_care=episode_of_care(str(uuid.uuid5(uuid.NAMESPACE_URL, "https://example.dk/fhir/episode"))),
        around=around,
    )
    for _ in range(earlier):
        sent = builder.write("Barnet trives.", author=NURSE).build()
        builder = CareCommunicationBuilder.reply_to(sent, own=True, specific_sender=NURSE, around=around)
    builder.write("Barnet trives.", author=NURSE)
    return builder.attach(b"%PDF-1.4\n", title="Skema", creation="2026-03-02", author=NURSE).build()
