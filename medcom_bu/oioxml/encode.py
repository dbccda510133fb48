"""Writing a consignment: one writer a class, version and depth, made from the declaration once.

A writer puts triples into a list: markup, text, markup. The texts are then looked through in one go for what XML wants
escaped. The content of attachments stays bytes and is encoded piece by piece at the very end.
"""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from medcom_bu.binding import Element, Formatted, Unexpected, Value, Version, elements, fields, held_type
from medcom_bu.messages.emessage import Emessage, Envelope
from medcom_bu.oioxml.versions import version_in
from medcom_bu.values.base64 import Base64
from medcom_bu.values.text import Mark, Node, RawMarkup, Styled

Out = list[Any]
Writer = Callable[[Any, Out], None]

_SPECIAL = re.compile("[&<>\r]|[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}


def escape(text: str) -> str:
    """The text as XML content. A character that XML cannot hold becomes U+FFFD: a named loss."""
    return _SPECIAL.sub(lambda found: _ESCAPES.get(found.group(), "\ufffd"), text)


def encode(message: Emessage, version: str | None, encoding: str) -> bytes:
    """The consignment as bytes."""
    file = io.BytesIO()
    write(message, file, version, encoding)
    return file.getvalue()


def write(message: Emessage, file: BinaryIO, version: str | None, encoding: str) -> None:
    """Write the consignment to a binary file; attachments are encoded in pieces of bounded size."""
    out: Out = []
    namespace = _target_namespace(message, version)
    _emessage(message, namespace, version, out)
    if _SPECIAL.search("".join([text for text in out[1::3] if type(text) is not Base64])):
        out[1::3] = [escape(text) if type(text) is not Base64 else text for text in out[1::3]]
    file.write(f'<?xml version="1.0" encoding="{encoding}"?>\n'.encode("ascii"))
    for part in _parts(out):
        if isinstance(part, Base64):
            file.writelines(part.encoded())
        else:
            file.write(part.encode(encoding, "xmlcharrefreplace"))


def _parts(out: Out) -> Iterator[str | Base64]:
    start = 0
    for at in [at for at in range(1, len(out), 3) if type(out[at]) is Base64]:
        yield "".join(out[start:at])
        yield out[at]
        start = at + 1
    yield "".join(out[start:])


def _target_namespace(message: Emessage, version: str | None) -> str:
    for letter in message.letters:
        for known in type(letter).__letter__.versions:  # type: ignore[union-attr]
            if known.code == version:
                return known.namespace
    return message.namespace


def _emessage(message: Emessage, namespace: str, version: str | None, out: Out) -> None:
    letters = message.letters
    first = version_in(type(letters[0]), namespace) if letters else Version("", "", namespace)
    out += (f'<Emessage xmlns="{namespace}"', "", "".join(_attributes(message.unexpected, -1)) + ">")
    extra = _Extra(message.unexpected, out)
    if message.envelope is not None:
        extra.before()
        writer(Envelope, first, 1)(_opened("Envelope", message.envelope, 1, out), out)
        out += ("\n  </Envelope>", "", "")
    local = {element.after: element for element in message.local_elements}
    for number, letter in enumerate(letters):
        extra.before()
        spec = type(letter).__letter__
        name = spec.element if spec else type(letter).__name__
        target = version_in(type(letter), namespace)
        writer(type(letter), target, 1)(_opened(name, _for_version(letter, target, version), 1, out), out)
        out += (f"\n  </{name}>", "", "")
        if number in local:
            extra.before()
            out += ("\n  " + local[number].xml, "", "")
    extra.rest()
    out += ("\n</Emessage>\n", "", "")


def _for_version(letter: Any, target: Version, version: str | None) -> Any:
    if version is None or letter.letter is None or target.code != version:
        return letter
    return letter.replace(letter=letter.letter.replace(version_code=target.code))


def _opened(name: str, value: Value, depth: int, out: Out) -> Value:
    out += ("\n" + "  " * depth + f"<{name}", "", "".join(_attributes(value.unexpected, -1)) + ">")
    return value


def _attributes(unexpected: tuple[Unexpected, ...], index: int) -> Iterator[str]:
    for found in unexpected:
        if found.kind == "attribute" and found.index == index:
            yield " " + found.content


class _Extra:
    """Puts what the declaration has no place for back where it came from."""

    def __init__(self, unexpected: tuple[Unexpected, ...], out: Out) -> None:
        self.left = [found for found in unexpected if found.kind != "attribute"]
        self.out = out
        self.index = 0

    def before(self) -> None:
        """About to write the next declared child."""
        while self.left and self.left[0].index <= self.index:
            self._put()
        self.index += 1

    def rest(self) -> None:
        """All declared children are written."""
        while self.left:
            self._put()

    def _put(self) -> None:
        found = self.left.pop(0)
        self.out += (found.content, "", "")
        self.index += found.kind == "element"


@functools.cache
def writer(cls: type[Value], version: Version, depth: int) -> Writer:
    """The writer of the children of one class, in one version, at one depth of indentation."""
    steps = [
        (name, _field_writer(elements(declared), version, depth + 1))
        for name, declared in fields(cls).items()
        if any(element.exists_in(version.code) for element in elements(declared))
    ]

    def write_children(value: Value, out: Out) -> None:
        held = value.__dict__
        if held["unexpected"]:
            _write_with_extras(value, steps, out)
            return
        for name, write_field in steps:
            item = held[name]
            if item is not None and item != ():
                write_field(item, out)

    return write_children


def _write_with_extras(value: Value, steps: list[tuple[str, Writer]], out: Out) -> None:
    extra = _Extra(value.unexpected, out)
    for name, write_field in steps:
        held = value.__dict__[name]
        if held is None:
            continue
        for item in held if isinstance(held, tuple) else (held,):
            extra.before()
            mark = len(out)
            write_field((item,) if isinstance(held, tuple) else item, out)
            attributes = "".join(_attributes(value.unexpected, extra.index - 1))
            if attributes:
                start, name, rest = re.split(r"(<[^\s/>]+)", out[mark], maxsplit=1)
                out[mark] = start + name + attributes + rest
    extra.rest()


def _field_writer(alternatives: tuple[Element, ...], version: Version, depth: int) -> Writer:
    if len(alternatives) == 1:
        return _element_writer(alternatives[0], version, depth)
    by_type = {held_type(element): _element_writer(element, version, depth) for element in alternatives}

    def write_choice(item: Any, out: Out) -> None:
        for kind in type(item).__mro__:
            if kind in by_type:
                by_type[kind](item, out)
                return

    return write_choice


def _element_writer(element: Element, version: Version, depth: int) -> Writer:
    indent = "\n" + "  " * depth
    start, end = f"{indent}<{element.name}>", f"</{element.name}>"
    if isinstance(element.type, type):
        write_one = _class_writer(element, version, depth)
    elif isinstance(element.type, Formatted):

        def write_one(item: Any, out: Out) -> None:
            out += (start, "", "")
            _nodes(item.nodes, out)
            out += (end, "", "")
    elif _needs_reveal(element):

        def write_one(item: Any, out: Out) -> None:
            out += (start, item.reveal(), end)
    else:

        def write_one(item: Any, out: Out) -> None:
            out += (start, item, end)

    if element.max == 1:
        return write_one

    def write_many(items: Any, out: Out) -> None:
        for item in items:
            write_one(item, out)

    return write_many


def _needs_reveal(element: Element) -> bool:
    return hasattr(held_type(element), "reveal")


def _class_writer(element: Element, version: Version, depth: int) -> Writer:
    cls = element.type
    if cls.inline:
        return writer(cls, version, depth - 1)
    indent, name = "\n" + "  " * depth, element.name
    start, end, empty = f"{indent}<{name}>", f"{indent}</{name}>", f"{indent}<{name}/>"
    children = writer(cls, version, depth)

    def write_one(item: Value, out: Out) -> None:
        mark = len(out)
        attributes = "".join(_attributes(item.unexpected, -1)) if item.unexpected else ""
        out += (start.replace(">", attributes + ">") if attributes else start, "", "")
        children(item, out)
        if len(out) == mark + 3 and not attributes:
            out[mark] = empty
        else:
            out += (end, "", "")

    return write_one


def _nodes(nodes: tuple[Node, ...], out: Out) -> None:
    for node in nodes:
        if isinstance(node, Mark):
            out += (f"<{node}/>", "", "")
        elif isinstance(node, str):
            out += ("", node, "")
        elif isinstance(node, Styled):
            out += (f"<{node.style}>", "", "")
            _nodes(node.nodes, out)
            out += (f"</{node.style}>", "", "")
        elif isinstance(node, RawMarkup):
            out += (node.xml, "", "")
