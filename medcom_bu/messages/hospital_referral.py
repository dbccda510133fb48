"""XREF01, the hospital referral (sygehushenvisning): XH0131R and XH0130R.

Source: MedCom's XML schemas, HospitalReferral.xsd of 2017/05/01 (XH0131R) and 2005/08/07 (XH0130R).
"""

from __future__ import annotations

from medcom_bu.declare.oioxml import Codes, String, Value, Version, Wrapped, declaration, element, letter
from medcom_bu.issues import Text
from medcom_bu.messages.headers import LetterHeader
from medcom_bu.values.codes import (
    DiagnoseDescriptionCode,
    DiagnoseTypeCode,
    HospitalChoice,
    InformationCode,
    Priority,
    ReferralStatus,
    RelationCode,
    TelephoneSubscriberCode,
    Transport,
)
from medcom_bu.values.identifiers import Cpr
from medcom_bu.values.parties import (
    POST_CODE,
    STRING_35,
    STRING_70,
    TELEPHONE,
    TEN_DIGITS,
    AnswerCCReceiver,
    Person,
    Receiver,
    Reference,
    ReferringSender,
)
from medcom_bu.values.text import FORMATTED_TEXT, FormattedText

XH0131R = Version("XH0131R", "XREF01", "http://rep.oio.dk/medcom.dk/xml/schemas/2017/05/01/")
XH0130R = Version("XH0130R", "XREF01", "http://rep.oio.dk/sundcom.dk/medcom.dk/xml/schemas/2005/08/07/")
_XH0131R = (XH0131R.code,)
_DIAGNOSE_CODE = String(1, 17, form=Text("a code of at most 17 characters", "en kode på højst 17 tegn"))
_EMAIL = String(1, 70, form=Text("one address of at most 70 characters", "én adresse på højst 70 tegn"))


@declaration
class TelephoneSubscriber(Value):
    """A telephone number with its kind."""

    telephone_subscriber_identifier: str = element("TelephoneSubscriberIdentifier", TELEPHONE, danish="Telefon")
    telephone_subscriber_code: TelephoneSubscriberCode | str = element(
        "TelephoneSubscriberCode", Codes(TelephoneSubscriberCode), danish="Telefontype"
    )


@declaration
class ReferralPatient(Person):
    """The patient of a referral."""

    person_title: str | None = element("PersonTitle", STRING_35, default=None, danish="Stilling")
    street_name: str | None = element("StreetName", STRING_35, default=None, danish="Vej")
    suburb_name: str | None = element("SuburbName", STRING_35, default=None, danish="Bydel")
    district_name: str | None = element("DistrictName", STRING_35, default=None, danish="By")
    post_code_identifier: str | None = element("PostCodeIdentifier", POST_CODE, default=None, danish="Postnummer")
    telephone_subscriber: tuple[TelephoneSubscriber, ...] = element(
        "TelephoneSubscriber", TelephoneSubscriber, default=(), max=3, danish="Telefon"
    )
    email_identifier: str | None = element("EmailIdentifier", _EMAIL, default=None, danish="E-mail")


@declaration
class Relative(Value):
    """A relative. There is room for one, without address or telephone."""

    relation_code: RelationCode | str = element("RelationCode", Codes(RelationCode), danish="Relation")
    person_identifier: Cpr | None = element(
        "PersonIdentifier", Wrapped(String(1, 10, form=TEN_DIGITS), Cpr), default=None, danish="CPR-nummer"
    )
    person_surname_name: str = element("PersonSurnameName", STRING_70, danish="Efternavn")
    person_given_name: str | None = element("PersonGivenName", STRING_70, default=None, danish="Fornavn")


@declaration
class AdditionalInformation(Value):
    """Urgency, kind of referral, transport, and what is asked for."""

    priority: Priority | str | None = element("Priority", Codes(Priority), default=None, danish="Prioritet")
    referral_status: ReferralStatus | str | None = element(
        "ReferralStatus", Codes(ReferralStatus), default=None, danish="Henvisningstype"
    )
    transport: Transport | str | None = element("Transport", Codes(Transport), default=None, danish="Transport")
    supplementary: FormattedText | None = element("Supplementary", FORMATTED_TEXT, default=None, danish="Andet")
    clinical_reason: FormattedText | None = element(
        "ClinicalReason", FORMATTED_TEXT, default=None, danish="Ønsket undersøgelse/behandling/problemstilling"
    )
    hospital_choice: HospitalChoice | str | None = element(
        "HospitalChoice", Codes(HospitalChoice), default=None, versions=_XH0131R, danish="Frit sygehusvalg"
    )


