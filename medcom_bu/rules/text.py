"""Texts: what will not survive the way, what was damaged on it, what is too long for it."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from typing import Any

from medcom_bu.declare.base import fields, metadata_of
from medcom_bu.declare.fhir import Rest, Structure
from medcom_bu.declare.generated import generated
from medcom_bu.declare.oioxml import Element, Formatted, String, Value, Wrapped, leaf_type
from medcom_bu.issues import Issue
from medcom_bu.messages.clinical_email import COPIED, ClinicalEmail
from medcom_bu.rules.catalogue import CORRESPONDENCE, INFORMATION, PRACTICE, SCHEMA_NOTE, WARNING, rule
from medcom_bu.values.characters import named, not_latin, not_xml
from medcom_bu.values.identifiers import DanishIdentifier
from medcom_bu.values.parties import PLACEHOLDER
from medcom_bu.values.text import FormattedText, Style, Styled, TextNode, characters, pieces, plain

PRACTICE_LIMIT = 3150
"""Characters of one formatted text: 9 FTX segments of 5 lines of 70. Official for XDIS91, practice elsewhere."""

CORRESPONDENCE_LIMIT = 31150
"""Characters of all texts of one XDIS91: ten of 3,150 in EDIFACT, less the FTX segment of the subject."""

FIXED_WIDTH = 70
"""Characters of a line in a font of fixed width."""

CHARACTERS = rule(
    "text.characters",
    WARNING,
    ("{count} characters are not in {repertoire}: {examples}", "{count} tegn findes ikke i {repertoire}: {examples}"),
    (
        "replace them: XML cannot hold all of them, and EDIFACT, which carries referrals, none",
        "erstat dem: XML kan ikke rumme dem alle, og EDIFACT, som henvisninger sendes i, kan ikke rumme nogen af dem",
    ),
    "EDIFACT UNOC, ISO 8859-1; XML 1.0, Char; DNHF takes EDIFACT",
)
MOJIBAKE = rule(
    "text.mojibake",
    WARNING,
    ("the text looks like UTF-8 that was read as ISO-8859-1", "teksten ligner UTF-8 der er læst som ISO-8859-1"),
    (
        "write the text in the encoding that the message declares: EDIFACT is ISO 8859-1",
        "skriv teksten i det tegnsæt, som meddelelsen angiver: EDIFACT er ISO 8859-1",
    ),
    "two official correspondence examples",
)
TOO_LONG = rule(
    "text.practice-limit",
    WARNING,
    (
        "the text has {length} characters; receivers need not accept more than {limit}",
        "teksten har {length} tegn; modtagere behøver ikke at tage imod mere end {limit}",
    ),
    ("shorten it, or attach the rest as a PDF", "forkort den, eller vedhæft resten som PDF"),
    f"{CORRESPONDENCE}, page 21; elsewhere {PRACTICE}: for REF01 no limit is published",
)
TOO_LONG_IN_ALL = rule(
    "text.correspondence-limit",
    WARNING,
    (
        "the texts have {length} characters in total; at most {limit} may be sent",
        "teksterne har {length} tegn i alt; der må højst sendes {limit}",
    ),
    ("split the correspondence, or attach the rest as a PDF", "del korrespondancen, eller vedhæft resten som PDF"),
    f"{CORRESPONDENCE}, pages 11, 15 and 20-21",
)
TABLE = rule(
    "text.table-in-proportional",
    WARNING,
    (
        "lines are indented or aligned with spaces or tabs, but not in FixedFont",
        "linjer er rykket ind eller stillet op med blanktegn eller tabulatorer, men ikke i FixedFont",
    ),
    (
        "write them in FixedFont, as FormattedText.fixed(text) does: a proportional font shifts the columns",
        "skriv dem i FixedFont, som FormattedText.fixed(text) gør: i proportional skrift forskubbes kolonnerne",
    ),
    f"{CORRESPONDENCE}, page 30",
)
TOO_WIDE = rule(
    "text.fixed-width",
    WARNING,
    (
        "a line in FixedFont has {length} characters; receivers show {limit}",
        "en linje i FixedFont har {length} tegn; modtagere viser {limit}",
    ),
    ("break the line, or make the columns narrower", "bryd linjen, eller gør kolonnerne smallere"),
    f"{CORRESPONDENCE}, page 30",
)
LINE_END = rule(
    "text.line-end",
    WARNING,
    (
        "a line ends in the text without Break: the reader sees a blank there",
        "en linje slutter i teksten uden Break: læseren ser et mellemrum dér",
    ),
    ("write <Break/> where a line ends", "skriv <Break/>, hvor en linje slutter"),
    f"{SCHEMA_NOTE}: Break is the line end of formatted text",
)
CLOSING = rule(
    "correspondence.closing-line",
    INFORMATION,
    (
        "the text does not end with a date and the name and title of its author",
        "teksten slutter ikke med dato og forfatterens navn og stilling",
    ),
    (
        "end it with them, as sign() of ClinicalEmailBuilder does; the letter has no other place for the author",
        "afslut den sådan, som sign() i ClinicalEmailBuilder gør; brevet har ikke andet sted til forfatteren",
    ),
    f"{CORRESPONDENCE}, pages 4, 11 and 21",
)
ESCAPED = rule(
    "text.escaped-markup",
    WARNING,
    (
        "the text contains markup written as text, such as <Break/>, <br> or &amp;",
        "opmærkning er skrevet som tekst, fx <Break/>, <br> eller &amp;",
    ),
    (
        "write plain text, and formatting as elements; the reader sees it exactly as written",
        "skriv almindelig tekst, og formatering som elementer; den vises for læseren præcis som den står",
    ),
    PRACTICE,
)
BLANK = rule(
    "text.blank-name",
    WARNING,
    ("the name is blank", "navnet består af blanktegn"),
    ("give the name, or leave it out", "angiv navnet, eller udelad det"),
    SCHEMA_NOTE,
)
PLACEHOLDER_TEXT = rule(
    "text.placeholder",
    INFORMATION,
    ("the text is the placeholder _", "teksten er pladsholderen _"),
    (
        "treat it as absent when reading; give the real text when writing",
        "læs den som fraværende; angiv den rigtige tekst når der skrives",
    ),
    "MedCom's converter between XML and EDIFACT",
)

_MOJIBAKE = re.compile("[ÂÃ][\x80-\xbf]")
_ESCAPED = re.compile(
    r"</?(?:Break|Space|Bold|Italic|Underline|Right|Center|FixedFont)\s*/?>"
    r"|</?(?i:br|p|div|span|strong|em|ul|ol|li|table|tr|td|th|tbody|font|h[1-6])(?:\s[^<>]{0,200})?/?>"
    r"|</(?i:b|i|u|a)>"
    r"|&(?:amp|lt|gt|quot|apos|nbsp|(?i:aelig|oslash|aring)|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});"
)
"""MedCom's elements, HTML's where a text would hardly have them, character references."""
_GAP = re.compile(r"\S(?: {3,}+| *+\t\s*+)\S")
"""A gap in a line that no sentence has."""
_LINE_END = re.compile(r"\S[ \t]*+[\r\n]\s*+\S")
"""A line end with text on both sides; at the edges it is layout of the source."""
_DATE = re.compile(
    r"\b[0-9](?:[0-9]?[./-] ?[0-9]{1,2}[./-] ?(?:[0-9]{4}|[0-9]{2})\b|[0-9]{3}-[0-9]{2}-[0-9]{2}\b"
    r"|[0-9]?\.? (?i:jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec)[a-z]*\.? [0-9]{4}\b)"
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_CLOSING_LINES = 6
"""A closing may be a line or a block: greeting, name, title, unit, telephone, date."""
_HARMLESS = bytes({*b"\t\n\r", *range(0x20, 0x7F), *range(0xA0, 0x100)} - {*"ÂÃ".encode("latin-1")})
"""The characters of ISO-8859-1 that no damaged text has, as it writes them."""

_Check = Callable[[Value, str, list[Issue]], None]
_USUAL = (
    "(text.isascii() or is_harmless(text)) and text.isprintable() and '&' not in text and '<' not in text"
    " and text != placeholder"
)
"""For the source of checks: of most texts there is nothing to say, which takes less time to see than a call."""


def check_texts(value: Value, path: str) -> list[Issue]:
    """Every text of a value and of what it holds, in document order."""
    issues: list[Issue] = []
    _node(value, path, issues)
    return issues


@functools.cache
def _check_of(cls: Any) -> _Check:
    """What looks at all texts of a class: straight-line code made from the declaration, as readers and writers are.

    The source holds no text but attribute names; what it compares with and calls comes from ``names``.
    """
    names: dict[str, Any] = {"leaf": _leaf, "name": _name, "formatted": _formatted, "node": _node}
    names |= {"is_harmless": _is_harmless, "placeholder": PLACEHOLDER}
    lines = ["def check(value, path, issues):", " held = value.__dict__"]
    for name, declared in fields(cls).items():
        call = _call(declared)
        if call is not None:
            lines += [f" text = held[{name!r}]", f" if text{_UNLESS.get(call, '')}:"]
            lines += [f"  {call}(text, f'{{path}}.{name}', issues)"]
    check: _Check = generated(lines, names)
    return check


_UNLESS = {"leaf": f" and not ({_USUAL})", "name": f" and not ({_USUAL} and not text.isspace())"}
"""When a text of a kind need not be looked at again."""


def _call(declared: Any) -> str | None:
    """What looks at the content of a field; None where that is not text and holds none."""
    if not isinstance(declared, Element) or isinstance(declared.type, type | Wrapped):
        return "node"
    leaf = leaf_type(declared.type, "")
    if isinstance(leaf, Formatted):
        return "formatted"
    if isinstance(leaf, String):
        return "name" if declared.name.endswith("Name") else "leaf"
    return None


def _leaf(content: str, path: str, issues: list[Issue]) -> None:
    if not _is_plain(content):
        issues += _characters(content, path)
    elif content == PLACEHOLDER:
        issues.append(PLACEHOLDER_TEXT.issue(path))
    if ("&" in content or "<" in content) and _ESCAPED.search(content):
        issues.append(ESCAPED.issue(path))


def _name(content: str, path: str, issues: list[Issue]) -> None:
    _leaf(content, path, issues)
    if content.isspace():  # so nothing else was said but of its characters
        issues.append(BLANK.issue(path))


def _node(content: Any, path: str, issues: list[Issue]) -> None:
    if isinstance(content, Value):
        cls: Any = type(content)
        _check_of(cls)(content, path, issues)
    elif isinstance(content, tuple):
        for number, inner in enumerate(content):
            _node(inner, f"{path}[{number}]", issues)
    else:
        text = content.reveal() if isinstance(content, DanishIdentifier) else content
        if isinstance(text, str) and not _is_plain(text):
            issues += _characters(text, path)


def _is_plain(text: str) -> bool:
    """Whether a text holds characters of ASCII alone, and none that control something."""
    return text.isascii() and text.isprintable()


def check_xml(value: object, path: str) -> Iterator[Issue]:
    """Every text of a FHIR message or of an envelope: what XML cannot hold, for neither travels as EDIFACT."""
    return iter(()) if _fits_xml(value) else _outside_xml(value, path)


def _fits_xml(value: object) -> bool:
    """Whether XML can hold every text: nearly always so, and told without a path for each."""
    if isinstance(value, str):
        return value.isprintable() or not_xml().search(value) is None
    if isinstance(value, tuple):
        return all(map(_fits_xml, value))
    if isinstance(value, Rest):
        return all(map(_fits_xml, _within(value.plain())))
    if not isinstance(value, Value | Structure):
        return True
    cls: Any = type(value)
    attributes = value.__dict__
    for name in metadata_of(cls):
        content = attributes[name]
        if content and not _fits_xml(content):
            return False
    return True


def _outside_xml(value: object, path: str) -> Iterator[Issue]:
    """What XML cannot hold, with its places."""
    if isinstance(value, str):
        if outside := not_xml().findall(value):
            yield CHARACTERS.issue(path, count=len(outside), repertoire="XML", examples=named(outside))
    elif isinstance(value, tuple):
        for number, member in enumerate(value):
            yield from _outside_xml(member, f"{path}[{number}]")
    elif isinstance(value, Rest):  # whose names nobody knows: what is in it is told of its owner
        for texts in map(_within, value.plain().values()):
            yield from _outside_xml("".join(texts), path)
    elif isinstance(value, Value | Structure):
        cls: Any = type(value)
        for name in metadata_of(cls):
            content = getattr(value, name)
            here = path if isinstance(content, Rest) else f"{path}.{name}".lstrip(".")
            yield from _outside_xml(content, here)


def _within(data: Any) -> Iterator[str]:
    """Every text in plain data."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list):
        for inner in data.values() if isinstance(data, dict) else data:
            yield from _within(inner)


