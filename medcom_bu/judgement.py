"""Judging: what bytes are found to be, and the report on them, on what is inside them, on values.

The schema's verdict is the codec's; profiles, rules and what a caller adds to them run on the value that was read.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import io
import itertools
from collections.abc import Container, Iterable, Iterator
from os import PathLike
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, Self

import attrs

from medcom_bu import binary_files, rules
from medcom_bu.arguments import check
from medcom_bu.binary_files import Data
from medcom_bu.detection import HEAD, WireFormat, detect, kind_of_unknown
from medcom_bu.directory import Directory
from medcom_bu.edifact.layout.notation import Layouts
from medcom_bu.errors import InvalidMessage, UnknownFormat
from medcom_bu.issues import Issue, Kind, Layer, Outcome, Reading, Report, Severity, Text
from medcom_bu.limits import LIMITS, Limits
from medcom_bu.messages.emessage import Consignment, Emessage
from medcom_bu.messages.message import Message, NetworkEnvelope
from medcom_bu.positions import placed
from medcom_bu.receiving import as_received
from medcom_bu.stack import on_any_stack
from medcom_bu.wire_table import WIRE_OF, Wire, wires_of

if TYPE_CHECKING:
    from medcom_bu.enclosed import Contents
    from medcom_bu.fhir.profiles.packages import Library

Packages = str | PathLike[str] | Iterable[str | PathLike[str]] | None
"""FHIR packages that a caller adds: one or several of a ``.tgz``, a folder, or ``name#version`` in the FHIR cache."""

CONTENT_NOT_CHECKED = Kind(
    "vans.content-not-checked",
    Severity.WARNING,
    Layer.SCHEMA,
    Text("what is inside the envelope was not checked", "kuvertens indhold er ikke kontrolleret"),
    Text(
        "it does not decode, is not in a known format, or is nested too deep: check it on its own",
        "det kan ikke afkodes, har intet format der læses her, eller ligger for dybt: kontrollér det for sig",
    ),
    "medcom_bu, judgement of envelopes",
    unchecked=True,
)
RESOURCE_ALONE = Kind(
    "fhir.resource-alone",
    Severity.INFORMATION,
    Layer.SCHEMA,
    Text(
        "this is not a message: it is validated against profiles only",
        "dette er ikke en meddelelse: det kontrolleres alene efter profiler",
    ),
    Text("send it in a Bundle of the type message", "send det i en Bundle af typen message"),
    "medcom_bu, validate with packages",
)
_NO_MESSAGE = ("fhir.not-a-bundle", "fhir.no-header")
_SECOND_ENGINE = "xmlschema, a schema engine beside libxml2"


def _second(code: str, severity: Severity, message: tuple[str, str], hint: tuple[str, str]) -> Kind:
    return Kind(f"schema.{code}", severity, Layer.SCHEMA, Text(*message), Text(*hint), _SECOND_ENGINE)


AGREE = _second(
    "engines-agree",
    Severity.INFORMATION,
    ("xmlschema gives the same verdict", "xmlschema kommer til samme resultat"),
    ("nothing needs to be done", "der skal ikke gøres noget"),
)
DIFFER = _second(
    "engines-differ",
    Severity.WARNING,
    (
        "the second engine, xmlschema, finds the message {verdict}",
        "den anden motor, xmlschema, finder meddelelsen {verdict}",
    ),
    (
        "a receiver may decide either way: find what the two treat differently, and report it",
        "en modtager kan nå til begge resultater: se på det de to behandler forskelligt, og meld det",
    ),
)
NO_SECOND_ENGINE = _second(
    "no-second-engine",
    Severity.INFORMATION,
    (
        "{format} has no XML Schema that a second engine could use",
        "{format} har intet XML-skema som en anden motor kan kontrollere efter",
    ),
    ("use it for OIO-XML and envelopes", "bed om det for OIO-XML og kuverter"),
)
_VALID, _INVALID = Text("valid", "gyldig"), Text("invalid", "ugyldig")


