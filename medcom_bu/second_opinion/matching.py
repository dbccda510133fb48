"""Our report beside the verdict of another validator, issue by issue.

Each finding of theirs is laid beside the issue of ours that says the same: by the key of an invariant, by what it means
at its place or next to it, or by the place alone. Several of theirs may say what one of ours does, and the reverse.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from medcom_bu.arguments import check
from medcom_bu.issues import Issue, Layer, Outcome, Report, Severity, Text
from medcom_bu.judgement import DEEPEST, Asked, open_message
from medcom_bu.messages.message import NetworkEnvelope
from medcom_bu.second_opinion.differences import find_ours, find_theirs
from medcom_bu.second_opinion.meanings import (
    ADDRESSING,
    COUNTING,
    DROPPED,
    OF_THE_ENTRY,
    OF_TYPE,
    REFERRING,
    RESOLVING,
    UNREAD,
    codes_of,
    strays,
)
from medcom_bu.second_opinion.opinion import Agreement, Match, OnlyOurs, OnlyTheirs, SecondOpinion
from medcom_bu.second_opinion.outcome import BadOutcome, TheirIssue, read_outcome
from medcom_bu.second_opinion.outcome import Outcome as Given
from medcom_bu.second_opinion.places import parent, plain_path, resource_of

_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
"""An id of R4: it is in the bytes of a message as it is."""
_INDEX = re.compile(r"\[\d+\]")
"""HL7's parser of XML names a place without the numbers of repeated elements."""
_ADDRESS = re.compile(r"Bundle\.entry(?:\[\d+\])?(?:\.fullUrl|\.resource(?:\.id)?)?")
"""Where the address of an entry stands, or all of it."""
_STEPS = 3
"""So many steps apart two paths are next to each other."""


_NOT_FHIR = Text(
    "the report is not about a FHIR message: compare the outcome with the report on that message",
    "rapporten handler ikke om en FHIR-meddelelse: læg resultatet ved siden af rapporten om den",
)
_OTHER = Text(
    "the outcome is about another message: it mentions {what}, which this one does not contain",
    "resultatet handler om en anden meddelelse: det nævner {what}, som denne ikke indeholder",
)


def second_opinion(report: Report, outcome: Given, *, message: bytes | None = None) -> SecondOpinion:
    """Compare our report on a FHIR message with the OperationOutcome of another validator.

    ``outcome`` is that of HL7's validator, HAPI, Firely or another: JSON or XML as bytes, the path of a file, a file
    open for reading bytes, or plain data; a Bundle that holds it alone will do. With ``message``, the bytes that were
    judged, an outcome that names resources which these do not hold is refused.

    The message may be in an envelope: the outcome is on what is inside.

    Raises :class:`BadOutcome` (a ValueError) for what is not an OperationOutcome, or not on this message; TypeError
    for what is not a report or cannot be read; OSError for a path that cannot be read.
    """
    check("report", report, Report)
    check("message", message, bytes | None)
    if report.layers and Layer.PROFILE not in report.layers:
        raise BadOutcome(_NOT_FHIR)
    read = read_outcome(outcome)
    _check_message(read.findings, read.addresses, message)
    return _compared(report, read.findings)


def _check_message(findings: Iterable[TheirIssue], named: frozenset[str], message: bytes | None) -> None:
    """Whether the outcome can be on this message: a Bundle, with the resources that the outcome names."""
    roots = {finding.path.partition(".")[0] for finding in findings if "." in finding.path}
    if roots and "Bundle" not in roots and all(root[0].isupper() for root in roots):
        raise BadOutcome(_OTHER, {"what": min(roots)})
    if message is None:
        return
    ids = {address.rpartition("/")[2] for address in named} - {"null"}
    if not _holds(message, ids) and not _holds(_innermost(message), ids):
        raise BadOutcome(_OTHER, {"what": Text("a resource", "en ressource")})


def _holds(message: bytes, ids: Iterable[str]) -> bool:
    return all(id_.encode() in message for id_ in ids if _ID.fullmatch(id_))


def _innermost(message: bytes) -> bytes:
    """The message inside its envelopes."""
    for _ in range(DEEPEST):
        envelope = open_message(message, Asked(), "second_opinion takes bytes").reading.message
        if not isinstance(envelope, NetworkEnvelope) or not envelope.payload:
            break
        message = envelope.payload
    return message


def _compared(report: Report, findings: tuple[TheirIssue, ...]) -> SecondOpinion:
    ours = tuple(_Ours(issue) for issue in report.issues if issue.code != "report.more")
    pairs = _pairs(ours, findings)
    matched, told = {mine for mine, _ in pairs}, {number for _, number in pairs}
    following = _Following(ours, findings, pairs.values())
    held = {(each.issue.code, each.path) for each in ours}
    have_we_stopped = report.layers.get(Layer.PROFILE) is Outcome.NOT_RUN and not report.ok
    have_they_stopped = any(one.meaning is UNREAD and not one.place for one in findings)
    return SecondOpinion(
        report,
        findings,
        tuple(pairs.values()),
        tuple(
            OnlyOurs(
                each.issue,
                find_ours(each.issue.code, each.path or each.issue.path, held),
                following.has_ours(each),
                have_they_stopped,
            )
            for each in ours
            if id(each) not in matched
        ),
        tuple(
            OnlyTheirs(
                one,
                find_theirs(one.id, one.place, one.reveal(), held),
                following.has_theirs(one),
                have_we_stopped,
            )
            for one in findings
            if one.number not in told
        ),
    )


