"""What every format of a report is made of: files with their verdicts, how many of each there are, the exit status."""

from __future__ import annotations

import errno
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import attrs

from medcom_bu.arguments import check_word
from medcom_bu.issues import LANGUAGES, Issue, Kind, Layer, Outcome, Report, Severity, Text, Verdict
from medcom_bu.signs import INVISIBLE

UNREADABLE = Kind(
    "file.unreadable",
    Severity.ERROR,
    Layer.SYNTAX,
    Text("the file cannot be read ({reason})", "filen kan ikke læses ({reason})"),
    Text("check that it exists and that you may read it", "kontrollér at den findes og at du må læse den"),
    "medcom_bu, command line",
)
_REASONS = {
    errno.ENOENT: "filen eller mappen findes ikke",
    errno.EACCES: "adgang nægtet",
    errno.EISDIR: "det er en mappe, ikke en fil",
    errno.ENOTDIR: "det er ikke en mappe",
    errno.ENOSPC: "der er ikke mere plads",
}
"""The usual reasons of the system in Danish: it gives them in a language of its own."""
NOT_CHECKED = Kind(
    "file.not-checked",
    Severity.INFORMATION,
    Layer.SYNTAX,
    Text("not checked: {layers}", "ikke kontrolleret: {layers}"),
    Text(
        "the other issues of the file say why, or ask for other layers",
        "se hvad der ellers står om filen, eller vælg andre lag",
    ),
    "medcom_bu, command line",
)
"""For machines that count issues alone: which of the layers that were asked for did not run on all of a file."""


NOT_FHIR = Kind(
    "file.not-fhir",
    Severity.ERROR,
    Layer.SYNTAX,
    Text("the file holds {format}, not FHIR", "filen indeholder {format}, ikke FHIR"),
    Text("validate it with: medcom-bu validate", "kontrollér den med: medcom-bu validate"),
    "medcom_bu, command line",
)


def unreadable(error: OSError) -> Report:
    """The report on a file that cannot be read."""
    return Report.from_issues([UNREADABLE.issue("byte 0", reason=reason_of(error))], (), (Layer.SYNTAX,))


def reason_of(error: OSError) -> Text:
    """Why the system does not read or write a file."""
    english = error.strerror or type(error).__name__
    return Text(english, _REASONS.get(error.errno or 0, english))


class Judged(NamedTuple):
    """A file, by its name, with the report on it and how many seconds that took."""

    name: str
    report: Report
    seconds: float = 0.0


@attrs.frozen
class Look:
    """How a report is told: its language, and what a text has besides.

    ``colours`` are those of a terminal; ``quiet`` leaves out the files of which there is nothing to say; ``skipped``
    counts the files that hold no message. ``fail_on`` is ``"error"``, or ``"warning"``, by which a warning fails too.
    """

    lang: str = "en"
    colours: bool = False
    quiet: bool = False
    skipped: int = 0
    fail_on: str = "error"

    def __attrs_post_init__(self) -> None:
        check_word("lang", self.lang, LANGUAGES)


_NUMBERED = {
    "en": {
        "": ("file", "files"),
        Verdict.VALID: ("valid", "valid"),
        Verdict.INVALID: ("invalid", "invalid"),
        Verdict.NOT_CHECKED: ("not (fully) checked", "not (fully) checked"),
    },
    "da": {
        "": ("fil", "filer"),
        Verdict.VALID: ("gyldig", "gyldige"),
        Verdict.INVALID: ("ugyldig", "ugyldige"),
        Verdict.NOT_CHECKED: ("ikke (fuldt) kontrolleret", "ikke (fuldt) kontrolleret"),
    },
}
"""What is counted, of one and of others; files themselves under no word."""

_ALWAYS = (Verdict.VALID, Verdict.INVALID)
_SKIPPED = Text(
    "{count} without a message skipped (--strict judges them)",
    "{count} uden meddelelse sprunget over (--strict kontrollerer dem)",
)


class Tally:
    """How many files were judged so far, by verdict, and what the exit status is."""

    def __init__(self) -> None:
        self.count: Counter[Verdict] = Counter()
        self.seconds: float = 0.0
        self._failed: set[str] = set()

    def counted(self, judged: Iterable[Judged]) -> Iterator[Judged]:
        """The same files, each counted as it passes."""
        for each in judged:
            self.count[each.report.verdict] += 1
            self.seconds += each.seconds
            self._failed.update(issue.severity for issue in each.report)
            yield each

    def text(self, look: Look) -> str:
        """The line of totals."""
        words = _NUMBERED[look.lang]
        numbers = {verdict: self.count[verdict] for verdict in Verdict if verdict in _ALWAYS or self.count[verdict]}
        parts = [f"{number} {words[verdict][number != 1]}" for verdict, number in numbers.items()]
        if look.skipped:
            parts.append(_SKIPPED.render(look.lang, {"count": look.skipped}))
        total = self.count.total()
        return f"{total} {words[''][total != 1]}: {', '.join(parts)}"

    def exit_status(self, fail_on: str = "error") -> int:
        """0 all valid and checked, 1 something invalid, 3 nothing invalid but something not checked.

        ``fail_on`` is ``"error"``, or ``"warning"``, by which a warning gives 1 too.
        """
        if self.count[Verdict.INVALID] or fail_on in self._failed:
            return 1
        return 3 if self.count[Verdict.NOT_CHECKED] else 0


def exit_status(report: Report, fail_on: str = "error") -> int:
    """The exit status of one report alone."""
    tally = Tally()
    list(tally.counted([Judged("", report)]))
    return tally.exit_status(fail_on)


def not_checked(report: Report) -> list[Issue]:
    """Which layers did not run, where the verdict is that something was not checked."""
    if report.verdict is not Verdict.NOT_CHECKED:
        return []
    asked = report.layers if report.asked is None else report.asked
    layers = [layer for layer in Layer if layer in asked and report.layers.get(layer) is not Outcome.PASSED]
    return [NOT_CHECKED.issue("/", layers=", ".join(layers))]


def json_text(data: object) -> str:
    """JSON in which every sign that could act on a terminal is escaped, and so is half a character."""
    import json

    text = json.dumps(data, ensure_ascii=False, indent=2)
    return INVISIBLE.sub(lambda match: json.dumps(match[0])[1:-1], text)
