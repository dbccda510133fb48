"""Where the oracles are: official files that tests compare against and that the project does not hold.

The folder is named by ``MEDCOM_BU_SHARED``; without it, the folder ``shared`` beside the checkout is tried. A test
whose oracle is missing is skipped, or fails where ``MEDCOM_BU_REQUIRE_ORACLES=1`` is set.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.support import ROOT


def oracle(path: str) -> Path:
    """The file or folder ``path`` among the oracles; skips or fails the test where it is missing."""
    beside = ROOT.resolve().parent / "shared"
    found = Path(os.environ.get("MEDCOM_BU_SHARED", beside)) / path
    if not found.exists():
        if os.environ.get("MEDCOM_BU_REQUIRE_ORACLES") == "1":
            pytest.fail(f"oracle {path} is missing")
        pytest.skip(f"oracle {path} is missing")
    return found


def recorded_letters(name: str) -> list[dict[str, Any]]:
    """What MedCom's converter made of a set of letters, a record each."""
    lines = oracle(f"examples/edifact/synthetic/{name}.jsonl").read_text("utf-8").rstrip("\n").split("\n")
    return [json.loads(line) for line in lines]
