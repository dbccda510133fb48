"""What EDIFACT cannot carry: every kind in a message that has it, exactly what is named, and generated messages."""

from __future__ import annotations

import gc
import io
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_rules import changed

import medcom_bu
from medcom_bu.binding import Unexpected, Value, fields
from medcom_bu.edifact import losses as edifact_losses
from medcom_bu.issues import Kind
from medcom_bu.messages.emessage import Emessage, LocalElements
from medcom_bu.messages.hospital_referral import HospitalVisitation
from medcom_bu.testing import samples, strategies
from medcom_bu.testing.assertions import differences
from medcom_bu.values.base64 import Base64
from medcom_bu.values.codes import DiagnoseDescriptionCode, MedicalSpecialityCode
from medcom_bu.values.parties import Url
from medcom_bu.values.text import FormattedText, Mark, RawMarkup, Style, Styled

B = Mark.BREAK
WRITABLE = [name for name in samples() if name not in {"XREF01/XH0131R", "XBIN02/XB0210X"}]
L = "letters[0]"
INFORMATION, CLINICAL = f"{L}.additional_information", f"{L}.relevant_clinical_information"
TEXT, NAME = f"{L}.clinical_information[0].text01", f"{L}.patient.person_surname_name"


def plain(*nodes: Any) -> FormattedText:
    return FormattedText(nodes)


