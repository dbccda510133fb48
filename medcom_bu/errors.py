"""The two exceptions that input can cause. Their texts hold codes, paths and reasons, never content."""

from __future__ import annotations

from medcom_bu.issues import Report, Severity

_SHOWN = 3
"""So many issues are reported in the text of an exception; its report has them all."""


class UnknownFormat(ValueError):
    """The data is not in a wire format that the library knows."""


class InvalidMessage(ValueError):
    """A message that cannot be parsed, built or written.

    ``report``: why, issue by issue.
    """

    def __init__(self, report: Report) -> None:
        self.report = report
        errors = [issue for issue in report.issues if issue.severity is Severity.ERROR] or report.issues
        shown = "; ".join(f"{issue.code} at {issue.path}: {issue.message}" for issue in errors[:_SHOWN])
        more = f"; and {len(errors) - _SHOWN} more" if len(errors) > _SHOWN else ""
        super().__init__(f"{shown}{more}")

    def __reduce__(self) -> tuple[type[InvalidMessage], tuple[Report]]:
        return type(self), (self.report,)
