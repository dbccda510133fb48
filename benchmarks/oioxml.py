"""OIO-XML: whole messages in memory, and a letter with an attachment of 30 MB."""

from __future__ import annotations

import base64
import functools
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

from lxml import etree

import medcom_bu
from benchmarks import peers
from benchmarks.measure import memory
from benchmarks.table import Row, at_most, faster, within
from medcom_bu.messages.binary_letter import BinaryLetter
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.letters import by_namespace
from medcom_bu.oioxml.cutting import PAYLOAD
from medcom_bu.oioxml.reading import accept
from medcom_bu.oioxml.source import load
from medcom_bu.resources import folder
from medcom_bu.testing.letters import letter_samples
from medcom_bu.values.base64 import Base64

REFERRAL, SMALL, BINARY = "XREF01/XH0131R", "XDIS91/XD9134L", "XBIN01/XB0131X"
MESSAGES = {"full XREF01": REFERRAL, "small XDIS91": SMALL, "XCTL02": "XCTL02/XC0230Q"}
ATTACHMENT = 30 << 20


def schema_of(message: Emessage) -> Path:
    """The schema of a consignment."""
    return folder("xsd") / f"emessage-{'-'.join(message.namespace.strip('/').split('/')[-3:])}.xsd"


def unvalidated(data: bytes, namespace: str) -> Emessage:
    """Bytes to value, for bytes that the schema is known to accept."""
    document, _ = load(data)
    assert document is not None
    message = accept(document, namespace, by_namespace()[namespace])
    assert message is not None
    return message


def codec_alone(place: Path) -> Iterator[Row]:
    """Bytes to value without a verdict."""
    for name, sample in MESSAGES.items():
        message = letter_samples()[sample]
        data = medcom_bu.to_xml(message)
        read = partial(unvalidated, data, message.namespace)
        yield at_most(f"{name}: codec alone, no schema", "lxml.fromstring", 2.0, read, partial(etree.fromstring, data))
    data, schema = medcom_bu.to_xml(letter_samples()[REFERRAL]), schema_of(letter_samples()[REFERRAL])
    read = partial(unvalidated, data, letter_samples()[REFERRAL].namespace)
    peer = functools.cache(partial(peers.Xsdata, schema, place))
    path = "full XREF01: codec alone, no schema"
    yield faster(path, "xsdata", 12, read, lambda: partial(peer().read, data), "xsdata")


def parse(_: Path) -> Iterator[Row]:
    """Bytes to value with a verdict."""
    for name, sample in MESSAGES.items():
        message = letter_samples()[sample]
        data, schema = medcom_bu.to_xml(message), etree.XMLSchema(etree.parse(schema_of(message)))
        read, judged = partial(medcom_bu.parse, data), partial(lxml_validated, schema, data)
        yield at_most(f"{name}: parse", "lxml.fromstring", None, read, partial(etree.fromstring, data))
        yield at_most(f"{name}: parse", "lxml parse + XMLSchema.validate", 1.7, read, judged)
    data, path = medcom_bu.to_xml(letter_samples()[REFERRAL]), schema_of(letter_samples()[REFERRAL])
    peer = partial(peers.xmlschema_reader, path, data)
    yield faster("full XREF01: parse", "xmlschema", 25, partial(medcom_bu.parse, data), peer, "xmlschema")


def lxml_validated(schema: etree.XMLSchema, data: bytes) -> bool:
    """The least that a validated reading costs."""
    return schema.validate(etree.fromstring(data))


def to_xml(place: Path) -> Iterator[Row]:
    """Value to bytes."""
    for name, sample in MESSAGES.items():
        message = letter_samples()[sample]
        tree = etree.fromstring(medcom_bu.to_xml(message))
        least = partial(etree.tostring, tree, encoding="ISO-8859-1", xml_declaration=True)
        write = partial(medcom_bu.to_xml, message)
        yield at_most(f"{name}: to_xml", "lxml.tostring of a ready tree", 1.3, write, least)
    message = letter_samples()[REFERRAL]
    peer = functools.cache(partial(peers.Xsdata, schema_of(message), place))
    write, data = partial(medcom_bu.to_xml, message), medcom_bu.to_xml(message)
    yield faster("full XREF01: to_xml", "xsdata", 75, write, lambda: peer().writer(data), "xsdata")


