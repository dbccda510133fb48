"""Letters of other types: what of their segments is read, and the segments that are written of what they keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from medcom_bu.edifact.layout import catalogue
from medcom_bu.edifact.layout.kept import Kept, as_text
from medcom_bu.edifact.layout.letters.other_letter import OTHER_LETTER
from medcom_bu.edifact.layout.read import Decoded, read_letter
from medcom_bu.edifact.syntax import codec as syntax
from medcom_bu.edifact.syntax.codec import trimmed
from medcom_bu.edifact.syntax.issue_list import IssueList
from medcom_bu.edifact.syntax.segments import SERVICE, Segment, SegmentPlace
from medcom_bu.errors import InvalidMessage
from medcom_bu.issues import Layer, Report
from medcom_bu.messages.letters import is_other_type
from medcom_bu.messages.other_letter import OtherLetter

_MESSAGE_TYPES = ("MED", "PRODAT")
"""How the message types of MedCom's letters begin."""
_HEAD = SERVICE + b"UNB+UNOC:3+1:14+1:14+200101:0000+1'"


def is_other_letter(unh: Segment) -> bool:
    """Whether a UNH is that of a MedCom letter of a type that has no class of its own."""
    return unh.text(2).startswith(_MESSAGE_TYPES) and is_other_type(unh.text(3))


def read_other(segments: Sequence[Segment], given: Mapping[str, SegmentPlace]) -> Decoded:
    """The letter in the segments from UNH to the last before UNT, all of which it keeps, UNH as the first."""
    decoded = read_letter(segments, OTHER_LETTER, given, IssueList())
    unh, kept = segments[0], Kept()
    for number, segment in enumerate(segments, 1):
        elements = trimmed([tuple(trimmed(element)) for element in segment.elements])  # as they are written
        kept.add_text(number, segment.shown_tag, as_text(attrs.evolve(segment, elements=tuple(elements))))
    letter: OtherLetter = decoded.letter  # type: ignore[assignment]
    header = letter.letter and letter.letter.replace(
        version_code=unh.text(2, 5), type_code=unh.text(3), statistical_code=unh.text(3)
    )
    return Decoded(letter.replace(letter=header, element_name="", unexpected=kept.all()), decoded.places)


def kept_segments(letter: OtherLetter, path: str) -> tuple[Segment, ...]:
    """The segments that a letter keeps. Raises InvalidMessage where they are not those of one message."""
    text = "".join(extra.content for extra in letter.unexpected if extra.kind == "segment")
    try:
        interchange = syntax.read(_HEAD + text.encode("latin-1") + b"UNT+1+1'UNZ+1+1'").message
    except UnicodeEncodeError:
        interchange = None
    messages = interchange.messages if interchange is not None else ()
    segments = [segment for message in messages for segment in (message.header, *message.segments)]
    if len(messages) != 1 or "".join(map(as_text, segments)) != text:
        issue = catalogue.NO_LETTER.issue(f"{path}.unexpected")
        raise InvalidMessage(Report.from_issues([issue], [Layer.SCHEMA], [Layer.SCHEMA]))
    return tuple(attrs.evolve(segment, number=0, offset=0) for segment in segments)
