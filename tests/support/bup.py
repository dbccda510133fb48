"""Referrals to child and adolescent psychiatry: a complete synthetic case, and what it is made with.

The child has a replacement number of 2014, which no living person has as a CPR number.
"""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from typing import Any

import pypdf

from medcom_bu import (
    Consignment,
    MedicalSpecialityCode,
    Receiver,
    ReferralPatient,
    Referrer,
    ReferringSender,
    ReplacementCpr,
    TelephoneSubscriber,
    bu,
)
from medcom_bu.testing import frozen

LAST_DAY, FIRST_DAY = date(2026, 12, 31), date(2027, 1, 1)
NOW = datetime(2026, 12, 1, 10, 30)
CHILD_BORN = date(2014, 4, 15)
GLN = "5790000121526"

SENDER = ReferringSender(
    ean_identifier=GLN,
    identifier="999",
    identifier_code="kommunenummer",
    organisation_name="Eksempel Kommune",
    department_name="PPR",
    street_name="Prøvevej 1",
    district_name="Eksempelstad",
    post_code_identifier="9999",
    telephone_subscriber_identifier="00000000",
    medical_speciality_code=MedicalSpecialityCode.NOT_CLASSIFIED,
    referrer=Referrer(person_name="Petra Prøve", person_title="Psykolog"),
)
RECEIVER = Receiver(
    ean_identifier=GLN,
    identifier=GLN,
    identifier_code="lokationsnummer",
    organisation_name="Eksempel Region",
    department_name="Børne- og Ungdomspsykiatri",
)


def child(number: str = "1504147AA2") -> ReferralPatient:
    """A child with a replacement number that tells its birth, by default on 15 April 2014."""
    return ReferralPatient(
        identifier=ReplacementCpr(number),
        person_surname_name="Testesen",
        person_given_name="Alba",
        street_name="Eksempelvej 2",
        district_name="Eksempelstad",
        post_code_identifier="9999",
        telephone_subscriber=(
            TelephoneSubscriber(telephone_subscriber_identifier="00000001", telephone_subscriber_code="mobil"),
        ),
    )


CASE: dict[str, str] = {
    "reason": "Mistanke om autismespektrumforstyrrelse og ADHD. Udredning ønskes.\nIngen akut fare.",
    "suicide_risk": "Ingen selvmordstanker, -planer eller -forsøg ved samtale 24.11.2026.",
    "self_harm": "Har kradset sig til blods på armene tre gange i efteråret.",
    "risk_behaviour": "Løber væk fra skolen ved konflikter; er fundet ved vejen to gange.",
    "custody_holders": "Mette Testesen (mor), tlf. 00000002\nJens Testesen (far), tlf. 00000003",
    "custody_holders_agree": "Ja, begge er indforstået med henvisningen.",
    "consent": "Begge forældre har 24.11.2026 givet samtykke til henvisning og udveksling af oplysninger med skolen.",
    "guardian": "Ingen værge.",
    "parents_contact": "Mor træffes bedst efter kl. 15 på tlf. 00000002.",
    "interpreter": "Nej, der er ikke behov for tolk.",
    "severity": "Grad 3: betydeligt påvirket i skole og hjem.",
    "referral_diagnosis": "Observation ved mistanke om psykisk lidelse",
    "additional_diagnoses": "Astma\nSøvnbesvær",
    "current_symptoms": "Trækker sig fra jævnaldrende, rigid omkring rutiner, overfølsom for lyde.\n\nUro og "
    "afledelighed i timerne.",
    "functioning": "Skole: deltager ca. 10 timer om ugen.\nHjemme: skal guides til bad og påklædning.",
    "developmental_history": "Født til tiden. Sprog fra 2½ år. Altid været lydfølsom.",
    "family_situation": "Bor hos mor og far med en lillebror på 6 år.",
    "school_or_daycare": "Eksempelskolen, 5. klasse, kontaktlærer Ida Prøve, tlf. 00000004",
    "social_network": "Få venner; ses med en kusine i weekenden.",
    "social_measures": "Aflastning hver anden weekend siden august 2026.",
    "previous_psychiatric_contact": "Ingen tidligere kontakt.",
    "previous_efforts": "PPR-forløb foråret 2026: struktur og pauser i klassen, forældrevejledning.",
    "misuse": "Nej",
    "caseworker": "Sara Eksempel, tlf. 00000005",
    "school_psychologist": "Petra Prøve, tlf. 00000000",
    "other_professionals": "Talepædagog Tom Test, tlf. 00000006",
    "family_doctor": "Eksempel Lægehus, tlf. 00000007",
    "transport": "ingen",
    "attachments_consented": "Ja, forældrene har samtykket til at bilagene sendes.",
    "cognitive_tests": "WISC-V oktober 2026: samlet 92, forarbejdningshastighed 78. Rapport vedlagt.",
    "ppr_assessment": "Konklusion: massive sociale og sansemæssige vanskeligheder.",
    "school_statement": "Konklusion: stigende fravær, profiterer af tæt voksenkontakt.",
    "child_welfare_assessment": "Afsluttet september 2026: støtte efter barnets lov iværksat.",
    "somatic_status": "Højde 148 cm, vægt 39 kg. Syn og hørelse undersøgt uden anmærkning.",
    "medication": "Ingen",
    "allergies": "Ingen kendte",
}
"""Every field, in the words of a school psychologist."""


def case(**given: Any) -> Any:
    """The builder of the complete case; ``given`` replaces parameters, None leaves a field out."""
    held = {"sender": SENDER, "receiver": RECEIVER, "patient": child(), "ids": frozen(NOW), "on": LAST_DAY}
    return bu.BupReferralBuilder(**{**held, **CASE, **given})


def thin(**given: Any) -> Any:
    """The builder of a case of nothing but what must be; ``given`` adds parameters."""
    held = {"sender": SENDER, "receiver": RECEIVER, "patient": child(), "ids": frozen(NOW), "on": LAST_DAY}
    return bu.BupReferralBuilder(**{**held, **given})


def is_same(text: str, other: str) -> bool:
    """Whether two texts are equal up to a line break at the end."""
    return other in (text, f"{text}\n") or text == f"{other}\n"


def told_otherwise(before: dict[str, str], after: dict[str, str]) -> set[str]:
    """The fields that two of them tell differently, up to a line break at the end."""
    both = before.keys() & after.keys()
    return (before.keys() ^ after.keys()) | {name for name in both if not is_same(before[name], after[name])}


def sentences(count: int, about: str) -> list[str]:
    """Different sentences."""
    return [f"Sætning {number} om {about} beskriver barnets hverdag." for number in range(1, count + 1)]


def flat(text: str) -> str:
    """The words of a text, whatever the lines; a line may end behind a hyphen."""
    return re.sub(r"\s+", " ", re.sub(r"-\s+", "-", text))


def attached_text(consignment: Consignment[Any]) -> str:
    """The text of the last file of a consignment, a PDF, as a program extracts it."""
    binary: Any = consignment.messages[-1].letters[0]
    content = binary.binary_object[-1].object_base64_encoded.content
    return flat(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages))
