"""``medcom-bu validate --official``: our verdict on a FHIR message beside the outcome of another validator."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from medcom_bu.cli.console import Refused, Sentence, emit, opened, say

if TYPE_CHECKING:
    from medcom_bu.issues import Report

_ONE = Sentence(
    "--official takes one file, not {count}, and no folder", "--official tager én fil, ikke {count}, og ingen mappe"
)
_FORMAT = Sentence("--official can be shown as text, json or html", "--official vises som text, json eller html")
_TWICE = Sentence("only one of the two can be standard input", "kun den ene af de to kan læses fra standard input")


def compare(arguments: argparse.Namespace, validate: Callable[[bytes], Report]) -> int:
    """Print the comparison; the exit status is that of our verdict, and 1 where the other validator finds an error.

    Raises Refused for several files, an unfit format and what is not an outcome on this message; OSError for a file
    that cannot be read.
    """
    paths, official = arguments.paths, arguments.official
    if len(paths) != 1 or os.path.isdir(paths[0]):
        raise Refused(_ONE, {"count": len(paths)})
    if arguments.format not in ("text", "json", "html"):
        raise Refused(_FORMAT)
    if paths[0] == official == "-":
        raise Refused(_TWICE)
    from medcom_bu.issues import Verdict
    from medcom_bu.profiles import BadOutcome, second_opinion
    from medcom_bu.reporting import exit_status, json_text

    with opened(paths[0]) as file:
        data = file.read()
    report = validate(data)
    try:
        with opened(official) as file:
            opinion = second_opinion(report, file.read(), message=data)
    except BadOutcome as error:
        raise Refused(error.text(arguments.lang)) from None
    if arguments.format == "json":
        told = {"file": paths[0], **opinion.to_dict(arguments.lang), "report": report.to_dict(arguments.lang)}
        emit(f"{json_text(told)}\n".encode())
    elif arguments.format == "html":
        emit(opinion.html(arguments.lang).encode())
    else:
        say(opinion.text(arguments.lang))
    return 1 if opinion.theirs is Verdict.INVALID else exit_status(report, arguments.fail_on)
