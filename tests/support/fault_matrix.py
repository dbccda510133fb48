"""Which cases each fault of the twin fails: the kept table. ``python -m tests.support.fault_matrix`` writes it.

Nothing is worked out twice: ids count and the clock stands, so that the reference system, called as before, gives what
it gave then, and bytes that were judged are judged so again; a case ends with the first check that fails. A fault that
changes nothing of all that the reference system is given and gives in a case cannot fail it; it is not run again.
"""

from __future__ import annotations

import copy
import functools
import hashlib
import io
import pickle
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar
from unittest import mock

import attrs

from medcom_bu import wire
from medcom_bu.batch import spread
from medcom_bu.certification import (
    CaseResult,
    CertificationCase,
    CheckResult,
    Conclusion,
    ReferenceSystem,
    Runner,
    Task,
    all_cases,
    running,
    select,
)
from medcom_bu.certification.faults import FAULTS, FaultPlace, FaultyTwin, SystemFault, twin
from medcom_bu.certification.inputs import files, making
from medcom_bu.certification.inputs.making import make_inputs
from medcom_bu.certification.model.cases import CheckRow
from medcom_bu.certification.model.scenes import Scene, Wired
from medcom_bu.certification.model.tasks import TaskFile
from medcom_bu.issues import Report
from medcom_bu.testing.clock import START, frozen
from tests.support import TESTS

TABLE = TESTS / "certification" / "faults.txt"
CASES = [case for case in all_cases() if not case.variant_of]
"""What is compared whole. A variant is the same case for another version, wire or area."""

_Outcome = tuple[Any, Exception | None]
_Trace = list[tuple[FaultPlace, Any, dict[str, Any]]]
_OF_THE_SYSTEM = 1_000_000
"""The first number of the system's own, far from those of the kit."""
_wired = functools.lru_cache(2000)(Wired)
_validate = wire.validate
_judged = functools.lru_cache(500)(_validate)
_made: dict[bytes, tuple[bytes, ...]] = {}
_named: dict[int, str] = {}
"""What the kit calls the bytes that are at this address. They are kept, so the address is theirs alone."""


@functools.cache
def _file(name: str) -> TaskFile:
    """A file of the kit, made once."""
    file = files.file_named(name)
    _named[id(file.content)] = name
    return file


class _Outline(pickle.Pickler):
    """A pickle in which the files of the kit stand by name: 100 MB are not written and hashed at each call."""

    def persistent_id(self, value: Any) -> str | None:
        return _named.get(id(value)) if isinstance(value, bytes) else None


def _digest(before: bytes, value: Any) -> bytes:
    """The digest of what came before and of a value."""
    outline = io.BytesIO(before)
    outline.seek(0, io.SEEK_END)
    _Outline(outline).dump(value)
    return hashlib.sha256(outline.getbuffer()).digest()


class Remembered:
    """The reference system, asked only for what it has not given before after the same calls."""

    _known: ClassVar[dict[bytes, bytes]] = {}

    def __init__(self) -> None:
        self._calls: list[tuple[str, tuple[Any, ...]]] = []
        self._after: bytes = b""
        self._system: ReferenceSystem | None = None
        self._done: int = 0

    def send(self, task: Task) -> Sequence[bytes]:
        """What goes out."""
        return self._call("send", task)  # type: ignore[no-any-return]

    def receive(self, data: bytes) -> Sequence[bytes]:
        """The answers."""
        return self._call("receive", data)  # type: ignore[no-any-return]

    def tick(self, now: datetime) -> Sequence[bytes]:
        """What is sent again."""
        return self._call("tick", now)  # type: ignore[no-any-return]

    def convert(self, messages: Sequence[bytes], to: str) -> Sequence[bytes]:
        """What goes on."""
        return self._call("convert", messages, to)  # type: ignore[no-any-return]

    def display(self, message_id: str) -> Mapping[str, Any] | None:
        """What is shown."""
        return self._call("display", message_id)  # type: ignore[no-any-return]

    def reset(self) -> None:
        """Begin again."""
        self._call("reset")

    def _call(self, name: str, *arguments: Any) -> Any:
        call = (name, arguments)
        self._calls.append(call)
        self._after = _digest(self._after, call)
        if self._after not in self._known:
            self._known[self._after] = pickle.dumps(self._caught_up())
        gave, error = pickle.loads(self._known[self._after])
        if error is not None:
            raise error
        return gave

    def _caught_up(self) -> _Outcome:
        """What comes of the last call, after all before it."""
        if self._system is None:
            self._system = ReferenceSystem(frozen(first=_OF_THE_SYSTEM))
        outcome: _Outcome = (None, None)
        for name, arguments in self._calls[self._done :]:
            try:
                outcome = getattr(self._system, name)(*arguments), None
            except Exception as error:
                outcome = None, error
        self._done = len(self._calls)
        return outcome


