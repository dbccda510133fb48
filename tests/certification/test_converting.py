"""Conversion: a system that does not convert is not asked, in process and behind folders; what it got is evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from medcom_bu.certification import Conclusion, Converting, Grade, NotSupported, ReferenceSystem, Runner, select
from medcom_bu.certification.report.summary import grade_of


class Mailbox:
    """The reference system without what may be left out."""

    def __init__(self) -> None:
        system = ReferenceSystem()
        self.send, self.receive, self.reset, self.tick = system.send, system.receive, system.reset, system.tick


class Refusing(ReferenceSystem):
    """It says that it does not convert."""

    def convert(self, messages: Sequence[bytes], to: str) -> Sequence[bytes]:
        raise NotSupported("convert")


@pytest.mark.parametrize("make", [Mailbox, Refusing])
def test_a_system_that_does_not_convert_has_not_passed_and_the_cases_are_not_relevant(make: Callable[[], Any]) -> None:
    cases = select(["conversion"])
    with Runner(make) as runner:
        results = [runner.run(case) for case in cases]
    assert {case.id for case in cases} >= {"CNV-3.2.1", "CNV-3.2.11-edifact", "OUR-CNV-urgent"}
    assert {result.conclusion for result in results} == {Conclusion.NOT_RUN}
    assert {grade_of(result) for result in results} == {Grade.NOT_RELEVANT}


def test_what_needs_an_earlier_step_is_open_not_irrelevant() -> None:
    """Only a system that says that it does not support a case makes it not relevant."""

    class Silent(ReferenceSystem):
        def convert(self, messages: Sequence[bytes], to: str) -> Sequence[bytes]:
            return ()

    with Runner(Silent) as runner:
        result = runner.run(*select(ids=["CNV-3.2.11"]))
    open_checks = [check for check in result.checks if check.conclusion is Conclusion.NOT_RUN]
    assert result.conclusion is Conclusion.FAILED
    assert open_checks
    assert {check.grade for check in open_checks} == {None}


def test_the_reference_system_converts_and_keeps_what_went_in_and_out() -> None:
    assert isinstance(ReferenceSystem(), Converting)
    with Runner(ReferenceSystem) as runner:
        result = runner.run(*select(ids=["CNV-3.2.8"]))
    assert [(each.stage, each.is_from_system, each.suffix) for each in result.evidence] == [
        ("converted", False, "json"),
        ("converted", True, "xml"),
        ("converted", True, "xml"),
    ]
