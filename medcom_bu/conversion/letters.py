"""The letters of what is to be carried over, each with its path, and what the table says is lost of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from medcom_bu.conversion import losses as lost
from medcom_bu.conversion.notes import Notes
from medcom_bu.conversion.table import ROWS, Fate
from medcom_bu.declare.base import fields
from medcom_bu.declare.oioxml import Value, walk, walk_unexpected
from medcom_bu.issues import Kind
from medcom_bu.messages.binary_letter import BinaryLetter, ReferralAttachment
from medcom_bu.messages.emessage import Consignment, Emessage
from medcom_bu.once import once

BINARIES = (BinaryLetter, ReferralAttachment)
_LOST: Mapping[str, Kind] = {
    place: row.to_fhir.losses[0]
    for row in ROWS
    if row.to_fhir.fate in (Fate.DROPPED, Fate.STORED)
    for place in row.letter
    if place != "reference.target"
}
"""A place that FHIR has nothing for -> the loss of what is there."""

_OWN = ("letter.identifier", "letter.version_code", "letter.statistical_code")
_LOST_OF_BINARY: Mapping[str, Kind] = {
    place.removeprefix("binary."): kind
    for place, kind in _LOST.items()
    if place.startswith(("binary.binary_object", *_OWN))
}
"""The same of a binary letter: of the files, and of itself. The rest is as in the letter that it belongs to."""

_OF_ALL_LETTERS = ("letter.authorisation", "letter.status_code", "letter.episode_of_care")


@attrs.frozen
class Found:
    """A letter, the message it is in, and the paths of both."""

    message: Emessage
    message_path: str
    number: int

    @property
    def letter(self) -> Any:
        """The letter."""
        return self.message.letters[self.number]

    @property
    def path(self) -> str:
        """Where the letter is."""
        return f"{self.message_path}letters[{self.number}]"


def find_letters(given: Emessage | Consignment[Any], attachments: Sequence[Emessage]) -> list[Found]:
    """Every letter of what is given, in its order."""
    messages = (
        [(f"messages[{number}].", message) for number, message in enumerate(given)]
        if isinstance(given, Consignment)
        else [("", given)]
    )
    messages += [(f"attachments[{number}].", message) for number, message in enumerate(attachments)]
    return [Found(message, path, number) for path, message in messages for number in range(len(message.letters))]


def note_dropped(found: Found, notes: Notes) -> None:
    """Name what the table says that FHIR has no place for, and all that came besides the elements of the letter."""
    _note_places(found.letter, found.path, "", isinstance(found.letter, BINARIES), notes)
    for name, kind in (("identifier", lost.IDENTITY), ("acknowledgement_code", lost.ACKNOWLEDGEMENT)):
        if found.message.envelope is not None and getattr(found.message.envelope, name) is not None:
            notes.lose(kind, f"{found.message_path}envelope.{name}")
    note_beside(found, notes)


def _note_places(value: Value, path: str, before: str, is_binary: bool, notes: Notes) -> None:
    held = value.__dict__
    for name, place, kind in _ways(type(value), before, is_binary):
        content = held[name]
        if content is None:
            continue
        for number, child in enumerate(content) if isinstance(content, tuple) else ((None, content),):
            here = f"{path}.{name}" if number is None else f"{path}.{name}[{number}]"
            if isinstance(child, Value):
                _note_places(child, here, place, is_binary, notes)
            elif kind is not None:
                notes.lose(kind, here)


@once
def _ways(cls: type[Value], before: str, is_binary: bool) -> tuple[tuple[str, str, Kind | None], ...]:
    """The fields of a class, at a place, that lead to what is lost: name, place, and the loss of a leaf there."""
    lost_here = _LOST_OF_BINARY if is_binary else _LOST
    named = ((name, f"{before}.{name}" if before else name) for name in fields(cls))
    return tuple(
        (name, place, lost_here.get(place))
        for name, place in named
        if place in lost_here or any(each.startswith(f"{place}.") for each in lost_here)
    )


def note_beside(found: Found, notes: Notes) -> None:
    """Name all that came besides the elements of a letter."""
    for path, _ in _beside(found):
        notes.lose(lost.KEPT, path)
    for number, local in enumerate(found.message.local_elements):
        if local.after == found.number:
            notes.lose(lost.LOCAL_ELEMENTS, f"{found.message_path}local_elements[{number}]")


def _beside(found: Found) -> Iterator[tuple[str, object]]:
    yield from walk_unexpected(found.letter, found.path)
    if found.number == 0:
        for number, extra in enumerate(found.message.unexpected):
            yield f"{found.message_path}unexpected[{number}]", extra
        if found.message.envelope is not None:
            yield from walk_unexpected(found.message.envelope, f"{found.message_path}envelope")


def note_differences(binary: Found, found: Found, notes: Notes) -> None:
    """Name what a binary letter says otherwise than the letter whose files it carries, which alone is carried over."""
    letter, (own, other) = found.letter, (each.message.envelope for each in (binary, found))
    if own is not None and own.sent is not None and (other is None or own.sent != other.sent):
        notes.lose(lost.BINARY_LETTER, f"{binary.message_path}envelope.sent")
    for name, own in (("sender", binary.letter.sender), ("receiver", binary.letter.receiver)):
        for path, _, content in walk(own, name) if own is not None else ():
            if content != _at(letter, path):
                notes.lose(lost.BINARY_LETTER, f"{binary.path}.{path}")
    for path, _, content in walk(binary.letter.subject, "subject") if binary.letter.subject is not None else ():
        if content != _at(letter, path.replace("subject", "patient", 1)):
            notes.lose(lost.BINARY_LETTER, f"{binary.path}.{path}")
    for path, _, content in walk(binary.letter.letter, "letter") if binary.letter.letter is not None else ():
        if path.startswith(_OF_ALL_LETTERS) and content != _at(letter, path):
            notes.lose(lost.BINARY_LETTER, f"{binary.path}.{path}")


def _at(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = getattr(value, name, None)
    return value
