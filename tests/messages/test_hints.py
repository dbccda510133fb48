"""Hints by what a field holds: none tells to shorten a number, and a code that is nearly right is named (OIO-7)."""

from __future__ import annotations

from typing import Any

import pytest

import medcom_bu
from medcom_bu.declare.base import fields
from medcom_bu.declare.oioxml import String, elements, leaf_type
from medcom_bu.messages.letters import letters
from medcom_bu.testing.letters import letter_samples
from medcom_bu.testing.sets import fhir_samples
from medcom_bu.values.codes import Priority, ReferralStatus
from medcom_bu.values.identifiers import Cpr
from medcom_bu.values.parties import BinaryReference

S = letter_samples()
UUID = "5f0c3b1e-7a52-4d6a-9a3e-0c1d2e3f4a5b"
REFERENCE = BinaryReference(
    object_identifier=UUID, object_code="vektor_grafik", object_extension_code="pdf", original_object_size="1"
)


def changed(key: str, part: str, **changes: Any) -> Any:
    """A sample with fields of a part of its letter changed; the part is a field, or an item of one."""
    message = S[key]
    letter: Any = message.letters[0]
    held = getattr(letter, part)
    new = (held[0].replace(**changes), *held[1:]) if isinstance(held, tuple) else held.replace(**changes)
    return message.replace(letters=(letter.replace(**{part: new}),))


HINTED = {
    "CPR with a hyphen": (
        changed("XDIS91/XD9134L", "patient", identifier=Cpr("020160-9995")),
        ("xml.pattern", "write it as ten digits without a hyphen, without spaces around it"),
        "skriv den som ti cifre uden bindestreg, uden blanktegn før og efter",
    ),
    "UUID in a reference": (
        changed("XDIS91/XD9134L", "reference", target=REFERENCE),
        (
            "xml.pattern",
            "write it as a UUID without hyphens (at most 35 characters), without spaces around it",
        ),
        "skriv den som et UUID uden bindestreger (højst 35 tegn), uden blanktegn før og efter",
    ),
    "bare UUID of an object": (
        changed("XBIN01/XB0131X", "binary_object", object_identifier=UUID.replace("-", "")),
        ("xml.pattern", "write it as a UUID with hyphens, without spaces around it"),
        "skriv den som et UUID med bindestreger, uden blanktegn før og efter",
    ),
    "UUID as course number": (
        changed("XDIS91/XD9134L", "letter", episode_of_care_identifier=UUID),
        (
            "xml.pattern",
            "write it as a UUID without hyphens (at most 35 characters), without spaces around it",
        ),
        "skriv den som et UUID uden bindestreger (højst 35 tegn), uden blanktegn før og efter",
    ),
    "nearly a code": (
        changed("XDIS91/XD9134L", "additional_information", priority="høj-prioritet"),
        ("xml.code", "høj_prioritet? use one of rutine, høj_prioritet, written exactly like that"),
        "høj_prioritet? brug en af rutine, høj_prioritet, skrevet på præcis den måde",
    ),
    "a text": (
        changed("XDIS91/XD9134L", "additional_information", subject="x" * 71),
        ("xml.text-too-long", "shorten it to 70 characters"),
        "forkort til 70 tegn",
    ),
}


@pytest.mark.parametrize("name", HINTED)
def test_the_hint_is_by_what_the_field_holds(name: str) -> None:
    message, expected, danish = HINTED[name]
    for report in (medcom_bu.validate(message), medcom_bu.validate(medcom_bu.to_xml(message))):
        errors = [issue for issue in report if issue.severity == "error"]
        assert [(issue.code, issue.hint) for issue in errors] == [expected]
        assert [issue.hint_text("da") for issue in errors] == [danish]


def test_nothing_but_running_text_is_to_be_shortened() -> None:
    """A field of a letter without a form is a name, an address, a title, a diagnosis in words, or a code of its own."""
    bare = set()
    waiting: list[Any] = [*letters()]
    while waiting:
        cls = waiting.pop()
        for declared in fields(cls).values():
            for element in elements(declared):
                if isinstance(element.type, type):
                    waiting.append(element.type)
                    continue
                leaf = leaf_type(element.type, "XH0131R")
                if isinstance(leaf, String) and leaf.form is None:
                    bare.add(element.name)
    assert bare == {
        *("OrganisationName", "DepartmentName", "UnitName", "StreetName", "SuburbName", "DistrictName"),
        *("PersonName", "PersonTitle", "PersonSurnameName", "PersonGivenName", "OccupancyText"),
        *("RefDescription", "Subject", "DiagnoseText", "Contents", "StatisticalCode", "OriginalVersionCode"),
    }


@pytest.mark.parametrize(
    ("given", "nearest"),
    [("elektive", "elektiv? "), ("ELEKTIV", "elektiv? "), ("Særlige forhold", "saerlige_forhold? "), ("xyz", "")],
)
def test_the_nearest_code_is_found_by_spelling_or_meaning(given: str, nearest: str) -> None:
    assert Priority.nearest(given) == nearest


def test_only_what_the_version_knows_is_near() -> None:
    assert [ReferralStatus.nearest("i hjemmet", version) for version in ("XH0131R", "XH0130R")] == ["hjemmet? ", ""]


MAIL = medcom_bu.to_xml(S["XDIS91/XD9134L"])
CARE = medcom_bu.to_fhir(fhir_samples()["CareCommunication/5.0"])
OF_A_MAIL = "http://rep.oio.dk/sundcom.dk/medcom.dk/xml/schemas/2006/07/01/"
OF_A_REFERRAL = "http://rep.oio.dk/medcom.dk/xml/schemas/2012/03/28/"
NAMED = {
    "a letter of another namespace": (
        MAIL.replace(OF_A_MAIL.encode(), OF_A_REFERRAL.encode()),
        ("xml.letter", f"ClinicalEmail belongs to XD9134L ({OF_A_MAIL}); letters known in this namespace: "),
    ),
    "a misspelt letter": (
        MAIL.replace(b"ClinicalEmail", b"ClinicalMail"),
        ("xml.letter", "ClinicalEmail? letters known in this namespace: "),
    ),
    "a letter without a namespace": (
        MAIL.replace(f' xmlns="{OF_A_MAIL}"'.encode(), b""),
        ("xml.namespace", f"use one of {OF_A_MAIL}, with the final slash"),
    ),
    "a version to come": (
        MAIL.replace(b"2006/07/01", b"2099/07/01"),
        ("xml.unknown-version", f"known versions: XD9134L ({OF_A_MAIL})"),
    ),
    "a misspelt property": (CARE.replace(b'"topic"', b'"topics"'), ("fhir.property-unknown", "topic? known: id, ")),
    "a property like none": (CARE.replace(b'"topic"', b'"emne"'), ("fhir.property-unknown", "known: id, ")),
}


@pytest.mark.parametrize("name", NAMED)
def test_the_hint_names_what_was_meant(name: str) -> None:
    data, expected = NAMED[name]
    (issue,) = (issue for issue in medcom_bu.validate(data) if issue.severity == "error")
    assert (issue.code, issue.hint[: len(expected[1])]) == expected
    assert "{" not in issue.text("da") + issue.hint_text("da")
    assert "?" not in issue.message