def validate(_: Path) -> Iterator[Row]:
    """What the business rules add to the verdict on a valid message."""
    for name, sample in MESSAGES.items():
        data = medcom_bu.to_xml(letter_samples()[sample])
        some = partial(medcom_bu.validate, data, layers=("syntax", "schema"))
        yield at_most(f"{name}: validate", "syntax and schema alone", 1.3, partial(medcom_bu.validate, data), some)


def large_write(place: Path) -> Iterator[Row]:
    """An attachment of 30 MB to a file, with and without the extra ``fast``."""
    content, small = bytes(range(256)) * (ATTACHMENT // 256), letter_samples()[BINARY]
    large, target, plain = with_content(small, content), place / "target.xml", place / "plain"
    write, least = partial(written, large, target), partial(encoded, content, plain)
    tree = partial(peers.write_as_tree, medcom_bu.to_xml(small), PAYLOAD, content, target)
    for name in each_base64():
        yield at_most(f"30 MB: write_xml to a file{name}", "base64 + file write", 1.5, write, least)
        yield faster(f"30 MB: write_xml to a file{name}", "lxml tree", 8, write, lambda: tree)
    made = "large = own.with_content(small, bytes(range(256)) * (own.ATTACHMENT // 256))"
    setup = f"{SETUP}target = Path({str(target)!r})\n{made}"
    yield within("30 MB: write_xml to a file", 10, memory(setup, "own.written(large, target)"))


def large_read(place: Path) -> Iterator[Row]:
    """An attachment of 30 MB from a file, with and without the extra ``fast``."""
    content = bytes(range(256)) * (ATTACHMENT // 256)
    source, plain = place / "source.xml", place / "plain"
    written(with_content(letter_samples()[BINARY], content), source)
    encoded(content, plain)
    read, least = partial(parsed, source), partial(decoded, plain)
    tree = partial(peers.read_as_tree, source, PAYLOAD)
    for name in each_base64():
        yield at_most(f"30 MB: parse of a file{name}", "read + decode", 1.5, read, least)
        yield faster(f"30 MB: parse of a file{name}", "lxml tree", 8, read, lambda: tree)
    setup = f"{SETUP}source = Path({str(source)!r})\n"
    yield within("30 MB: parse of a file, its payload of 30 MB in it", 40, memory(setup, "own.parsed(source)"))


PATHS = (codec_alone, parse, to_xml, validate, large_write, large_read)

SETUP = """
import medcom_bu
from benchmarks import oioxml as own
from pathlib import Path
small = own.letter_samples()[own.BINARY]
medcom_bu.parse(medcom_bu.to_xml(small))
"""


def each_base64() -> Iterator[str]:
    """Run what follows without pybase64, then with it where it is installed; how to name the row."""
    with mock.patch("medcom_bu.values.base64.pybase64", None):
        yield ""
    if peers.is_installed("pybase64"):
        yield ", with the extra fast"


def with_content(message: Emessage, content: bytes) -> Emessage:
    """The message with another attachment."""
    letter = message.letters[0]
    assert isinstance(letter, BinaryLetter)
    held = letter.binary_object[0].replace(object_base64_encoded=Base64(content))
    return message.replace(letters=(letter.replace(binary_object=(held,)),))


def written(message: Emessage, path: Path) -> None:
    """Our writing."""
    with path.open("wb") as file:
        medcom_bu.write_xml(message, file)


def parsed(path: Path) -> Any:
    """Our reading."""
    with path.open("rb") as file:
        return medcom_bu.parse(file)


def encoded(content: bytes, path: Path) -> None:
    """The least that a writing costs."""
    path.write_bytes(base64.b64encode(content))


def decoded(path: Path) -> bytes:
    """The least that a reading costs."""
    return base64.b64decode(path.read_bytes())
