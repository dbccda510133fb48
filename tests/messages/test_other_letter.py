"""Letters of other types: named, kept as they came, judged by nobody, written back on their own wire (LET-12)."""

from __future__ import annotations

import copy
import json
import pickle
import re
from typing import Any

import attrs
import pytest

import medcom_bu
from medcom_bu import Emessage, OtherLetter, exchange
from medcom_bu.declare.oioxml import Unexpected, Version
from medcom_bu.directory import Directory
from medcom_bu.envelopes import vans
from medcom_bu.exchange import receipts
from medcom_bu.issues import Layer, Outcome
from medcom_bu.layouts import D9134L
from medcom_bu.messages.clinical_email import ClinicalEmail
from medcom_bu.messages.letter_types import TYPES, bare_type
from medcom_bu.messages.letters import is_other_type
from medcom_bu.messages.receipts import NegativeReceipt
from medcom_bu.values.codes import RefuseCode
from tests.support.clean_letters import MAIL, OLD_FILES, OLD_REFERRAL, PERSON
from tests.support.issues import errors, found
from tests.support.other_letters import (
    DISCHARGE,
    EPICRISIS,
    IMAGING,
    MAIL_EDIFACT,
    MAIL_XML,
    REFERRAL_XML,
    STRANGE,
    as_message,
    as_type,
)
from tests.support.typed import letter_as, read_as

XML, EDIFACT = medcom_bu.to_xml, medcom_bu.to_edifact
CAME: dict[str, tuple[bytes, Any, tuple[str, str], str, str, str]] = {
    "XML, a type of the schemas": (
        DISCHARGE,
        OLD_REFERRAL,
        ("XDIS01", "XD0133L"),
        "Udskrivningsepikrise (DIS01)",
        "/Emessage/DischargeLetter",
        "DischargeLetter",
    ),
    "XML, a type and namespace that nobody here knows": (
        STRANGE,
        MAIL,
        ("XDIS22", "XD2230L"),
        "Epikrise eller advis (DIS22)",
        "/Emessage/*[2]",
        "Ole",
    ),
    "EDIFACT, the sender is SSP": (
        EPICRISIS,
        MAIL,
        ("DIS01", "D0132L"),
        "Udskrivningsepikrise (DIS01)",
        "segment 2 UNH, byte 86",
        "",
    ),
    "EDIFACT, the sender is PO": (
        IMAGING,
        OLD_REFERRAL,
        ("REF02", "H0230R"),
        "Billeddiagnostisk henvisning (REF02)",
        "segment 2 UNH, byte 86",
        "",
    ),
}
EACH = pytest.mark.parametrize("name", CAME)
NOT_RUN = {Layer.SYNTAX: Outcome.PASSED, Layer.SCHEMA: Outcome.NOT_RUN, Layer.RULE: Outcome.NOT_RUN}


def written(message: Emessage) -> bytes:
    """The message on the wire that its letters came on."""
    return XML(message) if letter_as(OtherLetter, message).element_name else EDIFACT(message)


@EACH
def test_what_stands_in_the_usual_place_is_read(name: str) -> None:
    data, base, codes, danish, _, element = CAME[name]
    message = read_as(Emessage, data)
    letter, expected = letter_as(OtherLetter, message), base.letters[0]
    assert message.envelope == base.envelope
    assert letter.patient is not None
    assert (letter.letter.type_code, letter.letter.version_code, letter.letter.statistical_code) == (*codes, codes[0])
    for part in ("identifier", "authorisation", "status_code"):
        assert getattr(letter.letter, part) == getattr(expected.letter, part), part
    assert (letter.sender.name, letter.sender.ean_identifier) == (expected.sender.name, expected.sender.ean_identifier)
    assert letter.receiver == expected.receiver
    assert (letter.patient.identifier, letter.patient.person_surname_name, letter.patient.street_name) == (
        PERSON,
        expected.patient.person_surname_name,
        expected.patient.street_name,
    )
    assert (letter.type_name.da, letter.type_code, letter.element_name) == (danish, bare_type(codes[0]), element)


