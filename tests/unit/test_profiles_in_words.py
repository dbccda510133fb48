"""What R4 says in words alone, of narratives, ids, files, extensions, references and documents: it is judged as well.

HL7's validator (HAPI 8.8.0) says the same of the narratives, ids, files, extensions and documents here.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha1
from typing import Any

import pytest

from medcom_bu.fhir.profiles.judge import judge
from tests.support.fhir_message import Node, message
from tests.support.made_profiles import (
    HOME,
    R4,
    P,
    bundle,
    element,
    found_by_profiles,
    in_bundle,
    organization,
    patient,
    profile,
)

MINE = profile("Patient")


def told(inside: str) -> Node:
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{inside}</div>'}


def found(**content: Any) -> list[tuple[str, str]]:
    return found_by_profiles(patient(**content), MINE)


# --- links of a narrative -----------------------------------------------------------------------------------------

GOOD_LINKS = ("#", "#a", "#e", "#c", "#n", "http://a.dk/#x", "Patient/1", "tel:+4511", "file:///x", "x:y")
LOST_LINKS = ("#x", "#e/x", "&#35;x")
URN = f"urn:uuid:{'0' * 8}-0000-0000-0000-{'0' * 12}"


def linked(address: str, element: str = "a") -> Node:
    link = f'<a href="{address}">t</a>' if element == "a" else f'<img src="{address}" alt="t"/>'
    held = {"resourceType": "Organization", "id": "c", "name": "x"}
    return {
        "text": told(f'<p><a name="n">n</a>{link}</p>'),
        "contained": [held],
        "managingOrganization": {"id": "e", "reference": "#c"},
    }


@pytest.mark.parametrize("address", GOOD_LINKS)
def test_a_link_leads_to_what_has_the_id_or_out(address: str) -> None:
    assert found(**linked(address)) == []


@pytest.mark.parametrize("address", LOST_LINKS)
def test_a_link_to_nothing_in_the_resource(address: str) -> None:
    assert found(**linked(address)) == [("narrative-link", "Patient.text.div")]
    assert found(**linked(address, "img")) == [("narrative-link", "Patient.text.div")]


@pytest.mark.parametrize("address", [URN, "cid:1", "URN:x"])
def test_a_link_that_cannot_be_followed(address: str) -> None:
    assert found(**linked(address)) == [("narrative-link-scheme", "Patient.text.div")]
    assert found(**linked(address, "img")) == []


def test_in_a_message_a_link_to_nothing_is_a_warning() -> None:
    lost = message()
    narrative = lost["entry"][0]["resource"]["text"]
    narrative["div"] = narrative["div"].replace("</div>", '<a href="#x">t</a></div>')
    issues, complete = judge(lost)
    assert [(one.code, one.path) for one in issues] == [
        ("profile.narrative-link-warning", "Bundle.entry[0].resource.text.div")
    ]
    assert complete


# --- ids of elements ----------------------------------------------------------------------------------------------


def test_two_elements_of_a_resource_have_two_ids() -> None:
    assert found(name=[{"id": "x", "family": "A"}, {"id": "y", "family": "B"}]) == []
    assert found(name=[{"id": "x", "family": "A"}, {"id": "x", "family": "B"}]) == [("id-twice", "Patient.name[1].id")]
    born = {"birthDate": "2000", "_birthDate": {"id": "x"}}
    assert found(**born, gender="male") == []
    assert found(**born, gender="male", _gender={"id": "x"}) == [("id-twice", "Patient.gender.id")]


def test_the_id_of_the_resource_and_what_it_contains_stand_apart() -> None:
    held = {"resourceType": "Organization", "id": "c", "name": "x", "address": [{"id": "x", "city": "k"}]}
    holder = {"contained": [held], "managingOrganization": {"reference": "#c"}}
    assert found(name=[{"id": "a", "family": "A"}], **holder) == []
    assert found(name=[{"id": "x", "family": "A"}], **holder) == []


# --- parts of an extension ----------------------------------------------------------------------------------------

ANIMAL = profile(
    "Extension",
    element("Extension.extension:species", sliceName="species", min=1, max="1"),
    element("Extension.extension:species.url", fixedUri="species"),
    element("Extension.url", fixedUri=f"{HOME}animal"),
    url=f"{HOME}animal",
    kind="complex-type",
    context=[{"type": "element", "expression": "Patient"}],
)


def test_a_part_of_an_extension_is_one_of_its_definition() -> None:
    species = {"url": "species", "valueString": "dog"}
    right = patient(extension=[{"url": f"{HOME}animal", "extension": [species]}])
    assert found_by_profiles(right, MINE, ANIMAL) == []
    wrong = patient(extension=[{"url": f"{HOME}animal", "extension": [species, {"url": "nix", "valueString": "x"}]}])
    assert found_by_profiles(wrong, MINE, ANIMAL) == [("extension-part", "Patient.extension[0].extension[1]")]


@pytest.mark.parametrize("name", ["extension", "modifierExtension"])
def test_what_an_unknown_extension_says_was_not_checked(name: str) -> None:
    unknown = patient(**{name: [{"url": f"{HOME}animal", "extension": [{"url": "nix", "valueString": "x"}]}]})
    del unknown["meta"]
    issues, _ = judge(unknown)
    code = "profile.extension-not-checked" if name == "extension" else "profile.modifier-unknown"
    assert [(one.code, one.path, one.kind.unchecked) for one in issues] == [(code, f"Patient.{name}[0]", True)]


# --- files and Markdown -------------------------------------------------------------------------------------------


def photo(**facts: Any) -> list[tuple[str, str]]:
    data = b"four"
    content = {"contentType": "image/png", "data": b64encode(data).decode(), **facts}
    return found(photo=[content])


def test_the_size_and_the_hash_of_a_file_are_its_own() -> None:
    from medcom_bu.fhir.model.data import Number

    digest = b64encode(sha1(b"four", usedforsecurity=False).digest()).decode()
    assert photo(size=Number("4"), hash=digest) == []
    assert photo(size=Number("5")) == [("attachment-size", "Patient.photo[0].size")]
    assert photo(hash=b64encode(b"x" * 20).decode()) == [("attachment-hash", "Patient.photo[0].hash")]


def test_html_in_markdown_is_warned_of() -> None:
    noted = profile("Communication")
    said = {"resourceType": "Communication", "meta": {"profile": [P]}, "text": told("x"), "status": "completed"}
    for text, wanted in (
        ("a < b and <http://a.dk>", []),
        ("a <b>c</b>", ["markdown-html"]),
        ("<x y>", ["markdown-html"]),
    ):
        issues = found_by_profiles({**said, "note": [{"text": text}]}, noted)
        assert issues == [(code, "Communication.note[0].text") for code in wanted]


# --- references to what is elsewhere ------------------------------------------------------------------------------

OWN = profile("Organization", url=f"{P}-unit")


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        (f"{P}-unit", [("not-fetched", "Patient.managingOrganization")]),
        (f"{R4}Organization", []),
        (f"{R4}Resource", []),
    ],
)
def test_a_resource_elsewhere_is_not_judged_by_a_profile(target: str, wanted: list[tuple[str, str]]) -> None:
    at_unit = profile(
        "Patient",
        element("Patient.managingOrganization", type=[{"code": "Reference", "targetProfile": [target]}]),
    )
    elsewhere = patient(managingOrganization={"reference": "Organization/b"})
    assert found_by_profiles(elsewhere, at_unit, OWN) == wanted
    named = patient(managingOrganization={"display": "x"})
    assert found_by_profiles(named, at_unit, OWN) == []


def test_a_profile_of_r4_itself_demands_more_than_a_type() -> None:
    """R4 has profiles too, such as those of vital signs: the type of a resource does not stand for them."""
    vital = profile("Organization", element("Organization.alias", min=1), url=f"{R4}ours")
    at_unit = profile(
        "Patient",
        element("Patient.managingOrganization", type=[{"code": "Reference", "targetProfile": [f"{R4}ours"]}]),
    )
    both = bundle(patient(managingOrganization={"reference": "Organization/b"}), organization())
    assert in_bundle(both, at_unit, vital) == [("reference-target-r4", "Bundle.entry[0].resource.managingOrganization")]


# --- bundles ------------------------------------------------------------------------------------------------------


def document(*resources: Node, **content: Any) -> Node:
    composition = {
        "resourceType": "Composition",
        "id": "c",
        "text": told("x"),
        "status": "final",
        "type": {"text": "x"},
        "date": "2026",
        "title": "x",
        "author": [{"reference": "Organization/b"}],
        **content,
    }
    made = bundle(composition, organization(), *resources)
    identifier = {"system": "urn:ietf:rfc:3986", "value": URN}
    return {**made, "type": "document", "timestamp": "2026-01-01T00:00:00Z", "identifier": identifier}


FIRST = "Bundle.entry[0].resource"


@pytest.mark.parametrize(
    ("content", "path"),
    [
        ({"subject": {"reference": "Patient/q"}}, "subject"),
        ({"custodian": {"reference": "Organization/q"}}, "custodian"),
        ({"attester": [{"mode": "legal", "party": {"reference": "Organization/q"}}]}, "attester[0].party"),
        ({"event": [{"detail": [{"reference": "Patient/q"}]}]}, "event[0].detail[0]"),
        (
            {"section": [{"title": "x", "section": [{"title": "y", "entry": [{"reference": "Patient/q"}]}]}]},
            "section[0].section[0].entry[0]",
        ),
        ({"relatesTo": [{"code": "replaces", "targetReference": {"reference": "Composition/q"}}]}, None),
    ],
)
def test_what_a_composition_refers_to_is_in_the_document(content: Node, path: str | None) -> None:
    wanted = [("document-reference", f"{FIRST}.{path}")] if path else []
    assert in_bundle(document(**content)) == wanted


def test_a_document_holds_what_references_join_to_its_composition() -> None:
    assert in_bundle(document()) == []
    joined = patient(generalPractitioner=[{"reference": "Organization/b"}])
    del joined["meta"]
    assert in_bundle(document(joined)) == []
    alone = {name: content for name, content in joined.items() if name != "generalPractitioner"}
    assert in_bundle(document(alone)) == [("document-entry", "Bundle.entry[2]")]


def test_a_full_url_is_absolute() -> None:
    relative = bundle(organization())
    relative["entry"][0]["fullUrl"] = "Organization/b"
    assert in_bundle(relative) == [("entry-address-form", "Bundle.entry[0].fullUrl")]


def test_a_profile_of_the_focus_does_not_hide_that_it_is_not_in_the_message() -> None:
    kind = [{"code": "Reference", "targetProfile": [f"{P}-unit"]}]
    mine = profile("MessageHeader", element("MessageHeader.focus", type=kind))
    lost = message()
    for entry in (lost, *(entry["resource"] for entry in lost["entry"])):
        entry.pop("meta", None)
    header = lost["entry"][0]["resource"]
    header |= {"meta": {"profile": [P]}, "focus": [{"reference": "Organization/absent"}]}
    at_focus = [
        one for one in found_by_profiles(lost, mine, OWN) if one[1].startswith("Bundle.entry[0].resource.focus")
    ]
    assert sorted(at_focus) == [
        (code, "Bundle.entry[0].resource.focus[0]") for code in ("not-bundled", "not-in-message")
    ]
