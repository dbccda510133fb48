"""CareCommunications made by the builder: every activity, every kind of content, in both versions."""

from __future__ import annotations

import itertools
import random
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from medcom_bu import CareCommunicationBuilder, CareCommunicationMessage
from medcom_bu.builders.care_parts import Author, Team, organization, patient, role
from medcom_bu.surroundings import Surroundings
from medcom_bu.testing.samples import samples
from medcom_bu.values.fhir_codes import EPISODE_OF_LPR3
from medcom_bu.values.fhir_types import Identifier
from medcom_bu.values.identifiers import Cpr, ReplacementCpr

PDF = b"%PDF-1.4\nvurdering\n"
MUNICIPALITY = organization("Eksempel Kommune", sor="265161000016000", gln="5790000121526")
PRACTICE = organization("Eksempel Lægehus", sor="953741000016009", gln="5790000121540")
HOSPITAL = organization("Eksempel Sygehus", sor="441211000016000", gln="5790000120314")
CHILD = patient(Cpr("0201609995"), family="Lauridsen", given="Lonni Test")
REPLACED = patient(ReplacementCpr("0201607AB5"), family="Lauridsen", given=("Lonni", "Test"))
PSYCHOLOGIST = Author(family="Prøve", given="Petra", role=role("psykolog"), telephone="+4500000000")
DOCTOR = Author(family="Dokter", given="Dan", role=role("speciallaegeipraksis"), telephone="00000001")
COURSE = "00112233445566778899aabbccddeeff"
LPR3 = Identifier(system=EPISODE_OF_LPR3, value="urn:uuid:00112233-4455-5677-8899-aabbccddeeff")


def surroundings(seed: int = 1) -> Surroundings:
    """The same ids each time, and a clock that goes a minute a step."""
    ids, steps = random.Random(seed), itertools.count()
    start = datetime(2026, 11, 26, 12, tzinfo=UTC)
    return Surroundings(
        uuids=lambda: uuid.UUID(int=ids.getrandbits(128), version=4),
        clock=lambda: start + timedelta(minutes=next(steps)),
    )


def new(**given: Any) -> CareCommunicationBuilder:
    """A builder with all that a message needs, from the municipality to the practice."""
    return CareCommunicationBuilder.new(
        **{
            "sender": MUNICIPALITY,
            "receiver": PRACTICE,
            "patient": CHILD,
            "category": "psychiatry-social-disability",
            "text": "Hermed vores vurdering.\nVenlig hilsen",
            "author": PSYCHOLOGIST,
            "around": surroundings(),
            **given,
        }
    )


def corpus(version: str) -> Iterator[tuple[str, CareCommunicationMessage]]:
    """The messages by name."""
    around = surroundings(2)

    def made(**given: Any) -> CareCommunicationBuilder:
        return new(version=version, around=around, **given)

    plain = made().build()
    yield "new", plain
    yield "several texts", made(text=("Den første.", "Den anden.", "Æ, ø & å < 3")).build()
    files = (
        made(topic="Vurdering").attach(PDF, title="PPV").link("https://example.org/a?b=c&d", title="Vejledning").build()
    )
    yield "files", files
    yield "urgent", made(category="regarding-referral", priority="asap").build()
    yield "other", made(category="other", topic="Andet end det sædvanlige").build()
    episode = made(episode_of_care=COURSE).build()
    yield "episode of care", episode
    yield "episode of LPR3", made(episode_of_care=LPR3).build()
    yield "replacement CPR", made(patient=REPLACED).build()
    team = made(specific_sender=PSYCHOLOGIST, specific_recipient=Team(name="Team Nord")).build()
    yield "care team", team
    if version == "5.0":
        yield "role in words", made(author=Author(family="Frivillig", role="Mentor", telephone="00000002")).build()

    def answered(received: CareCommunicationMessage, **given: Any) -> CareCommunicationBuilder:
        held = {"text": "Tak for det.", "author": DOCTOR, "around": around, **given}
        return CareCommunicationBuilder.reply_to(received, **held)

    yield "reply", answered(plain).build()
    reply = answered(files).attach(PDF, title="Svar").build()
    yield "reply to files", reply
    yield "reply to specific sender", answered(team).build()
    yield "reply with episode", answered(episode).build()
    contents = {
        segment.identifier or "": PDF if segment.attachment.content_type else "https://example.org/a"
        for segment in reply.segments
        if segment.attachment is not None and segment.attachment.data is None
    }
    sent = {"receiver": HOSPITAL, "text": "Til jeres orientering.", "author": DOCTOR, "around": around}
    forward = CareCommunicationBuilder.forward(reply, contents=contents, **sent).build()
    yield "forward", forward
    first = [reply.chain[-1].message_id or ""]
    yield (
        "forward of a part",
        CareCommunicationBuilder.forward(reply, messages=first, contents=contents, **sent).build(),
    )
    yield "reply to forward", answered(forward, author=PSYCHOLOGIST).build()
    letter = samples()["XDIS91/XD9134L"]
    yield (
        "reply to XDIS91",
        CareCommunicationBuilder.reply_to(
            letter,
            sender=MUNICIPALITY,
            receiver=PRACTICE,
            category="healthcare",
            text="Svar på jeres brev.",
            author=PSYCHOLOGIST,
            version=version,
            around=around,
        ).build(),
    )
