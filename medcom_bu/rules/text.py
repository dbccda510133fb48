"""Texts: what will not survive the way, what was damaged on it, what is too long for it."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

from medcom_bu.binding import Element, Formatted, String, Value, Wrapped, fields, leaf_type
from medcom_bu.issues import Issue
from medcom_bu.messages.clinical_email import ClinicalEmail
from medcom_bu.rules.kinds import INFORMATION, PRACTICE, USE_CASES, WARNING, rule
from medcom_bu.values.parties import PLACEHOLDER
from medcom_bu.values.text import FormattedText, characters

PRACTICE_LIMIT = 3150
"""Characters of one formatted text: 9 FTX segments of 5 lines of 70. Certified systems split there."""

CORRESPONDENCE_LIMIT = 31150
"""Characters of all texts of one XDIS91, the former allowed size."""

CHARACTERS = rule(
    "text.characters",
    WARNING,
    ("{count} characters lie outside ISO-8859-1: {examples}", "{count} tegn ligger uden for ISO-8859-1: {examples}"),
    (
        "replace them; they do not survive EDIFACT, on which referrals travel",
        "erstat dem; de overlever ikke EDIFACT, som henvisninger sendes på",
    ),
    "EDIFACT UNOC, ISO 8859-1; DNHF takes EDIFACT",
)
MOJIBAKE = rule(
    "text.mojibake",
    WARNING,
    ("the text looks like UTF-8 that was read as ISO-8859-1", "teksten ligner UTF-8 der er læst som ISO-8859-1"),
    ("declare the encoding that was used", "angiv det tegnsæt der er brugt"),
    "two official correspondence examples",
)
TOO_LONG = rule(
    "text.practice-limit",
    WARNING,
    (
        "the text has {length} characters; receivers may take {limit}",
        "teksten har {length} tegn; modtagere kan nøjes med {limit}",
    ),
    ("shorten it, or attach the rest as a PDF", "forkort den, eller vedhæft resten som PDF"),
    PRACTICE + "; for REF01 no limit is published",
)
TOO_LONG_IN_ALL = rule(
    "text.correspondence-limit",
    WARNING,
    (
        "the texts have {length} characters in all; older receivers take {limit}",
        "teksterne har {length} tegn i alt; ældre modtagere tager {limit}",
    ),
    ("split the correspondence, or attach the rest as a PDF", "del korrespondancen, eller vedhæft resten som PDF"),
    USE_CASES,
)
ESCAPED = rule(
    "text.escaped-markup",
    WARNING,
    ("formatting is written out as text, such as <Break/>", "formatering er skrevet som tekst, fx <Break/>"),
    (
        "write formatting as elements; it is shown to the reader as it stands",
        "skriv formatering som elementer; den vises for læseren som den står",
    ),
    PRACTICE,
)
PLACEHOLDER_TEXT = rule(
    "text.placeholder",
    INFORMATION,
    ("the text is the placeholder _", "teksten er pladsholderen _"),
    (
        "read it as absent; give the real text when writing",
        "læs den som fraværende; angiv den rigtige tekst når der skrives",
    ),
    "MedCom's converter between XML and EDIFACT",
)
KINDS = (CHARACTERS, MOJIBAKE, TOO_LONG, TOO_LONG_IN_ALL, ESCAPED, PLACEHOLDER_TEXT)

_MOJIBAKE = re.compile("[ÂÃ][\x80-\xbf]")
_ESCAPED = re.compile(r"</?(?:Break|Space|Bold|Italic|Underline|Right|Center|FixedFont)\s*/?>")
_LEAF, _TEXT, _NODE = range(3)


@functools.cache
def _plan(cls: Any) -> tuple[tuple[str, int], ...]:
    """Which fields of a class hold text, and which hold values that may."""
    found = []
    for name, declared in fields(cls).items():
        if not isinstance(declared, Element) or isinstance(declared.type, type):
            found.append((name, _NODE))
        elif not isinstance(declared.type, Wrapped):
            leaf = leaf_type(declared.type, "")
            if isinstance(leaf, String | Formatted):
                found.append((name, _TEXT if isinstance(leaf, Formatted) else _LEAF))
    return tuple(found)


def check_texts(value: Value, path: str) -> list[Issue]:
    """Every text of a value and of what it holds, in document order."""
    found: list[Issue] = []
    _collect(value, path, found)
    return found


def _collect(value: Value, path: str, found: list[Issue]) -> None:
    cls: Any = type(value)
    held = value.__dict__
    for name, how in _plan(cls):
        item = held[name]
        if not item:
            continue
        if how == _LEAF:
            if not item.isascii():
                found += _characters(item, f"{path}.{name}")
            elif item == PLACEHOLDER:
                found.append(PLACEHOLDER_TEXT.at(f"{path}.{name}"))
        elif how == _TEXT:
            found += _formatted(item, f"{path}.{name}")
        elif isinstance(item, tuple):
            for number, inner in enumerate(item):
                _collect(inner, f"{path}.{name}[{number}]", found)
        elif isinstance(item, Value):
            _collect(item, f"{path}.{name}", found)


def _characters(text: str, path: str) -> Iterator[Issue]:
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        outside = [character for character in text if character > "ÿ"]
        examples = ", ".join(f"U+{ord(character):04X}" for character in sorted(set(outside))[:5])
        yield CHARACTERS.at(path, count=len(outside), examples=examples)
    if ("Ã" in text or "Â" in text) and _MOJIBAKE.search(text):
        yield MOJIBAKE.at(path)


def _formatted(text: FormattedText, path: str) -> Iterator[Issue]:
    nodes = text.nodes
    joined = nodes[0] if len(nodes) == 1 and type(nodes[0]) is str else characters(nodes)
    if not joined.isascii():
        yield from _characters(joined, path)
    if "<" in joined and _ESCAPED.search(joined):
        yield ESCAPED.at(path)
    if len(joined) > PRACTICE_LIMIT:
        yield TOO_LONG.at(path, length=len(joined), limit=PRACTICE_LIMIT)


def check_correspondence(letter: Any, path: str) -> Iterator[Issue]:
    """The texts of an XDIS91 taken together."""
    if isinstance(letter, ClinicalEmail):
        texts = [part.text01 for part in letter.clinical_information]
        length = sum(len(characters(text.nodes)) for text in texts if text is not None)
        if length > CORRESPONDENCE_LIMIT:
            yield TOO_LONG_IN_ALL.at(path, length=length, limit=CORRESPONDENCE_LIMIT)
