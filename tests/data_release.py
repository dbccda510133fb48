"""A release of data alone: ``python -m tests.data_release [TAG]``.

With a tag of a release: names every file that has changed since then and is not data; the exit status is 1 where there
is one. Without: writes ``tests/data.lock``, which says what the data version of a release stands for. Both belong to
making a release (CONTRIBUTING.md).
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from fnmatch import fnmatchcase

import medcom_bu
from tests.support import ROOT, TESTS, code_lists

LOCK = TESTS / "data.lock"
DATA = (
    "medcom_bu/values/codes.py",
    "medcom_bu/values/specialities.py",
    "medcom_bu/values/fhir_codes.py",
    "medcom_bu/values/outcome_codes.py",
    "medcom_bu/messages/letter_types.py",
    "medcom_bu/bu/regions.py",
    "medcom_bu/__init__.py",  # its two versions
    "xsd/*",  # the values of an enumeration
    "profiles/*",  # terminology
    "docs/*",
    "tests/*",
    "CHANGELOG.md",
)
"""The files that a release of data alone may change."""


def digest() -> str:
    """What the data are, by their page."""
    return hashlib.sha256(code_lists.data().encode()).hexdigest()


def not_data(changed: str) -> list[str]:
    """Of changed files, a line each, those that a release of data may not touch."""
    return [name for name in changed.splitlines() if not any(fnmatchcase(name, pattern) for pattern in DATA)]


def main(tag: str = "") -> int:
    """Checks, or writes the lock."""
    if not tag:
        LOCK.write_text(f"{medcom_bu.__data_version__} {digest()}\n", encoding="utf-8", newline="\n")
        return 0
    command = ["git", "diff", "--name-only", tag, "--"]
    found = not_data(
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, encoding="utf-8").stdout
    )
    print(*found, sep="\n", end="\n" if found else "")
    return min(len(found), 1)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
