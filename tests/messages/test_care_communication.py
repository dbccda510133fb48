"""CareCommunication and Acknowledgement: what the value says, what the codec keeps, what bad input becomes."""

from __future__ import annotations

import copy
import functools
import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import medcom_bu
from medcom_bu import AcknowledgementMessage, CareCommunicationMessage, InvalidMessage
from medcom_bu.declare.fhir import Rest
from medcom_bu.fhir.codec import read
from medcom_bu.fhir.model.paths import to_attribute, to_fhirpath
from medcom_bu.messages.message import FhirMessage
from medcom_bu.messages.other_fhir import OtherFhirMessage
from medcom_bu.values.base64 import Base64
from medcom_bu.values.fhir_codes import Activity, Category, ResponseCode
from medcom_bu.values.fhir_resources import BundleEntry, MessageHeader, Patient
from medcom_bu.values.fhir_types import Coding, Narrative
from tests.support import fhir_by_hand
from tests.support.fhir_codec import PLAIN, found_in_fhir, json_of, official_bundles, plain_sample, structures
from tests.support.fhir_mutants import places

# --- the official examples ----------------------------------------------------------------------------------------


def test_official_json_is_written_back_with_equal_content() -> None:
    paths = official_bundles()
    assert len(paths) > 70
    for path in paths:
        data = path.read_bytes()
        message = medcom_bu.parse(data)
        assert isinstance(message, FhirMessage)
        again = medcom_bu.to_fhir(message)
        assert json.loads(again) == json.loads(data), path.name
        assert medcom_bu.parse(again) == message
        report = medcom_bu.validate(data, layers=("syntax", "schema"))
        assert {issue.code for issue in report} <= {"fhir.kept", "fhirmessage.not-supported"}, path.name


def test_official_messages_say_what_they_are() -> None:
    for path in official_bundles():
        message = medcom_bu.parse(path.read_bytes())
        if isinstance(message, AcknowledgementMessage):
            assert isinstance(message.code, ResponseCode)
            assert message.acknowledged
            assert bool(message.issues) == (message.code is not ResponseCode.OK)
        elif isinstance(message, CareCommunicationMessage) and "historical" not in str(path):
            assert message.version in ("5.0", "4.0")
            assert isinstance(message.category, Category)
            assert isinstance(message.activity, Activity)
            assert message.sender
            assert message.receiver
            assert message.patient
            assert message.segments
            assert all(segment.identifier and segment.sent for segment in message.segments)


# --- the value ----------------------------------------------------------------------------------------------------


def test_what_the_value_says() -> None:
    message = fhir_by_hand.message()
    text, file = message.segments
    assert (message.version, message.category, message.topic) == ("5.0", Category.OTHER, "Genoptræning")
    assert (message.activity, message.communication_identifier) == (Activity.NEW, fhir_by_hand.THREAD)
    assert (text.author_name, text.author_title, text.contact) == ("Ida Mose", "Pædagog", "12345678")
    assert (text.identifier, file.identifier) == (fhir_by_hand.TEXT, fhir_by_hand.FILE)
    assert file.attachment is not None
    assert file.attachment.data == Base64(b"%PDF-1.4 not really")
    assert file.author_name == ""
    assert message.patient is not None
    assert message.patient.number is not None
    assert message.patient.number.reveal() == "2509479989"
    assert message.sender is not None
    assert str(message.sender.gln) == "5790001382445"
    assert message.chain == message.provenances
    assert text.sent is not None
    assert text.sent.utcoffset() is not None


def test_a_message_without_anything_answers_with_nothing() -> None:
    message = CareCommunicationMessage()
    assert (message.version, message.category, message.topic, message.patient) == (None, None, None, None)
    assert (message.segments, message.chain, message.episode_of_care) == ((), (), ())
    assert (message.specific_sender, message.specific_recipient, message.sender) == (None, None, None)
    assert (AcknowledgementMessage().code, AcknowledgementMessage().issues) == (None, ())


