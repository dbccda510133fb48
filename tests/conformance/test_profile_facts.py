"""Our own FHIR definitions say what the official packages say: constraint by constraint, code by code.

Compared are the differentials, element by element: min, max, types with profiles, targets and aggregation, fixed values
and patterns, bindings, slicing, maxLength, and the key, severity and expression of each invariant. Not compared is what
does not judge an instance (texts, mustSupport, obligations, mappings), and an element that only holds such.
"""

from __future__ import annotations

import functools
import json
import re
import tarfile
from typing import Any

import pytest

from tests.support import ROOT
from tests.support.oracle import oracle

PROFILES = ROOT / "profiles"
OURS = sorted(path.name for path in PROFILES.iterdir() if "hl7.fhir.r4.core" not in path.name)

Definition = dict[str, Any]
Facts = dict[str, Any]

# What differs on purpose, one by one: (file, fact) to the reason.
ON_PURPOSE = {
    (
        "ValueSet-medcom-core-encounter-class.json",
        "include http://terminology.hl7.org/CodeSystem/v3-ActCode",
    ): "the descendants of _ActEncounterCode are listed: nobody needs the code system of HL7 v3 to judge them",
    (
        "ValueSet-medcom-core-encounter-class.json",
        "exclude http://terminology.hl7.org/CodeSystem/v3-ActCode",
    ): "what is excluded is not listed in the first place",
}

# No official package of the general extensions is available: nothing to compare the one that we define with.
COMPARED = [package for package in OURS if package != "hl7.fhir.uv.extensions.r4#5.2.0"]


@functools.cache
def ours(package: str) -> dict[str, Definition]:
    files = (PROFILES / package / "package").glob("*-*.json")
    return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in files}


@functools.cache
def official_package(package: str) -> dict[str, Definition]:
    archive = oracle(f"reference/fhir/{package.replace('#', '-')}.tgz")
    found = {}
    with tarfile.open(archive) as files:
        for member in files.getmembers():
            folder, _, name = member.name.rpartition("/")
            if folder == "package" and name.endswith(".json"):
                content = files.extractfile(member)
                assert content is not None
                found[name] = json.load(content)
    return found


def element_facts(element: Facts) -> Facts:
    """What an element of a differential demands of an instance."""
    facts = {k: v for k, v in element.items() if k in {"sliceName", "min", "max", "maxLength", "contentReference"}}
    facts |= {k: v for k, v in element.items() if k.startswith(("fixed", "pattern"))}
    if "type" in element:
        kept = ("code", "profile", "targetProfile", "aggregation")
        facts["type"] = [{k: one[k] for k in kept if k in one} for one in element["type"]]
    if "binding" in element:
        facts["binding"] = (element["binding"]["strength"], element["binding"]["valueSet"])
    if "slicing" in element:
        slicing = element["slicing"]
        facts["slicing"] = (slicing["discriminator"], slicing["rules"], slicing.get("ordered", False))
    if "constraint" in element:
        facts["constraint"] = [(one["key"], one["severity"], one["expression"]) for one in element["constraint"]]
    return facts


def profile_facts(definition: Definition) -> Facts:
    """What a StructureDefinition demands: its head and each element of its differential that demands anything."""
    head = ("id", "url", "version", "fhirVersion", "kind", "abstract", "type", "baseDefinition", "derivation")
    facts = {key: definition[key] for key in head}
    facts["context"] = definition.get("context")
    elements = {one["id"]: element_facts(one) for one in definition["differential"]["element"]}
    return facts | {id_: found for id_, found in elements.items() if found.keys() - {"sliceName"}}


def code_facts(definition: Definition) -> Facts:
    """What a CodeSystem or ValueSet holds."""
    facts = {key: definition.get(key) for key in ("id", "url", "version", "caseSensitive", "content")}
    for concept in definition.get("concept", []):
        danish = {one["value"] for one in concept.get("designation", []) if one["language"] == "da"}
        facts[f"code {concept['code']}"] = (concept["display"], danish - {concept["display"]})
    for use in ("include", "exclude"):
        for part in definition.get("compose", {}).get(use, []):
            codes = sorted(concept["code"] for concept in part.get("concept", []))
            of = part.get("system") or ",".join(part["valueSet"])
            facts[f"{use} {of}"] = (codes, part.get("filter"))
    return facts


def facts_of(definition: Definition) -> Facts:
    return profile_facts(definition) if definition["resourceType"] == "StructureDefinition" else code_facts(definition)


def differences(package: str) -> dict[tuple[str, str], str]:
    """Every fact in which ours and the official package differ: (file, fact) to what each says."""
    theirs = official_package(package)
    found = {}
    for name, definition in ours(package).items():
        mine, other = facts_of(definition), facts_of(theirs[name])
        for key in mine.keys() | other.keys():
            if mine.get(key) != other.get(key):
                found[name, key] = f"ours {mine.get(key)!r}, official {other.get(key)!r}"
    return found


@pytest.mark.parametrize("package", COMPARED)
def test_definitions_say_what_the_official_ones_say(package: str) -> None:
    assert {place: said for place, said in differences(package).items() if place not in ON_PURPOSE} == {}


def test_every_difference_on_purpose_is_one() -> None:
    assert ON_PURPOSE.keys() == {place for package in COMPARED for place in differences(package)}


CANONICAL = re.compile(r"https?://((medcomfhir\.dk|hl7\.dk)/[^|]+|hl7\.org/fhir/StructureDefinition/address-official)")


def reached(definition: Definition) -> set[str]:
    """The canonicals outside FHIR R4 that judging by a definition needs."""
    found = [definition.get("baseDefinition", "")]
    for element in definition.get("differential", {}).get("element", []):
        for one in element.get("type", []):
            found += one.get("profile", []) + one.get("targetProfile", [])
        if element.get("binding", {}).get("strength") in {"required", "extensible", "example"}:
            found.append(element["binding"]["valueSet"])
    for part in definition.get("compose", {}).get("include", []):
        found += [part.get("system", ""), *part.get("valueSet", [])]
    return {match[0] for match in map(CANONICAL.match, found) if match}


def closure(package: str) -> list[str]:
    """A package and what it depends on, as ``name#version``, without FHIR R4 itself."""
    manifest = json.loads((PROFILES / package / "package" / "package.json").read_text(encoding="utf-8"))
    assert package == f"{manifest['name']}#{manifest['version']}"
    needed = [f"{name}#{version}" for name, version in manifest["dependencies"].items()]
    assert needed.pop(0) == "hl7.fhir.r4.core#4.0.1"
    return [package, *needed]


@pytest.mark.parametrize("package", OURS)
def test_a_package_and_its_dependencies_hold_all_that_they_reach(package: str) -> None:
    definitions = [definition for name in closure(package) for definition in ours(name).values()]
    held = {definition["url"] for definition in definitions}
    assert len(held) == len(definitions)
    assert {url for definition in definitions for url in reached(definition)} <= held


def test_every_definition_is_reached_from_a_message() -> None:
    for package in ("medcom.fhir.dk.carecommunication#5.0.2", "medcom.fhir.dk.carecommunication#4.0.3"):
        definitions = {one["url"]: one for name in closure(package) for one in ours(name).values()}
        reaching = set[str]()
        wanted = {one["url"] for one in ours(package).values()}
        while wanted:
            reaching |= wanted
            wanted = {url for one in wanted for url in reached(definitions[one])} - reaching
        # a code of MedCom's is looked up wherever it stands
        assert {one["resourceType"] for url, one in definitions.items() if url not in reaching} == {"CodeSystem"}
