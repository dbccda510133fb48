"""The other side: what it answers by the rules, and each way to misbehave, as a sender or a receiver sees it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

import medcom_bu
from medcom_bu import CareCommunicationMessage, Emessage, VansEnvelope, danish_time, exchange
from medcom_bu.certification import Counterpart, CounterpartRole, Misbehaviour
from medcom_bu.envelopes import vans
from medcom_bu.exchange import MemoryStore, Outbox, State, receive
from medcom_bu.messages.envelopes import NegativeVans, VansReceipt
from medcom_bu.testing import Factories, frozen
from medcom_bu.testing.clock import START

NOW = danish_time.aware(START)


class Municipality:
    """Our side: sends, and takes answers, by the library."""

    def __init__(self) -> None:
        self.ids = frozen(first=7000)
        self.made = Factories(self.ids)
        self.store, self.outbox = MemoryStore(), Outbox()

    def send(self, message: Any) -> bytes:
        data = self.outbox.send(message, self.store, NOW, ids=self.ids).data
        assert data is not None
        return data

    def states(self, answers: tuple[bytes, ...]) -> list[str]:
        steps = [step for data in answers for step in self.outbox.answered(data, self.store, NOW)]
        return [str(step.state) for step in steps]

    def take(self, data: bytes) -> exchange.Decision:
        return receive(data, self.store, NOW, ids=self.ids)


@pytest.fixture
def ours() -> Municipality:
    return Municipality()


def letter(ours: Municipality) -> Emessage:
    return ours.made.correspondence().messages[0]


def late(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


# --- by the rules ---


@pytest.mark.parametrize(
    ("role", "kind", "state"),
    [
        ("hospital", "letter", State.ACKNOWLEDGED),
        ("hospital", "edifact", State.ACKNOWLEDGED),
        ("hospital", "care", State.ACKNOWLEDGED),
        ("hospital", "referral", State.ACKNOWLEDGED),
        ("doctor", "letter", State.ACKNOWLEDGED),
        ("doctor", "care", State.ACKNOWLEDGED),
        ("doctor", "referral", State.REJECTED),
        ("dnhf", "referral", State.ACKNOWLEDGED),
        ("dnhf", "letter", State.REJECTED),
        ("dnhf", "care", State.REJECTED),
        ("vans", "referral", State.ACKNOWLEDGED),
        ("vans", "enveloped", State.ACKNOWLEDGED),
    ],
)
def test_each_takes_what_is_its_own(role: str, kind: str, state: State, ours: Municipality) -> None:
    messages: dict[str, Any] = {
        "letter": lambda: letter(ours),
        "edifact": lambda: medcom_bu.to_edifact(letter(ours)),
        "care": ours.made.care_communication,
        "referral": lambda: ours.made.referral().messages[0],
        "enveloped": lambda: vans.wrap(letter(ours), ids=ours.ids),
    }
    assert ours.states(Counterpart(role).receive(ours.send(messages[kind]()))) == [str(state)]


def test_a_copy_is_answered_again_and_an_answer_never(ours: Municipality) -> None:
    doctor, data = Counterpart("doctor"), ours.send(letter(ours))
    first, second = doctor.receive(data), doctor.receive(data)
    assert (len(first), len(second), first == second) == (1, 1, False)
    assert [str(each.action) for each in doctor.decisions] == ["show", "duplicate"]
    assert doctor.receive(first[0]) == ()


@pytest.mark.parametrize("data", [b"", b"<Emessage", b"{}", b"UNA:+.? '", bytes(range(256))])
@pytest.mark.parametrize("role", CounterpartRole)
@pytest.mark.parametrize("how", [None, *Misbehaviour])
def test_garbage_is_never_answered(role: CounterpartRole, how: Misbehaviour | None, data: bytes) -> None:
    other = Counterpart(role)
    other.misbehave(*([how] if how else []))
    assert other.receive(data) == ()


def test_the_seed_decides_all_that_it_says(ours: Municipality) -> None:
    data = ours.send(letter(ours))

    def said(seed: str) -> list[bytes]:
        other = Counterpart("hospital", seed=seed)
        other.misbehave("refused", "late")
        answers = other.receive(data)
        sent = other.send(other.care_communication())
        return [*answers, *sent, *other.tick(late(121))]

    assert len(said("one")) == 3
    assert said("one") == said("one")
    assert said("one") != said("two")


# --- answers that go wrong ---


@pytest.mark.parametrize("kind", ["letter", "care"])
@pytest.mark.parametrize(
    ("how", "states", "again"),
    [
        ("refused", ["rejected"], ["rejected"]),
        ("transient", ["retry"], ["acknowledged"]),
        ("wrong version", ["rejected"], ["rejected"]),
        ("twice", ["acknowledged", "acknowledged"], ["acknowledged"]),
        ("lost", [], ["acknowledged"]),
        ("answer lost", [], ["acknowledged"]),
        ("late", [], ["acknowledged"]),
        ("converted", ["acknowledged"], ["acknowledged"]),
    ],
)
def test_an_answer(kind: str, how: str, states: list[str], again: list[str], ours: Municipality) -> None:
    """What the sender comes to by the first transmission, and what by the next one alone."""
    message = letter(ours) if kind == "letter" else ours.made.care_communication()
    data, other = ours.send(message), Counterpart("hospital")
    if how == "transient" and kind == "letter":
        states = ["rejected"]  # a letter is told so in words alone
    other.misbehave(how)
    alone = Municipality()
    alone.store = MemoryStore()
    alone.send(message)
    assert ours.states(other.receive(data)) == states
    assert alone.states(other.receive(data)) == again


def test_a_late_answer_comes_when_its_time_has_come(ours: Municipality) -> None:
    other, data = Counterpart("doctor"), ours.send(letter(ours))
    other.misbehave("late", minutes=40)
    assert other.receive(data) == ()
    assert other.tick(late(39)) == ()
    assert ours.states(other.tick(late(40))) == ["acknowledged"]
    assert other.tick(late(41)) == ()


def test_a_lost_message_was_never_seen_and_one_whose_answer_is_lost_was(ours: Municipality) -> None:
    other, data = Counterpart("doctor"), ours.send(letter(ours))
    other.misbehave("lost", "answer lost")
    assert other.receive(data) == other.receive(data) == ()
    other.receive(data)
    assert [str(each.action) for each in other.decisions] == ["show", "duplicate"]


def test_answers_in_another_order(ours: Municipality) -> None:
    other, (first, second) = Counterpart("hospital"), (ours.made.correspondence().messages[0] for _ in range(2))
    other.misbehave("reordered")
    assert other.receive(ours.send(first)) == ()
    answers = other.receive(ours.send(second))
    assert len(answers) == 2
    assert exchange.matches(second, medcom_bu.parse(answers[0], Emessage))
    assert exchange.matches(first, medcom_bu.parse(answers[1], Emessage))


@pytest.mark.parametrize("kind", ["letter", "care"])
def test_a_converted_answer_is_another_one_on_the_wire_of_the_sender(kind: str, ours: Municipality) -> None:
    """The same seed gives the same answer, so that one which differs went through the conversion."""
    data = ours.send(letter(ours) if kind == "letter" else ours.made.care_communication())
    plain, over = Counterpart("hospital"), Counterpart("hospital")
    over.misbehave("converted")
    (direct,), (converted,) = plain.receive(data), over.receive(data)
    assert medcom_bu.validate(converted).ok
    assert medcom_bu.detect(converted) == medcom_bu.detect(direct)
    assert converted != direct


def test_what_cannot_be_converted_is_answered_as_it_is(ours: Municipality) -> None:
    data = ours.send(ours.made.referral().messages[0])
    plain, over = Counterpart("hospital"), Counterpart("hospital")
    over.misbehave("converted")
    assert over.receive(data) == plain.receive(data)


# --- messages of its own ---


@pytest.mark.parametrize("kind", ["letter", "care"])
@pytest.mark.parametrize("enveloped", [False, True])
@pytest.mark.parametrize(
    ("how", "actions"),
    [
        (None, ["show"]),
        ("twice", ["show", "duplicate"]),
        ("wrong version", ["refuse"]),
        ("lost", []),
        ("late", []),
        ("reordered", []),
        ("converted", ["show"]),
    ],
)
def test_a_message_of_its_own(
    kind: str, enveloped: bool, how: str | None, actions: list[str], ours: Municipality
) -> None:
    other = Counterpart("hospital")
    other.misbehave(*([how] if how else []), minutes=20)
    message: Any = other.correspondence() if kind == "letter" else other.care_communication()
    decisions = [ours.take(data) for data in other.send(message, enveloped=enveloped)]
    assert [str(each.action) for each in decisions] == actions
    if how == "converted":
        (decision,) = decisions
        assert isinstance(decision.message, CareCommunicationMessage if kind == "letter" else Emessage)
    if how in ("late", "reordered"):
        assert [str(ours.take(data).action) for data in other.tick(late(20))] == ["show"]
    if how == "lost":
        assert other.tick(late(20)) == ()
        assert [str(ours.take(data).action) for data in other.tick(late(30))] == ["show"]


def test_the_letter_with_the_files_comes_first() -> None:
    other = Counterpart("hospital")
    message = other.correspondence(files={"Notat": b"%PDF-1.4\n"})
    other.misbehave("reordered")
    kinds = [type(medcom_bu.parse(each, Emessage).letters[0]).__name__ for each in other.send(message)]
    assert kinds == ["BinaryLetter", "ClinicalEmail"]


def test_it_sends_again_until_it_is_answered(ours: Municipality) -> None:
    other = Counterpart("doctor")
    (data,) = other.send(other.care_communication())
    (resent,) = other.tick(late(30))
    ours.take(data)
    decision = ours.take(resent)
    assert (str(decision.action), decision.answer is None) == ("duplicate", False)
    assert decision.answer is not None
    other.receive(decision.answer)
    assert other.tick(late(60)) == ()
    assert str(other.steps[-1].state) == "acknowledged"


# --- the network ---


@pytest.mark.parametrize("enveloped", [False, True])
def test_an_operator_refuses_in_its_own_name(enveloped: bool, ours: Municipality) -> None:
    message: Any = vans.wrap(letter(ours), ids=ours.ids) if enveloped else letter(ours)
    data, behind = ours.send(message), Counterpart("doctor")
    network = Counterpart("vans", behind=behind)
    network.misbehave("refused")
    (answer,) = network.receive(data)
    assert behind.decisions == []
    if enveloped:
        receipt = medcom_bu.parse(answer, VansEnvelope)
        assert isinstance(receipt.content, VansReceipt)
        assert isinstance(receipt.content.outcome, NegativeVans)
    else:
        assert type(medcom_bu.parse(answer, Emessage).letters[0]).__name__ == "NegativeVansReceipt"
    assert ours.states((answer,)) == ["rejected"]


def test_a_network_that_delivers_twice(ours: Municipality) -> None:
    behind = Counterpart("doctor")
    network = Counterpart("vans", behind=behind)
    network.misbehave("twice")
    assert ours.states(network.receive(ours.send(letter(ours)))) == ["acknowledged", "acknowledged"]
    assert [str(each.action) for each in behind.decisions] == ["show", "duplicate"]


# --- wrong use ---


def test_wrong_use_is_told() -> None:
    other = Counterpart("doctor")
    with pytest.raises(ValueError, match="role is one of hospital, doctor, dnhf, vans"):
        Counterpart("dentist")
    with pytest.raises(ValueError, match="how is one of late, twice"):
        other.misbehave("rude")
    with pytest.raises(ValueError, match="only a VANS provider"):
        Counterpart("doctor", behind=other)
    other.misbehave("refused")
    with pytest.raises(ValueError, match="refused is of answers"):
        other.send(other.care_communication())
