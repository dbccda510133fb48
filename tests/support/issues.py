"""What a report says, as codes and paths."""

from __future__ import annotations

from medcom_bu.issues import Report


def found(report: Report) -> list[tuple[str, str]]:
    """All that a report says: nothing is left out of the comparison."""
    return sorted((issue.code, issue.path) for issue in report)
