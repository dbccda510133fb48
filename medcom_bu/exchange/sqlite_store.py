"""Entries in an SQLite file: what must not be lost with the process. Reads and writes that file."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from medcom_bu.arguments import check
from medcom_bu.exchange.store import Box, Entry, State, in_utc

_TABLES = """
CREATE TABLE IF NOT EXISTS medcom_bu_entry (
    id INTEGER PRIMARY KEY, box TEXT NOT NULL, state TEXT NOT NULL, moment TEXT NOT NULL, due TEXT, data BLOB NOT NULL,
    count INTEGER NOT NULL, whom TEXT NOT NULL, revision INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS medcom_bu_name (
    box TEXT NOT NULL, name TEXT NOT NULL, entry INTEGER NOT NULL, position INTEGER NOT NULL,
    PRIMARY KEY (box, name)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS medcom_bu_name_entry ON medcom_bu_name (entry, position);
CREATE INDEX IF NOT EXISTS medcom_bu_entry_due ON medcom_bu_entry (box, due) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS medcom_bu_entry_old ON medcom_bu_entry (moment) WHERE due IS NULL;
"""
_COLUMNS = "state, moment, due, data, count, whom, revision"
_NAMES = """(SELECT json_group_array(name) FROM
    (SELECT name FROM medcom_bu_name WHERE entry = medcom_bu_entry.id ORDER BY position))"""
_READ = f"SELECT box, {_NAMES}, {_COLUMNS} FROM medcom_bu_entry WHERE id"  # noqa: S608 - names of columns
_SHAPE = """SELECT tables.name, group_concat(columns.name)
    FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns
    WHERE tables.type = 'table' AND tables.name IN ('medcom_bu_entry', 'medcom_bu_name') GROUP BY tables.name"""
_BUSY = 60.0
"""Seconds that one process waits for another."""


class _Connection(sqlite3.Connection):
    """A connection that can be closed before its process forks, and is closed when nobody uses it any longer.

    SQLite counts its locks in memory: a child that inherits an open file counts on locks that it does not have, and
    ruins the file. What nobody uses any longer is open until it is collected, so the store cannot know its connections.
    """

    is_open = False

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.process, self.thread, self.is_open = os.getpid(), threading.get_ident(), True
        _CONNECTIONS.add(self)

    def __del__(self) -> None:
        if self.is_open and self.process == os.getpid():  # a parent's must not be closed by a child
            self.close()

    def close(self) -> None:
        """Close it, and know that it is."""
        self.is_open = False
        super().close()


_CONNECTIONS: weakref.WeakSet[_Connection] = weakref.WeakSet()


def _close_before_fork() -> None:
    for connection in [*_CONNECTIONS]:
        if connection.is_open and connection.thread == threading.get_ident() and not connection.in_transaction:
            connection.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_close_before_fork)


class SqliteStore(AbstractContextManager["SqliteStore", None]):
    """Entries in an SQLite file, which processes and threads may share.

    ``path`` is the file, made where it is not there, with tables of its own beside those of others.

    Each method is one transaction. ``with store:`` makes one of several, together with what you write through
    :attr:`connection`: either all of it is in the file, or nothing, whenever the process ends. What is committed is on
    the disk. A process may fork, but not in ``with store:``, nor while other threads of it use the store.

    Raises ValueError for no file (``":memory:"``), and for one whose tables are those of another version of the
    library; what SQLite raises for a file that it cannot open or read.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        check("SqliteStore: path", path, str | os.PathLike)
        self._path = os.fspath(path)
        if self._path in ("", ":memory:"):  # each thread would have one of its own
            raise ValueError("SqliteStore takes the path of a file: use MemoryStore for entries in memory")
        self._own = threading.local()
        with contextlib.closing(sqlite3.connect(":memory:")) as fresh:
            fresh.executescript(_TABLES)
            shape = dict(fresh.execute(_SHAPE))
        if not dict(self.connection.execute(_SHAPE)).items() <= shape.items():
            raise ValueError("SqliteStore: the tables in the file are of another version of medcom_bu: give a new file")
        self.connection.executescript(_TABLES)

    def __reduce__(self) -> tuple[type[SqliteStore], tuple[str]]:
        return type(self), (self._path,)

    def __repr__(self) -> str:
        return "<SqliteStore>"

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection of this thread, for tables of your own in the same transaction. Leave its end to ``with``."""
        found: _Connection | None = getattr(self._own, "connection", None)
        if found is None or not found.is_open or found.process != os.getpid():
            self._own.inherited = found  # a parent's, which a child must not close
            found = sqlite3.connect(  # that of an ended thread is closed by any other
                self._path, timeout=_BUSY, isolation_level=None, check_same_thread=False, factory=_Connection
            )
            found.execute("PRAGMA journal_mode = WAL")
            found.execute("PRAGMA synchronous = FULL")
            self._own.connection, self._own.depth = found, 0
        return found

    def close(self) -> None:
        """Close the connection of this thread. The store opens another when it is used again."""
        found: _Connection | None = getattr(self._own, "connection", None)
        if found is not None and found.process == os.getpid():
            found.close()

    def __enter__(self) -> Self:
        connection = self.connection
        if self._own.depth == 0:
            connection.execute("BEGIN IMMEDIATE")
        self._own.depth += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._own.depth -= 1
        if self._own.depth == 0:
            connection: sqlite3.Connection = self._own.connection
            try:
                connection.execute("COMMIT" if error is None else "ROLLBACK")
            finally:
                if connection.in_transaction:  # it could not be committed: a full disk
                    connection.execute("ROLLBACK")

    def seen(self, box: Box, name: str) -> Entry | None:
        """The entry of the ``box`` that has the name, among all its names."""
        named = "(SELECT entry FROM medcom_bu_name WHERE box = ? AND name = ?)"
        row = self.connection.execute(f"{_READ} = {named}", (box, name)).fetchone()
        return None if row is None else _entry(row)

    def remember(self, entry: Entry) -> Entry | None:
        """Keep a new entry. Where another has one of its names, that stays and is returned, and nothing is kept."""
        with self:
            known = next(filter(None, (self.seen(entry.box, name) for name in entry.names)), None)
            if known is None:
                self._insert(entry)
            return known

    def keep(self, entry: Entry) -> bool:
        """Keep an entry in place of the revision before it; False, and nothing is kept, where that is not there."""
        with self:
            row = self.connection.execute(
                "SELECT id FROM medcom_bu_entry WHERE revision = ? AND id = "
                "(SELECT entry FROM medcom_bu_name WHERE box = ? AND name = ?)",
                (entry.revision - 1, entry.box, entry.name),
            ).fetchone()
            if row is not None:
                self._delete([row[0]])
                self._insert(entry)
            return row is not None

    def _insert(self, entry: Entry) -> None:
        due = None if entry.due is None else _text(entry.due)
        values: tuple[Any, ...] = (entry.box, entry.state, _text(entry.moment), due, entry.data)
        number = self.connection.execute(
            f"INSERT INTO medcom_bu_entry (box, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            (*values, entry.count, entry.whom, entry.revision),
        ).lastrowid
        self.connection.executemany(
            "INSERT OR IGNORE INTO medcom_bu_name (box, name, entry, position) VALUES (?, ?, ?, ?)",
            [(entry.box, name, number, position) for position, name in enumerate(entry.names)],
        )

    def _delete(self, numbers: list[int]) -> None:
        rows = [(number,) for number in numbers]
        self.connection.executemany("DELETE FROM medcom_bu_name WHERE entry = ?", rows)
        self.connection.executemany("DELETE FROM medcom_bu_entry WHERE id = ?", rows)

    def waiting(self, box: Box, until: datetime | None = None) -> Iterator[Entry]:
        """The entries due ``until`` a moment, earliest first; without one all of the box, the latest change last."""
        which, values, order = "", [str(box)], "id"
        if until is not None:
            which, order = " AND due <= ?", "due, id"
            values.append(_text(in_utc(until)))
        numbers = self.connection.execute(
            f"SELECT id FROM medcom_bu_entry WHERE box = ?{which} ORDER BY {order}",  # noqa: S608
            values,
        ).fetchall()
        for number in numbers:  # one after the other, since each may hold a large message
            row = self.connection.execute(f"{_READ} = ?", number).fetchone()
            if row is not None:
                yield _entry(row)

    def forget(self, before: datetime) -> int:
        """Forget the entries that last changed before a moment and are not waiting; how many they were."""
        old = "SELECT id FROM medcom_bu_entry WHERE due IS NULL AND moment < ?"
        if self.connection.execute(f"{old} LIMIT 1", (_text(in_utc(before)),)).fetchone() is None:
            return 0
        with self:
            numbers = [row[0] for row in self.connection.execute(old, (_text(in_utc(before)),))]
            self._delete(numbers)
            return len(numbers)


def _entry(row: Any) -> Entry:
    box, names, state, moment, due, data, count, whom, revision = row
    return Entry(
        box=Box(box),
        names=tuple(json.loads(names)),
        state=State(state),
        moment=datetime.fromisoformat(moment),
        due=None if due is None else datetime.fromisoformat(due),
        data=data,
        count=count,
        whom=whom,
        revision=revision,
    )


def _text(moment: datetime) -> str:
    """A moment of UTC in a form that sorts."""
    return moment.isoformat(timespec="microseconds")
