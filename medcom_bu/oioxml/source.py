"""From bytes to a tree that is safe and small: attachments are cut out and decoded before the XML is parsed.

Any DOCTYPE is refused, no entity, DTD or network address is followed, and no text above 10 million characters is
taken, but for the base64 of ``Object_Base64Encoded``, which never reaches the XML parser.
"""

from __future__ import annotations

import functools
import io
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from encodings.aliases import aliases
from typing import Any, BinaryIO

import attrs
from lxml import etree

from medcom_bu.issues import Issue
from medcom_bu.oioxml import kinds
from medcom_bu.values.base64 import Base64, Base64Layout, Decoder

PAYLOAD = "Object_Base64Encoded"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
HINTS = frozenset({XSI + "schemaLocation", XSI + "noNamespaceSchemaLocation"})
"""Attributes that say where a schema may be found. They may stand anywhere, and are not part of a message."""

_Original = Callable[[int, int], tuple[int, int]]

_local = threading.local()
_CHUNK = 1 << 18
_SKELETON_LIMIT = 1 << 26
_LOOK_BACK = 1 << 16
_ENDS = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
_PROLOG = re.compile(rb"\s+|<!--.*?-->|<\?.*?\?>", re.DOTALL)
_ASIDES = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.DOTALL)
_DECLARED = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z][\w.-]{0,40})["']""")
_SINGLE_BYTE = ("iso-8859-1", "iso-8859-15", "windows-1252", "latin1", "us-ascii")
_C1 = bytes(range(0x80, 0xA0))
_WINDOWS = re.compile(rb"(?<![\xc2-\xef])[\x80-\x9f]")
_ENCODING_ERRORS = (9, 31, 32, 81, 6003)
_LIMIT_ERRORS = (89, 114, 1549)
_LIMIT_WORDS = ("huge", "too long", "depth", "amplification", "limit")


@attrs.frozen
class Document:
    """A parsed document: its root, the decoded content of the elements whose base64 was cut out, the bytes of the rest.

    In a document that a schema of the letters accepts, only attributes of XML Schema itself can stand, and they need
    a prefix; ``may_have_attributes`` is False where the document declares none.
    """

    root: etree._Element
    payloads: Mapping[etree._Element, Base64]
    may_have_attributes: bool
    size: int


def load(data: bytes | BinaryIO, payload: str = PAYLOAD) -> tuple[Document | None, list[Issue]]:
    """Parse bytes, or a seekable binary file, into a document; ``payload`` names the elements that hold base64.

    Issues: ``xml.not-well-formed``, ``xml.encoding``, ``xml.encoding-declaration``, ``xml.doctype``,
    ``xml.too-large``, ``xml.not-carried``. Never raises for bad input.
    """
    skeleton, cut, original = _cut(data, payload)
    if skeleton is None:
        return None, [kinds.TOO_LARGE.at("/", reason=f"{_SKELETON_LIMIT} bytes")]
    if _has_doctype(skeleton):
        return None, [kinds.DOCTYPE.at("/")]
    try:
        root = etree.fromstring(skeleton, _parser())
    except etree.XMLSyntaxError as error:
        return None, [_syntax_issue(error, skeleton, original)]
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]
        return None, [kinds.DOCTYPE.at("/")]
    carriers = list(root.iter("{*}" + payload)) if cut else []
    if len(carriers) != len(cut):
        return None, [kinds.NOT_WELL_FORMED.at("/", reason=f"{payload} in an unusual form")]
    payloads = {carrier: payload for carrier, payload in zip(carriers, cut, strict=True) if payload is not None}
    may_have_attributes = skeleton.rfind(b"xmlns:") >= 0 or _is_wide(skeleton)  # from the end is much faster
    return Document(root, payloads, may_have_attributes, len(skeleton)), list(_remarks(skeleton))


def _parser() -> etree.XMLParser:
    """The parser of this thread."""
    parser: etree.XMLParser | None = getattr(_local, "parser", None)
    if parser is None:
        parser = _local.parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            remove_comments=True,
            remove_pis=True,
            huge_tree=False,
        )
    return parser


def _has_doctype(skeleton: bytes) -> bool:
    if _is_wide(skeleton):
        skeleton = skeleton[:_CHUNK].translate(None, b"\0\xff\xfe")
    if b"!" not in skeleton or b"!DOCTYPE" not in skeleton:  # one sign is found much faster than a word
        return False
    at = 3 if skeleton.startswith(b"\xef\xbb\xbf") else 0
    while found := _PROLOG.match(skeleton, at):
        at = found.end()
    return skeleton.startswith(b"<!DOCTYPE", at)


