"""Invalid messages, each the twin of a valid one that differs in one place alone, with the codes that it breaks."""

from __future__ import annotations

import functools
from typing import NamedTuple

import attrs

from medcom_bu import wire
from medcom_bu.detection import WireFormat
from medcom_bu.envelopes import sbdh, vans
from medcom_bu.exchange.answering import accept
from medcom_bu.testing.clock import frozen
from medcom_bu.testing.letters import CONTENT
from medcom_bu.testing.making import factories


@attrs.frozen
class InvalidTwin:
    """Bytes that are invalid, and the valid bytes that they were made of.

    ``wire``: the format of both.
    ``data``: the invalid bytes.
    ``valid``: the valid ones; the report on them has no issue at all.
    ``codes``: every code that ``validate`` reports of the invalid ones.
    """

    wire: WireFormat
    data: bytes = attrs.field(repr=False)
    valid: bytes = attrs.field(repr=False)
    codes: frozenset[str]


class _Row(NamedTuple):
    """What was replaced, once, in which valid message."""

    name: str
    valid: str
    old: bytes
    new: bytes
    codes: str


_XML, _EDIFACT = "letter on oioxml", "letter on edifact"
_JSON, _FHIR_XML = "CareCommunication on fhir+json", "CareCommunication on fhir+xml"
_ENVELOPE, _DOCUMENT = "envelope", "ehmiSBDH"
_ROWS = (
    _Row("XML that is not well-formed", _XML, b"<ClinicalEmail>", b"<ClinicalEmail", "xml.not-well-formed"),
    _Row("XML with a DOCTYPE", _XML, b"<Emessage", b"<!DOCTYPE Emessage><Emessage", "xml.doctype"),
    _Row("XML in another encoding than it declares", _XML, b"ISO-8859-1", b"UTF-8", "xml.encoding"),
    _Row("a letter with an unknown version", _XML, b"XD9134L", b"XD9199L", "xml.fixed"),
    _Row("a letter with an unknown code", _XML, b"nytbrev", b"nyt", "xml.code"),
    _Row("a letter with an unknown element", _XML, b"<Patient>", b"<Egen/><Patient>", "xml.element-unexpected"),
    _Row("a letter without an element", _XML, b"<StatusCode>nytbrev</StatusCode>", b"", "xml.element-missing"),
    _Row("a letter with a time of another form", _XML, b"09:30", b"9:30", "xml.pattern"),
    _Row("a letter with a number that is too short", _XML, b"0703921VJ5", b"0703921VJ", "xml.pattern"),
    _Row("a file of another size than declared", "file on oioxml", b"Size>33<", b"Size>34<", "attachment.size"),
    _Row("a file whose base64 is broken", "file on oioxml", b"JVBERi0x", b"JVBERi0", "attachment.base64"),
    _Row("EDIFACT that is cut off", _EDIFACT, b"UNZ+1+NUMMER00000002'", b"", "edifact.service-segment-missing"),
    _Row("EDIFACT that counts its segments wrongly", _EDIFACT, b"UNT+28", b"UNT+27", "edifact.segment-count"),
    _Row("EDIFACT that counts its messages wrongly", _EDIFACT, b"UNZ+1", b"UNZ+2", "edifact.message-count"),
    _Row("EDIFACT with an unknown version", _EDIFACT, b"D9134L", b"D9199L", "edifact.unknown-version"),
    _Row("EDIFACT with an unknown code", _EDIFACT, b"PAS+HA", b"PAS+QQ", "edifact.code"),
    _Row("EDIFACT with a file of another length", "file on edifact", b"+33:14", b"+34:14", "edifact.object-length"),
    _Row("JSON that is cut off", _JSON, b'"timestamp"', b"timestamp", "json.syntax"),
    _Row("JSON with a name twice", _JSON, b'{"resource', b'{"type":"message","resource', "json.duplicate-key"),
    _Row("FHIR with an impossible date", _JSON, b'stamp":"2026-05', b'stamp":"2026-13', "fhir.form"),
    _Row("FHIR with an unknown property", _JSON, b'"type":', b'"kind":"message","type":', "fhir.property-unknown"),
    _Row("FHIR with an empty value", _JSON, b'"0703921VJ5"', b'""', "fhir.empty"),
    _Row("FHIR without what the profile demands", _JSON, b'"family":"Hansen",', b"", "profile.missing"),
    _Row("FHIR with an unknown code", _JSON, b'"healthcare"', b'"health"', "profile.code profile.code-unknown"),
    _Row("FHIR with a reference to nothing", _JSON, b'"Patient/', b'"Patient/x', "profile.not-bundled"),
    _Row("FHIR XML that is cut off", _FHIR_XML, b"</Bundle>", b"", "fhirxml.not-well-formed"),
    _Row("FHIR XML without an element", _FHIR_XML, b'<type value="message"/>', b"", "fhir.missing"),
    _Row("an envelope of another version", _ENVELOPE, b"envelope:1.0.4", b"envelope:1.0.9", "vans.version"),
    _Row("an envelope that declares another size", _ENVELOPE, b"InBytes>", b"InBytes>1", "envelope.size-in-bytes"),
    _Row("an envelope that names another message", _ENVELOPE, b"XD9134L", b"XH0131R", "envelope.payload-differs"),
    _Row("an envelope with an invalid message inside", _ENVELOPE, b"PD94bWwg", b"PD94bWxg", "xml.not-well-formed"),
    _Row("an ehmiSBDH of an unknown standard", _DOCUMENT, b">acknow", b">Acknow", "xml.code"),
    _Row("an ehmiSBDH whose base64 is broken", _DOCUMENT, b"</Binary", b"!</Binary", "xml.base64"),
)


def invalid() -> dict[str, InvalidTwin]:
    """Messages with one mistake each, on every wire, by what is wrong: ``"a letter with an unknown code"``."""
    valid = _valid()
    return {
        row.name: InvalidTwin(
            valid[row.valid][0],
            valid[row.valid][1].replace(row.old, row.new, 1),
            valid[row.valid][1],
            frozenset(row.codes.split()),
        )
        for row in _ROWS
    }


@functools.cache
def _valid() -> dict[str, tuple[WireFormat, bytes]]:
    letter, file = factories.correspondence().messages[0], factories.binary_letter().messages[0]
    care = factories.care_communication(files={"Vurdering": CONTENT})
    return {
        _XML: (WireFormat.OIOXML, wire.to_xml(letter)),
        "file on oioxml": (WireFormat.OIOXML, wire.to_xml(file)),
        _EDIFACT: (WireFormat.EDIFACT, wire.to_edifact(letter)),
        "file on edifact": (WireFormat.EDIFACT, wire.to_edifact(file)),
        _JSON: (WireFormat.FHIR_JSON, wire.to_fhir(care)),
        _FHIR_XML: (WireFormat.FHIR_XML, wire.to_fhir(care, "xml")),
        _DOCUMENT: (WireFormat.SBDH, wire.to_xml(sbdh.wrap(accept(care, ids=frozen()), ids=frozen()))),
        _ENVELOPE: (WireFormat.VANS_ENVELOPE, wire.to_xml(vans.wrap(letter, ids=frozen()))),
    }
