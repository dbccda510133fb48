"""PDFs of plain Latin text: the file's structure, what is drawn, and what an independent reader makes of it."""

from __future__ import annotations

import doctest
import io
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medcom_bu.rendering import latin_pdf as pdf
from medcom_bu.rendering.latin_pdf import latin_pdf

DANISH = "Blåbærgrød på Ærø: æøå ÆØÅ é ü – “citat” 50 % (paragraf § 126 a) \\ ½ €"
PRINTABLE = "".join(
    bytes([code]).decode("cp1252") for code in range(0x20, 0x100) if code not in (0x7F, 0x81, 0x8D, 0x8F, 0x90, 0x9D)
)
printable_text = st.text(PRINTABLE + "\n\t ", max_size=400)

_DRAWN = re.compile(rb"/F1 (\d+) Tf 1 0 0 1 (\d+) (\d+) Tm \(((?:[^\\()]|\\[\\()])*)\) Tj", re.DOTALL)


def pages_of(file: bytes) -> list[list[tuple[int, int, int, str]]]:
    """Size, x, y and text of each line on each page, read through the table of objects; but for the page's number."""
    assert file.startswith(b"%PDF-1.7\n")
    trailer = re.fullmatch(
        rb".*\nxref\n0 (\d+)\n0000000000 65535 f \n((?:\d{10} 00000 n \n)+)"
        rb"trailer\n<</Size (\d+)/Root 1 0 R/Info 4 0 R>>\nstartxref\n(\d+)\n%%EOF\n",
        file,
        re.DOTALL,
    )
    assert trailer
    places = [int(entry[:10]) for entry in trailer[2].splitlines()]
    assert int(trailer[1]) == int(trailer[3]) == len(places) + 1
    assert file[int(trailer[4]) :].startswith(b"xref\n")
    for number, place in enumerate(places, start=1):
        assert file[place:].startswith(b"%d 0 obj\n" % number)

    def body(number: int) -> bytes:
        return file[places[number - 1] :].split(b"\nendobj\n", 1)[0]

    kids = [int(kid) for kid in re.findall(rb"(\d+) 0 R", re.findall(rb"/Kids\[(.*?)\]", body(2))[0])]
    assert b"/Count %d/" % len(kids) in body(2)
    pages: list[list[tuple[int, int, int, str]]] = []
    for kid in kids:
        content = int(re.findall(rb"/Contents (\d+) 0 R", body(kid))[0])
        stream = re.fullmatch(rb".*<</Length (\d+)>>stream\n(.*)\nendstream", body(content), re.DOTALL)
        assert stream
        assert len(stream[2]) == int(stream[1])
        drawn = [
            (int(size), int(x), int(y), re.sub(rb"\\(.)", rb"\1", text).decode("cp1252"))
            for size, x, y, text in _DRAWN.findall(stream[2])
        ]
        assert re.fullmatch(rb"BT\n(?:%b\n)*ET" % _DRAWN.pattern, stream[2], re.DOTALL)
        assert drawn.pop() == (9, 57, 28, f"Side {len(pages) + 1} af {len(kids)}")
        pages.append(drawn)
    return pages


def texts_of(file: bytes) -> list[str]:
    return [text for page in pages_of(file) for _, _, _, text in page]


def test_title_and_paragraphs() -> None:
    assert pages_of(latin_pdf("Bilag", ["Første", "Anden"])) == [
        [(16, 57, 764, "Bilag"), (11, 57, 743, "Første"), (11, 57, 722, "Anden")]
    ]


def test_every_character_of_the_encoding() -> None:
    assert "".join(sorted(pdf._WIDTHS)) == "".join(sorted(PRINTABLE))
    assert sum(map(len, pdf._HELVETICA.values())) == len(PRINTABLE) == 218
    lines = [PRINTABLE[start : start + 20] for start in range(0, 218, 20)]
    assert texts_of(latin_pdf("x", ["\n".join(lines)]))[1:] == [line.rstrip(" ") for line in lines]


def test_line_ends_and_blanks() -> None:
    assert texts_of(latin_pdf("x", ["a\r\nb\rc\n\nd", "  inde\tnted  "]))[1:] == ["a", "b", "c", "d", "  inde    nted"]
    heights = [y for _, _, y, _ in pages_of(latin_pdf("x", ["a\n\nb"]))[0][1:]]
    assert heights[0] - heights[1] == 2 * 14


def test_long_text_is_wrapped_at_blanks() -> None:
    words = [f"ord{number}" for number in range(300)]
    lines = texts_of(latin_pdf("x", [" ".join(words)]))[1:]
    assert " ".join(lines).split() == words
    assert all(_width(line) * 11 <= 481_000 for line in lines)
    for line, following in pairwise(lines):
        assert _width(f"{line} {following.split()[0]}") * 11 > 481_000


