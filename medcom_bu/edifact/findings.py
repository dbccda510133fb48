"""The issues of one reading, at most a hundred of a kind."""

from __future__ import annotations

from collections import Counter

import attrs

from medcom_bu.edifact import kinds
from medcom_bu.edifact.segments import Segment, path
from medcom_bu.issues import Issue, Kind

LIMIT = 100
"""So many issues of a kind are named; of the rest, the number is."""


@attrs.define
class Findings:
    """What was found so far, in the order of finding."""

    issues: list[Issue] = attrs.field(factory=list, init=False)
    _seen: Counter[Kind] = attrs.field(factory=Counter, init=False)

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
        self._seen[kind] += 1
        if self._seen[kind] <= LIMIT:
            self.issues.append(kind.at(path(segment, element, component), **params))

    def add_at(self, kind: Kind, offset: int, **params: object) -> None:
        """An issue at a byte where no segment is."""
        self._seen[kind] += 1
        if self._seen[kind] <= LIMIT:
            self.issues.append(kind.at(f"byte {offset}", **params))

    def all(self) -> tuple[Issue, ...]:
        """The issues, then what was left out."""
        more = [
            kinds.MORE.at("byte 0", code=kind.code, count=count - LIMIT)
            for kind, count in self._seen.items()
            if count > LIMIT
        ]
        return (*self.issues, *more)
