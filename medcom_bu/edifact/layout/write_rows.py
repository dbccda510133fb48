"""The elements that a row makes of a value: a function a row, made of the row once.

It is straight-line code, as the writers of OIO-XML are. The source holds no text but numbers and attribute names; what
is written and called comes from ``names``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from medcom_bu.declare.generated import generated
from medcom_bu.edifact.layout import free_text
from medcom_bu.edifact.layout.codes import codec_of
from medcom_bu.edifact.layout.notation import Constant, Layout, Path, Row, SegmentElement, Variable
from medcom_bu.edifact.layout.plain_forms import carried
from medcom_bu.edifact.syntax.segments import Elements

WriteRow = Callable[[Any, Any, int], Elements | None]
"""The elements of a row, of the letter, of what the group's paths start from and of the number of the item, from 1.

None where the row is not written. Of a row that ends with formatted text, the elements before the text.
"""

_LINE_FEEDS = re.compile("[\r\n]+")


def row_writers(layout: Layout) -> dict[int, WriteRow]:
    """The writers of the rows of a layout, by the identity of the row."""
    writers: dict[int, WriteRow] | None = layout.made.get("writers")
    if writers is None:
        rows = (row for group in layout.groups for row in (group.head, *group.rows))
        writers = layout.made["writers"] = {id(row): _writer(row, layout) for row in rows}
    return writers


def _writer(row: Row, layout: Layout) -> WriteRow:
    names: dict[str, Any] = {"carried_line": _carried_line, "trimmed": _trimmed, "without_end": _without_end}
    names |= {"ended": free_text.ended, "wrap": free_text.wrap, "version": layout.code}
    row_fields = row.fields if row.text is None else row.fields[:-1]
    variables = {
        f"{number}_{at}": part
        for number, field in enumerate(row_fields)
        for at, part in enumerate(field.components)
        if isinstance(part, Variable) and part.path.steps not in (("#",), ("version",))
    }
    own = {key: part for key, part in variables.items() if not part.derived}
    lines = ["def write(letter, base, place):"]
    for key, part in own.items():
        lines += _text_lines(key, part, layout, names)
    if row.when == "maybe" and row.text is None:
        lines += [f" if not ({' or '.join(f'text{key}' for key in own) or None}):", "  return None"]
    for key, part in variables.items():
        if part.derived:
            lines += _text_lines(key, part, layout, names)
    for number, field in enumerate(row_fields):
        lines += _field_lines(number, field, names)
    written = f"({', '.join(f'field{number}' for number in range(len(row_fields)))},)" if row_fields else "()"
    lines += [f" return {written}" if row.text is not None else f" return without_end({written})"]
    writer: WriteRow = generated(lines, names)
    if all(isinstance(part, Constant) for field in row_fields for part in field.components):
        constant = writer(None, None, 0)
        return lambda *_: constant
    return writer


def _text_lines(key: str, part: Variable, layout: Layout, names: dict[str, Any]) -> list[str]:
    """The lines that hold a value, and its text, in the characters that EDIFACT has."""
    names[f"write{key}"] = codec_of(layout.codecs, part.codec).write
    return [
        f" value{key} = {_held(part.path)}",
        f" text{key} = None if value{key} is None else write{key}(value{key})",
        f" if text{key} and not (text{key}.isascii() and text{key}.isprintable()):",
        f"  text{key} = carried_line(text{key})",
    ]


def _held(path: Path) -> str:
    """The expression of what is at a path, or None."""
    expression = "letter" if path.absolute else "base"
    for name in path.steps:
        expression = f"getattr({expression}, {name!r}, None)"
    return expression


def _field_lines(number: int, field: SegmentElement, names: dict[str, Any]) -> list[str]:
    """The lines that make an element."""
    if field.constant is not None:
        names[f"constant{number}"] = field.constant
        return [f" field{number} = constant{number}"]
    parts: list[str] = []
    present: list[str] = []
    for at, part in enumerate(field.components):
        key = f"{number}_{at}"
        if isinstance(part, Constant):
            names[f"constant{key}"] = part.text
            parts.append(f"constant{key}")
        elif part.path.steps == ("#",):
            parts.append("str(place)")
        elif part.path.steps == ("version",):
            parts.append("version")
        elif part.codec == "URL":
            parts.append(f"*ended(wrap(text{key} or ''))")
        elif part.codec == "LINE" and part is not field.components[-1]:
            parts.append(f"*ended([text{key} or ''])")
        else:
            parts.append(_or_fallback(key, part, names))
        if isinstance(part, Variable) and not part.derived:
            present.append(_or_fallback(key, part, names))
    line = f" field{number} = trimmed([{', '.join(parts)}])"
    if not field.optional:
        return [line]
    return [f" if {' or '.join(present) or None}:", f" {line}", " else:", f"  field{number} = ('',)"]


def _or_fallback(key: str, part: Variable, names: dict[str, Any]) -> str:
    """The expression of a text, or of what is written where there is no value.

    A value that has no code is no reason to write another.
    """
    if part.fallback is None:
        return f"(text{key} or '')"
    names[f"fallback{key}"] = part.fallback
    is_there = f"value{key} is not None" + (f" or {_held(part.beside)} is None" if part.beside else "")
    return f"(text{key} or ('' if {is_there} else fallback{key}))"


def _carried_line(text: str) -> str:
    return carried(_LINE_FEEDS.sub(" ", text))


def _trimmed(parts: list[str]) -> tuple[str, ...]:
    """The components without the empty ones at the end."""
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return tuple(parts)


def _without_end(elements: Sequence[tuple[str, ...]]) -> Elements:
    """The elements without those at the end that hold nothing."""
    end = len(elements)
    while end and not any(elements[end - 1]):
        end -= 1
    return tuple(elements[:end])
