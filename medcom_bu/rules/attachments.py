"""Attached files: what they say of themselves, and whether references and objects find each other.

Identifiers are compared without hyphens and without regard to case: a reference has room for 35 characters, a UUID
with hyphens takes 36.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from medcom_bu.issues import Issue, Kind
from medcom_bu.messages.binary_letter import BinaryObject, SystemInformation
from medcom_bu.messages.emessage import Emessage
from medcom_bu.numerals import integer
from medcom_bu.rules.catalogue import (
    BINARY_LETTERS,
    CONVERTER,
    CORRESPONDENCE,
    ERROR,
    INFORMATION,
    PRACTICE,
    SCHEMA_NOTE,
    WARNING,
    rule,
)
from medcom_bu.values import filetypes
from medcom_bu.values.codes import ObjectCode, ObjectExtensionCode
from medcom_bu.values.identifiers import Cpr, Gln
from medcom_bu.values.parties import BinaryReference, Url, given

BASE64 = rule(
    "attachment.base64",
    ERROR,
    ("the content does not decode as base64", "indholdet kan ikke afkodes som base64"),
    ("encode the bytes of the file again", "indkod filens bytes på ny"),
    "RFC 4648; MedCom XML schemas, Object_Base64Encoded",
)
SIZE = rule(
    "attachment.size",
    ERROR,
    (
        "the declared size is not the size of the content, {actual} bytes",
        "den angivne størrelse er ikke indholdets, {actual} bytes",
    ),
    ("OriginalObjectSize is the number of bytes before base64", "OriginalObjectSize er antallet af bytes før base64"),
    PRACTICE,
)
CONTENT = rule(
    "attachment.content-type",
    WARNING,
    ("the content does not look like a {extension} file", "indholdet begynder ikke som en {extension}-fil"),
    (
        "check ObjectExtensionCode, and that the file is not damaged",
        "kontrollér ObjectExtensionCode, og at filen er ubeskadiget",
    ),
    "signatures of the file formats",
)
DUPLICATE = rule(
    "attachment.duplicate",
    WARNING,
    ("two objects have the same identifier", "to objekter har samme identifikation"),
    ("give each object its own UUID", "giv hvert objekt sin egen UUID"),
    SCHEMA_NOTE,
)
EDIFACT_TYPE = rule(
    "attachment.edifact-type",
    INFORMATION,
    ("MedCom's converter to EDIFACT rejects {extension}", "MedComs konverter til EDIFACT afviser {extension}"),
    ("send a PDF where the receiver may get EDIFACT", "send en PDF hvor modtageren kan få EDIFACT"),
    CONVERTER,
)
BILATERAL = rule(
    "attachment.bilateral",
    WARNING,
    ("proprietaert_indhold may only be sent by agreement", "proprietaert_indhold sendes kun efter aftale"),
    (
        "agree with the receiver, or give the ObjectCode that matches the content of the file: a zip may have any",
        "aftal det med modtageren, eller angiv ObjectCode for det der er i filen: en zip-fil må have enhver af dem",
    ),
    f"{BINARY_LETTERS}, pages 28-29",
)
PROGRAM = rule(
    "attachment.program",
    WARNING,
    ("programs should not be sent in a binary letter", "programmer bør ikke sendes i et binærbrev"),
    ("send them another way, or agree with the receiver", "send dem på en anden måde, eller aftal det med modtageren"),
    f"{BINARY_LETTERS}, page 9",
)
OPTIONAL_TYPE = rule(
    "attachment.optional-type",
    INFORMATION,
    (
        "receivers need not accept {extension} files",
        "en modtager skal ikke nødvendigvis kunne modtage {extension}-filer",
    ),
    ("send a PDF, or ask the receiver", "send en PDF, eller spørg modtageren"),
    f"{BINARY_LETTERS}, pages 9 and 28-29",
)
UNMATCHED = rule(
    "reference.unmatched",
    ERROR,
    ("no attachment in the consignment has this identifier", "intet bilag i forsendelsen har denne identifikation"),
    (
        "write the UUID without hyphens in the reference, with hyphens in the binary letter",
        "skriv UUID'et uden bindestreger i henvisningen, med bindestreger i binærbrevet",
    ),
    "MedCom XML schemas; examples of the conversion flows",
)
DIFFERENT = rule(
    "reference.different",
    WARNING,
    ("{element} differs from that of the attachment", "{element} afviger fra bilagets"),
    ("repeat the values of the object in the reference", "gentag objektets værdier i referencen"),
    "MedCom XML schemas; examples of the conversion flows",
)
UNREFERENCED = rule(
    "attachment.unreferenced",
    INFORMATION,
    ("no letter in the consignment refers to this object", "intet brev i forsendelsen henviser til dette objekt"),
    ("add a Reference, so that the recipient sees the file", "tilføj en Reference, så læseren ser filen"),
    SCHEMA_NOTE,
)
OTHER_PATIENT = rule(
    "attachment.other-patient",
    ERROR,
    (
        "the files are about another patient than the letter that they belong to",
        "filerne handler om en anden patient end brevet de hører til",
    ),
    (
        "check both CPR numbers; send the files with the letter about their patient",
        "kontrollér begge CPR-numre; send filerne med brevet om deres patient",
    ),
    SCHEMA_NOTE,
)
UNKNOWN_PATIENT = rule(
    "attachment.other-name",
    WARNING,
    (
        "without CPR numbers it is uncertain whether the files are about the letter's patient, and the names differ",
        "ingen CPR-numre viser om filerne handler om brevets patient, og navnene er forskellige",
    ),
    (
        "give the CPR number in both; ask the sender whom the files are about",
        "angiv CPR-nummeret i begge; spørg afsenderen hvem filerne handler om",
    ),
    SCHEMA_NOTE,
)
OTHER_RECEIVER = rule(
    "attachment.other-receiver",
    WARNING,
    (
        "the files go to another receiver than the letter that they belong to",
        "filerne går til en anden modtager end brevet de hører til",
    ),
    ("send both to the same location number", "send begge til samme lokationsnummer"),
    "MedCom, use cases of the VANS conversion service 3.1.0: the sender may differ, by way of DNHF",
)
SCHEME = rule(
    "reference.scheme",
    WARNING,
    ("the link is not the address of a web page", "linket fører ikke til en webside"),
    (
        "write an address with http or https; do not open any other",
        "skriv en adresse med http eller https; åbn ikke andre",
    ),
    f"{CORRESPONDENCE}, page 21: the full web address; what runs when it is opened is no address",
)
REFERENCE_KINDS = (UNMATCHED, DIFFERENT, UNREFERENCED, OTHER_PATIENT, UNKNOWN_PATIENT, OTHER_RECEIVER)
"""What :func:`check_references_resolve` may say."""

_SCHEME = re.compile(r"\s*([a-zA-Z][a-zA-Z0-9+-]*)\s*:")
_REFUSED_OBJECT = (ObjectExtensionCode.XLS,)
_REFUSED_REFERENCE = (ObjectExtensionCode.XLS, ObjectExtensionCode.PLO)
_PROGRAMS = (ObjectExtensionCode.EXE, ObjectExtensionCode.COM)
_SHARED = (
    ("object_code", "ObjectCode"),
    ("object_extension_code", "ObjectExtensionCode"),
    ("original_object_size", "OriginalObjectSize"),
)
"""What a reference repeats of its object."""


def key(identifier: str | None) -> str:
    """An object identifier as it is compared."""
    return (identifier or "").replace("-", "").casefold()


def linked_objects(message: Emessage) -> tuple[frozenset[str], frozenset[str]]:
    """The identifiers of the objects that a message refers to, and of those that it holds, as they are compared."""
    referred = (target.object_identifier for _, _, target in _references([message]))
    held = (attachment.object_identifier for _, _, attachment in _objects([message]))
    return frozenset(map(key, referred)) - {""}, frozenset(map(key, held)) - {""}


def check_objects(objects: Sequence[BinaryObject], path: str) -> Iterator[Issue]:
    """The files of one binary letter."""
    seen = set()
    for number, attachment in enumerate(objects):
        here = f"{path}.binary_object[{number}]"
        if attachment.object_identifier is not None and key(attachment.object_identifier) in seen:
            yield DUPLICATE.issue(f"{here}.object_identifier")
        seen.add(key(attachment.object_identifier))
        if attachment.object_extension_code in _REFUSED_OBJECT:
            yield EDIFACT_TYPE.issue(f"{here}.object_extension_code", extension=str(attachment.object_extension_code))
        yield from _check_type(attachment, here)
        if attachment.object_base64_encoded is not None:
            yield from _check_content(attachment, here)


def _check_type(attachment: BinaryObject, here: str) -> Iterator[Issue]:
    """Whether a receiver who has agreed to nothing takes such a file."""
    code, extension = attachment.object_code, attachment.object_extension_code
    if code == ObjectCode.PROPRIETARY:
        yield BILATERAL.issue(f"{here}.object_code")
    if code == ObjectCode.PROGRAM:
        yield PROGRAM.issue(f"{here}.object_code")
    elif extension in _PROGRAMS:
        yield PROGRAM.issue(f"{here}.object_extension_code")
    file_type = filetypes.FILE_TYPES.get(extension or "")
    if file_type is not None and file_type.optional:
        yield OPTIONAL_TYPE.issue(f"{here}.object_extension_code", extension=str(extension))


def _check_content(attachment: BinaryObject, here: str) -> Iterator[Issue]:
    content = attachment.content
    if content is None:
        yield BASE64.issue(f"{here}.object_base64_encoded")
        return
    declared = integer(attachment.original_object_size, 40)
    if declared is not None and declared != len(content):
        yield SIZE.issue(f"{here}.original_object_size", actual=len(content))
    extension = attachment.object_extension_code
    if isinstance(extension, ObjectExtensionCode) and filetypes.matches(extension, content[: filetypes.HEAD]) is False:
        yield CONTENT.issue(f"{here}.object_base64_encoded", extension=str(extension))


def is_web_address(url: str) -> bool:
    """Whether an address has the scheme of the web, or none."""
    scheme = _SCHEME.match(url)
    return scheme is None or scheme[1].casefold() in ("http", "https")


def check_references(references: Sequence[Any], path: str) -> Iterator[Issue]:
    """The pointers of one letter, by themselves."""
    for number, reference in enumerate(references):
        target = reference.target
        if isinstance(target, Url) and not is_web_address(target):
            yield SCHEME.issue(f"{path}.reference[{number}].target")
        if isinstance(target, BinaryReference) and target.object_extension_code in _REFUSED_REFERENCE:
            here = f"{path}.reference[{number}].target.object_extension_code"
            yield EDIFACT_TYPE.issue(here, extension=str(target.object_extension_code))


def check_references_resolve(messages: Sequence[Emessage], *, complete: bool = False) -> Iterator[tuple[int, Issue]]:
    """Whether the pointers and the objects of messages that belong together find each other.

    Unless the messages are ``complete``, nothing is said where no letter carries files: they may come separately.
    """
    objects = list(_objects(messages))
    if not objects and not complete:
        return
    by_key = {key(attachment.object_identifier): attachment for _, _, attachment in objects}
    referenced = set()
    for at, path, target in _references(messages):
        referenced.add(key(target.object_identifier))
        attachment = by_key.get(key(target.object_identifier))
        if attachment is None:
            yield at, UNMATCHED.issue(f"{path}.object_identifier")
            continue
        for name, element in _SHARED:
            if not _same(getattr(target, name), getattr(attachment, name)):
                yield at, DIFFERENT.issue(f"{path}.{name}", element=element)
    if any(True for _ in _letters(messages, "reference")):
        for at, path, attachment in objects:
            if key(attachment.object_identifier) not in referenced:
                yield at, UNREFERENCED.issue(path)
    yield from _check_owners(messages, complete)


def _same(one: str | None, other: str | None) -> bool:
    """Whether two texts say the same; as numbers, ``008`` is 8."""
    number = integer(one, 40)
    return one == other or (number is not None and number == integer(other, 40))


def _check_owners(messages: Sequence[Emessage], complete: bool) -> Iterator[tuple[int, Issue]]:
    """Whether files are about the patient, and go to the receiver, of the letters that they belong to.

    They belong to the letters that refer to them; where none does, and the messages are ``complete``, to the first.
    """
    owners = [(letter, {*_named(letter)} - {""}) for _, _, letter in _letters(messages, "reference")]
    for at, path, files in _letters(messages, "binary_object"):
        keys = {key(attachment.object_identifier) for attachment in files.binary_object}
        own = [letter for letter, named in owners if named & keys] or [letter for letter, _ in owners[:1] if complete]
        for kind in dict.fromkeys(other_patient(letter.patient, files.subject) for letter in own):
            if kind is not None:
                yield at, kind.issue(f"{path}.subject.identifier")
        if any(_differ(_address(letter.receiver), _address(files.receiver)) for letter in own):
            yield at, OTHER_RECEIVER.issue(f"{path}.receiver.ean_identifier")


def _named(letter: Any) -> Iterator[str]:
    targets = (reference.target for reference in letter.reference)
    return (key(target.object_identifier) for target in targets if isinstance(target, BinaryReference))


def other_patient(patient: Any, subject: Any) -> Kind | None:
    """What there is to say against files with that subject as files of that patient.

    Where no two CPR numbers tell, the names do. System data are about nobody.
    """
    if isinstance(subject, SystemInformation):
        return None
    one, other, name = cpr_of(patient), cpr_of(subject), name_of(patient)
    if one is not None and other is not None:
        return OTHER_PATIENT if one != other else None
    return None if name and name == name_of(subject) else UNKNOWN_PATIENT


def number_of(person: Any) -> str | None:
    """The number of a person, of whatever kind, as two are compared; None where there is none."""
    number = getattr(person, "identifier", None)
    bare: str = number.compact(number.reveal()) if number is not None else ""
    return bare if bare.strip("0_") else None


def name_of(person: Any) -> str:
    """The name of a person, as two are compared; empty where there is none."""
    names = (getattr(person, field, None) or "" for field in ("person_given_name", "person_surname_name"))
    return " ".join(" ".join(names).split()).casefold()


def _differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other


def cpr_of(person: Any) -> str | None:
    """The CPR number of a patient; None where none is known.

    A replacement number says nothing: a person may have several, and a CPR number later.
    """
    number = getattr(person, "identifier", None)
    if not isinstance(number, Cpr) or number.is_replacement:
        return None
    bare = Cpr.compact(number.reveal())
    return bare if Cpr.has_form(bare) and bare.strip("0") else None


def _address(unit: Any) -> str | None:
    """The location number of a unit; None where none is known."""
    bare = Gln.compact(given(getattr(unit, "ean_identifier", None)) or "")
    return bare or None


def _letters(messages: Sequence[Emessage], field: str) -> Iterator[tuple[int, str, Any]]:
    """The letters that have a field: the number of their message, their path."""
    for at, message in enumerate(messages):
        for number, letter in enumerate(message.letters):
            if field in letter.__dict__:
                yield at, f"letters[{number}]", letter


def _objects(messages: Sequence[Emessage]) -> Iterator[tuple[int, str, BinaryObject]]:
    for at, path, letter in _letters(messages, "binary_object"):
        for index, attachment in enumerate(letter.binary_object):
            yield at, f"{path}.binary_object[{index}]", attachment


def _references(messages: Sequence[Emessage]) -> Iterator[tuple[int, str, BinaryReference]]:
    for at, path, letter in _letters(messages, "reference"):
        for index, reference in enumerate(letter.reference):
            if isinstance(reference.target, BinaryReference):
                yield at, f"{path}.reference[{index}].target", reference.target
