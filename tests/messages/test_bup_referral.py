"""The referral to child psychiatry: its parameters, where each goes, and the way back from every wire."""

from __future__ import annotations

import inspect
from datetime import date
from typing import Any, get_type_hints

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import medcom_bu
from medcom_bu import (
    AnswerCCReceiver,
    Consignment,
    Cpr,
    Diagnosis,
    HospitalReferralBuilder,
    MainDiagnosis,
    Relative,
    StatusCode,
    Transport,
    bu,
    exchange,
)
from medcom_bu.bu.keys import HEADED
from medcom_bu.bu.layout import NOT_TOLD, REST_OF_REASON
from medcom_bu.values.text import Style, Styled
from tests.support.bup import CASE, FIRST_DAY, LAST_DAY, RECEIVER, SENDER, case, child, thin, told_otherwise
from tests.support.letter_builders import PDF, problems

HEADINGS = [key.heading for key in bu.KEYS] + [REST_OF_REASON, NOT_TOLD]
SETTINGS = {
    "sender", "receiver", "patient", "region", "on", "overflow", "text_limit", "priority", "status", "version",
    "episode_of_care", "episode_of_care_identifier", "attachments_as", "acknowledgement_code", "ids", "directory",
}  # fmt: skip


def anamnesis(consignment: Consignment[Any]) -> str:
    """The story of a referral as plain text."""
    text: str = consignment.letter.relevant_clinical_information.anamnesis.plain()
    return text


# --- parameters ------------------------------------------------------------------------------------------------------


def test_the_parameters_are_the_fields_of_the_table() -> None:
    parameters = set(inspect.signature(bu.BupReferralBuilder).parameters)
    assert parameters == {key.name for key in bu.KEYS} | SETTINGS
    assert set(get_type_hints(bu.BupReferralBuilder.__init__)) == parameters | {"return"}
    assert len({key.heading for key in bu.KEYS}) == len(bu.KEYS)


def test_every_parameter_is_documented_with_heading_and_regions() -> None:
    documentation = inspect.getdoc(bu.BupReferralBuilder) or ""
    assert [name for name in SETTINGS if f"``{name}``" not in documentation] == []
    assert [key for key in bu.KEYS if f"``{key.name}`` ({key.heading}):" not in documentation] == []
    assert "Asked for by: Region Hovedstaden, Region Sjælland (recommended)." in " ".join(documentation.split())
    assert max(map(len, documentation.splitlines())) <= 120


@pytest.mark.parametrize("key", bu.KEYS, ids=lambda key: key.name)
def test_each_field_takes_plain_text_and_gives_it_back(key: bu.Key) -> None:
    text = "Første linje.\n\nTredje linje: mere."
    assert bu.fields_of(thin(**{key.name: text}).build()) == {key.name: text}


@pytest.mark.parametrize("key", bu.KEYS, ids=lambda key: key.name)
def test_a_blank_field_is_none(key: bu.Key) -> None:
    assert bu.fields_of(thin(**{key.name: " \n"}).build()) == {}


def test_what_is_no_value_of_a_field_is_a_type_error_that_does_not_quote_it() -> None:
    with pytest.raises(TypeError, match=r"BupReferralBuilder.consent takes .*Consent.* or str or None, not int"):
        thin(consent=512)
    with pytest.raises(ValueError, match=r"region is one of Region Hovedstaden, .*Region Nordjylland$"):
        thin(region="Region Atlantis")


