"""What a builder makes of the characters that it is given, in every text, name, address and number.

What ends a line (:mod:`medcom_bu.values.characters`) becomes a line break in a text, and a blank in what is on one
line: a subject, a title, a name, an address. What the message cannot hold is refused, with the field that has it.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import attrs

from medcom_bu.builders.closing import Signature
from medcom_bu.builders.numbers import bare_identifier, bare_numbers
from medcom_bu.builders.threads import Author
from medcom_bu.declare.base import fields
from medcom_bu.declare.fhir import Structure
from medcom_bu.declare.oioxml import Value
from medcom_bu.issues import Issue
from medcom_bu.values.characters import UNSENDABLE, named, on_one_line
from medcom_bu.values.fhir_types import Narrative
from medcom_bu.values.identifiers import DanishIdentifier
from medcom_bu.values.text import FormattedText, characters

_T = TypeVar("_T")


class Cleaner:
    """Cleans what one builder was given, and says what it could not clean. ``unsendable`` is what the message lacks."""

    def __init__(self, unsendable: re.Pattern[str]) -> None:
        self._unsendable = unsendable
        self.problems: list[Issue] = []

    def builder(self, builder: _T, *left: str, texts: Sequence[str] = ()) -> _T:
        """A copy of a builder with clean fields, but for those ``left`` alone. ``texts`` may have several lines."""
        cls: Any = type(builder)
        clean = copy.copy(builder)
        names = [field.name for field in attrs.fields(cls) if field.name not in left]
        given = {name: getattr(builder, name) for name in names}
        cleaned = {
            name: self.clean(_formatted(value) if name in texts else value, name) for name, value in given.items()
        }
        for name, value in bare_numbers(cleaned).items():
            setattr(clean, name, value)
        return clean

    def clean(self, given: _T, path: str) -> _T:
        """A text, or a value with its texts, clean. What needs no cleaning is given back as it is."""
        cleaned = self._clean(given, path)
        return given if cleaned == given else cleaned

    def lines(self, text: str, path: str) -> str:
        """A text of several lines without its unsendable characters."""
        self._report(text, path)
        return self._unsendable.sub("", text)

    def _clean(self, value: Any, path: str) -> Any:
        if isinstance(value, FormattedText):
            text = value.with_breaks()
            self._report(characters(text.nodes), path)
            return text.without(self._unsendable)
        if isinstance(value, str):
            line = self.lines(on_one_line(value), path)
            return value if line == value else type(value)(line)
        if isinstance(value, tuple | list):
            return type(value)(self.clean(member, f"{path}[{number}]") for number, member in enumerate(value))
        if isinstance(value, DanishIdentifier):
            return bare_identifier(value)
        names = _names(value)
        cleaned = {name: self.clean(getattr(value, name), f"{path}.{name}") for name in names}
        return attrs.evolve(value, **bare_numbers(cleaned)) if cleaned else value

    def _report(self, text: str, path: str) -> None:
        unsendable = self._unsendable.findall(text)
        if unsendable:
            self.problems.append(UNSENDABLE.issue(path, field=path, examples=named(unsendable)))


def _names(value: Any) -> Iterable[str]:
    """The fields of a value in which there may be texts."""
    cls: Any = type(value)
    if isinstance(value, Value):
        return fields(cls)
    if isinstance(value, Structure) and not isinstance(value, Narrative):
        return fields(cls)
    return [field.name for field in attrs.fields(cls)] if isinstance(value, Author | Signature) else ()


def _formatted(content: Any) -> Any:
    """A text, or each of several, as formatted text."""
    return (
        [FormattedText.coerce(text) for text in content]
        if isinstance(content, tuple | list)
        else FormattedText.coerce(content)
    )
