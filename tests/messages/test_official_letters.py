"""Every rule of MedCom's three documents on letters, and the tests that hold it: none is without one.

M is Den gode XML MEDBIN (XB0131X, 2020), K Den gode XML korrespondance (XD9134L, 2020), D Den gode kiropraktorepikrise
(D0933L, 2015), with the page. S are rules for a sender, R for a receiver, V for the network, B those of binary letters,
C those of correspondences beyond the schema, E those of EDIFACT, L those of the lists of codes.
"""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from typing import Any

import pytest

import medcom_bu
from medcom_bu import (
    ClinicalEmailBuilder,
    Cpr,
    Emessage,
    FormattedText,
    IdentifierCode,
    IdsAndClock,
    ObjectCode,
    ReplacementCpr,
    exchange,
)
from medcom_bu.exchange import Action, MemoryStore, receive
from medcom_bu.issues import Report
from medcom_bu.values.base64 import Base64
from medcom_bu.values.parties import PatientRecordExtract, Url
from tests.support.clean_letters import FILES, MAIL, OLD_FILES, OLD_REFERRAL
from tests.support.issues import errors
from tests.support.paths import changed
from tests.support.tables import names_of_tests
from tests.support.texts import formatted

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
HERE = "test_official_letters"
RULE = "test_rules.test_one_rule"
NEXT = "of the system that embeds the library: it has neither a screen, a register nor a network"

