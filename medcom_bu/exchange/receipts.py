"""XCTL01, XCTL02 and XCTL03 for a consignment that came.

The numbers, version codes and parties of the original are copied as they came; a receipt that cannot hold them is not
made. Source: MedCom's XML schemas of the receipts, and the practice of certified systems for the refusal codes:
a wrong version is ``problem_med_version``, another fault of syntax or schema ``syntaksfejl``, what a rule says
``ikke_specificeret``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

import attrs

from medcom_bu import wire
from medcom_bu.arguments import check_arguments
from medcom_bu.edifact.layout import catalogue as layouts
from medcom_bu.errors import InvalidMessage
from medcom_bu.exchange.reasons import REFUSED_BY_CODE
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.issues import Issue, Kind, Layer, Parsed, Report, Severity, Text
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.headers import Envelope
from medcom_bu.messages.message import Message
from medcom_bu.messages.receipts import (
    RECEIPTS,
    XC0130Q,
    XC0230Q,
    XC0330Q,
    AcceptedEmessage,
    AcceptedLetter,
    NegativeReceipt,
    NegativeVansReceipt,
    PositiveReceipt,
    ReceiptHeader,
    ReceiptParty,
    RefusedEmessage,
    RefusedLetter,
)
from medcom_bu.oioxml import catalogue
from medcom_bu.oioxml.kept import elements
from medcom_bu.oioxml.paths import to_xpath
from medcom_bu.rules.letters import NOT_SUPPORTED
from medcom_bu.values.characters import on_one_line, sendable
from medcom_bu.values.codes import AcknowledgementCode, RefuseCode
from medcom_bu.values.timestamps import DateAndTime

Received = Emessage | Parsed[Any] | bytes | BinaryIO
"""A consignment: the message, what ``read`` gave, or its bytes.

