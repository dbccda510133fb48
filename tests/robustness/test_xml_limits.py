"""The limits of a document in XML, letters and envelopes alike: counted here, the same with every parser."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import medcom_bu
from medcom_bu.declare.oioxml import Unexpected
from medcom_bu.envelopes import vans
from medcom_bu.issues import Layer
from medcom_bu.limits import LIMITS, Limits
from medcom_bu.messages.emessage import Emessage
from medcom_bu.oioxml.source import load
from medcom_bu.testing.letters import letter_samples
from medcom_bu.xml_limits import count_markup, find_excess
from tests.robustness.growth import assert_linear_time
from tests.support.issues import errors
from tests.support.memory import ASKS_PROC, MB, held_by_process, peak_of_process
from tests.support.typed import of_xml, read_as

MESSAGES = letter_samples()
REFERRAL, FILES, MAIL = (
    medcom_bu.to_xml(MESSAGES[key], encoding="UTF-8") for key in ("XREF01/XH0131R", "XBIN01/XB0131X", "XDIS91/XD9134L")
)
WRAPPED = medcom_bu.to_xml(vans.wrap(MESSAGES["XDIS91/XD9134L"]), encoding="UTF-8")
LINE = REFERRAL[: REFERRAL.index(b"<Patient>")].count(b"\n") + 1
PATIENT = f"line {LINE}, column 5"


def on_patient(attributes: bytes) -> bytes:
    return REFERRAL.replace(b"<Patient>", b"<Patient " + attributes + b">")


def extension(content: bytes) -> bytes:
    return REFERRAL.replace(b"</Emessage>", b"<Local_Elements>" + content + b"</Local_Elements></Emessage>")


def in_utf_16(data: bytes) -> bytes:
    return data.decode().replace("UTF-8", "UTF-16").encode("utf-16")


def named(template: bytes, count: int, separator: bytes = b" ") -> bytes:
    return separator.join(template.replace(b"%", b"%d" % number) for number in range(count))


# name -> (a document with so many of something, how many are allowed, what it has then, and one more)
COUNTED: dict[str, tuple[Callable[[int], bytes], int, list[str], str]] = {
    "attributes": (
        lambda n: on_patient(named(b"a%='1'", n)),
        256,
        ["xml.attribute"] * 256,
        "attributes of one element",
    ),
    "attributes and prefixes": (
        lambda n: on_patient(named(b"xmlns:q%='u'", 60) + b" " + named(b"a%='1'", n)),
        256,
        ["xml.attribute"] * 256,
        "attributes of one element",
    ),
    "prefixes of one element": (lambda n: on_patient(named(b"xmlns:q%='u%'", n)), 64, [], "namespace prefixes"),
    "prefixes here and there": (
        lambda n: extension(named(b"<q%:a xmlns:q%='u%'/>", n, b"")),
        64,
        [],
        "namespace prefixes",
    ),
    "depth": (lambda n: extension(b"<a>" * (n - 2) + b"</a>" * (n - 2)), 128, [], "levels of nested elements"),
    "depth of an empty element": (
        lambda n: extension(b"<a>" * (n - 3) + b"<a/>" + b"</a>" * (n - 3)),
        128,
        [],
        "levels of nested elements",
    ),
    "the name of a namespace": (
        lambda n: on_patient(b"xmlns:q='" + b"u" * n + b"'"),
        200,
        [],
        "bytes in the name of a namespace",
    ),
}


@pytest.mark.parametrize("name", COUNTED)
def test_the_last_one_that_is_accepted_and_the_first_that_is_not(name: str) -> None:
    make, most, expected, what = COUNTED[name]
    assert [code for code, _ in errors(medcom_bu.validate(make(most)))] == expected
    for count in (most + 1, most * 3):
        for data in (make(count), in_utf_16(make(count))):
            for given in (data, io.BytesIO(data)):
                (issue,) = medcom_bu.validate(given)
                assert issue.code == "xml.too-large"
                assert issue.path.startswith("line ")
                assert what in issue.message
                assert dict(issue.params)["limit"] == most
                assert str(most) in issue.text("da")
    parsed = medcom_bu.read(make(most + 1))
    assert parsed.message is None
    assert parsed.report.layers[Layer.SCHEMA] == "not run"


def test_distinct_names_are_counted_once() -> None:
    limits = Limits(names=500)
    many = next(n for n in range(300, 500) if errors(medcom_bu.validate(extension(named(b"<n%/>", n)), limits=limits)))
    for template in (b"<n% a%='1'/>", b"<a xmlns='u%'/>", b"<n%/><n%/>", b"<a b%='1'/>"):
        counts = {b"<n% a%='1'/>": many // 2 + 1, b"<n%/><n%/>": many}.get(template, many)
        assert errors(medcom_bu.validate(extension(named(template, counts)), limits=limits))[0][0] == "xml.too-large"
    assert errors(medcom_bu.validate(extension(named(b"<n%/><n%/>", many - 1)), limits=limits)) == []
    assert errors(medcom_bu.validate(extension(b"<n/>" * 20_000))) == []
    assert errors(medcom_bu.validate(extension(named(b"<n%/>", 10_000))))[0][0] == "xml.too-large"
    assert errors(medcom_bu.validate(extension(named(b"<n%/>", 9_000)))) == []


def test_prefixes_that_are_declared_again_count_once() -> None:
    xsi = b"xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'"
    assert errors(medcom_bu.validate(extension(b"<a %b/>" % xsi * 1_000))) == []
    assert errors(medcom_bu.validate(extension(b"<a xmlns='u'/>" * 1_000))) == []


@pytest.mark.parametrize(
    "text",
    [
        b"<![CDATA[" + b"<a>" * 300 + b"]]>",
        b"<!-- " + b"<a>" * 300 + b" -->",
        b"a=1 " * 2_000,
        b"=" * 2_000,
        b"xmlns:a= xmlns:b= " * 500,
        b"<![CDATA[<a " + b"a='b' " * 400 + b"]]>",
        named(b"ord%='1'", 12_000),
    ],
)
def test_text_is_no_markup(text: bytes) -> None:
    assert errors(medcom_bu.validate(REFERRAL.replace(b"<Cave>", b"<Cave>" + text, 1))) == []


def test_an_envelope_has_the_same_limits() -> None:
    for data in (
        WRAPPED.replace(b"<Message>", b"<Message " + named(b"a%='1'", 300) + b">"),
        WRAPPED.replace(b"<Message>", b"<Message " + named(b"xmlns:a%='1'", 70) + b">"),
        WRAPPED.replace(b"</Message>", b"<a>" * 200 + b"</a>" * 200 + b"</Message>"),
        WRAPPED.replace(b"</Message>", named(b"<n%/>", 11_000) + b"</Message>"),
    ):
        assert [code for code, _ in errors(medcom_bu.validate(data))] == ["xml.too-large"]
        assert medcom_bu.read(data).message is None


def test_a_value_that_would_be_too_large() -> None:
    """There are no lines in a value."""
    many = read_as(Emessage, on_patient(named(b"a%='1'", 256)))
    letter: Any = many.letters[0]
    extra = Unexpected("attribute", -1, "*", 'more="1"')
    patient = letter.patient.replace(unexpected=(*letter.patient.unexpected, extra))
    value = many.replace(letters=(letter.replace(patient=patient),))
    assert errors(medcom_bu.validate(value)) == [("xml.too-large", "/")]


def test_a_caller_gives_other_limits() -> None:
    data = on_patient(named(b"a%='1'", 300))
    assert errors(medcom_bu.validate(data, limits=Limits(attributes=400)))[0] == (
        "xml.attribute",
        "/Emessage/HospitalReferral/Patient",
    )
    assert errors(medcom_bu.validate(REFERRAL, limits=Limits(attributes=0, depth=3)))[0][0] == "xml.too-large"
    assert errors(medcom_bu.validate(REFERRAL, limits=Limits(names=10)))[0][0] == "xml.too-large"
    assert errors(medcom_bu.validate(extension(b"<a>" * 400 + b"</a>" * 400), limits=Limits(depth=500))) == []
    deep = extension(b"<a>" * 3_000 + b"</a>" * 3_000)
    assert errors(medcom_bu.validate(deep, limits=Limits(depth=2_000)))[0][0] == "xml.too-large"
    with pytest.raises(medcom_bu.InvalidMessage):
        medcom_bu.parse(data)


def test_the_searches_and_the_count_agree() -> None:
    """What the quick look lets pass is within the limits, of all samples and of what is just beyond."""
    for message in MESSAGES.values():
        data = medcom_bu.to_xml(message)
        assert count_markup(data, LIMITS).excess is None
        assert find_excess(data, LIMITS) is None
    for make, most, _, _ in COUNTED.values():
        assert find_excess(make(most), LIMITS) is None
        assert find_excess(make(most + 1), LIMITS) is not None


# --- issues -----------------------------------------------------------------------------------------------------------

FLOODS = {
    "elements": REFERRAL.replace(b"</Envelope>", b"<a/>" * 3_000 + b"</Envelope>"),
    "letters": REFERRAL.replace(b"</Emessage>", b"<a/>" * 3_000 + b"</Emessage>"),
    "texts": REFERRAL.replace(b"</Patient>", b"x<a/>" * 3_000 + b"</Patient>"),
    "markup": REFERRAL.replace(b"<Cave>", b"<Cave>" + b"<b/>" * 3_000),
    "attributes of marks": REFERRAL.replace(b"<Cave>", b"<Cave>" + b"<Break a=''/>" * 3_000),
    "attributes": extension(b"").replace(b"<EpisodeOfCare>", b"<EpisodeOfCare a=''/>" * 3_000 + b"<EpisodeOfCare>", 1),
    "missing elements": REFERRAL.replace(b"<EpisodeOfCare>", b"<EpisodeOfCare/>" * 3_000 + b"<EpisodeOfCare>", 1),
    "an envelope": WRAPPED.replace(b"</Message>", b"<a/>" * 3_000 + b"</Message>"),
    "an envelope of another version": WRAPPED.replace(b":1.0.4", b":2.0").replace(
        b"</Message>", b"<a/>" * 3_000 + b"</Message>"
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FLOODS)
def test_a_report_ends_and_nothing_is_dropped(name: str) -> None:
    data = FLOODS[name]
    parsed = medcom_bu.read(data)
    issues = parsed.report.issues
    if name != "an envelope of another version":
        assert len(issues) == 1_000
        assert issues[-1].code == "report.more"
        assert int(str(dict(issues[-1].params)["count"])) >= 2_000
        few = medcom_bu.validate(data, limits=Limits(issues=10)).issues
        assert len(few) == 10
        assert int(str(dict(few[-1].params)["count"])) == int(str(dict(issues[-1].params)["count"])) + 990
    written = medcom_bu.to_xml(of_xml(parsed.message))
    for sign in (b"<a", b"<b", b"<Break", b"<EpisodeOfCare"):
        assert written.count(sign) == data.count(sign)
    assert medcom_bu.read(written).message == parsed.message


def test_the_refusals_of_the_schema_alone_end_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of types that are none, only the schema knows."""
    xsi = b"<EpisodeOfCare xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:type='Ukendt'>"
    episode = REFERRAL[REFERRAL.index(b"<EpisodeOfCare>") : REFERRAL.index(b"</EpisodeOfCare>") + 16]
    data = REFERRAL.replace(episode, episode.replace(b"<EpisodeOfCare>", xsi) * 1_500)
    report = medcom_bu.validate(data)
    assert len(report) <= 1_000
    assert {issue.code for issue in report} <= {"xml.schema", "xml.encoding-other", "report.more"}
    monkeypatch.setattr("medcom_bu.oioxml.source.MANY", 100_000)
    assert len(medcom_bu.validate(data)) == 1_000


