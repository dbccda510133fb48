"""Our R4 definitions are R4: compared, element by element, with the definition files of HL7."""

from __future__ import annotations

import functools
import json
import tarfile
from typing import Any, cast

import pytest

from medcom_bu.fhir.model import definitions
from medcom_bu.fhir.model.definitions import is_resource, shape
from medcom_bu.fhir.model.r4 import COMPLEX_TYPES, PRIMITIVES, RESOURCE_TYPES, compiled, is_primitive, primitive
from medcom_bu.fhir.profiles import walk
from medcom_bu.fhir.profiles.packages import shipped
from medcom_bu.resources import folder
from tests.support import r4_package, r4_vocabulary
from tests.support.oracle import oracle

OURS = folder("profiles") / "hl7.fhir.r4.core" / "package"
"""The one extension of R4's own that is shipped: it may stand anywhere."""
NAMES = sorted({path.stem.removeprefix("StructureDefinition-") for path in OURS.glob("StructureDefinition-*.json")})
EACH = pytest.mark.parametrize("name", NAMES)


def ours(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((OURS / f"StructureDefinition-{name}.json").read_text(encoding="utf-8"))
    return loaded


@functools.cache
def official_definitions() -> dict[str, dict[str, Any]]:
    found = {}
    with tarfile.open(oracle("reference/fhir/hl7.fhir.r4.core-4.0.1-subset.tgz")) as archive:
        for member in archive.getmembers():
            if "StructureDefinition-" in member.name and (file := archive.extractfile(member)):
                loaded = json.load(file)
                found[loaded["id"]] = loaded
    return found


def structure(definition: dict[str, Any]) -> list[Any]:
    """Every element in order: path, cardinality, types with their targets, what it refers to, what XML does with it."""
    return [
        (
            element["path"],
            element["min"],
            element["max"],
            [(kind["code"], kind.get("targetProfile")) for kind in element.get("type", ())],
            element.get("contentReference"),
            element.get("representation"),
        )
        for element in definition["snapshot"]["element"]
    ]


@EACH
def test_the_elements_are_those_of_r4(name: str) -> None:
    theirs = official_definitions()[name]
    mine = ours(name)
    assert structure(mine) == structure(theirs)
    for key in ("url", "kind", "abstract", "type", "baseDefinition", "derivation"):
        assert mine.get(key) == theirs.get(key)


@EACH
def test_bindings_and_invariants_are_those_of_r4(name: str) -> None:
    theirs = {element["id"]: element for element in official_definitions()[name]["snapshot"]["element"]}
    for element in ours(name)["snapshot"]["element"]:
        other = theirs[element["id"]]
        bound = other.get("binding", {})
        required = {"strength": "required", "valueSet": bound.get("valueSet")}
        assert element.get("binding") == (required if bound.get("strength") == "required" else None)
        assert {key for key, *_ in rules_of(element) - rules_of(other)} <= CORRECTED_AT_THE_ORACLE
        assert {key for key, *_ in rules_of(element)} == {key for key, *_ in rules_of(other)} - left_out(element)


CORRECTED_AT_THE_ORACLE = {"tim-9"}
"""The invariants whose expression is not that of R4 4.0.1 in the product from which the oracle was taken."""


def left_out(element: dict[str, Any]) -> set[str]:
    """The invariants of every element that an element does not repeat."""
    return r4_package.ON_EVERY_ELEMENT - {key for key, *_ in rules_of(element)}


def rules_of(element: dict[str, Any]) -> set[tuple[str, str, str]]:
    """The invariants of an element that have an expression."""
    rules = element.get("constraint", ())
    return {(rule["key"], rule["severity"], rule["expression"]) for rule in rules if "expression" in rule}


OTHERWISE_AT_THE_ORACLE = {
    "Appointment", "AuditEvent", "Binary", "DetectedIssue", "DeviceDefinition", "EvidenceVariable", "MeasureReport",
    "ObservationDefinition", "ResearchStudy",
}  # fmt: skip
"""The types of R4 that the product from which the oracle was taken has changed."""


def test_the_rest_of_r4_is_that_of_r4() -> None:
    with tarfile.open(oracle(r4_vocabulary.PACKAGE)) as archive:
        theirs = {
            f"StructureDefinition-{one['id']}.json": one
            for member in archive
            if "/StructureDefinition-" in member.name and (file := archive.extractfile(member))
            for one in (json.load(file),)
        }
    mine = {name: one for name, one in r4_package.held().items() if name in theirs and "snapshot" in one}
    differ = {one["id"] for name, one in mine.items() if facts(one) != facts(theirs[name])}
    assert differ == OTHERWISE_AT_THE_ORACLE
    assert {one["type"] for one in mine.values()} | {*NAMES} == {
        *RESOURCE_TYPES, *COMPLEX_TYPES, *PRIMITIVES, "Resource", "DomainResource"
    }  # fmt: skip


def facts(definition: dict[str, Any]) -> list[Any]:
    """What is shipped of a definition: its structure, its required bindings and its invariants."""
    bindings = [element.get("binding", {}) for element in definition["snapshot"]["element"]]
    required = [one["valueSet"] for one in bindings if one.get("strength") == "required"]
    rules = [
        (element["path"], rule["key"], rule["severity"], rule["expression"])
        for element in definition["snapshot"]["element"]
        for rule in element.get("constraint", ())
        if rule["key"] not in r4_package.ON_EVERY_ELEMENT
    ]
    return [structure(definition), required, rules]


def test_the_extensions_of_r4_can_be_judged_by() -> None:
    profiles = walk.compiled(shipped().definitions("hl7.fhir.r4.core", "4.0.1"))
    held = [one["url"] for one in r4_package.held().values() if "differential" in one]
    assert len(held) == R4_EXTENSIONS
    assert all(profiles.get(url) is not None for url in held)


R4_EXTENSIONS = 393


@pytest.mark.java
def test_the_rest_of_r4_is_made_from_its_definitions() -> None:
    assert r4_package.files(r4_package.jar(), oracle(r4_vocabulary.PACKAGE)) == r4_package.held()


def test_all_that_a_type_refers_to_is_defined() -> None:
    for name in NAMES:
        refers_to_what_is_defined(ours(name))
    for one in r4_package.held().values():
        if one["resourceType"] == "StructureDefinition":
            refers_to_what_is_defined(one)


def refers_to_what_is_defined(definition: dict[str, Any]) -> None:
    for element in r4_package.elements_of(definition):
        for kind in element.get("type", ()):
            code = kind["code"]
            assert code.startswith("http://hl7.org/fhirpath/") or code in KNOWN, code


KNOWN = {*RESOURCE_TYPES, *COMPLEX_TYPES, *PRIMITIVES, "Resource"}


@EACH
def test_nothing_of_the_prose_of_r4_is_in_it(name: str) -> None:
    allowed = {"id", "path", "min", "max", "representation", "contentReference", "type", "binding", "constraint"}
    assert {key for element in ours(name)["snapshot"]["element"] for key in element} <= allowed


def test_the_vocabulary_is_that_of_r4() -> None:
    assert r4_vocabulary.FILE.read_text("utf-8") == r4_vocabulary.text(oracle(r4_vocabulary.PACKAGE))
    assert sorted(definition["type"] for definition in map(ours, NAMES) if definition["kind"] == "primitive-type") == [
        *PRIMITIVES
    ]


@pytest.mark.parametrize("name", PRIMITIVES)
def test_the_patterns_that_packages_name_are_those_of_the_vocabulary(name: str) -> None:
    value = next(one for one in ours(name)["snapshot"]["element"] if one["path"] == f"{name}.value")
    assert [one["valueString"] for one in value["type"][0].get("extension", ()) if one["url"].endswith("/regex")] == [
        pattern for pattern in (PRIMITIVES[name].pattern,) if pattern is not None
    ]


def test_shapes() -> None:
    found = shape("Communication.payload")
    assert list(found.fields) == [
        "id", "extension", "modifierExtension", "contentString", "contentAttachment", "contentReference",
    ]  # fmt: skip
    assert [(name, [field.name for field in fields]) for name, fields in found.required] == [
        ("content", ["contentString", "contentAttachment", "contentReference"])
    ]
    assert shape("Bundle.entry").fields["link"].shape == "Bundle.link"


@pytest.mark.parametrize("name", ["Provenance.entity.agent", "../x", "string", "Nothing", "Bundle.nothing"])
def test_what_is_no_shape(name: str) -> None:
    with pytest.raises(KeyError):
        shape(name)


@pytest.mark.parametrize("name", ["Patient", "Nothing"])
def test_what_is_no_primitive(name: str) -> None:
    with pytest.raises(KeyError):
        primitive(name)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("instant", "2026-01-02T03:04:05.678+01:00", "2026-01-02T03:04:05"),
        ("dateTime", "2026-01", "2026-1"),
        ("id", "a-1.B", "a_1"),
        ("code", "a b", " a"),
        ("positiveInt", "1", "0"),
        ("unsignedInt", "0", "-1"),
        ("uri", "urn:x", "a b"),
        ("base64Binary", "AAAA", "AAA"),
    ],
)
def test_forms(name: str, good: str, bad: str) -> None:
    pattern = primitive(name).pattern
    assert pattern is not None
    assert compiled(pattern).fullmatch(good)
    assert not compiled(pattern).fullmatch(bad)


@pytest.mark.parametrize("name", ["", "x", "Patient\0", "../package", "a" * 300, "\ud800", "\u00b2", "Pati\u0435nt"])
def test_a_name_that_is_none_asks_no_file_and_is_not_kept(name: str) -> None:
    is_resource("Patient")
    kept = cast("functools._lru_cache_wrapper[object]", definitions._kept)
    before = kept.cache_info().currsize
    assert not is_resource(name)
    assert not is_primitive(name)
    assert kept.cache_info().currsize == before
