"""Our report beside another validator's OperationOutcome: who says what, and what is not an outcome at all."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import medcom_bu
from medcom_bu import Report, Severity
from medcom_bu.cli import main
from medcom_bu.profiles import BadOutcome, SecondOpinion, second_opinion
from medcom_bu.second_opinion import DIFFERENCES, Match
from medcom_bu.second_opinion.differences import differences_table, find_ours, find_theirs
from medcom_bu.second_opinion.meanings import MEANINGS, UNKNOWN, codes_of, meaning_of
from medcom_bu.second_opinion.places import plain_path
from medcom_bu.testing.letters import letter_samples
from tests.support import TESTS
from tests.support.fhir_breaks import Change
from tests.support.fhir_message import Node, message
from tests.support.judge_edges import DIFFERENT, DIFFERENT_NARRATIVES, attachment, communication, patient, provenance
from tests.support.outcomes import SECRET, finding, outcome

MESSAGE_ID = "http://hl7.org/fhir/StructureDefinition/operationoutcome-message-id"


def nothing(bundle: Node) -> None:
    """The message as it is."""


def judged(change: Change = nothing) -> tuple[bytes, Report]:
    bundle = message()
    change(bundle)
    data = json.dumps(bundle).encode()
    return data, medcom_bu.validate(data)


ALL_WELL = outcome({"severity": "information", "code": "informational", "diagnostics": "No issues detected"})


def compared(change: Change, *issues: Node) -> SecondOpinion:
    return second_opinion(judged(change)[1], outcome(*issues))


def errors_alone(opinion: SecondOpinion) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """The errors that we have alone, and those that the other has."""
    ours = {(one.issue.code, one.issue.path) for one in opinion.only_ours if one.issue.severity is Severity.ERROR}
    theirs = {
        (one.finding.id, one.finding.path) for one in opinion.only_theirs if one.finding.severity is Severity.ERROR
    }
    return ours, theirs


COMMUNICATION = "Bundle.entry[2].resource/*Communication/1*/"
BOTH: dict[str, tuple[Change, Node, tuple[str, str], Match]] = {
    "a code": (
        lambda b: communication(b).update(priority="ASAP"),
        finding("Terminology_TX_NoValid_16", f"{COMMUNICATION}.priority"),
        ("profile.code", "Bundle.entry[2].resource.priority"),
        Match.MEANING,
    ),
    "an invariant by its key": (
        lambda b: patient(b).update(telecom=[{"value": "12345678"}]),
        finding("http://hl7.org/fhir/StructureDefinition/ContactPoint#cpt-2", "Bundle.entry[1].resource.telecom[0]"),
        ("profile.invariant", "Bundle.entry[1].resource.telecom[0]"),
        Match.KEY,
    ),
    "an invariant that the other tells of the bundle": (
        lambda b: communication(b)["category"][0]["coding"][0].update(code="Nursing"),
        finding("http://x#medcom-careCommunication-5", "Bundle"),
        ("profile.invariant", "Bundle.entry[2].resource"),
        Match.KEY,
    ),
    "what is missing, by its name": (
        lambda b: provenance(b).pop("recorded"),
        finding(
            "Validation_VAL_Profile_Minimum",
            "Bundle.entry[9].resource",
            "Provenance.recorded: minimum required = 1, but only found 0",
        ),
        ("fhir.missing", "Bundle.entry[9].resource"),
        Match.MEANING,
    ),
    "a text without id": (
        lambda b: patient(b).update(unknown=1),
        finding("", "Bundle.entry[1].resource", "Unrecognized property 'unknown'"),
        ("fhir.property-unknown", "Bundle.entry[1].resource.?"),
        Match.MEANING,
    ),
    "a path that the text names": (
        lambda b: communication(b).update(subject={"reference": "Patient/absent"}),
        finding(
            "BUNDLE_BUNDLE_ENTRY_NOTFOUND_APPARENT",
            "Bundle",
            "Can't find 'Patient/absent' in the bundle (Bundle.entry[2].resource.subject). Note",
        ),
        ("profile.not-bundled", "Bundle.entry[2].resource.subject"),
        Match.MEANING,
    ),
    "XPath, numbered from 1": (
        lambda b: communication(b)["subject"].update(type="Foo"),
        finding("Reference_REF_WrongTarget", "/f:Bundle/f:entry[3]/f:resource/f:Communication/f:subject/f:type/@value"),
        ("profile.reference-stated-type", "Bundle.entry[2].resource.subject.type"),
        Match.MEANING,
    ),
    "every step numbered": (
        lambda b: communication(b)["subject"].update(type="Foo"),
        finding("Reference_REF_WrongTarget", "Bundle.entry[2].resource[0].subject[0].type[0]"),
        ("profile.reference-stated-type", "Bundle.entry[2].resource.subject.type"),
        Match.MEANING,
    ),
    "a choice named by its type": (
        lambda b: attachment(b).update(contentType="text/x"),
        finding("Terminology_TX_NoValid_16", "Bundle.entry[2].resource.payload[1].contentAttachment.contentType"),
        ("profile.code", "Bundle.entry[2].resource.payload[1].content.contentType"),
        Match.MEANING,
    ),
    "a step above": (
        lambda b: patient(b)["identifier"].append({"system": "x", "value": "y"}),
        finding("Type_Specific_Checks_DT_Identifier_System", "Bundle.entry[1].resource.identifier[1]"),
        ("profile.identifier-system", "Bundle.entry[1].resource.identifier[1].system"),
        Match.MEANING,
    ),
    "the place alone": (
        lambda b: communication(b).update(priority="ASAP"),
        finding("Something_New", f"{COMMUNICATION}.priority"),
        ("profile.code", "Bundle.entry[2].resource.priority"),
        Match.PLACE,
    ),
}


@pytest.mark.parametrize("case", BOTH)
def test_both_say_the_same(case: str) -> None:
    change, theirs, ours, by = BOTH[case]
    opinion = compared(change, theirs)
    agreed = {((pair.ours.code, pair.ours.path), pair.theirs.number, pair.by) for pair in opinion.agreed}
    assert agreed == {(ours, 1, by)}
    assert errors_alone(opinion) == (set(), set())
    assert (opinion.same_verdict, opinion.unexplained) == (True, ())


APART: dict[str, tuple[Change, Node, set[tuple[str, str]], set[tuple[str, str]]]] = {
    "another place": (
        lambda b: communication(b).update(priority="ASAP"),
        finding("Terminology_TX_NoValid_16", "Bundle.entry[1].resource.gender"),
        {("profile.code", "Bundle.entry[2].resource.priority")},
        {("Terminology_TX_NoValid_16", "Bundle.entry[1].resource.gender")},
    ),
    "another entry": (
        lambda b: communication(b).update(priority="ASAP"),
        finding("Terminology_TX_NoValid_16", "Bundle.entry[3].resource.priority"),
        {("profile.code", "Bundle.entry[2].resource.priority")},
        {("Terminology_TX_NoValid_16", "Bundle.entry[3].resource.priority")},
    ),
    "another thing missing there": (
        lambda b: provenance(b).pop("recorded"),
        finding("Validation_VAL_Profile_Minimum", "Bundle.entry[9].resource", "Provenance.text: minimum required = 1"),
        {("fhir.missing", "Bundle.entry[9].resource")},
        {("Validation_VAL_Profile_Minimum", "Bundle.entry[9].resource")},
    ),
    "another meaning next to it": (
        lambda b: patient(b).update(gender="x"),
        finding("Type_Specific_Checks_DT_URI_WS", "Bundle.entry[1].resource.identifier[0].system"),
        {("profile.code", "Bundle.entry[1].resource.gender")},
        {("Type_Specific_Checks_DT_URI_WS", "Bundle.entry[1].resource.identifier[0].system")},
    ),
    "only here": (
        lambda b: communication(b).update(priority="ASAP"),
        ALL_WELL["issue"][0],
        {("profile.code", "Bundle.entry[2].resource.priority")},
        set(),
    ),
    "only there": (
        nothing,
        finding("Terminology_TX_NoValid_16", "Bundle.entry[2].resource.priority"),
        set(),
        {("Terminology_TX_NoValid_16", "Bundle.entry[2].resource.priority")},
    ),
}


@pytest.mark.parametrize("case", APART)
def test_one_of_them_says_it_alone(case: str) -> None:
    change, theirs, only_ours, only_theirs = APART[case]
    assert errors_alone(compared(change, theirs)) == (only_ours, only_theirs)


def test_the_verdicts_stand_beside_each_other() -> None:
    wrong: Change = lambda b: communication(b).update(priority="ASAP")  # noqa: E731
    told = finding("Terminology_TX_NoValid_16", "Bundle.entry[2].resource.priority")
    warned = finding("x", "Bundle", severity="warning")
    verdicts = {
        (opinion.ours, opinion.theirs, opinion.same_verdict)
        for opinion in (compared(nothing, warned), compared(nothing, told), compared(wrong, warned))
    }
    assert verdicts == {("valid", "valid", True), ("valid", "invalid", False), ("invalid", "valid", False)}
    assert compared(wrong, {**told, "severity": "fatal"}).same_verdict


def test_what_only_follows_is_said_to() -> None:
    wrong: Change = lambda b: communication(b).update(priority="ASAP")  # noqa: E731
    follows = finding("Reference_REF_CantMatchChoice", "Bundle.entry[0].resource.focus[0]")
    assert [one.follows for one in compared(wrong, follows).only_theirs] == [True]
    assert [one.follows for one in compared(nothing, follows).only_theirs] == [False]
    assert len(compared(nothing, follows).unexplained) == 1


GENDER = finding("Terminology_TX_NoValid_16", "Bundle.entry[1].resource.gender")
BESIDE: dict[str, tuple[Change, list[Node], bool]] = {
    "a step below": (
        lambda b: patient(b).update(gender="x"),
        [GENDER, finding("New", "Bundle.entry[1].resource.gender.extension")],
        True,
    ),
    "elsewhere in the resource": (
        lambda b: patient(b).update(gender="x"),
        [GENDER, finding("New", "Bundle.entry[1].resource.name[0].family")],
        False,
    ),
    "of the resource": (
        lambda b: patient(b).update(gender="x"),
        [GENDER, finding("New", "Bundle.entry[1].resource")],
        False,
    ),
    "in another entry": (
        lambda b: patient(b).update(gender="x"),
        [GENDER, finding("New", "Bundle.entry[2].resource.gender")],
        False,
    ),
    "an invariant through a reference to nothing": (
        lambda b: communication(b).update(subject={"reference": "Patient/absent"}),
        [finding("http://x#medcom-careCommunication-9", "Bundle.entry[2].resource")],
        True,
    ),
    "an invariant that looks for a resource which cannot be read": (
        lambda b: b["entry"][-1].update(resource=[b["entry"][-1]["resource"]]),
        [
            finding("", "Bundle.entry[9].resource", "The property resource must be an Object, not an Array"),
            finding("http://x#medcom-messaging-2", "Bundle"),
        ],
        True,
    ),
    "one that looks for a resource where all can be read": (
        lambda b: patient(b).update(gender="x"),
        [GENDER, finding("http://x#medcom-messaging-2", "Bundle")],
        False,
    ),
    "an invariant through references that are right": (
        lambda b: patient(b).update(gender="x"),
        [GENDER, finding("http://x#medcom-careCommunication-9", "Bundle.entry[2].resource")],
        False,
    ),
}


@pytest.mark.parametrize("case", BESIDE)
def test_what_stands_beside_an_error_that_both_name_is_said_to(case: str) -> None:
    change, theirs, follows = BESIDE[case]
    alone = compared(change, *theirs).only_theirs
    assert [(one.follows, one.reason is not None) for one in alone] == [(follows, follows)]


def test_an_element_of_the_parser_is_no_other_message() -> None:
    """HAPI's parser of XML tells a place by the type of the resource alone."""
    stray = finding("", "Patient", "Undefined element 'unknown' at Patient")
    assert errors_alone(compared(lambda b: patient(b).update(unknown=1), stray)) == (set(), set())


