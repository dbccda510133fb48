"""What a sender does: it waits, sends again, takes the answer, gives up, and tells the user; in both stores."""

from __future__ import annotations

import json
import multiprocessing
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import medcom_bu
from medcom_bu import exchange
from medcom_bu.envelopes import vans
from medcom_bu.exchange import (
    Action,
    Box,
    Entry,
    ExchangePolicy,
    MemoryStore,
    Outbox,
    OutboxStep,
    Reason,
    SqliteStore,
    State,
    receive,
)
from medcom_bu.testing.letters import letter_samples as samples
from medcom_bu.testing.sets import fhir_samples
from tests.support.ids_and_clock import counted
from tests.support.paths import changed

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
MAIL = changed(samples()["XDIS91/XD9134L"], {"letters[0].receiver.ean_identifier": "5790000121540"})
CARE: Any = fhir_samples()["CareCommunication/5.0"]
OUTBOX = Outbox()
MESSAGES: dict[str, Any] = {
    "OIO-XML": MAIL,
    "EDIFACT": medcom_bu.to_edifact(MAIL),
    "FHIR JSON": CARE,
    "FHIR XML": medcom_bu.to_fhir(CARE, "xml"),
    "OIO-XML in an envelope": vans.wrap(MAIL),
    "FHIR in an envelope": medcom_bu.to_xml(vans.wrap(medcom_bu.to_fhir(CARE))),
}
EACH = pytest.mark.parametrize("name", MESSAGES)


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    return MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "exchange.db")


