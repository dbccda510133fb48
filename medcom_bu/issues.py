"""What the library says about a message: issues, reports, losses.

An :class:`Issue` is an instance of a :class:`Kind`, found at a path. The kind is declared once, beside the check
that raises it, and owns the stable code, the severity, the layer, the texts in both languages and the source. The
wording may change; the code may not. Parameters of an issue are names, numbers and code values of the standards,
never the content of a message: an issue is safe to log.

Shape of a path: the wire's own terms (named XPath, segment and element number, FHIRPath), or the attribute path of
a value that has no bytes.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

import attrs

from medcom_bu.arguments import Words, check_fields, check_word, typed_fields
from medcom_bu.frozen import frozen
from medcom_bu.limits import LIMITS

LANGUAGES = ("en", "da")


class Severity(Words):
    """How bad an issue is. Only an error makes a message invalid."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


class Layer(Words):
    """The steps of validation, in the order in which they run."""

    SYNTAX = "syntax"
    SCHEMA = "schema"
    PROFILE = "profile"
    RULE = "rule"


class Outcome(Words):
    """The outcome of a layer. ``NOT_RUN`` never counts as passed."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not run"


class Verdict(Words):
    """The verdict of a report: the only basis for counts, exit statuses and marks."""

    VALID = "valid"
    INVALID = "invalid"
    NOT_CHECKED = "not checked"


@attrs.frozen(field_transformer=check_fields)
class Text:
    """One sentence in English (``en``) and in Danish (``da``), with ``{name}`` where a parameter goes."""

    en: str
    da: str

    def render(self, lang: str, params: Mapping[str, object]) -> str:
        """The sentence in ``lang``, filled in with ``params``, texts too. Raises ValueError for another language."""
        check_word("lang", lang, LANGUAGES)
        template = self.da if lang == "da" else self.en
        return template.format_map(_Rendered(lang, params)) if params else template


def either(names: Sequence[str]) -> Text | str:
    """Names of which one is meant, as a parameter: ``a or b`` in both languages; a single name as it is."""
    return Text(" or ".join(names), " eller ".join(names)) if len(names) > 1 else names[0]


class _Rendered(dict[str, object]):
    """Parameters, of which the texts are rendered when they are asked for: one may be in another."""

    def __init__(self, lang: str, params: Mapping[str, object]) -> None:
        super().__init__(params)
        self._lang = lang

    def __getitem__(self, name: str) -> object:
        value = super().__getitem__(name)
        return value.render(self._lang, self) if isinstance(value, Text) else value


@attrs.frozen(field_transformer=check_fields)
class Kind:
    """What can be found: declared once, as data, beside the check that finds it.

    ``code`` is stable, such as ``identifier.gln-check-digit``; ``severity`` is how bad it is, ``layer`` is what finds
    it.
    ``message`` says what is wrong, ``hint`` what to do about it, ``source`` names the standard, version and section.
    ``unchecked`` marks a kind that says that something was not checked: a layer with such an issue has not run.
    """

    code: str
    severity: Severity
    layer: Layer
    message: Text
    hint: Text
    source: str
    unchecked: bool = False

    def issue(self, path: str, /, **params: object) -> Issue:
        """An issue of this kind at ``path``. ``params`` must never be content of a message."""
        return Issue(self, path, tuple(params.items()))


@attrs.frozen(repr=False, field_transformer=typed_fields)
class _Finding:
    """A kind, where it was found, and its parameters. Equality is by these three."""

    kind: Kind
    path: str
    params: tuple[tuple[str, object], ...] = ()

    @property
    def code(self) -> str:
        """The stable, documented code, such as ``identifier.gln-check-digit``."""
        return self.kind.code

    @property
    def message(self) -> str:
        """What is wrong, in English."""
        return self.kind.message.render("en", dict(self.params))

    @property
    def source(self) -> str:
        """The standard, version and section that says so."""
        return self.kind.source

    @property
    def hint(self) -> str:
        """What to do about it, in English."""
        return self.kind.hint.render("en", dict(self.params))

    def hint_text(self, lang: str = "en") -> str:
        """What to do about it, in ``"en"`` or ``"da"``."""
        return self.kind.hint.render(lang, dict(self.params))

    def text(self, lang: str = "en") -> str:
        """What is wrong, in ``"en"`` or ``"da"``."""
        return self.kind.message.render(lang, dict(self.params))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.code} at {self.path}>"

    def to_dict(self, lang: str = "en") -> dict[str, Any]:
        """JSON-ready data, its texts in ``"en"`` or ``"da"``."""
        return {
            "code": self.code,
            "path": self.path,
            "message": self.text(lang),
            "hint": self.hint_text(lang),
            "source": self.source,
        }


@attrs.frozen(field_transformer=typed_fields)
class Position:
    """A place in the bytes that were validated; the content at the place is not kept.

    ``line`` and ``column`` are counted from 1, in characters; ``byte`` (from 0) takes their place in EDIFACT.
    """

    line: int | None = None
    column: int | None = None
    byte: int | None = None

    def text(self, lang: str = "en") -> str:
        """The place in ``"en"`` or ``"da"``, such as ``line 3, column 14`` and ``byte 584``."""
        template = _LINE if self.line is not None else _BYTE
        return template.render(lang, {"line": self.line, "column": self.column, "byte": self.byte})

    def to_dict(self) -> dict[str, int]:
        """The place as JSON-ready data: ``line`` and ``column``, or ``byte``."""
        return {name: number for name, number in attrs.asdict(self).items() if number is not None}

    def __str__(self) -> str:
        return self.text()


_LINE = Text("line {line}, column {column}", "linje {line}, kolonne {column}")
_BYTE = Text("byte {byte}", "byte {byte}")


@attrs.frozen(repr=False, field_transformer=typed_fields)
class Issue(_Finding):
    """One problem, or one thing worth knowing.

    ``kind`` gives its code, severity, texts and source; ``path`` is where it is, in the terms of the wire, or an
    attribute path for a value; ``params`` are filled into its texts, and never content of a message. ``causes`` says
    why each of several alternatives failed. ``position`` is where the path points in the bytes; it is ignored in
    comparisons.
    """

    causes: tuple[Issue, ...] = ()
    position: Position | None = attrs.field(default=None, eq=False)

    @property
    def severity(self) -> Severity:
        """Error, warning or information."""
        return self.kind.severity

    @property
    def layer(self) -> Layer:
        """The layer that found it."""
        return self.kind.layer

    def at(self, path: str) -> Issue:
        """The same issue at another path."""
        return Issue(self.kind, path, self.params, self.causes)

    def place(self, lang: str = "en") -> str:
        """The path, and where it leads in the bytes, in ``"en"`` or ``"da"``, unless the path says that itself."""
        if self.position is None or self.path == "/" or self.path.endswith(str(self.position)):
            return self.path
        return f"{self.path} ({self.position.text(lang)})"

    def to_dict(self, lang: str = "en") -> dict[str, Any]:
        """The issue as JSON-ready data."""
        data = {"severity": str(self.severity), "layer": str(self.layer), **super().to_dict(lang)}
        if self.position is not None:
            data["position"] = self.position.to_dict()
        if self.causes:
            data["causes"] = [cause.to_dict(lang) for cause in self.causes]
        return data

    def __str__(self) -> str:
        return f"{self.severity} {self.code} at {self.path}: {self.message}"


@attrs.frozen(repr=False)
class Loss(_Finding):
    """One thing that a wire, a version or a message type cannot carry: its ``kind``, attribute ``path``, ``params``."""

    def __str__(self) -> str:
        return f"{self.code} at {self.path}: {self.message}"


MORE = Kind(
    "report.more",
    Severity.INFORMATION,
    Layer.SYNTAX,
    Text("{count} more issues are not listed", "{count} yderligere forhold er ikke nævnt"),
    Text("fix the ones listed and validate again", "ret de nævnte, og kontrollér igen"),
    "medcom_bu, limits",
)
"""Stands last in a report that would be too long. What counts issues instead of keeping them adds one of these."""

MORE_LOST = Kind(
    "loss.more",
    Severity.WARNING,
    Layer.SCHEMA,
    Text("{count} more losses are not listed", "{count} yderligere tab er ikke nævnt"),
    Text("deal with the ones listed, and run it again", "se på de nævnte tab, og spørg igen"),
    "medcom_bu, limits",
)


def listed(losses: Iterable[Loss], most: int = LIMITS.issues) -> tuple[Loss, ...]:
    """The losses, as many as a report has issues; where there are more, the last one says how many."""
    coming = iter(losses)
    shown = tuple(itertools.islice(coming, most))
    rest = sum(map(_count, coming))
    return (*shown[:-1], Loss(MORE_LOST, "/", (("count", rest + _count(shown[-1])),))) if rest else shown


def _count(loss: Loss) -> int:
    """How many losses one stands for."""
    params: dict[str, Any] = dict(loss.params)
    return params["count"] if loss.kind is MORE_LOST else 1


_WORDS = {
    "en": {
        "valid": "valid",
        "invalid": "invalid",
        "partly": "not everything was checked",
        "nothing": "not checked",
        "hint": "hint",
    },
    "da": {
        "valid": "gyldig",
        "invalid": "ugyldig",
        "partly": "ikke alt er kontrolleret",
        "nothing": "ikke kontrolleret",
        "hint": "råd",
    },
}
_SEVERITIES = {
    "en": {severity: str(severity) for severity in Severity},
    "da": {Severity.ERROR: "fejl", Severity.WARNING: "advarsel", Severity.INFORMATION: "oplysning"},
}


class _Listed:
    """The issues of a report while they are gathered: the first of each sort, the number of the rest."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.failed: set[Layer] = set()
        self._errors: list[tuple[int, Issue]] = []
        self._others: list[tuple[int, Issue]] = []
        self._count = 0

    def add_all(self, issues: Iterable[Issue]) -> set[Layer]:
        """Gather the issues; the layers in which something was not checked."""
        unchecked: set[Layer] = set()
        for issue in issues:
            if issue.kind is MORE:
                self._count += int(dict(issue.params)["count"])  # type: ignore[call-overload]
                continue
            self._count += 1
            is_error = issue.kind.severity is Severity.ERROR
            if is_error:
                self.failed.add(issue.layer)
            if issue.kind.unchecked:
                unchecked.add(issue.layer)
            gathered = self._errors if is_error else self._others
            if len(gathered) < self.most:
                gathered.append((self._count, issue))
        return unchecked

    def issues(self) -> tuple[Issue, ...]:
        """At most so many issues as are allowed, in the order in which they came."""
        gathered = self._errors + self._others
        is_whole = len(gathered) == self._count <= self.most
        shown = sorted(gathered if is_whole else gathered[: self.most - 1], key=lambda numbered: numbered[0])
        more = () if is_whole else (MORE.issue("/", count=self._count - len(shown)),)
        return (*(issue for _, issue in shown), *more)


