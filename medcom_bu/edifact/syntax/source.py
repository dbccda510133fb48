"""The bytes of an interchange, read so that text and binary objects never mix and a file is held once.

A file is read through a window that grows until it holds the next UNO segment or the end; what follows a UNO is read
straight into the object.
"""

from __future__ import annotations

import io
import re
from typing import BinaryIO

import attrs

from medcom_bu.edifact.syntax.service_characters import ServiceCharacters

_CHUNK = 1 << 18
_LOOK_AHEAD = 64
_NEXT = re.compile(rb"\s*(?:UN[OPTZ])[^A-Za-z0-9 ]")
_TRAILER = re.compile(rb"UNP[^A-Za-z0-9 ][0-9]")


@attrs.define
class ByteWindow:
    """A window on the bytes: ``data`` begins at byte ``base`` of the interchange."""

    size: int
    data: bytes
    base: int = 0
    file: BinaryIO | None = None
    start: int = 0
    has_trailers: bool = True

    @classmethod
    def from_data(cls, data: bytes | BinaryIO) -> ByteWindow:
        """The bytes, or what a seekable binary file holds from where it stands."""
        if isinstance(data, bytes):
            return cls(len(data), data)
        start = data.tell()
        size = data.seek(0, io.SEEK_END) - start
        data.seek(start)
        return cls(size, data.read(_CHUNK), 0, data, start)

    def skip(self, pattern: re.Pattern[bytes], at: int) -> int:
        """Where the run of bytes that ``pattern`` takes at ``at`` ends. The window must begin at byte 0."""
        while True:
            run = pattern.match(self.data, at)
            end = run.end() if run else at
            if end + _LOOK_AHEAD <= len(self.data) or not self._grow(0):
                return end

    def text(self, at: int, marks: ServiceCharacters, limit: int) -> bytes:
        """The bytes from ``at`` to the end of the next segment that may be a UNO, or to the end.

        Of a file it may be less, but more than ``limit``.
        """
        self._move(at)
        while True:
            begin = at - self.base
            end = marks.find_object(self.data, begin)
            if end is not None or len(self.data) - begin > limit or not self._grow(begin):
                return self.data[begin:end]

    def payload(self, at: int, length: int) -> bytes | None:
        """The object of ``length`` bytes at ``at``; None where what follows it does not look like a segment."""
        after = at + length
        begin, end = at - self.base, after - self.base
        if self.file is None or end + _CHUNK // 2 <= len(self.data):
            return self.data[begin:end] if _NEXT.match(self.data, end) else None
        self.file.seek(self.start + after)
        head = self.file.read(_CHUNK)
        if not _NEXT.match(head):
            return None
        self.file.seek(self.start + at)
        self.data, self.base = b"", after
        payload = self.file.read(length)
        self.data = head
        return payload

    def next_trailer(self, at: int) -> int | None:
        """Where the next UNP begins at or after ``at``."""
        while self.has_trailers:
            trailer = _TRAILER.search(self.data, at - self.base)
            if trailer:
                return trailer.start() + self.base
            if not self._grow(at - self.base):
                self.has_trailers = False
        return None

    def cut(self, begin: int, end: int) -> bytes:
        """The bytes from ``begin`` to ``end``, both within the window."""
        return self.data[begin - self.base : end - self.base]

    def _move(self, at: int) -> None:
        """Forget a window that has been used up."""
        if self.file is not None and at > self.base + len(self.data):
            self.data, self.base = b"", at

    def _grow(self, begin: int) -> bool:
        """Read on, as much again as there is from ``begin``; False at the end."""
        if self.file is None or self.base + len(self.data) >= self.size:
            return False
        rest = self.data[begin:]
        self.base += begin
        self.file.seek(self.start + self.base + len(rest))
        more = self.file.read(max(_CHUNK, len(rest)))
        self.data = rest + more
        return bool(more)
