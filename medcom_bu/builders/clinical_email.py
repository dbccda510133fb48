"""Making an XDIS91 correspondence: new, as a reply, as a forward.

Limits of the text: 9 FTX segments of 5 lines of 70 characters in each of ten parts, of which the subject takes one.
Source: Den gode XML korrespondance, 2020, pages 11, 15 and 20-21; use cases of the VANS conversion
service 3.1.0, 1.4.2.3, and its converter between XML and EDIFACT.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, Literal, Self, Unpack

import attrs

from medcom_bu.arguments import check_arguments, check_fields, word_of
from medcom_bu.builders.assembly import checked, header
from medcom_bu.builders.attachments import ReferringBuilder, carry_files, recast, with_speciality
from medcom_bu.builders.closing import Signature, signed
from medcom_bu.builders.fields import ClinicalEmailFields
from medcom_bu.builders.problems import EMPTY, check_given, problem
from medcom_bu.declare.oioxml import Unexpected
from medcom_bu.issues import Issue
from medcom_bu.messages.clinical_email import (
    FORWARD,
    REPLY,
    XD9134L,
    ClinicalEmail,
    ClinicalInformation,
    EmailInformation,
    EmailPatient,
)
from medcom_bu.messages.emessage import Consignment, Emessage
from medcom_bu.messages.letter_union import Letter
from medcom_bu.rules.catalogue import CORRESPONDENCE
from medcom_bu.rules.text import CORRESPONDENCE_LIMIT, PRACTICE_LIMIT
from medcom_bu.values.codes import CorrespondencePriority, StatusCode
from medcom_bu.values.parties import Receiver, Reference, Sender
from medcom_bu.values.text import FormattedText, Mark
from medcom_bu.values.timestamps import DateAndTime

PARTS = 10
"""How many ClinicalInformation elements a letter may have."""

SUBJECT_SHARE = 350
"""Characters of the first part that the subject takes."""

_TextLike = FormattedText | str
_SOURCE = f"{CORRESPONDENCE}, pages 15 and 20-21; use cases of the VANS conversion service 3.1.0, 1.4.2.3"

TOO_LONG = problem(
    "text-too-long",
    (
        "text {number} has {length} characters; at most {limit} are allowed",
        "tekst {number} har {length} tegn af {limit}",
    ),
    (
        "shorten it, attach the rest as a PDF, or leave long_texts at split",
        "forkort den, vedhæft resten som PDF, eller lad long_texts være split",
    ),
    _SOURCE,
)
TOO_LONG_IN_ALL = problem(
    "texts-too-long",
    (
        "the texts, {length} characters in total, do not fit into {parts} parts",
        "teksterne, i alt {length} tegn, kan ikke være i {parts} dele",
    ),
    (
        "shorten them, attach the rest as a PDF, or leave the original out of a reply (quote=False)",
        "forkort dem, vedhæft resten som PDF, eller udelad den oprindelige tekst af svaret (quote=False)",
    ),
    _SOURCE,
)
_WANTED = {
    "sender": "sender=Sender(...)",
    "receiver": "receiver=Receiver(...)",
    "patient": "patient=EmailPatient(...)",
}


@attrs.define(kw_only=True, repr=False, field_transformer=check_fields)
class ClinicalEmailBuilder(ReferringBuilder):
    """A correspondence, and the letter that carries its attachments.

    The heading that a Danish reader sees is in brackets. A parameter that is left out is left out of the message,
    unless a default is given. Numbers may contain spaces and hyphens: a CPR number, a GLN, a SOR code, and a UUID as
    course number, which is written without hyphens. A code is a member of its list, or its text.

    ``sender`` (Afsender): a :class:`Sender`; its speciality is ``ikkeklassificeret`` by default. Required.
    ``receiver`` (Modtager): a :class:`Receiver`. Required.
    ``patient`` (Patient): an :class:`EmailPatient`, with the status with the sender. Required.
    ``subject`` (Emne): 1 to 70 characters.
    ``priority`` (Prioritet): a :class:`CorrespondencePriority`; a receiver assumes ``rutine`` if none is given.
    ``text`` (Kliniske oplysninger): one text or several, at most ten, each in its own ClinicalInformation;
    :meth:`write` adds one, and :meth:`sign` the closing line. It may be plain: a line end becomes a line break.
    A letter with neither a text nor a reference is an error.
    ``long_texts``: a text over the practice limit of 3150 characters (the first: 2800 where there is a subject) is
    ``"split"`` after a line or a word, the default, or, with ``"refuse"``, an error.
    ``episode_of_care_identifier`` (Forløbsnummer): 1 to 35 characters.
    ``status`` (Brevets status): a :class:`StatusCode`; ``nytbrev`` by default.
    ``attachments_as``: the letter that carries the files: XB0131X, the default, XB0210X or XB0130X.
    ``acknowledgement_code`` (Positiv kvittering): ``pluspositivkvitt``, the default, or ``minuspositivkvitt``.

    ``ids`` makes numbers and times. A ``directory`` must know the receiver, and that it takes what is sent.
    """

    _PLACES: ClassVar[Mapping[str, str]] = {
        **{name: name for name in ("sender", "receiver", "patient")},
        "additional_information.subject": "subject",
        "additional_information.priority": "priority",
        "clinical_information": "text",
        "letter.episode_of_care_identifier": "episode_of_care_identifier",
        "letter.status_code": "status",
    }

    sender: Sender | None = None
    receiver: Receiver | None = None
    patient: EmailPatient | None = None
    subject: str | None = None
    priority: CorrespondencePriority | str | None = None
    text: _TextLike | Sequence[_TextLike] = ()
    long_texts: Literal["split", "refuse"] = attrs.field(default="split", validator=word_of(("split", "refuse")))
    episode_of_care_identifier: str | None = None
    status: StatusCode | str = StatusCode.NEW
    original: tuple[FormattedText, ...] = attrs.field(default=(), init=False)
    signature: Signature | None = attrs.field(default=None, init=False)
    kept: tuple[Unexpected, ...] = attrs.field(default=(), init=False)

    @classmethod
    @check_arguments
    def reply_to(
        cls,
        received: Emessage | Consignment[Letter] | ClinicalEmail,
        *,
        own: bool = False,
        quote: bool = True,
        **given: Unpack[ClinicalEmailFields],
    ) -> Self:
        """A reply: parties swapped; patient, course number and subject kept; the original text behind the new one.

        ``received``: the letter, or a message or consignment that holds it.
        ``own``: whether it is your own: the parties stay.
        ``quote``: whether the original text is kept; a long thread fills its letter.
        ``given``: parameters of the builder, which override what is carried over.

        The patient's status is that at the sender: give another ``patient`` where yours differs. The titles of what the
        original referred to are named in the text; the files are not sent back.

        Raises ValueError where ``received`` holds no correspondence.
        """
        letter = _letter_of(received)
        builder = cls(**{**_carried(letter, own), **given})
        builder.original = tuple(_original(letter, REPLY, letter.reference)) if quote else ()
        return builder

    @classmethod
    @check_arguments
    def forward(
        cls,
        received: Emessage | Consignment[Letter] | ClinicalEmail,
        *,
        own: bool = False,
        **given: Unpack[ClinicalEmailFields],
    ) -> Self:
        """A forward to a new ``receiver``: patient, course number, subject, original text and references are kept.

        ``received``: the letter, or a message or consignment that holds it.
        ``own``: whether it is your own: its sender sends it on.
        ``given``: parameters of the builder, which override what is carried over.

        Of a Consignment (the letter, then its binary letters) the files go along, under new identifiers. A reference
        whose file is not available stays, and building says so.

        Raises ValueError where ``received`` holds no correspondence.
        """
        letter = _letter_of(received)
        carried = _carried(letter, own) | {"receiver": None}
        builder = cls(**{**carried, **given})
        builder.original = tuple(_original(letter, FORWARD, ()))
        carry_files(builder, letter.reference, received)
        return builder

    @check_arguments
    def write(self, text: FormattedText | str) -> Self:
        """Add a ``text`` after the others: plain, where line ends are line breaks, or formatted."""
        self.text = [*self._own_texts(), text]
        return self

    @check_arguments
    def sign(self, name: str, *, title: str, on: date | None = None) -> Self:
        """End the text with who wrote it and when: ``04.05.2026 Petra Prøve, psykolog``. The last signature counts.

        ``name`` and ``title`` (Stilling) are the author's; ``on`` is the day when the text was completed, today where
        none is given.

        In a reply or a forward it comes before the original text.

        Source: Den gode XML korrespondance, 2020, pages 4, 11 and 21: the system should make this line. What is wrong
        with it, :meth:`build` says.
        """
        day = date.fromisoformat(DateAndTime.at(self.ids.moment()).date) if on is None else on
        self.signature = Signature(name, title, f"{day:%d.%m}.{day.year:04}")
        return self

    def build(self) -> Consignment[ClinicalEmail]:
        """The correspondence and, if there are attachments, the letter that carries them.

        Raises one InvalidMessage with all problems of all messages.
        """
        clean, issues = self._cleaned(("text",))
        texts, too_long = clean._texts()
        parties = {"sender": self.sender, "receiver": self.receiver, "patient": self.patient}
        unsigned = clean.signature.problems() if clean.signature else ()
        is_empty = not self.references and not any(text.plain().strip() for text in texts)
        untold = [EMPTY.issue("text", field="text")] if is_empty else []
        own = [*check_given(parties, _WANTED), *issues, *unsigned, *too_long, *untold]
        return checked(clean._messages(clean._letter(texts)), own, self._place, self.directory)

    def _letter(self, texts: Sequence[FormattedText]) -> ClinicalEmail:
        information = None
        if self.priority is not None or self.subject is not None:
            information = EmailInformation(priority=self.priority, subject=self.subject)
        return ClinicalEmail(
            letter=header(XD9134L, self.ids, self.status, episode_identifier=self.episode_of_care_identifier),
            sender=with_speciality(self.sender),
            receiver=self.receiver,  # type: ignore[arg-type]
            patient=self.patient,  # type: ignore[arg-type]
            additional_information=information,
            clinical_information=tuple(ClinicalInformation(text01=text) for text in texts),
            reference=tuple(self.references),
            unexpected=self.kept,
        )

    def _own_texts(self) -> Sequence[_TextLike]:
        return [self.text] if isinstance(self.text, str | FormattedText) else self.text

    def _texts(self) -> tuple[list[FormattedText], list[Issue]]:
        """The texts as the letter holds them, and what is wrong with their length."""
        texts = signed([FormattedText.coerce(text) for text in self._own_texts()], self.signature)
        whole = [*texts, *_packed(self.original)]
        if self.long_texts == "refuse":
            limits = ((number, text, self._limit(number)) for number, text in enumerate(whole))
            return whole, [
                TOO_LONG.issue(f"text[{number}]", number=number + 1, length=len(text), limit=limit)
                for number, text, limit in limits
                if len(text) > limit
            ]
        length = sum(map(len, whole))
        parts: list[FormattedText] = []
        if length <= CORRESPONDENCE_LIMIT:
            for text in whole:
                rest = text
                while len(rest) > self._limit(len(parts)):
                    part, rest = rest.cut(self._limit(len(parts)))
                    parts.append(part)
                parts.append(rest)
            if len(parts) <= PARTS:
                return parts, []
        return whole[:PARTS], [TOO_LONG_IN_ALL.issue("text", length=length, parts=PARTS)]

    def _limit(self, number: int) -> int:
        """How many characters the part with this number may have."""
        return PRACTICE_LIMIT - (SUBJECT_SHARE if number == 0 and self.subject else 0)


def _letter_of(received: Emessage | Consignment[Letter] | ClinicalEmail) -> ClinicalEmail:
    if isinstance(received, ClinicalEmail):
        return received
    messages = received if isinstance(received, Consignment) else (received,)
    letters = (letter for message in messages for letter in message.letters if isinstance(letter, ClinicalEmail))
    letter = next(letters, None)
    if letter is None:
        raise ValueError("there is no correspondence (XDIS91) in what was received")
    return letter


def _carried(letter: ClinicalEmail, own: bool) -> dict[str, Any]:
    information = letter.additional_information
    parties = (letter.sender, letter.receiver) if own else (letter.receiver, letter.sender)
    return {
        "sender": recast(Sender, parties[0]),
        "receiver": recast(Receiver, parties[1]),
        "patient": letter.patient,
        "subject": information.subject if information else None,
        "episode_of_care_identifier": letter.letter.episode_of_care_identifier if letter.letter else None,
    }


def _original(letter: ClinicalEmail, what: str, references: Sequence[Reference]) -> Iterator[FormattedText]:
    """The texts of a letter, behind a line that says where they come from, before the titles of its references."""
    sender = f" fra {letter.sender.name}" if letter.sender and letter.sender.name else ""
    when = letter.letter.authorisation if letter.letter else None
    moment = f" af {when.date}" if when and when.date else ""
    moment += f" kl. {when.time}" if moment and when and when.has_time else ""
    yield FormattedText.from_plain(f"{what}{sender}{moment}:\n")
    yield from (part.text01 for part in letter.clinical_information if part.text01 is not None)
    if references:
        titles = "".join(f"\n- {reference.ref_description or ''}" for reference in references)
        yield FormattedText.from_plain(f"Henvisninger i den oprindelige korrespondance:{titles}")


def _packed(texts: Sequence[FormattedText]) -> Iterator[FormattedText]:
    """The texts in as few parts as the limit allows, each beginning on a new line."""
    part: FormattedText | None = None
    for text in texts:
        joined = text
        if part is not None:
            ends = not part.nodes or part.nodes[-1] is Mark.BREAK
            joined = FormattedText((*part.nodes, *(() if ends else (Mark.BREAK,)), *text.nodes))
            if len(joined) > PRACTICE_LIMIT:
                yield part
                joined = text
        part = joined
    if part is not None:
        yield part
