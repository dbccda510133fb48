"""Each case is well made, and the reference system passes it."""

from __future__ import annotations

import inspect
from pathlib import Path

import attrs
import pytest

from medcom_bu.certification import (
    BadCase,
    CaseResult,
    CertificationCase,
    Conclusion,
    Grade,
    ReferenceSystem,
    Runner,
    all_cases,
    load_case,
    select,
)
from medcom_bu.certification.checks import CHECKS

CASES = all_cases()
EACH = pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])


@EACH
def test_a_check_of_a_case_is_one_of_the_registry_and_is_given_what_it_takes(case: CertificationCase) -> None:
    """What a file of a case asks for can be done: no check, stage or parameter is misspelt."""
    names = [stage.name for stage in case.stages]
    for place, stage in enumerate(case.stages):
        for row in stage.checks:
            signature = inspect.signature(CHECKS[row.name].find)
            given = {key: value for key, value in row.parameters.items() if key != "of"}
            signature.bind(None, None, **given)
            for key in ("of", "to", "first"):
                assert row.parameters.get(key, names[0]) in names[: place + 1]


@EACH
def test_every_stage_is_checked_and_every_text_is_there_in_both_languages(case: CertificationCase) -> None:
    assert case.title.en
    assert case.title.da
    assert bool(case.precondition.en) == bool(case.precondition.da)
    assert any(stage.checks for stage in case.stages)


@EACH
def test_the_reference_system_passes(case: CertificationCase) -> None:
    with Runner(ReferenceSystem) as runner:
        result = runner.run(case)
    wrong = [
        (check.check, finding.expected.en, finding.found.en, finding.rule, finding.path)
        for check in result.checks
        for finding in check.findings
        if finding.conclusion not in (Conclusion.PASSED, Conclusion.TO_BE_JUDGED)
    ]
    assert wrong == []
    assert result.evidence


def test_the_reference_system_says_what_it_does_not_support() -> None:
    """XREF01 XH0131R has no EDIFACT."""
    (case,) = select(ids=["OUR-XREF01-send"])
    stage = attrs.evolve(case.stages[0], send={**(case.stages[0].send or {}), "wire": "edifact"})
    with Runner(ReferenceSystem) as runner:
        result = runner.run(attrs.evolve(case, stages=(stage,), is_optional=True))
    assert {(check.check, check.grade) for check in result.checks} == {("answers", Grade.NOT_RELEVANT)}


def test_a_result_can_be_handed_to_another_process() -> None:
    with Runner(ReferenceSystem) as runner:
        result = runner.run(select(ids=["CCS-3.3.1"])[0])
    assert CaseResult.from_dict(result.to_dict()) == result


def test_cases_are_chosen_by_area_role_and_id() -> None:
    assert [case.id for case in select(["carecommunication"], "receiver", ["CCR-3.1.1"])] == ["CCR-3.1.1"]
    assert select(["all"], "sender", ["CCR-3.1.1"]) == ()
    with pytest.raises(ValueError, match="no case CCR-0"):
        select(ids=["CCR-0"])
    with pytest.raises(ValueError, match="CaseArea is one of"):
        select(["letters"])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('role = "sender"', 'role = "seller"', "CaseRole is one of"),
        ("official = true", "offical = true", "unknown: offical"),
        ("[stages.send]", "[stages.sends]", "unknown: sends"),
        ('grade = "F2"', 'grade = "F5"', "Grade is one of"),
        ('id = "CCS', 'id = "CCS\n', "CCS-3.3.1.toml"),
    ],
)
def test_a_file_that_is_no_case_is_refused_by_name(tmp_path: Path, old: str, new: str, told: str) -> None:
    file = Path(inspect.getfile(load_case)).parent / "carecommunication" / "CCS-3.3.1.toml"
    text = file.read_text(encoding="utf-8")
    broken = tmp_path / file.name
    broken.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadCase, match=told):
        load_case(broken)
