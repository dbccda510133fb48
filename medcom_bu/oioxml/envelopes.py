"""Envelopes of the network in and out. The verdict is that of a schema, and of XML Schema on what base64 is."""

from __future__ import annotations

import binascii
import io
from collections.abc import Callable
from typing import Any, BinaryIO

import attrs
from lxml import etree

from medcom_bu.declare.base import made
from medcom_bu.declare.oioxml import Version
from medcom_bu.errors import InvalidMessage
from medcom_bu.issues import Kind, Layer, Loss, Reading, Report, Severity
from medcom_bu.limits import LIMITS, Limits
from medcom_bu.messages.message import NetworkEnvelope
from medcom_bu.oioxml import catalogue
from medcom_bu.oioxml.beside import TooMuch
from medcom_bu.oioxml.cutting import without_line
from medcom_bu.oioxml.decode import read_valid
from medcom_bu.oioxml.encode import root_tag, unwritable, writer
from medcom_bu.oioxml.explain import Reader
from medcom_bu.oioxml.faults import Fault, Location, refusals, shown, too_deep
from medcom_bu.oioxml.kept import Malformed
from medcom_bu.oioxml.output import Out, finish
from medcom_bu.oioxml.paths import Locator
from medcom_bu.oioxml.schemas import schema_in
from medcom_bu.oioxml.source import HINTS, Document, load
from medcom_bu.values.base64 import Base64

LAYERS = (Layer.SYNTAX, Layer.SCHEMA, Layer.RULE)
"""What can be asked of an envelope; the last is not the codec's."""


