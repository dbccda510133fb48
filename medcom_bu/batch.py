"""Many files on the cores of a machine: verdicts in order, in constant memory, even where a process is killed.

It reads files and starts processes.
"""

from __future__ import annotations

import functools
import itertools
import json
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from medcom_bu.arguments import check
from medcom_bu.directory import Directory
from medcom_bu.edifact.layout.notation import Layouts
from medcom_bu.issues import Kind, Layer, Report, Severity, Text
from medcom_bu.judgement import Asked, Packages
from medcom_bu.reporting.judged import unreadable
from medcom_bu.wire import validate as judge

__all__ = ["lost", "row", "validate", "validate_part", "write_json_lines", "write_parquet"]

LOST = Kind(
    "batch.worker-lost",
    Severity.ERROR,
    Layer.SYNTAX,
    Text(
        "the process that validated the file ended twice without a verdict",
        "processen der kontrollerede filen, sluttede to gange uden resultat",
    ),
    Text(
        "the file may need more memory than there is: validate it by itself, and report it",
        "den kan have manglet hukommelse: kontrollér filen for sig, og meld det",
    ),
    "medcom_bu, batch",
)

_T = TypeVar("_T")
_R = TypeVar("_R")

_CHUNK = 16
"""So many files go to a process at a time: enough that the way there costs little. The first go in smaller lots."""
_AHEAD = 4
"""So many chunks of each process wait or are done: what is kept in memory."""
_ROWS = 10_000
"""Rows of a group of a Parquet file."""
_MOST = 61
"""Windows waits for no more processes at a time."""


def validate(
    paths: Iterable[str | os.PathLike[str]],
    *,
    jobs: int | None = None,
    layers: Iterable[Layer | str] | None = None,
    receiving: bool = False,
    layout: Layouts = None,
    packages: Packages = None,
    directory: Directory | None = None,
    second_engine: bool = False,
) -> Iterator[tuple[Path, Report]]:
    """Validate files on several cores: each path with its report, in the order given, as soon as it is known.

    ``paths`` may be an iterator of any length: a few hundred are held at a time. ``jobs`` is how many processes work,
    by default one for each core that this one may use; with 1 none is started. The others are those of
    :func:`medcom_bu.validate`; every file is judged by itself. A file that cannot be read has the issue
    ``file.unreadable``. Where a process is killed, the files that it held are judged again, each alone; one that ends
    its process a second time has the issue ``batch.worker-lost``, and no other file loses its verdict.

    Processes are started afresh (spawn): a script calls it below ``if __name__ == "__main__":``. Raises TypeError for
    wrong arguments, ValueError for less than one job, BadPackage for a package that cannot be read.
    """
    check("batch.validate: paths", paths, Iterable[str | os.PathLike[str]])
    asked = _asked(
        layers=layers,
        receiving=receiving,
        layout=layout,
        packages=packages,
        directory=directory,
        second_engine=second_engine,
    )
    files, judged = itertools.tee(map(Path, paths))
    return zip(
        files,
        spread(functools.partial(judged_file, judge=functools.partial(judge, **asked)), judged, jobs, lost),
        strict=True,
    )


def validate_part(
    names: Iterable[str], open_file: Callable[[str], AbstractContextManager[BinaryIO]] | None = None, **asked: Any
) -> Iterator[tuple[str, Report]]:
    """Validate some files of an archive in this process, as a worker of a cluster such as Dask or Spark does.

    ``names`` are paths, or what ``open_file`` opens as binary files: with ``fsspec.open`` addresses of an object store.
    The other arguments are those of :func:`validate`. Each file is closed before the next is opened; one for which
    ``open_file`` raises OSError has the issue ``file.unreadable``. Raises TypeError for wrong arguments, BadPackage for
    a package that cannot be read.
    """
    check("batch.validate_part: names", names, Iterable[str])
    asked = _asked(**asked)
    return ((name, judged_file(name, functools.partial(_opened_and_judged, open_file, asked))) for name in names)


def _asked(**asked: Any) -> dict[str, Any]:
    """What is asked for, so that it can be used again and again. Raises as :func:`medcom_bu.validate` does."""
    for name in ("layers", "packages"):
        given = asked.get(name)
        if isinstance(given, Iterable) and not isinstance(given, str | os.PathLike):
            asked[name] = tuple(given)
    Asked.checked(**asked)
    return asked


def _opened_and_judged(
    open_file: Callable[[str], AbstractContextManager[BinaryIO]] | None, asked: dict[str, Any], name: str
) -> Report:
    if open_file is None:
        return judge(Path(name), **asked)
    with open_file(name) as file:
        return judge(file, **asked)


def judged_file(path: _T, judge: Callable[[_T], Report]) -> Report:
    """What a judge says of a file, or that it cannot be read."""
    try:
        return judge(path)
    except OSError as error:
        return unreadable(error)


def lost(name: object) -> Report:  # noqa: ARG001
    """The report on a file without a verdict, because it ended its process twice: ``batch.worker-lost``."""
    return Report.from_issues([LOST.issue("byte 0")], (), (Layer.SYNTAX,))


# --- rows ------------------------------------------------------------------------------------------------------------


