"""The engine on definitions of the test's own: every feature of profiling, each with what passes and what fails."""

from __future__ import annotations

import copy
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medcom_bu.fhir.model.data import Number
from medcom_bu.fhir.profiles import catalogue, catalogue_of_parts
from medcom_bu.fhir.profiles.corrections import InvariantEdition
from medcom_bu.fhir.profiles.definition_tree import BadDefinition
from medcom_bu.fhir.profiles.packages import Library, shipped
from medcom_bu.fhir.profiles.walk import check, compiled
from medcom_bu.issues import Issue, Kind, Severity
from tests.support.fhir_message import Node, message
from tests.support.fhir_mutants import places
from tests.support.made_profiles import (
    HOME,
    R4,
    UUID,
    P,
    bundle,
    code_system,
    definitions,
    element,
    found_by_profiles,
    in_bundle,
    organization,
    patient,
    profile,
    sliced,
    value_set,
)

BY_USE = {"type": "value", "path": "use"}


LEAVES = st.none() | st.booleans() | st.text(max_size=5) | st.integers(0, 9).map(lambda number: Number(str(number)))
NAMES = st.text(max_size=8) | st.sampled_from(["id", "extension", "url", "reference", "coding", "code", "resourceType"])
FLAT = LEAVES | st.lists(LEAVES, max_size=3) | st.dictionaries(NAMES, LEAVES, max_size=3)
JSON = FLAT | st.lists(FLAT, max_size=3) | st.dictionaries(NAMES, FLAT, max_size=3)


# --- elements -----------------------------------------------------------------------------------------------------

BASE: dict[str, tuple[Node, list[tuple[str, str]]]] = {
    "nothing more": (patient(), []),
    "unknown element": (patient(colour="x"), [("unknown-element", "Patient.?")]),
    "a name that could be content": (patient(**{"Ida Prøve": "x"}), [("unknown-element", "Patient.?")]),
    "one where a list belongs": (patient(name={"family": "x"}), [("shape", "Patient.name")]),
    "a list where one belongs": (patient(gender=["male"]), [("shape", "Patient.gender")]),
    "a text where an object belongs": (patient(name=["x"]), [("shape", "Patient.name[0]")]),
    "a number where a text belongs": (patient(name=[{"family": Number("1")}]), [("shape", "Patient.name[0].family")]),
    "a text where a boolean belongs": (patient(active="true"), [("shape", "Patient.active")]),
    "null": (patient(gender=None), [("shape", "Patient.gender")]),
    "an empty object": (patient(name=[{}]), [("empty", "Patient.name[0]")]),
    "only an id": (patient(name=[{"id": "x"}]), [("empty", "Patient.name[0]")]),
    "an empty list": (patient(name=[]), [("empty", "Patient.name")]),
    "an empty text": (patient(name=[{"family": ""}]), [("empty", "Patient.name[0].family")]),
    "a day that is not": (patient(birthDate="2026-02-30"), [("primitive", "Patient.birthDate")]),
    "a day that is": (patient(birthDate="2024-02-29"), []),
    "a code of the type's value set": (patient(gender="x"), [("code", "Patient.gender")]),
    "a choice": (patient(deceasedBoolean=True), []),
    "two of a choice": (
        patient(deceasedBoolean=True, deceasedDateTime="2026"),
        [("too-many", "Patient")],
    ),
    "a type outside the choice": (patient(deceasedString="x"), [("unknown-element", "Patient.deceasedString")]),
    "an extension in place of a value": (patient(_birthDate={"extension": [{"url": "urn:x", "valueCode": "y"}]}), []),
    "a list aligned with its extensions": (
        patient(name=[{"given": [None, "x"], "_given": [{"extension": [{"url": "urn:x", "valueCode": "y"}]}, None]}]),
        [],
    ),
    "a null without an extension": (patient(name=[{"given": [None]}]), [("shape", "Patient.name[0].given[0]")]),
    "extensions that are none": (patient(_birthDate="x"), [("shape", "Patient.birthDate")]),
    "a resource without a type": ({"id": "a"}, [("no-type", "Resource")]),
    "a resource that no guide here has": (
        {"resourceType": "Observation", "id": "a", "code": {"text": "x"}, "status": "no"},
        [("none", "Observation"), ("code", "Observation.status"), ("invariant-warning", "Observation")],
    ),
    "an invariant that asks for a type of data": (
        {
            "resourceType": "RiskAssessment",
            "id": "a",
            "text": patient()["text"],
            "status": "final",
            "subject": {"display": "x"},
            "prediction": [
                {"probabilityDecimal": Number("101")},
                {"probabilityDecimal": Number("100")},
                {"qualitativeRisk": {"text": "x"}},
            ],
        },
        [("none", "RiskAssessment"), ("invariant", "RiskAssessment.prediction[0]")],
    ),
    "an id that is too long": (patient() | {"id": "a" * 65}, [("primitive", "Patient.id")]),
    "addresses that are what they begin as": (
        patient(identifier=[{"system": "urn:oid:1.2.208"}, {"system": UUID}, {"system": "x:y"}]),
        [],
    ),
    "a system that is relative": (
        patient(identifier=[{"system": "cpr", "value": "x"}]),
        [("identifier-system", "Patient.identifier[0].system")],
    ),
    "an extension whose url is relative": (
        patient(extension=[{"url": "2026-05-04T10:00:00", "valueCode": "y"}]),
        [("extension-url", "Patient.extension[0].url")],
    ),
    "an extension in another": (
        patient(extension=[{"url": "urn:x", "extension": [{"url": "y", "valueCode": "z"}]}]),
        [],
    ),
    "a UUID that is none": (
        patient(identifier=[{"system": UUID.upper().replace("URN:UUID", "urn:uuid")}]),
        [("primitive", "Patient.identifier[0].system")],
    ),
    "an OID that is none": (
        patient(identifier=[{"system": "urn:oid:1.02"}]),
        [("primitive", "Patient.identifier[0].system")],
    ),
    "a canonical that is relative": (
        patient(meta={"profile": [P, "x"]}),
        [("not-checked", "Patient"), ("primitive", "Patient.meta.profile[1]")],
    ),
}


