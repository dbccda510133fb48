"""Reading a letter that its schema has accepted: one reader a class and version, made from the declaration once.

The readers share one walk over the elements of the letter, in document order: each takes its own from it.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from lxml import etree

from medcom_bu.declare.base import fields, made, metadata_of
from medcom_bu.declare.generated import generated
from medcom_bu.declare.oioxml import (
    Attribute,
    Binary,
    Codes,
    Element,
    Formatted,
    Value,
    Version,
    Wrapped,
    attributes,
    elements,
)
from medcom_bu.oioxml.kept import Payloads
from medcom_bu.values.base64 import Base64
from medcom_bu.values.text import FormattedText, Mark, Style, Styled, TextNode

Nodes = Iterator[etree._Element]
NodeReader = Callable[[etree._Element, Nodes, Payloads], Any]


def read_valid(node: etree._Element, cls: Any, version: Version, payloads: Payloads) -> Any:
    """The value of an element that its schema has accepted, in which no attributes stand but those declared.

    Raises AssertionError where the schema and the declaration differ, which tests rule out.
    """
    nodes = node.iter()
    value = decoder(cls, version)(next(nodes), nodes, payloads)
    if next(nodes, None) is not None:
        raise AssertionError(f"the schema and the declaration of {cls.__name__} differ")
    return value


def unchecked(cls: Any, **values: Any) -> Any:
    """A value made without its constructor, of what needs no check; ``unexpected`` is empty."""
    field_values = {"unexpected": ()} | values
    return made(cls, {name: field_values[name] for name in metadata_of(cls)})


@functools.cache
def decoder(cls: Any, version: Version) -> NodeReader:
    """The reader of one class in one version, for elements that are valid and have no attributes but those declared.

    It is straight-line code made from the declaration, as attrs makes its own: one step a field. A valid element has
    its children in the order of the fields, so only where one may be left out does the code ask for the name of the
    next. ``left`` counts the children that may be left out and were not read yet. The source holds no text but numbers
    and attribute names; what it compares with and calls comes from ``names``. Why: ``docs/decisions.md``.
    """
    names: dict[str, Any] = {"cls": cls, "made": made}
    steps = _steps(cls, version, names)
    values = {name: "()" if declared.is_many else "None" for name, declared in fields(cls).items()}
    values |= _borne(cls, names) | {step.name: step.value for step in steps}
    lines = ["def decode(node, nodes, payloads):", f" left = len(node) - {sum(step.is_certain for step in steps)}"]
    is_fetched = False
    for number, step in enumerate(steps):
        fetch = _FETCH if any(later.is_certain for later in steps[number + 1 :]) else _FETCH_IF_LEFT
        if not is_fetched:
            lines += [" child = next(nodes)"] if step.is_certain else fetch
        lines += _field_lines(step, fetch)
        is_fetched = not step.is_certain
    lines += [f" return made(cls, {{{', '.join(f'{name!r}: {value}' for name, value in values.items())}}})"]
    reader: NodeReader = generated(lines, names)
    return reader


_FETCH = [" child = next(nodes)", " tag = child.tag if left else None"]
_FETCH_IF_LEFT = [" tag = (child := next(nodes)).tag if left else None"]
"""The lines that go on to the next child: where one must come, and where one may."""


class _Step(NamedTuple):
    """One field: ``held`` is its variable; ``reads`` has what holds a tag, and the expression that reads ``child``.

    ``in_any_order`` says that elements of several names repeat as they like.
    """

    name: str
    held: str
    many: bool
    is_certain: bool
    in_any_order: bool
    reads: list[tuple[str, str]]

    @property
    def value(self) -> str:
        return f"tuple({self.held})" if self.many else self.held


def _steps(cls: Any, version: Version, names: dict[str, Any]) -> list[_Step]:
    """The fields that the version has. One is certain if it stands for one element that every valid message has."""
    steps: list[_Step] = []
    for name, declared in fields(cls).items():
        present = [element for element in elements(declared) if element.exists_in(version.code)]
        if present:
            variable = f"value{len(steps)}"
            many, is_one = declared.is_many, isinstance(declared, Element)
            is_certain = is_one and not many and declared.least(version.code) == 1
            reads = [read for element in present for read in _reads(variable, element, version, names)]
            steps.append(_Step(name, variable, many, is_certain, many and not is_one, reads))
    return steps


def _field_lines(step: _Step, fetch: list[str]) -> list[str]:
    if step.is_certain:
        return [f" {step.held} = {expression}" for _, expression in step.reads]
    lines = [f" {step.held} = {'[]' if step.many else 'None'}"]
    if step.in_any_order:
        lines += [f" while tag in ({', '.join(tag for tag, _ in step.reads)}):"]
        choice = " else ".join(f"{expression} if tag == {tag}" for tag, expression in step.reads[:-1])
        lines += [f"  {step.held}.append({choice} else {step.reads[-1][1]})", "  left -= 1"]
        return [*lines, *(" " + line for line in fetch)]
    for tag, expression in step.reads:
        lines += [f" while tag == {tag}:" if step.many else f" if tag == {tag}:"]
        lines += [f"  {step.held}.append({expression})" if step.many else f"  {step.held} = {expression}"]
        lines += ["  left -= 1", *(" " + line for line in fetch)]
    return lines


def _reads(variable: str, element: Element, version: Version, names: dict[str, Any]) -> list[tuple[str, str]]:
    """For each element that an alternative stands for, what holds its tag, and the expression that reads ``child``."""
    leaf: Any = element.type
    if isinstance(leaf, type) and leaf.inline:  # type: ignore[attr-defined]
        return [
            _read(inner, _inline(leaf, name), f"({variable}, child.text or '')", version, names)
            for name, inner in _inline_fields(leaf)
        ]
    if isinstance(leaf, type):
        return [_read(element, decoder(leaf, version), "(child, nodes, payloads)", version, names)]
    if isinstance(leaf, Codes):
        code_of = leaf.codes._value2member_map_.get
        return [_read(element, code_of, "(text := child.text, text)", version, names)]
    if isinstance(leaf, Formatted):
        return [_read(element, formatted_reader(version.namespace), "(child, nodes)", version, names)]
    if isinstance(leaf, Binary):
        return [_read(element, read_binary, "(child, payloads)", version, names)]
    if isinstance(leaf, Wrapped):
        return [_read(element, leaf.wrapper, "(child.text or '')", version, names)]
    return [_read(element, None, "child.text or ''", version, names)]


def _read(element: Element, reader: Any, expression: str, version: Version, names: dict[str, Any]) -> tuple[str, str]:
    key = len(names)
    namespace = version.namespace if element.namespace is None else element.namespace
    names[f"tag{key}"], names[f"read{key}"] = f"{{{namespace}}}{element.name}", reader
    return f"tag{key}", expression if reader is None else f"read{key}{expression}"


def _borne(cls: Any, names: dict[str, Any]) -> dict[str, str]:
    """The expressions that read off ``node`` what the element of a class has: its attributes, and its text."""
    return {name: _bearing(declared, names) for name, declared in attributes(cls).items()} | {"unexpected": "()"}


def _bearing(declared: Attribute, names: dict[str, Any]) -> str:
    if isinstance(declared.type, Binary):
        names["read_binary"] = read_binary
        return "read_binary(node, payloads)"
    key = len(names)
    names[f"name{key}"] = declared.name
    text = f"node.get(name{key})" if declared.name else "(node.text or '')"
    if not isinstance(declared.type, Codes):
        return text
    names[f"code{key}"] = declared.type.codes._value2member_map_.get
    return f"code{key}(text := {text}, text)"


def _inline_fields(cls: type) -> list[tuple[str, Element]]:
    return [(name, declared) for name, declared in fields(cls).items() if isinstance(declared, Element)]


def _inline(cls: type[Value], name: str) -> Callable[[Value | None, str], Value]:
    first = next(iter(fields(cls)))

    def read(so_far: Value | None, text: str) -> Value:
        if name == first or not isinstance(so_far, cls):
            return cls(**{**dict.fromkeys(fields(cls)), name: text})  # type: ignore[arg-type]
        return so_far.replace(**{name: text})

    return read


def read_binary(node: etree._Element, payloads: Payloads) -> Base64:
    """The content of an ``Object_Base64Encoded``: cut out before parsing, or decoded from its text now."""
    cut = payloads.get(node)
    return Base64.decode(node.text or "") if cut is None else cut


@functools.cache
def formatted_reader(namespace: str) -> Callable[[etree._Element, Nodes], FormattedText]:
    """The reader of formatted text that is valid."""
    marks: dict[Any, Mark] = {f"{{{namespace}}}{mark}": mark for mark in Mark}
    styles: dict[Any, Style] = {f"{{{namespace}}}{style}": style for style in Style}
    part: Any = Styled  # made without its constructor, as the text is: there is nothing to check and nothing to join
    whole: Any = FormattedText
    new, put_style, put_nodes, put_whole = object.__new__, part.style.__set__, part.nodes.__set__, whole.nodes.__set__

    def read_nodes(node: etree._Element, nodes: Nodes) -> tuple[TextNode, ...]:
        text, count = node.text, len(node)
        if not count:
            return (text,) if text else ()
        text_nodes: list[TextNode] = [text] if text else []
        for child in itertools.islice(nodes, count):
            mark = marks.get(child.tag)
            if mark is not None:
                text_nodes.append(mark)
            else:
                styled = new(Styled)
                put_style(styled, styles[child.tag])
                put_nodes(styled, read_nodes(child, nodes))
                text_nodes.append(styled)
            tail = child.tail
            if tail:
                text_nodes.append(tail)
        return tuple(text_nodes)

    def read(node: etree._Element, nodes: Nodes) -> FormattedText:
        text = new(FormattedText)
        put_whole(text, read_nodes(node, nodes))
        return text

    return read
