"""What is on a page of HTML: texts by XPath, and elements with all their text."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import html


def text_at(page: str, path: str) -> str:
    """The text of the first element at a path."""
    return str(html.document_fromstring(page).xpath(f"string({path})"))


def texts_at(page: str, path: str) -> list[str]:
    """The texts that a path selects."""
    found = html.document_fromstring(page).xpath(path)
    assert isinstance(found, list)
    return [str(text) for text in found]


def count_at(page: str, path: str) -> int:
    """How many elements a path selects."""
    return int(float(text_at(page, f"count({path})")))


def texts_of(page: str, *tags: str) -> Iterator[tuple[str, str]]:
    """The elements of some names in their order: each name, and all the text in it."""
    for node in html.document_fromstring(page).iter(*tags):
        yield str(node.tag), str(node.xpath("string()"))
