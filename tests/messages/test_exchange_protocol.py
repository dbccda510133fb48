"""The technical cases of MedCom's test protocols, through receive and the outbox, in both stores and on each wire.

CCR is the protocol for receiving CareCommunications 5.0.0, ACS and ACR those for sending and receiving Acknowledgements
2.0.2 and 2.0.4, each with its number; the letters are those of the messages in it. The messages are our own.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import medcom_bu
from medcom_bu import AcknowledgementMessage, CareCommunicationBuilder, CareCommunicationMessage, Emessage, exchange
from medcom_bu.carecommunication import episode_of_care, patient
from medcom_bu.envelopes import vans
from medcom_bu.exchange import Action, Box, MemoryStore, Outbox, SqliteStore, State, receive
from medcom_bu.testing.letters import letter_samples
from tests.support.care_messages import CITIZEN, CLINIC, IDA, OTHER, PDF, PER, SCHOOL, first
from tests.support.ids_and_clock import counted
from tests.support.oracle import oracle
from tests.support.paths import changed
from tests.support.tables import names_of_tests
from tests.support.typed import of_type, read_as

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)
OUTBOX = Outbox()
SHOWN, COPY, REFUSED = (Action.SHOW, "ok"), (Action.DUPLICATE, "ok"), (Action.REFUSE, "fatal-error")


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    return MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "exchange.db")


def wrapped(data: bytes) -> bytes:
    """In an envelope, whose name says the category; one that lacks it says another."""
    has_category = read_as(CareCommunicationMessage, data).category is not None
    name = None if has_category else "MCM:FDIS91#other"
    return medcom_bu.to_xml(vans.wrap(data, name=name))


WIRES: dict[str, Callable[[Any], bytes]] = {
    "JSON": lambda message: medcom_bu.to_fhir(message),
    "XML": lambda message: medcom_bu.to_fhir(message, "xml"),
    "JSON in an envelope": lambda message: wrapped(medcom_bu.to_fhir(message)),
    "XML in an envelope": lambda message: wrapped(medcom_bu.to_fhir(message, "xml")),
}
ON_EACH_WIRE = pytest.mark.parametrize("wire", WIRES)


# --- the messages ----------------------------------------------------------------------------------------------------


def case_a() -> CareCommunicationMessage:
    """Priority, line breaks and signs, six files and a link, two course numbers."""
    builder = CareCommunicationBuilder.new(
        sender=SCHOOL,
        receiver=CLINIC,
        patient=CITIZEN,
        category="regarding-referral",
        priority="asap",
        episode_of_care=episode_of_care("fc60e762-b13b-5773-865e-67f3907bdcc7"),
        ids=counted(datetime(2026, 8, 17, 14, tzinfo=UTC)),
    )
    builder.write("En \"to\" 'tre' <fire>; & fem @ ^ *\n\nog en linje", author=IDA)
    for name, content in FILES.items():
        builder.attach(content, title=f"Bilag {name.upper()} af i dag", author=IDA)
    return builder.link("https://example.org/x", title="Vejledning", author=IDA).build()


FILES = {
    "pdf": PDF,
    "gif": b"GIF89a" + bytes(20),
    "png": b"\x89PNG\r\n\x1a\n" + bytes(20),
    "jpeg": b"\xff\xd8\xff\xe0" + bytes(20),
    "tiff": b"II*\x00" + bytes(20),
    "bmp": b"BM" + bytes(12) + b"(" + bytes(40),
}


def of_persons(*numbers: str) -> CareCommunicationMessage:
    """A message about a person with several numbers."""
    persons = [patient(number, given="Bruno", family="Elmer") for number in numbers]
    found = tuple(identifier for person in persons for identifier in person.identifier)
    return first(patient=persons[0].replace(identifier=found))


def without_names(message: CareCommunicationMessage) -> CareCommunicationMessage:
    """Case D: names are to be had from SOR."""
    plain = json.loads(medcom_bu.to_fhir(message))
    for entry in plain["entry"]:
        if entry["resource"]["resourceType"] == "Organization":
            del entry["resource"]["name"], entry["resource"]["text"]
    return medcom_bu.parse(json.dumps(plain).encode(), CareCommunicationMessage)


def without_category(message: CareCommunicationMessage) -> CareCommunicationMessage:
    """Case O: broken on purpose, by what the protocol says is missing."""
    plain = json.loads(medcom_bu.to_fhir(message))
    for entry in plain["entry"]:
        entry["resource"].pop("category", None)
    return of_type(CareCommunicationMessage, medcom_bu.read(json.dumps(plain).encode()).message)


def reply(message: CareCommunicationMessage, author: Any = PER, *, own: bool = False) -> CareCommunicationMessage:
    return CareCommunicationBuilder.reply_to(message, own=own).write("Svar", author=author).build()


def resent(message: Any) -> Any:
    return exchange.again(message, ids=counted(LATER, first=900))


E = first()
NEW = first()
G, J, K = first(category="decease", topic=None), first(), first(counted(NOW, first=300))
FORWARD = CareCommunicationBuilder.forward(reply(NEW), receiver=OTHER).write("Til jer", author=PER)
Step = tuple[CareCommunicationMessage, tuple[Action, str]]
CASES: dict[str, list[Step]] = {
    "CCR-3.1.2 R-B reply": [(reply(NEW), SHOWN)],
    "CCR-3.1.3 R-C forward": [(FORWARD.build(), SHOWN)],
    "CCR-3.2.1.1-6 A": [(case_a(), SHOWN)],
    "CCR-3.2.1.11 D": [(without_names(first()), SHOWN)],
    "CCR-3.2.3.1 CPR-1": [(of_persons("2509479989", "0703921VJ5"), SHOWN)],
    "CCR-3.2.3.3 CPR-3": [(of_persons("0703921VJ5", "0101015AB1"), SHOWN)],
    "CCR-3.2.4 E, F": [(E, SHOWN), (reply(E), SHOWN), (reply(E, IDA, own=True), SHOWN)],
    "CCR-3.2.5 G": [(G, SHOWN)],
    "CCR-3.2.6 H, I": [(reply(NEW), SHOWN), (NEW, SHOWN)],
    "CCR-3.2.7.1-4 J, J": [(J, SHOWN), (J, COPY)],
    "CCR-3.2.7.5-8 K, L": [(K, SHOWN), (resent(K), COPY)],
    "CCR-3.2.8 O": [(without_category(first()), REFUSED)],
    "ACS-3.3.1.4-6 AE, twice": [
        (without_category(J), REFUSED),
        (without_category(J), (Action.DUPLICATE, "fatal-error")),
    ],
}


@ON_EACH_WIRE
@pytest.mark.parametrize("case", CASES)
def test_a_case_of_the_protocol(store: Any, case: str, wire: str) -> None:
    """Shown or not, and the answer: byte for byte that which is made by hand, on the wire that the message came on."""
    for message, (action, code) in CASES[case]:
        data = WIRES[wire](message)
        decision = receive(data, store, NOW, ids=counted(NOW, first=500))
        assert (decision.action, decision.known != ()) == (action, action is Action.DUPLICATE)
        answer = the_answer(decision.answer)
        assert (str(answer.code), answer.acknowledged) == (code, message.header.id)  # type: ignore[union-attr]
        assert (answer.receiver.sor, answer.sender.sor) == (message.sender.sor, message.receiver.sor)  # type: ignore[union-attr]
        assert (answer.issues == ()) is (code == "ok")
        assert wires_of(decision.answer) == wires_of(data)
        if action is not Action.DUPLICATE:
            assert decision.answer == by_hand(data, 500)


def the_answer(data: bytes | None) -> AcknowledgementMessage:
    parsed = medcom_bu.read(data or b"")
    assert parsed.report.ok, str(parsed.report)
    inside = parsed.message
    if isinstance(inside, medcom_bu.VansEnvelope):
        inside = medcom_bu.parse(inside.payload or b"")
    return of_type(AcknowledgementMessage, inside)


def wires_of(data: bytes | None) -> list[str]:
    """The wire of bytes, and that of what is in them."""
    parsed = medcom_bu.read(data or b"")
    inside = parsed.message
    return [str(parsed.wire), *(wires_of(inside.payload) if isinstance(inside, medcom_bu.VansEnvelope) else [])]


def by_hand(data: bytes, number: int) -> bytes:
    """The answer that a vendor makes without ``receive``."""
    came, ids = medcom_bu.read(data), counted(NOW, first=number)
    made = exchange.accept(came, ids=ids) if came.report.ok else exchange.refuse(came, ids=ids)
    return exchange.write(made, like=came, ids=ids)


# --- copies: the same bytes but for what is of the transmission ------------------------------------------------------


@pytest.mark.parametrize("wire", ["JSON", "XML"])
@pytest.mark.parametrize("is_resent", [False, True], ids=["ACS-3.4.1-7 J", "ACS-3.4.1-7 L"])
@pytest.mark.parametrize("message", [J, without_category(J)], ids=["AA", "AE"])
def test_a_duplicate_gets_the_same_bytes_in_a_new_transmission(
    store: Any, message: Any, is_resent: bool, wire: str
) -> None:
    """ACS-3.4.3 to 3.4.7: the same content; another Bundle.id; Bundle.timestamp, occurredDateTime, recorded are new."""
    answers = []
    for each, moment in ((message, NOW), (resent(message) if is_resent else message, LATER)):
        answers.append(receive(WIRES[wire](each), store, moment).answer or b"")
    one, two = (the_answer(answer) for answer in answers)
    assert one.id != two.id
    old, new = (moment.isoformat().encode() for moment in (NOW, LATER))
    assert answers[0].count(old) == answers[1].count(new) == 5  # the Bundle, its Provenance and its narrative
    assert old not in answers[1]
    assert answers[0].replace(old, new).replace((one.id or "").encode(), (two.id or "").encode()) == answers[1]


def test_an_answer_that_was_held_back_says_when_it_was_made_and_when_it_was_sent(store: Any) -> None:
    """ACS-3.4.5, 3.4.6: made 10:00, sent 10:10."""
    made = the_answer(receive(WIRES["JSON"](J), store, NOW).answer)
    sent = exchange.again(made, made=NOW, ids=counted(LATER))
    times = (sent.timestamp, sent.provenance.occurred_date_time, sent.provenance.recorded)  # type: ignore[union-attr]
    assert times == tuple(moment.isoformat() for moment in (NOW, LATER, LATER))
    assert sent.id != made.id
    assert medcom_bu.validate(sent).ok
    assert exchange.answers(sent) == exchange.answers(made)


@pytest.mark.parametrize(("code", "reason"), [("AA", {}), ("AE", {"reason": "Fejl"}), ("AR", {"transient": True})])
def test_acs_3_4_8_the_envelope_of_an_answer(store: Any, code: str, reason: dict[str, Any]) -> None:
    """Format, Name with the code of the answer behind it, Version."""
    came = medcom_bu.read(WIRES["JSON in an envelope"](J))
    made = exchange.refuse(came, **reason) if reason else exchange.accept(came)
    envelope = medcom_bu.parse(exchange.write(made, like=came), medcom_bu.VansEnvelope)
    document = envelope.content.meta_information.document  # type: ignore[union-attr]
    names = {"AA": "MCM:FCTL#ok", "AE": "MCM:FCTL#fatal-error", "AR": "MCM:FCTL#transient-error"}
    assert (document.format, document.name, document.version) == ("HL7", names[code], "2.0.0")
    if code == "AA":
        shown = medcom_bu.parse(
            receive(WIRES["JSON in an envelope"](J), store, NOW).answer or b"", medcom_bu.VansEnvelope
        )
        assert shown.content.meta_information.document.name == names[code]  # type: ignore[union-attr]


def test_acs_3_3_1_7_9_trouble_of_the_receiver_then_the_verdict(store: Any) -> None:
    """AR, then AA or AE by the verdict: what could not be kept is judged when it comes again."""

    def keep(message: Any) -> None:
        with store:
            receive(WIRES["JSON"](message), store, NOW)
            raise OSError("full")

    for message, expected in ((J, SHOWN), (without_category(K), REFUSED)):
        with pytest.raises(OSError, match="full"):
            keep(message)
        trouble = exchange.refuse(medcom_bu.read(WIRES["JSON"](message)), transient=True)
        assert str(of_type(AcknowledgementMessage, trouble).code) == "transient-error"
        decision = receive(WIRES["JSON"](resent(message)), store, LATER)
        assert (decision.action, str(the_answer(decision.answer).code)) == expected


def test_acs_3_4_9_an_overview_of_the_answers(store: Any) -> None:
    for message in (J, without_category(K)):
        receive(WIRES["JSON"](message), store, NOW)
    overview = [(entry.name, str(entry.state)) for entry in store.waiting(Box.IN)]
    assert overview == [(exchange.key(J).text, "shown"), (exchange.key(K).text, "refused")]
    answers = [the_answer(entry.data) for entry in store.waiting(Box.IN)]
    assert [exchange.answers(answer) for answer in answers] == [(exchange.key(J),), (exchange.key(K),)]


# --- the table of duplicates -----------------------------------------------------------------------------------------


class Row(NamedTuple):
    """Whether the number of the transmission and that of the message were seen before, and what becomes of it."""

    is_known_transmission: bool
    is_known_message: bool
    action: Action
    code: str


DUPLICATES = {
    "043: new, new": Row(False, False, Action.SHOW, "ok"),
    "043: known, known": Row(True, True, Action.DUPLICATE, "ok"),
    "043: new, known": Row(False, True, Action.DUPLICATE, "ok"),
    "043: known, new": Row(True, False, Action.REFUSE, "fatal-error"),
}


@ON_EACH_WIRE
@pytest.mark.parametrize("name", DUPLICATES)
def test_a_row_of_the_table_of_duplicates(store: Any, name: str, wire: str) -> None:
    row = DUPLICATES[name]
    assert receive(WIRES[wire](K), store, NOW).action is Action.SHOW
    second = K if row.is_known_message else first(topic="Andet", ids_and_clock=counted(LATER, first=600))
    if not row.is_known_transmission:
        second = exchange.again(second, ids=counted(LATER, first=800))
    else:
        second = second.replace(id=K.id)
    decision = receive(WIRES[wire](second), store, LATER)
    answer = the_answer(decision.answer)
    assert (decision.action, str(answer.code), answer.acknowledged) == (row.action, row.code, second.header.id)  # type: ignore[union-attr]
    if row.code != "ok":
        details: Any = answer.issues[0].details
        assert [coding.code for coding in details.coding] == ["MSG_DUPLICATE_ID"]


MAIL: Emessage = changed(letter_samples()["XDIS91/XD9134L"], {"letters[0].receiver.ean_identifier": "5790000121540"})


@pytest.mark.parametrize("write", [medcom_bu.to_xml, medcom_bu.to_edifact], ids=["OIO-XML", "EDIFACT"])
@pytest.mark.parametrize("name", DUPLICATES)
def test_a_row_of_the_table_for_a_letter(store: Any, name: str, write: Callable[[Emessage], bytes]) -> None:
    """A letter is known by its number and its sender; of an envelope number that is used again nothing is ruled."""
    row = DUPLICATES[name]
    assert receive(write(MAIL), store, NOW).action is Action.SHOW
    other: dict[str, Any] = {} if row.is_known_message else {"letters[0].letter.identifier": "BREV0000000002"}
    other |= {} if row.is_known_transmission else {"envelope.identifier": "KUVERT00000002"}
    second = changed(MAIL, other)
    decision = receive(write(second), store, LATER, ids=counted(LATER))
    assert decision.action is (Action.DUPLICATE if row.is_known_message else Action.SHOW)
    receipt: Any = medcom_bu.parse(decision.answer or b"", Emessage).letters[0]
    told = receipt.original_emessage
    assert type(receipt).__name__ == "PositiveReceipt"
    assert told.original_envelope_identifier == second.envelope.identifier
    assert [each.original_letter_identifier for each in told.original_letter] == [exchange.key(second).identifier]


# --- the receipts of letters, byte by byte ---------------------------------------------------------------------------

XCTL = """<?xml version="1.0" encoding="ISO-8859-1"?>
<Emessage xmlns="http://rep.oio.dk/sundcom.dk/medcom.dk/xml/schemas/2005/08/07/">
  <Envelope>
    <Sent>
      <Date>2026-05-04</Date>
      <Time>11:30</Time>
    </Sent>
    <Identifier>NUMMER00000002</Identifier>
    <AcknowledgementCode>minuspositivkvitt</AcknowledgementCode>
  </Envelope>
  <{name}>
    <Letter>
      <Identifier>NUMMER00000001</Identifier>
      <VersionCode>XC0{number}30Q</VersionCode>
      <StatisticalCode>XCTL0{number}</StatisticalCode>
    </Letter>
    <Sender>
      <EANIdentifier>5790000121540</EANIdentifier>
    </Sender>
    <Receiver>
      <EANIdentifier>5790000121526</EANIdentifier>
    </Receiver>
    <OriginalEmessage>
      <OriginalEnvelopeIdentifier>KUVERT00000001</OriginalEnvelopeIdentifier>
      <OriginalSender>
        <EANIdentifier>5790000121526</EANIdentifier>
      </OriginalSender>
      <OriginalReceiver>
        <EANIdentifier>5790000121540</EANIdentifier>
      </OriginalReceiver>{whole}
      <OriginalLetter>
        <OriginalLetterIdentifier>BREV0000000001</OriginalLetterIdentifier>
        <OriginalVersionCode>XD9134L</OriginalVersionCode>{letter}
      </OriginalLetter>
    </OriginalEmessage>
  </{name}>
