"""How the judge of profiles explains: an invariant by its meaning, a small value set by its codes, one cause once."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

import medcom_bu
from medcom_bu import Issue, Severity
from medcom_bu.fhir.profiles import meanings
from medcom_bu.fhir.profiles.code_hints import hint_codes
from medcom_bu.fhir.profiles.corrections import CORRECTIONS, TEXTS
from medcom_bu.fhir.profiles.follow_ups import fold_follow_ups
from medcom_bu.fhir.profiles.meanings import at_fault, meaning_of
from medcom_bu.fhir.profiles.terminology import Expansion
from tests.support import ROOT
from tests.support.fhir_breaks import Change
from tests.support.fhir_message import Node, message
from tests.support.judge_edges import communication, patient


def errors(change: Change) -> list[Issue]:
    bundle = message()
    change(bundle)
    report = medcom_bu.validate(json.dumps(bundle).encode())
    return [issue for issue in report if issue.severity is Severity.ERROR]


def constraints() -> list[tuple[str, dict[str, Any]]]:
    """Each constraint of the definitions that are shipped, with the name of its file."""
    found = []
    for path in sorted((ROOT / "profiles").glob("*/package/StructureDefinition*.json")):
        definition = json.loads(path.read_text(encoding="utf-8"))
        for part in ("differential", "snapshot"):
            for element in definition.get(part, {}).get("element", []):
                found += [(path.name, one) for one in element.get("constraint", [])]
    return found


# --- invariants ---------------------------------------------------------------------------------------------------


def without_topic(bundle: Node) -> None:
    communication(bundle)["category"][0]["coding"][0]["code"] = "other"
    communication(bundle).pop("topic", None)
    communication(bundle).pop("priority", None)


def test_an_invariant_is_told_by_its_meaning_and_where_to_look() -> None:
    (issue,) = errors(without_topic)
    assert issue.message.startswith("the rule medcom-careCommunication-6 is broken: the category other needs a topic (")
    assert issue.text("da").startswith("reglen medcom-careCommunication-6 er brudt: kategorien other kræver et emne (")
    assert issue.hint == "look at Bundle.entry[2].resource.topic, Bundle.entry[2].resource.category"
    assert not re.search(r"iif|exists\(\)", issue.message + issue.hint)


def test_one_on_a_value_itself_leads_to_that() -> None:
    (issue,) = errors(lambda b: patient(b).update(telecom=[{"value": "1"}]))
    assert issue.hint_text("da") == "se på Bundle.entry[1].resource.telecom[0].system"
    assert at_fault("gln-length", "http://hl7.dk/fhir/core/x", "a.value") == "a.value"
    assert at_fault("cpt-2", "http://example.org/x", "a") == "a"


def test_every_invariant_that_is_shipped_has_words_in_both_languages() -> None:
    keys = {one["key"] for _, one in constraints()}
    added = {form.key for forms in CORRECTIONS.values() for form in forms} | {form.key for form in TEXTS}
    assert keys | added == meanings._DANISH.keys()
    assert [name for name, one in constraints() if not one.get("human")] == []


def test_a_package_of_others_speaks_for_itself() -> None:
    theirs = "http://example.org/StructureDefinition/x"
    said = meaning_of("cpr", theirs, " A {braced}\n rule. ", "true")
    assert said.render("en", {"x": 1}) == said.render("da", {"x": 1}) == "a {braced} rule"
    assert meaning_of("k", theirs, None, "a.exists()").render("da", {"x": 1}) == "a.exists()"
    assert meaning_of("k", theirs, "HL7 says", "x").en == "HL7 says"
    assert len(meaning_of("k", theirs, "x" * 10_000, "").en) < 500


# --- codes --------------------------------------------------------------------------------------------------------

FEW = Expansion({"urn:a": frozenset({"routine", "urgent"}), "urn:b": frozenset({"{odd}"})})
HINTS: dict[str, tuple[Expansion, Any, str]] = {
    "near": (FEW, "Rutine", ", perhaps routine; they are: routine, urgent, {odd}"),
    "near in a coding": (FEW, {"code": "urgnt"}, ", perhaps urgent; they are: routine, urgent, {odd}"),
    "near in a concept": (FEW, {"coding": [{"code": "odd"}]}, ", perhaps {odd}; they are: routine, urgent, {odd}"),
    "far": (FEW, "x", ": routine, urgent, {odd}"),
    "of no code": (FEW, {"coding": 1}, ": routine, urgent, {odd}"),
    "many": (Expansion({"urn:a": frozenset(map(str, range(13)))}), "1x", ""),
    "not all known": (Expansion({"urn:a": frozenset({"a"})}, frozenset({"urn:b"})), "b", ""),
}


@pytest.mark.parametrize("case", HINTS)
def test_a_small_value_set_is_listed_with_the_nearest(case: str) -> None:
    expansion, value, hint = HINTS[case]
    assert hint_codes(expansion, value).render("en", {"x": 1}) == hint


def test_the_hint_stands_in_the_issue() -> None:
    (issue,) = errors(lambda b: patient(b).update(gender="femal"))
    assert issue.hint.endswith(", perhaps female; they are: female, male, other, unknown")
    assert issue.hint_text("da").endswith(", måske female; de er: female, male, other, unknown")


# --- one cause ----------------------------------------------------------------------------------------------------


def told(kind: str) -> set[tuple[str, str]]:
    """The errors where the first resource of a kind is missing: code and key."""

    def change(bundle: Node) -> None:
        found = next(one for one in bundle["entry"] if one["resource"]["resourceType"] == kind)
        bundle["entry"].remove(found)

    return {(issue.code, str(dict(issue.params).get("key", ""))) for issue in errors(change)}


def test_what_only_follows_from_a_missing_resource_is_not_told() -> None:
    assert told("Encounter") == {("profile.not-bundled", "")}
    assert told("CareTeam") == {("profile.not-bundled", "")}
    assert told("PractitionerRole") == {("profile.not-bundled", "")}
    assert told("Organization") == {("profile.not-bundled", "")}


def test_what_does_not_follow_is_told_beside_it() -> None:
    assert ("profile.invariant", "medcom-careCommunication-2") in told("Patient")

    def change(bundle: Node) -> None:
        communication(bundle)["subject"]["reference"] = "Patient/absent"
        bundle["entry"][0]["resource"]["sender"] = dict(bundle["entry"][0]["resource"]["destination"][0]["receiver"])

    keys = {(issue.code, str(dict(issue.params).get("key", ""))) for issue in errors(change)}
    assert keys == {("profile.not-bundled", ""), ("profile.invariant", "medcom-careCommunication-11")}


def test_nothing_is_left_out_where_every_reference_leads_somewhere() -> None:
    issues = tuple(errors(without_topic))
    assert fold_follow_ups(issues) == issues


def test_the_danish_words_are_templates_without_parameters() -> None:
    """Each Danish text is one line without braces: it is a template."""
    assert [text for text in meanings._DANISH.values() if "{" in text or "\n" in text or text.endswith(".")] == []
