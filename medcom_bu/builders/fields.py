"""The fields that a reply or a forward may change, for those who complete and check code: the parameters of a builder.

A test holds each list equal to the parameters of its builder.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict

from medcom_bu.builders.threads import Author
from medcom_bu.directory import Directory
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.messages.clinical_email import EmailPatient
from medcom_bu.values.codes import AcknowledgementCode, CorrespondencePriority, StatusCode
from medcom_bu.values.fhir_codes import Category, RequestPriority
from medcom_bu.values.fhir_resources import CareTeam, Organization, Patient, PractitionerRole
from medcom_bu.values.fhir_types import Identifier
from medcom_bu.values.parties import Receiver, Sender
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
    ids: IdsAndClock
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
    ids: IdsAndClock
    directory: Directory | None