def test_what_we_did_not_come_to_is_said_to() -> None:
    shapeless: Change = lambda b: patient(b).update(unknown=1)  # noqa: E731
    wrong: Change = lambda b: patient(b).update(gender="x")  # noqa: E731
    theirs = finding("Something_New", "Bundle.entry[5].resource.name")
    assert [one.stopped for one in compared(shapeless, theirs).only_theirs] == [True]
    assert [one.stopped for one in compared(wrong, theirs).only_theirs] == [False]


def test_a_known_difference_is_named_with_its_reason() -> None:
    opinion = compared(
        nothing, finding("Type_Specific_Checks_DT_OID_Valid", "Bundle.entry[1].resource.identifier[1].system")
    )
    assert [one.known and one.known.name for one in opinion.only_theirs] == ["short-oid"]
    assert (opinion.same_verdict, opinion.unexplained) == (False, ())
    assert "known difference: an OID may have three arcs" in opinion.text()
    assert "kendt forskel: en OID må have tre led" in opinion.text("da")


# --- what an opinion is -------------------------------------------------------------------------------------------


def many_sided() -> SecondOpinion:
    def change(bundle: Node) -> None:
        communication(bundle).update(priority="ASAP")
        patient(bundle).update(gender="x")

    return compared(
        change,
        finding("Terminology_TX_NoValid_16", "Bundle.entry[2].resource.priority"),
        finding("Something_New", "Bundle.entry[5].resource.<b>"),
        finding("<script>alert(1)</script>", "Bundle"),
    )


