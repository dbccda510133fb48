"""An OperationOutcome of another validator, read with care: it comes from outside, and its texts quote the message.

Source: HL7 FHIR R4, OperationOutcome; what HL7's validator, HAPI and Firely write into it (``expression`` and
``location``, ``details.coding``, ``details.text``, ``diagnostics``, the extension ``operationoutcome-message-id``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import attrs

from medcom_bu import binary_files
from medcom_bu.binary_files import Data
from medcom_bu.fhir.model.data import load_json
from medcom_bu.fhir.xml.read import load_xml
from medcom_bu.issues import Severity, Text
from medcom_bu.limits import LIMITS
from medcom_bu.second_opinion.meanings import Meaning, meaning_of
from medcom_bu.second_opinion.places import addresses, plain_path, tidy_path
from medcom_bu.stack import on_own_stack

Outcome: TypeAlias = Data | Mapping[str, Any]
"""An OperationOutcome: its bytes (JSON or XML), the path of its file, a file open for reading bytes, or plain data."""

_TAKES = "second_opinion takes an OperationOutcome as bytes, a path, a binary file or a dict"
_SEVERITIES = {
    "fatal": Severity.ERROR,
    "error": Severity.ERROR,
    "warning": Severity.WARNING,
    "information": Severity.INFORMATION,
}
_ID = re.compile(r"[A-Za-z0-9_.:/|#\[\]-]{1,300}")
_MESSAGE_ID = "operationoutcome-message-id"
_NAMED = (
    re.compile(r"(?:Slice ')?([\w.:\[\]-]+?)'?: (?:minimum required|max allowed|a matching slice)"),
    re.compile(r"Unrecognized property '(\w+)'"),
    re.compile(r"Missing element '(\w+)'"),
    re.compile(r"The property (\w+) must be"),
    re.compile(r"\((\w+) at Bundle"),
)
"""How a text names the element that it is about, where its path leads to what holds that."""
_PLACED = re.compile(r"\((Bundle\.[^()]*?)\)")
"""How a text names the place, where its path says no more than ``Bundle``."""


class BadOutcome(ValueError):
    """The verdict given for another validator is not one, or is not about this message. The text quotes nothing from
    it.

    ``reason``: why, in English and in Danish.
    ``params``: what is filled into it.
    """

    def __init__(self, reason: Text, params: Mapping[str, object] = {}) -> None:
        self.reason: Text = reason
        self.params: dict[str, object] = dict(params)
        super().__init__(reason.render("en", self.params))

    def text(self, lang: str = "en") -> str:
        """The reason in ``"en"`` or ``"da"``."""
        return self.reason.render(lang, self.params)

    def __reduce__(self) -> tuple[type[BadOutcome], tuple[Text, dict[str, object]]]:
        return type(self), (self.reason, self.params)


UNREADABLE = Text(
    "the outcome cannot be read: {code} at {place}: {problem}",
    "resultatet kan ikke læses: {code} ved {place}: {problem}",
)
NO_OUTCOME = Text(
    "the outcome is not an OperationOutcome: give what the validator answered, as JSON or XML",
    "resultatet er ikke en OperationOutcome: angiv validatorens svar som JSON eller XML",
)
SEVERAL = Text(
    "there are {count} OperationOutcomes: give the one about this message",
    "der er {count} OperationOutcomes: angiv den der handler om denne meddelelse",
)
NO_ISSUES = Text(
    "the OperationOutcome has no list of issues, so it says nothing about the message",
    "OperationOutcome har ingen liste over issues og siger derfor intet om meddelelsen",
)
NO_SEVERITY = Text(
    "issue {number} of the OperationOutcome has no severity that FHIR knows",
    "issue {number} i OperationOutcome har ingen severity som FHIR kender",
)
TOO_DEEP = Text("the outcome is nested too deeply", "resultatet er for dybt indlejret")
TOO_MANY = Text(
    "the OperationOutcome has {count} issues; at most {most} are read",
    "OperationOutcome har {count} issues, højst {most} læses",
)
MOST = 20_000
"""So many issues are read."""


@attrs.frozen(repr=False)
class TheirIssue:
    """One issue of the other validator.

    ``id`` is its message id, or the profile and key of an invariant; ``key`` the key alone. ``path`` is where it is,
    as :func:`~medcom_bu.second_opinion.places.tidy_path` spells it, empty where it says no place; ``name`` the
    element that it misses there. ``number`` is its place among the issues of the outcome, from 1. What the validator
    says may quote the message: it is shown by :meth:`reveal` alone.
    """

    number: int
    severity: Severity
    id: str
    path: str
    name: str
    meaning: Meaning
    said: str = attrs.field(default="", eq=False)

    @property
    def key(self) -> str:
        """The key of an invariant; the empty text for all else."""
        return self.id.rpartition("#")[2] if "#" in self.id else ""

    @property
    def place(self) -> str:
        """The path as it is compared."""
        return plain_path(self.path)

    def text(self, lang: str = "en") -> str:
        """What it says, in our words, in ``"en"`` or ``"da"``."""
        return self.meaning.text.render(lang, {"id": self.id or "-", "key": self.key})

    def reveal(self) -> str:
        """What the validator says itself, which may quote the message."""
        return self.said

    def to_dict(self, lang: str = "en") -> dict[str, Any]:
        """The finding as JSON-ready data, without the validator's own text."""
        return {
            "number": self.number,
            "severity": str(self.severity),
            "id": self.id,
            "path": self.path,
            "text": self.text(lang),
        }

    def __repr__(self) -> str:
        return f"<TheirIssue {self.number} {self.severity} {self.id} at {self.path}>"


