"""Reading whatever came: the value as far as it can be had, and every fault with its path.

This goes through the tree beside the declaration, child by child. It is slower than ``decode`` and is used where the
schema has refused a message, or where attributes must be kept. It never decides whether a message is valid: the schema
does.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import attrs
from lxml import etree

from medcom_bu.declare.base import fields, made
from medcom_bu.declare.facets import unmet
from medcom_bu.declare.oioxml import (
    Attribute,
    Binary,
    Choice,
    Codes,
    Element,
    Formatted,
    Value,
    Version,
    Wrapped,
    attributes,
    elements,
    leaf_type,
)
from medcom_bu.issues import Text, either
from medcom_bu.messages.emessage import Emessage, LocalElements
from medcom_bu.messages.headers import Envelope
from medcom_bu.messages.letters import Letters, is_other_type
from medcom_bu.messages.other_letter import OTHER, OtherLetter
from medcom_bu.nearest import nearest
from medcom_bu.oioxml import catalogue
from medcom_bu.oioxml.beside import TYPE, Beside, Keeper, TooMuch
from medcom_bu.oioxml.decode import read_binary
from medcom_bu.oioxml.faults import Location, named, shown, where_known
from medcom_bu.oioxml.kept import XML_BLANKS
from medcom_bu.values.text import FormattedText, Mark, RawMarkup, Style, Styled, TextNode

_RANKS = 16
_TYPE_CODE = "{*}Letter/{*}TypeCode"
_SIMPLE = tuple(style for style in Style if style is not Style.FIXED_FONT)


class _Slot(NamedTuple):
    """What a child element means to its parent: the field's number and name, the element, its rank in a group."""

    number: int
    name: str
    element: Element
    rank: int = 0
    inner: tuple[type[Value], str] | None = None

    @property
    def key(self) -> int:
        """The place that the declaration gives it."""
        return self.number * _RANKS + self.rank


