"""``medcom-bu show``: a message field by field, masked, or as a page for a clinician."""

from __future__ import annotations

import argparse

from medcom_bu.cli.console import Commands, emit, opened, save, say
from medcom_bu.cli.layouts import layouts_of
from medcom_bu.cli.options import add_options


def add_to(commands: Commands) -> None:
    """Adds the command."""
    command = commands.add_parser("show", help="show a message field by field, masked")
    add_options(command, "file", "lang", "layout")
    command.add_argument("--reveal", action="store_true", help="show names, numbers and texts too")
    command.add_argument(
        "--html", metavar="OUT", help="write a page for a clinician, nothing masked; - for standard output"
    )
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from medcom_bu import as_page, as_text, read
    from medcom_bu.reporting import exit_status

    with opened(arguments.file) as file:
        parsed = read(file, layout=layouts_of(arguments))
    if parsed.message is not None and arguments.html is None:
        say(as_text(parsed.message, reveal=arguments.reveal, lang=arguments.lang))
    elif parsed.message is not None:
        page = as_page(parsed).encode()
        if arguments.html == "-":
            emit(page)
        else:
            save(arguments.html, lambda out: out.write(page), [arguments.file], private=True)
    say(parsed.report.text(arguments.lang, positions=True), error=arguments.html == "-")
    return exit_status(parsed.report)
