"""``medcom-bu generate``: synthetic cases, a folder each, for a vendor's tests, demonstrations and load."""

from __future__ import annotations

import argparse
import functools
from pathlib import Path
from typing import BinaryIO

from medcom_bu.cli.console import NOT_EMPTY, Commands, ProgressBar, Refused, Sentence, save, say
from medcom_bu.cli.options import add_options
from medcom_bu.signs import one_line

_NO_FOLDER = Sentence("-o must name a folder", "-o angiver en mappe")
_TOO_FEW = Sentence("--cases must be 1 or more", "--cases er 1 eller flere")
_WRITTEN = Sentence("{folder}: cases: {cases}, messages: {files}", "{folder}: sager: {cases}, meddelelser: {files}")


def add_to(commands: Commands) -> None:
    """Adds the command."""
    command = commands.add_parser(
        "generate", help="write synthetic cases for functional and load tests, one folder per case"
    )
    command.add_argument("--cases", type=int, default=1, metavar="N", help="number of cases (default: %(default)s)")
    command.add_argument("--seed", default="medcom-bu", metavar="TEXT", help="the same text gives the same cases")
    command.add_argument("-o", "--output", required=True, metavar="DIR", help="a new or empty folder")
    add_options(command, "lang")
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from medcom_bu.testing import cases

    folder, count = Path(arguments.output), arguments.cases
    if count < 1:
        raise Refused(_TOO_FEW)
    if arguments.output == "-":
        raise Refused(_NO_FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Refused(NOT_EMPTY, {"folder": arguments.output})
    progress, messages = ProgressBar(count), 0
    for case in cases(arguments.seed, count):
        own = folder / case.name
        own.mkdir()
        for name, data in case.files().items():
            save(own / name, functools.partial(_write, data), private=False)
        messages += len(case.steps)
        progress.step()
    progress.hide()
    params = {"folder": one_line(arguments.output), "cases": count, "files": messages}
    say(_WRITTEN.render(arguments.lang, params))
    return 0


def _write(data: bytes, file: BinaryIO) -> None:
    file.write(data)
