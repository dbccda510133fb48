"""The page a clinician reads: every text of the message on it once, escaped, and nothing that is not ours."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from lxml import html

import medcom_bu
from medcom_bu.cli import main
from medcom_bu.declare.base import fields
from medcom_bu.declare.oioxml import Unexpected
from medcom_bu.demo import example
from medcom_bu.messages import envelopes
from medcom_bu.messages.emessage import Emessage, LocalElements
from medcom_bu.messages.letters import declared_elements, letters, spec_of
from medcom_bu.rendering import page
from medcom_bu.rendering.markup import content, link, source
from medcom_bu.rendering.page import as_page
from medcom_bu.testing import strategies
from medcom_bu.testing.letters import complete, letter_samples
from medcom_bu.values import codes, fhir_codes, specialities
from medcom_bu.values.base64 import Base64
from medcom_bu.values.parties import BinaryReference, PatientRecordExtract, Reference, Url
from medcom_bu.values.text import FormattedText, RawMarkup, Style, Styled
from tests.support.hostile import HOSTILE, hostile, hostile_letter, referral_with
from tests.support.html import count_at, text_at, texts_of
from tests.support.pages import checked_page, outline, text_of, texts_shown, texts_to_show

KINDS = list(letter_samples())


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_every_text_is_there_once_and_nothing_else(kind: str) -> None:
    @given(strategies.messages(kind))
    def holds(message: Emessage) -> None:
        page = as_page(message.replace(local_elements=()))
        assert texts_shown(page) == texts_to_show(message.replace(local_elements=()))
        checked_page(as_page(message))

    holds()


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_without_a_body_of_its_own_is_shown_whole(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """HOUSE-22: a letter that is new needs no line here."""
    monkeypatch.setattr(page, "_BODIES", {})
    message = letter_samples()[kind]
    assert set(texts_shown(as_page(message))) == set(texts_to_show(message))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("alternative", [0, 1, 2])
def test_complete_letters(kind: str, alternative: int) -> None:
    letter = type(letter_samples()[kind].letters[0])
    version = next(v for v in spec_of(letter).versions if kind.endswith(v.code))
    message = complete(letter, version, alternative)
    assert texts_shown(as_page(message)) == texts_to_show(message)


def test_policy_and_style() -> None:
    page = as_page(letter_samples()["XREF01/XH0131R"])
    style = text_at(page, "//style")
    policy = text_at(page, "//meta[@http-equiv='Content-Security-Policy']/@content")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert "url(" not in style
    assert page.startswith('<!DOCTYPE html>\n<html lang="da">')


# --- labels -------------------------------------------------------------------------------------------------------


def test_every_element_has_a_label() -> None:
    """HOUSE-9: what a reader is shown stands on the line of the element, and of the letter."""
    for owner, element in declared_elements():
        assert element.danish, f"{owner.__name__}, {element.name}: write danish=... on its line"
    for cls in letters():
        spec = spec_of(cls)
        assert spec.danish, f"{cls.__name__}: write danish=... in letter(...)"


def test_every_code_has_words() -> None:
    declared = {**vars(codes), **vars(specialities), **vars(fhir_codes), **vars(envelopes)}
    lists = [found for found in declared.values() if isinstance(found, type) and issubclass(found, codes.CodeList)]
    for found in lists:
        for code in found:
            assert code.danish, f"{found.__name__}.{code.name} has no Danish words: write them after the English ones"
        assert len({code.danish for code in found}) == len(found)


def test_every_code_says_what_edifact_has() -> None:
    """HOUSE-26: where EDIFACT has the list, a code that it lacks says so."""
    lists = [
        found
        for found in {**vars(codes), **vars(specialities)}.values()
        if isinstance(found, type) and issubclass(found, codes.CodeList) and any(code.edifact for code in found)
    ]
    assert len(lists) == 16
    for found in lists:
        for code in found:
            assert code.edifact, f"{found.__name__}.{code.name}: write Edifact(...) or NOT_IN_EDIFACT on its line"
        written = [code.edifact.code for code in found if code.edifact and code.edifact.code is not None]
        assert len(written) == len(set(written))


# --- golden structure ---------------------------------------------------------------------------------------------


def test_a_referral() -> None:
    referral = next(iter(example()))
    assert outline(referral) == [
        "title Sygehushenvisning",
        "h1 Sygehushenvisning",
        "h2 Cave",
        "h2 Henvisning",
        "h3 Ønsket undersøgelse/behandling/problemstilling",
        "h2 Diagnoser",
        "h2 Kliniske oplysninger",
        "h3 Anamnese",
        "h3 Undersøgelser/behandlinger",
        "h3 Aktuel medicin",
        "h2 Bilag og links",
        "h2 Pårørende",
        "h2 Afsender",
        "h2 Modtager",
        "h2 Brevoplysninger",
        "h2 Kuvert",
    ]
    assert text_of(referral, "//header") == "SygehushenvisningTest TestesenCPR-nummer: 020160-9995"
    assert text_of(referral, "//section[@class='cave']") == "CaveIngen kendte."
    assert (
        text_of(referral, "//section[h2='Henvisning']/dl")
        == "PrioritetElektiv" + (text_of(referral, "//section[h2='Henvisning']/dl")[len("PrioritetElektiv") :])
    )
    assert "DZ032 · SKS-diagnosekodeHoveddiagnose" in text_of(referral, "//section[h2='Diagnoser']")


def test_a_correspondence_with_formatted_text() -> None:
    message = letter_samples()["XDIS91/XD9134L"]
    assert outline(message) == [
        "title Korrespondance",
        "h1 Korrespondance",
        "h2 Meddelelse",
        "h2 Bilag og links",
        "h2 Patient",
        "h2 Henvendelse",
        "h2 Afsender",
        "h2 Modtager",
        "h2 Brevoplysninger",
        "h2 Kuvert",
    ]
    assert text_of(message, "//header") == "KorrespondanceTest TestesenCPR-nummer: 020160-9995Emne: Opfølgning"
    assert (
        '<p><bdi>Ængstelig i skolen<br> <b>vigtigt<br></b><span class="fixed">a <i>b</i></span> &amp; &lt;mere&gt;'
        "<br>04.05.2026 Test Psykolog, psykolog</bdi></p>"
    ) in as_page(message)


def test_a_refusal() -> None:
    message = letter_samples()["XCTL02/XC0230Q"]
    assert outline(message) == [
        "title Negativ kvittering",
        "h1 Negativ kvittering",
        "h2 Resultat",
        "h3 Afvisningsårsag",
        "h3 Begrundelse",
        "h2 Besvaret forsendelse",
        "h2 Besvarede breve",
        "h2 Afsender",
        "h2 Modtager",
        "h2 Brevoplysninger",
        "h2 Kuvert",
    ]
    assert text_of(message, "//section[h2='Resultat']") == (
        "ResultatAfvist: modtageren har ikke godkendt forsendelsen eller breve i den."
        "AfvisningsårsagÅrsagen er ikke specificeretBegrundelseAfvistse bilag"
    )


def test_receipts_without_reasons() -> None:
    accepted = as_page(letter_samples()["XCTL03/XC0330Q"])
    assert "Godkendt: modtageren har taget imod forsendelsen." in accepted
    assert "Afvisningsårsag" not in accepted
    refused = letter_samples()["XCTL01/XC0130Q"]
    letter: Any = refused.letters[0]
    original = letter.original_emessage.replace(refuse_code=None, refuse_text=None, original_letter=())
    bare = refused.replace(letters=(letter.replace(original_emessage=original),))
    assert text_of(bare, "//section[h2='Resultat']").endswith("AfvisningsårsagIkke angivet")


def test_files_are_named_and_never_shown() -> None:
    for kind in ("XBIN01/XB0131X", "XBIN01/XB0130X", "XBIN02/XB0210X"):
        message = letter_samples()[kind]
        page = as_page(message)
        letter: Any = message.letters[0]
        encoded = b"".join(letter.binary_object[0].object_base64_encoded.encoded()).decode()
        assert encoded[:12] not in page
        assert "FiltypePDF" in text_of(message, "//section[h2='Vedhæftede filer']")
        broken = letter.binary_object[0].replace(object_base64_encoded=Base64.decode("!" + encoded))
        page = as_page(message.replace(letters=(letter.replace(binary_object=(broken,)),)))
        assert encoded[:12] not in page
        assert "Kan ikke læses" in page


# --- what is absent, urgent, unknown ------------------------------------------------------------------------------


def test_what_a_reader_must_know_is_said_to_be_absent() -> None:
    empty = referral_with(
        patient=None,
        additional_information=None,
        relevant_clinical_information=None,
        referral=None,
        sender=None,
        receiver=None,
        letter=None,
        reference=(),
        hospital_visitation=(),
        relative=None,
        answer_cc_receiver=None,
    ).replace(envelope=None)
    text = text_of(empty, "//main")
    assert texts_shown(as_page(empty)) == Counter()
    assert text == (
        "SygehushenvisningIkke angivetCPR-nummer: Ikke angivetCaveIkke angivet"
        "HenvisningØnsket undersøgelse/behandling/problemstillingIkke angivet"
        "DiagnoserIkke angivetKliniske oplysningerAktuel medicinIkke angivet"
    )
    nothing = empty.replace(letters=())
    assert text_of(nothing, "//title") == "Forsendelse uden breve"
    assert texts_shown(as_page(nothing)) == Counter()


def test_every_letter_can_be_empty() -> None:
    for message in letter_samples().values():
        letter = message.letters[0]
        bare = {name: () if isinstance(letter.__dict__[name], tuple) else None for name in fields(type(letter))}
        page = as_page(message.replace(letters=(letter.replace(**bare),), envelope=None))
        assert texts_shown(page) == Counter()


@pytest.mark.parametrize("text", ["_", "", "  ", "\n"])
def test_placeholders_and_blanks_are_absent(text: str) -> None:
    letter: Any = referral_with().letters[0]
    known = letter.relevant_clinical_information.replace(cave=FormattedText((text,)))
    page = referral_with(
        relevant_clinical_information=known,
        sender=letter.sender.replace(organisation_name=text, department_name=text),
        patient=letter.patient.replace(person_given_name=text, person_surname_name=text),
    )
    assert text_of(page, "//section[@class='cave']") == "CaveIkke angivet"
    assert "Organisation" not in text_of(page, "//section[h2='Afsender']")
    assert text_of(page, "//header/p[1]") == "Ikke angivet"


def test_urgent_and_corrected_letters_say_so_first() -> None:
    letter: Any = referral_with().letters[0]
    urgent = referral_with(
        letter=letter.letter.replace(status_code=codes.StatusCode.CORRECTED),
        additional_information=letter.additional_information.replace(priority=codes.Priority.ACUTE),
    )
    assert text_of(urgent, "//header").startswith("SygehushenvisningRettelse af tidligere brev Akut")


def test_an_unknown_code_is_shown_as_it_is() -> None:
    letter: Any = referral_with().letters[0]
    page = as_page(referral_with(additional_information=letter.additional_information.replace(priority="<straks>")))
    assert "<dt>Prioritet</dt><dd><bdi>&lt;straks&gt;</bdi></dd>" in page


def test_several_letters() -> None:
    message = referral_with()
    page = as_page(message.replace(letters=message.letters * 2))
    assert count_at(page, "//article/header/h1") == 2
    assert text_at(page, "//title") == "Sygehushenvisning"


# --- hostile content ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [*HOSTILE, "", " ", "abc \u202e 123 \u05d0\u05d1 \u2066"])
@pytest.mark.parametrize("kind", ["XDIS91/XD9134L", "XBIN01/XB0131X", "XCTL01/XC0130Q", "XCTL02/XC0230Q"])
def test_hostile_texts_are_texts_in_every_letter(kind: str, text: str) -> None:
    message = hostile_letter(kind, text)
    found = texts_of(as_page(message), "li", "dd", "p", "h3", "strong")
    assert not [tag for tag, text in found if not text.strip()]
    assert texts_shown(as_page(message)) == texts_to_show(message)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_texts(text: str) -> None:
    message = hostile(text)
    found = texts_shown(as_page(message))
    wanted = texts_to_show(message)
    assert found == wanted
    assert found[text] > 40
    assert f"{text}\n{text}{text}" in found


def test_signs_nobody_sees_are_shown() -> None:
    hidden = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u200b\xad\ufeff\x85\ud800\x00"
    for sign in hidden:
        assert content(f"a{sign}b") == f"<bdi>a<code>U+{ord(sign):04X}</code>b</bdi>"
    message = hostile(f"10{hidden}mg")
    assert texts_shown(as_page(message)) == texts_to_show(message)
    assert not set(hidden) & set(as_page(message))
    assert content("æøå é \u00a0 \U0001f600 \u05d0 a\tb\n") == "<bdi>æøå é \u00a0 \U0001f600 \u05d0 a\tb\n</bdi>"


@pytest.mark.parametrize(
    "address",
    ["http://example.invalid", "https://example.invalid:8080/a?b=c&d='\"<>#e", "HTTPS://example.invalid/x"],
)
def test_web_addresses_are_links(address: str) -> None:
    node = html.fragment_fromstring(link(address))
    assert node.attrib == {"href": address, "rel": "noopener noreferrer nofollow"}
    assert node.text_content() == address


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)//http://example.invalid",
        " https://example.invalid",
        "https://example.invalid/\njavascript:alert(1)",
        "https://user@example.invalid",
        "https:\\\\example.invalid",
        "data:text/html,<script>",
        "//example.invalid",
        "https://ex\u0430mple.invalid",
        "https://example.invalid/\u202e",
        "file:///etc/hosts",
        "",
    ],
)
def test_other_addresses_are_text(address: str) -> None:
    assert link(address) == content(address)


def test_references_of_every_sort() -> None:
    pointer: Any = BinaryReference(
        object_identifier="0" * 32,
        object_code=codes.ObjectCode.VECTOR_GRAPHICS,
        object_extension_code=codes.ObjectExtensionCode.PDF,
        original_object_size="1834567",
    )
    targets: tuple[Any, ...] = (Url("javascript:alert(1)"), PatientRecordExtract(), pointer, None)
    message = referral_with(reference=tuple(Reference(ref_description="R", target=target) for target in targets))
    text = text_of(message, "//section[h2='Bilag og links']")
    assert text == (
        f"Bilag og linksRjavascript:alert(1)RSUP-journaludtrækRFil-id{'0' * 32}IndholdstypeVektorgrafik"
        "FiltypePDFOplyst størrelse1834567 byte (1,8 MB)RIkke angivet"
    )


def test_markup_that_the_standard_does_not_know_is_shown() -> None:
    letter: Any = referral_with().letters[0]
    text = FormattedText((RawMarkup("<br xmlns='x'/>"), Styled(Style.BOLD, (RawMarkup("<i>a</i>"),))))
    page = as_page(referral_with(relevant_clinical_information=letter.relevant_clinical_information.replace(cave=text)))
    assert texts_shown(page)["<br xmlns='x'/><i>a</i>"] == 1
    assert "<br>" not in page[page.index("Cave") : page.index("</bdi>", page.index("<h2>Cave"))]


def test_what_has_no_place_comes_last() -> None:
    stray = (
        Unexpected("element", 0, "Ny", "<Ny a='1'><script>x</script></Ny>"),
        Unexpected("attribute", -1, "a", 'a="1"'),
        Unexpected("text", 0, "", "løs &lt;tekst"),
    )
    letter: Any = referral_with().letters[0]
    message = referral_with(patient=letter.patient.replace(unexpected=stray)).replace(
        local_elements=(LocalElements(0, "<Local_Elements>æ</Local_Elements>"),)
    )
    page = as_page(message)
    wanted = texts_to_show(message) + Counter(item.content for item in stray)
    assert texts_shown(page) == wanted
    assert outline(message)[-1] == "h2 Øvrigt indhold"


def test_base64_that_strayed_is_not_shown() -> None:
    encoded = "A" * 76 + "\n" + "B" * 76 + "\nQUJD=="
    for text in (f"<Fil>{encoded}</Fil>", encoded, encoded.replace("\n", "")):
        shown_text = html.fragment_fromstring(source(text)).text_content()
        assert "AAAA" not in shown_text
        assert "QUJD" not in shown_text
        assert "tegn" in shown_text
    assert "tegn" not in source("<Tekst>almindelig tekst</Tekst>")


# --- command line -------------------------------------------------------------------------------------------------


def test_the_command_line_writes_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    message = next(iter(example()))
    file, out = tmp_path / "henvisning.xml", tmp_path / "side.html"
    file.write_bytes(medcom_bu.to_xml(message))
    assert main(["show", str(file), "--html", str(out)]) == 0
    assert out.read_text("utf-8") == as_page(message)
    assert "<html" not in capsys.readouterr().out
    assert main(["show", str(file), "--html", "-"]) == 0
    printed = capsys.readouterr()
    assert printed.out == as_page(message)
    assert printed.err
    assert main(["show", str(file), "--html", str(tmp_path / "none" / "side.html")]) == 2
    file.write_bytes(b"<x/>")
    assert main(["show", str(file), "--html", str(out)]) == 1
