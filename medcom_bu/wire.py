"""The one registry: which codec and which rules serve which wire format. The public verbs stand here.

``detect`` and ``parse`` raise; ``read`` and ``validate`` never do for bad input. All take bytes, and all but
``detect`` a seekable binary file as well, from which attachments are read as a stream.
"""

from __future__ import annotations

import functools
import importlib
import io
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, cast

from medcom_bu import rules
from medcom_bu.arguments import Words
from medcom_bu.errors import InvalidMessage, UnknownFormat
from medcom_bu.issues import Issue, Kind, Layer, Loss, Outcome, Parsed, Reading, Report, Severity, Text
from medcom_bu.limits import LIMITS, Limits
from medcom_bu.messages.emessage import Consignment, Emessage
from medcom_bu.messages.envelopes import VansEnvelope
from medcom_bu.values.structures import Structure

if TYPE_CHECKING:
    from medcom_bu.edifact.notation import Layouts
    from medcom_bu.messages.acknowledgement import AcknowledgementMessage
    from medcom_bu.messages.care_communication import CareCommunicationMessage
    from medcom_bu.messages.other_fhir import OtherFhirMessage

    FhirMessage = CareCommunicationMessage | AcknowledgementMessage | OtherFhirMessage
    Message = Emessage | VansEnvelope | FhirMessage

XmlMessage = Emessage | VansEnvelope


class WireFormat(Words):
    """The formats that the library tells apart."""

    OIOXML = "oioxml"
    EDIFACT = "edifact"
    FHIR_JSON = "fhir+json"
    FHIR_XML = "fhir+xml"
    VANS_ENVELOPE = "vans-envelope"
    SBDH = "sbdh"


UNKNOWN = Kind(
    "format.unknown",
    Severity.ERROR,
    Layer.SYNTAX,
    Text("the bytes are of no known wire format", "bytene har intet kendt format"),
    Text(
        "expected OIO-XML, EDIFACT, FHIR as JSON or XML, a VANSEnvelope or an SBDH",
        "forventet: OIO-XML, EDIFACT, FHIR som JSON eller XML, en VANSEnvelope eller en SBDH",
    ),
    "medcom_bu, detection of formats",
)
EMPTY = Kind(
    "format.empty",
    Severity.ERROR,
    Layer.SYNTAX,
    Text("there are no bytes", "der er ingen bytes"),
    Text("check that the file was written and sent whole", "kontrollér at filen er skrevet og sendt helt"),
    "medcom_bu, detection of formats",
)
NOT_SUPPORTED = Kind(
    "format.not-supported",
    Severity.ERROR,
    Layer.SYNTAX,
    Text("{format} is recognised, but not read by this version", "{format} genkendes, men læses ikke af denne version"),
    Text("see the README for what is read", "se README for hvad der læses"),
    "medcom_bu, detection of formats",
)

_HEAD = 65536
_SKIP = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(\[.*?\]\s*)?>", re.DOTALL)
_ROOT = re.compile(r"<(?:([\w.-]+):)?([\w.-]+)([^>]*)")
_EDIFACT = re.compile(r"(?:\xef\xbb\xbf|\s)*U[\r\n]*N[\r\n]*(?:A|[BGH](?![A-Za-z0-9]))")
_FHIR_NAMESPACE = "http://hl7.org/fhir"
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_ROOTS = {
    "VANSEnvelope": WireFormat.VANS_ENVELOPE,
    "StandardBusinessDocument": WireFormat.SBDH,
    "Bundle": WireFormat.FHIR_XML,
}


def detect(data: bytes) -> WireFormat:
    """Which format the bytes are of, by their first 64 KiB.

    Raises UnknownFormat.
    """
    head = _head_text(data)
    if head.startswith("<"):
        return _detect_xml(head, len(data) >= _HEAD)
    if head.startswith("{"):
        return WireFormat.FHIR_JSON
    if _EDIFACT.match(head):
        return WireFormat.EDIFACT
    raise UnknownFormat("the bytes are of no known wire format")


def _head_text(data: bytes) -> str:
    head = bytes(data[:_HEAD])
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return head[len(bom) :].decode(encoding, "replace").lstrip()
    if head[:2] == b"<\x00":
        return head.decode("utf-16-le", "replace")
    if head[:2] == b"\x00<":
        return head.decode("utf-16-be", "replace")
    return head.decode("latin-1").lstrip()


def _detect_xml(head: str, is_long: bool) -> WireFormat:
    at = 0
    while found := _SKIP.match(head, at):
        at = found.end()
    root = _ROOT.match(head, at)
    if root is None and is_long:
        return WireFormat.OIOXML  # the root comes later, behind comments; the codec says what it is
    if root is None:
        raise UnknownFormat("the bytes are of no known wire format")
    if root.group(2) in _ROOTS:
        return _ROOTS[root.group(2)]
    return WireFormat.FHIR_XML if _FHIR_NAMESPACE in root.group(3) else WireFormat.OIOXML


