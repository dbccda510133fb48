"""What fits in a referral's texts, and what continues in an attachment.

Limits: MedCom has published none for REF01 and XREF01. The one public receiver of H0130R takes the reason as one
segment of five lines; anamnesis, examination, medicine, cave, references and e-mail share fifty (MedCom's converter;
UN/EDIFACT D.93A, C108: five lines a segment). A caller may set a lower limit in characters.

What does not fit is cut after a sentence, in the longest fields first and in safety, consent and custody last; a line
says where it goes on, and the whole text is in a PDF.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal

import attrs

from medcom_bu.bu.keys import BY_NAME, KEYS, TextField
from medcom_bu.bu.layout import ELSEWHERE, NOT_TOLD, ON_ITS_OWN, ON_THE_LINE, REST_OF_REASON, Block, composed
from medcom_bu.edifact.layout.free_text import pack
from medcom_bu.edifact.layout.letters.hospital_referral import S12_GROUPS, S12_SEGMENTS
from medcom_bu.messages.hospital_referral import ReferralPatient
from medcom_bu.values.text import FormattedText

ATTACHMENT_TITLE = "Uddybende tekst til henvisningen"
"""The title of the PDF that holds what did not fit in the referral."""
POINTER = f"(Fortsættes i bilaget »{ATTACHMENT_TITLE}«)"
SUPPLEMENT = f"Uddybende tekst står i bilaget »{ATTACHMENT_TITLE}«."
"""What is under other information where a text continues in the attachment."""

WHOLE = "Feltets fulde tekst; begyndelsen står også i selve henvisningen."
"""What stands first under each heading of the attachment: a page may break a paragraph right behind a heading."""

LEAST = 200
"""Characters that a field keeps, as long as there is room, where others are shortened."""

_SHARED = S12_SEGMENTS * S12_GROUPS
_SENTENCE_END = re.compile(r"[.!?][)»\"”]?(?=[ \n]+[^\sa-zæøå])|\n(?=\S)|[.!?]$")
_WORD_END = re.compile(r"(?<=\S)(?=\s)")
_BREAK = re.compile(r"(?<=\S)[ \n](?=\S)")


@attrs.frozen
class Room:
    """What the texts of a letter may take: ``limit`` characters each, ``taken`` segments that others use already."""

    limit: int | None = None
    taken: int = 0

    def holds(self, texts: Mapping[TextField, FormattedText]) -> bool:
        """Whether the texts fit."""
        if self.limit is not None and any(len(text) > self.limit for text in texts.values()):
            return False
        shared = (text for name, text in texts.items() if name is not TextField.REASON)
        return self.taken + sum(len(pack(text)) for text in shared) <= _SHARED and self.holds_reason(
            texts.get(TextField.REASON, FormattedText())
        )

    def holds_reason(self, text: FormattedText) -> bool:
        """Whether a text fits as the reason."""
        return len(pack(text)) <= 1 and (self.limit is None or len(text) <= self.limit)


@attrs.frozen(repr=False)
class Laid:
    """The texts as the letter has them, and the blocks that continue in the attachment, whole."""

    texts: Mapping[TextField, FormattedText]
    over: tuple[Block, ...] = ()


def lay_out(blocks: Sequence[Block], room: Room) -> Laid | None:
    """The texts of the blocks, shortened where they must be; None where not even the pointers have room.

    ``blocks`` are in the order of the table. ``room`` is what is available, of which the reference
    to the attachment takes one segment.
    """
    whole = list(_with_reason(blocks, room))
    for bold in (True, False):
        texts = _texts(whole, bold=bold)
        if room.holds(texts):
            return Laid(texts)
    tight = attrs.evolve(room, taken=room.taken + 1)
    if not tight.holds(_texts(_shortened(whole, 0, 0))):
        return None
    most = max(len(block.text) for block in whole)

    def fits(first: int, rest: int) -> bool:
        return tight.holds(_texts(_shortened(whole, first, rest)))

    least = LEAST if fits(LEAST, LEAST) else 0
    first = _largest(lambda cap: fits(cap, least), least, most)
    rest = _largest(lambda cap: fits(first, cap), least, most)
    shown = _shortened(whole, first, rest)
    cut = {block.name for block, kept in zip(whole, shown, strict=True) if kept is not block}
    is_cut = (block.name in cut or (block.text_field is TextField.REASON and REST_OF_REASON in cut) for block in blocks)
    return Laid(_texts(shown), tuple(itertools.compress(blocks, is_cut)))


def _largest(fits: Callable[[int], bool], least: int, most: int) -> int:
    """The largest number between two for which something fits, which it does for the least."""
    low, high = least, most
    while low < high:
        middle = (low + high + 1) // 2
        if fits(middle):
            low = middle
        else:
            high = middle - 1
    return low


def _texts(blocks: Sequence[Block], *, bold: bool = False) -> dict[TextField, FormattedText]:
    grouped: dict[TextField, list[Block]] = {}
    for block in blocks:
        grouped.setdefault(block.text_field, []).append(block)
    return {name: composed(group, bold=bold) for name, group in grouped.items()}


def _shortened(blocks: Iterable[Block], first: int, rest: int) -> list[Block]:
    """The blocks with at most so many characters of text: those that come first, and the rest."""
    return [_short(block, first if block.is_first else rest) for block in blocks]


def _short(block: Block, most: int) -> Block:
    if block.text_field is TextField.REASON or len(block.text) <= max(most, len(POINTER)):
        return block
    head = block.text[: cut_at(block.text, most)].rstrip()
    return attrs.evolve(block, text=f"{head}\n{POINTER}" if head else POINTER)


def cut_at(text: str, most: int) -> int:
    """Where to cut a text so that at most ``most`` characters come before it: after a sentence, else a word."""
    window = text[: most + 2]
    for end in (_SENTENCE_END, _WORD_END):
        places = [found.end() for found in end.finditer(window) if 0 < found.end() <= most]
        if places and places[-1] >= most // 3:
            return places[-1]
    return most


def _with_reason(blocks: Iterable[Block], room: Room) -> Iterator[Block]:
    """The blocks; a reason that is too long for its place continues in the anamnesis, behind what comes first."""
    rest: Block | None = None
    for block in blocks:
        if block.text_field is TextField.REASON:
            kept, rest = _reason(block, room)
            yield kept
            continue
        if rest is not None and not block.is_first and block.text_field is TextField.STORY:
            yield rest
            rest = None
        yield block
    if rest is not None:
        yield rest


def _reason(block: Block, room: Room) -> tuple[Block, Block | None]:
    def holds(text: str) -> bool:
        return room.holds_reason(composed([attrs.evolve(block, text=text)], bold=False))

    if holds(block.text):
        return block, None
    for place, pointer in _breaks(block.text):
        if holds(block.text[:place] + pointer):
            kept = attrs.evolve(block, text=block.text[:place] + pointer)
            rest = block.text[place + 1 :]
            return kept, Block(REST_OF_REASON, REST_OF_REASON, rest, TextField.STORY, is_first=True)
    moved = attrs.evolve(block, heading=BY_NAME[block.name].heading, text_field=TextField.STORY)
    return attrs.evolve(block, text=ELSEWHERE), moved


_LINES_OF_REASON = 5 * 69


def _breaks(text: str) -> Iterator[tuple[int, str]]:
    """Where the reason may be cut, the best place first, and what then is there: after sentences, after words."""
    window = text[: _LINES_OF_REASON + 2]
    ends = {found.end() for found in _SENTENCE_END.finditer(window)}
    places = [found.start() for found in _BREAK.finditer(window)]
    after_sentence = [place for place in places if place in ends or text[place] == "\n"]
    for place in (*reversed(after_sentence), *reversed(places)):
        yield place, ON_ITS_OWN if text[place] == "\n" else ON_THE_LINE


def document(
    over: Sequence[Block],
    patient: ReferralPatient | None,
    moment: datetime,
    *,
    errors: Literal["strict", "mark"] = "strict",
) -> bytes:
    """The PDF with the whole text of what was shortened, ``moment`` its date; the patient is on every page.

    Raises ValueError for a character that no font has, unless ``errors`` has it marked.
    """
    from medcom_bu.rendering.pdf import text_pdf

    headings = {**{key.name: key.heading for key in KEYS}, NOT_TOLD: NOT_TOLD}
    sections = [(headings[block.name], f"{WHOLE}\n\n{_in_short_paragraphs(block.text)}") for block in over]
    return text_pdf(sections, title=ATTACHMENT_TITLE, patient=_line_of(patient), date=moment, errors=errors)


def _line_of(patient: ReferralPatient | None) -> str | None:
    if patient is None:
        return None
    number = patient.identifier
    names = filter(None, (patient.person_given_name, patient.person_surname_name))
    return f"{' '.join(names)} · {number.format(number.reveal()) if number else ''}"


_ON_A_LINE, _LINES_TOGETHER = 80, 3


def _in_short_paragraphs(text: str) -> str:
    """The text, of which a line that is wrapped becomes paragraphs of three lines at most, which no page breaks.

    So the foot of a page and the head of the next interrupt no sentence.
    """
    return "\n".join(
        line if len(line) <= _ON_A_LINE else "\n{}\n".format("\n\n".join(_paragraphs(line)))
        for line in text.split("\n")
    )


def _paragraphs(line: str) -> Iterator[str]:
    paragraph, start = "", 0
    ends = [found.end() for found in _SENTENCE_END.finditer(line)]
    for end in (*ends, len(line)):
        sentence, start = line[start:end], end
        if paragraph and len(paragraph + sentence) > _ON_A_LINE * _LINES_TOGETHER:
            yield paragraph.strip()
            paragraph = ""
        paragraph += sentence
    yield paragraph.strip()
