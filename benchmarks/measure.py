"""Ratios of processor time taken in one interleaved run, and the memory of processes of their own."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Work = Callable[[], Any]

_BATCH = 0.002
_MEMORY = """
def _kib(name):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(name))
def extra(work):
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")
    before = _kib("VmRSS")
    kept = work()
    return (_kib("VmHWM") - before) / 1024
"""


def ratio(one: Work, other: Work, seconds: float = 3, least: int = 7) -> float:
    """How many times as long ``one`` takes as ``other``: their fastest runs, which alternate for so many ``seconds``.

    What else the machine does only makes a run longer, and that of Python more than that of C.
    """
    one(), other()
    times_one, times_other = _repeats(one), _repeats(other)
    ones: list[float] = []
    others: list[float] = []
    end = _clock() + seconds
    while len(ones) < least or _clock() < end:
        ones.append(_timed(one, times_one))
        others.append(_timed(other, times_other))
    return min(ones) / min(others)


def _repeats(work: Work) -> int:
    """How many runs fill a batch that a clock can measure."""
    return max(1, round(_BATCH / _timed(work, 1)))


def _timed(work: Work, times: int) -> float:
    start = _clock()
    for _ in range(times):
        work()
    return (_clock() - start) / times


def _clock() -> float:
    """The processor time of this process and of those that it has waited for."""
    used = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def process(arguments: Sequence[str], place: Path) -> Work:
    """A run of Python in a process of its own, which must succeed; bytecode is kept in ``place``, as when installed."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(place / "bytecode")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def work() -> None:
        subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=environment)

    return work


def memory(setup: str, expression: str) -> float | None:
    """By how many MB the memory of a process peaks above what it holds after ``setup``; None without Linux's /proc.

    The peak of the resident set is asked for, so what C libraries take counts too. What fails raises
    CalledProcessError: a row that is not measured must not look like one that cannot be.
    """
    if not Path("/proc/self/clear_refs").exists():
        return None
    code = f"{_MEMORY}\n{setup}\nprint(extra(lambda: {expression}))"
    done = subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    return float(done.stdout)
