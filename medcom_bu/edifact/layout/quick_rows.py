"""What puts a segment into a letter where all is as its row says: a function a row, made of the row once.

It is straight-line code, as the readers of OIO-XML are: one step an element and a component. The source holds no text
but numbers, attribute names and paths; what it compares with and calls comes from ``names``. ``Unusual`` is raised at
whatever the reading that explains would say something of, and at what is only rare.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from medcom_bu.declare.generated import generated
from medcom_bu.edifact.layout import cut_texts, free_text
from medcom_bu.edifact.layout.codec import Codec
from medcom_bu.edifact.layout.codes import codec_of
from medcom_bu.edifact.layout.notation import Constant, Layout, Path, Row, SegmentElement, Variable
from medcom_bu.edifact.layout.repeats import NUMBER, Repeat
from medcom_bu.edifact.layout.unfinished import UnfinishedValue
from medcom_bu.edifact.layout.unfinished_letter import UnfinishedLetter, UnfinishedText
from medcom_bu.edifact.syntax.segments import Segment
from medcom_bu.values.parties import PLACEHOLDER

Fill = Callable[[UnfinishedLetter, UnfinishedValue, Segment], None]
"""Puts what is in a segment into a letter; the part is the one that the group's paths start from."""


class Unusual(LookupError):
    """The reading that explains must look. A name that a table lacks says the same, by KeyError."""


def made_row(row: Row, layout: Layout, prefix: str | None) -> Fill:
    """What reads the segments of a row. ``prefix`` is the path of the part that the group fills, None of an item."""
    if row.when in ("never", "kept"):
        return unusual
    names: dict[str, Any] = {"Unusual": Unusual, "Repeat": Repeat, "row": row, "each": row.each}
    lines = ["def fill(letter, base, segment):", " wire = segment.elements"]
    constants = tuple(field.constant for field in row.fields if field.constant is not None)
    if len(constants) == len(row.fields):
        names["constants"] = constants
        lines += [" if wire == constants:", "  return"]
    lines += [" root, places, number = letter.root, letter.places, 0"]
    if row.each:
        lines += [f" base, number = letter.item(row, each, {'root' if row.each.absolute else 'base'}, segment)"]
        prefix = None
    count = len(row.fields)
    if row.text is not None:
        count += 2
        lines += [f" if len(wire) != {count}:", "  raise Unusual"]
    lines += _parts_lines("wire", "element", count, (), names)
    for number, field in enumerate(row.fields[: row.text_at]):
        lines += _field_lines(field, number, layout, prefix, names)
    if row.text is not None:
        lines += _text_lines(row.text.path, len(row.fields) - 1, prefix, names)
    fill: Fill = generated(lines, names)
    return fill


def unusual(*_: object) -> None:
    """Read a segment that is never usual: raises Unusual."""
    raise Unusual


def _parts_lines(whole: str, part: str, count: int, lacking: object, names: dict[str, Any]) -> list[str]:
    """The lines that take ``whole`` apart into so many variables; what is not there is ``lacking``."""
    if not count:
        return [f" if {whole}:", "  raise Unusual"]
    key = f"{part}_lacking"
    names[key] = [(lacking,) * (count - came) for came in range(count)]
    return [
        f" if len({whole}) != {count}:",
        f"  if len({whole}) > {count}:",
        "   raise Unusual",
        f"  {whole} += {key}[len({whole})]",
        f" {', '.join(f'{part}{at}' for at in range(count))}, = {whole}",
    ]


def _field_lines(
    field: SegmentElement, number: int, layout: Layout, prefix: str | None, names: dict[str, Any]
) -> list[str]:
    """The lines that read an element; they follow a condition where it is optional or mostly as it is here."""
    element = f"element{number}"
    if field.constant is not None:
        names[f"constant{number}"] = field.constant
        condition = f"{element} != constant{number}" + (f" and any({element})" if field.optional else "")
    else:
        condition = f"any({element})" if field.optional else ""
    lines = _parts_lines(element, f"text{number}_", len(field.components), None, names)
    for at, part in enumerate(field.components):
        text = f"text{number}_{at}"
        if isinstance(part, Constant):
            lines += _constant_lines(part, text, f"{number}_{at}", names)
        elif part.derived:
            lines += _comparison_lines(part, text, (number + 1, at + 1), layout, names)
        elif part.codec == "URL" and at < len(field.components) - 1:
            lines += [" raise Unusual"]  # it takes all that comes after it
        else:
            lines += _value_lines(part, text, (number + 1, at + 1), layout, prefix, names)
    return [f" if {condition}:", *(" " + line for line in lines)] if condition else lines


def _constant_lines(part: Constant, text: str, key: str, names: dict[str, Any]) -> list[str]:
    if not part.text:
        return [f" if {text}:", "  raise Unusual"]
    names[f"constant{key}"] = part.text
    may_lack = f"{text} and " if part.may_lack else ""
    return [f" if {may_lack}{text} != constant{key}:", "  raise Unusual"]


