"""The letters of what is to be carried over, each with its path, and what the table says is lost of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from medcom_bu.conversion import losses as lost
from medcom_bu.conversion.notes import Notes
from medcom_bu.conversion.table import ROWS, Fate
from medcom_bu.declare.oioxml import walk, walk_unexpected
from medcom_bu.issues import Kind
from medcom_bu.messages.binary_letter import BinaryLetter, ReferralAttachment
from medcom_bu.messages.emessage import Consignment, Emessage

BINARIES = (BinaryLetter, ReferralAttachment)
_INDEX = re.compile(r"\[\d+\]")
_LOST: Mapping[str, Kind] = {
    place: row.to_fhir.losses[0]
    for row in ROWS
    if row.to_fhir.fate in (Fate.DROPPED, Fate.STORED)
    for place in row.letter
    if place != "reference.target"
}
"""A place that FHIR has nothing for -> the loss of what is there."""

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
    """Name what the table says that FHIR has no place for, and all that came beside the elements of the letter."""
    is_binary = isinstance(found.letter, BINARIES)
    for path, _, content in walk(found.letter):
        place = _INDEX.sub("", path)
        kind = _LOST.get(f"binary.{place}" if is_binary and place.startswith("binary_object") else place)
        if kind is not None and content is not None and (not is_binary or _is_of_binary(place)):
            notes.lose(kind, f"{found.path}.{path}")
    for name, kind in (("identifier", lost.IDENTITY), ("acknowledgement_code", lost.ACKNOWLEDGEMENT)):
        if found.message.envelope is not None and getattr(found.message.envelope, name) is not None:
            notes.lose(kind, f"{found.message_path}envelope.{name}")
    note_beside(found, notes)


def note_beside(found: Found, notes: Notes) -> None:
    """Name all that came beside the elements of a letter."""
    for path, _ in _beside(found):
        notes.lose(lost.KEPT, path)
    for number, local in enumerate(found.message.local_elements):
        if local.after == found.number:
            notes.lose(lost.LOCAL_ELEMENTS, f"{found.message_path}local_elements[{number}]")


def _is_of_binary(place: str) -> bool:
    """What is lost of a binary letter itself; the rest is as in the letter that it belongs to."""
    return place.startswith(("binary_object", "letter.identifier", "letter.version_code", "letter.statistical_code"))


def _beside(found: Found) -> Iterator[tuple[str, object]]:
    yield from walk_unexpected(found.letter, found.path)
    if found.number == 0:
        for number, extra in enumerate(found.message.unexpected):
            yield f"{found.message_path}unexpected[{number}]", extra
        if found.message.envelope is not None:
            yield from walk_unexpected(found.message.envelope, f"{found.message_path}envelope")


def note_differences(binary: Found, letter: Any, notes: Notes) -> None:
    """Name what a binary letter says otherwise than the letter whose files it carries, which alone is carried over."""
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
