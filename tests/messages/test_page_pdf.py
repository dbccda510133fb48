"""The page as a PDF for the record: all that a view says is in it, in its order, on pages that say whose they are."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs
import pytest

from medcom_bu import Emessage, as_pdf, read, to_xml
from medcom_bu.cli import main
from medcom_bu.rendering.view import ShownFile
from medcom_bu.rendering.viewing import view_of
from medcom_bu.signs import visible
from medcom_bu.testing import consignments, invalid, samples, threads
from medcom_bu.values.text import FormattedText, Mark, Style, Styled
from tests.support.hostile import HOSTILE, hostile, hostile_letter
from tests.support.pdfs import claims_of, fonts_of, pages_of, roles_of, words_of

SAMPLES = samples()
GIVEN: dict[str, Any] = SAMPLES | consignments() | {f"thread {name}": thread for name, thread in threads().items()}
ARABIC, POLISH, GREENLANDIC = "محمد عبد الله", "Łukasz Wąchała", "Aĸĸaluk Qaqqaĸ"


def correspondence(**changes: Any) -> Emessage:
    """The sample of a correspondence with other things in its letter."""
    message: Any = SAMPLES["XDIS91/XD9134L"]
    return message.replace(letters=(message.letters[0].replace(**changes),))  # type: ignore[no-any-return]


def with_text(text: FormattedText) -> tuple[Any, ...]:
    message: Any = SAMPLES["XDIS91/XD9134L"]
    return (message.letters[0].clinical_information[0].replace(text01=text),)


def patient(**changes: Any) -> Any:
    message: Any = SAMPLES["XDIS91/XD9134L"]
    return message.letters[0].patient.replace(**changes)


_SILENT = ("kind", "identifiers", "lead", "is_wrong", "is_error", "age", "iso")
"""Fields of a view that say how something is shown, or what is shown in other words."""


def said(value: Any) -> Iterator[str]:
    """Every word of a view, in its order: of its titles, its labels, what is ours and what is the message's."""
    if isinstance(value, str):
        yield from value.split()
    elif isinstance(value, FormattedText):
        yield from value.plain().split()
    elif isinstance(value, ShownFile):
        yield from said((value.name, value.kind, value.readable_size, value.rows))
    elif isinstance(value, tuple):
        for one in value:
            yield from said(one)
    elif attrs.has(type(value)):
        yield from said(tuple(one for name, one in attrs.asdict(value, recurse=False).items() if name not in _SILENT))


@pytest.mark.parametrize("name", GIVEN)
def test_all_that_the_view_says_is_in_the_pdf(name: str) -> None:
    file = as_pdf(GIVEN[name])
    assert claims_of(file) == {"pdfa": "2A", "pdfua": "1"}
    assert all(fonts_of(file).values())
    text = "".join(words_of(file))
    assert {word for word in said(view_of(GIVEN[name])) if word not in text} == set()


@pytest.mark.parametrize("name", GIVEN)
def test_the_same_message_gives_the_same_bytes(name: str) -> None:
    assert as_pdf(GIVEN[name]) == as_pdf(GIVEN[name])


def test_the_order_of_a_letter() -> None:
    (first, *_) = pages_of(as_pdf(SAMPLES["XDIS91/XD9134L"]))
    lines = [line.strip() for line in first.splitlines()]
    wanted = ["Korrespondance", "Fortroligt", "Test Testesen", "Meddelelse", "Bilag og links", "Afsender", "Modtager"]
    assert [line for line in lines if line in wanted] == wanted
    assert lines[0] == "Test Testesen · CPR-nummer: 020160-9995"


def test_a_heading_is_a_heading_and_a_list_a_list() -> None:
    roles = roles_of(as_pdf(SAMPLES["XREF01/XH0131R"]))
    assert roles[:3] == ["Document", "H1", "P"]
    assert {"H2", "H3", "L", "LI", "LBody"} < set(roles)


def test_the_file_has_the_moment_at_which_it_was_sent() -> None:
    message = SAMPLES["XDIS91/XD9134L"]
    assert b"D:20260504073000Z" in as_pdf(message)
    assert b"D:20261129133000Z" in as_pdf(message, date=datetime(2026, 11, 29, 14, 30))
    unsent = message.replace(envelope=None)  # type: ignore[attr-defined]
    assert claims_of(as_pdf(unsent)) == {"pdfa": None, "pdfua": "1"}


def test_each_letter_has_its_own_patient_on_its_pages() -> None:
    long = FormattedText.from_plain("\n".join(map(str, range(90))))
    other = correspondence(patient=patient(person_given_name="Anden"), clinical_information=with_text(long))
    pages = pages_of(as_pdf([SAMPLES["XDIS91/XD9134L"], other]))
    assert [page.splitlines()[0].partition(" · ")[0] for page in pages] == [
        *["Test Testesen"] * 2,
        *["Anden Testesen"] * 3,
    ]


def test_names_of_any_script_and_a_table_of_seventy_columns() -> None:
    table = "\n".join(f"{'Navn':<35}{number:>35}" for number in range(60))
    named = patient(person_given_name=f"{ARABIC} {POLISH}", person_surname_name=GREENLANDIC)
    file = as_pdf(correspondence(patient=named, clinical_information=with_text(FormattedText.fixed(table))))
    for name in (ARABIC, POLISH, GREENLANDIC):
        assert set(name.split()) < set(words_of(file))
    lines = [line for page in pages_of(file) for line in page.splitlines() if line.startswith("Navn  ")]
    assert lines == table.splitlines()


