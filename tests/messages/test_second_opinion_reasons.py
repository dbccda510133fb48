"""Why an error is alone beside another validator's outcome: each reason where it holds, and where it does not."""

from __future__ import annotations

import json

import pytest

from medcom_bu.fhir.model.data import load_json
from medcom_bu.fhir.xml.write import dump_xml
from medcom_bu.profiles import second_opinion
from medcom_bu.second_opinion.differences import find_ours, find_theirs
from tests.support.fhir_breaks import Change
from tests.support.fhir_message import Node, message
from tests.support.judge_comparison import engine_report, told
from tests.support.judge_edges import communication, patient
from tests.support.outcomes import finding, outcome

ROLE = "Bundle.entry[3].resource"
MINIMUM, SHAPE = "Validation_VAL_Profile_Minimum", "This property must be a simple value, not an Array"
AUTHOR = finding("http://x#medcom-careCommunication-7", "Bundle.entry[2].resource")
GENDER = finding("Terminology_TX_NoValid_16", "Bundle.entry[1].resource.gender")


def unexplained(data: bytes, *theirs: Node) -> list[str]:
    return [told(one) for one in second_opinion(engine_report(data), outcome(*theirs)).unexplained]


def as_json(change: Change) -> bytes:
    bundle = message()
    change(bundle)
    return json.dumps(bundle).encode()


def as_xml(old: bytes, new: bytes, number: int = 1) -> bytes:
    """The message as XML, one occurrence of a text replaced by another."""
    parts = dump_xml(load_json(as_json(lambda b: None)).message).split(old)
    return old.join(parts[:number]) + new + old.join(parts[number:])


def twice(node: Node, name: str) -> None:
    """Write a single value as an array."""
    node[name] = [node[name], node[name]]


def codes_twice(bundle: Node) -> None:
    twice(bundle["entry"][3]["resource"]["code"][0]["coding"][0], "code")


def role(bundle: Node) -> Node:
    resource: Node = bundle["entry"][3]["resource"]
    return resource


