"""What guides say that MedCom's do not: it is judged, or named as not judged; nothing of it passes silently."""

from __future__ import annotations

import json

import pytest

from medcom_bu.fhir.model.data import Number
from medcom_bu.fhir.profiles.definition_tree import BadDefinition
from medcom_bu.fhir.profiles.packages import Library, Package
from medcom_bu.fhir.profiles.terminology import Terminology
from tests.support.fhir_message import Node
from tests.support.made_profiles import (
    HOME,
    R4,
    P,
    bundle,
    code_system,
    element,
    found_by_profiles,
    in_bundle,
    organization,
    patient,
    profile,
    sliced,
    value_set,
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


def test_contained_resources_are_told_apart_by_their_types() -> None:
    unit = profile("Organization", element("Organization.alias", min=1), url=f"{P}-unit")
    mine = profile(
        "Patient",
        element("Patient.contained", **sliced({"type": "type", "path": "$this"})),
        element(
            "Patient.contained:unit", sliceName="unit", min=1, type=[{"code": "Organization", "profile": [f"{P}-unit"]}]
        ),
    )
    held = {"resourceType": "Organization", "id": "c", "name": "x"}
    to_it = {"managingOrganization": {"reference": "#c"}}
    assert found_by_profiles(patient(contained=[held | {"alias": ["y"]}], **to_it), mine, unit) == []
    assert found_by_profiles(patient(contained=[held], **to_it), mine, unit) == [("missing", "Patient.contained[0]")]
    person = {"resourceType": "Practitioner", "id": "c"}
    asked = patient(contained=[person], generalPractitioner=[{"reference": "#c"}])
    assert found_by_profiles(asked, mine, unit) == [("slice-missing", "Patient")]


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
        ([("element", "CanonicalResource")], ["extension-context"]),
        ([("element", "MetadataResource")], ["context-not-checked"]),
        ([("fhirpath", "Organization"), ("element", "Patient")], []),
        ([("element", "Organization"), ("fhirpath", "Patient.where(active)")], []),
        ([("fhirpath", "Patient.where(active.not())")], ["extension-context"]),
        ([("fhirpath", "Patient.name.aFunctionOfOurs()")], ["context-not-checked"]),
        ([("extension", f"{HOME}y")], ["extension-context"]),
    ],
)
def test_an_extension_stands_in_one_of_its_contexts(contexts: list[tuple[str, str]], wanted: list[str]) -> None:
    resource = patient(active=True, extension=[{"url": f"{HOME}x", "valueCode": "a"}])
    found = found_by_profiles(resource, profile("Patient"), extension(*contexts))
    assert found == [(code, "Patient.extension[0]") for code in wanted]


def test_a_context_may_be_another_extension_or_its_value() -> None:
    mine = {"url": f"{HOME}x", "valueCode": "a"}
    within = extension(("extension", f"{HOME}y"))
    for url, wanted in ((f"{HOME}y", []), (f"{HOME}z", ["extension-context"])):
        for outer, at in (
            ({"extension": [mine]}, ""),
            ({"valueCode": "b", "_valueCode": {"extension": [mine]}}, ".value"),
        ):
            found = found_by_profiles(patient(extension=[{"url": url, **outer}]), profile("Patient"), within)
            assert [one for one in found if one[0] != "extension-not-checked"] == [
                (code, f"Patient.extension[0]{at}.extension[0]") for code in wanted
            ]


def test_an_expression_tells_the_element_that_has_the_extension_from_an_equal_one() -> None:
    bearing = [{"url": f"{HOME}x", "valueCode": "a"}]
    second = extension(("fhirpath", "Patient.name[1] | Patient.birthDate"))
    right = patient(name=[{"family": "x"}, {"family": "x", "extension": bearing}], _birthDate={"extension": bearing})
    assert found_by_profiles(right, profile("Patient"), second) == []
    wrong = patient(name=[{"family": "x", "extension": bearing}, {"family": "x", "extension": bearing}])
    assert found_by_profiles(wrong, profile("Patient"), second) == [
        ("extension-context", "Patient.name[0].extension[0]")
    ]


# --- slices of slices, and slices that a discriminator leaves alone --------------------------------------------------

