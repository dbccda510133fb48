"""Numbers, UUIDs and a clock that are known beforehand."""

from __future__ import annotations

import itertools
import uuid
from datetime import datetime, timedelta

from medcom_bu.ids_and_clock import IdsAndClock


def counted(start: datetime, step: timedelta = timedelta(0), first: int = 1) -> IdsAndClock:
    """Numbers and UUIDs that each count from the first, and a clock that begins at ``start`` and goes on by a step."""
    numbers, uuids, steps = itertools.count(first), itertools.count(first), itertools.count()
    return IdsAndClock(
        numbers=lambda: f"NUMMER{next(numbers):08}",
        uuids=lambda: uuid.UUID(int=next(uuids), version=4),
        clock=lambda: start + step * next(steps),
    )
