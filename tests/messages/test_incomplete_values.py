"""Values of which any part is absent: everything that takes a value copes, or says what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest

import medcom_bu
from medcom_bu import exchange
from medcom_bu.builders import CareCommunicationBuilder, ClinicalEmailBuilder, Consignment
from medcom_bu.declare.fhir import Structure
from medcom_bu.declare.oioxml import Value
from medcom_bu.envelopes import statistics, vans
from medcom_bu.envelopes.contents import contents
from medcom_bu.issues import Kind, Layer, Severity, Text
from medcom_bu.rendering.page import as_page
from medcom_bu.rendering.text import as_text
from medcom_bu.testing.letters import letter_samples
from medcom_bu.testing.sets import fhir_samples
from tests.support.typed import acknowledgement

S, F = letter_samples(), fhir_samples()
MAIL, ANSWER = S["XDIS91/XD9134L"], acknowledgement()
FAULT = Kind("x.y", Severity.ERROR, Layer.RULE, Text("a", "a"), Text("b", "b"), "c").issue("/")
ENVELOPE = vans.wrap(MAIL, service_tags=[("a", "b")])
ENVELOPES = {
    "message": ENVELOPE,
    "positive": vans.positive(ENVELOPE),
    "negative": vans.negative(ENVELOPE, "x", "1"),
    "vans_negative": vans.vans_negative(ENVELOPE, "x"),
}
Calls = tuple[Callable[[Any], Any], ...]
ANY: Calls = (medcom_bu.validate, as_page, as_text, lambda message: as_text(message, reveal=True), repr)
OF_LETTERS: Calls = (
    *ANY,
    medcom_bu.to_xml,
    medcom_bu.to_edifact,
    lambda message: medcom_bu.losses(message, "xml"),
    lambda message: medcom_bu.losses(message, "edifact"),
    lambda message: medcom_bu.validate(Consignment((message,))),
    exchange.wants_answer,
    exchange.accept,
    lambda message: exchange.refuse(message, reason="x"),
    lambda message: exchange.refuse_delivery(message, "x"),
    lambda message: exchange.matches(message, message),
    vans.wrap,
    statistics.record,
    contents,
    lambda message: ClinicalEmailBuilder.reply_to(message).build(),
    lambda message: ClinicalEmailBuilder.forward(Consignment((message,))).build(),
    lambda message: CareCommunicationBuilder.reply_to(message).build(),
)
OF_ENVELOPES: Calls = (
    *ANY,
    medcom_bu.to_xml,
    lambda envelope: medcom_bu.losses(envelope, "xml"),
    vans.positive,
    lambda envelope: vans.negative(envelope, "x"),
    lambda envelope: vans.vans_negative(envelope, "x"),
    lambda envelope: vans.matches(envelope, envelope),
    lambda envelope: vans.matches(ENVELOPE, envelope),
    vans.check_payload,
    vans.unwrap,
    vans.rewrap,
    statistics.record,
)
OF_FHIR: Calls = (
    *ANY,
    medcom_bu.to_fhir,
    lambda message: medcom_bu.to_fhir(message, "xml"),
    lambda message: medcom_bu.losses(message, "fhir+xml"),
    lambda message: exchange.matches(message, ANSWER),
)
OF_CARE: Calls = (
    *OF_FHIR,
    exchange.accept,
    lambda message: exchange.refuse(message, reason=[FAULT]),
    lambda message: CareCommunicationBuilder.reply_to(message).build(),
    lambda message: CareCommunicationBuilder.forward(message).build(),
)


def without_a_part(value: Any) -> Iterator[tuple[str, Any]]:
    """The value without each of its parts, and each of its parts without each of theirs."""
    for field in attrs.fields(type(value)):
        held = getattr(value, field.name)
        if held in (None, ()):
            continue
        for nothing in (None, ()):
            try:
                yield field.name, value.replace(**{field.name: nothing})
            except TypeError:  # a tuple cannot be None, nothing else can be a tuple
                continue
        for index, item in enumerate(held if isinstance(held, tuple) else (held,)):
            if isinstance(item, Value | Structure):
                for path, part in without_a_part(item):
                    new = (*held[:index], part, *held[index + 1 :]) if isinstance(held, tuple) else part
                    yield f"{field.name}.{path}", value.replace(**{field.name: new})


def check(message: Any, calls: Calls) -> None:
    count = 0
    for path, incomplete in without_a_part(message):
        count += 1
        for number, call in enumerate(calls):
            try:
                call(incomplete)
            except ValueError:  # InvalidMessage, or what the function says that it raises
                continue
            except Exception as error:
                raise AssertionError(f"{path}, call {number}") from error
    assert count > 10


@pytest.mark.slow
@pytest.mark.parametrize("name", S)
def test_letters_without_a_part(name: str) -> None:
    check(S[name], OF_LETTERS)


@pytest.mark.parametrize("name", ENVELOPES)
def test_envelopes_without_a_part(name: str) -> None:
    check(ENVELOPES[name], OF_ENVELOPES)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["CareCommunication/5.0", "Acknowledgement/2.0"])
def test_fhir_messages_without_a_part(name: str) -> None:
    check(F[name], OF_CARE if name.startswith("Care") else OF_FHIR)


def test_a_letter_with_sor_codes_is_answered_whatever_it_lacks() -> None:
    letter: Any = MAIL.letters[0]
    sor = {"identifier": "265161000016000", "identifier_code": "sorkode"}
    letter = letter.replace(sender=letter.sender.replace(**sor), receiver=letter.receiver.replace(**sor))
    check(
        MAIL.replace(letters=(letter,)),
        (CareCommunicationBuilder.reply_to, lambda message: CareCommunicationBuilder.reply_to(message).build()),
    )
