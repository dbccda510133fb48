"""What a message tells its envelope: every format, in wrapping and in comparing. Bundles and interchanges are ours."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import medcom_bu
from medcom_bu.envelopes import vans
from medcom_bu.envelopes.contents import Contents, contents
from medcom_bu.exchange import refuse_delivery
from medcom_bu.issues import Report
from medcom_bu.messages.envelopes import STATISTICAL_CODES, DocumentFormat, EndPoint, VansEnvelope
from tests.support.clean_letters import MAIL, PAIR, REFERRAL
from tests.support.issues import found
from tests.support.oracle import oracle
from tests.support.paths import changed
from tests.support.payloads import EDIFACT, HEADER, PAYLOADS, RECEIVER, SENDER, as_json, as_xml, bundle

META = "content.meta_information"


FHIR = ("json", "xml", "acknowledgement")


def compared(envelope: VansEnvelope) -> list[tuple[str, str]]:
    issues = vans.check_payload(envelope)
    return found(Report.from_issues(issues, [], []))


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_message_tells_its_envelope(name: str) -> None:
    payload, expected = PAYLOADS[name]
    envelope = vans.wrap(payload)
    meta: Any = envelope.meta_information
    told = (
        meta.document.format,
        meta.document.name,
        meta.document.version,
        envelope.sender_id.identifier,
        envelope.receiver_id.identifier,
        meta.transport.tag("MCM:MIME"),
    )
    assert told == expected
    assert (meta.identifier == HEADER) == (name in FHIR)
    assert meta.document.size == len(payload)
    assert envelope.payload == payload
    assert medcom_bu.parse(medcom_bu.to_xml(envelope)) == envelope
    assert [path for _, path in found(medcom_bu.validate(envelope)) if not path.startswith("content.data")] == []
    assert compared(envelope) == []


def test_what_is_given_goes_before() -> None:
    other = EndPoint(text="12345678", type="CVR")
    envelope = vans.wrap(
        *(as_json(bundle()),),
        sender=other,
        receiver=RECEIVER,
        name="MCM:FDIS91#other",
        version="4.0",
        format="Other",
        identifier=HEADER[::-1],
        service_tags=[("MCM:MIME", "application/fhir+xml"), ("MCM:STATISTIC", "manual")],
    )
    meta: Any = envelope.meta_information
    assert (meta.document.format, meta.document.name, meta.document.version) == ("Other", "MCM:FDIS91#other", "4.0")
    assert (envelope.sender_id, meta.identifier) == (other, HEADER[::-1])
    assert [tag.text for tag in meta.transport.service_tag] == ["application/fhir+xml", "manual"]


def test_bytes_of_another_kind() -> None:
    envelope = vans.wrap(b"\x89PNG", sender=SENDER, receiver=RECEIVER, name="Billede")
    meta: Any = envelope.meta_information
    assert (meta.document.format, meta.document.version) == ("Binary", None)
    assert found(medcom_bu.validate(envelope)) == [("vans.content-not-checked", "content.data")]
    assert compared(envelope) == []


@pytest.mark.parametrize("missing", ["sender", "receiver", "name"])
def test_what_is_missing_is_asked_for(missing: str) -> None:
    held: dict[str, Any] = {"sender": SENDER, "receiver": RECEIVER, "name": "Billede"}
    del held[missing]
    with pytest.raises(ValueError, match=f"give the {missing}"):
        vans.wrap(b"\x89PNG", **held)


@pytest.mark.parametrize("standard", ["FDIS91", "FCTL"])
def test_every_name_of_the_code_system(standard: str) -> None:
    for code in STATISTICAL_CODES[standard]:
        held = bundle() if standard == "FDIS91" else bundle("acknowledgement-message", response={"code": code})
        if standard == "FDIS91":
            held["entry"][1]["resource"]["category"][0]["coding"][0]["code"] = code
        (told,) = contents(as_json(held))
        assert (told.name, told.statistical_code) == (f"MCM:{standard}#{code}", f"{standard}#{code}")


def test_nothing_is_told_that_is_not_of_the_standard() -> None:
    """A name of the message's own making could say anything."""
    held = bundle(definition="x|0201609995")
    held["entry"][1]["resource"]["category"][0]["coding"][0]["code"] = "0201609995"
    for payload in (as_json(held), as_xml(held)):
        (told,) = contents(payload)
        assert (told.name, told.version, told.sender) == (None, None, SENDER)
    (told,) = contents(EDIFACT.replace(b"DIS91'", b"0201609995'").replace(b"D9134L", b"0201609995"))
    assert (told.name, told.version) == (None, None)
    wrong = changed(vans.wrap(MAIL), {f"{META}.document.version": "x"})
    letter = medcom_bu.to_xml(MAIL).replace(b"XD9134L", b"0201609995")
    for issue in vans.check_payload(vans.wrap(letter).replace(content=wrong.content)):
        assert "0201609995" not in str(issue) + issue.hint


