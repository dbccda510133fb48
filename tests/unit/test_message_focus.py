"""What a message is about is in it, whatever its profile says: the focus of a message that R4 alone judges."""

from __future__ import annotations

from typing import Any

import pytest

from medcom_bu.fhir.profiles.packages import shipped
from medcom_bu.fhir.profiles.walk import check
from tests.support.fhir_message import message


def found(reference: str, of_type: str = "message") -> list[tuple[str, str]]:
    """The errors on a message of R4 alone, of which the focus is another."""
    bundle: dict[str, Any] = message() | {"type": of_type}
    for entry in (bundle, *(entry["resource"] for entry in bundle["entry"])):
        entry.pop("meta", None)
    header = bundle["entry"][0]["resource"]
    header["focus"] = [*header["focus"], {"reference": reference}]
    issues = check(bundle, shipped().definitions("hl7.fhir.r4.core", "4.0.1"))
    return [(issue.code, issue.path) for issue in issues if issue.path.startswith("Bundle.entry[0].resource.focus")]


ABSENT = (
    "Communication/absent",
    "https://example.dk/fhir/Encounter/1",
    "urn:uuid:00000000-0000-4000-8000-000000000099",
)


@pytest.mark.parametrize("reference", ABSENT)
def test_a_focus_that_is_not_in_the_message_is_an_error(reference: str) -> None:
    assert found(reference) == [("profile.not-bundled", "Bundle.entry[0].resource.focus[1]")]


@pytest.mark.parametrize("reference", ABSENT)
def test_what_is_no_message_may_refer_elsewhere(reference: str) -> None:
    assert found(reference, "collection") == []


def test_a_focus_that_is_there_is_right() -> None:
    bundle = message()
    encounter = next(one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == "Encounter")
    assert found(f"Encounter/{encounter['id']}") == []
    assert found("Foo/1") == []  # of no type that R4 has: HL7's validator does not look for it
