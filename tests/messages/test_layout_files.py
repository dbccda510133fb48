"""Layouts as data files: every known one there and back, one invented through all that reads or writes, wrong files."""

from __future__ import annotations

import io
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest

import medcom_bu
from medcom_bu import DiagnoseDescriptionCode, Emessage, HospitalChoice, exchange, layouts
from medcom_bu.cli import main
from medcom_bu.edifact.layout.codes import CODECS
from medcom_bu.envelopes import vans
from medcom_bu.testing import samples
from tests.support.invented_layout import INVENTED, MINE

REFERRAL: Any = samples()["XREF01/XH0131R"]
KNOWN = {layout.code: layout for layout in layouts.known()}

HEADER = 'version = "H0130R"\n'
GROUP = HEADER + '[[groups]]\nhead = { always = "UNH+1+MEDREF:D" }\n'


@pytest.fixture
def layout_file(tmp_path: Path) -> str:
    """The invented layout on disk."""
    path = tmp_path / "mine.toml"
    path.write_text(INVENTED, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("code", KNOWN)
def test_every_known_layout_comes_back_from_its_data_file(code: str) -> None:
    text = layouts.to_toml(KNOWN[code])
    tomllib.loads(text)
    loaded = layouts.load(text.encode())
    assert loaded == attrs.evolve(KNOWN[code], guess="")
    assert layouts.to_toml(loaded) == text


def test_a_file_is_loaded_from_a_path_bytes_and_a_binary_file(layout_file: str) -> None:
    with open(layout_file, "rb") as file:
        assert layouts.load(file) == layouts.load(Path(layout_file)) == MINE


def test_all_that_reads_or_writes_takes_a_layout_from_a_file() -> None:
    data = medcom_bu.to_edifact(REFERRAL, layout=MINE)
    assert b"ALI+A" in data
    assert b"RFF+EOC:" in data
    lost = medcom_bu.losses(REFERRAL, "edifact", layout=MINE)
    assert not {loss.code for loss in lost} & {"loss.edifact-element", "loss.edifact-demand", "loss.edifact-code"}
    assert medcom_bu.validate(data, layout=MINE).complete
    parsed = medcom_bu.read(data, layout=MINE)
    assert parsed.report.ok
    assert parsed.report.complete
    letter: Any = medcom_bu.parse(data, Emessage, layout=MINE).letters[0]
    assert isinstance(letter.additional_information.hospital_choice, HospitalChoice)
    assert letter.letter.episode_of_care == REFERRAL.letters[0].letter.episode_of_care
    assert medcom_bu.to_edifact(medcom_bu.parse(data, Emessage, layout=MINE), layout=MINE) == data


@pytest.mark.parametrize("is_wrapped", [False, True], ids=["bare", "in an envelope"])
def test_a_letter_by_a_layout_of_ones_own_is_answered(is_wrapped: bool) -> None:
    data = medcom_bu.to_edifact(REFERRAL, layout=MINE)
    sent = medcom_bu.to_xml(vans.wrap(data)) if is_wrapped else data
    decision = exchange.receive(sent, exchange.MemoryStore(), datetime(2026, 5, 4, 8, tzinfo=UTC), layout=MINE)
    assert decision.action == "show"
    assert decision.report.complete
    received = medcom_bu.read(sent, layout=MINE)
    assert received.report.ok
    assert received.report.complete
    answer = exchange.accept(received)
    assert exchange.key(REFERRAL) in exchange.answers(answer)
    assert exchange.write(answer, like=received)


def test_a_letter_by_a_layout_of_ones_own_is_streamed_kept_shown_and_told_as_data() -> None:
    data = medcom_bu.to_edifact(REFERRAL, layout=MINE)
    file = io.BytesIO()
    medcom_bu.write_edifact(REFERRAL, file, layout=MINE)
    assert file.getvalue() == data
    assert medcom_bu.detect(data) is medcom_bu.WireFormat.EDIFACT
    parsed = medcom_bu.read(io.BytesIO(data), layout=MINE)
    assert parsed.message == medcom_bu.parse(data, layout=MINE)
    assert isinstance(parsed.message, Emessage)
    letter: Any = parsed.message.letters[0]
    choice = letter.additional_information.hospital_choice
    assert choice in medcom_bu.as_page(parsed)
    assert choice in medcom_bu.as_text(parsed.message)
    assert medcom_bu.from_dict(medcom_bu.to_dict(parsed.message)) == parsed.message
    assert medcom_bu.validate(medcom_bu.to_xml(parsed.message)).ok
    kept, unread = medcom_bu.archive(data, layout=MINE), medcom_bu.archive(data)
    assert kept.data == unread.data == data
    assert (kept.report.complete, unread.report.complete) == (True, False)


def test_codes_that_are_only_read_and_known_ones_that_are_added_to() -> None:
    codec = MINE.codecs["DIAGNOSE_DESCRIPTION"]
    assert codec.read("NYS") == codec.read("NY") == "henv_diagnose_ny_sygdom"
    assert codec.write(DiagnoseDescriptionCode.REFERRAL) == CODECS["DIAGNOSE_DESCRIPTION"].write("henv_diagnose")
    assert codec.read("nowhere") is None


def test_what_a_layout_lacks_is_named() -> None:
    found = [(issue.code, issue.path) for issue in layouts.gaps(KNOWN["H0131R"])]
    assert found == [
        ("layout.no-place", "letter.episode_of_care"),
        ("layout.no-place", "additional_information.hospital_choice"),
        ("layout.no-place", "referral.refer.diagnose_description_code"),
        ("layout.no-code", "identifier_code"),
        ("layout.no-code", "diagnose_type_code"),
        ("layout.no-code", "diagnose_description_code"),
        ("layout.no-code", "referral_status"),
    ]
    assert [issue.path for issue in layouts.gaps(MINE)] == [
        "identifier_code",
        "diagnose_type_code",
        "diagnose_description_code",
        "referral_status",
    ]
    assert list(layouts.gaps(KNOWN["B0131X"])) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("version = ", "Invalid value"),
        ("", "the file: groups, version is missing"),
        ("version = 5\ngroups = []", "the file: version is a text"),
        ('version = "H9999R"\ngroups = []', "version: no letter has it; known are B0130X"),
        (HEADER + "grups = []", "the file: grups is not known; there are version"),
        (HEADER + "[[groups]]\nrows = []", "group 1: head is missing"),
        (HEADER + "groups = [1]", "group 1: a table is wanted"),
        (HEADER + "[[groups]]\nhead = { allways = 'UNH' }", "group 1, head: write one of always, maybe, never, kept"),
        (HEADER + "[[groups]]\nhead = { always = 'Unh' }", "group 1, head: Unh is no tag of a segment"),
        (GROUP + "rows = ['NAD+PO']", "group 1, row 1: write one of"),
        (GROUP + "rows = [{ always = 'NAD', never = 'NAD' }]", "group 1, row 1: write one of"),
        (GROUP + "rows = [{ always = 'NAD', evry = 'x' }]", "group 1, row 1: evry is not known; there are each"),
        (GROUP + "rows = [{ never = 'NAD', most = 1 }]", "group 1, row 1: a row that is never there takes no most"),
        (GROUP + "rows = [{ always = 'NAD', most = true }]", "group 1, row 1: most is a whole number"),
        (GROUP + "rows = [{ always = 'NAD+{sender' }]", "group 1, row 1: {sender is not the notation of a value"),
        (GROUP + "rows = [{ always = 'NAD', holds = ['target'] }]", "group 1, row 1: holds has an attribute"),
        (GROUP + "rows = [{ always = 'NAD', holds = ['target', 'Nil'] }]", "group 1, row 1: Nil is no class"),
        (HEADER + "groups = []", "the first group begins with UNH"),
        (HEADER + "[[groups]]\nhead = { always = 'BGM+1' }", "the first group begins with UNH"),
        (GROUP + "rows = [{ always = 'UNT+1' }]", "UNT is written by itself: leave it out"),
        (GROUP + 'rows = [{ always = "NAD+\\u0000" }]', "a row of NAD has a sign that cannot be written"),
        (GROUP + "rows = [{ always = 'NAD', most = 0 }]", "a row of NAD has most below 1"),
        (GROUP + "size = 0", "the group of UNH has a number below that of one segment"),
        (GROUP + "rows = [{ always = 'NAD', payload = 'a' }]", "HospitalReferral has no a, which the layout names"),
        (GROUP + "rows = [{ always = 'NAD', holds = [[1], [2]] }]", "group 1, row 1: holds has an attribute"),
        (GROUP + "sets = { a = 1 }", "group 1: sets has texts"),
        ("a = " + "[" * 5000 + "]" * 5000, "it is nested too deeply"),
        (GROUP + "holds = 'Nil'", "group 1: Nil is no class of the letter; there are AdditionalInformation"),
        (GROUP + "when = 'never'", "group 1: when is always or maybe"),
        (GROUP + "rows = [{ always = 'NAD+{nothing}' }]", "HospitalReferral has no nothing, which the layout names"),
        (GROUP + "rows = [{ always = 'GIS+{letter.status_code:MINE}' }]", "MINE is neither a codec of the layout"),
        (GROUP + "[codes.MINE]\nextends = 'CPR'", "codes.MINE: extends names no list of codes; there are"),
        (GROUP + "[codes.MINE]\nvalues = { a = 1 }", "codes.MINE: codes and values are texts"),
        (GROUP + "[codes]\nMINE = 1", "codes.MINE: a table is wanted"),
    ],
)
def test_a_wrong_file_says_where_and_why(text: str, told: str) -> None:
    with pytest.raises(layouts.BadLayout) as caught:
        layouts.load(text.encode())
    assert str(caught.value).startswith(told)


