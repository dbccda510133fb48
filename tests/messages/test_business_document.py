"""ehmiSBDH: read as it comes, judged with what is in it, built with official identifiers, answered, shown, kept."""

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import xmlschema
from hypothesis import Phase, given, settings
from lxml import etree

import medcom_bu
from medcom_bu import Emessage, InvalidMessage, StandardBusinessDocument, VansEnvelope, WireFormat, exchange
from medcom_bu.envelopes import sbdh, statistics, vans
from medcom_bu.issues import Layer, Outcome
from medcom_bu.messages.standard_business_document import DOCUMENT_IDS, DocumentStandard, PeppolBinaryContent, ScopeType
from medcom_bu.testing import frozen, samples, strategies
from medcom_bu.testing.clock import START
from tests.support.clean_letters import DOCUMENT
from tests.support.issues import found
from tests.support.oracle import oracle
from tests.support.paths import changed
from tests.support.typed import of_type, read_as

ACKNOWLEDGEMENT: Any = samples()["Acknowledgement/2.0"]
CARE: Any = samples()["CareCommunication/5.0"]
ROOT, HEADER = "/StandardBusinessDocument", "/StandardBusinessDocument/StandardBusinessDocumentHeader"
CONTENT, SCOPES = f"{ROOT}/BinaryContent", f"{HEADER}/BusinessScope"


def document(**given: Any) -> StandardBusinessDocument:
    return sbdh.wrap(ACKNOWLEDGEMENT, **{"ids": frozen(), **given})


# --- the official examples -------------------------------------------------------------------------------------------

SERVICE = "BusinessService/ServiceTransaction"
JUDGED: dict[str, list[tuple[str, str]]] = {
    "message-homecareobservation.xml": [],
    "message-fhir-acknowledgement.xml": [
        ("xml.element-missing", f"{SCOPES}/Scope[8]/CorrelationInformation"),
        ("xml.pattern", f"{SCOPES}/Scope[8]/{SERVICE}"),
    ],
    "message-homecareobservation-fullsample.xml": [("xml.other-namespace", CONTENT)],
    "message-fhir-acknowledgement-20250429.xml": [
        ("xml.code", f"{HEADER}/DocumentIdentification/Standard"),
        ("xml.other-namespace", CONTENT),
    ],
    "receipt-positive-x.xml": [],
    "receipt-positive-fullsample.xml": [],
    "receipt-positive-testexample.xml": [
        ("xml.element-missing", f"{SCOPES}/Scope[13]/CorrelationInformation"),
        ("xml.pattern", f"{SCOPES}/Scope[13]/{SERVICE}"),
    ],
}
"""What the index of the examples says of each by xmlschema, which takes the white space round a time out."""


def example(name: str) -> bytes:
    return (oracle("examples/sbdh") / name).read_bytes()


def test_every_example_is_judged_here() -> None:
    assert {path.name for path in oracle("examples/sbdh").glob("*.xml")} == set(JUDGED)


@pytest.mark.parametrize("name", JUDGED)
def test_an_official_example_is_read_judged_and_written_back(name: str) -> None:
    data = example(name)
    report = medcom_bu.validate(data, layers=("syntax", "schema"), second_engine=True)
    own = [each for each in found(report) if not each[1].startswith(f"{CONTENT}/")]
    unread = [("vans.content-not-checked", CONTENT)] if name.startswith("receipt") else []
    assert own == sorted([*JUDGED[name], *unread, ("xml.not-carried", "/"), ("schema.engines-agree", "/")])
    message = read_as(StandardBusinessDocument, data)
    assert medcom_bu.read(medcom_bu.to_xml(message)).message == message
    assert medcom_bu.from_dict(medcom_bu.to_dict(message)) == message
    tree = etree.fromstring(data)
    carried = tree.find("{*}BinaryContent")
    assert carried is not None
    assert base64.b64decode(carried.text or "") == message.payload
    assert isinstance(message.binary_content, PeppolBinaryContent) is ("peppol" in str(carried.tag))
    assert message.is_receipt is name.startswith("receipt")