@pytest.mark.parametrize("case", BASE)
def test_r4_itself(case: str) -> None:
    resource, wanted = BASE[case]
    issues = [one for one in found_by_profiles(resource, profile("Patient")) if one[0] != "extension-not-checked"]
    assert sorted(issues) == sorted(wanted)


RESTRICTIONS: dict[str, tuple[Node, Node, Node, str, str]] = {
    "min": (element("Patient.gender", min=1), patient(gender="male"), patient(), "missing", "Patient"),
    "min with an extension": (
        element("Patient.birthDate", min=1),
        patient(_birthDate={"extension": [{"url": P, "valueCode": "x"}]}),
        patient(),
        "missing",
        "Patient",
    ),
    "max": (
        element("Patient.name", max="1"),
        patient(name=[{"family": "x"}]),
        patient(name=[{"family": "x"}, {"family": "y"}]),
        "too-many",
        "Patient",
    ),
    "max 0": (element("Patient.gender", max="0"), patient(), patient(gender="male"), "too-many", "Patient"),
    "type": (
        element("Patient.deceased[x]", type=[{"code": "boolean"}]),
        patient(deceasedBoolean=True),
        patient(deceasedDateTime="2026"),
        "type",
        "Patient.deceased",
    ),
    "fixed": (
        element("Patient.gender", fixedCode="male"),
        patient(gender="male"),
        patient(gender="female"),
        "fixed",
        "Patient.gender",
    ),
    "fixed of an object": (
        element("Patient.identifier", fixedIdentifier={"system": "urn:x", "value": "1"}),
        patient(identifier=[{"value": "1", "system": "urn:x"}]),
        patient(identifier=[{"value": "1", "system": "urn:x", "use": "old"}]),
        "fixed",
        "Patient.identifier[0]",
    ),
    "pattern": (
        element("Patient.identifier", patternIdentifier={"type": {"coding": [{"code": "x"}]}}),
        patient(identifier=[{"type": {"coding": [{"code": "y"}, {"code": "x", "display": "X"}]}, "use": "old"}]),
        patient(identifier=[{"type": {"coding": [{"code": "y"}]}}]),
        "pattern",
        "Patient.identifier[0]",
    ),
    "maxLength": (
        element("Patient.name.family", maxLength=3),
        patient(name=[{"family": "abc"}]),
        patient(name=[{"family": "abcd"}]),
        "length",
        "Patient.name[0].family",
    ),
    "minValue": (
        element("Patient.multipleBirth[x]", minValueInteger=Number("2")),
        patient(multipleBirthInteger=Number("10")),
        patient(multipleBirthInteger=Number("1")),
        "range",
        "Patient.multipleBirth",
    ),
    "maxValue": (
        element("Patient.birthDate", maxValueDate="2026-01-01"),
        patient(birthDate="2025-12-31"),
        patient(birthDate="2026-01-02"),
        "range",
        "Patient.birthDate",
    ),
    "invariant": (
        element("Patient", constraint=[{"key": "t-1", "severity": "error", "expression": "active.exists()"}]),
        patient(active=True),
        patient(),
        "invariant",
        "Patient",
    ),
    "invariant that is a warning": (
        element("Patient", constraint=[{"key": "t-1", "severity": "warning", "expression": "active.exists()"}]),
        patient(active=True),
        patient(),
        "invariant-warning",
        "Patient",
    ),
    "invariant on a text": (
        element("Patient.name.family", constraint=[{"key": "t-1", "severity": "error", "expression": "matches('^a')"}]),
        patient(name=[{"family": "ab"}]),
        patient(name=[{"family": "ba"}]),
        "invariant",
        "Patient.name[0].family",
    ),
    "slice by the name of its type": (
        element("Patient.deceased[x]:deceasedBoolean", sliceName="deceasedBoolean", min=1, type=[{"code": "boolean"}]),
        patient(deceasedBoolean=True),
        patient(deceasedDateTime="2026"),
        "slice-missing",
        "Patient",
    ),
    "content reference": (
        element("Patient.contact.name.period", max="0"),
        patient(contact=[{"name": {"family": "x"}}]),
        patient(contact=[{"name": {"family": "x", "period": {"start": "2026"}}}]),
        "too-many",
        "Patient.contact[0].name",
    ),
}


