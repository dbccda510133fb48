"""Every link of a page leads somewhere; every page is on the site, and every public name in its reference.

The glossary knows no name that the library has not.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests import regenerate
from tests.support import ROOT, modules, reference

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")  # and of a picture
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_OF_THE_SITE = {"CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"}


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", _FENCED.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    plain = (re.sub(r"\[([^\]]+)\]\([^)]*\)|[`*]", r"\1", heading) for heading in headings)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in _LINK.findall(_FENCED.sub("", page.read_text(encoding="utf-8"))):
        path, _, anchor = link.partition("#")
        if re.match("[a-z]+:", link):
            continue
        of_the_library = path.partition("../medcom_bu/")[2]  # which may be installed, without its source
        target = modules.ROOT / of_the_library if of_the_library else page.parent / path if path else page
        assert target.exists(), link
        assert not anchor or anchor in _anchors(target), link


def test_every_page_is_in_the_index_and_on_the_site() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    site = (ROOT / ".ci" / "mkdocs.yml").read_text(encoding="utf-8")
    pages = {page.relative_to(ROOT / "docs").as_posix() for page in (ROOT / "docs").rglob("*.md")} - {"README.md"}
    assert {page for page in pages if f"({page}" not in index} == set()
    assert {page for page in pages | _OF_THE_SITE if f": {page}" not in site} == set()


def test_every_name_of_the_glossary_is_one_of_the_library() -> None:
    names = set(re.findall(r"`(\w+)`", (ROOT / "docs" / "ordliste.md").read_text(encoding="utf-8")))
    assert names - set(re.findall(r"\w+", (ROOT / "tests" / "public_api.txt").read_text(encoding="utf-8"))) == set()
    assert len(names) > 40


def test_every_public_name_is_in_the_reference_with_what_it_is() -> None:
    made = reference.pages(regenerate.rooms())
    for room, names in regenerate.rooms().items():
        page = made[f"api/{room.__name__}.md"]
        parts = dict(re.findall(r"^## (\w+)\n\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
        assert parts.keys() == set(names)
        assert [name for name, text in parts.items() if not text.strip()] == []
