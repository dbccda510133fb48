"""Answering what came, on either wire: accepted, refused, written as it came, sent again.

Source: MedCom's XML schemas of the receipts; MedCom, Acknowledgement 2.0.3 and governance of messaging (KR1 to KR6).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar, cast, overload

import attrs

from medcom_bu import wire
from medcom_bu.arguments import check, check_word
from medcom_bu.enclosed import FhirContents
from medcom_bu.envelopes import sbdh, vans
from medcom_bu.envelopes.by_kind import kind_of
from medcom_bu.envelopes.contents import contents
from medcom_bu.errors import InvalidMessage
from medcom_bu.exchange import acknowledgements, receipts
from medcom_bu.exchange.identity import Incoming, is_answer, open_incoming, open_unjudged
from medcom_bu.exchange.interchanges import renumbered
from medcom_bu.exchange.reasons import TECHNICAL, TECHNICAL_OF_LETTERS, Reason, Refusal, refusal
from medcom_bu.fhir.assembly import instant
from medcom_bu.fhir.narratives import written_narrative
from medcom_bu.ids_and_clock import IdsAndClock, given_or_own
from medcom_bu.issues import LANGUAGES, Issue, Parsed, Report
from medcom_bu.messages.acknowledgement import AcknowledgementMessage
from medcom_bu.messages.care_communication import CareCommunicationMessage
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.envelopes import VansEnvelope
from medcom_bu.messages.message import Message, NetworkEnvelope
from medcom_bu.messages.other_fhir import OtherFhirMessage
from medcom_bu.messages.standard_business_document import ScopeType, StandardBusinessDocument
from medcom_bu.values.codes import RefuseCode
from medcom_bu.values.fhir_resources import Bundle, Provenance
from medcom_bu.values.timestamps import DateAndTime
from medcom_bu.wire import WireFormat
from medcom_bu.wire_table import check_message

_M = TypeVar("_M", bound=Message)
_Reason = str | RefuseCode | Reason | Report | Iterable[Issue] | None


@overload
def accept(received: Emessage, *, ids: IdsAndClock | None = None) -> Emessage: ...


@overload
def accept(
    received: CareCommunicationMessage | OtherFhirMessage, *, ids: IdsAndClock | None = None
) -> AcknowledgementMessage: ...


@overload
def accept(received: Parsed[Any] | Message, *, ids: IdsAndClock | None = None) -> Emessage | AcknowledgementMessage: ...


def accept(received: Parsed[Any] | Message, *, ids: IdsAndClock | None = None) -> Emessage | AcknowledgementMessage:
    """The answer that accepts a message: an XCTL03 for letters, an Acknowledgement ``ok`` for a FHIR message.

    ``received`` is the result of ``read``, which knows the wire format, or a message; an envelope stands for its
    content. ``ids`` makes numbers and times.

    The answer is made whether or not one is requested: see :func:`wants_answer`.

    Raises InvalidMessage where ``read`` found errors (with its report: refuse it, or accept its ``.message`` if you
    take it all the same), for an answer, and where what came does not tell what an answer repeats; TypeError for what
    is not a message.
    """
    came, ids = open_incoming("accept", received), surroundings("accept", ids)
    if came.is_judged and not came.report.ok and not is_answer(came.message):
        raise InvalidMessage(came.report)
    return accepted(came, ids)


@overload
def refuse(
    received: Emessage,
    *,
    reason: _Reason = None,
    transient: bool = False,
    lang: str = "da",
    ids: IdsAndClock | None = None,
) -> Emessage: ...


@overload
def refuse(
    received: CareCommunicationMessage | OtherFhirMessage,
    *,
    reason: _Reason = None,
    transient: bool = False,
    lang: str = "da",
    ids: IdsAndClock | None = None,
) -> AcknowledgementMessage: ...


@overload
def refuse(
    received: Parsed[Any] | Message,
    *,
    reason: _Reason = None,
    transient: bool = False,
    lang: str = "da",
    ids: IdsAndClock | None = None,
) -> Emessage | AcknowledgementMessage: ...


def refuse(
    received: Parsed[Any] | Message,
    *,
    reason: _Reason = None,
    transient: bool = False,
    lang: str = "da",
    ids: IdsAndClock | None = None,
) -> Emessage | AcknowledgementMessage:
    """The answer that refuses a message: an XCTL02 for letters, a negative Acknowledgement for a FHIR message.

    ``received`` and ``ids`` are those of :func:`accept`. ``reason`` is a text of your own, a RefuseCode, whose own
    text is used, a :class:`Reason` with both and more, or a report; what ``read`` found goes with it. ``transient``
    says that the receiver has a technical problem, which needs no reason: a FHIR message is then sent again, unchanged.

    For letters there is no such answer: the XCTL02 is final, and its text asks for a new message later; if you leave a
    letter unanswered, its sender sends it again after the time-out. Without ``transient`` the message must be
    corrected. ``lang`` is the language of the texts of issues and codes, ``"da"`` or ``"en"``; nothing of the content
    of a message is reported.

    Raises InvalidMessage for an answer, where what came does not tell what an answer repeats, and where no letter can
    hold a character of the text; ValueError where there is neither a reason nor an error; TypeError for what is no
    message.
    """
    came, ids = open_incoming("refuse", received), surroundings("refuse", ids)
    check_word("lang", lang, LANGUAGES)
    check("refuse: reason", reason, _Reason)
    check("refuse: transient", transient, bool)
    if is_answer(came.message):
        return accepted(came, ids)  # which raises
    technical = TECHNICAL if isinstance(came.message, Bundle) else TECHNICAL_OF_LETTERS
    return refused(came, refusal(reason, came.report, transient, lang, technical=technical), ids)


def refuse_delivery(
    received: Parsed[Any] | Message,
    operator: str,
    *,
    code: RefuseCode | str = RefuseCode.UNKNOWN_LOCATION_NUMBER,
    text: str = "Modtager ikke fundet",
    ids: IdsAndClock | None = None,
) -> Emessage:
    """The XCTL01 of a network operator who cannot deliver letters, for those who write or test one.

    ``received`` and ``ids`` are those of :func:`accept`; ``operator`` is its EANIdentifier, 1 to 35 characters.
    ``code`` and ``text`` are the reason. Raises InvalidMessage as :func:`refuse` does.
    """
    came, ids = open_incoming("refuse_delivery", received), surroundings("refuse_delivery", ids)
    return receipts.vans_negative(_as_letters(came), operator, code=code, text=text, ids=ids)


def surroundings(verb: str, ids: IdsAndClock | None) -> IdsAndClock:
    """What makes numbers and times for a verb: what is given, or new ones. Raises TypeError for anything else."""
    check(f"{verb}: ids", ids, IdsAndClock | None)
    return given_or_own(ids)


def accepted(came: Incoming, ids: IdsAndClock) -> Emessage | AcknowledgementMessage:
    """The positive answer, whatever was found wrong. Raises InvalidMessage where there can be none."""
    if isinstance(came.message, Bundle):
        return acknowledgements.acknowledge(came.message, ids)
    return receipts.positive(_as_letters(came), ids=ids)


def refused(came: Incoming, why: Refusal, ids: IdsAndClock) -> Emessage | AcknowledgementMessage:
    """The negative answer. Raises InvalidMessage where there can be none."""
    if isinstance(came.message, Bundle):
        return acknowledgements.refuse(came.message, why, ids)
    code = why.own.code if why.own else None
    report = Report.from_issues(why.errors, (), ())
    return receipts.negative(_as_letters(came), report, code=code, text=why.text, lang=why.lang, ids=ids)


def _as_letters(came: Incoming) -> Parsed[Any]:
    """What came, as the maker of receipts takes it: what cannot be answered is named there."""
    return attrs.evolve(came.parsed, message=came.message if isinstance(came.message, Emessage) else None)


# --- on the wire -----------------------------------------------------------------------------------------------------


def write(answer: Message, like: Parsed[Any] | Message, *, ids: IdsAndClock | None = None) -> bytes:
    """Write an answer in the wire format of the original, OIO-XML, EDIFACT or FHIR, in an envelope if that had one.

    ``like`` is the result of ``read`` on the original, which knows the wire format, or the message, which is assumed to
    have come as OIO-XML or JSON.

    A message in an envelope is answered in a new one, addressed to the sender of the message: an ehmiSBDH if that can
    carry the answer, otherwise a VANSEnvelope. ``ids`` makes its number and time.
    Raises TypeError for an answer of the other standard.
    """
    came, ids = open_incoming("write", like), surroundings("write", ids)
    check_message("write", answer)
    return written(answer, came, ids)


def written(answer: Message, came: Incoming, ids: IdsAndClock) -> bytes:
    """An answer on the wire of the original, in a new envelope where that came in one."""
    data = bare(answer, came)
    if came.envelope is None or isinstance(answer, NetworkEnvelope):
        return data
    said, around = contents(data)[0], came.envelope
    to, own = (around.sender_id, around.receiver_id) if isinstance(around, VansEnvelope) else around.ends
    sender, receiver = said.sender or own, said.receiver or to
    if sender is None or receiver is None:  # of a broken envelope
        return data
    if isinstance(around, StandardBusinessDocument) and isinstance(said, FhirContents):
        own_unit = said.scopes.get(ScopeType.SENDER_ID) or around.scope(ScopeType.RECEIVER_ID)
        to_unit = said.scopes.get(ScopeType.RECEIVER_ID) or around.scope(ScopeType.SENDER_ID)
        if own_unit and to_unit:
            ends: dict[str, Any] = {"sender": sender, "receiver": receiver}
            return wire.to_xml(sbdh.wrap(data, **ends, sender_unit=own_unit, receiver_unit=to_unit, ids=ids))
    return wire.to_xml(vans.wrap(data, sender=sender, receiver=receiver, ids=ids))


def bare(answer: Message, came: Incoming) -> bytes:
    """An answer on the wire of the original, without an envelope."""
    letters = cast(Emessage, answer)  # the verbs refuse what they do not write, and say what does
    if isinstance(answer, NetworkEnvelope):
        return wire.to_xml(answer)
    if came.wire == WireFormat.EDIFACT:
        return wire.to_edifact(_named_without_x(letters) if isinstance(answer, Emessage) else letters)
    if isinstance(came.message, Bundle) or (came.message is None and isinstance(answer, Bundle)):
        return wire.to_fhir(cast(Any, answer), "xml" if came.wire == WireFormat.FHIR_XML else "json")
    return wire.to_xml(letters)


def _named_without_x(answer: Emessage) -> Emessage:
    """Receipts that name the versions of letters as EDIFACT does, whichever wire they were made for."""
    letters: list[Any] = []
    for letter in answer.letters:
        repeated: Any = getattr(letter, "original_emessage", None)
        if repeated is not None:
            named = tuple(
                each.replace(original_version_code=receipts.without_x(each.original_version_code))
                for each in repeated.original_letter
            )
            letters.append(letter.replace(original_emessage=repeated.replace(original_letter=named)))
        else:
            letters.append(letter)
    return answer.replace(letters=tuple(letters))


def again(answer: _M, *, made: datetime | None = None, ids: IdsAndClock | None = None) -> _M:
    """The same answer, or any message, to be sent again: a new number of the transmission and new times, no more.

    ``answer`` is an Emessage, which gets a new envelope number and time; a FHIR message, which gets a new Bundle.id
    and timestamp, and new times in the Provenance of its sending; or an envelope, which is made again with what is in
    it. ``made`` is when an answer was made that was held back until now: the Bundle has that time, its Provenance
    that of sending. ``ids`` makes them. Never send a message again by mistake: an Outbox does when it is due.

    Raises InvalidMessage for an envelope whose content cannot be read, TypeError for what is not a message. Source:
    MedCom, governance of messaging, 043; test protocol for sending Acknowledgements 2.0.2, 3.4.3 to 3.4.7.
    """
    check_message("again", answer)
    check("again: made", made, datetime | None)
    new: Any = answer
    ids = surroundings("again", ids)
    if isinstance(new, NetworkEnvelope):
        return cast(_M, _again_in_envelope(new, made, ids))
    moment = ids.moment()
    if isinstance(new, Emessage):
        envelope = new.envelope.replace(identifier=ids.number(), sent=DateAndTime.at(moment))
        return cast(_M, new.replace(envelope=envelope))
    own, sent = new.provenance, instant(moment)
    entries = tuple(
        entry.replace(resource=_sent_at(entry.resource, sent)) if own is not None and entry.resource is own else entry
        for entry in new.entry
    )
    timestamp = sent if made is None else instant(made)
    return cast(_M, new.replace(id=str(ids.new_uuid()), timestamp=timestamp, entry=entries))


def _sent_at(own: Provenance, sent: str) -> Provenance:
    """The provenance of a message with another time, which its narrative tells too where it is one of ours."""
    later = own.replace(occurred_date_time=sent, recorded=sent)
    return later.replace(text=written_narrative(later)) if own.text == written_narrative(own) else later


def next_transmission(came: Incoming, data: bytes, ids: IdsAndClock, made: datetime | None = None) -> bytes:
    """The bytes of the next transmission of what was sent, on the same wire."""
    try:
        return bare(again(cast(Message, came.message), made=made, ids=ids), came)
    except InvalidMessage:  # a letter whose layout is not known
        if came.wire != WireFormat.EDIFACT:
            raise
        return renumbered(data, ids)


def _again_in_envelope(envelope: NetworkEnvelope, made: datetime | None, ids: IdsAndClock) -> NetworkEnvelope:
    kind = kind_of(envelope)
    if envelope.is_receipt or not envelope.payload:
        return kind.rewrap(envelope, ids=ids)
    inside = open_unjudged(envelope.payload)
    if inside.message is None:
        raise InvalidMessage(inside.report)
    data = next_transmission(inside, envelope.payload, ids, made)
    return kind.rewrap(kind.with_payload(envelope, data), ids=ids)
