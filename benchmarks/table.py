"""A row of the table: a path through the library, what it is measured against, its target, what was found."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from benchmarks import peers
from benchmarks.measure import Clock, Work, ratio


class Row(NamedTuple):
    """One line of the table. ``reached`` is None where there is no target, or nothing could be measured."""

    path: str
    baseline: str
    target: str
    measured: str
    reached: bool | None = None

    def __str__(self) -> str:
        reached = "-" if self.reached is None else "yes" if self.reached else "no"
        return f"| {self.path} | {self.baseline} | {self.target} | {self.measured} | {reached} |"


def at_most(
    path: str, baseline: str, limit: float | None, one: Work, other: Work, clock: Clock = time.perf_counter
) -> Row:
    """A path that may take some times as long as its baseline."""
    found = ratio(one, other, clock=clock)
    return Row(path, baseline, f"<= {limit}x" if limit else "-", f"{found:.2f}x", found <= limit if limit else None)


def faster(
    path: str,
    baseline: str,
    least: float,
    one: Work,
    peer: Callable[[], Work],
    package: str = "lxml",
    clock: Clock = time.perf_counter,
) -> Row:
    """A path that shall be some times faster than a peer, which is made only where its package is installed."""
    if not peers.is_installed(package):
        return Row(path, baseline, f">= {least}x faster", f"not measured: {package} is not installed")
    found = ratio(peer(), one, clock=clock)
    return Row(path, baseline, f">= {least}x faster", f"{found:.1f}x faster", found >= least)


def within(path: str, limit: float, found: float | None) -> Row:
    """Extra memory, in MB."""
    measured = "not measured: needs Linux" if found is None else f"{found:.1f} MB"
    return Row(path, "extra memory", f"<= {limit} MB", measured, None if found is None else found <= limit)
