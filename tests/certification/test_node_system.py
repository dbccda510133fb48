"""A system in another language behind the folder bridge: its verdicts are those of its twin in Python."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from medcom_bu import CareCommunicationMessage, IdsAndClock, exchange, wire
from medcom_bu.certification import CaseResult, Conclusion, MedcomSystem, NotSupported, Runner, Task, select
from medcom_bu.certification.bridge import FolderSystem
from medcom_bu.testing.clock import START
from medcom_bu.wire import WireFormat
from tests.support import ROOT
from tests.support.oracle import program

CASES = ["CCR-3.1.1", "CCR-3.2.7-J", "CCR-3.2.7-K", "ACS-3.3.1", "OUR-XDIS91-receive", "CCS-3.3.1"]


class Twin:
    """What ``node_system.mjs`` does, by the library."""

    def __init__(self) -> None:
        self.mail: dict[str, str] = {}
        self.now: datetime = START

    def reset(self) -> None:
        self.mail = {}

    def send(self, task: Task) -> Sequence[bytes]:
        raise NotSupported

    def tick(self, now: datetime) -> Sequence[bytes]:
        self.now = now
        return ()

    def receive(self, data: bytes) -> Sequence[bytes]:
        message = wire.read(data).message
        if not isinstance(message, CareCommunicationMessage) or wire.detect(data) is not WireFormat.FHIR_JSON:
            return ()
        assert message.header is not None
        self.mail[str(message.header.id)] = str(message.activity).removesuffix("-message")
        ids = IdsAndClock(clock=lambda: self.now)
        return [wire.to_fhir(exchange.accept(message, ids=ids))]

    def display(self, message_id: str) -> Mapping[str, Any] | None:
        return {"activity": self.mail[message_id]} if message_id in self.mail else None


@pytest.fixture
def behind_node(tmp_path: Path) -> Iterator[Callable[[], MedcomSystem]]:
    """What makes the system: the program runs until the test is over."""
    node = program("node")
    script = ROOT / "tests" / "certification" / "node_system.mjs"
    running = subprocess.Popen([node, str(script), str(tmp_path)])
    yield lambda: FolderSystem(tmp_path)
    (tmp_path / "stop").touch()
    assert running.wait(timeout=30) == 0


def verdicts(make: Callable[[], MedcomSystem]) -> dict[str, list[tuple[str, str, str]]]:
    with Runner(make, limit=60.0) as runner:
        results: list[CaseResult] = [runner.run(case) for case in select(ids=CASES)]
    return {
        result.id: [
            (check.step, check.check, f"{finding.rule} {finding.path}: {finding.conclusion}")
            for check in result.checks
            for finding in check.findings
        ]
        for result in results
    }


def test_the_verdicts_of_a_system_in_node_are_those_of_its_twin(behind_node: Callable[[], MedcomSystem]) -> None:
    by_node = verdicts(behind_node)
    assert by_node == verdicts(Twin)
    assert set(by_node) == set(CASES)
    said = {text.rpartition(": ")[2] for rows in by_node.values() for *_, text in rows}
    assert {str(Conclusion.PASSED), str(Conclusion.FAILED)} <= said
