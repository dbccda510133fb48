"""A correspondence, with the binary letters that carry its files, as a CareCommunication.

Source: MedCom, mapping of XDIS91 and XBIN01 to CareCommunication, January 2026; use cases of the VANS conversion
service 3.1.0, S1. The table names the rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from medcom_bu.builders.care_problems import check_episode
from medcom_bu.builders.threads import Parts
from medcom_bu.conversion import additions as made
from medcom_bu.conversion import losses as lost
from medcom_bu.conversion import refusals
from medcom_bu.conversion.citizens import to_patient
from medcom_bu.conversion.episodes import ENCOUNTERS, as_uuid, taken_status
from medcom_bu.conversion.files_to_fhir import FileSegment, file_segments, note_file
from medcom_bu.conversion.letters import Found, note_differences, note_dropped
from medcom_bu.conversion.notes import MadeUp, Notes, Origin
from medcom_bu.conversion.pairs import PairedLetter, PairedMessage
from medcom_bu.conversion.policy import Policy
from medcom_bu.conversion.texts_to_fhir import to_string
from medcom_bu.conversion.times import to_instant
from medcom_bu.conversion.units import WhoIsWho, to_organization
from medcom_bu.declare.fhir import made_of
from medcom_bu.directory import Directory
from medcom_bu.fhir.assembly import CARE_COMMUNICATION_PROFILES, SOR_URL, header, name_of, provenance
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.messages.care_communication import DEFINITIONS, VERSIONS, CareCommunicationMessage
from medcom_bu.messages.clinical_email import ClinicalEmail
from medcom_bu.messages.message import Message
from medcom_bu.values.codes import AcknowledgementCode, EpisodeOfCareStatusCode, StatusCode
from medcom_bu.values.fhir_codes import (
    CATEGORY_CODES,
    CONTACT_EXTENSION,
    DATE_TIME_EXTENSION,
    EPISODE_OF_LPR3,
    IDENTIFIER_EXTENSION,
    PRACTITIONER_EXTENSION,
    Activity,
    Category,
    Event,
)
from medcom_bu.values.fhir_resources import (
    Communication,
    Encounter,
    Organization,
    Patient,
    Payload,
    Practitioner,
    PractitionerRole,
)
from medcom_bu.values.fhir_types import (
    CodeableConcept,
    Coding,
    ContactPoint,
    Extension,
    HumanName,
    Identifier,
    Meta,
    ResourceReference,
)
from medcom_bu.values.parties import given

UNKNOWN_TOPIC, UNKNOWN_ROLE, NO_TELEPHONE = "Ukendt emne", "ukendt", "0000 0000"
"""What MedCom's mapping has for a subject, a role and a telephone number that are not known."""

_A_TELEPHONE = re.compile("[-0-9]")
"""What the profile asks of a telephone number: MedCom Core 3.0.1, medcom-core-contact."""

_OTHER = CodeableConcept(coding=(Coding(system=CATEGORY_CODES, code=str(Category.OTHER)),))
_UNKNOWN = CodeableConcept(text=UNKNOWN_ROLE)


@attrs.frozen(kw_only=True)
class _Content:
    """What a letter says, in the terms of FHIR."""

    sender: Organization
    receiver: Organization
    patient: Patient
    text: str
    files: list[FileSegment]
    is_incomplete: bool
    sent: str
    written: str


def convert_letter(
    found: Found,
    binaries: Sequence[Found],
    number: int,
    directory: Directory | None,
    policy: Policy,
    ids: IdsAndClock,
    notes: Notes,
) -> tuple[CareCommunicationMessage, PairedMessage] | None:
    """The letter as the message with that ``number``, and its pair; None where it is refused, which is noted."""
    started = len(notes.made_up)
    who = _who_is_who(found, directory)
    content = _content(found, binaries, who, ids, notes)
    if content is None:
        return None
    making = _Making(found.letter, found.path, content, who, policy, Parts(ids, None), notes)
    message = making.message()
    entries = {name_of(entry.resource): place for place, entry in enumerate(message.entry) if entry.resource}
    places = {role: entries[name] for role, name in making.names.items()}
    paths = {role: f"messages[{number}].entry[{place}].resource" for role, place in places.items()}
    notes.place({"Bundle": f"messages[{number}]", **paths}, started)
    resources = {role: message.entry[place].resource for role, place in places.items()}
    return message, _paired(found, binaries, message.id, resources, content.is_incomplete)


