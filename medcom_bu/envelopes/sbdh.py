"""Put a message into an ehmiSBDH envelope, take it out, send it again, answer it.

Any envelope is read; only what has an official document identifier is built. Source: MedCom, dk-ehmi-sbdh 2.0.1, its
schema, its pages on scopes and on reliable messaging.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from medcom_bu import danish_time, judgement
from medcom_bu.arguments import Content, as_bytes, check_arguments
from medcom_bu.enclosed import FhirContents, known_version
from medcom_bu.envelopes.contents import Contents, contents, written
from medcom_bu.envelopes.unfit import NO_MESSAGE, Unfit, missing
from medcom_bu.errors import InvalidMessage
from medcom_bu.ids_and_clock import IdsAndClock, given_or_own
from medcom_bu.issues import Issue, Kind, Layer, Report, Severity, Text
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.envelopes import DocumentFormat
from medcom_bu.messages.message import FhirMessage
from medcom_bu.messages.standard_business_document import (
    AUTHORITY,
    DOCUMENT_IDS,
    GLN_PREFIX,
    BinaryContent,
    BusinessScope,
    BusinessService,
    BusinessServiceName,
    ContentEncoding,
    CorrelationInformation,
    DocumentIdentification,
    DocumentScope,
    DocumentStandard,
    MimeType,
    Partner,
    PartnerIdentification,
    ScopeType,
    ServiceTransaction,
    StandardBusinessDocument,
    StandardBusinessDocumentHeader,
    TransactionType,
)
from medcom_bu.oioxml.signals import Signal, SignalKind, read_signal, write_signal
from medcom_bu.rules.business_documents import PROCESS_ID
from medcom_bu.values.base64 import Base64
from medcom_bu.values.characters import not_xml, sendable
from medcom_bu.wire_table import check_message

__all__ = [
    "Signal",
    "SignalKind",
    "answered",
    "check_payload",
    "matches",
    "negative",
    "positive",
    "rewrap",
    "signal",
    "unwrap",
    "wants_receipt",
    "with_payload",
    "wrap",
]

NOT_CARRIED = Kind(
    "sbdh.not-carried",
    Severity.ERROR,
    Layer.SCHEMA,
    Text(
        "the schema of ehmiSBDH has no Standard for {standard}",
        "skemaet for ehmiSBDH har ingen Standard for {standard}",
    ),
    Text("use VANSEnvelope: envelopes.vans.wrap", "brug VANSEnvelope: envelopes.vans.wrap"),
    "MedCom, dk-ehmi-sbdh 2.0.1, schema, DocumentInformationStandardType",
)

_DEADLINE = timedelta(minutes=10)
_RECEIPT_VERSION = "ebbp-signals-2.0"
_UNKNOWN = "unknown"
"""What the acknowledgement of a message says of its standard and version."""


def __dir__() -> list[str]:
    return list(__all__)


@check_arguments
def wrap(
    payload: Content | Emessage | FhirMessage,
    *,
    sender: str | None = None,
    receiver: str | None = None,
    sender_unit: str | None = None,
    receiver_unit: str | None = None,
    version: str | None = None,
    identifier: str | None = None,
    wants_receipt: bool = True,
    ids: IdsAndClock | None = None,
) -> StandardBusinessDocument:
    """Put one FHIR message into a new envelope: its bytes, or a message, which is written as JSON.

    The message says its standard, version, numbers and parties itself; what is given goes before. ``sender`` and
    ``receiver`` are location numbers, ``sender_unit`` and ``receiver_unit`` SOR codes, ``identifier`` the number of the
    message. ``wants_receipt`` asks the receiver for the receipt of the envelope, within ten minutes.

    Acknowledgement 2.0 and HomeCareObservation 1.1 and 1.2 are what the schema has. Raises InvalidMessage
    (``sbdh.not-carried``) for all else: CareCommunication, OIO-XML and EDIFACT travel in a VANSEnvelope. Raises
    ValueError where something is not given and cannot be told from the message.
    """
    own = given_or_own(ids)
    data, content = written(payload if isinstance(payload, Emessage | FhirMessage) else as_bytes("payload", payload))
    standard, version, document_id = _official(content, version)
    told: Mapping[ScopeType, str] = content.scopes if isinstance(content, FhirContents) else {}
    values: dict[ScopeType, str | None] = {
        ScopeType.DOCUMENT_ID: document_id,
        ScopeType.PROCESS_ID: PROCESS_ID,
        ScopeType.PATIENT_ID: told.get(ScopeType.PATIENT_ID),
        ScopeType.SENDER_ID: sender_unit or told.get(ScopeType.SENDER_ID) or missing("sender_unit"),
        ScopeType.RECEIVER_ID: receiver_unit or told.get(ScopeType.RECEIVER_ID) or missing("receiver_unit"),
        ScopeType.MESSAGE_IDENTIFIER: identifier or told.get(ScopeType.MESSAGE_IDENTIFIER) or missing("identifier"),
        ScopeType.MESSAGE_ENVELOPE_IDENTIFIER: told.get(ScopeType.MESSAGE_ENVELOPE_IDENTIFIER)
        or missing("id of the Bundle"),
    }
    if standard == DocumentStandard.ACKNOWLEDGEMENT:
        values |= {
            ScopeType.ORIGINAL_MESSAGE_IDENTIFIER: told.get(ScopeType.ORIGINAL_MESSAGE_IDENTIFIER),
            ScopeType.ORIGINAL_MESSAGE_STANDARD: _UNKNOWN,
            ScopeType.ORIGINAL_MESSAGE_VERSION: _UNKNOWN,
        }
    values[ScopeType.STATISTICAL_INFORMATION] = f"MCM:{standard}"
    number, now = str(own.new_uuid()), own.moment()
    scopes = [*_scopes(values)]
    if wants_receipt:
        scopes.append(_receipt_scope("Request", _correlation(number, now)))
    return _document(
        sender or content.sender or missing("sender"),
        receiver or content.receiver or missing("receiver"),
        DocumentIdentification(
            standard=standard,
            type_version=version,
            instance_identifier=number,
            type="Bundle",
            multiple_type="false",
            creation_date_and_time=_instant(now),
        ),
        scopes,
        BinaryContent(data=Base64(data), mime_type=content.mime, encoding=ContentEncoding.UTF_8),
    )


def unwrap(envelope: StandardBusinessDocument) -> bytes:
    """The message inside. Raises ValueError for a receipt, or where the content does not decode."""
    check_message("unwrap", envelope, StandardBusinessDocument)
    if envelope.payload is None or envelope.is_receipt:
        raise Unfit(NO_MESSAGE)
    return envelope.payload


@check_arguments
def rewrap(envelope: StandardBusinessDocument, *, ids: IdsAndClock | None = None) -> StandardBusinessDocument:
    """The same message in a new envelope, to send it again: new number and times of the envelope, nothing else."""
    own = given_or_own(ids)
    number, now, header = str(own.new_uuid()), own.moment(), _header(envelope)
    identification = header.document_identification.replace(
        instance_identifier=number, creation_date_and_time=_instant(now)
    )
    scopes = tuple(
        scope.replace(
            scope_information=tuple(
                _correlation(number, now) if isinstance(each, CorrelationInformation) else each
                for each in scope.scope_information
            )
        )
        if scope.type == ScopeType.RECEIPT and not envelope.is_receipt
        else scope
        for scope in envelope.scopes
    )
    return envelope.replace(
        standard_business_document_header=header.replace(
            document_identification=identification, business_scope=BusinessScope(scope=scopes)
        )
    )


@check_arguments
def with_payload(envelope: StandardBusinessDocument, data: Content) -> StandardBusinessDocument:
    """The envelope with another transmission of its message in it, whose number it tells."""
    payload = as_bytes("data", data)
    content = contents(payload)[0]
    told: Mapping[ScopeType, str] = content.scopes if isinstance(content, FhirContents) else {}
    number = told.get(ScopeType.MESSAGE_ENVELOPE_IDENTIFIER)
    scopes = tuple(
        scope.replace(instance_identifier=number)
        if number and scope.type == ScopeType.MESSAGE_ENVELOPE_IDENTIFIER
        else scope
        for scope in envelope.scopes
    )
    return envelope.replace(
        standard_business_document_header=_header(envelope).replace(business_scope=BusinessScope(scope=scopes)),
        binary_content=envelope.binary_content.replace(data=Base64(payload)),
    )


@check_arguments
def wants_receipt(envelope: StandardBusinessDocument) -> bool:
    """Whether the sender of an envelope asks for its receipt, and can be told."""
    return not envelope.is_receipt and envelope.ends[0] is not None and _asked(envelope) is not None


@check_arguments
def positive(envelope: StandardBusinessDocument, *, ids: IdsAndClock | None = None) -> StandardBusinessDocument:
    """The receipt for an envelope that came and could be read. Raises ValueError where none is asked for."""
    return _answer(envelope, "ReceiptAcknowledgement", SignalKind.RECEIVED, {}, given_or_own(ids))


@check_arguments
def negative(
    envelope: StandardBusinessDocument, description: str, *, ids: IdsAndClock | None = None
) -> StandardBusinessDocument:
    """The receipt for an envelope that the receiver cannot read. Raises ValueError where none is asked for.

    Raises InvalidMessage where XML cannot hold the description.
    """
    said = {"exception": "Syntax", "reason": "Syntax", "message": sendable("description", description, not_xml())}
    return _answer(envelope, "ReceiptException", SignalKind.EXCEPTION, said, given_or_own(ids))


@check_arguments
def signal(receipt: StandardBusinessDocument) -> Signal | None:
    """What a receipt says; None for what is not a receipt, or holds no signal that can be read."""
    return read_signal(receipt.payload) if receipt.is_receipt and receipt.payload else None


@check_arguments
def answered(receipt: StandardBusinessDocument) -> str | None:
    """The number of the envelope that a receipt answers; None for what is not a receipt, or does not tell it."""
    told = _asked(receipt) if receipt.is_receipt else None
    return (told.requesting_document_instance_identifier or "").strip() or None if told is not None else None


@check_arguments
def matches(sent: StandardBusinessDocument, receipt: StandardBusinessDocument) -> bool:
    """Whether a receipt answers the envelope: its number, and both parties by location number and SOR code.

    Source: MedCom, dk-ehmi-sbdh 2.0.1, reliable messaging.
    """
    if sent.is_receipt or not receipt.is_receipt:
        return False
    swapped = (
        (sent.ends, receipt.ends[::-1]),
        (sent.scope(ScopeType.SENDER_ID), receipt.scope(ScopeType.RECEIVER_ID)),
        (sent.scope(ScopeType.RECEIVER_ID), receipt.scope(ScopeType.SENDER_ID)),
        ((sent.identifier or "").strip().lower(), (answered(receipt) or "").lower()),
    )
    return all(one == other for one, other in swapped)


@check_arguments
def check_payload(envelope: StandardBusinessDocument) -> tuple[Issue, ...]:
    """Whether standard, version, MIME type, parties and scopes are those of what is inside. ``validate`` asks too."""
    return judgement.check_payload(envelope)


def _official(content: Contents, version: str | None) -> tuple[str, str, str]:
    """Standard, version and document identifier of a message. Raises InvalidMessage where it has none.

    A message that tells no version, as an Acknowledgement, is of the one that its standard has.
    """
    standard = content.event if isinstance(content, FhirContents) else None
    version = version or (content.definition_version if isinstance(content, FhirContents) else None)
    versions = [number for known, number in DOCUMENT_IDS if known == standard]
    if version is None and len(versions) == 1:
        version = versions[0]
    document_id = DOCUMENT_IDS.get((standard or "", version or ""))
    if standard is None or version is None or document_id is None:
        named = standard or (content.name or "").removeprefix("MCM:")
        known = content.format if isinstance(content.format, DocumentFormat) else DocumentFormat.BINARY
        told = " ".join(filter(None, (named, known_version(version)))) if named else Text(known.english, known.danish)
        issue = NOT_CARRIED.issue("/", standard=told)
        raise InvalidMessage(Report.from_issues([issue], [Layer.SCHEMA], [Layer.SCHEMA]))
    return standard, version, document_id


def _header(envelope: StandardBusinessDocument) -> StandardBusinessDocumentHeader:
    header = envelope.standard_business_document_header
    if header is None or header.document_identification is None or envelope.binary_content is None:
        raise ValueError("the envelope is not whole")
    return header


def _asked(envelope: StandardBusinessDocument) -> CorrelationInformation | None:
    """Which envelope a receipt is asked for, or given."""
    scopes = [scope for scope in envelope.scopes if scope.type == ScopeType.RECEIPT]
    information = [each for scope in scopes for each in scope.scope_information]
    return next((each for each in information if isinstance(each, CorrelationInformation)), None)


def _answer(
    envelope: StandardBusinessDocument, type_: str, kind: SignalKind, said: dict[str, str], own: IdsAndClock
) -> StandardBusinessDocument:
    asked = _asked(envelope)
    if asked is None or envelope.is_receipt:
        raise ValueError("the envelope asks for no receipt")
    identification, now = _header(envelope).document_identification, own.moment()
    sender, receiver = (end or missing("number of both parties") for end in envelope.ends)
    values: dict[ScopeType, str | None] = {
        ScopeType.DOCUMENT_ID: DOCUMENT_IDS[DocumentStandard.RECEIPT, _RECEIPT_VERSION],
        ScopeType.PROCESS_ID: PROCESS_ID,
        ScopeType.SENDER_ID: envelope.scope(ScopeType.RECEIVER_ID),
        ScopeType.RECEIVER_ID: envelope.scope(ScopeType.SENDER_ID),
        ScopeType.MESSAGE_IDENTIFIER: str(own.new_uuid()),
        ScopeType.MESSAGE_ENVELOPE_IDENTIFIER: str(own.new_uuid()),
        ScopeType.ORIGINAL_MESSAGE_IDENTIFIER: envelope.scope(ScopeType.MESSAGE_IDENTIFIER),
        ScopeType.ORIGINAL_MESSAGE_ENVELOPE_IDENTIFIER: envelope.scope(ScopeType.MESSAGE_ENVELOPE_IDENTIFIER),
        ScopeType.ORIGINAL_MESSAGE_STANDARD: str(identification.standard),
        ScopeType.ORIGINAL_MESSAGE_VERSION: identification.type_version,
        ScopeType.ORIGINAL_ENVELOPE_IDENTIFIER: identification.instance_identifier,
        ScopeType.STATISTICAL_INFORMATION: "EHMI-ReceiptAcknowledgement",
    }
    told = Signal(
        kind=kind,
        original_message_identifier=identification.instance_identifier,
        original_document_identifier=envelope.scope(ScopeType.DOCUMENT_ID),
        original_message_date_time=identification.creation_date_and_time,
        this_message_date_time=_instant(now),
        from_party=GLN_PREFIX + receiver,
        to_party=GLN_PREFIX + sender,
        collaboration_identifier=identification.instance_identifier,
        **said,
    )
    return _document(
        receiver,
        sender,
        DocumentIdentification(
            standard=DocumentStandard.RECEIPT,
            type_version=_RECEIPT_VERSION,
            instance_identifier=str(own.new_uuid()),
            type=type_,
            multiple_type="false",
            creation_date_and_time=_instant(now),
        ),
        [*_scopes(values), _receipt_scope("Response", asked)],
        BinaryContent(data=Base64(write_signal(told)), mime_type=MimeType.XML, encoding=ContentEncoding.UTF_8),
    )


def _scopes(values: Mapping[ScopeType, str | None]) -> Iterator[DocumentScope]:
    for type_, text in values.items():
        if text:
            yield DocumentScope(type=type_, instance_identifier=text, identifier="dk-medcom-messaging")


def _receipt_scope(part: str, correlation: CorrelationInformation) -> DocumentScope:
    is_request = part == "Request"
    transaction = ServiceTransaction(
        type_of_service_transaction=TransactionType.REQUESTING if is_request else TransactionType.RESPONDING,
        is_non_repudiation_required="false",
        is_authentication_required="false",
        is_non_repudiation_of_receipt_required="false",
        is_intelligible_check_required="false",
        is_application_error_response_requested="false",
        time_to_acknowledge_receipt="600000",
        time_to_acknowledge_acceptance="0",
        time_to_perform="0",
        recurrence="0",
    )
    service = BusinessService(
        business_service_name=BusinessServiceName.REQUEST if is_request else BusinessServiceName.RESPONSE,
        service_transaction=transaction,
    )
    return DocumentScope(
        type=ScopeType.RECEIPT,
        instance_identifier=part,
        identifier="dk-medcom-messaging",
        scope_information=(correlation, service),
    )


def _correlation(number: str, now: Any) -> CorrelationInformation:
    return CorrelationInformation(
        requesting_document_creation_date_time=_instant(now),
        requesting_document_instance_identifier=number,
        expected_response_date_time=_instant(now + _DEADLINE),
    )


def _instant(moment: Any) -> str:
    return danish_time.aware(moment).isoformat(timespec="seconds")


def _document(
    sender: str,
    receiver: str,
    identification: DocumentIdentification,
    scopes: list[DocumentScope],
    content: BinaryContent,
) -> StandardBusinessDocument:
    return StandardBusinessDocument(
        standard_business_document_header=StandardBusinessDocumentHeader(
            header_version="1.0",
            sender=_partner(sender),
            receiver=_partner(receiver),
            document_identification=identification,
            business_scope=BusinessScope(scope=tuple(scopes)),
        ),
        binary_content=content,
    )


def _partner(number: str) -> Partner:
    return Partner(identifier=PartnerIdentification(text=GLN_PREFIX + number, authority=AUTHORITY))
