"""Whether the markup of an XML document goes beyond the limits: counted on its bytes, before a parser sees them.

A parser, and what builds on one, takes time that grows with the square of the attributes of an element or of the
prefixes in scope, keeps every name for good, and has limits of its own that differ from version to version. The bytes
are of an encoding in which ASCII stands for itself. An ordinary message costs a few searches; one of which they cannot
say that it is within the limits is gone through tag by tag.
"""

from __future__ import annotations

import itertools
import re
from typing import NamedTuple

from medcom_bu.issues import Text
from medcom_bu.limits import Limits

FEW_NAMES = 1_000
"""No message comes near so many distinct names. See :attr:`Markup.has_many_names`."""

LONGEST_ADDRESS = 200
"""Characters of the name of a namespace, which is written again with everything that is kept."""

_FEW, _FEW_TAGS = 16, FEW_NAMES - 100
_QUOTES = (b'"', b"'")
_ASIDES = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
_TAG = re.compile(rb"""<(/?)([^\s<>/!?]++)((?:[^<>"']++|"[^"]*+"|'[^']*+')*+)>""")
_ATTRIBUTE = re.compile(rb"""([^\s<>/="']++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""")
_ELEMENT_NAME = re.compile(rb"<([^\s<>/!?]++)")
_ADDRESS = re.compile(rb"""xmlns(?<![^\s"']xmlns)[^\s<>/="']*+\s*+=\s*+("[^"]*+"|'[^']*+')""")
_LONG_ADDRESS = re.compile(rb"""xmlns[^\s<>/="']*+\s*+=\s*+(?:"[^"]{%d}|'[^']{%d})""" % ((LONGEST_ADDRESS + 1,) * 2))


_WHAT = {
    "attributes": Text("attributes of one element", "attributter på ét element"),
    "prefixes": Text("namespace prefixes", "navnerumspræfikser"),
    "address": Text("bytes in the name of a namespace", "byte i navnet på et navnerum"),
    "names": Text("different names", "forskellige navne"),
    "depth": Text("levels of nested elements", "elementer inden i hinanden"),
}


class Excess(NamedTuple):
    """The limit that something goes beyond, how many there are by then, and the offset of the tag that does.

    ``name`` is that of the limit in :class:`~medcom_bu.limits.Limits`, or ``address``.
    """

    at: int
    name: str
    number: int
    limit: int

    @property
    def what(self) -> Text:
        """Of what there is too much."""
        return _WHAT[self.name]


class Markup(NamedTuple):
    """What was counted. ``tags`` is at least the number of tags.

    ``has_many_names`` says that there are so many distinct names that a parser should be left behind with them: lxml
    keeps each for as long as the thread lives.
    """

    tags: int
    has_many_names: bool
    excess: Excess | None


def count_markup(xml: bytes, limits: Limits) -> Markup:
    """Count tags, names, attributes and prefixes. How deep the elements are nested is left to :func:`find_excess`."""
    tags = xml.count(b"<")
    if (
        tags <= _FEW_TAGS
        and _has_few_attributes(xml)
        and min(limits.names // 60, limits.prefixes, limits.attributes) >= _FEW
    ):
        return Markup(tags, False, None)
    equals = xml.count(b"=")
    others = equals - xml.count(b' value="')  # FHIR's: one name, however often
    most_names = tags - xml.count(b"</") + others + 1
    names = _names(xml, others + 1) if most_names > min(FEW_NAMES, limits.names) else 0
    is_suspect = (
        names > limits.names
        or (equals > limits.attributes and _signs_of_one_tag(xml) > limits.attributes)
        or xml.count(b"xmlns:") > limits.prefixes
        or _LONG_ADDRESS.search(xml) is not None
    )
    return Markup(tags, names > FEW_NAMES, find_excess(xml, limits) if is_suspect else None)


def _has_few_attributes(xml: bytes) -> bool:
    """Whether there are so few and such short ones, if any, that no limit but one of a caller is near."""
    at, count = xml.find(b"="), 0
    while at >= 0:
        count += 1
        start = at + 2
        if count > _FEW or xml.find(xml[at + 1 : start], start, start + LONGEST_ADDRESS) < 0:
            return False
        at = xml.find(b"=", start)
    return True


def _names(xml: bytes, equals: int) -> int:
    """At least the number of distinct names of elements, attributes and namespaces."""
    elements = len(set(_ELEMENT_NAME.findall(xml)))
    if equals <= FEW_NAMES // 2:
        return elements + equals
    pairs = itertools.pairwise(xml.split(b"="))
    attributes = {word for name, value in pairs if value.lstrip()[:1] in _QUOTES for word in name.rsplit(None, 1)[-1:]}
    return elements + len(attributes) + len(set(_ADDRESS.findall(xml)))


def _signs_of_one_tag(xml: bytes) -> int:
    """At least the number of equals signs in any one tag."""
    between = itertools.groupby(b"<" in part for part in xml.split(b"=")[1:-1])
    return 1 + max((sum(1 for _ in run) for is_of_two, run in between if not is_of_two), default=0)


def find_excess(xml: bytes, limits: Limits) -> Excess | None:
    """The first tag that goes beyond a limit, depth among them. What comes after broken markup is not looked at."""
    count = _Count(limits)
    at = xml.find(b"<")
    while at >= 0:
        aside = next((end for start, end in _ASIDES.items() if xml.startswith(start, at)), None)
        if aside is not None:
            end = xml.find(aside, at)
        else:
            tag = _TAG.match(xml, at)
            end = tag.end() if tag else -1
            excess = count.beyond(tag) if tag else None
            if excess:
                return excess
        at = xml.find(b"<", end) if end >= 0 else -1
    return None


class _Count:
    """What the tags of a document add up to."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.depth = 0
        self.names: set[bytes] = set()
        self.prefixes: set[bytes] = set()

    def beyond(self, tag: re.Match[bytes]) -> Excess | None:
        """Count a tag in; what now goes beyond its limit."""
        if tag.group(1):
            self.depth -= 1
            return None
        limits, at = self.limits, tag.start()
        self.names.add(tag.group(2))
        attributes = longest = 0
        for attribute in _ATTRIBUTE.finditer(tag.group(3)):
            name, value = attribute.group(1), attribute.group(2) or attribute.group(3) or b""
            if name == b"xmlns" or name.startswith(b"xmlns:"):
                self.names.add(value)
                longest = max(longest, len(value))
                self.prefixes.update([name[6:]] if name[6:] else [])
            else:
                self.names.add(name)
                attributes += 1
            if attributes > limits.attributes:
                return Excess(at, "attributes", attributes, limits.attributes)
            if len(self.prefixes) > limits.prefixes:
                return Excess(at, "prefixes", len(self.prefixes), limits.prefixes)
            if longest > LONGEST_ADDRESS:
                return Excess(at, "address", longest, LONGEST_ADDRESS)
        if len(self.names) > limits.names:
            return Excess(at, "names", len(self.names), limits.names)
        self.depth += 1
        if self.depth > limits.depth:
            return Excess(at, "depth", self.depth, limits.depth)
        self.depth -= tag.group(3).endswith(b"/")
        return None
