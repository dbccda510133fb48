"""What must be so of answers: those that a system gives, and what it does about those it gets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from medcom_bu.certification.checks.findings import (
    NOTHING,
    PRESENT,
    is_present,
    is_same,
    is_so,
    named,
)
from medcom_bu.certification.model.results import Conclusion, Finding
from medcom_bu.certification.model.scenes import Scene, Taken, Wired
from medcom_bu.exchange.identity import answers, identities, is_answer, transmission
from medcom_bu.issues import Severity, Text
from medcom_bu.messages.acknowledgement import AcknowledgementMessage
from medcom_bu.messages.emessage import Emessage
from medcom_bu.values.fhir_types import moment

_VALID = Text("valid", "gyldig")
_NAMES = {"PositiveReceipt": "ok", "NegativeReceipt": "fatal-error", "NegativeVansReceipt": "fatal-error"}
_THIS = Text("an answer to this message", "et svar på denne meddelelse")
_OTHER = Text("an answer to another message", "et svar på en anden meddelelse")
_LATER = Text("later than the first", "senere end det første")


def answers_in(stage: Taken) -> list[Wired]:
    """The answers that the system gave in a stage."""
    return [each for each in stage.gave if is_answer(each.message)]


def code_of(message: Any) -> str:
    """What an answer says: the code of an Acknowledgement, and the same words for a receipt."""
    if isinstance(message, AcknowledgementMessage):
        return str(message.code)
    return _NAMES.get(type(message.letters[0]).__name__, "")


@named("answered", "each message is answered once, with this", "hver meddelelse besvares én gang, med dette")
def find_answered(_: Scene, stage: Taken, *, code: str) -> Iterator[Finding]:
    """``code`` is ``ok``, ``fatal-error`` or ``transient-error``; a receipt that refuses is a ``fatal-error``."""
    own = answers_in(stage)
    path = "MessageHeader.response.code"
    yield is_same(len(stage.came), len(own), rule="KR1", path="/")
    for came in stage.came:
        known = set(identities(came.message))
        to_this = [each.message for each in own if known & set(answers(each.message))]  # type: ignore[arg-type]
        yield is_so(len(to_this) == 1 or not known, _THIS, _OTHER if own else NOTHING, rule="G20-2", path=path)
        for answer in to_this or ([each.message for each in own] if not known else []):
            yield is_same(code, code_of(answer), rule="KR5", path=path)


@named("answer-valid", "each answer is valid", "hvert svar er gyldigt")
def find_answer_valid(_: Scene, stage: Taken) -> Iterator[Finding]:
    """By all layers of the sender's verdict."""
    own = answers_in(stage)
    if not own:
        yield is_so(False, _VALID, NOTHING, rule="certification.answer-valid", path="/")
    for each in own:
        errors = [issue for issue in each.report if issue.severity is Severity.ERROR]
        for issue in errors:
            found = Text(issue.text("en"), issue.text("da"))
            yield Finding(
                conclusion=Conclusion.FAILED, expected=_VALID, found=found, rule=issue.code, path=issue.place()
            )
        if not errors:
            yield is_so(each.report.complete, _VALID, _VALID, rule="certification.answer-valid", path="/")


@named("not-answered", "an answer gets no answer of its own", "et svar besvares ikke")
def find_not_answered(_: Scene, stage: Taken) -> Iterator[Finding]:
    """No Acknowledgement of an Acknowledgement, no receipt for a receipt."""
    yield is_same(0, len(answers_in(stage)), rule="KR2", path="/")


@named("answer-says-why", "a rejection says what is wrong", "en afvisning siger hvad der er galt")
def find_reason(_: Scene, stage: Taken) -> Iterator[Finding]:
    """An issue of severity error with a text; in a receipt a code and a text."""
    own = answers_in(stage)
    if not own:
        yield is_so(False, PRESENT, NOTHING, rule="certification.answer-says-why", path="/")
    for each in own:
        answer: Any = each.message
        if isinstance(answer, AcknowledgementMessage):
            texts = [issue.details.text or issue.diagnostics for issue in answer.issues if issue.details]
            is_told = any(texts) and any(str(issue.severity) in ("error", "fatal") for issue in answer.issues)
            path = "OperationOutcome.issue"
        else:
            is_told, path = b"RefuseText" in each.data or b"+P00++" in each.data, "RefuseText"
        yield is_present(is_told, rule="certification.answer-says-why", path=path)


