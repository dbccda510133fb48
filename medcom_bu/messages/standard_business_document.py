"""ehmiSBDH: a StandardBusinessDocument with one message in it, or the receipt for one, on its way over eDelivery.

Any that has the shape of its schema is read. What may be built is less: :mod:`medcom_bu.envelopes.sbdh`. Source:
MedCom, dk-ehmi-sbdh 2.0.1, its schema and its pages. Leaf text stays as it came.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

import attrs

from medcom_bu.declare.base import NUMBERS, TIMES, Open
from medcom_bu.declare.oioxml import (
    Attributed,
    Binary,
    Codes,
    Element,
    String,
    Value,
    Version,
    attribute,
    choice,
    declaration,
    element,
)
from medcom_bu.issues import Text
from medcom_bu.messages.envelopes import DATE_TIME, moment_of
from medcom_bu.messages.message import NetworkEnvelope
from medcom_bu.values.base64 import Base64
from medcom_bu.values.codes import CodeList

NAMESPACE = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
PEPPOL = "http://peppol.eu/xsd/ticc/envelope/1.0"
"""The namespace that most official samples write BinaryContent in; the schema asks for the other."""

EHMI_SBDH = Version("2.0.1", "StandardBusinessDocument", NAMESPACE)
AUTHORITY = "iso6523-actorid-upis"


class DocumentStandard(CodeList):
    """What kind of message is inside."""

    ACKNOWLEDGEMENT = "acknowledgement-message", "Acknowledgement", "Kvittering (FHIR)"
    RECEIPT = "ehmisbdh-acknowledgement", "Receipt for an envelope", "Kvittering for kuvert"
    HOME_CARE_OBSERVATION = "homecareobservation-message", "Home care observation", "Hjemmemåling (FHIR)"


class ScopeType(CodeList):
    """What a scope tells of the message, the envelope or the transport."""

    DOCUMENT_ID = "DOCUMENTID", "Kind of document", "Dokumenttype"
    PROCESS_ID = "PROCESSID", "Process", "Proces"
    PATIENT_ID = "PATIENTID", "Patient", "Patient"
    SENDER_ID = "SENDERID", "Sender (SOR)", "Afsender (SOR)"
    RECEIVER_ID = "RECEIVERID", "Receiver (SOR)", "Modtager (SOR)"
    MESSAGE_IDENTIFIER = "MESSAGEIDENTIFIER", "Message", "Meddelelsens id"
    MESSAGE_ENVELOPE_IDENTIFIER = "MESSAGEENVELOPEIDENTIFIER", "Transmission of the message", "Forsendelsens id"
    STATISTICAL_INFORMATION = "StatisticalInformation", "Name in statistics", "Statistiknavn"
    XDS_METADATA = "XDS-METADATA", "Metadata for document sharing", "Metadata til dokumentdeling"
    ORIGINAL_MESSAGE_IDENTIFIER = "ORIGINALMESSAGEIDENTIFIER", "Answered message", "Besvaret meddelelse"
    ORIGINAL_MESSAGE_ENVELOPE_IDENTIFIER = (
        "ORIGINALMESSAGEENVELOPEIDENTIFIER",
        "Transmission of the answered message",
        "Besvaret forsendelse",
    )
    ORIGINAL_MESSAGE_STANDARD = "ORIGINALMESSAGESTANDARD", "Standard of what is answered", "Besvaret standard"
    ORIGINAL_MESSAGE_VERSION = "ORIGINALMESSAGEVERSION", "Version of what is answered", "Besvaret version"
    ORIGINAL_ENVELOPE_IDENTIFIER = "ORIGINALENVELOPEIDENTIFIER", "Answered envelope", "Besvaret kuvert"
    RECEIPT = "EHMI-ReceiptAcknowledgement", "Wish for a receipt, or receipt", "Kuvertkvittering"


class MimeType(CodeList):
    """Of which type the bytes inside are."""

    XML = "application/xml", "XML", "XML"
    FHIR_JSON = "application/fhir+json", "FHIR as JSON", "FHIR som JSON"
    FHIR_XML = "application/fhir+xml", "FHIR as XML", "FHIR som XML"


class ContentEncoding(CodeList):
    """How the text inside is encoded."""

    UTF_8 = "UTF-8", "UTF-8", "UTF-8"
    ISO_8859_1 = "ISO-8859-1", "ISO-8859-1", "ISO-8859-1"


class BusinessServiceName(CodeList):
    """Whether a receipt is asked for, or is this one."""

    REQUEST = "EHMI-ReceiptAcknowledgement-Request", "A receipt is asked for", "Kvittering ønskes"
    RESPONSE = "EHMI-ReceiptAcknowledgement-Response", "This is the receipt", "Kvitteringen selv"


class TransactionType(CodeList):
    """Which part of the exchange an envelope is."""

    REQUESTING = "RequestingServiceTransaction", "The request", "Anmodning"
    RESPONDING = "RespondingServiceTransaction", "The response", "Svar"


def _only(*texts: str) -> String:
    """The texts that an element may have; one that is empty stands for the first."""
    return String(0, None, f"({'|'.join(map(re.escape, texts))})?", Text(" | ".join(texts), " | ".join(texts)))


def _settled(text: str) -> String:
    """The one text that an attribute may have."""
    return String(1, None, text, Text(text, text))


_TEXT = String(0, None)
_SHOWN = {
    ScopeType.DOCUMENT_ID: Open(re.compile("urn:[0-9A-Za-z.:/_#-]{1,300}")),
    ScopeType.RECEIPT: Open(re.compile("Request|Response")),
    ScopeType.STATISTICAL_INFORMATION: Open(
        re.compile("EHMI-ReceiptAcknowledgement|MCM:[a-z]{1,30}-message(#[a-z-]+)?")
    ),
    ScopeType.PATIENT_ID: None,
    ScopeType.XDS_METADATA: None,
}


DOCUMENT_IDS: Mapping[tuple[str, str], str] = {
    **{
        (standard, version): f"urn:dk:healthcare:medcom:messaging:fhir:structuredefinition::{standard}"
        f"##urn:dk:medcom:fhir:{standard}::{version}"
        for standard, version in (
            (DocumentStandard.ACKNOWLEDGEMENT, "2.0"),
            (DocumentStandard.HOME_CARE_OBSERVATION, "1.1"),
            (DocumentStandard.HOME_CARE_OBSERVATION, "1.2"),
        )
    },
    (DocumentStandard.RECEIPT, "ebbp-signals-2.0"): "urn:dk:healthcare:messaging:oasis:ebxml:schema:xsd"
    "::ehmisbdh-acknowledgement##urn:dk:ehmi:sbdh:ehmisbdh-acknowledgement::1.0",
}
"""Standard and TypeVersion -> the official document identifier. What is not here is not built.

