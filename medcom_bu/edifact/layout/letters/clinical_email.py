"""DIS91, MEDDIS D9134L: correspondence.

Source: MedCom's converter (behaviour), XML schema ClinicalEmail of 2006/07/01; MedCom on RFF+REI, 10 March 2014. S03,
where a corrected letter names the earlier one: Den gode kiropraktorepikrise, 2015, page 39. DTM+CIC, the date of a
contact: the same, page 29; Den gode XML korrespondance, 2018, page 29.
"""

from __future__ import annotations

from medcom_bu.edifact.layout.letters.parts import (
    ADDRESS,
    PATIENT,
    REFERENCES,
    REPLACEMENT,
    TELEPHONE,
    named,
    speciality,
)
from medcom_bu.edifact.layout.notation import Group, Layout, always, kept, maybe
from medcom_bu.messages.clinical_email import XD9134L, ClinicalEmail
from medcom_bu.values.codes import ObjectExtensionCode
from medcom_bu.values.specialities import NEWER_SPECIALITIES

S01, S14 = always("S01+01"), always("S14+14")
S14_SEGMENTS = 9

D9134L = Layout(
    version=XD9134L,
    letter=ClinicalEmail,
    not_taken={
        "sender.medical_speciality_code": NEWER_SPECIALITIES,
        "reference.target.object_extension_code": {ObjectExtensionCode.XLS},
    },
    groups=(
        Group(
            always("UNH+{letter.identifier}+MEDDIS:D:93A:UN:{version}+DIS91"),
            (
                always("BGM+EPI++9+NA"),
                always("DTM+137:{letter.authorisation:MOMENT}:203"),
            ),
        ),
        Group(
            S01,
            (named("SSP"), ADDRESS, TELEPHONE, always("SEQ++1"), speciality("DIS91", "99")),
            at="sender",
        ),
        Group(S01, (named("PO", "{organisation_name|_}"), ADDRESS, always("SEQ++2")), at="receiver"),
        Group(
            always("S02+02"),
            (
                always("GIS+{letter.status_code:STATUS}"),
                always("RFF+!SRI:{=letter.identifier}"),
                maybe("RFF+{additional_information.priority:CORRESPONDENCE_PRIORITY}:!NC"),
                always("DTM+182:{=letter.authorisation:MOMENT}:203"),
            ),
        ),
        Group(kept("S03+03"), (kept("GIS"), kept("RFF"), kept("DTM")), when="maybe"),
        Group(maybe("S05+05"), when="maybe"),
        Group(
            always("S07+07"),
            (PATIENT, REPLACEMENT, ADDRESS, maybe("EMP+1++:::{occupancy_text}")),
            at="patient",
        ),
        Group(
            always("S11+11"),
            (
                always("GIS+N"),
                maybe("RFF+!REI:{letter.episode_of_care_identifier:NUMBER}"),
                always("RFF+!AHI:1", unless="letter.episode_of_care_identifier"),
                always("SEQ++1"),
                always("PAS+{patient.episode_of_care_status_code:EPISODE_STATUS|POT}"),
            ),
        ),
        Group(
            S14,
            (
                kept("DTM+!CIC"),
                maybe("FTX+!OE+P00++{/additional_information.subject:LINE}", first=True),
                maybe("FTX+NC+{text01:TEXT}"),
            ),
            each="clinical_information",
            least=1,
            most=S14_SEGMENTS,
        ),
        Group(S14, REFERENCES, when="maybe"),
    ),
)
"""DIS91, version D9134L, read and written."""

LAYOUTS = (D9134L,)
