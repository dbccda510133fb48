"""Which cases each fault of the twin fails: the kept table. ``python -m tests.support.fault_matrix`` writes it.

A fault that changes nothing of all that the reference system is given and gives in a case cannot fail it; such a case
is not run again.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from medcom_bu.batch import spread
from medcom_bu.certification import Conclusion, ReferenceSystem, Runner, Task, all_cases, select
from medcom_bu.certification.faults import FAULTS, FaultPlace, FaultyTwin, SystemFault
from medcom_bu.certification.model.scenes import Wired
from tests.support import TESTS

TABLE = TESTS / "certification" / "faults.txt"
CASES = [case for case in all_cases() if not case.variant_of]
"""What is compared whole. A variant is the same case for another version, wire or area."""

_Trace = list[tuple[FaultPlace, Any, dict[str, Any]]]


class Recorded(ReferenceSystem):
    """The reference system, which notes what stands at each place where a fault can act, and what is known then."""

    def __init__(self, trace: _Trace) -> None:
        self.trace: _Trace = trace
        self.known: dict[str, Any] = {}
        super().__init__()

    def _note(self, place: FaultPlace, there: Any) -> Any:
        self.trace.append((place, copy.deepcopy(there), dict(self.known)))
        return there

    def send(self, task: Task) -> Sequence[bytes]:
        """What goes out."""
        self._note(FaultPlace.TASK, task)
        self.known["sent"] = gave = self._note(FaultPlace.SENT, list(super().send(task)))
        return gave  # type: ignore[no-any-return]

    def receive(self, data: bytes) -> Sequence[bytes]:
        """The answers."""
        self.known["came"] = data
        self.known["numbers"] = [*self.known.get("numbers", ()), Wired(data).number]
        self._note(FaultPlace.INPUT, data)
        return self._note(FaultPlace.ANSWER, list(super().receive(data)))  # type: ignore[no-any-return]

    def tick(self, now: datetime) -> Sequence[bytes]:
        """What is sent again."""
        return self._note(FaultPlace.RESENT, list(super().tick(now)))  # type: ignore[no-any-return]

    def display(self, message_id: str) -> Mapping[str, Any] | None:
        """What is shown."""
        self.known["shown"] = message_id
        return self._note(FaultPlace.DISPLAY, super().display(message_id))  # type: ignore[no-any-return]


@functools.cache
def trace_of(number: str) -> _Trace:
    """What stands at each place in a case, of the reference system."""
    trace: _Trace = []
    with Runner(functools.partial(Recorded, trace)) as runner:
        runner.run(*select(ids=[number]))
    return trace


def changes_something(fault: SystemFault, trace: _Trace) -> bool:
    """Whether a fault changes anything in a case, or stops it."""
    own: dict[str, Any] = {}
    for place, there, known in trace:
        if place is fault.place:
            own |= known
            try:
                if fault.change(copy.deepcopy(there), own) != there:
                    return True
            except Exception:
                return True
    return False


def failed_by(fault: SystemFault) -> tuple[str, ...]:
    """The cases that a fault fails."""
    touched = [case for case in CASES if changes_something(fault, trace_of(case.id))]
    with Runner(functools.partial(FaultyTwin, fault)) as runner:
        results = [runner.run(case) for case in touched]
    return tuple(result.id for result in results if result.conclusion is Conclusion.FAILED)


def line(name: str) -> str:
    """The row of a fault: its name, and behind it the cases that it fails."""
    return f"{name}: {' '.join(failed_by(FAULTS[name]))}".rstrip()


def lines() -> list[str]:
    """The table, made by a process for each core."""
    return list(spread(line, list(FAULTS), None, "{}: its process ended".format))


if __name__ == "__main__":
    TABLE.write_text("".join(f"{each}\n" for each in lines()), encoding="utf-8")
