"""A letter in another version, on both wires: what has another place or form there arrives, the rest has a loss."""

from __future__ import annotations

import re
from typing import Any

import attrs
import pytest

import medcom_bu
from medcom_bu.declare.oioxml import Value, Version, declaration, element, letter
from medcom_bu.edifact import codec
from medcom_bu.messages.binary_letter import BinaryLetter, ReferralAttachment
from medcom_bu.messages.crossing import with_hyphens, without_hyphens
from medcom_bu.messages.emessage import Consignment, Emessage
from medcom_bu.messages.headers import LetterHeader
from medcom_bu.rendering.page import as_page
from medcom_bu.testing.letters import letter_samples
from medcom_bu.values.codes import CodeList
from medcom_bu.values.parties import BinaryReference
from medcom_bu.values.text import FormattedText, Mark
from tests.support.paths import changed, value_at
from tests.support.typed import of_type

S: dict[str, Any] = dict(letter_samples())
L = "letters[0]"
EPISODES, NUMBER = f"{L}.letter.episode_of_care", f"{L}.letter.episode_of_care_identifier"
OBJECT = f"{L}.binary_object[0].object_identifier"
UUID = "5F0C3B1E-7a52-4d6a-9a3e-0c1d2e3f4a5b"
HEX = UUID.replace("-", "")


def codes(message: Any, to: str, version: str | None = None) -> list[tuple[str, str]]:
    return sorted((loss.code, loss.path) for loss in medcom_bu.losses(message, to, version=version))


# --- the identifier of a file -------------------------------------------------------------------------------------

FILES = ["XBIN01/XB0131X", "XBIN01/XB0130X", "XBIN02/XB0210X"]
SPELT = {"XB0131X": UUID, "XB0130X": HEX, "XB0210X": UUID}


@pytest.mark.parametrize("version", SPELT)
@pytest.mark.parametrize("name", FILES)
def test_a_uuid_in_xml_as_the_version_spells_it(name: str, version: str) -> None:
    message = changed(S[name], {OBJECT: SPELT[name[-7:]]})
    assert codes(message, "xml", version) == []
    arrived: Any = medcom_bu.parse(medcom_bu.to_xml(message, version=version))
    assert value_at(arrived, OBJECT) == SPELT[version]
    header = arrived.letters[0].letter
    type_code = "XBIN02" if version == "XB0210X" else "XBIN01"
    assert (header.version_code, header.type_code, header.statistical_code) == (version, type_code, type_code)
    assert type(arrived.letters[0]) is (ReferralAttachment if version == "XB0210X" else BinaryLetter)
    assert medcom_bu.parse(medcom_bu.to_xml(arrived, version=name[-7:])) == message


@pytest.mark.parametrize("version", ["B0131X", "XB0130X"])
@pytest.mark.parametrize("name", FILES)
def test_a_uuid_in_edifact_as_the_version_spells_it(name: str, version: str) -> None:
    message = changed(S[name], {OBJECT: SPELT[name[-7:]]})
    assert codes(message, "edifact", version) == []
    data = medcom_bu.to_edifact(message, version=version)
    assert b"AID:" + HEX.encode() + b"+" in data
    arrived: Any = medcom_bu.parse(data)
    assert value_at(arrived, OBJECT) == SPELT["X" + version.removeprefix("X")]
    assert arrived.letters[0].letter.version_code == "X" + version.removeprefix("X")


def test_a_reference_and_its_file_still_match() -> None:
    """Whatever the wires and versions: the one has 32 characters, the other 32 or 36, and the letters are the same."""
    target = BinaryReference(
        object_identifier=UUID,
        object_code="tekstfil",
        object_extension_code="pdf",
        original_object_size=S["XBIN01/XB0131X"].letters[0].binary_object[0].original_object_size,
    )
    referral = changed(S["XREF01/XH0130R"], {f"{L}.reference[0].target": target})
    files = changed(S["XBIN01/XB0131X"], {OBJECT: UUID})
    sent = medcom_bu.to_edifact(referral)
    assert b":" + HEX.encode() + b":" in sent
    for version in ("B0131X", "B0130X"):
        messages = (
            medcom_bu.parse(sent, Emessage),
            medcom_bu.parse(medcom_bu.to_edifact(files, version=version), Emessage),
        )
        report = medcom_bu.validate(Consignment(messages))
        assert not [issue for issue in report if issue.code == "reference.unmatched"]


