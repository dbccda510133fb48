"""How the work and the memory of something grow with its input: ratios of n and 2n, never seconds.

Time is process time. What looks like too much growth is measured again, several times, before it counts.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sized
from typing import TypeVar

from tests.support import FULL
from tests.support.memory import peak

MOST_RATIO = 3.0
"""Twice the input takes at most so many times the work."""
MOST_BYTES = 40
FREE_BYTES = 50_000_000
"""So many bytes of memory an input's byte may take, beside so many that it may take whatever its size."""
SIZE = 1_000_000 if FULL else 50_000
"""How large the smaller input is, at least: large enough for growth to show."""
MEASURABLE = 0.02
"""Process time under which nothing can be said: what is that quick with twice the input may grow as it likes."""
TRIES = 5

_T = TypeVar("_T", bound=Sized)


def sizes(make: Callable[[int], _T], share: int) -> tuple[_T, _T]:
    """Two inputs, the second with twice as many of something; the first holds a share of the usual size."""
    number = 64
    while len(small := make(number)) < SIZE // share:
        number *= 2
    return small, make(2 * number)


def taken(work: Callable[[_T], object], data: _T) -> float:
    """The process time of one run."""
    gc.collect()
    gc.disable()
    try:
        started = time.process_time()
        work(data)
        return time.process_time() - started
    finally:
        gc.enable()


def assert_linear_time(make: Callable[[int], _T], work: Callable[[_T], object], share: int = 1) -> None:
    """Twice as much takes at most three times as long.

    ``make`` gives what has so many of something, ``share`` makes what takes long a few times smaller.
    """
    work(make(1))  # loads what is loaded once
    small, large = sizes(make, share)
    least, most = taken(work, small), taken(work, large)
    for _ in range(TRIES if most < 1 else 2):
        if most <= MOST_RATIO * max(least, MEASURABLE / MOST_RATIO):
            return
        least, most = min(least, taken(work, small)), min(most, taken(work, large))
    raise AssertionError(f"twice as much takes {most / least:.1f} times as long ({least:.3f} s, {most:.3f} s)")


def assert_bounded_memory(make: Callable[[int], _T], work: Callable[[_T], object]) -> None:
    """Forty bytes for each byte of the input, and 50 MB."""
    work(make(1))  # loads what is loaded once
    _, large = sizes(make, 1)
    most = MOST_BYTES * len(large) + FREE_BYTES
    peaked = peak(lambda: work(large))
    assert peaked <= most, f"{len(large)} bytes take {peaked / len(large):.0f} times as much memory"
