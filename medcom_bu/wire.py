"""The one registry, a table of codecs: the wire formats, and the messages that each serves. The public verbs read it.

``detect`` and ``parse`` raise; ``read`` and ``validate`` never do for bad input. All take bytes, and all but
``detect`` a binary file as well; attachments are read as a stream where the file can be rewound.
"""

from __future__ import annotations

import functools
import importlib
import io
import itertools
from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO, NamedTuple, Protocol, TypeVar, cast, overload

import attrs

from medcom_bu import binary_files, enclosed, rules
from medcom_bu.arguments import check
from medcom_bu.binary_files import Data
from medcom_bu.declare.fhir import Structure
from medcom_bu.detection import EMPTY, HEAD, NOT_SUPPORTED, UNKNOWN, WireFormat, detect
from medcom_bu.edifact.layout.notation import Layouts
from medcom_bu.errors import InvalidMessage, UnknownFormat
from medcom_bu.issues import Issue, Kind, Layer, Loss, Outcome, Parsed, Reading, Report, Severity, Text, listed
from medcom_bu.limits import LIMITS, Limits
from medcom_bu.messages.emessage import Consignment, Emessage
from medcom_bu.messages.envelopes import VansEnvelope, VansMessage
from medcom_bu.messages.message import FhirMessage, Message
from medcom_bu.stack import on_any_stack
from medcom_bu.values.base64 import Base64

XmlMessage = Emessage | VansEnvelope


CONTENT_NOT_CHECKED = Kind(
    "vans.content-not-checked",
    Severity.WARNING,
    Layer.SCHEMA,
    Text("what is inside the envelope was not checked", "kuvertens indhold er ikke kontrolleret"),
    Text(
        "it does not decode, has no format that is read here, or lies too deep: check it on its own",
        "det kan ikke afkodes, har intet format der læses her, eller ligger for dybt: kontrollér det for sig",
    ),
    "medcom_bu, judgement of envelopes",
    unchecked=True,
)


OTHER_KIND = Kind(
    "message.other-kind",
    Severity.ERROR,
    Layer.SCHEMA,
    Text("this is a message of the type {found}, not {expected}", "meddelelsen er af typen {found}, ikke {expected}"),
    Text("parse it without a type, or by its own", "læs den uden en type, eller med dens egen"),
    "medcom_bu, parse",
)

_M = TypeVar("_M", bound=Message)


@overload
def parse(data: Data, kind: None = None, *, limits: Limits = LIMITS) -> Message: ...


@overload
def parse(data: Data, kind: type[_M], *, limits: Limits = LIMITS) -> _M: ...


def parse(data: Data, kind: type[Message] | None = None, *, limits: Limits = LIMITS) -> Message:
    """The message in ``data``, all of it. ``limits`` say how much it may hold.

    ``data`` is bytes, a path or a binary file. ``kind`` is the class that the message must be of, such as Emessage or
    CareCommunicationMessage; left out, any is taken.

    Raises InvalidMessage (its ``.report`` says why) on an error in syntax or schema and for a message of another
    ``kind``, UnknownFormat where the format is not recognised. Business rules are not asked, nor is what an envelope
    holds: see :func:`validate`.
    """
    check("kind", kind, type | None)
    opened = _open(data, limits, "parse takes bytes, a path or a binary file")
    if opened.wire is None:
        raise UnknownFormat("the bytes are of no known wire format")
    reading = opened.reading
    if reading.message is None or reading.failed:
        raise InvalidMessage(Report.from_issues(reading.issues, reading.ran, opened.layers, most=limits.issues))
    message: Message = reading.message
    if kind is not None and not isinstance(message, kind):
        issue = OTHER_KIND.issue("/", found=type(message).__name__, expected=kind.__name__)
        raise InvalidMessage(Report.from_issues([issue], reading.ran, opened.layers))
    return message


def read(data: Data, *, limits: Limits = LIMITS) -> Parsed[Message]:
    """The message as far as it can be understood, and the full report. Never raises for bad input.

    ``limits`` say how much a message may hold.
    """
    opened = _open(data, limits, "read takes bytes, a path or a binary file")
    return Parsed(opened.reading.message, _report(opened, None, limits), opened.wire)


