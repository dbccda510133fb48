"""Faults of a system that converts, for receivers of the other standard."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from medcom_bu.certification.faults.changes import Change, Edit, each, nothing, put, resource, text
from medcom_bu.certification.faults.twin import FaultPlace, SystemFault
from medcom_bu.conversion.receipts import SENTENCE
from medcom_bu.conversion.to_fhir import UNKNOWN_TOPIC
from medcom_bu.exchange.identity import open_unjudged
from medcom_bu.issues import Text

_NOBODYS = "urn:uuid:5d1b6cf0-7d0e-4a43-8f0e-3c9a2d4b7e11"
_RECEIPT = re.compile(rb"<(Positive|Negative)Receipt>|CONTRL:")
_CPR, _X_ECPR = "urn:oid:1.2.208.176.1.2", "urn:oid:1.2.208.176.1.6.1.1"


def _fault(name: str, en: str, da: str, change: Change, fails: str) -> SystemFault:
    """``fails`` are the ids of cases: steps of the protocol, and others as they are."""
    cases = tuple(each if each.startswith("OUR") else f"CNV-{each}" for each in fails.split())
    return SystemFault(name=name, says=Text(en, da), fails=cases, place=FaultPlace.CONVERTED, change=change)


def _segments(change: Callable[[dict[str, Any]], object]) -> Edit:
    """An edit of each segment of a CareCommunication."""

    def edit(communication: dict[str, Any]) -> None:
        for payload in communication["payload"]:
            change(payload)

    return resource("Communication", edit)


def _first_receipt(gave: list[bytes], _: dict[str, Any]) -> list[bytes]:
    return gave[:1] if all(map(_RECEIPT.search, gave)) else gave


def _converted_only(gave: list[bytes], memory: dict[str, Any]) -> list[bytes]:
    return [] if b"".join(gave) == memory["came"] else gave


def _without_titles(payload: dict[str, Any]) -> None:
    payload.get("contentAttachment", {}).pop("title", None)


def _one_line(payload: dict[str, Any]) -> None:
    if "contentString" in payload:
        payload["contentString"] = " ".join(payload["contentString"].split())


def _without_sentence(payload: dict[str, Any]) -> None:
    if "contentString" in payload:
        payload["contentString"] = payload["contentString"].partition("prioritet. ")[2] or payload["contentString"]


def _pdf_alone(communication: dict[str, Any]) -> None:
    communication["payload"] = [
        each
        for each in communication["payload"]
        if "contentAttachment" not in each or each["contentAttachment"].get("contentType") == "application/pdf"
    ]


def _opened(data: bytes) -> bytes:
    came = open_unjudged(data)
    return came.envelope.payload or data if came.envelope is not None else data


def _without_segment_numbers(provenance: dict[str, Any]) -> None:
    provenance["entity"] = [{"role": "source", "what": {"identifier": {"value": _NOBODYS}}}]


CONVERTING = (
    _fault(
        "converts-nothing",
        "nothing is converted",
        "intet konverteres",
        nothing,
        "3.2.1 3.2.2 3.2.2-edifact 3.2.3 3.2.3-edifact 3.2.7 3.2.7-edifact 3.2.8 3.2.8-edifact 3.2.9",
    ),
    _fault(
        "only-what-was-converted",
        "what needs no conversion is held back",
        "det der ikke skal konverteres, holdes tilbage",
        _converted_only,
        "3.2.1 3.2.5",
    ),
    _fault(
        "something-always-goes-on",
        "copies, half an answer and unwanted receipts are sent on",
        "kopier, ufuldstændige svar og uønskede kvitteringer sendes videre",
        lambda gave, memory: gave or [memory["came"]],
        "3.2.2 3.2.7 3.2.10 OUR-CNV-receipt-not-wanted",
    ),
    _fault(
        "zone-left-out",
        "Danish time is written as UTC",
        "dansk tid skrives som UTC",
        each(text(r"(:\d\d)\+0[12]:00", r"\1Z", count=0)),
        "3.2.2 3.2.3",
    ),
    _fault(
        "utc-as-danish-time",
        "a letter has its time in UTC",
        "et brev har UTC-tiden",
        each(text(r"<Time>\d\d", "<Time>03", count=0)),
        "3.2.7 3.2.8 3.2.9",
    ),
    _fault(
        "one-thread-for-all-letters",
        "every converted letter has the same thread identifier",
        "alle konverterede meddelelser har samme trådidentifikation",
        each(put("Communication", "identifier.0.value", _NOBODYS)),
        "3.2.11 3.2.11-edifact",
    ),
    _fault(
        "long-numbers",
        "letters have numbers of more than 14 characters",
        "breve har numre på mere end 14 tegn",
        each(text(r"<Letter>\s*<Identifier>", r"<Letter><Identifier>LANGT", count=1)),
        "3.2.7 3.2.8 3.2.9",
    ),
    _fault(
        "unit-without-sor-name",
        "sender and receiver lose their names",
        "afsender og modtager mister deres navne",
        each(put("Organization", "name", None)),
        "3.2.2 3.2.3",
    ),
    _fault(
        "sender-by-location-number",
        "the sender of a letter is not named by its SOR code",
        "brevets afsender angives ikke med SOR-kode",
        each(text("<IdentifierCode>sorkode", "<IdentifierCode>lokationsnummer")),
        "3.2.7 3.2.8 3.2.9",
    ),
    _fault(
        "converted-into-cpr",
        "a replacement number is converted into a CPR number",
        "et erstatnings-CPR konverteres til et CPR-nummer",
        each(lambda data: data.replace(_X_ECPR.encode(), _CPR.encode())),
        "3.3.1",
    ),
    _fault(
        "further-numbers-lost",
        "only one of a citizen's several numbers is converted",
        "af flere CPR-numre på en borger konverteres ét",
        each(text(r"Der er modtaget flere.*?(?=</Text01>)", "", count=0)),
        "3.3.1",
    ),
    _fault(
        "converted-episode-changed",
        "the number of the episode of care is no longer a UUID",
        "forløbets nummer er ikke længere et UUID",
        each(put("Encounter", "episodeOfCare.0.identifier.value", "b2ad4ed5")),
        "3.2.2 3.2.2-edifact",
    ),
    _fault(
        "episode-left-out",
        "a letter loses the episode of care",
        "et brev mister forløbet",
        each(text(r"<EpisodeOfCareIdentifier>[^<]*</EpisodeOfCareIdentifier>", "")),
        "3.2.7",
    ),
    _fault(
        "category-guessed",
        "the category is guessed from the subject",
        "kategorien gættes ud fra emnet",
        each(put("Communication", "category.0.coding.0.code", "healthcare")),
        "3.2.2 3.2.3 OUR-CNV-urgent",
    ),
    _fault(
        "topic-of-all-letters",
        "every message has the topic of a letter without one",
        "alle meddelelser har emnet for et brev uden emne",
        each(put("Communication", "topic.text", UNKNOWN_TOPIC)),
        "3.2.2 3.2.3",
    ),
    _fault(
        "urgency-not-said",
        "high priority is not stated in the text",
        "høj prioritet siges ikke i teksten",
        each(_segments(_without_sentence)),
        "OUR-CNV-urgent",
    ),
    _fault(
        "breaks-collapsed",
        "the lines of a letter are joined into one",
        "brevets linjer bliver til én",
        each(_segments(_one_line)),
        "3.2.2 3.2.2-edifact",
    ),
    _fault(
        "author-unsaid",
        "the letter does not say who wrote it",
        "hvem der skrev, siges ikke i brevet",
        each(text(r"Forfatter: .*?<Break\s*/>", "", count=0)),
        "3.2.7 3.2.8 3.2.9",
    ),
    _fault(
        "author-invented",
        "the author of a letter gets a role that it does not name",
        "brevets forfatter får en rolle som det ikke nævner",
        each(put("PractitionerRole", "code.0.text", "Overlæge")),
        "3.2.2 3.2.3",
    ),
    _fault(
        "activity-unsaid",
        "the letter does not say that it is a reply or a forward",
        "at det er et svar eller en videresendelse, siges ikke",
        each(text("Besvarelse|Videresendelse", "", count=0)),
        "3.2.9",
    ),
    _fault(
        "segments-not-in-provenance",
        "Provenance names other segments",
        "Provenance nævner andre segmenter",
        each(resource("Provenance", _without_segment_numbers)),
        "3.2.2 3.2.3",
    ),
    _fault(
        "titles-lost",
        "files lose their titles",
        "filer mister deres titler",
        each(_segments(_without_titles)),
        "3.2.3 3.2.3-edifact 3.2.6",
    ),
    _fault(
        "files-not-permitted-left-out",
        "a file of a type that is not permitted is left out",
        "en fil af en ikke tilladt type udelades",
        each(resource("Communication", _pdf_alone)),
        "3.2.6",
    ),
    _fault(
        "size-of-the-base64",
        "the size of a file is given as the length of its base64",
        "en fils størrelse er den for dens base64",
        each(text(r"<OriginalObjectSize>", "<OriginalObjectSize>1", count=0)),
        "3.2.8 3.2.9",
    ),
    _fault(
        "first-letter-receipted",
        "only the first of two letters gets a receipt",
        "kun det første af to breve får en kvittering",
        _first_receipt,
        "3.2.11 3.2.11-edifact",
    ),
    _fault(
        "receipt-without-original",
        "a receipt names a letter that nobody sent",
        "en kvittering nævner et brev som ingen har sendt",
        each(text("<OriginalLetterIdentifier>[^<]*", "<OriginalLetterIdentifier>ANDET12345", count=0)),
        "3.2.4 3.2.11 OUR-CNV-receipt-not-wanted",
    ),
    _fault(
        "sentence-not-added",
        "the sender is not told that the conversion went wrong",
        "afsenderen får ikke besked om at konverteringen gik galt",
        each(text(re.escape(SENTENCE), "")),
        "3.2.4",
    ),
    _fault(
        "converted-answer-of-another",
        "the answer names another message",
        "svaret nævner en anden meddelelse",
        each(put("MessageHeader", "response.identifier", _NOBODYS.removeprefix("urn:uuid:"))),
        "3.2.10 3.2.10-edifact",
    ),
    _fault(
        "converted-without-envelope",
        "what came in an envelope is sent on without one",
        "det der kom i en kuvert, sendes videre uden",
        each(_opened),
        "3.3.2",
    ),
)
"""The faults, each with the cases that it must fail."""
