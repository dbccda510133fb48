"""EDIFACT syntax: every fault with its exact place, round trips, floods, and the official examples."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import medcom_bu
from medcom_bu.edifact.syntax import catalogue
from medcom_bu.edifact.syntax.codec import MAX_OBJECTS, read, write
from medcom_bu.edifact.syntax.issue_list import LIMIT
from medcom_bu.edifact.syntax.segments import SERVICE, Interchange, InterchangeMessage, Segment, path
from medcom_bu.edifact.syntax.service_characters import ServiceCharacters
from medcom_bu.issues import Issue, Kind, Severity
from medcom_bu.limits import Limits
from tests.robustness.growth import assert_linear_time
from tests.support import FULL
from tests.support.memory import Discarding, peak
from tests.support.oracle import oracle

UNA = "UNA:+.? '"
UNB = "UNB+UNOC:3+5790000000001:14+5790000000002:14+260131:1015+KUV1++++1'"
UNH = "UNH+BREV1+MEDDIS:D:93A:UN:D9134L+DIS91'"
BODY = ["BGM+K'", "DTM+137:202601311015:203'", "FTX+AO+P00++Hej?: a?+b?' hvad??'"]
UNT, UNZ = "UNT+5+BREV1'", "UNZ+1+KUV1'"
GOOD = [UNA, UNB, UNH, *BODY, UNT, UNZ]

BASE = "".join(GOOD).encode("latin-1")


def found_in_interchange(data: bytes | BinaryIO) -> list[tuple[str, str]]:
    """All that reading says, sorted; the same for a file as for bytes."""
    return sorted((issue.code.removeprefix("edifact."), issue.path) for issue in read(data).issues)


def written(interchange: Interchange | None) -> bytes:
    assert interchange is not None
    file = io.BytesIO()
    write(interchange, file)
    return file.getvalue()


def in_latin_1(*lines: str) -> bytes:
    return "".join(lines).encode("latin-1")


def replaced(old: str, new: str) -> bytes:
    changed = BASE.replace(old.encode("latin-1"), new.encode("latin-1"), 1)
    assert changed != BASE
    return changed


def at(data: bytes, text: str) -> int:
    return data.index(text.encode("latin-1"))


def place(data: bytes, number: int, tag: str, inner: str = "") -> str:
    """The path of the segment ``tag``, whose byte is looked up."""
    return f"segment {number} {tag}{inner}, byte {at(data, tag)}"


# --- what is read ----------------------------------------------------------------------------------------------------


def test_an_interchange_is_read_into_its_segments() -> None:
    reading = read(BASE)
    assert reading.issues == ()
    interchange = reading.message
    assert interchange is not None
    assert interchange.service == SERVICE == UNA.encode()
    (letter,) = interchange.messages
    assert (letter.header.tag, letter.header.number, letter.header.offset) == ("UNH", 2, BASE.index(b"UNH"))
    assert letter.header.text(2, 5) == "D9134L"
    assert [segment.tag for segment in letter.segments] == ["BGM", "DTM", "FTX"]
    text = letter.segments[2]
    assert text.elements == (("AO",), ("P00",), ("",), ("Hej: a+b' hvad?",))
    assert (text.number, text.offset, text.payload) == (5, BASE.index(b"FTX"), None)
    assert letter.trailer == Segment("UNT", (("5",), ("BREV1",)))
    assert interchange.trailer == Segment("UNZ", (("1",), ("KUV1",)))
    assert (interchange.stray, interchange.rest, interchange.line_end) == ((), b"", b"")
    assert written(interchange) == BASE


def test_a_component_that_does_not_stand_is_empty() -> None:
    segment = Segment("NAD", (("PO",), ("1", "2")))
    assert [segment.text(1), segment.text(2, 2), segment.text(2, 3), segment.text(3)] == ["PO", "2", "", ""]


def test_positions_count_for_nothing_in_a_comparison() -> None:
    assert Segment("BGM", (("K",),), 3, 70) == Segment("BGM", (("K",),))
    assert Segment("UNO", (), payload=b"a") != Segment("UNO", (), payload=b"b")
    assert read("\n".join(GOOD).encode()).message == read(BASE).message


def test_paths_have_one_form_and_hold_no_text() -> None:
    segment = Segment("NAD", (), 7, 123)
    assert path(segment) == "segment 7 NAD, byte 123"
    assert path(segment, 2) == "segment 7 NAD, element 2, byte 123"
    assert path(segment, 2, 1) == "segment 7 NAD, element 2, component 1, byte 123"
    assert path(Segment("Nancy Ann", (), 7, 123)) == "segment 7, byte 123"
    assert "Nancy" not in repr(Segment("NAD", (("Nancy",),))) + repr(read(BASE).message)


def test_trailers_are_made() -> None:
    header = Segment("UNB", (("UNOC", "3"), ("1", "14"), ("2", "14"), ("260131", "1015"), ("KUV1",)))
    letter = InterchangeMessage.from_segments(Segment("UNH", (("BREV1",),)), [Segment("BGM", (("K",),))])
    assert letter.trailer == Segment("UNT", (("3",), ("BREV1",)))
    assert Interchange.from_messages(header, [letter, letter]).trailer == Segment("UNZ", (("2",), ("KUV1",)))


def test_several_messages_in_one_interchange() -> None:
    second = "UNH+BREV2+CONTRL:D:93A:ZZ:C0330Q+CTL03'"
    data = in_latin_1(UNA, UNB, UNH, *BODY, UNT, second, "BGM+CTL03'", "UNT+3+BREV2'", "UNZ+2+KUV1'")
    reading = read(data)
    assert reading.issues == ()
    assert reading.message is not None
    assert [letter.header.text(1) for letter in reading.message.messages] == ["BREV1", "BREV2"]
    assert written(reading.message) == data


@pytest.mark.parametrize("line_end", ["", "\n", "\r\n", "\r"])
@pytest.mark.parametrize("rest", ["", "\n", "\r\n \x1a", "\x00\x00"])
def test_line_ends_and_padding_are_kept(line_end: str, rest: str) -> None:
    data = (line_end.join(GOOD) + rest).encode("latin-1")
    reading = read(data)
    assert reading.issues == ()
    assert written(reading.message) == data
    assert reading.message == read(BASE).message


@pytest.mark.parametrize(
    "data",
    [
        b"\r\n  \t" + BASE,
        in_latin_1(*(f"   \n{line}" for line in GOOD)),
        in_latin_1(*(f"{line}  " for line in GOOD[:-1]), GOOD[-1]),
        replaced("BGM", "B\r\nGM"),
        replaced("Hej?:", "H\nej?\r\n:"),
        replaced("b?'", "b?\n'"),
        replaced("Hej", "H\rej"),
        replaced("hvad??'", "hvad?\n?\n'"),
    ],
)
def test_white_space_before_tags_and_line_ends_anywhere_are_ignored(data: bytes) -> None:
    assert found_in_interchange(data) == []
    assert read(data).message == read(BASE).message


@pytest.mark.parametrize("line_end", ["", "\n", "\r", "\r\n"])
def test_a_terminator_may_be_released_across_a_line_end(line_end: str) -> None:
    interchange = read(in_latin_1(UNA, UNB, UNH, f"FTX+a?{line_end}'b'", "UNT+3+BREV1'", UNZ)).message
    assert interchange is not None
    assert interchange.messages[0].segments == (Segment("FTX", (("a'b",),)),)


def test_that_a_text_is_not_latin_1_is_said_once() -> None:
    data = binary(1, "x").replace(b"UNO+", "FTX+æ'UNO+".encode()).replace(b"UNT+", "FTX+æ'UNT+".encode())
    codes = [code for code, _ in found_in_interchange(data)]
    assert codes == ["segment-count", "utf-8"]


def test_blanks_inside_of_values_are_kept() -> None:
    interchange = read(replaced("Hej", "  Hej  du \n x")).message
    assert interchange is not None
    assert interchange.messages[0].segments[2].text(4) == "  Hej  du  x: a+b' hvad?"


def test_the_service_characters_of_una_are_honoured() -> None:
    data = in_latin_1(
        "UNA;*.! ~UNB*UNOC;3*5790000000001;14*5790000000002;14*260131;1015*KUV1****1~",
        "UNH*BREV1*MEDDIS;D;93A;UN;D9134L*DIS91~BGM*K~DTM*137;202601311015;203~",
        "FTX*AO*P00**Hej: a+b' hvad?~UNT*5*BREV1~UNZ*1*KUV1~",
    )
    reading = read(data)
    assert reading.issues == ()
    assert reading.message == read(BASE).message
    assert written(reading.message) == data
    released = read(data.replace(b"Hej:", b"Hej!;!*!~!!")).message
    assert released is not None
    assert released.messages[0].segments[2].text(4) == "Hej;*~! a+b' hvad?"


def test_a_blank_in_place_of_the_release_character_means_that_there_is_none() -> None:
    data = in_latin_1("UNA:+.  '", UNB, UNH, "FTX+AO+Hvad? ja'", "UNT+3+BREV1'", UNZ)
    reading = read(data)
    assert reading.issues == ()
    assert reading.message is not None
    assert reading.message.messages[0].segments[0].text(2) == "Hvad? ja"
    assert written(reading.message) == data


def test_another_decimal_mark_changes_nothing() -> None:
    data = b"UNA:+,? '" + BASE[9:]
    assert found_in_interchange(data) == []
    assert written(read(data).message) == data


def test_trailing_empties_are_read_and_not_written() -> None:
    data = replaced("BGM+K'", "BGM+K::+:+'")
    reading = read(data)
    assert reading.issues == ()
    assert reading.message is not None
    assert reading.message.messages[0].segments[0].elements == (("K", "", ""), ("", ""), ("",))
    assert written(reading.message) == BASE


PRIVATE = "\ue000\ue001\ue002\ue003\ue004"


@pytest.mark.parametrize(("text", "released"), [("a–b:", b"a??b?:"), (f"a{PRIVATE}b'", b"a" + b"??" * 5 + b"b?'")])
def test_what_latin_1_cannot_hold_is_a_released_question_mark(text: str, released: bytes) -> None:
    letter = InterchangeMessage.from_segments(Segment("UNH", (("1",),)), [Segment("FTX", ((text, ""), ("",)))])
    assert b"FTX+" + released + b"'" in written(Interchange.from_messages(Segment("UNB"), [letter]))


def test_what_stands_for_a_tag_is_written_as_it_came() -> None:
    data = replaced("BGM+K'", "BG:M+a?+b:'")
    message = read(data).message
    assert message is not None
    assert written(message) == data.replace(b"b:'", b"b'")


CONTROLS = bytes.maketrans(b":+'", b"\x1f\x1d\x1c")


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\n\n", "\r\n\r\n"])
@pytest.mark.parametrize("line_end", ["", " "])
def test_a_terminator_may_be_a_line_end(end: str, line_end: str) -> None:
    lines = [line.removesuffix("'").replace("?'", "'") for line in GOOD[1:]]
    data = in_latin_1("UNA:+.? " + end, *(line + end + line_end for line in lines))
    assert found_in_interchange(data) == []
    reading = read(data)
    assert reading.message == read(BASE).message
    assert read(written(reading.message)).message == reading.message


@pytest.mark.parametrize("una", [b"UNA\x1f\x1d.  \x1c", b"UNA\x1f\x1d.? \x1c", b""])
def test_the_separators_of_level_b_are_control_characters(una: bytes) -> None:
    """Without a UNA the first separator says so."""
    data = una + replaced("Hej?: a?+b?' hvad??", "Hej a+b: hvad")[9:].replace(b"a+b:", b"ab").translate(CONTROLS)
    assert [code for code, _ in found_in_interchange(data)] == ([] if una else ["una-missing"])
    reading = read(data)
    assert reading.message is not None
    (letter,) = reading.message.messages
    assert letter.segments[2].elements == (("AO",), ("P00",), ("",), ("Hej ab hvad",))
    other = read(data.replace(b"UNOC\x1f3", b"UNOB\x1f1"))
    assert [issue.code for issue in other.issues if issue.severity is Severity.WARNING] == [
        "edifact.other-syntax-identifier"
    ]


@pytest.mark.parametrize("una", [b"UNA;*.! ", b"UNA;;.! ~", b"UNAx*.! ~", b"UNA  .! ~", b"UNA;*.!x", b"UNA;*.!-\n"])
def test_a_service_string_that_cannot_be_one_is_one_issue(una: bytes) -> None:
    other = BASE[9:].translate(bytes.maketrans(b":+'", b";*~"))
    assert found_in_interchange(una + other) == [("una", "byte 0")]
    assert read(una + other).message is None


def test_a_question_mark_stays_in_the_text() -> None:
    """Before a blank, at the end, before any sign that is not a service character; what is released is not doubled."""
    for text, held in (
        ("det? Godt", "det? Godt"),
        ("det?) Godt", "det?) Godt"),
        ("det?Godt", "det?Godt"),
        ("det?\nGodt", "det?Godt"),
        ("det???: Godt??? x", "det?: Godt?? x"),
        ("Dr?. Max?, hvad? ", "Dr. Max?, hvad? "),
    ):
        interchange = read(replaced("Hej", text)).message
        assert interchange is not None
        assert interchange.messages[0].segments[2].text(4) == held + ": a+b' hvad?"
        assert read(written(interchange)).message == interchange
    truncated = read(BASE[: at(BASE, "Hej")] + b"det?").message
    assert truncated is not None
    assert truncated.messages[0].segments[2].text(4) == "det?"


# --- every fault of edifact.md 1.8, with its place -------------------------------------------------------------------

CASES: dict[str, tuple[bytes, list[tuple[str, str]]]] = {}


def case(name: str, data: bytes, *expected: tuple[str, str]) -> None:
    assert name not in CASES
    CASES[name] = (data, sorted(expected))


case("no UNA", BASE[9:], ("una-missing", "byte 0"))
case("no UNA, after white space", b" \n" + BASE[9:], ("una-missing", "byte 2"))
case("short UNA", b"UNA:+? '" + BASE[9:], ("una", "byte 0"))
case("short UNA, line end", b"UNA:+? '\n" + BASE[9:], ("una", "byte 0"))
case("UNA with one sign twice", b"UNA++.? '" + BASE[9:], ("una", "byte 0"))
case("UNA with a letter", b"UNAa+.? '" + BASE[9:], ("una", "byte 0"))
case("BOM", b"\xef\xbb\xbf" + BASE, ("byte-order-mark", "byte 0"))
case("BOM after white space", b"\n \xef\xbb\xbf\n" + BASE, ("byte-order-mark", "byte 2"))
_DATA = BASE.decode().replace("Hej", "Hæj").encode()
case("UTF-8", _DATA, ("utf-8", place(_DATA, 5, "FTX", ", element 4, component 1")))
_DATA = BASE.replace(b"Hej", b"H\x93ej\xe6")
case("Windows-1252", _DATA, ("windows-1252", place(_DATA, 5, "FTX", ", element 4, component 1")))
case("ISO 8859-1", BASE.replace(b"Hej", b"H\xe6j"))
_DATA = replaced("BGM+K", "BGM+\x00:\x07")
case("control characters", _DATA, ("control-character", place(_DATA, 3, "BGM", ", element 1, component 1")))
case("tab", replaced("Hej", "H\tj"))
for _tag in ("bgm", "S0", "1GM", "BGMX", "BGM ", "B:M", "Bæm"):
    case(f"tag {_tag}", replaced("BGM", _tag), ("tag", f"segment 3, byte {at(BASE, 'BGM')}"))
case("doubled terminator", replaced("BGM+K'", "BGM+K''"), ("empty-segment", f"byte {at(BASE, 'DTM')}"))
_FTX = at(BASE, "FTX")
case(
    "wrong release",
    replaced("DTM+137:2", "DTM+137:?2"),
    ("release", f"segment 4 DTM, element 1, component 2, byte {at(BASE, 'DTM')}"),
)
_FTX_4 = f"segment 5 FTX, element 4, component 1, byte {_FTX}"
for _text in ("det? Godt", "det?) Godt", "det?Godt", "det?\xf8", "det?\n Godt", 'det?" Godt', "?!", "det?-"):
    case(f"release in {_text!r}", replaced("Hej", _text), ("release", _FTX_4))
case("release of the decimal mark", replaced("Hej", "Dr?. Max"), ("needless-release", _FTX_4))
_DATA = b"UNA:+,?*'" + replaced("Hej", "1?,5 ?*")[9:]
case("release of another decimal mark and of the reserved sign", _DATA, ("needless-release", _FTX_4))
_DATA = b"UNA:+,? '" + replaced("Hej", "Dr?. Max")[9:]
case("release of what is no decimal mark here", _DATA, ("release", _FTX_4))
_DATA = replaced("Hej", "Dr?. Max? Nej")
case("release of both", _DATA, ("release", _FTX_4), ("needless-release", _FTX_4))
case("wrong release in the tag", replaced("DTM", "D?TM"), ("release", f"segment 4, byte {at(BASE, 'DTM')}"))
case("truncated in a value", BASE[: _FTX + 14], ("truncated", f"segment 5 FTX, byte {_FTX}"))
case("truncated after a release", BASE[: at(BASE, "?:") + 1], ("truncated", f"segment 5 FTX, byte {_FTX}"))
CASES["truncated after a release"][1].append(("release", f"segment 5 FTX, element 4, component 1, byte {_FTX}"))
case("truncated in a tag", BASE[: at(BASE, "UNT") + 2], ("truncated", f"segment 6, byte {at(BASE, 'UNT')}"))
CASES["truncated in a tag"][1].append(("tag", f"segment 6, byte {at(BASE, 'UNT')}"))
_DATA = BASE[: at(BASE, "UNZ") + 2]
case(
    "truncated in the tag of UNZ",
    _DATA,
    *((kind, f"segment 7, byte {at(BASE, 'UNZ')}") for kind in ("tag", "truncated")),
)
case("last terminator missing", BASE[:-1], ("truncated", place(BASE, 7, "UNZ")))
case("empty", b"", ("empty", "byte 0"))
case("white space", b"\n\n ", ("empty", "byte 3"))
case("UNA alone", UNA.encode(), ("empty", "byte 9"))
case("UNA and a line end", UNA.encode() + b"\r\n", ("empty", "byte 9"))
case("no EDIFACT", b"hello", ("not-edifact", "byte 0"))
case("XML", b"<Emessage/>", ("not-edifact", "byte 0"))
case("garbage at the end", BASE + b"\nxyz", ("after-end", f"byte {len(BASE) + 1}"))
case("NUL and SUB at the end", BASE + b"\x00\x00\x00\x1a")
_DATA = in_latin_1(UNA, UNH, *BODY, UNT, UNZ)
case("UNB missing", _DATA, ("service-segment-missing", "segment 1 UNH, byte 9"))
_DATA = replaced("+KUV1++++1", "")
case("UNB without KuvertNr", _DATA, ("element-missing", "segment 1 UNB, element 5, byte 9"))
_DATA = in_latin_1(UNA, UNB, UNB, UNH, *BODY, UNT, UNZ)
case("two UNB", _DATA, ("doubled", f"segment 2 UNB, byte {9 + len(UNB)}"))
_4 = "segment 1 UNB, element 4, component {}, byte 9"
case("date of eight digits", replaced("260131:", "20260131:"), ("unb-date", _4.format(1)))
case("time of six digits", replaced(":1015+", ":101500+"), ("unb-time", _4.format(2)))
case("no time", replaced(":1015+", "+"), ("unb-time", _4.format(2)))
case("no date and time", replaced("260131:1015+", "+"), ("unb-date", _4.format(1)), ("unb-time", _4.format(2)))
case("impossible date", replaced("260131:", "260230:"), ("unb-date", _4.format(1)))
case("letters in date and time", replaced("260131:1015", "26O131:1o15"), *CASES["no date and time"][1])
case("impossible time", replaced(":1015+", ":2460+"), ("unb-time", _4.format(2)))
case("leap day", replaced("260131:", "240229:"))
case("acknowledgement 0", replaced("++++1'", "++++0'"))
case("no acknowledgement", replaced("++++1'", "'"))
_SYNTAX = "segment 1 UNB, element 1, byte 9"
for _identifier in ("UNOA:1", "UNOA:3", "UNOB:2", "UNOB:1", "UNOD:3", "UNOC:2"):
    _DATA = replaced("UNOC:3", _identifier)
    case(f"{_identifier} of ASCII", _DATA, ("other-syntax-identifier", _SYNTAX))
    case(f"{_identifier} of more", _DATA.replace(b"Hej", b"H\xf8j"), ("syntax-identifier", _SYNTAX))
for _identifier in ("UNOA:4", "UNOB", "UNO:3", "unoa:1", "UNOC:3:x", ":3", ""):
    case(f"{_identifier!r} in UNB", replaced("UNOC:3", _identifier), ("syntax-identifier", _SYNTAX))
case("UNOC version 4", replaced("UNOC:3", "UNOC:4"), ("syntax-identifier", "segment 1 UNB, element 1, byte 9"))
case("no sender", replaced("+5790000000001:14+", "++"), ("element-missing", "segment 1 UNB, element 2, byte 9"))
case("no receiver", replaced("+5790000000002:14+", "++"), ("element-missing", "segment 1 UNB, element 3, byte 9"))
_DATA = in_latin_1(UNA, UNB, *BODY, UNT, UNZ)
case("UNH missing", _DATA, ("service-segment-missing", place(_DATA, 2, "BGM")))
_DATA = replaced(UNH, "UNH'")
case(
    "UNH empty",
    _DATA,
    ("element-missing", place(_DATA, 2, "UNH", ", element 1")),
    ("element-missing", place(_DATA, 2, "UNH", ", element 2")),
)
_DATA = replaced("UNH+BREV1", "UNH+")
case("UNH without reference", _DATA, ("element-missing", place(_DATA, 2, "UNH", ", element 1")))
_UNT = place(BASE, 6, "UNT", ", element {}")
case("UNT of another reference", replaced("UNT+5+BREV1", "UNT+5+BREV2"), ("message-reference", _UNT.format(2)))
for _count in ("4", "6", "abc", "", "5.0", "²", "-5", "0000005"):
    case(f"UNT counts {_count!r}", replaced("UNT+5", f"UNT+{_count}"), ("segment-count", _UNT.format(1)))
case("UNT counts with zeros", replaced("UNT+5", "UNT+0005"))
case("UNT empty", replaced(UNT, "UNT'"), ("segment-count", _UNT.format(1)), ("message-reference", _UNT.format(2)))
_DATA = in_latin_1(UNA, UNB, UNH, *BODY, UNZ)
case("UNT missing", _DATA, ("service-segment-missing", place(_DATA, 6, "UNZ")))
_DATA = in_latin_1(UNA, UNB, UNH, *BODY, UNH, *BODY, UNT, "UNZ+2+KUV1'")
case("UNT missing before a UNH", _DATA, ("service-segment-missing", f"segment 6 UNH, byte {_DATA.rindex(b'UNH')}"))
_DATA = in_latin_1(UNA, UNB, UNH, *BODY, UNT, UNT, UNZ)
case("UNT doubled", _DATA, ("doubled", f"segment 7 UNT, byte {_DATA.rindex(b'UNT')}"))
_UNZ = place(BASE, 7, "UNZ", ", element {}")
case("UNZ counts 2", replaced("UNZ+1", "UNZ+2"), ("message-count", _UNZ.format(1)))
case("UNZ of another reference", replaced("UNZ+1+KUV1", "UNZ+1+KUV2"), ("interchange-reference", _UNZ.format(2)))
_EXTRA = "trailer-extra", _UNZ.format("1, component 2")
case("UNZ with a component", replaced("UNZ+1+KUV1", "UNZ+1:KUV1"), ("interchange-reference", _UNZ.format(2)), _EXTRA)
case("UNZ with one more component", replaced("UNZ+1+", "UNZ+1:x+"), _EXTRA)
case("UNZ with one more element", replaced("UNZ+1+KUV1", "UNZ+1+KUV1+x"), (_EXTRA[0], _UNZ.format("3, component 1")))
case("UNZ with empty ones", replaced("UNZ+1+KUV1", "UNZ+1:+KUV1++"))
case("UNT with one more", replaced("+BREV1'UNZ", "+BREV1::x'UNZ"), (_EXTRA[0], _UNT.format("2, component 3")))
case("UNZ missing", in_latin_1(*GOOD[:-1]), ("service-segment-missing", place(BASE, 6, "UNT")))
_DATA = in_latin_1(UNA, UNB, UNH, *BODY)
case(
    "UNT and UNZ missing",
    _DATA,
    ("service-segment-missing", place(_DATA, 5, "FTX")),
    ("service-segment-missing", place(_DATA, 5, "FTX")),
)
case("UNZ doubled", BASE + UNZ.encode(), ("doubled", f"segment 8 UNZ, byte {len(BASE)}"))
case(
    "no message",
    in_latin_1(UNA, UNB, "UNZ+0+KUV1'"),
    ("service-segment-missing", f"segment 2 UNZ, byte {9 + len(UNB)}"),
)
_DATA = in_latin_1(UNA, UNB, "FTX+NC+hej'", UNH, *BODY, UNT, UNZ)
case("segment before UNH", _DATA, ("outside-message", place(_DATA, 2, "FTX")))
_DATA = in_latin_1(UNA, "FTX+NC+hej'", *GOOD[1:])
case("segment before UNB", _DATA, ("outside-message", "segment 1 FTX, byte 9"))
_DATA = in_latin_1(UNA, UNB, UNH, *BODY, UNT, "FTX+NC+hej'", UNZ)
case("segment after UNT", _DATA, ("outside-message", f"segment 7 FTX, byte {_DATA.rindex(b'FTX')}"))
case("segment after UNZ", BASE + b"FTX+NC+hej'", ("after-end", f"segment 8 FTX, byte {len(BASE)}"))
_DATA = in_latin_1(UNA, UNB, "UNG+1'", UNH, *BODY, UNT, "UNE+1+1'", UNZ)
case("UNG and UNE", _DATA, ("outside-message", place(_DATA, 2, "UNG")), ("outside-message", place(_DATA, 8, "UNE")))
case("two interchanges", BASE + BASE[9:], ("second-interchange", f"segment 8 UNB, byte {len(BASE)}"))
case(
    "two interchanges with UNA",
    BASE + b"\n" + BASE,
    ("second-interchange", f"segment 8 UNB, byte {len(BASE) + 10}"),
)

OBJECT = "UNO+1+AID:abc+OBJ:PDF:pdf:91+{}:14:1:A'{}UNP+{}+1'"


def binary(size: object, content: str, trailer: object = "", more: str = "") -> bytes:
    """A letter with one object of ``content``, whose UNO says ``size``."""
    letter = "UNH+BREV1+MEDBIN:D:93A:UN:B0131X+BIN01'"
    whole = OBJECT.format(size, content, trailer or size) + more
    return in_latin_1(UNA, UNB, letter, whole, f"UNT+{4 + more.count(OBJECT[:5]) * 2}+BREV1'", UNZ)


_UNO_AT = at(binary(1, "x"), "UNO+")
_UNO = f"segment 3 UNO{{}}, byte {_UNO_AT}"


def unp(data: bytes, element: object) -> str:
    return f"segment 4 UNP, element {element}, byte {data.rindex(b'UNP+')}"


_NASTY = "a'UNP+9+1'\r\nUNZ?'\x00\xff"
case("object", binary(len(_NASTY), _NASTY))
case("object of nothing", binary(0, ""))
case("object, zeros before its size", binary("0011", "Hello World"))
case("object, line end before UNP", binary(11, "Hello World\r\n", 11))
_SIZE_4 = _UNO.format(", element 4, component 1")
for _size in ("x", "", "-1", "1.0", "1e3", "9" * 19):
    _DATA = binary(_size, "Hello World", 11)
    case(f"object of size {_size!r}", _DATA, ("object-size", _SIZE_4))
for _given in (10, 12, 5, 99999, 10**17):
    _DATA = binary(_given, "Hello World", 11)
    case(f"object of size {_given}, not 11", _DATA, ("object-length", _SIZE_4))
_DATA = binary(11, "\r\nHello World")
case("object after a line end", _DATA, ("object-length", _SIZE_4), ("object-trailer-length", unp(_DATA, 1)))
_DATA = binary(11, "Hello World", 12)
case("UNP of another length", _DATA, ("object-trailer-length", unp(_DATA, 1)))
_DATA = binary(11, "Hello World").replace(b"UNP+11+1", b"UNP+11+2")
case("UNP of another number", _DATA, ("object-reference", unp(_DATA, 2)))
_DATA = binary(11, "Hello World").replace(b"UNP+11+1", b"UNP+11+1+x")
case("UNP with one more", _DATA, ("trailer-extra", unp(_DATA, "3, component 1")))
_DATA = binary(11, "Hello World").replace(b"UNP+11+1'", b"").replace(b"UNT+4", b"UNT+3")
case("UNP missing", _DATA, ("service-segment-missing", place(_DATA, 4, "UNT")))
_DATA = replaced("BGM+K", "UNP+1+1")
case("UNP without UNO", _DATA, ("service-segment-missing", place(_DATA, 3, "UNP")))
_DATA = replaced("BGM+K'", "UNO+1+2+3+7'")
case(
    "UNO without all that follows",
    _DATA,
    ("object-length", f"segment 3 UNO, element 4, component 1, byte {at(_DATA, 'UNO+')}"),
    ("service-segment-missing", place(_DATA, 4, "DTM")),
)
_DATA = binary(3, "\xff\xfe\x80").replace(b"UNOC:3", b"UNOB:1")
case("UNOB of ASCII with an object of other bytes", _DATA, ("other-syntax-identifier", _SYNTAX))
case("UNO in a value", replaced("Hej", "?'UNO+1"))


@pytest.mark.parametrize("name", CASES)
def test_every_fault_has_its_place(name: str) -> None:
    data, expected = CASES[name]
    assert found_in_interchange(data) == sorted(expected)
    assert found_in_interchange(io.BytesIO(data)) == sorted(expected)


def test_every_kind_is_found_once_at_least() -> None:
    """The limits have tests of their own, below."""
    declared = {kind.code for kind in vars(catalogue).values() if isinstance(kind, Kind)}
    shown = {f"edifact.{code}" for _, expected in CASES.values() for code, _ in expected}
    assert declared - shown == {"edifact.too-large", "edifact.more"}


def test_nothing_of_a_faulty_interchange_is_dropped() -> None:
    """All the segments that are in the bytes are in the value, or there is none for want of a UNB."""
    for name, (data, _) in CASES.items():
        interchange = read(data).message
        if interchange is None:
            assert name in {
                "UNB missing",
                "empty",
                "white space",
                "UNA alone",
                "UNA and a line end",
                "no EDIFACT",
                "XML",
            }
            continue
        text = written(interchange)
        for word in (b"BREV1", b"KUV1", b"hvad", b"Hello World", b"hej"):
            assert (word in data) <= (word in text), name


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b" \r\n\t", b"\n\xef\xbb\xbf \n", b"\x0c"])
@pytest.mark.parametrize(
    "data",
    [
        *(BASE, BASE[9:], BASE[at(BASE, "UNH") :], b"UNG+1'" + BASE[9:], b"U\r\nN\nA:+.? '", b"UNA;*.! ~"),
        *(
            b"UNA:+? '" + BASE[9:],
            b"UNAa+.? '" + BASE[9:],
            b"UNA++.? '",
            b"UNA\x1f\x1d.  \x1cUNB\x1dUNOB",
            b"UNA:+.? \n",
        ),
        *(b"UNB\x1dUNOB\x1f1", b"UNB'", b"UNB*UNOC;3", b"UNB\r\n+UNOC"),
    ],
)
def test_edifact_is_detected_behind_white_space_and_a_byte_order_mark(start: bytes, data: bytes) -> None:
    assert medcom_bu.detect(start + data) is medcom_bu.WireFormat.EDIFACT


@pytest.mark.parametrize(
    "data",
    [
        *(b"UNHappy'", b"UNBORN", b"unb+UNOC:3'", b"FTX+UNB+'", b"U N B+", b"UNAble to comply", b"UNA er s\xf8d"),
        *(
            b"UNA",
            b"UNA\n",
            b"UNA\nhej med dig",
            b"UNA : vi ses",
            b"UNA: vi ses",
            b"UNA\xd8rlig",
            b"UNB is a university",
        ),
        *(b"UNB", b"UNH - et hus", b"UNG", b"UNG mand", b"UNH\nhej", b"UNAUNAUNA", b"UNAnimous, UNB"),
    ],
)
def test_other_text_is_not_taken_for_edifact(data: bytes) -> None:
    with pytest.raises(medcom_bu.UnknownFormat):
        medcom_bu.detect(data)


# --- properties ------------------------------------------------------------------------------------------------------

LATIN = st.characters(codec="latin-1", exclude_characters="\r\n", exclude_categories=["Cc"])
VALUES = st.text(LATIN | st.sampled_from("?:+'"), max_size=8)
TAGS = st.from_regex(r"[A-TV-Z][A-Z0-9]{2}", fullmatch=True)
SERVICES = st.permutations([";", "*", "!", "~", "^", "|"]).map(lambda signs: f"UNA{''.join(signs)}".encode())
SERVICE_STRINGS = st.sampled_from([SERVICE, b"UNA:+,? '", b"UNA:+.  '", None]) | SERVICES


def _canonical(elements: list[list[str]]) -> tuple[tuple[str, ...], ...]:
    """Without trailing empties; an element that is empty has one empty component."""
    made = []
    for element in elements:
        while len(element) > 1 and not element[-1]:
            element = element[:-1]
        made.append(tuple(element))
    while made and made[-1] == ("",):
        made.pop()
    return tuple(made)


ELEMENTS = st.lists(st.lists(VALUES, min_size=1, max_size=4), max_size=5).map(_canonical)


@st.composite
def interchanges(draw: st.DrawFn) -> Interchange:
    """Interchanges of plain segments and objects, with any service characters and line ends."""
    messages = []
    for number in range(draw(st.integers(1, 3))):
        inner = [Segment(draw(TAGS), draw(ELEMENTS)) for _ in range(draw(st.integers(0, 4)))]
        for at_object in range(draw(st.integers(0, 2))):
            payload = draw(st.binary(max_size=40) | st.sampled_from([b"'UNP+1+1'", b"\r\n", b"?'", b"UNZ'UNB"]))
            size = (str(len(payload)), "14", "1", "A")
            inner.append(Segment("UNO", ((str(at_object),), ("AID", "x"), ("OBJ",), size), payload=payload))
            inner.append(Segment("UNP", ((str(len(payload)),), (str(at_object),))))
        messages.append(
            InterchangeMessage.from_segments(
                Segment("UNH", ((f"B{number}",), ("MEDBIN", "D", "93A", "UN", "B0131X"))), inner
            )
        )
    header = Segment("UNB", (("UNOC", "3"), ("1", "14"), ("2", "14"), ("260131", "1015"), ("K",)))
    made = Interchange.from_messages(header, messages)
    return Interchange(
        made.header,
        made.messages,
        made.trailer,
        service=draw(SERVICE_STRINGS),
        line_end=draw(st.sampled_from([b"", b"\n", b"\r\n"])),
        rest=draw(st.sampled_from([b"", b"\n"])),
    )


MANY = 2000 if FULL else 200


@settings(max_examples=MANY, deadline=None)
@given(interchanges())
def test_what_is_written_is_read(interchange: Interchange) -> None:
    has_release = interchange.service != b"UNA:+.  '"
    if not has_release:
        interchange = _without_signs(interchange)
    data = written(interchange)
    for source in (data, io.BytesIO(data)):
        reading = read(source)
        assert reading.message == interchange
        assert {issue.severity for issue in reading.issues} <= {Severity.WARNING, Severity.INFORMATION}
        assert written(reading.message) == data


def _without_signs(interchange: Interchange) -> Interchange:
    """Without a release character, the other three cannot be in a value."""
    table = str.maketrans("", "", ":+'")

    def bare(segment: Segment) -> Segment:
        elements = _canonical([[text.translate(table) for text in element] for element in segment.elements])
        return Segment(segment.tag, elements, payload=segment.payload)

    messages = [
        InterchangeMessage.from_segments(letter.header, map(bare, letter.segments)) for letter in interchange.messages
    ]
    made = Interchange.from_messages(interchange.header, messages)
    return Interchange(made.header, made.messages, made.trailer, service=interchange.service)


PIECES = [*(line.encode("latin-1") for line in GOOD), binary(3, "abc"), b"UNO+1+2+3+5'", b"UNP+", b"?", b"'", b"\n"]


@settings(max_examples=MANY, deadline=None)
@given(st.binary(max_size=60) | st.lists(st.sampled_from(PIECES) | st.binary(max_size=3), max_size=12).map(b"".join))
def test_nothing_but_issues_comes_of_any_bytes(data: bytes) -> None:
    for start in (b"", UNA.encode(), BASE[: at(BASE, "BGM")]):
        _judged(start + data)


@settings(max_examples=MANY, deadline=None)
@given(st.data())
def test_nothing_but_issues_comes_of_a_damaged_message(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from([BASE, binary(20, "x" * 20)]))
    begin = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(begin, min(begin + 8, len(whole))))
    _judged(whole[:begin] + data.draw(st.binary(max_size=8)) + whole[end:])


def _judged(data: bytes) -> None:
    """Bytes and a file give the same; what was read without an error is the same when it is written and read."""
    reading = read(data)
    assert reading.issues == read(io.BytesIO(data)).issues
    for issue in reading.issues:
        assert isinstance(issue, Issue)
        assert issue.text("da")
        assert issue.hint_text("da")
    if reading.message is None:
        assert reading.failed
        return
    again = read(written(reading.message))
    if not reading.failed:
        assert again.message == _trimmed(reading.message)


def _trimmed(came: Interchange) -> Interchange:
    """What trailing empties are left out of."""
    trailer = None if came.trailer is None else _trimmed_segment(came.trailer)
    return Interchange(_trimmed_segment(came.header), tuple(map(_trimmed_message, came.messages)), trailer)


def _trimmed_message(came: InterchangeMessage) -> InterchangeMessage:
    trailer = None if came.trailer is None else _trimmed_segment(came.trailer)
    return InterchangeMessage(_trimmed_segment(came.header), tuple(map(_trimmed_segment, came.segments)), trailer)


def _trimmed_segment(came: Segment) -> Segment:
    return Segment(came.tag, _canonical([list(element) for element in came.elements]), payload=came.payload)


# --- limits ----------------------------------------------------------------------------------------------------------

HEAD = BASE[: at(BASE, "BGM")]
FLOOD = 1 << (19 if FULL else 17)
FLOODS = [
    *(
        b"UNO+'",
        b"UNO+?'",
        b"?",
        b"'",
        b"+",
        b":",
        b"A'",
        b"ABC'",
        b"UNO",
        b"UNO+",
        b"\n",
        b" ",
        b"??'",
        b"?'",
        b"?\n'",
    ),
    *(b"UNO+1+A+B+1'UNP+", b"UNO+1+A+B+9'UNP+1+1'", b"UNO+1+A+B+1'xUNP+1+1'", b"UNP+1+1'", b"FTX+A+B:C'"),
    *(b"FTX+?a'", b"FTX+\x01'", b"FTX+\xc3\xa6'", b"UNH'", b"UNT'", b"UNZ'", b"UNB'", b"U\n", b"?UNO+1+++5'", b"\n'"),
    *(b"UNA:+.? 'UNB+'", b"UNA;*.! ~UNB*~UNA:+.? 'UNB+'", b"'UNA", b"UNA:+.? ", b"' \n"),
]


@pytest.mark.slow
@pytest.mark.parametrize("wrap", [bytes, io.BytesIO])
@pytest.mark.parametrize(("start", "flood"), [*((HEAD, flood) for flood in FLOODS), (b"", b"UNO+'"), (b"", b"ABC'")])
def test_a_flood_takes_time_in_proportion(
    start: bytes, flood: bytes, wrap: Callable[[bytes], bytes | BinaryIO]
) -> None:
    """And there are few issues."""
    assert_linear_time(lambda count: start + flood * count, lambda data: read(wrap(data)))
    issues = read(wrap(start + flood * (FLOOD // len(flood)))).issues
    assert len(issues) <= 6 * LIMIT
    assert max((sum(issue.kind is other.kind for issue in issues) for other in issues), default=0) <= LIMIT


def test_what_comes_late_in_a_file_is_found_as_in_bytes() -> None:
    """The window on a file is 256 KiB at first."""
    for start, end in ((b" " * 700_000, b""), (b"\n" * (1 << 18), b""), (b"", b"\n" * 700_000)):
        for data in (start + BASE + end, start + b"\xef\xbb\xbf" + BASE + end, start + b"hello" + end):
            assert read(data) == read(io.BytesIO(data))
    for size in (1, 100_000, 262_144 - 200, 262_144, 700_000):
        several = "".join(OBJECT.format(size, "x" * size, size) for _ in range(3))
        data = in_latin_1(UNA, UNB, UNH, "FTX+" + "y" * (size // 2 + 1) + "'", several, "UNT+9+BREV1'", UNZ)
        assert found_in_interchange(data) == found_in_interchange(io.BytesIO(data)) == []
        assert read(data).message == read(io.BytesIO(data)).message
        assert written(read(io.BytesIO(data)).message) == data


def limit_of(data: bytes) -> list[Issue]:
    reading = read(data)
    assert reading.message is None
    return [issue for issue in reading.issues if issue.kind is catalogue.TOO_LARGE]


def test_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """One more than each limit is refused; the limit itself is not."""

    def objects(count: int) -> bytes:
        return in_latin_1(UNA, UNB, UNH, "UNO+1+++0'UNP+0+1'" * count, f"UNT+{2 * count + 2}+BREV1'", UNZ)

    assert found_in_interchange(objects(MAX_OBJECTS)) == []
    assert len(limit_of(objects(MAX_OBJECTS + 1))) == 1
    plain = replaced("b?'", "b")
    monkeypatch.setattr("medcom_bu.edifact.syntax.service.MAX_MESSAGES", 2)
    letter = "UNH+1+X'UNT+2+1'"
    assert found_in_interchange(in_latin_1(UNA, UNB, letter * 2, "UNZ+2+KUV1'")) == []
    assert found_in_interchange(in_latin_1(UNA, UNB, letter * 3, "UNZ+3+KUV1'")) == [("too-large", "byte 0")]
    monkeypatch.undo()
    monkeypatch.setattr("medcom_bu.edifact.syntax.tokens.MAX_SEGMENTS", 7)
    assert found_in_interchange(plain) == []
    assert found_in_interchange(plain + b"ABC'") == [("too-large", "byte 0")]
    monkeypatch.undo()
    monkeypatch.setattr("medcom_bu.edifact.syntax.tokens.MAX_PARTS", BASE[9:].count(b"+") + BASE[9:].count(b":"))
    assert found_in_interchange(BASE) == []
    assert found_in_interchange(replaced("BGM+K", "BGM+K:")) == [("too-large", "byte 0")]
    monkeypatch.undo()
    parts = BASE[9:].count(b"+") + BASE[9:].count(b":")
    monkeypatch.setattr("medcom_bu.edifact.syntax.tokens.FREE_PARTS", parts - len(BASE[9:]) // 4)
    assert found_in_interchange(BASE) == []
    assert found_in_interchange(replaced("BGM+K", "BGM+K:")) == [("too-large", "byte 0")]
    assert found_in_interchange(replaced("BGM+K", "BGM+K:long")) == []
    monkeypatch.undo()
    most = Limits(text=len(BASE) - 9)
    assert read(BASE, most).issues == ()
    assert [(issue.code, issue.path) for issue in read(BASE + b"\n", most).issues] == [("edifact.too-large", "byte 0")]
    assert read(binary(1000, "x" * 1000), Limits(text=500)).issues == ()


@pytest.mark.parametrize("most", [1, 100, 1000])
def test_what_has_more_errors_than_a_report_is_no_interchange(most: int) -> None:
    for flood in ("A'", "'", "FTX+? 'XYZ?a'", "UNT+1'"):
        data = replaced("BGM+K'", "BGM+K'" + flood * (2 * most + 1))
        reading = read(data, Limits(issues=most))
        assert reading.message is None
        assert [issue.params for issue in reading.issues if issue.kind is catalogue.TOO_LARGE] == [
            (("limit", f"{most} errors of syntax"),)
        ]
        assert read(data, Limits(issues=10 * most + 10)).message is not None


def test_of_many_issues_of_a_kind_the_number_is_given() -> None:
    data = replaced("BGM+K'", "BGM+K'" + "'" * (LIMIT + 3))
    issues = read(data).issues
    assert [issue.code for issue in issues] == ["edifact.empty-segment"] * LIMIT + ["edifact.more"]
    assert issues[-1].message == "3 more issues with the code edifact.empty-segment are left out"


LARGE = 30_000_000
MARGIN = 10_000_000


def test_a_large_object_is_held_once(tmp_path: Path) -> None:
    payload = b"\x00'UNO+" * (LARGE // 6)
    data = binary(len(payload), "@").replace(b"@", payload)
    file = tmp_path / "large.edi"
    file.write_bytes(data)
    assert peak(lambda: read(data)) <= len(payload) + MARGIN
    with file.open("rb") as opened:
        assert peak(lambda: read(opened)) <= len(payload) + MARGIN
        opened.seek(0)
        reading = read(opened)
    assert reading.issues == ()
    assert reading.message is not None
    interchange, sink = reading.message, Discarding()
    assert interchange.messages[0].segments[0].payload == payload
    assert peak(lambda: write(interchange, sink)) <= MARGIN
    assert sink.size == len(data)


def test_a_large_text_is_refused_before_it_is_held(tmp_path: Path) -> None:
    file = tmp_path / "large.edi"
    file.write_bytes(HEAD + b"FTX+" + b"x" * 100_000_000)
    with file.open("rb") as opened:
        most = Limits(text=1 << 24)
        assert peak(lambda: read(opened, most)) <= 5 * most.text
        opened.seek(0)
        assert [issue.code for issue in read(opened, most).issues] == ["edifact.too-large"]


# --- the official examples -------------------------------------------------------------------------------------------

ACCEPTED = {"syntax-cases/text.edi": ["edifact.utf-8"]}
"""A message that MedCom's converter takes, although its text is UTF-8: a warning here."""

