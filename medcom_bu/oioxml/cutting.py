"""Bytes to a document without its attachments: they are cut out and decoded before the XML is parsed.

What is left, the skeleton, is of an encoding in which ASCII stands for itself.
"""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from encodings.aliases import aliases
from typing import BinaryIO, NamedTuple

from medcom_bu.issues import Issue, Position, Text
from medcom_bu.oioxml import catalogue
from medcom_bu.positions import Gap, in_xml
from medcom_bu.values.base64 import Base64, Base64Decoder, Base64Layout, decoded

PAYLOAD = "Object_Base64Encoded"

_Original = Callable[[int, int], tuple[int, int]]

_CHUNK = 1 << 18
_LOOK_BACK = 1 << 16
_HEAD = 1_000
_SAMPLE = 1 << 16
"""So many bytes of base64 are left where an attribute may name a type: more than a type with a bound allows."""

_ENDS = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
DECLARATION = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml\s")
_DECLARED = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml\s[^>]*?encoding\s*=\s*["']([^"'>]*)["']""")
_KNOWN = frozenset(aliases) | frozenset(aliases.values())
_ASCII = bytes(range(0x80))
_WIDE = (
    *((b"\xff\xfe\0\0", "UTF-32"), (b"\0\0\xfe\xff", "UTF-32"), (b"<\0\0\0", "UTF-32"), (b"\0\0\0<", "UTF-32")),
    *((b"\xff\xfe", "UTF-16-LE"), (b"\xfe\xff", "UTF-16-BE"), (b"<\0", "UTF-16-LE"), (b"\0<", "UTF-16-BE")),
)
"""How a document begins whose characters are wider than a byte."""


def too_large(path: str, limit: int, what: Text) -> Issue:
    """What goes beyond a limit."""
    return catalogue.TOO_LARGE.issue(path, limit=limit, what=what)


def without_line(issue: Issue) -> Issue:
    """An issue on a value, whose bytes nobody sees: a line of them says nothing."""
    return issue.at("/") if issue.path.startswith("line ") else issue


# --- encodings ------------------------------------------------------------------------------------------------------


def _wide_encoding(head: bytes) -> str | None:
    """The encoding of a document whose characters are wider than a byte, by how it begins."""
    if head[:1] == b"<" and head[1:2] != b"\0":
        return None
    return next((name for start, name in _WIDE if head.startswith(start)), None)


def _declared(head: bytes) -> tuple[str, Issue | None]:
    """The declared encoding, empty where there is none, and why it is not read."""
    declaration = _DECLARED.match(head)
    if declaration is None:
        is_long = DECLARATION.match(head) and b"?>" not in head
        fault = too_large("/", _HEAD, Text("bytes in the XML declaration", "byte i XML-erklæringen"))
        return "", fault if is_long else None
    name = declaration.group(1).decode("latin-1")
    normal = name.lower().replace("-", "_")
    is_known = normal in _KNOWN  # no other name is looked up: Python keeps what is asked
    if is_known and _is_transparent(normal):
        return name, None
    path = f"line 1, column {declaration.end() + 1}"
    return name, catalogue.BAD_ENCODING.issue(path, declared=name if is_known else "?")


@functools.cache
def _is_transparent(name: str) -> bool:
    """Whether the bytes of ASCII stand for themselves in an encoding of Python, so that markup can be seen."""
    try:
        return _ASCII.decode(name) == _ASCII.decode("ascii")
    except (LookupError, UnicodeError):
        return False


# --- cutting the attachments out ----------------------------------------------------------------------------------


@functools.cache
def _markup(payload: str) -> re.Pattern[bytes]:
    """What the cutter stops at: comments, CDATA sections, instructions, and the elements that hold base64."""
    name = rb"<(?:[^\s<>/:!?=\"'&]++:)?" + payload.encode() + rb"(?=[\s/>])[^<>]*>"
    return re.compile(rb"<!--|<!\[CDATA\[|<\?|" + name)


def _as_it_is(line: int, column: int) -> tuple[int, int]:
    return line, column


class CutDocument(NamedTuple):
    """The document without the text of its base64 elements, and that text decoded, one entry for each element.

    An entry is None where the element was left as it is: it holds more than base64. ``original`` turns a line and
    column of the skeleton into those of the document. A document that ``is_wide`` was made into UTF-8. ``fault`` says
    why there is nothing to parse. ``gaps`` is what was cut out, in order.
    """

    skeleton: bytes = b""
    cut: Sequence[Base64 | None] = ()
    original: _Original = _as_it_is
    declared: str = ""
    is_wide: bool = False
    fault: Issue | None = None
    gaps: Sequence[Gap] = ()

    @property
    def is_utf_8(self) -> bool:
        """Whether the skeleton should be UTF-8."""
        return self.is_wide or self.declared.lower() in ("", "utf-8", "utf8")

    @property
    def fits(self) -> bool:
        """Whether the bytes are of the encoding, as far as that can fail."""
        try:
            self.skeleton.decode("utf-8" if self.is_utf_8 else "latin-1")
        except UnicodeDecodeError:
            return False
        return True

    def place(self, at: int) -> str:
        """An offset in the skeleton as a path."""
        line, start = self._line(at)
        return "line {}, column {}".format(*self.original(line, at - start + 1))

    def place_of(self, paths: Sequence[str]) -> Mapping[str, Position]:
        """Where named XPaths lead in the document, which is well-formed."""
        return in_xml(self.skeleton, paths, self.gaps, is_utf_8=self.is_utf_8)

    def is_before(self, at: int, line: int, column: int) -> bool:
        """Whether an offset lies before a line and column of the parser, which counts characters or bytes."""
        own, start = self._line(at)
        shown = len(self.skeleton[start:at].decode("utf-8", "replace")) if self.is_utf_8 else at - start
        return (own, shown + 1) <= (line, column)

    def _line(self, at: int) -> tuple[int, int]:
        """The line of an offset, from 1, and the offset where it begins."""
        return self.skeleton.count(b"\n", 0, at) + 1, self.skeleton.rfind(b"\n", 0, at) + 1


def cut(data: bytes | BinaryIO, payload: str, limit: int) -> CutDocument:
    """The document without its attachments."""
    if isinstance(data, bytes):
        head = data[:_HEAD]
    else:
        head = data.read(_HEAD)
        data.seek(-len(head), io.SEEK_CUR)
    wide = _wide_encoding(head)
    if wide:
        return _narrowed(data if isinstance(data, bytes) else data.read(2 * limit + 4), wide, limit)
    declared, fault = _declared(head)
    if fault:
        return CutDocument(fault=fault)
    if isinstance(data, bytes) and payload.encode() in data:
        usual = _cut_usual(data, payload, declared) if len(data) <= min(_CHUNK, limit) else None
        if usual is not None:
            return usual
        data = io.BytesIO(data)
    if isinstance(data, bytes) or not payload:
        whole = data if isinstance(data, bytes) else data.read(limit + 1)
        return CutDocument(whole, declared=declared, fault=_beyond(whole, limit))
    cutter = _Cutter(data, payload, limit)
    skeleton = cutter.run()
    fault = _beyond(skeleton, limit)
    original = functools.partial(_original, skeleton, cutter.gaps)
    return CutDocument(skeleton, cutter.cut, original, declared, fault=fault, gaps=cutter.gaps)


def _cut_usual(data: bytes, payload: str, declared: str) -> CutDocument | None:
    """A document in memory in which base64 stands as it mostly does; None where the cutter must go through it."""
    if b"!" in data or data.find(b"?", data.find(b"?>", 0, _HEAD) + len(b"?>")) >= 0:  # a tag in an aside is none
        return None
    name, markup = payload.encode(), _markup(payload)
    skeleton, cut, gaps, at = bytearray(), list[Base64 | None](), list[Gap](), 0
    found = data.find(name)
    while found >= 0:
        tag = markup.match(data, data.rfind(b"<", at, found))
        if tag is None or tag.end() <= found:
            found = data.find(name, found + 1)
            continue
        start, end = tag.end(), data.find(b"<", tag.end())
        content, layout = decoded(data[start:end])
        is_usual = b"=" not in tag[0] and not tag[0].endswith(b"/>") and data.startswith(b"</", end)
        if content is None or layout is None or not is_usual:
            return None
        skeleton += data[at:start]
        cut.append(Base64(content, None, layout))
        gaps.append((len(skeleton), *_longer((0, 0), data[start:end])))
        at, found = end, data.find(name, end)
    whole = bytes(skeleton + data[at:])
    return CutDocument(whole, cut, functools.partial(_original, whole, gaps), declared, gaps=gaps)


def _beyond(skeleton: bytes, limit: int) -> Issue | None:
    return too_large("/", limit, Text("bytes of text", "byte tekst")) if len(skeleton) > limit else None


def _narrowed(data: bytes, encoding: str, limit: int) -> CutDocument:
    """A document of wide characters in UTF-8. Its attachments are not cut out."""
    declared = encoding[:6]
    try:
        text = "" if declared == "UTF-32" else data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding)
        path = f"line {before.count(chr(10)) + 1}, column {len(before) - before.rfind(chr(10))}"
        is_cut = len(data) > 2 * limit
        return CutDocument(
            fault=_beyond(data, limit) if is_cut else catalogue.BAD_ENCODING.issue(path, declared=declared)
        )
    if not text:
        return CutDocument(fault=catalogue.BAD_ENCODING.issue("line 1, column 1", declared=declared))
    skeleton = text.removeprefix("\ufeff").encode()
    declaration = _DECLARED.match(skeleton)
    if declaration:  # of the same length, so that what comes behind stays in its column
        declared_name, fault = _declared(declaration[0])
        declared = declared if fault else declared_name
        name, end = b"UTF-8" + skeleton[declaration.end(1) : declaration.end()], declaration.end()
        skeleton = skeleton[: declaration.start(1)] + name.ljust(end - declaration.start(1)) + skeleton[end:]
    return CutDocument(skeleton, declared=declared, is_wide=True, fault=_beyond(skeleton, limit))


class _Cutter:
    """Goes through a file once; ``self.buffer`` from ``self.next`` on is what was read and not yet dealt with.

    ``self.at`` is the offset in the file of what comes next.
    """

    def __init__(self, file: BinaryIO, payload: str, limit: int) -> None:
        self.file = file
        self.limit = limit
        self.markup = _markup(payload)
        self.sample = _SAMPLE if payload == PAYLOAD else 0
        self.buffer = b""
        self.next = 0
        self.at = file.tell()
        self.skeleton = bytearray()
        self.cut: list[Base64 | None] = []
        self.gaps: list[Gap] = []

    def run(self) -> bytes:
        """The skeleton; of one that is too large no more than that shows."""
        while (more := self._more()) or self.next < len(self.buffer):
            opening = self.markup.search(self.buffer, self.next)
            if opening is None:
                self._keep(self._before_open_tag() if more else len(self.buffer))
            elif (end := _ENDS.get(opening.group())) is not None:
                self._keep(opening.end())
                self._keep_through(end)
            else:
                self._keep(opening.end())
                self._payload(opening.group())
            if len(self.skeleton) > self.limit:
                break
        return bytes(self.skeleton)

    def _before_open_tag(self) -> int:
        """Where a tag begins that may end in the next chunk; the end of the buffer where there is none."""
        size = len(self.buffer)
        start = self.buffer.rfind(b"<", max(self.next, size - _LOOK_BACK))
        return size if start < 0 else start

    def _more(self) -> bool:
        """Have at least one chunk available; False at the end of the file."""
        if len(self.buffer) - self.next < _CHUNK:
            read = self.file.read(_CHUNK)
            if read:
                self.buffer = self.buffer[self.next :] + read
                self.next = 0
            return bool(read)
        return True

    def _take(self, end: int) -> bytes:
        """What is in the buffer before ``end``."""
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
            if not self._more() or len(self.skeleton) > self.limit:
                self._keep(len(self.buffer))
                return
        self._keep(place + len(end))

    def _payload(self, tag: bytes) -> None:
        if tag.endswith(b"/>"):
            self.cut.append(None)
            return
        start, decoder, extent = self.at, Base64Decoder(), (0, 0)
        while (place := self.buffer.find(b"<", self.next)) < 0:
            piece = self._take(len(self.buffer))
            decoder.feed(piece)
            extent = _longer(extent, piece)
            if not self._more():
                break
        piece = self._take(max(place, self.next))
        decoder.feed(piece)
        content, layout = decoder.finish()
        if content is None or not self._at_end_tag():
            self.cut.append(None)
            self.skeleton += self._raw(start, self.at)
            return
        self.cut.append(Base64(content, None if layout else self._text(start, self.at), layout or Base64Layout()))
        extent = _longer(extent, piece)
        if b"=" in tag:  # an attribute may name a type, which the schema tells by the length of the text
            sample = self._raw(start, min(start + self.sample, self.at))
            self.skeleton += sample
            extent = self._extent(start + len(sample), self.at)
        self.gaps.append((len(self.skeleton), *extent))

    def _at_end_tag(self) -> bool:
        """Whether an end tag comes next, not a child, a comment or a section of CDATA, which would part the text."""
        self._more()
        return self.buffer.startswith(b"</", self.next)

    def _raw(self, start: int, end: int) -> bytes:
        here = self.file.tell()
        self.file.seek(start)
        raw = self.file.read(min(end - start, self.limit + 1))
        self.file.seek(here)
        return raw

    def _text(self, start: int, end: int) -> str:
        return self._raw(start, end).decode("ascii").replace("\r\n", "\n").replace("\r", "\n")

    def _extent(self, start: int, end: int) -> tuple[int, int]:
        """How many line feeds are in a part of the file, and how many bytes after the last of them."""
        extent = (0, 0)
        here = self.file.tell()
        self.file.seek(start)
        for at in range(start, end, _CHUNK):
            extent = _longer(extent, self.file.read(min(_CHUNK, end - at)))
        self.file.seek(here)
        return extent


def _original(skeleton: bytes, gaps: Iterable[Gap], line: int, column: int) -> tuple[int, int]:
    """The line and column in the file of a place in the skeleton, both from 1."""
    here, across, before = 1, 1, 0
    more_lines = more_columns = 0
    for at, lines, rest in gaps:
        breaks = skeleton.count(b"\n", before, at)
        across = at - skeleton.rfind(b"\n", before, at) if breaks else across + at - before
        here, before = here + breaks, at
        if (here, across) > (line, column):
            break
        more_lines += lines
        if here == line:
            more_columns = rest + 1 - across if lines else more_columns + rest
    return line + more_lines, column + more_columns


def _longer(extent: tuple[int, int], piece: bytes) -> tuple[int, int]:
    """How many line feeds, and bytes after the last of them, there are with one more piece."""
    breaks = piece.count(b"\n")
    rest = len(piece) - piece.rfind(b"\n") - 1 if breaks else extent[1] + len(piece)
    return extent[0] + breaks, rest
