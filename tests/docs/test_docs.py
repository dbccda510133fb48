"""The page of all codes is made from the declarations. ``python -m tests.docs.test_docs`` writes it anew."""

from __future__ import annotations

from tests.support import ROOT
from tests.support.all_kinds import all_kinds

PAGE = ROOT / "docs" / "codes.md"
_HEAD = """# Every code

What an issue or a loss can be. Codes are stable: they may be retired, never reused; wording may change. This page is
made from the declarations.

| Code | Severity, layer | Meaning | Betydning | Source |
|---|---|---|---|---|
"""


def page() -> str:
    rows = [
        f"| `{kind.code}` | {kind.severity}, {kind.layer} | {kind.message.en} | {kind.message.da} | {kind.source} |"
        for kind in all_kinds()
    ]
    return _HEAD + "\n".join(row.replace("<", "&lt;") for row in rows) + "\n"


def test_the_page_of_codes_is_that_of_the_declarations() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_no_code_is_used_twice() -> None:
    codes = [kind.code for kind in all_kinds()]
    assert len(codes) == len(set(codes)) > 50


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
