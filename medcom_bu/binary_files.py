"""Bytes as a caller gives them, in memory, in a file or behind a path, which is opened here; read and written whole.

Python's protocols allow a file to give less than it is asked for, to give ``None`` while there is nothing to give yet,
to take less than it is given, and not to seek. The codecs are spared all of that.
"""

from __future__ import annotations

import contextlib
import io
import os
import time
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Protocol, cast

_PIECE = 1 << 18
_TRIES, _PAUSE = 50, 0.01
_SLOW_TO_REWIND = ("gzip", "bz2", "lzma", "zipfile", "tarfile", "compression")
"""Modules whose files decompress from the beginning each time that they are rewound: they are read at once."""


class Readable(Protocol):
    """A file that is open for reading bytes, as far as it is needed here."""

    def read(self, size: int = -1, /) -> bytes | None:
        """At most so many bytes; None where there are none yet."""


Data = bytes | bytearray | memoryview | os.PathLike[str] | Readable
"""What a message is read from: its bytes, the path of a file, or a file that is open for reading bytes."""


@contextlib.contextmanager
def opened(data: object, takes: str) -> Iterator[bytes | BinaryIO]:
    """Bytes, or a file that can be read and rewound to where it is now.

    Bytes-like objects become bytes, a file that cannot be rewound is read to its end; a path is opened and closed.

    Raises TypeError for all else, which begins with ``takes``: ``"parse takes bytes, a path or a binary file"``; and
    OSError, without its name, for a path that cannot be read.
    """
    if isinstance(data, os.PathLike):
        with _opened(data) as file:
            yield _rewindable(file, takes)
    elif callable(getattr(data, "read", None)):
        yield _rewindable(data, takes)
    else:
        yield _bytes(data, takes)


def _opened(path: os.PathLike[str]) -> BinaryIO:
    """The file of a path. The error of one that cannot be opened does not show its name, which may be a person's."""
    try:
        return open(path, "rb")
    except OSError as error:
        nameless = type(error)(error.errno, error.strerror)
    raise nameless


def _bytes(data: object, takes: str) -> bytes:
    if isinstance(data, bytes):
        return data
    try:
        return bytes(memoryview(cast(bytes, data)))
    except TypeError:
        hint = ": open the file in binary mode, or give its Path" if isinstance(data, str) else ""
        raise TypeError(f"{takes}, not {type(data).__name__}{hint}") from None


def _rewindable(file: object, takes: str) -> bytes | BinaryIO:
    reader = _Reader(file, takes)
    return cast(BinaryIO, reader) if _can_be_rewound(file) else reader.read()


def writable(file: object, name: str) -> BinaryIO:
    """The file as one that takes all that it is given. Raises TypeError for what is not a binary file."""
    if type(file) is io.BytesIO:
        return file
    takes = f'{name} takes a file that is open for writing bytes ("wb")'
    if isinstance(file, io.TextIOBase) or not callable(getattr(file, "write", None)):
        raise TypeError(f"{takes}, not {type(file).__name__}")
    return cast(BinaryIO, _Writer(file, takes))


def _can_be_rewound(file: Any) -> bool:
    if type(file).__module__.partition(".")[0] in _SLOW_TO_REWIND:
        return False
    try:
        if hasattr(file, "seekable") and not file.seekable():
            return False
        file.seek(file.tell())
    except (AttributeError, OSError):
        return False
    return True


class _Reader:
    """A file that gives as many bytes as it is asked for, and fewer only at its end."""

    def __init__(self, file: Any, takes: str) -> None:
        if isinstance(file, io.TextIOBase):
            raise TypeError(f'{takes} that is open for reading ("rb"), not {type(file).__name__}')
        self._file, self._takes = file, takes

    def read(self, size: int = -1) -> bytes:
        pieces = [self._piece(size)]
        count = len(pieces[0])
        while pieces[-1] and (size < 0 or count < size):
            pieces.append(self._piece(size - count if size >= 0 else _PIECE))
            count += len(pieces[-1])
        return b"".join(pieces) if len(pieces) > 1 and pieces[1] else pieces[0]

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._file.seek(offset, whence)
        return self.tell()

    def tell(self) -> int:
        return int(self._file.tell())

    def _piece(self, size: int) -> bytes:
        try:
            for _ in range(_TRIES):
                piece = self._file.read(size)
                if piece is not None:
                    break
                time.sleep(_PAUSE)
            else:
                raise TypeError(
                    f"{self._takes} that waits for its bytes, not a {type(self._file).__name__} without any"
                )
        except io.UnsupportedOperation:
            raise TypeError(f'{self._takes} that is open for reading ("rb")') from None
        if not isinstance(piece, bytes | bytearray | memoryview):
            raise TypeError(f"{self._takes}, not a {type(self._file).__name__} that gives {type(piece).__name__}")
        return bytes(piece)


class _Writer:
    """A file that takes all that it is given, in as many pieces as it needs."""

    def __init__(self, file: Any, takes: str) -> None:
        self._file, self._takes = file, takes

    def write(self, data: bytes) -> int:
        at = self._taken(data)
        with memoryview(data) as view:
            while at < len(data):
                at += self._taken(bytes(view[at : at + _PIECE]))
        return len(data)

    def writelines(self, pieces: Iterable[bytes]) -> None:
        for piece in pieces:
            self.write(piece)

    def _taken(self, piece: bytes) -> int:
        """How many bytes the file took, one at least. A file that does not say took all."""
        for _ in range(_TRIES):
            try:
                count = self._file.write(piece)
            except io.UnsupportedOperation:
                raise TypeError(self._takes) from None
            if count is None and not isinstance(self._file, io.RawIOBase):
                return len(piece)
            if count or not piece:
                return min(int(count or 0), len(piece))
            time.sleep(_PAUSE)
        raise BlockingIOError(f"the {type(self._file).__name__} takes no more bytes")