# --- encodings and characters -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("data", [REFERRAL, WRAPPED, b"<a/>"])
def test_utf_32_is_named(data: bytes, encoding: str) -> None:
    wide = data.decode().encode(encoding)
    assert medcom_bu.detect(wide) == medcom_bu.detect(data)
    (issue,) = medcom_bu.validate(wide)
    assert (issue.code, issue.path, dict(issue.params)) == ("xml.encoding", "line 1, column 1", {"declared": "UTF-32"})
    assert medcom_bu.validate(io.BytesIO(wide)).issues == (issue,)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_read(encoding: str) -> None:
    for declared in ("UTF-16", "UTF-8", "ISO-8859-1"):
        wide = REFERRAL.decode().replace("UTF-8", declared).replace("Eksempel", "Ærø ł", 1).encode(encoding)
        expected = medcom_bu.parse(REFERRAL.replace(b"Eksempel", "Ærø ł".encode(), 1))
        assert medcom_bu.parse(wide) == expected
        assert medcom_bu.parse(io.BytesIO(wide)) == expected
    (issue,) = medcom_bu.validate(wide[:-3])
    assert (issue.code, dict(issue.params)) == ("xml.encoding", {"declared": "UTF-16"})


@pytest.mark.parametrize("name", ["UTF-16", "UTF-7", "UCS-4", "klingon", "HZ-GB-2312", "C99", "IBM277", "idna", ""])
def test_an_encoding_that_is_not_read(name: str) -> None:
    data = MAIL.replace(b"UTF-8", name.encode())
    (issue,) = medcom_bu.validate(data)
    assert issue.code == "xml.encoding"
    assert issue.path == f"line 1, column {32 + len(name)}"