def _is_wide(data: bytes) -> bool:
    """Whether the bytes are UTF-16 or UTF-32."""
    return b"\0" in data[:4]


def _remarks(skeleton: bytes) -> Iterator[Issue]:
    found = _DECLARED.match(skeleton)
    declared = found.group(1).decode() if found else ""
    if declared.lower() in _SINGLE_BYTE and not skeleton.isascii():
        actual = _other_encoding(skeleton, declared.lower())
        if actual:
            yield kinds.ENCODING_LIES.at("/", declared=declared, actual=actual)
    end = skeleton.find(b"?>") + 2 if found else 0
    if b"!" in skeleton or skeleton.find(b"?", end) >= 0:
        count = sum(not found.startswith((b"<![", b"<?xml ")) for found in _ASIDES.findall(skeleton))
        if count:
            yield kinds.NOT_CARRIED.at("/", count=count)


def _other_encoding(skeleton: bytes, declared: str) -> str | None:
    try:
        skeleton.decode("utf-8")
    except UnicodeDecodeError:
        windows = declared == "iso-8859-1" and len(skeleton.translate(None, _C1)) < len(skeleton)
        return "windows-1252" if windows and _WINDOWS.search(skeleton) else None
    return "UTF-8"


def _syntax_issue(error: Any, skeleton: bytes, original: _Original) -> Issue:
    line, column = original(*(error.position or (0, 0)))
    path = f"line {line}, column {column}"
    reason = etree.ErrorTypes._getName(error.code, "unknown")
    if error.code in _LIMIT_ERRORS or any(word in str(error.msg) for word in _LIMIT_WORDS):
        return kinds.TOO_LARGE.at(path, reason=reason)
    if error.code in _ENCODING_ERRORS:
        return kinds.BAD_ENCODING.at(path, declared=_declared(skeleton))
    return kinds.NOT_WELL_FORMED.at(path, reason=reason)


def _declared(skeleton: bytes) -> str:
    """The declared encoding, where it is the name of one."""
    found = _DECLARED.match(skeleton)
    declared = found.group(1).decode() if found else "UTF-8"
    name = declared.lower().replace("-", "_")
    return declared if name in aliases or name in aliases.values() else "?"


# --- cutting the attachments out ----------------------------------------------------------------------------------


@functools.cache
def _markup(payload: str) -> re.Pattern[bytes]:
    """What the cutter stops at: comments, CDATA sections, instructions, and the elements that hold base64."""
    return re.compile(rb"<!--|<!\[CDATA\[|<\?|<(?:[A-Za-z_][\w.-]*:)?" + payload.encode() + rb"(?=[\s/>])[^<>]*>")


def _as_it_is(line: int, column: int) -> tuple[int, int]:
    return line, column


def _cut(data: bytes | BinaryIO, payload: str) -> tuple[bytes | None, list[Base64 | None], _Original]:
    """The document without the text of its base64 elements, and that text decoded, one entry for each element.

    An entry is None where the element was left as it is: it holds more than base64. The skeleton is None where it
    would be larger than the limit. The function at the end turns a line and column of it into those of the document.
    """
    if isinstance(data, bytes) and payload.encode() not in data:
        return (data if len(data) <= _SKELETON_LIMIT else None), [], _as_it_is
    file = io.BytesIO(data) if isinstance(data, bytes) else data
    head = file.read(4)
    file.seek(-len(head), io.SEEK_CUR)
    if _is_wide(head):
        whole = file.read(_SKELETON_LIMIT + 1)
        return (whole if len(whole) <= _SKELETON_LIMIT else None), [], _as_it_is
    cutter = _Cutter(file, payload)
    return cutter.run(), cutter.cut, cutter.original