@EACH
def test_for_sending_it_is_told_and_not_judged(name: str) -> None:
    data, _, _, _, path, _ = CAME[name]
    message = medcom_bu.parse(data)
    for judged, where in ((data, path), (message, "letters[0]")):
        report = medcom_bu.validate(judged)
        assert found(report) == [("letter.not-supported", where)]
        assert (report.ok, report.complete, dict(report.layers)) == (True, False, NOT_RUN)


@EACH
def test_it_is_written_back_as_it_came(name: str) -> None:
    data = CAME[name][0]
    message = read_as(Emessage, data)
    again = written(message)
    assert medcom_bu.parse(again) == message
    if not letter_as(OtherLetter, message).element_name:
        assert again == data
    for same in (pickle.loads(pickle.dumps(message)), copy.deepcopy(message)):
        assert same == message
    assert medcom_bu.from_dict(json.loads(json.dumps(medcom_bu.to_dict(message)))) == message


@EACH
def test_nothing_of_it_crosses_to_the_other_wire(name: str) -> None:
    message = read_as(Emessage, CAME[name][0])
    own, other = ("xml", EDIFACT) if letter_as(OtherLetter, message).element_name else ("edifact", XML)
    assert medcom_bu.losses(message, own) == ()
    (loss,) = medcom_bu.losses(message, "edifact" if own == "xml" else "xml")
    assert (loss.code, loss.path) == ("loss.letter", "letters[0]")
    with pytest.raises(medcom_bu.InvalidMessage) as raised:
        other(message)
    assert found(raised.value.report) == [("letter.one-wire", "letters[0]")]


@EACH
def test_it_has_no_other_version(name: str) -> None:
    message = read_as(Emessage, CAME[name][0])
    write: Any = XML if letter_as(OtherLetter, message).element_name else EDIFACT
    with pytest.raises(medcom_bu.InvalidMessage) as raised:
        write(message, version="XH0131R")
    assert [issue.path for issue in raised.value.report] == ["letters[0]"]


@EACH
def test_a_page_shows_it_and_a_text_masks_it(name: str) -> None:
    data, base, _, danish, _, _ = CAME[name]
    message = read_as(Emessage, data)
    page = medcom_bu.as_page(message)
    assert f">{danish}</h1>" in page
    assert "Brevtypen læses ikke her" in page
    assert page.count("Indhold</h2>") == 1
    assert "Øvrigt indhold" not in page
    shown, hidden = medcom_bu.as_text(message, reveal=True), medcom_bu.as_text(message)
    assert "this type is not read here" in hidden
    surname = base.letters[0].patient.person_surname_name
    for private in (surname, PERSON.reveal(), "Ole"):
        assert private not in hidden + repr(message) + str(medcom_bu.validate(data))
    for extra in letter_as(OtherLetter, message).body:
        assert extra.replace("\n", "\n    ") in shown


@EACH
def test_an_envelope_says_what_it_holds(name: str) -> None:
    data, _, codes, _, path, _ = CAME[name]
    envelope = vans.wrap(data)
    document: Any = envelope.meta_information and envelope.meta_information.document
    assert (document.name, document.version) == ("MCM:" + codes[0], codes[1])
    assert found(medcom_bu.validate(envelope)) == [("letter.not-supported", "content.data/" + path)]


@EACH
def test_a_second_engine_has_nothing_to_disagree_with(name: str) -> None:
    report = medcom_bu.validate(CAME[name][0], second_engine=True)
    assert found(report) == [("letter.not-supported", CAME[name][4])]


@EACH
def test_no_directory_knows_who_takes_it(name: str) -> None:
    message = read_as(Emessage, CAME[name][0])
    directory = Directory.from_rows([{"gln": "5790000121526", "takes": "XDIS91/XD9134L"}])
    unit = directory.find(gln="5790000121526")
    assert unit is not None
    assert directory.takes(unit, message) is None


# --- several letters ----------------------------------------------------------------------------------------------


