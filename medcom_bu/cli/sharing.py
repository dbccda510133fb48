"""The files of a command line shared by several processes: what is said of them comes in the order of one process."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeAlias, TypeVar

from medcom_bu.numerals import whole

STDIN = "-"
Work: TypeAlias = tuple[str | Path, ...]
"""Files that are looked at together, or one."""

_R = TypeVar("_R")


def jobs(text: str) -> int:
    """The number that ``--jobs`` asks for; ``auto`` is one for each core that this process may use.

    Raises ArgumentTypeError for anything else.
    """
    if text == "auto":
        from medcom_bu.batch import cores

        return cores()
    number = whole(text)
    if not number:
        raise argparse.ArgumentTypeError(f"{text!r} is neither a number from 1 on nor auto")
    return number


def shared(
    function: Callable[[Work], _R], works: Iterable[Work], jobs: int, lost: Callable[[Work], _R]
) -> Iterator[_R]:
    """What a function makes of each work, in order, by so many processes; ``lost`` says what stands for no result.

    What another process cannot read is done in this one: standard input, pipes, what is of a process.
    """
    if jobs == 1:
        return map(function, works)
    return _shared(function, list(works), jobs, lost)


def _shared(function: Callable[[Work], _R], works: list[Work], jobs: int, lost: Callable[[Work], _R]) -> Iterator[_R]:
    from medcom_bu.batch import spread

    is_for_all = [all(map(_is_for_all, work)) for work in works]
    for_all = (work for work, is_so in zip(works, is_for_all, strict=True) if is_so)
    results = spread(function, for_all, max(1, min(jobs, sum(is_for_all))), lost)
    for work, is_so in zip(works, is_for_all, strict=True):
        yield next(results) if is_so else function(work)


def _is_for_all(path: str | Path) -> bool:
    """Whether any process finds the same under the path, as often as it likes."""
    return path != STDIN and not str(path).startswith(("/dev/", "/proc/")) and os.path.isfile(path)
