"""Put a message into a VANSEnvelope, take it out, send it again, answer it.

Source: MedCom, VANSEnvelope 1.0.4 and the governance of the network layer. The swap of parties in a receipt, the
message identity on a resend: ibid.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from medcom_bu import wire
from medcom_bu.errors import UnknownFormat
from medcom_bu.issues import Issue
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.envelopes import (
    Document,
    DocumentFormat,
    EndPoint,
    MetaInformation,
    NegativeMessage,
    NegativeVans,
    PositiveMessage,
    ServiceTag,
    Transport,
    TransportType,
    VansEnvelope,
    VansError,
    VansMessage,
    VansReceipt,
)
from medcom_bu.rules.kinds import ERROR, WARNING, rule
from medcom_bu.surroundings import Surroundings
from medcom_bu.values.base64 import Base64

_SURROUNDINGS = Surroundings()
_FORMATS = {
    wire.WireFormat.OIOXML: DocumentFormat.XML,
    wire.WireFormat.EDIFACT: DocumentFormat.EDIFACT,
    wire.WireFormat.FHIR_JSON: DocumentFormat.HL7,
    wire.WireFormat.FHIR_XML: DocumentFormat.HL7,
}
_MIME = {
    wire.WireFormat.FHIR_JSON: "application/fhir+json",
    wire.WireFormat.FHIR_XML: "application/fhir+xml",
}
_SOURCE = "MedCom, governance of the network layer"

DIFFERENT = rule(
    "envelope.payload-differs",
    ERROR,
    ("{element} is not what the message inside says", "{element} er ikke hvad meddelelsen i kuverten siger"),
    ("write {expected}", "skriv {expected}"),
    _SOURCE,
)
PARTY = rule(
    "envelope.payload-party",
    WARNING,
    ("{element} is not the location number in the letter", "{element} er ikke brevets lokationsnummer"),
    ("check the address; the network may route by another number", "kontrollér adressen; nettet kan bruge en anden"),
    _SOURCE,
)
KINDS = (DIFFERENT, PARTY)


def wrap(
    payload: bytes | Emessage,
    *,
    sender: str | EndPoint | None = None,
    receiver: str | EndPoint | None = None,
    name: str | None = None,
    version: str | None = None,
    format: str | None = None,  # noqa: A002 - the standard's word
    transform: bool = False,
    service_tags: Sequence[tuple[str, str]] = (),
    around: Surroundings = _SURROUNDINGS,
) -> VansEnvelope:
    """Put one message into a new envelope. An OIO-XML letter says its parties, name and version itself.

    Raises ValueError where something is not given and cannot be told from the message.
    """
    data = wire.to_xml(payload) if isinstance(payload, Emessage) else payload
    found = _detected(data)
    told = _told(payload if isinstance(payload, Emessage) else data)
    tags = list(service_tags)
    if found in _MIME and not any(key == "MCM:MIME" for key, _ in tags):
        tags.insert(0, ("MCM:MIME", _MIME[found]))
    document = Document(
        format=format or (_FORMATS.get(found) if found else None) or _missing("format"),
        name=name or told.get("name") or _missing("name"),
        version=version or told.get("version"),
        size_in_bytes=str(len(data)),
    )
    transport = Transport(
        type=TransportType.RELIABLE,
        transform_message="true" if transform else "false",
        service_tag=tuple(ServiceTag(name=key, text=text) for key, text in tags),
    )
    return VansEnvelope(
        sender_id=_end(sender or told.get("sender") or _missing("sender")),
        receiver_id=_end(receiver or told.get("receiver") or _missing("receiver")),
        envelope_identifier=str(around.uuids()),
        sent_date_time=_now(around),
        content=VansMessage(
            meta_information=MetaInformation(identifier=str(around.uuids()), document=document, transport=transport),
            data=Base64(data),
        ),
    )


def unwrap(envelope: VansEnvelope) -> bytes:
    """The message inside. Raises ValueError for a receipt, or where Data does not decode."""
    if envelope.payload is None:
        raise ValueError("the envelope holds no message")
    return envelope.payload


def rewrap(envelope: VansEnvelope, *, around: Surroundings = _SURROUNDINGS) -> VansEnvelope:
    """The same message in a new envelope, to send it again: new envelope identifier and time, nothing else."""
    return envelope.replace(envelope_identifier=str(around.uuids()), sent_date_time=_now(around))


def positive(envelope: VansEnvelope, *, around: Surroundings = _SURROUNDINGS) -> VansEnvelope:
    """The receipt for a message that came and could be read."""
    outcome = PositiveMessage(
        original_envelope_identifier=envelope.envelope_identifier, original_message=_message_meta(envelope)
    )
    return _answer(envelope, outcome, envelope.receiver_id, around)


def negative(
    envelope: VansEnvelope, description: str, code: str | None = None, *, around: Surroundings = _SURROUNDINGS
) -> VansEnvelope:
    """The receipt for a message that the receiver cannot take."""
    outcome = NegativeMessage(
        error=VansError(description=description, code=code),
        original_envelope_identifier=envelope.envelope_identifier,
        original_message=_message_meta(envelope),
    )
    return _answer(envelope, outcome, envelope.receiver_id, around)


def vans_negative(
    envelope: VansEnvelope,
    description: str,
    code: str | None = None,
    *,
    operator: EndPoint | None = None,
    around: Surroundings = _SURROUNDINGS,
) -> VansEnvelope:
    """The receipt of a network operator for what it cannot deliver, sent by the ``operator`` where one is given."""
    meta = envelope.meta_information if isinstance(envelope.content, VansMessage) else None
    outcome = NegativeVans(
        error=VansError(description=description, code=code),
        original_envelope_identifier=envelope.envelope_identifier,
        original_message=meta,
    )
    return _answer(envelope, outcome, operator or envelope.receiver_id, around)


def matches(sent: VansEnvelope, receipt: VansEnvelope) -> bool:
    """Whether a receipt answers the envelope: its identifier, its sender, and the message where it is named."""
    if not isinstance(receipt.content, VansReceipt) or not isinstance(sent.content, VansMessage):
        return False
    outcome = receipt.content.outcome
    if outcome.original_envelope_identifier.lower() != sent.envelope_identifier.lower():
        return False
    meta = outcome.original_message
    same_message = meta is None or meta.identifier.lower() == sent.content.meta_information.identifier.lower()
    from_receiver = isinstance(outcome, NegativeVans) or receipt.sender_id.identifier == sent.receiver_id.identifier
    return same_message and from_receiver and receipt.receiver_id.identifier == sent.sender_id.identifier


def check_payload(envelope: VansEnvelope) -> tuple[Issue, ...]:
    """Whether format, name, version and parties are those of the message inside; ``validate`` does not ask this."""
    if not isinstance(envelope.content, VansMessage) or envelope.payload is None:
        return ()
    document = envelope.content.meta_information.document
    path = "content.meta_information.document"
    found, issues = _detected(envelope.payload), []
    if found in _FORMATS and document.format != _FORMATS[found]:
        issues.append(DIFFERENT.at(f"{path}.format", element="Format", expected=str(_FORMATS[found])))
    told = _told(envelope.payload)
    for field, element in (("name", "Name"), ("version", "Version")):
        if told and getattr(document, field) != told[field]:
            issues.append(DIFFERENT.at(f"{path}.{field}", element=element, expected=told[field]))
    for field, element, end in (
        ("sender", "SenderID", envelope.sender_id),
        ("receiver", "ReceiverID", envelope.receiver_id),
    ):
        if told and end.identifier != told[field]:
            issues.append(PARTY.at(f"{field}_id", element=element))
    return tuple(issues)


def _detected(data: bytes) -> wire.WireFormat | None:
    try:
        return wire.detect(data)
    except UnknownFormat:
        return None


def _told(payload: bytes | Emessage) -> dict[str, str]:
    """Name, version and parties of an OIO-XML letter; nothing of any other message."""
    message: Any = payload
    if not isinstance(payload, Emessage):
        message = wire.read(payload).message if _detected(payload) is wire.WireFormat.OIOXML else None
    letter: Any = message.letters[0] if isinstance(message, Emessage) and message.letters else None
    if letter is None or letter.letter is None or letter.sender is None or letter.receiver is None:
        return {}
    spec = type(letter).__letter__
    return {
        "name": f"MCM:{spec.versions[0].type_code}",
        "version": letter.letter.version_code or "",
        "sender": letter.sender.ean_identifier or "",
        "receiver": letter.receiver.ean_identifier or "",
    }


def _missing(what: str) -> Any:
    raise ValueError(f"give the {what}: the message does not tell it")


def _end(end: str | EndPoint) -> EndPoint:
    return end if isinstance(end, EndPoint) else EndPoint(text=end, type="EAN")


def _now(around: Surroundings) -> str:
    return f"{around.clock():%Y-%m-%dT%H:%M:%S}"


def _message_meta(envelope: VansEnvelope) -> MetaInformation:
    if not isinstance(envelope.content, VansMessage):
        raise ValueError("a receipt is not answered")
    return envelope.content.meta_information


def _answer(
    envelope: VansEnvelope,
    outcome: PositiveMessage | NegativeMessage | NegativeVans,
    sender: EndPoint,
    around: Surroundings,
) -> VansEnvelope:
    if not isinstance(envelope.content, VansMessage):
        raise ValueError("a receipt is not answered")
    return VansEnvelope(
        sender_id=sender,
        receiver_id=envelope.sender_id,
        envelope_identifier=str(around.uuids()),
        sent_date_time=_now(around),
        content=VansReceipt(outcome=outcome),
    )
