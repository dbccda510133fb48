"""References and files of a letter as segments: rows 57 to 66 of the mapping, on the way to FHIR."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from medcom_bu.conversion import additions as made
from medcom_bu.conversion import losses as lost
from medcom_bu.conversion import refusals
from medcom_bu.conversion.episodes import as_uuid
from medcom_bu.conversion.letters import Found
from medcom_bu.conversion.notes import Notes, Origin
from medcom_bu.fhir.profiles.primitives import form
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.messages.binary_letter import BinaryObject
from medcom_bu.rules.attachments import key
from medcom_bu.values.base64 import Base64, Base64Layout
from medcom_bu.values.fhir_types import Attachment
from medcom_bu.values.filetypes import FILE_TYPES
from medcom_bu.values.parties import BinaryReference, Reference, Url, given

PERMITTED = frozenset(("application/pdf", "image/gif", "image/jpeg", "image/png", "image/tiff", "image/bmp"))
"""The types of files in a CareCommunication: MedCom, value set medcom-core-attachmentMimeTypes."""

OCTETS = "application/octet-stream"
NO_TITLE = "Bilag"
"""The title of a file that no letter refers to: MedCom names none, FHIR demands one."""

LIMIT = 100_000_000
"""Bytes of a message, which governance of messaging allows."""

_ONE_LINE = Base64Layout(width=0)


@attrs.frozen
class FileSegment:
    """A segment in the making: its identifier, what it carries, and whether these are made up."""

    identifier: str
    attachment: Attachment
    has_new_identifier: bool = False
    has_new_title: bool = False


@attrs.define
class _Files:
    """Makes the segments of a letter, each file once."""

    found: Found
    ids: IdsAndClock
    notes: Notes
    objects: dict[str, tuple[str, BinaryObject]]
    is_incomplete: bool = False
    _taken: set[str] = attrs.field(factory=set)

    def segments(self) -> Iterator[FileSegment]:
        for number, reference in enumerate(self.found.letter.reference):
            path = f"{self.found.path}.reference[{number}]"
            yield from self._of_reference(reference, path)
        for name, (path, carried) in self.objects.items():
            if name not in self._taken:
                yield self._of_object(carried, path, None, carried.object_identifier)

    def _of_reference(self, reference: Reference, path: str) -> Iterator[FileSegment]:
        target = reference.target
        title = given(reference.ref_description) or None
        if isinstance(target, Url):
            if not target or not form("url")(str(target)):
                self.notes.refuse(refusals.LINK, f"{path}.target")
            attachment = Attachment(url=str(target), title=title or NO_TITLE)
            yield FileSegment(f"urn:uuid:{self.ids.new_uuid()}", attachment, True, title is None)
        elif isinstance(target, BinaryReference):
            name = key(target.object_identifier)
            found = self.objects.get(name) if name not in self._taken else None
            if found is not None:
                self._taken.add(name)
                yield self._of_object(found[1], found[0], title, target.object_identifier)
            elif name not in self._taken:
                yield self._without_file(target, path)
            else:
                self.notes.lose(lost.REFERRED_TWICE, path)
        else:
            self.notes.lose(lost.RECORD_EXTRACT, path)

    def _of_object(self, carried: BinaryObject, path: str, title: str | None, identifier: str | None) -> FileSegment:
        content = carried.content
        if not content:
            self.notes.refuse(refusals.FILE, f"{path}.object_base64_encoded")
        attachment = Attachment(
            content_type=self._type(carried.object_extension_code, path),
            data=Base64(content, layout=_ONE_LINE) if content else None,
            title=title or NO_TITLE,
        )
        known = self._identifier(identifier, path)
        return FileSegment(known or f"urn:uuid:{self.ids.new_uuid()}", attachment, known is None, title is None)

    def _without_file(self, target: BinaryReference, path: str) -> FileSegment:
        """The segment of a file that did not come: it lacks content and title, and is knowingly invalid."""
        self.is_incomplete = True
        self.notes.lose(lost.MISSING_FILE, path)
        known = self._identifier(target.object_identifier, f"{path}.target")
        attachment = Attachment(content_type=self._type(target.object_extension_code, f"{path}.target"))
        return FileSegment(known or f"urn:uuid:{self.ids.new_uuid()}", attachment, known is None)

    def _type(self, extension: str | None, path: str) -> str:
        kind = FILE_TYPES.get(extension or "")
        mime = kind.mime_type if kind is not None else OCTETS
        if mime not in PERMITTED:
            self.is_incomplete = True
            self.notes.lose(lost.FILE_TYPE, f"{path}.object_extension_code")
        return mime

    def _identifier(self, text: str | None, path: str) -> str | None:
        found = as_uuid(text)
        if found is None:
            self.notes.lose(lost.FILE_IDENTIFIER, f"{path}.object_identifier")
            return None
        return f"urn:uuid:{found}"


def file_segments(
    found: Found, binaries: Sequence[Found], ids: IdsAndClock, notes: Notes
) -> tuple[list[FileSegment], bool]:
    """The segments of the references and files of a letter, and whether a file is missing or of a type not permitted.

    Files that the letter does not refer to come last.
    """
    objects: dict[str, tuple[str, BinaryObject]] = {}
    for binary in binaries:
        for number, carried in enumerate(binary.letter.binary_object):
            name = key(carried.object_identifier) or f"{binary.path}[{number}]"
            if name in objects:
                name = f"{binary.path}[{number}]"  # two files of one number: each is carried
            objects[name] = (f"{binary.path}.binary_object[{number}]", carried)
    files = _Files(found, ids, notes, objects)
    segments = list(files.segments())
    size = sum(len(segment.attachment.data.content or b"") for segment in segments if segment.attachment.data)
    if size * 4 // 3 > LIMIT:
        notes.lose(lost.TOO_LARGE, found.path)
    return segments, files.is_incomplete


def note_file(segment: FileSegment, name: str, notes: Notes) -> None:
    """Name what of a segment in its place, ``name``, is made up."""
    notes.make(made.ASSIGNER, f"{name}.extension[1].value_identifier.assigner", Origin.CONSTANT)
    notes.make(made.FILE_DATE, f"{name}.extension[0]", Origin.DERIVED)
    if segment.has_new_identifier:
        notes.make(made.SEGMENT_IDENTIFIER, f"{name}.extension[1].value_identifier.value", Origin.NEW)
    if segment.has_new_title:
        notes.make(made.FILE_TITLE, f"{name}.content_attachment.title", Origin.OWN_WORDS)


def carried_by(binary: Found) -> set[str]:
    """The identifiers of the files in a binary letter, as they are compared."""
    letter: Any = binary.letter
    return {key(carried.object_identifier) for carried in letter.binary_object} - {""}


def referred_by(found: Found) -> set[str]:
    """The identifiers of the files that a letter refers to, as they are compared."""
    targets = (reference.target for reference in found.letter.reference)
    return {key(target.object_identifier) for target in targets if isinstance(target, BinaryReference)}
