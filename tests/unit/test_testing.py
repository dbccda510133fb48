"""What vendors' tests are given: messages that are valid or invalid as they say, the same at every call."""

from __future__ import annotations

import inspect
import pickle
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, get_type_hints

import pytest

import medcom_bu
from medcom_bu import (
    AcknowledgementMessage,
    CareCommunicationMessage,
    Emessage,
    NegativeReceipt,
    NegativeVansReceipt,
    PositiveReceipt,
    VansEnvelope,
    WireFormat,
    exchange,
    testing,
)
from medcom_bu.envelopes import vans
from medcom_bu.messages.letters import letters, spec_of
from medcom_bu.testing import (
    TEST_PERSONS,
    Factories,
    SyntheticPerson,
    assert_valid,
    bytes_of,
    factories,
    frozen,
    invalid,
)
from medcom_bu.values.identifiers import Cpr, ReplacementCpr
from tests.support.typed import of_type

PDF = b"%PDF-1.4\nbilag\n"
SETS: dict[str, Callable[[], Mapping[Any, Any]]] = {
    "samples": testing.samples,
    "consignments": testing.consignments,
    "threads": testing.threads,
    "receipts": testing.receipts,
    "envelopes": testing.envelopes,
}


def held(found: Mapping[Any, Any]) -> Iterator[Any]:
    """Each message, or consignment, of a set."""
    for item in found.values():
        yield from item if isinstance(item, tuple) else [item]


# --- sets ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SETS)
def test_a_set_holds_valid_messages_and_is_the_same_each_time(name: str) -> None:
    found = SETS[name]()
    assert list(found.items()) == list(SETS[name]().items())
    assert pickle.loads(pickle.dumps(found)) == found
    for message in held(found):
        assert_valid(message)


@pytest.mark.parametrize("name", SETS)
def test_a_message_of_a_set_is_valid_on_each_of_its_wires_and_read_back(name: str) -> None:
    for item in held(SETS[name]()):
        for message in item if isinstance(item, medcom_bu.Consignment) else [item]:
            for wire_format, data in bytes_of(message).items():
                assert medcom_bu.detect(data) is wire_format
                assert_valid(data)
                losses = () if isinstance(message, VansEnvelope) else medcom_bu.losses(message, wire_format)
                testing.assert_same_message(message, data, up_to=losses)


def test_there_is_a_sample_of_each_type_and_version() -> None:
    kinds = {f"{version.type_code}/{version.code}" for cls in letters() for version in spec_of(cls).versions}
    fhir = {"CareCommunication/5.0", "CareCommunication/4.0", "Acknowledgement/2.0"}
    found = testing.samples()
    assert found.keys() == kinds | fhir
    assert {name for name, message in found.items() if not isinstance(message, Emessage)} == fhir
    assert [getattr(found[name], "version", None) for name in sorted(fhir)] == [None, "4.0", "5.0"]
    for name in kinds:
        (letter,) = of_type(Emessage, found[name]).letters
        assert name.endswith(f"/{letter.letter.version_code}")


def test_a_consignment_has_a_letter_and_the_file_that_it_refers_to() -> None:
    """VEN-28."""
    found = testing.consignments()
    assert list(found) == [
        "XREF01/XH0131R + XBIN01/XB0131X",
        "XREF01/XH0131R + XBIN02/XB0210X",
        "XREF01/XH0130R + XBIN01/XB0130X",
        "XDIS91/XD9134L + XBIN01/XB0131X",
    ]
    for consignment in found.values():
        alone: medcom_bu.Consignment[Any] = medcom_bu.Consignment(consignment.messages[:1])
        assert {issue.code for issue in medcom_bu.validate(alone)} == {"reference.unmatched"}


def test_a_thread_goes_on() -> None:
    found = testing.threads()
    assert list(found) == ["XDIS91/XD9134L", "CareCommunication/5.0", "CareCommunication/4.0"]
    for version in ("5.0", "4.0"):
        thread = [of_type(CareCommunicationMessage, one) for one in found[f"CareCommunication/{version}"]]
        assert [message.activity for message in thread] == ["new-message", "reply-message", "forward-message"]
        assert [len(message.chain) for message in thread] == [1, 2, 3]
        assert {message.version for message in thread} == {version}
    mails: list[Any] = [of_type(Emessage, message).letters[0] for message in found["XDIS91/XD9134L"]]
    new, reply, forward = mails
    assert (reply.sender.ean_identifier, reply.receiver.ean_identifier) == (
        new.receiver.ean_identifier,
        new.sender.ean_identifier,
    )
    assert len({mail.receiver.ean_identifier for mail in mails}) == 3
    assert len({mail.letter.identifier for mail in mails}) == 3
    assert "Hermed vores vurdering." in forward.clinical_information[-1].text01.plain()