RULES: dict[str, tuple[str, ...] | str] = {
    # --- a sender ---
    "S1 M12 K16": (f"{HERE}.test_s1_the_declaration", "test_schema_issues.test_the_declaration_of_a_letter"),
    "S2 M12-13 K16-17": (
        f"{HERE}.test_s2_a_time_that_cannot_be_given",
        "test_written_times.test_a_letter_says_danish_time",
        "test_clinical_email_builder.test_a_time_that_is_not_known_is_not_told",
        RULE,
    ),
    "S3 M12-13 K16": (
        f"{HERE}.test_s3_numbers",
        "test_exchange_attacks.test_a_number_that_was_used_for_another_message_is_not_sent",
    ),
    "S4 M13 K16 D20": (
        "test_receiving.test_nothing_else_of_the_schema_is_relaxed",
        "test_receipts.test_a_version_that_is_not_known_is_a_problem_of_the_version",
        "test_other_letter.test_an_unknown_version_is_refused_for_its_version_in_edifact_too",
    ),
    "S5 M13 K17 D20": (
        f"{HERE}.test_s5_s25_the_type_is_said_wherever_it_stands",
        "test_receiving.test_the_statistical_code_means_nothing_to_a_receiver",
        RULE,
    ),
    "S6 M14 K17 D19": (f"{HERE}.test_s6_the_address_of_the_envelope_and_of_its_receipts",),
    "S7 M14 K17 D20": (f"{HERE}.test_s7_s12_r2_any_number_of_17_characters", RULE),
    "S8 M14-15 K18 D21": (f"{HERE}.test_s8_an_organisation_has_a_name",),
    "S9 M15 K18 D21": ("test_clinical_email_builder.test_a_sender_without_a_speciality_is_not_classified", RULE),
    "S10 M17 K19-20 D25": (
        f"{HERE}.test_s10_e3_who_has_no_cpr_number_has_another_of_10_characters",
        "test_builder_parameters.test_numbers_of_letters_lose_blanks_and_hyphens",
        "test_builder_parameters.test_a_number_that_is_uncertain_is_not_made_certain",
        RULE,
    ),
    "S11 M17 K20 D25": (RULE,),
    "S12 K11": (f"{HERE}.test_s7_s12_r2_any_number_of_17_characters",),
    "S13 K11": NEXT,
    "S14 K11": (
        "test_outbox.test_a_message_is_not_sent_twice_by_mistake",
        "test_answers.test_a_message_keeps_its_key_and_is_sent_under_another_number",
    ),
    "S15 K11": (
        "test_corrections.test_a_correspondence_is_corrected_by_a_new_letter",
        "test_corrections.test_a_referral_is_corrected_whole",
        f"{HERE}.test_s15_r5_a_correction_is_a_letter_of_its_own",
    ),
    "S16 K11 K15 K20-21": (
        RULE,
        "test_clinical_email_builder.test_a_text_is_cut_at_the_practice_limit",
        "test_clinical_email_builder.test_what_fills_more_than_ten_parts_is_refused",
    ),
    "S17 K4 K11 K21": (
        "test_clinical_email_builder.test_the_closing_line",
        "test_clinical_email_builder.test_a_reply_is_signed_before_the_original_text",
        RULE,
    ),
    "S18 K11": ("test_clinical_email_builder.test_what_has_no_priority_is_routine",),
    "S19 K4 K20": (f"{HERE}.test_s19_c4_a_subject_of_70_characters",),
    "S20 K10 D11": ("test_clinical_email_builder.test_a_letter_without_subject_and_priority_has_no_empty_element",),
    "S21 K30 D29 D37": (f"{HERE}.test_s21_e12_running_text_and_tables_are_told_apart", RULE),
    "S22 D11 D24-28": (f"{HERE}.test_s22_a_code_and_its_text", RULE),
    "S23 D28 D36-37": (f"{HERE}.test_s23_diagnoses_stay_in_their_order",),
    "S24 D19": (RULE,),
    "S25 D22 D27": (f"{HERE}.test_s5_s25_the_type_is_said_wherever_it_stands",),
    "S26 M9": (RULE,),
    "S27 M5": (f"{HERE}.test_s27_a_receipt_is_asked_for", "test_outbox.test_a_message_is_acknowledged_once"),
    # --- a receiver ---
    "R1 M20 K23 D31": (
        "test_receiving.test_a_code_outside_its_list_is_received",
        "test_receiving.test_a_code_of_edifact_outside_its_list_is_received",
        "test_receiving.test_no_value_becomes_another_by_its_spelling",
    ),
    "R2 M14 K12 K17 D20 D24 D27": (
        f"{HERE}.test_s7_s12_r2_any_number_of_17_characters",
        f"{HERE}.test_r2_a_diagnosis_that_no_register_has",
    ),
    "R3 K12 D25 D27-29": (f"{HERE}.test_r3_r13_what_was_sent_is_shown",),
    "R4 K12 D12": (
        "test_page.test_every_text_is_there_once_and_nothing_else",
        "test_page.test_every_element_has_a_label",
    ),
    "R5 D12 D39 K29": (
        f"{HERE}.test_s15_r5_a_correction_is_a_letter_of_its_own",
        "test_page.test_corrections_and_urgency_are_seen_first",
        "test_receiving.test_the_page_shows_it_in_the_red_box",
    ),
    "R6 D12": (f"{HERE}.test_r6_an_exact_copy", "test_exchange.test_a_copy_is_not_shown_and_gets_the_same_answer"),
    "R7 K9": (f"{HERE}.test_r7_a_patient_whom_nobody_knows",),
    "R8 K12": ("test_clinical_email_builder.test_a_reply_swaps_the_parties_and_keeps_the_rest",),
    "R9 K12": ("test_page.test_references_of_every_sort", "test_page.test_web_addresses_are_links"),
    "R10 K12 K20": (
        "test_clinical_email_builder.test_what_has_no_priority_is_routine",
        "test_page.test_corrections_and_urgency_are_seen_first",
    ),
    "R11 K30 D29 D37": (
        f"{HERE}.test_r11_a_table_keeps_its_columns",
        "test_page_html.test_formatted_text_keeps_its_form",
    ),
    "R12 D21-24 D26 D37 M13 K17": (
        f"{HERE}.test_r12_what_stands_for_nothing_is_not_shown",
        "test_page.test_placeholders_and_blanks_are_absent",
        "test_receiving.test_the_statistical_code_means_nothing_to_a_receiver",
    ),
    "R13 D24-25 D27-28": (f"{HERE}.test_r3_r13_what_was_sent_is_shown",),
    "R14 M9": ("test_exchange.test_a_file_before_its_letter_is_shown_and_joined_later",),
    "R15 M9": (
        "test_receiving.test_a_file_of_an_unknown_type_is_received",
        "test_receiving.test_a_declared_size_that_is_wrong_is_received",
        "test_receiving.test_a_file_that_cannot_be_taken_out_is_refused",
        f"{HERE}.test_r15_the_receipt_of_a_binary_letter",
    ),
    "R16 M18 M29": (f"{HERE}.test_r16_b4_a_zip_goes_with_every_kind",),
    "R17 M9": (f"{HERE}.test_r17_a_file_without_a_letter", "test_builders.test_a_binary_letter_about_no_patient"),
    # --- the network ---
    "V1 M21 K24 D38": (
        f"{HERE}.test_v1_the_network_only_refuses",
        "test_outbox.test_the_network_that_cannot_deliver_ends_it",
    ),
    "V2 D30": (f"{HERE}.test_v2_counts_are_checked",),
    "V3 M12 K16 D19": ("test_exchange.test_a_letter_that_wants_no_receipt_gets_none_unless_it_is_refused",),
    "V4 D38": (
        f"{HERE}.test_v4_one_wish_for_all_letters",
        "test_exchange_attacks.test_one_bad_letter_refuses_those_that_come_with_it",
    ),
    # --- a binary letter ---
    "B1 M9 M18": (
        f"{HERE}.test_b1_ten_objects",
        "test_builders.test_ten_attachments_share_one_letter",
        "test_letter_size.test_the_limit",
        "test_letter_size.test_the_bytes_of_the_file_count",
        "test_letter_size.test_a_receiver_takes_what_came",
        "test_letter_size.test_building_refuses_it",
    ),
    "B2 M4 M30 M32": (
        "test_versions.test_a_uuid_in_xml_as_the_version_spells_it",
        "test_versions.test_a_uuid_in_edifact_as_the_version_spells_it",
        "test_versions.test_a_reference_and_its_file_still_match",
    ),
    "B3 M17-18": ("test_builders.test_a_binary_letter_about_no_patient", f"{HERE}.test_b3_bytes_before_base64"),
    "B4 M27-29 K28": (
        f"{HERE}.test_r16_b4_a_zip_goes_with_every_kind",
        f"{HERE}.test_b4_a_pdf_is_vector_graphics",
        RULE,
    ),
    "B5 M9 M28-29": (RULE,),
    "B6 M13": (f"{HERE}.test_b6_a_corrected_binary_letter_is_received",),
    "B7 M9": ("test_rules.test_a_consignment_has_everything_at_hand",),
    # --- a correspondence ---
    "C1 K15 K20-21": (f"{HERE}.test_c1_how_many_there_may_be",),
    "C2 K17 D26": (f"{HERE}.test_c2_a_course_number_of_35_characters",),
    "C3 K21": (
        f"{HERE}.test_c3_how_long_a_reference_may_be",
        "test_receiving.test_the_mark_of_a_record_extract_may_be_spelt_otherwise",
    ),
    "C4 K20": (f"{HERE}.test_s19_c4_a_subject_of_70_characters",),
    "C5 K4": ("test_kept_xml.test_an_extension_is_valid_and_whole",),
    # --- EDIFACT ---
    "E1 D14-18": (
        "test_edifact_official.test_a_mandatory_segment_that_is_absent_is_told_d14",
        "test_edifact_official.test_every_mandatory_segment_is_written_d14",
    ),
    "E2 D19": (
        "test_edifact_official.test_the_wish_for_a_receipt_is_mandatory_d19",
        f"{HERE}.test_e2_unoc_and_the_unknown_time",
    ),
    "E3 D25": (f"{HERE}.test_s10_e3_who_has_no_cpr_number_has_another_of_10_characters",),
    "E4 D16 D26": (
        "test_edifact_official.test_a_relative_without_a_number_has_none_d26",
        "test_edifact_official.test_the_number_of_a_relative_may_stand_alone_d16",
        "test_edifact_official.test_another_register_of_a_relative_is_told_d26",
    ),
    "E5 D21-24": ("test_edifact_official.test_a_unit_without_a_department_has_a_sign_for_it_d21",),
    "E6 D24": (
        f"{HERE}.test_e6_the_number_of_the_letter_stands_twice",
        "test_edifact_mapping.test_what_the_wire_says_twice_is_compared_wherever_the_other_stands",
    ),
    "E7 D21": (
        "test_edifact_official.test_the_register_of_a_speciality_is_read_whoever_sends_d21",
        "test_edifact_official.test_a_register_of_no_kind_of_sender_is_told_d21",
        "test_edifact_official.test_the_register_of_a_speciality_is_written_by_the_sender_d21",
    ),
    "E8 D24-28": (
        "test_edifact_official.test_the_keeper_of_a_list_of_diagnoses_is_read_d24",
        "test_edifact_official.test_another_keeper_of_diagnoses_is_told_and_kept_d24",
    ),
    "E9 D39": (
        "test_edifact_official.test_a_correction_that_names_the_earlier_letter_is_read_shown_and_written_d39",
        "test_corrections.test_a_correction_of_what_was_sent_as_edifact_names_the_earlier_letter_d39",
    ),
    "E10 D29 K29": (
        "test_edifact_official.test_the_date_of_a_contact_is_read_and_written_where_it_stood_k29",
        "test_edifact_official.test_the_date_of_a_contact_is_no_text_of_which_there_are_nine_d29",
    ),
    "E11 D39": (f"{HERE}.test_e11_a_file_and_a_link_have_texts_of_their_own",),
    "E12 D29": (f"{HERE}.test_s21_e12_running_text_and_tables_are_told_apart",),
    # --- the lists ---
    "L1 M21-27 K24-28 D31-35": (
        "test_edifact_official.test_an_official_speciality_is_read_and_written_d31",
        "test_edifact_official.test_every_speciality_has_one_number_of_its_own_d31",
        "test_edifact_official.test_a_number_of_no_list_is_no_speciality_d31",
    ),
    "L2 M21 M30 K23-30 D31-39": ("test_receiving.test_the_defaults_are_those_of_the_documents",),
    "L3 K24 D37-38": (
        "test_edifact_official.test_a_location_number_may_say_so_k24",
        "test_edifact_official.test_a_location_number_is_kept_by_nobody_else_k24",
    ),
    "L4 D39": ("test_receiving.test_nothing_else_of_the_schema_is_relaxed",),
}
"""A rule and its pages: the tests that hold it, or why it is none of ours."""


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_its_tests(rule: str) -> None:
    tests = RULES[rule]
    for test in () if isinstance(tests, str) else tests:
        module, _, name = test.partition(".")
        assert name in names_of_tests(module), test
        if module == HERE:
            assert f"_{rule.split()[0].lower()}_" in name
    assert tests


