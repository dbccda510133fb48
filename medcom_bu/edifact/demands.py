"""What the declaration demands of a value that was read: parts that are missing, lengths, forms, codes of the version.

The demands are those of the schema of the XML twin, asked at the place on the wire.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from medcom_bu.binding import (
    Choice,
    Codes,
    Element,
    PositiveInteger,
    String,
    Value,
    elements,
    fields,
    held_element,
    leaf_type,
)
from medcom_bu.edifact import finding_kinds as kinds
from medcom_bu.edifact.notation import Layout
from medcom_bu.issues import Issue, Kind
from medcom_bu.values.timestamps import DateAndTime

Found = tuple[Kind, str, dict[str, object]]

_POSITIVE = re.compile("0*[1-9][0-9]*")


def demands(value: Value, layout: Layout, path: str = "") -> Iterator[Found]:
    """What is wrong with a value: a kind, the attribute path, parameters.

    Of a layout that is a guess only those demands are asked that every version has.
    """
    if isinstance(value, DateAndTime) and value.date and value.time:
        if value.moment is None:
            yield kinds.DATE, path, {}
        return
    for name, declared in fields(type(value)).items():
        here = f"{path}.{name}" if path else name
        held = getattr(value, name)
        first = elements(declared)[0]
        if not first.exists_in(layout.version.code):
            continue
        if isinstance(declared, Element) and declared.max != 1:
            yield from _count(declared, len(held), layout, here)
            for number, item in enumerate(held):
                yield from _item(declared, item, layout, f"{here}[{number}]")
        elif held is not None:
            yield from _item(declared, held, layout, here)
        elif isinstance(declared, Choice) or _least(declared, layout):
            yield kinds.MISSING, here, {"element": " or ".join(element.name for element in elements(declared))}


def _least(declared: Element, layout: Layout) -> int:
    return declared.min if layout.guess else declared.least(layout.version.code)


def _count(declared: Element, count: int, layout: Layout, path: str) -> Iterator[Found]:
    least = _least(declared, layout)
    if count < least or (declared.max is not None and count > declared.max):
        kind = kinds.COUNT if count else kinds.MISSING
        yield kind, path, {"element": declared.name, "count": count, "min": least, "max": declared.max}


def _item(declared: Element | Choice, item: Any, layout: Layout, path: str) -> Iterator[Found]:
    element = held_element(declared, item)
    if isinstance(item, Value):
        yield from demands(item, layout, path)
    elif element is not None:
        leaf = leaf_type(element.type, layout.version.code)
        check = _CHECKS.get(type(leaf))
        if check:
            text = item.reveal() if hasattr(item, "reveal") else item
            yield from ((kind, path, {"element": element.name, **more}) for kind, more in check(leaf, text, layout))


def _string(leaf: String, text: str, _: Layout) -> Iterator[tuple[Kind, dict[str, object]]]:
    if len(text) < leaf.min or (leaf.max is not None and len(text) > leaf.max):
        yield kinds.LENGTH, {"length": len(text), "min": leaf.min, "max": leaf.max}
    elif leaf.pattern and not re.fullmatch(leaf.pattern, text):
        yield kinds.PATTERN, {"expected": leaf.pattern}


def _code(leaf: Codes, text: str, layout: Layout) -> Iterator[tuple[Kind, dict[str, object]]]:
    if not (isinstance(text, leaf.codes) and text.known_in(layout.version.code)):
        yield kinds.CODE_VERSION, {"version": layout.code}


def _positive(_: PositiveInteger, text: str, __: Layout) -> Iterator[tuple[Kind, dict[str, object]]]:
    if not _POSITIVE.fullmatch(text):
        yield kinds.PATTERN, {"expected": "a whole number of at least 1"}


_CHECKS: dict[type, Callable[[Any, Any, Layout], Iterator[tuple[Kind, dict[str, object]]]]] = {
    String: _string,
    Codes: _code,
    PositiveInteger: _positive,
}


def located(found: Iterator[Found], place: Callable[[str], str], blamed: set[str]) -> Iterator[Issue]:
    """The demands as issues on the wire, without those that reading has spoken of already."""
    for kind, path, params in found:
        if not any(path == other or path.startswith(other + ".") for other in blamed):
            yield kind.at(place(path), **params)
