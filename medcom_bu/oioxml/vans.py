"""VANSEnvelope in and out. The verdict is that of the schema of 1.0.4, and of XML Schema on what base64 is.

A version other than 1.0.4 is read as far as it has the same shape, with an error that says which version was seen.
"""

from __future__ import annotations

import binascii
import functools
import io
from collections.abc import Callable
from typing import Any, BinaryIO

import attrs
from lxml import etree

from medcom_bu.errors import InvalidMessage
from medcom_bu.issues import Layer, Loss, Reading, Report, Severity
from medcom_bu.limits import LIMITS, Limits
from medcom_bu.messages.envelopes import NAMESPACE_ROOT, VANS_104, VansEnvelope, VansMessage
from medcom_bu.oioxml import catalogue
from medcom_bu.oioxml.beside import TooMuch
from medcom_bu.oioxml.cutting import without_line
from medcom_bu.oioxml.encode import Out, finish, root_tag, unwritable, writer
from medcom_bu.oioxml.explain import Reader
from medcom_bu.oioxml.faults import Fault, Location, refusals, shown, too_deep
from medcom_bu.oioxml.kept import Malformed
from medcom_bu.oioxml.paths import to_xpath
from medcom_bu.oioxml.schemas import schema_in
from medcom_bu.oioxml.source import Document, load
from medcom_bu.values.base64 import Base64

LAYERS = (Layer.SYNTAX, Layer.SCHEMA, Layer.RULE)
"""What can be asked of an envelope; the last is not the codec's."""

_ROOT = "VANSEnvelope"


def read(data: bytes | BinaryIO, limits: Limits = LIMITS) -> Reading[VansEnvelope]:
    """Read bytes, or a seekable binary file. Never raises for bad input.

    Issues: those of ``oioxml.catalogue``, at named XPaths.
    """
    return _read(data, lambda place: place.xpath, limits)


def judge(envelope: VansEnvelope) -> Reading[VansEnvelope]:
    """Judge the bytes that would be sent, and say where in the value: the issues are at attribute paths."""
    light = envelope
    content = envelope.content
    if isinstance(content, VansMessage) and content.data is not None and content.data.text is None:
        light = envelope.replace(content=content.replace(data=Base64(b"")))
    written = io.BytesIO()
    try:
        write(light, written, encoding="UTF-8")
    except InvalidMessage as error:
        return Reading(None, error.report.issues, (Layer.SYNTAX,))
    reading = _read(written.getvalue(), lambda place: place.attribute or "/", LIMITS)
    return attrs.evolve(reading, issues=tuple(map(without_line, reading.issues)), locate=str)


def _read(data: bytes | BinaryIO, where: Callable[[Location], str], limits: Limits) -> Reading[VansEnvelope]:
    document, issues = load(data, "Data", limits, _schema_of)
    if document is None:
        return Reading(None, tuple(issues), (Layer.SYNTAX,))
    envelope, faults = _envelope(document, limits)
    issues += (f.kind.issue(where(f.place), **f.params) for f in faults)
    locate = str if envelope is None else functools.partial(to_xpath, envelope, root=_ROOT)
    ran = (Layer.SYNTAX,) if any(f.kind is catalogue.TOO_LARGE for f in faults) else (Layer.SYNTAX, Layer.SCHEMA)
    return Reading(envelope, tuple(issues), ran, locate, place_of=document.source.place_of)


def _envelope(document: Document, limits: Limits) -> tuple[VansEnvelope | None, list[Fault]]:
    root = document.root
    namespace, _, name = str(root.tag).rpartition("}")
    namespace = namespace[1:]
    place = Location("/" + shown(name), "")
    if name != _ROOT:
        return None, [Fault(catalogue.ENVELOPE_ROOT, place, {})]
    deep = too_deep(document)
    if deep:
        return None, deep
    schema = _schema_of(namespace)
    errors = document.refused_by(schema) if schema is not None else []
    reader = Reader(document, namespace, limits)
    try:
        envelope: Any = reader.value(root, VansEnvelope, VANS_104, place)
    except TooMuch:
        reader.give_up()
        return None, reader.faults()
    envelope = envelope.replace(namespace=namespace)
    if namespace.startswith(NAMESPACE_ROOT) and namespace != VANS_104.namespace:
        version = shown(namespace[len(NAMESPACE_ROOT) :])
        return envelope, [
            Fault(catalogue.ENVELOPE_VERSION, place._replace(attribute="namespace"), {"version": version})
        ]
    if namespace != VANS_104.namespace:
        return envelope, [Fault(catalogue.ENVELOPE_NAMESPACE, place._replace(attribute="namespace"), {})]
    broken = [] if _is_base64(envelope) else [Fault(catalogue.BASE64, _DATA, {"element": "Data"})]
    if not errors:
        return envelope, broken
    of_schema = [f for f in refusals(errors, root, limits) if not (broken and f.place.xpath == _DATA.xpath)]
    return envelope, (reader.faults() or of_schema) + broken


_DATA = Location("/VANSEnvelope/Message/Data", "content.data")


def _is_base64(envelope: VansEnvelope) -> bool:
    """Whether Data is base64 as XML Schema has it: it decodes, and the bits that padding leaves over are zero."""
    if not isinstance(envelope.content, VansMessage) or envelope.content.data is None:
        return True
    data = envelope.content.data
    if data.content is None or data.text is None or not data.content:
        return data.content is not None
    last = binascii.b2a_base64(data.content[-(len(data.content) % 3 or 3) :], newline=False).decode()
    return "".join(data.text[-400:].split())[-4:] == last


def _schema_of(namespace: str) -> etree.XMLSchema | None:
    return schema_in("vans-envelope-1.0.4.xsd") if namespace == VANS_104.namespace else None


def in_version(envelope: VansEnvelope, version: str | None) -> VansEnvelope:
    """The envelope in a version. Raises InvalidMessage where that is another than 1.0.4."""
    if version is None:
        return envelope
    if version != VANS_104.code:
        issue = catalogue.NO_VERSION.issue("namespace", element=VANS_104.type_code, expected=VANS_104.code)
        raise InvalidMessage(Report.from_issues([issue], [Layer.SCHEMA], [Layer.SCHEMA]))
    return envelope.replace(namespace=VANS_104.namespace)


def losses(envelope: VansEnvelope, version: str | None = None) -> tuple[Loss, ...]:
    """Every loss of an envelope. Raises InvalidMessage where a version other than 1.0.4 is asked for."""
    from medcom_bu.oioxml.losses import of_value, refusal

    refused = [issue for issue in judge(in_version(envelope, version)).issues if issue.severity is Severity.ERROR]
    return (*of_value(envelope, "", VANS_104), *(refusal(issue, issue.path, VANS_104) for issue in refused))


def write(envelope: VansEnvelope, file: BinaryIO, version: str | None = None, encoding: str = "ISO-8859-1") -> None:
    """Write the envelope to a binary file; Data is encoded in pieces of bounded size.

    Raises InvalidMessage where a version other than 1.0.4 is asked for, and where the envelope holds XML that cannot be
    written.
    """
    envelope = in_version(envelope, version)
    try:
        out: Out = [root_tag(_ROOT, envelope, envelope.namespace, (VANS_104.namespace,))]
        writer(VansEnvelope, VANS_104, 0)(envelope, out)
    except Malformed:
        raise unwritable(envelope) from None
    out.append("\n</VANSEnvelope>\n")
    finish(out, file, encoding)
