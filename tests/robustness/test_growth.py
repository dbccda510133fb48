"""Twice the input takes at most three times the work, and memory in proportion, whatever a message repeats."""

from __future__ import annotations

import base64
import pickle
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

import medcom_bu
from medcom_bu.limits import LIMITS
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.message import NetworkEnvelope
from medcom_bu.rendering.page import as_page
from medcom_bu.rendering.text import as_text
from tests.robustness.bases import bases
from tests.robustness.growth import assert_bounded_memory, assert_linear_time
from tests.support import FULL

pytestmark = pytest.mark.slow

Make = Callable[[int], bytes]


def repeated(base: bytes, before: bytes, form: bytes) -> Make:
    """The base with ``form`` repeated before a place; ``%d`` in it is the number."""
    at = base.index(before)
    numbers = form.count(b"%d")

    def make(n: int) -> bytes:
        more = b"".join(form % ((number,) * numbers) for number in range(n)) if numbers else form * n
        return base[:at] + more + base[at:]

    return make


def within(base: bytes, tag: bytes, form: bytes) -> Make:
    """The base with the content of the first such element replaced by the form, repeated."""
    opened = base.index(b"<" + tag)
    start, end = base.index(b">", opened) + 1, base.index(b"</" + tag, opened)
    return repeated(base[:start] + base[end:], b"</" + tag, form)


def nested(base: bytes, before: bytes, opened: bytes, closed: bytes) -> Make:
    at = base.index(before)
    return lambda n: base[:at] + opened * n + closed * n + base[at:]


def attributes(base: bytes, tag: bytes, form: bytes) -> Make:
    return repeated(base, b">" + base.split(b"<" + tag + b">", 1)[1], form)


EMAIL = bases("oioxml")["XDIS91/XD9134L, UTF-8"]
REFERRAL = bases("oioxml")["XREF01/XH0131R, UTF-8"]
BINARY = bases("oioxml")["XBIN01/XB0131X, UTF-8"]
RECEIPT = bases("oioxml")["XCTL03/XC0330Q, UTF-8"]


def part(base: bytes, tag: bytes) -> bytes:
    """The first element of a name, whole."""
    found = re.search(rb"<%b[ >].*?</%b>" % (tag, tag), base, re.DOTALL)
    assert found is not None
    return found[0]


