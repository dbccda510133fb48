"""The rows of MedCom's mapping, each a field of either standard and its fate on both ways. Both ways read them.

Places of a letter are attribute paths within it (``binary.`` within a binary letter, ``envelope.`` and ``message.``
around either); places of FHIR begin with the type of the resource, of a payload with ``text`` or ``file``. What stands
before another in a place holds all of it. Sources: M, mapping workbook of January 2026 with its lines; R, receipt
workbook; U, use cases of the VANS conversion service 3.1.0; P, test protocol of the conversion service 1.4; G,
governance 080; E, example flows; own, a choice of ours where MedCom leaves it open.
"""

from __future__ import annotations

import attrs

from medcom_bu.arguments import Words
from medcom_bu.conversion import additions as made
from medcom_bu.conversion import losses as lost
from medcom_bu.issues import Kind


class Fate(Words):
    """What becomes of a field on one way."""

    COPIED = "copied"
    CHANGED = "changed"
    SAID = "said in the text"
    DROPPED = "dropped"
    STORED = "kept in the pairs"
    MADE_UP = "made up"
    NONE = "nothing"


@attrs.frozen
class Way:
    """A field on one way: its fate, what may be lost of it, what may be made up for it."""

    fate: Fate
    losses: tuple[Kind, ...] = ()
    made_up: tuple[Kind, ...] = ()


@attrs.frozen
class MappedField:
    """A field: its number in the mapping, where it is in either standard, and its fate on both ways."""

    number: int
    letter: tuple[str, ...]
    fhir: tuple[str, ...]
    to_fhir: Way
    to_letter: Way
    source: str


def _way(fate: Fate, *kinds: Kind) -> Way:
    return Way(
        fate,
        tuple(kind for kind in kinds if kind.code.startswith("loss.")),
        tuple(kind for kind in kinds if kind.code.startswith("made-up.")),
    )


def _row(number: int, letter: str, fhir: str, to_fhir: Way, to_letter: Way, source: str) -> MappedField:
    return MappedField(number, tuple(letter.split()), tuple(fhir.split()), to_fhir, to_letter, source)


def _copied(*kinds: Kind) -> Way:
    return _way(Fate.COPIED, *kinds)


def _changed(*kinds: Kind) -> Way:
    return _way(Fate.CHANGED, *kinds)


def _said(*kinds: Kind) -> Way:
    return _way(Fate.SAID, *kinds)


def _dropped(*kinds: Kind) -> Way:
    return _way(Fate.DROPPED, *kinds)


def _stored(*kinds: Kind) -> Way:
    return _way(Fate.STORED, *kinds)


def _made(*kinds: Kind) -> Way:
    return _way(Fate.MADE_UP, *kinds)


_NOTHING = Way(Fate.NONE)

_ENVELOPE = (
    _row(1, "envelope.sent", "Bundle.timestamp",
         _changed(made.ZONE, made.DOUBLED_HOUR), _changed(lost.SECONDS), "M 2-3, P 3.3.1"),
    _row(2, "", "Provenance.occurredDateTime Provenance.recorded",
         _made(made.PROVENANCE_TIMES), _dropped(lost.PROVENANCE_TIMES), "M 79"),
    _row(3, "envelope.identifier", "Bundle.id",
         _stored(lost.IDENTITY, made.BUNDLE_ID), _stored(lost.IDENTITY, made.ENVELOPE_ID), "M 4, U 4.1"),
    _row(4, "envelope.acknowledgement_code", "",
         _stored(lost.ACKNOWLEDGEMENT), _made(made.ACKNOWLEDGEMENT), "M 6, 8"),
    _row(5, "letter.identifier", "MessageHeader.id",
         _stored(lost.IDENTITY, made.MESSAGE_ID), _stored(lost.IDENTITY, made.LETTER_ID), "M 10, U 4.1"),
    _row(6, "letter.version_code", "", _stored(lost.VERSION), _made(made.VERSION), "M 12, 6"),
    _row(7, "letter.statistical_code", "", _dropped(lost.STATISTICS), _made(made.STATISTICS), "M 13, 7"),
    _row(8, "letter.type_code", "MessageHeader.eventCoding",
         _changed(made.EVENT), _changed(made.TYPE), "M 16, 10"),
    _row(9, "letter.authorisation", "text.extension(date)",
         _changed(made.ZONE), _changed(lost.SECONDS, lost.SEGMENT_DATE, made.AUTHORISATION), "M 14-15, 43-44, 71"),
    _row(10, "letter.status_code", "Provenance.activity",
         _changed(lost.CORRECTION, lost.CODE, made.ACTIVITY), _changed(lost.ACTIVITY, made.NEW_LETTER), "M 17, 68"),
    _row(11, "", "Bundle.type", _made(made.BUNDLE_TYPE), _dropped(lost.BUNDLE_TYPE), "M 5"),
    _row(12, "", "MessageHeader.definition", _made(made.DEFINITION), _dropped(lost.DEFINITION), "M 11"),
    _row(13, "", "MessageHeader.destination.extension(use) MessageHeader.destination.endpoint MessageHeader.source",
         _made(made.ENDPOINTS), _dropped(lost.ENDPOINTS), "M 7-9, E"),
    _row(14, "", "Communication.status", _made(made.STATUS), _dropped(lost.STATUS), "M 56"),
    _row(15, "", "Communication.identifier", _made(made.THREAD), _dropped(lost.THREAD), "M 55, P"),
    _row(16, "message.local_elements", "", _dropped(lost.LOCAL_ELEMENTS, lost.KEPT), _NOTHING, "own"),
)  # fmt: skip