@pytest.mark.parametrize("text", ["", "1", "AB-12", UUID + "0", "g" * 32, "-" * 36])
def test_what_is_no_uuid_stays_as_it_is(text: str) -> None:
    assert with_hyphens(text) == without_hyphens(text) == text


def test_what_is_no_uuid_is_refused_where_one_is_demanded() -> None:
    message = changed(S["XBIN01/XB0130X"], {OBJECT: "1"})
    assert codes(message, "edifact", "B0131X") == [("loss.edifact-refused", OBJECT)]
    assert codes(message, "xml", "XB0131X") == [("loss.xml-code", OBJECT)]


@pytest.mark.parametrize("name", ["XBIN01/XB0131X", "XBIN02/XB0210X"])
def test_what_the_older_version_demands(name: str) -> None:
    """Each is a loss on both wires, and what is written is refused for them and nothing else."""
    demanded = ["district_name", "medical_speciality_code", "post_code_identifier", "street_name"]
    bare = changed(S[name], {f"{L}.sender.{part}": None for part in [*demanded, "suburb_name"]})
    paths = [f"{L}.sender.{part}" for part in demanded]
    assert codes(bare, "xml", "XB0130X") == [("loss.xml-demand", path) for path in paths]
    assert codes(bare, "edifact", "B0130X") == [("loss.edifact-demand", path) for path in paths]
    with pytest.raises(medcom_bu.InvalidMessage) as raised:
        medcom_bu.parse(medcom_bu.to_edifact(bare, version="B0130X"))
    assert [issue.code for issue in raised.value.report if issue.severity == "error"] == ["edifact.missing"] * 4


def test_a_loss_says_why_the_receiver_refuses() -> None:
    message = changed(S["XBIN01/XB0131X"], {OBJECT: "x" * 36})
    (loss,) = medcom_bu.losses(message, "edifact", version="B0130X")
    assert loss.message.endswith("ObjectIdentifier is not written as a UUID without hyphens (at most 35 characters)")
    assert loss.text("da").endswith("er ikke skrevet som et UUID uden bindestreger (højst 35 tegn)")


# --- the course number --------------------------------------------------------------------------------------------


def test_the_course_number_goes_to_edifact() -> None:
    message = S["XREF01/XH0131R"]
    number = value_at(message, f"{EPISODES}[0].episode_of_care_identifier")
    data = medcom_bu.to_edifact(message, version="H0130R")
    assert b"RFF+ROI:" + number.encode() + b"'" in data
    arrived: Any = medcom_bu.parse(data)
    assert value_at(arrived, NUMBER) == number
    lost = [path for _, path in codes(message, "edifact", "H0130R") if ".letter." in path]
    assert lost == [f"{EPISODES}[0].episode_of_care_type"]
    back: Any = medcom_bu.parse(medcom_bu.to_xml(arrived, version="XH0131R"))
    assert value_at(back, f"{EPISODES}[0].episode_of_care_identifier") == number


def test_the_course_number_goes_between_the_versions_of_xml() -> None:
    new = S["XREF01/XH0131R"]
    old: Any = medcom_bu.parse(medcom_bu.to_xml(new, version="XH0130R"))
    assert value_at(old, NUMBER) == value_at(new, f"{EPISODES}[0].episode_of_care_identifier")
    again: Any = medcom_bu.parse(medcom_bu.to_xml(old, version="XH0131R"))
    assert value_at(again, f"{EPISODES}[0].episode_of_care_identifier") == value_at(old, NUMBER)
    assert value_at(again, NUMBER) is None
    assert ("loss.xml-default", f"{EPISODES}[0].episode_of_care_type") in codes(old, "xml", "XH0131R")