def _comparison_lines(
    part: Variable, text: str, at: tuple[int, int], layout: Layout, names: dict[str, Any]
) -> list[str]:
    """The lines that compare what the wire says twice, or leave it until all has come."""
    if part.path.steps == ("version",):
        return []  # by it the layout was chosen
    if part.path.steps == NUMBER:
        return [f" if {text} != str(number):", "  raise Unusual"]
    key = f"{at[0]}_{at[1]}"
    names[f"part{key}"], names[f"steps{key}"] = part, part.path.steps
    names[f"write{key}"] = codec_of(layout.codecs, part.codec).write
    start = "root" if part.path.absolute else "base"
    return [
        f" if not {start}.held:",
        "  raise Unusual",
        f" value = {start}.at(steps{key})",
        f" if not {text} or value is None or write{key}(value) != {text}:",
        f"  letter.repeats.append(Repeat(part{key}, {start}, {text} or '', (segment, {at[0]}, {at[1]})))",
    ]


def _value_lines(
    part: Variable, text: str, at: tuple[int, int], layout: Layout, prefix: str | None, names: dict[str, Any]
) -> list[str]:
    """The lines that put a value into the letter."""
    put = list(_put_lines(part.path, at, prefix, names))
    if part.codec is None:
        return [f" if {text}:", f"  value = {text}", *put]
    key = f"{at[0]}_{at[1]}"
    codec = codec_of(layout.codecs, part.codec)
    if codec.codes is not None:
        names[f"codes{key}"] = _UsualCodes(codec)
        condition = f"{text} is not None" if "" in codec.codes else text
        return [f" if {condition}:", f"  value = codes{key}[{text}]", *put]
    names[f"read{key}"] = codec.read
    lines = [f" if {text}:"]
    if part.codec in ("URL", "LINE"):
        names[f"goes_on{key}"] = (".", "\\")
        lines += [f"  if {text}[-1:] in goes_on{key}[1] or {text} == goes_on{key}[0]:", "   raise Unusual"]
    names[f"lacking{key}"] = () if part.codec == "MOMENT" else (part.fallback, PLACEHOLDER)
    lines += [f"  value = read{key}({text})", "  if value is None:", f"   if {text} not in lacking{key}:"]
    return [*lines, "    raise Unusual", "  else:", *(" " + line for line in put)]


def _put_lines(path: Path, at: tuple[int, int], prefix: str | None, names: dict[str, Any]) -> Iterator[str]:
    """The lines that put ``value`` at a path."""
    yield f"  draft = {_draft(path, names)}"
    yield f"  earlier = draft.held.setdefault({path.name!r}, value)"
    yield "  if earlier is value:"
    yield f"   places[{_place(path, prefix)}] = (segment, {at[0]}, {at[1]})"
    yield "  elif earlier != value:"
    yield "   raise Unusual"


def _place(path: Path, prefix: str | None) -> str:
    """The expression of an attribute path from the letter."""
    known = "" if path.absolute else prefix
    if known is not None:
        return repr(".".join(filter(None, (known, *path.steps))))
    return f"f'{{base.path}}.{'.'.join(path.steps)}'"


def _draft(path: Path, names: dict[str, Any]) -> str:
    """The expression of the part that has the attribute of a path."""
    start = "root" if path.absolute else "base"
    if not path.parents:
        return start
    key = f"parents_{'_'.join(path.parents)}"
    names[key] = path.parents
    return f"letter.draft({start}, {key})"


class _UsualCodes(dict[str, Any]):
    """The values of the codes of a codec, as they are asked for; it raises Unusual for any other text."""

    def __init__(self, codec: Codec) -> None:
        super().__init__()
        self.codec = codec

    def __missing__(self, text: str) -> Any:
        codec = self.codec
        value = codec.read(text)
        alike = {codec.write(value), *codec.alike}
        if value is None or text not in alike:
            raise Unusual
        if text in (codec.codes or ()):
            self[text] = value
        return value


def _text_lines(path: Path, at: int, prefix: str | None, names: dict[str, Any]) -> list[str]:
    """The lines that add a piece of formatted text, which begins at an element."""
    names["add_piece"] = _add_piece
    return [
        f" path = {_place(path, prefix)}",
        " text = letter.texts.get(path)",
        " if text is None:",
        f"  draft = {_draft(path, names)}",
        f"  text = letter.begun_text(draft, {path.name!r}, path, (segment, {at + 3}))",
        f"  draft.held.setdefault({path.name!r}, None)",
        f" add_piece(text, element{at}, element{at + 1}, element{at + 2})",
    ]


def _add_piece(text: UnfinishedText, form: tuple[str, ...], between: tuple[str, ...], lines: tuple[str, ...]) -> None:
    """Add a piece to a formatted text."""
    if len(form) != 1 or between != _NO_TEXT or free_text.is_too_much(lines):
        raise Unusual
    if form[0] != free_text.PLAIN and (text.is_simple or form[0] not in free_text.FORMATS):
        raise Unusual
    if len(lines) > 1 and cut_texts.meet_at_a_colon(lines):
        raise Unusual
    text.pieces.append((form[0], lines))


_NO_TEXT = ("",)
