"""The types of MedCom's letters by their codes: what a letter is called that has no class of its own.

Source: MedCom's XML schemas of 2005/08/07 to 2017/05/01 (the type of each element, the social-medical forms);
"Den gode kiropraktorepikrise", D0933L (the kinds of MEDDIS); the approvals of DNHF (referrals); MedCom's standards
between hospital and home care (DIS15, 16, 18, 21).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from medcom_bu.issues import Text

_NAMES = (
    ("DIS01", "Discharge letter", "Udskrivningsepikrise", "DischargeLetter"),
    ("DIS02", "Outpatient discharge letter", "Ambulantepikrise", "OutPatientDischargeLetter"),
    ("DIS03", "Casualty ward letter", "Skadestueepikrise", "CasualtyWardLetter"),
    ("DIS05", "Radiology report", "Billeddiagnostisk epikrise", "RadiologyReport"),
    ("DIS07", "Status note", "Statusnotat"),
    ("DIS09", "Chiropractor's discharge letter", "Kiropraktorepikrise"),
    ("DIS13", "Booking confirmation", "Bookingsvar", "BookingConfirmation"),
    ("DIS14", "Answer of admission", "Indlæggelsessvar", "AnswerOfAdmission"),
    ("DIS15", "Notice of completed treatment", "Melding om færdigbehandling"),
    ("DIS16", "Admission report", "Indlæggelsesrapport"),
    ("DIS17", "Notification of discharge", "Udskrivningsadvis", "NotificationOfDischarge"),
    ("DIS18", "Care plan", "Plejeforløbsplan"),
    ("DIS19", "Warning of discharge", "Varsel om udskrivning", "WarningOfDischarge"),
    ("DIS20", "Notification of admission", "Indlæggelsesadvis", "NotificationOfAdmission"),
    ("DIS21", "Discharge report", "Udskrivningsrapport"),
    ("DIS90", "Vendor's service letter", "Leverandørs servicebrev"),
    ("DIS91", "Correspondence", "Korrespondance"),
    ("REF01", "Hospital referral", "Sygehushenvisning"),
    ("REF02", "Referral to diagnostic imaging", "Billeddiagnostisk henvisning", "XrayRequest"),
    ("REF06", "Referral to a specialist", "Speciallægehenvisning"),
    ("REF07", "Referral to physiotherapy", "Fysioterapihenvisning"),
    ("REF10", "Referral to a psychologist", "Psykologhenvisning"),
    ("REF15", "Referral to municipal prevention", "Henvisning til kommunal forebyggelse"),
    ("BIN01", "Binary letter", "Binært brev"),
    ("BIN02", "Attachment to a referral", "Henvisningsbilag"),
    ("REQ01", "Laboratory request", "Laboratorierekvisition", "LaboratoryRequest"),
    (
        *("REQ02", "Microbiology request", "Mikrobiologirekvisition"),
        *("MicrobiologyRequest", "MultiSampleMicrobiologyRequest"),
    ),
    ("REQ03", "Pathology request", "Patologirekvisition", "PathologyRequest"),
    ("RPT01", "Laboratory report", "Laboratoriesvar", "LaboratoryReport"),
    ("RPT02", "Microbiology report", "Mikrobiologisvar", "MicrobiologyReport"),
    ("RPT03", "Cervix cytology report", "Cervixcytologisvar", "CervixcytologyReport"),
    ("RPT04", "Histopathology report", "Histopatologisvar", "HistopathologyReport"),
    ("PRE01", "Prescription", "Recept", "Prescription"),
    ("PRE60", "Prescription request", "Receptfornyelse", "PrescriptionRequest"),
    ("DAO01", "Laboratory analysis file", "Laboratoriets analysefil", "LaboratoryAnalysisFile"),
    ("LA121", "Social-medical form LÆ 121", "LÆ-blanket 121", "StatusRequest"),
    ("LA125", "Social-medical form LÆ 125", "LÆ-blanket 125", "StatusAnswer"),
    ("LA141", "Social-medical form LÆ 141", "LÆ-blanket 141", "GeneralHealthRequest"),
    ("LA145", "Social-medical form LÆ 145", "LÆ-blanket 145", "GeneralHealthAnswer"),
    ("LA165", "Social-medical form LÆ 165", "LÆ-blanket 165", "SocialMedicalProposal"),
    ("LA201", "Social-medical form LÆ 201", "LÆ-blanket 201", "WorkingDisabilityRequest"),
    ("LA205", "Social-medical form LÆ 205", "LÆ-blanket 205", "WorkingDisabilityAnswer"),
    ("LA211", "Social-medical form LÆ 211", "LÆ-blanket 211", "SocialMedicalFollowUpRequest"),
    ("LA215", "Social-medical form LÆ 215", "LÆ-blanket 215", "SocialMedicalFollowUpAnswer"),
    ("I0001", "Diabetes report", "Diabetesrapport", "DiabetesReport"),
)
TYPES: Mapping[str, Text] = {code: Text(english, danish) for code, english, danish, *_ in _NAMES}
"""What the types are called that have a name here, by their code without the ``X`` of OIO-XML."""
ELEMENTS: Mapping[str, str] = {element: code for code, _, _, *elements in _NAMES for element in elements}
"""The elements of letters that have no class of their own: the type of each."""

_FAMILIES = {
    "DIS": Text("Discharge letter or notification", "Epikrise eller advis"),
    "REF": Text("Referral", "Henvisning"),
    "REQ": Text("Laboratory request", "Laboratorierekvisition"),
    "RPT": Text("Laboratory report", "Laboratoriesvar"),
    "PRE": Text("Prescription", "Recept"),
    "LA": Text("Social-medical form", "LÆ-blanket"),
}
"""What a type is called that has no name here: the family that the letters of its code name."""
_UNKNOWN = Text("Letter of another type", "Brev af en anden type")
_CODE = re.compile("X?([A-Z]{1,4})([0-9]{2,4})")
_RECEIPT = "CTL"


def bare_type(code: str | None) -> str:
    """A type code without the ``X`` of OIO-XML; empty where it has not the form of one, and so may not be shown."""
    match = _CODE.fullmatch(code or "")
    return match[1] + match[2] if match else ""


def type_name(code: str | None, element: str = "") -> Text:
    """What a letter is called, by the code of its type, or else by its element in OIO-XML."""
    bare = bare_type(code)
    known = TYPES.get(bare) or TYPES.get(ELEMENTS.get(element, ""))
    return known or _FAMILIES.get(bare.rstrip("0123456789"), _UNKNOWN)


def is_answer(code: str | None) -> bool:
    """Whether a type is one of the receipts, which are never answered."""
    return bare_type(code).startswith(_RECEIPT)
