"""The report: JSON by its schema, JUnit XML, the page, and the evidence by the names of the protocols."""

from __future__ import annotations

import functools
import io
import json
import re
import zipfile
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from lxml import etree

from medcom_bu.certification import Conclusion, ReferenceSystem, Runner, select
from medcom_bu.certification.faults import FAULTS, FaultyTwin
from medcom_bu.certification.report.files import report_files, write_report
from medcom_bu.certification.report.naming import running_letter
from medcom_bu.certification.report.summary import DISCLAIMER, Summary
from medcom_bu.certification.report.text import count_line
from medcom_bu.cli import main
from medcom_bu.ids_and_clock import danish_now
from tests.support.html import count_at, text_at, texts_at
from tests.support.oracle import oracle

IDS = ("ACR-3.3.3", "ACS-3.3.1", "CCR-3.1.1", "OUR-XDIS91-send")
LANGUAGES = pytest.mark.parametrize("lang", ["en", "da"])


class Plain:
    """The reference system without a clock that can be set, and without display."""

    def __init__(self) -> None:
        system = ReferenceSystem()
        self.send, self.receive, self.reset = system.send, system.receive, system.reset


@functools.cache
def summary() -> Summary:
    """One case of each conclusion: not run, failed, to be judged, passed."""
    results = []
    makers: dict[str, Any] = {
        "ACR-3.3.3": Plain,
        "ACS-3.3.1": functools.partial(FaultyTwin, FAULTS["answer-without-reason"]),
        "CCR-3.1.1": Plain,
        "OUR-XDIS91-send": ReferenceSystem,
    }
    for case in select(ids=IDS):
        with Runner(makers[case.id]) as runner:
            results.append((case, runner.run(case)))
    return Summary(results, danish_now())


@functools.cache
def files(lang: str) -> dict[str, bytes]:
    return dict(report_files(summary(), lang=lang))


def test_the_summary_counts_each_conclusion() -> None:
    assert [str(result.conclusion) for _, result in summary().results] == [
        "not run",
        "failed",
        "to be judged",
        "passed",
    ]
    assert summary().counts == dict.fromkeys(Conclusion, 1)
    assert count_line(summary()) == "1 passed, 1 failed, 1 not run, 1 to be judged"


@pytest.mark.parametrize(
    ("conclusions", "status"),
    [
        (("passed",), 0),
        (("passed", "to be judged"), 0),
        (("passed", "not run"), 3),
        (("failed", "not run"), 1),
        ((), 3),
    ],
)
def test_the_exit_status_tells_the_worst(conclusions: tuple[str, ...], status: int) -> None:
    chosen = [each for each in summary().results if each[1].conclusion in conclusions]
    assert Summary(chosen, danish_now()).exit_status == status


@LANGUAGES
def test_the_json_fits_its_schema(lang: str) -> None:
    home = resources.files("medcom_bu.certification.report")
    schema = json.loads(home.joinpath("report.schema.json").read_text("utf-8"))
    data = json.loads(files(lang)["report.json"])
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in validator.iter_errors(data)] == []
    assert data["note"] == DISCLAIMER.render(lang, {})
    told = {case["id"]: (case["outcome"], case["grade"]) for case in data["cases"]}
    assert told == {
        "ACR-3.3.3": ("not run", None),
        "ACS-3.3.1": ("failed", "F1"),
        "CCR-3.1.1": ("to be judged", None),
        "OUR-XDIS91-send": ("passed", "OK"),
    }
    failed = [check for check in data["cases"][1]["checks"] if check["outcome"] == "failed"]
    assert [(check["check"], check["step"]) for check in failed] == [("answer-says-why", "3.3.1.5")]
    assert [finding["path"] for finding in failed[0]["findings"]] == ["OperationOutcome.issue"]
    data["cases"][0]["outcome"] = "OK"
    assert list(validator.iter_errors(data))


def test_engines_that_are_not_ours_stand_beside_each_message_of_the_system() -> None:
    data = json.loads(files("en")["report.json"])
    engines = {
        case["id"]: [each["engines"] for each in case["evidence"] if each["from_system"]] for case in data["cases"]
    }
    letter = {"libxml2": "accepted", "xmlschema": "accepted"}
    assert engines["OUR-XDIS91-send"] == [letter, letter]
    assert engines["CCR-3.1.1"] == [{"fhir.resources": "accepted"}]
    assert {"medcom_bu", "data", "lxml", "libxml2", "xmlschema", "fhir.resources", "profiles"} == set(data["rule_sets"])


@LANGUAGES
def test_the_junit_fits_its_schema_and_shows_nothing_open_as_passed(lang: str) -> None:
    schema = etree.XMLSchema(etree.parse(str(oracle("reference/report-schemas/jenkins-junit.xsd"))))
    suites = etree.fromstring(files(lang)["junit.xml"])
    schema.assertValid(suites)
    found = {
        str(case.get("name")): {str(part.tag) for part in case} - {"system-out"} for case in suites.iter("testcase")
    }
    assert found == {
        "ACR-3.3.3": {"skipped"},
        "ACS-3.3.1": {"failure"},
        "CCR-3.1.1": {"skipped"},
        "OUR-XDIS91-send": set(),
    }