Source: MedCom, dk-ehmi-sbdh 2.0.1, and the document identifiers of dk-ehmi-terminology 1.2.0.
"""


def _shown(scope: DocumentScope) -> Open | None:
    """What of a scope may be seen in a log: not whom the message is about, nor what no standard knows."""
    return _SHOWN.get(scope.type, NUMBERS) if isinstance(scope.type, ScopeType) else None


@declaration
class PartnerIdentification(Attributed):
    """An address of the network: ``0088:`` and a location number."""

    text: str | None = attribute("", _TEXT, shown=NUMBERS)
    authority: str | None = attribute("Authority", _settled(AUTHORITY), default=None, shown=Open(re.compile(AUTHORITY)))

    @property
    def number(self) -> str | None:
        """The location number, without what says that it is one; the text where that is missing."""
        bare = (self.text or "").strip()
        return bare.removeprefix(GLN_PREFIX) or None


GLN_PREFIX = "0088:"
"""The code of ISO 6523 for location numbers."""


@declaration
class Partner(Value):
    """Who sends or receives."""

    identifier: PartnerIdentification = element("Identifier", PartnerIdentification, danish="Adresse")


@declaration
class DocumentIdentification(Value):
    """What is inside, and the envelope's own number: ``instance_identifier``, new at each transmission."""

    standard: DocumentStandard | str = element("Standard", Codes(DocumentStandard), danish="Standard", shown=NUMBERS)
    type_version: str = element("TypeVersion", _TEXT, danish="Version", shown=NUMBERS)
    instance_identifier: str = element("InstanceIdentifier", _TEXT, danish="Kuvertens id", shown=NUMBERS)
    type: str = element(
        "Type", _TEXT, danish="Type", shown=Open(re.compile("Bundle|Receipt(Acknowledgement|Exception)"))
    )
    multiple_type: str | None = element(
        "MultipleType",
        String(0, None, r"[ \t\r\n]*(false)?[ \t\r\n]*", Text("false", "false")),
        default=None,
        danish="Flere typer",
        shown=NUMBERS,
    )
    creation_date_and_time: str = element("CreationDateAndTime", DATE_TIME, danish="Afsendt", shown=TIMES)


