"""Copies on disk: a folder that is written whole or not at all, and what is found in one. This module does I/O."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

_SHORT = 1 << 24
"""A list that is longer than this is not a list of ours."""


def write_folder(target: Path, parts: Mapping[str, bytes]) -> None:
    """Write the parts beside their place, on to the disk, and rename the folder: it is there whole, or it is not.

    The owner alone may read it. Raises FileExistsError where something is there already, OSError where the disk
    refuses.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.parent / f".{secrets.token_hex(16)}.partial"
    try:
        for folder in sorted({beside, *((beside / path).parent for path in parts)}):
            folder.mkdir(mode=0o700)
        for path, content in parts.items():
            _write(beside / path, content)
        for folder in {beside, *((beside / path).parent for path in parts)}:
            _to_disk(folder)
        _rename(beside, target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    _to_disk(target.parent)


def _write(path: Path, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _to_disk(folder: Path) -> None:
    """Flush the entries of a folder to the disk, on systems that can do so for folders."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _rename(beside: Path, target: Path) -> None:
    with contextlib.suppress(OSError):
        target.rmdir()  # only an empty folder goes
    if os.path.lexists(target):
        raise _taken()
    try:
        beside.rename(target)
    except OSError as error:
        if error.errno in (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR):
            raise _taken() from None
        raise


def _taken() -> FileExistsError:
    return FileExistsError(errno.EEXIST, "something else, or a damaged copy, is there; a copy is never overwritten")


def files_in(folder: Path) -> Iterator[str]:
    """The paths of all files within a folder, with ``/`` between, in order. What is not a folder is a file.

    An empty folder is listed too, as its path followed by ``/``.

    Raises NotADirectoryError for what is not a folder, OSError for one that cannot be read.
    """
    if not folder.is_dir():
        what = (
            "a copy is a folder, and this is none" if folder.exists() else "a copy is a folder, and there is none here"
        )
        raise NotADirectoryError(errno.ENOTDIR, what, str(folder))
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_dir():
            yield path.relative_to(folder).as_posix()
        elif not any(path.iterdir()):
            yield f"{path.relative_to(folder).as_posix()}/"


def digest_in(folder: Path, path: str) -> str:
    """The SHA-256 of a file in a folder, read in pieces; empty for what is not a file, such as a link."""
    place = folder / path
    if place.is_symlink() or not place.is_file():
        return ""
    with open(place, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def content_in(folder: Path, path: str) -> bytes | None:
    """The bytes of a file in a folder; None where there is none."""
    place = folder / path
    return place.read_bytes() if place.is_file() and not place.is_symlink() else None


def list_in(folder: Path, path: str) -> bytes | None:
    """The bytes of a list in a folder, up to the greatest length of one; None where there is none."""
    place = folder / path
    if place.is_symlink() or not place.is_file():
        return None
    with open(place, "rb") as file:
        return file.read(_SHORT)