@pytest.mark.parametrize("tell", [
    SecondOpinion.text, SecondOpinion.html, repr, str, lambda one: json.dumps(one.to_dict()),
    lambda one: " ".join(map(repr, (*one.findings, *one.agreed, *one.only_ours, *one.only_theirs))),
])  # fmt: skip
def test_it_holds_nothing_of_what_the_validator_quotes(tell: Callable[[SecondOpinion], str]) -> None:
    told = tell(many_sided())
    assert "Nancy" not in told
    assert "250947" not in told
    assert "alert" not in told


def test_what_the_validator_says_is_shown_when_asked_for() -> None:
    assert many_sided().findings[0].reveal() == SECRET


def test_it_is_told_as_text_in_both_languages() -> None:
    opinion = many_sided()
    assert opinion.text().split("\n")[:4] == [
        "here: invalid; the other validator: invalid; both verdicts agree",
        "Both say (1)",
        "  - profile.code Bundle.entry[2].resource.priority: " + opinion.agreed[0].ours.message,
        "    = issue 1, Terminology_TX_NoValid_16 Bundle.entry[2].resource.priority: "
        "the code is not one of those allowed",
    ]
    assert "Kun den anden validator (2)" in opinion.text("da")
    with pytest.raises(ValueError, match="lang"):
        opinion.text("sv")


