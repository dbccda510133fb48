"""Receipts and Acknowledgements: one to two, two to one, by the pairs of an earlier conversion.

Source: MedCom, mapping of XCTL to Acknowledgement; use cases of the VANS conversion service 3.1.0, 4.3 and 4.4. No
MedCom document pairs the refuse codes with FHIR's codes of issues: the table here is ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs

from medcom_bu import danish_time
from medcom_bu.builders.assembly import consign
from medcom_bu.conversion import additions as made
from medcom_bu.conversion import losses as lost
from medcom_bu.conversion import refusals
from medcom_bu.conversion.bundles import note_elements_of_answer
from medcom_bu.conversion.letters import Found, note_beside
from medcom_bu.conversion.notes import Notes, Origin
from medcom_bu.conversion.pairs import PairedLetter, PairedMessage, Pairs
from medcom_bu.conversion.policy import Policy
from medcom_bu.conversion.times import to_date_and_time, to_instant
from medcom_bu.exchange.acknowledgements import write_acknowledgement
from medcom_bu.exchange.reasons import DETAILS
from medcom_bu.exchange.receipts import without_x
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.messages.acknowledgement import AcknowledgementMessage
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.receipts import (
    XC0230Q,
    XC0330Q,
    AcceptedEmessage,
    AcceptedLetter,
    NegativeReceipt,
    PositiveReceipt,
    ReceiptHeader,
    ReceiptParty,
    RefusedEmessage,
    RefusedLetter,
)
from medcom_bu.values.codes import AcknowledgementCode, RefuseCode
from medcom_bu.values.fhir_codes import ResponseCode
from medcom_bu.values.fhir_resources import Organization, OutcomeIssue
from medcom_bu.values.fhir_types import CodeableConcept, Coding, moment
from medcom_bu.values.text import FormattedText

SENTENCE = (
    "Konverteringen ml. XML/EDI og FHIR kunne ikke udføres korrekt pga. tekniske el. indholdsmæssige forhold i"
    " meddelelsen."
)
"""What a converter adds to the refusal of a message that it could not carry whole: use cases, 4.4."""

REASONS: Mapping[str, tuple[str, str | None]] = {
    RefuseCode.UNKNOWN_LOCATION_NUMBER: ("not-found", "MSG_Receiver_Identifier_UNKNOWN"),
    RefuseCode.RECEIVER_ID_PROBLEM: ("value", "MSG_Receiver_Identifier_UNKNOWN"),
    RefuseCode.VERSION_PROBLEM: ("not-supported", "MSG_RECEIVER_UNABLE_TO_RECEIVE_MSG_TYPE"),
    RefuseCode.SYNTAX_ERROR: ("structure", "MSG_BAD_SYNTAX"),
    RefuseCode.NOT_SPECIFIED: ("processing", None),
}
"""Refuse code -> FHIR's code of the issue, and MedCom's or HL7's detail. Ours."""

_BY_DETAIL: Mapping[str, RefuseCode] = {
    detail: code for code in reversed([*RefuseCode]) if (detail := REASONS[code][1]) is not None
}
_BY_ISSUE: Mapping[str, RefuseCode] = {
    "not-found": RefuseCode.UNKNOWN_LOCATION_NUMBER,
    "not-supported": RefuseCode.VERSION_PROBLEM,
    **dict.fromkeys(("structure", "required", "value", "invariant", "invalid"), RefuseCode.SYNTAX_ERROR),
}

# --- Acknowledgement to receipts -------------------------------------------------------------------------------------