@attrs.frozen
class EnvelopeCodec:
    """The codec of one kind of envelope: its class and version, its schema, the element that holds the message.

    ``with_data`` gives an envelope with another content, ``namespace_fault`` what is wrong with a namespace, if
    anything; ``refused_by`` asks the schema.
    """

    cls: Any
    version: Version
    schema: str
    data: Location
    wrong_root: Kind
    with_data: Callable[[Any, Base64], Any]
    namespace_fault: Callable[[str], tuple[Kind, dict[str, object]] | None]
    refused_by: Callable[[Document, etree.XMLSchema], list[Any]] = Document.refused_by

    def read(self, data: bytes | BinaryIO, limits: Limits = LIMITS) -> Reading[Any]:
        """Read bytes, or a seekable binary file. Never raises for bad input.

        Issues: those of ``oioxml.catalogue``, at named XPaths.
        """
        return self._read(data, lambda place: place.xpath, limits)

    def judge(self, envelope: Any) -> Reading[Any]:
        """Judge the bytes that would be sent, and say where in the value: the issues are at attribute paths."""
        carried, light = envelope.carried, envelope
        if carried is not None and carried.text is None:
            light = self.with_data(envelope, Base64(b""))
        written = io.BytesIO()
        try:
            self.write(light, written, encoding="UTF-8")
        except InvalidMessage as error:
            return Reading(None, error.report.issues, (Layer.SYNTAX,))
        reading = self._read(written.getvalue(), lambda place: place.attribute or "/", LIMITS)
        return attrs.evolve(reading, issues=tuple(map(without_line, reading.issues)), locate=str)

    def losses(self, envelope: Any, version: str | None = None) -> tuple[Loss, ...]:
        """Every loss of an envelope. Raises InvalidMessage where another version is asked for."""
        from medcom_bu.oioxml.losses import of_value, refusal

        judged = self.judge(self.in_version(envelope, version)).issues
        refused = [issue for issue in judged if issue.severity is Severity.ERROR]
        return (
            *of_value(envelope, "", self.version),
            *(refusal(issue, issue.path, self.version) for issue in refused),
        )

    def write(self, envelope: Any, file: BinaryIO, version: str | None = None, encoding: str = "ISO-8859-1") -> None:
        """Write the envelope to a binary file; its content is encoded in pieces of bounded size.

        Raises InvalidMessage where another version is asked for, and where the envelope holds XML that cannot be
        written.
        """
        envelope, root = self.in_version(envelope, version), self.version.type_code
        try:
            out: Out = [root_tag(root, envelope, envelope.namespace, (self.version.namespace,))]
            writer(self.cls, self.version, 0)(envelope, out)
        except Malformed:
            raise unwritable(envelope) from None
        out.append(f"\n</{root}>\n")
        finish(out, file, encoding)

    def in_version(self, envelope: Any, version: str | None) -> Any:
        """The envelope in a version. Raises InvalidMessage where that is another than the one that has a schema."""
        if version is None:
            return envelope
        if version != self.version.code:
            issue = catalogue.NO_VERSION.issue("namespace", element=self.version.type_code, expected=self.version.code)
            raise InvalidMessage(Report.from_issues([issue], [Layer.SCHEMA], [Layer.SCHEMA]))
        return envelope.replace(namespace=self.version.namespace)

    def _read(self, data: bytes | BinaryIO, where: Callable[[Location], str], limits: Limits) -> Reading[Any]:
        name = self.data.xpath.rpartition("/")[2]
        document, issues = load(data, name, limits, self._schema_of)
        if document is None:
            return Reading(None, tuple(issues), (Layer.SYNTAX,))
        envelope, faults = self._envelope(document, limits)
        issues += (f.kind.issue(where(f.place), **f.params) for f in faults)
        root = self.version.type_code
        locate = str if envelope is None else Locator(envelope, root)
        ran = (Layer.SYNTAX,) if any(f.kind is catalogue.TOO_LARGE for f in faults) else (Layer.SYNTAX, Layer.SCHEMA)
        return Reading(envelope, tuple(issues), ran, locate, place_of=document.source.place_of)

    def _envelope(self, document: Document, limits: Limits) -> tuple[Any, list[Fault]]:
        root = document.root
        namespace, _, name = str(root.tag).rpartition("}")
        namespace = namespace[1:]
        place = Location("/" + shown(name), "")
        if name != self.version.type_code:
            return None, [Fault(self.wrong_root, place, {})]
        deep = too_deep(document)
        if deep:
            return None, deep
        schema = self._schema_of(namespace)
        errors = self.refused_by(document, schema) if schema is not None else []
        if schema is not None and not errors and _is_plain(document):
            held = read_valid(root, self.cls, self.version, document.payloads).__dict__
            envelope: Any = made(self.cls, held | {"namespace": namespace})
            return envelope, [] if _is_base64(envelope) else [self._not_base64()]
        reader = Reader(document, namespace, limits)
        try:
            envelope = reader.value(root, self.cls, self.version, place)
        except TooMuch:
            reader.give_up()
            return None, reader.faults()
        envelope = envelope.replace(namespace=namespace)
        strange = self.namespace_fault(namespace)
        if strange is not None:
            kind, params = strange
            return envelope, [Fault(kind, place._replace(attribute="namespace"), params)]
        broken = [] if _is_base64(envelope) else [self._not_base64()]
        if not errors:
            return envelope, broken
        of_schema = [f for f in refusals(errors, root, limits) if not (broken and f.place.xpath == self.data.xpath)]
        return envelope, (reader.faults() or of_schema) + broken

    def _not_base64(self) -> Fault:
        return Fault(catalogue.BASE64, self.data, {"element": self.data.xpath.rpartition("/")[2]})

    def _schema_of(self, namespace: str) -> etree.XMLSchema | None:
        return schema_in(self.schema) if namespace == self.version.namespace else None


def _is_plain(document: Document) -> bool:
    """Whether a document that its schema accepts has no attribute but those declared, and hints where one may be found.

    All others that a schema lets pass are those of XML Schema, which need a prefix.
    """
    if not document.may_have_attributes:
        return True
    names = (str(name) for node in document.root.iter() for name in node.attrib)
    return all(name[0] != "{" or name in HINTS for name in names)


def _is_base64(envelope: NetworkEnvelope) -> bool:
    """Whether the content is base64 as XML Schema has it: it decodes, the bits that padding leaves over are zero."""
    data: Any = envelope.carried
    if data is None:
        return True
    if data.content is None or data.text is None or not data.content:
        return data.content is not None
    last = binascii.b2a_base64(data.content[-(len(data.content) % 3 or 3) :], newline=False).decode()
    return "".join(data.text[-400:].split())[-4:] == last
