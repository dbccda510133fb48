"""Whatever a system does, a run ends, says why, and keeps what came."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from medcom_bu.certification import (
    CaseResult,
    Conclusion,
    MedcomSystem,
    NotSupported,
    ReferenceSystem,
    Runner,
    Task,
    select,
)

SEND, RECEIVE, WAIT = "CCS-3.3.1", "CCR-3.1.1", "ACR-3.3.3"


def run(make: Callable[[], MedcomSystem], number: str, limit: float = 60.0) -> CaseResult:
    (case,) = select(ids=[number])
    with Runner(make, limit=limit) as runner:
        return runner.run(case)


def reasons(result: CaseResult) -> list[tuple[str, str]]:
    """The first finding that is not passed, with what it came to."""
    findings = [each for check in result.checks for each in check.findings]
    return [(str(each.conclusion), each.found.en) for each in findings if each.conclusion is not Conclusion.PASSED][:1]


class Odd(ReferenceSystem):
    """The reference system, of which one method does something else."""

    def __init__(self, **methods: Any) -> None:
        super().__init__()
        vars(self).update(methods)


def raises(*_: object) -> Any:
    raise KeyError("0201609995 Lonni")


def exits(*_: object) -> Any:
    raise SystemExit(3)


@pytest.mark.parametrize(
    ("methods", "told"),
    [
        ({"send": raises}, "the system raises KeyError in send (test_running.py:"),
        ({"send": exits}, "the system raises SystemExit in send (test_running.py:"),
        ({"send": lambda _: None}, "send returns NoneType, not a list of bytes"),
        ({"send": lambda _: b"<Emessage/>"}, "send returns bytes, not a list of bytes"),
        ({"send": lambda _: ["<Emessage/>"]}, "send returns list[str], not a list of bytes"),
        ({"reset": raises}, "the system raises KeyError in reset (test_running.py:"),
        ({"tick": raises}, "the system raises KeyError in tick (test_running.py:"),
    ],
)
def test_a_system_that_breaks_fails_its_case_with_that_reason(methods: dict[str, Any], told: str) -> None:
    result = run(lambda: Odd(**methods), SEND)
    ((conclusion, found),) = reasons(result)
    assert conclusion == "failed"
    assert found.startswith(told)
    assert "Lonni" not in str(result.to_dict())
    assert "0201609995" not in str(result.to_dict()["checks"])


def test_a_system_that_cannot_be_made_fails_its_case() -> None:
    assert reasons(run(raises, SEND))[0][1].startswith("the system cannot be created: KeyError")


def test_a_system_that_hangs_fails_its_case_and_the_next_one_has_a_new_system() -> None:
    made: list[ReferenceSystem] = []
    waits = threading.Event()

    def make() -> ReferenceSystem:
        system = ReferenceSystem() if made else Odd(send=lambda _: waits.wait())
        made.append(system)
        return system

    (case,) = select(ids=[SEND])
    with Runner(make, limit=5.0) as runner:
        first, second = runner.run(case), runner.run(case)
    waits.set()
    assert reasons(first) == [("failed", "the system does not answer within 5 seconds")]
    assert second.conclusion is Conclusion.PASSED
    assert len(made) == 2


@pytest.mark.parametrize(
    "garbage", [b"", b"\xff\xfe\x00", b"{}", b"<Emessage/>", b'{"resourceType":"Bundle"}', b"UNA:+.? '"]
)
@pytest.mark.parametrize("number", [SEND, RECEIVE, WAIT, "OUR-XREF01-send", "CCS-3.4.4"])
def test_garbage_fails_each_check_and_is_kept(garbage: bytes, number: str) -> None:
    result = run(lambda: Odd(send=lambda _: [garbage], receive=lambda _: [garbage]), number)
    assert result.conclusion is Conclusion.FAILED
    assert garbage in [each.data for each in result.evidence if each.is_from_system]


def test_what_is_not_supported_fails_a_case_that_demands_it() -> None:
    def send(_: Task) -> Any:
        raise NotSupported

    assert reasons(run(lambda: Odd(send=send), SEND)) == [("failed", "the system says that it does not")]


class Blind:
    """A system that has the three methods that it must have, and no more."""

    def __init__(self) -> None:
        system = ReferenceSystem()
        self.send, self.receive, self.reset = system.send, system.receive, system.reset


def test_without_display_a_person_judges_and_without_tick_what_waits_is_not_run() -> None:
    seen = run(Blind, RECEIVE)
    assert seen.conclusion is Conclusion.TO_BE_JUDGED
    assert {str(check.conclusion) for check in seen.checks if check.check.startswith("shown")} == {"to be judged"}
    assert run(Blind, WAIT).conclusion is Conclusion.NOT_RUN
    assert run(Blind, SEND).conclusion is Conclusion.PASSED