OIOXML: dict[str, Make] = {
    "attributes of an element": attributes(EMAIL, b"Patient", b" a%d='1'"),
    "attributes of many elements": repeated(EMAIL, b"</Envelope>", b"<a b='1' c='2' d='3' e='4' f='5'/>"),
    "prefixes of an element": attributes(EMAIL, b"Patient", b" xmlns:p%d='u'"),
    "prefixes of many elements": repeated(EMAIL, b"</Envelope>", b"<p%d:a xmlns:p%d='u%d'/>"),
    "default namespaces": repeated(EMAIL, b"</Envelope>", b"<a xmlns='u%d'/>"),
    "distinct names": repeated(EMAIL, b"</Envelope>", b"<n%d/>"),
    "distinct names of attributes": repeated(EMAIL, b"</Envelope>", b"<n a%d='1'/>"),
    "depth": nested(EMAIL, b"</Envelope>", b"<a>", b"</a>"),
    "elements that are unknown": repeated(EMAIL, b"</Envelope>", b"<a/>"),
    "letters that are unknown": repeated(EMAIL, b"</Emessage>", b"<Ukendt/>"),
    "texts between elements": repeated(EMAIL, b"</Envelope>", b"x<a/>"),
    "elements in a text": within(EMAIL, b"Subject", b"<a/>x"),
    "line breaks": within(EMAIL, b"Text01", b"x<Break/>"),
    "styles": within(EMAIL, b"Text01", b"<Bold>x</Bold>"),
    "unknown markup": within(EMAIL, b"Text01", b"<blink>x</blink>"),
    "characters": within(EMAIL, b"Text01", b"x"),
    "blanks": within(EMAIL, b"Text01", b" "),
    "blanks at the ends of lines": within(EMAIL, b"Text01", b" \n"),
    "character references": within(EMAIL, b"Text01", b"&#230;"),
    "sections of characters": within(EMAIL, b"Text01", b"<![CDATA[x]]>"),
    "control characters": within(EMAIL, b"Text01", b"\xc2\x85\xe2\x80\xae"),
    "comments": repeated(EMAIL, b"</Emessage>", b"<!---->"),
    "comments in a text": within(EMAIL, b"Text01", b"x<!---->"),
    "instructions": repeated(EMAIL, b"</Emessage>", b"<?a?>"),
    "comments without end": repeated(EMAIL, b"</Emessage>", b"<!--"),
    "tags without end": repeated(EMAIL, b"</Emessage>", b"<a "),
    "attachments without end": repeated(EMAIL, b"</Emessage>", b"<Object_Base64Encoded "),
    "brackets": repeated(EMAIL, b"</Emessage>", b"<"),
    "letters": repeated(EMAIL, b"</Emessage>", part(EMAIL, b"ClinicalEmail")),
    "broken letters": repeated(EMAIL, b"</Emessage>", part(EMAIL, b"ClinicalEmail").replace(b"nytbrev", b"ny")),
    "parts of a letter": repeated(EMAIL, b"<ClinicalInformation>", part(EMAIL, b"ClinicalInformation")),
    "references": repeated(REFERRAL, b"<Reference>", part(REFERRAL, b"Reference")),
    "courses": repeated(REFERRAL, b"<EpisodeOfCare>", part(REFERRAL, b"EpisodeOfCare")),
    "courses with attributes": repeated(
        REFERRAL,
        b"<EpisodeOfCare>",
        part(REFERRAL, b"EpisodeOfCare").replace(b"<EpisodeOfCareType>", b"<EpisodeOfCareType a='1'>"),
    ),
    "diagnoses": repeated(REFERRAL, b"<ReferralAdditional>", part(REFERRAL, b"ReferralAdditional")),
    "attachments": repeated(BINARY, b"<BinaryObject>", part(BINARY, b"BinaryObject")),
    "empty attachments": repeated(BINARY, b"</BinaryLetter>", b"<Object_Base64Encoded/>"),
    "base64": within(BINARY, b"Object_Base64Encoded", b"QUJD"),
    "base64 in odd lines": within(BINARY, b"Object_Base64Encoded", b"QUJD\n QU JD\n"),
    "base64 that does not decode": within(BINARY, b"Object_Base64Encoded", b"!QUJ"),
    "base64 with elements": within(BINARY, b"Object_Base64Encoded", b"QUJD<b/>"),
    "base64 kept as XML": repeated(EMAIL, b"</Envelope>", b"<a><Object_Base64Encoded>QUJD</Object_Base64Encoded></a>"),
    "base64 in local elements": repeated(
        EMAIL, b"</Emessage>", b"<Local_Elements><Object_Base64Encoded>QUJD</Object_Base64Encoded></Local_Elements>"
    ),
    "local elements": repeated(EMAIL, b"</Emessage>", b"<Local_Elements><x/></Local_Elements>"),
    "elements in local elements": lambda n: repeated(
        EMAIL, b"</Emessage>", b"<Local_Elements>" + b"<x/>" * n + b"</Local_Elements>"
    )(1),
    "letters in a receipt": repeated(RECEIPT, b"<OriginalLetter>", part(RECEIPT, b"OriginalLetter")),
}