class Recorded(FaultyTwin):
    """A twin without a fault, which notes what is at each place where one can act, and what is known then."""

    def __init__(self, trace: _Trace) -> None:
        super().__init__(next(iter(FAULTS.values())), Remembered)
        self.trace: _Trace = trace

    def _at(self, place: FaultPlace, there: Any) -> Any:
        self.trace.append((place, copy.deepcopy(there), dict(self._memory)))
        return there


def _verdict(message: Any, **asked: Any) -> Report:
    """The verdict on bytes is worked out once."""
    return _judged(message) if isinstance(message, bytes) and not asked else _validate(message, **asked)


def _inputs(row: Mapping[str, Any], scene: Scene) -> tuple[bytes, ...]:
    """What the kit makes: made once for what has happened before."""
    now = scene.ids.clock()
    before = [(taken.name, [each.data for each in (*taken.came, *taken.gave)]) for taken in scene.taken.values()]
    key = _digest(b"", (row, now, before))
    if key not in _made:
        _made[key] = make_inputs(row, attrs.evolve(scene, ids=frozen(now, first=1 + 1000 * len(before))))
    return _made[key]


def run(make: Callable[[], Any], case: CertificationCase) -> CaseResult:
    """What comes of a case."""
    with (
        mock.patch.object(wire, "validate", _verdict),
        mock.patch.object(running, "Wired", _wired),
        mock.patch.object(twin, "Wired", _wired),
        mock.patch.object(running, "make_inputs", _inputs),
        mock.patch.object(making, "file_named", _file),
        Runner(make, start=START, ids=frozen(), limit=600.0) as runner,
    ):
        return runner.run(case)


@functools.cache
def result_of(name: str, number: str) -> CaseResult:
    """What comes of a case under a fault."""
    return run(functools.partial(FaultyTwin, FAULTS[name], Remembered), *select(ids=[number]))


def fails(name: str, case: CertificationCase) -> bool:
    """Whether a fault fails a case: known from the first check that fails."""
    with mock.patch.object(running._Run, "_checked", _checked_until_failed):
        try:
            result = run(functools.partial(FaultyTwin, FAULTS[name], Remembered), case)
        except _Failed:
            return True
    return result.conclusion is Conclusion.FAILED


class _Failed(Exception):
    """A check has failed, so that the case has."""


_checked = running._Run._checked


def _checked_until_failed(own: Any, row: CheckRow) -> CheckResult:
    result = _checked(own, row)
    if result.conclusion is Conclusion.FAILED:
        raise _Failed
    return result


def cheap_first(case: CertificationCase) -> CertificationCase:
    """The case with the checks that judge whole messages behind the others of their stage."""
    stages = (
        attrs.evolve(stage, checks=tuple(sorted(stage.checks, key=lambda row: "valid" in row.name)))
        for stage in case.stages
    )
    return attrs.evolve(case, stages=tuple(stages))


def trace_of(case: CertificationCase) -> _Trace:
    """What is at each place in a case, of the reference system."""
    trace: _Trace = []
    run(functools.partial(Recorded, trace), case)
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


def failing(number: str) -> tuple[str, ...]:
    """The faults that fail a case."""
    (case,) = map(cheap_first, select(ids=[number]))
    trace = trace_of(case)
    return tuple(name for name, fault in FAULTS.items() if changes_something(fault, trace) and fails(name, case))


def _lost(_: str) -> tuple[str, ...]:
    raise ChildProcessError("a process that runs cases has ended")


def lines() -> list[str]:
    """The table, made by a process for each core: a row for each fault, its name, and the cases that it fails."""
    numbers = [case.id for case in CASES]
    by_case = dict(zip(numbers, spread(failing, numbers, None, _lost), strict=True))
    rows = {name: [number for number in numbers if name in by_case[number]] for name in FAULTS}
    return [f"{name}: {' '.join(row)}".rstrip() for name, row in rows.items()]


if __name__ == "__main__":
    TABLE.write_text("".join(f"{each}\n" for each in lines()), encoding="utf-8")
