"""How the work and the memory of something grow with its input: ratios of n and 2n, never seconds.

Time is process time. What looks like too much growth is measured again, several times, and then over three doublings,
where noise cannot hide the difference: only too much growth there counts.
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


def enough(make: Callable[[int], _T], share: int) -> int:
    """So many of something make a share of the usual size."""
    number = 64
    while len(make(number)) < SIZE // share:
        number *= 2
    return number


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
    """Twice as much takes at most three times as long; if it seems not to, eight times as much takes at most 27 times
    as long (8 if the time is linear, 64 if it is square).

    ``make`` gives what has so many of something, ``share`` makes what takes long a few times smaller.
    """
    work(make(1))  # loads what is loaded once
    number = enough(make, share)
    small, large = make(number), make(2 * number)
    least, most = taken(work, small), taken(work, large)
    for _ in range(TRIES if most < 1 else 2):
        if most <= MOST_RATIO * max(least, MEASURABLE / MOST_RATIO):
            return
        least, most = min(least, taken(work, small)), min(most, taken(work, large))
    least, most = min(least, taken(work, small)), taken(work, make(8 * number))
    assert most <= MOST_RATIO**3 * max(least, MEASURABLE / MOST_RATIO), (
        f"eight times as much takes {most / least:.1f} times as long ({least:.3f} s, {most:.3f} s)"
    )


def assert_bounded_memory(make: Callable[[int], _T], work: Callable[[_T], object]) -> None:
    """Forty bytes for each byte of the input, and 50 MB."""
    work(make(1))  # loads what is loaded once
    large = make(2 * enough(make, 1))
    most = MOST_BYTES * len(large) + FREE_BYTES
    peaked = peak(lambda: work(large))
    assert peaked <= most, f"{len(large)} bytes take {peaked / len(large):.0f} times as much memory"