@pytest.mark.parametrize("case", RESTRICTIONS)
def test_a_restriction(case: str) -> None:
    rule, right, wrong, code, path = RESTRICTIONS[case]
    mine = profile("Patient", rule)
    assert [one for one in found_by_profiles(right, mine) if one[0] != "extension-not-checked"] == []
    assert found_by_profiles(wrong, mine) == [(code, path)]


def test_a_chain_is_the_sum_of_its_profiles() -> None:
    above = profile("Patient", element("Patient.gender", min=1), url=f"{P}-above")
    mine = profile("Patient", element("Patient.birthDate", min=1), base=f"{P}-above")
    issues = check(patient(), definitions(above, mine))
    assert [dict(issue.params)["profile"] for issue in issues] == [f"{P}-above", P]


def test_a_snapshot_serves_where_there_is_no_differential_or_no_base() -> None:
    whole = [element("Patient", min=0, max="*"), element("Patient.gender", min=1, max="1", type=[{"code": "code"}])]
    mine = profile("Patient", base=f"{HOME}absent", snapshot={"element": whole})
    resource = {"resourceType": "Patient", "meta": {"profile": [P]}}
    assert ("missing", "Patient") in found_by_profiles(resource, mine)
    lost = profile("Patient", base=f"{HOME}absent")
    assert ("not-checked", "Patient") in found_by_profiles(patient(), lost)


# --- slices -------------------------------------------------------------------------------------------------------

OFFICIAL = element("Patient.name:official", sliceName="official", min=1, max="1")
OFFICIAL_USE = element("Patient.name:official.use", patternCode="official")
OLD = element("Patient.name:old", sliceName="old")
OLD_USE = element("Patient.name:old.use", fixedCode="old")
NAMED = (OFFICIAL, OFFICIAL_USE, OLD, OLD_USE)


def names(*uses: str | None) -> Node:
    return patient(name=[{"family": "x"} | ({"use": use} if use else {}) for use in uses])


SLICES: dict[str, tuple[Node, Node, list[tuple[str, str]]]] = {
    "each once": (sliced(BY_USE), names("official", "old", "old"), []),
    "one missing": (sliced(BY_USE), names("old"), [("slice-missing", "Patient")]),
    "none at all": (sliced(BY_USE), patient(), [("slice-missing", "Patient")]),
    "one twice": (sliced(BY_USE), names("official", "official"), [("slice-too-many", "Patient")]),
    "open takes others": (sliced(BY_USE), names("official", "usual"), []),
    "closed takes none": (
        sliced(BY_USE, rules="closed"),
        names("official", "usual"),
        [("slice-none", "Patient.name[1]")],
    ),
    "in order": (sliced(BY_USE, ordered=True), names("official", None, "old"), []),
    "out of order": (
        sliced(BY_USE, ordered=True),
        names("old", "official"),
        [("slice-order", "Patient.name[1]")],
    ),
    "open at the end": (sliced(BY_USE, rules="openAtEnd"), names("old", "official", "usual"), []),
    "open before the end": (
        sliced(BY_USE, rules="openAtEnd"),
        names("usual", "official"),
        [("slice-order", "Patient.name[1]")],
    ),
}


@pytest.mark.parametrize("case", SLICES)
def test_slices(case: str) -> None:
    slicing, resource, wanted = SLICES[case]
    assert found_by_profiles(resource, profile("Patient", element("Patient.name", **slicing), *NAMED)) == wanted


def test_a_missing_slice_says_why_nothing_fits() -> None:
    issues = check(names("old"), definitions(profile("Patient", element("Patient.name", **sliced(BY_USE)), *NAMED)))
    causes = [(cause.code, cause.path) for issue in issues for cause in issue.causes]
    assert causes == [("profile.slice-differs", "Patient.name[0]")]
    assert "use" in issues[0].causes[0].message


