"""The copy itself: one immutable value, made of the files that are written."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import attrs

from medcom_bu.archiving.folders import content_in, digest_in, files_in, list_in, write_folder
from medcom_bu.archiving.layout import PAGE, PDF, REPORT, SIDECAR, SUMS, digest_of, name_of, read_sidecar
from medcom_bu.archiving.reports import report_from_data
from medcom_bu.archiving.verification import report_on
from medcom_bu.arguments import check
from medcom_bu.errors import InvalidMessage
from medcom_bu.exchange.identity import MessageKey
from medcom_bu.frozen import frozen
from medcom_bu.issues import Report
from medcom_bu.rendering.pdf_view import plain
from medcom_bu.rendering.viewing import view_of
from medcom_bu.wire import read

Folder = os.PathLike[str] | str

_LIKE_CPR = re.compile(r"(?<![0-9])[0-9]{6} ?[0-9]{4}(?![0-9])|\b[0-9]{6} ?[0-9][a-z]{2}[0-9]\b")
"""A CPR number, or a replacement number that is alone, among words in small letters with blanks between."""


def _parts(parts: Mapping[str, bytes]) -> Mapping[str, bytes]:
    check("ArchiveCopy.parts", parts, Mapping)
    for path, content in parts.items():
        check("the path of a part", path, str)
        check("a part of an ArchiveCopy", content, bytes)
    return frozen(parts)


@attrs.frozen(repr=False)
class ArchiveCopy:
    """The archived copy of a message: its exact bytes, its page, the report, the answers, and digests of all of them.

    ``parts`` are the files of the copy, by their path within its folder: ``message.xml`` (or ``.edi``, ``.json``,
    ``.bin``), ``page.html``, ``page.pdf`` where it was asked for, ``report.json``, ``answers/001.xml``, the sidecar
    ``copy.json`` and the list ``SHA256SUMS``.

    Everything else is derived from them. ``archive`` makes a copy, :meth:`read` reads one. Two copies are equal if all
    their parts are. Asking for something whose part is missing raises InvalidMessage, whose ``.report`` is that of
    :meth:`verify`.
    """

    parts: Mapping[str, bytes] = attrs.field(converter=_parts)

    @property
    def data(self) -> bytes:
        """The exact bytes that were sent or received."""
        return self._part(self.facts["message"]["file"])

    @property
    def digest(self) -> str:
        """The SHA-256 of ``data``, in hexadecimal."""
        return str(self.facts["message"]["sha256"])

    @property
    def page(self) -> str:
        """What a clinician reads, as HTML."""
        return self._part(PAGE).decode()

    @property
    def pdf(self) -> bytes | None:
        """The page as a PDF; None where it was not asked for."""
        return self.parts.get(PDF)

    @property
    def report(self) -> Report:
        """The verdict when the copy was made: of the sender on what was sent, of the receiver on what came."""
        return report_from_data(json.loads(self._part(REPORT)))

    @property
    def answers(self) -> tuple[bytes, ...]:
        """The exact bytes of the answers, in the order in which they were given."""
        return tuple(self._part(answer["file"]) for answer in self.facts["answers"])

    @property
    def keys(self) -> tuple[MessageKey, ...]:
        """Number and sender of each letter, or of the FHIR message: those of :func:`medcom_bu.exchange.keys`.

        Each has ``?`` for what may be the number of a person, as in the sidecar.
        """
        return tuple(MessageKey(**key) for key in self.facts["keys"])

    @property
    def sending(self) -> str | None:
        """The number of the transmission, ``?`` where it may be of a person; None where there is none."""
        number = self.facts["sending"]
        return None if number is None else str(number)

    @property
    def sent(self) -> datetime | None:
        """When the message was sent, by its own account; None where it does not say."""
        return _moment(self.facts["sent"])

    @property
    def archived(self) -> datetime | None:
        """When the copy was made; None where the caller did not say."""
        return _moment(self.facts["archived"])

    @property
    def facts(self) -> dict[str, Any]:
        """What the sidecar says, as plain data: a new dict on each call. ``archive_schema`` has its shape.

        Raises InvalidMessage where the sidecar is damaged.
        """
        content = self._part(SIDECAR)
        if read_sidecar(content) is None:
            raise InvalidMessage(self.verify())
        facts: dict[str, Any] = json.loads(content)
        return facts

    @property
    def seal(self) -> str:
        """The SHA-256 of ``SHA256SUMS``: kept elsewhere, it shows later that the whole copy is still this one."""
        return digest_of(self._part(SUMS))

    @property
    def name(self) -> str:
        """A name for the folder, derived from the seal: no other copy has it, and it names no person."""
        return name_of(self.seal)

    def _part(self, path: str) -> bytes:
        if path not in self.parts:
            raise InvalidMessage(self.verify())
        return self.parts[path]

    def write(self, folder: Folder) -> Path:
        """Write the copy to its own folder, whole or not at all, and give its path.

        ``folder`` is not there yet, is empty, or holds the same copy, which is left as it is; ``root / copy.name`` is
        a good one.

        The files are on the disk, for the owner alone to read, before the folder has its name.

        Raises ValueError for the name of a folder with a CPR number or the patient's name in it, FileExistsError where
        another copy, a damaged one or anything else is there, OSError where the disk refuses.
        """
        target = _path("write", folder)
        if target.name != self.name:
            self._check_name(target.name)
        try:
            write_folder(target, self.parts)
        except FileExistsError:
            if not target.is_dir() or not ArchiveCopy.verify(target, seal=self.seal).ok:
                raise
        return target

    def _check_name(self, name: str) -> None:
        articles = view_of(read(self.data)).articles
        patients = [article.patient for article in articles if article.patient is not None]
        numbers = [_squeezed(plain(patient.number)) for patient in patients]
        names = {word.casefold() for patient in patients for word in re.findall(r"\w{3,}", plain(patient.name))}
        words, squeezed = re.sub(r"[\W_]+", " ", name.casefold()), _squeezed(name)
        is_told = any(number and number in squeezed for number in numbers) or _LIKE_CPR.search(words)
        if is_told or _has_name(words, names) or any(len(one) > 4 and one in squeezed for one in names):
            raise ValueError("the name of the folder tells of a person: write to root / copy.name")

    @classmethod
    def read(cls, folder: Folder) -> Self:
        """The copy in a folder, all of it. Equal to the one that was written.

        Raises InvalidMessage for a damaged one (its ``.report`` is that of :meth:`verify`), NotADirectoryError for
        what is not a folder, OSError for what cannot be read.
        """
        place = _path("read", folder)
        report = cls.verify(place)
        if not report.ok:
            raise InvalidMessage(report)
        return cls({path: content_in(place, path) or b"" for path in files_in(place)})

    def verify(self: ArchiveCopy | Folder, *, seal: str | None = None) -> Report:
        """Whether a copy is whole: ``copy.verify()``, or ``ArchiveCopy.verify(folder)`` for one that was written.

        The report names each damaged, missing or added part by its path within the folder (``archive.part-damaged``,
        ``archive.part-missing``, ``archive.part-added``). The name of an added file may tell of a person: it is called
        ``added[0]``, by its position among the added files, unless parts of copies have such names. With the ``seal``
        of the copy, kept elsewhere, a copy that was exchanged or rewritten as a whole is found too
        (``archive.other-seal``). Files are read in pieces.

        Raises TypeError for what is neither, NotADirectoryError for what is not a folder, OSError for what cannot be
        read."""
        check("ArchiveCopy.verify: seal", seal, str | None)
        if isinstance(self, ArchiveCopy):
            found = {path: digest_of(content) for path, content in self.parts.items()}
            return report_on(found, self.parts.get(SIDECAR), self.parts.get(SUMS), seal)
        place = _path("verify", self)
        found = {path: digest_in(place, path) for path in files_in(place)}
        return report_on(found, list_in(place, SIDECAR), list_in(place, SUMS), seal)

    def __repr__(self) -> str:
        return f"<ArchiveCopy of {len(self.parts)} parts>"


def _path(verb: str, folder: object) -> Path:
    check(f"ArchiveCopy.{verb}: folder", folder, Folder)
    return Path(os.fspath(folder))  # type: ignore[call-overload]


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _has_name(text: str, names: Iterable[str]) -> bool:
    """Whether a run of letters is one of the names, or several of them without a blank between."""
    longest_first = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return any(not re.sub(longest_first, "", run) for run in re.findall(r"[^\W\d_]+", text))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
