"""What must be so of a correspondence that a system made of a CareCommunication: the rows of MedCom's mapping.

Source: MedCom, mapping of CareCommunication to XDIS91 and XBIN01, January 2026; the rows are those of
``conversion/table.py``. Where MedCom gives no wording, a check asks for what must be said, not for how.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from medcom_bu import danish_time
from medcom_bu.certification.checks.findings import (
    ABSENT,
    AS_ASKED,
    DIFFERENT,
    NOTHING,
    is_present,
    is_same,
    is_so,
    named,
)
from medcom_bu.certification.checks.letters import letters_in, plain_texts
from medcom_bu.certification.model.results import Finding
from medcom_bu.certification.model.scenes import Scene, Taken
from medcom_bu.conversion.episodes import status_of
from medcom_bu.conversion.roles import role_words
from medcom_bu.issues import Text
from medcom_bu.messages.care_communication import CareCommunicationMessage
from medcom_bu.messages.clinical_email import ClinicalEmail
from medcom_bu.messages.emessage import Emessage
from medcom_bu.rules.attachments import key
from medcom_bu.values.codes import EpisodeOfCareStatusCode
from medcom_bu.values.fhir_codes import EPISODE_OF_LPR3, Category
from medcom_bu.values.fhir_resources import CareTeam, Encounter
from medcom_bu.values.fhir_types import moment
from medcom_bu.values.identifiers import Cpr, ReplacementCpr
from medcom_bu.values.parties import BinaryReference, Url

_LETTER = Text("a correspondence", "en korrespondance")
_SAID = {"reply-message": re.compile("svar", re.IGNORECASE), "forward-message": re.compile("videresend", re.IGNORECASE)}
_SHORT = Text(
    "a number of at most 14 characters that was not used before", "et nummer på højst 14 tegn der ikke er brugt"
)
_LONGEST_SUBJECT, _LONGEST_NAME, _LONGEST_NUMBER = 70, 35, 14


def message_that_came(stage: Taken) -> Any:
    """The CareCommunication that a stage is about. Raises LookupError for none."""
    found = (each.message for each in stage.came if isinstance(each.message, CareCommunicationMessage))
    try:
        return next(found)
    except StopIteration:
        raise LookupError(stage.name) from None


def _made(stage: Taken, rule: str) -> tuple[Any, list[Finding]]:
    """The letter that was made; where there is none, what is to be said of that."""
    found = next((each for each in letters_in(stage) if isinstance(each, ClinicalEmail)), None)
    return found, [] if found is not None else [is_so(False, _LETTER, NOTHING, rule=rule, path="/")]


def _texts(message: Any) -> list[Any]:
    return [each for each in message.segments if each.text is not None]


@named("letter-times", "the times are those of the message, in Danish time", "tiderne er meddelelsens, i dansk tid")
def find_times(_: Scene, stage: Taken) -> Iterator[Finding]:
    """The envelope has when the bundle was sent, the letter when its newest text was written, to the minute."""
    letter, missing = _made(stage, "mapping-1")
    yield from missing
    if not letter:
        return
    message = message_that_came(stage)
    around: Any = next(each.message for each in stage.gave if letter in getattr(each.message, "letters", ()))
    newest = max(moment(each.date) for each in _texts(message))  # type: ignore[type-var]
    for expected, found, row, path in (
        (moment(message.timestamp), around.envelope.sent, 1, "Envelope/Sent"),
        (newest, letter.letter.authorisation, 9, "Letter/Authorisation"),
    ):
        local = danish_time.local(expected) if expected else None
        own = found.moment if found else None
        wanted, came = (f"{each:%Y-%m-%dT%H:%M}" if each else None for each in (local, own))
        yield is_same(wanted, came, rule=f"mapping-{row}", path=path)


@named("letter-numbers", "the envelope and the letter have separate numbers", "kuvert og brev har deres egne numre")
def find_numbers(scene: Scene, stage: Taken) -> Iterator[Finding]:
    """Up to 14 signs, none used before in the case; version, type and status are those of a new correspondence."""
    before = [each.message for taken in scene.before(stage.name) for each in (*taken.came, *taken.gave)]
    seen = {number for each in before if isinstance(each, Emessage) for number in _numbers(each)}
    letter, missing = _made(stage, "mapping-3")
    yield from missing
    for each in stage.gave if letter else ():
        numbers = _numbers(each.message)
        for number, path in zip(numbers, ("Envelope/Identifier", "Letter/Identifier"), strict=True):
            is_new = number is not None and len(number) <= _LONGEST_NUMBER and number not in seen
            yield is_so(is_new, _SHORT, number, rule="mapping-3", path=path)
        seen |= {*numbers}
    if letter:
        yield is_same("nytbrev", str(letter.letter.status_code), rule="mapping-10", path="Letter/StatusCode")


def _numbers(message: Any) -> tuple[str | None, ...]:
    envelope, header = message.envelope, message.letters[0].letter
    return envelope.identifier if envelope else None, header.identifier if header else None


@named("letter-parties", "sender and receiver are those of the message", "afsender og modtager er meddelelsens")
def find_parties(_: Scene, stage: Taken) -> Iterator[Finding]:
    """Location numbers as they came; the sender by its SOR code; names up to 35 signs."""
    letter, missing = _made(stage, "mapping-17")
    yield from missing
    if not letter:
        return
    message = message_that_came(stage)
    for side, rows in (("sender", (17, 19, 20)), ("receiver", (24, 26, 27))):
        unit, party, path = getattr(message, side), getattr(letter, side), side.capitalize()
        gln, sor = (each.reveal() if each else None for each in (unit.gln, unit.sor))
        yield is_same(gln, party.ean_identifier, rule=f"mapping-{rows[0]}", path=f"{path}/EANIdentifier")
        own = (party.identifier, str(party.identifier_code))
        if side == "sender" or own[1] == "sorkode":
            yield is_same((sor, "sorkode"), own, rule=f"mapping-{rows[1]}", path=f"{path}/Identifier")
        name = (unit.name or "")[:_LONGEST_NAME]
        is_named = not name or party.organisation_name == name
        found = AS_ASKED if is_named else DIFFERENT
        yield is_so(is_named, AS_ASKED, found, rule=f"mapping-{rows[2]}", path=f"{path}/OrganisationName")
    texts = _texts(message)
    contact = max(texts, key=lambda each: moment(each.date)).contact if texts else None  # type: ignore[arg-type,return-value]
    telephone = letter.sender.telephone_subscriber_identifier
    path = "Sender/TelephoneSubscriberIdentifier"
    yield is_same(contact, telephone, rule="mapping-22", path=path, private=True)


@named("letter-citizen", "the citizen is that of the message", "borgeren er meddelelsens")
def find_citizen(_: Scene, stage: Taken) -> Iterator[Finding]:
    """A CPR number before a replacement number, an X-eCPR before a D-eCPR; the others are in the text."""
    letter, missing = _made(stage, "mapping-32")
    yield from missing
    if not letter:
        return
    citizen = message_that_came(stage).patient
    order = [*Cpr.SYSTEMS, *ReplacementCpr.SYSTEMS]
    numbers = [each.value for each in sorted(citizen.identifier, key=lambda each: order.index(each.system))]
    number, path = letter.patient.identifier, "Patient/CivilRegistrationNumber"
    yield is_same(numbers[0], number.reveal() if number else None, rule="mapping-32", path=path, private=True)
    whole = "\n".join(plain_texts(letter))
    held = all(each in whole for each in numbers[1:])
    yield is_present(held, rule="mapping-34", path="Text01")
    name = citizen.name[0]
    own = (letter.patient.person_surname_name, letter.patient.person_given_name)
    wanted = (name.family, " ".join(name.given) or None)
    yield is_same(wanted, own, rule="mapping-35", path="Patient/PersonSurnameName", private=True)


@named("letter-episode", "the episode of care is the local one", "forløbet er det lokale")
def find_episode(_: Scene, stage: Taken) -> Iterator[Finding]:
    """Its number without hyphens, and the status of the citizen that the encounter stands for.

    Source: test protocol of the conversion service 1.4, 3.2.7.
    """
    letter, missing = _made(stage, "mapping-43")
    yield from missing
    if not letter:
        return
    message = message_that_came(stage)
    numbers = message.episode_of_care
    local = next((each for each in numbers if each.system != EPISODE_OF_LPR3), numbers[0] if numbers else None)
    wanted = key(local.value.removeprefix("urn:uuid:")) if local else None
    found = letter.letter.episode_of_care_identifier
    yield is_same(wanted, found, rule="mapping-43", path="Letter/EpisodeOfCareIdentifier")
    encounter = message.resolve(message.communication.encounter, Encounter)
    known = (encounter.class_.code, encounter.status) if encounter and encounter.class_ else (None, None)
    expected, status = status_of(*known) or EpisodeOfCareStatusCode.INACTIVE, letter.patient.episode_of_care_status_code
    yield is_same(str(expected), str(status), rule="mapping-45", path="Patient/EpisodeOfCareStatusCode")


@named("letter-subject", "the subject is category and topic", "emnet er kategori og emne")
def find_subject(_: Scene, stage: Taken) -> Iterator[Finding]:
    """The category in Danish, then the topic, cut at 70 signs; a priority of a referral alone."""
    letter, missing = _made(stage, "mapping-46")
    yield from missing
    if not letter:
        return
    message, information = message_that_came(stage), letter.additional_information
    category = message.category
    words = category.danish if isinstance(category, Category) else category
    wanted = ", ".join(filter(None, (words, message.topic)))[:_LONGEST_SUBJECT]
    path = "AdditionalInformation"
    found = information.subject if information else None
    yield is_same(wanted, found, rule="mapping-47", path=f"{path}/Subject", private=True)
    urgent = message.priority == "asap" and category == Category.REGARDING_REFERRAL
    yield is_same(urgent, letter.is_urgent, rule="mapping-48", path=f"{path}/Priority")


@named("letter-text", "everything that was written is in the text", "alt der er skrevet, står i teksten")
def find_text(_: Scene, stage: Taken) -> Iterator[Finding]:
    """Each segment with its author and role, line by line, the newest first; what a letter has no place for is said.

    That is a specific sender and recipient, that it is a reply or a forward, and files that it only names.
    """
    letter, missing = _made(stage, "mapping-49")
    yield from missing
    if not letter:
        return
    message, whole = message_that_came(stage), "\n".join(plain_texts(letter))
    for number, segment in enumerate(sorted(_texts(message), key=lambda each: moment(each.date), reverse=True)):  # type: ignore[arg-type,return-value]
        for said, row in ((segment.text, 49), (segment.author_name, 52), (role_words(segment.author_role), 51)):
            is_there = (said or "") in whole
            path = f"Text01[{number}]"
            yield is_so(is_there, AS_ASKED, AS_ASKED if is_there else ABSENT, rule=f"mapping-{row}", path=path)
    for party in (message.specific_sender, message.specific_recipient):
        if isinstance(party, CareTeam):
            is_there = (party.name or "") in whole
            yield is_present(is_there, rule="mapping-31", path="Text01")
    said = _SAID.get(str(message.activity))
    if said is not None:
        is_said = said.search(whole) is not None
        yield is_present(is_said, rule="CNV-3.2.9", path="Text01")
    for segment in message.segments:
        file = segment.attachment
        if file is not None and file.data is None and not file.url:
            is_said = (file.title or "") in whole
            yield is_present(is_said, rule="CNV-3.2.9", path="Text01")


@named("letter-objects", "each file is an object of the binary letter", "hver fil er et objekt i det binære brev")
def find_objects(_: Scene, stage: Taken) -> Iterator[Finding]:
    """Number, title, bytes and size; each link is a reference. A file without bytes gives neither."""
    letter, missing = _made(stage, "mapping-57")
    yield from missing
    if not letter:
        return
    objects = {
        key(file.object_identifier): file for each in letters_in(stage) for file in getattr(each, "binary_object", ())
    }
    carried = [each for each in message_that_came(stage).segments if each.attachment is not None]
    with_data = [each for each in carried if each.attachment.data is not None]
    wanted = {key((each.identifier or "").removeprefix("urn:uuid:")): each.attachment for each in with_data}
    titles = {
        key(each.target.object_identifier): each.ref_description
        for each in letter.reference
        if isinstance(each.target, BinaryReference)
    }
    path = "Reference/BIN"
    yield is_same({*wanted}, {*titles}, rule="mapping-57", path=f"{path}/ObjectIdentifier", private=True)
    yield is_same({*wanted}, {*objects}, rule="mapping-57", path="BinaryObject/ObjectIdentifier", private=True)
    expected = {number: file.title for number, file in wanted.items()}
    yield is_same(expected, titles, rule="mapping-58", path="Reference/RefDescription", private=True)
    for number, file in wanted.items():
        own = objects.get(number)
        content = getattr(file.data, "content", file.data)
        path = "BinaryObject/Object_Base64Encoded"
        yield is_same(content, own.content if own else None, rule="mapping-62", path=path, private=True)
        size = own.original_object_size if own else None
        yield is_same(str(len(content)), size, rule="mapping-61", path="BinaryObject/OriginalObjectSize")
    links = {each.attachment.url for each in carried if each.attachment.url}
    found = {str(each.target) for each in letter.reference if isinstance(each.target, Url)}
    yield is_same(links, found, rule="mapping-65", path="Reference/URL", private=True)