@attrs.frozen
class Asked:
    """What a caller asks for beside the message: limits, layers, and what is used with the library's own."""

    limits: Limits = LIMITS
    layers: frozenset[Layer] | None = None
    layout: Layouts = None
    directory: Directory | None = None
    second_engine: bool = False
    receiving: bool = False
    packages: Library | None = None
    """The FHIR packages that a caller adds, with the shipped ones."""

    def told(self, issue: Issue) -> Issue:
        """An issue as it is told to who asks: to a sender as it was found."""
        return as_received(issue) if self.receiving else issue

    @classmethod
    def checked(cls, *, layers: Iterable[Layer | str] | None = None, packages: Packages = None, **given: Any) -> Self:
        """What was asked for.

        Raises TypeError for what is none of it, ValueError for an unknown layer, BadPackage for a package that cannot
        be read.
        """
        asked = cls(**given)
        for name, value in {**given, "layers": layers, "packages": packages}.items():
            if value is not _DEFAULTS[name]:
                check(name, value, _TAKEN[name])
        if packages is not None:
            from medcom_bu.fhir.profiles.given import library_with

            asked = attrs.evolve(asked, packages=library_with(packages))
        return asked if layers is None else attrs.evolve(asked, layers=frozenset(map(Layer, layers)))


_TAKEN: dict[str, Any] = {
    "limits": Limits,
    "layers": Iterable[str] | None,
    "layout": Layouts,
    "directory": Directory | None,
    "second_engine": bool,
    "receiving": bool,
    "packages": Packages,
}
"""What may be asked for, by name."""
_DEFAULTS = {field.name: field.default for field in attrs.fields(Asked)}


class Opened(NamedTuple):
    """What bytes were found to be: their format, the layers that apply, and what was read; no format is None."""

    wire: WireFormat | None
    layers: tuple[Layer, ...]
    reading: Reading[Any]
    accepted: bool | None = None
    """What the second engine says, where it was asked and has a schema."""


def open_message(source: Data, asked: Asked, takes: str) -> Opened:
    """What bytes, a path or a binary file hold. Raises TypeError, which begins with ``takes``, for all else."""
    if isinstance(source, bytes):
        return _read(source, asked)
    with binary_files.opened(source, takes) as data:
        return _read(data, asked)


def _read(data: bytes | BinaryIO, asked: Asked) -> Opened:
    start = 0 if isinstance(data, bytes) else data.tell()
    head = data[:HEAD] if isinstance(data, bytes) else data.read(HEAD)
    try:
        wire = WIRE_OF[detect(head)]
    except UnknownFormat:
        issue = kind_of_unknown(head).issue("byte 0")
        return Opened(None, (Layer.SYNTAX, Layer.SCHEMA, Layer.RULE), Reading(None, (issue,), (Layer.SYNTAX,)))
    accepted = None
    if asked.second_engine:
        accepted = _accepted(wire, data if isinstance(data, bytes) else _all(data, start))
    if not isinstance(data, bytes):
        data.seek(start)
    options = {"layout": asked.layout} if wire.takes_layouts else {}
    return Opened(wire.format, wire.codec.LAYERS, wire.codec.read(data, asked.limits, **options), accepted=accepted)


def _all(file: BinaryIO, start: int) -> bytes:
    file.seek(start)
    return file.read()


def _accepted(wire: Wire, data: bytes) -> bool | None:
    """The verdict of a wire's second engine on bytes; None where it has none."""
    return importlib.import_module(wire.second_engine).accepts(data) if wire.second_engine else None


def placed_report(opened: Opened, asked: Asked) -> Report:
    """The report on what was read of bytes, with the position of each issue in them."""
    return placed(report_on(opened, asked), opened.reading.place_of)


