"""The service segments: from a row of segments to an interchange of messages, with counts and references checked.

Source: ISO 9735 (UNB, UNH, UNT, UNZ), ISO 9735-8 (UNO, UNP).
"""

from __future__ import annotations

import datetime
import re
from typing import NamedTuple

import attrs

from medcom_bu.edifact.syntax import catalogue
from medcom_bu.edifact.syntax.issue_list import IssueList, LimitError
from medcom_bu.edifact.syntax.segments import Interchange, InterchangeMessage, Segment
from medcom_bu.numerals import is_digits, whole

MAX_MESSAGES = 10_000
SYNTAX = (("UNOC", "3"),)
"""The syntax identifier of MedCom: ISO 8859-1, version 3."""

_IDENTIFIER = re.compile("UNO[A-Z]:[123]")
_TIME = re.compile(r"([01][0-9]|2[0-3])[0-5][0-9]")
_DATE = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})")


@attrs.define
class _Frame:
    """The state while the segments are walked: where the next segment of content goes."""

    findings: IssueList
    header: Segment | None = None
    trailer: Segment | None = None
    messages: list[InterchangeMessage] = attrs.field(factory=list)
    stray: list[Segment] = attrs.field(factory=list)
    opened: Segment | None = None
    inside: list[Segment] = attrs.field(factory=list)
    headless: int = 0

    def unb(self, segment: Segment) -> None:
        if self.trailer is not None:
            self.findings.add(catalogue.SECOND_INTERCHANGE, segment)
        elif self.header is not None:
            self.findings.add(catalogue.DOUBLED, segment, tag="UNB")
        else:
            self.end_run(segment)
            self.header = segment
            return
        self.stray.append(segment)

    def unh(self, segment: Segment) -> None:
        self.close(segment)
        if len(self.messages) == MAX_MESSAGES:
            raise LimitError(f"{MAX_MESSAGES} messages")
        self.opened = segment

    def unt(self, segment: Segment) -> None:
        if self.opened is not None:
            self.messages.append(InterchangeMessage(self.opened, tuple(self.inside), segment))
            _check_message(self.opened, segment, len(self.inside) + 2, self.findings)
            self.opened, self.inside = None, []
        elif self.inside:
            self.findings.add(catalogue.MISSING, self.inside[0], tag="UNH")
            self.headless += 1
            self.stray += [*self.inside, segment]
            self.inside = []
        else:
            self.findings.add(catalogue.DOUBLED, segment, tag="UNT")
            self.stray.append(segment)

    def unz(self, segment: Segment) -> None:
        if self.trailer is not None:
            self.findings.add(catalogue.DOUBLED, segment, tag="UNZ")
            self.stray.append(segment)
            return
        self.close(segment)
        self.trailer = segment

    def uno(self, segment: Segment) -> None:
        self.inside.append(segment)

    def unp(self, segment: Segment) -> None:
        uno = self.inside[-1] if self.inside else None
        self.inside.append(segment)
        if uno is None or uno.tag != "UNO":
            self.findings.add(catalogue.MISSING, segment, tag="UNO")
            return
        if uno.payload is not None and whole(segment.text(1), 18) != len(uno.payload):
            self.findings.add(catalogue.TRAILER_LENGTH, segment, 1, count=len(uno.payload))
        if segment.text(2) != uno.text(1):
            self.findings.add(catalogue.OBJECT_REFERENCE, segment, 2)
        _check_extra(segment, self.findings)

    def close(self, segment: Segment) -> None:
        """End what is open where ``segment`` begins something else."""
        if self.opened is None:
            self.end_run(segment)
            return
        self.findings.add(catalogue.MISSING, segment, tag="UNT")
        self.messages.append(InterchangeMessage(self.opened, tuple(self.inside), None))
        self.opened, self.inside = None, []

    def end_run(self, _: Segment) -> None:
        """Name segments that stand outside of a message."""
        if self.inside:
            self.findings.add(catalogue.OUTSIDE, self.inside[0])
            self.stray += self.inside
            self.inside = []


class InterchangeForm(NamedTuple):
    """What an interchange keeps of the form in which it came."""

    service: bytes | None
    line_end: bytes
    rest: bytes


def assemble(
    segments: list[Segment], findings: IssueList, layout: InterchangeForm, *, is_truncated: bool, is_ascii: bool
) -> Interchange | None:
    """The interchange that the segments make; None without a UNB. A truncated one is not blamed for what it lacks.

    ``is_ascii`` says that its text is the same in every character set that a UNB can name.
    """
    frame = _Frame(findings)
    places = [place for place, segment in enumerate(segments) if segment.tag in _HANDLERS]
    if not any(segments[place].tag == "UNB" for place in places):
        findings.add(catalogue.MISSING, segments[0], tag="UNB")
    last = 0
    for place in places:
        segment = segments[place]
        frame.inside += segments[last:place]
        _HANDLERS[segment.tag](frame, segment)
        last = place + 1
        if frame.trailer is not None:
            break
        if segment.tag == "UNO" and last < len(segments) and segments[last].tag != "UNP":
            findings.add(catalogue.MISSING, segments[last], tag="UNP")
    else:
        frame.inside += segments[last:]
        last = len(segments)
    _end(frame, segments, last, is_truncated=is_truncated)
    if frame.header is None:
        return None
    _check_header(frame.header, findings, is_ascii=is_ascii)
    return Interchange(
        frame.header,
        tuple(frame.messages),
        frame.trailer,
        tuple(frame.stray),
        service=layout.service,
        line_end=layout.line_end,
        rest=layout.rest,
    )