STRAY = as_xml(b"<fullUrl", b"stray<fullUrl", 4)
SAID: dict[str, tuple[bytes, list[Node], list[Node]]] = {
    "the other could not read it": (
        as_json(lambda b: b.pop("resourceType")),
        [finding("", "", "Unable to find resourceType property")],
        [finding("", "Bundle.entry[5].resource", "The JSON element 'resourceType' has the wrong JSON type: Array")],
    ),
    "a place in XML without its numbers": (
        STRAY,
        [finding("", "/f:Bundle/f:entry", "Text should not be present ('stray')")],
        [finding("", "/f:Bundle/f:entry/f:request", "Text should not be present ('stray')")],
    ),
    "an entry without address": (
        as_json(lambda b: b["entry"][9].pop("fullUrl")),
        [
            finding("Bundle_BUNDLE_Entry_NoFullUrl", "Bundle.entry[9]"),
            finding("Bundle_BUNDLE_FullUrl_Missing", "Bundle.entry[9].resource.entity[0].what"),
        ],
        [
            finding("Bundle_BUNDLE_Entry_NoFullUrl", "Bundle.entry[9]"),
            finding("Bundle_BUNDLE_FullUrl_Missing", "Bundle.entry[3].resource.practitioner"),
        ],
    ),
    "a contained resource that nothing refers to": (
        as_json(lambda b: patient(b).update(contained=[{"resourceType": "Organization", "id": "b", "name": "x"}])),
        [finding("CONTAINED_ORPHAN_DOM3", "Bundle.entry[1].resource.contained[0]")],
        [finding("Type_Specific_Checks_DT_URI_WS", "Bundle.entry[1].resource.contained[0]")],
    ),
    "a document": (
        as_json(lambda b: b.update(type="document")),
        [
            finding("_DT_Fixed_Wrong", "Bundle.type"),
            finding("Bundle_BUNDLE_Entry_Document", "Bundle.entry[1].resource"),
        ],
        [finding("_DT_Fixed_Wrong", "Bundle.type"), finding("New", "Bundle.entry[1].resource")],
    ),
    "an invariant on what is left out elsewhere": (
        as_json(codes_twice),
        [finding("", f"{ROLE}.code[0].coding[0].code", SHAPE), AUTHOR],
        [AUTHOR],
    ),
    "an invariant of the bundle on what is left out": (
        as_json(lambda b: twice(role(b)["practitioner"], "reference")),
        [
            finding("", f"{ROLE}.practitioner.reference", SHAPE),
            finding("http://x#medcom-careCommunication-13", "Bundle"),
        ],
        [
            finding("", f"{ROLE}.practitioner.reference", SHAPE),
            finding("http://x#medcom-careCommunication-6", "Bundle.entry[2].resource"),
        ],
    ),
    "what is missing is what is left out": (
        as_json(lambda b: twice(b, "id")),
        [finding("", "Bundle.id", SHAPE), finding(MINIMUM, "Bundle", "Bundle.id: minimum required = 1")],
        [finding("", "Bundle.id", SHAPE), finding(MINIMUM, "Bundle", "Bundle.timestamp: minimum required = 1")],
    ),
    "an element that XML has twice": (
        as_xml(b"<timestamp ", b'<timestamp value="2026-03-02T10:00:00+01:00"/><timestamp '),
        [finding("Validation_VAL_Profile_Maximum", "Bundle", "Bundle.timestamp: max allowed = 1, but found 2")],
        [finding("Validation_VAL_Profile_Maximum", "Bundle.entry[1].resource", "Patient.birthDate: max allowed = 1")],
    ),
    "a message of another type than it claims": (
        as_json(
            lambda b: (
                b["meta"].update(profile=["http://hl7.org/fhir/StructureDefinition/Location"]),
                communication(b).update(priority="ASAP"),
            )
        ),
        [finding("Validation_VAL_Profile_WrongType", "Bundle")],
        [finding("x", "Bundle", severity="warning")],
    ),
    "a claim of another namespace": (
        as_xml(b"<profile ", b'<profile xmlns="http://example.org/" ', 10),
        [
            finding("", "", "Wrong namespace - expected 'http://hl7.org/fhir'"),
            finding(
                "Validation_VAL_Profile_Minimum_SLICE", "Bundle.entry[8].resource", "Slice 'Organization.identifier:x'"
            ),
        ],
        [
            finding("", "", "Wrong namespace - expected 'http://hl7.org/fhir'"),
            finding(
                "Validation_VAL_Profile_Minimum_SLICE", "Bundle.entry[7].resource", "Slice 'Organization.identifier:x'"
            ),
        ],
    ),
    "an entry of another namespace": (
        as_xml(b"<fullUrl ", b'<fullUrl xmlns="http://example.org/" ', 9),
        [finding("", "", "Wrong namespace - expected 'http://hl7.org/fhir'")],
        [finding("x", "Bundle", severity="warning")],
    ),
}


@pytest.mark.parametrize("case", SAID)
def test_a_reason_is_named_where_it_holds(case: str) -> None:
    data, explained, other = SAID[case]
    assert unexplained(data, *explained) == []
    assert unexplained(data, *other) != []


def test_a_difference_that_another_issue_of_ours_tells_needs_it() -> None:
    place = ("Reference_REF_NotFound_Bundle", "Bundle.entry[6].resource.sender", "")
    left_out = find_theirs(*place, {("fhir.json-type", "Bundle.entry[5]")})
    assert left_out is not None
    assert left_out.name == "left-out-entry"
    assert find_theirs(*place, {("fhir.json-type", "Bundle.entry[5].resource")}) is None
    assert find_theirs("Reference_REF_NotFound_Bundle", "Bundle", "", {("fhir.json-type", "Bundle.entry[5]")}) is None
    assert (
        find_ours("profile.not-bundled", "Bundle.entry[6].resource.sender", {("fhir.a-list", "Bundle.entry")}) is None
    )


@pytest.mark.parametrize(
    ("id_", "said", "other", "name"),
    [
        (
            "Terminology_PassThrough_TX_Message",
            "Unknown code 'http://terminology.hl7.org/CodeSystem/v3-ActCode#x'",
            "Unknown code 'http://medcomfhir.dk/ig/terminology/CodeSystem/a#x'",
            "hl7-terminology",
        ),
        (
            "Reference_REF_BadTargetType",
            "Invalid Resource target type. Found Resource, but expected one of ([Organization])",
            "Invalid Resource target type. Found Patient, but expected one of ([Organization])",
            "untyped-target",
        ),
    ],
)
def test_a_difference_that_their_text_tells_needs_it(id_: str, said: str, other: str, name: str) -> None:
    found = find_theirs(id_, "Bundle.entry[3].resource.code", said)
    assert found is not None
    assert found.name == name
    assert find_theirs(id_, "Bundle.entry[3].resource.code", other) is None
