"""What a receiver and a sender remember: an entry for each message, a small protocol to keep them, a store in memory.

A store of your own on your own database needs the five methods of :class:`Store`, each of which is one transaction, or
part of the one that you are in.
"""

from __future__ import annotations

import hashlib
import heapq
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

import attrs

from medcom_bu import danish_time
from medcom_bu.arguments import Words, check_fields
from medcom_bu.declare.base import NUMBERS, masked
from medcom_bu.exchange.identity import MessageKey


class Box(Words):
    """The two sides of an exchange."""

    IN = "in"
    OUT = "out"


class State(Words):
    """What has become of a message: the first four of one that came, the others of one that was sent."""

    SHOWN = "shown"
    REFUSED = "refused"
    SENT = "sent"
    AWAITING = "awaiting"
    RETRY = "retry"
    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"
    GIVEN_UP = "given up"


_LONGEST_NAME = 200


def entry_name(key: MessageKey, before: str = "") -> str:
    """The name of an entry: the text of a key, or a digest where a database could not hold that, or not well."""
    text = before + key.text
    data = text.encode("utf-8", "backslashreplace")
    is_plain = len(text) <= _LONGEST_NAME and data == text.encode("utf-8", "replace")
    return text if is_plain else before + "sha256:" + hashlib.sha256(data).hexdigest()


def in_utc(moment: datetime) -> datetime:
    """A moment as entries hold it, without a zone Danish time; anything else is left to the check."""
    if not isinstance(moment, datetime):
        return moment
    try:
        return danish_time.aware(moment).astimezone(UTC)
    except OverflowError:  # at either end of the calendar
        return moment.replace(tzinfo=UTC)


def later(moment: datetime, by: timedelta) -> datetime:
    """So much later, by the time that passes and not by a clock on the wall; no later than the calendar goes."""
    try:
        return in_utc(moment) + by
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def earlier(moment: datetime, by: timedelta) -> datetime:
    """So much earlier, in the same way."""
    try:
        return in_utc(moment) - by
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


@attrs.frozen(repr=False, field_transformer=check_fields, kw_only=True)
class Entry:
    """What is recorded about one message.

    ``box``: the side.
    ``names``: what it is found by, its own name, the text of its key, first; in one box no two entries share one.
    ``state``: what has become of it.
    ``moment``: when that was.
    ``due``: when something is to be done next.
    ``data``: of a message that came, the answer, without an envelope; of one that was sent, the bytes to send again,
    until it is answered.
    ``count``: how many copies came, or how often it was sent.
    ``whom``: whom to tell.
    ``revision``: how many changes the store has seen.
    """

    box: Box
    names: tuple[str, ...]
    state: State
    moment: datetime = attrs.field(converter=in_utc)
    due: datetime | None = attrs.field(default=None, converter=attrs.converters.optional(in_utc))
    data: bytes = b""
    count: int = 1
    whom: str = ""
    revision: int = 0

    @property
    def name(self) -> str:
        """Its own name: the text of the key of the message."""
        return self.names[0]

    def changed(self, **changes: object) -> Entry:
        """The next revision of the entry, with ``changes`` to its fields, to be kept in its place.

        Its moment stays where a clock was put back.
        """
        new = attrs.evolve(self, revision=self.revision + 1, **changes)  # type: ignore[arg-type]
        return new if new.moment >= self.moment else attrs.evolve(new, moment=self.moment)

    def __repr__(self) -> str:
        own = masked(self.name, NUMBERS)
        return f"<Entry {self.box} {own}: {self.state}, count={self.count}, {len(self.data)} bytes>"


