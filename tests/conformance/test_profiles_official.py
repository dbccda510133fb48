"""The verdicts on the official examples, by the official packages, are those that the official validator recorded."""

from __future__ import annotations

from pathlib import Path

from medcom_bu.fhir.profiles.corrections import InvariantEdition
from medcom_bu.fhir.profiles.judge import judge
from medcom_bu.fhir.profiles.judge import judged as judged_bytes
from medcom_bu.fhir.profiles.walk import check
from medcom_bu.issues import Issue, Severity
from tests.support.issues import errors
from tests.support.profile_oracle import GUIDES, NEWER, definitions, examples, load, official_library, recorded

ENVIRONMENT = {"Reference_REF_CantResolve"}
"""What the official tool says of references to earlier messages, while it builds a guide."""

FOLLOWS = {"Reference_REF_CantMatchChoice"}
"""What follows from another error."""


def roots(name: str) -> list[str]:
    """The recorded errors that are neither of the environment nor a consequence."""
    found = recorded(name) or []
    kept = [issue["messageId"] for issue in found if issue["messageId"] not in ENVIRONMENT | FOLLOWS]
    unresolved = any(issue["messageId"] in ENVIRONMENT for issue in found)
    return [key for key in kept if not (unresolved and key.endswith("#medcom-messaging-3"))]


def judged(name: str, path: Path) -> tuple[Issue, ...]:
    return check(load(path), definitions(*GUIDES[name.partition("/")[0]]))


def agree(judgements: dict[str, set[tuple[str, str]]]) -> None:
    assert len(judgements) >= 60
    for name, found in judgements.items():
        if name in NEWER:
            assert found == NEWER[name]
        elif recorded(name) is not None:
            assert bool(found) == bool(roots(name)), (name, found)
        else:
            assert bool(found) == ("invalid" in name), (name, found)


def test_every_official_example_gets_the_recorded_verdict() -> None:
    agree({name: set(errors(judged(name, path))) for name, path in examples()})


def test_our_own_definitions_give_the_same_verdicts_by_the_guide_that_each_message_asks_for() -> None:
    found = {name: judge(load(path)) for name, path in examples()}
    assert all(complete for _, complete in found.values())
    agree({name: set(errors(issues)) for name, (issues, _) in found.items()})


def test_the_deliberately_broken_example_shows_its_roots_alone() -> None:
    name, path = next((name, path) for name, path in examples() if "Tek-Y" in name)
    assert set(errors(judged(name, path))) == {
        ("profile.missing", "Bundle.entry[2].resource.payload[0]"),
        ("profile.slice-missing", "Bundle.entry[2].resource"),
    }


def test_json_and_xml_of_an_example_are_judged_alike() -> None:
    twins = [(path, path.with_suffix(".xml")) for _, path in examples() if path.with_suffix(".xml").exists()]
    assert len(twins) >= 20
    for one, other in twins:
        assert (
            judged_bytes(one.read_bytes(), official_library()).issues
            == judged_bytes(other.read_bytes(), official_library()).issues
        )


def test_an_author_with_a_role_as_text_is_right_in_4_0_and_told() -> None:
    name, path = next((name, path) for name, path in examples() if "send-E" in name and "4.0.1" in name)
    issues, _ = judge(load(path))
    assert [dict(issue.params)["key"] for issue in issues] == ["medcom-careCommunication-7-4.0.3"]
    assert {issue.severity for issue in issues} == {Severity.WARNING}
    assert set(errors(judge(load(path), edition=InvariantEdition.PACKAGED)[0])) == {
        ("profile.invariant", "Bundle.entry[2].resource")
    }
    assert set(errors(judged(name, path))) == set()
