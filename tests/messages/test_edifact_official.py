"""What MedCom's documents say of EDIFACT segments and codes, each rule received and sent.

K is Den gode XML korrespondance (2018), M Den gode XML MEDBIN (2020), D Den gode kiropraktorepikrise (2015), with the
page. D is a facit list of MEDDIS; for MEDREF and MEDBIN its rules are carried over.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

import medcom_bu
from medcom_bu.declare.oioxml import Unexpected
from medcom_bu.edifact.layout.letters import layouts
from medcom_bu.exchange import receipts
from medcom_bu.messages.emessage import Emessage
from medcom_bu.testing.letters import letter_samples as samples
from medcom_bu.values.codes import IdentifierCode
from medcom_bu.values.specialities import NEWER_SPECIALITIES, MedicalSpecialityCode
from tests.support.edifact_bytes import edited, said, segments
from tests.support.paths import changed

LETTERS = ("XDIS91/XD9134L", "XREF01/XH0130R", "XBIN01/XB0131X", "XBIN01/XB0130X")
WIRE = {name: medcom_bu.to_edifact(samples()[name]) for name in LETTERS}
DIS, REF = WIRE["XDIS91/XD9134L"], WIRE["XREF01/XH0130R"]
SENDER = "letters[0].sender"
NOTHING: list[tuple[str, str, str]] = []


def letter(data: bytes) -> Any:
    return medcom_bu.parse(data, Emessage).letters[0]


def read(data: bytes) -> tuple[list[tuple[str, str, str]], bool]:
    """What a receiver is told of the wire, and whether the letter is accepted."""
    report = medcom_bu.read(data).report
    return said(report), report.ok


def with_sender(name: str, **attributes: Any) -> Any:
    return changed(samples()[name], {f"{SENDER}.{key}": value for key, value in attributes.items()})


def lost(message: Any, to: str = "edifact") -> list[tuple[str, str]]:
    return [(loss.code, loss.path) for loss in medcom_bu.losses(message, to)]


# --- specialities: LET-1; M21-27, K24-28, D31-35 --------------------------------------------------------------------

ADDED = {
    "00": "blandet",
    "14": "palliativ",
    "15": "akut",
    "39": "sexologi",
    "80": "paediatri_sygehus",
    "92": "retsmedicin",
    "98": "fysioterapi_sygehus",
    "0581": "almenlaege_vagtkoersel",
    "0582": "almenlaege_vagtlaegehjaelp",
    "1080": "vagtlaege",
    "1082": "vagtlaegehjaelp_kbh",
    "1083": "vagtlaegehjaelp",
    "2517": "neurokirurgi_praksis",
    "4049": "tandplejere",
    "4557": "ridefysioterapi",
    "4562": "fysioterapi_vederlagsfri",
    "4565": "ridefysioterapi_vederlagsfri",
    "4658": "teddy",
    "5064": "kiropraktor_64",
    "6059": "fodterapi_radioaktiv",
    "6060": "fodterapi_leddegigt",
    "7044": "med_laboratorier_kpll",
    "7048": "med_laboratorier_ssi",
}


@pytest.mark.parametrize("name", LETTERS)
@pytest.mark.parametrize("number", ADDED)
def test_an_official_speciality_is_read_and_written_d31(name: str, number: str) -> None:
    """LET-1; M21-27, K24-28, D31-35. That the one public receiver does not know it is a loss."""
    data = edited(WIRE[name], ("SPR+ORG+99:", f"SPR+ORG+{number}:"))
    assert said(medcom_bu.validate(data)) == NOTHING
    assert read(data) == (NOTHING, True)
    assert letter(data).sender.medical_speciality_code == ADDED[number]
    message = with_sender(name, medical_speciality_code=ADDED[number])
    (spr,) = segments(medcom_bu.to_edifact(message), "SPR")
    assert spr.startswith(f"SPR+ORG+{number}:SKS:SST+")
    path = f"{SENDER}.medical_speciality_code"
    assert [code for code, where in lost(message) if where == path] == ["loss.edifact-receiver"]


def test_every_speciality_has_one_number_of_its_own_d31() -> None:
    """LET-1; the lists have 95 numbers for 95 values, 99 among them."""
    numbers = [code.edifact.code for code in MedicalSpecialityCode if code.edifact]
    assert len(numbers) == len(set(numbers)) == len(MedicalSpecialityCode) == 95
    assert {code.value: code.edifact.code for code in NEWER_SPECIALITIES if code.edifact} == {
        value: number for number, value in ADDED.items()
    }


@pytest.mark.parametrize("number", ["581", "0", "9999"])
def test_a_number_of_no_list_is_no_speciality_d31(number: str) -> None:
    data = edited(DIS, ("SPR+ORG+99:", f"SPR+ORG+{number}:"))
    assert said(medcom_bu.validate(data)) == [("error", "code", "segment 10 SPR, element 2, component 1")]


# --- the register of a speciality: LET-4; D21 -----------------------------------------------------------------------


@pytest.mark.parametrize("name", LETTERS)
@pytest.mark.parametrize("pair", ["SKS:SST", "YNR:SFU", "KOM:IM"])
def test_the_register_of_a_speciality_is_read_whoever_sends_d21(name: str, pair: str) -> None:
    data = edited(WIRE[name], ("SPR+ORG+99:SKS:SST", f"SPR+ORG+99:{pair}"))
    assert said(medcom_bu.validate(data)) == NOTHING
    assert read(data) == (NOTHING, True)
    assert letter(data) == letter(WIRE[name])


@pytest.mark.parametrize(
    ("pair", "components"),
    [("XXX:SST", [2]), ("SKS:XX", [3]), ("", [2, 3]), ("SKS", [3])],
)
def test_a_register_of_no_kind_of_sender_is_told_d21(pair: str, components: list[int]) -> None:
    data = edited(DIS, ("SPR+ORG+99:SKS:SST", f"SPR+ORG+99:{pair}"))
    expected = [("warning", "constant", f"segment 10 SPR, element 2, component {number}") for number in components]
    assert read(data) == (expected, True)


@pytest.mark.parametrize("name", LETTERS)
@pytest.mark.parametrize("code", [*IdentifierCode, None])
def test_the_register_of_a_speciality_is_written_by_the_sender_d21(name: str, code: IdentifierCode | None) -> None:
    """KOM:IM for a municipality; practices write SKS:SST in MedCom's own examples of these letters."""
    (spr,) = segments(medcom_bu.to_edifact(with_sender(name, identifier_code=code)), "SPR")
    expected = "KOM:IM" if code is IdentifierCode.MUNICIPALITY_NUMBER else "SKS:SST"
    assert spr.startswith(f"SPR+ORG+99:{expected}+")


