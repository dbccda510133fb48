"""A report as it was when a copy was made: in words, so that a later version of the library reads the same."""

from __future__ import annotations

from typing import Any

from medcom_bu.issues import LANGUAGES, Issue, Kind, Layer, Outcome, Position, Report, Severity, Text


def report_to_data(report: Report) -> dict[str, Any]:
    """A report as JSON-ready data, in each language."""
    return {lang: report.to_dict(lang) for lang in LANGUAGES}


def report_from_data(data: dict[str, Any]) -> Report:
    """The report, with every text as the data has it."""
    english, danish = data["en"], data["da"]
    issues = tuple(map(_issue, english["issues"], danish["issues"]))
    return Report(issues, {Layer(layer): Outcome(outcome) for layer, outcome in english["layers"].items()})


def _issue(english: dict[str, Any], danish: dict[str, Any]) -> Issue:
    kind = Kind(
        english["code"],
        Severity(english["severity"]),
        Layer(english["layer"]),
        Text(english["message"], danish["message"]),
        Text(english["hint"], danish["hint"]),
        english["source"],
    )
    causes = tuple(map(_issue, english.get("causes", ()), danish.get("causes", ())))
    position = Position(**english["position"]) if "position" in english else None
    return Issue(kind, english["path"], (), causes, position)
