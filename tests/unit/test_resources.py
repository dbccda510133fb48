"""Where the data is found: beside the code, in a frozen program that took it along, and not in a zip, which is said."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import medcom_bu
from medcom_bu.resources import folder
from medcom_bu.testing.letters import letter_samples
from medcom_bu.testing.sets import fhir_samples

PACKAGE = Path(medcom_bu.__file__).parent
MESSAGES = {
    "xsd": medcom_bu.to_xml(letter_samples()["XREF01/XH0131R"]),
    "profiles": medcom_bu.to_fhir(fhir_samples()["CareCommunication/5.0"]),
}


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the code and its data, and nothing else."""
    root = tmp_path_factory.mktemp("frozen")
    shutil.copytree(PACKAGE, root / "medcom_bu", ignore=shutil.ignore_patterns("__pycache__", "_data"))
    for name in MESSAGES:
        shutil.copytree(folder(name), root / "medcom_bu" / "_data" / name)
    return root


def judge(place: Path, data: bytes) -> subprocess.CompletedProcess[bytes]:
    code = (
        f"import sys; sys.path.insert(0, {str(place)!r}); import medcom_bu; "
        f"assert medcom_bu.__file__.startswith({str(place)!r}); "
        "print(medcom_bu.validate(sys.stdin.buffer.read()).verdict)"
    )
    return subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=False, cwd=place.parent)


@pytest.mark.parametrize("name", MESSAGES)
def test_a_program_that_takes_the_data_along_runs(name: str, frozen: Path) -> None:
    done = judge(frozen, MESSAGES[name])
    assert (done.stdout.strip(), done.stderr) == (b"valid", b"")


@pytest.mark.parametrize("name", MESSAGES)
def test_from_a_zip_it_is_said_what_to_do(name: str, frozen: Path, tmp_path: Path) -> None:
    packed = Path(shutil.make_archive(str(tmp_path / "library"), "zip", frozen))
    done = judge(packed, MESSAGES[name])
    last = done.stderr.decode().strip().splitlines()[-1]
    assert last.startswith(f"FileNotFoundError: medcom_bu has no data folder {name!r} on disk")
    assert "unpack or install it" in last
    assert "--collect-data medcom_bu" in last
