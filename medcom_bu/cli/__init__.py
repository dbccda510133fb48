"""The command line: it prints, and reads and writes files. One file per command; all output goes through the console.

Exit status: 0 all valid and checked, 1 something invalid, 2 wrong use, 3 nothing invalid but something not checked.
"""

from __future__ import annotations

import argparse
import importlib
import itertools
import sys
from collections.abc import Sequence

from medcom_bu.cli.console import Parser, Refused, Sentence, abandon_output, prepare, refuse

_SIGPIPE, _SIGINT = 128 + 13, 128 + 2
"""What a shell says of a program that a broken pipe, or Ctrl-C, ends."""


_STREAM = Sentence("input or output", "ind- eller uddata")
_COMMANDS = {
    **{name: name for name in ("demo", "validate", "show", "rewrite", "convert", "answer", "wrap")},
    "unwrap": "wrap",
    **{name: name for name in ("generate", "layouts", "profiles", "certify")},
}
"""Each command, and the module that adds it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; the exit status.

    Where nobody reads the output any more, it ends quietly with 141, and with 130 at Ctrl-C.
    """
    prepare()
    words = sys.argv[1:] if argv is None else argv
    parser = _parser(words[0] if words else "", _asked_lang(words))
    arguments = parser.parse_args(words)
    if arguments.command is None:
        parser.print_help()
        return 2
    try:
        status: int = arguments.run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        abandon_output()
        return _SIGPIPE
    except KeyboardInterrupt:
        return _SIGINT
    except Refused as error:
        refuse(error.text(_lang(arguments)))
        return 2
    except OSError as error:
        if error.filename is None:  # not a file that was named, but standard output
            abandon_output()
        what = error.filename or _STREAM.render(_lang(arguments))
        from medcom_bu.reporting.judged import reason_of

        refuse(f"{what}: {reason_of(error).render(_lang(arguments), {})}")
        return 2
    return status


def _lang(arguments: argparse.Namespace) -> str:
    return getattr(arguments, "lang", "en")


def _asked_lang(words: Sequence[str]) -> str:
    """The language that a command line asks for, whatever else is wrong with it."""
    return "da" if "--lang=da" in words or ("--lang", "da") in itertools.pairwise(words) else "en"


def _parser(first: str = "", lang: str = "en") -> argparse.ArgumentParser:
    """What reads a command line that begins with a word: where that is a command, it need know no other."""
    from medcom_bu import __data_version__, __version__

    parser = Parser(lang=lang, prog="medcom-bu", description="Build, read and validate MedCom messages.")
    parser.add_argument("--version", action="version", version=f"medcom-bu {__version__}, data of {__data_version__}")
    commands = parser.add_subparsers(dest="command", title="commands", metavar="COMMAND")
    for module in dict.fromkeys([_COMMANDS[first]] if first in _COMMANDS else _COMMANDS.values()):
        importlib.import_module(f"medcom_bu.cli.{module}").add_to(commands)
    return parser
