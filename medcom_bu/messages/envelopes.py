"""VANSEnvelope 1.0.4: one message, or the receipt for one, between two addresses of the network.

Source: MedCom, the schema of VANSEnvelope 1.0.4. Leaf text stays as it came; typed accessors are next to it.

>>> EndPoint(text=" 5790000121526 ", type="EAN").identifier
'5790000121526'
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

import attrs

from medcom_bu.declare.base import NUMBERS
from medcom_bu.declare.oioxml import (
    Attributed,
    Binary,
    Codes,
    Element,
    PositiveInteger,
    String,
    Value,
    Version,
    attribute,
    choice,
    declaration,
    element,
)
from medcom_bu.issues import Text
from medcom_bu.messages.message import NetworkEnvelope
from medcom_bu.numerals import integer
from medcom_bu.values.base64 import Base64
from medcom_bu.values.codes import CodeList

NAMESPACE_ROOT = "urn:oio:medcom:vans-envelope:"
VANS_104 = Version("1.0.4", "VANSEnvelope", NAMESPACE_ROOT + "1.0.4")


class EndPointType(CodeList):
    """What kind of number an address is."""

    LOCATION_NUMBER = "EAN", "Location number (GLN)", "Lokationsnummer"
    COMPANY_NUMBER = "CVR", "Company number", "CVR-nummer"
    VANS = "VANS", "Network operator", "Netværksoperatør (VANS)"


class DocumentFormat(CodeList):
    """What kind of message is inside."""

    XML = "XML", "OIO-XML", "OIO-XML"
    EDIFACT = "EDIFACT", "EDIFACT", "EDIFACT"
    HL7 = "HL7", "HL7, such as FHIR", "HL7 (FHIR)"
    BINARY = "Binary", "Bytes of any kind", "Binære data"
    OTHER = "Other", "Anything else", "Andet"


class TransportType(CodeList):
    """Whether the receiver answers the envelope with a receipt."""

    RELIABLE = "reliable", "The receiver answers with a receipt", "Med kvittering"
    UNRELIABLE = "unreliable", "No receipt", "Uden kvittering"


STATISTICAL_CODES: Mapping[str, tuple[str, ...]] = {
    "FDIS91": (
        *("outpatient", "decease", "carecoordination", "assistive-devices", "medicine", "psychiatry-social-disability"),
        *("healthcare", "nursing", "telemedicine", "training", "discharge", "regarding-referral"),
        *("home-care-assessment", "examination-results", "alcohol-and-drug-treatment", "acute-ambulant"),
        *("extended-care-responsibility", "other", "assessment"),
    ),
    "FCTL": ("ok", "transient-error", "fatal-error"),
    "FDIS20": ("AcuteAmbulant", "AdmissionInpatient", "OnLeave", "EndOfLeave", "EndHospitalStay"),
}
"""Standard -> second halves of the names of FHIR messages: ``MCM:FDIS91#medicine``.

Source: MedCom, code system medcom-messaging-statisticalCodes 2.0.0, 22 September 2025.
"""

DEPRECATED_NAMES = ("MCM:FDIS91#assessment",)
"""Names that are no longer to be sent. Source: ibid."""


UUID_PATTERN = "[aA-fF0-9]{8}-[aA-fF0-9]{4}-[aA-fF0-9]{4}-[aA-fF0-9]{4}-[aA-fF0-9]{12}"
"""The schema's own, with its slip: ``A-f`` runs over the capitals to ``Z`` and six signs."""

_BLANKS = r"[ \t\r\n]*"
INTEGER_PATTERN = _BLANKS + "[+-]?[0-9]+" + _BLANKS
BOOLEAN_PATTERN = _BLANKS + "(true|false|0|1)" + _BLANKS
DATE_TIME_PATTERN = (
    _BLANKS + r"-?[0-9]{4,}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?" + _BLANKS
)
DATE_TIME = String(1, None, DATE_TIME_PATTERN, Text("YYYY-MM-DDThh:mm:ss", "ÅÅÅÅ-MM-DDTtt:mm:ss"))
_UUID = String(1, None, UUID_PATTERN, Text("a UUID with hyphens", "et UUID med bindestreger"))
_TEXT = String(1, 255)


