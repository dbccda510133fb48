"""Files on their way into a letter: one fact, two places. A reference points to the object that carries the file.

Source: MedCom XML schemas; the object's UUID has hyphens where the object is (XB0131X, XB0210X) and none in the
reference, which holds 35 characters.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Self

import attrs

from medcom_bu.arguments import Content, as_bytes, check_arguments, check_fields, word_of
from medcom_bu.builders.assembly import consign, header
from medcom_bu.builders.characters import Cleaner
from medcom_bu.builders.problems import EMPTY, LINK, bring_home, problem
from medcom_bu.declare.base import fields, masked
from medcom_bu.declare.oioxml import Version
from medcom_bu.directory import Directory
from medcom_bu.ids_and_clock import IdsAndClock, given_or_own
from medcom_bu.issues import Issue, Text
from medcom_bu.messages.binary_letter import (
    XB0130X,
    XB0131X,
    XB0210X,
    BinaryLetter,
    BinaryObject,
    ReferralAttachment,
    SystemInformation,
)
from medcom_bu.messages.emessage import Consignment, Emessage
from medcom_bu.rules.attachments import is_web_address, key
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
from medcom_bu.values.specialities import MedicalSpecialityCode

VERSIONS = {version.code: version for version in (XB0131X, XB0210X, XB0130X)}

NO_TYPE = problem(
    "attachment-type",
    ("the file type of attachment {number} is not recognised", "filtypen af bilag {number} genkendes ikke"),
    (
        "give {wanted}; turn any other file into a PDF",
        "angiv {wanted}; lav en PDF af det der ikke har en af disse",
    ),
    "MedCom XML schemas, ObjectExtensionCode; HL7 FHIR R4, att-1",
)
NO_CONTENT = problem(
    "attachment-empty",
    ("attachment {number} has no content", "bilag {number} har intet indhold"),
    ("attach the bytes of the file", "vedhæft filens bytes"),
    "MedCom XML schemas, OriginalObjectSize: at least 1; HL7 FHIR R4, ele-1",
)
EXTENSIONS = Text(
    f"extension=, one of {', '.join(ObjectExtensionCode)}", f"extension=, en af {', '.join(ObjectExtensionCode)}"
)


def _content(content: Content) -> bytes:
    return as_bytes("Attachment.content", content)


@attrs.frozen(field_transformer=check_fields)
class AttachedFile:
    """One file: its content, its title for the reader, its kind, and the UUID that ties the two places together."""

    content: bytes = attrs.field(repr=False, converter=_content)
    title: str = attrs.field(repr=False)
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
        """The pointer that is in the letter."""
        return Reference(
            ref_description=self.title,
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
    referrals) or ``"XB0130X"`` (XBIN01, older). ``acknowledgement_code`` (Positiv kvittering) says whether a positive
    receipt is wanted: ``pluspositivkvitt``, the default, or ``minuspositivkvitt``. ``ids`` makes numbers and times.
    A ``directory`` must know the receiver, and that it takes what is sent.
    """

    _PLACES: ClassVar[Mapping[str, str]] = {}
    """Where each parameter stands: its path in the letter -> its name."""

    attachments_as: str = attrs.field(default="XB0131X", validator=word_of(VERSIONS))
    acknowledgement_code: AcknowledgementCode | str = AcknowledgementCode.WANTED
    ids: IdsAndClock = attrs.field(default=None, converter=given_or_own)
    directory: Directory | None = None
    attachments: list[AttachedFile] = attrs.field(factory=list, init=False)
    references: list[Reference] = attrs.field(factory=list, init=False)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} with {len(self.attachments)} attachments>"

    @check_arguments
    def attach(
        self,
        content: Content,
        *,
        title: str,
        extension: str | None = None,
        code: ObjectCode | str | None = None,
        identifier: uuid.UUID | None = None,
    ) -> Self:
        """Attach a file: a reference in the letter, and an object in the letter that carries the files. Ten at most.

        ``content`` is the bytes of the file. ``title`` (Beskrivelse) is shown to the reader: 1 to 70 characters.
        ``extension`` (Filtype) is told from the content where it is not given; ``jpg`` and ``tif`` are understood.
        ``code`` (Indholdstype) follows from the extension where it is not given: for zip, plo and fnx it is
        ``proprietaert_indhold``, which is sent by agreement alone, so give the code of what is in a zip. ``identifier``
        is a new UUID where none is given.

        What was attached is in ``attachments``.

        Raises TypeError for a content that is not bytes; what is wrong with the file, :meth:`build` says.
        """
        added = AttachedFile(as_bytes("content", content), title, identifier or self.ids.new_uuid(), extension, code)
        self.attachments.append(added)
        self.references.append(added.reference())
        return self

    @check_arguments
    def link(self, url: str, *, title: str) -> Self:
        """Refer to a web address, http or https.

        ``url`` (Link) has 1 to 350, ``title`` (Beskrivelse) 1 to 70 characters.
        """
        self.references.append(Reference(ref_description=title, target=Url(url)))
        return self

    @check_arguments
    def refer_to_record(self, *, title: str) -> Self:
        """Refer to the SUP patient record extract; ``title`` (Beskrivelse) has 1 to 70 characters."""
        self.references.append(Reference(ref_description=title, target=PatientRecordExtract()))
        return self

    def _cleaned(self, texts: Sequence[str]) -> tuple[Self, list[Issue]]:
        """The builder with clean texts, and what cannot be sent; ``texts`` are the fields that have several lines."""
        cleaner = Cleaner(not_letter())
        clean = cleaner.builder(self, "ids", "directory", "attachments", "references", texts=texts)
        places = [place for place, _ in self._reference_places()]
        clean.references = [
            _clean_reference(reference, cleaner, place)
            for reference, place in zip(self.references, places, strict=True)
        ]
        untitled = (
            EMPTY.issue(f"{place}.title", field=f"{place}.title")
            for reference, place in zip(clean.references, places, strict=True)
            if reference.ref_description is not None and not reference.ref_description.strip()
        )
        elsewhere = (
            LINK.issue(f"{place}.url", field=f"{place}.url")
            for reference, place in zip(clean.references, places, strict=True)
            if isinstance(reference.target, Url) and not is_web_address(reference.target)
        )
        return clean, [*problems(self.attachments), *cleaner.problems, *untitled, *elsewhere]

    def _reference_places(self) -> Iterator[tuple[str, AttachedFile | None]]:
        """What each reference is called in a problem, and the file that was attached with it."""
        files = {attachment.identifier.hex: number for number, attachment in enumerate(self.attachments)}
        for position, reference in enumerate(self.references):
            target = reference.target
            number = files.get(target.object_identifier) if isinstance(target, BinaryReference) else None
            if number is None:
                yield f"references[{position}]", None
            else:
                yield f"attachments[{number}]", self.attachments[number]

    def _messages(self, letter: Any) -> list[Emessage]:
        """The letter in an envelope and, if there are attachments, the letter that carries them in another."""
        messages = [consign(letter, self.ids, self.acknowledgement_code)]
        if self.attachments:
            version, parties = VERSIONS[self.attachments_as], (letter.sender, letter.receiver)
            files = binary_letter(version, self.ids, *parties, letter.patient, self.attachments)
            messages.append(consign(files, self.ids, self.acknowledgement_code))
        return messages

    def _place(self, path: str) -> str | None:
        """The parameter that filled a path in the messages."""
        letter = "messages[0].letters[0]"
        table = {f"{letter}.{start}": name for start, name in self._PLACES.items()}
        for number, (place, attached) in enumerate(self._reference_places()):
            here = f"{letter}.reference[{number}]"
            is_url = isinstance(self.references[number].target, Url)
            table |= {
                here: place,
                f"{here}.ref_description": f"{place}.title",
                f"{here}.target": f"{place}.url" if is_url else place,
                **(_file_places(f"{here}.target", place, attached) if attached else {}),
            }
        return bring_home(path, table | binary_places("messages[1]", self.attachments) | _ACKNOWLEDGEMENT)