def test_no_rule_is_left_out() -> None:
    """The rules of a sender and of a receiver are numbered; so are ours."""
    last = {"S": 27, "R": 17, "V": 4, "B": 7, "C": 5, "E": 12, "L": 4}
    assert [rule.split()[0] for rule in RULES] == [
        f"{part}{n}" for part, count in last.items() for n in range(1, count + 1)
    ]
    assert [rule.split()[0] for rule, tests in RULES.items() if isinstance(tests, str)] == ["S13"]
    own = {test.partition(".")[2] for tests in RULES.values() for test in tests if test.startswith(HERE)}
    numbered = {name for name in names_of_tests(HERE) if re.match(r"test_[srvbcel]\d", name)}
    assert own == numbered


# --- both wires ------------------------------------------------------------------------------------------------------


def wires(message: Emessage) -> list[bytes]:
    return [medcom_bu.to_xml(message), medcom_bu.to_edifact(message)]


def with_text(message: Emessage, old: str, new: str) -> bytes:
    data = medcom_bu.to_xml(message)
    changed_data = data.replace(old.encode("latin-1"), new.encode("latin-1"), 1)
    assert changed_data != data
    return changed_data


def schema_errors(report: Report) -> list[str]:
    return [code for code, _ in errors(report)]


def came(message: Emessage | bytes) -> Any:
    """What a receiver does with it, on a store of its own."""
    return receive(message if isinstance(message, bytes) else medcom_bu.to_xml(message), MemoryStore(), NOW)


def receipt(decision: Any) -> Any:
    return medcom_bu.parse(decision.answer, Emessage).letters[0]