def test_a_receipt_answers_its_message_and_no_other() -> None:
    ids = frozen(first=50)
    letter = factories.referral(ids=ids).messages[0]
    others: dict[type, tuple[Any, Any]] = {
        Emessage: (exchange.matches, letter),
        CareCommunicationMessage: (exchange.matches, factories.care_communication(ids=ids)),
        VansEnvelope: (vans.matches, vans.wrap(letter, ids=ids)),
    }
    found = testing.receipts()
    for name, (message, answer) in found.items():
        matches, other = others[type(message)]
        assert (matches(message, answer), matches(other, answer)) == (True, False), name
    codes = [str(answer.code) for _, answer in found.values() if isinstance(answer, AcknowledgementMessage)]
    assert [f"Acknowledgement {code}" for code in codes] == [name for name in found if name.startswith("Ack")]
    letters_of = [type(answer.letters[0]) for _, answer in found.values() if isinstance(answer, Emessage)]
    assert letters_of == [PositiveReceipt, NegativeReceipt, NegativeVansReceipt]


def test_an_envelope_holds_a_message_of_its_wire() -> None:
    found = testing.envelopes()
    assert set(found) == {WireFormat.OIOXML, WireFormat.EDIFACT, WireFormat.FHIR_JSON, WireFormat.FHIR_XML}
    for wire_format, envelope in found.items():
        assert medcom_bu.detect(vans.unwrap(envelope)) is wire_format


def test_bytes_are_those_of_the_wires_that_a_message_has() -> None:
    fhir = {WireFormat.FHIR_JSON, WireFormat.FHIR_XML}
    wires = {name: set(bytes_of(message)) for name, message in testing.samples().items()}
    assert {name for name, found in wires.items() if found == fhir} == {name for name in wires if "XH" not in name} - {
        name for name in wires if name.startswith("X")
    }
    assert {name for name, found in wires.items() if found == {WireFormat.OIOXML}} == {
        "XREF01/XH0131R",
        "XBIN02/XB0210X",
    }
    consignment = testing.consignments()["XREF01/XH0131R + XBIN01/XB0131X"]
    with pytest.raises(
        TypeError, match=r"^bytes_of: message takes Message, not Consignment: write each of its messages$"
    ):
        bytes_of(consignment)  # type: ignore[arg-type]
    for wrong in (b"", 5, None):
        with pytest.raises(TypeError, match=rf"^bytes_of: message takes Message, not {type(wrong).__name__}"):
            bytes_of(wrong)  # type: ignore[arg-type]


# --- invalid twins ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", invalid())
def test_an_invalid_message_breaks_what_it_says_and_its_twin_nothing(name: str) -> None:
    twin = invalid()[name]
    report = medcom_bu.validate(twin.data)
    assert {issue.code for issue in report} == twin.codes
    assert not report.ok
    assert medcom_bu.validate(twin.valid).issues == ()
    assert_valid(twin.valid)
    assert medcom_bu.detect(twin.data) is medcom_bu.detect(twin.valid) is twin.wire


def test_there_are_invalid_messages_on_every_wire_that_is_read() -> None:
    assert {twin.wire for twin in invalid().values()} == set(WireFormat)
    assert "Hansen" not in repr(invalid())


# --- factories ----------------------------------------------------------------------------------------------------


def test_a_referral_like_this_but() -> None:
    consignment = factories.referral(clinical_reason="Udredning for ADHD ønskes.", anamnesis=None)
    letter = consignment.letter
    assert letter.additional_information is not None
    assert letter.additional_information.clinical_reason == medcom_bu.FormattedText.from_plain(
        "Udredning for ADHD ønskes."
    )
    assert letter.relevant_clinical_information is not None
    assert letter.relevant_clinical_information.anamnesis is None
    assert letter.relevant_clinical_information.cave is not None
    assert consignment == factories.referral(clinical_reason="Udredning for ADHD ønskes.", anamnesis=None)


MADE: dict[str, Any] = {
    "referral": factories.referral,
    "correspondence": factories.correspondence,
    "binary_letter": factories.binary_letter,
    "care_communication": factories.care_communication,
}


@pytest.mark.parametrize("name", MADE)
def test_what_a_factory_makes_is_valid_and_the_same_each_time(name: str) -> None:
    made = MADE[name]()
    assert made == MADE[name]()
    assert medcom_bu.validate(made).issues == ()
    assert_valid(made)


