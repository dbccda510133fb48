"""What must be so of a forward, of the files that it carries again, and of a reply to a letter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medcom_bu.certification.checks.care import new_segments
from medcom_bu.certification.checks.findings import is_present, is_same, message_of, named
from medcom_bu.certification.checks.threads import earlier_message, links_kept
from medcom_bu.certification.model.results import Finding
from medcom_bu.certification.model.scenes import Scene, Taken
from medcom_bu.messages.care_communication import CareCommunicationMessage, MessageSegment


@named("files-again", "files of the thread are forwarded with their content", "trådens filer videresendes med indhold")
def find_files_again(scene: Scene, stage: Taken) -> Iterator[Finding]:
    """Each file that is not new has the title and every byte, or the address, that it came with."""
    message, missing = message_of(stage, CareCommunicationMessage, "cc-15")
    yield from missing
    if not message:
        return
    originals = _originals(scene, stage)
    path = "Communication.payload.contentAttachment"
    old = [each for each in message.segments if each.attachment and each.identifier in originals]
    yield is_present(bool(old), rule="cc-15", path=path)
    for segment in old:
        yield is_same(originals[segment.identifier], _content(segment), rule="cc-15", path=path, private=True)


def _originals(scene: Scene, stage: Taken) -> dict[str | None, Any]:
    """Segment identifier -> the file as it first went over the wire."""
    found: dict[str | None, Any] = {}
    for taken in scene.before(stage.name):
        for each in (*taken.came, *taken.gave):
            if isinstance(each.message, CareCommunicationMessage):
                files = {one.identifier: _content(one) for one in each.message.segments if one.attachment}
                found = {**files, **found}
    return found


def _content(segment: MessageSegment) -> Any:
    file: Any = segment.attachment
    return file.title, file.content_type, file.url, getattr(file.data, "content", file.data)


@named("chosen-alone", "only the chosen parts are forwarded", "de valgte dele sendes videre og ingen andre")
def find_chosen(scene: Scene, stage: Taken, *, chosen: list[str], to: str) -> Iterator[Finding]:
    """Segments and provenances of the messages of the stages ``chosen``, of the thread that ends in ``to``."""
    message, missing = message_of(stage, CareCommunicationMessage, "cc-15")
    yield from missing
    if not message:
        return
    latest, numbers = earlier_message(scene, to), set[str | None]()
    for name in chosen:
        subject = scene.stage(name).subject
        numbers.add(subject.number if subject else None)
    links = [each for each in latest.provenances if each.message_id in numbers]
    wanted = {each.identifier.value for link in links for each in link.what("source") if each.identifier}
    new = [each.identifier for each in new_segments(scene, stage, message)]
    found = {each.identifier for each in message.segments if each.identifier not in new}
    yield is_same(wanted, found, rule="cc-15", path="Communication.payload")
    yield from links_kept(latest, message, links)


@named("answers-letter", "the reply names the letter it answers", "svaret nævner det brev der besvares")
def find_answered_letter(scene: Scene, stage: Taken, *, to: str) -> Iterator[Finding]:
    """The revision of the own Provenance is the location number of the letter's sender, ``#``, the letter's number."""
    message, missing = message_of(stage, CareCommunicationMessage, "certification.answers-letter")
    yield from missing
    if not message:
        return
    letter: Any = scene.stage(to).subject.message.letters[0]  # type: ignore[union-attr]
    revised = message.provenance.what("revision") if message.provenance else ()
    found = revised[0].identifier.value if revised and revised[0].identifier else None
    wanted = f"{letter.sender.ean_identifier}#{letter.letter.identifier}"
    yield is_same(wanted, found, rule="certification.answers-letter", path="Provenance.entity.what.identifier")