def test_a_slice_of_a_base_is_restricted_further_and_the_default_takes_the_rest() -> None:
    above = profile("Patient", element("Patient.name", **sliced(BY_USE)), *NAMED, url=f"{P}-above")
    rest = element("Patient.name:@default", sliceName="@default", max="0")
    given_ = element("Patient.name:official.given", min=1)
    mine = profile("Patient", rest, given_, base=f"{P}-above")
    assert found_by_profiles(names("official", "usual"), above, mine) == [
        ("slice-too-many", "Patient"),
        ("missing", "Patient.name[0]"),
    ]


DISCRIMINATED: dict[str, tuple[tuple[Node, ...], Node, Node]] = {
    "value of the element itself": (
        (
            element("Patient.name.given", **sliced({"type": "value", "path": "$this"})),
            element("Patient.name.given:ida", sliceName="ida", min=1, fixedString="Ida"),
        ),
        patient(name=[{"given": ["Bo", "Ida"]}]),
        patient(name=[{"given": ["Bo"]}]),
    ),
    "pattern": (
        (
            element("Patient.identifier", **sliced({"type": "pattern", "path": "type"})),
            element("Patient.identifier:x", sliceName="x", min=1),
            element("Patient.identifier:x.type", patternCodeableConcept={"coding": [{"code": "x"}]}),
        ),
        patient(identifier=[{"type": {"coding": [{"code": "x"}], "text": "X"}}]),
        patient(identifier=[{"type": {"text": "x"}}]),
    ),
    "exists": (
        (
            element("Patient.identifier", **sliced({"type": "exists", "path": "period"})),
            element("Patient.identifier:timed", sliceName="timed", min=1),
            element("Patient.identifier:timed.period", min=1),
            element("Patient.identifier:timeless", sliceName="timeless", max="0"),
            element("Patient.identifier:timeless.period", max="0"),
        ),
        patient(identifier=[{"value": "1", "period": {"start": "2026"}}]),
        patient(identifier=[{"value": "1"}]),
    ),
    "type": (
        (
            element("Patient.extension", **sliced({"type": "type", "path": "value"})),
            element("Patient.extension:flag", sliceName="flag", min=1),
            element("Patient.extension:flag.value[x]", type=[{"code": "boolean"}]),
        ),
        patient(extension=[{"url": "urn:x", "valueBoolean": True}]),
        patient(extension=[{"url": "urn:x", "valueString": "x"}]),
    ),
    "two discriminators": (
        (
            element("Patient.telecom", **sliced(BY_USE, {"type": "value", "path": "system"})),
            element("Patient.telecom:p", sliceName="p", min=1),
            element("Patient.telecom:p.use", patternCode="home"),
            element("Patient.telecom:p.system", patternCode="phone"),
        ),
        patient(telecom=[{"use": "home", "system": "phone", "value": "1"}]),
        patient(telecom=[{"use": "home", "system": "email", "value": "1"}]),
    ),
    "profile": (
        (
            element("Patient.contained", **sliced({"type": "profile", "path": "$this"})),
            element(
                "Patient.contained:role",
                sliceName="role",
                min=1,
                type=[{"code": "Practitioner", "profile": [f"{P}-b"]}],
            ),
        ),
        patient(
            contained=[{"resourceType": "Practitioner", "id": "b", "active": True}],
            generalPractitioner=[{"reference": "#b"}],
        ),
        patient(contained=[{"resourceType": "Practitioner", "id": "b"}], generalPractitioner=[{"reference": "#b"}]),
    ),
}


@pytest.mark.parametrize("case", DISCRIMINATED)
def test_discriminators(case: str) -> None:
    elements, right, wrong = DISCRIMINATED[case]
    other = profile("Practitioner", element("Practitioner.active", min=1), url=f"{P}-b")
    mine = profile("Patient", *elements)
    ignored = {"extension-not-checked", "invariant-warning", "code-not-checked"}
    assert [one for one in found_by_profiles(right, mine, other) if one[0] not in ignored] == []
    codes = {code for code, _ in found_by_profiles(wrong, mine, other)} - ignored
    assert codes <= {"slice-missing", "slice-too-many"}
    assert "slice-missing" in codes


@pytest.mark.parametrize(
    ("elements", "says"),
    [
        ([element("Patient.name", **sliced({"type": "value", "path": "use.where(x)"})), *NAMED], "discriminator"),
        ([element("Patient.name", **sliced({"type": "position", "path": "$this"})), *NAMED], "position"),
        ([element("Patient.name", **sliced({"type": "value", "path": "text"})), OFFICIAL], "told apart"),
        ([element("Person.name", min=1)], "proper id"),
    ],
)
def test_a_definition_that_cannot_be_judged_by_is_refused_by_name(elements: list[Node], says: str) -> None:
    with pytest.raises(BadDefinition, match=says) as refused:
        check(names("official"), definitions(profile("Patient", *elements)))
    assert P in str(refused.value)