def report_on(opened: Opened, asked: Asked, envelopes: int = 1) -> Report:
    """The report on what was read, with the profiles and rules where they are wanted and can run, and what is inside.

    ``envelopes`` counts those opened.
    """
    envelope, reading = opened.reading.message, opened.reading
    if not isinstance(envelope, NetworkEnvelope) or envelope.carried is None:
        return _own_report(opened, asked)
    from medcom_bu import enclosed  # with all that envelopes hold, which no letter wants

    contents, content = _open_content(envelope, asked) if envelopes <= DEEPEST else ((), None)
    outside = _own_report(opened, asked, enclosed.check(envelope, contents))
    if content is not None:
        inside = report_on(content, asked, envelopes + 1)
        return _joined(outside, inside, f"{reading.locate(envelope.data_path)}/", asked.limits)
    data = reading.locate(envelope.data_path)
    layers = frozenset(opened.layers if asked.layers is None else asked.layers)
    not_run = layers - {Layer.SYNTAX} or layers  # what has no known format has no syntax that could be judged
    is_told = any(issue.path == data and issue.severity is Severity.ERROR for issue in outside)
    issues = () if is_told else (CONTENT_NOT_CHECKED.issue(""),)
    return _joined(
        outside, Report(issues, dict.fromkeys(not_run & {*opened.layers}, Outcome.NOT_RUN)), data, asked.limits
    )


DEEPEST = 4
"""So many envelopes nested in each other are opened. One message in one envelope is the rule."""


def _open_content(envelope: NetworkEnvelope, asked: Asked) -> tuple[tuple[Contents, ...], Opened | None]:
    """What the messages inside an envelope say of themselves, and what was read; None where that cannot be judged."""
    if not envelope.payload or envelope.is_receipt:
        return (), None
    from medcom_bu import enclosed

    opened = open_message(envelope.payload, asked, "an envelope holds bytes")
    if opened.wire is None or _is_of_another_standard(opened, envelope):
        return enclosed.contents(envelope.payload, None, None), None
    return enclosed.contents(envelope.payload, opened.wire, opened.reading.message), opened


def _is_of_another_standard(opened: Opened, envelope: NetworkEnvelope) -> bool:
    """Whether the content is XML or JSON that neither is a message of ours nor is declared to be one."""
    from medcom_bu import enclosed

    return not enclosed.is_declared(envelope, opened.wire) and any(
        issue.code == "xml.root" or (issue.code, issue.path) == ("fhir.resource-type", "$")
        for issue in opened.reading.issues
    )


def contents_of(payload: bytes) -> tuple[Contents, ...]:
    """What the messages in bytes say of themselves: these are read, but not judged. Never raises."""
    from medcom_bu import enclosed

    opened = open_message(payload, Asked(), "contents_of takes bytes")
    return enclosed.contents(payload, opened.wire, opened.reading.message)


def check_payload(envelope: NetworkEnvelope) -> tuple[Issue, ...]:
    """Whether an envelope says what the message inside says, at attribute paths."""
    from medcom_bu import enclosed

    return enclosed.check(envelope, _open_content(envelope, Asked())[0]) if envelope.carried is not None else ()


def _joined(outside: Report, inside: Report, where: str, limits: Limits) -> Report:
    """The report on an envelope with what is in it, which is at ``where``: a layer ran where it ran on both."""
    issues = (*outside, *(_moved(issue, where) for issue in inside))
    layers = {}
    for layer in Layer:
        outcomes = [report.layers[layer] for report in (outside, inside) if layer in report.layers]
        if outcomes:
            worst = (outcome for outcome in (Outcome.FAILED, Outcome.NOT_RUN, Outcome.PASSED) if outcome in outcomes)
            layers[layer] = next(worst)
    return Report(Report.from_issues(issues, (), (), most=limits.issues).issues, layers, outside.asked)


def _moved(issue: Issue, where: str) -> Issue:
    causes = tuple(_moved(cause, where) for cause in issue.causes)
    return attrs.evolve(issue, path=where + issue.path, causes=causes)


