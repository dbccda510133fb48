"""The code lists of the letters, as data: what is on the wire, its English and Danish meaning, EDIFACT's code.

A member is a ``str`` equal to its wire value. Spelling mistakes in values are part of the standard. ``versions`` names
the version codes that know a member; empty means every version whose message has the element. The specialities of
senders, which are many, are in ``specialities``.

Source: MedCom's XML schemas of 2005/08/07, 2006/07/01, 2012/03/28, 2016/10/02 and 2017/05/01, as in use in 2026; the
Danish words of MedCom's own viewer where it has them; EDIFACT's codes of MedCom's converter.

>>> Priority.ELECTIVE == "elektiv", Priority.ELECTIVE.english
(True, 'Planned')
>>> ReferralStatus.AT_HOME.known_in("XH0130R")
False
"""

from __future__ import annotations

from typing import Self, TypeVar

import attrs

from medcom_bu.arguments import Words, check_fields
from medcom_bu.nearest import CODE, as_hint, find_nearest
from medcom_bu.numerals import version_numbers

_T = TypeVar("_T")

_LONGEST = 100
"""So many characters of a text are compared with the values of a list."""

_XH0131R = ("XH0131R",)
_WITH_COUNTY = ("XH0131R", "XD9134L")
_WITH_CORRECTION = ("XH0131R", "XH0130R", "XD9134L")
_WITHOUT_XD9134L = ("XH0131R", "XH0130R", "XB0131X", "XB0130X", "XB0210X")
_BINARY_SINCE_2012 = ("XB0131X", "XB0210X")


@attrs.frozen
class Edifact:
    """What EDIFACT has for a code of OIO-XML; ``code`` is None where it has none.

    ``agency`` is the code for who keeps the list, where a segment names that; ``also`` are read, but not written.
    """

    code: str | None
    agency: str | None = None
    also: tuple[str, ...] = ()


NOT_IN_EDIFACT = Edifact(None)


@attrs.frozen(field_transformer=check_fields)
class Since:
    """The versions of a standard from one on; they are numbered, as ``5.0`` is."""

    first: str

    def __contains__(self, version: str) -> bool:
        return version_numbers(version) >= version_numbers(self.first)


DEFAULT = "default"
"""Marks the value of a list that a receiver takes for any that is not of the list.

Source: the qualifier lists of Den gode XML MEDBIN, Den gode XML korrespondance and Den gode kiropraktorepikrise.
"""

_Fact = Edifact | tuple[str, ...] | Since | str
_SPELT = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", " ": "_", "-": "_"})


class CodeList(Words):
    """A closed list of wire values.

    A member is written ``value, English meaning, Danish meaning``, and then what there is to say of it: what EDIFACT
    has for it, the versions that know it, that it is the default. In a list that EDIFACT has too, every member says
    what EDIFACT has, or that it has nothing.
    """

    english: str
    danish: str
    edifact: Edifact | None
    versions: tuple[str, ...] | Since
    is_default: bool

    def __new__(cls, value: str, english: str = "", danish: str = "", *more: _Fact) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.english, member.danish = english, danish or english
        member.edifact = next((fact for fact in more if isinstance(fact, Edifact)), None)
        member.versions = next((fact for fact in more if isinstance(fact, tuple | Since)), ())
        member.is_default = DEFAULT in more
        return member

    @classmethod
    def get(cls, text: _T) -> Self | _T:
        """The member with this wire value; what is given where no member fits, as a value holds it."""
        return cls._value2member_map_.get(text, text)  # type: ignore[return-value]

    @classmethod
    def default(cls) -> Self | None:
        """The value that a receiver takes for any that is not of the list; None where the standard names none."""
        return next((member for member in cls if member.is_default), None)

    @classmethod
    def taken_for(cls, text: str) -> str | None:
        """What a receiver takes a text for that is not of the list: the value that is spelt so, or else the default.

        Empty where it is received as it came, None where it is not received. Capitals, blanks and the letters æ, ø and
        å make no other value: ``Rettetbrev`` is a correction, never a new letter.
        """
        if text in cls._value2member_map_:
            return str(text)
        spelt = [member for member in cls if _folded(member) == _folded(text)]
        return spelt[0].value if len(spelt) == 1 else cls.default()

    @classmethod
    def nearest(cls, text: str, version: str | None = None) -> str:
        """Of the values that a version knows, the one most like a text in spelling or meaning, as part of a hint.

        Empty where none is like it.
        """
        spelt: dict[str, str] = {}
        for member in cls:
            if version is None or member.known_in(version):
                spelt |= dict.fromkeys((member.danish, member.english, member.value), member.value)
        return as_hint(spelt.get(find_nearest(text, spelt, CODE), ""))

    def known_in(self, version: str) -> bool:
        """Whether the version with this code (``"XH0131R"``) knows the value."""
        return not self.versions or version in self.versions