def test_a_receiver_takes_content_in_the_namespace_of_most_examples() -> None:
    """envelopes.md 3.6: write SBDH's, read both."""
    name = "message-homecareobservation-fullsample.xml"
    sent, came = medcom_bu.validate(example(name)), medcom_bu.read(example(name)).report
    told = [(issue.code, issue.path, str(issue.severity)) for issue in came if issue.code == "received.namespace"]
    assert told == [("received.namespace", CONTENT, "warning")]
    assert ("xml.other-namespace", CONTENT) in found(sent)
    assert "xml.other-namespace" not in {issue.code for issue in came}


def test_paths_lead_into_the_payload() -> None:
    """The official Acknowledgement inside is judged as FHIR, though its envelope is refused."""
    report = medcom_bu.validate(example("message-fhir-acknowledgement.xml"))
    inside = [path for _, path in found(report) if path.startswith(f"{CONTENT}/")]
    assert inside
    assert all(path.startswith(f"{CONTENT}/Bundle") for path in inside)


def test_what_an_official_example_breaks_of_the_rules_is_a_warning() -> None:
    report = medcom_bu.validate(example("message-homecareobservation.xml"))
    own = {(issue.code, str(issue.severity)) for issue in report if issue.code.startswith(("sbdh.", "envelope."))}
    assert own == {("sbdh.document-id", "warning"), ("sbdh.process-id", "warning"), ("sbdh.party", "warning")}


def test_a_signal_is_read_where_it_is_xml() -> None:
    told = {
        name: sbdh.signal(read_as(StandardBusinessDocument, example(name)))
        for name in JUDGED
        if name.startswith("receipt")
    }
    assert told["receipt-positive-fullsample.xml"] is None  # typographic quotes round an attribute
    (plain, test) = told["receipt-positive-x.xml"], told["receipt-positive-testexample.xml"]
    assert plain is not None
    assert test is not None
    assert plain.kind is test.kind is sbdh.SignalKind.RECEIVED
    assert test.original_message_identifier == "9a6ff822-08de-5a6f-9670-9fa4b9d2f0dc"
    assert test.from_party == "0088:5790000201389"


# --- reading ---------------------------------------------------------------------------------------------------------


def test_it_is_told_from_other_formats_and_comes_back_equal() -> None:
    data = medcom_bu.to_xml(DOCUMENT)
    assert medcom_bu.detect(data) is WireFormat.SBDH
    assert medcom_bu.parse(data, StandardBusinessDocument) == DOCUMENT
    assert medcom_bu.parse(of_type(bytes, DOCUMENT.payload)) == ACKNOWLEDGEMENT
    assert medcom_bu.losses(DOCUMENT, "xml") == ()


def test_a_standard_that_the_schema_lacks_is_read_and_named() -> None:
    """CareCommunication in an ehmiSBDH: refused, and all of it is there."""
    path = "standard_business_document_header.document_identification.standard"
    other = changed(DOCUMENT, {path: "care-communication-message", "binary_content.data": medcom_bu.to_fhir(CARE)})
    data = medcom_bu.to_xml(other)
    parsed = medcom_bu.read(data)
    assert ("xml.code", f"{HEADER}/DocumentIdentification/Standard") in found(parsed.report)
    assert not parsed.report.ok
    message = of_type(StandardBusinessDocument, parsed.message)
    assert message == other
    assert medcom_bu.parse(of_type(bytes, message.payload)) == CARE
    assert "standard='care-communication-message'" in repr(message)
    with pytest.raises(InvalidMessage):
        medcom_bu.parse(data)


def test_white_space_round_a_time_is_taken_out_before_the_schema_looks() -> None:
    data = medcom_bu.to_xml(DOCUMENT)
    for blank in (b" ", b"\n   "):
        padded = data.replace(b"Time>2", b"Time>" + blank + b"2")
        assert padded != data
        assert found(medcom_bu.validate(padded)) == []
        assert medcom_bu.to_xml(medcom_bu.parse(padded)).count(blank + b"2") >= 3  # type: ignore[arg-type]
    broken = data.replace(b"AndTime>2", b"AndTime> x2")
    path = f"{HEADER}/DocumentIdentification/CreationDateAndTime"
    assert found(medcom_bu.validate(broken)) == [("xml.pattern", path)]