OTHER_PART = DISCHARGE[DISCHARGE.index(b"<DischargeLetter>") : DISCHARGE.index(b"</Emessage>")]
OTHER_PART = OTHER_PART.replace(b"<Identifier>BREV0000000001<", b"<Identifier>BREV0000000009<", 1)
LOCAL = b"<Local_Elements><a/></Local_Elements>"


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("local", [b"", LOCAL])
def test_one_known_and_one_other(is_first: bool, local: bytes) -> None:
    place = b"<HospitalReferral>" if is_first else b"</Emessage>"
    data = REFERRAL_XML.replace(place, OTHER_PART + local + place)
    message = read_as(Emessage, data)
    assert [type(letter) is OtherLetter for letter in message.letters] == [is_first, not is_first]
    assert medcom_bu.parse(XML(message)) == message
    report = medcom_bu.validate(data)
    assert found(report) == [("letter.not-supported", "/Emessage/DischargeLetter")]
    assert dict(report.layers) == NOT_RUN
    assert medcom_bu.losses(message, "xml") == ()
    number = 0 if is_first else 1
    assert [loss.path for loss in medcom_bu.losses(message, "edifact")] == [f"letters[{number}]"]
    assert found(medcom_bu.validate(message)) == [("letter.not-supported", f"letters[{number}]")]


@pytest.mark.parametrize("is_first", [True, False])
def test_the_known_one_is_judged_beside_the_other(is_first: bool) -> None:
    broken = REFERRAL_XML.replace(b"nytbrev", b"ny")
    place = b"<HospitalReferral>" if is_first else b"</Emessage>"
    report = medcom_bu.validate(broken.replace(place, OTHER_PART + place))
    assert found(report) == [("xml.code", "/Emessage/HospitalReferral/Letter/StatusCode")]
    assert report.layers[Layer.SCHEMA] is Outcome.FAILED


def test_what_only_the_schema_sees_is_seen_beside_the_other() -> None:
    """A known element in Local_Elements, which must be valid: the reader keeps it without a look."""
    wrong = LOCAL.replace(b"<a/>", b"<EANIdentifier/>")
    place = b"</Emessage>"
    report = medcom_bu.validate(REFERRAL_XML.replace(place, wrong + OTHER_PART + place))
    assert errors(report) == [("xml.schema", "/Emessage/Local_Elements/EANIdentifier")]
    assert medcom_bu.validate(REFERRAL_XML.replace(place, OTHER_PART + wrong + place)).ok  # it goes with the other


def test_two_of_one_other_type_have_numbers() -> None:
    data = DISCHARGE.replace(b"</Emessage>", OTHER_PART + b"</Emessage>")
    paths = [f"/Emessage/DischargeLetter[{number}]" for number in (1, 2)]
    assert found(medcom_bu.validate(data)) == [("letter.not-supported", path) for path in paths]


def test_edifact_holds_a_known_and_another_letter() -> None:
    unb, mail = MAIL_EDIFACT.split(b"UNH", 1)
    mail, unz = mail.split(b"UNZ", 1)
    other = as_message(b"UNH" + mail, b"MEDDIS:D:93A:UN:D0132L+DIS01").replace(b"BREV0000000001", b"BREV0000000002")
    for bodies, number in ((b"UNH" + mail + other, 1), (other + b"UNH" + mail, 0)):
        data = unb + bodies + b"UNZ" + unz.replace(b"+1+", b"+2+", 1)
        message = medcom_bu.parse(data)
        assert isinstance(message, Emessage)
        assert [type(letter) is OtherLetter for letter in message.letters].index(True) == number
        assert EDIFACT(message) == data
        assert [loss.code for loss in medcom_bu.losses(message, "edifact")] == ["loss.edifact-letters"]
        assert [(loss.code, loss.path) for loss in medcom_bu.losses(message, "xml")] == [
            ("loss.letter", f"letters[{number}]")
        ]
        report = medcom_bu.validate(message)
        assert found(report) == [("letter.not-supported", f"letters[{number}]")]
        assert dict(report.layers) == NOT_RUN
        judged = medcom_bu.validate(data.replace(b"S02+02'GIS+N", b"S02+02'GIS+Q"))  # in both, one of which is judged
        assert [code for code, _ in errors(judged)] == ["edifact.code"]


