"""FHIR packages beside the shipped ones: for ``validate``, ``read``, the exchange and the command line alike."""

from __future__ import annotations

import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import medcom_bu
from medcom_bu import Outcome, exchange
from medcom_bu.cli import main
from medcom_bu.fhir.profiles import given
from medcom_bu.fhir.profiles.given import library_with
from medcom_bu.issues import Issue, Layer
from medcom_bu.profiles import BadPackage, Package, load_all, shipped
from tests.support.fhir_message import Node, message
from tests.support.hl7_cases import R4_CORE
from tests.support.java_oracle import PROFILES
from tests.support.made_profiles import P, element, organization, patient, profile, sliced
from tests.support.oracle import oracle
from tests.support.profile_oracle import HOME_CARE, HOSPITAL, archives, examples_of

CORE = "http://medcomfhir.dk/ig/core/StructureDefinition/"
NAMED = profile("Patient", element("Patient.name", min=1))
BORN = profile("Patient", element("Patient.birthDate", min=1), url=f"{P}-born", base=P)


def made(folder: Path, label: str, *definitions: Node, **dependencies: str) -> Path:
    """An unpacked package in a folder of packages."""
    name, _, version = label.partition("#")
    inner = folder / label / "package"
    inner.mkdir(parents=True)
    needed = {key.replace("_", "."): value for key, value in dependencies.items()}
    (inner / "package.json").write_text(
        json.dumps({"name": name, "version": version, "dependencies": needed}), encoding="utf-8"
    )
    for number, definition in enumerate(definitions):
        (inner / f"{definition['resourceType']}-{number}.json").write_text(json.dumps(definition), encoding="utf-8")
    return folder / label


def found(data: Any, packages: Any = ()) -> set[tuple[str, str]]:
    """The errors and warnings of a resource or message."""
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    report = medcom_bu.validate(content, packages=packages)
    return {(issue.code, issue.path) for issue in report if issue.severity != "information"}


def born(**content: Any) -> Node:
    return patient(**content) | {"meta": {"profile": [f"{P}-born"]}}


# --- the library of packages --------------------------------------------------------------------------------------


def test_packages_see_each_other_and_the_shipped_ones_whatever_their_manifests_say(tmp_path: Path) -> None:
    one, other = made(tmp_path, "a.named#1.0.0", NAMED), made(tmp_path, "a.born#1.0.0", BORN, a_named="7.0.0")
    assert found(born(), [one, other]) == {("profile.missing", "Patient")}
    assert len(medcom_bu.validate(json.dumps(born()).encode(), packages=[one, other]).issues) == 3
    assert found(born(name=[{"family": "x"}], birthDate="2020-01-01"), [one, other]) == set()
    assert found(born(), other) == {("profile.not-checked", "Patient"), ("profile.none", "Patient")}
    told = medcom_bu.validate(json.dumps(born()).encode(), packages=other)
    assert (told.ok, told.complete) == (True, False)


def test_a_package_is_read_once_and_again_where_it_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = made(tmp_path, "a.named#1.0.0", NAMED)
    first = library_with(place)
    assert library_with([str(place), place]) is first
    assert library_with([]) is not first
    monkeypatch.setattr(given, "load", None)  # nothing is read again
    assert library_with([place]) is first
    monkeypatch.undo()
    file = place / "package" / "StructureDefinition-0.json"
    file.write_text(json.dumps(BORN), encoding="utf-8")
    assert library_with(place) is not first
    os.utime(file, ns=(1, 1))
    assert library_with(place) is library_with(place)


def test_threads_that_ask_at_once_get_one_library(tmp_path: Path) -> None:
    place, libraries, start = made(tmp_path, "a.named#1.0.0", NAMED), list[Any](), threading.Barrier(8)

    def ask() -> None:
        start.wait()
        libraries.append(library_with(place))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(libraries) == 8
    assert len({id(library) for library in libraries}) == 1


def test_a_name_is_looked_for_in_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path / ".fhir" / "packages", "a.named#1.0.0", NAMED)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    claimed = patient(gender="female")
    assert found(claimed, "a.named#1.0.0") == {("profile.missing", "Patient")}
    for absent in ("a.named#2.0.0", "../packages/a.named#1.0.0", str(tmp_path / "absent.tgz")):
        with pytest.raises(BadPackage, match="no such file or folder"):
            medcom_bu.validate(b"{}", packages=[absent])