def test_of_several_course_numbers_the_first_goes() -> None:
    first = value_at(S["XREF01/XH0131R"], f"{EPISODES}[0]")
    second = first.replace(episode_of_care_identifier="2")
    message = changed(S["XREF01/XH0131R"], {EPISODES: (first, second)})
    lost = [f"{EPISODES}[{n}].episode_of_care_{part}" for n, part in [(0, "type"), (1, "identifier"), (1, "type")]]
    for to, version in [("edifact", "H0130R"), ("xml", "XH0130R")]:
        assert [path for _, path in codes(message, to, version) if ".letter." in path] == lost
    arrived: Any = medcom_bu.parse(medcom_bu.to_edifact(message, version="H0130R"))
    assert value_at(arrived, NUMBER) == first.episode_of_care_identifier


def test_the_course_number_of_a_layout_that_is_a_guess_goes_to_xml() -> None:
    """H0131R is read by the layout of H0130R, which gives the number in the place of H0130R."""
    data = medcom_bu.to_edifact(S["XREF01/XH0130R"]).replace(b"UN:H0130R", b"UN:H0131R")
    message: Any = medcom_bu.read(data).message
    number = value_at(message, NUMBER)
    assert number
    arrived: Any = medcom_bu.read(medcom_bu.to_xml(message)).message
    assert value_at(arrived, f"{EPISODES}[0].episode_of_care_identifier") == number


def test_the_role_that_the_older_version_gives_by_its_place() -> None:
    role = f"{L}.referral.refer.diagnose_description_code"
    assert ("loss.xml-default", role) in codes(S["XREF01/XH0130R"], "xml", "XH0131R")
    arrived: Any = medcom_bu.parse(medcom_bu.to_xml(S["XREF01/XH0130R"], version="XH0131R"))
    assert value_at(arrived, role) == "henv_diagnose"


# --- letters that cannot be written -------------------------------------------------------------------------------

XNEW = Version("XN0110N", "XNEW01", "http://rep.oio.dk/medcom.dk/xml/schemas/2030/01/01/")


@letter("NewLetter", XNEW)
@declaration
class NewLetter(Value):
    """A letter that has no layout in EDIFACT."""

    letter: LetterHeader = element("Letter", LetterHeader)


def test_a_letter_without_a_layout() -> None:
    header = S["XDIS91/XD9134L"].letters[0].letter.replace(version_code="Bertelsen")
    message = S["XDIS91/XD9134L"].replace(letters=(NewLetter(letter=header), S["XDIS91/XD9134L"].letters[0]))
    for version in (None, "N0110N", "D9134L", "H0130R"):
        for verb in (medcom_bu.to_edifact, lambda m, version: medcom_bu.losses(m, "edifact", version=version)):
            with pytest.raises(medcom_bu.InvalidMessage) as raised:
                verb(message, version=version)
            found = [(issue.code, issue.path) for issue in raised.value.report]
            assert ("edifact.no-layout", L) in found
            assert "Bertelsen" not in str(raised.value.report)
            assert "N0110N" in str(raised.value.report)


def unknown_letter() -> Any:
    data = medcom_bu.to_xml(S["XDIS91/XD9134L"], encoding="UTF-8").replace(b"ClinicalEmail>", b"NewLetter>")
    return medcom_bu.read(data).message


def unknown_message() -> Any:
    data = medcom_bu.to_edifact(S["XDIS91/XD9134L"]).replace(b"MEDDIS", b"MEDXYZ")
    return medcom_bu.read(data).message


@pytest.mark.parametrize(
    ("message", "path"),
    [
        (unknown_letter(), "unexpected[0]"),
        (unknown_message(), "unexpected[0]"),
        (S["XDIS91/XD9134L"].replace(letters=()), "letters"),
        (Emessage(envelope=None, letters=()), "letters"),  # type: ignore[arg-type]
    ],
)
def test_where_no_letter_is_known_nothing_is_written(message: Any, path: str) -> None:
    for verb in (medcom_bu.to_edifact, lambda m: medcom_bu.losses(m, "edifact")):
        with pytest.raises(medcom_bu.InvalidMessage) as raised:
            verb(message)
        assert [(issue.code, issue.path) for issue in raised.value.report] == [("edifact.no-letter", path)]


