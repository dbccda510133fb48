"""OIO-XML in: bytes to a consignment with what is wrong with it.

The verdict is that of the compiled schema of the namespace on the bytes that came, but that the root must be
``Emessage``. A message that the schema accepts is read by table; only one that it refuses pays for an explanation.
"""

from __future__ import annotations

import io
import operator
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

import attrs

from medcom_bu.declare.base import fields
from medcom_bu.declare.oioxml import Value
from medcom_bu.errors import InvalidMessage
from medcom_bu.issues import Issue, Layer, Reading
from medcom_bu.limits import LIMITS, Limits
from medcom_bu.messages.binary_letter import BinaryLetter, ReferralAttachment
from medcom_bu.messages.emessage import Emessage, LocalElements
from medcom_bu.messages.headers import Envelope
from medcom_bu.messages.letter_types import ELEMENTS
from medcom_bu.messages.letters import Letters, by_namespace, letters, spec_of
from medcom_bu.messages.other_letter import OtherLetter, has_other
from medcom_bu.oioxml import catalogue
from medcom_bu.oioxml.cutting import without_line
from medcom_bu.oioxml.decode import read_valid, unchecked
from medcom_bu.oioxml.kept import xml_of
from medcom_bu.oioxml.paths import Locator
from medcom_bu.oioxml.schemas import schema_for
from medcom_bu.oioxml.size import check_size
from medcom_bu.oioxml.source import HINTS, Document, load
from medcom_bu.oioxml.thinning import thinned
from medcom_bu.values.base64 import Base64

if TYPE_CHECKING:
    from lxml import etree

    from medcom_bu.oioxml.faults import Fault, Location

_NAMESPACE_ROOT = "http://rep.oio.dk/"
_ENCODING = "ISO-8859-1"


def read(data: bytes | BinaryIO, limits: Limits = LIMITS) -> Reading[Emessage]:
    """Read bytes, or a seekable binary file. Never raises for bad input.

    Issues: those of ``oioxml.catalogue``, at named XPaths.
    """
    start = 0 if isinstance(data, bytes) else data.tell()
    document, issues = load(data, limits=limits, schema_of=_schema_of)
    reading = _reading(document, issues, _on_the_wire, limits)
    if document is None or reading.message is None:
        return reading
    size = len(data) if isinstance(data, bytes) else data.seek(0, io.SEEK_END) - start
    is_told = reading.failed or any(issue.kind is catalogue.ENCODING_LIES for issue in issues)
    remarks = () if is_told else _remarks(document)
    return attrs.evolve(reading, issues=(*reading.issues, *remarks), measured=check_size(reading.message, size))


def _remarks(document: Document) -> Iterator[Issue]:
    """What is worth knowing of a document in which nothing is wrong."""
    declared = document.source.declared
    if declared.upper() != _ENCODING:
        yield catalogue.OTHER_ENCODING.issue("/", declared=declared or catalogue.NO_ENCODING)


def judge(message: Emessage) -> Reading[Emessage]:
    """Judge the bytes that would be sent, and say where in the value: the issues are at attribute paths."""
    light = _light(message)
    try:
        written = _written(light)
        if len(written) > _MUCH:
            written = _written(thinned(light))
    except InvalidMessage as error:
        return Reading(None, error.report.issues, (Layer.SYNTAX,))
    known = None if light.unexpected or has_other(light.letters) else light
    reading = _reading(*load(written, schema_of=_schema_of), _in_the_value, LIMITS, known)
    issues = tuple(map(without_line, reading.issues))
    return Reading(message, issues, reading.ran, place_of=reading.place_of, measured=check_size(message))


_MUCH = 1 << 20
"""From so many bytes on, texts are looked at for what they are made of alone: it takes less memory."""


def _written(message: Emessage) -> bytes:
    from medcom_bu.oioxml.encode import write

    file = io.BytesIO()
    write(message, file, None, "UTF-8")
    return file.getvalue()


def _on_the_wire(place: Location) -> str:
    return place.xpath


def _in_the_value(place: Location) -> str:
    return place.attribute or "/"


def _reading(
    document: Document | None,
    issues: list[Issue],
    where: Callable[[Location], str],
    limits: Limits,
    known: Emessage | None = None,
) -> Reading[Emessage]:
    """What a document holds, with what is wrong with it beside the ``issues`` of parsing it.

    ``known`` is the message that it was written from: of one that the schema accepts nothing needs to be read.
    """
    if document is None:
        return Reading(None, tuple(issues), (Layer.SYNTAX,))
    message, faults = _message(document, limits, known)
    issues += (f.kind.issue(where(f.place), **f.params) for f in faults)
    locate = str if message is None else Locator(message)
    is_refused = any(f.kind is catalogue.TOO_LARGE for f in faults)
    is_unjudged = is_refused or (message is not None and has_other(message.letters))
    ran = (Layer.SYNTAX,) if is_unjudged else (Layer.SYNTAX, Layer.SCHEMA)
    return Reading(message, tuple(issues), ran, locate, place_of=document.source.place_of)


def _schema_of(namespace: str) -> etree.XMLSchema | None:
    return schema_for(namespace) if namespace in by_namespace() else None


def _light(message: Emessage) -> Emessage:
    """The message without the content of its attachments, which the schema looks at only where an attribute says so."""
    letters_without = tuple(map(_light_letter, message.letters))
    is_light = all(map(operator.is_, letters_without, message.letters))
    return message if is_light else message.replace(letters=letters_without)


