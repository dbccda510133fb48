"""What a clinician is shown of a letter: every text once, in our order, with what must be seen first."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

import medcom_bu
from medcom_bu import Directory, as_page
from medcom_bu.cli import main
from medcom_bu.declare.base import fields
from medcom_bu.declare.oioxml import Unexpected
from medcom_bu.demo import example
from medcom_bu.messages import envelopes
from medcom_bu.messages.emessage import Emessage, LocalElements
from medcom_bu.messages.letters import declared_elements, letters, spec_of
from medcom_bu.rendering import letters as letters_shown
from medcom_bu.rendering.page_options import PageOptions
from medcom_bu.rendering.view import NoticeKind, SectionKind, WebLink, address
from medcom_bu.rendering.viewing import view_of
from medcom_bu.testing import strategies
from medcom_bu.testing.letters import complete, letter_samples
from medcom_bu.values import codes, fhir_codes, outcome_codes, specialities
from medcom_bu.values.parties import BinaryReference, PatientRecordExtract, Reference, Url
from medcom_bu.values.text import FormattedText, RawMarkup, Style, Styled
from medcom_bu.values.timestamps import DateAndTime
from tests.support.hostile import HOSTILE, hostile, hostile_letter, referral_with
from tests.support.pages import texts_shown
from tests.support.views import article_of, contents, outline, parts_of, said, section_of, shown, to_show

KINDS = list(letter_samples())


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_every_text_is_there_once_and_nothing_else(kind: str) -> None:
    @given(strategies.messages(kind))
    def holds(message: Emessage) -> None:
        assert shown(message) == to_show(message)
        assert texts_shown(as_page(message)) == Counter(filter(str.strip, contents(view_of(message))))

    holds()


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_without_a_body_of_its_own_is_shown_whole(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """HOUSE-22: a letter that is new needs no line here."""
    monkeypatch.setattr(letters_shown, "_BODIES", {})
    message = letter_samples()[kind]
    assert set(shown(message)) == set(to_show(message))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("alternative", [0, 1, 2])
def test_complete_letters(kind: str, alternative: int) -> None:
    letter = type(letter_samples()[kind].letters[0])
    version = next(v for v in spec_of(letter).versions if kind.endswith(v.code))
    message = complete(letter, version, alternative)
    assert shown(message) == to_show(message)


# --- labels -------------------------------------------------------------------------------------------------------


def test_every_element_has_a_label() -> None:
    """HOUSE-9: what a reader is shown is on the line of the element, and of the letter."""
    for owner, element in declared_elements():
        assert element.danish, f"{owner.__name__}, {element.name}: write danish=... on its line"
    for cls in letters():
        spec = spec_of(cls)
        assert spec.danish, f"{cls.__name__}: write danish=... in letter(...)"


def test_every_code_has_words() -> None:
    declared = {**vars(codes), **vars(specialities), **vars(fhir_codes), **vars(envelopes), **vars(outcome_codes)}
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


# --- what is where --------------------------------------------------------------------------------------------


def test_a_referral() -> None:
    referral = next(iter(example()))
    assert outline(referral) == [
        "Sygehushenvisning",
        *("  Cave", "  Henvisning", "  Diagnoser", "  Kliniske oplysninger", "  Bilag og links", "  Pårørende"),
        *("  Afsender", "  Modtager", "  Brevoplysninger", "  Kuvert"),
    ]
    assert said(section_of(referral, "Cave")) == ["Cave", "Ingen kendte."]
    assert said(section_of(referral, "Henvisning"))[:5] == [
        *("Henvisning", "Prioritet", "Elektiv", "Henvisningstype", "Ambulant"),
    ]
    assert said(section_of(referral, "Diagnoser")) == [
        "Diagnoser",
        "Observation pga. mistanke om psykisk sygdom",
        "DZ032 · SKS-diagnosekode",
        "Hoveddiagnose · Henvisningsdiagnose",
    ]


def test_who_it_is_about_from_to_and_when_stand_on_top() -> None:
    """VEN-24, LET-39: as in the model letter, in Danish dates."""
    article = article_of(letter_samples()["XDIS91/XD9134L"])
    unit = "Eksempel Kommune, Børn og Unge, Let behandlingstilbud"
    assert said(article.patient) == ["Test Testesen", "CPR-nummer", "020160-9995", "66 år"]
    assert said(article.top) == ["Fra", unit, "Til", unit, "Sendt", "04.05.2026 kl. 09.30", "Emne", "Opfølgning"]
    assert said(article_of(next(iter(example()))).top)[:4] == ["Fra", unit, "Henviser", "Test Psykolog · Psykolog"]


@pytest.mark.parametrize(
    ("date", "time", "words"),
    [
        ("2026-11-29", "12:41", "29.11.2026 kl. 12.41"),
        ("2026-11-29", "00:00", "29.11.2026, tidspunkt ukendt"),
        ("2026-02-30", "12:41", "2026-02-30 kl. 12:41"),
        ("i går", "", "i går"),
    ],
)
def test_a_time_that_is_unknown_is_said_to_be(date: str, time: str, words: str) -> None:
    sample = letter_samples()["XDIS91/XD9134L"]
    message = sample.replace(envelope=sample.envelope.replace(sent=DateAndTime(date=date, time=time)))
    top = said(article_of(message).top)
    assert top[top.index("Sendt") + 1] == words


@pytest.mark.parametrize(
    ("born", "sent", "words"),
    [("0201609995", "2026-05-04", "66 år"), ("0201609995", "1959-01-01", ""), ("9999999999", "2026-05-04", "")],
)
def test_the_age_is_that_of_the_day_it_was_sent(born: str, sent: str, words: str) -> None:
    letter: Any = referral_with().letters[0]
    message = referral_with(patient=letter.patient.replace(identifier=medcom_bu.Cpr(born)))
    message = message.replace(envelope=message.envelope.replace(sent=DateAndTime(date=sent, time="10:00")))
    patient = article_of(message).patient
    assert patient is not None
    assert patient.age == words


def test_a_receiver_without_a_name_has_that_of_the_directory_and_only_then() -> None:
    """VEN-27: a name that was sent is never replaced by that of a register."""
    directory = Directory.from_rows([{"gln": "5790000121526", "name": "Registerets navn"}])
    letter: Any = referral_with().letters[0]
    bare = {"organisation_name": None, "department_name": None, "unit_name": None}
    message = referral_with(receiver=letter.receiver.replace(**bare))
    [article] = view_of(message, PageOptions(directory=directory)).articles
    top = said(article.top)
    assert top[top.index("Til") + 1] == "Registerets navn (navn fra adresseregister)"
    assert top[top.index("Fra") + 1] == "Eksempel Kommune, Børn og Unge, Let behandlingstilbud"
    top = said(article_of(message).top)
    assert top[top.index("Til") + 1] == "Intet navn angivet: se numrene nedenfor"


def test_a_refusal() -> None:
    message = letter_samples()["XCTL02/XC0230Q"]
    assert outline(message) == [
        "Negativ kvittering",
        *("  Resultat", "  Besvaret forsendelse", "  Besvarede breve", "  Brevoplysninger", "  Kuvert"),
    ]
    top = ["Fra", "5790000121526", "Til", "5790000121526", "Sendt", "04.05.2026 kl. 09.30"]
    assert said(article_of(message).top) == top
    assert said(section_of(message, "Resultat")) == [
        *("Resultat", "Afvist: modtageren har ikke godkendt forsendelsen eller breve i den."),
        *("Afvisningsårsag", "Årsagen er ikke specificeret", "Begrundelse", "Afvist\nse bilag"),
    ]


def test_receipts_without_reasons() -> None:
    accepted = section_of(letter_samples()["XCTL03/XC0330Q"], "Resultat")
    assert said(accepted) == ["Resultat", "Godkendt: modtageren har taget imod forsendelsen."]
    refused = letter_samples()["XCTL01/XC0130Q"]
    letter: Any = refused.letters[0]
    original = letter.original_emessage.replace(refuse_code=None, refuse_text=None, original_letter=())
    bare = refused.replace(letters=(letter.replace(original_emessage=original),))
    assert said(section_of(bare, "Resultat"))[-2:] == ["Afvisningsårsag", "Ikke angivet"]


# --- what is absent, urgent, unknown ------------------------------------------------------------------------------


def test_what_a_reader_must_know_is_said_to_be_absent() -> None:
    absent = dict.fromkeys(
        (
            *("patient", "additional_information", "relevant_clinical_information", "referral", "sender", "receiver"),
            *("letter", "relative", "answer_cc_receiver"),
        )
    )
    empty = referral_with(**absent, reference=(), hospital_visitation=()).replace(envelope=None)
    assert shown(empty) == Counter()
    assert said(article_of(empty)) == [
        *("Sygehushenvisning", "Ikke angivet", "CPR-nummer", "Ikke angivet", "Cave", "Ikke angivet"),
        *("Henvisning", "Ønsket undersøgelse/behandling/problemstilling", "Ikke angivet"),
        *("Diagnoser", "Ikke angivet", "Kliniske oplysninger", "Aktuel medicin", "Ikke angivet"),
    ]
    assert outline(empty.replace(letters=())) == ["Forsendelse uden breve"]
    assert shown(empty.replace(letters=())) == Counter()
    no_letters = referral_with().replace(letters=())
    assert said(article_of(no_letters))[:3] == ["Forsendelse uden breve", "Sendt", "04.05.2026 kl. 09.30"]
    assert shown(no_letters) == to_show(no_letters)
    assert outline([]) == ["Ingen meddelelser"]


def test_every_letter_can_be_empty() -> None:
    for message in letter_samples().values():
        letter = message.letters[0]
        bare = {name: () if isinstance(letter.__dict__[name], tuple) else None for name in fields(type(letter))}
        empty = message.replace(letters=(letter.replace(**bare),), envelope=None)
        assert shown(empty) == Counter()
        assert texts_shown(as_page(empty)) == Counter()


@pytest.mark.parametrize("text", ["_", "", "  ", "\n"])
def test_placeholders_and_blanks_are_absent(text: str) -> None:
    letter: Any = referral_with().letters[0]
    known = letter.relevant_clinical_information.replace(cave=FormattedText((text,)))
    message = referral_with(
        relevant_clinical_information=known,
        sender=letter.sender.replace(organisation_name=text, department_name=text),
        patient=letter.patient.replace(person_given_name=text, person_surname_name=text),
    )
    article = article_of(message)
    assert said(section_of(message, "Cave")) == ["Cave", "Ikke angivet"]
    assert said(article.top)[:2] == ["Fra", "Let behandlingstilbud"]
    assert said(article.patient)[0] == "Ikke angivet"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Ingen kendte", SectionKind.CONTENT),
        ("ingen kendte allergier.", SectionKind.CONTENT),
        ("CAVE: Ingen", SectionKind.CONTENT),
        ("Penicillin", SectionKind.WARNING),
        ("Ingen kendte, dog udslæt ved penicillin", SectionKind.WARNING),
        ("Ingen penicillin", SectionKind.WARNING),
        ("Ukendt", SectionKind.WARNING),
    ],
)
def test_no_known_allergy_is_no_alarm(text: str, kind: SectionKind) -> None:
    """VEN-27."""
    letter: Any = referral_with().letters[0]
    known = letter.relevant_clinical_information.replace(cave=FormattedText((text,)))
    assert section_of(referral_with(relevant_clinical_information=known), "Cave").kind is kind


@pytest.mark.parametrize(
    ("status", "priority", "notices"),
    [
        ("nytbrev", "rutine", []),
        ("rettetbrev", "høj_prioritet", [("correction", "RETTELSE AF TIDLIGERE BREV"), ("urgent", "Høj prioritet")]),
        (
            *("Rettetbrev", "hoej prioritet"),
            [
                ("correction", "Rettetbrev (opfattes som: RETTELSE AF TIDLIGERE BREV)"),
                ("urgent", "hoej prioritet (opfattes som: Høj prioritet)"),
            ],
        ),
        ("annulleret", None, [("unknown code", "annulleret (opfattes som: Nyt brev)")]),
    ],
)
def test_corrections_and_urgency_are_seen_first(status: str, priority: str | None, notices: list[Any]) -> None:
    """LET-6, LET-10: also where they are spelt otherwise; a correction in capitals."""
    sample = letter_samples()["XDIS91/XD9134L"]
    letter: Any = sample.letters[0]
    about = letter.additional_information.replace(priority=codes.CorrespondencePriority.get(priority))
    header = letter.letter.replace(status_code=codes.StatusCode.get(status))
    message = sample.replace(letters=(letter.replace(letter=header, additional_information=about),))
    assert [(str(one.kind), said(one)[0]) for one in article_of(message).notices] == notices


def test_an_unknown_code_is_shown_as_it_is() -> None:
    letter: Any = referral_with().letters[0]
    message = referral_with(additional_information=letter.additional_information.replace(priority="<straks>"))
    assert said(section_of(message, "Henvisning"))[:3] == ["Henvisning", "Prioritet", "<straks>"]
    assert [(one.kind, said(one)) for one in article_of(message).notices] == [(NoticeKind.UNKNOWN_CODE, ["<straks>"])]


def test_several_letters() -> None:
    message = referral_with()
    twice = message.replace(letters=message.letters * 2)
    one = outline(message)
    assert one[-1] == "  Kuvert"
    assert outline(twice) == [*one[:-1], *one]
    assert view_of(twice).title == "Sygehushenvisning"


# --- hostile content ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [*HOSTILE, "", " ", "abc \u202e 123 \u05d0\u05d1 \u2066"])
@pytest.mark.parametrize("kind", ["XDIS91/XD9134L", "XBIN01/XB0131X", "XCTL01/XC0130Q", "XCTL02/XC0230Q"])
def test_hostile_texts_are_texts_in_every_letter(kind: str, text: str) -> None:
    message = hostile_letter(kind, text)
    assert shown(message) == to_show(message)
    assert texts_shown(as_page(message)) == shown(message)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_texts(text: str) -> None:
    message = hostile(text)
    found = shown(message)
    assert found == to_show(message)
    assert found[text] > 40
    assert f"{text}\n{text}{text}" in found


@pytest.mark.parametrize("other", ["http://example.invalid", "https://example.invalid:8080/a?b=c&d='\"<>#e"])
def test_web_addresses_are_links(other: str) -> None:
    assert address(other) == WebLink(other)


@pytest.mark.parametrize(
    "other",
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
def test_other_addresses_are_text(other: str) -> None:
    assert not isinstance(address(other), WebLink)


def test_references_of_every_sort() -> None:
    pointer: Any = BinaryReference(
        object_identifier="0" * 32,
        object_code=codes.ObjectCode.VECTOR_GRAPHICS,
        object_extension_code=codes.ObjectExtensionCode.PDF,
        original_object_size="1834567",
    )
    targets: tuple[Any, ...] = (Url("javascript:alert(1)"), PatientRecordExtract(), pointer, None)
    message = referral_with(reference=tuple(Reference(ref_description="R", target=target) for target in targets))
    assert said(section_of(message, "Bilag og links")) == [
        *("Bilag og links", "R", "javascript:alert(1)", "R", "SUP-journaludtræk", "R", "Ikke angivet"),
        *("R", "PDF", "Filen sendes i sit eget brev", "Oplyst størrelse", "1834567 byte (1,8 MB)"),
        *("Fil-id", "0" * 32),
    ]


def test_markup_that_the_standard_does_not_know_is_shown() -> None:
    letter: Any = referral_with().letters[0]
    text = FormattedText((RawMarkup("<br xmlns='x'/>"), Styled(Style.BOLD, (RawMarkup("<i>a</i>"),))))
    message = referral_with(relevant_clinical_information=letter.relevant_clinical_information.replace(cave=text))
    assert texts_shown(as_page(message))["<br xmlns='x'/><i>a</i>"] == 1


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
    assert shown(message) == to_show(message)
    assert contents(section_of(message, "Øvrigt indhold")) == [
        *(item.content for item in stray),
        "<Local_Elements>æ</Local_Elements>",
    ]
    assert outline(message)[-1] == "  Øvrigt indhold"


def test_nothing_of_a_view_is_shown_by_its_repr() -> None:
    for part in parts_of(view_of(letter_samples()["XREF01/XH0131R"])):
        if type(part).__module__ == "medcom_bu.rendering.view":
            assert "Test" not in repr(part)
            assert "020160" not in repr(part)


# --- command line -------------------------------------------------------------------------------------------------


def test_the_command_line_writes_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    message = next(iter(example()))
    file, out = tmp_path / "henvisning.xml", tmp_path / "side.html"
    file.write_bytes(medcom_bu.to_xml(message))
    wanted = as_page(medcom_bu.read(file.read_bytes()))
    assert main(["show", str(file), "--html", str(out)]) == 0
    assert out.read_text("utf-8") == wanted
    assert "<html" not in capsys.readouterr().out
    assert main(["show", str(file), "--html", "-"]) == 0
    printed = capsys.readouterr()
    assert printed.out == wanted
    assert printed.err
    assert main(["show", str(file), "--html", str(tmp_path / "none" / "side.html")]) == 2
    file.write_bytes(b"<x/>")
    assert main(["show", str(file), "--html", str(out)]) == 1
