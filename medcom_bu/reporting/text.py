"""Reports as text for people: a block a file as soon as it is judged, and a line of totals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from medcom_bu.issues import Report, Severity, Verdict
from medcom_bu.reporting.judged import Judged, Look, Tally, exit_status
from medcom_bu.signs import one_line, visible

_RED, _YELLOW, _GREEN, _CYAN = 31, 33, 32, 36
_OF_VERDICT = {Verdict.VALID: _GREEN, Verdict.INVALID: _RED, Verdict.NOT_CHECKED: _YELLOW}
_OF_SEVERITY = {Severity.ERROR: _RED, Severity.WARNING: _YELLOW, Severity.INFORMATION: _CYAN}
_FIRST_WORD = re.compile(r"\S+")


def as_text(judged: Iterable[Judged], look: Look) -> Iterator[str]:
    """One block a file, and a line of totals; a sign that could act on a terminal is shown by its code point."""
    tally = Tally()
    for each in tally.counted(judged):
        if not (look.quiet and exit_status(each.report, look.fail_on) == 0):
            yield f"{one_line(each.name)}: {_block(each.report, look)}\n"
    yield tally.text(look) + "\n"


def _block(report: Report, look: Look) -> str:
    text = visible(report.text(look.lang, positions=True))
    if not look.colours:
        return text
    headline, *lines = text.split("\n")
    coming = iter([issue.severity for issue in report])
    painted = [line if line.startswith(" ") else _painted(line, _OF_SEVERITY[next(coming)]) for line in lines]
    return "\n".join([f"\x1b[{_OF_VERDICT[report.verdict]}m{headline}\x1b[0m", *painted])


def _painted(line: str, colour: int) -> str:
    """The line with its first word in a colour."""
    return _FIRST_WORD.sub(lambda match: f"\x1b[{colour}m{match[0]}\x1b[0m", line, count=1)