LINE = plain("tekst", B)
REF: Any = changed(
    samples()["XREF01/XH0130R"],
    {f"{L}.hospital_visitation": (), f"{INFORMATION}.clinical_reason": LINE, f"{INFORMATION}.supplementary": LINE}
    | {f"{CLINICAL}.{name}": LINE for name in ("cave", "anamnesis", "examination", "actual_medicine")},
)
DIS: Any = changed(samples()["XDIS91/XD9134L"], {TEXT: LINE})
BIN: Any = samples()["XBIN01/XB0131X"]
NEG: Any = changed(
    samples()["XCTL02/XC0230Q"],
    {f"{L}.original_emessage.{part}refuse_text": LINE for part in ("", "original_letter[0].")},
)
NEW: Any = changed(
    samples()["XREF01/XH0131R"],
    {f"{L}.{name}": None for name in ("additional_information", "relevant_clinical_information")}
    | {f"{L}.hospital_visitation": ()},
)
VISIT: Any = HospitalVisitation(information_code="egen_laege", information=plain(*["linje", B] * 6))

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
            ("element", f"{L}.letter.episode_of_care"),
            ("element", f"{L}.referral.refer.diagnose_description_code"),
        ],
    ),
    "a code that EDIFACT lacks": (
        REF,
        {f"{L}.sender.medical_speciality_code": MedicalSpecialityCode.SEXOLOGY},
        [("code", f"{L}.sender.medical_speciality_code")],
    ),
    "a county": (DIS, {f"{L}.receiver.identifier_code": "amt"}, [("code", f"{L}.receiver.identifier_code")]),
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
    "a correction": (REF, {f"{L}.letter.status_code": "rettetbrev"}, []),
    "characters": (REF, {NAME: "Šø – “x”"}, [("character", NAME)]),
    "a control character": (REF, {NAME: "a\x00b"}, [("character", NAME)]),
    "characters that UNOC has": (REF, {NAME: "ÆØÅæøåß÷ÿ ?:+'\\"}, []),
    "characters in a text": (DIS, {TEXT: plain("5 €", B)}, [("character", TEXT)]),
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
        [("changed", f"{L}.relevant_clinical_information")],
    ),
    "an empty text": (REF, {f"{CLINICAL}.cave": plain()}, [("changed", f"{CLINICAL}.cave")]),
    "another referral diagnosis": (
        REF,
        {f"{L}.referral.referral_additional[0].diagnose_description_code": DiagnoseDescriptionCode.REFERRAL},
        [],
    ),
    "a text without its end": (DIS, {TEXT: plain("tekst")}, [("text-end", TEXT)]),
    "a kept blank": (DIS, {TEXT: plain(Mark.SPACE, "tekst", B)}, [("text-markup", TEXT)]),
    "a style": (DIS, {TEXT: plain(Styled(Style.BOLD, ("tekst", B)))}, []),
    "a style over many lines": (DIS, {TEXT: plain(Styled(Style.BOLD, ("tekst", B) * 6))}, [("text-markup", TEXT)]),
    "centred from the start": (DIS, {TEXT: plain(Styled(Style.CENTER, ("tekst", B)))}, [("text-lines", TEXT)]),
    "a full stop alone": (DIS, {TEXT: plain(".", B)}, [("text-lines", TEXT)]),
    "a backslash at the end of a line": (DIS, {TEXT: plain("a\\", B, "b", B)}, [("text-lines", TEXT)]),
    "a line feed in a text": (DIS, {TEXT: plain("a\n  b", B)}, [("text-lines", TEXT)]),
    "unknown markup": (DIS, {TEXT: plain("a", RawMarkup("<x/>"), B)}, [("kept", TEXT)]),
    "a long line": (DIS, {TEXT: plain("langt ord " * 50, B)}, []),
    "a subject of 70 characters": (DIS, {f"{INFORMATION}.subject": "x" * 70}, []),
    "a reference of 70 characters": (DIS, {f"{L}.reference[0].ref_description": "x" * 70}, []),
    "a web address of 350 characters": (DIS, {f"{L}.reference[0].target": Url("x" * 350)}, []),
    "a short triage note": (REF, {f"{L}.hospital_visitation": (VISIT.replace(information=LINE),)}, []),
    "a long triage note": (REF, {f"{L}.hospital_visitation": (VISIT,)}, [("split", f"{L}.hospital_visitation")]),
    "a text of 45 lines": (
        DIS,
        {TEXT: plain(*["linje", B] * 45), f"{INFORMATION}.subject": None, f"{L}.reference": ()},
        [],
    ),
    "a text of 46 lines": (
        DIS,
        {TEXT: plain(*["linje", B] * 46), f"{INFORMATION}.subject": None},
        [("limit", f"{L}.clinical_information[0]")],
    ),
    "a text of 41 lines behind a subject": (
        DIS,
        {TEXT: plain(*["linje", B] * 41)},
        [("limit", f"{L}.clinical_information[0]")],
    ),
    "47 segments of text in a referral": (REF, {f"{CLINICAL}.anamnesis": plain(*["linje", B] * 225)}, []),
    "more than 50 segments of text": (REF, {f"{CLINICAL}.anamnesis": plain(*["linje", B] * 230)}, [("limit", L)]),
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
        [("address", "letters[1].sender.ean_identifier")],
    ),
    "a patient with a CPR number, named as system data is": (BIN, {f"{L}.subject.person_surname_name": "Data"}, []),
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
    if base is not NEW:
        assert differing(message, arrived) == paths(expected)


def test_every_kind_is_shown() -> None:
    declared = {item.code for item in vars(edifact_losses).values() if isinstance(item, Kind)}
    assert {f"loss.edifact-{code}" for _, _, expected in CASES.values() for code, _ in expected} == declared


def differing(before: Any, after: Any) -> set[str]:
    """The attribute paths in which two messages differ, those of tuples of unequal length whole."""
    found = {re.match(r"  ([^:]*): ", line).group(1) for line in differences(before, after)}  # type: ignore[union-attr]
    return {"namespace" if path == "message" else path for path in found}


def paths(expected: list[tuple[str, str]]) -> set[str]:
    """Where a difference is to be seen: what was kept goes as a whole, and a limit changes nothing by itself."""
    return {re.sub(r"(local_elements|unexpected)\[\d+\]$", r"\1", path) for code, path in expected if code != "limit"}


def test_losses_are_said_in_danish() -> None:
    (loss,) = medcom_bu.losses(changed(DIS, {TEXT: plain("tekst")}), "edifact")
    assert loss.text("da") == "teksten får et linjeskift til sidst"


