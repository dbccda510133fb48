"""What must be so of a reply or a forward: it continues its thread, and changes nothing of what is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medcom_bu.certification.checks.findings import ABSENT, PRESENT, is_same, is_so, message_of, named
from medcom_bu.certification.model.results import Finding
from medcom_bu.certification.model.scenes import Scene, Taken
from medcom_bu.messages.care_communication import CareCommunicationMessage


@named("same-thread", "it has the identifier of the thread it answers", "den har identifier fra den tråd, den besvarer")
def find_same_thread(scene: Scene, stage: Taken, *, to: str) -> Iterator[Finding]:
    """``to`` is the stage of the message that is answered."""
    message, missing = message_of(stage, CareCommunicationMessage, "cc-3")
    yield from missing
    if message:
        expected = _earlier(scene, to).communication_identifier
        yield is_same(expected, message.communication_identifier, rule="cc-3", path="Communication.identifier")


@named("other-thread", "a forward has an identifier of its own", "en videresendelse har sin egen identifier")
def find_other_thread(scene: Scene, stage: Taken, *, to: str) -> Iterator[Finding]:
    """``to`` is the stage of the message that is forwarded."""
    message, missing = message_of(stage, CareCommunicationMessage, "cc-14")
    yield from missing
    if message:
        earlier, found = _earlier(scene, to).communication_identifier, message.communication_identifier
        yield is_so(found not in (None, earlier), PRESENT, found, rule="cc-14", path="Communication.identifier")


@named("receiver-is-sender", "it goes to the sender of what it answers", "den går til afsenderen af det, den besvarer")
def find_receiver(scene: Scene, stage: Taken, *, to: str) -> Iterator[Finding]:
    """SOR code and location number of the receiver."""
    message, missing = message_of(stage, CareCommunicationMessage, "certification.receiver-is-sender")
    yield from missing
    if message:
        expected, found = _earlier(scene, to).sender, message.receiver
        path = "MessageHeader.destination.receiver"
        for name in ("sor", "gln"):
            pair = [
                getattr(unit, name).reveal() if unit and getattr(unit, name) else None for unit in (expected, found)
            ]
            yield is_same(pair[0], pair[1], rule="certification.receiver-is-sender", path=path)


@named("earlier-segments", "earlier segments are there, unchanged", "tidligere segmenter er der, uændrede")
def find_earlier_segments(scene: Scene, stage: Taken, *, to: str) -> Iterator[Finding]:
    """Identifier, date, author and text of each segment of the message before, and their order."""
    message, missing = message_of(stage, CareCommunicationMessage, "cc-6")
    yield from missing
    if not message:
        return
    own = {each.identifier: each for each in message.segments}
    for number, segment in enumerate(_earlier(scene, to).segments):
        path = f"Communication.payload[{number}]"
        found = own.get(segment.identifier)
        yield is_so(found is not None, segment.identifier, ABSENT, rule="cc-6", path=f"{path}.identifier")
        if found is not None:
            yield is_same(segment.date, found.date, rule="certification.earlier-segments", path=f"{path}.date")
            wanted = (segment.text, segment.author_name, segment.contact)
            came = (found.text, found.author_name, found.contact)
            yield is_same(wanted, came, rule="certification.earlier-segments", path=path, private=True)


@named("earlier-files-named", "files that came are named, without data", "modtagne filer nævnes uden data")
def find_earlier_files(scene: Scene, stage: Taken, *, to: str) -> Iterator[Finding]:
    """In a reply each file of the message before has its identifier and title, and neither data nor address."""
    message, missing = message_of(stage, CareCommunicationMessage, "cc-6")
    yield from missing
    if not message:
        return
    own = {each.identifier: each.attachment for each in message.segments}
    for segment in _earlier(scene, to).segments:
        if segment.attachment is None:
            continue
        found: Any = own.get(segment.identifier)
        path = "Communication.payload.contentAttachment"
        title = found.title if found else None
        yield is_same(segment.attachment.title, title, rule="cc-6", path=f"{path}.title", private=True)
        is_empty = found is not None and found.data is None and found.url is None
        yield is_so(is_empty, ABSENT, PRESENT, rule="cc-6", path=f"{path}.data")


@named("history", "the provenances lead back to what it follows", "provenance fører tilbage til det, den følger")
def find_history(scene: Scene, stage: Taken, *, to: str) -> Iterator[Finding]:
    """The own Provenance revises the message before, whose Provenances are all there and unchanged."""
    message, missing = message_of(stage, CareCommunicationMessage, "certification.history")
    yield from missing
    if not message:
        return
    earlier = _earlier(scene, to)
    revised = message.provenance.what("revision") if message.provenance else ()
    found = (revised[0].reference or "").rpartition("/")[2] if revised else None
    number = earlier.header.id if earlier.header else None
    yield is_same(number, found, rule="certification.history", path="Provenance.entity")
    kept = {each.message_id: each.occurred_date_time for each in message.provenances}
    for own in earlier.provenances:
        came = kept.get(own.message_id)
        yield is_same(own.occurred_date_time, came, rule="certification.history", path="Provenance.occurredDateTime")


def _earlier(scene: Scene, name: str) -> CareCommunicationMessage:
    """The message of a stage. Raises LookupError where it has none."""
    subject = scene.stage(name).subject
    if subject is None or not isinstance(subject.message, CareCommunicationMessage):
        raise LookupError(name)
    return subject.message
