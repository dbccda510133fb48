"""A message as plain text, one line a field: masked unless asked otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medcom_bu.binding import Value, fields, walk
from medcom_bu.messages.emessage import Emessage
from medcom_bu.oioxml.versions import by_namespace
from medcom_bu.values.base64 import Base64
from medcom_bu.values.codes import CodeList
from medcom_bu.values.text import FormattedText, Node, RawMarkup, Styled


def as_text(message: Emessage, *, reveal: bool = False) -> str:
    """The message field by field, by attribute path. Texts and numbers of persons are masked unless ``reveal``."""
    return "\n".join(_lines(message, reveal))


def _lines(message: Emessage, reveal: bool) -> Iterator[str]:
    known = reveal or message.namespace in by_namespace()
    yield f"namespace: {message.namespace if known else shown(message.namespace, reveal)}"
    parts: list[tuple[str, Any]] = [("envelope", message.envelope)] if message.envelope is not None else []
    parts += [(f"letters[{number}]", letter) for number, letter in enumerate(message.letters)]
    for path, part in parts:
        yield f"{path}: {type(part).__name__}"
        for place, _, item in walk(part, path):
            yield f"  {place} = {shown(item, reveal)}"
        yield from _unexpected(part, path, reveal)
    for local in message.local_elements:
        yield f"local_elements after letters[{local.after}]: {shown(local.xml, reveal)}"
    for number, extra in enumerate(message.unexpected):
        yield f"unexpected[{number}] = {shown(extra.content, reveal)}"


def _unexpected(value: Value, path: str, reveal: bool) -> Iterator[str]:
    """What came in a value, or in a value inside it, and has no place in the declaration."""
    for number, extra in enumerate(value.unexpected):
        yield f"  {path}.unexpected[{number}] = {shown(extra.content, reveal)}"
    for name in fields(type(value)):
        held = value.__dict__[name]
        for number, item in enumerate(held if isinstance(held, tuple) else (held,)):
            if isinstance(item, Value):
                place = f"{path}.{name}" if item is held else f"{path}.{name}[{number}]"
                yield from _unexpected(item, place, reveal)


def shown(item: Any, reveal: bool) -> str:
    """One field: a code with its meaning, a text only where ``reveal``, a file by its size."""
    if isinstance(item, CodeList):
        return f"{item.value} ({item.english})"
    if isinstance(item, Base64) and item.content is None and reveal:
        return item.text or ""
    if isinstance(item, Base64) or not reveal:
        return f"<{len(item)} characters>" if isinstance(item, str) else repr(item)
    if isinstance(item, FormattedText):
        return " ".join([item.plain(), *_raw(item.nodes)]).replace("\n", "\n    ")
    return str(item.reveal()) if hasattr(item, "reveal") else str(item)


def _raw(nodes: tuple[Node, ...]) -> Iterator[str]:
    """The elements that formatted text does not know, which its plain text leaves out."""
    for node in nodes:
        if isinstance(node, RawMarkup):
            yield node.xml
        elif isinstance(node, Styled):
            yield from _raw(node.nodes)
