"""A view as the document that a PDF is set from: articles, in the order of the page, as blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import attrs

from medcom_bu import danish_time
from medcom_bu.rendering.typesetting import Blocks, PdfArticle, PdfDocument
from medcom_bu.rendering.view import (
    ABSENT,
    Article,
    AsItCame,
    Block,
    Described,
    Labelled,
    Line,
    Listing,
    Moment,
    Note,
    Paragraph,
    Part,
    PatientLine,
    Piece,
    Post,
    Quote,
    SectionKind,
    ShownFile,
    ShownVerdict,
    View,
    WebLink,
    without_base64,
)
from medcom_bu.values.text import FormattedText, Mark, RawMarkup, Style, Styled, TextNode

_MARKS = {Style.BOLD: "bold", Style.ITALIC: "italic", Style.UNDERLINE: "underline", Style.FIXED_FONT: "fixed"}
_SIDES = {Style.RIGHT: "right", Style.CENTER: "center"}


def document_of(view: View, date: datetime | None) -> PdfDocument:
    """What a PDF of a view shows; without a ``date`` it has the moment at which the latest of it was sent."""
    articles = tuple(
        PdfArticle(article.title, _running(article.patient), [*_article(article)]) for article in view.articles
    )
    return PdfDocument(view.title, articles or (PdfArticle(view.title, None, []),), date or _latest(view))


def _latest(view: View) -> datetime | None:
    rows = (row for article in view.articles for row in article.top if row.label == "Sendt")
    moments = (piece for row in rows for line in row.lines for piece in line if isinstance(piece, Moment))
    return max((danish_time.aware(datetime.fromisoformat(moment.iso)) for moment in moments), default=None)


def _running(patient: PatientLine | None) -> str | None:
    """The patient at the top of each page, on one line."""
    if patient is None:
        return None
    return " ".join(f"{plain(patient.name)} · {patient.label}: {plain(patient.number)}".split())


# --- articles ---------------------------------------------------------------------------------------------------------


def _article(article: Article) -> Iterator[dict[str, Any]]:
    yield _text([_run("Fortroligt", bold=True)])
    yield from _marks(article.marks)
    for notice in article.notices:
        yield _box(_lines(notice.line, bold=True))
    if article.verdict is not None and article.verdict.is_wrong:
        yield _box([*_verdict(article.verdict)])
    if article.patient is not None:
        yield from _patient(article.patient)
    yield from _rows(article.top)
    for one in article.body:
        if isinstance(one, Post):
            yield from _post(one)
        elif one.kind is SectionKind.WARNING:
            yield _box([_heading(2, (one.title,)), *_blocks(one.blocks)])
        else:
            yield _heading(2, (one.title,))
            yield from _blocks(one.blocks)
    if article.verdict is not None and not article.verdict.is_wrong:
        yield from _verdict(article.verdict)


def _patient(patient: PatientLine) -> Iterator[dict[str, Any]]:
    age = [_run(f" ({patient.age} ved afsendelsen)")] if patient.age else []
    yield from _lines(patient.name, bold=True)
    yield _text([_run(f"{patient.label}: {plain(patient.number)}", bold=True), *age])


def _verdict(verdict: ShownVerdict) -> Iterator[dict[str, Any]]:
    yield _heading(2, ("Kontrol af meddelelsen",))
    yield _text([_run(verdict.sentence)])
    if verdict.remarks:
        remarks = ([_text([_run(f"{each.text} "), _run(each.path, fixed=True)])] for each in verdict.remarks)
        yield {"kind": "list", "items": [*remarks]}


def _post(post: Post) -> Iterator[dict[str, Any]]:
    yield _heading(2, post.author)
    yield from _lines(post.sent)
    yield from _marks(post.marks)
    for text in post.texts:
        yield from _lines(text)
    yield from _files(post.files)
    yield from _rows(post.rows)


def _marks(marks: Iterable[str]) -> Iterator[dict[str, Any]]:
    told = " · ".join(marks)
    if told:
        yield _text([_run(told, italic=True)])


# --- blocks -----------------------------------------------------------------------------------------------------------


def _blocks(blocks: Iterable[Block]) -> Iterator[dict[str, Any]]:
    for block in blocks:
        if isinstance(block, Described):
            yield from _rows(block.rows)
        elif isinstance(block, Paragraph):
            yield from _lines(block.line, **({"bold": True} if block.lead else {}))
        elif isinstance(block, Listing):
            yield {"kind": "list", "items": [[*_blocks(item)] for item in block.items]}
        elif isinstance(block, Part):
            yield _heading(3, block.title)
            yield from _blocks(block.blocks)
        else:
            yield from _files(block.files)


def _rows(rows: Iterable[Labelled]) -> Iterator[dict[str, Any]]:
    shown = [{"label": row.label, "blocks": [block for line in row.lines for block in _lines(line)]} for row in rows]
    if shown:
        yield {"kind": "rows", "rows": shown}


def _files(files: Iterable[ShownFile]) -> Iterator[dict[str, Any]]:
    """Files by name, type and size: what is in them is not in the PDF."""
    items = [[*_file(file)] for file in files]
    if items:
        yield {"kind": "list", "items": items}


def _file(file: ShownFile) -> Iterator[dict[str, Any]]:
    kind = " · ".join(filter(None, (plain(file.kind), file.readable_size)))
    yield _text([_run(file.name if file.name.strip() else file.file_name, bold=True), _run(f"  {kind}")])
    if file.content is None and file.why_not:
        yield _text([_run(file.why_not, italic=True)])
    yield from _rows(file.rows)


def _heading(level: int, line: Line) -> dict[str, Any]:
    title = " ".join(plain(line).split())
    return {"kind": "heading", "level": level, "text": title or ABSENT.text}


def _box(blocks: Blocks) -> dict[str, Any]:
    return {"kind": "box", "blocks": blocks}


def _text(runs: list[dict[str, Any]], align: str = "left") -> dict[str, Any]:
    return {"kind": "text", "align": align, "runs": runs}


def _run(text: str, **marks: bool) -> dict[str, Any]:
    return {"text": text, **marks}


# --- lines ------------------------------------------------------------------------------------------------------------


@attrs.define
class _Laid:
    """The blocks of a line as they are laid: what is on another side or in a fixed font is a block of its own."""

    blocks: Blocks = attrs.field(factory=list)
    align: str = "left"

    def add(self, text: str, **marks: bool) -> None:
        """A run behind the last one, in its block where that is of the same kind; a block ends the line before it."""
        runs = self.blocks[-1]["runs"] if self.blocks else None
        if runs is None or self._is_other(marks):
            if runs is not None and runs[1:] and runs[-1]["text"] == "\n":
                runs.pop()
            if runs is not None and text == "\n":
                return
            self.blocks.append(_text(runs := [], self.align))
        runs.append(_run(text, **marks))

    def _is_other(self, marks: dict[str, bool]) -> bool:
        last = self.blocks[-1]
        return bool(last["align"] != self.align or last["runs"][0].get("fixed") != marks.get("fixed"))

    def add_nodes(self, nodes: Iterable[TextNode], **marks: bool) -> None:
        """Formatted text."""
        for node in nodes:
            if isinstance(node, Styled):
                before, self.align = self.align, _SIDES.get(node.style, self.align)
                own = {_MARKS[node.style]: True} if node.style in _MARKS else {}
                self.add_nodes(node.nodes, **marks, **own)
                self.align = before
            elif isinstance(node, RawMarkup):
                self.add(_source(node.xml), **{**marks, "fixed": True})
            else:
                self.add("\n" if node is Mark.BREAK else FormattedText((node,)).plain(), **marks)


def _lines(line: Line, **marks: bool) -> Blocks:
    """The blocks of a line, with marks on all of it."""
    laid = _Laid()
    for piece in line:
        if isinstance(piece, FormattedText):
            laid.add_nodes(piece.nodes, **marks)
        elif isinstance(piece, AsItCame):
            laid.add(_source(piece.text), **{**marks, "fixed": True})
        else:
            own = {"italic": True} if isinstance(piece, Note) else {}
            laid.add(plain((piece,)), **{**marks, **own})
    return laid.blocks


def plain(line: Line) -> str:
    """The text of a line without its formatting."""
    return "".join(map(_plain_piece, line))


def _plain_piece(piece: Piece) -> str:
    if isinstance(piece, FormattedText):
        return piece.plain()
    if isinstance(piece, Quote | AsItCame | Moment | Note):
        return piece.text
    return piece.address if isinstance(piece, WebLink) else piece


def _source(text: str) -> str:
    return "".join(f"<{part} tegn>" if isinstance(part, int) else part for part in without_base64(text))
