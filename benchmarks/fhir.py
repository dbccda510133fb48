"""FHIR messages: reading and writing, against the parsers alone and against fhir.resources; large attachments."""

from __future__ import annotations

import importlib
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
    """A thread of four messages as JSON, checked against the shape of R4, without orjson and with it."""
    message = thread(3)
    data = medcom_bu.to_fhir(message)
    read, write = partial(codec.read, data), partial(medcom_bu.to_fhir, message)
    typed, rival = _typed(), peers.is_installed("fhirkit")
    for with_what in _with_and_without_orjson():
        path = f"FHIR JSON: bytes to checked value{with_what}"
        if peers.is_installed("orjson"):
            yield at_most(path, "orjson.loads", 5, read, partial(importlib.import_module("orjson").loads, data))
        if rival:
            yield faster(path, "fhirkit-rs", 1, read, lambda: partial(importlib.import_module("fhirkit").parse, data))
        if typed is not None:
            yield faster(path, "fhir.resources", 20, read, lambda: partial(typed.model_validate_json, data))
        path = f"FHIR JSON: write{with_what}"
        if rival:
            yield faster(path, "fhirkit-rs", 1, write, lambda: importlib.import_module("fhirkit").parse(data).to_json)
        if typed is not None:
            yield faster(path, "fhir.resources", 40, write, lambda: message.bundle().model_dump_json)


def _with_and_without_orjson() -> Iterator[str]:
    """Run what follows without orjson, then with it where it is installed; how to name the row."""
    with mock.patch("medcom_bu.fhir.model.data.orjson", None):
        yield ""
    if peers.is_installed("orjson"):
        yield ", with the extra fast"


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
        reading = memory(f"{SETUP}path = Path({str(target)!r})\n", "medcom_bu.parse(path)")
        yield within(f"30 MB: parse of a file of {form}, its payload in it", 40, reading)


PATHS = (json, xml, large)
