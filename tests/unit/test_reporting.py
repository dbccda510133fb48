"""Reports for people and machines: each format is what its readers expect, whatever is reported."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

import jsonschema
import pytest
from lxml import etree, html

import medcom_bu
from medcom_bu.issues import Issue, Kind, Layer, Report, Severity, Text
from medcom_bu.reporting import FORMATS, UNREADABLE, Judged, Look, Tally
from medcom_bu.testing.letters import letter_samples
from medcom_bu.testing.sets import fhir_samples
from tests.support.hostile import HOSTILE
from tests.support.oracle import oracle

LETTER = medcom_bu.to_xml(letter_samples()["XREF01/XH0131R"])
CARE = medcom_bu.to_fhir(fhir_samples()["CareCommunication/5.0"])
KIND = Kind("x.y", Severity.ERROR, Layer.RULE, Text("all fail", "alle fejler"), Text("choose", "vælg"), "source")
ODD = Issue(KIND, "/a", (), (Issue(KIND, "/a/b"), Issue(KIND, "/a/c")))


@cache
def judged() -> tuple[Judged, ...]:
    """Files of every verdict and wire, with every sort of position, issues with causes, and names that act."""
    data = {
        "good.xml": LETTER,
        "bad.xml": LETTER.replace(b"nytbrev", b"ny").replace(b"<Patient>", b"<Patient><Egen/>"),
        "warned.xml": LETTER.replace(b"ingstilbud", b"ing \x96 tilbud", 1),
        "good.edi": medcom_bu.to_edifact(letter_samples()["XDIS91/XD9134L"]),
        "bad.json": CARE.replace(b'"type":"message"', b'"type":"x"'),
        "cut.json": CARE[:-40],
        "none": b"?",
        "empty": b"",
    }
    reports = {name: medcom_bu.validate(content) for name, content in data.items()}
    reports["unchecked.xml"] = medcom_bu.validate(LETTER, layers=["profile"])
    reports["gone.xml"] = Report.from_issues([UNREADABLE.issue("byte 0", reason="x")], (), (Layer.SYNTAX,))
    reports["causes.xml"] = Report.from_issues([ODD], Layer, Layer)
    reports |= {f"{text}.xml": reports["bad.xml"] for text in HOSTILE}
    return tuple(Judged(name, report, 0.25) for name, report in reports.items())


def told(form: str, look: Look | None = None, files: tuple[Judged, ...] | None = None) -> str:
    return "".join(FORMATS[form](judged() if files is None else files, look or Look()))


def test_these_files_have_every_verdict() -> None:
    assert {each.report.verdict for each in judged()} == set(medcom_bu.Verdict)


# --- text -------------------------------------------------------------------------------------------------------------


def test_a_file_is_told_before_the_next_is_judged() -> None:
    seen: list[str] = []

    def coming() -> Iterator[Judged]:
        for each in judged()[:3]:
            seen.append(each.name)
            yield each

    for form in ("text", "json"):
        seen.clear()
        pieces = FORMATS[form](coming(), Look())
        assert "good.xml" in next(pieces)
        assert seen == ["good.xml"]
        assert "bad.xml" in next(pieces)


@pytest.mark.parametrize(
    ("count", "lang", "line"),
    [
        (0, "en", "0 files: 0 valid, 0 invalid"),
        (1, "en", "1 file: 1 valid, 0 invalid"),
        (2, "en", "2 files: 1 valid, 1 invalid"),
        (1, "da", "1 fil: 1 gyldig, 0 ugyldige"),
        (2, "da", "2 filer: 1 gyldig, 1 ugyldig"),
        (3, "da", "3 filer: 2 gyldige, 1 ugyldig"),
    ],
)
def test_one_file_is_not_one_files(count: int, lang: str, line: str) -> None:
    assert told("text", Look(lang), judged()[:count]).splitlines()[-1] == line


def test_colours_are_on_words_alone_and_change_nothing_else() -> None:
    plain, coloured = told("text"), told("text", Look(colours=True))
    assert "\x1b" not in plain
    assert re.sub("\x1b\\[[0-9]+m", "", coloured) == plain
    marked = set(re.findall("\x1b\\[([0-9]+)m([^\x1b]*)\x1b\\[0m", coloured))
    assert marked == {
        *(("32", "valid"), ("31", "invalid"), ("31", "invalid (not everything was checked)"), ("33", "not checked")),
        *(("31", "error"), ("33", "warning"), ("36", "information")),
    }
    assert coloured.count("\x1b") == 2 * len(re.findall("\x1b\\[([0-9]+)m([^\x1b]*)\x1b\\[0m", coloured))


def test_quiet_leaves_out_what_passes() -> None:
    files = judged()[:3]
    assert [each.name for each in files] == ["good.xml", "bad.xml", "warned.xml"]
    for fail_on, names in (("error", ["bad.xml"]), ("warning", ["bad.xml", "warned.xml"])):
        look = Look(quiet=True, fail_on=fail_on)
        lines = told("text", look, files).splitlines()
        assert [line.partition(":")[0] for line in lines if ".xml: " in line] == names
        assert lines[-1] == "3 files: 2 valid, 1 invalid"


def test_the_exit_status_is_that_of_the_worst() -> None:
    for names, fail_on, status in (
        (["good.xml"], "error", 0),
        (["good.xml", "warned.xml"], "error", 0),
        (["good.xml", "warned.xml"], "warning", 1),
        (["good.xml", "unchecked.xml"], "error", 3),
        (["unchecked.xml", "bad.xml"], "error", 1),
        ([], "error", 0),
    ):
        tally = Tally()
        list(tally.counted(each for each in judged() if each.name in names))
        assert tally.exit_status(fail_on) == status


def test_a_language_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^lang is one of en, da$"):
        Look("sv")


# --- machines ---------------------------------------------------------------------------------------------------------


def of_schema(schema: Any, data: Any) -> list[str]:
    return [error.message for error in jsonschema.validators.validator_for(schema)(schema).iter_errors(data)]


@pytest.mark.parametrize("lang", ["en", "da"])
def test_json_fits_its_schema(lang: str) -> None:
    schema = json.loads(resources.files("medcom_bu.reporting").joinpath("report.schema.json").read_text("utf-8"))
    data = json.loads(told("json", Look(lang)))
    assert of_schema(schema, data) == []
    assert [each["file"] for each in data] == [each.name for each in judged()]
    assert {key for each in data for issue in each["issues"] for key in issue} >= {"position", "causes"}
    assert told("json", files=()) == "[]\n"
    for wrong in ({"line": 1}, {"line": 0, "column": 1}, {"byte": -1}, {}):
        data[1]["issues"][0]["position"] = wrong
        assert of_schema(schema, data)


@pytest.mark.parametrize("lang", ["en", "da"])
def test_sarif_fits_its_schema(lang: str) -> None:
    schema = json.loads(oracle("reference/report-schemas/sarif-schema-2.1.0.json").read_text("utf-8"))
    log = json.loads(told("sarif", Look(lang)))
    assert of_schema(schema, log) == []
    assert of_schema(schema, json.loads(told("sarif", files=()))) == []
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"] = {"startLine": 0}
    assert of_schema(schema, log)


def test_sarif_shows_where_each_issue_is() -> None:
    results = json.loads(told("sarif"))["runs"][0]["results"]
    regions: dict[str, list[Any]] = {}
    for result in results:
        place = result["locations"][0]["physicalLocation"]
        regions.setdefault(place["artifactLocation"]["uri"], []).append(place.get("region"))
    bad = next(each.report for each in judged() if each.name == "bad.xml")
    lines = [(issue.position.line, issue.position.column) for issue in bad if issue.position]
    assert regions["bad.xml"] == [{"startLine": line, "startColumn": column} for line, column in lines]
    assert all("byteOffset" in region for region in regions["good.edi"])
    assert regions["gone.xml"] == [None]


@pytest.mark.parametrize("lang", ["en", "da"])
def test_junit_fits_its_schema(lang: str) -> None:
    schema = etree.XMLSchema(etree.parse(str(oracle("reference/report-schemas/jenkins-junit.xsd"))))
    for text in (told("junit", Look(lang)), told("junit", files=())):
        schema.assertValid(etree.fromstring(text.encode()))


def test_junit_tells_the_first_error_and_how_many_more() -> None:
    suites = etree.fromstring(told("junit").encode())
    assert (suites.get("time"), suites[0].get("time")) == (f"{0.25 * len(judged()):.3f}",) * 2
    failures = {str(case.get("name")): case.find("failure") for case in suites[0]}
    bad = next(each.report for each in judged() if each.name == "bad.xml")
    errors = [issue for issue in bad if issue.severity == "error"]
    failure = failures["bad.xml"]
    assert failure is not None
    assert failure.get("message") == f"{errors[0].message} (+{len(errors) - 1})"
    assert failure.get("type") == errors[0].code
    assert len(str(failure.text).split("\n")) == len(errors) > 1
    assert failures["good.xml"] is None


# --- the page ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "da"])
def test_the_page_asks_nobody_for_anything_and_holds_all(lang: str) -> None:
    text = told("html", Look(lang, skipped=7))
    page: Any = html.document_fromstring(text)
    assert page.get("lang") == lang
    assert not [node for node in page.iter() if {"src", "href"} & set(node.attrib)]
    own = "".join(str(node.text) for node in page.iter("script", "style"))
    assert not re.search(r"https?:|url\(|@import|fetch|import\(", own)
    rows = page.findall(".//tbody/tr")
    assert len(rows) == len(judged())
    for row, each in zip(rows, judged(), strict=True):
        issues = row.findall("./td/details/ul/li")
        assert len(issues) == len(each.report)
        assert [cell.get("data-key") for cell in row][2:] == [
            str(sum(issue.severity is severity for issue in each.report)) for severity in Severity
        ]
        for item, issue in zip(issues, each.report, strict=True):
            shown = item.text_content()
            assert issue.text(lang) in shown
            assert issue.hint_text(lang) in shown
            assert issue.place(lang) in shown
            assert all(cause.place(lang) in shown for cause in issue.causes)
    assert page.find(".//caption").text == told("text", Look(lang, skipped=7)).splitlines()[-1]


def test_the_policy_of_the_page_allows_its_own_script_and_style_alone() -> None:
    page: Any = html.document_fromstring(told("html"))
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    for tag in ("script", "style"):
        (node,) = page.iter(tag)
        digest = base64.b64encode(hashlib.sha256(str(node.text).encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert not [node for node in page.iter() if any(name.startswith(("on", "style")) for name in node.attrib)]


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_shown_on_the_page_does_nothing(name: str) -> None:
    bad = Report.from_issues([KIND.issue(f"/{name}"), Issue(KIND, "/", (), (KIND.issue(name),))], Layer, Layer)
    tame = Report.from_issues([KIND.issue("/x"), Issue(KIND, "/", (), (KIND.issue("x"),))], Layer, Layer)
    pages = [told("html", files=(Judged(title, report),)) for title, report in ((name, bad), ("x", tame))]
    shown, other = ([node.tag for node in html.document_fromstring(page).iter()] for page in pages)
    assert shown == other