def test_the_page_asks_nobody_and_runs_nothing() -> None:
    page = many_sided().html("da")
    assert page.startswith('<!DOCTYPE html>\n<html lang="da">')
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "href" not in page
    assert "src=" not in page
    assert page.count("<h2>") == 3


def test_the_data_of_it_is_ready_for_json() -> None:
    told = json.loads(json.dumps(many_sided().to_dict("da")))
    assert {key: told[key] for key in ("ours", "theirs", "same_verdict")} == {
        "ours": "invalid", "theirs": "invalid", "same_verdict": True,
    }  # fmt: skip
    assert [pair["by"] for pair in told["agreed"]] == ["meaning"]
    assert [one["id"] for one in told["only_theirs"]] == ["Something_New", ""]


def test_it_can_be_copied_and_sent() -> None:
    opinion = many_sided()
    assert copy.deepcopy(opinion) == pickle.loads(pickle.dumps(opinion)) == opinion


# --- what it is made from -----------------------------------------------------------------------------------------

XML = """<OperationOutcome xmlns="http://hl7.org/fhir"><issue><extension url="{url}">
<valueString value="Terminology_TX_NoValid_16"/></extension><severity value="error"/><code value="invalid"/>
<details><text value="x"/></details><expression value="Bundle.entry[2].resource.priority"/></issue>
</OperationOutcome>"""


