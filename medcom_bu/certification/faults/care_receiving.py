"""Faults of a system that receives CareCommunications and Acknowledgements: of one kind of message, of a thread."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from medcom_bu import exchange, wire
from medcom_bu.certification.faults.changes import Change, each, ids_of, resource, shown
from medcom_bu.certification.faults.twin import FaultPlace, SystemFault
from medcom_bu.certification.inputs.breaking import edited
from medcom_bu.exchange.identity import open_unjudged
from medcom_bu.issues import Text
from medcom_bu.messages.care_communication import CareCommunicationMessage

_INVALID = ("CCR-3.2.2.3", "CCR-3.2.8-O", "CCR4-3.2.8-O", "ACS-3.3.1.4", "OUR-ACS-refused-again")


def _fault(place: FaultPlace, name: str, en: str, da: str, change: Any, *fails: str) -> SystemFault:
    return SystemFault(name=name, says=Text(en, da), fails=fails, place=place, change=change)


def _refuses(pattern: str) -> Change:
    """A system that refuses each message in which the pattern is found."""
    wanted = re.compile(pattern.encode())

    def change(gave: list[bytes], memory: dict[str, Any]) -> list[bytes]:
        inside: Any = open_unjudged(memory["came"]).message
        if not gave or not isinstance(inside, CareCommunicationMessage) or not wanted.search(memory["came"]):
            return gave
        return [exchange.write(exchange.refuse(inside, reason="Nej", ids=ids_of(memory)), wire.read(memory["came"]))]

    return change


def _odd(name: str, en: str, da: str, pattern: str, *fails: str) -> SystemFault:
    return _fault(FaultPlace.ANSWER, name, f"{en} are refused", f"{da} afvises", _refuses(pattern), *fails)


def _posts(change: Callable[[dict[str, Any]], object]) -> Change:
    """A change of each post that is shown."""
    return shown(lambda found: [change(post) for post in found["posts"]])


def _files(**changes: Any) -> Change:
    return _posts(lambda post: [file.update(changes) for file in post["files"]])


def _one_signature(found: dict[str, Any]) -> None:
    for post in found["posts"]:
        post["organisation"] = found["sender"]


def _newest_alone(found: dict[str, Any]) -> None:
    found["posts"] = found["posts"][-1:]


def _replier_first(found: dict[str, Any]) -> None:
    """Of two posts of one minute, the receiver's stands first."""
    found["posts"].sort(key=lambda post: (post["sent"][:16], post["organisation"] == found["sender"]))


def _joined(found: Any, memory: dict[str, Any]) -> Any:
    """All that has one thread identifier is shown together, whoever it is about."""
    if found is None:
        return None
    known = memory.setdefault(f"thread {found['thread']}", {})
    known.update({tuple(post["ids"]): post for post in found["posts"]})
    return {**found, "posts": list(known.values())}


def _first_of_thread(found: Any, memory: dict[str, Any]) -> Any:
    """What came first of a thread is all that is shown of it."""
    if found is None:
        return None
    first = memory.setdefault(f"first {found['thread']}", found)
    return {**found, "posts": first["posts"]}


def _to_oneself(header: dict[str, Any]) -> None:
    header["destination"][0]["receiver"] = header["sender"]


def _one_provenance(data: bytes) -> bytes:
    def change(bundle: dict[str, Any]) -> None:
        links = [one for one in bundle["entry"] if one["resource"]["resourceType"] == "Provenance"]
        earlier = [one for one in links if one["resource"]["activity"]["coding"][0]["code"] != "acknowledgement"]
        bundle["entry"] = [one for one in bundle["entry"] if not any(one is each for each in earlier)]

    return edited(data, "Bundle", change)


def _early(provenance: dict[str, Any]) -> None:
    provenance.update(occurredDateTime="2001-01-01T00:00:00+01:00", recorded="2001-01-01T00:00:00+01:00")


def _accepted(gave: list[bytes], memory: dict[str, Any]) -> list[bytes]:
    """Whatever can be read as a CareCommunication is accepted."""
    came = wire.read(memory["came"])
    if not isinstance(came.message, CareCommunicationMessage):
        return gave
    return [exchange.write(exchange.accept(came.message, ids=ids_of(memory)), came)]