The last two tell the wire: a letter that came as EDIFACT is named by its version there, ``D9134L``; a message alone by
that in OIO-XML, ``XD9134L``.
"""

NOT_ANSWERED = Kind(
    "receipt.of-receipt",
    Severity.ERROR,
    Layer.RULE,
    Text("a receipt is not answered by a receipt", "en kvittering besvares ikke med en kvittering"),
    Text("no answer is needed", "notér den, og lad det være ved det"),
    "MedCom XML schemas and practice of certified systems, 2026",
)
NO_ORIGINAL = Kind(
    "receipt.no-original",
    Severity.ERROR,
    Layer.RULE,
    Text(
        "what was received does not give what a receipt must repeat: {missing}",
        "det modtagne mangler oplysninger som kvitteringen skal gentage: {missing}",
    ),
    Text(
        "answer its VANSEnvelope, or ask the sender by other means",
        "besvar dens VANSEnvelope, eller spørg afsenderen på anden vis",
    ),
    "MedCom XML schemas, OriginalEmessage",
)

_SURROUNDINGS = IdsAndClock()
_VERSION_KINDS = (catalogue.LETTER, catalogue.UNKNOWN_VERSION, catalogue.NAMESPACE, layouts.LETTER, layouts.VERSION)
_VERSION_CODES = frozenset({NOT_SUPPORTED.code, *(kind.code for kind in _VERSION_KINDS)})
_VERSION_FIELDS = ("VersionCode", "version_code")
_REASONS_AT_MOST, _LETTERS_AT_MOST = 10, 99
_MORE = {"en": "and {count} more", "da": "og {count} mere"}
_TOGETHER = {
    "en": "sent together with what is refused",
    "da": "sendt sammen med det der afvises",
}
_Refusal = tuple[RefuseCode | str, str]


@check_arguments
def positive(received: Received, *, ids: IdsAndClock = _SURROUNDINGS) -> Emessage:
    """The XCTL03 that accepts every letter of a consignment.

    Raises InvalidMessage where the original does not tell what a receipt repeats, where that does not fit into a
    receipt, and where it is a receipt itself.
    """
    original = _original(received)
    letters = [AcceptedLetter(**letter.named) for letter in original.letters]
    receipt = PositiveReceipt(
        letter=_header(XC0330Q, ids),
        sender=ReceiptParty(ean_identifier=original.receiver),
        receiver=ReceiptParty(ean_identifier=original.sender),
        original_emessage=AcceptedEmessage(**original.named, original_letter=tuple(letters)),
    )
    return _sent(receipt, ids)


@check_arguments
def negative(
    received: Received,
    report: Report | None = None,
    *,
    code: RefuseCode | str | None = None,
    text: str | None = None,
    lang: str = "da",
    ids: IdsAndClock = _SURROUNDINGS,
) -> Emessage:
    """The XCTL02 that refuses a consignment for the errors of ``report``, or for a reason of your own.

    Errors of a letter are reported for that letter, the others for the envelope, each with its place and what is wrong
    in ``lang``; nothing of the message's content is reported. ``code`` and ``text`` are a reason of your own for the
    envelope, such as ``RefuseCode.UNKNOWN_LOCATION_NUMBER`` and "Modtager ikke fundet".

    Raises InvalidMessage as :func:`positive` does, and where no letter can hold a character of ``text``; ValueError
    where neither an error nor a reason is given.
    """
    original = _original(received).refusable
    text = None if text is None else sendable("text", text)
    issues = () if report is None else report.issues
    errors = [issue for issue in issues if issue.severity is Severity.ERROR]
    if code is None and text is None and not errors:
        raise ValueError("nothing to refuse for: give a report with an error, or code and text")
    refused = _refused(original, errors, (code, text), lang)
    receipt = NegativeReceipt(
        letter=_header(XC0230Q, ids),
        sender=ReceiptParty(ean_identifier=original.receiver),
        receiver=ReceiptParty(ean_identifier=original.sender),
        original_emessage=refused,
    )
    return _sent(receipt, ids)


@check_arguments
def vans_negative(
    received: Received,
    operator: str,
    *,
    code: RefuseCode | str = RefuseCode.UNKNOWN_LOCATION_NUMBER,
    text: str = "Modtager ikke fundet",
    ids: IdsAndClock = _SURROUNDINGS,
) -> Emessage:
    """The XCTL01 of a network ``operator`` (its EANIdentifier, 1-35 characters) who cannot deliver a consignment.

    Raises InvalidMessage as :func:`positive` does, and where no letter can hold a character of the texts.
    """
    original = _original(received).refusable
    receipt = NegativeVansReceipt(
        letter=_header(XC0130Q, ids),
        sender=ReceiptParty(ean_identifier=sendable("operator", on_one_line(operator))),
        receiver=ReceiptParty(ean_identifier=original.sender),
        original_emessage=original.refused((code, sendable("text", text)), {}, "da"),
    )
    return _sent(receipt, ids)


def without_x(version: str | None) -> str:
    """A version code as EDIFACT has it: ``D9134L`` for ``XD9134L``."""
    return (version or "").removeprefix("X")


# --- what came -------------------------------------------------------------------------------------------------------


@attrs.frozen(repr=False)
class ReceivedLetter:
    """What one letter says of itself, and the places where issues speak of it."""

    identifier: str | None
    version: str | None
    sender: str | None
    receiver: str | None
    places: tuple[str, ...] = ()

    @property
    def named(self) -> dict[str, Any]:
        """The letter as a receipt names it."""
        return {"original_letter_identifier": self.identifier, "original_version_code": self.version}

    @property
    def fits(self) -> bool:
        """Whether a receipt can name the letter."""
        return 0 < len(self.identifier or "") <= 14 and 0 < len(self.version or "") <= 7


@attrs.frozen(repr=False)
class _Original:
    """What a receipt says of a consignment."""

    envelope: str
    sender: str
    receiver: str
    letters: tuple[ReceivedLetter, ...]

    @property
    def named(self) -> dict[str, Any]:
        return {
            "original_envelope_identifier": self.envelope,
            "original_sender": ReceiptParty(ean_identifier=self.sender),
            "original_receiver": ReceiptParty(ean_identifier=self.receiver),
        }

    @property
    def refusable(self) -> _Original:
        """The consignment with the letters that a refusal can name; what it cannot, it refuses with the envelope."""
        letters = tuple(letter for letter in self.letters if letter.fits)
        return attrs.evolve(self, letters=letters if len(letters) <= _LETTERS_AT_MOST else ())

    def refused(self, whole: _Refusal | None, each: dict[int, _Refusal], lang: str) -> RefusedEmessage:
        """The consignment refused as a ``whole``, and letters with a reason of their own."""
        letters = []
        for number, letter in enumerate(self.letters):
            reason = each.get(number)
            if reason is None and whole is None:
                reason = RefuseCode.NOT_SPECIFIED, _TOGETHER[lang]
            letters.append(RefusedLetter(**letter.named, **_reason(reason)))
        return RefusedEmessage(**self.named, **_reason(whole), original_letter=tuple(letters))


def _reason(refusal: _Refusal | None) -> dict[str, Any]:
    code, text = refusal or (None, None)
    return {"refuse_code": code, "refuse_text": text or None}


def _message(received: Received) -> tuple[Emessage | None, tuple[Issue, ...]]:
    """The consignment, and what was said about its reading."""
    if isinstance(received, Emessage):
        return received, ()
    parsed = _parsed(received)
    message = parsed.message
    return (message if isinstance(message, Emessage) else None), parsed.report.issues


def _parsed(received: Any) -> Parsed[Any]:
    if isinstance(received, Message):  # of another standard
        return Parsed(received, Report((), {}), None)
    return received if isinstance(received, Parsed) else wire.read(received)


def _original(received: Received) -> _Original:
    """What a receipt must repeat. Raises InvalidMessage where it is not there."""
    if not isinstance(received, Emessage):
        received = _parsed(received)
    message, issues = _message(received)
    if message is None:
        raise _unanswerable(NO_ORIGINAL.issue("/", missing="Emessage"), *issues)
    if only_receipts(message):
        raise _unanswerable(NOT_ANSWERED.issue("letters[0]"))
    letters = letters_of(message)
    if isinstance(received, Parsed) and received.wire == wire.WireFormat.EDIFACT:
        letters = [attrs.evolve(letter, version=without_x(letter.version)) for letter in letters]
    envelope = message.envelope.identifier if message.envelope is not None else None
    sender = next((letter.sender for letter in letters if letter.sender), None)
    receiver = next((letter.receiver for letter in letters if letter.receiver), None)
    required = {"Envelope/Identifier": envelope, "Sender/EANIdentifier": sender, "Receiver/EANIdentifier": receiver}
    missing = ", ".join(name for name, value in required.items() if not value)
    if missing:
        raise _unanswerable(NO_ORIGINAL.issue("/", missing=missing))
    return _Original(envelope or "", sender or "", receiver or "", tuple(letters))


def letters_of(message: Emessage) -> list[ReceivedLetter]:
    """What each letter that a receipt may answer says of itself, those of a type that is not known too."""
    return [*_known(message), *_unknown(message)]


def _known(message: Emessage) -> Iterator[ReceivedLetter]:
    for number, letter in enumerate(message.letters):
        any_letter: Any = letter
        if not isinstance(letter, RECEIPTS):
            path = f"letters[{number}]"
            yield ReceivedLetter(
                any_letter.letter.identifier if any_letter.letter else None,
                any_letter.letter.version_code if any_letter.letter else None,
                any_letter.sender.ean_identifier if any_letter.sender else None,
                any_letter.receiver.ean_identifier if any_letter.receiver else None,
                (path, to_xpath(message, path)),
            )


_SAID_BY_ALL = ("Letter/Identifier", "Letter/VersionCode", "Sender/EANIdentifier", "Receiver/EANIdentifier")


def _unknown(message: Emessage) -> Iterator[ReceivedLetter]:
    """Letters of a type that is not known: every letter of OIO-XML says these four in the same places."""
    for extra in message.unexpected:
        if extra.kind == "element":
            for root in elements(extra.content):
                number, version, sender, receiver = (
                    root.findtext("{*}" + path.replace("/", "/{*}")) for path in _SAID_BY_ALL
                )
                yield ReceivedLetter(number, version, sender, receiver)


def only_receipts(message: Emessage) -> bool:
    """Whether a consignment holds receipts and nothing else: what answers, and is not answered."""
    return bool(message.letters) and all(isinstance(letter, RECEIPTS) for letter in message.letters)


def _unanswerable(*issues: Issue) -> InvalidMessage:
    return InvalidMessage(Report.from_issues(issues, Layer, Layer))


# --- reasons ---------------------------------------------------------------------------------------------------------


def _refused(
    original: _Original, errors: Sequence[Issue], own: tuple[RefuseCode | str | None, str | None], lang: str
) -> RefusedEmessage:
    """The refusal of each letter for its own errors, and of the envelope for the others and for one's own reason."""
    of_letters: dict[int, list[Issue]] = {}
    others: list[Issue] = []
    for issue in errors:
        number = next((n for n, letter in enumerate(original.letters) if _concerns(issue, letter)), None)
        (others if number is None else of_letters.setdefault(number, [])).append(issue)
    each: dict[int, _Refusal] = {
        number: (_code(issues), "\n".join(_lines(issues, lang))) for number, issues in of_letters.items()
    }
    code, text = own
    whole = None
    if others or own != (None, None):
        whole = code or _code(others), "\n".join([*([text] if text else []), *_lines(others, lang)])
    return original.refused(whole, each, lang)


