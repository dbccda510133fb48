"""Definitions from outside are programs: what they cost, and what they lack, has a bound and a name."""

from __future__ import annotations

from pathlib import Path

import pytest

from medcom_bu.fhir.model.data import Number
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


def test_a_profile_on_a_type_that_is_not_available_is_not_checked() -> None:
    timed = [element("Patient"), element("Patient.active", min=0, max="1", type=[{"code": "ElementDefinition"}])]
    mine = profile("Patient", base=ABSENT, snapshot={"element": timed})
    assert ("dependency-part", "Patient") in found_by_profiles(patient(), mine)
    lost = profile("Observation", element("Observation.status", min=1), url=f"{P}-observation")
    observation = {"resourceType": "Observation", "id": "1", "meta": {"profile": [f"{P}-observation"]}}
    assert ("dependency-part", "Observation") in found_by_profiles(observation, lost)
    assert definitions(mine, lost).find("StructureDefinition", f"{R4}Observation") is None


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