@declaration
class Diagnosis(Value):
    """A diagnosis with its role, code, code system and words."""

    diagnose_description_code: DiagnoseDescriptionCode | str = element(
        "DiagnoseDescriptionCode", Codes(DiagnoseDescriptionCode), danish="Diagnosens art"
    )
    diagnose_code: str | None = element("DiagnoseCode", _DIAGNOSE_CODE, default=None, danish="Diagnosekode")
    diagnose_type_code: DiagnoseTypeCode | str = element(
        "DiagnoseTypeCode", Codes(DiagnoseTypeCode), danish="Klassifikation"
    )
    diagnose_text: str = element("DiagnoseText", STRING_70, danish="Diagnose")


@declaration
class MainDiagnosis(Value):
    """The main diagnosis. In XH0130R its role is given by its place."""

    diagnose_description_code: DiagnoseDescriptionCode | str | None = element(
        "DiagnoseDescriptionCode",
        Codes(DiagnoseDescriptionCode),
        default=None,
        versions=_XH0131R,
        required_in=_XH0131R,
        danish="Diagnosens art",
    )
    diagnose_code: str | None = element("DiagnoseCode", _DIAGNOSE_CODE, default=None, danish="Diagnosekode")
    diagnose_type_code: DiagnoseTypeCode | str = element(
        "DiagnoseTypeCode", Codes(DiagnoseTypeCode), danish="Klassifikation"
    )
    diagnose_text: str = element("DiagnoseText", STRING_70, danish="Diagnose")


@declaration
class Referral(Value):
    """The diagnoses of the referral."""

    refer: MainDiagnosis | None = element("Refer", MainDiagnosis, default=None, danish="Hoveddiagnose")
    referral_additional: tuple[Diagnosis, ...] = element(
        "ReferralAdditional", Diagnosis, default=(), max=5, danish="Øvrig diagnose"
    )


@declaration
class RelevantClinicalInformation(Value):
    """What is known of the patient."""

    cave: FormattedText | None = element("Cave", FORMATTED_TEXT, default=None, danish="Cave")
    anamnesis: FormattedText | None = element("Anamnesis", FORMATTED_TEXT, default=None, danish="Anamnese")
    examination: FormattedText | None = element(
        "Examination", FORMATTED_TEXT, default=None, danish="Undersøgelser/behandlinger"
    )
    actual_medicine: FormattedText | None = element(
        "ActualMedicine", FORMATTED_TEXT, default=None, danish="Aktuel medicin"
    )


@declaration
class HospitalVisitation(Value):
    """A triage note. The receiver writes it; a sender leaves it out."""

    information_code: InformationCode | str = element("InformationCode", Codes(InformationCode), danish="Notatets art")
    information: FormattedText = element("Information", FORMATTED_TEXT, danish="Visitationsnotat")


@letter("HospitalReferral", XH0131R, XH0130R, danish="Sygehushenvisning")
@declaration
class HospitalReferral(Value):
    """A referral of a patient to a hospital department."""

    letter: LetterHeader = element("Letter", LetterHeader, danish="Brevoplysninger")
    sender: ReferringSender = element("Sender", ReferringSender, danish="Afsender")
    receiver: Receiver = element("Receiver", Receiver, danish="Modtager")
    answer_cc_receiver: AnswerCCReceiver | None = element(
        "AnswerCCReceiver", AnswerCCReceiver, default=None, danish="Kopi af svar til"
    )
    patient: ReferralPatient = element("Patient", ReferralPatient, danish="Patient")
    relative: Relative | None = element("Relative", Relative, default=None, danish="Pårørende")
    additional_information: AdditionalInformation | None = element(
        "AdditionalInformation", AdditionalInformation, default=None, danish="Supplerende oplysninger"
    )
    referral: Referral | None = element("Referral", Referral, default=None, danish="Diagnoser")
    relevant_clinical_information: RelevantClinicalInformation | None = element(
        "RelevantClinicalInformation", RelevantClinicalInformation, default=None, danish="Kliniske oplysninger"
    )
    reference: tuple[Reference, ...] = element("Reference", Reference, default=(), max=10, danish="Bilag og links")
    hospital_visitation: tuple[HospitalVisitation, ...] = element(
        "HospitalVisitation", HospitalVisitation, default=(), max=9, danish="Visitation (udfyldt af modtager)"
    )