def test_a_code_list_without_danish_words_is_shown_in_english() -> None:
    class Weather(CodeList):
        RAIN = "regn", "It rains"

    assert Weather.RAIN.danish == "It rains"
    assert S["XREF01/XH0130R"].letters[0].additional_information.priority.danish != "Elective"
    assert as_page(S["XREF01/XH0130R"])


# --- what a reader makes of continuation marks --------------------------------------------------------------------

DIS, REF = medcom_bu.to_edifact(S["XDIS91/XD9134L"]), medcom_bu.to_edifact(S["XREF01/XH0130R"])


def counted(data: bytes) -> bytes:
    count = data[data.index(b"UNH+") : data.index(b"UNT+")].count(b"'") + 1
    return re.sub(rb"UNT\+\d+", b"UNT+%d" % count, data)


D69 = "d" * 69
REFERENCES = {
    f"FTX+URL+P00++{D69}\\:d:https?://a.example/b'": ("d" * 70, "https://a.example/b"),
    f"FTX+URL+P00++{D69}\\:d:https?://a.example/\\:b'": ("d" * 70, "https://a.example/b"),
    "FTX+URL+P00++ord \\:ord\\:d:https?://a.example/b'": ("ord ordd", "https://a.example/b"),
    "FTX+URL+P00++d\\\\:.:https?://a.example/b'": ("d\\", "https://a.example/b"),
    f"FTX+SUP+P00++{D69}\\:d'": ("d" * 70, "true"),
    f"FTX+SUP+P00++{D69}\\:.'": (D69 + ".", "true"),
    f"FTX+URL+P00++{D69}\\:.:https?://a.example/b'": (D69 + ".", "https://a.example/b"),
    "FTX+SUP+P00++d\\'": ("d\\", "true"),
    "FTX+SUP+P00++.'": (".", "true"),
}


@pytest.mark.parametrize("segment", REFERENCES)
@pytest.mark.parametrize("data", [DIS, REF])
def test_a_description_that_goes_on(data: bytes, segment: str) -> None:
    description, target = REFERENCES[segment]
    edited = re.sub(rb"FTX\+URL[^']*'", lambda _: segment.encode("latin-1"), data)
    reading = codec.read(edited)
    letter: Any = of_type(Emessage, reading.message).letters[0]
    (reference,) = letter.reference
    assert (reference.ref_description, str(reference.target)) == (description, target)
    assert not [issue for issue in reading.issues if "FTX" in issue.path]


def test_the_description_of_a_file_that_goes_on() -> None:
    segment = f"FTX+BIN+P00++{D69}\\:d:{HEX}:TXT:PDF:8'"
    edited = re.sub(rb"FTX\+URL[^']*'", lambda _: segment.encode(), DIS)
    message: Any = medcom_bu.parse(edited)
    (reference,) = message.letters[0].reference
    assert reference.ref_description == "d" * 70
    target = reference.target
    assert (target.object_identifier, target.object_code, target.object_extension_code) == (HEX, "tekstfil", "pdf")
    assert target.original_object_size == "8"


NOTES = {
    "FTX+US+P00++udred\\'FTX+US+P00++ning i BUP'": [("ustruktureret", "udredning i BUP\n")],
    "FTX+US+P00++a:b\\'FTX+US+PF0++c\\'FTX+US+P00++d:e'": [("ustruktureret", "a\nbcd\ne\n")],
    "FTX+US+P00++a'FTX+US+P00++b'": [("ustruktureret", "a\n"), ("ustruktureret", "b\n")],
    "FTX+US+P00++a\\'FTX+EL+P00++b'": [("ustruktureret", "a"), ("egen_laege", "b\n")],
    "FTX+US+P00++a\\\\:.'FTX+US+P00++b'": [("ustruktureret", "a\\\n"), ("ustruktureret", "b\n")],
}