@declaration
class CorrelationInformation(Value):
    """Which envelope wants a receipt, and by when."""

    requesting_document_creation_date_time: str = element(
        "RequestingDocumentCreationDateTime", DATE_TIME, danish="Kuverten afsendt", shown=TIMES
    )
    requesting_document_instance_identifier: str = element(
        "RequestingDocumentInstanceIdentifier", _TEXT, danish="Kuvertens id", shown=NUMBERS
    )
    expected_response_date_time: str = element(
        "ExpectedResponseDateTime", DATE_TIME, danish="Svar ventes senest", shown=TIMES
    )


@declaration
class ServiceTransaction(Attributed):
    """The terms of the exchange. The schema settles all but the first."""

    type_of_service_transaction: TransactionType | str | None = attribute(
        "TypeOfServiceTransaction", Codes(TransactionType), default=None
    )
    is_non_repudiation_required: str | None = attribute(
        "IsNonRepudiationRequired", _settled("false"), default=None, shown=NUMBERS
    )
    is_authentication_required: str | None = attribute(
        "IsAuthenticationRequired", _settled("false"), default=None, shown=NUMBERS
    )
    is_non_repudiation_of_receipt_required: str | None = attribute(
        "IsNonRepudiationOfReceiptRequired", _settled("false"), default=None, shown=NUMBERS
    )
    is_intelligible_check_required: str | None = attribute(
        "IsIntelligibleCheckRequired", _settled("false"), default=None, shown=NUMBERS
    )
    is_application_error_response_requested: str | None = attribute(
        "IsApplicationErrorResponseRequested", _settled("false"), default=None, shown=NUMBERS
    )
    time_to_acknowledge_receipt: str | None = attribute(
        "TimeToAcknowledgeReceipt", _settled("600000"), default=None, shown=NUMBERS
    )
    time_to_acknowledge_acceptance: str | None = attribute(
        "TimeToAcknowledgeAcceptance", _settled("0"), default=None, shown=NUMBERS
    )
    time_to_perform: str | None = attribute("TimeToPerform", _settled("0"), default=None, shown=NUMBERS)
    recurrence: str | None = attribute("Recurrence", _settled("0"), default=None, shown=NUMBERS)


@declaration
class BusinessService(Value):
    """Whether a receipt is asked for, or given, and on which terms."""

    business_service_name: BusinessServiceName | str = element(
        "BusinessServiceName", Codes(BusinessServiceName), danish="Tjeneste"
    )
    service_transaction: ServiceTransaction = element("ServiceTransaction", ServiceTransaction, danish="Vilkår")


@declaration
class DocumentScope(Value):
    """One thing that the envelope tells of what is inside: ``instance_identifier`` is its value."""

    type: ScopeType | str = element("Type", Codes(ScopeType), danish="Oplysning", shown=NUMBERS)
    instance_identifier: str = element("InstanceIdentifier", _TEXT, danish="Værdi", shown=_shown)
    identifier: str = element(
        "Identifier", _only("dk-medcom-messaging", "dk-medcom-DocumentReference"), danish="Slags", shown=NUMBERS
    )
    scope_information: tuple[CorrelationInformation | BusinessService, ...] = choice(
        Element("CorrelationInformation", CorrelationInformation, min=0, max=None, danish="Kvittering for"),
        Element("BusinessService", BusinessService, min=0, max=None, danish="Kvitteringens vilkår"),
        default=(),
    )


