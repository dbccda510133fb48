"""Content that travels as base64: bytes until they are written, with the white space of the wire kept beside them.

Source: MedCom's XML schemas, ``BinaryObject/Object_Base64Encoded``, which is a plain string there.

>>> Base64.decode("SGVq\\n").content
b'Hej'
>>> Base64.decode("not base64").content is None
True
"""

from __future__ import annotations

import binascii
import io
import math
import struct
from collections.abc import Iterator
from typing import Any, Self

import attrs

from medcom_bu.arguments import Content, as_bytes, check_fields
from medcom_bu.declare.oioxml import Binary

try:
    import pybase64
except ImportError:  # the extra "fast" is not installed
    pybase64 = None  # type: ignore[assignment, unused-ignore]

_BLANKS = b" \t\r\n"
_PIECE = 1 << 18


def _is_blank(_: Base64Layout, field: Any, text: str) -> None:
    """What stands around base64 must not be read as a part of it."""
    if text.encode("ascii", "replace").strip(_BLANKS):
        raise ValueError(f"Base64Layout.{field.name} holds blanks, tabs and line ends only")


def _is_width(_: Base64Layout, __: Any, width: int) -> None:
    if width < 0:
        raise ValueError("Base64Layout.width is 0 or more")


@attrs.frozen(field_transformer=check_fields)
class Base64Layout:
    """White space before, between and after the lines of a base64 text; ``width`` 0 stands for one single line."""

    width: int = attrs.field(default=76, validator=_is_width)
    separator: str = attrs.field(default="\n", validator=_is_blank)
    before: str = attrs.field(default="", validator=_is_blank)
    after: str = attrs.field(default="", validator=_is_blank)


_USUAL = Base64Layout()


def _content(content: Content | None) -> bytes | None:
    return None if content is None else as_bytes("Base64.content", content)


