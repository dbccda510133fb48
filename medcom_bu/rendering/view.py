"""What a page shows, in Danish and in the order in which it is read: the model that every form of a page is made of.

A :class:`View` holds an article for each letter, receipt and thread. An HTML page and a PDF are two forms of it, and
what must be shown is compared with it. All is plain data; nothing of it is markup.

A line is a tuple of pieces. A ``str`` is in our own words; :class:`Quote`, :class:`FormattedText`, :class:`AsItCame`
and :class:`WebLink` hold content of the message, which a form must isolate and escape, with a visible mark for each
sign of :data:`medcom_bu.signs.INVISIBLE`. A ``repr`` shows none of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

from medcom_bu.arguments import Words
from medcom_bu.values.text import FormattedText


class _Quiet:
    """A ``repr`` that says what it is, and nothing of a person."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


@attrs.frozen(repr=False)
class Quote(_Quiet):
    """A text of the message, its line feeds and blanks as they came."""

    text: str


@attrs.frozen(repr=False)
class AsItCame(_Quiet):
    """XML, or a segment of EDIFACT, that has no place in the standard, shown as text in a font of fixed width."""

    text: str


@attrs.frozen(repr=False)
class WebLink(_Quiet):
    """A plain address of http or https in the message, which a reader may follow."""

    address: str


@attrs.frozen(repr=False)
class Moment(_Quiet):
    """A date, or a date and a time, as Danes write it, and as machines do (``iso``)."""

    text: str
    iso: str


@attrs.frozen
class Note:
    """A remark of ours in a place where content could have been, such as what is not given."""

    text: str


ABSENT = Note("Ikke angivet")
"""What is shown where something is not given."""

UNREAD = "Ulæst"
"""The mark of what the caller says is unread."""

Piece = str | Quote | FormattedText | AsItCame | WebLink | Moment | Note
Line = tuple[Piece, ...]


@attrs.frozen(repr=False)
class Labelled(_Quiet):
    """A label and what comes after it, one line or several."""

    label: str
    lines: tuple[Line, ...]


@attrs.frozen(repr=False)
class Described(_Quiet):
    """Labels with their contents."""

    rows: tuple[Labelled, ...]


@attrs.frozen(repr=False)
class Paragraph(_Quiet):
    """A line or a running text; a ``lead`` is what a reader looks for first.

    One that is ``to_copy`` is selected as a whole.
    """

    line: Line
    lead: bool = False
    to_copy: bool = False


@attrs.frozen(repr=False)
class Listing(_Quiet):
    """Blocks in a numbered list."""

    items: tuple[tuple[Block, ...], ...]


@attrs.frozen(repr=False)
class Part(_Quiet):
    """A part of a section under a heading of its own."""

    title: Line
    blocks: tuple[Block, ...]


@attrs.frozen(repr=False)
class ShownFile(_Quiet):
    """A file of a message as a page shows it.

    ``name``: what the sender calls it.
    ``kind``: its type in Danish.
    ``size``: the size of the content in bytes.
    ``content``: its bytes; None where the file is not available.
    ``why_not``: why it is not available, in Danish.
    ``identifier``: the UUID of a letter's file, or the identifier of a segment.
    ``media_type``: what its bytes are by their own beginning.
    ``file_name``: a name that is safe to store it under.
    ``address``: where a reader may fetch it instead.
    ``rows``: what else is known of it.
    """

    name: str
    kind: Line = ()
    size: int | None = None
    content: bytes | None = None
    why_not: str = ""
    identifier: str | None = None
    media_type: str = "application/octet-stream"
    file_name: str = "fil.bin"
    address: str | None = None
    rows: tuple[Labelled, ...] = ()

    @property
    def is_picture(self) -> bool:
        """Whether the bytes are a picture that every reader shows and that cannot act: PNG, JPEG or GIF."""
        return self.media_type in PICTURES

    @property
    def readable_size(self) -> str:
        """The size in words, such as ``12,6 kB``; empty where there is none."""
        return "" if self.size is None else readable_size(self.size)


PICTURES = ("image/png", "image/jpeg", "image/gif")