def _pairs(ours: Iterable[_Ours], findings: Iterable[TheirIssue]) -> dict[tuple[int, int], Agreement]:
    """What says the same; what is left of ours then looks for a finding at its place or a step above."""
    placed = _Placed(ours)
    pairs: dict[tuple[int, int], Agreement] = {}
    for finding in findings:
        for each, by in placed.best(finding):
            pairs[id(each), finding.number] = Agreement(each.issue, finding, by)
    paired = {mine for mine, _ in pairs}
    by_place = _by_place(findings)
    straying = [finding for finding in findings if _strays(finding)]
    for each in (one for one in ours if id(one) not in paired):
        here = [one for place in (each.path, parent(each.path)) for one in by_place.get(place, ())]
        for finding in (*here, *straying):
            if each.codes & codes_of(finding.id, finding.meaning) and not _names_differ(each, finding):
                pairs[id(each), finding.number] = Agreement(each.issue, finding, Match.MEANING)
    return pairs


def _strays(finding: TheirIssue) -> bool:
    """Whether the path of a finding does not say where the fault is."""
    return strays(finding.id) or not finding.place.startswith("Bundle")


class _Following:
    """What only follows: from another error, or because it is at, or a step from, one that is reported or explained."""

    def __init__(self, ours: Iterable[_Ours], findings: Iterable[TheirIssue], agreed: Iterable[Agreement]) -> None:
        errors = [each for each in ours if each.issue.severity is Severity.ERROR]
        self._codes = {code for each in errors for code in each.codes}
        self._has_roots = any(one.severity is Severity.ERROR and not one.meaning.follows for one in findings)
        both = [pair for pair in agreed if pair.ours.severity is pair.theirs.severity is Severity.ERROR]
        told = {_own_path(pair.ours) for pair in both} | {pair.theirs.place for pair in both}
        unknown_entries = {each.path for each in errors if each.issue.kind.code in OF_THE_ENTRY}
        self._told = told | unknown_entries
        self._around = {parent(place) for place in self._told}
        self._above = self._around | {parent(place) for place in self._around}
        self._of_other_type = {each.path for each in errors if each.issue.code == "profile.type"}
        self._is_message_of_other_type = any(
            pair.ours.code == "profile.type" and _own_path(pair.ours) == "Bundle" for pair in both
        )
        left_out = [pair for pair in both if pair.ours.code in DROPPED]
        self._left_out = {_own_path(pair.ours) for pair in left_out}
        self._left_out.update(place for pair in left_out for place in _places(pair.theirs.place, pair.theirs.name))
        self._has_lost_address = any(_ADDRESS.fullmatch(place) for place in self._left_out | unknown_entries)

    def has_ours(self, each: _Ours) -> bool:
        """Whether an issue of ours only follows."""
        entry = each.path.removesuffix(".fullUrl")
        return (
            any(self._stands_beside(place, self._around) for place in each.places)
            or any(self._is_around_what_is_left_out(place, bool(each.keys)) for place in each.places)
            or self._follows_by_key(each.keys)
            or self._cannot_refer(each.path, each.codes)
            or (entry != each.path and f"{entry}.resource.id" in self._told)
            or self._is_message_of_other_type
        )

    def has_theirs(self, finding: TheirIssue) -> bool:
        """Whether a finding only follows."""
        if finding.meaning.follows:
            return self._has_roots or bool(self._codes)
        *_, place = _places(finding.place, finding.name)
        return (
            self._stands_beside(finding.place, self._above)
            or self._is_around_what_is_left_out(place, bool(finding.key))
            or self._follows_by_key({finding.key})
            or self._cannot_refer(finding.place, codes_of(finding.id, finding.meaning))
            or resource_of(finding.place) in self._of_other_type
        )

    def _is_around_what_is_left_out(self, place: str, is_invariant: bool) -> bool:
        """Whether it is said of what one judge left out and the other took as it was meant, or of what holds that.

        So is all of a resource whose claim to a profile one of them left out.
        """
        if place == "Bundle" and not is_invariant:
            return False
        claims = (f"{resource_of(place)}.meta", f"{resource_of(place)}.meta.profile")
        return not self._left_out.isdisjoint(claims) or any(
            f"{one}.".startswith(f"{place}.") or place.startswith(f"{one}.") for one in self._left_out
        )

    def _cannot_refer(self, place: str, codes: Collection[str]) -> bool:
        """Whether a reference finds nothing because its own entry, or any, has no address that both can read."""
        entry = parent(resource_of(place))
        is_told = entry in self._told or f"{entry}.fullUrl" in self._told
        return not REFERRING.isdisjoint(codes) and (self._has_lost_address or is_told)

    def _stands_beside(self, place: str, around: Collection[str]) -> bool:
        """Whether an error is told here, a step away within a resource, or of the resource or entry itself."""
        if place in ("", "Bundle"):
            return False
        if place in self._told or resource_of(place) in self._told:
            return True
        is_whole = place == resource_of(place) or place == parent(resource_of(place))
        return f"{place}.resource" in self._told if is_whole else place in around or parent(place) in self._told

    def _follows_by_key(self, keys: Collection[str]) -> bool:
        return (
            (not RESOLVING.isdisjoint(keys) and (bool(self._left_out) or not ADDRESSING.isdisjoint(self._codes)))
            or (not OF_TYPE.isdisjoint(keys) and "Bundle.type" in self._told)
            or (not COUNTING.isdisjoint(keys) and any(place == resource_of(place) != "Bundle" for place in self._told))
            or ("bdl-7" in keys and any(place.endswith(".fullUrl") for place in self._told))
        )


