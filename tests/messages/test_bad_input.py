"""Bad input of every kind: what is said of it and where, in bounded time and memory, and that nothing is lost."""

from __future__ import annotations

import io
import re
import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree

import medcom_bu
from medcom_bu.envelopes import vans
from medcom_bu.issues import Layer
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.hospital_referral import HospitalReferral
from medcom_bu.testing.letters import CONTENT, letter_samples
from tests.support.memory import peak
from tests.support.typed import of_type, of_xml, read_as

MESSAGES = letter_samples()
REFERRAL = medcom_bu.to_xml(MESSAGES["XREF01/XH0131R"])
REFERRAL_UTF8 = medcom_bu.to_xml(MESSAGES["XREF01/XH0131R"], encoding="UTF-8")
BINARY = medcom_bu.to_xml(MESSAGES["XBIN01/XB0131X"])
EDIFACT = medcom_bu.to_edifact(MESSAGES["XDIS91/XD9134L"])
NAMESPACE = MESSAGES["XREF01/XH0131R"].namespace.encode()
DECLARATION, BODY = REFERRAL.split(b"\n", 1)
LETTER = BODY[BODY.index(b"  <HospitalReferral>") : BODY.index(b"</Emessage>")]
PAYLOAD = re.findall(rb"<Object_Base64Encoded>([^<]*)<", BINARY)[0]
XINCLUDE = b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/hostname" parse="text"/>'
LAUGHS = b'<!ENTITY e0 "ha">' + b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 10))
MEGABYTE = 1_000_000
LONG = b"\n".join([b"QUJD" * 19] * 9000)
CITY = b"Eksempelstad</DistrictName>"
OBJECT = "/Emessage/BinaryLetter/BinaryObject"


def with_doctype(doctype: bytes, text: bytes = b"Eksempelstad") -> bytes:
    return DECLARATION + b"\n<!DOCTYPE Emessage " + doctype + b">\n" + BODY.replace(b"Eksempelstad", text)


def in_utf16(data: bytes) -> bytes:
    return data.decode("latin-1").replace("ISO-8859-1", "UTF-16").encode("utf-16")


def nested(depth: int) -> bytes:
    return b'<Emessage xmlns="%s">' % NAMESPACE + b"<a>" * depth + b"</a>" * depth + b"</Emessage>"


def huge_text() -> bytes:
    return REFERRAL.replace(CITY, b"x" * 20 * MEGABYTE + b"</DistrictName>", 1)


def huge_attribute() -> bytes:
    return REFERRAL.replace(b"<Envelope>", b'<Envelope a="' + b"x" * 20 * MEGABYTE + b'">')


def with_payload(payload: bytes) -> bytes:
    return BINARY.replace(PAYLOAD, payload)


def letters(*more: bytes) -> bytes:
    return REFERRAL.replace(b"</Emessage>", b"".join(more) + b"</Emessage>")