FAULTS = {
    "DIS20_ERROR_ENC0": ["utf-8"],
    "DIS20_ERROR_SYNTAX0": ["empty-segment"],
    "DIS20_ERROR_SYNTAX1": ["release"],
    "DIS20_ERROR_SYNTAX2": ["tag"],
    "DIS20_ERROR_SYNTAX3": ["tag"],
    "DIS20_ERROR_UNB0": ["element-missing"],
    "DIS20_ERROR_UNB1": ["service-segment-missing"],
    "DIS20_ERROR_UNB2": ["doubled"],
    "DIS20_ERROR_UNB3": ["second-interchange"],
    "DIS20_ERROR_UNH0": ["element-missing", "element-missing"],
    "DIS20_ERROR_UNH1": ["service-segment-missing"],
    "DIS20_ERROR_UNH2": ["message-reference"],
    "DIS20_ERROR_UNT0": ["segment-count"],
    "DIS20_ERROR_UNT1": ["service-segment-missing"],
    "DIS20_ERROR_UNT2": ["message-reference", "segment-count"],
    "DIS20_ERROR_UNZ0": ["interchange-reference"],
    "DIS20_ERROR_UNZ1": ["message-count"],
    "DIS20_ERROR_UNZ2": ["interchange-reference", "trailer-extra"],
    "DIS20_ERROR_UNZ3": ["service-segment-missing"],
    "DIS20_ok_UNA": ["una-missing"],
    "text": ["utf-8"],
}
"""What is found in MedCom's collection of syntax faults; in those that are not named, nothing is."""