# --- the letter ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("on", [LAST_DAY, FIRST_DAY], ids=str)
@pytest.mark.parametrize("region", bu.REGIONS, ids=lambda region: region.name)
def test_a_complete_case_of_each_region_survives_every_wire(region: bu.Region, on: date) -> None:
    for version in ("XH0131R", "XH0130R"):
        consignment = case(region=region, on=on, version=version).build()
        assert medcom_bu.validate(consignment).ok
        (message,) = consignment
        data = medcom_bu.to_xml(message)
        assert medcom_bu.validate(data).ok
        assert bu.fields_of(medcom_bu.parse(data, medcom_bu.Emessage)) == CASE
        edifact = medcom_bu.to_edifact(message, version="H0130R")
        assert medcom_bu.validate(edifact).ok
        assert told_otherwise(bu.fields_of(medcom_bu.parse(edifact, medcom_bu.Emessage)), CASE) == set()
        lost = {loss.code for loss in medcom_bu.losses(message, "edifact", version="H0130R")}
        assert lost <= {"loss.edifact-text-end", "loss.edifact-element"}


def test_risk_consent_and_custody_stand_first_and_the_order_is_that_of_the_table() -> None:
    text = anamnesis(case().build())
    lines = text.split("\n")
    story = [key.heading for key in bu.KEYS if key.text_field is bu.TextField.STORY and key.name in CASE]
    coded = {"Henvisningsdiagnose", "Bidiagnoser", "Befordring"}
    assert [line[:-1] for line in lines if line[:-1] in HEADINGS] == [name for name in story if name not in coded]
    assert lines[:2] == ["Selvmordsrisiko:", CASE["suicide_risk"]]


def test_headings_are_bold_where_edifact_has_room() -> None:
    text = thin(self_harm="Ja.", misuse=False).build().letter.relevant_clinical_information.anamnesis
    bold = [node.nodes for node in text.nodes if isinstance(node, Styled) and node.style is Style.BOLD]
    assert bold == [("Selvskade:",), ("Misbrug:",)]
    full = case().build().letter.relevant_clinical_information.anamnesis
    assert not any(isinstance(node, Styled) for node in full.nodes)


def test_each_text_stands_where_the_table_says_and_once() -> None:
    letter: Any = case().build().letter
    information, clinical = letter.additional_information, letter.relevant_clinical_information
    assert information.supplementary is None
    texts: dict[str, Any] = {name: getattr(clinical, name, None) for name in HEADED}
    texts |= {bu.TextField.MEDICINE: clinical.actual_medicine, bu.TextField.CAVE: clinical.cave}
    texts[bu.TextField.REASON] = information.clinical_reason
    whole = "\n".join(text.plain() for text in texts.values())
    for key in bu.KEYS:
        if not key.element or key.name == "family_doctor":
            assert CASE[key.name] in texts[key.text_field].plain()
        if key.name not in ("misuse", "medication", *(key.name for key in bu.KEYS if key.element)):
            assert whole.count(CASE[key.name]) == 1
    assert (information.transport, letter.referral.refer.diagnose_text) == (
        Transport.NONE,
        CASE["referral_diagnosis"],
    )
    assert [one.diagnose_text for one in letter.referral.referral_additional] == ["Astma", "Søvnbesvær"]


