"""What the processes of a batch are given to do in tests: it must be importable by them, and soon."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from medcom_bu import Report

POISON = 7
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


def doubled(number: int) -> int:
    """Twice the number; a process that is given the poison ends at once."""
    if number == POISON:
        os.kill(os.getpid(), KILL)
    return 2 * number


def doubled_unless_first(work: tuple[int, Path]) -> int:
    """Twice the number; the first process that is given the poison ends, the second does not."""
    number, mark = work
    if number == POISON and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), KILL)
    return 2 * number


def minus(number: int) -> int:
    """What stands for the number that has no result."""
    return -number


def refused_from_third(number: int) -> int:
    """Twice the number, up to the third."""
    if number > 2:
        raise ValueError(f"no {number}")
    return 2 * number


def judged_unless_poison(work: tuple[str | Path, ...]) -> list[tuple[Report, float]]:
    """A report for each file; a process that is given one named so ends at once."""
    if any(Path(path).name == "poison.xml" for path in work):
        os.kill(os.getpid(), KILL)
    return [(Report((), {}), 0.0) for _ in work]
