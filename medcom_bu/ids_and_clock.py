"""Where makers of messages get what they do not make up: numbers, UUIDs, the time. All can be injected."""

from __future__ import annotations

import secrets
import string
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import attrs

from medcom_bu import danish_time
from medcom_bu.arguments import check_fields

danish_now: Callable[[], datetime] = danish_time.now
"""The clock in Denmark."""

_T = TypeVar("_T")
_SIGNS = (string.ascii_uppercase + string.digits).encode("ascii")
_SIGN_OF = bytes(_SIGNS[byte % len(_SIGNS)] for byte in range(256))
_LEFT_OUT = bytes(range(256 - 256 % len(_SIGNS), 256))
"""Bytes that would make some signs likelier than others. That more than 50 of 64 are of these is not to be expected."""


def new_number() -> str:
    """A letter or envelope number: 14 random capitals and digits, as certified systems write them."""
    return secrets.token_bytes(64).translate(_SIGN_OF, _LEFT_OUT)[:14].decode("ascii")


@attrs.frozen(field_transformer=check_fields)
class IdsAndClock:
    """The source of what a builder cannot know by itself: numbers, UUIDs, the time.

    ``numbers``: gives a new number for a letter or an envelope, as text.
    ``uuids``: gives a new UUID.
    ``clock``: gives a ``datetime``: one with a zone is converted to Danish time where a message has no zone, one
    without is Danish time.
    """

    numbers: Callable[[], str] = new_number
    uuids: Callable[[], uuid.UUID] = uuid.uuid4
    clock: Callable[[], datetime] = danish_now

    def number(self) -> str:
        """A new number. Raises TypeError where ``numbers`` gives none."""
        return _given("IdsAndClock.numbers", self.numbers(), str)

    def new_uuid(self) -> uuid.UUID:
        """A new UUID. Raises TypeError where ``uuids`` gives none."""
        return _given("IdsAndClock.uuids", self.uuids(), uuid.UUID)

    def moment(self) -> datetime:
        """The current moment. Raises TypeError where ``clock`` gives none."""
        return _given("IdsAndClock.clock", self.clock(), datetime)


_OWN = IdsAndClock()


def given_or_own(ids: IdsAndClock | None) -> IdsAndClock:
    """What a caller gives, or the library's own."""
    return _OWN if ids is None else ids


def _given(name: str, value: _T, kind: type[_T]) -> _T:
    if not isinstance(value, kind):
        raise TypeError(f"{name} gives {kind.__name__}, not {type(value).__name__}")
    return value
