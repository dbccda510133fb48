"""``medcom-bu demo``: an example referral with a PDF, written, validated and read back."""

from __future__ import annotations

import argparse
import functools
from pathlib import Path

from medcom_bu.cli.console import Commands, save, say
from medcom_bu.signs import one_line


def add_to(commands: Commands) -> None:
    """Adds the command."""
    demo = commands.add_parser("demo", help="build an example referral with a PDF, write, validate and read it")
    demo.add_argument("folder", nargs="?", default="medcom-bu-demo", help="where to write (default: %(default)s)")
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
        outcome = "equal" if same else "DIFFERENT"
        what = f"{type(message.letters[0]).__name__}, {path.stat().st_size} bytes, read back {outcome}"
        say(f"{one_line(str(path))}: {what}")
        say(f"  {report.text().replace(chr(10), chr(10) + '  ')}")
        if not (report.ok and same):
            return 1
    say(f"Next: medcom-bu show {one_line(str(folder / 'referral.xml'))}")
    return 0
