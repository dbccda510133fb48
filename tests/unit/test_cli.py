"""The command line, in process: what it prints and its exit status."""

from __future__ import annotations

import io
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

import medcom_bu
from medcom_bu.cli import main
from medcom_bu.cli.ties import tied
from medcom_bu.demo import example
from medcom_bu.envelopes import vans
from medcom_bu.reporting import FORMATS
from medcom_bu.testing.letters import letter_samples
from medcom_bu.testing.sets import fhir_samples

GOOD = medcom_bu.to_xml(letter_samples()["XREF01/XH0131R"])
BAD = GOOD.replace(b"elektiv", b"hastig")
CARE = fhir_samples()["CareCommunication/5.0"]
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """A folder with a bad file first, a good one below, a link to nothing, and hidden ones."""
    folder = tmp_path / "mixed"
    (folder / "sub").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    (folder / "a-bad.xml").write_bytes(BAD)
    (folder / "b-noise.bin").write_bytes(b"\x00\x01")
    (folder / "c-gone.xml").symlink_to(folder / "nowhere")
    (folder / "sub" / "d-good.xml").write_bytes(GOOD)
    (folder / ".e.xml").write_bytes(BAD)
    (folder / ".hidden" / "f.xml").write_bytes(BAD)
    return folder


NAMES = ["a-bad.xml", "c-gone.xml", "d-good.xml"]
CODES = ["xml.code", "file.unreadable"]


def test_the_demo_builds_valid_messages(tmp_path: Path, capsys: Capture) -> None:
    assert main(["demo", str(tmp_path / "new" / "demo")]) == 0
    out = capsys.readouterr().out
    assert out.count("read back equal") == 2
    files = sorted((tmp_path / "new" / "demo").iterdir())
    assert [file.name for file in files] == ["attachment.xml", "referral.xml"]
    assert all(medcom_bu.validate(file.read_bytes()).ok for file in files)
    assert main(["validate", *map(str, files)]) == 0


def test_a_bad_file_stops_nothing(mixed: Path, capsys: Capture) -> None:
    assert main(["validate", str(mixed)]) == 1
    captured = capsys.readouterr()
    assert (
        captured.out.splitlines()[-1]
        == "3 files: 1 valid, 2 invalid, 1 without a message skipped (--strict judges them)"
    )
    assert all(name in captured.out for name in NAMES)
    assert not any(name in captured.out for name in (".e.xml", "f.xml"))
    assert captured.err == ""


