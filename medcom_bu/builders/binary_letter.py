"""Making an XBIN01 or XBIN02 that stands alone."""

from __future__ import annotations

import uuid

import attrs

from medcom_bu.arguments import Content, check_arguments, check_fields, word_of
from medcom_bu.builders.assembly import checked, consign
from medcom_bu.builders.attachments import VERSIONS, AttachedFile, binary_letter, problems
from medcom_bu.builders.characters import Cleaner
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.messages.binary_letter import BinaryLetter, ReferralAttachment, SystemInformation
from medcom_bu.messages.emessage import Consignment
from medcom_bu.values.characters import not_letter
from medcom_bu.values.codes import AcknowledgementCode, ObjectCode
from medcom_bu.values.parties import Person, Receiver, Sender


@attrs.define(kw_only=True, repr=False, field_transformer=check_fields)
class BinaryLetterBuilder:
    """Files in a letter of their own, about a ``patient`` or, with ``system_information``, about none.

    ``version`` is XB0131X (XBIN01), XB0130X (XBIN01, older) or XB0210X (XBIN02).
    """

    sender: Sender | None = None
    receiver: Receiver | None = None
    patient: Person | None = None
    system_information: SystemInformation | None = None
    version: str = attrs.field(default="XB0131X", validator=word_of(VERSIONS))
    acknowledgement_code: AcknowledgementCode | str = AcknowledgementCode.WANTED
    ids: IdsAndClock = attrs.field(factory=IdsAndClock)
    attachments: list[AttachedFile] = attrs.field(factory=list, init=False)

    def __repr__(self) -> str:
        return f"<BinaryLetterBuilder with {len(self.attachments)} attachments>"

    @check_arguments
    def attach(
        self,
        content: Content,
        *,
        extension: str | None = None,
        code: ObjectCode | str | None = None,
        identifier: uuid.UUID | None = None,
    ) -> AttachedFile:
        """Add a file. Its extension is told from the content where none is given; ``jpg``, ``tif`` are understood."""
        added = AttachedFile(content, "", identifier or self.ids.new_uuid(), extension, code)
        self.attachments.append(added)
        return added

    def build(self) -> Consignment[BinaryLetter | ReferralAttachment]:
        """The message. Raises one InvalidMessage with all problems."""
        cleaner = Cleaner(not_letter())
        clean = cleaner.builder(self, "ids", "attachments")
        letter = binary_letter(
            VERSIONS[self.version],
            self.ids,
            clean.sender,  # type: ignore[arg-type]
            clean.receiver,  # type: ignore[arg-type]
            clean.patient or clean.system_information,  # type: ignore[arg-type]
            self.attachments,
        )
        issues = [*problems(self.attachments), *cleaner.problems]
        return checked([consign(letter, self.ids, self.acknowledgement_code)], issues)
