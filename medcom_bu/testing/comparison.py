"""In what two messages differ, place by place, and how a developer is told.

The places are attribute paths, such as ``letters[0].patient.identifier``: those that ``losses`` speaks in.
"""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from medcom_bu.declare.base import Declared, Open, fields, masked, open_of
from medcom_bu.declare.fhir import Rest
from medcom_bu.fhir.model.data import shown_name
from medcom_bu.issues import Loss
from medcom_bu.messages.emessage import Consignment, LocalElements
from medcom_bu.signs import visible
from medcom_bu.values.base64 import Base64
from medcom_bu.values.identifiers import DanishIdentifier
from medcom_bu.values.text import FormattedText, Mark, RawMarkup, Styled

_PLAIN = (Rest, dict, list)
_WALKED = (Declared, Consignment, LocalElements)
_Seen = tuple[Open | None, Open | None]
_Place = tuple[str, Any, Any, _Seen]
_UTC = re.compile(r"(\d{4}-\d\d-\d\dT[\d:.]+)(?:Z|[+-]00:00)")
_SHORT = 60


class Absent:
    """What is shown where one of the messages has nothing at all: no item of that number, no property of that name."""


ABSENT = Absent()


@attrs.frozen
class Difference:
    """One place where two messages differ, and what each has there."""

    path: str
    first: Any = attrs.field(repr=False)
    second: Any = attrs.field(repr=False)
    seen: _Seen = (None, None)
    """What of each may be seen where nothing is to be revealed."""

    def is_allowed(self, paths: Iterable[str]) -> bool:
        """Whether it lies at one of the paths or below it, or all that is missing in one of the messages does."""
        allowed = tuple(paths)
        if _is_at(self.path, allowed):
            return True
        here, there = (self.first, self.second) if isinstance(self.first, Declared) else (self.second, self.first)
        if not isinstance(here, Declared) or not (there is None or there is ABSENT):
            return False
        inner = [Difference(path, value, None) for path, value, *_ in _parts(self.path, here, here) if value]
        return bool(inner) and all(difference.is_allowed(allowed) for difference in inner)

    def text(self, *, reveal: bool = False) -> str:
        """A line for a developer, or several where texts are compared. Content is shown with ``reveal`` alone."""
        lines = _told(self, reveal)
        return "\n".join([f"  {self.path or 'message'}: {lines[0]}", *(f"      {line}" for line in lines[1:])])


def paths_of(up_to: Iterable[Loss | str]) -> tuple[str, ...]:
    """The attribute paths of losses; a text is one already."""
    return tuple(loss.path if isinstance(loss, Loss) else loss for loss in up_to)


def differences(first: Any, second: Any) -> Iterator[Difference]:
    """Every place in which two values differ, in the order of their fields.

    A moment in UTC is the same whether it ends in ``Z`` or in ``+00:00``: fhir.resources turns one into the other.
    """
    waiting: list[_Place] = [("", first, second, (None, None))]
    while waiting:  # in a row, not one within the other: the stack of the interpreter is not asked
        path, one, other, seen = waiting.pop()
        if one == other or _in_utc(one) == _in_utc(other) != "":
            continue
        if isinstance(one, _WALKED) and type(one) is type(other):
            waiting += reversed(list(_parts(path, one, other)))
        elif isinstance(one, tuple) and isinstance(other, tuple):
            waiting += reversed([(*place, seen) for place in _aligned(path, one, other)])
        elif isinstance(one, _PLAIN) and type(one) is type(other):
            waiting += reversed([(*place, (None, None)) for place in _properties(path, _plain(one), _plain(other))])
        else:
            yield Difference(path, one, other, seen)


def _is_at(path: str, allowed: tuple[str, ...]) -> bool:
    return any(path == one or (one and path.startswith((f"{one}.", f"{one}["))) for one in allowed)


def _in_utc(value: object) -> str:
    moment = _UTC.fullmatch(value) if isinstance(value, str) else None
    return moment[1] if moment else ""


def _parts(path: str, one: Any, other: Any) -> Iterator[_Place]:
    declared = fields(type(one)) if isinstance(one, Declared) else {}
    for field in attrs.fields(type(one)):
        name = field.name
        seen = (open_of(one, declared[name]), open_of(other, declared[name])) if name in declared else (None, None)
        yield f"{path}.{name}".lstrip("."), getattr(one, name), getattr(other, name), seen


def _plain(value: Any) -> Mapping[Any, Any]:
    """What is kept without a field, one level of it: by name, or by number."""
    if isinstance(value, list):
        return dict(enumerate(value))
    plain: Mapping[str, Any] = value.plain() if isinstance(value, Rest) else value
    return plain


