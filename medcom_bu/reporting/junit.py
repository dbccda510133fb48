"""Reports as JUnit XML: one test case a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from medcom_bu.issues import Issue, Severity, Verdict
from medcom_bu.reporting.judged import Judged, Look, Tally, not_checked
from medcom_bu.signs import INVISIBLE
from medcom_bu.xmlio import attribute_text


def as_junit(judged: Iterable[Judged], look: Look) -> Iterator[str]:
    """The errors of a file are its failure, the rest its output; what was not checked is skipped."""
    tally = Tally()
    cases = [_case(each, look.lang) for each in tally.counted(judged)]
    counts = f'tests="{len(cases)}" failures="{tally.count[Verdict.INVALID]}" errors="0"'
    more = f'skipped="{tally.count[Verdict.NOT_CHECKED]}" time="{tally.seconds:.3f}"'
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites name="medcom-bu" {counts} time="{tally.seconds:.3f}">\n'
    yield f'  <testsuite name="medcom-bu" {counts} {more}>\n'
    yield from cases
    yield "  </testsuite>\n</testsuites>\n"


def _case(judged: Judged, lang: str) -> str:
    name, report, seconds = judged
    errors = [issue for issue in report if issue.severity is Severity.ERROR]
    others = [issue for issue in report if issue.severity is not Severity.ERROR]
    lines = [f'    <testcase classname="medcom-bu" name="{_escaped(name)}" time="{seconds:.3f}">']
    lines += [f"      <skipped>{_escaped(issue.text(lang))}</skipped>" for issue in not_checked(report)]
    if errors:
        message = f"{errors[0].text(lang)}{f' (+{len(errors) - 1})' if len(errors) > 1 else ''}"
        attributes = f'type="{errors[0].code}" message="{_escaped(message)}"'
        lines.append(f"      <failure {attributes}>{_listed(errors, lang)}</failure>")
    if others:
        lines.append(f"      <system-out>{_listed(others, lang)}</system-out>")
    return "\n".join([*lines, "    </testcase>\n"])


def _listed(issues: Iterable[Issue], lang: str) -> str:
    return "&#10;".join(_escaped(_line(issue, lang)) for issue in issues)


def _line(issue: Issue, lang: str) -> str:
    return f"{issue.severity} {issue.code} {issue.place(lang)}: {issue.text(lang)} ({issue.hint_text(lang)})"


def _escaped(text: str) -> str:
    """Text for an element or an attribute in quotation marks; what cannot be in XML becomes U+FFFD.

    A sign that could act on a terminal is written by its number.
    """
    return INVISIBLE.sub(lambda match: f"&#{ord(match[0])};", attribute_text(text))