def test_an_outcome_comes_as_json_xml_file_path_and_data(tmp_path: Path) -> None:
    report = judged(lambda b: communication(b).update(priority="ASAP"))[1]
    plain = outcome(finding("Terminology_TX_NoValid_16", "Bundle.entry[2].resource.priority"))
    path = tmp_path / "outcome.json"
    path.write_bytes(json.dumps(plain).encode())
    bundled = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": plain}]}
    given: list[Any] = [plain, path.read_bytes(), path, bundled, XML.format(url=MESSAGE_ID).encode()]
    with path.open("rb") as file:
        opinions = [second_opinion(report, one) for one in (*given, file)]
    assert [[(pair.ours.code, pair.theirs.id, pair.by) for pair in one.agreed] for one in opinions] == [
        [("profile.code", "Terminology_TX_NoValid_16", Match.MEANING)]
    ] * 6


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><OperationOutcome>&b;</OperationOutcome>'
BAD: dict[str, tuple[Any, str]] = {
    "no JSON": (b'{"resourceType": ', "cannot be read: json."),
    "no bytes": (b"", "cannot be read: json."),
    "no XML": (b"<OperationOutcome", "cannot be read: fhirxml."),
    "an XML bomb": (BOMB, "cannot be read: fhirxml.doctype"),
    "too deep": (b"[" * 100_000, "cannot be read: json."),
    "another resource": (json.dumps(message()).encode(), "not an OperationOutcome"),
    "a list": (b"[1]", "not an OperationOutcome"),
    "a bundle of two": (
        {"resourceType": "Bundle", "entry": [{"resource": ALL_WELL}, {"resource": ALL_WELL}]},
        "2 OperationOutcomes",
    ),
    "no issues": ({"resourceType": "OperationOutcome"}, "no list of issues"),
    "issues that are none": ({"resourceType": "OperationOutcome", "issue": [1]}, "no list of issues"),
    "no severity": (outcome({"code": "invalid"}), "issue 1"),
    "a severity of its own": (outcome({"severity": ["error"]}), "issue 1"),
    "too many": (outcome(*ALL_WELL["issue"] * 20_001), "20001 issues"),
    "of a Patient": (outcome(finding("x", "Patient.name[0]")), "another message: it mentions Patient"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_outcome_is_refused_in_words(case: str) -> None:
    given, wanted = BAD[case]
    with pytest.raises(BadOutcome, match=wanted) as caught:
        second_opinion(judged()[1], given)
    assert caught.value.text("da") != caught.value.text("en")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_an_outcome_of_another_message_is_refused_where_the_message_is_given() -> None:
    data, report = judged()
    own = patient(message())["id"]
    for id_, is_known in ((own, True), ("another-id", False)):
        given = outcome(finding("x", f"Bundle.entry[1].resource/*Patient/{id_}*/.name", severity="warning"))
        assert second_opinion(report, given).same_verdict
        if is_known:
            assert second_opinion(report, given, message=data).same_verdict
        else:
            with pytest.raises(BadOutcome, match="about another message"):
                second_opinion(report, given, message=data)


def test_a_report_on_a_letter_has_no_second_opinion() -> None:
    report = medcom_bu.validate(letter_samples()["XREF01/XH0131R"])
    with pytest.raises(BadOutcome, match="not about a FHIR message"):
        second_opinion(report, ALL_WELL)


def test_a_wrong_kind_of_argument_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="report"):
        second_opinion("x", ALL_WELL)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="takes an OperationOutcome as bytes"):
        second_opinion(judged()[1], "{}")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "path", ["Bundle.entry[1].resource.x y", "a" * 3000, "Bundle..x", "[0]", "Bundle.entry[-1]", "/"]
)
def test_a_path_of_no_known_form_is_no_place(path: str) -> None:
    assert plain_path(path) == ""
    opinion = compared(nothing, finding("x", path))
    assert [one.finding.path for one in opinion.only_theirs] == [""]


# --- the tables ---------------------------------------------------------------------------------------------------


def test_each_meaning_names_codes_that_exist() -> None:
    declared = {line.split()[0] for line in (TESTS / "codes.lock").read_text(encoding="utf-8").splitlines()}
    named = {code for meaning in MEANINGS for code in meaning.ours}
    named |= {code for row in DIFFERENCES for code, _ in (*row.only_ours, *row.beside)} - {""}
    assert named <= declared