def _folded(text: str) -> str:
    return text[:_LONGEST].strip().casefold().translate(_SPELT)


class _OfFiles(CodeList):
    """A list of what files are: the standard names no default, and a file that can be taken out is received."""

    @classmethod
    def taken_for(cls, text: str) -> str | None:
        """As of any list; a text that is spelt as none of the values is received as it came."""
        return super().taken_for(text) or ""


class AcknowledgementCode(CodeList):
    """Whether the sender of an envelope wants a positive receipt."""

    NOT_WANTED = "minuspositivkvitt", "No positive receipt wanted", "Ikke ønsket", DEFAULT
    WANTED = "pluspositivkvitt", "A positive receipt is wanted", "Ønsket"


class StatusCode(CodeList):
    """Whether a letter is new or corrects an earlier one."""

    NEW = "nytbrev", "New letter", "Nyt brev", Edifact("N"), DEFAULT
    CORRECTED = (
        "rettetbrev",
        "Correction of an earlier letter",
        "Rettelse af tidligere brev",
        Edifact("M"),
        _WITH_CORRECTION,
    )


class IdentifierCode(CodeList):
    """The register that an ``Identifier`` belongs to."""

    HOSPITAL_DEPARTMENT_NUMBER = (
        "sygehusafdelingsnummer",
        "Hospital department code (SHAK)",
        "Sygehusafdelingsnummer (SHAK)",
        Edifact("SKS", agency="SST"),
        DEFAULT,
    )
    PROVIDER_NUMBER = "ydernummer", "Provider number of a practice", "Ydernummer", Edifact("YNR", agency="SFU")
    LOCATION_NUMBER = (
        "lokationsnummer",
        "EAN location number (GLN)",
        "Lokationsnummer",
        Edifact("", agency="9", also=("EAN",)),
    )
    MUNICIPALITY_NUMBER = "kommunenummer", "Municipality number", "Kommunenummer", Edifact("KOM", agency="IM")
    COUNTY = "amt", "County, abolished in 2007", "Amt", NOT_IN_EDIFACT, _WITH_COUNTY
    SOR_CODE = "sorkode", "SOR identifier", "SOR-kode", Edifact("SOR", agency="SST")


class Priority(CodeList):
    """Urgency of a referral."""

    ELECTIVE = "elektiv", "Planned", "Elektiv", Edifact("WA")
    ACUTE = "akut", "Acute", "Akut", Edifact("AC")
    SPECIAL_CIRCUMSTANCES = "saerlige_forhold", "Special circumstances", "Særlige forhold", Edifact("SA")


class CorrespondencePriority(CodeList):
    """Priority of a correspondence."""

    ROUTINE = "rutine", "Routine", "Rutine", Edifact("NO"), DEFAULT
    HIGH = "høj_prioritet", "High priority", "Høj prioritet", Edifact("HI")