def validate(data: Any, *, layers: Iterable[Layer | str] | None = None, limits: Limits = LIMITS) -> Report:
    """The verdict on bytes, a binary file, a message or a consignment. Never raises for bad input.

    ``layers`` asks for some alone, such as ``("syntax", "schema")``; a layer does not run where one before it that was
    asked for failed, and none runs where the schema layer failed. ``limits`` say how much a message may hold.
    Paths are those of the wire for bytes, attribute paths for a value. An envelope is judged with what is in it, at
    the path of Data and the path inside: ``/VANSEnvelope/Message/Data//Emessage/Envelope``.
    """
    check("limits", limits, Limits)
    check("layers", layers, Iterable[str] | None)
    only_layers = None if layers is None else frozenset(Layer(layer) for layer in layers)
    if isinstance(data, Consignment):
        return _validate_consignment(data, only_layers, limits)
    if _wires_of(data):
        return _judge(cast(Message, data), only_layers, limits)
    return _report(_open(data, limits, "validate takes a message, bytes, a path or a binary file"), only_layers, limits)


class _Codec(Protocol):
    """What the module of a codec has. Its own options, such as an encoding or a layout, have defaults."""

    LAYERS: tuple[Layer, ...]
    """Those that apply to its messages; what it does not judge itself is that of the rules."""

    def read(self, data: bytes | BinaryIO, limits: Limits = LIMITS) -> Reading[Any]:
        """What can be read of bytes. Never raises for bad input."""

    def judge(self, message: Any) -> Reading[Any]:
        """The verdict on the bytes that would be sent, at attribute paths."""

    def write(self, message: Any, file: BinaryIO, version: str | None = None, **options: Any) -> None:
        """Write a message to a binary file."""

    def losses(self, message: Any, version: str | None = None, **options: Any) -> tuple[Loss, ...]:
        """What writing it loses."""


class _Wire(NamedTuple):
    """A wire format: the word for it as a target, the messages that it carries, its codec and what that is told."""

    format: WireFormat
    target: str
    carries: type
    module: str
    options: Mapping[str, str] = {}

    @property
    def verb(self) -> str:
        """The function that writes it."""
        return "to_" + self.target.partition("-")[0]

    @property
    def codec(self) -> _Codec:
        """The module, loaded when it is first needed."""
        return cast("_Codec", importlib.import_module(self.module))


_WIRES = (
    _Wire(WireFormat.OIOXML, "xml", Emessage, "medcom_bu.oioxml.codec"),
    _Wire(WireFormat.EDIFACT, "edifact", Emessage, "medcom_bu.edifact.codec"),
    _Wire(WireFormat.VANS_ENVELOPE, "xml", VansEnvelope, "medcom_bu.oioxml.vans"),
    _Wire(WireFormat.FHIR_JSON, "fhir", Structure, "medcom_bu.fhir.codec", {"form": "json"}),
    _Wire(WireFormat.FHIR_XML, "fhir-xml", Structure, "medcom_bu.fhir.codec", {"form": "xml"}),
)
"""A value is judged by the first that carries it."""

_WIRE_OF = {wire.format: wire for wire in _WIRES}


def _wires_of(message: object) -> list[_Wire]:
    return [wire for wire in _WIRES if isinstance(message, wire.carries)]


def _wire_to(message: object, *formats: WireFormat) -> _Wire:
    """That of some formats which carries a message. Raises TypeError where none does."""
    wires = [_WIRE_OF[wire_format] for wire_format in formats]
    for wire in wires:
        if isinstance(message, wire.carries):
            return wire
    verbs = dict.fromkeys(wire.verb for wire in _wires_of(message))
    hint = "; write each of its messages" if isinstance(message, Consignment) else ""
    if verbs:
        hint = "; use " + " or ".join(verbs)
    taken = " or ".join(_TAKEN[wire.carries] for wire in wires)
    raise TypeError(f"{wires[0].verb} takes {taken}, not {type(message).__name__}{hint}")


_TAKEN = {Emessage: "an Emessage", VansEnvelope: "a VansEnvelope", Structure: "a FHIR message"}