@pytest.mark.parametrize("name", ["ISO-8859-1", "iso-8859-15", "windows-1252", "US-ASCII", "UTF8", "cp850", "koi8-r"])
def test_an_encoding_in_which_ascii_is_ascii_is_read(name: str) -> None:
    text = MAIL.decode().encode("ascii", "xmlcharrefreplace")
    assert medcom_bu.parse(text.replace(b"UTF-8", name.encode())) == medcom_bu.parse(MAIL)


def test_a_doctype_cannot_hide_behind_an_encoding() -> None:
    hidden = b'<?xml version="1.0"%b encoding="UTF-7"?>+ADw-!DOCTYPE a [+ADw-!ENTITY x "y"+AD4-]+AD4-<Emessage/>'
    for spaces, code in ((0, "xml.encoding"), (2_000, "xml.too-large")):
        document, issues = load(hidden % (b" " * spaces))
        assert document is None
        assert [issue.code for issue in issues] == [code]


CHARACTERS = {
    "raw": (b"\x1f", "U+001F"),
    "vertical tab": (b"\x0b", "U+000B"),
    "nothing": (b"\0", "U+0000"),
    "hexadecimal": (b"&#x1F;", "U+001F"),
    "decimal": (b"&#31;", "U+001F"),
    "zero": (b"&#0;", "U+0000"),
    "half a character": (b"&#xD800;", "U+D800"),
    "no character": (b"&#xFFFE;", "U+FFFE"),
    "no character, raw": ("\uffff".encode(), "U+FFFF"),
    "beyond": (b"&#x110000;", "beyond U+10FFFF"),
    "far beyond": (b"&#" + b"9" * 6_000 + b";", "beyond U+10FFFF"),
}


