"""What HL7's validator says of the messages at the edges is what is recorded beside them."""

from __future__ import annotations

import json

import pytest

from tests.support.fhir_breaks import Change
from tests.support.fhir_message import message
from tests.support.java_oracle import JavaOracle, with_official
from tests.support.judge_edges import (
    ALLOWED_NARRATIVES,
    DIFFERENT_NARRATIVES,
    EDGES,
    FOLLOWS,
    REFUSED_NARRATIVES,
    XML_EDGES,
    narrative,
    xml_message,
)

GUIDE = "CC-5.0.2"


@pytest.fixture(scope="module")
def java() -> JavaOracle:
    return with_official([GUIDE])


def official(java: JavaOracle, change: Change) -> set[str]:
    bundle = message()
    change(bundle)
    return java.judge(GUIDE, json.dumps(bundle)).error_ids - FOLLOWS


@pytest.mark.parametrize("edge", EDGES)
def test_the_recorded_errors_are_the_official_ones(java: JavaOracle, edge: str) -> None:
    assert official(java, EDGES[edge].change) == EDGES[edge].official


@pytest.mark.parametrize("edge", XML_EDGES)
def test_the_recorded_errors_in_xml_are_the_official_ones(java: JavaOracle, edge: str) -> None:
    change, said, _ = XML_EDGES[edge]
    assert java.judge(GUIDE, xml_message()).valid
    assert said in {finding.text[: len(said)] for finding in java.judge(GUIDE, change(xml_message())).errors}


NARRATIVES = {
    **dict.fromkeys(ALLOWED_NARRATIVES, True),
    **dict.fromkeys(REFUSED_NARRATIVES, False),
    **{inside: allowed for inside, (allowed, _) in DIFFERENT_NARRATIVES.items()},
}


@pytest.mark.parametrize("inside", NARRATIVES)
def test_the_official_validator_allows_a_narrative(java: JavaOracle, inside: str) -> None:
    assert (official(java, narrative(inside)) == set()) is NARRATIVES[inside]
