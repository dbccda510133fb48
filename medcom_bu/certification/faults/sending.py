"""Faults of a system that sends."""

from __future__ import annotations

import uuid
from typing import Any

import attrs

from medcom_bu.certification.faults.changes import each, enveloped, nothing, put, raising, resource, text, twice
from medcom_bu.certification.faults.twin import FaultPlace, SystemFault
from medcom_bu.certification.inputs.breaking import edited
from medcom_bu.certification.model.tasks import Task
from medcom_bu.issues import Text
from medcom_bu.messages.envelopes import VansEnvelope

_CARE, _REPLY, _ENVELOPE = "CCS-3.3.1", "CCS-3.3.4", "CCS-3.4.4"
_LETTER, _REFERRAL = "OUR-XDIS91-send", "OUR-XREF01-send"


def _sent(name: str, en: str, da: str, change: Any, *fails: str) -> SystemFault:
    return SystemFault(name=name, says=Text(en, da), fails=fails, place=FaultPlace.SENT, change=change)


def _other_patient(task: Task, _: dict[str, Any]) -> Task:
    return attrs.evolve(task, patient=attrs.evolve(task.patient, numbers=("2103009996",), family="Hansen"))


def _one_line(task: Task, _: dict[str, Any]) -> Task:
    return attrs.evolve(task, texts=tuple(" ".join(each.split("\n")) for each in task.texts))


def _without_lines(communication: dict[str, Any]) -> None:
    for payload in communication["payload"]:
        if "contentString" in payload:
            payload["contentString"] = payload["contentString"].replace("\n", " ")


def _without_phone(communication: dict[str, Any]) -> None:
    for payload in communication["payload"]:
        payload["extension"] = [one for one in payload["extension"] if "contact" not in one["url"]]


def _new_dates(communication: dict[str, Any]) -> None:
    latest = _dated(communication["payload"][-1])["valueDateTime"]
    for payload in communication["payload"]:
        _dated(payload)["valueDateTime"] = latest


def _dated(payload: dict[str, Any]) -> dict[str, Any]:
    dated: dict[str, Any] = next(each for each in payload["extension"] if "datetime" in each["url"])
    return dated


def _to_oneself(data: bytes) -> bytes:
    def change(header: dict[str, Any]) -> None:
        header["destination"][0]["receiver"] = header["sender"]

    return edited(data, "MessageHeader", change)


def _without_history(data: bytes) -> bytes:
    def change(bundle: dict[str, Any]) -> None:
        bundle["entry"] = [each for each in bundle["entry"] if not _is_of_new_message(each["resource"])]

    return edited(data, "Bundle", change)


def _is_of_new_message(resource: dict[str, Any]) -> bool:
    if resource["resourceType"] != "Provenance":
        return False
    return bool(resource["activity"]["coding"][0]["code"] == "new-message")


def _identifier(version: int) -> str:
    return f"urn:uuid:{uuid.UUID(int=uuid.uuid4().int, version=version)}"


def _meta(envelope: VansEnvelope, **changes: Any) -> VansEnvelope:
    content: Any = envelope.content
    meta = content.meta_information
    return envelope.replace(
        content=content.replace(meta_information=meta.replace(document=meta.document.replace(**changes)))
    )