class EpisodeOfCareStatusCode(CodeList):
    """Status of the patient at the sender of a correspondence."""

    INACTIVE = "inaktiv", "Not in contact", "Ikke i kontakt", Edifact("POT"), DEFAULT
    ADMITTED = "indlagt", "Admitted", "Indlagt", Edifact("HS")
    OUTPATIENT = "ambulant", "Outpatient", "Ambulant", Edifact("HA")
    DEAD = "doed", "Dead", "Død", Edifact("DA")
    OUTPATIENT_X_RAY = "ambulant_roentgen", "Outpatient, X-ray", "Ambulant, røntgen", Edifact("REQ")


class ReferralStatus(CodeList):
    """Kind of referral."""

    OUTPATIENT = "ambulant", "Outpatient", "Ambulant", Edifact("HA")
    ADMISSION = "indlaeggelse", "Admission", "Indlæggelse", Edifact("HS")
    AT_HOME = "hjemmet", "At home", "I hjemmet", NOT_IN_EDIFACT, _XH0131R


class HospitalChoice(CodeList):
    """Free choice of hospital. The sources give the codes; what each means is not in them."""

    ALDB00 = "ALDB00", "ALDB00", "ALDB00"
    ALDB01 = "ALDB01", "ALDB01", "ALDB01"
    ALDB02 = "ALDB02", "ALDB02", "ALDB02"
    ALDB03 = "ALDB03", "ALDB03", "ALDB03"


class Transport(CodeList):
    """Patient transport wanted."""

    NONE = "ingen", "None", "Ingen", Edifact("TX")
    LYING = "liggende", "Lying", "Liggende", Edifact("ST")
    SITTING = "siddende", "Sitting", "Siddende", Edifact("SI")


class DiagnoseTypeCode(CodeList):
    """The code system of a diagnosis."""

    SKS = "SKSdiagnosekode", "SKS (Danish ICD-10) code", "SKS-diagnosekode", Edifact("SKS")
    UNSPECIFIED = "uspecificeretkode", "Unspecified code system", "Uspecificeret kode", Edifact("USP")
    ICPC = "ICPCkode", "ICPC code", "ICPC-kode", Edifact("ICP")
    SPECIALIST_REFERRAL = (
        "speciallaegehenvisning",
        "Referral to a specialist doctor",
        "Speciallægehenvisning",
        NOT_IN_EDIFACT,
        _XH0131R,
    )
    PHYSIOTHERAPY_REFERRAL = (
        "fysioterapihenvisning",
        "Referral to a physiotherapist",
        "Fysioterapihenvisning",
        NOT_IN_EDIFACT,
        _XH0131R,
    )
    PSYCHOLOGIST_REFERRAL = (
        "psykologhenvisning",
        "Referral to a psychologist",
        "Psykologhenvisning",
        NOT_IN_EDIFACT,
        _XH0131R,
    )
    PHYSIOTHERAPY_DIAGNOSIS = (
        "Fysioterapihenvisningsdiagnose",
        "Diagnosis of a physiotherapy referral",
        "Fysioterapihenvisningsdiagnose",
        NOT_IN_EDIFACT,
        _XH0131R,
    )
    PSYCHOLOGIST_DIAGNOSIS = (
        "Psykologhenvisningsdiagnose",
        "Diagnosis of a psychologist referral",
        "Psykologhenvisningsdiagnose",
        NOT_IN_EDIFACT,
        _XH0131R,
    )


