"""Whatever is a binary file by Python's protocols gives the verdict of its bytes, and takes all that is written."""

from __future__ import annotations

import array
import bz2
import errno
import gzip
import io
import lzma
import mmap
import os
import socket
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest

import medcom_bu
from medcom_bu.envelopes import vans
from medcom_bu.messages.emessage import Emessage
from medcom_bu.testing.letters import letter_samples
from medcom_bu.values.base64 import Base64
from tests.support.typed import care_communication

FILES = letter_samples()["XBIN01/XB0131X"]
LETTER: Any = FILES.letters[0]
LARGE = FILES.replace(
    letters=(
        LETTER.replace(
            binary_object=tuple(
                LETTER.binary_object[0].replace(object_base64_encoded=Base64(bytes(range(256)) * 700)) for _ in range(2)
            )
        ),
    )
)
CARE = care_communication()
MESSAGES = {
    "oioxml": medcom_bu.to_xml(LARGE),
    # every line of base64 is longer than usual: read again from the file to be kept
    "odd base64": medcom_bu.to_xml(LARGE).replace(b"AAEC", b"  AAEC"),
    "utf-16": medcom_bu.to_xml(FILES).decode("latin-1").replace("ISO-8859-1", "UTF-16").encode("utf-16"),
    "edifact": medcom_bu.to_edifact(LARGE),
    "json": medcom_bu.to_fhir(CARE),
    "xml": medcom_bu.to_fhir(CARE, "xml"),
    "envelope": medcom_bu.to_xml(vans.wrap(LARGE)),
    "half": medcom_bu.to_xml(LARGE)[:150_000],
    "wrong": medcom_bu.to_xml(FILES).replace(b"</Envelope>", b"</X>"),
    "noise": b"\x00\x01" * 50_000,
    "empty": b"",
}
Opener = Callable[[bytes, Path], Any]


class Raw(io.RawIOBase):
    """A raw file as Python documents it: it fills what it is given, as far as it likes."""

    def __init__(self, data: bytes, most: int = 1 << 30, *, pauses: bool = False) -> None:
        self.data, self.at, self.most, self.pauses, self.calls = data, 0, most, pauses, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self.calls += 1
        if self.pauses and self.calls % 3 == 1:
            return None
        piece = self.data[self.at : self.at + min(self.most, len(buffer))]
        buffer[: len(piece)] = piece
        self.at += len(piece)
        return len(piece)


class Seekable(Raw):
    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self.at = offset + (0, self.at, len(self.data))[whence]
        return self.at

    def tell(self) -> int:
        return self.at


class Least:
    """No more than a method."""

    def __init__(self, data: bytes, form: Callable[[bytes], Any] = bytes) -> None:
        self.file, self.form = io.BytesIO(data), form

    def read(self, size: int = -1) -> Any:
        return self.form(self.file.read(size))


class ReadOne(io.BufferedReader):
    """As a pipe may be: it gives what one read of the raw file gives."""

    def read(self, size: int | None = -1, /) -> bytes:
        return self.read1(-1 if size is None else size)


class Silent(Seekable):
    """A seek that says nothing, as that of mmap before Python 3.13."""

    def seek(self, offset: int, whence: int = 0) -> Any:
        super().seek(offset, whence)


def spooled(data: bytes, _: Path) -> Any:
    file = tempfile.SpooledTemporaryFile(max_size=1000)  # noqa: SIM115
    file.write(data)
    file.seek(0)
    return file


def named(data: bytes, _: Path) -> Any:
    file = tempfile.NamedTemporaryFile()  # noqa: SIM115
    file.write(data)
    file.seek(0)
    return file


def skipped(data: bytes, _: Path) -> Any:
    file = io.BytesIO(b"earlier message" + data)
    file.seek(15)
    return file


def saved(data: bytes, folder: Path) -> Path:
    path = folder / "message"
    path.write_bytes(data)
    return path


def packed(module: Any) -> Opener:
    def opener(data: bytes, folder: Path) -> Any:
        with module.open(folder / "packed", "wb") as file:
            file.write(data)
        return module.open(folder / "packed", "rb")

    return opener