# --- other pairs of list and keeper ---------------------------------------------------------------------------------


def test_the_keeper_of_a_list_of_diagnoses_is_read_d24() -> None:
    """LET-4; D24-28: filled, as a rule SST. MedCom's examples of REF01 have none, and none is written."""
    data = edited(REF, ("CIN+H+DZ032:SKS::", "CIN+H+DZ032:SKS:SST:"), ("CIN+DI+DZ032:SKS::", "CIN+DI+DZ032:SKS:SST:"))
    assert said(medcom_bu.validate(data)) == NOTHING
    assert read(data) == (NOTHING, True)
    assert letter(data) == letter(REF)
    assert segments(medcom_bu.to_edifact(medcom_bu.parse(data, Emessage)), "CIN") == segments(REF, "CIN")


def test_another_keeper_of_diagnoses_is_told_and_kept_d24() -> None:
    data = edited(REF, ("CIN+H+DZ032:SKS::", "CIN+H+DZ032:SKS:NCD:"))
    assert read(data) == ([("information", "not-compared", "segment 28 CIN, element 2, component 3")], True)
    assert [kept.content[:21] for kept in letter(data).unexpected] == ["CIN+H+DZ032:SKS:NCD:O"]


@pytest.mark.parametrize("name", LETTERS)
def test_a_location_number_may_say_so_k24(name: str) -> None:
    """LET-26; K24, D37-38: EAN is the listed code, none before 9 is as good, and is what is written."""
    data = edited(WIRE[name], *[("::9++", ":EAN:9++")] * WIRE[name].count(b"::9++"))
    assert said(medcom_bu.validate(data)) == NOTHING
    assert read(data) == (NOTHING, True)
    assert letter(data).sender.identifier_code is IdentifierCode.LOCATION_NUMBER
    assert medcom_bu.to_edifact(medcom_bu.parse(data, Emessage)) == WIRE[name]


