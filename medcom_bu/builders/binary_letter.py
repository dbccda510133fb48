"""Making an XBIN01 or XBIN02 on its own.

Source: Den gode XML MEDBIN, 2020; MedCom's XML schemas BinaryLetter of 2012/03/28 and 2005/08/07.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Self

import attrs

from medcom_bu.arguments import Content, check_arguments, check_fields, word_of
from medcom_bu.builders.assembly import checked, consign
from medcom_bu.builders.attachments import VERSIONS, AttachedFile, binary_letter, binary_places, problems
from medcom_bu.builders.characters import Cleaner
from medcom_bu.builders.problems import EITHER, MISSING, NOT_CALLED, bring_home, check_given
from medcom_bu.directory import Directory
from medcom_bu.ids_and_clock import IdsAndClock, given_or_own
from medcom_bu.issues import Issue
from medcom_bu.messages.binary_letter import BinaryLetter, ReferralAttachment, SystemInformation
from medcom_bu.messages.emessage import Consignment
from medcom_bu.values.characters import not_letter
from medcom_bu.values.codes import AcknowledgementCode, ObjectCode
from medcom_bu.values.parties import Person, Receiver, Sender

_WANTED = {"sender": "sender=Sender(...)", "receiver": "receiver=Receiver(...)"}


@attrs.define(kw_only=True, repr=False, field_transformer=check_fields)
class BinaryLetterBuilder:
    """A letter that carries only files, about a patient or, with ``system_information``, about no patient.

    The heading that a Danish reader sees is in brackets. Numbers may contain spaces and hyphens.

    ``sender`` (Afsender): a :class:`Sender`; its speciality is ``ikkeklassificeret`` by default. Required.
    ``receiver`` (Modtager): a :class:`Receiver`. Required.
    ``patient`` (Patient): a :class:`Person`, or a patient of another letter. Required, or else the next.
    ``system_information`` (Systeminformation): a :class:`SystemInformation`, in place of a patient.
    ``version``: XB0131X (XBIN01), the default, XB0130X (XBIN01, older) or XB0210X (XBIN02).
    ``acknowledgement_code`` (Positiv kvittering): ``pluspositivkvitt``, the default, or ``minuspositivkvitt``.

    ``ids`` makes numbers and times. A ``directory`` must know the receiver, and that it takes what is sent.
    """

    sender: Sender | None = None
    receiver: Receiver | None = None
    patient: Person | None = None
    system_information: SystemInformation | None = None
    version: str = attrs.field(default="XB0131X", validator=word_of(VERSIONS))
    acknowledgement_code: AcknowledgementCode | str = AcknowledgementCode.WANTED
    ids: IdsAndClock = attrs.field(default=None, converter=given_or_own)
    directory: Directory | None = None
    attachments: list[AttachedFile] = attrs.field(factory=list, init=False)

    def __repr__(self) -> str:
        return f"<BinaryLetterBuilder with {len(self.attachments)} attachments>"

    @check_arguments
    def attach(
        self,
        content: Content,
        *,
        title: str | None = None,
        extension: str | None = None,
        code: ObjectCode | str | None = None,
        identifier: uuid.UUID | None = None,
    ) -> Self:
        """Add a file, ten at most. What was added is in ``attachments``.

        ``content``: the bytes of the file.
        ``title``: not written: a binary letter has no place for it. It is in the letter that the files belong to, in
        the reference that ``attachments[n].reference()`` gives.
        ``extension`` (Filtype): told from the content where it is not given; ``jpg`` and ``tif`` are understood.
        ``code`` (Indholdstype): follows from the extension where it is not given: for zip, plo and fnx it is
        ``proprietaert_indhold``, which is sent by agreement alone.
        ``identifier``: a new UUID where none is given.

        Raises TypeError for a content that is not bytes; what is wrong with the file, :meth:`build` says.
        """
        self.attachments.append(AttachedFile(content, title or "", identifier or self.ids.new_uuid(), extension, code))
        return self

    def build(self) -> Consignment[BinaryLetter | ReferralAttachment]:
        """The message. Raises one InvalidMessage with all problems."""
        cleaner = Cleaner(not_letter())
        clean = cleaner.builder(self, "ids", "directory", "attachments")
        letter = binary_letter(
            VERSIONS[self.version],
            self.ids,
            clean.sender,  # type: ignore[arg-type]
            clean.receiver,  # type: ignore[arg-type]
            clean.patient or clean.system_information,  # type: ignore[arg-type]
            self.attachments,
        )
        message = consign(letter, self.ids, self.acknowledgement_code)
        return checked([message], [*self._problems(), *cleaner.problems], self._place, self.directory)

    def _problems(self) -> Iterator[Issue]:
        yield from check_given({"sender": self.sender, "receiver": self.receiver}, _WANTED)
        if self.patient is None and self.system_information is None:
            yield MISSING.issue("patient", field="patient", wanted="patient=Person(...), system_information=...")
        elif self.patient is not None and self.system_information is not None:
            yield EITHER.issue("system_information", field="system_information", other="patient")
        if not self.attachments:
            yield NOT_CALLED.issue("attach()", field="attach()", wanted="attach(content)")
        yield from problems(self.attachments)

    def _place(self, path: str) -> str | None:
        letter = "messages[0].letters[0]"
        table = binary_places("messages[0]", self.attachments)
        if self.patient is None and self.system_information is not None:
            table[f"{letter}.subject"] = "system_information"
        return bring_home(path, table)
