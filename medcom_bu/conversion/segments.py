"""The segments of a CareCommunication as a letter takes them: what is new in the message, and what is earlier.

Source: governance of CareCommunication, provenance chain; test protocol of the conversion service 1.4, 3.2.9.
"""

from __future__ import annotations

from datetime import UTC, datetime

import attrs

from medcom_bu.messages.care_communication import CareCommunicationMessage, MessageSegment

_EARLIEST = datetime.min.replace(tzinfo=UTC)


@attrs.frozen
class Placed:
    """A segment and its path."""

    segment: MessageSegment
    path: str

    @property
    def sent(self) -> datetime:
        """When it was sent; the beginning of time where that is not told."""
        return self.segment.sent or _EARLIEST


@attrs.frozen
class Segments:
    """The texts that are new in the message, the earlier ones, newest first, and all attachments, in their order."""

    current: tuple[Placed, ...]
    earlier: tuple[Placed, ...]
    attachments: tuple[Placed, ...]


def placed_segments(message: CareCommunicationMessage, path: str) -> Segments:
    """The segments of the Communication at ``path``.

    New is what the Provenance of this message names as its source; where that names no text, the newest text is new.
    """
    own = message.provenance
    named = {what.identifier.value for what in (own.what("source") if own else ()) if what.identifier}
    placed = [Placed(segment, f"{path}.payload[{number}]") for number, segment in enumerate(message.segments)]
    texts = [each for each in placed if each.segment.attachment is None and each.segment.text is not None]
    current = [each for each in texts if each.segment.identifier in named]
    if not current and texts:
        current = [max(texts, key=lambda each: each.sent)]
    earlier = sorted((each for each in texts if each not in current), key=lambda each: each.sent, reverse=True)
    attachments = tuple(each for each in placed if each.segment.attachment is not None)
    return Segments(tuple(current), tuple(earlier), attachments)
