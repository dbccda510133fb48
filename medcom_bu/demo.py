"""The example that the command line builds: a municipality refers a child to psychiatry, with a PDF attached.

The patient is of the national test list; the location numbers are MedCom's published examples.
"""

from __future__ import annotations

from medcom_bu.builders import HospitalReferralBuilder
from medcom_bu.messages.emessage import Consignment
from medcom_bu.messages.hospital_referral import HospitalReferral, MainDiagnosis, ReferralPatient, Relative
from medcom_bu.rendering.latin_pdf import latin_pdf
from medcom_bu.values.codes import DiagnoseTypeCode, IdentifierCode, Priority, RelationCode
from medcom_bu.values.identifiers import Cpr
from medcom_bu.values.parties import Receiver, Referrer, ReferringSender
from medcom_bu.values.specialities import MedicalSpecialityCode

_REPORT = (
    "Eksempel på en pædagogisk psykologisk vurdering. Alle oplysninger er opdigtede.",
    "Eleven har gennem det seneste år haft tiltagende skolefravær og beskriver uro, ængstelse og søvnbesvær.",
    "Der er afholdt fem samtaler i kommunens lettilgængelige tilbud. Familien er inddraget og enig i henvisningen.",
)


def example() -> Consignment[HospitalReferral]:
    """A referral XH0131R and the binary letter XB0131X with its attachment."""
    referral = HospitalReferralBuilder(
        sender=ReferringSender(
            ean_identifier="5790000121526",
            identifier="5790000121526",
            identifier_code=IdentifierCode.LOCATION_NUMBER,
            organisation_name="Eksempel Kommune",
            department_name="Børn og Unge",
            unit_name="Let behandlingstilbud",
            street_name="Prøvevej 1",
            district_name="Eksempelstad",
            post_code_identifier="9999",
            telephone_subscriber_identifier="00000000",
            medical_speciality_code=MedicalSpecialityCode.NOT_CLASSIFIED,
            referrer=Referrer(person_name="Test Psykolog", person_title="Psykolog"),
        ),
        receiver=Receiver(
            ean_identifier="5790000121526",
            identifier="5790000121526",
            identifier_code=IdentifierCode.LOCATION_NUMBER,
            organisation_name="Eksempel Region",
            department_name="Børne- og Ungdomspsykiatri",
        ),
        patient=ReferralPatient(identifier=Cpr("0201609995"), person_surname_name="Testesen", person_given_name="Test"),
        relative=Relative(relation_code=RelationCode.MOTHER, person_surname_name="Testesen", person_given_name="Mor"),
        priority=Priority.ELECTIVE,
        diagnosis=MainDiagnosis(
            diagnose_code="DZ032",
            diagnose_type_code=DiagnoseTypeCode.SKS,
            diagnose_text="Observation pga. mistanke om psykisk sygdom",
        ),
        clinical_reason="Udredning i børne- og ungdomspsykiatrien ønskes.\nSamtykke er indhentet hos begge forældre.",
        anamnesis="Tiltagende skolefravær gennem et år, uro, ængstelse og søvnbesvær.",
        examination="Fem samtaler i kommunens lettilgængelige tilbud, med nogen bedring.",
        actual_medicine="Ingen.",
        cave="Ingen kendte.",
    )
    referral.attach(latin_pdf("Pædagogisk psykologisk vurdering", _REPORT), title="PPV, psykologisk vurdering")
    return referral.build()