def test_narratives_are_equal_when_their_markup_is() -> None:
    def narrative(text: str) -> Narrative:
        return Narrative(status="generated", div=f'<div xmlns="http://www.w3.org/1999/xhtml">{text}</div>')

    assert narrative('<p a="1">"x"</p><br></br>') == narrative("<p a='1'>&quot;x&#34;</p><br/>")
    assert hash(narrative("<br/>")) == hash(narrative("<br />"))
    assert narrative("<p>x</p>") != narrative("<b>x</b>")
    assert narrative("x") != narrative("y")
    assert narrative("<p>") != narrative("</p>")
    assert narrative("x") != narrative("x").replace(status="extensions")
    assert narrative("x") != "x"
    bomb = '<!DOCTYPE div [<!ENTITY a "x">]><div>&a;</div>'
    assert Narrative(div=bomb) != Narrative(div=bomb + " ")


def test_copies_are_equal_and_whole() -> None:
    message = fhir_by_hand.message(rest=Rest({"x": [1, {"y": None}]}))
    assert message.places
    assert message.segments
    for copied in (copy.copy(message), copy.deepcopy(message), pickle.loads(pickle.dumps(message))):
        assert copied == message
        assert hash(copied) == hash(message)
        assert [copied.places[id(entry.resource)] for entry in copied.entry] == list(range(len(copied.entry)))
        assert copied.segments[0].text == message.segments[0].text


def test_a_chain_that_bites_its_tail_ends() -> None:
    message = fhir_by_hand.message()
    own = message.provenance
    assert own is not None
    looped = own.replace(
        entity=(*own.entity, own.entity[0].replace(role="revision", what=fhir_by_hand.ref("MessageHeader/header")))
    )
    entries = tuple(entry.replace(resource=looped) if entry.resource == own else entry for entry in message.entry)
    assert message.replace(entry=entries).chain == (looped,)


def test_nothing_of_a_person_is_shown() -> None:
    message = fhir_by_hand.message()
    shown = repr(message) + repr(message.segments) + repr(message.patient) + repr(message.communication)
    for secret in ("2509479989", "Elmer", "Bruno", "kollega", "12345678", "Mose", "Plan"):
        assert secret not in shown


def test_constructors_check_types() -> None:
    with pytest.raises(TypeError, match=r"Coding\.code takes str, not int"):
        Coding(code=1)
    with pytest.raises(TypeError, match="takes a tuple"):
        MessageHeader(focus="x")
    with pytest.raises(TypeError, match="takes Rest"):
        Coding(rest={})


# --- what is kept -------------------------------------------------------------------------------------------------


def test_what_has_no_field_is_kept_and_said() -> None:
    plain = plain_sample()
    patient = plain["entry"][1]["resource"]
    patient["_deceasedBoolean"] = {"id": "d"}
    patient["contained"] = [{"resourceType": "Organization", "id": "o", "name": "x"}]
    patient["name"][0]["_given"] = [None, {"extension": [{"url": "urn:x", "valueDecimal": 1.50}]}]
    plain["entry"].append({"resource": {"resourceType": "Whatever", "id": "d", "whatever": [1, None]}})
    data = json_of(plain).replace(b"1.5}", b"1.50}")
    message = medcom_bu.parse(data, CareCommunicationMessage)
    again = medcom_bu.to_fhir(message)
    assert json.loads(again) == plain
    assert b"1.50" in again
    assert found_in_fhir(data) == {
        ("fhir.kept", "Bundle.entry[1].resource.deceased"),
        ("fhir.kept", "Bundle.entry[1].resource.contained"),
        ("fhir.kept", "Bundle.entry[1].resource.name[0].given"),
        ("fhir.kept", "Bundle.entry[8].resource.?"),
        ("fhir.resource-unknown", "Bundle.entry[8].resource"),
    }


def test_what_does_not_fit_its_field_is_kept_too() -> None:
    plain = plain_sample()
    plain["entry"][1]["resource"]["name"] = "Elmer"
    reading = read(json_of(plain))
    assert reading.message is not None
    assert json.loads(medcom_bu.to_fhir(reading.message)) == plain
    assert found_in_fhir(json_of(plain)) == {("fhir.not-a-list", "Bundle.entry[1].resource.name")}


# --- versions -----------------------------------------------------------------------------------------------------