def test_an_id_means_what_its_rows_say() -> None:
    assert meaning_of("Reference_REF_WrongTarget", "").text.en == "a reference points to a type that is not allowed"
    assert meaning_of("Not_In_The_Table", "Object must have some content") is UNKNOWN
    assert meaning_of("", "Object must have some content").text.en == "it is empty"
    assert "profile.slice-missing" in codes_of("Profile_VAL_MissingElement", UNKNOWN)


def test_differences_are_named_once_and_found() -> None:
    names = [row.name for row in DIFFERENCES]
    assert len(names) == len(set(names))
    assert {*DIFFERENT.values(), *(name for _, name in DIFFERENT_NARRATIVES.values())} <= set(names)
    found = find_theirs("http://x#medcom-careCommunication-15", "Bundle")
    assert found is not None
    assert found.name == "corrected"
    assert find_theirs("Terminology_PassThrough_TX_Message", "Bundle.entry.resource.priority") is None
    code = ("Terminology_PassThrough_TX_Message", "Bundle.entry.resource.code")
    found = find_theirs(*code, "Unknown code 'urn:a#null'")
    assert found is not None
    assert found.name == "coding-without-code"
    assert find_theirs(*code, "Unknown code 'urn:a#b'") is None
    assert find_ours("profile.missing", "Bundle.entry[2].resource") is None
    assert find_ours("profile.missing", "Bundle.entry[2].resource", {("profile.wrong-version", "Bundle")}) is not None
    ours = find_ours("profile.type", "Bundle.entry[2].resource")
    assert ours is not None
    assert ours.name == "profile-type"
    assert find_ours("profile.type", "Bundle.entry[2].resource.x") is None
    assert differences_table().count("\n") == len(DIFFERENCES) + 1


# --- the command line ---------------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str, str]:
    """A valid message, an outcome that refuses it, and one that does not."""
    bad = outcome(finding("Terminology_TX_NoValid_16", "Bundle.entry[2].resource.priority"))
    for name, content in (("message", message()), ("bad", bad), ("good", ALL_WELL)):
        (tmp_path / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    return str(tmp_path / "message.json"), str(tmp_path / "bad.json"), str(tmp_path / "good.json")


def test_the_command_says_what_both_say(files: tuple[str, str, str], capsys: pytest.CaptureFixture[str]) -> None:
    name, bad, good = files
    assert main(["validate", name, "--official", good]) == 0
    assert capsys.readouterr().out.startswith("here: valid; the other validator: valid; both verdicts agree\n")
    assert main(["validate", name, "--official", bad]) == 1
    assert "THE VERDICTS DIFFER" in capsys.readouterr().out
    assert main(["validate", name, "--official", bad, "--format", "json", "--lang", "da"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["file"], told["same_verdict"], told["report"]["ok"]) == (name, False, True)
    assert main(["validate", name, "--official", good, "--format", "html"]) == 0
    assert capsys.readouterr().out.startswith("<!DOCTYPE html>")
    assert main(["validate", name, "--official", good, "--layers", "syntax"]) == 0


def test_the_command_takes_one_file(files: tuple[str, str, str], capsys: pytest.CaptureFixture[str]) -> None:
    name, _, good = files
    for names in ([name, name], [str(Path(name).parent)]):
        assert main(["validate", *names, "--official", good]) == 2
        assert f"takes one file, not {len(names)}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--format", "sarif"], "shown as text, json or html"),
        (["--lang", "da", "--official", "-", "--format", "junit"], "vises som text, json eller html"),
        (["--official", "MESSAGE"], "not an OperationOutcome"),
        (["--official", "gone.json"], "gone.json"),
    ],
)
def test_the_command_refuses_what_it_cannot_compare(
    files: tuple[str, str, str], capsys: pytest.CaptureFixture[str], more: list[str], said: str
) -> None:
    name, _, good = files
    assert main(["validate", name, *(name if one == "MESSAGE" else one for one in ("--official", good, *more))]) == 2
    assert said in capsys.readouterr().err
