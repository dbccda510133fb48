"""What everybody does wrong first, and what is said: the type of the error, and all of its words."""

# ruff: noqa: E501
from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

import medcom_bu
from medcom_bu import Consignment, HospitalReferralBuilder, exchange
from medcom_bu.envelopes import vans
from medcom_bu.testing import assert_same_message, assert_valid
from medcom_bu.testing.letters import letter_samples
from tests.support.typed import care_communication

REFERRAL: Any = letter_samples()["XREF01/XH0131R"]
CARE: Any = care_communication()


def at_its_end(data: bytes) -> io.BytesIO:
    """A file that was not rewound."""
    file = io.BytesIO(data)
    file.read()
    return file


NAMES: dict[str, Any] = {name: getattr(medcom_bu, name) for name in medcom_bu.__all__} | {
    "bu": medcom_bu.bu,
    "referral": REFERRAL,
    "letter": REFERRAL.letters[0],
    "data": medcom_bu.to_xml(REFERRAL),
    "text": medcom_bu.to_xml(REFERRAL).decode("latin-1"),
    "parsed": medcom_bu.read(medcom_bu.to_xml(REFERRAL)),
    "consignment": Consignment((REFERRAL,)),
    "builder": HospitalReferralBuilder(),
    "care": CARE,
    "envelope": vans.wrap(REFERRAL),
    "at_its_end": at_its_end,
    "assert_same_message": assert_same_message,
    "assert_valid": assert_valid,
    "io": io,
    "Path": Path,
    "vans": vans,
}

