"""Two systems write to each other over a bad network, and are killed all the time: nothing is lost, nothing doubled.

``python -m tests.robustness.soak [MESSAGES] [KILLS] [FOLDER]``, by default 20,000 messages of both standards and 200
kills. Of what is sent 5 % is lost, 5 % doubled, 5 % late and 2 % damaged. Each system is a process with a store on
SQLite; the clock is one of minutes, which goes on when both have done all that there is to do.
"""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import medcom_bu
from medcom_bu import exchange
from medcom_bu.envelopes import vans
from medcom_bu.exchange import Action, Box, Outbox, OutboxStep, SqliteStore, State
from medcom_bu.testing.letters import letter_samples as samples
from medcom_bu.testing.sets import fhir_samples
from tests.support import ROOT
from tests.support.memory import most_kib
from tests.support.paths import changed

START = datetime(2026, 5, 4, 6, tzinfo=UTC)
SYSTEMS = ("A", "B")
LOST, DOUBLED, LATE, DAMAGED = 0.05, 0.05, 0.05, 0.02
A_MINUTE = 50
"""So many messages a system writes in a minute."""
ENDED = (State.ACKNOWLEDGED, State.REJECTED, State.GIVEN_UP)
NETWORK = """
CREATE TABLE IF NOT EXISTS wire (id INTEGER PRIMARY KEY AUTOINCREMENT, receiver TEXT, ready INTEGER, data BLOB);
CREATE TABLE IF NOT EXISTS clock (minute INTEGER);
CREATE TABLE IF NOT EXISTS idle (system TEXT PRIMARY KEY, minute INTEGER);
"""
OWN = """
CREATE TABLE IF NOT EXISTS written (number INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS queue (id INTEGER PRIMARY KEY, data BLOB);
CREATE TABLE IF NOT EXISTS shown (name TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS told (name TEXT, state TEXT);
"""
Worlds = tuple[medcom_bu.Emessage, bytes]


# --- what is sent ----------------------------------------------------------------------------------------------------


def worlds() -> Worlds:
    """A letter and a FHIR message, of which all others are made."""
    mail = changed(samples()["XDIS91/XD9134L"], {"letters[0].receiver.ean_identifier": "5790000121540"})
    return mail, medcom_bu.to_fhir(fhir_samples()["CareCommunication/5.0"])


def written(system: str, number: int, bases: Worlds) -> bytes:
    """The message with that number: OIO-XML, EDIFACT, FHIR in an envelope or OIO-XML in one."""
    mail, care = bases
    if number % 4 == 2:
        own: Any = medcom_bu.parse(care)
        bundle = uuid.uuid5(uuid.NAMESPACE_OID, f"{system}{number}")
        data = care.replace(own.header.id.encode(), f"{system}-{number}".encode())
        return medcom_bu.to_xml(vans.wrap(data.replace(own.id.encode(), str(bundle).encode())))
    names = {"envelope.identifier": f"{system}K{number:08}", "letters[0].letter.identifier": f"{system}B{number:08}"}
    letter = changed(mail, names)
    if number % 4 == 1:
        return medcom_bu.to_edifact(letter)
    return medcom_bu.to_xml(letter if number % 4 == 0 else vans.wrap(letter))


# --- a system --------------------------------------------------------------------------------------------------------