class _Opened(NamedTuple):
    """What bytes were found to be: their format, the layers that apply, and what the codec read, if there is one."""

    wire: WireFormat | None
    layers: tuple[Layer, ...]
    reading: Reading[Any]
    has_codec: bool = True


def _open(source: Data, limits: Limits, takes: str) -> _Opened:
    check("limits", limits, Limits)
    with binary_files.opened(source, takes) as data:
        return _read(data, limits)


def _read(data: bytes | BinaryIO, limits: Limits) -> _Opened:
    if isinstance(data, bytes):
        head = data[:HEAD]
    else:
        start = data.tell()
        head = data.read(HEAD)
        data.seek(start)
    wire_format = None
    try:
        wire_format = detect(head)
        issue = NOT_SUPPORTED.issue("byte 0", format=str(wire_format))
    except UnknownFormat:
        issue = (UNKNOWN if head.strip() else EMPTY).issue("byte 0")
    wire = _WIRE_OF.get(wire_format) if wire_format else None
    if wire is None:
        layers = (Layer.SYNTAX, Layer.SCHEMA, Layer.RULE)
        return _Opened(wire_format, layers, Reading(None, (issue,), (Layer.SYNTAX,)), has_codec=False)
    return _Opened(wire_format, wire.codec.LAYERS, wire.codec.read(data, limits))


def _report(
    opened: _Opened,
    only_layers: frozenset[Layer] | None,
    limits: Limits,
    envelopes: int = 1,
) -> Report:
    """The report on what was read, with the profiles and rules where they are wanted and can run, and what is inside.

    ``envelopes`` counts those opened.
    """
    envelope, reading = opened.reading.message, opened.reading
    if not isinstance(envelope, VansEnvelope) or _data(envelope) is None:
        return _own_report(opened, only_layers, limits)
    contents, content = _open_content(envelope, limits) if envelopes <= _DEEPEST else ((), None)
    outside = _own_report(opened, only_layers, limits, enclosed.check(envelope, contents))
    if content is not None:
        inside = _report(content, only_layers, limits, envelopes=envelopes + 1)
        return _joined(outside, inside, f"{reading.locate('content.data')}/", limits)
    data = reading.locate("content.data")
    asked = frozenset(opened.layers if only_layers is None else only_layers)
    not_run = asked - {Layer.SYNTAX} or asked  # what has no known format has no syntax that could be judged
    is_told = any(issue.path == data and issue.severity is Severity.ERROR for issue in outside)
    issues = () if is_told else (CONTENT_NOT_CHECKED.issue(""),)
    return _joined(outside, Report(issues, dict.fromkeys(not_run & {*opened.layers}, Outcome.NOT_RUN)), data, limits)


_DEEPEST = 4
"""So many envelopes within each other are opened. One message in one envelope is the rule."""


def _data(envelope: VansEnvelope) -> Base64 | None:
    return envelope.content.data if isinstance(envelope.content, VansMessage) else None


def _open_content(envelope: VansEnvelope, limits: Limits) -> tuple[tuple[enclosed.Contents, ...], _Opened | None]:
    """What the messages inside an envelope say of themselves, and what was read; None where that cannot be judged."""
    if not envelope.payload:
        return (), None
    opened = _open(envelope.payload, limits, "an envelope holds bytes")
    if not opened.has_codec or _is_of_another_standard(opened, envelope):
        return enclosed.contents(envelope.payload, None, None), None
    return enclosed.contents(envelope.payload, opened.wire, opened.reading.message), opened


def _is_of_another_standard(opened: _Opened, envelope: VansEnvelope) -> bool:
    """Whether the content is XML or JSON that neither is a message of ours nor is declared to be one."""
    document = envelope.meta_information.document if envelope.meta_information else None
    is_declared = document is not None and opened.wire and document.format == enclosed.FORMATS.get(opened.wire)
    return not is_declared and any(
        issue.code == "xml.root" or (issue.code, issue.path) == ("fhir.resource-type", "$")
        for issue in opened.reading.issues
    )


def contents_of(payload: bytes) -> tuple[enclosed.Contents, ...]:
    """What the messages in bytes say of themselves: these are read, but not judged. Never raises."""
    opened = _open(payload, LIMITS, "contents_of takes bytes")
    return enclosed.contents(payload, opened.wire if opened.has_codec else None, opened.reading.message)


