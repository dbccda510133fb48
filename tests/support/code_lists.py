"""The page of all data that authorities change: code lists, letter types, regions and authorities."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeGuard

import medcom_bu
from medcom_bu.bu.regions import AUTHORITIES, Authority
from medcom_bu.messages import envelopes, standard_business_document
from medcom_bu.messages.letter_types import TYPES
from medcom_bu.values import codes, fhir_codes, outcome_codes, specialities
from medcom_bu.values.codes import CodeList, Since

_PAGE = """# Code lists, regions and authorities

The data of this release that authorities change, made from the code. Its version is `medcom_bu.__data_version__`, here
**{version}**; `medcom-bu --version` prints it, and every certification report names it. [How data is
released](stability.md#data).

A value that only some versions of a message know names them. *Default* marks the value that a receiver takes for any
value outside the list. An empty EDIFACT cell means that EDIFACT has no such list; "-" that it has no such code.
"""
_HOMES = (codes, specialities, fhir_codes, outcome_codes, envelopes, standard_business_document)


def page() -> str:
    """The page, with the data version on top."""
    return _PAGE.format(version=medcom_bu.__data_version__) + data()


def data() -> str:
    """All data as the page has it: what a data version stands for."""
    return "\n".join(("", *_authorities(), *_letter_types(), *(line for found in _lists() for line in _list(found))))


def _authorities() -> Iterator[str]:
    yield "## Regions and authorities\n"
    rows = ((one.name, getattr(one, "code", ""), *_days(one), one.successor or "", one.source) for one in AUTHORITIES)
    yield _table(("Name", "ISO 3166-2", "First day", "Last day", "Successor", "Source"), rows)


def _days(one: Authority) -> tuple[str, str]:
    return str(one.valid_from or ""), str(one.valid_to or "")


def _letter_types() -> Iterator[str]:
    yield "## Types of letters\n"
    yield _table(("Code", "English", "Danish"), ((code, name.en, name.da) for code, name in TYPES.items()))


def _lists() -> Iterator[type[CodeList]]:
    for home in _HOMES:
        yield from (found for found in vars(home).values() if _is_list(found) and found.__module__ == home.__name__)


def _is_list(found: object) -> TypeGuard[type[CodeList]]:
    return isinstance(found, type) and issubclass(found, CodeList) and bool(found.__members__)


def _list(of: type[CodeList]) -> Iterator[str]:
    yield f"## {of.__name__}\n\n{_first_sentence(of)}\n"
    yield _table(("Value", "English", "Danish", "EDIFACT", "Versions"), map(_member, of))


def _first_sentence(of: type[CodeList]) -> str:
    return re.split(r"(?<=\.)\s", " ".join((of.__doc__ or "").split()))[0]


def _member(member: CodeList) -> tuple[str, ...]:
    edifact = member.edifact
    code = "" if edifact is None else "-" if edifact.code is None else " ".join((edifact.code, *edifact.also)).strip()
    versions = f"from {member.versions.first}" if isinstance(member.versions, Since) else ", ".join(member.versions)
    default = "default" if member.is_default else ""
    return f"`{member}`", member.english, member.danish, code, ", ".join(filter(None, (versions, default)))


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (
        f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in (heads, ("---",) * len(heads), *rows)
    )
    return "".join(f"{line}\n" for line in lines)
