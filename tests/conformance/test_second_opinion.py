"""The verdicts that the official validator recorded for the official examples, laid beside ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import medcom_bu
from medcom_bu.profiles import second_opinion
from medcom_bu.second_opinion import OnlyOurs
from medcom_bu.second_opinion.meanings import UNKNOWN
from tests.support.oracle import oracle
from tests.support.profile_oracle import NEWER


def recorded() -> list[Path]:
    return sorted(oracle("examples/fhir/expected").rglob("*.issues.json"))


def as_outcome(issues: list[dict[str, Any]]) -> dict[str, Any]:
    """What was recorded, as the OperationOutcome that it was."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [
            {
                "severity": issue["severity"],
                "code": issue["code"],
                "details": {"coding": [{"code": issue["messageId"]}], "text": issue["text"]},
                "expression": [issue["expression"]],
            }
            for issue in issues
        ],
    }


def test_each_recorded_error_is_ours_too_or_has_a_reason() -> None:
    compared, errors = 0, 0
    for path in recorded():
        told = json.loads(path.read_text(encoding="utf-8"))
        example = oracle("examples/fhir") / told["file"]
        if not told["issues"] or not example.exists() or "historical" in told["file"]:
            continue
        data = example.read_bytes()
        opinion = second_opinion(medcom_bu.validate(data), as_outcome(told["issues"]), message=data)
        alone = {(one.issue.code, one.issue.path) for one in opinion.unexplained if isinstance(one, OnlyOurs)}
        assert (len(opinion.unexplained), alone) == (len(alone), NEWER.get(told["file"], set())), told["file"]
        compared += 1
        errors += sum(finding.severity == "error" for finding in opinion.findings)
        assert all(finding.path for finding in opinion.findings), told["file"]
        assert not any(finding.meaning is UNKNOWN for finding in opinion.findings if finding.severity == "error")
    assert (compared > 30, errors > 10) == (True, True), (compared, errors)