@runtime_checkable
class Store(Protocol):
    """Where entries are kept. Each method is one transaction, or part of the one that the caller is in.

    A store of your own has the methods itself: from Python 3.12 on, one that hands them on by ``__getattr__`` is none.
    """

    def seen(self, box: Box, name: str) -> Entry | None:
        """The entry of the ``box`` that has the name, among all its names."""

    def remember(self, entry: Entry) -> Entry | None:
        """Keep a new entry. Where another has one of its names, that stays and is returned, and nothing is kept."""

    def keep(self, entry: Entry) -> bool:
        """Keep an entry in place of the revision before it; False, and nothing is kept, where that is not there."""

    def waiting(self, box: Box, until: datetime | None = None) -> Iterator[Entry]:
        """The entries due ``until`` a moment, earliest first; without one all of the box, the latest change last."""

    def forget(self, before: datetime) -> int:
        """Forget the entries that last changed before a moment and are not waiting; how many they were."""


class MemoryStore(AbstractContextManager["MemoryStore", None]):
    """Entries in memory, for tests and for what may be lost with the process. Threads may share it.

    ``with store:`` holds off other threads, and undoes all where an exception leaves it.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._entries: dict[tuple[Box, str], Entry] = {}
        self._owner: dict[tuple[Box, str], str] = {}
        self._aging: list[tuple[datetime, Box, str]] = []
        self._done: list[tuple[bool, Entry]] = []
        self._depth = 0

    def __enter__(self) -> Self:
        self._lock.acquire()
        self._depth += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._depth -= 1
        if self._depth == 0:
            done, self._done = self._done, []
            for was_put, entry in reversed(done) if error is not None else ():
                (self._drop if was_put else self._put)(entry)
            self._done = []
        self._lock.release()

    def seen(self, box: Box, name: str) -> Entry | None:
        """The entry of the ``box`` that has the name, among all its names."""
        with self._lock:
            own = self._owner.get((box, name))
            return None if own is None else self._entries[box, own]

    def remember(self, entry: Entry) -> Entry | None:
        """Keep a new entry. Where another has one of its names, that stays and is returned, and nothing is kept."""
        with self._lock:
            known = next(filter(None, (self.seen(entry.box, name) for name in entry.names)), None)
            if known is None:
                self._put(entry)
            return known

    def keep(self, entry: Entry) -> bool:
        """Keep an entry in place of the revision before it; False, and nothing is kept, where that is not there."""
        with self._lock:
            known = self._entries.get((entry.box, entry.name))
            if known is None or known.revision != entry.revision - 1:
                return False
            self._drop(known)
            self._put(entry)
            return True

    def _put(self, entry: Entry) -> None:
        if self._depth:
            self._done.append((True, entry))
        self._entries[entry.box, entry.name] = entry
        if entry.due is None:
            heapq.heappush(self._aging, (entry.moment, entry.box, entry.name))
        for name in entry.names:
            self._owner.setdefault((entry.box, name), entry.name)

    def _drop(self, entry: Entry) -> None:
        if self._depth:
            self._done.append((False, entry))
        del self._entries[entry.box, entry.name]
        for name in entry.names:
            if self._owner.get((entry.box, name)) == entry.name:
                del self._owner[entry.box, name]

    def waiting(self, box: Box, until: datetime | None = None) -> Iterator[Entry]:
        """The entries due ``until`` a moment, earliest first; without one all of the box, the latest change last."""
        with self._lock:
            own = [entry for entry in self._entries.values() if entry.box is box]
        if until is None:
            return iter(own)
        due = [(entry.due, entry) for entry in own if entry.due is not None and entry.due <= in_utc(until)]
        return (entry for _, entry in sorted(due, key=lambda pair: pair[0]))

    def forget(self, before: datetime) -> int:
        """Forget the entries that last changed before a moment and are not waiting; how many they were."""
        with self._lock:
            count = 0
            while self._aging and self._aging[0][0] < in_utc(before):
                moment, box, name = heapq.heappop(self._aging)
                entry = self._entries.get((box, name))
                if entry is not None and (entry.moment, entry.due) == (moment, None):  # else it changed since
                    self._drop(entry)
                    count += 1
            return count
