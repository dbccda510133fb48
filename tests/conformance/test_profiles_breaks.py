"""Each invariant and each slice that CareCommunication 5.0 reaches, broken alone, and its passing twin.

What is found is in ``profile_breaks.txt``: below each ``# rule`` one line for each error, with its code, the key
or slice or element that says so, and the path.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from medcom_bu.fhir.model.data import Number
from medcom_bu.fhir.profiles.corrections import InvariantEdition
from medcom_bu.fhir.profiles.packages import Definitions, shipped
from medcom_bu.fhir.profiles.walk import check
from medcom_bu.issues import Issue, Severity
from tests.support.fhir_breaks import (
    AUTHORISED,
    BREAKS,
    CPR,
    D_ECPR,
    DK_CODES,
    LPR3,
    MUNICIPALITY,
    NAME,
    OFFICIAL,
    REGION,
    TERMS,
    UUID,
    X_ECPR,
    Change,
    add,
    addressed,
    broken,
    copied,
    cut,
    div,
    named,
    one,
    phone,
    put,
    recategorised,
    related,
)
from tests.support.fhir_message import Node, message
from tests.support.profile_oracle import official_library

GUIDE = ("medcom.fhir.dk.carecommunication", "5.0.2")
OURS = shipped().definitions(*GUIDE)
Error = tuple[str, str, str]


def as_read(bundle: Node) -> Node:
    """The message as it is read: numbers keep their text."""
    read: Node = json.loads(json.dumps(bundle), parse_float=Number, parse_int=Number)
    return read


def says(issue: Issue) -> str:
    """Who says so: the key of an invariant, a slice, or an element."""
    params = {name: str(value) for name, value in issue.params}
    return params.get("key") or params.get("slice") or params["element"]


def judged(
    bundle: Node, definitions: Definitions = OURS, edition: InvariantEdition = InvariantEdition.CORRECTED
) -> set[Error]:
    found = check(as_read(bundle), definitions, edition)
    return {(issue.code, says(issue), issue.path) for issue in found if issue.severity is Severity.ERROR}


def expected() -> dict[str, set[Error]]:
    found: dict[str, set[Error]] = {}
    for line in (Path(__file__).parent / "profile_breaks.txt").read_text("utf-8").splitlines():
        if line.startswith("# "):
            errors = found[line[2:]] = set()
        else:
            code, name, path = line.split(" ")
            errors.add((code, name, path))
    return found


def test_the_message_is_valid_and_without_a_warning() -> None:
    assert check(as_read(message()), OURS) == ()
    assert check(as_read(message(9)), OURS) == ()


@pytest.mark.parametrize("rule", BREAKS)
def test_a_break_is_reported_with_its_rule_and_nothing_else(rule: str) -> None:
    found = judged(broken(message(), rule))
    assert found == expected()[rule]
    assert found


def test_no_break_is_forgotten() -> None:
    assert list(expected()) == list(BREAKS)


@pytest.mark.slow
def test_the_official_packages_say_the_same() -> None:
    extensions = [package for package in shipped().packages if package.name == "hl7.fhir.uv.extensions.r4"]
    theirs = official_library().with_packages(extensions).definitions(*GUIDE)
    for rule in BREAKS:
        bundle = broken(message(), rule)
        assert judged(bundle, theirs, InvariantEdition.PACKAGED) == judged(bundle, OURS, InvariantEdition.PACKAGED), (
            rule
        )


def uncoded_role(bundle: Node) -> None:
    put("PractitionerRole", "code", [{"text": "Sundhedsplejerske"}])(bundle)


def other_with_topic(bundle: Node) -> None:
    recategorised("other")(bundle)
    cut("Communication", "priority")(bundle)


def contained_member(bundle: Node) -> None:
    put("CareTeam", "contained", [{"resourceType": "Practitioner", "id": "a", "name": [NAME]}])(bundle)
    put("CareTeam", "participant", [{"member": {"reference": "#a"}}])(bundle)


TWINS: dict[str, Change] = {
    "CVR-length and CVR-modulus-11": named("http://cvr.dk", "29190623"),
    "uuid": named("https://kombit.dk/sts/organisation", UUID),
    "Kommunekode": named(f"{DK_CODES}/dk-core-municipality-codes", "0101"),
    "Regionskode": named(f"{DK_CODES}/dk-core-regional-subdivision-codes", "DK-84"),
    "ProducentID": named(f"{TERMS}/MedComProducentID", "KAF"),
    "x-ecpr": put("Patient", "identifier", [X_ECPR]),
    "d-ecpr": put("Patient", "identifier", [D_ECPR]),
    "all identifiers once": put("Patient", "identifier", [CPR, X_ECPR, D_ECPR]),
    "identifier in no slice": put("Patient", "identifier", [CPR, {"system": "urn:oid:1.2.3", "value": "x"}]),
    "authorization-id-format": put("Practitioner", "qualification", [AUTHORISED]),
    "address extensions once": addressed(MUNICIPALITY, REGION, OFFICIAL),
    "RelatedPerson": related(identifier=[CPR], name=[NAME]),
    "uuidv5": put("Encounter", "episodeOfCare", [LPR3]),
    "medcom-careCommunication-6": other_with_topic,
    "medcom-careCommunication-7": uncoded_role,
    "att-1": put("Patient", "photo", [{"contentType": "image/png", "data": "QUJD"}]),
    "cpt-2": put("Patient", "telecom", [{"system": "phone", "value": "12345678"}]),
    "per-1": put("CareTeam", "period", {"start": "2026-05-03", "end": "2026-05-04"}),
    "per-1 of one day": put("CareTeam", "period", {"start": "2026-05-03", "end": "2026-05-03"}),
    "txt-1 and txt-2": div("<p>x</p>"),
    "dom-3 and ref-1": contained_member,
    "pat-1": put("Patient", "contact", [{"name": {"family": "Hansen"}, "gender": "other"}]),
    "org-2": put("Organization", "address", [{"use": "work", "city": "x"}]),
    "org-3": put("Organization", "telecom", [{"system": "phone", "value": "1", "use": "work"}]),
    "one more resource": lambda bundle: add(
        bundle, {"resourceType": "Location", "id": "a", "text": bundle["entry"][0]["resource"]["text"]}
    ),
}


@pytest.mark.parametrize("rule", TWINS)
def test_the_twin_passes(rule: str) -> None:
    bundle = message()
    TWINS[rule](bundle)
    assert judged(bundle) == set()


def test_the_corrected_forms_hold_unless_the_packaged_ones_are_asked_for() -> None:
    bundle = message()
    del bundle["entry"][2]["resource"]["encounter"]  # the Encounter stays, and nobody refers to it
    key = "medcom-careCommunication-15"
    assert judged(bundle) == {("profile.invariant", key, "Bundle")}
    assert judged(bundle, edition=InvariantEdition.PACKAGED) == set()

    bundle = message()
    definition = bundle["entry"][0]["resource"]["definition"]
    bundle["entry"][0]["resource"]["definition"] = definition.replace("|5.0", "|4.0")
    path = "Bundle.entry[0].resource.definition"
    assert judged(bundle) == {("profile.invariant", "medcom-carecommunication-definition-url", path)}
    assert judged(bundle, edition=InvariantEdition.PACKAGED) == set()


def without_given_name(bundle: Node) -> None:
    one(bundle, "Practitioner")["name"][0].pop("given")


def role_without_practitioner(bundle: Node) -> None:
    copied(bundle, "PractitionerRole", "another").pop("practitioner")


TEXTS: dict[str, tuple[Change, str]] = {
    "medcom-careCommunication-4-text": (without_given_name, "Bundle"),
    "medcom-careCommunication-13-text": (role_without_practitioner, "Bundle"),
    "medcom-core-contact-text": (
        phone({"system": "phone", "value": "38 68 68 68 lok. 2"}),
        "Bundle.entry[2].resource.payload[0].extension[3].value.value",
    ),
    "medcom-uuidv4-text": (
        put("Communication", "identifier", [{"value": "urn:uuid:cd422e42-5bad-11ed-9b6a-0242ac120002"}]),
        "Bundle.entry[2].resource.identifier[0]",
    ),
    "marital-status-unknown-usage-text": (
        put(
            "Patient",
            "maritalStatus",
            {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "code": "P"}]},
        ),
        "Bundle.entry[1].resource",
    ),
}


@pytest.mark.parametrize("key", TEXTS)
def test_what_a_text_asks_beyond_its_expression_is_a_warning(key: str) -> None:
    change, path = TEXTS[key]
    bundle = message()
    change(bundle)
    found = [(issue.code, says(issue), issue.path) for issue in check(as_read(bundle), OURS)]
    assert [one for one in found if one[1].endswith("-text")] == [("profile.invariant-warning", key, path)]
    assert judged(bundle) == set()