def parse(data: bytes | BinaryIO, *, limits: Limits = LIMITS) -> Message:
    """The message in the bytes, all of it. ``limits`` say how much it may hold.

    Raises InvalidMessage (its ``.report`` says why) on an error in syntax or schema, UnknownFormat where the format
    is not recognised. Business rules are not asked: see :func:`validate`.
    """
    codec = _codec(detect(_peek(data)))
    if codec is None:
        raise InvalidMessage(_unread(_peek(data)))
    reading = codec.read(_held(data), limits)
    if reading.message is None or reading.failed:
        raise InvalidMessage(Report.of(reading.issues, reading.ran, codec.LAYERS, most=limits.issues))
    message: Message = reading.message
    return message


def read(data: bytes | BinaryIO, *, limits: Limits = LIMITS) -> Parsed[Message]:
    """The message as far as it can be understood, and the full report. Never raises for bad input.

    ``limits`` say how much a message may hold.
    """
    head = _peek(data)
    try:
        found = detect(head)
    except UnknownFormat:
        return Parsed(None, _unread(head))
    codec = _codec(found)
    if codec is None:
        return Parsed(None, _unread(head), found)
    reading = codec.read(_held(data), limits)
    return Parsed(reading.message, _report(reading, codec.LAYERS, None, limits), found)


def validate(data: Any, *, layers: Iterable[Layer | str] | None = None, limits: Limits = LIMITS) -> Report:
    """The verdict on bytes, a binary file, a message or a consignment. Never raises for bad input.

    ``layers`` asks for some alone, such as ``("syntax", "schema")``; a layer does not run where one before it that was
    asked for failed, and none runs where the schema layer failed. ``limits`` say how much a message may hold.
    Paths are those of the wire for bytes, attribute paths for a value.
    """
    wanted = None if layers is None else frozenset(Layer(layer) for layer in layers)
    if isinstance(data, Consignment):
        return _validate_consignment(data, wanted, limits)
    if isinstance(data, XmlMessage | Structure):
        return _judge(cast("Message", data), wanted, limits)
    codec = _codec_for(data)
    if codec is None:
        return _unread(_peek(data))
    return _report(codec.read(_held(data), limits), codec.LAYERS, wanted, limits)


class _Codec(Protocol):
    """What the module of a codec has: the layers that apply to its messages, and a reader that never raises."""

    LAYERS: tuple[Layer, ...]

    def read(self, data: bytes | BinaryIO, limits: Limits = LIMITS) -> Reading[Any]: ...


_CODECS = {
    WireFormat.OIOXML: "medcom_bu.oioxml.codec",
    WireFormat.EDIFACT: "medcom_bu.edifact.codec",
    WireFormat.VANS_ENVELOPE: "medcom_bu.oioxml.vans",
    WireFormat.FHIR_JSON: "medcom_bu.fhir.codec",
    WireFormat.FHIR_XML: "medcom_bu.fhir.codec",
}


@functools.cache
def _codec(found: WireFormat) -> _Codec | None:
    """The codec of a format, loaded when it is first needed; None for a format that is only recognised."""
    name = _CODECS.get(found)
    return cast("_Codec", importlib.import_module(name)) if name else None


def _codec_for(data: bytes | BinaryIO) -> _Codec | None:
    try:
        return _codec(detect(_peek(data)))
    except UnknownFormat:
        return None


def _unread(head: bytes) -> Report:
    """The report on bytes that no codec reads."""
    try:
        issue = NOT_SUPPORTED.at("byte 0", format=str(detect(head)))
    except UnknownFormat:
        issue = (UNKNOWN if head.strip() else EMPTY).at("byte 0")
    return Report.of([issue], [Layer.SYNTAX], [Layer.SYNTAX, Layer.SCHEMA, Layer.RULE])


def _peek(data: bytes | BinaryIO) -> bytes:
    if isinstance(data, (bytes, bytearray, memoryview)):
        return bytes(data[:_HEAD])
    at = data.tell()
    head = data.read(_HEAD)
    data.seek(at)
    return head


def _held(data: Any) -> bytes | BinaryIO:
    return bytes(data) if isinstance(data, (bytearray, memoryview)) else data


def _report(
    reading: Reading[Any],
    applies: tuple[Layer, ...],
    wanted: frozenset[Layer] | None,
    limits: Limits,
    where: Callable[[str], str] = str,
) -> Report:
    """The report on what a codec made of bytes, with the profiles and rules where they are wanted and can run.

    ``where`` turns the FHIRPath of a profile issue into what the report speaks of.
    """
    asked = frozenset(applies) if wanted is None else wanted
    report = functools.partial(Report.of, applies=applies, asked=wanted, most=limits.issues)
    issues = [issue for issue in reading.issues if issue.layer in asked]
    ran = [layer for layer in reading.ran if layer in asked]
    if reading.failed or reading.message is None:
        return report(issues, ran)
    if Layer.PROFILE in applies and Layer.PROFILE in asked:
        from medcom_bu.fhir.codec import check_profiles

        found, is_judged = check_profiles(reading.message)
        issues += [issue.moved(where(issue.path)) for issue in found]
        ran += [Layer.PROFILE] if is_judged else []
        if any(issue.severity is Severity.ERROR for issue in found):
            return report(issues, ran)
    if Layer.RULE in asked:
        ran.append(Layer.RULE)
        issues += [issue.moved(reading.locate(issue.path)) for issue in rules.check(reading.message)]
    return report(issues, ran)


