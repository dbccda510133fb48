"""FHIR XML to plain data, by the definitions of R4: what JSON would hold of the same resource.

Whitespace between elements, comments and processing instructions are not data. A narrative keeps its text as
lxml writes it. Source: HL7 FHIR R4, 2.6.1 XML Representation of Resources.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from medcom_bu.fhir import kinds
from medcom_bu.fhir.data import MAX_DEPTH, Plain, is_deep, shown_name
from medcom_bu.fhir.definitions import Field, Shape, is_resource, shape
from medcom_bu.fhir.xml_quick import DIV, NAMESPACE, Irregular, narrative, quick_resource, typed
from medcom_bu.issues import Issue, Kind, Layer, Reading

_SCHEMA_LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
_PROLOG = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_DECLARED = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']*)")
_XML_DEPTH = 2 * MAX_DEPTH


def load_xml(data: bytes) -> Reading[Plain]:
    """Read bytes. Never raises for bad input.

    Issues: those of ``fhir.kinds`` that begin with ``fhirxml.``; at ``line L, column C`` where the text cannot be
    read, else at FHIRPath. There is no data where the syntax has an error.
    """
    root, issues = _root(data)
    if root is None:
        return Reading(None, tuple(issues), (Layer.SYNTAX,))
    try:
        plain = quick_resource(root)
        if root.getprevious() is None and root.getnext() is None and not is_deep(plain):
            return Reading(plain, (), (Layer.SYNTAX,))
    except (Irregular, RecursionError):
        pass
    if _is_deep(root):
        return Reading(None, (kinds.XML_DEPTH.at("/", limit=_XML_DEPTH),), (Layer.SYNTAX,))
    aside = sum(1 for node in _beside(root) if not isinstance(node.tag, str))
    issues = [kinds.XML_NOT_CARRIED.at("/", count=aside)] if aside else []
    reader = _Reader(issues)
    plain = reader.resource(root, shown_name(_local(root)))
    return Reading(plain, tuple(issues), (Layer.SYNTAX,))


def _root(data: bytes) -> tuple[Any, list[Issue]]:
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    declared = _DECLARED.match(data)
    other = declared is not None and declared.group(1).lower() != b"utf-8"
    if other or data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:4]:
        return None, [kinds.XML_ENCODING.at("byte 0")]
    if _has_doctype(data):
        return None, [kinds.XML_DOCTYPE.at("/")]
    try:
        return etree.fromstring(data, _parser()), []
    except etree.XMLSyntaxError as error:
        line, column = error.position
        return None, [_unreadable(error).at(f"line {line}, column {column}", **_reason(error))]


def _parser() -> etree.XMLParser:
    """Large texts are attachments. There is no DOCTYPE, so there are no entities that could grow."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)


def _has_doctype(data: bytes) -> bool:
    at = 0
    while found := _PROLOG.match(data, at):
        at = found.end()
    return data.startswith(b"<!DOCTYPE", at)


_ENCODING_ERROR = 81


def _unreadable(error: Any) -> Kind:
    return kinds.XML_ENCODING if error.code == _ENCODING_ERROR else kinds.XML_SYNTAX


def _reason(error: Any) -> dict[str, str]:
    name = etree.ErrorTypes._getName(error.code) if error.code else None
    return {"reason": str(name or "syntax")}


def _is_deep(root: Any) -> bool:
    level = [root]
    for _ in range(_XML_DEPTH):
        level = [child for node in level for child in node if len(child)]
        if not level:
            return False
    return True


def _beside(root: Any) -> Iterator[Any]:
    """Comments and processing instructions, those of narratives left out."""
    yield from root.itersiblings(preceding=True)
    yield from root.itersiblings()
    stack = [root]
    while stack:
        for child in stack.pop():
            if child.tag is etree.Comment or child.tag is etree.ProcessingInstruction:
                yield child
            elif child.tag != DIV:
                stack.append(child)


def _local(node: Any) -> str:
    return str(node.tag).rpartition("}")[2]


