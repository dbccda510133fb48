"""What has happened so far in the run of a case: what inputs are made from, and what checks look at."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs

from medcom_bu import wire
from medcom_bu.certification.model.tasks import Task, TaskAuthor, TaskPatient, TaskUnit
from medcom_bu.exchange.identity import Incoming, identities, open_unjudged
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.issues import Report
from medcom_bu.messages.binary_letter import BinaryLetter, ReferralAttachment
from medcom_bu.messages.message import Message

SYSTEM = TaskUnit("Eksempel Kommune", "5790000121526", "265161000016000")
"""The unit of the system that is tried."""

COUNTERPART = TaskUnit("Eksempel Lægehus", "5790001348120", "953741000016009")
"""The unit that the kit plays."""

OTHER_UNIT = TaskUnit("Eksempel Speciallæge", "5790000121540", "325421000016001")
"""A third one, for what is sent on."""

AUTHOR = TaskAuthor("Petra", "Prøve", "00000000", "paedagog", "Pædagog")
"""Who writes in the system."""


@attrs.frozen(repr=False, eq=False)
class Wired:
    """Bytes as they went over the wire, read when somebody asks."""

    data: bytes

    @functools.cached_property
    def came(self) -> Incoming:
        """What is in them, out of an envelope, nothing judged."""
        return open_unjudged(self.data)

    @property
    def message(self) -> Message | None:
        """The message, as far as it can be read."""
        return self.came.message

    @functools.cached_property
    def report(self) -> Report:
        """The sender's verdict on them."""
        return wire.validate(self.data)

    @property
    def number(self) -> str | None:
        """The id of the message: of its header, or of its first letter."""
        known = identities(self.message)
        return known[0].identifier if known else None


@attrs.frozen(repr=False, eq=False, kw_only=True)
class Taken:
    """A stage that has run: what the system was given, when, and what it gave."""

    name: str
    moment: datetime
    task: Task | None = None
    came: tuple[Wired, ...] = ()
    gave: tuple[Wired, ...] = ()

    @property
    def given(self) -> Wired | None:
        """What the system received first."""
        return next(iter(self.came), None)

    @property
    def subject(self) -> Wired | None:
        """The message that the stage is about, not the letters with its files: what came, or else what was sent."""
        return next(iter(sorted(self.came or self.gave, key=_carries_files_alone)), None)


def _carries_files_alone(sent: Wired) -> bool:
    letters: tuple[Any, ...] = getattr(sent.message, "letters", ())
    return any(isinstance(letter, BinaryLetter | ReferralAttachment) for letter in letters)


@attrs.define(repr=False, eq=False, kw_only=True)
class Scene:
    """The run of one case so far.

    ``ids`` makes numbers that are fresh in each run, and knows the time of the case. ``display`` asks the system what
    a user sees; None where the system cannot say. ``system`` is the unit of the system, ``counterpart`` that of the
    kit. ``taken`` are the stages that have run, by their names, ``current`` is the last one.
    """

    ids: IdsAndClock
    display: Callable[[str], Mapping[str, Any] | None] | None
    patients: Mapping[str, TaskPatient]
    system: TaskUnit = SYSTEM
    counterpart: TaskUnit = COUNTERPART
    other: TaskUnit = OTHER_UNIT
    author: TaskAuthor = AUTHOR
    taken: dict[str, Taken] = attrs.field(factory=dict)

    @property
    def current(self) -> Taken:
        """The stage that has run last."""
        return next(reversed(self.taken.values()))

    def stage(self, name: str | None) -> Taken:
        """A stage by its name; without one the last. Raises KeyError where none of that name has run."""
        return self.current if name is None else self.taken[name]

    def before(self, name: str) -> Sequence[Taken]:
        """The stages that ran before another."""
        names = list(self.taken)
        return [self.taken[each] for each in names[: names.index(name)]]