@named(
    "same-answer-again",
    "the first answer is sent again in a new transmission",
    "svaret er det første i en ny forsendelse",
)
def find_same_answer(scene: Scene, stage: Taken, *, first: str) -> Iterator[Finding]:
    """The same code and original, another Bundle.id or envelope number, times that are later. ``first`` is a stage."""
    earlier, own = answers_in(scene.stage(first)), answers_in(stage)
    if not earlier or len(own) != 1:
        yield is_same(1, len(own), rule="AS-3.4.3", path="/")
        return
    before, after = earlier[0].message, own[0].message
    yield is_same(code_of(before), code_of(after), rule="AS-3.4.3", path="MessageHeader.response.code")
    if isinstance(before, AcknowledgementMessage) and isinstance(after, AcknowledgementMessage):
        path = "MessageHeader.response.identifier"
        yield is_same(before.acknowledged, after.acknowledged, rule="AS-3.4.3", path=path)
        for name, rule in (("timestamp", "AS-3.4.5"), ("occurred_date_time", "AS-3.4.6"), ("recorded", "AS-3.4.6")):
            times = [moment(_time(each, name)) for each in (before, after)]
            is_later = None not in times and times[0] < times[1]  # type: ignore[operator]
            yield is_so(is_later, _LATER, _time(after, name), rule=rule, path=_PATHS[name])
    numbers = [transmission(each) for each in (before, after)]
    is_new = numbers[1] is not None and numbers[0] != numbers[1]
    yield is_so(is_new, _LATER if not is_new else PRESENT, numbers[1], rule="AS-3.4.4", path="Bundle.id")


_PATHS = {
    "timestamp": "Bundle.timestamp",
    "occurred_date_time": "Provenance.occurredDateTime",
    "recorded": "Provenance.recorded",
}


def _time(answer: AcknowledgementMessage, name: str) -> str | None:
    holder: Any = answer if name == "timestamp" else answer.provenance
    value = getattr(holder, name, None)
    return None if value is None else str(value)


@named("resent", "the same message is sent again", "samme meddelelse sendes igen")
def find_resent(scene: Scene, stage: Taken, *, first: str, times: int = 1) -> Iterator[Finding]:
    """The message of a stage, in so many new transmissions: same identity, content and thread, new numbers of its own.

    ``first`` is the stage in which it was sent, ``times`` how often it goes out here; 0 for never again. Raises
    LookupError where nothing was sent.
    """
    original = next(iter(scene.stage(first).gave), None)
    if original is None:
        raise LookupError(first)
    own = [each for each in stage.gave if each.number == original.number]
    yield is_same(times, len(own), rule="MR6", path="/")
    numbers = {transmission(each.message) for each in (original, *own)}
    yield is_same(len(own) + 1, len(numbers), rule="MR7", path="Bundle.id")
    for each in own:
        yield is_same(_content(original), _content(each), rule="MR8", path="MessageHeader.id", private=True)


def _content(sent: Wired) -> Any:
    message: Any = sent.message
    if isinstance(message, Emessage):
        return message.letters
    return [segment.payload for segment in message.segments]


@named("state", "the system knows the status of what it sent", "systemet ved hvad der er blevet af det sendte")
def find_state(scene: Scene, stage: Taken, *, state: str) -> Iterator[Finding]:
    """``state`` is ``awaiting``, ``acknowledged``, ``rejected``, ``retry`` or ``given up``."""
    shown = _shown(scene, stage)
    found = shown.get("state") if shown is not None else None
    yield is_same(state, found, rule="certification.state", path="display.state")


@named("told", "the user is told that something is wrong", "brugeren får besked om at noget er galt")
def find_told(scene: Scene, stage: Taken) -> Iterator[Finding]:
    """``told`` of what the system shows of the message that it sent holds what the user was told."""
    shown = _shown(scene, stage)
    found = shown.get("told") if shown is not None else None
    yield is_present(bool(found), rule="MR5", path="display.told")


def _shown(scene: Scene, stage: Taken) -> Mapping[str, Any] | None:
    if scene.display is None:
        raise NotImplementedError
    number = stage.subject.number if stage.subject else None
    return scene.display(number) if number else None
