"""Letters and receipts as articles: what must be seen first, who it is from and to, the text, its files, the rest.

Source: Den gode XML korrespondance, 2020, pages 10-12 and 30; Den gode kiropraktorepikrise, 2015, pages 12 and 24-28.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import attrs

from medcom_bu.declare.base import fields
from medcom_bu.declare.oioxml import Value
from medcom_bu.messages.binary_letter import BinaryObject, SystemInformation
from medcom_bu.messages.headers import Envelope
from medcom_bu.messages.letters import label
from medcom_bu.messages.other_letter import OtherLetter
from medcom_bu.messages.receipts import PositiveReceipt, ReceiptParty
from medcom_bu.rendering.files import ELSEWHERE, NOT_COME, letter_file
from medcom_bu.rendering.kept import as_it_came
from medcom_bu.rendering.lines import age, joined, labelled, leaf, or_absent, paragraph, quoted
from medcom_bu.rendering.page_options import NO_NAME, PageOptions, named_by_directory
from medcom_bu.rendering.values import NAME, attribute, described, fields_of, in_line, section
from medcom_bu.rendering.view import (
    ABSENT,
    Article,
    Block,
    Files,
    Labelled,
    Line,
    Listing,
    Notice,
    NoticeKind,
    Paragraph,
    Part,
    PatientLine,
    Quote,
    Section,
    SectionKind,
    ShownFile,
    address,
)
from medcom_bu.rules.attachments import key
from medcom_bu.values.codes import CodeList, CorrespondencePriority, Priority, StatusCode
from medcom_bu.values.identifiers import Gln, ReplacementCpr, SorCode
from medcom_bu.values.parties import BinaryReference, Url

OUTCOMES = {
    "NegativeMessage": "Afvist: modtageren kan ikke tage imod meddelelsen.",
    "NegativeVans": "Afvist: netværket (VANS) har ikke leveret meddelelsen til modtageren.",
    "PositiveMessage": "Modtaget: meddelelsen er kommet frem og kan læses.",
    "NegativeVansReceipt": "Afvist: netværket (VANS) har ikke leveret forsendelsen til modtageren.",
    "NegativeReceipt": "Afvist: modtageren har ikke godkendt forsendelsen eller breve i den.",
    "PositiveReceipt": "Godkendt: modtageren har taget imod forsendelsen.",
}

_PARTY_NAMES = ("organisation_name", "department_name", "unit_name")
_IDENTITY = (*NAME, "identifier")
_NO_ALLERGY = re.compile(
    r"(?:cave\s*:?\s*)?(?:ingen|intet|nej|nul|0)(?:\s+kendte?)?"
    r"(?:\s+(?:cave|allergi|allergier|lægemiddelallergi|lægemiddelallergier|overfølsomhed|overfølsomheder))?\s*[.!]?",
    re.IGNORECASE,
)
"""What says that a patient is not known to be allergic to anything. All else is a warning."""


@attrs.frozen(repr=False)
class LetterContext:
    """What stands around a letter: its envelope; of what is about its patient the files, and what letters call them."""

    options: PageOptions
    envelope: Envelope | None = None
    objects: Mapping[str, BinaryObject] = {}
    names: Mapping[str, str] = {}
    is_alone: bool = True

    @property
    def sent(self) -> date | None:
        """The day on which it was sent."""
        moment = self.envelope.sent.moment if self.envelope is not None and self.envelope.sent is not None else None
        return moment.date() if moment is not None else None


def title(letter: Value) -> str:
    """What kind of letter it is, in Danish."""
    if isinstance(letter, OtherLetter):
        return letter.type_name.da
    spec = type(letter).__letter__
    return spec.danish if spec is not None and spec.danish else type(letter).__name__


def article(letter: Any, around: LetterContext) -> Article:
    """A letter or a receipt."""
    body = _BODIES.get(type(letter).__name__, _other_body)
    has_patient = hasattr(letter, "patient") and not isinstance(attribute(letter, "subject"), SystemInformation)
    return Article(
        title=title(letter),
        notices=tuple(_notices(letter)),
        patient=_patient(letter.patient, around.sent) if has_patient else None,
        top=tuple(_top(letter, around)),
        body=(*body(letter, around), *_ends(letter)),
    )


# --- what is on top ---------------------------------------------------------------------------------------------


def _notices(letter: Any) -> Iterable[Notice]:
    """That the letter corrects another, that it is urgent, or what no list knows of that; that it is not read here."""
    if isinstance(letter, OtherLetter):
        yield Notice(NoticeKind.NOT_READ, ("Brevtypen læses ikke her: indholdet vises som det kom.",))
    of_letter = CorrespondencePriority if hasattr(letter, "clinical_information") else Priority
    seen_first = {
        StatusCode: (NoticeKind.CORRECTION, (StatusCode.CORRECTED,)),
        of_letter: (NoticeKind.URGENT, (Priority.ACUTE, CorrespondencePriority.HIGH)),
    }
    told = (
        (attribute(letter, "letter", "status_code"), StatusCode),
        (attribute(letter, "additional_information", "priority"), of_letter),
    )
    for code, codes in told:
        kind, first = seen_first[codes]
        if isinstance(code, CodeList):
            if code in first:
                yield Notice(kind, (code.danish.upper() if kind is NoticeKind.CORRECTION else code.danish,))
        elif quoted(code):
            yield _unknown(code, codes, kind, first)


def _unknown(code: str, codes: type[CodeList], kind: NoticeKind, first: Iterable[str]) -> Notice:
    """A code that its list lacks, in the sender's word, with what it is taken for."""
    taken_for = codes.get(codes.taken_for(code))
    if not isinstance(taken_for, CodeList):
        return Notice(NoticeKind.UNKNOWN_CODE, (Quote(code),))
    words = taken_for.danish.upper() if taken_for == StatusCode.CORRECTED else taken_for.danish
    return Notice(kind if taken_for in first else NoticeKind.UNKNOWN_CODE, (Quote(code), f" (opfattes som: {words})"))


