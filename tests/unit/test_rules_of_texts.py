"""The checks of texts that are made for each class say what a plain walk over its declaration says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medcom_bu.declare.base import fields
from medcom_bu.declare.oioxml import Element, Formatted, String, Value, Wrapped, leaf_type
from medcom_bu.issues import Issue
from medcom_bu.rules import text
from medcom_bu.testing.letters import letter_samples
from medcom_bu.values.characters import named, not_latin
from medcom_bu.values.identifiers import DanishIdentifier
from medcom_bu.values.text import FormattedText

ODD = (
    "_",
    " ",
    "\xa0",
    "æble & <br> Ã¦",
    "Ā\u200b",
    "\x0b",
    "a  b",
    "<Break/>",
    "Â",
    "x" * 71,
    "ø\n" * 1600,
    "\x85",
    "a\tb",
)


def plainly(value: Value, path: str) -> Iterator[Issue]:
    """What is said of the texts of a value: each field by what it is declared to hold."""
    for name, declared in fields(type(value)).items():
        content, here = value.__dict__[name], f"{path}.{name}"
        leaf = leaf_type(declared.type, "") if isinstance(declared, Element) else None
        if isinstance(declared, Element) and not isinstance(declared.type, type | Wrapped):
            if content and isinstance(leaf, Formatted):
                found: list[Issue] = []
                text._formatted(content, here, found)
                yield from found
            elif content and isinstance(leaf, String):
                yield from of_characters(content, here)
                if content == "_":
                    yield text.PLACEHOLDER_TEXT.issue(here)
                if declared.name.endswith("Name") and not content.strip():
                    yield text.BLANK.issue(here)
                if text._ESCAPED.search(content):
                    yield text.ESCAPED.issue(here)
        elif isinstance(content, tuple):
            for number, item in enumerate(content):
                yield from of_item(item, f"{here}[{number}]")
        else:
            yield from of_item(content, here)


def of_item(item: Any, path: str) -> Iterator[Issue]:
    """What is said of a value, or of a text that is not running text."""
    if isinstance(item, Value):
        yield from plainly(item, path)
    elif isinstance(item, str | DanishIdentifier):
        yield from of_characters(item.reveal() if isinstance(item, DanishIdentifier) else item, path)


def of_characters(content: str, path: str) -> Iterator[Issue]:
    """Which characters are not of ISO-8859-1, and which look damaged."""
    is_damaged = text._MOJIBAKE.search(content) is not None
    outside = not_latin().findall(text._MOJIBAKE.sub("", content))
    if outside:
        yield text.CHARACTERS.issue(path, count=len(outside), repertoire="ISO-8859-1", examples=named(outside))
    if is_damaged:
        yield text.MOJIBAKE.issue(path)


def odd(value: Any, turn: int) -> Any:
    """A value with an odd text for each of its texts, another for each next one."""
    changes: dict[str, Any] = {}
    for number, (name, content) in enumerate(value.__dict__.items(), turn):
        if type(content) is str:
            changes[name] = ODD[number % len(ODD)]
        elif isinstance(content, FormattedText):
            changes[name] = FormattedText((*content.nodes, ODD[number % len(ODD)]))
        elif isinstance(content, Value) and not content.inline:
            changes[name] = odd(content, number)
        elif name in fields(type(value)) and content and isinstance(content, tuple):
            changes[name] = tuple(odd(item, number) if isinstance(item, Value) else item for item in content)
    return value.replace(**changes)


def test_the_same_is_said_of_every_text() -> None:
    """In letters as they are, and with odd texts in all places."""
    said: set[str] = set()
    for letter in (letter for message in letter_samples().values() for letter in message.letters):
        for one in (letter, *(odd(letter, turn) for turn in range(len(ODD)))):
            issues = text.check_texts(one, "x")
            assert issues == list(plainly(one, "x"))
            said.update(issue.code for issue in issues)
    of_any_text = (text.CHARACTERS, text.MOJIBAKE, text.ESCAPED, text.BLANK, text.PLACEHOLDER_TEXT)
    assert said == {kind.code for kind in (*of_any_text, text.TOO_LONG, text.LINE_END)}