def test_values_are_words_and_elements() -> None:
    doctor = AnswerCCReceiver(
        identifier="000000",
        identifier_code="ydernummer",
        organisation_name="Eksempel Lægehus",
        telephone_subscriber_identifier="00000007",
    )
    mother = bu.CustodyHolder(
        given_name="Mette", surname="Testesen", relation="mor", cpr=Cpr("2512489996"), telephone="2", consents=True
    )
    father = bu.CustodyHolder(given_name="Jens", surname="Testesen", relation="plejefar", consents=False)
    consent = bu.Consent(by=bu.ConsentBy.CUSTODY_HOLDER, name="Mette Testesen", on=date(2026, 11, 24))
    letter = thin(
        custody_holders=[mother, father],
        custody_holders_agree=False,
        consent=[consent, bu.Consent(by="værge", given=False), bu.Consent(by="den unge", given=None, to="bilag")],
        guardian=bu.Contact(name="Vera Værge", title="advokat", telephone="00000008", note="dagtid"),
        interpreter=bu.Interpreter(needed=True, language="arabisk", who="mor", name="Tolk Test"),
        referral_diagnosis=bu.OBSERVATION,
        additional_diagnoses=[
            Diagnosis(
                diagnose_description_code="bidiagnose", diagnose_type_code="uspecificeretkode", diagnose_text="Astma"
            )
        ],
        school_or_daycare=bu.School(name="Eksempelskolen", grade="5. klasse", contact="Ida Prøve", telephone="4"),
        misuse=True,
        medication=[bu.Medication(name="Eksempelpræparat", dose="5 mg", since="2025", note="søvn")],
        family_doctor=doctor,
        transport=Transport.SITTING,
    ).build()
    assert letter.letter.relative == Relative(
        relation_code="mor",
        person_identifier=Cpr("2512489996"),
        person_surname_name="Testesen",
        person_given_name="Mette",
    )
    assert letter.letter.answer_cc_receiver == doctor
    assert bu.fields_of(letter) == {
        "custody_holders": "Mette Testesen, mor, CPR-nr. 251248-9996, tlf. 2, samtykker\n"
        "Jens Testesen, plejefar, samtykker ikke",
        "custody_holders_agree": "Nej",
        "consent": "Givet til henvisningen af forældremyndighedsindehaver Mette Testesen den 24.11.2026\n"
        "Afslået til henvisningen af værge\nEndnu ikke indhentet til bilag fra den unge",
        "guardian": "Vera Værge, advokat, tlf. 00000008 (dagtid)",
        "interpreter": "Ja, der er behov for tolk, sprog: arabisk, til: mor, kendt tolk: Tolk Test",
        "referral_diagnosis": "DZ032 Observation ved mistanke om psykisk lidelse",
        "additional_diagnoses": "Astma",
        "school_or_daycare": "Eksempelskolen, 5. klasse, kontakt: Ida Prøve, tlf. 4",
        "misuse": "Ja",
        "medication": "Eksempelpræparat, 5 mg, siden 2025, søvn",
        "family_doctor": "Eksempel Lægehus, tlf. 00000007",
        "transport": "siddende",
    }


