"""What a user sees of a message, as data: who, what, when, in order. The order and the times are those of the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from medcom_bu.certification.checks.letters import diagnoses
from medcom_bu.certification.model.scenes import COUNTERPART, OTHER_UNIT, SYSTEM
from medcom_bu.exchange import pair
from medcom_bu.messages.binary_letter import BinaryLetter, ReferralAttachment
from medcom_bu.messages.care_communication import CareCommunicationMessage, MessageSegment
from medcom_bu.messages.emessage import Emessage
from medcom_bu.rendering import threads
from medcom_bu.rendering.page_options import PageOptions
from medcom_bu.rendering.view import Moment, Post
from medcom_bu.rules.attachments import key as file_key
from medcom_bu.values.codes import StatusCode
from medcom_bu.values.fhir_resources import CareTeam
from medcom_bu.values.fhir_types import moment
from medcom_bu.values.parties import BinaryReference, Url

SOR = {unit.sor: unit.name for unit in (SYSTEM, COUNTERPART, OTHER_UNIT)}
"""The names of units by their SOR codes: what a system asks the register for."""

_EARLIEST = datetime.min.replace(tzinfo=UTC)
_ACTIVITIES = {"new-message": "new", "reply-message": "reply", "forward-message": "forward"}


def shown_thread(message: CareCommunicationMessage, messages: Sequence[CareCommunicationMessage]) -> Mapping[str, Any]:
    """A CareCommunication with the posts of its whole thread, each once, the oldest first."""
    found = threads.threads(messages)
    own = next((thread for thread in found if any(each is message or each == message for each in thread)), [message])
    article = threads.article(own, PageOptions(), is_shared=len(found) > 1)
    segments = {each.identifier: each for each in _segments(own)}
    segments |= {each.identifier: each for each in _segments(own) if each.attachment and each.attachment.data}
    posts = [_post(part, segments) for part in article.body if isinstance(part, Post)]
    posts.sort(key=lambda post: moment(post["sent"]) or _EARLIEST)  # of one time the initiator's stays first
    return {
        "activity": _ACTIVITIES.get(str(message.activity), str(message.activity)),
        "patient": _citizen(message),
        "sender": _name(message.sender),
        "receiver": _name(message.receiver),
        "specific_sender": _team(message.specific_sender),
        "specific_recipient": _team(message.specific_recipient),
        "category": str(message.category),
        "topic": message.topic,
        "priority": None if message.priority is None else str(message.priority),
        "episodes": [each.value for each in message.episode_of_care],
        "thread": message.communication_identifier,
        "warnings": [str(notice.kind) for notice in article.notices],
        "posts": posts,
    }


def _segments(messages: Iterable[CareCommunicationMessage]) -> Iterable[MessageSegment]:
    return (segment for message in messages for segment in message.segments)


def _post(post: Post, segments: Mapping[str | None, MessageSegment]) -> dict[str, Any]:
    own = [segments[identifier] for identifier in post.identifiers]
    lead = own[0]
    moments = [piece.iso for piece in post.sent if isinstance(piece, Moment)]
    files = [(each, each.attachment) for each in own if each.attachment is not None]
    return {
        "ids": list(post.identifiers),
        "author": lead.author_name,
        "role": lead.author_title,
        "telephone": lead.contact,
        "organisation": _name(lead.assigner),
        "sent": moments[0] if moments else None,
        "texts": [each.text for each in own if each.text is not None],
        "files": [
            {
                "title": file.title,
                "type": file.content_type,
                "size": None if file.data is None else len(_bytes(file.data)),
                "url": file.url,
                "created": file.creation,
                "author": each.author_name,
                "telephone": each.contact,
            }
            for each, file in files
        ],
    }


def _bytes(data: Any) -> bytes:
    content = getattr(data, "content", data)
    return content if isinstance(content, bytes) else bytes(content)


def _name(unit: Any) -> str | None:
    """What a unit is called; one that does not say so is looked up by its SOR code."""
    if unit is None or unit.name:
        return unit.name if unit else None
    return SOR.get(unit.sor.reveal()) if unit.sor else None


def _team(who: Any) -> str | None:
    return who.name if isinstance(who, CareTeam) else None


def _citizen(message: CareCommunicationMessage) -> dict[str, Any]:
    citizen = message.patient
    if citizen is None:
        return {"numbers": [], "name": ""}
    return {
        "numbers": [each.value for each in citizen.identifier],
        "name": citizen.name[0].full if citizen.name else "",
    }


def shown_letter(message: Emessage, others: Iterable[Any]) -> Mapping[str, Any]:
    """The first letter of a message, with the files that have come for it so far."""
    letter: Any = message.letters[0]
    binaries = [each for each in others if isinstance(each, Emessage) and _has_files(each)]
    consignment = pair(message, binaries).consignment
    carried = {file_key(file.object_identifier): file for each in consignment for file in _objects(each)}
    header, information = letter.letter, getattr(letter, "additional_information", None)
    sent = _sent(header.authorisation) if header and header.authorisation else None
    return {
        "activity": "correction" if header.status_code == StatusCode.CORRECTED else "new",
        "patient": _person(getattr(letter, "patient", None)),
        "sender": letter.sender.name if letter.sender else None,
        "receiver": letter.receiver.name if letter.receiver else None,
        "topic": getattr(information, "subject", None),
        "priority": getattr(information, "priority", None),
        "diagnoses": [_diagnosis(each) for each in diagnoses(letter)],
        "posts": [{"sent": sent, "texts": list(_texts(letter)), "files": list(_files(letter, carried))}],
    }


def _diagnosis(diagnosis: Any) -> dict[str, Any]:
    kind = diagnosis.diagnose_description_code
    return {
        "kind": getattr(kind, "danish", kind),
        "code": diagnosis.diagnose_code,
        "text": diagnosis.diagnose_text,
    }


def _sent(moment: Any) -> str:
    """The day alone where the time is 00:00, which a letter has where it is not known."""
    return str(moment.date) if str(moment.time) == "00:00" else f"{moment.date}T{moment.time}"


def _has_files(message: Emessage) -> bool:
    return any(isinstance(letter, BinaryLetter | ReferralAttachment) for letter in message.letters)


def _objects(message: Emessage) -> Iterable[Any]:
    letters: tuple[Any, ...] = message.letters
    return (file for letter in letters for file in getattr(letter, "binary_object", ()))


def _person(person: Any) -> dict[str, Any]:
    number = getattr(person, "identifier", None)
    names = (getattr(person, "person_given_name", None), getattr(person, "person_surname_name", None))
    return {"numbers": [number.reveal()] if number is not None else [], "name": " ".join(filter(None, names))}


def _texts(letter: Any) -> Iterable[str]:
    parts = [part.text01 for part in getattr(letter, "clinical_information", ()) or ()]
    information = getattr(letter, "additional_information", None)
    relevant = getattr(letter, "relevant_clinical_information", None)
    parts += [getattr(information, name, None) for name in ("clinical_reason", "supplementary")]
    parts += [getattr(relevant, name, None) for name in ("cave", "anamnesis", "examination", "actual_medicine")]
    return (part.plain() for part in parts if part is not None)


def _files(letter: Any, carried: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    for reference in getattr(letter, "reference", ()):
        target = reference.target
        if isinstance(target, BinaryReference):
            file = carried.get(file_key(target.object_identifier))
            size = len(file.content) if file is not None and file.content is not None else None
            yield {"title": reference.ref_description, "type": str(target.object_extension_code), "size": size}
        elif isinstance(target, Url):
            yield {"title": reference.ref_description, "url": str(target)}
    for file in getattr(letter, "binary_object", ()):
        yield {"title": None, "type": str(file.object_extension_code), "size": len(file.content or b"")}
