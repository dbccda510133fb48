"""The public verbs: what they take, what they raise. They use the table of wires and the judgement.

``detect`` and ``parse`` raise; ``read`` and ``validate`` never do for bad input. All take bytes, and all but
``detect`` a binary file as well; attachments are read as a stream where the file can be rewound.

Source: MedCom's XML schemas; for EDIFACT the layouts of :mod:`medcom_bu.layouts`, each with its own; HL7 FHIR R4
(4.0.1) and MedCom's profiles; for what a receiver accepts the documents that :mod:`medcom_bu.receiving` names.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any, BinaryIO, TypeVar, cast, overload

from medcom_bu import binary_files
from medcom_bu.arguments import check
from medcom_bu.binary_files import Data
from medcom_bu.declare.oioxml import Value
from medcom_bu.detection import HEAD, WireFormat
from medcom_bu.detection import detect as detect_in
from medcom_bu.directory import Directory
from medcom_bu.edifact.layout.notation import Layouts
from medcom_bu.errors import InvalidMessage, UnknownFormat
from medcom_bu.issues import Kind, Layer, Loss, Outcome, Parsed, Report, Severity, Text, listed
from medcom_bu.judgement import Asked, Packages, judge_consignment, judge_value, open_message, placed_report
from medcom_bu.limits import LIMITS, Limits
from medcom_bu.messages.emessage import Consignment, Emessage
from medcom_bu.messages.letter_union import Letter
from medcom_bu.messages.message import FhirMessage, Message, NetworkEnvelope
from medcom_bu.positions import placed
from medcom_bu.wire_table import check_message, wire_to, wires_of

XmlMessage = Emessage | NetworkEnvelope

OTHER_KIND = Kind(
    "message.other-kind",
    Severity.ERROR,
    Layer.SCHEMA,
    Text("this is a message of type {found}, not {expected}", "meddelelsen er af typen {found}, ikke {expected}"),
    Text("parse it without a type, or with its own type", "læs den uden en type, eller med dens egen"),
    "medcom_bu, parse",
)

_M = TypeVar("_M", bound=Message)


def detect(data: Data) -> WireFormat:
    """The format of bytes, a path or a binary file, by its first 64 KiB; the position of a file does not change.

    Raises UnknownFormat where the format is not recognised, TypeError for what is none of these, OSError for a path
    that cannot be read.
    """
    with binary_files.opened(data, "detect takes bytes, a path or a binary file") as opened:
        if isinstance(opened, bytes):
            return detect_in(opened)
        start = opened.tell()
        head = opened.read(HEAD)
        opened.seek(start)
        return detect_in(head)


@overload
def parse(data: Data, kind: None = None, *, layout: Layouts = None, limits: Limits = LIMITS) -> Message: ...


@overload
def parse(data: Data, kind: type[_M], *, layout: Layouts = None, limits: Limits = LIMITS) -> _M: ...


def parse(data: Data, kind: type[Message] | None = None, *, layout: Layouts = None, limits: Limits = LIMITS) -> Message:
    """Parse the message in ``data``, losing nothing.

    ``data`` is bytes, a path or a binary file. ``kind`` is the class that the message must have, such as Emessage or
    CareCommunicationMessage; by default any is accepted. ``layout`` is one EDIFACT layout or several of
    :mod:`medcom_bu.layouts`, which are tried before the known ones. ``limits`` say how much it may contain.

    Raises InvalidMessage (its ``.report`` says why) on an error in syntax or schema and for a message of another
    ``kind``, UnknownFormat where the format is not recognised, OSError for a path that cannot be read, TypeError for
    what is none of these. Business rules are not checked, nor is the content of an envelope: see :func:`validate`.
    """
    check("kind", kind, type | None)
    if kind is not None and not issubclass(kind, Message):
        raise TypeError(f"kind is a class of messages, such as Emessage; {kind.__name__} is none")
    opened = open_message(
        data, Asked.checked(limits=limits, layout=layout), "parse takes bytes, a path or a binary file"
    )
    if opened.wire is None:
        raise UnknownFormat(opened.reading.issues[0].message)
    reading = opened.reading
    if reading.message is None or reading.failed:
        report = Report.from_issues(reading.issues, reading.ran, opened.layers, most=limits.issues)
        raise InvalidMessage(placed(report, reading.place_of))
    message: Message = reading.message
    if kind is not None and not isinstance(message, kind):
        issue = OTHER_KIND.issue("/", found=type(message).__name__, expected=kind.__name__)
        raise InvalidMessage(Report.from_issues([issue], reading.ran, opened.layers))
    return message


def read(
    data: Data,
    *,
    layout: Layouts = None,
    packages: Packages = None,
    directory: Directory | None = None,
    limits: Limits = LIMITS,
) -> Parsed[Message]:
    """The message as far as it can be understood, and the receiver's verdict. Never raises for bad input.

    The report is that of ``validate(data, receiving=True)``: a letter that must be received according to MedCom's
    documents is, with a warning that says how a code is treated; the value keeps what was received.

    ``data``, ``layout`` and ``limits`` are those of :func:`parse`, ``packages`` and ``directory`` those of
    :func:`validate`. Raises TypeError for what is none of these, OSError for a path that cannot be read, BadPackage for
    a package that cannot.
    """
    asked = Asked.checked(limits=limits, layout=layout, packages=packages, directory=directory, receiving=True)
    opened = open_message(data, asked, "read takes bytes, a path or a binary file")
    return Parsed(opened.reading.message, placed_report(opened, asked), opened.wire)


def validate(
    data: Data | Message | Consignment[Letter],
    *,
    layers: Iterable[Layer | str] | None = None,
    layout: Layouts = None,
    packages: Packages = None,
    directory: Directory | None = None,
    second_engine: bool = False,
    receiving: bool = False,
    limits: Limits = LIMITS,
) -> Report:
    """The verdict on bytes, a path, a binary file, a message or a consignment. Never raises for bad input.

    ``data``: what is judged: bytes, a path, a binary file, a message or a consignment.
    ``layers``: the layers to run, such as ``("syntax", "schema")``; all that apply where none is given. A layer does
    not run if an earlier selected one failed, and no later layer runs if the schema layer failed.
    ``layout``: that of :func:`parse`.
    ``packages``: FHIR packages in addition to the shipped ones: a ``.tgz``, an unpacked folder that holds
    ``package/package.json``, or ``name#version`` in the FHIR cache; one or several, which see each other and the
    shipped ones. Nothing is fetched; each is read and compiled once. A message covered by one of them is no longer
    ``fhirmessage.not-supported``, and a Bundle of another type, or a single resource, is validated against its
    profiles.
    ``directory``: with one, an unknown receiver is an error, and so is one that does not accept what is sent.
    ``second_engine``: whether OIO-XML and envelopes are validated with xmlschema too; a disagreement is reported.
    ``receiving``: whether the verdict is that of a receiver of letters instead of a sender's: see :func:`read`.
    ``limits``: how much a message may contain.

    Paths are those of the wire format for bytes, and attribute paths for a value. An envelope is validated with its
    content, at the path of Data followed by the path in the content: ``/VANSEnvelope/Message/Data//Emessage/Envelope``.
    Raises TypeError for what is none of these, OSError for a path that cannot be read, BadPackage for a package that
    cannot be read or that no message can be validated against.
    """
    asked = Asked.checked(
        limits=limits,
        layers=layers,
        layout=layout,
        packages=packages,
        directory=directory,
        second_engine=second_engine,
        receiving=receiving,
    )
    if isinstance(data, Parsed | Value):
        check_message("validate", data)
    if isinstance(data, Consignment):
        return judge_consignment(data, asked)
    if wires_of(data):
        return judge_value(cast(Message, data), asked)
    opened = open_message(cast(Data, data), asked, "validate takes a message, bytes, a path or a binary file")
    return placed_report(opened, asked)


def to_xml(message: XmlMessage, *, version: str | None = None, encoding: str = "ISO-8859-1") -> bytes:
    """Write a message of letters as OIO-XML, or an envelope as XML. Characters outside the encoding become references.

    ``version`` (``"XH0130R"``) writes another version than the message's own; see :func:`losses` for what is lost.
    ``encoding`` is ISO-8859-1, UTF-8, windows-1252 or US-ASCII, which every receiver reads, under any of its names.

    Raises InvalidMessage if no letter has the version, ValueError for another encoding.
    """
    file = io.BytesIO()
    write_xml(message, file, version=version, encoding=encoding)
    return file.getvalue()


def write_xml(message: XmlMessage, file: BinaryIO, *, version: str | None = None, encoding: str = "ISO-8859-1") -> None:
    """Write the consignment or envelope to a binary file; attachments are encoded in pieces of bounded size.

    Parameters and errors are those of :func:`to_xml`; nothing is written where one is raised.
    """
    check("version", version, str | None)
    wire = wire_to(message, WireFormat.OIOXML, WireFormat.VANS_ENVELOPE, WireFormat.SBDH)
    wire.codec.write(message, binary_files.writable(file, "write_xml"), version=version, encoding=encoding)


def to_fhir(message: FhirMessage, format: str = "json", *, version: str | None = None) -> bytes:  # noqa: A002
    """Write a FHIR message in the ``format`` ``"json"`` or ``"xml"``, in UTF-8.

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
    wire = wire_to(message, WireFormat.FHIR_JSON)
    wire.codec.write(message, binary_files.writable(file, "write_fhir"), version=version, form=format)


