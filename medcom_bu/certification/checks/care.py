"""What must be so of one CareCommunication that a system sends: parts, signatures, identifiers, narratives, files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from medcom_bu.certification.checks.findings import (
    ABSENT,
    AS_ASKED,
    PRESENT,
    is_same,
    is_so,
    message_of,
    named,
)
from medcom_bu.certification.model.results import Finding
from medcom_bu.certification.model.scenes import Scene, Taken
from medcom_bu.issues import Text
from medcom_bu.messages.care_communication import CareCommunicationMessage, MessageSegment

_UUID_4 = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_A_UUID_4 = Text("urn:uuid: and a UUID of version 4", "urn:uuid: og et UUID af version 4")
_A_NEW_ONE = Text("one that no other thread uses", "en som ingen anden tråd har")
_COMPLETE = Text("date, author, role and telephone", "dato, forfatter, rolle og telefon")


def new_segments(scene: Scene, stage: Taken, message: CareCommunicationMessage) -> list[MessageSegment]:
    """The segments that no message before in the case has."""
    earlier = [each.message for taken in scene.before(stage.name) for each in (*taken.came, *taken.gave)]
    known = {
        segment.identifier
        for each in earlier
        if isinstance(each, CareCommunicationMessage)
        for segment in each.segments
    }
    return [segment for segment in message.segments if segment.identifier is None or segment.identifier not in known]


@named("category", "the category is this one", "kategorien er denne")
def find_category(_: Scene, stage: Taken, *, code: str) -> Iterator[Finding]:
    """``code`` is of MedCom's list of categories."""
    message, missing = message_of(stage, CareCommunicationMessage, "medcom-carecommunication-category")
    yield from missing
    if message:
        yield is_same(code, str(message.category), rule="certification.category", path="Communication.category")


@named("topic", "the topic is that of the task", "emnet er opgavens")
def find_topic(_: Scene, stage: Taken) -> Iterator[Finding]:
    """The topic, or none where the task has none."""
    message, missing = message_of(stage, CareCommunicationMessage, "certification.topic")
    yield from missing
    if message and stage.task:
        path = "Communication.topic.text"
        yield is_same(stage.task.topic or None, message.topic, rule="certification.topic", path=path, private=True)


@named("priority", "the priority is this one, or there is none", "prioriteten er denne, eller der er ingen")
def find_priority(_: Scene, stage: Taken, *, code: str = "") -> Iterator[Finding]:
    """``code`` is ``routine``, ``asap`` or, by default, empty for none."""
    message, missing = message_of(stage, CareCommunicationMessage, "certification.priority")
    yield from missing
    if message:
        found = None if message.priority is None else str(message.priority)
        yield is_same(code or None, found, rule="certification.priority", path="Communication.priority")


@named("texts", "each text of the task is a separate segment", "hver af opgavens tekster er et segment for sig")
def find_texts(scene: Scene, stage: Taken) -> Iterator[Finding]:
    """The new text segments, in the order of the task, each character as it was written."""
    message, missing = message_of(stage, CareCommunicationMessage, "certification.texts")
    yield from missing
    if message and stage.task:
        found = tuple(each.text for each in new_segments(scene, stage, message) if each.text is not None)
        path = "Communication.payload.contentString"
        yield is_same(stage.task.texts, found, rule="certification.texts", path=path, private=True)


@named("signatures", "each new segment is signed", "hvert nyt segment er underskrevet")
def find_signatures(scene: Scene, stage: Taken) -> Iterator[Finding]:
    """Date and time, name and role of the author, relevant telephone number: that of the task."""
    message, missing = message_of(stage, CareCommunicationMessage, "certification.signatures")
    yield from missing
    if not message or not stage.task:
        return
    author = stage.task.author
    for number, segment in enumerate(message.segments):
        if segment not in new_segments(scene, stage, message) or segment.text is None:
            continue
        path = f"Communication.payload[{number}].extension"
        full = (segment.date, segment.author_name, segment.author_title, segment.contact)
        has_all = all(full)
        yield is_so(has_all, _COMPLETE, PRESENT if has_all else ABSENT, rule="certification.signatures", path=path)
        wanted: tuple[str | None, ...] = (f"{author.given} {author.family}", author.telephone)
        found = (segment.author_name, segment.contact)
        yield is_same(wanted, found, rule="certification.signatures", path=path, private=True)
        is_role = segment.author_title in (author.role, author.title)
        yield is_so(is_role, AS_ASKED, segment.author_title, rule="certification.signatures", path=path)


@named("thread-identifier", "a new thread has a UUID of version 4", "en ny tråd har et UUID af version 4")
def find_thread_identifier(scene: Scene, stage: Taken) -> Iterator[Finding]:
    """Communication.identifier of a new message or a forward; no message before in the case has it."""
    message, missing = message_of(stage, CareCommunicationMessage, "certification.thread-identifier")
    yield from missing
    if message:
        found = message.communication_identifier
        is_one = bool(found and _UUID_4.fullmatch(found))
        yield is_so(is_one, _A_UUID_4, found, rule="medcom-uuidv4", path="Communication.identifier")
        earlier = [each.message for taken in scene.before(stage.name) for each in (*taken.came, *taken.gave)]
        is_new = found not in {getattr(each, "communication_identifier", None) for each in earlier}
        yield is_so(is_new, _A_NEW_ONE, found, rule="cc-14", path="Communication.identifier")


