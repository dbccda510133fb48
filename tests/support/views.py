"""What a view shows of a message, and what the message has to show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import attrs

from medcom_bu.arguments import Words
from medcom_bu.declare.oioxml import Value
from medcom_bu.messages.binary_letter import BinaryObject, SystemInformation
from medcom_bu.messages.emessage import Emessage
from medcom_bu.numerals import integer
from medcom_bu.rendering.page_options import PageOptions
from medcom_bu.rendering.view import Article, AsItCame, Moment, Note, Quote, Section, ShownFile, View, WebLink
from medcom_bu.rendering.viewing import view_of
from medcom_bu.signs import INVISIBLE
from medcom_bu.values.base64 import Base64
from medcom_bu.values.codes import CodeList
from medcom_bu.values.identifiers import Cpr, DanishIdentifier, ReplacementCpr
from medcom_bu.values.parties import BinaryReference, PatientRecordExtract
from medcom_bu.values.text import FormattedText, RawMarkup, Styled, TextNode
from medcom_bu.values.timestamps import DateAndTime

_PIECES = (str, Quote, AsItCame, WebLink, FormattedText, Moment, Note)


def marked(text: str) -> str:
    """A text with a mark for each sign that a reader does not see."""
    return INVISIBLE.sub(lambda found: f"U+{ord(found[0]):04X}", text)


def parts_of(value: Any) -> Iterator[Any]:
    """A part of a view and all that is in it, in the order of reading."""
    yield value
    if isinstance(value, tuple):
        for item in value:
            yield from parts_of(item)
    elif attrs.has(type(value)) and not isinstance(value, FormattedText):
        for field in attrs.fields(type(value)):
            if field.name != "content":
                yield from parts_of(getattr(value, field.name))


def contents(view: Any) -> list[str]:
    """The texts of the message in a part of a view, as a reader sees them, in the order of reading."""
    found = []
    for part in parts_of(view):
        if isinstance(part, Quote | AsItCame):
            found.append(marked(part.text))
        elif isinstance(part, WebLink):
            found.append(marked(part.address))
        elif isinstance(part, FormattedText):
            found.append(marked("".join(_plain(part.nodes))))
        elif isinstance(part, ShownFile) and part.name.strip():
            found.append(marked(part.name))
    return found


def _plain(nodes: tuple[TextNode, ...]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, Styled):
            yield from _plain(node.nodes)
        else:
            yield node.xml if isinstance(node, RawMarkup) else FormattedText((node,)).plain()


def said(part: Any) -> list[str]:
    """What a reader reads in a part of a view, line by line: our words and those of the message."""
    if isinstance(part, str):
        return [part]
    if isinstance(part, tuple) and part and all(isinstance(piece, _PIECES) for piece in part):
        return ["".join(text for piece in part for text in (said(piece) or contents((piece,))))]
    if isinstance(part, tuple):
        return [text for item in part for text in said(item)]
    if isinstance(part, Moment | Note):
        return [part.text]
    if isinstance(part, ShownFile):
        told = (part.name, part.kind, part.readable_size, part.why_not, part.rows)
        return [text for item in told if item for text in said(item)]
    if not attrs.has(type(part)) or isinstance(part, _PIECES):
        return contents((part,))
    values = [getattr(part, field.name) for field in attrs.fields(type(part)) if field.name != "identifiers"]
    return [text for value in values if value and not isinstance(value, Words | bool) for text in said(value)]


def shown(message: Any, **options: Any) -> Counter[str]:
    """The texts of a message that its view shows."""
    return Counter(contents(view_of(message, PageOptions(**options))))


def to_show(message: Emessage) -> Counter[str]:
    """The texts of a message that have to be shown, once each, but for codes that are in a notice as well."""
    found = [text for part in (message.envelope, *message.letters) for text in texts_in(part)]
    found += [local.xml for local in message.local_elements]
    for letter in message.letters:  # an unknown status or priority is in a notice too
        holders = (getattr(letter, "letter", None), getattr(letter, "additional_information", None))
        codes = (getattr(holders[0], "status_code", None), getattr(holders[1], "priority", None))
        found += [_text(code) for code in codes if type(code) is str and code.strip()]
    return Counter(marked(text) for text in found if text.strip() not in ("", "_"))


def texts_in(item: Any) -> Iterator[str]:
    """The texts of a part of a letter that must be seen as they came; dates and known codes are in our own form."""
    if isinstance(item, tuple):
        for one in item:
            yield from texts_in(one)
    elif isinstance(item, DateAndTime) and item.moment is not None and len(item.date) == 10:
        return
    elif isinstance(item, SystemInformation):
        yield from texts_in(item.contents)
    elif isinstance(item, Value):
        yield from (
            text
            for name, field in item.__dict__.items()
            if name not in ("namespace", "unexpected") and not _is_told_otherwise(item, name)
            for text in texts_in(field)
        )
        yield from (extra.content for extra in item.unexpected)
    else:
        yield _text(item)


def _is_told_otherwise(value: Value, name: str) -> bool:
    """The size of a file that has come whole is reported once, in our words."""
    content = value.content if isinstance(value, BinaryObject) else None
    told = isinstance(value, BinaryObject | BinaryReference) and name == "original_object_size"
    return told and content is not None and integer(getattr(value, name)) == len(content)


def _text(item: Any) -> str:
    if item is None or isinstance(item, CodeList | Base64 | PatientRecordExtract):
        return ""
    if isinstance(item, FormattedText):
        return "".join(_plain(item.nodes))
    if isinstance(item, DanishIdentifier):
        text = item.reveal()
        return item.format(text) if isinstance(item, Cpr | ReplacementCpr) and item.has_form(text) else text
    return str(item)


def outline(message: Any) -> list[str]:
    """The titles of the articles of a message, each with the headings of its sections."""
    return [
        heading
        for article in view_of(message).articles
        for heading in (article.title, *(f"  {part.title}" for part in article.body if isinstance(part, Section)))
    ]


def article_of(message: Any) -> Article:
    """The first article of a message."""
    return view_of(message).articles[0]


def section_of(message: Any, title: str) -> Section:
    """The first section of that title."""
    view: View = view_of(message)
    parts = (part for article in view.articles for part in article.body)
    return next(part for part in parts if isinstance(part, Section) and part.title == title)