@pytest.mark.parametrize("name", CHARACTERS)
@pytest.mark.parametrize("before", [b"", "æøå".encode(), b"<![CDATA[&#x1F;]]>", b"<!-- &#1; -->"])
def test_a_forbidden_character_is_named_with_its_place(name: str, before: bytes) -> None:
    sign, expected = CHARACTERS[name]
    data = REFERRAL.replace(b"Eksempelstad", before + sign, 1)
    line = data[: data.index(before + sign)].count(b"\n") + 1
    start = data.index(before + sign) + len(before) - data.rindex(b"\n", 0, data.index(before + sign))
    (issue,) = medcom_bu.validate(data)
    assert (issue.code, issue.path) == ("xml.character", f"line {line}, column {start}")
    assert dict(issue.params) == {"character": expected}
    assert medcom_bu.validate(io.BytesIO(data)).issues == (issue,)


def test_a_forbidden_character_wherever_it_stands() -> None:
    for data in (
        REFERRAL.replace(b"<Patient>", b"<Patient a='\x1f'>"),
        REFERRAL.replace(b"<Patient>", b"<Patient a='&#x1F;'>"),
        REFERRAL.replace(b"<Patient>", b"<!-- \x1f --><Patient>"),
        REFERRAL.replace(b"<Patient>", b"<?a \x1f?><Patient>"),
        REFERRAL.replace(b"<Patient>", b"<Patient\x1f>"),
        REFERRAL.replace(b"Eksempelstad", b"<![CDATA[\x1f]]>"),
        REFERRAL + b"\x1f",
        FILES.replace(b"<Object_Base64Encoded>", b"<Object_Base64Encoded>\x1f"),
        WRAPPED.replace(b"<Data>", b"<Data>\x1f"),
        in_utf_16(REFERRAL).replace("Eksempelstad".encode("utf-16-le"), "\x1f".encode("utf-16-le")),
    ):
        assert [code for code, _ in errors(medcom_bu.validate(data))] == ["xml.character"]


