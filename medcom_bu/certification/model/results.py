"""What came of a case: findings, evidence, and what they come to.

Source: MedCom's test protocols, for the grades of a step.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from medcom_bu.arguments import Words
from medcom_bu.issues import Text


class Conclusion(Words):
    """What a check or a case came to. Only ``PASSED`` is a pass."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not run"
    TO_BE_JUDGED = "to be judged"


class Grade(Words):
    """MedCom's grades of a step: a failure is critical, serious, significant or less significant."""

    OK = "OK"
    F4 = "F4"
    F3 = "F3"
    F2 = "F2"
    F1 = "F1"
    NOT_RELEVANT = "not relevant"


_NONE = Text("", "")


@attrs.frozen(kw_only=True)
class Finding:
    """One thing that a check found.

    ``conclusion``: what it came to.
    ``expected``: what the check wants, ``found`` what it found; neither holds a number, a name or a text of a person.
    ``rule``: the code of an issue, or the rule of a standard.
    ``path``: where in the message, in the terms of its wire.
    """

    conclusion: Conclusion
    expected: Text
    found: Text = _NONE
    rule: str = ""
    path: str = ""

    def to_dict(self, lang: str) -> dict[str, str]:
        """JSON-ready data in ``"en"`` or ``"da"``."""
        told = {"expected": self.expected.render(lang, {}), "found": self.found.render(lang, {})}
        return {"outcome": str(self.conclusion), **told, "rule": self.rule, "path": self.path}


def concluded(conclusions: Iterable[Conclusion]) -> Conclusion:
    """What several come to: the worst of them; nothing at all has not run."""
    seen = set(conclusions)
    worst = (Conclusion.FAILED, Conclusion.NOT_RUN, Conclusion.TO_BE_JUDGED, Conclusion.PASSED)
    return next((each for each in worst if each in seen), Conclusion.NOT_RUN)


@attrs.frozen(kw_only=True)
class CheckResult:
    """A check of a case with what it found.

    ``check``: the name of the check.
    ``step``: the protocol's own number of what is checked.
    ``severity``: MedCom's grade where it fails.
    ``findings``: what it found; with none, it has not run.
    ``is_optional``: whether the protocol marks the step "if supported".
    """

    check: str
    step: str
    severity: Grade
    findings: tuple[Finding, ...]
    is_optional: bool = False

    @property
    def conclusion(self) -> Conclusion:
        """What it came to."""
        return concluded(finding.conclusion for finding in self.findings)

    @property
    def grade(self) -> Grade | None:
        """The grade in MedCom's words; None where nobody can say yet."""
        if self.conclusion is Conclusion.PASSED:
            return Grade.OK
        if self.conclusion is Conclusion.FAILED:
            return self.severity
        return Grade.NOT_RELEVANT if self.is_optional and self.conclusion is Conclusion.NOT_RUN else None

    def to_dict(self, lang: str = "en") -> dict[str, Any]:
        """JSON-ready data in ``"en"`` or ``"da"``."""
        return {
            "check": self.check,
            "step": self.step,
            "outcome": str(self.conclusion),
            "grade": None if self.grade is None else str(self.grade),
            "findings": [finding.to_dict(lang) for finding in self.findings],
        }


@attrs.frozen(kw_only=True, repr=False)
class Evidence:
    """Bytes that went from or to the system in a step; ``is_from_system`` says which."""

    stage: str
    is_from_system: bool
    data: bytes
    suffix: str


@attrs.frozen(kw_only=True, repr=False)
class CaseResult:
    """What came of one case, with all evidence, whatever happened.

    ``id``: the id of the case.
    ``checks``: each check with what it found, in order.
    ``evidence``: the bytes that went from and to the system, in order.
    """

    id: str
    checks: tuple[CheckResult, ...]
    evidence: tuple[Evidence, ...] = ()

    @property
    def conclusion(self) -> Conclusion:
        """What the case came to."""
        return concluded(check.conclusion for check in self.checks)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready data, evidence in base64: what a process hands to another."""
        return {
            "id": self.id,
            "checks": [attrs.asdict(check) for check in self.checks],
            "evidence": [
                {**attrs.asdict(each), "data": base64.b64encode(each.data).decode()} for each in self.evidence
            ],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> CaseResult:
        """The result from the data of :meth:`to_dict`. Raises KeyError or TypeError for any other data."""
        return cls(
            id=data["id"],
            checks=tuple(
                CheckResult(
                    **{
                        **check,
                        "severity": Grade(check["severity"]),
                        "findings": tuple(_finding(finding) for finding in check["findings"]),
                    }
                )
                for check in data["checks"]
            ),
            evidence=tuple(Evidence(**{**each, "data": base64.b64decode(each["data"])}) for each in data["evidence"]),
        )

    def __repr__(self) -> str:
        return f"<CaseResult {self.id}: {self.conclusion}>"


def _finding(data: Mapping[str, Any]) -> Finding:
    texts = {"expected": Text(**data["expected"]), "found": Text(**data["found"])}
    return Finding(**{**data, **texts, "conclusion": Conclusion(data["conclusion"])})
