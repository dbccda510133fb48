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
from medcom_bu.oioxml.versions import spec_of, version_in
from medcom_bu.values.base64 import Base64
from medcom_bu.values.text import Mark, Node, RawMarkup, Styled

Out = list[Any]
Writer = Callable[[Any, Out], None]

_SPECIAL = re.compile("[&<>\r]|[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CONTROLS = bytes({*range(32)} - {9, 10, 13})
_PIECE = 1 << 16
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}


def escape(text: str) -> str:
    """The text as XML content. A character that XML cannot hold becomes U+FFFD: a named loss."""
    return _SPECIAL.sub(lambda found: _ESCAPES.get(found.group(), "\ufffd"), text)


def _escape_all(texts: list[str]) -> list[str]:
    """Texts as XML content, in one go where XML can hold every character: then NUL can stand between them."""
    joined = "\0".join(texts)
    try:
        data = joined.encode()
    except UnicodeEncodeError:  # a surrogate
        return list(map(escape, texts))
    if len(data) - len(data.translate(None, _CONTROLS)) >= len(texts) or "\ufffe" in joined or "\uffff" in joined:
        return list(map(escape, texts))
    found = [sign for sign in _ESCAPES if sign in joined]
    for sign in found:
        joined = joined.replace(sign, _ESCAPES[sign])
    return joined.split("\0") if found else texts


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
    finish(out, file, encoding)


def finish(out: Out, file: Any, encoding: str) -> None:
    """Write what the writers have put into ``out``, escaped and encoded, to a binary file."""
    texts = out[1::3]
    binary = {number: text for number, text in enumerate(texts) if type(text) is Base64}
    for number in binary:
        texts[number] = ""
    out[1::3] = _escape_all(texts)
    file.write(f'<?xml version="1.0" encoding="{encoding}"?>\n'.encode("ascii"))
    for part in _parts(out, binary):
        if isinstance(part, Base64):
            file.writelines(part.encoded() if part.text is None else _escaped(part.text, encoding))
        else:
            file.write(part.encode(encoding, "xmlcharrefreplace"))


def _escaped(text: str, encoding: str) -> Iterator[bytes]:
    """The text of an attachment that is kept as it came, in pieces."""
    for at in range(0, len(text), _PIECE):
        yield escape(text[at : at + _PIECE]).encode(encoding, "xmlcharrefreplace")


def _parts(out: Out, binary: dict[int, Base64]) -> Iterator[str | Base64]:
    """What is written, in order; ``binary`` says after how many triples content stands as the text of one."""
    start = 0
    for number, content in binary.items():
        yield "".join(out[start : 3 * number + 1])
        yield content
        start = 3 * number + 2
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
        cls: Any = type(letter)
        name, target = spec_of(cls).element, version_in(cls, namespace)
        writer(cls, target, 1)(_opened(name, _for_version(letter, target, version), 1, out), out)
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


def unexpected_attributes(value: Value) -> str:
    """The attributes that hang on a value's own element."""
    return "".join(_attributes(value.unexpected, -1))


class _Extra:
    """Puts what the declaration has no place for back where it came from."""

    def __init__(self, unexpected: tuple[Unexpected, ...], out: Out) -> None:
        self.left = [found for found in unexpected if found.kind in ("element", "text")]
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
def writer(cls: Any, version: Version, depth: int) -> Writer:
    """The writer of the children of one class, in one version, at one depth of indentation.

    It is straight-line code made from the declaration, as attrs makes its own: one step a field. The source holds no
    text but attribute names and numbers; what is written comes from ``names``.
    """
    names: dict[str, Any] = {"_write_with_extras": _write_with_extras, "_nodes": _nodes}
    steps: list[tuple[str, Writer]] = []
    lines = ["def write_children(value, out):", " held = value.__dict__"]
    lines += [" if held['unexpected']:", "  return _write_with_extras(value, steps, out)"]
    for name, declared in fields(cls).items():
        alternatives = [element for element in elements(declared) if element.exists_in(version.code)]
        if alternatives:
            step = _step(len(steps), alternatives, version, depth + 1, names)
            steps.append((name, _compiled(["def write_field(item, out):", *step], names, "write_field")))
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
    indent = "\n" + "  " * depth
    names[f"start{key}"], names[f"end{key}"] = f"{indent}<{element.name}>", f"</{element.name}>"
    if isinstance(element.type, type):
        names[f"write{key}"] = _class_writer(element, version, depth)
        line = f"write{key}({{item}}, out)"
    elif isinstance(element.type, Formatted):
        line = f"out += (start{key}, '', ''); _nodes({{item}}.nodes, out); out += (end{key}, '', '')"
    else:
        text = "{item}.reveal()" if hasattr(held_type(element), "reveal") else "{item}"
        line = f"out += (start{key}, {text}, end{key})"
    if element.max == 1:
        return [" " + line.format(item="item")]
    return [" for one in item:", "  " + line.format(item="one")]


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
        attributes = "".join(_attributes(item.unexpected, -1)) if item.unexpected else ""
        out += (start.replace(">", attributes + ">") if attributes else start, "", "")
        children(item, out)
        if len(out) == mark + 3 and not attributes:
            out[mark] = empty
        else:
            out += (end, "", "")

    return write_one


def _attributed_writer(element: Element, depth: int) -> Writer:
    """The writer of a text that bears one attribute."""
    field, name = element.type.attribute
    start, end = "\n" + "  " * depth + f"<{element.name}", f"</{element.name}>"

    def write_one(item: Any, out: Out) -> None:
        held = getattr(item, field)
        extra = unexpected_attributes(item) + ">"
        if held is None:
            out += (start, "", extra, "", item.text, end)
        else:
            out += (start + f' {name}="{_attribute_text(held)}"', "", extra, "", item.text, end)

    return write_one


def _attribute_text(text: str) -> str:
    return escape(text).replace('"', "&quot;").replace("\t", "&#9;").replace("\n", "&#10;")


@functools.cache
def _tags(name: str) -> tuple[str, str, str]:
    """The start, the end and the empty form of a tag without attributes."""
    return f"<{name}>", f"</{name}>", f"<{name}/>"


def _nodes(nodes: tuple[Node, ...], out: Out) -> None:
    for node in nodes:
        kind = type(node)
        if kind is str:
            out += ("", node, "")
        elif kind is Mark:
            out += (_tags(node)[2], "", "")
        elif isinstance(node, Styled):
            start, end, _ = _tags(node.style)
            out += (start, "", "")
            _nodes(node.nodes, out)
            out += (end, "", "")
        elif isinstance(node, RawMarkup):
            out += (node.xml, "", "")
        else:
            out += ("", node, "")