def to_edifact(message: Emessage, *, version: str | None = None, layout: Layouts = None) -> bytes:
    """Write a message of letters as EDIFACT. Characters outside ISO-8859-1 are written in a plain form, or as ``?``:
    see losses.

    ``version`` (``"H0130R"``, or ``"XH0130R"``) writes another version than the message's own. ``layout`` is a
    :class:`~medcom_bu.edifact.layout.notation.Layout`, or several, for versions whose layout is not known here. Raises
    InvalidMessage, which says what is missing, if a letter has no layout.
    """
    file = io.BytesIO()
    write_edifact(message, file, version=version, layout=layout)
    return file.getvalue()


def write_edifact(message: Emessage, file: BinaryIO, *, version: str | None = None, layout: Layouts = None) -> None:
    """Write the consignment to a binary file. Parameters and errors are those of :func:`to_edifact`."""
    check("version", version, str | None)
    wire = wire_to(message, WireFormat.EDIFACT)
    wire.codec.write(message, binary_files.writable(file, "write_edifact"), version=version, layout=layout)


def losses(message: Message, to: str, *, version: str | None = None, layout: Layouts = None) -> tuple[Loss, ...]:
    """List everything that would be lost by writing the message, in its own or another version.

    ``to``: a WireFormat, or ``"xml"``, ``"edifact"``, ``"fhir"``, which loses nothing of what JSON can hold, or
    ``"fhir-xml"``.
    ``version``: the version to write, as for the writer; the message's own where none is given.
    ``layout``: that of :func:`to_edifact`.

    If there are more than 1,000 losses, the last, ``loss.more``, says how many are not listed. Raises ValueError for a
    format that the message cannot have.
    """
    check("version", version, str | None)
    check("to", to, str)
    check_message("losses", message)
    wires = wires_of(message)
    wire = next((wire for wire in wires if to in (wire.target, wire.format)), None)
    if wire is None:
        targets = " or ".join(f'"{wire.target}"' for wire in wires) or "no format"
        raise ValueError(f"a message of type {type(message).__name__} can become {targets}")
    options: dict[str, Any] = dict(wire.options)
    if layout is not None and wire.takes_layouts:
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
