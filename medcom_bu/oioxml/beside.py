"""What is in a document and has no place in a declaration: kept, at its place among the children that came."""

from __future__ import annotations

import io
from collections.abc import Container, Iterator, Mapping

from lxml import etree

from medcom_bu.declare.oioxml import Unexpected
from medcom_bu.issues import Kind, Text
from medcom_bu.limits import Limits
from medcom_bu.oioxml import catalogue
from medcom_bu.oioxml.faults import Fault, Location, more, shown
from medcom_bu.oioxml.kept import XML_BLANKS, attribute_of, xml_of
from medcom_bu.oioxml.source import HINTS, XSI, Document
from medcom_bu.values.base64 import Base64
from medcom_bu.xmlio import escape

TYPE = XSI + "type"

_CROWD = 1_000
_UNKNOWN_ATTRIBUTE = Text("with an unknown name", "med et ukendt navn")
_LEAST_ROOM, _ROOM = 16 << 20, 8
"""How many characters of XML are kept of a document: so many, and so many more for each of its bytes."""


class TooMuch(Exception):
    """What would have to be kept of a document is out of proportion to it: declarations again and again."""


class Keeper:
    """Notes the faults of one document, those beyond the limit by number, and keeps what has no place."""

    def __init__(self, document: Document, namespace: str, limits: Limits) -> None:
        self.document = document
        self.payloads: Mapping[etree._Element, Base64] = document.payloads
        self.namespace = namespace
        self.limits = limits
        self.found: list[Fault] = []
        self.more: int = 0
        self.room: int = _LEAST_ROOM + _ROOM * len(document.skeleton)

    def report(self, kind: Kind, place: Location, **params: object) -> None:
        """Note a fault."""
        if len(self.found) < self.limits.issues:
            self.found.append(Fault(kind, place, params))
        else:
            self.more += 1

    def faults(self) -> list[Fault]:
        """The faults, the last entry saying how many more there are."""
        return self.found + more(self.more)

    def kept(self, xml: str) -> str:
        """XML that is kept. Raises TooMuch."""
        self.room -= len(xml)
        if self.room < 0:
            raise TooMuch
        return xml

    def xml_of(self, node: etree._Element, default: str | None = None) -> str:
        """An element as XML that is kept, under a default namespace. Raises TooMuch."""
        return self.kept(xml_of(node, self.payloads, default))

    def give_up(self) -> None:
        """Report nothing but that too much would have to be kept."""
        what = Text("bytes of XML that has no place", "byte XML uden plads i brevet")
        limit = _LEAST_ROOM + _ROOM * len(self.document.skeleton)
        self.found = [Fault(catalogue.TOO_LARGE, Location("/", ""), {"limit": limit, "what": what})]
        self.more = 0

    def attributes(
        self, node: etree._Element, index: int, place: Location, own: Container[str] = ()
    ) -> Iterator[Unexpected]:
        """Keep the attributes of an element. None is allowed but its ``own``, and hints where a schema may be found."""
        for name, text in node.attrib.items():
            name, text = str(name), str(text)
            if name in HINTS or name in own:
                continue
            if name != TYPE:
                self.report(
                    catalogue.ATTRIBUTE, place, attribute=_UNKNOWN_ATTRIBUTE if shown(name) == "*" else shown(name)
                )
            yield Unexpected("attribute", index, shown(name), self.kept(attribute_of(node, name, text)))


class _Run:
    """Very many things in a row that are kept in one piece."""

    def __init__(self, index: int, name: str) -> None:
        self.index, self.end, self.name = index, index, name
        self._out = io.StringIO()

    def add(self, content: str, elements: int) -> None:
        """One more of them."""
        self._out.write(content)
        self.end += elements

    def whole(self) -> Unexpected:
        """All of them."""
        return Unexpected("element", self.index, self.name, self._out.getvalue())


class Beside:
    """Gathers what is in an element beside what its class declares, while the element is read.

    Each child that was read has a key: the place that the declaration gives it. As long as the keys rise, the children
    are in the declared order.
    """

    def __init__(self, keeper: Keeper, node: etree._Element, place: Location) -> None:
        self.keeper = keeper
        self.count: int = 0
        self.keys: list[int] = []
        self.extras: list[Unexpected | _Run] = list(keeper.attributes(node, -1, place))
        self.stray(node.text, place)

    def read(self, key: int) -> None:
        """The next child was read, and has this key."""
        self.keys.append(key)
        self.count += 1

    def attributes(self, child: etree._Element, place: Location) -> None:
        """Keep the attributes of the child that was read last."""
        self.extras += self.keeper.attributes(child, self.count - 1, place)

    def keep(self, child: etree._Element) -> None:
        """Keep the next child as it came."""
        run = self._run()
        if run is None:
            extra = Unexpected("element", self.count, shown(str(child.tag)), self.keeper.xml_of(child))
            self.extras.append(extra)
        else:
            run.add(self.keeper.xml_of(child, self.keeper.namespace), 1)
        self.count += 1

    def stray(self, text: str | None, place: Location) -> None:
        """Keep text that is between elements, but not the white space around it, which is layout."""
        stripped = (text or "").strip(XML_BLANKS)
        if not stripped:
            return
        self.keeper.report(catalogue.TEXT_BETWEEN, place)
        content = self.keeper.kept(escape(stripped))
        run = self._run()
        if run is None:
            self.extras.append(Unexpected("text", self.count, "", content))
        else:
            run.add(content, 0)

    def _run(self) -> _Run | None:
        """What comes next belongs to this run; None where it is kept by itself, as the first thousand are."""
        if len(self.extras) <= _CROWD:
            return None
        last = self.extras[-1]
        if not isinstance(last, _Run) or last.end != self.count:
            last = _Run(self.count, "*")
            self.extras.append(last)
        return last

    def all(self) -> tuple[Unexpected, ...]:
        """All that was kept, and the order of the children that were read, where it is not the declared one."""
        extras = [extra.whole() if isinstance(extra, _Run) else extra for extra in self.extras]
        order = sorted(range(len(self.keys)), key=self.keys.__getitem__)
        while order and order[-1] == len(order) - 1:
            order.pop()
        if order:
            extras.append(Unexpected("order", -1, "", " ".join(map(str, order))))
        return tuple(extras)
