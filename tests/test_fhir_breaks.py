"""Each rule of CareCommunication 5.0 broken alone, judged by the official validator: what the breaks claim is so."""

from __future__ import annotations

import json

import pytest
from fhir_breaks import BREAKS, broken
from fhir_mutants import Node, slim
from java_oracle import JavaOracle, official, running
from oracle import oracle

FULL = "examples/fhir/carecommunication-5.0.2/Bundle-gfd00bc2-9c26-4174-934e-f6e4360845de.json"
CASCADE = "Reference_REF_CantMatchChoice"  # who refers to what is broken cannot match it


@pytest.fixture(scope="module")
def java() -> JavaOracle:
    found = running()
    found.load("CC-5.0.2", official(oracle("reference").parent, "CC-5.0.2"))
    return found


@pytest.fixture(scope="module")
def message() -> Node:
    return slim(json.loads(oracle(FULL).read_bytes()))


def errors(java: JavaOracle, bundle: Node) -> set[str]:
    found = java.judge("CC-5.0.2", json.dumps(bundle)).errors
    return {finding.id.rpartition("#")[2] for finding in found}


def test_the_message_is_valid(java: JavaOracle, message: Node) -> None:
    assert errors(java, message) == set()


@pytest.mark.parametrize("rule", BREAKS)
def test_breaks_exactly_what_it_says(java: JavaOracle, message: Node, rule: str) -> None:
    assert errors(java, broken(message, rule)) - {CASCADE} == BREAKS[rule][1]
