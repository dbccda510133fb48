"""Reports on many files, for people and for machines: text, JSON, JUnit XML, SARIF 2.1.0."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from medcom_bu.issues import Issue, Kind, Layer, Report, Severity, Text

Reports = Sequence[tuple[str, Report]]

UNREADABLE = Kind(
    "file.unreadable",
    Severity.ERROR,
    Layer.SYNTAX,
    Text("the file cannot be read ({reason})", "filen kan ikke læses ({reason})"),
    Text("check that it exists and that you may read it", "kontrollér at den findes og at du må læse den"),
    "medcom_bu, command line",
)

_TOTALS = {
    "en": "{total} files: {valid} valid, {invalid} invalid",
    "da": "{total} filer: {valid} gyldige, {invalid} ugyldige",
}
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFORMATION: "note"}


def as_text(reports: Reports, lang: str) -> str:
    """One block a file, and a line of totals."""
    blocks = [f"{name}: {report.text(lang)}" for name, report in reports]
    valid = sum(report.ok for _, report in reports)
    blocks.append(_TOTALS[lang].format(total=len(reports), valid=valid, invalid=len(reports) - valid))
    return "\n".join(blocks)


def as_json(reports: Reports, lang: str) -> str:
    """A list with one object a file: its name and its report."""
    data = [{"file": name, **report.to_dict(lang)} for name, report in reports]
    return json.dumps(data, ensure_ascii=False, indent=2)


def as_junit(reports: Reports, lang: str) -> str:
    """One test case a file; its errors are its failure, its other issues its output."""
    failed = sum(not report.ok for _, report in reports)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuite name="medcom-bu" tests="{len(reports)}" failures="{failed}" errors="0" skipped="0">',
    ]
    for name, report in reports:
        errors = [issue for issue in report if issue.severity is Severity.ERROR]
        others = [issue for issue in report if issue.severity is not Severity.ERROR]
        lines.append(f'  <testcase classname="medcom-bu" name="{_escaped(name)}">')
        if errors:
            text = "&#10;".join(_escaped(_line(issue, lang)) for issue in errors)
            lines.append(f'    <failure message="{len(errors)}">{text}</failure>')
        if others:
            text = "&#10;".join(_escaped(_line(issue, lang)) for issue in others)
            lines.append(f"    <system-out>{text}</system-out>")
        lines.append("  </testcase>")
    return "\n".join([*lines, "</testsuite>"])


def _line(issue: Issue, lang: str) -> str:
    return f"{issue.severity} {issue.code} {issue.path}: {issue.text(lang)} ({issue.hint_text(lang)})"


def _escaped(text: str) -> str:
    """Text for an element or an attribute in quotation marks; what cannot stand in XML becomes U+FFFD."""
    from xml.sax.saxutils import quoteattr  # loads much

    from medcom_bu.oioxml.encode import not_xml

    return quoteattr(not_xml().sub("\ufffd", text), {'"': "&quot;"})[1:-1]


def as_sarif(reports: Reports, lang: str) -> str:
    """SARIF 2.1.0: one result an issue, with its path as the logical location."""
    from urllib.parse import quote

    kinds = {issue.code: issue.kind for _, report in reports for issue in report}
    results = [
        {
            "ruleId": issue.code,
            "level": _LEVELS[issue.severity],
            "message": {"text": f"{issue.text(lang)}. {issue.hint_text(lang)}"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": quote(name.replace("\\", "/"), errors="surrogateescape")}
                    },
                    "logicalLocations": [{"fullyQualifiedName": issue.path}],
                }
            ],
        }
        for name, report in reports
        for issue in report
    ]
    rules = [
        {
            "id": code,
            "shortDescription": {"text": getattr(kind.message, lang)},
            "help": {"text": kind.source},
            "defaultConfiguration": {"level": _LEVELS[kind.severity]},
        }
        for code, kind in sorted(kinds.items())
    ]
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": {"name": "medcom-bu", "rules": rules}}, "results": results}],
    }
    return json.dumps(log, ensure_ascii=False, indent=2)


FORMATS: dict[str, Callable[[Reports, str], str]] = {
    "text": as_text,
    "json": as_json,
    "junit": as_junit,
    "sarif": as_sarif,
}