LETTERS = [MAIL, OLD_REFERRAL, OLD_FILES]


# --- a sender --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("message", LETTERS)
def test_s1_the_declaration(message: Emessage) -> None:
    """Sent exactly so (M12 K16); what is declared otherwise is received, and told."""
    declared = b'<?xml version="1.0" encoding="ISO-8859-1"?>'
    data = medcom_bu.to_xml(message)
    assert data.startswith(declared)
    other = data.decode("latin-1").replace("ISO-8859-1", "UTF-8", 1).encode()
    assert came(other).action is Action.SHOW
    assert "xml.encoding-other" in {issue.code for issue in medcom_bu.read(other).report}


@pytest.mark.parametrize("message", LETTERS)
def test_s2_a_time_that_cannot_be_given(message: Emessage) -> None:
    """00:00 in XML, 0000 in EDIFACT: written, received without a word, and no time."""
    unknown = changed(message, {"envelope.sent.time": "00:00", "letters[0].letter.authorisation.time": "00:00"})
    xml, edifact = wires(unknown)
    assert xml.count(b"<Time>00:00</Time>") == 2
    assert b":0000+" in edifact
    for data in (xml, edifact):
        assert errors(medcom_bu.validate(data)) == []
        back: Any = medcom_bu.parse(data, Emessage)
        assert (back.envelope.sent.has_time, back.letters[0].letter.authorisation.has_time) == (False, False)
        assert "date.authorised-after-sent" not in {issue.code for issue in medcom_bu.validate(data)}
    wrong = xml.replace(b"<Time>00:00<", b"<Time>24:00<", 1)
    assert errors(medcom_bu.validate(wrong)) != []


def test_s3_numbers() -> None:
    """an..14, none twice."""
    numbers = [IdsAndClock().number() for _ in range(1000)]
    assert len({*numbers}) == 1000
    assert {len(number) for number in numbers} == {14}
    for place in ("Identifier>KUVERT00000001<", "Identifier>BREV0000000001<"):
        assert medcom_bu.validate(with_text(MAIL, place, place.replace("0000", "X000", 1))).ok
        assert not medcom_bu.validate(with_text(MAIL, place, place.replace("0000", "00000", 1))).ok
    builder = ClinicalEmailBuilder(sender=SENDER, receiver=RECEIVER, patient=PATIENT, text=f"Hej.\n{CLOSED}")
    first, second = (builder.build().messages[0] for _ in "12")
    assert exchange.key(first) != exchange.key(second)
    assert exchange.sending(first) != exchange.sending(second)


CLOSED = "04.05.2026 Petra Prøve, psykolog"
SENDER: Any
SENDER, RECEIVER, PATIENT = (getattr(MAIL.letters[0], name) for name in ("sender", "receiver", "patient"))


@pytest.mark.parametrize("message", LETTERS)
def test_s5_s25_the_type_is_said_wherever_it_stands(message: Emessage) -> None:
    """StatisticalCode is TypeCode; BrvStat and BRVTYPE are the type without X (D20 D22)."""
    letter: Any = message.letters[0]
    type_code = letter.letter.type_code
    assert letter.letter.statistical_code == type_code
    xml, edifact = wires(message)
    for name in ("TypeCode", "StatisticalCode"):
        assert f"<{name}>{type_code}</{name}>".encode() in xml
    assert re.search(rf"UNH\+[^']*\+{type_code[1:]}'", edifact.decode("latin-1"))
    if message is MAIL:
        assert b"+DIS91:SKS:SST'" in edifact
        wrong = edifact.replace(b"+DIS91:SKS:SST'", b"+DIS01:SKS:SST'")
        assert {issue.severity for issue in medcom_bu.validate(wrong) if issue.code == "edifact.constant"} == {
            "warning"
        }


@pytest.mark.parametrize("message", LETTERS)
def test_s6_the_address_of_the_envelope_and_of_its_receipts(message: Emessage) -> None:
    """The EANIdentifier of the letter is that of UNB; both receipts go back to the sender's."""
    letter: Any = changed(message, {"letters[0].receiver.ean_identifier": "5790000121540"}).letters[0]
    addressed = message.replace(letters=(letter,))
    sender, receiver = letter.sender.ean_identifier, letter.receiver.ean_identifier
    assert f"UNB+UNOC:3+{sender}:14+{receiver}:14+".encode() in medcom_bu.to_edifact(addressed)
    for answer in (exchange.accept(addressed), exchange.refuse(addressed, reason="Nej")):
        back: Any = answer.letters[0]
        assert (back.sender.ean_identifier, back.receiver.ean_identifier) == (receiver, sender)
        assert f"UNB+UNOC:3+{receiver}:14+{sender}:14+".encode() in medcom_bu.to_edifact(answer)


ANY_NUMBER = "Æ1234567890123456"
LISTED = [code for code in IdentifierCode if code != "amt"]  # which no document has


@pytest.mark.parametrize("code", [*LISTED, "USP"])
@pytest.mark.parametrize("message", LETTERS)
def test_s7_s12_r2_any_number_of_17_characters(message: Emessage, code: str) -> None:
    """A letter goes to any number an..17 of any kind, and is received from any, unknown ones too."""
    for end in ("sender", "receiver"):
        unit = {f"letters[0].{end}.identifier": ANY_NUMBER, f"letters[0].{end}.identifier_code": code}
        odd = changed(message, unit)
        assert schema_errors(medcom_bu.validate(odd)) == (["xml.code"] if code == "USP" else [])
        for data in wires(odd):
            decision = came(data)
            assert decision.action is Action.SHOW
            party = getattr(decision.message.letters[0], end)
            assert (party.identifier, party.identifier_code) == (ANY_NUMBER, code)
            assert type(receipt(decision)).__name__ == "PositiveReceipt"
        long = changed(odd, {f"letters[0].{end}.identifier": ANY_NUMBER + "7"})
        assert came(medcom_bu.to_xml(long)).action is Action.REFUSE