class _Reader:
    """Makes plain data of elements; what is wrong goes to ``issues``."""

    def __init__(self, issues: list[Issue]) -> None:
        self.issues = issues

    def resource(self, node: Any, path: str) -> dict[str, Plain]:
        """The resource that an element is."""
        name = _local(node)
        made: dict[str, Plain] = {"resourceType": name}
        if not str(node.tag).startswith(f"{{{NAMESPACE}}}"):
            self.issues.append(kinds.XML_NAMESPACE.at(path, name=shown_name(name)))
        if is_resource(name):
            self._fill(made, node, shape(name), path)
        else:
            made.update(self._guessed_children(node))
        return made

    def _fill(self, made: dict[str, Plain], node: Any, held: Shape, path: str) -> None:
        """Put what is in an element into ``made``, by its shape."""
        self._attributes(made, node, held, path)
        self._texts(node, path)
        reached = -1
        for child in node:
            if not isinstance(child.tag, str):
                continue
            name = _local(child)
            field = held.fields.get(name)
            here = f"{path}.{(field.choice if field else None) or shown_name(name)}"
            if child.tag != (DIV if field and field.shape == "xhtml" else f"{{{NAMESPACE}}}{name}"):
                self.issues.append(kinds.XML_NAMESPACE.at(here, name=shown_name(name)))
            if field is None or field.is_attribute:
                self._unknown(made, child)
                continue
            if field.order < reached:
                order = ", ".join(held.fields)
                self.issues.append(kinds.XML_ORDER.at(here, name=name, type=held.name, order=order))
            reached = max(reached, field.order)
            self._child(made, child, field, here)

    def _attributes(self, made: dict[str, Plain], node: Any, held: Shape, path: str) -> None:
        for name, value in node.attrib.items():
            field = held.fields.get(name)
            if field is not None and field.is_attribute:
                made[name] = value
            elif name != _SCHEMA_LOCATION:
                self.issues.append(kinds.XML_ATTRIBUTE.at(path, type=held.name, name=shown_name(name)))

    def _texts(self, node: Any, path: str) -> None:
        if (node.text and node.text.strip()) or any(child.tail and child.tail.strip() for child in node):
            self.issues.append(kinds.XML_TEXT.at(path))

    def _unknown(self, made: dict[str, Plain], child: Any) -> None:
        """Keep an element that the shape does not have; the check of the shape says so."""
        name = _local(child)
        guess = self._guessed(child)
        if name not in made:
            made[name] = guess
        elif isinstance(made[name], list):
            made[name].append(guess)
        else:
            made[name] = [made[name], guess]

    def _child(self, made: dict[str, Plain], child: Any, field: Field, path: str) -> None:
        name = field.name
        if not field.many:
            if name in made or "_" + name in made:
                self.issues.append(kinds.XML_REPEATED.at(path, name=name))
            value, companion = self._value(child, field, path)
            if value is not None:
                made[name] = value
            if companion:
                made["_" + name] = companion
            return
        index = len(made.get(name) or made.get("_" + name) or ())
        value, companion = self._value(child, field, f"{path}[{index}]")
        values, companions = made.get(name), made.get("_" + name)
        if value is not None and values is None:
            values = made[name] = [None] * index
        if companion and companions is None:
            companions = made["_" + name] = [None] * index
        if values is not None:
            values.append(value)
        if companions is not None:
            companions.append(companion or None)

    def _value(self, child: Any, field: Field, path: str) -> tuple[Plain, dict[str, Plain]]:
        """What a child element holds, and for a primitive what goes with it."""
        if field.shape == "xhtml":
            return narrative(child), {}
        if field.shape == "Resource":
            inner = [node for node in child if isinstance(node.tag, str)]
            self._texts(child, path)
            if len(inner) != 1:
                self.issues.append(kinds.XML_RESOURCE.at(path, name=field.name))
            return (self.resource(inner[0], path) if inner else {}), {}
        made: dict[str, Plain] = {}
        if not field.is_primitive:
            self._fill(made, child, shape(field.shape), path)
            return made, {}
        value = child.attrib.get("value")
        if len(child.attrib) > (value is not None) or len(child) or child.text:
            bare = copy.copy(child)
            bare.attrib.pop("value", None)
            self._fill(made, bare, shape("Element"), path)
        if value is None:
            return (None, made) if made else ("", made)
        return typed(value, field.shape), made

    def _guessed(self, node: Any) -> Plain:
        """What an element of no known shape may hold: a text where there is only a value, else an object."""
        if node.tag == DIV:
            return narrative(node)
        value = node.attrib.get("value")
        if value is not None and len(node.attrib) == 1 and not len(node):
            return value
        return {**dict(node.attrib), **self._guessed_children(node)}

    def _guessed_children(self, node: Any) -> dict[str, Plain]:
        made: dict[str, Plain] = {}
        many: set[str] = set()
        for child in node:
            if not isinstance(child.tag, str):
                continue
            name, guess = _local(child), self._guessed(child)
            if name in many:
                made[name].append(guess)
            elif name in made:
                made[name] = [made[name], guess]
                many.add(name)
            else:
                made[name] = guess
        return made