def row(name: str | os.PathLike[str], report: Report, lang: str = "en") -> dict[str, Any]:
    """A file and its report as JSON-ready data, as in ``medcom-bu validate --format json``."""
    return {"file": os.fspath(name), **report.to_dict(lang)}


def write_json_lines(results: Iterable[tuple[str | os.PathLike[str], Report]], file: BinaryIO) -> int:
    """Write each result as a line of JSON, UTF-8, as soon as it arrives. Returns how many there were."""
    count = 0
    for count, (name, report) in enumerate(results, 1):  # noqa: B007
        file.write(json.dumps(row(name, report), ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")
    return count


def write_parquet(results: Iterable[tuple[str | os.PathLike[str], Report]], file: BinaryIO | str) -> int:
    """Write results as a Parquet table, one row per file, with its issues as a list. Returns how many there were.

    Columns: ``file``, ``verdict``, ``ok``, ``complete``, ``layers`` (a map) and ``issues`` (severity, layer, code,
    path, message, hint, source). Raises ImportError without the extra ``parquet``.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = ("severity", "layer", "code", "path", "message", "hint", "source")
    schema = pa.schema(
        {
            **dict.fromkeys(("file", "verdict"), pa.string()),
            **dict.fromkeys(("ok", "complete"), pa.bool_()),
            "layers": pa.map_(pa.string(), pa.string()),
            "issues": pa.list_(pa.struct({name: pa.string() for name in names})),
        }
    )
    rows = (row(name, report) for name, report in results)
    count = 0
    with pq.ParquetWriter(file, schema) as writer:
        while group := list(itertools.islice(rows, _ROWS)):
            tables = [{**each, "layers": list(each["layers"].items())} for each in group]
            writer.write_table(pa.Table.from_pylist(tables, schema))
            count += len(group)
    return count


# --- processes -------------------------------------------------------------------------------------------------------


def spread(
    function: Callable[[_T], _R], items: Iterable[_T], jobs: int | None, lost: Callable[[_T], _R]
) -> Iterator[_R]:
    """What a function makes of each item, in order, by ``jobs`` processes; ``lost`` says what stands for no result.

    Function, items and results must be picklable. Raises TypeError for jobs that are not a number,
    ValueError for less than one.
    """
    jobs = cores() if jobs is None else jobs
    check("jobs", jobs, int)
    if jobs < 1:
        raise ValueError("jobs is at least 1")
    return map(function, items) if jobs == 1 else _Processes(function, min(jobs, _MOST), lost).results(iter(items))


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Processes:
    """Processes that share the work, and are replaced where one is killed."""

    def __init__(self, function: Callable[[Any], Any], jobs: int, lost: Callable[[Any], Any]) -> None:
        self.function, self.jobs, self.lost = function, jobs, lost
        self.pool = self._new(jobs)

    def _new(self, jobs: int) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _take_up, (self.function,))

    def results(self, items: Iterator[_T]) -> Iterator[Any]:
        """The results in order: a few chunks are under way at a time."""
        waiting: deque[tuple[list[_T], Future[list[Any]] | None]] = deque()
        sizes = (min(1 + number // self.jobs, _CHUNK) for number in itertools.count())
        try:
            while True:
                while len(waiting) < self.jobs * _AHEAD and (chunk := list(itertools.islice(items, next(sizes)))):
                    waiting.append((chunk, self._submit(chunk)))
                if not waiting:
                    return
                chunk, future = waiting.popleft()
                try:
                    found: Iterable[Any] | None = None if future is None else future.result()
                except BrokenProcessPool:
                    found = None
                except Exception:  # of one of them: those before it have their results
                    found = self._each_alone(chunk)
                if found is None:  # a process was killed, and took with it all that was under way
                    self.pool.shutdown(wait=False, cancel_futures=True)
                    found = list(self._each_alone(chunk))
                    self.pool = self._new(self.jobs)
                    waiting = deque((each, old if _is_done(old) else self._submit(each)) for each, old in waiting)
                yield from found
        finally:
            self.pool.shutdown(wait=False, cancel_futures=True)

    def _submit(self, chunk: list[_T]) -> Future[list[Any]] | None:
        try:
            return _given(self.pool, chunk)
        except BrokenProcessPool:
            return None

    def _each_alone(self, items: list[Any]) -> Iterator[Any]:
        """The result of each item, by a process that has no other at the time."""
        pool = self._new(1)
        for item in items:
            try:
                yield _given(pool, [item]).result()[0]
            except BrokenProcessPool:
                pool = self._new(1)
                yield self.lost(item)
        pool.shutdown()


def _is_done(future: Future[Any] | None) -> bool:
    return future is not None and future.done() and future.exception() is None


def _given(pool: ProcessPoolExecutor, chunk: list[Any]) -> Future[list[Any]]:
    """Submits a chunk. The processes begin with the first, and Ctrl-C waits for them to be ready for it."""
    if not hasattr(signal, "pthread_sigmask"):
        return pool.submit(_work, chunk)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return pool.submit(_work, chunk)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_taken_up: Callable[[Any], Any]


def _take_up(function: Callable[[Any], Any]) -> None:
    """Keep, in a new process, what it is to do with each item. Ctrl-C ends it silently."""
    global _taken_up
    _taken_up = function
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _work(chunk: list[Any]) -> list[Any]:
    return [_taken_up(item) for item in chunk]
