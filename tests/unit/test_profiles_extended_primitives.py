"""A primitive that has an id or extensions, with a value or in place of one, is an element like others."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from medcom_bu.fhir.model.data import Number
from tests.support.fhir_message import Node
from tests.support.made_profiles import (
    HOME,
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

MARK = {"extension": [{"url": f"{HOME}mark", "valueString": "x"}]}
BARE_ID = {"id": "x"}
IGNORED = ("extension-not-checked", "none")


def marked(**facts: Any) -> Node:
    """A definition of the extension ``mark``."""
    url = f"{HOME}mark"
    return profile("Extension", element("Extension.url", fixedUri=url), url=url, kind="complex-type", **facts)


def found(resource: Node, *elements: Node) -> list[tuple[str, str]]:
    issues = found_by_profiles(resource, profile("Patient", *elements), marked())
    return [issue for issue in issues if issue[0] not in IGNORED]


def rule(expression: str) -> Node:
    return {"constraint": [{"key": "t-1", "severity": "error", "expression": expression}]}


DEMANDED = element(
    "Patient.birthDate.extension:mark",
    sliceName="mark",
    min=1,
    type=[{"code": "Extension", "profile": [f"{HOME}mark"]}],
)
ONE_NAME = element("Patient.name.given", max="1")
BY_GIVEN = element("Patient.name", **sliced({"type": "exists", "path": "given"}))
NAMED = element("Patient.name:named", sliceName="named", min=1)
NAMED_GIVEN = element("Patient.name:named.given", min=1)
BY_MARK = element("Patient.name", **sliced({"type": "exists", "path": "family.extension"}))
MARKED = element("Patient.name:marked", sliceName="marked", min=1)
MARKED_FAMILY = element("Patient.name:marked.family.extension", min=1)
BY_VALUE = element("Patient.name", **sliced({"type": "value", "path": "use"}))
OLD = element("Patient.name:old", sliceName="old", min=1)
OLD_USE = element("Patient.name:old.use", fixedCode="old")
BY_TYPE = element("Patient.extension", **sliced({"type": "type", "path": "value"}))
FLAG = element("Patient.extension:flag", sliceName="flag", min=1)
FLAG_VALUE = element("Patient.extension:flag.value[x]", type=[{"code": "boolean"}])
A_GIVEN = {"name": [{"given": [None], "_given": [MARK]}]}

CASES: dict[str, tuple[Node, tuple[Node, ...], list[tuple[str, str]]]] = {
    "an id alone": (patient(_birthDate=BARE_ID), (), [("empty", "Patient.birthDate")]),
    "an id beside a value": (patient(birthDate="2026", _birthDate=BARE_ID), (), []),
    "an extension alone": (patient(_birthDate=MARK), (), []),
    "an id alone in a list": (
        patient(name=[{"given": [None, "x"], "_given": [BARE_ID, None]}]),
        (),
        [("empty", "Patient.name[0].given[0]")],
    ),
    "nothing alone": (patient(_birthDate={}), (), [("empty", "Patient.birthDate")]),
    "a list in place of one": (patient(_birthDate=[MARK]), (), [("shape", "Patient.birthDate")]),
    "one in place of a list": (patient(name=[{"_given": MARK}]), (), [("shape", "Patient.name[0].given")]),
    "a wrong value under an extension": (
        patient(birthDate="x", _birthDate=MARK),
        (),
        [("primitive", "Patient.birthDate")],
    ),
    "an unknown child": (
        patient(_birthDate={"colour": "x", **MARK}),
        (),
        [("unknown-element", "Patient.birthDate.?")],
    ),
    "beside a value that is no primitive": (patient(_name=[MARK]), (), [("unknown-element", "Patient._name")]),
    "beside a narrative": (
        patient() | {"text": patient()["text"] | {"_div": BARE_ID}},
        (),
        [("unknown-element", "Patient.text._div")],
    ),
    "min": (patient(_birthDate=MARK), (element("Patient.birthDate", min=1),), []),
    "max 0": (
        patient(_birthDate=MARK),
        (element("Patient.birthDate", max="0"),),
        [("too-many", "Patient")],
    ),
    "max in a list": (
        patient(name=[{"given": ["a"], "_given": [None, MARK]}]),
        (ONE_NAME,),
        [("too-many", "Patient.name[0]")],
    ),
    "max in a list that is kept": (patient(name=[{"given": ["a"], "_given": [MARK, None]}]), (ONE_NAME,), []),
    "fixed": (
        patient(_gender=MARK),
        (element("Patient.gender", fixedCode="male"),),
        [("code", "Patient.gender"), ("fixed", "Patient.gender")],
    ),
    "fixed with an extension": (
        patient(gender="male", _gender=MARK),
        (element("Patient.gender", fixedCode="male"),),
        [("fixed-extension", "Patient.gender")],
    ),
    "fixed with an id": (patient(gender="male", _gender=BARE_ID), (element("Patient.gender", fixedCode="male"),), []),
    "pattern": (
        patient(_birthDate=MARK),
        (element("Patient.birthDate", patternDate="2026"),),
        [("pattern", "Patient.birthDate")],
    ),
    "pattern with an extension": (
        patient(birthDate="2026", _birthDate=MARK),
        (element("Patient.birthDate", patternDate="2026"),),
        [],
    ),
    "required binding": (patient(_gender=MARK), (), [("code", "Patient.gender")]),
    "length": (
        patient(name=[{"family": "abc", "_family": MARK}]),
        (element("Patient.name.family", maxLength=2),),
        [("length", "Patient.name[0].family")],
    ),
    "length of nothing": (patient(name=[{"_family": MARK}]), (element("Patient.name.family", maxLength=2),), []),
    "bound": (
        patient(multipleBirthInteger=Number("3"), _multipleBirthInteger=MARK),
        (element("Patient.multipleBirth[x]", maxValueInteger=Number("2")),),
        [("range", "Patient.multipleBirth")],
    ),
    "bound of nothing": (
        patient(_multipleBirthInteger=MARK),
        (element("Patient.multipleBirth[x]", maxValueInteger=Number("2")),),
        [],
    ),
    "invariant on the value": (
        patient(_birthDate=MARK),
        (element("Patient.birthDate", **rule("hasValue()")),),
        [("invariant", "Patient.birthDate")],
    ),
    "invariant on the extension": (
        patient(birthDate="2026", _birthDate=MARK),
        (element("Patient.birthDate", **rule("extension.exists()")),),
        [],
    ),
    "invariant on an extension that is not there": (
        patient(birthDate="2026"),
        (element("Patient.birthDate", **rule("extension.exists()")),),
        [("invariant", "Patient.birthDate")],
    ),
    "invariant on the text": (
        patient(name=[{"_family": MARK}]),
        (element("Patient.name.family", **rule("matches('^a')")),),
        [("invariant", "Patient.name[0].family")],
    ),
    "choice": (
        patient(_deceasedDateTime=MARK),
        (element("Patient.deceased[x]", min=1),),
        [],
    ),
    "choice in a type that is left out": (
        patient(_deceasedDateTime=MARK),
        (element("Patient.deceased[x]", type=[{"code": "boolean"}]),),
        [("type", "Patient.deceased")],
    ),
    "two of a choice": (
        patient(deceasedBoolean=True, _deceasedDateTime=MARK),
        (),
        [("too-many", "Patient")],
    ),
    "slice that exists": (patient(**A_GIVEN), (BY_GIVEN, NAMED, NAMED_GIVEN), []),
    "slice that does not exist": (
        patient(name=[{"family": "x"}]),
        (BY_GIVEN, NAMED, NAMED_GIVEN),
        [("slice-missing", "Patient")],
    ),
    "slice by an extension": (
        patient(name=[{"family": "x", "_family": MARK}]),
        (BY_MARK, MARKED, MARKED_FAMILY),
        [],
    ),
    "slice without its extension": (
        patient(name=[{"family": "x"}]),
        (BY_MARK, MARKED, MARKED_FAMILY),
        [("slice-missing", "Patient")],
    ),
    "slice by a value with an extension": (
        patient(name=[{"use": "old", "_use": BARE_ID, "family": "x"}]),
        (BY_VALUE, OLD, OLD_USE),
        [],
    ),
    "slice by a value that is not there": (
        patient(name=[{"_use": MARK, "family": "x"}]),
        (BY_VALUE, OLD, OLD_USE),
        [("slice-missing", "Patient"), ("code", "Patient.name[0].use")],
    ),
    "slice by the type of nothing": (
        patient(extension=[{"url": "urn:x", "_valueBoolean": MARK}]),
        (BY_TYPE, FLAG, FLAG_VALUE),
        [],
    ),
    "slice by another type of nothing": (
        patient(extension=[{"url": "urn:x", "_valueString": MARK}]),
        (BY_TYPE, FLAG, FLAG_VALUE),
        [("slice-missing", "Patient")],
    ),
    "extension that is demanded": (patient(birthDate="2026", _birthDate=MARK), (DEMANDED,), []),
    "extension that is demanded and all there is": (patient(_birthDate=MARK), (DEMANDED,), []),
    "extension that is demanded, an id there": (
        patient(birthDate="2026", _birthDate=BARE_ID),
        (DEMANDED,),
        [("slice-missing", "Patient.birthDate")],
    ),
    "extension that is demanded, nothing there": (
        patient(birthDate="2026"),
        (DEMANDED,),
        [("slice-missing", "Patient.birthDate")],
    ),
    "extension that is demanded of an element that is not there": (patient(), (DEMANDED,), []),
    "reference": (patient(managingOrganization={"_reference": MARK}), (), []),
}


@pytest.mark.parametrize("case", CASES)
def test_a_primitive_with(case: str) -> None:
    resource, elements, wanted = CASES[case]
    assert found(copy.deepcopy(resource), *elements) == wanted


def test_a_binding_that_is_no_demand_asks_nothing_of_what_has_no_value() -> None:
    codes = value_set("c", include=[{"system": f"{HOME}CodeSystem/c"}])
    bound = element("Patient.birthDate", binding={"strength": "extensible", "valueSet": codes["url"]})
    these = (profile("Patient", bound), codes, code_system("c", {"code": "2026"}))
    verdicts = [found_by_profiles(patient(**one), *these) for one in ({"_birthDate": MARK}, {"birthDate": "2025"})]
    assert [[issue for issue in one if issue[0] not in IGNORED] for one in verdicts] == [
        [],
        [("code-extensible", "Patient.birthDate")],
    ]


def test_an_extension_on_a_primitive_is_judged_by_its_definition() -> None:
    wrong = patient(birthDate="2026", _birthDate=MARK)
    boolean = marked(differential={"element": [element("Extension.value[x]", type=[{"code": "boolean"}])]})
    assert found_by_profiles(wrong, profile("Patient"), boolean) == [("type", "Patient.birthDate.extension[0].value")]
    assert found_by_profiles(wrong, profile("Patient"), marked()) == []


def test_an_entry_whose_address_has_no_value_has_none() -> None:
    one = bundle(organization())
    one["entry"][0] = {"_fullUrl": MARK, "resource": organization()}
    assert ("entry-address-missing", "Bundle.entry[0]") in in_bundle(one, profile("Patient"))
