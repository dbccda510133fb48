"""Systems that a careless kit would let through: what says ok to everything, what says nothing, what breaks down."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import pytest

from medcom_bu import IdsAndClock, exchange, wire
from medcom_bu.certification import CaseResult, Conclusion, MedcomSystem, Runner, Task, all_cases, select
from medcom_bu.errors import InvalidMessage
from medcom_bu.exchange.identity import open_unjudged
from medcom_bu.issues import Parsed
from medcom_bu.testing import Factories
from medcom_bu.testing.clock import START


class Silent:
    """Says nothing."""

    def reset(self) -> None: ...

    def send(self, task: Task) -> Sequence[bytes]:
        return ()

    def receive(self, data: bytes) -> Sequence[bytes]:
        return ()

    def tick(self, now: datetime) -> Sequence[bytes]:
        return ()

    def display(self, message_id: str) -> Mapping[str, Any] | None:
        return None

    def convert(self, messages: Sequence[bytes], to: str) -> Sequence[bytes]:
        return ()


class Agreeing(Silent):
    """Sends a valid message whatever the task is, says ok to everything that comes, and shows it as new."""

    def __init__(self) -> None:
        self.now: datetime = START

    def send(self, task: Task) -> Sequence[bytes]:
        return [wire.to_fhir(Factories(self.ids()).care_communication())]

    def receive(self, data: bytes) -> Sequence[bytes]:
        came = open_unjudged(data)
        if came.message is None:
            return ()
        try:
            answer = exchange.accept(came.message, ids=self.ids())
            return [exchange.write(answer, Parsed(came.envelope or came.message, came.report, wire.detect(data)))]
        except InvalidMessage:  # no message can be answered so
            return ()

    def tick(self, now: datetime) -> Sequence[bytes]:
        self.now = now
        return ()

    def display(self, message_id: str) -> Mapping[str, Any] | None:
        return {"activity": "new", "state": "acknowledged", "posts": [{}]}

    def ids(self) -> IdsAndClock:
        return IdsAndClock(clock=lambda: self.now)


@pytest.mark.slow
@pytest.mark.parametrize("system", [Silent, Agreeing])
def test_most_cases_fail(system: Callable[[], MedcomSystem]) -> None:
    with Runner(system, limit=60.0) as runner:
        results = [runner.run(case) for case in all_cases()]
    counted = Counter(result.conclusion for result in results)
    assert counted[Conclusion.FAILED] >= 0.8 * len(results), counted
    assert counted[Conclusion.NOT_RUN] == 0, counted


class Raising(Silent):
    def receive(self, data: bytes) -> Sequence[bytes]:
        raise RuntimeError("Lonni is not here")


class Hanging(Silent):
    def receive(self, data: bytes) -> Sequence[bytes]:
        time.sleep(2)
        return ()


class Rambling(Silent):
    def receive(self, data: bytes) -> Sequence[bytes]:
        return [b"\x00 no message"]


class Wordless(Silent):
    def receive(self, data: bytes) -> Sequence[bytes]:
        return None  # type: ignore[return-value]


class Unready(Silent):
    receive = None  # type: ignore[assignment]


class Repeating(Agreeing):
    def receive(self, data: bytes) -> Sequence[bytes]:
        return [*super().receive(data), *super().receive(data)]


@pytest.mark.parametrize(
    ("system", "told"),
    [
        (Silent, "0"),
        (Raising, "the system raises RuntimeError in receive"),
        (Hanging, "the system does not answer within 0.5 seconds"),
        (Rambling, "0"),
        (Wordless, "receive returns"),
        (Unready, "the system has no method receive"),
        (Repeating, "2"),
    ],
)
def test_a_system_that_breaks_down_fails_with_its_reason_and_the_run_goes_on(
    system: Callable[[], MedcomSystem], told: str
) -> None:
    (case,) = select(ids=["CCR-3.1.1"])
    with Runner(system, limit=0.5 if system is Hanging else 60.0) as runner:
        results: list[CaseResult] = [runner.run(case) for _ in range(2)]
    for result in results:
        assert result.conclusion is Conclusion.FAILED
        failed = [
            finding.found.en
            for check in result.checks
            for finding in check.findings
            if finding.conclusion is Conclusion.FAILED
        ]
        assert failed[0].startswith(told), failed
        assert "Lonni" not in str(failed)
        assert result.evidence  # what came is kept


class Mangled(Silent):
    def send(self, task: Task) -> Sequence[bytes]:
        return ["{æ".encode("latin-1")]


def test_what_cannot_be_read_is_called_so_by_every_check() -> None:
    (case,) = select(ids=["CCS-3.3.1"])
    with Runner(Mangled) as runner:
        result = runner.run(case)
    told = {check.check: {finding.found.en for finding in check.findings} for check in result.checks}
    assert told["sent"] == told["patient"] == told["category"] == {"a message that cannot be read"}
