"""The options that several commands have: one line each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from medcom_bu.cli.console import Parser, Sentence
from medcom_bu.cli.sharing import jobs

FORMATS = ("text", "json", "junit", "sarif", "html")
_OPTIONS: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "paths": (("paths",), {"nargs": "+", "metavar": "FILE|DIR|-", "help": "- is standard input"}),
    "file": (("file",), {"metavar": "FILE|-", "help": "- is standard input"}),
    "output": (("-o", "--output"), {"required": True, "metavar": "FILE|-", "help": "- is standard output"}),
    "lang": (("--lang",), {"choices": Sentence._fields, "default": "en", "help": "language of the texts"}),
    "format": (("--format",), {"choices": FORMATS, "default": "text", "help": "of the reports"}),
    "fail-on": (
        ("--fail-on",),
        {"choices": ("error", "warning"), "default": "error", "help": "exit with 1 for a warning too"},
    ),
    "exclude": (
        ("--exclude",),
        {
            "action": "append",
            "default": [],
            "metavar": "PATTERN",
            "help": "leave out such files; repeatable",
        },
    ),
    "strict": (("--strict",), {"action": "store_true", "help": "a file of a folder without a message is invalid"}),
    "quiet": (("-q", "--quiet"), {"action": "store_true", "help": "as text, only files that do not pass"}),
    "layers": (("--layers",), {"help": "only these, separated by commas: syntax,schema,profile,rule"}),
    "directory": (("--directory",), {"metavar": "CSV", "help": "who is who: names, numbers, receivers"}),
    "second-engine": (("--second-engine",), {"action": "store_true", "help": "ask a second schema engine too"}),
    "layout": (
        ("--layout",),
        {
            "action": "append",
            "default": [],
            "metavar": "TOML",
            "help": "an EDIFACT layout of your own, a data file; repeatable",
        },
    ),
    "package": (
        ("--package",),
        {
            "action": "append",
            "default": [],
            "metavar": "TGZ|DIR|NAME#VERSION",
            "help": "a FHIR package to judge by too; repeatable; left out, those of the cache where they are needed",
        },
    ),
    "cache": (("--cache",), {"metavar": "DIR", "type": Path, "help": "the package cache (default: ~/.fhir/packages)"}),
    "jobs": (
        ("--jobs",),
        {"type": jobs, "default": 1, "metavar": "N|auto", "help": "processes that judge; auto: one for each core"},
    ),
    "receiving": (("--receiving",), {"action": "store_true", "help": "the verdict of a receiver of letters"}),
}
REPORTING = ("paths", "format", "lang", "fail-on", "exclude", "strict", "quiet")
"""Those of a command that judges files."""


def add_options(command: Parser, *names: str) -> None:
    """Add options to a command, by their names in the table."""
    for name in names:
        flags, settings = _OPTIONS[name]
        command.add_argument(*flags, **settings)
