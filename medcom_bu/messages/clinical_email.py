"""XDIS91, correspondence (korrespondance): XD9134L.

Source: MedCom's XML schemas, ClinicalEmail.xsd of 2006/07/01.
"""

from __future__ import annotations

from medcom_bu.declare.oioxml import Codes, Value, Version, declaration, element, letter
from medcom_bu.messages.headers import LetterHeader
from medcom_bu.values.codes import CorrespondencePriority, EpisodeOfCareStatusCode
from medcom_bu.values.parties import POST_CODE, STRING_35, STRING_70, Person, Receiver, Reference, Sender
from medcom_bu.values.text import FORMATTED_TEXT, FormattedText

XD9134L = Version("XD9134L", "XDIS91", "http://rep.oio.dk/sundcom.dk/medcom.dk/xml/schemas/2006/07/01/")

REPLY, FORWARD = "Svar på korrespondance", "Videresendt korrespondance"
COPIED = (REPLY, FORWARD)
"""How the line begins behind which the text of an earlier letter is copied, as MedCom's conversion service has it."""


@declaration
class EmailPatient(Person):
    """The patient of a correspondence, with the status at the sender."""

    street_name: str | None = element("StreetName", STRING_35, default=None, danish="Vej")
    suburb_name: str | None = element("SuburbName", STRING_35, default=None, danish="Bydel")
    district_name: str | None = element("DistrictName", STRING_35, default=None, danish="By")
    post_code_identifier: str | None = element("PostCodeIdentifier", POST_CODE, default=None, danish="Postnummer")
    occupancy_text: str | None = element("OccupancyText", STRING_35, default=None, danish="Stilling")
    episode_of_care_status_code: EpisodeOfCareStatusCode | str = element(
        "EpisodeOfCareStatusCode", Codes(EpisodeOfCareStatusCode), danish="Patientens status hos afsender"
    )


@declaration
class EmailInformation(Value):
    """Priority and subject line."""

    priority: CorrespondencePriority | str | None = element(
        "Priority", Codes(CorrespondencePriority), default=None, danish="Prioritet"
    )
    subject: str | None = element("Subject", STRING_70, default=None, danish="Emne")


@declaration
class ClinicalInformation(Value):
    """One part of the text."""

    text01: FormattedText = element("Text01", FORMATTED_TEXT, danish="Tekst")


@letter("ClinicalEmail", XD9134L, danish="Korrespondance")
@declaration
class ClinicalEmail(Value):
    """A correspondence about a patient."""

    letter: LetterHeader = element("Letter", LetterHeader, danish="Brevoplysninger")
    sender: Sender = element("Sender", Sender, danish="Afsender")
    receiver: Receiver = element("Receiver", Receiver, danish="Modtager")
    patient: EmailPatient = element("Patient", EmailPatient, danish="Patient")
    additional_information: EmailInformation | None = element(
        "AdditionalInformation", EmailInformation, default=None, danish="Supplerende oplysninger"
    )
    clinical_information: tuple[ClinicalInformation, ...] = element(
        "ClinicalInformation", ClinicalInformation, default=(), max=10, danish="Kliniske oplysninger"
    )
    reference: tuple[Reference, ...] = element("Reference", Reference, default=(), max=10, danish="Bilag og links")

    @property
    def is_urgent(self) -> bool:
        """Whether the sender gave it high priority, however spelt; without a priority a letter is routine.

        Source: Den gode XML korrespondance, 2020, pages 12, 20 and 23.
        """
        priority = self.additional_information.priority if self.additional_information is not None else None
        return priority is not None and CorrespondencePriority.taken_for(priority) == CorrespondencePriority.HIGH
