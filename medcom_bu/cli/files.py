"""Which files a command is given, and what is printed of their reports."""

from __future__ import annotations

import argparse
import glob
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from medcom_bu.cli.console import Parser, Refused, emit, say, standard_input

if TYPE_CHECKING:
    from medcom_bu.issues import Report

STDIN = "-"
_PROGRESS_FROM = 20
_WIDTH = 30


def add_report_options(command: Parser) -> None:
    """The options of a command that judges files."""
    command.add_argument("paths", nargs="+", metavar="FILE|DIR|-", help="- is standard input")
    command.add_argument("--format", choices=("text", "json", "junit", "sarif"), default="text")
    command.add_argument("--lang", choices=("en", "da"), default="en", help="language of the texts")
    command.add_argument(
        "--fail-on", choices=("error", "warning"), default="error", help="exit with 1 for a warning too"
    )


def judge_all(arguments: argparse.Namespace, judge: Callable[[BinaryIO], Report]) -> int:
    """Judge the files of a command line, print the reports, and give the exit status.

    A file that cannot be read is an issue, and stops no other. Raises Refused where a folder or pattern has no message.
    """
    from medcom_bu import reporting

    paths, skipped = find_messages(arguments.paths)
    reports = [(str(path), _judge(path, judge)) for path in _with_progress(paths)]
    text = reporting.FORMATS[arguments.format](reports, arguments.lang)
    if arguments.format == "text":
        say(text + reporting.skipped_text(skipped, arguments.lang))
    else:
        emit(f"{text}\n".encode())
    return reporting.exit_status((report for _, report in reports), arguments.fail_on)


def find_messages(names: Iterable[str]) -> tuple[list[str | Path], int]:
    """The files that are named, those of the folders and patterns named that hold a message, and how many do not.

    Hidden files are looked at only where they are named. Raises Refused for a folder or a pattern without a message.
    """
    paths: list[str | Path] = []
    skipped = 0
    for name in names:
        files: list[Path] | None = None
        if name != STDIN and Path(name).is_dir():
            inside = (path for path in sorted(Path(name).rglob("*")) if path.is_file() or not path.exists())
            files = [path for path in inside if not _is_hidden(path.relative_to(name))]
        elif name != STDIN and not Path(name).exists() and glob.has_magic(name):
            files = [Path(path) for path in sorted(glob.glob(name, recursive=True)) if Path(path).is_file()]
        if files is None:
            paths.append(name)
            continue
        messages = [path for path in files if _may_be_message(path)]
        if not messages:
            raise Refused(f"no message in {name}")
        paths += messages
        skipped += len(files) - len(messages)
    return paths, skipped


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _may_be_message(path: Path) -> bool:
    """Whether the beginning of a file is of a wire format; a file that cannot be read is not passed over."""
    from medcom_bu.detection import HEAD, detect
    from medcom_bu.errors import UnknownFormat

    try:
        with path.open("rb") as file:
            detect(file.read(HEAD))
    except UnknownFormat:
        return False
    except OSError:
        return True
    return True


def _judge(path: str | Path, judge: Callable[[BinaryIO], Report]) -> Report:
    from medcom_bu.issues import Layer, Report
    from medcom_bu.reporting import UNREADABLE

    try:
        if path == STDIN:
            return judge(standard_input())
        with open(path, "rb") as file:
            return judge(file)
    except OSError as error:
        return Report.from_issues([UNREADABLE.issue("byte 0", reason=type(error).__name__)], (), (Layer.SYNTAX,))


def _with_progress(paths: Sequence[str | Path]) -> Iterator[str | Path]:
    """The files, with a bar on a terminal where there are many."""
    is_shown = len(paths) >= _PROGRESS_FROM and sys.stderr.isatty()
    for number, path in enumerate(paths, 1):
        yield path
        if is_shown:
            done = "#" * (number * _WIDTH // len(paths))
            print(f"\r[{done:.<{_WIDTH}}] {number}/{len(paths)}", end="", file=sys.stderr, flush=True)
    if is_shown:
        print(file=sys.stderr)