def _own_report(opened: Opened, asked: Asked, more: Iterable[Issue] = ()) -> Report:
    """The report on what was read, without what is inside; ``more`` are issues of the rule layer."""
    is_alone = _is_alone(opened.reading, asked)
    opened = _as_resource(opened) if is_alone else opened
    reading, applies = opened.reading, opened.layers
    layers = frozenset(applies) if asked.layers is None else asked.layers
    report = functools.partial(Report.from_issues, applies=applies, asked=asked.layers, most=asked.limits.issues)
    if opened.wire is None:
        return report(reading.issues, reading.ran)
    found = [asked.told(issue) for issue in reading.issues]
    issues = [issue for issue in (*found, *_second_opinion(opened, asked)) if issue.layer in layers]
    ran = [layer for layer in reading.ran if layer in layers]
    if (reading.message is None and not is_alone) or any(issue.severity is Severity.ERROR for issue in found):
        return report(issues, ran)
    if reading.judge_profiles is not None and Layer.PROFILE in layers:
        profile_issues, is_judged = reading.judge_profiles(asked.limits.issues, asked.packages)
        issues += profile_issues
        ran += [Layer.PROFILE] if is_judged else []
        if is_judged and asked.packages is not None:  # of each resource they say whether it could be judged
            issues = [issue for issue in issues if issue.code != "fhir.resource-unknown"]
        if any(issue.severity is Severity.ERROR for issue in profile_issues):
            return report(issues, ran)
    if Layer.RULE in layers and not is_alone:
        without = {"text.mojibake"} if any(map(_is_read_in_other_encoding, found)) else set()
        if asked.packages is not None and Layer.PROFILE in ran:  # what packages of the caller judge is not unknown
            without.add("fhirmessage.not-supported")

        def with_rules() -> Report:
            told = map(asked.told, _rule_issues(reading.message, asked, (*reading.measured, *more), without))
            located = (issue.at(reading.locate(issue.path)) for issue in told)  # kept as far as a report does
            return report(itertools.chain(issues, located), [*ran, Layer.RULE])

        return on_any_stack(with_rules, lambda: report(issues, ran))
    return report(issues, ran)


def _is_read_in_other_encoding(issue: Issue) -> bool:
    """Whether it says that UTF-8 was read as something else, so that every text with a Danish letter is damaged."""
    is_declared = issue.code == "xml.encoding-declaration" and dict(issue.params)["actual"] == "UTF-8"
    return is_declared or issue.code == "edifact.utf-8"


def _rule_issues(message: Any, asked: Asked, more: Iterable[Issue], without: Container[str]) -> Iterator[Issue]:
    """What the rules say of a message, but for the codes that are told already, or do not hold."""
    return (
        issue for issue in itertools.chain(rules.check(message, asked.directory), more) if issue.code not in without
    )


def _is_alone(reading: Reading[Any], asked: Asked) -> bool:
    """Whether what was read is not a message, but a resource that profiles can judge, and a caller asks for that."""
    return reading.message is None and reading.judge_profiles is not None and asked.packages is not None


def _as_resource(opened: Opened) -> Opened:
    """What was read, taken for a resource that is not a message: no rule applies to it."""
    issues = (
        RESOURCE_ALONE.issue(issue.path) if issue.code in _NO_MESSAGE else issue for issue in opened.reading.issues
    )
    layers = tuple(layer for layer in opened.layers if layer is not Layer.RULE)
    return opened._replace(layers=layers, reading=attrs.evolve(opened.reading, issues=tuple(issues)))


