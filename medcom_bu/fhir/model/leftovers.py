"""What FHIR XML holds where FHIR has no place for it, kept in plain data under names that no property has.

``{@}name``           the value of an attribute; ``{@namespace}name`` of one in a namespace
``{#}``               the text between the elements of an element
``{namespace}name``   an element as XML, or a list of such: of another namespace, an attribute that was written as an
                      element, what may occur once and occurs again, what holds more than FHIR's elements do
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from medcom_bu.values.fhir_types import xml_events

XML_BLANKS = " \t\r\n"
"""The four characters that are white space in XML: Python knows more."""
TEXT = "{#}"
_XML, _XMLNS = "http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/"
NAME = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
"""A name that is written as it is, of an element or an attribute."""


def is_leftover(key: str) -> bool:
    """Whether a name in plain data is one of these."""
    return key.startswith("{")


def is_attribute(key: str) -> bool:
    """Whether it is that of an attribute."""
    return key.startswith("{@")


def split(name: str) -> tuple[str, str]:
    """The namespace and the local name of an element or attribute, as lxml or a leftover calls it."""
    namespace, _, local = name.rpartition("}")
    return namespace.removeprefix("{").removeprefix("@"), local


def attribute(name: str) -> str:
    """What an attribute is kept as."""
    namespace, local = split(name)
    return f"{{@{namespace}}}{local}"


def stray_text(node: Any) -> str:
    """The text that is between the elements of an element; empty where there is white space alone."""
    pieces = [node.text or "", *(child.tail or "" for child in node)]
    return "".join(piece for piece in pieces if piece.strip(XML_BLANKS))


def as_xml(node: Any) -> str:
    """An element as XML, with the namespaces that it uses and no others."""
    text: str = etree.tostring(copy.deepcopy(node), encoding="unicode", with_tail=False)
    return text


def keep(made: dict[str, Any], key: str, item: Any) -> None:
    """Put an element, as XML or as plain data, among what another holds: of several a list."""
    if key not in made:
        made[key] = item
    elif isinstance(made[key], list):
        made[key].append(item)
    else:
        made[key] = [made[key], item]


def attributes(plain: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The attributes among leftovers, as they are written in a start tag: names, and values to be escaped."""
    prefixes: dict[str, str] = {}
    for key, value in plain.items():
        namespace, local = split(key)
        if not is_attribute(key) or not isinstance(value, str) or not NAME.fullmatch(local):
            continue
        if namespace == _XML:
            yield f"xml:{local}", value
        elif namespace and namespace != _XMLNS:
            if namespace not in prefixes:
                prefixes[namespace] = f"a{len(prefixes)}"
                yield f"xmlns:{prefixes[namespace]}", namespace
            yield f"{prefixes[namespace]}:{local}", value
        elif not namespace and local != "xmlns":
            yield local, value


def elements(plain: dict[str, Any]) -> Iterator[str]:
    """The elements among leftovers, as XML that may be within FHIR's."""
    for key, value in plain.items():
        if is_leftover(key) and not is_attribute(key) and key != TEXT:
            yield from (
                xml for content in (value if isinstance(value, list) else [value]) if (xml := _within(key, content))
            )


def _within(key: str, xml: Any) -> str | None:
    """The XML of an element under its name, or None where it is not that."""
    events = xml_events(xml) if isinstance(xml, str) else None
    namespace, local = split(key)
    begin = re.match(r"<(?:[^\s<>/:]+:)?" + re.escape(local) + r"(?=[\s/>])", xml) if events else None
    if not events or begin is None or events[0][0] != f"{namespace} {local}".strip():
        return None
    declared = f'{begin.group()} xmlns=""{xml[begin.end() :]}'
    return xml if namespace or xml_events(declared) is None else declared  # it may declare that already
