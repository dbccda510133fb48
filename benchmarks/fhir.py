"""FHIR messages: reading and writing, against the parsers alone and against fhir.resources; large attachments."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from lxml import etree

import medcom_bu
from benchmarks import peers
from benchmarks.measure import memory
from benchmarks.table import Row, at_most, faster, within
from medcom_bu.builders.care_communication import CareCommunicationBuilder
from medcom_bu.builders.care_parts import organization, patient
from medcom_bu.builders.threads import Author
from medcom_bu.fhir import codec
from medcom_bu.values.fhir_codes import Category

ATTACHMENT = 30 << 20
AUTHOR = Author(given="Ida", family="Mose", telephone="12345678", role_code="sygeplejerske")


def thread(answers: int, content: bytes = b"%PDF-1.4\nbilag") -> medcom_bu.CareCommunicationMessage:
    """The last message of a thread; without answers the first, with its attachment."""
    builder = CareCommunicationBuilder.new(
        sender=organization("Eksempel Kommune", sor="953741000016009", gln="5790001382445"),
        receiver=organization("Eksempel Hospital", sor="265161000016000", gln="5790000209354"),
        patient=patient("250947-9989", given="Bruno Test", family="Elmer"),
        category=Category.NURSING,
    )
    message = builder.write("Se bilag", author=AUTHOR).attach(content, title="Bilag").build()
    for _ in range(answers):
        message = CareCommunicationBuilder.reply_to(message).write("Tak for svar.\n" * 20, author=AUTHOR).build()
    return message


def _typed() -> Any:
    return importlib.import_module("fhir.resources.R4B.bundle").Bundle if peers.is_installed("fhir") else None


def json(_: Path) -> Iterator[Row]:
    """A thread of four messages as JSON, checked against the shape of R4."""
    message = thread(3)
    data = medcom_bu.to_fhir(message)
    read = partial(codec.read, data)
    if peers.is_installed("orjson"):
        loads = importlib.import_module("orjson").loads
        yield at_most("FHIR JSON: bytes to checked value", "orjson.loads", 5, read, partial(loads, data))
    typed = _typed()
    if typed is not None:
        peer = partial(typed.model_validate_json, data)
        yield faster("FHIR JSON: bytes to checked value", "fhir.resources", 20, read, lambda: peer)
        write = partial(medcom_bu.to_fhir, message)
        yield faster("FHIR JSON: write", "fhir.resources", 20, write, lambda: message.bundle().model_dump_json)


def xml(_: Path) -> Iterator[Row]:
    """The same as XML."""
    message = thread(3)
    data = medcom_bu.to_fhir(message, "xml")
    read, write = partial(codec.read, data), partial(medcom_bu.to_fhir, message, "xml")
    yield at_most("FHIR XML: bytes to checked value", "lxml.fromstring", 5, read, partial(etree.fromstring, data))
    typed = _typed()
    if typed is not None:
        peer = partial(typed.model_validate_xml, data)
        yield faster("FHIR XML: bytes to checked value", "fhir.resources", 20, read, lambda: peer)
        yield faster("FHIR XML: write", "fhir.resources", 75, write, lambda: message.bundle().model_dump_xml)


SETUP = """
import medcom_bu
from benchmarks import fhir as own
from pathlib import Path
medcom_bu.parse(medcom_bu.to_fhir(own.thread(0)))
"""


def large(place: Path) -> Iterator[Row]:
    """An attachment of 30 MB to a file and from its bytes."""
    made = "large = own.thread(0, b'%PDF-1.4' + bytes(own.ATTACHMENT))\n"
    for form in ("json", "xml"):
        target = place / f"large.{form}"
        setup = f"{SETUP}{made}target = Path({str(target)!r}).open('wb')\n"
        writing = memory(setup, f"medcom_bu.write_fhir(large, target, {form!r})")
        yield within(f"30 MB: write_fhir as {form}", 10, writing)
        target.write_bytes(medcom_bu.to_fhir(thread(0, b"%PDF-1.4" + bytes(ATTACHMENT)), form))
        setup = f"{SETUP}data = Path({str(target)!r}).read_bytes()\n"
        yield within(f"30 MB: parse of {form} bytes, its payload in it", 75, memory(setup, "medcom_bu.parse(data)"))


PATHS = (json, xml, large)
