"""One valid FHIR message of each type and version, made by the builder: the same at every call."""

from __future__ import annotations

import itertools
import uuid
from datetime import UTC, datetime

from medcom_bu.builders.care_communication import CareCommunicationBuilder
from medcom_bu.builders.care_parts import episode_of_care, organization, patient
from medcom_bu.builders.threads import Author
from medcom_bu.exchange.acknowledgements import acknowledge
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.messages.acknowledgement import AcknowledgementMessage
from medcom_bu.messages.care_communication import VERSIONS, CareCommunicationMessage
from medcom_bu.values.fhir_codes import Category, RequestPriority

_NOW = datetime(2026, 5, 4, 9, 30, 59, tzinfo=UTC)


def _ids_and_clock() -> IdsAndClock:
    numbers = itertools.count(1)
    return IdsAndClock(uuids=lambda: uuid.UUID(int=next(numbers), version=4), clock=lambda: _NOW)


def fhir_samples() -> dict[str, CareCommunicationMessage | AcknowledgementMessage]:
    """``"CareCommunication/5.0"`` and ``"/4.0"``, and ``"Acknowledgement/2.0"``, which answers the first."""
    samples: dict[str, CareCommunicationMessage | AcknowledgementMessage] = {}
    messages = [_care_communication(version) for version in VERSIONS]
    samples |= {f"CareCommunication/{version}": message for version, message in zip(VERSIONS, messages, strict=True)}
    samples["Acknowledgement/2.0"] = acknowledge(messages[0], ids=_ids_and_clock())
    return samples


def _care_communication(version: str) -> CareCommunicationMessage:
    author = Author(given="Petra", family="Prøve", telephone="00000000", role_code="paedagog")
    builder = CareCommunicationBuilder.new(
        sender=organization("Eksempel Kommune", sor="265161000016000", gln="5790000121526"),
        receiver=organization("Eksempel Lægehus", sor="953741000016009", gln="5790001348120"),
        patient=patient("0201609995", given=("Lonni", "Test"), family="Lauridsen"),
        category=Category.REGARDING_REFERRAL,
        priority=RequestPriority.ASAP,
        topic="Opfølgning på henvisning",
        specific_sender=author,
        specific_recipient="Team Nord",
        episode_of_care=episode_of_care("fc60e762b13b5773865e67f3907bdcc7"),
        version=version,
        ids=_ids_and_clock(),
    )
    builder.write("Kære læge\nHermed vores vurdering.", author=author)
    builder.attach(b"%PDF-1.4\n% et bilag uden indhold\n", title="Vurdering")
    return builder.link("https://example.org/vejledning", title="Vejledning").build()