@pytest.mark.parametrize(
    "payload",
    [
        *(b"", b"x", b"{}", b"[]", b'{"entry": 1}', b'{"entry": [1, {"resource": [1]}]}', b"{" * 100_000),
        *(b'{"entry":' * 5_000 + b"1", b'<Bundle xmlns="http://hl7.org/fhir"><entry>', b"UNB", b"UNA", b"UNB+UNH'UNH'"),
        b'<Bundle xmlns="http://hl7.org/fhir"/>',
        b'<Bundle xmlns="http://hl7.org/fhir">' + b"<entry>" * 5_000,
        b'<!DOCTYPE x [<!ENTITY a "b">]><Bundle xmlns="http://hl7.org/fhir"><entry>&a;</entry></Bundle>',
        as_json(bundle(sender={"reference": 7}, eventCoding=[{"code": {}}], id={}, definition=3)),
        as_json({"entry": [{"fullUrl": {}, "resource": {"resourceType": {}, "id": []}}]}),
    ],
)
def test_nothing_that_is_wrong_raises(payload: bytes) -> None:
    (told,) = contents(payload)
    assert (told.name, told.version) in {(None, None), ("MCM:FDIS91#medicine", None)}


@given(
    st.recursive(
        st.none() | st.text(max_size=3) | st.integers(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["entry", "resource", "resourceType", "id", "identifier", "sender", "reference"]),
                inner,
                max_size=3,
            )
        ),
    )
)
def test_no_tree_raises(tree: Any) -> None:
    assert len(contents(as_json({"entry": tree}))) == 1


def test_an_interchange_that_is_cut_off_raises_nothing() -> None:
    for data in (EDIFACT, EDIFACT[9:], b"UNA:+.? 'UNB+a'UNH'", b"UNB+a+b'UNH+a+b'", b"UNB+a+b+c'UNH+a+b+c'"):
        for end in range(len(data) + 1):
            assert len(contents(data[:end])) == 1
    assert contents(b"UNB+a+b'UNH+a+b'")[0].sender == "b"
    assert contents(b"UNB+a+b+c'UNH+a+b+c'")[0].receiver == "c"


@pytest.mark.parametrize("reference", ["Organization/a", "https://example.invalid/Organization/a", "urn:uuid:1"])
def test_an_organisation_is_found_by_each_kind_of_reference(reference: str) -> None:
    held = bundle(sender={"reference": reference})
    if reference.startswith("urn"):
        held["entry"][2]["fullUrl"] = reference
    for payload in (as_json(held), as_xml(held)):
        assert contents(payload)[0].sender == SENDER
    del held["entry"][2]["resource"]["id"]
    assert contents(as_json(held))[0].sender == SENDER
    held["entry"][2]["fullUrl"] = "https://example.invalid/Organization/x"
    assert contents(as_json(held))[0].sender is None


def test_a_file_in_a_bundle_is_not_looked_at() -> None:
    held = bundle()
    held["entry"][1]["resource"]["payload"] = [{"contentAttachment": {"data": "QUJD" * 3_000_000}}]
    for payload in (as_json(held), as_xml(held)):
        assert contents(payload)[0].name == "MCM:FDIS91#medicine"


