"""What a user must see, and must not see, of what came: by what the system says of itself, else by a person's eye."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from medcom_bu import danish_time
from medcom_bu.certification.checks.findings import AS_ASKED, DIFFERENT, for_a_person, is_present, is_same, is_so, named
from medcom_bu.certification.checks.letters import diagnoses, plain_texts
from medcom_bu.certification.model.results import Finding
from medcom_bu.certification.model.scenes import Scene, Taken
from medcom_bu.issues import Text
from medcom_bu.messages.care_communication import CareCommunicationMessage
from medcom_bu.messages.emessage import Emessage
from medcom_bu.values.codes import DiagnoseDescriptionCode
from medcom_bu.values.fhir_types import moment

_SHOWN = Text("shown", "vist")
_NOT_SHOWN = Text("not shown", "ikke vist")


def shown_of(scene: Scene, stage: Taken) -> Mapping[str, Any] | None:
    """What the system shows of a message that came in a stage. Raises NotImplementedError where it cannot say."""
    if scene.display is None:
        raise NotImplementedError
    known = stage.subject.number if stage.subject else None
    return scene.display(known) if known else None


@named("shown", "the message is shown", "meddelelsen vises")
def find_shown(scene: Scene, stage: Taken) -> Iterator[Finding]:
    """A user sees it."""
    found = shown_of(scene, stage)
    yield is_so(found is not None, _SHOWN, _NOT_SHOWN, rule="certification.shown", path="display")


@named("not-shown", "the message is not shown", "meddelelsen vises ikke")
def find_not_shown(scene: Scene, stage: Taken) -> Iterator[Finding]:
    """No user sees anything of it."""
    found = shown_of(scene, stage)
    yield is_so(found is None, _NOT_SHOWN, _SHOWN, rule="CCR-3.2.8.2", path="display")


@named("shown-parts", "all parts of the message are shown", "alle dele af meddelelsen vises")
def find_parts(scene: Scene, stage: Taken) -> Iterator[Finding]:
    """Citizen, organisations, category, topic, priority of a CareCommunication; citizen and subject of a letter."""
    shown = shown_of(scene, stage) or {}
    message: Any = stage.subject.message if stage.subject else None
    if isinstance(message, CareCommunicationMessage):
        citizen: Any = message.patient
        wanted: dict[str, Any] = {
            "category": str(message.category),
            "topic": message.topic,
            "priority": None if message.priority is None else str(message.priority),
            "sender": message.sender.name if message.sender else None,
            "receiver": message.receiver.name if message.receiver else None,
        }
        numbers, name = {each.value for each in citizen.identifier}, citizen.name[0].full
    else:
        letter = message.letters[0]
        information = getattr(letter, "additional_information", None)
        wanted = {"topic": getattr(information, "subject", None)}
        person = letter.patient
        numbers = {person.identifier.reveal()}
        name = " ".join(filter(None, (person.person_given_name, person.person_surname_name)))
    for key, expected in wanted.items():
        yield is_same(expected, shown.get(key), rule="CCR-3.1.1.4", path=f"display.{key}", private=key == "topic")
    patient = shown.get("patient") or {}
    path = "display.patient"
    yield is_same(numbers, set(patient.get("numbers", ())), rule="CCR-3.1.1.4", path=f"{path}.numbers", private=True)
    yield is_same(name, patient.get("name"), rule="CCR-3.1.1.4", path=f"{path}.name", private=True)


@named(
    "shown-activity",
    "it is clear whether it is new, a reply or a forward",
    "det er tydeligt om den er ny, et svar eller videresendt",
)
def find_activity(scene: Scene, stage: Taken, *, activity: str) -> Iterator[Finding]:
    """``activity`` is ``new``, ``reply``, ``forward`` or ``correction``."""
    shown = shown_of(scene, stage) or {}
    yield is_same(activity, shown.get("activity"), rule="CCR-3.1.1.3", path="display.activity")


@named("shown-posts", "each segment is shown once, with its signature", "hvert segment vises én gang med underskrift")
def find_posts(scene: Scene, stage: Taken) -> Iterator[Finding]:
    """Identifiers, author, telephone, organisation, text and Danish time of each text; title and size of each file."""
    shown = shown_of(scene, stage) or {}
    posts = list(shown.get("posts", ()))
    message: Any = stage.subject.message if stage.subject else None
    if isinstance(message, Emessage):
        yield from _letter_posts(message, posts)
        return
    seen = [number for post in posts for number in post.get("ids", ())]
    for segment in message.segments:
        path = "display.posts"
        yield is_same(1, seen.count(segment.identifier), rule="CCR-3.2.6.2", path=f"{path}.ids")
        own: Mapping[str, Any] = next((post for post in posts if segment.identifier in post.get("ids", ())), {})
        if segment.text is not None:
            unit = segment.assigner.name if segment.assigner else None
            wanted = (segment.author_name, segment.contact, unit)
            found = (own.get("author"), own.get("telephone"), own.get("organisation"))
            yield is_same(wanted, found, rule="CCR-3.1.1.4", path=path, private=True)
            is_told = segment.text in own.get("texts", ())
            yield is_present(is_told, rule="CCR-3.2.1.2", path=f"{path}.texts")
            yield is_same(_danish(segment.date), _danish(own.get("sent")), rule="CCR-3.2.1.4", path=f"{path}.sent")
        elif segment.attachment is not None:
            titles = [file.get("title") for file in own.get("files", ())]
            is_there = segment.attachment.title in titles
            yield is_present(is_there, rule="CCR-3.1.1.5", path=f"{path}.files")


@named(
    "shown-diagnoses",
    "each diagnosis is shown with its kind in front",
    "hver diagnose vises med sin art foran",
)
def find_diagnoses(scene: Scene, stage: Taken) -> Iterator[Finding]:
    """Kind (its letter in EDIFACT, its code or its Danish words), code and text of each diagnosis of a referral."""
    shown = (shown_of(scene, stage) or {}).get("diagnoses", ())
    message: Any = stage.subject.message if stage.subject else None
    wanted = diagnoses(message.letters[0])
    path = "display.diagnoses"
    yield is_same(len(wanted), len(shown), rule="R13", path=path)
    for number, (expected, found) in enumerate(zip(wanted, shown, strict=False)):
        if (kind := expected.diagnose_description_code) is not None:
            is_told = found.get("kind") in _names(kind)
            yield is_so(is_told, AS_ASKED, DIFFERENT, rule="R13", path=f"{path}[{number}].kind")
        told = (expected.diagnose_code, expected.diagnose_text)
        seen = (found.get("code"), found.get("text"))
        yield is_same(told, seen, rule="R4", path=f"{path}[{number}]", private=True)


def _names(kind: str) -> tuple[str | None, ...]:
    """Code of OIO-XML, letter of EDIFACT, Danish words; a kind outside the list has its text alone."""
    if not isinstance(kind, DiagnoseDescriptionCode):
        return (kind,)
    return kind.value, kind.edifact.code if kind.edifact else None, kind.danish


def _danish(text: Any) -> str | None:
    """The Danish date and time of an instant, to the minute, as a clock on the wall has it."""
    instant = moment(text) if isinstance(text, str) else None
    local = danish_time.local(instant) if instant is not None else None
    return f"{local:%Y-%m-%dT%H:%M}" if local is not None else None


def _letter_posts(message: Emessage, posts: list[Any]) -> Iterator[Finding]:
    letter: Any = message.letters[0]
    yield is_same(1, len(posts), rule="certification.shown-posts", path="display.posts")
    texts = plain_texts(letter)
    found = list(posts[0].get("texts", ())) if posts else []
    yield is_same(texts, found, rule="R4", path="display.posts.texts", private=True)


@named("files-open", "the files can be opened", "filerne kan åbnes")
def find_files(scene: Scene, stage: Taken) -> Iterator[Finding]:
    """The sizes of the files that are shown are those of the files that came; that they open, a person must see."""
    shown = shown_of(scene, stage) or {}
    files = [file for post in shown.get("posts", ()) for file in post.get("files", ()) if file.get("size")]
    messages = [each.message for each in stage.came]
    sizes = sorted(size for message in messages for size in _sizes(message))
    yield is_same(sizes, sorted(file["size"] for file in files), rule="CCR-3.1.1.6", path="display.posts.files")


def _sizes(message: Any) -> Iterator[int]:
    if isinstance(message, CareCommunicationMessage):
        for segment in message.segments:
            data: Any = segment.attachment.data if segment.attachment else None
            if data is not None:
                yield len(getattr(data, "content", data))
    for letter in getattr(message, "letters", ()):
        yield from (len(file.content or b"") for file in getattr(letter, "binary_object", ()))


@named("look", "a person looks at this", "en person ser på dette")
def find_look(_: Scene, __: Taken, *, en: str, da: str) -> Iterator[Finding]:
    """``en`` and ``da`` say what to look at, and what to add as evidence."""
    yield for_a_person(en, da)
