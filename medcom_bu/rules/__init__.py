"""Business rules beyond the schemas: one small function each, on values alone, speaking in attribute paths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medcom_bu.issues import Issue
from medcom_bu.messages.emessage import Emessage


def check(message: Emessage) -> Iterator[Issue]:
    """What the rules say of one consignment, in the order of the rules."""
    yield from ()


def check_consignment(messages: Sequence[Emessage]) -> Iterator[tuple[int, Issue]]:
    """What the rules say of messages that belong together: the number of a message, and an issue in it."""
    yield from ()
