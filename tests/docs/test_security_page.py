"""SECURITY.md says what is so: the limits and their numbers, the Python that is asked for, its example."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import attrs

from medcom_bu.limits import Limits
from tests.support import ROOT

PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_limits_are_those_of_the_library() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| ([\d,]+(?: MiB)?) \|", PAGE, re.MULTILINE))
    units = {name: (1 << 20 if number.endswith(" MiB") else 1) for name, number in rows.items()}
    told = {name: int(re.sub(r"\D", "", number)) * units[name] for name, number in rows.items()}
    assert told == attrs.asdict(Limits())


def test_the_example_runs() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)  # what a reader would do
    assert names["report"].ok is False


def test_the_versions_of_python() -> None:
    assert PROJECT["requires-python"] == ">=3.11"
    versions = [name.rpartition(" ")[2] for name in PROJECT["classifiers"] if "Python :: 3." in name]
    assert versions == ["3.11", "3.12", "3.13", "3.14"]
    assert f"Python {versions[0]} or newer" in PAGE


def test_the_page_goes_with_the_source() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        assert "SECURITY.md" in tomllib.load(file)["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]


def test_nothing_of_the_system_is_needed_that_is_not_declared() -> None:
    """Time zones come from a package where the system has none: Windows, small containers."""
    names = {re.findall(r"^[\w.-]+", dependency)[0] for dependency in PROJECT["dependencies"]}
    assert names == {"MarkupSafe", "attrs", "fhir.resources", "lxml", "tzdata", "xmlschema"}
