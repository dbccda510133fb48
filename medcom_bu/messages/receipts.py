"""XCTL01, XCTL02 and XCTL03, the receipts: from the network operator, from a receiver who refuses, who accepts.

Source: MedCom's XML schemas, NegativeVansReceipt.xsd, NegativeReceipt.xsd and PositiveReceipt.xsd of 2005/08/07.
"""

from __future__ import annotations

from medcom_bu.declare.oioxml import Codes, Fixed, String, Value, Version, declaration, element, letter
from medcom_bu.messages.emessage import STRING_14
from medcom_bu.values.codes import RefuseCode
from medcom_bu.values.parties import STRING_35
from medcom_bu.values.text import BREAKABLE_TEXT, FormattedText

_NAMESPACE = "http://rep.oio.dk/sundcom.dk/medcom.dk/xml/schemas/2005/08/07/"
XC0130Q = Version("XC0130Q", "XCTL01", _NAMESPACE)
XC0230Q = Version("XC0230Q", "XCTL02", _NAMESPACE)
XC0330Q = Version("XC0330Q", "XCTL03", _NAMESPACE)


@declaration
class ReceiptHeader(Value):
    """What a receipt begins with."""

    identifier: str = element("Identifier", STRING_14)
    version_code: str = element("VersionCode", Fixed("code"))
    statistical_code: str = element("StatisticalCode", String(1, 8))


@declaration
class ReceiptParty(Value):
    """A sender or receiver, by its network address alone. Network operators use names instead of numbers."""

    ean_identifier: str = element("EANIdentifier", STRING_35)


@declaration
class AcceptedLetter(Value):
    """One letter of the original envelope. Its version code is copied as received."""

    original_letter_identifier: str = element("OriginalLetterIdentifier", STRING_14)
    original_version_code: str = element("OriginalVersionCode", String(1, 7))


@declaration
class RefusedLetter(AcceptedLetter):
    """One letter of the original envelope, with the reason why it is refused."""

    refuse_code: RefuseCode | str | None = element("RefuseCode", Codes(RefuseCode), default=None)
    refuse_text: FormattedText | None = element("RefuseText", BREAKABLE_TEXT, default=None)


@declaration
class AcceptedEmessage(Value):
    """The envelope being answered, its parties in their original direction."""

    original_envelope_identifier: str = element("OriginalEnvelopeIdentifier", STRING_14)
    original_sender: ReceiptParty = element("OriginalSender", ReceiptParty)
    original_receiver: ReceiptParty = element("OriginalReceiver", ReceiptParty)
    original_letter: tuple[AcceptedLetter, ...] = element("OriginalLetter", AcceptedLetter, default=(), max=99)


@declaration
class RefusedEmessage(Value):
    """The envelope being refused, its parties in their original direction, with the reason for all of it."""

    original_envelope_identifier: str = element("OriginalEnvelopeIdentifier", STRING_14)
    original_sender: ReceiptParty = element("OriginalSender", ReceiptParty)
    original_receiver: ReceiptParty = element("OriginalReceiver", ReceiptParty)
    refuse_code: RefuseCode | str | None = element("RefuseCode", Codes(RefuseCode), default=None)
    refuse_text: FormattedText | None = element("RefuseText", BREAKABLE_TEXT, default=None)
    original_letter: tuple[RefusedLetter, ...] = element("OriginalLetter", RefusedLetter, default=(), max=99)


@letter("NegativeVansReceipt", XC0130Q)
@declaration
class NegativeVansReceipt(Value):
    """A network operator could not deliver the envelope."""

    letter: ReceiptHeader = element("Letter", ReceiptHeader)
    sender: ReceiptParty = element("Sender", ReceiptParty)
    receiver: ReceiptParty = element("Receiver", ReceiptParty)
    original_emessage: RefusedEmessage = element("OriginalEmessage", RefusedEmessage)


@letter("NegativeReceipt", XC0230Q)
@declaration
class NegativeReceipt(Value):
    """The receiver refuses the envelope or letters in it."""

    letter: ReceiptHeader = element("Letter", ReceiptHeader)
    sender: ReceiptParty = element("Sender", ReceiptParty)
    receiver: ReceiptParty = element("Receiver", ReceiptParty)
    original_emessage: RefusedEmessage = element("OriginalEmessage", RefusedEmessage)


@letter("PositiveReceipt", XC0330Q)
@declaration
class PositiveReceipt(Value):
    """The receiver accepts the letters of the envelope."""

    letter: ReceiptHeader = element("Letter", ReceiptHeader)
    sender: ReceiptParty = element("Sender", ReceiptParty)
    receiver: ReceiptParty = element("Receiver", ReceiptParty)
    original_emessage: AcceptedEmessage = element("OriginalEmessage", AcceptedEmessage)