class Reader(Keeper):
    """Reads one document; the faults are collected in document order, those beyond the limit are counted."""

    # --- elements that hold elements ---------------------------------------------------------------------------

    def value(self, node: etree._Element, cls: type[Value], version: Version, place: Location) -> Value:
        """Read an element as a declared class."""
        values: dict[str, Any] = {
            f.name: [] if f.default == () else None
            for f in attrs.fields(cls)  # type: ignore[arg-type]
        }
        beside = Beside(self, node, place)
        slots, order = _slots(cls, version)  # type: ignore[arg-type]
        counts: Counter[str] = Counter()
        position = (0, 0)
        for child, step in zip(node, self.steps(node), strict=True):
            slot = self.slot(child, slots)
            xpath = f"{place.xpath}/{step}"
            if slot is None:
                here = Location(xpath, place.attribute)
                self.unexpected(child, here, [each.element.name for each in slots.values()], order)
                beside.keep(child)
            else:
                here = Location(xpath, _attribute_path(place.attribute, slot, values[slot.name]))
                position = self.in_order(slot, position, counts, here, order)
                if slot.element.namespace is not None:
                    self.other_namespace(slot.element.name, here)
                counts[slot.element.name] += 1
                self.child(child, slot, cls, values, version, here, counts, beside)
            beside.stray(child.tail, place)
        self.missing(cls, version, counts, place, order)
        values["unexpected"] = beside.all()
        return made(
            cls, {name: tuple(content) if type(content) is list else content for name, content in values.items()}
        )

    def steps(self, node: etree._Element) -> Iterator[str]:
        """One step of a path for each child: its name, with a number where the name occurs more than once.

        A name that may not be shown is ``*`` with its number among all children.
        """
        totals = Counter(shown(str(child.tag)) for child in node)
        so_far: Counter[str] = Counter()
        for index, child in enumerate(node, 1):
            name = shown(str(child.tag))
            so_far[name] += 1
            number = index if name == "*" else so_far[name] if totals[name] > 1 else 0
            yield f"{name}[{number}]" if number else name

    def slot(self, child: etree._Element, slots: dict[str, _Slot]) -> _Slot | None:
        """What a child element means here; None where it means nothing."""
        namespace, _, name = str(child.tag).rpartition("}")
        return slots.get(name if namespace == "{" + self.namespace else str(child.tag))

    def unexpected(self, child: etree._Element, here: Location, known: Iterable[str], order: str | Text) -> None:
        """Report an element that has no place: one of another namespace, one that is spelt otherwise, or any other."""
        namespace, _, name = str(child.tag).rpartition("}")
        if name in known and namespace != "{" + self.namespace:
            self.other_namespace(name, here)
        else:
            near = nearest(name, known) if shown(name) == "*" else ""
            self.report(catalogue.UNEXPECTED, here, element=named(name), nearest=near, order=order)

    def other_namespace(self, name: str, here: Location) -> None:
        """Report an element that is known here, but in the namespace of the document."""
        self.report(catalogue.OTHER_NAMESPACE, here, element=name, namespace=self.namespace)

    def in_order(
        self, slot: _Slot, position: tuple[int, int], counts: Counter[str], here: Location, order: str
    ) -> tuple[int, int]:
        """Check that a child does not follow one that should come later."""
        own = (slot.number, slot.rank)
        name = slot.element.name
        if own < position:
            self.report(catalogue.ORDER, here, element=name, order=order)
            return position
        if slot.element.max is not None and counts[name] >= slot.element.max:
            self.report(catalogue.REPEATED, here, element=name, max=slot.element.max)
        return own

    def child(
        self,
        child: etree._Element,
        slot: _Slot,
        cls: type[Value],
        values: dict[str, Any],
        version: Version,
        here: Location,
        counts: Counter[str],
        beside: Beside,
    ) -> None:
        """Read one child into its field; what does not fit there is kept."""
        field_value = values[slot.name]
        many = slot.element.max != 1
        if field_value is not None and not many and not _joins(slot, field_value):
            if counts[slot.element.name] == 1:
                self.report(catalogue.CHOICE, here, alternatives=either(_alternatives(cls, slot.name)))
            beside.keep(child)
            return
        child_value = None if self.has_foreign_type(child) else self.item(child, slot.element, version, here)
        if child_value is None:
            beside.keep(child)
            return
        beside.read(slot.key)
        if not isinstance(slot.element.type, type):
            beside.attributes(child, here)
        if many:
            field_value.append(child_value)
        else:
            values[slot.name] = _with_member(slot.inner, field_value, child_value) if slot.inner else child_value

    def has_foreign_type(self, node: etree._Element) -> bool:
        """Whether an element says of which type it is by a name that would mean another one where it is written."""
        name = node.get(TYPE)
        return name is not None and ":" not in name and (node.nsmap.get(None) or "") != self.namespace

    def missing(self, cls: type[Value], version: Version, counts: Counter[str], place: Location, order: str) -> None:
        """Report what a class demands and did not get."""
        for name, declared in fields(cls).items():
            here = Location(place.xpath, f"{place.attribute}.{name}".lstrip("."))
            names = [e for e in elements(declared) if e.exists_in(version.code)]
            if isinstance(declared, Choice):
                groups = [list(_members(element)) for element in names]
                if not declared.is_many and not any(counts[group[0].name] for group in groups):
                    alternatives = either([group[0].name for group in groups])
                    self.report(catalogue.MISSING, here, element=alternatives, order=order)
            elif names and counts[names[0].name] < names[0].least(version.code):
                self.report(catalogue.MISSING, here, element=names[0].name, order=order)

    # --- the root ----------------------------------------------------------------------------------------------

    def emessage(self, envelope_version: Version, letters: Letters) -> Emessage | None:
        """Read a consignment; None, with the fault, where too much would have to be kept of it."""
        try:
            return self._emessage(envelope_version, letters)
        except TooMuch:
            self.give_up()
            return None

    def _emessage(self, envelope_version: Version, letters: Letters) -> Emessage:
        """Read a consignment: an envelope, then letters, each with its private extension behind it."""
        root, place = self.document.root, Location("/Emessage", "")
        envelope: Value | None = None
        read: list[Any] = []
        local: list[LocalElements] = []
        beside = Beside(self, root, place)
        order = catalogue.ROOT_ORDER
        is_letter_unknown = False
        for child, step in zip(root, self.steps(root), strict=True):
            namespace, _, name = str(child.tag).rpartition("}")
            in_namespace = namespace == "{" + self.namespace
            here = Location(f"/Emessage/{step}", f"letters[{len(read)}]")
            if in_namespace and name == "Envelope" and envelope is None:
                here = here._replace(attribute="envelope")
                if read:
                    self.report(catalogue.ORDER, here, element=name, order=order)
                envelope = self.value(child, Envelope, envelope_version, here)
                beside.read(0)
            elif in_namespace and name == "Local_Elements" and read and (not local or local[-1].after < len(read) - 1):
                local.append(LocalElements(len(read) - 1, self.xml_of(child)))
                beside.read(len(read))
            elif in_namespace and name in letters:
                read.append(self.value(child, *letters[name], here))
                beside.read(len(read))
            elif in_namespace and is_other_type(child.findtext(_TYPE_CODE), name):
                read.append(self.other_letter(child, name, here))
                beside.read(len(read))
            else:
                is_letter = in_namespace and name not in ("Envelope", "Local_Elements")
                is_letter_unknown |= is_letter
                here = here._replace(attribute="")
                if is_letter:
                    self.report(catalogue.LETTER, here, **_letter(name, letters))
                else:
                    self.unexpected(child, here, ["Envelope", *letters, "Local_Elements"], order)
                beside.keep(child)
            beside.stray(child.tail, place)
        if envelope is None:
            self.report(catalogue.MISSING, place, element="Envelope", order=order)
        if not read and not is_letter_unknown:
            self.report(catalogue.MISSING, place, element=either(list(letters)), order=order)
        return Emessage(
            envelope=envelope,  # type: ignore[arg-type]
            letters=tuple(read),
            local_elements=tuple(local),
            namespace=self.namespace,
            unexpected=beside.all(),
        )

    def other_letter(self, node: etree._Element, name: str, place: Location) -> OtherLetter:
        """Read a letter of another type. Nothing is said of it: it is not judged."""
        found, more = len(self.found), self.more
        letter: Any = self.value(node, OtherLetter, OTHER, place)
        del self.found[found:]
        self.more = more
        other: OtherLetter = letter.replace(element_name=name)
        return other

    # --- leaves ------------------------------------------------------------------------------------------------

    def item(self, node: etree._Element, element: Element, version: Version, place: Location) -> Any:
        """Read one child: a value, a text, a code; None where only the XML itself can be kept."""
        declared: Any = element.type
        if isinstance(declared, type) and attributes(declared):
            return self.attributed(node, element, version, place)
        if isinstance(declared, type):
            return self.value(node, declared, version, place)
        return self.leaf(node, declared, element.name, version, place)

    def leaf(self, node: etree._Element, declared: Any, name: str, version: Version, place: Location) -> Any:
        """Read what an element holds that is of a leaf type."""
        leaf = leaf_type(declared, version.code)
        if isinstance(leaf, Formatted):
            allowed = () if leaf.simple else tuple(Style)
            return FormattedText(self.nodes(node, allowed, place))
        if len(node):
            self.report(catalogue.CHILDREN, place, element=name)
            return None
        if isinstance(leaf, Binary):
            return read_binary(node, self.payloads)
        text = node.text or ""
        for facet, params in unmet(leaf, text, version):
            self.report(catalogue.OF_FACET[facet], place, element=name, **params)
        if isinstance(declared, Wrapped):
            return declared.wrapper(text)
        return leaf.codes.get(text) if isinstance(leaf, Codes) else text

    def attributed(self, node: etree._Element, element: Element, version: Version, place: Location) -> Value | None:
        """Read an element that has attributes. What hangs on it besides is kept; None where that has no place."""
        cls: Any = element.type
        declared = attributes(cls)
        names = {each.name for each in declared.values()}
        has_text = bool((node.text or "").strip(XML_BLANKS))
        if len(node) or (has_text and "" not in names):
            if len(node):
                self.report(catalogue.CHILDREN, place, element=element.name)
            else:
                self.report(catalogue.TEXT_BETWEEN, place)
            return None
        held = {field: self.borne(node, each, element.name, version, place) for field, each in declared.items()}
        value: Value = cls(**held, unexpected=tuple(self.attributes(node, -1, place, names)))
        return value

    def borne(self, node: etree._Element, declared: Attribute, element: str, version: Version, place: Location) -> Any:
        """Read one attribute of an element, or its text."""
        if isinstance(declared.type, Binary):
            return self.leaf(node, declared.type, element, version, place)
        text = node.get(declared.name) if declared.name else node.text or ""
        if text is None:
            if declared.is_required:
                self.report(catalogue.ATTRIBUTE_MISSING, place, element=element, attribute=declared.name)
            return None
        judged = " ".join(text.split()) if declared.collapses else text
        named = f"{element}/@{declared.name}" if declared.name else element
        for facet, params in unmet(declared.type, str(judged), version):
            self.report(catalogue.OF_FACET[facet], place, element=named, **params)
        return str(text)

    def nodes(self, node: etree._Element, allowed: tuple[Style, ...], place: Location) -> tuple[TextNode, ...]:
        """Read formatted text; an element that is not allowed in it is kept as XML."""
        text_nodes: list[TextNode] = [node.text] if node.text else []
        for child, step in zip(node, self.steps(node), strict=True):
            text_nodes.append(self.markup(child, allowed, Location(f"{place.xpath}/{step}", place.attribute)))
            if child.tail:
                text_nodes.append(child.tail)
        return tuple(text_nodes)

    def markup(self, child: etree._Element, allowed: tuple[Style, ...], place: Location) -> TextNode:
        """Read one element of formatted text."""
        namespace, _, name = str(child.tag).rpartition("}")
        in_namespace = namespace == "{" + self.namespace
        names = [*Mark, *allowed]
        extras = list(self.attributes(child, -1, place))
        if in_namespace and name in Mark.__members__.values():
            if child.text or len(child):
                self.report(catalogue.NOT_EMPTY, place, element=name)
            elif not extras:
                return Mark(name)
        elif in_namespace and name in [str(style) for style in allowed]:
            style = Style(name)
            nodes = self.nodes(child, _SIMPLE if style is Style.FIXED_FONT else (), place)
            if not extras:
                return Styled(style, nodes)
        else:
            order = ", ".join(names)
            if name == "Font":
                running = {"order": catalogue.RUNNING_TEXT, "names": order}
                self.report(catalogue.UNEXPECTED, place, element=name, nearest="", **running)
            else:
                self.unexpected(child, place, [str(each) for each in names], order)
        return RawMarkup(self.xml_of(child))