@attrs.frozen(repr=False, eq=False, field_transformer=check_fields)
class Base64:
    """Content and how its base64 text is laid out.

    ``content`` is the decoded bytes, or None where the text does not decode; ``text`` is the text as it came, kept
    where it does not decode or where its white space follows no rule. Two values are equal when their contents are.

    Raises ValueError where ``text`` is not that of ``content``.
    """

    content: bytes | None = attrs.field(converter=_content)
    text: str | None = None
    layout: Base64Layout = _USUAL

    def __attrs_post_init__(self) -> None:
        if self.text is not None and decoded(self.text.encode("ascii", "replace"))[0] != self.content:
            raise ValueError("Base64.text is not the text of its content")
        if self.text is None and self.content is None:
            raise ValueError("Base64 holds content, or a text that does not decode")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Base64):
            return NotImplemented
        return self.content == other.content and (self.content is not None or self.text == other.text)

    def __hash__(self) -> int:
        return hash(self.content if self.content is not None else self.text)

    @classmethod
    def coerce(cls, content: Any) -> Any:
        """A value made of bytes, or what holds bytes; anything else is given back as it is."""
        return cls(content) if isinstance(content, Content) else content

    @classmethod
    def coerce_unbroken(cls, content: Any) -> Any:
        """As :meth:`coerce`, but written in one line, as JSON has no others."""
        return cls(content, layout=Base64Layout(width=0)) if isinstance(content, Content) else content

    @classmethod
    def decode(cls, text: str) -> Self:
        """Read a base64 text. What does not decode is kept as text; white space is skipped and remembered."""
        content, layout = decoded(text.encode("ascii", "replace"))
        if content is None or layout is None or "\r" in text:  # a carriage return that a parser left was a reference
            return cls(content, text)
        return cls(content, None, layout)

    def encoded(self) -> Iterator[bytes]:
        """The base64 text in pieces of bounded size, laid out as it came, or in lines of 76 characters."""
        if self.text is not None or self.content is None:
            yield (self.text or "").encode("ascii", "xmlcharrefreplace")
            return
        layout, view = self.layout, memoryview(self.content)
        separator, width = layout.separator.encode(), layout.width
        unit = math.lcm(width or 4, 4)  # characters: whole lines, and whole groups of four
        step = unit * max(1, _PIECE // unit) // 4 * 3
        lines = struct.Struct(f"{width}s" * (step // 3 * 4 // width)) if width and len(view) > step else None
        yield layout.before.encode()
        for start in range(0, len(view), step):
            piece = _encode(view[start : start + step])
            if start and width:
                yield separator
            if lines and len(piece) == lines.size:
                yield separator.join(lines.unpack(piece))  # cuts much faster than slicing
            elif width:
                yield separator.join([piece[at : at + width] for at in range(0, len(piece), width)])
            else:
                yield piece
        yield layout.after.encode()

    def __repr__(self) -> str:
        if self.content is None:
            return f"<Base64 that does not decode, {len(self.text or '')} characters>"
        return f"<Base64 of {len(self.content)} bytes>"


class Base64Decoder:
    """Decodes a base64 text piece by piece, and finds the rule of its white space."""

    def __init__(self) -> None:
        self._out = io.BytesIO()
        self._rest = b""
        self._ended = False
        self._broken = False
        self._loose = False
        self._lines = _LineRule()

    def feed(self, piece: bytes) -> None:
        """The next piece of the text."""
        if self._broken:
            return
        text = piece.translate(None, _BLANKS)
        self._lines.feed(piece, len(piece) - len(text))
        bare = self._rest + text
        whole = len(bare) // 4 * 4
        self._rest = bare[whole:]
        if self._ended and bare:
            self._broken = True
        elif whole:
            try:
                self._out.write(_decode(memoryview(bare)[:whole]))
            except binascii.Error:
                self._broken = True
            self._ended = bare[whole - 1] == ord("=")
            self._broken |= bare.startswith(b"===", whole - 3)  # which some versions of Python let pass
            self._loose = self._ended and not self._broken and not _is_tight(bare[whole - 4 : whole])

    def finish(self) -> tuple[bytes | None, Base64Layout | None]:
        """The content, or None where the text does not decode; the layout, or None where it follows no rule."""
        if self._broken or self._rest:
            return None, None
        return self._out.getvalue(), None if self._loose else self._lines.layout()


_ONE_LINE = Base64Layout(width=0, separator="")
_BOUND = 1 << 16
"""No line of a known width is longer: see :class:`_LineRule`."""


def decoded(text: bytes) -> tuple[bytes | None, Base64Layout | None]:
    """What :class:`Base64Decoder` makes of a whole text."""
    usual = _usual(text)
    if usual is not None:
        return usual
    decoder = Base64Decoder()
    decoder.feed(text)
    return decoder.finish()


def _usual(text: bytes) -> tuple[bytes, Base64Layout] | None:
    """The same of base64 in one line or in lines of one width, with nothing around it; None for all else."""
    bare = text.translate(None, _BLANKS)
    breaks, layout = len(text) - len(bare), _ONE_LINE
    if breaks:
        width = text.find(b"\n")
        if not 0 < width < _BOUND or text.endswith(b"\n") or text[width :: width + 1] != b"\n" * breaks:
            return None
        layout = _USUAL if width == _USUAL.width else Base64Layout(width)
    if not bare or len(bare) % 4 or bare.endswith(b"==="):
        return None
    try:
        content = _decode(memoryview(bare))
    except binascii.Error:
        return None
    return (content, layout) if not bare.endswith(b"=") or _is_tight(bare[-4:]) else None


def _encode(content: memoryview) -> bytes:
    if pybase64 is not None:
        return pybase64.b64encode(content)
    return binascii.b2a_base64(content, newline=False)


def _decode(text: memoryview) -> bytes:
    """Decode a base64 text that holds no blanks. Raises binascii.Error where it is none."""
    if pybase64 is not None:
        return pybase64.b64decode(text, validate=True)
    return binascii.a2b_base64(text, strict_mode=True)


def _is_tight(last: bytes) -> bool:
    """Whether the bits that padding leaves over are zero: else the content does not give the text back."""
    return binascii.b2a_base64(binascii.a2b_base64(last), newline=False) == last


class _LineRule:
    """Whether all lines of a text but the last are of one width, with one separator between them."""

    _SINGLE = -1

    def __init__(self) -> None:
        self._start = b""
        self._tail = b""
        self._before = self._separator = b""
        self._width = self._offset = self._blanks = 0
        self._regular = True

    def feed(self, piece: bytes, blanks: int) -> None:
        """The next piece, and how many blanks are in it.

        A text whose first 64 KiB hold no blank is taken for a single line.
        """
        self._blanks += blanks
        if not self._width:
            self._start += piece
            self._find_first_line()
            if not self._width:
                return
            piece, self._start = self._start[len(self._before) :], b""
            self._blanks -= len(self._before)
        piece = self._tail + piece
        body = piece.rstrip(_BLANKS)
        self._tail = piece[len(body) :]
        if self._regular:
            self._check(body, self._blanks - len(self._tail))
        self._blanks = len(self._tail)

    def _find_first_line(self) -> None:
        text = self._start.lstrip(_BLANKS)
        lines = text.split(None, 1)
        if len(lines) == 2:
            self._width = len(lines[0])
            rest = text[self._width :]
            self._separator = rest[: len(rest) - len(rest.lstrip(_BLANKS))]
        elif len(text) > 65536:
            self._width = self._SINGLE
        self._before = self._start[: len(self._start) - len(text)]

    def _check(self, body: bytes, blanks: int) -> None:
        expected = 0
        if self._width != self._SINGLE:
            period = self._width + len(self._separator)
            for place, sign in enumerate(self._separator):
                column = body[(self._width + place - self._offset) % period :: period]
                expected += len(column)
                self._regular &= column.count(sign) == len(column)
            self._offset = (self._offset + len(body)) % period
        self._regular &= blanks == expected

    def layout(self) -> Base64Layout | None:
        if not self._regular:
            return None
        if not self._width:
            body = self._start.strip(_BLANKS)
            self._tail = self._start[len(self._before) + len(body) :]
        width = max(self._width, 0)
        return Base64Layout(width, *map(_as_parsed, (self._separator, self._before, self._tail)))


def _as_parsed(blanks: bytes) -> str:
    """White space as an XML parser hands it on."""
    return blanks.decode().replace("\r\n", "\n").replace("\r", "\n")


BINARY = Binary(Base64)
"""Object_Base64Encoded."""
