"""Writing a consignment: one writer a class, version and depth, made from the declaration once.

A writer puts pieces of XML into a list, an element with its text in one piece. The content of attachments stands
between them as it is, and is encoded at the very end, part by part.
"""

from __future__ import annotations

import codecs
import functools
import io
import itertools
import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from medcom_bu.arguments import check
from medcom_bu.binding import Binary, Codes, Element, Formatted, Unexpected, Value, Version, elements, fields, held_type
from medcom_bu.messages.emessage import Emessage, Envelope
from medcom_bu.oioxml.versions import Said, said_in, spec_of
from medcom_bu.values.base64 import Base64
from medcom_bu.values.characters import not_xml
from medcom_bu.values.text import Mark, Node, RawMarkup, Styled

Out = list[Any]
Writer = Callable[[Any, Out], None]

_PIECE = 1 << 16
_ENCODINGS = {"iso8859-1": "ISO-8859-1", "utf-8": "UTF-8", "cp1252": "windows-1252", "ascii": "US-ASCII"}
"""The encodings that are written: Python's name for each, and the one that XML declares."""


def escape(text: str) -> str:
    """The text as XML content. A character that XML cannot hold becomes U+FFFD: a named loss."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if text.isprintable() or text.replace("\n", " ").replace("\t", " ").isprintable():
        return text
    return not_xml().sub("\ufffd", text).replace("\r", "&#13;")


_ESCAPED = "text if text.isprintable() and '&' not in text and '<' not in text and '>' not in text else escape(text)"
"""For the source of writers: most texts need no escaping, which takes less time to see than a call."""


def encode(message: Emessage, version: str | None, encoding: str) -> bytes:
    """The consignment as bytes."""
    file = io.BytesIO()
    write(message, file, version, encoding)
    return file.getvalue()


def write(message: Emessage, file: BinaryIO, version: str | None, encoding: str) -> None:
    """Write the consignment to a binary file; attachments are encoded in pieces of bounded size.

    Raises InvalidMessage where no letter has the version, ValueError for an encoding that is not written.
    """
    if version is not None:
        from medcom_bu.oioxml.losses import check_version

        check_version(message, version)
    out: Out = []
    _emessage(said_in(message, version), out)
    finish(out, file, encoding)


def finish(out: Out, file: Any, encoding: str) -> None:
    """Write what the writers have put into ``out``, escaped and encoded, to a binary file."""
    encoding = _declared(encoding)
    try:
        parts: list[str | Base64] = ["".join(out)]
    except TypeError:  # there are attachments
        parts = list(_parts(out))
    file.write(f'<?xml version="1.0" encoding="{encoding}"?>\n'.encode("ascii"))
    for part in parts:
        if isinstance(part, Base64):
            file.writelines(part.encoded() if part.text is None else _escaped(part.text, encoding))
        else:
            file.write(part.encode(encoding, "xmlcharrefreplace"))


def _parts(out: Out) -> Iterator[str | Base64]:
    """What is written, in order, the pieces between attachments as one."""
    for is_content, pieces in itertools.groupby(out, lambda piece: isinstance(piece, Base64)):
        if is_content:
            yield from pieces
        else:
            yield "".join(pieces)


def _declared(encoding: str) -> str:
    """The name that XML has for an encoding, however the caller spells it."""
    check("encoding", encoding, str)
    try:
        declared = _ENCODINGS.get(codecs.lookup(encoding).name)
    except (LookupError, ValueError):  # a text that is no name of an encoding, or that cannot be looked up
        declared = None
    if declared is None:
        raise ValueError(f"encoding is one of {', '.join(_ENCODINGS.values())}")
    return declared


def _escaped(text: str, encoding: str) -> Iterator[bytes]:
    """The text of an attachment that is kept as it came, in pieces."""
    for at in range(0, len(text), _PIECE):
        yield escape(text[at : at + _PIECE]).encode(encoding, "xmlcharrefreplace")


def _emessage(said: Said, out: Out) -> None:
    message, namespace = said.message, said.message.namespace
    first = (said.versions or (Version("", "", namespace),))[0]
    out.append(f'<Emessage xmlns="{attribute_text(namespace)}"{unexpected_attributes(message)}>')
    extra = _Extra(message.unexpected, out)
    if message.envelope is not None:
        extra.before()
        writer(Envelope, first, 1)(_opened("Envelope", message.envelope, 1, out), out)
        out.append("\n  </Envelope>")
    local = {element.after: element for element in message.local_elements}
    for number, (letter, target) in enumerate(zip(message.letters, said.versions, strict=True)):
        extra.before()
        cls: Any = type(letter)
        name = spec_of(cls).element
        writer(cls, target, 1)(_opened(name, letter, 1, out), out)
        out.append(f"\n  </{name}>")
        if number in local:
            extra.before()
            out.append("\n  " + local[number].xml)
    extra.rest()
    out.append("\n</Emessage>\n")


def _opened(name: str, value: Value, depth: int, out: Out) -> Value:
    out.append("\n" + "  " * depth + f"<{name}{unexpected_attributes(value)}>")
    return value


def _attributes(unexpected: tuple[Unexpected, ...]) -> dict[int, list[str]]:
    """The attributes that were not expected, by the number of the child that bears them; -1 for the value's own."""
    found: dict[int, list[str]] = {}
    for one in unexpected:
        if one.kind == "attribute":
            found.setdefault(one.index, []).append(" " + one.content)
    return found


