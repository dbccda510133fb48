"""A message with short texts that a schema judges as it judges the long ones.

A schema allows any number of line breaks and kept blanks in a text, and looks at none of its characters: what counts is
whether there are any. EDIFACT has a line break in one byte, and libxml2 takes two hundred for an element.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from medcom_bu.declare.base import fields
from medcom_bu.declare.oioxml import Value
from medcom_bu.messages.emessage import Emessage
from medcom_bu.values.text import FormattedText, RawMarkup, Styled, TextNode

_V = TypeVar("_V", bound=Value)


def thinned(message: Emessage) -> Emessage:
    """The message with characters and marks of each sort once in every text and style."""
    return message.replace(letters=tuple(map(_value, message.letters)))


def _value(value: _V) -> _V:
    contents = {name: value.__dict__[name] for name in fields(type(value))}
    thin = {
        name: tuple(map(_item, content)) if isinstance(content, tuple) else _item(content)
        for name, content in contents.items()
    }
    return value.replace(**thin)


def _item(content: Any) -> Any:
    if isinstance(content, Value):
        return _value(content)
    return FormattedText(tuple(_nodes(content.nodes))) if isinstance(content, FormattedText) else content


def _nodes(nodes: Iterable[TextNode]) -> Iterator[TextNode]:
    seen = set[TextNode]()
    for node in nodes:
        if isinstance(node, Styled):
            yield Styled(node.style, tuple(_nodes(node.nodes)))
        elif isinstance(node, RawMarkup):
            yield node
        else:
            thin = node if type(node) is not str else " " if node.isspace() else "x"
            if thin not in seen:
                seen.add(thin)
                yield thin
