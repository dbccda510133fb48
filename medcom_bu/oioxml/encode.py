"""Writing a consignment: one writer a class, version and depth, made from the declaration once.

A writer puts pieces of XML into a list, an element with its text in one piece. The content of attachments stands
between them as it is, and is encoded at the very end, part by part.
"""

from __future__ import annotations

import functools
import re
from collections import deque
from collections.abc import Callable, Collection, Container, Iterator
from typing import Any, BinaryIO, NamedTuple, TypeVar

import attrs

from medcom_bu.declare.base import fields
from medcom_bu.declare.generated import generated
from medcom_bu.declare.oioxml import (
    Binary,
    Codes,
    Element,
    Formatted,
    Unexpected,
    Value,
    Version,
    attributes,
    elements,
    held_type,
)
from medcom_bu.errors import InvalidMessage
from medcom_bu.issues import Layer, Report
from medcom_bu.messages.crossing import check_crossing
from medcom_bu.messages.emessage import Emessage, LocalElements
from medcom_bu.messages.letters import by_namespace, element_of
from medcom_bu.messages.other_letter import OtherLetter
from medcom_bu.numerals import whole
from medcom_bu.oioxml import catalogue, kept
from medcom_bu.oioxml.output import Out, finish
from medcom_bu.oioxml.versions import Said, check_version, said_in
from medcom_bu.values.base64 import Base64
from medcom_bu.values.text import FormattedText, Mark, RawMarkup, Style, Styled, TextNode
from medcom_bu.xmlio import attribute_text, escape

_T = TypeVar("_T")
Writer = Callable[[Any, Out], None]

_ESCAPED = "text if text.isprintable() and '&' not in text and '<' not in text and '>' not in text else escape(text)"
"""For the source of writers: most texts need no escaping, which takes less time to see than a call."""


def write(message: Emessage, file: BinaryIO, version: str | None, encoding: str) -> None:
    """Raises as :func:`medcom_bu.oioxml.codec.write`, which see."""
    check_version(message, version)
    check_crossing(message, is_edifact=False)
    out: Out = []
    try:
        _emessage(said_in(message, version), out)
    except kept.Malformed:
        raise unwritable(message) from None
    finish(out, file, encoding)


def unwritable(message: Value) -> InvalidMessage:
    """What a writer raises that came upon XML that cannot be written: where it is, all of it."""
    places = list(_unwritable_places(message, ""))
    issues = [catalogue.UNWRITABLE.issue(place or "/") for place in places or ["/"]]
    return InvalidMessage(Report.from_issues(issues, [Layer.SYNTAX], [Layer.SYNTAX, Layer.SCHEMA, Layer.RULE]))


def _emessage(written: Said, out: Out) -> None:
    message, namespace = written.message, written.message.namespace
    first = (written.versions or (Version("", "", namespace),))[0]
    out.append(root_tag("Emessage", message, namespace, by_namespace()))
    children: list[tuple[str, Any, Version]] = []
    if message.envelope is not None:
        children.append(("Envelope", message.envelope, first))
    local = deque(sorted(message.local_elements, key=lambda element: element.after))
    for number, (letter, target) in enumerate(zip(message.letters, written.versions, strict=True)):
        while local and local[0].after < number:
            children.append(("", local.popleft(), first))
        children.append((element_of(letter), letter, target))
    children += (("", element, first) for element in local)
    if message.unexpected or message.local_elements:
        _with_extras(message, children, out)
    else:
        for name, child, version in children:
            _child(name, child, version, out)
    out.append("\n</Emessage>\n")


def _with_extras(message: Emessage, children: list[tuple[str, Any, Version]], out: Out) -> None:
    """The children of a consignment that has more on it than it declares."""
    extra = _Extra(message.unexpected, out)
    for name, child, version in extra.as_they_came(children):
        extra.before()
        if isinstance(child, LocalElements):
            extra.index += kept.fragment(child.xml) - 1
            out.append("\n  " + child.xml)
        else:
            _child(name, child, version, out)
    extra.rest()


def _child(name: str, child: Value, version: Version, out: Out) -> None:
    """The envelope, or a letter. Raises Malformed where what it is called is not a name."""
    if isinstance(child, OtherLetter):
        kept.name(name)
    out.append(f"\n  <{name}{unexpected_attributes(child)}>")
    cls: Any = type(child)
    writer(cls, version, 1)(child, out)
    out.append(f"\n  </{name}>")