def test_what_is_wrong_before_a_forbidden_character_is_named_first() -> None:
    data = REFERRAL.replace(b"<Patient>", b"<Patient a=b>").replace(b"</Emessage>", b"\x1f</Emessage>")
    assert errors(medcom_bu.validate(data))[0][0] == "xml.not-well-formed"
    assert errors(medcom_bu.validate(REFERRAL.replace(b"Eksempelstad", b"&#;")))[0][0] == "xml.not-well-formed"
    assert errors(medcom_bu.validate(REFERRAL.replace(b"Eksempelstad", b"\xed\xa0\x80")))[0][0] == "xml.encoding"


# --- attachments in unusual forms -------------------------------------------------------------------------------------

TEXT = base64.encodebytes(bytes(range(256)) * 4_000 + b"!").replace(b"\n", b"")
FORMS: dict[str, Callable[[bytes], bytes]] = {
    "CDATA": lambda text: with_content(b"<![CDATA[" + text + b"]]>"),
    "a comment": lambda text: with_content(text + b"<!-- -->"),
    "a reference": lambda text: with_content(text[:-1] + b"&#61;"),
    "UTF-16": lambda text: in_utf_16(with_content(text)),
    "undecodable": lambda text: with_content(text + b"!"),
}


def with_content(text: bytes) -> bytes:
    start = FILES.index(b"<Object_Base64Encoded>") + 22
    data = FILES[:start] + text + FILES[FILES.index(b"</Object_Base64Encoded>") :]
    return re.sub(rb"(?<=<OriginalObjectSize>)\d+", b"%d" % len(base64.b64decode(TEXT)), data)


