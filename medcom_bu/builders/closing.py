"""The line that a correspondence ends with: when it was completed, who wrote it, with which title.

Source: Den gode XML korrespondance, 2020, pages 4, 11 and 21: the system should make it. The letter
has no other place for its author.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from medcom_bu.arguments import check_fields
from medcom_bu.builders.problems import EMPTY
from medcom_bu.issues import Issue
from medcom_bu.values.text import FormattedText, Mark


@attrs.frozen(field_transformer=check_fields)
class Signature:
    """The author of a letter, and the day when it was completed, as the reader sees it: ``04.05.2026``."""

    name: str = attrs.field(repr=False)
    title: str = attrs.field(repr=False)
    day: str

    @property
    def line(self) -> str:
        """As the reader sees it: ``04.05.2026 Petra Prøve, psykolog``."""
        return f"{self.day} {self.name}, {self.title}"

    def problems(self) -> Iterator[Issue]:
        """What is blank."""
        for part in ("name", "title"):
            if not getattr(self, part).strip():
                yield EMPTY.issue(f"signature.{part}", field=f"signature.{part}")


def signed(texts: Sequence[FormattedText], signature: Signature | None) -> list[FormattedText]:
    """The texts, the last of which ends with the line."""
    if signature is None:
        return list(texts)
    *others, last = texts or [FormattedText()]
    is_on_new_line = not last.nodes or last.nodes[-1] is Mark.BREAK
    ending = (signature.line,) if is_on_new_line else (Mark.BREAK, signature.line)
    return [*others, FormattedText((*last.nodes, *ending))]
