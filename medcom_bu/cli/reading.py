"""The message of a file, and who is who, for the commands that do something with them."""

from __future__ import annotations

import argparse
import io
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from medcom_bu.cli.console import Refused, opened, refuse, say
from medcom_bu.cli.layouts import layouts_of
from medcom_bu.signs import one_line

if TYPE_CHECKING:
    from medcom_bu import Directory, Message, WireFormat


class ParsedFile(NamedTuple):
    """A message, and the wire that it came on."""

    message: Any
    wire: WireFormat


def parsed_file(
    arguments: argparse.Namespace, kind: type[Message] | None = None, *, name: str | None = None
) -> ParsedFile | None:
    """The message in the file of a command and the wire that it came on; None, which is reported, for what is not a
    message.

    ``kind`` is the class that it must be of, ``name`` another file. Raises OSError for one that cannot be read.
    """
    name, lang = name or arguments.file, arguments.lang
    layout = layouts_of(arguments)
    from medcom_bu import InvalidMessage, UnknownFormat, detect, parse
    from medcom_bu.detection import HEAD, kind_of_unknown

    with opened(name) as file:
        source: BinaryIO = io.BytesIO(file.read()) if name == "-" else file
        try:
            head = source.read(HEAD)
            wire = detect(head)
            source.seek(0)
            return ParsedFile(parse(source, kind, layout=layout) if kind else parse(source, layout=layout), wire)
        except InvalidMessage as error:
            say(error.report.text(lang, positions=True), error=arguments.output == "-")
        except UnknownFormat:
            refuse(kind_of_unknown(head).message.render(lang, {}))
    return None


def directory_of(arguments: argparse.Namespace) -> Directory | None:
    """The units of the file of ``--directory``; what is wrong with its rows is reported.

    Raises Refused for what is not a list of units, OSError for a file that cannot be read.
    """
    from medcom_bu import Directory

    name, lang = arguments.directory, arguments.lang
    if name is None:
        return None
    try:
        with opened(name) as file:
            directory = Directory.from_csv(file)
    except ValueError as error:
        raise Refused(str(error)) from None
    for issue in directory.issues:
        say(f"{one_line(name)}: {issue.path}: {issue.text(lang)}", error=True)
    return directory
