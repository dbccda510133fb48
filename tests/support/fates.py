"""The page of all fields and their fates, made from the rows of the mapping."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from medcom_bu.conversion.table import RECEIPT_ROWS, ROWS, MappedField, Way

_PAGE = """# Every field of the changeover

What becomes of each field when [`convert`](changeover.md) carries a message over. This page is made from the table that
the conversion itself reads. Several places in a cell share a fate.

| Fate | What it means |
|---|---|
| copied | the value is the same on the other side |
| changed | the other side says it in its own form |
| said in the text | it has no place of its own, and is in the clinical text |
| dropped | it has no place, and is not carried over |
| kept in the pairs | it is in `Conversion.pairs`, and comes back with the answer |
| made up | the other standard asks for it, and the original does not say it |
| nothing | the original has no such field |

*Lost* and *made up* are the codes that may tell it, each where it happens: [what they mean](codes.md). Places of a
letter are attribute paths in it; those of FHIR begin with the type of the resource; `text` and `file` are the payloads
of a Communication.

The source names MedCom's documents: M the mapping workbook of January 2026 with its lines, R the receipt workbook, U
the use cases of the VANS conversion service 3.1.0, P the test protocol of that service 1.4, G governance 080, E the
example flows; `own` is a choice of this library where MedCom leaves it open.
"""
_HEAD = "| No. | Letter | FHIR | Letter to FHIR | FHIR to letter | Source |\n|---|---|---|---|---|---|\n"


def page() -> str:
    """The page: correspondences and their files, then receipts."""
    return "\n".join((_PAGE, *_section("XDIS91 and CareCommunication", ROWS), *_section("Receipts", RECEIPT_ROWS)))


def _section(heading: str, rows: Iterable[MappedField]) -> Iterator[str]:
    yield f"## {heading}\n"
    yield _HEAD + "".join(map(_line, rows))


def _line(row: MappedField) -> str:
    cells = (_places(row.letter), _places(row.fhir), _fate(row.to_fhir), _fate(row.to_letter), row.source)
    return f"| {row.number} | {' | '.join(cells)} |\n"


def _places(places: Iterable[str]) -> str:
    return ", ".join(f"`{place}`" for place in places)


def _fate(way: Way) -> str:
    noted = (("lost", way.losses), ("made up", way.made_up))
    return "; ".join(
        (str(way.fate), *(f"{what}: {', '.join(f'`{kind.code}`' for kind in kinds)}" for what, kinds in noted if kinds))
    )
