"""What the narratives of a CareCommunication 5.0 show: every element that the guide marks as in the narrative.

The guide marks elements with the obligation ``SHALL:in-narrative``; 4.0 and the Acknowledgement mark none. How a value
is written is left to the sender: a code by itself or by its words, a date in any usual form, a reference by the id or
the name of what it leads to. Signs and blanks are not compared. HL7's validator does not look at this; a published
example that lacks an element makes it a warning.

Source: MedCom, validation governance of 6 March 2026, 5.2; CareCommunication 5.0.2, Core 3.0.1 and Messaging 4.0.2,
obligations.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from medcom_bu.issues import Issue
from medcom_bu.messages.care_communication import CareCommunicationMessage
from medcom_bu.rules.catalogue import WARNING, rule
from medcom_bu.values.fhir_codes import Activity, Category, Event, RequestPriority
from medcom_bu.values.fhir_resources import (
    Bundle,
    CareTeam,
    Communication,
    Encounter,
    MessageHeader,
    Organization,
    Patient,
    Practitioner,
    PractitionerRole,
    Provenance,
    Resource,
)
from medcom_bu.values.fhir_types import (
    Coding,
    ContactPoint,
    HumanName,
    Identifier,
    ResourceReference,
    xml_words,
)
from medcom_bu.values.identifiers import Cpr, ReplacementCpr

NARRATIVE_ELEMENT = rule(
    "fhirmessage.narrative-element",
    WARNING,
    ("the narrative does not show {element}", "tekstgengivelsen viser ikke {element}"),
    (
        "write what {element} says into the narrative, or the words of its code",
        "skriv det {element} siger, eller kodens betydning, i tekstgengivelsen",
    ),
    "MedCom, validation governance of 6 March 2026, 5.2; CareCommunication 5.0.2, SHALL:in-narrative",
)

_MARKED: Mapping[type[Resource], tuple[str, ...]] = {
    MessageHeader: (
        "event_coding",
        "destination.extension.value_coding",
        "destination.endpoint",
        "destination.receiver",
        "sender",
        "source.endpoint",
        "focus",
    ),
    Communication: (
        "specific_sender",
        "status",
        "category.coding",
        "priority",
        "subject",
        "topic.text",
        "encounter",
        "recipient",
        "payload.date",
        "payload.author",
        "payload.author_contact",
        "payload.content_string",
        "payload.content_attachment.content_type",
        "payload.content_attachment.url",
        "payload.content_attachment.title",
        "payload.content_attachment.creation",
    ),
    Provenance: ("target", "occurred_date_time", "activity.coding", "agent.who", "entity.role", "entity.what"),
    CareTeam: ("name", "managing_organization"),
    Encounter: ("status", "class_", "subject", "episode_of_care.identifier"),
    Organization: ("sor", "name"),
    Patient: ("identifier", "name", "telecom", "address.line", "address.city", "address.postal_code"),
    Practitioner: ("name",),
    PractitionerRole: ("practitioner", "organization", "code.coding", "code.text"),
}
"""The elements that are marked. Not looked at: Encounter.serviceProvider, which has no field in the value."""

_WORDS: dict[str, tuple[str, ...]] = {
    str(code): (code.english, code.danish) for codes in (Activity, Category, Event, RequestPriority) for code in codes
}
_WORDS |= {"AMB": ("ambulatory",), "primary": ("primary", "primær"), "unknown": ("unknown", "ukendt")}
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T.*)?")
_MONTHS = "jan feb mar apr maj jun jul aug sep okt nov dec".split()  # noqa: SIM905
_WITHOUT_SIGNS = re.compile(r"[^\W_]+")
_SMALL = bytes(range(128)).lower() + bytes(range(128, 256))
_SIGNS = bytes(code for code in range(128) if not chr(code).isalnum())
"""The signs and blanks of ASCII; bytes are rid of them many times as fast as a text is."""
_WRITTEN = tuple(
    (sign.encode(), written)
    for signs, written in (("æÆ", b"ae"), ("øØ", b"oe"), ("åÅ", b"aa"), ("\u00a0·", b""))
    for sign in signs
)
"""What a narrative mostly has beyond ASCII, and what stands for it."""


def check(message: Bundle) -> Iterator[Issue]:
    """What the narratives of a message do not show."""
    if not isinstance(message, CareCommunicationMessage) or message.version != "5.0":
        return
    parties = [id(unit) for unit in (message.sender, message.receiver)]
    for resource in message.resources(Resource):
        marked = _MARKED.get(type(resource), ())
        shown = _shown(resource) if marked else None
        if shown is None:
            continue
        for element in (*marked, "gln") if id(resource) in parties else marked:
            if not all(_is_shown(value, shown, message) for value in _values(resource, element)):
                path = f"entry[{message.places[id(resource)]}].resource.text.div"
                yield NARRATIVE_ELEMENT.issue(path, element=f"{resource.resource_type}.{_fhir_name(element)}")


def _fhir_name(element: str) -> str:
    """A path of attributes in FHIR's names."""
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), element).replace("class_", "class")


