"""PDFs for the record: of messages, and of texts such as what a referral has no room for.

The extra ``pdf`` brings typst, which sets them: tagged, in Danish, with their fonts in them, names in any script.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from medcom_bu.arguments import check, check_word
from medcom_bu.directory import Directory
from medcom_bu.issues import Parsed
from medcom_bu.rendering.latin_pdf import latin_pdf
from medcom_bu.rendering.page import Shown, options_of
from medcom_bu.rendering.pdf_view import document_of
from medcom_bu.rendering.typesetting import Blocks, Errors, FontFolder, PdfArticle, PdfDocument, readable, typeset
from medcom_bu.rendering.typst_engine import has_typst
from medcom_bu.rendering.viewing import view_of
from medcom_bu.wire import Message

NEEDS_TYPST = "typst sets the PDF: pip install 'medcom_bu[pdf]'"

_EMPTY_LINES = re.compile(r"\n(?:[ ]*\n)+")


def as_pdf(
    message: Shown | Sequence[Shown],
    *,
    directory: Directory | None = None,
    unread: Collection[Message | Parsed[Any] | str] = (),
    date: datetime | None = None,
    fonts: FontFolder | None = None,
    errors: Errors = "strict",
) -> bytes:
    """The page of a message as a PDF for the record: what :func:`medcom_bu.as_page` shows, in the same order.

    It is tagged, in Danish, PDF/UA-1 and PDF/A-2a, its fonts embedded; the patient and the page's number stand on every
    page. Files are named with type and size; what is in them is not in the PDF.

    ``message``, ``directory``, ``unread``: those of ``as_page``.
    ``date``: the moment that the file has; left out, it is when the message was sent, of several the last. A message
    that does not tell it gives a file without a date, which is not PDF/A.
    ``fonts``, ``errors``: those of :func:`text_pdf`.

    The same arguments give the same bytes with the same version of typst.

    Raises ImportError without the extra ``pdf``, ValueError for a character that no font has, which names its script
    and never the text, TypeError for an argument of another type, NotADirectoryError where ``fonts`` is not a folder.
    Source: ISO 19005-2 (PDF/A-2), ISO 14289-1 (PDF/UA-1).
    """
    _check_options("as_pdf", date, fonts, errors)
    check("as_pdf: directory", directory, Directory | None)
    check("as_pdf: unread", unread, Collection[Message | Parsed[Any] | str])
    view = view_of(message, options_of(directory, None, unread), "as_pdf")
    if not has_typst():
        raise ImportError(f"as_pdf: {NEEDS_TYPST}")
    return typeset(document_of(view, date), fonts=fonts, errors=errors)


def text_pdf(
    text: str | Sequence[tuple[str, str]],
    *,
    title: str,
    patient: str | None = None,
    date: datetime | None = None,
    fonts: FontFolder | None = None,
    errors: Errors = "strict",
) -> bytes:
    """A PDF of plain text: tagged, in Danish, PDF/UA-1 and, with a ``date``, PDF/A-2a, its fonts embedded.

    ``text``: one text, or sections, each a pair of a heading ("" for none) and a text. A line feed begins a new line.
    ``title``: on top, and at the foot of each page beside its number.
    ``patient``: a line such as ``"Name · 251248-9996"`` at the top of each page, two lines of it at most.
    ``date``: the moment that the file has, Danish time where it has no zone; without it the file has none, which PDF/A
    does not allow.
    ``fonts``: a folder of fonts, read once a process, that are asked beside those of typst for scripts that these lack,
    such as Chinese; the system's fonts are never asked.
    ``errors``: with ``"mark"`` a character that no font has is shown by its code point (``<U+738B>``), as a sign that a
    reader does not see always is; with ``"strict"``, the default, it is an error.

    The same arguments give the same bytes with the same version of typst. Without the extra ``pdf`` the text is written
    by a small writer of the library's own instead: Latin text alone, not tagged, no claim to PDF/A, no ``date``.

    Raises ValueError for an empty title, and for a character that no font has, which names its script and never the
    text; TypeError for an argument of another type; ImportError for ``fonts`` without the extra, NotADirectoryError
    where it is not a folder.
    Source: ISO 19005-2 (PDF/A-2), ISO 14289-1 (PDF/UA-1).

    >>> text_pdf("Første linje.", title="Bilag")[:5]
    b'%PDF-'
    """
    _check_options("text_pdf", date, fonts, errors)
    check("text_pdf: title", title, str)
    check("text_pdf: patient", patient, str | None)
    if not title.strip():
        raise ValueError("text_pdf: title is empty, and PDF/UA-1 asks for one")
    sections = [("", text)] if isinstance(text, str) else _sections(text)
    if has_typst():
        blocks = [block for heading, content in sections for block in _blocks(heading, content)]
        article = PdfArticle(title, patient, blocks)
        return typeset(PdfDocument(title, (article,), date), fonts=fonts, errors=errors)
    if fonts is not None:
        raise ImportError(f"fonts: {NEEDS_TYPST}")
    paragraphs = [readable(part) for section in sections for part in section if part]
    return latin_pdf(readable(title), paragraphs, patient=None if patient is None else readable(patient), errors=errors)


def _check_options(name: str, date: object, fonts: object, errors: object) -> None:
    check(f"{name}: date", date, datetime | None)
    check(f"{name}: fonts", fonts, FontFolder | None)
    check_word(f"{name}: errors", errors, ("strict", "mark"))


def _sections(text: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    check("text_pdf: text", text, str | Sequence[tuple[str, str]])
    if any(len(section) != 2 for section in text):
        raise TypeError("text_pdf: a section is a pair of texts, its heading and what it says")
    return text


def _blocks(heading: str, text: str) -> Blocks:
    """A section: its heading where it has one, and a paragraph for each part of the text between empty lines."""
    head: Blocks = [{"kind": "heading", "level": 2, "text": heading}] if heading else []
    parts = _EMPTY_LINES.split(readable(text))
    return head + [{"kind": "text", "align": "left", "runs": [{"text": part}]} for part in parts if part.strip()]