@pytest.mark.parametrize("segments", NOTES)
def test_a_triage_note_that_goes_on(segments: str) -> None:
    edited = re.sub(rb"S18\+18'.*?(?=PAS)", lambda _: b"S18+18'GIS+N'PTY+PRI+WA'" + segments.encode(), REF)
    message: Any = medcom_bu.parse(counted(edited))
    notes = [(note.information_code, note.information.plain()) for note in message.letters[0].hospital_visitation]
    assert notes == NOTES[segments]
    again: Any = medcom_bu.parse(medcom_bu.to_edifact(message))
    once: Any = medcom_bu.parse(medcom_bu.to_edifact(again))
    assert once == again


def test_what_is_too_long_for_its_place_is_told_where_there_is_room() -> None:
    text = FormattedText(("En linje. " * 60, Mark.BREAK))
    message = changed(S["XREF01/XH0130R"], {f"{L}.additional_information.clinical_reason": text})
    (loss,) = [loss for loss in medcom_bu.losses(message, "edifact") if loss.path.endswith("clinical_reason")]
    assert dict(loss.params)["most"] == 1
    assert "Anamnesis" in loss.hint
    assert "Anamnesis" in loss.hint_text("da")
    assert attrs.evolve(loss) == loss


# --- names and signs outside ISO 8859-1 ---------------------------------------------------------------------------

NAME, TEXT = f"{L}.patient.person_surname_name", f"{L}.clinical_information[0].text01"
LETTER: Any = changed(S["XDIS91/XD9134L"], {TEXT: FormattedText(("Tekst", Mark.BREAK))})
NAMES = {
    "Łukasz": "Lukasz",
    "Ő Š ž ı Đ đ ŋ ß": "O S z i D d n ß",
    "Ærø Åse": "Ærø Åse",
    "A\u030ase": "Åse",
    "Nguyễn": "Nguyên",
    "Œuvre œ ĳ ſ": "OEuvre oe ij s",
    "a…b • 5 € ™": "a...b - 5 EUR TM",
    "\ufeffa\u200bb\u200d": "ab",
    "“a” – ‘b’ „c“": '"a" - \'b\' "c"',
    "a\u2003b\u202fc\u3000d": "a b c d",
    "Ли": "??",
    "😀\ufe0f!": "?!",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_the_letters_that_edifact_has(name: str) -> None:
    message = changed(LETTER, {NAME: name})
    arrived: Any = medcom_bu.parse(medcom_bu.to_edifact(message))
    assert value_at(arrived, NAME) == NAMES[name]
    assert codes(message, "edifact") == ([] if name == NAMES[name] else [("loss.edifact-character", NAME)])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Łukasz Łęcki", 'U+0119 "e", U+0141 "L"'),
        ("Ли", "?"),
        ("Лиš", 'U+0161 "s", ?'),
        ("ŁęŞžőıŋ", 'U+0119 "e", U+0131 "i", U+0141 "L", U+014B "n", U+0151 "o", ...'),
    ],
)
def test_the_loss_shows_the_letters_and_not_the_name(name: str, shown: str) -> None:
    """Each once, in the order of the code points; of another script, whose letters may be the whole name, none."""
    (loss,) = medcom_bu.losses(changed(LETTER, {NAME: name}), "edifact")
    assert loss.message.endswith(f"({shown})")
    assert loss.text("da").endswith(f"({shown})")
    assert name not in str(loss.to_dict())


@pytest.mark.parametrize("text", ["a\u200b.", "\u200b.", ".\u200b", "x\\\u200b", "…" * 40, "Œ" * 69 + "."])
def test_a_plain_form_does_not_change_what_a_line_means(text: str) -> None:
    """The plain form is made before the text is parted in lines."""
    message = changed(LETTER, {TEXT: FormattedText((text,))})
    data = medcom_bu.to_edifact(message)
    assert max(map(len, re.split(rb"[+:']", data))) <= 70
    arrived: Any = medcom_bu.parse(data)
    expected = text.replace("\u200b", "").replace("…", "...").replace("Œ", "OE")
    assert arrived.letters[0].clinical_information[0].text01.plain() == expected + "\n"