@pytest.mark.parametrize("message", LETTERS)
def test_s8_an_organisation_has_a_name(message: Emessage) -> None:
    """The sender's is mandatory, its department and unit are not; an unknown one of a receiver is ``_`` (D22)."""
    alone = changed(message, {f"letters[0].sender.{name}": None for name in ("department_name", "unit_name")})
    assert medcom_bu.validate(alone).ok
    nameless = changed(message, {"letters[0].sender.organisation_name": None})
    assert schema_errors(medcom_bu.validate(nameless)) == ["xml.element-missing"]
    assert came(medcom_bu.to_xml(nameless)).action is Action.REFUSE
    names = {f"letters[0].receiver.{name}": None for name in ("organisation_name", "department_name", "unit_name")}
    unknown = changed(message, names)
    assert re.search(rb"NAD\+(PO|SSP)\+[^+']*\+\+_:::::US'", medcom_bu.to_edifact(unknown))
    for data in wires(unknown):
        decision = came(data)
        assert decision.action is Action.SHOW
        assert ">_<" not in medcom_bu.as_page(decision.message)


@pytest.mark.parametrize("number", ["0703921VJ5", "0201609995"])
@pytest.mark.parametrize("message", [MAIL, OLD_REFERRAL])
def test_s10_e3_who_has_no_cpr_number_has_another_of_10_characters(message: Emessage, number: str) -> None:
    """A replacement number, or an uncertain CPR number; in EDIFACT PNA begins empty, and RFF+XPI is due (D25)."""
    other = changed(message, {"letters[0].patient.identifier": ReplacementCpr(number)})
    xml, edifact = wires(other)
    assert f"<AlternativeIdentifier>{number}</AlternativeIdentifier>".encode() in xml
    assert b"PNA+PAT++++SU:" in edifact
    assert f"RFF+XPI:{number}'".encode() in edifact
    for data in (xml, edifact):
        assert medcom_bu.validate(data).ok
        back: Any = medcom_bu.parse(data, Emessage)
        assert back.letters[0].patient.identifier == ReplacementCpr(number)
    for wrong in (number[:9], number + "1"):
        assert not medcom_bu.validate(xml.replace(number.encode(), wrong.encode())).ok
        assert not medcom_bu.validate(edifact.replace(number.encode(), wrong.encode())).ok
    hyphen = changed(message, {"letters[0].patient.identifier": Cpr("020160-9995")})
    assert not medcom_bu.validate(hyphen).ok


IDEAS = ["Genoptræningsplan, almen", "Medicin", "Plejerapport", "Lægekorrespondance", "Ø" * 70]


@pytest.mark.parametrize("subject", IDEAS)
def test_s19_c4_a_subject_of_70_characters(subject: str) -> None:
    """A heading of one's own words, a..70."""
    message = changed(MAIL, {"letters[0].additional_information.subject": subject})
    for data in wires(message):
        assert medcom_bu.validate(data).ok
        back: Any = medcom_bu.parse(data, Emessage)
        assert back.letters[0].additional_information.subject == subject
    long = changed(MAIL, {"letters[0].additional_information.subject": subject.ljust(70, "x") + "y"})
    assert not medcom_bu.validate(long).ok


def test_s21_e12_running_text_and_tables_are_told_apart() -> None:
    """P00 for running text, F00 for a table: of all the text of its FTX (D29)."""
    texts = (FormattedText.from_plain("Løbende tekst."), FormattedText.fixed("Navn   Dosis\nA      1"))
    informations = tuple(
        changed(MAIL, {"letters[0].clinical_information[0].text01": text}).letters[0].clinical_information[0]
        for text in texts
    )
    message = changed(MAIL, {"letters[0].clinical_information": informations})
    data = medcom_bu.to_edifact(message)
    assert b"FTX+NC+P00++L\xf8bende tekst." in data
    assert b"FTX+NC+F00++Navn   Dosis" in data
    back: Any = medcom_bu.parse(data, Emessage)
    running, table = (part.text01 for part in back.letters[0].clinical_information)
    assert running.plain().strip() == "Løbende tekst."
    assert "<FixedFont>" not in medcom_bu.to_xml(
        changed(back, {"letters[0].clinical_information": informations[:1]})
    ).decode("latin-1")
    assert table.plain().rstrip() == "Navn   Dosis\nA      1"


def test_s22_a_code_and_its_text() -> None:
    """The code text goes with the code; only SKS and ICPC-2 are coded."""
    path = "letters[0].referral.refer"
    diagnosis: Any = OLD_REFERRAL.letters[0].referral.refer
    assert diagnosis.diagnose_text
    for data in wires(OLD_REFERRAL):
        assert diagnosis.diagnose_text.encode("latin-1") in data
    assert not medcom_bu.validate(changed(OLD_REFERRAL, {f"{path}.diagnose_text": None})).ok
    assert not medcom_bu.validate(changed(OLD_REFERRAL, {f"{path}.diagnose_type_code": "DSM5"})).ok