CASES: dict[str, tuple[bytes, str, str]] = {
    "no bytes": (b"", "format.empty", "byte 0"),
    "blanks": (b" \r\n\t ", "format.empty", "byte 0"),
    "prose": (b"Hej", "format.unknown", "byte 0"),
    "zeros": (b"\0" * 100, "format.unknown", "byte 0"),
    "a page of an error": (b"<!doctype html>\n<html><body>502 Bad Gateway</body></html>", "format.web-page", "byte 0"),
    "a page of XHTML": (b'<?xml version="1.0"?><!-- x --><HTML/>', "format.web-page", "byte 0"),
    "a page without a DOCTYPE": (b"\n<html>", "format.web-page", "byte 0"),
    "a bracket": (b"<", "format.unknown", "byte 0"),
    "a JSON list": (b"[]", "format.unknown", "byte 0"),
    "JSON": (b'{"a"', "json.cut", "line 1, column 5"),
    "FHIR as XML": (b'<!DOCTYPE x><Bundle xmlns="http://hl7.org/fhir"/>', "fhirxml.doctype", "/"),
    "EDIFACT": (b"UNA:+.? '", "edifact.empty", "byte 9"),
    "truncated": (REFERRAL[: REFERRAL.index(b"</Patient>")], "xml.not-well-formed", "line 85, column 5"),
    "truncated in an attachment": (
        BINARY[: BINARY.index(PAYLOAD) + 20],
        "xml.not-well-formed",
        "line 59, column 49",
    ),
    "Latin-1 declared as UTF-8": (
        REFERRAL.replace(b"ISO-8859-1", b"UTF-8"),
        "xml.encoding",
        "line 32, column 24",
    ),
    "UTF-8 declared as ASCII": (REFERRAL_UTF8.replace(b"UTF-8", b"US-ASCII"), "xml.encoding", "line 1, column 40"),
    "an encoding that is none": (REFERRAL.replace(b"ISO-8859-1", b"klingon"), "xml.encoding", "line 1, column 39"),
    "UTF-8 declared as Latin-1": (REFERRAL_UTF8.replace(b"UTF-8", b"ISO-8859-1"), "xml.encoding-declaration", "/"),
    "windows-1252 declared as Latin-1": (
        REFERRAL.replace(CITY, b"a \x96 b</DistrictName>"),
        "xml.encoding-declaration",
        "/",
    ),
    "UTF-16 declared as UTF-8": (REFERRAL_UTF8.decode().encode("utf-16"), "xml.encoding-declaration", "/"),
    "UTF-16 declared as Latin-1": (REFERRAL.decode("latin-1").encode("utf-16"), "xml.encoding-declaration", "/"),
    "a DTD": (with_doctype(b'SYSTEM "http://example.invalid/x.dtd"'), "xml.doctype", "/"),
    "a billion laughs": (with_doctype(b"[" + LAUGHS + b"]", b"&e9;"), "xml.doctype", "/"),
    "a billion laughs in UTF-16": (in_utf16(with_doctype(b"[" + LAUGHS + b"]", b"&e9;")), "xml.doctype", "/"),
    "an external entity": (with_doctype(b'[<!ENTITY x SYSTEM "file:///etc/hostname">]', b"&x;"), "xml.doctype", "/"),
    "an entity without declaration": (
        REFERRAL.replace(b"Eksempelstad", b"&x;"),
        "xml.not-well-formed",
        "line 36, column 24",
    ),
    "XInclude": (
        REFERRAL.replace(b"</Emessage>", XINCLUDE + b"</Emessage>"),
        "xml.element-unexpected",
        "/Emessage/include",
    ),
    "deep nesting": (nested(100_000), "xml.too-large", "line 1, column 452"),
    "deep nesting without end": (b"<a>" * 100_000, "xml.too-large", "line 1, column 385"),
    "no namespace": (REFERRAL.replace(b' xmlns="' + NAMESPACE + b'"', b""), "xml.namespace", "/Emessage"),
    "another namespace": (REFERRAL.replace(NAMESPACE, b"urn:x"), "xml.namespace", "/Emessage"),
    "a namespace without its slash": (
        REFERRAL.replace(NAMESPACE, NAMESPACE[:-1]),
        "xml.unknown-version",
        "/Emessage/HospitalReferral",
    ),
    "a version to come": (
        REFERRAL.replace(NAMESPACE, b"http://rep.oio.dk/medcom.dk/xml/schemas/2099/01/01/"),
        "xml.unknown-version",
        "/Emessage/HospitalReferral",
    ),
    "a letter of another namespace": (
        REFERRAL.replace(b"HospitalReferral>", b"ClinicalEmail>"),
        "xml.letter",
        "/Emessage/ClinicalEmail",
    ),
    "an unknown letter": (REFERRAL.replace(b"HospitalReferral>", b"Ukendt>"), "xml.letter", "/Emessage/*[2]"),
    "two letters, one broken": (
        letters(LETTER.replace(b"nytbrev", b"ny")),
        "xml.code",
        "/Emessage/HospitalReferral[2]/Letter/StatusCode",
    ),
    "two letters, one unknown": (
        letters(LETTER.replace(b"HospitalReferral>", b"Ukendt>")),
        "xml.letter",
        "/Emessage/*[3]",
    ),
    "the root misspelt": (REFERRAL.replace(b"Emessage", b"EMessage"), "xml.root", "/EMessage"),
    "no base64": (with_payload(b"ikke base64!"), "attachment.base64", f"{OBJECT}/Object_Base64Encoded"),
    "elements in base64": (with_payload(b"QUJD<b>x</b>"), "xml.content", f"{OBJECT}/Object_Base64Encoded"),
    "a bracket in base64": (with_payload(b"QU<JD"), "xml.not-well-formed", "line 59, column 34"),
    "a wrong size": (
        BINARY.replace(b"Size>%d<" % len(CONTENT), b"Size>7<"),
        "attachment.size",
        f"{OBJECT}/OriginalObjectSize",
    ),
}
SOFT = ("xml.encoding-declaration",)
BESIDE = (*("xml.encoding-declaration", "identifier.cpr-modulus-11", "referral.visitation", "text.characters"),)