def test_only_two_wires_have_losses() -> None:
    with pytest.raises(ValueError, match="edifact"):
        medcom_bu.losses(REF, "paper")


# --- generated messages -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", WRITABLE)
def test_generated_letters_arrive_but_for_what_is_declared(kind: str) -> None:
    @given(strategies.messages(kind))
    @settings(max_examples=25)
    def holds(message: Any) -> None:
        xml = medcom_bu.parse(medcom_bu.to_xml(message))
        declared = lost(xml)
        arrived = medcom_bu.read(medcom_bu.to_edifact(xml)).message
        beside = {f"letters[{n}].unexpected" for n in range(len(xml.letters))}  # of a patient who is named Data
        assert differing(xml, arrived) - beside == paths(declared)
        again = medcom_bu.to_xml(arrived)  # type: ignore[arg-type]
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
    assert parsed.report == medcom_bu.validate(data)
    if parsed.report.ok and parsed.message is not None:
        assert medcom_bu.parse(data) == parsed.message
        medcom_bu.losses(parsed.message, "edifact")
    else:
        with pytest.raises((medcom_bu.InvalidMessage, medcom_bu.UnknownFormat)):
            medcom_bu.parse(data)


def holes(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Each attribute of a value with what stands for nothing in it."""
    for name in fields(type(value)):
        held, here = getattr(value, name), f"{path}.{name}"
        yield from ((here, hole) for hole in ([()] if isinstance(held, tuple) else [None, ""]))
        for number, item in enumerate(held if isinstance(held, tuple) else [held]):
            if isinstance(item, Value):
                yield from holes(item, f"{here}[{number}]" if isinstance(held, tuple) else here)


@pytest.mark.parametrize("name", WRITABLE)
def test_a_letter_with_a_hole_is_written_and_its_losses_are_named(name: str) -> None:
    message: Any = samples()[name]
    tried = 0
    for path, hole in [*holes(message.envelope, "envelope"), *holes(message.letters[0], L), ("envelope", None)]:
        try:
            torn = changed(message, {path: hole})
        except TypeError:
            continue
        arrived: Any = medcom_bu.read(medcom_bu.to_edifact(torn)).message
        beside = {"unexpected", f"{L}.unexpected"}
        assert differing(torn, arrived) - beside == paths(lost(torn)), (path, hole)
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


def in_proportion(flooded: Callable[[int], bytes]) -> None:
    """Eight times as much takes not much more than eight times as long, and few issues, also in what is written."""

    def seconds(count: int) -> float:
        data = flooded(count)
        gc.collect()
        gc.disable()
        begun = time.process_time()
        parsed = medcom_bu.read(data)
        if parsed.message is not None:
            medcom_bu.losses(parsed.message, "edifact")
        taken = time.process_time() - begun
        gc.enable()
        assert len(parsed.report) < 700
        return taken

    small = min(seconds(500), seconds(500))
    assert seconds(4000) <= 8 * 4 * max(small, 0.002)


@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_takes_time_in_proportion(flood: str) -> None:
    data = medcom_bu.to_edifact(FLOODS[flood])
    at = data.index(b"S18+18") if FLOODS[flood] is REF else data.index(b"UNT+")

    def flooded(count: int) -> bytes:
        made = data[:at] + flood.encode() * count + data[at:]
        return re.sub(rb"UNT\+\d+", b"UNT+%d" % (made[made.index(b"UNH+") :].count(b"'") - 1), made)

    in_proportion(flooded)


@pytest.mark.parametrize("before", [b"'BGM+EPI", b"'DTM+137:202605040930:203", b"'S01+01"])
@pytest.mark.parametrize("part", [b":x", b"+x"])
def test_a_long_segment_takes_time_in_proportion(before: bytes, part: bytes) -> None:
    data = medcom_bu.to_edifact(DIS)
    assert before in data
    in_proportion(lambda count: data.replace(before, before + part * count, 1))