def unexpected_attributes(value: Value) -> str:
    """The attributes that hang on a value's own element."""
    return "".join(_attributes(value.unexpected).get(-1, ()))


class _Extra:
    """Puts what the declaration has no place for back where it came from."""

    def __init__(self, unexpected: tuple[Unexpected, ...], out: Out) -> None:
        self.left = deque(found for found in unexpected if found.kind in ("element", "text"))
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
        found = self.left.popleft()
        self.out.append(found.content)
        self.index += found.kind == "element"


@functools.cache
def writer(cls: Any, version: Version, depth: int) -> Writer:
    """The writer of the children of one class, in one version, at one depth of indentation.

    It is straight-line code made from the declaration, as attrs makes its own: one step a field. The source holds no
    text but attribute names and numbers; what is written comes from ``names``.
    """
    names: dict[str, Any] = {"write_with_extras": _write_with_extras, "write_nodes": _nodes, "escape": escape}
    steps: list[tuple[str, Writer]] = []
    lines = ["def write_children(value, out):", " held = value.__dict__"]
    lines += [" if held['unexpected']:", "  return write_with_extras(value, steps, out)", " add = out.append"]
    for name, declared in fields(cls).items():
        alternatives = [element for element in elements(declared) if element.exists_in(version.code)]
        if alternatives:
            step = _step(len(steps), alternatives, version, depth + 1, names)
            steps.append(
                (name, _compiled(["def write_field(item, out):", " add = out.append", *step], names, "write_field"))
            )
            many = isinstance(declared, Element) and declared.max != 1
            lines += [f" item = held[{name!r}]", " if item:" if many else " if item is not None:"]
            lines += [" " + line for line in step]
    names["steps"] = steps
    return _compiled(lines, names, "write_children")


def _compiled(lines: list[str], names: dict[str, Any], name: str) -> Writer:
    made: dict[str, Any] = {}
    exec("\n".join(lines), names, made)  # noqa: S102 - source made of declarations alone, see writer
    found: Writer = made[name]
    return found


def _step(number: int, alternatives: list[Element], version: Version, depth: int, names: dict[str, Any]) -> list[str]:
    """The lines that write ``item``, a field that holds one of some elements."""
    if len(alternatives) == 1:
        return _element_lines(f"{number}", alternatives[0], version, depth, names)
    lines = []
    for index, element in enumerate(alternatives):
        key = f"{number}_{index}"
        names[f"type{key}"] = held_type(element)
        lines += [f" {'el' if index else ''}if isinstance(item, type{key}):"]
        lines += [" " + line for line in _element_lines(key, element, version, depth, names)]
    return lines


