"""What a narrative must show: each element that the guide marks, in any usual way of writing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import cast

import pytest

import medcom_bu
from medcom_bu.messages.message import FhirMessage
from medcom_bu.values.fhir_types import xml_words
from tests.support.fhir_message import Node, message
from tests.support.oracle import oracle

CODE = "fhirmessage.narrative-element"


def told(bundle: Node) -> set[tuple[str, str]]:
    """The elements that are not shown, with the place of the narrative."""
    report = medcom_bu.validate(json.dumps(bundle).encode())
    return {(issue.path, str(dict(issue.params)["element"])) for issue in report if issue.code == CODE}


def of_type(bundle: Node, kind: str) -> Iterator[tuple[str, Node]]:
    for number, entry in enumerate(bundle["entry"]):
        if entry["resource"]["resourceType"] == kind:
            yield f"Bundle.entry[{number}].resource.text.div", entry["resource"]


def with_narrative(kind: str, *words: str) -> tuple[set[str], Node]:
    """The elements that are told of the first resource of a type where its narrative says its id and some words."""
    bundle = message()
    path, resource = next(of_type(bundle, kind))
    inside = " ".join((resource["id"], *words))
    resource["text"]["div"] = f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{inside}</p></div>'
    found = told(bundle)
    assert {place for place, _ in found} <= {path}
    return {element.removeprefix(f"{kind}.") for _, element in found}, resource


MISSING = {
    "MessageHeader": {
        *("eventCoding", "destination.extension.valueCoding", "destination.endpoint", "destination.receiver"),
        *("sender", "source.endpoint", "focus"),
    },
    "Communication": {
        *("specificSender", "status", "category.coding", "priority", "subject", "topic.text", "encounter", "recipient"),
        *("payload.date", "payload.author", "payload.authorContact", "payload.contentString"),
        *("payload.contentAttachment.contentType", "payload.contentAttachment.title"),
        "payload.contentAttachment.creation",
    },
    "Provenance": {"target", "occurredDateTime", "activity.coding", "agent.who", "entity.role", "entity.what"},
    "CareTeam": {"name", "managingOrganization"},
    "Encounter": {"status", "class", "subject", "episodeOfCare.identifier"},
    "Organization": {"sor", "gln", "name"},
    "Patient": {"identifier", "name"},
    "Practitioner": {"name"},
    "PractitionerRole": {"practitioner", "organization", "code.coding"},
}


def test_the_message_of_the_builder_shows_all() -> None:
    assert told(message()) == told(message(3)) == set()


@pytest.mark.parametrize("kind", MISSING)
def test_what_a_narrative_does_not_show_is_told(kind: str) -> None:
    missing, resource = with_narrative(kind)
    absent = {"organization"} if "organization" not in resource and kind == "PractitionerRole" else set()
    assert missing == MISSING[kind] - absent


def test_a_value_may_be_written_in_any_usual_way() -> None:
    patient = next(of_type(message(), "Patient"))[1]
    (number,) = [identifier["value"] for identifier in patient["identifier"]]
    family, given = patient["name"][0]["family"], " ".join(patient["name"][0]["given"])
    assert with_narrative("Patient", f"{number[:6]}-{number[6:]}", f"{family.upper()}, {given}")[0] == set()
    assert with_narrative("Patient", number, family)[0] == {"name"}

    provenance = next(of_type(message(), "Provenance"))[1]
    target, who = provenance["target"][0]["reference"], provenance["agent"][0]["who"]["reference"]
    entities = [part for each in provenance["entity"] for part in (each["role"], each["what"]["identifier"]["value"])]
    rest = [target, who, *entities]
    year, month, day = provenance["occurredDateTime"][:10].split("-")
    for date in (f"{year}-{month}-{day}", f"{day}.{month}.{year} kl. 10", f"{int(day)}. marts {year}"):
        assert with_narrative("Provenance", *rest, "Ny meddelelse", date)[0] == set()
    assert with_narrative("Provenance", *rest, "new-message", f"{year}-{month}")[0] == {"occurredDateTime"}
    assert with_narrative("Provenance", *rest, "Svar", f"{year}-{month}-{day}")[0] == {"activity.coding"}


def test_a_reference_may_be_shown_by_a_name_or_a_link() -> None:
    team = next(of_type(message(), "CareTeam"))[1]
    reference = team["managingOrganization"][0]["reference"]
    owner = next(unit for _, unit in of_type(message(), "Organization") if reference.endswith(unit["id"]))
    assert with_narrative("CareTeam", team["name"], owner["name"])[0] == set()
    assert with_narrative("CareTeam", team["name"], f'<a href="{reference}">ejer</a>')[0] == set()
    assert with_narrative("CareTeam", team["name"], "ejer")[0] == {"managingOrganization"}


def test_only_version_5_marks_elements_and_only_a_readable_narrative_is_compared() -> None:
    older = json.loads(medcom_bu.to_fhir(cast(FhirMessage, medcom_bu.testing.samples()["CareCommunication/4.0"])))
    _, patient = next(of_type(older, "Patient"))
    patient["text"]["div"] = f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{patient["id"]}</p></div>'
    assert told(older) == set()
    bundle = message()
    del next(of_type(bundle, "Patient"))[1]["text"]
    assert told(bundle) == set()


def test_published_examples_lack_what_their_tool_does_not_write() -> None:
    lacking = set()
    for folder in ("carecommunication-5.0.2", "testscripts-5.0.2"):
        for path in oracle(f"examples/fhir/{folder}").rglob("*.json"):
            report = medcom_bu.validate(path.read_bytes())
            assert report.ok
            lacking |= {str(dict(issue.params)["element"]) for issue in report if issue.code == CODE}
    assert lacking == {
        "Communication.payload.contentAttachment.contentType",
        "Communication.payload.contentAttachment.creation",
        "Communication.payload.contentAttachment.title",
        "MessageHeader.destination.extension.valueCoding",
        "Provenance.entity.role",
        "Provenance.entity.what",
    }


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        ('<a href="P/1">x</a> y <a class="c" href="P/2"/>', ["x", "y", "P/1", "P/2"]),
        ("<a href='P/1'>x</a>", ["x", "P/1"]),
        ('<a\nhref = "P/1">x</a> <a href="P/2"/>', ["x", "P/1", "P/2"]),
        ('<a href="P?a=1&amp;b=2">x</a>', ["x", "P?a=1&b=2"]),
        ('<!-- <a href="P/1"/> -->x', ["x"]),
        ('<a xmlns:o="urn:o" o:href="P/1">x</a>', ["x"]),
        ("href x", ["href", "x"]),
        ("<a href='P/1'>", None),
    ],
)
def test_the_words_of_a_narrative_are_its_text_and_its_links_however_they_are_written(
    inside: str, words: list[str] | None
) -> None:
    found = xml_words(f"<div>{inside}</div>")
    assert (None if found is None else found.split()) == words
