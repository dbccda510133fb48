"""Reading letters by their layout: each thing that can be found, in bytes that have it and in bytes that do not."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

import attrs
import pytest

import medcom_bu
from medcom_bu.edifact import codec
from medcom_bu.edifact.layout import catalogue
from medcom_bu.edifact.layout.kept import Kept
from medcom_bu.edifact.layout.letters.binary_letter import B0131X
from medcom_bu.edifact.layout.letters.clinical_email import D9134L
from medcom_bu.edifact.layout.letters.hospital_referral import H0130R
from medcom_bu.edifact.layout.notation import Layout, Row, always, maybe
from medcom_bu.edifact.syntax.tokens import MAX_SEGMENTS
from medcom_bu.envelopes import vans
from medcom_bu.issues import Kind, Layer, Outcome, Verdict
from medcom_bu.layouts import Codec, table
from medcom_bu.messages.binary_letter import XB0210X, BinaryLetter, ReferralAttachment, SystemInformation
from medcom_bu.messages.clinical_email import XD9134L
from medcom_bu.messages.emessage import Consignment, Emessage
from medcom_bu.messages.hospital_referral import XH0131R
from medcom_bu.messages.letters import spec_of
from medcom_bu.rendering.page import as_page
from medcom_bu.testing.letters import complete, letter_samples
from medcom_bu.values.parties import Person
from medcom_bu.values.text import FormattedText, Mark
from tests.support.edifact_bytes import edited
from tests.support.memory import peak
from tests.support.paths import changed
from tests.support.typed import letter_as, of_type

NO_LAYOUT = {"XREF01/XH0131R", "XBIN02/XB0210X"}
SAMPLES = {name: message for name, message in letter_samples().items() if name not in NO_LAYOUT}
PLAIN = FormattedText(("Tekst", Mark.BREAK))
SHORT: dict[str, dict[str, Any]] = {
    "XREF01/XH0130R": {
        "hospital_visitation": (),
        "relevant_clinical_information": None,
        "additional_information.clinical_reason": PLAIN,
        "additional_information.supplementary": None,
    },
    "XDIS91/XD9134L": {"clinical_information": ()},
}


def short(name: str) -> bytes:
    """A letter with few texts, so that its segments can be counted."""
    changes = {f"letters[0].{path}": held for path, held in SHORT.get(name, {}).items()}
    return medcom_bu.to_edifact(changed(SAMPLES[name], changes))


REF, DIS, BIN = short("XREF01/XH0130R"), short("XDIS91/XD9134L"), short("XBIN01/XB0131X")
NEG, POS = short("XCTL02/XC0230Q"), short("XCTL03/XC0330Q")


def found_in_letter(data: bytes, layout: Any = None) -> list[tuple[str, str]]:
    """All that the schema layer says, its places without the byte. There is nothing to say of the syntax."""
    reading = codec.read(data, layout=layout)
    issues = [issue for issue in reading.issues if issue.code != "edifact.una-missing"]
    assert {issue.layer for issue in issues} <= {"schema"}
    return [(issue.code.removeprefix("edifact."), re.sub(", byte .*", "", issue.path)) for issue in issues]


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("alternative", [0, 1, 2])
def test_a_complete_letter_has_nothing_to_find(name: str, alternative: int) -> None:
    message = SAMPLES[name]
    version = next(v for v in spec_of(type(message.letters[0])).versions if v.code == name[-7:])
    other = complete(type(message.letters[0]), version, alternative)
    data = medcom_bu.to_edifact(other)
    assert found_in_letter(data) == []
    assert medcom_bu.validate(data).complete
    if name != "XREF01/XH0130R":  # its triage note arrives as several
        assert medcom_bu.to_edifact(medcom_bu.parse(data, Emessage)) == data


NOTHING: list[tuple[str, str]] = []
E2C1 = "element 2, component 1"
CASES: dict[str, tuple[bytes, tuple[tuple[str, str], ...], list[tuple[str, str]]]] = {
    "nothing": (REF, (), NOTHING),
    "groups in another order": (
        REF,
        (("S06+06'STS++NR'", ""), ("S02+02'", "S06+06'STS++NR'S02+02'")),
        [("order", "segment 26 S02")],
    ),
    "segments in another order": (
        REF,
        (("GIS+N'RFF+ROI", "RFF+ROI"), ("DTM+4", "GIS+N'DTM+4")),
        [("order", "segment 26 GIS")],
    ),
    "texts in another order": (
        DIS,
        (("FTX+OE+P00++Opf\xf8lgning'", "FTX+NC+P00++tekst'FTX+OE+P00++Opf\xf8lgning'"),),
        NOTHING,
    ),
    "six lines in a segment": (
        DIS,
        (("FTX+OE", "FTX+NC+P00++a:b:c:d:e:f'FTX+OE"),),
        [("text-lines", "segment 30 FTX, element 4")],
    ),
    "71 characters in a line": (
        DIS,
        (("FTX+OE", f"FTX+NC+P00++{'x' * 71}'FTX+OE"),),
        [("text-lines", "segment 30 FTX, element 4")],
    ),
    "70 characters in a line": (DIS, (("FTX+OE", f"FTX+NC+P00++{'x' * 70}'FTX+OE"),), NOTHING),
    "ten texts in a group": (DIS, (("FTX+OE", "FTX+NC+P00++a'" * 9 + "FTX+OE"),), [("limit", "segment 29 S14")]),
    "nine texts in a group": (DIS, (("FTX+OE", "FTX+NC+P00++a'" * 8 + "FTX+OE"),), NOTHING),
    "another constant": (REF, (("BGM+HNV", "BGM+XXX"),), [("constant", "segment 3 BGM, element 1, component 1")]),
    "a constant that is missing": (
        REF,
        (("++9+NA'", "++9'"),),
        [("constant", "segment 3 BGM, element 4, component 1")],
    ),
    "another moment where the wire repeats it": (
        REF,
        (("DTM+4:202605040930", "DTM+4:202605040931"),),
        [("differs", "segment 27 DTM, element 1, component 2")],
    ),
    "another number of the letter where the wire repeats it": (
        DIS,
        (("RFF+SRI:BREV0000000001", "RFF+SRI:BREV0000000002"),),
        [("differs", "segment 17 RFF, element 1, component 2")],
    ),
    "a format of dates that means something else": (
        REF,
        (("DTM+137:202605040930:203", "DTM+137:202605040930:204"),),
        [("qualifier", "segment 4 DTM, element 1, component 3")],
    ),
    "a moment too short": (
        REF,
        (("DTM+137:202605040930", "DTM+137:20260504"),),
        [("date-time", "segment 4 DTM, element 1, component 2")],
    ),
    "a day that is none, and another where the wire repeats it": (
        DIS,
        (("DTM+137:202605040930", "DTM+137:202602300930"),),
        [("no-such-date", "segment 4 DTM, element 1, component 2")],
    ),
    "a day that is none": (
        DIS,
        (("DTM+137:202605040930", "DTM+137:202602300930"), ("DTM+182:202605040930", "DTM+182:202602300930")),
        [("no-such-date", "segment 4 DTM, element 1, component 2")],
    ),
    "an element too many": (
        REF,
        (("SEQ++1'", "SEQ++1+2'"),),
        [("not-placed", "segment 9 SEQ, element 3, component 1")],
    ),
    "a component too many": (
        REF,
        (("RFF+ROI:0123456789abcdef0123456789abcdef", "RFF+ROI:1:2"),),
        [("not-placed", "segment 26 RFF, element 1, component 3")],
    ),
    "a segment that the group does not know": (
        REF,
        (("STS++NR'", "STS++NR'XYZ+1'"),),
        [("not-placed", "segment 33 XYZ")],
    ),
    "a qualifier that the group does not know": (
        REF,
        (("FTX+IN", "FTX+ZZ+P00++tekst'FTX+IN"),),
        [("not-placed", "segment 42 FTX")],
    ),
    "a segment outside of the groups": (REF, (("BGM", "XYZ+1'BGM"),), [("unexpected", "segment 3 XYZ")]),
    "a group that the letter does not know": (
        DIS,
        (("S07+07", "S04+04'ABC+1'S07+07"),),
        [("unexpected", "segment 20 S04"), ("not-placed", "segment 21 ABC")],
    ),
    "a group that is tolerated": (DIS, (("S07+07", "S05+05'S07+07"),), NOTHING),
    "a party in no role": (
        DIS,
        (("NAD+PO+", "NAD+XX+"),),
        [
            ("unexpected", "segment 11 S01"),
            ("not-placed", "segment 12 NAD"),
            ("not-placed", "segment 13 ADR"),
            ("not-placed", "segment 14 SEQ"),
            ("missing", "segment 2 UNH"),
            ("missing", "segment 2 UNH"),
        ],
    ),
    "words on pregnancy": (REF, (("FTX+IN", "FTX+PR+P00++tekst'FTX+IN"),), [("forbidden", "segment 42 FTX")]),
    "a reason in a positive receipt": (POS, (("UCM", "FTX+NC+P00++tekst'UCM"),), [("forbidden", "segment 4 FTX")]),
    "a segment twice": (REF, (("REL+PER+GU'", "REL+PER+GU'REL+PER+MO'"),), [("repeated", "segment 40 REL")]),
    "a constant segment twice": (REF, (("SEQ++1'", "SEQ++1'SEQ++1'"),), [("not-placed", "segment 10 SEQ")]),
    "a group twice": (
        REF,
        (("S12+12", "S10+10'REL+PER+MO'S12+12"),),
        [("repeated", "segment 41 S10"), ("not-placed", "segment 42 REL")],
    ),
    "both identifiers of a patient": (
        REF,
        (("SU:Testesen+FO:Test'ADR", "SU:Testesen+FO:Test'RFF+XPI:0703921VJ5'ADR"),),
        [("repeated", "segment 35 RFF, element 1, component 2")],
    ),
    "a segment that is missing": (REF, (("SEQ++1'", ""),), [("segment-absent", "segment 5 S01")]),
    "a group that is missing": (REF, (("S06+06'STS++NR'", ""),), [("segment-absent", "segment 48 TDT")]),
    "a code that is none": (REF, (("PTY+PRI+WA", "PTY+PRI+XX"),), [("code", "segment 46 PTY, element 2, component 1")]),
    "a code list that is none": (
        REF,
        (("::9++", ":XXX:9++"),),
        [("code", f"segment 6 NAD, {E2C1.replace('1', '2')}")],
    ),
    "an agency without a code list": (
        REF,
        (("NAD+PO+5790000121526::9++", "NAD+PO+5790000121526:ABC:SST++"),),
        [("code", f"segment 6 NAD, {E2C1.replace('1', '2')}")],
    ),
    "the agency of another code list": (
        REF,
        (("::9++", ":YNR:SST++"),),
        [("constant", "segment 6 NAD, element 2, component 3")],
    ),
    "another number of an object": (
        BIN,
        (("UNO+1+", "UNO+3+"), ("UNP+33+1", "UNP+33+3")),
        [("constant", "segment 22 UNO, element 1, component 1")],
    ),
    "the type of another letter in a receipt": (
        POS,
        (("XMEDREF:D:93A:UN:XH0131R", "MEDREF:D:93A:UN:D9134L"),),
        [("differs", "segment 4 UCM, element 2, component 1")],
    ),
    "the type of the letter in a receipt": (POS, (("XMEDREF:D:93A:UN:XH0131R", "MEDDIS:D:93A:UN:D9134L"),), NOTHING),
    "a type that is not known here": (
        NEG,
        (("XMEDREF:D:93A:UN:XH0131R", "MEDXXX:D:93A:UN:U0130U"),),
        [("not-compared", "segment 5 UCM, element 2, component 1")],
    ),
    "a plus in a text": (
        DIS,
        (("FTX+OE", "FTX+NC+P00++giv 5+5 mg'FTX+OE"),),
        [("plus-in-text", "segment 30 FTX, element 5")],
    ),
    "two pluses in a text": (
        DIS,
        (("FTX+OE", "FTX+NC+P00++giv 5+5+ 5 mg:dagligt+a'FTX+OE"),),
        [("plus-in-text", "segment 30 FTX, element 5")],
    ),
    "a plus behind a language": (
        DIS,
        (("FTX+OE", "FTX+NC+P00++tekst+DA+5'FTX+OE"),),
        [("not-placed", "segment 30 FTX, element 5"), ("plus-in-text", "segment 30 FTX, element 6")],
    ),
    "a language": (
        DIS,
        (("FTX+OE", "FTX+NC+P00++tekst+dan'FTX+OE"),),
        [("not-placed", "segment 30 FTX, element 5")],
    ),
    "a plus in a subject": (
        DIS,
        (("Opf\xf8lgning'", "Opf\xf8lgning+samtale'"),),
        [("plus-in-text", "segment 30 FTX, element 5")],
    ),
    "a colon in a subject": (
        DIS,
        (("Opf\xf8lgning'", "Opf\xf8lgning: samtale'"),),
        [("colon-in-text", "segment 30 FTX, element 4, component 2")],
    ),
    "a plus in a reason": (
        REF,
        (("FTX+DI+P00++Tekst", "FTX+DI+P00++Tekst +mere"),),
        [("plus-in-text", "segment 30 FTX, element 5")],
    ),
    "a plus in the reason of a refusal": (
        NEG,
        (("Afvist:se bilag", "Afvist+se bilag"),),
        [("plus-in-text", "segment 4 FTX, element 5")],
    ),
    "a plus in an address of mail": (
        REF,
        (("test@", "test+bup@"),),
        [("plus-in-text", "segment 42 FTX, element 5")],
    ),
    "a plus in a web address": (
        REF,
        (("invalid/bilag", "invalid/a+b"),),
        [("plus-in-text", "segment 43 FTX, element 5")],
    ),
    "a colon in a web address": (
        REF,
        (("https?://example.invalid/bilag", "https://example.invalid/bilag"),),
        [("colon-in-text", "segment 43 FTX, element 4, component 2")],
    ),
    "a port in a web address": (
        REF,
        (("example.invalid/bilag", "example.invalid:8080/bilag"),),
        [("likely-colon-in-text", "segment 43 FTX, element 4, component 2")],
    ),
    "a web address in two components": (REF, (("example.invalid/bilag", "example.\\:invalid/bilag"),), NOTHING),
    "a plus in a diagnosis": (
        REF,
        (("CIN+H+DZ032:SKS::Observation", "CIN+H+DZ032:SKS::ADHD+angst"),),
        [("plus-in-text", "segment 28 CIN, element 3")],
    ),
    "a colon in a diagnosis": (
        REF,
        (("CIN+H+DZ032:SKS::Observation", "CIN+H+DZ032:SKS::Obs: mistanke"),),
        [("colon-in-text", "segment 28 CIN, element 2, component 5")],
    ),
    "a plus in an occupation": (
        REF,
        (("EMP+1++:::Psykolog", "EMP+1++:::Psykolog+forsker"),),
        [("plus-in-text", "segment 37 EMP, element 4")],
    ),
    "a plus in a telephone number": (
        DIS,
        (("CON++00000000:TE", "CON+++4500000000:TE"),),
        [("constant", "segment 8 CON, element 2, component 2"), ("plus-in-text", "segment 8 CON, element 3")],
    ),
    "a plus in the name of a unit": (
        DIS,
        (("NAD+SSP+5790000121526::9++Eksempel Kommune", "NAD+SSP+5790000121526::9++Eksempel + Kommune"),),
        [("constant", "segment 6 NAD, element 4, component 6"), ("plus-in-text", "segment 6 NAD, element 5")],
    ),
    "a colon in the name of a unit": (
        DIS,
        (("NAD+SSP+5790000121526::9++Eksempel Kommune", "NAD+SSP+5790000121526::9++Eksempel: Kommune"),),
        [
            ("not-placed", "segment 6 NAD, element 4, component 4"),
            ("constant", "segment 6 NAD, element 4, component 6"),
            ("colon-in-text", "segment 6 NAD, element 4, component 7"),
        ],
    ),
    "a plus in a surname": (
        REF,
        (("SU:Testesen+FO:Test'ADR", "SU:Testesen+Pr\xf8vesen+FO:Test'ADR"),),
        [("constant", "segment 34 PNA, element 6, component 1"), ("plus-in-text", "segment 34 PNA, element 7")],
    ),
    "a plus between short names of a unit": (
        DIS,
        (("++Eksempel Kommune", "++BUP+VUH"),),
        [("constant", "segment 6 NAD, element 4, component 6"), ("plus-in-text", "segment 6 NAD, element 5")],
    ),
    "a country behind an address": (
        REF,
        (("Eksempelstad+9999'CON", "Eksempelstad+9999+DK'CON"),),
        [("not-placed", "segment 7 ADR, element 5, component 1")],
    ),
    "a time of day in a text": (
        DIS,
        (("FTX+OE", "FTX+NC+P00++M\xf8de kl. 12:30 i morgen'FTX+OE"),),
        [("likely-colon-in-text", "segment 30 FTX, element 4")],
    ),
    "a web address in a text": (
        DIS,
        (("FTX+OE", "FTX+NC+P00++se https://example.invalid'FTX+OE"),),
        [("likely-colon-in-text", "segment 30 FTX, element 4")],
    ),
    "released signs in a text": (
        DIS,
        (("FTX+OE", "FTX+NC+P00++kl. 12?:30?: 5?+5 mg, https?://a:12.30:30 mg'FTX+OE"),),
        NOTHING,
    ),
    "a code that only another version knows": (
        BIN,
        (("GIS+N", "GIS+M"),),
        [("code-version", "segment 16 GIS, element 1, component 1")],
    ),
    "an older form of a code": (
        BIN,
        (("OBJ:VGR", "OBJ:SND"),),
        [("other-form", "segment 22 UNO, element 3, component 2")],
    ),
    "no word on receipts": (REF, (("++++1'", "'"),), [("request-absent", "segment 1 UNB, element 9")]),
    "a rejection in a positive receipt": (
        POS,
        (("UN:XH0131R+7", "UN:XH0131R+4"),),
        [("qualifier", "segment 4 UCM, element 3, component 1")],
    ),
    "a name too long": (
        REF,
        (("++Eksempel Kommune", "++" + "x" * 36),),
        [("length", "segment 6 NAD, element 4, component 1")],
    ),
    "a number that is none": (
        REF,
        (("PNA+PAT+0201609995", "PNA+PAT+020160999A"),),
        [("pattern", f"segment 34 PNA, {E2C1}")],
    ),
    "an identifier that is not a UUID": (
        BIN,
        (("AID:5f0c3b1e7a524d6a9a3e0c1d2e3f4a5b", "AID:kort"),),
        [("pattern", "segment 22 UNO, element 2, component 2")],
    ),
    "four telephones": (
        REF,
        (("CON+CE+00000000:TE'", "CON+CE+00000000:TE'" * 4),),
        [("count", "segment 33 S07")],
    ),
    "a name that is missing": (REF, (("SU:Testesen", "SU:"),), [("missing", "segment 33 S07")]),
    "an unknown format of text": (
        REF,
        (("FTX+DI+P00", "FTX+DI+PFM"),),
        [("text-format", "segment 30 FTX, element 2")],
    ),
    "text where none belongs": (
        REF,
        (("FTX+DI+P00++", "FTX+DI+P00:x+y+"),),
        [("not-placed", "segment 30 FTX, element 2"), ("not-placed", "segment 30 FTX, element 3")],
    ),
    "a format in simple text": (NEG, (("P00", "PF0"),), [("constant", "segment 4 FTX, element 2, component 1")]),
    "a second reason of another kind": (
        NEG,
        (("UCM", "FTX+VER+P00++tekst'UCM"),),
        [("not-placed", "segment 5 FTX, element 1, component 1")],
    ),
    "a second text of the same reason": (NEG, (("UCM", "FTX+NC+P00++tekst'UCM"),), NOTHING),
    "another letter": (REF, (("MEDREF:D", "MEDXXX:D"),), [("letter", "segment 2 UNH, element 2")]),
    "another version": (REF, (("H0130R", "H0730R"),), [("unknown-version", "segment 2 UNH, element 2, component 5")]),
    "a version whose layout is not public": (
        REF,
        (("H0130R", "H0131R"), ("PAS+HA", "PAS+HJ"), ("S06+06", "S03+03'S06+06")),
        [
            ("layout-not-public", "segment 2 UNH, element 2, component 5"),
            ("not-judged", "segment 31 S03"),
            ("not-judged", "segment 48 PAS, element 1, component 1"),
        ],
    ),
    "files of a referral": (
        BIN,
        (("B0131X+BIN01", "B0210X+BIN02"), ("SST+BIN01", "SST+BIN02")),
        [("layout-not-public", "segment 2 UNH, element 2, component 5")],
    ),
    "a test indicator": (
        REF,
        (("++++1'", "++++1++1'"),),
        [("not-placed", "segment 1 UNB, element 11, component 1")],
    ),
    "an address of another kind": (
        REF,
        (("UNB+UNOC:3+5790000121526:14", "UNB+UNOC:3+5790000121526:ZZ"),),
        [("constant", f"segment 1 UNB, {E2C1.replace('1', '2')}")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_exactly_what_is_found(name: str) -> None:
    data, edits, expected = CASES[name]
    assert found_in_letter(edited(data, *edits)) == expected


def test_every_kind_is_shown() -> None:
    declared = {item.code.removeprefix("edifact.") for item in vars(catalogue).values() if isinstance(item, Kind)}
    shown = {code for _, _, expected in CASES.values() for code, _ in expected}
    assert (
        shown | {"no-layout", "no-version", "no-letter", "refused", "unjudged", "unreadable", "unb-acknowledgement"}
        == declared
    )


KEEPS = {"constant", "qualifier", "not-placed", "unexpected", "forbidden", "repeated", "text-format", "letter"} | {
    "unknown-version",
    "layout-not-public",
    "not-judged",
    "differs",
    "not-compared",
    "plus-in-text",
    "colon-in-text",
    "likely-colon-in-text",
}


REPEATS = {
    "a moment too short": {27},
    "a day that is none, and another where the wire repeats it": {19},
    "a code list that is none": {6},
    "an agency without a code list": {6},
}
"""Segments that repeat what is wrong itself: kept, and not named again."""


@pytest.mark.parametrize("name", CASES)
def test_what_has_no_place_is_kept(name: str) -> None:
    """Every segment that an issue of these kinds is at is beside the value, as it came, and in no other wire."""
    data, edits, expected = CASES[name]
    message: Any = codec.read(edited(data, *edits)).message
    holders = [message, *message.letters]
    kept = [item for holder in holders for item in holder.unexpected]
    at = {int(path.split()[1].rstrip(",")) for code, path in expected if code in KEEPS}
    assert {item.index for item in kept} == at - NOT_KEPT.get(name, set()) | REPEATS.get(name, set())
    for item in kept:
        assert item.kind == "segment"
        assert item.content.encode("latin-1") in edited(data, *edits)
        assert item.content not in repr(message)
    assert b"XYZ" not in medcom_bu.to_xml(message)
    lost = [loss.path for loss in medcom_bu.losses(message, "xml") if loss.code == "loss.xml-segment"]
    assert len(lost) == len(kept)


@pytest.mark.parametrize("name", CASES)
def test_the_value_is_as_invalid_as_its_bytes(name: str) -> None:
    """An error for which a segment is kept is an error of the value, until what is kept is taken out of it."""
    data, edits, expected = CASES[name]
    came = medcom_bu.validate(edited(data, *edits))
    errors = {issue.code.removeprefix("edifact.") for issue in came if issue.severity == "error"} & KEEPS
    wrong = {int(path.split()[1].rstrip(",")) for code, path in expected if code in errors}
    message: Any = codec.read(edited(data, *edits)).message
    holders = {"": message, **{f"letters[{n}].": letter for n, letter in enumerate(message.letters)}}
    kept = {f"{path}unexpected[{n}]": item for path, one in holders.items() for n, item in enumerate(one.unexpected)}
    refused = {path for path, item in kept.items() if item.index in wrong}
    report = medcom_bu.validate(message)
    assert {issue.path for issue in report if issue.code == "edifact.refused"} == refused
    assert report.ok or not came.ok or not came.complete
    assert not report.ok or came.ok
    clean = message.replace(unexpected=(), letters=tuple(letter.replace(unexpected=()) for letter in message.letters))
    assert not {"edifact.refused", "edifact.unjudged"} & {issue.code for issue in medcom_bu.validate(clean)}


NOT_KEPT = {
    "a constant that is missing": {3},
    "a version whose layout is not public": {48},
    "a time of day in a text": {30},
    "a web address in a text": {30},
}
"""There is nothing to keep; a code or a text that is in the value need not be kept twice."""


GUESSES = {
    "H0131R": edited(REF, ("H0130R", "H0131R")),
    "B0210X": edited(BIN, ("B0131X+BIN01", "B0210X+BIN02"), ("SST+BIN01", "SST+BIN02")),
}
NONSENSE: dict[str, tuple[str, str]] = {
    "a code": ("PTY+PRI+WA", "PTY+PRI+ZZ"),
    "another code": ("PAS+HA", "PAS+QQ"),
    "a code of the files": ("GIS+N", "GIS+Q"),
    "unknown segments": ("S02+02'", "S02+02'XYZ+1'ABC+1'"),
    "an unknown group": ("S02+02'", "S03+03'ABC+1'S02+02'"),
    "an element more": ("S02+02'", "S02+02+x'"),
    "another constant": ("BGM+", "BGM+X"),
    "another qualifier": (":203'", ":204'"),
    "a segment twice": ("GIS+N'", "GIS+N'GIS+N'"),
    "a forbidden segment": ("S12+12'", "S12+12'FTX+PR+P00++tekst'"),
}


@pytest.mark.parametrize("version", GUESSES)
@pytest.mark.parametrize("name", [None, *NONSENSE])
def test_a_guess_is_never_a_verdict(version: str, name: str | None) -> None:
    """The schema layer has not run, in bytes, in the value, in a consignment; nothing says that receivers drop it."""
    data = GUESSES[version]
    if name is not None:
        if NONSENSE[name][0].encode() not in data:
            pytest.skip("the letter has no such segment")
        data = edited(data, NONSENSE[name])
    report, value = medcom_bu.validate(data), medcom_bu.parse(data, Emessage)
    assert {issue.code for issue in report if issue.layer is Layer.SCHEMA} == (
        {"edifact.layout-not-public"} if name is None else {"edifact.layout-not-public", "edifact.not-judged"}
    )
    assert (report.layers[Layer.SCHEMA], report.ok, report.complete) == (Outcome.NOT_RUN, True, False)
    assert report.verdict is Verdict.NOT_CHECKED
    assert not any("drop" in issue.hint for issue in report)
    assert value.letters[0].unexpected[0].name == "UNH"
    for held, path in ((value, ""), (Consignment((value,)), "messages[0].")):
        judged = medcom_bu.validate(held)
        assert (judged.layers[Layer.SCHEMA] is Outcome.PASSED, judged.complete) == (False, False)
        assert ("edifact.unjudged", f"{path}letters[0].unexpected[0]") in [(i.code, i.path) for i in judged]
    assert "loss.xml-segment" in {loss.code for loss in medcom_bu.losses(value, "xml")}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_one_guess_among_several_letters_leaves_the_layer_open(order: tuple[int, int]) -> None:
    bodies = [GUESSES["H0131R"], BIN]
    bodies = [data[data.index(b"UNH+") : data.index(b"UNZ+")] for data in (bodies[at] for at in order)]
    data = REF[: REF.index(b"UNH+")] + b"".join(bodies) + REF[REF.index(b"UNZ+") :].replace(b"UNZ+1", b"UNZ+2")
    report = medcom_bu.validate(data)
    assert (report.ok, report.complete, report.layers[Layer.SCHEMA]) == (True, False, Outcome.NOT_RUN)
    assert not medcom_bu.validate(medcom_bu.parse(data)).complete


def test_a_letter_of_no_known_layout_is_not_judged_as_a_value() -> None:
    for old, new in (("MEDREF:D", "MEDXXX:D"), ("H0130R", "H0730R")):
        value: Any = medcom_bu.read(edited(REF, (old, new))).message
        report = medcom_bu.validate(value)
        assert "edifact.unjudged" in {issue.code for issue in report}
        assert not report.complete or not report.ok


def test_a_guess_still_judges_what_every_version_demands() -> None:
    report = medcom_bu.validate(edited(GUESSES["H0131R"], ("SU:Testesen", "SU:")))
    assert "edifact.missing" in {issue.code for issue in report}
    assert report.layers[Layer.SCHEMA] is Outcome.FAILED


def test_what_a_version_without_a_public_layout_gives() -> None:
    message: Any = codec.read(edited(REF, ("H0130R", "H0131R"), ("PAS+HA", "PAS+HJ"))).message
    letter = message.letters[0]
    assert (letter.letter.version_code, letter.additional_information.referral_status) == ("XH0131R", "HJ")
    assert message.namespace == XH0131R.namespace
    files: Any = codec.read(edited(BIN, ("B0131X+BIN01", "B0210X+BIN02"))).message
    assert type(files.letters[0]) is ReferralAttachment
    assert files.letters[0].binary_object == letter_as(BinaryLetter, SAMPLES["XBIN01/XB0131X"]).binary_object


@pytest.mark.parametrize(
    ("name", "version", "code", "hint"),
    [
        ("XREF01/XH0131R", None, "edifact.no-layout", "with its losses: H0130R"),
        ("XREF01/XH0131R", "H0131R", "edifact.no-layout", "with its losses: H0130R"),
        ("XBIN02/XB0210X", None, "edifact.no-layout", "with its losses: B0131X, B0130X"),
        ("XREF01/XH0130R", "B0131X", "edifact.no-version", "versions of the letter: H0130R, H0131R"),
    ],
)
def test_what_has_no_layout_is_not_written(name: str, version: str | None, code: str, hint: str) -> None:
    for verb in (medcom_bu.to_edifact, lambda message, version: medcom_bu.losses(message, "edifact", version=version)):
        with pytest.raises(medcom_bu.InvalidMessage) as raised:
            verb(letter_samples()[name], version=version)
        (issue,) = raised.value.report
        assert (issue.code, issue.path) == (code, "letters[0]")
        assert issue.hint.endswith(hint)


@pytest.mark.parametrize("version", ["B0130X", "B0131X"])
def test_a_letter_without_a_version_is_written_by_the_layout_of_its_namespace(version: str) -> None:
    message = changed(letter_samples()[f"XBIN01/X{version}"], {"letters[0].letter.version_code": None})
    data = medcom_bu.to_edifact(message)
    assert re.findall(rb"UNH\+[^']*?(B013\dX)", data) == [version.encode()]


@pytest.mark.parametrize("version", ["H0130R", "XH0130R"])
def test_the_newer_referral_in_the_form_that_is_known(version: str) -> None:
    message = letter_samples()["XREF01/XH0131R"]
    arrived: Any = medcom_bu.parse(medcom_bu.to_edifact(message, version=version))
    assert arrived.letters[0].letter.version_code == "XH0130R"
    lost = {loss.path for loss in medcom_bu.losses(message, "edifact", version=version)}
    assert {
        "letters[0].letter.episode_of_care[0].episode_of_care_type",
        "letters[0].additional_information.hospital_choice",
        "letters[0].referral.refer.diagnose_description_code",
    } < lost


def test_a_layout_of_ones_own_writes_and_reads() -> None:
    """Rows are added to what is known, with a code list of their own; the value comes back whole."""
    more = {
        "S02": (
            maybe("RFF+!EOC:{episode_of_care_identifier}:{episode_of_care_type}", each="/letter.episode_of_care"),
            maybe("RFF+!ROL:{referral.refer.diagnose_description_code:ROLE}"),
        ),
        "S18": (maybe("ALI+{additional_information.hospital_choice:CHOICE}"),),
    }
    codecs = {"CHOICE": table({"ALDB00": "A0"}), "ROLE": table({"uspec_diagnose": "DI"})}
    mine = extended(H0130R, XH0131R, more, codecs)
    message: Any = changed(
        letter_samples()["XREF01/XH0131R"],
        {"letters[0].hospital_visitation": (), "letters[0].relevant_clinical_information": None},
    )
    message = changed(
        message,
        {f"letters[0].additional_information.{name}": PLAIN for name in ("clinical_reason", "supplementary")},
    )
    data = medcom_bu.to_edifact(message, layout=mine)
    assert b"ALI+A0'" in data
    assert b"MEDREF:D:93A:UN:H0131R+REF01" in data
    reading = codec.read(data, layout=[mine])
    assert (reading.message, reading.issues) == (message, ())
    assert medcom_bu.losses(message, "edifact", layout=mine) == ()


def test_a_layout_of_ones_own_for_files() -> None:
    mine = attrs.evolve(B0131X, version=XB0210X, letter=ReferralAttachment)
    message = letter_samples()["XBIN02/XB0210X"]
    data = medcom_bu.to_edifact(message, layout=mine)
    assert b"MEDBIN:D:93A:UN:B0210X" in data
    assert codec.read(data, layout=mine).message == message
    assert medcom_bu.parse(data, layout=mine) == message
    parsed = medcom_bu.read(data, layout=(mine,))
    assert (parsed.message, parsed.report.ok, parsed.report.complete) == (message, True, True)
    assert medcom_bu.validate(data, layout=mine).complete
    assert not medcom_bu.validate(data).complete


def test_a_layout_serves_what_is_in_an_envelope_too() -> None:
    mine = attrs.evolve(B0131X, version=XB0210X, letter=ReferralAttachment)
    data = medcom_bu.to_edifact(letter_samples()["XBIN02/XB0210X"], layout=mine)
    envelope = medcom_bu.to_xml(vans.wrap(data))
    assert medcom_bu.validate(envelope, layout=mine).complete
    assert not medcom_bu.validate(envelope).complete


def extended(
    layout: Layout, version: Any, more: dict[str, tuple[Any, ...]], codecs: Mapping[str, Codec] | None = None
) -> Layout:
    groups = tuple(attrs.evolve(group, rows=(*more.get(group.head.tag, ()), *group.rows)) for group in layout.groups)
    return attrs.evolve(layout, version=version, groups=groups, codecs=codecs or {})


def own(more: dict[str, tuple[Any, ...]], **codecs: Codec) -> Layout:
    """The layout of the older referral with rows of one's own."""
    return extended(H0130R, H0130R.version, more, codecs)