def _characters(text: str, path: str) -> Iterator[Issue]:
    if _is_harmless(text):
        return
    is_damaged = _MOJIBAKE.search(text) is not None
    outside = not_latin().findall(_MOJIBAKE.sub("", text) if is_damaged else text)  # the damage is reported once
    if outside:
        yield CHARACTERS.issue(path, count=len(outside), repertoire="ISO-8859-1", examples=named(outside))
    if is_damaged:
        yield MOJIBAKE.issue(path)


def _is_harmless(text: str) -> bool:
    """Whether every character is Latin, and none is of those that a damaged text has."""
    try:
        return not text.encode("latin-1").translate(None, _HARMLESS)
    except UnicodeEncodeError:
        return False


def _formatted(text: FormattedText, path: str, issues: list[Issue]) -> None:
    parts = pieces(text.nodes)
    joined = "".join(parts)
    if not _is_harmless(joined):
        issues += _characters(joined, path)
    if ("\r" in joined or joined.count("\n") > parts.count("\n")) and any(map(_LINE_END.search, parts)):
        issues.append(LINE_END.issue(path))
    if ("<" in joined or "&" in joined) and _ESCAPED.search(joined):
        issues.append(ESCAPED.issue(path))
    if len(joined) > PRACTICE_LIMIT:
        issues.append(TOO_LONG.issue(path, length=len(joined), limit=PRACTICE_LIMIT))
    if len(joined) > FIXED_WIDTH or "  " in joined or "\t" in joined:
        issues += _check_columns(text, joined, path)


