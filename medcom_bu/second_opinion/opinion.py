"""An opinion: two verdicts on one message as a value, and what is told of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from medcom_bu.arguments import Words, check_word
from medcom_bu.issues import LANGUAGES, Issue, Report, Severity, Text, Verdict
from medcom_bu.second_opinion.differences import KnownDifference
from medcom_bu.second_opinion.outcome import TheirIssue
from medcom_bu.second_opinion.telling import ToldLine, ToldPage, ToldPart, as_html, as_text


class Match(Words):
    """What two issues have in common, the surest first."""

    KEY = "key"
    MEANING = "meaning"
    PLACE = "place"


@attrs.frozen
class Agreement:
    """An issue of ours and a finding of theirs that say the same, and by what they were matched."""

    ours: Issue
    theirs: TheirIssue
    by: Match

    def to_dict(self, lang: str = "en") -> dict[str, Any]:
        """The pair as JSON-ready data."""
        return {"by": str(self.by), "ours": self.ours.to_dict(lang), "theirs": self.theirs.to_dict(lang)}


@attrs.frozen
class OnlyOurs:
    """An issue that the other validator does not have.

    ``known`` is the difference that explains it; or it ``follows`` from an error that both name, or the other
    ``stopped`` before it.
    """

    issue: Issue
    known: KnownDifference | None
    follows: bool
    stopped: bool

    @property
    def reason(self) -> Text | None:
        """Why the other validator does not say it; None where that is not known."""
        if self.known:
            return self.known.why
        return _FOLLOWS if self.follows else _UNREAD if self.stopped else None


@attrs.frozen
class OnlyTheirs:
    """A finding that we do not have.

    ``known`` is the difference that explains it; or it ``follows`` from another, or we ``stopped`` before it.
    """

    finding: TheirIssue
    known: KnownDifference | None
    follows: bool
    stopped: bool

    @property
    def reason(self) -> Text | None:
        """Why we do not say it; None where that is not known."""
        if self.known:
            return self.known.why
        return _FOLLOWS if self.follows else _STOPPED if self.stopped else None


_FOLLOWS = Text(
    "it follows from another error, or occurs next to one that both report",
    "det følger af en anden fejl, eller står ved siden af en som begge nævner",
)
_STOPPED = Text(
    "an error in an earlier layer kept us from validating against profiles",
    "en fejl i et tidligere lag forhindrede kontrol efter profilerne",
)

_UNREAD = Text(
    "the other validator could not read the message, and went no further",
    "den anden validator kunne ikke læse meddelelsen og kontrollerede ikke mere",
)


@attrs.frozen(repr=False)
class SecondOpinion:
    """Two verdicts on one message. It holds no text of the message; what the validator said is shown by ``reveal``.

    ``report``: ours.
    ``findings``: what the other validator said.
    ``agreed``: what both say, in pairs.
    ``only_ours``: what the other does not say, with the reason where it is known.
    ``only_theirs``: what we do not say, likewise.
    """

    report: Report
    findings: tuple[TheirIssue, ...]
    agreed: tuple[Agreement, ...]
    only_ours: tuple[OnlyOurs, ...]
    only_theirs: tuple[OnlyTheirs, ...]

    @property
    def ours(self) -> Verdict:
        """Our verdict."""
        return self.report.verdict

    @property
    def theirs(self) -> Verdict:
        """The other validator's: an error or a fatal one is invalid."""
        is_invalid = any(finding.severity is Severity.ERROR for finding in self.findings)
        return Verdict.INVALID if is_invalid else Verdict.VALID

    @property
    def same_verdict(self) -> bool:
        """Whether both refuse the message or neither does; read :attr:`ours` for what was not checked."""
        return (self.ours is Verdict.INVALID) == (self.theirs is Verdict.INVALID)

    @property
    def unexplained(self) -> tuple[OnlyOurs | OnlyTheirs, ...]:
        """The errors that one of them has alone, and of which no reason is known."""
        alone: tuple[OnlyOurs | OnlyTheirs, ...] = (*self.only_ours, *self.only_theirs)
        return tuple(one for one in alone if one.reason is None and severity_of(one) is Severity.ERROR)

    def text(self, lang: str = "en") -> str:
        """The comparison for a reader, in ``"en"`` or ``"da"``: the errors, and how many other issues there are.

        Raises ValueError for another language, as :meth:`html` and :meth:`to_dict` do.
        """
        return as_text(_page(self, lang))

    def html(self, lang: str = "en") -> str:
        """The comparison as one self-contained page, in ``"en"`` or ``"da"``; errors are those of :meth:`text`."""
        return as_html(_page(self, lang), lang)

    def to_dict(self, lang: str = "en") -> dict[str, Any]:
        """The comparison as JSON-ready data, with issues of every severity; errors are those of :meth:`text`."""
        check_word("lang", lang, LANGUAGES)
        return {
            "ours": str(self.ours),
            "theirs": str(self.theirs),
            "same_verdict": self.same_verdict,
            "agreed": [pair.to_dict(lang) for pair in self.agreed],
            "only_ours": [{**one.issue.to_dict(lang), **_told(one, lang)} for one in self.only_ours],
            "only_theirs": [{**one.finding.to_dict(lang), **_told(one, lang)} for one in self.only_theirs],
        }

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        counts = f"{len(self.agreed)} agreed, {len(self.only_ours)} only ours, {len(self.only_theirs)} only theirs"
        return f"<SecondOpinion ours {self.ours}, theirs {self.theirs}: {counts}>"