_PARTIES = (
    _row(17, "sender.ean_identifier", "Sender.identifier(gln)", _copied(), _copied(made.UNIT_NUMBER), "M 19, 15"),
    _row(18, "", "Sender.identifier(sor)", _made(made.UNIT_NUMBER), _changed(), "M 23"),
    _row(19, "sender.identifier sender.identifier_code", "Sender.identifier",
         _changed(lost.UNIT_NUMBER), _changed(lost.UNIT_NUMBER, made.SOR_CODE), "M 20-21, 18-19"),
    _row(20, "sender.organisation_name sender.department_name sender.unit_name", "Sender.name",
         _changed(lost.NAMES_JOINED, made.UNIT_NAME), _copied(lost.NAME_CUT, made.UNIT_NAME), "M 24-26, 17"),
    _row(21, "sender.street_name sender.suburb_name sender.district_name sender.post_code_identifier", "",
         _dropped(lost.SENDER_ADDRESS), _NOTHING, "M 27-30"),
    _row(22, "sender.telephone_subscriber_identifier", "text.extension(authorContact)",
         _copied(lost.TELEPHONE, made.TELEPHONE), _copied(lost.CONTACT), "M 31, 47, U S1"),
    _row(23, "sender.medical_speciality_code", "", _dropped(lost.SPECIALITY), _NOTHING, "M 32"),
    _row(24, "receiver.ean_identifier", "Receiver.identifier(gln)", _copied(), _copied(made.UNIT_NUMBER), "M 33, 20"),
    _row(25, "", "Receiver.identifier(sor)", _made(made.UNIT_NUMBER), _changed(), "M 37"),
    _row(26, "receiver.identifier receiver.identifier_code", "Receiver.identifier",
         _changed(lost.UNIT_NUMBER), _changed(lost.UNIT_NUMBER, made.SOR_CODE, made.UNIT_NUMBER), "M 34-35, 23-24"),
    _row(27, "receiver.organisation_name", "Receiver.name",
         _copied(made.UNIT_NAME), _copied(lost.NAME_CUT), "M 38, 22"),
    _row(28, "receiver.department_name receiver.unit_name receiver.street_name receiver.suburb_name"
         " receiver.district_name receiver.post_code_identifier", "", _dropped(lost.RECEIVER_PLACE), _NOTHING,
         "M 39-44"),
    _row(30, "", "Sender.telecom Receiver.telecom Sender.address Receiver.address", _NOTHING,
         _dropped(lost.TELECOM), "E"),
    _row(31, "", "Communication.extension(sender) Communication.recipient CareTeam.name", _NOTHING,
         _said(lost.SPECIFIC, made.TEXT), "M 65-66"),
)  # fmt: skip

