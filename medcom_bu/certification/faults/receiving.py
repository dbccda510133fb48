"""Faults of a system that receives, answers, shows, and sends again."""

from __future__ import annotations

from typing import Any

from medcom_bu import exchange, wire
from medcom_bu.certification.checks.answers import code_of
from medcom_bu.certification.faults.changes import each, ids_of, nothing, put, raising, resource, shown, twice
from medcom_bu.certification.faults.twin import FaultPlace, SystemFault
from medcom_bu.exchange.identity import open_unjudged
from medcom_bu.issues import Text
from medcom_bu.messages.acknowledgement import AcknowledgementMessage
from medcom_bu.values.fhir_codes import ResponseCode

_NEW, _COPY, _AGAIN, _ANSWER, _TRANSIENT = "CCR-3.1.1", "CCR-3.2.7-J", "CCR-3.2.7-K", "ACS-3.3.1", "ACR-3.3.3"
_LETTER = "OUR-XDIS91-receive"


def _fault(place: FaultPlace, name: str, en: str, da: str, change: Any, *fails: str) -> SystemFault:
    return SystemFault(name=name, says=Text(en, da), fails=fails, place=place, change=change)


def _answer(name: str, en: str, da: str, change: Any, *fails: str) -> SystemFault:
    return _fault(FaultPlace.ANSWER, name, en, da, change, *fails)


def _display(name: str, en: str, da: str, change: Any, *fails: str) -> SystemFault:
    return _fault(FaultPlace.DISPLAY, name, en, da, change, *fails)


def _ok_to_all(gave: list[bytes], memory: dict[str, Any]) -> list[bytes]:
    """Whatever is refused is accepted instead."""
    came = wire.read(memory["came"])
    if came.message is None or not gave or code_of(wire.read(gave[0]).message) == "ok":
        return gave
    return [exchange.write(exchange.accept(came.message, ids=ids_of(memory)), came)]


def _refused(gave: list[bytes], memory: dict[str, Any]) -> list[bytes]:
    came = wire.read(memory["came"])
    if came.message is None or not gave:
        return gave
    return [exchange.write(exchange.refuse(came.message, reason="Nej", ids=ids_of(memory)), came)]


def _answered_answers(gave: list[bytes], memory: dict[str, Any]) -> list[bytes]:
    is_answer = isinstance(open_unjudged(memory["came"]).message, AcknowledgementMessage)
    return [*gave, memory["came"]] if is_answer else gave


def _is_copy(memory: dict[str, Any]) -> bool:
    """Whether what came last had come before."""
    *before, last = memory["numbers"]
    return last is not None and last in before


def _only_the_first(gave: list[bytes], memory: dict[str, Any]) -> list[bytes]:
    return [] if _is_copy(memory) else gave


def _the_same_bytes(gave: list[bytes], memory: dict[str, Any]) -> list[bytes]:
    first: list[bytes] = memory.setdefault(memory["numbers"][-1], gave)
    return first


def _refused_the_second_time(gave: list[bytes], memory: dict[str, Any]) -> list[bytes]:
    return _refused(gave, memory) if _is_copy(memory) else gave


def _last_again(gave: list[bytes], memory: dict[str, Any]) -> list[bytes]:
    """The message that was answered with ok goes out once more."""
    came = wire.read(memory["came"]).message if "came" in memory else None
    is_accepted = isinstance(came, AcknowledgementMessage) and came.code == ResponseCode.OK
    return [*gave, *memory["sent"]] if is_accepted else gave


def _without_messages(gave: list[bytes], _: dict[str, Any]) -> list[bytes]:
    return [data for data in gave if b"care-communication-message" not in data]


def _reversed_times(found: dict[str, Any]) -> None:
    for post in found["posts"]:
        if post.get("sent"):
            post["sent"] = f"{post['sent'][:11]}01:01:01{post['sent'][19:]}"


def _doubled(found: Any, memory: dict[str, Any]) -> Any:
    if found is None or memory["numbers"].count(memory["shown"]) < 2:
        return found
    return {**found, "posts": [*found["posts"], *found["posts"]]}


def _one_line(found: dict[str, Any]) -> None:
    for post in found["posts"]:
        post["texts"] = [" ".join(text.split()) for text in post["texts"]]


def _without_files(found: dict[str, Any]) -> None:
    for post in found["posts"]:
        post["files"] = []


def _without_signature(found: dict[str, Any]) -> None:
    for post in found["posts"]:
        post["telephone"] = None


