"""``medcom-bu convert``: what it writes, says and refuses."""

from __future__ import annotations

import base64
import io
import json
import os
import re
import shlex
import stat
from pathlib import Path
from typing import Any

import pytest

import medcom_bu
from medcom_bu import AcknowledgementMessage, Emessage, Pairs, exchange
from medcom_bu.carecommunication import episode_of_care
from medcom_bu.cli import main
from medcom_bu.conversion.policy import CHOICES
from medcom_bu.envelopes import vans
from medcom_bu.testing.letters import letter_samples
from medcom_bu.values.fhir_resources import Encounter
from medcom_bu.values.fhir_types import Identifier, ResourceReference
from tests.support import ROOT
from tests.support import conversions as c

Capture = pytest.CaptureFixture[str]
UNITS = f"gln;sor;name\n{c.SENDER_GLN};{c.SENDER_SOR};Eksempel\n{c.RECEIVER_GLN};{c.RECEIVER_SOR};Eksempel\n"


def write(folder: Path, **messages: Any) -> dict[str, str]:
    """The messages as files; the path of each by its name."""
    paths = {}
    for name, message in messages.items():
        paths[name] = str(folder / name)
        data = medcom_bu.to_xml(message) if isinstance(message, Emessage) else medcom_bu.to_fhir(message)
        Path(paths[name]).write_bytes(data)
    return paths


@pytest.fixture
def letters(tmp_path: Path) -> dict[str, str]:
    """A correspondence and its binary letter."""
    letter, binary = c.letter({"bilag.pdf": c.PDF}).messages
    return write(tmp_path, letter=letter, binary=binary)


@pytest.mark.parametrize(("to", "wire"), [("fhir", "fhir+json"), ("fhir-xml", "fhir+xml")])
def test_a_letter_with_its_attachment(
    to: str, wire: str, letters: dict[str, str], tmp_path: Path, capsys: Capture
) -> None:
    out = tmp_path / "out"
    options = ["--attachments", letters["binary"], "-o", str(out)]
    assert main(["convert", letters["letter"], "--to", to, *options]) == 0
    assert medcom_bu.validate(out).ok
    assert medcom_bu.detect(out) == wire
    letter, binary = (medcom_bu.parse(Path(letters[name]), Emessage) for name in ("letter", "binary"))
    expected = c.to_fhir(letter, attachments=(binary,))
    assert base64.b64encode(c.PDF) in out.read_bytes()
    *lines, total, written = capsys.readouterr().out.splitlines()
    noted = [f"{loss.code} {loss.path}" for loss in expected.losses]
    noted += [f"{made.code} {made.path}" for made in expected.made_up]
    assert [line.partition(": ")[0] for line in lines] == noted
    assert total == f"{len(expected.losses)} lost, {len(expected.made_up)} made up"
    assert written == f"{out}: written"


@pytest.mark.parametrize(("to", "ending"), [("xml", "xml"), ("edifact", "edi")])
def test_a_message_becomes_the_files_of_a_folder(to: str, ending: str, tmp_path: Path, capsys: Capture) -> None:
    care = c.care(c.to_fhir(c.letter({"bilag.pdf": c.PDF})))
    path, out = write(tmp_path, care=care)["care"], tmp_path / "new" / "folder"
    assert main(["convert", path, "--to", to, "-o", str(out)]) == 0
    assert [each.name for each in sorted(out.iterdir())] == [f"message-1.{ending}", f"message-2.{ending}"]
    assert all(medcom_bu.validate(each).ok for each in out.iterdir())
    told = capsys.readouterr().out
    assert ("loss.edifact-" in told) is (to == "edifact")
    assert all(f"messages[{number}]." in told for number in (0, 1))
    single = tmp_path / "single.xml"
    single.touch()
    assert main(["convert", path, "--to", to, "-o", str(single)]) == 2
    assert main(["convert", path, "--to", to, "-o", "-"]) == 2
    assert capsys.readouterr().err == "medcom-bu: there are 2 messages to write: name a folder\n" * 2
    assert single.read_bytes() == b""