def readable_size(count: int) -> str:
    """A number of bytes in words: ``980 byte``, ``12,6 kB``, ``1,8 MB``."""
    for unit, amount in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= amount:
            return f"{count / amount:.1f} {unit}".replace(".", ",")
    return f"{count} byte"


@attrs.frozen(repr=False)
class Files(_Quiet):
    """Files that belong to what comes before them."""

    files: tuple[ShownFile, ...]


Block = Described | Paragraph | Listing | Part | Files


class SectionKind(Words):
    """How a section is to be seen: as any other, as a warning on the patient, as data on the message itself."""

    CONTENT = "content"
    WARNING = "warning"
    DETAILS = "details"


@attrs.frozen(repr=False)
class Section(_Quiet):
    """A part of an article with its heading."""

    title: str
    blocks: tuple[Block, ...]
    kind: SectionKind = SectionKind.CONTENT


@attrs.frozen(repr=False)
class Post(_Quiet):
    """What one author wrote at one time in a thread: texts, then their files.

    ``marks`` are short words on its place in the thread (``Ulæst``, ``Svar``, ``Parallelt svar``); ``rows`` say which
    message it answers and how its author is reached. ``identifiers`` are those of its segments.
    """

    author: Line
    sent: Line
    marks: tuple[str, ...]
    rows: tuple[Labelled, ...]
    texts: tuple[Line, ...]
    files: tuple[ShownFile, ...]
    identifiers: tuple[str, ...] = ()


class NoticeKind(Words):
    """What a notice is about."""

    CORRECTION = "correction"
    URGENT = "urgent"
    UNKNOWN_CODE = "unknown code"
    OTHER_PATIENT = "other patient"
    NOT_READ = "not read"


@attrs.frozen(repr=False)
class Notice(_Quiet):
    """What must be seen before anything is read: it is in a box."""

    kind: NoticeKind
    line: Line


@attrs.frozen(repr=False)
class Remark(_Quiet):
    """One thing that a report says, in its own words: no content of a message."""

    text: str
    path: str
    is_error: bool = True


@attrs.frozen(repr=False)
class ShownVerdict(_Quiet):
    """What the report came to, in a sentence, and what it found. ``is_wrong`` where the message is invalid."""

    sentence: str
    remarks: tuple[Remark, ...]
    is_wrong: bool


@attrs.frozen(repr=False)
class PatientLine(_Quiet):
    """Who it is about: names, the kind of number and the number, the age in words on the day it was sent."""

    name: Line
    label: str
    number: Line
    age: str = ""


@attrs.frozen(repr=False)
class Article(_Quiet):
    """One letter, receipt or thread.

    ``verdict`` is None where no report was given. ``marks`` are short words on what it is (``Ny meddelelse``,
    ``Ulæst``), ``notices`` what must be seen first, ``top`` who it is from and to, when, and on what. The patient is to
    stand on every printed page of the article.
    """

    title: str
    verdict: ShownVerdict | None = None
    marks: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    patient: PatientLine | None = None
    top: tuple[Labelled, ...] = ()
    body: tuple[Section | Post, ...] = ()


@attrs.frozen(repr=False)
class View(_Quiet):
    """All that is on a page: its title, without a person in it, and its articles."""

    title: str
    articles: tuple[Article, ...]


# --- pieces of content that every form shows alike ------------------------------------------------------------------

_BASE64 = re.compile(r"[A-Za-z0-9+/]{60,}=*(\s++[A-Za-z0-9+/]{60,}=*)*(\s++[A-Za-z0-9+/]*+={0,2}(?=\s*+(<|$)))?")
_WEB = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?([/?#][!-~]*)?", re.IGNORECASE)


def without_base64(text: str) -> Iterator[str | int]:
    """A text that came as it is: its parts in order, and for long base64 only how many characters it has."""
    end = 0
    for match in _BASE64.finditer(text):
        yield from filter(None, (text[end : match.start()],))
        yield len(match[0])
        end = match.end()
    yield from filter(None, (text[end:],))


def address(text: str) -> Quote | WebLink:
    """An address of a message: one to follow where it is a plain one of http or https, else its text."""
    return WebLink(text) if _WEB.fullmatch(text) else Quote(text)
