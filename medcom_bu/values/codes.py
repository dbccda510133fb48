"""The code lists of the letters, as data: the Danish value on the wire, its English meaning, who knows it.

A member is a ``str`` equal to its wire value. Spelling mistakes in values are part of the standard. ``versions`` names
the version codes that know a member; empty means every version whose message has the element. Source: MedCom's XML
schemas of 2005/08/07, 2006/07/01, 2012/03/28, 2016/10/02 and 2017/05/01, as in use in 2026.

>>> Priority.ELECTIVE == "elektiv", Priority.ELECTIVE.english
(True, 'Planned')
>>> ReferralStatus.AT_HOME.known_in("XH0130R")
False
"""

from __future__ import annotations

from typing import Self

from medcom_bu.arguments import Words

_XH0131R = ("XH0131R",)
_WITH_COUNTY = ("XH0131R", "XD9134L")
_WITH_CORRECTION = ("XH0131R", "XH0130R", "XD9134L")
_WITHOUT_XD9134L = ("XH0131R", "XH0130R", "XB0131X", "XB0130X", "XB0210X")
_BINARY_SINCE_2012 = ("XB0131X", "XB0210X")


class CodeList(Words):
    """A closed list of wire values. A member is written ``value, English meaning[, versions that know it]``."""

    english: str
    versions: tuple[str, ...]

    def __new__(cls, value: str, english: str, versions: tuple[str, ...] = ()) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.english = english
        member.versions = versions
        return member

    def known_in(self, version: str) -> bool:
        """Whether the version with this code (``"XH0131R"``) knows the value."""
        return not self.versions or version in self.versions


class AcknowledgementCode(CodeList):
    """Whether the sender of an envelope wants a positive receipt."""

    NOT_WANTED = "minuspositivkvitt", "No positive receipt wanted"
    WANTED = "pluspositivkvitt", "A positive receipt is wanted"


class StatusCode(CodeList):
    """Whether a letter is new or corrects an earlier one."""

    NEW = "nytbrev", "New letter"
    CORRECTED = "rettetbrev", "Correction of an earlier letter", _WITH_CORRECTION


class IdentifierCode(CodeList):
    """The register that an ``Identifier`` belongs to."""

    HOSPITAL_DEPARTMENT_NUMBER = "sygehusafdelingsnummer", "Hospital department code (SHAK)"
    PROVIDER_NUMBER = "ydernummer", "Provider number of a practice"
    LOCATION_NUMBER = "lokationsnummer", "EAN location number (GLN)"
    MUNICIPALITY_NUMBER = "kommunenummer", "Municipality number"
    COUNTY = "amt", "County, abolished in 2007", _WITH_COUNTY
    SOR_CODE = "sorkode", "SOR identifier"


class Priority(CodeList):
    """Urgency of a referral."""

    ELECTIVE = "elektiv", "Planned"
    ACUTE = "akut", "Acute"
    SPECIAL_CIRCUMSTANCES = "saerlige_forhold", "Special circumstances"


class CorrespondencePriority(CodeList):
    """Priority of a correspondence."""

    ROUTINE = "rutine", "Routine"
    HIGH = "høj_prioritet", "High priority"


class EpisodeOfCareStatusCode(CodeList):
    """Status of the patient at the sender of a correspondence."""

    INACTIVE = "inaktiv", "Not in contact"
    ADMITTED = "indlagt", "Admitted"
    OUTPATIENT = "ambulant", "Outpatient"
    DEAD = "doed", "Dead"
    OUTPATIENT_X_RAY = "ambulant_roentgen", "Outpatient, X-ray"


class ReferralStatus(CodeList):
    """Kind of referral."""

    OUTPATIENT = "ambulant", "Outpatient"
    ADMISSION = "indlaeggelse", "Admission"
    AT_HOME = "hjemmet", "At home", _XH0131R