class _Cutter:
    """Goes through a file once; ``self.buffer`` from ``self.next`` on is what was read and not yet dealt with.

    ``self.at`` is the offset in the file of what comes next.
    """

    def __init__(self, file: BinaryIO, payload: str) -> None:
        self.file = file
        self.markup = _markup(payload)
        self.buffer = b""
        self.next = 0
        self.at = file.tell()
        self.skeleton = bytearray()
        self.cut: list[Base64 | None] = []
        self.gaps: list[tuple[int, int, int]] = []  # offset in the skeleton, start and end in the file

    def run(self) -> bytes | None:
        while (more := self._more()) or self.next < len(self.buffer):
            found = self.markup.search(self.buffer, self.next)
            if found is None:
                self._keep(self._before_open_tag() if more else len(self.buffer))
            elif (end := _ENDS.get(found.group())) is not None:
                self._keep(found.end())
                self._keep_through(end)
            else:
                self._keep(found.end())
                self._payload(found.group().endswith(b"/>"))
            if len(self.skeleton) > _SKELETON_LIMIT:
                return None
        return bytes(self.skeleton)

    def _before_open_tag(self) -> int:
        """Where a tag begins that may end in the next chunk; the end of the buffer where there is none."""
        size = len(self.buffer)
        start = self.buffer.rfind(b"<", max(self.next, size - _LOOK_BACK))
        return size if start < 0 else start

    def _more(self) -> bool:
        """Have at least one chunk at hand; False at the end of the file."""
        if len(self.buffer) - self.next < _CHUNK:
            read = self.file.read(_CHUNK)
            if read:
                self.buffer = self.buffer[self.next :] + read
                self.next = 0
            return bool(read)
        return True

    def _take(self, end: int) -> bytes:
        """What stands in the buffer before ``end``."""
        taken = self.buffer[self.next : end]
        self.next += len(taken)
        self.at += len(taken)
        return taken

    def _keep(self, end: int) -> None:
        self.skeleton += self._take(end)

    def _keep_through(self, end: bytes) -> None:
        """Keep everything through the next ``end``, or to the end of the file."""
        while (place := self.buffer.find(end, self.next)) < 0:
            self._keep(len(self.buffer) - len(end) + 1)
            if not self._more() or len(self.skeleton) > _SKELETON_LIMIT:
                self._keep(len(self.buffer))
                return
        self._keep(place + len(end))

    def _payload(self, is_empty: bool) -> None:
        if is_empty:
            self.cut.append(None)
            return
        start, decoder = self.at, Decoder()
        while (place := self.buffer.find(b"<", self.next)) < 0:
            decoder.feed(self._take(len(self.buffer)))
            if not self._more():
                break
        decoder.feed(self._take(max(place, self.next)))
        content, layout = decoder.finish()
        if content is None or not self._at_end_tag():
            self.cut.append(None)
            self.skeleton += self._raw(start, self.at)
            return
        self.cut.append(Base64(content, None if layout else self._text(start, self.at), layout or Base64Layout()))
        self.gaps.append((len(self.skeleton), start, self.at))

    def _at_end_tag(self) -> bool:
        """Whether an end tag comes next, not a child, a comment or a section of CDATA, which would part the text."""
        self._more()
        return self.buffer.startswith(b"</", self.next)

    def _raw(self, start: int, end: int) -> bytes:
        here = self.file.tell()
        self.file.seek(start)
        raw = self.file.read(min(end - start, _SKELETON_LIMIT + 1))
        self.file.seek(here)
        return raw

    def _text(self, start: int, end: int) -> str:
        return self._raw(start, end).decode("ascii").replace("\r\n", "\n").replace("\r", "\n")

    def original(self, line: int, column: int) -> tuple[int, int]:
        """The line and column in the file of a place in the skeleton, both from 1."""
        here, across, before = 1, 1, 0
        more_lines = more_columns = 0
        for at, start, end in self.gaps:
            breaks = self.skeleton.count(b"\n", before, at)
            across = at - self.skeleton.rfind(b"\n", before, at) if breaks else across + at - before
            here, before = here + breaks, at
            if (here, across) > (line, column):
                break
            lines, rest = self._extent(start, end)
            more_lines += lines
            if here == line:
                more_columns = rest + 1 - across if lines else more_columns + rest
        return line + more_lines, column + more_columns

    def _extent(self, start: int, end: int) -> tuple[int, int]:
        """How many line feeds stand in a part of the file, and how many bytes after the last of them."""
        lines = rest = 0
        self.file.seek(start)
        for at in range(start, end, _CHUNK):
            piece = self.file.read(min(_CHUNK, end - at))
            breaks = piece.count(b"\n")
            lines += breaks
            rest = len(piece) - piece.rfind(b"\n") - 1 if breaks else rest + len(piece)
        return lines, rest
