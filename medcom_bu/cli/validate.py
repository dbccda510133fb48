"""``medcom-bu validate``: the verdict on files, on all messages of folders, on standard input."""

from __future__ import annotations

import argparse
import functools

from medcom_bu.cli.console import Commands, Refused
from medcom_bu.cli.files import add_report_options, judge_all


def add_to(commands: Commands) -> None:
    """Adds the command."""
    command = commands.add_parser("validate", help="judge files, all messages of folders, or standard input")
    add_report_options(command)
    command.add_argument("--layers", help="only these, separated by commas: syntax,schema,profile,rule")
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from medcom_bu import Layer, validate

    layers = None if arguments.layers is None else arguments.layers.split(",")
    unknown = sorted(set(layers or ()) - set(Layer))
    if unknown:
        raise Refused(f"no such layer: {', '.join(unknown)}")
    return judge_all(arguments, functools.partial(validate, layers=layers))
