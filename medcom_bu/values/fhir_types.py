"""The data types of FHIR R4, as far as messages of MedCom use them.

Source: HL7 FHIR R4 (4.0.1), Data Types, Extensibility, Narrative.

>>> Identifier(system="urn:oid:1.2.208.176.1.2", value="2509479989").number
Cpr(******-****)
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from xml.parsers import expat

from medcom_bu.declare.base import NUMBERS, TIMES, Open
from medcom_bu.declare.fhir import Number, Structure, many, one, structure
from medcom_bu.values import identifiers
from medcom_bu.values.base64 import Base64

_OF_MESSAGES = ("urn:ietf:rfc:3986",)


def moment(text: str | None) -> datetime | None:
    """The moment that a dateTime or an instant names, with its time zone; None where it names none exactly."""
    try:
        point = datetime.fromisoformat(text) if text and "T" in text else None
    except ValueError:
        return None
    return point if point is not None and point.tzinfo is not None else None


@structure
class Period(Structure):
    """A time with a start, an end, or both."""

    start: str | None = one("start")
    end: str | None = one("end")


@structure
class Coding(Structure):
    """A code of a code system."""

    system: str | None = one("system", shown=NUMBERS)
    version: str | None = one("version", shown=NUMBERS)
    code: str | None = one("code", shown=NUMBERS)
    display: str | None = one("display")


@structure
class CodeableConcept(Structure):
    """A concept: codes, a text, or both."""

    coding: tuple[Coding, ...] = many("coding", Coding)
    text: str | None = one("text")

    @property
    def code(self) -> str | None:
        """The code of the first coding."""
        return self.coding[0].code if self.coding else None


@structure
class ResourceReference(Structure):
    """A reference to a resource: where it is, by what identifier it is known, or how it is called."""

    reference: str | None = one("reference", shown=NUMBERS)
    type: str | None = one("type", shown=NUMBERS)
    identifier: Identifier | None = one("identifier", "Identifier")
    display: str | None = one("display")


@structure
class Identifier(Structure):
    """An identifier that someone gave to something."""

    use: str | None = one("use", shown=NUMBERS)
    type: CodeableConcept | None = one("type", CodeableConcept)
    system: str | None = one("system", shown=NUMBERS)
    value: str | None = one("value", shown=lambda identifier: identifier.open)
    period: Period | None = one("period", Period)
    assigner: ResourceReference | None = one("assigner", ResourceReference)

    @property
    def open(self) -> Open | None:
        """What a log may show of its value: all, where it is the number of a unit or of a message."""
        kind = identifiers.BY_SYSTEM.get(self.system or "")
        is_of_unit = kind is not None and not kind.PERSONAL
        is_of_message = self.system in _OF_MESSAGES or (self.value or "").startswith("urn:uuid:")
        return NUMBERS if is_of_unit or is_of_message else None

    @property
    def number(self) -> identifiers.DanishIdentifier | None:
        """The number of a Danish register that it is, or None where the system is of none that is known."""
        kind = identifiers.BY_SYSTEM.get(self.system or "")
        return None if kind is None or self.value is None else kind(self.value)


@structure
class HumanName(Structure):
    """A name of a person."""

    use: str | None = one("use")
    text: str | None = one("text")
    family: str | None = one("family")
    given: tuple[str, ...] = many("given")
    prefix: tuple[str, ...] = many("prefix")
    suffix: tuple[str, ...] = many("suffix")
    period: Period | None = one("period", Period)

    @property
    def full(self) -> str:
        """Given names and family name, or the text where there are none."""
        return " ".join([*self.given, *([self.family] if self.family else [])]) or self.text or ""


@structure
class ContactPoint(Structure):
    """A telephone number, an e-mail address or the like."""

    system: str | None = one("system")
    value: str | None = one("value")
    use: str | None = one("use")
    rank: Number | None = one("rank", Number)
    period: Period | None = one("period", Period)


@structure
class Address(Structure):
    """A postal address."""

    use: str | None = one("use")
    type: str | None = one("type")
    text: str | None = one("text")
    line: tuple[str, ...] = many("line")
    city: str | None = one("city")
    district: str | None = one("district")
    state: str | None = one("state")
    postal_code: str | None = one("postalCode")
    country: str | None = one("country")
    period: Period | None = one("period", Period)


@structure
class Attachment(Structure):
    """A file, carried as ``data`` or found at ``url``; in a reply only named."""

    content_type: str | None = one("contentType", shown=NUMBERS)
    language: str | None = one("language")
    data: Base64 | None = one("data", Base64)
    url: str | None = one("url")
    size: Number | None = one("size", Number)
    hash: str | None = one("hash")
    title: str | None = one("title")
    creation: str | None = one("creation")


@structure
class Extension(Structure):
    """An extension, with the values that MedCom and dk-core use."""

    url: str | None = one("url", shown=NUMBERS)
    value_boolean: bool | None = one("valueBoolean", bool)
    value_code: str | None = one("valueCode", shown=NUMBERS)
    value_date_time: str | None = one("valueDateTime", shown=TIMES)
    value_string: str | None = one("valueString")
    value_uri: str | None = one("valueUri", shown=NUMBERS)
    value_codeable_concept: CodeableConcept | None = one("valueCodeableConcept", CodeableConcept)
    value_coding: Coding | None = one("valueCoding", Coding)
    value_contact_point: ContactPoint | None = one("valueContactPoint", ContactPoint)
    value_identifier: Identifier | None = one("valueIdentifier", Identifier)
    value_reference: ResourceReference | None = one("valueReference", ResourceReference)


@structure
class Meta(Structure):
    """What is said of a resource: the profiles that it claims, above all."""

    version_id: str | None = one("versionId", shown=NUMBERS)
    last_updated: str | None = one("lastUpdated", shown=NUMBERS)
    profile: tuple[str, ...] = many("profile", shown=NUMBERS)


@structure
class Narrative(Structure):
    """The resource as a text for people: ``div`` is XHTML.

    Two narratives are equal when their XHTML is, whichever way it is written: ``&quot;`` in a text is ``"``.
    """

    status: str | None = one("status", shown=NUMBERS)
    div: str | None = one("div")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Narrative):
            return NotImplemented
        if (self.status, self.rest) != (other.status, other.rest):
            return False
        if self.div == other.div:
            return True
        events = xml_events(self.div or "")
        return events is not None and events == xml_events(other.div or "")

    def __hash__(self) -> int:
        return hash((self.status, self.rest))


XmlEvent = tuple[str, Any]


def xml_events(text: str, deepest: int | None = None) -> list[XmlEvent] | None:
    """What a reader of XML finds in a text, in its order, however it is written; None where it is not XML.

    An element begins with its name (``namespace name`` where it is in one) and its attributes, named alike, and ends
    with ``#end``; between are ``#text``, ``#comment`` and ``#instruction``. A text in which more than ``deepest``
    elements are nested in each other is not read either. Raises nothing.
    """
    events: list[XmlEvent] = []
    depth = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if deepest is not None and depth > deepest:
            raise _TooDeep
        events.append((name, attributes))

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        events.append(("#end", name))

    is_read = read_xml(
        text,
        StartElementHandler=begin,
        EndElementHandler=end,
        CharacterDataHandler=lambda data: events.append(("#text", data)),
        CommentHandler=lambda data: events.append(("#comment", data)),
        ProcessingInstructionHandler=lambda target, data: events.append(("#instruction", (target, data))),
    )
    return events if is_read else None


def xml_words(text: str) -> str | None:
    """What there is to read in XML: its text, and where its links lead; None where :func:`xml_events` reads none.

    Several times as fast as that: the text comes in one piece where nobody asks for the elements.
    """
    words: list[str] = []
    handlers: dict[str, Callable[..., object]] = {"CharacterDataHandler": words.append}
    if "href" in text:
        handlers["StartElementHandler"] = lambda _, attributes: words.append(attributes.get("href", ""))
    return " ".join(words) if read_xml(text, **handlers) else None


def read_xml(text: str, **handlers: Callable[..., object]) -> bool:
    """Whether a text is well-formed XML without declarations, in which entities could grow.

    ``handlers`` are those of expat, such as ``StartElementHandler``: each is called as far as the text is read.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    for name, handler in handlers.items():
        setattr(parser, name, handler)
    try:
        parser.Parse("" if "<!DOCTYPE" in text else text, True)
    except _NOT_XML:
        return False
    return True


class _TooDeep(Exception):
    """The reading can end."""


_NOT_XML = (expat.ExpatError, UnicodeEncodeError, _TooDeep)
"""Half a character cannot be encoded."""