_ACKNOWLEDGEMENT = {"messages[0].envelope.acknowledgement_code": "acknowledgement_code"}


def binary_places(message: str, attachments: Sequence[AttachedFile]) -> dict[str, str]:
    """Where the parameters of a builder are in a message that carries files."""
    letter = f"{message}.letters[0]"
    table = {
        f"{message}.envelope.acknowledgement_code": "acknowledgement_code",
        f"{letter}.sender": "sender",
        f"{letter}.receiver": "receiver",
        f"{letter}.subject": "patient",
        f"{letter}.binary_object": "attach()",
    }
    for number, attached in enumerate(attachments):
        here, place = f"{letter}.binary_object[{number}]", f"attachments[{number}]"
        table |= {here: place, **_file_places(here, place, attached)}
    return table


def _file_places(here: str, place: str, attached: AttachedFile) -> dict[str, str]:
    """Where what is said of a file stands: what was not given with it, its content told."""
    return {
        f"{here}.object_identifier": f"{place}.identifier",
        f"{here}.object_code": f"{place}.code" if attached.code else place,
        f"{here}.object_extension_code": f"{place}.extension" if attached.extension else place,
        f"{here}.original_object_size": place,
        f"{here}.object_base64_encoded": place,
    }


def _clean_reference(reference: Reference, cleaner: Cleaner, place: str) -> Reference:
    """A reference with a clean title and target."""
    target = reference.target
    return reference.replace(
        ref_description=cleaner.clean(reference.ref_description, f"{place}.title"),
        target=cleaner.clean(target, f"{place}.url" if isinstance(target, Url) else f"{place}.target"),
    )


