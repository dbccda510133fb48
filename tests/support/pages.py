"""Pages of HTML as a reader has them: held to our template, and their texts."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

from tests.support.html import count_at

VOID = {"meta", "br", "wbr", "img"}
PLAIN = re.findall(
    "[a-z0-9]+", "head title style body main header h2 h3 dl dt dd strong b i u br wbr code bdi li ul ol p"
)
ALLOWED: dict[str, set[str]] = {tag: set() for tag in PLAIN} | {
    "html": {"lang"},
    "meta": {"charset", "http-equiv", "content", "name"},
    "article": {"aria-labelledby"},
    "section": {"class"},
    "div": {"class", "aria-hidden"},
    "h1": {"id"},
    "p": {"class"},
    "ul": {"class"},
    "span": {"class", "tabindex", "role", "aria-label"},
    "bdi": {"class"},
    "time": {"datetime"},
    "img": {"src", "alt"},
    "a": {"href", "rel", "download", "aria-label"},
}
CLASSES = {
    *("running", "sheet", "confidential", "patient", "name", "number", "age", "mark", "unread", "notice", "wrong"),
    *("meta", "content", "warning", "details", "post", "sent", "text", "files", "kind", "path", "lead", "none"),
    *("fixed", "source", "right", "center"),
}
OUTSIDE = re.compile(r"https?://|/", re.IGNORECASE)
INSIDE = re.compile(r"data:application/octet-stream;base64,[A-Za-z0-9+/]*=*")
PICTURE = re.compile(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/]*=*")


class Checker(HTMLParser):
    """Asserts that tags are of the template, closed in order; collects the texts of the ``bdi`` elements."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, str]] = []
        self.held: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert {name for name, _ in attrs} <= ALLOWED[tag], (tag, attrs)
        found = {name: value or "" for name, value in attrs}
        assert set(found.get("class", "").split()) <= CLASSES, found["class"]
        if tag == "a":
            is_inside = "download" in found
            assert (INSIDE.fullmatch if is_inside else OUTSIDE.match)(found["href"])
            assert is_inside or found["rel"].startswith("noopener noreferrer")
        if tag == "img":
            assert PICTURE.fullmatch(found["src"])
        if tag == "bdi":
            assert not self._is_in("bdi")
            self.held.append([])
        if tag == "br" and self._is_in("bdi"):
            self.held[-1].append("\n")
        if tag not in VOID:
            self.open.append((tag, found.get("class", "")))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if self._is_in("bdi") and ("div", "running") not in self.open:  # which is for paper, and says it again
            self.held[-1].append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_pi = handle_comment

    def _is_in(self, tag: str) -> bool:
        return any(name == tag for name, _ in self.open)


def checked_page(page: str) -> Checker:
    """What is on a page that is whole and has nothing but our tags."""
    page.encode()
    checker = Checker()
    checker.feed(page)
    checker.close()
    assert checker.open == []
    assert count_at(page, "//script") == 0
    return checker


def texts_shown(page: str) -> Counter[str]:
    """The texts of the message that a page shows on a screen."""
    return Counter(filter(None, ("".join(parts) for parts in checked_page(page).held)))
