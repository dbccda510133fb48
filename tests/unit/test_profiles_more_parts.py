"""What a guide says beside its elements: profiles that it imposes, invariants of contexts, inner resources, amounts."""

from __future__ import annotations

import pytest

from medcom_bu.fhir.fhirpath import Env, compile  # noqa: A004
from medcom_bu.fhir.model.data import Number
from tests.support.fhir_message import Node
from tests.support.made_profiles import (
    HOME,
    R4,
    P,
    bundle,
    element,
    found_by_profiles,
    in_bundle,
    patient,
    profile,
    sliced,
    value_set,
)

OTHER = f"{P}-other"


def imposing(*canonicals: str) -> Node:
    url = f"{R4}structuredefinition-imposeProfile"
    return profile("Patient", extension=[{"url": url, "valueCanonical": canonical} for canonical in canonicals])


def test_a_profile_that_is_imposed_is_judged_by_too() -> None:
    other = profile("Patient", element("Patient.name", min=1), url=OTHER)
    assert found_by_profiles(patient(name=[{"text": "x"}]), imposing(OTHER), other) == []
    assert found_by_profiles(patient(), imposing(OTHER), other) == [("missing", "Patient")]
    assert found_by_profiles(patient(), imposing(P)) == []  # a circle comes to an end
    assert found_by_profiles(patient(), imposing(f"{HOME}none")) == [("not-checked", "Patient")]


def extended(number: int) -> Node:
    return {"extension": [{"url": f"{HOME}x", "valueInteger": Number(str(number))}]}


@pytest.mark.parametrize(
    ("gender", "number", "is_kept"), [(None, 3, False), ("male", 1, True), ("female", 1, False), ("female", 3, True)]
)
def test_an_extension_may_ask_something_of_what_has_it(gender: str | None, number: int, is_kept: bool) -> None:
    contexts = [{"type": "element", "expression": one} for one in ("Patient", "Patient.contact")]
    invariants = ["gender.exists()", "gender = 'male' or %extension.value > 2"]
    url = element("Extension.url", fixedUri=f"{HOME}x")
    here = profile("Extension", url, url=f"{HOME}x", context=contexts, contextInvariant=invariants)
    bearer = extended(number) | ({"gender": gender} if gender else {})
    wanted: list[tuple[str, str]] = [] if is_kept else [("extension-context", "Patient.extension[0]")]
    assert found_by_profiles(patient(**bearer), profile("Patient"), here) == wanted
    inner = patient(contact=[{"name": {"text": "x"}, **bearer}])
    found = found_by_profiles(inner, profile("Patient"), here)
    assert found == [(code, "Patient.contact[0].extension[0]") for code, _ in wanted]


@pytest.mark.parametrize("invariant", ["name.comparable(name)", 1])
def test_an_invariant_of_a_context_that_cannot_be_asked_is_named(invariant: object) -> None:
    url, context = element("Extension.url", fixedUri=f"{HOME}x"), [{"type": "element", "expression": "Patient"}]
    here = profile("Extension", url, url=f"{HOME}x", context=context, contextInvariant=[invariant])
    found = found_by_profiles(patient(**extended(1)), profile("Patient"), here)
    assert found == [("context-not-checked", "Patient.extension[0]")]


def test_the_extension_of_a_context_is_known_there_alone() -> None:
    mine = profile(
        "Patient",
        element("Patient", constraint=[{"key": "a", "severity": "error", "expression": "%extension.exists()"}]),
    )
    assert found_by_profiles(patient(), mine) == [("invariant-not-checked", "Patient")]


# --- resources within resources -----------------------------------------------------------------------------------


def with_unit(**content: object) -> Node:
    unit = {"resourceType": "Organization", "id": "o", "identifier": [{"value": "1"}], **content}
    return patient(contained=[unit], managingOrganization={"reference": "#o"})


