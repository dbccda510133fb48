"""Numbers, UUIDs and a clock that are known beforehand, so that a message is the same each time it is made."""

from __future__ import annotations

import itertools
import uuid
from datetime import datetime, timedelta

from medcom_bu.arguments import check_arguments
from medcom_bu.ids_and_clock import IdsAndClock

START = datetime(2026, 5, 4, 9, 30, 59)
"""When the frozen clock begins: Danish time, as it has no zone."""


@check_arguments
def frozen(start: datetime = START, step: timedelta = timedelta(0), first: int = 1) -> IdsAndClock:
    """Ids that count and a clock that stands still, for the ``ids`` of every maker of messages.

    ``start`` is the first moment that the clock tells; one without a zone is Danish time. ``step`` is how far the clock
    goes on each time it is asked. ``first`` is the first number, and the first UUID: two makers that must not give the
    same get numbers far apart.

    >>> ids = frozen()
    >>> ids.number(), ids.number(), str(ids.new_uuid())
    ('NUMMER00000001', 'NUMMER00000002', '00000000-0000-4000-8000-000000000001')
    """
    numbers, uuids, steps = itertools.count(first), itertools.count(first), itertools.count()
    return IdsAndClock(
        numbers=lambda: f"NUMMER{next(numbers):08}",
        uuids=lambda: uuid.UUID(int=next(uuids), version=4),
        clock=lambda: start + step * next(steps),
    )