# --- bad input ------------------------------------------------------------------------------------------------------


BAD_XML = {
    "nothing in it": re.sub(
        b"<DischargeLetter>.*</DischargeLetter>", b"<DischargeLetter/>", DISCHARGE, flags=re.DOTALL
    ),
    "no header": re.sub(b"<Letter>.*</Letter>", b"", DISCHARGE, count=1, flags=re.DOTALL),
    "attributes and texts anywhere": DISCHARGE.replace(b"<Sender>", b'tekst<Sender a="1" xml:lang="da">'),
    "two headers and a codeless status": DISCHARGE.replace(
        b"<Sender>", b"<Letter><TypeCode>?</TypeCode></Letter><Sender>", 1
    ).replace(b"nytbrev", b"ny"),
    "parties in another order": re.sub(
        b"(<Sender>.*</Sender>)(.*)(<Receiver>.*</Receiver>)", rb"\3\2\1", DISCHARGE, flags=re.DOTALL
    ),
    "a number that is none": DISCHARGE.replace(b"AlternativeIdentifier>", b"CivilRegistrationNumber>"),
}


@pytest.mark.parametrize("name", BAD_XML)
def test_what_is_odd_in_it_is_kept_and_not_judged(name: str) -> None:
    message = read_as(Emessage, BAD_XML[name])
    assert [type(letter) for letter in message.letters] == [OtherLetter]
    assert medcom_bu.parse(XML(message)) == message
    assert errors(medcom_bu.validate(BAD_XML[name])) == []
    assert ("letter.not-supported", "/Emessage/DischargeLetter") in found(medcom_bu.validate(BAD_XML[name]))


def test_the_envelope_around_it_is_judged() -> None:
    for data in (DISCHARGE, STRANGE):
        broken = data.replace(b"pluspositivkvitt", b"ja").replace(b"minuspositivkvitt", b"ja")
        assert errors(medcom_bu.validate(broken)) == [("xml.code", "/Emessage/Envelope/AcknowledgementCode")]


def test_a_foreign_namespace_is_an_error_still() -> None:
    data = re.sub(b'xmlns="[^"]*"', b'xmlns="urn:x"', DISCHARGE)
    assert errors(medcom_bu.validate(data)) == [("xml.namespace", "/Emessage")]
    assert isinstance(read_as(Emessage, data).letters[0], OtherLetter)


NO_OTHER = {
    "an element that no letter has, with a type that is read": as_type(MAIL_XML, b"Ukendt", b"XDIS91", b"XD9134L"),
    "an element that no letter has, without a type": as_type(MAIL_XML, b"Ukendt", b"030260-9995", b"XD9134L"),
    "another element, with a type that is read": as_type(MAIL_XML, b"DischargeLetter", b"XDIS91", b"XD9134L"),
    "a receipt to come": as_type(MAIL_XML, b"Ukendt", b"XCTL04", b"XC0430Q"),
}


@pytest.mark.parametrize("name", NO_OTHER)
def test_what_is_no_medcom_letter_is_an_error_still(name: str) -> None:
    path = "/Emessage/DischargeLetter" if b"DischargeLetter" in NO_OTHER[name] else "/Emessage/*[2]"
    assert errors(medcom_bu.validate(NO_OTHER[name])) == [("xml.letter", path)]
    assert read_as(Emessage, NO_OTHER[name]).letters == ()


@pytest.mark.parametrize(
    "unh",
    [
        b"ORDERS:D:93A:UN:EAN008+DIS01",
        b"CONTRL:1:1:UN:C0430Q+CTL04",
        b"MEDDIS:D:93A:UN:D0132L",
        b"MEDDIS:D:93A:UN:D0132L+0302609995",
        b"MEDXYZ:D:93A:UN:D9134L+DIS91",
    ],
)
def test_what_is_no_medcom_letter_of_edifact_is_an_error_still(unh: bytes) -> None:
    data = as_message(MAIL_EDIFACT, unh)
    assert errors(medcom_bu.validate(data)) == [("edifact.letter", "segment 2 UNH, element 2, byte 86")]
    assert read_as(Emessage, data).letters == ()


