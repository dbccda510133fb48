"""An exchange under attack and misuse: odd clocks, odd files, odd numbers, letters together, answers in any order."""

from __future__ import annotations

import json
import multiprocessing
import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import medcom_bu
from medcom_bu import AcknowledgementMessage, Emessage, ResponseCode, exchange
from medcom_bu.envelopes import vans
from medcom_bu.exchange import (
    Action,
    Box,
    Decision,
    Entry,
    ExchangePolicy,
    MemoryStore,
    Outbox,
    SqliteStore,
    State,
    receive,
)
from medcom_bu.testing.letters import letter_samples as samples
from medcom_bu.testing.sets import fhir_samples
from tests.support.paths import changed

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
MAIL: Emessage = changed(samples()["XDIS91/XD9134L"], {"letters[0].receiver.ean_identifier": "5790000121540"})
CARE: Any = fhir_samples()["CareCommunication/5.0"]
JSON = medcom_bu.to_fhir(CARE)
OUTBOX = Outbox()


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    return MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "exchange.db")


def after(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def with_letters(*numbers: str, envelope: str = "KUVERT00000001") -> Emessage:
    """A message with a letter for each number."""
    letter: Any = MAIL.letters[0]
    letters = tuple(letter.replace(letter=letter.letter.replace(identifier=number)) for number in numbers)
    message: Emessage = changed(MAIL.replace(letters=letters), {"envelope.identifier": envelope})
    return message


def spoilt(message: Emessage) -> bytes:
    """The bytes of a message of which the last letter breaks the schema."""
    head, at, tail = medcom_bu.to_xml(message).rpartition(b"<ClinicalEmail>")
    return head + at + tail.replace(b"Subject>", b"Emne>")


def told(decision: Decision) -> tuple[str, list[str | None]]:
    """The kind of a receipt, and the numbers of the letters that it names."""
    assert decision.answer is not None
    receipt: Any = medcom_bu.parse(decision.answer, Emessage).letters[0]
    letters = receipt.original_emessage.original_letter
    return type(receipt).__name__, [letter.original_letter_identifier for letter in letters]


def answer_to(data: bytes, **reason: Any) -> bytes:
    """The answer of a receiver who accepts bytes, or refuses them for a reason."""
    came = medcom_bu.read(data)
    return exchange.write(exchange.refuse(came, **reason) if reason else exchange.accept(came), came)


# --- letters that come together --------------------------------------------------------------------------------------


def test_a_letter_that_was_refused_is_not_accepted_with_another(store: Any) -> None:
    """020, KR5: exactly one kind of answer."""
    one = with_letters("BREV1")
    assert told(receive(spoilt(one), store, NOW)) == ("NegativeReceipt", ["BREV1"])
    both = receive(medcom_bu.to_xml(with_letters("BREV1", "BREV2")), store, after(1))
    assert (both.action, told(both)) == (Action.SHOW, ("PositiveReceipt", ["BREV2"]))
    assert [key.identifier for key in both.keys] == ["BREV1", "BREV2"]
    assert [key.identifier for key in both.known] == ["BREV1"]  # not to be shown again


def test_a_letter_that_was_accepted_is_not_refused_with_another(store: Any) -> None:
    assert told(receive(medcom_bu.to_xml(with_letters("BREV1")), store, NOW)) == ("PositiveReceipt", ["BREV1"])
    both = receive(spoilt(with_letters("BREV1", "BREV2")), store, after(1))
    assert (both.action, told(both)) == (Action.REFUSE, ("NegativeReceipt", ["BREV2"]))
    again = receive(spoilt(with_letters("BREV1", "BREV2")), store, after(2))
    assert (again.action, told(again)) == (Action.DUPLICATE, ("PositiveReceipt", ["BREV1"]))
    assert again.known == again.keys


def test_one_bad_letter_refuses_those_that_come_with_it(store: Any) -> None:
    """D38: one wish for a receipt for the whole envelope, and one answer."""
    decision = receive(spoilt(with_letters("BREV1", "BREV2")), store, NOW)
    assert (decision.action, told(decision)) == (Action.REFUSE, ("NegativeReceipt", ["BREV1", "BREV2"]))
    assert decision.known == ()
    receipt: Any = medcom_bu.parse(decision.answer or b"", Emessage).letters[0]
    good, bad = receipt.original_emessage.original_letter
    assert (good.refuse_code, good.refuse_text.plain()) == ("ikke_specificeret", "sendt sammen med det der afvises")
    assert bad.refuse_code == "syntaksfejl"


@pytest.mark.parametrize("is_edifact", [False, True])
def test_letters_that_came_one_by_one_are_answered_together(store: Any, is_edifact: bool) -> None:
    write = medcom_bu.to_edifact if is_edifact else medcom_bu.to_xml
    for number in ("BREV1", "BREV2"):
        assert receive(write(with_letters(number, envelope=f"K{number}")), store, NOW).action is Action.SHOW
    both = receive(write(with_letters("BREV1", "BREV2", envelope="K3")), store, after(1))
    assert (both.action, told(both)) == (Action.DUPLICATE, ("PositiveReceipt", ["BREV1", "BREV2"]))
    receipt: Any = medcom_bu.parse(both.answer or b"", Emessage).letters[0]
    assert receipt.original_emessage.original_envelope_identifier == "K3"
    assert [entry.count for entry in store.waiting(Box.IN)] == [2, 2]


def test_a_refusal_of_one_of_several_letters_is_told_whenever_it_comes(store: Any) -> None:
    data = medcom_bu.to_edifact(with_letters("BREV1", "BREV2"))
    OUTBOX.send(data, store, NOW, whom="petra")
    answers = []
    came = medcom_bu.read(data)
    verdicts: list[tuple[str, Any]] = [("BREV1", exchange.accept(came)), ("BREV2", exchange.refuse(came, reason="Nej"))]
    for number, made in verdicts:
        receipt = made.letters[0]
        whole = receipt.original_emessage
        one = tuple(each for each in whole.original_letter if each.original_letter_identifier == number)
        answers.append(
            medcom_bu.to_xml(
                made.replace(letters=(receipt.replace(original_emessage=whole.replace(original_letter=one)),))
            )
        )
    steps = [step for answer in answers for step in OUTBOX.answered(answer, store, after(1))]
    assert [(step.state, step.must_tell) for step in steps] == [(State.ACKNOWLEDGED, False), (State.REJECTED, True)]
    (last,) = OUTBOX.answered(answers[0], store, after(2))
    assert (last.state, last.must_tell) == (State.REJECTED, False)


# --- what cannot be written here -------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_wrapped", [False, True])
def test_a_letter_whose_layout_is_not_known_is_sent_again(store: Any, is_wrapped: bool) -> None:
    """As it was, under another number and time: it holds up nothing else that is due."""
    known = medcom_bu.to_edifact(samples()["XREF01/XH0131R"], version="H0130R")
    bare = known.replace(b":H0130R+", b":H0131R+")
    assert bare != known
    with pytest.raises(medcom_bu.InvalidMessage):
        medcom_bu.to_edifact(medcom_bu.parse(bare, Emessage))
    data = medcom_bu.to_xml(vans.wrap(bare, name="MCM:REF01", version="H0131R")) if is_wrapped else bare
    OUTBOX.send(data, store, NOW)
    OUTBOX.send(CARE, store, NOW)
    again, other = OUTBOX.due(store, after(30))
    assert (again.state, other.state) == (State.AWAITING, State.AWAITING)
    sent = medcom_bu.parse(again.data or b"", medcom_bu.VansEnvelope).payload if is_wrapped else again.data
    numbers = (b"260504:1200", b"KUVERT00000001", exchange.sending(medcom_bu.read(sent or b"")).encode())
    assert sent == bare.replace(b"260504:0930", numbers[0]).replace(numbers[1], numbers[2])
    assert numbers[1] != numbers[2]
    receiver = MemoryStore()
    actions = [receive(each or b"", receiver, NOW).action for each in (data, again.data)]
    assert actions == [Action.SHOW, Action.DUPLICATE]
    (step,) = OUTBOX.answered(answer_to(again.data or b""), store, after(31))
    assert step.state is State.ACKNOWLEDGED


def test_what_is_no_store() -> None:
    wrong: Any = "exchange.db"
    for name, verb in (
        ("receive", lambda: receive(JSON, wrong, NOW)),
        (r"Outbox\.send", lambda: OUTBOX.send(CARE, wrong, NOW)),
        (r"Outbox\.answered", lambda: OUTBOX.answered(JSON, wrong, NOW)),
        (r"Outbox\.due", lambda: OUTBOX.due(wrong, NOW)),
    ):
        with pytest.raises(TypeError, match=f"^{name}: store takes Store, not str$"):
            verb()


# --- numbers ---------------------------------------------------------------------------------------------------------


def test_a_number_that_was_used_for_another_message_is_not_sent(store: Any) -> None:
    """043: no Bundle.id is used twice; M12-13 K16: no number of a letter or an envelope. Nothing is lost unsaid."""
    OUTBOX.send(CARE, store, NOW)
    OUTBOX.send(with_letters("BREV1"), store, NOW)
    for other in (
        JSON.replace(CARE.header.id.encode(), b"another-message"),
        medcom_bu.to_xml(with_letters("BREV2")),
        medcom_bu.to_xml(with_letters("BREV1", "BREV2", envelope="K2")),
    ):
        with pytest.raises(medcom_bu.InvalidMessage) as caught:
            OUTBOX.send(other, store, after(1))
        assert [(issue.code, issue.path) for issue in caught.value.report] == [("exchange.number-reused", "/")]
    assert len(list(store.waiting(Box.OUT))) == 2


@pytest.mark.parametrize("number", ["x" * 64, "a.b-c", "0"])
def test_a_message_with_an_odd_id_goes_both_ways(store: Any, number: str) -> None:
    data = JSON.replace(CARE.header.id.encode(), number.encode())
    step = OUTBOX.send(data, store, NOW)
    assert step.key.identifier == number
    decision = receive(data, store, NOW)
    assert decision.action is Action.SHOW
    (answered,) = OUTBOX.answered(decision.answer or b"", store, after(1))
    assert (answered.state, answered.key) == (State.ACKNOWLEDGED, step.key)


HOSTILE = ["x" * 5000, "'; DROP TABLE medcom_bu_entry; --", "a\x00b", "\ud800", "a/b/c", "sending 1/2", "%", "../../x"]


@pytest.mark.parametrize("number", HOSTILE)
def test_a_hostile_id_is_one_id(store: Any, number: str) -> None:
    plain = json.loads(JSON)
    plain["entry"][0]["resource"]["id"] = number
    data = json.dumps(plain).encode()
    first, second = receive(data, store, NOW), receive(data, store, after(1))
    assert first.action is Action.REFUSE
    assert second.action in (Action.DUPLICATE, Action.REFUSE)
    assert receive(JSON, store, after(2)).action in (Action.SHOW, Action.REFUSE)  # its Bundle.id may be remembered
    with pytest.raises(medcom_bu.InvalidMessage):
        OUTBOX.send(data, store, NOW)


@pytest.mark.parametrize("number", HOSTILE)
def test_a_hostile_number_of_a_letter_is_one_number(store: Any, number: str) -> None:
    data = medcom_bu.to_xml(MAIL).replace(b"BREV0000000001", number.replace("\x00", "").encode("utf-8", "replace"))
    first, second = receive(data, store, NOW), receive(data, store, after(1))
    assert first.action is (Action.SHOW if first.report.ok else Action.REFUSE)
    assert second.action is Action.DUPLICATE
    assert receive(medcom_bu.to_xml(MAIL), store, after(1)).action is Action.SHOW


# --- clocks ----------------------------------------------------------------------------------------------------------


def test_a_clock_that_is_put_back_shows_nothing_twice(store: Any) -> None:
    days = [0, -200, 0, 91]
    actions = [receive(JSON, store, NOW + timedelta(days=day)).action for day in days]
    assert actions == [Action.SHOW, *[Action.DUPLICATE] * 3]


def test_a_clock_that_was_ahead_for_a_moment_holds_nothing_up(store: Any) -> None:
    far = NOW + timedelta(days=3000)
    receive(medcom_bu.to_xml(with_letters("BREV1", envelope="K1")), store, far)
    receive(medcom_bu.to_xml(with_letters("BREV2", envelope="K2")), store, NOW)
    receive(medcom_bu.to_xml(with_letters("BREV3", envelope="K3")), store, NOW + timedelta(days=93))
    assert sorted(entry.name[-5:] for entry in store.waiting(Box.IN)) == ["BREV1", "BREV3"]


@pytest.mark.parametrize("zone", [None, ZoneInfo("Europe/Copenhagen")])
def test_half_an_hour_is_half_an_hour_when_the_clocks_change(store: Any, zone: Any) -> None:
    """25 October 2026, 02:45 summer time: half an hour later it is 02:15."""
    sent = datetime(2026, 10, 25, 2, 45, tzinfo=zone)
    OUTBOX.send(MAIL, store, sent)
    assert OUTBOX.due(store, datetime(2026, 10, 25, 1, 14, tzinfo=UTC)) == ()
    assert len(OUTBOX.due(store, datetime(2026, 10, 25, 2, 15, fold=1, tzinfo=zone))) == 1


def test_a_moment_with_and_without_a_zone_are_one(store: Any) -> None:
    """Without a zone it is Danish time, and a log says so."""
    decision = receive(JSON, store, datetime(2026, 5, 4, 11, 30))
    assert decision.audit.to_dict()["moment"] == "2026-05-04T11:30:00+02:00"
    (entry,) = store.waiting(Box.IN)
    assert entry.moment == NOW
    assert receive(JSON, store, NOW).action is Action.DUPLICATE


@pytest.mark.parametrize("moment", [datetime.min, datetime.max], ids=["first", "last"])
def test_the_ends_of_the_calendar_are_moments_too(store: Any, moment: datetime) -> None:
    assert receive(JSON, store, moment).action is Action.SHOW
    assert OUTBOX.send(MAIL, store, moment).state is State.AWAITING
    assert OUTBOX.due(store, datetime.min) == ()


def test_for_ever_may_be_a_policy(store: Any) -> None:
    policy = ExchangePolicy(timeout=timedelta.max, retention=timedelta.max)
    assert [receive(JSON, store, NOW, policy=policy).action for _ in "12"] == [Action.SHOW, Action.DUPLICATE]
    Outbox(policy).send(MAIL, store, NOW)
    assert Outbox(policy).due(store, after(10**9)) == ()
    shortest = ExchangePolicy(timeout=timedelta(microseconds=1), retention=timedelta(microseconds=1))
    Outbox(shortest).send(CARE, store, NOW)
    (step,) = Outbox(shortest).due(store, after(1))
    assert step.state is State.AWAITING


# --- answers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("message", [MAIL, CARE], ids=["letter", "FHIR"])
@pytest.mark.parametrize("first", [{}, {"reason": "Nej"}], ids=["positive", "negative"])
def test_an_answer_of_the_other_kind_changes_nothing(store: Any, message: Any, first: dict[str, Any]) -> None:
    """KR5: the first counts."""
    data = OUTBOX.send(message, store, NOW).data or b""
    state = State.REJECTED if first else State.ACKNOWLEDGED
    (step,) = OUTBOX.answered(answer_to(data, **first), store, after(1))
    (other,) = OUTBOX.answered(answer_to(data, **({} if first else {"reason": "Nej"})), store, after(2))
    assert (step.state, other.state, other.must_tell) == (state, state, False)
    assert other.why == "it was answered before: the first answer counts"
    assert OUTBOX.due(store, after(10_000)) == ()


@pytest.mark.parametrize("message", [MAIL, CARE], ids=["letter", "FHIR"])
def test_an_answer_to_what_was_never_sent_is_nothing(store: Any, message: Any) -> None:
    OUTBOX.send(with_letters("ANDET"), store, NOW)
    for reason in ({}, {"reason": "Nej"}, {"transient": True}):
        for write in (answer_to, lambda data, **reason: answer_to(medcom_bu.to_xml(vans.wrap(data)), **reason)):
            data = medcom_bu.to_fhir(message) if message is CARE else medcom_bu.to_xml(message)
            assert OUTBOX.answered(write(data, **reason), store, after(1)) == ()
    assert [entry.state for entry in store.waiting(Box.OUT)] == [State.AWAITING]


@pytest.mark.parametrize("message", [MAIL, CARE], ids=["letter", "FHIR"])
def test_nothing_answers_an_answer(store: Any, message: Any) -> None:
    """KR2, cc-24: not by hand, not by receive, not by the outbox, nor an answer to that."""
    made = exchange.accept(message)
    for verb in (exchange.accept, exchange.refuse):
        with pytest.raises(medcom_bu.InvalidMessage):
            verb(made)
    step = OUTBOX.send(made, store, NOW)
    assert step.state is State.SENT
    decision = receive(step.data or b"", store, NOW)
    assert (decision.action, decision.answer) == (Action.ANSWER, None)
    assert OUTBOX.due(store, after(10_000)) == ()


def test_trouble_after_giving_up_is_not_called_an_answer_before(store: Any) -> None:
    outbox = Outbox(ExchangePolicy(max_resends=0))
    data = outbox.send(CARE, store, NOW).data or b""
    (given_up,) = outbox.due(store, after(30))
    assert (given_up.state, given_up.data, given_up.must_tell) == (State.GIVEN_UP, None, True)
    (step,) = outbox.answered(answer_to(data, transient=True), store, after(40))
    assert (step.state, step.must_tell) == (State.GIVEN_UP, False)
    assert "the message was given up before" in step.why
    assert "meddelelsen er opgivet" in step.text("da")
    again = outbox.send(CARE, store, after(50))
    assert (again.state, again.data is None) == (State.AWAITING, False)


@pytest.mark.parametrize("message", [MAIL, CARE], ids=["letter", "FHIR"])
def test_what_was_refused_is_not_sent_again_but_corrected(store: Any, message: Any) -> None:
    """AE: sending it again will not help; a correction is a message of its own."""
    data = OUTBOX.send(message, store, NOW).data or b""
    OUTBOX.answered(answer_to(data, reason="Forkert"), store, after(1))
    again = OUTBOX.send(message, store, after(2))
    assert (again.state, again.data) == (State.REJECTED, None)
    builder: Any = (
        exchange.correct(MAIL, text="Rettet.")
        if message is MAIL
        else medcom_bu.CareCommunicationBuilder.reply_to(CARE, own=True).write("Rettet.", author=AUTHOR)
    )
    built = builder.build()
    correction = built.messages[0] if message is MAIL else built
    step = OUTBOX.send(correction, store, after(3))
    assert (step.state, step.data is None) == (State.AWAITING, False)
    receiver = MemoryStore()
    assert receive((data if message is CARE else spoilt(MAIL)), receiver, NOW).action is not Action.DUPLICATE
    assert receive(step.data or b"", receiver, after(3)).action is Action.SHOW


AUTHOR = medcom_bu.Author(given="Ida", family="Mose", telephone="12345678", role_code="paedagog")


def test_a_number_with_blanks_around_it_is_that_number(store: Any) -> None:
    data = OUTBOX.send(MAIL, store, NOW).data or b""
    answer = answer_to(data).replace(b">5790000121526<", b"> 5790000121526 <")
    (step,) = OUTBOX.answered(answer, store, after(1))
    assert step.state is State.ACKNOWLEDGED


# --- envelopes -------------------------------------------------------------------------------------------------------


def in_envelopes(data: bytes, count: int) -> bytes:
    for _ in range(count):
        envelope = vans.wrap(data, sender="5790000121526", receiver="5790000121540", name="MCM:XDIS91")
        data = medcom_bu.to_xml(envelope)
    return data


@pytest.mark.parametrize(
    ("count", "action"), [(1, Action.SHOW), (2, Action.SHOW), (4, Action.SHOW), (5, Action.REFUSE)]
)
def test_an_envelope_in_an_envelope_is_opened(store: Any, count: int, action: Action) -> None:
    """As deep as ``read`` judges; deeper, the outermost envelope is answered, and it is said why."""
    data = in_envelopes(medcom_bu.to_xml(MAIL), count)
    decision = receive(data, store, NOW)
    assert decision.action is action
    answer = medcom_bu.parse(decision.answer or b"", medcom_bu.VansEnvelope)
    if action is Action.SHOW:
        assert exchange.answers(answer) == (exchange.key(MAIL),)
        assert receive(medcom_bu.to_xml(MAIL), store, NOW).action is Action.DUPLICATE
    else:
        assert vans.matches(medcom_bu.parse(data, medcom_bu.VansEnvelope), answer)
        assert "it cannot be distinguished from others" in decision.why


def test_an_envelope_with_no_message_in_it_says_why(store: Any) -> None:
    data = in_envelopes(b"%PDF-1.4\n", 1)
    decision = receive(data, store, NOW)
    assert (decision.action, decision.keys) == (Action.REFUSE, ())
    assert decision.why.startswith("it has errors: the message does not give ")
    assert "; its envelope is answered" in decision.why


# --- other types -----------------------------------------------------------------------------------------------------


def of_another_event(*, sender: bool = True) -> bytes:
    plain = json.loads(JSON)
    for entry in plain["entry"]:
        entry["resource"].pop("meta", None)
    del plain["meta"]
    header = plain["entry"][0]["resource"]
    header["eventCoding"]["code"] = "hospital-notification-message"
    if not sender:
        del header["sender"]
    return json.dumps(plain).encode()


def test_a_fhir_message_of_another_event_is_refused_unless_it_is_taken(store: Any) -> None:
    data = of_another_event()
    refused = receive(data, MemoryStore(), NOW)
    answer = medcom_bu.parse(refused.answer or b"", AcknowledgementMessage)
    assert (refused.action, answer.code) == (Action.REFUSE, ResponseCode.FATAL_ERROR)
    assert answer.issues[0].code == "not-supported"
    assert receive(data, MemoryStore(), NOW, takes=("CareCommunication",)).action is Action.REFUSE
    taken = receive(data, store, NOW, takes=("hospital-notification-message",))
    answer = medcom_bu.parse(taken.answer or b"", AcknowledgementMessage)
    assert (taken.action, answer.code) == (Action.SHOW, ResponseCode.OK)
    assert receive(data, store, NOW, takes=("hospital-notification-message",)).action is Action.DUPLICATE


def test_a_message_that_is_taken_but_says_not_who_sent_it_is_refused(store: Any) -> None:
    decision = receive(of_another_event(sender=False), store, NOW, takes=("hospital-notification-message",))
    assert (decision.action, decision.answer) == (Action.REFUSE, None)
    assert decision.why.startswith("it has errors: the message does not give ")
    assert "; it cannot be answered" in decision.why
    refused = receive(of_another_event(sender=False), store, NOW)
    assert refused.why.startswith("it has errors: ")
    assert "; it cannot be answered" in refused.why


# --- files and workers -----------------------------------------------------------------------------------------------


def test_a_store_is_a_file_of_this_version(tmp_path: Path) -> None:
    for path in ("", ":memory:"):
        with pytest.raises(ValueError, match=r"^SqliteStore takes the path of a file: use MemoryStore"):
            SqliteStore(path)
    old = tmp_path / "old.db"
    connection = sqlite3.connect(old)
    connection.execute("CREATE TABLE medcom_bu_entry (id INTEGER PRIMARY KEY, box TEXT, name TEXT)")
    connection.close()
    with pytest.raises(ValueError, match="of another version of medcom_bu"):
        SqliteStore(old)
    own = tmp_path / "own.db"
    connection = sqlite3.connect(own)
    connection.execute("CREATE TABLE letters (id INTEGER PRIMARY KEY)")  # beside tables of others
    connection.close()
    for _ in "12":
        assert list(SqliteStore(own).waiting(Box.IN)) == []
    (tmp_path / "text.db").write_text("hej " * 1000, encoding="utf-8")
    with pytest.raises(sqlite3.DatabaseError):
        SqliteStore(tmp_path / "text.db")


def test_a_transaction_that_cannot_be_committed_is_undone(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "exchange.db")
    store.connection.executescript(
        "PRAGMA foreign_keys = ON; CREATE TABLE a (id INTEGER PRIMARY KEY);"
        "CREATE TABLE b (a INTEGER REFERENCES a DEFERRABLE INITIALLY DEFERRED);"
    )

    def fail() -> None:
        with store:
            receive(JSON, store, NOW)
            store.connection.execute("INSERT INTO b VALUES (7)")  # found wrong by COMMIT

    with pytest.raises(sqlite3.IntegrityError):
        fail()
    assert list(store.waiting(Box.IN)) == []
    assert receive(JSON, store, NOW).action is Action.SHOW


def test_one_of_many_workers_shows_a_message(store: Any) -> None:
    """Threads that share a store; each has its own copy of the bytes, in a transmission of its own."""
    copies = [medcom_bu.to_fhir(exchange.again(CARE)) for _ in range(4)] + [JSON] * 2
    actions: list[Action] = []
    workers = [
        threading.Thread(target=lambda data=data: actions.append(receive(data, store, NOW).action)) for data in copies
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(actions) == sorted([Action.SHOW, *[Action.DUPLICATE] * 5])


def test_children_go_on_with_the_store_of_their_parent(tmp_path: Path) -> None:
    """SQLite counts its locks in memory: a file that is open when a process forks is ruined by its children."""
    store, forked = SqliteStore(tmp_path / "exchange.db"), multiprocessing.get_context("fork")
    receive(JSON, store, NOW)
    queue = forked.SimpleQueue()

    def work(number: int) -> None:
        actions = [receive(JSON, store, after(number)).action]
        OUTBOX.send(with_letters(f"BREV{number}", envelope=f"K{number}"), store, NOW)
        queue.put((actions, len(OUTBOX.due(store, after(30)))))

    for _ in range(3):
        workers = [forked.Process(target=work, args=(number,)) for number in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert [worker.exitcode for worker in workers] == [0] * 4
    found = [queue.get() for _ in range(12)]
    assert [actions for actions, _ in found] == [[Action.DUPLICATE]] * 12
    assert sum(count for _, count in found) == 4
    (entry,) = store.waiting(Box.IN)
    assert entry.count == 13
    assert store.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_number_that_is_taken_meanwhile_is_looked_at_again(store: Any) -> None:
    """Another worker remembers another message with the same Bundle.id between looking and remembering."""
    other = JSON.replace(CARE.header.id.encode(), b"another-message")

    class Overtaken:
        """The store, in which another worker is faster once."""

        def __init__(self) -> None:
            self.is_first = True
            self.seen, self.keep = store.seen, store.keep
            self.waiting, self.forget = store.waiting, store.forget

        def remember(self, entry: Entry) -> Entry | None:
            if self.is_first:
                self.is_first = False
                receive(other, store, NOW)
            remembered: Entry | None = store.remember(entry)
            return remembered

    decision = receive(JSON, Overtaken(), NOW)
    assert decision.action is Action.REFUSE
    answer = medcom_bu.parse(decision.answer or b"", AcknowledgementMessage)
    assert answer.acknowledged == CARE.header.id
    assert answer.issues[0].details is not None
    assert [coding.code for coding in answer.issues[0].details.coding] == ["MSG_DUPLICATE_ID"]