@pytest.mark.parametrize(
    ("version", "carrier"), [("XH0131R", "XB0131X"), ("XH0131R", "XB0210X"), ("XH0130R", "XB0130X")]
)
def test_files_go_in_a_letter_of_their_own(version: str, carrier: str) -> None:
    consignment = factories.referral(files={"Vurdering": PDF, "Plan": PDF}, version=version, attachments_as=carrier)
    files: Any = consignment.messages[1].letters[0]
    assert (len(consignment), files.letter.version_code, len(files.binary_object)) == (2, carrier, 2)
    assert [reference.ref_description for reference in consignment.letter.reference] == ["Vurdering", "Plan"]
    assert_valid(consignment)


def test_a_care_communication_has_its_text_then_files_then_links() -> None:
    message = factories.care_communication(
        text="Hej", files={"Plan": PDF}, links={"Side": "https://example.org/x"}, version="4.0"
    )
    contents = [segment.text or (segment.attachment and segment.attachment.title) for segment in message.segments]
    assert (contents, message.version) == (["Hej", "Plan", "Side"], "4.0")
    assert_valid(message)


def test_factories_with_ids_of_their_own_count_on() -> None:
    own = Factories(frozen())
    first, second = own.correspondence(), own.correspondence()
    assert first == factories.correspondence()
    assert {m.letters[0].letter.identifier for m in (*first, *second)} == {"NUMMER00000001", "NUMMER00000003"}
    assert factories.correspondence(ids=frozen(first=7)).letter.letter.identifier == "NUMMER00000007"


def test_a_factory_refuses_what_cannot_be_made() -> None:
    with pytest.raises(medcom_bu.InvalidMessage) as raised:
        factories.referral(patient=None)
    assert not raised.value.report.ok
    with pytest.raises(TypeError, match="unexpected keyword argument 'reason'"):
        factories.referral(reason="x")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"^files takes Mapping of str or None, not list$"):
        factories.referral(files=[PDF])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^Factories\.ids takes IdsAndClock or None, not int$"):
        Factories(5)  # type: ignore[arg-type]


# --- persons, ids and clock ---------------------------------------------------------------------------------------


def test_the_persons_have_numbers_that_no_rule_takes_for_a_living_person() -> None:
    assert len({person.number for person in TEST_PERSONS}) == len(TEST_PERSONS) == 13
    kinds = {Cpr: 0, ReplacementCpr: 0}
    for person in TEST_PERSONS:
        number = person.identifier
        assert number.is_valid(person.number)
        assert number.birth_date is not None
        assert person.number not in repr(number)
        kinds[type(number)] += 1
        assert not (isinstance(number, Cpr) and number.modulus11_ok), "issued on purpose without a valid check digit"
    assert kinds == {Cpr: 10, ReplacementCpr: 3}
    assert SyntheticPerson("0201609996", "Lonni Test", "Lauridsen") in TEST_PERSONS


def test_frozen_ids_count_and_the_clock_goes_on_by_its_step() -> None:
    start = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    ids = frozen(start, timedelta(hours=1), first=9)
    assert [ids.number(), ids.number()] == ["NUMMER00000009", "NUMMER00000010"]
    assert [str(ids.new_uuid())[-2:], str(ids.new_uuid())[-2:]] == ["09", "0a"]
    assert [ids.moment(), ids.moment()] == [start, start + timedelta(hours=1)]
    assert frozen().moment() == frozen().moment() == datetime(2026, 5, 4, 9, 30, 59)
    with pytest.raises(TypeError, match=r"^frozen: start takes datetime, not str$"):
        frozen("2026-05-04")  # type: ignore[arg-type]


# --- the face -----------------------------------------------------------------------------------------------------


def test_the_face_has_its_names_and_no_others() -> None:
    assert dir(testing) == sorted(testing.__all__)
    for name in testing.__all__:
        assert getattr(testing, name) is not None
    with pytest.raises(AttributeError, match=r"^module 'medcom_bu.testing' has no attribute 'fhir_samples'$"):
        _ = testing.fhir_samples  # type: ignore[attr-defined]


def test_the_types_of_the_face_can_be_resolved() -> None:
    callables = [getattr(testing, name) for name in testing.__all__]
    callables += [
        method for name, method in inspect.getmembers(Factories, inspect.isfunction) if not name.startswith("_")
    ]
    callables += [getattr(testing.strategies, name) for name in testing.strategies.__all__]
    for one in callables:
        if inspect.isfunction(one):
            assert "return" in get_type_hints(one), one
