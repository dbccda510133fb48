"""A number that is used again for another message: nothing is lost silently, no second kind of answer is sent."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import medcom_bu
from medcom_bu import Emessage, ReplacementCpr, exchange
from medcom_bu.envelopes import vans
from medcom_bu.exchange import MemoryStore, SqliteStore, Store, receive
from medcom_bu.testing import samples
from medcom_bu.values.base64 import Base64
from tests.support.paths import changed

NOW = datetime(2026, 5, 4, 8, tzinfo=UTC)
MAIL: Any = samples()["XDIS91/XD9134L"]
FILES: Any = samples()["XBIN01/XB0131X"]
CARE: Any = samples()["CareCommunication/5.0"]
OTHER_PATIENT = changed(MAIL, {"letters[0].patient.identifier": ReplacementCpr("010203ABC1")})
CORRECTION = changed(MAIL, {"letters[0].letter.status_code": medcom_bu.StatusCode.CORRECTED})
NUMBER = {"letters[0].letter.identifier": "BREV0000000002"}
FILE = "letters[0].binary_object[0].object_base64_encoded"
OTHER_FILE = Base64((FILES.letters[0].binary_object[0].content or b"")[:-1] + b" ")
TEXT = changed(MAIL, {"letters[0].additional_information.subject": "Andet emne"})


SAYS_ELSE: dict[str, tuple[bytes, bytes]] = {
    "subject": (medcom_bu.to_xml(MAIL), medcom_bu.to_xml(TEXT)),
    "receiver": (
        medcom_bu.to_xml(MAIL),
        medcom_bu.to_xml(changed(MAIL, {"letters[0].receiver.ean_identifier": "5790000121540"})),
    ),
    "surname": (
        medcom_bu.to_xml(MAIL),
        medcom_bu.to_xml(changed(MAIL, {"letters[0].patient.person_surname_name": "Andersen"})),
    ),
    "EDIFACT": (medcom_bu.to_edifact(MAIL), medcom_bu.to_edifact(TEXT)),
    "in an envelope": (medcom_bu.to_xml(vans.wrap(MAIL)), medcom_bu.to_xml(vans.wrap(TEXT))),
    "file": (medcom_bu.to_xml(FILES), medcom_bu.to_xml(changed(FILES, {FILE: OTHER_FILE}))),
    "FHIR": (medcom_bu.to_fhir(CARE), medcom_bu.to_fhir(CARE).replace(b"Vedr", b"VEDR")),
    "FHIR XML": (medcom_bu.to_fhir(CARE, "xml"), medcom_bu.to_fhir(CARE, "xml").replace(b"Vedr", b"VEDR")),
}


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Each store."""
    made: Store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "exchange.db")
    return made


def came(message: Emessage, wire: str = "xml") -> bytes:
    """The bytes of a message."""
    return medcom_bu.to_xml(message) if wire == "xml" else medcom_bu.to_edifact(message)


@pytest.mark.parametrize("wire", ["xml", "edifact"])
@pytest.mark.parametrize("other", [OTHER_PATIENT, CORRECTION], ids=["another patient", "a correction"])
def test_it_is_shown_and_answered_as_the_first_was(store: Store, other: Emessage, wire: str) -> None:
    first = receive(came(MAIL, wire), store, NOW)
    second = receive(came(other, wire), store, NOW)
    assert (first.action, second.action) == ("show", "show")
    assert second.why.startswith("its number was already used for another message")
    assert second.known == ()
    assert exchange.matches(medcom_bu.read(came(MAIL, wire)), medcom_bu.parse(second.answer or b""))
    assert receive(came(other, wire), store, NOW).action == "duplicate"
    assert receive(came(MAIL, wire), store, NOW).action == "duplicate"


def test_a_file_with_the_number_of_its_letter_is_shown(store: Store) -> None:
    sender = MAIL.letters[0].sender.ean_identifier
    number = MAIL.letters[0].letter.identifier
    alike = changed(FILES, {"letters[0].letter.identifier": number, "letters[0].sender.ean_identifier": sender})
    assert receive(came(MAIL), store, NOW).action == "show"
    assert receive(came(alike), store, NOW).action == "show"


def test_a_copy_on_another_wire_is_a_copy(store: Store) -> None:
    assert receive(came(MAIL), store, NOW).action == "show"
    assert receive(came(MAIL, "edifact"), store, NOW).action == "duplicate"


