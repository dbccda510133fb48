"""Instances of the elements and types of a schema, made from it by a seeded generator: valid ones, and nearly valid."""

from __future__ import annotations

import random
from functools import cache
from typing import Any

import xmlschema
from lxml import etree

from tests.support.mutants import TEXTS

XS = "http://www.w3.org/2001/XMLSchema"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
ANY = f"{{{XS}}}anyType"
VALUES = (
    *(
        *TEXTS,
        "12:30",
        "12:30:59",
        "0504909995",
        "9905909995",
        "0000000000",
        "0",
        "10",
        "100",
        "150",
        "1000",
        "0.05",
        "0.5",
    ),
    *("1.5", "1234", "12345678", "2026-01-01T00:00:00", "SGVq", "0.125", "5.25", "123.4"),
)


@cache
def texts(kind: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Texts that a simple type takes, and texts that it does not take."""
    candidates = VALUES if kind.enumeration is None else [str(code) for code in kind.enumeration]
    valid = tuple(text for text in candidates if kind.is_valid(text))
    return valid, tuple(text for text in (*VALUES, *(f"{text} " for text in valid[:3])) if text not in valid)


def globals_of(schema: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The global elements and the types of a schema set, by name; not those of XML Schema itself."""
    of_xml = (f"{{{XS}}}", f"{{{XSI}}}", "{http://www.w3.org/")
    elements, types = (
        {name: item for name, item in found.items() if not name.startswith(of_xml)}
        for found in (schema.maps.elements, schema.maps.types)
    )
    return elements, types


class Instances:
    """Makes instances of the elements and types of ``schema``. ``odd`` is how often something is made wrong."""

    def __init__(self, schema: Any, seed: int, odd: float = 0.0) -> None:
        self.elements, self.types = globals_of(schema)
        self.random = random.Random(seed)
        self.odd = odd
        self.full = False
        self.branch: int | None = None
        self.made: list[tuple[Any, Any]] = []
        namespaces = {name[1:].partition("}")[0] for name in (*self.types, *self.elements)}
        self.prefixes = {"xs": XS, "xsi": XSI} | {
            f"n{number}": uri for number, uri in enumerate(sorted(namespaces - {XS}))
        }

    def whole(self, declaration: Any, branch: int) -> Any:
        """An instance with every optional part; of a choice the alternative ``branch``, counted round."""
        self.full, self.branch, self.made = True, branch, []
        made = self.element(declaration)
        self.full, self.branch = False, None
        return made

    def element(self, declaration: Any, parent: Any = None) -> Any:
        """An instance of an element; below ``parent``, where one is given."""
        made = (
            etree.Element(declaration.name, nsmap=self.prefixes)
            if parent is None
            else etree.SubElement(parent, declaration.name)
        )
        self.made.append((made, declaration))
        self.fill(made, declaration.type)
        return made

    def fill(self, node: Any, kind: Any) -> None:
        """Give a node attributes and content of a type."""
        for name, attribute in dict(getattr(kind, "attributes", None) or {}).items():
            if name is not None and attribute.use == "required" and not self.wrong():
                node.set(name, self.text(attribute.type))
        if kind.name == ANY:
            return
        if kind.is_simple() or kind.has_simple_content():
            node.text = self.text(kind if kind.is_simple() else kind.content)
            return
        if kind.mixed:
            node.text = self.random.choice((None, "a", " ", "\n"))
        self.group(node, kind.content)
        if self.wrong():
            self.break_(node)

    def text(self, kind: Any) -> str:
        valid, invalid = texts(kind)
        return self.random.choice(invalid if invalid and self.wrong() else valid)

    def wrong(self) -> bool:
        return self.odd > 0 and self.random.random() < self.odd

    def times(self, particle: Any) -> int:
        low: int = particle.min_occurs
        high: int | None = particle.max_occurs
        if self.wrong():
            return self.random.choice((0, low - 1 if low else 0, min(high or 3, 12) + 1))
        if self.full:
            return max(low, 1)
        return self.random.choice((low, low, max(low, 1), min(high or low + 2, low + 2)))

    def group(self, node: Any, group: Any) -> None:
        particles = list(group)
        if not particles:
            return
        for _ in range(self.times(group)):
            chosen = particles
            if group.model == "choice":
                number = self.random.randrange(len(particles)) if self.branch is None else self.branch % len(particles)
                chosen = [particles[number]]
            for particle in chosen:
                if isinstance(particle, xmlschema.XsdElement):
                    for _ in range(self.times(particle)):
                        self.element(particle, node)
                elif not hasattr(particle, "process_contents"):
                    self.group(node, particle)

    def break_(self, node: Any) -> None:
        """Make one thing in a node wrong, or nearly so."""
        children = list(node)
        match self.random.randrange(5):
            case 0 if len(children) > 1:
                node.insert(0, children[-1])
            case 1 if children:
                node.remove(self.random.choice(children))
            case 2:
                node.text = self.random.choice(("x", " "))
            case 3:
                etree.SubElement(node, self.random.choice(list(self.elements)))
            case _:
                node.set("a", "b")

    # --- what may be in a lax wildcard -----------------------------------------------------------------------

    def local(self, node: Any, depth: int = 0) -> None:
        """Give a node content as Local_Elements may have it: known elements, unknown ones, elements within those."""
        pick = self.random
        for _ in range(pick.choice((0, 1, 1, 2))):
            name = pick.choice(tuple(self.elements))
            if pick.random() < 0.6:
                child = self.element(self.elements[name], node)
            else:
                namespace, _, local = name.rpartition("}")
                unknown = (f"{namespace}}}Ukendt", "Ukendt", local, "{http://example.invalid/}" + local)
                child = etree.SubElement(node, pick.choice(unknown))
                if depth < 3:
                    self.local(child, depth + 1)
            if pick.random() < 0.25:
                self.retype(child)
            if pick.random() < 0.1:
                child.set(*pick.choice(self.attributes()))
            child.tail = pick.choice((None, None, "\n", "tekst"))

    def retype(self, node: Any) -> None:
        """Put xsi:type on a node, often with content of that type."""
        name = self.random.choice((*self.types, *BUILT_IN, f"{{{XS}}}ukendt", "{http://example.invalid/}Ukendt"))
        self.mark(node, name)
        kind = self.types.get(name)
        if kind is not None and self.random.random() < 0.7:
            for child in list(node):
                node.remove(child)
            node.text = None
            self.fill(node, kind)

    def mark(self, node: Any, name: str) -> None:
        """Set xsi:type; a namespace without a prefix gets one that is not declared."""
        namespace, _, local = name[1:].partition("}")
        prefix = next((prefix for prefix, uri in self.prefixes.items() if uri == namespace), "undeclared")
        node.set(f"{{{XSI}}}type", f"{prefix}:{local}")

    def attributes(self) -> list[tuple[str, str]]:
        """Attributes that XML and XML Schema know, and one that nobody knows."""
        hint = f"{next(iter(self.prefixes.values()))} missing.xsd"
        return [
            *((f"{{{XSI}}}nil", value) for value in ("true", "false", "1", "x")),
            (f"{{{XSI}}}schemaLocation", hint),
            (f"{{{XSI}}}noNamespaceSchemaLocation", "missing.xsd"),
            (f"{{{XSI}}}other", "x"),
            ("{http://www.w3.org/XML/1998/namespace}lang", "da"),
            ("a", "b"),
        ]


BUILT_IN = tuple(
    f"{{{XS}}}{name}"
    for name in (
        *("anyType", "anySimpleType", "string", "normalizedString", "token", "NMTOKEN", "date", "dateTime", "boolean"),
        *("decimal", "integer", "positiveInteger", "int", "float", "base64Binary", "ID"),
    )
)
