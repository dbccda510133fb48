"""What must be so of a CareCommunication that a system made of a correspondence: the rows of MedCom's mapping.

Source: MedCom, mapping of XDIS91 and XBIN01 to CareCommunication, January 2026; the rows are those of
``conversion/table.py``.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from medcom_bu import danish_time
from medcom_bu.certification.checks.findings import (
    ABSENT,
    AS_ASKED,
    DIFFERENT,
    NOTHING,
    PRESENT,
    is_present,
    is_same,
    is_so,
    message_of,
    named,
)
from medcom_bu.certification.model.results import Finding
from medcom_bu.certification.model.scenes import Scene, Taken
from medcom_bu.issues import Text
from medcom_bu.messages.care_communication import CareCommunicationMessage
from medcom_bu.messages.clinical_email import ClinicalEmail
from medcom_bu.messages.emessage import Emessage
from medcom_bu.rules.attachments import key
from medcom_bu.values.fhir_types import moment
from medcom_bu.values.parties import BinaryReference, Url

_NO_SUBJECT = "Ukendt emne"
_URGENT = "Denne meddelelse har høj prioritet."
_UNKNOWN_ROLE = "ukendt"
_A_UUID = Text("a new UUID", "et nyt UUID")
_SAME_BYTES = Text("the bytes that came", "de modtagne bytes")


def letter_of(stage: Taken) -> tuple[Any, Any]:
    """The Emessage of the correspondence that a stage is about, and its letter. Raises LookupError for none."""
    for each in stage.came:
        if isinstance(each.message, Emessage):
            for letter in each.message.letters:
                if isinstance(letter, ClinicalEmail):
                    return each.message, letter
    raise LookupError(stage.name)


def _made(stage: Taken, rule: str) -> tuple[Any, list[Finding]]:
    return message_of(stage, CareCommunicationMessage, rule)


@named("passed-on", "what needs no conversion is passed on as it is", "det der ikke skal konverteres, sendes uændret")
def find_passed_on(_: Scene, stage: Taken) -> Iterator[Finding]:
    """The same bytes, in their order."""
    is_passed_on = [each.data for each in stage.came] == [each.data for each in stage.gave]
    found = _SAME_BYTES if is_passed_on else DIFFERENT if stage.gave else NOTHING
    yield is_so(is_passed_on, _SAME_BYTES, found, rule="use-cases-R1", path="/")


@named("converted-times", "the times are those of the letter", "tiderne er brevets")
def find_times(_: Scene, stage: Taken) -> Iterator[Finding]:
    """Bundle and Provenance have when the envelope was sent, the segments when the letter was authorised."""
    message, missing = _made(stage, "mapping-1")
    yield from missing
    if not message:
        return
    around, letter = letter_of(stage)
    sent, written = (danish_time.aware(each.moment) for each in (around.envelope.sent, letter.letter.authorisation))
    own = message.provenance
    for found, expected, row, path in (
        (message.timestamp, sent, 1, "Bundle.timestamp"),
        (own.occurred_date_time if own else None, sent, 2, "Provenance.occurredDateTime"),
        (own.recorded if own else None, sent, 2, "Provenance.recorded"),
        *((each.date, written, 9, "Communication.payload.extension(date)") for each in message.segments),
    ):
        is_right = moment(found) == expected
        yield is_so(is_right, str(expected), found, rule=f"mapping-{row}", path=path)


@named("converted-numbers", "bundle, header and thread have new UUIDs", "bundle, header og tråd har nye UUID'er")
def find_numbers(scene: Scene, stage: Taken) -> Iterator[Finding]:
    """None was seen before in the case: a letter has no thread, so that each begins one."""
    message, missing = _made(stage, "mapping-3")
    yield from missing
    if not message:
        return
    before = [each.message for taken in scene.before(stage.name) for each in taken.gave]
    seen = {number for each in before if isinstance(each, CareCommunicationMessage) for number in _numbers(each)}
    paths = ("Bundle.id", "MessageHeader.id", "Communication.identifier")
    for number, row, path in zip(_numbers(message), (3, 5, 15), paths, strict=True):
        is_new = _is_uuid(number) and number not in seen
        yield is_so(is_new, _A_UUID, number, rule=f"mapping-{row}", path=path)


def _numbers(message: Any) -> tuple[str | None, ...]:
    header = message.header
    return message.id, header.id if header else None, message.communication_identifier


def _is_uuid(text: str | None) -> bool:
    try:
        return uuid.UUID((text or "").removeprefix("urn:uuid:")) is not None
    except ValueError:
        return False


@named("converted-parties", "sender and receiver are those of the letter", "afsender og modtager er brevets")
def find_parties(scene: Scene, stage: Taken) -> Iterator[Finding]:
    """The location numbers as they came, the SOR codes that a directory has for them; the sender's whole name."""
    message, missing = _made(stage, "mapping-17")
    yield from missing
    if not message:
        return
    _, letter = letter_of(stage)
    sor = {unit.gln: unit.sor for unit in (scene.system, scene.counterpart, scene.other)}
    for side, rows in (("sender", (17, 18, 20)), ("receiver", (24, 25, 27))):
        party, unit = getattr(letter, side), getattr(message, side)
        gln, code = (each.reveal() if each else None for each in ((unit.gln, unit.sor) if unit else (None, None)))
        path = f"MessageHeader.{'sender' if side == 'sender' else 'destination.receiver'}"
        yield is_same(party.ean_identifier, gln, rule=f"mapping-{rows[0]}", path=path)
        yield is_same(sor.get(party.ean_identifier), code, rule=f"mapping-{rows[1]}", path=path)
        names = (party.organisation_name, *((party.department_name, party.unit_name) if side == "sender" else ()))
        held = all(name in (unit.name or "") for name in names if name) if unit else False
        yield is_present(held, otherwise=DIFFERENT, rule=f"mapping-{rows[2]}", path=f"{path}.name")