def test_bytes_that_are_no_text_and_codecs_that_are_no_data() -> None:
    with pytest.raises(layouts.BadLayout, match="not UTF-8, from byte 0 on"):
        layouts.load(b"\xff")
    with pytest.raises(layouts.BadLayout, match="codecs of its own"):
        layouts.to_toml(MINE)
    for wrong in (lambda: layouts.gaps("H0130R"), lambda: layouts.to_toml("x")):  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="takes Layout, not str"):
            wrong()
    with pytest.raises(TypeError, match=r"layouts\.load takes bytes, a path or a binary file"):
        layouts.load("version")  # type: ignore[arg-type]


# --- the command line ------------------------------------------------------------------------------------------------


def test_the_commands_take_the_file(layout_file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edi, xml, out = (str(tmp_path / name) for name in ("a.edi", "a.xml", "b.edi"))
    Path(edi).write_bytes(medcom_bu.to_edifact(REFERRAL, layout=MINE))
    Path(xml).write_bytes(medcom_bu.to_xml(REFERRAL))
    given = ["--layout", layout_file]
    assert main(["validate", edi, *given]) == 0
    assert main(["validate", edi]) == 3
    assert main(["show", edi, *given]) == 0
    assert main(["rewrite", xml, "--to", "edifact", "-o", out, *given]) == 0
    assert Path(out).read_bytes() == Path(edi).read_bytes()
    assert main(["rewrite", edi, "--to", "xml", "-o", str(tmp_path / "b.xml"), *given]) == 0
    assert main(["answer", edi, "-o", str(tmp_path / "c.edi"), *given]) == 0
    capsys.readouterr()
    assert main(["layouts", "check", layout_file, "--sample", edi, "--pair", edi, xml]) == 0
    told = capsys.readouterr().out
    for line in (
        "XREF01/XH0131R (our own): identical after writing and reading, apart from",
        f"{edi}: identical after writing and reading",
        f"{edi}: the same as {xml}",
        f"{xml}: identical after writing and reading",
    ):
        assert line in told


def test_a_layout_that_differs_from_a_pair_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(INVENTED.replace('ALDB00 = "A0", ALDB01 = "A1"', 'ALDB00 = "A1", ALDB01 = "A0"'), "utf-8")
    edi, xml = tmp_path / "a.edi", tmp_path / "a.xml"
    edi.write_bytes(medcom_bu.to_edifact(REFERRAL, layout=MINE))
    xml.write_bytes(medcom_bu.to_xml(REFERRAL))
    assert main(["layouts", "check", str(wrong), "--pair", str(edi), str(xml)]) == 1
    assert f"{edi}: differs at letters[0].additional_information.hospital_choice" in capsys.readouterr().out


def test_a_pair_that_the_layout_does_not_fit_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    thin, edi, xml = (tmp_path / name for name in ("thin.toml", "a.edi", "a.xml"))
    thin.write_text(layouts.to_toml(KNOWN["H0131R"]), "utf-8")
    edi.write_bytes(medcom_bu.to_edifact(samples()["XREF01/XH0130R"]))  # type: ignore[arg-type]
    xml.write_bytes(medcom_bu.to_xml(REFERRAL))
    assert main(["layouts", "check", str(thin), "--pair", str(edi), str(xml)]) == 1
    assert "EpisodeOfCare is missing" in capsys.readouterr().out


def test_a_sample_in_another_form_and_one_that_is_invalid(
    layout_file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edi = tmp_path / "a.edi"
    edi.write_bytes(medcom_bu.to_edifact(REFERRAL, layout=MINE).replace(b"'", b"'\r\n"))
    assert main(["layouts", "check", layout_file, "--sample", str(edi)]) == 0
    capsys.readouterr()
    edi.write_bytes(medcom_bu.to_edifact(REFERRAL, layout=MINE).replace(b"ALI+A", b"ALI+X"))
    assert main(["layouts", "check", layout_file, "--sample", str(edi)]) == 1
    assert "edifact.code" in capsys.readouterr().out


def test_a_known_layout_is_shown_and_its_gaps_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["layouts", "show", "xh0131r"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("# The layout of H0131R is not public: these rows are those of H0130R.")
    path = tmp_path / "h.toml"
    path.write_text(shown, encoding="utf-8")
    assert main(["layouts", "check", str(path), "--lang", "da"]) == 1
    told = capsys.readouterr().out
    assert "layout.no-place letter.episode_of_care: layoutet har ikke plads til EpisodeOfCare" in told
    assert "edifact.missing" in told
    assert main(["layouts", "show", "nothing"]) == 2
    assert main(["layouts", "check", str(tmp_path / "absent.toml")]) == 2
    path.write_text("version =", encoding="utf-8")
    assert main(["validate", str(path), "--layout", str(path)]) == 2
    assert "h.toml: Invalid value" in capsys.readouterr().err