@pytest.mark.parametrize("head", ["S07", "S14", "S19"])
@pytest.mark.parametrize(
    ("row", "told"),
    [
        (always("XYZ+{/patient.occupancy_text}"), True),
        (always("XYZ+{/patient.person_surname_name}"), False),
        (always("XYZ+1", unless="/patient.occupancy_text"), False),
        (always("XYZ+1", unless="/sender.unit_name"), True),
        (always("XYZ+{ref_description}", each="/reference"), False),
        (maybe("XYZ+{/patient.occupancy_text}"), False),
    ],
)
def test_a_segment_of_ones_own_layout_that_is_absent(head: str, row: Row, told: bool) -> None:
    data = edited(DIS, (":Let behandlingstilbud:", "::"), ("S14+14'FTX+OE", "S14+14'FTX+NC+P00++tekst'FTX+OE"))
    absent = [code for code, _ in found_in_letter(data, extended(D9134L, XD9134L, {head: (row,)}))]
    present = {"S07": 1, "S14": 2, "S19": 0}[head]
    assert absent == ["segment-absent"] * (present if told else 0)


def spoken_of(data: bytes, layout: Layout) -> tuple[list[tuple[str, str]], Any, set[str]]:
    """What is found, the letter, and the tags of what is kept; each that is kept is a loss in EDIFACT and in XML."""
    message: Any = codec.read(data, layout=layout).message
    for to in ("edifact", "xml"):
        lost = [loss.path for loss in medcom_bu.losses(message, to, layout=layout if to == "edifact" else None)]
        for number in range(len(message.letters[0].unexpected)):
            assert f"letters[0].unexpected[{number}]" in lost
    return found_in_letter(data, layout), message.letters[0], {item.name for item in message.letters[0].unexpected}