@pytest.mark.parametrize("name", SAYS_ELSE)
def test_a_copy_that_says_something_else_is_answered_as_the_first_and_told_once(store: Store, name: str) -> None:
    first, second = (receive(data, store, NOW) for data in SAYS_ELSE[name])
    assert (first.action, first.must_tell) == ("show", False)
    assert (second.action, second.must_tell, second.keys) == ("duplicate", True, first.keys)
    assert second.why.startswith("it was received before with other content")
    assert second.audit.step == "duplicate, other content"
    assert (second.answer is None) == (first.answer is None)
    for data in SAYS_ELSE[name]:
        again = receive(data, store, NOW)
        assert (again.action, again.must_tell) == ("duplicate", False)


@pytest.mark.parametrize("name", SAYS_ELSE)
def test_a_sender_sends_nothing_else_under_a_used_number(store: Store, name: str) -> None:
    outbox, (first, second) = exchange.Outbox(), SAYS_ELSE[name]
    assert outbox.send(first, store, NOW).data == first
    for _ in range(2):
        with pytest.raises(medcom_bu.InvalidMessage) as caught:
            outbox.send(second, store, NOW)
        assert [(issue.code, issue.path) for issue in caught.value.report] == [("exchange.number-reused", "/")]
    assert outbox.send(first, store, NOW).data is None


@pytest.mark.parametrize("message", [MAIL, FILES, CARE, vans.wrap(MAIL)], ids=["letter", "file", "FHIR", "envelope"])
def test_the_same_message_under_another_number_of_the_transmission_is_the_same(store: Store, message: Any) -> None:
    outbox, later = exchange.Outbox(), exchange.again(message)
    write = medcom_bu.to_fhir if message is CARE else medcom_bu.to_xml
    assert outbox.send(message, store, NOW).data
    assert outbox.send(later, store, NOW).data is None
    assert outbox.send(write(later), store, NOW).data is None
    if isinstance(message, Emessage):
        assert outbox.send(medcom_bu.to_edifact(message), store, NOW).data is None


def test_a_changed_letter_among_several_is_told(store: Store) -> None:
    both = MAIL.replace(letters=(*MAIL.letters, changed(MAIL, NUMBER).letters[0]))
    assert receive(came(both), store, NOW).action == "show"
    alone = receive(came(MAIL), store, NOW)
    assert (alone.action, alone.must_tell) == ("duplicate", False)
    other = receive(came(both.replace(letters=(both.letters[0], changed(TEXT, NUMBER).letters[0]))), store, NOW)
    assert (other.action, other.must_tell) == ("duplicate", True)


def test_an_invalid_one_is_not_answered_where_the_first_was_shown(store: Store) -> None:
    invalid = came(OTHER_PATIENT).replace(b"</Patient>", b"<Nothing/></Patient>")
    assert receive(came(MAIL), store, NOW).action == "show"
    decision = receive(invalid, store, NOW)
    assert (decision.action, decision.answer) == ("refuse", None)


def test_one_behind_a_refusal_is_refused_as_that_was(store: Store) -> None:
    invalid = came(MAIL).replace(b"</Patient>", b"<Nothing/></Patient>")
    refused = receive(invalid, store, NOW)
    decision = receive(came(OTHER_PATIENT), store, NOW)
    assert (refused.action, decision.action) == ("refuse", "refuse")
    assert type(medcom_bu.parse(decision.answer or b"", Emessage).letters[0]).__name__ == "NegativeReceipt"


def test_of_fhir_another_patient_alone_is_another_message(store: Store) -> None:
    data = medcom_bu.to_fhir(CARE)
    number = CARE.patient.identifier[0].value.encode()
    assert receive(data, store, NOW).action == "show"
    assert receive(data.replace(b"Vedr", b"VEDR"), store, NOW).action == "duplicate"
    assert receive(data.replace(number, b"2512489996"), store, NOW).action in ("show", "refuse")


@pytest.mark.parametrize("other", [OTHER_PATIENT, CORRECTION], ids=["another patient", "a correction"])
def test_a_sender_is_told_and_sends_nothing(store: Store, other: Emessage) -> None:
    outbox = exchange.Outbox()
    assert outbox.send(MAIL, store, NOW).data
    assert outbox.send(MAIL, store, NOW).data is None
    with pytest.raises(medcom_bu.InvalidMessage) as caught:
        outbox.send(changed(other, {"envelope.identifier": "KUVERT00000099"}), store, NOW)
    assert [(issue.code, issue.path) for issue in caught.value.report] == [("exchange.number-reused", "/")]


def test_what_is_no_message_is_refused_with_what_to_give(store: Store) -> None:
    with pytest.raises(TypeError, match="not Consignment: send each of its messages"):
        exchange.Outbox().send(medcom_bu.Consignment((MAIL, FILES)), store, NOW)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="takes is a collection of codes, not a text"):
        receive(came(MAIL), store, NOW, takes="XDIS91")