class DiagnoseDescriptionCode(CodeList):
    """The role of a diagnosis."""

    UNSPECIFIED = "uspec_diagnose", "Unspecified diagnosis", "Uspecificeret diagnose", Edifact("DI"), DEFAULT
    REFERRAL = "henv_diagnose", "Referral diagnosis", "Henvisningsdiagnose", Edifact("H")
    REFERRAL_NEW_ILLNESS = (
        "henv_diagnose_ny_sygdom",
        "Referral diagnosis, new illness",
        "Henvisningsdiagnose, ny sygdom",
        NOT_IN_EDIFACT,
        _XH0131R,
    )
    REFERRAL_SAME_ILLNESS = (
        "henv_diagnose_samme_sygdom",
        "Referral diagnosis, same illness",
        "Henvisningsdiagnose, samme sygdom",
        NOT_IN_EDIFACT,
        _XH0131R,
    )
    SECONDARY = "bidiagnose", "Secondary diagnosis", "Bidiagnose", Edifact("B")
    ADDITIONAL = "tillaegsdiagnose", "Additional diagnosis", "Tillægsdiagnose", Edifact("DM")
    ACTION = "aktionsdiagnose", "Action diagnosis, the main reason of the contact", "Aktionsdiagnose", Edifact("A")
    TEMPORARY = "midlertidig_diagnose", "Temporary diagnosis", "Midlertidig diagnose", Edifact("M")
    COURSE = "forloebsdiagnose", "Diagnosis of the course", "Forløbsdiagnose", Edifact("S")
    OPERATION = "operation", "Operation", "Operation", Edifact("TR")
    X_RAY_EXAMINATION = "roentgenundersoegelse", "X-ray examination", "Røntgenundersøgelse", Edifact("IN")
    SPECIALIST_REFERRAL = (
        "speciallaegehenvisning",
        "Referral to a specialist doctor",
        "Speciallægehenvisning",
        NOT_IN_EDIFACT,
        _XH0131R,
    )
    PHYSIOTHERAPY_REFERRAL = (
        "fysioterapihenvisning",
        "Referral to a physiotherapist",
        "Fysioterapihenvisning",
        NOT_IN_EDIFACT,
        _XH0131R,
    )
    PSYCHOLOGIST_REFERRAL = (
        "psykologhenvisning",
        "Referral to a psychologist",
        "Psykologhenvisning",
        NOT_IN_EDIFACT,
        _XH0131R,
    )
    PHYSIOTHERAPY_GROUP = (
        "fysioterapihenvisningspgruppe",
        "Referral to a physiotherapy group",
        "Fysioterapihenvisning, gruppe",
        NOT_IN_EDIFACT,
        _XH0131R,
    )


class RelationCode(CodeList):
    """What a relative is to the patient."""

    UNSPECIFIED = "uspec_paaroerende", "Unspecified relative", "Uspecificeret pårørende", Edifact("GU"), DEFAULT
    MOTHER = "mor", "Mother", "Mor", Edifact("MO")
    FATHER = "far", "Father", "Far", Edifact("FA")
    CHILD = "barn", "Child", "Barn", Edifact("SD")


class TelephoneSubscriberCode(CodeList):
    """Kind of telephone number."""

    MOBILE = "mobil", "Mobile", "mobil", Edifact("CE")
    WORK = "arbejde", "Work", "arbejde", Edifact("WO")
    LAND_LINE = "fastnet", "Land line", "fastnet", Edifact("HO")


class InformationCode(CodeList):
    """Kind of triage note, written by the receiver of a referral."""

    UNSTRUCTURED = "ustruktureret", "Unstructured", "Ustruktureret", Edifact("US")
    OWN_DOCTOR = "egen_laege", "Own doctor", "Egen læge", Edifact("EL")
    REFERRAL_RECEIVED = "henvisning_modtaget", "Referral received", "Henvisning modtaget", Edifact("HV")
    TRIAGE = "visitering", "Triage", "Visitering", Edifact("VI")
    CALLED_IN = "indkaldt", "Called in", "Indkaldt", Edifact("IK")
    ADMITTED_TO = "indlagt_paa", "Admitted to", "Indlagt på", Edifact("AF")
    PAYMENT_GUARANTEE = (
        "udenamts_kaution",
        "Guarantee of payment for treatment outside the county",
        "Udenamtskaution",
        Edifact("UA"),
    )


