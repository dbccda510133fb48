"""FHIR XML to plain data, by the definitions of R4: what JSON would hold of the same resource.

Whitespace between elements, comments and processing instructions are not data. A narrative keeps its text as
lxml writes it. What FHIR has no place for is kept as ``fhir.model.leftovers`` says, and the check of the shape names
it.

Source: HL7 FHIR R4, 2.6.1 XML Representation of Resources.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from medcom_bu.fhir.model import catalogue
from medcom_bu.fhir.model.data import Plain, beyond, beyond_text, shown_name
from medcom_bu.fhir.model.definitions import Shape, ShapeProperty, is_resource, shape
from medcom_bu.fhir.model.gathered import Gathered
from medcom_bu.fhir.model.leftovers import TEXT, as_xml, attribute, keep, split, stray_text
from medcom_bu.fhir.model.shape import FHIR_NAMESPACE
from medcom_bu.fhir.xml.quick import DIV, Irregular, narrative, quick_document, typed
from medcom_bu.issues import Issue, Layer, Reading
from medcom_bu.limits import LIMITS, Limits
from medcom_bu.stack import on_own_stack
from medcom_bu.xml_limits import Excess, count_markup, find_excess
from medcom_bu.xmlio import fault_of, has_doctype, parse

_SCHEMA_LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
_CONTENT = re.compile(
    rb"<(?:[\w.-]+:)?data\b[^<>]*?\bvalue\s*=\s*"
    rb"[\"']((?:[A-Za-z0-9+/=\s]++|&#(?:x[Aa9Dd]|10|13|9);)*+)[\"']"
)
"""An attachment, which does not count as text."""
_DECLARED = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']*)")


def load_xml(data: bytes, limits: Limits = LIMITS) -> Reading[Plain]:
    """Read bytes. Never raises for bad input.

    Issues: those of ``fhir.model.catalogue`` that begin with ``fhirxml.``; at ``line L, column C`` where the text
    cannot be read, else at FHIRPath. There is no data where the syntax has an error.
    Raises: RecursionError where the elements are no deeper than the limit and the stack of the interpreter runs out.
    """
    data = data.removeprefix(b"\xef\xbb\xbf")
    stop = _unfit(data) or beyond_text(data, _CONTENT, limits)
    markup = count_markup(b"" if stop else data, limits)
    if markup.excess:
        stop = _beyond(markup.excess)
    if stop:
        return Reading(None, (stop,), (Layer.SYNTAX,))
    if markup.has_many_names:  # lxml keeps each for as long as the thread lives
        return on_own_stack(lambda: _read(data, limits))
    return _read(data, limits)


def _read(data: bytes, limits: Limits) -> Reading[Plain]:
    try:
        root = parse(data, keep_asides=True)
    except etree.XMLSyntaxError as error:
        return Reading(None, (_unreadable(error, data, limits),), (Layer.SYNTAX,))
    if _is_deep(root, limits.depth):
        return Reading(None, (catalogue.XML_DEPTH.issue("/", limit=limits.depth),), (Layer.SYNTAX,))
    plain, issues = _plain(root, limits)
    beyond_all = beyond(plain, limits)
    return Reading(None if beyond_all else plain, (*issues, *beyond_all), (Layer.SYNTAX,))


def _plain(root: Any, limits: Limits) -> tuple[Plain, tuple[Issue, ...]]:
    try:
        return quick_document(root), ()
    except Irregular:
        pass
    issues = Gathered(limits.issues)
    aside = sum(1 for node in _beside(root) if not isinstance(node.tag, str))
    if aside:
        issues.append(catalogue.XML_NOT_CARRIED.issue("/", count=aside))
    plain = _Reader(issues, split(root.tag)[0]).resource(root, shown_name(split(root.tag)[1]))
    return plain, issues.all()


def _unfit(data: bytes) -> Issue | None:
    """What is said of bytes that are given to no parser."""
    declared = _DECLARED.match(data)
    other = declared is not None and declared.group(1).lower() != b"utf-8"
    if other or data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:4]:
        return catalogue.XML_ENCODING.issue("byte 0")
    return catalogue.XML_DOCTYPE.issue("/") if has_doctype(data) else None


def _beyond(excess: Excess) -> Issue:
    if excess.name == "depth":
        return catalogue.XML_DEPTH.issue("/", limit=excess.limit)
    return catalogue.TOO_LARGE.issue("/", what=excess.name, count=excess.number, limit=excess.limit)


_ENCODING_ERROR = 81


def _unreadable(error: Any, data: bytes, limits: Limits) -> Issue:
    """What is said of bytes that are not XML: a parser gives up at some depth of its own too."""
    line, column = error.position
    excess = find_excess(data, limits)
    if excess and _position(data, excess.at) < (line, column):
        return _beyond(excess)
    kind = catalogue.XML_ENCODING if error.code == _ENCODING_ERROR else catalogue.XML_SYNTAX
    return kind.issue(f"line {line}, column {column}", reason=fault_of(error))


def _position(data: bytes, at: int) -> tuple[int, int]:
    return data.count(b"\n", 0, at) + 1, at - data.rfind(b"\n", 0, at)


_USUAL_DEPTH = 32
_BELOW_USUAL = etree.XPath(f"boolean({'/*' * (_USUAL_DEPTH + 1)})")


def _is_deep(root: Any, limit: int) -> bool:
    """Whether more than ``limit`` elements are nested in each other; level by level, so nothing recurses."""
    if limit >= _USUAL_DEPTH and not _BELOW_USUAL(root):
        return False
    level = [root]
    for _ in range(limit - 1):
        level = [child for node in level for child in node if len(child)]
        if not level:
            return False
    return any(isinstance(child.tag, str) for node in level for child in node)


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


class _Reader:
    """Makes plain data of elements; what is wrong with their place goes to ``issues``."""

    def __init__(self, issues: list[Issue], namespace: str) -> None:
        self.issues = issues
        self.namespaces = {FHIR_NAMESPACE, namespace}
        """What is taken for FHIR's: a document may declare another namespace for all of it by mistake."""

    def resource(self, node: Any, path: str) -> dict[str, Plain]:
        """The resource that an element is."""
        namespace, name = split(node.tag)
        plain: dict[str, Plain] = {"resourceType": name}
        if namespace != FHIR_NAMESPACE and node.getparent() is None:
            self.issues.append(catalogue.XML_NAMESPACE.issue(path, name=shown_name(name)))
        if is_resource(name):
            self._fill(plain, node, shape(name), path)
        else:
            self._outside(plain, node, {})
            for child in _children(node):
                self._unknown(plain, child, path)
        return plain

    def _fill(self, plain: dict[str, Plain], node: Any, declared: Shape, path: str) -> None:
        """Put what is in an element into ``plain``, by its shape."""
        self._outside(plain, node, declared.fields)
        reached = -1
        for child in _children(node):
            namespace, name = split(child.tag)
            field = declared.fields.get(name)
            is_div = field is not None and field.shape == "xhtml"
            if field is None or field.is_attribute or not (is_div or namespace in self.namespaces):
                self._unknown(plain, child, path, can_be_plain=field is None)
                continue
            here = f"{path}.{field.choice or name}"
            if not field.many and (name in plain or "_" + name in plain):
                keep(plain, child.tag if is_div else f"{{{FHIR_NAMESPACE}}}{name}", as_xml(child))
                continue
            if is_div and child.tag != DIV:
                self.issues.append(catalogue.XML_NAMESPACE.issue(here, name=name))
            if field.order < reached:
                order = ", ".join(declared.fields)
                self.issues.append(catalogue.XML_ORDER.issue(here, name=name, type=declared.name, order=order))
            reached = max(reached, field.order)
            self._child(plain, child, field, here)

    @staticmethod
    def _outside(plain: dict[str, Plain], node: Any, fields: Any) -> None:
        """Put the attributes of an element, and the text between its elements, into ``plain``."""
        for name, value in node.attrib.items():
            field = fields.get(name)
            if field is not None and field.is_attribute:
                plain[name] = value
            elif name != _SCHEMA_LOCATION:
                plain[attribute(name)] = value
        text = stray_text(node)
        if text:
            plain[TEXT] = text

    def _unknown(self, plain: dict[str, Plain], child: Any, path: str, *, can_be_plain: bool = True) -> None:
        """Keep an element that the shape does not have."""
        namespace, name = split(child.tag)
        is_own = namespace in self.namespaces
        guess = None
        if can_be_plain and (is_own or child.tag == DIV) and name != "resourceType" and name[0] != "_":
            guess = self._guessed(child, f"{path}.{shown_name(name)}")
        if guess is None:
            keep(plain, f"{{{FHIR_NAMESPACE if is_own else namespace}}}{name}", as_xml(child))
        else:
            keep(plain, name, guess)

    def _child(self, plain: dict[str, Plain], child: Any, field: ShapeProperty, path: str) -> None:
        name = field.name
        if field.shape == "Resource":
            self._resource_in(plain, child, field, path)
            return
        if not field.many:
            value, companion = self._value(child, field, path)
            if value is not None:
                plain[name] = value
            if companion:
                plain["_" + name] = companion
            return
        index = len(plain.get(name) or plain.get("_" + name) or ())
        value, companion = self._value(child, field, f"{path}[{index}]")
        values, companions = plain.get(name), plain.get("_" + name)
        if value is not None and values is None:
            values = plain[name] = [None] * index
        if companion and companions is None:
            companions = plain["_" + name] = [None] * index
        if values is not None:
            values.append(value)
        if companions is not None:
            companions.append(companion or None)

    def _resource_in(self, plain: dict[str, Plain], child: Any, field: ShapeProperty, path: str) -> None:
        """The resource in an element; what else is in that is kept as XML."""
        name = field.name
        inner = next((node for node in _children(child) if split(node.tag)[0] in self.namespaces), None)
        if len(list(_children(child))) != (inner is not None) or child.attrib or stray_text(child):
            rest = copy.deepcopy(child)
            if inner is not None:
                gone = next(node for node in _children(rest) if split(node.tag)[0] in self.namespaces)
                gone.tag = _GONE
                etree.strip_elements(rest, _GONE, with_tail=False)
            keep(plain, f"{{{FHIR_NAMESPACE}}}{name}", as_xml(rest))
            if inner is None:
                return
        if not field.many:
            plain[name] = {} if inner is None else self.resource(inner, path)
            return
        resources = plain.setdefault(name, [])
        resources.append({} if inner is None else self.resource(inner, f"{path}[{len(resources)}]"))

    def _value(self, child: Any, field: ShapeProperty, path: str) -> tuple[Plain, dict[str, Plain]]:
        """What a child element holds, and for a primitive what goes with it."""
        if field.shape == "xhtml":
            return narrative(child), {}
        plain: dict[str, Plain] = {}
        if not field.is_primitive:
            self._fill(plain, child, shape(field.shape), path)
            return plain, {}
        value = child.attrib.get("value")
        if len(child.attrib) > (value is not None) or len(child) or child.text:
            self._fill(plain, child, shape("Element"), path)
            plain.pop(attribute("value"), None)
        if value is None:
            return (None, plain) if plain else ("", plain)
        return typed(value, field.shape), plain

    def _guessed(self, node: Any, path: str) -> Plain:
        """What an element of no known shape holds, where it is as elements of FHIR are; else None.

        A text where there is only a value, else an object.
        """
        name = split(node.tag)[1]
        if node.tag == DIV:
            return narrative(node)
        children = list(_children(node))
        if set(node.attrib) == {"value"} and not children and not stray_text(node):
            return node.attrib["value"]
        outside = {"id", "url"} if name in ("extension", "modifierExtension") else {"id"}
        if not outside.issuperset(node.attrib) or stray_text(node):
            return None
        if name in ("resource", "contained") and not node.attrib and len(children) == 1 and self._is_typed(children[0]):
            return self.resource(children[0], path)
        plain: dict[str, Plain] = dict(node.attrib)
        before = len(plain)
        for child in children:
            if split(child.tag)[1] in outside:
                return None
            self._unknown(plain, child, path)
        return None if len(plain) < before or any(key.startswith("{") for key in plain) else plain

    def _is_typed(self, node: Any) -> bool:
        """Whether an element has the name of a resource, as far as that can be told."""
        namespace, name = split(node.tag)
        return namespace in self.namespaces and name[:1].isupper()


_GONE = "gone"


def _children(node: Any) -> Iterator[Any]:
    """The elements in an element."""
    return (child for child in node if isinstance(child.tag, str))
