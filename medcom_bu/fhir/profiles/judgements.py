"""Judgements of resources by profiles, and which of their findings are the root.

A resource that refers to another needs it to fit one of some profiles, and that may need others in turn, in circles
too. So each resource is judged by each profile once, on its own, and only then it is settled what fails: what has an
error, and what needs something of which all alternatives fail. A circle without an error is right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

import attrs

from medcom_bu.fhir.profiles.index import ResourcePlace
from medcom_bu.fhir.profiles.tree import ProfileNode
from medcom_bu.issues import MORE, Issue, Severity

Fact = tuple[str, str, tuple[tuple[str, object], ...]]
_MAX_CAUSES = 20
"""How many causes an issue names."""


@attrs.define
class Budget:
    """How many issues may still be kept in the judging of one message."""

    left: int


@attrs.define(eq=False)
class Judgement:
    """What is wrong with one resource by one profile."""

    place: ResourcePlace
    node: ProfileNode
    budget: Budget
    issues: list[Issue] = attrs.field(factory=list)
    unlisted: set[int] = attrs.field(factory=set)
    """Issues beyond the budget: their hashes, to be counted."""
    needs: list[Need] = attrs.field(factory=list)
    has_error: bool = False
    """Whether something in the resource itself is an error."""
    is_due: bool = False
    """Whether the resource must fit: it claims the profile, or is of its type."""

    def report(self, issue: Issue) -> None:
        """Keep an issue, or only count it where there are enough; the first error is kept whatever there is."""
        is_first_error = issue.kind.severity is Severity.ERROR and not self.has_error
        self.has_error |= is_first_error
        if self.budget.left > 0 or is_first_error:
            self.budget.left -= 1
            self.issues.append(issue)
        else:
            self.unlisted.add(hash(issue))


@attrs.frozen(eq=False)
class Need:
    """A judgement rests on others, one of which must be good. ``issue`` makes what is said where none is."""

    issue: Callable[[], Issue]
    alternatives: tuple[Judgement, ...]


def failing(judgements: Iterable[Judgement]) -> set[Judgement]:
    """The judgements that are not good."""
    all_judgements = list(judgements)
    return _spread({judgement for judgement in all_judgements if judgement.has_error}, all_judgements)


def _spread(lost: set[Judgement], among: Iterable[Judgement]) -> set[Judgement]:
    """These judgements, and those among others that rest on nothing better, step by step."""
    if not lost:
        return lost
    rests: dict[Judgement, list[tuple[Judgement, Need]]] = {}
    for judgement in among:
        for need in judgement.needs:
            for alternative in need.alternatives:
                rests.setdefault(alternative, []).append((judgement, need))
    queue = list(lost)
    while queue:
        for judgement, need in rests.get(queue.pop(), ()):
            if judgement not in lost and _is_unmet(need, lost):
                lost.add(judgement)
                queue.append(judgement)
    return lost


def _is_unmet(need: Need, failed: set[Judgement]) -> bool:
    return all(alternative in failed for alternative in need.alternatives)


def findings(judgements: Iterable[Judgement]) -> tuple[Issue, ...]:
    """The issues of the judgements that are due, each once, in the order of the document.

    An unmet need is left out where it only follows: all that one of its alternatives fails for is reported as well.
    """
    all_judgements = list(judgements)
    due = [judgement for judgement in all_judgements if judgement.is_due]
    issues = [issue for judgement in due for issue in judgement.issues]
    failed = failing(all_judgements)
    if failed:
        hidden = _hidden(failed, set(map(_fact, issues)))
        unmet = [need for judgement in due for need in judgement.needs if _is_unmet(need, hidden)]
        issues += [_explained(need, failed) for need in unmet]
    listed = dict.fromkeys(issues)
    unlisted = set().union(*(judgement.unlisted for judgement in due)).difference(map(hash, listed))
    more = (MORE.issue("/", count=len(unlisted)),) if unlisted else ()
    return (*sorted(listed, key=_order), *more)


def _hidden(failed: set[Judgement], reported: set[Fact]) -> set[Judgement]:
    """The failed judgements of which some reason is reported nowhere."""
    unsaid = [judgement for judgement in failed if not judgement.is_due]
    return _spread(
        {judgement for judgement in unsaid if not all(_fact(issue) in reported for issue in _errors(judgement))}, unsaid
    )


_WORDS = ("profile", "meaning", "codes")
"""Parameters that may differ where the same is said."""


def _fact(issue: Issue) -> Fact:
    """What an issue says, whichever profile says it, and in its words: snapshots repeat what their bases say."""
    return issue.code, issue.path, tuple(param for param in issue.params if param[0] not in _WORDS)


def _errors(judgement: Judgement) -> Iterator[Issue]:
    return (issue for issue in judgement.issues if issue.severity is Severity.ERROR)


def _explained(need: Need, failed: set[Judgement]) -> Issue:
    """The issue of an unmet need, with why each of its alternatives fails."""
    causes: dict[Issue, None] = {}
    for alternative in need.alternatives:
        own = [
            *_errors(alternative),
            *(inner_need.issue() for inner_need in alternative.needs if _is_unmet(inner_need, failed)),
        ]
        causes |= dict.fromkeys(attrs.evolve(issue, causes=()) for issue in own[:_MAX_CAUSES])
    return attrs.evolve(need.issue(), causes=tuple(causes)[:_MAX_CAUSES])


_NUMBER = re.compile(r"\[(\d+)\]")


def _order(issue: Issue) -> tuple[list[str | int], str]:
    """Where an issue is in the document, then its code."""
    return [int(part) if number % 2 else part for number, part in enumerate(_NUMBER.split(issue.path))], issue.code