# --- comparing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "changes", "expected"),
    [
        ("oioxml", {f"{META}.document.format": "Binary"}, [("envelope.payload-differs", f"{META}.document.format")]),
        ("oioxml", {f"{META}.document.name": "MCM:XREF01"}, [("envelope.payload-differs", f"{META}.document.name")]),
        ("oioxml", {f"{META}.document.version": None}, [("envelope.payload-differs", f"{META}.document.version")]),
        ("oioxml", {"sender_id.text": RECEIVER}, [("envelope.payload-party", "sender_id")]),
        ("oioxml", {"receiver_id.text": RECEIVER}, [("envelope.payload-party", "receiver_id")]),
        ("edifact", {"receiver_id.text": SENDER}, [("envelope.payload-party", "receiver_id")]),
        ("json", {"receiver_id.text": SENDER}, [("envelope.fhir-party", "receiver_id")]),
        ("json", {"sender_id.text": RECEIVER}, [("envelope.fhir-party", "sender_id")]),
        ("json", {f"{META}.document.name": "mcm:fdis91#MEDICINE"}, []),
        (
            "json",
            {f"{META}.document.name": "MCM:FDIS91#other"},
            [("envelope.payload-differs", f"{META}.document.name")],
        ),
        ("acknowledgement", {f"{META}.document.version": "2.0"}, []),
        (
            "acknowledgement",
            {f"{META}.document.version": "1.0"},
            [("envelope.payload-differs", f"{META}.document.version")],
        ),
        ("json", {f"{META}.document.version": "5.0.0"}, [("envelope.payload-differs", f"{META}.document.version")]),
        (
            "xml",
            {f"{META}.transport.service_tag[0].text": "application/fhir+json"},
            [("envelope.payload-differs", f"{META}.transport")],
        ),
    ],
)
def test_a_difference_is_named(base: str, changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert compared(changed(vans.wrap(PAYLOADS[base][0]), changes)) == expected


def test_what_is_no_message_is_not_named_one() -> None:
    for name, expected in (("XML", 1), ("EDIFACT", 1), ("HL7", 0), ("Other", 0)):
        envelope = vans.wrap(b"MSH|^~", sender=SENDER, receiver=RECEIVER, name="x", format=name)
        assert compared(envelope) == [("envelope.payload-differs", f"{META}.document.format")] * expected


@pytest.mark.parametrize("blanks", [" {} ", "\t{}", "{}\n", "\r\n  {}\r\n"])
def test_blanks_round_a_number_are_no_difference(blanks: str) -> None:
    padded = blanks.format(SENDER)
    letter = changed(MAIL, {"letters[0].sender.ean_identifier": padded, "letters[0].receiver.ean_identifier": padded})
    held = bundle()
    held["entry"][2]["resource"]["identifier"][1]["value"] = padded
    edifact = EDIFACT.replace(SENDER.encode(), padded.encode())
    for payload in (letter, medcom_bu.to_xml(letter), as_json(held), edifact):
        envelope = vans.wrap(payload, sender=SENDER)
        assert compared(envelope) == []
        assert compared(changed(envelope, {"sender_id.text": padded})) == []
        ((_, path),) = compared(changed(envelope, {"sender_id.text": "5790000000005"}))
        assert path == "sender_id"


def test_every_letter_is_looked_at() -> None:
    assert compared(vans.wrap(PAIR)) == [("envelope.several-types", "content.data")]
    second = changed(REFERRAL.letters[0], {"sender.ean_identifier": RECEIVER})
    twice = REFERRAL.replace(letters=(REFERRAL.letters[0], second))
    assert compared(vans.wrap(twice)) == [("envelope.payload-party", "sender_id")]
    assert contents(REFERRAL.replace(letters=())) == (Contents(format=DocumentFormat.XML),)


def test_the_official_messages_tell_what_the_standard_says() -> None:
    seen = set()
    for path in oracle("examples/fhir").glob("*-[25].0.[23]/Bundle*"):
        (told,) = contents(path.read_bytes())
        seen.add((told.name, told.version))
        empty = "eb26be85" in path.name
        assert (told.name is None) == empty, path.name
        assert empty or (told.sender and told.receiver and told.identifier), path.name
    assert {("MCM:FCTL#ok", "2.0.0"), ("MCM:FDIS91#examination-results", "5.0")} <= seen
    names = set()
    for path in oracle("examples/edifact/real").glob("*.edi"):
        (told,) = contents(path.read_bytes())
        assert told.sender, path.name
        names.add((told.name, told.version))
    assert names >= {("MCM:BIN01", "B0131X"), ("MCM:CTL03", "C0330Q")}
    assert not {(name, version) for name, version in names if not name or not version}


def test_a_network_operator_has_a_name() -> None:
    envelope = vans.wrap(refuse_delivery(MAIL, "DKKMDKMDNET"))
    assert (envelope.sender_id.text, envelope.sender_id.type) == ("DKKMDKMDNET", "VANS")
    assert (envelope.receiver_id.text, envelope.receiver_id.type) == (SENDER, "EAN")
    assert found(medcom_bu.validate(envelope)) == compared(envelope) == []


def test_entities_are_not_followed() -> None:
    laughs = b'<!ENTITY e0 "ha">' + b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 10))
    for inside in (b"<entry>&e9;</entry>", b'<entry a="&e9;"/>', as_xml(bundle())[40:-9]):
        told = contents(
            b"<!DOCTYPE Bundle [" + laughs + b']><Bundle xmlns="http://hl7.org/fhir">' + inside + b"</Bundle>"
        )
        assert [(each.name, each.sender) for each in told] == [(None, None)]


def test_a_receipt_has_no_contents() -> None:
    assert vans.check_payload(vans.positive(vans.wrap(MAIL))) == ()
    assert Contents() == contents(b"")[0]
