"""``medcom-bu convert``: a message in another format or version, and what is lost on the way."""

from __future__ import annotations

import argparse
import functools
from typing import Any

from medcom_bu.cli.console import Commands, Refused, opened, refuse, save, say
from medcom_bu.signs import one_line


def add_to(commands: Commands) -> None:
    """Adds the command."""
    command = commands.add_parser("convert", help="write a message in another format or version, and say what is lost")
    command.add_argument("file", metavar="FILE|-", help="- is standard input")
    command.add_argument("--to", choices=("xml", "edifact"), default="xml")
    command.add_argument("--to-version", metavar="VERSION", help="such as XH0130R; left out, the message's own")
    command.add_argument("-o", "--output", required=True, metavar="FILE")
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from medcom_bu import Emessage, InvalidMessage, UnknownFormat, VansEnvelope, losses, parse, write_edifact, write_xml

    try:
        with opened(arguments.file) as file:
            message = parse(file)
    except InvalidMessage as error:
        say(str(error.report))
        return 1
    except UnknownFormat as error:
        refuse(str(error))
        return 1
    if not isinstance(message, Emessage | VansEnvelope) or (
        isinstance(message, VansEnvelope) and arguments.to != "xml"
    ):
        raise Refused(f"a {type(message).__name__} is not converted to {arguments.to}")
    try:
        lost = losses(message, arguments.to, version=arguments.to_version)
        if arguments.to == "edifact" and isinstance(message, Emessage):
            write: Any = functools.partial(write_edifact, message, version=arguments.to_version)
        else:
            write = functools.partial(write_xml, message, version=arguments.to_version)
        save(arguments.output, write, [arguments.file], private=False)
    except InvalidMessage as error:  # the version asked for is none that the letter has
        say(str(error.report))
        return 2
    for loss in lost:
        say(str(loss))
    say(f"{one_line(arguments.output)}: written, {len(lost)} losses")
    return 0
