"""What a user must see of messages that belong together, and of what is odd in one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from medcom_bu import danish_time
from medcom_bu.certification.checks.answers import answers_in
from medcom_bu.certification.checks.display import shown_of
from medcom_bu.certification.checks.findings import (
    ABSENT,
    NOTHING,
    PRESENT,
    for_a_person,
    is_present,
    is_same,
    is_so,
    named,
)
from medcom_bu.certification.model.results import Finding
from medcom_bu.certification.model.scenes import Scene, Taken
from medcom_bu.issues import Text
from medcom_bu.messages.acknowledgement import AcknowledgementMessage
from medcom_bu.values.fhir_types import moment

_APART = Text("two threads", "to tråde")
_JOINED = Text("one thread", "én tråd")
_IN_ORDER = Text("not before Bundle.timestamp", "ikke før Bundle.timestamp")


def _message(stage: Taken) -> Any:
    """The message that a stage is about. Raises LookupError where there is none."""
    if stage.subject is None or stage.subject.message is None:
        raise LookupError(stage.name)
    return stage.subject.message


def _new_segment(scene: Scene, name: str) -> str:
    """The identifier of the last segment of a stage's message: the one that it adds."""
    return str(_message(scene.stage(name)).segments[-1].identifier)


def _posts(scene: Scene, stage: Taken) -> Sequence[Mapping[str, Any]]:
    return tuple((shown_of(scene, stage) or {}).get("posts", ()))


@named("shown-order", "the thread is in order, each segment once", "tråden er i rækkefølge, hvert segment én gang")
def find_order(scene: Scene, stage: Taken, *, order: list[str]) -> Iterator[Finding]:
    """``order`` are the stages whose new segments are shown, the oldest first; of one time the initiator's first."""
    wanted = [_new_segment(scene, name) for name in order]
    found = [number for post in _posts(scene, stage) for number in post.get("ids", ()) if number in wanted]
    yield is_same(wanted, found, rule="cc-12", path="display.posts")


@named("shown-thread", "the messages are in one thread", "meddelelserne står i én tråd")
def find_thread(scene: Scene, _: Taken, *, stages: list[str]) -> Iterator[Finding]:
    """What is shown of each stage has the thread of the first, and the posts of all."""
    numbers = {_new_segment(scene, name) for name in stages}
    for name in stages:
        own = scene.stage(name)
        shown = shown_of(scene, own) or {}
        thread = _message(own).communication_identifier
        yield is_same(thread, shown.get("thread"), rule="cc-8", path="display.thread")
        seen = {number for post in shown.get("posts", ()) for number in post.get("ids", ())}
        yield is_so(numbers <= seen, _JOINED, PRESENT if numbers <= seen else ABSENT, rule="cc-8", path="display.posts")


@named(
    "shown-apart",
    "messages about different citizens are not shown together",
    "to borgeres meddelelser vises hver for sig",
)
def find_apart(scene: Scene, _: Taken, *, stages: list[str]) -> Iterator[Finding]:
    """In what is shown of each of the stages, nothing of the others is seen; a user sees each of them."""
    for name in stages:
        seen = {number for post in _posts(scene, scene.stage(name)) for number in post.get("ids", ())}
        for other in stages:
            is_right = (_new_segment(scene, other) in seen) is (other == name)
            yield is_so(is_right, _APART, _APART if is_right else _JOINED, rule="CCR-3.2.3", path="display.posts")


@named(
    "shown-files",
    "each file is shown with everything the message says about it",
    "hver fil vises med alt hvad der er oplyst om den",
)
def find_files(scene: Scene, stage: Taken) -> Iterator[Finding]:
    """Title, type, address, creation, author and telephone of each, as far as the message has them."""
    posts = _posts(scene, stage)
    files = [file for post in posts for file in post.get("files", ())]
    wanted = [segment for segment in _message(stage).segments if segment.attachment is not None]
    yield is_same(len(wanted), len(files), rule="CCR-3.1.1.5", path="display.posts.files")
    for segment in wanted:
        file = segment.attachment
        shown: Mapping[str, Any] = next((each for each in files if each.get("title") == file.title), {})
        path = "display.posts.files"
        for name, expected in (
            ("title", file.title),
            ("type", file.content_type),
            ("url", file.url),
            ("author", segment.author_name),
            ("telephone", segment.contact),
        ):
            is_private = name not in ("type", "url")
            found = shown.get(name)
            yield is_same(expected, found, rule="CCR-3.1.1.5", path=f"{path}.{name}", private=is_private)
        yield is_same(_clock(file.creation), _clock(shown.get("created")), rule="CCR-3.1.1.5", path=f"{path}.created")


def _clock(told: Any) -> str | None:
    instant = moment(told) if isinstance(told, str) else None
    local = danish_time.local(instant) if instant is not None else None
    return f"{local:%Y-%m-%dT%H:%M}" if local is not None else None