def _shown(resource: Resource) -> str | None:
    """What a narrative says and where its links lead, without signs; None where there is none that can be read."""
    words = xml_words(resource.text.div) if resource.text is not None and resource.text.div else None
    return None if words is None else _plain(words)


def _plain(text: str) -> str:
    """A text without capitals, signs and blanks; Danish letters as codes write them."""
    bare = text.encode("utf-8", "surrogatepass").translate(_SMALL, _SIGNS)
    if not bare.isascii():
        for letter, written in _WRITTEN:
            bare = bare.replace(letter, written)
    if bare.isascii():
        return bare.decode("ascii")
    return "".join(_WITHOUT_SIGNS.findall(bare.decode("utf-8", "surrogatepass").casefold()))


def _values(owner: Any, element: str) -> list[Any]:
    """All that is at a path of attributes."""
    found = [owner]
    for name in _names_in(element):
        below: list[Any] = []
        for one in found:
            value = getattr(one, name)
            if isinstance(value, tuple):
                below += value
            elif value is not None:
                below.append(value)
        found = below
    return found


@functools.cache
def _names_in(element: str) -> list[str]:
    return element.split(".")


def _is_shown(value: Any, shown: str, message: Bundle) -> bool:
    """Whether a narrative shows a value: of each of its parts one of the ways to write it."""
    return all(_is_written(ways, shown) for ways in _parts(value, message))


def _is_written(ways: Iterable[str | None], shown: str) -> bool:
    """Whether one of the ways is there; the first is the usual one, and none asks for nothing."""
    asks = False
    for way in filter(None, ways):
        if _plain(way) in shown:
            return True
        asks = True
    return not asks


def _parts(value: Any, message: Bundle) -> Iterator[Iterable[str | None]]:
    """The parts of a value, and the ways in which each may be written."""
    if isinstance(value, Coding):
        yield (value.code, value.display, *_WORDS.get(value.code or "", ()))
    elif isinstance(value, HumanName):
        for part in (value.family, *value.given) if value.use in (None, "official") else ():
            yield (part,)
    elif isinstance(value, ContactPoint):
        yield (value.value,)
    elif isinstance(value, Identifier):
        is_personal = value.number is None or isinstance(value.number, Cpr | ReplacementCpr)
        yield (value.value,) if is_personal else ()
    elif isinstance(value, ResourceReference):
        yield _names(value, message)
    elif isinstance(value, str):
        yield (value, *_WORDS.get(value, ()), *_dates(value))
    else:
        yield (value.reveal(),)


def _dates(text: str) -> Iterator[str]:
    """The usual ways to write a date, where a text is one."""
    match = _DATE.fullmatch(text)
    if match is not None:
        year, month, day = match.groups()
        yield from (f"{year}{month}{day}", f"{day}{month}{year}", f"{int(day)}{_MONTHS[(int(month) - 1) % 12]}")


def _names(reference: ResourceReference, message: Bundle) -> Iterator[str | None]:
    """By what a narrative may name that which a reference leads to."""
    yield (reference.reference or "").rpartition("/")[2] or None
    yield reference.display
    yield reference.identifier.value if reference.identifier is not None else None
    target = message.resolve(reference, Resource)
    if isinstance(target, PractitionerRole):
        target = message.resolve(target.practitioner, Practitioner)
    if isinstance(target, Patient | Practitioner):
        yield from (name.family for name in target.name)
    elif isinstance(target, Organization | CareTeam):
        yield target.name
    elif isinstance(target, Communication):
        yield from (identifier.value for identifier in target.identifier)
