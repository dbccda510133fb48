"""What a layout has no place for, and which codes it cannot write: what to ask MedCom's document about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from medcom_bu.arguments import check
from medcom_bu.declare.base import fields
from medcom_bu.declare.oioxml import Codes, Value, elements
from medcom_bu.edifact.layout.codes import codec_of
from medcom_bu.edifact.layout.notation import Layout, Variable, kinds_at
from medcom_bu.issues import Issue, Kind, Layer, Report, Severity, Text
from medcom_bu.values.codes import CodeList

_SOURCE = "medcom_bu: what the letter of this version can hold"

NO_PLACE = Kind(
    "layout.no-place",
    Severity.INFORMATION,
    Layer.SCHEMA,
    Text("the layout has no place for {element}", "layoutet har ikke plads til {element}"),
    Text(
        "look for it in MedCom's document; if EDIFACT has no place for it, it is a named loss in each letter that "
        "has it",
        "se efter det i MedComs dokument; har EDIFACT det ikke, mister brevet det, og tabet nævnes",
    ),
    _SOURCE,
)
NO_CODE = Kind(
    "layout.no-code",
    Severity.INFORMATION,
    Layer.SCHEMA,
    Text("{element} has no code for {values}", "{element} har ingen kode for {values}"),
    Text(
        "look for it in MedCom's code lists, and write it under [codes.{codec}]",
        "se efter den i MedComs kodelister, og skriv den under [codes.{codec}]",
    ),
    _SOURCE,
)


class CodedPlace(NamedTuple):
    """An attribute that goes through a list of codes: its name, the codec and the code list of the letter."""

    name: str
    codec: str
    codes: type[CodeList]


def gaps(layout: Layout) -> Report:
    """What the version's letter can hold and the layout does not write, as a report at the level of information.

    Raises TypeError for what is not a layout.
    """
    check("gaps", layout, Layout)
    found = (*_no_place(layout, layout.letter, ""), *_no_code(layout))
    return Report.from_issues(found, (Layer.SCHEMA,), (Layer.SCHEMA,))


def coded_places(layout: Layout, codec: str | None = None) -> Iterator[CodedPlace]:
    """The attributes of a layout that have a code list, all or those of one codec."""
    for row, base in layout.bases():
        for part in (part for field in row.fields for part in field.components):
            if isinstance(part, Variable) and part.codec and codec in (None, part.codec) and not part.derived:
                for kind in kinds_at({layout.letter} if part.path.absolute else base, part.path, layout):
                    if isinstance(kind, Codes):
                        yield CodedPlace(part.path.name, part.codec, kind.codes)


def _no_place(layout: Layout, holder: Any, prefix: str) -> Iterator[Issue]:
    version = layout.version.code
    for name, declared in fields(holder).items():
        known = [element for element in elements(declared) if element.exists_in(version)]
        path = f"{prefix}{name}"
        if not known:
            continue
        if not layout.has_place(path):
            yield NO_PLACE.issue(path, element=", ".join(element.name for element in known))
            continue
        for cls in (element.type for element in known):
            is_part = isinstance(cls, type) and issubclass(cls, Value)
            if is_part and any(layout.has_place(f"{path}.{inner}") for inner in fields(cls)):  # else it goes whole
                yield from _no_place(layout, cls, f"{path}.")


def _no_code(layout: Layout) -> Iterator[Issue]:
    for name, codec, codes in dict.fromkeys(coded_places(layout)):
        written = codec_of(layout.codecs, codec).codes or ()
        write = codec_of(layout.codecs, codec).write
        known = [member for member in codes if member.known_in(layout.version.code)]
        lacking = [member.value for member in known if write(member) not in written]
        if lacking:
            yield NO_CODE.issue(name, element=name, values=", ".join(lacking), codec=codec)
