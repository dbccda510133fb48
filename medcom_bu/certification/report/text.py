"""What came of a case, in lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from medcom_bu.certification.model.cases import CertificationCase
from medcom_bu.certification.model.results import CaseResult, CheckResult, Conclusion, Finding
from medcom_bu.certification.report.page import CONCLUSIONS, conclusion_text, finding_text
from medcom_bu.certification.report.summary import Summary, says


def case_lines(case: CertificationCase, result: CaseResult, lang: str = "en") -> Iterator[str]:
    """The verdict on a case, then a line for each thing that is not passed, in ``"en"`` or ``"da"``."""
    yield f"{case.id}: {conclusion_text(result, lang)}"
    for check in result.checks:
        for finding in check.findings:
            if finding.conclusion is not Conclusion.PASSED:
                yield f"  {_line(check, finding, lang)}"


def _line(check: CheckResult, finding: Finding, lang: str) -> str:
    return f"{check.step} {says(check).render(lang, {})}: {finding_text(finding, lang)}"


def count_line(summary: Summary, lang: str = "en") -> str:
    """How many cases came to what, in ``"en"`` or ``"da"``."""
    return ", ".join(f"{count} {CONCLUSIONS[each].render(lang, {})}" for each, count in summary.counts.items())