RESLICED = (
    element("Patient.identifier", **sliced({"type": "value", "path": "system"})),
    element("Patient.identifier:a", sliceName="a", **sliced({"type": "value", "path": "use"}, rules="closed")),
    element("Patient.identifier:a.system", min=1, fixedUri=f"{HOME}a"),
    element("Patient.identifier:a/b", sliceName="a/b", min=1, max="1"),
    element("Patient.identifier:a/b.use", min=1, fixedCode="official"),
    element("Patient.identifier:a/b.value", min=1),
)


def test_a_slice_may_be_sliced_again() -> None:
    mine = profile("Patient", *RESLICED)
    official = {"system": f"{HOME}a", "use": "official", "value": "1"}
    other = {"system": f"{HOME}b", "use": "usual"}
    assert found_by_profiles(patient(identifier=[official, other]), mine) == []
    assert found_by_profiles(patient(identifier=[other]), mine) == [("slice-missing", "Patient")]
    assert found_by_profiles(patient(identifier=[official, official]), mine) == [("slice-too-many", "Patient")]
    assert found_by_profiles(patient(identifier=[official, {**official, "use": "usual"}]), mine) == [
        ("slice-none", "Patient.identifier[1]")
    ]
    assert found_by_profiles(patient(identifier=[{"system": f"{HOME}a", "use": "official"}]), mine) == [
        ("missing", "Patient.identifier[0]")
    ]


def test_a_slice_is_told_by_the_discriminators_at_which_it_says_something() -> None:
    both = sliced({"type": "value", "path": "use"}, {"type": "value", "path": "system"})
    mine = profile(
        "Patient",
        element("Patient.identifier", **both),
        element("Patient.identifier:a", sliceName="a", max="1"),
        element("Patient.identifier:a.use", min=1, fixedCode="official"),
    )
    one = {"system": f"{HOME}a", "use": "official"}
    assert found_by_profiles(patient(identifier=[one, {"system": f"{HOME}a"}]), mine) == []
    assert found_by_profiles(patient(identifier=[one, {"use": "official"}]), mine) == [("slice-too-many", "Patient")]


def test_slices_without_a_discriminator_are_named_as_not_checked() -> None:
    mine = profile("Patient", element("Patient.name:a", sliceName="a", min=1))
    assert found_by_profiles(patient(name=[{"family": "x"}]), mine) == [("part-not-checked", "Patient")]


def test_elements_without_ids_stand_in_the_slice_before_them() -> None:
    named = [
        {"path": "Patient.name", **sliced({"type": "value", "path": "use"})},
        {"path": "Patient.name", "sliceName": "a", "min": 1},
        {"path": "Patient.name.use", "min": 1, "fixedCode": "official"},
        {"path": "Patient.name.family", "min": 1},
        {"path": "Patient.name", "sliceName": "b"},
        {"path": "Patient.name.use", "min": 1, "fixedCode": "old"},
        {"path": "Patient.gender", "min": 1},
    ]
    mine = profile("Patient", *named)
    right = [{"use": "official", "family": "x"}, {"use": "old"}]
    assert found_by_profiles(patient(name=right, gender="other"), mine) == []
    assert found_by_profiles(patient(name=[{"use": "old"}]), mine) == [
        ("missing", "Patient"),
        ("slice-missing", "Patient"),
    ]
    assert found_by_profiles(patient(name=[{"use": "official"}], gender="other"), mine) == [
        ("missing", "Patient.name[0]")
    ]


# --- a resource of several types ------------------------------------------------------------------------------------


def test_a_resource_may_be_of_one_of_several_types() -> None:
    named = profile("Organization", element("Organization.name", min=1), url=f"{P}-named")
    either = [{"code": "Patient"}, {"code": "Organization", "profile": [f"{P}-named"]}]
    mine = profile("Bundle", element("Bundle.entry.resource", min=1, type=either))
    claims = {"meta": {"profile": [P]}}
    plain = {key: value for key, value in patient().items() if key != "meta"}
    assert found_by_profiles(bundle(plain, organization()) | claims, mine, named) == []
    nameless = {key: value for key, value in organization(identifier=[{"value": "1"}]).items() if key != "name"}
    assert found_by_profiles(bundle(nameless) | claims, mine, named) == [("missing", "Bundle.entry[0].resource")]
    practitioner = {**organization(), "resourceType": "Practitioner", "name": [{"family": "x"}]}
    assert found_by_profiles(bundle(practitioner) | claims, mine, named) == [("type", "Bundle.entry[0].resource")]