def _check_columns(text: FormattedText, joined: str, path: str) -> Iterator[Issue]:
    """Whether what hangs on the width of characters is in a font of fixed width, and no wider than that is shown."""
    if "  " in joined or "\t" in joined:
        running = tuple(node for node in text.nodes if not _is_fixed(node))
        if sum(map(_is_aligned, FormattedText(running).plain().split("\n"))) > 1:
            yield TABLE.issue(path)
    if len(joined) <= FIXED_WIDTH:
        return
    fixed = (node for node in text.nodes if isinstance(node, Styled) and _is_fixed(node))
    widest = max((len(line) for node in fixed for line in plain(node.nodes).split("\n")), default=0)
    if widest > FIXED_WIDTH:
        yield TOO_WIDE.issue(path, length=widest, limit=FIXED_WIDTH)


def _is_fixed(node: TextNode) -> bool:
    return isinstance(node, Styled) and node.style is Style.FIXED_FONT


def _is_aligned(line: str) -> bool:
    """Whether a line is indented, or has a gap in it."""
    indent = line[: len(line) - len(line.lstrip())]
    return indent != line and (len(indent) > 1 or "\t" in indent or _GAP.search(line) is not None)


def check_correspondence(letter: Any, path: str) -> Iterator[Issue]:
    """The texts of an XDIS91 taken together."""
    if isinstance(letter, ClinicalEmail):
        texts = [part.text01 for part in letter.clinical_information]
        length = sum(len(characters(text.nodes)) for text in texts if text is not None)
        if length > CORRESPONDENCE_LIMIT:
            yield TOO_LONG_IN_ALL.issue(path, length=length, limit=CORRESPONDENCE_LIMIT)
        lines = [line for text in texts if text is not None for line in text.plain().split("\n") if line.strip()]
        if lines and not _is_closed(lines):
            yield CLOSING.issue(path)


def _is_closed(lines: list[str]) -> bool:
    """Whether a text ends with a date and a name with a title; what is copied from another letter does not count."""
    copied = next((number for number, line in enumerate(lines) if line.startswith(COPIED)), len(lines))
    ending = "\n".join((lines[:copied] or lines)[-_CLOSING_LINES:])
    return _DATE.search(ending) is not None and len(_WORD.findall(_DATE.sub("", ending))) > 1
