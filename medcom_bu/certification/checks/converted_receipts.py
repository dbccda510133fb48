"""What must be so of answers that a system turned over: receipts into an Acknowledgement, and back.

Source: MedCom, mapping of XCTL to Acknowledgement; use cases of the VANS conversion service 3.1.0, 4.3 and 4.4.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medcom_bu.certification.checks.answers import answers_in, code_of
from medcom_bu.certification.checks.findings import is_present, is_same, message_of, named
from medcom_bu.certification.model.results import Finding
from medcom_bu.certification.model.scenes import Scene, Taken
from medcom_bu.conversion.receipts import SENTENCE
from medcom_bu.messages.acknowledgement import AcknowledgementMessage
from medcom_bu.messages.emessage import Emessage


@named("turned-into-receipts", "each letter gets its own receipt", "hvert brev får sin egen kvittering")
def find_receipts(scene: Scene, stage: Taken, *, to: str, code: str, added: bool = False) -> Iterator[Finding]:
    """The letters that came in the stage ``to``, each named by its numbers and version, from its receiver.

    ``code`` is ``ok`` or ``fatal-error``; a refusal says what the Acknowledgement says, and where ``added`` the
    converter's own sentence.
    """
    letters = {each.number: each.message for each in scene.stage(to).came}
    own = answers_in(stage)
    yield is_same(len(letters), len(own), rule="use-cases-4.3", path="/")
    reasons = [
        issue.details.text for each in stage.came for issue in getattr(each.message, "issues", ()) if issue.details
    ]
    for each in own:
        receipt: Any = each.message.letters[0]  # type: ignore[union-attr]
        original = receipt.original_emessage
        named_one = original.original_letter[0] if original.original_letter else None
        about = letters.pop(getattr(named_one, "original_letter_identifier", None), None)
        yield is_same(code, code_of(each.message), rule="use-cases-4.3", path="Letter/TypeCode")
        path = "OriginalEmessage/OriginalLetter/OriginalLetterIdentifier"
        yield is_present(about is not None, rule="receipt-mapping-31", path=path)
        if not isinstance(about, Emessage):
            continue
        letter: Any = about.letters[0]
        for expected, found, row, path in (
            (about.envelope.identifier if about.envelope else None, original.original_envelope_identifier, 20,
             "OriginalEmessage/OriginalEnvelopeIdentifier"),
            (letter.letter.version_code, getattr(named_one, "original_version_code", None), 32,
             "OriginalLetter/OriginalVersionCode"),
            (letter.receiver.ean_identifier, receipt.sender.ean_identifier, 11, "Sender/EANIdentifier"),
            (letter.sender.ean_identifier, receipt.receiver.ean_identifier, 13, "Receiver/EANIdentifier"),
        ):  # fmt: skip
            yield is_same(_plain(expected), _plain(found), rule=f"receipt-mapping-{row}", path=path)
        if code != "ok":
            text = original.refuse_text.plain() if original.refuse_text is not None else ""
            wanted = [*filter(None, reasons), *((SENTENCE,) if added else ())]
            is_said = all(reason in text for reason in wanted)
            yield is_present(is_said, rule="receipt-mapping-29", path="RefuseText")


def _plain(code: object) -> str:
    """A version in EDIFACT and in XML is the same but for an X."""
    return str(code).removeprefix("X")


@named("turned-into-acknowledgement", "the message gets one answer", "meddelelsen får ét svar")
def find_acknowledgement(scene: Scene, stage: Taken, *, to: str, code: str) -> Iterator[Finding]:
    """It names the message that came in the stage ``to``, and goes from its receiver to its sender.

    ``code`` is ``ok`` or ``fatal-error``, which says what a receipt says.
    """
    yield is_same(1, len(stage.gave), rule="use-cases-4.3", path="/")
    answer, missing = message_of(stage, AcknowledgementMessage, "use-cases-4.3")
    yield from missing
    if not answer:
        return
    came: Any = scene.stage(to).subject
    yield is_same(code, code_of(answer), rule="use-cases-4.3", path="MessageHeader.response.code")
    path = "MessageHeader.response.identifier"
    yield is_same(came.number, answer.acknowledged, rule="receipt-mapping-31", path=path)
    for side, other in (("sender", "receiver"), ("receiver", "sender")):
        ends = (getattr(came.message, other), getattr(answer, side))
        wanted, found = (unit.gln.reveal() if unit and unit.gln else None for unit in ends)
        yield is_same(wanted, found, rule="receipt-mapping-11", path=f"MessageHeader.{side}")
    if code != "ok":
        texts = [issue.details.text for issue in answer.issues if issue.details]
        yield is_present(any(texts), rule="receipt-mapping-29", path="OperationOutcome.issue")
