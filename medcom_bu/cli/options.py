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
    "format": (("--format",), {"choices": FORMATS, "default": "text", "help": "format of the reports"}),
    "fail-on": (
        ("--fail-on",),
        {"choices": ("error", "warning"), "default": "error", "help": "exit with status 1 for this severity or worse"},
    ),
    "exclude": (
        ("--exclude",),
        {
            "action": "append",
            "default": [],
            "metavar": "PATTERN",
            "help": "skip files that match (repeatable)",
        },
    ),
    "strict": (("--strict",), {"action": "store_true", "help": "a file without a message in a folder is invalid"}),
    "quiet": (("-q", "--quiet"), {"action": "store_true", "help": "in text reports, show only files that do not pass"}),
    "layers": (("--layers",), {"help": "run only these layers, separated by commas: syntax,schema,profile,rule"}),
    "directory": (("--directory",), {"metavar": "CSV", "help": "list of units: names, numbers, what they receive"}),
    "second-engine": (
        ("--second-engine",),
        {"action": "store_true", "help": "also validate with a second schema engine"},
    ),
    "layout": (
        ("--layout",),
        {
            "action": "append",
            "default": [],
            "metavar": "TOML",
            "help": "your own EDIFACT layout, as a data file (repeatable)",
        },
    ),
    "package": (
        ("--package",),
        {
            "action": "append",
            "default": [],
            "metavar": "TGZ|DIR|NAME#VERSION",
            "help": "a FHIR package to validate against as well (repeatable; default: packages from the cache where "
            "needed)",
        },
    ),
    "cache": (("--cache",), {"metavar": "DIR", "type": Path, "help": "the package cache (default: ~/.fhir/packages)"}),
    "jobs": (
        ("--jobs",),
        {"type": jobs, "default": 1, "metavar": "N|auto", "help": "number of worker processes; auto: one per core"},
    ),
    "receiving": (("--receiving",), {"action": "store_true", "help": "give the verdict of a receiver of letters"}),
}
REPORTING = ("paths", "format", "lang", "fail-on", "exclude", "strict", "quiet")
"""Those of a command that judges files."""


def add_options(command: Parser, *names: str) -> None:
    """Add options to a command, by their names in the table."""
    for name in names:
        flags, settings = _OPTIONS[name]
        command.add_argument(*flags, **settings)