_HANDLERS = {
    "UNB": _Frame.unb,
    "UNH": _Frame.unh,
    "UNT": _Frame.unt,
    "UNZ": _Frame.unz,
    "UNO": _Frame.uno,
    "UNP": _Frame.unp,
}


def _end(frame: _Frame, segments: list[Segment], last: int, *, is_truncated: bool) -> None:
    """Judge how the interchange ends, and its own segments."""
    final = segments[-1]
    if frame.trailer is None and is_truncated:
        if frame.opened is not None:
            frame.messages.append(InterchangeMessage(frame.opened, tuple(frame.inside), None))
        else:
            frame.stray += frame.inside
    elif frame.trailer is None:
        frame.close(final)
        frame.findings.add(catalogue.MISSING, final, tag="UNZ")
    if not frame.messages and not frame.headless and not is_truncated:
        frame.findings.add(catalogue.MISSING, frame.trailer or final, tag="UNH")
    if frame.trailer is not None:
        _check_trailer(frame, frame.trailer)
        _check_rest(frame, segments[last:])


def _check_rest(frame: _Frame, rest: list[Segment]) -> None:
    """Name what follows UNZ: a second UNZ, a second interchange, anything else."""
    frame.stray += rest
    if not rest:
        return
    if rest[0].tag == "UNZ":
        frame.findings.add(catalogue.DOUBLED, rest[0], tag="UNZ")
    else:
        begins = rest[0].tag.startswith(("UNA", "UNB"))
        frame.findings.add(catalogue.SECOND_INTERCHANGE if begins else catalogue.AFTER_END, rest[0])


def _check_header(unb: Segment, findings: IssueList, *, is_ascii: bool) -> None:
    if unb.elements[:1] != SYNTAX:
        is_alike = is_ascii and _IDENTIFIER.fullmatch(":".join(*unb.elements[:1])) if unb.elements else None
        findings.add(catalogue.OTHER_SYNTAX if is_alike else catalogue.SYNTAX_IDENTIFIER, unb, 1)
    for element in (2, 3, 5):
        if not unb.text(element):
            findings.add(catalogue.ELEMENT_MISSING, unb, element, tag="UNB")
    if not _is_date(unb.text(4, 1)):
        findings.add(catalogue.DATE, unb, 4, 1)
    if not _TIME.fullmatch(unb.text(4, 2)):
        findings.add(catalogue.TIME, unb, 4, 2)


def _check_message(unh: Segment, unt: Segment, count: int, findings: IssueList) -> None:
    for element in (1, 2):
        if not unh.text(element):
            findings.add(catalogue.ELEMENT_MISSING, unh, element, tag="UNH")
    if whole(unt.text(1), 6) != count:
        findings.add(catalogue.SEGMENT_COUNT, unt, 1, count=count)
    if unh.text(1) and unt.text(2) != unh.text(1):
        findings.add(catalogue.MESSAGE_REFERENCE, unt, 2)
    _check_extra(unt, findings)


def _check_trailer(frame: _Frame, unz: Segment) -> None:
    count = len(frame.messages) + frame.headless
    if whole(unz.text(1), 6) != count:
        frame.findings.add(catalogue.MESSAGE_COUNT, unz, 1, count=count)
    reference = frame.header.text(5) if frame.header is not None else ""
    if reference and unz.text(2) != reference:
        frame.findings.add(catalogue.INTERCHANGE_REFERENCE, unz, 2)
    _check_extra(unz, frame.findings)


def extra(segment: Segment) -> tuple[int, int] | None:
    """The element and component of the first text that UNT, UNZ and UNP have no place for."""
    for element, components in enumerate(segment.elements, 1):
        for component, text in enumerate(components, 1):
            if text and (element > 2 or component > 1):
                return element, component
    return None


def says_more(trailer: Segment, reference: str) -> bool:
    """Whether a UNT or UNZ holds a text that is neither a number nor the reference that it must repeat."""
    is_count = is_digits(trailer.text(1)) or not trailer.text(1)
    return not is_count or trailer.text(2) not in ("", reference) or extra(trailer) is not None


def _check_extra(segment: Segment, findings: IssueList) -> None:
    place = extra(segment)
    if place is not None:
        findings.add(catalogue.EXTRA, segment, *place, tag=segment.tag)


def _is_date(text: str) -> bool:
    match = _DATE.fullmatch(text)
    if match is None:
        return False
    year, month, day = map(int, match.groups())
    try:
        datetime.date(2000 + year, month, day)
    except ValueError:
        return False
    return True
