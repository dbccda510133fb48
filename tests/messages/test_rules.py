"""Every rule on a message that breaks it and on one that just does not: exactly what is said."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import pytest

import medcom_bu
from medcom_bu import exchange, rules
from medcom_bu.issues import Kind, Layer, Severity
from medcom_bu.messages.binary_letter import SystemInformation
from medcom_bu.messages.emessage import Consignment, Emessage
from medcom_bu.messages.envelopes import ServiceTag, VansTransport
from medcom_bu.messages.hospital_referral import HospitalReferral, Relative
from medcom_bu.rendering.view import ShownFile
from medcom_bu.rendering.viewing import view_of
from medcom_bu.rules import envelopes
from medcom_bu.testing.letters import CONTENT
from medcom_bu.values.base64 import Base64
from medcom_bu.values.identifiers import Cpr, ReplacementCpr
from medcom_bu.values.parties import Reference, Url
from medcom_bu.values.text import FormattedText, Mark, Style, Styled
from tests.support.all_kinds import all_kinds, placeholders
from tests.support.clean_letters import (
    ACCEPTED,
    BASES,
    BINARY,
    DEPARTMENT,
    DOCUMENT,
    FILES,
    HL7,
    MAIL,
    OLD_FILES,
    OLD_REFERRAL,
    OTHER_UUID,
    PAIR,
    PERSON,
    REFERRAL,
    REFUSED,
    REFUSED_BY_VANS,
    SAMPLES,
    UUID,
    WRAPPED,
    P,
    S,
)
from tests.support.issues import found
from tests.support.paths import Changes, changed
from tests.support.texts import formatted
from tests.support.typed import letter_as, of_type
from tests.support.views import parts_of

# --- messages of which nothing is said -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BASES)
def test_nothing_is_said_of_the_clean_messages(name: str) -> None:
    assert found(medcom_bu.validate(BASES[name])) == []
    assert found(medcom_bu.validate(medcom_bu.to_xml(BASES[name]))) == []


# --- the rules -------------------------------------------------------------------------------------------------------


class Case(NamedTuple):
    """A change that breaks one rule, a change beside it that does not, and where the first is found."""

    code: str
    base: Any
    bad: Changes
    good: Changes
    attribute: str
    xpath: str


L = "letters[0]"
REF, OLD, BIN, XDIS = (
    f"/Emessage/{name}" for name in ("HospitalReferral", "HospitalReferral", "BinaryLetter", "ClinicalEmail")
)
CAVE, CAVE_X = f"{L}.relevant_clinical_information.cave", f"{REF}/RelevantClinicalInformation/Cave"
SIZE, B64 = f"{L}.binary_object[0].original_object_size", f"{L}.binary_object[0].object_base64_encoded"
OBJECT, OBJECT_X = f"{L}.binary_object[0]", f"{BIN}/BinaryObject"
CODE = "identifier.code-mismatch"


def unit(identifier: str, code: str) -> Changes:
    return {f"{L}.receiver.identifier": identifier, f"{L}.receiver.identifier_code": code}


def one_change(code: str, base: Any, path: str, bad: Any, good: Any, xpath: str) -> Case:
    """The frequent case: one attribute, and the issue is found there."""
    return Case(code, base, {path: bad}, {path: good}, path, xpath)


def _two_objects(identifier: str) -> Changes:
    first = FILES.letters[0].binary_object[0]
    return {f"{L}.binary_object": (first, first.replace(object_identifier=identifier))}


def _of_person(code: str, bad: Any, good: Any) -> list[Case]:
    xpath = "CivilRegistrationNumber" if isinstance(bad, Cpr) else "AlternativeIdentifier"
    return [
        one_change(code, REFERRAL, P, bad, good, f"{REF}/Patient/{xpath}"),
        one_change(code, FILES, S, bad, good, f"{BIN}/Patient/{xpath}"),
        one_change(code, MAIL, P, bad, good, f"{XDIS}/Patient/{xpath}"),
    ]


def _advised(part: str, name: str, path: str) -> Case:
    """A field that receivers ask for, left out; its good twin leaves out one that they do not ask for."""
    good = {"referral": "referral_additional", "sender": "unit_name"}.get(part, "supplementary")
    empty = () if good == "referral_additional" else None
    return Case(
        "referral.advised",
        REFERRAL,
        {f"{L}.{part}.{name}": None},
        {f"{L}.{part}.{good}": empty},
        f"{L}.{part}.{name}",
        f"{REF}/{path}",
    )


IMPOSSIBLE, REPLACED = Cpr("3002109999"), Cpr("7101014007")  # 30 February; a day plus 60 that passes modulus 11
RELATIVE, RELATIVE_X = f"{L}.relative", f"{REF}/Relative/PersonIdentifier"
WITH_RELATIVE = of_type(Relative, letter_as(HospitalReferral, SAMPLES["XREF01/XH0131R"]).relative)


def _of_relative(code: str, number: Cpr) -> Case:
    bad, good = (WITH_RELATIVE.replace(person_identifier=n) for n in (number, REPLACED))
    return Case(code, REFERRAL, {RELATIVE: bad}, {RELATIVE: good}, f"{RELATIVE}.person_identifier", RELATIVE_X)


IDENTIFIERS = [
    *_of_person("identifier.cpr-date", IMPOSSIBLE, REPLACED),
    _of_relative("identifier.cpr-date", IMPOSSIBLE),
    *_of_person("identifier.cpr-modulus-11", Cpr("0201609995"), REPLACED),
    _of_relative("identifier.cpr-modulus-11", Cpr("0504909995")),
    *_of_person("identifier.uncertain-cpr", ReplacementCpr("0201609995"), ReplacementCpr("0703921VJ5")),
    *_of_person("identifier.replacement-form", ReplacementCpr("0703921V15"), ReplacementCpr("1206550VK9")),
    *(
        one_change(
            "identifier.gln-check-digit",
            base,
            f"{L}.{end}.ean_identifier",
            "5790000121527",
            good,
            f"{xpath}/EANIdentifier",
        )
        for base, name in ((REFERRAL, REF), (FILES, BIN), (MAIL, XDIS), (ACCEPTED, "/Emessage/PositiveReceipt"))
        for end, xpath in (("sender", f"{name}/Sender"), ("receiver", f"{name}/Receiver"))
        for good in ("5790000121526", "NETVAERK")
    ),
    *(
        one_change("identifier.gln-form", base, f"{L}.{end}.ean_identifier", bad, "NETVAERK", f"{xpath}/EANIdentifier")
        for base, name in ((REFERRAL, REF), (FILES, BIN), (MAIL, XDIS), (ACCEPTED, "/Emessage/PositiveReceipt"))
        for end, xpath in (("sender", f"{name}/Sender"), ("receiver", f"{name}/Receiver"))
        for bad in ("579000012152", "57900001215266", "5790000 121526", " 5790000121526", "5790000-121526", "5", "5X")
    ),
    *(
        Case(
            CODE, REFERRAL, unit(bad, code), unit(good, code), f"{L}.receiver.identifier", f"{REF}/Receiver/Identifier"
        )
        for code, bad, good in (
            ("lokationsnummer", "5790000121527", "5790000121526"),
            ("lokationsnummer", "5790000 121526", "5790000121526"),
            ("ydernummer", "12345", "012345"),
            ("kommunenummer", "12", "101"),
            ("sygehusafdelingsnummer", "66-201", "6620151"),
        )
    ),
    one_change(CODE, REFERRAL, f"{L}.sender.identifier", "123", DEPARTMENT, f"{REF}/Sender/Identifier"),
    one_change(CODE, REFERRAL, f"{L}.sender.referrer.identifier", "1", DEPARTMENT, f"{REF}/Sender/Referrer/Identifier"),
    one_change(
        CODE, REFERRAL, f"{L}.answer_cc_receiver.identifier", "1", DEPARTMENT, f"{REF}/AnswerCCReceiver/Identifier"
    ),
    *(
        Case(
            "identifier.unpaired",
            REFERRAL,
            {f"{L}.sender.referrer.{name}": None},
            {f"{L}.sender.referrer.identifier": None, f"{L}.sender.referrer.identifier_code": None},
            f"{L}.sender.referrer",
            f"{REF}/Sender/Referrer",
        )
        for name in ("identifier", "identifier_code")
    ),
    one_change("identifier.blank", REFERRAL, "envelope.identifier", " ", " 1", "/Emessage/Envelope/Identifier"),
    one_change("identifier.blank", REFERRAL, f"{L}.letter.identifier", " \t", "0", f"{REF}/Letter/Identifier"),
]
KIND, EXTENSION = ("object_code", "ObjectCode"), ("object_extension_code", "ObjectExtensionCode")
BEGINNINGS = {
    "com": b"x",
    "bin": b"x",
    "scp": b"x",
    "plo": b"x",
    "exe": b"MZ\0",
    "zip": b"PK\3\4",
    "rtf": rb"{\rtf",
    "dcm": bytes(128) + b"DICM",
    "doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "wpd": b"\xffWPC",
    "mid": b"MThd",
    "rmi": b"RIFFxxxxRMID",
}
"""Contents that are what their extension says."""


def kind_of(code: str) -> Changes:
    return {f"{OBJECT}.object_code": code}


def extension_of(code: str) -> Changes:
    content = BEGINNINGS[code]
    return {f"{OBJECT}.object_extension_code": code, B64: Base64(content), SIZE: str(len(content))}


TYPED, TYPED_X = f"{L}.reference[0].target", f"{REF}/Reference/BIN/ObjectExtensionCode"
ATTACHMENTS = [
    one_change(
        "attachment.base64",
        FILES,
        B64,
        Base64.decode("ikke base64!"),
        Base64(CONTENT),
        f"{OBJECT_X}/Object_Base64Encoded",
    ),
    *(
        one_change("attachment.size", FILES, SIZE, str(len(CONTENT) + more), good, f"{OBJECT_X}/OriginalObjectSize")
        for more, good in ((1, str(len(CONTENT))), (-1, f"00{len(CONTENT)}"))
    ),
    one_change(  # a number of more than 40 digits is not compared
        *("attachment.size", FILES, SIZE, f"{len(CONTENT) + 1:040}", f"{len(CONTENT) + 1:041}"),
        f"{OBJECT_X}/OriginalObjectSize",
    ),
    one_change(
        "attachment.content-type",
        FILES,
        B64,
        Base64(b"x" * len(CONTENT)),
        Base64(CONTENT[:5] + b"x" * (len(CONTENT) - 5)),
        f"{OBJECT_X}/Object_Base64Encoded",
    ),
    *(
        Case(
            "attachment.duplicate",
            FILES,
            _two_objects(same),
            _two_objects(OTHER_UUID),
            f"{L}.binary_object[1].object_identifier",
            f"{BIN}/BinaryObject[2]/ObjectIdentifier",
        )
        for same in (UUID, UUID.upper())
    ),
    *(  # Den gode XML MEDBIN, pages 9 and 28-29: a program, what goes by agreement alone, what nobody need take
        Case(code, FILES, bad, good, f"{OBJECT}.{name}", f"{OBJECT_X}/{element}")
        for code, name, element, bad, good in (
            ("attachment.bilateral", *KIND, kind_of("proprietaert_indhold"), kind_of("multimedie")),
            ("attachment.program", *KIND, kind_of("program"), kind_of("multimedie")),
            ("attachment.program", *EXTENSION, extension_of("exe"), extension_of("bin")),
            ("attachment.program", *EXTENSION, extension_of("com"), extension_of("zip")),
            *(
                ("attachment.optional-type", *EXTENSION, extension_of(bad), extension_of("rtf"))
                for bad in ("dcm", "scp", "doc", "wpd", "mid", "rmi", "plo")
            ),
        )
    ),
    *(
        Case(
            "attachment.edifact-type",
            REFERRAL,
            {TYPED: BINARY.replace(object_extension_code=bad)},
            {TYPED: BINARY},
            f"{TYPED}.object_extension_code",
            TYPED_X,
        )
        for bad in ("xls", "plo")
    ),
]
REFERENCE, REFERENCE_X = f"{L}.reference[0].target", f"{OLD}/Reference/BIN"
SECOND, SECOND_X = "letters[1].binary_object[0]", f"{BIN}/BinaryObject"
MATCHES = [
    *(
        Case(
            "reference.different",
            PAIR,
            {f"{REFERENCE}.{name}": bad},
            {f"{REFERENCE}.object_identifier": UUID[:18].upper() + UUID[18:].replace("-", "")},
            f"{REFERENCE}.{name}",
            f"{REFERENCE_X}/{element}",
        )
        for name, element, bad in (
            ("object_code", "ObjectCode", "tekstfil"),
            ("object_extension_code", "ObjectExtensionCode", "txt"),
            ("original_object_size", "OriginalObjectSize", "7"),
        )
    ),
    *(
        one_change(
            "reference.different",
            PAIR,
            f"{REFERENCE}.original_object_size",
            bad,
            good,
            f"{REFERENCE_X}/OriginalObjectSize",
        )
        for bad, good in ((f"0{len(CONTENT)}1", f"00{len(CONTENT)}"), (f"{len(CONTENT)}0", f"+{len(CONTENT)}"))
    ),
]
TEXT01 = f"{L}.clinical_information[0].text01"
CLOSED = "04.05.2026 Petra Prøve, psykolog"


def closed(length: int) -> str:
    """A text of that length with the line that a correspondence ends with; one of nothing has none."""
    return ("x" * (length - len(CLOSED) - 1) + f" {CLOSED}")[-length:] if length else ""


def lines(*texts: str) -> FormattedText:
    """Lines of running text, as they are in the nodes of a text."""
    return formatted(*[node for text in texts for node in (text, Mark.BREAK)])


TEXTS = [
    one_change("text.characters", REFERRAL, CAVE, formatted("a – b"), formatted("é ÿ ½"), CAVE_X),
    one_change(
        "text.characters",
        REFERRAL,
        CAVE,
        formatted(Styled(Style.BOLD, ("→",)), "a"),
        formatted(Styled(Style.BOLD, ("§",))),
        CAVE_X,
    ),
    one_change(
        "text.characters", REFERRAL, f"{L}.patient.person_surname_name", "Łuk", "Ål", f"{REF}/Patient/PersonSurnameName"
    ),
    one_change("text.mojibake", REFERRAL, CAVE, formatted("bÃ¸rn"), formatted("bØrn Ã ½"), CAVE_X),
    one_change("text.mojibake", REFERRAL, CAVE, formatted("SkolevÃ\x86gring"), formatted("Skolevægring"), CAVE_X),
    one_change(
        "text.mojibake", REFERRAL, f"{L}.sender.organisation_name", "KÃ¸ge", "Køge", f"{REF}/Sender/OrganisationName"
    ),
    one_change(
        "reference.scheme",
        changed(MAIL, {f"{L}.reference": (Reference(ref_description="Side", target=Url("https://e.org")),)}),
        f"{L}.reference[0].target",
        Url("javascript:alert(1)"),
        Url("Http://e.org"),
        f"{XDIS}/Reference/URL",
    ),
    one_change("text.practice-limit", REFERRAL, CAVE, formatted("x" * 3151), formatted("x" * 3150), CAVE_X),
    one_change(
        "text.practice-limit",
        MAIL,
        f"{L}.clinical_information[0].text01",
        formatted(closed(3150), Mark.BREAK),
        formatted(closed(3149), Mark.BREAK),
        f"{XDIS}/ClinicalInformation/Text01",
    ),
    one_change("text.escaped-markup", REFERRAL, CAVE, formatted("a<Break/>b"), formatted("a <b> <Breaks/>"), CAVE_X),
    one_change("text.escaped-markup", REFERRAL, CAVE, formatted("<Bold>b"), formatted("< Bold>b"), CAVE_X),
    *(
        one_change("text.escaped-markup", REFERRAL, CAVE, formatted(bad), formatted(good), CAVE_X)
        for bad, good in (
            ("a<br/>b", "a < br / > b"),
            ("a<BR>b", "a <b>"),
            ("<p class='x'>a", "p<0.05 og q>2"),
            ("a</b>", "a</x>"),
            ("Hansen &amp; Søn", "Hansen & Søn;"),
            ("a&nbsp;b", "R&D; &x"),
            ("&#248;", "&#;"),
            ("&#xF8;", "# 5"),
            ("b&oslash;rn", "&oslashrn"),
            ("&lt;5", "<5"),
        )
    ),
    one_change(
        "text.escaped-markup",
        REFERRAL,
        f"{L}.sender.organisation_name",
        "Hansen &amp; Søn",
        "Hansen & Søn",
        f"{REF}/Sender/OrganisationName",
    ),
    *(
        one_change("text.blank-name", base, path, bad, "x", xpath)
        for base, path, xpath in (
            (REFERRAL, f"{L}.patient.person_surname_name", f"{REF}/Patient/PersonSurnameName"),
            (REFERRAL, f"{L}.sender.referrer.person_name", f"{REF}/Sender/Referrer/PersonName"),
            (MAIL, f"{L}.patient.person_given_name", f"{XDIS}/Patient/PersonGivenName"),
            (FILES, f"{L}.receiver.unit_name", f"{BIN}/Receiver/UnitName"),
        )
        for bad in (" ", "  \t", "\xa0")
    ),
    *(  # Den gode XML korrespondance, page 30: tables and indents in FixedFont, 70 characters a line
        one_change("text.table-in-proportional", REFERRAL, CAVE, bad, good, CAVE_X)
        for bad, good in (
            (
                FormattedText.from_plain("Navn      Dosis\nA         1"),
                FormattedText.fixed("Navn      Dosis\nA         1"),
            ),
            (lines("Navn\tDosis", "A\t1"), lines("Navn\tDosis", "A 1")),
            (lines("  - a", "  - b"), lines(" - a", " - b")),
            (lines("\ta", "\tb"), lines("a\t", "b\t")),
            (lines("Slut.   Ny", "Slut.   Ny"), lines("Slut.  Ny", "Slut.  Ny")),
            (lines("a   b", "a   b"), lines("a   b", "ab   ")),
            (lines("x   y", "x   y", "z"), lines("\n   b", "\n   d")),
        )
    ),
    *(
        one_change("text.line-end", REFERRAL, CAVE, bad, good, CAVE_X)
        for bad, good in (
            (formatted("a\nb"), FormattedText.from_plain("a\nb")),
            (formatted("a \r\n\n b"), formatted("\n a\n ")),
            (FormattedText((Styled(Style.BOLD, ("a\nb",)),)), lines("a\n", "\nb")),
        )
    ),
    one_change(
        "text.fixed-width", REFERRAL, CAVE, FormattedText.fixed("x" * 71), FormattedText.fixed("x" * 70), CAVE_X
    ),
    one_change(
        "text.fixed-width",
        REFERRAL,
        CAVE,
        FormattedText.fixed("x\n" + "y" * 71 + "\nz"),
        formatted("x" * 71, *FormattedText.fixed("x" * 70 + "\n" + "y" * 70).nodes),
        CAVE_X,
    ),
    one_change(
        "text.placeholder", REFERRAL, f"{L}.receiver.organisation_name", "_", "__", f"{REF}/Receiver/OrganisationName"
    ),
]


def parts(*lengths: int) -> Changes:
    part = MAIL.letters[0].clinical_information[0]
    return {f"{L}.clinical_information": tuple(part.replace(text01=formatted(closed(length))) for length in lengths)}


AUTHORISED, DIAGNOSIS = f"{L}.letter.authorisation", f"{L}.referral.refer"
LETTERS = [
    one_change(
        "date.year", REFERRAL, "envelope.sent.date", "12026-05-04", "2026-05-04", "/Emessage/Envelope/Sent/Date"
    ),
    Case(
        "date.year",
        REFERRAL,
        {f"{AUTHORISED}.date": "12026-05-04"},
        {f"{AUTHORISED}.date": " 2026-05-04 "},
        f"{AUTHORISED}.date",
        f"{REF}/Letter/Authorisation/Date",
    ),
    Case(
        "date.authorised-after-sent",
        REFERRAL,
        {f"{AUTHORISED}.time": "09:31"},
        {f"{AUTHORISED}.time": "09:30"},
        AUTHORISED,
        f"{REF}/Letter/Authorisation",
    ),
    Case(
        "date.authorised-after-sent",
        REFERRAL,
        {f"{AUTHORISED}.date": "2026-05-05"},
        {f"{AUTHORISED}.date": "2026-05-03"},
        AUTHORISED,
        f"{REF}/Letter/Authorisation",
    ),
    Case(  # of the same day midnight, which stands for no time, is neither before nor after
        "date.authorised-after-sent",
        REFERRAL,
        {f"{AUTHORISED}.date": "2026-05-05", f"{AUTHORISED}.time": "00:00"},
        {f"{AUTHORISED}.time": "12:53", "envelope.sent.time": "00:00"},
        AUTHORISED,
        f"{REF}/Letter/Authorisation",
    ),
    one_change(
        "letter.statistical-code",
        REFERRAL,
        f"{L}.letter.statistical_code",
        "XREF02",
        "XREF01",
        f"{REF}/Letter/StatisticalCode",
    ),
    one_change(
        "letter.statistical-code",
        REFUSED,
        f"{L}.letter.statistical_code",
        "XCTL01",
        "XCTL02",
        "/Emessage/NegativeReceipt/Letter/StatisticalCode",
    ),
    Case(
        "envelope.parties",
        PAIR,
        {"letters[1].sender.ean_identifier": "5790000120314"},
        {f"letters[{n}].{end}.ean_identifier": "5790000120314" for n in (0, 1) for end in ("sender", "receiver")},
        "letters[1]",
        BIN,
    ),
    *(
        Case(
            "diagnosis.sks-form",
            REFERRAL,
            {f"{L}.referral.refer.diagnose_code": bad},
            {f"{L}.referral.refer.diagnose_code": good},
            f"{L}.referral.refer" + (".diagnose_code" if bad else ""),
            f"{REF}/Referral/Refer" + ("/DiagnoseCode" if bad else ""),
        )
        for bad, good in (
            ("F90.0", "DF900"),
            ("F900", "DZ032"),
            ("DF90.0", "DF90"),
            ("df900", "DVRA01"),
            ("DF9", "DF9012345A"),
            ("DF900 ", "DZ032A"),
            ("DÆ900", "DZ039"),
            ("DF90123456A", "DF84"),
            (None, "DF84"),
        )
    ),
    *(  # Den gode kiropraktorepikrise, pages 24-28: the code without the letter of its kind
        Case(
            "diagnosis.kind-letter",
            REFERRAL,
            {f"{DIAGNOSIS}.diagnose_code": bad, f"{DIAGNOSIS}.diagnose_type_code": kind},
            {f"{DIAGNOSIS}.diagnose_code": good, f"{DIAGNOSIS}.diagnose_type_code": kind},
            f"{DIAGNOSIS}.diagnose_code",
            f"{REF}/Referral/Refer/DiagnoseCode",
        )
        for kind, bad, good in (
            ("SKSdiagnosekode", "HDZ032", "DZ032"),
            ("SKSdiagnosekode", "ADF900", "DF900"),
            ("SKSdiagnosekode", "+DF900", "DVRA01"),
            ("SKSdiagnosekode", "+ DF900", "DF900"),
            ("ICPCkode", "HP81", "H81"),
            ("ICPCkode", "+P81", "A01"),
        )
    ),
    *(  # Den gode XML MEDBIN, pages 15 and 17; Den gode XML korrespondance, pages 18 and 20
        Case(code, base, {bad: None}, {bad: good}, f"{L}.{at}", f"{name}/{element}")
        for base, name, person in ((REFERRAL, REF, "patient"), (FILES, BIN, "subject"), (MAIL, XDIS, "patient"))
        for code, bad, good, at, element in (
            ("letter.speciality", f"{L}.sender.medical_speciality_code", "ikkeklassificeret", "sender", "Sender"),
            ("letter.given-name", f"{L}.{person}.person_given_name", "x", person, "Patient"),
        )
    ),
    *(  # Den gode XML korrespondance, pages 4, 11 and 21
        one_change("correspondence.closing-line", MAIL, TEXT01, lines(*bad), lines(*good), XDIS)._replace(attribute=L)
        for bad, good in (
            (("Se bilag", "Petra Prøve, psykolog"), ("Se bilag", CLOSED)),
            (("Bilag: 04.05.2026",), ("04.05.2026 Petra Prøve", "psykolog")),
            (("4.5.2026 Petra Prøve", *"abcdef"), ("4/5-26 Petra Prøve", *"abcde")),
            (("Petra Prøve 4. 5.", "psykolog"), ("Petra Prøve", "psykolog", "2026-05-04")),
            (("Petra Prøve", "den 4. kl. 12"), ("Petra Prøve", "den 4. maj 2026")),
            (("Tak", "Svar på korrespondance fra A:", CLOSED), ("Tak", CLOSED, "Svar på korrespondance fra A:", "b")),
            (("Videresendt korrespondance fra A:", "b"), ("Videresendt korrespondance fra A:", CLOSED)),
        )
    ),
    *(
        Case(
            "diagnosis.sks-form",
            REFERRAL,
            {f"{L}.referral.refer.diagnose_code": code},
            {f"{L}.referral.refer.diagnose_code": code, f"{L}.referral.refer.diagnose_type_code": other},
            f"{L}.referral.refer" + (".diagnose_code" if code else ""),
            f"{REF}/Referral/Refer" + ("/DiagnoseCode" if code else ""),
        )
        for code, other in ((None, "uspecificeretkode"), ("P81", "ICPCkode"))
    ),
    one_change(
        "diagnosis.sks-form",
        REFERRAL,
        f"{L}.referral.referral_additional[0].diagnose_code",
        "F84.5",
        "DF845",
        f"{REF}/Referral/ReferralAdditional/DiagnoseCode",
    ),
    Case(
        "letter.identifier-twice",
        PAIR,
        {"letters[1].letter.identifier": letter_as(HospitalReferral, PAIR).letter.identifier},
        {"letters[1].letter.identifier": "brev0000000001"},
        "letters[1].letter.identifier",
        f"{BIN}/Letter/Identifier",
    ),
    *(
        one_change(
            "receipt.acknowledgement",
            base,
            "envelope.acknowledgement_code",
            "pluspositivkvitt",
            "minuspositivkvitt",
            "/Emessage/Envelope/AcknowledgementCode",
        )
        for base in (REFUSED, REFUSED_BY_VANS, ACCEPTED)
    ),
    *(
        Case(
            "receipt.no-reason",
            base,
            {f"{L}.original_emessage.refuse_code": None, f"{L}.original_emessage.original_letter[0].refuse_code": None},
            {f"{L}.original_emessage.refuse_code": None},
            f"{L}.original_emessage",
            f"/Emessage/{name}/OriginalEmessage",
        )
        for base, name in ((REFUSED, "NegativeReceipt"), (REFUSED_BY_VANS, "NegativeVansReceipt"))
    ),
    Case("text.correspondence-limit", MAIL, parts(*[3150] * 9, 2801), parts(*[3150] * 9, 2800), L, XDIS),
    Case("correspondence.no-text", MAIL, parts(), parts(0, len(CLOSED)), L, XDIS),
    Case("correspondence.no-text", MAIL, parts(0), parts(len(CLOSED)), L, XDIS),
    Case(
        "correspondence.no-text",
        MAIL,
        {TEXT01: formatted(" \n", Mark.BREAK)},
        {TEXT01: formatted(Styled(Style.BOLD, (CLOSED,)))},
        L,
        XDIS,
    ),
    *(
        _advised(part, name, path)
        for part, name, path in (
            ("additional_information", "priority", "AdditionalInformation/Priority"),
            ("additional_information", "referral_status", "AdditionalInformation/ReferralStatus"),
            ("additional_information", "clinical_reason", "AdditionalInformation/ClinicalReason"),
            ("referral", "refer", "Referral/Refer"),
            ("sender", "telephone_subscriber_identifier", "Sender/TelephoneSubscriberIdentifier"),
            ("sender", "street_name", "Sender/StreetName"),
        )
    ),
    Case(
        "referral.advised",
        REFERRAL,
        {f"{L}.referral": None},
        {f"{L}.answer_cc_receiver": None},
        f"{L}.referral",
        f"{REF}/Referral",
    ),
]
VISITATION = letter_as(HospitalReferral, SAMPLES["XREF01/XH0131R"]).hospital_visitation
LETTERS.append(
    Case(
        "referral.visitation",
        REFERRAL,
        {f"{L}.hospital_visitation": VISITATION},
        {f"{L}.hospital_visitation": VISITATION, f"{L}.letter.status_code": "rettetbrev"},
        f"{L}.hospital_visitation",
        f"{REF}/HospitalVisitation",
    )
)
META, META_X = "content.meta_information", "/VANSEnvelope/Message/MetaInformation"
NOT_CHECKED, DATA_X = "vans.content-not-checked", "/VANSEnvelope/Message/Data"
FHIR = {f"{META}.document.format": "HL7", f"{META}.document.name": "MCM:FCareCommunication"}


def transport(kind: str | None, mime: str) -> Changes:
    tags = (ServiceTag(name="MCM:MIME", text=mime),)
    return {**FHIR, f"{META}.transport": VansTransport(type=kind, transform_message="false", service_tag=tags)}


XML_MIME, JSON_MIME = "application/fhir+xml", "application/fhir+json"
NO_UUID = "ZZZZZZZZ-7a52-4d6a-9a3e-0c1d2e3f4a5b"
ENVELOPES = [
    *(
        Case(
            "identifier.gln-check-digit",
            HL7,
            {f"{end}.text": "5790000121527"},
            {f"{end}.text": "5790000121527", f"{end}.type": "VANS"},
            end,
            f"/VANSEnvelope/{element}",
        )
        for end, element in (("sender_id", "SenderID"), ("receiver_id", "ReceiverID"))
    ),
    one_change(
        "envelope.uuid", WRAPPED, "envelope_identifier", NO_UUID, UUID.upper(), "/VANSEnvelope/EnvelopeIdentifier"
    ),
    one_change("envelope.uuid", WRAPPED, f"{META}.identifier", NO_UUID, UUID, f"{META_X}/Identifier"),
    one_change(
        "envelope.same-identifier",
        WRAPPED,
        f"{META}.identifier",
        WRAPPED.envelope_identifier,
        UUID,
        f"{META_X}/Identifier",
    ),
    one_change(
        "envelope.size-in-bytes",
        WRAPPED,
        f"{META}.document.size_in_bytes",
        "7",
        f" {len(of_type(bytes, WRAPPED.payload))} ",
        f"{META_X}/Document/SizeInBytes",
    ),
    Case(
        "envelope.no-data",
        HL7,
        {"content.data": Base64(b""), f"{META}.document.size_in_bytes": "0"},
        {"content.data": Base64(b"x"), f"{META}.document.size_in_bytes": "1"},
        "content.data",
        "/VANSEnvelope/Message/Data",
    ),
    Case("envelope.mime-tag", HL7, {**FHIR, f"{META}.transport": None}, transport(None, XML_MIME), META, META_X),
    Case(
        "envelope.mime-tag",
        HL7,
        transport(None, "text/xml"),
        transport(None, JSON_MIME),
        f"{META}.transport",
        f"{META_X}/Transport",
    ),
    Case(
        "envelope.unreliable",
        HL7,
        transport("unreliable", XML_MIME),
        transport("reliable", XML_MIME),
        f"{META}.transport.type",
        f"{META_X}/Transport/Type",
    ),
    *(
        Case(
            code,
            HL7,
            {**transport(None, XML_MIME), f"{META}.document.name": bad},
            {**transport(None, XML_MIME), f"{META}.document.name": good},
            f"{META}.document.name",
            f"{META_X}/Document/Name",
        )
        for code, bad, good in (
            ("envelope.name", "MCM:FDIS91", "MCM:FDIS91#medicine"),
            ("envelope.name", "MCM:FDIS91#vigtigt", "mcm:fdis91#MEDICINE"),
            ("envelope.name", "MCM:FCTL#okay", "MCM:FCTL#ok"),
            ("envelope.name-deprecated", "MCM:FDIS91#assessment", "MCM:FDIS91#home-care-assessment"),
        )
    ),
]
HEADER, HEADER_X = "standard_business_document_header", "/StandardBusinessDocument/StandardBusinessDocumentHeader"
SCOPES, SCOPES_X = f"{HEADER}.business_scope", f"{HEADER_X}/BusinessScope"
FIRST = f"{SCOPES}.scope[0].instance_identifier"
KNOWN = DOCUMENT.scopes


def without(number: int) -> tuple[Any, ...]:
    """The scopes but for one."""
    return (*KNOWN[:number], *KNOWN[number + 1 :])


BUSINESS_DOCUMENTS = [
    *(
        Case(code, DOCUMENT, {f"{path}.{field}": bad}, {f"{path}.{field}": good}, path, xpath)
        for path, xpath, number in (
            (f"{HEADER}.sender.identifier", f"{HEADER_X}/Sender/Identifier", DOCUMENT.ends[0]),
            (f"{HEADER}.receiver.identifier", f"{HEADER_X}/Receiver/Identifier", DOCUMENT.ends[1]),
        )
        for code, field, bad, good in (
            ("sbdh.address", "text", number, f" 0088:{number} "),
            ("sbdh.authority", "authority", None, "iso6523-actorid-upis"),
        )
    ),
    one_change(
        "envelope.uuid",
        DOCUMENT,
        f"{HEADER}.document_identification.instance_identifier",
        NO_UUID,
        f" {UUID} ",
        f"{HEADER_X}/DocumentIdentification/InstanceIdentifier",
    ),
    one_change(
        "sbdh.document-id",
        DOCUMENT,
        FIRST,
        "urn:x",
        KNOWN[0].instance_identifier,
        f"{SCOPES_X}/Scope[1]/InstanceIdentifier",
    ),
    Case(
        "sbdh.process-id",
        DOCUMENT,
        {f"{SCOPES}.scope[1].instance_identifier": "sdn-emergence"},
        {f"{SCOPES}.scope[1].instance_identifier": " urn:ehmi:sdn-emergence "},
        f"{SCOPES}.scope[1].instance_identifier",
        f"{SCOPES_X}/Scope[2]/InstanceIdentifier",
    ),
    *(
        Case(
            "sbdh.scope-missing",
            DOCUMENT,
            {f"{SCOPES}.scope": without(number)},
            {f"{SCOPES}.scope": KNOWN[::-1]},
            SCOPES,
            SCOPES_X,
        )
        for number in (0, 1, 2, 3, 4, 5, 9)
    ),
    Case(
        "sbdh.scope-repeated",
        DOCUMENT,
        {f"{SCOPES}.scope": (*KNOWN, KNOWN[0])},
        {f"{SCOPES}.scope": without(6)},
        f"{SCOPES}.scope[{len(KNOWN)}]",
        f"{SCOPES_X}/Scope[{len(KNOWN) + 1}]",
    ),
]
CASES = [*IDENTIFIERS, *ATTACHMENTS, *MATCHES, *TEXTS, *LETTERS, *ENVELOPES, *BUSINESS_DOCUMENTS]


@pytest.mark.parametrize("case", CASES, ids=[f"{case.code}-{number}" for number, case in enumerate(CASES)])
def test_one_rule(case: Case) -> None:
    bad, good = changed(case.base, case.bad), changed(case.base, case.good)
    unread = [(NOT_CHECKED, "content.data")] if case.base is HL7 else []
    unread_x = [(NOT_CHECKED, DATA_X)] if case.base is HL7 else []
    assert found(medcom_bu.validate(good)) == unread
    assert found(medcom_bu.validate(medcom_bu.to_xml(good))) == unread_x
    if case.attribute == "content.data":  # what is wrong with Data says why it was not checked
        unread, unread_x = [], []
    assert found(medcom_bu.validate(bad)) == sorted([(case.code, case.attribute), *unread])
    assert found(medcom_bu.validate(medcom_bu.to_xml(bad))) == sorted([(case.code, case.xpath), *unread_x])


# --- what one change cannot show -------------------------------------------------------------------------------------


def test_a_referral_without_its_information_lacks_all_of_it() -> None:
    bad = changed(REFERRAL, {f"{L}.additional_information": None})
    assert found(medcom_bu.validate(bad)) == [("referral.advised", f"{L}.additional_information")] * 3
    assert (
        found(medcom_bu.validate(medcom_bu.to_xml(bad))) == [("referral.advised", f"{REF}/AdditionalInformation")] * 3
    )


def test_a_placeholder_is_no_wrong_number() -> None:
    bad = changed(REFERRAL, unit("_", "lokationsnummer"))
    assert found(medcom_bu.validate(bad)) == [("text.placeholder", f"{L}.receiver.identifier")]
    assert found(medcom_bu.validate(medcom_bu.to_xml(bad))) == [("text.placeholder", f"{REF}/Receiver/Identifier")]


def test_edifact_takes_no_xls_object() -> None:
    """Its content is not a spreadsheet either: both are said."""
    bad = changed(FILES, {f"{OBJECT}.object_extension_code": "xls"})
    places = [(f"{OBJECT}.object_base64_encoded", f"{OBJECT}.object_extension_code")]
    places += [(f"{OBJECT_X}/Object_Base64Encoded", f"{OBJECT_X}/ObjectExtensionCode")]
    for data, (content, extension) in zip((bad, medcom_bu.to_xml(bad)), places, strict=True):
        expected = [("attachment.content-type", content)]
        expected += [(f"attachment.{kind}", extension) for kind in ("edifact-type", "optional-type")]
        assert found(medcom_bu.validate(data)) == expected


def test_a_reference_without_its_object_in_one_message() -> None:
    """The object is then without a reference, too."""
    bad = changed(PAIR, {f"{REFERENCE}.object_identifier": OTHER_UUID.replace("-", "")})
    on_value = [("attachment.unreferenced", SECOND), ("reference.unmatched", f"{REFERENCE}.object_identifier")]
    on_wire = [("attachment.unreferenced", SECOND_X), ("reference.unmatched", f"{REFERENCE_X}/ObjectIdentifier")]
    assert found(medcom_bu.validate(bad)) == on_value
    assert found(medcom_bu.validate(medcom_bu.to_xml(bad))) == on_wire


def test_an_object_without_a_reference() -> None:
    bad = changed(PAIR, {f"{L}.reference": ()})
    assert found(medcom_bu.validate(bad)) == [("attachment.unreferenced", SECOND)]
    assert found(medcom_bu.validate(medcom_bu.to_xml(bad))) == [("attachment.unreferenced", SECOND_X)]
    other: Any = OLD_FILES.letters[0]
    other = other.replace(letter=other.letter.replace(identifier="BREV0000000003"))
    alone = Emessage(envelope=OLD_FILES.envelope, letters=(*OLD_FILES.letters, other))
    assert found(medcom_bu.validate(alone)) == []


WITH_FILE = changed(REFERRAL, {REFERENCE: BINARY})
STRANGER = changed(REFERRAL, {REFERENCE: BINARY.replace(object_identifier=OTHER_UUID.replace("-", ""))})
LOST = ("reference.unmatched", f"messages[0].{REFERENCE}.object_identifier")


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ((WITH_FILE, FILES), []),
        ((REFERRAL,), []),
        ((FILES,), []),
        ((PAIR,), []),
        ((WITH_FILE,), [LOST]),
        ((WITH_FILE, MAIL), [LOST]),
        ((STRANGER, FILES), [("attachment.unreferenced", f"messages[1].{OBJECT}"), LOST]),
        ((REFERRAL, FILES), [("attachment.unreferenced", f"messages[1].{OBJECT}")]),
        (
            (changed(PAIR, {f"{REFERENCE}.object_identifier": OTHER_UUID.replace("-", "")}),),
            [("attachment.unreferenced", f"messages[0].{SECOND}"), LOST],
        ),
        (
            (
                changed(PAIR, {f"{REFERENCE}.object_identifier": OTHER_UUID.replace("-", "")}),
                changed(FILES, {f"{OBJECT}.object_identifier": OTHER_UUID}),
            ),
            [("attachment.unreferenced", f"messages[0].{SECOND}")],
        ),
    ],
)
def test_a_consignment_has_everything_at_hand(messages: tuple[Emessage, ...], expected: list[tuple[str, str]]) -> None:
    assert found(medcom_bu.validate(Consignment(messages))) == expected


ONE, ANOTHER = Cpr("0201609995"), Cpr("0504909995")
ELSEWHERE, SOMEWHERE = "5790000120314", "5790000121526"


def told(messages: tuple[Emessage, ...] | Emessage) -> list[tuple[str, str]]:
    """What is said of whom the files belong to."""
    judged: Emessage | Consignment[Any] = Consignment(messages) if isinstance(messages, tuple) else messages
    report = medcom_bu.validate(judged)
    said = [issue for issue in report if issue.code.startswith("attachment.other-")]
    assert report.ok is (not any(issue.severity is Severity.ERROR for issue in said))
    return [(issue.code, issue.path) for issue in said]


def owners(messages: tuple[Emessage, ...]) -> list[tuple[str, int, str]]:
    """What the rule says, even of values that the schema refuses."""
    said = rules.check_consignment(messages)
    return [(issue.code, at, issue.path) for at, issue in said if issue.code.startswith("attachment.other-")]


def has_content(messages: tuple[Emessage, ...]) -> list[bool]:
    """Of each file on a page, whether it can be opened there."""
    return [part.content is not None for part in parts_of(view_of(messages)) if isinstance(part, ShownFile)]


def about(message: Emessage, person: Any, number: int = 0) -> Emessage:
    """The message, about another person."""
    name = "subject" if hasattr(message.letters[number], "subject") else "patient"
    return of_type(Emessage, changed(message, {f"letters[{number}].{name}.identifier": person}))


PATIENT_AT, RECEIVER_AT = "letters[0].subject.identifier", "letters[0].receiver.ean_identifier"


@pytest.mark.parametrize(
    ("letter", "files", "differ"),
    [
        (ONE, ANOTHER, True),
        (ONE, ONE, False),
        (Cpr("020160-9995"), Cpr("0201609995"), False),
        (ONE, Cpr("020160 9996"), True),
        (ONE, PERSON, False),  # a replacement number may be of the same person
        (PERSON, ONE, False),
        (PERSON, ReplacementCpr("0703921VJ6"), False),
        (ONE, REPLACED, False),
        (REPLACED, Cpr("7101014008"), False),
        (ONE, Cpr("0000000000"), False),
        (ONE, Cpr("_"), False),
        (Cpr("__________"), ONE, False),
        (ONE, Cpr("02016"), False),
        (None, ONE, False),
        (ONE, None, False),
    ],
)
@pytest.mark.parametrize("base", [WITH_FILE, changed(MAIL, {f"{L}.reference": WITH_FILE.letters[0].reference})])
def test_files_about_another_patient(base: Emessage, letter: Any, files: Any, differ: bool) -> None:
    pair = (about(base, letter), about(FILES, files))
    assert owners(pair) == ([("attachment.other-patient", 1, PATIENT_AT)] if differ else [])


@pytest.mark.parametrize(
    ("number", "names", "said"),
    [
        (ONE, ("Fremmed", "Helt"), []),
        (PERSON, ("Fremmed", "Helt"), [("attachment.other-name", 1, PATIENT_AT)]),
        (None, ("Fremmed", "Helt"), [("attachment.other-name", 1, PATIENT_AT)]),
        (Cpr("_"), ("Testesen", None), [("attachment.other-name", 1, PATIENT_AT)]),
        (None, (" TESTESEN ", "test"), []),
    ],
)
def test_names_tell_where_no_cpr_numbers_do(number: Any, names: tuple[str, str | None], said: list[Any]) -> None:
    at = {f"{L}.subject.person_surname_name": names[0], f"{L}.subject.person_given_name": names[1]}
    pair = about(WITH_FILE, number), changed(about(FILES, number), at)
    assert owners(pair) == said
    joined = exchange.pair(pair[0], [pair[1]])
    assert len(joined.others) == len(said)
    assert has_content(pair)[0] is not bool(said)


def test_files_of_nobody_known_are_not_joined() -> None:
    nobody = changed(FILES, {f"{L}.subject": None})
    assert owners((WITH_FILE, nobody)) == [("attachment.other-name", 1, PATIENT_AT)]
    assert exchange.pair(WITH_FILE, [nobody]).others == (nobody,)
    assert has_content((WITH_FILE, nobody)) == [False, True]


@pytest.mark.parametrize(
    ("letter", "files", "differ"),
    [
        (SOMEWHERE, ELSEWHERE, True),
        (SOMEWHERE, SOMEWHERE, False),
        (SOMEWHERE, " 5790000 121526 ", False),
        (SOMEWHERE, "_", False),
        ("_", SOMEWHERE, False),
        (SOMEWHERE, None, False),
        ("VANS", "VANS", False),
        ("VANS", SOMEWHERE, True),
    ],
)
def test_files_to_another_receiver(letter: Any, files: Any, differ: bool) -> None:
    pair = changed(WITH_FILE, {RECEIVER_AT: letter}), changed(FILES, {RECEIVER_AT: files})
    assert owners(pair) == ([("attachment.other-receiver", 1, RECEIVER_AT)] if differ else [])


def test_whom_files_belong_to() -> None:
    other = about(FILES, ANOTHER)
    assert told((about(WITH_FILE, ONE), other)) == [("attachment.other-patient", f"messages[1].{PATIENT_AT}")]
    # the sender may differ, by way of DNHF; a letter alone has nothing to be compared with
    assert told((WITH_FILE, changed(FILES, {f"{L}.sender.ean_identifier": ELSEWHERE}))) == []
    assert told((other,)) == told(other) == []
    # of files that no letter refers to, a consignment says whose they are: those of the letter before them
    unread = changed(other, {f"{OBJECT}.object_identifier": OTHER_UUID})
    assert told((about(REFERRAL, ONE), unread)) == [("attachment.other-patient", f"messages[1].{PATIENT_AT}")]
    system = SystemInformation(system_information="true", contents="x")
    assert told((about(WITH_FILE, ONE), changed(FILES, {f"{L}.subject": system}))) == []


def test_whom_files_belong_to_in_one_envelope() -> None:
    """Letters about two persons may be in one envelope; files belong to the letter that refers to them."""
    pair = about(about(PAIR, ONE), ANOTHER, 1)
    assert told(pair) == [("attachment.other-patient", "letters[1].subject.identifier")]
    report = medcom_bu.validate(medcom_bu.to_xml(pair))
    assert ("attachment.other-patient", f"{BIN}/Patient/CivilRegistrationNumber") in found(report)
    assert not report.ok
    first, files = about(about(PAIR, ONE), ONE, 1).letters
    second: Any = about(OLD_REFERRAL, ANOTHER).letters[0]
    second = second.replace(reference=(), letter=second.letter.replace(identifier="BREV0000000009"))
    three = PAIR.replace(letters=(first, second, files))
    assert told(three) == []
    assert told(PAIR.replace(letters=(second, first, files))) == []
    moved = changed(PAIR, {"letters[1].receiver.ean_identifier": ELSEWHERE})
    expected = [("attachment.other-receiver", "letters[1].receiver.ean_identifier"), ("envelope.parties", "letters[1]")]
    assert found(medcom_bu.validate(moved)) == expected
    assert told((moved,)) == [("attachment.other-receiver", "messages[0].letters[1].receiver.ean_identifier")]


@pytest.mark.parametrize(
    "changes",
    [{f"{META}.document.name": "Oversigt"}, {f"{META}.document.format": "Binary"}],
)
def test_only_fhir_needs_its_tag(changes: Changes) -> None:
    """HL7 that is not FHIR of MedCom needs none, nor does what only has such a name."""
    without = changed(HL7, {**FHIR, f"{META}.transport": None})
    assert found(medcom_bu.validate(without)) == [("envelope.mime-tag", META), (NOT_CHECKED, "content.data")]
    assert found(medcom_bu.validate(changed(without, changes))) == [(NOT_CHECKED, "content.data")]


def test_a_lone_message_may_get_its_files_later() -> None:
    assert found(medcom_bu.validate(WITH_FILE)) == []
    assert found(medcom_bu.validate(OLD_REFERRAL)) == []


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ((300, 200), []),
        ((300, 199), ["envelope.large"]),
        ((200, 199), ["envelope.large"]),
        ((199, 99), ["envelope.too-large"]),
    ],
)
def test_the_size_of_an_envelope(limits: tuple[int, int], expected: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """150 bytes are 200 on the wire; the limits are lowered, not the envelope filled."""
    assert (envelopes.LIMIT, envelopes.PRACTICE_LIMIT) == (100_000_000, 50_000_000)
    monkeypatch.setattr(envelopes, "LIMIT", limits[0])
    monkeypatch.setattr(envelopes, "PRACTICE_LIMIT", limits[1])
    sent = changed(HL7, {"content.data": Base64(b"x" * 150), f"{META}.document.size_in_bytes": "150"})
    codes = expected if "envelope.too-large" in expected else [*expected, NOT_CHECKED]
    assert found(medcom_bu.validate(sent)) == [(code, "content.data") for code in codes]
    assert found(medcom_bu.validate(medcom_bu.to_xml(sent))) == [(code, DATA_X) for code in codes]


SHOWN_ELSEWHERE = {
    *("reference.unmatched", "attachment.unreferenced", "attachment.other-receiver"),
    *("attachment.other-patient", "attachment.other-name"),
    *("envelope.large", "envelope.too-large", "letter.not-supported"),
    *("directory.unknown-receiver", "directory.not-taken"),
}


def test_every_rule_is_shown() -> None:
    """Of each rule one message breaks it and one does not: above, or in the tests of more than one change.

    Those of CareCommunication are shown in the tests of its builder, those of ``fhir_agreement`` in test_judge_edges,
    and the narratives' in test_fhir_narratives.
    """
    shown = {case.code for case in CASES} | SHOWN_ELSEWHERE
    fhir = ("care_communication", "fhir_agreement", "fhir_narratives")
    of_fhir = {kind.code for room in fhir for kind in all_kinds(f"medcom_bu.rules.{room}")} - shown
    missing = {kind.code for kind in all_kinds("medcom_bu.rules")} - of_fhir - shown
    assert not missing, (
        f"no Case shows {sorted(missing)}: add one with a message that breaks the rule and one that keeps it"
    )
    assert not SHOWN_ELSEWHERE & {case.code for case in CASES}


# --- the declarations ------------------------------------------------------------------------------------------------

KINDS = all_kinds()
EVERY_KIND = pytest.mark.parametrize("kind", KINDS, ids=[kind.code for kind in KINDS])


def test_no_code_belongs_to_two_kinds() -> None:
    codes = [kind.code for kind in KINDS]
    assert codes == sorted(set(codes))


@EVERY_KIND
def test_a_kind_says_all_in_both_languages(kind: Kind) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*\.[a-z0-9]+(-[a-z0-9]+)*", kind.code)
    assert kind.source.strip()
    for both in (kind.message, kind.hint):
        assert both.en.strip()
        assert both.da.strip()
        assert both.en != both.da or kind.code in SAME_WORDS
        assert placeholders(both.en) == placeholders(both.da)


SAME_WORDS = {"vans.version"}
"""Its hint, "send version 1.0.4", happens to be both English and Danish."""


@EVERY_KIND
def test_a_kind_renders_with_its_parameters(kind: Kind) -> None:
    params = {name: f"<{number}>" for number, name in enumerate(sorted(placeholders(kind.message.en + kind.hint.en)))}
    issue = kind.issue("here", **params)
    for lang in ("en", "da"):
        rendered = issue.text(lang) + issue.hint_text(lang)
        assert all(value in rendered for value in params.values())
        assert "{" not in rendered


@pytest.mark.parametrize("case", CASES, ids=[f"{case.code}-{number}" for number, case in enumerate(CASES)])
def test_an_issue_that_is_found_has_all_its_parameters(case: Case) -> None:
    for issue in medcom_bu.validate(changed(case.base, case.bad)):
        assert placeholders(issue.kind.message.en + issue.kind.hint.en) <= {name for name, _ in issue.params}
        assert issue.text("da") != issue.text("en")


def test_the_characters_outside_latin_1_are_counted_and_named() -> None:
    (issue,) = medcom_bu.validate(changed(REFERRAL, {CAVE: formatted("ÿ––€")}))
    assert issue.message == "3 characters are not in ISO-8859-1: U+2013, U+20AC"


def test_the_parameters_of_a_rule_in_both_languages() -> None:
    (issue,) = medcom_bu.validate(changed(REFERRAL, {CAVE: formatted("x" * 3151)}))
    assert issue.message == "the text has 3151 characters; receivers need not accept more than 3150"
    assert issue.text("da") == "teksten har 3151 tegn; modtagere behøver ikke at tage imod mere end 3150"
    assert (issue.severity, issue.layer) == (Severity.WARNING, Layer.RULE)
