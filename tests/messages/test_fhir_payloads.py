"""Large attachments: read and written without being held twice, and no different from small ones."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

import medcom_bu
from medcom_bu.fhir.payloads import LARGE, cut
from medcom_bu.issues import Position
from medcom_bu.messages.care_communication import CareCommunicationMessage
from medcom_bu.values.base64 import Base64, Base64Layout
from medcom_bu.values.fhir_resources import Communication
from tests.support import fhir_by_hand
from tests.support.fhir_codec import found_in_fhir
from tests.support.memory import MB, SIZE, Discarding, peak

FORMS = pytest.mark.parametrize("form", ["json", "xml"])


def with_attachment(data: Base64) -> CareCommunicationMessage:
    """The sample with another attachment."""
    made = fhir_by_hand.message()
    communication = made.communication
    assert communication is not None
    text, file = communication.payload
    assert file.content_attachment is not None
    changed = file.replace(content_attachment=file.content_attachment.replace(data=data))
    return made.replace(
        entry=tuple(
            entry.replace(resource=communication.replace(payload=(text, changed)))
            if isinstance(entry.resource, Communication)
            else entry
            for entry in made.entry
        )
    )


CONTENT = bytes(range(256)) * (LARGE // 128)
SHAPES = {
    "one line": Base64(CONTENT, layout=Base64Layout(width=0)),
    "lines": Base64(CONTENT),
    "lines of CRLF": Base64(CONTENT, layout=Base64Layout(separator="\n ", before="\n", after="\t")),
    "padded": Base64(CONTENT + b"x", layout=Base64Layout(width=0)),
    "small": Base64(b"x", layout=Base64Layout(width=0)),
    "broken": Base64(None, "A" * LARGE * 2 + "="),
    "just large": Base64(bytes(LARGE), layout=Base64Layout(width=0)),
}


@FORMS
@pytest.mark.parametrize("shape", SHAPES)
def test_they_are_read_back_as_they_were(shape: str, form: str) -> None:
    made = with_attachment(SHAPES[shape])
    data = medcom_bu.to_fhir(made, form)
    reading = medcom_bu.read(data)
    assert reading.message == made
    assert isinstance(reading.message, CareCommunicationMessage)
    assert medcom_bu.to_fhir(reading.message, form) == data
    assert {code for code, _ in found_in_fhir(data)} == ({"fhir.base64"} if shape == "broken" else set())
    assert medcom_bu.read(io.BytesIO(data)).message == made


@FORMS
def test_the_text_is_that_of_the_usual_way(form: str) -> None:
    data = medcom_bu.to_fhir(with_attachment(SHAPES["one line"]), form)
    assert b"".join(SHAPES["one line"].encoded()) in data


def test_large_data_elsewhere_is_kept_too() -> None:
    text = medcom_bu.to_fhir(fhir_by_hand.message()).decode()
    large = b"".join(Base64(CONTENT, layout=Base64Layout(width=0)).encoded()).decode()
    signature = (
        '"signature":{"type":[{"code":"x"}],"when":"2026-01-02T10:00:00Z","who":{"display":"x"},'
        f'"data":"{large}"}},"entry":'
    )
    read: Any = medcom_bu.parse(text.replace('"entry":', signature, 1).encode())
    assert large in medcom_bu.to_fhir(read).decode()


@FORMS
def test_writing_holds_little(form: str) -> None:
    made, file = with_attachment(Base64(bytes(SIZE), layout=Base64Layout(width=0))), Discarding()
    assert peak(lambda: medcom_bu.write_fhir(made, file, form)) <= 10 * MB
    assert file.size > SIZE // 3 * 4


@FORMS
def test_reading_holds_the_content_once(form: str) -> None:
    data = medcom_bu.to_fhir(with_attachment(Base64(bytes(SIZE), layout=Base64Layout(width=0))), form)
    assert peak(lambda: medcom_bu.parse(data)) <= SIZE + 10 * MB
    assert peak(lambda: medcom_bu.validate(data)) <= SIZE + 10 * MB


@FORMS
def test_a_file_is_not_held_beside_its_content(form: str, tmp_path: Path) -> None:
    path = tmp_path / "message"
    with path.open("wb") as file:
        medcom_bu.write_fhir(with_attachment(Base64(bytes(SIZE), layout=Base64Layout(width=0))), file, form)
    assert peak(lambda: medcom_bu.parse(path)) <= SIZE + 10 * MB


@FORMS
@pytest.mark.parametrize("before", [b"", b"\n", b"  "])
def test_an_issue_behind_them_is_where_it_is(form: str, before: bytes) -> None:
    data = medcom_bu.to_fhir(with_attachment(SHAPES["one line"]), form)
    name, value = (b'"recorded":"', b'"') if form == "json" else (b'<recorded value="', b'"')
    start, _, rest = data.rpartition(name)
    start = start.replace(b"><", b">" + before + b"<") if form == "xml" else start.replace(b',"', b"," + before + b'"')
    data = start + name + b"x" + rest[rest.index(value) :]
    for given in (data, io.BytesIO(data)):
        (issue,) = (issue for issue in medcom_bu.validate(given) if issue.code == "fhir.form")
        line = start[start.rfind(b"\n") + 1 :]
        assert issue.position == Position(line=start.count(b"\n") + 1, column=len(line.decode()) + 1)


FEW = 3


@FORMS
@pytest.mark.parametrize("size", [LARGE // 4 * 3 - 3, LARGE // 4 * 3, (1 << 18) // 4 * 3 - 60, 1 << 18])
def test_several_are_cut_wherever_a_piece_ends(form: str, size: int) -> None:
    made = with_attachment(Base64((bytes(range(251)) * (size // 251 + 1))[:size], layout=Base64Layout(width=0)))
    communication = made.communication
    assert communication is not None
    several = communication.replace(payload=communication.payload * FEW)
    made = made.replace(
        entry=tuple(
            entry.replace(resource=several) if isinstance(entry.resource, Communication) else entry
            for entry in made.entry
        )
    )
    data = medcom_bu.to_fhir(made, form)
    for given in (data, io.BytesIO(data)):
        cut_out = cut(given, is_xml=form == "xml")
        assert len(cut_out.contents) == (FEW if size // 3 * 4 >= LARGE else 0)
    assert medcom_bu.read(io.BytesIO(data)).message == made == medcom_bu.read(data).message