EIGHT = Codec(lambda value: value, lambda text: text if re.fullmatch("[0-9]{8}", text) else None)


@pytest.mark.parametrize(
    ("row", "wire", "element", "place"),
    [
        ("XYZ+900:{patient.person_title:EIGHT}:102", "XYZ+900:2026-01-02:102", "PersonTitle", "element 1, component 2"),
        ("XYZ+{patient.person_title:EIGHT}", "XYZ+kl12", "PersonTitle", "element 1, component 1"),
        ("XYZ+[A:{patient.person_title:EIGHT|x}]", "XYZ+A:y", "PersonTitle", "element 1, component 2"),
        ("XYZ+{letter.identifier:EIGHT}", "XYZ+0", "Identifier", "element 1, component 1"),
        ("XYZ+{patient.identifier:CPR}", "XYZ+0", "", ""),
    ],
)
def test_what_a_codec_cannot_read_is_named_and_kept(row: str, wire: str, element: str, place: str) -> None:
    layout = own({"S02": (maybe(row),)}, EIGHT=EIGHT)
    data = edited(REF, ("EMP+1++:::Psykolog'", ""), ("S02+02'", f"S02+02'{wire}'"))
    issues, letter, kept = spoken_of(data, layout)
    if not element:  # an identifier takes any text
        assert letter.patient.identifier.reveal() == "0"
        return
    assert issues == [("unreadable", f"segment 25 XYZ, {place}")]
    assert kept == {"XYZ"}
    (issue,) = codec.read(data, layout=layout).issues
    assert issue.message == f"{element} could not be read by the codec EIGHT; the segment is kept unread"
    assert not of_type(Emessage, codec.read(data, layout=layout).message).unexpected