def is_whole(message: Message) -> bool:
    """Whether JSON surely loses nothing of a message that was made here.

    Each element of it has a field, so only half a character can be lost; and its narratives show every text.
    """
    if not isinstance(message, CareCommunicationMessage):
        return False
    narratives = [entry.resource.text for entry in message.entry if entry.resource is not None]
    try:
        "".join([each.div or "" for each in narratives if each is not None]).encode()
    except UnicodeEncodeError:
        return False
    return True


def _who_is_who(found: Found, directory: Directory | None) -> WhoIsWho:
    envelope = found.message.envelope
    moment = envelope.sent.moment if envelope is not None and envelope.sent is not None else None
    return WhoIsWho(directory, moment.date() if moment is not None else None)


def _content(found: Found, binaries: Sequence[Found], who: WhoIsWho, ids: IdsAndClock, notes: Notes) -> _Content | None:
    letter, path, around = found.letter, found.path, found.message_path
    refused = len(notes.refusals)
    for name in ("letter", "sender", "receiver", "patient"):
        if getattr(letter, name) is None:
            notes.refuse(refusals.MISSING, path, element=name)
    envelope = found.message.envelope
    if envelope is None:
        notes.refuse(refusals.MISSING, f"{around}envelope", element="envelope")
    if envelope is None or len(notes.refusals) > refused:
        return None
    sent = to_instant(envelope.sent, f"{around}envelope.sent", "Bundle.timestamp", notes)
    written = to_instant(
        letter.letter.authorisation, f"{path}.letter.authorisation", "Communication.payload[0].extension[0]", notes
    )
    who.check_receiver(given(letter.receiver.ean_identifier), None, f"{path}.receiver.ean_identifier", notes)
    sender = to_organization(letter.sender, f"{path}.sender", "Sender", who, notes)
    receiver = to_organization(letter.receiver, f"{path}.receiver", "Receiver", who, notes)
    patient = to_patient(letter.patient, f"{path}.patient", notes)
    text = to_string(letter, path, notes)
    files, is_incomplete = file_segments(found, binaries, ids, notes)
    note_dropped(found, notes)
    for binary in binaries:
        note_dropped(binary, notes)
        note_differences(binary, found, notes)
    if sent is None or written is None or len(notes.refusals) > refused:
        return None
    return _Content(
        sender=sender, receiver=receiver, patient=patient, text=text, files=files, is_incomplete=is_incomplete,
        sent=sent, written=written,
    )  # fmt: skip


def _paired(
    found: Found, binaries: Sequence[Found], bundle_id: str | None, resources: Mapping[str, Any], is_incomplete: bool
) -> PairedMessage:
    """``resources`` are those of the message by what they are in it."""
    return PairedMessage(
        bundle_id=bundle_id or "",
        message_id=resources["MessageHeader"].id,
        letters=tuple(map(paired_letter, (found, *binaries))),
        sender=resources["Sender"],
        receiver=resources["Receiver"],
        provenance=resources["Provenance"],
        is_incomplete=is_incomplete,
    )


def paired_letter(found: Found) -> PairedLetter:
    """The numbers of a letter, as its receipts name them."""
    envelope, own = found.message.envelope, found.letter.letter
    return PairedLetter(
        envelope_identifier=(envelope.identifier if envelope is not None else None) or "",
        letter_identifier=(own.identifier if own is not None else None) or "",
        version_code=(own.version_code if own is not None else None) or "",
        wants_receipt=envelope is not None and envelope.acknowledgement_code == AcknowledgementCode.WANTED,
    )


