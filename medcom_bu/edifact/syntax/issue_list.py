"""The issues of one reading, at most a hundred of a kind."""

from __future__ import annotations

import attrs

from medcom_bu.edifact.syntax import catalogue
from medcom_bu.edifact.syntax.segments import Segment, path
from medcom_bu.issues import Issue, Kind, Layer, Severity
from medcom_bu.limits import LIMITS

LIMIT = 100
"""So many issues of a kind are named; of the rest, the number is."""


class LimitError(Exception):
    """A limit was passed: reading stops. The text names the limit."""


@attrs.define
class IssueList:
    """What was found so far, in the order of finding.

    ``most`` errors of syntax are the most: what has more is not an interchange, and reading it stops.
    """

    most: int = LIMITS.issues
    issues: list[Issue] = attrs.field(factory=list, init=False)
    errors: int = attrs.field(default=0, init=False)
    _seen: dict[str, int] = attrs.field(factory=dict, init=False)

    def add(
        self,
        kind: Kind,
        segment: Segment,
        element: int | None = None,
        component: int | None = None,
        /,
        **params: object,
    ) -> None:
        """An issue at a segment, or inside it."""
        if self._counts(kind):
            self.issues.append(kind.issue(path(segment, element, component), **params))

    def add_at(self, kind: Kind, offset: int, **params: object) -> None:
        """An issue at a byte where no segment is."""
        if self._counts(kind):
            self.issues.append(kind.issue(f"byte {offset}", **params))

    def _counts(self, kind: Kind) -> bool:
        """Count one more of the kind; False where there are too many to name."""
        if kind.layer is Layer.SYNTAX and kind.severity is Severity.ERROR:
            self.errors += 1
            if self.errors == self.most + 1:
                raise LimitError(f"{self.most} errors of syntax")
        self._seen[kind.code] = seen = self._seen.get(kind.code, 0) + 1
        return seen <= LIMIT

    def all(self) -> tuple[Issue, ...]:
        """The issues, then what was left out."""
        more = [
            catalogue.MORE.issue("byte 0", code=code, count=count - LIMIT)
            for code, count in self._seen.items()
            if count > LIMIT
        ]
        return (*self.issues, *more)
