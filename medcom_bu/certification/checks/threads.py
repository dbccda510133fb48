"""What must be so of a reply or a forward: it continues its thread, and changes nothing of what is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from medcom_bu.certification.checks.findings import ABSENT, PRESENT, is_same, is_so, message_of, named
from medcom_bu.certification.model.results import Finding
from medcom_bu.certification.model.scenes import Scene, Taken
from medcom_bu.issues import Text
from medcom_bu.messages.care_communication import CareCommunicationMessage, MessageSegment
from medcom_bu.values.fhir_resources import Organization, Provenance

_ONCE = Text("each segment once", "hvert segment én gang")
_TWICE = Text("a segment twice", "et segment to gange")
_UNCHANGED, _CHANGED = Text("unchanged", "uændret"), Text("changed", "ændret")


@named("same-thread", "it has the identifier of the thread it answers", "den har identifier fra den tråd, den besvarer")
def find_same_thread(scene: Scene, stage: Taken, *, to: str) -> Iterator[Finding]:
    """``to`` is the stage of the message that is answered."""
    message, missing = message_of(stage, CareCommunicationMessage, "cc-3")
    yield from missing
    if message:
        expected = earlier_message(scene, to).communication_identifier
        yield is_same(expected, message.communication_identifier, rule="cc-3", path="Communication.identifier")


@named("other-thread", "a forward has its own identifier", "en videresendelse har sin egen identifier")
def find_other_thread(scene: Scene, stage: Taken, *, to: str) -> Iterator[Finding]:
    """``to`` is the stage of the message that is forwarded."""
    message, missing = message_of(stage, CareCommunicationMessage, "cc-14")
    yield from missing
    if message:
        earlier, found = earlier_message(scene, to).communication_identifier, message.communication_identifier
        yield is_so(found not in (None, earlier), PRESENT, found, rule="cc-14", path="Communication.identifier")


@named("prefilled", "category and topic are those that were received", "kategori og emne er de modtagne")
def find_prefilled(scene: Scene, stage: Taken, *, to: str) -> Iterator[Finding]:
    """What the user does not change stays as it came; ``to`` is the stage of the message that is answered."""
    message, missing = message_of(stage, CareCommunicationMessage, "certification.prefilled")
    yield from missing
    if message:
        earlier, rule = earlier_message(scene, to), "certification.prefilled"
        yield is_same(str(earlier.category), str(message.category), rule=rule, path="Communication.category")
        yield is_same(earlier.topic, message.topic, rule=rule, path="Communication.topic.text", private=True)


@named("receiver-is-sender", "it goes to the sender of what it answers", "den går til afsenderen af det der besvares")
def find_receiver(scene: Scene, stage: Taken, *, to: str) -> Iterator[Finding]:
    """SOR code and location number of the receiver; what answers the system's own message keeps its receiver."""
    message, missing = message_of(stage, CareCommunicationMessage, "certification.receiver-is-sender")
    yield from missing
    if message:
        earlier = earlier_message(scene, to)
        expected, found = earlier.sender if scene.stage(to).came else earlier.receiver, message.receiver
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
    for number, segment in enumerate(earlier_message(scene, to).segments):
        path = f"Communication.payload[{number}]"
        found = own.get(segment.identifier)
        yield is_so(found is not None, segment.identifier, ABSENT, rule="cc-6", path=f"{path}.identifier")
        if found is not None:
            yield is_same(segment.date, found.date, rule="certification.earlier-segments", path=f"{path}.date")
            rule = "certification.earlier-segments"
            yield is_same(_signed(segment), _signed(found), rule=rule, path=path, private=True)
    identifiers = [each.identifier for each in message.segments]
    is_once = len(set(identifiers)) == len(identifiers)
    yield is_so(is_once, _ONCE, _TWICE, rule="cc-6", path="Communication.payload.identifier")


def _signed(segment: MessageSegment) -> tuple[Any, ...]:
    unit = segment.assigner.sor.reveal() if segment.assigner and segment.assigner.sor else None
    return segment.text, segment.author_name, segment.author_title, segment.contact, unit


@named("earlier-files-named", "received files are named, without data", "modtagne filer nævnes uden data")
def find_earlier_files(scene: Scene, stage: Taken, *, to: str) -> Iterator[Finding]:
    """In a reply each file of the message before has its identifier and title, and neither data nor address."""
    message, missing = message_of(stage, CareCommunicationMessage, "cc-6")
    yield from missing
    if not message:
        return
    own = {each.identifier: each.attachment for each in message.segments}
    for segment in earlier_message(scene, to).segments:
        if segment.attachment is None:
            continue
        found: Any = own.get(segment.identifier)
        path = "Communication.payload.contentAttachment"
        title = found.title if found else None
        yield is_same(segment.attachment.title, title, rule="cc-6", path=f"{path}.title", private=True)
        is_empty = found is not None and found.data is None and found.url is None
        yield is_so(is_empty, ABSENT, PRESENT, rule="cc-6", path=f"{path}.data")


@named(
    "history",
    "the provenances lead back to the message that it follows",
    "hver provenance fører tilbage til det den følger",
)
def find_history(scene: Scene, stage: Taken, *, to: str) -> Iterator[Finding]:
    """The own Provenance revises the message before, whose Provenances are all there, unchanged, and no others."""
    message, missing = message_of(stage, CareCommunicationMessage, "certification.history")
    yield from missing
    if not message:
        return
    earlier = earlier_message(scene, to)
    revised = message.provenance.what("revision") if message.provenance else ()
    found = (revised[0].reference or "").rpartition("/")[2] if revised else None
    number = earlier.header.id if earlier.header else None
    yield is_same(number, found, rule="certification.history", path="Provenance.entity")
    yield from links_kept(earlier, message, earlier.provenances)


def links_kept(
    earlier: CareCommunicationMessage, message: CareCommunicationMessage, links: Sequence[Provenance]
) -> Iterator[Finding]:
    """Whether the provenances of a message are these of an earlier one, unchanged, and its own."""
    rule = "certification.history"
    kept = {each.message_id: each for each in message.provenances}
    for link in links:
        came = kept.get(link.message_id)
        for name, path in (("occurred_date_time", "occurredDateTime"), ("recorded", "recorded")):
            found = getattr(came, name, None)
            yield is_same(getattr(link, name), found, rule=rule, path=f"Provenance.{path}")
        wanted, own = _told(earlier, link), _told(message, came) if came else None
        yield is_so(wanted == own, _UNCHANGED, _CHANGED if came else ABSENT, rule=rule, path="Provenance")
    yield is_same(len(links) + 1, len(message.provenances), rule=rule, path="Provenance")


def _told(message: CareCommunicationMessage, link: Provenance) -> tuple[Any, ...]:
    """What a provenance says, whatever the ids of its resources are."""
    units = [message.resolve(agent.who, Organization) for agent in link.agent]
    agents = {unit.sor.reveal() for unit in units if unit and unit.sor}
    sources = {each.identifier.value for each in link.what("source") if each.identifier}
    revised = {(each.reference or "").rpartition("/")[2] for each in link.what("revision")}
    return agents, link.activity.code if link.activity else None, sources, revised


def earlier_message(scene: Scene, name: str) -> CareCommunicationMessage:
    """The message of a stage. Raises LookupError where it has none."""
    subject = scene.stage(name).subject
    if subject is None or not isinstance(subject.message, CareCommunicationMessage):
        raise LookupError(name)
    return subject.message