def test_what_is_no_package_is_refused_whatever_is_judged(tmp_path: Path) -> None:
    (tmp_path / "bad.tgz").write_bytes(b"x")
    for verb in (medcom_bu.validate, medcom_bu.read):
        for bad in (tmp_path, tmp_path / "bad.tgz"):
            with pytest.raises(BadPackage, match=bad.name):
                verb(b"UNB+UNOC:3+1+2+260101:1200+1'", packages=bad)
        with pytest.raises(TypeError, match="packages takes"):
            verb(b"{}", packages=3)  # type: ignore[arg-type]
    slicing = element("Patient.identifier", **sliced({"type": "value", "path": "system"}))
    cpr = element("Patient.identifier:cpr", sliceName="cpr")
    senseless = made(tmp_path, "a.bad#1.0.0", profile("Patient", slicing, cpr))
    with pytest.raises(BadPackage, match="identifier:cpr is not told apart by value system"):
        medcom_bu.validate(json.dumps(patient()).encode(), packages=senseless)


def test_the_nearest_version_serves_a_given_one_before_another(tmp_path: Path) -> None:
    first = made(tmp_path, "a.named#1.0.0", NAMED)
    second = made(tmp_path, "a.named#2.0.0", NAMED | {"version": "2.0.0"})
    guide = made(tmp_path, "a.born#1.0.0", BORN, a_named="1.0.0")
    library = library_with([second, first, guide])
    reached = library.definitions("a.born", "1.0.0")
    assert [package.label for package in reached.packages][:2] == ["a.born#1.0.0", "a.named#1.0.0"]
    assert reached.missing == ()
    assert {"hl7.fhir.r4.core", "medcom.fhir.dk.messaging"} <= {package.name for package in reached.packages}


# --- what is not a message -------------------------------------------------------------------------------------------


def test_a_resource_alone_and_a_bundle_of_another_type_are_judged(tmp_path: Path) -> None:
    bare = {key: value for key, value in patient(gender="female").items() if key != "meta"}
    report = medcom_bu.validate(json.dumps(bare).encode(), packages=[])
    assert [(issue.code, issue.path) for issue in report] == [("fhir.resource-alone", "Patient")]
    assert (report.ok, report.complete) == (True, True)
    assert {str(layer): str(outcome) for layer, outcome in report.layers.items()} == dict.fromkeys(
        ("syntax", "schema", "profile"), "passed"
    )
    assert found(bare | {"gender": "x"}) == {("profile.code", "Patient.gender")}
    assert found(bare | {"gendr": "x"}) == {("fhir.property-unknown", "Patient.?")}
    named = made(tmp_path, "a.named#1.0.0", NAMED)
    assert found(patient(gender="female"), named) == {("profile.missing", "Patient")}
    collection = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": bare | {"gender": "x"}}]}
    assert found(collection) >= {("profile.code", "Bundle.entry[0].resource.gender")}
    unknown = medcom_bu.validate(json.dumps(bare | {"meta": {"profile": [P]}}).encode(), packages=[])
    assert (unknown.ok, unknown.complete) == (True, False)


def test_without_packages_what_is_no_message_is_none() -> None:
    bare = json.dumps(patient()).encode()
    assert [issue.code for issue in medcom_bu.validate(bare)] == ["fhir.not-a-bundle"]
    with pytest.raises(medcom_bu.InvalidMessage):
        medcom_bu.parse(bare)
    lost = message()
    del lost["entry"][0]
    assert ("fhir.no-header", "Bundle.entry[0]") in found(lost)


# --- guides that are not shipped ----------------------------------------------------------------------------------


def test_hospital_notification_is_judged_shown_and_acknowledged() -> None:
    packages, count = archives(*HOSPITAL), 0
    for name, data in examples_of(HOSPITAL[0]):
        report, count = medcom_bu.validate(data, packages=packages), count + 1
        assert {issue.code for issue in report} <= {"fhir.kept"}, name
        assert (report.ok, report.complete) == (True, True), name
        received = medcom_bu.read(data, packages=packages)
        assert isinstance(received.message, medcom_bu.OtherFhirMessage)
        assert received.report.ok
        accepted = exchange.accept(received)
        assert medcom_bu.validate(accepted).verdict == "valid"
        refused = exchange.refuse(received, reason="forkert modtager")
        assert medcom_bu.validate(refused).verdict == "valid"
        assert "Elmer" in medcom_bu.as_page(received)
        assert "hospital-notification-message" in medcom_bu.as_text(received.message)
        decision = exchange.receive(data, exchange.MemoryStore(), datetime(2026, 5, 4, tzinfo=UTC), packages=packages)
        assert (str(decision.action), decision.report.ok) == ("show", True)
        without = exchange.receive(data, exchange.MemoryStore(), datetime(2026, 5, 4, tzinfo=UTC))
        assert (str(without.action), without.report.ok) == ("refuse", False)
    assert count == 12