def test_a_location_number_is_kept_by_nobody_else_k24() -> None:
    data = edited(DIS, ("::9++", ":EAN:SST++"))
    assert read(data) == ([("warning", "constant", "segment 6 NAD, element 2, component 3")], True)


# --- a correction names the earlier letter: LET-5; D39 --------------------------------------------------------------

EARLIER = "S03+03'GIS+N'RFF+SRI:TIDLIGERE01'"
CORRECTED = edited(DIS, ("S02+02'GIS+N'", "S02+02'GIS+M'"), ("S07+07'", f"{EARLIER}S07+07'"))


def test_a_correction_that_names_the_earlier_letter_is_read_shown_and_written_d39() -> None:
    assert said(medcom_bu.validate(CORRECTED)) == NOTHING
    assert read(CORRECTED) == (NOTHING, True)
    message = medcom_bu.parse(CORRECTED, Emessage)
    (kept,) = letter(CORRECTED).unexpected
    assert (kept.kind, kept.name, kept.content) == ("segment", "S03", EARLIER)
    assert "TIDLIGERE01" in medcom_bu.as_page(message)
    assert medcom_bu.to_edifact(message) == CORRECTED
    assert medcom_bu.validate(message).ok
    assert medcom_bu.from_dict(medcom_bu.to_dict(message)) == message
    assert lost(message) == []
    assert lost(message, "xml") == [("loss.xml-segment", "letters[0].unexpected[0]")]


def test_the_place_of_the_earlier_letter_is_free_but_told_d39() -> None:
    data = edited(CORRECTED, (EARLIER, ""), ("S11+11'", f"{EARLIER}S11+11'"))
    assert read(data) == ([("warning", "order", "segment 24 S03")], True)
    assert medcom_bu.to_edifact(medcom_bu.parse(data, Emessage)) == CORRECTED


def test_what_else_stands_with_the_earlier_letter_is_told_d39() -> None:
    data = edited(CORRECTED, (EARLIER, f"{EARLIER}NAD+PO+1'"))
    assert read(data) == ([("warning", "not-placed", "segment 23 NAD")], True)
    assert [kept.name for kept in letter(data).unexpected] == ["S03", "NAD"]


@pytest.mark.parametrize("name", LETTERS[1:])
def test_only_meddis_is_known_to_name_the_earlier_letter_d39(name: str) -> None:
    data = edited(WIRE[name], ("S07+07'", f"{EARLIER}S07+07'"))
    found = {code for _, code, _ in said(medcom_bu.validate(data))}
    assert found == {"unexpected", "not-placed"}


@pytest.mark.parametrize(
    "content",
    [
        "S03+03'NAD+PO'",
        "S03+03'RFF+SRI:1",
        "S03+03'RFF+SRI:?x'",
        "GIS+N'S03+03'",
        "S03+03'RFF+SRI:\u0142'",
        "S03+03'RFF+SRI:\x01'",
        "",
        "'",
    ],
)
def test_what_could_not_stand_there_is_a_loss_and_never_written_d39(content: str) -> None:
    kept = Unexpected("segment", 0, "S03", content)
    message = changed(samples()["XDIS91/XD9134L"], {"letters[0].unexpected": (kept,)})
    assert medcom_bu.to_edifact(message) == DIS
    assert ("loss.edifact-kept", "letters[0].unexpected[0]") in lost(message)


