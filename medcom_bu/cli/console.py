"""The ways out of the command line: text for people, bytes for machines, files. Nothing else prints or writes."""

from __future__ import annotations

import argparse
import contextlib
import functools
import io
import os
import stat
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, NoReturn, TypeAlias

from medcom_bu.signs import one_line, visible

_PRIVATE, _USUAL = 0o600, 0o666


class Parser(argparse.ArgumentParser):
    """A parser whose errors are in the language of the texts, and quote an argument only in visible signs."""

    def __init__(self, *given: Any, lang: str = "en", **options: Any) -> None:
        super().__init__(*given, **options)
        self.lang: str = lang

    def add_subparsers(self, **options: Any) -> Any:
        """Those of the commands, in the same language."""
        options["parser_class"] = functools.partial(type(self), lang=self.lang)
        return super().add_subparsers(**options)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and end with status 2."""
        if self.lang != "da":
            super().error(one_line(message))
        from medcom_bu.cli.usage import in_danish

        usage = self.format_usage().replace("usage:", "brug:", 1)
        self.exit(2, f"{usage}{self.prog}: fejl: {one_line(in_danish(message))}\n")


Commands: TypeAlias = "argparse._SubParsersAction[Parser]"
"""What a command adds itself to."""


class Sentence(NamedTuple):
    """What a command says, in English and in Danish, with ``{name}`` where a parameter goes.

    It is that of the issues without what those load: a command says something before it does anything.
    """

    en: str
    da: str

    def render(self, lang: str, params: Mapping[str, object] = {}) -> str:
        """The sentence in ``"en"`` or ``"da"`` with its parameters filled in."""
        return (self.da if lang == "da" else self.en).format_map(params)


_IS_READ = Sentence(
    "{file} is also the input; name another output",
    "{file}: det er den fil der læses; angiv en anden til resultatet",
)
NOT_EMPTY = Sentence("{folder} is not empty; name a new or empty folder", "{folder} er ikke tom; angiv en ny mappe")


class Refused(Exception):
    """Why a command cannot do what it is asked: a text in both languages with its parameters, or one as it is."""

    def __init__(self, reason: Sentence | str, params: Mapping[str, object] = {}) -> None:
        super().__init__(reason, params)
        self.reason: Sentence | str = reason
        self.params: Mapping[str, object] = params

    def text(self, lang: str) -> str:
        """The reason in ``"en"`` or ``"da"``, as far as there are two."""
        return self.reason.render(lang, self.params) if isinstance(self.reason, Sentence) else self.reason


def standard_input() -> BinaryIO:
    """The bytes of standard input."""
    stdin: Any = sys.stdin
    file: BinaryIO = getattr(stdin, "buffer", stdin)  # a binary file may stand in for it
    return file


def opened(name: str) -> contextlib.AbstractContextManager[BinaryIO]:
    """A file for reading bytes; ``-`` is standard input."""
    return contextlib.nullcontext(standard_input()) if name == "-" else open(name, "rb")


def prepare() -> None:
    """What the encoding of the console lacks is escaped, and never stops a command."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def say(text: str, *, error: bool = False) -> None:
    """Print text; a sign that could act on a terminal is shown by its code point."""
    print(visible(text), file=sys.stderr if error else sys.stdout)


def put(text: str) -> None:
    """Print text in which every sign that acts is meant, at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


def has_colours() -> bool:
    """Whether standard output is a terminal that shows colours, and nobody has asked for none."""
    asked = os.environ.get("NO_COLOR"), os.environ.get("TERM")
    can = os.name == "posix" or "WT_SESSION" in os.environ
    return can and not asked[0] and asked[1] != "dumb" and sys.stdout.isatty()


_PROGRESS_FROM = 20
_WIDTH = 30


class ProgressBar:
    """A bar on standard error where that is a terminal and there is much to do."""

    def __init__(self, total: int) -> None:
        self.total: int = total
        self.done: int = 0
        self._is_wanted = total >= _PROGRESS_FROM and sys.stderr.isatty()
        self._width = 0

    def step(self) -> None:
        """One more is done."""
        self.done += 1
        if self._is_wanted:
            bar = "#" * (self.done * _WIDTH // self.total)
            self._show(f"[{bar:.<{_WIDTH}}] {self.done}/{self.total}")

    def hide(self) -> None:
        """Make room for what is printed next."""
        if self._width:
            self._show("")

    def _show(self, text: str) -> None:
        blanks = " " * (self._width - len(text))
        print(f"\r{text}{blanks}" + ("" if text else "\r"), end="", file=sys.stderr, flush=True)
        self._width = len(text)


def refuse(text: str) -> None:
    """Say in one line why a command is refused."""
    say(f"medcom-bu: {one_line(text)}", error=True)


def abandon_output() -> None:
    """Write no more to standard output, which nobody can take: what is left in it would fail again at the end.

    Only the output of the process itself is given up, never one that a caller has put in its place.
    """
    stdout = sys.__stdout__
    if stdout is not None and sys.stdout is stdout:
        with contextlib.suppress(OSError, ValueError), open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), stdout.fileno())


def emit(data: bytes) -> None:
    """Write bytes to standard output as they are, whatever the encoding of the console."""
    sys.stdout.flush()
    out = getattr(sys.stdout, "buffer", None)
    if out is None:  # a text file that stands in for it
        sys.stdout.write(data.decode())
        return
    out.write(data)
    out.flush()


def write_out(name: str, write: Callable[[BinaryIO], object], inputs: Sequence[str]) -> None:
    """Write what a command makes: to a file, as :func:`save` does, or to standard output where that is ``-``."""
    if name != "-":
        save(name, write, inputs, private=False)
        return
    held = io.BytesIO()
    write(held)
    emit(held.getvalue())


def save(path: str | Path, write: Callable[[BinaryIO], object], inputs: Sequence[str] = (), *, private: bool) -> None:
    """Write a file beside its place and rename it: what is there is whole, old or new.

    ``private`` lets the owner alone read it; else it has the permissions of the file that it replaces, or the usual
    ones. Raises OSError, also where the file is one of ``inputs``, by whatever name.
    """
    target = Path(os.path.realpath(path))
    if any(_is_same(target, each) for each in inputs):
        raise Refused(_IS_READ, {"file": str(path)})
    try:
        old = target.stat() if target.exists() else None
        if old is not None and not stat.S_ISREG(old.st_mode):  # a device, a pipe: it cannot be renamed
            with target.open("wb") as file:
                write(file)
            return
        _replace(target, write, _PRIVATE if private else stat.S_IMODE(old.st_mode) if old is not None else None)
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise


def _replace(target: Path, write: Callable[[BinaryIO], object], mode: int | None) -> None:
    import secrets

    beside = target.parent / f".medcom-bu-{secrets.token_hex(8)}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(beside, flags, _USUAL if mode is None else _PRIVATE)
    try:
        with open(descriptor, "wb") as file:
            write(file)
        if mode is not None:
            beside.chmod(mode)
        beside.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


def _is_same(target: Path, other: str) -> bool:
    with contextlib.suppress(OSError, ValueError):
        return os.path.samefile(target, other)
    return False