@named("shown-roles", "the role of each author is shown", "hver forfatters rolle vises")
def find_roles(scene: Scene, stage: Taken) -> Iterator[Finding]:
    """As a code or as text, whichever the message has; the words for a code may be the system's own."""
    posts = _posts(scene, stage)
    for segment in _message(stage).segments:
        if segment.text is not None:
            own = next((post for post in posts if segment.identifier in post.get("ids", ())), {})
            has_code = any(each.code for each in segment.author_role.code)
            path = "display.posts.role"
            if has_code:
                yield is_so(bool(own.get("role")), PRESENT, own.get("role"), rule="CCR-3.1.1.4", path=path)
            else:
                yield is_same(segment.author_title, own.get("role"), rule="CCR-3.1.1.4", path=path, private=True)


@named("shown-specific", "specific sender and recipient are shown", "specifik afsender og modtager vises")
def find_specific(scene: Scene, stage: Taken) -> Iterator[Finding]:
    """``specific_sender`` and ``specific_recipient`` are the names that the message has."""
    shown = shown_of(scene, stage) or {}
    for name in ("specific_sender", "specific_recipient"):
        expected = getattr(getattr(_message(stage), name), "name", None)
        yield is_same(expected, shown.get(name), rule="CCR-3.1.1.4", path=f"display.{name}", private=True)


@named("shown-episodes", "the ids of the episode of care are shown", "forløbets id'er vises")
def find_episodes(scene: Scene, stage: Taken) -> Iterator[Finding]:
    """``episodes`` are all that the message has."""
    wanted = {each.value for each in _message(stage).episode_of_care}
    found = set((shown_of(scene, stage) or {}).get("episodes", ()))
    yield is_so(bool(wanted) and wanted <= found, wanted, found, rule="CCR-3.2.1.6", path="display.episodes")


@named(
    "shown-units", "units are shown by name, found by their SOR codes", "enheder vises med navn, fundet ved SOR-kode"
)
def find_units(scene: Scene, stage: Taken) -> Iterator[Finding]:
    """Sender and receiver have a name where the message gives none. Which names they are a person sees."""
    shown = shown_of(scene, stage) or {}
    for end in ("sender", "receiver"):
        found = shown.get(end)
        yield is_present(bool(found), rule="CCR-3.2.1.11", path=f"display.{end}")
    yield for_a_person("the names shown are those of SOR", "de viste navne er dem fra SOR")


@named("warned", "the user is warned", "brugeren advares")
def find_warned(scene: Scene, stage: Taken) -> Iterator[Finding]:
    """``warnings`` of what is shown holds something."""
    found = (shown_of(scene, stage) or {}).get("warnings")
    yield is_present(bool(found), rule="CCR-3.2.3", path="display.warnings")


@named("answer-goes-back", "the answer goes from receiver to sender", "svaret går fra modtageren til afsenderen")
def find_way_back(_: Scene, stage: Taken) -> Iterator[Finding]:
    """Sender and receiver of the Acknowledgement change places, and it names MessageHeader.id of what it answers."""
    came: Any = _message(stage)
    own = [each.message for each in answers_in(stage) if isinstance(each.message, AcknowledgementMessage)]
    yield is_so(bool(own), PRESENT, NOTHING, rule="KR1", path="/")
    for answer in own:
        path = "MessageHeader.response.identifier"
        yield is_same(came.header.id, answer.acknowledged, rule="AS-3.3.1", path=path)
        for ours, theirs, place in (("sender", "receiver", "sender"), ("receiver", "sender", "destination.receiver")):
            expected, found = _code(getattr(came, theirs)), _code(getattr(answer, ours))
            yield is_same(expected, found, rule="AS-3.3.1", path=f"MessageHeader.{place}")


def _code(unit: Any) -> str | None:
    return unit.sor.reveal() if unit is not None and unit.sor else None


@named("answer-times", "the times of the answer are in order", "svarets tider er i rækkefølge")
def find_times(_: Scene, stage: Taken) -> Iterator[Finding]:
    """Made, then sent: occurredDateTime and recorded are not before Bundle.timestamp."""
    own = [each.message for each in answers_in(stage) if isinstance(each.message, AcknowledgementMessage)]
    yield is_so(bool(own), PRESENT, NOTHING, rule="KR1", path="/")
    for answer in own:
        made = moment(answer.timestamp or "")
        for name, path in (("occurred_date_time", "occurredDateTime"), ("recorded", "recorded")):
            sent = moment(getattr(answer.provenance, name, None) or "")
            is_right = made is not None and sent is not None and made <= sent
            yield is_so(
                is_right, _IN_ORDER, _IN_ORDER if is_right else sent, rule="AS-3.4.6", path=f"Provenance.{path}"
            )


@named(
    "answer-provenances", "two provenances: of the message, and of the answer", "to provenance: meddelelsens og svarets"
)
def find_provenances(_: Scene, stage: Taken) -> Iterator[Finding]:
    """The own one has activity acknowledgement, targets the answer, and revises the message that it answers."""
    came: Any = _message(stage)
    for each in answers_in(stage):
        answer: Any = each.message
        yield is_same(2, len(answer.provenances), rule="cc-22", path="Provenance")
        own = answer.provenance
        activity = own.activity.code if own is not None and own.activity is not None else None
        yield is_same("acknowledgement", activity, rule="cc-22", path="Provenance.activity")
        revised = [(what.reference or "").rpartition("/")[2] for what in own.what("revision")] if own else []
        yield is_same([came.header.id], revised, rule="cc-22", path="Provenance.entity")