class HospitalChoice(CodeList):
    """Free choice of hospital. The sources give the codes; what each means is not in them."""

    ALDB00 = "ALDB00", "ALDB00"
    ALDB01 = "ALDB01", "ALDB01"
    ALDB02 = "ALDB02", "ALDB02"
    ALDB03 = "ALDB03", "ALDB03"


class Transport(CodeList):
    """Patient transport wanted."""

    NONE = "ingen", "None"
    LYING = "liggende", "Lying"
    SITTING = "siddende", "Sitting"


class DiagnoseTypeCode(CodeList):
    """The code system of a diagnosis."""

    SKS = "SKSdiagnosekode", "SKS (Danish ICD-10) code"
    UNSPECIFIED = "uspecificeretkode", "Unspecified code system"
    ICPC = "ICPCkode", "ICPC code"
    SPECIALIST_REFERRAL = "speciallaegehenvisning", "Referral to a specialist doctor", _XH0131R
    PHYSIOTHERAPY_REFERRAL = "fysioterapihenvisning", "Referral to a physiotherapist", _XH0131R
    PSYCHOLOGIST_REFERRAL = "psykologhenvisning", "Referral to a psychologist", _XH0131R
    PHYSIOTHERAPY_DIAGNOSIS = "Fysioterapihenvisningsdiagnose", "Diagnosis of a physiotherapy referral", _XH0131R
    PSYCHOLOGIST_DIAGNOSIS = "Psykologhenvisningsdiagnose", "Diagnosis of a psychologist referral", _XH0131R


class DiagnoseDescriptionCode(CodeList):
    """The role of a diagnosis."""

    UNSPECIFIED = "uspec_diagnose", "Unspecified diagnosis"
    REFERRAL = "henv_diagnose", "Referral diagnosis"
    REFERRAL_NEW_ILLNESS = "henv_diagnose_ny_sygdom", "Referral diagnosis, new illness", _XH0131R
    REFERRAL_SAME_ILLNESS = "henv_diagnose_samme_sygdom", "Referral diagnosis, same illness", _XH0131R
    SECONDARY = "bidiagnose", "Secondary diagnosis"
    ADDITIONAL = "tillaegsdiagnose", "Additional diagnosis"
    ACTION = "aktionsdiagnose", "Action diagnosis, the main reason of the contact"
    TEMPORARY = "midlertidig_diagnose", "Temporary diagnosis"
    COURSE = "forloebsdiagnose", "Diagnosis of the course"
    OPERATION = "operation", "Operation"
    X_RAY_EXAMINATION = "roentgenundersoegelse", "X-ray examination"
    SPECIALIST_REFERRAL = "speciallaegehenvisning", "Referral to a specialist doctor", _XH0131R
    PHYSIOTHERAPY_REFERRAL = "fysioterapihenvisning", "Referral to a physiotherapist", _XH0131R
    PSYCHOLOGIST_REFERRAL = "psykologhenvisning", "Referral to a psychologist", _XH0131R
    PHYSIOTHERAPY_GROUP = "fysioterapihenvisningspgruppe", "Referral to a physiotherapy group", _XH0131R


class RelationCode(CodeList):
    """What a relative is to the patient."""

    UNSPECIFIED = "uspec_paaroerende", "Unspecified relative"
    MOTHER = "mor", "Mother"
    FATHER = "far", "Father"
    CHILD = "barn", "Child"


class TelephoneSubscriberCode(CodeList):
    """Kind of telephone number."""

    MOBILE = "mobil", "Mobile"
    WORK = "arbejde", "Work"
    LAND_LINE = "fastnet", "Land line"


class InformationCode(CodeList):
    """Kind of triage note, written by the receiver of a referral."""

    UNSTRUCTURED = "ustruktureret", "Unstructured"
    OWN_DOCTOR = "egen_laege", "Own doctor"
    REFERRAL_RECEIVED = "henvisning_modtaget", "Referral received"
    TRIAGE = "visitering", "Triage"
    CALLED_IN = "indkaldt", "Called in"
    ADMITTED_TO = "indlagt_paa", "Admitted to"
    PAYMENT_GUARANTEE = "udenamts_kaution", "Guarantee of payment for treatment outside the county"