def _light_letter(letter: Value) -> Value:
    if isinstance(letter, OtherLetter) and not letter.element_name:  # of EDIFACT: no element to judge
        absent = dict.fromkeys(fields(OtherLetter))
        return letter.replace(**absent, element_name=next(iter(ELEMENTS)), unexpected=())
    if not isinstance(letter, BinaryLetter | ReferralAttachment):
        return letter
    return letter.replace(
        binary_object=tuple(
            attachment.replace(object_base64_encoded=Base64(b""))
            if attachment.content and not attachment.unexpected
            else attachment
            for attachment in letter.binary_object
        )
    )


def _message(document: Document, limits: Limits, known: Emessage | None = None) -> tuple[Emessage | None, list[Fault]]:
    root = document.root
    namespace, _, name = str(root.tag).rpartition("}")
    namespace = namespace[1:]
    if name != "Emessage":
        from medcom_bu.oioxml.faults import Fault, Location, shown

        return None, [Fault(catalogue.ROOT, Location("/" + shown(name), ""), {})]
    known_letters = by_namespace().get(namespace)
    errors = document.refused_by(schema_for(namespace)) if known_letters is not None else []
    accepted = None
    if known_letters is not None and not errors and not (document.may_have_attributes and _bears_attributes(root)):
        accepted = known or accept(document, namespace, known_letters)
        if accepted is not None and not accepted.local_elements:  # in which a schema accepts anything, however deep
            return accepted, []
    from medcom_bu.oioxml.faults import refusals, too_deep

    faults = too_deep(document)
    if faults:
        return None, faults
    if known_letters is None:
        return _unknown_namespace(document, namespace, limits)
    if accepted is not None:
        return accepted, []
    message, faults = _explained(document, namespace, known_letters, limits)
    if errors and message is not None and has_other(message.letters):
        return message, faults or refusals(_refused_besides(document, namespace, message), root, limits)
    if not errors:
        return message, [fault for fault in faults if fault.kind in (catalogue.LETTER, catalogue.TOO_LARGE)]
    return message, faults or refusals(errors, root, limits)


def _explained(
    document: Document, namespace: str, known_letters: Letters, limits: Limits
) -> tuple[Emessage | None, list[Fault]]:
    """What can be read, and what is wrong with it, without the schema."""
    from medcom_bu.oioxml.explain import Reader

    reader = Reader(document, namespace, limits)
    message = reader.emessage(next(iter(known_letters.values()))[1], known_letters)
    return message, reader.faults()


def _refused_besides(document: Document, namespace: str, message: Emessage) -> list[Any]:
    """What the schema says without the letters of other types, which are cut out of the document for it."""
    letters = iter(message.letters)
    is_other = False
    for child in list(document.root):
        name = str(child.tag).rpartition("}")[2]
        if name != "Local_Elements":  # which comes after its letter
            is_other = name != "Envelope" and isinstance(next(letters, None), OtherLetter)
        if is_other:
            document.root.remove(child)
    if all(isinstance(letter, OtherLetter) for letter in message.letters):
        return []
    return attrs.evolve(document, errors=None).refused_by(schema_for(namespace))


def _bears_attributes(root: etree._Element) -> bool:
    """Whether any element has an attribute that is more than a hint where a schema may be found."""
    return any(not HINTS.issuperset(node.keys()) for node in root.iter())


def accept(document: Document, namespace: str, known: Letters) -> Emessage | None:
    """A valid consignment, read by table; None where the schema knows a letter that this library does not read."""
    envelope: Value | None = None
    read_letters: list[Value] = []
    local: list[LocalElements] = []
    any_version = next(iter(known.values()))[1]
    for child in document.root:
        name = str(child.tag).rpartition("}")[2]
        if name in known:
            read_letters.append(read_valid(child, *known[name], document.payloads))
        elif name == "Envelope":
            envelope = read_valid(child, Envelope, any_version, document.payloads)
        elif name == "Local_Elements":
            local.append(LocalElements(len(read_letters) - 1, xml_of(child, document.payloads)))
        else:
            return None
    parts = {"envelope": envelope, "letters": tuple(read_letters), "local_elements": tuple(local)}
    message: Emessage = unchecked(Emessage, **parts, namespace=namespace)
    return message


def _unknown_namespace(document: Document, namespace: str, limits: Limits) -> tuple[Emessage | None, list[Fault]]:
    """Read what can be read of a version that is not known, as the default version of its letters."""
    from medcom_bu.oioxml.faults import Fault, Location, where_known

    default = {spec_of(cls).element: (cls, spec_of(cls).versions[0]) for cls in letters() if spec_of(cls).versions}
    message, faults = _explained(document, namespace, default, limits)
    if message is None:
        return None, faults
    version_faults = []
    for number, letter in enumerate(message.letters[: limits.issues]):
        if isinstance(letter, OtherLetter):
            continue
        spec = spec_of(type(letter))
        expected = where_known(spec.element)
        place = Location(f"/Emessage/{spec.element}", f"letters[{number}]")
        version_faults.append(Fault(catalogue.UNKNOWN_VERSION, place, {"element": spec.element, "expected": expected}))
    is_medcom = namespace.startswith(_NAMESPACE_ROOT)
    if not version_faults and is_medcom and has_other(message.letters):
        return message, faults
    if not version_faults or not is_medcom:
        names = {str(child.tag).rpartition("}")[2] for child in document.root}
        near = [namespace for namespace, known in by_namespace().items() if names & known.keys()]
        expected = ", ".join(near or by_namespace())
        version_faults = [Fault(catalogue.NAMESPACE, Location("/Emessage", "namespace"), {"expected": expected})]
    return message, version_faults
