"""HL7's test cases of validators: our verdict is the recorded one, but for those that are listed with a reason.

A case that names a profile is judged twice, by what it claims and by that profile. What is not judged whole is refused:
it is in a list as well, and never counts as agreed.
"""

from __future__ import annotations

import pytest

from medcom_bu.issues import Verdict
from tests.support.hl7_cases import Judged, cases

TERMINOLOGY = frozenset(
    {
        "bundle-id-5",
        "ext-derived-circle",
        "ips-nz-pj",
        "patient-translated-codes",
        "target-ref-profile-empty",
        "uuid-extension",
    }
)
"""What asks a terminology server: displays of LOINC, CVX, ICD-10 and in other languages, codes of SNOMED CT."""

DIFFERENT = {
    "ref-policy-default-apply-r5": "a relative reference that only another base would resolve is an error in HAPI",
}
"""Where the verdicts differ -> why. In none of them is ours that all is well."""

_CLAIMED = "a claimed profile is not available"
_ELSEWHERE = "a profile is demanded of a resource that is not in the message"
_EXTENSION = "an extension is not available; a setting of HL7's validator says whether it is an error"
_SETTING = "a setting of the validator that has nothing like it here"
_TODAY = "a bound that depends on today"
REFUSED = {
    "AuditEvent-slice23-second": _CLAIMED,
    "AuditEvent-slice23-second profile": "nothing tells a slice of a slice apart",
    "auditEvent-ex-SecondSliceProfile": "nothing tells a slice apart: its id and its name differ",
    "az-Instance": "slices without discriminators, value sets that are not available",
    "contained-resource-bad-id-ignore": _SETTING,
    "dr-example-org": _SETTING,
    "extension-version-restriction-range-ctxt-r4": _EXTENSION,
    "extension-version-restriction-range-r4": _EXTENSION,
    "no/Person-test-bad": _EXTENSION,
    "pat-dob-ext": _EXTENSION,
    "patient-circle1-bad-linked1 profile": _ELSEWHERE,
    "patient-circle1-bad-source1 profile": _ELSEWHERE,
    "patient-circle1-good-linked profile": _ELSEWHERE,
    "patient-circle1-good-source profile": _ELSEWHERE,
    "patient-circle2-bad-linked profile": _ELSEWHERE,
    "patient-circle2-bad-source1 profile": _ELSEWHERE,
    "patient-circle2-good-linked2 profile": _ELSEWHERE,
    "patient-circle2-good-source1 profile": _ELSEWHERE,
    "patient-circle2-good-source2 profile": _ELSEWHERE,
    "res-inv-example-bad": _EXTENSION,
    "res-inv-example-good": _EXTENSION,
    "toplevel-maxvalueduration-fail profile": _TODAY,
    "toplevel-minvalueduration-fail profile": _TODAY,
}
"""What is refused, since it is not judged whole -> why."""

LEAST = 0.9
"""Of what needs no terminology server, so much agrees."""


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    return list(cases())


@pytest.mark.slow
def test_each_verdict_is_that_of_the_official_validator_or_has_a_reason(judged: list[Judged]) -> None:
    alike = {one.name for one in judged if one.ours is one.theirs}
    refused = {one.name for one in judged if one.ours is Verdict.NOT_CHECKED} - alike
    apart = {one.name for one in judged} - alike - refused
    assert apart - TERMINOLOGY == DIFFERENT.keys()
    assert refused - TERMINOLOGY == REFUSED.keys()
    assert {one.name for one in judged} >= TERMINOLOGY


@pytest.mark.slow
def test_nothing_is_called_right_that_the_official_validator_refuses(judged: list[Judged]) -> None:
    silent = {one.name for one in judged if one.ours is Verdict.VALID and one.theirs is Verdict.INVALID}
    assert silent <= TERMINOLOGY


@pytest.mark.slow
def test_most_verdicts_agree(judged: list[Judged]) -> None:
    rest = [one for one in judged if one.name not in TERMINOLOGY]
    assert len(rest) > 240
    assert sum(one.ours is one.theirs for one in rest) >= LEAST * len(rest)
