"""What is lost when a FHIR message is written: in XML what JSON can hold and XML cannot, in a version what it lacks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medcom_bu.fhir.codec import FhirMessage, in_version
from medcom_bu.fhir.data import halves
from medcom_bu.fhir.payloads import lightened
from medcom_bu.fhir.shape import is_div
from medcom_bu.fhir.values import to_plain
from medcom_bu.fhir.xml_out import NAME, NOT_XML
from medcom_bu.issues import Kind, Layer, Loss, Severity, Text
from medcom_bu.messages.care_communication import CareCommunicationMessage
from medcom_bu.values.fhir_codes import Category
from medcom_bu.values.fhir_resources import PractitionerRole

_XML = "HL7 FHIR R4, 2.6.1 XML"
_VERSIONS = "MedCom, CareCommunication 4.0.3 and 5.0.2, differences"

CHARACTER = Kind(
    "loss.fhir-character",
    Severity.WARNING,
    Layer.SYNTAX,
    Text(
        "{count} characters cannot stand in XML and become U+FFFD",
        "{count} tegn kan ikke stå i XML og bliver til U+FFFD",
    ),
    Text("remove control characters from the text", "fjern kontroltegn fra teksten"),
    "XML 1.0, fifth edition, production Char",
)
HALF_CHARACTER = Kind(
    "loss.fhir-half-character",
    Severity.WARNING,
    Layer.SYNTAX,
    Text(
        "{count} halves of characters cannot be written and become U+FFFD",
        "{count} halve tegn kan ikke skrives og bliver til U+FFFD",
    ),
    Text("cut texts between characters, not within", "afkort tekster mellem tegn, ikke inden i dem"),
    "RFC 8259, 8.2 Unicode Characters; RFC 3629, UTF-8",
)
NAMELESS = Kind(
    "loss.fhir-name",
    Severity.WARNING,
    Layer.SYNTAX,
    Text("a property whose name is none in XML is left out", "en egenskab hvis navn ikke er et i XML udelades"),
    Text("FHIR has no such property", "FHIR har ingen sådan egenskab"),
    _XML,
)
NARRATIVE = Kind(
    "loss.fhir-narrative",
    Severity.WARNING,
    Layer.SYNTAX,
    Text(
        "a narrative that is not XHTML is written as a text", "en fortællende tekst der ikke er XHTML skrives som tekst"
    ),
    Text("write a well-formed div", "skriv en velformet div"),
    _XML,
)
CATEGORY = Kind(
    "loss.fhir-category",
    Severity.WARNING,
    Layer.PROFILE,
    Text("version {version} does not know the category {code}", "version {version} kender ikke kategorien {code}"),
    Text("it is written as it is, and refused by the profile", "den skrives som den er og afvises af profilen"),
    _VERSIONS,
)
ROLE = Kind(
    "loss.fhir-role",
    Severity.WARNING,
    Layer.PROFILE,
    Text("version {version} wants a coded role", "version {version} kræver en kodet rolle"),
    Text("give the role as a code", "angiv rollen som kode"),
    _VERSIONS + ", medcom-careCommunication-7",
)
RECIPIENTS = Kind(
    "loss.fhir-recipients",
    Severity.WARNING,
    Layer.PROFILE,
    Text("version {version} has one specific recipient", "version {version} har én specifik modtager"),
    Text("send one message to each", "send én meddelelse til hver"),
    _VERSIONS,
)


def losses(message: FhirMessage, form: str, version: str | None) -> tuple[Loss, ...]:
    """Every loss, in document order. Raises InvalidMessage where the message has no such version."""
    written = message if version is None else in_version(message, version)
    found: list[Loss] = []
    if version is not None and isinstance(written, CareCommunicationMessage):
        found += _of_version(written, version)
    plain = to_plain(lightened(written)[0])
    found += _of_xml(plain, "") if form == "xml" else _of_json(plain)
    return tuple(found)


def _of_json(plain: Any) -> Iterator[Loss]:
    for path, count in halves(plain):
        yield Loss(HALF_CHARACTER, path or "/", (("count", count),))


def _of_version(message: CareCommunicationMessage, version: str) -> Iterator[Loss]:
    said = (("version", version),)
    category = message.category
    if isinstance(category, Category) and not category.known_in(version):
        yield Loss(CATEGORY, "category", (*said, ("code", str(category))))
    if version == "4.0":
        for number, entry in enumerate(message.entry):
            role = entry.resource
            if isinstance(role, PractitionerRole) and not any(concept.code for concept in role.code):
                yield Loss(ROLE, f"entry[{number}].resource.code", said)
    elif message.communication is not None and len(message.communication.recipient) > 1:
        yield Loss(RECIPIENTS, "communication.recipient", said)


def _of_xml(plain: Any, path: str) -> Iterator[Loss]:
    if isinstance(plain, dict):
        for key, item in plain.items():
            here = f"{path}.{key}" if path else key
            if not NAME.fullmatch(key):
                yield Loss(NAMELESS, path or "/", ())
            elif key == "div" and isinstance(item, str) and not is_div(NOT_XML.sub("\ufffd", item)):
                yield Loss(NARRATIVE, here, ())
            else:
                yield from _of_xml(item, here)
    elif isinstance(plain, list):
        for index, item in enumerate(plain):
            yield from _of_xml(item, f"{path}[{index}]")
    elif isinstance(plain, str) and (count := len(NOT_XML.findall(plain))):
        yield Loss(CHARACTER, path, (("count", count),))
