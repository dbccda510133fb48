"""Reading a letter that its schema has accepted: one table a class and version, made from the declaration once."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import attrs
from lxml import etree

from medcom_bu.binding import Binary, Codes, Element, Formatted, Value, Version, Wrapped, elements, fields
from medcom_bu.values.base64 import Base64
from medcom_bu.values.text import FormattedText, Mark, Node, Style, Styled

Payloads = Mapping[etree._Element, Base64]
Decoder = Callable[[etree._Element, Payloads], Any]

_set = object.__setattr__
_LEAF, _CODE, _ONE, _MANY, _INLINE = range(5)
_NO_TEXT = FormattedText()


@functools.cache
def decoder(cls: Any, version: Version) -> Decoder:
    """The reader of one class in one version, for elements that are valid and bear no attributes."""
    prefix = "{" + version.namespace + "}"
    defaults = {field.name: () if field.default == () else None for field in attrs.fields(cls)}
    defaults["unexpected"] = ()
    table: dict[Any, tuple[str, int, Any]] = {}
    for name, declared in fields(cls).items():
        for element in elements(declared):
            if element.exists_in(version.code):
                table.update(_entries(prefix, name, element, version))
    new = cls.__new__

    def decode(node: etree._Element, payloads: Payloads) -> Any:
        values: dict[str, Any] = defaults.copy()
        for child in node:
            name, how, read = table[child.tag]
            if how == _LEAF:
                values[name] = child.text or ""
            elif how == _CODE:
                text = child.text
                values[name] = read(text, text)
            elif how == _ONE:
                values[name] = read(child, payloads)
            elif how == _MANY:
                values[name] += (read(child, payloads),)
            else:
                values[name] = read(values[name], child.text or "")
        value = new(cls)
        _set(value, "__dict__", values)
        return value

    return decode


def _entries(prefix: str, name: str, element: Element, version: Version) -> dict[str, tuple[str, int, Any]]:
    leaf: Any = element.type
    tag = prefix + element.name
    if isinstance(leaf, type):
        if leaf.inline:  # type: ignore[attr-defined]
            return {prefix + e.name: (name, _INLINE, _inline(leaf, n)) for n, e in _inline_fields(leaf)}
        return {tag: (name, _ONE if element.max == 1 else _MANY, decoder(leaf, version))}
    if isinstance(leaf, Codes):
        return {tag: (name, _CODE, leaf.codes._value2member_map_.get)}
    if isinstance(leaf, Formatted):
        return {tag: (name, _ONE, formatted_reader(version.namespace))}
    if isinstance(leaf, Binary):
        return {tag: (name, _ONE, read_binary)}
    if isinstance(leaf, Wrapped):
        return {tag: (name, _ONE, _wrapped(leaf.wrapper))}
    return {tag: (name, _LEAF, None)}


def _inline_fields(cls: type) -> list[tuple[str, Element]]:
    return [(name, declared) for name, declared in fields(cls).items() if isinstance(declared, Element)]


def _inline(cls: type[Value], name: str) -> Callable[[Value | None, str], Value]:
    first = next(iter(fields(cls)))

    def read(so_far: Value | None, text: str) -> Value:
        if name == first or not isinstance(so_far, cls):
            return cls(**{**dict.fromkeys(fields(cls)), name: text})  # type: ignore[arg-type]
        return so_far.replace(**{name: text})

    return read


def _wrapped(wrapper: Callable[[str], Any]) -> Decoder:
    return lambda node, _: wrapper(node.text or "")


def read_binary(node: etree._Element, payloads: Payloads) -> Base64:
    """The content of an ``Object_Base64Encoded``: cut out before parsing, or decoded from its text now.

    Where a comment or a CDATA section parts the text, what was cut out is only its beginning.
    """
    cut, text = payloads.get(node), node.text or ""
    if cut is None or not text:
        return cut or Base64.decode(text)
    return Base64.decode((cut.text or b"".join(cut.encoded()).decode()) + text)


@functools.cache
def formatted_reader(namespace: str) -> Decoder:
    """The reader of formatted text that is valid."""
    marks = {f"{{{namespace}}}{mark}": mark for mark in Mark}
    styles = {f"{{{namespace}}}{style}": style for style in Style}

    def nodes(node: etree._Element) -> tuple[Node, ...]:
        text = node.text
        found: list[Node] = [text] if text else []
        for child in node:
            tag = child.tag
            found.append(marks[tag] if tag in marks else Styled(styles[tag], nodes(child)))
            tail = child.tail
            if tail:
                found.append(tail)
        return tuple(found)

    def read(node: etree._Element, _: Payloads) -> FormattedText:
        if len(node):
            return FormattedText(nodes(node))
        return FormattedText((node.text,)) if node.text else _NO_TEXT

    return read