def check_payload(envelope: VansEnvelope) -> tuple[Issue, ...]:
    """Whether an envelope says what the message inside says, at attribute paths."""
    return enclosed.check(envelope, _open_content(envelope, LIMITS)[0]) if _data(envelope) is not None else ()


def _joined(outside: Report, inside: Report, where: str, limits: Limits) -> Report:
    """The report on an envelope with what is in it, which stands at ``where``: a layer ran where it ran on both."""
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


def _own_report(
    opened: _Opened,
    only_layers: frozenset[Layer] | None,
    limits: Limits,
    more: Iterable[Issue] = (),
) -> Report:
    """The report on what was read, without what is inside; ``more`` are issues of the rule layer."""
    reading, applies = opened.reading, opened.layers
    asked = frozenset(applies) if only_layers is None else only_layers
    report = functools.partial(Report.from_issues, applies=applies, asked=only_layers, most=limits.issues)
    if not opened.has_codec:
        return report(reading.issues, reading.ran)
    issues = [issue for issue in reading.issues if issue.layer in asked]
    ran = [layer for layer in reading.ran if layer in asked]
    if reading.failed or reading.message is None:
        return report(issues, ran)
    if reading.judge_profiles is not None and Layer.PROFILE in asked:
        profile_issues, is_judged = reading.judge_profiles(limits.issues)
        issues += profile_issues
        ran += [Layer.PROFILE] if is_judged else []
        if any(issue.severity is Severity.ERROR for issue in profile_issues):
            return report(issues, ran)
    if Layer.RULE in asked:
        message, others = reading.message, tuple(more)

        def with_rules() -> Report:
            rule_issues = itertools.chain(rules.check(message), others)
            located = (
                issue.at(reading.locate(issue.path)) for issue in rule_issues
            )  # kept only as far as a report does
            return report(itertools.chain(issues, located), [*ran, Layer.RULE])

        return on_any_stack(with_rules, report(issues, ran))
    return report(issues, ran)


def _judge(message: Message, only_layers: frozenset[Layer] | None, limits: Limits) -> Report:
    """The report on a value: the verdict on the bytes that would be sent, at attribute paths."""
    codec = _wires_of(message)[0].codec
    reading = codec.judge(message)
    own = attrs.evolve(reading, message=message, issues=(*reading.issues, *_of_edifact(message)))
    return _report(_Opened(None, codec.LAYERS, own), only_layers, limits)


def _of_edifact(message: Message) -> tuple[Issue, ...]:
    """What the segments that the value keeps of EDIFACT say of it."""
    if not isinstance(message, Emessage) or not any(holder.unexpected for holder in (message, *message.letters)):
        return ()
    from medcom_bu.edifact.interchange import judge_kept

    return tuple(judge_kept(message))


def _validate_consignment(
    consignment: Consignment[Any], only_layers: frozenset[Layer] | None, limits: Limits
) -> Report:
    """Judge messages that belong together, each and as a whole; paths begin with ``messages[n]``."""
    layers = _WIRE_OF[WireFormat.OIOXML].codec.LAYERS
    reports = [_judge(message, only_layers, limits) for message in consignment]
    issues = [
        issue.at(f"messages[{number}].{issue.path}")
        for number, report in enumerate(reports)
        for issue in report
        if issue.kind not in rules.REFERENCE_KINDS
    ]
    ran = [layer for layer in layers if all(report.layers[layer] is not Outcome.NOT_RUN for report in reports)]
    if Layer.RULE in ran:
        issues += [
            issue.at(f"messages[{number}].{issue.path}")
            for number, issue in rules.check_consignment(consignment.messages)
        ]
    return Report.from_issues(issues, ran, layers, only_layers, limits.issues)