def test_a_word_wider_than_the_page_is_broken() -> None:
    lines = texts_of(latin_pdf("x", ["i " + "W" * 200, " " + "i" * 195 + "@" * 3]))[1:]
    assert lines[0] == "i"
    assert "".join(lines).replace(" ", "") == "i" + "W" * 200 + "i" * 195 + "@" * 3
    assert all(_width(line) * 11 <= 481_000 for line in lines)


def test_a_long_text_takes_more_pages() -> None:
    pages = pages_of(latin_pdf("x", [f"linje {number}" for number in range(100)]))
    assert [text for page in pages for _, _, _, text in page][1:] == [f"linje {number}" for number in range(100)]
    assert len(pages) == 3
    assert all(57 <= y <= 842 - 57 for page in pages for _, _, y, _ in page)
    assert all(len({y for _, _, y, _ in page}) == len(page) for page in pages)


def test_the_patient_stands_on_every_page() -> None:
    patient = "Nancy Ann Berggren " * 8 + "251248-9996"
    pages = pages_of(latin_pdf("x", [f"linje {number}" for number in range(120)], patient=patient))
    assert len(pages) == 4
    for page in pages:
        assert " ".join(text for size, _, _, text in page if size == 9) == patient
        assert [size for size, _, _, _ in page[:2]] == [9, 9]
        assert all(57 <= y <= 842 - 57 for _, _, y, _ in page)
    body = [text for page in pages for size, _, _, text in page if size == 11]
    assert body == [f"linje {number}" for number in range(120)]


def test_nothing_to_say_is_still_a_page() -> None:
    assert pages_of(latin_pdf("", [])) == [[]]
    assert pages_of(latin_pdf("", ["", ""])) == [[]]


def _width(text: str) -> int:
    return sum(pdf._WIDTHS[character] for character in text)


@given(printable_text, st.lists(printable_text, max_size=4))
def test_all_text_is_drawn_within_the_margins(title: str, paragraphs: list[str]) -> None:
    pages = pages_of(latin_pdf(title, paragraphs))
    drawn = "".join(text for page in pages for _, _, _, text in page)
    assert drawn.replace(" ", "") == re.sub("[ \t\n]", "", "".join([title, *paragraphs]))
    for page in pages:
        for size, x, y, text in page:
            assert x == 57
            assert 57 <= y < 842 - 57
            assert _width(text) * size <= 481_000
        assert sorted((y for _, _, y, _ in page), reverse=True) == [y for _, _, y, _ in page]


@pytest.mark.parametrize(
    "character", ["\u0395", "\u0142", "\u200b", "\0", "\x7f", "\x85", "\x0b", "\u2028", "😀", "\ud800"]
)
def test_a_character_outside_the_encoding(character: str) -> None:
    advice = r"pip install 'medcom_bu\[pdf\]' writes any script$"
    with pytest.raises(ValueError, match=rf"^title, character 1: not in WinAnsiEncoding; {advice}"):
        latin_pdf(f"x{character}", [])
    with pytest.raises(ValueError, match=rf"^paragraphs\[1\], character 2: not in WinAnsiEncoding; {advice}") as caught:
        latin_pdf("x", ["", f"ab{character}{character}"])
    assert caught.value.__context__ is None
    mark = f"<U+{ord(character):04X}>"
    assert texts_of(latin_pdf(f"x{character}", [f"a{character}b"], errors="mark")) == [f"x{mark}", f"a{mark}b"]
    with pytest.raises(ValueError, match=r"^patient, character 0: "):
        latin_pdf("x", [], patient=character)


def test_the_same_text_gives_the_same_bytes() -> None:
    file = latin_pdf(DANISH, [DANISH] * 3)
    assert file == latin_pdf(DANISH, (DANISH,) * 3)
    assert not re.search(rb"/(CreationDate|ModDate|ID|Producer)\b", file)


def test_another_reader_finds_the_text() -> None:
    pypdf = pytest.importorskip("pypdf")
    paragraphs = [DANISH, "Første linje\nanden linje", *(f"afsnit {number}" for number in range(60))]
    reader = pypdf.PdfReader(io.BytesIO(latin_pdf("Henvisning af Ærø", paragraphs)), strict=True)
    assert reader.metadata.title == "Henvisning af Ærø"
    assert len(reader.pages) == 2
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert [line.strip() for line in text.splitlines() if line.strip() and "Side " not in line] == [
        "Henvisning af Ærø",
        DANISH,
        "Første linje",
        "anden linje",
        *paragraphs[2:],
    ]


def test_the_widths_are_those_of_the_standard_font() -> None:
    fonts = pytest.importorskip("pypdf._codecs.core_font_metrics").CORE_FONT_METRICS
    metrics = getattr(fonts["Helvetica"], "character_widths", None)
    if metrics is None:
        pytest.skip("this pypdf keeps its widths elsewhere")
    known = {character: width for character, width in pdf._WIDTHS.items() if character in metrics}
    assert known == {character: metrics[character] for character in known}
    assert set(pdf._WIDTHS) - set(known) == {"\u00a0", "\u00ad"}


def test_examples_in_the_docstrings() -> None:
    assert doctest.testmod(pdf).failed == 0
