"""What guides say that MedCom's do not: it is judged, or named as not judged; nothing of it passes in silence."""

from __future__ import annotations

import pytest

from tests.support.fhir_message import Node
from tests.support.made_profiles import (
    HOME,
    P,
    bundle,
    element,
    found_by_profiles,
    organization,
    patient,
    profile,
    sliced,
)

# --- slices by the type of a resource -----------------------------------------------------------------------------

BY_RESOURCE = (
    element("Bundle.entry", **sliced({"type": "type", "path": "resource"}, rules="closed")),
    element("Bundle.entry:citizen", sliceName="citizen", min=1, max="1"),
    element("Bundle.entry:citizen.resource", min=1, type=[{"code": "Patient"}]),
    element("Bundle.entry:unit", sliceName="unit", max="1"),
    element("Bundle.entry:unit.resource", min=1, type=[{"code": "Organization"}]),
)


def test_entries_are_told_apart_by_the_type_of_their_resources() -> None:
    mine = profile("Bundle", *BY_RESOURCE)
    plain = patient()
    del plain["meta"]
    both = bundle(plain, organization()) | {"meta": {"profile": [P]}}
    assert found_by_profiles(both, mine) == []
    alone = bundle(organization()) | {"meta": {"profile": [P]}}
    assert found_by_profiles(alone, mine) == [("slice-missing", "Bundle")]
    twice = bundle(plain, organization(), organization("c")) | {"meta": {"profile": [P]}}
    assert found_by_profiles(twice, mine) == [("slice-too-many", "Bundle")]


# --- a choice that is named by its type ---------------------------------------------------------------------------


def test_a_differential_may_name_a_choice_by_its_type() -> None:
    mine = profile("Patient", element("Patient.deceasedBoolean", min=1, fixedBoolean=False))
    assert found_by_profiles(patient(deceasedBoolean=False), mine) == []
    assert found_by_profiles(patient(deceasedBoolean=True), mine) == [("fixed", "Patient.deceased")]
    assert found_by_profiles(patient(), mine) == [("slice-missing", "Patient")]
    optional = profile("Patient", element("Patient.deceasedBoolean", fixedBoolean=False))
    assert found_by_profiles(patient(deceasedDateTime="2026"), optional) == []
    assert found_by_profiles(patient(deceasedBoolean=True), optional) == [("fixed", "Patient.deceased")]


def test_it_may_be_named_so_again_further_on() -> None:
    base = profile("Patient", element("Patient.deceasedBoolean", min=1), url=f"{P}-base")
    mine = profile("Patient", element("Patient.deceasedBoolean", fixedBoolean=False), base=f"{P}-base")
    assert found_by_profiles(patient(), mine, base) == [("slice-missing", "Patient")]
    assert found_by_profiles(patient(deceasedBoolean=True), mine, base) == [("fixed", "Patient.deceased")]
    assert found_by_profiles(patient(deceasedBoolean=False), mine, base) == []


# --- several profiles of one type ---------------------------------------------------------------------------------

LONG = profile("Identifier", element("Identifier.value", min=1), url=f"{P}-valued", kind="complex-type")
SHORT = profile("Identifier", element("Identifier.system", min=1), url=f"{P}-named", kind="complex-type")


def test_a_value_fits_one_of_several_profiles_of_its_type() -> None:
    either = [{"code": "Identifier", "profile": [f"{P}-valued", f"{P}-named"]}]
    mine = profile("Patient", element("Patient.identifier", type=either))
    for right in ({"value": "x"}, {"system": "urn:oid:1.2.208"}, {"value": "x", "system": "urn:oid:1.2.208"}):
        assert found_by_profiles(patient(identifier=[right]), mine, LONG, SHORT) == []
    wrong = patient(identifier=[{"value": "x"}, {"use": "usual"}])
    assert found_by_profiles(wrong, mine, LONG, SHORT) == [("type-profiles", "Patient.identifier[1]")]
    assert found_by_profiles(patient(identifier=[{"value": "x"}]), mine, LONG) == [
        ("not-checked", "Patient.identifier[0]")
    ]


# --- where an extension may stand ---------------------------------------------------------------------------------


def extension(*contexts: tuple[str, str]) -> Node:
    allowed = [{"type": kind, "expression": expression} for kind, expression in contexts]
    return profile("Extension", url=f"{HOME}x", kind="complex-type", context=allowed)


@pytest.mark.parametrize(
    ("contexts", "wanted"),
    [
        ([("element", "Patient")], []),
        ([("element", "Organization")], ["extension-context"]),
        ([("fhirpath", "Organization"), ("element", "Patient")], []),
        ([("element", "Organization"), ("fhirpath", "Patient.where(true)")], ["context-not-checked"]),
        ([("extension", f"{HOME}y")], ["context-not-checked"]),
    ],
)
def test_a_context_that_is_no_element_is_named_as_not_checked(
    contexts: list[tuple[str, str]], wanted: list[str]
) -> None:
    resource = patient(extension=[{"url": f"{HOME}x", "valueCode": "a"}])
    found = found_by_profiles(resource, profile("Patient"), extension(*contexts))
    assert found == [(code, "Patient.extension[0]") for code in wanted]


# --- parts that are known and not read ----------------------------------------------------------------------------

R5 = "http://hl7.org/fhir/5.0/StructureDefinition/extension-ElementDefinition."
UNREAD: dict[str, Node] = {
    "minLength": {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/minLength", "valueInteger": 3}]},
    "mustHaveValue": {"extension": [{"url": f"{R5}mustHaveValue", "valueBoolean": True}]},
    "additional binding": {
        "binding": {
            "strength": "preferred",
            "valueSet": f"{HOME}ValueSet/a",
            "extension": [{"url": "http://hl7.org/fhir/tools/StructureDefinition/additional-binding"}],
        }
    },
}


@pytest.mark.parametrize("what", UNREAD)
def test_a_part_of_a_definition_that_nothing_judges_is_named(what: str) -> None:
    mine = profile("Patient", element("Patient.gender", **UNREAD[what]))
    assert found_by_profiles(patient(gender="female"), mine) == [("part-not-checked", "Patient.gender")]
    assert found_by_profiles(patient(), mine) == []
    other = profile("Patient", element("Patient.gender", extension=[{"url": "http://example.org/x", "valueCode": "y"}]))
    assert found_by_profiles(patient(gender="female"), other) == []
