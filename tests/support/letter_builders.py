"""Builders of letters with all that they ask for, and what their letters are held to."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict

import pytest

import medcom_bu
from medcom_bu.builders import BinaryLetterBuilder, ClinicalEmailBuilder, Consignment, HospitalReferralBuilder
from medcom_bu.issues import Severity
from medcom_bu.messages.clinical_email import EmailPatient
from medcom_bu.messages.hospital_referral import MainDiagnosis, ReferralPatient
from medcom_bu.values.codes import (
    DiagnoseTypeCode,
    EpisodeOfCareStatusCode,
    IdentifierCode,
)
from medcom_bu.values.identifiers import Cpr
from medcom_bu.values.parties import (
    Receiver,
    Referrer,
    ReferringSender,
    Sender,
)
from medcom_bu.values.specialities import MedicalSpecialityCode
from tests.support.ids_and_clock import counted

PDF = b"%PDF-1.4\nbilag\n"
NOW = datetime(2026, 5, 4, 9, 30, 59)
CPR = "0201609996"
GLN = "5790000121526"


class Unit(TypedDict):
    """The numbers of a unit."""

    ean_identifier: str
    identifier: str
    identifier_code: IdentifierCode


class Address(TypedDict):
    """An address and a speciality, which every version has."""

    street_name: str
    district_name: str
    post_code_identifier: str
    medical_speciality_code: MedicalSpecialityCode


UNIT: Unit = {"ean_identifier": GLN, "identifier": GLN, "identifier_code": IdentifierCode.LOCATION_NUMBER}
SENDER = ReferringSender(**UNIT, organisation_name="Eksempel Kommune", referrer=Referrer(person_name="Test Psykolog"))
RECEIVER = Receiver(**UNIT, organisation_name="Eksempel Hospital")
PATIENT = ReferralPatient(identifier=Cpr(CPR), person_surname_name="Lauridsen", person_given_name="Lonni Test")
DIAGNOSIS = MainDiagnosis(
    diagnose_code="DZ032", diagnose_type_code=DiagnoseTypeCode.SKS, diagnose_text="Observation for psykisk sygdom"
)
OLD_ADDRESS: Address = {
    "street_name": "Prøvevej 1",
    "district_name": "Eksempelstad",
    "post_code_identifier": "9999",
    "medical_speciality_code": next(iter(MedicalSpecialityCode)),
}


def referral(**given: Any) -> HospitalReferralBuilder:
    """A referral with all that it asks for; ``given`` replaces fields."""
    held = {"sender": SENDER, "receiver": RECEIVER, "patient": PATIENT, "diagnosis": DIAGNOSIS, "ids": counted(NOW)}
    return HospitalReferralBuilder(**{**held, "clinical_reason": "Henvises", **given})


def binary(**given: Any) -> BinaryLetterBuilder:
    """A binary letter, still without a file; ``given`` replaces fields."""
    sender = Sender(**UNIT, organisation_name="Eksempel Kommune")
    held: dict[str, Any] = {"sender": sender, "receiver": RECEIVER, "patient": PATIENT, "ids": counted(NOW)}
    return BinaryLetterBuilder(**held | given)


def checked(consignment: Consignment[Any]) -> Consignment[Any]:
    """The consignment, after its bytes are found valid and read back equal."""
    for message in consignment:
        for encoding in ("ISO-8859-1", "UTF-8"):
            data = medcom_bu.to_xml(message, encoding=encoding)
            assert medcom_bu.validate(data, layers=("syntax", "schema")).ok
            assert medcom_bu.parse(data) == message
    assert medcom_bu.validate(consignment).ok
    return consignment


def problems(builder: Any) -> list[tuple[str, str]]:
    """The code and path of every error that building raises."""
    with pytest.raises(medcom_bu.InvalidMessage) as raised:
        builder.build()
    for text in (CPR, "Lauridsen", "Lonni", "Prøvevej"):
        assert text not in str(raised.value) + repr(raised.value) + str(raised.value.report)
    return [(issue.code, issue.path) for issue in raised.value.report if issue.severity is Severity.ERROR]


COURSE = "0123456789abcdef0123456789abcdef"
CHILD = EmailPatient(
    identifier=Cpr(CPR),
    person_surname_name="Lauridsen",
    person_given_name="Lonni Test",
    episode_of_care_status_code=EpisodeOfCareStatusCode.OUTPATIENT,
)
WRITER = Sender(
    **UNIT,
    organisation_name="Eksempel Kommune",
    telephone_subscriber_identifier="00000000",
    medical_speciality_code=next(iter(MedicalSpecialityCode)),
)
DOCTOR = RECEIVER.replace(ean_identifier="5790000121540", organisation_name="Eksempel Lægehus")


def correspondence(**given: Any) -> ClinicalEmailBuilder:
    """A correspondence with all that it asks for; ``given`` replaces fields."""
    held = {"sender": WRITER, "receiver": DOCTOR, "patient": CHILD, "subject": "Opfølgning", "ids": counted(NOW)}
    return ClinicalEmailBuilder(**{**held, "text": "Kære læge\nSe bilag", **given})
