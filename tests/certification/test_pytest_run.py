"""The cases in a test run of their own, as a vendor has it: by a fixture, by an option, on several processes."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from medcom_bu.certification import CaseArea, all_cases

SYSTEM = """
from medcom_bu.certification import ReferenceSystem

class Ours(ReferenceSystem):
    def display(self, message_id):
        raise NotImplementedError
"""
FIXTURE = """
import pytest
from ours import Ours

@pytest.fixture
def medcom_system():
    return Ours()
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A vendor's project: a module, a folder of tests with one of its own, and the fixture in its conftest.py."""
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = .\n", encoding="utf-8")
    (tmp_path / "ours.py").write_text(SYSTEM, encoding="utf-8")
    tests = tmp_path / "tests"
    tests.mkdir()
    (tests / "test_own.py").write_text("def test_ours():\n    pass\n", encoding="utf-8")
    (tests / "conftest.py").write_text(FIXTURE, encoding="utf-8")
    return tmp_path


def run(folder: Path, *options: str) -> tuple[int, str]:
    """The exit status and the output of pytest."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8")
    return done.returncode, done.stdout + done.stderr


def outcomes(folder: Path) -> dict[str, str]:
    """What the report says of each case."""
    data = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return {case["id"]: case["outcome"] for case in data["cases"]}


def test_a_fixture_gives_the_system_and_each_case_is_a_test(project: Path) -> None:
    wanted = ("--medcom", "carecommunication", "--medcom-role=sender", "-k", "ours or two-threads or 3.3.1.9")
    status, output = run(project, *wanted, "--medcom-report=out", "-v")
    assert status == 0, output
    assert "test_ours PASSED" in output
    assert re.findall(r"medcom\[(\S+)\] (\w+)", output) == [
        ("CCS-3.3.1.9", "SKIPPED"),
        ("OUR-CCS-two-threads", "PASSED"),
    ]
    assert "1 passed, 0 failed, 0 not run, 1 to be judged" in output
    assert "It is not an approval" in output
    assert outcomes(project / "out") == {"CCS-3.3.1.9": "to be judged", "OUR-CCS-two-threads": "passed"}


def test_an_option_names_the_system_and_cases_are_chosen_like_tests(project: Path) -> None:
    (project / "tests" / "conftest.py").unlink()
    named = ("--medcom=all", "--medcom-system=ours:Ours", "--medcom-report=out", "--medcom-lang=da")
    status, output = run(project, *named, "-k", "CCR-3.1.1 or XREF01", "-rs")
    assert status == 0, output
    assert "skal bedømmes" in (project / "out" / "report.html").read_text(encoding="utf-8")
    told = outcomes(project / "out")
    assert {"CCR-3.1.1": "to be judged", "OUR-XREF01-send": "passed"}.items() <= told.items()
    passed, judged = (list(told.values()).count(each) for each in ("passed", "to be judged"))
    assert passed + judged == len(told)
    assert f"{passed} passed, {judged} skipped" in output
    assert f"{passed} bestået, 0 fejlet, 0 ikke kørt, {judged} skal bedømmes" in output


def test_a_failed_case_names_rule_path_expected_and_found(project: Path) -> None:
    broken = SYSTEM + "    def receive(self, data):\n        return []\n"
    (project / "ours.py").write_text(broken, encoding="utf-8")
    status, output = run(project, "--medcom=all", "-k", "CCR-3.2.7-J")
    assert status == 1, output
    assert "3.2.7.2 each message is answered once, with this: expected: 1; found: 0 (rule KR1 at /)" in output
    assert "Traceback" not in output


def test_without_a_system_nothing_is_run_and_nothing_is_passed(project: Path) -> None:
    (project / "tests" / "conftest.py").unlink()
    status, output = run(project, "--medcom=acknowledgement", "--medcom-report=out", "-k", "ACS")
    assert status == 1, output
    assert "no system: write a fixture medcom_system, or name one by --medcom-system" in output
    chosen = [case.id for case in all_cases() if case.area is CaseArea.ACKNOWLEDGEMENT and "ACS" in case.id]
    assert outcomes(project / "out") == dict.fromkeys(chosen, "not run")


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("--medcom=letters", "CaseArea is one of carecommunication"),
        ("--medcom-role=seller", "CaseRole is one of sender"),
        ("--medcom-system=ours:Theirs", "ours has no Theirs"),
        ("--medcom-system=theirs:Ours", "there is no module theirs"),
        ("--medcom-system=ours", "a system is named MODULE:CLASS, or folder:DIR"),
    ],
)
def test_wrong_use_is_said_in_a_line(project: Path, option: str, told: str) -> None:
    status, output = run(project, "--medcom=all", option)
    assert (status, told in output, "Traceback" in output) == (4, True, False), output


@pytest.mark.skipif(importlib.util.find_spec("xdist") is None, reason="needs pytest-xdist")
def test_several_processes_give_the_report_of_one(project: Path) -> None:
    options = ("--medcom=acknowledgement", "-k", "ACR")
    reports = []
    for folder, more in (("one", ()), ("two", ("-n", "2"))):
        status, output = run(project, *options, f"--medcom-report={folder}", *more)
        assert status == 0, output
        reports.append(outcomes(project / folder))
    assert reports[0] == reports[1]
    assert reports[0]["ACR-3.3.3"] == "to be judged"