@pytest.mark.parametrize(
    "value",
    [
        bu.CustodyHolder(surname="Testesen"),
        bu.Contact(name="Testesen"),
        bu.Consent(by="Testesen"),
        bu.Interpreter(needed=False, name="Testesen"),
        bu.School(name="Testesen"),
        bu.Medication(name="Testesen"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_no_value_shows_a_family_to_a_log(value: Any) -> None:
    assert repr(value) == f"<{type(value).__name__}>" == str(value)
    assert "Testesen" in value.text


def test_no_medicine_is_told() -> None:
    assert bu.fields_of(thin(medication=[]).build()) == {"medication": "Ingen"}
    assert bu.fields_of(thin(custody_holders=[]).build()) == {}


def test_what_the_region_requires_and_nobody_tells_is_named_once_behind_safety() -> None:
    builder = thin(region="Region Syddanmark", reason="Udredning.", self_harm="Ja.", school_or_daycare="Skolen.")
    lines = anamnesis(builder.build()).split("\n")
    assert lines[:4] == ["Selvskade:", "Ja.", "", "Ikke oplyst:"]
    assert lines[4].startswith("Selvmordsrisiko, Risikoadfærd, Forældremyndighedsindehavere, Samtykke, Værge,")
    assert "Skole" not in lines[4]
    assert "Selvskade" not in lines[4]
    assert bu.fields_of(builder.build()) == {
        "reason": "Udredning.", "self_harm": "Ja.", "school_or_daycare": "Skolen."
    }  # fmt: skip


def test_diagnoses_are_coded_or_text_and_long_ones_blocks() -> None:
    assert bu.suspected("DF84") == MainDiagnosis(
        diagnose_code="DF84",
        diagnose_type_code="SKSdiagnosekode",
        diagnose_text="Gennemgribende udviklingsforstyrrelse (autismespektrum)",
    )
    assert all(len(text) <= 70 and len(code) <= 10 for code, text in bu.SUSPECTED.items())
    with pytest.raises(ValueError, match="suspected takes one of DZ032, DF20"):
        bu.suspected("F84")
    for text, is_coded in (("a" * 70, True), ("a" * 71, False), ("a  b", False), ("a\nb", False)):
        referral = thin(referral_diagnosis=text).build()
        assert (referral.letter.referral is not None) is is_coded
        assert bu.fields_of(referral) == {"referral_diagnosis": text}
    six = "\n".join("abcdef")
    assert thin(additional_diagnoses=six).build().letter.referral is None
    assert bu.fields_of(thin(additional_diagnoses=six).build()) == {"additional_diagnoses": six}


def test_a_long_reason_goes_on_in_the_anamnesis_after_a_sentence() -> None:
    reason = "Der er mistanke om autisme. " * 12 + "Udredning ønskes."
    builder = thin(reason=reason, suicide_risk="Ingen.", misuse="Nej.")
    letter = builder.build().letter
    kept = letter.additional_information.clinical_reason.plain()
    assert kept.endswith("autisme. (fortsættes i Anamnese)")
    assert len(kept) <= 5 * 69
    headings = [line for line in anamnesis(builder.build()).split("\n") if line.endswith(":")]
    assert headings == ["Selvmordsrisiko:", "Henvisningsårsag (fortsat):", "Misbrug:"]
    assert bu.fields_of(letter)["reason"] == reason


def test_a_reason_that_cannot_be_cut_stands_in_the_anamnesis() -> None:
    letter = thin(reason="a" * 400).build().letter
    assert letter.additional_information.clinical_reason.plain() == "Se »Henvisningsårsag« i Anamnese."
    assert bu.fields_of(letter) == {"reason": "a" * 400}


# --- any text --------------------------------------------------------------------------------------------------------

_ENDS = ("", ":", ".", ": ", "\u00a0", ":\u00a0", ":\u00a0\u00a0", ": tekst")
_LINES = st.one_of(
    st.sampled_from([heading + end for heading in HEADINGS for end in _ENDS]),
    st.text(st.sampled_from("abcÆøå .:\\?+'\u00a0-0"), max_size=100),
    st.sampled_from(["", ".", "  ", "(fortsættes i Anamnese)", " (fortsættes i Anamnese)"]),
    st.sampled_from(["\\", "<b>fed</b>", "&amp;", "_", "Se »Henvisningsårsag« i Anamnese."]),
)
TEXTS = st.lists(_LINES, max_size=10).map("\n".join)


@settings(max_examples=120, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(CASE)), TEXTS, max_size=8), st.sampled_from([None, "Hovedstaden"]))
def test_any_text_comes_back_from_every_wire(fields: dict[str, str], region: str | None) -> None:
    (message,) = thin(region=region, **fields).build()
    told = {name: text for name, text in fields.items() if text.strip()}
    older = medcom_bu.to_xml(message, version="XH0130R")
    for data in (medcom_bu.to_xml(message), older, medcom_bu.to_edifact(message, version="H0130R")):
        assert told_otherwise(bu.fields_of(medcom_bu.parse(data, medcom_bu.Emessage)), told) == set()


# --- letters of others -----------------------------------------------------------------------------------------------


def test_of_another_vendor_s_letter_what_its_headings_tell() -> None:
    letter = HospitalReferralBuilder(
        sender=SENDER,
        receiver=RECEIVER,
        patient=child(),
        clinical_reason="Udredning ønskes.",
        actual_medicine="Melatonin",
        anamnesis="Kendt dreng.\nTOLK: nej\nSkole\nGår i 5. klasse.\nSiger: jeg vil ikke.\nHobby:\nFodbold.\n"
        "Familieforhold:\n\nBor med mor.\n",
        examination="Henvist med rapport.",
    ).build()
    assert bu.fields_of(letter) == {
        "reason": "Udredning ønskes.",
        "interpreter": "nej",
        "school_or_daycare": "Går i 5. klasse.\nSiger: jeg vil ikke.",
        "family_situation": "Bor med mor.",
        "medication": "Melatonin",
    }


def test_fields_of_takes_a_referral_and_says_so() -> None:
    with pytest.raises(TypeError, match=r"fields_of: letter takes HospitalReferral or Emessage or Consignment, not by"):
        bu.fields_of(b"<Emessage/>")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no referral"):
        bu.fields_of(medcom_bu.testing.samples()["XDIS91/XD9134L"])  # type: ignore[arg-type]


def test_a_correction_tells_what_it_changes() -> None:
    sent = thin(reason="Udredning.", misuse="Nej", medication="Ingen").build()
    corrected = thin(reason="Udredning.", misuse="Ja, hash", self_harm="Ja", status=StatusCode.CORRECTED).build()
    assert corrected.letter.letter.status_code == StatusCode.CORRECTED
    changes = bu.changes(sent, corrected)
    assert [(one.name, one.heading, one.before, one.after) for one in changes] == [
        ("self_harm", "Selvskade", None, "Ja"),
        ("misuse", "Misbrug", "Nej", "Ja, hash"),
        ("medication", "Aktuel medicin", "Ingen", None),
    ]
    assert list(map(repr, changes)) == [
        "<Change self_harm added>",
        "<Change misuse changed>",
        "<Change medication removed>",
    ]
    assert bu.changes(sent, exchange.correct(sent).build()) == ()


# --- what is wrong ---------------------------------------------------------------------------------------------------


def test_what_is_wrong_is_told_once_at_its_parameter() -> None:
    builder = bu.BupReferralBuilder(
        reason="Uro\x00",
        referral_diagnosis=bu.OBSERVATION.replace(diagnose_text="x" * 71),
        custody_holders=bu.CustodyHolder(surname="", cpr=Cpr("123")),
        priority="meget akut",
    )
    builder.attach_template(b"PK\x03\x04 no PDF").attach(b"", title="Rapport")
    assert set(problems(builder)) == {
        ("builder.missing", "sender"),
        ("builder.missing", "receiver"),
        ("builder.missing", "patient"),
        ("builder.characters", "reason"),
        ("builder.too-long", "referral_diagnosis.diagnose_text"),
        ("builder.empty", "custody_holders.surname"),
        ("builder.code", "priority"),
        ("builder.template-type", "attachments[0]"),
        ("builder.attachment-empty", "attachments[1]"),
    }
    assert len(problems(builder)) == 9


def test_a_template_goes_along_and_building_twice_is_the_same() -> None:
    builder = thin(reason="Udredning.").attach_template(PDF).attach(PDF, title="WISC-rapport")
    first, second = builder.build(), builder.build()
    titles = ["Regionens henvisningsskabelon, udfyldt", "WISC-rapport"]
    for consignment in (first, second):
        assert [reference.ref_description for reference in consignment.letter.reference] == titles
        assert medcom_bu.validate(consignment).ok
        assert len(consignment.messages[1].letters[0].binary_object) == 2
    with pytest.raises(TypeError, match=r"attach_template: pdf takes bytes.*not str: read the file in binary mode"):
        builder.attach_template("skabelon.pdf")


def test_pasted_markup_and_other_scripts_come_back_as_they_are() -> None:
    texts = {
        "reason": "<p>Uro &amp; søvn</p>",
        "family_situation": "Familien Ƶółć, 王, \u0639\u0644\u064a",
        "misuse": "–",
    }
    message = thin(**texts).build().messages[0]
    assert bu.fields_of(medcom_bu.parse(medcom_bu.to_xml(message), medcom_bu.Emessage)) == texts
    codes = {issue.code for issue in medcom_bu.validate(message)}
    assert {"text.escaped-markup", "text.characters"} <= codes


def test_the_values_are_frozen() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        bu.OBSERVATION.diagnose_text = "x"  # type: ignore[misc]