@pytest.mark.parametrize("form", FORMS)
def test_base64_in_an_unusual_form_is_text(form: str) -> None:
    text = TEXT
    assert text.endswith(b"=")
    data = FORMS[form](text)
    assert errors(medcom_bu.validate(with_content(text), limits=Limits(text=len(text) // 2))) == []
    for given in (data, io.BytesIO(data)):
        assert errors(medcom_bu.validate(given, limits=Limits(text=len(text) // 2))) == [("xml.too-large", "/")]
    value: Any = medcom_bu.read(data).message
    item = value.letters[0].binary_object[0].object_base64_encoded
    if form == "undecodable":
        assert item.text == text.decode() + "!"
    else:
        assert item.content == base64.b64decode(text)
        assert errors(medcom_bu.validate(data)) == []


def test_base64_in_cdata_may_be_larger_than_what_parsers_take_for_a_text() -> None:
    content = b"QUJD" * 4_000_000
    assert medcom_bu.validate(with_content(b"<![CDATA[" + content + b"]]>"), layers=("syntax", "schema")).ok


# --- time and memory --------------------------------------------------------------------------------------------------

GROWING: dict[str, Callable[[int], bytes]] = {
    "attributes": lambda n: MAIL.replace(b"<Text01>", b"<Text01 " + named(b"a%='1'", n) + b">"),
    "attributes here and there": lambda n: extension(b"<a b='1' c='2'/>" * n),
    "wrong attributes": lambda n: REFERRAL.replace(b"<Cave>", b"<Cave>" + b"<Bold a=''/>" * n),
    "wrong elements": lambda n: REFERRAL.replace(b"</Envelope>", b"<a/>" * n + b"</Envelope>"),
    "wrong types": lambda n: REFERRAL.replace(
        b"<Cave>", b"<Cave xmlns:i='http://www.w3.org/2001/XMLSchema-instance'>" + b"<Bold i:type='x'/>" * n
    ),
    "prefixes": lambda n: on_patient(named(b"xmlns:q%='u%'", n)),
    "depth": lambda n: extension(b"<a>" * n + b"</a>" * n),
    "names": lambda n: extension(named(b"<n%/>", n)),
    "a namespace again and again": lambda n: REFERRAL.replace(
        b"<Emessage", b"<Emessage xmlns:q='" + b"u" * n + b"'"
    ).replace(b"</Envelope>", b"<q:a/>" * n + b"</Envelope>"),
    "prefixes that are mentioned again and again": lambda n: REFERRAL.replace(
        b"<Emessage", b"<Emessage " + named(b"xmlns:q%='" + b"u" * 190 + b"'", 60)
    ).replace(b"</Envelope>", (b"<a b='" + named(b"q%:", 60) + b"'/>") * n + b"</Envelope>"),
    "forbidden characters": lambda n: REFERRAL.replace(b"<Cave>", b"<Cave>" + b"&#x1F;<!--" * n),
    "words": lambda n: extension(b"a" * n * 100),
    "quotes": lambda n: extension(b"<a " + b'"<" ' * n),
    "equals": lambda n: extension(b"a = " * n * 10),
    "repetitions": lambda n: REFERRAL.replace(b"<EpisodeOfCare>", b"<EpisodeOfCare/>" * n + b"<EpisodeOfCare>"),
}


def read_and_written(data: bytes) -> None:
    parsed = medcom_bu.read(data)
    if parsed.message is not None:
        medcom_bu.to_xml(of_xml(parsed.message))


@pytest.mark.slow
@pytest.mark.parametrize("make", GROWING.values(), ids=GROWING)
def test_twice_the_input_takes_at_most_three_times_the_work(make: Callable[[int], bytes]) -> None:
    assert_linear_time(make, read_and_written)


HUNGRY: dict[str, bytes] = {
    "elements": REFERRAL.replace(b"</Envelope>", b"<a/>" * 400_000 + b"</Envelope>"),
    "elements and texts": REFERRAL.replace(b"</Envelope>", b"<a/>x" * 200_000 + b"</Envelope>"),
    "an extension": extension(b"<a/>" * 400_000),
    "markup": REFERRAL.replace(b"<Cave>", b"<Cave>" + b"<Break/>" * 200_000),
    "objects": REFERRAL.replace(b"<Reference>", b"<Reference/>" * 130_000 + b"<Reference>", 1),
    "repetitions": REFERRAL.replace(b"<EpisodeOfCare>", b"<EpisodeOfCare a=''/>" * 75_000 + b"<EpisodeOfCare>", 1),
    "words": REFERRAL.replace(b"<Cave>", b"<Cave>" + b"a = '" * 300_000),
}


@pytest.mark.slow
@ASKS_PROC
@pytest.mark.parametrize("name", HUNGRY)
def test_memory_is_bounded(name: str, tmp_path: Path) -> None:
    path = tmp_path / "data.xml"
    path.write_bytes(HUNGRY[name])
    first = "medcom_bu.read(data[: data.index(b'?>') + 2] + b'<a/>')"
    work = "parsed = medcom_bu.read(data)\nparsed.report.text()"
    assert peak_of_process(path, first, work) <= 40 * len(HUNGRY[name]) + 50 * MB


FLOOD = """
def flood(number):
    names = b"".join(b"<n%d_%d/>" % (number, each) for each in range(8_000))
    parsed = medcom_bu.read(data.replace(b"</Emessage>", b"<Local_Elements>" + names + b"</Local_Elements></Emessage>"))
    assert parsed.report.ok
    medcom_bu.to_xml(parsed.message)
"""


@pytest.mark.slow
@ASKS_PROC
def test_new_names_do_not_stay(tmp_path: Path) -> None:
    """lxml keeps each name as long as the thread lives: 40 messages with 8,000 new names took 14 MB for good."""
    path = tmp_path / "data.xml"
    path.write_bytes(REFERRAL)
    assert held_by_process(path, FLOOD, 5, 40) < 6 * MB
