"""Reports as SARIF 2.1.0, which code hosts and editors show beside the lines of a file.

Source: OASIS, Static Analysis Results Interchange Format 2.1.0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from medcom_bu.issues import Issue, Kind, Position, Severity
from medcom_bu.reporting.judged import NOT_CHECKED, Judged, Look, json_text, not_checked

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFORMATION: "note"}


def as_sarif(judged: Iterable[Judged], look: Look) -> Iterator[str]:
    """One result an issue, with its position and its path; an open one for what was not checked."""
    named_issues = [(name, issue) for name, report, _ in judged for issue in (*report, *not_checked(report))]
    kinds = {issue.code: issue.kind for _, issue in named_issues}
    run = {
        "tool": {
            "driver": {"name": "medcom-bu", "rules": [_rule(kind, look.lang) for _, kind in sorted(kinds.items())]}
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(name, issue, look.lang) for name, issue in named_issues],
    }
    yield json_text({"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]})
    yield "\n"


def _rule(kind: Kind, lang: str) -> dict[str, Any]:
    return {
        "id": kind.code,
        "shortDescription": {"text": getattr(kind.message, lang)},
        "help": {"text": kind.source},
        "defaultConfiguration": {"level": _LEVELS[kind.severity]},
    }


def _result(name: str, issue: Issue, lang: str) -> dict[str, Any]:
    physical: dict[str, Any] = {
        "artifactLocation": {"uri": quote(name.replace("\\", "/"), errors="surrogateescape")},
    }
    if issue.position is not None:
        physical["region"] = _region(issue.position)
    is_open = issue.kind is NOT_CHECKED
    return {
        "ruleId": issue.code,
        **({"kind": "open", "level": "none"} if is_open else {"level": _LEVELS[issue.severity]}),
        "message": {"text": f"{issue.text(lang)}. {issue.hint_text(lang)}"},
        "locations": [{"physicalLocation": physical, "logicalLocations": [{"fullyQualifiedName": issue.path}]}],
    }


def _region(position: Position) -> dict[str, Any]:
    if position.line is None:
        return {"byteOffset": position.byte}
    return {"startLine": position.line, "startColumn": position.column}