def test_a_flood_of_earlier_letters_is_kept_in_few_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("medcom_bu.edifact.layout.read.MAX_ITEMS", 3)
    data = edited(DIS, ("S07+07'", EARLIER * 5 + "S07+07'"))
    message: Any = medcom_bu.read(data).message
    assert [kept.index for kept in message.letters[0].unexpected][:3] == [0, 0, 0]
    assert medcom_bu.to_edifact(message).count(b"S03+03'") == 3
    assert "repeated" in {code for _, code, _ in said(medcom_bu.validate(data))}


# --- the date of a contact: LET-40; K29, D29 ------------------------------------------------------------------------

CONTACT = edited(DIS, ("S14+14'", "S14+14'DTM+CIC:202605011015:203'"))


def test_the_date_of_a_contact_is_read_and_written_where_it_stood_k29() -> None:
    assert said(medcom_bu.validate(CONTACT)) == NOTHING
    assert read(CONTACT) == (NOTHING, True)
    message = medcom_bu.parse(CONTACT, Emessage)
    (kept,) = letter(CONTACT).clinical_information[0].unexpected
    assert (kept.name, kept.content) == ("DTM", "DTM+CIC:202605011015:203'")
    assert "202605011015" in medcom_bu.as_page(message)
    assert medcom_bu.from_dict(medcom_bu.to_dict(message)) == message
    assert medcom_bu.to_edifact(message) == CONTACT
    assert [loss for loss in lost(message) if loss[0] != "loss.edifact-text-end"] == []
    assert ("loss.xml-segment", "letters[0].clinical_information[0].unexpected[0]") in lost(message, "xml")


def test_the_date_of_a_contact_is_no_text_of_which_there_are_nine_d29() -> None:
    for texts, found in ((8, NOTHING), (9, [("warning", "limit", "segment 29 S14")])):
        more = ("S14+14'", "S14+14'DTM+CIC:202605011015:203'" + "FTX+NC+P00++a'" * (texts - 5))
        data = edited(DIS, more)
        assert len(segments(data, "FTX")) == texts + 2  # the subject, and the reference
        assert read(data) == (found, True)


def test_the_date_of_a_contact_with_nothing_to_say_of_it_is_told_d29() -> None:
    data = edited(DIS, ("S14+14'FTX+URL", "S14+14'DTM+CIC:202605011015:203'FTX+URL"))
    assert read(data) == ([("warning", "not-placed", "segment 37 DTM")], True)
    assert len(letter(data).reference) == 1


def test_another_date_is_no_date_of_a_contact_d29() -> None:
    data = edited(CONTACT, ("DTM+CIC", "DTM+CIS"))
    assert read(data) == ([("warning", "not-placed", "segment 30 DTM")], True)


# --- mandatory segments: LET-10 (e), LET-41; D14-17, D19 ------------------------------------------------------------

ABSENT = {
    "the speciality, D21": (DIS, r"SPR\+[^']*'", "segment 5 S01"),
    "the speciality of a referral": (REF, r"SPR\+[^']*'", "segment 5 S01"),
    "the speciality of a file": (WIRE["XBIN01/XB0131X"], r"SPR\+[^']*'", "segment 5 S01"),
    "the number of the course, D37": (DIS, r"RFF\+REI[^']*'", "segment 24 S11"),
    "the number of the course of a referral": (REF, r"RFF\+ROI[^']*'", "segment 24 S02"),
}


@pytest.mark.parametrize("name", ABSENT)
def test_a_mandatory_segment_that_is_absent_is_told_d14(name: str) -> None:
    data, pattern, place = ABSENT[name]
    found = re.search(pattern, data.decode("latin-1"))
    assert found
    assert read(edited(data, (found.group(), ""))) == ([("warning", "segment-absent", place)], True)


@pytest.mark.parametrize("name", LETTERS)
def test_every_mandatory_segment_is_written_d14(name: str) -> None:
    """Where there is nothing to say: no speciality, no number of the course."""
    message = changed(
        samples()[name],
        {f"{SENDER}.medical_speciality_code": None, "letters[0].letter.episode_of_care_identifier": None},
    )
    assert "segment-absent" not in {code for _, code, _ in said(medcom_bu.read(medcom_bu.to_edifact(message)).report)}


