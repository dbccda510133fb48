"""VANSEnvelope: size, identifiers, addresses, and what FHIR in it needs. Nothing here looks into the payload."""

from __future__ import annotations

import re
from collections.abc import Iterator

from medcom_bu.issues import Issue
from medcom_bu.messages.envelopes import (
    DEPRECATED_NAMES,
    STATISTICAL_CODES,
    DocumentFormat,
    EndPointType,
    MetaInformation,
    TransportType,
    VansEnvelope,
    VansMessage,
)
from medcom_bu.rules.catalogue import ERROR, WARNING, rule
from medcom_bu.rules.identifiers import GLN_CHECK
from medcom_bu.values.identifiers import Gln

_GOVERNANCE = "MedCom, governance of the network layer for FHIR messages"
_STATISTICS = "MedCom, code system medcom-messaging-statisticalCodes 2.0.0"
_HOUSE = "medcom_bu; the schema of VANSEnvelope leaves it open"

MIME_TAG = "MCM:MIME"
MIME_TYPES = ("application/fhir+xml", "application/fhir+json")
LIMIT, PRACTICE_LIMIT = 100_000_000, 50_000_000

SIZE = rule(
    "envelope.size-in-bytes",
    ERROR,
    ("SizeInBytes is not the {actual} bytes of Data", "SizeInBytes er ikke de {actual} byte i Data"),
    ("write the length of the decoded message", "skriv den afkodede meddelelses længde"),
    _HOUSE,
)
EMPTY = rule(
    "envelope.no-data",
    ERROR,
    ("Data is empty", "Data er tom"),
    ("put one message into the envelope", "læg én meddelelse i kuverten"),
    _HOUSE,
)
TOO_LARGE = rule(
    "envelope.too-large",
    ERROR,
    ("the envelope is larger than 100 MB", "kuverten er større end 100 MB"),
    ("send less in one message", "send mindre i én meddelelse"),
    _GOVERNANCE,
)
LARGE = rule(
    "envelope.large",
    WARNING,
    ("the envelope is larger than 50 MB", "kuverten er større end 50 MB"),
    ("some receivers keep to an older limit of 50 MB", "nogle modtagere følger en ældre grænse på 50 MB"),
    _GOVERNANCE,
)
SAME = rule(
    "envelope.same-identifier",
    WARNING,
    ("envelope and message have the same identifier", "kuvert og meddelelse har samme identifikation"),
    (
        "use two different ones: otherwise a resend looks like a new message",
        "brug to: ellers kan en gensendelse ikke kendes fra en ny meddelelse",
    ),
    _GOVERNANCE,
)
UUID = rule(
    "envelope.uuid",
    WARNING,
    (
        "the identifier is not a UUID, although the schema accepts it",
        "identifikationen er ikke et UUID, selv om skemaet godtager den",
    ),
    ("write a UUID of hexadecimal digits", "skriv et UUID med hexadecimale cifre"),
    "RFC 4122",
)
MIME = rule(
    "envelope.mime-tag",
    ERROR,
    (
        "the FHIR message lacks a correct ServiceTag MCM:MIME",
        "en FHIR-meddelelse mangler et korrekt ServiceTag MCM:MIME",
    ),
    ("write application/fhir+xml or application/fhir+json", "skriv application/fhir+xml eller application/fhir+json"),
    _GOVERNANCE,
)
UNRELIABLE = rule(
    "envelope.unreliable",
    ERROR,
    ("FHIR is sent as unreliable", "FHIR er sendt som unreliable"),
    ("write reliable, or omit Type", "skriv reliable, eller udelad Type"),
    _GOVERNANCE,
)
NAME = rule(
    "envelope.name",
    ERROR,
    ("Name is not one of MedCom's statistical codes for FHIR", "Name er ikke en af MedComs statistikkoder for FHIR"),
    (
        "write MCM:FDIS91# and the category, or MCM:FCTL# and the response code",
        "skriv MCM:FDIS91# og kategorien, eller MCM:FCTL# og svarkoden",
    ),
    _STATISTICS,
)
DEPRECATED = rule(
    "envelope.name-deprecated",
    WARNING,
    ("Name is deprecated since 22 September 2025", "Name er udgået siden 22. september 2025"),
    ("use another category", "brug en anden kategori"),
    _STATISTICS,
)

_NAMES = {f"mcm:{standard}#{code}".lower() for standard, codes in STATISTICAL_CODES.items() for code in codes}
_COUNTED = tuple(f"mcm:{standard}".lower() for standard in STATISTICAL_CODES)
_DEPRECATED = {name.lower() for name in DEPRECATED_NAMES}
UUID_FORM = re.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def check(envelope: VansEnvelope) -> Iterator[Issue]:
    """What the rules say of one envelope, apart from what its payload is."""
    for name, end in (("sender_id", envelope.sender_id), ("receiver_id", envelope.receiver_id)):
        if end is not None and end.type == EndPointType.LOCATION_NUMBER and not Gln.is_valid(end.identifier):
            yield GLN_CHECK.issue(name)
    if not UUID_FORM.fullmatch(envelope.envelope_identifier or ""):
        yield UUID.issue("envelope_identifier")
    if isinstance(envelope.content, VansMessage):
        yield from _check_message(envelope.content, envelope.envelope_identifier)


def _check_message(message: VansMessage, envelope_identifier: str) -> Iterator[Issue]:
    meta = message.meta_information
    if meta is not None:
        if not UUID_FORM.fullmatch(meta.identifier or ""):
            yield UUID.issue("content.meta_information.identifier")
        if meta.identifier == envelope_identifier:
            yield SAME.issue("content.meta_information.identifier")
        yield from _check_size(message, meta)
        yield from _check_fhir(meta)


def _check_size(message: VansMessage, meta: MetaInformation) -> Iterator[Issue]:
    content = message.data.content if message.data is not None else None
    if content is None:
        return
    if not content:
        yield EMPTY.issue("content.data")
    if meta.document is not None and meta.document.size != len(content):
        yield SIZE.issue("content.meta_information.document.size_in_bytes", actual=len(content))
    yield from check_length(content, "content.data")


def check_length(content: bytes, path: str) -> Iterator[Issue]:
    """Whether an envelope is too large by what is in it, which is at a path."""
    on_the_wire = len(content) * 4 // 3
    if on_the_wire > LIMIT:
        yield TOO_LARGE.issue(path)
    elif on_the_wire > PRACTICE_LIMIT:
        yield LARGE.issue(path)


def _check_fhir(meta: MetaInformation) -> Iterator[Issue]:
    document, transport = meta.document, meta.transport
    if document is None or document.format != DocumentFormat.HL7 or not (document.name or "").startswith("MCM:F"):
        return
    name = document.name.lower()
    if name in _DEPRECATED:
        yield DEPRECATED.issue("content.meta_information.document.name")
    elif name.startswith(_COUNTED) and name not in _NAMES:
        yield NAME.issue("content.meta_information.document.name")
    if transport is None or transport.tag(MIME_TAG) not in MIME_TYPES:
        yield MIME.issue("content.meta_information.transport" if transport else "content.meta_information")
    if transport is not None and transport.type == TransportType.UNRELIABLE:
        yield UNRELIABLE.issue("content.meta_information.transport.type")