def test_what_a_bad_definition_leaves_half_made_is_never_judged_by() -> None:
    bad = profile("Patient", element("Person.name", min=1), url=f"{P}-bad")
    untold = profile(
        "Patient", element("Patient.name", **sliced({"type": "position", "path": "$this"})), *NAMED, url=f"{P}-x"
    )
    these = definitions(bad, untold, profile("Patient"))
    wrong = patient(name=[{"family": "x", "period": {"start": "x"}, "use": "x"}])
    for url in (f"{P}-bad", f"{P}-x"):
        for _ in range(2):
            with pytest.raises(BadDefinition):
                check(wrong | {"meta": {"profile": [url]}}, these)
    assert [(issue.code, issue.path) for issue in check(wrong, these)] == [
        ("profile.primitive", "Patient.name[0].period.start"),
        ("profile.code", "Patient.name[0].use"),
    ]


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_malformed_definition_is_refused_and_nothing_else(data: st.DataObject) -> None:
    bound = element("Patient.maritalStatus", binding={"strength": "required", "valueSet": f"{HOME}ValueSet/x"})
    mine = profile("Patient", element("Patient.name", **sliced(BY_USE)), *NAMED, bound)
    parts = copy.deepcopy([mine, ANIMALS, value_set("x", include=[filtered("is-a", "bird")])])
    spots = [place for part in parts for place in places(part) if place[1] not in ("resourceType", "url", "type")]
    holder, key = data.draw(st.sampled_from(spots))
    holder[key] = data.draw(JSON)
    status = {"coding": [{"system": A, "code": "owl"}]}
    try:
        check(patient(name=[{"family": "x", "use": "official"}], maritalStatus=status), definitions(*parts))
    except BadDefinition as refused:
        assert HOME in str(refused) or P in str(refused)


# --- codes --------------------------------------------------------------------------------------------------------

ANIMALS = code_system(
    "animals",
    {"code": "animal", "concept": [{"code": "bird", "concept": [{"code": "owl"}]}, {"code": "fish"}]},
    {"code": "bat", "property": [{"code": "subsumedBy", "valueCode": "animal"}]},
)
A = f"{HOME}CodeSystem/animals"


def filtered(way: str, value: str) -> Node:
    return {"system": A, "filter": [{"property": "concept", "op": way, "value": value}]}


BIRDS = f"{HOME}ValueSet/birds"
SETS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "listed": ({"include": [{"system": A, "concept": [{"code": "owl"}]}]}, {"owl"}),
    "whole system": ({"include": [{"system": A}]}, {"animal", "bird", "owl", "fish", "bat"}),
    "is-a": ({"include": [filtered("is-a", "bird")]}, {"bird", "owl"}),
    "descendent-of": ({"include": [filtered("descendent-of", "animal")]}, {"bird", "owl", "fish", "bat"}),
    "is-not-a": ({"include": [filtered("is-not-a", "bird")]}, {"animal", "fish", "bat"}),
    "excluded": (
        {"include": [{"system": A}], "exclude": [{"system": A, "concept": [{"code": "animal"}]}]},
        {"bird", "owl", "fish", "bat"},
    ),
    "another set": ({"include": [{"valueSet": [BIRDS]}]}, {"bird", "owl"}),
    "what two have in common": (
        {
            "include": [
                {"system": A, "valueSet": [f"{HOME}ValueSet/birds"], "concept": [{"code": "owl"}, {"code": "fish"}]}
            ]
        },
        {"owl"},
    ),
}


@pytest.mark.parametrize("case", SETS)
def test_a_value_set_is_expanded(case: str) -> None:
    compose, members = SETS[case]
    birds = value_set("birds", include=[filtered("is-a", "bird")])
    bound = element("Patient.maritalStatus", binding={"strength": "required", "valueSet": f"{HOME}ValueSet/x"})
    these = definitions(profile("Patient", bound), ANIMALS, birds, value_set("x", **compose))
    for code in ("animal", "bird", "owl", "fish", "bat"):
        issues = check(patient(maritalStatus={"coding": [{"system": A, "code": code}]}), these)
        assert [issue.code for issue in issues] == ([] if code in members else ["profile.code"]), code


STRENGTHS = {"required": ["code"], "extensible": ["code-extensible"], "preferred": ["code-preferred"], "example": []}


@pytest.mark.parametrize("strength", STRENGTHS)
def test_the_strength_of_a_binding(strength: str) -> None:
    bound = element("Patient.maritalStatus", binding={"strength": strength, "valueSet": f"{HOME}ValueSet/x"})
    owls = value_set("x", include=[{"system": A, "concept": [{"code": "owl"}]}])
    fish = {"coding": [{"system": A, "code": "fish"}]}
    both = {"coding": [{"system": A, "code": "fish"}, {"system": A, "code": "owl"}]}
    mine = (profile("Patient", bound), owls, ANIMALS)
    assert [code for code, _ in found_by_profiles(patient(maritalStatus=fish), *mine)] == STRENGTHS[strength]
    assert found_by_profiles(patient(maritalStatus=both), *mine) == []
    text = [code for code, _ in found_by_profiles(patient(maritalStatus={"text": "x"}), *mine)]
    assert text == (["code"] if strength == "required" else [])


