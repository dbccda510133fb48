"""Checks of what a system sends, on messages that MedCom has published and on small ones of our own."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from medcom_bu import danish_time, wire
from medcom_bu.builders import CareCommunicationBuilder
from medcom_bu.builders.care_parts import organization, patient
from medcom_bu.builders.threads import Author
from medcom_bu.certification import BadCase, Conclusion, load_case
from medcom_bu.certification.cases import load_cases
from medcom_bu.certification.checks import CHECKS
from medcom_bu.certification.model.scenes import Scene, Taken, Wired
from medcom_bu.ids_and_clock import IdsAndClock
from tests.support.oracle import oracle

NOW = danish_time.aware(datetime(2026, 5, 4, 9, 30))


def failed(name: str, data: bytes) -> list[str]:
    """The paths at which a check fails a message that a system sent."""
    stage = Taken(name="sent", moment=NOW, gave=(Wired(data),))
    scene = Scene(ids=IdsAndClock(clock=lambda: NOW), display=None, patients={}, taken={"sent": stage})
    found = CHECKS[name].find(scene, stage)
    return [finding.path for finding in found if finding.conclusion is Conclusion.FAILED]


def judged(data: bytes) -> set[str]:
    """What a person is asked to look for in the narratives."""
    stage = Taken(name="sent", moment=NOW, gave=(Wired(data),))
    scene = Scene(ids=IdsAndClock(clock=lambda: NOW), display=None, patients={}, taken={"sent": stage})
    found = CHECKS["narratives-show"].find(scene, stage)
    return {each.expected.en.split(" ")[0] for each in found if each.conclusion is Conclusion.TO_BE_JUDGED}


def sent(text: str = 'Hej <b>alle</b>\n\n5 < 6 & "sådan"') -> bytes:
    """A message of the builder."""
    builder = CareCommunicationBuilder.new(
        sender=organization("Eksempel Kommune", sor="265161000016000", gln="5790000121526"),
        receiver=organization("Eksempel Lægehus", sor="953741000016009", gln="5790001348120"),
        patient=patient("1105177VK2", given="Asta Test", family="Eksempel"),
        category="healthcare",
        topic="Trivsel",
        ids=IdsAndClock(clock=lambda: NOW),
    )
    author = Author(given="Petra", family="Prøve", telephone="00000000", role_code="paedagog")
    return wire.to_fhir(builder.write(text, author=author).build())


def test_published_messages_fail_only_what_is_wrong_in_them() -> None:
    """MedCom's examples: base64 in narratives, files that are named in a reply without their title in the narrative.

    Source: CareCommunication 5.0.2 and test scripts 5.0.x; General governance of FHIR standards, 5.2.
    """
    folder = oracle("examples/fhir")
    files = sorted([*folder.glob("carecommunication-5.0.2/*.json"), *folder.glob("testscripts-5.0*/*/*.json")])
    assert len(files) >= 40
    found: Counter[tuple[str, str]] = Counter()
    for name in ("narratives", "narratives-show", "titles-plain", "number-systems", "global-numbers"):
        for file in files:
            found.update((name, path) for path in set(failed(name, file.read_bytes())))
    assert found == {
        ("narratives-show", "Communication.payload.contentAttachment.title"): 9,
        ("narratives", "Bundle.entry[2].resource.text"): 7,
    }


def test_the_narratives_of_the_library_show_everything() -> None:
    assert failed("narratives-show", sent()) == []
    assert judged(sent()) == set()
    assert failed("narratives", sent()) == []


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        (">Trivsel<", "><", "Communication.topic.text"),
        (">2026-05-04T09:30:00+02:00<", ">4. maj kl. 9<", "Communication.payload.extension.valueDateTime"),
        (">00000000<", "><", "Communication.payload.extension.valueContactPoint.value"),
        (">1105177VK2<", "><", "Patient.identifier.value"),
    ],
)
def test_what_people_read_must_be_in_the_narrative(old: str, new: str, path: str) -> None:
    assert path in failed("narratives-show", sent().decode().replace(old, new).encode())


def test_a_danish_date_and_the_name_of_a_code_can_be_read() -> None:
    data = sent().decode()
    assert "healthcare (Sundhedspleje" in data
    data = data.replace(">2026-05-04T09:30:00+02:00<", ">4. maj 2026 kl. 9.30 (09:30)<")
    data = data.replace(">healthcare (Sundhedspleje", ">Sundhedspleje (")
    assert failed("narratives-show", data.encode()) == []


def test_what_is_of_the_wire_is_left_to_a_person() -> None:
    data = sent().decode().replace(">source<", "><")
    assert failed("narratives-show", data.encode()) == []
    assert judged(data.encode()) == {"Provenance.entity.role"}


@pytest.mark.parametrize(
    ("name", "old", "new", "paths"),
    [
        ("times", "+02:00", "Z", 4),
        ("number-systems", "urn:oid:1.2.208.176.1.6.1.1", "urn:oid:1.2.208.176.1.2", 1),
    ],
)
def test_a_wrong_zone_and_a_wrong_kind_of_number_are_seen(name: str, old: str, new: str, paths: int) -> None:
    assert failed(name, sent()) == []
    assert len(failed(name, sent().decode().replace(f'{old}"', f'{new}"').encode())) == paths


CASE = """
id = "CCS-1"
area = "carecommunication"
role = "sender"
standard = "CareCommunication"
version = "5.0"
protocol = "medcom_bu"
section = "1"
official = false
[title]
en = "One"
da = "En"
[[variants]]
id = "CCS4-1"
area = "carecommunication-4.0"
version = "4.0"
without = ["times"]
[[stages]]
name = "sent"
checks = [{ check = "sent", kinds = ["CareCommunication/{version}"] }, { check = "times" }]
[stages.send]
action = "new"
standard = "CareCommunication"
version = "{version}"
"""


def test_a_variant_is_the_case_in_another_version(tmp_path: Path) -> None:
    file = tmp_path / "CCS-1.toml"
    file.write_text(CASE, encoding="utf-8")
    case, variant = load_cases(file)
    assert load_case(file) == case
    assert (case.variant_of, variant.variant_of) == ("", "CCS-1")
    assert (case.id, variant.id, variant.version, str(variant.area)) == (
        *("CCS-1", "CCS4-1", "4.0"),
        "carecommunication-4.0",
    )
    assert [row.name for row in case.stages[0].checks] == ["sent", "times"]
    assert [row.name for row in variant.stages[0].checks] == ["sent"]
    assert variant.stages[0].checks[0].parameters == {"kinds": ["CareCommunication/4.0"]}
    assert (variant.stages[0].send or {})["version"] == "4.0"


def test_a_variant_has_no_stages_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "CCS-1.toml"
    file.write_text(CASE.replace("without =", "stages ="), encoding="utf-8")
    with pytest.raises(BadCase, match=r"CCS-1\.toml: unknown: stages"):
        load_cases(file)
