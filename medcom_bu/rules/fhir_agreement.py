"""What a FHIR message says in two places: of its parties, its files, and in the narratives of its resources.

Source: MedCom, validation governance of 6 March 2026, 5.2 (narratives); MedCom Messaging 4.0.2 (endpoints); FHIR R4,
Attachment. HL7's validator sees none of these but the size and the hash of a file. A narrative that breaks the
governance, and an endpoint that differs, is a warning: published examples have them.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator

from medcom_bu.issues import Issue
from medcom_bu.messages.care_communication import CareCommunicationMessage
from medcom_bu.numerals import whole
from medcom_bu.rules.catalogue import ERROR, WARNING, rule
from medcom_bu.values.fhir_resources import Bundle, MessageHeader, Organization, Resource
from medcom_bu.values.fhir_types import Attachment, ResourceReference

_R4_ATTACHMENT = "FHIR R4, Attachment"
_NARRATIVES = "MedCom, validation governance of 6 March 2026, 5.2"

FILE_SIZE = rule(
    "fhirmessage.file-size",
    ERROR,
    (
        "the declared size is not the size of the content, {actual} bytes",
        "den angivne størrelse er ikke indholdets, {actual} bytes",
    ),
    ("size is the number of bytes before base64", "size er antallet af bytes før base64"),
    _R4_ATTACHMENT + ".size",
)
FILE_HASH = rule(
    "fhirmessage.file-hash",
    ERROR,
    ("the declared hash does not match the content", "den angivne hash er ikke indholdets"),
    ("hash is the SHA-1 of the bytes, as base64", "hash er SHA-1 af bytene, som base64"),
    _R4_ATTACHMENT + ".hash",
)
ENDPOINT = rule(
    "fhirmessage.endpoint",
    WARNING,
    ("the endpoint names a SOR code that the {name} does not have", "endpoint nævner en SOR-kode som {name} ikke har"),
    ("write the SOR code of the organisation after #id=", "skriv organisationens SOR-kode efter #id="),
    "MedCom Messaging 4.0.2, MessageHeader.source and .destination; a flow of MedCom's own breaks it",
)
SAME_PARTY = rule(
    "fhirmessage.same-party",
    WARNING,
    ("sender and receiver are the same organisation", "afsender og modtager er den samme organisation"),
    ("check whom the message is for", "kontrollér hvem meddelelsen er til"),
    "MedCom Messaging 4.0.2, MessageHeader",
)
NARRATIVE_STATUS = rule(
    "fhirmessage.narrative-status",
    WARNING,
    (
        "the status of the narrative says that it does not have the content of the resource",
        "tekstgengivelsens status siger at den ikke rummer ressourcens indhold",
    ),
    (
        "write a narrative of the content, with the status generated or extensions",
        "skriv en tekstgengivelse af indholdet, med status generated eller extensions",
    ),
    _NARRATIVES,
)
NARRATIVE_ID = rule(
    "fhirmessage.narrative-id",
    WARNING,
    ("the narrative does not contain the id of the resource", "tekstgengivelsen rummer ikke ressourcens id"),
    ("write the id into the narrative", "skriv id'et i tekstgengivelsen"),
    _NARRATIVES,
)
NARRATIVE_BASE64 = rule(
    "fhirmessage.narrative-base64",
    WARNING,
    ("there is base64 in the narrative", "der er base64 i tekstgengivelsen"),
    ("name the file; leave its content out", "nævn filen; udelad dens indhold"),
    _NARRATIVES + "; three published examples break it",
)

_SOR_ADDRESS = re.compile(r"https?://sor2\.sum\.dsdn\.dk/#id=([0-9]{1,20})")
_BASE64 = b"x" * 200
_IN_BASE64 = bytes(ord("x" if chr(code).isalnum() or chr(code) in "+/" else " ") for code in range(128)) + b" " * 128
"""To each byte: a letter where base64 has it, else a blank. Many times as fast as a pattern."""
_NOT_CONTENT = ("empty", "additional")


def check(message: Bundle) -> Iterator[Issue]:
    """What the rules say of a FHIR message."""
    places, header = message.places, message.header
    if header is not None:
        yield from _check_parties(message, header, f"entry[{places[id(header)]}].resource")
    for resource in message.resources(Resource):
        yield from _check_narrative(resource, f"entry[{places[id(resource)]}].resource.text")
    communication = message.communication if isinstance(message, CareCommunicationMessage) else None
    for number, payload in enumerate(communication.payload if communication is not None else ()):
        if payload.content_attachment is not None:
            here = f"entry[{places[id(communication)]}].resource.payload[{number}].content_attachment"
            yield from _check_file(payload.content_attachment, here)


def _check_parties(message: Bundle, header: MessageHeader, path: str) -> Iterator[Issue]:
    sender = message.resolve(header.sender, Organization)
    source = header.source.endpoint if header.source else None
    if _differs(message, source, header.sender):
        yield ENDPOINT.issue(f"{path}.source.endpoint", name="sender")
    for number, destination in enumerate(header.destination):
        if _differs(message, destination.endpoint, destination.receiver):
            yield ENDPOINT.issue(f"{path}.destination[{number}].endpoint", name="receiver")
    receiver = message.resolve(header.receiver, Organization)
    if sender is not None and sender is receiver:
        yield SAME_PARTY.issue(f"{path}.destination[0].receiver")


def _differs(message: Bundle, endpoint: str | None, party: ResourceReference | None) -> bool:
    """Whether an endpoint is the address of another SOR code than those of a party."""
    organization = message.resolve(party, Organization)
    match = _SOR_ADDRESS.fullmatch(endpoint or "")
    if organization is None or match is None:
        return False
    return all(identifier.value != match[1] for identifier in organization.identifier)


def _check_narrative(resource: Resource, path: str) -> Iterator[Issue]:
    narrative = resource.text
    if narrative is None:
        return  # dom-6 says so
    if narrative.status in _NOT_CONTENT:
        yield NARRATIVE_STATUS.issue(f"{path}.status")
    if narrative.div and resource.id and resource.id not in narrative.div:
        yield NARRATIVE_ID.issue(f"{path}.div")
    if narrative.div and _BASE64 in narrative.div.encode("utf-8", "surrogatepass").translate(_IN_BASE64):
        yield NARRATIVE_BASE64.issue(f"{path}.div")


def _check_file(attachment: Attachment, path: str) -> Iterator[Issue]:
    content = attachment.data.content if attachment.data is not None else None
    if content is None:
        return
    declared = whole(attachment.size)
    if declared is not None and declared != len(content):
        yield FILE_SIZE.issue(f"{path}.size", actual=len(content))
    if attachment.hash is not None:
        digest = hashlib.sha1(content, usedforsecurity=False).digest()
        if attachment.hash != b64encode(digest).decode():
            yield FILE_HASH.issue(f"{path}.hash")
