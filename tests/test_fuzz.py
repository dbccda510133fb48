"""Damaged bytes: ``parse`` raises the two exceptions of the contract and no other, ``read`` and ``validate`` none."""

from __future__ import annotations

import io
import os
import random
import re
import time
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

import medcom_bu
from medcom_bu.envelopes import vans
from medcom_bu.envelopes.statistics import record
from medcom_bu.messages.envelopes import VansEnvelope, VansMessage
from medcom_bu.surroundings import Surroundings
from medcom_bu.testing import fhir_samples, samples

COUNT = 200_000 if os.environ.get("MEDCOM_BU_FULL") == "1" else 2_000
PARTS = 10
LIMIT_SECONDS = 2.0
TAG = re.compile(rb"<[^<>]*>|[A-Z]{3}\+[^']*'|\"[^\"]*\":?|[\[\]{},]")
"""What a change takes for a unit: a tag, a segment of EDIFACT, a token of JSON."""
CONTENT = re.compile(rb"(?<=<Object_Base64Encoded>)[^<]*(?=</)|(?<=<Data>)[^<]*(?=</)")
EXPANSION = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 9))
SNIPPETS = (
    *(b"<!-- x -->", b"<!--", b"-->", b"<![CDATA[<x>]]>", b"<![CDATA[", b"]]>", b"<?pi x?>", b"<?xml version='1.0'?>"),
    *(b"<?", b"?>", b"<", b">", b"&", b"&amp;", b"&lt;", b"&x;", b"&#0;", b"&#xD800;", b"&#xFFFE;", b"&#x10FFFF;"),
    *(b"&#x110000;", b"&#99999999999999999999;", b"&#x" + b"F" * 5000 + b";", b"<a:b/>", b"<a:b xmlns:a='u'/>"),
    *(b" a='b'", b" a='b' a='c'", b" xmlns='u'", b" xmlns:a='u'", b" xml:lang='da'", b" xsi:type='x'", b"<x/>"),
    *(b"<!DOCTYPE x>", b"<!DOCTYPE x [<!ENTITY e0 'ha'>" + EXPANSION + b"]>", b"<!ENTITY x 'y'>"),
    *(b"<!DOCTYPE x SYSTEM 'http://example.invalid/x.dtd'>", b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80"),
    *(b"\x1b", b"\x85", b"\xc2\x85", b"\r", b"\r\n", b"<Object_Base64Encoded>", b"</Object_Base64Encoded>"),
    *(b"<Object_Base64Encoded/>", b"<Object_Base64Encoded>QQ==</Object_Base64Encoded>", b"<Local_Elements/>"),
    *(b"<Data>", b"</Data>", b"<Data/>", b"<Data>QQ==</Data>", b"<Receipt/>", b" EndPointType='VANS'", b" name='a'"),
    *(b"<x:Object_Base64Encoded>QQ==</x:Object_Base64Encoded>", b"<Object_Base64Encoded a='>'>QQ=="),
    *(
        b"'",
        b"+",
        b":",
        b"?",
        b"?'",
        b"??",
        b"UNA:+.? '",
        b"UNA",
        b"UNZ+1+X'",
        b"UNT+3+X'",
        b"UNH+1+MEDDIS:D:93A:UN:D9134L'",
    ),
    *(b"UNO+1+9+BIN:a:b+99999'", b"UNO+1+2'", b"UNP+9'", b"FTX+NC+P00++a:b:c'", b"S99+01'", b"UNB+UNOB:1+a+b'"),
    *(
        b"{",
        b"}",
        b"[",
        b"]",
        b'"',
        b",",
        b"null",
        b"true",
        b"1e999",
        b"-0",
        b"1.50",
        b'"a":1',
        b'{"a":1,"a":2}',
        b"NaN",
    ),
    *(b'"resourceType":"Patient"', b'"resourceType":"X",', b'"_id":{"id":"x"},', b"\\u0000", b"\\ud800", b"[" * 2000),
    *("²".encode(), "٣".encode(), "|5.²".encode(), b"9" * 5000, b"|5.0"),
    *(b'{"a":' * 2000, b'"reference":"#x"', b'"fullUrl":"urn:uuid:x",', b"<div xmlns='http://www.w3.org/1999/xhtml'/>"),
)
BASE64 = (
    b"<",
    b"&",
    b"!",
    b"=",
    b"====",
    b"A",
    b"<!-- x -->",
    b"<![CDATA[QUJD]]>",
    b"<?p x?>",
    b"<b>QUJD</b>",
    b"\xe6",
)
ENCODINGS = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32", "cp1252", "utf-7", "cp037", "cp500")
NAMES = (*ENCODINGS, "UTF-16", "ISO-8859-1", "ISO-8859-15", "US-ASCII", "EBCDIC-CP-DK", "IBM277", "UCS-4", "x", "")

FIXED = Surroundings(uuids=lambda: uuid.UUID(int=2026), clock=lambda: datetime(2026, 5, 4, 9, 30))
SENT = vans.wrap(samples()["XDIS91/XD9134L"], service_tags=[("a", "b")], around=FIXED)
ANSWERS = (
    vans.positive(SENT, around=FIXED),
    vans.negative(SENT, "ukendt type", "1", around=FIXED),
    vans.vans_negative(SENT, "ukendt modtager", around=FIXED),
)
Change = Callable[[random.Random, bytes, bytes], bytes]


def spot(r: random.Random, data: bytes) -> tuple[int, int]:
    """A slice, mostly short."""
    start = r.randrange(len(data) + 1)
    return start, start + r.choice((1, 2, 8, 64, r.randrange(len(data) + 1)))


def flip(r: random.Random, data: bytes, _: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(r.choice((1, 1, 2, 5, 20))):
        if changed:
            changed[r.randrange(len(changed))] ^= 1 << r.randrange(8)
    return bytes(changed)


def overwrite(r: random.Random, data: bytes, _: bytes) -> bytes:
    start, end = spot(r, data)
    return data[:start] + r.randbytes(min(end - start, 64)) + data[end:]


def insert(r: random.Random, data: bytes, _: bytes) -> bytes:
    start = r.randrange(len(data) + 1)
    return data[:start] + r.randbytes(r.choice((1, 2, 10))) + data[start:]


def delete(r: random.Random, data: bytes, _: bytes) -> bytes:
    start, end = spot(r, data)
    return data[:start] + data[end:]


def duplicate(r: random.Random, data: bytes, _: bytes) -> bytes:
    start, end = spot(r, data)
    return data[:end] + data[start:end] * r.choice((1, 1, 3)) + data[end:]


def truncate(r: random.Random, data: bytes, _: bytes) -> bytes:
    return data[: r.randrange(len(data) + 1)]


def tags(r: random.Random, data: bytes) -> list[int]:
    """Where tags begin."""
    return [found.start() for found in TAG.finditer(data)] or [0]


def splice(r: random.Random, data: bytes, other: bytes) -> bytes:
    return data[: r.choice(tags(r, data))] + other[r.choice(tags(r, other)) :]


def transplant(r: random.Random, data: bytes, other: bytes) -> bytes:
    start, end = sorted((r.choice(tags(r, other)), r.choice(tags(r, other))))
    at = r.choice(tags(r, data))
    return data[:at] + other[start:end] + data[at:]


def drop_tag(r: random.Random, data: bytes, _: bytes) -> bytes:
    found = TAG.match(data, r.choice(tags(r, data)))
    return data[: found.start()] + data[found.end() :] if found else data


def snippet(r: random.Random, data: bytes, _: bytes) -> bytes:
    at = r.choice((r.randrange(len(data) + 1), r.choice(tags(r, data)), r.choice(tags(r, data))))
    return data[:at] + r.choice(SNIPPETS) + data[at:]


def recode(r: random.Random, data: bytes, _: bytes) -> bytes:
    text = data.decode("latin-1")
    if r.random() < 0.7:
        text = redeclare(r, data, b"").decode("latin-1")
    changed = text.encode(r.choice(ENCODINGS), "replace")
    return r.choice((b"", b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")) + changed


def redeclare(r: random.Random, data: bytes, _: bytes) -> bytes:
    return re.sub(rb'encoding="[^"]*"', b'encoding="' + r.choice(NAMES).encode() + b'"', data, count=1)


def prefix(r: random.Random, data: bytes, _: bytes) -> bytes:
    named = re.sub(rb"(</?)(?=[A-Za-z_])", rb"\1p:", data)
    return named.replace(b"xmlns=", b"xmlns:p=", 1) if r.random() < 0.9 else named


def payload(r: random.Random, data: bytes, _: bytes) -> bytes:
    found = CONTENT.search(data)
    if not found:
        return data
    at = r.randrange(found.start(), found.end() + 1)
    return data[:at] + r.choice(BASE64) + data[r.choice((at, at, found.end())) :]


def noise(r: random.Random, data: bytes, _: bytes) -> bytes:
    return r.choice((b"", b"<", b"{", b"UNA", b"<?xml ", data[:200])) + r.randbytes(r.randrange(300))


CHANGES: tuple[Change, ...] = (
    *(flip, flip, overwrite, insert, delete, duplicate, truncate, splice, splice, transplant, transplant, drop_tag),
    *(snippet, snippet, snippet, recode, redeclare, prefix, payload, payload, noise),
)


def mutant(r: random.Random, bases: list[bytes]) -> bytes:
    """A sample, changed in one to three ways."""
    data = r.choice(bases)
    for _ in range(r.choice((1, 1, 1, 2, 3))):
        data = r.choice(CHANGES)(r, data, r.choice(bases))
        data = data[:200_000]
    return data


def outcome(data: bytes, given: Callable[[bytes], Any] = bytes) -> tuple[Any, Any, Any]:
    """What the three verbs make of the data, given to each as bytes or as a file."""
    report, parsed = medcom_bu.validate(given(data)), medcom_bu.read(given(data))
    try:
        return report, parsed, medcom_bu.parse(given(data))
    except (medcom_bu.InvalidMessage, medcom_bu.UnknownFormat) as error:
        return report, parsed, type(error)


def check(data: bytes, as_file: bool) -> str:
    """Judge one mutant; a word for the statistics."""
    report, parsed, result = outcome(data)
    assert parsed.report == report
    if isinstance(result, type):
        assert not report.ok
        assert (result is medcom_bu.UnknownFormat) == (report.issues[0].code in ("format.unknown", "format.empty"))
    else:
        assert result == parsed.message
        assert medcom_bu.validate(data, layers=("syntax", "schema")).ok
    if isinstance(parsed.message, VansEnvelope):
        vans.check_payload(parsed.message)
        assert not vans.matches(parsed.message, parsed.message)
        vans.matches(SENT, parsed.message)
        if isinstance(parsed.message.content, VansMessage):
            record(parsed.message)
        written = medcom_bu.to_xml(parsed.message)
        assert medcom_bu.read(written).message == parsed.message or not report.ok
    if as_file:
        assert outcome(data, io.BytesIO) == (report, parsed, result)
    return result.__name__ if isinstance(result, type) else "message"


def xml_bases() -> list[bytes]:
    messages: list[Any] = [*samples().values(), SENT, SENT, *ANSWERS]
    return [
        medcom_bu.to_xml(message, encoding=encoding) for message in messages for encoding in ("ISO-8859-1", "UTF-8")
    ]


def edifact_bases() -> list[bytes]:
    """Text and binary: letters, receipts, and an object of every byte."""
    found = []
    for message in samples().values():
        version = "H0130R" if "XREF01" in medcom_bu.to_xml(message).decode("latin-1") else None
        try:
            found.append(medcom_bu.to_edifact(message, version=version))
        except medcom_bu.InvalidMessage:  # XBIN02 has no layout
            continue
    binary: Any = samples()["XBIN01/XB0131X"]
    item = binary.letters[0].binary_object[0].replace(object_base64_encoded=bytes(range(256)) * 3)
    every = binary.replace(letters=(binary.letters[0].replace(binary_object=(item,)),))
    return [*found, medcom_bu.to_edifact(every)]


def fhir_bases() -> list[bytes]:
    return [medcom_bu.to_fhir(message, form) for message in fhir_samples().values() for form in ("json", "xml")]


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("bases_of", [xml_bases, edifact_bases, fhir_bases])
def test_damaged_bytes_are_judged_in_bounded_time(
    part: int, bases_of: Callable[[], list[bytes]], capsys: pytest.CaptureFixture[str]
) -> None:
    r = random.Random(2026 + part)
    bases = bases_of()
    seen: Counter[str] = Counter()
    slowest = 0.0
    for _ in range(COUNT // PARTS):
        data, as_file = mutant(r, bases), r.random() < 0.3
        started = time.process_time()
        try:
            seen[check(data, as_file)] += 1
        except BaseException as error:
            raise AssertionError(f"{type(error).__name__} for {data!r}") from error
        slowest = max(slowest, time.process_time() - started)
    with capsys.disabled():
        print(
            f"\nfuzz {bases_of.__name__} {part}: {seen.total()} mutants, slowest {slowest:.3f} s, {dict(seen)}", end=""
        )
    assert slowest < LIMIT_SECONDS
    assert len(seen) == 3