def _judge(message: Message, wanted: frozenset[Layer] | None, limits: Limits) -> Report:
    """The report on a value: the verdict on the bytes that would be sent, at attribute paths."""
    codec: Any
    where: Callable[[str], str] = str
    if isinstance(message, VansEnvelope):
        from medcom_bu.oioxml import vans as codec
    elif isinstance(message, Structure):
        from medcom_bu.fhir import codec

        where = functools.partial(codec.to_attribute, message)
    else:
        from medcom_bu.oioxml import codec

    reading = codec.judge(message)
    own = Reading(message, (*reading.issues, *_unjudged(message)), reading.ran)
    return _report(own, codec.LAYERS, wanted, limits, where)


def _unjudged(message: Message) -> tuple[Issue, ...]:
    """What the value keeps of EDIFACT that could not be judged when it was read."""
    if not isinstance(message, Emessage) or not any(holder.unexpected for holder in (message, *message.letters)):
        return ()
    from medcom_bu.edifact.consignment import unjudged

    return tuple(unjudged(message))


def _validate_consignment(consignment: Consignment, wanted: frozenset[Layer] | None, limits: Limits) -> Report:
    """Judge messages that belong together, each and as a whole; paths begin with ``messages[n]``."""
    from medcom_bu.oioxml.codec import LAYERS

    reports = [_judge(message, wanted, limits) for message in consignment]
    issues = [
        issue.moved(f"messages[{number}].{issue.path}")
        for number, report in enumerate(reports)
        for issue in report
        if issue.kind not in rules.MATCHES
    ]
    ran = [layer for layer in LAYERS if all(report.layers[layer] is not Outcome.NOT_RUN for report in reports)]
    if Layer.RULE in ran:
        issues += [
            issue.moved(f"messages[{number}].{issue.path}")
            for number, issue in rules.check_consignment(consignment.messages)
        ]
    return Report.of(issues, ran, LAYERS, wanted, limits.issues)


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
    if isinstance(message, VansEnvelope):
        from medcom_bu.oioxml.losses import in_version
        from medcom_bu.oioxml.vans import write as write_envelope

        write_envelope(in_version(message, version), file, encoding)
        return
    from medcom_bu.oioxml.encode import write

    write(message, file, version, encoding)


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
    """Write a FHIR message to a binary file."""
    from medcom_bu.fhir.codec import write

    write(message, file, format, version)


def to_edifact(message: Emessage, *, version: str | None = None, layout: Layouts = None) -> bytes:
    """A consignment as EDIFACT. A character outside ISO-8859-1 is written in a plain form, or as ``?``: see losses.

    ``version`` (``"H0130R"``, or ``"XH0130R"``) writes another version than the message's own. ``layout`` is a
    :class:`~medcom_bu.edifact.notation.Layout`, or several, for versions whose layout is not known here. Raises
    InvalidMessage, which says what is missing, where a letter has no layout.
    """
    file = io.BytesIO()
    write_edifact(message, file, version=version, layout=layout)
    return file.getvalue()


def write_edifact(message: Emessage, file: BinaryIO, *, version: str | None = None, layout: Layouts = None) -> None:
    """Write the consignment to a binary file, as :func:`to_edifact` does."""
    from medcom_bu.edifact.codec import write

    write(message, file, version, layout)


def losses(message: Message, to: str, *, version: str | None = None, layout: Layouts = None) -> tuple[Loss, ...]:
    """Everything that would be lost by writing the message, in its own or another version.

    ``to`` is ``"xml"`` or ``"edifact"`` (``layout`` is that of :func:`to_edifact`); for a FHIR message ``"fhir"``,
    which loses nothing in JSON, or ``"fhir+xml"``. Raises ValueError for what the message cannot become.
    """
    if isinstance(message, Structure):
        if to not in ("fhir", "fhir+xml"):
            raise ValueError('losses of a FHIR message are known for to="fhir" and to="fhir+xml"')
        from medcom_bu.fhir.losses import losses as fhir_losses

        return fhir_losses(message, "json" if to == "fhir" else "xml", version)
    if to == "edifact" and isinstance(message, Emessage):
        from medcom_bu.edifact.codec import losses as edifact_losses

        return edifact_losses(message, version, layout)
    if to != "xml":
        raise ValueError('losses are known for to="xml" and, of a consignment, for to="edifact"')
    from medcom_bu.oioxml.losses import envelope_losses
    from medcom_bu.oioxml.losses import losses as xml_losses

    return envelope_losses(message, version) if isinstance(message, VansEnvelope) else xml_losses(message, version)


def __getattr__(name: str) -> Any:
    """``FhirMessage`` and ``Message``, what ``parse`` gives, for who asks at run time: the classes of FHIR are many."""
    if name not in ("FhirMessage", "Message"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from medcom_bu.fhir.codec import FhirMessage

    return FhirMessage if name == "FhirMessage" else XmlMessage | FhirMessage


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
