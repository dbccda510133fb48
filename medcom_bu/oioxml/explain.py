"""Reading whatever came: the value as far as it can be had, and every fault with its path.

This goes through the tree beside the declaration, child by child. It is slower than ``decode`` and is used where the
schema has refused a message, or where attributes must be kept. It never decides whether a message is valid: the schema
does.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

import attrs
from lxml import etree

from medcom_bu.binding import (
    Binary,
    Choice,
    Codes,
    Element,
    Formatted,
    Unexpected,
    Value,
    Version,
    Wrapped,
    elements,
    fields,
    leaf_type,
)
from medcom_bu.issues import Kind
from medcom_bu.messages.emessage import Emessage, Envelope, LocalElements
from medcom_bu.messages.envelopes import VansEnvelope
from medcom_bu.oioxml import kinds
from medcom_bu.oioxml.decode import Payloads, read_binary
from medcom_bu.oioxml.leaves import check_leaf
from medcom_bu.oioxml.source import HINTS, XSI
from medcom_bu.oioxml.versions import letters, spec_of
from medcom_bu.values.text import FormattedText, Mark, Node, RawMarkup, Style, Styled

_TYPE = XSI + "type"
_XML_BLANKS = " \t\r\n"
_OF_XML = ("lang", "space", "base", "id", "nil", "type", "schemaLocation", "noNamespaceSchemaLocation", "include")
_SIMPLE = tuple(style for style in Style if style is not Style.FIXED_FONT)


class Place(NamedTuple):
    """Where something is: on the wire, and in the value."""

    xpath: str
    attribute: str


class Found(NamedTuple):
    """A fault, before it is decided which of its two paths is shown."""

    kind: Kind
    place: Place
    params: dict[str, object]


Letters = Mapping[str, tuple[type[Value], Version]]


class _Slot(NamedTuple):
    """What a child element means to its parent: the field's number and name, the element, its rank in a group."""

    number: int
    name: str
    element: Element
    rank: int = 0
    inner: tuple[type[Value], str] | None = None


@functools.cache
def _vocabulary() -> frozenset[str]:
    """Every name of the standard that may be shown."""
    names = {"Emessage", "EMessage", "Envelope", "Local_Elements", "VANSEnvelope", *_OF_XML, *Mark, *Style}
    todo: list[Any] = [Envelope, VansEnvelope, *letters()]
    names.update(spec_of(cls).element for cls in letters())
    while todo:
        for element in chain.from_iterable(map(elements, fields(todo.pop()).values())):
            names.add(element.name)
            if isinstance(element.type, type):
                todo.append(element.type)
                names.update((element.type.attribute or ())[1:])  # type: ignore[attr-defined]
    return frozenset(map(str, names))


def shown(tag: str) -> str:
    """A name of the wire, without namespace, as it may be shown: ``*`` where it is no name of the standard.

    Anything may stand where a name is expected, a person's name or number too.
    """
    name = tag.rpartition("}")[2]
    return name if name in _vocabulary() else "*"


