"""REF01, MEDREF H0130R: the referral. The layout of H0131R is not public; it is read as far as H0130R goes.

Source: MedCom's converter (behaviour), XML schema HospitalReferral of 2005/08/07.
"""

from __future__ import annotations

import attrs

from medcom_bu.edifact.layout.letters.parts import (
    FILLED_ADDRESS,
    IDENTIFIED,
    PATIENT,
    REFERENCES,
    REPLACEMENT,
    TELEPHONE,
    named,
    speciality,
)
from medcom_bu.edifact.layout.notation import Group, Layout, always, maybe, never
from medcom_bu.messages.hospital_referral import XH0130R, XH0131R, HospitalReferral
from medcom_bu.values.codes import DiagnoseDescriptionCode, StatusCode
from medcom_bu.values.specialities import NEWER_SPECIALITIES

S01 = always("S01+01")
S12_SEGMENTS = 10
S12_GROUPS = 5
ROOM = "Anamnesis"
"""What takes a text that is too long for its own place."""

H0130R = Layout(
    version=XH0130R,
    letter=HospitalReferral,
    empty=("additional_information",),
    not_taken={
        "letter.status_code": {StatusCode.CORRECTED},
        "sender.medical_speciality_code": NEWER_SPECIALITIES,
        "referral.referral_additional.diagnose_description_code": {DiagnoseDescriptionCode.REFERRAL},
    },
    groups=(
        Group(
            always("UNH+{letter.identifier}+MEDREF:D:93A:UN:{version}+REF01"),
            (
                always("BGM+HNV++9+NA"),
                always("DTM+137:{letter.authorisation:MOMENT}:*203"),
            ),
        ),
        Group(
            S01,
            (named("PO"), FILLED_ADDRESS, TELEPHONE, always("SEQ++1"), speciality("REF01")),
            at="sender",
        ),
        Group(S01, (named("SSP", "{organisation_name|_}"), FILLED_ADDRESS, always("SEQ++2")), at="receiver"),
        Group(
            S01,
            (
                always(f"NAD+!BV+[{IDENTIFIED}]++{{person_title}}:{{person_name}}::::US"),
                always("RFF+AHL:1"),
                always("SEQ++3"),
            ),
            at="sender.referrer",
        ),
        Group(
            S01,
            (named("PRH", "{organisation_name|_}"), FILLED_ADDRESS, TELEPHONE, always("SEQ++4")),
            at="answer_cc_receiver",
            when="maybe",
        ),
        Group(
            always("S02+02"),
            (
                always("GIS+{letter.status_code:STATUS}"),
                always("RFF+!ROI:{letter.episode_of_care_identifier:COURSE|_}"),
                always("DTM+4:{=letter.authorisation:MOMENT}:203"),
                maybe(
                    "CIN+!H+{referral.refer.diagnose_code}:{referral.refer.diagnose_type_code:DIAGNOSE_TYPE}"
                    ":{=referral.refer.diagnose_type_code:DIAGNOSE_AGENCY}:{referral.refer.diagnose_text}"
                ),
                maybe(
                    "CIN+{diagnose_description_code:DIAGNOSE_DESCRIPTION}"
                    "+{diagnose_code}:{diagnose_type_code:DIAGNOSE_TYPE}"
                    ":{=diagnose_type_code:DIAGNOSE_AGENCY}:{diagnose_text}",
                    each="/referral.referral_additional",
                ),
                maybe("FTX+DI+{additional_information.clinical_reason:TEXT}", most=1, instead=ROOM),
            ),
        ),
        Group(always("S06+06"), (always("STS++NR"),)),
        Group(
            always("S07+07"),
            (
                PATIENT,
                REPLACEMENT,
                FILLED_ADDRESS,
                maybe(
                    "CON+{telephone_subscriber_code:TELEPHONE}+{telephone_subscriber_identifier}:TE",
                    each="telephone_subscriber",
                ),
                maybe("EMP+1++:::{person_title}"),
            ),
            at="patient",
        ),
        Group(
            always("S10+10"),
            (
                always("REL+PER+{relation_code:RELATION}"),
                always(
                    "PNA+PAS+[{person_identifier:GIVEN_CPR}:::CPR|:IM|]"
                    "+++SU:{person_surname_name}+[FO:{person_given_name}]"
                ),
            ),
            at="relative",
            when="maybe",
        ),
        Group(
            always("S12+12"),
            (
                maybe("FTX+!IN+P00++{patient.email_identifier}"),
                maybe("FTX+!NC+{relevant_clinical_information.anamnesis:TEXT}"),
                maybe("FTX+!CF+{relevant_clinical_information.examination:TEXT}"),
                maybe("FTX+!MT+{relevant_clinical_information.actual_medicine:TEXT}"),
                maybe("FTX+!AL+{relevant_clinical_information.cave:TEXT}"),
                *REFERENCES,
                never("FTX+!PR"),
            ),
            when="maybe",
            size=S12_SEGMENTS,
            most=S12_SEGMENTS * S12_GROUPS,
        ),
        Group(
            always("S18+18"),
            (
                always("GIS+N"),
                maybe("PTY+PRI+{additional_information.priority:PRIORITY}"),
                maybe("FTX+{information_code:INFORMATION}+{information:TEXT}", each="hospital_visitation", most=1),
                maybe("PAS+{additional_information.referral_status:REFERRAL_STATUS}"),
            ),
        ),
        Group(
            always("S19+19"),
            (
                always("STS++NR"),
                maybe("TDT+PHL++{additional_information.transport:TRANSPORT}"),
                maybe("FTX+COT+{additional_information.supplementary:TEXT}", most=1, instead=ROOM),
            ),
        ),
    ),
)
"""REF01, version H0130R, read and written."""
H0131R = attrs.evolve(H0130R, version=XH0131R, guess="H0130R")
"""REF01, version H0131R, which is not public: read by the rows of H0130R, never written."""

LAYOUTS = (H0130R, H0131R)
