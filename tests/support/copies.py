"""Copies that go by way of bytes."""

from __future__ import annotations

import pickle
from typing import TypeVar

T = TypeVar("T")


def pickled(value: T, protocol: int) -> T:
    """The value, after it was pickled by one of the protocols and read again."""
    again: T = pickle.loads(pickle.dumps(value, protocol))
    return again
