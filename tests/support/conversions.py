"""Letters and messages to be carried over to the other standard, complete and valid, of which a test changes a part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from medcom_bu import CareCommunicationMessage, Consignment, Conversion, Directory, Emessage, convert
from medcom_bu.messages.binary_letter import BinaryLetter
from medcom_bu.messages.clinical_email import ClinicalEmail
from medcom_bu.testing import factories, frozen
from medcom_bu.values.codes import IdentifierCode
from medcom_bu.values.fhir_resources import Resource
from medcom_bu.values.identifiers import Cpr
from tests.support.typed import letter_as, of_type

SENDER_GLN, RECEIVER_GLN = "5790000121526", "5790001348120"
SENDER_SOR, RECEIVER_SOR = "265161000016000", "953741000016009"
DIRECTORY = Directory.from_rows(
    [
        {"gln": SENDER_GLN, "sor": SENDER_SOR, "name": "Eksempel Kommune", "telephone": "11223344"},
        {"gln": RECEIVER_GLN, "sor": RECEIVER_SOR, "name": "Eksempel Region"},
    ]
)
PDF = b"%PDF-1.4\n% et bilag uden indhold\n"
EPISODE = "fc60e762b13b5773865e67f3907bdcc7"
PERSON = Cpr("2512489996")

Changes = Mapping[str, Any]
FHIR, LETTER = "fhir", "xml"


def email(holder: Conversion | Consignment[Any] | Emessage) -> ClinicalEmail:
    """The correspondence of a message, a consignment or a conversion."""
    message = holder if isinstance(holder, Emessage) else holder.messages[0]
    return letter_as(ClinicalEmail, of_type(Emessage, message))


def binary(conversion: Conversion, number: int = 1) -> BinaryLetter:
    """A binary letter of a conversion."""
    return letter_as(BinaryLetter, emessage(conversion, number))


def emessage(conversion: Conversion, number: int = 0) -> Emessage:
    """One of the Emessages of a conversion."""
    return of_type(Emessage, conversion.messages[number])


def header(conversion: Conversion, number: int = 0) -> Any:
    """The header of the letter in one of the Emessages of a conversion."""
    own: Any = emessage(conversion, number).letters[0]
    return own.letter


def care(conversion: Conversion) -> CareCommunicationMessage:
    """The CareCommunication of a conversion."""
    return of_type(CareCommunicationMessage, conversion.messages[0])


def letter(
    files: Mapping[str, bytes] | None = None, *, envelope: Changes | None = None, **parts: Changes
) -> Consignment[ClinicalEmail]:
    """A correspondence with SOR codes, and its binary letter; ``parts`` are fields that are changed."""
    first, *others = factories.correspondence(files=files)
    own = _between(email(first))
    own = own.replace(patient=own.patient.replace(identifier=PERSON))
    own = own.replace(**{name: getattr(own, name).replace(**fields) for name, fields in parts.items()})
    changed_envelope = first.envelope.replace(**envelope or {})
    return Consignment((first.replace(letters=(own,), envelope=changed_envelope), *map(_about_person, others)))


def _between(own: Any) -> Any:
    code, department = IdentifierCode.SOR_CODE, None
    sender = own.sender.replace(identifier=SENDER_SOR, identifier_code=code, department_name=department)
    receiver = own.receiver.replace(identifier=RECEIVER_SOR, identifier_code=code, department_name=department)
    return own.replace(sender=sender, receiver=receiver)


def _about_person(carrier: Emessage) -> Emessage:
    own = _between(carrier.letters[0])
    return carrier.replace(letters=(own.replace(subject=own.subject.replace(identifier=PERSON)),))


def with_letter(**fields: Any) -> Emessage:
    """The correspondence with other fields of its own."""
    message = letter().messages[0]
    return message.replace(letters=(email(message).replace(**fields),))


def message(**given: Any) -> CareCommunicationMessage:
    """A CareCommunication."""
    return factories.care_communication(**given)


def changed(
    source: CareCommunicationMessage, kind: type[Resource], change: Callable[[Any], Resource], number: int | None = None
) -> CareCommunicationMessage:
    """The message with its resources of a kind changed, or the one of them with a number."""
    entries, count = [], 0
    for entry in source.entry:
        if isinstance(entry.resource, kind):
            if number in (None, count):
                entry = entry.replace(resource=change(entry.resource))
            count += 1
        entries.append(entry)
    return source.replace(entry=tuple(entries))


def to_fhir(source: Any, **options: Any) -> Conversion:
    """The conversion of letters, with numbers that are known beforehand."""
    return convert(source, FHIR, **{"ids": frozen(), **options})


def to_letter(source: Any, **options: Any) -> Conversion:
    """The conversion of a FHIR message, with numbers that are known beforehand."""
    return convert(source, LETTER, **{"ids": frozen(first=5001), **options})


def codes(conversion: Conversion) -> set[tuple[str, str]]:
    """Code and path of all that was lost and made up."""
    lost = {(loss.code.removeprefix("loss.convert-"), loss.path) for loss in conversion.losses}
    return lost | {(made.code, made.path) for made in conversion.made_up}