def test_hospital_notification_without_its_profile_is_refused() -> None:
    _, data = next(examples_of(HOSPITAL[0]))
    broken = json.loads(data)
    encounter = next(e["resource"] for e in broken["entry"] if e["resource"]["resourceType"] == "Encounter")
    del encounter["serviceProvider"]
    path = next(
        f"Bundle.entry[{number}].resource"
        for number, entry in enumerate(broken["entry"])
        if entry["resource"]["resourceType"] == "Encounter"
    )
    assert found(broken, archives(*HOSPITAL)) == {("profile.missing", path)}


def test_a_missing_dependency_is_named_and_no_profile_is_blamed() -> None:
    _, data = next(examples_of(HOSPITAL[0]))
    report = medcom_bu.validate(data, packages=archives(HOSPITAL[0]))
    assert (report.ok, report.complete) == (True, False)
    assert {told(issue) for issue in report if issue.severity == "warning"} == {
        ("code-dependency", "entry[0].resource.event", "medcom.fhir.dk.terminology#1.1.1"),
        ("dependency-part", "entry[1].resource", "medcom.fhir.dk.core#2.0.1"),
        ("code-dependency", "entry[2].resource.class", "medcom.fhir.dk.terminology#1.1.1"),
        ("dependency-part", "entry[2].resource", "medcom.fhir.dk.core#2.0.1"),
        ("code-dependency", "entry[2].resource.status", "medcom.fhir.dk.terminology#1.1.1"),
        ("dependency-part", "entry[2].resource.subject", "medcom.fhir.dk.core#2.0.1"),
        ("code-dependency", "entry[5].resource.activity", "medcom.fhir.dk.terminology#1.1.1"),
    }
    without_dk = [archive for archive in archives(*HOSPITAL) if archive.name != "hl7.fhir.dk.core-2.0.0.tgz"]
    report = medcom_bu.validate(data, packages=without_dk)
    assert {told(issue)[::2] for issue in report if issue.severity == "warning"} == {
        ("dependency-part", "hl7.fhir.dk.core#2.0.0")
    }
    assert "part" in report.issues[-1].text("en")
    assert "uddrag" in report.issues[-1].text("da")


def told(issue: Issue) -> tuple[str, str, object]:
    """What was not checked, and the package that is to be added."""
    return issue.code.removeprefix("profile."), issue.path.removeprefix("Bundle."), dict(issue.params).get("package")


def test_rules_that_ask_for_a_profile_that_is_not_at_hand_are_not_called_broken() -> None:
    for name, data in examples_of(HOME_CARE[0]):
        alone = medcom_bu.validate(data, packages=archives(HOME_CARE[0]))
        assert (alone.ok, alone.complete) == (True, False), name
        keys = {dict(i.params)["key"] for i in alone if i.code == "profile.invariant-not-checked"}
        assert keys == {"medcom-messaging-1", "medcom-homecareObsMessage-2"}
        reasons = {dict(issue.params).get("package") for issue in alone if issue.code == "profile.dependency"}
        assert reasons == {"medcom.fhir.dk.messaging#3.0.0"}


@pytest.mark.slow
def test_home_care_observation_is_judged_with_its_packages() -> None:
    for name, data in examples_of(HOME_CARE[0]):
        report = medcom_bu.validate(data, packages=archives(*HOME_CARE))
        assert {issue.code for issue in report} <= {"fhir.kept", "profile.display", "profile.other-version"}, name
        assert (report.ok, report.complete) == (True, True), name


# --- parts --------------------------------------------------------------------------------------------------------


# --- R4's own profiles, which are in its whole package alone ------------------------------------------------------

R4 = "http://hl7.org/fhir/StructureDefinition/"
WEIGHED = profile("Observation", element("Observation.performer", min=1), url=f"{P}-weight", base=f"{R4}bodyweight")


