"""Where the oracles are: official files that tests compare against and that the project does not hold.

The folder is named by ``MEDCOM_BU_SHARED``; without it, the folder ``shared`` beside the checkout is tried. A test
whose oracle is missing is skipped, or fails where ``MEDCOM_BU_REQUIRE_ORACLES=1`` is set; so does a test of an example
whose framework is missing, which the extra ``dev`` brings. Where the variable is ``files``, a framework may be missing.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import pytest

from tests.support import ROOT


def place(path: str) -> Path:
    """Where the file or folder ``path`` is among the oracles, if it is there."""
    beside = ROOT.resolve().parent / "shared"
    return Path(os.environ.get("MEDCOM_BU_SHARED", beside)) / path


def oracle(path: str) -> Path:
    """The file or folder ``path`` among the oracles; skips or fails the test where it is missing."""
    found = place(path)
    if not found.exists():
        _tell(f"oracle {path} is missing", fails=_required() in ("1", "files"))
    return found


def example(name: str, *packages: str) -> ModuleType:
    """The example ``name`` of ``docs/examples``, imported again; skips or fails the test where a package is missing."""
    missing = [package for package in packages if importlib.util.find_spec(package) is None]
    if missing:
        _tell(f"not installed: {', '.join(missing)}", fails=_required() == "1")
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / "examples" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def program(name: str) -> str:
    """The path of a program, such as ``node``; skips or fails the test where it is not on the machine."""
    found = shutil.which(name)
    if found is None:
        _tell(f"the program {name} is missing", fails=_required() == "1")
    return found


def _required() -> str:
    return os.environ.get("MEDCOM_BU_REQUIRE_ORACLES", "")


def _tell(missing: str, fails: bool) -> NoReturn:
    if fails:
        pytest.fail(missing)
    pytest.skip(missing)


def recorded_letters(name: str) -> list[dict[str, Any]]:
    """What MedCom's converter made of a set of letters, a record each."""
    lines = oracle(f"examples/edifact/synthetic/{name}.jsonl").read_text("utf-8").rstrip("\n").split("\n")
    return [json.loads(line) for line in lines]
