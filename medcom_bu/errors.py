"""The two exceptions that input can cause. Their texts name codes and paths, never content."""

from __future__ import annotations

from medcom_bu.issues import Report, Severity


class UnknownFormat(ValueError):
    """The bytes are of no wire format that the library knows."""


class InvalidMessage(ValueError):
    """A message that cannot be parsed, built or written. ``.report`` says why."""

    def __init__(self, report: Report) -> None:
        self.report = report
        errors = [issue for issue in report.issues if issue.severity is Severity.ERROR]
        shown = "; ".join(f"{issue.code} at {issue.path}" for issue in errors[:5])
        more = f" and {len(errors) - 5} more" if len(errors) > 5 else ""
        super().__init__(f"{shown}{more}")

    def __reduce__(self) -> tuple[type[InvalidMessage], tuple[Report]]:
        return type(self), (self.report,)