def _patient(patient: Any, sent: date | None) -> PatientLine:
    identifier = attribute(patient, "identifier")
    kind = "AlternativeIdentifier" if isinstance(identifier, ReplacementCpr) else "CivilRegistrationNumber"
    born = identifier.birth_date if identifier is not None else None
    return PatientLine(
        name=or_absent(fields_of(patient, NAME, " ")),
        label=label(kind),
        number=or_absent(leaf(identifier)),
        age=age(born, sent),
    )


def _top(letter: Any, around: LetterContext) -> Iterable[Labelled]:
    sender, receiver = attribute(letter, "sender"), attribute(letter, "receiver")
    if sender is not None:
        yield from labelled("Fra", _party(sender, around))
    yield from labelled("Henviser", in_line(attribute(sender, "referrer")))
    if receiver is not None:
        yield from labelled("Til", _party(receiver, around))
    if around.envelope is not None:
        yield from labelled("Sendt", leaf(around.envelope.sent))
    if hasattr(letter, "clinical_information"):
        yield from labelled("Emne", leaf(attribute(letter, "additional_information", "subject")))


def _party(party: Any, around: LetterContext) -> Line:
    """The names of a unit; where the letter gives none, what the directory calls it, else its number."""
    names = fields_of(party, _PARTY_NAMES, ", ")
    if names:
        return names
    gln = attribute(party, "ean_identifier")
    code = attribute(party, "identifier_code")
    sor = SorCode(party.identifier) if code == SorCode.CODE and attribute(party, "identifier") else None
    known = around.options.name_of(around.sent, sor, Gln(gln) if gln else None)
    if isinstance(party, ReceiptParty):
        return joined((named_by_directory(known), in_line(party)), " · ")
    return named_by_directory(known) or NO_NAME


# --- bodies ----------------------------------------------------------------------------------------------------------