class RefuseCode(CodeList):
    """Why a letter or an envelope is refused."""

    NOT_SPECIFIED = "ikke_specificeret", "Not specified", "Årsagen er ikke specificeret", Edifact("NC")
    UNKNOWN_LOCATION_NUMBER = (
        "ukendt_lokationsnummer",
        "Unknown location number",
        "Lokationsnummeret er ukendt hos modtageren",
        Edifact("LOK"),
    )
    RECEIVER_ID_PROBLEM = (
        "problem_med_modtagerID",
        "Problem with the receiver's identification",
        "Der er et problem med modtagerens identifikation",
        Edifact("MID"),
    )
    VERSION_PROBLEM = (
        "problem_med_version",
        "Version not supported",
        "Modtageren kan ikke tage imod brevets version",
        Edifact("VER"),
    )
    SYNTAX_ERROR = "syntaksfejl", "Syntax error", "Brevet har en syntaksfejl og kunne ikke læses", Edifact("SYN")


class ObjectCode(_OfFiles):
    """Kind of attached object."""

    TEXT_FILE = "tekstfil", "Text file", "Tekstfil", Edifact("TXT")
    PICTURE = "billede", "Picture", "Billede", Edifact("IMG")
    PROGRAM = "program", "Program", "Program", Edifact("PRG")
    VECTOR_GRAPHICS = "vektor_grafik", "Vector graphics", "Vektorgrafik", Edifact("VGR")
    BIOSIGNALS = "biosignaler", "Biosignals, such as an ECG", "Biosignaler", Edifact("BSG")
    MULTIMEDIA = "multimedie", "Multimedia", "Multimedie", Edifact("MUL", also=("SND",))
    PROPRIETARY = "proprietaert_indhold", "Proprietary content", "Proprietært indhold", Edifact("PRP")


class ObjectExtensionCode(_OfFiles):
    """File type of an attached object. There is no docx, html, jpg or tif."""

    PCX = "pcx", "PC Paintbrush picture", "PCX-billede", Edifact("PCX")
    TIFF = "tiff", "TIFF picture", "TIFF-billede", Edifact("TIF")
    JPEG = "jpeg", "JPEG picture", "JPEG-billede", Edifact("JPG")
    GIF = "gif", "GIF picture", "GIF-billede", Edifact("GIF")
    BMP = "bmp", "Windows bitmap", "BMP-billede", Edifact("BMP")
    PNG = "png", "PNG picture", "PNG-billede", Edifact("PNG")
    MPG = "mpg", "MPEG video", "MPEG-video", Edifact("MPG")
    DCM = "dcm", "DICOM", "DICOM", Edifact("DCM")
    SCP = "scp", "SCP-ECG recording", "SCP-ECG", Edifact("SCP")
    TXT = "txt", "Plain text", "Ren tekst", Edifact("TXT")
    RTF = "rtf", "Rich text", "RTF-dokument", Edifact("RTF")
    DOC = "doc", "Word document", "Word-dokument", Edifact("DOC")
    XLS = "xls", "Excel workbook", "Excel-regneark", Edifact("XLS")
    WPD = "wpd", "WordPerfect document", "WordPerfect-dokument", Edifact("WPD")
    EXE = "exe", "Windows program", "Program (EXE)", Edifact("EXE")
    PDF = "pdf", "PDF", "PDF", Edifact("PDF")
    WAV = "wav", "WAV sound", "WAV-lyd", Edifact("WAV")
    AVI = "avi", "AVI video", "AVI-video", Edifact("AVI")
    MID = "mid", "MIDI", "MIDI-lyd", Edifact("MID")
    RMI = "rmi", "RIFF MIDI", "RMI-lyd", Edifact("RMI")
    COM = "com", "DOS program", "Program (COM)", Edifact("COM")
    ZIP = "zip", "Zip archive", "ZIP-arkiv", Edifact("ZIP")
    BIN = "bin", "Unspecified binary", "Binær fil", Edifact("BIN")
    INH = "inh", "Proprietary content", "Proprietært indhold (INH)", Edifact("INH")
    PLO = "plo", "Not explained in the sources", "PLO", Edifact("PLO"), _WITHOUT_XD9134L
    FNX = "fnx", "Not explained in the sources", "FNX", Edifact("FNX"), _BINARY_SINCE_2012