def test_a_hidden_file_is_judged_where_it_is_named(mixed: Path, capsys: Capture) -> None:
    assert main(["validate", str(mixed / ".e.xml"), str(mixed / "sub")]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "2 files: 1 valid, 1 invalid"


def test_no_progress_without_a_terminal(tmp_path: Path, capsys: Capture) -> None:
    for number in range(30):
        (tmp_path / f"{number}.xml").write_bytes(GOOD)
    assert main(["validate", str(tmp_path)]) == 0
    assert capsys.readouterr().err == ""


def test_json(mixed: Path, capsys: Capture) -> None:
    assert main(["validate", str(mixed), "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [Path(each["file"]).name for each in found] == NAMES
    assert [each["ok"] for each in found] == [False, False, True]
    assert [each["issues"][0]["code"] for each in found[:2]] == CODES


def test_junit(mixed: Path, capsys: Capture) -> None:
    (mixed / 'odd \x01 & "<name>.xml').write_bytes(BAD)
    assert main(["validate", str(mixed), "--format", "junit"]) == 1
    suites = etree.fromstring(capsys.readouterr().out.encode())
    (suite,) = suites
    for each, tag in ((suites, "testsuites"), (suite, "testsuite")):
        assert (each.tag, each.get("tests"), each.get("failures")) == (tag, "4", "3")
        assert float(str(each.get("time"))) > 0
    cases = {Path(str(case.get("name"))).name: case for case in suite}
    assert 'odd \ufffd & "<name>.xml' in cases
    assert [name for name, case in cases.items() if case.find("failure") is None] == ["d-good.xml"]
    failure = cases["a-bad.xml"].find("failure")
    assert failure is not None
    assert (failure.get("type"), failure.get("message")) == ("xml.code", "Priority is not in its code list")
    assert "(line 93, column 7)" in str(failure.text)
    assert "information" in str(cases["d-good.xml"].findtext("system-out"))


def test_sarif(mixed: Path, capsys: Capture) -> None:
    (mixed / "med blanke æ.xml").write_bytes(BAD)
    (mixed / "sub" / "e-odd.xml").write_bytes(GOOD.replace(b"ingstilbud", b"ing \x96 tilbud", 1))
    assert main(["validate", str(mixed), "--format", "sarif"]) == 1
    log: Any = json.loads(capsys.readouterr().out)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(set(rules)) == len(rules)
    assert {result["ruleId"] for result in run["results"]} == set(rules)
    assert set(CODES) <= set(rules)
    notes = [*[("identifier.cpr-modulus-11", "note")] * 2, ("referral.visitation", "note")]
    assert sorted((result["ruleId"], result["level"]) for result in run["results"]) == [
        *[("file.unreadable", "error"), *notes[:2], *notes[:2], notes[2], notes[2]],
        *[("text.characters", "warning"), ("xml.code", "error"), ("xml.code", "error")],
        ("xml.encoding-declaration", "warning"),
    ]
    places = [result["locations"][0] for result in run["results"]]
    uris = [place["physicalLocation"]["artifactLocation"]["uri"] for place in places]
    assert any(uri.endswith("med%20blanke%20%C3%A6.xml") for uri in uris)
    assert (
        places[0]["logicalLocations"][0]["fullyQualifiedName"]
        == "/Emessage/HospitalReferral/AdditionalInformation/Priority"
    )


@pytest.mark.parametrize("form", FORMATS)
def test_danish(form: str, mixed: Path, capsys: Capture) -> None:
    main(["validate", str(mixed), "--lang", "da", "--format", form])
    out = capsys.readouterr().out
    assert "er ikke en værdi fra kodelisten" in out
    assert "is not in its code list" not in out


def test_layers(mixed: Path, capsys: Capture) -> None:
    bad = str(mixed / "a-bad.xml")
    assert main(["validate", bad, "--layers", "syntax"]) == 0
    assert "valid (syntax)" in capsys.readouterr().out
    assert main(["validate", bad, "--layers", "syntax,schema"]) == 1
    assert main(["validate", bad, "--layers", "rule"]) == 3  # it could not run
    assert "a-bad.xml: not checked" in capsys.readouterr().out
    assert main(["validate", str(mixed / "sub"), "--layers", "rule"]) == 0
    assert main(["validate", bad, "--layers", "taste"]) == 2
    assert "there is no layer taste" in capsys.readouterr().err


UNJUDGED = re.sub(
    rb'"profile": ?\["[^"]*"\]',
    b'"profile":["http://example.org/none"]',
    medcom_bu.to_fhir(fhir_samples()["Acknowledgement/2.0"]).replace(
        b"acknowledgement-message", b"hospital-notification-message"
    ),
)
"""A message that names no profile that is available."""
VERDICTS = {
    # layers asked for, file -> exit status, headline in English and in Danish, how it is counted
    ("rule", "bad"): (3, "not checked", "ikke kontrolleret", 2),
    ("profile", "good"): (3, "not checked", "ikke kontrolleret", 2),
    ("profile,rule", "bad"): (3, "not checked", "ikke kontrolleret", 2),
    ("syntax", "bad"): (0, "valid (syntax)", "gyldig (syntax)", 0),
    ("syntax,profile", "good"): (0, "valid (syntax)", "gyldig (syntax)", 0),
    ("syntax,schema", "good"): (0, "valid (syntax, schema)", "gyldig (syntax, schema)", 0),
    ("syntax,schema,rule", "good"): (0, "valid", "gyldig", 0),
    ("", "unjudged"): (3, "valid (not everything was checked)", "gyldig (ikke alt er kontrolleret)", 2),
    ("", "bad"): (1, "invalid (not everything was checked)", "ugyldig (ikke alt er kontrolleret)", 1),
    ("syntax,schema", "bad"): (1, "invalid (syntax, schema)", "ugyldig (syntax, schema)", 1),
}


@pytest.mark.parametrize(("asked", "name"), VERDICTS)
def test_what_was_not_checked_is_never_passed(asked: str, name: str, tmp_path: Path, capsys: Capture) -> None:
    """One predicate for the text, the totals, JUnit, SARIF, JSON and the exit status."""
    path = tmp_path / name
    path.write_bytes({"good": GOOD, "bad": BAD, "unjudged": UNJUDGED}[name])
    status, english, danish, place = VERDICTS[asked, name]
    command = ["validate", str(path), *(["--layers", asked] if asked else [])]

    def run(*options: str) -> str:
        assert main([*command, *options]) == status
        return capsys.readouterr().out

    counts = [int(place == number) for number in range(3)]
    for lang, headline, words in (
        ("en", english, ("1 file: {} valid, {} invalid", ", {} not (fully) checked")),
        ("da", danish, ("1 fil: {} {}, {} {}", ", {} ikke (fuldt) kontrolleret")),
    ):
        lines = run("--lang", lang).splitlines()
        assert lines[0] == f"{path}: {headline}"
        told: list[object] = [*counts]
        if lang == "da":
            told = [
                counts[0],
                "gyldig" + "e" * (1 - counts[0]),
                counts[1],
                "ugyldig" + "e" * (1 - counts[1]),
                counts[2],
            ]
        assert lines[-1] == (words[0] + words[1] * counts[2]).format(*told)
    (data,) = json.loads(run("--format", "json"))
    assert data["verdict"] == ("valid", "invalid", "not checked")[place]
    (suite,) = etree.fromstring(run("--format", "junit").encode())
    assert [suite.get(word) for word in ("tests", "failures", "skipped")] == ["1", str(counts[1]), str(counts[2])]
    assert [len(suite.findall(f"testcase/{word}")) for word in ("failure", "skipped")] == counts[1:]
    (log,) = json.loads(run("--format", "sarif"))["runs"]
    opened = [result for result in log["results"] if result["ruleId"] == "file.not-checked"]
    assert [(result["kind"], result["level"]) for result in opened] == [("open", "none")] * counts[2]


def test_the_exit_status_of_several_is_that_of_the_worst(tmp_path: Path, capsys: Capture) -> None:
    for name, data in (("a", GOOD), ("b", UNJUDGED), ("c", BAD)):
        (tmp_path / name).write_bytes(data)
    files = [str(tmp_path / name) for name in "abc"]
    assert [main(["validate", *files[:count]]) for count in (1, 2, 3)] == [0, 3, 1]
    assert capsys.readouterr().out.splitlines()[-1] == "3 files: 1 valid, 1 invalid, 1 not (fully) checked"
    assert [main(["show", file]) for file in files] == [0, 1, 1]  # a receiver's verdict: what is not read is refused


def test_what_did_not_run_is_named(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "bad.xml"
    path.write_bytes(BAD)
    main(["validate", str(path), "--layers", "profile,rule", "--format", "junit"])
    assert "<skipped>not checked: profile, rule</skipped>" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [[], ["show", "nowhere"], ["rewrite", "nowhere", "-o", "out.xml"], ["show", "."]],
)
def test_wrong_use(arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2


@pytest.mark.parametrize(
    "arguments", [["--nonsense"], ["validate"], ["rewrite", "x"], ["validate", "x", "--lang", "sv"]]
)
def test_what_cannot_be_understood(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2


def test_a_file_that_is_missing_stops_no_other(mixed: Path, capsys: Capture) -> None:
    assert main(["validate", "nowhere.xml", str(mixed / "sub" / "d-good.xml")]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "nowhere.xml: invalid"
    assert "file.unreadable" in lines[1]
    assert lines[-1] == "2 files: 1 valid, 1 invalid"


def test_a_folder_or_a_pattern_without_a_message_is_wrong_use(mixed: Path, capsys: Capture) -> None:
    (mixed / "empty").mkdir()
    (mixed / "notes").mkdir()
    (mixed / "notes" / "readme.txt").write_text("not a message", encoding="utf-8")
    for name in ("empty", "notes", "*.json", "b-*.bin"):
        assert main(["validate", str(mixed / name)]) == 2
        assert capsys.readouterr() == ("", f"medcom-bu: no message in {mixed / name}\n")


def test_a_pattern_that_the_shell_did_not_expand(mixed: Path, capsys: Capture) -> None:
    assert main(["validate", str(mixed / "sub" / "*.xml"), str(mixed / "**" / "*-bad.xml")]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "2 files: 1 valid, 1 invalid"


@pytest.mark.parametrize("command", ["validate", "show"])
def test_standard_input(command: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    for data, status in ((GOOD, 0), (BAD, 1)):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
        assert main([command, "-"]) == status
    assert "xml.code" in capsys.readouterr().out


def test_a_warning_can_be_a_failure(tmp_path: Path) -> None:
    path = tmp_path / "warned.xml"
    path.write_bytes(GOOD.replace(b"ingstilbud", b"ing \x96 tilbud", 1))
    assert main(["validate", str(path)]) == 0
    assert main(["validate", str(path), "--fail-on", "error"]) == 0
    assert main(["validate", str(path), "--fail-on", "warning"]) == 1
    path.write_bytes(GOOD)
    assert main(["validate", str(path), "--fail-on", "warning"]) == 0


WRONG_USES = {
    "validate": "der mangler FILE|DIR|-",
    "nonsense": "COMMAND: ukendt værdi: 'nonsense' (vælg mellem",
    "validate --nonsense x": "ukendte argumenter: --nonsense",
    "validate --lay x": "tvetydigt tilvalg: --lay kan være --layers, --layout",
    "validate x --jobs x": "--jobs: 'x' er hverken et tal fra 1 og op eller auto",
    "generate --cases x -o y": "--cases: ikke et tal: 'x'",
    "show x --html": "--html: der skal være en værdi",
    "convert x --to xml -o y --attachments": "--attachments: der skal være mindst en værdi",
    "layouts check x --pair y": "--pair: der skal være 2 værdier",
    "validate x --strict=y": "--strict: tilvalget har ingen værdi: 'y'",
    "show x --html y --pdf z": "--pdf: kan ikke bruges sammen med --html",
    "profiles nonsense": "ACTION: ukendt værdi: 'nonsense' (vælg mellem",
}


@pytest.mark.parametrize("words", WRONG_USES)
def test_what_cannot_be_understood_is_said_in_danish(words: str, capsys: Capture) -> None:
    """Each sentence of argparse that a command line can meet; the language is asked for behind the fault."""
    with pytest.raises(SystemExit) as stopped:
        main([*words.split(), "--lang=da"])
    told = capsys.readouterr().err
    assert (stopped.value.code, told[:5]) == (2, "brug:")
    assert f": fejl: {WRONG_USES[words]}" in told.splitlines()[-1]


def test_a_file_that_is_not_there_is_named_in_danish(capsys: Capture) -> None:
    assert main(["validate", "/nowhere", "--lang", "da"]) == 1
    assert "filen kan ikke læses (filen eller mappen findes ikke)" in capsys.readouterr().out


def test_version(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out == f"medcom-bu {medcom_bu.__version__}, data of {medcom_bu.__data_version__}\n"


def test_show(mixed: Path, capsys: Capture) -> None:
    assert main(["show", str(mixed / "sub" / "d-good.xml")]) == 0
    masked = capsys.readouterr().out
    assert "letters[0].patient.identifier = Cpr(******-****)" in masked
    assert "Testesen" not in masked
    assert main(["show", str(mixed / "sub" / "d-good.xml"), "--reveal"]) == 0
    revealed = capsys.readouterr().out
    assert "0201609995" in revealed
    assert "Testesen" in revealed


def test_show_what_is_broken(mixed: Path, capsys: Capture) -> None:
    file = mixed / "extra.xml"
    file.write_bytes(GOOD.replace(b"<Patient>", b"<Patient><Egen>privat</Egen>"))
    assert main(["show", str(file)]) == 1
    masked = capsys.readouterr().out
    assert "letters[0].patient.unexpected[0]" in masked
    assert "privat" not in masked
    assert main(["show", str(file), "--reveal"]) == 1
    assert "privat" in capsys.readouterr().out
    assert main(["show", str(mixed / "b-noise.bin")]) == 1
    assert "format.unknown" in capsys.readouterr().out


# --- what belongs together --------------------------------------------------------------------------------------------

REFERRAL, FILE = map(medcom_bu.to_xml, example())
STRANGER = FILE.replace(b"0201609995", b"0201609996")


def verdicts(capsys: Capture, *arguments: str) -> tuple[int, dict[str, list[str]]]:
    """The exit status, and of each file the codes of what is more than information."""
    status = main(["validate", "--format", "json", *arguments])
    data = json.loads(capsys.readouterr().out)
    return status, {
        Path(each["file"]).name: [issue["code"] for issue in each["issues"] if issue["severity"] != "information"]
        for each in data
    }


def test_a_letter_and_its_attachments_are_judged_together(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "sub").mkdir()
    letter, file = tmp_path / "letter.xml", tmp_path / "sub" / "file.xml"
    letter.write_bytes(REFERRAL)
    file.write_bytes(FILE)
    assert verdicts(capsys, str(tmp_path)) == (0, {"letter.xml": [], "file.xml": []})
    file.write_bytes(STRANGER)
    wrong = {"letter.xml": [], "file.xml": ["attachment.other-patient"]}
    assert verdicts(capsys, str(tmp_path)) == (1, wrong)
    assert verdicts(capsys, str(file), str(letter)) == (1, dict(reversed(wrong.items())))
    assert list(verdicts(capsys, str(file), str(letter))[1]) == ["file.xml", "letter.xml"]
    for alone in (letter, file):
        assert verdicts(capsys, str(alone)) == (0, {alone.name: []})
    assert verdicts(capsys, str(tmp_path), "--layers", "syntax,schema") == (0, {"letter.xml": [], "file.xml": []})


def test_they_are_tied_on_edifact_too(tmp_path: Path, capsys: Capture) -> None:
    for name, data in (("letter.edi", REFERRAL), ("file.edi", STRANGER)):
        message = medcom_bu.parse(data, medcom_bu.Emessage)
        version = "H0130R" if name == "letter.edi" else None
        (tmp_path / name).write_bytes(medcom_bu.to_edifact(message, version=version))
    assert verdicts(capsys, str(tmp_path))[1]["file.edi"] == ["attachment.other-patient"]


def test_only_what_names_the_same_object_is_tied(tmp_path: Path) -> None:
    other = [re.sub(rb"(<ObjectIdentifier>)....", rb"\g<1>aaaa", data) for data in (REFERRAL, FILE)]
    files = dict(zip(("a1", "a2", "b1", "b2"), (REFERRAL, FILE, *other), strict=True))
    files |= {"copy": REFERRAL, "alone": GOOD, "cut": REFERRAL[:-9], "fhir": UNJUDGED, "noise": b"\0"}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    paths = [tmp_path / name for name in (*files, "gone", "a1")]
    groups = {Path(path).name: [Path(each).name for each in group] for path, group in tied(paths).items()}
    own, others = ["a1", "a2", "copy"], ["b1", "b2"]
    assert groups == {**dict.fromkeys(own, own), **dict.fromkeys(others, others)}
    assert tied([tmp_path / "a1", tmp_path / "copy"]) == {}


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="no pipe that has a path")
def test_what_can_be_read_once_is_read_once(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "file").write_bytes(FILE)
    reader, writer = os.pipe()
    os.write(writer, REFERRAL)
    os.close(writer)
    try:
        assert main(["validate", f"/dev/fd/{reader}", str(tmp_path / "file")]) == 0
    finally:
        os.close(reader)
    assert capsys.readouterr().out.splitlines()[-1] == "2 files: 2 valid, 0 invalid"


def test_several_letters_that_name_an_object_are_all_held_to_it(tmp_path: Path, capsys: Capture) -> None:
    for name, data in (
        ("first", REFERRAL),
        ("second", REFERRAL.replace(b"0201609995", b"0201609996")),
        ("file", FILE),
    ):
        (tmp_path / name).write_bytes(data)
    assert verdicts(capsys, str(tmp_path)) == (
        1,
        {"file": ["attachment.other-patient"], "first": [], "second": []},
    )


def test_a_letter_is_tied_to_all_of_its_attachments(tmp_path: Path, capsys: Capture) -> None:
    again = re.sub(rb"(<Reference>.*</Reference>)", rb"\1\1", REFERRAL, flags=re.DOTALL)
    letter = re.sub(rb"(.*<ObjectIdentifier>)....", rb"\1aaaa", again, count=1, flags=re.DOTALL)
    second = re.sub(rb"(<ObjectIdentifier>)....", rb"\g<1>aaaa", FILE)
    for name, data in (("first", FILE), ("letter", letter), ("second", second)):
        (tmp_path / name).write_bytes(data)
    paths = [tmp_path / name for name in ("first", "letter", "second")]
    assert tied(paths) == dict.fromkeys(paths, tuple(paths))
    assert verdicts(capsys, str(tmp_path)) == (0, {"first": [], "letter": [], "second": []})
    (tmp_path / "second").unlink()
    assert verdicts(capsys, str(tmp_path)) == (1, {"first": [], "letter": ["reference.unmatched"]})
    (tmp_path / "second").write_bytes(second.replace(b"nytbrev", b"ny"))  # invalid, but not missing
    assert verdicts(capsys, str(tmp_path)) == (1, {"first": [], "letter": [], "second": ["xml.code"]})


# --- which files, and how they are told -------------------------------------------------------------------------------


def test_files_are_left_out_by_pattern(mixed: Path, capsys: Capture) -> None:
    def names(*patterns: str) -> list[str]:
        options = [option for pattern in patterns for option in ("--exclude", pattern)]
        return list(verdicts(capsys, str(mixed), *options)[1])

    assert names() == NAMES
    assert names("a-*") == NAMES[1:]
    assert names(mixed.name) == names(*mixed.parts) == NAMES  # the folder that is named is wanted
    assert names("sub") == names(f"{mixed}/sub/*") == NAMES[:2]
    assert names("a-*", "c-gone.xml", "b-*") == NAMES[2:]
    assert main(["validate", str(mixed), "--exclude", "*"]) == 2
    assert "no message in" in capsys.readouterr().err
    assert list(verdicts(capsys, str(mixed / "a-bad.xml"), "--exclude", "a-*")[1]) == ["a-bad.xml"]
    assert main(["validate", str(mixed), "--exclude", "b-*"]) == 1
    assert "skipped" not in capsys.readouterr().out


def test_quiet(mixed: Path, capsys: Capture) -> None:
    assert main(["validate", str(mixed), "-q"]) == 1
    out = capsys.readouterr().out
    assert [name for name in NAMES if name in out] == NAMES[:2]
    assert out.splitlines()[-1] == "3 files: 1 valid, 2 invalid, 1 without a message skipped (--strict judges them)"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "is_coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_colours_are_for_a_terminal_whose_user_wants_them(
    environment: dict[str, str], is_coloured: bool, mixed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"TERM": "xterm", "WT_SESSION": "x", **environment}.items():
        monkeypatch.setenv(name, value)
    if "NO_COLOR" not in environment:
        monkeypatch.delenv("NO_COLOR", raising=False)
    for form, kind, expected in (
        ("text", Terminal, is_coloured),
        ("text", io.StringIO, False),
        *((form, Terminal, False) for form in FORMATS if form != "text"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr("sys.stdout", out := kind())
            assert main(["validate", str(mixed), "--format", form]) == 1
        assert ("\x1b[31m" in out.getvalue()) is expected, form
        assert ("\x1b" in out.getvalue()) is expected, form


def test_a_bar_is_shown_on_a_terminal_and_is_gone_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    for number in range(25):
        (tmp_path / f"{number:02}.xml").write_bytes(GOOD)
    with monkeypatch.context() as patch:
        patch.setattr("sys.stderr", error := Terminal())
        assert main(["validate", str(tmp_path), "--exclude", "0[0-7].xml"]) == 0
        assert error.getvalue() == ""  # so few are soon done
        assert main(["validate", str(tmp_path)]) == 0
    assert "25 files: 25 valid" in capsys.readouterr().out
    shown = error.getvalue().split("\r")
    assert [text.split()[-1] for text in shown if text.strip()] == [f"{number}/25" for number in range(1, 26)]
    assert (shown[-1], shown[-2].strip()) == ("", "")


@pytest.mark.parametrize(
    "command", ["demo", "validate", "show", "rewrite", "wrap", "unwrap", "layouts", "list", "check"]
)
def test_every_text_can_be_danish(command: str, tmp_path: Path, capsys: Capture) -> None:
    letter, envelope = tmp_path / "letter.xml", tmp_path / "envelope.xml"
    letter.write_bytes(GOOD)
    envelope.write_bytes(medcom_bu.to_xml(vans.wrap(GOOD)))
    arguments = {
        "demo": ["demo", str(tmp_path / "d")],
        "rewrite": ["rewrite", str(letter), "-o", str(tmp_path / "out")],
        "wrap": ["wrap", str(letter), "-o", str(tmp_path / "out")],
        "unwrap": ["unwrap", str(envelope), "-o", str(tmp_path / "out")],
        "layouts": ["layouts"],
        "list": ["profiles", "list"],
        "check": ["profiles", "check", str(letter)],
    }.get(command, [command, str(letter)])
    danish = {
        "demo": "læst tilbage uændret",
        "rewrite": "skrevet, 0 tab",
        "wrap": "skrevet, ",
        "unwrap": f"skrevet, {len(GOOD)} byte",
        "layouts": "læses og skrives",
        "list": "(medleveret)",
        "check": "ikke FHIR",
    }.get(command, "opfylder ikke modulus 11")
    english = ("read", "written", "equal", "valid", "modulus 11 check", "not FHIR", "shipped")
    main([*arguments, "--lang", "da"])
    out = capsys.readouterr().out
    assert danish in out
    assert not any(word in out.replace("letter.xml", "").replace("profiles", "").split() for word in english)


def test_a_refusal_can_be_danish(tmp_path: Path, capsys: Capture) -> None:
    assert main(["validate", str(tmp_path), "--lang", "da"]) == 2
    assert capsys.readouterr().err == f"medcom-bu: ingen meddelelse i {tmp_path}\n"


# --- the same message otherwise ---------------------------------------------------------------------------------------


def test_rewrite(mixed: Path, capsys: Capture) -> None:
    good, out = str(mixed / "sub" / "d-good.xml"), mixed / "out.xml"
    assert main(["rewrite", good, "-o", str(out)]) == 0
    assert "written, 0 losses" in capsys.readouterr().out
    assert medcom_bu.parse(out.read_bytes()) == medcom_bu.parse(GOOD)
    assert main(["rewrite", good, "--to-version", "XH0130R", "-o", str(out)]) == 0
    lines = capsys.readouterr().out.splitlines()
    losses = medcom_bu.losses(medcom_bu.parse(GOOD), "xml", version="XH0130R")
    assert lines[:-1] == [f"{loss.code} {loss.path}: {loss.message}" for loss in losses]
    assert lines[-1].endswith(f"written, {len(losses)} losses")
    assert losses
    assert b"XH0130R" in out.read_bytes()


def test_edifact_is_rewritten_judged_and_shown(mixed: Path, capsys: Capture) -> None:
    good, out = str(mixed / "sub" / "d-good.xml"), str(mixed / "out.edi")
    assert main(["rewrite", good, "--to", "edifact", "-o", out]) == 2
    assert "edifact.no-layout" in capsys.readouterr().out
    assert main(["rewrite", good, "--to", "edifact", "--to-version", "H0130R", "-o", out]) == 0
    assert "loss.edifact-element letters[0].letter.episode_of_care" in capsys.readouterr().out
    assert main(["validate", out]) == 0
    assert main(["show", out]) == 0
    assert "letters[0]: HospitalReferral" in capsys.readouterr().out


def test_rewrite_what_cannot_be(mixed: Path, capsys: Capture) -> None:
    out = mixed / "out.xml"
    assert main(["rewrite", str(mixed / "a-bad.xml"), "-o", str(out)]) == 1
    assert "xml.code" in capsys.readouterr().out
    assert main(["rewrite", str(mixed / "b-noise.bin"), "-o", str(out)]) == 1
    good = str(mixed / "sub" / "d-good.xml")
    assert main(["rewrite", good, "--to-version", "XD9134L", "-o", str(out)]) == 2
    assert not out.exists()
    assert main(["rewrite", good, "-o", str(mixed / "no" / "out.xml")]) == 2


WIRES: dict[str, tuple[bytes, str, str]] = {
    # what is written -> the file, the option --to, what it becomes
    "XML as it is": (GOOD, "", "oioxml"),
    "EDIFACT as it is": (medcom_bu.to_edifact(letter_samples()["XDIS91/XD9134L"]), "", "edifact"),
    "EDIFACT as XML": (medcom_bu.to_edifact(letter_samples()["XDIS91/XD9134L"]), "xml", "oioxml"),
    "XML as EDIFACT": (medcom_bu.to_xml(letter_samples()["XDIS91/XD9134L"]), "edifact", "edifact"),
    "FHIR JSON as XML": (medcom_bu.to_fhir(CARE), "fhir-xml", "fhir+xml"),
    "FHIR XML as JSON": (medcom_bu.to_fhir(CARE, "xml"), "fhir", "fhir+json"),
    "FHIR XML as it is": (medcom_bu.to_fhir(CARE, "xml"), "", "fhir+xml"),
    "an envelope": (medcom_bu.to_xml(vans.wrap(GOOD)), "xml", "vans-envelope"),
}


@pytest.mark.parametrize("name", WIRES)
def test_a_message_is_written_on_every_wire_of_its_own(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """HOUSE-40."""
    data, to, wire = WIRES[name]
    path, out = tmp_path / "in", tmp_path / "out"
    path.write_bytes(data)
    options = ["--to", to] if to else []
    assert main(["rewrite", str(path), *options, "-o", str(out)]) == 0
    assert medcom_bu.detect(out.read_bytes()) == wire
    message = medcom_bu.parse(data)
    lost = medcom_bu.losses(message, wire)
    assert bool(lost) is (name == "XML as EDIFACT")
    assert lost or medcom_bu.parse(out.read_bytes()) == message
    capsysbinary.readouterr()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
    assert main(["rewrite", "-", *options, "-o", "-"]) == 0
    captured = capsysbinary.readouterr()
    assert lost or medcom_bu.parse(captured.out) == message
    assert medcom_bu.detect(captured.out) == wire
    assert captured.err.decode().splitlines()[-1] == f"-: written, {len(lost)} loss{'es' * (len(lost) != 1)}"


def test_another_standard_is_no_other_wire(tmp_path: Path, capsys: Capture) -> None:
    path, out = tmp_path / "in", tmp_path / "out"
    for data, to, said in (
        (GOOD, "fhir", "Emessage cannot be written as fhir, only as xml, edifact"),
        (medcom_bu.to_fhir(CARE), "xml", "CareCommunicationMessage cannot be written as xml, only as fhir, fhir-xml"),
        (medcom_bu.to_xml(vans.wrap(GOOD)), "edifact", "VansEnvelope cannot be written as edifact, only as xml"),
    ):
        path.write_bytes(data)
        assert main(["rewrite", str(path), "--to", to, "-o", str(out)]) == 2
        assert capsys.readouterr().err == f"medcom-bu: {said}\n"
    assert not out.exists()


# --- envelopes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["XML as it is", "EDIFACT as it is", "FHIR JSON as XML", "FHIR XML as JSON"])
def test_what_is_wrapped_comes_out_byte_for_byte(name: str, tmp_path: Path, capsys: Capture) -> None:
    data = WIRES[name][0]
    path, envelope, out = tmp_path / "in", tmp_path / "envelope.xml", tmp_path / "out"
    path.write_bytes(data)
    assert main(["wrap", str(path), "-o", str(envelope)]) == 0
    assert main(["validate", str(envelope)]) == 0
    capsys.readouterr()
    assert main(["unwrap", str(envelope), "-o", str(out)]) == 0
    assert capsys.readouterr().out == f"{out}: written, {len(data)} bytes\n"
    assert out.read_bytes() == data


def test_what_an_envelope_cannot_tell_is_given(tmp_path: Path, capsys: Capture) -> None:
    path, out = tmp_path / "in", tmp_path / "out"
    path.write_bytes(b"%PDF-1.7")
    assert main(["wrap", str(path), "-o", str(out)]) == 2
    assert capsys.readouterr().err == "medcom-bu: give the name: it cannot be read from the message\n"
    assert main(["wrap", str(path), "-o", str(out), "--lang", "da"]) == 2
    assert capsys.readouterr().err == "medcom-bu: angiv name: meddelelsen oplyser det ikke\n"
    given = {"sender": "5790000121526", "receiver": "5790000201389", "name": "MCM:X", "document-version": "1"}
    given["identifier"] = "00000000-0000-4000-8000-000000000001"
    options = [word for name, value in given.items() for word in (f"--{name}", value)]
    assert main(["wrap", str(path), "-o", str(out), *options]) == 0
    envelope = medcom_bu.parse(out.read_bytes(), medcom_bu.VansEnvelope)
    meta: Any = envelope.meta_information
    assert (envelope.sender_id.identifier, envelope.receiver_id.identifier) == (given["sender"], given["receiver"])
    assert (meta.document.name, meta.document.version, meta.document.format) == ("MCM:X", "1", "Binary")
    assert (meta.identifier, envelope.payload) == (given["identifier"], b"%PDF-1.7")


def test_unwrap_what_holds_nothing(tmp_path: Path, capsys: Capture) -> None:
    path, out = tmp_path / "in", tmp_path / "out"
    for data, status, said in (
        (GOOD, 1, "message.other-kind"),
        (b"noise", 1, "the data is not in a known format"),
        (medcom_bu.to_xml(vans.positive(vans.wrap(GOOD))), 2, "the envelope contains no message"),
    ):
        path.write_bytes(data)
        assert main(["unwrap", str(path), "-o", str(out)]) == status
        captured = capsys.readouterr()
        assert said in captured.out + captured.err
    assert main(["unwrap", str(path), "-o", str(out), "--lang", "da"]) == 2
    assert capsys.readouterr().err == "medcom-bu: kuverten rummer ingen meddelelse\n"
    assert not out.exists()


def test_the_layouts_that_are_known_are_listed(capsys: Capture) -> None:
    assert main(["layouts"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [
        *("B0130X", "B0131X", "B0210X", "C0130Q", "C0230Q", "C0330Q", "D9134L", "H0130R", "H0131R")
    ]
    assert lines[-2:] == [
        "H0130R  MEDREF REF01  read and written",
        "H0131R  MEDREF REF01  only read, using the layout of H0130R",
    ]


def test_receivers_are_judged_by_a_directory(tmp_path: Path, capsys: Capture) -> None:
    letter, units = tmp_path / "letter.xml", tmp_path / "units.csv"
    letter.write_bytes(GOOD)
    units.write_text("gln;name\n5790000201389;Eksempel\n", encoding="utf-8")
    status, codes = verdicts(capsys, str(letter), "--directory", str(units))
    assert (status, len(codes["letter.xml"])) == (1, 1)
    units.write_text("gln;name\n5790000201389;Eksempel\n;Uden nummer\n", encoding="utf-8")
    main(["validate", str(letter), "--directory", str(units), "--lang", "da"])
    error = capsys.readouterr().err
    assert error == f"{units}: rows[1]: rækken har intet nummer for en enhed: den er udeladt\n"
    gone = tmp_path / "none.csv"
    assert main(["validate", str(letter), "--directory", str(gone)]) == 2
    assert capsys.readouterr().err == f"medcom-bu: {gone}: No such file or directory\n"
    assert main(["validate", str(letter), "--second-engine"]) == 0
    assert "schema.engines-agree" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["XDIS91/XD9134L", "EDIFACT", "CareCommunication/5.0"])
@pytest.mark.parametrize("refuse", [[], ["--refuse", "Borgeren er ukendt her"]], ids=["accepts", "refuses"])
def test_an_answer_is_written_on_the_wire_of_what_came(
    name: str, refuse: list[str], tmp_path: Path, capsys: Capture
) -> None:
    came, out = tmp_path / "came", tmp_path / "answer"
    mail = letter_samples()["XDIS91/XD9134L"]
    made = {"XDIS91/XD9134L": medcom_bu.to_xml(mail), "EDIFACT": medcom_bu.to_edifact(mail)}
    came.write_bytes(made[name] if name in made else medcom_bu.to_fhir(CARE))
    assert main(["answer", str(came), "-o", str(out), *refuse]) == 0
    assert capsys.readouterr().out == f"{out}: written, it {'refuses' if refuse else 'accepts'}\n"
    assert medcom_bu.detect(out) == medcom_bu.detect(came)
    answer = medcom_bu.read(out)
    assert answer.report.ok
    assert medcom_bu.exchange.matches(medcom_bu.read(came), answer)


def test_an_answer_is_not_answered(tmp_path: Path, capsys: Capture) -> None:
    receipt = tmp_path / "receipt.xml"
    receipt.write_bytes(medcom_bu.to_xml(letter_samples()["XCTL03/XC0330Q"]))
    assert main(["answer", str(receipt), "-o", str(tmp_path / "out")]) == 2
    assert (
        capsys.readouterr().err == "medcom-bu: receipt.of-receipt letters[0]: a receipt is not answered by a receipt\n"
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", [["rewrite"], ["convert", "--to", "fhir"], ["answer"], ["validate"]])
def test_an_empty_file_is_told_alike_by_every_command(command: list[str], tmp_path: Path, capsys: Capture) -> None:
    empty = tmp_path / "empty.xml"
    empty.write_bytes(b"")
    out = [] if command == ["validate"] else ["-o", str(tmp_path / "out")]
    assert main([*command, str(empty), *out, "--lang", "da"]) == 1
    told = capsys.readouterr()
    assert "indholdet er tomt" in told.out + told.err
    assert "there are" not in told.out + told.err
    assert not (tmp_path / "out").exists()


def test_what_the_system_says_of_a_file_is_danish_too(tmp_path: Path, capsys: Capture) -> None:
    good = tmp_path / "good.xml"
    good.write_bytes(GOOD)
    assert main(["show", str(tmp_path / "gone.xml"), "--lang", "da"]) == 2
    assert capsys.readouterr().err.endswith("gone.xml: filen eller mappen findes ikke\n")
    assert main(["show", str(tmp_path / "gone.xml")]) == 2
    assert capsys.readouterr().err.endswith("gone.xml: No such file or directory\n")
    assert main(["rewrite", str(good), "-o", str(good), "--lang", "da"]) == 2
    assert capsys.readouterr().err.endswith("good.xml: det er den fil der læses; angiv en anden til resultatet\n")


def test_the_receivers_verdict_is_asked_for(tmp_path: Path) -> None:
    came = tmp_path / "came.xml"
    came.write_bytes(GOOD.replace(b"nytbrev", b"Nytbrev"))
    assert main(["validate", str(came)]) == 1
    assert main(["validate", "--receiving", str(came)]) == 0
