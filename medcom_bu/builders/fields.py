"""The parameters of each builder, for those who complete and check code: for replies, forwards and factories.

A test holds each list equal to the parameters of its builder.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict

from medcom_bu.builders.threads import Author
from medcom_bu.directory import Directory
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.messages.binary_letter import SystemInformation
from medcom_bu.messages.clinical_email import EmailPatient
from medcom_bu.messages.headers import EpisodeOfCare
from medcom_bu.messages.hospital_referral import Diagnosis, MainDiagnosis, ReferralPatient, Relative
from medcom_bu.values.codes import (
    AcknowledgementCode,
    CorrespondencePriority,
    HospitalChoice,
    Priority,
    ReferralStatus,
    StatusCode,
    Transport,
)
from medcom_bu.values.fhir_codes import Category, RequestPriority
from medcom_bu.values.fhir_resources import CareTeam, Organization, Patient, PractitionerRole
from medcom_bu.values.fhir_types import Identifier
from medcom_bu.values.parties import AnswerCCReceiver, Person, Receiver, ReferringSender, Sender
from medcom_bu.values.text import FormattedText


class CareCommunicationFields(TypedDict, total=False):
    """The parameters of :class:`CareCommunicationBuilder`."""

    sender: Organization | None
    receiver: Organization | None
    patient: Patient | None
    category: Category | str | None
    topic: str | None
    priority: RequestPriority | str | None
    episode_of_care: Identifier | None
    specific_sender: Author | str | None
    specific_recipient: Author | str | PractitionerRole | CareTeam | None
    version: str
    ids: IdsAndClock | None
    directory: Directory | None


class ClinicalEmailFields(TypedDict, total=False):
    """The parameters of :class:`ClinicalEmailBuilder`."""

    sender: Sender | None
    receiver: Receiver | None
    patient: EmailPatient | None
    subject: str | None
    priority: CorrespondencePriority | str | None
    text: FormattedText | str | Sequence[FormattedText | str]
    long_texts: Literal["split", "refuse"]
    episode_of_care_identifier: str | None
    status: StatusCode | str
    attachments_as: str
    acknowledgement_code: AcknowledgementCode | str
    ids: IdsAndClock | None
    directory: Directory | None


class HospitalReferralFields(TypedDict, total=False):
    """The parameters of :class:`HospitalReferralBuilder`."""

    sender: ReferringSender | None
    receiver: Receiver | None
    patient: ReferralPatient | None
    answer_cc_receiver: AnswerCCReceiver | None
    relative: Relative | None
    priority: Priority | str | None
    referral_status: ReferralStatus | str | None
    transport: Transport | str | None
    hospital_choice: HospitalChoice | str | None
    clinical_reason: FormattedText | str | None
    supplementary: FormattedText | str | None
    diagnosis: MainDiagnosis | None
    additional_diagnoses: Sequence[Diagnosis]
    cave: FormattedText | str | None
    anamnesis: FormattedText | str | None
    examination: FormattedText | str | None
    actual_medicine: FormattedText | str | None
    episode_of_care: EpisodeOfCare | Sequence[EpisodeOfCare] | None
    episode_of_care_identifier: str | None
    status: StatusCode | str
    version: str
    attachments_as: str
    acknowledgement_code: AcknowledgementCode | str
    ids: IdsAndClock | None
    directory: Directory | None


class BinaryLetterFields(TypedDict, total=False):
    """The parameters of :class:`BinaryLetterBuilder`."""

    sender: Sender | None
    receiver: Receiver | None
    patient: Person | None
    system_information: SystemInformation | None
    version: str
    acknowledgement_code: AcknowledgementCode | str
    ids: IdsAndClock | None
    directory: Directory | None