SENDING = (
    _sent("sends-nothing", "nothing goes out", "intet sendes", nothing, _CARE, _LETTER, _REFERRAL),
    _sent("sends-twice", "everything goes out twice", "alt sendes to gange", twice, _CARE, _LETTER),
    _sent("send-raises", "sending raises an exception", "systemet kaster en exception når det sender", raising, _CARE),
    _sent(
        "sends-text",
        "sending returns text, not bytes",
        "systemet sender tekst, ikke bytes",
        lambda *_: "sent",
        _CARE,
    ),
    _sent(
        "sends-garbage",
        "what is sent is truncated",
        "det der sendes, er skåret af",
        each(lambda data: data[: len(data) // 2]),
        _CARE,
        _LETTER,
    ),
    _sent("topic-lost", "the topic is not sent", "emnet sendes ikke", each(put("Communication", "topic", None)), _CARE),
    _sent(
        "category-fixed",
        "the category is always healthcare",
        "kategorien er altid Sundhedspleje",
        each(put("Communication", "category.0.coding.0.code", "healthcare")),
        _CARE,
    ),
    _sent(
        "priority-always",
        "there is a priority, whatever the category",
        "der er en prioritet uanset kategorien",
        each(put("Communication", "priority", "asap")),
        _CARE,
    ),
    _sent(
        "line-breaks-lost",
        "line breaks of the text are lost",
        "tekstens linjeskift går tabt",
        each(resource("Communication", _without_lines)),
        _CARE,
    ),
    _sent(
        "signature-without-phone",
        "the signature has no telephone number",
        "underskriften har intet telefonnummer",
        each(resource("Communication", _without_phone)),
        _CARE,
    ),
    _sent(
        "thread-id-version-1",
        "a new thread has a UUID of another version than 4",
        "en ny tråd har et UUID der ikke er version 4",
        each(resource("Communication", lambda found: found["identifier"][0].update(value=_identifier(1)))),
        _CARE,
    ),
    _sent(
        "provenance-of-a-reply",
        "a new message says that it is a reply",
        "en ny meddelelse siger at den er et svar",
        each(put("Provenance", "activity.coding.0.code", "reply-message")),
        _CARE,
    ),
    _sent(
        "provenance-without-sources",
        "the provenance does not name the segments",
        "provenance nævner ikke segmenterne",
        each(put("Provenance", "entity", None)),
        _CARE,
    ),
    _sent(
        "narrative-missing",
        "the citizen has no narrative",
        "borgeren har ingen tekstgengivelse",
        each(put("Patient", "text", None)),
        _CARE,
    ),
    _sent(
        "receiver-mixed-up",
        "the receiver has the location number of the sender",
        "modtageren har afsenderens lokationsnummer",
        each(resource("Organization", lambda found: found["identifier"][1].update(value="5790000121526"))),
        _CARE,
    ),
    SystemFault(
        name="other-patient",
        says=Text("the message is about another citizen", "meddelelsen er om en anden borger"),
        fails=(_CARE, _LETTER, _REFERRAL),
        place=FaultPlace.TASK,
        change=_other_patient,
    ),
    _sent(
        "reply-in-new-thread",
        "a reply starts a new thread",
        "et svar begynder sin egen tråd",
        each(
            resource("Communication", lambda found: found["identifier"][0].update(value=_identifier(4))),
            only=b"reply-message",
        ),
        _REPLY,
    ),
    _sent(
        "old-segments-dated-anew",
        "earlier segments get the time of the reply",
        "tidligere segmenter får svarets tidspunkt",
        each(resource("Communication", _new_dates), only=b"reply-message"),
        _REPLY,
    ),
    _sent(
        "old-segments-dropped",
        "earlier segments are left out of a reply",
        "tidligere segmenter udelades af et svar",
        each(put("Communication", "payload.0", None), only=b"reply-message"),
        _REPLY,
    ),
    _sent(
        "recipient-dropped",
        "the specific sender does not become the recipient",
        "den specifikke afsender bliver ikke modtager",
        each(put("Communication", "recipient", None)),
        _REPLY,
    ),
    _sent(
        "reply-to-oneself",
        "a reply goes to its own sender",
        "et svar går til sin egen afsender",
        each(_to_oneself, only=b"reply-message"),
        _REPLY,
    ),
    _sent(
        "history-dropped",
        "a reply has no provenance for the message it answers",
        "et svar har ingen provenance for det som besvares",
        each(_without_history, only=b"reply-message"),
        _REPLY,
    ),
    _sent(
        "envelope-name",
        "the envelope names another standard",
        "kuverten har navnet på en anden standard",
        each(enveloped(lambda found: _meta(found, name="MCM:XDIS91"))),
        _ENVELOPE,
    ),
    _sent(
        "envelope-size",
        "the envelope gives a wrong size",
        "kuverten oplyser en anden størrelse",
        each(enveloped(lambda found: _meta(found, size_in_bytes="1"))),
        _ENVELOPE,
    ),
    _sent(
        "envelope-missing",
        "the message goes without the envelope",
        "meddelelsen sendes uden kuvert",
        lambda gave, _: [_opened(data) for data in gave],
        _ENVELOPE,
    ),
    _sent(
        "charset",
        "what is declared as ISO-8859-1 is written in UTF-8",
        "det der er erklæret som ISO-8859-1, er skrevet i UTF-8",
        each(lambda data: data.decode("latin-1").encode() if b"ISO-8859-1" in data else data),
        _LETTER,
        _REFERRAL,
    ),
    _sent(
        "attachment-size",
        "OriginalObjectSize is not the length of the file",
        "OriginalObjectSize er ikke filens længde",
        each(text("<OriginalObjectSize>[0-9]+<", "<OriginalObjectSize>7<")),
        _LETTER,
        _REFERRAL,
    ),
    _sent(
        "attachment-not-sent",
        "the letter with the files is not sent",
        "brevet med filerne sendes ikke",
        lambda gave, _: gave[:1],
        _LETTER,
        _REFERRAL,
    ),
    _sent(
        "attachment-of-another-patient",
        "the files are about another citizen",
        "filerne er en anden borgers",
        each(text("(<BinaryLetter>.*?<CivilRegistrationNumber>)[0-9]{10}", r"\g<1>2103009996")),
        _LETTER,
        _REFERRAL,
    ),
    _sent(
        "letter-number-too-long",
        "the number of the letter has 15 characters",
        "brevets nummer har 15 tegn",
        each(text("(<Letter>.*?<Identifier>)[^<]*", r"\g<1>ABCDEFGHIJKLMNO")),
        _LETTER,
        _REFERRAL,
    ),
    SystemFault(
        name="letter-on-one-line",
        says=Text("line breaks in a letter become spaces", "linjeskift i et brev bliver blanktegn"),
        fails=(_LETTER, _REFERRAL),
        place=FaultPlace.TASK,
        change=_one_line,
    ),
    _sent(
        "sent-as-correction",
        "a new letter says that it is a correction",
        "et nyt brev siger at det er en rettelse",
        each(text("<StatusCode>nytbrev<", "<StatusCode>rettetbrev<")),
        _LETTER,
        _REFERRAL,
    ),
)


def _opened(data: bytes) -> bytes:
    from medcom_bu import wire

    message = wire.read(data).message
    return message.payload or data if isinstance(message, VansEnvelope) else data
