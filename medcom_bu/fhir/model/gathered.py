"""The issues of one reading while they are found: so many are kept, the rest is counted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from medcom_bu.issues import MORE, Issue, Severity


class Gathered(list[Issue]):
    """At most so many errors and as many other issues, in the order in which they came."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._left = {True: most, False: most}
        self._more = 0

    def append(self, issue: Issue) -> None:
        """Keep an issue, or count it."""
        is_error = issue.kind.severity is Severity.ERROR
        if self._left[is_error]:
            self._left[is_error] -= 1
            super().append(issue)
        else:
            self._more += 1

    def extend(self, issues: Iterable[Issue]) -> None:
        """Keep or count each."""
        for issue in issues:
            self.append(issue)

    def __iadd__(self, issues: Any) -> Any:  # type: ignore[misc]
        self.extend(issues)
        return self

    def all(self) -> tuple[Issue, ...]:
        """The issues, and how many more there were."""
        return (*self, MORE.issue("/", count=self._more)) if self._more else tuple(self)