@pytest.mark.parametrize("name", CASES)
def test_what_is_said_and_where(name: str) -> None:
    data, code, path = CASES[name]
    report = medcom_bu.validate(data)
    found = [(issue.code, issue.path) for issue in report if issue.code == code or issue.code not in BESIDE]
    assert found == [(code, path)]
    assert report.ok == (code in SOFT)
    assert medcom_bu.read(data).report == medcom_bu.validate(data, receiving=True)
    assert medcom_bu.validate(io.BytesIO(data)) == report
    if report.issues[0].layer is not medcom_bu.Layer.RULE and not report.ok:
        error = medcom_bu.UnknownFormat if code.startswith("format.") else medcom_bu.InvalidMessage
        with pytest.raises(error):
            medcom_bu.parse(data)


@pytest.mark.parametrize(("data", "code"), [(REFERRAL, "xml.encoding-declaration"), (EDIFACT, "edifact.utf-8")])
def test_utf_8_read_as_something_else_is_told_once(data: bytes, code: str) -> None:
    """Of the bytes; of a value, which knows no bytes, each text is told."""
    in_utf8 = data.decode("latin-1").encode()
    texts = ("xml.encoding-declaration", "edifact.utf-8", "text.mojibake")
    assert [issue.code for issue in medcom_bu.validate(in_utf8) if issue.code in texts] == [code]
    assert "text.mojibake" in {issue.code for issue in medcom_bu.validate(medcom_bu.parse(in_utf8))}


@pytest.mark.parametrize("make", [huge_text, huge_attribute])
def test_huge_texts_are_refused_in_little_memory(make: Callable[[], bytes]) -> None:
    data = make()
    limits = medcom_bu.Limits(text=19 * MEGABYTE)
    reports: list[medcom_bu.Report] = []
    assert peak(lambda: reports.append(medcom_bu.validate(data, limits=limits))) < MEGABYTE
    (report,) = reports
    assert [(issue.code, issue.path) for issue in report] == [("xml.too-large", "/")]
    assert medcom_bu.validate(io.BytesIO(data), limits=limits) == report


def test_entities_are_not_expanded() -> None:
    tracemalloc.start()
    for name in ("a billion laughs", "a billion laughs in UTF-16", "an external entity"):
        medcom_bu.validate(CASES[name][0])
    assert tracemalloc.get_traced_memory()[1] < MEGABYTE
    tracemalloc.stop()


@pytest.mark.parametrize("name", ["a billion laughs", "an external entity", "a DTD", "XInclude"])
def test_nothing_is_fetched(name: str) -> None:
    seen: list[str] = []
    watching = False
    sys.addaudithook(lambda event, _: seen.append(event) if watching else None)
    medcom_bu.read(CASES[name][0])
    watching = True
    parsed = medcom_bu.read(CASES[name][0])
    watching = False
    assert not [event for event in seen if event.startswith(("open", "socket"))]
    assert not parsed.report.ok
    if parsed.message is not None:
        assert b"xi:include" in medcom_bu.to_xml(of_xml(parsed.message))


def test_a_broken_letter_does_not_cost_the_other() -> None:
    sound = medcom_bu.parse(REFERRAL, Emessage)
    first, second = read_as(Emessage, CASES["two letters, one broken"][0]).letters
    assert first == sound.letters[0]
    assert of_type(HospitalReferral, second).letter.status_code == "ny"
    message = read_as(Emessage, CASES["two letters, one unknown"][0])
    assert message.letters == sound.letters
    assert [(extra.kind, extra.index) for extra in message.unexpected] == [("element", 2)]
    assert b"<Ukendt" in medcom_bu.to_xml(message)


EXTRAS = (
    b'<Egen a="b">privat <c/> &amp; mere</Egen>',
    b'<e:Egen xmlns:e="urn:egen" e:a="1"><e:b/></e:Egen>',
    b"l\xf8s tekst &lt;her&gt;",
    b"<Envelope/>",
    b"<Sent>nu</Sent>",
)


