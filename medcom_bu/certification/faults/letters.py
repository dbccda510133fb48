"""Faults of a system with letters, their receipts and their envelopes, in OIO-XML and in EDIFACT."""

from __future__ import annotations

import re
from typing import Any

import attrs

from medcom_bu import exchange, wire
from medcom_bu.certification.faults.changes import Change, each, ids_of, nothing, shown, text
from medcom_bu.certification.faults.twin import FaultPlace, SystemFault
from medcom_bu.certification.model.tasks import Task
from medcom_bu.issues import Text
from medcom_bu.messages.envelopes import VansEnvelope

_RECEIPT = re.compile(rb"<(Positive|Negative|NegativeVans)Receipt>|CONTRL:")
_REFUSAL = re.compile(rb"<Negative|UCM[^']*\+4")


def _fault(place: FaultPlace, name: str, en: str, da: str, change: Change, fails: str) -> SystemFault:
    """``fails`` are the ids of cases, without the OUR that all of them begin with."""
    cases = tuple(f"OUR-{each}" for each in fails.split())
    return SystemFault(name=name, says=Text(en, da), fails=cases, place=place, change=change)


def _with(**changes: Any) -> Change:
    """A task for a correspondence, changed; others as they are."""

    def change(task: Task, _: dict[str, Any]) -> Task:
        return attrs.evolve(task, **changes) if task.standard == "XDIS91" else task

    return change


def _cut(task: Task, _: dict[str, Any]) -> Task:
    return attrs.evolve(task, texts=tuple(each[:20_000] for each in task.texts))


def _ten(task: Task, _: dict[str, Any]) -> Task:
    return attrs.evolve(task, files=task.files[:10])


def _demanding_modulus_11(gave: list[bytes], _: dict[str, Any]) -> list[bytes]:
    numbers = [found[1] for data in gave for found in re.finditer(rb"(?:RegistrationNumber>|PAT\+)(\d{10})", data)]
    weights = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    sums = (sum(weight * (digit - 48) for weight, digit in zip(weights, number, strict=True)) for number in numbers)
    return [] if any(each % 11 for each in sums) else gave


def _refusing(condition: Any) -> Change:
    """What came is refused where a condition holds of its bytes."""

    def change(gave: list[bytes], memory: dict[str, Any]) -> list[bytes]:
        came = wire.read(memory["came"])
        if came.message is None or not gave or not condition(memory["came"]):
            return gave
        return [exchange.write(exchange.refuse(came.message, reason="Nej", ids=ids_of(memory)), came)]

    return change


def _is_no_pdf(data: bytes) -> bool:
    return b"<BinaryLetter>" in data and b"JVBERi" not in data


def _is_remarked_on(data: bytes) -> bool:
    return bool(list(wire.validate(data)))


def _first_alone(gave: list[bytes], memory: dict[str, Any]) -> list[bytes]:
    *before, last = memory["numbers"]
    return [] if last in before else gave


def _last_alone(found: Any, memory: dict[str, Any]) -> Any:
    return found if memory["shown"] == memory["numbers"][-1] else None


def _opened(data: bytes) -> bytes:
    message = wire.read(data).message
    return message.payload or data if isinstance(message, VansEnvelope) else data


def _answered(gave: list[bytes], memory: dict[str, Any]) -> list[bytes]:
    return [*gave, memory["came"]] if _RECEIPT.search(memory["came"]) else gave


def _as_it_says(found: Any, memory: dict[str, Any]) -> Any:
    """What is shown of a letter follows the last receipt, whatever it is about."""
    if found is not None and _RECEIPT.search(memory.get("came", b"")):
        return {**found, "state": "rejected" if _REFUSAL.search(memory["came"]) else "acknowledged"}
    return found


def _old_bytes(gave: list[bytes], memory: dict[str, Any]) -> list[bytes]:
    return memory["sent"] if gave else gave


def _forever(gave: list[bytes], memory: dict[str, Any]) -> list[bytes]:
    return gave or memory.get("sent", gave)


def _each_post(change: Any) -> Change:
    def apply(found: dict[str, Any]) -> None:
        for post in found["posts"]:
            change(post)

    return shown(apply)


def _one_blank(post: dict[str, Any]) -> None:
    post["texts"] = [re.sub("  +", " ", each) for each in post["texts"]]


def _without_kinds(found: dict[str, Any]) -> None:
    for diagnosis in found.get("diagnoses", ()):
        del diagnosis["kind"]