def _layers(layers: Mapping[Layer, Outcome]) -> Mapping[Layer, Outcome]:
    return frozen(layers)


@attrs.frozen(repr=False)
class Report:
    """The verdict on one message.

    ``issues`` are what was found, ``layers`` the outcome of each layer. ``asked`` are the layers that the caller asked
    for; None means all that apply.
    """

    issues: tuple[Issue, ...]
    layers: Mapping[Layer, Outcome] = attrs.field(converter=_layers)
    asked: frozenset[Layer] | None = None

    @classmethod
    def from_issues(
        cls,
        issues: Iterable[Issue],
        ran: Iterable[Layer],
        applies: Iterable[Layer],
        asked: frozenset[Layer] | None = None,
        most: int = LIMITS.issues,
    ) -> Report:
        """A report on the layers that ``ran``, out of those that the message has (``applies``).

        ``asked`` are the layers that the caller asked for; None stands for all.

        It keeps at most ``most`` issues, errors before others; the last one then says how many more there were.
        """
        listed = _Listed(most)
        done = frozenset(ran).difference(listed.add_all(issues))
        layers: dict[Layer, Outcome] = {}
        for layer in applies:
            is_failed = layer in listed.failed
            layers[layer] = Outcome.FAILED if is_failed else Outcome.PASSED if layer in done else Outcome.NOT_RUN
        return cls(listed.issues(), layers, asked)

    def with_issues(self, issues: Iterable[Issue]) -> Report:
        """This report with issues of your own rules behind its own: an error fails its layer."""
        own = tuple(issues)
        before = dict.fromkeys((*self.layers, *(issue.layer for issue in own)), Outcome.PASSED) | dict(self.layers)
        ran = [layer for layer, outcome in before.items() if outcome is not Outcome.NOT_RUN]
        joined = Report.from_issues((*self.issues, *own), ran, before, self.asked)
        failed = {layer: outcome for layer, outcome in before.items() if outcome is Outcome.FAILED}
        return attrs.evolve(joined, layers={**joined.layers, **failed})

    @property
    def ok(self) -> bool:
        """No error in the layers that ran. Read it beside :attr:`complete`."""
        return Outcome.FAILED not in self.layers.values()

    @property
    def complete(self) -> bool:
        """Whether every layer that applies and was asked for ran, on everything that the message uses."""
        outcomes = self._outcomes()
        return bool(outcomes) and Outcome.NOT_RUN not in outcomes

    @property
    def verdict(self) -> Verdict:
        """Valid, invalid, or not (fully) checked."""
        if not self.ok:
            return Verdict.INVALID
        return Verdict.VALID if self.complete else Verdict.NOT_CHECKED

    def _outcomes(self) -> list[Outcome]:
        """What the layers came to that apply and were asked for."""
        return [outcome for layer, outcome in self.layers.items() if self.asked is None or layer in self.asked]

    def __iter__(self) -> Iterator[Issue]:
        return iter(self.issues)

    def __len__(self) -> int:
        return len(self.issues)

    def __bool__(self) -> bool:
        raise TypeError("a Report has no truth value: ask for .ok, and for .complete")

    def __hash__(self) -> int:
        return hash((self.issues, tuple(self.layers.items())))

    def text(self, lang: str = "en", *, positions: bool = False) -> str:
        """The report for a reader; with ``positions``, where in the bytes. Raises ValueError for another language."""
        check_word("lang", lang, LANGUAGES)
        words, severities = _WORDS[lang], _SEVERITIES[lang]
        lines = [self._headline(lang)]
        for issue in self.issues:
            place = issue.place(lang) if positions else issue.path
            lines.append(f"{severities[issue.severity]} {issue.code} {place}: {issue.text(lang)}")
            lines.append(f"    {words['hint']}: {issue.hint_text(lang)}")
            causes = ((cause.place(lang) if positions else cause.path, cause) for cause in issue.causes)
            lines.extend(f"    - {place}: {cause.text(lang)}" for place, cause in causes)
        return "\n".join(lines)

    def _headline(self, lang: str) -> str:
        words = _WORDS[lang]
        if self.ok and not any(outcome is Outcome.PASSED for outcome in self._outcomes()):
            return words["nothing"]
        remark = "" if self.complete else words["partly"]
        if self.complete and self.asked is not None and not self.asked.issuperset(self.layers):
            remark = ", ".join(layer for layer in self.layers if layer in self.asked)
        return words["valid" if self.ok else "invalid"] + (f" ({remark})" if remark else "")

    def to_dict(self, lang: str = "en") -> dict[str, Any]:
        """The report as JSON-ready data."""
        return {
            "verdict": str(self.verdict),
            "ok": self.ok,
            "complete": self.complete,
            "layers": {str(layer): str(outcome) for layer, outcome in self.layers.items()},
            "issues": [issue.to_dict(lang) for issue in self.issues],
        }

    def __str__(self) -> str:
        return self.text("en")

    def __repr__(self) -> str:
        return f"<Report ok={self.ok} complete={self.complete} issues={len(self.issues)}>"


