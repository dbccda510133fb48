"""How large a letter with files may be: a limit of the XML file, measured on the bytes that come or would be sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from medcom_bu.errors import InvalidMessage
from medcom_bu.issues import Issue
from medcom_bu.messages.binary_letter import BinaryLetter, ReferralAttachment
from medcom_bu.messages.emessage import Emessage
from medcom_bu.oioxml import catalogue

LIMIT = 100_000_000
"""100 MB. The documents do not say which MB they mean: the smaller, which every receiver takes."""


def check_size(message: Emessage, size: int | None = None) -> tuple[Issue, ...]:
    """Whether the file of a message with binary letters is too large, of the ``size`` that came or will be written.

    It is found by writing where it may be too much: base64 takes less than four bytes for one, whatever its lines.
    """
    files = sum(_lengths(message))
    if size is None:
        size = _written_size(message) if files > LIMIT // 4 else 0
    if not files or size <= LIMIT:
        return ()
    places = (number for number, letter in enumerate(message.letters) if _holds_files(letter))
    issue = catalogue.LETTER_TOO_LARGE.issue
    return tuple(
        issue(f"letters[{number}].binary_object", size=size, limit=LIMIT, files=files) for number in [*places][:1]
    )


def _holds_files(letter: Any) -> bool:
    return isinstance(letter, BinaryLetter | ReferralAttachment)


def _lengths(message: Emessage) -> Iterator[int]:
    """How many bytes each file has; of what does not decode, how many its text has."""
    for letter in message.letters:
        if isinstance(letter, BinaryLetter | ReferralAttachment):
            for attachment in letter.binary_object:
                encoded = attachment.object_base64_encoded
                if encoded is not None:
                    yield len(encoded.content if encoded.content is not None else encoded.text or "")


class _Counter:
    """A file that counts what is written to it."""

    size = 0

    def write(self, data: bytes) -> None:
        self.size += len(data)

    def writelines(self, pieces: Iterator[bytes]) -> None:
        for piece in pieces:
            self.write(piece)


def _written_size(message: Emessage) -> int:
    from medcom_bu.oioxml.encode import write

    counter = _Counter()
    try:
        write(message, cast(BinaryIO, counter), None, "ISO-8859-1")
    except InvalidMessage:  # what cannot be written is told by who judges it
        return 0
    return counter.size