class Reader:
    """Reads one document; ``found`` collects the faults in document order."""

    def __init__(self, payloads: Payloads, namespace: str) -> None:
        self.payloads = payloads
        self.namespace = namespace
        self.found: list[Found] = []

    def report(self, kind: Kind, place: Place, **params: object) -> None:
        """Note a fault."""
        self.found.append(Found(kind, place, params))

    # --- elements that hold elements ---------------------------------------------------------------------------

    def value(self, node: etree._Element, cls: type[Value], version: Version, place: Place) -> Value:
        """Read an element as a declared class."""
        values: dict[str, Any] = {
            f.name: [] if f.default == () else None
            for f in attrs.fields(cls)  # type: ignore[arg-type]
        }
        extras = list(self.attributes(node, -1, place))
        slots = _slots(cls, version)
        order = ", ".join(slots)
        steps = self.steps(node)
        counts: Counter[str] = Counter()
        position = (0, 0)
        extras += self.stray(node.text, 0, place)
        for index, child in enumerate(node):
            slot = self.slot(child, slots)
            xpath = f"{place.xpath}/{steps[index]}"
            if slot is None:
                here = Place(xpath, place.attribute)
                self.report(kinds.UNEXPECTED, here, element=shown(str(child.tag)), order=order)
                extras.append(kept(child, index))
            else:
                here = Place(xpath, _attribute_path(place.attribute, slot, values[slot.name]))
                position = self.in_order(slot, position, counts, here, order)
                counts[slot.element.name] += 1
                extras += self.child(child, index, slot, cls, values, version, here, counts)
            extras += self.stray(child.tail, index + 1, place)
        self.missing(cls, version, counts, place, order)
        values["unexpected"] = extras
        value = cls.__new__(cls)
        held = {name: tuple(item) if type(item) is list else item for name, item in values.items()}
        object.__setattr__(value, "__dict__", held)
        return value

    def steps(self, node: etree._Element) -> list[str]:
        """One step of a path for each child: its name, with a number where the name occurs more than once.

        A name that may not be shown is ``*`` with its number among all children.
        """
        names = [shown(str(child.tag)) for child in node]
        totals = Counter(names)
        so_far: Counter[str] = Counter()
        steps = []
        for index, name in enumerate(names, 1):
            so_far[name] += 1
            number = index if name == "*" else so_far[name] if totals[name] > 1 else 0
            steps.append(f"{name}[{number}]" if number else name)
        return steps

    def slot(self, child: etree._Element, slots: dict[str, _Slot]) -> _Slot | None:
        """What a child element means here; None where it means nothing."""
        namespace, _, name = str(child.tag).rpartition("}")
        return slots.get(name) if namespace == "{" + self.namespace else None

    def in_order(
        self, slot: _Slot, position: tuple[int, int], counts: Counter[str], here: Place, order: str
    ) -> tuple[int, int]:
        """Check that a child does not stand after one that should follow it."""
        own = (slot.number, slot.rank)
        name = slot.element.name
        if own < position:
            self.report(kinds.ORDER, here, element=name, order=order)
            return position
        if slot.element.max is not None and counts[name] >= slot.element.max:
            self.report(kinds.REPEATED, here, element=name, max=slot.element.max)
        return own

    def child(
        self,
        child: etree._Element,
        index: int,
        slot: _Slot,
        cls: type[Value],
        values: dict[str, Any],
        version: Version,
        here: Place,
        counts: Counter[str],
    ) -> Iterator[Unexpected]:
        """Read one child into its field; what does not fit there is kept."""
        held = values[slot.name]
        many = slot.element.max != 1
        if held is not None and not many and not _joins(slot, held):
            if counts[slot.element.name] == 1:
                self.report(kinds.CHOICE, here, alternatives=" | ".join(_alternatives(cls, slot.name)))
            yield kept(child, index)
            return
        item = self.item(child, slot.element, version, here)
        if item is None:
            yield kept(child, index)
            return
        if not isinstance(slot.element.type, type):
            yield from self.attributes(child, index, here)
        if many:
            held.append(item)
        else:
            values[slot.name] = _joined(slot.inner, held, item) if slot.inner else item

    def missing(self, cls: type[Value], version: Version, counts: Counter[str], place: Place, order: str) -> None:
        """Report what a class demands and did not get."""
        for name, declared in fields(cls).items():
            here = Place(place.xpath, f"{place.attribute}.{name}".lstrip("."))
            names = [e for e in elements(declared) if e.exists_in(version.code)]
            if isinstance(declared, Choice):
                groups = [list(_members(element)) for element in names]
                if not any(counts[group[0].name] for group in groups):
                    alternatives = " | ".join(group[0].name for group in groups)
                    self.report(kinds.MISSING, here, element=alternatives, order=order)
            elif names and counts[names[0].name] < names[0].least(version.code):
                self.report(kinds.MISSING, here, element=names[0].name, order=order)

    # --- the root ----------------------------------------------------------------------------------------------

    def emessage(self, root: etree._Element, envelope_version: Version, letters: Letters) -> Emessage:
        """Read a consignment: an envelope, then letters, each with its private extension behind it."""
        place = Place("/Emessage", "")
        envelope: Value | None = None
        read: list[Value] = []
        local: list[LocalElements] = []
        extras = list(self.attributes(root, -1, place))
        extras += self.stray(root.text, 0, place)
        steps = self.steps(root)
        order = "Envelope, then letters, each followed by at most one Local_Elements"
        for index, child in enumerate(root):
            namespace, _, name = str(child.tag).rpartition("}")
            known = namespace == "{" + self.namespace
            here = Place(f"/Emessage/{steps[index]}", f"letters[{len(read)}]")
            if known and name == "Envelope" and envelope is None:
                here = here._replace(attribute="envelope")
                if read:
                    self.report(kinds.ORDER, here, element=name, order=order)
                envelope = self.value(child, Envelope, envelope_version, here)
            elif known and name == "Local_Elements" and read and all(e.after < len(read) - 1 for e in local):
                local.append(LocalElements(len(read) - 1, xml_of(child)))
            elif known and name in letters:
                read.append(self.value(child, *letters[name], here))
            else:
                is_letter = known and name not in ("Envelope", "Local_Elements")
                kind, params = (
                    (kinds.LETTER, {"expected": ", ".join(letters)})
                    if is_letter
                    else (kinds.UNEXPECTED, {"order": order})
                )
                self.report(kind, here._replace(attribute=""), element=shown(name), **params)
                extras.append(kept(child, index))
            extras += self.stray(child.tail, index + 1, place)
        if envelope is None:
            self.report(kinds.MISSING, place, element="Envelope", order=order)
        if not read and not any(found.kind is kinds.LETTER for found in self.found):
            self.report(kinds.MISSING, place, element=" | ".join(letters), order=order)
        return Emessage(
            envelope=envelope,  # type: ignore[arg-type]
            letters=tuple(read),
            local_elements=tuple(local),
            namespace=self.namespace,
            unexpected=tuple(extras),
        )

    # --- what hangs on an element ------------------------------------------------------------------------------

    def attributes(self, node: etree._Element, index: int, place: Place) -> Iterator[Unexpected]:
        """Keep the attributes of an element. None is allowed, but for hints where a schema may be found."""
        for name, text in node.attrib.items():
            name, text = str(name), str(text)
            if name in HINTS:
                continue
            if name != _TYPE:
                self.report(kinds.ATTRIBUTE, place, attribute=shown(name))
            yield Unexpected("attribute", index, shown(name), _attribute(node, name, text))

    def stray(self, text: str | None, index: int, place: Place) -> Iterator[Unexpected]:
        """Keep text that stands between elements."""
        if text and text.strip(_XML_BLANKS):
            self.report(kinds.TEXT_BETWEEN, place)
            yield Unexpected("text", index, "", escape(text))

    # --- leaves ------------------------------------------------------------------------------------------------

    def item(self, node: etree._Element, element: Element, version: Version, place: Place) -> Any:
        """Read one child: a value, a text, a code; None where only the XML itself can be kept."""
        declared: Any = element.type
        if isinstance(declared, type) and declared.attribute:  # type: ignore[attr-defined]
            return self.attributed(node, element, version, place)
        if isinstance(declared, type):
            return self.value(node, declared, version, place)
        leaf = leaf_type(declared, version.code)
        if isinstance(leaf, Formatted):
            allowed = () if leaf.simple else tuple(Style)
            return FormattedText(self.nodes(node, allowed, place))
        if len(node):
            self.report(kinds.CHILDREN, place, element=element.name)
            return None
        if isinstance(leaf, Binary):
            return read_binary(node, self.payloads)
        text = node.text or ""
        for kind, params in check_leaf(leaf, text, version):
            self.report(kind, place, element=element.name, **params)
        if isinstance(declared, Wrapped):
            return declared.wrapper(text)
        return leaf.codes._value2member_map_.get(text, text) if isinstance(leaf, Codes) else text

    def attributed(self, node: etree._Element, element: Element, version: Version, place: Place) -> Value | None:
        """Read a text that bears one attribute. What hangs on it besides is kept."""
        cls: Any = element.type
        if len(node):
            self.report(kinds.CHILDREN, place, element=element.name)
            return None
        field, name = cls.attribute
        text, held = node.text or "", node.get(name)
        if held is not None:
            del node.attrib[name]
        judged = " ".join(text.split()) if cls.collapses else text
        for kind, params in check_leaf(cls.text_type, judged, version):
            self.report(kind, place, element=element.name, **params)
        if held is None:
            self.report(kinds.ATTRIBUTE_MISSING, place, element=element.name, attribute=name)
        else:
            for kind, params in check_leaf(cls.attribute_type, str(held), version):
                self.report(kind, place, element=f"{element.name}/@{name}", **params)
        made: Value = cls(text=text, **{field: held}, unexpected=tuple(self.attributes(node, -1, place)))
        return made

    def nodes(self, node: etree._Element, allowed: tuple[Style, ...], place: Place) -> tuple[Node, ...]:
        """Read formatted text; an element that is not allowed in it is kept as XML."""
        found: list[Node] = [node.text] if node.text else []
        steps = self.steps(node)
        for index, child in enumerate(node):
            found.append(self.markup(child, allowed, Place(f"{place.xpath}/{steps[index]}", place.attribute)))
            if child.tail:
                found.append(child.tail)
        return tuple(found)

    def markup(self, child: etree._Element, allowed: tuple[Style, ...], place: Place) -> Node:
        """Read one element of formatted text."""
        namespace, _, name = str(child.tag).rpartition("}")
        known = namespace == "{" + self.namespace
        extras = list(self.attributes(child, -1, place))
        if known and name in Mark.__members__.values():
            if child.text or len(child):
                self.report(kinds.NOT_EMPTY, place, element=name)
            elif not extras:
                return Mark(name)
        elif known and name in [str(style) for style in allowed]:
            style = Style(name)
            nodes = self.nodes(child, _SIMPLE if style is Style.FIXED_FONT else (), place)
            if not extras:
                return Styled(style, nodes)
        else:
            order = ", ".join([*Mark, *allowed])
            self.report(kinds.UNEXPECTED, place, element=shown(name), order=order)
        return RawMarkup(xml_of(child))