@LANGUAGES
def test_the_page_says_what_it_is_and_asks_nobody_for_anything(lang: str) -> None:
    page = files(lang)["report.html"].decode()
    assert text_at(page, "//p[@class='note']") == DISCLAIMER.render(lang, {})
    assert texts_at(page, "/html/@lang") == [lang]
    assert texts_at(page, "//section/@id") == list(IDS)
    assert texts_at(page, "//@src | //@href") == ["#ACR-3.3.3", "#ACS-3.3.1", "#CCR-3.1.1"]
    assert count_at(page, "//script | //link | //img") == 0
    assert not re.search(r"url\(|@import|https?:", page)
    assert "0201609995" not in page
    assert "Lonni" not in page
    words = {"en": "failed (F1)", "da": "fejlet (F1)"}
    assert text_at(page, "//section[@id='ACS-3.3.1']/h2/span") == words[lang]
    steps = texts_at(page, "//section[@id='ACS-3.3.1']//tr[td[@class='failed']]/td[1]/text()")
    assert steps == ["3.3.1.5"]


def test_the_evidence_has_the_names_of_the_protocols() -> None:
    with zipfile.ZipFile(io.BytesIO(files("en")["evidence.zip"])) as archive:
        names = archive.namelist()
        held = {name: archive.read(name) for name in names}
    assert names[:2] == ["Acknowledgement_R_3.3.3_A.json", "Acknowledgement_R_3.3.3_B.json"]
    assert [name for name in names if name.startswith("Acknowledgement_3")] == [
        f"Acknowledgement_3.3.1_{letter}.json" for letter in "ABCD"
    ]
    assert [name for name in names if name.startswith("Care")] == [
        "CareCommunication_3.1.1_A_R.json",
        "CareCommunication_3.1.1_B_R.json",
    ]
    assert [name for name in names if name.startswith("XDIS91")] == ["XDIS91_K15-K21_A_S.xml", "XDIS91_K15-K21_B_S.xml"]
    sent = summary().results[3][1].evidence
    assert [held[name] for name in names if name.startswith("XDIS91")] == [each.data for each in sent]


def test_letters_run_on_behind_z() -> None:
    assert [running_letter(number) for number in (0, 25, 26, 27, 701, 702)] == ["A", "Z", "AA", "AB", "ZZ", "AAA"]


def test_pictures_of_the_vendor_go_into_the_zip(tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    (pictures / "CareCommunication_3.1.1_C_R.png").write_bytes(b"\x89PNG")
    (pictures / "notes.txt").write_bytes(b"no picture")
    write_report(tmp_path / "new" / "report", summary(), screenshots=pictures)
    with zipfile.ZipFile(tmp_path / "new" / "report" / "evidence.zip") as archive:
        assert archive.read("CareCommunication_3.1.1_C_R.png") == b"\x89PNG"
        assert "notes.txt" not in archive.namelist()
    written = sorted(file.name for file in (tmp_path / "new" / "report").iterdir())
    assert written == ["evidence.zip", "junit.xml", "report.html", "report.json"]


def outcome(*places: str) -> bytes:
    """What another validator says: an error at each place, or nothing wrong."""
    issues = [{"severity": "error", "code": "required", "expression": [each]} for each in places]
    fine = [{"severity": "information", "code": "informational", "details": {"text": "All OK"}}]
    return json.dumps({"resourceType": "OperationOutcome", "issue": issues or fine}).encode()


def test_an_official_validator_stands_beside_ours(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A message that both accept, and one that we alone refuse; nothing else of the report changes."""
    report, theirs = tmp_path / "report", tmp_path / "theirs"
    write_report(report, summary())
    theirs.mkdir()
    before = json.loads((report / "report.json").read_bytes())
    refused = next(
        each["file"]
        for each in before["cases"][1]["evidence"]
        if each["stage"] == "invalid" and not each["from_system"]
    )
    (theirs / "CareCommunication_3.1.1_A_R.outcome.json").write_bytes(outcome())
    (theirs / refused.replace(".json", ".outcome.json")).write_bytes(outcome())
    assert main(["certify", "compare", str(report), str(theirs)]) == 1
    assert "THE VERDICTS DIFFER" in capsys.readouterr().out
    after = json.loads((report / "report.json").read_bytes())
    home = resources.files("medcom_bu.certification.report")
    jsonschema.validate(after, json.loads(home.joinpath("report.schema.json").read_text("utf-8")))
    opinions = {
        each["file"]: each.pop("second_opinion")
        for case in after["cases"]
        for each in case["evidence"]
        if "second_opinion" in each
    }
    assert after == before
    told = {name: (each["ours"], each["theirs"], each["same_verdict"]) for name, each in opinions.items()}
    assert told == {
        "CareCommunication_3.1.1_A_R.json": ("valid", "valid", True),
        refused: ("invalid", "valid", False),
    }
    assert opinions[refused]["only_ours"] > 0
    page = (report / "report.html").read_text("utf-8")
    assert "An official validator beside ours: " + refused in page
    assert "Lonni" not in page


def test_an_outcome_of_no_evidence_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_report(tmp_path / "report", summary())
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    assert main(["certify", "compare", str(theirs), str(theirs)]) == 2
    for name, told in (
        ("Another_1_A.outcome.json", "no evidence Another_1_A"),
        ("XDIS91_K15-K21_A_S.outcome.json", "FHIR"),
    ):
        (theirs / name).write_bytes(outcome())
        assert main(["certify", "compare", str(tmp_path / "report"), str(theirs)]) == 2
        assert told in capsys.readouterr().err
        (theirs / name).unlink()
