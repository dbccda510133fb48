"""What a report says, as codes and paths."""

from __future__ import annotations

from collections.abc import Iterable

from medcom_bu.issues import Issue, Report, Severity


def found(report: Report) -> list[tuple[str, str]]:
    """All that a report says: nothing is left out of the comparison."""
    return sorted((issue.code, issue.path) for issue in report)


def errors(issues: Iterable[Issue]) -> list[tuple[str, str]]:
    """The code and path of each error, in the order in which they are reported."""
    return [(issue.code, issue.path) for issue in issues if issue.severity is Severity.ERROR]
