"""Receipts and Acknowledgements turned over by the pairs: one to two, two to one, reasons carried."""

from __future__ import annotations

from typing import Any

import pytest

from medcom_bu import (
    AcknowledgementCode,
    AcknowledgementMessage,
    Consignment,
    Conversion,
    Emessage,
    InvalidMessage,
    NegativeReceipt,
    Pairs,
    Policy,
    PositiveReceipt,
    RefuseCode,
    convert,
    exchange,
    parse,
    to_edifact,
    validate,
)
from medcom_bu.carecommunication import CodeableConcept, Coding, OperationOutcome, OutcomeIssue
from medcom_bu.conversion.receipts import REASONS, SENTENCE
from medcom_bu.conversion.table import RECEIPT_ROWS
from medcom_bu.exchange.reasons import DETAILS
from medcom_bu.testing import frozen
from medcom_bu.values.text import FormattedText
from medcom_bu.values.timestamps import DateAndTime
from tests.support.conversions import PDF, care, changed, codes, emessage, letter, message, to_fhir, to_letter
from tests.support.paths import value_at
from tests.support.typed import letter_as, of_type

FILES = {"Plan": PDF}


def turned(answer: Any, to: str, pairs: Pairs, **options: Any) -> Conversion:
    return convert(answer, to, pairs=pairs, ids=frozen(first=9001), **options)


def accepted(sent: Any, first: int = 7001) -> Any:
    return exchange.accept(sent, ids=frozen(first=first))


def refused(sent: Any, reason: Any = "Nej tak", **options: Any) -> Any:
    return exchange.refuse(sent, reason=reason, ids=frozen(first=8001), **options)


# --- Acknowledgement to receipts -------------------------------------------------------------------------------------


@pytest.mark.parametrize("files", [None, FILES])
def test_an_acknowledgement_becomes_a_receipt_for_each_letter(files: Any) -> None:
    sent = letter(files=files)
    first = to_fhir(sent)
    back = turned(accepted(care(first)), "xml", first.pairs)
    assert len(back.messages) == len(sent)
    for original, answer in zip(sent, back.messages, strict=True):
        receipt = letter_as(PositiveReceipt, of_type(Emessage, answer))
        assert exchange.matches(original, answer)
        assert exchange.key(original) in exchange.answers(answer)
        own: Any = original.letters[0]
        assert receipt.original_emessage.original_letter[0].original_version_code == own.letter.version_code
        assert receipt.original_emessage.original_sender.ean_identifier == own.sender.ean_identifier
        assert receipt.sender.ean_identifier == own.receiver.ean_identifier
        assert of_type(Emessage, answer).envelope.acknowledgement_code == AcknowledgementCode.NOT_WANTED
        assert validate(answer).ok
    assert back == turned(accepted(care(first)), Emessage, first.pairs)  # type: ignore[arg-type]


@pytest.mark.parametrize("transient", [False, True])
def test_a_refusal_becomes_a_refusal_of_each_letter(transient: bool) -> None:
    first = to_fhir(letter(files=FILES))
    back = turned(refused(care(first), transient=transient), "xml", first.pairs)
    receipts = [letter_as(NegativeReceipt, emessage(back, number)) for number in range(2)]
    texts = [receipt.original_emessage.refuse_text for receipt in receipts]
    assert texts == [FormattedText.from_plain("Nej tak")] * 2
    assert all(validate(answer).ok for answer in back.messages)
    assert (("transient-error", "entry[0].resource.response.code") in codes(back)) is transient
    assert not any(receipt.original_emessage.original_letter[0].refuse_text for receipt in receipts)


def test_a_positive_receipt_that_nobody_asked_for_is_not_made() -> None:
    first = to_fhir(letter(envelope={"acknowledgement_code": AcknowledgementCode.NOT_WANTED}))
    answer = accepted(care(first))
    assert turned(answer, "xml", first.pairs).messages == ()
    assert ("receipt-not-wanted", "entry[0].resource.response.code") in codes(turned(answer, "xml", first.pairs))
    assert len(turned(answer, "xml", first.pairs, policy=Policy(unwanted_receipts=True)).messages) == 1
    assert len(turned(refused(care(first)), "xml", first.pairs).messages) == 1, "a refusal is always sent"


def test_the_refusal_of_an_incomplete_message_says_that_the_conversion_was_not_complete() -> None:
    first = to_fhir(letter(files=FILES).messages[0])
    back = turned(refused(care(first)), "xml", first.pairs)
    text = letter_as(NegativeReceipt, emessage(back)).original_emessage.refuse_text
    assert text is not None
    assert text.plain() == f"Nej tak\n{SENTENCE}"
    assert "made-up.conversion-sentence" in {made.code for made in back.made_up}


def test_receipts_of_edifact_name_versions_as_edifact_does() -> None:
    first = to_fhir(parse(to_edifact(letter().messages[0]), Emessage))
    back = turned(accepted(care(first)), "edifact", first.pairs)
    receipt = letter_as(PositiveReceipt, emessage(back))
    assert receipt.original_emessage.original_letter[0].original_version_code == "D9134L"
    assert parse(to_edifact(emessage(back))) == emessage(back)