def root_tag(name: str, value: Value, namespace: str, known: Container[str]) -> str:
    """The start of the root; a namespace that is not known is looked at. Raises Malformed."""
    written = namespace if namespace in known else kept.namespace(namespace)
    return f'<{name} xmlns="{written}"{unexpected_attributes(value)}>'


def unexpected_attributes(value: Value, own: Collection[str] = ()) -> str:
    """The attributes that hang on a value's own element, which may have some of its ``own``. Raises Malformed."""
    if not value.unexpected:
        return ""
    return kept.attributes(
        (extra.content for extra in value.unexpected if extra.kind == "attribute" and extra.index < 0), own
    )


class _Extra:
    """Puts what the declaration has no place for back where it came from. Raises Malformed where it cannot."""

    def __init__(self, unexpected: tuple[Unexpected, ...], out: Out) -> None:
        self.left = deque(extra for extra in unexpected if extra.kind in ("element", "text"))
        self.attributes: dict[int, list[str]] = {}
        for extra in unexpected:
            if extra.kind == "attribute" and extra.index >= 0:
                self.attributes.setdefault(extra.index, []).append(extra.content)
        self.order = [place for extra in unexpected if extra.kind == "order" for place in _order(extra.content)]
        self.out = out
        self.index = 0

    def as_they_came(self, children: list[_T]) -> list[_T]:
        """The declared children in the order in which they came; those of which it says nothing come last."""
        if not self.order:
            return children
        places = [*self.order, *range(len(self.order), len(children))]
        return [children[number] for number in sorted(range(len(children)), key=places.__getitem__)]

    def before(self) -> None:
        """About to write the next declared child."""
        while self.left and self.left[0].index <= self.index:
            self._put()
        self.index += 1

    def onto(self, mark: int) -> None:
        """Put the attributes of the child that was written last on it: it begins at ``mark``, if it was written."""
        contents = self.attributes.pop(self.index - 1, None)
        if contents and mark < len(self.out):
            start, tag, rest = re.split(r"(<[^\s/>]+)", self.out[mark], maxsplit=1)
            self.out[mark] = start + tag + kept.attributes(contents) + rest

    def rest(self) -> None:
        """All declared children are written."""
        while self.left:
            self._put()
        if self.attributes:
            raise kept.Malformed

    def _put(self) -> None:
        extra = self.left.popleft()
        if extra.kind == "element":
            self.index += kept.fragment(extra.content)
        else:
            kept.text(extra.content)
        self.out.append(extra.content)


def _order(content: str) -> list[int]:
    """The places that an order says. Raises Malformed."""
    places = [whole(word) for word in content.split(" ")]
    numbers = [place for place in places if place is not None]
    if sorted(numbers) != list(range(len(places))):
        raise kept.Malformed
    return numbers


class _Step(NamedTuple):
    """How one field is written: ``write`` is None where the version has no such element.

    ``inline`` has the steps of the classes that stand for several elements.
    """

    name: str
    is_many: bool
    write: Writer | None
    inline: dict[Any, list[_Step]]


@functools.cache
def _steps(cls: Any, version: Version, depth: int) -> list[_Step]:
    """The fields of a class one by one, for a value that has more on it than its class declares."""
    steps = []
    for name, declared in fields(cls).items():
        alternatives = [element for element in elements(declared) if element.exists_in(version.code)]
        inline = {
            element.type: _steps(element.type, version, depth)
            for element in alternatives
            if isinstance(element.type, type) and element.type.inline  # type: ignore[attr-defined]
        }
        write = None
        if alternatives:
            names = _names()
            lines = _step(0, alternatives, version, depth + 1, names)
            write = generated(["def write_field(item, out):", " add = out.append", *lines], names)
        steps.append(_Step(name, declared.is_many, write, inline))
    return steps


def _names() -> dict[str, Any]:
    return {"write_nodes": _nodes, "escape": escape}


