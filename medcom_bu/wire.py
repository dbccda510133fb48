"""The one registry: which codec and which rules serve which wire format. The public verbs stand here.

``detect`` and ``parse`` raise; ``read`` and ``validate`` never do for bad input. All take bytes, and all but
``detect`` a seekable binary file as well, from which attachments are read as a stream.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, BinaryIO

from medcom_bu import rules
from medcom_bu.errors import InvalidMessage, UnknownFormat
from medcom_bu.issues import Issue, Kind, Layer, Loss, Outcome, Parsed, Report, Severity, Text
from medcom_bu.messages.binary_letter import BinaryLetter, ReferralAttachment
from medcom_bu.messages.emessage import Consignment, Emessage
from medcom_bu.values.base64 import Base64

Message = Emessage
"""What ``parse`` gives."""


class WireFormat(StrEnum):
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
_FHIR_NAMESPACE = "http://hl7.org/fhir"
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_ROOTS = {"VANSEnvelope": WireFormat.VANS_ENVELOPE, "StandardBusinessDocument": WireFormat.SBDH}


def detect(data: bytes) -> WireFormat:
    """Which format the bytes are of, by their first 64 KiB.

    Raises UnknownFormat.
    """
    head = _head_text(data)
    if head.startswith("<"):
        return _detect_xml(head)
    if head.startswith("{"):
        return WireFormat.FHIR_JSON
    if head.startswith(("UNA", "UNB")):
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


def _detect_xml(head: str) -> WireFormat:
    at = 0
    while found := _SKIP.match(head, at):
        at = found.end()
    root = _ROOT.match(head, at)
    if root is None:
        raise UnknownFormat("the bytes are of no known wire format")
    if root.group(2) in _ROOTS:
        return _ROOTS[root.group(2)]
    return WireFormat.FHIR_XML if _FHIR_NAMESPACE in root.group(3) else WireFormat.OIOXML


def parse(data: bytes | BinaryIO) -> Message:
    """The message in the bytes, all of it.

    Raises InvalidMessage (its ``.report`` says why) on an error in syntax or schema, UnknownFormat where the format
    is not recognised. Business rules are not asked: see :func:`validate`.
    """
    detect(_peek(data))
    message, issues, ran = _read(data, (Layer.SYNTAX, Layer.SCHEMA))
    if message is None or any(issue.severity is Severity.ERROR for issue in issues):
        raise InvalidMessage(Report.of(issues, ran, _XML_LAYERS))
    return message


def read(data: bytes | BinaryIO) -> Parsed[Message]:
    """The message as far as it can be understood, and the full report. Never raises for bad input."""
    message, issues, ran = _read(data, _XML_LAYERS)
    return Parsed(message, Report.of(issues, ran, _XML_LAYERS))


def validate(data: Any, *, layers: Iterable[Layer | str] | None = None) -> Report:
    """The verdict on bytes, a binary file, a message or a consignment. Never raises for bad input.

    ``layers`` asks for some alone, such as ``("syntax", "schema")``; a layer whose predecessor failed does not run.
    Paths are those of the wire for bytes, attribute paths for a value.
    """
    wanted = tuple(Layer(layer) for layer in layers) if layers is not None else _XML_LAYERS
    if isinstance(data, Emessage):
        return _validate_value(data, wanted)
    if isinstance(data, Consignment):
        return _validate_consignment(data, wanted)
    _, issues, ran = _read(data, wanted)
    return Report.of([issue for issue in issues if issue.layer in wanted], ran, _XML_LAYERS)


_XML_LAYERS = (Layer.SYNTAX, Layer.SCHEMA, Layer.RULE)


def _peek(data: bytes | BinaryIO) -> bytes:
    if isinstance(data, bytes | bytearray | memoryview):
        return bytes(data[:_HEAD])
    at = data.tell()
    head = data.read(_HEAD)
    data.seek(at)
    return head


def _read(data: Any, wanted: tuple[Layer, ...]) -> tuple[Message | None, list[Issue], list[Layer]]:
    from medcom_bu.oioxml import codec
    from medcom_bu.oioxml.paths import to_xpath

    if isinstance(data, bytearray | memoryview):
        data = bytes(data)
    head = _peek(data)
    try:
        found = detect(head)
    except UnknownFormat:
        return None, [(UNKNOWN if head.strip() else EMPTY).at("byte 0")], [Layer.SYNTAX]
    if found is not WireFormat.OIOXML:
        return None, [NOT_SUPPORTED.at("byte 0", format=str(found))], [Layer.SYNTAX]
    reading = codec.read(data)
    issues, ran = list(reading.issues), [Layer.SYNTAX]
    if not reading.well_formed:
        return None, issues, ran
    ran.append(Layer.SCHEMA)
    failed = any(issue.severity is Severity.ERROR for issue in issues)
    if Layer.RULE in wanted and not failed and reading.message is not None:
        ran.append(Layer.RULE)
        issues += [_moved(issue, to_xpath(reading.message, issue.path)) for issue in rules.check(reading.message)]
    return reading.message, issues, [layer for layer in ran if layer in wanted]


def _moved(issue: Issue, path: str) -> Issue:
    return Issue(issue.kind, path, issue.params, issue.causes)


def _validate_value(message: Emessage, wanted: tuple[Layer, ...]) -> Report:
    """Judge the bytes that would be sent, and say where in the value."""
    from medcom_bu.oioxml import codec

    reading = codec.read(to_xml(_light(message), encoding="UTF-8"), codec.by_attribute)
    issues, ran = [issue for issue in reading.issues if issue.layer in wanted], [Layer.SYNTAX]
    if reading.well_formed:
        ran.append(Layer.SCHEMA)
        if Layer.RULE in wanted and not any(issue.severity is Severity.ERROR for issue in reading.issues):
            ran.append(Layer.RULE)
            issues += rules.check(message)
    return Report.of(issues, [layer for layer in ran if layer in wanted], _XML_LAYERS)


def _validate_consignment(consignment: Consignment, wanted: tuple[Layer, ...]) -> Report:
    """Judge messages that belong together, each and as a whole; paths begin with ``messages[n]``."""
    reports = [_validate_value(message, wanted) for message in consignment]
    issues = [
        _moved(issue, f"messages[{number}].{issue.path}") for number, report in enumerate(reports) for issue in report
    ]
    ran = [layer for layer in wanted if all(report.layers[layer] is not Outcome.NOT_RUN for report in reports)]
    if Layer.RULE in ran:
        issues += [
            _moved(issue, f"messages[{number}].{issue.path}")
            for number, issue in rules.check_consignment(consignment.messages)
        ]
    return Report.of(issues, ran, _XML_LAYERS)


def _light(message: Emessage) -> Emessage:
    """The message without the content of its attachments, which the schema does not look at."""
    letters = [
        letter.replace(
            binary_object=tuple(
                item.replace(object_base64_encoded=Base64(b""))
                if item.object_base64_encoded is not None and item.object_base64_encoded.content
                else item
                for item in letter.binary_object
            )
        )
        if isinstance(letter, BinaryLetter | ReferralAttachment)
        else letter
        for letter in message.letters
    ]
    return message.replace(letters=tuple(letters))


def to_xml(message: Emessage, *, version: str | None = None, encoding: str = "ISO-8859-1") -> bytes:
    """The consignment as OIO-XML. A character that the encoding lacks becomes a character reference.

    ``version`` (``"XH0130R"``) writes another version than the message's own; see :func:`losses` for what it costs.
    """
    file = io.BytesIO()
    write_xml(message, file, version=version, encoding=encoding)
    return file.getvalue()


def write_xml(message: Emessage, file: BinaryIO, *, version: str | None = None, encoding: str = "ISO-8859-1") -> None:
    """Write the consignment to a binary file; attachments are encoded in pieces of bounded size."""
    from medcom_bu.oioxml.encode import write

    write(message, file, version, encoding)


def losses(message: Message, to: str, *, version: str | None = None) -> tuple[Loss, ...]:
    """Everything that would be lost by writing the message to ``"xml"``, in its own or another version."""
    if to != "xml":
        raise ValueError('losses are known for to="xml"')
    from medcom_bu.oioxml.losses import losses as xml_losses

    return xml_losses(message, version)


__all__ = [
    "Message",
    "Outcome",
    "WireFormat",
    "detect",
    "losses",
    "parse",
    "read",
    "to_xml",
    "validate",
    "write_xml",
]