def test_s23_diagnoses_stay_in_their_order() -> None:
    """What is said of a diagnosis follows at once behind it, and is read in that order."""
    first: Any = OLD_REFERRAL.letters[0].referral.referral_additional[0]
    codes = ("DQ900", "DF845", "DG473")
    others = tuple(first.replace(diagnose_code=code) for code in codes)
    message = changed(OLD_REFERRAL, {"letters[0].referral.referral_additional": others})
    for data in wires(message):
        places = [data.index(code.encode()) for code in codes]
        assert places == sorted(places)
        back: Any = medcom_bu.parse(data, Emessage)
        assert tuple(each.diagnose_code for each in back.letters[0].referral.referral_additional) == codes


def test_s27_a_receipt_is_asked_for() -> None:
    """In XML the positive receipt is obligatory: builders ask for it, unless told otherwise."""
    fields: dict[str, Any] = {"sender": SENDER, "receiver": RECEIVER, "patient": PATIENT, "text": f"Hej.\n{CLOSED}"}
    (asked,) = ClinicalEmailBuilder(**fields).build()
    assert b"<AcknowledgementCode>pluspositivkvitt<" in medcom_bu.to_xml(asked)
    assert exchange.wants_answer(asked)
    (unasked,) = ClinicalEmailBuilder(**fields, acknowledgement_code="minuspositivkvitt").build()
    assert not exchange.wants_answer(unasked)


# --- a receiver ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["DXYZ99", "DÆ1", "ZZZZZZZZ"])
def test_r2_a_diagnosis_that_no_register_has(code: str) -> None:
    """Unknown and wrong codes are received; a warning at most."""
    message = changed(OLD_REFERRAL, {"letters[0].referral.refer.diagnose_code": code})
    for data in wires(message):
        decision = came(data)
        assert (decision.action, decision.report.ok) == (Action.SHOW, True)
        assert decision.message.letters[0].referral.refer.diagnose_code == code


def test_r3_r13_what_was_sent_is_shown() -> None:
    """The sender's words, whatever a register says; the kind of a diagnosis in words with its code (D24)."""
    names = {
        "letters[0].sender.organisation_name": "Navn som ingen har",
        "letters[0].referral.refer.diagnose_text": "Tekst som koden ikke har",
    }
    for data in wires(changed(OLD_REFERRAL, names)):
        page = medcom_bu.as_page(medcom_bu.parse(data))
        assert "Navn som ingen har" in page
        assert "Tekst som koden ikke har" in page
        back: Any = medcom_bu.parse(data, Emessage)
        assert back.letters[0].referral.refer.diagnose_code in page
        assert "Hoveddiagnose" in page


def test_s15_r5_a_correction_is_a_letter_of_its_own() -> None:
    """It is shown, and marked; what it corrects is neither deleted nor changed."""
    store = MemoryStore()
    assert receive(medcom_bu.to_xml(MAIL), store, NOW).action is Action.SHOW
    (before,) = store.waiting(exchange.Box.IN)
    (correction,) = exchange.correct(MAIL, text=f"Rettet.\n{CLOSED}").build()
    for data in wires(correction):
        decision = receive(data, store, NOW)
        assert decision.action in (Action.SHOW, Action.DUPLICATE)
        assert decision.keys != (exchange.key(MAIL),)
        assert "Rettelse" in medcom_bu.as_page(medcom_bu.parse(data))
    assert "Rettelse" not in medcom_bu.as_page(MAIL)
    assert store.seen(exchange.Box.IN, before.name) == before


def test_r6_an_exact_copy() -> None:
    """A copy in another envelope has equal letters; one of which a sign differs has not."""
    copy = exchange.again(MAIL)
    assert copy != MAIL
    assert copy.letters == MAIL.letters
    other = changed(MAIL, {"letters[0].clinical_information[0].text01": formatted("andet")})
    assert other.letters != MAIL.letters


@pytest.mark.parametrize("number", [Cpr("0504909995"), ReplacementCpr("7101014007")])
def test_r7_a_patient_whom_nobody_knows(number: Any) -> None:
    """Received as any other: who is known is for the receiver's own records."""
    for data in wires(changed(MAIL, {"letters[0].patient.identifier": number})):
        assert came(data).action is Action.SHOW


def test_r11_a_table_keeps_its_columns() -> None:
    """Fixed text goes in lines of 70, and its blanks come back (D29)."""
    table = FormattedText.fixed("\n".join(f"{'x' * 40}{'':15}{number:>14}" for number in range(3)))
    message = changed(MAIL, {"letters[0].clinical_information[0].text01": table})
    for data in wires(message):
        back: Any = medcom_bu.parse(data, Emessage)
        assert back.letters[0].clinical_information[0].text01.plain().rstrip() == table.plain()
    assert f"{'x' * 40}{'':15}{2:>14}".encode() in medcom_bu.to_edifact(message)