def test_another_version_has_another_definition() -> None:
    message = fhir_by_hand.message()
    older = medcom_bu.parse(medcom_bu.to_fhir(message, version="4.0"))
    assert isinstance(older, CareCommunicationMessage)
    assert older.version == "4.0"
    assert medcom_bu.parse(medcom_bu.to_fhir(older, version="5.0")) == message
    with pytest.raises(InvalidMessage, match=r"fhir\.version"):
        medcom_bu.to_fhir(message, version="3.0")


# --- bad input ----------------------------------------------------------------------------------------------------

ENTRY = "Bundle.entry[0].resource"


def sample_with(path: str, new: Any) -> bytes:
    """The sample with something else at a path such as ``entry/1/resource/name``; ``...`` removes it."""
    plain = plain_sample()
    *steps, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    holder = functools.reduce(lambda held, step: held[step], steps, plain)
    if new is ...:
        del holder[last]
    else:
        holder[last] = new
    return json_of(plain)


@pytest.mark.parametrize(
    ("path", "new", "expected"),
    [
        ("id", 7, {("fhir.json-type", "Bundle.id")}),
        ("id", None, {("fhir.json-type", "Bundle.id")}),
        ("id", "a_b", {("fhir.form", "Bundle.id")}),
        ("type", ..., {("fhir.missing", "Bundle")}),
        ("timestamp", "2026-01-02T10:00:00", {("fhir.form", "Bundle.timestamp")}),
        ("entry", {}, {("fhir.not-a-list", "Bundle.entry"), ("fhir.no-header", "Bundle.entry[0]")}),
        ("entry/0", "x", {("fhir.json-type", "Bundle.entry[0]"), ("fhir.no-header", "Bundle.entry[0]")}),
        ("entry/0/resource/resourceType", 1, {("fhir.resource-type", ENTRY), ("fhir.no-header", "Bundle.entry[0]")}),
        ("entry/0/resource/resourceType", ..., {("fhir.resource-type", ENTRY), ("fhir.no-header", "Bundle.entry[0]")}),
        ("entry/0/resource/eventCoding/code", "else", {("fhir.event", f"{ENTRY}.event")}),
        ("entry/0/resource/eventCoding", ..., {("fhir.missing", ENTRY), ("fhir.event", f"{ENTRY}.event")}),
        ("entry/0/resource/eventCoding/code", 1, {
            ("fhir.event", f"{ENTRY}.event"), ("fhir.json-type", f"{ENTRY}.event.code")
        }),
        ("entry/0/resource/eventUri", "urn:x", {("fhir.choice", ENTRY)}),
        ("entry/0/resource/source", [{"endpoint": "x"}], {("fhir.a-list", f"{ENTRY}.source")}),
        ("entry/0/resource/focus", [], {("fhir.empty", f"{ENTRY}.focus")}),
        ("entry/0/resource/source", {}, {("fhir.empty", f"{ENTRY}.source")}),
        ("entry/0/resource/id", "", {("fhir.empty", f"{ENTRY}.id")}),
        ("entry/0/resource/colour", "red", {("fhir.property-unknown", f"{ENTRY}.?")}),
        ("entry/0/resource/text/div", "<p>x</p>", {("fhir.xhtml", f"{ENTRY}.text.div")}),
        ("entry/0/resource/text/div", "<!DOCTYPE div><div/>", {("fhir.xhtml", f"{ENTRY}.text.div")}),
        ("entry/0/resource/_definition", [], {("fhir.primitive-sibling", f"{ENTRY}.definition")}),
        ("entry/0/resource/_definition", {"x": 1}, {("fhir.primitive-sibling", f"{ENTRY}.definition")}),
        ("entry/0/resource/_sender", {}, {("fhir.property-unknown", f"{ENTRY}._sender")}),
        ("entry/1/fullUrl", "https://example.org/fhir/MessageHeader/header", {
            ("fhir.full-url-duplicate", "Bundle.entry[1].fullUrl")
        }),
        ("entry/1/resource/deceasedBoolean", "false", {("fhir.json-type", "Bundle.entry[1].resource.deceased")}),
        ("entry/1/resource/name/0/given", ["a", None], {
            ("fhir.json-type", "Bundle.entry[1].resource.name[0].given[1]")
        }),
        ("entry/1/resource/name/0/_given", [None], {
            ("fhir.primitive-sibling", "Bundle.entry[1].resource.name[0].given")
        }),
        ("entry/2/resource/payload/1/contentAttachment/data", "AAA", {
            ("fhir.base64", "Bundle.entry[2].resource.payload[1].content.data")
        }),
        ("entry/2/resource/payload/1/contentAttachment/size", "1", {
            ("fhir.json-type", "Bundle.entry[2].resource.payload[1].content.size")
        }),
        ("entry/2/resource/payload/1/contentAttachment/size", -1, {
            ("fhir.form", "Bundle.entry[2].resource.payload[1].content.size")
        }),
        ("entry/2/resource/payload/0/contentString", ..., {
            ("fhir.missing", "Bundle.entry[2].resource.payload[0]")
        }),
        ("resourceType", "Patient", None),
    ],
)  # fmt: skip
def test_bad_shape_is_named_and_placed(path: str, new: Any, expected: set[tuple[str, str]] | None) -> None:
    data = sample_with(path, new)
    if expected is None:
        assert ("fhir.not-a-bundle", "Patient") in found_in_fhir(data)
    else:
        assert {item for item in found_in_fhir(data) if item[0] != "fhir.kept"} == expected
    with pytest.raises(InvalidMessage) as caught:
        medcom_bu.parse(data)
    assert not caught.value.report.ok
    assert not medcom_bu.validate(data).ok
    reading = read(data)
    if reading.message is not None:
        assert json.loads(medcom_bu.to_fhir(reading.message)) == json.loads(data)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"{}", {("fhir.resource-type", "$")}),
        (b'{"resourceType":"Patient","id":"x"}', {("fhir.not-a-bundle", "Patient")}),
        (b'{"resourceType":"Bundle"}', {("fhir.missing", "Bundle"), ("fhir.no-header", "Bundle.entry[0]")}),
        (b'{"resourceType":"Bundle","id":"x"}', {("fhir.missing", "Bundle"), ("fhir.no-header", "Bundle.entry[0]")}),
        (b'{"resourceType":"Bundle","type":"message","entry":[7]}', {
            ("fhir.json-type", "Bundle.entry[0]"), ("fhir.no-header", "Bundle.entry[0]")
        }),
        (b'{"id":1,"id":2}', {("json.duplicate-key", "$.id")}),
        (b'{"resourceType":"Bundle"', {("json.cut", "line 1, column 25")}),
    ],
)  # fmt: skip
def test_what_is_no_message(data: bytes, expected: set[tuple[str, str]]) -> None:
    assert found_in_fhir(data) == expected
    assert medcom_bu.read(data).message is None