def test_what_is_said_of_the_elements_of_an_inner_resource_is_judged() -> None:
    mine = profile(
        "Patient",
        element("Patient.contained", **sliced({"type": "type", "path": "$this"})),
        element("Patient.contained:unit", sliceName="unit", type=[{"code": "Organization"}]),
        element("Patient.contained:unit.name", min=1),
    )
    assert found_by_profiles(with_unit(name="x"), mine) == []
    assert found_by_profiles(with_unit(), mine) == [("missing", "Patient.contained[0]")]


def test_an_invariant_of_an_inner_resource_is_asked_of_it_within_the_outer() -> None:
    def asked(expression: str) -> Node:
        constraint = [{"key": "a", "severity": "error", "expression": expression}]
        return profile("Patient", element("Patient.contained", constraint=constraint))

    is_named = asked("name.exists() and %resource.managingOrganization.exists()")
    assert found_by_profiles(with_unit(name="x"), is_named) == []
    assert found_by_profiles(with_unit(), is_named) == [("invariant", "Patient.contained[0]")]


def test_elements_of_a_resource_of_any_type_are_named_as_not_judged() -> None:
    plain = patient()
    del plain["meta"]
    mine = profile("Bundle", element("Bundle.entry.resource.meta", min=1))
    found = found_by_profiles(bundle(plain) | {"meta": {"profile": [P]}}, mine)
    assert found == [("part-not-checked", "Bundle.entry[0].resource")]


def test_entries_may_be_told_apart_by_an_element_of_their_resources() -> None:
    mine = profile(
        "Bundle",
        element("Bundle.entry", **sliced({"type": "value", "path": "resource.active"})),
        element("Bundle.entry:a", sliceName="a", min=1),
        element("Bundle.entry:a.resource", type=[{"code": "Patient"}]),
        element("Bundle.entry:a.resource.active", min=1, fixedBoolean=True),
    )
    for is_active, wanted in ((True, []), (False, [("slice-missing", "Bundle")])):
        plain = patient(active=is_active)
        del plain["meta"]
        assert found_by_profiles(bundle(plain) | {"meta": {"profile": [P]}}, mine) == wanted


def test_values_are_told_apart_by_the_profile_that_they_fit() -> None:
    base = profile("Identifier", element("Identifier.value", min=1), url=f"{P}-base")
    own = profile("Identifier", element("Identifier.system", fixedUri=HOME, min=1), url=OTHER, base=f"{P}-base")
    mine = profile(
        "Patient",
        element("Patient.identifier", **sliced({"type": "profile", "path": "$this"})),
        element("Patient.identifier:a", sliceName="a", min=1, type=[{"code": "Identifier", "profile": [OTHER]}]),
    )
    fitting, other = {"system": HOME, "value": "1"}, {"value": "1"}
    assert found_by_profiles(patient(identifier=[fitting, other]), mine, own, base) == []
    assert found_by_profiles(patient(identifier=[other]), mine, own, base) == [("slice-missing", "Patient")]


def test_answers_are_not_judged_by_their_questionnaire_and_that_is_named() -> None:
    answers: Node = {"resourceType": "QuestionnaireResponse", "id": "a", "text": patient()["text"]}
    answers |= {"status": "completed", "item": [{"linkId": "1", "answer": [{"valueString": "x"}]}]}
    assert in_bundle(bundle(answers)) == []
    asked = bundle(answers | {"questionnaire": f"{HOME}Questionnaire/q"})
    assert in_bundle(asked) == [("part-not-checked", "Bundle.entry[0].resource.questionnaire")]


