"""``medcom-bu layouts``: the EDIFACT layouts that are known."""

from __future__ import annotations

import argparse

from medcom_bu.cli.console import Commands, Sentence, say
from medcom_bu.cli.options import add_options

_WRITTEN = Sentence("read and written", "læses og skrives")
_ONLY_READ = Sentence("only read, by the layout of {guess}", "læses kun, efter layoutet for {guess}")


def add_to(commands: Commands) -> None:
    """Adds the command."""
    command = commands.add_parser("layouts", help="the EDIFACT layouts that are known")
    add_options(command, "lang")
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from medcom_bu import layouts

    for layout in sorted(layouts.known(), key=lambda layout: (layout.type_code, layout.code)):
        use = (_ONLY_READ if layout.guess else _WRITTEN).render(arguments.lang, {"guess": layout.guess})
        say(f"{layout.code}  {layout.message_type} {layout.type_code}  {use}")
    return 0
