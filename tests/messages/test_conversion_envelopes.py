"""An envelope round a converted message says what is in it: format, name, version, parties; statistics count it."""

from __future__ import annotations

from typing import Any

import pytest

from medcom_bu import AcknowledgementMessage, Conversion, VansEnvelope, exchange, to_edifact, to_fhir, to_xml, validate
from medcom_bu.envelopes import statistics, vans
from medcom_bu.testing import bytes_of, samples
from tests.support import conversions as c
from tests.support.conversion_judges import refused
from tests.support.typed import of_type

FILES = {"Plan": c.PDF}


def conversions() -> dict[str, Conversion]:
    """A conversion each way, of messages and of answers."""
    there, back = c.to_fhir(c.letter(files=FILES)), c.to_letter(c.message(files=FILES))
    receipts: list[Any] = [exchange.accept(each) for each in back.messages]
    return {
        "message": there,
        "letters": back,
        "receipts": c.to_letter(exchange.accept(c.care(there)), pairs=there.pairs),
        "refusals": c.to_letter(exchange.refuse(c.care(there), reason="Ukendt"), pairs=there.pairs),
        "acknowledgement": c.to_fhir(receipts[0], attachments=receipts[1:], pairs=back.pairs),
    }


DOCUMENTS = {
    "message": [("HL7", "MCM:FDIS91#other", "5.0")],
    "letters": [("XML", "MCM:XDIS91", "XD9134L"), ("XML", "MCM:XBIN01", "XB0131X")],
    "receipts": [("XML", "MCM:XCTL03", "XC0330Q")] * 2,
    "refusals": [("XML", "MCM:XCTL02", "XC0230Q")] * 2,
    "acknowledgement": [("HL7", "MCM:FCTL#ok", "2.0.0")],
}


def document(envelope: VansEnvelope) -> Any:
    """What an envelope says that its message is."""
    assert envelope.meta_information is not None
    return envelope.meta_information.document


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_envelope_says_what_is_in_it(name: str) -> None:
    messages: Any = conversions()[name].messages
    envelopes = [vans.wrap(message) for message in messages]
    documents = [document(envelope) for envelope in envelopes]
    assert [(each.format, each.name, each.version) for each in documents] == DOCUMENTS[name]
    for message, envelope in zip(messages, envelopes, strict=True):
        assert validate(envelope).ok
        assert refused(to_xml(envelope), "xsd/VANSEnvelope/VANSEnvelope-1.0.4.xsd") == set()
        assert vans.check_payload(envelope) == ()
        counted, own = statistics.record(envelope), statistics.record(message)
        assert f"MCM:{own.type}" == document(envelope).name.partition("#")[0]
        for field in ("type", "version", "statistical_code", "sender", "receiver"):
            assert getattr(counted, field) == getattr(own, field) != statistics.UNKNOWN


def test_edifact_and_fhir_xml_too() -> None:
    letters: Any = conversions()["letters"].messages
    documents = [document(vans.wrap(to_edifact(each))) for each in letters]
    assert [(each.format, each.name, each.version) for each in documents] == [
        ("EDIFACT", "MCM:DIS91", "D9134L"),
        ("EDIFACT", "MCM:BIN01", "B0131X"),
    ]
    meta = vans.wrap(to_fhir(c.care(conversions()["message"]), "xml")).meta_information
    assert meta is not None
    assert meta.transport is not None
    assert (meta.document.name, meta.transport.tag("MCM:MIME")) == ("MCM:FDIS91#other", "application/fhir+xml")


# --- every kind of message that is converted, on every wire that it has -----------------------------------------------

KINDS = {
    "CareCommunication/5.0": [("HL7", "MCM:FDIS91#regarding-referral", "5.0")] * 2,
    "CareCommunication/4.0": [("HL7", "MCM:FDIS91#regarding-referral", "4.0.0")] * 2,
    "Acknowledgement/2.0": [("HL7", "MCM:FCTL#ok", "2.0.0")] * 2,
    "XDIS91/XD9134L": [("XML", "MCM:XDIS91", "XD9134L"), ("EDIFACT", "MCM:DIS91", "D9134L")],
    "XBIN01/XB0131X": [("XML", "MCM:XBIN01", "XB0131X"), ("EDIFACT", "MCM:BIN01", "B0131X")],
    "XCTL01/XC0130Q": [("XML", "MCM:XCTL01", "XC0130Q"), ("EDIFACT", "MCM:CTL01", "C0130Q")],
    "XCTL02/XC0230Q": [("XML", "MCM:XCTL02", "XC0230Q"), ("EDIFACT", "MCM:CTL02", "C0230Q")],
    "XCTL03/XC0330Q": [("XML", "MCM:XCTL03", "XC0330Q"), ("EDIFACT", "MCM:CTL03", "C0330Q")],
}
"""Format, name and version on the envelope: of a letter as XML and as EDIFACT, of FHIR as JSON and as XML."""


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_on_every_wire(name: str) -> None:
    written = bytes_of(samples()[name])
    for (wire_format, data), told in zip(written.items(), KINDS[name], strict=True):
        envelope = vans.wrap(data)
        own, counted = document(envelope), statistics.record(envelope)
        assert (own.format, own.name, own.version, own.size) == (*told, len(data))
        assert vans.check_payload(envelope) == ()
        assert counted.statistical_code == told[1].removeprefix("MCM:")
        assert (counted.type, counted.version) == (counted.statistical_code.partition("#")[0], told[2])
        assert counted.size_in_bytes == len(data)
        meta = envelope.meta_information
        assert meta is not None
        assert meta.transport is not None
        assert meta.transport.tag("MCM:MIME") == (
            f"application/{wire_format}" if wire_format.startswith("fhir") else None
        )


def test_a_refusal_of_an_acknowledgement_is_counted_by_its_code() -> None:
    for transient, code in ((False, "fatal-error"), (True, "transient-error")):
        answer = exchange.refuse(samples()["CareCommunication/5.0"], reason="Ukendt", transient=transient)
        envelope = vans.wrap(of_type(AcknowledgementMessage, answer))
        assert document(envelope).name == f"MCM:FCTL#{code}"
        assert validate(envelope).ok
        assert statistics.record(envelope).statistical_code == f"FCTL#{code}"