@pytest.mark.parametrize("extra", EXTRAS)
@pytest.mark.parametrize("before", [b"<Envelope>", b"</Envelope>", b"<Patient>", b"</Patient>", b"</Letter>"])
def test_what_does_not_belong_is_kept_and_written_back(extra: bytes, before: bytes) -> None:
    data = REFERRAL.replace(before, extra + before, 1)
    message = read_as(Emessage, data)
    assert not medcom_bu.validate(data).ok
    written = medcom_bu.to_xml(message)
    assert markup_of(written) == markup_of(data)
    if extra.startswith(b"<"):
        assert medcom_bu.read(written).message == message


def markup_of(data: bytes) -> list[tuple[object, ...]]:
    """The document as a list: names, attributes and texts, blanks between elements left out."""
    root = etree.fromstring(data, etree.XMLParser(remove_comments=True))
    return [(node.tag, dict(node.attrib), (node.text or "").strip(), (node.tail or "").strip()) for node in root.iter()]


@pytest.mark.parametrize("payload", [LONG, LONG + b"\n", LONG.replace(b"\n", b"\r\n"), LONG.replace(b"\n", b"")])
@pytest.mark.parametrize("tag", [b"</Object_Base64Encoded>", b"</BinaryObject>", b"</BinaryLetter>", b"</Envelope>"])
def test_a_fault_is_placed_as_if_nothing_were_cut(payload: bytes, tag: bytes) -> None:
    """Where the parser would see it in the whole document, which here is short enough for it."""
    letter = BINARY[BINARY.index(b"  <BinaryLetter>") : BINARY.index(b"</Emessage>")].replace(PAYLOAD, payload)
    for twice in (letter * 2, letter + letter.replace(b"\n", b"")):
        whole = with_payload(payload).replace(b"</Emessage>", twice + b"</Emessage>")
        for data in (whole.replace(tag, b"</x>", 1), b"</x>".join(whole.rsplit(tag, 1))):
            with pytest.raises(etree.XMLSyntaxError) as caught:
                etree.fromstring(data)
            line, column = caught.value.position
            for given in (data, io.BytesIO(data)):
                found = [(issue.code, issue.path) for issue in medcom_bu.validate(given)]
                assert found == [("xml.not-well-formed", f"line {line}, column {column}")]


