"""Pages of HTML as a reader has them: held to our template, their texts, and what a message has to show."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any

from medcom_bu.declare.oioxml import walk
from medcom_bu.messages.emessage import Emessage
from medcom_bu.rendering.page import as_page
from medcom_bu.signs import INVISIBLE
from medcom_bu.values import codes
from medcom_bu.values.base64 import Base64
from medcom_bu.values.identifiers import Cpr, DanishIdentifier, ReplacementCpr
from medcom_bu.values.parties import PatientRecordExtract
from medcom_bu.values.text import FormattedText
from medcom_bu.wire import XmlMessage
from tests.support.html import count_at, text_at, texts_of

VOID = {"meta", "br", "wbr"}
PLAIN = re.findall("[a-z0-9]+", "head title style body main header h1 h2 h3 dl dt dd ol li strong b i u br wbr code")
ALLOWED: dict[str, set[str]] = {tag: set() for tag in PLAIN} | {
    "html": {"lang"},
    "meta": {"charset", "http-equiv", "content", "name"},
    "article": set(),
    "section": {"class"},
    "p": {"class"},
    "span": {"class"},
    "bdi": {"class"},
    "a": {"href", "rel"},
}
CLASSES = {"cave", "meta", "lead", "number", "urgent", "none", "fixed", "right", "center"}


class Checker(HTMLParser):
    """Asserts that tags are of the template, closed in order; collects the texts of the ``bdi`` elements."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.held: list[list[str]] = []
        self.ours: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert {name for name, _ in attrs} <= ALLOWED[tag], (tag, attrs)
        found = dict(attrs)
        assert found.get("class") is None or found["class"] in CLASSES
        if tag == "a":
            assert re.match("https?://", found["href"] or "", re.IGNORECASE)
            assert found["rel"] == "noopener noreferrer nofollow"
        if tag == "bdi":
            assert "bdi" not in self.open
            self.held.append([])
        if tag == "br" and "bdi" in self.open:
            self.held[-1].append("\n")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        (self.held[-1] if "bdi" in self.open else self.ours).append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_pi = handle_comment


def checked_page(page: str) -> Checker:
    """What stands on a page that is whole and has nothing but our tags."""
    page.encode()
    checker = Checker()
    checker.feed(page)
    checker.close()
    assert checker.open == []
    assert count_at(page, "//script") == 0
    return checker


def texts_shown(page: str) -> Counter[str]:
    """The texts of the message that a page shows."""
    return Counter("".join(parts) for parts in checked_page(page).held)


def text_to_show(item: Any) -> str:
    """What a reader must see of a leaf; nothing where it is absent, empty or in our own words."""
    if isinstance(item, codes.CodeList | Base64 | PatientRecordExtract):
        return ""
    if isinstance(item, FormattedText):
        text = item.plain()
    elif isinstance(item, DanishIdentifier):
        text = item.reveal()
        if isinstance(item, Cpr | ReplacementCpr) and item.has_form(text):
            text = item.format(text)
    else:
        text = item
    return "" if text.strip() in ("", "_") else INVISIBLE.sub(lambda found: f"U+{ord(found[0]):04X}", text)


def texts_to_show(message: Emessage) -> Counter[str]:
    """The texts of a message that its page has to show."""
    parts: list[Any] = [message.envelope, *message.letters]
    found = [
        text_to_show(item) for part in parts for _, element, item in walk(part) if element.name != "SystemInformation"
    ]
    found += [local.xml for local in message.local_elements]
    for letter in message.letters:  # an unknown status or priority stands in the red box too
        holders = (getattr(letter, "letter", None), getattr(letter, "additional_information", None))
        codes = (getattr(holders[0], "status_code", None), getattr(holders[1], "priority", None))
        found += [text_to_show(code) for code in codes if type(code) is str and code.strip()]
    return Counter(filter(None, found))


def outline(message: XmlMessage) -> list[str]:
    """The title and headings of the page of a message."""
    return [f"{tag} {text}" for tag, text in texts_of(as_page(message), "title", "h1", "h2", "h3")]


def text_of(message: Emessage, path: str) -> str:
    """The text at a path of the page of a message."""
    return text_at(as_page(message), path)
