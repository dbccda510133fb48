"""A PDF of plain Latin text, where the extra ``pdf`` is not installed: Helvetica on A4, on as many pages as it takes.

The same text gives the same bytes, everywhere: there is no date, no id and no compression in the file. It is neither
tagged nor PDF/A: its font is not in it. Characters are those of WinAnsiEncoding (windows-1252), which every reader can
show all the same. Source: ISO 32000-1 (PDF 1.7), 7.5 (file structure), 9.6.2.2 (standard fonts), annex D.2 (encoding).

>>> latin_pdf("Bilag", ["Første afsnit."])[:8]
b'%PDF-1.7'
>>> latin_pdf("Bilag", ["Første afsnit.", "\u0395"])
Traceback (most recent call last):
ValueError: paragraphs[1], character 0: not in WinAnsiEncoding; pip install 'medcom_bu[pdf]' writes any script
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from medcom_bu.signs import name_of

_PAGE_WIDTH, _PAGE_HEIGHT, _MARGIN = 595, 842, 57
_TITLE_SIZE, _TEXT_SIZE, _HEAD_SIZE = 16, 11, 9
_TITLE_LEADING, _TEXT_LEADING, _HEAD_LEADING, _GAP = 21, 14, 12, 7
_FOOT = 28

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


def latin_pdf(
    title: str,
    paragraphs: Sequence[str],
    *,
    patient: str | None = None,
    errors: Literal["strict", "mark"] = "strict",
) -> bytes:
    """A PDF with a title and paragraphs. A line feed in a paragraph begins a new line, a tab is four blanks.

    ``patient`` is at the top of every page, its number at the foot.

    Raises ValueError, which names the place, for a character that WinAnsiEncoding does not hold; with
    ``errors="mark"`` such a character is shown by its code point, such as ``<U+0395>``.
    """
    title = _known(title, "title", errors)
    head = [*_lines(_known(patient, "patient", errors), _HEAD_LEADING, _HEAD_SIZE), _Line(_GAP)] if patient else []
    lines = [*_lines(title, _TITLE_LEADING, _TITLE_SIZE)]
    for number, paragraph in enumerate(paragraphs):
        lines.append(_Line(_GAP))
        lines.extend(_lines(_known(paragraph, f"paragraphs[{number}]", errors), _TEXT_LEADING, _TEXT_SIZE))
    pages = [*_pages(lines, head)]
    return _file(title, [_content(page, f"Side {at} af {len(pages)}") for at, page in enumerate(pages, start=1)])


def _known(text: str, name: str, errors: str) -> str:
    match = _UNKNOWN.search(text)
    if match and errors != "mark":
        place = f"{name}, character {match.start()}"
        raise ValueError(f"{place}: not in WinAnsiEncoding; pip install 'medcom_bu[pdf]' writes any script")
    return _UNKNOWN.sub(lambda sign: f"<{name_of(sign[0])}>", text).replace("\t", "    ")


def _lines(text: str, leading: int, size: int) -> Iterator[_Line]:
    return (_Line(leading, size, line) for line in _wrapped(text, size))


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


def _pages(lines: Iterable[_Line], head: Sequence[_Line]) -> Iterator[list[_Line]]:
    """The lines of each page, which begins with those of ``head``."""
    page = [*head]
    room = left = _PAGE_HEIGHT - 2 * _MARGIN - sum(line.height for line in head)
    for line in lines:
        if line.height > left:
            yield page
            page, left = [*head], room
        page.append(line)
        left -= line.height
    yield page


def _content(page: Iterable[_Line], foot: str) -> bytes:
    """The drawing of one page."""
    parts, height = [b"BT"], _PAGE_HEIGHT - _MARGIN
    for line in page:
        height -= line.height
        if line.text:
            parts.append(_drawn(line, height))
    return b"\n".join((*parts, _drawn(_Line(_HEAD_LEADING, _HEAD_SIZE, foot), _FOOT), b"ET"))


def _drawn(line: _Line, height: int) -> bytes:
    text = re.sub(rb"([\\()])", rb"\\\1", line.text.encode("cp1252"))
    return b"/F1 %d Tf 1 0 0 1 %d %d Tm (%b) Tj" % (line.size, _MARGIN, height, text)


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