@pytest.mark.parametrize("wire", ["XYZ+20260102", "XYZ", "XYZ+_", "XYZ+x"])
def test_what_stands_for_nothing_is_no_fault(wire: str) -> None:
    """A placeholder, the row's own text for an absent value, nothing at all."""
    layout = own({"S02": (maybe("XYZ+{patient.person_title:EIGHT|x}"),)}, EIGHT=EIGHT)
    data = edited(REF, ("EMP+1++:::Psykolog'", ""), ("S02+02'", f"S02+02'{wire}'"))
    issues, letter, kept = spoken_of(data, layout)
    assert (issues, kept) == ([], set())
    assert letter.patient.person_title == (wire[4:] if len(wire) > 8 else None)


def test_a_codec_of_ones_own_in_a_layout_that_is_a_guess_is_not_judged() -> None:
    layout = attrs.evolve(own({"S02": (maybe("XYZ+{patient.person_title:EIGHT}"),)}, EIGHT=EIGHT), guess="H0130R")
    data = edited(REF, ("EMP+1++:::Psykolog'", ""), ("S02+02'", "S02+02'XYZ+x'"))
    assert [code for code, _ in found_in_letter(data, layout)] == ["layout-not-public", "not-judged"]


SOURCES = {
    "later in the segment": ("XYZ+{=patient.person_title}+{patient.person_title}", "XYZ+%s+Psykolog", "S02"),
    "later in the element": ("XYZ+{=patient.person_title}:{patient.person_title}", "XYZ+%s:Psykolog", "S02"),
    "later in the message": ("XYZ+{=patient.person_title}", "XYZ+%s", "S02"),
    "earlier in the message": ("XYZ+{=/patient.person_title}", "XYZ+%s", "S18"),
    "earlier in the segment": ("XYZ+{patient.person_title}+{=patient.person_title}", "XYZ+Psykolog+%s", "S02"),
}


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("text", ["Psykolog", "KANARIE", ""])
def test_what_the_wire_says_twice_is_compared_wherever_the_other_stands(name: str, text: str) -> None:
    template, wire, head = SOURCES[name]
    layout = own({head: (maybe(template) if "}+{" in template or "}:{" in template else always(template),)})
    edits = [(f"{head}+{head[1:]}'", f"{head}+{head[1:]}'{wire % text}'")]
    edits += [("EMP+1++:::Psykolog'", "")] if "+Psykolog" in wire or ":Psykolog" in wire else []
    issues, letter, kept = spoken_of(edited(REF, *edits), layout)
    assert letter.patient.person_title == "Psykolog"
    assert [code for code, _ in issues if code != "order"] == ([] if text == "Psykolog" else ["differs"])
    assert kept == ({"XYZ"} if text == "KANARIE" else set())
    for issue in codec.read(edited(REF, *edits), layout=layout).issues:
        assert "person_title" not in issue.message + issue.hint
        assert "KANARIE" not in issue.text("da") + issue.hint_text("da") + issue.message + issue.hint