@functools.cache
def writer(cls: Any, version: Version, depth: int) -> Writer:
    """The writer of the children of one class, in one version, at one depth of indentation.

    It is straight-line code made from the declaration, as attrs makes its own: one step a field. The source holds no
    text but attribute names and numbers; what is written comes from ``names``.
    """
    names = {"with_extras": lambda value, out: _write_with_extras(value, _steps(cls, version, depth), out)}
    write_children: Writer = generated(*_children_lines(cls, version, depth, names))
    return write_children


def _children_lines(
    cls: Any, version: Version, depth: int, names: dict[str, Any], start: tuple[str, ...] = ()
) -> tuple[list[str], dict[str, Any]]:
    """The source of a writer of children, with the lines that ``start`` their element; what its names stand for."""
    names = _names() | names
    lines = ["def write_children(value, out):", " held = value.__dict__"]
    lines += [" if held['unexpected']:", "  return with_extras(value, out)", " add = out.append", *start]
    for number, (name, declared) in enumerate(fields(cls).items()):
        alternatives = [element for element in elements(declared) if element.exists_in(version.code)]
        if alternatives:
            step = _step(number, alternatives, version, depth + 1, names)
            lines += [f" item = held[{name!r}]", " if item:" if declared.is_many else " if item is not None:"]
            lines += [" " + line for line in step]
    return lines, names


def _step(number: int, alternatives: list[Element], version: Version, depth: int, names: dict[str, Any]) -> list[str]:
    """The lines that write ``item``, a field that holds one of some elements."""
    if len(alternatives) == 1:
        return _element_lines(f"{number}", alternatives[0], version, depth, names)
    lines = []
    many = alternatives[0].max != 1
    for index, element in enumerate(alternatives):
        key = f"{number}_{index}"
        names[f"type{key}"] = held_type(element)
        lines += [f" {'el' if index else ''}if isinstance(item, type{key}):"]
        lines += [" " + line for line in _element_lines(key, attrs.evolve(element, max=1), version, depth, names)]
    return [" for item in item:", *(" " + line for line in lines)] if many else lines


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


def _write_with_extras(value: Value, steps: list[_Step], out: Out) -> None:
    extra = _Extra(value.unexpected, out)
    for child, step in extra.as_they_came(list(_items(value, steps))):
        extra.before()
        mark = len(out)
        if step.write is not None:
            step.write((child,) if step.is_many else child, out)
        extra.onto(mark)
    extra.rest()


def dropped_attributes(value: Value, version: Version) -> Iterator[int]:
    """The numbers in ``unexpected`` of the attributes that hang on children for which a version has no element.

    Raises Malformed.
    """
    cls: Any = type(value)
    extra = _Extra(value.unexpected, [])
    if extra.attributes:
        bearers = [
            (attribute.index, number)
            for number, attribute in enumerate(value.unexpected)
            if attribute.kind == "attribute"
        ]
        dropped = set()
        for _, step in extra.as_they_came(list(_items(value, _steps(cls, version, 0)))):
            extra.before()
            if step.write is None:
                dropped.add(extra.index - 1)
        yield from (number for index, number in bearers if index in dropped)


def _items(value: Value, steps: list[_Step]) -> Iterator[tuple[Any, _Step]]:
    """What a value holds for each child element, in the order of writing, those of an inline class one by one."""
    for step in steps:
        content = value.__dict__[step.name]
        for child in content if step.is_many else () if content is None else (content,):
            inner = step.inline.get(type(child))
            if inner is None or child.unexpected:
                yield child, step
            else:
                yield from _items(child, inner)


def _class_writer(element: Element, version: Version, depth: int) -> Writer:
    cls = element.type
    if attributes(cls):
        return _attributed_writer(element, depth)
    if cls.inline:
        return _inline_writer(writer(cls, version, depth - 1))
    indent, name = "\n" + "  " * depth, element.name
    start, end, empty = f"{indent}<{name}>", f"{indent}</{name}>", f"{indent}<{name}/>"
    children = writer(cls, version, depth)

    def write_with_extras(value: Value, out: Out) -> None:
        mark = len(out)
        attributes = unexpected_attributes(value)
        out.append(start.replace(">", attributes + ">") if attributes else start)
        children(value, out)
        if len(out) == mark + 1 and not attributes:
            out[mark] = empty
        else:
            out.append(end)

    names = {"with_extras": write_with_extras, "start": start, "end": end, "empty": empty}
    lines, names = _children_lines(cls, version, depth, names, (" mark = len(out)", " add(start)"))
    lines += [" if len(out) == mark + 1:", "  out[mark] = empty", " else:", "  add(end)"]
    write_one: Writer = generated(lines, names)
    return write_one


