"""A message as plain text, one line a field: masked unless asked otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast

import attrs

from medcom_bu.arguments import check_word
from medcom_bu.declare.base import Open, fields, masked, open_of
from medcom_bu.declare.fhir import Rest, Structure
from medcom_bu.declare.oioxml import Value, attributes, places
from medcom_bu.issues import LANGUAGES, Text
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.envelopes import VANS_104
from medcom_bu.messages.letters import by_namespace
from medcom_bu.messages.message import NetworkEnvelope
from medcom_bu.messages.other_letter import OtherLetter
from medcom_bu.messages.standard_business_document import EHMI_SBDH
from medcom_bu.signs import visible
from medcom_bu.stack import on_any_stack
from medcom_bu.values.base64 import Base64
from medcom_bu.values.codes import CodeList
from medcom_bu.values.fhir_resources import Bundle
from medcom_bu.values.text import FormattedText, RawMarkup, Styled, TextNode
from medcom_bu.wire import Message, read
from medcom_bu.wire_table import check_message

_NOT_READ = Text("this type is not read here", "denne type læses ikke her")
_HIDDEN = re.compile(r"<(FormattedText of |Base64 of |Base64 that does not decode, |)(\d+) (characters|bytes)>")
_HIDDEN_IN_DANISH = {
    "FormattedText of ": "tekst på ",
    "Base64 of ": "fil på ",
    "Base64 that does not decode, ": "fil der ikke kan afkodes, ",
    "": "",
    "characters": "tegn",
    "bytes": "byte",
}
"""What stands for a field that is not shown, piece by piece."""


@attrs.frozen
class Form:
    """How a field is shown: masked or not, and in which language its code is shown."""

    reveal: bool
    lang: str

    def known(self, is_known: bool) -> Form:
        """The same for a text that need not be masked where it is known."""
        return Form(self.reveal or is_known, self.lang)


def as_text(message: Message, *, reveal: bool = False, lang: str = "en") -> str:
    """The message field by field, by attribute path; for an envelope the envelope, and then its content.

    A sign that could act on a terminal, or that a reader does not see, is shown by its code point (``<U+001B>``); the
    lines of a text are indented. Organisations, dates, versions and the numbers of messages and units are shown.

    ``message``: the message.
    ``reveal``: whether texts and numbers of persons are shown; else they are masked.
    ``lang``: the language in which codes have their meaning, ``"en"`` or ``"da"``.

    Raises TypeError for what is not a message, ValueError for another language.
    """
    check_message("as_text", message)
    check_word("lang", lang, LANGUAGES)
    form = Form(reveal, lang)
    too_deep = [f"{type(message).__name__}: the stack of the interpreter is too short to show it"]
    return visible("\n".join(on_any_stack(lambda: list(_of_any(message, form)), lambda: too_deep)))


def _of_any(message: Message, form: Form) -> Iterator[str]:
    if not isinstance(message, NetworkEnvelope):
        yield from _of_message(message, form)
        return
    yield from _of_envelope(message, form)
    inside = read(message.payload).message if message.payload is not None and not message.is_receipt else None
    if inside is not None and not isinstance(inside, NetworkEnvelope):
        yield ""
        yield from _of_message(inside, form)


def _of_message(message: Message, form: Form) -> Iterator[str]:
    if isinstance(message, Emessage):
        yield from _lines(message, form)
        return
    yield type(message).__name__
    for place, leaf, seen in _properties(cast(Bundle, message), ""):
        yield f"  {place} = {shown(leaf, form, seen)}"


def _properties(value: Structure, path: str) -> Iterator[tuple[str, Any, Open | None]]:
    """Every leaf of a value and whether a log may show it, and what is kept without a field."""
    for name, declared in fields(type(value)).items():
        place, content = f"{path}.{name}" if path else name, value.__dict__[name]
        for here, child in places(place, content):
            if isinstance(child, Structure):
                yield from _properties(child, here)
            elif child is not None:
                yield here, child, open_of(value, declared)
    if value.rest:
        yield f"{path}.rest" if path else "rest", value.rest, None


def _of_envelope(message: NetworkEnvelope, form: Form) -> Iterator[str]:
    envelope: Any = message
    is_known = envelope.namespace in (VANS_104.namespace, EHMI_SBDH.namespace)
    yield f"namespace: {shown(envelope.namespace, form.known(is_known))}"
    yield type(envelope).__name__
    for place, leaf, seen in _leaves(envelope, ""):
        yield f"  {place} = {shown(leaf, form, seen)}"
    yield from _unexpected(envelope, "", form)


def _leaves(value: Value, path: str) -> Iterator[tuple[str, Any, Open | None]]:
    """Every leaf of a value and whether a log may show it; where an element has an attribute, that and its text."""
    for name, attribute in attributes(type(value)).items():
        if value.__dict__[name] is not None:
            yield f"{path}.{name}", value.__dict__[name], attribute.shown
    for name, declared in fields(type(value)).items():
        place, content = f"{path}.{name}" if path else name, value.__dict__[name]
        for here, child in places(place, content):
            if isinstance(child, Value):
                yield from _leaves(child, here)
            elif child is not None:
                yield here, child, open_of(value, declared)


def _lines(message: Emessage, form: Form) -> Iterator[str]:
    is_known = message.namespace in by_namespace()
    yield f"namespace: {shown(message.namespace, form.known(is_known))}"
    parts: list[tuple[str, Any]] = [("envelope", message.envelope)] if message.envelope is not None else []
    parts += [(f"letters[{number}]", letter) for number, letter in enumerate(message.letters)]
    for path, part in parts:
        about = f", {_not_read(part, form)}" if isinstance(part, OtherLetter) else ""
        yield f"{path}: {type(part).__name__}{about}"
        for place, leaf, seen in _leaves(part, path):
            yield f"  {place} = {shown(leaf, form, seen)}"
        yield from _unexpected(part, path, form)
    for local in message.local_elements:
        yield f"local_elements after letters[{local.after}]: {shown(local.xml, form)}"
    for number, extra in enumerate(message.unexpected):
        yield f"unexpected[{number}] = {shown(extra.content, form)}"


def _not_read(letter: OtherLetter, form: Form) -> str:
    return f"{letter.type_name.render(form.lang, {})}: {_NOT_READ.render(form.lang, {})}"


def _unexpected(value: Value, path: str, form: Form) -> Iterator[str]:
    """What came in a value, or in a value inside it, and has no place in the declaration."""
    before = f"{path}." if path else ""
    for number, extra in enumerate(value.unexpected):
        yield f"  {before}unexpected[{number}] = {shown(extra.content, form)}"
    for name in fields(type(value)):
        content = value.__dict__[name]
        for number, child in enumerate(content if isinstance(content, tuple) else (content,)):
            if isinstance(child, Value):
                place = f"{before}{name}" if child is content else f"{before}{name}[{number}]"
                yield from _unexpected(child, place, form)


def shown(item: Any, form: Form, seen: Open | None = None) -> str:
    """One field: a code with its meaning, a file by its size, a text where ``reveal`` or where a log may show it."""
    if isinstance(item, CodeList):
        return f"{item.value} ({item.danish if form.lang == 'da' else item.english})"
    if form.reveal:
        return _text(item).replace("\n", "\n    ")
    hidden = masked(str(item), seen) if isinstance(item, str) else repr(item)
    found = _HIDDEN.fullmatch(hidden) if form.lang == "da" else None
    return f"<{_HIDDEN_IN_DANISH[found[1]]}{found[2]} {_HIDDEN_IN_DANISH[found[3]]}>" if found else hidden


def _text(value: Any) -> str:
    """A field that may be shown; a file is told by its size all the same."""
    if isinstance(value, Base64):
        return repr(value) if value.content is not None else value.text or ""
    if isinstance(value, FormattedText):
        return " ".join([value.plain(), *_raw(value.nodes)])
    if isinstance(value, Rest):
        return str(value.plain())
    return str(value.reveal()) if hasattr(value, "reveal") else str(value)


def _raw(nodes: tuple[TextNode, ...]) -> Iterator[str]:
    """The elements that formatted text does not know, which its plain text leaves out."""
    for node in nodes:
        if isinstance(node, RawMarkup):
            yield node.xml
        elif isinstance(node, Styled):
            yield from _raw(node.nodes)
