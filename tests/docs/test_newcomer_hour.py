"""A newcomer's hour: the pages are scripts, followed in order where nothing but the wheel of the library is installed.

``pytest -m slow -s tests/docs/test_newcomer_hour.py`` prints how long each section and command took. What is run is
what the pages say: the first block of the tutorial installs, the examples of each section are tried one after the
other, and the commands of the pages on certification are run as they stand.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from medcom_bu.certification.report.summary import DISCLAIMER
from tests.support import ROOT
from tests.support.modules import needs_source

DOCS = ROOT / "docs"
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_ENDS = {"pip": 0, "init": 0, "list": 0, "run": 1, "demo": 0, "demo --fault": 1, "pytest": 1}
"""Exit status of each command: the class that init writes supports nothing yet, and a fault fails its cases."""

_SECTIONS = '''
"""The examples of each page named, section by section, and the seconds that they took."""
import doctest, re, sys, time

for page in sys.argv[1:]:
    with open(page, encoding="utf-8") as file:
        sections = re.split("^(?=#+ )", file.read(), flags=re.MULTILINE)
    runner, known, tried = doctest.DocTestRunner(), {}, 0
    for section in sections:
        title = section.partition("\\n")[0].lstrip("# ")
        test = doctest.DocTestParser().get_doctest(section, {}, title, page, 0)
        test.globs = known  # what one section has made, the next may use
        began = time.monotonic()
        runner.run(test, clear_globs=False)
        if test.examples:
            tried += len(test.examples)
            print(f"{time.monotonic() - began:6.1f} s  {page}: {title}")
    if runner.failures or not tried:
        sys.exit(f"{page}: {runner.failures} of {tried} examples failed")
'''


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the library was installed as the tutorial says, from a wheel."""
    folder = tmp_path_factory.mktemp("newcomer")
    wheels = folder / "wheels"
    timed([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(wheels), str(ROOT)], folder)
    (wheel,) = wheels.iterdir()
    page = (DOCS / "tutorial.md").read_text(encoding="utf-8")
    (block,) = (block for language, block in _BLOCK.findall(page) if language == "sh")
    steps = [shlex.split(step) for step in block.split("&&")]
    assert steps == [["python3", "-m", "venv", ".venv"], [".venv/bin/pip", "install", "-q", "."]]
    timed([sys.executable, *steps[0][1:]], folder)
    timed([*steps[1][:-1], str(wheel)], folder)
    where = timed([".venv/bin/python", "-c", "import medcom_bu; print(medcom_bu.__file__)"], folder)
    assert Path(where.strip()).is_relative_to(folder / ".venv")
    return folder


def timed(words: Sequence[str], folder: Path, expected: int = 0) -> str:
    """Runs a command in the folder, with the programs of its environment; gives what it printed."""
    path = os.pathsep.join((str(folder / ".venv" / "bin"), os.environ["PATH"]))
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"PATH": path}
    began = time.monotonic()
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8")
    print(f"{time.monotonic() - began:6.1f} s  {shlex.join(words)}"[:160])
    assert done.returncode == expected, (words, done.stdout[-2000:], done.stderr[-2000:])
    return done.stdout


def commands(page: Path) -> list[list[str]]:
    """The commands of a page's plain blocks, without their comments."""
    blocks = _BLOCK.findall(page.read_text(encoding="utf-8"))
    lines = (line for language, block in blocks if not language for line in block.splitlines())
    return [words for line in lines if (words := shlex.split(line, comments=True))]


def kind(words: list[str]) -> str:
    """What a command is called among the expected ends."""
    own = words[2] if words[:2] == ["medcom-bu", "certify"] else words[0]
    return f"{own} --fault" if "--fault" in words else own


pytestmark = [
    pytest.mark.slow,
    needs_source,
    pytest.mark.skipif(os.name == "nt", reason="the commands of the pages are those of a POSIX shell"),
]


def test_the_pages_of_the_first_hour_need_the_wheel_alone(newcomer: Path) -> None:
    """Build, validate, receive, answer, convert, add a rule: without any extra, and with the checkout out of reach."""
    (newcomer / "sections.py").write_text(_SECTIONS, encoding="utf-8")
    for name in ("tutorial", "carecommunication", "changeover", "own-rules"):
        (newcomer / f"{name}.md").write_bytes((DOCS / f"{name}.md").read_bytes())
        print(timed([".venv/bin/python", "-X", "utf8", "sections.py", f"{name}.md"], newcomer), end="")


@pytest.mark.parametrize(("name", "lang", "report"), [("certify", "en", "report"), ("certificering", "da", "rapport")])
def test_a_newcomer_gets_from_the_page_to_a_report(name: str, lang: str, report: str, newcomer: Path) -> None:
    asked = commands(DOCS / f"{name}.md")
    assert [kind(words) for words in asked] == ["pip", "init", "list", "run", "demo", "demo --fault", "pytest"]
    (newcomer / "medcom_system.py").unlink(missing_ok=True)  # that of the page in the other language
    for words in asked:
        timed(words, newcomer, _ENDS[kind(words)])
    for folder in (report, "demo"):
        data = json.loads((newcomer / folder / "report.json").read_bytes())
        assert (data["lang"], data["note"]) == (lang, DISCLAIMER.render(lang, {}))
        assert (newcomer / folder / "report.html").exists()
        assert data["cases"]
