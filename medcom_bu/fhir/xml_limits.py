"""How much FHIR XML may hold: looked at in the bytes, before a tree of them costs time, and names memory for good.

What a quick count shows to be possible alone is counted exactly.
"""

from __future__ import annotations

import contextlib
import re
from typing import NoReturn
from xml.parsers import expat

from medcom_bu.fhir import kinds
from medcom_bu.fhir.data import beyond_text, too_large
from medcom_bu.issues import Issue
from medcom_bu.limits import Limits

_CONTENT = re.compile(
    rb"<(?:[\w.-]+:)?data\b[^<>]*?\bvalue\s*=\s*"
    rb"[\"']((?:[A-Za-z0-9+/=\s]++|&#(?:x[Aa9Dd]|10|13|9);)*+)[\"']"
)


_LONGEST = 200
_LONG = re.compile(rb"xmlns(?::[^=\s]*)?\s*=\s*(?:\"[^\"]{%d}|'[^']{%d})" % (_LONGEST + 1, _LONGEST + 1))
"""A namespace with more characters than any has: it would be repeated with each name that is in it."""


def beyond_limits(data: bytes, limits: Limits) -> Issue | None:
    """What is said of more than a document may hold of text, attributes of one element, prefixes or names; or None."""
    too_much = beyond_text(data, _CONTENT, limits)
    if too_much is None and _may_be_beyond(data, limits):
        return _Counter(limits).issue(data)
    return too_much


def _may_be_beyond(data: bytes, limits: Limits) -> bool:
    """Whether there are as many signs of such things as would be needed."""
    signs = data.count(b"=")
    return (
        data.count(b"xmlns:") > limits.prefixes
        or data.count(b"<") + signs > limits.names
        or _LONG.search(data) is not None
        or (signs > limits.attributes and re.search(rb"<(?:[^<=]*+=){%d}" % (limits.attributes + 1), data) is not None)
    )


class _Beyond(Exception):
    """The counting can end."""


class _Counter:
    """Counts what one document declares and repeats, until a limit is passed."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.names: set[str] = set()
        self.prefixes: set[tuple[str, str]] = set()
        self.found: Issue | None = None

    def issue(self, data: bytes) -> Issue | None:
        """What is said of a document; nothing of one that is not well-formed, as far as it goes."""
        parser = expat.ParserCreate()
        parser.ordered_attributes = True
        parser.StartElementHandler = self._element
        with contextlib.suppress(expat.ExpatError, _Beyond):
            parser.Parse(data, True)
        return self.found

    def _element(self, name: str, attributes: list[str]) -> None:
        self.names.add(name)
        count = 0
        for at in range(0, len(attributes), 2):
            kind, _, prefix = attributes[at].partition(":")
            if kind != "xmlns":
                count += 1
                self.names.add(attributes[at])
                continue
            if len(attributes[at + 1]) > _LONGEST:
                self._end(kinds.TOO_LARGE.at("/", what="namespace", count=len(attributes[at + 1]), limit=_LONGEST))
            if prefix:
                self.prefixes.add((prefix, attributes[at + 1]))
        for what, number in (("attributes", count), ("prefixes", len(self.prefixes)), ("names", len(self.names))):
            if number > getattr(self.limits, what):
                self._end(too_large(what, number, self.limits))

    def _end(self, issue: Issue) -> NoReturn:
        self.found = issue
        raise _Beyond