SENT = bases("vans")["letter, UTF-8"]
VANS: dict[str, Make] = {
    "bytes": lambda n: re.sub(rb"<Data>[^<]*", b"<Data>" + base64.b64encode(b"x" * n), SENT),
    "letters": lambda n: re.sub(rb"<Data>[^<]*", b"<Data>" + base64.b64encode(OIOXML["letters"](n)), SENT),
    "faults": lambda n: re.sub(
        rb"<Data>[^<]*", b"<Data>" + base64.b64encode(OIOXML["elements that are unknown"](n)), SENT
    ),
    "service tags": repeated(SENT, b"<ServiceTag", part(SENT, b"ServiceTag")),
    "unknown elements": repeated(SENT, b"</VANSEnvelope>", b"<a/>"),
    "distinct names": repeated(SENT, b"</VANSEnvelope>", b"<n%d/>"),
    "attributes of an element": attributes(SENT, b"Message", b" a%d='1'"),
    "prefixes of an element": attributes(SENT, b"Message", b" xmlns:p%d='u'"),
    "prefixes of many elements": repeated(SENT, b"</VANSEnvelope>", b"<p%d:a xmlns:p%d='u%d'/>"),
    "depth": nested(SENT, b"</VANSEnvelope>", b"<a>", b"</a>"),
    "comments": repeated(SENT, b"</VANSEnvelope>", b"<!---->"),
    "data": repeated(SENT, b"</Message>", b"<Data>QUJD</Data>"),
    "base64 kept as XML": repeated(SENT, b"</VANSEnvelope>", b"<a><Data>QUJD</Data></a>"),
}

DOCUMENT = bases("sbdh")["fhir json, UTF-8"]
_END = b"</StandardBusinessDocument>"


def carrying(payload: bytes) -> bytes:
    """The envelope of ehmiSBDH with a payload."""
    return re.sub(rb"(<BinaryContent[^>]*>)[^<]*", rb"\g<1>" + base64.b64encode(payload), DOCUMENT)


SBDH: dict[str, Make] = {
    "bytes": lambda n: carrying(b"x" * n),
    "scopes": repeated(DOCUMENT, b"</BusinessScope>", part(DOCUMENT, b"Scope")),
    "correlations": repeated(DOCUMENT, b"<BusinessService>", part(DOCUMENT, b"CorrelationInformation")),
    "unknown elements": repeated(DOCUMENT, _END, b"<a/>"),
    "distinct names": repeated(DOCUMENT, _END, b"<n%d/>"),
    "attributes of an element": attributes(DOCUMENT, b"BusinessScope", b" a%d='1'"),
    "attributes of many elements": repeated(DOCUMENT, b"</BusinessScope>", b"<Scope a='1'/>"),
    "attributes of the content": repeated(DOCUMENT, b' mimeType="', b" a%d='1'"),
    "prefixes of an element": attributes(DOCUMENT, b"BusinessScope", b" xmlns:p%d='u'"),
    "depth": nested(DOCUMENT, _END, b"<a>", b"</a>"),
    "comments": repeated(DOCUMENT, _END, b"<!---->"),
    "contents": repeated(DOCUMENT, _END, b"<BinaryContent mimeType='a' encoding='UTF-8'>QUJD</BinaryContent>"),
}

