"""The pages on the certification kit are scripts: a newcomer's commands, in order, in a new folder.

``pytest -m slow -s tests/docs/test_certify_pages.py`` prints how long each took. The kit is installed already.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest

from medcom_bu.certification.report.summary import DISCLAIMER
from tests.support import TESTS

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_ENDS = {"init": 0, "list": 0, "run": 1, "demo": 0, "demo --fault": 1, "pytest": 1}
"""Exit status of each command: the class that init writes supports nothing yet, and a fault fails its cases."""


def commands(page: Path) -> list[list[str]]:
    """The commands of a page's plain blocks, without their comments and the one that installs the kit."""
    blocks = _BLOCK.findall(page.read_text(encoding="utf-8"))
    lines = (line for language, block in blocks if not language for line in block.splitlines())
    return [words for line in lines if (words := shlex.split(line, comments=True)) and words[0] != "pip"]


def kind(words: list[str]) -> str:
    """What a command is called among the expected ends."""
    own = words[2] if words[:2] == ["medcom-bu", "certify"] else words[0]
    return f"{own} --fault" if "--fault" in words else own


@pytest.mark.slow
@pytest.mark.parametrize(("name", "lang", "report"), [("certify", "en", "report"), ("certificering", "da", "rapport")])
def test_a_newcomer_gets_from_the_page_to_a_report(name: str, lang: str, report: str, tmp_path: Path) -> None:
    asked = commands(TESTS.parent / "docs" / f"{name}.md")
    assert [kind(words) for words in asked] == ["init", "list", "run", "demo", "demo --fault", "pytest"]
    own = str(Path(sys.executable).parent)
    environment = os.environ | {"PATH": os.pathsep.join((own, os.environ["PATH"]))}
    for words in asked:
        began = time.monotonic()
        done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, encoding="utf-8")
        print(f"{time.monotonic() - began:6.1f} s  {shlex.join(words)}")
        assert done.returncode == _ENDS[kind(words)], (words, done.stdout[-2000:], done.stderr[-2000:])
    for folder in (report, "demo"):
        data = json.loads((tmp_path / folder / "report.json").read_bytes())
        assert (data["lang"], data["note"]) == (lang, DISCLAIMER.render(lang, {}))
        assert (tmp_path / folder / "report.html").exists()
        assert data["cases"]