def test_nothing_personal_is_shown() -> None:
    scopes = "standard_business_document_header.business_scope.scope"
    patient = DOCUMENT.scopes[0].replace(type=ScopeType.PATIENT_ID, instance_identifier="0201609995")
    metadata = patient.replace(type=ScopeType.XDS_METADATA, instance_identifier="metadata-of-hansen-1")
    unknown = patient.replace(type="NAME", instance_identifier="hansen-1")
    message = changed(DOCUMENT, {scopes: (patient, metadata, unknown)})
    for shown in (repr(message), medcom_bu.as_text(message), str(medcom_bu.validate(message))):
        assert "0201609995" not in shown
        assert "hansen" not in shown
    assert "0201609995" in medcom_bu.as_text(message, reveal=True)
    assert message.scope(ScopeType.PATIENT_ID) == "0201609995"


@settings(max_examples=30, deadline=None, phases=[Phase.generate])
@given(strategies.business_documents())
def test_generated_ones_are_valid_and_come_back_equal(message: StandardBusinessDocument) -> None:
    for encoding in ("ISO-8859-1", "UTF-8"):
        data = medcom_bu.to_xml(message, encoding=encoding)
        report = medcom_bu.validate(data, layers=("syntax", "schema"), second_engine=True)
        assert report.layers[Layer.SYNTAX] is Outcome.PASSED
        assert {code for code, _ in found(report)} <= {"vans.content-not-checked", "schema.engines-agree"}
        assert medcom_bu.parse(data) == message
    assert medcom_bu.from_dict(medcom_bu.to_dict(message)) == message
    assert medcom_bu.losses(message, "xml") == ()
    assert "<html" in medcom_bu.as_page(message)


# --- building --------------------------------------------------------------------------------------------------------


def test_an_acknowledgement_is_wrapped_with_what_it_says_itself() -> None:
    made = document()
    own = made.document_identification
    assert own is not None
    assert (own.standard, own.type_version, own.type) == (DocumentStandard.ACKNOWLEDGEMENT, "2.0", "Bundle")
    assert made.ends == (ACKNOWLEDGEMENT.sender.gln.reveal(), ACKNOWLEDGEMENT.receiver.gln.reveal())
    assert {str(scope.type): scope.instance_identifier for scope in made.scopes} == {
        "DOCUMENTID": DOCUMENT_IDS[DocumentStandard.ACKNOWLEDGEMENT, "2.0"],
        "PROCESSID": "urn:ehmi:sdn-emergence",
        "SENDERID": ACKNOWLEDGEMENT.sender.sor.reveal(),
        "RECEIVERID": ACKNOWLEDGEMENT.receiver.sor.reveal(),
        "MESSAGEIDENTIFIER": ACKNOWLEDGEMENT.header.id,
        "MESSAGEENVELOPEIDENTIFIER": ACKNOWLEDGEMENT.id,
        "ORIGINALMESSAGEIDENTIFIER": ACKNOWLEDGEMENT.acknowledged,
        "ORIGINALMESSAGESTANDARD": "unknown",
        "ORIGINALMESSAGEVERSION": "unknown",
        "StatisticalInformation": "MCM:acknowledgement-message",
        "EHMI-ReceiptAcknowledgement": "Request",
    }
    assert sbdh.unwrap(made) == medcom_bu.to_fhir(ACKNOWLEDGEMENT)
    assert medcom_bu.validate(made, second_engine=True).ok
    assert sbdh.check_payload(made) == ()