@pytest.mark.parametrize("size", [4, 1 << 18, (1 << 19) - 4, 1 << 19, (1 << 20) + 8])
@pytest.mark.parametrize("child", [b"<b/>", b"<b>x</b>QUJD", b"<!-- x -->QUJD", b"<![CDATA[QUJD]]>"])
def test_base64_before_a_child_is_kept(size: int, child: bytes) -> None:
    """Whole chunks of it, so that what comes next begins with a chunk."""
    data = with_payload(b"QUJD" * (size // 4) + child)
    for given in (data, io.BytesIO(data)):
        assert markup_of(medcom_bu.to_xml(read_as(Emessage, given))) == markup_of(data)


def test_only_what_stands_as_a_comment_counts_as_one() -> None:
    def count(data: bytes) -> list[object]:
        return [issue.params for issue in medcom_bu.validate(data) if issue.code == "xml.not-carried"]

    assert count(REFERRAL.replace(CITY, b"<![CDATA[<!--> ?> <?]]></DistrictName>")) == []
    assert count(REFERRAL.replace(CITY, b"a?> b?> c</DistrictName>")) == []
    aside = b"<!-- <![CDATA[ <? ?> --><?x <!-- ?><![CDATA[ <!-- --> ]]><!---->"
    assert count(REFERRAL.replace(CITY, aside + CITY, 1)) == [(("count", 3),)]
    assert count(REFERRAL_UTF8.replace(b"<?xml", b"\xef\xbb\xbf<?xml") + b"<!-- -->") == [(("count", 1),)]


PREFIXES = b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:m="%b"' % NAMESPACE


@pytest.mark.parametrize(
    ("tag", "attribute", "kept"),
    [
        (b"<Emessage", b"", b""),
        (b"<Emessage", b' xsi:schemaLocation="a b" xsi:noNamespaceSchemaLocation="c"', b""),
        (b"<Sender", b' xsi:schemaLocation="a b"', b""),
        (b"<Sender", b' xsi:type="m:SenderType"', b'type="m:SenderType"'),
    ],
)
def test_attributes_that_the_schema_allows(tag: bytes, attribute: bytes, kept: bytes) -> None:
    data = REFERRAL.replace(b"<Emessage", b"<Emessage" + PREFIXES).replace(tag, tag + attribute)
    plain = data.replace(attribute, b"") if kept else REFERRAL
    assert medcom_bu.validate(data).layers[Layer.SCHEMA] == ("failed" if kept else "passed")
    message = read_as(Emessage, data)
    assert (message == medcom_bu.parse(plain)) is not bool(kept)
    assert kept in medcom_bu.to_xml(message)


def test_local_elements_under_prefixes() -> None:
    """Valid: the first read by the quick reader, the second by the other."""
    for attribute in (b"", b' a="1"'):
        inside = (
            b"<Local_Elements><e:Egen xmlns:e='urn:egen'%b>x<e:b/></e:Egen></Local_Elements></Emessage>" % attribute
        )
        for prefixes in (b"", PREFIXES):
            data = REFERRAL.replace(b"<Emessage", b"<Emessage" + prefixes).replace(b"</Emessage>", inside)
            message = medcom_bu.parse(data, Emessage)
            assert markup_of(medcom_bu.to_xml(message)) == markup_of(data)
            assert medcom_bu.parse(medcom_bu.to_xml(message)) == message


@pytest.mark.parametrize("name", CASES)
def test_a_large_document_is_judged_alike(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that goes past the schema where it can: libxml2 takes quadratic time over many faults."""
    report = medcom_bu.validate(CASES[name][0])
    monkeypatch.setattr("medcom_bu.oioxml.source.MANY", 0)
    assert medcom_bu.validate(CASES[name][0]) == report


@pytest.mark.slow
def test_many_faults_are_told_and_written_back() -> None:
    episode = REFERRAL[REFERRAL.index(b"<EpisodeOfCare>") : REFERRAL.index(b"</Letter>")]
    data = REFERRAL.replace(episode, episode.replace(b"<EpisodeOfCareType>", b"<EpisodeOfCareType a='1'>") * 30_000)
    came = medcom_bu.read(data)
    written = medcom_bu.to_xml(of_xml(came.message))
    assert [issue.code for issue in came.report] == ["xml.attribute"] * 999 + ["report.more"]
    assert written.count(b'a="1"') == 30_000


@pytest.mark.slow
def test_many_repetitions_are_read() -> None:
    episode = REFERRAL[REFERRAL.index(b"<EpisodeOfCare>") : REFERRAL.index(b"</Letter>")]
    data = REFERRAL.replace(episode, episode * 120_000)
    message: Any = medcom_bu.parse(data)
    assert len(message.letters[0].letter.episode_of_care) == 120_000


def test_attributes_are_kept_and_written_back() -> None:
    data = REFERRAL.replace(b"<Patient>", b'<Patient egen="1" xml:lang="da">')
    came = medcom_bu.read(data)
    assert [issue.code for issue in came.report] == ["xml.attribute"] * 2
    assert markup_of(medcom_bu.to_xml(of_xml(came.message))) == markup_of(data)


def test_long_tags_over_a_boundary_of_chunks() -> None:
    for size in range((1 << 18) - 3000, (1 << 18) - 2000, 97):
        data = BINARY.replace(b"<Emessage", b"<!--" + b"x" * size + b"--><Emessage")
        data = data.replace(b"<Object_Base64Encoded>", b"<Object_Base64Encoded" + b" " * 1500 + b">")
        report = medcom_bu.validate(data)
        assert report.ok
        assert medcom_bu.parse(data) == medcom_bu.parse(BINARY)


def test_a_namespace_with_signs_of_xml_is_kept() -> None:
    letter = letter_samples()["XDIS91/XD9134L"]
    for message, namespace in ((letter, letter.namespace), (vans.wrap(letter), "urn:oio:medcom:vans-envelope:1.0.4")):
        changed = medcom_bu.to_xml(message).replace(namespace.encode(), b"urn:x&amp;y")
        came: Any = of_xml(medcom_bu.read(changed).message)
        assert came.namespace == "urn:x&y"
        assert medcom_bu.read(medcom_bu.to_xml(came)).message == came
