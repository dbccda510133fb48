"""The files of a FHIR package in a ``.tgz``: read once, forward only, and no more than a package may hold.

An archive from outside may say anything of itself: headers of any size, sizes below nothing, a bomb. So what is
unpacked is counted, and ``tarfile`` reads a stream in which it cannot go back.

Source: FHIR R4, NPM Package Specification (packages.fhir.org); POSIX.1-2001, pax.
"""

from __future__ import annotations

import gzip
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, cast

from medcom_bu.limits import LIMITS

_MAX_FILE = 32 << 20
"""Bytes of one file."""
_MAX_FILES = 50_000
_HEADERS = 1 << 17
"""Bytes that may come before a file: its header, a long name, and what fills the blocks."""


class TooLarge(ValueError):
    """More than a FHIR package may hold."""

    def __str__(self) -> str:
        return "larger than a FHIR package may be"


class _Counted:
    """A stream of which so many bytes may still be read."""

    def __init__(self, stream: gzip.GzipFile) -> None:
        self.stream = stream
        self.left: int = _HEADERS

    def read(self, size: int) -> bytes:
        """Read so many bytes. Raises TooLarge."""
        data = self.stream.read(size)
        self.left -= len(data)
        if self.left < 0:
            raise TooLarge
        return data


def archived(path: Path, is_wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    """The files that are wanted in the folder ``package`` of an archive: the name of each, and what it holds.

    Raises TooLarge, and what ``tarfile`` and ``gzip`` raise for what is no such archive.
    """
    total = 0
    with gzip.open(path) as unpacked:
        counted = _Counted(unpacked)
        with tarfile.open(fileobj=cast("IO[bytes]", counted), mode="r|") as archive:
            for number, member in enumerate(archive):
                total += member.size
                if number > _MAX_FILES or total > LIMITS.package or not 0 <= member.size <= _MAX_FILE:
                    raise TooLarge
                counted.left = member.size + _HEADERS
                folder, _, name = member.name.removeprefix("./").rpartition("/")
                content = archive.extractfile(member) if member.isreg() and folder == "package" else None
                if content is not None and is_wanted(name):
                    yield name, content.read()
