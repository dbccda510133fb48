"""Files on a page: with the letter that names them, opened from the page or where the caller says, harmless."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import pytest

from medcom_bu import CareCommunicationBuilder, Consignment, Emessage, as_page
from medcom_bu.demo import example
from medcom_bu.rendering.files import file_name
from medcom_bu.rendering.page_options import PageOptions
from medcom_bu.rendering.view import Files, Post, Section, ShownFile, readable_size
from medcom_bu.rendering.viewing import view_of
from medcom_bu.testing.letters import letter_samples
from medcom_bu.values.identifiers import Cpr
from tests.support.care_messages import IDA
from tests.support.html import count_at, texts_at
from tests.support.ids_and_clock import counted
from tests.support.pages import checked_page
from tests.support.threads import CITIZEN, CLINIC, SCHOOL
from tests.support.views import parts_of, said

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
GIF = bytes.fromhex("47494638396101000100800000ffffff0000002c00000000010001000002024401003b")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\0\0"))
    + _chunk(b"IEND", b"")
)


def files(given: Any, **options: Any) -> list[ShownFile]:
    return [part for part in parts_of(view_of(given, PageOptions(**options))) if isinstance(part, ShownFile)]


def with_file(content: bytes, extension: str = "pdf", code: str = "vektor_grafik") -> Emessage:
    """A binary letter with a file of any content and declared type."""
    sample = letter_samples()["XBIN01/XB0131X"]
    letter: Any = sample.letters[0]
    held = letter.binary_object[0].replace(
        object_base64_encoded=content,
        object_extension_code=extension,
        object_code=code,
        original_object_size=str(len(content)),
    )
    return sample.replace(letters=(letter.replace(binary_object=(held,)),))


# --- a consignment ------------------------------------------------------------------------------------------------


def test_a_file_stands_with_the_letter_that_names_it() -> None:
    """VEN-25: whatever the order, hyphens on one side alone."""
    letter, binary = example()
    orders: list[Any] = [Consignment((letter, binary)), [binary, letter], (letter, binary)]
    for given in orders:
        view = view_of(given)
        article = next(article for article in view.articles if article.title == "Sygehushenvisning")
        section = next(part for part in article.body if isinstance(part, Section) and part.title == "Bilag og links")
        [block] = section.blocks
        assert isinstance(block, Files)
        [file] = block.files
        assert (file.name, said(file.kind)) == ("PPV, psykologisk vurdering", ["PDF"])
        assert file.content is not None
        assert file.content.startswith(b"%PDF")
        other = next(file for file in files(given) if file.content is None)
        assert (other.name, other.why_not) == (file.name, "Filen er vist ved det brev den hører til")
        assert as_page(given).count("data:application/octet-stream;") == 1


def test_a_file_that_is_not_there_says_why() -> None:
    letter, binary = example()
    assert [file.why_not for file in files(letter)] == ["Filen sendes i sit eget brev"]
    assert [file.why_not for file in files([letter, letter_samples()["XDIS91/XD9134L"]])] == ["Filen er ikke modtaget"]
    assert [file.why_not for file in files(binary)] == [""]


def test_a_file_about_another_patient_is_never_joined() -> None:
    letter, binary = example()
    about: Any = binary.letters[0]
    other = binary.replace(letters=(about.replace(subject=about.subject.replace(identifier=Cpr("2509479989"))),))
    found = files([letter, other])
    assert [(file.content is None, file.why_not) for file in found] == [(True, "Filen er ikke modtaget"), (False, "")]
    of_nobody = letter.replace(letters=(letter.letters[0].replace(patient=None),))
    assert [file.content is None for file in files([of_nobody, binary])] == [True, False]


# --- what is shown of one -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "extension", "is_shown"),
    [
        (PNG, "png", "data:image/png;base64,"),
        (GIF, "gif", "data:image/gif;base64,"),
        (b"\xff\xd8\xff\xe0" + bytes(20), "jpeg", "data:image/jpeg;base64,"),
        (PNG, "pdf", "data:image/png;base64,"),
        (SVG, "png", ""),
        (HTML, "gif", ""),
        (SVG, "svg", ""),
        (b"BM" + bytes(60), "bmp", ""),
        (b"%PDF-1.4\n", "pdf", ""),
        (b"", "png", ""),
    ],
)
def test_a_picture_is_shown_where_its_bytes_are_one_that_cannot_act(
    content: bytes, extension: str, is_shown: str
) -> None:
    page = as_page(with_file(content, extension))
    checked_page(page)
    assert [source[: len(is_shown)] for source in texts_at(page, "//img/@src")] == ([is_shown] if is_shown else [])
    assert texts_at(page, "//a[@download]/@href")[0].startswith("data:application/octet-stream;base64,")
    assert b"svg" not in page.encode().replace(b"svg</bdi>", b"").lower()


def test_a_large_picture_is_fetched_and_not_shown() -> None:
    page = as_page(with_file(PNG + bytes(5_000_000), "png"))
    assert (count_at(page, "//img"), count_at(page, "//a[@download]")) == (0, 1)


@pytest.mark.parametrize(
    ("content", "extension", "code", "rows"),
    [
        (b"%PDF-1.4\n", "pdf", "vektor_grafik", []),
        (b"%PDF-1.4\n", "pdf", "billede", ["Indholdstype", "Billede"]),
        (b"%PDF-1.4\n", "png", "billede", ["Bemærk", "Filens indhold er PDF"]),
        (b"MZ" + bytes(9), "pdf", "vektor_grafik", ["Bemærk", "Filens indhold er Program (EXE)", "Bemærk"]),
        (b"xx", "com", "program", ["Bemærk", "Filen er et program: åbn den kun efter aftale med afsenderen"]),
        (b"xx", "heic", "vektor_grafik", ["Indholdstype", "Vektorgrafik"]),
    ],
)
def test_what_a_reader_should_know_of_a_file(content: bytes, extension: str, code: str, rows: list[str]) -> None:
    """VEN-26: a PDF is not called vector graphics."""
    [file] = files(with_file(content, extension, code))
    told = said(tuple(row for row in file.rows if row.label != "Fil-id"))
    assert told[: len(rows)] == rows
    assert bool(told) == bool(rows)


@pytest.mark.parametrize(
    ("name", "extension", "safe"),
    [
        ("Vurdering", "pdf", "Vurdering.pdf"),
        ("Vurdering.PDF", "pdf", "Vurdering.pdf"),
        ("faktura.exe", "pdf", "faktura_exe.pdf"),
        ("<script>", "pdf", "script.pdf"),
        ("../../etc/passwd", "txt", "etc_passwd.txt"),
        ("a\u202efdp.exe", "png", "a_fdp_exe.png"),
        ("C:\\x|y?*", None, "C_x_y.bin"),
        ("\r\nSet-Cookie: a", "pdf", "Set-Cookie_ a.pdf"),
        ("", None, "fil.bin"),
        ("x" * 300, "pdf", "x" * 80 + ".pdf"),
        ("Ålborg æøå (2)", "doc", "Ålborg æøå (2).doc"),
    ],
)
def test_a_file_is_stored_under_a_safe_name(name: str, extension: str | None, safe: str) -> None:
    assert file_name(name, extension) == safe


def test_a_size_is_told_in_words() -> None:
    assert [readable_size(count) for count in (0, 999, 1000, 12_635, 1_834_567)] == [
        *("0 byte", "999 byte", "1,0 kB", "12,6 kB", "1,8 MB"),
    ]


# --- where the caller says ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("found", ["https://sag.example/fil/1", "/filer/1?a=b", "filer/1.pdf", "HTTP://example.org/a"])
def test_the_callers_function_says_where_a_file_is_opened(found: str) -> None:
    asked: list[ShownFile] = []

    def link(file: ShownFile) -> str | None:
        asked.append(file)
        return found if file.content is not None else None

    page = as_page(example(), link=link)
    checked_page(page.replace(f'href="{found}"', 'href="/x"'))
    assert texts_at(page, "//ul[@class='files']//a/@href") == [found]
    assert "data:application" not in page
    assert next((file.name, file.file_name) for file in asked) == (
        *("PPV, psykologisk vurdering", "PPV, psykologisk vurdering.pdf"),
    )


@pytest.mark.parametrize(
    "found",
    [
        *("javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "//example.org/a", "/\\example.org"),
        *("vbscript:x", " https://example.org", "java\nscript:alert(1)", "https://", "", "file:///etc/passwd", "a:b"),
        '/x" onclick="y',
    ],
)
def test_an_address_that_could_act_is_refused(found: str) -> None:
    with pytest.raises(ValueError, match=r"^link gives an address of http or https, a path, or None$"):
        as_page(example(), link=lambda _: found)


def test_a_link_that_gives_something_else_is_named() -> None:
    wrong: Any = lambda _: 5  # noqa: E731
    with pytest.raises(TypeError, match=r"^what link gives takes str, not int$"):
        as_page(example(), link=wrong)


# --- many ---------------------------------------------------------------------------------------------------------


def test_fifty_files_stand_in_their_order_with_the_text_they_came_with() -> None:
    builder = CareCommunicationBuilder.new(
        sender=SCHOOL, receiver=CLINIC, patient=CITIZEN, category="healthcare", ids=counted()
    ).write("Se bilag.", author=IDA)
    for number in range(50):
        builder = builder.attach(b"%PDF-1.4\n" + bytes(number), title=f"Bilag {number}")
    [post] = [part for part in parts_of(view_of(builder.build())) if isinstance(part, Post)]
    assert [file.name for file in post.files] == [f"Bilag {number}" for number in range(50)]
    assert [file.size for file in post.files] == list(range(9, 59))
