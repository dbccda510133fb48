"""Large attachments go round the codec: cut out of the bytes before they are read, put in while they are written.

What is in their place is a short base64 text that occurs nowhere else, so that everything between is none the
wiser. What cannot be cut (a base64 text with blanks or escapes, or that does not decode) goes the usual way.
"""

from __future__ import annotations

import binascii
import io
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO, NamedTuple, TypeVar

from medcom_bu.positions import Gap
from medcom_bu.values.base64 import Base64, Base64Decoder, Base64Layout
from medcom_bu.values.fhir_resources import Bundle, BundleEntry, Communication, Payload

_B = TypeVar("_B", bound=Bundle)
LARGE = 1 << 16
"""From how many bytes on an attachment is large."""

_PIECE = 1 << 18
_LOOK_BACK = 1 << 10
"""How much of what was read may be the beginning of what comes before an attachment."""
_IN_JSON = re.compile(rb'"data"\s*:\s*"')
_IN_XML = re.compile(rb'<(?:[\w.-]+:)?data\s+value="')
_SIGNS = re.compile(rb"[A-Za-z0-9+/=]*+")
_ESCAPES = {
    "json": ((b"\n", b"\\n"), (b"\r", b"\\r"), (b"\t", b"\\t")),
    "xml": ((b"\n", b"&#xA;"), (b"\r", b"&#xD;"), (b"\t", b"&#x9;")),
}


def _token() -> bytes:
    return secrets.token_bytes(18)


class CutMessage(NamedTuple):
    """The bytes without their large attachments, and these: the content of what stands for it -> the attachment."""

    light: bytes
    contents: Mapping[bytes, Base64]
    gaps: Sequence[Gap]
    """What of the bytes is not in ``light``."""


def cut(data: bytes | BinaryIO, *, is_xml: bool) -> CutMessage:
    """The message from where a file stands, or from bytes, without its large attachments. The file is gone through."""
    if isinstance(data, bytes) and len(data) < LARGE:
        return CutMessage(data, {}, ())
    if not isinstance(data, bytes):
        return _Cutter(data, is_xml).run()
    message = _Cutter(io.BytesIO(data), is_xml).run()
    return message if message.contents else CutMessage(data, {}, ())


class _Cutter:
    """Goes through a file once; ``self.buffer`` from ``self.next`` on is what was read and not yet dealt with."""

    def __init__(self, file: BinaryIO, is_xml: bool) -> None:
        self.file, self.begin = file, _IN_XML if is_xml else _IN_JSON
        self.buffer, self.next = b"", 0
        self.light = io.BytesIO()
        self.contents: dict[bytes, Base64] = {}
        self.gaps: list[Gap] = []

    def run(self) -> CutMessage:
        """All of the file."""
        while self._fill() or self.next < len(self.buffer):
            begin = self.begin.search(self.buffer, self.next)
            if begin is not None:
                self._keep(begin.end())
                self._attachment()
            else:
                is_end = len(self.buffer) - self.next < _PIECE
                self._keep(len(self.buffer) - (0 if is_end else _LOOK_BACK))
        return CutMessage(self.light.getvalue(), self.contents, self.gaps)

    def _fill(self) -> bool:
        """Have at least a piece available; False at the end of the file."""
        if len(self.buffer) - self.next < _PIECE:
            more = self.file.read(_PIECE)
            if more:
                self.buffer, self.next = self.buffer[self.next :] + more, 0
            return bool(more)
        return True

    def _take(self, end: int) -> bytes:
        taken = self.buffer[self.next : end]
        self.next = end
        return taken

    def _keep(self, end: int) -> None:
        self.light.write(self._take(end))

    def _signs(self) -> int:
        """Where the signs of base64 end that come next."""
        match = _SIGNS.match(self.buffer, self.next)
        return match.end() if match else self.next

    def _attachment(self) -> None:
        """Cut out what comes next, where it is a large base64 text."""
        self._fill()
        if self._signs() - self.next < LARGE:
            return
        start, size, decoder = self.file.tell() - len(self.buffer) + self.next, 0, Base64Decoder()
        while piece := self._take(self._signs()):
            decoder.feed(piece)
            size += len(piece)
            self._fill()
        content, layout = decoder.finish()
        if content is None or layout is None or not self.buffer.startswith(b'"', self.next):
            self.light.write(self._again(start, size))
            return
        token = _token()
        stand_in = binascii.b2a_base64(token, newline=False)
        self.contents[token] = Base64(content, None, layout)
        self.light.write(stand_in)
        self.gaps.append((self.light.tell(), 0, size - len(stand_in)))

    def _again(self, start: int, size: int) -> bytes:
        here = self.file.tell()
        self.file.seek(start)
        raw = self.file.read(size)
        self.file.seek(here)
        return raw


def restored(message: _B, contents: Mapping[bytes, Base64]) -> _B | None:
    """The message with its large attachments, or None where one of them does not lie where attachments do."""
    put = 0

    def put_back(placeholder: Base64) -> Base64:
        nonlocal put
        attachment = contents.get(placeholder.content or b"")
        put += attachment is not None
        return attachment or placeholder

    restored_message = _with_data(message, put_back)
    return restored_message if put == len(contents) else None


def lightened(message: _B) -> tuple[_B, dict[bytes, Base64]]:
    """The message without its large attachments, and these: what stands for it in base64 -> the attachment."""
    contents: dict[bytes, Base64] = {}

    def take(held: Base64) -> Base64:
        if held.text is not None or held.content is None or len(held.content) < LARGE:
            return held
        token = _token()
        contents[binascii.b2a_base64(token, newline=False)] = held
        return Base64(token, None, Base64Layout(width=0))

    return _with_data(message, take), contents


def pieces(skeleton: bytes, contents: dict[bytes, Base64], form: str) -> Iterator[bytes]:
    """The bytes with the large attachments in their places, in pieces of bounded size."""
    if not contents:
        yield skeleton
        return
    for part in re.split(b"(%s)" % b"|".join(map(re.escape, contents)), skeleton):
        attachment = contents.get(part)
        if attachment is None:
            yield part
            continue
        for piece in attachment.encoded():
            for plain, escaped in _ESCAPES[form] if attachment.layout.width else ():
                piece = piece.replace(plain, escaped)
            yield piece


def _with_data(message: _B, change: Any) -> _B:
    """The message with each attachment's data changed; the same message where nothing is."""
    entries = tuple(_entry(entry, change) for entry in message.entry)
    if all(new is old for new, old in zip(entries, message.entry, strict=True)):
        return message
    return message.replace(entry=entries)


def _entry(entry: BundleEntry, change: Any) -> BundleEntry:
    resource = entry.resource
    if not isinstance(resource, Communication):
        return entry
    payload = tuple(_payload(part, change) for part in resource.payload)
    if all(new is old for new, old in zip(payload, resource.payload, strict=True)):
        return entry
    return entry.replace(resource=resource.replace(payload=payload))


def _payload(payload: Payload, change: Any) -> Payload:
    attachment = payload.content_attachment
    if attachment is None or attachment.data is None:
        return payload
    data = change(attachment.data)
    if data is attachment.data:
        return payload
    return payload.replace(content_attachment=attachment.replace(data=data))
