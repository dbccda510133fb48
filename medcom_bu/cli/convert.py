"""``medcom-bu convert``: the name is kept for carrying a message to the other standard, which is not there yet."""

from __future__ import annotations

import argparse

from medcom_bu.cli.console import Commands, Refused, Sentence

_NOT_YET = Sentence(
    "convert will carry a message to the other standard, and is not there yet;"
    " the same message in another wire or version: medcom-bu rewrite",
    "convert skal føre en meddelelse over i den anden standard og findes ikke endnu;"
    " samme meddelelse i en anden syntaks eller version: medcom-bu rewrite",
)


def add_to(commands: Commands) -> None:
    """Adds the command, which takes anything and refuses it."""
    command = commands.add_parser("convert", help="not there yet; see rewrite", prefix_chars="\0", add_help=False)
    command.add_argument("rest", nargs="*")
    command.set_defaults(run=_run)


def _run(_: argparse.Namespace) -> int:
    raise Refused(_NOT_YET)
