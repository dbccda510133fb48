"""How much memory something takes: Python's own at its peak, and what a fresh process holds."""

from __future__ import annotations

import gc
import io
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

MB = 1 << 20
ASKS_PROC = pytest.mark.skipif(sys.platform != "linux", reason="asks /proc for the memory of a process")

_RESIDENT = """
import sys
import medcom_bu
def kib(name):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(name))
data = open(sys.argv[1], "rb").read()
"""
_PEAK = """
{first}
with open("/proc/self/clear_refs", "w") as file:
    file.write("5")
before = kib("VmRSS")
{work}
print(kib("VmHWM") - before)
"""
_HELD = """
{flood}
for number in range({few}):
    flood(number)
before = kib("VmRSS")
for number in range({few}, {few} + {many}):
    flood(number)
print(kib("VmRSS") - before)
"""


def most_kib(*, of_children: bool = False) -> int:
    """The most memory that this process has had, or the largest of its children; 0 on Windows, which does not say."""
    if sys.platform == "win32":
        return 0
    import resource  # which Windows lacks

    used = resource.getrusage(resource.RUSAGE_CHILDREN if of_children else resource.RUSAGE_SELF).ru_maxrss
    return used // 1024 if sys.platform == "darwin" else used


def peak(work: Callable[[], object]) -> int:
    """By how many bytes Python's memory peaks above what it is now, the result included."""
    gc.collect()
    tracemalloc.start()
    try:
        result = work()  # counts until the peak is known
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        del result


class Discarding(io.BytesIO):
    """A file that counts what is written to it, and holds nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.size = 0

    def write(self, data: ReadableBuffer, /) -> int:
        written = memoryview(data).nbytes
        self.size += written
        return written


def peak_of_process(path: Path, first: str, work: str) -> int:
    """By how many bytes a fresh process peaks while it does some ``work`` with the ``data`` of a file.

    What it does ``first`` loads what is loaded once.
    """
    return _kib(_PEAK.format(first=first, work=work), str(path)) * 1024


def held_by_process(path: Path, flood: str, few: int, many: int, *arguments: str) -> int:
    """How many bytes more a fresh process holds after ``many`` more calls of ``flood`` than after a ``few``.

    The code of ``flood(number)`` finds the content of the file in ``data``.
    """
    return _kib(_HELD.format(flood=flood, few=few, many=many), str(path), *arguments) * 1024


def _kib(script: str, *arguments: str) -> int:
    command = [sys.executable, "-c", _RESIDENT + script, *arguments]
    return int(subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout)


SIZE = 30 * MB
