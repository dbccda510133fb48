"""What an answer says of the messages that it answers, for whoever sent them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from medcom_bu.envelopes import sbdh
from medcom_bu.exchange.identity import answered_sender, answers, known_key, receipts_in
from medcom_bu.exchange.store import entry_name
from medcom_bu.messages.acknowledgement import AcknowledgementMessage
from medcom_bu.messages.envelopes import NegativeVans, PositiveMessage, VansEnvelope, VansReceipt
from medcom_bu.messages.message import Message
from medcom_bu.messages.receipts import NegativeVansReceipt, PositiveReceipt
from medcom_bu.messages.standard_business_document import StandardBusinessDocument
from medcom_bu.oioxml.signals import SignalKind
from medcom_bu.values.codes import RefuseCode
from medcom_bu.values.fhir_codes import ResponseCode


class Answered(NamedTuple):
    """What became of one message: the name of its entry, the verdict, what the other side says in its own words.

    ``is_undelivered`` says that it is the network that refuses it, which could not deliver it.
    """

    name: str
    code: ResponseCode
    said: str = ""
    is_undelivered: bool = False


def envelope_name(identifier: str) -> str:
    """The name under which the entry of a message is found by the envelope that it was sent in."""
    return f"envelope {identifier.lower()}"


def outcomes(answer: Message | None) -> Iterator[Answered]:
    """What each message that is answered has come to; nothing for what is not an answer, or says nothing that is
    known."""
    if isinstance(answer, VansEnvelope):
        yield from _of_envelope(answer)
    elif isinstance(answer, StandardBusinessDocument):
        yield from _of_business_document(answer)
    elif isinstance(answer, AcknowledgementMessage):
        if isinstance(answer.code, ResponseCode):
            said = "\n".join(filter(None, (_words(issue) for issue in answer.issues)))
            yield from (Answered(entry_name(key), answer.code, said) for key in answers(answer))
    else:
        for receipt in receipts_in(answer):
            yield from _of_receipt(receipt)


def _words(issue: Any) -> str:
    return (issue.details.text if issue.details else None) or issue.diagnostics or issue.code or ""


def _of_receipt(receipt: Any) -> Iterator[Answered]:
    code = ResponseCode.OK if isinstance(receipt, PositiveReceipt) else ResponseCode.FATAL_ERROR
    whole, sender = receipt.original_emessage, answered_sender(receipt)
    is_undelivered = isinstance(receipt, NegativeVansReceipt)
    for letter in whole.original_letter:
        for key in known_key(sender, letter.original_letter_identifier):
            yield Answered(entry_name(key), code, "\n".join([*_reason(whole), *_reason(letter)]), is_undelivered)
    if not whole.original_letter:
        for key in known_key(sender, whole.original_envelope_identifier):
            yield Answered(entry_name(key, "sending "), code, "\n".join(_reason(whole)), is_undelivered)


def _reason(refused: Any) -> Iterator[str]:
    code, text = getattr(refused, "refuse_code", None), getattr(refused, "refuse_text", None)
    if code:
        yield code.danish if isinstance(code, RefuseCode) else str(code)
    if text is not None:
        yield text.plain()


def _of_business_document(receipt: StandardBusinessDocument) -> Iterator[Answered]:
    """An exception ends the transaction; that an envelope was received says nothing of the message."""
    told, number = sbdh.signal(receipt), sbdh.answered(receipt)
    if told is not None and told.kind is SignalKind.EXCEPTION and number:
        yield Answered(envelope_name(number), ResponseCode.FATAL_ERROR, told.message or told.reason or "")


def _of_envelope(envelope: VansEnvelope) -> Iterator[Answered]:
    """That the network delivered an envelope says nothing of the message; that it could not, says all."""
    outcome = envelope.content.outcome if isinstance(envelope.content, VansReceipt) else None
    if outcome is None or isinstance(outcome, PositiveMessage) or not outcome.original_envelope_identifier:
        return
    said, name = outcome.error.description if outcome.error else "", envelope_name(outcome.original_envelope_identifier)
    yield Answered(name, ResponseCode.FATAL_ERROR, said or "", isinstance(outcome, NegativeVans))
