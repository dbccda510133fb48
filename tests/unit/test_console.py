"""What the command line lets out: bytes for machines, whole files in their own place, and nothing that acts."""

from __future__ import annotations

import io
import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote

import pytest
from lxml import etree, html

import medcom_bu
from medcom_bu.cli import main
from medcom_bu.envelopes import vans
from medcom_bu.rendering.page import as_page
from medcom_bu.rendering.text import as_text
from medcom_bu.signs import INVISIBLE, one_line, visible
from medcom_bu.testing.letters import letter_samples
from medcom_bu.testing.sets import fhir_samples
from medcom_bu.values.text import FormattedText
from tests.support.paths import changed

LETTER = letter_samples()["XDIS91/XD9134L"]
CARE = fhir_samples()["CareCommunication/5.0"]
BAD = medcom_bu.to_xml(LETTER).replace(b"nytbrev", b"ny")
Capture = pytest.CaptureFixture[str]

# --- bytes for machines ----------------------------------------------------------------------------------------------

ENCODINGS = ("cp1252", "cp850", "cp437", "ascii", "latin-1", "utf-8", "utf-16", "ascii:strict")
MACHINE = ("json", "sarif", "junit", "html")


def printed(arguments: list[str], encoding: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, bytes]:
    """The exit status and the bytes on a standard output of some encoding."""
    out = io.BytesIO()
    name, _, errors = encoding.partition(":")
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", io.TextIOWrapper(out, name, errors or "strict"))
        status = main(arguments)
        sys.stdout.flush()
        return status, out.getvalue()


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("form", MACHINE)
def test_machine_formats_are_utf_8(form: str, encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["æøå Ł €.xml", "\N{OLD ITALIC LETTER A}.xml"]
    if sys.platform == "linux":  # others refuse such names
        names.append(os.fsdecode(b"half \xe6\xff.xml"))
    for name in names:
        (tmp_path / name).write_bytes(BAD)
    status, data = printed(["validate", str(tmp_path), "--format", form, "--lang", "da"], encoding, monkeypatch)
    assert status == 1
    assert b"\\u00e6" not in data
    paths = {str(tmp_path / name) for name in names}
    if form == "junit":
        shown = [(str(case.get("name")), str(case.findtext("failure"))) for case in etree.fromstring(data)[0]]
        paths = {re.sub("[\ud800-\udfff]", "\ufffd", path) for path in paths}  # XML cannot hold half a character
    elif form == "json":
        shown = [(each["file"], issue["message"]) for each in json.loads(data.decode()) for issue in each["issues"]]
    elif form == "html":
        rows: Any = html.document_fromstring(data.decode()).iterfind(".//tbody/tr")
        shown = [(str(row[0].get("data-key")), row.text_content()) for row in rows]
        paths = {one_line(path) for path in paths}
    else:
        paths = {Path(path).as_posix() for path in paths}
        results = json.loads(data.decode())["runs"][0]["results"]
        uris = [place["physicalLocation"]["artifactLocation"]["uri"] for each in results for place in each["locations"]]
        texts = [each["message"]["text"] for each in results]
        shown = list(zip((unquote(uri, errors="surrogateescape") for uri in uris), texts, strict=True))
    assert len(shown) == len(paths)
    assert {path for path, _ in shown} == paths
    assert all("StatusCode er ikke en værdi fra kodelisten" in text for _, text in shown)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_page_on_standard_output_is_utf_8(encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "letter.xml"
    path.write_bytes(medcom_bu.to_xml(LETTER))
    page = as_page(medcom_bu.read(path)).encode()
    assert printed(["show", str(path), "--html", "-"], encoding, monkeypatch) == (0, page)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_text_stops_at_no_console(encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "Łø€\N{OLD ITALIC LETTER A}.xml"
    path.write_bytes(medcom_bu.to_xml(changed(LETTER, {TEXT: FormattedText(("æ € Ł \N{OLD ITALIC LETTER A}",))})))
    for command in (["show", "--reveal"], ["show"], ["validate", "--lang", "da"]):
        status, data = printed([*command, str(path)], encoding, monkeypatch)
        assert (status, bool(data)) == (0, True)


@pytest.mark.parametrize("environment", [{"PYTHONIOENCODING": "cp1252"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}])
def test_so_it_is_in_a_process_of_its_own(environment: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "bad.xml"
    path.write_bytes(BAD)
    command = [sys.executable, "-m", "medcom_bu", "validate", str(path), "--lang", "da", "--format", "junit"]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    assert "værdi" in str(etree.fromstring(done.stdout).findtext("testsuite/testcase/failure"))


def test_the_package_is_the_command_line() -> None:
    command = [sys.executable, "-m", "medcom_bu", "--version"]
    done = subprocess.run(command, capture_output=True, check=True)
    assert done.stdout.decode().split()[:2] == ["medcom-bu", f"{medcom_bu.__version__},"]


OUTPUTS = (
    *(["validate", "{}"], ["validate", "--format", "json", "{}"], ["show", "{}"], ["show", "{}", "--html", "-"]),
    *(["profiles", "list"], ["profiles", "check", "{}"], ["demo", "{}-demo"], ["layouts"]),
    *(["validate", "--format", "html", "{}"], ["rewrite", "{}", "-o", "-"], ["wrap", "{}", "-o", "-"]),
)


def to_output(command: list[str], path: Path, out: int | IO[bytes]) -> subprocess.Popen[bytes]:
    path.write_bytes(medcom_bu.to_xml(LETTER))
    words = [word.format(path) for word in command]
    return subprocess.Popen([sys.executable, "-m", "medcom_bu", *words], stdout=out, stderr=subprocess.PIPE)


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="a pipe that nobody reads, as POSIX has it")
@pytest.mark.parametrize("command", OUTPUTS, ids=lambda command: " ".join(command))
def test_a_broken_pipe_ends_quietly(command: list[str], tmp_path: Path) -> None:
    process = to_output(command, tmp_path / "x.xml", subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.communicate()[1] == b""
    assert process.returncode == 141


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is full")
@pytest.mark.parametrize("command", OUTPUTS, ids=lambda command: " ".join(command))
def test_an_output_that_is_full_is_told_in_a_line(command: list[str], tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        process = to_output(command, tmp_path / "x.xml", full)
    assert process.communicate()[1] == b"medcom-bu: input or output: No space left on device\n"
    assert process.returncode == 2


TEXT = "letters[0].clinical_information[0].text01"

# --- files -----------------------------------------------------------------------------------------------------------

posix = pytest.mark.skipif(os.name != "posix", reason="links and modes as POSIX has them")
COMMANDS = {"show": ["show", "{}", "--html"], "rewrite": ["rewrite", "{}", "-o"]}


def run(command: str, path: object, out: object) -> int:
    return main([*(part.format(path) for part in COMMANDS[command]), str(out)])


@posix
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    "way", ["same", "dotted", "relative", "hard link", "link", "link to link", "folder", "input link"]
)
def test_an_output_never_overwrites_the_input(
    command: str, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "in"
    folder.mkdir()
    path, out, data = folder / "letter.xml", tmp_path / "out", medcom_bu.to_xml(LETTER)
    path.write_bytes(data)
    given: Path = path
    if way == "same":
        out = path
    elif way == "dotted":
        out = folder / ".." / "in" / "letter.xml"
    elif way == "relative":
        out = Path("in/letter.xml")
    elif way == "hard link":
        out.hardlink_to(path)
    elif way == "link":
        out.symlink_to(path)
    elif way == "link to link":
        (tmp_path / "between").symlink_to(path)
        out.symlink_to(tmp_path / "between")
    elif way == "folder":
        (tmp_path / "also").symlink_to(folder)
        out = tmp_path / "also" / "letter.xml"
    else:
        given = tmp_path / "given"
        given.symlink_to(path)
        out = path
    before = sorted(tmp_path.rglob("*"))
    assert run(command, given, out) == 2
    assert capsys.readouterr().err == f"medcom-bu: {out} is also the input; name another output\n"
    assert path.read_bytes() == data
    assert sorted(tmp_path.rglob("*")) == before


@posix
@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_is_replaced_as_a_whole(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, out, kept = tmp_path / "letter.xml", tmp_path / "out", tmp_path / "kept"
    path.write_bytes(medcom_bu.to_xml(LETTER))
    out.write_bytes(b"old")
    out.chmod(0o640)
    kept.hardlink_to(out)
    assert run(command, path, out) == 0
    assert kept.read_bytes() == b"old"  # written beside and renamed
    assert out.read_bytes() != b"old"
    assert stat.S_IMODE(out.stat().st_mode) == (0o600 if command == "show" else 0o640)
    assert {each.name for each in tmp_path.iterdir()} == {"letter.xml", "out", "kept"}


@posix
@pytest.mark.parametrize("command", COMMANDS)
def test_a_link_is_followed_and_a_device_written_to(command: str, tmp_path: Path) -> None:
    path, out, link = tmp_path / "letter.xml", tmp_path / "out", tmp_path / "link"
    path.write_bytes(medcom_bu.to_xml(LETTER))
    link.symlink_to(out)
    assert run(command, path, link) == 0
    assert link.is_symlink()
    assert out.stat().st_size > 1000
    assert run(command, path, os.devnull) == 0
    assert not Path(os.devnull).is_file()
    assert run(command, path, tmp_path) == 2
    assert run(command, path, tmp_path / "no" / "out") == 2
    assert run(command, path, out / "below") == 2


@posix
def test_a_page_is_for_its_owner_alone(tmp_path: Path) -> None:
    path, page, letter = tmp_path / "letter.xml", tmp_path / "page.html", tmp_path / "letter.edi"
    path.write_bytes(medcom_bu.to_xml(LETTER))
    before = os.umask(0)
    try:
        assert run("show", path, page) == run("rewrite", path, letter) == 0
    finally:
        os.umask(before)
    assert [stat.S_IMODE(each.stat().st_mode) for each in (page, letter)] == [0o600, 0o666]


@pytest.mark.parametrize(("error", "status"), [(OSError, 2), (KeyboardInterrupt, 130)])
def test_what_stops_half_way_leaves_the_old_file(
    error: type[BaseException], status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, out = tmp_path / "letter.xml", tmp_path / "out"
    path.write_bytes(medcom_bu.to_xml(LETTER))
    out.write_bytes(b"old")

    def half(message: Any, file: Any, **_: Any) -> None:
        file.write(b"half")
        raise error

    monkeypatch.setattr(medcom_bu, "write_xml", half, raising=False)
    assert run("rewrite", path, out) == status
    assert out.read_bytes() == b"old"
    assert {each.name for each in tmp_path.iterdir()} == {"letter.xml", "out"}


# --- nothing that acts -----------------------------------------------------------------------------------------------

SIGNS = [
    "\x1b[31m",
    "\x1b]0;x\x07",
    "\x9b2J",
    "\x85",
    "\r",
    "\b\b",
    "\x7f",
    "\u202e",
    "\u2066",
    "\u200b",
    "\ufeff",
    "\u2028",
]
NAMES = [f"a{sign}z" for sign in SIGNS] + ["a\nb.xml: valid", "a\tz", "a\x0bz"]


def quiet(text: str) -> str:
    """What was printed, which holds nothing that acts."""
    assert not INVISIBLE.search(text), repr(text)
    return text


@posix
@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_file_does_nothing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(BAD)
    assert main(["validate", name]) == 1
    lines = quiet(capsys.readouterr().out).splitlines()
    assert lines[0] == f"{one_line(name)}: invalid (not everything was checked)"
    assert not any(line.startswith("b.xml") for line in lines)
    for form in MACHINE:
        assert main(["validate", name, "--format", form]) == 1
        out = quiet(capsys.readouterr().out)
        if form == "json":
            assert json.loads(out)[0]["file"] == name
        elif form == "junit" and name.isprintable():
            assert etree.fromstring(out.encode())[0][0].get("name") == name
    for command in (
        ["validate", f"no {name}"],
        ["show", f"no {name}"],
        ["show", ".", "--html", name],
        ["rewrite", f"no {name}", "-o", "out"],
        ["rewrite", name, "-o", "out"],
        ["rewrite", name, "-o", f"no {name}/out"],
        ["convert", f"no {name}", "--to", "fhir", "-o", "out"],
        ["convert", name, "--to", "fhir", "-o", "out", "--attachments", f"no {name}"],
        ["convert", name, "--to", "fhir", "-o", "out", "--directory", f"no {name}"],
        ["profiles", "check", f"no {name}"],
        ["profiles", "add", f"no {name}"],
    ):
        assert main(command) in (1, 2), command
        captured = capsys.readouterr()
        quiet(captured.out)
        assert len(quiet(captured.err).splitlines()) == (captured.out == ""), command
    Path(name).write_bytes(medcom_bu.to_xml(LETTER))
    for command in (
        ["rewrite", name, "-o", f"out {name}"],
        ["show", name, "--html", f"page {name}"],
        ["demo", f"d {name}"],
    ):
        assert main(command) == 0
        captured = capsys.readouterr()
        assert not quiet(captured.err)
        assert not any(line.startswith(("b.xml", "z")) for line in quiet(captured.out).splitlines())


@pytest.mark.parametrize("name", NAMES)
def test_an_argument_that_is_quoted_does_nothing(name: str, tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "letter.xml"
    path.write_bytes(medcom_bu.to_xml(LETTER))
    assert main(["validate", str(path), "--layers", name]) == 2
    assert quiet(capsys.readouterr().err) == f"medcom-bu: there is no layer {one_line(name)}\n"
    assert main(["rewrite", str(path), "-o", str(tmp_path / "out"), "--to-version", name]) == 2
    captured = capsys.readouterr()
    quiet(captured.out + captured.err)
    for arguments in (
        ["validate", str(path), "--" + name.replace(" ", "")],
        [name],
        ["validate", str(path), "--format", name],
        ["profiles", name],
        ["show", str(path), name],
    ):
        with pytest.raises(SystemExit) as stopped:
            main(arguments)
        assert stopped.value.code == 2
        error = quiet(capsys.readouterr().err).splitlines()
        assert "error: " in error[-1]
        assert not any(line.startswith("b.xml") for line in error)


@pytest.mark.parametrize("sign", [*SIGNS, "\n", "\n  letters[0].sender = x", "\x00", "\ud800"])
def test_the_text_of_a_message_does_nothing(sign: str, tmp_path: Path, capsys: Capture) -> None:
    odd = f"Testesen{sign}Test"
    values: list[Any] = [
        changed(LETTER, {TEXT: FormattedText((odd,)), "letters[0].patient.person_surname_name": odd}),
        CARE.replace(id=odd),
        LETTER.replace(namespace=odd),
        vans.wrap(LETTER, service_tags=[(odd, odd)]),
        vans.wrap(LETTER).replace(namespace=odd),
    ]
    for value in values:
        for reveal in (True, False):
            lines = quiet(as_text(value, reveal=reveal)).split("\n")
            assert not any(line.startswith(("Test", "  letters[0].sender = x")) for line in lines)
        if sign != "\ud800":
            assert visible(odd).split("\n")[0] in as_text(value, reveal=True)
    path = tmp_path / "message"
    for data in (
        medcom_bu.to_xml(LETTER, encoding="UTF-8").replace(b"Testesen", f"T{sign}n".encode(errors="replace")),
        medcom_bu.to_edifact(LETTER).replace(b"Testesen", f"T{sign}n".encode("latin-1", "replace")),
        medcom_bu.to_fhir(CARE).replace(b"Testesen", json.dumps(f"T{sign}n")[1:-1].encode()),
        medcom_bu.to_fhir(CARE, "xml").replace(b"Testesen", f"T{sign}n".encode(errors="replace")),
    ):
        path.write_bytes(data)
        for command in (["show", "--reveal"], ["show"], ["validate"], ["rewrite", "-o", str(tmp_path / "out")]):
            main([*command, str(path)])
            captured = capsys.readouterr()
            quiet(captured.out + captured.err)


def test_every_sign_of_the_page_is_marked_in_text() -> None:
    for code in range(0x110000):
        sign = chr(code)
        if INVISIBLE.match(sign):
            assert visible(sign) == one_line(sign) == f"<U+{code:04X}>"
    assert visible("æ €\n\t<b>") == "æ €\n\t<b>"
    assert one_line("a\n\tb") == "a<U+000A><U+0009>b"


def test_what_fails_takes_nothing_from_a_caller(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """In a process of somebody else's, standard output is still theirs."""
    for command in (["show", str(tmp_path / "nowhere")], ["rewrite", str(tmp_path / "nowhere"), "-o", "x"]):
        assert main(command) == 2
        print("still here")
        assert capfd.readouterr().out == "still here\n"
