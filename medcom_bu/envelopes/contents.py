"""What a message says of itself, as far as its envelope repeats it; see :mod:`medcom_bu.enclosed`."""

from __future__ import annotations

from medcom_bu import enclosed, judgement
from medcom_bu.enclosed import Contents
from medcom_bu.messages.emessage import Emessage

__all__ = ["Contents", "contents"]


def contents(payload: bytes | Emessage) -> tuple[Contents, ...]:
    """What every letter of a consignment, or a message of another format, says of itself. Never raises."""
    return enclosed.of_letters(payload) if isinstance(payload, Emessage) else judgement.contents_of(payload)
