"""The messages that our builder makes, and our samples, before the official validator with the official packages."""

from __future__ import annotations

from typing import Any

import pytest

import medcom_bu
from medcom_bu.exchange import accept, refuse
from medcom_bu.testing.sets import fhir_samples
from tests.support.care_messages import corpus
from tests.support.java_oracle import JavaOracle, with_official

CORPUS = corpus()

GUIDES = {"5.0": "CC-5.0.2", "4.0": "CC-4.0.3"}
ELSEWHERE = "Reference_REF_CantResolve"
"""Earlier messages are outside the Bundle: the validator cannot find them."""


@pytest.fixture(scope="module")
def java() -> JavaOracle:
    return with_official((*GUIDES.values(), "ACK-2.0.3"))


def errors_by_java(java: JavaOracle, guide: str, message: Any) -> list[tuple[str, str]]:
    verdict = java.judge(guide, medcom_bu.to_fhir(message).decode())
    return [(found.id, found.location) for found in verdict.errors if found.id != ELSEWHERE]


@pytest.mark.parametrize(("version", "name", "message"), CORPUS, ids=[f"{v} {n}" for v, n, _ in CORPUS])
def test_the_corpus_is_valid(java: JavaOracle, version: str, name: str, message: Any) -> None:
    assert errors_by_java(java, GUIDES[version], message) == []
    assert medcom_bu.validate(message).complete


@pytest.mark.parametrize("version", GUIDES)
def test_the_samples_are_valid(java: JavaOracle, version: str) -> None:
    assert errors_by_java(java, GUIDES[version], fhir_samples()[f"CareCommunication/{version}"]) == []


def test_the_answers_are_valid(java: JavaOracle) -> None:
    message = CORPUS[0][2]
    wrong = message.replace(timestamp="i går")
    assert errors_by_java(java, "ACK-2.0.3", accept(message)) == []
    assert errors_by_java(java, "ACK-2.0.3", refuse(wrong, reason=medcom_bu.validate(wrong))) == []


def test_what_is_broken_is_refused(java: JavaOracle) -> None:
    """The oracle is not blind: a message without its patient's name is an error."""
    broken = CORPUS[0][2].replace(entry=CORPUS[0][2].entry[:1])
    assert errors_by_java(java, "CC-5.0.2", broken) != []
