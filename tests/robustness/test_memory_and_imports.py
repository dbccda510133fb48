"""Two promises that need no clock: nothing heavy is loaded unasked, and attachments pass without being held twice.

``tracemalloc`` sees what Python allocates, not what libxml2 does; there the attachment never arrives, since it is cut
out before the XML is parsed. ``python -m benchmarks`` asks the operating system as well.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest

from medcom_bu import (
    convert,
    losses,
    parse,
    read,
    to_dict,
    to_fhir,
    to_xml,
    validate,
    write_edifact,
    write_fhir,
    write_xml,
)
from medcom_bu.envelopes import sbdh, vans
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.envelopes import VansEnvelope
from medcom_bu.messages.standard_business_document import StandardBusinessDocument
from medcom_bu.testing.letters import letter_samples
from medcom_bu.testing.sets import fhir_samples
from medcom_bu.values.base64 import Base64
from tests.robustness.bases import WIRES, bases
from tests.support import conversions
from tests.support.conversions import care
from tests.support.memory import MB, SIZE, Discarding, peak

HEAVY = {"xmlschema", "fhir", "pydantic", "pytest", "hypothesis"}
VERSION = "import medcom_bu.cli\ntry:\n    medcom_bu.cli.main(['--version'])\nexcept SystemExit:\n    pass"


@pytest.mark.parametrize(
    ("code", "unwanted"),
    [
        ("import medcom_bu", HEAVY | {"lxml"}),
        (VERSION, HEAVY | {"lxml", "attr", "attrs"}),
        ("import medcom_bu; medcom_bu.parse, medcom_bu.validate, medcom_bu.to_xml", HEAVY),
        ("import medcom_bu.oioxml.codec", HEAVY),
        ("import medcom_bu.edifact.codec", HEAVY | {"lxml"}),
        ("import medcom_bu.builders", HEAVY),
    ],
)
def test_nothing_heavy_is_loaded_unasked(code: str, unwanted: set[str]) -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    ).stdout.split()
    assert {name.partition(".")[0] for name in loaded} & unwanted == set()


@pytest.mark.parametrize(
    "judged", ["medcom_bu.validate(sys.stdin.buffer.read())", "medcom_bu.cli.main(['validate', '-'])"]
)
def test_a_letter_loads_nothing_of_fhir_or_envelopes_and_no_command_but_its_own(judged: str) -> None:
    code = (
        f"import re, sys, medcom_bu, medcom_bu.cli\n{judged}\n"
        "print(*(name for name in sys.modules if name.startswith('medcom_bu') and name != 'medcom_bu.declare.fhir' "
        "and re.search('fhir|envelope|business_document|enclosed|cli.(wrap|show)|reporting.(html|json)', name)))"
    )
    data = to_xml(letter_samples()["XREF01/XH0131R"])
    told = subprocess.run([sys.executable, "-c", code], input=data, check=True, capture_output=True).stdout
    assert told.splitlines()[-1] == b""


COLD = """
import json, sys, medcom_bu
print(json.dumps(medcom_bu.to_dict(medcom_bu.read(sys.stdin.buffer.read()).message)))
"""


@pytest.mark.slow
@pytest.mark.parametrize("wire", WIRES)
def test_a_process_that_has_made_nothing_reads_what_any_other_reads(wire: str) -> None:
    for data in first_of_each_type(wire):
        told = subprocess.run([sys.executable, "-c", COLD], input=data, check=True, capture_output=True).stdout
        message: Any = read(data).message
        assert json.loads(told) == json.loads(json.dumps(to_dict(message)))


def first_of_each_type(wire: str) -> list[bytes]:
    """A message of a wire for each of its types: letters, envelopes and what they hold, events."""
    found: dict[object, bytes] = {}
    for data in bases(wire).values():
        message = read(data).message
        held = getattr(message, "letters", None) or (getattr(message, "content", None),)
        found.setdefault((type(message), *map(type, held)), data)
    return list(found.values())


def letter(content: bytes) -> Emessage:
    """A binary letter with one attachment."""
    message = letter_samples()["XBIN01/XB0131X"]
    held: Any = message.letters[0]
    attachment = held.binary_object[0].replace(object_base64_encoded=Base64(content))
    return message.replace(letters=(held.replace(binary_object=(attachment,)),))


@pytest.mark.parametrize(("write", "least"), [(write_xml, SIZE // 3 * 4), (write_edifact, SIZE)])
def test_writing_a_large_attachment_holds_little(write: Any, least: int) -> None:
    message, file = letter(bytes(SIZE)), Discarding()
    assert peak(lambda: write(message, file)) <= 10 * MB
    assert file.size > least


def test_naming_the_losses_of_a_large_attachment_holds_little() -> None:
    message = letter(bytes(SIZE))
    assert peak(lambda: losses(message, "edifact")) <= 10 * MB


@pytest.mark.parametrize("write", [write_xml, write_edifact])
def test_reading_a_large_attachment_holds_its_content_once(write: Any, tmp_path: Any) -> None:
    path = tmp_path / "large"
    with path.open("wb") as file:
        write(letter(bytes(SIZE)), file)
    with path.open("rb") as file:
        assert peak(lambda: parse(file)) <= SIZE + 10 * MB


def to_care(files: Sequence[io.BytesIO]) -> None:
    """A correspondence and its binary letter, read, converted and written as FHIR."""
    letter, binary = (parse(file, Emessage) for file in files)
    write_fhir(care(convert(letter, "fhir", attachments=[binary])), Discarding())


def to_letters(files: Sequence[io.BytesIO]) -> None:
    """A FHIR message, read, converted and written as a correspondence and its binary letter."""
    for message in convert(parse(files[0]), "xml").messages:
        write_xml(message, Discarding())  # type: ignore[arg-type] # letters alone come out


def test_converting_large_attachments_holds_them_once() -> None:
    files = {f"Bilag {number}": b"%PDF-1.4" + bytes(SIZE // 3 - 8 - number) for number in range(3)}
    sent, came = conversions.letter(files), conversions.message(files=files)
    for source, to in ((sent, "fhir"), (came, "xml")):
        assert peak(lambda: convert(source, to)) <= 10 * MB  # noqa: B023 - called at once
    for work, messages in ((to_care, [to_xml(each) for each in sent]), (to_letters, [to_fhir(came)])):
        written = [io.BytesIO(data) for data in messages]
        assert peak(lambda: work(written)) <= SIZE + 10 * MB  # noqa: B023 - called at once


def envelope(content: bytes) -> VansEnvelope:
    """An envelope with bytes inside."""
    return vans.wrap(content, sender="5790000121526", receiver="5790000121526", name="Billede")


def document(content: bytes) -> StandardBusinessDocument:
    """An ehmiSBDH with bytes inside."""
    return sbdh.with_payload(sbdh.wrap(fhir_samples()["Acknowledgement/2.0"]), content)


ENVELOPES = pytest.mark.parametrize("envelope", [envelope, document])


@ENVELOPES
def test_writing_a_large_envelope_holds_little(envelope: Any) -> None:
    sent, file = envelope(bytes(SIZE)), Discarding()
    assert peak(lambda: write_xml(sent, file)) <= 10 * MB
    assert file.size > SIZE // 3 * 4
    assert peak(lambda: validate(sent)) <= MB


@ENVELOPES
def test_reading_a_large_envelope_holds_its_content_once(envelope: Any, tmp_path: Any) -> None:
    path = tmp_path / "large.xml"
    with path.open("wb") as file:
        write_xml(envelope(bytes(SIZE)), file)
    with path.open("rb") as file:
        assert peak(lambda: read(file)) <= SIZE + 10 * MB


def test_a_file_and_its_bytes_give_the_same_message() -> None:
    data = to_xml(letter(bytes(range(256)) * 5000))
    assert parse(io.BytesIO(data)) == parse(data)
    for wrapped in (envelope, document):
        data = to_xml(wrapped(bytes(range(256)) * 5000))
        message = read(data).message
        assert message is not None
        assert read(io.BytesIO(data)).message == message


MADE = """
import json, sys, medcom_bu
from medcom_bu.declare.base import Declared
def classes(cls):
    return [cls, *(below for each in cls.__subclasses__() for below in classes(each))]
data = [text.encode("latin-1") for text in json.load(sys.stdin)]
messages = [medcom_bu.parse(each) for each in data]
reports = [medcom_bu.validate(each).ok for each in data if each.startswith(b"<")]
written = [medcom_bu.to_xml(m) if d.startswith(b"<") else medcom_bu.to_fhir(m) for m, d in zip(messages, data)]
made = [cls.__name__ for cls in classes(Declared) if type(vars(cls)["__init__"]).__name__ == "function"]
print(json.dumps([written == data, reports, made]))
"""


def test_to_read_to_judge_and_to_write_make_no_class_with_attrs() -> None:
    """In a process that has made no value with a constructor, each type is read as in one that has."""
    letters = list(letter_samples().values())
    xml = [*map(to_xml, letters), to_xml(vans.wrap(letters[0]))]
    data = xml + [to_fhir(each) for each in fhir_samples().values()]
    told = json.dumps([each.decode("latin-1") for each in data])
    printed = subprocess.run(
        [sys.executable, "-c", MADE], input=told, check=True, capture_output=True, text=True, encoding="utf-8"
    ).stdout
    assert json.loads(printed) == [True, [True] * len(xml), ["Declared"]]
