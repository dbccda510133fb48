"""Receipts and Acknowledgements turned over by the pairs: one to two, two to one, reasons carried."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

import medcom_bu
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
from medcom_bu.declare.oioxml import Unexpected
from medcom_bu.exchange.reasons import DETAILS
from medcom_bu.messages.emessage import LocalElements
from medcom_bu.testing import frozen
from medcom_bu.values.text import FormattedText
from medcom_bu.values.timestamps import DateAndTime
from tests.support.conversions import (
    PDF,
    RECEIVER_GLN,
    RECEIVER_SOR,
    SENDER_GLN,
    SENDER_SOR,
    care,
    changed,
    codes,
    emessage,
    letter,
    message,
    to_fhir,
    to_letter,
)
from tests.support.paths import changed as changed_at
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


def test_what_no_receipt_has_a_place_for_is_named() -> None:
    first = to_fhir(letter())
    plain = turned(refused(care(first)), "xml", first.pairs)
    assert "element" not in {code for code, _ in codes(plain)}
    odd = json.loads(medcom_bu.to_fhir(refused(care(first))))
    odd["entry"][0]["resource"]["author"] = {"display": "Petra Prøve"}
    odd["entry"].append({"resource": {"resourceType": "Location", "id": "1", "name": "Stue 1"}})
    answer = of_type(AcknowledgementMessage, medcom_bu.read(json.dumps(odd).encode()).message)
    found = turned(answer, "xml", first.pairs)
    assert {path for code, path in codes(found) if code == "element"} == {
        "entry[0].resource.rest",
        f"entry[{len(odd['entry']) - 1}].resource",
    }


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

Noted = set[tuple[str, str]]
Answered = tuple[Any, Conversion, Conversion]
"""What is answered, its conversion, and the conversion of the answer."""


def refusals() -> Answered:
    """Two receipts, the first of which says why of its letter too, and the Acknowledgement that they become."""
    sent = message(files=FILES)
    first = to_letter(sent)
    one, other = (refused(each, RefuseCode.SYNTAX_ERROR) for each in first.messages)
    own = one.letters[0]
    reasons = {"refuse_code": RefuseCode.VERSION_PROBLEM, "refuse_text": FormattedText(("Se brevet",))}
    named = own.original_emessage.original_letter[0].replace(**reasons)
    text = FormattedText.from_plain("Nej\ntak")
    original = own.original_emessage.replace(original_letter=(named,), refuse_text=text)
    local = LocalElements(0, f'<Local_Elements xmlns="{one.namespace}">x</Local_Elements>')
    kept = own.replace(original_emessage=original, unexpected=(Unexpected("element", 0, "Ukendt", "<Ukendt/>"),))
    receipts: Any = Consignment((one.replace(letters=(kept,), local_elements=(local,)), other))
    return receipts, first, turned(receipts, "fhir", first.pairs)


def refusal() -> Answered:
    """An Acknowledgement that refuses a letter whose file did not come, and the receipt that it becomes."""
    first = to_fhir(letter(files=FILES).messages[0])
    coding = Coding(system=DETAILS["MSG_BAD_SYNTAX"], code="MSG_BAD_SYNTAX", display="Bad Syntax")
    issue = OutcomeIssue(severity="error", code="structure", details=CodeableConcept(coding=(coding,), text="Nej\ntak"))
    answer = changed(refused(care(first), transient=True), OperationOutcome, lambda own: own.replace(issue=(issue,)))
    return answer, first, turned(answer, "xml", first.pairs)


_ANSWER = "messages[0].entry[0].resource"
_HERE = "messages[0].letters[0]"
_ORIGINAL = f"{_HERE}.original_emessage"


def _acknowledgement(answered: Answered) -> Any:
    return answered[2].messages[0]


def _receipt(answered: Answered) -> Any:
    return letter_as(NegativeReceipt, emessage(answered[2]))


def _both(code: str, path: str) -> Noted:
    return {(code, f"messages[{number}].{path}") for number in range(2)}


_Row = tuple[Callable[[Answered], Any], Any, Noted]
_TO_FHIR: dict[int, _Row] = {
    1: (lambda a: _acknowledgement(a).timestamp, "2026-05-04T09:30:00+02:00",
        {("made-up.zone", "messages[0].timestamp")}),
    2: (lambda a: len(_acknowledgement(a).id), 36,
        _both("identity", "envelope.identifier") | {("made-up.answer-ids", "messages[0].id")}),
    3: (lambda a: None, None, _both("acknowledgement-wish", "envelope.acknowledgement_code")),
    4: (lambda a: str(_acknowledgement(a).code), "fatal-error", set()),
    5: (lambda a: len(_acknowledgement(a).header.id), 36,
        _both("identity", "letters[0].letter.identifier") | {("made-up.answer-ids", f"{_ANSWER}.id")}),
    6: (lambda a: None, None, _both("version-code", "letters[0].letter.version_code")),
    7: (lambda a: _acknowledgement(a).header.event_coding.code, "acknowledgement-message",
        {("made-up.event", f"{_ANSWER}.event_coding")}),
    8: (lambda a: [_acknowledgement(a).sender.gln.reveal(), _acknowledgement(a).receiver.gln.reveal()],
        [RECEIVER_GLN, SENDER_GLN], set()),
    9: (lambda a: None, None, _both("version-code", "letters[0].original_emessage")),
    10: (lambda a: [_acknowledgement(a).sender.sor.reveal(), _acknowledgement(a).receiver.sor.reveal()],
         [RECEIVER_SOR, SENDER_SOR], set()),
    11: (lambda a: _acknowledgement(a).acknowledged == a[1].pairs.messages[0].message_id, True,
         {("made-up.from-pairs", f"{_ANSWER}.response.identifier")}),
    12: (lambda a: None, None, _both("version-code", "letters[0].original_emessage")),
    13: (lambda a: [each.code for each in _acknowledgement(a).issues], ["structure", "structure"],
         _both("refuse-code", "letters[0].original_emessage.refuse_code")),
    14: (lambda a: [each.details.text for each in _acknowledgement(a).issues],
         ["Nej\ntak", "Brevet har en syntaksfejl og kunne ikke læses"],
         set()),
    15: (lambda a: None, None, {("letter-reason", f"{_ORIGINAL}.original_letter[0]")}),
    16: (lambda a: {each.severity for each in _acknowledgement(a).issues}, {"error"},
         {("made-up.severity", "messages[0].entry")}),
    17: (lambda a: [each.details.coding[0].code for each in _acknowledgement(a).issues], ["MSG_BAD_SYNTAX"] * 2, set()),
    18: (lambda a: [each.message_id == a[1].pairs.messages[0].message_id for each in _acknowledgement(a).provenances],
         [True, False], {("made-up.answer-provenance", "messages[0].entry")}),
    19: (lambda a: _acknowledgement(a).sender.name, "Eksempel Lægehus", {("made-up.resources", "messages[0].entry")}),
    20: (lambda a: None, None,
         {("local-elements", "messages[0].local_elements[0]"), ("kept", f"{_HERE}.unexpected[0]")}),
}  # fmt: skip
_TO_LETTER: dict[int, _Row] = {
    1: (lambda a: (emessage(a[2]).envelope.sent.date, emessage(a[2]).envelope.sent.time), ("2026-05-04", "09:30"),
        {("seconds-and-zone", "timestamp")}),
    2: (lambda a: emessage(a[2]).envelope.identifier, "NUMMER00009002",
        {("identity", "id"), ("made-up.answer-ids", "messages[0].envelope.identifier")}),
    3: (lambda a: emessage(a[2]).envelope.acknowledgement_code, "minuspositivkvitt",
        {("made-up.acknowledgement-wish", "messages[0].envelope.acknowledgement_code")}),
    4: (lambda a: type(emessage(a[2]).letters[0]), NegativeReceipt,
        {("transient-error", "entry[0].resource.response.code")}),
    5: (lambda a: _receipt(a).letter.identifier, "NUMMER00009001",
        {("identity", "entry[0].resource.id"), ("made-up.answer-ids", f"{_HERE}.letter.identifier")}),
    6: (lambda a: _receipt(a).letter.version_code, "XC0230Q",
        {("made-up.version-code", f"{_HERE}.letter.version_code")}),
    7: (lambda a: _receipt(a).letter.statistical_code, "XCTL02",
        {("made-up.statistical-code", f"{_HERE}.letter.statistical_code")}),
    8: (lambda a: [_receipt(a).sender.ean_identifier, _receipt(a).receiver.ean_identifier],
        [RECEIVER_GLN, SENDER_GLN], set()),
    9: (lambda a: _receipt(a).original_emessage.original_envelope_identifier
        == a[1].pairs.messages[0].letters[0].envelope_identifier, True, {("made-up.from-pairs", _ORIGINAL)}),
    10: (lambda a: [_receipt(a).original_emessage.original_sender.ean_identifier,
                    _receipt(a).original_emessage.original_receiver.ean_identifier],
         [SENDER_GLN, RECEIVER_GLN], set()),
    11: (lambda a: _receipt(a).original_emessage.original_letter[0].original_letter_identifier
         == a[1].pairs.messages[0].letters[0].letter_identifier, True, {("made-up.from-pairs", _ORIGINAL)}),
    12: (lambda a: _receipt(a).original_emessage.original_letter[0].original_version_code, "XD9134L",
         {("made-up.from-pairs", _ORIGINAL)}),
    13: (lambda a: _receipt(a).original_emessage.refuse_code, RefuseCode.SYNTAX_ERROR, set()),
    14: (lambda a: _receipt(a).original_emessage.refuse_text.plain(), f"Nej\ntak\nBad Syntax\n{SENTENCE}",
         {("made-up.conversion-sentence", f"{_ORIGINAL}.refuse_text")}),
    15: (lambda a: _receipt(a).original_emessage.original_letter[0].refuse_text, None, set()),
    16: (lambda a: None, None, {("reason-details", "entry")}),
    17: (lambda a: "Bad Syntax" in _receipt(a).original_emessage.refuse_text.plain(), True,
         {("reason-details", "entry")}),
    18: (lambda a: None, None, {("answer-provenance", "entry")}),
    19: (lambda a: None, None, {("resources", "entry")}),
    20: (lambda a: emessage(a[2]).local_elements, (), set()),
}  # fmt: skip
"""Number of the row -> what is seen of the result, what it is, and what is noted; None where there is nothing."""

_ELSEWHERE = {
    "made-up.doubled-hour", "receipt-waits", "receipt-not-wanted", "made-up.from-pairs",
    "receipt-superseded", "answer-time", "unit-number",
}  # fmt: skip
"""What a row names and its case here does not show: a test of its own does, and those of correspondences."""


def _bare(kinds: Any) -> set[str]:
    return {kind.code.removeprefix("loss.convert-") for kind in kinds}


@pytest.mark.parametrize("row", RECEIPT_ROWS, ids=[f"receipt row {row.number}" for row in RECEIPT_ROWS])
@pytest.mark.parametrize("way", ["to_fhir", "to_letter"])
def test_row(row: Any, way: str) -> None:
    answered = refusals() if way == "to_fhir" else refusal()
    seen, expected, noted = (_TO_FHIR if way == "to_fhir" else _TO_LETTER)[row.number]
    assert seen(answered) == expected
    assert noted <= codes(answered[2])
    own = getattr(row, way)
    named = _bare((*own.losses, *own.made_up))
    assert {code for code, _ in noted} <= named
    assert named - {code for code, _ in noted} <= _ELSEWHERE


@pytest.mark.parametrize("way", ["to_fhir", "to_letter"])
def test_what_is_noted_of_answers_is_what_the_rows_expect(way: str) -> None:
    """Each code at each path, and no other."""
    answered, rows = (refusals(), _TO_FHIR) if way == "to_fhir" else (refusal(), _TO_LETTER)
    assert codes(answered[2]) == {each for _, _, noted in rows.values() for each in noted}
    for made in answered[2].made_up:
        assert value_at(answered[2], made.path) not in (None, ()), made
    assert [each.number for each in RECEIPT_ROWS] == list(range(1, len(RECEIPT_ROWS) + 1))


def test_the_latest_receipt_gives_the_time() -> None:
    """A doubled hour is named as in a letter."""
    first = to_letter(message(files=FILES))
    one, other = (refused(each) for each in first.messages)
    times = (DateAndTime(date="2025-10-01", time="12:00"), DateAndTime(date="2025-10-26", time="02:30"))
    receipts = [each.replace(envelope=each.envelope.replace(sent=when)) for each, when in zip((one, other), times)]  # noqa: B905 - as many
    back = turned(Consignment(receipts), "fhir", first.pairs)
    assert of_type(AcknowledgementMessage, back.messages[0]).timestamp == "2025-10-26T02:30:00+02:00"
    assert ("made-up.doubled-hour", "messages[0].timestamp") in codes(back)


# --- what has no place in the other kind of answer -------------------------------------------------------------------


def test_a_receipt_that_a_later_one_replaces_is_named_and_so_is_its_time() -> None:
    first = to_letter(message(files=FILES))
    one, other = first.messages
    early = changed_at(refused(one), {"envelope.sent": DateAndTime(date="2026-05-04", time="08:00")})
    given: Any = Consignment([early, accepted(one), accepted(other)])
    found = turned(given, "fhir", first.pairs)
    assert of_type(AcknowledgementMessage, found.messages[0]).code == "ok"
    named = {("receipt-superseded", "messages[0].letters[0]"), ("answer-time", "messages[0].envelope.sent")}
    assert {each for each in codes(found) if each[0] in ("receipt-superseded", "answer-time")} == named


def test_a_receipt_from_another_than_the_receiver_is_named() -> None:
    first = to_letter(message())
    receipt = accepted(first.messages[0])
    other = changed_at(receipt, {"letters[0].sender.ean_identifier": "5790000201389"})
    named = [codes(turned(each, "fhir", first.pairs)) for each in (receipt, other)]
    assert named[1] - named[0] == {("unit-number", "letters[0].sender.ean_identifier")}
    assert named[0] - named[1] == set()


def _answer(answer: AcknowledgementMessage, change: Callable[[dict[str, Any]], None]) -> AcknowledgementMessage:
    """The answer with its plain data changed."""
    plain = json.loads(medcom_bu.to_fhir(answer))
    change(plain)
    return of_type(AcknowledgementMessage, medcom_bu.read(json.dumps(plain).encode()).message)


@pytest.mark.parametrize("code", ["maybe", None])
def test_an_answer_without_a_code_of_the_standard_is_refused(code: str | None) -> None:
    """It is not taken for a refusal."""

    def unclear(plain: dict[str, Any]) -> None:
        response = plain["entry"][0]["resource"]["response"]
        response.pop("code")
        response |= {"code": code} if code else {}

    first = to_fhir(letter())
    with pytest.raises(InvalidMessage) as refusals_:
        turned(_answer(accepted(care(first)), unclear), "xml", first.pairs)
    assert [(each.code, each.path) for each in refusals_.value.report] == [
        ("conversion.missing", "entry[0].resource.response.code")
    ]


def test_reasons_of_a_positive_answer_are_named() -> None:
    def accepting(plain: dict[str, Any]) -> None:
        plain["entry"][0]["resource"]["response"]["code"] = "ok"

    first = to_fhir(letter())
    found = turned(_answer(refused(care(first)), accepting), "xml", first.pairs)
    letter_as(PositiveReceipt, emessage(found))
    assert ("element", "entry") in codes(found)
    assert ("element", "entry") not in codes(turned(accepted(care(first)), "xml", first.pairs))


def test_a_resource_of_an_answer_that_no_receipt_is_made_of_is_named() -> None:
    def more(plain: dict[str, Any]) -> None:
        outcome = next(each["resource"] for each in plain["entry"] if "issue" in each["resource"])
        for resource in (outcome | {"id": "x1"}, {"resourceType": "Patient", "id": "x2", "name": [{"family": "A"}]}):
            place = f"https://example.org/{resource['resourceType']}/{resource['id']}"
            plain["entry"].append({"fullUrl": place, "resource": resource})

    first = to_fhir(letter())
    answer = refused(care(first))
    count = len(answer.entry)
    named = codes(turned(_answer(answer, more), "xml", first.pairs)) - codes(turned(answer, "xml", first.pairs))
    assert named == {("element", f"entry[{count}].resource"), ("element", f"entry[{count + 1}].resource")}