def _second_opinion(opened: Opened, asked: Asked) -> Iterator[Issue]:
    """What the second engine says, beside the verdict of the schema layer, where that was reached."""
    failed = {issue.layer for issue in opened.reading.issues if issue.severity is Severity.ERROR}
    if not asked.second_engine or Layer.SYNTAX in failed or Layer.SCHEMA not in opened.reading.ran:
        return
    if opened.accepted is None:
        yield NO_SECOND_ENGINE.issue("/", format=str(opened.wire))
    elif opened.accepted is (Layer.SCHEMA not in failed):
        yield AGREE.issue("/")
    else:
        yield DIFFER.issue("/", verdict=_VALID if opened.accepted else _INVALID)


def judge_value(message: Message, asked: Asked) -> Report:
    """The report on a value: the verdict on the bytes that would be sent, at attribute paths."""
    wire = wires_of(message)[0]
    reading = wire.codec.judge(message)
    own = attrs.evolve(reading, message=message, issues=(*reading.issues, *_of_edifact(message)))
    accepted = None
    if asked.second_engine and wire.second_engine:
        with contextlib.suppress(InvalidMessage):  # what cannot be written is told by the first
            written = io.BytesIO()
            wire.codec.write(message, written)
            accepted = _accepted(wire, written.getvalue())
    return report_on(Opened(wire.format, wire.codec.LAYERS, own, accepted=accepted), asked)


def _of_edifact(message: Message) -> tuple[Issue, ...]:
    """What the segments that the value keeps of EDIFACT say of it."""
    if not isinstance(message, Emessage) or not any(holder.unexpected for holder in (message, *message.letters)):
        return ()
    from medcom_bu.edifact.interchange import judge_kept

    return tuple(judge_kept(message))


def judge_consignment(consignment: Consignment[Any], asked: Asked) -> Report:
    """Judge messages that belong together, each and as a whole; paths begin with ``messages[n]``."""
    layers = WIRE_OF[WireFormat.OIOXML].codec.LAYERS
    reports = [judge_value(message, asked) for message in consignment]
    issues = [
        issue.at(f"messages[{number}].{issue.path}")
        for number, report in enumerate(reports)
        for issue in report
        if issue.kind not in rules.REFERENCE_KINDS
    ]
    ran = [layer for layer in layers if all(report.layers[layer] is not Outcome.NOT_RUN for report in reports)]
    if Layer.RULE in ran:
        issues += [
            asked.told(issue).at(f"messages[{number}].{issue.path}")
            for number, issue in rules.check_consignment(consignment.messages)
        ]
    return Report.from_issues(issues, ran, layers, asked.layers, asked.limits.issues)


def judge_together(sources: Iterable[Data], asked: Asked) -> tuple[Report, ...]:
    """Judge the bytes of letters and attachments that belong together, as they came: a report each.

    Each is that of the bytes alone, with what the rules of a Consignment say of it; these are asked where the rules of
    every single one could run.
    """
    opened = [open_message(source, asked, "judge_together takes bytes, paths or binary files") for source in sources]
    reports = [report_on(each, asked) for each in opened]
    messages = [each.reading.message for each in opened if isinstance(each.reading.message, Emessage)]
    did_run = [report.layers.get(Layer.RULE, Outcome.NOT_RUN) is not Outcome.NOT_RUN for report in reports]
    if len(messages) == len(opened) and all(did_run):
        found: list[list[Issue]] = [[] for _ in opened]
        for number, issue in rules.check_consignment(messages):
            found[number].append(issue.at(opened[number].reading.locate(issue.path)))
        reports = [_of_consignment(report, more, asked) for report, more in zip(reports, found, strict=True)]
    return tuple(placed(report, each.reading.place_of) for report, each in zip(reports, opened, strict=True))


def _of_consignment(report: Report, more: Iterable[Issue], asked: Asked) -> Report:
    """The report on one of several messages; ``more`` stands for what it says of references within that one."""
    issues = [issue for issue in report if issue.kind not in rules.REFERENCE_KINDS]
    ran = [layer for layer, outcome in report.layers.items() if outcome is not Outcome.NOT_RUN]
    return Report.from_issues([*issues, *more], ran, report.layers, report.asked, asked.limits.issues)
