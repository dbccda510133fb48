"""Receipts: what they repeat, what a report becomes, what they answer, and what cannot be answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

import medcom_bu
from medcom_bu import exchange
from medcom_bu.exchange import receipts
from medcom_bu.issues import Layer, Report
from medcom_bu.messages.clinical_email import ClinicalEmail
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.receipts import NegativeReceipt, NegativeVansReceipt, PositiveReceipt
from medcom_bu.oioxml import catalogue
from medcom_bu.testing import strategies
from medcom_bu.testing.letters import letter_samples
from medcom_bu.values.codes import AcknowledgementCode, RefuseCode
from tests.support.all_kinds import all_kinds
from tests.support.ids_and_clock import counted
from tests.support.oracle import oracle
from tests.support.typed import letter_as

NOW = datetime(2026, 5, 4, 9, 30, 59)
LETTERS = {name: message for name, message in letter_samples().items() if not name.startswith("XCTL")}
RECEIPTS = {name: message for name, message in letter_samples().items() if name.startswith("XCTL")}
SENDER, RECEIVER = "5790000121526", "5790000121540"


def matches(sent: Any, answer: Any) -> bool:
    return exchange.matches(*(medcom_bu.read(each) if isinstance(each, bytes) else each for each in (sent, answer)))


def wants_answer(message: Any) -> bool:
    return exchange.wants_answer(medcom_bu.read(message) if isinstance(message, bytes) else message)


def between(message: Emessage) -> Emessage:
    """The sample with two different parties."""
    letter: Any = message.letters[0]
    changed = letter.replace(receiver=letter.receiver.replace(ean_identifier=RECEIVER))
    return message.replace(letters=(changed,))


CAME = between(letter_samples()["XDIS91/XD9134L"])
DATA = medcom_bu.to_xml(CAME)
BROKEN = DATA.replace(b"<Subject>", b"<Emne>").replace(b"</Subject>", b"</Emne>")


def one(message: Emessage) -> Any:
    """The letter of a receipt that is valid and reads back equal."""
    data = medcom_bu.to_xml(message)
    assert medcom_bu.validate(data).ok
    assert medcom_bu.parse(data) == message
    assert message.envelope.acknowledgement_code is AcknowledgementCode.NOT_WANTED
    (letter,) = message.letters
    return letter


def refusals(message: Emessage) -> list[tuple[str | None, str]]:
    """Code and text of the envelope, then of each letter."""
    told = one(message).original_emessage
    return [
        (item.refuse_code, item.refuse_text.plain() if item.refuse_text else "")
        for item in (told, *told.original_letter)
    ]


def unanswerable(answer: Any, received: Any, *arguments: Any) -> list[tuple[str, str]]:
    with pytest.raises(medcom_bu.InvalidMessage) as raised:
        answer(received, *arguments)
    assert not raised.value.report.ok
    return [(issue.code, issue.path) for issue in raised.value.report]


# --- accepting -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LETTERS)
def test_a_positive_receipt_repeats_what_came(name: str) -> None:
    came = between(LETTERS[name])
    data = medcom_bu.to_xml(came)
    answer = receipts.positive(came, ids=counted(NOW))
    for received in (data, medcom_bu.read(data)):
        assert receipts.positive(received, ids=counted(NOW)) == answer
    first: Any = came.letters[0]
    letter, original = one(answer), first.letter
    assert (letter.letter.identifier, answer.envelope.identifier) == ("NUMMER00000001", "NUMMER00000002")
    assert (letter.letter.version_code, letter.letter.statistical_code) == ("XC0330Q", "XCTL03")
    assert (letter.sender.ean_identifier, letter.receiver.ean_identifier) == (RECEIVER, SENDER)
    told = letter.original_emessage
    assert told.original_envelope_identifier == came.envelope.identifier
    assert (told.original_sender.ean_identifier, told.original_receiver.ean_identifier) == (SENDER, RECEIVER)
    assert [(item.original_letter_identifier, item.original_version_code) for item in told.original_letter] == [
        (original.identifier, original.version_code)
    ]
    assert matches(came, answer)
    assert wants_answer(came)


def test_a_receipt_is_not_wanted_where_it_is_not_asked_for() -> None:
    unasked = CAME.replace(envelope=CAME.envelope.replace(acknowledgement_code=AcknowledgementCode.NOT_WANTED))
    assert not wants_answer(unasked)
    assert not wants_answer(b"")
    assert wants_answer(DATA)
    for receipt in RECEIPTS.values():
        asking = receipt.replace(envelope=receipt.envelope.replace(acknowledgement_code=AcknowledgementCode.WANTED))
        assert not wants_answer(asking)


# --- refusing --------------------------------------------------------------------------------------------------------


def test_a_broken_letter_is_refused_with_what_is_wrong_where() -> None:
    parsed = medcom_bu.read(BROKEN)
    answer = receipts.negative(parsed, parsed.report, ids=counted(NOW))
    assert receipts.negative(BROKEN, medcom_bu.validate(BROKEN), ids=counted(NOW)) == answer
    (envelope, letter) = refusals(answer)
    assert envelope == (None, "")
    assert letter[0] == RefuseCode.SYNTAX_ERROR
    issue = parsed.report.issues[0]
    assert letter[1].startswith(f"{issue.path}: {issue.text('da')}")
    assert matches(CAME, answer)
    assert matches(BROKEN, answer)
    english = refusals(receipts.negative(parsed, parsed.report, lang="en"))
    assert english[1][1].startswith(f"{issue.path}: {issue.text('en')}")


def test_a_version_that_is_not_known_is_a_problem_of_the_version() -> None:
    for changed in (
        DATA.replace(b"XD9134L", b"XD9133L"),
        DATA.replace(b"/2006/07/01/", b"/2015/08/01/").replace(b"XD9134L", b"XD9135L"),
    ):
        answer = receipts.negative(changed, medcom_bu.validate(changed))
        assert [code for code, _ in refusals(answer)] == [None, RefuseCode.VERSION_PROBLEM]
        version = b"XD9133L" if b"XD9133L" in changed else b"XD9135L"
        (told,) = one(answer).original_emessage.original_letter
        assert told.original_version_code.encode() == version
        assert matches(changed, answer)


def test_another_fixed_code_is_no_problem_of_the_version() -> None:
    for changed in (
        DATA.replace(b"<TypeCode>XDIS91", b"<TypeCode>XDIS92"),
        DATA.replace(b"<VersionCode>XD9134L</VersionCode>", b"<VersionCode a='b'>XD9134L</VersionCode>"),
    ):
        answer = receipts.negative(changed, medcom_bu.validate(changed))
        assert [code for code, _ in refusals(answer)] == [None, RefuseCode.SYNTAX_ERROR]


def test_a_letter_of_an_unknown_type_is_refused_by_what_it_says_of_itself() -> None:
    other = DATA.replace(b"ClinicalEmail", b"DischargeLetter").replace(b"XD9134L", b"XD2230L")
    answer = receipts.negative(other, medcom_bu.validate(other))
    assert [code for code, _ in refusals(answer)] == [RefuseCode.VERSION_PROBLEM, None]
    (told,) = one(answer).original_emessage.original_letter
    assert (told.original_letter_identifier, told.original_version_code) == ("BREV0000000001", "XD2230L")
    assert matches(other, answer)


def test_what_a_rule_says_is_not_specified() -> None:
    came = between(letter_samples()["XBIN01/XB0131X"])
    letter: Any = came.letters[0]
    wrong = letter.replace(binary_object=(letter.binary_object[0].replace(original_object_size="7"),))
    came = came.replace(letters=(wrong,))
    for received in (came, medcom_bu.to_xml(came)):
        answer = receipts.negative(received, medcom_bu.validate(received))
        assert [code for code, _ in refusals(answer)] == [None, RefuseCode.NOT_SPECIFIED]


def test_an_error_of_the_envelope_is_told_for_the_envelope() -> None:
    wrong = DATA.replace(b"pluspositivkvitt", b"gerne")
    answer = receipts.negative(wrong, medcom_bu.validate(wrong))
    assert [code for code, _ in refusals(answer)] == [RefuseCode.SYNTAX_ERROR, None]


def test_a_letter_beside_a_refused_one_is_refused_with_it() -> None:
    letter = letter_as(ClinicalEmail, CAME)
    both = CAME.replace(letters=(letter, letter.replace(letter=letter.letter.replace(identifier="BREV2"))))
    data = medcom_bu.to_xml(both)
    first, last = data.split(b"</ClinicalEmail>", 1)
    wrong = first + b"</ClinicalEmail>" + last.replace(b"Subject>", b"Emne>")
    answer = receipts.negative(wrong, medcom_bu.validate(wrong))
    assert [code for code, _ in refusals(answer)] == [None, RefuseCode.NOT_SPECIFIED, RefuseCode.SYNTAX_ERROR]
    assert [item.original_letter_identifier for item in one(answer).original_emessage.original_letter] == [
        "BREV0000000001",
        "BREV2",
    ]
    assert matches(both, answer)
    assert matches(CAME, answer)  # which is the first of both


def test_a_reason_of_your_own() -> None:
    answer = receipts.negative(CAME, code=RefuseCode.UNKNOWN_LOCATION_NUMBER, text="Modtager ikke fundet")
    assert refusals(answer) == [("ukendt_lokationsnummer", "Modtager ikke fundet"), (None, "")]
    assert refusals(receipts.negative(CAME, text="Kan ikke læses")) == [
        ("ikke_specificeret", "Kan ikke læses"),
        (None, ""),
    ]
    with pytest.raises(ValueError, match="nothing to refuse for"):
        receipts.negative(CAME, medcom_bu.validate(CAME))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\x0b", "\x85", "\u2028"])
def test_the_lines_of_a_reason_end_however_they_end(end: str) -> None:
    for answer in (receipts.negative(CAME, text=f"a{end}b"), receipts.vans_negative(CAME, SENDER, text=f"a{end}b")):
        assert refusals(answer)[0][1] == "a\nb"
    sender = letter_as(NegativeVansReceipt, receipts.vans_negative(CAME, f"net{end}værk")).sender
    assert sender.ean_identifier == "net værk"


@pytest.mark.parametrize("sign", ["\x00", "\x01", "\x1f", "\x7f", "\x92", "\ud800", "\ufffe"])
def test_a_reason_holds_no_character_that_no_letter_can_hold(sign: str) -> None:
    makers: tuple[tuple[Callable[[str], Emessage], str], ...] = (
        (lambda text: receipts.negative(CAME, text=text), "text"),
        (lambda text: receipts.vans_negative(CAME, SENDER, text=text), "text"),
        (lambda text: receipts.vans_negative(CAME, text), "operator"),
    )
    for make, field in makers:
        with pytest.raises(medcom_bu.InvalidMessage) as caught:
            make(f"a{sign}b")
        assert [(issue.code, issue.path) for issue in caught.value.report] == [("builder.characters", field)]
        assert dict(caught.value.report.issues[0].params)["examples"] == f"U+{ord(sign):04X}"


def test_the_reasons_are_ten_at_most_and_counted() -> None:
    issues = [catalogue.EMPTY.issue(f"letters[0].patient.field{number}", element="X") for number in range(13)]
    report = Report.from_issues(issues, [Layer.SCHEMA], [Layer.SCHEMA])
    ten = Report.from_issues(issues[:10], [Layer.SCHEMA], [Layer.SCHEMA])
    assert len(refusals(receipts.negative(CAME, ten))[1][1].split("\n")) == 10
    lines = refusals(receipts.negative(CAME, report))[1][1].split("\n")
    assert len(lines) == 11
    assert lines[-1] == "og 3 mere"


def test_warnings_are_no_reason() -> None:
    issues = [
        catalogue.ENCODING_LIES.issue("/", declared="a", actual="b"),
        catalogue.EMPTY.issue("letters[0].patient", element="X"),
    ]
    report = Report.from_issues(issues, [Layer.SCHEMA], [Layer.SCHEMA])
    assert len(refusals(receipts.negative(CAME, report))[1][1].split("\n")) == 1


def test_every_reason_can_be_told_in_latin_1() -> None:
    for kind in all_kinds():
        (kind.message.da + kind.message.en).encode("latin-1")


def test_the_network_cannot_deliver() -> None:
    answer = receipts.vans_negative(CAME, "DKKMDKMDNET", ids=counted(NOW))
    letter = one(answer)
    assert (letter.letter.version_code, letter.letter.statistical_code) == ("XC0130Q", "XCTL01")
    assert (letter.sender.ean_identifier, letter.receiver.ean_identifier) == ("DKKMDKMDNET", SENDER)
    assert refusals(answer) == [("ukendt_lokationsnummer", "Modtager ikke fundet"), (None, "")]
    assert matches(CAME, answer)


# --- what is only partly readable ------------------------------------------------------------------------------------


def without(path: str) -> bytes:
    root = etree.fromstring(DATA)
    node = root.find("{*}" + path.replace("/", "/{*}"))
    assert node is not None
    parent = node.getparent()
    assert parent is not None
    parent.remove(node)
    return etree.tostring(root)


@pytest.mark.parametrize(
    ("path", "missing"),
    [
        ("Envelope/Identifier", "Envelope/Identifier"),
        ("Envelope", "Envelope/Identifier"),
        ("ClinicalEmail/Sender", "Sender/EANIdentifier"),
        ("ClinicalEmail/Receiver/EANIdentifier", "Receiver/EANIdentifier"),
        ("ClinicalEmail", "Sender/EANIdentifier, Receiver/EANIdentifier"),
    ],
)
def test_what_a_receipt_must_repeat_and_is_not_there(path: str, missing: str) -> None:
    came = without(path)
    for answer, arguments in (
        (receipts.positive, ()),
        (receipts.negative, (medcom_bu.validate(came),)),
        (receipts.vans_negative, ("DKKMDKMDNET",)),
    ):
        with pytest.raises(medcom_bu.InvalidMessage) as raised:
            answer(came, *arguments)
        (issue,) = raised.value.report
        assert (issue.code, dict(issue.params)) == ("receipt.no-original", {"missing": missing})


@pytest.mark.parametrize("path", ["ClinicalEmail/Letter", "ClinicalEmail/Letter/Identifier"])
def test_a_letter_without_a_number_is_refused_with_its_envelope(path: str) -> None:
    came = without(path)
    answer = receipts.negative(came, medcom_bu.validate(came))
    assert [code for code, _ in refusals(answer)] == [RefuseCode.SYNTAX_ERROR]
    assert matches(CAME, answer)
    assert [code for code, _ in unanswerable(receipts.positive, came)] != []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<Identifier>BREV0000000001", b"<Identifier>"),
        (b"<Identifier>BREV0000000001", b"<Identifier>BREV00000000001"),
        (b"<VersionCode>XD9134L", b"<VersionCode>"),
        (b"<VersionCode>XD9134L", b"<VersionCode>XD9134LL"),
    ],
)
def test_a_letter_that_a_receipt_cannot_name_is_refused_with_its_envelope(old: bytes, new: bytes) -> None:
    came = DATA.replace(old, new)
    answer = receipts.negative(came, medcom_bu.validate(came))
    assert len(refusals(answer)) == 1
    assert refusals(answer)[0][1] != ""
    assert unanswerable(receipts.positive, came) != []


@pytest.mark.parametrize(("identifier", "version"), [(b"B", b"1"), (b"B" * 14, b"1" * 7)])
def test_a_letter_is_named_as_long_as_a_receipt_can_hold(identifier: bytes, version: bytes) -> None:
    came = DATA.replace(b"BREV0000000001", identifier).replace(b"<VersionCode>XD9134L", b"<VersionCode>" + version)
    (told,) = one(receipts.negative(came, medcom_bu.validate(came))).original_emessage.original_letter
    assert (told.original_letter_identifier, told.original_version_code) == (identifier.decode(), version.decode())


def test_numbers_are_copied_and_never_cut() -> None:
    long = DATA.replace(b"BREV0000000001", b"BREV00000000001")
    assert [code for code, _ in refusals(receipts.negative(long, medcom_bu.validate(long)))] == ["syntaksfejl"]
    assert unanswerable(receipts.positive, long) == [
        (
            "xml.pattern",
            "letters[0].original_emessage.original_letter[0].original_letter_identifier",
        )
    ]
    long = DATA.replace(b"KUVERT00000001", b"KUVERT000000001")
    assert unanswerable(receipts.negative, long, medcom_bu.validate(long)) == [
        ("xml.pattern", "letters[0].original_emessage.original_envelope_identifier")
    ]
    odd = DATA.replace(b"BREV0000000001", b" brev  1 ")
    assert one(receipts.positive(odd)).original_emessage.original_letter[0].original_letter_identifier == " brev  1 "


def test_more_letters_than_a_receipt_holds_are_refused_with_their_envelope() -> None:
    many = CAME.replace(letters=CAME.letters * 100)
    report = medcom_bu.validate(DATA.replace(b"pluspositivkvitt", b"gerne"))
    assert len(refusals(receipts.negative(many, report))) == 1
    assert len(refusals(receipts.negative(many.replace(letters=CAME.letters * 99), report))) == 100


@pytest.mark.parametrize("data", [b"", b"hej", b"<Emessage", b"{}", b"UNA:+.? '", b"<a/>", DATA[:300]])
def test_what_cannot_be_read_cannot_be_answered(data: bytes) -> None:
    first = unanswerable(receipts.positive, data)
    assert first[0] == ("receipt.no-original", "/")
    assert first[1:] == [(issue.code, issue.path) for issue in medcom_bu.validate(data)]
    assert unanswerable(receipts.negative, data, medcom_bu.validate(data)) == first
    assert not matches(data, data)
    assert not matches(CAME, data)


@pytest.mark.parametrize("name", RECEIPTS)
def test_a_receipt_is_not_answered(name: str) -> None:
    assert unanswerable(receipts.positive, RECEIPTS[name]) == [("receipt.of-receipt", "letters[0]")]
    assert unanswerable(receipts.vans_negative, RECEIPTS[name], "DKKMDKMDNET") == [("receipt.of-receipt", "letters[0]")]


@given(st.data())
def test_no_damage_raises_anything_else(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(DATA)))
    length = data.draw(st.integers(0, 40))
    damaged = DATA[:at] + data.draw(st.binary(max_size=8)) + DATA[at + length :]
    parsed = medcom_bu.read(damaged)
    try:
        answer = receipts.negative(parsed, parsed.report, text="Afvist")
    except medcom_bu.InvalidMessage as error:
        assert not error.report.ok
    else:
        assert medcom_bu.validate(answer).ok
        assert matches(damaged, answer)


# --- matching --------------------------------------------------------------------------------------------------------


def with_original(receipt: Emessage, **changes: Any) -> Emessage:
    """The receipt with other things in what it repeats."""
    letter: Any = receipt.letters[0]
    return receipt.replace(letters=(letter.replace(original_emessage=letter.original_emessage.replace(**changes)),))


def test_only_the_receipt_of_the_message_matches() -> None:
    """VEN-19: by the number of a letter and its sender, and by the envelope where no letter is named."""
    answer = receipts.positive(CAME)
    told = one(answer).original_emessage
    (letter,), party = told.original_letter, told.original_sender
    other_letter = letter.replace(original_letter_identifier="BREV2")
    other_envelope = with_original(answer, original_envelope_identifier="KUVERT00000002")
    assert matches(CAME, other_envelope)
    assert not matches(CAME, with_original(other_envelope, original_letter=()))
    assert not matches(CAME, with_original(answer, original_letter=(other_letter,)))
    assert matches(CAME, with_original(answer, original_letter=(other_letter, letter)))
    strangers = with_original(answer, original_sender=party.replace(ean_identifier="5790000000000"))
    assert not matches(CAME, strangers)
    assert not matches(CAME, CAME)
    other = one(answer).replace(receiver=party.replace(ean_identifier=RECEIVER))
    assert not matches(CAME, answer.replace(letters=(other,)))


def test_receipts_of_other_systems_match_too() -> None:
    answer = receipts.positive(CAME)
    told = one(answer).original_emessage
    edifact = told.original_letter[0].replace(original_version_code="D9134L")
    swapped = {"original_sender": told.original_receiver, "original_receiver": told.original_sender}
    assert matches(CAME, with_original(answer, original_letter=(edifact,)))
    assert matches(CAME, with_original(answer, original_letter=()))
    assert matches(CAME, with_original(answer, **swapped))
    assert matches(DATA, medcom_bu.to_xml(answer))


def test_a_late_receipt_for_an_earlier_transmission() -> None:
    again = CAME.replace(envelope=CAME.envelope.replace(identifier="KUVERT00000002"))
    late = receipts.positive(CAME)
    assert matches(again, late)
    assert not matches(again, with_original(late, original_letter=()))


def test_the_official_receipts_answer_the_official_messages() -> None:
    """MedCom's flow 2 answers flow 1: the correspondence and its file, an envelope each."""
    folder = oracle("examples/xml")
    sent = [
        (folder / name).read_bytes()
        for name in ("xdis91-xd9134l-flow1-with-reference.xml", "xbin01-xb0131x-flow1-and-flow3-pdf.xml")
    ]
    answers = [(folder / f"xctl03-xc0330q-flow2-for-{name}.xml").read_bytes() for name in ("xdis91", "xbin01")]
    found = [[matches(message, answer) for answer in answers] for message in sent]
    assert found == [[True, False], [False, True]]