@attrs.frozen
class ReadOutcome:
    """The findings, and the resources that their paths name as ``Type/id``."""

    findings: tuple[TheirIssue, ...]
    addresses: frozenset[str]


def read_outcome(outcome: Outcome) -> ReadOutcome:
    """The findings of an OperationOutcome. Raises BadOutcome for what is none, TypeError for what cannot be read."""
    if isinstance(outcome, Mapping):
        plain: Any = outcome
    else:
        with binary_files.opened(outcome, _TAKES) as data:
            content = data if isinstance(data, bytes) else data.read()
        try:
            plain = on_own_stack(lambda: _loaded(content))
        except RecursionError:
            raise BadOutcome(TOO_DEEP) from None
    issues = _issues(plain)
    if len(issues) > MOST:
        raise BadOutcome(TOO_MANY, {"count": len(issues), "most": MOST})
    named = frozenset(address for issue in issues for path in _paths(issue) for address in addresses(path))
    return ReadOutcome(tuple(_finding(number, issue) for number, issue in enumerate(issues, 1)), named)


def _loaded(content: bytes) -> Any:
    is_xml = content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    read = (load_xml if is_xml else load_json)(content, LIMITS)
    errors = [issue for issue in read.issues if issue.severity is Severity.ERROR]
    if read.message is None and errors:
        first = errors[0]
        params = {"code": first.code, "place": first.path, "problem": first.kind.message, **dict(first.params)}
        raise BadOutcome(UNREADABLE, params)
    return read.message


def _issues(plain: Any) -> list[Mapping[str, Any]]:
    """The issues of an OperationOutcome, or of the only one that a Bundle holds."""
    if not isinstance(plain, Mapping):
        raise BadOutcome(NO_OUTCOME)
    if plain.get("resourceType") == "Bundle":
        resources = [entry.get("resource") for entry in _objects(plain.get("entry"))]
        outcomes = [one for one in resources if isinstance(one, Mapping) and _is_outcome(one)]
        if len(outcomes) > 1:
            raise BadOutcome(SEVERAL, {"count": len(outcomes)})
        plain = outcomes[0] if outcomes and len(outcomes) == len(resources) else {}
    if not _is_outcome(plain):
        raise BadOutcome(NO_OUTCOME)
    listed = plain.get("issue")
    if not isinstance(listed, list) or not listed or not all(isinstance(one, Mapping) for one in listed):
        raise BadOutcome(NO_ISSUES)
    return listed


def _is_outcome(plain: Mapping[str, Any]) -> bool:
    return bool(plain.get("resourceType") == "OperationOutcome")


def _finding(number: int, issue: Mapping[str, Any]) -> TheirIssue:
    severity = issue.get("severity")
    if not isinstance(severity, str) or severity not in _SEVERITIES:
        raise BadOutcome(NO_SEVERITY, {"number": number})
    id_, said = _id(issue), _said(issue)
    path = next(filter(None, map(tidy_path, _paths(issue))), "")
    if path == "Bundle" and (placed := _PLACED.search(said)):
        path = tidy_path(placed[1]) or path
    named = next((found for pattern in _NAMED if (found := pattern.search(said[:1000]))), None)
    name = plain_path(named[1].rpartition(".")[2].partition(":")[0]) if named else ""
    return TheirIssue(number, _SEVERITIES[severity], id_, path, name, meaning_of(id_, said), said)


def _paths(issue: Mapping[str, Any]) -> Iterator[str]:
    for name in ("expression", "location"):
        paths = issue.get(name)
        yield from (path for path in (paths if isinstance(paths, list) else [paths]) if isinstance(path, str))


def _id(issue: Mapping[str, Any]) -> str:
    """The message id, where it is one: a text of another form could hold anything."""
    details = issue.get("details")
    codings = _objects(details.get("coding")) if isinstance(details, Mapping) else ()
    candidates = [
        extension.get("valueString") or extension.get("valueCode")
        for extension in _objects(issue.get("extension"))
        if str(extension.get("url")).endswith(_MESSAGE_ID)
    ]
    candidates += [coding.get("code") for coding in codings]
    return next((one for one in candidates if isinstance(one, str) and _ID.fullmatch(one)), "")


def _said(issue: Mapping[str, Any]) -> str:
    details = issue.get("details")
    text = details.get("text") if isinstance(details, Mapping) else None
    return "\n".join(part for part in (text, issue.get("diagnostics")) if isinstance(part, str))


def _objects(items: Any) -> Iterator[Mapping[str, Any]]:
    return (one for one in (items if isinstance(items, list) else ()) if isinstance(one, Mapping))