@declaration
class BusinessScope(Value):
    """All that the envelope tells of what is inside."""

    scope: tuple[DocumentScope, ...] = element("Scope", DocumentScope, default=(), max=None, danish="Oplysning")


@declaration
class StandardBusinessDocumentHeader(Value):
    """Who sends what to whom."""

    header_version: str = element("HeaderVersion", _only("1.0"), danish="Kuvertens version", shown=NUMBERS)
    sender: Partner = element("Sender", Partner, danish="Kuvertens afsender")
    receiver: Partner = element("Receiver", Partner, danish="Kuvertens modtager")
    document_identification: DocumentIdentification = element(
        "DocumentIdentification", DocumentIdentification, danish="Dokument"
    )
    business_scope: BusinessScope = element("BusinessScope", BusinessScope, danish="Oplysninger")


@declaration
class CarriedContent(Attributed):
    """The message itself, in whichever namespace."""

    data: Base64 | None = attribute("", Binary(Base64))
    mime_type: MimeType | str | None = attribute("mimeType", Codes(MimeType))
    encoding: ContentEncoding | str | None = attribute("encoding", Codes(ContentEncoding), default=None)


@declaration
class BinaryContent(CarriedContent):
    """The message itself."""


@declaration
class PeppolBinaryContent(CarriedContent):
    """The same in the namespace of PEPPOL, as most official samples have it, and the schema has not."""


@declaration
class StandardBusinessDocument(Value, NetworkEnvelope):
    """The envelope of ehmiSBDH. What came is kept, of whichever Standard.

    ``namespace``: the namespace that came.
    """

    data_path: ClassVar[str] = "binary_content"

    standard_business_document_header: StandardBusinessDocumentHeader = element(
        "StandardBusinessDocumentHeader", StandardBusinessDocumentHeader, danish="Kuvert"
    )
    binary_content: BinaryContent | PeppolBinaryContent = choice(
        Element("BinaryContent", BinaryContent, danish="Indhold"),
        Element("BinaryContent", PeppolBinaryContent, danish="Indhold", namespace=PEPPOL),
    )

    namespace: str = attrs.field(default=NAMESPACE)

    @property
    def document_identification(self) -> DocumentIdentification | None:
        """What is inside, and the number of the envelope."""
        header = self.standard_business_document_header
        return header.document_identification if header is not None else None

    @property
    def carried(self) -> Base64 | None:
        """What is inside, as it stands on the wire; None where nothing is."""
        return self.binary_content.data if self.binary_content is not None else None

    @property
    def is_receipt(self) -> bool:
        """Whether it is the receipt for another envelope: its payload is an ebBP signal."""
        own = self.document_identification
        return own is not None and own.standard == DocumentStandard.RECEIPT

    @property
    def identifier(self) -> str | None:
        """The number of the envelope, new whenever a message is sent."""
        own = self.document_identification
        return own.instance_identifier if own is not None else None

    @property
    def ends(self) -> tuple[str | None, str | None]:
        """The location numbers of the sender and of the receiver."""
        header = self.standard_business_document_header
        partners = (header.sender, header.receiver) if header is not None else (None, None)
        numbers = [
            end.identifier.number if end is not None and end.identifier is not None else None for end in partners
        ]
        return numbers[0], numbers[1]

    @property
    def sent(self) -> datetime | None:
        """The moment of sending, with a zone where the text has one; None where the text is none."""
        own = self.document_identification
        return moment_of(own.creation_date_and_time) if own is not None else None

    @property
    def scopes(self) -> tuple[DocumentScope, ...]:
        """All that it tells of what is inside."""
        header = self.standard_business_document_header
        return header.business_scope.scope if header is not None and header.business_scope is not None else ()

    def scope(self, type: ScopeType | str) -> str | None:  # noqa: A002 - the standard's word
        """The value of the first scope of a type, such as ``ScopeType.PATIENT_ID``, without blanks around it."""
        found = next((each.instance_identifier for each in self.scopes if each.type == type), None)
        return found.strip() if found is not None else None
