"""The cases as tests of pytest: one test a case, chosen by ``--medcom``. Loaded only where that is given."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from medcom_bu.certification.cases import all_cases, select
from medcom_bu.certification.model.cases import CertificationCase
from medcom_bu.certification.model.results import CaseResult, CheckResult, Conclusion, Finding, Grade
from medcom_bu.certification.naming import made_by, system_named
from medcom_bu.certification.report.files import write_report
from medcom_bu.certification.report.summary import DISCLAIMER, Summary
from medcom_bu.certification.report.text import case_lines, count_line
from medcom_bu.certification.running import Runner
from medcom_bu.ids_and_clock import danish_now
from medcom_bu.issues import Text

_NO_SYSTEM = Text("a system", "et system")
_RESULT = pytest.StashKey[CaseResult]()


class CertificationPlugin:
    """What a run with ``--medcom`` has besides: the cases, and the report on them, also of other processes (xdist)."""

    def __init__(self, config: pytest.Config) -> None:
        self.config: pytest.Config = config
        self.lang: str = config.getoption("--medcom-lang")
        self.results: dict[str, CaseResult] = {}
        self._folders: dict[Path, pytest.Directory] = {}
        words = [word for given in config.getoption("--medcom") for word in given.split(",")]
        try:
            self.cases: tuple[CertificationCase, ...] = select(words, config.getoption("--medcom-role"))
            name = config.getoption("--medcom-system")
            self.named: Callable[[], Any] | None = system_named(name) if name else None
        except ValueError as error:
            raise pytest.UsageError(f"--medcom: {error}") from None

    def pytest_collectstart(self, collector: pytest.Collector) -> None:
        """Remember the folders that are searched: fixtures of a conftest.py are seen within its own folder only."""
        if isinstance(collector, pytest.Directory):
            self._folders[collector.path] = collector

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, session: pytest.Session, items: list[pytest.Item]) -> None:
        """The cases come after the tests that were found, and are chosen by ``-k`` and ``-m`` like those."""
        parent = self._parent(session)
        items += [self._item(parent, case) for case in self.cases]

    def _parent(self, session: pytest.Session) -> pytest.Collector:
        """Where the cases stand: beside the conftest.py that gives the system, so that they see its fixtures."""
        plugins = self.config.pluginmanager.get_plugins()
        files = [Path(getattr(each, "__file__", None) or "") for each in plugins if hasattr(each, "medcom_system")]
        homes = [file.parent for file in files if file.name == "conftest.py"]
        known = [self._folders[home] for home in homes if home in self._folders]
        return max(known, key=lambda folder: len(folder.path.parts), default=session)

    def _item(self, parent: pytest.Collector, case: CertificationCase) -> pytest.Item:
        def certify(request: pytest.FixtureRequest, medcom_system: Any) -> None:
            make = self.named or made_by(medcom_system)
            with Runner(make, limit=self.config.getoption("--medcom-limit")) as runner:
                result = runner.run(case)
            request.node.stash[_RESULT] = result
            told = "\n".join(case_lines(case, result, self.lang))
            if result.conclusion is Conclusion.FAILED:
                pytest.fail(told, pytrace=False)
            if result.conclusion is not Conclusion.PASSED:
                pytest.skip(told)

        item: pytest.Item = pytest.Function.from_parent(parent, name=f"medcom[{case.id}]", callobj=certify)
        return item

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """The result goes with the report on the test, as text, since that may go to another process."""
        report = yield
        if call.when == "call" and _RESULT in item.stash:
            report.medcom_result = json.dumps(item.stash[_RESULT].to_dict())  # type: ignore[attr-defined]
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """What came of a case, wherever it was run."""
        told = getattr(report, "medcom_result", None)
        if told is not None:
            result = CaseResult.from_dict(json.loads(told))
            self.results[result.id] = result
            return
        number = report.nodeid.rpartition("medcom[")[2].rstrip("]")
        if "medcom[" in report.nodeid and report.outcome != "passed" and number not in self.results:
            self.results[number] = _not_run(number)

    def pytest_sessionfinish(self) -> None:
        """Write the report, in the one process that has all results."""
        folder = self.config.getoption("--medcom-report")
        if folder and not hasattr(self.config, "workerinput"):
            write_report(Path(folder), self.summary(), lang=self.lang)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """How many cases came to what, and what that is worth."""
        terminalreporter.section("MedCom")
        terminalreporter.write_line(count_line(self.summary(), self.lang))
        terminalreporter.write_line(DISCLAIMER.render(self.lang, {}))

    def summary(self) -> Summary:
        """What came of the cases so far."""
        results = [(case, self.results[case.id]) for case in all_cases() if case.id in self.results]
        return Summary(results, danish_now())


def _not_run(number: str) -> CaseResult:
    finding = Finding(conclusion=Conclusion.NOT_RUN, expected=_NO_SYSTEM)
    check = CheckResult(check="answers", step="", severity=Grade.F1, findings=(finding,))
    return CaseResult(id=number, checks=(check,))