def _by_place(findings: Iterable[TheirIssue]) -> dict[str, list[TheirIssue]]:
    found: dict[str, list[TheirIssue]] = defaultdict(list)
    for finding in findings:
        for place in _places(finding.place, finding.name):
            found[place].append(finding)
    return found


class _Ours:
    """An issue of ours with the places and codes that it speaks of, those of its causes too."""

    def __init__(self, issue: Issue) -> None:
        self.issue = issue
        self.path = _own_path(issue)
        params = dict(issue.params)
        self.name = plain_path(str(params.get("name", "")))
        self.keys = {str(dict(one.params).get("key", "")) for one in (issue, *issue.causes)} - {""}
        self.codes = {one.code for one in (issue, *issue.causes)}
        self.places = {_own_path(one) for one in issue.causes} | set(_places(self.path, self.name))


def _own_path(issue: Issue) -> str:
    """Where an issue of ours is within the message, above a name that FHIR does not have, which is not shown.

    The empty text for one of the envelope itself.
    """
    _, slash, path = issue.path.rpartition("/")
    return "" if slash and not path.startswith("Bundle") else plain_path(path.partition(".?")[0])


def _places(path: str, name: str) -> Iterator[str]:
    yield path
    if name and path.rpartition(".")[2].partition("[")[0] != name:
        yield f"{path}.{name}"


class _Placed:
    """Our issues by their places and keys."""

    def __init__(self, ours: Iterable[_Ours]) -> None:
        self._by_place: dict[str, list[_Ours]] = defaultdict(list)
        self._by_key: dict[str, list[_Ours]] = defaultdict(list)
        self._near: dict[str, list[_Ours]] = defaultdict(list)
        self._without_index: dict[str, list[_Ours]] = defaultdict(list)
        self._of_bundle: list[_Ours] = []
        for each in ours:
            for place in each.places:
                self._by_place[place].append(each)
                self._without_index[_INDEX.sub("", place)].append(each)
                for above in _above(place):
                    self._near[above].append(each)
            for key in each.keys:
                self._by_key[key].append(each)
            if each.path.startswith("Bundle"):
                self._of_bundle.append(each)

    def best(self, finding: TheirIssue) -> Iterator[tuple[_Ours, Match]]:
        """The issues that say what a finding does, all of them of the surest match there is."""
        by_key = self._by_key.get(finding.key, []) if finding.key else []
        if by_key:
            nearest = [each for each in by_key if resource_of(each.path) == resource_of(finding.place)]
            yield from ((each, Match.KEY) for each in nearest or by_key)
            return
        codes = codes_of(finding.id, finding.meaning)
        here = [each for place in _places(finding.place, finding.name) for each in self._by_place.get(place, ())]
        here = [each for each in here if not _names_differ(each, finding)]
        same = [each for each in here if each.codes & codes] or [
            each for each in self._next_to(finding) if each.codes & codes and not _names_differ(each, finding)
        ]
        if not same and _strays(finding):
            same = [each for each in self._of_bundle if each.codes & codes]
        if not same and not finding.id and not _INDEX.search(finding.path):
            same = [each for each in self._without_index.get(finding.path, ()) if each.codes & codes]
        if same:
            yield from ((each, Match.MEANING) for each in same)
        elif finding.place != "Bundle":
            yield from ((each, Match.PLACE) for each in here)

    def _next_to(self, finding: TheirIssue) -> Iterator[_Ours]:
        """The issues a few steps above or below a finding, within its resource."""
        for place in _places(finding.place, finding.name):
            yield from self._near.get(place, ())
            for above in _above(place):
                yield from self._by_place.get(above, ())


def _above(path: str) -> Iterator[str]:
    """The paths a few steps above one, down to that of the resource."""
    resource = resource_of(path)
    for _ in range(_STEPS):
        if path == resource or not path:
            return
        path = parent(path)
        yield path


def _names_differ(ours: _Ours, finding: TheirIssue) -> bool:
    """Whether both name what is missing or wrong at one place, or an invariant, and name two things."""
    if finding.key and ours.keys:
        return finding.key not in ours.keys
    return bool(ours.name and finding.name and ours.path == finding.place and ours.name != finding.name)