MISTAKES = r"""
parse(text)
    TypeError: parse takes bytes, a path or a binary file, not str: open the file in binary mode, or give its Path
read(text)
    TypeError: read takes bytes, a path or a binary file, not str: open the file in binary mode, or give its Path
detect(text)
    TypeError: detect takes bytes, a path or a binary file, not str: open the file in binary mode, or give its Path
validate(text)
    TypeError: validate takes a message, bytes, a path or a binary file, not str: open the file in binary mode, or give its Path
assert_valid(text)
    TypeError: assert_valid takes a message, bytes, a path or a binary file, not str: open the file in binary mode, or give its Path
read(None)
    TypeError: read takes bytes, a path or a binary file, not NoneType
read(5)
    TypeError: read takes bytes, a path or a binary file, not int
parse(letter)
    TypeError: parse takes bytes, a path or a binary file, not HospitalReferral
parse(parsed)
    TypeError: parse takes bytes, a path or a binary file, not Parsed
parse(io.StringIO(text))
    TypeError: parse takes bytes, a path or a binary file that is open for reading ("rb"), not StringIO
parse(b'')
    UnknownFormat: there is no data
detect(b' ')
    UnknownFormat: there is no data
parse(at_its_end(data))
    UnknownFormat: there is no data
parse(b'%PDF')
    UnknownFormat: the data is not in a known format
parse(Path('no/such.xml'))
    FileNotFoundError: [Errno 2] No such file or directory
parse(data, HospitalReferral)
    TypeError: kind is a class of messages, such as Emessage; HospitalReferral is none
parse(data, 'Emessage')
    TypeError: kind takes type or None, not str
parse(data, layout='H0131R')
    TypeError: layout takes Layout or Iterable of Layout or None, not str
validate(letter)
    TypeError: validate takes a message, not HospitalReferral: give the Emessage that it stands in
validate(parsed)
    TypeError: validate takes a message, not Parsed: give its .message
validate(parsed.report)
    TypeError: validate takes a message, bytes, a path or a binary file, not Report
validate(data, layers='syntax')
    TypeError: layers takes Iterable of str or None, not str
validate(data, layers=['xml'])
    ValueError: Layer is one of syntax, schema, profile, rule
validate(data, directory=[])
    TypeError: directory takes Directory or None, not list
bool(parsed.report)
    TypeError: a Report has no truth value: ask for .ok, and for .complete
parsed.report.text('fr')
    ValueError: lang is one of en, da
to_xml(consignment)
    TypeError: to_xml takes an Emessage or a VansEnvelope or a StandardBusinessDocument, not Consignment: write each of its messages
to_edifact(consignment)
    TypeError: to_edifact takes an Emessage, not Consignment: write each of its messages
as_page([letter])
    TypeError: as_page takes a message, not HospitalReferral: give the Emessage that it stands in
as_page(parsed, directory=[])
    TypeError: as_page: directory takes Directory or None, not list
as_page(parsed, unread='id')
    TypeError: as_page: unread takes Collection of Message or Parsed or str, not str
as_page(parsed, unread=[3, None])
    TypeError: as_page: unread takes Collection of Message or Parsed or str, not list of int
bu.BupReferralBuilder(text_limit=True)
    TypeError: BupReferralBuilder.text_limit takes int or None, not bool
as_text(consignment)
    TypeError: as_text takes a message, not Consignment: write each of its messages
to_dict(consignment)
    TypeError: to_dict takes a message, not Consignment: write each of its messages
losses(consignment, 'xml')
    TypeError: losses takes a message, not Consignment: write each of its messages
to_xml(letter)
    TypeError: to_xml takes an Emessage or a VansEnvelope or a StandardBusinessDocument, not HospitalReferral: give the Emessage that it stands in
to_edifact(letter)
    TypeError: to_edifact takes an Emessage, not HospitalReferral: give the Emessage that it stands in
as_page(letter)
    TypeError: as_page takes a message, not HospitalReferral: give the Emessage that it stands in
to_xml(parsed)
    TypeError: to_xml takes an Emessage or a VansEnvelope or a StandardBusinessDocument, not Parsed: give its .message
to_xml(care)
    TypeError: to_xml takes an Emessage or a VansEnvelope or a StandardBusinessDocument, not CareCommunicationMessage: use to_fhir
to_edifact(care)
    TypeError: to_edifact takes an Emessage, not CareCommunicationMessage: use to_fhir
to_fhir(envelope)
    TypeError: to_fhir takes a FHIR message, not VansEnvelope: use to_xml
to_fhir(referral)
    TypeError: to_fhir takes a FHIR message, not Emessage: use to_xml or to_edifact
to_xml(data)
    TypeError: to_xml takes an Emessage or a VansEnvelope or a StandardBusinessDocument, not bytes: parse the bytes first
to_xml(builder)
    TypeError: to_xml takes an Emessage or a VansEnvelope or a StandardBusinessDocument, not HospitalReferralBuilder: call its build()
as_text(to_dict(referral))
    TypeError: as_text takes a message, not dict: from_dict makes a message of what to_dict gave
from_dict(text)
    TypeError: data takes Mapping, not str
to_fhir(care, 'yaml')
    ValueError: FHIR is written as "json" or "xml"
to_xml(referral, version=131)
    TypeError: version takes str or None, not int
to_xml(referral, encoding='UTF-16')
    ValueError: encoding is one of ISO-8859-1, UTF-8, windows-1252, US-ASCII
losses(referral, 5)
    TypeError: to takes str, not int
losses(referral, 'fhir')
    ValueError: a message of type Emessage can become "xml" or "edifact"
losses('x', 'xml')
    TypeError: losses takes a message, not str
write_xml(referral, 'out.xml')
    TypeError: write_xml takes a file that is open for writing bytes ("wb"), not str
write_xml(referral, io.StringIO())
    TypeError: write_xml takes a file that is open for writing bytes ("wb"), not StringIO
vans.unwrap(data)
    TypeError: unwrap takes a VansEnvelope, not bytes: parse the bytes first
vans.unwrap(referral)
    TypeError: unwrap takes a VansEnvelope, not Emessage
vans.wrap(consignment)
    TypeError: wrap: payload takes bytes or bytearray or memoryview or Emessage or FhirMessage, not Consignment: write each of its messages
Consignment(referral)
    TypeError: Consignment.messages takes tuple of Emessage, not Emessage
Cpr(201609995)
    TypeError: Cpr takes str, not int
Gln(None)
    TypeError: Gln takes str, not NoneType
Directory.from_csv('units.csv')
    TypeError: Directory.from_csv takes bytes, a path or a binary file, not str: open the file in binary mode, or give its Path
Directory().find()
    TypeError: give one of gln, sor, provider_number
assert_same_message(referral, text)
    TypeError: assert_same_message takes a message, bytes, a path or a binary file, not str: open the file in binary mode, or give its Path
CareCommunicationMessage.from_bundle({})
    TypeError: bundle takes Bundle, not dict
"""
"""A call, and below it the error that it ends in."""

_LINES = MISTAKES.strip().splitlines()
CASES = [(call, told.strip()) for call, told in zip(_LINES[::2], _LINES[1::2], strict=True)]


@pytest.mark.parametrize(("call", "told"), CASES, ids=[call for call, _ in CASES])
def test_a_mistake_is_told_by_what_to_do(call: str, told: str) -> None:
    with pytest.raises((TypeError, ValueError, OSError, medcom_bu.UnknownFormat)) as raised:
        eval(call, NAMES)
    assert f"{raised.type.__name__}: {raised.value}" == told


def test_a_question_about_another_standard_is_answered_no() -> None:
    """``wants_answer`` and ``matches`` take every message."""
    assert exchange.wants_answer(CARE) is True
    assert exchange.matches(REFERRAL, CARE) is False
    assert exchange.matches(CARE, REFERRAL) is False
