"""What a receiver does with what comes: each row of the tables on duplicates, order and answers, in both stores."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import medcom_bu
from medcom_bu import (
    AcknowledgementMessage,
    CareCommunicationBuilder,
    ClinicalEmailBuilder,
    Emessage,
    InvalidMessage,
    ResponseCode,
    exchange,
)
from medcom_bu.envelopes import vans
from medcom_bu.exchange import Action, Box, Decision, ExchangePolicy, MemoryStore, SqliteStore, State, receive
from medcom_bu.testing.letters import letter_samples as samples
from medcom_bu.testing.sets import fhir_samples
from tests.robustness.canaries import LEAK
from tests.support.care_messages import IDA
from tests.support.ids_and_clock import counted
from tests.support.paths import changed
from tests.support.threads import thread

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
MAIL = changed(samples()["XDIS91/XD9134L"], {"letters[0].receiver.ean_identifier": "5790000121540"})
CARE: Any = fhir_samples()["CareCommunication/5.0"]
JSON = medcom_bu.to_fhir(CARE)
BROKEN = medcom_bu.to_xml(MAIL).replace(b"Subject>", b"Emne>")
INVALID = JSON.replace(b'"regarding-referral"', b'"hemmeligt"')


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    return MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "exchange.db")


def after(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def answer(decision: Decision) -> Any:
    """The answer, out of an envelope. It is valid."""
    assert decision.answer is not None
    parsed = medcom_bu.read(decision.answer)
    assert parsed.report.ok, str(parsed.report)
    if isinstance(parsed.message, medcom_bu.VansEnvelope) and parsed.message.payload:
        return medcom_bu.parse(parsed.message.payload)
    return parsed.message


def meaning(message: Any) -> Any:
    """What an answer says, without the number and the times of its transmission."""
    same = exchange.again(message, ids=counted(NOW))
    if isinstance(same, Emessage):
        letter: Any = same.letters[0]
        told = letter.original_emessage.replace(original_envelope_identifier="x")
        return same.replace(letters=(letter.replace(original_emessage=told),))
    return same


SENT: dict[str, Callable[[], tuple[bytes, bytes]]] = {
    "OIO-XML": lambda: pair_of(MAIL, medcom_bu.to_xml),
    "EDIFACT": lambda: pair_of(MAIL, medcom_bu.to_edifact),
    "FHIR JSON": lambda: pair_of(CARE, medcom_bu.to_fhir),
    "FHIR XML": lambda: pair_of(CARE, lambda message: medcom_bu.to_fhir(message, "xml")),
    "OIO-XML in an envelope": lambda: pair_of(MAIL, lambda message: medcom_bu.to_xml(vans.wrap(message))),
    "FHIR in an envelope": lambda: pair_of(
        CARE, lambda message: medcom_bu.to_xml(vans.wrap(medcom_bu.to_fhir(message)))
    ),
}
BAD = {"OIO-XML": BROKEN, "FHIR JSON": INVALID, "EDIFACT": medcom_bu.to_edifact(MAIL).replace(b"'UNT+", b"'UNT+9")}


def pair_of(message: Any, write: Callable[[Any], bytes]) -> tuple[bytes, bytes]:
    """The bytes of a message, and those of its next transmission."""
    return write(message), write(exchange.again(message, ids=counted(after(31), first=700)))


# --- duplicates (governance 043; protocol of receiving 5.0.0, 3.2.7) ------------------------------------------------


@pytest.mark.parametrize("name", SENT)
@pytest.mark.parametrize("is_resent", [False, True])
def test_a_copy_is_not_shown_and_gets_the_same_answer(store: Any, name: str, is_resent: bool) -> None:
    """Cases J (the same bytes) and K, L (a new transmission)."""
    first_data, resent = SENT[name]()
    first = receive(first_data, store, NOW)
    assert (first.action, first.report.ok) == (Action.SHOW, True)
    assert exchange.key(first.message) in exchange.answers(answer(first))  # type: ignore[arg-type]
    data = resent if is_resent else first_data
    copies = [receive(data, store, after(31 * number)) for number in (1, 2)]
    assert [copy.action for copy in copies] == [Action.DUPLICATE] * 2
    answers = [answer(each) for each in (first, *copies)]
    assert meaning(answers[0]) == meaning(answers[1]) == meaning(answers[2])
    assert len({exchange.sending(each) for each in answers}) == 3
    assert {medcom_bu.read(each.answer or b"").wire for each in (first, *copies)} == {medcom_bu.read(first_data).wire}
    (entry,) = store.waiting(Box.IN)
    assert (entry.name, entry.state, entry.count) == (first.keys[0].text, State.SHOWN, 3)
    if isinstance(first.message, Emessage):
        told: Any = answers[1].letters[0]
        assert told.original_emessage.original_envelope_identifier == exchange.sending(
            copies[0].message  # type: ignore[arg-type]
        )


@pytest.mark.parametrize("name", BAD)
def test_a_copy_of_what_was_refused_is_refused_again(store: Any, name: str) -> None:
    """Case O, twice: the first answer decides, valid or not."""
    first = receive(BAD[name], store, NOW)
    assert (first.action, first.report.ok) == (Action.REFUSE, False)
    good = SENT[name]()[1]
    for copy in (receive(BAD[name], store, after(1)), receive(good, store, after(2))):
        assert copy.action is Action.DUPLICATE
        assert meaning(answer(copy)) == meaning(answer(first))
    assert exchange.key(medcom_bu.read(good)) in exchange.answers(answer(first))


def test_what_was_shown_stays_so_when_a_damaged_copy_comes(store: Any) -> None:
    assert receive(JSON, store, NOW).action is Action.SHOW
    copy = receive(INVALID, store, after(1))
    assert copy.action is Action.DUPLICATE
    assert answer(copy).code is ResponseCode.OK


def test_a_bundle_id_that_is_used_again_for_another_message_is_refused(store: Any) -> None:
    """Governance 043: Bundle.id SHALL never be reused."""
    assert receive(JSON, store, NOW).action is Action.SHOW
    other = JSON.replace(CARE.header.id.encode(), b"another-message")
    for action in (Action.REFUSE, Action.DUPLICATE):
        refused = receive(other, store, after(1))
        assert refused.action is action
        told = answer(refused)
        assert told.code is ResponseCode.FATAL_ERROR
        assert [coding.code for coding in told.issues[0].details.coding] == ["MSG_DUPLICATE_ID"]
    assert receive(JSON, store, after(2)).action is Action.DUPLICATE
    own = exchange.again(medcom_bu.parse(other, type(CARE)), ids=counted(NOW, first=50))
    assert receive(medcom_bu.to_fhir(own), store, after(3)).action is Action.DUPLICATE  # the first verdict decides


def test_a_letter_that_wants_no_receipt_gets_none_unless_it_is_refused(store: Any) -> None:
    unasked = changed(MAIL, {"envelope.acknowledgement_code": "minuspositivkvitt"})
    first = receive(medcom_bu.to_xml(unasked), store, NOW)
    assert (first.action, first.answer) == (Action.SHOW, None)
    assert receive(medcom_bu.to_xml(unasked), store, NOW).answer is None
    asked = receive(medcom_bu.to_xml(MAIL), store, NOW)
    assert (asked.action, type(answer(asked).letters[0])) == (Action.DUPLICATE, medcom_bu.PositiveReceipt)
    other = changed(unasked, {"letters[0].letter.identifier": "BREV2"})
    refused = receive(medcom_bu.to_xml(other).replace(b"Subject>", b"Emne>"), store, NOW)
    assert type(answer(refused).letters[0]) is medcom_bu.NegativeReceipt


def test_two_letters_of_which_one_is_new_are_shown(store: Any) -> None:
    letter: Any = MAIL.letters[0]
    both = MAIL.replace(letters=(letter, letter.replace(letter=letter.letter.replace(identifier="BREV2"))))
    assert receive(medcom_bu.to_xml(MAIL), store, NOW).action is Action.SHOW
    assert receive(medcom_bu.to_xml(both), store, NOW).action is Action.SHOW
    assert receive(medcom_bu.to_xml(both), store, NOW).action is Action.DUPLICATE


def test_another_sender_may_use_the_same_number(store: Any) -> None:
    other = changed(MAIL, {"letters[0].sender.ean_identifier": "5790000121557"})
    assert [receive(medcom_bu.to_xml(each), store, NOW).action for each in (MAIL, other)] == [Action.SHOW] * 2


# --- answers ---------------------------------------------------------------------------------------------------------

ANSWERS: list[Any] = [
    exchange.accept(MAIL),
    exchange.refuse(MAIL, reason="Nej"),
    exchange.refuse_delivery(MAIL, "VANS"),
    exchange.accept(CARE),
    exchange.refuse(CARE, transient=True),
]


@pytest.mark.parametrize("number", range(len(ANSWERS)))
def test_an_answer_is_given_to_the_outbox_and_never_answered(store: Any, number: int) -> None:
    """VEN-3; AR 2.0.4, 3.4.1, 3.4.4: in every form, whole or broken."""
    made = ANSWERS[number]
    wires = (
        [medcom_bu.to_fhir(made), medcom_bu.to_fhir(made, "xml")]
        if isinstance(made, AcknowledgementMessage)
        else [medcom_bu.to_xml(made), medcom_bu.to_edifact(made)]
    )
    wires += [medcom_bu.to_xml(vans.wrap(data)) for data in wires]
    wires.append(wires[0].replace(b"fatal-error", b"x").replace(b"syntaksfejl", b"x").replace(b"Version", b"Verson"))
    for data, _ in itertools.product(wires, range(2)):
        decision = receive(data, store, NOW)
        assert (decision.action, decision.answer) == (Action.ANSWER, None)
    assert list(store.waiting(Box.IN)) == []


def test_the_receipt_of_an_envelope_is_an_answer(store: Any) -> None:
    envelope = vans.wrap(MAIL)
    for receipt in (vans.positive(envelope), vans.negative(envelope, "x"), vans.vans_negative(envelope, "x")):
        decision = receive(medcom_bu.to_xml(receipt), store, NOW)
        assert (decision.action, decision.answer) == (Action.ANSWER, None)


# --- hostile and broken ----------------------------------------------------------------------------------------------

JUNK = [b"", b"hej", b"{}", b"<x/>", b"<Emessage", b"UNA:+.? '", JSON[:300], b"\x00" * 100, b"\xff\xfe"]


@pytest.mark.parametrize("number", range(len(JUNK)))
def test_junk_is_refused_with_an_explanation(store: Any, number: int) -> None:
    decision = receive(JUNK[number], store, NOW)
    assert (decision.action, decision.answer, decision.keys) == (Action.REFUSE, None, ())
    assert "it cannot be answered" in decision.why
    assert "ingen kan få svar" in decision.text("da")
    assert list(store.waiting(Box.IN)) == []


@pytest.mark.parametrize("number", range(len(JUNK)))
def test_junk_in_an_envelope_is_refused_by_the_receipt_of_the_envelope(store: Any, number: int) -> None:
    """Governance of the network layer, 032."""
    envelope = vans.wrap(
        JUNK[number], sender="5790000121526", receiver="5790000121540", name="MCM:XDIS91", version="XD9134L"
    )
    decision = receive(medcom_bu.to_xml(envelope), store, NOW)
    assert decision.action is Action.REFUSE
    receipt = answer(decision)
    assert vans.matches(envelope, receipt)
    assert type(receipt.content.outcome).__name__ == "NegativeMessage"
    assert "its envelope is answered" in decision.why
    unreliable = changed(envelope, {"content.meta_information.transport.type": "unreliable"})
    assert receive(medcom_bu.to_xml(unreliable), store, NOW).answer is None


@given(st.sampled_from(sorted(SENT)), st.data())
def test_no_damage_raises_or_is_answered_wrongly(name: str, drawn: st.DataObject) -> None:
    data = SENT[name]()[0]
    at, length = drawn.draw(st.integers(0, len(data))), drawn.draw(st.integers(0, 40))
    damaged = data[:at] + drawn.draw(st.binary(max_size=8)) + data[at + length :]
    store = MemoryStore()
    first, second = receive(damaged, store, NOW), receive(damaged, store, NOW)
    assert first.action in (Action.SHOW, Action.REFUSE)
    assert second.action is (Action.DUPLICATE if first.keys else Action.REFUSE)
    if first.answer is not None:
        assert second.answer is not None
        assert receive(first.answer, store, NOW).action is Action.ANSWER


def test_a_decision_says_nothing_of_the_content(store: Any) -> None:
    hostile = medcom_bu.to_xml(MAIL).replace(b"BREV0000000001", b"0201609995").replace(b"Subject>", b"CANARYab>")
    care = INVALID.replace(CARE.header.id.encode(), b"CANARY-0201609995").replace(b"hemmeligt", b"CANARYab")
    for data in (hostile, care, b"CANARY", JSON, medcom_bu.to_xml(MAIL)):
        for decision in (receive(data, store, NOW), receive(data, store, NOW)):
            said = [repr(decision), decision.why, decision.text("da"), json.dumps(decision.audit.to_dict())]
            said += [repr(decision.audit), repr(decision.keys), repr(list(store.waiting(Box.IN)))]
            for text in said:
                assert not LEAK.search(text), text
                assert "0201609995" not in text
                assert "Lonni" not in text


# --- types, versions, units ------------------------------------------------------------------------------------------


def test_what_is_not_taken_is_refused_for_its_type(store: Any) -> None:
    decision = receive(medcom_bu.to_xml(MAIL), store, NOW, takes=("XREF01", "CareCommunication/5.0"))
    assert decision.action is Action.REFUSE
    told = answer(decision).letters[0].original_emessage
    assert told.refuse_code is medcom_bu.RefuseCode.VERSION_PROBLEM
    assert told.refuse_text.plain() == (
        "denne modtager tager ikke imod meddelelser af denne type eller version; den tager imod"
        " CareCommunication/5.0, XREF01"
    )
    assert decision.why == (
        "this receiver does not accept messages of this type or version; it accepts CareCommunication/5.0, XREF01"
    )
    assert receive(medcom_bu.to_xml(MAIL), MemoryStore(), NOW, takes=()).why.endswith("; it accepts -")
    old = medcom_bu.to_fhir(fhir_samples()["CareCommunication/4.0"])
    refused = receive(old, store, NOW, takes=("CareCommunication/5.0",))
    assert [coding.code for coding in answer(refused).issues[0].details.coding] == [
        "MSG_RECEIVER_UNABLE_TO_RECEIVE_MSG_TYPE"
    ]


@pytest.mark.parametrize("takes", [("XDIS91",), ("XDIS91/XD9134L",), ("DIS91",), ("DIS91/D9134L", "XREF01")])
def test_what_is_taken_is_shown(store: Any, takes: tuple[str, ...]) -> None:
    assert receive(medcom_bu.to_edifact(MAIL), store, NOW, takes=takes).action is Action.SHOW


def test_a_letter_of_another_type_is_refused_unless_it_is_taken(store: Any) -> None:
    """LET-12."""
    data = medcom_bu.to_xml(MAIL).replace(b"ClinicalEmail", b"DischargeLetter").replace(b"XD9134L", b"XD0133L")
    data = data.replace(b"<TypeCode>XDIS91", b"<TypeCode>XDIS01")
    for takes in (None, ("XDIS91",)):
        told = answer(receive(data, MemoryStore(), NOW, takes=takes)).letters[0].original_emessage
        codes = {told.refuse_code, *(each.refuse_code for each in told.original_letter)}
        assert codes - {None} == {medcom_bu.RefuseCode.VERSION_PROBLEM}
    for code in ("XDIS01", "DIS01", "XDIS01/XD0133L"):
        assert receive(data, MemoryStore(), NOW, takes=(code,)).action is Action.SHOW


def test_a_message_to_another_unit_is_refused_by_a_directory_of_ones_own(store: Any) -> None:
    own = medcom_bu.Directory.from_rows([{"gln": "5790000121557", "name": "Eksempel"}])
    decision = receive(medcom_bu.to_xml(MAIL), store, NOW, directory=own)
    assert decision.action is Action.REFUSE
    told = answer(decision).letters[0].original_emessage.original_letter[0]
    assert told.refuse_code is medcom_bu.RefuseCode.UNKNOWN_LOCATION_NUMBER


# --- order -----------------------------------------------------------------------------------------------------------


def test_a_file_before_its_letter_is_shown_and_joined_later(store: Any) -> None:
    """Den gode XML MEDBIN (2020), page 9: in any order."""
    letter, binary = consignment()
    for message in (binary, letter):
        decision = receive(medcom_bu.to_xml(message), store, NOW)
        assert decision.action is Action.SHOW
        assert type(answer(decision).letters[0]) is medcom_bu.PositiveReceipt
    paired = exchange.pair(letter, [binary])
    assert (paired.consignment.messages, paired.missing, paired.others) == ((letter, binary), (), ())
    assert medcom_bu.validate(paired.consignment).ok


def consignment(cpr: str = "0201609995") -> tuple[Emessage, Emessage]:
    original: Any = MAIL.letters[0]
    patient = original.patient.replace(identifier=medcom_bu.Cpr(cpr))
    builder = ClinicalEmailBuilder(
        sender=original.sender, receiver=original.receiver, patient=patient, text="Se bilag."
    )
    builder.attach(b"%PDF-1.4\n", title="Vurdering")
    letter, binary = builder.build()
    return letter, binary


def test_a_letter_is_paired_with_its_own_files_alone() -> None:
    letter, binary = consignment()
    other_letter, other = consignment()
    alone = exchange.pair(letter, [other])
    assert (alone.consignment.messages, alone.others) == ((letter,), (other,))
    assert len(alone.missing) == 1
    assert exchange.pair(letter, [other, binary, other]).consignment.messages == (letter, binary)
    assert exchange.pair(other_letter, [binary, other]).consignment.messages == (other_letter, other)


def test_a_file_about_another_patient_is_never_joined() -> None:
    letter, binary = consignment()
    stranger: Any = binary.letters[0]
    person = stranger.subject.replace(identifier=medcom_bu.Cpr("0703921235"))
    wrong = binary.replace(letters=(stranger.replace(subject=person),))
    paired = exchange.pair(letter, [wrong])
    assert (paired.consignment.messages, paired.others) == ((letter,), (wrong,))
    assert len(paired.missing) == 1
    with pytest.raises(TypeError, match="pair takes an Emessage, not Consignment: write each of its messages"):
        exchange.pair(paired.consignment, [])  # type: ignore[arg-type]


def test_a_reply_before_what_it_answers_is_shown_when_it_comes(store: Any) -> None:
    """Cases H, I: neither is held back, and both are answered."""
    reply = thread()
    first = CareCommunicationBuilder.reply_to(reply).write("Svar.", author=IDA).build()
    for message in (first, reply):
        decision = receive(medcom_bu.to_fhir(message), store, NOW)
        assert decision.action is Action.SHOW
        assert answer(decision).code is ResponseCode.OK


def test_parallel_replies_are_both_shown(store: Any) -> None:
    """Cases E, F: two replies to one message."""
    first = thread()
    replies = [
        CareCommunicationBuilder.reply_to(first, own=own).write("Svar.", author=IDA).build() for own in (False, True)
    ]
    for message in replies:
        decision = receive(medcom_bu.to_fhir(message, "xml"), store, NOW)
        assert (decision.action, answer(decision).code) == (Action.SHOW, ResponseCode.OK)


def test_organisations_without_names_are_received(store: Any) -> None:
    """Case D."""
    plain = json.loads(JSON)
    for each in plain["entry"]:
        if each["resource"]["resourceType"] == "Organization":
            del each["resource"]["name"]
            each["resource"].pop("text", None)
    decision = receive(json.dumps(plain).encode(), store, NOW)
    assert (decision.action, answer(decision).code) == (Action.SHOW, ResponseCode.OK)


def test_trouble_of_ones_own_is_followed_by_the_verdict(store: Any) -> None:
    """AS 2.0.2, 3.3.1.7 to 3.3.1.9: nothing is remembered of what could not be kept, so the resend is judged."""

    def crash() -> None:
        with store:
            receive(JSON, store, NOW)
            raise OSError

    with pytest.raises(OSError):  # noqa: PT011 - what the caller's database raises
        crash()
    trouble: Any = exchange.refuse(medcom_bu.read(JSON), transient=True)
    assert trouble.code is ResponseCode.TRANSIENT_ERROR
    later = receive(pair_of(CARE, medcom_bu.to_fhir)[1], store, after(31))
    assert (later.action, answer(later).code) == (Action.SHOW, ResponseCode.OK)


# --- memory ----------------------------------------------------------------------------------------------------------


def test_what_is_older_than_the_retention_is_forgotten(store: Any) -> None:
    policy = ExchangePolicy(retention=timedelta(days=92))
    data = medcom_bu.to_xml(MAIL)
    receive(data, store, NOW, policy=policy)
    assert receive(data, store, NOW + timedelta(days=91), policy=policy).action is Action.DUPLICATE
    assert receive(data, store, NOW + timedelta(days=183), policy=policy).action is Action.DUPLICATE
    assert receive(data, store, NOW + timedelta(days=276), policy=policy).action is Action.SHOW
    assert len(list(store.waiting(Box.IN))) == 1


def test_the_store_holds_no_content_of_what_came(store: Any) -> None:
    receive(medcom_bu.to_xml(MAIL), store, NOW)
    receive(JSON, store, NOW)
    for entry in store.waiting(Box.IN):
        for told in (b"0201609995", b"Lonni", b"Testesen", b"vurdering"):
            assert told not in entry.data


def test_a_step_is_in_the_transaction_of_the_caller(store: Any) -> None:
    """A crash between showing a message and remembering it loses and doubles nothing."""
    data = medcom_bu.to_xml(MAIL)

    def crash() -> None:
        with store:
            assert receive(data, store, NOW).action is Action.SHOW
            raise KeyError

    with pytest.raises(KeyError):
        crash()
    assert list(store.waiting(Box.IN)) == []
    with store:
        assert receive(data, store, NOW).action is Action.SHOW
    assert receive(data, store, NOW).action is Action.DUPLICATE


def test_what_receive_takes(store: Any) -> None:
    with pytest.raises(TypeError, match=r"^receive: now takes datetime, not str$"):
        receive(b"", store, "now")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r'^receive: takes is a collection of codes, not a text: write \("XDIS91",\)$'):
        receive(b"", store, NOW, takes="XDIS91")
    with pytest.raises(TypeError, match=r"^read takes bytes, a path or a binary file, not str"):
        receive("x", store, NOW)  # type: ignore[arg-type]
    with pytest.raises(InvalidMessage):
        exchange.accept(medcom_bu.read(BROKEN))
