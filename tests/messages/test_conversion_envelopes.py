"""An envelope round a converted message says what is in it: format, name, version, parties; statistics count it."""

from __future__ import annotations

from typing import Any

import pytest

from medcom_bu import Conversion, VansEnvelope, exchange, to_edifact, to_fhir, to_xml, validate
from medcom_bu.envelopes import statistics, vans
from tests.support import conversions as c
from tests.support.conversion_judges import refused

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
