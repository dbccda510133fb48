"""Converting for a receiver of the other standard: the pairs of numbers are kept in the system's own SQLite file.

Source: MedCom, use cases of the VANS conversion service 3.1.0.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from medcom_bu import wire
from medcom_bu.certification.model.scenes import COUNTERPART, OTHER_UNIT, SYSTEM
from medcom_bu.certification.reference.writing import write_in
from medcom_bu.conversion.convert import convert
from medcom_bu.conversion.pairs import Pairs
from medcom_bu.conversion.result import Conversion
from medcom_bu.directory import Directory
from medcom_bu.envelopes import vans
from medcom_bu.errors import InvalidMessage
from medcom_bu.exchange import SqliteStore
from medcom_bu.exchange.identity import answers, identities, is_answer, open_unjudged
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.messages.binary_letter import BinaryLetter
from medcom_bu.messages.message import FhirMessage

_TABLES = """
CREATE TABLE IF NOT EXISTS pairs (told TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS converted (key TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS waiting (original TEXT NOT NULL, data BLOB NOT NULL);
"""
_DIRECTORY = Directory.from_rows(
    {"gln": unit.gln, "sor": unit.sor, "name": unit.name} for unit in (SYSTEM, COUNTERPART, OTHER_UNIT)
)


class Converter:
    """Converts, and remembers in the store what answers are turned over by."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store
        store.connection.executescript(_TABLES)

    def convert(self, messages: Sequence[bytes], to: str, ids: IdsAndClock) -> Sequence[bytes]:
        """What goes to the receiver; nothing for a copy, for answers that are not all there, for what is invalid."""
        opened = [open_unjudged(data) for data in messages]
        came: list[Any] = [each.message for each in opened if each.message is not None]
        if len(came) < len(opened) or not came:
            return ()
        if isinstance(came[0], FhirMessage) == to.startswith("fhir") or all(map(_has_files_alone, came)):
            return list(messages)  # its receiver takes it as it is, or nothing of the other standard stands for it
        came.sort(key=_has_files_alone)
        with self._store:
            try:
                made = (
                    self._turned_over(came, messages, to, ids) if is_answer(came[0]) else self._converted(came, to, ids)
                )
            except InvalidMessage:
                return ()
        written = [write_in(message, to) for message in made.messages] if made is not None else []
        if not all(wire.validate(data).ok or _is_incomplete(made) for data in written):
            return ()
        is_enveloped = any(each.envelope is not None for each in opened)
        return [wire.to_xml(vans.wrap(data, ids=ids)) for data in written] if is_enveloped else written

    def _converted(self, came: Sequence[Any], to: str, ids: IdsAndClock) -> Conversion | None:
        """A message with its files; None where it was converted before. Raises InvalidMessage."""
        keys = [(each.text,) for each in identities(came[0])]
        added = self._store.connection.executemany("INSERT OR IGNORE INTO converted VALUES (?)", keys)
        if added.rowcount < len(keys):
            return None
        made = convert(came[0], to, attachments=came[1:], directory=_DIRECTORY, ids=ids)
        self._store.connection.execute("INSERT INTO pairs VALUES (?)", (json.dumps(made.pairs.to_dict()),))
        return made

    def _turned_over(self, came: Sequence[Any], data: Sequence[bytes], to: str, ids: IdsAndClock) -> Conversion:
        """The answers to one message, with those that came before; they wait for each other. Raises InvalidMessage."""
        kept = self._store.connection.execute("SELECT told FROM pairs").fetchall()
        pairs = Pairs(tuple(each for (told,) in kept for each in Pairs.from_dict(json.loads(told)).messages))
        numbers = {key.identifier for each in came for key in answers(each)}
        own = {
            paired.message_id
            for paired in pairs.messages
            for each in paired.letters
            if each.letter_identifier in numbers
        }
        waiting = [
            each
            for original, each in self._store.connection.execute("SELECT original, data FROM waiting").fetchall()
            if original in own
        ]
        others: list[Any] = [*came[1:], *(open_unjudged(each).message for each in waiting)]
        made = convert(came[0], to, attachments=others, pairs=pairs, ids=ids)
        if not made.messages:
            rows = [(original, each) for original in own for each in data]
            self._store.connection.executemany("INSERT INTO waiting VALUES (?, ?)", rows)
        return made


def _has_files_alone(message: Any) -> bool:
    letters: tuple[Any, ...] = getattr(message, "letters", ())
    return bool(letters) and all(isinstance(letter, BinaryLetter) for letter in letters)


def _is_incomplete(made: Conversion | None) -> bool:
    """A file was missing, or is of a type that is not permitted: MedCom wants that to go out all the same."""
    return made is not None and any(paired.is_incomplete for paired in made.pairs.messages)