class System:
    """One of the two: its store, with its own tables in the same file, and the network."""

    def __init__(self, name: str, folder: Path, messages: int) -> None:
        self.name, self.messages = name, messages
        self.other = SYSTEMS[1 - SYSTEMS.index(name)]
        self.store = SqliteStore(folder / f"{name}.db")
        self.own = self.store.connection
        self.own.executescript(OWN)
        self.network = network(folder)
        self.outbox, self.bases, self.random = Outbox(), worlds(), random.Random()
        self.idle = -1

    def run(self) -> None:
        """Work until killed."""
        while True:
            (minute,) = self.network.execute("SELECT minute FROM clock").fetchone()
            now = START + timedelta(minutes=minute)
            worked = self.write(minute, now) | self.look(now) | self.take(minute, now) | self.deliver(minute)
            if not worked and minute != self.idle:
                self.idle = minute
                self.network.execute("INSERT OR REPLACE INTO idle VALUES (?, ?)", (self.name, minute))
            elif not worked:
                time.sleep(0.002)

    def write(self, minute: int, now: datetime) -> bool:
        """Write the messages of the minute, each in one transaction."""
        (done,) = self.own.execute("SELECT count(*) FROM written").fetchone()
        due = min(self.messages, (minute + 1) * A_MINUTE)
        for number in range(done, due):
            with self.store:
                step = self.outbox.send(written(self.name, number, self.bases), self.store, now, whom="user")
                self.own.execute("INSERT INTO written VALUES (?)", (number,))
                self.do(step)
        return bool(due > done)

    def look(self, now: datetime) -> bool:
        """Send again, and give up, what is due."""
        with self.store:
            steps = self.outbox.due(self.store, now)
            for step in steps:
                self.do(step)
        return bool(steps)

    def take(self, minute: int, now: datetime) -> bool:
        """Take what has come: each in one transaction, after which the network forgets it."""
        rows = self.network.execute(
            "SELECT id, data FROM wire WHERE receiver = ? AND ready <= ? ORDER BY id LIMIT 20", (self.name, minute)
        ).fetchall()
        for number, data in rows:
            with self.store:
                decision = exchange.receive(data, self.store, now)
                if decision.action is Action.SHOW:
                    self.own.execute("INSERT INTO shown VALUES (?)", (decision.keys[0].text,))  # fails for a second
                if decision.action is Action.ANSWER:
                    for step in self.outbox.answered(data, self.store, now):
                        self.do(step)
                self.queue(decision.answer)
            self.network.execute("DELETE FROM wire WHERE id = ?", (number,))
        return bool(rows)

    def do(self, step: OutboxStep) -> None:
        """What a step asks for, in the same transaction."""
        self.queue(step.data)
        if step.must_tell:
            self.own.execute("INSERT INTO told VALUES (?, ?)", (step.key.text, str(step.state)))

    def queue(self, data: bytes | None) -> None:
        """Keep bytes to be sent."""
        if data is not None:
            self.own.execute("INSERT INTO queue (data) VALUES (?)", (data,))

    def deliver(self, minute: int) -> bool:
        """Hand what is queued to the network, which is as it is."""
        rows = self.own.execute("SELECT id, data FROM queue ORDER BY id LIMIT 20").fetchall()
        for number, data in rows:
            copies = 0 if self.random.random() < LOST else 2 if self.random.random() < DOUBLED else 1
            for _ in range(copies):
                late = self.random.randint(1, 90) if self.random.random() < LATE else 0
                sent = self.damaged(data) if self.random.random() < DAMAGED else data
                self.network.execute(
                    "INSERT INTO wire (receiver, ready, data) VALUES (?, ?, ?)", (self.other, minute + late, sent)
                )
            self.own.execute("DELETE FROM queue WHERE id = ?", (number,))
        return bool(rows)

    def damaged(self, data: bytes) -> bytes:
        """The bytes cut off, or with a hole in them that every reader sees, or with an invalid code."""
        at = self.random.randrange(len(data))
        code = data.replace(b"nytbrev", b"gammelt").replace(b"Subject>", b"Emne>")
        return self.random.choice((data[:at], data[:at] + bytes(20) + data[at + 20 :], code))


