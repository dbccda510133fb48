"""The vendor's side: what the kit asks of a system. It is all that a vendor writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from medcom_bu.certification.model.tasks import Task


class NotSupported(Exception):
    """Raised by a system for a task or a message that it does not support; a case that demands it fails."""


@runtime_checkable
class MedcomSystem(Protocol):
    """A system that sends and receives messages.

    ``send`` does what a clinician would do and gives what goes on the network: the messages, in envelopes or not.
    ``receive`` takes what comes from the network and gives the answers that go back at once. ``display`` says what a
    user sees of a message by its id (MessageHeader.id, Letter/Identifier), as the page "Your system" of the docs lists
    it; None where a user sees nothing of it. ``reset`` empties the system: each case begins with it.

    Three methods may be left out: ``tick`` (:class:`Ticking`), ``display`` and ``convert`` (:class:`Converting`). What
    needs them is then not run, left to a person's eye, or not relevant.
    """

    def send(self, task: Task) -> Sequence[bytes]:
        """Send something."""

    def receive(self, data: bytes) -> Sequence[bytes]:
        """Take what came."""

    def reset(self) -> None:
        """Forget everything."""


@runtime_checkable
class Displaying(Protocol):
    """A system that tells what its users see."""

    def display(self, message_id: str) -> Mapping[str, Any] | None:
        """What a user sees of a message."""


@runtime_checkable
class Ticking(Protocol):
    """A system whose clock the kit can set."""

    def tick(self, now: datetime) -> Sequence[bytes]:
        """It is ``now`` (Danish time, with its zone): what the system sends because time has passed."""


@runtime_checkable
class Converting(Protocol):
    """A system that converts for receivers of the other standard, as the networks' conversion services do."""

    def convert(self, messages: Sequence[bytes], to: str) -> Sequence[bytes]:
        """What goes to a receiver that takes ``to`` (``fhir+json``, ``fhir+xml``, ``oioxml``, ``edifact``).

        ``messages`` came together: one message with the letters of its files, or the answers to one; in any order, in
        envelopes or not.

        The system keeps what it needs to convert the answers.
        """
