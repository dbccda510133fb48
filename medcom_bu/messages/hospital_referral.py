"""XREF01, the hospital referral (sygehushenvisning): XH0131R and XH0130R.

Source: MedCom's XML schemas, HospitalReferral.xsd of 2017/05/01 (XH0131R) and 2005/08/07 (XH0130R).
"""

from __future__ import annotations

from medcom_bu.declare.oioxml import Codes, String, Value, Version, Wrapped, declaration, element, letter
from medcom_bu.messages.emessage import LetterHeader
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
    STRING_17,
    STRING_25,
    STRING_35,
    STRING_70,
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


@declaration
class TelephoneSubscriber(Value):
    """A telephone number with its kind."""

    telephone_subscriber_identifier: str = element("TelephoneSubscriberIdentifier", STRING_25)
    telephone_subscriber_code: TelephoneSubscriberCode | str = element(
        "TelephoneSubscriberCode", Codes(TelephoneSubscriberCode)
    )


@declaration
class ReferralPatient(Person):
    """The patient of a referral."""

    person_title: str | None = element("PersonTitle", STRING_35, default=None)
    street_name: str | None = element("StreetName", STRING_35, default=None)
    suburb_name: str | None = element("SuburbName", STRING_35, default=None)
    district_name: str | None = element("DistrictName", STRING_35, default=None)
    post_code_identifier: str | None = element("PostCodeIdentifier", POST_CODE, default=None)
    telephone_subscriber: tuple[TelephoneSubscriber, ...] = element(
        "TelephoneSubscriber", TelephoneSubscriber, default=(), max=3
    )
    email_identifier: str | None = element("EmailIdentifier", STRING_70, default=None)


@declaration
class Relative(Value):
    """A relative. There is room for one, without address or telephone."""

    relation_code: RelationCode | str = element("RelationCode", Codes(RelationCode))
    person_identifier: Cpr | None = element("PersonIdentifier", Wrapped(String(1, 10), Cpr), default=None)
    person_surname_name: str = element("PersonSurnameName", STRING_70)
    person_given_name: str | None = element("PersonGivenName", STRING_70, default=None)


@declaration
class AdditionalInformation(Value):
    """Urgency, kind of referral, transport, and what is asked for."""

    priority: Priority | str | None = element("Priority", Codes(Priority), default=None)
    referral_status: ReferralStatus | str | None = element("ReferralStatus", Codes(ReferralStatus), default=None)
    transport: Transport | str | None = element("Transport", Codes(Transport), default=None)
    supplementary: FormattedText | None = element("Supplementary", FORMATTED_TEXT, default=None)
    clinical_reason: FormattedText | None = element("ClinicalReason", FORMATTED_TEXT, default=None)
    hospital_choice: HospitalChoice | str | None = element(
        "HospitalChoice", Codes(HospitalChoice), default=None, versions=_XH0131R
    )


@declaration
class Diagnosis(Value):
    """A diagnosis with its role, code, code system and words."""

    diagnose_description_code: DiagnoseDescriptionCode | str = element(
        "DiagnoseDescriptionCode", Codes(DiagnoseDescriptionCode)
    )
    diagnose_code: str | None = element("DiagnoseCode", STRING_17, default=None)
    diagnose_type_code: DiagnoseTypeCode | str = element("DiagnoseTypeCode", Codes(DiagnoseTypeCode))
    diagnose_text: str = element("DiagnoseText", STRING_70)


@declaration
class MainDiagnosis(Value):
    """The main diagnosis. In XH0130R its role is given by its place."""

    diagnose_description_code: DiagnoseDescriptionCode | str | None = element(
        "DiagnoseDescriptionCode",
        Codes(DiagnoseDescriptionCode),
        default=None,
        versions=_XH0131R,
        required_in=_XH0131R,
    )
    diagnose_code: str | None = element("DiagnoseCode", STRING_17, default=None)
    diagnose_type_code: DiagnoseTypeCode | str = element("DiagnoseTypeCode", Codes(DiagnoseTypeCode))
    diagnose_text: str = element("DiagnoseText", STRING_70)


@declaration
class Referral(Value):
    """The diagnoses of the referral."""

    refer: MainDiagnosis | None = element("Refer", MainDiagnosis, default=None)
    referral_additional: tuple[Diagnosis, ...] = element("ReferralAdditional", Diagnosis, default=(), max=5)


@declaration
class RelevantClinicalInformation(Value):
    """What is known of the patient."""

    cave: FormattedText | None = element("Cave", FORMATTED_TEXT, default=None)
    anamnesis: FormattedText | None = element("Anamnesis", FORMATTED_TEXT, default=None)
    examination: FormattedText | None = element("Examination", FORMATTED_TEXT, default=None)
    actual_medicine: FormattedText | None = element("ActualMedicine", FORMATTED_TEXT, default=None)


@declaration
class HospitalVisitation(Value):
    """A triage note. The receiver writes it; a sender leaves it out."""

    information_code: InformationCode | str = element("InformationCode", Codes(InformationCode))
    information: FormattedText = element("Information", FORMATTED_TEXT)


@letter("HospitalReferral", XH0131R, XH0130R)
@declaration
class HospitalReferral(Value):
    """A referral of a patient to a hospital department."""

    letter: LetterHeader = element("Letter", LetterHeader)
    sender: ReferringSender = element("Sender", ReferringSender)
    receiver: Receiver = element("Receiver", Receiver)
    answer_cc_receiver: AnswerCCReceiver | None = element("AnswerCCReceiver", AnswerCCReceiver, default=None)
    patient: ReferralPatient = element("Patient", ReferralPatient)
    relative: Relative | None = element("Relative", Relative, default=None)
    additional_information: AdditionalInformation | None = element(
        "AdditionalInformation", AdditionalInformation, default=None
    )
    referral: Referral | None = element("Referral", Referral, default=None)
    relevant_clinical_information: RelevantClinicalInformation | None = element(
        "RelevantClinicalInformation", RelevantClinicalInformation, default=None
    )
    reference: tuple[Reference, ...] = element("Reference", Reference, default=(), max=10)
    hospital_visitation: tuple[HospitalVisitation, ...] = element(
        "HospitalVisitation", HospitalVisitation, default=(), max=9
    )