_PATIENT = (
    _row(32, "patient.identifier", "Patient.identifier(cpr)", _copied(), _copied(), "M 45, 25"),
    _row(33, "patient.identifier", "Patient.identifier(x-ecpr) Patient.identifier(d-ecpr)",
         _changed(made.PERSON_KIND), _copied(), "M 46, 26"),
    _row(34, "", "Patient.identifier", _NOTHING, _said(lost.PERSON_NUMBERS, made.TEXT), "M 25, U S2, P 3.3.1"),
    _row(35, "patient.person_surname_name", "Patient.name.family",
         _copied(made.NAME_USE), _copied(lost.NAME_CUT), "M 47, 27"),
    _row(36, "patient.person_given_name", "Patient.name.given",
         _copied(), _changed(lost.GIVEN_NAMES, lost.NAME_CUT, lost.OTHER_NAMES), "M 48, 28"),
    _row(37, "patient.street_name", "Patient.address.line", _copied(), _copied(lost.ADDRESS), "M 49"),
    _row(38, "patient.suburb_name patient.occupancy_text", "", _dropped(lost.PATIENT_DETAILS), _NOTHING, "M 50, 53"),
    _row(39, "patient.district_name", "Patient.address.city", _copied(), _copied(lost.NAME_CUT), "M 51"),
    _row(40, "patient.post_code_identifier", "Patient.address.postalCode", _copied(), _copied(lost.NAME_CUT), "M 52"),
    _row(41, "", "Patient.telecom", _NOTHING, _dropped(lost.TELECOM), "M 33-34"),
    _row(42, "patient.episode_of_care_status_code", "Patient.deceasedBoolean Patient.deceasedDateTime",
         _changed(made.DECEASED), _changed(lost.DECEASED_TIME, made.EPISODE_STATUS), "M 54, 32"),
    _row(43, "letter.episode_of_care_identifier", "Encounter.episodeOfCare.identifier.value",
         _changed(lost.EPISODE_FORM, lost.EPISODE_BLANK), _changed(lost.FURTHER_EPISODE, lost.EPISODE_FORM),
         "M 18, 35, G 080"),
    _row(44, "", "Encounter.episodeOfCare.identifier", _made(made.EPISODE_SYSTEM), _dropped(lost.EPISODE_SYSTEM),
         "G 080; the default is own"),
    _row(45, "patient.episode_of_care_status_code", "Encounter.class Encounter.status",
         _changed(lost.EPISODE_STATUS, lost.ROENTGEN, lost.CODE, made.ENCOUNTER),
         _changed(lost.ENCOUNTER, made.EPISODE_STATUS), "U 4.2"),
)  # fmt: skip

_TEXT = (
    _row(46, "", "Communication.category", _made(made.CATEGORY), _said(lost.CATEGORY, made.SUBJECT), "M 57, 39"),
    _row(47, "additional_information.subject", "Communication.topic",
         _copied(made.TOPIC), _changed(lost.TOPIC, lost.SUBJECT_CUT, made.SUBJECT), "M 59, 39, 41"),
    _row(48, "additional_information.priority", "Communication.priority",
         _said(lost.ROUTINE, lost.HIGH_PRIORITY, made.PRIORITY_WORDS), _changed(lost.PRIORITY), "M 58, 40"),
    _row(49, "clinical_information", "text.contentString",
         _changed(lost.FORMATTING, lost.MARKUP, lost.TEXT_PARTS), _changed(made.TEXT), "M 60, 42"),
    _row(50, "", "text.extension(identifier)",
         _made(made.SEGMENT_IDENTIFIER), _dropped(lost.SEGMENT_IDENTIFIER), "M 61"),
    _row(51, "", "text.extension(author) PractitionerRole.code",
         _made(made.ROLE), _said(lost.AUTHOR, made.TEXT), "M 62, 45"),
    _row(52, "", "Practitioner.name", _made(made.AUTHOR), _said(lost.AUTHOR, made.TEXT), "M 63, 46"),
    _row(53, "", "Provenance.entity(source)", _made(made.SOURCES), _dropped(lost.PROVENANCE), "M 61"),
    _row(54, "", "Provenance.target Provenance.agent", _made(made.PROVENANCE), _dropped(lost.PROVENANCE), "E"),
    _row(55, "", "Provenance.entity(revision)", _NOTHING, _dropped(lost.PRECEDING), "M 69-70"),
    _row(56, "", "EarlierProvenance", _NOTHING, _dropped(lost.HISTORY), "own"),
)  # fmt: skip

_FILES = (
    _row(57, "reference.target.object_identifier binary.binary_object.object_identifier", "file.extension(identifier)",
         _changed(lost.FILE_IDENTIFIER, lost.REFERRED_TWICE, made.ASSIGNER, made.SEGMENT_IDENTIFIER),
         _changed(lost.FILE_IDENTIFIER, made.FILE_ID), "M 66, 48"),
    _row(58, "reference.ref_description", "file.contentAttachment.title",
         _copied(made.FILE_TITLE), _copied(lost.TITLE_CUT, lost.TITLE), "M 67, 49; U 4.6.2 differs"),
    _row(59, "reference.target.object_code binary.binary_object.object_code", "",
         _dropped(lost.OBJECT_CODE), _made(made.OBJECT_CODE), "M 49-50, U 4.6.2"),
    _row(60, "reference.target.object_extension_code binary.binary_object.object_extension_code",
         "file.contentAttachment.contentType",
         _changed(lost.FILE_TYPE), _changed(lost.FILE_TYPE, made.FILE_TYPE), "M 68, 50; U 1.4.2.6"),
    _row(61, "reference.target.original_object_size binary.binary_object.original_object_size", "",
         _dropped(lost.OBJECT_SIZE), _made(made.OBJECT_SIZE), "M 69, 57"),
    _row(62, "binary.binary_object.object_base64_encoded", "file.contentAttachment.data",
         _copied(lost.MISSING_FILE, lost.TOO_LARGE), _copied(lost.ONLY_NAMED, lost.SECOND_BINARY), "M 70, 51"),
    _row(63, "", "file.extension(date)", _made(made.FILE_DATE), _dropped(lost.FILE_DETAILS), "M 71, 52"),
    _row(64, "", "file.extension(author) file.extension(authorContact) file.contentAttachment", _NOTHING,
         _dropped(lost.FILE_DETAILS), "M 53-56"),
    _row(65, "reference.target", "file.contentAttachment.url",
         _copied(made.SEGMENT_IDENTIFIER), _copied(lost.IN_TEXT), "M 74-78, 58-64"),
    _row(66, "reference.target", "", _dropped(lost.RECORD_EXTRACT), _NOTHING, "own"),
)  # fmt: skip