def _element_lines(key: str, element: Element, version: Version, depth: int, names: dict[str, Any]) -> list[str]:
    leaf: Any = element.type
    start, end = "\n" + "  " * depth + f"<{element.name}>", f"</{element.name}>"
    names[f"start{key}"], names[f"end{key}"] = start, end
    if isinstance(leaf, type):
        names[f"write{key}"] = _class_writer(element, version, depth)
        lines = [f"write{key}(item, out)"]
    elif isinstance(leaf, Formatted):
        lines = [f"add(start{key})", "write_nodes(item.nodes, add)", f"add(end{key})"]
    elif isinstance(leaf, Binary):
        lines = [f"add(start{key})", "add(item)", f"add(end{key})"]
    elif isinstance(leaf, Codes):
        names[f"known{key}"] = {code: f"{start}{escape(code)}{end}" for code in leaf.codes}
        lines = [f"add(known{key}.get(item) or f'{{start{key}}}{{escape(item)}}{{end{key}}}')"]
    else:
        text = "item.reveal()" if hasattr(held_type(element), "reveal") else "item"
        lines = [f"text = {text}", f'add(f"{{start{key}}}{{{_ESCAPED}}}{{end{key}}}")']
    if element.max == 1:
        return [" " + line for line in lines]
    return [" for item in item:", *("  " + line for line in lines)]


def _write_with_extras(value: Value, steps: list[tuple[str, Writer]], out: Out) -> None:
    extra = _Extra(value.unexpected, out)
    attributes = _attributes(value.unexpected)
    for name, write_field in steps:
        held = value.__dict__[name]
        if held is None:
            continue
        for item in held if isinstance(held, tuple) else (held,):
            extra.before()
            mark = len(out)
            write_field((item,) if isinstance(held, tuple) else item, out)
            if extra.index - 1 in attributes:
                start, tag, rest = re.split(r"(<[^\s/>]+)", out[mark], maxsplit=1)
                out[mark] = start + tag + "".join(attributes[extra.index - 1]) + rest
    extra.rest()


def _class_writer(element: Element, version: Version, depth: int) -> Writer:
    cls = element.type
    if cls.attribute is not None:
        return _attributed_writer(element, depth)
    if cls.inline:
        return writer(cls, version, depth - 1)
    indent, name = "\n" + "  " * depth, element.name
    start, end, empty = f"{indent}<{name}>", f"{indent}</{name}>", f"{indent}<{name}/>"
    children = writer(cls, version, depth)

    def write_one(item: Value, out: Out) -> None:
        mark = len(out)
        attributes = unexpected_attributes(item) if item.unexpected else ""
        out.append(start.replace(">", attributes + ">") if attributes else start)
        children(item, out)
        if len(out) == mark + 1 and not attributes:
            out[mark] = empty
        else:
            out.append(end)

    return write_one


def _attributed_writer(element: Element, depth: int) -> Writer:
    """The writer of a text that bears one attribute."""
    field, name = element.type.attribute
    start, end = "\n" + "  " * depth + f"<{element.name}", f"</{element.name}>"

    def write_one(item: Any, out: Out) -> None:
        held = getattr(item, field)
        attribute = "" if held is None else f' {name}="{attribute_text(held)}"'
        out.append(f"{start}{attribute}{unexpected_attributes(item)}>{escape(item.text or '')}{end}")

    return write_one


def attribute_text(text: str) -> str:
    """The text as the content of an attribute, in double quotes."""
    return escape(text).replace('"', "&quot;").replace("\t", "&#9;").replace("\n", "&#10;")


@functools.cache
def _tags(name: str) -> tuple[str, str, str]:
    """The start, the end and the empty form of a tag without attributes."""
    return f"<{name}>", f"</{name}>", f"<{name}/>"


def _nodes(nodes: tuple[Node, ...], add: Callable[[str], None]) -> None:
    for node in nodes:
        kind = type(node)
        if kind is str:
            text: Any = node
            add(
                text if text.isprintable() and "&" not in text and "<" not in text and ">" not in text else escape(text)
            )
        elif kind is Mark:
            add(_tags(node)[2])
        elif isinstance(node, Styled):
            start, end, _ = _tags(node.style)
            add(start)
            _nodes(node.nodes, add)
            add(end)
        elif isinstance(node, RawMarkup):
            add(node.xml)
        else:
            add(escape(node))