TEXT = bases("edifact")["XDIS91/XD9134L"]
OBJECT = bases("edifact")["XBIN01/XB0131X"]
UNH, UNT = TEXT.index(b"UNH+"), TEXT.index(b"UNZ+")
FTX = TEXT.index(b"FTX+NC")
LINE = TEXT[FTX : TEXT.index(b"'", FTX) + 1]
EDIFACT: dict[str, Make] = {
    "unknown segments": repeated(TEXT, LINE, b"XYZ+1'"),
    "distinct segments": repeated(TEXT, LINE, b"X%d+1'"),
    "segments without elements": repeated(TEXT, LINE, b"ABC'"),
    "lines without a text": repeated(TEXT, LINE, b"FTX'"),
    "short lines": repeated(TEXT, LINE, b"FTX+NC+P00++a:b:c:d:e'"),
    "empty segments": repeated(TEXT, LINE, b"'"),
    "texts as segments": repeated(TEXT, LINE, b"er bekymret'"),
    "lines": repeated(TEXT, LINE, LINE),
    "elements": lambda n: TEXT.replace(LINE, LINE[:-1] + b"+x" * n + b"'", 1),
    "components": lambda n: TEXT.replace(LINE, LINE[:-1] + b":x" * n + b"'", 1),
    "empty elements": lambda n: TEXT.replace(LINE, LINE[:-1] + b"+" * n + b"'", 1),
    "empty components": lambda n: TEXT.replace(LINE, LINE[:-1] + b":" * n + b"'", 1),
    "releases": lambda n: TEXT.replace(LINE, LINE[:-1] + b"??" * n + b"'", 1),
    "releases of elements": lambda n: TEXT.replace(LINE, LINE[:-1] + b"\xe6?+" * n + b"'", 1),
    "releases of nothing": lambda n: TEXT.replace(LINE, LINE[:-1] + b"?a" * n + b"'", 1),
    "releases of ends": lambda n: TEXT.replace(LINE, LINE[:-1] + b"?'" * n + b"'", 1),
    "characters": lambda n: TEXT.replace(LINE, LINE[:-1] + b"x" * n + b"'", 1),
    "control characters": lambda n: TEXT.replace(LINE, LINE[:-1] + b"\x85\x01" * n + b"'", 1),
    "line ends": repeated(TEXT, LINE, b"\r\n"),
    "letters": repeated(TEXT, TEXT[UNT:], TEXT[UNH:UNT]),
    "empty letters": repeated(TEXT, TEXT[UNT:], b"UNH+1+MEDDIS:D:93A:UN:D9134L'UNT+2+1'"),
    "letters that are unknown": repeated(TEXT, TEXT[UNT:], b"UNH+1+XXXXXX:D:93A:UN:D9134L'UNT+2+1'"),
    "letters without an end": repeated(TEXT, TEXT[UNT:], b"UNH+1+MEDDIS:D:93A:UN:D9134L'"),
    "ends without a letter": repeated(TEXT, TEXT[UNT:], b"UNT+1+1'"),
    "interchanges": lambda n: TEXT * n,
    "empty interchanges": lambda n: TEXT + b"UNB'UNZ'" * n,
    "service strings": repeated(TEXT, LINE, b"UNA:+.? '"),
    "references": repeated(TEXT, LINE, b"RFF+XX:1'"),
    "groups": repeated(TEXT, LINE, b"S01+01'"),
    "objects": repeated(OBJECT, b"UNO+", b"UNO+1+1+BIN'xUNP+1+1'"),
    "objects without an end": repeated(OBJECT, b"UNO+", b"UNO+1+9999+BIN'"),
    "bytes after the end": lambda n: TEXT + b"x" * n,
}

THREAD = bases("fhir-json")["CareCommunication/5.0"]
HEADER = b'{"resourceType":"MessageHeader",'
(PATIENT,) = re.findall(rb'"resourceType":"Patient",', THREAD)
COMMUNICATION = b'"resourceType":"Communication",'


def listed(after: bytes, form: bytes, key: bytes, base: bytes = THREAD) -> Make:
    """A list of so many, as the first property of an object."""
    at = base.index(after) + len(after)

    def make(n: int) -> bytes:
        items = b",".join(
            form.replace(b"%e", b"%d" % ((number + 1) % n)).replace(b"%d", b"%d" % number) for number in range(n)
        )
        return base[:at] + b'"' + key + b'":[' + items + b"]," + base[at:]

    return make


def narrative(content: Make) -> Make:
    """The text of the Communication holds this."""

    def make(n: int) -> bytes:
        div = b'<div xmlns=\\"http://www.w3.org/1999/xhtml\\">' + content(n) + b"</div>"
        return re.sub(rb'"div":"(?:[^"\\]|\\.)*"', lambda _: b'"div":"' + div + b'"', THREAD, count=1)

    return make


