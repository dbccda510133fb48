"""Seeded mutants of every wire, and values with hostile leaves: the contract holds, whatever comes.

The long form (``MEDCOM_BU_FULL=1``) has 200,000 of each, in parts: ``-k oioxml`` or ``-k "oioxml-3"`` runs some.
"""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medcom_bu.testing import strategies
from tests.robustness.bases import WIRES
from tests.robustness.leaves import VALUES, odd_value
from tests.robustness.promises import hold_for_bytes, hold_for_value
from tests.robustness.shards import SOME_USES, input_of, run
from tests.support import FULL, ROOT

PARTS, EACH = (40, 5_000) if FULL else (1, 150)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("source", [*WIRES, VALUES])
def test_the_promises_hold(source: str, part: int, capsys: pytest.CaptureFixture[str]) -> None:
    tally = run(source, part, EACH)
    with capsys.disabled():
        print(f"\n{source} {part}: {tally.line()}", end="")
    assert not tally.faults, tally.told()
    assert len(tally.seen) >= 3  # what is refused at once tries nothing else


@pytest.mark.slow
@given(strategies.messages() | strategies.envelopes(), st.integers(0, 2**32))
def test_the_promises_hold_for_values_of_the_strategies(message: Any, seed: int) -> None:
    r = random.Random(seed)
    hold_for_value(message, r, 2)
    value = odd_value(r, message)
    if value is not None:
        hold_for_value(value, r, SOME_USES)


def digest() -> str:
    """Of the first inputs of every wire."""
    data = b"".join(input_of(f"{wire}/0/{number}").data for wire in WIRES for number in range(20))
    return hashlib.sha256(data).hexdigest()


@pytest.mark.slow
def test_an_input_is_the_same_in_every_process() -> None:
    code = "from tests.robustness.test_inputs import digest; print(digest())"
    made = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "7"},
        capture_output=True,
        check=True,
        text=True,
        encoding="utf-8",
    )
    assert made.stdout.strip() == digest()


CORPUS = Path(__file__).parent / "corpus"


@pytest.mark.parametrize("path", sorted(CORPUS.rglob("*.*")), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_the_corpus_holds(path: Path) -> None:
    hold_for_bytes(path.read_bytes(), random.Random(path.name))
