"""Which message it is, which transmission of it, and which messages an answer answers.

A message is known by its own number and its sender, and keeps both whenever it is sent again; each transmission has a
number of its own. Source: MedCom's XML schemas of the receipts; MedCom, governance of messaging, 020 and 043.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import attrs

from medcom_bu.arguments import check_fields
from medcom_bu.binary_files import Data
from medcom_bu.declare.base import NUMBERS, masked
from medcom_bu.edifact.layout.notation import Layouts
from medcom_bu.envelopes.by_kind import kind_of
from medcom_bu.errors import InvalidMessage
from medcom_bu.exchange.reasons import report_of
from medcom_bu.exchange.receipts import letters_of, only_receipts
from medcom_bu.issues import Issue, Kind, Layer, Parsed, Report, Severity, Text
from medcom_bu.judgement import Asked, open_message
from medcom_bu.messages.acknowledgement import AcknowledgementMessage
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.message import Message, NetworkEnvelope
from medcom_bu.messages.receipts import RECEIPTS
from medcom_bu.values.codes import AcknowledgementCode
from medcom_bu.values.fhir_resources import Bundle, Organization
from medcom_bu.wire_table import check_message

NO_IDENTITY = Kind(
    "exchange.no-identity",
    Severity.ERROR,
    Layer.RULE,
    Text(
        "the message does not give {missing}: it cannot be distinguished from others",
        "meddelelsen oplyser ikke {missing}: den kan ikke kendes fra andre",
    ),
    Text("ask the sender to send it again", "bed afsenderen om at sende den igen"),
    "MedCom, governance of messaging, 043; MedCom XML schemas, Letter/Identifier",
)

_DEEPEST = 4
"""So many envelopes nested in each other are opened, as many as ``read`` judges."""

_IN_ENVELOPES = ("/VANSEnvelope/Message/Data/", "/StandardBusinessDocument/BinaryContent/")


@attrs.frozen(repr=False, order=True, field_transformer=check_fields)
class MessageKey:
    """A message's own number and its sender, by which duplicates and answers are matched.

    ``sender`` is the location number of a letter's sender, or the GLN of the organisation that sends a FHIR message,
    or its SOR code where it has none. ``identifier`` is the number of the letter, or the id of the MessageHeader.
    """

    sender: str
    identifier: str

    @property
    def text(self) -> str:
        """Both in one text, for the index of a database."""
        return f"{self.sender}/{self.identifier}"

    def __repr__(self) -> str:
        return f"MessageKey({masked(self.sender, NUMBERS)}, {masked(self.identifier, NUMBERS)})"


@attrs.frozen
class Incoming:
    """What came, out of its envelope: the message, what is said of it, the wire that it came on.

    ``is_judged`` says whether the report is a verdict; a message alone has none.
    """

    message: Message | None
    report: Report
    wire: str | None = None
    envelope: NetworkEnvelope | None = None
    is_judged: bool = False

    @property
    def parsed(self) -> Parsed[Any]:
        """The same as ``read`` gives it, without the envelope."""
        return Parsed(self.message, self.report, self.wire)


def open_incoming(verb: str, received: Parsed[Any] | Message, layout: Layouts = None) -> Incoming:
    """A message out of its envelope. ``layout`` is that of ``read``.

    Raises TypeError, which says what to give to ``verb``, for anything else.
    """
    if isinstance(received, Parsed):
        return _unwrapped(Incoming(received.message, received.report, received.wire, is_judged=True), layout)
    check_message(verb, received)
    return _unwrapped(Incoming(received, report_of(())), layout)


def open_unjudged(data: Data) -> Incoming:
    """The message in bytes, a path or a binary file, out of its envelope: no profile and no rule is asked.

    Raises TypeError for what is none of these, OSError for a path that cannot be read.
    """
    return _unwrapped(_opened(data, None), None)


def _opened(data: Data, layout: Layouts) -> Incoming:
    opened = open_message(data, Asked(layout=layout), "exchange takes bytes, a path or a binary file")
    return Incoming(opened.reading.message, report_of(opened.reading.issues), opened.wire)


def _unwrapped(came: Incoming, layout: Layouts) -> Incoming:
    """What is in an envelope, with what the judge of the envelope said of it."""
    message, deep = came.message, 0
    while (payload := _inside_envelope(message)) is not None and deep < _DEEPEST:
        inside, deep = _opened(payload, layout), deep + 1
        report = Report(tuple(map(_brought_out, came.report)), came.report.layers) if came.is_judged else inside.report
        came = Incoming(
            inside.message, report, inside.wire, came.envelope or cast(NetworkEnvelope, message), came.is_judged
        )
        message = inside.message
    return came


def _inside_envelope(message: Message | None) -> bytes | None:
    return message.payload if isinstance(message, NetworkEnvelope) and not message.is_receipt else None


def _brought_out(issue: Issue) -> Issue:
    """An issue of what is in an envelope, at its place in that."""
    prefix = next((each for each in _IN_ENVELOPES if issue.path.startswith(each)), None)
    return issue.at(issue.path.removeprefix(prefix)) if prefix is not None else issue


# --- identities ------------------------------------------------------------------------------------------------------


def key(message: Message | Parsed[Any]) -> MessageKey:
    """The number and the sender of a message (of its first letter), the same however often it is sent.

    ``message`` is a message, an envelope, which stands for what is in it, or what ``read`` gave. Raises InvalidMessage
    where the message does not tell them, TypeError for what is not a message.
    """
    inside = _inside("key", message)
    found = identities(inside)
    if not found:
        raise InvalidMessage(report_of([no_identity(inside)]))
    return found[0]


def keys(message: Message | Parsed[Any]) -> tuple[MessageKey, ...]:
    """The same of each letter of an Emessage, one for a FHIR message; parameters and errors are those of ``key``."""
    return identities(_inside("keys", message)) or (key(message),)  # which raises


def sending(message: Message | Parsed[Any]) -> str:
    """The number of the transmission, new whenever a message is sent: of the envelope of letters, of the Bundle.

    ``message`` is that of :func:`key`; an envelope stands for what is in it. Raises InvalidMessage where there is
    none, TypeError for what is not a message.
    """
    inside = _inside("sending", message)
    number = transmission(inside)
    if number is None:
        missing = "Bundle.id" if isinstance(inside, Bundle) else "Envelope/Identifier"
        raise InvalidMessage(report_of([NO_IDENTITY.issue("/", missing=missing)]))
    return number


def identities(message: Message | None) -> tuple[MessageKey, ...]:
    """The key of each part of a message that has one."""
    if isinstance(message, Bundle):
        return known_key(_unit_number(message.sender), message.header.id if message.header else None)
    if not isinstance(message, Emessage):
        return ()
    if only_receipts(message):
        letters: tuple[Any, ...] = message.letters
        heads = [(each.sender, each.letter) for each in letters]
        named = [(unit and unit.ean_identifier, header and header.identifier) for unit, header in heads]
    else:
        named = [(letter.sender, letter.identifier) for letter in letters_of(message)]
    first = next((sender for sender, _ in named if sender), None)
    return tuple(found for sender, number in named for found in known_key(sender or first, number))


def transmission(message: Message | None) -> str | None:
    """The number of the transmission, where there is one."""
    if isinstance(message, Bundle):
        return message.id
    is_letter = isinstance(message, Emessage) and message.envelope is not None
    return _bare(message.envelope.identifier) if is_letter else None  # type: ignore[union-attr]


def transmissions(message: Message | None) -> set[MessageKey]:
    """The number of the transmission with each sender of a part of it."""
    number = transmission(message)
    return {MessageKey(each.sender, number) for each in identities(message)} if number else set()


def no_identity(message: Message | None) -> Issue:
    """That a message does not tell who sent what."""
    is_bundle = isinstance(message, Bundle)
    missing = "MessageHeader.id, MessageHeader.sender" if is_bundle else "Letter/Identifier, Sender/EANIdentifier"
    return NO_IDENTITY.issue("/", missing=missing)


def known_key(sender: str | None, number: str | None) -> tuple[MessageKey, ...]:
    """The key of a sender and a number, where both are there."""
    bare_sender, bare_number = _bare(sender), _bare(number)
    return (MessageKey(bare_sender, bare_number),) if bare_sender and bare_number else ()


def _bare(text: str | None) -> str | None:
    """A number as it is compared: blanks around it and doubled ones in it do not count."""
    return " ".join((text or "").split()) or None


def _unit_number(unit: Organization | None) -> str | None:
    number = (unit.gln or unit.sor) if unit is not None else None
    return number.reveal() if number is not None else None


def _inside(verb: str, message: Message | Parsed[Any]) -> Message | None:
    return open_incoming(verb, message).message


# --- answers ---------------------------------------------------------------------------------------------------------


def is_answer(message: Message | None) -> bool:
    """Whether a message answers others, and is never answered: a receipt or an Acknowledgement."""
    if isinstance(message, NetworkEnvelope):
        return message.is_receipt
    return isinstance(message, AcknowledgementMessage) or (isinstance(message, Emessage) and only_receipts(message))


def wants_answer(message: Message | Parsed[Any]) -> bool:
    """Whether an answer is due: to every FHIR message, to a letter whose sender asks for one, to anything refused.

    ``message`` is a message or, so that a refusal is due for its errors, what ``read`` gave. An answer is never
    answered; what could not be read cannot be. Raises TypeError for what is not a message. Source: MedCom, governance
    of messaging, KR1, KR2; MedCom XML schemas, AcknowledgementCode.
    """
    came = open_incoming("wants_answer", message)
    if came.message is None or is_answer(came.message):
        return False
    if (came.is_judged and not came.report.ok) or isinstance(came.message, Bundle):
        return True
    return is_asked_for(came.message)


def is_asked_for(message: Message) -> bool:
    """Whether the sender of a message that is taken asks for an answer; one of FHIR always does."""
    if isinstance(message, Emessage):
        return message.envelope is not None and message.envelope.acknowledgement_code == AcknowledgementCode.WANTED
    return isinstance(message, Bundle)


def answers(answer: Message | Parsed[Any]) -> tuple[MessageKey, ...]:
    """The keys of the messages that an answer names: every letter of a receipt, the message of an Acknowledgement.

    ``answer`` is a message, an envelope with one in it, or what ``read`` gave.

    Empty for what is not an answer, and for a receipt that names no letter, which :func:`matches` knows by its
    envelope. Raises TypeError for what is not a message.
    """
    message = _inside("answers", answer)
    if isinstance(message, AcknowledgementMessage):
        return known_key(_unit_number(message.receiver), message.acknowledged)
    return tuple(
        found
        for receipt in receipts_in(message)
        for letter in receipt.original_emessage.original_letter
        for found in known_key(answered_sender(receipt), letter.original_letter_identifier)
    )


def answered_transmissions(answer: Message | None) -> tuple[MessageKey, ...]:
    """The envelopes that receipts name, as keys: the only name of what is answered where a receipt names no letter."""
    return tuple(
        found
        for receipt in receipts_in(answer)
        for found in known_key(answered_sender(receipt), receipt.original_emessage.original_envelope_identifier)
        if not receipt.original_emessage.original_letter
    )


def receipts_in(message: Message | None) -> Iterator[Any]:
    """The receipts of a consignment that say what they answer."""
    letters: Any = message.letters if isinstance(message, Emessage) else ()
    return (letter for letter in letters if isinstance(letter, RECEIPTS) and letter.original_emessage is not None)


def answered_sender(receipt: Any) -> str | None:
    """Who sent what is answered: whom the receipt goes to.

    It is the original sender; one certified system swaps that with the original receiver.
    """
    repeated = receipt.original_emessage
    parties = [
        party.ean_identifier for party in (repeated.original_sender, repeated.original_receiver) if party is not None
    ]
    receiver: str | None = receipt.receiver.ean_identifier if receipt.receiver is not None else None
    return receiver if receiver in parties or not parties else parties[0]


def matches(sent: Message | Parsed[Any], answer: Message | Parsed[Any]) -> bool:
    """Whether an answer answers what was sent, in whichever transmission of it.

    Both are messages, envelopes with a message in them, or what ``read`` gave. A receipt matches by its letters, and
    by the envelope where it names none; an Acknowledgement by the MessageHeader, where it comes from the receiver; the
    receipt for an envelope matches the envelope. Raises TypeError for what is not a message.
    """
    came, told = open_incoming("matches", answer).message, open_incoming("matches", sent)
    if isinstance(came, NetworkEnvelope):
        return type(told.envelope) is type(came) and kind_of(came).matches(told.envelope, came)
    if isinstance(came, AcknowledgementMessage) and isinstance(told.message, Bundle):
        return _is_same_unit(told.message.receiver, came.sender) and _is_named(told.message, came)
    return _is_named(told.message, came)


def _is_named(sent: Message | None, answer: Message | None) -> bool:
    own = {*identities(sent)}
    if answer is None or not own.isdisjoint(answers(answer)):
        return answer is not None
    return not transmissions(sent).isdisjoint(answered_transmissions(answer))


def _is_same_unit(one: Organization | None, other: Organization | None) -> bool:
    """Whether two units share a number."""
    if one is None or other is None:
        return False
    return any(number is not None and number in (other.gln, other.sor) for number in (one.gln, one.sor))