def _bare(data: bytes) -> bytes:
    """What is in an envelope, without it."""
    found: Any = open_unjudged(data)
    return data if found.envelope is None else wire.to_fhir(found.message)


def _sent_again(gave: list[bytes], memory: dict[str, Any]) -> list[bytes]:
    """Whatever is answered goes out once more."""
    return [*gave, *memory.get("sent", ())] if "came" in memory else gave


def _never_again(_: list[bytes], __: dict[str, Any]) -> list[bytes]:
    return []


def _without_end(gave: list[bytes], memory: dict[str, Any]) -> list[bytes]:
    """What is given up is sent on and on."""
    return gave or (memory.get("sent", []) if "came" not in memory and memory.get("sent") else [])


def _said_of_last_answer(found: Any, memory: dict[str, Any]) -> Any:
    """The last answer counts, whichever came before, and to whatever it is one."""
    if found is None or "state" not in found or "came" not in memory:
        return found
    code = b'"fatal-error"' in memory["came"] or b'value="fatal-error"' in memory["came"]
    return {**found, "state": "rejected" if code else "acknowledged"}


def _awaiting_if(pattern: bytes) -> Change:
    """An answer in which the pattern is found is not understood."""

    def change(found: Any, memory: dict[str, Any]) -> Any:
        if found is None or "state" not in found or not re.search(pattern, memory.get("came", b"")):
            return found
        return {**found, "state": "awaiting"}

    return change


_DISPLAY, _ANSWER, _RESENT = FaultPlace.DISPLAY, FaultPlace.ANSWER, FaultPlace.RESENT

