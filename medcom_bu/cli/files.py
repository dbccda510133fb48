"""Which files a command is given, and what is printed of their reports."""

from __future__ import annotations

import argparse
import contextlib
import fnmatch
import functools
import glob
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from medcom_bu.cli.console import ProgressBar, Refused, Sentence, emit, has_colours, put, standard_input
from medcom_bu.cli.sharing import STDIN, Work, shared

if TYPE_CHECKING:
    from medcom_bu.issues import Report
    from medcom_bu.reporting import Judged

_OWN = re.compile(rb'\s*\{\s*"schema"\s*:\s*"medcom_bu/')
"""How JSON of the library itself begins, such as what it writes beside the messages of a case."""

_NO_MESSAGE = Sentence("no message in {name}", "ingen meddelelse i {name}")


class Judge(NamedTuple):
    """How files are judged: one, and, where a command ties what belongs together, several by their paths.

    Where several processes share the files (``jobs``), both must be such as can be pickled.
    """

    one: Callable[[BinaryIO], Report]
    together: Callable[[Sequence[Path]], Sequence[Report]] | None = None
    jobs: int = 1


def judge_all(arguments: argparse.Namespace, judge: Judge) -> int:
    """Judge the files of a command line, print each report as soon as it is made, and give the exit status.

    A file that cannot be read is an issue, and stops no other. Raises Refused where a folder or pattern has no message.
    """
    from medcom_bu.reporting import FORMATS, Look, Tally

    paths, skipped = find_messages(arguments.paths, arguments.exclude, strict=arguments.strict)
    tally, is_text = Tally(), arguments.format == "text"
    look = Look(arguments.lang, is_text and has_colours(), arguments.quiet, skipped, arguments.fail_on)
    progress = ProgressBar(len(paths))
    judged = tally.counted(_judged(paths, judge, progress))
    for piece in FORMATS[arguments.format](judged, look):
        progress.hide()
        if is_text:
            put(piece)
        else:
            emit(piece.encode())
    progress.hide()
    return tally.exit_status(arguments.fail_on)


def find_messages(
    names: Iterable[str], exclude: Sequence[str] = (), *, strict: bool = False
) -> tuple[list[str | Path], int]:
    """The files that are named, those of the folders and patterns named that hold a message, and how many do not.

    ``strict`` gives those that do not too, to be found invalid.

    Hidden files, and those that ``exclude`` fits by name or by path, are looked at only where they are named. Raises
    Refused for a folder or a pattern without a message.
    """
    paths: list[str | Path] = []
    skipped = 0
    for name in names:
        files = _files_of(name)
        if files is None:
            paths.append(name)
            continue
        files = [path for path in files if not any(_fits(path, name, pattern) for pattern in exclude)]
        messages = [path for path in files if strict or _may_be_message(path)]
        if not messages:
            raise Refused(_NO_MESSAGE, {"name": name})
        paths += messages
        skipped += len(files) - len(messages)
    return paths, skipped


def _files_of(name: str) -> list[Path] | None:
    """The files of a folder or a pattern; None for the name of a file."""
    if name == STDIN:
        return None
    if Path(name).is_dir():
        inside = (path for path in sorted(Path(name).rglob("*")) if path.is_file() or not path.exists())
        return [path for path in inside if not _is_hidden(path.relative_to(name))]
    if not Path(name).exists() and glob.has_magic(name):
        return [Path(path) for path in sorted(glob.glob(name, recursive=True)) if Path(path).is_file()]
    return None


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _fits(path: Path, name: str, pattern: str) -> bool:
    """Whether a pattern fits a file: its name, that of a folder below the one that was named, or its whole path."""
    inside = path.relative_to(name) if path.is_relative_to(name) else path
    return any(fnmatch.fnmatch(part, pattern) for part in (*inside.parts, str(path)))


def _may_be_message(path: Path) -> bool:
    """Whether the beginning of a file is of a wire format; a file that cannot be read is not passed over."""
    from medcom_bu.detection import HEAD, detect
    from medcom_bu.errors import UnknownFormat

    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
        detect(head)
    except UnknownFormat:
        return False
    except OSError:
        return True
    return not _OWN.match(head)


def _judged(paths: Sequence[str | Path], judge: Judge, progress: ProgressBar) -> Iterator[Judged]:
    """Each file with its report, in the order given; those that belong together are judged at the first of them."""
    from medcom_bu.reporting import Judged

    groups: Mapping[str | Path, Work] = {}
    if judge.together is not None and len(paths) > 1:
        from medcom_bu.cli.ties import tied

        groups = tied((Path(path) for path in paths if path != STDIN), judge.jobs)
    keys = [Path(path) if path != STDIN and Path(path) in groups else path for path in paths]
    last = {key: number for number, key in enumerate(keys)}
    works = dict.fromkeys(groups.get(key, (key,)) for key in keys)
    made = zip(works, shared(functools.partial(_timed, judge=judge), works, judge.jobs, _lost), strict=True)
    told: dict[str | Path, tuple[Report, float]] = {}
    for number, (path, key) in enumerate(zip(paths, keys, strict=True)):
        if key not in told:
            work, results = next(made)
            told.update(zip(work, results, strict=True))
        result = told.pop(key) if last[key] == number else told[key]
        progress.step()
        yield Judged(str(path), *result)


def _timed(work: Work, judge: Judge) -> list[tuple[Report, float]]:
    """The report on each file of a work, with the seconds that it took: those of all are at the first."""
    start = time.perf_counter()
    reports = _reports(work, judge)
    return list(zip(reports, (time.perf_counter() - start, *[0.0] * (len(work) - 1)), strict=True))


def _reports(work: Work, judge: Judge) -> Sequence[Report]:
    if len(work) > 1:
        together: Any = judge.together
        with contextlib.suppress(OSError):  # one that can be read no more
            reports: Sequence[Report] = together(work)
            return reports
    return [_judge(path, judge.one) for path in work]


def _lost(work: Work) -> list[tuple[Report, float]]:
    from medcom_bu.batch import lost

    return [(lost(path), 0.0) for path in work]


def _judge(path: str | Path, judge: Callable[[BinaryIO], Report]) -> Report:
    from medcom_bu.reporting import unreadable

    try:
        if path == STDIN:
            return judge(standard_input())
        with open(path, "rb") as file:
            return judge(file)
    except OSError as error:
        return unreadable(error)