def weight(claimed: str, **content: Any) -> Node:
    system = "http://terminology.hl7.org/CodeSystem/observation-category"
    return {
        "resourceType": "Observation",
        "meta": {"profile": [claimed]},
        "text": patient()["text"],
        "status": "final",
        "category": [{"coding": [{"system": system, "code": "vital-signs"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
        "subject": {"reference": "Patient/a"},
        "performer": [{"reference": "Practitioner/a"}],
        "effectiveDateTime": "2026-01-01",
        "valueQuantity": {"value": 70, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
        **content,
    }


def test_a_profile_of_r4_itself_is_named_as_not_checked_and_judged_by_the_whole_package(tmp_path: Path) -> None:
    guide = made(tmp_path, "a.weighed#1.0.0", WEIGHED)
    whole = [guide, oracle(R4_CORE)]
    for claimed in (f"{R4}bodyweight", f"{P}-weight"):
        without = medcom_bu.validate(json.dumps(weight(claimed)).encode(), packages=[guide])
        told = [issue for issue in without if issue.code == "profile.dependency-part"]
        assert told
        assert (without.ok, without.complete) == (True, False)
        assert all(f"{R4}bodyweight" in issue.message for issue in told)
        judged = medcom_bu.validate(json.dumps(weight(claimed)).encode(), packages=whole)
        assert (judged.ok, judged.complete) == (True, True)
        pounds = {"value": 70, "unit": "lb", "system": "http://unitsofmeasure.org", "code": "lb"}
        assert found(weight(claimed, valueQuantity=pounds), whole) == {("profile.code", "Observation.value.code")}
    nobody = {name: content for name, content in weight(f"{P}-weight").items() if name != "performer"}
    assert found(nobody, whole) == {("profile.missing", "Observation")}


def names(package: Package) -> set[str]:
    """The names of its profiles and value sets."""
    return {url.rpartition("/")[2] for kind, url in package.definitions if kind != "CodeSystem"}


def test_a_part_says_what_it_lacks_of_the_official_package() -> None:
    official = {package.label: package for package in load_all(oracle("reference/fhir"))}
    compared = [package for package in shipped().packages if package.label in official]
    for package in compared:
        whole = official[package.label]
        lacking = {url.rpartition("/")[2] for kind, url in whole.definitions.keys() - package.definitions.keys()}
        if package.name != "hl7.fhir.r4.core":
            assert set(package.lacks) <= lacking, package.label
            assert names(whole) - names(package) <= set(package.lacks), package.label
        assert package.is_part is not (names(whole) <= names(package)), package.label
    assert len(compared) == len(list(PROFILES.glob("*/package"))) - 1  # the general extensions are not available


# --- the command line ---------------------------------------------------------------------------------------------


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    status = main([*arguments])
    shown = capsys.readouterr()
    return status, shown.out + shown.err


def test_the_commands_judge_by_packages_and_by_the_cache(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    cache, empty = tmp_path / "cache", ("--cache", str(tmp_path / "none"))
    _, data = next(examples_of(HOSPITAL[0]))
    file = tmp_path / "hn.json"
    file.write_bytes(data)
    for archive in archives(*HOSPITAL):
        assert run(capsys, "profiles", "add", str(archive), "--cache", str(cache))[0] == 0
    named = [part for archive in archives(*HOSPITAL) for part in ("--package", str(archive))]
    assert run(capsys, "validate", str(file), *empty)[0] == 3
    for judged in (["--cache", str(cache)], [*empty, *named]):
        assert run(capsys, "validate", str(file), *judged)[0] == 0
        assert run(capsys, "show", str(file), *judged)[0] == 0
        answer = tmp_path / f"{len(judged)}.json"
        assert run(capsys, "answer", str(file), "-o", str(answer), *judged)[0] == 0
        assert medcom_bu.validate(answer).layers[Layer.PROFILE] is Outcome.PASSED
    one = run(
        capsys, "validate", str(file), "--package", "medcom.fhir.dk.hospitalnotification#3.0.2", *empty[:1], str(cache)
    )
    assert one[0] == 3
    assert "medcom.fhir.dk.terminology#1.1.1" in one[1]
    refused = run(capsys, "validate", str(file), "--package", "none#1", *empty)
    assert refused[0] == 2
    assert "none#1: no such file or folder" in refused[1]


def test_the_list_calls_a_part_a_part(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, out = run(capsys, "profiles", "list", "--cache", str(tmp_path))
    lines = out.splitlines()
    assert status == 0
    whole = {line.partition(" ")[0] for line in lines if not line.startswith("part of ")}
    assert whole == {package.label for package in shipped().packages if not package.is_part}
    (core,) = [line for line in lines if line.startswith("part of medcom.fhir.dk.core#3.0.1 ")]
    assert core.endswith(
        "; the full package also has medcom-core-diagnosticreport, medcom-core-media, medcom-core-observation"
    )
    danish = run(capsys, "profiles", "list", "--cache", str(tmp_path), "--lang", "da")[1]
    assert "uddrag af hl7.fhir.r4.core#4.0.1 (medleveret): " in danish


def test_what_is_valid_by_the_shipped_packages_does_not_ask_the_cache(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    bad = made(tmp_path, "a.bad#1.0.0") / "package" / "StructureDefinition-x.json"
    bad.write_text("{", encoding="utf-8")
    file = tmp_path / "message.json"
    file.write_bytes(
        medcom_bu.to_fhir(medcom_bu.parse(json.dumps(message()).encode(), medcom_bu.CareCommunicationMessage))
    )
    assert run(capsys, "validate", str(file), "--cache", str(tmp_path))[0] == 0
    file.write_text(json.dumps(organization() | {"resourceType": "Bundle", "type": "message"}), encoding="utf-8")
    assert run(capsys, "validate", str(file), "--cache", str(tmp_path))[0] == 1
