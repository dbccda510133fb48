"""XDIS91, correspondence (korrespondance): XD9134L.

Source: MedCom's XML schemas, ClinicalEmail.xsd of 2006/07/01.
"""

from __future__ import annotations

from medcom_bu.declare.oioxml import Codes, Value, Version, declaration, element, letter
from medcom_bu.messages.emessage import LetterHeader
from medcom_bu.values.codes import CorrespondencePriority, EpisodeOfCareStatusCode
from medcom_bu.values.parties import POST_CODE, STRING_35, STRING_70, Person, Receiver, Reference, Sender
from medcom_bu.values.text import FORMATTED_TEXT, FormattedText

XD9134L = Version("XD9134L", "XDIS91", "http://rep.oio.dk/sundcom.dk/medcom.dk/xml/schemas/2006/07/01/")


@declaration
class EmailPatient(Person):
    """The patient of a correspondence, with the status at the sender."""

    street_name: str | None = element("StreetName", STRING_35, default=None)
    suburb_name: str | None = element("SuburbName", STRING_35, default=None)
    district_name: str | None = element("DistrictName", STRING_35, default=None)
    post_code_identifier: str | None = element("PostCodeIdentifier", POST_CODE, default=None)
    occupancy_text: str | None = element("OccupancyText", STRING_35, default=None)
    episode_of_care_status_code: EpisodeOfCareStatusCode | str = element(
        "EpisodeOfCareStatusCode", Codes(EpisodeOfCareStatusCode)
    )


@declaration
class EmailInformation(Value):
    """Priority and subject line."""

    priority: CorrespondencePriority | str | None = element("Priority", Codes(CorrespondencePriority), default=None)
    subject: str | None = element("Subject", STRING_70, default=None)


@declaration
class ClinicalInformation(Value):
    """One part of the text."""

    text01: FormattedText = element("Text01", FORMATTED_TEXT)


@letter("ClinicalEmail", XD9134L)
@declaration
class ClinicalEmail(Value):
    """A correspondence about a patient."""

    letter: LetterHeader = element("Letter", LetterHeader)
    sender: Sender = element("Sender", Sender)
    receiver: Receiver = element("Receiver", Receiver)
    patient: EmailPatient = element("Patient", EmailPatient)
    additional_information: EmailInformation | None = element("AdditionalInformation", EmailInformation, default=None)
    clinical_information: tuple[ClinicalInformation, ...] = element(
        "ClinicalInformation", ClinicalInformation, default=(), max=10
    )
    reference: tuple[Reference, ...] = element("Reference", Reference, default=(), max=10)
