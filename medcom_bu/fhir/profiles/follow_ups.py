"""One cause told once: an invariant that looks through a reference says nothing new where that reference leads nowhere.

Source: the invariants of CareCommunication 4.0 and 5.0 that ask ``resolve()``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from medcom_bu.fhir.profiles import catalogue
from medcom_bu.issues import Issue

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
    """The issues without the invariants that only follow from a reference to nothing, which is reported itself."""
    told = tuple(issues)
    nowhere = [issue.path for issue in told if issue.kind in _LEADS_NOWHERE]
    return tuple(issue for issue in told if not _follows(issue, nowhere)) if nowhere else told


def _follows(issue: Issue, nowhere: Iterable[str]) -> bool:
    if issue.kind not in (catalogue.INVARIANT, catalogue.INVARIANT_WARNING):
        return False
    paths = _LOOKS_THROUGH.get(str(dict(issue.params)["key"]))
    return paths is not None and any(paths.search(path) for path in nowhere)
