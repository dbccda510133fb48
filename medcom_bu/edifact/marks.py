"""The service characters of an interchange: those of its UNA, or the usual ones.

Source: ISO 9735, service string advice. The decimal mark and the reserved blank have no use in MedCom messages.
"""

from __future__ import annotations

import functools
import re

import attrs

from medcom_bu.edifact.segments import SERVICE

BLANKS = " \t\r\n\f\v"
"""What may stand before a tag."""

_PRIVATE = 0xE000
_NOT_LATIN = re.compile(r"[^\x00-\xff]")


@attrs.frozen(slots=False)
class Marks:
    """The four characters that cut text; ``release`` is empty where the UNA has a blank in its place."""

    component: str
    element: str
    release: str
    terminator: str

    @classmethod
    @functools.lru_cache(maxsize=16)
    def of(cls, service: bytes) -> Marks | None:
        """The characters of a UNA of nine bytes; None where they cannot be service characters."""
        text = service.decode("latin-1")
        marks = cls(text[3:4], text[4:5], text[6:7].strip(" "), text[8:9])
        used = "".join(attrs.astuple(marks))
        signs = len(service) == len(SERVICE) and all(char.isprintable() and not char.isalnum() for char in used)
        return marks if signs and " " not in used and len(set(used)) == len(used) >= 3 else None

    def find_object(self, data: bytes, begin: int) -> int | None:
        """Where the first segment that is a UNO, or has a text like one, ends after ``begin``, terminator included.

        None where there is none, or it is not whole.
        """
        found = self._uno.search(data, begin)
        whole = self._segment.match(data, found.start()) if found else None
        return whole.end() if whole else None

    def may_release_terminator(self, text: str) -> bool:
        """Whether the text holds a release before a terminator, or before a line end, behind which one may stand."""
        if not self.release or self.release not in text:
            return False
        return any(self.release + after in text for after in (self.terminator, "\r", "\n"))

    @functools.cached_property
    def stand_ins(self) -> tuple[tuple[str, str, str], ...]:
        """Each sign released, a character outside ISO 8859-1 for it while text is cut, the sign; the release first."""
        return tuple((self.release + sign, chr(_PRIVATE + number), sign) for number, sign in enumerate(self._all))

    def bare(self, text: str) -> str:
        """The text with the signs in place of their stand-ins."""
        for _, stand_in, sign in self.stand_ins:
            text = text.replace(stand_in, sign)
        return text

    def released(self, text: str) -> str:
        """The text with a release before each sign that needs one."""
        return text if self._signs.isdisjoint(text) else text.translate(self._escapes)

    def encode(self, text: str) -> bytes:
        """Released text in ISO 8859-1; a character outside of it becomes a question mark."""
        try:
            return text.encode("latin-1")
        except UnicodeEncodeError:
            return _NOT_LATIN.sub(self.released("?"), text).encode("latin-1")

    @functools.cached_property
    def _signs(self) -> frozenset[str]:
        return frozenset(self._all) - {""}

    @functools.cached_property
    def _escapes(self) -> dict[int, str]:
        return {ord(sign): self.release + sign for sign in self._signs}

    @property
    def _all(self) -> tuple[str, ...]:
        return (self.release, self.element, self.component, self.terminator)

    @functools.cached_property
    def _uno(self) -> re.Pattern[bytes]:
        ends = re.escape(self.element + self.terminator).encode("latin-1")
        return re.compile(rb"U[\r\n]*N[\r\n]*O[\r\n]*[%b]" % ends)

    @functools.cached_property
    def _segment(self) -> re.Pattern[bytes]:
        end, release = (re.escape(mark).encode("latin-1") for mark in (self.terminator, self.release))
        if not release:
            return re.compile(rb"[^%b]*+%b" % (end, end))
        return re.compile(rb"(?:[^%b%b]++|%b[\r\n]*+.)*+%b" % (release, end, release, end), re.DOTALL)


USUAL = Marks(":", "+", "?", "'")
