"""The faulty twin of the reference system: the same system, with one fault switched on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs

from medcom_bu.arguments import Words
from medcom_bu.certification.model.scenes import Wired
from medcom_bu.certification.model.tasks import Task
from medcom_bu.certification.reference.system import ReferenceSystem
from medcom_bu.issues import Text


class FaultPlace(Words):
    """Where a fault acts: on what the system is given, or on what one of its methods gives."""

    TASK = "task"
    INPUT = "input"
    SENT = "sent"
    ANSWER = "answer"
    RESENT = "resent"
    DISPLAY = "display"
    CONVERTED = "converted"


@attrs.frozen(kw_only=True)
class SystemFault:
    """One fault: its name, what it does, the cases that it must fail, among others or alone.

    ``change`` is called with what is at its place, and with a dict that lasts until the next reset; it gives what
    is there instead. That is a task, the bytes that came, a list of the bytes that go out, or what a user sees.
    In the dict are the bytes that came last (``came``; all of what is converted), the numbers of all that came
    (``numbers``), what was sent last (``sent``), the number of what is shown (``shown``), the time that the system
    was told (``now``), and whatever a change puts there.
    """

    name: str
    says: Text
    fails: tuple[str, ...]
    place: FaultPlace
    change: Callable[[Any, dict[str, Any]], Any]


class FaultyTwin:
    """The reference system with a fault. ``make`` makes the system."""

    def __init__(self, fault: SystemFault, make: Callable[[], Any] = ReferenceSystem) -> None:
        self._fault = fault
        self._system = make()
        self._memory: dict[str, Any] = {}

    def reset(self) -> None:
        """Begin again."""
        self._system.reset()
        self._memory.clear()

    def send(self, task: Task) -> Sequence[bytes]:
        """Send what a task says, or nearly so."""
        gave: Sequence[bytes] = self._at(FaultPlace.SENT, list(self._system.send(self._at(FaultPlace.TASK, task))))
        self._memory["sent"] = gave
        return gave

    def receive(self, data: bytes) -> Sequence[bytes]:
        """Take what came, and answer, more or less."""
        self._memory["came"] = data
        self._memory["numbers"] = [*self._memory.get("numbers", ()), Wired(data).number]
        gave: Sequence[bytes] = self._at(
            FaultPlace.ANSWER, list(self._system.receive(self._at(FaultPlace.INPUT, data)))
        )
        return gave

    def tick(self, now: datetime) -> Sequence[bytes]:
        """Send again what is due, or not."""
        self._memory["now"] = now
        gave: Sequence[bytes] = self._at(FaultPlace.RESENT, list(self._system.tick(now)))
        return gave

    def convert(self, messages: Sequence[bytes], to: str) -> Sequence[bytes]:
        """Convert, more or less."""
        self._memory["came"] = b"".join(messages)
        gave: Sequence[bytes] = self._at(FaultPlace.CONVERTED, list(self._system.convert(messages, to)))
        return gave

    def display(self, message_id: str) -> Mapping[str, Any] | None:
        """What a user sees, or should not."""
        self._memory["shown"] = message_id
        seen: Mapping[str, Any] | None = self._at(FaultPlace.DISPLAY, self._system.display(message_id))
        return seen

    def _at(self, place: FaultPlace, there: Any) -> Any:
        return self._fault.change(there, self._memory) if self._fault.place is place else there
