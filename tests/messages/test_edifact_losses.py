"""What EDIFACT cannot carry: every kind in a message that has it, exactly what is named, and generated messages."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import medcom_bu
from medcom_bu.declare.oioxml import Unexpected
from medcom_bu.edifact import losses as edifact_losses
from medcom_bu.issues import Kind
from medcom_bu.messages.emessage import Emessage, LocalElements
from medcom_bu.messages.hospital_referral import HospitalVisitation
from medcom_bu.testing import strategies
from medcom_bu.testing.letters import letter_samples
from medcom_bu.values.base64 import Base64
from medcom_bu.values.codes import DiagnoseDescriptionCode, ReferralStatus
from medcom_bu.values.parties import BinaryReference, Url
from medcom_bu.values.specialities import MedicalSpecialityCode
from medcom_bu.values.text import FormattedText, Mark, RawMarkup, Style, Styled
from tests.robustness.growth import assert_linear_time
from tests.support.edifact_differences import OF_A_RECEIVER
from tests.support.paths import changed, differing, holes
from tests.support.texts import formatted
from tests.support.typed import read_as

B = Mark.BREAK
WRITABLE = [name for name in letter_samples() if name not in {"XREF01/XH0131R", "XBIN02/XB0210X"}]
L = "letters[0]"
INFORMATION, CLINICAL = f"{L}.additional_information", f"{L}.relevant_clinical_information"
TEXT, NAME = f"{L}.clinical_information[0].text01", f"{L}.patient.person_surname_name"


LINE = formatted("tekst", B)
REF: Any = changed(
    letter_samples()["XREF01/XH0130R"],
    {f"{L}.hospital_visitation": (), f"{INFORMATION}.clinical_reason": LINE, f"{INFORMATION}.supplementary": LINE}
    | {f"{CLINICAL}.{name}": LINE for name in ("cave", "anamnesis", "examination", "actual_medicine")},
)
DIS: Any = changed(letter_samples()["XDIS91/XD9134L"], {TEXT: LINE})
BIN: Any = letter_samples()["XBIN01/XB0131X"]
NEG: Any = changed(
    letter_samples()["XCTL02/XC0230Q"],
    {f"{L}.original_emessage.{part}refuse_text": LINE for part in ("", "original_letter[0].")},
)
NEW: Any = changed(
    letter_samples()["XREF01/XH0131R"],
    {f"{L}.{name}": None for name in ("additional_information", "relevant_clinical_information")}
    | {f"{L}.hospital_visitation": ()},
)
OLD: Any = letter_samples()["XBIN01/XB0130X"]
UUID = "5F0C3B1E-7a52-4d6a-9a3e-0c1d2e3f4a5b"
WORKBOOK: dict[str, Any] = {
    "object_identifier": UUID.replace("-", ""),
    "object_code": "proprietaert_indhold",
    "object_extension_code": "xls",
    "original_object_size": "8",
}
SIX_LINES = formatted(*["linje", B] * 6)
VISIT: Any = HospitalVisitation(information_code="egen_laege", information=formatted(*["linje", B] * 6))

CASES: dict[str, tuple[Emessage, dict[str, Any], list[tuple[str, str]]]] = {
    "a referral": (REF, {}, []),
    "a correspondence": (DIS, {}, []),
    "files": (BIN, {}, []),
    "a receipt": (NEG, {}, []),
    "a newer referral": (
        NEW,
        {},
        [
            ("default", INFORMATION),
            ("element", f"{L}.letter.episode_of_care[0].episode_of_care_type"),
            ("element", f"{L}.referral.refer.diagnose_description_code"),
        ],
    ),
    "a code that EDIFACT lacks": (
        REF,
        {f"{L}.additional_information.referral_status": ReferralStatus.AT_HOME},
        [("code", f"{L}.additional_information.referral_status")],
    ),
    "a county": (
        DIS,
        {f"{L}.receiver.identifier_code": "amt"},
        [("code", f"{L}.receiver.identifier_code"), ("demand", f"{L}.receiver.identifier_code")],
    ),
    "patologi with a blank": (
        REF,
        {f"{L}.sender.medical_speciality_code": "patologi "},
        [("code", f"{L}.sender.medical_speciality_code")],
    ),
    "an absent name": (
        DIS,
        {f"{L}.receiver.organisation_name": None},
        [("default", f"{L}.receiver.organisation_name")],
    ),
    "an absent street": (REF, {f"{L}.sender.street_name": None}, [("default", f"{L}.sender.street_name")]),
    "an absent street where it is no matter": (DIS, {f"{L}.sender.street_name": None}, []),
    "no address at all": (
        REF,
        {
            f"{L}.sender.{name}": None
            for name in ("street_name", "suburb_name", "district_name", "post_code_identifier")
        },
        [],
    ),
    "an absent department": (BIN, {f"{L}.sender.department_name": None}, [("default", f"{L}.sender.department_name")]),
    "an absent department of no unit": (
        BIN,
        {f"{L}.sender.department_name": None, f"{L}.sender.unit_name": None},
        [],
    ),
    "an absent speciality": (
        DIS,
        {f"{L}.sender.medical_speciality_code": None},
        [("default", f"{L}.sender.medical_speciality_code")],
    ),
    "an absent speciality where it stays absent": (REF, {f"{L}.sender.medical_speciality_code": None}, []),
    "a reason without a code": (
        NEG,
        {f"{L}.original_emessage.refuse_code": None},
        [("default", f"{L}.original_emessage.refuse_code")],
    ),
    "a reason without a text": (
        NEG,
        {f"{L}.original_emessage.refuse_text": None},
        [("code", f"{L}.original_emessage.refuse_code")],
    ),
    "a correction": (REF, {f"{L}.letter.status_code": "rettetbrev"}, [("receiver", f"{L}.letter.status_code")]),
    "a correction of a correspondence": (DIS, {f"{L}.letter.status_code": "rettetbrev"}, []),
    "a correction of files": (BIN, {f"{L}.letter.status_code": "rettetbrev"}, [("refused", f"{L}.letter.status_code")]),
    "characters": (REF, {NAME: "Šø – “x”"}, [("character", NAME)]),
    "a control character": (REF, {NAME: "a\x00b"}, [("character", NAME)]),
    "characters that UNOC has": (REF, {NAME: "ÆØÅæøåß÷ÿ ?:+'\\"}, []),
    "characters in a text": (DIS, {TEXT: formatted("5 €", B)}, [("character", TEXT)]),
    "a line feed in a name": (REF, {NAME: "a\nb"}, [("changed", NAME)]),
    "a statistical code of its own": (
        REF,
        {f"{L}.letter.statistical_code": "X"},
        [("changed", f"{L}.letter.statistical_code")],
    ),
    "a year too far from the letter's": (
        REF,
        {"envelope.sent.date": "1926-05-04"},
        [("changed", "envelope.sent.date")],
    ),
    "a size that is not that of the file": (
        BIN,
        {f"{L}.binary_object[0].original_object_size": "5"},
        [("changed", f"{L}.binary_object[0].original_object_size")],
    ),
    "damaged base64": (
        BIN,
        {
            f"{L}.binary_object[0].object_base64_encoded": Base64.decode("QUJ!D"),
            f"{L}.binary_object[0].original_object_size": "3",
        },
        [("content", f"{L}.binary_object[0].object_base64_encoded")],
    ),
    "an empty part": (
        REF,
        {f"{L}.relevant_clinical_information": type(REF.letters[0].relevant_clinical_information)()},
        [("absent", f"{L}.relevant_clinical_information")],
    ),
    "an empty text": (REF, {f"{CLINICAL}.cave": formatted()}, [("absent", f"{CLINICAL}.cave")]),
    "a part whose text is empty": (
        DIS,
        {
            f"{L}.clinical_information": (
                DIS.letters[0].clinical_information[0].replace(text01=formatted(Styled(Style.BOLD, ()))),
            )
        },
        [("absent", f"{L}.clinical_information")],
    ),
    "no text and no subject": (
        DIS,
        {f"{L}.clinical_information": (), f"{INFORMATION}.subject": None},
        [("receiver", f"{L}.clinical_information")],
    ),
    "another referral diagnosis": (
        REF,
        {f"{L}.referral.referral_additional[0].diagnose_description_code": DiagnoseDescriptionCode.REFERRAL},
        [("receiver", f"{L}.referral.referral_additional[0].diagnose_description_code")],
    ),
    "a text without its end": (DIS, {TEXT: formatted("tekst")}, [("text-end", TEXT)]),
    "a kept blank": (DIS, {TEXT: formatted(Mark.SPACE, "tekst", B)}, [("text-markup", TEXT)]),
    "a style": (DIS, {TEXT: formatted(Styled(Style.BOLD, ("tekst", B)))}, []),
    "a style over many lines": (DIS, {TEXT: formatted(Styled(Style.BOLD, ("tekst", B) * 6))}, [("text-markup", TEXT)]),
    "centred from the start": (DIS, {TEXT: formatted(Styled(Style.CENTER, ("tekst", B)))}, []),
    "centred and not ended": (
        DIS,
        {TEXT: formatted(Styled(Style.CENTER, ("tekst",)))},
        [("text-end", TEXT), ("text-markup", TEXT)],
    ),
    "centred in a line": (DIS, {TEXT: formatted("a", Styled(Style.CENTER, ("b", B)))}, [("text-lines", TEXT)]),
    "a style over many lines that do not end": (
        DIS,
        {TEXT: formatted(Styled(Style.BOLD, (*("tekst", B) * 5, "tekst")))},
        [("text-end", TEXT), ("text-markup", TEXT)],
    ),
    "a full stop alone": (DIS, {TEXT: formatted(".", B)}, []),
    "a full stop alone behind a cut": (DIS, {TEXT: formatted("." * 70, B)}, []),
    "a backslash at the end of a line": (DIS, {TEXT: formatted("a\\", B, "b", B)}, []),
    "a backslash at the very end": (DIS, {TEXT: formatted("a\\", B)}, []),
    "a line feed in a text": (DIS, {TEXT: formatted("a\n  b", B)}, [("text-lines", TEXT)]),
    "unknown markup": (DIS, {TEXT: formatted("a", RawMarkup("<x/>"), B)}, [("kept", TEXT)]),
    "a long line": (DIS, {TEXT: formatted("langt ord " * 50, B)}, []),
    "a subject of 70 characters": (DIS, {f"{INFORMATION}.subject": "x" * 70}, []),
    "a reference of 70 characters": (DIS, {f"{L}.reference[0].ref_description": "x" * 70}, []),
    "a web address of 350 characters": (DIS, {f"{L}.reference[0].target": Url("x" * 350)}, []),
    "a short triage note": (REF, {f"{L}.hospital_visitation": (VISIT.replace(information=LINE),)}, []),
    "a long triage note": (
        REF,
        {f"{L}.hospital_visitation": (VISIT,)},
        [("limit", f"{L}.hospital_visitation[0].information"), ("split", f"{L}.hospital_visitation")],
    ),
    "a text of 45 lines": (
        DIS,
        {TEXT: formatted(*["linje", B] * 45), f"{INFORMATION}.subject": None, f"{L}.reference": ()},
        [],
    ),
    "a text of 46 lines": (
        DIS,
        {TEXT: formatted(*["linje", B] * 46), f"{INFORMATION}.subject": None},
        [("limit", f"{L}.clinical_information[0]")],
    ),
    "a text of 41 lines behind a subject": (
        DIS,
        {TEXT: formatted(*["linje", B] * 41)},
        [("limit", f"{L}.clinical_information[0]")],
    ),
    "47 segments of text in a referral": (REF, {f"{CLINICAL}.anamnesis": formatted(*["linje", B] * 225)}, []),
    "more than 50 segments of text": (REF, {f"{CLINICAL}.anamnesis": formatted(*["linje", B] * 230)}, [("limit", L)]),
    "a local element": (REF, {"local_elements": (LocalElements(0, "<x/>"),)}, [("kept", "local_elements[0]")]),
    "what was kept of another wire": (
        REF,
        {f"{L}.patient.unexpected": (Unexpected("element", 0, "X", "<X/>"),)},
        [("kept", f"{L}.patient.unexpected[0]")],
    ),
    "what was kept beside the letters": (
        REF,
        {"unexpected": (Unexpected("segment", 0, "XYZ", "XYZ'"),)},
        [("kept", "unexpected[0]")],
    ),
    "letters of two senders": (
        REF.replace(letters=(*REF.letters, *REF.letters)),
        {"letters[1].sender.ean_identifier": "5790000120406"},
        [("address", "letters[1].sender.ean_identifier"), ("letters", "letters")],
    ),
    "a receipt to another address": (NEG, {f"{L}.original_emessage.original_sender.ean_identifier": "x" * 35}, []),
    "a receipt to an address of other letters": (
        NEG,
        {f"{L}.original_emessage.original_sender.ean_identifier": "Š"},
        [("character", f"{L}.original_emessage.original_sender.ean_identifier")],
    ),
    "a patient with a CPR number, named as system data is": (
        BIN,
        {f"{L}.subject.person_surname_name": "Data"},
        [("receiver", f"{L}.subject.person_surname_name")],
    ),
    "a paediatric department": (
        DIS,
        {f"{L}.sender.medical_speciality_code": MedicalSpecialityCode.PAEDIATRICS_HOSPITAL},
        [("receiver", f"{L}.sender.medical_speciality_code")],
    ),
    "a workbook in a reference": (
        DIS,
        {f"{L}.reference[0].target": BinaryReference(**WORKBOOK)},
        [("receiver", f"{L}.reference[0].target.object_extension_code")],
    ),
    "a workbook in a reference of a referral": (
        REF,
        {f"{L}.reference[0].target": BinaryReference(**WORKBOOK)},
        [],
    ),
    "a workbook": (
        BIN,
        {f"{L}.binary_object[0].object_extension_code": "xls"},
        [("receiver", f"{L}.binary_object[0].object_extension_code")],
    ),
    "a workbook in the older version": (OLD, {f"{L}.binary_object[0].object_extension_code": "xls"}, []),
    "a UUID with hyphens in a reference": (
        DIS,
        {
            f"{L}.reference[0].target": BinaryReference(
                **WORKBOOK | {"object_extension_code": "pdf", "object_identifier": UUID}
            )
        },
        [("changed", f"{L}.reference[0].target.object_identifier")],
    ),
    "a course number with hyphens": (
        REF,
        {f"{L}.letter.episode_of_care_identifier": UUID},
        [("changed", f"{L}.letter.episode_of_care_identifier")],
    ),
    "an address that is a full stop": (DIS, {f"{L}.reference[0].target": Url(".")}, []),
    "an address with a backslash behind it": (DIS, {f"{L}.reference[0].target": Url("https://x/\\")}, []),
    "an address with a full stop behind a cut": (DIS, {f"{L}.reference[0].target": Url("x" * 69 + ".")}, []),
    "a description with a backslash behind it": (DIS, {f"{L}.reference[0].ref_description": "x\\"}, []),
    "a description that is a full stop": (DIS, {f"{L}.reference[0].ref_description": "."}, []),
    "an address that is empty": (
        DIS,
        {f"{L}.reference[0].target": Url("")},
        [("absent", f"{L}.reference[0].target"), ("demand", f"{L}.reference[0].target")],
    ),
    "a reason of six lines": (
        REF,
        {f"{INFORMATION}.clinical_reason": SIX_LINES},
        [("limit", f"{INFORMATION}.clinical_reason")],
    ),
    "a reason with a bold word": (
        REF,
        {f"{INFORMATION}.clinical_reason": formatted("a ", Styled(Style.BOLD, ("b",)), " c", B)},
        [("limit", f"{INFORMATION}.clinical_reason")],
    ),
    "a reason of five lines": (REF, {f"{INFORMATION}.clinical_reason": formatted(*["linje", B] * 5)}, []),
    "a supplement of six lines": (
        REF,
        {f"{INFORMATION}.supplementary": SIX_LINES},
        [("limit", f"{INFORMATION}.supplementary")],
    ),
    "a refusal of six lines": (
        NEG,
        {
            f"{L}.original_emessage.refuse_text": SIX_LINES,
            f"{L}.original_emessage.original_letter[0].refuse_text": SIX_LINES,
        },
        [
            ("limit", f"{L}.original_emessage.original_letter[0].refuse_text"),
            ("limit", f"{L}.original_emessage.refuse_text"),
        ],
    ),
    "a refusal in bold": (
        NEG,
        {f"{L}.original_emessage.refuse_text": formatted(Styled(Style.BOLD, ("a", B)))},
        [("text-markup", f"{L}.original_emessage.refuse_text")],
    ),
    "triage notes that become more than nine": (
        REF,
        {f"{L}.hospital_visitation": (VISIT,) * 5},
        [
            *(("limit", f"{L}.hospital_visitation[{n}].information") for n in range(5)),
            ("refused", f"{L}.hospital_visitation"),
            ("split", f"{L}.hospital_visitation"),
        ],
    ),
    "a triage note in one long line": (
        REF,
        {f"{L}.hospital_visitation": (VISIT.replace(information=formatted("langt ord " * 80, B)),)},
        [("limit", f"{L}.hospital_visitation[0].information")],
    ),
    "a name that is too long": (
        REF,
        {f"{L}.sender.organisation_name": "x" * 36},
        [("refused", f"{L}.sender.organisation_name")],
    ),
    "a name that grows": (
        REF,
        {f"{L}.sender.organisation_name": "x" * 34 + "\u2026"},
        [("character", f"{L}.sender.organisation_name"), ("refused", f"{L}.sender.organisation_name")],
    ),
    "a name that shows nothing": (
        REF,
        {NAME: "\u200b\ufeff"},
        [("character", NAME), ("demand", NAME)],
    ),
    "no name": (REF, {NAME: None}, [("demand", NAME)]),
    "no number": (
        REF,
        {"envelope.identifier": None},
        [("demand", "envelope.identifier")],
    ),
    "no address of the sender": (
        REF,
        {f"{L}.sender.ean_identifier": None},
        [("demand", f"{L}.sender.ean_identifier")],
    ),
    "no such day in the envelope": (
        REF,
        {"envelope.sent.date": "2026-02-30"},
        [("refused", "envelope.sent")],
    ),
    "no envelope": (
        REF,
        {"envelope": None},
        [("default", "envelope"), ("demand", "envelope.identifier"), ("refused", "envelope.sent")],
    ),
    "no files": (
        BIN,
        {f"{L}.binary_object": ()},
        [("demand", f"{L}.binary_object")],
    ),
    "an identifier that is none": (
        BIN,
        {f"{L}.binary_object[0].object_identifier": "1"},
        [("refused", f"{L}.binary_object[0].object_identifier")],
    ),
    "a namespace that is not the letter's": (REF, {"namespace": "urn:x"}, [("changed", "namespace")]),
}


def lost(message: Any, version: str | None = None) -> list[tuple[str, str]]:
    found = medcom_bu.losses(message, "edifact", version=version)
    return sorted((loss.code.removeprefix("loss.edifact-"), loss.path) for loss in found)


@pytest.mark.parametrize("name", CASES)
def test_exactly_what_is_lost(name: str) -> None:
    base, changes, expected = CASES[name]
    assert lost(changed(base, changes), "H0130R" if base is NEW else None) == expected


@pytest.mark.parametrize("name", CASES)
def test_writing_never_fails_for_a_loss(name: str) -> None:
    """What arrives differs where a loss was named, and nowhere else."""
    base, changes, expected = CASES[name]
    message, version = changed(base, changes), "H0130R" if base is NEW else None
    file = io.BytesIO()
    medcom_bu.write_edifact(message, file, version=version)
    assert file.getvalue() == medcom_bu.to_edifact(message, version=version)
    arrived: Any = medcom_bu.read(file.getvalue()).message
    assert is_accepted(file.getvalue()) == is_said_to_be_accepted(expected)
    if base is not NEW:
        assert differing(message, arrived) == paths(expected)


def test_every_kind_is_shown() -> None:
    declared = {item.code for item in vars(edifact_losses).values() if isinstance(item, Kind)}
    assert {f"loss.edifact-{code}" for _, _, expected in CASES.values() for code, _ in expected} == declared


def is_accepted(data: bytes) -> bool:
    return medcom_bu.validate(data, layers=["syntax", "schema"]).ok


def is_said_to_be_accepted(declared: list[tuple[str, str]]) -> bool:
    """Whether no loss says that a receiver will refuse what is written."""
    return not {"demand", "refused"} & {code for code, _ in declared}


def paths(expected: list[tuple[str, str]]) -> set[str]:
    """Where a difference is to be seen: what was kept goes as a whole, and what a receiver says changes nothing."""
    seen = {path for code, path in expected if code not in OF_A_RECEIVER}
    return {re.sub(r"(local_elements|unexpected)\[\d+\]$", r"\1", path) for path in seen}


def test_losses_are_said_in_danish() -> None:
    (loss,) = medcom_bu.losses(changed(DIS, {TEXT: formatted("tekst")}), "edifact")
    assert loss.text("da") == "teksten får et linjeskift til sidst"


def test_only_two_wires_have_losses() -> None:
    with pytest.raises(ValueError, match="edifact"):
        medcom_bu.losses(REF, "paper")


# --- generated messages -------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("kind", WRITABLE)
def test_generated_letters_arrive_but_for_what_is_declared(kind: str) -> None:
    @given(strategies.messages(kind))
    @settings(max_examples=25)
    def holds(message: Any) -> None:
        xml = medcom_bu.parse(medcom_bu.to_xml(message), Emessage)
        declared = lost(xml)
        data = medcom_bu.to_edifact(xml)
        assert is_accepted(data) == is_said_to_be_accepted(declared)
        arrived = read_as(Emessage, data)
        beside = {f"letters[{n}].unexpected" for n in range(len(xml.letters))}  # of a patient who is named Data
        assert differing(xml, arrived) - beside == paths(declared)
        again = medcom_bu.to_xml(arrived)
        assert medcom_bu.read(again).message == arrived

    holds()


NOTHING_LOST = st.sampled_from(["En linje", "Løbende tekst, der er så lang at den må deles i flere linjer: " * 3])


@given(st.lists(NOTHING_LOST, max_size=30), st.text("aåæø '+:?\\.", min_size=1, max_size=35))
def test_ordinary_letters_lose_nothing(lines: list[str], name: str) -> None:
    text = FormattedText(tuple(node for line in lines for node in (line, B)))
    message = changed(DIS, {TEXT: text, NAME: name}) if lines else changed(DIS, {NAME: name})
    assert [loss for loss in lost(message) if loss[0] != "limit"] == []
    assert medcom_bu.parse(medcom_bu.to_edifact(message)) == message


# --- arbitrary changes of letters ---------------------------------------------------------------------------------

TEXTS = [medcom_bu.to_edifact(message) for message in (REF, DIS, BIN, NEG)]


@given(st.sampled_from(TEXTS), st.data())
@settings(max_examples=200)
def test_nothing_that_comes_breaks_the_reader(data: bytes, source: st.DataObject) -> None:
    """Bytes are changed, cut and put in; reading and judging answer, and agree with each other."""
    for _ in range(source.draw(st.integers(1, 4))):
        at = source.draw(st.integers(9, len(data)))
        end = source.draw(st.integers(at, min(at + 12, len(data))))
        put = source.draw(
            st.sampled_from([b"", b"'", b"+", b":", b"?", b"S03+03'", b"FTX+NC'", b"UNH+1'", b"\xe6", b"\x00"])
        )
        data = data[:at] + put + data[end:]
    parsed = medcom_bu.read(data)
    assert parsed.report == medcom_bu.validate(data, receiving=True)
    if medcom_bu.validate(data).ok and parsed.message is not None:
        assert medcom_bu.parse(data) == parsed.message
        medcom_bu.losses(parsed.message, "edifact")
    else:
        with pytest.raises((medcom_bu.InvalidMessage, medcom_bu.UnknownFormat)):
            medcom_bu.parse(data)


@pytest.mark.slow
@pytest.mark.parametrize("name", WRITABLE)
def test_a_letter_with_a_hole_is_written_and_its_losses_are_named(name: str) -> None:
    message: Any = letter_samples()[name]
    tried = 0
    for path, hole in [*holes(message.envelope, "envelope"), *holes(message.letters[0], L), ("envelope", None)]:
        try:
            torn = changed(message, {path: hole})
        except TypeError:
            continue
        data, declared = medcom_bu.to_edifact(torn), lost(torn)
        assert is_accepted(data) == is_said_to_be_accepted(declared), (path, hole)
        arrived: Any = medcom_bu.read(data).message
        beside = {"unexpected", f"{L}.unexpected"}
        assert differing(torn, arrived) - beside == paths(declared), (path, hole)
        tried += 1
    assert tried > 20


FLOODS = {
    "XYZ+1'": REF,
    "S03+03'": REF,
    "S12+12'": REF,
    "CON+XX+1:TE'": REF,
    "CIN+DM+A:XXX::b'": REF,
    "FTX+NC+P00++x\\'": REF,
    "FTX+PFM'": REF,
    "FTX+BIN+P00++a:b:XXX:PDF:1'": REF,
    "S14+14'FTX+NC+P00++a'": DIS,
    "UCM+B+X:D:93A:UN:XX+4'": NEG,
    "FTX+NC+P00++x'": NEG,
}


def test_of_very_many_losses_the_number_is_given() -> None:
    """A letter without content loses a score of things: a small message made of such lost more than memory holds."""
    data = medcom_bu.to_edifact(DIS)
    at = data.index(b"UNZ+")
    values: list[Any] = [
        medcom_bu.read(data[:at] + b"UNH+1+MEDDIS:D:93A:UN:D9134L'UNT+2+1'" * count + data[at:]).message
        for count in (1, 2, 90)
    ]
    one, two, many = (medcom_bu.losses(value, "edifact") for value in values)
    each = len(two) - len(one)
    assert len(many) == 1000
    assert [loss.code for loss in many].count("loss.more") == 1
    assert dict(many[-1].params) == {"count": len(one) + 89 * each - 999}


def in_proportion(flooded: Callable[[int], bytes]) -> None:
    """Reading and the losses take time in proportion, and there are few issues."""

    def used(data: bytes) -> None:
        parsed = medcom_bu.read(data)
        assert len(parsed.report) < 700
        if parsed.message is not None:
            medcom_bu.losses(parsed.message, "edifact")

    assert_linear_time(flooded, used)


@pytest.mark.slow
@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_takes_time_in_proportion(flood: str) -> None:
    data = medcom_bu.to_edifact(FLOODS[flood])
    at = data.index(b"S18+18") if FLOODS[flood] is REF else data.index(b"UNT+")

    def flooded(count: int) -> bytes:
        made = data[:at] + flood.encode() * count + data[at:]
        return re.sub(rb"UNT\+\d+", b"UNT+%d" % (made[made.index(b"UNH+") :].count(b"'") - 1), made)

    in_proportion(flooded)


@pytest.mark.slow
@pytest.mark.parametrize("before", [b"'BGM+EPI", b"'DTM+137:202605040930:203", b"'S01+01"])
@pytest.mark.parametrize("part", [b":x", b"+x"])
def test_a_long_segment_takes_time_in_proportion(before: bytes, part: bytes) -> None:
    data = medcom_bu.to_edifact(DIS)
    assert before in data
    in_proportion(lambda count: data.replace(before, before + part * count, 1))
