"""The file types of attachments: one table, the signatures, and what they say about bytes."""

from __future__ import annotations

import base64
import doctest
import gzip
import io
import re
import struct
import wave
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medcom_bu.values import filetypes
from medcom_bu.values.codes import ObjectCode, ObjectExtensionCode
from medcom_bu.values.filetypes import FILE_TYPES, HEAD, matches, normalise, sniff
from tests.support.oracle import oracle


def _wave() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 1, 8000, 0, "NONE", ""))
        sound.writeframes(b"\x80" * 8)
    return file.getvalue()


def _zip(name: str | None) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        if name:
            archive.writestr(name, "x")
    return file.getvalue()


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
GOOD: dict[str, tuple[bytes, ...]] = {
    "pcx": (b"\n\x05\x01\x08" + bytes(124), b"\n\x00\x00\x01" + bytes(124)),
    "tiff": (b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08"),
    "jpeg": (b"\xff\xd8\xff\xe0\0\x10JFIF\0", b"\xff\xd8\xff\xe1\0\x10Exif\0", b"\xff\xd8\xff\xdb"),
    "gif": (b"GIF87a\1\0\1\0", b"GIF89a\1\0\1\0"),
    "bmp": tuple(b"BM" + struct.pack("<IIIIi", 70, 0, 54, size, 1) for size in (12, 40, 52, 56, 64, 108, 124)),
    "png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",),
    "mpg": (b"\0\0\1\xba\x21\0\1", b"\0\0\1\xb3\x16\0"),
    "dcm": (bytes(128) + b"DICM\2\0", b"\n" * 128 + b"DICM\2\0"),
    "rtf": (rb"{\rtf1\ansi x}",),
    "doc": (OLE,),
    "xls": (OLE,),
    "wpd": (b"\xffWPC\x10\0\0\0",),
    "exe": (b"MZ\x90\0\3\0\0\0", b"MZ" + b"x" * 60 + bytes(2)),
    "pdf": (b"%PDF-1.3\n", b"\xef\xbb\xbf%PDF-1.7", b"\r\n%PDF-2.0"),
    "wav": (_wave(),),
    "avi": (b"RIFF\x0a\x0a\x0a\x0aAVI LIST",),
    "mid": (b"MThd\0\0\0\6\0\1",),
    "rmi": (b"RIFF\x24\0\0\0RMIDdata",),
    "zip": (_zip("a.txt"), _zip(None), b"PK\7\x08PK\3\4"),
}
UNSIGNED = {"scp", "txt", "com", "bin", "inh", "plo", "fnx"}
TEXTS = (
    b"",
    "Æbler på Sønderø".encode("latin-1"),
    "Æbler på Sønderø".encode(),
    b"BMI 17,2 ved skolestart (se bilag)",
    b"MZ tvillinger, begge henvist",
    b"PK er barnets initialer",
    b"RIFF er et ord",
    b"RIFF og AVIS er ord",
    b"II. Anamnese",
    b"\n  \n Tekst",
)
PAIRS = [(extension, head) for extension, heads in GOOD.items() for head in heads]


def test_the_table_knows_every_extension_once() -> None:
    assert list(FILE_TYPES) == list(ObjectExtensionCode)
    assert len(filetypes._TYPES) == len(FILE_TYPES) == 26
    assert set(GOOD) | UNSIGNED == set(FILE_TYPES)
    assert {extension for extension, kind in FILE_TYPES.items() if kind.signature is None} == UNSIGNED


def test_the_kind_of_object_by_certified_practice() -> None:
    by_code = {
        code.value: {kind.extension.value for kind in FILE_TYPES.values() if kind.object_code is code}
        for code in ObjectCode
    }
    assert by_code == {
        "vektor_grafik": {"pdf"},
        "billede": {"pcx", "tiff", "jpeg", "gif", "bmp", "png", "dcm"},
        "tekstfil": {"txt", "rtf", "doc", "xls", "wpd"},
        "biosignaler": {"scp"},
        "multimedie": {"mpg", "wav", "avi", "mid", "rmi", "inh", "bin"},
        "program": {"exe", "com"},
        "proprietaert_indhold": {"zip", "plo", "fnx"},
    }


