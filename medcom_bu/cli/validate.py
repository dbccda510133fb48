"""``medcom-bu validate``: the verdict on files, on all messages of folders, on standard input.

With ``--official``, one file's verdict beside that of another validator.
"""

from __future__ import annotations

import argparse
import functools
import io
from typing import TYPE_CHECKING

from medcom_bu.cli.console import Commands, Refused, Sentence
from medcom_bu.cli.files import Judge, judge_all
from medcom_bu.cli.layouts import layouts_of
from medcom_bu.cli.official import compare
from medcom_bu.cli.options import REPORTING, add_options
from medcom_bu.cli.packages import asking_packages
from medcom_bu.cli.reading import directory_of

if TYPE_CHECKING:
    from medcom_bu.issues import Report

_NO_LAYER = Sentence("there is no layer {layers}", "ukendte lag: {layers}")


def add_to(commands: Commands) -> None:
    """Adds the command."""
    command = commands.add_parser("validate", help="validate files, all messages in folders, or standard input")
    add_options(
        command, *REPORTING, "layers", "directory", "second-engine", "receiving", "layout", "package", "cache", "jobs"
    )
    command.add_argument(
        "--official", metavar="OUTCOME", help="compare the verdict with another validator's OperationOutcome"
    )
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from medcom_bu import Layer, validate
    from medcom_bu.judgement import Asked, judge_together

    layers = None if arguments.layers is None else arguments.layers.split(",")
    unknown = sorted(set(layers or ()) - set(Layer))
    if unknown:
        raise Refused(_NO_LAYER, {"layers": ", ".join(unknown)})
    asked = {
        "layers": layers,
        "directory": directory_of(arguments),
        "second_engine": arguments.second_engine,
        "receiving": arguments.receiving,
        "layout": layouts_of(arguments),
    }
    together = functools.partial(judge_together, asked=Asked.checked(**asked))
    has_rules = layers is None or Layer.RULE in layers
    one = asking_packages(arguments, functools.partial(validate, **asked), _itself)
    if arguments.official is not None:
        return compare(arguments, lambda data: one(io.BytesIO(data)))
    return judge_all(arguments, Judge(one, together if has_rules else None, arguments.jobs))


def _itself(report: Report) -> Report:
    return report
