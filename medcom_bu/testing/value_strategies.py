"""Strategies for what every message is made of: texts, and numbers of persons that no living person has."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from medcom_bu.arguments import check
from medcom_bu.testing.persons import TEST_PERSONS
from medcom_bu.values.identifiers import Cpr, ReplacementCpr
from medcom_bu.values.text import FormattedText, Mark, Style, Styled, TextNode

SIGNS: st.SearchStrategy[str] = st.characters(
    exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"
) | st.sampled_from("æøåÆØÅ_&<>")
LONG = 60
"""How long most texts are at most."""

TEST_CPR = [person.number for person in TEST_PERSONS if isinstance(person.identifier, Cpr)]
"""CPR numbers with a date that exists: FHIR takes no other."""


def texts(longest: int) -> st.SearchStrategy[str]:
    """Texts of 1 to ``longest`` characters, most of them short."""
    return st.text(SIGNS, min_size=1, max_size=min(longest, LONG)) | st.just("ø" * longest)


def cpr_numbers() -> st.SearchStrategy[Cpr]:
    """CPR numbers that no living person has."""
    impossible = st.builds(
        "{:02d}{:02d}{:02d}{:04d}".format,
        st.integers(32, 60),
        st.integers(13, 99),
        st.integers(0, 99),
        st.integers(0, 9999),
    )
    return (impossible | st.sampled_from(TEST_CPR)).map(Cpr)


def replacement_numbers() -> st.SearchStrategy[ReplacementCpr]:
    """National replacement numbers (X-eCPR): a date, a digit for its century, two letters, a digit for the sex."""
    return st.sampled_from((("1", 1900), ("7", 2000))).flatmap(lambda century: _numbers_of(*century))


def _numbers_of(digit: str, year: int) -> st.SearchStrategy[ReplacementCpr]:
    born = st.dates(date(year, 1, 1), date(year + 99, 12, 31)).map("{:%d%m%y}".format)
    return st.builds("{}{}{}".format, born, st.just(digit), st.from_regex(r"\A[A-Z]{2}[0-9]\Z")).map(ReplacementCpr)


def formatted_texts(*, simple: bool = False) -> st.SearchStrategy[FormattedText]:
    """Formatted text with every element; ``simple`` with line breaks and kept blanks alone."""
    check("formatted_texts: simple", simple, bool)
    return _nodes(0 if simple else 2).map(FormattedText)


def _nodes(depth: int) -> st.SearchStrategy[tuple[TextNode, ...]]:
    """Nodes of formatted text: ``depth`` 2 allows every style, 1 every style but FixedFont, 0 none."""
    node: st.SearchStrategy[TextNode] = st.text(SIGNS | st.sampled_from("\n\t"), min_size=1, max_size=20)
    node |= st.sampled_from(list(Mark))
    if depth:
        plain = [style for style in Style if style is not Style.FIXED_FONT]
        node |= st.builds(Styled, st.sampled_from(plain), _nodes(0))
    if depth == 2:
        node |= st.builds(Styled, st.just(Style.FIXED_FONT), _nodes(1))
    return st.lists(node, max_size=5).map(_merged)


def _merged(nodes: list[TextNode]) -> tuple[TextNode, ...]:
    """Texts that stand side by side are one text, as on the wire."""
    merged: list[TextNode] = []
    for node in nodes:
        if type(node) is str and merged and type(merged[-1]) is str:
            merged[-1] += node
        else:
            merged.append(node)
    return tuple(merged)
