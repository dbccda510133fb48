"""What a caller knows besides the message: who is who, where files can be fetched, what is unread."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import attrs

from medcom_bu.arguments import check
from medcom_bu.directory import NUMBERS, Directory
from medcom_bu.rendering.view import Line, Note, Quote, ShownFile
from medcom_bu.values.identifiers import DanishIdentifier

Link = Callable[[ShownFile], str | None]

_SAFE_ADDRESS = re.compile(
    r"(https?://[^\s/\\?#@]|/(?![/\\])|[\w.~%-]+(?=[/?#]|\Z))[^\s\\\x00-\x1f\x7f\"<>]*", re.IGNORECASE
)
"""An address of http or https, or a path; nothing that a browser reads as another scheme."""


NO_NAME: Line = (Note("Intet navn angivet: se numrene nedenfor"),)
"""What is shown where neither a message nor the directory has the name of a unit."""


def named_by_directory(name: str | None) -> Line:
    """The name that the directory has for a unit, told apart from one that was sent; nothing where it has none."""
    return () if name is None else (Quote(name), " ", Note("(navn fra adresseregister)"))


@attrs.frozen(repr=False)
class PageOptions:
    """What :func:`medcom_bu.as_page` was given. ``unread`` holds ids of messages and segments."""

    directory: Directory | None = None
    link: Link | None = None
    unread: frozenset[str] = frozenset()
    unread_messages: tuple[Any, ...] = ()

    def is_unread(self, message: Any, *identifiers: str | None) -> bool:
        """Whether the caller said so of a message, or of one of its identifiers."""
        return any(message is one for one in self.unread_messages) or not self.unread.isdisjoint(identifiers)

    def name_of(self, on: date | None, *numbers: DanishIdentifier | None) -> str | None:
        """What the directory calls the unit that has the first of some numbers that it knows, on a day."""
        if self.directory is None:
            return None
        for number in filter(None, numbers):
            kind = next((name for name, cls in NUMBERS.items() if type(number) is cls), None)
            units = self.directory.matching(on=on, **{kind: number.reveal()}) if kind else ()
            if len(units) == 1 and units[0].name:
                return units[0].name
        return None

    def linked(self, file: ShownFile) -> ShownFile:
        """The file with the address that the caller's function gives. Raises ValueError for one that is not safe."""
        found = self.link(file) if self.link is not None else None
        if found is None:
            return file
        check("what link gives", found, str)
        if not _SAFE_ADDRESS.fullmatch(found):
            raise ValueError("link gives an address of http or https, a path, or None")
        return attrs.evolve(file, address=found)