def _node_at(tree: Any, path: str) -> Any:
    """The node of a path of libxml2, which may use prefixes of the document; the root where it leads nowhere."""
    try:
        return next(iter(tree.xpath(path)), tree.getroot())
    except etree.XPathEvalError:
        return tree.getroot()


def refusals(schema: etree.XMLSchema, root: etree._Element) -> list[Found]:
    """What the schema says itself, without its texts, which quote content."""
    tree = root.getroottree()
    found = []
    for error in schema.error_log:  # type: ignore[attr-defined]
        node: Any = _node_at(tree, error.path) if error.path else root
        steps = [shown(str(step.tag)) for step in (*reversed(list(node.iterancestors())), node)]
        place = Place("/" + "/".join(steps), "")
        found.append(Found(kinds.OTHER, place, {"reason": error.type_name}))
    return found


def xml_of(node: etree._Element) -> str:
    """An element as XML that can stand anywhere."""
    return etree.tostring(node, encoding="unicode", with_tail=False)


def kept(node: etree._Element, index: int) -> Unexpected:
    """An element, kept as it came."""
    return Unexpected("element", index, shown(str(node.tag)), xml_of(node))


def _attribute(node: etree._Element, name: str, text: str) -> str:
    """An attribute as XML that can stand on any element: with the namespaces that it needs."""
    uri, _, local = name.rpartition("}")
    declared = []
    if uri:
        prefix = "xml" if uri[1:] == "http://www.w3.org/XML/1998/namespace" else "a"
        prefix = next((p for p, known in node.nsmap.items() if p and known == uri[1:]), prefix)
        local = f"{prefix}:{local}"
        if prefix != "xml":
            declared.append(f"xmlns:{prefix}={quoteattr(uri[1:])}")
    used = text.partition(":")[0] if ":" in text else None
    if used and used in node.nsmap and f"xmlns:{used}" not in "".join(declared):
        declared.append(f"xmlns:{used}={quoteattr(str(node.nsmap[used]))}")
    return " ".join([*declared, f"{local}={quoteattr(text, {chr(10): '&#10;', chr(13): '&#13;', chr(9): '&#9;'})}"])