def network(folder: Path) -> sqlite3.Connection:
    """A connection to the network: a file that all share."""
    connection = sqlite3.connect(folder / "network.db", timeout=60, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = OFF")
    connection.executescript(NETWORK)
    return connection


# --- all of it -------------------------------------------------------------------------------------------------------


def start(name: str, folder: Path, messages: int) -> subprocess.Popen[bytes]:
    """A system in a process of its own."""
    command = [sys.executable, "-m", "tests.robustness.soak", "system", name, str(folder), str(messages)]
    return subprocess.Popen(command, cwd=ROOT)


def soak(messages: int, kills: int, folder: Path) -> dict[str, Any]:
    """Let both systems work until every message has come to an end; what came of it. Raises where one fails."""
    began, wire, each = time.monotonic(), network(folder), messages // len(SYSTEMS)
    wire.execute("INSERT INTO clock VALUES (0)")
    processes = {name: start(name, folder, each) for name in SYSTEMS}
    killed, minute, last = 0, 0, each // A_MINUTE + 130
    try:
        while minute < last:
            time.sleep(0.002)
            for name, process in processes.items():
                if process.poll() is not None:
                    raise RuntimeError(f"system {name} ended by itself")
            (traffic,) = wire.execute("SELECT coalesce(max(id), 0) FROM wire").fetchone()
            if killed < kills and traffic > killed * 2 * messages / (kills + 1):
                name = random.choice(SYSTEMS)
                time.sleep(random.random() * 0.05)
                processes[name].kill()
                processes[name].wait()
                processes[name] = start(name, folder, each)
                killed += 1
            elif is_idle(wire, minute):
                minute += 1 if minute * A_MINUTE <= each else 5
                wire.execute("UPDATE clock SET minute = ?", (minute,))
    finally:
        for process in processes.values():
            process.kill()
            process.wait()
    return found(folder, each) | {
        "kills": killed,
        "transmissions": wire.execute("SELECT seq FROM sqlite_sequence").fetchone()[0],
        "seconds": round(time.monotonic() - began),
        "largest process, MB": most_kib(of_children=True) // 1024,
        "stores, MB": round(sum((folder / f"{name}.db").stat().st_size for name in SYSTEMS) / 1e6, 1),
    }


def is_idle(wire: sqlite3.Connection, minute: int) -> bool:
    """Whether both systems have done all that there is to do in a minute, and nothing waits in the network."""
    (idle,) = wire.execute("SELECT count(*) FROM idle WHERE minute = ?", (minute,)).fetchone()
    (ready,) = wire.execute("SELECT count(*) FROM wire WHERE ready <= ?", (minute,)).fetchone()
    if idle == len(SYSTEMS) and ready == 0:
        wire.execute("DELETE FROM idle")
        return True
    return False


def found(folder: Path, each: int) -> dict[str, Any]:
    """What became of the messages, by the tables of both. Raises AssertionError where a promise is broken."""
    states: Counter[str] = Counter()
    for name in SYSTEMS:
        sender, receiver = (SqliteStore(folder / f"{one}.db") for one in (name, SYSTEMS[1 - SYSTEMS.index(name)]))
        told = set(sender.connection.execute("SELECT name, state FROM told"))
        shown = {row[0] for row in receiver.connection.execute("SELECT name FROM shown")}
        entries = {entry.name: entry for entry in sender.waiting(Box.OUT)}
        assert len(entries) == each, (len(entries), each)
        assert shown <= set(entries), "something was shown that was never sent"
        for own, entry in entries.items():
            assert entry.state in ENDED, (own, entry)
            assert entry.state is not State.ACKNOWLEDGED or own in shown, f"{own} is acknowledged and lost"
            assert entry.state is not State.REJECTED or own not in shown, f"{own} is rejected and shown"
            assert entry.state is State.ACKNOWLEDGED or (own, str(entry.state)) in told, f"{own}: nobody was told"
        states.update(str(entry.state) for entry in entries.values())
        states["shown"] += len(shown)
    return dict(states)


def main(arguments: list[str]) -> None:
    """Run a system, or the soak, and print what came of it."""
    if arguments[:1] == ["system"]:
        System(arguments[1], Path(arguments[2]), int(arguments[3])).run()
    messages, kills = (int(given) for given in [*arguments[:2], *("20000", "200")[len(arguments[:2]) :]])
    folder = Path(arguments[2]) if len(arguments) > 2 else Path(tempfile.mkdtemp())
    for name, value in soak(messages, kills, folder).items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    main(sys.argv[1:])