def test_a_code_outside_its_code_system_is_an_error_whatever_the_binding() -> None:
    status = {"coding": [{"system": A, "code": "unicorn"}]}
    path = "Patient.maritalStatus.coding[0]"
    assert ("code-unknown", path) in found_by_profiles(patient(maritalStatus=status), profile("Patient"), ANIMALS)
    fragment = copy.deepcopy(ANIMALS) | {"content": "fragment"}
    assert found_by_profiles(patient(maritalStatus=status), profile("Patient"), fragment) == []


NOT_EXPANDED = {"required": ["code-not-checked"], "extensible": ["code-extensible-not-checked"], "preferred": []}


@pytest.mark.parametrize("strength", NOT_EXPANDED)
def test_a_value_set_that_cannot_be_expanded_is_not_checked(strength: str) -> None:
    bound = element("Patient.maritalStatus", binding={"strength": strength, "valueSet": f"{HOME}ValueSet/x"})
    snomed = value_set("x", include=[{"system": "http://snomed.info/sct"}])
    status = {"coding": [{"system": "http://snomed.info/sct", "code": "1"}]}
    wanted = [(code, "Patient.maritalStatus") for code in NOT_EXPANDED[strength]]
    assert found_by_profiles(patient(maritalStatus=status), profile("Patient", bound), snomed) == wanted
    assert found_by_profiles(patient(maritalStatus=status), profile("Patient", bound)) == wanted


def test_what_was_not_judged_is_known_from_what_only_might_have_been_better() -> None:
    kinds = [*vars(catalogue).values(), *vars(catalogue_of_parts).values()]
    assert {kind.code for kind in kinds if isinstance(kind, Kind) and kind.unchecked} == {
        "profile.code-dependency",
        "profile.code-not-checked",
        "profile.context-not-checked",
        "profile.dependency",
        "profile.dependency-part",
        "profile.extension-not-checked",
        "profile.invariant-not-checked",
        "profile.modifier-unknown",
        "profile.not-checked",
        "profile.not-fetched",
        "profile.part-not-checked",
        "profile.too-deep",
    }


# --- extensions ---------------------------------------------------------------------------------------------------

FLAG = profile(
    "Extension",
    element("Extension.url", fixedUri=f"{HOME}flag"),
    element("Extension.value[x]", min=1, type=[{"code": "boolean"}]),
    url=f"{HOME}flag",
    kind="complex-type",
    context=[{"type": "element", "expression": "HumanName"}, {"type": "element", "expression": "Patient.contact"}],
)
RAISED = {"url": f"{HOME}flag", "valueBoolean": True}

EXTENSIONS: dict[str, tuple[Node, list[tuple[str, str]]]] = {
    "known, on its type": (patient(name=[{"family": "x", "extension": [RAISED]}]), []),
    "known, on its element": (patient(contact=[{"name": {"text": "x"}, "extension": [RAISED]}]), []),
    "known, elsewhere": (patient(extension=[RAISED]), [("extension-context", "Patient.extension[0]")]),
    "known, with another value": (
        patient(name=[{"family": "x", "extension": [{"url": f"{HOME}flag", "valueString": "x"}]}]),
        [("type", "Patient.name[0].extension[0].value")],
    ),
    "unknown": (
        patient(extension=[{"url": "urn:x", "valueString": "x"}]),
        [("extension-not-checked", "Patient.extension[0]")],
    ),
    "unknown modifier": (
        patient(modifierExtension=[{"url": "urn:x", "valueString": "x"}]),
        [("modifier-unknown", "Patient.modifierExtension[0]")],
    ),
    "without url": (patient(extension=[{"valueString": "x"}]), [("missing", "Patient.extension[0]")]),
}


@pytest.mark.parametrize("case", EXTENSIONS)
def test_extensions(case: str) -> None:
    resource, wanted = EXTENSIONS[case]
    assert found_by_profiles(resource, profile("Patient"), FLAG) == wanted


def test_a_slice_with_an_unknown_extension_is_told_apart_by_its_url_and_not_checked() -> None:
    absent = element(
        "Patient.extension:x", sliceName="x", min=1, type=[{"code": "Extension", "profile": [f"{HOME}absent"]}]
    )
    mine = profile("Patient", absent)
    resource = patient(extension=[{"url": f"{HOME}absent", "valueString": "x"}])
    codes = [code for code, _ in found_by_profiles(resource, mine)]
    assert codes == ["extension-not-checked", "not-checked"]
    assert ("slice-missing", "Patient") in found_by_profiles(patient(), mine)


# --- references ---------------------------------------------------------------------------------------------------

