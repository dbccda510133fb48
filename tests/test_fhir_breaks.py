"""Each rule of CareCommunication 5.0 broken alone, judged by the official validator: what the breaks claim is so."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from fhir_breaks import BREAKS, broken
from fhir_mutants import Node, slim
from java_oracle import JavaOracle, official, own, running
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


# Slices that demand nothing that can be reached.
NOTHING_TO_BREAK = {
    "payload.extension:date": "said again, more strictly, of each kind of payload",
    "payload.extension:author": "said again, more strictly, of each kind of payload",
    "payload.extension:authorContact": "said again, more strictly, of each kind of payload",
    "payload.extension:identifier": "said again, more strictly, of each kind of payload",
    "destination:cc.extension:use": "no message has such a destination",
}
WARNINGS = {"marital-status-unknown-usage"}


def elements() -> Iterator[Node]:
    """The elements of our own definitions of CareCommunication 5.0 and what it rests on."""
    for package in own("medcom.fhir.dk.carecommunication#5.0.2"):
        for path in sorted(package.glob("package/StructureDefinition-*.json")):
            yield from json.loads(path.read_text(encoding="utf-8"))["differential"]["element"]


def test_every_invariant_is_broken() -> None:
    keys = {rule["key"] for element in elements() for rule in element.get("constraint", [])}
    assert keys - WARNINGS <= {id_ for _, ids in BREAKS.values() for id_ in ids}


def test_every_slice_is_broken() -> None:
    slices = {element["id"].partition(".")[2] for element in elements() if "sliceName" in element}
    broken_slices = {name for name in slices for rule in BREAKS if rule.removeprefix("RelatedPerson.").startswith(name)}
    assert slices - broken_slices == NOTHING_TO_BREAK.keys()