def test_a_slice_may_be_of_several_types() -> None:
    either = [{"code": "Patient"}, {"code": "Organization"}]
    mine = profile(
        "Bundle",
        element("Bundle.entry", **sliced({"type": "type", "path": "resource"})),
        element("Bundle.entry:a", sliceName="a", max="1"),
        element("Bundle.entry:a.resource", min=1, type=either),
    )
    plain = {key: value for key, value in patient().items() if key != "meta"}
    claims = {"meta": {"profile": [P]}}
    assert found_by_profiles(bundle(organization()) | claims, mine) == []
    assert found_by_profiles(bundle(plain, organization()) | claims, mine) == [("slice-too-many", "Bundle")]


def test_a_resource_fits_one_of_several_profiles_of_its_type() -> None:
    named = profile("Organization", element("Organization.name", min=1), url=f"{P}-named")
    active = profile("Organization", element("Organization.active", min=1), url=f"{P}-active")
    either = [{"code": "Organization", "profile": [f"{P}-named", f"{P}-active"]}]
    mine = profile("Bundle", element("Bundle.entry.resource", min=1, type=either))
    claims = {"meta": {"profile": [P]}}
    assert found_by_profiles(bundle(organization()) | claims, mine, named, active) == []
    bare = {key: value for key, value in organization(identifier=[{"value": "1"}]).items() if key != "name"}
    assert found_by_profiles(bundle(bare) | claims, mine, named, active) == [
        ("type-profiles", "Bundle.entry[0].resource")
    ]
    assert found_by_profiles(bundle(organization()) | claims, mine, named) == [
        ("not-checked", "Bundle.entry[0].resource")
    ]


# --- an element of another profile, and a value set that a profile contains -----------------------------------------


def test_a_type_may_name_an_element_of_its_profile() -> None:
    library = profile(
        "Patient",
        element("Patient.contact", **sliced({"type": "value", "path": "gender"})),
        element("Patient.contact:woman", sliceName="woman"),
        element("Patient.contact:woman.gender", min=1, fixedCode="female"),
        element("Patient.contact:woman.period", min=1),
        url=f"{P}-library",
    )
    of_library = {
        "code": "BackboneElement",
        "profile": [f"{P}-library"],
        "_profile": [{"extension": [{"url": f"{R4}elementdefinition-profile-element", "valueString": None}]}],
    }

    def naming(identifier: str) -> Node:
        of_library["_profile"][0]["extension"][0]["valueString"] = identifier  # type: ignore[index]
        return profile("Patient", element("Patient.contact", min=1, type=[of_library]))

    mine, contact = naming("Patient.contact:woman"), {"gender": "female", "period": {"start": "2026"}}
    name = {"name": {"family": "x"}}
    assert found_by_profiles(patient(contact=[contact | name]), mine, library) == []
    assert found_by_profiles(patient(contact=[{"gender": "female"} | name]), mine, library) == [
        ("missing", "Patient.contact[0]")
    ]
    with pytest.raises(BadDefinition, match="man"):
        found_by_profiles(patient(), naming("Patient.contact:man"), library)


def test_a_value_set_may_stand_in_the_profile_itself() -> None:
    held = {
        "resourceType": "ValueSet",
        "id": "few",
        "compose": {"include": [{"system": HOME, "concept": [{"code": "a"}]}]},
    }
    binding = {"strength": "required", "valueSet": "#few"}
    mine = profile("Patient", element("Patient.maritalStatus", binding=binding), contained=[held])
    for code, wanted in (("a", []), ("b", [("code", "Patient.maritalStatus")])):
        assert found_by_profiles(patient(maritalStatus={"coding": [{"system": HOME, "code": code}]}), mine) == wanted


# --- parts of later editions ----------------------------------------------------------------------------------------

