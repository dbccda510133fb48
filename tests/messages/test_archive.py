"""The copy that must be kept: exact, canonical, written whole or not at all; every damage found by code and path."""

from __future__ import annotations

import copy
import hashlib
import json
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import medcom_bu
from medcom_bu import ArchiveCopy, InvalidMessage, archive, archive_schema, exchange, read, validate
from medcom_bu.archiving.layout import SUMS, name_of, sidecar_of, sums_of
from medcom_bu.envelopes import vans
from medcom_bu.exchange import accept, refuse
from medcom_bu.testing import consignments, invalid, samples
from tests.support.memory import ASKS_PROC, MB, held_by_process
from tests.support.paths import changed
from tests.support.pdfs import claims_of, words_of

SAMPLES: dict[str, Any] = samples()
MAIL, CARE = SAMPLES["XDIS91/XD9134L"], SAMPLES["CareCommunication/5.0"]
FOUND = set[tuple[str, str]]


def written(message: Any, wire: str = "") -> bytes:
    if hasattr(message, "bundle"):
        return medcom_bu.to_fhir(message, "xml" if wire == "xml" else "json")
    return medcom_bu.to_edifact(message) if wire == "edifact" else medcom_bu.to_xml(message)


BYTES = {
    **{name: written(message) for name, message in SAMPLES.items()},
    "EDIFACT": written(MAIL, "edifact"),
    "FHIR XML": written(CARE, "xml"),
    "an envelope": medcom_bu.to_xml(
        vans.wrap(written(MAIL), sender="5790000121526", receiver="5790001348120", ids=medcom_bu.testing.frozen())
    ),
    "nothing": b"",
    "no message": b"\x00\xff hemmelig",
    **{name: twin.data for name, twin in invalid().items()},
}


def found(report: medcom_bu.Report) -> FOUND:
    return {(issue.code, issue.path) for issue in report}


# --- the value ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BYTES)
def test_a_copy_of_anything_is_exact_whole_and_canonical(name: str, tmp_path: Path) -> None:
    data = BYTES[name]
    kept = archive(data)
    assert kept.data == data
    assert kept.digest == hashlib.sha256(data).hexdigest()
    assert kept.archived is None
    assert kept.answers == ()
    assert kept.page == medcom_bu.as_page(medcom_bu.Parsed(read(data).message, validate(data), read(data).wire))
    assert found(kept.verify()) == found(kept.verify(seal=kept.seal)) == set()
    assert archive(data) == kept
    place = kept.write(tmp_path / kept.name)
    assert ArchiveCopy.read(place) == kept
    assert found(ArchiveCopy.verify(place)) == set()
    jsonschema.Draft202012Validator(archive_schema()).validate(kept.facts)


def test_what_a_copy_is_known_by() -> None:
    kept = archive(BYTES["an envelope"], at=datetime(2026, 11, 30, 8))
    inside = medcom_bu.parse(BYTES["an envelope"])
    assert kept.keys == exchange.keys(inside) == exchange.keys(MAIL)
    assert kept.sending == exchange.sending(MAIL)
    assert str(kept.sent) == "2026-05-04 09:30:00+02:00"
    assert str(kept.archived) == "2026-11-30 08:00:00+01:00"
    assert kept.facts["envelope"] == {
        "identifier": inside.envelope_identifier,  # type: ignore[attr-defined]
        "sender": "5790000121526",
        "receiver": "5790001348120",
    }
    nothing = archive(b"").facts
    assert (nothing["keys"], nothing["sending"], nothing["sent"], nothing["envelope"]) == ([], None, None, None)


def test_the_report_is_that_of_the_sender_or_of_the_receiver() -> None:
    data = invalid()["a letter with an unknown code"].data
    for kept, report in ((archive(data), validate(data)), (archive(data, receiving=True), read(data).report)):
        assert kept.report.to_dict("da") == report.to_dict("da")
        assert kept.report.to_dict("en") == report.to_dict("en")
        assert kept.report.text("da", positions=True) == report.text("da", positions=True)
    assert not archive(data).report.ok
    assert archive(data, receiving=True).report.ok
    assert [archive(data, receiving=came).facts["direction"] for came in (False, True)] == ["sent", "received"]


def test_a_report_keeps_its_causes_and_positions() -> None:
    for twin in invalid().values():
        assert archive(twin.data).report.to_dict() == validate(twin.data).to_dict()


