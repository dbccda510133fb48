"""An outcome on a FHIR message that is in an envelope: it is laid beside what our report says of the inside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import medcom_bu
from medcom_bu import AcknowledgementMessage
from medcom_bu.cli import main
from medcom_bu.envelopes import sbdh, vans
from medcom_bu.profiles import BadOutcome, second_opinion
from medcom_bu.testing import samples
from medcom_bu.testing.letters import letter_samples
from tests.support.fhir_message import message
from tests.support.judge_edges import communication
from tests.support.outcomes import finding, outcome
from tests.support.typed import of_type

WRONG = message()
communication(WRONG).update(priority="ASAP")
INSIDE = json.dumps(WRONG).encode()
WRAPPED = medcom_bu.to_xml(vans.wrap(INSIDE))
TWICE = medcom_bu.to_xml(
    vans.wrap(WRAPPED, sender="5790000121526", receiver="5790000120420", name="MCM:FDIS91", version="5.0", format="HL7")
)
PLACE = f"Bundle.entry[2].resource/*Communication/{communication(WRONG)['id']}*/.priority"
TOLD = outcome(finding("Terminology_TX_NoValid_16", PLACE))


def test_both_say_the_same_of_what_is_inside() -> None:
    opinion = second_opinion(medcom_bu.validate(WRAPPED), TOLD, message=WRAPPED)
    assert [(pair.ours.path, pair.theirs.number) for pair in opinion.agreed] == [
        ("/VANSEnvelope/Message/Data/Bundle.entry[2].resource.priority", 1)
    ]
    assert (opinion.only_ours, opinion.only_theirs, opinion.same_verdict) == ((), (), True)


def test_a_finding_without_a_place_finds_its_issue_inside() -> None:
    """HL7's validator tells the address of an entry at the bundle."""
    bundle = message()
    bundle["entry"][3]["fullUrl"] += "x"
    data = medcom_bu.to_xml(vans.wrap(json.dumps(bundle).encode()))
    opinion = second_opinion(medcom_bu.validate(data), outcome(finding("BUNDLE_ENTRY_URL_MATCHES_TYPE_ID", "Bundle")))
    assert {pair.ours.code for pair in opinion.agreed} == {"profile.entry-address-other", "profile.reference-near"}


def test_an_outcome_on_another_message_is_refused() -> None:
    other = outcome(finding("x", "Bundle.entry[2].resource/*Communication/another*/.priority"))
    for data in (WRAPPED, INSIDE):
        with pytest.raises(BadOutcome, match="another message"):
            second_opinion(medcom_bu.validate(data), other, message=data)


def test_what_is_said_of_the_envelope_has_its_reason() -> None:
    data = WRAPPED.replace(b">HL7<", b">XML<")
    report = medcom_bu.validate(data)
    outside = {issue.code for issue in report if issue.severity == "error" and "Bundle" not in issue.path}
    assert outside
    opinion = second_opinion(report, TOLD, message=data)
    known = {one.issue.code: one.known.name for one in opinion.only_ours if one.known}
    assert (known, opinion.unexplained) == (dict.fromkeys(outside, "envelope"), ())


def test_an_acknowledgement_in_ehmi_sbdh() -> None:
    data = medcom_bu.to_xml(
        sbdh.wrap(medcom_bu.to_fhir(of_type(AcknowledgementMessage, samples()["Acknowledgement/2.0"])))
    )
    opinion = second_opinion(medcom_bu.validate(data), outcome(finding("New", "Bundle.entry[1].resource.name")))
    assert [(one.finding.path, one.reason) for one in opinion.only_theirs] == [("Bundle.entry[1].resource.name", None)]
    assert opinion.same_verdict is False


def test_an_envelope_without_a_fhir_message_has_no_second_opinion() -> None:
    letter = medcom_bu.to_xml(vans.wrap(letter_samples()["XREF01/XH0131R"]))
    with pytest.raises(BadOutcome, match="not about a FHIR message"):
        second_opinion(medcom_bu.validate(letter), TOLD)


def test_the_command_lays_an_outcome_beside_the_inside(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "outcome.json").write_text(json.dumps(TOLD), encoding="utf-8")
    for data in (WRAPPED, TWICE):
        (tmp_path / "envelope.xml").write_bytes(data)
        assert main(["validate", str(tmp_path / "envelope.xml"), "--official", str(tmp_path / "outcome.json")]) == 1
        told = capsys.readouterr().out
        assert "both verdicts agree" in told
        assert "Both say (1)" in told
        assert "Only the other validator (0)" in told
