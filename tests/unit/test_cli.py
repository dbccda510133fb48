"""The command line, in process: what it prints and its exit status."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

import medcom_bu
from medcom_bu.cli import main
from medcom_bu.testing.letters import letter_samples
from medcom_bu.testing.sets import fhir_samples

GOOD = medcom_bu.to_xml(letter_samples()["XREF01/XH0131R"])
BAD = GOOD.replace(b"nytbrev", b"ny")
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
    assert captured.out.splitlines()[-1] == "3 files: 1 valid, 2 invalid, 1 without a message skipped"
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
    suite = etree.fromstring(capsys.readouterr().out.encode())
    assert (suite.tag, suite.get("tests"), suite.get("failures")) == ("testsuite", "4", "3")
    cases = {Path(str(case.get("name"))).name: case for case in suite}
    assert 'odd \ufffd & "<name>.xml' in cases
    assert [name for name, case in cases.items() if case.find("failure") is None] == ["d-good.xml"]
    assert "xml.code" in str(cases["a-bad.xml"].findtext("failure"))
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
    assert places[0]["logicalLocations"][0]["fullyQualifiedName"] == "/Emessage/HospitalReferral/Letter/StatusCode"


@pytest.mark.parametrize("form", ["text", "json", "junit", "sarif"])
def test_danish(form: str, mixed: Path, capsys: Capture) -> None:
    main(["validate", str(mixed), "--lang", "da", "--format", form])
    out = capsys.readouterr().out
    assert "er ikke en værdi i kodelisten" in out
    assert "is not a value" not in out


def test_layers(mixed: Path, capsys: Capture) -> None:
    bad = str(mixed / "a-bad.xml")
    assert main(["validate", bad, "--layers", "syntax"]) == 0
    assert "valid (syntax)" in capsys.readouterr().out
    assert main(["validate", bad, "--layers", "syntax,schema"]) == 1
    assert main(["validate", bad, "--layers", "rule"]) == 3  # it could not run
    assert "a-bad.xml: not checked" in capsys.readouterr().out
    assert main(["validate", str(mixed / "sub"), "--layers", "rule"]) == 0
    assert main(["validate", bad, "--layers", "taste"]) == 2
    assert "no such layer: taste" in capsys.readouterr().err


UNJUDGED = re.sub(
    rb'"profile": ?\["[^"]*"\]',
    b'"profile":["http://example.org/none"]',
    medcom_bu.to_fhir(fhir_samples()["Acknowledgement/2.0"]).replace(
        b"acknowledgement-message", b"hospital-notification-message"
    ),
)
"""A message that names no profile that is at hand."""
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
        ("en", english, ("files: {} valid, {} invalid", ", {} not (fully) checked")),
        ("da", danish, ("filer: {} gyldige, {} ugyldige", ", {} ikke (fuldt) kontrolleret")),
    ):
        lines = run("--lang", lang).splitlines()
        assert lines[0] == f"{path}: {headline}"
        assert lines[-1] == "1 " + (words[0] + words[1] * counts[2]).format(*counts)
    (data,) = json.loads(run("--format", "json"))
    assert data["verdict"] == ("valid", "invalid", "not checked")[place]
    suite = etree.fromstring(run("--format", "junit").encode())
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
    assert [main(["show", file]) for file in files] == [0, 3, 1]


def test_what_did_not_run_is_named(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "bad.xml"
    path.write_bytes(BAD)
    main(["validate", str(path), "--layers", "profile,rule", "--format", "junit"])
    assert '<skipped message="not checked: profile, rule"/>' in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [[], ["show", "nowhere"], ["convert", "nowhere", "-o", "out.xml"], ["show", "."]],
)
def test_wrong_use(arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2


@pytest.mark.parametrize(
    "arguments", [["--nonsense"], ["validate"], ["convert", "x"], ["validate", "x", "--lang", "sv"]]
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
    (mixed / "notes" / "readme.txt").write_text("not a message")
    for name in ("empty", "notes", "*.json", "b-*.bin"):
        assert main(["validate", str(mixed / name)]) == 2
        assert capsys.readouterr() == ("", f"medcom-bu: no message in {mixed / name}\n")


def test_a_pattern_that_the_shell_did_not_expand(mixed: Path, capsys: Capture) -> None:
    assert main(["validate", str(mixed / "sub" / "*.xml"), str(mixed / "**" / "*-bad.xml")]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "2 files: 1 valid, 1 invalid"


@pytest.mark.parametrize("command", ["validate", "show"])
def test_standard_input(command: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    for data, status in ((GOOD, 0), (BAD, 1)):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
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


def test_version(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out == f"medcom-bu {medcom_bu.__version__}\n"


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


def test_convert(mixed: Path, capsys: Capture) -> None:
    good, out = str(mixed / "sub" / "d-good.xml"), mixed / "out.xml"
    assert main(["convert", good, "-o", str(out)]) == 0
    assert "written, 0 losses" in capsys.readouterr().out
    assert medcom_bu.parse(out.read_bytes()) == medcom_bu.parse(GOOD)
    assert main(["convert", good, "--to-version", "XH0130R", "-o", str(out)]) == 0
    lines = capsys.readouterr().out.splitlines()
    losses = medcom_bu.losses(medcom_bu.parse(GOOD), "xml", version="XH0130R")
    assert lines[:-1] == [str(loss) for loss in losses]
    assert lines[-1].endswith(f"written, {len(losses)} losses")
    assert losses
    assert b"XH0130R" in out.read_bytes()


def test_edifact_is_converted_judged_and_shown(mixed: Path, capsys: Capture) -> None:
    good, out = str(mixed / "sub" / "d-good.xml"), str(mixed / "out.edi")
    assert main(["convert", good, "--to", "edifact", "-o", out]) == 2
    assert "edifact.no-layout" in capsys.readouterr().out
    assert main(["convert", good, "--to", "edifact", "--to-version", "H0130R", "-o", out]) == 0
    assert "loss.edifact-element at letters[0].letter.episode_of_care" in capsys.readouterr().out
    assert main(["validate", out]) == 0
    assert main(["show", out]) == 0
    assert "letters[0]: HospitalReferral" in capsys.readouterr().out


def test_convert_what_cannot_be(mixed: Path, capsys: Capture) -> None:
    out = mixed / "out.xml"
    assert main(["convert", str(mixed / "a-bad.xml"), "-o", str(out)]) == 1
    assert "xml.code" in capsys.readouterr().out
    assert main(["convert", str(mixed / "b-noise.bin"), "-o", str(out)]) == 1
    good = str(mixed / "sub" / "d-good.xml")
    assert main(["convert", good, "--to-version", "XD9134L", "-o", str(out)]) == 2
    assert not out.exists()
    assert main(["convert", good, "-o", str(mixed / "no" / "out.xml")]) == 2
