"""The code tables of the layouts, and the codecs of values that are no plain text.

Source: MedCom's converter (behaviour) and the schemas; see docs/edifact.md for where the converter is not followed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from medcom_bu.edifact.notation import Codec, Layout, Variable, table
from medcom_bu.messages.crossing import with_hyphens, without_hyphens
from medcom_bu.values.codes import (
    CorrespondencePriority,
    DiagnoseDescriptionCode,
    DiagnoseTypeCode,
    EpisodeOfCareStatusCode,
    IdentifierCode,
    InformationCode,
    ObjectCode,
    ObjectExtensionCode,
    Priority,
    ReferralStatus,
    RefuseCode,
    RelationCode,
    StatusCode,
    TelephoneSubscriberCode,
    Transport,
)
from medcom_bu.values.codes import MedicalSpecialityCode as Speciality
from medcom_bu.values.identifiers import Cpr, Identifier, ReplacementCpr
from medcom_bu.values.parties import PLACEHOLDER, Url
from medcom_bu.values.timestamps import DateAndTime

_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)", re.ASCII)
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(r"(\d\d):(\d\d)", re.ASCII)
_PLAIN = Codec(str, str)

IDENTIFIER = table(
    {
        IdentifierCode.HOSPITAL_DEPARTMENT_NUMBER: "SKS",
        IdentifierCode.PROVIDER_NUMBER: "YNR",
        IdentifierCode.LOCATION_NUMBER: "",
        IdentifierCode.MUNICIPALITY_NUMBER: "KOM",
        IdentifierCode.SOR_CODE: "SOR",
    },
    also={"EAN": IdentifierCode.LOCATION_NUMBER},
)
AGENCY = table(
    {
        IdentifierCode.HOSPITAL_DEPARTMENT_NUMBER: "SST",
        IdentifierCode.PROVIDER_NUMBER: "SFU",
        IdentifierCode.LOCATION_NUMBER: "9",
        IdentifierCode.MUNICIPALITY_NUMBER: "IM",
        IdentifierCode.SOR_CODE: "SST",
    }
)
SPECIALITY = table(
    {
        "patologi ": "2522",
        Speciality.INTERNAL_MEDICINE_HOSPITAL: "1",
        Speciality.GERIATRICS: "2",
        Speciality.HEPATOLOGY: "3",
        Speciality.HAEMATOLOGY: "4",
        Speciality.INFECTIOUS_DISEASES: "5",
        Speciality.CARDIOLOGY: "6",
        Speciality.ALLERGOLOGY: "7",
        Speciality.ENDOCRINOLOGY: "8",
        Speciality.GASTROENTEROLOGY_MEDICAL: "9",
        Speciality.RESPIRATORY_MEDICINE: "10",
        Speciality.NEPHROLOGY: "11",
        Speciality.RHEUMATOLOGY: "12",
        Speciality.DERMATO_VENEREOLOGY_HOSPITAL: "18",
        Speciality.NEUROLOGY: "20",
        Speciality.ONCOLOGY: "22",
        Speciality.SURGERY_HOSPITAL: "30",
        Speciality.VASCULAR_SURGERY: "31",
        Speciality.GASTROENTEROLOGY_SURGICAL: "32",
        Speciality.PLASTIC_SURGERY: "33",
        Speciality.THORACIC_SURGERY: "34",
        Speciality.UROLOGY: "35",
        Speciality.GYNAECOLOGY_AND_OBSTETRICS_HOSPITAL: "38",
        Speciality.NEUROSURGERY: "40",
        Speciality.ORTHOPAEDIC_SURGERY_HOSPITAL: "42",
        Speciality.OPHTHALMOLOGY: "44",
        Speciality.EAR_NOSE_AND_THROAT: "46",
        Speciality.HOSPITAL_DENTISTRY: "48",
        Speciality.PSYCHIATRY_HOSPITAL: "50",
        Speciality.CHILD_AND_ADOLESCENT_PSYCHIATRY: "52",
        Speciality.CLINICAL_BIOCHEMISTRY: "60",
        Speciality.CLINICAL_PHYSIOLOGY_AND_NUCLEAR_MEDICINE: "61",
        Speciality.CLINICAL_IMMUNOLOGY: "62",
        Speciality.CLINICAL_MICROBIOLOGY: "63",
        Speciality.CLINICAL_NEUROPHYSIOLOGY: "64",
        Speciality.PATHOLOGICAL_ANATOMY: "65",
        Speciality.DIAGNOSTIC_RADIOLOGY: "66",
        Speciality.CLINICAL_PHARMACOLOGY: "67",
        Speciality.CLINICAL_GENETICS: "68",
        Speciality.PAEDIATRICS_HOSPITAL: "80",
        Speciality.ANAESTHESIOLOGY_HOSPITAL: "84",
        Speciality.OCCUPATIONAL_MEDICINE: "86",
        Speciality.GENERAL_MEDICINE: "90",
        Speciality.SOCIAL_MEDICINE: "91",
        Speciality.NOT_CLASSIFIED: "99",
        Speciality.GENERAL_PRACTITIONER_OR_OUT_OF_HOURS_DOCTOR: "580",
        Speciality.EYE_SPECIALIST: "1519",
        Speciality.EAR_NOSE_AND_THROAT_SPECIALIST: "2021",
        Speciality.ANAESTHESIOLOGY_PRACTICE: "2501",
        Speciality.X_RAY_COPENHAGEN: "2503",
        Speciality.DERMATO_VENEREOLOGY_PRACTICE: "2504",
        Speciality.X_RAY: "2505",
        Speciality.RHEUMATOLOGY_AND_PHYSICAL_MEDICINE: "2506",
        Speciality.GYNAECOLOGY_AND_OBSTETRICS_PRACTICE: "2507",
        Speciality.INTERNAL_MEDICINE_PRACTICE: "2508",
        Speciality.SURGERY_PRACTICE: "2509",
        Speciality.CLINICAL_CHEMISTRY: "2511",
        Speciality.NEUROLOGY_PRACTICE: "2518",
        Speciality.ORTHOPAEDIC_SURGERY_PRACTICE: "2520",
        Speciality.PATHOLOGY: "2522",
        Speciality.PLASTIC_SURGERY_PRACTICE: "2523",
        Speciality.PSYCHIATRY_PRACTICE: "2524",
        Speciality.PAEDIATRICS_PRACTICE: "2525",
        Speciality.CHILD_PSYCHIATRY: "2526",
        Speciality.TROPICAL_MEDICINE: "2528",
        Speciality.DENTIST: "4050",
        Speciality.PHYSIOTHERAPY: "4551",
        Speciality.CHIROPRACTOR: "5053",
        Speciality.SPECTACLES: "5552",
        Speciality.PODIATRY: "6054",
        Speciality.FOOT_CARE: "6055",
        Speciality.MEDICAL_LABORATORIES: "7045",
        Speciality.REGIONAL_LABORATORIES: "7046",
        Speciality.PSYCHOLOGIST: "9463",
    }
)
STATUS = table({StatusCode.NEW: "N", StatusCode.CORRECTED: "M"})
TELEPHONE = table(
    {
        TelephoneSubscriberCode.MOBILE: "CE",
        TelephoneSubscriberCode.WORK: "WO",
        TelephoneSubscriberCode.LAND_LINE: "HO",
    },
    other="HO",
)
OBJECT = table(
    {
        ObjectCode.TEXT_FILE: "TXT",
        ObjectCode.PICTURE: "IMG",
        ObjectCode.PROGRAM: "PRG",
        ObjectCode.VECTOR_GRAPHICS: "VGR",
        ObjectCode.BIOSIGNALS: "BSG",
        ObjectCode.MULTIMEDIA: "MUL",
        ObjectCode.PROPRIETARY: "PRP",
    },
    also={"SND": ObjectCode.MULTIMEDIA},
)
EXTENSION = table(
    {code: {"tiff": "TIF", "jpeg": "JPG"}.get(code.value, code.value.upper()) for code in ObjectExtensionCode}
)
DIAGNOSE_TYPE = table({DiagnoseTypeCode.SKS: "SKS", DiagnoseTypeCode.UNSPECIFIED: "USP", DiagnoseTypeCode.ICPC: "ICP"})
DIAGNOSE_DESCRIPTION = table(
    {
        DiagnoseDescriptionCode.UNSPECIFIED: "DI",
        DiagnoseDescriptionCode.REFERRAL: "H",
        DiagnoseDescriptionCode.SECONDARY: "B",
        DiagnoseDescriptionCode.ADDITIONAL: "DM",
        DiagnoseDescriptionCode.ACTION: "A",
        "grundmorbus": "G",
        DiagnoseDescriptionCode.TEMPORARY: "M",
        DiagnoseDescriptionCode.COURSE: "S",
        DiagnoseDescriptionCode.OPERATION: "TR",
        DiagnoseDescriptionCode.X_RAY_EXAMINATION: "IN",
    }
)
PRIORITY = table({Priority.ELECTIVE: "WA", Priority.ACUTE: "AC", Priority.SPECIAL_CIRCUMSTANCES: "SA"})
REFERRAL_STATUS = table({ReferralStatus.OUTPATIENT: "HA", ReferralStatus.ADMISSION: "HS"})
TRANSPORT = table({Transport.NONE: "TX", Transport.LYING: "ST", Transport.SITTING: "SI"})
RELATION = table(
    {RelationCode.UNSPECIFIED: "GU", RelationCode.MOTHER: "MO", RelationCode.FATHER: "FA", RelationCode.CHILD: "SD"}
)
INFORMATION = table(
    {
        InformationCode.UNSTRUCTURED: "US",
        InformationCode.OWN_DOCTOR: "EL",
        InformationCode.REFERRAL_RECEIVED: "HV",
        InformationCode.TRIAGE: "VI",
        InformationCode.CALLED_IN: "IK",
        InformationCode.ADMITTED_TO: "AF",
        InformationCode.PAYMENT_GUARANTEE: "UA",
    }
)
CORRESPONDENCE_PRIORITY = table({CorrespondencePriority.HIGH: "HI", CorrespondencePriority.ROUTINE: "NO"})
EPISODE_STATUS = table(
    {
        EpisodeOfCareStatusCode.INACTIVE: "POT",
        EpisodeOfCareStatusCode.ADMITTED: "HS",
        EpisodeOfCareStatusCode.OUTPATIENT: "HA",
        EpisodeOfCareStatusCode.DEAD: "DA",
        EpisodeOfCareStatusCode.OUTPATIENT_X_RAY: "REQ",
    }
)
REFUSE = table(
    {
        RefuseCode.NOT_SPECIFIED: "NC",
        RefuseCode.UNKNOWN_LOCATION_NUMBER: "LOK",
        RefuseCode.RECEIVER_ID_PROBLEM: "MID",
        RefuseCode.VERSION_PROBLEM: "VER",
        RefuseCode.SYNTAX_ERROR: "SYN",
    }
)

_TYPES = {
    "MEDDIS": "D0133L D0233L D0333L D0533L D0633L D0733L D0833L D1333L D9133L D9134L "
    "D1430C D1730C D1830C D1930C D2030C",
    "MEDREF": "H0130R H0230R H0630R",
    "MEDRPT": "R0130K R0230M R0330P R0430P",
    "MEDREQ": "Q0130K Q0230M Q0330P",
    "PRODAT": "A0130Z",
}
_UNKNOWN_TYPE = "U0130U U0230U U0330U U0430U U0530U I0130D I0230D I0330D I0430D SST012"
UNKNOWN_TYPES = ("Ukendt", "????")
"""What the converter writes for a type that it does not know."""

_TYPE_OF = {code: name for name, codes in _TYPES.items() for code in codes.split()}
_TYPE_OF |= {f"X{code}": f"X{name}" for code, name in _TYPE_OF.items()} | dict.fromkeys(
    _UNKNOWN_TYPE.split(), UNKNOWN_TYPES[1]
)


def _moment(value: DateAndTime) -> str | None:
    date, time = _DATE.match(value.date or ""), _TIME.match(value.time or "")
    return "".join(date.groups() + time.groups()) if date and time else None


def _read_moment(text: str) -> DateAndTime | None:
    found = _MOMENT.fullmatch(text)
    return DateAndTime(date="{}-{}-{}".format(*found.groups()), time=f"{found[4]}:{found[5]}") if found else None


def _only(cls: type[Identifier]) -> Callable[[Any], str | None]:
    return lambda value: value.reveal() if isinstance(value, cls) else None


def _given(text: str) -> str | None:
    return None if text == PLACEHOLDER else text


CODECS: dict[str, Codec] = {
    **{name: item for name, item in list(globals().items()) if isinstance(item, Codec)},
    "MOMENT": Codec(_moment, _read_moment),
    "CPR": Codec(_only(Cpr), Cpr),
    "REPLACEMENT": Codec(_only(ReplacementCpr), ReplacementCpr),
    "GIVEN": Codec(str, _given),
    "UUID": Codec(lambda text: text.replace("-", ""), with_hyphens),
    "NUMBER": Codec(without_hyphens, str),
    "COURSE": Codec(without_hyphens, _given),
    "URL": Codec(str, Url),
    "LINE": _PLAIN,
    "TYPE": Codec(lambda code: _TYPE_OF.get(code, UNKNOWN_TYPES[0]), str),
}
"""Name in a layout -> codec. ``URL`` and ``LINE`` may run on over components; ``TEXT`` is the engine's own.

Of a ``UUID`` that has hyphens in the value, and of a ``NUMBER`` that may be one, EDIFACT has 32 characters.
"""


def codec_of(layout: Layout, variable: Variable) -> Codec:
    """The codec that a value goes through: the layout's own, or one of these."""
    if variable.codec is None:
        return _PLAIN
    found = layout.codecs.get(variable.codec) or CODECS.get(variable.codec)
    if found is None:
        raise ValueError(f"{variable.codec} is neither a codec of the layout nor one that is known")
    return found