def _letter(name: str, letters: Letters) -> dict[str, object]:
    """What to say of an element that is not a letter of a namespace: those that are, and where it would be one."""
    versions = where_known(name)
    return {
        "element": named(name),
        "nearest": "" if versions else nearest(name, letters),
        "elsewhere": catalogue.ELSEWHERE if versions else "",
        "versions": versions,
        "expected": ", ".join(letters),
    }


def _members(element: Element) -> Iterator[Element]:
    """The elements that an alternative stands for: itself, or those of an inline class."""
    if isinstance(element.type, type) and element.type.inline:  # type: ignore[attr-defined]
        yield from (e for declared in fields(element.type).values() for e in elements(declared))
    else:
        yield element


@functools.cache
def _slots(cls: type[Value], version: Version) -> tuple[dict[str, _Slot], str]:
    """What each child of a class means, by its name, and the names in their order."""
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
                own = f"{{{element.namespace}}}" if element.namespace is not None else ""
                slots[own + element.name] = _Slot(number, name, element)
    return slots, ", ".join(dict.fromkeys(slot.element.name for slot in slots.values()))


def _attribute_path(parent: str, slot: _Slot, field_value: Any) -> str:
    number = f"[{len(field_value)}]" if slot.element.max != 1 else ""
    inner = f".{slot.inner[1]}" if slot.inner else ""
    return f"{parent}.{slot.name}{number}{inner}".lstrip(".")


def _joins(slot: _Slot, group: Any) -> bool:
    """Whether a child belongs to a group that another child has begun."""
    return slot.inner is not None and isinstance(group, slot.inner[0]) and getattr(group, slot.inner[1]) is None


def _alternatives(cls: type[Value], name: str) -> list[str]:
    return [element.name for element in elements(fields(cls)[name])]


def _with_member(inner: tuple[type[Value], str], group: Any, member: Any) -> Value:
    cls, name = inner
    if isinstance(group, cls):
        return group.replace(**{name: member})
    return cls(**{**dict.fromkeys(fields(cls)), name: member})
