"""Each rule of CareCommunication 5.0 broken alone, judged by the official validator: what the breaks claim is so."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.support.fhir_breaks import (
    BREAKS,
    CASCADES,
    CASCADES_4_0,
    CASES,
    GUIDES,
    broken,
)
from tests.support.fhir_message import Node
from tests.support.fhir_mutants import slim
from tests.support.java_oracle import JavaOracle, own_folders, with_official
from tests.support.oracle import oracle


@pytest.fixture(scope="module")
def java() -> JavaOracle:
    return with_official(GUIDES)


def official_message(version: str) -> Node:
    """The official example that the breaks change."""
    return slim(json.loads((oracle("examples/fhir") / GUIDES[version][0]).read_bytes()))


def judged(java: JavaOracle, version: str, bundle: Node) -> set[str]:
    return java.judge(version, json.dumps(bundle)).error_ids


@pytest.mark.parametrize("version", GUIDES)
def test_the_message_is_valid(java: JavaOracle, version: str) -> None:
    assert judged(java, version, official_message(version)) == set()


@pytest.mark.parametrize(("version", "rule"), CASES)
def test_breaks_exactly_what_it_says(java: JavaOracle, version: str, rule: str) -> None:
    breaks = GUIDES[version][1]
    expected = breaks[rule][1]
    cascades = CASCADES | (CASCADES_4_0 - {rule} if version == "CC-4.0.3" else set())
    assert judged(java, version, broken(official_message(version), rule, breaks)) - cascades == expected - cascades


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
    for package in own_folders("medcom.fhir.dk.carecommunication#5.0.2"):
        for path in sorted(package.glob("package/StructureDefinition-*.json")):
            yield from json.loads(path.read_text(encoding="utf-8"))["differential"]["element"]


def test_every_invariant_is_broken() -> None:
    keys = {rule["key"] for element in elements() for rule in element.get("constraint", [])}
    assert keys - WARNINGS <= {id_ for _, ids in BREAKS.values() for id_ in ids}


def test_every_slice_is_broken() -> None:
    slices = {element["id"].partition(".")[2] for element in elements() if "sliceName" in element}
    broken_slices = {name for name in slices for rule in BREAKS if rule.removeprefix("RelatedPerson.").startswith(name)}
    assert slices - broken_slices == NOTHING_TO_BREAK.keys()
