"""The rules of CareCommunication and Acknowledgement that the shape of R4 leaves open.

Source: MedCom, governance of CareCommunication (rules cc-1 to cc-24) and of messaging; CareCommunication 5.0.2, message
rules. Where published examples break a rule, it is a warning.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from medcom_bu.issues import Issue
from medcom_bu.messages.acknowledgement import AcknowledgementMessage
from medcom_bu.messages.care_communication import VERSIONS, CareCommunicationMessage
from medcom_bu.messages.other_fhir import OtherFhirMessage
from medcom_bu.rules.catalogue import ERROR, INFORMATION, KEPT, REFUSED_TYPE, WARNING, rule
from medcom_bu.rules.identifiers import GLN_CHECK, check_person
from medcom_bu.values.fhir_codes import Activity, Category, ResponseCode
from medcom_bu.values.fhir_resources import (
    Bundle,
    CareTeam,
    Encounter,
    Organization,
    Patient,
    Practitioner,
    PractitionerRole,
    Provenance,
    Resource,
)
from medcom_bu.values.fhir_types import ResourceReference
from medcom_bu.values.identifiers import Cpr, Gln, ReplacementCpr

_GOVERNANCE = "MedCom, governance of CareCommunication"
_PROFILE = "MedCom, CareCommunication 5.0.2"
_ACKNOWLEDGEMENT = "MedCom, Acknowledgement 2.0.3 and governance"

NOT_SUPPORTED = rule(
    "fhirmessage.not-supported",
    INFORMATION,
    (
        "FHIR messages of this event are not read here; CareCommunication and Acknowledgement are",
        "FHIR-meddelelser med denne hændelse læses ikke her; det gør CareCommunication og Acknowledgement",
    ),
    KEPT,
    REFUSED_TYPE,
    unchecked=True,
)
DANGLING = rule(
    "fhirmessage.dangling-reference",
    ERROR,
    (
        "{name} does not refer to any {expected} in the message",
        "{name} henviser ikke til nogen {expected} i meddelelsen",
    ),
    (
        "put the {expected} into the Bundle and refer to it as {form}",
        "læg {expected} i bundlen og henvis til den som {form}",
    ),
    _PROFILE + ", aggregation bundled",
)
ASSIGNER = rule(
    "carecommunication.assigner",
    WARNING,
    (
        "the assigner of the segment's identifier is not in the message",
        "den der gav segmentet sin identifikation er ikke i meddelelsen",
    ),
    (
        "put the Organization that sent the segment first into the Bundle",
        "læg den Organization der først sendte segmentet i bundlen",
    ),
    _GOVERNANCE + ", segments; a published example breaks it",
)
PARTY = rule(
    "fhirmessage.party",
    ERROR,
    ("the message has no {name}", "meddelelsen angiver ingen {name}"),
    ("a message has one sender and one receiver", "en meddelelse har én afsender og én modtager"),
    _PROFILE,
)
UNIT_NUMBERS = rule(
    "fhirmessage.unit-numbers",
    ERROR,
    ("the {name} has no {number}", "{name} har intet {number}"),
    ("sender and receiver have both a SOR code and a GLN", "afsender og modtager har både SOR-kode og lokationsnummer"),
    "MedCom Messaging 4.0.2, medcom-messaging-organization",
)
NO_PATIENT = rule(
    "carecommunication.patient",
    ERROR,
    ("the message has no patient", "meddelelsen handler ikke om nogen borger"),
    ("a CareCommunication has exactly one Patient", "en CareCommunication har præcis én Patient"),
    _PROFILE + ", medcom-careCommunication-2",
)
PATIENT_NUMBER = rule(
    "carecommunication.patient-number",
    WARNING,
    (
        "the patient has neither a CPR number nor a replacement number",
        "borgeren har hverken CPR-nummer eller erstatningsnummer",
    ),
    (
        "give the CPR number, or the replacement number where there is none, with its system",
        "angiv CPR-nummer, eller erstatningsnummer hvor der ikke er noget, med dets system",
    ),
    "MedCom Core 3.0.1, medcom-core-patient",
)
THREAD = rule(
    "carecommunication.thread-identifier",
    ERROR,
    ("the thread has no identifier of the form urn:uuid:...", "tråden har ingen identifikation af formen urn:uuid:..."),
    ("a new thread gets a new UUID, a reply keeps it", "en ny tråd får et nyt UUID, et svar beholder det"),
    _PROFILE + ", medcom-uuidv4; cc-3",
)
CATEGORY = rule(
    "carecommunication.category",
    ERROR,
    ("the message has no category of version {version}", "meddelelsen har ingen kategori fra version {version}"),
    (
        "give one of the codes of medcom-careCommunication-categories",
        "angiv en af koderne i medcom-careCommunication-categories",
    ),
    _PROFILE,
)
TOPIC = rule(
    "carecommunication.topic",
    ERROR,
    ("the category other requires a topic", "kategorien other kræver et emne"),
    ("state in the topic what the message is about", "skriv i emnet hvad det handler om"),
    _PROFILE + ", medcom-careCommunication-6",
)
PRIORITY = rule(
    "carecommunication.priority",
    ERROR,
    ("only the category regarding-referral has a priority", "kun kategorien regarding-referral har prioritet"),
    ("leave the priority out, or change the category", "udelad prioriteten, eller skift kategori"),
    _PROFILE + ", medcom-careCommunication-5",
)
NO_TEXT = rule(
    "carecommunication.text",
    ERROR,
    ("the message has no text segment", "meddelelsen har intet tekstsegment"),
    ("a message has at least one text", "en meddelelse rummer mindst én tekst"),
    _PROFILE,
)
BLANK = rule(
    "carecommunication.blank",
    WARNING,
    ("the {name} contains only whitespace", "{name} rummer kun blanktegn"),
    ("write what the receiver should read", "skriv det modtageren skal læse"),
    "medcom_bu; FHIR R4 allows a text of blanks, and nobody means it",
)
SEGMENT = rule(
    "carecommunication.segment",
    ERROR,
    ("the segment has no {name}", "segmentet har intet {name}"),
    (
        "a text has date, identifier, author and authorContact; an attachment date, identifier and title",
        "en tekst har dato, identifikation, forfatter og kontakt; et bilag dato, identifikation og titel",
    ),
    _PROFILE,
)
SEGMENT_TWICE = rule(
    "carecommunication.segment-identifier-twice",
    WARNING,
    ("an earlier segment has the same identifier", "et tidligere segment har samme identifikation"),
    ("each segment has its own identifier", "hvert segment har sin egen identifikation"),
    _GOVERNANCE + ", segments",
)
NO_NEW_TEXT = rule(
    "carecommunication.new-text",
    WARNING,
    ("the message adds no text of its own", "meddelelsen tilføjer ingen tekst"),
    ("each message has at least one new text segment", "hver meddelelse har mindst ét nyt tekstsegment"),
    _GOVERNANCE + ", activities",
)
CONTENT = rule(
    "carecommunication.attachment-content",
    WARNING,
    ("a new attachment has neither content nor link", "et nyt bilag har hverken indhold eller link"),
    ("send the file or a link the first time", "send filen eller et link første gang"),
    _GOVERNANCE + ", attachments",
)
RESENT = rule(
    "carecommunication.attachment-resent",
    WARNING,
    ("a reply carries an earlier attachment again", "et svar bærer et tidligere bilag igen"),
    ("in a reply, earlier attachments are only named", "i et svar nævnes tidligere bilag kun"),
    _GOVERNANCE + ", cc-6",
)
OWN_PROVENANCE = rule(
    "fhirmessage.provenance",
    ERROR,
    ("there is not exactly one Provenance of this message", "der er ikke præcis én Provenance for denne meddelelse"),
    (
        "one Provenance has the MessageHeader of the message as its target",
        "én Provenance har meddelelsens MessageHeader som target",
    ),
    _GOVERNANCE + ", provenance chain",
)
PRECEDING = rule(
    "carecommunication.preceding-message",
    WARNING,
    (
        "a {activity} does not say which message it follows",
        "en {activity} angiver ikke hvilken meddelelse den følger efter",
    ),
    ("give one entity of role revision", "angiv én entity med rollen revision"),
    _GOVERNANCE + ", provenance chain",
)
NEW_PRECEDING = rule(
    "carecommunication.preceding-of-new",
    WARNING,
    ("a new message must not follow another", "en ny meddelelse følger ikke efter en anden"),
    ("leave the entity of role revision out, or send a reply", "udelad entity med rollen revision, eller send et svar"),
    _GOVERNANCE + ", provenance chain",
)
CHAIN = rule(
    "carecommunication.chain",
    WARNING,
    ("the message that this one follows has no Provenance here", "den foregående meddelelse har ingen Provenance her"),
    ("keep the Provenances of all earlier messages", "behold alle tidligere meddelelsers Provenance"),
    _GOVERNANCE + ", provenance chain; a forward of a part of a thread leaves those of the other messages out",
)
SOURCES = rule(
    "carecommunication.provenance-sources",
    WARNING,
    (
        "the Provenance names a segment that is not in the message",
        "Provenance nævner et segment som meddelelsen ikke rummer",
    ),
    ("name each new segment by its identifier", "nævn hvert nyt segment ved dets identifikation"),
    _GOVERNANCE + ", provenance chain; published examples differ",
)
VERSION = rule(
    "carecommunication.version",
    WARNING,
    (
        "the header does not name a known version of the standard",
        "MessageHeader angiver ikke en kendt version af standarden",
    ),
    ("give the definition of version 5.0 or 4.0", "angiv definitionen for version 5.0 eller 4.0"),
    _PROFILE + ", medcom-carecommunication-definition-url",
)
ANSWERED = rule(
    "acknowledgement.answered",
    ERROR,
    (
        "the Acknowledgement does not say which message it answers",
        "kvitteringen angiver ikke hvilken meddelelse den svarer på",
    ),
    (
        "give the id of its MessageHeader as response.identifier",
        "angiv id for dens MessageHeader som response.identifier",
    ),
    _ACKNOWLEDGEMENT,
)
OUTCOME = rule(
    "acknowledgement.outcome",
    ERROR,
    (
        "a negative Acknowledgement does not say what is wrong",
        "en negativ kvittering siger intet om hvad der er galt",
    ),
    ("add an OperationOutcome and refer to it", "tilføj en OperationOutcome og henvis til den"),
    _ACKNOWLEDGEMENT + ", medcom-acknowledgement-1",
)
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def check(message: Bundle) -> Iterator[Issue]:
    """What the rules say of a FHIR message."""
    if isinstance(message, CareCommunicationMessage):
        yield from _check_parties(message)
        yield from _check_numbers(message)
        yield from _check_care_communication(message)
    elif isinstance(message, AcknowledgementMessage):
        yield from _check_parties(message)
        yield from _check_acknowledgement(message)
    elif isinstance(message, OtherFhirMessage) and message.header is not None:
        yield NOT_SUPPORTED.issue(f"{_path(message, message.header)}.event_coding")


def _path(message: Bundle, resource: Resource) -> str:
    """The attribute path of a resource in the message."""
    return f"entry[{message.places[id(resource)]}].resource"


def _refers(message: Bundle, reference: ResourceReference | None, path: str, *kinds: type[Resource]) -> Iterator[Issue]:
    """Say so where a reference that is given leads to nothing of these kinds."""
    if reference is not None and not any(message.resolve(reference, kind) for kind in kinds):
        expected = " or ".join(kind.resource_type for kind in kinds)
        name = path.rpartition(".")[2].partition("[")[0]
        yield DANGLING.issue(path, name=name, expected=expected, form=f"{kinds[0].resource_type}/id")


# --- parties ------------------------------------------------------------------------------------------------------


def _check_parties(message: Bundle) -> Iterator[Issue]:
    header = message.header
    if header is None:
        return
    path = _path(message, header)
    for name, party, where in (
        ("sender", header.sender, f"{path}.sender"),
        ("receiver", header.receiver, f"{path}.destination[0].receiver"),
    ):
        if party is None:
            yield PARTY.issue(path, name=name)
            continue
        yield from _refers(message, party, where, Organization)
        organization = message.resolve(party, Organization)
        if organization is not None:
            yield from _check_unit(message, organization, name)
    own = [provenance for provenance in message.provenances if header.id and provenance.message_id == header.id]
    if len({provenance.id or number for number, provenance in enumerate(own)}) != 1:  # versions of one are one
        yield OWN_PROVENANCE.issue("/")
    for provenance in message.provenances:
        for number, agent in enumerate(provenance.agent):
            yield from _refers(message, agent.who, f"{_path(message, provenance)}.agent[{number}].who", Organization)


def _check_unit(message: Bundle, unit: Organization, name: str) -> Iterator[Issue]:
    path = _path(message, unit)
    for number, value in (("SOR", unit.sor), ("GLN", unit.gln)):
        if value is None:
            yield UNIT_NUMBERS.issue(path, name=name, number=number)
    for index, identifier in enumerate(unit.identifier):
        gln = identifier.number
        if isinstance(gln, Gln) and Gln.has_form(gln.reveal()) and not Gln.has_check_digit(gln.reveal()):
            yield GLN_CHECK.issue(f"{path}.identifier[{index}]")


# --- CareCommunication --------------------------------------------------------------------------------------------


def _check_numbers(message: CareCommunicationMessage) -> Iterator[Issue]:
    patients = list(message.resources(Patient))
    if len(patients) != 1:
        yield NO_PATIENT.issue("/")
    for patient in patients:
        path = _path(message, patient)
        numbers = {index: identifier.number for index, identifier in enumerate(patient.identifier)}
        persons = {index: number for index, number in numbers.items() if isinstance(number, Cpr | ReplacementCpr)}
        if not persons:
            yield PATIENT_NUMBER.issue(path)
        for index, number in persons.items():
            yield from check_person(number, f"{path}.identifier[{index}]")


def _check_care_communication(message: CareCommunicationMessage) -> Iterator[Issue]:
    header, communication = message.header, message.communication
    if header is not None and message.version is None:
        yield VERSION.issue(f"{_path(message, header)}.definition")
    if communication is None:
        yield NO_TEXT.issue("/")
        return
    path = _path(message, communication)
    yield from _refers(message, communication.subject, f"{path}.subject", Patient)
    yield from _refers(message, communication.encounter, f"{path}.encounter", Encounter)
    yield from _refers(message, communication.specific_sender, f"{path}.extension", PractitionerRole, CareTeam)
    for number, recipient in enumerate(communication.recipient):
        yield from _refers(message, recipient, f"{path}.recipient[{number}]", PractitionerRole, CareTeam)
    for role in message.resources(PractitionerRole):
        yield from _refers(message, role.practitioner, f"{_path(message, role)}.practitioner", Practitioner)
    if not _UUID.fullmatch(message.communication_identifier or ""):
        yield THREAD.issue(f"{path}.identifier")
    category = message.category
    version = message.version or VERSIONS[0]
    if not isinstance(category, Category) or not category.known_in(version):
        yield CATEGORY.issue(f"{path}.category", version=version)
    if category is Category.OTHER and not message.topic:
        yield TOPIC.issue(f"{path}.topic")
    if message.topic and message.topic.isspace():
        yield BLANK.issue(f"{path}.topic", name="topic")
    if message.priority is not None and category is not Category.REGARDING_REFERRAL:
        yield PRIORITY.issue(f"{path}.priority")
    yield from _check_segments(message, path)
    yield from _check_provenances(message, path)


def _check_segments(message: CareCommunicationMessage, path: str) -> Iterator[Issue]:
    segments = message.segments
    if not any(segment.text for segment in segments):
        yield NO_TEXT.issue(f"{path}.payload")
    seen: Counter[str] = Counter()
    for number, segment in enumerate(segments):
        here = f"{path}.payload[{number}]"
        required: dict[str, object] = {"date": segment.date, "identifier": segment.identifier}
        if segment.attachment is None:
            required |= {"author": segment.payload.author, "authorContact": segment.contact}
        else:
            required["title"] = segment.attachment.title
        for name, value in required.items():
            if not value:
                yield SEGMENT.issue(here, name=name)
        if segment.text and segment.text.isspace():
            yield BLANK.issue(f"{here}.content_string", name="text")
        yield from _refers(message, segment.payload.author, f"{here}.author", PractitionerRole)
        if segment.identifier and segment.assigner is None:
            yield ASSIGNER.issue(here)
        if segment.identifier:
            seen[segment.identifier] += 1
            if seen[segment.identifier] > 1:
                yield SEGMENT_TWICE.issue(here)


def _check_provenances(message: CareCommunicationMessage, path: str) -> Iterator[Issue]:
    own = message.provenance
    if own is None:
        return
    here = _path(message, own)
    preceding = own.what("revision")
    if message.activity in (Activity.REPLY, Activity.FORWARD) and len(preceding) != 1:
        yield PRECEDING.issue(f"{here}.entity", activity=str(message.activity))
    if message.activity is Activity.NEW and preceding:
        yield NEW_PRECEDING.issue(f"{here}.entity")
    identifiers = {segment.identifier for segment in message.segments}
    message_ids = {provenance.message_id for provenance in message.provenances}
    may_lack = any(_activity(provenance) is Activity.FORWARD for provenance in message.provenances)
    for provenance in message.provenances:
        where = _path(message, provenance)
        if not may_lack and any(before.rpartition("/")[2] not in message_ids for before in _followed(provenance)):
            yield CHAIN.issue(f"{where}.entity")
        if any(source not in identifiers for source in _sources(provenance)):
            yield SOURCES.issue(f"{where}.entity")
    yield from _check_new(message, own, path)


def _activity(provenance: Provenance) -> Activity | str | None:
    return Activity.get(provenance.activity.code) if provenance.activity else None


def _followed(provenance: Provenance) -> list[str]:
    return [what.reference for what in provenance.what("revision") if what.reference]


def _sources(provenance: Provenance) -> list[str]:
    whats = provenance.what("source")
    return [what.identifier.value for what in whats if what.identifier and what.identifier.value]


def _check_new(message: CareCommunicationMessage, own: Provenance, path: str) -> Iterator[Issue]:
    """The segments that the message adds, and those that it only keeps."""
    added = set(_sources(own))
    if not any(segment.text and segment.identifier in added for segment in message.segments):
        yield NO_NEW_TEXT.issue(f"{path}.payload")
    for number, segment in enumerate(message.segments):
        attachment = segment.attachment
        if attachment is None:
            continue
        has_content = attachment.data is not None or attachment.url is not None
        if segment.identifier in added and not has_content:
            yield CONTENT.issue(f"{path}.payload[{number}].content_attachment")
        elif segment.identifier not in added and has_content and message.activity is Activity.REPLY:
            yield RESENT.issue(f"{path}.payload[{number}].content_attachment")


# --- Acknowledgement ----------------------------------------------------------------------------------------------


def _check_acknowledgement(message: AcknowledgementMessage) -> Iterator[Issue]:
    header = message.header
    if header is None:
        return
    path = _path(message, header)
    if not message.acknowledged:
        yield ANSWERED.issue(f"{path}.response")
    if message.code is not ResponseCode.OK and not message.issues:
        yield OUTCOME.issue(f"{path}.response")
