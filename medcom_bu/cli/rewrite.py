"""``medcom-bu rewrite``: the same message in another wire or version, and what is lost on the way."""

from __future__ import annotations

import argparse
import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, BinaryIO

from medcom_bu.cli.console import Commands, Refused, Sentence, say, write_out
from medcom_bu.cli.layouts import layouts_of
from medcom_bu.cli.options import add_options
from medcom_bu.cli.reading import parsed_file
from medcom_bu.signs import one_line

if TYPE_CHECKING:
    from medcom_bu.edifact.layout.notation import Layouts

TARGETS = ("xml", "edifact", "fhir", "fhir-xml")
_OTHER = Sentence(
    "{kind} cannot be written as {to}, only as {targets}",
    "{kind} skrives ikke som {to}, men som {targets}",
)
_WRITTEN = Sentence("{file}: written, {count} losses", "{file}: skrevet, {count} tab")
_WRITTEN_ONE = Sentence("{file}: written, 1 loss", "{file}: skrevet, 1 tab")


def add_to(commands: Commands) -> None:
    """Adds the command."""
    command = commands.add_parser(
        "rewrite", help="write the same message in another format or version, and list what is lost"
    )
    add_options(command, "file", "output", "lang", "layout")
    command.add_argument("--to", choices=TARGETS, help="format to write (default: the format of the input)")
    command.add_argument(
        "--to-version", metavar="VERSION", help="for example XH0130R (default: the version of the input)"
    )
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from medcom_bu import InvalidMessage, losses
    from medcom_bu.wire_table import WIRE_OF, wires_of

    parsed = parsed_file(arguments)
    if parsed is None:
        return 1
    message = parsed.message
    to = arguments.to or WIRE_OF[parsed.wire].target
    targets = [each.target for each in wires_of(message)]
    if to not in targets:
        raise Refused(_OTHER, {"kind": type(message).__name__, "to": to, "targets": ", ".join(targets)})
    version, is_shown = arguments.to_version, arguments.output == "-"
    layout = layouts_of(arguments) or None
    try:
        lost = losses(message, to, version=version, layout=layout)
        write_out(arguments.output, writer(message, to, version, layout), [arguments.file])
    except InvalidMessage as error:  # the version asked for is none that the message has
        say(error.report.text(arguments.lang), error=is_shown)
        return 2
    for loss in lost:
        say(f"{loss.code} {loss.path}: {loss.text(arguments.lang)}", error=is_shown)
    written = _WRITTEN_ONE if len(lost) == 1 else _WRITTEN
    params = {"file": one_line(arguments.output), "count": len(lost)}
    say(written.render(arguments.lang, params), error=is_shown)
    return 0


def writer(message: Any, to: str, version: str | None = None, layout: Layouts = None) -> Callable[[BinaryIO], object]:
    """What writes a message to a file, as ``xml``, ``edifact``, ``fhir`` or ``fhir-xml``."""
    from medcom_bu import write_edifact, write_fhir, write_xml

    if to == "xml":
        return functools.partial(write_xml, message, version=version)
    if to == "edifact":
        return functools.partial(write_edifact, message, version=version, layout=layout)
    return functools.partial(write_fhir, message, format="xml" if to == "fhir-xml" else "json", version=version)
