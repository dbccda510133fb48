"""``medcom-bu show``: a message field by field, masked, or as a page for a clinician."""

from __future__ import annotations

import argparse
import functools
from typing import TYPE_CHECKING, Any

from medcom_bu.cli.console import Commands, Refused, emit, opened, save, say
from medcom_bu.cli.layouts import layouts_of
from medcom_bu.cli.options import add_options
from medcom_bu.cli.packages import asking_packages

if TYPE_CHECKING:
    from medcom_bu import Parsed


def add_to(commands: Commands) -> None:
    """Adds the command."""
    command = commands.add_parser("show", help="show a message field by field, masked")
    add_options(command, "file", "lang", "layout", "package", "cache")
    command.add_argument("--reveal", action="store_true", help="also show names, numbers and texts")
    page = command.add_mutually_exclusive_group()
    page.add_argument(
        "--html", metavar="OUT", help="write a page for a clinician, with nothing masked; - is standard output"
    )
    page.add_argument(
        "--pdf",
        metavar="OUT",
        help="write the page as a PDF for the record (needs the extra pdf); - is standard output",
    )
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from medcom_bu import as_text, read
    from medcom_bu.reporting import exit_status

    with opened(arguments.file) as file:
        ask = functools.partial(read, layout=layouts_of(arguments))
        parsed = asking_packages(arguments, ask, lambda parsed: parsed.report)(file)
    out = arguments.pdf if arguments.html is None else arguments.html
    if parsed.message is not None and out is None:
        say(as_text(parsed.message, reveal=arguments.reveal, lang=arguments.lang))
    elif parsed.message is not None:
        page = _page(parsed, is_pdf=arguments.pdf is not None)
        if out == "-":
            emit(page)
        else:
            save(out, lambda file: file.write(page), [arguments.file], private=True)
    say(parsed.report.text(arguments.lang, positions=True), error=out == "-")
    return exit_status(parsed.report)


def _page(parsed: Parsed[Any], *, is_pdf: bool) -> bytes:
    """The page as a file. Raises Refused for a PDF without the extra."""
    from medcom_bu import as_page, as_pdf

    if not is_pdf:
        return as_page(parsed).encode()
    try:
        return as_pdf(parsed, errors="mark")
    except ImportError as error:
        raise Refused(str(error)) from None
