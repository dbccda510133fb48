"""The fields of a letter's value as rows: labels of the standard, what belongs together on one line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medcom_bu.declare.base import fields
from medcom_bu.declare.oioxml import Flag, Value, attributes, held_element
from medcom_bu.messages.envelopes import (
    EndPoint,
    MetaInformation,
    Processing,
    ServiceTag,
    VansDocument,
    VansTransport,
    moment_of,
)
from medcom_bu.messages.headers import EpisodeOfCare
from medcom_bu.messages.hospital_referral import TelephoneSubscriber
from medcom_bu.messages.receipts import ReceiptParty
from medcom_bu.messages.standard_business_document import (
    DocumentIdentification,
    PartnerIdentification,
    ServiceTransaction,
    StandardBusinessDocumentHeader,
)
from medcom_bu.numerals import integer
from medcom_bu.rendering.lines import in_danish_time, joined, labelled, leaf
from medcom_bu.rendering.view import Block, Described, Labelled, Line, Section, SectionKind, readable_size
from medcom_bu.values.identifiers import DanishIdentifier
from medcom_bu.values.parties import Referrer
from medcom_bu.values.timestamps import DateAndTime

NAME = ("person_given_name", "person_surname_name")
_TOGETHER = (
    ("Navn", " ", (NAME,)),
    ("Adresse", ", ", (("street_name",), ("suburb_name",), ("post_code_identifier", "district_name"))),
    ("", " · ", (("identifier",), ("identifier_code",))),
)
"""Fields shown in one row: its label ("" for the first field's own), what is between, the fields by groups."""

_INLINE: dict[type, tuple[str, tuple[str, ...]]] = {
    EndPoint: (" · ", ("text", "type")),
    ServiceTag: (": ", ("name", "text")),
    PartnerIdentification: (" · ", ("text", "authority")),
    ServiceTransaction: (" · ", tuple(attributes(ServiceTransaction))),
    EpisodeOfCare: (" · ", ("episode_of_care_identifier", "episode_of_care_type")),
    ReceiptParty: ("", ("ean_identifier",)),
    Referrer: (" · ", ("person_name", "person_title", "identifier", "identifier_code")),
    TelephoneSubscriber: (" · ", ("telephone_subscriber_identifier", "telephone_subscriber_code")),
}
"""Values shown in one line: what is between, and the fields."""

_FLAT = (
    *(MetaInformation, VansDocument, VansTransport, Processing),
    *(StandardBusinessDocumentHeader, DocumentIdentification),
)
"""Values whose rows stand among those of the value that holds them."""

_MOMENTS = (
    *("sent_date_time", "creation_date_and_time"),
    *("requesting_document_creation_date_time", "expected_response_date_time"),
)
_BOOLEANS = {"true": "Ja", "1": "Ja", "false": "Nej", "0": "Nej"}


def attribute(value: Any, *names: str) -> Any:
    """An attribute of an attribute, or None where there is none."""
    for name in names:
        value = getattr(value, name, None)
    return value


def described(value: Value | None, skip: tuple[str, ...] = ()) -> tuple[Block, ...]:
    """A value as labels and contents, what is absent left out; nothing where all of it is absent."""
    rows = tuple(rows_of(value, skip)) if value is not None else ()
    return (Described(rows),) if rows else ()


def section(title: str, *blocks: Block, kind: SectionKind = SectionKind.CONTENT) -> tuple[Section, ...]:
    """A section, or nothing where there is nothing in it."""
    return (Section(title, blocks, kind),) if blocks else ()


def rows_of(value: Value, skip: tuple[str, ...] = ()) -> Iterator[Labelled]:
    """The rows of a value, those that it has."""
    declared = fields(type(value))
    done = set(skip)
    for name, declaration in declared.items():
        field = value.__dict__[name]
        if name in done:
            continue
        element = held_element(declaration, field[0] if isinstance(field, tuple) and field else field)
        title = element.danish or element.name if element is not None else name
        together = next((row for row in _TOGETHER if any(name in group for group in row[2])), None)
        if isinstance(field, _FLAT):
            yield from rows_of(field)
        elif together is not None and not isinstance(field, DanishIdentifier):
            own, between, groups = together
            done.update(name for group in groups for name in group)
            yield from labelled(own or title, joined((fields_of(value, group, " ") for group in groups), between))
        elif element is not None and isinstance(element.type, Flag) and field == "true":
            yield from labelled(title, ("Ja",))
        else:
            yield from labelled(title, *_lines(name, field))


def _lines(name: str, field: Any) -> Iterator[Line]:
    if name == "transform_message" and field in _BOOLEANS:
        yield (_BOOLEANS[field],)
    elif name in ("original_object_size", "size_in_bytes") and leaf(field):
        yield declared_size(field)
    elif name in _MOMENTS:
        yield moment(field)
    else:
        for item in field if isinstance(field, tuple) else (field,):
            if isinstance(item, Value) and not isinstance(item, (DateAndTime, *_INLINE)):
                yield from (line for row in rows_of(item) for line in _beside(row))
            else:
                yield in_line(item)


def moment(text: str | None) -> Line:
    """A moment that an envelope tells; what is none stands as it came."""
    told = moment_of(text)
    return (in_danish_time(told) if told is not None else ()) or leaf(text)


def in_line(item: Any) -> Line:
    """A leaf, or a value that is in one line."""
    between, names = _INLINE.get(type(item), ("", ()))
    return fields_of(item, names, between) if names else leaf(item)


def fields_of(value: Any, names: tuple[str, ...], between: str) -> Line:
    """Some fields of a value in one line."""
    return joined((leaf(attribute(value, name)) for name in names), between)


def declared_size(size: str) -> Line:
    """A number of bytes as a message tells it, and in words where it is long."""
    count = integer(size)
    words = f" ({readable_size(count)})" if count is not None and count >= 1000 else ""
    return (*leaf(size), f" byte{words}")


def _beside(row: Labelled) -> Iterator[Line]:
    """A row within a row: its label comes before its content."""
    for line in row.lines:
        yield (f"{row.label}: ", *line)