ENTRY = b'"entry":['
FHIR_JSON: dict[str, Make] = {
    "contained": listed(COMMUNICATION, b'{"resourceType":"Organization","id":"c%d"}', b"contained"),
    "contained that refer to each other": listed(
        COMMUNICATION, b'{"resourceType":"Organization","id":"c%d","partOf":{"reference":"#c%e"}}', b"contained"
    ),
    "contained of one id": listed(
        COMMUNICATION, b'{"resourceType":"Organization","id":"c","partOf":{"reference":"#c"}}', b"contained"
    ),
    "references": listed(COMMUNICATION, b'{"reference":"MessageHeader/%d"}', b"basedOn"),
    "references to one": listed(COMMUNICATION, b'{"reference":"Patient/x"}', b"partOf"),
    "extensions": listed(PATIENT, b'{"url":"http://x/%d","valueString":"x"}', b"extension"),
    "extensions of a known url": listed(
        PATIENT,
        b'{"url":"http://medcomfhir.dk/ig/core/StructureDefinition/medcom-core-datetime-extension"}',
        b"extension",
    ),
    "extensions in extensions": lambda n: THREAD.replace(
        PATIENT, PATIENT + b'"extension":[{"url":"x",' * n + b'"id":"x"' + b"}]" * n + b",", 1
    ),
    "identifiers": listed(PATIENT, b'{"system":"urn:oid:1.2.208.176.1.2","value":"2509479989"}', b"identifier"),
    "names": listed(PATIENT, b'{"given":["x"]}', b"name"),
    "given names": listed(PATIENT, b'"x"', b"id"),
    "numbers": listed(PATIENT, b"%d", b"id"),
    "nulls": listed(PATIENT, b"null", b"_id"),
    "lists in lists": lambda n: THREAD.replace(PATIENT, PATIENT + b'"x":' + b"[" * n + b"]" * n + b",", 1),
    "unknown properties": lambda n: THREAD.replace(PATIENT, PATIENT + b"".join(b'"n%d":1,' % i for i in range(n)), 1),
    "doubled keys": lambda n: THREAD.replace(PATIENT, PATIENT + b'"x":1,' * n, 1),
    "profiles": listed(b'"meta":{', b'"http://x/%d"', b"profile"),
    "profiles in versions": listed(b'"meta":{', b'"http://x/y|%d.0"', b"profile"),
    "entries": listed(
        b'"resourceType":"Bundle",',
        b'{"fullUrl":"http://x/Patient/%d","resource":{"resourceType":"Patient","id":"%d"}}',
        b"x",
    ),
    "entries of one url": lambda n: THREAD.replace(
        ENTRY, ENTRY + b'{"fullUrl":"http://x/Patient/1","resource":{"resourceType":"Patient","id":"1"}},' * n, 1
    ),
    "entries of many": lambda n: THREAD.replace(
        ENTRY,
        ENTRY
        + b"".join(
            b'{"fullUrl":"http://x/Basic/%d","resource":{"resourceType":"Basic","id":"%d"}},' % (i, i) for i in range(n)
        ),
        1,
    ),
    "provenances in a chain": lambda n: THREAD.replace(
        ENTRY,
        ENTRY
        + b"".join(
            b'{"fullUrl":"http://x/Provenance/%d","resource":{"resourceType":"Provenance","id":"%d","target":[{"reference":"MessageHeader/%d"}],'
            b'"entity":[{"role":"revision","what":{"reference":"MessageHeader/%d"}}]}},' % (i, i, i, i + 1)
            for i in range(n)
        ),
        1,
    ),
    "segments": lambda n: THREAD.replace(b'"payload":[', b'"payload":[' + b'{"contentString":"x"},' * n, 1),
    "attachments": lambda n: THREAD.replace(
        b'"payload":[',
        b'"payload":[' + b'{"contentAttachment":{"contentType":"text/plain","data":"QUJD","title":"x"}},' * n,
        1,
    ),
    "base64": lambda n: re.sub(rb'"data":"[^"]*"', b'"data":"' + b"QUJD" * n + b'"', THREAD, count=1),
    "base64 that does not decode": lambda n: re.sub(
        rb'"data":"[^"]*"', b'"data":"' + b"!UJD" * n + b'"', THREAD, count=1
    ),
    "characters": lambda n: THREAD.replace(b'"contentString":"', b'"contentString":"' + b"x" * n, 1),
    "escapes": lambda n: THREAD.replace(b'"contentString":"', b'"contentString":"' + b"\\u00e6" * n, 1),
    "half characters": lambda n: THREAD.replace(b'"contentString":"', b'"contentString":"' + b"\\ud800" * n, 1),
    "digits": lambda n: THREAD.replace(PATIENT, PATIENT + b'"x":' + b"9" * n + b",", 1),
    "blanks": lambda n: THREAD.replace(PATIENT, PATIENT + b" \n" * n, 1),
    "opened only": lambda n: b'{"a":' * n,
    "opened lists": lambda n: b'{"resourceType":"Bundle","a":' + b"[" * n,
    "elements of a narrative": narrative(lambda n: b"<p>x</p>" * n),
    "depth of a narrative": narrative(lambda n: b"<b>" * n + b"</b>" * n),
    "attributes in a narrative": narrative(lambda n: b"<p " + b" ".join(b"a%d='1'" % i for i in range(n)) + b"/>"),
    "prefixes in a narrative": narrative(lambda n: b"".join(b"<p%d:a xmlns:p%d='u'/>" % (i, i) for i in range(n))),
    "names in a narrative": narrative(lambda n: b"".join(b"<n%d/>" % i for i in range(n))),
    "comments in a narrative": narrative(lambda n: b"<!---->" * n),
}

