"""``medcom-bu answer``: the receipt or Acknowledgement for what came, on the wire that it came on.

Source: Den gode XML MEDBIN, 2020, page 9; MedCom's governance of reliable messaging.
"""

from __future__ import annotations

import argparse
import functools
import io

from medcom_bu.cli.console import Commands, Refused, Sentence, opened, refuse, say, write_out
from medcom_bu.cli.layouts import layouts_of
from medcom_bu.cli.options import add_options
from medcom_bu.cli.packages import asking_packages
from medcom_bu.signs import one_line

_WRITTEN = Sentence("{file}: written, it {what}", "{file}: skrevet, den {what}")
_ACCEPTS, _REFUSES = Sentence("accepts", "godkender"), Sentence("refuses", "afviser")


def add_to(commands: Commands) -> None:
    """Adds the command."""
    command = commands.add_parser(
        "answer", help="write the answer to a received message, following the receiver's verdict"
    )
    add_options(command, "file", "output", "lang", "layout", "package", "cache")
    command.add_argument("--refuse", metavar="REASON", help="reject it for your own reason, valid or not")
    command.add_argument(
        "--transient",
        action="store_true",
        help="report a technical problem: a FHIR message is sent again; a letter must be sent as a new message",
    )
    command.set_defaults(run=_answer)


def _answer(arguments: argparse.Namespace) -> int:
    from medcom_bu import InvalidMessage, exchange, read

    with opened(arguments.file) as file:
        ask = functools.partial(read, layout=layouts_of(arguments))
        received = asking_packages(arguments, ask, lambda parsed: parsed.report)(io.BytesIO(file.read()))
    refuses = not received.report.ok or arguments.refuse is not None or arguments.transient
    try:
        if refuses:
            answer = exchange.refuse(
                received, reason=arguments.refuse, transient=arguments.transient, lang=arguments.lang
            )
        else:
            answer = exchange.accept(received)
        data = exchange.write(answer, like=received)
    except InvalidMessage as error:
        refuse("; ".join(f"{issue.code} {issue.path}: {issue.text(arguments.lang)}" for issue in error.report))
        return 1 if received.message is None else 2
    except ValueError as error:
        raise Refused(str(error)) from None
    write_out(arguments.output, lambda out: out.write(data), [arguments.file])
    what = (_REFUSES if refuses else _ACCEPTS).render(arguments.lang)
    told = _WRITTEN.render(arguments.lang, {"file": one_line(arguments.output), "what": what})
    say(told, error=arguments.output == "-")
    return 0
