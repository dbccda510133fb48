"""A CareCommunication as a correspondence, with binary letters that carry its files.

Source: MedCom, mapping of XDIS91 and XBIN01 to CareCommunication, January 2026; use cases of the VANS conversion
service 3.1.0, S2. The table names the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import attrs

from medcom_bu.builders.assembly import consign, header
from medcom_bu.builders.attachments import AttachedFile, recast
from medcom_bu.conversion import additions as made
from medcom_bu.conversion import losses as lost
from medcom_bu.conversion import refusals
from medcom_bu.conversion.bundles import note_elements
from medcom_bu.conversion.citizens import to_person
from medcom_bu.conversion.episodes import as_uuid, chosen_episode, status_of
from medcom_bu.conversion.files_to_letter import MOST, ConvertedFiles, files_of
from medcom_bu.conversion.letters import find_letters
from medcom_bu.conversion.notes import Notes, Origin
from medcom_bu.conversion.pairs import PairedMessage
from medcom_bu.conversion.policy import Policy
from medcom_bu.conversion.segments import Segments, placed_segments
from medcom_bu.conversion.texts_to_letter import TextOfLetter
from medcom_bu.conversion.times import to_date_and_time
from medcom_bu.conversion.to_fhir import paired_letter
from medcom_bu.conversion.units import WhoIsWho, to_party
from medcom_bu.directory import Directory
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.messages.binary_letter import XB0131X, BinaryLetter
from medcom_bu.messages.care_communication import CareCommunicationMessage
from medcom_bu.messages.clinical_email import XD9134L, ClinicalEmail, EmailInformation, EmailPatient
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.letter_union import Letter
from medcom_bu.values.codes import AcknowledgementCode, CorrespondencePriority, EpisodeOfCareStatusCode
from medcom_bu.values.fhir_codes import Category, RequestPriority
from medcom_bu.values.fhir_resources import Communication, Encounter, Organization, Patient
from medcom_bu.values.parties import Person, Receiver, Sender
from medcom_bu.values.timestamps import DateAndTime

_LONGEST_SUBJECT, _LONGEST_TELEPHONE, _LONGEST_EPISODE = 70, 25, 35
_LETTER = "messages[0].letters[0]"
_NO_TIME = DateAndTime(date="0001-01-01", time="00:00")
"""Stands in a letter that is refused for it."""

_PRIORITIES = {
    RequestPriority.ASAP: CorrespondencePriority.HIGH,
    RequestPriority.ROUTINE: CorrespondencePriority.ROUTINE,
}


def convert_message(
    message: CareCommunicationMessage, directory: Directory | None, policy: Policy, ids: IdsAndClock, notes: Notes
) -> tuple[tuple[Emessage, ...], PairedMessage]:
    """The letters of a message, and its pair. Raises InvalidMessage with every reason where it cannot be carried."""
    parts = {
        "MessageHeader": message.header,
        "Communication": message.communication,
        "sender": message.sender,
        "receiver": message.receiver,
        "Patient": message.patient,
    }
    for name, part in parts.items():
        if part is None:
            notes.refuse(refusals.MISSING, "/", element=name)
    notes.check()
    making = _Making(message, directory, policy, ids, notes)
    messages = making.messages()
    note_elements(message, notes)
    notes.check()
    own = message.header
    return messages, PairedMessage(
        bundle_id=message.id or "",
        message_id=(own.id if own is not None else None) or "",
        letters=tuple(paired_letter(found) for each in messages for found in find_letters(each, ())),
        sender=making.unit("sender"),
        receiver=making.unit("receiver"),
        provenance=message.provenance,
    )


@attrs.define
class _Making:
    """Puts the letters together."""

    message: CareCommunicationMessage
    directory: Directory | None
    policy: Policy
    ids: IdsAndClock
    notes: Notes

    def unit(self, side: str) -> Organization:
        unit: Organization = getattr(self.message, side)
        return unit

    @property
    def communication(self) -> Communication:
        return self.message.communication or Communication()

    def path(self, resource: Any) -> str:
        return f"entry[{self.message.places[id(resource)]}].resource"

    def messages(self) -> tuple[Emessage, ...]:
        sent = to_date_and_time(self.message.timestamp, "timestamp", self.notes)
        if sent is None:
            self.notes.refuse(refusals.TIME, "timestamp")
            sent = _NO_TIME
        segments = placed_segments(self.message, self.path(self.communication))
        if not any((each.segment.text or "").strip() for each in (*segments.current, *segments.earlier)):
            self.notes.refuse(refusals.NO_TEXT, self.path(self.communication))
        files = files_of(segments.attachments, self.policy, self.ids, self.notes)
        email = self._email(segments, files, sent)
        self.notes.check()
        letters: list[tuple[Letter, AcknowledgementCode | str]] = [(email, AcknowledgementCode.WANTED)]
        for start in range(0, len(files.files), MOST):
            binary = self._binary(email, files.files[start : start + MOST])
            letters.append((binary, self.policy.binary_acknowledgement))
        self._note_headers(len(letters))
        ids = self._at(sent)
        return tuple(consign(letter, ids, acknowledgement) for letter, acknowledgement in letters)

    def _note_headers(self, count: int) -> None:
        """What every letter made of a message has, that no message says."""
        for number in range(count):
            place = f"messages[{number}]"
            origin = Origin.POLICY if number else Origin.CONSTANT
            self.notes.make(made.ACKNOWLEDGEMENT, f"{place}.envelope.acknowledgement_code", origin)
            self.notes.make(made.ENVELOPE_ID, f"{place}.envelope.identifier", Origin.NEW)
            self.notes.make(made.LETTER_ID, f"{place}.letters[0].letter.identifier", Origin.NEW)
            for kind, name in _CONSTANTS:
                self.notes.make(kind, f"{place}.letters[0].letter.{name}", Origin.CONSTANT)
            if number:
                self.notes.make(made.BINARY_LETTER, place, Origin.DERIVED)

    def _at(self, when: DateAndTime) -> IdsAndClock:
        """What gives new numbers, and the time that the message tells."""
        moment = when.moment or datetime.min
        return IdsAndClock(numbers=self.ids.number, uuids=self.ids.new_uuid, clock=lambda: moment)

    def _email(self, segments: Segments, files: ConvertedFiles, sent: DateAndTime) -> ClinicalEmail:
        notes = self.notes
        who = WhoIsWho(self.directory, moment.date() if (moment := sent.moment) is not None else None)
        sender, receiver = self.unit("sender"), self.unit("receiver")
        gln, sor = receiver.gln, receiver.sor
        who.check_receiver(
            gln.reveal() if gln is not None else None,
            sor.reveal() if sor is not None else None,
            f"{self.path(receiver)}.identifier",
            notes,
        )
        telephone = self._telephone(segments)
        text = TextOfLetter(self.message, segments, files, telephone, notes)
        return ClinicalEmail(
            letter=header(
                XD9134L, self._at(self._written(segments, sent)), episode_identifier=self._episode()
            ),
            sender=to_party(
                Sender, sender, self.path(sender), f"{_LETTER}.sender", who, notes,
                telephone_subscriber_identifier=telephone,
            ),
            receiver=to_party(Receiver, receiver, self.path(receiver), f"{_LETTER}.receiver", who, notes),
            patient=self._patient(),
            additional_information=self._information(),
            clinical_information=text.parts(self.policy),
            reference=files.references,
        )  # fmt: skip

    def _binary(self, email: ClinicalEmail, files: Sequence[AttachedFile]) -> BinaryLetter:
        written = email.letter.authorisation
        return BinaryLetter(
            letter=header(XB0131X, self._at(written)),
            sender=email.sender,
            receiver=email.receiver,
            subject=recast(Person, email.patient),
            binary_object=tuple(file.binary_object(XB0131X) for file in files),
        )

    def _written(self, segments: Segments, sent: DateAndTime) -> DateAndTime:
        """When the new text was sent, else the message."""
        for each in segments.current[:1]:
            written = to_date_and_time(each.segment.date, f"{each.path}.extension", self.notes)
            if written is not None:
                return written
            if each.segment.date:
                self.notes.lose(lost.ELEMENT, f"{each.path}.extension", element="Communication.payload.extension(date)")
        self.notes.make(made.AUTHORISATION, f"{_LETTER}.letter.authorisation", Origin.DERIVED)
        return sent

    def _telephone(self, segments: Segments) -> str | None:
        contact = next((each.segment.contact for each in segments.current if each.segment.contact), None)
        return contact if contact is not None and len(contact) <= _LONGEST_TELEPHONE else None

    def _patient(self) -> EmailPatient:
        patient = self.message.patient or Patient()
        status = self._status(patient)
        fields = to_person(patient, self.path(patient), self.notes)
        return EmailPatient(episode_of_care_status_code=status, **fields)

    def _status(self, patient: Patient) -> EpisodeOfCareStatusCode:
        """The status of the patient: dead, what class and status of the encounter stand for, or else inactive."""
        encounter = self.message.resolve(self.communication.encounter, Encounter)
        class_code = encounter.class_.code if encounter is not None and encounter.class_ is not None else None
        found = status_of(class_code, encounter.status if encounter is not None else None)
        self.notes.make(made.EPISODE_STATUS, f"{_LETTER}.patient.episode_of_care_status_code", Origin.DERIVED)
        if patient.deceased_date_time is not None:
            self.notes.lose(lost.DECEASED_TIME, f"{self.path(patient)}.deceased_date_time")
        status = EpisodeOfCareStatusCode.INACTIVE if found is None else found
        if patient.deceased_boolean or patient.deceased_date_time is not None:
            status = EpisodeOfCareStatusCode.DEAD
        if encounter is not None and status is not found:
            self.notes.lose(lost.ENCOUNTER, self.path(encounter))
        return status

    def _episode(self) -> str | None:
        """The number of the episode of care as a letter has it: a UUID without hyphens and prefix."""
        encounter = self.message.resolve(self.communication.encounter, Encounter)
        identifiers = self.message.episode_of_care
        chosen = chosen_episode(identifiers, self.policy.episode_of_care == "local")
        text = chosen.value if chosen is not None else None
        uuid = as_uuid(text)
        number = uuid.hex if uuid is not None else text
        fits = number is not None and 0 < len(number) <= _LONGEST_EPISODE
        for place, reference in enumerate(encounter.episode_of_care if encounter is not None else ()):
            path = f"{self.path(encounter)}.episode_of_care[{place}]"
            if reference.identifier is not chosen or not fits:
                self.notes.lose(lost.FURTHER_EPISODE, path)
            elif uuid is None:
                self.notes.lose(lost.EPISODE_FORM, path)
        return number if fits else None

    def _information(self) -> EmailInformation | None:
        priority = self._priority()
        subject = self._subject()
        return EmailInformation(priority=priority, subject=subject) if priority or subject else None

    def _subject(self) -> str | None:
        """Category and topic in one: what does not fit is named, never cut off silently."""
        message, path = self.message, self.path(self.communication)
        category, topic = message.category, self._topic()
        words = category.danish if isinstance(category, Category) else category
        if self.communication.category:
            self.notes.lose(lost.CATEGORY, f"{path}.category")
        subject = ", ".join(filter(None, (words, topic)))
        if not subject:
            return None
        self.notes.make(made.SUBJECT, f"{_LETTER}.additional_information.subject", Origin.MEDCOM_WORDS)
        if len(subject) > _LONGEST_SUBJECT:
            self.notes.lose(lost.SUBJECT_CUT, f"{path}.topic", length=len(subject))
        return subject[:_LONGEST_SUBJECT]

    def _topic(self) -> str | None:
        topic = self.communication.topic
        if topic is None:
            return None
        if topic.coding:
            self.notes.lose(lost.TOPIC, f"{self.path(self.communication)}.topic.coding")
        return topic.text or next((coding.display or coding.code for coding in topic.coding), None)

    def _priority(self) -> CorrespondencePriority | None:
        priority = self.message.priority
        if priority is None:
            return None
        known = next((own for each, own in _PRIORITIES.items() if each == priority), None)
        if self.message.category != Category.REGARDING_REFERRAL or known is None:
            self.notes.lose(lost.PRIORITY, f"{self.path(self.communication)}.priority")
            return None
        return known


_CONSTANTS = (
    (made.VERSION, "version_code"),
    (made.STATISTICS, "statistical_code"),
    (made.TYPE, "type_code"),
    (made.NEW_LETTER, "status_code"),
)