def test_a_header_that_is_not_first_is_still_the_header() -> None:
    plain = plain_sample()
    plain["entry"].append(plain["entry"].pop(0))
    assert found_in_fhir(json_of(plain)) == {("fhir.no-header", "Bundle.entry[0]")}
    assert isinstance(read(json_of(plain)).message, CareCommunicationMessage)


def test_a_message_of_another_event_is_kept() -> None:
    data = sample_with("entry/0/resource/eventCoding/code", "empty-message")
    message = medcom_bu.parse(data)
    assert isinstance(message, OtherFhirMessage)
    assert message.event == "empty-message"
    assert json.loads(medcom_bu.to_fhir(message)) == json.loads(data)
    report = medcom_bu.validate(data)
    told = [("profile.none", "Bundle"), ("fhirmessage.not-supported", f"{ENTRY}.event")]
    assert [(issue.code, issue.path) for issue in report] == told
    assert (report.ok, report.complete) == (True, False)
    assert {str(layer): str(outcome) for layer, outcome in report.layers.items()} == {
        "syntax": "passed",
        "schema": "passed",
        "profile": "not run",
        "rule": "not run",
    }
    assert not medcom_bu.read(data).report.ok
    received = medcom_bu.validate(data, receiving=True)
    assert [(issue.code, issue.path) for issue in received] == told
    assert [issue.code for issue in received if issue.severity == "error"] == ["fhirmessage.not-supported"]


