"""XCTL01, XCTL02 and XCTL03, the receipts: from the network operator, from a receiver who refuses, who accepts.

Source: MedCom's XML schemas, NegativeVansReceipt.xsd, NegativeReceipt.xsd and PositiveReceipt.xsd of 2005/08/07.
"""

from __future__ import annotations

from medcom_bu.declare.base import NUMBERS
from medcom_bu.declare.oioxml import Codes, Fixed, String, Value, Version, declaration, element, letter
from medcom_bu.messages.headers import LETTER_NUMBER
from medcom_bu.values.codes import RefuseCode
from medcom_bu.values.parties import LOCATION_NUMBER
from medcom_bu.values.text import BREAKABLE_TEXT, FormattedText

_NAMESPACE = "http://rep.oio.dk/sundcom.dk/medcom.dk/xml/schemas/2005/08/07/"
XC0130Q = Version("XC0130Q", "XCTL01", _NAMESPACE)
XC0230Q = Version("XC0230Q", "XCTL02", _NAMESPACE)
XC0330Q = Version("XC0330Q", "XCTL03", _NAMESPACE)


@declaration
class ReceiptHeader(Value):
    """What a receipt begins with."""

    identifier: str = element("Identifier", LETTER_NUMBER, danish="Kvitteringens nummer", shown=NUMBERS)
    version_code: str = element("VersionCode", Fixed("code"), danish="Version")
    statistical_code: str = element("StatisticalCode", String(1, 8), danish="Statistikkode", shown=NUMBERS)


@declaration
class ReceiptParty(Value):
    """A sender or receiver, by its network address alone. Network operators use names instead of numbers."""

    ean_identifier: str = element("EANIdentifier", LOCATION_NUMBER, danish="Lokationsnummer (EAN)", shown=NUMBERS)


@declaration
class AcceptedLetter(Value):
    """One letter of the original envelope. Its version code is copied as received."""

    original_letter_identifier: str = element(
        "OriginalLetterIdentifier", LETTER_NUMBER, danish="Brevnummer", shown=NUMBERS
    )
    original_version_code: str = element("OriginalVersionCode", String(1, 7), danish="Version", shown=NUMBERS)


@declaration
class RefusedLetter(AcceptedLetter):
    """One letter of the original envelope, with the reason why it is refused."""

    refuse_code: RefuseCode | str | None = element(
        "RefuseCode", Codes(RefuseCode), default=None, danish="Afvisningsårsag"
    )
    refuse_text: FormattedText | None = element("RefuseText", BREAKABLE_TEXT, default=None, danish="Begrundelse")


@declaration
class AcceptedEmessage(Value):
    """The envelope being answered, its parties in their original direction."""

    original_envelope_identifier: str = element(
        "OriginalEnvelopeIdentifier", LETTER_NUMBER, danish="Kuvertnummer", shown=NUMBERS
    )
    original_sender: ReceiptParty = element("OriginalSender", ReceiptParty, danish="Forsendelsens afsender")
    original_receiver: ReceiptParty = element("OriginalReceiver", ReceiptParty, danish="Forsendelsens modtager")
    original_letter: tuple[AcceptedLetter, ...] = element(
        "OriginalLetter", AcceptedLetter, default=(), max=99, danish="Besvaret brev"
    )


@declaration
class RefusedEmessage(Value):
    """The envelope being refused, its parties in their original direction, with the reason for all of it."""

    original_envelope_identifier: str = element(
        "OriginalEnvelopeIdentifier", LETTER_NUMBER, danish="Kuvertnummer", shown=NUMBERS
    )
    original_sender: ReceiptParty = element("OriginalSender", ReceiptParty, danish="Forsendelsens afsender")
    original_receiver: ReceiptParty = element("OriginalReceiver", ReceiptParty, danish="Forsendelsens modtager")
    refuse_code: RefuseCode | str | None = element(
        "RefuseCode", Codes(RefuseCode), default=None, danish="Afvisningsårsag"
    )
    refuse_text: FormattedText | None = element("RefuseText", BREAKABLE_TEXT, default=None, danish="Begrundelse")
    original_letter: tuple[RefusedLetter, ...] = element(
        "OriginalLetter", RefusedLetter, default=(), max=99, danish="Besvaret brev"
    )


@letter("NegativeVansReceipt", XC0130Q, danish="Negativ VANS-kvittering")
@declaration
class NegativeVansReceipt(Value):
    """A network operator could not deliver the envelope."""

    letter: ReceiptHeader = element("Letter", ReceiptHeader, danish="Brevoplysninger")
    sender: ReceiptParty = element("Sender", ReceiptParty, danish="Afsender")
    receiver: ReceiptParty = element("Receiver", ReceiptParty, danish="Modtager")
    original_emessage: RefusedEmessage = element("OriginalEmessage", RefusedEmessage, danish="Besvaret forsendelse")


@letter("NegativeReceipt", XC0230Q, danish="Negativ kvittering")
@declaration
class NegativeReceipt(Value):
    """The receiver refuses the envelope or letters in it."""

    letter: ReceiptHeader = element("Letter", ReceiptHeader, danish="Brevoplysninger")
    sender: ReceiptParty = element("Sender", ReceiptParty, danish="Afsender")
    receiver: ReceiptParty = element("Receiver", ReceiptParty, danish="Modtager")
    original_emessage: RefusedEmessage = element("OriginalEmessage", RefusedEmessage, danish="Besvaret forsendelse")


@letter("PositiveReceipt", XC0330Q, danish="Positiv kvittering")
@declaration
class PositiveReceipt(Value):
    """The receiver accepts the letters of the envelope."""

    letter: ReceiptHeader = element("Letter", ReceiptHeader, danish="Brevoplysninger")
    sender: ReceiptParty = element("Sender", ReceiptParty, danish="Afsender")
    receiver: ReceiptParty = element("Receiver", ReceiptParty, danish="Modtager")
    original_emessage: AcceptedEmessage = element("OriginalEmessage", AcceptedEmessage, danish="Besvaret forsendelse")


RECEIPTS = (NegativeVansReceipt, NegativeReceipt, PositiveReceipt)
"""The letters that answer others, and are never answered."""
