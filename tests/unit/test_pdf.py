"""PDFs for the record: what they claim, what an independent reader finds in them, what no font has, hostile text."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medcom_bu import text_pdf
from medcom_bu.rendering import typst_engine
from medcom_bu.rendering.typesetting import PdfArticle, PdfDocument, typeset
from tests.support import FULL
from tests.support.pdfs import claims_of, fonts_of, pages_of, reader_of, roles_of, words_of

MOMENT = datetime(2026, 11, 29, 14, 30)
PATIENT = "Nancy Ann Berggren · 251248-9996"
NAMES = {
    "Arabic": "محمد عبد الله الخطيب",
    "Polish": "Żółć Łukasz Wąchała Świętosława",
    "Greenlandic": "Aĸĸaluk Qaqqaĸ Kalâdlit Ũvdloriaĸ Ĩsák",
    "Vietnamese": "Nguyễn Thị Hồng",
    "Turkish": "İğdır Şükrü",
    "Persian": "چگونه پژمان",
    "Hebrew": "שלום",
    "Cyrillic": "Володимир Їжакевич",
    "Greek": "Γιώργος",
    "decomposed": "A\u030ase Bjo\u0308rk",
}
HOSTILE = (
    '#read("/etc/passwd") #import "@preview/cetz:0.3.0" $x^2$ *fed* _kursiv_ `rå` = ikke overskrift - punkt '
    "// kommentar /* x */ @ref <mærke> \\ \\u{41} #{panic()} #sys.inputs https://example.org "
    "~ -- --- ... 'a' \"b\" [c] #pagebreak()"
)


@pytest.mark.parametrize("script", NAMES)
def test_each_word_of_a_name_is_intact(script: str) -> None:
    """An independent reader finds each word, letter by letter, in the text and at the top of the page."""
    name = NAMES[script]
    found = words_of(text_pdf(f"Henvist: {name}", title="Henvisning", patient=f"{name} · 251248-9996", date=MOMENT))
    assert sorted(found) == sorted(
        ["Henvisning", "Henvist:", *name.split() * 2, "·", "251248-9996", "Henvisning", *["Side", "1", "af", "1"]]
    )


@pytest.mark.parametrize("name", [NAMES["Arabic"], NAMES["Hebrew"]])
def test_a_number_beside_a_name_from_the_right_keeps_its_order(name: str) -> None:
    """Without it the halves of the number would be exchanged on the page."""
    ((text, *_),) = [page.splitlines() for page in pages_of(text_pdf("x", title="T", patient=f"{name} · 251248-9996"))]
    assert text.endswith(" · 251248-9996")


def test_what_the_file_claims() -> None:
    file = text_pdf("Tekst.", title="Bilag til henvisning", patient=PATIENT, date=MOMENT)
    assert claims_of(file) == {"pdfa": "2A", "pdfua": "1"}
    root: Any = reader_of(file).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).partition("-")[0] == "da"
    assert "/StructTreeRoot" in root
    about = reader_of(file).metadata
    assert about is not None
    assert about.title == "Bilag til henvisning"
    assert about.creation_date == datetime(2026, 11, 29, 13, 30, tzinfo=UTC)


def test_without_a_date_the_file_has_none() -> None:
    file = text_pdf("Tekst.", title="Bilag")
    assert claims_of(file) == {"pdfa": None, "pdfua": "1"}
    about = reader_of(file).metadata
    assert about is not None
    assert (about.creation_date, about.modification_date) == (None, None)
    assert not re.search(rb"(Create|Modify|Creation|Mod)Date", file)


def test_the_fonts_are_in_the_file() -> None:
    used = fonts_of(text_pdf(" ".join(NAMES.values()), title="Navne", patient=PATIENT, date=MOMENT))
    assert len(used) > 2
    assert all(used.values())


def test_the_same_text_gives_the_same_bytes_in_another_process() -> None:
    arguments = {"text": " ".join(NAMES.values()), "title": "Navne", "patient": PATIENT, "date": MOMENT}
    file = text_pdf(**arguments)  # type: ignore[arg-type]
    code = f"import datetime, sys, medcom_bu; sys.stdout.buffer.write(medcom_bu.text_pdf(**{arguments!r}))"
    elsewhere = {**os.environ, "TZ": "Asia/Tokyo"}
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=elsewhere)
    assert other.stdout == file


def test_the_patient_and_the_number_are_on_every_page() -> None:
    words = [f"ord{number}" for number in range(10_000)]
    pages = pages_of(text_pdf([("Anamnese", " ".join(words))], title="Bilag", patient=PATIENT, date=MOMENT))
    assert len(pages) > 10
    for number, page in enumerate(pages, start=1):
        assert page.startswith(PATIENT)
        assert page.rstrip().endswith(f"Bilag Side {number} af {len(pages)}")
    assert [word for page in pages for word in page.split() if word.startswith("ord")] == words


def test_sections_in_reading_order_and_line_ends() -> None:
    sections = [("Anamnese", "Første linje\r\nanden linje\n\n\nnyt afsnit\tefter"), ("", "  indrykket"), ("Cave", "")]
    (page,) = pages_of(text_pdf(sections, title="Bilag"))
    assert [line.rstrip() for line in page.splitlines()] == [
        "Bilag",
        "Anamnese",
        "Første linje",
        "anden linje",
        "nyt afsnit      efter",
        "  indrykket",
        "Cave",
        "Bilag Side 1 af 1",
    ]
    assert roles_of(text_pdf(sections, title="Bilag")) == ["Document", "H1", "H2", "P", "P", "P", "H2"]


def test_hostile_text_stays_text() -> None:
    """Text is data: no markup, no file, no package."""
    file = text_pdf([(HOSTILE, HOSTILE)], title=HOSTILE, patient=HOSTILE[:60], date=MOMENT)
    (page,) = pages_of(file)
    assert "".join(page.split()).count("".join(HOSTILE.split())) == 4
    about = reader_of(file).metadata
    assert about is not None
    assert about.title == HOSTILE


@pytest.mark.parametrize("word", ["W" * 5000, "https://example.org/" + "a" * 300, "Å" * 100])
def test_a_word_wider_than_the_page_is_broken_and_whole(word: str) -> None:
    file = text_pdf(word, title="T", date=MOMENT)
    lines = [line for page in pages_of(file) for line in page.splitlines() if "Side " not in line]
    assert "".join(lines).replace(" ", "") == "T" + word
    assert max(map(len, lines)) < 110


@pytest.mark.parametrize(
    ("text", "scripts"),
    [("王小明", "CJK (3)"), ("สวัสดี ሰላም", "ETHIOPIC (3), THAI (5)"), ("😀\ufdd0", "no script (1), symbols (1)")],
)
def test_what_no_font_has_is_told_by_its_script_alone(text: str, scripts: str) -> None:
    with pytest.raises(ValueError, match=r"^no font here has the characters of ") as caught:
        text_pdf(f"Navn: {text}, Hemmeligsen", title="Bilag", patient=PATIENT)
    said = str(caught.value)
    assert said.partition(": ")[0] == f"no font here has the characters of {scripts}"
    assert not any(sign in said for sign in text.replace(" ", ""))
    assert "Hemmeligsen" not in said
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_what_no_font_has_is_marked_where_that_is_asked_for() -> None:
    file = text_pdf([("王", "Navn: 王小明")], title="王", patient="王 · 1", date=MOMENT, errors="mark")
    assert words_of(file) == [
        *["<U+738B>", "·", "1"],
        *["<U+738B>", "<U+738B>", "Navn:", "<U+738B><U+5C0F><U+660E>"],
        *["<U+738B>", "Side", "1", "af", "1"],
    ]


@pytest.mark.parametrize(
    ("word", "count"),
    [("ߊߋߌߍߎ", 100), ("ڈاکٹر", 200), ("ܫܠܡܐ", 100), ("王小明", 500)],
    ids=["N'Ko", "Urdu", "Syriac", "Chinese"],
)
def test_a_long_text_that_no_font_has_is_told_as_well(word: str, count: int) -> None:
    """typst 0.15 panics where such a text that is read from the right runs across lines."""
    text = " ".join([word] * count)
    with pytest.raises(ValueError, match=r"^no font here has the characters of "):
        text_pdf(text, title="T")
    assert len(words_of(text_pdf(text, title="T", errors="mark"))) > count


def test_a_sign_above_a_letter_that_no_font_has_there_is_marked() -> None:
    """The letter stays: a font has each of them alone, and none has both."""
    assert words_of(text_pdf("a\u1ab0bæ", title="T", errors="mark"))[1] == "a<U+1AB0>bæ"


def test_a_panic_of_typst_says_nothing_of_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    panic = type("PanicException", (BaseException,), {"__module__": "pyo3_runtime"})

    def fail(*_: Any, **__: Any) -> None:
        raise panic("hemmelig")

    monkeypatch.setattr("typst.compile", fail)
    with pytest.raises(RuntimeError, match=r"^typst refuses the layout of medcom_bu") as caught:
        text_pdf("hemmelig", title="T")
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    monkeypatch.setattr("typst.compile", interrupt)
    with pytest.raises(KeyboardInterrupt):
        text_pdf("hemmelig", title="T")


def interrupt(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt


def test_a_sign_that_is_not_seen_is_marked_always() -> None:
    """A sign for private use has no shape that is agreed upon, and PDF/A-2a forbids it."""
    file = text_pdf("a\u202eb\x07c\ue000\uf8ff\U000f0000", title="T\u200b", date=MOMENT)
    assert words_of(file)[:2] == ["T<U+200B>", "a<U+202E>b<U+0007>c<U+E000><U+F8FF><U+F0000>"]


def test_a_folder_of_fonts_is_asked_for_what_those_of_typst_lack(tmp_path: Path) -> None:
    """DejaVu Sans has letters of Kurdish that its mono form lacks; the extra may not depend on the system's fonts."""
    folder = Path("/usr/share/fonts/truetype/dejavu")
    if not (folder / "DejaVuSans.ttf").is_file():
        pytest.skip("needs the fonts of DejaVu on this machine")
    name = "هەڵەبجە"
    with pytest.raises(ValueError, match=r"^no font here has the characters of ARABIC \("):
        text_pdf(name, title="T", fonts=tmp_path)
    file = text_pdf(name, title="T", fonts=folder)
    assert name in words_of(file)
    assert any("DejaVuSans" in font and "Mono" not in font for font in fonts_of(file))


