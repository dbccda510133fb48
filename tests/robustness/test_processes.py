"""Fresh processes: threads on first use, pools, consoles of other encodings, no time zones, every warning an error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import medcom_bu
from medcom_bu.testing.letters import letter_samples
from medcom_bu.testing.sets import fhir_samples
from tests.robustness.bases import VANS, bases
from tests.support import ROOT

pytestmark = pytest.mark.slow

EMAIL = letter_samples()["XDIS91/XD9134L"]
THREAD = fhir_samples()["CareCommunication/5.0"]
WIRES = {
    "oioxml": medcom_bu.to_xml(EMAIL),
    "edifact": medcom_bu.to_edifact(EMAIL),
    "vans": bases(VANS)["letter, UTF-8"],
    "fhir-json": medcom_bu.to_fhir(THREAD),
    "fhir-xml": medcom_bu.to_fhir(THREAD, "xml"),
}
STRICT = ("-W", "error", "-X", "dev")
METHODS = ("fork", "spawn", "forkserver") if sys.platform != "win32" else ("spawn",)


def run(*arguments: str, env: dict[str, str] | None = None, strict: tuple[str, ...] = STRICT) -> bytes:
    """What a fresh Python prints; it must end well and complain of nothing."""
    made = subprocess.run(
        [sys.executable, *strict, *arguments], cwd=ROOT, env={**os.environ, **(env or {})}, capture_output=True
    )
    assert made.returncode == 0, made.stderr.decode("utf-8", "replace")[-3000:]
    assert not made.stderr
    return made.stdout


@pytest.mark.parametrize("wire", WIRES)
def test_sixteen_threads_on_first_use(wire: str, tmp_path: Path) -> None:
    assert run("-m", "tests.robustness.workers", "threads", *written(tmp_path, wire)) == b"as promised\n"


@pytest.mark.parametrize("method", METHODS)
def test_pools_of_processes(method: str, tmp_path: Path) -> None:
    paths = written(tmp_path, "oioxml", "fhir-json")
    assert run("-m", "tests.robustness.workers", method, *paths) == b"as promised\n"


def written(folder: Path, *wires: str) -> list[str]:
    """Files with a message of each wire, under names that are not ASCII."""
    paths = [folder / f"{wire} \u00e6" for wire in wires]
    for path, wire in zip(paths, wires, strict=True):
        path.write_bytes(WIRES[wire])
    return [str(path) for path in paths]


def commands(*lines: list[str]) -> tuple[str, ...]:
    return "-m", "tests.robustness.workers", "commands", json.dumps(lines)


@pytest.mark.parametrize("has_package", [True, False], ids=["tzdata", "no zones at all"])
def test_without_the_time_zones_of_the_system(has_package: bool, tmp_path: Path) -> None:
    paths, demo = written(tmp_path, *WIRES), str(tmp_path / "demo")
    shown = [["show", path, "--html", f"{path}.html"] for path in paths]
    lines = commands(
        ["demo", demo], ["validate", demo], ["validate", *paths], *shown, *(["show", path] for path in paths)
    )
    start = lines if has_package else ("-c", NO_ZONES, *lines[2:])
    assert run(*start, env={"PYTHONTZPATH": ""})


NO_ZONES = "import sys; sys.modules['tzdata'] = None; from tests.robustness.workers import main; main(*sys.argv[1:])"


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_consoles_of_other_encodings(encoding: str, tmp_path: Path) -> None:
    paths = written(tmp_path, *WIRES)
    env = {"PYTHONIOENCODING": encoding}
    machine: dict[str, Any] = {"json": json.loads, "sarif": json.loads, "junit": ElementTree.fromstring}
    for form, load in machine.items():
        printed = run(*commands(["validate", "--lang", "da", "--format", form, *paths]), env=env)
        load(printed)
        assert not printed.isascii()
        assert printed.decode("utf-8")
    shown = [["show", path, "--reveal"] for path in paths]
    assert run(*commands(["validate", "--lang", "da", *paths], *shown, ["demo", str(tmp_path / "demo")]), env=env)