@attrs.define
class _Making:
    """Puts the message together. ``names`` has those of its resources, by what they are in what is noted."""

    letter: ClinicalEmail
    path: str
    content: _Content
    who: WhoIsWho
    policy: Policy
    parts: Parts
    notes: Notes
    names: dict[str, str] = attrs.field(factory=dict)

    def message(self) -> CareCommunicationMessage:
        content, parts = self.content, self.parts
        sender, receiver = self._add(content.sender, "Sender"), self._add(content.receiver, "Receiver")
        citizen = self._add(content.patient, "Patient")
        payload = (self._text_segment(sender), *self._file_segments(sender))
        communication = self._add(self._communication(citizen, payload), "Communication")
        own = header(
            parts.new_id(), Event.CARE_COMMUNICATION, content.sender, content.receiver, (sender, receiver),
            focus=(communication,), definition=DEFINITIONS[VERSIONS[0]],
        )  # fmt: skip
        segments = [value for each in payload if each.identifier and (value := each.identifier.value)]
        current = provenance(parts.new_id(), own, Activity.NEW, sender, content.sent, segments=segments)
        self.names |= {"MessageHeader": name_of(own), "Provenance": name_of(current)}
        self._note_constants()
        return made_of(
            CareCommunicationMessage,
            id=parts.new_id(),
            meta=made_of(Meta, profile=(CARE_COMMUNICATION_PROFILES["Bundle"],)),
            type="message",
            timestamp=content.sent,
            entry=parts.entries(own, [current]),
        )

    def _add(self, resource: Any, role: str) -> ResourceReference:
        """Take a resource into the message, known as ``role`` in what is noted."""
        referred: ResourceReference = self.parts.add(resource)  # type: ignore[assignment]  # there is a resource
        self.names[role] = referred.reference or ""
        return referred

    def _communication(self, citizen: ResourceReference, payload: tuple[Payload, ...]) -> Communication:
        information = self.letter.additional_information
        subject = given(information.subject) if information is not None else None
        if subject is None or not subject.strip():
            subject = UNKNOWN_TOPIC
            self.notes.make(made.TOPIC, "Communication.topic", Origin.DEFAULT)
        return made_of(
            Communication,
            identifier=(made_of(Identifier, value=f"urn:uuid:{self.parts.new_id()}"),),
            status="unknown",
            category=(_OTHER,),
            subject=citizen,
            topic=made_of(CodeableConcept, text=subject),
            encounter=self._encounter(citizen),
            payload=payload,
        )

    def _encounter(self, citizen: ResourceReference) -> ResourceReference | None:
        """What carries the episode of care and the status of the patient; without a number the profile allows none."""
        number = given(self.letter.letter.episode_of_care_identifier)
        code = self.letter.patient.episode_of_care_status_code
        status = taken_status(code)
        status_path = f"{self.path}.patient.episode_of_care_status_code"
        number_path = f"{self.path}.letter.episode_of_care_identifier"
        if number is None or not number.strip():
            if number is not None:
                self.notes.lose(lost.EPISODE_BLANK, number_path)
            if status is not EpisodeOfCareStatusCode.DEAD:
                self.notes.lose(lost.EPISODE_STATUS, status_path)
            return None
        if status is EpisodeOfCareStatusCode.OUTPATIENT_X_RAY:
            self.notes.lose(lost.ROENTGEN, status_path)
        if code is not None and not isinstance(code, EpisodeOfCareStatusCode):
            self.notes.lose(lost.CODE, status_path, taken_for=status.value)
        identifier = self._episode(number, number_path)
        self.notes.refusals += check_episode(identifier, number_path)
        class_, state = ENCOUNTERS[status]
        self.notes.make(made.ENCOUNTER, "Encounter.class_", Origin.DERIVED)
        self.notes.make(made.ENCOUNTER, "Encounter.status", Origin.DERIVED)
        episode = made_of(ResourceReference, identifier=identifier)
        encounter = made_of(Encounter, status=state, class_=class_, subject=citizen, episode_of_care=(episode,))
        return self._add(encounter, "Encounter")

    def _episode(self, number: str, path: str) -> Identifier:
        found = as_uuid(number)
        if found is None:
            self.notes.lose(lost.EPISODE_FORM, path)
        system = self.policy.episode_system
        if system is None and self.content.sender.sor is not None:
            system = SOR_URL + self.content.sender.sor.reveal()
        origin = Origin.DEFAULT if self.policy.episode_system is None else Origin.POLICY
        self.notes.make(made.EPISODE_SYSTEM, "Encounter.episode_of_care[0].identifier.system", origin)
        value = number if found is None else f"urn:uuid:{found}" if system == EPISODE_OF_LPR3 else str(found)
        return made_of(Identifier, system=system, value=value)

    def _text_segment(self, sender: ResourceReference) -> Payload:
        contact = made_of(ContactPoint, system="phone", value=self._telephone())
        extensions = [
            *self._dated(f"urn:uuid:{self.parts.new_id()}", sender),
            made_of(Extension, url=PRACTITIONER_EXTENSION, value_reference=self._author()),
            made_of(Extension, url=CONTACT_EXTENSION, value_contact_point=contact),
        ]
        return made_of(Payload, extension=tuple(extensions), content_string=self.content.text)

    def _telephone(self) -> str:
        """The number of the sender: its own, that of the directory, or MedCom's for none."""
        own = given(self.letter.sender.telephone_subscriber_identifier)
        if own and _A_TELEPHONE.search(own):
            return own
        if own:
            self.notes.lose(lost.TELEPHONE, f"{self.path}.sender.telephone_subscriber_identifier")
        unit = self.who.unit(gln=given(self.letter.sender.ean_identifier))
        known = unit.telephone if unit is not None else None
        place = "Communication.payload[0].extension[3].value_contact_point"
        self.notes.make(made.TELEPHONE, place, Origin.DIRECTORY if known else Origin.DEFAULT)
        return known or NO_TELEPHONE

    def _dated(self, identifier: str, sender: ResourceReference) -> Iterator[Extension]:
        signed = made_of(Identifier, value=identifier, assigner=sender)
        yield made_of(Extension, url=DATE_TIME_EXTENSION, value_date_time=self.content.written)
        yield made_of(Extension, url=IDENTIFIER_EXTENSION, value_identifier=signed)

    def _author(self) -> ResourceReference:
        """A letter names no author: the organisation stands for it."""
        name = self.content.sender.name or UNKNOWN_ROLE
        person = self._add(made_of(Practitioner, name=(made_of(HumanName, family=name),)), "Practitioner")
        return self._add(made_of(PractitionerRole, practitioner=person, code=(_UNKNOWN,)), "PractitionerRole")

    def _file_segments(self, sender: ResourceReference) -> Iterator[Payload]:
        for place, segment in enumerate(self.content.files, 1):
            note_file(segment, f"Communication.payload[{place}]", self.notes)
            extensions = tuple(self._dated(segment.identifier, sender))
            yield made_of(Payload, extension=extensions, content_attachment=segment.attachment)

    def _note_constants(self) -> None:
        """What every message made of a letter has, that no letter says."""
        self.notes.made_up += _CONSTANTS
        code, path = self.letter.letter.status_code or StatusCode.NEW, f"{self.path}.letter.status_code"
        taken_for = StatusCode.taken_for(code)
        if taken_for == StatusCode.CORRECTED:
            self.notes.lose(lost.CORRECTION, path)
        elif not isinstance(code, StatusCode):
            self.notes.lose(lost.CODE, path, taken_for=taken_for)


