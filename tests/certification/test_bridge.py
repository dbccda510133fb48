"""A system behind two folders of files: the verdicts are those of the system in process."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from medcom_bu.certification import Conclusion, NotSupported, ReferenceSystem, Runner, Task, select
from medcom_bu.certification.bridge import FolderSystem

Answer = Callable[[dict[str, Any]], Any]


class Other:
    """The other end: answers each call, on a thread of its own, until it is stopped."""

    def __init__(self, folder: Path, answer: Answer) -> None:
        self.calls, self.answers, self.answer = folder / "calls", folder / "answers", answer
        for each in (self.calls, self.answers):
            each.mkdir(parents=True, exist_ok=True)
        self.is_running = True
        self.seen: list[str] = []
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self) -> None:
        while self.is_running:
            for call in sorted(self.calls.glob("*.json")):
                given = json.loads(call.read_text(encoding="utf-8"))
                self.seen.append(given["call"])
                answer = self.answer(given)
                call.unlink()
                beside = self.answers / f"{call.name}.part"
                beside.write_text(answer if isinstance(answer, str) else json.dumps(answer), encoding="utf-8")
                beside.replace(self.answers / call.name)
            time.sleep(0.002)

    def stop(self) -> None:
        self.is_running = False
        self.thread.join()


@pytest.fixture
def behind(tmp_path: Path) -> Iterator[Callable[[Answer], Other]]:
    """What puts an answer behind the folder of the test."""
    others: list[Other] = []

    def put(answer: Answer) -> Other:
        others.append(Other(tmp_path, answer))
        return others[-1]

    yield put
    for other in others:
        other.stop()


def reference() -> Answer:
    """The reference system, as another program would answer for it."""
    system = ReferenceSystem()

    def answer(call: dict[str, Any]) -> dict[str, Any]:
        messages: Any = ()
        if call["call"] == "send":
            messages = system.send(Task.from_dict(call["task"]))
        elif call["call"] == "receive":
            messages = system.receive(base64.b64decode(call["data"]))
        elif call["call"] == "tick":
            messages = system.tick(datetime.fromisoformat(call["now"]))
        elif call["call"] == "convert":
            messages = system.convert([base64.b64decode(each) for each in call["messages"]], call["to"])
        elif call["call"] == "display":
            return {"display": system.display(call["id"])}
        else:
            system.reset()
        return {"messages": [base64.b64encode(each).decode() for each in messages]}

    return answer


@pytest.mark.parametrize("number", ["CCS-3.3.4", "ACR-3.3.3", "OUR-XREF01-send", "CNV-3.2.8"])
def test_the_verdicts_are_the_same(number: str, tmp_path: Path, behind: Callable[[Answer], Other]) -> None:
    other = behind(reference())
    (case,) = select(ids=[number])
    with Runner(lambda: FolderSystem(tmp_path), limit=60.0) as runner:
        assert runner.run(case).conclusion is Conclusion.PASSED
    assert {"reset", "tick", "convert" if number.startswith("CNV") else "send"} <= set(other.seen)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("no JSON", "the system raises BridgeBroken in reset"),
        ([], "the system raises BridgeBroken in reset"),
        ({"error": "Lonni is not here"}, "the system raises BridgeBroken in reset"),
        ({"unsupported": True}, "the system says that it does not"),
        ({"messages": ["not base64!"]}, "the system raises BridgeBroken in tick"),
        ({"messages": "QUJD"}, "the system raises BridgeBroken in tick"),
        ({"messages": None}, "the system raises BridgeBroken in tick"),
        ({}, "no message"),
    ],
)
def test_what_is_no_answer_fails_the_case(
    answer: Any, told: str, tmp_path: Path, behind: Callable[[Answer], Other]
) -> None:
    behind(lambda _: answer)
    (case,) = select(ids=["CCS-3.3.1"])
    with Runner(lambda: FolderSystem(tmp_path), limit=60.0) as runner:
        result = runner.run(case)
    assert result.conclusion is Conclusion.FAILED
    assert "Lonni" not in str(result.to_dict())
    found = [finding.found.en for check in result.checks for finding in check.findings]
    assert any(each.startswith(told) for each in found), found


def test_a_system_that_never_answers_is_given_up(tmp_path: Path) -> None:
    (case,) = select(ids=["CCS-3.3.1"])
    with Runner(lambda: FolderSystem(tmp_path), limit=0.5) as runner:
        result = runner.run(case)
    assert result.checks[0].findings[0].found.en == "the system does not answer within 0.5 seconds"


def test_not_supported_is_what_it_is_in_process(tmp_path: Path, behind: Callable[[Answer], Other]) -> None:
    behind(lambda _: {"unsupported": True})
    with pytest.raises(NotSupported):
        FolderSystem(tmp_path).reset()
