"""Every generated file, made from the code: ``python -m tests.regenerate`` writes them all anew.

A code of an issue that is gone goes to ``tests/codes.retired``, and may never be declared again.
"""

from __future__ import annotations

import importlib
from collections.abc import Collection
from pathlib import Path

from tests.robustness.coverage import corpus
from tests.support import ROOT, TESTS
from tests.support.all_kinds import all_kinds

COMMAND = "python -m tests.regenerate"
LOCK, RETIRED = TESTS / "codes.lock", TESTS / "codes.retired"
_PAGE = """# Every code

What an issue or a loss can be. Codes are stable: they may be retired, never reused; wording may change. This page is
made from the declarations.

| Code | Severity, layer | Meaning | Betydning | Source |
|---|---|---|---|---|
"""


def files() -> dict[Path, bytes]:
    """Each generated file with what it should hold."""
    texts = {
        LOCK: lock(),
        RETIRED: "".join(f"{code}\n" for code in retired(locked(), on_the_list(), declared())),
        ROOT / "docs" / "codes.md": page(),
        TESTS / "public_api.txt": "".join(f"{name}\n" for name in public_names()),
    }
    return {path: text.encode() for path, text in texts.items()} | corpus()


def lock() -> str:
    """One line a code; a code that vanishes, or changes how bad it is, is a visible difference."""
    return "".join(f"{kind.code} {kind.severity} {kind.layer}\n" for kind in all_kinds())


def declared() -> set[str]:
    """The codes that the library declares."""
    return {kind.code for kind in all_kinds()}


def locked() -> set[str]:
    """The codes that the lock holds."""
    return {line.split()[0] for line in LOCK.read_text(encoding="utf-8").splitlines()}


def on_the_list() -> set[str]:
    """The codes that have been retired."""
    return set(RETIRED.read_text(encoding="utf-8").split())


def retired(locked: Collection[str], before: Collection[str], declared: Collection[str]) -> list[str]:
    """The list of retired codes: those of ``before``, and those that were locked and are declared no more."""
    return sorted({*before, *locked} - (set(declared) - set(before)))


def page() -> str:
    """The page of all codes."""
    rows = [
        f"| `{kind.code}` | {kind.severity}, {kind.layer} | {kind.message.en} | {kind.message.da} | {kind.source} |"
        for kind in all_kinds()
    ]
    return _PAGE + "\n".join(row.replace("<", "&lt;") for row in rows) + "\n"


def public_names() -> list[str]:
    """What a user may import: the names of the package, of the builders and of the tools for testing."""
    modules = ["medcom_bu", "medcom_bu.builders", "medcom_bu.testing"]
    return sorted(f"{module}.{name}" for module in modules for name in importlib.import_module(module).__all__)


def main() -> None:
    """Writes what differs, and says so."""
    for path, content in files().items():
        if not path.exists() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