@named("converted-citizen", "the citizen is that of the letter", "borgeren er brevets")
def find_citizen(_: Scene, stage: Taken) -> Iterator[Finding]:
    """One number, in the system of its kind, and the names as they are."""
    message, missing = _made(stage, "mapping-32")
    yield from missing
    if not message:
        return
    _, letter = letter_of(stage)
    citizen, number = message.patient, letter.patient.identifier
    found = {(each.system, each.value) for each in citizen.identifier} if citizen else None
    wanted = {(number.system, number.reveal())}
    yield is_same(wanted, found, rule="mapping-32", path="Patient.identifier", private=True)
    name = citizen.name[0] if citizen and citizen.name else None
    wanted_name = (letter.patient.person_surname_name, letter.patient.person_given_name)
    own = (name.family, " ".join(name.given) or None) if name else None
    yield is_same(wanted_name, own, rule="mapping-35", path="Patient.name", private=True)


@named("converted-episode", "the episode of care is that of the letter", "forløbet er brevets")
def find_episode(_: Scene, stage: Taken) -> Iterator[Finding]:
    """The number, with its hyphens; a letter without one gives none."""
    message, missing = _made(stage, "mapping-43")
    yield from missing
    if message:
        number = letter_of(stage)[1].letter.episode_of_care_identifier
        wanted = [] if number is None else [str(uuid.UUID(number))]
        found = [(each.value or "").removeprefix("urn:uuid:") for each in message.episode_of_care]
        yield is_same(wanted, found, rule="mapping-43", path="Encounter.episodeOfCare.identifier")


@named("converted-subject", "category and topic follow MedCom's mapping", "kategori og emne er som i MedComs mapning")
def find_subject(_: Scene, stage: Taken) -> Iterator[Finding]:
    """Category other, no priority; the topic is the subject, or stands for none."""
    message, missing = _made(stage, "mapping-46")
    yield from missing
    if message:
        information = letter_of(stage)[1].additional_information
        subject = (information.subject if information else None) or _NO_SUBJECT
        yield is_same("other", str(message.category), rule="mapping-46", path="Communication.category")
        yield is_same(subject, message.topic, rule="mapping-47", path="Communication.topic.text", private=True)
        yield is_same(None, message.priority, rule="mapping-48", path="Communication.priority")


@named("converted-text", "the text is that of the letter, line by line", "teksten er brevets, linje for linje")
def find_text(_: Scene, stage: Taken) -> Iterator[Finding]:
    """One text segment; of a letter of high priority it says so first."""
    message, missing = _made(stage, "mapping-49")
    yield from missing
    if not message:
        return
    _, letter = letter_of(stage)
    texts = [each.text for each in message.segments if each.text is not None]
    whole = texts[0] if texts else ""
    came = [part.text01.plain() for part in letter.clinical_information if part.text01 is not None]
    is_there = len(texts) == 1 and all(text in whole for text in came)
    found = AS_ASKED if is_there else DIFFERENT if texts else ABSENT
    yield is_so(is_there, AS_ASKED, found, rule="mapping-49", path="Communication.payload.contentString")
    says_so = whole.startswith(_URGENT)
    found = PRESENT if says_so else ABSENT
    path = "Communication.payload.contentString"
    yield is_so(
        says_so == letter.is_urgent, PRESENT if letter.is_urgent else ABSENT, found, rule="mapping-48", path=path
    )


