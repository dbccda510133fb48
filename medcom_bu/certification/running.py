"""Runs a case: asks the system, keeps all evidence, looks at what came. Whatever the system does, a run ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Self

import attrs

from medcom_bu import danish_time, wire
from medcom_bu.certification.checks import CHECKS
from medcom_bu.certification.checks.findings import UNREADABLE
from medcom_bu.certification.driver import CallFailed, CallNotSupported, Driver
from medcom_bu.certification.inputs.files import PATIENTS
from medcom_bu.certification.inputs.making import make_inputs, make_task
from medcom_bu.certification.model.cases import CertificationCase, CheckRow, Stage
from medcom_bu.certification.model.results import CaseResult, CheckResult, Conclusion, Evidence, Finding, Grade
from medcom_bu.certification.model.scenes import Scene, Taken, Wired
from medcom_bu.certification.model.system import MedcomSystem
from medcom_bu.errors import InvalidMessage, UnknownFormat
from medcom_bu.ids_and_clock import IdsAndClock, danish_now, given_or_own
from medcom_bu.issues import Text

LIMIT = 60.0
"""Seconds that a system has for one call, where nobody says otherwise."""

_BETWEEN = timedelta(minutes=1)
_ANSWERS = Text("the system returns bytes", "systemet vender tilbage med bytes")
_SUPPORTED = Text("the system supports this", "systemet understøtter dette")
_NOT_SUPPORTED = Text("the system says that it does not", "det siger at det ikke gør")
_CLOCK = Text("a system with a clock that can be set (tick)", "et system med et ur der kan stilles (tick)")
_EARLIER = Text("what an earlier step should have given", "det som et tidligere trin skulle have givet")
_NOT_REACHED = Text("the case did not get this far", "testen nåede ikke så langt")
_CHECKABLE = Text("a message that can be checked", "en meddelelse der kan kontrolleres")


class _Stopped(Exception):
    """A case that cannot go on, and what is to be said of that."""

    def __init__(self, finding: Finding) -> None:
        super().__init__()
        self.finding = finding


class Runner:
    """Runs cases against one system, one after the other.

    ``make``: makes the system: its class, or a function without parameters.
    ``limit``: how many seconds a call of the system may take.
    ``start``: when each case begins; now where it is left out.
    ``ids``: makes the numbers of the kit, which are new in each run.
    """

    def __init__(
        self,
        make: Callable[[], MedcomSystem],
        *,
        limit: float = LIMIT,
        start: datetime | None = None,
        ids: IdsAndClock | None = None,
    ) -> None:
        self._driver = Driver(make, limit)
        self._start = danish_time.aware(start) if start is not None else danish_now().replace(microsecond=0)
        self._ids = given_or_own(ids)

    def run(self, case: CertificationCase) -> CaseResult:
        """Run a case. Never raises for what a system does."""
        return _Run(case, self._driver, self._start, self._ids).result()

    def close(self) -> None:
        """Let go of the system."""
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Run:
    """One run of one case."""

    def __init__(self, case: CertificationCase, driver: Driver, start: datetime, ids: IdsAndClock) -> None:
        self.case = case
        self.driver = driver
        self.now = start
        self.has_display = True
        own = attrs.evolve(ids, clock=lambda: self.now)
        self.scene = Scene(ids=own, display=self._display, patients=PATIENTS)
        self.evidence: list[Evidence] = []
        self.done: list[CheckResult] = []

    def result(self) -> CaseResult:
        """The whole run."""
        stages = iter(self.case.stages)
        try:
            self._reset()
            for stage in stages:
                self._take(stage)
                self.done += [self._checked(row) for row in stage.checks]
        except _Stopped as stopped:
            is_irrelevant = self.case.is_optional and stopped.finding.expected is _SUPPORTED
            self.done.append(self._own_check(stopped.finding, is_irrelevant))
            rest = (row for stage in stages for row in stage.checks)
            self.done += [attrs.evolve(self._not_reached(row), is_optional=is_irrelevant) for row in rest]
        return CaseResult(id=self.case.id, checks=tuple(self.done), evidence=tuple(self.evidence))

    def _reset(self) -> None:
        try:
            self.driver.reset()
            if self.driver.has_clock:
                self.driver.messages("tick", self.now)
            self.has_display = self.driver.has_display
        except CallFailed as error:
            raise _Stopped(_failed(error)) from None
        except CallNotSupported:
            raise _Stopped(self._unsupported()) from None
        if not self.has_display:
            self.scene.display = None

    # --- a stage ---

    def _take(self, stage: Stage) -> None:
        self.now += timedelta(minutes=stage.wait) if stage.wait is not None else _BETWEEN
        if stage.wait is not None and not self.driver.has_clock:
            raise _Stopped(Finding(conclusion=Conclusion.NOT_RUN, expected=_CLOCK))
        if stage.convert is not None and not self.driver.has_converter:
            raise _Stopped(self._unsupported())
        task, inputs = None, tuple[bytes, ...]()
        try:
            if stage.send is not None:
                task = make_task(stage.send, self.scene)
            elif stage.receive is not None or stage.convert is not None:
                inputs = make_inputs(stage.receive or stage.convert or {}, self.scene)
        except (AttributeError, InvalidMessage, LookupError, TypeError):  # what came is too odd to be answered
            raise _Stopped(Finding(conclusion=Conclusion.NOT_RUN, expected=_EARLIER)) from None
        gave: list[bytes] = []
        try:
            for data in self._calls(stage, task, inputs):
                gave += self._kept(stage.name, data)
        except CallFailed as error:
            raise _Stopped(_failed(error)) from None
        except CallNotSupported:
            raise _Stopped(self._unsupported()) from None
        self.scene.taken[stage.name] = Taken(
            name=stage.name,
            moment=self.now,
            task=task,
            came=tuple(map(Wired, inputs)),
            gave=tuple(map(Wired, gave)),
        )

    def _calls(self, stage: Stage, task: Any, inputs: tuple[bytes, ...]) -> Iterator[tuple[bytes, ...]]:
        """What the system gives to the network in a stage: what it is due to send counts to the stage as well."""
        if self.driver.has_clock:
            yield self.driver.messages("tick", self.now)
        if task is not None:
            yield self.driver.messages("send", task)
        if stage.convert is not None:
            self.evidence += [_evidence(stage.name, data, is_from_system=False) for data in inputs]
            yield self.driver.messages("convert", inputs, stage.convert["into"])
            return
        is_held = stage.receive is not None and stage.receive.get("held", False)
        for data in () if is_held else inputs:
            self.evidence.append(_evidence(stage.name, data, is_from_system=False))
            yield self.driver.messages("receive", data)
        if self.driver.has_clock and stage.wait is None:
            yield self.driver.messages("tick", self.now)

    def _kept(self, name: str, gave: tuple[bytes, ...]) -> tuple[bytes, ...]:
        self.evidence += [_evidence(name, data, is_from_system=True) for data in gave]
        return gave

    def _display(self, number: str) -> Mapping[str, Any] | None:
        return self.driver.display(number)

    # --- checks ---

    def _checked(self, row: CheckRow) -> CheckResult:
        parameters = dict(row.parameters)
        try:
            stage = self.scene.stage(parameters.pop("of", None))
            findings = tuple(CHECKS[row.name].find(self.scene, stage, **parameters))
        except CallFailed as error:
            findings = (_failed(error),)
        except (CallNotSupported, NotImplementedError):
            findings = (Finding(conclusion=Conclusion.TO_BE_JUDGED, expected=CHECKS[row.name].says),)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:  # of odd messages
            kind = type(error).__name__
            is_unreadable = any(each.message is None for each in self.scene.current.gave)
            found = UNREADABLE if is_unreadable else Text(kind, kind)
            findings = (Finding(conclusion=Conclusion.FAILED, expected=_CHECKABLE, found=found),)
        return _result(row, findings)

    def _unsupported(self) -> Finding:
        conclusion = Conclusion.NOT_RUN if self.case.is_optional else Conclusion.FAILED
        return Finding(conclusion=conclusion, expected=_SUPPORTED, found=_NOT_SUPPORTED)

    def _own_check(self, finding: Finding, is_irrelevant: bool) -> CheckResult:
        return CheckResult(
            check="answers",
            step=self.case.section,
            severity=Grade.F1,
            findings=(finding,),
            is_optional=is_irrelevant,
        )

    def _not_reached(self, row: CheckRow) -> CheckResult:
        return _result(row, (Finding(conclusion=Conclusion.NOT_RUN, expected=_NOT_REACHED),))


def _failed(error: CallFailed) -> Finding:
    return Finding(conclusion=Conclusion.FAILED, expected=_ANSWERS, found=error.reason)


def _result(row: CheckRow, findings: tuple[Finding, ...]) -> CheckResult:
    return CheckResult(
        check=row.name, step=row.step, severity=row.severity, findings=findings, is_optional=row.is_optional
    )


def _evidence(stage: str, data: bytes, *, is_from_system: bool) -> Evidence:
    return Evidence(stage=stage, is_from_system=is_from_system, data=data, suffix=_suffix(data))


def _suffix(data: bytes) -> str:
    try:
        return wire.detect(data).suffix
    except UnknownFormat:
        return "bin"
