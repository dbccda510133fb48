"""An envelope is judged with what is in it: one verdict, whatever is asked, and paths that lead into the payload."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

import medcom_bu
from medcom_bu import Layer, Limits, Outcome, Report, Verdict
from medcom_bu.cli import main
from medcom_bu.envelopes import vans
from medcom_bu.messages.envelopes import VansEnvelope
from medcom_bu.testing import assert_valid
from medcom_bu.testing.letters import letter_samples
from medcom_bu.testing.sets import fhir_samples
from medcom_bu.values.base64 import Base64
from tests.support.issues import found
from tests.support.oracle import oracle
from tests.support.paths import changed

SENDER, RECEIVER = "5790000121526", "5790000121540"
ENDS: dict[str, Any] = {"sender": SENDER, "receiver": RECEIVER}
DATA = "/VANSEnvelope/Message/Data"
LETTERS = {name: medcom_bu.to_xml(message) for name, message in letter_samples().items()}
CARE = fhir_samples()["CareCommunication/5.0"]
MAIL = letter_samples()["XDIS91/XD9134L"]
GOOD: dict[str, bytes] = {
    **LETTERS,
    "EDIFACT": medcom_bu.to_edifact(MAIL),
    **{f"{name} json": medcom_bu.to_fhir(message) for name, message in fhir_samples().items()},
    **{f"{name} xml": medcom_bu.to_fhir(message, "xml") for name, message in fhir_samples().items()},
}
BAD: dict[str, tuple[bytes, str, str]] = {
    # payload, a code that it has, the path of it after that of Data and a slash
    "a code of XML": (
        LETTERS["XREF01/XH0131R"].replace(b"elektiv", b"hastig"),
        "xml.code",
        "/Emessage/HospitalReferral/AdditionalInformation/Priority",
    ),
    "half an XML": (LETTERS["XREF01/XH0131R"][:900], "xml.not-well-formed", "line 28, column 1"),
    "a rule of XML": (
        medcom_bu.to_xml(
            changed(letter_samples()["XBIN01/XB0131X"], {"letters[0].binary_object[0].original_object_size": "1"})
        ),
        "attachment.size",
        "/Emessage/BinaryLetter/BinaryObject/OriginalObjectSize",
    ),
    "EDIFACT": (GOOD["EDIFACT"].replace(b"NAD+", b"NAX+"), "edifact.not-placed", "segment 6 NAX, byte 180"),
    "FHIR JSON": (
        GOOD["CareCommunication/5.0 json"].replace(b'"timestamp"', b'"tidspunkt"'),
        "fhir.property-unknown",
        "",
    ),
    "FHIR without a header": (
        GOOD["CareCommunication/5.0 json"].replace(b'"resourceType":"MessageHeader"', b'"resourceType":5'),
        "fhir.resource-type",
        "Bundle.entry[0].resource",
    ),
    "half a JSON": (GOOD["CareCommunication/5.0 json"][:500], "json.syntax", "line 1, column 467"),
    "FHIR XML": (
        GOOD["CareCommunication/5.0 xml"].replace(b"<timestamp ", b"<tidspunkt "),
        "fhir.property-unknown",
        "",
    ),
    "a profile": (
        GOOD["CareCommunication/5.0 json"].replace(b'"category":[', b'"reasonCode":['),
        "profile.missing",
        "Bundle.entry[2].resource",
    ),
}
UNREAD: dict[str, tuple[bytes, str]] = {
    "PDF": (b"%PDF-1.4", "Binary"),
    "HL7 version 2": (b"MSH|^~", "HL7"),
    "a clinical document": (b'<ClinicalDocument xmlns="urn:hl7-org:v3"/>', "HL7"),
    "XML of somebody": (b'<?xml version="1.0"?><liste><punkt/></liste>', "Other"),
    "XML with a comment": (
        b'<?xml version="1.0" encoding="ISO-8859-1"?><!-- \xc3\xa6 --><?x y?><liste>\xc3\xa6</liste>',
        "HL7",
    ),
    "JSON of somebody": (b'{"a": 1}', "Binary"),
    "a list of JSON": (b"[1]", "Other"),
    "one byte": (b"x", "Other"),
}


def wrapped(payload: bytes, **given: Any) -> VansEnvelope:
    try:
        return vans.wrap(payload, **given)
    except ValueError:  # it tells too little of itself
        return vans.wrap(payload, **{**ENDS, "name": "x", **given})


def every_way(envelope: VansEnvelope, tmp_path: Path, capsys: Any) -> tuple[Report, Report]:
    """The verdict on the bytes and on the value; the other ways to ask give the same."""
    data = medcom_bu.to_xml(envelope)
    path = tmp_path / "envelope.xml"
    path.write_bytes(data)
    in_bytes, in_value = medcom_bu.validate(data), medcom_bu.validate(envelope)
    assert (in_value.verdict, in_value.layers) == (in_bytes.verdict, in_bytes.layers)
    assert [issue.code for issue in in_value] == [issue.code for issue in in_bytes]
    received = medcom_bu.validate(data, receiving=True)
    assert (medcom_bu.read(data).report, medcom_bu.read(data).message) == (received, envelope)
    assert medcom_bu.validate(io.BytesIO(data)) == in_bytes
    assert medcom_bu.read(io.BytesIO(data)).report == received
    for command, report in (("validate", in_bytes), ("show", received)):
        assert main([command, str(path)]) == {"valid": 0, "invalid": 1, "not checked": 3}[report.verdict]
        assert report.text(positions=True) in capsys.readouterr().out
    if in_bytes.verdict is Verdict.VALID:
        assert_valid(data)
        assert_valid(envelope)
    else:
        for judged in (data, envelope):
            with pytest.raises(AssertionError):
                assert_valid(judged)
    return in_bytes, in_value


@pytest.mark.parametrize("name", GOOD)
def test_the_verdict_is_that_of_what_is_inside(name: str, tmp_path: Path, capsys: Any) -> None:
    inside = medcom_bu.validate(GOOD[name])
    assert inside.verdict is Verdict.VALID
    in_bytes, in_value = every_way(wrapped(GOOD[name]), tmp_path, capsys)
    assert in_bytes.verdict is Verdict.VALID
    assert found(in_bytes) == [(code, f"{DATA}/{path}") for code, path in found(inside)]
    assert found(in_value) == [(code, f"content.data/{path}") for code, path in found(inside)]
    assert in_bytes.layers == inside.layers
    assert (Layer.PROFILE in in_bytes.layers) == ("json" in name or " xml" in name)


@pytest.mark.parametrize("declared", [None, "Binary", "Other", "HL7", "XML", "EDIFACT"])
@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_inside_is_wrong(name: str, declared: str | None, tmp_path: Path, capsys: Any) -> None:
    payload, code, path = BAD[name]
    envelope = wrapped(payload, format=declared)
    in_bytes, in_value = every_way(envelope, tmp_path, capsys)
    inside = medcom_bu.validate(payload)
    assert (inside.verdict, in_bytes.verdict) == (Verdict.INVALID, Verdict.INVALID)
    assert code in {issue.code for issue in inside}
    for report, data in ((in_bytes, DATA), (in_value, "content.data")):
        places = {issue.path for issue in report if issue.code == code}
        assert f"{data}/{path}" in places if path else all(place.startswith(f"{data}/") for place in places)
        of_payload = [issue for issue in report if issue.path.startswith(f"{data}/")]
        assert found(Report.from_issues(of_payload, (), ())) == [
            (code, f"{data}/{path}") for code, path in found(inside)
        ]
    assert all(in_bytes.layers[layer] is Outcome.FAILED for layer in inside.layers if inside.layers[layer] == "failed")
    assert medcom_bu.parse(medcom_bu.to_xml(envelope)) == envelope  # the sender's verdict on the envelope itself


@pytest.mark.parametrize("name", UNREAD)
def test_what_cannot_be_judged_is_not_passed(name: str, tmp_path: Path, capsys: Any) -> None:
    payload, declared = UNREAD[name]
    in_bytes, in_value = every_way(wrapped(payload, format=declared), tmp_path, capsys)
    assert (in_bytes.verdict, in_bytes.ok, in_bytes.complete) == (Verdict.NOT_CHECKED, True, False)
    assert found(in_bytes) == [("vans.content-not-checked", DATA)]
    assert found(in_value) == [("vans.content-not-checked", "content.data")]
    assert str(in_bytes).startswith("valid (not everything was checked)\n")


@pytest.mark.parametrize("name", UNREAD)
@pytest.mark.parametrize("declared", ["XML", "EDIFACT"])
def test_what_is_no_message_is_not_declared_one(name: str, declared: str) -> None:
    report = medcom_bu.validate(wrapped(UNREAD[name][0], format=declared))
    assert report.verdict is Verdict.INVALID


@pytest.mark.parametrize("layers", [(), ("syntax",), ("schema",), ("rule",), ("profile",), ("syntax", "schema")])
def test_no_choice_of_layers_passes_what_was_not_opened(layers: tuple[str, ...]) -> None:
    for payload, declared in UNREAD.values():
        for judged in (envelope := wrapped(payload, format=declared), medcom_bu.to_xml(envelope)):
            assert medcom_bu.validate(judged, layers=layers).verdict is Verdict.NOT_CHECKED
    broken = changed(wrapped(b"x"), {"content.data": Base64(None, "!")})
    assert medcom_bu.validate(broken, layers=layers).verdict is not Verdict.VALID
    assert medcom_bu.validate(medcom_bu.to_xml(broken)).verdict is Verdict.INVALID


@pytest.mark.parametrize(
    ("layers", "verdict"),
    [
        (("syntax",), Verdict.VALID),
        (("syntax", "schema"), Verdict.INVALID),
        (("schema",), Verdict.INVALID),
        (("rule",), Verdict.NOT_CHECKED),
        (("profile",), Verdict.NOT_CHECKED),
    ],
)
def test_layers_are_those_inside_too(layers: tuple[str, ...], verdict: Verdict) -> None:
    envelope = wrapped(BAD["a code of XML"][0])
    for judged in (envelope, medcom_bu.to_xml(envelope)):
        report = medcom_bu.validate(judged, layers=layers)
        assert report.verdict is verdict
        assert {issue.layer for issue in report} <= set(layers)


def test_profiles_judge_what_is_inside() -> None:
    report = medcom_bu.validate(wrapped(BAD["a profile"][0]), layers=("profile",))
    assert report.verdict is Verdict.INVALID
    assert report.layers[Layer.PROFILE] is Outcome.FAILED
    assert {issue.layer for issue in report} == {Layer.PROFILE}
    for issue in report:
        assert issue.path.startswith("content.data/Bundle")
        assert all(cause.path.startswith("content.data/Bundle") for cause in issue.causes)


META = "content.meta_information"


@pytest.mark.parametrize(
    ("name", "changes", "code", "xpath"),
    [
        ("XDIS91/XD9134L", {f"{META}.document.name": "MCM:XREF01"}, "envelope.payload-differs", "Document/Name"),
        ("XDIS91/XD9134L", {f"{META}.document.version": "XD9999L"}, "envelope.payload-differs", "Document/Version"),
        ("XDIS91/XD9134L", {f"{META}.document.format": "Binary"}, "envelope.payload-differs", "Document/Format"),
        ("EDIFACT", {f"{META}.document.name": "MCM:XDIS91"}, "envelope.payload-differs", "Document/Name"),
        (
            "CareCommunication/5.0 json",
            {f"{META}.document.version": "4.0"},
            "envelope.payload-differs",
            "Document/Version",
        ),
    ],
)
def test_what_the_envelope_says_is_compared(name: str, changes: Any, code: str, xpath: str) -> None:
    envelope = changed(wrapped(GOOD[name]), changes)
    (path,) = changes
    inside = found(medcom_bu.validate(GOOD[name]))
    in_value, in_bytes = medcom_bu.validate(envelope), medcom_bu.validate(medcom_bu.to_xml(envelope))
    assert in_value.verdict is in_bytes.verdict is Verdict.INVALID
    assert sorted(set(found(in_value)) - {(code, f"content.data/{path}") for code, path in inside}) == [(code, path)]
    outside = set(found(in_bytes)) - {(code, f"{DATA}/{path}") for code, path in inside}
    assert outside == {(code, f"/VANSEnvelope/Message/MetaInformation/{xpath}")}
    assert medcom_bu.validate(envelope, layers=("syntax", "schema")).verdict is Verdict.VALID


@pytest.mark.parametrize("end", ["sender_id", "receiver_id"])
def test_the_parties_are_compared(end: str) -> None:
    for name, code in (
        ("XDIS91/XD9134L", "envelope.payload-party"),
        ("CareCommunication/5.0 xml", "envelope.fhir-party"),
    ):
        envelope = changed(wrapped(GOOD[name]), {f"{end}.text": "5790000000005"})
        assert (code, end) in found(medcom_bu.validate(envelope))


@pytest.mark.parametrize("answer", ["positive", "negative", "vans_negative"])
def test_a_receipt_holds_nothing_and_is_complete(answer: str, tmp_path: Path, capsys: Any) -> None:
    sent = vans.wrap(MAIL)
    texts = () if answer == "positive" else ("ukendt",)
    in_bytes, _ = every_way(getattr(vans, answer)(sent, *texts), tmp_path, capsys)
    assert (in_bytes.verdict, in_bytes.issues) == (Verdict.VALID, ())


@pytest.mark.parametrize("payload", [GOOD["XDIS91/XD9134L"], BAD["a code of XML"][0]])
def test_an_envelope_in_an_envelope_is_opened_to_a_depth(payload: bytes, tmp_path: Path, capsys: Any) -> None:
    verdict = medcom_bu.validate(payload).verdict
    paths = [path for _, path in found(medcom_bu.validate(payload))]
    envelope = wrapped(payload)
    for depth in range(1, 8):
        in_bytes, _ = every_way(envelope, tmp_path, capsys)
        if depth > 4:
            assert in_bytes.verdict is Verdict.NOT_CHECKED
            assert found(in_bytes) == [("vans.content-not-checked", "/".join([DATA] * 5))]
        else:
            assert in_bytes.verdict is verdict
            assert [path for _, path in found(in_bytes)] == ["/".join([DATA] * depth + [path]) for path in paths]
        envelope = vans.wrap(medcom_bu.to_xml(envelope), name="x", **ENDS)


def test_a_fault_of_the_envelope_does_not_hide_what_is_inside() -> None:
    data = medcom_bu.to_xml(wrapped(BAD["a code of XML"][0])).replace(b"<Type>reliable</Type>", b"<Type>x</Type>")
    report = medcom_bu.validate(data)
    errors = [(issue.code, issue.path) for issue in report if issue.severity == "error"]
    assert errors == [
        ("xml.code", "/VANSEnvelope/Message/MetaInformation/Transport/Type"),
        ("xml.code", f"{DATA}//Emessage/HospitalReferral/AdditionalInformation/Priority"),
    ]
    with pytest.raises(medcom_bu.InvalidMessage) as raised:
        medcom_bu.parse(data)
    assert len(raised.value.report) == 1
    good = medcom_bu.to_xml(wrapped(GOOD["XDIS91/XD9134L"])).replace(b"<Type>reliable</Type>", b"<Type>x</Type>")
    report = medcom_bu.validate(good)
    assert (report.verdict, report.layers[Layer.RULE]) == (Verdict.INVALID, Outcome.NOT_RUN)


def test_a_report_on_both_is_never_too_long() -> None:
    payload = GOOD["XDIS91/XD9134L"].replace(b"</Emessage>", b"<a/>" * 2000 + b"</Emessage>")
    for judged in (envelope := wrapped(payload), medcom_bu.to_xml(envelope)):
        assert len(medcom_bu.validate(judged)) == 1000
        short = medcom_bu.validate(judged, limits=Limits(issues=10))
        assert (len(short), short.issues[-1].code, short.verdict) == (10, "report.more", Verdict.INVALID)
        assert medcom_bu.validate(judged, limits=Limits(text=5000)).verdict is Verdict.INVALID


def test_official_messages_have_their_verdict_in_an_envelope_too() -> None:
    for path in sorted(oracle("examples/xml").glob("*.xml")):
        inside = medcom_bu.validate(path.read_bytes())
        report = medcom_bu.validate(wrapped(path.read_bytes()))
        outside = [issue for issue in report if not issue.path.startswith("content.data/")]
        if not any(issue.severity == "error" for issue in outside):
            assert report.verdict is inside.verdict, path.name
        assert len(report) == len(inside) + len(outside)