@pytest.mark.parametrize("text", ["", "KANARIE"])
def test_what_repeats_something_that_is_absent_is_kept(text: str) -> None:
    layout = own({"S02": (always("XYZ+{=patient.person_title}"),)})
    data = edited(REF, ("EMP+1++:::Psykolog'", ""), ("S02+02'", f"S02+02'XYZ+{text}'"))
    issues, _, kept = spoken_of(data, layout)
    assert issues == ([("not-compared", "segment 25 XYZ, element 1, component 1")] if text else [])
    assert kept == ({"XYZ"} if text else set())


@pytest.mark.parametrize("data", [NEG, POS], ids=["negative", "positive"])
@pytest.mark.parametrize(("type_", "version"), [("MEDREF", "D9134L"), ("MEDREF", "U0130U"), ("CONTRL", "H0130R")])
def test_the_type_in_a_receipt_comes_back_or_is_named(data: bytes, type_: str, version: str) -> None:
    """Several letters in one receipt, the differing one in any place."""
    right = "UCM+B1+MEDREF:D:93A:UN:H0130R+" + ("4" if data is NEG else "7") + "'"
    wrong = right.replace("MEDREF", type_).replace("H0130R", version).replace("B1", "B2")
    for pair in ((right, wrong), (wrong, right)):
        whole = edited(data, ("UCM+", "".join(pair) + "UCM+"))
        message: Any = medcom_bu.read(whole).message
        assert [code for code, _ in found_in_letter(whole)] == ["not-compared" if version == "U0130U" else "differs"]
        (kept,) = message.letters[0].unexpected
        assert kept.content == wrong
        assert "loss.edifact-kept" in {loss.code for loss in medcom_bu.losses(message, "edifact")}
        assert right.encode() in medcom_bu.to_edifact(message)


