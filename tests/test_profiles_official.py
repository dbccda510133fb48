"""The verdicts on the official examples, by the official packages, are those that the official validator recorded."""

from __future__ import annotations

from profile_oracle import GUIDES, definitions, examples, load, recorded

from medcom_bu.fhir.profiles.run import check
from medcom_bu.issues import Issue, Severity

ENVIRONMENT = {"Reference_REF_CantResolve"}
"""What the official tool says of references to earlier messages, while it builds a guide."""

FOLLOWS = {"Reference_REF_CantMatchChoice"}
"""What follows from another error."""

NEWER = {
    "acknowledgement-testscripts-2.0.0/Bundle-fd618b85-9376-45ac-b0bd-67b0541f4fa4.json": {
        ("profile.code", "Bundle.entry[1].resource.issue[0].details.coding[0]")
    }
}
"""Examples of an older guide than any at hand: the code is gone from the value set of 2.0.3."""


def roots(name: str) -> list[str]:
    """The recorded errors that are neither of the environment nor a consequence."""
    found = recorded(name) or []
    kept = [issue["messageId"] for issue in found if issue["messageId"] not in ENVIRONMENT | FOLLOWS]
    unresolved = any(issue["messageId"] in ENVIRONMENT for issue in found)
    return [key for key in kept if not (unresolved and key.endswith("#medcom-messaging-3"))]


def judged(name: str, path: object) -> tuple[Issue, ...]:
    return check(load(path), definitions(*GUIDES[name.partition("/")[0]]))  # type: ignore[arg-type]


def errors(issues: tuple[Issue, ...]) -> set[tuple[str, str]]:
    return {(issue.code, issue.path) for issue in issues if issue.severity is Severity.ERROR}


def test_every_official_example_gets_the_recorded_verdict() -> None:
    judgements = {name: errors(judged(name, path)) for name, path in examples()}
    assert len(judgements) >= 60
    for name, found in judgements.items():
        if name in NEWER:
            assert found == NEWER[name]
        elif recorded(name) is not None:
            assert bool(found) == bool(roots(name)), (name, found)
        else:
            assert bool(found) == ("invalid" in name), (name, found)
