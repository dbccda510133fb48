"""``medcom-bu validate``: the verdict on files, on all messages of folders, on standard input."""

from __future__ import annotations

import argparse
import functools
from typing import TYPE_CHECKING

from medcom_bu.cli.console import Commands, Refused, Sentence, opened, say
from medcom_bu.cli.files import Judge, judge_all
from medcom_bu.cli.layouts import layouts_of
from medcom_bu.cli.options import REPORTING, add_options
from medcom_bu.signs import one_line

if TYPE_CHECKING:
    from medcom_bu.directory import Directory

_NO_LAYER = Sentence("no such layer: {layers}", "lag som ikke findes: {layers}")


def add_to(commands: Commands) -> None:
    """Adds the command."""
    command = commands.add_parser("validate", help="judge files, all messages of folders, or standard input")
    add_options(command, *REPORTING, "layers", "directory", "second-engine", "receiving", "layout")
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from medcom_bu import Layer, validate
    from medcom_bu.judgement import Asked, judge_together

    layers = None if arguments.layers is None else arguments.layers.split(",")
    unknown = sorted(set(layers or ()) - set(Layer))
    if unknown:
        raise Refused(_NO_LAYER, {"layers": ", ".join(unknown)})
    directory = None if arguments.directory is None else _directory(arguments.directory, arguments.lang)
    asked = {
        "layers": layers,
        "directory": directory,
        "second_engine": arguments.second_engine,
        "receiving": arguments.receiving,
        "layout": layouts_of(arguments),
    }
    together = functools.partial(judge_together, asked=Asked.checked(**asked))
    has_rules = layers is None or Layer.RULE in layers
    return judge_all(arguments, Judge(functools.partial(validate, **asked), together if has_rules else None))


def _directory(name: str, lang: str) -> Directory:
    """The units of a file; what is wrong with its rows is told. Raises Refused for what is no list of units."""
    from medcom_bu import Directory

    try:
        with opened(name) as file:
            directory = Directory.from_csv(file)
    except ValueError as error:
        raise Refused(str(error)) from None
    for issue in directory.issues:
        say(f"{one_line(name)}: {issue.path}: {issue.text(lang)}", error=True)
    return directory