def to_xml(message: XmlMessage, *, version: str | None = None, encoding: str = "ISO-8859-1") -> bytes:
    """A consignment as OIO-XML, an envelope as XML. A character that the encoding lacks becomes a character reference.

    ``version`` (``"XH0130R"``) writes another version than the message's own; see :func:`losses` for what it costs.
    ``encoding`` is ISO-8859-1, UTF-8, windows-1252 or US-ASCII, which every receiver reads, under any of its names.

    Raises InvalidMessage where no letter has the version, ValueError for another encoding.
    """
    file = io.BytesIO()
    write_xml(message, file, version=version, encoding=encoding)
    return file.getvalue()


def write_xml(message: XmlMessage, file: BinaryIO, *, version: str | None = None, encoding: str = "ISO-8859-1") -> None:
    """Write the consignment or envelope to a binary file; attachments are encoded in pieces of bounded size.

    Parameters and errors are those of :func:`to_xml`; nothing is written where one is raised.
    """
    check("version", version, str | None)
    wire = _wire_to(message, WireFormat.OIOXML, WireFormat.VANS_ENVELOPE)
    wire.codec.write(message, binary_files.writable(file, "write_xml"), version=version, encoding=encoding)


def to_fhir(message: FhirMessage, format: str = "json", *, version: str | None = None) -> bytes:  # noqa: A002
    """A FHIR message as ``"json"`` or ``"xml"``, in UTF-8.

    ``version`` (``"5.0"``, ``"4.0"``) writes another version of CareCommunication than the message's own.
    """
    file = io.BytesIO()
    write_fhir(message, file, format, version=version)
    return file.getvalue()


def write_fhir(
    message: FhirMessage,
    file: BinaryIO,
    format: str = "json",  # noqa: A002
    *,
    version: str | None = None,
) -> None:
    """Write a FHIR message to a binary file. Parameters and errors are those of :func:`to_fhir`."""
    check("version", version, str | None)
    wire = _wire_to(message, WireFormat.FHIR_JSON)
    wire.codec.write(message, binary_files.writable(file, "write_fhir"), version=version, form=format)


def to_edifact(message: Emessage, *, version: str | None = None, layout: Layouts = None) -> bytes:
    """A consignment as EDIFACT. A character outside ISO-8859-1 is written in a plain form, or as ``?``: see losses.

    ``version`` (``"H0130R"``, or ``"XH0130R"``) writes another version than the message's own. ``layout`` is a
    :class:`~medcom_bu.edifact.layout.notation.Layout`, or several, for versions whose layout is not known here. Raises
    InvalidMessage, which says what is missing, where a letter has no layout.
    """
    file = io.BytesIO()
    write_edifact(message, file, version=version, layout=layout)
    return file.getvalue()


def write_edifact(message: Emessage, file: BinaryIO, *, version: str | None = None, layout: Layouts = None) -> None:
    """Write the consignment to a binary file, as :func:`to_edifact` does."""
    check("version", version, str | None)
    wire = _wire_to(message, WireFormat.EDIFACT)
    wire.codec.write(message, binary_files.writable(file, "write_edifact"), version=version, layout=layout)


def losses(message: Message, to: str, *, version: str | None = None, layout: Layouts = None) -> tuple[Loss, ...]:
    """Everything that would be lost by writing the message, in its own or another version.

    ``to`` is a WireFormat, or ``"xml"``, ``"edifact"`` (``layout`` is that of :func:`to_edifact`), ``"fhir"``,
    which loses nothing of what JSON can hold, or ``"fhir-xml"``. Of more than 1,000 losses the last, ``loss.more``,
    says how many are not listed. Raises ValueError for what the message cannot become.
    """
    check("version", version, str | None)
    wires = _wires_of(message)
    wire = next((wire for wire in wires if to in (wire.target, wire.format)), None)
    if wire is None:
        targets = " or ".join(f'"{wire.target}"' for wire in wires) or "no format"
        raise ValueError(f"a message of type {type(message).__name__} can become {targets}")
    options: dict[str, Any] = dict(wire.options)
    if layout is not None and wire.format is WireFormat.EDIFACT:
        options["layout"] = layout
    return listed(wire.codec.losses(message, version=version, **options))


__all__ = [
    "Message",
    "Outcome",
    "WireFormat",
    "detect",
    "losses",
    "parse",
    "read",
    "to_edifact",
    "to_fhir",
    "to_xml",
    "validate",
    "write_edifact",
    "write_fhir",
    "write_xml",
]