def test_a_table_begins_on_a_line_of_its_own() -> None:
    """Else its columns stand one beside the other no longer."""
    inside = (Styled(Style.BOLD, ("Navn",)), "   Dosis", Mark.BREAK, "A      10")
    nodes = ("Før", Mark.BREAK, Styled(Style.FIXED_FONT, inside), Mark.BREAK, "efter", Styled(Style.RIGHT, ("højre",)))
    for text in (FormattedText(nodes), FormattedText(tuple(node for node in nodes if node is not Mark.BREAK))):
        (page, *_) = pages_of(as_pdf(correspondence(clinical_information=with_text(text))))
        lines = page.splitlines()
        at = lines.index("Meddelelse")
        assert [line.rstrip() for line in lines[at + 1 : at + 6]] == [
            "Før",
            "Navn   Dosis",
            "A      10",
            "efter",
            "højre",
        ]


def test_what_no_font_has_is_told_without_the_name() -> None:
    named = correspondence(patient=patient(person_given_name="小明"))
    with pytest.raises(ValueError, match=r"^no font here has the characters of CJK \(2\): ") as caught:
        as_pdf(named)
    assert "Testesen" not in str(caught.value)
    assert "<U+5C0F><U+660E>" in words_of(as_pdf(named, errors="mark"))


def test_what_is_wrong_is_shown_as_wrong() -> None:
    twin = invalid()["a letter without an element"]
    parsed = read(twin.data)
    words = " ".join(words_of(as_pdf(parsed)))
    before, heading, after = words.partition("Kontrol af meddelelsen Meddelelsen er ikke gyldig")
    assert heading
    assert "Fra" not in before
    told = "".join(after.split())
    for issue in parsed.report:
        assert "".join(issue.text("da").split()) in told
    assert "ikke gyldig" not in " ".join(words_of(as_pdf(read(to_xml(correspondence())))))


def test_what_cannot_be_read_at_all_is_still_a_page() -> None:
    words = " ".join(words_of(as_pdf(read(b"<Emessage>"))))
    assert "Meddelelse der ikke kan læses" in words


def test_ten_thousand_words_and_text_that_would_act() -> None:
    acts = '#read("/etc/passwd") $x$ *a* \\ #import "@preview/x" <b>'
    text = " ".join(f"ord{number}" for number in range(10_000))
    message = correspondence(clinical_information=with_text(FormattedText.from_plain(f"{acts}\n{text}")))
    pages = pages_of(as_pdf(message))
    assert "".join(acts.split()) in "".join("".join(pages).split())
    assert [word for page in pages for word in page.split() if word.startswith("ord")] == text.split()
    assert all(page.startswith("Test Testesen · CPR-nummer: 020160-9995\n") for page in pages)


@pytest.mark.parametrize("text", [*HOSTILE, '#panic() $x$ \\ #image("/etc/passwd")', "\u202e\x07\u200b\U000e0041"])
def test_hostile_text_in_every_field_stays_text(text: str) -> None:
    for message in (hostile(text), hostile_letter("XCTL03/XC0330Q", text), hostile_letter("XBIN01/XB0131X", text)):
        assert "".join(visible(text).split()) in "".join("".join(pages_of(as_pdf(message))).split())


def test_files_are_named_with_type_and_size_and_not_in_the_pdf() -> None:
    given = consignments()["XDIS91/XD9134L + XBIN01/XB0131X"]
    file = as_pdf(given)
    words = " ".join(words_of(file))
    held = [file for file in files_in(view_of(given)) if file.content is not None]
    assert held
    assert all(f"{one.name} PDF" in words and one.readable_size in words for one in held)
    assert b"/EmbeddedFile" not in file


def files_in(value: Any) -> Iterator[ShownFile]:
    if isinstance(value, ShownFile):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from files_in(one)
    elif attrs.has(type(value)) and not isinstance(value, Styled):
        yield from files_in(tuple(attrs.asdict(value, recurse=False).values()))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"message": b"<x/>"}, "as_pdf takes a message, not bytes"),
        ({"directory": 1}, "as_pdf: directory takes Directory or None, not int"),
        ({"unread": "x"}, "as_pdf: unread takes Collection of Message or Parsed or str, not str"),
        ({"date": 1}, "as_pdf: date takes datetime or None, not int"),
    ],
)
def test_a_wrong_argument(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError) as caught:
        as_pdf(**{"message": SAMPLES["XDIS91/XD9134L"], **wrong})
    assert str(caught.value).startswith(message)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(ImportError, match=r"^as_pdf: typst sets the PDF: pip install 'medcom_bu\[pdf\]'$"):
        as_pdf(SAMPLES["XDIS91/XD9134L"])


def test_the_command_line_writes_it(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, out = tmp_path / "brev.xml", tmp_path / "brev.pdf"
    file.write_bytes(to_xml(correspondence(patient=patient(person_given_name="小明"))))
    expected = as_pdf(read(file), errors="mark")
    assert main(["show", str(file), "--pdf", str(out)]) == 0
    assert out.read_bytes() == expected
    assert capsysbinary.readouterr().out.startswith(b"valid")
    assert main(["show", str(file), "--pdf", "-"]) == 0
    assert capsysbinary.readouterr().out == expected
    monkeypatch.setitem(sys.modules, "typst", None)
    assert main(["show", str(file), "--pdf", str(tmp_path / "other.pdf")]) == 2
    assert b"pip install 'medcom_bu[pdf]'" in capsysbinary.readouterr().err
    assert not (tmp_path / "other.pdf").exists()