@declaration
class EndPoint(Attributed):
    """An address of the network. Its text is None where it is absent, as everywhere in a value."""

    text: str | None = attribute("", String(1, 18), collapses=True, shown=NUMBERS)
    type: EndPointType | str | None = attribute("EndPointType", Codes(EndPointType))

    @property
    def identifier(self) -> str:
        """The address without the white space that the schema collapses."""
        return " ".join((self.text or "").split())


@declaration
class Processing(Value):
    """Who is to process the message on its way, and how."""

    provider_identifier: str = element("ProviderIdentifier", _TEXT, danish="Udbyder", shown=NUMBERS)
    service_identifier: str = element("ServiceIdentifier", _TEXT, danish="Tjeneste", shown=NUMBERS)


@declaration
class VansDocument(Value):
    """What the message is. The statistics of the network count by ``name``, such as ``MCM:XDIS91``."""

    format: DocumentFormat | str = element("Format", Codes(DocumentFormat), danish="Format")
    name: str = element("Name", _TEXT, danish="Navn", shown=NUMBERS)
    version: str | None = element("Version", _TEXT, default=None, danish="Version", shown=NUMBERS)
    size_in_bytes: str = element(
        "SizeInBytes",
        String(1, None, INTEGER_PATTERN, Text("a whole number", "et helt tal")),
        danish="Oplyst størrelse",
        shown=NUMBERS,
    )

    @property
    def size(self) -> int | None:
        """The declared size, or None where the text is not a number."""
        return integer(self.size_in_bytes)


@declaration
class ServiceTag(Attributed):
    """A named remark for the network or the receiver, such as ``MCM:MIME``."""

    name: str | None = attribute("name", String(1, 70), shown=NUMBERS)
    text: str | None = attribute("", String(1, 70))


@declaration
class VansTransport(Value):
    """How the network handles the message. ``type`` left out means reliable."""

    type: TransportType | str | None = element("Type", Codes(TransportType), default=None, danish="Transportform")
    transform_message: str = element(
        "TransformMessage",
        String(1, None, BOOLEAN_PATTERN, Text("true or false", "true eller false")),
        danish="Må omformes undervejs",
    )
    service_tag: tuple[ServiceTag, ...] = element("ServiceTag", ServiceTag, default=(), max=5, danish="Servicemærke")

    def tag(self, name: str) -> str | None:
        """The text of the first tag of that name."""
        return next((tag.text for tag in self.service_tag if tag.name == name), None)


@declaration
class MetaInformation(Value):
    """What is said of a message. ``identifier`` stays the same when the message is sent again."""

    identifier: str = element("Identifier", _UUID, danish="Meddelelsens id", shown=NUMBERS)
    processing: Processing | None = element("Processing", Processing, default=None, danish="Behandling")
    document: VansDocument = element("Document", VansDocument, danish="Dokument")
    transport: VansTransport | None = element("Transport", VansTransport, default=None, danish="Transport")


@declaration
class VansMessage(Value):
    """A message with what is said of it."""

    meta_information: MetaInformation = element("MetaInformation", MetaInformation, danish="Meddelelse")
    data: Base64 = element("Data", Binary(Base64), danish="Meddelelsens størrelse")


@declaration
class VansError(Value):
    """Why a message was not taken. No list of codes is known."""

    code: str | None = element("Code", PositiveInteger(), default=None, danish="Fejlkode")
    description: str = element("Description", String(1, 512), danish="Fejltekst")


