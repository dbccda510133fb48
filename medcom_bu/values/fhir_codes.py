"""The code systems and code lists of MedCom's FHIR messages, as data.

A member is a ``str`` equal to its code; ``danish`` is MedCom's Danish text. ``versions`` says which versions of
CareCommunication know the member; empty means all. Source: MedCom Terminology 2.0.1; HL7 FHIR R4.

>>> Category.OTHER == "other", Category.OTHER.danish
(True, 'Andet')
"""

from __future__ import annotations

from typing import Self, TypeVar

from medcom_bu.values.codes import CodeList, Since

_TERMINOLOGY = "http://medcomfhir.dk/ig/terminology/CodeSystem/"
CATEGORY_CODES = _TERMINOLOGY + "medcom-careCommunication-categoryCodes"
ACTIVITY_CODES = _TERMINOLOGY + "medcom-messaging-activityCodes"
EVENT_CODES = _TERMINOLOGY + "medcom-messaging-eventCodes"
DESTINATION_USE = _TERMINOLOGY + "medcom-messaging-destinationUse"
ISSUE_DETAILS = _TERMINOLOGY + "medcom-acknowledgement-error-codes"
OPERATION_OUTCOME = "http://terminology.hl7.org/CodeSystem/operation-outcome"
ROLES = _TERMINOLOGY + "medcom-core-PractitionerRolesSKSadministrativ"
AUTHORISED_ROLES = _TERMINOLOGY + "medcom-core-PractitionerRolesAutorisationsregistret"
ACT_CODES = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
EPISODE_OF_LPR3 = "https://www.esundhed.dk/Registre/Landspatientregisteret"

_CORE = "http://medcomfhir.dk/ig/core/StructureDefinition/"
DATE_TIME_EXTENSION = _CORE + "medcom-core-datetime-extension"
PRACTITIONER_EXTENSION = _CORE + "medcom-core-practitioner-extension"
CONTACT_EXTENSION = _CORE + "medcom-core-contact-extension"
IDENTIFIER_EXTENSION = _CORE + "medcom-core-identifier-extension"
SENDER_EXTENSION = _CORE + "medcom-core-sender-extension"
DESTINATION_USE_EXTENSION = (
    "http://medcomfhir.dk/ig/messaging/StructureDefinition/medcom-messaging-destinationUseExtension"
)

FROM_5 = Since("5.0")
"""What came with version 5.0 of CareCommunication, and is in every later one."""


_T = TypeVar("_T")


class CaselessCodeList(CodeList):
    """A list of a code system in which case does not matter: ``Nursing`` is the code ``nursing``.

    Source: FHIR R4, CodeSystem.caseSensitive, false in MedCom's code systems.
    """

    @classmethod
    def get(cls, text: _T) -> Self | _T:
        """The member with this code, however it is spelt; what is given where no member fits."""
        member = super().get(text)
        if isinstance(member, cls) or not isinstance(text, str):
            return member
        folded = text.casefold()
        return next((one for one in cls if one.casefold() == folded), text)


class Category(CaselessCodeList):
    """What a CareCommunication is about."""

    ALCOHOL_AND_DRUG_TREATMENT = "alcohol-and-drug-treatment", "Alcohol and drug treatment", "Rusmiddelbehandling"
    ASSISTIVE_DEVICES = "assistive-devices", "Assistive technology", "Hjælpemidler"
    CARE_COORDINATION = "carecoordination", "Care Coordination", "Forløbskoordinering"
    DECEASE = "decease", "Decease", "Dødsfald"
    DISCHARGE = "discharge", "Discharge", "Udskrivelse"
    EXAMINATION_RESULTS = "examination-results", "Examination Results", "Undersøgelsessvar"
    HEALTHCARE = "healthcare", "Healthcare", "Sundhedspleje"
    HOME_CARE_ASSESSMENT = "home-care-assessment", "Home care assessment", "Visitation"
    MEDICINE = "medicine", "Medicine", "Medicin"
    NURSING = "nursing", "Nursing", "Sygepleje"
    OUTPATIENT = "outpatient", "Outpatient", "Ambulant"
    PSYCHIATRY_SOCIAL_DISABILITY = (
        "psychiatry-social-disability",
        "Psychiatry, Social, Disability",
        "Psykiatri, social, handicap",
    )
    REGARDING_REFERRAL = "regarding-referral", "Regarding Referral", "Vedr. henvisning"
    TELEMEDICINE = "telemedicine", "Telemedicine", "Telemedicin"
    TRAINING = "training", "Training", "Træning"
    ACUTE_AMBULANT = "acute-ambulant", "Acute ambulant", "Akut ambulant", FROM_5
    EXTENDED_CARE_RESPONSIBILITY = (
        "extended-care-responsibility",
        "Extended care responsibility",
        "Udvidet behandlingsansvar",
        FROM_5,
    )
    OTHER = "other", "Other", "Andet"


class RequestPriority(CodeList):
    """How urgent a CareCommunication about a referral is."""

    ROUTINE = "routine", "Routine", "Rutine"
    ASAP = "asap", "ASAP", "Hurtigst muligt"


class Activity(CaselessCodeList):
    """What a message does in its thread."""

    NEW = "new-message", "A new message has been sent", "Ny meddelelse"
    REPLY = "reply-message", "A message has been replied to", "Svar"
    FORWARD = "forward-message", "A message has been forwarded and potentially changed", "Videresendt"
    ACKNOWLEDGEMENT = "acknowledgement", "Acknowledgement message has been sent", "Kvittering"


class Event(CodeList):
    """Which message it is."""

    EMPTY = "empty-message", "Message with no content", "Tom meddelelse"
    HOSPITAL_NOTIFICATION = "hospital-notification-message", "Hospital Notification Message", "Advis om sygehusophold"
    HOME_CARE_OBSERVATION = "homecareobservation-message", "HomeCare Observation Message", "Hjemmemonitorering"
    CARE_COMMUNICATION = "care-communication-message", "Care Communication Message", "Korrespondancemeddelelse"
    ACKNOWLEDGEMENT = "acknowledgement-message", "Acknowledgement Message", "Kvittering"


class ResponseCode(CodeList):
    """What came of a message, in the Acknowledgement."""

    OK = "ok", "Received and valid", "Modtaget og gyldig"
    TRANSIENT_ERROR = "transient-error", "A technical problem at the receiver: send again later", "Teknisk fejl"
    FATAL_ERROR = "fatal-error", "The message breaks the profiles: do not send it again unchanged", "Fejl i meddelelsen"