THREAD_XML = bases("fhir-xml")["CareCommunication/5.0"]


def in_xml(before: bytes, form: bytes) -> Make:
    return repeated(THREAD_XML, before, form)


(ACTIVE,) = re.findall(rb"</Patient>", THREAD_XML)
FHIR_XML: dict[str, Make] = {
    "unknown elements": in_xml(ACTIVE, b"<a/>"),
    "distinct names": in_xml(ACTIVE, b"<n%d/>"),
    "attributes of an element": attributes(THREAD_XML, b"Patient", b" a%d='1'"),
    "attributes in a namespace": attributes(THREAD_XML, b"Patient", b" xml:a%d='1'"),
    "attributes of a primitive": lambda n: THREAD_XML.replace(
        b"<contentString", b"<contentString" + b"".join(b" a%d='1'" % i for i in range(n)), 1
    ),
    "attributes of many elements": in_xml(ACTIVE, b"<a b='1' c='2' d='3' e='4' f='5'/>"),
    "many attributes of many elements": in_xml(
        ACTIVE, b"<name" + b"".join(b" a%x='1'" % number for number in range(LIMITS.attributes // 4)) + b"/>"
    ),
    "prefixes of an element": attributes(THREAD_XML, b"Patient", b" xmlns:p%d='u'"),
    "prefixes of many elements": in_xml(ACTIVE, b"<p%d:a xmlns:p%d='u%d'/>"),
    "default namespaces": in_xml(ACTIVE, b"<a xmlns='u%d'/>"),
    "depth": nested(THREAD_XML, ACTIVE, b"<a>", b"</a>"),
    "extensions": in_xml(ACTIVE, b"<extension url='http://x/%d'><valueString value='x'/></extension>"),
    "extensions in extensions": nested(THREAD_XML, ACTIVE, b"<extension url='x'>", b"</extension>"),
    "contained": in_xml(ACTIVE, b"<contained><Organization><id value='c%d'/></Organization></contained>"),
    "contained that refer": in_xml(
        ACTIVE,
        b"<contained><Organization><id value='c%d'/><partOf><reference value='#c%d'/></partOf></Organization>"
        b"</contained>",
    ),
    "names": in_xml(ACTIVE, b"<name><given value='x'/></name>"),
    "comments": in_xml(ACTIVE, b"<!---->"),
    "instructions": in_xml(ACTIVE, b"<?a?>"),
    "texts": in_xml(ACTIVE, b"x<a/>"),
    "characters": lambda n: THREAD_XML.replace(b'<contentString value="', b'<contentString value="' + b"x" * n, 1),
    "character references": lambda n: THREAD_XML.replace(
        b'<contentString value="', b'<contentString value="' + b"&#10;" * n, 1
    ),
    "elements of a narrative": in_xml(b"</div>", b"<p>x</p>"),
    "depth of a narrative": nested(THREAD_XML, b"</div>", b"<b>", b"</b>"),
    "attributes in a narrative": lambda n: repeated(
        THREAD_XML, b"</div>", b"<p " + b" ".join(b"a%d='1'" % i for i in range(n)) + b"/>"
    )(1),
    "entries": lambda n: THREAD_XML.replace(
        b"<entry>",
        b"<entry><fullUrl value='http://x/Basic/1'/><resource><Basic><id value='1'/></Basic></resource></entry>" * n
        + b"<entry>",
        1,
    ),
}

SUBJECTS = {
    "oioxml": OIOXML,
    "vans": VANS,
    "sbdh": SBDH,
    "edifact": EDIFACT,
    "fhir-json": FHIR_JSON,
    "fhir-xml": FHIR_XML,
}
EACH = pytest.mark.parametrize(
    "make",
    [pytest.param(make, id=f"{wire}: {name}") for wire, makes in SUBJECTS.items() for name, make in makes.items()],
)


def used(message: Any) -> None:
    """What is done with a message once it is read."""
    medcom_bu.validate(message)
    as_text(message, reveal=True)
    as_page(message)
    pickle.loads(pickle.dumps(message))
    assert message == message.replace()
    if isinstance(message, Emessage | NetworkEnvelope):
        medcom_bu.losses(message, "xml")
        medcom_bu.to_xml(message)
        if isinstance(message, Emessage):
            _or_refused(lambda: medcom_bu.losses(message, "edifact"))
            _or_refused(lambda: medcom_bu.to_edifact(message))
        return
    for form, to in (("json", "fhir"), ("xml", "fhir+xml")):
        medcom_bu.losses(message, to)
        _or_refused(partial(medcom_bu.to_fhir, message, form))


def _or_refused(write: Callable[[], object]) -> None:
    try:
        write()
    except medcom_bu.InvalidMessage:  # no layout, or nothing that can be written
        return


class Read:
    """A message and the bytes that it came from, whose number is what its work is measured against."""

    def __init__(self, data: bytes) -> None:
        self.size, self.message = len(data), medcom_bu.read(data).message

    def __len__(self) -> int:
        return self.size


def use(given: Read) -> None:
    if given.message is not None:
        used(given.message)


@EACH
def test_reading_takes_linear_time(make: Make) -> None:
    assert_linear_time(make, medcom_bu.read)


@EACH
def test_using_what_was_read_takes_linear_time(make: Make) -> None:
    assert_linear_time(lambda n: Read(make(n)), use, 3)


@pytest.mark.skipif(not FULL, reason="says something about large inputs alone: MEDCOM_BU_FULL=1")
@EACH
def test_reading_takes_memory_in_proportion(make: Make) -> None:
    assert_bounded_memory(make, medcom_bu.read)


@pytest.mark.parametrize("name", ["datetime", "practitioner", "contact", "identifier", "sender"])
def test_known_extensions_in_each_other(name: str) -> None:
    """SEC-3: each was judged by its place and by its definition, so each level doubled the work."""
    url = f"http://medcomfhir.dk/ig/core/StructureDefinition/medcom-core-{name}-extension".encode()

    def make(n: int) -> bytes:
        depth = max(n // 5, 1)  # 12 and 25 levels
        held = b'"extension":[{"url":"%b",' % url * depth + b'"id":"x"' + b"}]" * depth + b","
        return THREAD.replace(PATIENT, PATIENT + held, 1)

    assert_linear_time(make, medcom_bu.validate, share=1_000_000)