def _concerns(issue: Issue, letter: ReceivedLetter) -> bool:
    path = issue.path
    return any(path == place or path.startswith((place + ".", place + "/")) for place in letter.places)


def _lines(issues: Sequence[Issue], lang: str) -> list[str]:
    lines = [f"{issue.path}: {issue.text(lang)}" for issue in issues[:_REASONS_AT_MOST]]
    if len(issues) > _REASONS_AT_MOST:
        lines.append(_MORE[lang].format(count=len(issues) - _REASONS_AT_MOST))
    return lines


def _code(issues: Sequence[Issue]) -> RefuseCode:
    named = next((REFUSED_BY_CODE[issue.code] for issue in issues if issue.code in REFUSED_BY_CODE), None)
    if named is not None:
        return named
    if any(_is_of_version(issue) for issue in issues):
        return RefuseCode.VERSION_PROBLEM
    if any(issue.layer is not Layer.RULE for issue in issues):
        return RefuseCode.SYNTAX_ERROR
    return RefuseCode.NOT_SPECIFIED


def _is_of_version(issue: Issue) -> bool:
    return issue.code in _VERSION_CODES or (issue.kind is catalogue.FIXED and issue.path.endswith(_VERSION_FIELDS))


# --- the receipt as a message ----------------------------------------------------------------------------------------


def _header(version: Any, ids: IdsAndClock) -> ReceiptHeader:
    return ReceiptHeader(identifier=ids.number(), version_code=version.code, statistical_code=version.type_code)


def _sent(receipt: Any, ids: IdsAndClock) -> Emessage:
    envelope = Envelope(
        sent=DateAndTime.at(ids.moment()),
        identifier=ids.number(),
        acknowledgement_code=AcknowledgementCode.NOT_WANTED,
    )
    message = Emessage(envelope=envelope, letters=(receipt,))
    report = wire.validate(message)
    if not report.ok:
        raise InvalidMessage(report)
    return message
