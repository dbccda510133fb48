"""The quick reading of FHIR XML that is all as it should be; at the first thing that is not, it gives up.

The slower reading in ``fhir.xml.read`` then says what is wrong and where.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from lxml import etree

from medcom_bu.fhir.model.data import Number, Plain
from medcom_bu.fhir.model.definitions import ShapeProperty, is_resource, shape
from medcom_bu.fhir.model.leftovers import as_xml
from medcom_bu.fhir.model.r4 import PRIMITIVES, primitive
from medcom_bu.fhir.model.shape import FHIR_NAMESPACE, XHTML_NAMESPACE
from medcom_bu.once import once

DIV = f"{{{XHTML_NAMESPACE}}}div"
_TAG = f"{{{FHIR_NAMESPACE}}}"
_NUMBER = re.compile(str(PRIMITIVES["decimal"].pattern))
_BOOLEANS = {"true": True, "false": False}

_Make = Callable[[Any], Plain]
_TEXT_BETWEEN = etree.XPath("boolean(//f:*/text()[normalize-space()])", namespaces={"f": FHIR_NAMESPACE})


class Irregular(Exception):
    """Something is not as it should be, or only not as it mostly is."""


def quick_document(root: Any) -> dict[str, Plain]:
    """The plain data of the resource that is a document. Raises Irregular."""
    if root.getprevious() is not None or root.getnext() is not None or _TEXT_BETWEEN(root):
        raise Irregular
    return _resource(root)


def _resource(node: Any) -> dict[str, Plain]:
    tag = node.tag
    name = tag[len(_TAG) :] if isinstance(tag, str) and tag.startswith(_TAG) else ""
    if not is_resource(name):
        raise Irregular
    plain: dict[str, Plain] = {"resourceType": name}
    _filler(name)(node, plain)
    return plain


@once
def _filler(name: str) -> Callable[[Any, dict[str, Plain]], None]:
    """What puts the content of an element of that shape into plain data."""
    declared = shape(name)
    table = {
        (DIV if field.shape == "xhtml" else _TAG + field.name): (field.name, field.order, field.many, _maker(field))
        for field in declared.fields.values()
        if not field.is_attribute
    }
    attributes = {field.name for field in declared.fields.values() if field.is_attribute}

    def fill(node: Any, plain: dict[str, Plain]) -> None:
        for key, value in node.items():
            if key not in attributes:
                raise Irregular
            plain[key] = value
        reached = -1
        for child in node:
            entry = table.get(child.tag)
            if entry is None or entry[1] < reached:
                raise Irregular
            key, reached, many, make = entry
            if not many:
                if key in plain:
                    raise Irregular
                plain[key] = make(child)
            elif key in plain:
                plain[key].append(make(child))
            else:
                plain[key] = [make(child)]

    return fill


def _maker(field: ShapeProperty) -> _Make:
    if field.shape == "xhtml":
        return narrative
    if field.shape == "Resource":
        return _inner
    if field.is_primitive:
        return _primitive(field.shape)
    name = field.shape

    def make(child: Any) -> dict[str, Plain]:
        plain: dict[str, Plain] = {}
        _filler(name)(child, plain)
        return plain

    return make


def _inner(child: Any) -> dict[str, Plain]:
    """The one resource in an element."""
    if len(child) != 1 or child.attrib:
        raise Irregular
    return _resource(child[0])


def _primitive(of_type: str) -> _Make:
    is_text = primitive(of_type).json is str

    def make(child: Any) -> Plain:
        items = child.items()
        if len(items) != 1 or items[0][0] != "value" or len(child):
            raise Irregular
        value = items[0][1]
        return value if is_text else typed(value, of_type)

    return make


def typed(text: str, name: str) -> Plain:
    """A value as JSON has it; a text that is no such value stays a text."""
    kind = primitive(name).json
    if kind is bool:
        return _BOOLEANS.get(text, text)
    return Number(text) if kind is Number and _NUMBER.fullmatch(text) else text


def narrative(div: Any) -> str:
    """A narrative as text, without the prefixes that are declared around it and not used in it."""
    if any(div.getparent().nsmap):
        return as_xml(div)
    text: str = etree.tostring(div, encoding="unicode", with_tail=False)
    return text