@declaration
class PositiveMessage(Value):
    """The receiver has got the message."""

    original_envelope_identifier: str = element(
        "OriginalEnvelopeIdentifier", _UUID, danish="Kuvertnummer", shown=NUMBERS
    )
    original_message: MetaInformation = element("OriginalMessage", MetaInformation, danish="Besvaret meddelelse")


@declaration
class NegativeMessage(Value):
    """The receiver cannot take the message."""

    error: VansError = element("Error", VansError, danish="Fejl")
    original_envelope_identifier: str = element(
        "OriginalEnvelopeIdentifier", _UUID, danish="Kuvertnummer", shown=NUMBERS
    )
    original_message: MetaInformation = element("OriginalMessage", MetaInformation, danish="Besvaret meddelelse")


@declaration
class NegativeVans(Value):
    """A network operator cannot deliver the message; of one that it could not read, it may tell nothing."""

    error: VansError = element("Error", VansError, danish="Fejl")
    original_envelope_identifier: str = element(
        "OriginalEnvelopeIdentifier", _UUID, danish="Kuvertnummer", shown=NUMBERS
    )
    original_message: MetaInformation | None = element(
        "OriginalMessage", MetaInformation, default=None, danish="Besvaret meddelelse"
    )


@declaration
class VansReceipt(Value):
    """The receipt for an envelope."""

    outcome: NegativeVans | NegativeMessage | PositiveMessage = choice(
        Element("NegativeVans", NegativeVans, danish="Negativ VANS-kvittering"),
        Element("NegativeMessage", NegativeMessage, danish="Negativ kvittering"),
        Element("PositiveMessage", PositiveMessage, danish="Positiv kvittering"),
    )


@declaration
class VansEnvelope(Value, NetworkEnvelope):
    """The envelope. ``namespace`` says which version came; only 1.0.4 has a schema."""

    data_path: ClassVar[str] = "content.data"

    sender_id: EndPoint = element("SenderID", EndPoint, danish="Kuvertens afsender")
    receiver_id: EndPoint = element("ReceiverID", EndPoint, danish="Kuvertens modtager")
    envelope_identifier: str = element("EnvelopeIdentifier", _UUID, danish="Kuvertens id", shown=NUMBERS)
    sent_date_time: str = element(
        "SentDateTime",
        DATE_TIME,
        danish="Afsendt",
        shown=NUMBERS,
    )
    content: VansMessage | VansReceipt = choice(
        Element("Message", VansMessage, danish="Meddelelse"), Element("Receipt", VansReceipt, danish="Kvittering")
    )
    namespace: str = attrs.field(default=VANS_104.namespace)

    @property
    def carried(self) -> Base64 | None:
        """The message inside, as it stands on the wire; None for a receipt."""
        return self.content.data if isinstance(self.content, VansMessage) else None

    @property
    def is_receipt(self) -> bool:
        """Whether it is the receipt for another envelope."""
        return isinstance(self.content, VansReceipt)

    @property
    def identifier(self) -> str | None:
        """The number of the envelope, new whenever a message is sent."""
        return self.envelope_identifier

    @property
    def ends(self) -> tuple[str | None, str | None]:
        """The numbers of the sender and of the receiver on the network."""
        sender, receiver = self.sender_id, self.receiver_id
        return sender.identifier if sender is not None else None, receiver.identifier if receiver is not None else None

    @property
    def meta_information(self) -> MetaInformation | None:
        """What is said of the message inside, or of the message that a receipt answers."""
        if isinstance(self.content, VansReceipt):
            return self.content.outcome.original_message if self.content.outcome else None
        return self.content.meta_information if self.content else None

    @property
    def sent(self) -> datetime | None:
        """The moment of sending, with a zone where the text has one; None where the text is none."""
        return moment_of(self.sent_date_time)


def moment_of(text: str | None) -> datetime | None:
    """The moment that a text of an envelope tells, with a zone where it has one; None where it tells none."""
    try:
        return datetime.fromisoformat(" ".join((text or "").split()))
    except ValueError:
        return None
