"""The attachments of a message as references and files of letters: rows 57 to 66 of the mapping, on the way back.

An XDIS91 has at most ten references, an XBIN01 at most ten files: the rest of the files goes into a second XBIN01, the
rest of the links into the text.
"""

from __future__ import annotations

import uuid
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
class Files:
    """What a letter says of files, and the files: ``in_text`` are lines for the text, ``only_named`` titles."""

    references: tuple[Reference, ...]
    files: tuple[AttachedFile, ...]
    in_text: tuple[str, ...]
    only_named: tuple[str, ...]


def files_of(attachments: Sequence[Placed], policy: Policy, ids: IdsAndClock, notes: Notes) -> Files:
    """The attachments of a message, as a letter and its binary letters have them."""
    carried = [each for each in attachments if _attachment(each).data is not None]
    links = [each for each in attachments if _attachment(each).data is None and _attachment(each).url is not None]
    named = [each for each in attachments if _attachment(each).data is None and _attachment(each).url is None]
    in_letter = [*carried[:MOST], *_fitting(links)[: max(MOST - len(carried), 0)]]
    files: list[AttachedFile] = []
    references: list[Reference] = []
    in_text: list[str] = []
    seen: set[uuid.UUID] = set()
    for each in (*carried, *links):
        is_referred = each in in_letter
        path = f"messages[0].letters[0].reference[{len(references)}]"
        title = _title(each, path, policy, notes) if is_referred else _attachment(each).title
        if each in carried:
            number = len(files)
            place = f"messages[{1 + number // MOST}].letters[0].binary_object[{number % MOST}]"
            files.append(_file(each, title or NO_TITLE, seen, place, ids, notes))
            _note_file(place, path if is_referred else None, notes)
            if is_referred:
                references.append(files[-1].reference())
            else:
                notes.lose(lost.SECOND_BINARY, each.path)
                in_text.append(f"Vedhæftet fil: {title or NO_TITLE}")
            if _attachment(each).url is not None:
                _say_link(each, in_text, notes)
        elif is_referred:
            references.append(Reference(ref_description=title or NO_TITLE, target=Url(_attachment(each).url or "")))
        else:
            _say_link(each, in_text, notes)
    for each in named:
        notes.lose(lost.ONLY_NAMED, each.path)
    if sum(len(file.content) for file in files) * 4 // 3 > LIMIT:
        notes.lose(lost.TOO_LARGE, "entry")
    return Files(
        tuple(references),
        tuple(files),
        tuple(in_text),
        tuple(_attachment(each).title or NO_TITLE for each in named),
    )


def _attachment(placed: Placed) -> Attachment:
    return placed.segment.attachment or Attachment()


def _fitting(links: Sequence[Placed]) -> list[Placed]:
    return [link for link in links if 0 < len(_attachment(link).url or "") <= _LONGEST_URL]


def _say_link(placed: Placed, in_text: list[str], notes: Notes) -> None:
    attachment = _attachment(placed)
    notes.lose(lost.IN_TEXT, f"{placed.path}.content_attachment.url")
    in_text.append(f"{attachment.title or NO_TITLE}: {attachment.url}")


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


def _file(placed: Placed, title: str, seen: set[uuid.UUID], place: str, ids: IdsAndClock, notes: Notes) -> AttachedFile:
    attachment = _attachment(placed)
    content = (attachment.data.content if attachment.data is not None else None) or b""
    if not content:
        notes.refuse(refusals.FILE, f"{placed.path}.content_attachment.data")
    identifier = as_uuid(placed.segment.identifier)
    if identifier is None or identifier in seen:
        identifier = ids.new_uuid()
        notes.lose(lost.FILE_IDENTIFIER, f"{placed.path}.extension")
        notes.make(made.FILE_ID, f"{place}.object_identifier", Origin.NEW)
    seen.add(identifier)
    return AttachedFile(content, title, identifier, _extension(attachment.content_type, content, placed, notes))


def _extension(content_type: str | None, content: bytes, placed: Placed, notes: Notes) -> str:
    extension = _EXTENSIONS.get((content_type or "").lower()) or sniff(content[:HEAD])
    if extension is None:
        notes.lose(lost.FILE_TYPE, f"{placed.path}.content_attachment.content_type")
    return extension or "bin"


def _note_file(place: str, reference: str | None, notes: Notes) -> None:
    """What of a file, and of the reference to it, is made up."""
    for here in (place, f"{reference}.target" if reference else None):
        if here is not None:
            notes.make(made.OBJECT_CODE, f"{here}.object_code", Origin.DERIVED)
            notes.make(made.OBJECT_SIZE, f"{here}.original_object_size", Origin.DERIVED)