def test_a_segment_whose_content_is_demanded_is_told_once_d14() -> None:
    data = edited(DIS, ("PAS+POT'", ""))
    assert said(medcom_bu.validate(data)) == [("error", "missing", "segment 20 S07")]


@pytest.mark.parametrize("name", LETTERS)
def test_the_wish_for_a_receipt_is_mandatory_d19(name: str) -> None:
    data = edited(WIRE[name], ("++++1'", "'"))
    assert read(data) == ([("warning", "request-absent", "segment 1 UNB, element 9")], True)
    assert medcom_bu.parse(data, Emessage).envelope.acknowledgement_code == "minuspositivkvitt"
    assert read(WIRE[name]) == (NOTHING, True)


@pytest.mark.parametrize("name", ["XCTL01/XC0130Q", "XCTL02/XC0230Q", "XCTL03/XC0330Q"])
def test_a_receipt_has_no_wish_for_a_receipt_d19(name: str) -> None:
    data = medcom_bu.to_edifact(samples()[name])
    assert data.split(b"'")[1].count(b"+") == 5
    assert said(medcom_bu.validate(data)) == NOTHING


# --- relatives: LET-10 (f), LET-42; D16, D26 ------------------------------------------------------------------------

RELATIVE = "PNA+PAS+0504909995:::CPR:IM+"


@pytest.mark.parametrize("wire", ["PNA+PAS+_+", "PNA+PAS+_:::CPR:IM+", "PNA+PAS++", "PNA+PAS+:::CPR:IM+"])
def test_a_relative_without_a_number_has_none_d26(wire: str) -> None:
    data = edited(REF, (RELATIVE, wire))
    assert said(medcom_bu.validate(data)) == NOTHING
    parsed = medcom_bu.read(data)
    assert (said(parsed.report), parsed.report.ok) == (NOTHING, True)
    assert not [
        issue for issue in parsed.report if "relative" in issue.path or issue.code.startswith("identifier.cpr-d")
    ]
    assert letter(data).relative.person_identifier is None
    assert b"PersonIdentifier" not in medcom_bu.to_xml(medcom_bu.parse(data, Emessage))
    assert "PNA+PAS++++SU:Testesen+FO:Test" in segments(medcom_bu.to_edifact(medcom_bu.parse(data, Emessage)), "PNA")


def test_the_number_of_a_relative_may_stand_alone_d16() -> None:
    """LET-42: D has it so, MedCom's examples of REF01 have CPR:IM behind it, which is what is written."""
    data = edited(REF, (RELATIVE, "PNA+PAS+0504909995+"))
    assert read(data) == (NOTHING, True)
    assert letter(data) == letter(REF)
    assert RELATIVE.encode() in medcom_bu.to_edifact(medcom_bu.parse(data, Emessage))


@pytest.mark.parametrize(
    ("wire", "found"),
    [
        ("PNA+PAS+0504909995:::XXX:IM+", [("warning", "constant", "segment 44 PNA, element 2, component 4")]),
        ("PNA+PAS+0504909995:x+", [("warning", "not-placed", "segment 44 PNA, element 2, component 2")]),
    ],
)
def test_another_register_of_a_relative_is_told_d26(wire: str, found: list[tuple[str, str, str]]) -> None:
    assert read(edited(REF, (RELATIVE, wire))) == (found, True)


def test_the_register_of_a_patient_is_asked_for_d25() -> None:
    found = [("warning", "constant", f"segment 38 PNA, element 2, component {number}") for number in (4, 5)]
    assert read(edited(REF, ("PNA+PAT+0201609995:::CPR:IM+", "PNA+PAT+0201609995+"))) == (found, True)


# --- a unit without a department: LET-36; D21-24 --------------------------------------------------------------------


