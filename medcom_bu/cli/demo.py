"""``medcom-bu demo``: an example referral with a PDF, written, validated and read back."""

from __future__ import annotations

import argparse
import functools
import textwrap
from pathlib import Path

from medcom_bu.cli.console import Commands, Sentence, save, say
from medcom_bu.cli.options import add_options
from medcom_bu.signs import one_line

_EQUAL = Sentence("{kind}, {size} bytes, read back equal", "{kind}, {size} byte, læst tilbage uændret")
_DIFFERENT = Sentence("{kind}, {size} bytes, read back DIFFERENT", "{kind}, {size} byte, læst tilbage ÆNDRET")
_NEXT = Sentence("Next: medcom-bu show {file}", "Videre: medcom-bu show {file}")


def add_to(commands: Commands) -> None:
    """Adds the command."""
    demo = commands.add_parser("demo", help="build an example referral with a PDF, write, validate and read it")
    demo.add_argument("folder", nargs="?", default="medcom-bu-demo", help="where to write (default: %(default)s)")
    add_options(demo, "lang")
    demo.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from medcom_bu import parse, validate, write_xml
    from medcom_bu.demo import example

    folder = Path(arguments.folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, message in zip(("referral.xml", "attachment.xml"), example(), strict=True):
        path = folder / name
        save(path, functools.partial(write_xml, message), private=False)
        report = validate(path.read_bytes())
        same = parse(path.read_bytes()) == message
        params = {"kind": type(message.letters[0]).__name__, "size": path.stat().st_size}
        say(f"{one_line(str(path))}: {(_EQUAL if same else _DIFFERENT).render(arguments.lang, params)}")
        say(textwrap.indent(report.text(arguments.lang), "  "))
        if not (report.ok and same):
            return 1
    say(_NEXT.render(arguments.lang, {"file": one_line(str(folder / "referral.xml"))}))
    return 0
