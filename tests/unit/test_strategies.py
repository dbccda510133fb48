"""Strategies: what they make is valid on every wire, varied, and about nobody who lives."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import medcom_bu
from medcom_bu import CareCommunicationMessage, Consignment
from medcom_bu.testing import TEST_PERSONS, assert_valid, bytes_of, strategies
from medcom_bu.values.identifiers import Cpr, ReplacementCpr

FEW = settings(
    max_examples=12, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow], database=None
)
KNOWN = {person.number for person in TEST_PERSONS}


def drawn(strategy: st.SearchStrategy[Any], kind_of: Callable[[Any], object], examples: int = 40) -> set[object]:
    """The kinds of what a strategy makes, in a run that is the same each time."""
    kinds = set()

    @settings(FEW, max_examples=examples, derandomize=True)
    @given(strategy)
    def look(made: Any) -> None:
        kinds.add(kind_of(made))

    look()
    return kinds


def test_the_face_has_its_names_and_no_others() -> None:
    """VEN-28."""
    assert strategies.__all__ == [
        "acknowledgements",
        "business_documents",
        "care_communications",
        "consignments",
        "cpr_numbers",
        "envelopes",
        "formatted_texts",
        "letters",
        "messages",
        "replacement_numbers",
    ]
    for name in strategies.__all__:
        assert getattr(strategies, name).__doc__


@FEW
@given(strategies.care_communications() | strategies.acknowledgements())
def test_fhir_messages_are_valid_and_come_back_equal(message: CareCommunicationMessage) -> None:
    for data in bytes_of(message).values():
        assert_valid(data)
        assert medcom_bu.parse(data) == message


@FEW
@given(strategies.consignments())
def test_consignments_are_valid_together_and_come_back_equal(consignment: Consignment[Any]) -> None:
    assert_valid(consignment)
    assert Consignment(tuple(medcom_bu.parse(medcom_bu.to_xml(one), medcom_bu.Emessage) for one in consignment)) == (
        consignment
    )
    assert len(consignment) == 2
    assert len(consignment.letter.reference) == len(consignment.messages[1].letters[0].binary_object)  # type: ignore[union-attr]


def test_care_communications_are_of_each_activity_and_version() -> None:
    assert drawn(strategies.care_communications(), lambda message: message.version) == {"5.0", "4.0"}
    for version in ("5.0", "4.0"):
        found = drawn(strategies.care_communications(version), lambda message: (message.activity, message.version))
        assert found == {(activity, version) for activity in ("new-message", "reply-message", "forward-message")}


def test_acknowledgements_are_of_each_outcome() -> None:
    found = drawn(strategies.acknowledgements(), lambda message: str(message.code))
    assert found == {"ok", "fatal-error", "transient-error"}


def test_consignments_are_of_each_letter_and_carrier() -> None:
    found = drawn(
        strategies.consignments(),
        lambda made: tuple(message.letters[0].letter.version_code for message in made),
        examples=200,
    )
    assert found == {("XH0131R", "XB0131X"), ("XH0131R", "XB0210X"), ("XH0130R", "XB0130X"), ("XD9134L", "XB0131X")}


def test_an_unknown_kind_is_named_with_those_there_are() -> None:
    calls: list[tuple[str, Callable[[Any], object]]] = [
        ("messages: kind", strategies.messages),
        ("letters: kind", strategies.letters),
        ("care_communications: version", strategies.care_communications),
    ]
    for name, call in calls:
        with pytest.raises(ValueError, match=rf"^{name} is one of .*[0-9]"):
            call("XREF99")
        with pytest.raises(TypeError, match=rf"^{name} takes str, not int$"):
            call(5)


def could_be_of_a_living_person(number: Cpr | ReplacementCpr) -> bool:
    """Whether it is a CPR number with a date that exists, and none of the persons for tests."""
    text = number.reveal()
    return isinstance(number, Cpr) and text not in KNOWN and number.has_date(text)


@settings(max_examples=300, deadline=None)
@given(strategies.cpr_numbers() | strategies.replacement_numbers())
def test_no_number_could_be_that_of_a_living_person(number: Cpr | ReplacementCpr) -> None:
    assert number.is_valid(number.reveal()) or not number.has_date(number.reveal())
    assert not could_be_of_a_living_person(number)


def test_the_number_of_a_living_person_would_be_seen() -> None:
    day = date(2010, 5, 4)
    assert could_be_of_a_living_person(Cpr(f"{day:%d%m%y}4321"))
    assert not could_be_of_a_living_person(Cpr("4013991234"))
    assert not could_be_of_a_living_person(Cpr(TEST_PERSONS[0].number))


@FEW
@given(strategies.care_communications())
def test_the_patient_of_a_fhir_message_could_be_no_living_person(message: CareCommunicationMessage) -> None:
    assert message.patient is not None
    (identifier,) = message.patient.identifier
    assert isinstance(identifier.value, str)
    assert not could_be_of_a_living_person(medcom_bu.values.identifiers.person_identifier(identifier.value))


def test_hypothesis_is_loaded_with_the_strategies_alone() -> None:
    code = (
        "import sys, medcom_bu.testing as t; t.samples(); t.factories; t.invalid; t.TEST_PERSONS; t.assert_valid;"
        "print(*sorted({'hypothesis', 'pytest', 'fhir.resources', 'xmlschema'} & sys.modules.keys()));"
        "t.strategies; print('hypothesis' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8")
    assert done.stdout.splitlines() == ["", "True"]
