"""A referral to child psychiatry whose text does not fit: what stands, what continues in the PDF, what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import medcom_bu
from medcom_bu import bu
from medcom_bu.bu.overflow import LEAST, POINTER, SUPPLEMENT, cut_at
from tests.support.bup import (
    CASE,
    FIRST_DAY,
    LAST_DAY,
    attached_text,
    case,
    child,
    flat,
    is_same,
    sentences,
    thin,
    told_otherwise,
)
from tests.support.letter_builders import PDF, problems

NAMES = [key.name for key in bu.KEYS]
HEADINGS = {key.name: key.heading for key in bu.KEYS}


def long_case(names: list[str], characters: int) -> dict[str, list[str]]:
    """Sentences for some fields, as many characters in all."""
    length = len(sentences(1, names[0])[0])
    return {name: sentences(characters // len(names) // length, HEADINGS[name]) for name in names}


@pytest.mark.parametrize(
    ("names", "characters"),
    [
        (["developmental_history"], 40_000),
        (["developmental_history"], 200_000),
        (["reason", "suicide_risk", "allergies"], 40_000),
        (NAMES, 40_000),
        (NAMES, 200_000),
    ],
    ids=["one, 40,000", "one, 200,000", "three", "all, 40,000", "all, 200,000"],
)
def test_every_sentence_is_in_the_letter_or_in_the_attachment_in_order(names: list[str], characters: int) -> None:
    told = long_case(names, characters)
    consignment = thin(**{name: " ".join(text) for name, text in told.items()}).build()
    assert medcom_bu.validate(consignment).ok
    assert [reference.ref_description for reference in consignment.letter.reference] == [bu.ATTACHMENT_TITLE]
    fields, attached = bu.fields_of(consignment), attached_text(consignment)
    shortened = [name for name in names if fields[name].endswith(POINTER)]
    assert shortened
    place = 0
    for name in names:
        whole = attached if name in shortened else flat(fields[name])
        place = place if name in shortened else 0
        for sentence in told[name]:
            place = whole.find(flat(sentence), place)
            assert place >= 0, (name, sentence)
        begun = fields[name].removesuffix(POINTER).strip()
        assert " ".join(told[name]).startswith(begun)
        assert begun == "" or begun.endswith(".")
    edifact = medcom_bu.to_edifact(consignment.messages[0], version="H0130R")
    assert medcom_bu.validate(edifact).ok
    lost = {loss.code for loss in medcom_bu.losses(consignment.messages[0], "edifact", version="H0130R")}
    assert lost <= {"loss.edifact-text-end", "loss.edifact-element"}


@pytest.mark.parametrize(("on", "version"), [(LAST_DAY, "XH0131R"), (FIRST_DAY, "XH0130R")], ids=str)
@pytest.mark.parametrize("region", bu.REGIONS, ids=lambda region: region.name)
def test_a_long_case_of_each_region_tells_on_every_wire_what_stands_and_where_it_goes_on(
    region: bu.Region, on: date, version: str
) -> None:
    long = sentences(350, "udvikling")
    consignment = case(region=region, on=on, version=version, developmental_history=" ".join(long)).build()
    message, files = consignment
    assert medcom_bu.validate(consignment).ok
    read: list[Any] = [medcom_bu.parse(medcom_bu.to_xml(message)), _there_and_back(message, "H0130R")]
    told = [bu.fields_of(each) for each in read]
    for fields in told:
        assert told_otherwise(fields, CASE) == {"developmental_history"}
        stands, pointer, rest = fields["developmental_history"].partition(f"\n{POINTER}")
        assert (pointer[1:], rest.strip()) == (f"(Fortsættes i bilaget »{bu.ATTACHMENT_TITLE}«)", "")
        assert LEAST <= len(stands) < len(" ".join(long))
        assert " ".join(long).startswith(stands)
    (reference,) = read[1].letters[0].reference
    (held,) = _there_and_back(files, "B0131X").letters[0].binary_object
    assert reference.ref_description == bu.ATTACHMENT_TITLE
    assert reference.target.object_identifier == held.object_identifier.replace("-", "")
    assert held.object_base64_encoded == files.letters[0].binary_object[0].object_base64_encoded
    attached = attached_text(consignment)
    assert [sentence for sentence in long if flat(sentence) not in attached] == []


def _there_and_back(message: Any, version: str) -> Any:
    """A message as it is read from EDIFACT, which must be valid."""
    data = medcom_bu.to_edifact(message, version=version)
    assert medcom_bu.validate(data).ok
    return medcom_bu.parse(data)


def test_long_fields_are_shortened_first_and_safety_last() -> None:
    long = " ".join(sentences(600, "udvikling"))
    consignment = case(developmental_history=long).build()
    fields = bu.fields_of(consignment)
    assert {name for name in fields if fields[name] != CASE.get(name)} == {"developmental_history"}
    assert fields["developmental_history"].endswith(f".\n{POINTER}")
    assert consignment.letter.additional_information.supplementary.plain() == SUPPLEMENT
    risk = " ".join(sentences(100, "risiko"))
    both = bu.fields_of(case(suicide_risk=risk, developmental_history=long).build())
    assert both["suicide_risk"] == risk
    assert LEAST <= len(both["developmental_history"]) < len(fields["developmental_history"])


def test_what_goes_on_is_an_information_and_a_letter_that_fits_has_none() -> None:
    builder = thin(reason="Udredning.", family_situation=" ".join(sentences(600, "familien")))
    found = [(issue.code, issue.path) for issue in builder.check() if issue.code == "bu.continues-in-attachment"]
    assert found == [("bu.continues-in-attachment", "family_situation")]
    assert "bu.continues-in-attachment" not in {issue.code for issue in case().check()}
    assert len(case().build().messages) == 1


def test_overflow_may_be_refused() -> None:
    long = " ".join(sentences(600, "familien"))
    assert problems(thin(overflow="error", reason="Udredning.", family_situation=long, sender=None)) == [
        ("builder.does-not-fit", "family_situation"),
        ("builder.missing", "sender"),
    ]
    assert len(case(overflow="error").build().messages) == 1
    with pytest.raises(ValueError, match="overflow is one of attach, error"):
        thin(overflow="cut")


@pytest.mark.parametrize("limit", [3150, 2200])
def test_a_receiver_s_own_limit_is_kept(limit: int) -> None:
    consignment = case(text_limit=limit, functioning=" ".join(sentences(100, "skolen"))).build()
    letter = consignment.letter
    clinical = letter.relevant_clinical_information
    texts = (clinical.anamnesis, clinical.examination, clinical.actual_medicine, clinical.cave)
    assert max(len(text) for text in (*texts, letter.additional_information.clinical_reason)) <= limit
    assert "text.practice-limit" not in {issue.code for issue in medcom_bu.validate(consignment)}
    assert bu.fields_of(consignment)["functioning"].endswith(POINTER)


def test_a_limit_that_holds_no_heading_is_refused() -> None:
    assert problems(case(text_limit=100)) == [("builder.no-room", "text_limit")]


def test_ten_files_leave_no_place_for_another() -> None:
    builder = thin(family_situation=" ".join(sentences(600, "familien")))
    for number in range(9):
        builder.attach(PDF, title=f"Bilag {number}")
    assert len(builder.build().letter.reference) == 10
    builder.attach(PDF, title="Bilag 10")
    assert [code for code, _ in problems(builder)] == ["builder.too-many"]


def test_a_reason_that_goes_on_and_on_is_whole_in_the_attachment() -> None:
    told_of = sentences(900, "årsagen")
    reason = " ".join(told_of)
    consignment = thin(reason=reason, suicide_risk="Ingen.").build()
    told = bu.fields_of(consignment)
    assert told["suicide_risk"] == "Ingen."
    assert reason.startswith(told["reason"].removesuffix(f"\n{POINTER}"))
    attached = attached_text(consignment)
    assert [sentence for sentence in told_of if sentence not in attached] == []


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from(sorted(CASE)), st.text(st.sampled_from("abÆ .!?\n"), max_size=900), max_size=6),
    st.integers(600, 1500),
)
def test_what_does_not_stand_whole_is_whole_in_the_attachment(fields: dict[str, str], limit: int) -> None:
    fields = {name: text * 3 for name, text in fields.items() if text.strip()}
    builder = thin(text_limit=limit, **fields)
    laid = builder._laid(builder._texts()[0])
    over = {block.name: block.text for block in laid.over}
    assert max((len(text) for text in laid.texts.values()), default=0) <= limit
    told = bu.fields_of(builder.build())
    assert told.keys() == fields.keys()
    for name, text in fields.items():
        assert over[name] == text if name in over else is_same(told[name], text)


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("abÆ .!?\n,»"), min_size=1, max_size=300), st.integers(1, 300))
def test_a_cut_keeps_within_the_limit_and_splits_no_word_where_it_need_not(text: str, most: int) -> None:
    place = cut_at(text, most)
    assert 0 < place <= most
    if place < min(most, len(text)):
        before, after = text[place - 1], text[place : place + 1]
        assert not (before.isalpha() and after.isalpha())


def test_a_cut_is_after_a_sentence() -> None:
    text = "Han sover dårligt, f.eks. om natten. Hun er bekymret. De"
    assert text[: cut_at(text, 50)] == "Han sover dårligt, f.eks. om natten."
    assert text[: cut_at(text, 30)] == "Han sover dårligt, f.eks. om"
    assert "abc def"[: cut_at("abc def", 2)] == "ab"


def test_what_the_pdf_cannot_show_is_refused_with_its_field() -> None:
    long = " ".join(sentences(300, "familien"))
    assert problems(thin(family_situation=f"{long} 王", developmental_history=long)) == [
        ("builder.not-in-pdf", "family_situation")
    ]


def test_names_and_texts_of_other_scripts_stand_in_the_pdf_or_are_marked() -> None:
    long = " ".join(sentences(400, "Łukasz"))
    polish = attached_text(thin(family_situation=long, patient=child().replace(person_given_name="Łucja")).build())
    assert polish.startswith("Łucja Testesen · 150414-7AA2 ")
    assert "Sætning 400 om Łukasz beskriver barnets hverdag." in polish
    chinese = attached_text(thin(family_situation=long, patient=child().replace(person_given_name="王")).build())
    assert chinese.startswith("<U+738B> Testesen · 150414-7AA2 ")


def test_no_page_breaks_a_sentence() -> None:
    texts = {
        key.name: "".join(f"{key.heading} {number}: {'ord ' * (number % 41)}slut.\n" for number in range(60 + place))
        for place, key in enumerate(bu.KEYS)
        if not key.element
    }
    attached = attached_text(thin(**texts).build())
    lines = [line for text in texts.values() for line in text.splitlines()]
    assert [line for line in lines if flat(line) not in attached] == []


def test_an_email_address_and_references_take_their_room() -> None:
    lines = "\n".join(["Eksempelpræparat"] * 250)
    assert len(thin(medication=lines).build().messages) == 1
    patient = child().replace(email_identifier="a@example.dk")
    for builder in (thin(medication=lines, patient=patient), thin(medication=lines).link("https://a.dk", title="A")):
        message = builder.build().messages[0]
        assert bu.fields_of(message)["medication"].endswith(POINTER)
        lost = {loss.code for loss in medcom_bu.losses(message, "edifact", version="H0130R")}
        assert lost <= {"loss.edifact-text-end", "loss.edifact-element"}


def test_too_many_references_are_told_as_such_and_not_as_a_lack_of_room() -> None:
    builder = case()
    for number in range(60):
        builder.link(f"https://example.dk/{number}", title=f"Link {number}")
    assert problems(builder) == [("builder.too-many", f"references[{number}]") for number in range(10, 60)]


def test_where_a_text_is_cut_is_no_change() -> None:
    long = "Bor hos mor. Far ses hver anden weekend. " * 500
    sent = case(family_situation=long).build()
    grown = case(family_situation=long, suicide_risk="Har en plan. " * 20).build()
    assert bu.fields_of(sent)["family_situation"] != bu.fields_of(grown)["family_situation"]
    for before, after in ((sent, grown), (grown, sent)):
        assert [change.name for change in bu.changes(before, after)] == ["suicide_risk"]
    other = case(family_situation="Bor nu hos far. " + long).build()
    assert [change.name for change in bu.changes(sent, other)] == ["family_situation"]
    head = bu.fields_of(sent)["family_situation"].removesuffix(POINTER).rstrip()
    assert [change.name for change in bu.changes(sent, case(family_situation=head).build())] == ["family_situation"]


def test_a_text_that_leads_to_the_attachment_of_an_earlier_letter_is_told() -> None:
    sent = case(family_situation="Bor hos mor. " * 2000).build()
    codes = {(issue.code, issue.path) for issue in case(**bu.fields_of(sent)).check()}
    assert ("bu.cut-text", "family_situation") in codes
    assert "bu.cut-text" not in {issue.code for issue in case(family_situation="Bor hos mor. " * 2000).check()}