class RefuseCode(CodeList):
    """Why a letter or an envelope is refused."""

    NOT_SPECIFIED = "ikke_specificeret", "Not specified"
    UNKNOWN_LOCATION_NUMBER = "ukendt_lokationsnummer", "Unknown location number"
    RECEIVER_ID_PROBLEM = "problem_med_modtagerID", "Problem with the receiver's identification"
    VERSION_PROBLEM = "problem_med_version", "Version not supported"
    SYNTAX_ERROR = "syntaksfejl", "Syntax error"


class ObjectCode(CodeList):
    """Kind of attached object."""

    TEXT_FILE = "tekstfil", "Text file"
    PICTURE = "billede", "Picture"
    PROGRAM = "program", "Program"
    VECTOR_GRAPHICS = "vektor_grafik", "Vector graphics"
    BIOSIGNALS = "biosignaler", "Biosignals, such as an ECG"
    MULTIMEDIA = "multimedie", "Multimedia"
    PROPRIETARY = "proprietaert_indhold", "Proprietary content"


class ObjectExtensionCode(CodeList):
    """File type of an attached object. There is no docx, html, jpg or tif."""

    PCX = "pcx", "PC Paintbrush picture"
    TIFF = "tiff", "TIFF picture"
    JPEG = "jpeg", "JPEG picture"
    GIF = "gif", "GIF picture"
    BMP = "bmp", "Windows bitmap"
    PNG = "png", "PNG picture"
    MPG = "mpg", "MPEG video"
    DCM = "dcm", "DICOM"
    SCP = "scp", "SCP-ECG recording"
    TXT = "txt", "Plain text"
    RTF = "rtf", "Rich text"
    DOC = "doc", "Word document"
    XLS = "xls", "Excel workbook"
    WPD = "wpd", "WordPerfect document"
    EXE = "exe", "Windows program"
    PDF = "pdf", "PDF"
    WAV = "wav", "WAV sound"
    AVI = "avi", "AVI video"
    MID = "mid", "MIDI"
    RMI = "rmi", "RIFF MIDI"
    COM = "com", "DOS program"
    ZIP = "zip", "Zip archive"
    BIN = "bin", "Unspecified binary"
    INH = "inh", "Proprietary content"
    PLO = "plo", "Not explained in the sources", _WITHOUT_XD9134L
    FNX = "fnx", "Not explained in the sources", _BINARY_SINCE_2012


