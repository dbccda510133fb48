"""CareCommunication beyond its profiles: the thread, its provenances and segments, as MedCom's governance has them.

Official messages break some of these, so none is more than a warning but the size that the network refuses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from medcom_bu.issues import Issue
from medcom_bu.messages.care_communication import CareCommunicationMessage
from medcom_bu.rules.attachments import CONTENT
from medcom_bu.rules.envelopes import LIMIT, PRACTICE_LIMIT
from medcom_bu.rules.identifiers import GLN_CHECK, check_person
from medcom_bu.rules.kinds import ERROR, INFORMATION, WARNING, rule
from medcom_bu.values import filetypes
from medcom_bu.values.fhir_codes import Activity
from medcom_bu.values.fhir_resources import Organization, Patient, Payload, Provenance, Resource
from medcom_bu.values.fhir_types import Identifier
from medcom_bu.values.identifiers import Gln

_SOURCE = "MedCom, governance of CareCommunication; CareCommunication 5.0.2"

NO_PROVENANCE = rule(
    "care.no-provenance",
    WARNING,
    ("no Provenance is about this message", "ingen Provenance handler om denne meddelelse"),
    ("add one whose target is the MessageHeader", "tilføj en hvis target er MessageHeader"),
    _SOURCE,
)
PRECEDING = rule(
    "care.preceding-missing",
    WARNING,
    ("a {activity} names no preceding message", "en {activity} nævner ingen foregående meddelelse"),
    ("add an entity with role revision to its Provenance", "tilføj en entity med role revision til dens Provenance"),
    _SOURCE,
)
UNEXPECTED_PRECEDING = rule(
    "care.preceding-unexpected",
    WARNING,
    ("a new message names a preceding one", "en ny meddelelse nævner en foregående"),
    (
        "make it a reply or a forward, or leave the entity out",
        "gør den til svar eller videresendelse, eller udelad entity",
    ),
    _SOURCE,
)
BROKEN_CHAIN = rule(
    "care.chain-broken",
    WARNING,
    (
        "no Provenance is about the message that this one follows",
        "ingen Provenance handler om den meddelelse som denne følger efter",
    ),
    ("take along the provenances of all earlier messages", "medtag alle tidligere meddelelsers Provenance"),
    _SOURCE,
)
UNKNOWN_SEGMENT = rule(
    "care.segment-unknown",
    WARNING,
    ("no segment has this identifier", "intet segment har denne identifikation"),
    (
        "name the segments of the message by the identifiers that they have",
        "nævn meddelelsens segmenter ved deres identifikation",
    ),
    _SOURCE,
)
UNTOLD_SEGMENT = rule(
    "care.segment-without-provenance",
    WARNING,
    ("no Provenance names this segment", "ingen Provenance nævner dette segment"),
    ("add an entity with role source for it", "tilføj en entity med role source for det"),
    _SOURCE,
)
NO_CONTENT = rule(
    "care.attachment-without-content",
    WARNING,
    ("a new attachment has neither data nor url", "et nyt bilag har hverken data eller url"),
    ("send the file or the link the first time", "send filen eller linket første gang"),
    _SOURCE,
)
REPEATED = rule(
    "care.attachment-repeated",
    WARNING,
    ("a reply sends an earlier attachment again", "et svar sender et tidligere bilag igen"),
    ("keep its segment, without data and url", "behold segmentet, uden data og url"),
    _SOURCE + ", cc-6",
)
TITLE = rule(
    "care.title-extension",
    INFORMATION,
    ("the title of the attachment ends like a file name", "bilagets titel ender som et filnavn"),
    ("leave the extension out", "udelad filendelsen"),
    _SOURCE,
)
LINK = rule(
    "care.link",
    WARNING,
    ("the link is none to a web page", "linket fører ikke til en webside"),
    ("begin it with https:// or http://", "begynd det med https:// eller http://"),
    _SOURCE,
)
TOO_LARGE = rule(
    "care.too-large",
    ERROR,
    ("the attachments have more than 100 MB", "bilagene har mere end 100 MB"),
    ("send them in several messages", "send dem i flere meddelelser"),
    "MedCom, governance of the network layer",
)
LARGE = rule(
    "care.large",
    WARNING,
    ("the attachments have more than 50 MB", "bilagene har mere end 50 MB"),
    ("some receivers take no more; send them in several messages", "nogle modtagere tager ikke mere; send dem i flere"),
    "MedCom, clinical guidelines for CareCommunication",
)
KINDS = (
    NO_PROVENANCE,
    PRECEDING,
    UNEXPECTED_PRECEDING,
    BROKEN_CHAIN,
    UNKNOWN_SEGMENT,
    UNTOLD_SEGMENT,
    NO_CONTENT,
    REPEATED,
    TITLE,
    LINK,
    TOO_LARGE,
    LARGE,
)

_EXTENSIONS = {kind.mime_type: kind.extension for kind in filetypes.FILE_TYPES.values()}
_FILE_NAME = re.compile(r"\.(?:pdf|png|gif|bmp|jpe?g|tiff?)\s*\Z", re.IGNORECASE)
_WEB = re.compile(r"https?://", re.IGNORECASE)


def check(message: CareCommunicationMessage) -> Iterator[Issue]:
    """What the rules say of one message."""
    places = [(f"entry[{number}].resource", entry.resource) for number, entry in enumerate(message.entry)]
    for path, resource in places:
        yield from _check_numbers(resource, path)
    communication = message.communication
    payloads = communication.payload if communication else ()
    where = next((path for path, resource in places if resource is communication), "entry")
    yield from _check_chain(message, [(path, found) for path, found in places if isinstance(found, Provenance)])
    yield from _check_segments(message, payloads, f"{where}.payload")
    size = sum(map(_size, payloads))
    if size > LIMIT:
        yield TOO_LARGE.at(f"{where}.payload")
    elif size > PRACTICE_LIMIT:
        yield LARGE.at(f"{where}.payload")


def _check_numbers(resource: Resource | None, path: str) -> Iterator[Issue]:
    identifiers = resource.identifier if isinstance(resource, Patient | Organization) else ()
    for index, identifier in enumerate(identifiers):
        number, here = identifier.number, f"{path}.identifier[{index}].value"
        yield from check_person(number, here)
        if isinstance(number, Gln) and Gln.has_form(number.reveal()) and not Gln.has_check_digit(number.reveal()):
            yield GLN_CHECK.at(here)


def _check_chain(message: CareCommunicationMessage, held: list[tuple[str, Provenance]]) -> Iterator[Issue]:
    own = message.provenance
    if own is None:
        yield NO_PROVENANCE.at("entry")
    about = {found.message_id for _, found in held}
    for path, found in held:
        before = found.what("revision")
        activity = found.activity.code if found.activity else None
        if not before and activity in (Activity.REPLY, Activity.FORWARD):
            yield PRECEDING.at(f"{path}.entity", activity=str(activity))
        if before and activity == Activity.NEW:
            yield UNEXPECTED_PRECEDING.at(f"{path}.entity")
        for reference in before:
            known = (reference.reference or "").rpartition("/")[2]
            if reference.reference and known not in about:
                yield BROKEN_CHAIN.at(f"{path}.entity")


def _check_segments(message: CareCommunicationMessage, payloads: tuple[Payload, ...], path: str) -> Iterator[Issue]:
    told = list(_sources(message))
    known = {_value(payload.identifier) for payload in payloads}
    for place, value in told:
        if value not in known:
            yield UNKNOWN_SEGMENT.at(place)
    named = {value for _, value in told}
    own = message.provenance
    new = {_value(what.identifier) for what in own.what("source")} if own else set()
    for number, payload in enumerate(payloads):
        here, value = f"{path}[{number}]", _value(payload.identifier)
        if value is not None and value not in named:
            yield UNTOLD_SEGMENT.at(here)
        yield from _check_attachment(message, payload, here, value in new)


def _sources(message: CareCommunicationMessage) -> Iterator[tuple[str, str | None]]:
    for number, entry in enumerate(message.entry):
        if isinstance(entry.resource, Provenance):
            for index, entity in enumerate(entry.resource.entity):
                if entity.role == "source" and entity.what is not None:
                    yield f"entry[{number}].resource.entity[{index}].what", _value(entity.what.identifier)


def _check_attachment(message: CareCommunicationMessage, payload: Payload, here: str, new: bool) -> Iterator[Issue]:
    held, path = payload.content_attachment, f"{here}.content_attachment"
    if held is None:
        return
    empty = held.data is None and held.url is None
    if empty and new:
        yield NO_CONTENT.at(path)
    if not empty and not new and message.activity == Activity.REPLY:
        yield REPEATED.at(path)
    if held.title and _FILE_NAME.search(held.title):
        yield TITLE.at(f"{path}.title")
    if held.url is not None and not _WEB.match(held.url):
        yield LINK.at(f"{path}.url")
    extension = _EXTENSIONS.get(held.content_type or "")
    content = held.data.content if held.data is not None else None
    if extension and content is not None and filetypes.matches(extension, content[: filetypes.HEAD]) is False:
        yield CONTENT.at(f"{path}.data", extension=str(extension))


def _size(payload: Payload) -> int:
    """Characters that the content of a segment takes on the wire."""
    data = payload.content_attachment.data if payload.content_attachment else None
    return 4 * -(-len(data.content or b"") // 3) if data is not None else 0


def _value(identifier: Identifier | None) -> str | None:
    return identifier.value if identifier is not None else None
