"""Put a message into a VANSEnvelope, take it out, send it again, answer it.

Source: MedCom, VANSEnvelope 1.0.4 and the governance of the network layer. The swap of parties in a receipt, the
message identity on a resend: ibid.
"""

from __future__ import annotations

from collections.abc import Sequence

from medcom_bu import judgement
from medcom_bu.arguments import Content, as_bytes, check_arguments
from medcom_bu.envelopes.contents import written
from medcom_bu.envelopes.unfit import NO_MESSAGE, Unfit, missing
from medcom_bu.ids_and_clock import IdsAndClock, given_or_own
from medcom_bu.issues import Issue
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.envelopes import (
    DocumentFormat,
    EndPoint,
    EndPointType,
    MetaInformation,
    NegativeMessage,
    NegativeVans,
    PositiveMessage,
    ServiceTag,
    TransportType,
    VansDocument,
    VansEnvelope,
    VansError,
    VansMessage,
    VansReceipt,
    VansTransport,
)
from medcom_bu.messages.message import FhirMessage
from medcom_bu.numerals import is_digits
from medcom_bu.rules.envelopes import MIME_TAG
from medcom_bu.values.base64 import Base64
from medcom_bu.values.characters import not_xml, sendable
from medcom_bu.values.timestamps import danish_text
from medcom_bu.wire_table import check_message

__all__ = [
    "check_payload",
    "matches",
    "negative",
    "positive",
    "rewrap",
    "unwrap",
    "vans_negative",
    "wants_receipt",
    "with_payload",
    "wrap",
]


def __dir__() -> list[str]:
    return list(__all__)


@check_arguments
def wrap(
    payload: Content | Emessage | FhirMessage,
    *,
    sender: str | EndPoint | None = None,
    receiver: str | EndPoint | None = None,
    name: str | None = None,
    version: str | None = None,
    format: str | None = None,  # noqa: A002 - the standard's word
    transform: bool = False,
    service_tags: Sequence[tuple[str, str]] = (),
    identifier: str | None = None,
    ids: IdsAndClock | None = None,
) -> VansEnvelope:
    """Put one message, the ``payload``, into a new envelope: its bytes, or a value, written as OIO-XML or FHIR JSON.

    OIO-XML, EDIFACT and FHIR say their format, name, version and parties themselves, FHIR its MIME type too; what is
    given goes before. Bytes of another kind are ``Binary`` where no ``format`` is given. ``sender`` and ``receiver``
    are end points, or their location numbers. ``identifier`` is the message's UUID, which a later envelope with the
    same message repeats; left out, it is that of a FHIR message, or a new one. ``transform`` allows the network to
    change the form of the message; ``service_tags`` are names with their values.

    Raises ValueError where something is not given and cannot be told from the message.
    """
    own = given_or_own(ids)
    data, content = written(payload if isinstance(payload, Emessage | FhirMessage) else as_bytes("payload", payload))
    tags = list(service_tags)
    if content.mime and not any(key == MIME_TAG for key, _ in tags):
        tags.insert(0, (MIME_TAG, content.mime))
    document = VansDocument(
        format=format or content.format or DocumentFormat.BINARY,
        name=name or content.name or missing("name"),
        version=version or content.version,
        size_in_bytes=str(len(data)),
    )
    transport = VansTransport(
        type=TransportType.RELIABLE,
        transform_message="true" if transform else "false",
        service_tag=tuple(ServiceTag(name=key, text=text) for key, text in tags),
    )
    number = identifier or content.identifier or str(own.new_uuid())
    return VansEnvelope(
        sender_id=_end(sender or content.sender or missing("sender")),
        receiver_id=_end(receiver or content.receiver or missing("receiver")),
        envelope_identifier=str(own.new_uuid()),
        sent_date_time=_now(own),
        content=VansMessage(
            meta_information=MetaInformation(identifier=number, document=document, transport=transport),
            data=Base64(data),
        ),
    )


def unwrap(envelope: VansEnvelope) -> bytes:
    """The message inside. Raises ValueError for a receipt, or where Data does not decode."""
    check_message("unwrap", envelope, VansEnvelope)
    if envelope.payload is None:
        raise Unfit(NO_MESSAGE)
    return envelope.payload


@check_arguments
def rewrap(envelope: VansEnvelope, *, ids: IdsAndClock | None = None) -> VansEnvelope:
    """The same message in a new envelope, to send it again: new envelope identifier and time, nothing else."""
    own = given_or_own(ids)
    return envelope.replace(envelope_identifier=str(own.new_uuid()), sent_date_time=_now(own))


@check_arguments
def with_payload(envelope: VansEnvelope, data: Content) -> VansEnvelope:
    """The envelope with another transmission of its message (``data``) and its size.

    Raises ValueError for a receipt.
    """
    payload, content = as_bytes("data", data), envelope.content
    if not isinstance(content, VansMessage):
        raise Unfit(NO_MESSAGE)
    meta = content.meta_information
    document = meta.document.replace(size_in_bytes=str(len(payload)))
    return envelope.replace(
        content=content.replace(meta_information=meta.replace(document=document), data=Base64(payload))
    )


