"""What an enclosed message says of itself, and whether its envelope repeats it: format, name, version, parties.

Names are ``MCM:`` and the type code for letters; for FHIR they are of MedCom's code system of statistical codes 2.0.0:
``MCM:FDIS91#`` and the category of a CareCommunication, ``MCM:FCTL#`` and the response code of an Acknowledgement.
Of EDIFACT the service segments are looked at, since they tell it even of a letter that is not read here.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from medcom_bu.declare.fhir import Structure
from medcom_bu.detection import WireFormat
from medcom_bu.frozen import frozen
from medcom_bu.issues import Issue
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.envelopes import (
    STATISTICAL_CODES,
    DocumentFormat,
    MetaInformation,
    VansEnvelope,
    VansMessage,
)
from medcom_bu.messages.message import NetworkEnvelope
from medcom_bu.messages.standard_business_document import MimeType, ScopeType, StandardBusinessDocument
from medcom_bu.rules.catalogue import ERROR, WARNING, rule
from medcom_bu.rules.envelopes import MIME_TAG

FORMATS = {
    WireFormat.OIOXML: DocumentFormat.XML,
    WireFormat.EDIFACT: DocumentFormat.EDIFACT,
    WireFormat.FHIR_JSON: DocumentFormat.HL7,
    WireFormat.FHIR_XML: DocumentFormat.HL7,
}
"""How an envelope names the formats that a message can have."""

_MIME = {
    WireFormat.FHIR_JSON: "application/fhir+json",
    WireFormat.FHIR_XML: "application/fhir+xml",
}
ACKNOWLEDGEMENT_VERSION = "2.0.0"
"""What an envelope says of an Acknowledgement, though its definition says 2.0."""


_PREFIX = "MCM:"
_NAME = re.compile("[FX]?[A-Z]{3}[0-9]{2}")
_NAMES = {
    name.lower(): name
    for standard, codes in STATISTICAL_CODES.items()
    for name in (standard, *(f"{standard}#{code}" for code in codes))
}
_VERSION = re.compile("X?[A-Z][0-9]{4}[A-Z]|[0-9](\\.[0-9]){1,2}")
_NUMBER = re.compile("[0-9]{13}|[0-9]{8}")


def known_name(text: str | None) -> str | None:
    """A name or a statistical code as MedCom writes it, without ``MCM:``, such as ``FDIS91#medicine``.

    None for any other text: it could say anything.
    """
    if not text or not text.isascii():
        return None
    bare = text[len(_PREFIX) :] if text[: len(_PREFIX)].upper() == _PREFIX else text
    return _NAMES.get(bare.lower()) or (bare.upper() if _NAME.fullmatch(bare.upper()) else None)


def known_version(text: str | None) -> str | None:
    """A version of a letter or a message, such as ``XD9134L`` and ``5.0``; None for anything else."""
    return text if text and _VERSION.fullmatch(text) else None


def known_number(text: str | None) -> str | None:
    """A location number or a company number without blanks; None for anything else."""
    bare = " ".join((text or "").split())
    return bare if _NUMBER.fullmatch(bare) else None


def _shown(of_standard: Callable[[str | None], str | None]) -> Callable[[str | None], str]:
    """How a field is represented: as it is where it is of the standards, else by a mark."""
    return lambda text: "None" if text is None else repr(text) if of_standard(text) else "?"


@attrs.frozen
class Contents:
    """What one letter or message says of itself; None where it does not tell, or tells nothing that MedCom knows.

    ``statistical_code`` is the letter's own in OIO-XML, the name without ``MCM:`` elsewhere. ``identifier`` is a UUID.
    ``sender`` and ``receiver`` are as the message has them.
    """

    format: DocumentFormat | None = None
    name: str | None = attrs.field(default=None, repr=_shown(known_name))
    version: str | None = attrs.field(default=None, repr=_shown(known_version))
    statistical_code: str | None = attrs.field(default=None, repr=_shown(known_name))
    sender: str | None = attrs.field(default=None, repr=_shown(known_number))
    receiver: str | None = attrs.field(default=None, repr=_shown(known_number))
    mime: str | None = None
    identifier: str | None = None


@attrs.frozen
class FhirContents(Contents):
    """What a FHIR message says of itself, as an ehmiSBDH envelope repeats it too.

    ``event`` is that of MessageHeader, ``definition_version`` the version in its definition, ``scopes`` what belongs
    into the scopes of the envelope.
    """

    event: str | None = None
    definition_version: str | None = None
    scopes: Mapping[ScopeType, str] = attrs.field(default=frozen({}), repr=False)


def contents(payload: bytes, wire: WireFormat | None, message: object) -> tuple[Contents, ...]:
    """What every letter of a consignment, or a message of another format, says of itself. Never raises.

    ``wire`` is the format of the bytes, None where it is none that a message can have; ``message`` what was read there.
    """
    if wire is None:
        return (Contents(),)
    if wire is WireFormat.OIOXML and isinstance(message, Emessage):
        return of_letters(message)
    common = Contents(format=FORMATS.get(wire), mime=_MIME.get(wire))
    if wire is WireFormat.EDIFACT:
        return (attrs.evolve(common, **_only_known(_edifact(payload))),)
    if not isinstance(message, Structure):
        return (common,)
    told = FhirContents(format=common.format, mime=common.mime, **_told(message))
    return (attrs.evolve(told, **_only_known(_fhir(message))),)


def of_letters(message: Emessage) -> tuple[Contents, ...]:
    """What every letter of an OIO-XML consignment says of itself."""
    return tuple(_letters(message)) or (Contents(format=DocumentFormat.XML),)


def _only_known(fields: dict[str, str | None]) -> dict[str, Any]:
    """The fields without what is not of the standards: it would be shown in envelopes, statistics and issues."""
    name = known_name(fields.get("name"))
    return {
        **fields,
        "name": name and _PREFIX + name,
        "version": known_version(fields.get("version")),
        "statistical_code": known_name(fields.get("statistical_code")),
    }


def _letters(message: Emessage) -> Iterator[Contents]:
    for each in message.letters:
        letter: Any = each
        versions = letter.__letter__.versions
        type_code = versions[0].type_code if versions else known_name(letter.letter and letter.letter.type_code)
        yield Contents(
            format=DocumentFormat.XML,
            name=type_code and _PREFIX + type_code,
            version=known_version(letter.letter.version_code if letter.letter else None),
            statistical_code=known_name(letter.letter.statistical_code if letter.letter else None),
            sender=letter.sender.ean_identifier if letter.sender else None,
            receiver=letter.receiver.ean_identifier if letter.receiver else None,
        )


def _of_name(name: str | None) -> dict[str, str | None]:
    return {"name": _PREFIX + name, "statistical_code": name} if name else {}


# --- EDIFACT ---------------------------------------------------------------------------------------------------------

_HEAD = 4096


def _edifact(payload: bytes) -> dict[str, str | None]:
    """The parties of UNB, and type and version of the first UNH."""
    head = payload[:_HEAD].decode("latin-1").lstrip()
    component, element, end = ":", "+", "'"
    if head.startswith("UNA") and len(head) > 8:
        component, element, end = head[3], head[4], head[8]
        head = head[9:]
    segments = [segment.strip().split(element) for segment in head.split(end)]
    unb = next((segment for segment in segments if segment[0] == "UNB"), [])
    unh = next((segment for segment in segments if segment[0] == "UNH"), [])
    parts = unh[2].split(component) if len(unh) > 2 else []
    return {
        **_of_name(unh[3].split(component)[0] if len(unh) > 3 else None),
        "version": parts[4] if len(parts) > 4 else None,
        "sender": unb[2].split(component)[0] if len(unb) > 2 else None,
        "receiver": unb[3].split(component)[0] if len(unb) > 3 else None,
    }


# --- FHIR ------------------------------------------------------------------------------------------------------------

_GLN = "https://www.gs1.org/gln"


def _fhir(message: Any) -> dict[str, str | None]:
    """The same of a FHIR message. Source of the names: ConceptMap mapFhirToSorEdi."""
    from medcom_bu.messages.acknowledgement import AcknowledgementMessage
    from medcom_bu.messages.care_communication import CareCommunicationMessage

    header = message.header
    if header is None:
        return {}
    fields: dict[str, str | None] = {
        "version": (header.definition or "").partition("|")[2] or None,
        "identifier": _uuid(header.id),
        "sender": _gln(message.sender),
        "receiver": _gln(message.receiver),
    }
    if isinstance(message, CareCommunicationMessage) and message.category:
        return fields | _of_name(f"FDIS91#{message.category}")
    if isinstance(message, AcknowledgementMessage):
        fields["version"] = ACKNOWLEDGEMENT_VERSION if fields["version"] in (None, "2.0") else fields["version"]
        return fields | _of_name(f"FCTL#{message.code}" if message.code else None)
    return fields


def _told(message: Any) -> dict[str, Any]:
    """What the envelope of ehmiSBDH repeats of a FHIR message. Source: MedCom, dk-ehmi-sbdh 2.0.1."""
    from medcom_bu.values.fhir_resources import Patient
    from medcom_bu.values.identifiers import Cpr

    header = message.header
    if header is None:
        return {}
    patient = next((each.number for each in message.resources(Patient) if each.number is not None), None)
    scopes = {
        ScopeType.PATIENT_ID: patient.reveal() if isinstance(patient, Cpr) else None,
        ScopeType.SENDER_ID: _sor(message.sender),
        ScopeType.RECEIVER_ID: _sor(message.receiver),
        ScopeType.MESSAGE_IDENTIFIER: header.id,
        ScopeType.MESSAGE_ENVELOPE_IDENTIFIER: message.id,
        ScopeType.ORIGINAL_MESSAGE_IDENTIFIER: getattr(message, "acknowledged", None),
    }
    event = header.event_coding.code if header.event_coding is not None else None
    return {
        "event": event if event and _EVENT.fullmatch(event) else None,
        "definition_version": known_version((header.definition or "").partition("|")[2]),
        "scopes": frozen({scope: text for scope, text in scopes.items() if text}),
    }


_EVENT = re.compile("[a-z]{1,30}(-[a-z]{1,30}){0,4}")


def _sor(organisation: Any) -> str | None:
    number = organisation.sor if organisation is not None else None
    return number.reveal() if number is not None else None


def _gln(organisation: Any) -> str | None:
    """The location number of an organisation."""
    numbers = organisation.identifier if organisation is not None else ()
    return next((number.value for number in numbers if number.system == _GLN), None)


def _uuid(text: str | None) -> str | None:
    try:
        return str(uuid.UUID(text)) if text and len(text) == 36 else None
    except ValueError:
        return None


# --- comparing -------------------------------------------------------------------------------------------------------

_SOURCE = "MedCom, governance of the network layer"

DIFFERENT = rule(
    "envelope.payload-differs",
    ERROR,
    ("{element} does not match the message inside", "{element} svarer ikke til meddelelsen i kuverten"),
    ("write {expected}", "skriv {expected}"),
    _SOURCE,
)
PARTY = rule(
    "envelope.payload-party",
    WARNING,
    ("{element} is not the location number in the letter", "{element} er ikke brevets lokationsnummer"),
    (
        "check the address; the network may route by another number",
        "kontrollér adressen; nettet kan route efter et andet nummer",
    ),
    _SOURCE,
)
FHIR_PARTY = rule(
    "envelope.fhir-party",
    ERROR,
    ("{element} is not the location number in the FHIR message", "{element} er ikke FHIR-meddelelsens lokationsnummer"),
    ("write the location number of the message", "skriv meddelelsens lokationsnummer"),
    "MedCom, CareCommunication 5.0, rule 26",
)
SEVERAL = rule(
    "envelope.several-types",
    ERROR,
    ("letters of several types or versions are inside", "der er breve af flere typer eller versioner i kuverten"),
    ("send each in its own envelope: Name gives only one", "send dem i hver sin kuvert: Name angiver ét"),
    _SOURCE,
)


SCOPE = rule(
    "sbdh.scope-differs",
    WARNING,
    ("the scope {element} does not match the message inside", "oplysningen {element} svarer ikke til meddelelsen"),
    ("write what the message gives", "skriv det samme som meddelelsen"),
    "MedCom, dk-ehmi-sbdh 2.0.1",
)


BUSINESS_PARTY = rule(
    "sbdh.party",
    WARNING,
    ("{element} is not the location number in the message", "{element} er ikke meddelelsens lokationsnummer"),
    ("write the location number of the message", "skriv meddelelsens lokationsnummer"),
    "MedCom, dk-ehmi-sbdh 2.0.1",
)


def check(envelope: NetworkEnvelope, inside: Sequence[Contents]) -> tuple[Issue, ...]:
    """Whether an envelope says what the messages inside say: format, name, version, MIME type, parties, scopes."""
    if not inside:
        return ()
    if isinstance(envelope, StandardBusinessDocument):
        return tuple(_check_business_document(envelope, inside))
    return _check_vans(envelope, inside) if isinstance(envelope, VansEnvelope) else ()


def is_declared(envelope: NetworkEnvelope, wire: WireFormat | None) -> bool:
    """Whether an envelope says that a message of a format is in it."""
    if isinstance(envelope, StandardBusinessDocument):
        content = envelope.binary_content
        return content is not None and content.mime_type in (_MIME.get(wire), _BUSINESS_MIME.get(wire))  # type: ignore[arg-type]
    document = envelope.meta_information.document if envelope.meta_information else None  # type: ignore[attr-defined]
    return bool(document is not None and wire and document.format == FORMATS.get(wire))


_BUSINESS_MIME = {WireFormat.OIOXML: MimeType.XML}


def _check_business_document(envelope: StandardBusinessDocument, inside: Sequence[Contents]) -> Iterator[Issue]:
    content, own, header = inside[0], envelope.document_identification, "standard_business_document_header"
    yield from _check_parties(envelope, inside)
    mime = content.mime or (MimeType.XML if content.format == DocumentFormat.XML else None)
    if mime and envelope.binary_content is not None and envelope.binary_content.mime_type != mime:
        yield DIFFERENT.issue("binary_content", element="mimeType", expected=str(mime))
    if not isinstance(content, FhirContents):
        return
    for field, element, expected in (
        ("standard", "Standard", content.event),
        ("type_version", "TypeVersion", content.definition_version),
    ):
        if expected and own is not None and (getattr(own, field) or "").strip() != expected:
            yield DIFFERENT.issue(f"{header}.document_identification.{field}", element=element, expected=expected)
    for number, scope in enumerate(envelope.scopes):
        expected = content.scopes.get(scope.type) if isinstance(scope.type, ScopeType) else None
        if expected and (scope.instance_identifier or "").strip() != expected:
            path = f"{header}.business_scope.scope[{number}].instance_identifier"
            yield SCOPE.issue(path, element=str(scope.type))


def _check_vans(envelope: VansEnvelope, inside: Sequence[Contents]) -> tuple[Issue, ...]:
    if not isinstance(envelope.content, VansMessage):
        return ()
    content, meta = inside[0], envelope.content.meta_information
    issues = [*_check_parties(envelope, inside)]
    if len({(each.name, each.version) for each in inside}) > 1:
        return (SEVERAL.issue("content.data"), *issues)
    return (*(_check_document(meta, content) if meta is not None and meta.document is not None else ()), *issues)


def _check_document(meta: MetaInformation, content: Contents) -> Iterator[Issue]:
    path, document = "content.meta_information.document", meta.document
    named = (DocumentFormat.XML, DocumentFormat.EDIFACT)
    if document.format != content.format and (content.format or document.format in named):
        expected = str(content.format or DocumentFormat.BINARY)
        yield DIFFERENT.issue(f"{path}.format", element="Format", expected=expected)
    if content.name and (document.name or "").lower() != content.name.lower():
        yield DIFFERENT.issue(f"{path}.name", element="Name", expected=content.name)
    if content.version and _full(document.version, content) != content.version:
        yield DIFFERENT.issue(f"{path}.version", element="Version", expected=content.version)
    mime = meta.transport.tag(MIME_TAG) if meta.transport else None
    if content.mime and mime and mime != content.mime:
        yield DIFFERENT.issue(
            "content.meta_information.transport", element="ServiceTag MCM:MIME", expected=content.mime
        )


def _full(version: str | None, content: Contents) -> str | None:
    """The version of an Acknowledgement is written 2.0 as well as 2.0.0."""
    acknowledgement = (content.name or "").startswith("MCM:FCTL")
    return ACKNOWLEDGEMENT_VERSION if acknowledgement and version == "2.0" else version


_ENDS: dict[type, tuple[tuple[str, str, str], ...]] = {
    VansEnvelope: (("sender", "sender_id", "SenderID"), ("receiver", "receiver_id", "ReceiverID")),
    StandardBusinessDocument: (
        ("sender", "standard_business_document_header.sender.identifier", "Sender/Identifier"),
        ("receiver", "standard_business_document_header.receiver.identifier", "Receiver/Identifier"),
    ),
}
"""How a kind of envelope names who sends and who receives: the field of Contents, the attribute path, the element."""


def _check_parties(envelope: NetworkEnvelope, inside: Sequence[Contents]) -> Iterator[Issue]:
    for (field, path, element), end in zip(_ENDS[type(envelope)], envelope.ends, strict=True):
        for content in inside:
            number = getattr(content, field)
            if number and end is not None and end != " ".join(number.split()):
                of_vans = FHIR_PARTY if content.format is DocumentFormat.HL7 else PARTY
                kind = of_vans if isinstance(envelope, VansEnvelope) else BUSINESS_PARTY
                yield kind.issue(path, element=element)
                break
