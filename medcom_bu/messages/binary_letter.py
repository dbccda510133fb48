"""XBIN01 and XBIN02, letters that carry files: BinaryLetter (XB0131X, XB0130X) and ReferralAttachment (XB0210X).

Source: MedCom's XML schemas, BinaryLetter.xsd of 2012/03/28 and 2005/08/07, ReferralAttachment.xsd of 2016/10/02.
"""

from __future__ import annotations

from typing import ClassVar

from medcom_bu.declare.base import NUMBERS
from medcom_bu.declare.oioxml import (
    ByVersion,
    Codes,
    Element,
    Flag,
    PositiveInteger,
    String,
    Value,
    Version,
    choice,
    declaration,
    element,
    letter,
)
from medcom_bu.issues import Text
from medcom_bu.messages.headers import LetterHeader
from medcom_bu.values.base64 import BINARY, Base64
from medcom_bu.values.codes import ObjectCode, ObjectExtensionCode
from medcom_bu.values.parties import STRING_70, UUID_OR_NUMBER, Person, Receiver, Sender

XB0131X = Version("XB0131X", "XBIN01", "http://rep.oio.dk/medcom.dk/xml/schemas/2012/03/28/")
XB0130X = Version("XB0130X", "XBIN01", "http://rep.oio.dk/sundcom.dk/medcom.dk/xml/schemas/2005/08/07/")
XB0210X = Version("XB0210X", "XBIN02", "http://rep.oio.dk/medcom.dk/xml/schemas/2016/10/02/")

_HEX = "[0-9a-fA-F]"
UUID = String(
    36,
    36,
    f"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}",
    Text("a UUID with hyphens", "et UUID med bindestreger"),
)


@declaration
class SystemInformation(Value):
    """Says that the letter carries system data, not a patient's. It stands for two elements of the letter."""

    inline: ClassVar[bool] = True

    system_information: str = element("SystemInformation", Flag(), danish="Systeminformation")
    contents: str | None = element("Contents", STRING_70, default=None, danish="Indhold")


@declaration
class BinaryObject(Value):
    """One attached file. ``original_object_size`` is the number of bytes of the decoded content."""

    object_identifier: str = element(
        "ObjectIdentifier", ByVersion(UUID, {"XB0130X": UUID_OR_NUMBER}), danish="Fil-id", shown=NUMBERS
    )
    object_code: ObjectCode | str = element("ObjectCode", Codes(ObjectCode), danish="Indholdstype")
    object_extension_code: ObjectExtensionCode | str = element(
        "ObjectExtensionCode", Codes(ObjectExtensionCode), danish="Filtype"
    )
    original_object_size: str = element("OriginalObjectSize", PositiveInteger(), danish="Oplyst størrelse")
    object_base64_encoded: Base64 = element("Object_Base64Encoded", BINARY, danish="Filens indhold")

    @property
    def content(self) -> bytes | None:
        """The decoded content, or None where the base64 does not decode."""
        return self.object_base64_encoded.content if self.object_base64_encoded is not None else None


_SUBJECT = (
    Element("Patient", Person, danish="Patient"),
    Element("SystemInformation", SystemInformation, danish="Systeminformation"),
)


@letter("BinaryLetter", XB0131X, XB0130X, danish="Brev med vedhæftede filer")
@declaration
class BinaryLetter(Value):
    """Files of one letter, in a letter of their own."""

    letter: LetterHeader = element("Letter", LetterHeader, danish="Brevoplysninger")
    sender: Sender = element("Sender", Sender, danish="Afsender")
    receiver: Receiver = element("Receiver", Receiver, danish="Modtager")
    subject: Person | SystemInformation = choice(*_SUBJECT)
    binary_object: tuple[BinaryObject, ...] = element(
        "BinaryObject", BinaryObject, default=(), min=1, max=10, danish="Vedhæftet fil"
    )

    @property
    def patient(self) -> Person | None:
        """The patient, or None where the letter carries system data."""
        return self.subject if isinstance(self.subject, Person) else None


@letter("ReferralAttachment", XB0210X, danish="Bilag til henvisning")
@declaration
class ReferralAttachment(Value):
    """Files of a referral, in a letter of their own: a binary letter in all but name."""

    letter: LetterHeader = element("Letter", LetterHeader, danish="Brevoplysninger")
    sender: Sender = element("Sender", Sender, danish="Afsender")
    receiver: Receiver = element("Receiver", Receiver, danish="Modtager")
    subject: Person | SystemInformation = choice(*_SUBJECT)
    binary_object: tuple[BinaryObject, ...] = element(
        "BinaryObject", BinaryObject, default=(), min=1, max=10, danish="Vedhæftet fil"
    )

    @property
    def patient(self) -> Person | None:
        """The patient, or None where the letter carries system data."""
        return self.subject if isinstance(self.subject, Person) else None
