"""The service characters of an interchange: those of its UNA, or the usual ones.

Source: ISO 9735, service string advice. The decimal mark has no use in MedCom messages, but it may be released. The
separators of level B are control characters, a terminator may be a line end.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator

import attrs

from medcom_bu.edifact.syntax.segments import SERVICE

BLANKS = " \t\r\n\f\v"
"""What may come before a tag."""

_SEPARATORS = "\x1c\x1d\x1e\x1f"
_PRIVATE = 0xE000
_NOT_LATIN = re.compile(r"[^\x00-\xff]")


@attrs.frozen(slots=False)
class ServiceCharacters:
    """The four characters that cut text; ``release`` is empty where the UNA has a blank in its place.

    ``others`` are service characters that cut nothing: the decimal mark, and the reserved one where it is not a blank.
    """

    component: str
    element: str
    release: str
    terminator: str
    others: str = ""

    @classmethod
    @functools.lru_cache(maxsize=16)
    def from_una(cls, service: bytes) -> ServiceCharacters | None:
        """The characters of a UNA of nine bytes; None where they cannot be service characters."""
        text = service.decode("latin-1")
        component, element, release, terminator = text[3:4], text[4:5], text[6:7].strip(" "), text[8:9]
        used = component + element + release + terminator
        is_whole = len(service) == len(SERVICE) and len(set(used)) == len(used) >= 3
        is_cut_short = terminator in ("\r", "\n") and text[7] != " "
        if not is_whole or is_cut_short or not all(map(_is_sign, used.rstrip("\r\n"))):
            return None
        others = {sign for sign in text[5] + text[7] if _is_sign(sign)}.difference(used)
        return cls(component, element, release, terminator, "".join(sorted(others)))

    def find_object(self, data: bytes, begin: int) -> int | None:
        """Where the first segment that is a UNO, or has a text like one, ends after ``begin``, terminator included.

        None where there is none, or it is not whole.
        """
        uno = self._uno.search(data, begin)
        whole = self._segment.match(data, uno.start()) if uno else None
        return whole.end() if whole else None

    def may_release_terminator(self, text: str) -> bool:
        """Whether the text holds a release before a terminator, or before a line end, behind which one may stand."""
        if not self.release or self.release not in text:
            return False
        return any(self.release + after in text for after in (self.terminator, "\r", "\n"))

    def services(self, raw: bytes) -> Iterator[re.Match[bytes]]:
        """Further service strings where a segment may begin, each in group 1; their interchanges follow."""
        return self._service.finditer(raw) if b"UNA" in raw else iter(())

    @functools.cached_property
    def stand_ins(self) -> tuple[tuple[str, str, str], ...]:
        """Each sign released, a character outside ISO 8859-1 for it while text is cut, the sign; the release first."""
        signs = (*self._all, *self.others)
        return tuple((self.release + sign, chr(_PRIVATE + number), sign) for number, sign in enumerate(signs))

    @functools.cached_property
    def needless(self) -> frozenset[str]:
        """The stand-ins of signs that may be released and need not be."""
        return frozenset(stand_in for _, stand_in, sign in self.stand_ins if sign in self.others)

    def bare(self, text: str) -> str:
        """The text with the signs in place of their stand-ins."""
        for _, stand_in, sign in self.stand_ins:
            text = text.replace(stand_in, sign)
        return text

    @functools.cached_property
    def cuts(self) -> tuple[str, str, str]:
        """The stand-ins for what comes before an element, between components, after a segment."""
        _, (_, element, _), (_, component, _), (_, terminator, _) = self.stand_ins[:4]
        return element, component, terminator

    @functools.cached_property
    def empty_ends(self) -> re.Pattern[str]:
        """The stand-ins that only cut off what is empty at the end of an element or of a segment."""
        element, component, terminator = self.cuts
        any_of = f"[{element}{component}]"
        return re.compile(rf"(?<!{any_of}){any_of}++(?={terminator})|(?<!{component}){component}++(?={element})")

    def released(self, text: str) -> str:
        """The text with a release before each sign that needs one."""
        for sign in self._all if self.release else ():
            text = text.replace(sign, self.release + sign)
        return text

    def have_sign(self, texts: Iterable[str]) -> bool:
        """Whether one of the texts holds a sign that needs a release."""
        return not frozenset(self._all).isdisjoint("".join(texts))

    def encode(self, text: str) -> bytes:
        """Released text in ISO 8859-1; a character outside of it becomes a question mark."""
        try:
            return text.encode("latin-1")
        except UnicodeEncodeError:
            return in_latin(text, self.released("?")).encode("latin-1")

    @property
    def _all(self) -> tuple[str, ...]:
        return (self.release, self.element, self.component, self.terminator)

    @functools.cached_property
    def _uno(self) -> re.Pattern[bytes]:
        ends = re.escape(self.element + self.terminator).encode("latin-1")
        return re.compile(rb"U[\r\n]*N[\r\n]*O[\r\n]*[%b]" % ends)

    @functools.cached_property
    def _service(self) -> re.Pattern[bytes]:
        end, release = (re.escape(mark).encode("latin-1") for mark in (self.terminator, self.release))
        start = rb"(?:\A|%b%b)[ \t\r\n\f\v]*+" % (rb"(?<!%b)" % release if release else b"", end)
        return re.compile(start + rb"(UNA.(.)....)(?=[ \t\r\n]*+UN[BGH]\2)", re.DOTALL)

    @functools.cached_property
    def _segment(self) -> re.Pattern[bytes]:
        end, release = (re.escape(mark).encode("latin-1") for mark in (self.terminator, self.release))
        if not release:
            return re.compile(rb"[^%b]*+%b" % (end, end))
        return re.compile(rb"(?:[^%b%b]++|%b[\r\n]*+.)*+%b" % (release, end, release, end), re.DOTALL)


def _is_sign(char: str) -> bool:
    return char in _SEPARATORS or (char.isprintable() and not char.isalnum() and char != " ")


def in_latin(text: str, other: str = "?") -> str:
    """The text with another in the place of each character outside ISO 8859-1."""
    return _NOT_LATIN.sub(other, text)


USUAL = ServiceCharacters(":", "+", "?", "'", ".")
"""Those of an interchange without a UNA."""

LEVEL_B = ServiceCharacters("\x1f", "\x1d", "", "\x1c")
"""Those of an interchange without a UNA that begins with the separators of level B."""