def _midnight(post: dict[str, Any]) -> None:
    post["sent"] = f"{post['sent'][:10]}T00:00"


def _wanted(data: bytes) -> bytes:
    return re.sub(rb"(UNB[^']*)\+0'", rb"\1+1'", data.replace(b"minuspositivkvitt", b"pluspositivkvitt"))


_TASK, _INPUT, _SENT, _ANSWER, _RESENT, _DISPLAY, _CONVERTED = FaultPlace

LETTERS = (
    _fault(
        _SENT,
        "edifact-count",
        "UNT gives a wrong number of segments",
        "UNT angiver et forkert antal segmenter",
        each(text(r"UNT\+[0-9]+", "UNT+1")),
        "DIS91-send REF01-send",
    ),
    _fault(
        _SENT,
        "edifact-in-utf-8",
        "EDIFACT is written in UTF-8",
        "EDIFACT er skrevet i UTF-8",
        each(lambda data: data.decode("latin-1").encode(), only=b"UNB+UNOC"),
        "DIS91-send REF01-send",
    ),
    _fault(
        _SENT,
        "release-character-missing",
        "characters of the text are taken for separators",
        "tegn i teksten læses som skilletegn",
        each(text(r"\?([+:'?])", r"\1", count=0)),
        "DIS91-send",
    ),
    _fault(
        _SENT,
        "segment-dropped",
        "a segment of the text is lost",
        "et segment af teksten går tabt",
        each(text(r"FTX\+(NC|DI)[^']*'", "")),
        "DIS91-send REF01-send",
    ),
    _fault(
        _SENT,
        "xml-always",
        "a letter is sent in another version than requested",
        "et brev sendes i en anden version end den ønskede",
        each(text("XH0130R", "XH0131R", count=0)),
        "XREF01-send-XH0130R XREF01-send-correction-XH0130R",
    ),
    _fault(
        _SENT,
        "statistical-code-of-another",
        "StatisticalCode is that of another type",
        "StatisticalCode er en anden types",
        each(text("<StatisticalCode>[^<]*", "<StatisticalCode>XDIS20")),
        "XDIS91-send XREF01-send XREF01-send-XH0130R",
    ),
    _fault(
        _SENT,
        "location-number-as-another",
        "the code beside a location number says that it is a provider number",
        "koden ved et lokationsnummer siger at det er et ydernummer",
        each(text("<IdentifierCode>[^<]*", "<IdentifierCode>ydernummer")),
        "XDIS91-send XREF01-send XREF01-send-XH0130R",
    ),
    _fault(
        _TASK,
        "relative-dropped",
        "relatives are not sent",
        "pårørende sendes ikke",
        lambda task, _: attrs.evolve(
            task, details={key: value for key, value in task.details.items() if not key.startswith("relative")}
        ),
        "XREF01-send XREF01-send-XH0130R REF01-send",
    ),
    _fault(
        _SENT,
        "correction-sent-as-new",
        "a correction says that it is a new letter",
        "en rettelse siger at den er et nyt brev",
        lambda gave, _: [text(r"GIS\+M", "GIS+N")(data.replace(b"rettetbrev", b"nytbrev")) for data in gave],
        "XDIS91-send-correction DIS91-send-correction XREF01-send-correction REF01-send-correction",
    ),
    _fault(
        _SENT,
        "letter-to-oneself",
        "a letter goes to its own sender",
        "et brev går til sin egen afsender",
        each(text("5790001348120", "5790000121526", count=0)),
        "XDIS91-send-reply DIS91-send-reply",
    ),
    _fault(
        _TASK,
        "never-urgent",
        "high priority is not sent",
        "høj prioritet sendes ikke",
        _with(priority=None),
        "XDIS91-send-priority DIS91-send-priority",
    ),
    _fault(
        _TASK,
        "referral-always-elective",
        "an acute referral is sent as a planned one",
        "en akut henvisning sendes som elektiv",
        lambda task, _: attrs.evolve(task, priority="elektiv") if task.standard == "XREF01" else task,
        "XREF01-send XREF01-send-XH0130R REF01-send",
    ),
    _fault(
        _TASK,
        "always-urgent",
        "everything has high priority",
        "alt har høj prioritet",
        _with(priority="høj_prioritet"),
        "XDIS91-send-priority DIS91-send-priority",
    ),
    _fault(
        _TASK,
        "long-text-cut",
        "a long text is cut off",
        "en lang tekst skæres af",
        _cut,
        "XDIS91-send-too-long DIS91-send-too-long",
    ),
    _fault(
        _TASK,
        "ten-files-alone",
        "an eleventh file is silently left out",
        "en ellevte fil udelades uden besked",
        _ten,
        "XBIN01-send-ten-files BIN01-send-ten-files",
    ),
    _fault(
        _SENT,
        "something-is-always-sent",
        "what must not be sent is sent anyway",
        "det der ikke må sendes, sendes alligevel",
        lambda gave, _: gave or [b"<Emessage/>"],
        "XBIN01-send-over-100-megabytes XBIN01-send-ten-files XDIS91-send-too-long",
    ),
    _fault(
        _TASK,
        "links-dropped",
        "links are not sent",
        "links sendes ikke",
        _with(links={}),
        "XDIS91-send-link DIS91-send-link",
    ),
    _fault(
        _SENT,
        "modulus-11-demanded",
        "nothing is sent about a citizen whose number fails modulus 11",
        "intet sendes om en borger hvis nummer ikke opfylder modulus 11",
        _demanding_modulus_11,
        "XDIS91-send-test-persons DIS91-send-test-persons",
    ),
    _fault(
        _SENT,
        "replacement-number-as-cpr",
        "a replacement number is sent as a CPR number",
        "et erstatningspersonnummer sendes som CPR-nummer",
        lambda gave, _: [
            text(r"PNA\+PAT\+\+\+\+(.*?)'RFF\+XPI:([^']*)'", r"PNA+PAT+\2:::CPR:IM+++\1'")(
                data.replace(b"AlternativeIdentifier", b"CivilRegistrationNumber")
            )
            for data in gave
        ],
        "XREF01-send-child XREF01-send-child-XH0130R REF01-send-child",
    ),
    _fault(
        _SENT,
        "letter-without-envelope",
        "a letter goes without the envelope",
        "et brev sendes uden kuvert",
        each(_opened),
        "VANS-XDIS91-send VANS-DIS91-send VANS-XREF01-send VANS-REF01-send",
    ),
    _fault(
        _ANSWER,
        "receipt-without-envelope",
        "what came in an envelope is answered without one",
        "det der kom i en kuvert, besvares uden",
        each(_opened),
        "VANS-XDIS91-receive VANS-DIS91-receive",
    ),
    _fault(
        _ANSWER,
        "edifact-refused",
        "anything that is not XML is refused",
        "det der ikke er XML, afvises",
        _refusing(lambda data: data.startswith(b"UNA")),
        "DIS91-receive REF01-receive",
    ),
    _fault(
        _DISPLAY,
        "one-file-shown",
        "only one of several files is shown",
        "af flere filer vises én",
        _each_post(lambda post: post.update(files=post["files"][:1])),
        "XREF01-receive XREF01-receive-XH0130R REF01-receive",
    ),
    _fault(
        _ANSWER,
        "copy-of-a-letter-unanswered",
        "a repeated letter is not answered",
        "et brev der kommer igen, besvares ikke",
        _first_alone,
        "XDIS91-receive-copy DIS91-receive-copy",
    ),
    _fault(
        _DISPLAY,
        "correction-replaces-the-letter",
        "the corrected letter is no longer shown",
        "det brev der rettes, vises ikke længere",
        _last_alone,
        "XDIS91-receive-correction DIS91-receive-correction",
    ),
    _fault(
        _DISPLAY,
        "correction-shown-as-new",
        "a correction is shown as a new letter",
        "en rettelse vises som et nyt brev",
        shown(lambda found: found.update(activity="new")),
        "XDIS91-receive-correction DIS91-receive-correction",
    ),
    _fault(
        _ANSWER,
        "unopenable-file-refused",
        "a file that no program can open is refused",
        "en fil som intet program åbner, afvises",
        _refusing(_is_no_pdf),
        "XBIN01-receive-unopenable-file",
    ),
    _fault(
        _INPUT,
        "damaged-file-taken",
        "base64 with invalid characters is read as far as possible",
        "base64 med andre tegn læses så godt det kan",
        lambda data, _: data.replace(b"!?!?", b"JVBE"),
        "XBIN01-receive-unextractable-file",
    ),
    _fault(
        _ANSWER,
        "unknown-code-refused",
        "a letter with an unknown code is refused",
        "et brev med en ukendt kode afvises",
        _refusing(_is_remarked_on),
        "XDIS91-receive-unknown-code",
    ),
    _fault(
        _ANSWER,
        "provider-number-refused",
        "a sender with a number of another kind is refused",
        "en afsender med et nummer af en anden art afvises",
        _refusing(lambda data: b">ydernummer<" in data),
        "XDIS91-receive-other-numbers",
    ),
    _fault(
        _ANSWER,
        "unknown-diagnosis-refused",
        "a diagnosis code that no table has is refused",
        "en diagnosekode som ingen tabel har, afvises",
        _refusing(lambda data: b"DZ9999X" in data),
        "XREF01-receive-unknown-diagnosis XREF01-receive-unknown-diagnosis-XH0130R REF01-receive-unknown-diagnosis",
    ),
    _fault(
        _DISPLAY,
        "diagnosis-kind-not-shown",
        "a diagnosis is shown without its kind",
        "en diagnose vises uden sin art",
        shown(_without_kinds),
        "XREF01-receive",
    ),
    _fault(
        _DISPLAY,
        "midnight-shown",
        "an unknown time is shown as midnight",
        "et klokkeslæt der ikke kendes, vises som midnat",
        _each_post(_midnight),
        "XDIS91-receive-no-time",
    ),
    _fault(
        _DISPLAY,
        "placeholder-shown",
        "an unknown name is shown as _",
        "_ vises for et navn der ikke kendes",
        shown(lambda found: found.update(sender="_")),
        "XDIS91-receive-placeholder",
    ),
    _fault(
        _DISPLAY,
        "urgency-not-shown",
        "high priority is not shown",
        "høj prioritet vises ikke",
        shown(lambda found: found.update(priority=None)),
        "XDIS91-receive-priority DIS91-receive-priority",
    ),
    _fault(
        _ANSWER,
        "unknown-citizen-refused",
        "a letter about an unknown citizen is refused",
        "et brev om en ukendt borger afvises",
        _refusing(lambda data: b"0201609995" not in data),
        "XDIS91-receive-unknown-patient DIS91-receive-unknown-patient",
    ),
    _fault(
        _DISPLAY,
        "table-distorted",
        "the spaces in a table are collapsed",
        "en tabels blanktegn trækkes sammen",
        _each_post(_one_blank),
        "XDIS91-receive-table DIS91-receive-table",
    ),
    _fault(
        _INPUT,
        "receipt-always",
        "a positive receipt is sent where none is requested",
        "der sendes positiv kvittering hvor ingen ønskes",
        lambda data, _: _wanted(data),
        "receipt-not-wanted receipt-not-wanted-edifact",
    ),
    _fault(
        _ANSWER,
        "receipt-answered",
        "a receipt is answered",
        "en kvittering besvares",
        _answered,
        "receipt-positive receipt-positive-edifact receipt-negative receipt-negative-edifact",
    ),
    _fault(
        _DISPLAY,
        "receipt-not-tied",
        "a receipt does not change what is shown about the letter",
        "en kvittering ændrer intet i hvad der vises om brevet",
        shown(lambda found: found.update(state="awaiting")),
        "receipt-positive receipt-positive-edifact receipt-of-the-envelope receipt-late receipt-late-edifact",
    ),
    _fault(
        _DISPLAY,
        "refusal-not-told",
        "the user is not told about a rejection",
        "brugeren får ikke besked om en afvisning",
        shown(lambda found: found.update(told=[])),
        "receipt-negative receipt-negative-edifact receipt-of-the-envelope receipt-none receipt-none-edifact",
    ),
    _fault(
        _DISPLAY,
        "last-receipt-counts",
        "the last receipt is used, whatever letter it is about",
        "den sidste kvittering gælder uanset hvilket brev den handler om",
        _as_it_says,
        "receipt-twice receipt-twice-edifact receipt-of-another",
    ),
    _fault(
        _RESENT,
        "letter-never-sent-again",
        "an unanswered letter is not sent again",
        "et brev som ingen besvarer, sendes ikke igen",
        nothing,
        "receipt-late receipt-late-edifact receipt-none receipt-none-edifact",
    ),
    _fault(
        _RESENT,
        "sent-again-in-the-old-envelope",
        "a letter sent again keeps the old envelope number",
        "et brev der sendes igen, har det gamle kuvertnummer",
        _old_bytes,
        "receipt-late receipt-late-edifact receipt-none receipt-none-edifact",
    ),
    _fault(
        _RESENT,
        "sent-again-for-ever",
        "a letter is sent again and again, answered or not",
        "et brev sendes igen og igen, besvaret eller ej",
        _forever,
        "receipt-positive receipt-positive-edifact receipt-negative receipt-negative-edifact receipt-none",
    ),
)
"""The faults, each with the cases that it must fail."""
