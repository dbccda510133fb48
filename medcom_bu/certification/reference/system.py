"""The reference system: a mailbox in SQLite, an exchange, the builders, pages. Reads and writes one SQLite file."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs

from medcom_bu.certification.model.system import NotSupported
from medcom_bu.certification.model.tasks import Task
from medcom_bu.certification.reference.converting import Converter
from medcom_bu.certification.reference.showing import shown_letter, shown_thread
from medcom_bu.certification.reference.writing import Earlier, put_on_wire, write_messages
from medcom_bu.errors import InvalidMessage
from medcom_bu.exchange import Action, Box, Outbox, OutboxStep, SqliteStore, State, receive
from medcom_bu.exchange.identity import identities, open_unjudged
from medcom_bu.ids_and_clock import IdsAndClock, danish_now, given_or_own
from medcom_bu.messages.care_communication import CareCommunicationMessage

LIMIT = 100_000_000
"""100 MB: what a message may have. Source: MedCom, CareCommunication test protocol for sending 5.0.2, 3.4.3."""

_MAILBOX = """
CREATE TABLE IF NOT EXISTS mail (
    id INTEGER PRIMARY KEY, number TEXT NOT NULL, key TEXT NOT NULL, box TEXT NOT NULL, thread TEXT,
    data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS told (number TEXT NOT NULL, state TEXT NOT NULL, said TEXT NOT NULL);
"""


class ReferenceSystem:
    """A small, complete system. ``ids`` makes its numbers; its clock is what :meth:`tick` said last."""

    def __init__(self, ids: IdsAndClock | None = None) -> None:
        self._ids = given_or_own(ids)
        self._now: datetime | None = None
        self._store: SqliteStore
        self.reset()

    def reset(self) -> None:
        """Begin again, with an empty mailbox."""
        folder = tempfile.mkdtemp(prefix="medcom-bu-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self._store = SqliteStore(Path(folder) / "system.db")
        self._outbox = Outbox()
        self._store.connection.executescript(_MAILBOX)
        self._converter = Converter(self._store)

    # --- out ---

    def send(self, task: Task) -> Sequence[bytes]:
        """Build the messages of a task, remember them until they are answered, and send them.

        What would be invalid or too large is not sent. Raises NotSupported for what this system does not send.
        """
        now, ids = self._moment(), self._around()
        if sum(len(file.content) for file in task.files) * 4 // 3 > LIMIT:  # in base64, before that is made
            return ()
        try:
            messages = write_messages(task, ids, self._earlier(task.previous))
        except InvalidMessage:
            return ()
        sent = []
        with self._store:
            for message in messages:
                try:
                    data = put_on_wire(message, task, ids)
                except InvalidMessage:  # it has no layout there, such as XREF01 XH0131R in EDIFACT
                    raise NotSupported(f"{task.standard} {task.version} {task.wire}") from None
                step = self._outbox.send(data, self._store, now, ids=ids)
                if step.data is not None:
                    self._keep("out", step.data)
                    sent.append(step.data)
        return sent

    def tick(self, now: datetime) -> Sequence[bytes]:
        """It is ``now``: send again what nobody has answered, and tell the user what is given up."""
        self._now = now
        return self._due()

    def _due(self) -> Sequence[bytes]:
        with self._store:
            return self._told(self._outbox.due(self._store, self._moment(), ids=self._around()))

    def _told(self, steps: Sequence[OutboxStep]) -> list[bytes]:
        """What goes out by these steps; of the others the user is told what must be known."""
        for step in steps:
            if step.must_tell:
                row = (step.key.identifier, str(step.state), step.said or step.text("da"))
                self._store.connection.execute("INSERT INTO told VALUES (?, ?, ?)", row)
        return [step.data for step in steps if step.data is not None]

    # --- in ---

    def receive(self, data: bytes) -> Sequence[bytes]:
        """Judge what came, keep what is to be shown, and answer it."""
        with self._store:
            decision = receive(data, self._store, self._moment(), ids=self._around())
            if decision.action is Action.ANSWER:
                self._told(self._outbox.answered(data, self._store, self._moment()))
            elif decision.action is Action.SHOW:
                self._keep("in", data)
        if decision.action is Action.ANSWER:
            return self._due()
        return () if decision.answer is None else (decision.answer,)

    def _keep(self, box: str, data: bytes) -> None:
        message = open_unjudged(data).message
        thread = message.communication_identifier if isinstance(message, CareCommunicationMessage) else None
        for key in identities(message):
            row = (key.identifier, key.text, box, thread, data)
            self._store.connection.execute(
                "INSERT INTO mail (number, key, box, thread, data) VALUES (?, ?, ?, ?, ?)", row
            )

    def convert(self, messages: Sequence[bytes], to: str) -> Sequence[bytes]:
        """What goes to a receiver that takes the format ``to``: the ``messages`` that came, carried over."""
        return self._converter.convert(messages, to, self._around())

    # --- what users see ---

    def display(self, message_id: str) -> Mapping[str, Any] | None:
        """What a user sees of a message that came or was sent."""
        found = self._mail("number = ?", message_id)
        if not found:
            return None
        message, box, key = found[0]
        if isinstance(message, CareCommunicationMessage):
            joined = [each for each, *_ in self._mail("thread = ?", message.communication_identifier)]
            shown = shown_thread(message, joined or [message])
        else:
            shown = shown_letter(message, [each for each, *_ in self._mail("thread IS NULL") if each is not message])
        return {**shown, **self._state(message_id, key)} if box == "out" else shown

    def _state(self, number: str, key: str) -> dict[str, Any]:
        entry = self._store.seen(Box.OUT, key)
        told = self._store.connection.execute("SELECT said FROM told WHERE number = ?", (number,)).fetchall()
        return {"state": str(entry.state if entry else State.ACKNOWLEDGED), "told": [said for (said,) in told]}

    def _mail(self, where: str, *parameters: Any) -> list[tuple[Any, str, str]]:
        query = f"SELECT data, box, key FROM mail WHERE {where} ORDER BY id"  # noqa: S608 - written in this file
        rows = self._store.connection.execute(query, parameters).fetchall()
        return [(open_unjudged(data).message, box, key) for data, box, key in rows]

    def _earlier(self, number: str | None) -> Earlier | None:
        found = self._mail("number = ?", number) if number else []
        if not found:
            return None
        message, box, _ = found[0]
        thread = getattr(message, "communication_identifier", None)
        others = tuple(each for each, *_ in self._mail("thread = ?", thread)) if thread else ()
        return Earlier(message, box == "out", others)

    # --- time ---

    def _moment(self) -> datetime:
        return danish_now() if self._now is None else self._now

    def _around(self) -> IdsAndClock:
        return attrs.evolve(self._ids, clock=self._moment)
