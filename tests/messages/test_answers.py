"""Answers on every wire: what they name, how they are written, what is never answered."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import medcom_bu
from medcom_bu import (
    AcknowledgementMessage,
    Author,
    CareCommunicationBuilder,
    Emessage,
    InvalidMessage,
    RefuseCode,
    ResponseCode,
    WireFormat,
    exchange,
)
from medcom_bu.envelopes import vans
from medcom_bu.testing.letters import letter_samples as samples
from medcom_bu.testing.sets import fhir_samples
from tests.support.ids_and_clock import counted
from tests.support.paths import changed
from tests.support.threads import thread

NOW = datetime(2026, 5, 4, 9, 30, 59, tzinfo=UTC)
LATER = NOW + timedelta(minutes=31)
RECEIVER = "5790000121540"
AUTHOR = Author(given="Per", family="Prøve", telephone="00000000", role_code="paedagog")
LETTERS = {
    name: changed(message, {"letters[0].receiver.ean_identifier": RECEIVER})
    for name, message in samples().items()
    if not name.startswith("XCTL")
}
CARE: dict[str, Any] = {name: message for name, message in fhir_samples().items() if not name.startswith("Ack")}
MAIL = LETTERS["XDIS91/XD9134L"]
REPLY = CareCommunicationBuilder.reply_to(thread()).write("Tak.", author=AUTHOR).build()
ANSWERS: list[Any] = [
    *(message for name, message in samples().items() if name.startswith("XCTL")),
    fhir_samples()["Acknowledgement/2.0"],
]


def wires(message: Any) -> Iterator[tuple[str, bytes]]:
    """The message on each wire that can carry it, bare and in an envelope."""
    if isinstance(message, Emessage):
        writers: dict[str, Callable[[Any], bytes]] = {"xml": medcom_bu.to_xml, "edifact": medcom_bu.to_edifact}
    else:
        writers = {form: functools.partial(medcom_bu.to_fhir, format=form) for form in ("json", "xml")}
    for name, write in writers.items():
        try:
            data = write(message)
        except InvalidMessage:  # of H0131R and B0210X no layout is known
            continue
        yield name, data
        yield f"{name} in an envelope", medcom_bu.to_xml(vans.wrap(data))


CAME = {
    f"{name}, {wire}": data
    for name, message in {**LETTERS, **CARE, "reply": REPLY}.items()
    for wire, data in wires(message)
}
EVERY = pytest.mark.parametrize("name", CAME)


def inside(data: bytes) -> tuple[str | None, Any]:
    """The wire and the message, out of an envelope."""
    parsed = medcom_bu.read(data)
    assert parsed.report.ok, str(parsed.report)
    if parsed.wire == WireFormat.VANS_ENVELOPE:
        wire, message = inside(vans.unwrap(medcom_bu.parse(data, medcom_bu.VansEnvelope)))
        return f"{wire} in an envelope", message
    return parsed.wire, parsed.message


@EVERY
def test_what_came_is_named_by_its_answer_on_the_wire_that_it_came_on(name: str) -> None:
    """VEN-11, VEN-19."""
    came = medcom_bu.read(CAME[name])
    wire, message = inside(CAME[name])
    key = exchange.key(came)
    assert key == exchange.key(message)
    makers: dict[str, Callable[[], Any]] = {
        "accepted": lambda: exchange.accept(came, ids=counted(NOW)),
        "the message accepted": lambda: exchange.accept(message, ids=counted(NOW)),
        "refused": lambda: exchange.refuse(came, reason="Afvist", ids=counted(NOW)),
        "out of order": lambda: exchange.refuse(came, transient=True, ids=counted(NOW)),
    }
    for make in makers.values():
        data = exchange.write(make(), came, ids=counted(NOW))
        answered_on, answer = inside(data)
        assert answered_on == wire
        assert exchange.answers(answer) == (key,)
        assert exchange.answers(medcom_bu.read(data)) == (key,)
        assert exchange.matches(came, answer)
        assert exchange.matches(message, medcom_bu.read(data))
        assert exchange.key(answer) != key
    other = exchange.accept(changed_identity(message), ids=counted(NOW))
    assert not exchange.matches(came, other)


def changed_identity(message: Any) -> Any:
    """The same from the same sender, with another number."""
    if isinstance(message, Emessage):
        return changed(message, {"letters[0].letter.identifier": "BREV2", "envelope.identifier": "KUVERT2"})
    return changed(message, {"entry[0].resource.id": "another"})


@EVERY
def test_a_message_keeps_its_key_and_is_sent_under_another_number(name: str) -> None:
    """LET-34."""
    _, message = inside(CAME[name])
    later = exchange.again(message, ids=counted(LATER, first=900))
    assert exchange.key(later) == exchange.key(message)
    assert exchange.sending(later) != exchange.sending(message)
    assert medcom_bu.validate(later).ok
    if isinstance(message, Emessage):
        assert later.letters == message.letters
        assert later.envelope.sent.moment == datetime(2026, 5, 4, 12, 1)
        assert later.envelope.acknowledgement_code == message.envelope.acknowledgement_code
    else:
        assert (later.timestamp, later.provenance.occurred_date_time, later.provenance.recorded) == (
            ("2026-05-04T10:01:59+00:00",) * 3
        )
        assert later.segments == message.segments
        assert later.chain[1:] == message.chain[1:]
        changes = [one != other for one, other in zip(later.entry, message.entry, strict=True)]
        assert changes.count(True) == 1


def test_what_is_in_an_envelope_is_sent_again_in_a_new_one() -> None:
    for message in (MAIL, CARE["CareCommunication/5.0"]):
        for data in list(dict(wires(message)).values())[::2]:
            envelope = vans.wrap(data, ids=counted(NOW))
            later = exchange.again(envelope, ids=counted(LATER, first=900))
            assert medcom_bu.validate(later).ok
            assert later.envelope_identifier != envelope.envelope_identifier
            meta = (envelope.meta_information, later.meta_information)
            assert meta[0] is not None
            assert meta[1] is not None
            assert meta[0].identifier == meta[1].identifier
            assert exchange.key(later) == exchange.key(envelope) == exchange.key(message)
            assert exchange.sending(later) != exchange.sending(envelope)
    with pytest.raises(InvalidMessage):
        exchange.again(vans.wrap(b"<x", sender="5790000121526", receiver=RECEIVER, name="x"))
    receipt = vans.positive(vans.wrap(MAIL))
    assert exchange.again(receipt).content == receipt.content


def test_an_acknowledgement_sent_again_says_the_same() -> None:
    """AS 2.0.2, 3.4.3 to 3.4.7: the same content, a new Bundle.id, three new times."""
    came = CARE["CareCommunication/5.0"]
    first = exchange.refuse(came, reason="Afvist", ids=counted(NOW))
    later = exchange.again(first, ids=counted(LATER, first=900))
    assert (later.code, later.acknowledged, later.issues) == (first.code, first.acknowledged, first.issues)
    assert later.id != first.id
    assert later.timestamp != first.timestamp
    assert first.provenance is not None
    assert later.provenance is not None
    assert later.provenance.recorded == later.provenance.occurred_date_time == later.timestamp
    assert later.provenance.text != first.provenance.text
    assert later.provenances[0] == first.provenances[0]


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_is_never_answered(answer: Any) -> None:
    """VEN-3; KR2; AR 2.0.4, 3.4.1."""
    for _, data in wires(answer):
        for came in (answer, medcom_bu.read(data)):
            assert exchange.wants_answer(came) is False
            for make in (exchange.accept, functools.partial(exchange.refuse, reason="Nej")):
                with pytest.raises(InvalidMessage) as raised:
                    make(came)
                assert [issue.code for issue in raised.value.report] == ["receipt.of-receipt"]


def test_when_an_answer_is_due() -> None:
    unasked = changed(MAIL, {"envelope.acknowledgement_code": "minuspositivkvitt"})
    assert exchange.wants_answer(MAIL) is True
    assert exchange.wants_answer(unasked) is False
    assert all(exchange.wants_answer(message) for message in CARE.values())
    refused = medcom_bu.read(medcom_bu.to_xml(unasked).replace(b"Subject>", b"Emne>"))
    assert exchange.wants_answer(refused) is True
    assert exchange.wants_answer(medcom_bu.read(medcom_bu.to_xml(unasked))) is False
    assert exchange.wants_answer(medcom_bu.read(b"hej")) is False
    assert exchange.wants_answer(vans.wrap(unasked)) is False
    assert exchange.wants_answer(vans.wrap(MAIL)) is True
    assert exchange.wants_answer(vans.positive(vans.wrap(MAIL))) is False


def test_what_was_read_with_errors_is_not_accepted_unawares() -> None:
    """OIO-23."""
    came = medcom_bu.read(medcom_bu.to_xml(MAIL).replace(b"Subject>", b"Emne>"))
    with pytest.raises(InvalidMessage) as raised:
        exchange.accept(came)
    assert raised.value.report is came.report
    assert came.message is not None
    assert exchange.matches(MAIL, exchange.accept(came.message))
    told: Any = exchange.refuse(came)
    assert told.letters[0].original_emessage.original_letter[0].refuse_code is RefuseCode.SYNTAX_ERROR


# --- reasons ---------------------------------------------------------------------------------------------------------

REASONS: dict[str, tuple[Any, bool, str, tuple[str, ...], str, str]] = {
    "own words": (
        "Patienten er ukendt her",
        False,
        "business-rule",
        (),
        "ikke_specificeret",
        "Patienten er ukendt her",
    ),
    "a code": (
        RefuseCode.UNKNOWN_LOCATION_NUMBER,
        False,
        "not-found",
        ("MSG_Receiver_Identifier_UNKNOWN",),
        "ukendt_lokationsnummer",
        "Lokationsnummeret er ukendt hos modtageren",
    ),
    "a code with own words": (
        exchange.Reason("Vi tager ikke XREF01", RefuseCode.VERSION_PROBLEM),
        False,
        "not-supported",
        ("MSG_RECEIVER_UNABLE_TO_RECEIVE_MSG_TYPE",),
        "problem_med_version",
        "Vi tager ikke XREF01",
    ),
    "another detail": (
        exchange.Reason("Beskadiget undervejs", RefuseCode.SYNTAX_ERROR, "MSG_Damaged_durin_transport"),
        False,
        "incomplete",
        ("MSG_Damaged_durin_transport",),
        "syntaksfejl",
        "Beskadiget undervejs",
    ),
    "trouble of one's own": (
        None,
        True,
        "transient",
        ("MSG_Mailbox_Out_Of_Operation",),
        "ikke_specificeret",
        "modtageren har et teknisk problem: send meddelelsen igen senere",
    ),
    "trouble in own words": ("Databasen er nede", True, "transient", (), "ikke_specificeret", "Databasen er nede"),
}


@pytest.mark.parametrize("name", REASONS)
def test_a_reason_is_told_on_both_wires(name: str) -> None:
    """VEN-8: what one wire can say, its twin can."""
    reason, transient, kind, details, code, text = REASONS[name]
    for care in CARE.values():
        answer = exchange.refuse(care, reason=reason, transient=transient)
        assert answer.code is (ResponseCode.TRANSIENT_ERROR if transient else ResponseCode.FATAL_ERROR)
        (issue,) = answer.issues
        coded = issue.details.coding if issue.details else ()
        assert (issue.severity, issue.code, tuple(each.code for each in coded)) == ("error", kind, details)
        assert issue.details is not None
        assert issue.details.text == text
        assert medcom_bu.validate(answer).issues == ()
    told: Any = exchange.refuse(MAIL, reason=reason, transient=transient).letters[0]
    told_of_letters = text.replace("send meddelelsen igen senere", "send den senere, som en ny meddelelse")
    assert (told.original_emessage.refuse_code, told.original_emessage.refuse_text.plain()) == (code, told_of_letters)


def test_every_code_and_every_detail_makes_a_valid_answer_in_both_languages() -> None:
    from medcom_bu.exchange.reasons import DETAILS

    care = CARE["CareCommunication/5.0"]
    for code, lang in itertools.product(RefuseCode, ("da", "en")):
        answer = exchange.refuse(care, reason=code, lang=lang)
        assert answer.issues[0].details is not None
        assert answer.issues[0].details.text == (code.danish if lang == "da" else code.english)
    assert len(DETAILS) == 37
    for detail in DETAILS:
        assert medcom_bu.validate(exchange.refuse(care, reason=exchange.Reason("x", details=detail))).ok
    with pytest.raises(ValueError, match=r"Reason\.details is one of"):
        exchange.Reason(details="MSG_HEMMELIG")


def test_an_invalid_message_gets_a_valid_answer_with_its_errors() -> None:
    care = CARE["CareCommunication/5.0"]
    data = medcom_bu.to_fhir(care).replace(b'"recorded"', b'"recordet"')
    came = medcom_bu.read(data)
    answer: Any = exchange.refuse(came)
    assert medcom_bu.validate(answer).ok
    assert {issue.diagnostics for issue in answer.issues} == {
        issue.code for issue in came.report if issue.severity == "error"
    }
    assert exchange.answers(answer) == (exchange.key(care),)
    english: Any = exchange.refuse(came, lang="en")
    errors = [issue for issue in came.report if issue.severity == "error"]
    assert [issue.details.text for issue in english.issues] == [issue.text("en") for issue in errors]
    assert [issue.details.text for issue in answer.issues] == [issue.text("da") for issue in errors]


def test_what_names_no_one_is_told_so() -> None:
    for data in (b"", b"hej", b"<Emessage", b"{}", b"UNA:+.? '", b'{"resourceType": "Bundle"}'):
        came = medcom_bu.read(data)
        for make in (exchange.accept, exchange.refuse, functools.partial(exchange.refuse, transient=True)):
            with pytest.raises(InvalidMessage):
                make(came)
        with pytest.raises(InvalidMessage) as raised:
            exchange.key(came)
        assert [issue.code for issue in raised.value.report] == ["exchange.no-identity"]
        assert exchange.answers(came) == ()
        assert exchange.matches(MAIL, came) is False


def test_nothing_to_refuse_for() -> None:
    for came in (MAIL, *CARE.values()):
        with pytest.raises(ValueError, match="nothing to refuse for"):
            exchange.refuse(came)


# --- more than one letter, other systems -----------------------------------------------------------------------------


def test_an_emessage_with_several_letters_has_as_many_keys() -> None:
    letter: Any = MAIL.letters[0]
    both = MAIL.replace(letters=(letter, letter.replace(letter=letter.letter.replace(identifier="BREV2"))))
    assert [key.identifier for key in exchange.keys(both)] == ["BREV0000000001", "BREV2"]
    assert exchange.key(both) == exchange.keys(both)[0]
    assert exchange.answers(exchange.accept(both)) == exchange.keys(both)
    assert exchange.keys(CARE["CareCommunication/5.0"]) == (exchange.key(CARE["CareCommunication/5.0"]),)


def test_an_acknowledgement_counts_from_the_receiver_alone() -> None:
    care = CARE["CareCommunication/5.0"]
    answer = exchange.accept(care)
    assert exchange.matches(care, answer)
    assert answer.header is not None
    stranger = answer.header.replace(sender=answer.header.receiver)
    entries = (answer.entry[0].replace(resource=stranger), *answer.entry[1:])
    assert not exchange.matches(care, answer.replace(entry=entries))


def test_an_organisation_without_a_gln_is_known_by_its_sor_code() -> None:
    data = medcom_bu.to_fhir(CARE["CareCommunication/5.0"])
    came: Any = medcom_bu.read(data.replace(b"https://www.gs1.org/gln", b"https://example.invalid/")).message
    key = exchange.key(came)
    assert key.sender == "265161000016000"
    assert exchange.answers(exchange.refuse(came, reason="Nej")) == (key,)


def test_the_answer_to_an_envelope_goes_to_the_sender_of_the_message() -> None:
    """A network may route by another number than that of the letter."""
    for message in (MAIL, CARE["CareCommunication/5.0"]):
        other = vans.wrap(next(wires(message))[1], sender="5790000000005")
        came = medcom_bu.read(medcom_bu.to_xml(other))
        answer = exchange.accept(other)
        envelope = medcom_bu.parse(exchange.write(answer, came), medcom_bu.VansEnvelope)
        assert envelope.receiver_id.identifier == exchange.key(message).sender


def test_a_key_masks_what_may_be_a_person() -> None:
    assert repr(exchange.key(MAIL)) == "MessageKey('5790000121526', 'BREV0000000001')"
    assert exchange.key(MAIL).text == "5790000121526/BREV0000000001"
    strange = changed(MAIL, {"letters[0].letter.identifier": "0201609995"})
    assert "0201609995" not in repr(exchange.key(strange))


@given(st.sampled_from(sorted(CAME)), st.data())
def test_no_damage_raises_anything_else(name: str, drawn: st.DataObject) -> None:
    data = CAME[name]
    at, length = drawn.draw(st.integers(0, len(data))), drawn.draw(st.integers(0, 40))
    came = medcom_bu.read(data[:at] + drawn.draw(st.binary(max_size=8)) + data[at + length :])
    try:
        answer = exchange.refuse(came, reason="Afvist", lang="en")
    except InvalidMessage as error:
        assert not error.report.ok
    else:
        assert isinstance(answer, Emessage | AcknowledgementMessage)
        report = medcom_bu.validate(exchange.write(answer, came))
        assert report.layers[medcom_bu.Layer.SCHEMA] == "passed"
        assert report.ok or isinstance(answer, AcknowledgementMessage)


def test_an_answer_is_written_on_its_own_standard_alone() -> None:
    with pytest.raises(TypeError, match=r"^to_fhir takes a FHIR message, not Emessage: use to_xml or to_edifact$"):
        exchange.write(exchange.accept(MAIL), CARE["CareCommunication/5.0"])
    with pytest.raises(TypeError, match=r"^accept takes a message, not bytes: parse the bytes first$"):
        exchange.accept(medcom_bu.to_xml(MAIL))  # type: ignore[call-overload]