def test_what_is_given_goes_before() -> None:
    made = sbdh.wrap(
        medcom_bu.to_fhir(ACKNOWLEDGEMENT, "xml"),
        sender="5790000121540",
        receiver="5790000121526",
        sender_unit="325421000016001",
        receiver_unit="265161000016000",
        identifier="5f0c3b1e-7a52-4d6a-9a3e-0c1d2e3f4a5b",
        wants_receipt=False,
        ids=frozen(),
    )
    assert made.ends == ("5790000121540", "5790000121526")
    assert made.scope(ScopeType.SENDER_ID) == "325421000016001"
    assert made.scope(ScopeType.MESSAGE_IDENTIFIER) == "5f0c3b1e-7a52-4d6a-9a3e-0c1d2e3f4a5b"
    assert made.scope(ScopeType.RECEIPT) is None
    assert made.binary_content.mime_type == "application/fhir+xml"
    assert not sbdh.wants_receipt(made)


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_a_home_care_observation_is_wrapped(version: str) -> None:
    """The official message, which is read as one of another event."""
    payload = of_type(bytes, read_as(StandardBusinessDocument, example("message-homecareobservation.xml")).payload)
    made = sbdh.wrap(payload, version=version, ids=frozen())
    assert made.scope(ScopeType.DOCUMENT_ID) == DOCUMENT_IDS[DocumentStandard.HOME_CARE_OBSERVATION, version]
    assert made.scope(ScopeType.PATIENT_ID) == "2509479989"
    assert made.scope(ScopeType.STATISTICAL_INFORMATION) == "MCM:homecareobservation-message"
    assert sbdh.unwrap(made) == payload


