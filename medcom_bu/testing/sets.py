"""Sets of valid messages, the same at every call: each type, threads, attachments, receipts, envelopes."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import Any

from medcom_bu import wire
from medcom_bu.arguments import check
from medcom_bu.builders.care_communication import CareCommunicationBuilder
from medcom_bu.builders.care_parts import episode_of_care, organization, patient
from medcom_bu.builders.clinical_email import ClinicalEmailBuilder
from medcom_bu.detection import WireFormat
from medcom_bu.envelopes import vans
from medcom_bu.errors import InvalidMessage
from medcom_bu.exchange.answering import accept, refuse, refuse_delivery
from medcom_bu.exchange.reasons import Reason
from medcom_bu.messages.acknowledgement import AcknowledgementMessage
from medcom_bu.messages.care_communication import VERSIONS, CareCommunicationMessage
from medcom_bu.messages.clinical_email import ClinicalEmail
from medcom_bu.messages.emessage import Consignment, Emessage
from medcom_bu.messages.envelopes import VansEnvelope
from medcom_bu.messages.hospital_referral import HospitalReferral
from medcom_bu.messages.message import Message, NetworkEnvelope
from medcom_bu.testing.clock import frozen
from medcom_bu.testing.letters import CONTENT, letter_samples
from medcom_bu.testing.making import AUTHOR, Factories, factories
from medcom_bu.values.codes import IdentifierCode, RefuseCode
from medcom_bu.values.fhir_codes import Category, RequestPriority
from medcom_bu.values.parties import Receiver
from medcom_bu.wire_table import wires_of

_FILE = {"Vurdering": CONTENT}
_ELSEWHERE = "5790000209354"


def samples() -> dict[str, Message]:
    """One valid message of each type and version, such as ``"XREF01/XH0131R"`` and ``"CareCommunication/5.0"``.

    A letter has every element of its version; ``"Acknowledgement/2.0"`` answers ``"CareCommunication/5.0"``.
    """
    return {**letter_samples(), **fhir_samples()}


def fhir_samples() -> dict[str, CareCommunicationMessage | AcknowledgementMessage]:
    """Those of FHIR."""
    messages = {f"CareCommunication/{version}": _care_communication(version) for version in VERSIONS}
    answer = accept(messages[f"CareCommunication/{VERSIONS[0]}"], ids=frozen())
    return {**messages, "Acknowledgement/2.0": answer}


def _care_communication(version: str) -> CareCommunicationMessage:
    return factories.care_communication(
        patient=patient("0201609995", given=("Lonni", "Test"), family="Lauridsen"),
        category=Category.REGARDING_REFERRAL,
        priority=RequestPriority.ASAP,
        specific_sender=AUTHOR,
        specific_recipient="Team Nord",
        episode_of_care=episode_of_care("fc60e762b13b5773865e67f3907bdcc7"),
        version=version,
        files=_FILE,
        links={"Vejledning": "https://example.org/vejledning"},
    )


def consignments() -> dict[str, Consignment[HospitalReferral | ClinicalEmail]]:
    """Letters with their attachments, the file referred to in the letter and carried by the other message.

    The keys name both, such as ``"XREF01/XH0131R + XBIN01/XB0131X"``; a correspondence is among them.
    """
    made = (
        factories.referral(files=_FILE),
        factories.referral(files=_FILE, attachments_as="XB0210X"),
        factories.referral(files=_FILE, version="XH0130R", attachments_as="XB0130X"),
        factories.correspondence(files=_FILE),
    )
    return {" + ".join(map(_kind, consignment)): consignment for consignment in made}


def _kind(message: Emessage) -> str:
    header: Any = message.letters[0].letter
    return f"{header.type_code}/{header.version_code}"


def threads() -> dict[str, tuple[Message, ...]]:
    """Three messages that belong together, in their order: a new one, the reply to it, the forward of the reply.

    The keys are ``"XDIS91/XD9134L"``, ``"CareCommunication/5.0"`` and ``"CareCommunication/4.0"``.
    """
    return {"XDIS91/XD9134L": _letters(), **{f"CareCommunication/{version}": _thread(version) for version in VERSIONS}}


def _letters() -> tuple[Emessage, ...]:
    ids = frozen(step=timedelta(hours=1))
    new = Factories(ids).correspondence()
    reply = ClinicalEmailBuilder.reply_to(new, text="Tak.\nVi ses.", ids=ids).sign("Dan Dokter", title="læge").build()
    specialist = Receiver(
        ean_identifier=_ELSEWHERE,
        identifier=_ELSEWHERE,
        identifier_code=IdentifierCode.LOCATION_NUMBER,
        organisation_name="Eksempel Speciallæge",
    )
    forward = ClinicalEmailBuilder.forward(reply, receiver=specialist, text="Til orientering.", ids=ids)
    sent_on = forward.sign("Dan Dokter", title="læge").build()
    return tuple(consignment.messages[0] for consignment in (new, reply, sent_on))


def _thread(version: str) -> tuple[CareCommunicationMessage, ...]:
    ids = frozen(step=timedelta(hours=1))
    new = Factories(ids).care_communication(version=version, files=_FILE)
    reply = CareCommunicationBuilder.reply_to(new, ids=ids).write("Tak.\nVi ses.", author=AUTHOR).build()
    specialist = organization("Eksempel Speciallæge", sor="325421000016001", gln=_ELSEWHERE)
    forward = CareCommunicationBuilder.forward(reply, earlier=[new], receiver=specialist, ids=ids)
    return new, reply, forward.write("Til orientering.", author=AUTHOR).build()


def receipts() -> dict[str, tuple[Message, Message]]:
    """Messages, each with an answer to it: accepted, refused, undelivered, on every wire that has answers.

    The keys name the answer: ``"XCTL03"`` accepts, ``"XCTL02"`` refuses, ``"XCTL01"`` is the network's;
    ``"Acknowledgement ok"``, ``"Acknowledgement fatal-error"``, ``"Acknowledgement transient-error"``; and
    ``"VANSEnvelope positive"``, ``"VANSEnvelope negative"``, ``"VANSEnvelope vans-negative"``.
    """
    letter, care = factories.referral().messages[0], factories.care_communication()
    ids = frozen(first=1001)
    envelope = vans.wrap(letter, ids=ids)
    errors = [wire.OTHER_KIND.issue("/", found="OtherFhirMessage", expected="CareCommunicationMessage")]
    return {
        "XCTL03": (letter, accept(letter, ids=ids)),
        "XCTL02": (letter, refuse(letter, reason=Reason("Fejl", RefuseCode.NOT_SPECIFIED), ids=ids)),
        "XCTL01": (letter, refuse_delivery(letter, "EKSEMPELVANS", ids=ids)),
        "Acknowledgement ok": (care, accept(care, ids=ids)),
        "Acknowledgement fatal-error": (care, refuse(care, reason=errors, ids=ids)),
        "Acknowledgement transient-error": (care, refuse(care, reason=errors, transient=True, ids=ids)),
        "VANSEnvelope positive": (envelope, vans.positive(envelope, ids=ids)),
        "VANSEnvelope negative": (envelope, vans.negative(envelope, "kan ikke læses", ids=ids)),
        "VANSEnvelope vans-negative": (envelope, vans.vans_negative(envelope, "modtager ikke fundet", ids=ids)),
    }


def envelopes() -> dict[WireFormat, VansEnvelope]:
    """VANSEnvelopes with a message inside, by the wire that it is on. Receipts for an envelope: :func:`receipts`."""
    letter, care = factories.correspondence().messages[0], factories.care_communication()
    payloads = {**bytes_of(letter), **bytes_of(care)}
    return {wire_format: vans.wrap(data, ids=frozen()) for wire_format, data in payloads.items()}


def bytes_of(message: Message) -> dict[WireFormat, bytes]:
    """A message on every wire that it can be written on, with no option given.

    ``message`` is a message, not a consignment: write each of its messages.

    A letter whose version has no known EDIFACT layout has no bytes there. Raises TypeError for what is not a message.
    """
    check("bytes_of: message", message, Message)
    if isinstance(message, NetworkEnvelope):
        return {wires_of(message)[0].format: wire.to_xml(message)}
    if not isinstance(message, Emessage):
        care: Any = message
        return {WireFormat.FHIR_JSON: wire.to_fhir(care), WireFormat.FHIR_XML: wire.to_fhir(care, "xml")}
    written = {WireFormat.OIOXML: wire.to_xml(message)}
    with contextlib.suppress(InvalidMessage):  # its version has no known layout
        written[WireFormat.EDIFACT] = wire.to_edifact(message)
    return written
