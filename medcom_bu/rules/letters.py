"""Envelope, header and content of letters: what receivers expect though the schemas do not ask for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from medcom_bu.declare.oioxml import Value
from medcom_bu.issues import Issue
from medcom_bu.messages.clinical_email import ClinicalEmail
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.hospital_referral import Diagnosis, HospitalReferral, MainDiagnosis
from medcom_bu.messages.other_letter import OtherLetter
from medcom_bu.messages.receipts import RECEIPTS, NegativeReceipt, NegativeVansReceipt
from medcom_bu.rules.catalogue import (
    BINARY_LETTERS,
    CONVERTER,
    CORRESPONDENCE,
    DISCHARGE_LETTERS,
    INFORMATION,
    KEPT,
    PRACTICE,
    REFUSED_TYPE,
    SCHEMA_NOTE,
    WARNING,
    rule,
)
from medcom_bu.values.codes import AcknowledgementCode, DiagnoseTypeCode, StatusCode
from medcom_bu.values.parties import PLACEHOLDER, Person
from medcom_bu.values.timestamps import DateAndTime

REGIONS = "referral forms of the regions' child and adolescent psychiatry, 2015-2024"

YEAR = rule(
    "date.year",
    WARNING,
    ("the year does not have four digits", "årstallet har ikke fire cifre"),
    ("write YYYY-MM-DD", "skriv ÅÅÅÅ-MM-DD"),
    SCHEMA_NOTE,
)
ORDER = rule(
    "date.authorised-after-sent",
    WARNING,
    ("the letter was authorised after the envelope was sent", "brevet er godkendt efter at kuverten er sendt"),
    ("check the clock; both are local Danish time", "kontrollér uret; begge er dansk lokaltid"),
    SCHEMA_NOTE,
)
BLANK = rule(
    "identifier.blank",
    WARNING,
    ("the number is blank", "nummeret består af blanktegn"),
    ("give each envelope and each letter its own number", "giv hver kuvert og hvert brev sit eget nummer"),
    SCHEMA_NOTE,
)
TWICE = rule(
    "letter.identifier-twice",
    WARNING,
    ("another letter in the envelope has the same number", "et andet brev i kuverten har samme nummer"),
    ("give each letter its own number", "giv hvert brev sit eget nummer"),
    "MedCom XML schemas: a letter's number is unique for its sender",
)
STATISTICS = rule(
    "letter.statistical-code",
    WARNING,
    ("StatisticalCode is not {expected}", "StatisticalCode er ikke {expected}"),
    (
        "write the type code: the network's statistics use it",
        "skriv typekoden: nettets statistik bygger på den",
    ),
    "MedCom, VANS statistics",
)
PARTIES = rule(
    "envelope.parties",
    WARNING,
    (
        "the letters of one envelope have different senders or receivers",
        "brevene i én kuvert har forskellige afsendere eller modtagere",
    ),
    (
        "send them in separate envelopes: the first letter addresses the envelope",
        "send dem i hver sin kuvert: kuverten adresseres efter det første brev",
    ),
    CONVERTER,
)
RECEIPT_OF_RECEIPT = rule(
    "receipt.acknowledgement",
    WARNING,
    ("a receipt asks for a receipt", "en kvittering beder om en kvittering"),
    ("write minuspositivkvitt", "skriv minuspositivkvitt"),
    CONVERTER,
)
NO_REASON = rule(
    "receipt.no-reason",
    WARNING,
    ("the negative receipt gives no RefuseCode", "den negative kvittering har ingen RefuseCode"),
    ("give a reason, for the envelope or for each letter", "angiv hvorfor, for kuverten eller for hvert brev"),
    CONVERTER,
)
NO_TEXT = rule(
    "correspondence.no-text",
    WARNING,
    ("the correspondence has no text", "korrespondancen har ingen tekst"),
    ("write the message in ClinicalInformation", "skriv meddelelsen i ClinicalInformation"),
    PRACTICE,
)
ADVISED = rule(
    "referral.advised",
    WARNING,
    ("{element} is not given", "{element} er ikke angivet"),
    ("receivers of referrals require it", "modtagere af henvisninger beder om det"),
    REGIONS,
)
SKS = rule(
    "diagnosis.sks-form",
    WARNING,
    ("the code does not have the form of an SKS diagnosis", "koden har ikke form som en SKS-diagnosekode"),
    (
        "write the ICD-10 code with D in front and without its dot, such as DF900; without a code, uspecificeretkode",
        "skriv ICD-10-koden med D foran og uden punktum, fx DF900; uden kode: uspecificeretkode",
    ),
    "Sundhedsdatastyrelsen, SKS",
)
KIND_LETTER = rule(
    "diagnosis.kind-letter",
    WARNING,
    (
        "the code starts with the letter of its kind, such as H or A, or with a plus",
        "koden begynder med bogstavet for diagnosens art, fx H eller A, eller med et plus",
    ),
    (
        "write only the code: the kind has its own element, and a receiver shows it in front",
        "skriv kun koden: arten har sit eget element, og modtageren viser den foran",
    ),
    f"{DISCHARGE_LETTERS}, pages 24-28",
)
SPECIALITY = rule(
    "letter.speciality",
    INFORMATION,
    ("the sender's MedicalSpecialityCode is not given", "afsenderens MedicalSpecialityCode er ikke angivet"),
    (
        "give it; if none is known or fits, write ikkeklassificeret",
        "angiv den; er ingen kendt, eller passer ingen, skrives ikkeklassificeret",
    ),
    f"{BINARY_LETTERS}, page 15; {CORRESPONDENCE}, page 18",
)
GIVEN_NAME = rule(
    "letter.given-name",
    WARNING,
    ("the patient's given name is not given", "patientens fornavn er ikke angivet"),
    (
        "always send it: receivers check the CPR number against the name",
        "send det altid: modtagere holder CPR-nummeret op mod navnet",
    ),
    f"{BINARY_LETTERS}, page 17; {CORRESPONDENCE}, page 20",
)
VISITATION = rule(
    "referral.visitation",
    INFORMATION,
    ("HospitalVisitation is filled in", "HospitalVisitation er udfyldt"),
    ("it is the receiver's note; a sender leaves it out", "det er modtagerens notat; en afsender udelader det"),
    SCHEMA_NOTE,
)

NOT_SUPPORTED = rule(
    "letter.not-supported",
    INFORMATION,
    ("letters of this type are not read here: {type}", "brevtypen læses ikke her: {type}"),
    KEPT,
    REFUSED_TYPE,
    unchecked=True,
)

_SKS = re.compile("D[A-Z][0-9A-Z]{2,8}")
_WITH_KIND: Mapping[str, re.Pattern[str]] = {
    DiagnoseTypeCode.SKS: re.compile(f"[HA+] ?{_SKS.pattern}"),
    DiagnoseTypeCode.ICPC: re.compile("[HA+] ?[A-Z][0-9]{2}"),
}
"""A code with the letter of its kind left in front."""
_ADVISED = (
    ("additional_information", "priority", "Priority"),
    ("additional_information", "referral_status", "ReferralStatus"),
    ("additional_information", "clinical_reason", "ClinicalReason"),
    ("referral", "refer", "Refer"),
    ("sender", "telephone_subscriber_identifier", "TelephoneSubscriberIdentifier"),
    ("sender", "street_name", "StreetName"),
)


def check_envelope(message: Emessage) -> Iterator[Issue]:
    """The envelope, and what its letters have in common."""
    for number, letter in enumerate(message.letters):
        if isinstance(letter, OtherLetter):
            yield NOT_SUPPORTED.issue(f"letters[{number}]", type=letter.type_name)
    envelope = message.envelope
    if envelope is not None:
        yield from _moment(envelope.sent, "envelope.sent")
        yield from _number(envelope.identifier, "envelope.identifier")
        receipts = any(isinstance(letter, RECEIPTS) for letter in message.letters)
        if receipts and envelope.acknowledgement_code == AcknowledgementCode.WANTED:
            yield RECEIPT_OF_RECEIPT.issue("envelope.acknowledgement_code")
    if len(message.letters) > 1:
        yield from _check_numbers(message.letters)
        first = _addresses(message.letters[0])
        for number, letter in enumerate(message.letters[1:], 1):
            if _addresses(letter) != first:
                yield PARTIES.issue(f"letters[{number}]")


def _check_numbers(letters: Sequence[Any]) -> Iterator[Issue]:
    """Whether two letters of one sender have one number."""
    seen = set()
    for number, letter in enumerate(letters):
        identifier = letter.letter.identifier if letter.letter is not None else None
        if identifier is None or not identifier.strip():
            continue
        own = getattr(letter.sender, "ean_identifier", None), identifier
        if own in seen:
            yield TWICE.issue(f"letters[{number}].letter.identifier")
        seen.add(own)


def _addresses(letter: Any) -> tuple[Any, Any]:
    return getattr(letter.sender, "ean_identifier", None), getattr(letter.receiver, "ean_identifier", None)


def _moment(moment: DateAndTime | None, path: str) -> Iterator[Issue]:
    if moment is not None and moment.date is not None and len(moment.date.strip()) != 10:
        yield YEAR.issue(f"{path}.date")


def _number(identifier: str | None, path: str) -> Iterator[Issue]:
    if identifier is not None and not identifier.strip():
        yield BLANK.issue(path)


def check_header(letter: Any, message: Emessage, path: str) -> Iterator[Issue]:
    """The header of a letter."""
    header = letter.letter
    if header is None:
        return
    yield from _number(header.identifier, f"{path}.letter.identifier")
    expected = [version.type_code for version in letter.__letter__.versions[:1]]  # none of a letter of another type
    if header.statistical_code is not None and expected not in ([], [header.statistical_code]):
        yield STATISTICS.issue(f"{path}.letter.statistical_code", expected=expected[0])
    authorised = header.__dict__.get("authorisation")
    if authorised is not None:
        yield from _moment(authorised, f"{path}.letter.authorisation")
        sent = message.envelope.sent if message.envelope is not None else None
        if sent is not None and _later(authorised, sent):
            yield ORDER.issue(f"{path}.letter.authorisation")


def _later(first: DateAndTime, second: DateAndTime) -> bool:
    """Whether one moment lies after another; texts of the form YYYY-MM-DD and HH:MM compare as moments.

    Where a time is not known, the dates alone are compared.
    """
    texts = (first.date, first.time, second.date, second.time)
    if None in texts or [len(text) for text in texts] != [10, 5, 10, 5]:
        return False
    has_times = first.has_time and second.has_time
    return first.date > second.date or (has_times and first.date == second.date and first.time > second.time)


def check_parties(letter: Any, path: str) -> Iterator[Issue]:
    """What a letter should say of its sender and its patient."""
    sender = letter.sender
    if sender is not None and sender.__dict__.get("medical_speciality_code", "") is None:
        yield SPECIALITY.issue(f"{path}.sender")
    for name in ("patient", "subject"):
        person = letter.__dict__.get(name)
        if isinstance(person, Person) and not person.person_given_name:
            yield GIVEN_NAME.issue(f"{path}.{name}")


def check_referral(letter: Any, path: str) -> Iterator[Issue]:
    """What receivers of referrals ask for."""
    if not isinstance(letter, HospitalReferral):
        return
    for part, name, element in _ADVISED:
        holder: Value | None = getattr(letter, part)
        if holder is None or not holder.__dict__[name]:
            yield ADVISED.issue(f"{path}.{part}" if holder is None else f"{path}.{part}.{name}", element=element)
    if letter.referral is not None:
        yield from _check_diagnosis(letter.referral.refer, f"{path}.referral.refer")
        for number, diagnosis in enumerate(letter.referral.referral_additional):
            yield from _check_diagnosis(diagnosis, f"{path}.referral.referral_additional[{number}]")
    if letter.hospital_visitation and letter.letter is not None and letter.letter.status_code == StatusCode.NEW:
        yield VISITATION.issue(f"{path}.hospital_visitation")


def _check_diagnosis(diagnosis: MainDiagnosis | Diagnosis | None, path: str) -> Iterator[Issue]:
    if diagnosis is None or diagnosis.diagnose_code == PLACEHOLDER:
        return
    code, kind = diagnosis.diagnose_code, diagnosis.diagnose_type_code
    with_kind = _WITH_KIND.get(kind or "")
    if with_kind is not None and with_kind.fullmatch(code or ""):
        yield KIND_LETTER.issue(f"{path}.diagnose_code")
    elif kind == DiagnoseTypeCode.SKS and not _SKS.fullmatch(code or ""):
        yield SKS.issue(path if code is None else f"{path}.diagnose_code")


def check_content(letter: Any, path: str) -> Iterator[Issue]:
    """Whether a correspondence says anything, and a refusal why."""
    if isinstance(letter, ClinicalEmail):
        texts = [part.text01 for part in letter.clinical_information]
        if not any(text is not None and text.plain().strip() for text in texts):
            yield NO_TEXT.issue(path)
    elif isinstance(letter, NegativeReceipt | NegativeVansReceipt) and letter.original_emessage is not None:
        original = letter.original_emessage
        refused = original.refuse_code is not None or any(
            original_letter.refuse_code is not None for original_letter in original.original_letter
        )
        if not refused:
            yield NO_REASON.issue(f"{path}.original_emessage")