def test_the_pdf_is_there_where_it_is_asked_for() -> None:
    assert archive(BYTES["XDIS91/XD9134L"]).pdf is None
    pdf = archive(BYTES["XDIS91/XD9134L"], pdf=True).pdf
    assert pdf is not None
    assert claims_of(pdf) == {"pdfa": "2A", "pdfua": "1"}
    assert "Testesen" in words_of(pdf)


def test_a_path_and_a_file_are_read_as_bytes_are(tmp_path: Path) -> None:
    path = tmp_path / "brev.xml"
    path.write_bytes(written(MAIL))
    with path.open("rb") as file:
        assert archive(path) == archive(file) == archive(bytearray(written(MAIL))) == archive(written(MAIL))


def test_a_copy_is_a_value_that_says_nothing_of_a_person() -> None:
    kept = archive(written(MAIL))
    assert repr(kept) == "<ArchiveCopy of 5 parts>"
    assert copy.deepcopy(kept) == pickle.loads(pickle.dumps(kept)) == kept
    assert archive(written(CARE)) != kept
    with pytest.raises(TypeError):
        kept.parts["page.html"] = b""  # type: ignore[index]


# --- answers --------------------------------------------------------------------------------------------------------


def test_the_answers_that_belong_to_it_are_kept_and_shown() -> None:
    yes, no = written(accept(MAIL)), written(refuse(MAIL, reason="Ukendt patient"))
    kept = archive(written(MAIL), answers=[yes, no])
    assert kept.answers == (yes, no)
    assert [answer["says"] for answer in kept.facts["answers"]] == [["ok"], ["fatal-error"]]
    assert sorted(kept.parts) == [
        *["SHA256SUMS", "answers/001.xml", "answers/002.xml", "copy.json", "message.xml", "page.html", "report.json"]
    ]
    assert "Godkendt: modtageren har taget imod" in kept.page
    answer = written(accept(CARE))
    assert archive(written(CARE), answers=(answer,)).answers == (answer,)
    jsonschema.Draft202012Validator(archive_schema()).validate(kept.facts)


def test_an_answer_to_another_message_is_told() -> None:
    answer, other = written(accept(CARE)), written(accept(MAIL))
    with pytest.raises(InvalidMessage) as caught:
        archive(written(CARE), answers=[other, answer, b"hemmelig", written(CARE)])
    assert found(caught.value.report) == {("archive.other-answer", f"answers[{place}]") for place in (0, 2, 3)}
    with pytest.raises(InvalidMessage) as caught:
        archive(b"hemmelig", answers=[answer])
    assert found(caught.value.report) == {("archive.other-answer", "answers[0]")}


# --- wrong use ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "type_name"),
    [(MAIL, "Emessage"), (next(iter(consignments().values())), "Consignment"), (read(b""), "Parsed")],
)
def test_a_message_is_refused(given: Any, type_name: str) -> None:
    expected = f"archive takes bytes, a path or a binary file, not {type_name}: archive what you sent"
    with pytest.raises(TypeError) as caught:
        archive(given)
    assert str(caught.value) == expected
    with pytest.raises(TypeError) as caught:
        archive(written(MAIL), answers=[given])
    assert str(caught.value) == expected


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            {"data": "hemmelig"},
            "archive takes bytes, a path or a binary file, not str: open the file in binary mode, or",
        ),
        ({"answers": b"hemmelig"}, "archive: answers takes Iterable, not bytes"),
        ({"receiving": 1}, "archive: receiving takes bool, not int"),
        ({"at": "2026"}, "archive: at takes datetime or None, not str"),
        ({"pdf": "x.pdf"}, "archive: pdf takes bool, not str"),
    ],
)
def test_a_wrong_argument(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError) as caught:
        archive(**{"data": written(MAIL), **wrong})
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("call", [ArchiveCopy.read, ArchiveCopy.verify, lambda folder: archive(b"").write(folder)])
def test_a_folder_is_a_path(call: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError, match=r"folder takes PathLike of str or str, not bytes$"):
        call(b"x")