def test_r12_what_stands_for_nothing_is_not_shown() -> None:
    """``_`` for a mandatory field, RFF+AHI:1 for a course without a number (D26 D37)."""
    nothing = {f"letters[0].receiver.{name}": "_" for name in ("organisation_name", "department_name")}
    message = changed(MAIL, nothing | {"letters[0].letter.episode_of_care_identifier": None})
    data = medcom_bu.to_edifact(message)
    assert b"RFF+AHI:1'" in data
    for each in (data, medcom_bu.to_xml(message)):
        back: Any = medcom_bu.parse(each, Emessage)
        assert back.letters[0].letter.episode_of_care_identifier is None
        page = medcom_bu.as_page(back)
        assert ">_<" not in page
        assert "AHI" not in page


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", "PositiveReceipt"),
        ("<ObjectExtensionCode>pdf", "<ObjectExtensionCode>odt", "PositiveReceipt"),
        ("<ObjectCode>vektor_grafik", "<ObjectCode>tegning", "PositiveReceipt"),
        ("<OriginalObjectSize>", "<OriginalObjectSize>9", "PositiveReceipt"),
        ("<Object_Base64Encoded>", "<Object_Base64Encoded>!", "NegativeReceipt"),
        ("<BinaryObject>", "<Fil></Fil><BinaryObject>", "NegativeReceipt"),
    ],
)
def test_r15_the_receipt_of_a_binary_letter(old: str, new: str, expected: str) -> None:
    """Positive where it parses and the file can be taken out; negative otherwise."""
    data = with_text(FILES, old, new) if old else medcom_bu.to_xml(FILES)
    assert type(receipt(came(data))).__name__ == expected


@pytest.mark.parametrize("kind", ObjectCode)
def test_r16_b4_a_zip_goes_with_every_kind(kind: ObjectCode) -> None:
    """M29: the type of a zip says what becomes of it."""
    file = {"object_code": kind, "object_extension_code": "zip"}
    content = b"PK\x03\x04"
    made: dict[str, Any] = {f"letters[0].binary_object[0].{name}": value for name, value in file.items()}
    made |= {
        "letters[0].binary_object[0].object_base64_encoded": Base64(content),
        "letters[0].binary_object[0].original_object_size": "4",
    }
    message = changed(FILES, made)
    assert medcom_bu.validate(message).ok
    decision = came(message)
    assert decision.action is Action.SHOW
    assert decision.message.letters[0].binary_object[0].object_code == kind


def test_b4_a_pdf_is_vector_graphics() -> None:
    """M27, M29, K28; what is in a zip goes by agreement alone, so that the type of a zip is to be given."""
    builder = ClinicalEmailBuilder(sender=SENDER, receiver=RECEIVER, patient=PATIENT, text=CLOSED)
    letter, binary = builder.attach(b"%PDF-1.4\n", title="Vurdering").build()
    named: Any = (binary.letters[0], letter.letters[0])
    assert named[0].binary_object[0].object_code == named[1].reference[0].target.object_code == "vektor_grafik"
    bilateral = changed(FILES, {"letters[0].binary_object[0].object_code": "proprietaert_indhold"})
    assert "attachment.bilateral" in {issue.code for issue in medcom_bu.validate(bilateral)}
    assert came(bilateral).action is Action.SHOW


def test_r17_a_file_without_a_letter() -> None:
    """Legitimate: an update of a file, system data."""
    for message in (FILES, OLD_FILES):
        assert medcom_bu.validate(message).ok
        assert came(message).action is Action.SHOW


# --- the network -----------------------------------------------------------------------------------------------------


def test_v1_the_network_only_refuses() -> None:
    """XCTL01 is the one receipt that is made for an operator, and it refuses; it carries no good news to a sender."""
    lost = exchange.refuse_delivery(MAIL, "5790000120314")
    letter: Any = lost.letters[0]
    assert type(letter).__name__ == "NegativeVansReceipt"
    assert letter.sender.ean_identifier == "5790000120314"
    outbox, store = exchange.Outbox(), MemoryStore()
    outbox.send(MAIL, store, NOW)
    (step,) = outbox.answered(medcom_bu.to_xml(lost), store, NOW)
    assert (step.state, step.must_tell) == (exchange.State.REJECTED, True)


@pytest.mark.parametrize(("old", "new"), [(rb"UNT\+(\d+)", rb"UNT+9\1"), (rb"UNZ\+1", rb"UNZ+2")])
@pytest.mark.parametrize("message", LETTERS)
def test_v2_counts_are_checked(message: Emessage, old: bytes, new: bytes) -> None:
    """The counts of UNT and UNZ; a receiver who gets them wrong refuses the letter on the same wire."""
    data = medcom_bu.to_edifact(message)
    assert medcom_bu.validate(data).ok
    wrong = re.sub(old, new, data)
    assert not medcom_bu.validate(wrong).ok
    decision = came(wrong)
    assert decision.action is Action.REFUSE
    assert medcom_bu.detect(decision.answer) == "edifact"
    assert type(receipt(decision)).__name__ == "NegativeReceipt"


def test_v4_one_wish_for_all_letters() -> None:
    """One receipt for an envelope, which names each of its letters."""
    letter: Any = MAIL.letters[0]
    two = MAIL.replace(letters=(letter, letter.replace(letter=letter.letter.replace(identifier="BREV2"))))
    for data in wires(two):
        decision = came(data)
        assert decision.action is Action.SHOW
        (answer,) = medcom_bu.parse(decision.answer or b"", Emessage).letters
        named: Any = answer
        assert [each.original_letter_identifier for each in named.original_emessage.original_letter] == [
            letter.letter.identifier,
            "BREV2",
        ]


# --- binary letters --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "is_valid"), [(10, True), (11, False)])
def test_b1_ten_objects(count: int, is_valid: bool) -> None:
    file: Any = FILES.letters[0].binary_object[0]
    files = tuple(
        file.replace(object_identifier=f"3f2504e0-4f89-41d3-9a0c-0305e82c33{number:02d}") for number in range(count)
    )
    message = changed(FILES, {"letters[0].binary_object": files})
    assert medcom_bu.validate(message).ok is is_valid
    assert (came(message).action is Action.SHOW) is is_valid