# --- receipts to Acknowledgement -------------------------------------------------------------------------------------


def test_receipts_become_one_acknowledgement() -> None:
    sent = message(files=FILES)
    first = to_letter(sent)
    answers = [accepted(each, 7001 + 100 * number) for number, each in enumerate(first.messages)]
    for given, more in ((Consignment(answers), {}), (answers[0], {"attachments": answers[1:]})):
        back = turned(given, "fhir", first.pairs, **more)
        answer = of_type(AcknowledgementMessage, back.messages[0])
        assert exchange.matches(sent, answer)
        assert answer.code == "ok"
        assert answer.timestamp == "2026-05-04T09:30:00+02:00"
        assert validate(answer).ok
        assert back == turned(given, AcknowledgementMessage, first.pairs, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("negative", [(0,), (1,), (0, 1)])
def test_one_negative_receipt_makes_a_negative_acknowledgement(negative: tuple[int, ...]) -> None:
    sent = message(files=FILES)
    first = to_letter(sent)
    answers = [refused(m) if number in negative else accepted(m) for number, m in enumerate(first.messages)]
    for policy, code in ((Policy(), "fatal-error"), (Policy(refused="transient-error"), "transient-error")):
        answer = of_type(
            AcknowledgementMessage, turned(Consignment(answers), "fhir", first.pairs, policy=policy).messages[0]
        )
        assert answer.code == code
        assert [issue.details.text for issue in answer.issues if issue.details] == ["Nej tak"]
        assert validate(answer).ok


def test_nothing_is_sent_while_a_receipt_is_missing() -> None:
    first = to_letter(message(files=FILES))
    for answer in (accepted(first.messages[0]), refused(first.messages[0])):
        waiting = turned(answer, "fhir", first.pairs)
        assert waiting.messages == ()
        assert codes(waiting) == {("receipt-waits", "letters[0]")}


def test_a_receipt_of_the_network_is_a_refusal() -> None:
    first = to_letter(message())
    back = turned(exchange.refuse_delivery(first.messages[0], "EKSEMPELVANS"), "fhir", first.pairs)
    answer = of_type(AcknowledgementMessage, back.messages[0])
    assert answer.code == "fatal-error"
    assert [issue.code for issue in answer.issues] == ["not-found"]


def test_the_reasons_of_letters_stand_in_for_that_of_the_envelope() -> None:
    first = to_letter(message())
    receipt: Any = refused(first.messages[0])
    own = receipt.letters[0]
    original = own.original_emessage
    named = original.original_letter[0].replace(refuse_code=RefuseCode.SYNTAX_ERROR, refuse_text=FormattedText(("Se",)))
    for whole in (True, False):
        reason = {} if whole else {"refuse_code": None, "refuse_text": None}
        changed_original = original.replace(original_letter=(named,), **reason)
        back = turned(receipt.replace(letters=(own.replace(original_emessage=changed_original),)), "fhir", first.pairs)
        issues = of_type(AcknowledgementMessage, back.messages[0]).issues
        assert [issue.details.text for issue in issues if issue.details] == (["Nej tak"] if whole else ["Se"])
        lost = ("letter-reason", "letters[0].original_emessage.original_letter[0]")
        assert (lost in codes(back)) is whole


@pytest.mark.parametrize("code", RefuseCode)
def test_a_refuse_code_comes_back(code: RefuseCode) -> None:
    """Two codes share one detail, so that one of them comes back as the other."""
    first = to_letter(message())
    over = turned(refused(first.messages[0], code), "fhir", first.pairs)
    answer = of_type(AcknowledgementMessage, over.messages[0])
    issue_code, detail = REASONS[code]
    assert [issue.code for issue in answer.issues] == [issue_code]
    codings = [coding.code for each in answer.issues if each.details for coding in each.details.coding]
    assert codings == ([detail] if detail else [])
    paired = to_fhir(letter())
    own = paired.pairs.messages[0]
    back = turned(_answering(answer, own.message_id), "xml", paired.pairs)
    expected = RefuseCode.UNKNOWN_LOCATION_NUMBER if code is RefuseCode.RECEIVER_ID_PROBLEM else code
    assert letter_as(NegativeReceipt, emessage(back)).original_emessage.refuse_code == expected


def _answering(answer: AcknowledgementMessage, message_id: str) -> AcknowledgementMessage:
    first, *rest = answer.entry
    header: Any = first.resource
    own = header.replace(response=header.response.replace(identifier=message_id))
    return answer.replace(entry=(first.replace(resource=own), *rest))


@pytest.mark.parametrize(
    ("issue", "code", "text"),
    [
        (OutcomeIssue(code="required"), RefuseCode.SYNTAX_ERROR, None),
        (OutcomeIssue(code="exception", diagnostics="Diagnose"), RefuseCode.NOT_SPECIFIED, "Diagnose"),
        (OutcomeIssue(code="value", details=CodeableConcept(text="a\nb")), RefuseCode.SYNTAX_ERROR, "a\nb"),
        (
            OutcomeIssue(
                code="processing",
                details=CodeableConcept(
                    coding=(Coding(system=DETAILS["MSG_BAD_SYNTAX"], code="MSG_BAD_SYNTAX", display="Bad Syntax"),)
                ),
            ),
            RefuseCode.SYNTAX_ERROR,
            "Bad Syntax",
        ),
    ],
)
def test_what_an_issue_becomes(issue: OutcomeIssue, code: RefuseCode, text: str | None) -> None:
    first = to_fhir(letter())
    answer = changed(refused(care(first)), OperationOutcome, lambda own: own.replace(issue=(issue,)))
    back = turned(answer, "xml", first.pairs)
    original = letter_as(NegativeReceipt, emessage(back)).original_emessage
    assert original.refuse_code == code
    assert (original.refuse_text.plain() if original.refuse_text else None) == text


# --- without pairs ---------------------------------------------------------------------------------------------------


def test_an_answer_to_what_the_pairs_do_not_have_is_refused() -> None:
    first, other = to_fhir(letter()), to_letter(message(ids=frozen(first=400)))
    answers = (
        (accepted(care(first)), "xml", "entry[0].resource"),
        (
            accepted(other.messages[0]),
            "fhir",
            "letters[0].original_emessage",
        ),
    )
    for answer, to, path in answers:
        for pairs in (None, Pairs()):
            with pytest.raises(InvalidMessage) as caught:
                convert(answer, to, pairs=pairs)
            assert [(issue.code, issue.path) for issue in caught.value.report] == [("conversion.not-paired", path)]


def test_receipts_of_different_messages_are_refused() -> None:
    one, two = to_letter(message()), to_letter(message(ids=frozen(first=400)), ids=frozen(first=6001))
    both = Pairs((*one.pairs.messages, *two.pairs.messages))
    with pytest.raises(InvalidMessage, match=r"conversion\.not-paired at letters"):
        convert(accepted(one.messages[0]), "fhir", attachments=[accepted(two.messages[0])], pairs=both)


def test_the_pairs_of_several_letters_find_their_own() -> None:
    source = letter().messages[0]
    own: Any = source.letters[0]
    two = source.replace(letters=(own, own.replace(letter=own.letter.replace(identifier="ANDET"))))
    first = to_fhir(two)
    for number, identifier in enumerate((own.letter.identifier, "ANDET")):
        back = turned(accepted(first.messages[number]), "xml", first.pairs)
        receipt = letter_as(PositiveReceipt, emessage(back))
        assert [each.original_letter_identifier for each in receipt.original_emessage.original_letter] == [identifier]


# --- the table -------------------------------------------------------------------------------------------------------


def _to_receipts() -> list[Conversion]:
    incomplete = to_fhir(letter(files=FILES).messages[0])
    unasked = to_fhir(letter(envelope={"acknowledgement_code": AcknowledgementCode.NOT_WANTED}))
    return [
        turned(refused(care(incomplete), transient=True), "xml", incomplete.pairs),
        turned(accepted(care(unasked)), "xml", unasked.pairs),
    ]


def _to_answers() -> list[Conversion]:
    first = to_letter(message(files=FILES))
    receipts = [refused(each) for each in first.messages]
    receipt: Any = receipts[0]
    own: Any = receipt.letters[0]
    named = own.original_emessage.original_letter[0].replace(refuse_code=RefuseCode.SYNTAX_ERROR)
    original = own.original_emessage.replace(original_letter=(named,))
    older = receipt.envelope.replace(sent=DateAndTime(date="2025-10-01", time="12:00"))
    early = receipt.replace(letters=(own.replace(original_emessage=original),), envelope=older)
    doubled = DateAndTime(date="2025-10-26", time="02:30")
    late = receipts[1].replace(envelope=receipts[1].envelope.replace(sent=doubled))
    return [
        turned(receipt, "fhir", first.pairs),
        turned(Consignment(receipts), "fhir", first.pairs),
        turned(Consignment((early, late)), "fhir", first.pairs),
    ]


@pytest.mark.parametrize("way", ["to_fhir", "to_letter"])
def test_what_is_noted_of_answers_is_what_the_table_names(way: str) -> None:
    conversions = _to_answers() if way == "to_fhir" else _to_receipts()
    noted = {loss.code for each in conversions for loss in each.losses}
    noted |= {made.code for each in conversions for made in each.made_up}
    ways = [getattr(each, way) for each in RECEIPT_ROWS]
    assert noted == {kind.code for each in ways for kind in (*each.losses, *each.made_up)}
    assert [each.number for each in RECEIPT_ROWS] == list(range(1, len(RECEIPT_ROWS) + 1))


def test_what_is_made_up_of_answers_stands_at_its_path() -> None:
    for conversion in (*_to_receipts(), *_to_answers()):
        for made in conversion.made_up:
            assert value_at(conversion, made.path) not in (None, ()), made