MADE_UP = f"{HOME}StructureDefinition/organization"


def managed(*, bundled: bool = False, targets: tuple[str, ...] = (MADE_UP,)) -> Node:
    aggregation = {"aggregation": ["bundled"]} if bundled else {}
    kind = {"code": "Reference", "targetProfile": list(targets), **aggregation}
    return profile("Patient", element("Patient.managingOrganization", type=[kind]))


ACTIVE = profile("Organization", element("Organization.active", min=1), url=MADE_UP)
TO_B = patient(managingOrganization={"reference": "Organization/b"})
AT = "Bundle.entry[0].resource.managingOrganization"

REFERENCES: dict[str, tuple[Node, Node, list[tuple[str, str]]]] = {
    "fits": (managed(), bundle(TO_B, organization(active=True)), []),
    "does not fit": (managed(), bundle(TO_B, organization()), [("reference-target", AT)]),
    "is elsewhere": (managed(), bundle(TO_B), [("not-fetched", AT)]),
    "must be here": (managed(bundled=True), bundle(TO_B), [("not-bundled", AT)]),
    "leads to another type": (
        managed(),
        bundle(patient(managingOrganization={"reference": "Patient/a"})),
        [("reference-type", AT)],
    ),
    "has no form": (
        managed(),
        bundle(patient(managingOrganization={"reference": "b"})),
        [("reference-form", AT)],
    ),
    "is absolute": (
        managed(),
        bundle(patient(managingOrganization={"reference": f"{HOME}Organization/b"}), organization(active=True)),
        [],
    ),
    "has an identifier alone": (
        managed(bundled=True),
        bundle(patient(managingOrganization={"identifier": {"value": "x"}})),
        [],
    ),
    "names a version that is not there": (
        managed(),
        bundle(patient(managingOrganization={"reference": "Organization/b/_history/1"}), organization(active=True)),
        [("reference-near", AT)],
    ),
    "names a version that is there": (
        managed(),
        bundle(
            patient(managingOrganization={"reference": "Organization/b/_history/1"}),
            organization(active=True, meta={"versionId": "1"}),
        ),
        [],
    ),
    "one of two profiles fits": (
        managed(targets=(MADE_UP, f"{MADE_UP}-2")),
        bundle(TO_B, organization(alias=["x"])),
        [],
    ),
    "its profile is unknown": (
        managed(targets=(f"{HOME}absent",)),
        bundle(TO_B, organization()),
        [("not-checked", AT)],
    ),
}


@pytest.mark.parametrize("case", REFERENCES)
def test_a_reference_that(case: str) -> None:
    mine, resource, wanted = REFERENCES[case]
    second = profile("Organization", element("Organization.alias", min=1), url=f"{MADE_UP}-2")
    assert in_bundle(resource, mine, ACTIVE, second) == wanted


def test_a_choice_of_references_says_why_each_alternative_fails() -> None:
    second = profile("Organization", element("Organization.alias", min=1), url=f"{MADE_UP}-2")
    mine = managed(targets=(MADE_UP, f"{MADE_UP}-2"))
    issues = check(bundle(TO_B, organization()), definitions(mine, ACTIVE, second))
    issue = next(one for one in issues if one.severity is Severity.ERROR)
    assert [(cause.code, cause.path, dict(cause.params)["element"]) for cause in issue.causes] == [
        ("profile.missing", "Bundle.entry[1].resource", "Organization.active"),
        ("profile.missing", "Bundle.entry[1].resource", "Organization.alias"),
    ]


def test_what_follows_from_a_reported_error_is_folded() -> None:
    claiming = organization(meta={"profile": [MADE_UP]})
    resource = bundle(TO_B, claiming)
    assert in_bundle(resource, managed(), ACTIVE) == [("missing", "Bundle.entry[1].resource")]


def chain(count: int, last: Node) -> Node:
    """Organizations that are each part of the next."""
    links = [organization(f"o{n}", active=True, partOf={"reference": f"Organization/o{n + 1}"}) for n in range(count)]
    return bundle(patient(managingOrganization={"reference": "Organization/o0"}), *links, last)


PART_OF = profile(
    "Organization",
    element("Organization.active", min=1),
    element("Organization.partOf", type=[{"code": "Reference", "targetProfile": [MADE_UP]}]),
    url=MADE_UP,
)


def test_a_long_chain_of_references_is_followed_to_its_end() -> None:
    assert in_bundle(chain(1500, organization("o1500", active=True)), managed(), PART_OF) == []
    assert in_bundle(chain(1500, organization("o1500")), managed(), PART_OF) == [("reference-target", AT)]


def test_a_circle_of_references_is_right_unless_something_in_it_is_wrong() -> None:
    back = organization("o2", active=True, partOf={"reference": "Organization/o0"})
    assert in_bundle(chain(2, back), managed(), PART_OF) == []
    del back["active"]
    assert in_bundle(chain(2, back), managed(), PART_OF) == [("reference-target", AT)]