@named(
    "converted-author",
    "the author is the organisation, its role unknown",
    "forfatteren er organisationen, rolle ukendt",
)
def find_author(_: Scene, stage: Taken) -> Iterator[Finding]:
    """A letter names no author; the telephone number is that of the sender."""
    message, missing = _made(stage, "mapping-51")
    yield from missing
    if not message:
        return
    _, letter = letter_of(stage)
    text = next((each for each in message.segments if each.text is not None), None)
    name, title, contact = (text.author_name, text.author_title, text.contact) if text else ("", "", None)
    path = "Communication.payload.extension"
    yield is_same(_UNKNOWN_ROLE, title, rule="mapping-51", path=f"{path}(author)")
    is_unit = bool(name) and letter.sender.organisation_name in name
    yield is_present(is_unit, otherwise=DIFFERENT, rule="mapping-52", path=f"{path}(author)")
    telephone = letter.sender.telephone_subscriber_identifier
    yield is_same(telephone, contact, rule="mapping-22", path=f"{path}(authorContact)", private=True)


@named(
    "converted-provenance",
    "it is a new message, and names each segment",
    "det er en ny meddelelse der nævner hvert segment",
)
def find_provenance(_: Scene, stage: Taken) -> Iterator[Finding]:
    """Activity new-message, whatever the status of the letter; a source for each segment, and nothing before it."""
    message, missing = _made(stage, "mapping-10")
    yield from missing
    if message:
        own, path = message.provenance, "Provenance"
        yield is_same("new-message", str(message.activity), rule="mapping-10", path=f"{path}.activity")
        named_ones = {what.identifier.value for what in (own.what("source") if own else ()) if what.identifier}
        segments = {each.identifier for each in message.segments}
        yield is_same(segments, named_ones, rule="mapping-53", path=f"{path}.entity.what.identifier")
        earlier = len(own.what("revision")) if own else None
        yield is_same(0, earlier, rule="mapping-55", path=f"{path}.entity")


@named("converted-files", "each file and link is a separate segment", "hver fil og hvert link er et segment for sig")
def find_files(_: Scene, stage: Taken, *, incomplete: bool = False) -> Iterator[Finding]:
    """Number, title, bytes and address; of one that did not come neither bytes nor title (``incomplete``)."""
    message, missing = _made(stage, "mapping-57")
    yield from missing
    if not message:
        return
    _, letter = letter_of(stage)
    objects = {
        key(file.object_identifier): file
        for each in stage.came
        for held in getattr(each.message, "letters", ())
        for file in getattr(held, "binary_object", ())
    }
    wanted: list[tuple[Any, ...]] = []
    for reference in letter.reference:
        if isinstance(reference.target, BinaryReference):
            number = key(reference.target.object_identifier)
            file = objects.get(number)
            title = reference.ref_description if file else None
            wanted.append((number, title, file.content if file else None, None))
        elif isinstance(reference.target, Url):
            wanted.append((None, reference.ref_description, None, str(reference.target)))
    found = [
        (None if each.attachment.url else key((each.identifier or "").removeprefix("urn:uuid:")), each.attachment.title,
         _content(each.attachment), each.attachment.url)
        for each in message.segments
        if each.attachment is not None
    ]  # fmt: skip
    for place, name in enumerate(("identifier", "title", "data", "url")):
        path = f"Communication.payload.contentAttachment.{name}"
        expected, came = ([row[place] for row in sorted(rows, key=str)] for rows in (wanted, found))
        yield is_same(expected, came, rule=f"mapping-{(57, 58, 62, 65)[place]}", path=path, private=True)
    lacking = any(row[2] is None and row[3] is None for row in found)
    yield is_same(incomplete, lacking, rule="use-cases-A2", path="Communication.payload.contentAttachment.data")


def _content(attachment: Any) -> bytes | None:
    data = attachment.data
    return None if data is None else getattr(data, "content", data)
