"""Messages right at the edges of what is allowed: each error, and no other."""

from __future__ import annotations

import json

import pytest

import medcom_bu
from medcom_bu import Report, Severity
from medcom_bu.fhir.fhirpath import html_checks
from tests.support.all_kinds import all_kinds
from tests.support.fhir_breaks import Change, payload
from tests.support.fhir_message import Node, message
from tests.support.judge_edges import (
    ALLOWED_NARRATIVES,
    DIFFERENT,
    DIFFERENT_NARRATIVES,
    EDGES,
    REFUSED_NARRATIVES,
    XML_EDGES,
    add,
    attachment,
    communication,
    div,
    header,
    narrative,
    patient,
    provenance,
    xml_message,
)


def report_on(change: Change) -> Report:
    bundle: Node = message()
    change(bundle)
    return medcom_bu.validate(json.dumps(bundle).encode())


def errors_of(change: Change) -> set[tuple[str, str]]:
    return {(issue.code, issue.path) for issue in report_on(change) if issue.severity is Severity.ERROR}


def warnings_of(change: Change) -> set[tuple[str, str]]:
    return {(issue.code, issue.path) for issue in report_on(change) if issue.severity is Severity.WARNING}


def test_the_message_is_plain_valid() -> None:
    report = report_on(lambda bundle: None)
    assert report.ok
    assert report.complete
    assert {issue.severity for issue in report} == {Severity.INFORMATION}


@pytest.mark.parametrize("edge", EDGES)
def test_an_edge_has_these_errors(edge: str) -> None:
    assert errors_of(EDGES[edge].change) == EDGES[edge].ours


@pytest.mark.parametrize("edge", XML_EDGES)
def test_an_edge_in_xml_has_these_errors(edge: str) -> None:
    change, _, ours = XML_EDGES[edge]
    text = change(xml_message())
    report = medcom_bu.validate(text.encode())
    assert {(issue.code, issue.path) for issue in report if issue.severity is Severity.ERROR} == ours


def test_both_judges_come_to_one_verdict_but_where_a_reason_is_given() -> None:
    assert {name for name, edge in EDGES.items() if bool(edge.official) != bool(edge.ours)} == DIFFERENT.keys()


NARRATIVES = {
    **dict.fromkeys(ALLOWED_NARRATIVES, True),
    **dict.fromkeys(REFUSED_NARRATIVES, False),
    **{inside: not allowed for inside, (allowed, _) in DIFFERENT_NARRATIVES.items()},
}


@pytest.mark.parametrize("inside", NARRATIVES)
def test_a_narrative_is_allowed(inside: str) -> None:
    assert html_checks(div(inside)) is NARRATIVES[inside]


def test_a_refused_narrative_breaks_txt_1() -> None:
    assert errors_of(narrative(f"<li>{patient(message())['id']}</li>")) == {
        ("profile.invariant", "Bundle.entry[1].resource.text.div")
    }


# --- what was not judged ------------------------------------------------------------------------------------------

OBSERVATION = {"resourceType": "Observation", "id": "1", "status": "final", "code": {"text": "x"}}


def test_a_resource_that_no_guide_here_has_is_judged_by_r4() -> None:
    report = report_on(add(OBSERVATION))
    assert report.ok
    assert report.complete
    assert errors_of(add(OBSERVATION | {"status": "no", "component": [{"code": {"text": "x"}, "unit": 1}]})) == {
        ("fhir.property-unknown", "Bundle.entry[10].resource.component[0].unit"),
    }
    assert errors_of(add(OBSERVATION | {"status": "no"})) == {("profile.code", "Bundle.entry[10].resource.status")}


def test_a_profile_that_is_not_known_leaves_the_report_incomplete() -> None:
    report = report_on(lambda b: patient(b)["meta"]["profile"].append("http://e.org/StructureDefinition/x"))
    assert report.ok
    assert not report.complete


# --- what our own rules compare -----------------------------------------------------------------------------------

HEADER = "Bundle.entry[0].resource"
NOT_SHOWN = "fhirmessage.narrative-element"  # the narrative says no longer what the resource does
SOR = "https://sor2.sum.dsdn.dk/#id="


def own_endpoint(bundle: Node) -> str:
    return str(header(bundle)["source"]["endpoint"])


def to_oneself(bundle: Node) -> None:
    header(bundle)["destination"][0]["receiver"] = dict(header(bundle)["sender"])
    header(bundle)["destination"][0]["endpoint"] = own_endpoint(bundle)
    communication(bundle).pop("recipient")


