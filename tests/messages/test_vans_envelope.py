"""VANSEnvelope: our schema gives the verdict of the official one, and nothing that comes is lost."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from lxml import etree

import medcom_bu
from medcom_bu.envelopes import vans
from medcom_bu.messages.envelopes import EndPoint, VansEnvelope, VansReceipt
from medcom_bu.resources import folder
from medcom_bu.testing.letters import letter_samples
from medcom_bu.values.base64 import Base64
from tests.support import FULL
from tests.support.mutants import Mutator
from tests.support.oracle import oracle
from tests.support.paths import changed
from tests.support.typed import of_type

COUNT = 20_000 if FULL else 500
LETTER = letter_samples()["XREF01/XH0131R"]
SENT = vans.wrap(LETTER, service_tags=(("a", '<"&\n'),))
CODES = (
    *("XML", "EDIFACT", "HL7", "Binary", "Other", "reliable", "unreliable", "xml"),
    *(
        "2026-01-01T00:00:00",
        "2026-01-01T24:00:00",
        "2026-01-01T00:00:00Z",
        " 2026-01-01T00:00:00.5+01:00 ",
        "2026-01-01",
    ),
    *("2147483647", "2147483648", "-2147483648", " 7 ", "SGVq", "SGV q", "SGV", "SGU=", "SGV="),
    *("zzzzzzzz-1111-1111-1111-111111111111", "ZZZZ[\\]^-_`aA-1111-1111-111111111111", " 5790000121526 ", "a  b"),
)


def bases() -> list[bytes]:
    answers = (
        vans.positive(SENT),
        vans.negative(SENT, "ukendt type", "1"),
        vans.vans_negative(SENT, "ukendt modtager"),
    )
    return [medcom_bu.to_xml(envelope) for envelope in (SENT, *answers)]


def test_mutants_are_judged_alike() -> None:
    theirs = etree.XMLSchema(etree.parse(oracle("reference/xsd/VANSEnvelope/VANSEnvelope-1.0.4.xsd")))
    ours = etree.XMLSchema(etree.parse(folder("xsd") / "vans-envelope-1.0.4.xsd"))
    names = tuple({etree.QName(node).localname for base in bases() for node in etree.fromstring(base).iter()})
    mutator, verdicts = Mutator(2026, CODES, names, names), Counter[bool]()
    for base in bases():
        for mutant in mutator.mutants(base, COUNT // 4 + 1):
            root = etree.fromstring(mutant)
            verdict = theirs.validate(root)
            verdicts[verdict] += 1
            assert ours.validate(root) == verdict, mutant
            assert isinstance(medcom_bu.read(mutant).message, VansEnvelope) or b"<VANSEnvelope" not in mutant
    assert min(verdicts.values()) > COUNT // 20


def test_what_is_written_is_read_and_judged_valid() -> None:
    for base in bases():
        envelope = medcom_bu.parse(base, VansEnvelope)
        assert medcom_bu.parse(medcom_bu.to_xml(envelope)) == envelope
        for judged in (base, envelope):
            report = medcom_bu.validate(judged)
            assert (report.verdict, [issue for issue in report if "//" not in issue.path]) == ("valid", [])
    assert medcom_bu.parse(vans.unwrap(SENT)) == LETTER
    assert vans.check_payload(SENT) == ()


def test_receipts_and_resending() -> None:
    again = vans.rewrap(SENT)
    assert again.content == SENT.content
    assert again.envelope_identifier != SENT.envelope_identifier
    assert vans.matches(SENT, vans.positive(SENT))
    assert not vans.matches(again, vans.positive(SENT))


def test_another_version_is_read_and_named() -> None:
    parsed = medcom_bu.read(medcom_bu.to_xml(SENT).replace(b":1.0.4", b":1.0.3"))
    outside = [(issue.code, issue.path) for issue in parsed.report if "/Data/" not in issue.path]
    assert outside == [("vans.version", "/VANSEnvelope")]
    assert of_type(VansEnvelope, parsed.message).payload == SENT.payload


OTHER = "5790000121540"
APART = vans.wrap(LETTER, receiver=OTHER)
ANSWERS = (vans.positive(APART), vans.negative(APART, "ukendt type"), vans.vans_negative(APART, "ukendt modtager"))


@pytest.mark.parametrize("answer", ANSWERS)
def test_only_the_answer_to_the_message_matches(answer: VansEnvelope) -> None:
    assert vans.matches(APART, answer)
    assert not vans.matches(APART, APART)
    assert not vans.matches(answer, answer)
    told, gone = "content.outcome.original_message", of_type(VansReceipt, answer.content).outcome.original_message
    from_network = answer is ANSWERS[2]
    assert vans.matches(APART, changed(answer, {"sender_id.text": "5790000000000"})) == from_network
    assert not vans.matches(APART, changed(answer, {"receiver_id.text": OTHER}))
    assert not vans.matches(APART, changed(answer, {f"{told}.identifier": SENT.envelope_identifier}))
    assert not vans.matches(
        APART, changed(answer, {"content.outcome.original_envelope_identifier": SENT.envelope_identifier})
    )
    assert vans.matches(APART, changed(answer, {told: None}))
    assert gone == APART.meta_information
    for missing in ("sender_id", "receiver_id", "content.outcome.original_envelope_identifier"):
        expected = from_network and missing == "sender_id"
        assert vans.matches(APART, changed(answer, {missing: None})) == expected


def test_the_network_answers_in_its_own_name() -> None:
    operator = EndPoint(text="DKKMDKMDNET", type="VANS")
    answer = vans.vans_negative(APART, "ukendt modtager", operator=operator)
    assert (answer.sender_id, answer.receiver_id) == (operator, APART.sender_id)
    assert vans.matches(APART, answer)


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_receipt_is_neither_opened_nor_answered(answer: VansEnvelope) -> None:
    assert vans.check_payload(answer) == ()
    with pytest.raises(ValueError, match="no message"):
        vans.unwrap(answer)
    for again in (vans.positive, lambda came: vans.negative(came, "x"), lambda came: vans.vans_negative(came, "x")):
        with pytest.raises(ValueError, match="not answered"):
            again(answer)


def test_data_that_does_not_decode_is_not_opened() -> None:
    broken = changed(SENT, {"content.data": Base64(None, "!")})
    assert vans.check_payload(broken) == ()
    with pytest.raises(ValueError, match="no message"):
        vans.unwrap(broken)


@pytest.mark.parametrize("answer", [vans.negative, vans.vans_negative])
def test_a_description_that_xml_cannot_hold_is_refused(answer: Any) -> None:
    envelope = vans.wrap(letter_samples()["XDIS91/XD9134L"])
    with pytest.raises(medcom_bu.InvalidMessage) as caught:
        answer(envelope, "Afvist\x01")
    assert [(issue.code, issue.path) for issue in caught.value.report] == [("builder.characters", "description")]
    assert "Afvist" not in str(caught.value)
    assert b"<Description>to\nlinjer</Description>" in medcom_bu.to_xml(answer(envelope, "to\u2028linjer"))