def to_receipts(
    answer: AcknowledgementMessage, pairs: Pairs, policy: Policy, ids: IdsAndClock, notes: Notes, *, is_edifact: bool
) -> tuple[Emessage, ...]:
    """A receipt for each letter that the answered message was made of or became.

    ``is_edifact`` names the versions of letters as EDIFACT does. Raises InvalidMessage where the pairs do not have the
    message, or the answer has no time and parties.
    """
    paired = pairs.of_message(answer.acknowledged)
    sent = to_date_and_time(answer.timestamp, "timestamp", notes)
    if sent is None:
        notes.refuse(refusals.TIME, "timestamp")
    sender, receiver = _gln(answer.sender), _gln(answer.receiver)
    for number, name in ((sender, "sender"), (receiver, "receiver")):
        if not number:
            notes.refuse(refusals.UNIT_NUMBER, f"entry[0].resource.{name}", name="GLN")
    if ResponseCode.get(answer.code) not in [*ResponseCode]:
        notes.refuse(refusals.MISSING, "entry[0].resource.response.code", element="MessageHeader.response.code")
    notes.check()
    at = (sent.moment if sent is not None else None) or datetime.min
    clocked = IdsAndClock(numbers=ids.number, uuids=ids.new_uuid, clock=lambda: at)
    parties = ReceiptParty(ean_identifier=sender), ReceiptParty(ean_identifier=receiver)
    making = _Receipts(answer, paired, parties, clocked, notes, is_edifact)
    receipts = making.positive(policy) if answer.code == ResponseCode.OK else making.negative()
    return tuple(consign(receipt, clocked, AcknowledgementCode.NOT_WANTED) for receipt in receipts)


def _gln(unit: Organization | None) -> str:
    return unit.gln.reveal() if unit is not None and unit.gln is not None else ""


@attrs.frozen
class _Receipts:
    """Makes the receipts of an Acknowledgement."""

    answer: AcknowledgementMessage
    paired: PairedMessage
    parties: tuple[ReceiptParty, ReceiptParty]
    ids: IdsAndClock
    notes: Notes
    is_edifact: bool

    def positive(self, policy: Policy) -> list[PositiveReceipt]:
        wanted = [each for each in self.paired.letters if each.wants_receipt or policy.unwanted_receipts]
        for _ in range(len(self.paired.letters) - len(wanted)):
            self.notes.lose(lost.NOT_WANTED, "entry[0].resource.response.code")
        self._note(len(wanted))
        if self.answer.issues:
            self.notes.lose(lost.ELEMENT, "entry", element="OperationOutcome.issue")
        return [
            PositiveReceipt(
                letter=ReceiptHeader(
                    identifier=self.ids.number(), version_code=XC0330Q.code, statistical_code=XC0330Q.type_code
                ),
                sender=self.parties[0],
                receiver=self.parties[1],
                original_emessage=AcceptedEmessage(
                    **self._original(letter), original_letter=(AcceptedLetter(**self._named(letter)),)
                ),
            )
            for letter in wanted
        ]

    def negative(self) -> list[NegativeReceipt]:
        code, text = self._reason()
        self._note(len(self.paired.letters))
        if self.answer.code == ResponseCode.TRANSIENT_ERROR:
            self.notes.lose(lost.TRANSIENT, "entry[0].resource.response.code")
        return [
            NegativeReceipt(
                letter=ReceiptHeader(
                    identifier=self.ids.number(), version_code=XC0230Q.code, statistical_code=XC0230Q.type_code
                ),
                sender=self.parties[0],
                receiver=self.parties[1],
                original_emessage=RefusedEmessage(
                    **self._original(letter),
                    refuse_code=code,
                    refuse_text=FormattedText.from_plain(text) if text else None,
                    original_letter=(RefusedLetter(**self._named(letter)),),
                ),
            )
            for letter in self.paired.letters
        ]

    def _original(self, letter: PairedLetter) -> dict[str, Any]:
        """The envelope that is answered, its parties in their original direction."""
        return {
            "original_envelope_identifier": letter.envelope_identifier,
            "original_sender": self.parties[1],
            "original_receiver": self.parties[0],
        }

    def _named(self, letter: PairedLetter) -> dict[str, Any]:
        version = without_x(letter.version_code) if self.is_edifact else letter.version_code
        return {"original_letter_identifier": letter.letter_identifier, "original_version_code": version}

    def _reason(self) -> tuple[RefuseCode, str]:
        """The refuse code of the first issue, and what all issues say; the converter's own sentence comes last."""
        details = [coding.code for issue in self.answer.issues for coding in _codings(issue) if coding.code]
        codes = [issue.code for issue in self.answer.issues if issue.code]
        named = (_BY_DETAIL[detail] for detail in details if detail in _BY_DETAIL)
        known = next(named, None) or next((_BY_ISSUE[code] for code in codes if code in _BY_ISSUE), None)
        lines = [line for issue in self.answer.issues for line in _said(issue)]
        if self.answer.issues:
            self.notes.lose(lost.REASON_DETAILS, "entry")
        if self.paired.is_incomplete:
            lines.append(SENTENCE)
            self.notes.make(made.SENTENCE, "messages[0].letters[0].original_emessage.refuse_text", Origin.MEDCOM_WORDS)
        return known or RefuseCode.NOT_SPECIFIED, "\n".join(lines)

    def _note(self, count: int) -> None:
        self.notes.lose(lost.IDENTITY, "id")
        self.notes.lose(lost.IDENTITY, "entry[0].resource.id")
        self.notes.lose(lost.HISTORY_OF_ANSWER, "entry")
        self.notes.lose(lost.RESOURCES, "entry", count=len(self.answer.entry))
        note_elements_of_answer(self.answer, self.notes)
        for number in range(count):
            place = f"messages[{number}]"
            self.notes.make(made.ACKNOWLEDGEMENT, f"{place}.envelope.acknowledgement_code", Origin.CONSTANT)
            for name in ("envelope", "letters[0].letter"):
                self.notes.make(made.ANSWER_IDS, f"{place}.{name}.identifier", Origin.NEW)
            self.notes.make(made.VERSION, f"{place}.letters[0].letter.version_code", Origin.CONSTANT)
            self.notes.make(made.STATISTICS, f"{place}.letters[0].letter.statistical_code", Origin.CONSTANT)
            self.notes.make(made.FROM_PAIRS, f"{place}.letters[0].original_emessage", Origin.PAIRS)