def test_numbers_of_objects_are_told_as_numbers() -> None:
    data = edited(BIN, ("UNO+1+", "UNO+3+"), ("UNP+33+1", "UNP+33+3"))
    issue = next(issue for issue in codec.read(data).issues if issue.code == "edifact.constant")
    assert (issue.message, issue.hint) == ("1 should be here", "write 1")


@pytest.mark.parametrize(
    ("wire", "held"),
    [
        ("PNA+PAT++++SU:Data+FO:Knud'RFF+XPI:SYSTEMPOST'", "Knud"),
        ("PNA+PAT++++SU:Data'RFF+XPI:SYSTEMPOST'", None),
        ("PNA+PAT++++SU:Data+FO:_'RFF+XPI:SYSTEMPOST'", None),
        ("RFF+XPI:SYSTEMPOST'PNA+PAT++++SU:Data+FO:Knud'", "Knud"),
        ("PNA+PAT++++SU:Data+FO:Knud'RFF+XPI:0101107AB1'", Person),
        ("RFF+XPI:0101107AB1'PNA+PAT++++SU:Data+FO:Knud'", Person),
        ("PNA+PAT+0201609995:::CPR:IM+++SU:Data+FO:Knud'", Person),
        ("PNA+PAT++++SU:Data+FO:Knud'", Person),
        ("PNA+PAT++++SU:Data'", Person),
    ],
)
@pytest.mark.parametrize("name", ["XBIN01/XB0131X", "XBIN01/XB0130X"])
def test_system_data_is_told_by_its_key_and_not_by_a_name(name: str, wire: str, held: Any) -> None:
    data = edited(short(name), ("PNA+PAT+0201609995:::CPR:IM+++SU:Testesen+FO:Test'", wire))
    message: Any = codec.read(data).message
    subject = message.letters[0].subject
    if held is Person:
        assert (type(subject), subject.person_surname_name) == (Person, "Data")
        assert subject.person_given_name == ("Knud" if "Knud" in wire else None)
    else:
        assert (type(subject), subject.contents) == (SystemInformation, held)
    again: Any = codec.read(medcom_bu.to_edifact(message)).message
    assert again.letters[0].subject == subject
    assert not {loss.code for loss in medcom_bu.losses(message, "edifact")} & {"loss.edifact-element"}


def test_a_system_of_another_name_is_named() -> None:
    data = edited(
        BIN,
        ("PNA+PAT+0201609995:::CPR:IM+++SU:Testesen", "PNA+PAT++++SU:Datamail"),
        ("'S11", "'RFF+XPI:SYSTEMPOST'S11"),
    )
    assert found_in_letter(data) == [("constant", "segment 20 PNA, element 5, component 2")]


def test_a_cut_text_is_shown_to_the_clinician_whole() -> None:
    data = edited(DIS, ("FTX+OE", "FTX+NC+P00++giv 5+5 mg'FTX+OE"))
    assert "FTX+NC+P00++giv 5+5 mg" in as_page(of_type(Emessage, codec.read(data).message))
    assert not medcom_bu.validate(data).ok