ROWS: tuple[MappedField, ...] = (*_ENVELOPE, *_PARTIES, *_PATIENT, *_TEXT, *_FILES)
"""The rows by their numbers. There is no row 29."""

RECEIPT_ROWS: tuple[MappedField, ...] = (
    _row(1, "envelope.sent", "Bundle.timestamp", _changed(lost.ANSWER_TIME, made.ZONE, made.DOUBLED_HOUR),
         _changed(lost.SECONDS), "R 2-3, 45"),
    _row(2, "envelope.identifier", "Bundle.id",
         _changed(lost.IDENTITY, made.ANSWER_IDS), _changed(lost.IDENTITY, made.ANSWER_IDS), "R 4"),
    _row(3, "envelope.acknowledgement_code", "", _dropped(lost.ACKNOWLEDGEMENT), _made(made.ACKNOWLEDGEMENT), "R 6"),
    _row(4, "", "MessageHeader.response.code",
         _changed(lost.WAITING, lost.SUPERSEDED), _changed(lost.TRANSIENT, lost.NOT_WANTED), "R 7; U 4.3"),
    _row(5, "letter.identifier", "MessageHeader.id",
         _changed(lost.IDENTITY, made.ANSWER_IDS), _changed(lost.IDENTITY, made.ANSWER_IDS), "R 8"),
    _row(6, "letter.version_code", "", _dropped(lost.VERSION), _made(made.VERSION), "R 9"),
    _row(7, "letter.statistical_code", "MessageHeader.eventCoding",
         _changed(made.EVENT), _changed(made.STATISTICS), "R 10"),
    _row(8, "sender.ean_identifier receiver.ean_identifier", "Sender.identifier(gln) Receiver.identifier(gln)",
         _changed(lost.UNIT_NUMBER, made.FROM_PAIRS), _copied(), "R 11-14"),
    _row(9, "original_emessage.original_envelope_identifier", "", _dropped(lost.VERSION), _made(made.FROM_PAIRS),
         "R 20, 27"),
    _row(10, "original_emessage.original_sender original_emessage.original_receiver", "", _changed(), _changed(),
         "R 21-22"),
    _row(11, "original_emessage.original_letter.original_letter_identifier", "MessageHeader.response.identifier",
         _changed(made.FROM_PAIRS), _changed(made.FROM_PAIRS), "R 31, 43"),
    _row(12, "original_emessage.original_letter.original_version_code", "",
         _dropped(lost.VERSION), _made(made.FROM_PAIRS), "R 32"),
    _row(13, "original_emessage.refuse_code", "OperationOutcome.issue.code",
         _changed(lost.REFUSE_CODE), _changed(), "R 27; the codes are own"),
    _row(14, "original_emessage.refuse_text", "OperationOutcome.issue.details.text",
         _copied(), _copied(made.SENTENCE), "R 29; U 4.4"),
    _row(15, "original_emessage.original_letter.refuse_code original_emessage.original_letter.refuse_text", "",
         _changed(lost.LETTER_REASON), _NOTHING, "R 33-34, 41-42; own"),
    _row(16, "", "OperationOutcome.issue.severity", _made(made.SEVERITY), _dropped(lost.REASON_DETAILS), "R 28"),
    _row(17, "", "OperationOutcome.issue.details.coding", _made(), _said(lost.REASON_DETAILS), "R 30; own"),
    _row(18, "", "Provenance", _made(made.ANSWER_PROVENANCE), _dropped(lost.HISTORY_OF_ANSWER), "R 46-47; G"),
    _row(19, "", "Organization", _made(made.RESOURCES), _dropped(lost.RESOURCES), "own"),
    _row(20, "message.local_elements", "", _dropped(lost.LOCAL_ELEMENTS, lost.KEPT), _NOTHING, "own"),
)  # fmt: skip
"""The fields of receipts and Acknowledgements, in the order of MedCom's mapping of XCTL, R."""