def zipped(data: bytes, folder: Path) -> Any:
    with zipfile.ZipFile(folder / "message.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("message", data)
    return zipfile.ZipFile(folder / "message.zip").open("message")


def piped(data: bytes, _: Path) -> Any:
    end, start = os.pipe()

    def feed() -> None:
        with open(start, "wb", buffering=0) as file:
            file.writelines(data[at : at + 5000] for at in range(0, len(data), 5000))

    threading.Thread(target=feed, daemon=True).start()
    return open(end, "rb")


def sent(data: bytes, _: Path) -> Any:
    ours, theirs = socket.socketpair()

    def feed() -> None:
        with theirs:
            theirs.sendall(data)

    threading.Thread(target=feed, daemon=True).start()
    with ours:
        return ours.makefile("rb")


def mapped(data: bytes, folder: Path) -> Any:
    with saved(data, folder).open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if data else io.BytesIO()


OPENERS: dict[str, Opener] = {
    "bytearray": lambda data, _: bytearray(data),
    "memoryview": lambda data, _: memoryview(data),
    "every second byte": lambda data, _: memoryview(
        bytes(byte for pair in zip(data, data, strict=True) for byte in pair)
    )[::2],
    "array": lambda data, _: array.array("B", data),
    "BytesIO": lambda data, _: io.BytesIO(data),
    "file": lambda data, folder: saved(data, folder).open("rb"),
    "raw file": lambda data, folder: saved(data, folder).open("rb", buffering=0),
    "file for both": lambda data, folder: saved(data, folder).open("r+b"),
    "mmap": mapped,
    "raw": lambda data, _: Raw(data),
    "raw, few at a time": lambda data, _: Raw(data, 997),
    "raw, with pauses": lambda data, _: Raw(data, 50_000, pauses=True),
    "seekable raw": lambda data, _: Seekable(data),
    "seekable raw, few at a time": lambda data, _: Seekable(data, 4099),
    "seekable raw, with pauses": lambda data, _: Seekable(data, 50_000, pauses=True),
    "silent seek": lambda data, _: Silent(data, 70_001),
    "buffered raw": lambda data, _: io.BufferedReader(Raw(data, 4099)),
    "read1": lambda data, folder: ReadOne(saved(data, folder).open("rb", buffering=0), 4096),
    "read alone": lambda data, _: Least(data),
    "bytearrays": lambda data, _: Least(data, bytearray),
    "memoryviews": lambda data, _: Least(data, memoryview),
    "not at the beginning": skipped,
    "spooled": spooled,
    "named": named,
    "path": saved,
    "gzip": packed(gzip),
    "bz2": packed(bz2),
    "lzma": packed(lzma),
    "zip": zipped,
    "pipe": piped,
    "socket": sent,
}


@pytest.mark.slow
@pytest.mark.parametrize("how", OPENERS)
@pytest.mark.parametrize("name", MESSAGES)
def test_a_file_gives_the_verdict_of_its_bytes(name: str, how: str, tmp_path: Path) -> None:
    data = MESSAGES[name]
    expected = medcom_bu.read(data)

    @contextmanager
    def fresh() -> Iterator[Any]:
        file = OPENERS[how](data, tmp_path)
        try:
            yield file
        finally:
            getattr(file, "close", int)()

    with fresh() as file:
        assert medcom_bu.read(file) == expected
    with fresh() as file:
        assert medcom_bu.validate(file, receiving=True) == expected.report
    with fresh() as file:
        if name in ("half", "wrong"):
            with pytest.raises(medcom_bu.InvalidMessage):
                medcom_bu.parse(file)
        elif expected.message is None:
            with pytest.raises(medcom_bu.UnknownFormat):
                medcom_bu.parse(file)
        else:
            assert medcom_bu.parse(file) == expected.message


def test_the_messages_are_what_they_should_be() -> None:
    letter: Any = medcom_bu.parse(MESSAGES["odd base64"], Emessage).letters[0]
    assert letter.binary_object[0].object_base64_encoded.text
    assert [medcom_bu.validate(MESSAGES[name]).ok for name in ("half", "wrong", "noise", "empty")] == [False] * 4


READERS = (medcom_bu.parse, medcom_bu.read, medcom_bu.validate)
SECRET = "Testesen 0201609995"


class Never(Raw):
    def readinto(self, buffer: Any) -> None:
        return None


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda _: SECRET, "str: open the file in binary mode, or give its Path"),
        (lambda _: None, "NoneType"),
        (lambda _: 5, "int"),
        (lambda _: [SECRET], "list"),
        (lambda _: LETTER, "BinaryLetter"),
        (lambda _: io.StringIO(SECRET), "StringIO"),
        (lambda path: path.open("r"), "TextIOWrapper"),
        (lambda _: Least(SECRET.encode(), bytes.decode), "Least that gives str"),
        (lambda _: Least(b"", lambda _: 5), "Least that gives int"),
        (lambda _: Least(b"", lambda _: None), "Least without any"),
        (lambda _: Never(b""), "Never without any"),
        (lambda path: path.open("ab"), 'open for reading ("rb")'),
    ],
)
def test_what_gives_no_bytes_is_named_and_never_quoted(reader: Any, make: Any, word: str, tmp_path: Path) -> None:
    path = tmp_path / "secret 0201609995"
    path.write_text(SECRET, "ascii")
    given = make(path)
    with pytest.raises(TypeError) as raised:
        reader(given)
    getattr(given, "close", int)()
    said = str(raised.value)
    assert said.startswith(f"{reader.__name__} takes ")
    assert word in said
    assert "Testesen" not in said
    assert "0201609995" not in said
    assert raised.value.__cause__ is None


