"""Synthetic cases: the same for the same seed, valid, and consistent by ``exchange``, as their ``case.json`` says."""

from __future__ import annotations

import functools
import hashlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest

import medcom_bu
from medcom_bu import Emessage, HospitalReferral, ReplacementCpr, WireFormat, bu, cli
from medcom_bu.exchange import Action, SqliteStore
from medcom_bu.testing import Case, assert_valid, cases
from medcom_bu.testing.stories import SIDECAR
from tests.support import FULL
from tests.support.cases import faults, memory, opened, ten_digits

SEED = "en prøve"


@functools.cache
def some() -> tuple[Case, ...]:
    """The first eight, made once."""
    return tuple(cases(SEED, 8))


@pytest.fixture(params=range(8))
def case(request: pytest.FixtureRequest) -> Case:
    number: int = request.param
    return some()[number]


def digest(found: Iterable[Case]) -> str:
    return hashlib.sha256(b"".join(data for case in found for data in case.files().values())).hexdigest()


# --- the same each time ---


def test_another_process_makes_the_same_bytes() -> None:
    code = "from tests.messages.test_cases import digest, some; print(digest(some()))"
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "TZ": "Asia/Tokyo", "PYTHONIOENCODING": "utf-8"}
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=environment)
    assert found.stdout.decode().split() == [digest(some())]


def test_a_seed_makes_its_own_cases() -> None:
    first, other = next(cases(SEED, 1)), next(cases("en anden", 1))
    assert digest([first]) == digest(some()[:1])
    known = {key for step in first.steps for key in step.keys}
    assert not known & {key for step in other.steps for key in step.keys}
    assert first.child != other.child


def test_no_two_cases_share_a_number() -> None:
    known = [key for case in some() for key in {key for step in case.steps for key in step.keys}]
    assert len(known) == len({*known})
    assert len({case.child["number"] for case in some()}) == len(some())


# --- what is in them ---


def test_every_message_is_valid(case: Case) -> None:
    for step in case.steps:
        assert_valid(step.data)


@pytest.mark.parametrize("kept", ["memory", "sqlite"])
def test_a_receiver_does_what_the_case_says(case: Case, kept: str, tmp_path: Path) -> None:
    stores: Any = memory() if kept == "memory" else {role: SqliteStore(tmp_path / role) for role in memory()}
    assert faults(case, stores) == []


def test_what_is_wrong_in_a_case_is_seen() -> None:
    case = some()[5]
    first = case.steps[0]
    assert first.action == Action.REFUSE
    changed = (
        attrs.evolve(case.steps[0], action=Action.SHOW, keys=("another",)),
        attrs.evolve(case.steps[1], kind="accepted"),
        *case.steps[2:],
        attrs.evolve(case.steps[2], file="99-more"),
    )
    assert faults(attrs.evolve(case, steps=changed), memory()) == [
        (first.file, "action refuse"),
        (first.file, "keys"),
        (case.steps[1].file, "states ['rejected']"),
        ("99-more", "action duplicate"),
        ("99-more", "out of order"),
        ("99-more", "is not answered once"),
    ]


def test_eight_cases_have_every_kind_of_step_on_every_wire() -> None:
    steps = [step for case in some() for step in case.steps]
    assert {step.kind for step in steps} == {
        *("question", "reply", "forward", "referral", "files", "note"),
        *("correction", "resent", "accepted", "refused"),
    }
    four = {WireFormat.OIOXML, WireFormat.EDIFACT, WireFormat.FHIR_JSON, WireFormat.FHIR_XML}
    for kind in ("question", "reply", "forward"):
        assert {step.wire for step in steps if step.kind == kind} == four
    assert {step.wire for step in steps if step.kind == "referral"} == {WireFormat.OIOXML, WireFormat.EDIFACT}
    assert {(step.wire, step.enveloped) for step in steps} >= {(one, True) for one in (*four,)} - {
        (WireFormat.FHIR_XML, True)
    }
    assert {str(step.action) for step in steps} == {"show", "duplicate", "refuse", "answer"}
    assert any("takes" in case.parties["doctor"] for case in some())


def referral_of(case: Case) -> HospitalReferral:
    step = next(step for step in case.steps if step.kind == "referral")
    message = opened(step.data).message
    assert isinstance(message, Emessage)
    (letter,) = message.letters
    assert isinstance(letter, HospitalReferral)
    return letter


def test_texts_are_of_every_length() -> None:
    fields = [bu.fields_of(referral_of(case)) for case in some()]
    lengths = [sum(len(str(text)) for text in found.values()) for found in fields]
    assert min(lengths) < 800
    assert max(lengths) > 8000
    titles = [{reference.ref_description for reference in referral_of(case).reference} for case in some()]
    assert [case.number for case, found in zip(some(), titles, strict=True) if bu.ATTACHMENT_TITLE in found] == [3, 8]
    assert any(not found for found in titles)


