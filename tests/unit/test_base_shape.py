"""The two layers that know R4's base: what the schema layer accepts has no fault of shape for the profile layer."""

from __future__ import annotations

import json

import medcom_bu
from medcom_bu import Layer
from medcom_bu.fhir.model.data import load_json
from medcom_bu.fhir.model.r4 import R4
from medcom_bu.fhir.profiles import catalogue
from medcom_bu.fhir.profiles.judge import judge
from tests.support.fhir_message import message
from tests.support.fhir_mutants import mutants

BASE = {
    catalogue.EMPTY,
    catalogue.MISSING,
    catalogue.NO_TYPE,
    catalogue.SHAPE,
    catalogue.TOO_MANY,
    catalogue.UNKNOWN_ELEMENT,
}
"""Faults of names, repetition, cardinality and JSON shape."""


def base_faults(data: bytes) -> tuple[bool, set[tuple[str, str]]]:
    """Whether the schema layer accepts a message, and what the profile layer says of R4's base."""
    report = medcom_bu.validate(data, layers=(Layer.SYNTAX, Layer.SCHEMA))
    plain = load_json(data).message
    issues = judge(plain)[0] if isinstance(plain, dict) else ()
    found = {
        (issue.code, issue.path)
        for issue in issues
        if issue.kind in BASE and str(dict(issue.params)["profile"]).startswith(R4)
    }
    return report.ok, found


def test_what_the_schema_layer_accepts_has_no_fault_of_shape() -> None:
    accepted, refused = 0, 0
    for mutant in mutants("base", message(), 120):
        is_accepted, found = base_faults(mutant.text.encode())
        assert not (is_accepted and found), (mutant.name, mutant.changes, found)
        accepted += is_accepted
        refused += bool(found)
    assert min(accepted, refused) > 20


def test_an_element_with_an_id_alone_is_empty_to_both() -> None:
    bundle = message()
    bundle["entry"][1]["resource"]["maritalStatus"] = {"id": "a"}
    assert base_faults(json.dumps(bundle).encode()) == (
        True,
        {("profile.empty", "Bundle.entry[1].resource.maritalStatus")},
    )