def test_a_version_of_a_known_type_is_no_other_letter() -> None:
    data = as_message(MAIL_EDIFACT, b"MEDDIS:D:93A:UN:D9199L+DIS91")
    assert [code for code, _ in errors(medcom_bu.validate(data))] == ["edifact.unknown-version"]
    assert isinstance(read_as(Emessage, data).letters[0], ClinicalEmail)


def test_edifact_without_parties_and_patient() -> None:
    body = b"UNH+1+MEDRPT:D:93A:UN:R0130K+RPT01'ZZZ+a'UNT+3+1'UNZ+1+KUVERT00000001'"
    data = MAIL_EDIFACT[: MAIL_EDIFACT.index(b"UNH")] + body
    message = medcom_bu.parse(data)
    assert isinstance(message, Emessage)
    letter = letter_as(OtherLetter, message)
    assert letter.sender.ean_identifier == "5790000121526"
    assert letter.patient is None
    assert letter.body == ("UNH+1+MEDRPT:D:93A:UN:R0130K+RPT01'", "ZZZ+a'")
    assert repr(letter.body) == "(<35 characters>, <6 characters>)"
    assert EDIFACT(message) == data


def test_empty_parts_at_the_end_of_a_segment_are_not_kept() -> None:
    """They say nothing, and are not written: what comes back is what was read."""
    data = EPICRISIS.replace(b"GIS+N'", b"GIS+N:+:+'")
    message = read_as(Emessage, data)
    assert message == read_as(Emessage, EPICRISIS)
    assert EDIFACT(message) == EPICRISIS


def test_a_file_and_very_many_segments_come_back() -> None:
    files = as_message(EDIFACT(OLD_FILES), b"MEDBIN:D:93A:UN:B0330X+BIN03")
    assert EDIFACT(read_as(Emessage, files)) == files
    many = b"".join(b"ZZZ+%d'" % number for number in range(2_000))
    data = EPICRISIS.replace(b"UNT+", many + b"UNT+")
    data = re.sub(rb"UNT\+(\d+)", lambda count: b"UNT+%d" % (int(count[1]) + 2_000), data)
    message = medcom_bu.parse(data)
    assert isinstance(message, Emessage)
    assert len(letter_as(OtherLetter, message).unexpected) == 1_001
    assert EDIFACT(message) == data


# --- made by hand ---------------------------------------------------------------------------------------------------


def test_an_element_that_no_document_can_have_is_not_written() -> None:
    message = read_as(Emessage, DISCHARGE)
    for name in ("a b", 'a b="1"', "a/><b", "x:y", "²", "1", "{x}y"):
        letter = letter_as(OtherLetter, message).replace(element_name=name)
        with pytest.raises(medcom_bu.InvalidMessage) as raised:
            XML(message.replace(letters=(letter,)))
        assert found(raised.value.report) == [("xml.unwritable", "letters[0].element_name")]


def test_segments_that_are_none_are_not_written() -> None:
    message = read_as(Emessage, EPICRISIS)
    letter = letter_as(OtherLetter, message)
    first = letter.unexpected[0]
    for text in ("", "UNH+1", "ZZZ+1'", f"{first.content}UNT+2+1'{first.content}", f"{first.content}\n", "UNH+€'"):
        wrong = letter.replace(unexpected=(Unexpected("segment", 1, "UNH", text),))
        with pytest.raises(medcom_bu.InvalidMessage) as raised:
            EDIFACT(message.replace(letters=(wrong,)))
        assert found(raised.value.report) == [("edifact.no-letter", "letters[0].unexpected")]