def test_a_referral_is_for_a_region_of_its_day_and_names_who_consents(case: Case) -> None:
    step = next(step for step in case.steps if step.kind == "referral")
    region = case.parties["hospital"]["name"]
    assert region in {one.name for one in bu.regions(step.moment.date())}
    born, day = date.fromisoformat(case.child["born"]), step.moment.date()
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    consent = bu.fields_of(referral_of(case))["consent"]
    assert ("den unge" in consent, "forældremyndighedsindehaver" in consent) == (age >= 15, age < 15)


def test_a_letter_has_its_own_correction() -> None:
    case = some()[3]
    (step,) = (step for step in case.steps if step.corrects)
    message = opened(step.data).message
    assert message.letters[0].letter.status_code == "rettetbrev"
    assert step.corrects == case.steps[0].file


# --- nobody who lives ---


def test_no_number_is_that_of_a_person(case: Case) -> None:
    number = ReplacementCpr(case.child["number"])
    assert number.is_valid(number.reveal())
    assert number.kind == "X-eCPR"
    assert number.birth_date == date.fromisoformat(case.child["born"])
    for name, data in case.files().items():
        inside = data if name == SIDECAR else medcom_bu.to_xml(opened(data).message) if is_letter(data) else data
        assert ten_digits(inside) == set(), name


def is_letter(data: bytes) -> bool:
    return isinstance(opened(data).message, Emessage)


def test_a_number_of_a_person_would_be_seen() -> None:
    assert ten_digits(b"<CivilRegistrationNumber>0201609995<") == {"0201609995"}
    assert ten_digits("CPR-nr. 020160-9995, født".encode()) == {"0201609995"}
    assert ten_digits(b"5790000121526 abc0201609995") == set()


# --- what is asked for wrongly ---


def test_wrong_arguments_are_refused_at_once() -> None:
    with pytest.raises(ValueError, match="count of 0 or more"):
        cases(SEED, -1)
    with pytest.raises(TypeError, match="seed"):
        cases(7, 1)  # type: ignore[arg-type]
    assert list(cases(SEED, 0)) == []


def test_nothing_of_a_case_is_shown_by_chance() -> None:
    case = some()[0]
    shown = repr(case) + repr(case.steps)
    assert shown.startswith(f"<Case 1: {len(case.steps)} steps>(<CaseStep 01-question.xml: show>, ")
    assert not [text for text in case.child.values() if text in shown]


# --- on disk ---


def test_a_folder_holds_a_case_and_is_valid(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new" / "cases"
    assert cli.main(["generate", "--cases", "2", "--seed", SEED, "-o", str(folder), "--lang", "da"]) == 0
    assert capsys.readouterr().out.startswith(f"{folder}: sager: 2, meddelelser: ")
    for case in some()[:2]:
        found = {path.name: path.read_bytes() for path in (folder / case.name).iterdir()}
        assert found == case.files()
        assert json.loads(found[SIDECAR]) == case.to_dict()
    assert cli.main(["validate", str(folder), "--quiet"]) == 0
    count = sum(len(case.steps) for case in some()[:2])
    assert capsys.readouterr().out.startswith(f"{count} files: {count} valid, 0 invalid, 2 ")
    assert cli.main(["validate", str(folder), "--quiet", "--strict"]) == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--cases", "0", "-o", "new"], "--cases must be 1 or more"),
        (["--cases", "1", "-o", "-"], "-o must name a folder"),
        (["--cases", "1", "-o", "full"], "full is not empty"),
        (["--cases", "1", "-o", "full/file"], "full/file"),
    ],
)
def test_a_wrong_use_writes_nothing(
    options: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("full").mkdir()
    Path("full/file").write_bytes(b"kept")
    assert cli.main(["generate", *options]) == 2
    assert said in capsys.readouterr().err
    assert sorted(path.as_posix() for path in Path().rglob("*")) == ["full", "full/file"]
    assert Path("full/file").read_bytes() == b"kept"


def test_json_of_the_library_itself_is_no_message(tmp_path: Path) -> None:
    for name, text in (("own", '{\n "schema": "medcom_bu/case/1"}'), ("other", '{"schema": "medcom_bus"}')):
        (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
        assert cli.main(["validate", str(tmp_path / f"{name}.json"), "--quiet"]) == 1  # it is named
    from medcom_bu.cli.files import find_messages

    assert find_messages([str(tmp_path)]) == ([tmp_path / "other.json"], 1)


@pytest.mark.slow
def test_many_cases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand with ``MEDCOM_BU_FULL=1``."""
    stores, found = memory(), []
    for case in cases("tusind", 1000 if FULL else 100):
        own = tmp_path / case.name
        own.mkdir()
        for name, data in case.files().items():
            (own / name).write_bytes(data)
        found += faults(case, stores)
        assert not any(ten_digits(data) for data in case.files().values() if not is_letter(data))
    assert found == []
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert cli.main(["validate", str(tmp_path), "--quiet"]) == 0