class MedicalSpecialityCode(CodeList):
    """Speciality of a sender. The 23 members after :attr:`PSYCHOLOGIST` are new: older receivers may refuse them."""

    NOT_CLASSIFIED = "ikkeklassificeret", "Not classified"
    INTERNAL_MEDICINE_HOSPITAL = "intern_medicin_sygehus", "Internal medicine, hospital"
    GERIATRICS = "geriatri", "Geriatrics"
    HEPATOLOGY = "hepatologi", "Hepatology"
    HAEMATOLOGY = "haematologi", "Haematology"
    INFECTIOUS_DISEASES = "infektionsmedicin", "Infectious diseases"
    CARDIOLOGY = "kardiologi", "Cardiology"
    ALLERGOLOGY = "med_allergologi", "Allergology"
    ENDOCRINOLOGY = "med_endokrinologi", "Endocrinology"
    GASTROENTEROLOGY_MEDICAL = "med_gastroenterologi", "Gastroenterology, medical"
    RESPIRATORY_MEDICINE = "med_lungesygdomme", "Respiratory medicine"
    NEPHROLOGY = "nefrologi", "Nephrology"
    RHEUMATOLOGY = "reumatologi", "Rheumatology"
    DERMATO_VENEREOLOGY_HOSPITAL = "dermato_venerologi_sygehus", "Dermato-venereology, hospital"
    NEUROLOGY = "neurologi", "Neurology"
    ONCOLOGY = "onkologi", "Oncology"
    SURGERY_HOSPITAL = "kirurgi_sygehus", "Surgery, hospital"
    VASCULAR_SURGERY = "karkirurgi", "Vascular surgery"
    GASTROENTEROLOGY_SURGICAL = "kir_gastroenterologi", "Gastroenterology, surgical"
    PLASTIC_SURGERY = "plastikkirurgi", "Plastic surgery"
    THORACIC_SURGERY = "thoraxkirurgi", "Thoracic surgery"
    UROLOGY = "urologi", "Urology"
    GYNAECOLOGY_AND_OBSTETRICS_HOSPITAL = "gynaekologi_obstetrik_sygehus", "Gynaecology and obstetrics, hospital"
    NEUROSURGERY = "neurokirurgi", "Neurosurgery"
    ORTHOPAEDIC_SURGERY_HOSPITAL = "ortopaedisk_kirurgi_sygehus", "Orthopaedic surgery, hospital"
    OPHTHALMOLOGY = "oftalmologi", "Ophthalmology"
    EAR_NOSE_AND_THROAT = "oto_rhino_laryngologi", "Ear, nose and throat"
    HOSPITAL_DENTISTRY = "hospitalsodontologi", "Hospital dentistry"
    PSYCHIATRY_HOSPITAL = "psykiatri_sygehus", "Psychiatry, hospital"
    CHILD_AND_ADOLESCENT_PSYCHIATRY = "boerne_ungdomspsykiatri", "Child and adolescent psychiatry"
    CLINICAL_BIOCHEMISTRY = "klin_biokemi", "Clinical biochemistry"
    CLINICAL_PHYSIOLOGY_AND_NUCLEAR_MEDICINE = "klin_fys_nuklearmedicin", "Clinical physiology and nuclear medicine"
    CLINICAL_IMMUNOLOGY = "klin_immunologi", "Clinical immunology"
    CLINICAL_MICROBIOLOGY = "klin_mikrobiologi", "Clinical microbiology"
    CLINICAL_NEUROPHYSIOLOGY = "klin_neurofysiologi", "Clinical neurophysiology"
    PATHOLOGICAL_ANATOMY = "patologisk_anatomi", "Pathological anatomy"
    DIAGNOSTIC_RADIOLOGY = "diagnostisk_radiologi", "Diagnostic radiology"
    CLINICAL_PHARMACOLOGY = "klin_farmakologi", "Clinical pharmacology"
    CLINICAL_GENETICS = "klin_genetik", "Clinical genetics"
    ANAESTHESIOLOGY_HOSPITAL = "anaestesiologi_sygehus", "Anaesthesiology, hospital"
    OCCUPATIONAL_MEDICINE = "arbejdsmedicin", "Occupational medicine"
    GENERAL_MEDICINE = "almen_medicin", "General medicine"
    SOCIAL_MEDICINE = "samfundsmedicin", "Social medicine"
    GENERAL_PRACTITIONER_OR_OUT_OF_HOURS_DOCTOR = "almenlaege_laegevagt", "General practitioner or out-of-hours doctor"
    EYE_SPECIALIST = "oejenlaege", "Eye specialist"
    EAR_NOSE_AND_THROAT_SPECIALIST = "oere_naese_halslaege", "Ear, nose and throat specialist"
    ANAESTHESIOLOGY_PRACTICE = "anaestesiologi_praksis", "Anaesthesiology, practice"
    X_RAY_COPENHAGEN = "roentgen_kbh", "X-ray, Copenhagen"
    DERMATO_VENEREOLOGY_PRACTICE = "dermato_venerologi_praksis", "Dermato-venereology, practice"
    X_RAY = "roentgen", "X-ray"
    RHEUMATOLOGY_AND_PHYSICAL_MEDICINE = "reumatologi_fysiurgi", "Rheumatology and physical medicine"
    GYNAECOLOGY_AND_OBSTETRICS_PRACTICE = "gynaekologi_obstetrik_praksis", "Gynaecology and obstetrics, practice"
    INTERNAL_MEDICINE_PRACTICE = "intern_medicin_praksis", "Internal medicine, practice"
    SURGERY_PRACTICE = "kirurgi_praksis", "Surgery, practice"
    CLINICAL_CHEMISTRY = "klinisk_kemi", "Clinical chemistry"
    NEUROLOGY_PRACTICE = "neuromedicin", "Neurology, practice"
    ORTHOPAEDIC_SURGERY_PRACTICE = "ortopaedisk_kirurgi_praksis", "Orthopaedic surgery, practice"
    PATHOLOGY = "patologi", "Pathology"
    PLASTIC_SURGERY_PRACTICE = "plastkirurgi", "Plastic surgery, practice"
    PSYCHIATRY_PRACTICE = "psykiatri_praksis", "Psychiatry, practice"
    PAEDIATRICS_PRACTICE = "paediatri", "Paediatrics, practice"
    CHILD_PSYCHIATRY = "boernepsykiatri", "Child psychiatry"
    TROPICAL_MEDICINE = "tropemedicin", "Tropical medicine"
    DENTIST = "tandlaege", "Dentist"
    PHYSIOTHERAPY = "fysioterapi", "Physiotherapy"
    CHIROPRACTOR = "kiropraktor", "Chiropractor"
    SPECTACLES = "briller", "Spectacles"
    PODIATRY = "fodterapi", "Podiatry"
    FOOT_CARE = "fodbehandlking", "Foot care"
    MEDICAL_LABORATORIES = "med_laboratorier", "Medical laboratories"
    REGIONAL_LABORATORIES = "omegnslaboratorier", "Regional laboratories"
    PSYCHOLOGIST = "psykolog", "Psychologist"
    ACUTE = "akut", "Acute"
    GENERAL_PRACTITIONER_OUT_OF_HOURS_HOME_VISITS = "almenlaege_vagtkoersel", "GP, out-of-hours home visits"
    GENERAL_PRACTITIONER_OUT_OF_HOURS_HELP = "almenlaege_vagtlaegehjaelp", "GP, out-of-hours help"
    MIXED = "blandet", "Mixed"
    PODIATRY_ARTHRITIS = "fodterapi_leddegigt", "Podiatry, arthritis"
    PODIATRY_RADIATION = "fodterapi_radioaktiv", "Podiatry, after radiation"
    PHYSIOTHERAPY_HOSPITAL = "fysioterapi_sygehus", "Physiotherapy, hospital"
    PHYSIOTHERAPY_FREE_OF_CHARGE = "fysioterapi_vederlagsfri", "Physiotherapy free of charge"
    CHIROPRACTOR_64 = "kiropraktor_64", "Chiropractor, number 64"
    MEDICAL_LABORATORY_KPLL = "med_laboratorier_kpll", "Medical laboratory KPLL"
    MEDICAL_LABORATORY_SSI = "med_laboratorier_ssi", "Medical laboratory SSI"
    NEUROSURGERY_PRACTICE = "neurokirurgi_praksis", "Neurosurgery, practice"
    PAEDIATRICS_HOSPITAL = "paediatri_sygehus", "Paediatrics, hospital"
    PALLIATIVE_CARE = "palliativ", "Palliative care"
    FORENSIC_MEDICINE = "retsmedicin", "Forensic medicine"
    RIDING_THERAPY = "ridefysioterapi", "Riding therapy"
    RIDING_THERAPY_FREE_OF_CHARGE = "ridefysioterapi_vederlagsfri", "Riding therapy free of charge"
    SEXOLOGY = "sexologi", "Sexology"
    DENTAL_HYGIENISTS = "tandplejere", "Dental hygienists"
    TEDDY = "teddy", "Not explained in the sources"
    OUT_OF_HOURS_DOCTOR = "vagtlaege", "Out-of-hours doctor"
    OUT_OF_HOURS_MEDICAL_HELP = "vagtlaegehjaelp", "Out-of-hours medical help"
    OUT_OF_HOURS_MEDICAL_HELP_COPENHAGEN = "vagtlaegehjaelp_kbh", "Out-of-hours medical help, Copenhagen"
