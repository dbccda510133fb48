"""Reports on many files, for people and for machines: text, JSON, JUnit XML, SARIF 2.1.0.

What is for machines is to be written in UTF-8.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from medcom_bu.arguments import check_word
from medcom_bu.issues import LANGUAGES, Issue, Kind, Layer, Outcome, Report, Severity, Text, Verdict
from medcom_bu.signs import INVISIBLE, one_line, visible

Reports = Sequence[tuple[str, Report]]

UNREADABLE = Kind(
    "file.unreadable",
    Severity.ERROR,
    Layer.SYNTAX,
    Text("the file cannot be read ({reason})", "filen kan ikke læses ({reason})"),
    Text("check that it exists and that you may read it", "kontrollér at den findes og at du må læse den"),
    "medcom_bu, command line",
)
NOT_CHECKED = Kind(
    "file.not-checked",
    Severity.INFORMATION,
    Layer.SYNTAX,
    Text("not checked: {layers}", "ikke kontrolleret: {layers}"),
    Text(
        "the other issues of the file say why, or ask for other layers", "se filens andre forhold, eller vælg andre lag"
    ),
    "medcom_bu, command line",
)
"""For machines that count issues alone: which of the layers that were asked for did not run on all of a file."""

_TOTALS = {
    "en": ("{total} files: {valid} valid, {invalid} invalid", ", {unchecked} not (fully) checked"),
    "da": ("{total} filer: {valid} gyldige, {invalid} ugyldige", ", {unchecked} ikke (fuldt) kontrolleret"),
}
_SKIPPED = {"en": ", {count} without a message skipped", "da": ", {count} uden meddelelse sprunget over"}
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFORMATION: "note"}


def as_text(reports: Reports, lang: str) -> str:
    """One block a file, and a line of totals."""
    check_word("lang", lang, LANGUAGES)
    blocks = [f"{one_line(name)}: {visible(report.text(lang))}" for name, report in reports]
    count = _counts(reports)
    totals, more = _TOTALS[lang]
    blocks.append(
        (totals + (more if count[Verdict.NOT_CHECKED] else "")).format(
            total=len(reports),
            valid=count[Verdict.VALID],
            invalid=count[Verdict.INVALID],
            unchecked=count[Verdict.NOT_CHECKED],
        )
    )
    return "\n".join(blocks)


def skipped_text(count: int, lang: str) -> str:
    """The end of the line of totals: how many files of folders hold no message. Empty where none does."""
    return _SKIPPED[lang].format(count=count) if count else ""


def _counts(reports: Reports) -> Counter[Verdict]:
    return Counter(report.verdict for _, report in reports)


def exit_status(reports: Iterable[Report], fail_on: str = "error") -> int:
    """0 all valid and checked, 1 something invalid, 3 nothing invalid but something not checked.

    ``fail_on`` is ``"error"``, or ``"warning"``, by which a warning gives 1 too.
    """
    listed = list(reports)
    verdicts = {report.verdict for report in listed}
    is_warned = fail_on == "warning" and any(
        issue.severity is Severity.WARNING for report in listed for issue in report
    )
    return 1 if Verdict.INVALID in verdicts or is_warned else 3 if Verdict.NOT_CHECKED in verdicts else 0


def _not_checked(report: Report) -> list[Issue]:
    """Which layers did not run, where the verdict is that something was not checked."""
    if report.verdict is not Verdict.NOT_CHECKED:
        return []
    asked = report.layers if report.asked is None else report.asked
    layers = [layer for layer in Layer if layer in asked and report.layers.get(layer) is not Outcome.PASSED]
    return [NOT_CHECKED.issue("/", layers=", ".join(layers))]


def as_json(reports: Reports, lang: str) -> str:
    """A list with one object a file: its name and its report."""
    data = [{"file": name, **report.to_dict(lang)} for name, report in reports]
    return _json(data)


def _json(data: object) -> str:
    """JSON in which every sign that could act on a terminal is escaped, and so is half a character."""
    text = json.dumps(data, ensure_ascii=False, indent=2)
    return INVISIBLE.sub(lambda match: json.dumps(match[0])[1:-1], text)


def as_junit(reports: Reports, lang: str) -> str:
    """One test case a file: its errors are its failure, the rest its output; what was not checked is skipped."""
    count = _counts(reports)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuite name="medcom-bu" tests="{len(reports)}" failures="{count[Verdict.INVALID]}" errors="0"'
        f' skipped="{count[Verdict.NOT_CHECKED]}">',
    ]
    for name, report in reports:
        errors = [issue for issue in report if issue.severity is Severity.ERROR]
        others = [issue for issue in report if issue.severity is not Severity.ERROR]
        lines.append(f'  <testcase classname="medcom-bu" name="{_escaped(name)}">')
        if errors:
            text = "&#10;".join(_escaped(_line(issue, lang)) for issue in errors)
            lines.append(f'    <failure message="{len(errors)}">{text}</failure>')
        lines += [f'    <skipped message="{_escaped(issue.text(lang))}"/>' for issue in _not_checked(report)]
        if others:
            text = "&#10;".join(_escaped(_line(issue, lang)) for issue in others)
            lines.append(f"    <system-out>{text}</system-out>")
        lines.append("  </testcase>")
    return "\n".join([*lines, "</testsuite>"])


def _line(issue: Issue, lang: str) -> str:
    return f"{issue.severity} {issue.code} {issue.path}: {issue.text(lang)} ({issue.hint_text(lang)})"


def _escaped(text: str) -> str:
    """Text for an element or an attribute in quotation marks; what cannot stand in XML becomes U+FFFD.

    A sign that could act on a terminal is written by its number.
    """
    from medcom_bu.xmlio import attribute_text

    return INVISIBLE.sub(lambda match: f"&#{ord(match[0])};", attribute_text(text))


def as_sarif(reports: Reports, lang: str) -> str:
    """SARIF 2.1.0: one result an issue, with its path as the logical location; an open one for what was not checked."""
    from urllib.parse import quote

    named_issues = [(name, issue) for name, report in reports for issue in (*report, *_not_checked(report))]
    kinds = {issue.code: issue.kind for _, issue in named_issues}
    results = [
        {
            "ruleId": issue.code,
            **({"kind": "open", "level": "none"} if issue.kind is NOT_CHECKED else {"level": _LEVELS[issue.severity]}),
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
        for name, issue in named_issues
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
    return _json(log)


FORMATS: dict[str, Callable[[Reports, str], str]] = {
    "text": as_text,
    "json": as_json,
    "junit": as_junit,
    "sarif": as_sarif,
}
