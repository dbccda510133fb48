"""Whether EDIFACT that is read by code made of each row is read as by the reading that explains.

``python -m tests.robustness.quick_edifact mutants 3 20000`` compares 20,000 mutants of part 3, as
``tests.robustness.shards`` names them; ``rows 3 20000`` so many messages with their segments changed and counted again,
of which more are usual. It prints how many inputs there were and how many were usual, and stops at the first
difference.
"""

from __future__ import annotations

import io
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

from medcom_bu.edifact import codec
from medcom_bu.edifact.interchange import Read
from medcom_bu.edifact.layout.instances import GROUP
from medcom_bu.edifact.layout.quick import usual_letter
from medcom_bu.edifact.syntax import codec as syntax
from medcom_bu.edifact.syntax.segments import Interchange, InterchangeMessage, Segment
from medcom_bu.issues import Reading
from tests.robustness.bases import EDIFACT, bases
from tests.robustness.shards import input_of

_QUICK = "medcom_bu.edifact.interchange.usual_letter"


def compare(data: bytes) -> bool:
    """Whether a letter was usual; asserts that the reading that explains comes to the same."""
    usual: list[bool] = []

    def noted(*arguments: Any) -> Any:
        decoded = usual_letter(*arguments)
        usual.append(decoded is not None)
        return decoded

    with mock.patch(_QUICK, noted):
        quick = codec.read(data)
    if not any(usual):
        return False
    with mock.patch(_QUICK, return_value=None):
        assert seen(quick) == seen(codec.read(data)), data
    return True


def seen(reading: Reading[Any]) -> tuple[Any, ...]:
    """All that a caller can see of a reading. A code equals its text, and is shown otherwise."""
    read: Any = reading.locate
    places: Read = read.__self__
    told = reading.message, repr(reading.message), reading.issues, reading.ran
    return *told, places.envelope_places, places.letter_places


# --- segments changed ---------------------------------------------------------------------------------------------

_TEXTS = (
    "",
    "",
    "_",
    ".",
    "a\\",
    "\\",
    "x" * 36,
    "x" * 71,
    "æøå",
    "1",
    "9",
    "EAN",
    "SKS",
    "SST",
    "A0",
    "US",
    "?",
    "CPR",
)
_FORMATS = ("P00", "F00", "PF0", "PX0", "")


def changed_rows(r: random.Random) -> bytes:
    """A sound message with one to three of its segments changed, and counted again."""
    interchange = _interchange(r.choice(list(bases(EDIFACT).values())))
    messages = [list(message.segments) for message in interchange.messages]
    for _ in range(r.choice((1, 1, 2, 3))):
        r.choice(_CHANGES)(r, r.choice(messages))
    return _written(interchange, messages)


def moved_rows(data: bytes) -> Iterator[bytes]:
    """A message of one letter with each of its segments left out, doubled, prolonged, and behind the next one.

    And with each of its groups left out, and behind the next one.
    """
    interchange = _interchange(data)
    (message,) = interchange.messages
    segments = list(message.segments)
    for at, segment in enumerate(segments):
        before, after = segments[:at], segments[at + 1 :]
        longer = [_prolonged(segment), *after]
        for changed in (after, [segment, segment, *after], longer, [*after[:1], segment, *after[1:]]):
            yield _written(interchange, [[*before, *changed]])
    heads = [at for at, segment in enumerate(segments) if GROUP.fullmatch(segment.tag)]
    for begin, end, behind in zip(heads, heads[1:], [*heads[2:], len(segments)], strict=False):
        group, following = segments[begin:end], segments[end:behind]
        for changed in (following, [*following, *group]):
            yield _written(interchange, [[*segments[:begin], *changed, *segments[behind:]]])


def _prolonged(segment: Segment) -> Segment:
    elements = list(map(list, segment.elements))
    elements[-1][-1] += "x" * 71
    return _other(segment, elements)


def _interchange(data: bytes) -> Interchange:
    interchange: Interchange | None = syntax.read(data).message
    assert interchange is not None
    return interchange


def _written(interchange: Interchange, messages: list[list[Segment]]) -> bytes:
    made = [
        InterchangeMessage.from_segments(message.header, segments)
        for message, segments in zip(interchange.messages, messages, strict=True)
    ]
    file = io.BytesIO()
    syntax.write(Interchange.from_messages(interchange.header, made), file)
    return file.getvalue()


def _other(segment: Segment, elements: list[list[str]]) -> Segment:
    return Segment(segment.tag, tuple(tuple(element) or ("",) for element in elements), payload=segment.payload)


def _rewrite(r: random.Random, segments: list[Segment]) -> None:
    at = r.randrange(len(segments))
    elements = list(map(list, segments[at].elements))
    if elements:
        element = r.choice(elements)
        element[r.randrange(len(element))] = r.choice((*_TEXTS, *_FORMATS, r.choice(r.choice(elements))))
        segments[at] = _other(segments[at], elements)


def _add_part(r: random.Random, segments: list[Segment]) -> None:
    at = r.randrange(len(segments))
    elements = [*map(list, segments[at].elements), *([[r.choice(_TEXTS)]] if r.random() < 0.3 else [])]
    if elements:
        element = r.choice(elements)
        element.insert(r.randrange(len(element) + 1), r.choice(_TEXTS))
        segments[at] = _other(segments[at], elements)


def _drop_part(r: random.Random, segments: list[Segment]) -> None:
    at = r.randrange(len(segments))
    elements = list(map(list, segments[at].elements))
    if elements:
        place = r.randrange(len(elements))
        del (elements if r.random() < 0.3 else elements[place])[-1:]
        segments[at] = _other(segments[at], elements)


def _drop(r: random.Random, segments: list[Segment]) -> None:
    if len(segments) > 1:
        del segments[r.randrange(len(segments))]


def _double(r: random.Random, segments: list[Segment]) -> None:
    one = r.choice(segments)
    segments[r.randrange(len(segments) + 1) if r.random() < 0.3 else segments.index(one) : 0] = [one] * r.choice((1, 9))


def _swap(r: random.Random, segments: list[Segment]) -> None:
    at, other = (r.randrange(len(segments)) for _ in range(2))
    other = other if r.random() < 0.3 else min(at + 1, len(segments) - 1)
    segments[at], segments[other] = segments[other], segments[at]


_CHANGES: tuple[Callable[[random.Random, list[Segment]], None], ...] = (
    *(_rewrite, _rewrite, _rewrite, _add_part, _drop_part, _drop_part, _drop, _double, _swap),
)


def inputs(source: str, part: str, count: int) -> Iterator[bytes]:
    """The inputs of a part, the same at every call."""
    for number in range(count):
        if source == "rows":
            yield changed_rows(random.Random(f"{source}/{part}/{number}"))
        else:
            yield input_of(f"{EDIFACT}/{part}/{number}").data


def main(source: str, part: str, count: str) -> None:
    """See the module."""
    usual = Counter(map(compare, inputs(source, part, int(count))))
    print(f"{source} {part}: {usual.total()} inputs, {usual[True]} with a usual letter")


if __name__ == "__main__":
    main(*sys.argv[1:])
