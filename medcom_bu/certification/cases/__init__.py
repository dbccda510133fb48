"""The cases of the kit, a TOML file each, in a folder for each area. Reads those files."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable
from pathlib import Path

from medcom_bu.arguments import check
from medcom_bu.certification.model.cases import BadCase, CaseArea, CaseRole, CertificationCase, read_cases
from medcom_bu.once import once

_FOLDER = Path(__file__).parent


@once
def all_cases() -> tuple[CertificationCase, ...]:
    """Every case, in the order of their ids. Raises BadCase for a file that is none."""
    cases = tuple(case for path in sorted(_FOLDER.rglob("*.toml")) for case in load_cases(path))
    numbers = [case.id for case in cases]
    if len({*numbers}) != len(numbers):
        raise BadCase("two cases have one id")
    return tuple(sorted(cases, key=lambda case: case.id))


def load_case(path: Path) -> CertificationCase:
    """The case of one file, one of your own too. Raises BadCase where it is none, OSError where it is not there."""
    check("load_case: path", path, Path)
    return load_cases(path)[0]


def load_cases(path: Path) -> tuple[CertificationCase, ...]:
    """The case of one file and its variants. Raises BadCase where it is none, OSError where it is not there."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BadCase(f"{path.name}: {error}") from error
    return read_cases(data, path.name)


def select(
    areas: Collection[str] = ("all",), role: str | None = None, ids: Iterable[str] = ()
) -> tuple[CertificationCase, ...]:
    """The cases of some areas, of a role, or with some ids, in the order of their ids.

    ``areas`` are words of :class:`CaseArea`, or ``all``; ``role`` is ``sender``, ``receiver`` or ``converter``.
    Raises ValueError for a word or an id that is not known.
    """
    asked = {CaseArea(area) for area in areas if area != "all"}
    wanted = set(CaseArea) if "all" in areas else asked
    side = None if role is None else CaseRole(role)
    named = {*ids}
    unknown = named - {case.id for case in all_cases()}
    if unknown:
        raise ValueError(f"no case {', '.join(sorted(unknown))}")
    return tuple(
        case
        for case in all_cases()
        if case.area in wanted and side in (None, case.role) and (not named or case.id in named)
    )
