"""``medcom-bu profiles``: what it lists, adds and judges, and how it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from medcom_bu.cli import main
from medcom_bu.fhir.profiles.judge import judged
from medcom_bu.fhir.profiles.packages import load, shipped
from medcom_bu.issues import Layer, Outcome
from tests.support.fhir_message import message


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["profiles", *arguments])
    shown = capsys.readouterr()
    return status, shown.out, shown.err


@pytest.fixture
def cache(tmp_path: Path) -> str:
    return str(tmp_path / "cache")


def package(folder: Path, name: str = "a.b", definition: str = "{}") -> Path:
    (folder / "package").mkdir(parents=True)
    (folder / "package" / "package.json").write_text(
        json.dumps({"name": name, "version": "1.0.0", "dependencies": {}}), encoding="utf-8"
    )
    (folder / "package" / "StructureDefinition-x.json").write_text(definition, encoding="utf-8")
    return folder


def written(folder: Path, bundle: object) -> str:
    path = folder / "message.json"
    path.write_text(json.dumps(bundle), encoding="utf-8")
    return str(path)


def test_list_names_the_packages_and_what_they_lack(capsys: pytest.CaptureFixture[str], cache: str) -> None:
    status, out, _ = run(capsys, "list", "--cache", cache)
    lines = out.splitlines()
    assert status == 0
    assert len(lines) == len(shipped().packages)
    assert any(line.startswith("medcom.fhir.dk.carecommunication#5.0.2 (shipped): 4 profiles") for line in lines)


def test_a_package_that_is_added_is_listed_and_the_same(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, cache: str
) -> None:
    definition = {"resourceType": "StructureDefinition", "url": "http://example.org/æ", "type": "Patient"}
    made = package(tmp_path / "made", definition=json.dumps(definition))
    for _ in range(2):
        status, out, _ = run(capsys, "add", str(made), "--cache", cache)
        assert (status, out.partition(":")[0]) == (0, "a.b#1.0.0")
    assert load(Path(cache) / "a.b#1.0.0").definitions == load(made).definitions
    assert "a.b#1.0.0 (cache): 1 profiles" in run(capsys, "list", "--cache", cache)[1]


def test_what_is_no_package_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path, cache: str) -> None:
    for place in (tmp_path / "absent.tgz", package(tmp_path / "bad", definition="{"), package(tmp_path / "up", "../x")):
        status, out, err = run(capsys, "add", str(place), "--cache", cache)
        assert (status, out) == (2, "")
        assert err.startswith("medcom-bu: ")
    assert not Path(cache).exists()
    package(Path(cache) / "bad", definition="{")
    assert run(capsys, "list", "--cache", cache)[0] == 2
    assert run(capsys, "check", str(tmp_path), "--cache", cache)[0] == 2


def test_check_judges_by_the_guide_that_the_message_asks_for(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, cache: str
) -> None:
    bundle = message()
    status, out, _ = run(capsys, "check", written(tmp_path, bundle), "--cache", cache)
    assert (status, out.splitlines()[0]) == (0, f"{tmp_path}/message.json: valid")
    del bundle["entry"][2]["resource"]["encounter"]
    path = written(tmp_path, bundle)
    status, out, _ = run(capsys, "check", path, "--cache", cache, "--format", "json")
    (judgement,) = json.loads(out)
    assert status == 1
    assert [issue["code"] for issue in judgement["issues"]] == ["profile.invariant"]
    assert run(capsys, "check", path, "--cache", cache, "--invariants", "5.0.2")[0] == 0
    by_old = run(capsys, "check", path, "--cache", cache, "--package", "medcom.fhir.dk.carecommunication#4.0.3")
    assert by_old[0] == 1
    assert "profile.pattern" in by_old[1]


def test_check_refuses_wrong_use(capsys: pytest.CaptureFixture[str], tmp_path: Path, cache: str) -> None:
    path = written(tmp_path, message())
    assert run(capsys, "check", str(tmp_path / "absent"), "--cache", cache)[0] == 1
    assert run(capsys, "check", path, "--cache", cache, "--package", "none#1")[0] == 2
    definition = {
        "resourceType": "StructureDefinition",
        "url": "http://example.org/x",
        "type": "Bundle",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Bundle",
        "differential": {"element": [{"id": "Patient"}]},
    }
    package(Path(cache) / "bad", definition=json.dumps(definition))
    manifest = {"name": "a.b", "version": "1.0.0", "dependencies": {"hl7.fhir.r4.core": "4.0.1"}}
    (Path(cache) / "bad" / "package" / "package.json").write_text(json.dumps(manifest), encoding="utf-8")
    path = written(tmp_path, message() | {"meta": {"profile": ["http://example.org/x"]}})
    status, _, err = run(capsys, "check", path, "--cache", cache)
    assert (status, "proper id" in err) == (2, True)


def test_what_is_not_judged_by_a_profile_is_not_passed() -> None:
    for data in (b"", b"{", b"[]", b"<a", b"3", b'{"resourceType": "Bundle"}'):
        report = judged(data, shipped())
        assert report.layers[Layer.PROFILE] is not Outcome.PASSED
    stranger = {"resourceType": "Bundle", "type": "collection", "meta": {"profile": ["http://example.org/x"]}}
    report = judged(json.dumps(stranger).encode(), shipped())
    assert (report.ok, report.complete) == (True, False)
    assert {issue.code for issue in report.issues} == {"profile.none", "profile.not-checked"}