def _codings(issue: OutcomeIssue) -> tuple[Coding, ...]:
    return issue.details.coding if issue.details is not None else ()


def _said(issue: OutcomeIssue) -> Iterator[str]:
    """What an issue says: its text, what its coded detail is called; else its diagnostics."""
    text = issue.details.text if issue.details is not None else None
    words = [text, *(coding.display for coding in _codings(issue))]
    told = list(dict.fromkeys(filter(None, words)))
    yield from told or filter(None, [issue.diagnostics])


# --- receipts to Acknowledgement -------------------------------------------------------------------------------------


def to_acknowledgement(
    receipts: Sequence[Found], pairs: Pairs, policy: Policy, ids: IdsAndClock, notes: Notes
) -> AcknowledgementMessage | None:
    """The answer to the message whose letters are receipted; None where receipts are missing, which is noted.

    Raises InvalidMessage where the pairs do not have a letter that a receipt names.
    """
    paired = _answered(receipts, pairs, notes)
    notes.check()
    answers = [_of_letter(letter, receipts) for letter in paired.letters]
    if None in answers:
        notes.lose(lost.WAITING, receipts[0].path, count=answers.count(None))
        return None
    refused = [found for found in dict.fromkeys(filter(None, answers)) if not _is_positive(found)]
    latest = max(receipts, key=_moment)
    for receipt in receipts:
        if receipt not in answers:
            notes.lose(lost.SUPERSEDED, receipt.path)
        if _moment(receipt) != _moment(latest):
            notes.lose(lost.ANSWER_TIME, f"{receipt.message_path}envelope.sent")
    sent = to_instant(
        latest.message.envelope.sent if latest.message.envelope is not None else None,
        f"{latest.message_path}envelope.sent", "messages[0].timestamp", notes,
    )  # fmt: skip
    notes.check()
    at = moment(sent) or danish_time.aware(datetime.min)
    clocked = IdsAndClock(numbers=ids.number, uuids=ids.new_uuid, clock=lambda: at)
    issues = tuple(dict.fromkeys(issue for found in refused for issue in _issues(found, notes)))
    _note_answer(receipts, paired, bool(issues), notes)
    return write_acknowledgement(
        paired.message_id,
        (paired.receiver, paired.sender),
        paired.provenance,
        policy.refused if refused else ResponseCode.OK,
        issues,
        clocked,
    )