def _properties(path: str, one: Mapping[Any, Any], other: Mapping[Any, Any]) -> Iterator[tuple[str, Any, Any]]:
    """A name that FHIR does not know could be content, and is a question mark in the path."""
    for key in {**one, **other}:
        step = f"[{key}]" if isinstance(key, int) else f".{shown_name(key)}"
        yield path + step, one.get(key, ABSENT), other.get(key, ABSENT)


def _aligned(path: str, one: tuple[Any, ...], other: tuple[Any, ...]) -> Iterator[tuple[str, Any, Any]]:
    """The items that belong together: where one message has more, those that are equal find each other."""
    runs: Iterable[tuple[str, int, int, int, int]] = [("replace", 0, len(one), 0, len(other))]
    if len(one) != len(other):
        runs = difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    for kind, start, end, other_start, other_end in runs:
        if kind != "equal":
            pairs = itertools.zip_longest(one[start:end], other[other_start:other_end], fillvalue=ABSENT)
            yield from ((f"{path}[{start + number}]", *pair) for number, pair in enumerate(pairs))


# --- words --------------------------------------------------------------------------------------------------------


def _told(difference: Difference, reveal: bool) -> list[str]:
    one, other = difference.first, difference.second
    if isinstance(one, Base64) and isinstance(other, Base64):
        return [_of_files(one, other)]
    shown, other_shown = (
        _shown(value, seen, reveal) for value, seen in zip((one, other), difference.seen, strict=True)
    )
    if one is ABSENT or other is ABSENT:
        return [f"only in the first: {shown}" if other is ABSENT else f"only in the second: {other_shown}"]
    texts = _as_text(one), _as_text(other)
    if (
        texts[0] is None
        or texts[1] is None
        or (_is_open(one, difference.seen[0]) and _is_open(other, difference.seen[1]))
    ):
        return [f"{shown} != {other_shown}"]
    if texts[0] == texts[1]:
        return _with_marks(one, other, reveal)
    return _of_texts(texts[0], texts[1], reveal)


def _is_open(value: object, seen: Open | None) -> bool:
    return type(value) is str and seen is not None and seen.shows(value)


def _as_text(value: object) -> str | None:
    """What is compared as a text; a number of a person is none, nor is a code."""
    if isinstance(value, FormattedText):
        return value.plain()
    return value if type(value) is str else None


def _of_texts(one: str, other: str, reveal: bool) -> list[str]:
    if not reveal:
        same = _agreed(one, other)
        return [f"texts of {len(one)} and {len(other)} characters, the same up to character {same}"]
    lines, other_lines = one.splitlines(), other.splitlines()
    if lines == other_lines or (max(len(lines), len(other_lines)) == 1 and max(len(one), len(other)) <= _SHORT):
        return [f"{one!r} != {other!r}"]
    compared = itertools.islice(difflib.unified_diff(lines, other_lines, "first", "second", lineterm="", n=1), 2, None)
    return ["texts that differ (- first, + second):", *map(visible, compared)]


def _agreed(one: Sequence[Any], other: Sequence[Any]) -> int:
    """How many signs or bytes are the same from the beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((number for number, (left, right) in pairs if left != right), min(len(one), len(other)))


def _with_marks(one: object, other: object, reveal: bool) -> list[str]:
    """Texts that read the same and are formatted otherwise."""
    said = "the same text, formatted otherwise"
    if not reveal:
        return [said]
    lines = (
        "".join(map(_marked, value.nodes)) if isinstance(value, FormattedText) else value for value in (one, other)
    )
    return [f"{said} (- first, + second):", *(f"{sign}{line!r}" for sign, line in zip("-+", lines, strict=True))]


def _marked(node: object) -> str:
    if isinstance(node, Styled):
        return f"<{node.style}>{''.join(map(_marked, node.nodes))}</{node.style}>"
    if isinstance(node, Mark):
        return f"<{node}/>"
    return node.xml if isinstance(node, RawMarkup) else str(node)


def _of_files(one: Base64, other: Base64) -> str:
    if one.content is None or other.content is None:
        return f"{one!r} != {other!r}"
    same = _agreed(one.content, other.content)
    return f"files of {len(one.content)} and {len(other.content)} bytes, the same up to byte {same}"


def _shown(value: Any, seen: Open | None, reveal: bool) -> str:
    if isinstance(value, Declared):
        return type(value).__name__
    if isinstance(value, DanishIdentifier):
        return f"{type(value).__name__}({value.reveal()!r})" if reveal else repr(value)
    if type(value) is str and (reveal or _is_open(value, seen)):
        return visible(repr(value))
    if isinstance(value, FormattedText):
        return repr(value.plain()) if reveal else repr(value)
    if isinstance(value, _PLAIN) and not isinstance(value, Rest):
        return visible(repr(value)) if reveal else f"<{type(value).__name__} of {len(value)}>"
    return masked(value, seen)