RECEIVING = (
    _answer("no-answer", "nothing is answered", "intet besvares", nothing, _NEW, _ANSWER, _LETTER),
    _answer("answers-twice", "everything is answered twice", "alt besvares to gange", twice, _NEW, _ANSWER, _LETTER),
    _answer(
        "receive-raises",
        "receiving raises an exception",
        "systemet kaster en exception når det modtager",
        raising,
        _NEW,
        _LETTER,
    ),
    _answer("receive-gives-none", "receiving returns None", "modtagelse giver None", lambda *_: None, _NEW),
    _answer("ok-to-everything", "everything is accepted", "alt accepteres", _ok_to_all, _ANSWER, _LETTER),
    _answer("refuses-everything", "everything is refused", "alt afvises", _refused, _NEW, _LETTER),
    _answer(
        "answer-to-an-answer",
        "an Acknowledgement is answered",
        "en kvittering besvares",
        _answered_answers,
        _TRANSIENT,
    ),
    _answer(
        "answer-to-another",
        "the answer refers to another message",
        "svaret nævner en anden meddelelse",
        each(put("MessageHeader", "response.identifier", "0a0a0a0a-0b0b-4c0c-8d0d-0e0e0e0e0e0e")),
        _NEW,
        _ANSWER,
    ),
    _answer(
        "answer-without-reason",
        "a rejection does not say why",
        "en afvisning siger ikke hvorfor",
        each(resource("OperationOutcome", lambda found: [one.pop("details", None) for one in found["issue"]])),
        _ANSWER,
    ),
    _answer(
        "duplicate-unanswered",
        "a copy is not answered",
        "en kopi besvares ikke",
        _only_the_first,
        _COPY,
        _AGAIN,
    ),
    _answer(
        "duplicate-answered-with-old-bytes",
        "a copy gets exactly the bytes of the first answer",
        "en kopi får nøjagtig det første svars bytes",
        _the_same_bytes,
        _COPY,
        _AGAIN,
    ),
    _answer(
        "duplicate-refused",
        "a copy of what was accepted is refused",
        "en kopi af det der blev accepteret, afvises",
        _refused_the_second_time,
        _COPY,
        _AGAIN,
    ),
    _answer(
        "transient-error-final",
        "nothing is sent again after a transient-error",
        "intet sendes igen efter en transient-error",
        _without_messages,
        _TRANSIENT,
    ),
    _answer(
        "resent-as-a-new-message",
        "a message sent again has another MessageHeader.id",
        "det der sendes igen, har et andet MessageHeader.id",
        each(
            lambda data: data.replace(b'"MessageHeader","id":"', b'"MessageHeader","id":"x').replace(
                b"MessageHeader/", b"MessageHeader/x"
            ),
            only=b"care-communication-message",
        ),
        _TRANSIENT,
    ),
    _fault(
        FaultPlace.RESENT,
        "sent-again-after-the-answer",
        "what was answered is sent again anyway",
        "det der er besvaret, sendes alligevel igen",
        _last_again,
        _TRANSIENT,
    ),
    _display("not-shown", "nothing is shown", "intet vises", lambda _, __: None, _NEW, _COPY, _LETTER),
    _display(
        "invalid-shown",
        "what was refused is shown",
        "det der er afvist, vises",
        lambda found, _: {"posts": []} if found is None else found,
        _ANSWER,
        _LETTER,
    ),
    _display("duplicate-shown-twice", "a copy is shown twice", "en kopi vises to gange", _doubled, _COPY, _AGAIN),
    _display(
        "topic-not-shown",
        "the topic is not shown",
        "emnet vises ikke",
        shown(lambda found: found.update(topic=None)),
        _NEW,
        _LETTER,
    ),
    _display(
        "patient-shown-wrongly",
        "another name is shown for the citizen",
        "borgeren vises med et andet navn",
        shown(lambda found: found["patient"].update(name="Test")),
        _NEW,
        _LETTER,
    ),
    _display("lines-not-shown", "line breaks are not shown", "linjeskift vises ikke", shown(_one_line), _NEW, _LETTER),
    _display("files-not-shown", "files are not shown", "filer vises ikke", shown(_without_files), _NEW, _LETTER),
    _display("times-wrong", "times are shown wrongly", "tider vises forkert", shown(_reversed_times), _NEW),
    _display(
        "signature-not-shown",
        "the signature is shown without a telephone number",
        "underskriften vises uden telefonnummer",
        shown(_without_signature),
        _NEW,
    ),
    _display(
        "new-shown-as-reply",
        "a new message is shown as a reply",
        "en ny meddelelse vises som et svar",
        shown(lambda found: found.update(activity="reply")),
        _NEW,
    ),
    _display(
        "user-not-told",
        "the user is not told about a technical problem",
        "brugeren får ikke besked om et teknisk problem",
        shown(lambda found: found.update(told=[])),
        _TRANSIENT,
    ),
    _display(
        "state-unknown",
        "an answer does not change what is shown about the message",
        "et svar ændrer ikke hvad der vises om meddelelsen",
        shown(lambda found: found.update(state="awaiting")),
        _TRANSIENT,
        "CCS-3.4.4",
        "CCS4-3.4.4",
    ),
)
