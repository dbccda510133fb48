"""The Danish guides are followed command by command, each in an empty folder; a page of Python is run as a doctest."""

from __future__ import annotations

import io
import re
import shlex
import sys
from pathlib import Path

import pytest

from medcom_bu import cli
from tests.support import ROOT

GUIDES = ROOT / "docs" / "da"
WRITES: dict[str, set[str]] = {
    "README": set(),
    "fra-sag-til-henvisning": {"henvisning.html"},
    "korrespondance-dag-for-dag": {"svar.html"},
    "sor-og-lokationsnumre": {"enheder.csv", "rapport.html"},
}
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_OF_A_SHELL = "python3 -m venv"
"""What installs the library: README's own command is tried by ``.ci/steps.py``."""


@pytest.mark.parametrize("name", WRITES)
def test_a_guide_is_followed(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for line in commands(GUIDES / f"{name}.md"):
        command, _, file = line.partition(" > ")
        words = shlex.split(command)
        data = printed(words[1]) if words[0] == "printf" else output(words, monkeypatch)
        if file:
            Path(file).write_bytes(data)
    assert {path.name for path in tmp_path.iterdir() if path.is_file()} == WRITES[name]
    assert all(path.stat().st_size for path in tmp_path.iterdir())


def test_every_guide_is_followed() -> None:
    assert {page.stem for page in GUIDES.glob("*.md")} == WRITES.keys()


def commands(page: Path) -> list[str]:
    lines = [line for block in _BLOCK.findall(page.read_text(encoding="utf-8")) for line in block.splitlines()]
    return [line for line in lines if not line.startswith(_OF_A_SHELL)]


def printed(text: str) -> bytes:
    """What printf makes of a text without parameters."""
    return text.replace("\\n", "\n").encode()


def output(words: list[str], monkeypatch: pytest.MonkeyPatch) -> bytes:
    """What a command prints; the receiver that is not in the directory is the one fault that the guides show."""
    assert words[0] == "medcom-bu"
    out = io.BytesIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", io.TextIOWrapper(out, "utf-8"))
        assert cli.main(words[1:]) == int("--directory" in words), words
        sys.stdout.flush()
        return out.getvalue()
