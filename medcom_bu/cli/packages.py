"""The FHIR packages that a command judges by: those of ``--package``, or those of the cache where they are needed."""

from __future__ import annotations

import argparse
import functools
import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from medcom_bu.cli.console import Refused

if TYPE_CHECKING:
    from medcom_bu.issues import Report

T = TypeVar("T")

_LACKING = (
    "profile.code-dependency",
    "profile.dependency",
    "profile.dependency-part",
    "profile.none",
    "profile.not-checked",
)
"""What is said of a message for which a package was not available."""


def asking_packages(
    arguments: argparse.Namespace, ask: Callable[..., T], report_of: Callable[[T], Report]
) -> Callable[[BinaryIO], T]:
    """A question about a file, such as ``read``, asked with the packages of a command line.

    Without ``--package`` the cache is looked into, and the question asked again, where the shipped ones do not reach.
    Raises Refused for a package that cannot be read. It can be pickled where what it is made of can.
    """
    given: Path | None = arguments.cache
    named = [_in_cache(name, given) for name in arguments.package]
    return functools.partial(_answer, ask=ask, report_of=report_of, given=given, named=named)


def _answer(
    file: BinaryIO, ask: Callable[..., T], report_of: Callable[[T], Report], given: Path | None, named: list[Path]
) -> T:
    if named:
        return _with_packages(file, ask, named)
    source = file if file.seekable() else io.BytesIO(file.read())
    start = source.tell()
    answer = ask(source)
    if any(issue.code in _LACKING for issue in report_of(answer)) and (cached := _packages_in(given)):
        source.seek(start)
        return _with_packages(source, ask, cached)
    return answer


def _with_packages(file: BinaryIO, ask: Callable[..., T], packages: list[Path]) -> T:
    from medcom_bu.profiles import BadPackage  # not before it is needed: it loads FHIR

    try:
        return ask(file, packages=packages)
    except BadPackage as error:
        raise Refused(str(error)) from None


def _cache(given: Path | None) -> Path:
    from medcom_bu.profiles import cache

    return given or cache()


def _in_cache(name: str, given: Path | None) -> Path:
    """Where a package is: a path, or a name in the cache."""
    place, folder = Path(name), _cache(given)
    return folder / name if not place.exists() and (folder / name).is_dir() else place


def _packages_in(given: Path | None) -> list[Path]:
    return sorted(path.parent.parent for path in _cache(given).glob("*/package/package.json"))
