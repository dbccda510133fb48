"""EDIFACT syntax: bytes to an interchange of segments, and back.

The binary object after a UNO is cut out by its length before anything is split. Limits beside those of the caller:
200,000 segments; 2,000,000 elements and components, and no more than 200,000 and one to each four bytes of text; 10,000
messages; 10,000 objects.

Source: ISO 9735 version 3; MedCom's practice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import BinaryIO, TypeVar

from medcom_bu.edifact.syntax import catalogue
from medcom_bu.edifact.syntax.issue_list import IssueList, LimitError
from medcom_bu.edifact.syntax.segments import SERVICE, Interchange, Segment
from medcom_bu.edifact.syntax.service import InterchangeForm, assemble
from medcom_bu.edifact.syntax.service_characters import LEVEL_B, USUAL, ServiceCharacters, in_latin
from medcom_bu.edifact.syntax.source import ByteWindow
from medcom_bu.edifact.syntax.tokens import PADDING, Tokens
from medcom_bu.issues import Layer, Reading
from medcom_bu.limits import LIMITS, Limits
from medcom_bu.numerals import whole

MAX_OBJECTS = 10_000

T = TypeVar("T")

_BATCH = 3_000

_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_FIRST = re.compile(rb"[A-Z][\r\n]*[A-Z0-9][\r\n]*[A-Z0-9][\r\n]*[^A-Za-z0-9\s]")
_USUAL_FIRST = re.compile(rb"U[\r\n]*N[\r\n]*[BGH][\r\n]*\+")
_BLANK = re.compile(rb"[ \t\r\n\f\v]*+")
_PADDING = re.compile(rb"[\s\0\x1a]*+")
_LINE_END = re.compile(rb"[\r\n]++(?![ \t\f\v])")


def read(data: bytes | BinaryIO, limits: Limits = LIMITS) -> Reading[Interchange]:
    """The interchange in bytes, or in a seekable binary file. Never raises for bad input.

    The message is None where there is no UNB or a limit was passed. Each object is held once, as its UNO's payload.
    """
    findings = IssueList(limits.issues)
    try:
        interchange = _read(ByteWindow.from_data(data), limits.text, findings)
    except LimitError as limit:
        findings.add_at(catalogue.TOO_LARGE, 0, limit=str(limit))
        interchange = None
    return Reading(interchange, findings.all(), (Layer.SYNTAX,))


def _read(source: ByteWindow, most: int, findings: IssueList) -> Interchange | None:
    service, at = _service(source, findings)
    if not _is_edifact(source, at, service, findings):
        return None
    tokens = Tokens(_marks(source, at, service), findings, most)
    line_end, rest, objects = None, b"", 0
    while at < source.size:
        raw = source.text(at, tokens.marks, most)
        if line_end is None:
            line_end = _line_end(raw, tokens.marks, after_service=service is not None)
        rest, at, is_whole = _take(tokens, raw, at)
        last = tokens.segments[-1] if tokens.segments else None
        if is_whole and not rest and last is not None and last.tag == "UNO":
            objects += 1
            if objects > MAX_OBJECTS:
                raise LimitError(f"{MAX_OBJECTS} objects")
            tokens.segments[-1], at = _with_payload(source, last, at, findings)
    return _whole(tokens, service, line_end or b"", rest, source.size)


def _take(tokens: Tokens, raw: bytes, at: int) -> tuple[bytes, int, bool]:
    """Add the segments of the text at ``at``: what follows the last terminator, where it ends, whether it was all.

    It goes no further than a service string with other characters, by which the next interchange is to be cut.
    """
    begin = 0
    for service in tokens.marks.services(raw):
        tokens.take(raw[begin : service.start(1)], at + begin)
        begin = service.end(1)
        if tokens.take_marks(ServiceCharacters.from_una(service.group(1))):
            return b"", at + begin, False
    return tokens.take(raw[begin:], at + begin), at + len(raw), True


def _service(source: ByteWindow, findings: IssueList) -> tuple[bytes | None, int]:
    """The UNA, if there is one, and where the text begins."""
    at = source.skip(_BLANK, 0)
    for bom in _BOMS:
        if source.data.startswith(bom, at):
            findings.add_at(catalogue.BYTE_ORDER_MARK, at)
            at = source.skip(_BLANK, at + len(bom))
    head = source.data[at : at + len(SERVICE) + 1]
    if head[:3] != b"UNA":
        return None, at
    service = head[: len(SERVICE)]
    if ServiceCharacters.from_una(service) is not None:
        return service, at + len(service)
    findings.add_at(catalogue.SERVICE, at)
    service = head[: head.find(b"'") + 1] or service
    return service, at + len(service)


def _marks(source: ByteWindow, at: int, service: bytes | None) -> ServiceCharacters:
    """The service characters of the UNA, or those that are meant without one."""
    if service:
        return ServiceCharacters.from_una(service) or USUAL
    begin = source.skip(_PADDING, at)
    return LEVEL_B if source.data[begin + 3 : begin + 4] == LEVEL_B.element.encode() else USUAL


def _is_edifact(source: ByteWindow, at: int, service: bytes | None, findings: IssueList) -> bool:
    """Whether segments can be looked for; names what else it is."""
    begin = source.skip(_PADDING, at)
    if begin == source.size:
        findings.add_at(catalogue.EMPTY, at)
        return False
    if service:
        return ServiceCharacters.from_una(service) is not None or _USUAL_FIRST.match(source.data, begin) is not None
    if not _FIRST.match(source.data, begin):
        findings.add_at(catalogue.NOT_EDIFACT, at)
        return False
    findings.add_at(catalogue.NO_SERVICE, at)
    return True


def _line_end(raw: bytes, marks: ServiceCharacters, *, after_service: bool) -> bytes:
    """What the first two segments have between them, where it is a line end and nothing else."""
    begin = 0 if after_service else raw.find(marks.terminator.encode("latin-1")) + 1
    match = _LINE_END.match(raw, begin) if begin or after_service else None
    return match.group() if match else b""


def _with_payload(source: ByteWindow, uno: Segment, at: int, findings: IssueList) -> tuple[Segment, int]:
    """The UNO with the object that follows it at ``at``, and where the text goes on."""
    size_text = uno.text(4)
    size = whole(size_text)
    payload = None if size is None else source.payload(at, size)
    if payload is not None:
        return _carrying(uno, payload), at + len(payload)
    end = source.next_trailer(at)
    if size is None:
        findings.add(catalogue.OBJECT_SIZE, uno, 4, 1)
    else:
        shown = size if size <= source.size else f"> {source.size}"  # a longer number need not be a length
        findings.add(catalogue.OBJECT_LENGTH, uno, 4, 1, given=shown, found="-" if end is None else end - at)
    if end is None:
        return uno, at
    return _carrying(uno, source.cut(at, end)), end


def _carrying(uno: Segment, payload: bytes) -> Segment:
    return Segment(uno.tag, uno.elements, uno.number, uno.offset, payload)


def _whole(tokens: Tokens, service: bytes | None, line_end: bytes, rest: bytes, size: int) -> Interchange | None:
    """The interchange, once all is read: ``rest`` follows the last terminator."""
    findings, segments = tokens.findings, tokens.segments
    is_truncated = bool(rest.strip(PADDING.encode()))
    if is_truncated and segments and segments[-1].tag == "UNZ":
        findings.add_at(catalogue.AFTER_END, size - len(rest.lstrip(PADDING.encode())))
        is_truncated = False
    elif is_truncated:
        tokens.take_unfinished(rest, size - len(rest))
        findings.add(catalogue.TRUNCATED, segments[-1])
        rest = b""
    if not segments:
        return None
    return assemble(
        segments,
        findings,
        InterchangeForm(service, line_end, rest),
        is_truncated=is_truncated,
        is_ascii=tokens.is_ascii,
    )


def write(interchange: Interchange, file: BinaryIO) -> None:
    """Write an interchange to a binary file, as it stands: counts and references are those of its trailers.

    Its UNA settles the service characters. Trailing empty components and elements are left out, what needs it is
    released, a character outside ISO 8859-1 becomes a question mark. Objects are written as they are, never copied.
    Stray segments come before the UNZ.
    """
    marks = (ServiceCharacters.from_una(interchange.service) if interchange.service else None) or USUAL
    before = interchange.service + interchange.line_end if interchange.service else b""
    batch: list[Segment] = []
    for segment in _segments(interchange):
        batch.append(segment)
        if segment.payload is not None or len(batch) == _BATCH:
            file.write(before + _written(batch, marks, interchange.line_end))
            file.write(segment.payload or b"")
            before = interchange.line_end if segment.payload is None else b""
            batch.clear()
    file.write((before + _written(batch, marks, interchange.line_end) if batch else b"") + interchange.rest)


def _segments(interchange: Interchange) -> Iterator[Segment]:
    yield interchange.header
    for message in interchange.messages:
        yield message.header
        yield from message.segments
        if message.trailer is not None:
            yield message.trailer
    yield from interchange.stray
    if interchange.trailer is not None:
        yield interchange.trailer


def _written(segments: Sequence[Segment], marks: ServiceCharacters, line_end: bytes) -> bytes:
    """The segments, each with its terminator, and line ends between them.

    They are cut by stand-ins until the signs in their texts are released, all at once where no text has a stand-in and
    no tag a sign, which is not released.
    """
    element, component, terminator = marks.cuts
    text = _cut(segments, marks)
    cuts = len(segments) + sum(map(len, chain.from_iterable([segment.elements for segment in segments])))
    if sum(map(text.count, marks.cuts)) == cuts and not marks.have_sign({segment.tag for segment in segments}):
        text = marks.released(text)
    else:
        text = _cut([_released(segment, marks) for segment in segments], marks)
    if component + element in text or component + terminator in text or element + terminator in text:
        text = marks.empty_ends.sub("", text)
    text = text.replace(element, marks.element).replace(component, marks.component)
    between = line_end.decode("latin-1")
    return marks.encode(text.replace(terminator, marks.terminator + between).removesuffix(between))


def _cut(segments: Iterable[Segment], marks: ServiceCharacters) -> str:
    element, component, terminator = marks.cuts
    rows = [element.join([segment.tag, *map(component.join, segment.elements)]) for segment in segments]
    return terminator.join([*rows, ""])


def _released(segment: Segment, marks: ServiceCharacters) -> Segment:
    elements = tuple(tuple(marks.released(in_latin(text)) for text in element) for element in segment.elements)
    return Segment(in_latin(segment.tag, marks.released("?")), elements)


def trimmed(texts: Sequence[T]) -> Sequence[T]:
    """Without the empty ones at the end."""
    if not texts or texts[-1]:
        return texts
    end = len(texts)
    while end and not texts[end - 1]:
        end -= 1
    return texts[:end]