R5 = "http://hl7.org/fhir/5.0/StructureDefinition/extension-ElementDefinition."


def test_a_text_may_need_so_many_characters() -> None:
    long = {"extension": [{"url": f"{R4}minLength", "valueInteger": 3}]}
    mine = profile("Patient", element("Patient.language", **long))
    assert found_by_profiles(patient(language="dan"), mine) == []
    assert found_by_profiles(patient(language="da"), mine) == [("too-short", "Patient.language")]


def test_a_primitive_may_need_a_value_of_its_own() -> None:
    reason = f"{HOME}reason"
    only: Node = {"_active": {"extension": [{"url": reason, "valueCode": "x"}]}}
    kept = "extension-not-checked"
    must = profile(
        "Patient", element("Patient.active", extension=[{"url": f"{R5}mustHaveValue", "valueBoolean": True}])
    )
    instead = {"url": f"{R5}valueAlternatives", "valueCanonical": reason}
    other = {"url": f"{R5}valueAlternatives", "valueCanonical": f"{HOME}other"}
    for extensions, code in (([instead, other], None), ([other], "no-alternative")):
        mine = profile("Patient", element("Patient.active", extension=extensions))
        assert found_by_profiles(patient(active=True), mine) == []
        wanted = {(kept, "Patient.active.extension[0]")} | ({(code, "Patient.active")} if code else set())
        assert set(found_by_profiles(patient(**only), mine)) == wanted
    assert found_by_profiles(patient(active=True), must) == []
    assert set(found_by_profiles(patient(**only), must)) == {
        (kept, "Patient.active.extension[0]"),
        ("no-value", "Patient.active"),
    }


def additional(**parts: Node) -> Node:
    inner = [{"url": name, **value} for name, value in parts.items()]
    url = "http://hl7.org/fhir/tools/StructureDefinition/additional-binding"
    binding = {"strength": "example", "extension": [{"url": url, "extension": inner}]}
    return profile("Patient", element("Patient.maritalStatus", binding=binding))


@pytest.mark.parametrize(
    ("purpose", "wanted"),
    [("required", "code"), ("extensible", "code-extensible"), ("ui", None), ("conformant", "part-not-checked")],
)
def test_an_additional_binding_holds_by_its_purpose(purpose: str, wanted: str | None) -> None:
    one = value_set("one", include=[{"system": HOME, "concept": [{"code": "a"}]}])
    bound = {"purpose": {"valueCode": purpose}, "valueSet": {"valueCanonical": f"{HOME}ValueSet/one"}}
    other = patient(maritalStatus={"coding": [{"system": HOME, "code": "b"}]})
    assert found_by_profiles(other, additional(**bound), one) == ([(wanted, "Patient.maritalStatus")] if wanted else [])
    member = patient(maritalStatus={"coding": [{"system": HOME, "code": "a"}]})
    is_unread = wanted == "part-not-checked"
    assert found_by_profiles(member, additional(**bound), one) == (
        [(wanted, "Patient.maritalStatus")] if is_unread else []
    )
    limited = additional(**bound, usage={"valueUsageContext": {}})
    assert (found_by_profiles(member, limited, one) == []) == (purpose == "ui")


@pytest.mark.parametrize(
    ("control", "one", "two"),
    [
        ("_no", None, "narrative-in-languages"),
        ("_yes", "narrative-language", None),
        ("_resource", "narrative-language", None),
        ("de", "narrative-language", "narrative-language"),
    ],
)
def test_a_narrative_may_need_sections_in_languages(control: str, one: str | None, two: str | None) -> None:
    asked = [{"url": f"{R4}narrative-language-control", "valueCode": control}]
    mine = profile("Patient", element("Patient.text", extension=asked))
    plain = patient(language="da")["text"]["div"]
    sections = '<div xmlns="http://www.w3.org/1999/xhtml"><div lang="da">x</div><div xml:lang="en">x</div></div>'
    deeper = '<div xmlns="http://www.w3.org/1999/xhtml"><p><span lang="da">x</span></p></div>'
    for div, wanted in ((plain, one), (sections, two), (deeper, one)):
        resource = patient(language="da", text={"status": "generated", "div": div})
        assert found_by_profiles(resource, mine) == ([(wanted, "Patient.text")] if wanted else [])


