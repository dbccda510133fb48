"""Where makers of messages get what they do not make up: numbers, UUIDs, the time. All can be injected."""

from __future__ import annotations

import secrets
import string
import uuid
from collections.abc import Callable
from datetime import datetime

import attrs

from medcom_bu import danish_time

danish_now = danish_time.now
"""The clock in Denmark."""

_ALPHABET = string.ascii_uppercase + string.digits


def new_number() -> str:
    """A letter or envelope number: 14 random capitals and digits, as certified systems write them."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(14))


@attrs.frozen
class Surroundings:
    """Where a builder gets what it does not make up: numbers, UUIDs, the time."""

    numbers: Callable[[], str] = new_number
    uuids: Callable[[], uuid.UUID] = uuid.uuid4
    clock: Callable[[], datetime] = danish_now