CARE_RECEIVING = (
    # --- odd but valid
    _odd("xml-refused", "messages in XML", "meddelelser i XML", r"<Bundle", "CCR-3.2.2-xml"),
    _odd("z-refused", "times in UTC", "tider i UTC", r":\d\dZ", "CCR-3.2.1-A"),
    _odd("other-zone-refused", "times of another zone", "tidspunkter i en anden zone", r"\+05:30", "CCR-3.2.1-B"),
    _odd(
        "fractions-refused",
        "fractions of seconds",
        "brøkdele af sekunder",
        r":\d\d\.\d+Z",
        "OUR-CCR-fractions-of-seconds",
    ),
    _odd("uuid-7-refused", "UUIDs of version 7", "UUID version 7", "urn:uuid:.{8}-.{4}-7", "OUR-CCR-uuid-7"),
    _odd("sms-refused", "numbers for text messages", "sms-numre", '"sms"', "OUR-CCR-sms"),
    _odd("gender-refused", "optional elements", "elementer som ingen har bedt om", '"gender"', "CCR-3.2.1-C"),
    _odd("fhir-ids-refused", "ids that are not UUIDs", "id'er der ikke er UUID'er", r'"id": ?"x\.', "CCR-3.2.1-B"),
    _odd("envelopes-refused", "envelopes", "kuverter", "VANSEnvelope", "OUR-CCR-envelope", "ACS-3.4.8"),
    _odd("death-refused", "messages about a deceased citizen", "meddelelser om dødsfald", '"decease"', "CCR-3.2.5-G"),
    _odd(
        "replacement-number-refused",
        "replacement numbers",
        "erstatnings-CPR",
        "0703921VJ",
        *("CCR-3.2.1-B", "CCR-3.2.3-CPR-1", "CCR-3.2.3-CPR-2", "CCR-3.2.3-CPR-3", "OUR-CCR-number-changed"),
    ),
    _odd("version-4-refused", "messages of version 4.0", "meddelelser i version 4.0", r"\|4\.0", "CCR4-3.1.2"),
    _odd("replies-refused", "replies", "svar", "reply-message", "CCR-3.1.2", "CCR-3.2.6", "CCR-3.2.4"),
    # --- what is shown
    _fault(
        _DISPLAY,
        "reply-shown-as-new",
        "replies and forwards are shown as new",
        "svar og videresendelser vises som nye",
        shown(lambda found: found.update(activity="new")),
        *("CCR-3.1.2", "CCR-3.1.3", "CCR-3.2.6", "CCR4-3.1.2"),
    ),
    _fault(
        _DISPLAY,
        "one-organisation-for-all",
        "each segment is shown as written by the sender",
        "hvert segment vises som afsenderens",
        shown(_one_signature),
        "CCR-3.1.3",
    ),
    _fault(
        _DISPLAY,
        "newest-segment-alone",
        "only the newest segment is shown",
        "kun det nyeste segment vises",
        shown(_newest_alone),
        *("CCR-3.1.2", "CCR-3.1.3", "CCR-3.2.1-H", "CCR-3.2.6"),
    ),
    _fault(
        _DISPLAY,
        "newest-first-unordered",
        "the thread is not in order",
        "tråden er ikke i rækkefølge",
        shown(lambda found: found["posts"].reverse()),
        *("CCR-3.2.4", "CCR-3.2.6", "CCR-3.2.1-H", "OUR-CCR-number-changed"),
    ),
    _fault(
        _DISPLAY,
        "replier-first",
        "of two segments with the same time, the reply is shown first",
        "af to indlæg fra samme tidspunkt står svarerens først",
        shown(_replier_first),
        "CCR-3.2.4",
    ),
    _fault(
        _DISPLAY,
        "late-original-lost",
        "later messages in a thread are not shown",
        "det der kommer senere i en tråd, vises ikke",
        _first_of_thread,
        *("CCR-3.2.4", "OUR-CCR-number-changed"),
    ),
    _fault(
        _DISPLAY,
        "threads-by-identifier-alone",
        "two citizens' messages are shown together",
        "to borgeres meddelelser vises sammen",
        _joined,
        "OUR-CCR-two-citizens",
    ),
    _fault(
        _DISPLAY,
        "no-warning",
        "nobody is warned that the thread is about another citizen",
        "ingen advares om en anden borgers tråd",
        shown(lambda found: found.update(warnings=[])),
        "OUR-CCR-two-citizens",
    ),
    _fault(
        _DISPLAY,
        "priority-not-shown",
        "the priority is not shown",
        "prioriteten vises ikke",
        shown(lambda found: found.update(priority=None)),
        "CCR-3.2.1-A",
    ),
    _fault(
        _DISPLAY,
        "one-number-shown",
        "only one number of the citizen is shown",
        "ét nummer på borgeren vises",
        shown(lambda found: found["patient"].update(numbers=found["patient"]["numbers"][:1])),
        *("CCR-3.2.3-CPR-1", "CCR-3.2.3-CPR-2", "CCR-3.2.3-CPR-3"),
    ),
    _fault(
        _DISPLAY,
        "zones-not-converted",
        "times are shown as written, whatever their zone",
        "tider vises som de står, uanset zone",
        _posts(lambda post: post.update(sent=f"{post['sent'][:19]}+03:00")),
        *("CCR-3.2.1-A", "CCR-3.2.1-B", "OUR-CCR-fractions-of-seconds"),
    ),
    _fault(
        _DISPLAY,
        "creation-not-shown",
        "the time a file was created is not shown",
        "det vises ikke hvornår en fil er lavet",
        _files(created=None),
        *("CCR-3.1.1.7", "CCR-3.2.1-A", "CCR-3.1.2", "CCR-3.2.1-B"),
    ),
    _fault(
        _DISPLAY,
        "file-author-not-shown",
        "the author of a file is not shown",
        "en fils forfatter vises ikke",
        _files(author=None),
        *("CCR-3.1.1.7", "CCR-3.2.1-A"),
    ),
    _fault(
        _DISPLAY,
        "link-not-shown",
        "links are not shown",
        "links vises ikke",
        _files(url=None),
        "CCR-3.1.1.7",
        "CCR-3.2.1-A",
    ),
    _fault(
        _DISPLAY,
        "role-not-shown",
        "roles are not shown",
        "roller vises ikke",
        _posts(lambda post: post.update(role=None)),
        *("CCR-3.2.1-D", "CCR-3.2.1-H", "CCR-3.1.2", "CCR-3.1.3"),
    ),
    _fault(
        _DISPLAY,
        "specific-not-shown",
        "the specific sender is not shown",
        "den specifikke afsender vises ikke",
        shown(lambda found: found.update(specific_sender=None)),
        *("CCR-3.1.1.7", "CCR-3.2.1-A"),
    ),
    _fault(
        _DISPLAY,
        "episodes-not-shown",
        "the episode of care is not shown",
        "forløbet vises ikke",
        shown(lambda found: found.update(episodes=[])),
        *("CCR-3.2.1-A", "CCR-3.2.1-B"),
    ),
    _fault(
        _DISPLAY,
        "units-not-looked-up",
        "a unit without a name is shown without one",
        "en enhed uden navn vises uden navn",
        shown(lambda found: found.update(sender=None)),
        "CCR-3.2.1-D",
    ),
    # --- answers
    _fault(
        _ANSWER,
        "accepts-the-invalid",
        "invalid messages are accepted",
        "ugyldige accepteres",
        _accepted,
        *_INVALID,
        "CCR-3.2.7-M",
    ),
    _fault(
        _ANSWER,
        "answer-to-oneself",
        "the answer goes to its own sender",
        "svaret går til sin egen afsender",
        each(resource("MessageHeader", _to_oneself)),
        *("ACS-3.3.1.7", "CCR-3.2.5-G", "CCR-3.2.1-B"),
    ),
    _fault(
        _ANSWER,
        "answer-without-history",
        "the answer lacks the provenance of the message",
        "svaret mangler meddelelsens provenance",
        each(_one_provenance),
        "ACS-3.3.1.7",
    ),
    _fault(
        _ANSWER,
        "answer-sent-before-it-is-made",
        "the answer's provenance is older than the answer",
        "svarets provenance er ældre end svaret",
        each(resource("Provenance", _early)),
        "ACS-3.4",
    ),
    _fault(
        _ANSWER,
        "answer-without-envelope",
        "answers are sent without an envelope",
        "svar sendes uden kuvert",
        each(_bare),
        *("OUR-CCR-envelope", "ACS-3.4.8"),
    ),
    _fault(
        _DISPLAY,
        "nothing-after-garbage",
        "nothing more is shown after bytes that are not a message",
        "intet vises mere efter bytes der ikke er en meddelelse",
        lambda found, memory: None if None in memory["numbers"] else found,
        "OUR-GOV-cut-off",
    ),
    # --- Acknowledgements that come
    _fault(
        _ANSWER,
        "answered-is-sent-again",
        "whatever was answered is sent again",
        "alt hvad der besvares, sendes igen",
        _sent_again,
        *("ACR-3.3.1", "ACR-3.3.2", "ACR-3.4.2", "OUR-ACR-of-nothing", "OUR-ACR-refused-after-ok"),
        "OUR-GOV-invalid-acknowledgement",
    ),
    _fault(
        _RESENT,
        "never-sent-again",
        "nothing is sent again",
        "intet sendes igen",
        _never_again,
        *("ACR-3.3.4", "OUR-ACR-late-answer"),
    ),
    _fault(
        _RESENT,
        "sent-again-without-end",
        "what was given up is still sent",
        "det opgivne sendes igen",
        _without_end,
        "ACR-3.3.4",
    ),
    _fault(
        _DISPLAY,
        "last-answer-counts",
        "the last answer is used, whatever it answers",
        "det sidste svar gælder hvad det end besvarer",
        _said_of_last_answer,
        *("OUR-ACR-refused-after-ok", "OUR-ACR-of-nothing", "OUR-GOV-invalid-acknowledgement"),
    ),
    _fault(
        _DISPLAY,
        "given-up-in-silence",
        "the user is told nothing",
        "brugeren får intet at vide",
        shown(lambda found: found.update(told=[])),
        *("ACR-3.3.2", "ACR-3.3.3.4", "ACR-3.3.4"),
    ),
    _fault(
        _DISPLAY,
        "xml-answer-unread",
        "an Acknowledgement in XML is not read",
        "en kvittering i XML læses ikke",
        _awaiting_if(b"^[^{]*<"),
        "ACR-3.4.3",
    ),
    _fault(
        _DISPLAY,
        "json-answer-unread",
        "an Acknowledgement in JSON is not read",
        "en kvittering i JSON læses ikke",
        _awaiting_if(rb"^\s*\{"),
        *("ACR-3.4.4", "ACR-3.3.1", "ACR-3.4.2"),
    ),
)
