"""What the processes of a batch are given to do in tests: it must be importable by them, and soon."""

from __future__ import annotations

import os
import signal
from pathlib import Path

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
