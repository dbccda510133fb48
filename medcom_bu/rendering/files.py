"""Files of a message as a page shows them: what they are by their own bytes, a safe name to store them under."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from medcom_bu.messages.binary_letter import BinaryObject
from medcom_bu.numerals import integer
from medcom_bu.rendering.lines import labelled, leaf, point_in_time
from medcom_bu.rendering.page_options import PageOptions
from medcom_bu.rendering.values import declared_size
from medcom_bu.rendering.view import Labelled, Line, ShownFile
from medcom_bu.values.codes import ObjectExtensionCode
from medcom_bu.values.fhir_types import Attachment
from medcom_bu.values.filetypes import FILE_TYPES, HEAD, normalise, sniff
from medcom_bu.values.parties import BinaryReference

_UNSAFE = re.compile(r"[^\w ,()+-]+")
_LONGEST_NAME = 80
_OCTETS = "application/octet-stream"
_PROGRAMS = (ObjectExtensionCode.EXE, ObjectExtensionCode.COM)
_UNREADABLE = "Filen kan ikke læses: dens indhold er beskadiget"
NOT_AGAIN = "Ikke sendt med igen: filen ligger i den tidligere meddelelse"
ELSEWHERE = "Filen sendes i sit eget brev"
NOT_COME = "Filen er ikke modtaget"


def letter_file(
    options: PageOptions, name: str, told: BinaryReference | BinaryObject, held: BinaryObject | None, why_not: str = ""
) -> ShownFile:
    """A file of a letter: what a reference, or the object itself, tells of it, and the object where it is available."""
    code = told.object_extension_code
    known = FILE_TYPES.get(code) if isinstance(code, ObjectExtensionCode) else None
    rows: list[Labelled] = []
    if known is None or told.object_code != known.object_code:
        rows += labelled("Indholdstype", leaf(told.object_code))
    content = held.content if held is not None else None
    if leaf(told.original_object_size) and (content is None or integer(told.original_object_size) != len(content)):
        rows += labelled("Oplyst størrelse", declared_size(told.original_object_size))
    rows += labelled("Fil-id", leaf(told.object_identifier))
    if held is not None and content is None:
        why_not = _UNREADABLE
    return _shown(
        options, name, leaf(code), known.extension if known else None, content, why_not, told.object_identifier, rows
    )


def segment_file(options: PageOptions, attachment: Attachment, identifier: str | None) -> ShownFile:
    """A file of a FHIR message."""
    code = next((e for e, known in FILE_TYPES.items() if known.mime_type == attachment.content_type != _OCTETS), None)
    extension = None if code is None else ObjectExtensionCode.get(code)
    content, why_not = (attachment.data.content, _UNREADABLE) if attachment.data else (None, NOT_AGAIN)
    rows = labelled("Oprettet", point_in_time(attachment.creation))
    kind = leaf(extension) or leaf(attachment.content_type)
    return _shown(options, attachment.title or "", kind, extension, content, why_not, identifier, rows)


def _shown(
    options: PageOptions,
    name: str,
    kind: Line,
    extension: Any,
    content: bytes | None,
    why_not: str,
    identifier: str | None,
    rows: Iterable[Labelled],
) -> ShownFile:
    sort = sniff(content[:HEAD]) if content is not None else None
    file = ShownFile(
        name=name,
        kind=kind,
        size=None if content is None else len(content),
        content=content,
        why_not="" if content is not None else why_not,
        identifier=identifier,
        media_type=FILE_TYPES[sort].mime_type if sort else _OCTETS,
        file_name=file_name(name, extension),
        rows=(*rows, *_remarks(extension, sort)),
    )
    return options.linked(file)


def _remarks(extension: str | None, sort: str | None) -> Iterator[Labelled]:
    if sort is not None and extension is not None and normalise(sort) != extension:
        yield from labelled("Bemærk", (f"Filens indhold er {FILE_TYPES[sort].extension.danish}",))
    if extension in _PROGRAMS or sort == ObjectExtensionCode.EXE:
        yield from labelled("Bemærk", ("Filen er et program: åbn den kun efter aftale med afsenderen",))


def file_name(name: str, extension: str | None) -> str:
    """A name to store a file under, with nothing in it that a system or a reader takes for something else."""
    ending = str(extension) if extension else "bin"
    stem = _UNSAFE.sub("_", re.sub(rf"\.{ending}\s*\Z", "", name, flags=re.IGNORECASE)).strip(" _")
    return f"{stem[:_LONGEST_NAME].strip() or 'fil'}.{ending}"