_M = TypeVar("_M", covariant=True)


@attrs.frozen
class Reading(Generic[_M]):
    """What a codec made of bytes, before the business rules: the message, the issues, the layers that could run.

    ``measured`` are issues of the rule layer that only the bytes show, at attribute paths. ``locate`` turns an
    attribute path of the message into the wire's own terms. ``judge_profiles`` runs the profile
    layer, where the standard has one: it takes how many issues are listed at most and the packages that a caller adds,
    and returns the issues with whether a profile judged the message. It judges what is not a message as well.
    ``place_of`` finds where paths lead in the bytes.
    """

    message: _M | None
    issues: tuple[Issue, ...]
    ran: tuple[Layer, ...]
    locate: Callable[[str], str] = str
    judge_profiles: Callable[[int, Any], tuple[tuple[Issue, ...], bool]] | None = None
    place_of: Callable[[Sequence[str]], Mapping[str, Position]] | None = None
    measured: tuple[Issue, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether there is an error."""
        return any(issue.severity is Severity.ERROR for issue in self.issues)


@attrs.frozen
class Parsed(Generic[_M]):
    """What a receiver gets.

    ``message`` is the message, as far as it could be understood, ``report`` is the report on it, ``wire`` the format of
    the bytes, a value of WireFormat; None where it was not recognised.
    """

    message: _M | None
    report: Report
    wire: str | None = None
