"""``medcom-bu certify``: what it prints, what it writes, its exit status."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import pytest

from medcom_bu.certification import all_cases
from medcom_bu.certification.faults import FAULTS
from medcom_bu.cli import main

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def path(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is put on the path of modules goes away again."""
    monkeypatch.setattr(sys, "path", [*sys.path])


_FOR_A_PERSON = ("look", "shown-units")
"""Checks that leave something to the eye."""


def outcomes(folder: Path) -> dict[str, str]:
    data = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return {case["id"]: case["outcome"] for case in data["cases"]}


def test_the_demo_passes_and_writes_the_report(tmp_path: Path, capsys: Capture) -> None:
    assert main(["certify", "demo", "-o", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr().out
    looked_at = {
        case.id for case in all_cases() for stage in case.stages for row in stage.checks if row.name in _FOR_A_PERSON
    }
    assert outcomes(tmp_path / "out") == {
        case.id: "to be judged" if case.id in looked_at else "passed" for case in all_cases()
    }
    passed = len(all_cases()) - len(looked_at)
    assert f"{passed} passed, 0 failed, 0 not run, {len(looked_at)} to be judged" in printed
    assert "It is not an approval" in printed
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
        "evidence.zip",
        "junit.xml",
        "report.html",
        "report.json",
    ]


def test_a_fault_fails_its_case(tmp_path: Path, capsys: Capture) -> None:
    command = ["certify", "demo", "--fault", "topic-lost", "--case", "CCS-3.3.1", "--lang", "da", "-o", str(tmp_path)]
    assert main(command) == 1
    assert "3.3.1.7 emnet er opgavens: forventet: som i opgaven; fundet: ingen" in capsys.readouterr().out
    assert outcomes(tmp_path) == {"CCS-3.3.1": "failed"}


def test_the_faults_stand_on_a_line_each_the_name_first(capsys: Capture) -> None:
    assert main(["certify", "faults"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(FAULTS)


def test_the_list_has_the_cases_that_are_chosen(capsys: Capture) -> None:
    assert main(["certify", "list", "--medcom", "acknowledgement,referral", "--role", "sender", "--lang", "da"]) == 0
    assert [line.split()[:3] for line in capsys.readouterr().out.splitlines()] == [
        [case.id, case.area, case.role]
        for case in all_cases()
        if case.area in ("acknowledgement", "referral") and case.role == "sender"
    ]


def test_what_init_writes_runs_and_passes_nothing(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["certify", "init"]) == 0
    assert "certify run --system medcom_system:OurSystem" in capsys.readouterr().out
    chosen = ["--case", "CCS-3.3.1", "--case", "CCR-3.1.1"]
    assert main(["certify", "run", "--system", "medcom_system:OurSystem", *chosen, "-o", "report"]) == 1
    assert outcomes(tmp_path / "report") == {"CCR-3.1.1": "failed", "CCS-3.3.1": "failed"}
    assert main(["certify", "init"]) == 2
    assert "medcom_system.py already exists" in capsys.readouterr().err
    sys.modules.pop("medcom_system")
    importlib.invalidate_caches()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["demo", "--fault", "none", "-o", "x"], "there is no fault none"),
        (["demo", "--case", "CCS-0", "-o", "x"], "no case CCS-0"),
        (["demo", "--medcom", "letters", "-o", "x"], "CaseArea is one of"),
        (["list", "--medcom", "referral", "--role", "converter"], "no case is chosen"),
        (["run", "--system", "nowhere:System", "-o", "x"], "there is no module nowhere"),
        (["run", "--system", "nowhere", "-o", "x"], "a system is named MODULE:CLASS, or folder:DIR"),
    ],
)
def test_wrong_use_is_refused(options: list[str], told: str, capsys: Capture, tmp_path: Path) -> None:
    assert main(["certify", *options]) == 2
    assert told in capsys.readouterr().err