def test_a_value_is_judged_at_attribute_paths() -> None:
    message = fhir_by_hand.message(timestamp="yesterday")
    assert [(issue.code, issue.path) for issue in medcom_bu.validate(message)] == [("fhir.form", "timestamp")]
    bad = Coding(system="a b", code="care-communication-message")
    header = message.header
    assert header is not None
    entry = message.entry[0].replace(resource=header.replace(event_coding=bad))
    message = fhir_by_hand.message(entry=(entry, *message.entry[1:]))
    assert [(issue.code, issue.path) for issue in medcom_bu.validate(message)] == [
        ("fhir.form", "entry[0].resource.event_coding.system")
    ]


# --- properties ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
@given(structures(BundleEntry))
def test_round_trip_of_any_value(entry: Any) -> None:
    message = fhir_by_hand.message()
    message = message.replace(entry=(*message.entry, entry))
    assert read(medcom_bu.to_fhir(message)).message == message
    hash(message)
    medcom_bu.validate(message)


@given(st.data())
def test_anything_in_the_place_of_anything_is_a_report(data: st.DataObject) -> None:
    plain = plain_sample()
    holder, key = data.draw(st.sampled_from(list(places(plain))))
    holder[key] = data.draw(st.none() | PLAIN | st.just([]) | st.just({}))
    report = medcom_bu.validate(json_of(plain))
    message = medcom_bu.read(json_of(plain)).message
    if message is not None:
        assert isinstance(message, FhirMessage)
        assert json.loads(medcom_bu.to_fhir(message)) == plain
    assert report.layers


def test_paths_go_both_ways() -> None:
    message = fhir_by_hand.message()
    for path in (
        "entry[0].resource.event_coding.code",
        "entry[2].resource.payload[1].content_attachment.data",
        "entry[2].resource.payload[0].extension[1].value_identifier.assigner",
        "entry[7].resource.occurred_date_time",
        "timestamp",
    ):
        assert to_attribute(message, to_fhirpath(message, path)) == path
    assert to_fhirpath(message, "entry[7].resource.occurred_date_time") == "Bundle.entry[7].resource.occurred"
    assert to_attribute(message, "Bundle") == "/"
    assert to_attribute(message, "Bundle.entry[99].resource.nothing") == "entry[99]"


# --- losses -------------------------------------------------------------------------------------------------------


def lost(message: Any, to: str, version: str | None = None) -> list[tuple[str, str]]:
    return [(loss.code, loss.path) for loss in medcom_bu.losses(message, to, version=version)]


def test_nothing_is_lost_of_what_is_well_formed() -> None:
    message = fhir_by_hand.message()
    assert lost(message, "fhir") == lost(message, "fhir+xml") == lost(message, "fhir", "5.0") == []
    with pytest.raises(ValueError, match="fhir"):
        medcom_bu.losses(message, "xml")


def test_what_xml_cannot_hold_is_named() -> None:
    plain = plain_sample()
    plain["entry"][0]["resource"]["text"]["div"] = "<div>"
    plain["entry"][1]["resource"]["name"][0]["family"] = "a\x01\x02"
    plain["entry"][1]["resource"]["b c"] = "x"
    message = read(json_of(plain)).message
    assert lost(message, "fhir") == []
    assert lost(message, "fhir+xml") == [
        ("loss.fhir-narrative", "entry[0].resource.text.div"),
        ("loss.fhir-character", "entry[1].resource.name[0].family"),
        ("loss.fhir-name", "entry[1].resource"),
    ]
    assert message is not None
    again = read(medcom_bu.to_fhir(message, "xml")).message
    assert again is not None
    patient = next(again.resources(Patient))
    assert patient.name[0].family == "a\ufffd\ufffd"
    assert not patient.rest


def test_what_a_version_lacks_is_named() -> None:
    plain = plain_sample()
    communication = plain["entry"][2]["resource"]
    communication["category"][0]["coding"][0]["code"] = "acute-ambulant"
    communication["recipient"] = [{"reference": "PractitionerRole/role"}] * 2
    message = read(json_of(plain)).message
    assert lost(message, "fhir", "4.0") == [
        ("loss.fhir-category", "category"),
        ("loss.fhir-role", "entry[3].resource.code"),
    ]
    assert lost(message, "fhir", "5.0") == [("loss.fhir-recipients", "communication.recipient")]
