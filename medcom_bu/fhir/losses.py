"""What is lost when a FHIR message is written: in XML what JSON can hold and XML cannot, in a version what it lacks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from medcom_bu.fhir.model import catalogue
from medcom_bu.fhir.model.data import beyond, halves, is_deep, shown_name
from medcom_bu.fhir.model.leftovers import NAME, is_leftover
from medcom_bu.fhir.model.paths import to_attribute
from medcom_bu.fhir.model.shape import is_div
from medcom_bu.fhir.payloads import lightened
from medcom_bu.fhir.values import to_plain
from medcom_bu.fhir.versions import MESSAGES, KnownFhirMessage, in_version
from medcom_bu.fhir.xml.read import load_xml
from medcom_bu.fhir.xml.write import dump_xml
from medcom_bu.issues import Issue, Kind, Layer, Loss, Severity, Text
from medcom_bu.limits import LIMITS, Limits
from medcom_bu.messages.care_communication import CareCommunicationMessage
from medcom_bu.messages.other_fhir import OtherFhirMessage
from medcom_bu.stack import on_any_stack
from medcom_bu.values.characters import not_xml
from medcom_bu.values.fhir_codes import FROM_5, Category
from medcom_bu.values.fhir_resources import PractitionerRole
from medcom_bu.values.fhir_types import Narrative

_XML = "HL7 FHIR R4, 2.6.1 XML"
_VERSIONS = "MedCom, CareCommunication 4.0.3 and 5.0.2, differences"

CHARACTER = Kind(
    "loss.fhir-character",
    Severity.WARNING,
    Layer.SYNTAX,
    Text(
        "{count} characters are not allowed in XML and become U+FFFD",
        "{count} tegn kan ikke stå i XML og bliver til U+FFFD",
    ),
    Text("remove control characters from the text", "fjern styretegn fra teksten"),
    "XML 1.0, fifth edition, production Char",
)
HALF_CHARACTER = Kind(
    "loss.fhir-half-character",
    Severity.WARNING,
    Layer.SYNTAX,
    Text(
        "{count} halves of surrogate pairs cannot be written and become U+FFFD",
        "{count} halve tegn kan ikke skrives og bliver til U+FFFD",
    ),
    Text("cut texts between characters, not inside one", "afkort tekster mellem tegn, ikke inden i dem"),
    "RFC 8259, 8.2 Unicode Characters; RFC 3629, UTF-8",
)
NAMELESS = Kind(
    "loss.fhir-name",
    Severity.WARNING,
    Layer.SYNTAX,
    Text(
        "a property whose name is not a valid name in XML is left out",
        "en egenskab hvis navn ikke kan bruges i XML, udelades",
    ),
    Text("FHIR has no such property", "FHIR har ikke den egenskab"),
    _XML,
)
NARRATIVE = Kind(
    "loss.fhir-narrative",
    Severity.WARNING,
    Layer.SYNTAX,
    Text(
        "a narrative that is not XHTML is written as plain text",
        "en tekstgengivelse der ikke er XHTML, skrives som tekst",
    ),
    Text("write a well-formed div", "skriv en velformet div"),
    _XML,
)
TYPE = Kind(
    "loss.fhir-type",
    Severity.WARNING,
    Layer.SYNTAX,
    Text(
        "XML cannot distinguish this: a reader gets another type, another shape, or nothing",
        "det der står her, kan ikke skelnes i XML: den der læser det, får en anden type, en anden form eller intet",
    ),
    Text(
        "where FHIR does not define them, XML has no numbers, booleans, lists, null or empty objects",
        "XML har ikke tal, sandhedsværdier, lister, null eller tomme objekter hvor FHIR ikke definerer dem",
    ),
    _XML,
)
XML_ONLY = Kind(
    "loss.fhir-xml-only",
    Severity.WARNING,
    Layer.SYNTAX,
    Text(
        "what was read from XML and has no place in FHIR is written as a property that only this library reads",
        "det der kom som XML og ikke har plads i FHIR, skrives som en egenskab som kun dette bibliotek læser",
    ),
    Text(
        "write the message as XML to return it unchanged",
        "skriv meddelelsen som XML for at give det igen som det kom",
    ),
    "HL7 FHIR R4, 2.6.2 JSON",
)
DEPTH = Kind(
    "loss.fhir-depth",
    Severity.WARNING,
    Layer.SYNTAX,
    Text(
        "the message is nested deeper than {limit} levels, which readers reject",
        "meddelelsen er indlejret dybere end {limit} niveauer, hvilket læsere afviser",
    ),
    Text("official messages have at most 30 levels", "officielle meddelelser har højst 30 niveauer"),
    "medcom_bu, limits",
)
REFUSED = Kind(
    "loss.fhir-refused",
    Severity.WARNING,
    Layer.SYNTAX,
    Text("a receiver will refuse what is written: {reason}", "en modtager vil afvise det der skrives: {reason}"),
    Text("write several messages", "skriv flere meddelelser"),
    "medcom_bu, limits",
)
EVENT = Kind(
    "loss.fhir-event",
    Severity.WARNING,
    Layer.SYNTAX,
    Text(
        "the event is that of another message: a reader takes it for an {type}",
        "hændelsen siger at det er en anden meddelelse: en læser opfatter den som en {type}",
    ),
    Text("write the event of the message, {event}", "skriv meddelelsens hændelse, {event}"),
    "HL7 FHIR R4, MessageHeader.event",
)
CATEGORY = Kind(
    "loss.fhir-category",
    Severity.WARNING,
    Layer.PROFILE,
    Text("version {version} does not know the category {code}", "version {version} kender ikke kategorien {code}"),
    Text("it is written unchanged, and the profile rejects it", "den skrives som den er og afvises af profilen"),
    _VERSIONS,
)
ROLE = Kind(
    "loss.fhir-role",
    Severity.WARNING,
    Layer.PROFILE,
    Text("version {version} requires a coded role", "version {version} kræver en kodet rolle"),
    Text("give the role as a code", "angiv rollen som kode"),
    _VERSIONS + ", medcom-careCommunication-7",
)
RECIPIENTS = Kind(
    "loss.fhir-recipients",
    Severity.WARNING,
    Layer.PROFILE,
    Text("version {version} has one specific recipient", "version {version} har én specifik modtager"),
    Text("send one message to each recipient", "send én meddelelse til hver"),
    _VERSIONS,
)


def losses(message: KnownFhirMessage, form: str, version: str | None) -> tuple[Loss, ...]:
    """Every loss, in document order. Raises InvalidMessage where the message has no such version."""
    written = message if version is None else in_version(message, version)
    lost: list[Loss] = []
    if version is not None and isinstance(written, CareCommunicationMessage):
        lost += _of_version(written, version)
    lost += _of_event(written)
    too_deep = [Loss(DEPTH, "/", (("limit", LIMITS.depth),))]
    return (*lost, *on_any_stack(lambda: _of_form(written, form), lambda: too_deep))


def _of_event(message: KnownFhirMessage) -> Iterator[Loss]:
    """Whether a reader takes it for a message of the same class: the event of the header says which."""
    event = message.header.event_coding if message.header else None
    read_as = MESSAGES.get((event.code if event else None) or "", OtherFhirMessage)
    if read_as is not type(message):
        own = ", ".join(code for code, cls in MESSAGES.items() if cls is type(message)) or "none that is known"
        place = "header.event_coding.code" if event else "header"
        yield Loss(EVENT, place, (("type", read_as.__name__), ("event", own)))


def _of_form(message: KnownFhirMessage, form: str) -> list[Loss]:
    """What a reader of the bytes lacks, or gets otherwise."""
    plain = to_plain(lightened(message)[0])
    lost = (_of_xml if form == "xml" else _of_json)(plain)
    return [Loss(loss.kind, to_attribute(message, f"Bundle.{loss.path}"), loss.params) for loss in lost]


def _of_json(plain: Any) -> Iterator[Loss]:
    if is_deep(plain, LIMITS.depth):
        yield Loss(DEPTH, "", (("limit", LIMITS.depth),))
    yield from map(_refusal, beyond(plain, LIMITS, most_names=LIMITS.names + 1))
    whole = repr(plain)  # one look at all of it, which tells most messages from those that are worth a walk
    if r"\ud" in whole:
        yield from (Loss(HALF_CHARACTER, path, (("count", count),)) for path, count in halves(plain))
    if "'{" in whole or '"{' in whole:
        yield from (Loss(XML_ONLY, path, ()) for path in _left_over(plain, ""))


def _left_over(plain: Any, path: str) -> Iterator[str]:
    if isinstance(plain, dict):
        for key, value in plain.items():
            if is_leftover(key):
                yield path
            else:
                yield from _left_over(value, _below(path, key))
    elif isinstance(plain, list):
        for index, value in enumerate(plain):
            yield from _left_over(value, f"{path}[{index}]")


_ANY = Limits(**dict.fromkeys(attrs.fields_dict(Limits), 1 << 40))


def _of_xml(plain: Any) -> Iterator[Loss]:
    """What differs in what our own reader makes of the XML."""
    data = dump_xml(plain)
    reading = load_xml(data)
    if reading.message is None:
        yield from (_refusal(issue) for issue in reading.issues if issue.severity is Severity.ERROR)
    yield from _differences(plain, load_xml(data, _ANY).message, "")


def _refusal(issue: Issue) -> Loss:
    """What a reader that has our limits says of what is written."""
    path = issue.path.partition(".")[2]
    if issue.kind is catalogue.XML_DEPTH:
        return Loss(DEPTH, path, issue.params)
    return Loss(REFUSED, path, (("reason", issue.kind.message), *issue.params))


def _differences(written: Any, read: Any, path: str) -> Iterator[Loss]:
    if isinstance(written, dict) and isinstance(read, dict):
        if read.keys() - written.keys():
            yield Loss(TYPE, path, ())
        for key, value in written.items():
            if key in read:
                yield from _differences(value, read[key], _below(path, key))
            elif not is_leftover(key) and not NAME.fullmatch(key):
                yield Loss(NAMELESS, path, ())
            else:
                yield Loss(TYPE, _below(path, key), ())
    elif isinstance(written, list) and isinstance(read, list) and len(written) == len(read):
        for index, (written_part, read_part) in enumerate(zip(written, read, strict=True)):
            yield from _differences(written_part, read_part, f"{path}[{index}]")
    elif type(written) is not type(read) or written != read:
        yield from _other_values(written, read, path)


def _other_values(written: Any, read: Any, path: str) -> Iterator[Loss]:
    count = len(not_xml().findall(written)) if isinstance(written, str) else 0
    if count:
        yield Loss(CHARACTER, path, (("count", count),))
    if type(written) is not type(read) or not isinstance(written, str):
        yield Loss(TYPE, path, ())
        return
    expected = not_xml().sub("\ufffd", written)
    if path.endswith("div") and is_div(read) and Narrative(div=expected) != Narrative(div=read):
        yield Loss(NARRATIVE, path, ())
    elif not path.endswith("div") and expected != read:
        yield Loss(TYPE, path, ())


def _below(path: str, key: str) -> str:
    """The path of a property; its name only where R4 knows it, for any other could be content."""
    name = shown_name(key)
    return f"{path}.{name}" if path else name


def _of_version(message: CareCommunicationMessage, version: str) -> Iterator[Loss]:
    params = (("version", version),)
    category = message.category
    if isinstance(category, Category) and not category.known_in(version):
        yield Loss(CATEGORY, "category", (*params, ("code", str(category))))
    if version not in FROM_5:
        for number, entry in enumerate(message.entry):
            role = entry.resource
            if isinstance(role, PractitionerRole) and not any(concept.code for concept in role.code):
                yield Loss(ROLE, f"entry[{number}].resource.code", params)
    elif message.communication is not None and len(message.communication.recipient) > 1:
        yield Loss(RECIPIENTS, "communication.recipient", params)