def severity_of(one: OnlyOurs | OnlyTheirs) -> Severity:
    """How bad the issue or finding is."""
    return one.issue.severity if isinstance(one, OnlyOurs) else one.finding.severity


def _told(one: OnlyOurs | OnlyTheirs, lang: str) -> dict[str, str | None]:
    reason = one.reason
    return {
        "known_difference": one.known.name if one.known else None,
        "reason": reason.render(lang, {}) if reason else None,
    }


_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "A second opinion",
        "here": "here", "there": "the other validator", "same": "both verdicts agree", "differ": "THE VERDICTS DIFFER",
        "agreed": "Both say", "ours": "Only here", "theirs": "Only the other validator", "none": "nothing",
        "known": "known difference", "unknown": "no reason is known: look into it, and report it",
        "more": "other issues: {agreed} of both, {ours} only here, {theirs} only there",
        "issue": "issue", Verdict.VALID: "valid", Verdict.INVALID: "invalid",
        Verdict.NOT_CHECKED: "not (fully) checked",
    },
    "da": {
        "title": "En anden mening",
        "here": "her", "there": "den anden validator", "same": "begge når samme resultat",
        "differ": "RESULTATERNE ER FORSKELLIGE",
        "agreed": "Begge siger", "ours": "Kun her", "theirs": "Kun den anden validator", "none": "intet",
        "known": "kendt forskel", "unknown": "ingen årsag kendes: undersøg det, og meld det",
        "more": "øvrige forhold: {agreed} hos begge, {ours} kun her, {theirs} kun der",
        "issue": "issue", Verdict.VALID: "gyldig", Verdict.INVALID: "ugyldig",
        Verdict.NOT_CHECKED: "ikke (fuldt) kontrolleret",
    },
}  # fmt: skip


def _page(opinion: SecondOpinion, lang: str) -> ToldPage:
    """What is told of an opinion, in ``"en"`` or ``"da"``."""
    check_word("lang", lang, LANGUAGES)
    parts = tuple(_parts(opinion, lang))
    headline = _headline(opinion, lang)
    return ToldPage(_WORDS[lang]["title"], headline, opinion.same_verdict, parts, _rest(opinion, lang))


def _headline(opinion: SecondOpinion, lang: str) -> str:
    words = _WORDS[lang]
    verdicts = f"{words['here']}: {words[opinion.ours]}; {words['there']}: {words[opinion.theirs]}"
    return f"{verdicts}; {words['same' if opinion.same_verdict else 'differ']}"


def _parts(opinion: SecondOpinion, lang: str) -> Iterator[ToldPart]:
    words = _WORDS[lang]

    def alone(said: str, reason: object, known: bool) -> ToldLine:
        told = reason.render(lang, {}) if isinstance(reason, Text) else words["unknown"]
        return ToldLine((said,), f"{words['known']}: {told}" if known else told, isinstance(reason, Text))

    both = [pair for pair in opinion.agreed if Severity.ERROR in (pair.ours.severity, pair.theirs.severity)]
    yield ToldPart(words["agreed"], [
        ToldLine((_of_ours(issue, lang), *(_of_theirs(pair.theirs, lang) for pair in both if pair.ours is issue)))
        for issue in _distinct(pair.ours for pair in both)
    ])  # fmt: skip
    yield ToldPart(words["ours"], [
        alone(_of_ours(one.issue, lang), one.reason, one.known is not None)
        for one in opinion.only_ours if one.issue.severity is Severity.ERROR
    ])  # fmt: skip
    yield ToldPart(words["theirs"], [
        alone(_of_theirs(one.finding, lang), one.reason, one.known is not None)
        for one in opinion.only_theirs if one.finding.severity is Severity.ERROR
    ])  # fmt: skip


def _distinct(issues: Iterable[Issue]) -> list[Issue]:
    return list({id(issue): issue for issue in issues}.values())


def _of_ours(issue: Issue, lang: str) -> str:
    return f"{issue.code} {issue.path}: {issue.text(lang)}"


def _of_theirs(finding: TheirIssue, lang: str) -> str:
    number = f"{_WORDS[lang]['issue']} {finding.number}"
    return f"{number}, {finding.id or '-'} {finding.path or '-'}: {finding.text(lang)}"


def _rest(opinion: SecondOpinion, lang: str) -> str:
    count = {
        "agreed": sum(Severity.ERROR not in (one.ours.severity, one.theirs.severity) for one in opinion.agreed),
        "ours": sum(one.issue.severity is not Severity.ERROR for one in opinion.only_ours),
        "theirs": sum(one.finding.severity is not Severity.ERROR for one in opinion.only_theirs),
    }
    return _WORDS[lang]["more"].format_map(count)