NOT_CANONICAL = {
    "real/XBIN_hello_World.edi": "a line end between object and UNP",
    "history/CTL01_1.rev-8d94afa.edi": "line ends after some of the segments",
    "history/REF01_1.rev-1c685b5.edi": "line ends of two kinds",
}


@pytest.mark.parametrize("folder", ["real", "history"])
def test_the_official_examples_are_read_and_written_as_they_are(folder: str) -> None:
    files = sorted(oracle(f"examples/edifact/{folder}").glob("*.edi"))
    assert len(files) >= 14
    for file in files:
        data = file.read_bytes()
        reading = read(data)
        assert reading.issues == (), file.name
        same = written(reading.message) == data
        assert same is (f"{folder}/{file.name}" not in NOT_CANONICAL), file.name


def test_the_official_faults_are_found() -> None:
    files = sorted(oracle("examples/edifact/syntax-cases").glob("*.edi"))
    assert len(files) == 29
    for file in files:
        assert [code for code, _ in found_in_interchange(file.read_bytes())] == FAULTS.get(file.stem, []), file.name


def test_the_recorded_mutations_are_read_as_bytes_and_as_files() -> None:
    records = oracle("examples/edifact/synthetic/edi2xml.jsonl").read_text(encoding="utf-8").strip("\n").split("\n")
    assert len(records) == 230
    for record in records:
        _judged(json.loads(record)["edi"].encode("latin-1"))


def test_a_service_string_is_understood_once() -> None:
    assert ServiceCharacters.from_una(SERVICE) is ServiceCharacters.from_una(bytes(bytearray(SERVICE)))