def _referral_body(letter: Any, around: LetterContext) -> Iterable[Section]:
    request, clinical = letter.additional_information, letter.relevant_clinical_information
    cave = attribute(clinical, "cave")
    is_warning = bool(leaf(cave)) and _NO_ALLERGY.fullmatch(cave.plain().strip()) is None
    kind = SectionKind.WARNING if is_warning else SectionKind.CONTENT
    yield from section("Cave", paragraph(cave), kind=kind)
    yield from section(
        "Henvisning",
        *described(request, skip=("clinical_reason", "supplementary")),
        *_texts(request, "clinical_reason", told=("clinical_reason",)),
    )
    yield from section("Diagnoser", *_diagnoses(letter.referral))
    yield from section(
        "Kliniske oplysninger",
        *_texts(clinical, "anamnesis", "examination", "actual_medicine", told=("actual_medicine",)),
        *_texts(request, "supplementary"),
    )
    yield from _references(letter, around)
    yield from section(
        label("HospitalVisitation"),
        *(
            Part(or_absent(leaf(note.information_code)), (paragraph(note.information),))
            for note in letter.hospital_visitation
        ),
    )
    yield from section("Patient", *described(letter.patient, skip=_IDENTITY))
    yield from section("Pårørende", *described(letter.relative))


def _email_body(letter: Any, around: LetterContext) -> Iterable[Section]:
    texts = tuple(paragraph(part.text01) for part in letter.clinical_information)
    yield from section("Meddelelse", *(texts or (Paragraph((ABSENT,)),)))
    yield from _references(letter, around)
    yield from section("Patient", *described(letter.patient, skip=_IDENTITY))
    yield from section("Henvendelse", *described(letter.additional_information, skip=("subject",)))


def _binary_body(letter: Any, around: LetterContext) -> Iterable[Section]:
    about = letter.subject if letter.patient is None else None
    yield from section("Systeminformation", *described(about))
    files = tuple(_own_file(held, around) for held in letter.binary_object)
    yield from section("Vedhæftede filer", *((Files(files),) if files else (Paragraph((ABSENT,)),)))


def _own_file(held: BinaryObject, around: LetterContext) -> ShownFile:
    name = around.names.get(key(held.object_identifier))
    if name is not None:
        return letter_file(around.options, name, held, None, "Filen er vist ved det brev den hører til")
    return letter_file(around.options, "", held, held)


def _receipt_body(letter: Any, _: LetterContext) -> Iterable[Section]:
    answered = letter.original_emessage
    originals = attribute(answered, "original_letter") or ()
    reasons = tuple(
        Part((label(element),), (Paragraph(shown),))
        for name, element in (("refuse_code", "RefuseCode"), ("refuse_text", "RefuseText"))
        if (shown := leaf(attribute(answered, name)))
    )
    is_told = any(attribute(sent, "refuse_code") for sent in originals)
    if not (reasons or isinstance(letter, PositiveReceipt) or is_told):
        reasons = (Part((label("RefuseCode"),), (Paragraph((ABSENT,)),)),)
    yield from section("Resultat", Paragraph((OUTCOMES[type(letter).__name__],), lead=True), *reasons)
    skip = ("original_letter", "refuse_code", "refuse_text")
    yield from section("Besvaret forsendelse", *described(answered, skip=skip))
    items = tuple(described(sent) or (Paragraph((ABSENT,)),) for sent in originals)
    yield from section("Besvarede breve", *((Listing(items),) if items else ()))


def _other_body(letter: Any, around: LetterContext) -> Iterable[Section]:
    """A letter that has no body of its own: what it says, element by element, then its patient."""
    patient = attribute(letter, "patient")
    about = [name for name in fields(type(letter)) if patient is not None and attribute(letter, name) is patient]
    if isinstance(letter, OtherLetter):
        yield from as_it_came(letter)
    else:
        skip = ("letter", "sender", "receiver", "answer_cc_receiver", "reference", "binary_object", *about)
        yield from section("Indhold", *described(letter, skip=skip))
        yield from _references(letter, around)
        files = tuple(_own_file(held, around) for held in attribute(letter, "binary_object") or ())
        yield from section("Vedhæftede filer", *((Files(files),) if files else ()))
    yield from section("Patient", *described(patient, skip=_IDENTITY))


