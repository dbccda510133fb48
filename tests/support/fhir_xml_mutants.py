"""Mutants of FHIR XML: what only that syntax can be wrong in, beside the mutants of its data."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

from lxml import etree

from medcom_bu.xmlio import parse

FHIR = "{http://hl7.org/fhir}"


def change_xml(data: bytes, seed: str) -> tuple[str, bytes]:
    """The document with one change by a random generator of its own, and what was done to it."""
    chance = random.Random(seed)
    root = parse(data)
    elements = [one for one in root.iter() if isinstance(one.tag, str) and one.tag.startswith(FHIR) and one is not root]
    done = chance.choice(CHANGES)(chance, chance.choice(elements))
    return f"xml: {done}", etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _drop(_: random.Random, element: Any) -> str:
    element.getparent().remove(element)
    return f"drop {etree.QName(element).localname}"


def _double(_: random.Random, element: Any) -> str:
    element.addnext(copy.deepcopy(element))
    return f"double {etree.QName(element).localname}"


def _move(chance: random.Random, element: Any) -> str:
    parent = element.getparent()
    parent.remove(element)
    parent.insert(chance.randrange(len(parent) + 1), element)
    return f"move {etree.QName(element).localname}"


def _rename(_: random.Random, element: Any) -> str:
    name = etree.QName(element).localname
    element.tag = f"{FHIR}{name}X"
    return f"rename {name}"


def _other_namespace(_: random.Random, element: Any) -> str:
    name = etree.QName(element).localname
    element.tag = f"{{http://example.org/}}{name}"
    return f"other namespace of {name}"


def _text(_: random.Random, element: Any) -> str:
    element.tail = "stray"
    return f"text after {etree.QName(element).localname}"


def _attribute(chance: random.Random, element: Any) -> str:
    name, value = chance.choice(
        (("value", ""), ("value", "x"), ("id", "a"), ("id", ""), ("unknown", "x"), ("url", "x"))
    )
    element.set(name, value)
    return f"{name}={value!r} on {etree.QName(element).localname}"


def _no_value(_: random.Random, element: Any) -> str:
    element.attrib.pop("value", None)
    return f"no value of {etree.QName(element).localname}"


def _comment(_: random.Random, element: Any) -> str:
    element.addnext(etree.Comment("x"))
    return "a comment"


CHANGES: tuple[Callable[[random.Random, Any], str], ...] = (
    *(_drop, _double, _move, _rename, _other_namespace, _text, _attribute, _attribute, _no_value, _comment),
)