def _members(element: Element) -> Iterator[Element]:
    """The elements that an alternative stands for: itself, or those of an inline class."""
    if isinstance(element.type, type) and element.type.inline:  # type: ignore[attr-defined]
        yield from (e for declared in fields(element.type).values() for e in elements(declared))
    else:
        yield element


def _slots(cls: type[Value], version: Version) -> dict[str, _Slot]:
    slots: dict[str, _Slot] = {}
    for number, (name, declared) in enumerate(fields(cls).items()):
        for element in elements(declared):
            if not element.exists_in(version.code):
                continue
            if isinstance(element.type, type) and element.type.inline:  # type: ignore[attr-defined]
                for rank, (inner, member) in enumerate(fields(element.type).items()):
                    if isinstance(member, Element):
                        slots[member.name] = _Slot(number, name, member, rank, (element.type, inner))
            else:
                slots[element.name] = _Slot(number, name, element)
    return slots


def _attribute_path(parent: str, slot: _Slot, held: Any) -> str:
    number = f"[{len(held)}]" if slot.element.max != 1 else ""
    inner = f".{slot.inner[1]}" if slot.inner else ""
    return f"{parent}.{slot.name}{number}{inner}".lstrip(".")


def _joins(slot: _Slot, held: Any) -> bool:
    """Whether a child belongs to a group that another child has begun."""
    return slot.inner is not None and isinstance(held, slot.inner[0]) and getattr(held, slot.inner[1]) is None


def _alternatives(cls: type[Value], name: str) -> list[str]:
    return [element.name for element in elements(fields(cls)[name])]


def _joined(inner: tuple[type[Value], str], held: Any, item: Any) -> Value:
    cls, name = inner
    if isinstance(held, cls):
        return held.replace(**{name: item})
    return cls(**{**dict.fromkeys(fields(cls)), name: item})
