"""Files on their way into a letter: one fact, two places. A reference points to the object that carries the file.

Source: MedCom XML schemas; the object's UUID has hyphens where the object is (XB0131X, XB0210X) and none in the
reference, which holds 35 characters.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Self

import attrs

from medcom_bu.arguments import Content, as_bytes, check_arguments, check_fields, word_of
from medcom_bu.builders.assembly import consign, header
from medcom_bu.builders.characters import Cleaner
from medcom_bu.declare.base import fields, masked
from medcom_bu.declare.oioxml import Version
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.issues import Issue, Kind, Layer, Severity, Text
from medcom_bu.messages.binary_letter import (
    XB0130X,
    XB0131X,
    XB0210X,
    BinaryLetter,
    BinaryObject,
    ReferralAttachment,
    SystemInformation,
)
from medcom_bu.messages.emessage import Emessage
from medcom_bu.values import filetypes
from medcom_bu.values.base64 import Base64
from medcom_bu.values.characters import not_letter
from medcom_bu.values.codes import AcknowledgementCode, ObjectCode, ObjectExtensionCode
from medcom_bu.values.parties import (
    BinaryReference,
    PatientRecordExtract,
    Person,
    Receiver,
    Reference,
    Sender,
    Url,
)

VERSIONS = {version.code: version for version in (XB0131X, XB0210X, XB0130X)}

NO_EXTENSION = Kind(
    "builder.attachment-type",
    Severity.ERROR,
    Layer.RULE,
    Text("the file type of attachment {number} is not recognised", "filtypen af bilag {number} genkendes ikke"),
    Text(
        "give extension=, one of {expected}; make a PDF of what has none of these",
        "angiv extension=, en af {expected}; lav en PDF af det der ikke har en af disse",
    ),
    "MedCom XML schemas, ObjectExtensionCode",
)
EMPTY_CONTENT = Kind(
    "builder.attachment-empty",
    Severity.ERROR,
    Layer.RULE,
    Text("attachment {number} has no content", "bilag {number} har intet indhold"),
    Text("attach the bytes of the file", "vedhæft filens bytes"),
    "MedCom XML schemas, OriginalObjectSize: at least 1",
)


def _content(content: Content) -> bytes:
    return as_bytes("Attachment.content", content)


@attrs.frozen(field_transformer=check_fields)
class AttachedFile:
    """One file: its content, its title for the reader, its kind, and the UUID that ties the two places together."""

    content: bytes = attrs.field(repr=False, converter=_content)
    description: str = attrs.field(repr=False)
    identifier: uuid.UUID
    extension: str | None = attrs.field(default=None, repr=masked)
    code: ObjectCode | str | None = attrs.field(default=None, repr=masked)

    @property
    def extension_code(self) -> str:
        """The extension in MedCom's spelling, given or told from the content; empty where neither helps."""
        if self.extension is not None:
            return filetypes.normalise(self.extension)
        return filetypes.sniff(self.content[: filetypes.HEAD]) or ""

    @property
    def object_code(self) -> ObjectCode | str:
        """The kind of object, given or as certified practice has it for the extension."""
        file_type = filetypes.FILE_TYPES.get(self.extension_code)
        return self.code or (file_type.object_code if file_type else ObjectCode.PROPRIETARY)

    def reference(self) -> Reference:
        """The pointer that stands in the letter."""
        return Reference(
            ref_description=self.description,
            target=BinaryReference(
                object_identifier=self.identifier.hex,
                object_code=self.object_code,
                object_extension_code=self.extension_code,
                original_object_size=str(len(self.content)),
            ),
        )

    def binary_object(self, version: Version) -> BinaryObject:
        """The object that carries the file."""
        return BinaryObject(
            object_identifier=self.identifier.hex if version is XB0130X else str(self.identifier),
            object_code=self.object_code,
            object_extension_code=self.extension_code,
            original_object_size=str(len(self.content)),
            object_base64_encoded=Base64(self.content),
        )


