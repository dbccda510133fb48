"""One cause told once: what looks through a reference to nothing, and the codes beside the one that a profile fixes.

Source: the invariants of CareCommunication 4.0 and 5.0 that ask ``resolve()``.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping

from medcom_bu.fhir.profiles import catalogue
from medcom_bu.issues import Issue

_SETTLES = (catalogue.FIXED, catalogue.PATTERN)
_LEADS_NOWHERE = (catalogue.NOT_BUNDLED, catalogue.REFERENCE_NEAR)
_AUTHOR = r"\.payload\[\d+\]\.extension\[\d+\]\.value$"
_LOOKS_THROUGH: Mapping[str, re.Pattern[str]] = {
    f"medcom-careCommunication-{number}": re.compile(paths)
    for number, paths in (
        ("7", _AUTHOR),
        ("7-4.0.3", _AUTHOR),
        ("8", _AUTHOR),
        ("9", r"\.resource\.encounter$"),
        ("11", r"\.resource\.(?:extension\[\d+\]\.value|sender|organization|managingOrganization\[\d+\])$"),
        ("12", r"\.(?:recipient\[\d+\]|receiver|resource\.organization|managingOrganization\[\d+\])$"),
        ("13", rf"{_AUTHOR}|\.resource\.extension\[\d+\]\.value$"),
        ("15", r"\.resource\.encounter$"),
    )
}
"""Key of an invariant -> the paths of the references that it looks through."""


def fold_follow_ups(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """The issues without those that only follow from another, which is reported itself.

    They are the invariants that look through a reference to nothing, and the value set of a value that a profile fixes:
    its other codes would be as wrong.
    """
    told = tuple(issues)
    nowhere = [issue.path for issue in told if issue.kind in _LEADS_NOWHERE]
    settled = {issue.path for issue in told if issue.kind in _SETTLES}
    return tuple(issue for issue in told if not _follows(issue, nowhere, settled)) if nowhere or settled else told


def _follows(issue: Issue, nowhere: Iterable[str], settled: Container[str]) -> bool:
    if issue.kind is catalogue.CODE:
        return issue.path in settled
    if issue.kind not in (catalogue.INVARIANT, catalogue.INVARIANT_WARNING):
        return False
    paths = _LOOKS_THROUGH.get(str(dict(issue.params)["key"]))
    return paths is not None and any(paths.search(path) for path in nowhere)