def test_each_part_of_a_narrative_may_have_to_say_its_source() -> None:
    asked = [{"url": f"{R4}narrative-source-control", "valueCode": "error"}]
    mine = profile("Patient", element("Patient.text", extension=asked))
    assert found_by_profiles(patient(), mine) == [("narrative-source", "Patient.text")]
    missed = [("narrative-source", "Patient.text")]
    for part, wanted in (('<p class="a generated">x<b>y</b></p>', []), ("<p>x</p>", missed)):
        told = {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml"> {part} </div>'}
        assert found_by_profiles(patient(text=told), mine) == wanted


def test_a_part_of_a_definition_that_nothing_judges_is_named() -> None:
    asked = [{"url": f"{R4}minLength", "valueString": "3"}]
    mine = profile("Patient", element("Patient.text", extension=asked))
    assert found_by_profiles(patient(), mine) == [("part-not-checked", "Patient.text")]
    other = profile("Patient", element("Patient.text", extension=[{"url": "http://example.org/x", "valueCode": "y"}]))
    assert found_by_profiles(patient(), other) == []


# --- what R4 says in words ------------------------------------------------------------------------------------------


def test_a_code_of_a_system_that_is_not_at_hand_names_its_address() -> None:
    def coded(system: str) -> Node:
        return patient(maritalStatus={"coding": [{"system": system, "code": "a"}]})

    mine, place = (profile("Patient"), value_set("one")), "Patient.maritalStatus.coding[0].system"
    warned = [("code-extensible", "Patient.maritalStatus")]
    assert [one for one in found_by_profiles(coded(f"{HOME}system"), *mine) if one not in warned] == []
    for system, code in (("system", "system-relative"), (f"{HOME}ValueSet/one", "system-value-set")):
        found = [one for one in found_by_profiles(coded(system), *mine) if one not in warned]
        assert found == [(code, place)]


def test_a_whole_code_system_goes_before_a_fragment_of_it() -> None:
    whole, fragment = (
        code_system("a", {"code": "x"}, {"code": "y"}),
        code_system("a", {"code": "x"}, content="fragment"),
    )
    packages = [
        Package("far", "1.0.0", {}, {("CodeSystem", whole["url"]): whole}),
        Package("near", "1.0.0", {"far": "1.0.0"}, {("CodeSystem", fragment["url"]): fragment}),
    ]
    known = Terminology(Library(tuple(packages)).definitions("near", "1.0.0"))
    assert [known.has_code(whole["url"], code) for code in ("x", "y", "z")] == [True, True, False]
    alone = Terminology(Library((packages[1],)).definitions("near", "1.0.0"))
    assert alone.has_code(whole["url"], "z") is None


def test_the_address_of_a_reference_tells_the_type_that_it_leads_to() -> None:
    mine = profile("Patient")
    away = patient(managingOrganization={"reference": "Practitioner/1"})
    assert found_by_profiles(away, mine) == [("reference-type", "Patient.managingOrganization")]
    server = patient(managingOrganization={"reference": "https://example.org/fhir/Practitioner/1"})
    assert found_by_profiles(server, mine) == []
    both = bundle(patient(managingOrganization={"reference": "Organization/b"}), organization())
    assert in_bundle(both, mine) == []
    uuid = "0b1f8b52-2b0e-4c63-8f0a-3a1f3a5f7c11"
    both["entry"][1]["fullUrl"] = f"urn:uuid:{uuid}"
    for of_type, wanted in (("Organization", []), ("Practitioner", ["reference-type"])):
        both["entry"][0]["resource"]["managingOrganization"]["reference"] = f"{of_type}/{uuid}"
        assert in_bundle(both, mine) == [(code, "Bundle.entry[0].resource.managingOrganization") for code in wanted]
    both["entry"][0]["resource"]["managingOrganization"] = {"reference": "Organization/b"}
    both["entry"][1]["fullUrl"] = f"{HOME}Practitioner/b"
    both["entry"][0]["resource"]["managingOrganization"]["reference"] = "Practitioner/b"
    assert ("reference-implied-type", "Bundle.entry[0].resource.managingOrganization") in in_bundle(both, mine)


def test_a_search_finds_outcomes_and_resources_with_ids() -> None:
    found = bundle(organization()) | {"type": "searchset"}
    assert in_bundle(found) == []
    del found["entry"][0]["resource"]["id"]
    assert ("search-id", "Bundle.entry[0].resource") in in_bundle(found)
    found["entry"][0] |= {"search": {"mode": "outcome"}}
    assert ("search-outcome", "Bundle.entry[0].resource") in in_bundle(found)
    assert "search-id" not in {code for code, _ in in_bundle(found)}


def test_the_code_of_an_observation_asks_for_the_profile_of_a_vital_sign() -> None:
    heart = profile("Observation", element("Observation.subject", min=1), url=f"{R4}heartrate")

    def observed(code: str) -> Node:
        coding = {"system": "http://loinc.org", "code": code}
        return {
            "resourceType": "Observation",
            "status": "final",
            "text": patient()["text"],
            "code": {"coding": [coding]},
        }

    other = profile("Patient")
    assert found_by_profiles(observed("8867-4"), heart) == [("missing", "Observation")]
    assert found_by_profiles(observed("8867-4"), other) == [("dependency-part", "Observation"), ("none", "Observation")]
    assert found_by_profiles(observed("1-8"), heart) == [("none", "Observation")]


def test_what_is_no_bundle_has_neither_addresses_nor_links_of_one() -> None:
    contact = {"relationship": [{"text": "x"}], "name": {"family": "x"}}
    linked = patient(link=[{"other": {"reference": "Patient/b"}, "type": "seealso"}], contact=[contact])
    assert found_by_profiles({**linked, "entry": [{}]}, profile("Patient")) == [("unknown-element", "Patient.entry")]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ({"value": 5, "code": "kg", "system": "http://unitsofmeasure.org"}, []),
        ({"value": 4, "code": "kg", "system": "http://unitsofmeasure.org"}, ["range"]),
        ({"value": 9000, "code": "g", "system": "http://unitsofmeasure.org"}, []),
        ({"value": 4999, "code": "g", "system": "http://unitsofmeasure.org"}, ["range"]),
        ({"value": 4999, "code": "[lb_av]", "system": "http://unitsofmeasure.org"}, ["part-not-checked"]),
        ({"value": 9}, ["part-not-checked"]),
    ],
)
def test_an_amount_is_compared_with_a_bound_in_a_metric_unit(value: Node, wanted: list[str]) -> None:
    bound = {"value": 5, "code": "kg", "system": "http://unitsofmeasure.org"}
    mine = profile(
        "Extension",
        element("Extension.value[x]", minValueQuantity=bound, type=[{"code": "Quantity"}]),
        url=f"{HOME}x",
        kind="complex-type",
    )
    given = json.loads(json.dumps(value), parse_int=Number)
    found = found_by_profiles(
        patient(extension=[{"url": f"{HOME}x", "valueQuantity": given}]), profile("Patient"), mine
    )
    assert found == [(code, "Patient.extension[0].value") for code in wanted]


def test_a_bound_that_depends_on_today_is_named_as_not_checked() -> None:
    old = {"value": 100, "unit": "a", "system": "http://unitsofmeasure.org", "code": "a"}
    mine = profile("Patient", element("Patient.birthDate", minValueDuration=old))
    assert found_by_profiles(patient(birthDate="1926-01-01"), mine) == [("part-not-checked", "Patient.birthDate")]


@pytest.mark.parametrize(
    ("moment", "wanted"),
    [("2026-01-01T12:00:00+01:00", []), ("2026-01-01T12:00:00+02:00", ["range"]), ("2026", []), ("2025", ["range"])],
)
def test_points_in_time_are_compared_whatever_their_zone(moment: str, wanted: list[str]) -> None:
    mine = profile("Patient", element("Patient.deceased[x]", minValueDateTime="2026-01-01T11:00:00Z"))
    assert found_by_profiles(patient(deceasedDateTime=moment), mine) == [(code, "Patient.deceased") for code in wanted]
