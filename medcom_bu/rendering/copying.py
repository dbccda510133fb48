"""A referral as a page to copy from: what its page shows, each text as a block that is selected as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from medcom_bu.rendering.lines import labelled
from medcom_bu.rendering.pdf_view import plain
from medcom_bu.rendering.values import section
from medcom_bu.rendering.view import (
    Article,
    AsItCame,
    Block,
    Described,
    Line,
    Listing,
    Note,
    Paragraph,
    Part,
    Piece,
    Post,
    Quote,
    Section,
    SectionKind,
    View,
)
from medcom_bu.values.text import FormattedText, RawMarkup, Styled, TextNode

HOW = (
    "Klik på en tekst: den markeres som en helhed og kan kopieres. Overskrifterne er MedComs; hvad felterne i DNHF's "
    "egen formular hedder, er ikke oplyst af DNHF."
)
"""What is on top of the page: nobody has told what the fields of DNHF's own form are called."""


def to_copy(view: View, title: str) -> View:
    """The articles with a ``title``, to be copied from; what is on the message itself is shown, as on every page."""
    articles = tuple(_to_copy(article) for article in view.articles if article.title == title)
    return View(f"{title}, til kopiering", articles)


def _to_copy(article: Article) -> Article:
    patient = article.patient
    who = (*labelled("Navn", patient.name), *labelled(patient.label, patient.number)) if patient is not None else ()
    parties = (
        *section("Hvem henvisningen drejer sig om", Described(who)),
        *section("Afsender og modtager", Described(article.top)),
    )
    return attrs.evolve(article, top=labelled("Sådan gør du", (HOW,)), body=tuple(_body((*parties, *article.body))))


def _body(parts: Iterable[Section | Post]) -> Iterator[Section | Post]:
    for part in parts:
        if isinstance(part, Post) or part.kind is SectionKind.DETAILS:
            yield part
        else:
            yield attrs.evolve(part, blocks=tuple(_blocks(part.blocks)))


def _blocks(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Described):
            yield from (Part((row.label,), tuple(map(_text, row.lines))) for row in block.rows)
        elif isinstance(block, Paragraph):
            yield _text(block.line)
        elif isinstance(block, Listing):
            yield Listing(tuple(tuple(_blocks(item)) for item in block.items))
        elif isinstance(block, Part):
            yield Part(block.title, tuple(_blocks(block.blocks)))
        else:
            yield block


def _text(line: Line) -> Paragraph:
    """A line as plain text. What is not given, and markup that is not understood, are not text to copy."""
    if any(isinstance(piece, Note | AsItCame) or _has_markup(piece) for piece in line):
        return Paragraph(line)
    return Paragraph((Quote(plain(line).rstrip("\n")),), to_copy=True)


def _has_markup(part: Piece | TextNode) -> bool:
    if isinstance(part, FormattedText | Styled):
        return any(map(_has_markup, part.nodes))
    return isinstance(part, RawMarkup)
