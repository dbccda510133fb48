"""HOUSE-28: another minor version of CareCommunication needs its folder of definitions and a line in DEFINITIONS."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

import medcom_bu
from medcom_bu import CareCommunicationBuilder, CareCommunicationMessage
from medcom_bu.fhir.profiles.corrections import CORRECTIONS, TEXTS, InvariantEdition
from medcom_bu.fhir.profiles.judge import judge
from medcom_bu.fhir.profiles.packages import Library, Package, shipped
from medcom_bu.messages.care_communication import DEFINITIONS, VERSIONS
from medcom_bu.numerals import version_numbers
from medcom_bu.values.codes import Since
from medcom_bu.values.fhir_codes import Category
from tests.support.fhir_breaks import BREAKS, broken
from tests.support.fhir_message import message

NAME = "medcom.fhir.dk.carecommunication"
GUIDES = {package.version: package for package in shipped().packages if package.name == NAME}


def next_minor() -> Library:
    """A library with a version 5.1 that says what 5.0.2 says."""
    guide = GUIDES["5.0.2"]
    definitions = {key: {**one, "version": "5.1.0"} for key, one in guide.definitions.items()}
    return shipped().with_packages([Package(NAME, "5.1.0", guide.dependencies, definitions)])


def in_minor(bundle: Any, minor: str) -> Any:
    """A message that names another minor version of the standard."""
    bundle = copy.deepcopy(bundle)
    header = bundle["entry"][0]["resource"]
    header["definition"] = header["definition"].replace("|5.0", f"|{minor}")
    return bundle


def issues(bundle: Any, library: Library) -> list[tuple[str, str, object]]:
    return [(issue.code, issue.path, dict(issue.params).get("key")) for issue in judge(bundle, library)[0]]


def test_every_guide_that_is_shipped_is_a_version_that_messages_can_be_of() -> None:
    held = {".".join(map(str, version_numbers(version)[:2])) for version in GUIDES}
    assert held == set(VERSIONS), (
        "each folder profiles/medcom.fhir.dk.carecommunication#<version> wants its line in DEFINITIONS of "
        "medcom_bu/messages/care_communication.py, and the other way round"
    )
    assert list(VERSIONS) == sorted(VERSIONS, key=version_numbers, reverse=True), "the newest version is the default"


@pytest.mark.parametrize("version", GUIDES)
def test_every_guide_that_is_shipped_has_the_corrections_of_its_invariants(version: str) -> None:
    for edition in InvariantEdition:
        forms = [form for form in (*CORRECTIONS[edition], *TEXTS) if version.startswith(form.guide)]
        assert forms, f"fhir/profiles/corrections.py says nothing of {version}: which forms of its invariants hold?"


@pytest.mark.parametrize("rule", BREAKS)
def test_a_minor_version_that_says_the_same_finds_the_same(rule: str) -> None:
    bundle = broken(copy.deepcopy(message()), rule)
    by_older = issues(bundle, shipped())
    definition = bundle["entry"][0]["resource"].get("definition")
    if isinstance(definition, str) and definition.endswith("|5.0"):
        assert issues(in_minor(bundle, "5.1"), next_minor()) == by_older


def test_a_minor_version_that_is_not_at_hand_is_told() -> None:
    later = in_minor(message(), "5.1")
    note = ("profile.other-version", "Bundle.entry[0].resource.definition", None)
    assert issues(message(), shipped()) == []
    assert issues(later, shipped()) == [note]
    assert issues(later, next_minor()) == []
    found = medcom_bu.read(json.dumps(later).encode())
    assert note[:2] in [(issue.code, issue.path) for issue in found.report]
    assert found.report.ok
    assert isinstance(found.message, CareCommunicationMessage)
    assert found.message.version == "5.1"
    assert CareCommunicationBuilder.reply_to(found.message).version == "5.0"


@pytest.mark.parametrize("version", ["5.", "5.123", "5.0.0504909989", "5.²", "5.1 ", "6.0", "50"])
def test_what_is_no_version_of_the_standard_is_none(version: str) -> None:
    found = medcom_bu.read(json.dumps(in_minor(message(), version)).encode()).message
    assert isinstance(found, CareCommunicationMessage)
    assert found.version is None


def test_a_patch_version_is_of_its_minor_version() -> None:
    found = medcom_bu.read(json.dumps(in_minor(message(), "5.0.2")).encode()).message
    assert isinstance(found, CareCommunicationMessage)
    assert found.version == "5.0"


def test_what_came_with_a_version_is_in_every_later_one() -> None:
    assert [version for version in ("4.0", "4.9", "5.0", "5.1", "5.10", "6.0") if version in Since("5.0")] == [
        "5.0",
        "5.1",
        "5.10",
        "6.0",
    ]
    assert not Category.ACUTE_AMBULANT.known_in("4.0")
    assert Category.ACUTE_AMBULANT.known_in("5.1")
    assert Category.OTHER.known_in("4.0")


def test_a_message_of_a_version_that_is_not_at_hand_is_judged_by_the_nearest() -> None:
    older = in_minor(message(), "4.7")
    older["meta"] = {"profile": [f"{message()['meta']['profile'][0]}|4.7.0"]}
    header = older["entry"][0]["resource"]
    header["definition"] = DEFINITIONS["4.0"].replace("4.0.0", "4.7.0")
    told = [dict(issue.params).get("held") for issue in judge(older)[0] if issue.code == "profile.wrong-version"]
    assert told == ["4.0.3"]