def test_many_references_to_one_wrong_resource_stay_cheap_and_short() -> None:
    many = [patient(managingOrganization={"reference": "Organization/b"}) | {"id": f"p{n}"} for n in range(300)]
    wrong = organization(contact=[{"colour": "x"} for _ in range(300)])
    issues = check(bundle(*many, wrong), definitions(managed(), ACTIVE))
    assert max(len(issue.causes) for issue in issues) <= 20


# --- the whole ----------------------------------------------------------------------------------------------------


def test_an_invariant_outside_the_subset_is_not_checked_by_name() -> None:
    rule = {"key": "t-1", "severity": "error", "expression": "name.comparable(name).exists()"}
    issues = check(patient(), definitions(profile("Patient", element("Patient", constraint=[rule]))))
    assert [issue.code for issue in issues] == ["profile.invariant-not-checked"]
    assert "comparable" in issues[0].message


def test_profiles_that_are_claimed() -> None:
    def claimed(*profiles: str) -> list[tuple[str, str]]:
        return found_by_profiles(
            patient(meta={"profile": list(profiles)}), profile("Patient", element("Patient.active", min=1))
        )

    assert claimed(P) == claimed(f"{P}|1.0.0") == [("missing", "Patient")]
    assert claimed(f"{P}|1.0.7") == [("missing", "Patient"), ("other-version", "Patient")]
    assert claimed(f"{P}|7.0.0") == [("missing", "Patient"), ("wrong-version", "Patient")]
    assert claimed(f"{R4}Basic") == [("none", "Patient"), ("type", "Patient")]
    assert claimed(f"{HOME}absent") == [("none", "Patient"), ("not-checked", "Patient")]


def test_a_message_that_claims_r4_alone_is_not_judged_by_a_profile() -> None:
    resource = patient(meta={"profile": [f"{R4}Patient"]})
    assert found_by_profiles(resource, profile("Patient", element("Patient.active", min=1))) == [("none", "Patient")]


def test_what_is_nested_too_deep_is_an_issue() -> None:
    deep: Node = {"url": "urn:x", "valueString": "x"}
    for _ in range(5000):
        deep = {"url": "urn:x", "extension": [deep]}
    issues = check(patient(extension=[deep]), definitions(profile("Patient")))
    assert ("profile.too-deep", "Patient") in [(issue.code, issue.path) for issue in issues]


def test_threads_share_what_is_compiled() -> None:
    fresh = Library(shipped().packages).definitions("medcom.fhir.dk.carecommunication", "5.0.2")
    broken = message()
    del broken["timestamp"]
    with ThreadPoolExecutor(8) as pool:
        results = set(pool.map(lambda _: check(broken, fresh), range(32)))
    assert len(results) == 1
    assert compiled(fresh) is compiled(fresh, InvariantEdition.CORRECTED)


def test_what_is_compiled_does_not_grow_with_the_messages() -> None:
    these = definitions(profile("Patient"))

    def size() -> int:
        profiles = compiled(these)
        held = (profiles, profiles.terminology)
        return sum(len(value) for one in held for value in vars(one).values() if hasattr(value, "__len__"))

    def strange(number: int) -> Node:
        claims = [P, f"{P}|{number}", f"urn:x:{number}"]
        coding = {"system": f"urn:x:{number}", "code": "x"}
        return patient(
            meta={"profile": claims}, maritalStatus={"coding": [coding]}, extension=[{"url": f"urn:{number}"}]
        )

    check(strange(0), these)
    before = size()
    for number in range(20):
        check(strange(number), these)
    assert size() == before


CANARY = "Kanarie Fugl"


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_whatever_stands_anywhere_is_judged_without_a_crash(data: st.DataObject) -> None:
    broken = message()
    for _ in range(data.draw(st.integers(1, 3))):
        holder, key = data.draw(st.sampled_from(list(places(broken))))
        holder[key] = data.draw(JSON)
    ours = shipped().definitions("medcom.fhir.dk.carecommunication", "5.0.2")
    assert all(isinstance(issue, Issue) for issue in check(broken, ours))


@pytest.mark.parametrize("put", [{CANARY: "x"}, CANARY, [CANARY]])
def test_no_content_of_a_message_comes_into_an_issue(put: Any) -> None:
    ours = shipped().definitions("medcom.fhir.dk.carecommunication", "5.0.2")
    for number in range(0, len(list(places(message()))), 1 if isinstance(put, str) else 5):
        broken = message()
        holder, key = list(places(broken))[number]
        holder[key] = copy.deepcopy(put)
        for issue in check(broken, ours):
            shown = f"{issue} {issue.hint} {issue.text('da')} {[str(cause) for cause in issue.causes]}"
            assert CANARY not in shown, (number, key, issue.code)
