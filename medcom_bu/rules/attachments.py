"""Attached files: what they say of themselves, and whether references and objects find each other.

Identifiers are compared without hyphens and without regard to case: a reference has room for 35 characters, a UUID
with hyphens takes 36.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from medcom_bu.issues import Issue
from medcom_bu.messages.binary_letter import BinaryObject
from medcom_bu.messages.emessage import Emessage
from medcom_bu.numerals import integer
from medcom_bu.rules.kinds import CONVERTER, ERROR, INFORMATION, PRACTICE, SCHEMA_NOTE, WARNING, rule
from medcom_bu.values import filetypes
from medcom_bu.values.codes import ObjectExtensionCode
from medcom_bu.values.parties import BinaryReference

BASE64 = rule(
    "attachment.base64",
    ERROR,
    ("the content does not decode as base64", "indholdet kan ikke afkodes som base64"),
    ("encode the bytes of the file anew", "indkod filens bytes på ny"),
    "RFC 4648; MedCom XML schemas, Object_Base64Encoded",
)
SIZE = rule(
    "attachment.size",
    ERROR,
    (
        "the declared size is not that of the content, {actual} bytes",
        "den angivne størrelse er ikke indholdets, {actual} bytes",
    ),
    ("OriginalObjectSize is the number of bytes before base64", "OriginalObjectSize er antallet af bytes før base64"),
    PRACTICE,
)
CONTENT = rule(
    "attachment.content-type",
    WARNING,
    ("the content does not begin like a {extension} file", "indholdet begynder ikke som en {extension}-fil"),
    (
        "check ObjectExtensionCode, and that the file is undamaged",
        "kontrollér ObjectExtensionCode, og at filen er ubeskadiget",
    ),
    "signatures of the file formats",
)
DUPLICATE = rule(
    "attachment.duplicate",
    WARNING,
    ("two objects have the same identifier", "to objekter har samme identifikation"),
    ("give each object a UUID of its own", "giv hvert objekt sin egen UUID"),
    SCHEMA_NOTE,
)
EDIFACT_TYPE = rule(
    "attachment.edifact-type",
    INFORMATION,
    ("MedCom's converter to EDIFACT refuses {extension}", "MedComs konverter til EDIFACT afviser {extension}"),
    ("send a PDF where the receiver may get EDIFACT", "send en PDF hvor modtageren kan få EDIFACT"),
    CONVERTER,
)
UNMATCHED = rule(
    "reference.unmatched",
    ERROR,
    ("no attachment in the consignment has this identifier", "intet bilag i forsendelsen har denne identifikation"),
    (
        "write the UUID without hyphens in the reference, with hyphens in the binary letter",
        "skriv UUID uden bindestreger i henvisningen, med bindestreger i binærbrevet",
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
    ("add a Reference, so that the reader sees the file", "tilføj en Reference, så læseren ser filen"),
    SCHEMA_NOTE,
)
MATCHES = (UNMATCHED, DIFFERENT, UNREFERENCED)
"""What :func:`check_matches` may say."""
KINDS = (BASE64, SIZE, CONTENT, DUPLICATE, EDIFACT_TYPE, *MATCHES)

_REFUSED_OBJECT = (ObjectExtensionCode.XLS,)
_REFUSED_REFERENCE = (ObjectExtensionCode.XLS, ObjectExtensionCode.PLO)
_SHARED = (
    ("object_code", "ObjectCode"),
    ("object_extension_code", "ObjectExtensionCode"),
    ("original_object_size", "OriginalObjectSize"),
)


def key(identifier: str | None) -> str:
    """An object identifier as it is compared."""
    return (identifier or "").replace("-", "").casefold()


def check_objects(objects: Sequence[BinaryObject], path: str) -> Iterator[Issue]:
    """The files of one binary letter."""
    seen = set()
    for number, item in enumerate(objects):
        here = f"{path}.binary_object[{number}]"
        if item.object_identifier is not None and key(item.object_identifier) in seen:
            yield DUPLICATE.at(f"{here}.object_identifier")
        seen.add(key(item.object_identifier))
        if item.object_extension_code in _REFUSED_OBJECT:
            yield EDIFACT_TYPE.at(f"{here}.object_extension_code", extension=str(item.object_extension_code))
        if item.object_base64_encoded is not None:
            yield from _check_content(item, here)


def _check_content(item: BinaryObject, here: str) -> Iterator[Issue]:
    content = item.content
    if content is None:
        yield BASE64.at(f"{here}.object_base64_encoded")
        return
    declared = integer(item.original_object_size, 40)
    if declared is not None and declared != len(content):
        yield SIZE.at(f"{here}.original_object_size", actual=len(content))
    extension = item.object_extension_code
    if isinstance(extension, ObjectExtensionCode) and filetypes.matches(extension, content[: filetypes.HEAD]) is False:
        yield CONTENT.at(f"{here}.object_base64_encoded", extension=str(extension))


def check_references(references: Sequence[Any], path: str) -> Iterator[Issue]:
    """The pointers of one letter, by themselves."""
    for number, reference in enumerate(references):
        target = reference.target
        if isinstance(target, BinaryReference) and target.object_extension_code in _REFUSED_REFERENCE:
            here = f"{path}.reference[{number}].target.object_extension_code"
            yield EDIFACT_TYPE.at(here, extension=str(target.object_extension_code))


def check_matches(messages: Sequence[Emessage], *, complete: bool = False) -> Iterator[tuple[int, Issue]]:
    """Whether the pointers and the objects of messages that belong together find each other.

    Unless the messages are ``complete``, nothing is said where no letter carries files: they may come separately.
    """
    objects = list(_objects(messages))
    if not objects and not complete:
        return
    by_key = {key(item.object_identifier): item for _, _, item in objects}
    referenced = set()
    for at, path, target in _references(messages):
        referenced.add(key(target.object_identifier))
        item = by_key.get(key(target.object_identifier))
        if item is None:
            yield at, UNMATCHED.at(f"{path}.object_identifier")
            continue
        for name, element in _SHARED:
            if getattr(target, name) != getattr(item, name):
                yield at, DIFFERENT.at(f"{path}.{name}", element=element)
    if any(True for _ in _letters(messages, "reference")):
        for at, path, item in objects:
            if key(item.object_identifier) not in referenced:
                yield at, UNREFERENCED.at(path)


def _letters(messages: Sequence[Emessage], field: str) -> Iterator[tuple[int, str, Any]]:
    for at, message in enumerate(messages):
        for number, letter in enumerate(message.letters):
            if field in letter.__dict__:
                yield at, f"letters[{number}].{field}", letter.__dict__[field]


def _objects(messages: Sequence[Emessage]) -> Iterator[tuple[int, str, BinaryObject]]:
    for at, path, objects in _letters(messages, "binary_object"):
        for index, item in enumerate(objects):
            yield at, f"{path}[{index}]", item


def _references(messages: Sequence[Emessage]) -> Iterator[tuple[int, str, BinaryReference]]:
    for at, path, references in _letters(messages, "reference"):
        for index, reference in enumerate(references):
            if isinstance(reference.target, BinaryReference):
                yield at, f"{path}[{index}].target", reference.target
