"""The attachments of a message as references and files of letters: rows 57 to 66 of the mapping, on the way back.

An XDIS91 has at most ten references, an XBIN01 at most ten files: the rest of the files goes into a second XBIN01, the
rest of the links into the text.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from medcom_bu.builders.attachments import AttachedFile
from medcom_bu.conversion import additions as made
from medcom_bu.conversion import losses as lost
from medcom_bu.conversion import refusals
from medcom_bu.conversion.episodes import as_uuid
from medcom_bu.conversion.files_to_fhir import LIMIT, NO_TITLE, OCTETS
from medcom_bu.conversion.notes import Notes, Origin
from medcom_bu.conversion.policy import Policy
from medcom_bu.conversion.segments import Placed
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.values.fhir_types import Attachment
from medcom_bu.values.filetypes import FILE_TYPES, HEAD, sniff
from medcom_bu.values.parties import Reference, Url

MOST = 10
"""References of a letter, and files of a binary letter."""

_LONGEST_TITLE, _LONGEST_URL = 70, 350
_WITHOUT_TITLE = "BIN"
_EXTENSIONS = {
    kind.mime_type: str(kind.extension) for kind in reversed([*FILE_TYPES.values()]) if kind.mime_type != OCTETS
}


@attrs.frozen
class ConvertedFiles:
    """What a letter says of files, and the files: ``in_text`` are lines for the text, ``only_named`` titles."""

    references: tuple[Reference, ...]
    files: tuple[AttachedFile, ...]
    in_text: tuple[str, ...]
    only_named: tuple[str, ...]


def files_of(attachments: Sequence[Placed], policy: Policy, ids: IdsAndClock, notes: Notes) -> ConvertedFiles:
    """The attachments of a message, as a letter and its binary letters have them."""
    carried = [each.path for each in attachments if _attachment(each).data is not None]
    links = [each.path for each in attachments if each.path not in carried and _fits(_attachment(each).url)]
    referred = {*carried[:MOST], *links[: max(MOST - len(carried), 0)]}
    making = _Making(policy, ids, notes, referred)
    for each in attachments:
        attachment = _attachment(each)
        if attachment.data is not None:
            making.add_file(each)
        elif each.path in referred:
            making.refer(each, Url(attachment.url or ""))
        elif attachment.url is None:
            notes.lose(lost.ONLY_NAMED, each.path)
            making.only_named.append(attachment.title or NO_TITLE)
        if attachment.url is not None and each.path not in links[: max(MOST - len(carried), 0)]:
            notes.lose(lost.IN_TEXT, f"{each.path}.content_attachment.url")
            making.in_text.append(f"{attachment.title or NO_TITLE}: {attachment.url}")
    if sum(len(file.content) for file in making.files) * 4 // 3 > LIMIT:
        notes.lose(lost.TOO_LARGE, "entry")
    return ConvertedFiles(
        tuple(making.references), tuple(making.files), tuple(making.in_text), tuple(making.only_named)
    )


def _fits(url: str | None) -> bool:
    return 0 < len(url or "") <= _LONGEST_URL


@attrs.define
class _Making:
    """Gathers references and files. ``referred`` are the paths of those that the letter refers to."""

    policy: Policy
    ids: IdsAndClock
    notes: Notes
    referred: set[str]
    references: list[Reference] = attrs.field(factory=list)
    files: list[AttachedFile] = attrs.field(factory=list)
    in_text: list[str] = attrs.field(factory=list)
    only_named: list[str] = attrs.field(factory=list)

    @property
    def _reference_path(self) -> str:
        return f"messages[0].letters[0].reference[{len(self.references)}]"

    def refer(self, placed: Placed, url: Url) -> None:
        title = _title(placed, self._reference_path, self.policy, self.notes)
        self.references.append(Reference(ref_description=title, target=url))

    def add_file(self, placed: Placed) -> None:
        number = len(self.files)
        place = f"messages[{1 + number // MOST}].letters[0].binary_object[{number % MOST}]"
        title = _attachment(placed).title or NO_TITLE
        is_referred = placed.path in self.referred
        _note_file(place, self._reference_path if is_referred else None, self.notes)
        if is_referred:
            title = _title(placed, self._reference_path, self.policy, self.notes)
        else:
            self.notes.lose(lost.SECOND_BINARY, placed.path)
            self.in_text.append(f"Vedhæftet fil: {title}")
        file = self._file(placed, title, place)
        self.files.append(file)
        if is_referred:
            self.references.append(file.reference())

    def _file(self, placed: Placed, title: str, place: str) -> AttachedFile:
        attachment = _attachment(placed)
        content = (attachment.data.content if attachment.data is not None else None) or b""
        if not content:
            self.notes.refuse(refusals.FILE, f"{placed.path}.content_attachment.data")
        identifier = as_uuid(placed.segment.identifier)
        if identifier is None or identifier in {file.identifier for file in self.files}:
            identifier = self.ids.new_uuid()
            self.notes.lose(lost.FILE_IDENTIFIER, f"{placed.path}.extension")
            self.notes.make(made.FILE_ID, f"{place}.object_identifier", Origin.NEW)
        extension = self._extension(attachment.content_type, content, placed, place)
        return AttachedFile(content, title, identifier, extension)

    def _extension(self, content_type: str | None, content: bytes, placed: Placed, place: str) -> str:
        """What the file is by its type, else by its content."""
        known, path = _EXTENSIONS.get((content_type or "").lower()), f"{placed.path}.content_attachment.content_type"
        if known is not None:
            return known
        found = sniff(content[:HEAD])
        if found is None:
            self.notes.lose(lost.FILE_TYPE, path)
        elif content_type:
            self.notes.lose(lost.ELEMENT, path, element="Communication.payload.contentAttachment.contentType")
        self.notes.make(made.FILE_TYPE, f"{place}.object_extension_code", Origin.DERIVED)
        return found or "bin"


def _attachment(placed: Placed) -> Attachment:
    return placed.segment.attachment or Attachment()


def _title(placed: Placed, path: str, policy: Policy, notes: Notes) -> str:
    """The title as the reference has it."""
    attachment = _attachment(placed)
    if policy.titles == "none" and attachment.data is not None:
        notes.lose(lost.TITLE, f"{placed.path}.content_attachment.title")
        notes.make(made.FILE_TITLE, f"{path}.ref_description", Origin.POLICY)
        return _WITHOUT_TITLE
    title = attachment.title
    if not title:
        notes.make(made.FILE_TITLE, f"{path}.ref_description", Origin.OWN_WORDS)
        return NO_TITLE
    if len(title) > _LONGEST_TITLE:
        notes.lose(lost.TITLE_CUT, f"{placed.path}.content_attachment.title", length=len(title))
    return title[:_LONGEST_TITLE]


def _note_file(place: str, reference: str | None, notes: Notes) -> None:
    """What of a file, and of the reference to it, is made up."""
    for here in (place, f"{reference}.target" if reference else None):
        if here is not None:
            notes.make(made.OBJECT_CODE, f"{here}.object_code", Origin.DERIVED)
            notes.make(made.OBJECT_SIZE, f"{here}.original_object_size", Origin.DERIVED)
