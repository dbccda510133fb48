"""The results as reports of issues, which JUnit XML is written from like any other."""

from __future__ import annotations

from collections.abc import Iterator

from medcom_bu.certification.model.results import CheckResult, Conclusion, Finding
from medcom_bu.certification.report.summary import Summary, says
from medcom_bu.issues import Issue, Kind, Layer, Report, Severity, Text
from medcom_bu.reporting import Judged

_SOURCE = "medcom_bu, certification kit"
CASE_FAILED = Kind(
    "certification.failed",
    Severity.ERROR,
    Layer.RULE,
    Text(
        "step {step}, {says}: expected {expected}, found {found} (rule {rule})",
        "trin {step}, {says}: forventet {expected}, fundet {found} (regel {rule})",
    ),
    Text("correct the system, and run the case again", "ret systemet, og kør testen igen"),
    _SOURCE,
)
CASE_NOT_RUN = Kind(
    "certification.not-run",
    Severity.INFORMATION,
    Layer.RULE,
    Text(
        "step {step}, {says}: not run, because it needs {expected}",
        "trin {step}, {says}: ikke kørt, da det kræver {expected}",
    ),
    Text("give the system what it needs, and run the case again", "giv systemet det der kræves, og kør testen igen"),
    _SOURCE,
    unchecked=True,
)
CASE_TO_BE_JUDGED = Kind(
    "certification.to-be-judged",
    Severity.INFORMATION,
    Layer.RULE,
    Text("step {step}, {says}: look at this: {expected}", "trin {step}, {says}: se efter: {expected}"),
    Text("let a person assess it, and add the evidence", "lad en person bedømme det, og vedlæg dokumentation"),
    _SOURCE,
    unchecked=True,
)
_KINDS = {
    Conclusion.FAILED: CASE_FAILED,
    Conclusion.NOT_RUN: CASE_NOT_RUN,
    Conclusion.TO_BE_JUDGED: CASE_TO_BE_JUDGED,
}


def as_judged(summary: Summary) -> Iterator[Judged]:
    """Each case as a file with its report: what failed is an error; what is open leaves the report incomplete."""
    for case, result in summary.results:
        issues = [
            _issue(check, finding)
            for check in result.checks
            for finding in check.findings
            if finding.conclusion is not Conclusion.PASSED
        ]
        ran = (Layer.RULE,) if result.checks else ()
        yield Judged(case.id, Report.from_issues(issues, ran, (Layer.RULE,)))


def _issue(check: CheckResult, finding: Finding) -> Issue:
    return _KINDS[finding.conclusion].issue(
        finding.path or "/",
        step=check.step,
        says=says(check),
        expected=finding.expected,
        found=finding.found,
        rule=finding.rule or check.check,
    )