def after(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def sent(store: Any, name: str = "OIO-XML") -> bytes:
    step = OUTBOX.send(MESSAGES[name], store, NOW, whom="sagsbehandler 7")
    assert step.data is not None
    assert (step.state, step.must_tell, step.whom) == (State.AWAITING, False, "sagsbehandler 7")
    return step.data


def reply(data: bytes, **reason: Any) -> bytes:
    """The answer of a receiver to bytes that came: accepted, or refused for a reason."""
    came = medcom_bu.read(data)
    made = exchange.refuse(came, **reason) if reason else exchange.accept(came)
    return exchange.write(made, came)


def only(steps: tuple[OutboxStep, ...]) -> OutboxStep:
    (step,) = steps
    return step


def told(step: OutboxStep) -> tuple[State, bool, bool]:
    """Where it stands, whether something is sent, whether the user is told."""
    return step.state, step.data is not None, step.must_tell


# --- answered --------------------------------------------------------------------------------------------------------


@EACH
def test_a_message_is_acknowledged_once(store: Any, name: str) -> None:
    """AR 2.0.4, 3.3.1 and 3.4.2: the first counts, the second is not told."""
    data = sent(store, name)
    first, second = (only(OUTBOX.answered(reply(data), store, after(minute))) for minute in (1, 2))
    assert told(first) == told(second) == (State.ACKNOWLEDGED, False, False)
    assert first.key == exchange.key(medcom_bu.read(data))
    assert first.why == "the receiver has accepted it"
    assert second.text("da") == "den er besvaret før: det første svar gælder"
    assert OUTBOX.due(store, after(10_000)) == ()
    (entry,) = store.waiting(Box.OUT)
    assert entry.data == b""


@EACH
def test_a_refusal_is_told_with_its_reason(store: Any, name: str) -> None:
    """AR 2.0.4, 3.3.2: the user is told that it is invalid; it is not sent again."""
    data = sent(store, name)
    step = only(OUTBOX.answered(reply(data, reason="Borgeren er ukendt her"), store, after(1)))
    assert told(step) == (State.REJECTED, False, True)
    assert "Borgeren er ukendt her" in step.said
    assert step.whom == "sagsbehandler 7"
    assert OUTBOX.due(store, after(10_000)) == ()
    assert told(only(OUTBOX.answered(reply(data), store, after(2)))) == (State.REJECTED, False, False)


def test_of_a_letter_there_is_no_refusal_for_now_and_both_ends_say_so(store: Any) -> None:
    data = sent(store)
    step = only(OUTBOX.answered(reply(data, transient=True), store, after(1)))
    assert told(step) == (State.REJECTED, False, True)
    assert step.said.endswith("modtageren har et teknisk problem: send den senere, som en ny meddelelse")
    assert step.text("da") == (
        "modtageren afviser den: se hvad den skriver, og send en ny meddelelse, rettet hvis den var forkert"
    )
    fhir: Any = exchange.refuse(CARE, transient=True)
    assert fhir.issues[0].details.text == "modtageren har et teknisk problem: send meddelelsen igen senere"


@pytest.mark.parametrize("name", ["FHIR JSON", "FHIR XML", "FHIR in an envelope"])
@pytest.mark.parametrize("end", [{}, {"reason": "Forkert"}], ids=["AA", "AE"])
def test_a_technical_problem_is_followed_by_the_final_answer(store: Any, name: str, end: dict[str, Any]) -> None:
    """AR 2.0.4, 3.3.3: sent again, the user told, the latest answer counts."""
    data = sent(store, name)
    trouble = only(OUTBOX.answered(reply(data, transient=True), store, after(1)))
    assert told(trouble) == (State.RETRY, False, True)
    again = only(OUTBOX.due(store, after(1)))
    assert told(again) == (State.AWAITING, True, False)
    assert again.data is not None
    assert receive(again.data, MemoryStore(), NOW).action is Action.SHOW
    assert exchange.key(medcom_bu.read(again.data)) == exchange.key(medcom_bu.read(data))
    more = only(OUTBOX.answered(reply(again.data, transient=True), store, after(2)))
    assert told(more) == (State.RETRY, False, True)
    assert OUTBOX.due(store, after(31)) == ()
    assert len(OUTBOX.due(store, after(32))) == 1
    final = only(OUTBOX.answered(reply(again.data, **end), store, after(33)))
    assert final.state is (State.REJECTED if end else State.ACKNOWLEDGED)
    assert final.must_tell is bool(end)


def test_that_it_went_well_after_trouble_is_told(store: Any) -> None:
    data = sent(store, "FHIR JSON")
    OUTBOX.answered(reply(data, transient=True), store, after(1))
    assert told(only(OUTBOX.answered(reply(data), store, after(2)))) == (State.ACKNOWLEDGED, False, True)


# --- silence ---------------------------------------------------------------------------------------------------------


@EACH
def test_silence_is_followed_by_three_resends_and_then_the_user_is_told(store: Any, name: str) -> None:
    """040 KR7; AR 2.0.4, 3.3.4.1."""
    data = sent(store, name)
    transmissions = [data]
    for number in (1, 2, 3):
        assert OUTBOX.due(store, after(30 * number - 0.1)) == ()
        step = only(OUTBOX.due(store, after(30 * number)))
        assert told(step) == (State.AWAITING, True, False)
        transmissions.append(step.data or b"")
    read = [medcom_bu.read(each) for each in transmissions]
    assert all(parsed.report.ok for parsed in read)
    assert len({exchange.key(parsed) for parsed in read}) == 1
    assert len({exchange.sending(parsed) for parsed in read}) == 4
    assert len({parsed.wire for parsed in read}) == 1
    last = only(OUTBOX.due(store, after(120)))
    assert told(last) == (State.GIVEN_UP, False, True)
    assert "after 4 transmissions" in last.why
    assert OUTBOX.due(store, after(100_000)) == ()
    receiver = MemoryStore()
    actions = [receive(each, receiver, NOW).action for each in transmissions]
    assert actions == [Action.SHOW, *[Action.DUPLICATE] * 3]


@EACH
def test_a_late_answer_to_any_transmission_counts(store: Any, name: str) -> None:
    data = sent(store, name)
    for number in range(1, 5):
        OUTBOX.due(store, after(30 * number))
    late = only(OUTBOX.answered(reply(data), store, after(5000)))
    assert told(late) == (State.ACKNOWLEDGED, False, True)


def test_the_policy_decides_how_long_and_how_often(store: Any) -> None:
    outbox = Outbox(ExchangePolicy(timeout=timedelta(minutes=120), max_resends=2))
    outbox.send(MAIL, store, NOW)
    steps = [outbox.due(store, after(30 * number)) for number in range(1, 16)]
    assert [(number, told(step)[0]) for number, found in enumerate(steps, 1) for step in found] == [
        (4, State.AWAITING),
        (8, State.AWAITING),
        (12, State.GIVEN_UP),
    ]
    by_hand = Outbox(ExchangePolicy(max_resends=0))
    by_hand.send(CARE, store, NOW)
    assert told(only(by_hand.due(store, after(30)))) == (State.GIVEN_UP, False, True)
    for wrong in ({"lang": "fr"}, {"max_resends": -1}, {"timeout": timedelta(0)}):
        with pytest.raises(ValueError, match="ExchangePolicy"):
            ExchangePolicy(**wrong)


# --- sending ---------------------------------------------------------------------------------------------------------


@EACH
def test_a_message_is_not_sent_twice_by_mistake(store: Any, name: str) -> None:
    """LET-34."""
    sent(store, name)
    step = OUTBOX.send(MESSAGES[name], store, after(1))
    assert told(step) == (State.AWAITING, False, False)
    assert "not sent twice by mistake" in step.why
    for number in range(1, 5):
        OUTBOX.due(store, after(30 * number))
    again = OUTBOX.send(MESSAGES[name], store, after(500), ids=counted(NOW, first=300))
    assert told(again) == (State.AWAITING, True, False)
    first, new = (exchange.sending(medcom_bu.read(data)) for data in (sent(MemoryStore(), name), again.data or b""))
    assert first != new
    assert told(only(OUTBOX.due(store, after(530)))) == (State.AWAITING, True, False)


def test_what_wants_no_answer_is_not_waited_for(store: Any) -> None:
    unasked = changed(MAIL, {"envelope.acknowledgement_code": "minuspositivkvitt"})
    step = OUTBOX.send(unasked, store, NOW)
    assert told(step) == (State.SENT, True, False)
    assert OUTBOX.due(store, after(10_000)) == ()
    refused = only(OUTBOX.answered(reply(step.data or b"", reason="Nej"), store, after(1)))
    assert told(refused) == (State.REJECTED, False, True)
    assert told(OUTBOX.send(exchange.accept(MAIL), store, NOW)) == (State.SENT, True, False)


def test_what_is_not_valid_is_not_sent(store: Any) -> None:
    for wrong in (
        medcom_bu.to_xml(MAIL).replace(b"Subject>", b"Emne>"),
        CARE.replace(timestamp="i går"),
        b"hej",
    ):
        with pytest.raises(medcom_bu.InvalidMessage):
            OUTBOX.send(wrong, store, NOW)
    with pytest.raises(
        TypeError, match=r"^Outbox\.send takes a message or bytes, not Consignment: send each of its messages$"
    ):
        OUTBOX.send(medcom_bu.Consignment((MAIL,)), store, NOW)  # type: ignore[arg-type]
    assert list(store.waiting(Box.OUT)) == []


# --- other answers ---------------------------------------------------------------------------------------------------


def test_a_receipt_that_names_no_letter_is_known_by_its_envelope(store: Any) -> None:
    data = sent(store)
    answer: Any = exchange.refuse(medcom_bu.read(data), reason="Nej")
    letter = answer.letters[0]
    bare = letter.replace(original_emessage=letter.original_emessage.replace(original_letter=()))
    step = only(OUTBOX.answered(medcom_bu.to_xml(answer.replace(letters=(bare,))), store, after(1)))
    assert (step.state, step.said) == (State.REJECTED, "Årsagen er ikke specificeret\nNej")


def test_the_network_that_cannot_deliver_ends_it(store: Any) -> None:
    data = sent(store, "FHIR in an envelope")
    envelope = medcom_bu.parse(data, medcom_bu.VansEnvelope)
    assert OUTBOX.answered(medcom_bu.to_xml(vans.positive(envelope)), store, after(1)) == ()
    step = only(OUTBOX.answered(medcom_bu.to_xml(vans.vans_negative(envelope, "Ukendt modtager")), store, after(1)))
    assert (step.state, step.must_tell, step.said) == (State.REJECTED, True, "Ukendt modtager")
    letter = sent(store)
    lost = exchange.refuse_delivery(medcom_bu.read(letter), "VANS")
    assert only(OUTBOX.answered(medcom_bu.to_xml(lost), store, after(1))).state is State.REJECTED


def test_an_acknowledgement_of_a_stranger_does_not_count(store: Any) -> None:
    data = sent(store, "FHIR JSON")
    answer: Any = exchange.accept(medcom_bu.read(data))
    swapped = answer.header.replace(sender=answer.header.receiver)
    forged = answer.replace(entry=(answer.entry[0].replace(resource=swapped), *answer.entry[1:]))
    assert OUTBOX.answered(medcom_bu.to_fhir(forged), store, after(1)) == ()
    assert told(only(OUTBOX.due(store, after(30)))) == (State.AWAITING, True, False)


@pytest.mark.parametrize("data", [b"", b"hej", b"{}", b"<x/>", medcom_bu.to_xml(MAIL), reply(medcom_bu.to_xml(MAIL))])
def test_what_answers_nothing_changes_nothing(store: Any, data: bytes) -> None:
    assert OUTBOX.answered(data, store, NOW) == ()
    sent(store, "FHIR JSON")
    assert OUTBOX.answered(data, store, NOW) == ()


def test_a_step_says_nothing_of_the_content(store: Any) -> None:
    sent(store)
    data = sent(store, "FHIR JSON")
    steps = [
        *OUTBOX.answered(reply(data, reason=Reason("Lonni Test 0201609995")), store, after(1)),
        *(step for number in range(1, 5) for step in OUTBOX.due(store, after(30 * number))),
    ]
    assert len(steps) == 5
    for step in steps:
        said = repr(step) + step.why + step.text("da") + json.dumps(step.audit.to_dict()) + repr(step.audit)
        assert "Lonni" not in said
        assert "0201609995" not in said
    assert steps[-1].audit.to_dict() == {
        "moment": "2026-05-04T11:30:00+00:00",
        "step": "given up",
        "kind": "",
        "key": "5790000121526/BREV0000000001",
        "sending": steps[-1].audit.sending,
        "codes": [],
    }


# --- the stores themselves -------------------------------------------------------------------------------------------


def entry(name: str, minutes: int = 0, *, due: int | None = None, more: tuple[str, ...] = ()) -> Entry:
    return Entry(
        box=Box.OUT,
        names=(name, *more),
        state=State.AWAITING,
        moment=after(minutes),
        due=None if due is None else after(due),
        data=name.encode(),
    )


def test_one_name_has_one_entry(store: Any) -> None:
    first = entry("a", more=("b", "æ\x00'"))
    assert store.remember(first) is None
    assert store.remember(entry("c", more=("b",))) == first
    assert store.seen(Box.OUT, "c") is None
    assert store.seen(Box.OUT, "æ\x00'") == first
    assert store.seen(Box.IN, "a") is None
    changed_entry = first.changed(names=("a", "d"), state=State.REJECTED)
    assert store.keep(changed_entry) is True
    assert store.keep(first.changed(state=State.SENT)) is False
    assert store.keep(entry("x").changed()) is False
    assert [store.seen(Box.OUT, name) for name in "abd"] == [changed_entry, None, changed_entry]


def test_what_waits_comes_in_its_order(store: Any) -> None:
    for name, due in (("c", 3), ("a", 1), ("b", 2), ("n", None)):
        store.remember(entry(name, due=due))
    assert [each.name for each in store.waiting(Box.OUT, after(2))] == ["a", "b"]
    assert [each.name for each in store.waiting(Box.OUT)] == ["c", "a", "b", "n"]
    assert list(store.waiting(Box.IN)) == []


def test_what_waits_is_never_forgotten(store: Any) -> None:
    store.remember(entry("old", 0))
    store.remember(entry("waiting", 0, due=1))
    store.remember(entry("new", 60))
    assert store.forget(after(30)) == 1
    assert [each.name for each in store.waiting(Box.OUT)] == ["waiting", "new"]
    assert store.forget(after(30)) == 0


def test_a_transaction_is_whole_or_not_at_all(store: Any) -> None:
    store.remember(entry("a"))

    def crash() -> None:
        with store, store:
            store.remember(entry("b"))
            store.keep(entry("a").changed(state=State.REJECTED))
            raise KeyError

    with pytest.raises(KeyError):
        crash()
    assert [(each.name, each.state) for each in store.waiting(Box.OUT)] == [("a", State.AWAITING)]
    with store, store:
        store.remember(entry("b"))
    assert [each.name for each in store.waiting(Box.OUT)] == ["a", "b"]


def test_threads_take_turns(store: Any) -> None:
    kept: list[str] = []

    def work() -> None:
        kept.extend(str(number) for number in range(20) if store.remember(entry(str(number))) is None)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(kept, key=int) == [str(number) for number in range(20)]


def test_a_file_holds_what_another_process_remembered(tmp_path: Path) -> None:
    path = tmp_path / "exchange.db"
    own = SqliteStore(path)
    own.remember(entry("a"))
    process = multiprocessing.get_context("fork").Process(target=own.remember, args=(entry("b"),))
    process.start()
    process.join()
    assert process.exitcode == 0
    assert [each.name for each in SqliteStore(str(path)).waiting(Box.OUT)] == ["a", "b"]
    own.close()
    assert [each.name for each in own.waiting(Box.OUT)] == ["a", "b"]
    with pytest.raises(TypeError, match=r"^SqliteStore: path takes str or PathLike, not int$"):
        SqliteStore(5)  # type: ignore[arg-type]


def test_own_tables_share_the_transaction(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "exchange.db")
    store.connection.execute("CREATE TABLE shown (name TEXT PRIMARY KEY)")

    def crash() -> None:
        with store:
            decision = receive(medcom_bu.to_xml(MAIL), store, NOW)
            store.connection.execute("INSERT INTO shown VALUES (?)", (decision.keys[0].text,))
            raise KeyError

    with pytest.raises(KeyError):
        crash()
    assert store.connection.execute("SELECT count(*) FROM shown").fetchone() == (0,)
    assert list(store.waiting(Box.IN)) == []