def _answered(receipts: Sequence[Found], pairs: Pairs, notes: Notes) -> PairedMessage:
    """The one message that all receipts are for."""
    found: list[PairedMessage] = []
    for receipt in receipts:
        original = receipt.letter.original_emessage
        envelope = original.original_envelope_identifier if original is not None else None
        named = (
            [letter.original_letter_identifier for letter in original.original_letter] if original is not None else []
        )
        found += [pairs.of_letter(envelope, identifier) for identifier in named or [None]]
    if any(each != found[0] for each in found):
        notes.refuse(refusals.NOT_PAIRED, receipts[0].path)
    return found[0]


def _of_letter(letter: PairedLetter, receipts: Sequence[Found]) -> Found | None:
    """The receipt for a letter: the last that names it, or names its envelope and no letter."""
    for receipt in reversed(receipts):
        original = receipt.letter.original_emessage
        named = [each.original_letter_identifier for each in original.original_letter]
        if letter.letter_identifier in named:
            return receipt
        if not named and original.original_envelope_identifier == letter.envelope_identifier:
            return receipt
    return None


def _is_positive(found: Found) -> bool:
    return isinstance(found.letter, PositiveReceipt)


def _moment(found: Found) -> datetime:
    envelope = found.message.envelope
    return (envelope.sent.moment if envelope is not None and envelope.sent is not None else None) or datetime.min


def _issues(found: Found, notes: Notes) -> Iterator[OutcomeIssue]:
    """Why letters are refused: the reason of the envelope, or those of the letters where it has none."""
    original = found.letter.original_emessage
    path = f"{found.path}.original_emessage"
    own = (original.refuse_code, original.refuse_text)
    if any(own):
        reasons = [own]
        for number, each in enumerate(original.original_letter):
            if each.refuse_code or each.refuse_text:
                notes.lose(lost.LETTER_REASON, f"{path}.original_letter[{number}]")
    else:
        reasons = [(each.refuse_code, each.refuse_text) for each in original.original_letter]
    for code, text in reasons:
        if code is not None:
            notes.lose(lost.REFUSE_CODE, f"{path}.refuse_code")
        issue_code, detail = REASONS.get(code or "", REASONS[RefuseCode.NOT_SPECIFIED])
        coding = (Coding(system=DETAILS[detail], code=detail),) if detail is not None else ()
        told = text.plain() if text is not None else None
        details = CodeableConcept(coding=coding, text=told or None) if coding or told else None
        yield OutcomeIssue(severity="error", code=issue_code, details=details)


def _note_answer(receipts: Sequence[Found], paired: PairedMessage, has_issues: bool, notes: Notes) -> None:
    for receipt in receipts:
        for name, unit in (("sender", paired.receiver), ("receiver", paired.sender)):
            party = getattr(receipt.letter, name)
            if party is not None and party.ean_identifier not in (None, _gln(unit)):
                notes.lose(lost.UNIT_NUMBER, f"{receipt.path}.{name}.ean_identifier")
        for path in (f"{receipt.message_path}envelope.identifier", f"{receipt.path}.letter.identifier"):
            notes.lose(lost.IDENTITY, path)
        notes.lose(lost.ACKNOWLEDGEMENT, f"{receipt.message_path}envelope.acknowledgement_code")
        notes.lose(lost.VERSION, f"{receipt.path}.letter.version_code")
        notes.lose(lost.VERSION, f"{receipt.path}.original_emessage")
        note_beside(receipt, notes)
    for name in ("id", "entry[0].resource.id"):
        notes.make(made.ANSWER_IDS, f"messages[0].{name}", Origin.NEW)
    notes.make(made.EVENT, "messages[0].entry[0].resource.event_coding", Origin.CONSTANT)
    notes.make(made.FROM_PAIRS, "messages[0].entry[0].resource.response.identifier", Origin.PAIRS)
    notes.make(made.ANSWER_PROVENANCE, "messages[0].entry", Origin.DERIVED)
    notes.make(made.RESOURCES, "messages[0].entry", Origin.NEW)
    if has_issues:
        notes.make(made.SEVERITY, "messages[0].entry", Origin.CONSTANT)
