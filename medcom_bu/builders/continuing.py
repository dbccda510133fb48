"""What a message of a thread takes from the one that it answers or forwards.

Source: MedCom, governance of CareCommunication: replies, forwarding, attachments, the chain of provenances.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from medcom_bu.builders.threads import Thread
from medcom_bu.messages.care_communication import VERSIONS, CareCommunicationMessage
from medcom_bu.values.fhir_codes import Activity
from medcom_bu.values.fhir_resources import Organization, Payload, Provenance
from medcom_bu.values.fhir_types import Attachment, ResourceReference


def kept_fields(received: CareCommunicationMessage) -> dict[str, Any]:
    """What continues in an answer or a forward, unless it is said otherwise."""
    return {
        "patient": received.patient,
        "category": received.category,
        "topic": received.topic,
        "priority": received.priority,
        "version": received.version if received.version in VERSIONS else VERSIONS[0],
    }


def sides(received: CareCommunicationMessage, own: bool) -> tuple[Organization | None, Organization | None]:
    """Your own side and the other, of a message that you received or, ``own``, sent."""
    return (received.sender, received.receiver) if own else (received.receiver, received.sender)


def reply_thread(received: CareCommunicationMessage) -> Thread:
    """What a reply continues: all segments and provenances; attachments are only named."""
    return Thread(
        Activity.REPLY,
        received,
        _preceding(received),
        tuple(map(_named_only, _payload(received))),
        received.provenances,
    )


def forward_thread(
    received: CareCommunicationMessage, earlier: Iterable[CareCommunicationMessage], only: Collection[str] | None
) -> Thread:
    """What a forward continues: the segments and provenances of all messages, or of some ``only``.

    Attachments have the content that they have in ``earlier`` messages.
    """
    payload, chain = _payload(received), received.provenances
    if only is not None:
        chain = tuple(link for link in chain if link.message_id in only)
        sources = {source for link in chain for source in _sources(link)}
        payload = tuple(segment for segment in payload if segment.identifier and segment.identifier.value in sources)
    originals = _originals(earlier)
    segments = tuple(_with_content(segment, originals) for segment in payload)
    return Thread(Activity.FORWARD, received, _preceding(received), segments, chain)


def _payload(received: CareCommunicationMessage) -> tuple[Payload, ...]:
    return received.communication.payload if received.communication else ()


def _preceding(received: CareCommunicationMessage) -> ResourceReference | None:
    return ResourceReference(reference=f"MessageHeader/{received.header.id}") if received.header else None


def _named_only(payload: Payload) -> Payload:
    """A segment as a reply has it: of an attachment neither content nor link."""
    attachment = payload.content_attachment
    if attachment is None:
        return payload
    return payload.replace(content_attachment=attachment.replace(data=None, url=None))


def _sources(link: Provenance) -> Iterator[str]:
    for what in link.what("source"):
        if what.identifier and what.identifier.value:
            yield what.identifier.value


def _originals(messages: Iterable[CareCommunicationMessage]) -> dict[str, Attachment]:
    """Segment identifier -> its attachment, of those that have content or a link."""
    return {
        segment.identifier: segment.attachment
        for message in messages
        for segment in message.segments
        if segment.identifier and segment.attachment and (segment.attachment.data or segment.attachment.url)
    }


def _with_content(payload: Payload, originals: Mapping[str, Attachment]) -> Payload:
    attachment = payload.content_attachment
    original = originals.get((payload.identifier.value if payload.identifier else None) or "")
    if attachment is None or original is None or attachment.data is not None or attachment.url is not None:
        return payload
    return payload.replace(content_attachment=attachment.replace(data=original.data, url=original.url))