def test_one_message_goes_into_a_folder_that_is_named(letters: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    for name in (f"{tmp_path}/new/", str(tmp_path / "there")):
        assert main(["convert", letters["letter"], "--to", "fhir", "-o", name]) == 0
        assert [each.name for each in Path(name).iterdir()] == ["message-1.json"]


def test_a_folder_that_holds_something_is_refused(tmp_path: Path, capsys: Capture) -> None:
    """A second letter of an earlier run would pass for a part of this conversion."""
    with_file, without = write(tmp_path, one=c.message(files={"Bilag": c.PDF}), other=c.message()).values()
    out, pairs = tmp_path / "out", tmp_path / "pairs.json"
    assert main(["convert", with_file, "--to", "xml", "-o", str(out)]) == 0
    before = {each.name: each.read_bytes() for each in out.iterdir()}
    capsys.readouterr()
    for source in (without, with_file):
        assert main(["convert", source, "--to", "xml", "-o", f"{out}/", "--save-pairs", str(pairs)]) == 2
        assert capsys.readouterr() == ("", f"medcom-bu: {out}/ is not empty; name a new or empty folder\n")
    assert {each.name: each.read_bytes() for each in out.iterdir()} == before
    assert not pairs.exists()


_CHOSEN: dict[str, tuple[str, str, str, str]] = {
    "episode_of_care": ("care", "lpr3", "<EpisodeOfCareIdentifier>64d56beb", "<EpisodeOfCareIdentifier>fc60e762"),
    "episode_system": ("numbered", "urn:oid:1.2.3", "https://sor2.sum.dsdn.dk/#id=265161000016000", "urn:oid:1.2.3"),
    "titles": ("care", "none", "<RefDescription>Plan<", "<RefDescription>BIN<"),
    "binary_acknowledgement": ("care", "minuspositivkvitt", "", ">minuspositivkvitt<"),
    "refused": ("refusal", "transient-error", '"fatal-error"', '"transient-error"'),
    "unwanted_receipts": ("acceptance", "yes", "", "<PositiveReceipt"),
    "long_text": ("care", "split", "", "</ClinicalInformation>"),
}
"""Field of the Policy -> a source, another word than the default, what the default writes, what that word writes."""


@pytest.mark.parametrize("field", CHOICES)
def test_every_choice_of_the_policy_can_be_made(field: str, tmp_path: Path, capsys: Capture) -> None:
    name, word, without, chosen = _CHOSEN[field]
    arguments = _sources(tmp_path)[name]
    written = []
    for number, options in enumerate(([], ["--policy", f"{field}={word}"])):
        out = tmp_path / f"out-{number}"
        assert main(["convert", *arguments, "-o", f"{out}/", *options]) in (0, 3)
        written.append("".join(each.read_text("iso-8859-1") for each in sorted(out.glob("*"))))
    assert without in written[0]
    assert written[1].count(chosen) > written[0].count(chosen)


def _sources(folder: Path) -> dict[str, list[str]]:
    """What shows each choice: a message, a letter with an episode of care, a refusal, an unasked acceptance."""
    text = "\n".join(["x" * 70] * 60)
    reference = Identifier(system="https://sor2.sum.dsdn.dk/#id=265161000016000", value=_LOCAL)
    care = c.message(text=text, files={"Plan": c.PDF}, episode_of_care=episode_of_care(c.EPISODE))
    both = (episode_of_care(c.EPISODE), reference)
    references = tuple(ResourceReference(identifier=each) for each in both)
    care = c.changed(care, Encounter, lambda own: own.replace(episode_of_care=references))
    back, unasked = (
        c.to_letter(c.message()),
        c.to_fhir(c.letter(envelope={"acknowledgement_code": "minuspositivkvitt"})),
    )
    paths = write(
        folder,
        care=care,
        numbered=c.letter(letter={"episode_of_care_identifier": c.EPISODE}).messages[0],
        refusal=exchange.refuse(back.messages[0], reason="Nej"),
        acceptance=exchange.accept(c.care(unasked)),
    )
    pairs = {"refusal": back.pairs, "acceptance": unasked.pairs}
    for name, each in pairs.items():
        (folder / f"{name}.json").write_text(json.dumps(each.to_dict()), encoding="utf-8")
    known = {name: ["--pairs", str(folder / f"{name}.json")] for name in pairs}
    targets = {"numbered": "fhir", "refusal": "fhir"}
    return {name: [path, "--to", targets.get(name, "xml"), *known.get(name, [])] for name, path in paths.items()}


_LOCAL = "64d56beb-9d22-45d4-8fa0-eaaf186bebae"


def test_a_choice_that_the_policy_has_not_is_refused(letters: dict[str, str], tmp_path: Path, capsys: Capture) -> None:
    fields = ", ".join(CHOICES)
    for choice, said, danish in (
        ("titler=none", f"--policy takes FIELD=VALUE: {fields}", f"--policy tager FELT=VÆRDI: {fields}"),
        ("titles", f"--policy takes FIELD=VALUE: {fields}", f"--policy tager FELT=VÆRDI: {fields}"),
        ("titles=ingen", "--policy titles= accepts reference, none", "--policy titles= tager reference, none"),
        ("unwanted_receipts=True", "unwanted_receipts= accepts no, yes", "unwanted_receipts= tager no, yes"),
    ):
        for lang, text in (("en", said), ("da", danish)):
            out = tmp_path / "out"
            options = ["--to", "fhir", "-o", str(out), "--policy", choice, "--lang", lang]
            assert main(["convert", letters["letter"], *options]) == 2
            assert text in capsys.readouterr().err
            assert not out.exists()


def test_standard_output_holds_the_message_alone(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    data = medcom_bu.to_xml(c.letter().messages[0])
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
    assert main(["convert", "-", "--to", "fhir", "-o", "-", "--lang", "da"]) == 0
    captured = capsysbinary.readouterr()
    assert medcom_bu.validate(captured.out).ok
    lines = captured.err.decode().splitlines()
    assert "made-up.topic" not in captured.err.decode()
    assert any(
        line.startswith("made-up.thread ") and line.endswith("en identifikation af en ny tråd") for line in lines
    )
    assert lines[-1] == "-: skrevet"
    assert lines[-2].endswith(" tilføjet")


def test_a_directory_is_where_a_number_is_looked_up(tmp_path: Path, capsys: Capture) -> None:
    units = tmp_path / "units.csv"
    units.write_text(UNITS, encoding="utf-8")
    message = c.letter(sender={"identifier": c.SENDER_GLN, "identifier_code": "lokationsnummer"}).messages[0]
    path, out = write(tmp_path, letter=message)["letter"], tmp_path / "out"
    assert main(["convert", path, "--to", "fhir", "-o", str(out)]) == 1
    assert "error conversion." in capsys.readouterr().out
    assert not out.exists()
    assert main(["convert", path, "--to", "fhir", "-o", str(out), "--directory", str(units)]) == 0
    assert c.SENDER_SOR in out.read_text(encoding="utf-8")


def test_the_pairs_turn_an_answer_over(letters: dict[str, str], tmp_path: Path, capsys: Capture) -> None:
    out, pairs, back = tmp_path / "care.json", tmp_path / "pairs.json", tmp_path / "back.xml"
    kept = ["--save-pairs", str(pairs)]
    assert main(["convert", letters["letter"], "--to", "fhir", "-o", str(out), *kept]) == 0
    assert len(Pairs.from_dict(json.loads(pairs.read_text(encoding="utf-8"))).messages) == 1
    assert os.name != "posix" or stat.S_IMODE(pairs.stat().st_mode) == 0o600
    answer = write(tmp_path, answer=exchange.accept(medcom_bu.parse(out)))["answer"]
    assert main(["convert", answer, "--to", "xml", "-o", str(back)]) == 1
    assert "conversion.not-paired" in capsys.readouterr().out
    assert main(["convert", answer, "--to", "xml", "-o", str(back), "--pairs", str(pairs)]) == 0
    assert exchange.matches(medcom_bu.read(Path(letters["letter"])), medcom_bu.read(back))
    assert main(["convert", answer, "--to", "xml", "-o", str(pairs), "--pairs", str(pairs)]) == 2
    assert "name another output" in capsys.readouterr().err


def test_two_receipts_become_one_answer_when_both_are_there(tmp_path: Path, capsys: Capture) -> None:
    care = c.message(files={"Bilag": c.PDF})
    path, folder, pairs = write(tmp_path, care=care)["care"], tmp_path / "letters", tmp_path / "pairs.json"
    assert main(["convert", path, "--to", "xml", "-o", str(folder), "--save-pairs", str(pairs)]) == 0
    receipts = [exchange.accept(medcom_bu.parse(each)) for each in sorted(folder.iterdir())]
    one, other = write(tmp_path, one=receipts[0], other=receipts[1]).values()
    out, known = tmp_path / "answer.json", ["--pairs", str(pairs)]
    capsys.readouterr()
    assert main(["convert", one, "--to", "fhir", "-o", str(out), *known]) == 3
    assert capsys.readouterr().out.splitlines()[-1] == "nothing is written yet"
    assert not out.exists()
    assert main(["convert", one, "--attachments", other, "--to", "fhir", "-o", str(out), *known]) == 0
    assert exchange.matches(care, medcom_bu.parse(out, AcknowledgementMessage))


def test_wrong_use(letters: dict[str, str], tmp_path: Path, capsys: Capture) -> None:
    care = write(tmp_path, care=c.message())["care"]
    envelope, noise = tmp_path / "envelope", tmp_path / "noise.json"
    envelope.write_bytes(medcom_bu.to_xml(vans.wrap(Path(care).read_bytes())))
    noise.write_text("[]", encoding="utf-8")
    letter = letters["letter"]
    for arguments, said in (
        ([letter, "--to", "xml"], "and xml belongs to the message's own: use medcom-bu rewrite"),
        ([care, "--to", "fhir-xml"], "and fhir-xml belongs to the message's own: use medcom-bu rewrite"),
        ([str(envelope), "--to", "xml"], "the message is in an envelope: unwrap it first"),
        ([care, "--to", "xml", "--attachments", letter], "a FHIR message holds its own files"),
        ([letter, "--to", "fhir", "--pairs", str(noise)], f"{noise} does not hold the pairs of a conversion"),
        ([letter, "--to", "fhir", "--pairs", letter], f"{letter} does not hold the pairs of a conversion"),
        ([letter, "--to", "fhir", "--pairs", "nowhere"], "nowhere: No such file or directory"),
        ([letter, "--to", "fhir", "--attachments", "nowhere"], "nowhere: No such file or directory"),
        ([letter, "--to", "fhir", "-o", letter], "name another output"),
        ([letter, "--to", "fhir", "--attachments", letters["binary"], "-o", letters["binary"]], "name another output"),
    ):
        output = [] if "-o" in arguments else ["-o", str(tmp_path / "out")]
        assert main(["convert", *arguments, *output]) == 2
        captured = capsys.readouterr()
        assert said in captured.err
        assert captured.out == ""
    assert not (tmp_path / "out").exists()


def test_what_cannot_be_carried_over_says_why(tmp_path: Path, capsys: Capture) -> None:
    out, noise = tmp_path / "out", tmp_path / "noise"
    noise.write_bytes(b"noise")
    paths = write(tmp_path, referral=letter_samples()["XREF01/XH0131R"], mail=c.letter().messages[0], care=c.message())
    for arguments, said in (
        ([paths["referral"]], "conversion.no-counterpart"),
        ([str(noise)], "not in a known format"),
        ([paths["mail"], "--attachments", str(noise)], "not in a known format"),
        ([paths["mail"], "--attachments", paths["care"]], "message.other-kind"),
    ):
        assert main(["convert", *arguments, "--to", "fhir", "-o", str(out)]) == 1
        captured = capsys.readouterr()
        assert said in captured.out + captured.err
        assert not {"Lauridsen", c.PERSON.reveal()} & set((captured.out + captured.err).split())
    assert not out.exists()


def test_the_examples_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs" / "changeover.md").read_text(encoding="utf-8")
    first, second = re.findall(r"^\$ medcom-bu (.*)$", page, re.MULTILINE)
    monkeypatch.chdir(tmp_path)
    letter, binary = c.letter({"bilag.pdf": c.PDF}).messages
    write(tmp_path, **{"letter.xml": letter, "binary.xml": binary})
    Path("units.csv").write_text(UNITS, encoding="utf-8")
    assert main(shlex.split(first)) == 0
    write(tmp_path, **{"answer.json": exchange.accept(medcom_bu.parse(Path("care.json")))})
    assert main(shlex.split(second)) == 0
    receipts = [medcom_bu.parse(each) for each in sorted(Path("receipts").iterdir())]
    assert [exchange.matches(*each) for each in zip((letter, binary), receipts, strict=True)] == [True, True]