@check_arguments
def wants_receipt(envelope: VansEnvelope) -> bool:
    """Whether the sender of an envelope takes its receipt, and can be told."""
    content = envelope.content
    if not isinstance(content, VansMessage) or envelope.sender_id is None or content.meta_information is None:
        return False
    transport = content.meta_information.transport
    return transport is None or transport.type != TransportType.UNRELIABLE


@check_arguments
def positive(envelope: VansEnvelope, *, ids: IdsAndClock | None = None) -> VansEnvelope:
    """The receipt for a message that arrived and could be read. Raises ValueError where the envelope is a receipt."""
    outcome = PositiveMessage(
        original_envelope_identifier=envelope.envelope_identifier, original_message=_message_meta(envelope)
    )
    return _answer(envelope, outcome, envelope.receiver_id, ids)


@check_arguments
def negative(
    envelope: VansEnvelope, description: str, code: str | None = None, *, ids: IdsAndClock | None = None
) -> VansEnvelope:
    """The receipt for a message that the receiver cannot accept, with your own ``description`` and ``code``.

    Raises InvalidMessage where XML cannot hold the description, ValueError where the envelope is a receipt.
    """
    outcome = NegativeMessage(
        error=VansError(description=sendable("description", description, not_xml()), code=code),
        original_envelope_identifier=envelope.envelope_identifier,
        original_message=_message_meta(envelope),
    )
    return _answer(envelope, outcome, envelope.receiver_id, ids)


@check_arguments
def vans_negative(
    envelope: VansEnvelope,
    description: str,
    code: str | None = None,
    *,
    operator: EndPoint | None = None,
    ids: IdsAndClock | None = None,
) -> VansEnvelope:
    """The receipt of a network operator for a message that it cannot deliver, from ``operator`` if one is given.

    ``description`` and ``code`` are as in :func:`negative`.

    Raises InvalidMessage where XML cannot hold the description, ValueError where the envelope is a receipt.
    """
    meta = envelope.meta_information if isinstance(envelope.content, VansMessage) else None
    outcome = NegativeVans(
        error=VansError(description=sendable("description", description, not_xml()), code=code),
        original_envelope_identifier=envelope.envelope_identifier,
        original_message=meta,
    )
    return _answer(envelope, outcome, operator or envelope.receiver_id, ids)


@check_arguments
def matches(sent: VansEnvelope, receipt: VansEnvelope) -> bool:
    """Whether a receipt answers the envelope ``sent``: its identifier, its sender, and the message where named."""
    if not isinstance(receipt.content, VansReceipt) or not isinstance(sent.content, VansMessage):
        return False
    outcome, own = receipt.content.outcome, sent.content.meta_information
    if outcome is None or not _same(outcome.original_envelope_identifier, sent.envelope_identifier):
        return False
    original = outcome.original_message
    same_message = original is None or (own is not None and _same(original.identifier, own.identifier))
    from_receiver = isinstance(outcome, NegativeVans) or _same_end(receipt.sender_id, sent.receiver_id)
    return same_message and from_receiver and _same_end(receipt.receiver_id, sent.sender_id)


def _same(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one.lower() == other.lower()


def _same_end(one: EndPoint | None, other: EndPoint | None) -> bool:
    return one is not None and other is not None and one.identifier == other.identifier


@check_arguments
def check_payload(envelope: VansEnvelope) -> tuple[Issue, ...]:
    """Check that format, name, version, MIME type and parties match the content. ``validate`` also checks this."""
    return judgement.check_payload(envelope)


def _end(end: str | EndPoint) -> EndPoint:
    """An address; what is not a number is the name of a network operator, as in the receipts that they send."""
    if isinstance(end, EndPoint):
        return end
    return EndPoint(text=end, type=EndPointType.LOCATION_NUMBER if is_digits(end.strip()) else EndPointType.VANS)


def _now(ids: IdsAndClock) -> str:
    return danish_text(ids.moment())


def _message_meta(envelope: VansEnvelope) -> MetaInformation:
    if not isinstance(envelope.content, VansMessage):
        raise ValueError("a receipt is not answered")
    return envelope.content.meta_information


def _answer(
    envelope: VansEnvelope,
    outcome: PositiveMessage | NegativeMessage | NegativeVans,
    sender: EndPoint,
    ids: IdsAndClock | None,
) -> VansEnvelope:
    if not isinstance(envelope.content, VansMessage):
        raise ValueError("a receipt is not answered")
    own = given_or_own(ids)
    return VansEnvelope(
        sender_id=sender,
        receiver_id=envelope.sender_id,
        envelope_identifier=str(own.new_uuid()),
        sent_date_time=_now(own),
        content=VansReceipt(outcome=outcome),
    )