_BODIES: dict[str, Callable[[Any, LetterContext], Iterable[Section]]] = {
    "HospitalReferral": _referral_body,
    "ClinicalEmail": _email_body,
    "BinaryLetter": _binary_body,
    "ReferralAttachment": _binary_body,
    "NegativeVansReceipt": _receipt_body,
    "NegativeReceipt": _receipt_body,
    "PositiveReceipt": _receipt_body,
}


def _ends(letter: Any) -> Iterable[Section]:
    """The numbers and addresses of the parties and, last, the letter's own data."""
    for title, party in (("Afsender", letter.sender), ("Modtager", letter.receiver)):
        if not isinstance(party, ReceiptParty):  # whose number is on top
            yield from section(title, *described(party, skip=(*_PARTY_NAMES, "referrer")))
    yield from section(label("AnswerCCReceiver"), *described(attribute(letter, "answer_cc_receiver")))
    yield from section(label("Letter"), *described(letter.letter), kind=SectionKind.DETAILS)


# --- parts -----------------------------------------------------------------------------------------------------------


def _diagnoses(referral: Any) -> tuple[Block, ...]:
    if referral is None:
        return (Paragraph((ABSENT,)),)
    main = () if referral.refer is None else (_diagnosis(referral.refer, label("Refer")),)
    items = (*main, *map(_diagnosis, referral.referral_additional))
    return (Listing(items) if items else Paragraph((ABSENT,)),)


def _diagnosis(diagnosis: Any, role: str = "") -> tuple[Block, ...]:
    """A diagnosis with its role in words, which stand for the letter in front of its code."""
    art = leaf(diagnosis.diagnose_description_code)
    roles = joined(((role,) if role else (), art), " · ")
    coded = joined((leaf(diagnosis.diagnose_code), leaf(diagnosis.diagnose_type_code)), " · ")
    lines = (or_absent(leaf(diagnosis.diagnose_text)), coded, roles)
    return tuple(Paragraph(line, lead=place == 0) for place, line in enumerate(lines) if line)


def _references(letter: Any, around: LetterContext) -> Iterable[Section]:
    """Links, then files: those of the consignment with what is in them."""
    files: list[ShownFile] = []
    others: list[tuple[Block, ...]] = []
    for reference in attribute(letter, "reference") or ():
        target = reference.target
        name = or_absent(leaf(reference.ref_description))
        if isinstance(target, BinaryReference):
            held = around.objects.get(key(target.object_identifier))
            why = ELSEWHERE if around.is_alone else NOT_COME
            files.append(letter_file(around.options, reference.ref_description or "", target, held, why))
        elif isinstance(target, Url):
            line: Line = (address(target),) if leaf(target) else (ABSENT,)
            others.append((Paragraph(name), Paragraph(line)))
        else:
            line = (label("SUP"),) if target == "true" else or_absent(leaf(target))
            others.append((Paragraph(name), Paragraph(line)))
    blocks: tuple[Block, ...] = (Listing(tuple(others)),) if others else ()
    yield from section("Bilag og links", *blocks, *((Files(tuple(files)),) if files else ()))


def _texts(value: Any, *names: str, told: tuple[str, ...] = ()) -> tuple[Part, ...]:
    """Formatted texts with a heading each; those ``told`` say so where they are absent."""
    return tuple(
        Part((label(_ELEMENTS[name]),), (paragraph(attribute(value, name)),))
        for name in names
        if name in told or leaf(attribute(value, name))
    )


_ELEMENTS = {
    "clinical_reason": "ClinicalReason",
    "anamnesis": "Anamnesis",
    "examination": "Examination",
    "actual_medicine": "ActualMedicine",
    "supplementary": "Supplementary",
}