def _inline_writer(children: Writer) -> Writer:
    """The writer of a class that stands for its elements: it has none of its own that could have an attribute."""

    def write_inline(value: Value, out: Out) -> None:
        if unexpected_attributes(value):
            raise kept.Malformed
        children(value, out)

    return write_inline


def _attributed_writer(element: Element, depth: int) -> Writer:
    """The writer of an element that has attributes."""
    borne = [(field, each.name) for field, each in attributes(element.type).items() if each.name]
    own = {name for _, name in borne}
    text_field = next((field for field, each in attributes(element.type).items() if not each.name), None)
    namespace = "" if element.namespace is None else f' xmlns="{element.namespace}"'
    start, end = "\n" + "  " * depth + f"<{element.name}{namespace}", f"</{element.name}>"

    def write_one(value: Any, out: Out) -> None:
        if any(extra.kind in ("element", "text", "order") or extra.index >= 0 for extra in value.unexpected):
            raise kept.Malformed
        held = value.__dict__
        written = "".join(
            f' {name}="{attribute_text(held[field])}"' for field, name in borne if held[field] is not None
        )
        tag, text = f"{start}{written}{unexpected_attributes(value, own)}", held[text_field] if text_field else None
        if text_field is None:
            out.append(f"{tag}/>")
        elif isinstance(text, Base64):
            out.extend((f"{tag}>", text, end))
        else:
            out.append(f"{tag}>{escape(text or '')}{end}")

    return write_one


_MARKS = {mark: f"<{mark}/>" for mark in Mark}
_STYLES = {style: (f"<{style}>", f"</{style}>") for style in Style}


def _nodes(nodes: tuple[TextNode, ...], add: Callable[[str], None]) -> None:
    for node in nodes:
        kind = type(node)
        if kind is str:
            text: Any = node
            add(
                text if text.isprintable() and "&" not in text and "<" not in text and ">" not in text else escape(text)
            )
        elif kind is Mark:
            add(_MARKS[node])  # type: ignore[index] # mypy sees no Mark in a type that is compared
        elif isinstance(node, Styled):
            start, end = _STYLES[node.style]
            add(start)
            _nodes(node.nodes, add)
            add(end)
        elif isinstance(node, RawMarkup):
            kept.fragment(node.xml)
            add(node.xml)
        else:
            add(escape(node))


# --- what cannot be written -------------------------------------------------------------------------------------------


def _unwritable_places(value: Value, path: str) -> Iterator[str]:
    """The attribute paths at which a value holds XML that cannot be written."""
    own = value.__dict__
    yield from (_joined(path, name) for name, fails in _NAMED if name in own and _fails(fails, own[name]))
    for number, extra in enumerate(own["unexpected"]):
        if extra.kind != "segment" and _fails(_CHECKS[extra.kind], extra.content):
            yield _joined(path, f"unexpected[{number}]")
    for number, local in enumerate(own.get("local_elements", ())):
        if _fails(kept.fragment, local.xml):
            yield _joined(path, f"local_elements[{number}]")
    for name in [*fields(type(value)), *({"letters"} & own.keys())]:
        items = own[name] if isinstance(own[name], tuple) else (own[name],)
        for number, child in enumerate(items):
            place = _joined(path, f"{name}[{number}]" if items is own[name] else name)
            if isinstance(child, Value):
                yield from _unwritable_places(child, place)
            elif isinstance(child, FormattedText) and _fails(_nodes, child.nodes, [].append):
                yield place


_NAMED = (("namespace", kept.namespace), ("element_name", kept.name))
_CHECKS: dict[str, Callable[..., Any]] = {
    "element": kept.fragment,
    "text": kept.text,
    "attribute": lambda content: kept.attributes([content]),
    "order": _order,
}


def _fails(check: Callable[..., Any], *arguments: Any) -> bool:
    try:
        check(*arguments)
    except kept.Malformed:
        return True
    return False


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