@attrs.define(kw_only=True, repr=False, field_transformer=check_fields)
class ReferringBuilder:
    """What builders of letters with references share: files in a letter of their own, web addresses, the SUP extract.

    ``attachments_as`` says which letter carries the files: ``"XB0131X"`` (XBIN01), ``"XB0210X"`` (XBIN02, made for
    referrals) or ``"XB0130X"`` (XBIN01, older).
    """

    attachments_as: str = attrs.field(default="XB0131X", validator=word_of(VERSIONS))
    acknowledgement_code: AcknowledgementCode | str = AcknowledgementCode.WANTED
    ids: IdsAndClock = attrs.field(factory=IdsAndClock)
    attachments: list[AttachedFile] = attrs.field(factory=list, init=False)
    references: list[Reference] = attrs.field(factory=list, init=False)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} with {len(self.attachments)} attachments>"

    @check_arguments
    def attach(
        self,
        content: Content,
        *,
        description: str,
        extension: str | None = None,
        code: ObjectCode | str | None = None,
        identifier: uuid.UUID | None = None,
    ) -> AttachedFile:
        """Attach a file: a reference in the letter and an object in the letter that carries the files.

        ``description`` is the title shown to the reader, at most 70 characters. The extension is told from the content
        where none is given; ``jpg`` and ``tif`` are understood.
        """
        added = AttachedFile(
            as_bytes("content", content), description, identifier or self.ids.new_uuid(), extension, code
        )
        self.attachments.append(added)
        self.references.append(added.reference())
        return added

    @check_arguments
    def link(self, url: str, *, description: str) -> None:
        """Refer to a web address of at most 350 characters."""
        self.references.append(Reference(ref_description=description, target=Url(url)))

    @check_arguments
    def refer_to_record(self, *, description: str) -> None:
        """Refer to the SUP patient record extract."""
        self.references.append(Reference(ref_description=description, target=PatientRecordExtract()))

    def _cleaned(self, texts: Sequence[str]) -> tuple[Self, list[Issue]]:
        """The builder with clean texts, and what cannot be sent; ``texts`` are the fields that have several lines."""
        cleaner = Cleaner(not_letter())
        clean = cleaner.builder(self, "ids", "attachments", "references", texts=texts)
        files = {attachment.identifier.hex: number for number, attachment in enumerate(self.attachments)}
        clean.references = [
            _clean_reference(reference, cleaner, files, f"references[{number}]")
            for number, reference in enumerate(self.references)
        ]
        return clean, cleaner.problems

    def _messages(self, letter: Any) -> list[Emessage]:
        """The letter in an envelope and, if there are attachments, the letter that carries them in another."""
        messages = [consign(letter, self.ids, self.acknowledgement_code)]
        if self.attachments:
            version, parties = VERSIONS[self.attachments_as], (letter.sender, letter.receiver)
            files = binary_letter(version, self.ids, *parties, letter.patient, self.attachments)
            messages.append(consign(files, self.ids, self.acknowledgement_code))
        return messages


def _clean_reference(reference: Reference, cleaner: Cleaner, files: Mapping[str, int], path: str) -> Reference:
    """A reference with a clean title and target; what was attached is spoken of as an attachment."""
    target = reference.target
    number = files.get(target.object_identifier) if isinstance(target, BinaryReference) else None
    place = path if number is None else f"attachments[{number}]"
    return reference.replace(
        ref_description=cleaner.clean(reference.ref_description, f"{place}.description"),
        target=cleaner.clean(target, f"{place}.url" if isinstance(target, Url) else f"{place}.target"),
    )


def problems(attachments: Sequence[AttachedFile]) -> list[Issue]:
    """What cannot be sent as it is."""
    issues: list[Issue] = []
    for number, attachment in enumerate(attachments):
        path = f"attachments[{number}]"
        if not attachment.extension_code:
            expected = ", ".join(ObjectExtensionCode)
            issues.append(NO_EXTENSION.issue(f"{path}.extension", number=number + 1, expected=expected))
        if not attachment.content:
            issues.append(EMPTY_CONTENT.issue(f"{path}.content", number=number + 1))
    return issues


def binary_letter(
    version: Version,
    ids: IdsAndClock,
    sender: Sender,
    receiver: Receiver,
    subject: Person | SystemInformation,
    attachments: Sequence[AttachedFile],
) -> BinaryLetter | ReferralAttachment:
    """The letter that carries files: XBIN01, or XBIN02 in version XB0210X. It knows no more of a party than it may."""
    letter = ReferralAttachment if version is XB0210X else BinaryLetter
    return letter(
        letter=header(version, ids),
        sender=recast(Sender, sender),
        receiver=receiver,
        subject=recast(Person, subject) if isinstance(subject, Person) else subject,
        binary_object=tuple(attachment.binary_object(version) for attachment in attachments),
    )


def recast(cls: Any, value: Any) -> Any:
    """A value as another class, with the fields that both have."""
    if value is None:
        return None
    return cls(**{name: value.__dict__[name] for name in fields(cls) if name in value.__dict__})
