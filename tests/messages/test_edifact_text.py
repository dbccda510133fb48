"""Formatted text in FTX segments: what each rule makes of a text, and what comes back."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from medcom_bu.edifact.layout.free_text import FORMATS, LINES, WIDTH, ended, joined, pack, unpack, wrap
from medcom_bu.oioxml.decode import formatted_reader
from medcom_bu.testing import strategies
from medcom_bu.values.text import FormattedText, Mark, Style, Styled
from tests.support.oracle import recorded_letters
from tests.support.texts import formatted

B, SP = Mark.BREAK, Mark.SPACE
LONG = "x" * 69
WORDS = "ord " * 17


def fixed(*nodes: Any) -> Styled:
    return Styled(Style.FIXED_FONT, nodes)


def bold(*nodes: Any) -> Styled:
    return Styled(Style.BOLD, nodes)


def right(*nodes: Any) -> Styled:
    return Styled(Style.RIGHT, nodes)


PACKED: dict[str, tuple[FormattedText, list[tuple[str, tuple[str, ...]]]]] = {
    "nothing": (formatted(), []),
    "a line without its end": (formatted("a"), [("P00", ("a",))]),
    "a line": (formatted("a", B), [("P00", ("a",))]),
    "an empty line": (formatted(B), [("P00", (".",))]),
    "lines": (formatted("a", B, B, "b"), [("P00", ("a", ".", "b"))]),
    "a kept blank": (formatted("a", SP, "b", B, SP, "c"), [("P00", ("a b", " c"))]),
    "six lines": (formatted(*["a", B] * 6), [("P00", ("a",) * 5), ("P00", ("a",))]),
    "69 characters": (formatted(LONG), [("P00", (LONG,))]),
    "70 characters": (formatted(LONG + "y"), [("P00", (LONG + "\\", "y"))]),
    "a blank to part at": (formatted(WORDS + "lang"), [("P00", (WORDS + "\\", "lang"))]),
    "a blank too far in front": (formatted("a b" + "x" * 70), [("P00", ("a b" + "x" * 66 + "\\", "xxxx"))]),
    "a blank at the fourth character": (formatted("abc " + "x" * 70), [("P00", ("abc \\", "x" * 69 + "\\", "x"))]),
    "a style": (formatted(bold("a", B)), [("PF0", ("a",))]),
    "a style within the line": (
        formatted("a ", bold("b"), " c", B),
        [("P00", ("a \\",)), ("PF0", ("b\\",)), ("P00", (" c",))],
    ),
    "a line that the next run ends": (formatted("a", bold(B, "b")), [("P00", ("a",)), ("PF0", ("b",))]),
    "empty lines of the next run": (formatted(bold("a"), B, B, B, "b"), [("PF0", ("a", ".", ".")), ("P00", ("b",))]),
    "fixed font and a style in it": (
        formatted(fixed("a", B, bold("b", B), "c", B)),
        [("F00", ("a",)), ("FF0", ("b",)), ("F00", ("c",))],
    ),
    "aligned after a line": (formatted("a", B, right("b")), [("P00", ("a",)), ("P0H", ("b",))]),
    "aligned within a line": (formatted("a", right("b"), "c"), [("P00", ("a",)), ("P0H", ("b",)), ("P00", ("c",))]),
    "aligned from the start": (formatted(right("b")), [("P0H", ("b",))]),
    "aligned and ended": (formatted(right("b", B), "c"), [("P0H", ("b",)), ("P00", ("c",))]),
    "aligned and begun with a break": (formatted("a", right(B, "b")), [("P00", ("a",)), ("P0H", ("b",))]),
    "aligned in fixed font": (formatted("a", fixed(right("b"))), [("P00", ("a",)), ("F0H", ("b",))]),
    "nothing that is aligned": (formatted("a", right(), "c"), [("P00", ("a", "c"))]),
    "aligned over two segments": (formatted(right(*["a", B] * 6)), [("P0H", ("a",) * 5), ("P0H", ("a",))]),
    "aligned and cut at the end of a line": (
        formatted(right(*["a", B] * 4, LONG + "y")),
        [("P0H", ("a",) * 4), ("P0H", (LONG + "\\", "y"))],
    ),
    "a style in a style": (formatted(bold("a", right("b"))), [("PF0", ("ab",))]),
    "a full stop alone": (formatted(".", B, "a"), [("P00", (".\\", ".", "a"))]),
    "a full stop before a style": (formatted(".", bold("a")), [("P00", (".\\",)), ("PF0", ("a",))]),
    "a full stop that the next run ends": (formatted(".", bold(B, "a")), [("P00", (".\\", ".")), ("PF0", ("a",))]),
    "a full stop alone behind the cut": (formatted("." * 70), [("P00", ("." * 68 + "\\", ".."))]),
    "a backslash at the end of a line": (formatted("C:\\", B, "a"), [("P00", ("C:\\\\", ".", "a"))]),
    "a backslash at the fifth line": (
        formatted(*["a", B] * 4, "\\", B, "b"),
        [("P00", ("a",) * 4), ("P00", ("\\\\", ".", "b"))],
    ),
    "a style without text": (formatted("a", bold("")), [("P00", ("a",))]),
    "a style without text in a line": (formatted("a", bold(), "b"), [("P00", ("ab",))]),
    "a style without text in fixed font": (formatted(fixed("a", bold(), "b")), [("F00", ("ab",))]),
    "two texts in fixed font": (formatted(fixed("a", B), fixed("b")), [("F00", ("a",)), ("F00", ("b",))]),
    "a line feed between words": (formatted("a\nb"), [("P00", ("a b",))]),
    "a line feed with its indentation": (formatted("a\n   b", B, "\n  c"), [("P00", ("a   b", "  c"))]),
    "every other format": (
        formatted(Styled(Style.UNDERLINE, ("a", B)), Styled(Style.ITALIC, ("b", B)), Styled(Style.CENTER, ("c",))),
        [("PU0", ("a",)), ("PK0", ("b",)), ("P0M", ("c",))],
    ),
}


@pytest.mark.parametrize("name", PACKED)
def test_what_a_text_is_packed_to(name: str) -> None:
    given_text, pieces = PACKED[name]
    assert pack(given_text) == pieces


UNPACKED: dict[str, tuple[list[tuple[str, tuple[str, ...]]], FormattedText]] = {
    "no segment": ([], formatted()),
    "no lines": ([("P00", ())], formatted()),
    "an empty element": ([("P00", ("",))], formatted()),
    "a line": ([("P00", ("a",))], formatted("a", B)),
    "an empty line": ([("P00", (".", "", "a"))], formatted(B, B, "a", B)),
    "an empty line at the end": ([("P00", ("a", ""))], formatted("a", B)),
    "a full stop with company": ([("P00", ("..", ". "))], formatted("..", B, ". ", B)),
    "a line that goes on": ([("P00", ("a \\", "b")), ("P00", ("c\\",))], formatted("a b", B, "c")),
    "over two segments": ([("P00", ("a \\",)), ("P00", ("b",))], formatted("a b", B)),
    "over two formats": ([("P00", ("a \\",)), ("PF0", ("b\\",)), ("P00", ("c",))], formatted("a ", bold("b"), "c", B)),
    "more than five lines": ([("P00", ("a",) * 7)], formatted(*["a", B] * 7)),
    "two of one format": ([("F00", ("a",)), ("F00", ("b",))], formatted(fixed("a", B), fixed("b", B))),
    "a style in fixed font": ([("FF0", ("a",))], formatted(fixed(bold("a", B)))),
    "an unknown format": ([("PFM", ("a",)), ("", ("b",))], formatted(fixed("a", B), fixed("b", B))),
}


@pytest.mark.parametrize("name", UNPACKED)
def test_what_segments_are_unpacked_to(name: str) -> None:
    pieces, expected = UNPACKED[name]
    assert unpack(pieces) == expected


def test_simple_text_has_no_format() -> None:
    assert unpack([("PF0", ("a",))], simple=True) == formatted("a", B)


def test_a_long_address_in_pieces() -> None:
    address = "https://example.invalid/" + "a" * 200
    assert joined(wrap(address)) == address
    assert joined([".", "a\\", "b"]) == "ab"


TRICKY = st.sampled_from(
    [".", "\\", ".\\", "a\\", "b.", "", "  ", "\n", "a\n", LONG, LONG + ".", LONG + "\\", "." * 70, WORDS * 2 + "."]
)
PARTS = TRICKY | st.text("a.\\ \n", max_size=150) | st.sampled_from([B, SP])


def nodes(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(Styled, st.sampled_from(list(Style)), st.lists(inner, max_size=5).map(tuple))


TEXTS = st.lists(PARTS | nodes(PARTS | nodes(PARTS)), max_size=8).map(tuple).map(FormattedText)


@pytest.mark.slow
@given(TEXTS | strategies.formatted_texts(), st.booleans())
@settings(max_examples=500)
def test_every_text_fits_and_comes_back(given_text: FormattedText, simple: bool) -> None:
    """All characters but white space come back in their order, and a second turn changes nothing at all."""
    pieces = pack(given_text, simple=simple)
    for form, lines in pieces:
        assert form in (FORMATS if not simple else {"P00"})
        assert 1 <= len(lines) <= LINES
        assert all(len(line) <= WIDTH + 1 for line in lines)
        assert not re.search("[\r\n]", "".join(lines))
    back = unpack(pieces, simple=simple)
    assert squeezed(back) == squeezed(given_text)
    assert pack(back, simple=simple) == pieces


@given(st.lists(TRICKY.filter(lambda line: "\n" not in line), max_size=12))
def test_plain_lines_come_back_as_they_were(lines: list[str]) -> None:
    given_text = formatted(*(node for line in lines for node in (line, B)))
    assert unpack(pack(given_text)).plain() == given_text.plain()


def squeezed(given_text: FormattedText) -> str:
    """The text without white space."""
    return "".join(given_text.plain().split())


@given(TRICKY | st.text(st.sampled_from("ab .\\\t\xa0"), max_size=400))
def test_wrapping_loses_nothing(line: str) -> None:
    lines = wrap(line)
    assert joined(ended(lines)) == line
    assert "." not in lines or line == "."


# --- MedCom's converter -------------------------------------------------------------------------------------------

NAMESPACE = "http://rep.oio.dk/sundcom.dk/medcom.dk/xml/schemas/2006/07/01/"


def from_xml(xml: str) -> FormattedText:
    """The text in a Text01, without the white space by which a printer indents it."""
    element = etree.fromstring(xml)
    for node in element.iter():
        for place in ("text", "tail"):
            found = getattr(node, place)
            if found and not found.strip() and "\n" in found:
                setattr(node, place, None)
    nodes = element.iter()
    made: FormattedText = formatted_reader(NAMESPACE)(next(nodes), nodes)
    return made


def on_the_wire(pieces: list[tuple[str, tuple[str, ...]]]) -> list[str]:
    released = [(form, [re.sub(r"[?:+']", r"?\g<0>", line) for line in lines]) for form, lines in pieces]
    return [f"FTX+NC+{form}++{':'.join(lines)}" for form, lines in released]


def off_the_wire(segment: str) -> tuple[str, tuple[str, ...]]:
    """Format and lines of a segment, whose released characters are set aside while it is parted."""
    aside = re.sub(r"\?(.)", lambda found: chr(0xE000 + ord(found.group(1))), segment)
    _, _, form, _, lines = aside.split("+")
    parted = lines.split(":")
    return form, tuple(re.sub("[\ue000-\ue0ff]", lambda found: chr(ord(found.group()) - 0xE000), x) for x in parted)


EMPTIED = {f"fuzz-x2e-{number}" for number in ("030", "297", "318", "532")}
"""A style holds line breaks alone, which the line before it takes: nothing is left of it, and what is plain goes on."""


def test_random_texts_are_packed_as_by_the_converter() -> None:
    """But for a ``Space``, before which it erases the line; aligned text, to which it adds lines at every turn; and a
    backslash at the end of a line, which it loses."""
    differing: Counter[str] = Counter()
    for record in recorded_letters("fuzz_text_xml2edi"):
        source = record["text01"]
        given_text = from_xml(f'<Text01 xmlns="{NAMESPACE}">{source}</Text01>')
        pieces = pack(given_text)
        assert squeezed(unpack(pieces)) == squeezed(given_text), record["id"]
        if on_the_wire(pieces) != record.get("peer_ruby22_emulated_ftx", record["peer_ftx"]):
            reasons = {
                "Space": "<Space/>" in source,
                "aligned": re.search("<(Center|Right)>", source),
                "backslash": re.search(r"\\(<|$)", source),
                "emptied": record["id"] in EMPTIED,
            }
            differing[next(reason for reason, holds in reasons.items() if holds)] += 1
    assert differing == {"Space": 63, "aligned": 49, "backslash": 12, "emptied": 4}


def test_random_segments_are_unpacked_as_by_the_converter() -> None:
    for record in recorded_letters("fuzz_text_edi2xml"):
        expected = [from_xml(xml.replace("<Text01>", f'<Text01 xmlns="{NAMESPACE}">')) for xml in record["peer_text01"]]
        assert [unpack(map(off_the_wire, group)) for group in record["s14_ftx"]] == expected, record["id"]