@pytest.mark.parametrize("call", [ArchiveCopy.read, ArchiveCopy.verify])
def test_what_is_no_folder(call: Callable[[Any], object], tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for name, told in (("file", "and this is none"), ("absent", "and there is none here")):
        with pytest.raises(NotADirectoryError, match=f"a copy is a folder, {told}: .*{name}"):
            call(tmp_path / name)


# --- on disk --------------------------------------------------------------------------------------------------------


@pytest.fixture
def kept() -> ArchiveCopy:
    return archive(written(MAIL), answers=[written(accept(MAIL))])


def test_the_same_copy_is_written_once_and_no_other_over_it(kept: ArchiveCopy, tmp_path: Path) -> None:
    place = kept.write(tmp_path / "a" / "b")
    before = {path: path.stat().st_mtime_ns for path in place.rglob("*")}
    assert kept.write(place) == place
    assert {path: path.stat().st_mtime_ns for path in place.rglob("*")} == before
    with pytest.raises(FileExistsError):
        archive(written(MAIL)).write(place)
    (place / "page.html").write_bytes(b"")
    with pytest.raises(FileExistsError):
        kept.write(place)
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(FileExistsError):
        kept.write(tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b"x"
    (tmp_path / "empty").mkdir()
    assert ArchiveCopy.read(kept.write(tmp_path / "empty")) == kept
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "empty", "file"]
    assert [path.name for path in place.parent.iterdir()] == ["b"]


@pytest.mark.skipif(os.name == "nt", reason="permissions are those of POSIX")
def test_the_owner_alone_reads_it(kept: ArchiveCopy, tmp_path: Path) -> None:
    place = kept.write(tmp_path / "x")
    modes = {path.stat().st_mode & 0o777 for path in place.rglob("*") if path.is_file()}
    assert (place.stat().st_mode & 0o777, modes) == (0o700, {0o600})


@pytest.mark.parametrize("fails_at", range(1, 8))
def test_a_disk_that_refuses_leaves_nothing_half(
    fails_at: int, kept: ArchiveCopy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each part in turn, and at the renaming."""
    calls = iter(range(1, 100))

    def refuse_one(*_: Any) -> None:
        if next(calls) == fails_at:
            raise OSError("the disk is full")

    def refuse(*_: Any) -> None:
        raise OSError("the disk is full")

    if fails_at <= len(kept.parts):
        monkeypatch.setattr(os, "fsync", refuse_one)
    else:
        monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(OSError, match="the disk is full"):
        kept.write(tmp_path / "x")
    assert [*tmp_path.iterdir()] == []


def test_a_writer_that_dies_leaves_nothing_under_the_name(kept: ArchiveCopy, tmp_path: Path) -> None:
    code = (
        "import os, pathlib, pickle, sys\n"
        "pathlib.Path.rename = lambda *_: os._exit(9)\n"
        "pickle.load(sys.stdin.buffer).write(sys.argv[1])"
    )
    dead = subprocess.run([sys.executable, "-c", code, tmp_path / "x"], input=pickle.dumps(kept), check=False)
    assert dead.returncode == 9
    assert not (tmp_path / "x").exists()
    assert all(path.name.endswith(".partial") for path in tmp_path.iterdir())
    assert ArchiveCopy.read(kept.write(tmp_path / "x")) == kept


def test_sha256sum_verifies_it_without_this_library(kept: ArchiveCopy, tmp_path: Path) -> None:
    tool = shutil.which("sha256sum")
    if tool is None:
        pytest.skip("needs sha256sum")
    place = kept.write(tmp_path / "x")
    check = [tool, "--check", "--strict", "--quiet", SUMS]
    assert subprocess.run(check, cwd=place, check=False).returncode == 0
    (place / "message.xml").write_bytes(kept.data + b" ")
    assert subprocess.run(check, cwd=place, check=False, capture_output=True).returncode == 1


TELLING = ["251248-9996", "brev 2512489996", "Testesen", "test-2026", "TESTESEN_brev", "0201609995.copy"]
TELLING += ["020160 9995", "020160_9995", "02.01.60 99 95", "TestTestesen", "brevTilTestesen", "TestTest"]
TELLING += ["sag 1504147AA2", "sag_150414-7aa2"]


@pytest.mark.parametrize("name", TELLING)
def test_the_name_of_the_folder_tells_of_no_person(name: str, kept: ArchiveCopy, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^the name of the folder tells of a person: write to root / copy\.name$"):
        kept.write(tmp_path / name)
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("name", ["1504147AA2", "sag1504147aa2", "150414_7AA2"])
def test_the_replacement_number_of_the_patient_is_in_no_name(name: str, tmp_path: Path) -> None:
    letter = changed(MAIL, {"letters[0].patient.identifier": medcom_bu.ReplacementCpr("1504147AA2")})
    kept = archive(written(letter))
    with pytest.raises(ValueError, match=r"^the name of the folder tells of a person: write to root / copy\.name$"):
        kept.write(tmp_path / name)


@pytest.mark.parametrize(
    "name", ["2026-11-30", "BREV123456789", "20261130T080000Z-12", "testfolder", "kopi 20261130080000"]
)
def test_other_names_are_taken(name: str, kept: ArchiveCopy, tmp_path: Path) -> None:
    assert kept.write(tmp_path / name).name == name


@given(st.text("0123456789abcdef", min_size=64, max_size=64))
def test_a_name_made_of_a_seal_holds_no_number_of_a_person(seal: str) -> None:
    name = name_of(seal)
    assert name.replace("-", "") == seal[:40]
    assert max(map(len, name.split("-"))) == 5


# --- damage ---------------------------------------------------------------------------------------------------------

PARTS = ["SHA256SUMS", "answers/001.xml", "copy.json", "message.xml", "page.html", "report.json"]


@pytest.mark.parametrize("part", PARTS)
def test_each_part_that_is_damaged_is_found_and_no_other(part: str, kept: ArchiveCopy, tmp_path: Path) -> None:
    place = kept.write(tmp_path / "x")
    content = kept.parts[part]
    middle = len(content) // 2
    for damaged in (
        content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
        bytes([content[0] ^ 1]) + content[1:],
        content + b"\n",
        content[:-1],
        b"",
    ):
        (place / part).write_bytes(damaged)
        assert found(ArchiveCopy.verify(place)) == {("archive.part-damaged", part)}
        assert found(ArchiveCopy({**kept.parts, part: damaged}).verify()) == {("archive.part-damaged", part)}
        with pytest.raises(InvalidMessage) as caught:
            ArchiveCopy.read(place)
        assert found(caught.value.report) == {("archive.part-damaged", part)}


@settings(max_examples=200)
@given(st.data())
def test_a_bit_anywhere_is_found_where_it_is(data: st.DataObject) -> None:
    kept = archive(BYTES["XDIS91/XD9134L"])
    part = data.draw(st.sampled_from(sorted(kept.parts)))
    content = bytearray(kept.parts[part])
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= 1 << data.draw(st.integers(0, 7))
    assert found(ArchiveCopy({**kept.parts, part: bytes(content)}).verify()) == {("archive.part-damaged", part)}


@pytest.mark.parametrize("part", PARTS)
def test_each_part_that_is_missing_is_found_and_no_other(part: str, kept: ArchiveCopy, tmp_path: Path) -> None:
    place = kept.write(tmp_path / "x")
    (place / part).unlink()
    assert found(ArchiveCopy.verify(place)) == {("archive.part-missing", part)}
    parts = {path: content for path, content in kept.parts.items() if path != part}
    assert found(ArchiveCopy(parts).verify()) == {("archive.part-missing", part)}


def test_what_is_added_is_found(kept: ArchiveCopy, tmp_path: Path) -> None:
    place = kept.write(tmp_path / "x")
    (place / "answers" / "002.xml").write_bytes(b"")
    (place / ".skjult").write_bytes(b"")
    (place / "mappe").mkdir()
    (place / "mappe" / "fil").write_bytes(b"")
    expected = {("archive.part-added", path) for path in ("added[0]", "answers/002.xml", "added[2]")}
    assert found(ArchiveCopy.verify(place)) == expected


NAMES_OF_PERSONS = ["0201609995 Testesen\x1b[2J.txt", "testesen.txt", "answers/0201609995.xml", "\udcff\udcfe"]


@pytest.mark.parametrize("name", NAMES_OF_PERSONS)
def test_the_name_of_what_is_added_is_not_shown(name: str, kept: ArchiveCopy, tmp_path: Path) -> None:
    """It reaches a terminal and a log, and may tell of a person."""
    assert found(ArchiveCopy({**kept.parts, name: b""}).verify()) == {("archive.part-added", "added[0]")}
    if sys.platform != "linux":  # others refuse such names
        return
    place = kept.write(tmp_path / "x")
    (place / name).write_bytes(b"")
    with pytest.raises(InvalidMessage) as caught:
        ArchiveCopy.read(place)
    assert found(caught.value.report) == {("archive.part-added", "added[0]")}
    assert str(caught.value).encode().isascii()


def test_an_empty_folder_that_is_added_is_found(kept: ArchiveCopy, tmp_path: Path) -> None:
    assert found(ArchiveCopy({**kept.parts, "answers/": b""}).verify()) == {("archive.part-added", "added[0]")}
    place = kept.write(tmp_path / "x")
    (place / "mappe" / "indre").mkdir(parents=True)
    (place / "message.xml").unlink()
    (place / "message.xml").mkdir()
    assert found(ArchiveCopy.verify(place)) == {
        ("archive.part-added", "added[0]"),
        ("archive.part-added", "added[1]"),
        ("archive.part-missing", "message.xml"),
    }


def test_a_sidecar_that_lists_a_name_of_another_form_is_damaged(kept: ArchiveCopy) -> None:
    facts = {name: value for name, value in kept.facts.items() if name != "sha256_of_the_rest"}
    facts["report"] = {**facts["report"], "file": "Testesen.json"}
    damaged = ArchiveCopy({**kept.parts, "copy.json": sidecar_of(facts)})
    assert found(damaged.verify()) == {("archive.part-damaged", "copy.json")}


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_link_is_no_part(kept: ArchiveCopy, tmp_path: Path) -> None:
    place = kept.write(tmp_path / "x")
    for part in ("message.xml", "copy.json"):
        elsewhere = tmp_path / f"elsewhere {part}"
        (place / part).rename(elsewhere)
        (place / part).symlink_to(elsewhere)
    expected = {("archive.part-damaged", "message.xml"), ("archive.part-damaged", "copy.json")}
    assert found(ArchiveCopy.verify(place)) == expected


def test_several_damages_at_once(kept: ArchiveCopy, tmp_path: Path) -> None:
    place = kept.write(tmp_path / "x")
    (place / "message.xml").write_bytes(b"x")
    (place / "copy.json").write_bytes(b"{}")
    (place / "page.html").unlink()
    assert found(ArchiveCopy.verify(place)) == {
        ("archive.part-damaged", "message.xml"),
        ("archive.part-damaged", "copy.json"),
        ("archive.part-missing", "page.html"),
    }
    (place / SUMS).unlink()
    assert found(ArchiveCopy.verify(place)) == {
        ("archive.part-damaged", "copy.json"),
        ("archive.part-missing", SUMS),
    }


def test_an_empty_folder_lacks_its_lists(tmp_path: Path) -> None:
    expected = {("archive.part-missing", path) for path in ("copy.json", SUMS)}
    assert found(ArchiveCopy.verify(tmp_path)) == expected


def test_a_copy_rewritten_as_a_whole_is_found_by_its_seal(kept: ArchiveCopy) -> None:
    """Whoever rewrites the message and both lists leaves a copy that is whole in itself: the seal is kept elsewhere."""
    data = kept.data.replace(b"Testesen", b"Hansen", 1)
    facts = kept.facts
    facts.pop("sha256_of_the_rest")
    facts["message"] |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    parts = {**kept.parts, "message.xml": data, "copy.json": sidecar_of(facts)}
    del parts[SUMS]
    parts[SUMS] = sums_of({path: hashlib.sha256(content).hexdigest() for path, content in parts.items()})
    forged = ArchiveCopy(parts)
    assert found(forged.verify()) == set()
    assert found(forged.verify(seal=kept.seal)) == {("archive.other-seal", "/")}
    assert forged.name != kept.name


@pytest.mark.parametrize(
    "sidecar",
    [b"[]", b"null", b"{", b"\xff", b'{"sha256_of_the_rest": 1}', b"[" * 100_000, sidecar_of({"schema": "x"})],
)
def test_a_sidecar_of_another_form_is_damaged(sidecar: bytes, kept: ArchiveCopy) -> None:
    damaged = ArchiveCopy({**kept.parts, "copy.json": sidecar})
    assert found(damaged.verify()) == {("archive.part-damaged", "copy.json")}


def test_what_lacks_its_part_is_told(kept: ArchiveCopy) -> None:
    asked = (
        "data",
        "digest",
        "page",
        "report",
        "answers",
        "keys",
        "sending",
        "sent",
        "archived",
        "facts",
        "seal",
        "name",
    )
    for name in asked:
        with pytest.raises(InvalidMessage) as caught:
            getattr(ArchiveCopy({}), name)
        assert found(caught.value.report) == {("archive.part-missing", path) for path in ("copy.json", SUMS)}
    with pytest.raises(InvalidMessage) as caught:
        _ = ArchiveCopy({**kept.parts, "copy.json": b"{}"}).keys
    assert found(caught.value.report) == {("archive.part-damaged", "copy.json")}


@pytest.mark.parametrize("parts", [[], {1: b""}, {"message.xml": "hemmelig"}])
def test_parts_are_bytes_by_path(parts: Any) -> None:
    with pytest.raises(TypeError) as caught:
        ArchiveCopy(parts)
    assert "hemmelig" not in str(caught.value)


# --- the sidecar ----------------------------------------------------------------------------------------------------


def test_the_schema_of_the_sidecar_refuses_what_is_not_one() -> None:
    validator = jsonschema.Draft202012Validator(archive_schema())
    validator.check_schema(archive_schema())
    facts = archive(written(MAIL), answers=[written(accept(MAIL))]).facts
    assert not [*validator.iter_errors(facts)]
    for name in facts:
        assert [*validator.iter_errors({key: value for key, value in facts.items() if key != name})], name
    wrong: list[dict[str, Any]] = [
        {"extra": 1},
        {"schema": "medcom_bu/archive/2"},
        {"direction": "lost"},
        {"message": {**facts["message"], "file": "../message.xml"}},
        {"message": {**facts["message"], "sha256": "x"}},
        {"sent": "i går"},
    ]
    for change in wrong:
        assert [*validator.iter_errors({**facts, **change})], change


def test_the_sidecar_tells_of_no_person(kept: ArchiveCopy) -> None:
    """Numbers of messages and units, times and digests: it may be indexed."""
    text = json.dumps(kept.facts, ensure_ascii=False)
    assert not any(secret in text for secret in ("Testesen", "020160", "Ængstelig"))


def test_a_number_of_a_message_that_may_be_of_a_person_is_not_in_the_sidecar() -> None:
    letter = written(MAIL)
    for number in (b"BREV0000000001", b"KUVERT00000001", b"5790000121526"):
        assert number in letter
        letter = letter.replace(number, b"0201609995")
    ids = medcom_bu.testing.frozen()
    text = medcom_bu.to_xml(vans.wrap(letter, sender="5790000121526", receiver="5790001348120", ids=ids))
    text = text.replace(b"5790000121526", b"0201609995")
    kept = archive(text)
    assert kept.data == text
    assert b"0201609995" not in kept.parts["copy.json"]
    assert kept.keys == (exchange.MessageKey("?", "?"),)
    assert (kept.sending, kept.facts["envelope"]["sender"]) == ("?", "?")


def test_a_uuid_is_no_number_of_a_person_whatever_digits_are_in_it() -> None:
    number = "3f1c0d9e-9d3a-4b52-8c11-ab0201609995"
    kept = archive(written(CARE).replace(CARE.header.id.encode(), number.encode()))
    assert [key.identifier for key in kept.keys] == [number]


# --- anything -------------------------------------------------------------------------------------------------------


@settings(max_examples=50)
@given(st.binary(max_size=300))
def test_any_bytes_are_kept(data: bytes) -> None:
    kept = archive(data)
    assert kept.data == data
    assert found(kept.verify()) == set()


FLOOD = """
import pathlib
def flood(number):
    message = data.replace(b"BREV0000000001", b"BREV%010d" % number)
    medcom_bu.archive(message).write(pathlib.Path(sys.argv[2]) / f"copy {number}")
"""


@ASKS_PROC
@pytest.mark.slow
def test_many_copies_hold_no_more_memory_than_a_few(tmp_path: Path) -> None:
    """Each is another message; what one copy took is given back before the next. 10,000 were measured alike."""
    (tmp_path / "brev.xml").write_bytes(written(MAIL))
    assert held_by_process(tmp_path / "brev.xml", FLOOD, 100, 500, str(tmp_path / "kept")) < 2 * MB
    assert len([*(tmp_path / "kept").iterdir()]) == 600