LOST = "KANARIE"
SECOND = DIS.replace(b"SU:Testesen", b"SU:KANARIE")
PAYLOAD = "UNO+1+AID:x+OBJ:TXT:TXT:91+7:14:1:A'KANARIEUNP+7+1'"
OUTSIDE = {
    "a second interchange": (DIS + SECOND[9:], "second-interchange"),
    "a second interchange with UNA": (DIS + SECOND, "second-interchange"),
    "a second interchange behind line ends": (DIS + b"\r\n \r\n" + SECOND, "second-interchange"),
    "a second interchange with other service characters": (
        DIS + b"UNA;*.! ~" + SECOND[9:].translate(bytes.maketrans(b"':+?", b"~;*!")),
        "second-interchange",
    ),
    "a second interchange with files": (
        DIS + BIN.replace(b"Testesen", b"KANARIE").replace(b"et bilag", b"KANARIE "),
        "second-interchange",
    ),
    "three interchanges": (DIS + DIS + SECOND, "second-interchange"),
    "half an interchange more": (DIS + SECOND[: SECOND.index(b"KANARIE") + 9], "second-interchange"),
    "a letter without an interchange": (DIS + SECOND[SECOND.index(b"UNH+") :], "after-end"),
    "a segment after UNZ": (DIS + b"FTX+NC+KANARIE'", "after-end"),
    "a text after UNZ": (DIS + b"\nKANARIE er syg", "after-end"),
    "an object after UNZ": (DIS + PAYLOAD.encode(), "after-end"),
    "UNZ twice": (DIS + b"UNZ+1+KANARIE'", "doubled"),
    "a segment before UNB": (DIS.replace(b"UNB+", b"FTX+KANARIE'UNB+"), "outside-message"),
    "a segment before UNH": (DIS.replace(b"UNH+", b"FTX+KANARIE'UNH+"), "outside-message"),
    "an object before UNH": (DIS.replace(b"UNH+", PAYLOAD.encode() + b"UNH+"), "outside-message"),
    "a segment after UNT": (DIS.replace(b"UNZ+", b"FTX+KANARIE'UNZ+"), "outside-message"),
    "a body without UNH": (
        edited(DIS, ("UNZ+1", "BGM+KANARIE'UNT+3+B2'UNZ+2")),
        "service-segment-missing",
    ),
    "a body alone": (re.sub(rb"UNH[^']*'", b"FTX+KANARIE'", DIS), "service-segment-missing"),
    "UNB twice": (DIS.replace(b"UNH+", b"UNB+UNOC:3+KANARIE'UNH+"), "doubled"),
    "UNT twice": (DIS.replace(b"UNZ+", b"UNT+2+KANARIE'UNZ+"), "doubled"),
    "groups of messages": (DIS.replace(b"UNH+", b"UNG+KANARIE'UNH+"), "outside-message"),
    "another reference in UNT": (re.sub(rb"(UNT\+\d+\+)", rb"\1KANARIE", DIS), "message-reference"),
    "another reference in UNZ": (DIS.replace(b"UNZ+1+", b"UNZ+1+KANARIE"), "interchange-reference"),
    "a count that is none": (DIS.replace(b"UNZ+1+", b"UNZ+KANARIE+"), "message-count"),
    "more in UNZ": (DIS[:-1] + b"+KANARIE'", "trailer-extra"),
    "more in UNT": (re.sub(rb"(UNT[^']*)", rb"\1+KANARIE", DIS), "trailer-extra"),
    "more in UNP": (BIN.replace(b"UNP+33+1", b"UNP+33+1+KANARIE"), "trailer-extra"),
    "UNP without UNO": (edited(DIS, ("UNT+", "UNP+7+KANARIE'UNT+")), "service-segment-missing"),
    "another syntax identifier": (edited(POS, ("UNOC:3", "UNOA:1")), "other-syntax-identifier"),
}


@pytest.mark.parametrize("wrap", [bytes, io.BytesIO])
@pytest.mark.parametrize("name", OUTSIDE)
def test_what_stands_outside_of_a_message_is_kept_shown_and_named(name: str, wrap: Any) -> None:
    data, code = OUTSIDE[name]
    parsed: Any = medcom_bu.read(wrap(data))
    assert {issue.code for issue in parsed.report if issue.layer is Layer.SYNTAX} - {"edifact.truncated"} == {
        f"edifact.{code}"
    }
    held = [("", parsed.message), *((f"letters[{n}].", letter) for n, letter in enumerate(parsed.message.letters))]
    kept = {f"{path}unexpected[{n}]": item for path, one in held for n, item in enumerate(one.unexpected)}
    word = "UNOA" if "identifier" in name else LOST
    assert any(word in item.content for item in kept.values())
    assert all(item.name == "?" or re.fullmatch("[A-Z][A-Z0-9]{2}", item.name) for item in kept.values())
    assert word in as_page(parsed.message)
    for to in ("xml", "edifact") if parsed.message.letters else ():
        lost = {loss.path: str(loss) for loss in medcom_bu.losses(parsed.message, to)}
        assert lost.keys() >= kept.keys()
        assert LOST not in "".join(lost.values())
    assert LOST not in repr(parsed) + repr(kept) + str(parsed.report)
    if not parsed.message.letters:
        with pytest.raises(medcom_bu.InvalidMessage) as raised:
            medcom_bu.to_edifact(parsed.message)
        assert {issue.path for issue in raised.value.report} == kept.keys()
        return
    again: Any = medcom_bu.read(medcom_bu.to_edifact(parsed.message)).message
    assert [type(letter) for letter in again.letters] == [type(letter) for letter in parsed.message.letters]


def test_every_segment_of_a_second_interchange_is_kept_as_it_came() -> None:
    signs = bytes.maketrans(b"':+?", b"~;*!")
    other = b"UNA;*.! ~" + SECOND[9:].translate(signs).replace(b"!;", b":")
    for data in (DIS + SECOND[9:], DIS + SECOND, DIS + other):
        message: Any = codec.read(data).message
        assert "".join(item.content for item in message.unexpected) == SECOND[9:].decode("latin-1")
        assert [item.index for item in message.unexpected] == list(range(35, 35 + len(message.unexpected)))
        assert message.letters == of_type(Emessage, codec.read(DIS).message).letters
        assert not medcom_bu.validate(message).complete


def test_many_interchanges_in_a_file_are_cut_each_by_its_own_service_string(monkeypatch: pytest.MonkeyPatch) -> None:
    signs = bytes.maketrans(b"':+?", b"~;*!")
    other = b"UNA;*.! ~" + SECOND[9:].translate(signs).replace(b"!;", b":")
    for data in (DIS * 30, DIS + other + SECOND + other, other + DIS):
        message: Any = codec.read(data).message
        assert len(message.letters) == 1
        count = data.count(b"UNB") - 1
        assert "".join(item.content for item in message.unexpected).count("UNZ+1+") == count
    monkeypatch.setattr("medcom_bu.edifact.syntax.tokens.MAX_CHANGES", 2)
    assert codec.read(DIS + other + SECOND).message is not None
    assert [issue.code for issue in codec.read(DIS + other + SECOND + other).issues][-1] == "edifact.too-large"


@pytest.mark.parametrize("text", ["det? 'UNA", "'UNA:+.? 'FTX", "UNA:+.? UNB+", "?'UNA:+.? ?'UNB+x"])
def test_what_only_looks_like_a_service_string_is_text(text: str) -> None:
    data = DIS.replace(b"FTX+OE", b"FTX+NC+P00++" + text.encode() + b"'FTX+OE")
    message: Any = codec.read(data).message
    assert "URL+P00" in str(message.letters[0].unexpected) or len(message.letters[0].reference) == 1
    assert not message.unexpected


def test_the_text_of_a_question_survives() -> None:
    question = "Hvordan g\xe5r det? Godt"
    for wire, held in ((question, question), ("hvorfor?) Dr?. Max", "hvorfor?) Dr. Max")):
        data = edited(DIS, ("FTX+OE", f"FTX+NC+P00++{wire}'FTX+OE"))
        message: Any = medcom_bu.read(data).message
        assert message.letters[0].clinical_information[0].text01.plain() == held + "\n"
        assert held in as_page(message)
        assert not medcom_bu.validate(data).ok
    assert medcom_bu.validate(edited(DIS, ("FTX+OE", "FTX+NC+P00++Dr?. Max'FTX+OE"))).ok


def test_a_flood_of_what_has_no_place_is_kept_in_few_pieces() -> None:
    more = "".join(f"XYZ+{number}'" for number in range(3 * Kept.MOST))
    for data in (edited(DIS, ("FTX+OE", more + "FTX+OE")), DIS + more.encode()):
        message: Any = codec.read(data).message
        holder = message if message.unexpected else message.letters[0]
        assert len(holder.unexpected) == Kept.MOST + 1
        assert "".join(item.content for item in holder.unexpected) == more
        assert holder.unexpected[-1].name == "?"


