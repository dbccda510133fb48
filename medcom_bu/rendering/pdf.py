"""A PDF of plain text: one column of Helvetica on A4, wrapped, on as many pages as it takes.

Meant for the overflow of a referral. The same text gives the same bytes, everywhere: there is no date, no id and no
compression in the file. Characters are those of WinAnsiEncoding (windows-1252), which every reader can show without
an embedded font. Source: ISO 32000-1 (PDF 1.7), 7.5 (file structure), 9.6.2.2 (standard fonts), annex D.2 (encoding).

>>> text_pdf("Bilag", ["Første afsnit."])[:8]
b'%PDF-1.7'
>>> text_pdf("Bilag", ["Første afsnit.", "\u0395"])
Traceback (most recent call last):
ValueError: paragraphs[1], character 0: not in WinAnsiEncoding
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

_PAGE_WIDTH, _PAGE_HEIGHT, _MARGIN = 595, 842, 57
_TITLE_SIZE, _TEXT_SIZE = 16, 11
_TITLE_LEADING, _TEXT_LEADING, _GAP = 21, 14, 7

# Adobe's metrics of Helvetica: thousandths of the font size -> the characters of that width.
_HELVETICA = {
    191: "'",
    222: "ijl‚‘’",
    260: "|¦",
    278: " !,./:;I[\\]ft·ÌÍÎÏìíîï\u00a0",
    333: "()-`r„ˆ‹“”˜›¡¨¯²³´¸¹\u00ad",
    334: "{}",
    350: "•",
    355: '"',
    365: "º",
    370: "ª",
    389: "*",
    400: "°",
    469: "^",
    500: "Jcksvxyzšžçýÿ",
    537: "¶",
    556: "#$0123456789?L_abdeghnopqu€ƒ†‡–¢£¤¥§«µ»àáâãäåèéêëðñòóôõöùúûüþ",
    584: "+<=>~¬±×÷",
    611: "FTZŽ¿ßø",
    667: "&ABEKPSVXYŠŸÀÁÂÃÄÅÈÉÊËÝÞ",
    722: "CDHNRUwÇÐÑÙÚÛÜ",
    737: "©®",
    778: "GOQÒÓÔÕÖØ",
    833: "Mm",
    834: "¼½¾",
    889: "%æ",
    944: "Wœ",
    1000: "…‰Œ—™Æ",
    1015: "@",
}
_WIDTHS = {character: width for width, characters in _HELVETICA.items() for character in characters}
_UNKNOWN = re.compile(f"[^{re.escape(''.join(_WIDTHS))}\t\r\n]")


class _Line(NamedTuple):
    """A line of text, or a gap, and what it takes of the height of a page, in points."""

    height: int
    size: int = _TEXT_SIZE
    text: str = ""


def text_pdf(title: str, paragraphs: Sequence[str], *, errors: Literal["strict", "replace"] = "strict") -> bytes:
    """A PDF with a title and paragraphs. A line feed in a paragraph begins a new line, a tab is four blanks.

    Raises ValueError, which names the place, for a character that WinAnsiEncoding does not hold; with
    ``errors="replace"`` such a character becomes ``?``.
    """
    title = _known(title, "title", errors)
    lines = [_Line(_TITLE_LEADING, _TITLE_SIZE, text) for text in _wrapped(title, _TITLE_SIZE)]
    for number, paragraph in enumerate(paragraphs):
        lines.append(_Line(_GAP))
        clean = _known(paragraph, f"paragraphs[{number}]", errors)
        lines.extend(_Line(_TEXT_LEADING, text=text) for text in _wrapped(clean, _TEXT_SIZE))
    return _file(title, [_content(page) for page in _pages(lines)])


def _known(text: str, name: str, errors: str) -> str:
    match = _UNKNOWN.search(text)
    if match and errors != "replace":
        raise ValueError(f"{name}, character {match.start()}: not in WinAnsiEncoding")
    return _UNKNOWN.sub("?", text).replace("\t", "    ")


def _wrapped(text: str, size: int) -> Iterator[str]:
    """The lines of a text: broken at a blank, or within a word that is wider than the page."""
    room = (_PAGE_WIDTH - 2 * _MARGIN) * 1000 // size
    for line in re.split(r"\r\n|\r|\n", text):
        start = after_blank = width = 0
        for place, character in enumerate(line):
            width += _WIDTHS[character]
            if character == " ":
                after_blank = place + 1
                continue
            while width > room:
                end = after_blank if after_blank > start else place
                yield line[start:end].rstrip(" ")
                start, width = end, sum(_WIDTHS[character] for character in line[end : place + 1])
        yield line[start:].rstrip(" ")


def _pages(lines: Iterable[_Line]) -> Iterator[list[_Line]]:
    page: list[_Line] = []
    room = left = _PAGE_HEIGHT - 2 * _MARGIN
    for line in lines:
        if line.height > left:
            yield page
            page, left = [], room
        page.append(line)
        left -= line.height
    yield page


def _content(page: Iterable[_Line]) -> bytes:
    """The drawing of one page."""
    parts, height = [b"BT"], _PAGE_HEIGHT - _MARGIN
    for line in page:
        height -= line.height
        if line.text:
            text = re.sub(rb"([\\()])", rb"\\\1", line.text.encode("cp1252"))
            parts.append(b"/F1 %d Tf 1 0 0 1 %d %d Tm (%b) Tj" % (line.size, _MARGIN, height, text))
    return b"\n".join((*parts, b"ET"))


def _file(title: str, contents: Sequence[bytes]) -> bytes:
    """The objects of the document, numbered from 1, and the table of where they are."""
    kids = b" ".join(b"%d 0 R" % (5 + 2 * number) for number in range(len(contents)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Lang(da)>>",
        b"<</Type/Pages/Count %d/Kids[%b]/MediaBox[0 0 %d %d]/Resources<</Font<</F1 3 0 R>>>>>>"
        % (len(contents), kids, _PAGE_WIDTH, _PAGE_HEIGHT),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Title<FEFF%b>>>" % title.encode("utf-16-be").hex().encode(),
    ]
    for number, content in enumerate(contents):
        objects.append(b"<</Type/Page/Parent 2 0 R/Contents %d 0 R>>" % (6 + 2 * number))
        objects.append(b"<</Length %d>>stream\n%b\nendstream" % (len(content), content))
    file, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(file))
        file += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<</Size %d/Root 1 0 R/Info 4 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return bytes(file + end % (size, table, size, len(file)))
