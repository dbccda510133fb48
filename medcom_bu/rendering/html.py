"""A view as one file of HTML: no script, nothing fetched, every text escaped by its type.

All markup is made by :func:`element`, which escapes whatever is not :class:`markupsafe.Markup` already. Content of the
message is in a ``bdi`` of its own, with a visible mark for each sign that a reader would not see.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from collections.abc import Callable, Iterable, Iterator

from markupsafe import Markup, escape

from medcom_bu.rendering.style import CSS
from medcom_bu.rendering.view import (
    UNREAD,
    Article,
    AsItCame,
    Block,
    Described,
    Labelled,
    Line,
    Listing,
    Moment,
    Note,
    Notice,
    Paragraph,
    Part,
    PatientLine,
    Piece,
    Post,
    Quote,
    Remark,
    Section,
    ShownFile,
    ShownVerdict,
    View,
    WebLink,
    without_base64,
)
from medcom_bu.signs import INVISIBLE, name_of
from medcom_bu.values.text import FormattedText, Mark, RawMarkup, Style, Styled, TextNode

_HASH = base64.b64encode(hashlib.sha256(CSS.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; img-src data:; base-uri 'none'; form-action 'none'"
"""The Content-Security-Policy of a page, which a server may send along as well."""

_LARGEST_PICTURE = 5_000_000
_MOST_ON_TOP = 10
_VOID = {"meta", "br", "img"}


_NOTHING = Markup("")
_BREAK = Markup("<br>")


def element(name: str, /, *content: str, **attributes: str | None) -> Markup:
    """An element. What is not Markup is escaped; an attribute that is None is left out, one underscore is a hyphen.

    ``name`` and the names of attributes are ours. Ruff's rule S704 sees to it that nothing else makes Markup of a text.
    """
    start = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    end = "" if name in _VOID else f"</{name}>"
    return Markup(f"<{name}{start}>{_NOTHING.join(content)}{end}")  # noqa: S704


def together(parts: Iterable[str]) -> Markup:
    """Parts one after another; what is not Markup is escaped."""
    return _NOTHING.join(parts)


def document(view: View, *, embed: bool = True) -> str:
    """The view as a complete HTML5 file. ``embed`` puts files into it, so that they can be opened from the page."""
    numbers = itertools.count(1)
    articles = (_article(article, f"a{next(numbers)}", embed) for article in view.articles)
    head = (
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", view.title),
        element("style", Markup(CSS)),  # noqa: S704 - our own, and no sign of markup in it
    )
    body = element("body", element("main", *articles))
    page = element("html", element("head", *head), body, lang="da")
    return f"<!DOCTYPE html>\n{page}\n"


# --- articles ---------------------------------------------------------------------------------------------------------


def _article(article: Article, name: str, embed: bool) -> Markup:
    heading = element("h1", article.title, id=name)
    first, last = _verdict(article.verdict) if article.verdict is not None else (_NOTHING, _NOTHING)
    header = element(
        "header",
        element("p", "Fortroligt", class_="confidential"),
        heading,
        _marks(article.marks),
        _patient(article.patient) if article.patient is not None else "",
        *map(_notice, article.notices),
        first,
        _rows(article.top),
    )
    body = (_post(one, embed) if isinstance(one, Post) else _section(one, embed) for one in article.body)
    whole = element("div", header, *body, last, class_="sheet")
    return element("article", _running(article), whole, aria_labelledby=name)


def _marks(marks: Iterable[str]) -> Markup:
    spans = [element("span", mark, class_="mark unread" if mark == UNREAD else "mark") for mark in marks]
    return element("p", *spans) if spans else _NOTHING


def _running(article: Article) -> Markup:
    """What is on top of every printed page, and nowhere on a screen."""
    who = article.patient
    line: Line = (*who.name, " · ", f"{who.label}: ", *who.number, " · ") if who is not None else ()
    return element("div", element("p", _line((*line, article.title))), class_="running", aria_hidden="true")


def _notice(notice: Notice) -> Markup:
    return element("p", _line(notice.line), class_="notice")


_SORTS = {True: element("strong", "Fejl: "), False: "Advarsel: "}


def _verdict(verdict: ShownVerdict) -> tuple[Markup, Markup]:
    """What is on top and what stands last: on top that a message is wrong, and so much of it that it is read."""
    remarks = sorted(verdict.remarks, key=lambda remark: not remark.is_error)
    if not verdict.is_wrong:
        return _NOTHING, _checked(verdict.sentence, remarks, "meta")
    on_top, rest = remarks[:_MOST_ON_TOP], remarks[_MOST_ON_TOP:]
    more = f" {len(rest)} forhold mere står nederst." if rest else ""
    last = _checked("Resten af det kontrollen fandt:", rest, "meta") if rest else _NOTHING
    return _checked(verdict.sentence + more, on_top, "wrong"), last


def _checked(sentence: str, remarks: list[Remark], kind: str) -> Markup:
    items = [
        element("li", _SORTS[remark.is_error], remark.text, " ", element("span", visible(remark.path), class_="path"))
        for remark in remarks
    ]
    listed = element("ul", *items) if items else _NOTHING
    return element("section", element("h2", "Kontrol af meddelelsen"), element("p", sentence), listed, class_=kind)


def _patient(patient: PatientLine) -> Markup:
    number = element("span", f"{patient.label}: ", _line(patient.number), class_="number")
    age = (" ", element("span", f"{patient.age} ved afsendelsen", class_="age")) if patient.age else ()
    return element("p", element("span", _line(patient.name), class_="name"), " ", number, *age, class_="patient")


def _section(section: Section, embed: bool) -> Markup:
    return element("section", element("h2", section.title), *_blocks(section.blocks, embed), class_=str(section.kind))


def _post(post: Post, embed: bool) -> Markup:
    return element(
        "section",
        element("h2", _line(post.author)),
        element("p", _line(post.sent), class_="sent"),
        _marks(post.marks),
        *(element("p", _line(text), class_="text") for text in post.texts),
        _files(post.files, embed),
        _rows(post.rows),
        class_="post",
    )


# --- blocks -----------------------------------------------------------------------------------------------------------


def _blocks(blocks: Iterable[Block], embed: bool) -> Iterator[Markup]:
    for block in blocks:
        if isinstance(block, Described):
            yield _rows(block.rows)
        elif isinstance(block, Paragraph) and block.to_copy:
            yield element("pre", _line(block.line), tabindex="0")
        elif isinstance(block, Paragraph):
            yield element("p", _line(block.line), class_="lead" if block.lead else None)
        elif isinstance(block, Listing):
            yield element("ol", *(element("li", *_blocks(item, embed)) for item in block.items))
        elif isinstance(block, Part):
            yield element("h3", _line(block.title))
            yield from _blocks(block.blocks, embed)
        else:
            yield _files(block.files, embed)


def _rows(rows: Iterable[Labelled]) -> Markup:
    pairs = [together((element("dt", row.label), *(element("dd", _line(line)) for line in row.lines))) for row in rows]
    return element("dl", *pairs) if pairs else _NOTHING


def _files(files: Iterable[ShownFile], embed: bool) -> Markup:
    items = [element("li", *_file(file, embed)) for file in files]
    return element("ul", *items, class_="files") if items else _NOTHING


def _file(file: ShownFile, embed: bool) -> Iterator[Markup]:
    name = _quote(file.name) if file.name.strip() else escape(file.file_name)
    kind = together((_line(file.kind), " · " if file.kind and file.readable_size else "", file.readable_size))
    yield element("p", element("strong", name), " ", element("span", kind, class_="kind") if kind else "")
    spoken = INVISIBLE.sub("", file.name).strip() or file.file_name
    if file.address is not None:
        yield element(
            "p",
            element("a", "Åbn filen", aria_label=f"Åbn filen {spoken}", href=file.address, rel="noopener noreferrer"),
        )
    elif file.content is not None and embed:
        address = f"data:application/octet-stream;base64,{_base64(file.content)}"
        yield element(
            "p", element("a", "Hent filen", aria_label=f"Hent filen {spoken}", href=address, download=file.file_name)
        )
    elif file.why_not:
        yield element("p", file.why_not, class_="none")
    if file.content is not None and embed and file.is_picture and len(file.content) <= _LARGEST_PICTURE:
        source = f"data:{file.media_type};base64,{_base64(file.content)}"
        yield element("img", src=source, alt=spoken)
    yield _rows(file.rows)


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


# --- lines ------------------------------------------------------------------------------------------------------------


def _line(line: Line) -> Markup:
    return together(map(_piece, line))


def _piece(piece: Piece) -> str:
    if isinstance(piece, Quote):
        return _quote(piece.text)
    if isinstance(piece, FormattedText):
        return element("bdi", *map(_node, piece.nodes))
    if isinstance(piece, AsItCame):
        return element("bdi", _source(piece.text), class_="fixed source")
    if isinstance(piece, WebLink):
        return element("a", _quote(piece.address), href=piece.address, rel="noopener noreferrer nofollow")
    if isinstance(piece, Moment):
        return element("time", piece.text, datetime=piece.iso)
    if isinstance(piece, Note):
        return element("span", piece.text, class_="none")
    return Markup("/<wbr>").join(piece.split("/"))


def _quote(text: str) -> Markup:
    return element("bdi", visible(text))


def visible(text: str) -> Markup:
    """A text, escaped, with a mark for each sign that a reader would not see."""
    return Markup(INVISIBLE.sub(_mark, str(escape(text))))  # noqa: S704 - none of these signs is one of markup


def _mark(match: re.Match[str]) -> str:
    return f"<code>{name_of(match[0])}</code>"


def _source(text: str) -> Markup:
    return together(
        element("code", f"{part} tegn") if isinstance(part, int) else visible(part) for part in without_base64(text)
    )


_TAGS: dict[Style, Callable[..., Markup]] = {
    Style.RIGHT: lambda *content: element("span", *content, class_="right"),
    Style.CENTER: lambda *content: element("span", *content, class_="center"),
    Style.BOLD: lambda *content: element("b", *content),
    Style.ITALIC: lambda *content: element("i", *content),
    Style.UNDERLINE: lambda *content: element("u", *content),
    Style.FIXED_FONT: lambda *content: element(
        "span", *content, class_="fixed", tabindex="0", role="group", aria_label="Opstilling med fast bredde"
    ),
}


def _node(node: TextNode) -> str:
    if isinstance(node, Mark):
        return _BREAK if node is Mark.BREAK else " "
    if isinstance(node, Styled):
        return _TAGS[node.style](*map(_node, node.nodes))
    if isinstance(node, RawMarkup):
        return _source(node.xml)
    return visible(FormattedText((node,)).plain())