def test_a_change_that_its_segments_do_not_say_is_a_loss() -> None:
    message = read_as(Emessage, EPICRISIS)
    letter: Any = letter_as(OtherLetter, message)
    changed = letter.replace(patient=letter.patient.replace(person_surname_name="Andersen"))
    lost = medcom_bu.losses(message.replace(letters=(changed,)), "edifact")
    assert [(loss.code, loss.path) for loss in lost] == [
        ("loss.edifact-changed", "letters[0].patient.person_surname_name")
    ]


def test_a_layout_of_the_callers_own_takes_it() -> None:
    """Who knows the type reads it: what is given is asked first."""
    own = attrs.evolve(D9134L, version=Version("XD0132L", "XDIS01", MAIL.namespace))
    parsed = medcom_bu.read(EPICRISIS, layout=own)
    assert isinstance(parsed.message, Emessage)
    assert isinstance(parsed.message.letters[0], ClinicalEmail)
    assert errors(parsed.report) == []
    assert parsed.report.layers[Layer.SCHEMA] is Outcome.PASSED


def test_the_table_names_types() -> None:
    for code in TYPES:
        assert bare_type(code) == bare_type("X" + code) == code
    assert is_other_type("XLA121")
    assert is_other_type("DIS01")
    assert is_other_type("I0001")
    for other in (None, "DIS91", "XREF01", "XBIN02", "CTL02", "XCTL04", "", "0302609995", "Ole", "XREF1"):
        assert not is_other_type(other), other


# --- received, and answered -----------------------------------------------------------------------------------------


@EACH
def test_for_a_receiver_it_is_an_error(name: str) -> None:
    data, _, _, _, path, _ = CAME[name]
    came = medcom_bu.read(data).report
    for report in (came, medcom_bu.validate(data, receiving=True)):
        assert errors(report) == found(report) == [("letter.not-supported", path)]
        assert (report.ok, dict(report.layers)) == (False, NOT_RUN | {Layer.RULE: Outcome.FAILED})
        assert report.issues[0].position is not None
    value = medcom_bu.validate(read_as(Emessage, data), receiving=True)
    assert errors(value) == found(value) == [("letter.not-supported", "letters[0]")]


def test_for_a_receiver_the_known_one_beside_it_is_received_as_ever() -> None:
    data = REFERRAL_XML.replace(b"</Emessage>", OTHER_PART + b"</Emessage>")
    assert found(medcom_bu.read(data).report) == [("letter.not-supported", "/Emessage/DischargeLetter")]
    spelt = data.replace(b"nytbrev", b"Nytbrev", 1)
    assert [(issue.code, str(issue.severity)) for issue in medcom_bu.read(spelt).report] == [
        ("received.code", "warning"),
        ("letter.not-supported", "error"),
    ]


@EACH
def test_it_is_refused_for_its_version_on_both_wires(name: str) -> None:
    data, base, codes, _, path, _ = CAME[name]
    parsed = medcom_bu.read(data)
    refusal = receipts.negative(parsed, parsed.report, lang="da")
    (receipt,) = refusal.letters
    assert isinstance(receipt, NegativeReceipt)
    told = receipt.original_emessage
    (letter,) = told.original_letter
    assert (letter.original_letter_identifier, letter.original_version_code) == ("BREV0000000001", codes[1])
    assert told.original_envelope_identifier == base.envelope.identifier
    reasons = [reason for reason in (told, letter) if reason.refuse_code]
    assert [reason.refuse_code for reason in reasons] == [RefuseCode.VERSION_PROBLEM]
    text = reasons[0].refuse_text
    assert text is not None
    assert text.plain().startswith(f"{path}: brevtypen læses ikke her")
    assert exchange.matches(parsed, refusal)


def test_an_unknown_version_is_refused_for_its_version_in_edifact_too() -> None:
    parsed = medcom_bu.read(as_message(MAIL_EDIFACT, b"MEDDIS:D:93A:UN:D9199L+DIS91"))
    (receipt,) = receipts.negative(parsed, parsed.report).letters
    assert isinstance(receipt, NegativeReceipt)
    assert receipt.original_emessage.refuse_code is RefuseCode.VERSION_PROBLEM