</Emessage>
"""
CONTRL = (
    "UNA:+.? 'UNB+UNOC:3+5790000121540:14+5790000121526:14+260504:1130+NUMMER00000002'"
    "UNH+NUMMER00000001+CONTRL:D:93A:ZZ:C0{number}30Q+CTL0{number}'"
    "UCI+KUVERT00000001+5790000121526:14+5790000121540:14+{action}'{whole}"
    "UCM+BREV0000000001+MEDDIS:D:93A:UN:D9134L+{action}'UNT+{count}+NUMMER00000001'UNZ+1+NUMMER00000002'"
)
REFUSED_HERE = "denne modtager tager ikke imod meddelelser af denne type eller version; den tager imod XREF01"
IN_FTX = REFUSED_HERE.replace(" version;", " \\:version;")
WHY_XML = f"\n      <RefuseCode>problem_med_version</RefuseCode>\n      <RefuseText>{REFUSED_HERE}</RefuseText>"


@pytest.mark.parametrize(
    ("data", "takes", "expected"),
    [
        (medcom_bu.to_xml(MAIL), None, XCTL.format(name="PositiveReceipt", number=3, whole="", letter="")),
        (medcom_bu.to_edifact(MAIL), None, CONTRL.format(number=3, action=7, whole="", count=4)),
        (medcom_bu.to_xml(MAIL), ("XREF01",), XCTL.format(name="NegativeReceipt", number=2, whole=WHY_XML, letter="")),
        (
            medcom_bu.to_edifact(MAIL),
            ("XREF01",),
            CONTRL.format(number=2, action=4, whole=f"FTX+VER+P00++{IN_FTX}'", count=5),
        ),
    ],
    ids=["XCTL03", "CTL03", "XCTL02", "CTL02"],
)
def test_the_receipt_of_a_letter_byte_by_byte(store: Any, data: bytes, takes: Any, expected: str) -> None:
    decision = receive(data, store, NOW, takes=takes, ids=counted(NOW))
    assert decision.answer == expected.encode("latin-1")
    again = receive(data, store, LATER, takes=takes, ids=counted(LATER, first=7))
    same = expected.replace("NUMMER00000002", "NUMMER00000007").replace("11:30", "11:40").replace(":1130", ":1140")
    assert (again.action, again.answer) == (Action.DUPLICATE, same.encode("latin-1"))


# --- a sender that receives answers ----------------------------------------------------------------------------------


@ON_EACH_WIRE
@pytest.mark.parametrize(
    ("case", "answers", "states"),
    [
        ("ACR-3.3.1 AA", ["ok"], [(State.ACKNOWLEDGED, False)]),
        ("ACR-3.3.2 AE", ["fatal-error"], [(State.REJECTED, True)]),
        ("ACR-3.3.3.1-2 AR", ["transient-error"], [(State.RETRY, True)]),
        ("ACR-3.3.3.3 AR, AA", ["transient-error", "ok"], [(State.RETRY, True), (State.ACKNOWLEDGED, True)]),
        ("ACR-3.3.3.4-6 AR, AE", ["transient-error", "fatal-error"], [(State.RETRY, True), (State.REJECTED, True)]),
        ("ACR-3.4.2 AA, AA", ["ok", "ok"], [(State.ACKNOWLEDGED, False), (State.ACKNOWLEDGED, False)]),
        ("ACR-3.4.2 AE, AA", ["fatal-error", "ok"], [(State.REJECTED, True), (State.REJECTED, False)]),
    ],
)
def test_an_answer_that_is_received(store: Any, wire: str, case: str, answers: list[str], states: Any) -> None:
    """Linked to what was sent, told to the user where it must be, never answered itself (ACR-3.4.1)."""
    data = OUTBOX.send(WIRES[wire](J), store, NOW, whom="petra").data or b""
    came, found = medcom_bu.read(data), []
    for code in answers:
        refusal: dict[str, Any] = {"reason": "Fejl"} if code == "fatal-error" else {"transient": True}
        answer = exchange.write(exchange.accept(came) if code == "ok" else exchange.refuse(came, **refusal), like=came)
        decision = receive(answer, store, LATER)
        assert (decision.action, decision.answer) == (Action.ANSWER, None), case
        (step,) = OUTBOX.answered(answer, store, LATER)
        assert (step.key, step.whom) == (exchange.key(J), "petra")
        found.append((step.state, step.must_tell))
    assert found == states
    if found[-1][0] is State.RETRY:  # the original is sent again
        (again,) = OUTBOX.due(store, LATER)
        assert wires_of(again.data) == wires_of(data)
        assert exchange.key(medcom_bu.read(again.data or b"")) == exchange.key(J)
    else:
        assert OUTBOX.due(store, NOW + timedelta(days=1)) == ()


# --- the table of order and threads ----------------------------------------------------------------------------------

HERE, BUILDER = "test_exchange_protocol", "test_care_communication_builder"
ORDER = {
    "cc-8 known Communication.identifier": f"{BUILDER}.test_a_reply_keeps_and_renews",
    "cc-2 cc-11 cc-17 unknown identifier": f"{HERE}.test_a_message_of_a_thread_that_is_not_known_has_all_of_it",
    "cc-9 cc-10 reply before its original": f"{HERE}.test_a_reply_before_its_original_has_its_segments",
    "cc-9 segment never received": f"{HERE}.test_a_message_of_a_thread_that_is_not_known_has_all_of_it",
    "cc-12 two replies": f"{HERE}.test_two_replies_to_one_message_are_of_one_thread",
    "cc-12 cc-23 order of segments": f"{HERE}.test_a_reply_before_its_original_has_its_segments",
    "cc-13 going on": f"{BUILDER}.test_two_systems_exchange_ten_messages",
    "cc-4 reply to one's own": f"{BUILDER}.test_a_reply_to_a_message_of_ones_own_goes_the_same_way",
    "cc-14 cc-15 cc-18 forward": f"{BUILDER}.test_a_forward_begins_a_thread_with_all_content",
    "cc-7 specific sender": f"{BUILDER}.test_a_reply_keeps_and_renews",
    "cc-6 files in a reply": f"{BUILDER}.test_a_reply_keeps_and_renews",
    "cc-15 files in a forward": f"{BUILDER}.test_a_forward_without_the_content_of_an_attachment_says_so",
    "G080 course number": f"{BUILDER}.test_a_reply_keeps_and_renews",
    "PS-3.4.1 numbers of a person": f"{HERE}.test_all_numbers_of_a_person_go_back",
}


@pytest.mark.parametrize("row", ORDER)
def test_every_row_of_the_table_of_order_has_a_test(row: str) -> None:
    module, _, name = ORDER[row].partition(".")
    assert name in names_of_tests(module)


def received(store: Any, message: CareCommunicationMessage) -> CareCommunicationMessage:
    decision = receive(WIRES["XML"](message), store, NOW)
    assert decision.action is Action.SHOW
    return of_type(CareCommunicationMessage, decision.message)


def segments(message: CareCommunicationMessage) -> list[tuple[str | None, str | None, Any]]:
    return [(each.identifier, each.text, each.sent) for each in message.segments]


@pytest.mark.parametrize(
    "make", [lambda: first(), lambda: reply(NEW), lambda: FORWARD.build()], ids=["new", "reply", "forward"]
)
def test_a_message_of_a_thread_that_is_not_known_has_all_of_it(store: Any, make: Any) -> None:
    """It is shown with every segment in it, and each has an identifier by which it is known when it comes again."""
    message = received(store, make())
    found = segments(message)
    assert message.communication_identifier
    assert len({identifier for identifier, _, _ in found}) == len(found) == len(make().segments)
    assert all(text for _, text, _ in found)


def test_a_reply_before_its_original_has_its_segments(store: Any) -> None:
    """H, I: one thread, no segment twice, in the order of their times."""
    h, i = received(store, reply(NEW)), received(store, NEW)
    assert h.communication_identifier == i.communication_identifier
    assert {*segments(i)} < {*segments(h)}
    in_order = sorted({*segments(h), *segments(i)}, key=lambda segment: segment[2])
    assert [text for _, text, _ in in_order] == ["Hej\nDu", "Svar"]


def test_two_replies_to_one_message_are_of_one_thread(store: Any) -> None:
    """E, F: each says what it answers; what was there before is unchanged."""
    e, one, two = (received(store, each) for each in (E, reply(E), reply(E, IDA, own=True)))
    assert {each.communication_identifier for each in (e, one, two)} == {E.communication_identifier}
    for each in (one, two):
        own: Any = each.provenance
        assert [what.reference for what in own.what("revision")] == [f"MessageHeader/{E.header.id}"]  # type: ignore[union-attr]
        assert each.provenances[:-1] == e.provenances
        assert segments(each)[0] == segments(e)[0]
    assert segments(one)[1][0] != segments(two)[1][0]


def test_all_numbers_of_a_person_go_back() -> None:
    for numbers in (("2509479989", "0703921VJ5"), ("0703921VJ5", "0101015AB1")):
        message = received(MemoryStore(), of_persons(*numbers))
        answer = received(MemoryStore(), reply(message))
        told: Any = answer.patient
        assert [each.value for each in told.identifier] == [*numbers]


# --- the official messages -------------------------------------------------------------------------------------------

OFFICIAL: dict[str, list[tuple[str, tuple[Action, str]]]] = {
    "A": [("A", SHOWN)],
    "D": [("D", SHOWN)],
    "E": [("E-new-parallel", SHOWN)],
    "G": [("G", SHOWN)],
    "I": [("I-reply-order", SHOWN)],
    "J, J": [("J-dublicate", SHOWN), ("J-dublicate", COPY)],
    "K, L": [("K-dublicate", SHOWN), ("L-dublicate", COPY)],
    "CPR-1": [("CPR-1", SHOWN)],
    "CPR-3": [("CPR-3", SHOWN)],
}


@pytest.mark.parametrize("version", ["5.0.0", "5.0.2"])
@pytest.mark.parametrize("case", OFFICIAL)
def test_the_official_messages_of_a_case(store: Any, case: str, version: str) -> None:
    """Those that MedCom hands to vendors, in the formats that it has; a copy may come in the other format."""
    folder = oracle(f"examples/fhir/testscripts-{version}/receive")
    for place, (name, (action, code)) in zip((0, -1), OFFICIAL[case], strict=False):
        data = sorted(folder.glob(f"Bundle-R-Tek-{name}-*"))[place].read_bytes()
        decision = receive(data, store, NOW)
        answer = the_answer(decision.answer)
        assert (decision.action, str(answer.code)) == (action, code)
        assert (answer.acknowledged,) == tuple(key.identifier for key in decision.keys)
        assert wires_of(decision.answer) == wires_of(data)


def test_the_official_message_that_is_broken(store: Any) -> None:
    """O: as MedCom broke it, by taking a text out."""
    (path,) = oracle("examples/fhir/testscripts-5.0.0/receive").glob("Bundle-R-Tek-O-*.zip-edited.json")
    decision = receive(path.read_bytes(), store, NOW)
    assert (decision.action, str(the_answer(decision.answer).code)) == REFUSED
    assert the_answer(decision.answer).issues != ()
