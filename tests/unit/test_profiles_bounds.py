"""Definitions from outside are programs: what they cost, and what they lack, has a bound and a name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from medcom_bu.fhir.model.data import Number
from medcom_bu.fhir.profiles import compile, terminology  # noqa: A004
from medcom_bu.fhir.profiles.definition_tree import BadDefinition
from medcom_bu.fhir.profiles.packages import BadPackage, Package, load, store
from tests.support.made_profiles import (
    HOME,
    R4,
    P,
    code_system,
    definitions,
    element,
    found_by_profiles,
    in_bundle,
    patient,
    profile,
    sliced,
    value_set,
)

# --- what is not available ----------------------------------------------------------------------------------------

ABSENT = f"{HOME}StructureDefinition/absent"


def test_a_slice_that_an_absent_profile_tells_apart_is_not_judged_and_the_rest_is() -> None:
    slicing = element("Patient.identifier", **sliced({"type": "value", "path": "system"}))
    cpr = element("Patient.identifier:cpr", sliceName="cpr", min=1, type=[{"code": "Identifier", "profile": [ABSENT]}])
    gender = element("Patient.gender", min=1)
    mine = profile("Patient", slicing, cpr, gender)
    assert found_by_profiles(patient(identifier=[{"value": "1"}]), mine) == [
        ("missing", "Patient"),
        ("not-checked", "Patient"),
    ]


def test_a_slice_that_nothing_tells_apart_is_still_refused_by_name() -> None:
    slicing = element("Patient.identifier", **sliced({"type": "value", "path": "system"}))
    cpr = element("Patient.identifier:cpr", sliceName="cpr")
    with pytest.raises(BadDefinition, match="identifier:cpr is not told apart by value system"):
        found_by_profiles(patient(), profile("Patient", slicing, cpr))


def test_a_profile_on_what_is_not_available_is_not_checked() -> None:
    lost = profile("Patient", element("Patient.active", min=1), base=f"{R4}vitalsigns")
    assert ("dependency-part", "Patient") in found_by_profiles(patient(), lost)
    assert definitions(lost).find("StructureDefinition", f"{R4}vitalsigns") is None


# --- what it costs ------------------------------------------------------------------------------------------------


def test_value_sets_that_include_each_other_twice_are_expanded_once_each() -> None:
    many = 40
    sets = [
        value_set(str(number), include=[{"valueSet": [f"{HOME}ValueSet/{number + 1}"]}] * 2) for number in range(many)
    ]
    last = value_set(str(many), include=[{"system": f"{HOME}CodeSystem/c"}])
    bound = element("Patient.gender", binding={"strength": "required", "valueSet": f"{HOME}ValueSet/0"})
    these = (profile("Patient", bound), *sets, last, code_system("c", {"code": "male"}))
    assert found_by_profiles(patient(gender="male"), *these) == []
    assert ("code", "Patient.gender") in found_by_profiles(patient(gender="female"), *these)


def test_value_sets_that_lead_back_to_themselves_hold_what_cannot_be_told() -> None:
    sets = [value_set(str(one), include=[{"valueSet": [f"{HOME}ValueSet/{1 - one}"]}]) for one in (0, 1)]
    bound = element("Patient.language", binding={"strength": "required", "valueSet": f"{HOME}ValueSet/0"})
    assert found_by_profiles(patient(language="da"), profile("Patient", bound), *sets) == [
        ("code-not-checked", "Patient.language")
    ]


def test_an_element_that_is_too_deep_is_refused_at_once() -> None:
    deep = {"id": "Patient" + ".extension" * 100_000}
    with pytest.raises(BadDefinition, match="deeper than 100 levels"):
        found_by_profiles(patient(), profile("Patient", deep))


def test_a_package_that_cannot_be_written_replaces_nothing(tmp_path: Path) -> None:
    good = Package("a.b", "1.0.0", {}, {("ValueSet", "urn:x"): value_set("x")})
    place = store(good, tmp_path)
    half = {("ValueSet", "urn:x"): value_set("x") | {"title": "\ud800"}}
    with pytest.raises(BadPackage, match="half a character"):
        store(Package("a.b", "1.0.0", {}, half), tmp_path)
    assert load(place).definitions.keys() == {("ValueSet", f"{HOME}ValueSet/x")}


def test_a_string_has_at_most_a_megabyte() -> None:
    text = "x" * (1024 * 1024)
    assert found_by_profiles(patient(name=[{"family": text}]), profile("Patient")) == []
    assert found_by_profiles(patient(name=[{"family": f"{text}x"}]), profile("Patient")) == [
        ("primitive", "Patient.name[0].family")
    ]


def test_digits_without_end_are_no_integer() -> None:
    many = patient(multipleBirthInteger=Number("9" * 10_000))
    assert found_by_profiles(many, profile("Patient")) == [("primitive", "Patient.multipleBirth")]


def test_a_bundle_of_another_type_may_have_pages() -> None:
    pages = [{"relation": relation, "url": f"{HOME}{relation}"} for relation in ("self", "next", "previous")]
    searched = {"resourceType": "Bundle", "type": "searchset", "link": pages}
    assert in_bundle(searched, profile("Patient")) == []
    collected = {**searched, "type": "collection"}
    assert in_bundle(collected, profile("Patient")) == [
        ("link-page", "Bundle.link[1].relation"),
        ("link-page", "Bundle.link[2].relation"),
    ]


# --- value sets and code systems ----------------------------------------------------------------------------------


VALUE_SET = f"{HOME}ValueSet/"


def bound_to(name: str) -> dict[str, Any]:
    binding = {"strength": "required", "valueSet": f"{VALUE_SET}{name}"}
    return profile("Patient", element("Patient.gender", binding=binding))


TREE = f"{HOME}CodeSystem/tree"


def test_codes_below_each_other_without_end_are_looked_at_once_each() -> None:
    many = 10_000
    concepts = [
        {"code": f"c{number}", "property": [{"code": "parent", "valueCode": f"c{(number + 1) % many}"}]}
        for number in range(many)
    ]
    below = value_set("v", include=[{"system": TREE, "filter": [{"property": "concept", "op": "is-a", "value": "c0"}]}])
    assert found_by_profiles(patient(gender="c1"), bound_to("v"), below, code_system("tree", *concepts)) == []
    assert ("code", "Patient.gender") in found_by_profiles(
        patient(gender="other"), bound_to("v"), below, code_system("tree", *concepts)
    )


def test_value_sets_that_hold_more_codes_than_may_be_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    codes = code_system("c", *[{"code": f"c{number}"} for number in range(20)])
    sets = [value_set(str(number), include=[{"valueSet": [f"{VALUE_SET}{number + 1}"]}]) for number in range(4)]
    these = (bound_to("0"), *sets, value_set("4", include=[{"system": f"{HOME}CodeSystem/c"}]), codes)
    assert found_by_profiles(patient(gender="c1"), *these) == []
    monkeypatch.setattr(terminology, "MOST_CODES", 99)
    with pytest.raises(BadDefinition, match="more than 99 codes"):
        found_by_profiles(patient(gender="c1"), *these)


def test_value_sets_in_a_row_that_is_too_long_are_refused_by_name() -> None:
    many = 10_000
    sets = [value_set(str(number), include=[{"valueSet": [f"{VALUE_SET}{number + 1}"]}]) for number in range(many)]
    with pytest.raises(BadDefinition, match="malformed"):
        found_by_profiles(patient(gender="male"), bound_to("0"), *sets)


def test_a_malformed_value_set_that_an_expression_asks_for_is_refused_by_name() -> None:
    rule = {"key": "x-1", "severity": "error", "expression": f"gender.memberOf('{VALUE_SET}v')"}
    mine = profile("Patient", element("Patient", constraint=[rule]))
    good = value_set("v", include=[{"system": f"{HOME}CodeSystem/c", "concept": [{"code": "male"}]}])
    assert found_by_profiles(patient(gender="male"), mine, good) == []
    bad = value_set("v", include=[{"system": f"{HOME}CodeSystem/c", "concept": [{}]}])
    with pytest.raises(BadDefinition, match="ValueSet/v is malformed"):
        found_by_profiles(patient(gender="male"), mine, bad)


# --- what is not a definition ----------------------------------------------------------------------------------------

REFERENCES = [{"code": "Reference", "targetProfile": [1]}]
MALFORMED: dict[str, dict[str, Any]] = {
    "a least number that is a list": element("Patient.identifier", min=["1"]),
    "a least number that is a truth value": element("Patient.identifier", min=True),
    "a greatest number that is a number": element("Patient.identifier", max=1),
    "a length that is an object": element("Patient.gender", maxLength={"x": 1}),
    "a type that is a text": element("Patient.gender", type="code"),
    "a target that is no text": element("Patient.managingOrganization", type=REFERENCES),
    "a profile that is no list": element("Patient.extension", type=[{"code": "Extension", "profile": HOME}]),
    "an invariant that is a list": element("Patient", constraint=[{"key": "x", "severity": "error", "expression": []}]),
    "a binding that is a text": element("Patient.gender", binding="required"),
}  # fmt: skip


@pytest.mark.parametrize("malformed", MALFORMED.values(), ids=MALFORMED)
def test_a_definition_in_another_form_is_refused_by_name(malformed: dict[str, Any]) -> None:
    resource = patient(gender="male", managingOrganization={"reference": "#a"}, identifier=[{"value": "1"}])
    with pytest.raises(BadDefinition, match=re.escape(P)):
        found_by_profiles(resource, profile("Patient", malformed))


@pytest.mark.parametrize("context", ["Patient", ["Patient"], [{"type": "element", "expression": ["Patient"]}]])
def test_an_extension_whose_context_has_another_form_is_refused_by_name(context: Any) -> None:
    url = f"{HOME}StructureDefinition/e"
    mine = profile("Extension", url=url, kind="complex-type", context=context)
    with pytest.raises(BadDefinition, match="StructureDefinition/e"):
        found_by_profiles(patient(extension=[{"url": url, "valueCode": "x"}]), profile("Patient"), mine)


def nested_extensions(number: int, depth: int, ways: int) -> dict[str, Any]:
    """An extension in which, at each level, slices are of other such extensions."""
    url = f"{HOME}StructureDefinition/e{number}"
    elements = [element("Extension")]
    for level in range(1, depth):
        path = "Extension" + ".extension" * level
        elements.append(element(path, **sliced({"type": "value", "path": "url"})))
        for way in range(ways):
            types = [{"code": "Extension", "profile": [f"{HOME}StructureDefinition/e{way}"]}]
            elements.append(element(f"{path}:s{way}", sliceName=f"s{way}", type=types))
    fixed = element("Extension.url", fixedUri=url)
    return profile("Extension", *elements, fixed, url=url, kind="complex-type")


def test_extensions_that_lead_to_each_other_are_compiled_once_each() -> None:
    extensions = [nested_extensions(number, depth=2, ways=3) for number in range(3)]
    url = str(extensions[0]["url"])
    held = patient(extension=[{"url": url, "extension": [{"url": extensions[1]["url"], "valueCode": "x"}]}])
    assert found_by_profiles(held, profile("Patient"), *extensions) == []


def test_extensions_in_each_other_in_more_ways_than_may_be_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compile, "MOST_NODES", 2_000)
    extensions = [nested_extensions(number, depth=7, ways=4) for number in range(4)]
    held = patient(extension=[{"url": extensions[0]["url"], "valueCode": "x"}])
    with pytest.raises(BadDefinition, match="more than 2000 nodes"):
        found_by_profiles(held, profile("Patient"), *extensions)