@named("provenance", "the provenance says what the message does", "provenance fortæller hvad meddelelsen gør")
def find_provenance(scene: Scene, stage: Taken, *, activity: str) -> Iterator[Finding]:
    """``activity`` is its code; its target is this header, its sources are the new segments."""
    message, missing = message_of(stage, CareCommunicationMessage, "certification.provenance")
    yield from missing
    if not message:
        return
    own = message.provenance
    code = own.activity.code if own and own.activity else None
    yield is_same(activity, code, rule="certification.provenance", path="Provenance.activity")
    target = own.message_id if own else None
    number = message.header.id if message.header else None
    yield is_same(number, target, rule="certification.provenance", path="Provenance.target")
    sources = {each.identifier.value for each in own.what("source") if each.identifier} if own else set()
    wanted = {each.identifier for each in new_segments(scene, stage, message)}
    yield is_same(wanted, sources, rule="certification.provenance", path="Provenance.entity")


@named(
    "narratives", "each resource has a narrative without base64", "hver ressource har en tekstgengivelse uden base64"
)
def find_narratives(_: Scene, stage: Taken) -> Iterator[Finding]:
    """Resource.text of all resources in the Bundle."""
    message, missing = message_of(stage, CareCommunicationMessage, "certification.narratives")
    yield from missing
    for number, entry in enumerate(message.entry if message else ()):
        narrative: Any = entry.resource.text if entry.resource else None
        text = str(narrative.div) if narrative is not None else ""
        is_filled = bool(re.sub(r"<[^>]*>", "", text).strip()) and not re.search(r"[A-Za-z0-9+/]{200}", text)
        found = PRESENT if is_filled else ABSENT
        yield is_so(
            is_filled, PRESENT, found, rule="certification.narratives", path=f"Bundle.entry[{number}].resource.text"
        )


@named("files", "each file of the task is a separate segment", "opgavens filer er segmenter for sig")
def find_files(scene: Scene, stage: Taken) -> Iterator[Finding]:
    """Title, type and every byte of each file, each link with its address, in any order; each has an identifier."""
    message, missing = message_of(stage, CareCommunicationMessage, "certification.files")
    yield from missing
    if not message or not stage.task:
        return
    own = [each for each in new_segments(scene, stage, message) if each.attachment is not None]
    found = {(each.attachment.title, each.attachment.content_type, _content(each)) for each in own if each.attachment}
    wanted = {(file.title, file.content_type, file.content) for file in stage.task.files}
    links = {(title, None, url) for title, url in stage.task.links.items()}
    path = "Communication.payload.contentAttachment"
    yield is_same(len(wanted | links), len(own), rule="certification.files", path=path)
    yield is_same(wanted | links, found, rule="certification.files", path=path, private=True)
    yield is_so(
        all(each.identifier for each in own), PRESENT, ABSENT, rule="certification.files", path=f"{path}.identifier"
    )


@named("titles-plain", "no title shows the type of its file", "ingen titel viser filens type")
def find_plain_titles(_: Scene, stage: Taken) -> Iterator[Finding]:
    """No title of a file ends in a file extension."""
    message, missing = message_of(stage, CareCommunicationMessage, "certification.titles-plain")
    yield from missing
    for segment in message.segments if message else ():
        if segment.attachment is not None:
            has_one = bool(re.search(r"\.[A-Za-z]{3,4}$", segment.attachment.title or ""))
            path = "Communication.payload.contentAttachment.title"
            found = PRESENT if has_one else ABSENT
            yield is_so(not has_one, ABSENT, found, rule="certification.titles-plain", path=path)


def _content(segment: MessageSegment) -> Any:
    attachment: Any = segment.attachment
    return attachment.url if attachment.data is None else getattr(attachment.data, "content", attachment.data)


@named("specific-sender", "the specific sender is that of the task", "den specifikke afsender er opgavens")
def find_specific_sender(_: Scene, stage: Taken) -> Iterator[Finding]:
    """A care team of the sender, or none where the task has none; who signs is another matter."""
    message, missing = message_of(stage, CareCommunicationMessage, "certification.specific-sender")
    yield from missing
    if message and stage.task:
        found = getattr(message.specific_sender, "name", None)
        path = "Communication.extension.valueReference"
        wanted = stage.task.specific_sender
        yield is_same(wanted, found, rule="certification.specific-sender", path=path, private=True)


@named("specific-recipient", "the specific recipient is this one", "den specifikke modtager er denne")
def find_specific_recipient(_: Scene, stage: Taken, *, name: str = "") -> Iterator[Finding]:
    """``name`` is that of a care team; empty for none."""
    message, missing = message_of(stage, CareCommunicationMessage, "cc-7")
    yield from missing
    if message:
        found = getattr(message.specific_recipient, "name", None)
        yield is_same(name or None, found, rule="cc-7", path="Communication.recipient", private=True)
