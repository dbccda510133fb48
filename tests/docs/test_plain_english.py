"""Code, tests and pages are written in plain English: words that read as translated stay out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import ROOT

INSTEAD = {
    r"at hand": "available",
    r"(?<!-)anew": "again",
    r"be it that": "even if",
    r"bears?(?! in mind)": "has",
    r"by the book": "as the standard requires",
    r"in silence": "silently",
    r"within each other": "nested",
    r"(?:its|their) kin": "similar ones",
    r"(?:lest|hence|thence|save for)": "so that not, so, except",
    r"mend(?:s|ed|ing)?": "fix",
    r"(?<!there )(?:is|are|was|were) no (?:file|folder|letter|message|name|number|part|receipt|UUID)": "is not a",
    r"stands? (?:beside|behind|before|after|at|there|twice)": "is next to, comes after, comes before, is at, occurs",
    r"no such (?:date|time|layer|layout)": "does not exist",
}
"""A pattern, and what to write instead."""
_PATTERN = {word: re.compile(rf"\b{word}\b", re.IGNORECASE) for word in INSTEAD}
_DANISH = {"da", "dnhf-spoergsmaal.md", "certificering.md", "ordliste.md"}


def files() -> Iterator[Path]:
    """Code and tests, but this file, and the pages in English."""
    for folder, ending in (("medcom_bu", "py"), ("tests", "py"), ("docs", "md"), ("docs", "py"), (".", "md")):
        found = (ROOT / folder).glob(f"*.{ending}") if folder == "." else (ROOT / folder).rglob(f"*.{ending}")
        yield from (path for path in found if path != Path(__file__) and not _DANISH & set(path.parts))


def faults(text: str) -> Iterator[tuple[int, str, str]]:
    """The number of a line, what it says, and what to write instead."""
    for number, line in enumerate(text.splitlines(), 1):
        for word, pattern in _PATTERN.items():
            if found := pattern.search(line):
                yield number, found[0], INSTEAD[word]


def test_no_file_has_a_word_that_reads_as_translated() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {said!r}, write: {instead}"
        for path in files()
        for number, said, instead in faults(path.read_text("utf-8"))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("line", "numbers"), [("the package is not available", []), ("fine\nit is no file", [2])])
def test_a_fault_is_found_in_its_line(line: str, numbers: list[int]) -> None:
    assert [number for number, _, _ in faults(line)] == numbers
