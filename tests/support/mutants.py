"""Seeded mutants of letters: valid documents changed in one to three places.

The texts stay within what all schema engines judge alike: ASCII digits, no white space around dates, years of four
digits, characters of the basic plane.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

LENGTHS = (0, 1, 6, 7, 8, 9, 10, 11, 14, 15, 17, 18, 25, 26, 32, 35, 36, 70, 71, 350, 351)
COUNTS = (2, 3, 4, 5, 6, 9, 10, 11, 12, 99, 100)
MARKUP = ("Break", "Space", "Bold", "Italic", "Underline", "Right", "Center", "FixedFont", "br", "b")
TEXTS = (
    *("a" * length for length in LENGTHS),
    *("1" * length for length in (9, 10, 11)),
    *(" ", "  ", "\t", "\n", "æøå", "a&b", "<x>", " a", "a ", "a\nb"),
    *("2026-05-04", "2026-02-29", "2024-02-29", "2026-13-01", "2026-5-4", "2026-05-04Z", "2026-05-04+01:00"),
    *("00:00", "23:59", "24:00", "9:05", "09:05:00", "09:60"),
    *("true", "false", "1", "0", " true ", "TRUE", "+5", "007", "-5", "5.0", "1e3", "999999999999999999999999"),
    *(
        "01234567-89ab-cdef-0123-456789abcdef",
        "01234567-89AB-CDEF-0123-456789ABCDEF",
        "0123456789abcdef0123456789abcdef",
    ),
    *("XH0131R", "XH0130R", "XB0131X", "XB0130X", "XB0210X", "XD9134L", "XC0130Q", "XC0230Q", "XC0330Q"),
    *("XREF01", "XBIN01", "XBIN02", "XDIS91", "nytbrev", "rettetbrev", "annulleretbrev"),
)

Change = Callable[["Mutator", Any], None]


class Mutator:
    """Makes mutants with a random generator of its own; ``codes`` are the values of every code list."""

    def __init__(self, seed: int, codes: tuple[str, ...], names: tuple[str, ...], local: tuple[str, ...]) -> None:
        self.random = random.Random(seed)
        self.texts = (*TEXTS, *codes, *(code.upper() for code in codes[::7]), *(f"{code} " for code in codes[::9]))
        self.codes = codes
        self.names = names
        self.local = local

    def mutants(self, document: bytes, count: int) -> Iterator[bytes]:
        """``count`` changed copies of a document."""
        root = etree.fromstring(document)
        for _ in range(count):
            mutant = copy.deepcopy(root)
            for _ in range(self.random.choice((1, 1, 1, 2, 3))):
                self.random.choice(CHANGES)(self, mutant)
            yield etree.tostring(mutant)

    def element(self, root: Any) -> Any:
        """Any element but the root."""
        found = list(root.iter())[1:]
        return self.random.choice(found) if found else root

    def leaf(self, root: Any) -> Any:
        """Any element without children."""
        found = [element for element in root.iter() if not len(element)]
        return self.random.choice(found)

    def tag(self, root: Any, name: str) -> str:
        return "{" + etree.QName(root).namespace + "}" + name

    def new(self, root: Any, name: str) -> Any:
        made = etree.Element(self.tag(root, name))
        if self.random.random() < 0.7:
            made.text = self.random.choice(self.texts)
        return made


def drop(self: Mutator, root: Any) -> None:
    element = self.element(root)
    if element is not root:
        element.getparent().remove(element)


def double(self: Mutator, root: Any) -> None:
    element = self.element(root)
    if element is not root:
        element.addnext(copy.deepcopy(element))


def multiply(self: Mutator, root: Any) -> None:
    element = self.element(root)
    if element is not root and len(list(element.iter())) < 40:
        for _ in range(self.random.choice(COUNTS) - 1):
            element.addnext(copy.deepcopy(element))


def move(self: Mutator, root: Any) -> None:
    element, target = self.element(root), self.element(root)
    if element is not root and target is not root and element not in target.iterancestors() and element is not target:
        target.addnext(element)


def swap(self: Mutator, root: Any) -> None:
    element = self.element(root)
    other = element.getnext()
    if other is not None:
        other.addnext(element)


def rename(self: Mutator, root: Any) -> None:
    element = self.element(root)
    if element is not root:
        element.tag = self.tag(root, self.random.choice(self.names))


def retext(self: Mutator, root: Any) -> None:
    self.leaf(root).text = self.random.choice(self.texts)


def recode(self: Mutator, root: Any) -> None:
    found = [leaf for leaf in root.iter() if leaf.text in self.codes]
    if found:
        self.random.choice(found).text = self.random.choice(self.codes)


def resize(self: Mutator, root: Any) -> None:
    self.leaf(root).text = self.random.choice("aæ1 ") * self.random.choice(LENGTHS)


def insert(self: Mutator, root: Any) -> None:
    element = self.element(root)
    if element is not root:
        element.addprevious(self.new(root, self.random.choice(self.names)))


def text_between(self: Mutator, root: Any) -> None:
    self.element(root).tail = self.random.choice(("x", " ", "\n\t", "\u00a0x"))


def attribute(self: Mutator, root: Any) -> None:
    name = self.random.choice(
        (
            "a",
            "{http://www.w3.org/XML/1998/namespace}lang",
            "{http://www.w3.org/2001/XMLSchema-instance}nil",
            "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation",
        )
    )
    self.element(root).set(name, self.random.choice(("true", "false", "da", "http://example.invalid x.xsd")))


def other_namespace(self: Mutator, root: Any) -> None:
    element = self.element(root)
    if element is not root:
        name = etree.QName(element).localname
        element.tag = self.random.choice((name, "{http://example.invalid/}" + name))


def local_elements(self: Mutator, root: Any) -> None:
    made = etree.Element(self.tag(root, "Local_Elements"))
    if self.random.random() < 0.5:
        made.text = "privat"
    for _ in range(self.random.choice((0, 1, 2))):
        child = etree.SubElement(made, self.tag(root, self.random.choice((*self.local, "Ukendt"))))
        child.text = self.random.choice(self.texts)
    if self.random.random() < 0.3:
        made.set("a", "b")
    target = self.random.choice((root[-1], root[-1], root[-1], root[0], self.element(root)))
    if target is not root:
        target.addnext(made)


def markup(self: Mutator, root: Any) -> None:
    element = self.leaf(root) if self.random.random() < 0.3 else self.element(root)
    child = etree.SubElement(element, self.tag(root, self.random.choice(MARKUP)))
    if self.random.random() < 0.5:
        child.text = self.random.choice(("x", " ", "\n", ""))
    if self.random.random() < 0.4:
        inner = etree.SubElement(child, self.tag(root, self.random.choice(MARKUP)))
        inner.tail = "y"


def hollow(self: Mutator, root: Any) -> None:
    element = self.element(root)
    for child in list(element):
        element.remove(child)
    element.text = self.random.choice((None, " ", "x"))


CHANGES: tuple[Change, ...] = (
    *(drop, drop, double, multiply, move, swap, rename, insert),
    *(retext, retext, retext, recode, recode, resize, resize, markup, markup),
    *(text_between, attribute, other_namespace, local_elements, hollow),
)