def test_mime_types() -> None:
    assert {extension: FILE_TYPES[extension].mime_type for extension in ("pdf", "jpeg", "tiff", "txt", "scp")} == {
        "pdf": "application/pdf",
        "jpeg": "image/jpeg",
        "tiff": "image/tiff",
        "txt": "text/plain",
        "scp": "application/octet-stream",
    }
    assert all(re.fullmatch(r"[a-z]+/[a-z.-]+", kind.mime_type) for kind in FILE_TYPES.values())


@pytest.mark.parametrize(("extension", "head"), PAIRS)
def test_content_that_is_what_its_extension_says(extension: str, head: bytes) -> None:
    assert matches(extension, head) is True
    assert sniff(head) == (None if extension in ("doc", "xls") else extension)
    assert matches("txt", head) is False


@pytest.mark.parametrize(("extension", "head"), PAIRS)
def test_content_that_is_something_else(extension: str, head: bytes) -> None:
    same = {"doc", "xls"} if extension in ("doc", "xls") else {extension}
    assert {other for other in GOOD if matches(other, head)} == same
    assert matches(extension, head[1:]) is (extension == "pdf" and head[:1].isspace())
    assert matches(extension, b"") is False


@pytest.mark.parametrize("extension", sorted(GOOD))
@pytest.mark.parametrize("head", TEXTS)
def test_text_is_no_other_type(extension: str, head: bytes) -> None:
    assert matches(extension, head) is False
    assert matches("txt", head) is None
    assert sniff(head) is None


def test_what_speaks_against_text() -> None:
    assert matches("txt", b"tekst\0") is False
    assert matches("txt", gzip.compress(b"tekst", mtime=0).replace(b"\0", b" ")) is False


@pytest.mark.parametrize("extension", sorted(UNSIGNED - {"txt"} | {"docx", "jpg", "", "PDF"}))
def test_what_cannot_be_told(extension: str) -> None:
    assert matches(extension, b"%PDF-1.3") is None


@pytest.mark.parametrize(
    ("extension", "head"), [pair for pair in PAIRS if pair[0] in ("tiff", "bmp", "mpg", "jpeg", "wav", "avi", "rmi")]
)
def test_a_blank_will_do_for_a_nul(extension: str, head: bytes) -> None:
    assert matches(extension, head.replace(b"\0", b" ")) is True


@pytest.mark.parametrize("name", ["[Content_Types].xml", "_rels/.rels", "docProps/app.xml", "mimetype"])
def test_an_office_document_is_not_called_a_zip_archive(name: str) -> None:
    assert sniff(_zip(name)) is None
    assert matches("zip", _zip(name)) is True
    assert matches("doc", _zip(name)) is False


@pytest.mark.parametrize(
    ("given_name", "wire"),
    [
        *(("jpg", "jpeg"), (".JPG", "jpeg"), ("jpe", "jpeg"), ("tif", "tiff"), (" .Tif ", "tiff"), ("mpeg", "mpg")),
        *(("midi", "mid"), ("pdf", "pdf"), ("PDF", "pdf"), ("docx", "docx"), ("", "")),
    ],
)
def test_normalise(given_name: str, wire: str) -> None:
    assert normalise(given_name) == wire
    assert normalise(wire) == wire


@given(st.text(max_size=8), st.binary(max_size=HEAD))
def test_nothing_raises(extension: str, head: bytes) -> None:
    assert matches(extension, head) in (True, False, None)
    found = sniff(head)
    assert found is None or matches(found, head) is True


@given(st.sampled_from(PAIRS), st.binary())
def test_the_head_is_enough(pair: tuple[str, bytes], rest: bytes) -> None:
    extension, head = pair
    content = head + rest
    assert sniff(content) == sniff(content[:HEAD])
    assert matches(extension, content) is matches(extension, content[:HEAD]) is True


def test_the_attachments_of_the_official_examples() -> None:
    found = re.compile(r"<ObjectExtensionCode>(\w+)</.*?<Object_Base64Encoded>(.*?)</", re.DOTALL)
    verdicts = set()
    for file in oracle("examples/xml").glob("xbin*.xml"):
        for extension, text in found.findall(file.read_text(encoding="latin-1")):
            verdicts.add((extension, matches(extension, base64.b64decode(text)[:HEAD])))
    assert verdicts == {
        *(("pdf", True), ("gif", True), ("jpeg", True), ("bmp", True), ("tiff", True), ("wav", True)),
        *(("scp", None), ("txt", False)),  # the text is gzipped
    }


def test_examples_in_the_docstrings() -> None:
    assert doctest.testmod(filetypes).failed == 0