_CONSTANTS = (
    MadeUp(made.BUNDLE_ID, "Bundle.id", Origin.NEW),
    MadeUp(made.BUNDLE_TYPE, "Bundle.type", Origin.CONSTANT),
    MadeUp(made.MESSAGE_ID, "MessageHeader.id", Origin.NEW),
    MadeUp(made.EVENT, "MessageHeader.event_coding", Origin.CONSTANT),
    MadeUp(made.DEFINITION, "MessageHeader.definition", Origin.CONSTANT),
    MadeUp(made.ENDPOINTS, "MessageHeader.destination[0].extension[0]", Origin.CONSTANT),
    MadeUp(made.ENDPOINTS, "MessageHeader.destination[0].endpoint", Origin.DERIVED),
    MadeUp(made.ENDPOINTS, "MessageHeader.source", Origin.DERIVED),
    MadeUp(made.STATUS, "Communication.status", Origin.CONSTANT),
    MadeUp(made.THREAD, "Communication.identifier", Origin.NEW),
    MadeUp(made.CATEGORY, "Communication.category", Origin.DEFAULT),
    MadeUp(made.SEGMENT_IDENTIFIER, "Communication.payload[0].extension[1]", Origin.NEW),
    MadeUp(made.ROLE, "PractitionerRole.code[0]", Origin.DEFAULT),
    MadeUp(made.AUTHOR, "Practitioner.name[0]", Origin.DEFAULT),
    MadeUp(made.ACTIVITY, "Provenance.activity", Origin.DEFAULT),
    MadeUp(made.PROVENANCE_TIMES, "Provenance.occurred_date_time", Origin.DERIVED),
    MadeUp(made.PROVENANCE_TIMES, "Provenance.recorded", Origin.DERIVED),
    MadeUp(made.PROVENANCE, "Provenance.target", Origin.DERIVED),
    MadeUp(made.PROVENANCE, "Provenance.agent", Origin.DERIVED),
    MadeUp(made.SOURCES, "Provenance.entity", Origin.DERIVED),
    MadeUp(made.RESOURCES, "Bundle.entry", Origin.NEW),
)