@pytest.mark.slow
@given(strategies.messages())
def test_every_message_is_answered_and_its_receipt_matches(message: Emessage) -> None:
    if isinstance(message.letters[0], NegativeVansReceipt | NegativeReceipt | PositiveReceipt):
        assert unanswerable(receipts.positive, message) == [("receipt.of-receipt", "letters[0]")]
        return
    for answer in (
        receipts.positive(message),
        receipts.negative(message, text="Afvist"),
        receipts.vans_negative(message, "DKKMDKMDNET"),
    ):
        assert medcom_bu.parse(medcom_bu.to_xml(answer)) == answer
        assert matches(message, answer)
        assert matches(medcom_bu.to_xml(message), medcom_bu.to_xml(answer))


# --- on the other wire -----------------------------------------------------------------------------------------------

EDIFACT = medcom_bu.to_edifact(CAME)


def test_what_came_as_edifact_is_named_by_its_version_there() -> None:
    parsed = medcom_bu.read(EDIFACT)
    assert parsed.wire == "edifact"
    for received in (EDIFACT, parsed):
        answer = receipts.positive(received, ids=counted(NOW))
        told = one(answer).original_emessage
        assert [item.original_version_code for item in told.original_letter] == ["D9134L"]
        wire = medcom_bu.to_edifact(answer)
        assert b"'UCM+BREV0000000001+MEDDIS:D:93A:UN:D9134L+7'" in wire
        assert medcom_bu.parse(wire) == answer
        assert matches(EDIFACT, wire)
        assert matches(CAME, wire)
    assert one(receipts.positive(CAME)).original_emessage.original_letter[0].original_version_code == "XD9134L"


def test_a_fault_of_syntax_is_refused_on_the_same_wire() -> None:
    came = medcom_bu.read(EDIFACT.replace(b"'UNT+", b"'UNT+9"))
    assert [issue.code for issue in came.report if issue.severity == "error"] == ["edifact.segment-count"]
    refusal = receipts.negative(came, came.report, ids=counted(NOW))
    wire = medcom_bu.to_edifact(refusal)
    assert b"'FTX+SYN+P00++" in wire
    assert medcom_bu.validate(wire).ok
    answer = medcom_bu.parse(wire)
    assert isinstance(answer, Emessage)
    told: Any = answer.letters[0]
    assert told.original_emessage.refuse_code is RefuseCode.SYNTAX_ERROR
    assert told.original_emessage.original_envelope_identifier == CAME.envelope.identifier
    assert matches(EDIFACT, answer)
