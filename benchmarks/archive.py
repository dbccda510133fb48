"""An archive of mixed messages judged by one core, two, a killed process, and a local Dask cluster: ``python -m
benchmarks.archive [COUNT [WAY...]]``, 100,000 messages and every way if nothing is said.

A row a way: seconds, processor seconds of this process and of those that it started, the memory of this process after
a tenth of the run and at its end, and a digest of the verdicts. The messages are those of synthetic cases, each there
several times over under names of their own.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from medcom_bu import batch
from medcom_bu.testing import cases

CASES = 340
RECIPE = Path(__file__).parent.parent / "docs" / "examples" / "dask_archive.py"


class Row(NamedTuple):
    """What a way came to."""

    seconds: float
    cpu: float
    early: int
    late: int
    digest: str


def fill(folder: Path, count: int) -> list[Path]:
    """So many messages: those of cases, written once, and links to them."""
    made: list[Path] = []
    for case in itertools.takewhile(lambda _: len(made) < count, cases("archive", CASES)):
        for name, data in case.files().items():
            if name != "case.json" and len(made) < count:
                made.append(folder / f"0000-{case.name}-{name}")
                made[-1].write_bytes(data)
    links = []
    for number in range(len(made), count):
        first = made[number % len(made)]
        links.append(folder / f"{number // len(made):04}{first.name[4:]}")
        links[-1].hardlink_to(first)
    return sorted([*made, *links])


def memory() -> int:
    """What this process holds, in MiB."""
    return int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20


def children() -> list[int]:
    """The processes that this one has started and that have a child's work to do."""
    listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="utf-8").split()
    return [int(pid) for pid in listed if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def judged(paths: list[Path], jobs: int, kill: bool = False) -> tuple[int, int, str]:
    """The memory early and late, and a digest of all verdicts."""
    found, early = hashlib.sha256(), 0
    for number, (path, report) in enumerate(batch.validate(paths, jobs=jobs), 1):
        found.update(json.dumps(batch.row(path, report)).encode())
        if number == max(1, len(paths) // 10):
            early = memory()
        if kill and number == len(paths) // 2:
            os.kill(children()[0], signal.SIGKILL)
    return early, memory(), found.hexdigest()


def by_dask(paths: list[Path]) -> tuple[int, int, str]:
    """The same by the recipe, in processes of its own; its memory is not looked at."""
    with tempfile.TemporaryDirectory() as verdicts:
        subprocess.run([sys.executable, RECIPE, paths[0].parent, verdicts], check=True, stdout=subprocess.DEVNULL)
        return 0, 0, digest(sorted(Path(verdicts).iterdir()))


def digest(parts: Iterable[Path]) -> str:
    """Of the verdicts in parts, as of those that one process gives."""
    found = hashlib.sha256()
    for line in itertools.chain.from_iterable(part.read_bytes().splitlines() for part in parts):
        row = json.loads(line)
        found.update(json.dumps(row | {"file": row["file"].removeprefix("file://")}).encode())
    return found.hexdigest()


WAYS: dict[str, Callable[[list[Path]], tuple[int, int, str]]] = {
    "one process": functools.partial(judged, jobs=1),
    "two processes": functools.partial(judged, jobs=2),
    "two, one killed": functools.partial(judged, jobs=2, kill=True),
    "Dask": by_dask,
}


def rows(paths: list[Path], names: Iterable[str]) -> Iterator[tuple[str, Row]]:
    """Each way with what it came to."""
    for name in names:
        begun, before = time.perf_counter(), os.times()
        early, late, found = WAYS[name](paths)
        while multiprocessing.active_children():  # what they took counts once they have ended
            time.sleep(0.1)
        after = os.times()
        cpu = sum(after[:4]) - sum(before[:4])
        yield name, Row(time.perf_counter() - begun, cpu, early, late, found)


def main(count: str = "100000", *names: str) -> int:
    """Prints the table; the exit status is 1 where a way differs."""
    with tempfile.TemporaryDirectory() as folder:
        paths = fill(Path(folder), int(count))
        print(f"{len(paths)} messages\n\n| way | s | CPU s | MiB early | late | digest |\n|---|---|---|---|---|---|")
        digests = set()
        for name, row in rows(paths, names or WAYS):
            digests.add(row.digest)
            memories = f"{row.early} | {row.late}" if row.late else "- | -"
            print(f"| {name} | {row.seconds:.0f} | {row.cpu:.0f} | {memories} | {row.digest[:8]} |", flush=True)
    return len(digests) > 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