def test_fonts_must_be_a_folder(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError, match=r"^fonts is the path of a folder that holds fonts$"):
        text_pdf("x", title="T", fonts=tmp_path / "absent")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"text": b"x"}, "text_pdf: text takes str or Sequence of tuple of str, not bytes"),
        ({"text": [("a", "b", "c")]}, "text_pdf: a section is a pair of texts, its heading and what it says"),
        ({"text": [("a", 1)]}, "text_pdf: text takes str or Sequence of tuple of str, not list of tuple of int"),
        ({"text": ["ab"]}, "text_pdf: text takes str or Sequence of tuple of str, not list of str"),
        ({"title": None}, "text_pdf: title takes str, not NoneType"),
        ({"patient": 2512489996}, "text_pdf: patient takes str or None, not int"),
        ({"date": "2026-11-29"}, "text_pdf: date takes datetime or None, not str"),
        ({"fonts": 1}, "text_pdf: fonts takes PathLike of str or str or None, not int"),
        ({"errors": 1}, "text_pdf: errors takes str, not int"),
    ],
)
def test_a_wrong_argument(wrong: dict[str, Any], message: str) -> None:
    arguments = {"text": "x", "title": "T", **wrong}
    with pytest.raises(TypeError) as caught:
        text_pdf(**arguments)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"title": " \n"}, "text_pdf: title is empty, and PDF/UA-1 asks for one"),
        ({"errors": "replace"}, "text_pdf: errors is one of strict, mark"),
    ],
)
def test_a_wrong_value(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        text_pdf(**{"text": "x", "title": "T", **wrong})
    assert str(caught.value) == message


# --- without the extra ---------------------------------------------------------------------------------------------


def test_without_the_extra_latin_text_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    file = text_pdf([("Anamnese", "Blåbærgrød\u200b"), ("", "Mere")], title="Bilag", patient=PATIENT)
    assert pages_of(file) == [f"{PATIENT}\nBilag\nAnamnese\nBlåbærgrød<U+200B>\nMere\nSide 1 af 1"]
    with pytest.raises(
        ValueError, match=r"^paragraphs\[0\], character 0: .* pip install 'medcom_bu\[pdf\]' writes any"
    ):
        text_pdf(NAMES["Polish"], title="Bilag")
    assert "<U+0141>ukasz" in words_of(text_pdf(NAMES["Polish"], title="Bilag", errors="mark"))
    with pytest.raises(ImportError, match=r"^fonts: typst sets the PDF: pip install 'medcom_bu\[pdf\]'$"):
        text_pdf("x", title="Bilag", fonts=".")


# --- anything ------------------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(st.text(max_size=60), st.text(max_size=200), st.text(max_size=60))
def test_any_text_is_set(title: str, text: str, patient: str) -> None:
    """What no font has is marked; nothing else can be refused."""
    file = text_pdf([("Afsnit", text)], title=f"T{title}", patient=patient, date=MOMENT, errors="mark")
    assert claims_of(file) == {"pdfa": "2A", "pdfua": "1"}


@pytest.mark.slow
def test_every_character_is_set_or_marked() -> None:
    """Of the planes that hold ideographs and nothing, a part; all with ``MEDCOM_BU_FULL=1``."""
    for start in (*range(0, 0x20000, 0x400), *range(0x20000, 0x110000, 0x400 if FULL else 0x4000)):
        text = " ".join(chr(code) for code in range(start, start + 0x400))
        assert claims_of(text_pdf(text, title="T", date=MOMENT, errors="mark"))["pdfa"] == "2A"


def test_every_kind_of_block_is_set() -> None:
    def text(shown: str, **marks: bool) -> dict[str, Any]:
        return {"kind": "text", "align": "left", "runs": [{"text": shown, **marks}]}

    blocks: list[dict[str, Any]] = [
        {"kind": "box", "blocks": [text("Rettet brev", bold=True)]},
        {"kind": "heading", "level": 2, "text": "Afsnit"},
        {"kind": "text", "align": "right", "runs": [{"text": "højre", "italic": True}]},
        {
            "kind": "text",
            "align": "center",
            "runs": [{"text": "midt", "underline": True}, {"text": " fast", "fixed": True}],
        },
        text(f"Navn   Dosis\n{'-' * 70}\n  x", fixed=True),
        {"kind": "rows", "rows": [{"label": "Adresse", "blocks": [text("Vej 1"), text("1000 By")]}]},
        {"kind": "list", "items": [[text("en")], [text("to")]]},
        {"kind": "heading", "level": 3, "text": "Under"},
        {"kind": "text", "align": "left", "runs": []},
        *({"kind": kind, key: []} for kind, key in (("rows", "rows"), ("list", "items"), ("box", "blocks"))),
    ]
    articles = (PdfArticle("Første", "Nancy · 1-2", blocks), PdfArticle("Andet", "Max · 3-4", []))
    first, second = pages_of(typeset(PdfDocument("Titel", articles, MOMENT)))
    assert [line.rstrip() for line in first.splitlines()] == [
        *["Nancy · 1-2", "Første", "Rettet brev", "Afsnit", "højre", "midt fast", "Navn   Dosis", "-" * 70, "  x"],
        *["Adresse Vej 1", "1000 By", "1. en", "2. to", "Under", "Titel Side 1 af 2"],
    ]
    assert [line.rstrip() for line in second.splitlines()] == ["Max · 3-4", "Andet", "Titel Side 2 af 2"]


def test_what_the_layout_may_not_do_is_no_text_of_the_message() -> None:
    """A level of headings that is left out: a fault of ours, told without the text."""
    blocks = [{"kind": "heading", "level": 3, "text": "Hemmeligsen"}]
    with pytest.raises(RuntimeError, match=r"^typst refuses the layout of medcom_bu") as caught:
        typeset(PdfDocument("Titel", (PdfArticle("Titel", None, blocks),)))
    assert caught.value.__context__ is None


def test_a_quoted_text_is_read_as_it_was() -> None:
    assert typst_engine._unescaped(r"a\"b\\\u{e31}") == 'a"b\\\u0e31'