WARNED: dict[str, tuple[Change, set[tuple[str, str]]]] = {
    "destination has the sender's endpoint": (
        lambda b: header(b)["destination"][0].update(endpoint=own_endpoint(b)),
        {("fhirmessage.endpoint", f"{HEADER}.destination[0].endpoint")},
    ),
    "source has nobody's endpoint": (
        lambda b: header(b)["source"].update(endpoint=f"{SOR}999999999999999"),
        {("fhirmessage.endpoint", f"{HEADER}.source.endpoint"), (NOT_SHOWN, f"{HEADER}.text.div")},
    ),
    "an endpoint of another form is not compared": (
        lambda b: header(b)["source"].update(endpoint="https://example.dk/fhir"),
        {(NOT_SHOWN, f"{HEADER}.text.div")},
    ),
    "to oneself": (to_oneself, {("fhirmessage.same-party", f"{HEADER}.destination[0].receiver")}),
    "a narrative that is additional": (
        lambda b: patient(b)["text"].update(status="additional"),
        {("fhirmessage.narrative-status", "Bundle.entry[1].resource.text.status")},
    ),
    "a narrative that says nothing": (
        narrative("Intet."),
        {(code, "Bundle.entry[1].resource.text.div") for code in ("fhirmessage.narrative-id", NOT_SHOWN)},
    ),
    "a narrative with a file in it": (
        lambda b: patient(b)["text"].update(div=div(f"{patient(b)['id']} {'A' * 300}")),
        {(code, "Bundle.entry[1].resource.text.div") for code in ("fhirmessage.narrative-base64", NOT_SHOWN)},
    ),
    "a text of one blank": (
        lambda b: payload(b, "contentString").update(contentString="\u00a0"),
        {("carecommunication.blank", "Bundle.entry[2].resource.payload[0].content")},
    ),
    "a topic of blanks": (
        lambda b: communication(b).update(topic={"text": "  "}),
        {("carecommunication.blank", "Bundle.entry[2].resource.topic")},
    ),
    "a display of another meaning": (
        lambda b: communication(b)["category"][0]["coding"][0].update(display="Noget ganske andet"),
        {("profile.display", "Bundle.entry[2].resource.category[0].coding[0].display")},
    ),
    "the Danish display": (
        lambda b: communication(b)["category"][0]["coding"][0].update(display="vedr.  Henvisning"),
        set(),
    ),
    "the Danish display of a code without designations": (
        lambda b: provenance(b)["activity"]["coding"][0].update(display="Ny meddelelse"),
        set(),
    ),
    "the display of a code in other capitals": (
        lambda b: provenance(b)["activity"]["coding"][0].update(code="NEW-MESSAGE", display="Svar"),
        {("profile.display", "Bundle.entry[9].resource.activity.coding[0].display")},
    ),
}


@pytest.mark.parametrize("case", WARNED)
def test_a_warning_and_no_other(case: str) -> None:
    change, wanted = WARNED[case]
    assert (errors_of(change), warnings_of(change)) == (set(), wanted)


def test_the_hash_of_a_file_is_that_of_its_bytes() -> None:
    assert errors_of(lambda b: attachment(b).update(size=9, hash="+GcORpGu6rYFf5Qc/wCNKLSR5r8=")) == {
        ("fhirmessage.file-hash", "Bundle.entry[2].resource.payload[1].content.hash")
    }
    assert errors_of(lambda b: attachment(b).update(hash=RIGHT_HASH)) == set()


RIGHT_HASH = "lWB7AtSKeGy3hol9cnEU/HmBSx4="


def test_a_code_counts_however_it_is_spelt() -> None:
    bundle = message()
    communication(bundle)["category"][0]["coding"][0]["code"] = "Regarding-REFERRAL"
    provenance(bundle)["activity"]["coding"][0]["code"] = "NEW-message"
    read = medcom_bu.parse(json.dumps(bundle).encode(), medcom_bu.CareCommunicationMessage)
    assert read.category is medcom_bu.carecommunication.Category.REGARDING_REFERRAL
    assert read.activity is medcom_bu.carecommunication.Activity.NEW
    assert json.loads(medcom_bu.to_fhir(read)) == bundle


def test_every_rule_on_agreement_is_broken_here() -> None:
    told = {code for _, wanted in WARNED.values() for code, _ in wanted}
    told |= {code for edge in EDGES.values() for code, _ in edge.ours}
    assert {kind.code for kind in all_kinds("medcom_bu.rules.fhir_agreement")} <= told
