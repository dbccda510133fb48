"""Faults of a system that sends CareCommunications, in threads, in files, in the message itself."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from medcom_bu.certification.faults.changes import cases_of, each, put, resource
from medcom_bu.certification.faults.twin import FaultPlace, SystemFault
from medcom_bu.certification.inputs.breaking import edited
from medcom_bu.issues import Text
from medcom_bu.values.identifiers import Cpr

_REPLY, _FORWARD = b"reply-message", b"forward-message"
_LAST = b'{"resourceType":"Bundle","type":"message"}'
_UNKNOWN = "00000000-0000-4000-8000-000000000000"


def _sent(name: str, en: str, da: str, change: Any, fails: str) -> SystemFault:
    return SystemFault(name=name, says=Text(en, da), fails=cases_of(fails), place=FaultPlace.SENT, change=change)


def _bundle(change: Callable[[dict[str, Any]], object]) -> Callable[[bytes], bytes]:
    return lambda data: edited(data, "Bundle", change)


def _of(bundle: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind]


def _came(memory: Mapping[str, Any]) -> dict[str, Any]:
    """The message in FHIR JSON that came last; nothing where none did."""
    data = memory.get("came", b"")
    came: dict[str, Any] = json.loads(data) if data.startswith(b"{") else {"entry": []}
    return came


# --- threads ---


def _in_the_thread_that_came(only: bytes) -> Any:
    def change(gave: list[bytes], memory: dict[str, Any]) -> list[bytes]:
        thread = [each["identifier"] for each in _of(_came(memory), "Communication")]
        return each(put("Communication", "identifier", thread[0]), only=only)(gave, memory) if thread else gave

    return change


def _own_links_alone(bundle: dict[str, Any]) -> None:
    *earlier, _ = _of(bundle, "Provenance")
    bundle["entry"] = [entry for entry in bundle["entry"] if entry["resource"] not in earlier]


def _links_dated_anew(bundle: dict[str, Any]) -> None:
    *earlier, own = _of(bundle, "Provenance")
    for link in earlier:
        link["occurredDateTime"] = own["occurredDateTime"]


def _links_by_oneself(bundle: dict[str, Any]) -> None:
    *earlier, own = _of(bundle, "Provenance")
    for link in earlier:
        link["agent"] = own["agent"]


def _revises_another(link: dict[str, Any]) -> None:
    for entity in link["entity"]:
        if entity["role"] == "revision" and "reference" in entity["what"]:
            entity["what"]["reference"] = f"MessageHeader/{_UNKNOWN}"


def _letter_without_place(link: dict[str, Any]) -> None:
    for entity in link["entity"]:
        identifier = entity["what"].get("identifier", {"value": ""})
        identifier["value"] = identifier["value"].rpartition("#")[2]


def _all_segments_are_new(bundle: dict[str, Any]) -> None:
    *_, own = _of(bundle, "Provenance")
    segments = [_extension(part, "identifier")["valueIdentifier"] for part in _payload(bundle)]
    own["entity"] = [each for each in own["entity"] if each["role"] != "source"]
    own["entity"] += [{"role": "source", "what": {"identifier": {"value": each["value"]}}} for each in segments]


def _signed_by_the_last(bundle: dict[str, Any]) -> None:
    texts = [part for part in _payload(bundle) if "contentString" in part]
    for part in texts:
        _extension(part, "practitioner").update(_extension(texts[-1], "practitioner"))


def _received_by_the_sender(header: dict[str, Any]) -> None:
    receiver = header["destination"][0]["receiver"]
    header["sender"], header["destination"][0]["receiver"] = receiver, header["sender"]


def _times_of_what_came(gave: list[bytes], memory: dict[str, Any]) -> list[bytes]:
    timestamp = _came(memory).get("timestamp")
    return each(_bundle(lambda bundle: bundle.update(timestamp=timestamp)))(gave, memory) if timestamp else gave


# --- the message ---


def _payload(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    payload: list[dict[str, Any]] = _of(bundle, "Communication")[0]["payload"]
    return payload


def _extension(part: dict[str, Any], name: str) -> dict[str, Any]:
    return next((one for one in part["extension"] if f"core-{name}" in one["url"]), {})


def _old_files(content: dict[str, Any]) -> Callable[[dict[str, Any]], None]:
    """An edit of the files that are only named."""

    def change(communication: dict[str, Any]) -> None:
        for part in communication["payload"]:
            file = part.get("contentAttachment", {"data": ""})
            if "data" not in file and "url" not in file:
                file.update(content)

    return change


def _files_emptied(communication: dict[str, Any]) -> None:
    for part in communication["payload"]:
        for name in ("data", "url"):
            part.get("contentAttachment", {}).pop(name, None)


def _files_cut(communication: dict[str, Any]) -> None:
    for part in communication["payload"]:
        file = part.get("contentAttachment", {})
        if "data" in file:
            file["data"] = base64.b64encode(base64.b64decode(file["data"])[:-1]).decode()


def _types_in_titles(communication: dict[str, Any]) -> None:
    for part in communication["payload"]:
        file = part.get("contentAttachment", {})
        if "data" in file:
            file["title"] += f".{file['contentType'].rpartition('/')[2]}"


def _of_the_receiver(bundle: dict[str, Any]) -> None:
    receiver = _of(bundle, "MessageHeader")[0]["destination"][0]["receiver"]
    for part in _payload(bundle):
        _extension(part, "identifier")["valueIdentifier"]["assigner"] = receiver


def _without_episode_marks(encounter: dict[str, Any]) -> None:
    for care in encounter["episodeOfCare"]:
        care["identifier"]["value"] = care["identifier"]["value"].replace("-", "")


def _other_episode(encounter: dict[str, Any]) -> None:
    for care in encounter["episodeOfCare"]:
        care["identifier"]["value"] = re.sub("[0-9a-f]{12}$", "0" * 12, care["identifier"]["value"])


def _shortened_narrative(communication: dict[str, Any]) -> None:
    div = '<div xmlns="http://www.w3.org/1999/xhtml"><p>Korrespondancemeddelelse</p></div>'
    communication["text"]["div"] = div


def _bytes_in_narrative(communication: dict[str, Any]) -> None:
    communication["text"]["div"] = communication["text"]["div"].replace("</div>", f"<p>{'QUJD' * 60}</p></div>")


CARE_SENDING = (
    _sent(
        "type-in-title",
        "the title of a file ends in its type",
        "en fils titel ender på dens type",
        each(resource("Communication", _types_in_titles)),
        "3.3.2 3.3.5 3.3.9",
    ),
    _sent(
        "files-cut",
        "the last byte of each file is missing",
        "den sidste byte i hver fil mangler",
        each(resource("Communication", _files_cut)),
        "3.3.2 3.3.5",
    ),
    _sent(
        "old-files-sent-again",
        "a reply carries the data of received files",
        "et svar har data fra de modtagne filer med",
        each(resource("Communication", _old_files({"data": "QUJD"})), only=_REPLY),
        "3.3.5 3.4.2 OUR-CCS-reply-to-forward OUR-CCS4-reply-to-forward",
    ),
    _sent(
        "old-files-without-title",
        "received files have another title in a reply",
        "de modtagne filer har en anden titel i et svar",
        each(resource("Communication", _old_files({"title": "Bilag"})), only=_REPLY),
        "3.3.5",
    ),
    _sent(
        "forwarded-without-files",
        "forwarded files are only named",
        "filer der videresendes, nævnes kun",
        each(resource("Communication", _files_emptied), only=_FORWARD),
        "3.3.9 3.3.10",
    ),
    _sent(
        "forward-in-the-same-thread",
        "a forward keeps the identifier of the thread",
        "en videresendelse beholder trådens identifier",
        _in_the_thread_that_came(_FORWARD),
        "3.3.8 3.3.9 3.3.10 3.4.1.13",
    ),
    _sent(
        "one-thread-for-all",
        "a new message goes into the thread received last",
        "en ny meddelelse lægges i den senest modtagne tråd",
        _in_the_thread_that_came(b"new-message"),
        "OUR-CCS-two-threads OUR-CCS4-two-threads",
    ),
    _sent(
        "forward-says-reply",
        "a forward says that it is a reply",
        "en videresendelse siger at den er et svar",
        each(put("Provenance", "activity.coding.0.code", "reply-message"), only=_FORWARD),
        "3.3.8",
    ),
    _sent(
        "history-left-out",
        "the earlier provenances are left out",
        "de tidligere provenancer udelades",
        each(_bundle(_own_links_alone)),
        "3.3.4 3.3.7 3.3.8 3.4.1.8 3.4.1.18 3.4.2",
    ),
    _sent(
        "history-dated-anew",
        "the earlier provenances get the time of this message",
        "de tidligere provenancer får denne meddelelses tidspunkt",
        each(_bundle(_links_dated_anew)),
        "3.3.4 3.3.8 3.4.1.8 3.4.2",
    ),
    _sent(
        "history-of-oneself",
        "the earlier provenances name the sender of this message",
        "de tidligere provenancer nævner afsenderen af denne meddelelse",
        each(_bundle(_links_by_oneself)),
        "3.3.4 3.3.8 3.4.2",
    ),
    _sent(
        "follows-another-message",
        "the provenance follows a message that is not in the thread",
        "provenance følger en meddelelse der ikke er i tråden",
        each(resource("Provenance", _revises_another)),
        "3.3.4 3.3.8 3.4.2",
    ),
    _sent(
        "letter-named-without-place",
        "a reply names the letter without its sender's location number",
        "et svar nævner brevet uden afsenderens lokationsnummer",
        each(resource("Provenance", _letter_without_place)),
        "3.3.6",
    ),
    _sent(
        "old-segments-as-new",
        "the provenance claims the earlier segments",
        "provenance nævner de tidligere segmenter som sine egne",
        each(_bundle(_all_segments_are_new)),
        "3.3.4 3.3.8 3.4.2",
    ),
    _sent(
        "old-segments-signed-anew",
        "the author of the reply has signed the earlier segments",
        "svarets forfatter har underskrevet de tidligere segmenter",
        each(_bundle(_signed_by_the_last)),
        "3.3.4 3.4.1.18",
    ),
    _sent(
        "answers-oneself",
        "sender and receiver are swapped in a reply",
        "afsender og modtager er byttet om i et svar",
        each(resource("MessageHeader", _received_by_the_sender), only=_REPLY),
        "3.3.4 3.3.7 OUR-CCS-two-threads OUR-CCS4-two-threads",
    ),
    _sent(
        "timestamp-of-what-came",
        "Bundle.timestamp is that of the message received",
        "Bundle.timestamp er den modtagne meddelelses",
        _times_of_what_came,
        "3.3.4 3.4.1.8 3.3.8",
    ),
    _sent(
        "danish-time-as-utc",
        "Danish times are sent as UTC",
        "danske tidspunkter sendes som UTC",
        each(lambda data: re.sub(rb'\+0[12]:00"', b'Z"', data)),
        "3.3.1 3.4.1.8",
    ),
    _sent(
        "number-that-counts",
        "Bundle.id is the same number in every message",
        "Bundle.id er det samme nummer i alle meddelelser",
        each(_bundle(lambda bundle: bundle.update(id="1"))),
        "3.3.1",
    ),
    _sent(
        "segments-of-the-receiver",
        "new segments name the receiver as their organisation",
        "nye segmenter nævner modtageren som deres organisation",
        each(_bundle(_of_the_receiver)),
        "3.3.1",
    ),
    _sent(
        "number-of-another-kind",
        "replacement numbers are sent as CPR numbers",
        "erstatnings-CPR sendes som CPR-numre",
        each(put("Patient", "identifier.0.system", Cpr.SYSTEMS[0])),
        "3.4.1.3 3.4.1.6",
    ),
    _sent(
        "one-number-alone",
        "a citizen has one number, whatever was received",
        "en borger har ét nummer, uanset hvad der kom",
        each(resource("Patient", lambda citizen: citizen.update(identifier=citizen["identifier"][:1]))),
        "3.4.1.4 3.4.1.5 3.4.1.6",
    ),
    _sent(
        "episode-changed",
        "the episode of care has another number",
        "forløbet har et andet nummer",
        each(resource("Encounter", _other_episode)),
        "3.3.6 3.4.1.10 3.4.1.12 3.4.1.13",
    ),
    _sent(
        "episode-without-hyphens",
        "the number of an episode of care has no hyphens",
        "forløbets nummer har ingen bindestreger",
        each(resource("Encounter", _without_episode_marks)),
        "3.3.6",
    ),
    _sent(
        "narrative-without-content",
        "the narrative is the same in all messages",
        "tekstgengivelsen er ens i alle meddelelser",
        each(resource("Communication", _shortened_narrative)),
        "CCS-3.3.1 CCS-3.4.1.14 OUR-GOV-narratives",
    ),
    _sent(
        "narrative-with-bytes",
        "the narrative contains base64",
        "tekstgengivelsen indeholder base64",
        each(resource("Communication", _bytes_in_narrative)),
        "3.4.1.14 OUR-GOV-narratives",
    ),
    _sent(
        "sends-anyway",
        "what is not valid is sent anyway",
        "det der ikke er gyldigt, sendes alligevel",
        lambda gave, _: gave or [_LAST],
        "3.3.1.7 3.3.2.7 3.4.1.17 3.4.3 OUR-GOV-validates",
    ),
)
"""The faults, each with the cases that it must fail."""