def test_b3_bytes_before_base64() -> None:
    """OriginalObjectSize counts the bytes of the file itself."""
    for message in (FILES, OLD_FILES):
        file: Any = message.letters[0].binary_object[0]
        assert int(file.original_object_size) == len(file.content)
        encoded = len(base64.b64encode(file.content))
        wrong = changed(message, {"letters[0].binary_object[0].original_object_size": str(encoded)})
        assert schema_errors(medcom_bu.validate(wrong)) == ["attachment.size"]


def test_b6_a_corrected_binary_letter_is_received() -> None:
    """M13 speaks of corrected letters, the list has none: a sender writes ``nytbrev`` alone, a receiver takes both."""
    xml = with_text(FILES, ">nytbrev<", ">rettetbrev<")
    edifact = medcom_bu.to_edifact(OLD_FILES).replace(b"GIS+N'", b"GIS+M'", 1)
    for data in (xml, edifact):
        assert not medcom_bu.validate(data).ok
        decision = came(data)
        assert (decision.action, decision.report.ok) == (Action.SHOW, True)


# --- correspondences -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["clinical_information", "reference"])
def test_c1_how_many_there_may_be(name: str) -> None:
    """At most ten of each."""
    one: Any = getattr(MAIL.letters[0], name)[0]
    for count in (10, 11):
        message = changed(MAIL, {f"letters[0].{name}": (one,) * count})
        assert medcom_bu.validate(message).ok is (count == 10)
        assert (came(message).action is Action.SHOW) is (count == 10)


@pytest.mark.parametrize(("length", "is_valid"), [(1, True), (35, True), (36, False)])
def test_c2_a_course_number_of_35_characters(length: int, is_valid: bool) -> None:
    message = changed(MAIL, {"letters[0].letter.episode_of_care_identifier": "a" * length})
    assert medcom_bu.validate(message).ok is is_valid
    for data in wires(message) if is_valid else ():
        back: Any = medcom_bu.parse(data, Emessage)
        assert back.letters[0].letter.episode_of_care_identifier == "a" * length


@pytest.mark.parametrize(
    ("name", "value", "is_valid"),
    [
        ("ref_description", "x" * 70, True),
        ("ref_description", "x" * 71, False),
        ("target", Url(f"https://a.example/{'x' * 332}"), True),
        ("target", Url(f"https://a.example/{'x' * 333}"), False),
        ("target", PatientRecordExtract("true"), True),
        ("target", PatientRecordExtract("false"), False),
    ],
)
def test_c3_how_long_a_reference_may_be(name: str, value: str, is_valid: bool) -> None:
    """RefDescription a..70, a URL an..350 whole, SUP ``true`` alone."""
    message = changed(MAIL, {f"letters[0].reference[0].{name}": value})
    assert medcom_bu.validate(message).ok is is_valid
    assert (came(message).action is Action.SHOW) is is_valid
    if is_valid:
        back: Any = medcom_bu.parse(medcom_bu.to_edifact(message), Emessage)
        assert getattr(back.letters[0].reference[0], name) == value


# --- EDIFACT ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("message", LETTERS)
def test_e2_unoc_and_the_unknown_time(message: Emessage) -> None:
    """UNOC always; YYMMDD and HHMM in UNB, 0000 for a time that is not known."""
    data = medcom_bu.to_edifact(changed(message, {"envelope.sent.date": "2000-05-04", "envelope.sent.time": "00:00"}))
    assert re.match(rb"UNA:\+.\? 'UNB\+UNOC:3\+\d+:14\+\d+:14\+000504:0000\+\w+\+\+\+\+1'UNH\+", data)
    other = data.replace(b"UNOC:3", b"UNOA:3", 1)
    assert medcom_bu.validate(other) != medcom_bu.validate(data)


@pytest.mark.parametrize("message", [MAIL, OLD_FILES])
def test_e6_the_number_of_the_letter_stands_twice(message: Emessage) -> None:
    """UNH, S02's RFF+SRI and UNT say one number."""
    number = message.letters[0].letter.identifier
    data = medcom_bu.to_edifact(message).decode("latin-1")
    assert f"UNH+{number}+" in data
    assert f"RFF+SRI:{number}'" in data
    assert re.search(rf"UNT\+\d+\+{number}'", data)
    wrong = data.replace(f"RFF+SRI:{number}'", "RFF+SRI:ANDET'", 1).encode("latin-1")
    told = {issue.code for issue in medcom_bu.validate(wrong)} - {issue.code for issue in medcom_bu.validate(message)}
    assert told == {"edifact.differs"}


SHORT = FormattedText.from_plain(CLOSED)


def test_e11_a_file_and_a_link_have_texts_of_their_own() -> None:
    """TEXTNR: NC for text, BIN for a file, URL for an active link; SUP for an extract of a record."""
    one: Any = MAIL.letters[0].reference[0]
    file: Any = OLD_REFERRAL.letters[0].reference[0].target
    targets = (Url("https://a.example/"), PatientRecordExtract("true"), file)
    references = tuple(one.replace(target=target) for target in targets)
    message = changed(MAIL, {"letters[0].reference": references, "letters[0].clinical_information[0].text01": SHORT})
    data = medcom_bu.to_edifact(message)
    assert re.findall(rb"FTX\+(\w+)\+", data) == [b"OE", b"NC", b"URL", b"SUP", b"BIN"]
    back: Any = medcom_bu.parse(data, Emessage)
    assert [each.target for each in back.letters[0].reference] == [*targets]
