"""A number that is used again for another message: nothing is lost in silence, no second kind of answer is sent."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import medcom_bu
from medcom_bu import Emessage, ReplacementCpr, exchange
from medcom_bu.exchange import MemoryStore, SqliteStore, Store, receive
from medcom_bu.testing import samples
from tests.support.paths import changed

NOW = datetime(2026, 5, 4, 8, tzinfo=UTC)
MAIL: Any = samples()["XDIS91/XD9134L"]
OTHER_PATIENT = changed(MAIL, {"letters[0].patient.identifier": ReplacementCpr("010203ABC1")})
CORRECTION = changed(MAIL, {"letters[0].letter.status_code": medcom_bu.StatusCode.CORRECTED})
TEXT = changed(MAIL, {"letters[0].additional_information.subject": "Andet emne"})


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
    assert second.why.startswith("its number was used for another message before")
    assert second.known == ()
    assert exchange.matches(medcom_bu.read(came(MAIL, wire)), medcom_bu.parse(second.answer or b""))
    assert receive(came(other, wire), store, NOW).action == "duplicate"
    assert receive(came(MAIL, wire), store, NOW).action == "duplicate"


def test_a_file_with_the_number_of_its_letter_is_shown(store: Store) -> None:
    files: Any = samples()["XBIN01/XB0131X"]
    sender = MAIL.letters[0].sender.ean_identifier
    number = MAIL.letters[0].letter.identifier
    alike = changed(files, {"letters[0].letter.identifier": number, "letters[0].sender.ean_identifier": sender})
    assert receive(came(MAIL), store, NOW).action == "show"
    assert receive(came(alike), store, NOW).action == "show"


def test_what_else_differs_is_a_copy_on_whatever_wire(store: Store) -> None:
    assert receive(came(MAIL), store, NOW).action == "show"
    assert receive(came(TEXT), store, NOW).action == "duplicate"
    assert receive(came(MAIL, "edifact"), store, NOW).action == "duplicate"


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
    care: Any = samples()["CareCommunication/5.0"]
    data = medcom_bu.to_fhir(care)
    number = care.patient.identifier[0].value.encode()
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
