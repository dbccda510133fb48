"""The page of the command line: it names what there is, and its examples come out as it says."""

from __future__ import annotations

import argparse
import io
import re
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

from medcom_bu import cli
from medcom_bu.reporting import FORMATS
from tests.support import ROOT

PAGE = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"^\$ medcom-bu (.*?)(?: > (\S+))?\n((?:(?!\$ ).+\n)*)", re.MULTILINE)


def commands() -> dict[str, Any]:
    """The parsers of the commands, by name."""
    actions = cli._parser()._actions
    return dict(next(each for each in actions if isinstance(each, argparse._SubParsersAction)).choices)


def test_every_command_has_its_row_and_is_completed() -> None:
    assert set(re.findall(r"^\| `([a-z]+) ", PAGE, re.MULTILINE)) == set(commands())
    completed = [each.split() for each in re.findall(r'"((?:[a-z]+ )+[a-z]+)"', PAGE)]
    assert len(completed) == 2
    assert all(sorted(words) == sorted(commands()) for words in completed)


def test_every_option_and_format_that_is_named_is_there() -> None:
    parsers = [*commands().values(), *(action for each in commands().values() for action in nested(each))]
    known = {option for parser in parsers for action in parser._actions for option in action.option_strings}
    named = set(re.findall(r"--[a-z][a-z-]+", PAGE))
    assert named - {"--help"} <= known
    (options,) = ({*action.option_strings} for action in commands()["validate"]._actions if action.dest == "directory")
    assert options <= named
    reports = PAGE.partition("## Reports")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `([a-z]+)` \|", reports, re.MULTILINE) == list(FORMATS)


def nested(parser: argparse.ArgumentParser) -> list[Any]:
    actions = [each for each in parser._actions if isinstance(each, argparse._SubParsersAction)]
    return [inner for action in actions for inner in action.choices.values()]


def test_the_examples_come_out_as_they_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    examples = [
        example for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL) for example in EXAMPLE.findall(block)
    ]
    assert len(examples) == PAGE.count("\n$ ")
    for command, file, shown in examples:
        out = io.BytesIO()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", io.TextIOWrapper(out, "utf-8", newline="\n"))
            assert cli.main(shlex.split(command)) == 0, command
            sys.stdout.flush()
            data = out.getvalue()
        if file:
            Path(file).write_bytes(data)
        assert ("" if file else data.decode()) == shown
    assert Path("same.xml").read_bytes() == Path("letters/referral.xml").read_bytes()
