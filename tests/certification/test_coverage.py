"""Each step of a protocol has a case whose checks name it, or a reason why there is none."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import medcom_bu.certification
from medcom_bu.certification import all_cases

FOLDER = Path(medcom_bu.certification.__file__).parent / "coverage"
TABLES = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))}
EACH = pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
SENDING = {"3.2": 1, "3.4.1": 20, "3.4.2": 2, "3.4.3": 6, "3.4.4": 3, "3.4.5": 1}
SENDING |= {f"3.3.{number}": count for number, count in enumerate((12, 12, 6, 11, 9, 11, 8, 11, 8, 12), 1)}
"""How many steps each section of the protocol for sending CareCommunications 5.0.2 has."""


RECEIVING = {"3.1.1": 7, "3.1.2": 5, "3.1.3": 4, "3.2.1": 12, "3.2.2": 3, "3.2.3": 3, "3.2.4": 4, "3.2.5": 2}
RECEIVING |= {"3.2.6": 2, "3.2.7": 12, "3.2.8": 2}
STEPS = {
    "carecommunication-receive": RECEIVING,
    "acknowledgement-send": {"3.3.1": 9, "3.4": 9},
    "conversion": {"3.2": 11, "3.3": 3},
    "acknowledgement-receive": {"3.3.1": 3, "3.3.2": 4, "3.3.3": 6, "3.3.4": 1, "3.4": 4},
}
"""How many steps each section of the other protocols has: receiving 5.0.0, Acknowledgement 2.0.2 and 2.0.4; how many
sections that for conversion 1.4."""


@EACH
def test_a_step_has_the_cases_whose_checks_name_it_or_a_reason(table: dict[str, Any]) -> None:
    naming: dict[str, set[str]] = {}
    for case in all_cases():
        for row in (row for stage in case.stages for row in stage.checks if case.protocol == table.get("protocol")):
            naming.setdefault(row.step, set()).add(case.id)
    for step in table.get("steps", ()):
        assert set(step.get("cases", ())) == naming.get(step["step"], set()), step["step"]
        assert bool(step.get("cases")) != bool(step.get("reason")), step["step"]
        assert step["says"]


@EACH
def test_a_script_has_a_case_that_sends_the_same_or_a_reason(table: dict[str, Any]) -> None:
    known = {case.id for case in all_cases()}
    for script in table.get("scripts", ()):
        assert set(script.get("cases", ())) <= known
        assert bool(script.get("cases")) != bool(script.get("reason")), script["step"]


def test_the_steps_of_the_protocol_for_sending_are_all_there() -> None:
    steps = [step["step"] for step in TABLES["carecommunication-send"]["steps"]]
    assert Counter(step.rpartition(".")[0] for step in steps) == SENDING
    assert all(f"{section}.{number}" in steps for section, count in SENDING.items() for number in range(1, count + 1))


@pytest.mark.parametrize("name", STEPS)
def test_the_steps_of_the_other_protocols_are_all_there(name: str) -> None:
    steps = {step["step"] for step in TABLES[name]["steps"]}
    assert {f"{section}.{number}" for section, count in STEPS[name].items() for number in range(1, count + 1)} <= steps


LETTER_RULES = {f"S{number}" for number in range(1, 28)} | {f"R{number}" for number in range(1, 18)}
"""The rules of MedCom's three documents on letters: for a sender, for a receiver."""


def test_a_rule_on_letters_has_cases_or_a_reason_and_a_case_on_letters_has_a_rule() -> None:
    rows = TABLES["letters"]["rules"]
    numbers = [row["rule"] for row in rows]
    assert len({*numbers}) == len(numbers)
    assert {*numbers} >= LETTER_RULES
    assert all(bool(row.get("cases")) != bool(row.get("reason")) and row["says"] for row in rows)
    named = {case for row in rows for case in row.get("cases", ())}
    cases = {case.id for case in all_cases()}
    assert named <= cases
    stems = {case for case in cases if case.startswith(("OUR-X", "OUR-receipt", "OUR-VANS")) and "XH0130R" not in case}
    assert stems - named <= {case for case in cases if case.endswith("-edifact")}