TEXTS = DIS[: DIS.index(b"FTX+OE")]
FLOODS = [
    *((TEXTS, flood) for flood in (b"XYZ'", b"S14+14'", b"S01+01'", b"FTX+NC+P00++a'", b"S14+14'FTX+NC+P00++a'")),
    *((TEXTS, flood) for flood in (b"FTX+SUP+P00++a'", b"FTX+URL+P00++a:b'", b"A'", b"UNH'", b"UNH+1+X'UNT+2+1'")),
    (REF[: REF.index(b"CON+CE")], b"CON+1'"),
    (POS[: POS.index(b"UCM")], b"UCM+1'"),
    (DIS, b"ABC'"),
    (DIS, DIS),
    (DIS, b"UNA:+.? 'UNB+'"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("start", "flood"), FLOODS, ids=range(len(FLOODS)))
def test_a_flood_takes_memory_in_proportion(start: bytes, flood: bytes) -> None:
    """Forty bytes for each byte, and a part of 50 MB: all of it where there are as many segments as there may be."""
    data = start + flood * (MAX_SEGMENTS // 20 // flood.count(b"'"))
    medcom_bu.read(start)  # loads what is loaded once
    assert peak(lambda: medcom_bu.read(data)) <= 40 * len(data) + 50_000_000 / 20


def test_more_items_than_a_letter_can_have_are_kept_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("medcom_bu.edifact.layout.read.MAX_ITEMS", 3)
    more = "".join(f"UCM+{number}+MEDREF:D:93A:UN:H0130R+7'" for number in range(5))
    data = edited(POS, ("UCM+BREV0000000001", more + "UCM+BREV0000000001"))
    message: Any = codec.read(data).message
    assert len(message.letters[0].original_emessage.original_letter) == 3
    assert [item.content[:5] for item in message.letters[0].unexpected] == ["UCM+3", "UCM+4", "UCM+B"]
    assert {code for code, _ in found_in_letter(data)} == {"repeated"}


def test_several_letters_go_together() -> None:
    message: Any = SAMPLES["XREF01/XH0130R"]
    files = SAMPLES["XBIN01/XB0130X"]
    both = message.replace(letters=(*message.letters, *files.letters))
    data = medcom_bu.to_edifact(both)
    assert b"UNZ+2+" in data
    parsed = medcom_bu.read(data)
    assert parsed.report.ok
    lost = {loss.path for loss in medcom_bu.losses(both, "edifact")}
    assert all(path.startswith("letters[0]") for path in lost - {"letters"})
    assert of_type(Emessage, parsed.message).letters[1] == files.letters[0]


CENTURIES = [
    *(("1998-12-13", "1999"), ("2026-05-04", "2026"), ("2061-01-01", "2061"), ("2100-01-01", "2101")),
    *(("1999-12-31", "2000"), ("2000-01-02", "1999")),
    *(("9999-12-31", "9926"), ("9950-01-01", "9999"), ("0001-01-01", "0001"), ("0001-01-01", "0026")),
]


@pytest.mark.parametrize(("authorised", "year"), CENTURIES)
def test_the_century_of_the_interchange(authorised: str, year: str) -> None:
    message: Any = SAMPLES["XDIS91/XD9134L"]
    message = changed(
        message,
        {"envelope.sent.date": f"{year}-03-01", "letters[0].letter.authorisation.date": authorised},
    )
    arrived: Any = medcom_bu.parse(medcom_bu.to_edifact(message))
    assert arrived.envelope.sent.date == f"{year}-03-01"


@pytest.mark.parametrize(("year", "arrives"), [("1970", "1970"), ("2069", "2069"), ("2070", "1970")])
def test_the_century_of_a_receipt(year: str, arrives: str) -> None:
    message: Any = changed(SAMPLES["XCTL03/XC0330Q"], {"envelope.sent.date": f"{year}-03-01"})
    arrived: Any = medcom_bu.parse(medcom_bu.to_edifact(message))
    assert arrived.envelope.sent.date == f"{arrives}-03-01"


def test_rules_speak_in_places_of_the_wire() -> None:
    data = edited(REF, ("PNA+PAT+0201609995", "PNA+PAT+9913990000"))
    paths = {issue.code: issue.path for issue in medcom_bu.validate(data)}
    assert paths["identifier.cpr-date"].startswith("segment 34 PNA, element 2, component 1, byte ")


def test_what_is_kept_is_shown_to_the_clinician() -> None:
    message: Any = codec.read(edited(REF, ("STS++NR'", "STS++NR'XYZ+<b>tekst'"))).message
    page = as_page(message)
    assert "XYZ+&lt;b&gt;tekst" in page
    assert "XYZ+<b>" not in page


@pytest.mark.parametrize(
    ("row", "what"),
    [
        (maybe("XYZ+{letter.no_such}"), "no letter.no_such"),
        (maybe("XYZ+{/patient.no_such}"), "no patient.no_such"),
        (maybe("XYZ+{no_such}", each="/reference"), "no no_such"),
        (maybe("XYZ+{ref_description}", each="/no_such"), "no no_such"),
        (maybe("XYZ+{letter.identifier.more}"), "no letter.identifier.more"),
    ],
)
def test_a_layout_that_names_what_is_not_there_is_refused(row: Any, what: str) -> None:
    with pytest.raises(ValueError, match=f"HospitalReferral has {what}, which the layout names"):
        extended(H0130R, XH0131R, {"S02": (row,)})


@pytest.mark.parametrize("template", ["XYZ+{letter.identifier", "XYZ+{letter.identifier:}", "XYZ+{a b}"])
def test_what_is_not_the_notation_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match="is not the notation of a value"):
        maybe(template)


@pytest.mark.parametrize(
    ("row", "what"),
    [
        (maybe("XYZ+{letter.identifier:NOBODY}"), "NOBODY is neither a codec of the layout nor one that is known"),
        (maybe("XYZ+{referral}"), "referral is no text: name what is in it, or a codec"),
        (maybe("XYZ+{patient.identifier}"), "patient.identifier is no text: name what is in it, or a codec"),
        (
            maybe("FTX+XYZ+{additional_information.clinical_reason}"),
            "additional_information.clinical_reason: formatted text, and that alone, is written as {.*:TEXT}",
        ),
        (maybe("XYZ+{patient.person_title:TEXT}"), "patient.person_title: formatted text, and that alone"),
        (maybe("XYZ+{patient.person_title|x?other}"), "HospitalReferral has no other"),
        (maybe("XYZ+{patient.person_title}", unless="other"), "HospitalReferral has no other"),
    ],
)
def test_what_a_layout_cannot_carry_out_is_refused_where_it_is_made(row: Any, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        extended(H0130R, XH0131R, {"S02": (row,)})


@pytest.mark.parametrize("template", ["ali+{patient.person_title}", "AL I+{patient.person_title}", "ALIX", ""])
def test_what_is_no_tag_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match="is no tag of a segment: write three capitals or digits"):
        maybe(template)


CANARIES = ("KANARIE", "9913990000", "0703921VJ5")


@pytest.mark.parametrize("name", CASES)
def test_nothing_of_a_message_is_said(name: str) -> None:
    """No text and no number of a person is in a report, an exception or what Python shows of a value."""
    data, edits, _ = CASES[name]
    sung = edited(data, *edits)
    for text in (
        b"Testesen",
        b"Test Psykolog",
        b"tekst",
        b"Tekst",
        b"Opf\xf8lgning",
        b"Skoleelev",
    ):
        sung = sung.replace(text, b"KANARIE")
    sung = sung.replace(b"0201609995", b"9913990000")
    parsed: Any = medcom_bu.read(sung)
    said = [parsed.report.text(lang) + str(parsed.report.to_dict(lang)) for lang in ("en", "da")]
    said += [repr(parsed), str(parsed.message)]
    try:
        said += [str(loss) for loss in medcom_bu.losses(medcom_bu.parse(sung), "edifact")]
    except medcom_bu.InvalidMessage as error:
        said += [str(error), repr(error)]
    for canary in CANARIES:
        assert not any(canary in text for text in said)
