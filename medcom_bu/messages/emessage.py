"""The consignment of OIO-XML: an envelope and its letters, and the messages of several that belong together.

Source: MedCom's XML schemas, EMessage.xsd, the same in every namespace.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar, cast

import attrs

from medcom_bu.arguments import TAKES, check_fields
from medcom_bu.declare.base import as_tuple
from medcom_bu.declare.oioxml import LetterSpec, Value, declaration, element
from medcom_bu.messages.headers import Envelope
from medcom_bu.messages.letter_union import Letter
from medcom_bu.messages.message import Message
from medcom_bu.messages.other_letter import OtherLetter
from medcom_bu.messages.receipts import XC0330Q

L = TypeVar("L", bound=Letter, covariant=True)


@attrs.frozen(field_transformer=check_fields)
class LocalElements:
    """A private extension, as the XML that came, standing after the letter number ``after`` (from 0)."""

    after: int
    xml: str = attrs.field(repr=False)


def _letters(items: Iterable[Letter]) -> tuple[Letter, ...]:
    return cast("tuple[Letter, ...]", as_tuple(items))


def _local_elements(items: Iterable[LocalElements]) -> tuple[LocalElements, ...]:
    return cast("tuple[LocalElements, ...]", as_tuple(items))


def _messages(items: Iterable[Emessage]) -> tuple[Emessage, ...]:
    return cast("tuple[Emessage, ...]", as_tuple(items))


@declaration
class Emessage(Value, Message):
    """An envelope with one or more letters.

    ``letters``: the letters, whose versions share a namespace.
    ``local_elements``: private extensions, kept as they came.
    ``namespace``: the schema that the letters belong to; left out, it is that of the first letter's version.
    """

    envelope: Envelope = element("Envelope", Envelope, danish="Kuvert")
    letters: tuple[Letter, ...] = attrs.field(converter=_letters, metadata={TAKES: tuple[Value, ...]})
    local_elements: tuple[LocalElements, ...] = attrs.field(default=(), converter=_local_elements)
    namespace: str = attrs.field(default=attrs.Factory(lambda self: _namespace(self.letters), takes_self=True))

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if not all(type(letter).__letter__ for letter in self.letters):  # also one that is declared elsewhere
            raise TypeError("Emessage.letters takes letters")

    def __repr__(self) -> str:
        return f"Emessage(envelope={self.envelope!r}, letters={self.letters!r})"


@attrs.frozen(field_transformer=check_fields)
class Consignment(Generic[L]):
    """A letter and its attachments: separate messages that belong together.

    ``messages``: the letter first. They may not share an Emessage, since their versions have different namespaces.
    """

    messages: tuple[Emessage, ...] = attrs.field(converter=_messages)

    @property
    def letter(self) -> L:
        """The letter that the consignment is about: the first of its first message.

        Raises IndexError where there is none.
        """
        return cast(L, self.messages[0].letters[0])

    def __iter__(self) -> Iterator[Emessage]:
        return iter(self.messages)

    def __len__(self) -> int:
        return len(self.messages)


def _namespace(letters: tuple[Value, ...]) -> str:
    first = next((letter for letter in letters if not isinstance(letter, OtherLetter)), None)
    spec: LetterSpec | None = getattr(type(first), "__letter__", None)  # none of what is not a letter, which is refused
    if spec is None:
        return XC0330Q.namespace if letters else ""  # which most letters of other types are of
    return namespace_of(spec, getattr(getattr(first, "letter", None), "version_code", None))


def namespace_of(spec: LetterSpec, version_code: str | None) -> str:
    """The namespace of a letter's version, of its default version where the code is unknown."""
    own = next((version for version in spec.versions if version.code == version_code), spec.versions[0])
    return own.namespace