@pytest.mark.parametrize("reader", READERS)
def test_a_path_that_cannot_be_read_is_an_error_without_its_name(reader: Any, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as raised:
        reader(tmp_path / SECRET)
    assert str(raised.value) == f"[Errno {errno.ENOENT}] {os.strerror(errno.ENOENT)}"
    assert raised.value.__cause__ is raised.value.__context__ is None


def test_a_path_is_read_and_closed(tmp_path: Path) -> None:
    path = saved(MESSAGES["oioxml"], tmp_path)
    assert medcom_bu.parse(path) == medcom_bu.parse(MESSAGES["oioxml"])
    assert medcom_bu.read(path).report == medcom_bu.validate(path, receiving=True)
    path.unlink()


class Narrow(io.RawIOBase):
    """It takes so many bytes at a time, and says so."""

    def __init__(self, most: int, *, pauses: bool = False) -> None:
        self.data, self.most, self.pauses, self.calls = bytearray(), most, pauses, 0

    def writable(self) -> bool:
        return True

    def write(self, given: Any) -> int | None:
        self.calls += 1
        if self.pauses and self.calls % 4 == 1:
            return (None, 0)[self.calls % 8 == 1]
        piece = bytes(given[: self.most])
        self.data += piece
        return len(piece)


class Quiet:
    """It takes all, and does not say so."""

    def __init__(self) -> None:
        self.data = b""

    def write(self, given: bytes) -> None:
        self.data += given


WRITES: dict[str, tuple[Callable[[Any], None], bytes]] = {
    "xml": (lambda file: medcom_bu.write_xml(LARGE, file), MESSAGES["oioxml"]),
    "edifact": (lambda file: medcom_bu.write_edifact(LARGE, file), MESSAGES["edifact"]),
    "json": (lambda file: medcom_bu.write_fhir(CARE, file), MESSAGES["json"]),
    "fhir xml": (lambda file: medcom_bu.write_fhir(CARE, file, "xml"), MESSAGES["xml"]),
}


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize(
    "make", [lambda: Narrow(1000), lambda: Narrow(1 << 30), lambda: Narrow(70_001, pauses=True), Quiet]
)
def test_all_that_is_written_arrives(name: str, make: Any) -> None:
    write, expected = WRITES[name]
    file = make()
    write(file)
    assert bytes(file.data) == expected


@pytest.mark.parametrize("name", WRITES)
def test_all_that_is_written_goes_through_a_pipe(name: str) -> None:
    write, expected = WRITES[name]
    end, start = os.pipe()
    came: list[bytes] = []

    def drain() -> None:
        with open(end, "rb") as file:
            came.append(file.read())

    reader = threading.Thread(target=drain)
    reader.start()
    with open(start, "wb", buffering=0) as file:
        write(file)
    reader.join()
    assert came == [expected]


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize(
    "make", [io.StringIO, lambda: "out.xml", lambda: None, lambda: io.BufferedReader(Raw(b"")), lambda: sys.__stdout__]
)
def test_what_takes_no_bytes_is_refused(name: str, make: Any) -> None:
    with pytest.raises(TypeError, match=r"^write_(xml|edifact|fhir) takes a file that is open for writing bytes"):
        WRITES[name][0](make())


def test_a_file_that_takes_nothing_ends() -> None:
    with pytest.raises(BlockingIOError, match="Narrow takes no more bytes"):
        medcom_bu.write_xml(FILES, cast("BinaryIO", Narrow(0)))


def test_a_file_is_read_from_where_it_stands_and_a_pipe_to_its_end() -> None:
    file = skipped(MESSAGES["json"], Path())
    assert medcom_bu.validate(file).ok
    raw = Raw(MESSAGES["json"], 100)
    assert medcom_bu.validate(raw).ok
    assert raw.at == len(MESSAGES["json"])
