"""The plugin in a test run of its own: what it gives, and what it loads where nobody asks for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PLAIN = """
import sys

def test_nothing_of_the_library_is_loaded():
    ours = {name for name in sys.modules if name.partition(".")[0] == "medcom_bu"}
    assert ours == {"medcom_bu", "medcom_bu.pytest_plugin"}
    assert not {"lxml", "fhir", "xmlschema", "attrs"} & sys.modules.keys()
"""
USING = """
import medcom_bu

def test_the_samples(medcom_samples):
    assert {"XREF01/XH0131R", "CareCommunication/5.0"} <= set(medcom_samples)
    assert medcom_bu.validate(medcom_samples["XREF01/XH0131R"]).ok

def test_the_samples_cannot_be_changed(medcom_samples):
    try:
        medcom_samples["XREF01/XH0131R"] = None
    except TypeError:
        return
    raise AssertionError("it was changed")

def test_the_factories_count_on(medcom_factories):
    first, second = (medcom_factories.referral(cave=cave) for cave in ("x", "y"))
    assert [first.letter.letter.identifier, second.letter.letter.identifier] == ["NUMMER00000001", "NUMMER00000003"]

def test_the_counterpart(medcom_counterpart, medcom_factories):
    (answer,) = medcom_counterpart("doctor").receive(medcom_bu.to_fhir(medcom_factories.care_communication()))
    assert medcom_bu.parse(answer, medcom_bu.AcknowledgementMessage).code == "ok"

def test_the_factories_of_each_test_begin_anew(medcom_factories):
    assert medcom_factories.correspondence().letter.letter.identifier == "NUMMER00000001"
"""


def run(folder: Path, text: str) -> tuple[int, str]:
    """The exit status and the output of pytest on one file, with the plugin as it was installed."""
    (folder / "test_it.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "none.ini", "test_it.py"]
    (folder / "none.ini").write_text("[pytest]\n", encoding="utf-8")
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8")
    return done.returncode, done.stdout + done.stderr


def test_an_unrelated_run_loads_the_one_small_module(tmp_path: Path) -> None:
    """VEN-29."""
    status, output = run(tmp_path, PLAIN)
    assert status == 0, output


def test_the_fixtures_are_there(tmp_path: Path) -> None:
    status, output = run(tmp_path, USING)
    assert (status, "5 passed" in output) == (0, True), output


def test_a_run_that_loads_more_would_be_seen(tmp_path: Path) -> None:
    status, output = run(tmp_path, f"import medcom_bu.testing.persons\n{PLAIN}")
    assert (status, "medcom_bu.values" in output) == (1, True), output