# --- constants and codes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "kept", "broken", "code"),
    [
        ({"fixedInteger": 2}, "2", "3", "fixed"),
        ({"patternInteger": 2}, "2", "3", "pattern"),
        (
            {"fixedQuantity": {"value": 1.0, "unit": "x"}},
            {"value": Number("1.00"), "unit": "x"},
            {"unit": "x"},
            "fixed",
        ),
        (
            {"patternQuantity": {"value": 1.5}},
            {"value": Number("15e-1"), "unit": "x"},
            {"value": Number("1.6"), "unit": "x"},
            "pattern",
        ),
    ],
)
def test_numbers_are_compared_by_their_amounts(wanted: Node, kept: object, broken: object, code: str) -> None:
    def judged(value: object) -> list[tuple[str, str]]:
        valued = {"valueInteger": Number(value)} if isinstance(value, str) else {"valueQuantity": value}
        return found_by_profiles(patient(extension=[{"url": f"{HOME}x", **valued}]), profile("Patient"), here)

    url, value = element("Extension.url", fixedUri=f"{HOME}x"), element("Extension.value[x]", **wanted)
    here = profile("Extension", url, value, url=f"{HOME}x")
    assert judged(kept) == []
    assert judged(broken) == [(code, "Patient.extension[0].value")]


@pytest.mark.parametrize("strength", ["extensible", "preferred"])
def test_no_code_is_beyond_the_greatest_value_set(strength: str) -> None:
    most = {"url": f"{R4}elementdefinition-maxValueSet", "valueCanonical": f"{HOME}ValueSet/most"}
    binding = {"strength": strength, "valueSet": f"{HOME}ValueSet/few", "extension": [most]}
    mine = profile("Patient", element("Patient.maritalStatus", binding=binding))
    few = value_set("few", include=[{"system": HOME, "concept": [{"code": "a"}]}])
    all_codes = value_set("most", include=[{"system": HOME, "concept": [{"code": "a"}, {"code": "b"}]}])
    place, loose = "Patient.maritalStatus", f"code-{strength}"
    for status, wanted in (
        ({"coding": [{"system": HOME, "code": "a"}]}, set()),
        ({"coding": [{"system": HOME, "code": "b"}]}, {(loose, place)}),
        ({"coding": [{"system": HOME, "code": "c"}]}, {(loose, place), ("code", place)}),
        ({"text": "x"}, {("code", place)}),
    ):
        assert set(found_by_profiles(patient(maritalStatus=status), mine, few, all_codes)) == wanted
    coded = patient(maritalStatus={"coding": [{"system": HOME, "code": "a"}]})
    assert found_by_profiles(coded, mine, few) == [("code-not-checked", place)]


def test_usual_units_of_time_are_known_without_ucum() -> None:
    ucum, time = "http://unitsofmeasure.org", {"property": "canonical", "op": "=", "value": "s"}
    binding = {"strength": "required", "valueSet": f"{HOME}ValueSet/time"}
    mine = profile("Patient", element("Patient.maritalStatus", binding=binding))
    units = value_set("time", include=[{"system": ucum, "filter": [time]}])
    none = value_set("time", include=[{"system": ucum, "filter": [time | {"property": "other"}]}])
    unknown = [("code-not-checked", "Patient.maritalStatus")]
    for held, code, wanted in ((units, "min", []), (units, "10.s", unknown), (none, "min", unknown)):
        coded = patient(maritalStatus={"coding": [{"system": ucum, "code": code}]})
        assert found_by_profiles(coded, mine, held) == wanted


def test_an_expansion_may_have_headings() -> None:
    held = [{"contains": [{"system": HOME, "code": "a"}]}, {"system": HOME, "code": "b", "abstract": True}]
    expanded = {"resourceType": "ValueSet", "url": f"{HOME}ValueSet/one", "expansion": {"contains": held}}
    binding = {"strength": "required", "valueSet": f"{HOME}ValueSet/one"}
    mine = profile("Patient", element("Patient.maritalStatus", binding=binding))
    for code, wanted in (("a", []), ("b", [("code", "Patient.maritalStatus")])):
        coded = patient(maritalStatus={"coding": [{"system": HOME, "code": code}]})
        assert found_by_profiles(coded, mine, expanded) == wanted


def test_each_item_of_a_collection_is_asked_once() -> None:
    names = [{"family": "a"}, {"family": "b"}]
    counted = compile("select($this is HumanName).count()")
    assert counted.evaluate([*names], Env({}), "HumanName") == [2]
