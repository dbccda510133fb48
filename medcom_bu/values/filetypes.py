"""What is known about the file types of attachments: kind of object, MIME type, how the content begins.

Sources: MedCom's XML schemas (``ObjectExtensionCode``, ``ObjectCode``), which tie neither to the other; the pairs that
certified systems write, for pdf and the pictures also MedCom's conversion rules of January 2026; MIME types as in
MedCom's converter, but for scp, which it takes for DICOM; the formats' own specifications for the signatures.

>>> FILE_TYPES["pdf"].object_code.value, FILE_TYPES["pdf"].mime_type
('vektor_grafik', 'application/pdf')
>>> sniff(b"%PDF-1.7"), matches("png", b"%PDF-1.7"), matches("bin", b"%PDF-1.7")
('pdf', False, None)
>>> normalise("JPG")
'jpeg'
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

import attrs

from medcom_bu.arguments import check_fields
from medcom_bu.values.codes import ObjectCode, ObjectExtensionCode

HEAD = 512
"""How many bytes of the beginning are enough for :func:`matches` and :func:`sniff`."""


def _compiled(pattern: bytes | None) -> re.Pattern[bytes] | None:
    return None if pattern is None else re.compile(pattern, re.DOTALL)


@attrs.frozen(field_transformer=check_fields)
class FileType:
    """One file type. ``object_code`` and ``mime_type`` are what a writer uses; a reader accepts any pair.

    ``signature`` is how the content begins, None where that is not known. A receiver need not take a type that is
    ``optional``: Den gode XML MEDBIN, 2020, pages 9 and 28-29. ``plo`` is in no document, so nobody need take it.
    """

    extension: ObjectExtensionCode
    object_code: ObjectCode
    mime_type: str
    signature: re.Pattern[bytes] | None = attrs.field(default=None, converter=_compiled, repr=False)
    optional: bool = False


_OLE = rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OCTETS = "application/octet-stream"

# MedCom's own samples came through a system that made blanks of NULs: where a signature has one, a blank will do.
_TYPES = (
    FileType(
        ObjectExtensionCode.PCX, ObjectCode.PICTURE, "image/x-pcx", rb"\n[\0 \x02-\x05][\0 \x01][\x01\x02\x04\x08]"
    ),
    FileType(ObjectExtensionCode.TIFF, ObjectCode.PICTURE, "image/tiff", rb"II\*[\0 ]|MM[\0 ]\*"),
    FileType(ObjectExtensionCode.JPEG, ObjectCode.PICTURE, "image/jpeg", rb"\xff\xd8\xff"),
    FileType(ObjectExtensionCode.GIF, ObjectCode.PICTURE, "image/gif", rb"GIF8[79]a"),
    FileType(ObjectExtensionCode.BMP, ObjectCode.PICTURE, "image/bmp", rb"BM.{12}[\x0c(48@l|][\0 ]{3}"),
    FileType(ObjectExtensionCode.PNG, ObjectCode.PICTURE, "image/png", rb"\x89PNG\r\n\x1a\n"),
    FileType(ObjectExtensionCode.MPG, ObjectCode.MULTIMEDIA, "video/mpeg", rb"[\0 ]{2}\x01[\xb3\xba]"),
    FileType(ObjectExtensionCode.DCM, ObjectCode.PICTURE, "application/dicom", rb".{128}DICM", optional=True),
    FileType(ObjectExtensionCode.SCP, ObjectCode.BIOSIGNALS, _OCTETS, optional=True),
    FileType(ObjectExtensionCode.TXT, ObjectCode.TEXT_FILE, "text/plain"),
    FileType(ObjectExtensionCode.RTF, ObjectCode.TEXT_FILE, "text/rtf", rb"\{\\rtf"),
    FileType(ObjectExtensionCode.DOC, ObjectCode.TEXT_FILE, "application/msword", _OLE, optional=True),
    FileType(ObjectExtensionCode.XLS, ObjectCode.TEXT_FILE, "application/vnd.ms-excel", _OLE, optional=True),
    FileType(ObjectExtensionCode.WPD, ObjectCode.TEXT_FILE, "application/wordperfect", rb"\xffWPC", optional=True),
    FileType(ObjectExtensionCode.EXE, ObjectCode.PROGRAM, _OCTETS, rb"MZ[^\0]*\0"),
    FileType(ObjectExtensionCode.PDF, ObjectCode.VECTOR_GRAPHICS, "application/pdf", rb"(?:\xef\xbb\xbf)?\s*%PDF-"),
    FileType(ObjectExtensionCode.WAV, ObjectCode.MULTIMEDIA, "audio/wav", rb"RIFF.{4}WAVE"),
    FileType(ObjectExtensionCode.AVI, ObjectCode.MULTIMEDIA, "video/avi", rb"RIFF.{4}AVI "),
    FileType(ObjectExtensionCode.MID, ObjectCode.MULTIMEDIA, "audio/midi", rb"MThd", optional=True),
    FileType(ObjectExtensionCode.RMI, ObjectCode.MULTIMEDIA, "audio/mid", rb"RIFF.{4}RMID", optional=True),
    FileType(ObjectExtensionCode.COM, ObjectCode.PROGRAM, _OCTETS),
    FileType(ObjectExtensionCode.ZIP, ObjectCode.PROPRIETARY, "application/zip", rb"PK(?:\x03\x04|\x05\x06|\x07\x08)"),
    FileType(ObjectExtensionCode.BIN, ObjectCode.MULTIMEDIA, _OCTETS),
    FileType(ObjectExtensionCode.INH, ObjectCode.MULTIMEDIA, _OCTETS),
    FileType(ObjectExtensionCode.PLO, ObjectCode.PROPRIETARY, _OCTETS, optional=True),
    FileType(ObjectExtensionCode.FNX, ObjectCode.PROPRIETARY, "application/zip"),
)

FILE_TYPES: Mapping[str, FileType] = MappingProxyType({kind.extension: kind for kind in _TYPES})
"""Extension, as on the wire -> what is known about it."""

_ALIASES = {"jpg": "jpeg", "jpe": "jpeg", "tif": "tiff", "mpeg": "mpg", "midi": "mid"}
_GZIP = b"\x1f\x8b"
_OFFICE = re.compile(rb"PK\x03\x04.{26}(?:\[Content_Types\]\.xml|_rels/|docProps/|mimetype)", re.DOTALL)


def normalise(extension: str) -> str:
    """The wire's name for the extension of a file name: lower case, no dot, ``jpg`` as ``jpeg``, ``tif`` as ``tiff``.

    What has no other name is given back as it is; whether it exists on the wire, :data:`FILE_TYPES` says.
    """
    bare = extension.strip().removeprefix(".").lower()
    return _ALIASES.get(bare, bare)


def matches(extension: str, head: bytes) -> bool | None:
    """Whether the first :data:`HEAD` bytes are what the extension says; None where that cannot be told.

    Text has no signature: it is False for ``txt`` where a NUL or the signature of another type speaks against it, else
    None.
    """
    if extension == ObjectExtensionCode.TXT:
        return False if b"\0" in head or head.startswith(_GZIP) or _signed(head) else None
    kind = FILE_TYPES.get(extension)
    if kind is None or kind.signature is None:
        return None
    return kind.signature.match(head) is not None


def sniff(head: bytes) -> str | None:
    """The extension that the first :data:`HEAD` bytes speak for, None where they speak for none or for several.

    Text, Word and Excel documents cannot be told. An Office document of the newer kind is not called a zip archive,
    though it is one: it has no extension on the wire.
    """
    signatures = _signed(head)
    return signatures[0].extension.value if len(signatures) == 1 and not _OFFICE.match(head) else None


def _signed(head: bytes) -> list[FileType]:
    return [kind for kind in _TYPES if kind.signature is not None and kind.signature.match(head)]
