"""What must be so of the episode of care, the times and the citizen's numbers of a CareCommunication."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from medcom_bu.certification.checks.care import new_segments
from medcom_bu.certification.checks.findings import (
    ABSENT,
    AS_ASKED,
    PRESENT,
    is_present,
    is_same,
    is_so,
    message_of,
    named,
)
from medcom_bu.certification.checks.threads import earlier_message
from medcom_bu.certification.model.results import Finding
from medcom_bu.certification.model.scenes import Scene, Taken
from medcom_bu.issues import Text
from medcom_bu.messages.care_communication import CareCommunicationMessage
from medcom_bu.values.fhir_resources import Encounter, Organization, Patient
from medcom_bu.values.fhir_types import moment
from medcom_bu.values.identifiers import person_identifier

_NOW = Text("the time of sending", "afsendelsestidspunktet")
_A_UUID = Text("an id that holds a UUID", "et id der indeholder et UUID")
_LONG, _A_LONG_ONE = 16, Text("16 letters and digits or more", "16 bogstaver og cifre eller flere")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_TOLERANCE = timedelta(minutes=15)


@named("times", "all times are that of sending", "alle tidspunkter er afsendelsestidspunktet")
def find_times(scene: Scene, stage: Taken) -> Iterator[Finding]:
    """Bundle.timestamp, both times of the own Provenance, the date of each new segment; to a quarter of an hour.

    None is copied from what came.
    """
    message, missing = message_of(stage, CareCommunicationMessage, "certification.times")
    yield from missing
    if not message:
        return
    own: Any = message.provenance
    times = [
        ("Bundle.timestamp", message.timestamp),
        ("Provenance.occurredDateTime", own and own.occurred_date_time),
        ("Provenance.recorded", own and own.recorded),
        *(("Communication.payload.extension.date", each.date) for each in new_segments(scene, stage, message)),
    ]
    came = {str(each) for taken in scene.before(stage.name) for one in taken.came for each in _times(one.message)}
    for path, text in times:
        yield is_so(text not in came, _NOW, text, rule="certification.times", path=path)
        instant = moment(text) if text else None
        is_now = instant is not None and abs(instant - stage.moment) <= _TOLERANCE
        yield is_so(is_now, _NOW, text, rule="certification.times", path=path)


def _times(message: Any) -> Iterator[Any]:
    if isinstance(message, CareCommunicationMessage):
        yield message.timestamp
        yield from (each.date for each in message.segments)
        for link in message.provenances:
            yield from (link.occurred_date_time, link.recorded)


@named("episode", "the episode of care is the one of the task", "forløbet er opgavens")
def find_episode(_: Scene, stage: Taken) -> Iterator[Finding]:
    """Its number, in whatever form a UUID is written; the Encounter has a status and a class."""
    message, missing = message_of(stage, CareCommunicationMessage, "certification.episode")
    yield from missing
    if message and stage.task:
        found = {_bare(each.value) for each in message.episode_of_care}
        wanted = {_bare(stage.task.episode_of_care)}
        path = "Encounter.episodeOfCare.identifier"
        yield is_same(wanted, found, rule="certification.episode", path=path)
        yield from _encounter(message)


@named("no-episode", "there is no episode of care", "der er intet forløb")
def find_no_episode(_: Scene, stage: Taken) -> Iterator[Finding]:
    """A task without one: that of another message is not sent along."""
    message, missing = message_of(stage, CareCommunicationMessage, "certification.episode")
    yield from missing
    if message:
        rule, path = "certification.episode", "Encounter.episodeOfCare.identifier"
        yield is_same(0, len(message.episode_of_care), rule=rule, path=path)


@named("episode-kept", "the episode of care that was received is returned", "det modtagne forløb sendes retur")
def find_episode_kept(scene: Scene, stage: Taken, *, to: str) -> Iterator[Finding]:
    """``to`` is the stage of the message, or of the letter, that is answered: of a letter the number has no hyphens."""
    message, missing = message_of(stage, CareCommunicationMessage, "certification.episode")
    yield from missing
    if not message:
        return
    subject = scene.stage(to).subject
    earlier: Any = subject.message if subject else None
    path = "Encounter.episodeOfCare.identifier"
    if isinstance(earlier, CareCommunicationMessage):
        pairs = [{(each.system, each.value) for each in one.episode_of_care} for one in (earlier, message)]
        yield is_same(pairs[0], pairs[1], rule="certification.episode", path=path)
    else:
        wanted = _bare(earlier.letters[0].letter.episode_of_care_identifier)
        values = [each.value or "" for each in message.episode_of_care]
        yield is_same({wanted}, {_bare(each) for each in values}, rule="certification.episode", path=path)
        has_hyphens = all(_UUID.search(each) for each in values) and bool(values)
        yield is_so(has_hyphens, _A_UUID, PRESENT if values else ABSENT, rule="certification.episode", path=path)
    yield from _encounter(message)


def _encounter(message: CareCommunicationMessage) -> Iterator[Finding]:
    encounter: Any = next(message.resources(Encounter), None)
    for name in ("status", "class_"):
        found = getattr(encounter, name, None)
        path = f"Encounter.{name.rstrip('_')}"
        yield is_present(found is not None, rule="certification.episode", path=path)


def _bare(value: str | None) -> str | None:
    """A number without what its writing adds: ``urn:uuid:``, hyphens, capitals."""
    text = (value or "").removeprefix("urn:uuid:")
    try:
        return uuid.UUID(text).hex
    except ValueError:
        return text or None


@named("number-systems", "each number of the citizen has its system", "hvert af borgerens numre har sit system")
def find_number_systems(_: Scene, stage: Taken) -> Iterator[Finding]:
    """CPR, X-eCPR or D-eCPR by the form of the number; that of a region may name the region."""
    message, missing = message_of(stage, CareCommunicationMessage, "certification.number-systems")
    yield from missing
    citizens: list[Patient] = list(message.resources(Patient)) if message else []
    if message:
        yield is_same(1, len(citizens), rule="certification.number-systems", path="Patient")
    for each in (each for citizen in citizens for each in citizen.identifier):
        system = person_identifier(each.value or "").system
        is_it = each.system is not None and (each.system == system or each.system.startswith(f"{system}."))
        rule, path = "certification.number-systems", "Patient.identifier.system"
        yield is_so(is_it, system, each.system, rule=rule, path=path)


@named("numbers-kept", "the citizen's numbers are those that were received", "borgerens numre er dem der kom")
def find_numbers_kept(scene: Scene, stage: Taken, *, to: str, own_allowed: bool = False) -> Iterator[Finding]:
    """``own_allowed``: one number may be replaced by one of the same kind that the system makes itself."""
    message, missing = message_of(stage, CareCommunicationMessage, "certification.numbers-kept")
    yield from missing
    if not message:
        return
    pairs = [{(each.system, each.value) for each in _numbers(one)} for one in (earlier_message(scene, to), message)]
    rule, path = "certification.numbers-kept", "Patient.identifier"
    if own_allowed:
        kinds = [sorted(str(system) for system, _ in pair) for pair in pairs]
        yield is_same(kinds[0], kinds[1], rule=rule, path=f"{path}.system")
        is_kept = len(pairs[0] - pairs[1]) <= 1
        yield is_so(is_kept, AS_ASKED, AS_ASKED if is_kept else ABSENT, rule=rule, path=path)
    else:
        yield is_same(pairs[0], pairs[1], rule=rule, path=path, private=True)


def _numbers(message: CareCommunicationMessage) -> Any:
    return message.patient.identifier if message.patient else ()


@named("own-unit", "the new parts are those of the sender", "de nye dele er afsenderens")
def find_own_unit(scene: Scene, stage: Taken) -> Iterator[Finding]:
    """Who is named in each new segment and in the own Provenance is the sender of the message, by SOR code."""
    message, missing = message_of(stage, CareCommunicationMessage, "certification.own-unit")
    yield from missing
    if not message:
        return
    wanted = _sor(message.sender)
    agents = message.provenance.agent if message.provenance else ()
    found = {_sor(message.resolve(agent.who, Organization)) for agent in agents}
    yield is_same({wanted}, found, rule="certification.own-unit", path="Provenance.agent.who")
    for segment in new_segments(scene, stage, message):
        path = "Communication.payload.extension.identifier.assigner"
        yield is_same(wanted, _sor(segment.assigner), rule="certification.own-unit", path=path)


def _sor(unit: Organization | None) -> str | None:
    return unit.sor.reveal() if unit and unit.sor else None


@named("global-numbers", "message and transmission have globally unique numbers", "numrene er globalt entydige")
def find_global_numbers(_: Scene, stage: Taken) -> Iterator[Finding]:
    """Bundle.id and MessageHeader.id are long enough, as a UUID is: a number that only counts recurs elsewhere."""
    message, missing = message_of(stage, CareCommunicationMessage, "certification.global-numbers")
    yield from missing
    if message:
        header: Any = message.header
        for path, number in (("Bundle.id", message.id), ("MessageHeader.id", header and header.id)):
            is_long = len(re.sub("[^A-Za-z0-9]", "", number or "")) >= _LONG
            yield is_so(is_long, _A_LONG_ONE, number, rule="certification.global-numbers", path=path)
