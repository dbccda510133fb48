"""The report in a browser, after an official validator has been asked too: on a phone, on a desktop and on paper."""

from __future__ import annotations

import base64
import functools
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader

from medcom_bu.certification import ReferenceSystem, Runner, select
from medcom_bu.certification.faults import FAULTS, FaultyTwin
from medcom_bu.certification.report.files import write_report
from medcom_bu.certification.report.summary import Summary
from medcom_bu.cli import main
from medcom_bu.ids_and_clock import danish_now
from tests.support.browser import WIDTH, Browser, needs_browser, opened

pytestmark = needs_browser

CASES = ("CCS-3.3.1", "OUR-XDIS91-send", "OUR-receipt-of-another")
REFUSED = {"severity": "error", "code": "required", "expression": ["Bundle.entry[2].resource"]}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with a case that fails at length, cases that pass, and another validator's verdict."""
    home = tmp_path_factory.mktemp("report")
    results = []
    makers = {"CCS-3.3.1": functools.partial(FaultyTwin, FAULTS["topic-lost"])}
    for case in select(ids=CASES):
        with Runner(makers.get(case.id, ReferenceSystem)) as runner:
            results.append((case, runner.run(case)))
    write_report(home, Summary(results, danish_now()), lang="da")
    theirs = home / "theirs"
    theirs.mkdir()
    outcome = {"resourceType": "OperationOutcome", "issue": [REFUSED]}
    (theirs / "CareCommunication_3.3.1_A_S.outcome.json").write_text(json.dumps(outcome), encoding="utf-8")
    assert main(["certify", "compare", str(home), str(theirs)]) == 0
    return home / "report.html"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory, report: Path) -> Iterator[Browser]:
    with opened(tmp_path_factory.mktemp("profile")) as session:
        session.show(report)
        yield session


@pytest.mark.parametrize("width", [WIDTH, 1280])
def test_nothing_scrolls_sideways_and_no_result_is_broken_into_lines(browser: Browser, width: int) -> None:
    with browser.width(width):
        wide, broken = browser.run(
            "const lines = cell => { const all = document.createRange(); all.selectNodeContents(cell);"
            " return new Set([...all.getClientRects()].map(box => box.top)).size };"
            "return [document.documentElement.scrollWidth, [...document.querySelectorAll('td[class]')]"
            ".filter(cell => lines(cell) !== 1).map(cell => cell.textContent)]"
        )
        assert wide <= width
        assert broken == []
        assert browser.faults() == []


def test_the_failed_case_is_one_step_from_the_top(browser: Browser) -> None:
    browser.run("document.querySelector('a').click()")
    assert browser.run("return document.querySelector('section:target').id") == "CCS-3.3.1"


def test_the_page_asks_nobody_and_the_console_is_silent(browser: Browser) -> None:
    assert browser.run("return performance.getEntriesByType('resource').map(each => each.name)") == []
    assert browser.messages() == []


def test_each_page_on_paper_has_its_number(browser: Browser) -> None:
    printed = PdfReader(io.BytesIO(base64.b64decode(browser.cdp("Page.printToPDF")["data"])))
    count = len(printed.pages)
    assert count > 1
    for number, page in enumerate(printed.pages, 1):
        assert f"{number} / {count}" in page.extract_text()