REFUSED = {
    "CareCommunication": (CARE, "care-communication-message 5.0"),
    "OIO-XML": (samples()["XDIS91/XD9134L"], "XDIS91"),
    "EDIFACT": (medcom_bu.to_edifact(of_type(Emessage, samples()["XDIS91/XD9134L"])), "DIS91"),
    "an unknown letter": (b"<Emessage/>", "OIO-XML"),
    "bytes": (b"%PDF", "Bytes of any kind"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_schema_has_no_standard_for_is_not_built(name: str) -> None:
    message, standard = REFUSED[name]
    with pytest.raises(InvalidMessage) as caught:
        sbdh.wrap(message)
    (issue,) = caught.value.report
    assert (issue.code, issue.path) == ("sbdh.not-carried", "/")
    assert issue.message == f"the schema of ehmiSBDH has no Standard for {standard}"
    assert "VANSEnvelope" in issue.hint
    assert "VANSEnvelope" in issue.hint_text("da")


def test_another_version_is_not_built_either() -> None:
    with pytest.raises(InvalidMessage, match=r"acknowledgement-message 1\.0"):
        document(version="1.0")


def test_what_the_message_does_not_tell_is_asked_for() -> None:
    nameless = ACKNOWLEDGEMENT.replace(id=None)
    with pytest.raises(ValueError, match="id of the Bundle"):
        sbdh.wrap(nameless)


# --- sending again, answering ----------------------------------------------------------------------------------------


def test_a_resend_has_a_new_number_and_new_times() -> None:
    sent = document()
    again = sbdh.rewrap(sent, ids=frozen(first=900, start=START + timedelta(hours=1)))
    differences = {place for place, (one, other) in _leaves(sent, again).items() if one != other}
    assert again.identifier != sent.identifier
    assert {place.rpartition(".")[2] for place in differences} == {
        "instance_identifier",
        "creation_date_and_time",
        "requesting_document_creation_date_time",
        "requesting_document_instance_identifier",
        "expected_response_date_time",
    }
    assert again.scopes[:-1] == sent.scopes[:-1]
    assert medcom_bu.validate(again).ok


def _leaves(one: Any, other: Any) -> dict[str, tuple[str, str]]:
    texts = [medcom_bu.as_text(each, reveal=True).splitlines() for each in (one, other)]
    return {
        left.partition(" = ")[0].strip(): (left, right)
        for left, right in zip(*texts, strict=True)
        if left.strip().startswith("standard_business")
    }


def test_a_transmission_is_made_anew_with_its_envelope() -> None:
    sent = document()
    again = exchange.again(sent, ids=frozen(first=900))
    inside: Any = medcom_bu.parse(sbdh.unwrap(again))
    assert again.identifier != sent.identifier
    assert inside.header.id == ACKNOWLEDGEMENT.header.id
    assert inside.id != ACKNOWLEDGEMENT.id
    assert again.scope(ScopeType.MESSAGE_ENVELOPE_IDENTIFIER) == inside.id
    assert medcom_bu.validate(again).ok


SIGNALS = "reference/xsd/ehmiSBDH/ebbp/ebbp-signals-2.0.4.xsd"


@pytest.mark.parametrize("is_positive", [True, False])
def test_a_receipt_is_by_the_schema_of_signals_and_matches(is_positive: bool) -> None:
    sent = document()
    receipt = (
        sbdh.positive(sent, ids=frozen(first=900))
        if is_positive
        else sbdh.negative(sent, "Æ < 1", ids=frozen(first=900))
    )
    assert receipt.is_receipt
    assert receipt.ends == sent.ends[::-1]
    agreed = ("schema.engines-agree", "/")
    report = medcom_bu.validate(receipt, second_engine=True)
    assert found(report) == [agreed, ("vans.content-not-checked", "binary_content")]
    schema = xmlschema.XMLSchema(str(oracle(SIGNALS)), allow="local", validation="lax")
    schema.validate(of_type(bytes, receipt.payload).decode())
    told = sbdh.signal(receipt)
    assert told is not None
    assert told.original_message_identifier == sent.identifier
    assert (told.kind, told.message) == (
        (sbdh.SignalKind.RECEIVED, None) if is_positive else (sbdh.SignalKind.EXCEPTION, "Æ < 1")
    )
    assert "Æ" not in repr(told)
    assert sbdh.answered(receipt) == sent.identifier
    assert exchange.matches(sent, receipt)
    assert not exchange.matches(document(ids=frozen(first=500)), receipt)
    assert not exchange.matches(vans.wrap(ACKNOWLEDGEMENT), receipt)
    with pytest.raises(ValueError, match="contains no message"):
        sbdh.unwrap(receipt)
    with pytest.raises(ValueError, match="no receipt"):
        sbdh.positive(receipt)


def test_no_receipt_is_made_that_nobody_asked_for() -> None:
    with pytest.raises(ValueError, match="no receipt"):
        sbdh.positive(document(wants_receipt=False))


def test_a_scope_without_a_value_says_nothing_and_is_answered_all_the_same() -> None:
    came = document()
    number = [each.type for each in came.scopes].index(ScopeType.MESSAGE_IDENTIFIER)
    path = f"standard_business_document_header.business_scope.scope[{number}].instance_identifier"
    bare = changed(came, {path: None})
    assert bare.scope(ScopeType.MESSAGE_IDENTIFIER) is None
    assert sbdh.positive(bare, ids=frozen()).scope(ScopeType.ORIGINAL_MESSAGE_IDENTIFIER) is None


# --- the exchange ----------------------------------------------------------------------------------------------------


def test_an_acknowledgement_in_it_is_an_answer() -> None:
    sent, store = CARE, exchange.MemoryStore()
    answer = sbdh.wrap(exchange.accept(sent, ids=frozen()), ids=frozen())
    assert exchange.matches(sent, answer)
    assert exchange.key(sent) in exchange.answers(answer)
    decision = exchange.receive(medcom_bu.to_xml(answer), store, START)
    assert str(decision.action) == "answer"
    assert decision.report.ok


def test_a_message_in_it_is_answered_in_a_new_one() -> None:
    payload = of_type(bytes, read_as(StandardBusinessDocument, example("message-homecareobservation.xml")).payload)
    came = sbdh.wrap(payload, version="1.1", ids=frozen())
    decision = exchange.receive(medcom_bu.to_xml(came), exchange.MemoryStore(), START, ids=frozen(first=900))
    assert str(decision.action) == "refuse"  # its event is not read here
    answer = read_as(StandardBusinessDocument, of_type(bytes, decision.answer))
    assert answer.ends == came.ends[::-1]
    assert answer.scope(ScopeType.SENDER_ID) == came.scope(ScopeType.RECEIVER_ID)
    inside: Any = medcom_bu.parse(sbdh.unwrap(answer))
    assert str(inside.code) == "fatal-error"
    assert inside.acknowledged == came.scope(ScopeType.MESSAGE_IDENTIFIER)
    assert medcom_bu.validate(answer).ok
    written = exchange.write(exchange.accept(medcom_bu.parse(payload), ids=frozen()), came, ids=frozen(first=900))
    assert read_as(StandardBusinessDocument, written).ends == came.ends[::-1]


def test_an_answer_that_it_does_not_carry_travels_in_the_other_envelope() -> None:
    letter: Any = samples()["XDIS91/XD9134L"]
    came = changed(DOCUMENT, {"binary_content.data": medcom_bu.to_xml(letter)})
    written = exchange.write(exchange.accept(letter, ids=frozen()), came, ids=frozen())
    assert read_as(VansEnvelope, written).payload is not None


def test_what_cannot_be_answered_by_itself_is_answered_by_the_envelope() -> None:
    came = changed(DOCUMENT, {"binary_content.data": b"{}"})
    decision = exchange.receive(medcom_bu.to_xml(came), exchange.MemoryStore(), START, ids=frozen(first=900))
    receipt = read_as(StandardBusinessDocument, of_type(bytes, decision.answer))
    assert receipt.is_receipt
    assert exchange.matches(came, receipt)
    told = sbdh.signal(receipt)
    assert told is not None
    assert told.kind is sbdh.SignalKind.EXCEPTION


# --- shown, counted, kept --------------------------------------------------------------------------------------------


def test_a_page_shows_what_is_inside_and_the_receipt_as_what_it_is() -> None:
    page = medcom_bu.as_page(medcom_bu.read(medcom_bu.to_xml(DOCUMENT)))
    assert "EHMI-kuvert" in page
    assert "Dokumenttype" in page
    receipt = sbdh.negative(DOCUMENT, "kan ikke læses", ids=frozen())
    page = medcom_bu.as_page(receipt)
    assert "Kvittering for EHMI-kuvert" in page
    assert "Kuverten kunne ikke læses af modtageren" in page
    assert "kan ikke læses" in page


def test_statistics_count_what_is_inside() -> None:
    own, bare = statistics.record(DOCUMENT), statistics.record(ACKNOWLEDGEMENT)
    assert (own.type, own.version, own.statistical_code) == ("FCTL", "2.0.0", "FCTL#ok")
    assert (own.sender, own.receiver, own.size_in_bytes) == (bare.sender, bare.receiver, bare.size_in_bytes)
    with pytest.raises(ValueError, match="not a message"):
        statistics.record(sbdh.positive(DOCUMENT))


def test_the_archive_keeps_it() -> None:
    copy = medcom_bu.archive(medcom_bu.to_xml(DOCUMENT), answers=[medcom_bu.to_xml(sbdh.positive(DOCUMENT))])
    assert copy.facts["envelope"] == {
        "identifier": DOCUMENT.identifier,
        "sender": DOCUMENT.ends[0],
        "receiver": DOCUMENT.ends[1],
    }


def test_it_is_no_message_to_convert() -> None:
    with pytest.raises(TypeError, match="not StandardBusinessDocument: unwrap it first"):
        medcom_bu.convert(DOCUMENT, "xml")


def test_the_command_line_wraps_and_unwraps(tmp_path: Path) -> None:
    from medcom_bu.cli import main

    message, envelope, inside = (str(tmp_path / name) for name in ("a.json", "b.xml", "c.json"))
    Path(message).write_bytes(medcom_bu.to_fhir(ACKNOWLEDGEMENT))
    assert main(["wrap", message, "--envelope", "sbdh", "-o", envelope]) == 0
    assert main(["validate", envelope]) == 0
    assert main(["show", envelope]) == 0
    assert main(["unwrap", envelope, "-o", inside]) == 0
    assert Path(inside).read_bytes() == Path(message).read_bytes()
    assert main(["wrap", message, "--envelope", "sbdh", "--name", "x", "-o", str(tmp_path / "d")]) == 2
    Path(message).write_bytes(medcom_bu.to_fhir(CARE))
    assert main(["wrap", message, "--envelope", "sbdh", "-o", str(tmp_path / "d")]) == 1
