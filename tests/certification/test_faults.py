"""Each fault of the twin is seen by the cases that are there for it, and each case sees a fault."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import pytest

from medcom_bu.certification import CaseResult, Conclusion, MedcomSystem, Runner, Task, all_cases, select
from medcom_bu.certification.faults import ALL_FAULTS, FAULTS, FaultyTwin, SystemFault
from tests.support.fault_matrix import TABLE, lines, result_of

EACH = pytest.mark.parametrize("fault", FAULTS.values(), ids=list(FAULTS))


def run(make: Callable[[], MedcomSystem], ids: Sequence[str]) -> dict[str, CaseResult]:
    """What came of some cases."""
    with Runner(make) as runner:
        return {case.id: runner.run(case) for case in select(ids=ids)}


@functools.cache
def of_fault(name: str) -> dict[str, CaseResult]:
    """What came of the cases that are there for a fault."""
    return {number: result_of(name, number) for number in FAULTS[name].fails}


@EACH
def test_a_fault_fails_the_cases_that_are_there_for_it_and_they_say_why(fault: SystemFault) -> None:
    results = of_fault(fault.name)
    assert {number: str(result.conclusion) for number, result in results.items()} == dict.fromkeys(
        fault.fails, "failed"
    )
    for result in results.values():
        failed = [f for c in result.checks for f in c.findings if f.conclusion is Conclusion.FAILED]
        assert all(finding.expected.da and finding.found.da for finding in failed)
        assert (
            any(finding.rule and finding.path for finding in failed)
            or "raises" in failed[0].found.en
            or ("returns" in failed[0].found.en)
        )


def test_each_case_is_failed_by_a_fault() -> None:
    seen = {number for fault in FAULTS.values() for number in fault.fails}
    assert seen == {case.id for case in all_cases()}


def test_each_check_that_cases_use_is_failed_by_a_fault() -> None:
    """A check that nothing fails would show nothing; ``look`` is for a person's eye."""
    used = {row.name for case in all_cases() for stage in case.stages for row in stage.checks} - {"look"}
    failed = {
        check.check
        for name in FAULTS
        for result in of_fault(name).values()
        for check in result.checks
        if check.conclusion is Conclusion.FAILED
    }
    assert used - failed == set()


def test_there_are_enough_faults() -> None:
    assert len(FAULTS) >= 40


def test_no_two_faults_have_one_name() -> None:
    assert [fault.name for fault in ALL_FAULTS] == list(FAULTS)


class Silent:
    """A system that takes everything, and says nothing."""

    def reset(self) -> None:
        """Nothing is there."""

    def send(self, _: Task) -> list[bytes]:
        """Nothing goes out."""
        return []

    def receive(self, _: bytes) -> list[bytes]:
        """Nothing is answered."""
        return []

    def convert(self, _: Sequence[bytes], __: str) -> list[bytes]:
        """Nothing goes on."""
        return []

    def display(self, _: str) -> None:
        """Nothing is shown."""


def test_a_system_that_says_nothing_fails_every_case() -> None:
    results = run(Silent, [case.id for case in all_cases()])
    assert {str(result.conclusion) for result in results.values()} == {"failed"}


def test_a_system_that_accepts_everything_fails_where_something_is_wrong() -> None:
    twin = functools.partial(FaultyTwin, FAULTS["ok-to-everything"])
    results = run(twin, ["ACS-3.3.1", "CCR-3.1.1"])
    assert [str(result.conclusion) for result in results.values()] == ["failed", "passed"]


@pytest.mark.slow
def test_each_fault_fails_exactly_its_row_of_the_table() -> None:
    """A case or a fault that is new changes the table: ``python -m tests.support.fault_matrix`` writes it."""
    assert lines() == TABLE.read_text(encoding="utf-8").splitlines()