@pytest.mark.parametrize("name", LETTERS)
@pytest.mark.parametrize("role", ["sender", "receiver"])
def test_a_unit_without_a_department_has_a_sign_for_it_d21(name: str, role: str) -> None:
    for unit, written in (("Enhed", "Eksempel Kommune:_:Enhed:::US"), (None, "Eksempel Kommune:::::US")):
        message = changed(
            samples()[name], {f"letters[0].{role}.department_name": None, f"letters[0].{role}.unit_name": unit}
        )
        data = medcom_bu.to_edifact(message)
        assert f"5790000121526::9++{written}" in [nad.split("+", 2)[2] for nad in segments(data, "NAD")]
        assert read(data) == (NOTHING, True)
        expected = [("loss.edifact-default", f"letters[0].{role}.department_name")] if unit else []
        assert [loss for loss in lost(message) if loss[1].startswith(f"letters[0].{role}")] == expected
        assert "_" not in re.findall(r">([^<]*)<", medcom_bu.as_page(medcom_bu.parse(data, Emessage)))


# --- receipts: EDI-14, EDI-15 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", [one for one in layouts() if one.message_type != "CONTRL"], ids=lambda one: one.code)
def test_a_receipt_repeats_the_message_type(layout: Any) -> None:
    """EDI-14; UN/EDIFACT, UCM: what the UNH of the letter said. XML's version codes have an X before both."""
    name = f"{layout.version.type_code}/{layout.version.code}"
    for version, expected in ((layout.code, layout.message_type), (layout.version.code, f"X{layout.message_type}")):
        message = changed(samples()[name], {"letters[0].letter.version_code": version})
        for answer in (receipts.positive(message), receipts.negative(message, text="fejl")):
            data = medcom_bu.to_edifact(answer)
            (ucm,) = segments(data, "UCM")
            assert ucm.split("+")[2].split(":")[0] == expected
            assert said(medcom_bu.validate(data)) == NOTHING


@pytest.mark.parametrize(
    ("version", "expected"),
    [("R0131K", "MEDRPT"), ("Q0130K", "MEDREQ"), ("A0130Z", "PRODAT"), ("U0130U", "Ukendt"), ("SST012", "Ukendt")],
)
def test_the_message_type_of_letters_that_are_not_known(version: str, expected: str) -> None:
    message = changed(samples()["XDIS91/XD9134L"], {"letters[0].letter.version_code": version})
    (ucm,) = segments(medcom_bu.to_edifact(receipts.positive(message)), "UCM")
    assert ucm.split("+")[2].split(":")[0] == expected


@pytest.mark.parametrize("type_", ["Ukendt", "????"])
def test_a_message_type_that_the_receiver_did_not_know_is_no_difference(type_: str) -> None:
    """EDI-14: MedCom's converter writes these for the versions that came after it."""
    data = medcom_bu.to_edifact(receipts.positive(samples()["XDIS91/XD9134L"]))
    data = edited(data, ("XMEDDIS:", type_.replace("?", "??") + ":"))
    assert said(medcom_bu.validate(data)) == NOTHING


def test_another_message_type_is_a_difference() -> None:
    data = medcom_bu.to_edifact(receipts.positive(samples()["XDIS91/XD9134L"]))
    found = [("warning", "differs", "segment 4 UCM, element 2, component 1")]
    assert said(medcom_bu.validate(edited(data, ("XMEDDIS:", "MEDREF:")))) == found


ACTIONS = [("XCTL01/XC0130Q", "4"), ("XCTL02/XC0230Q", "4"), ("XCTL03/XC0330Q", "7")]


@pytest.mark.parametrize(("name", "action"), ACTIONS)
@pytest.mark.parametrize("tag", ["UCI", "UCM"])
@pytest.mark.parametrize("other", ["4", "7", "8", ""])
def test_an_action_that_contradicts_the_receipt_is_an_error(name: str, action: str, tag: str, other: str) -> None:
    """EDI-15; UN/EDIFACT, action codes 4 (rejected) and 7 (accepted)."""
    data = medcom_bu.to_edifact(samples()[name])
    (segment,) = segments(data, tag)
    data = edited(data, (f"{segment}'", f"{segment.removesuffix(action)}{other}'"))
    issues = said(medcom_bu.validate(data))
    assert [issue[:2] for issue in issues] == ([] if other == action else [("error", "qualifier")])
    assert read(data)[1] is (other == action)
    assert all(f" {tag}, element " in path for _, _, path in issues)