def problems(attachments: Sequence[AttachedFile]) -> Iterator[Issue]:
    """What cannot be sent as it is."""
    for number, attachment in enumerate(attachments):
        if not attachment.content:
            yield NO_CONTENT.issue(f"attachments[{number}]", number=number + 1)
        elif not attachment.extension_code:
            yield NO_TYPE.issue(f"attachments[{number}]", number=number + 1, wanted=EXTENSIONS)
        elif not isinstance(ObjectExtensionCode.get(attachment.extension_code), ObjectExtensionCode):
            yield NO_TYPE.issue(f"attachments[{number}].extension", number=number + 1, wanted=EXTENSIONS)


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
        sender=with_speciality(recast(Sender, sender)),
        receiver=receiver,
        subject=recast(Person, subject) if isinstance(subject, Person) else subject,
        binary_object=tuple(attachment.binary_object(version) for attachment in attachments),
    )


def with_speciality(sender: Any) -> Any:
    """A sender with a speciality: where none is given, it is not classified.

    Source: Den gode XML MEDBIN, 2020, page 15; Den gode XML korrespondance, 2020, page 18.
    """
    if sender is None or sender.medical_speciality_code is not None:
        return sender
    return sender.replace(medical_speciality_code=MedicalSpecialityCode.NOT_CLASSIFIED)


def recast(cls: Any, value: Any) -> Any:
    """A value as another class, with the fields that both have."""
    if value is None:
        return None
    return cls(**{name: value.__dict__[name] for name in fields(cls) if name in value.__dict__})


def carry_files(builder: ReferringBuilder, references: Sequence[Reference], received: object) -> None:
    """Give a builder the files that came along with references, under new identifiers, and the references without one.

    ``received`` holds the files where it is a Consignment: the letter, then its binary letters.
    """
    objects = dict(_objects(received))
    for reference in references:
        target = reference.target
        file = objects.get(key(target.object_identifier)) if isinstance(target, BinaryReference) else None
        if file is None or file.content is None:
            builder.references.append(reference)
        else:
            title, extension = reference.ref_description or "", file.object_extension_code
            builder.attach(file.content, title=title, extension=extension, code=file.object_code)


def _objects(received: object) -> Iterator[tuple[str, BinaryObject]]:
    """The files that came along, by the identifier that a reference has for them."""
    for message in received if isinstance(received, Consignment) else ():
        for letter in message.letters:
            if isinstance(letter, BinaryLetter | ReferralAttachment):
                yield from ((key(attachment.object_identifier), attachment) for attachment in letter.binary_object)
