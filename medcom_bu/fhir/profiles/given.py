"""The packages that a caller gives for a message: read once a process, and put beside those that are shipped.

This room reads files. Nothing is fetched: a name stands for a folder of the FHIR package cache.

Source: FHIR R4, NPM Package Specification (packages.fhir.org), the package cache.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from medcom_bu.fhir.profiles.packages import BadPackage, Library, Package, cache, files_of, is_label, load, shipped
from medcom_bu.once import MAKING

PackageName = str | os.PathLike[str]
"""A ``.tgz``, a folder that holds ``package/package.json``, or ``name#version`` in the FHIR cache."""

_Stamp = tuple[tuple[str, int, int], ...]
_read: dict[Path, tuple[_Stamp, Package]] = {}


def library_with(packages: PackageName | Iterable[PackageName]) -> Library:
    """The shipped packages with one or several that are given.

    The same files, unchanged in size and time of change, give the same library: each package is read once a process,
    and compiled once beside the same others.

    Raises:  BadPackage for what cannot be read, and for a name that is not in the cache.
    """
    names = [packages] if isinstance(packages, str | os.PathLike) else packages
    places = dict.fromkeys(Path(os.path.realpath(_place(name))) for name in names)
    with MAKING:
        return _together(tuple(dict.fromkeys(map(_package, places))))


def _place(name: PackageName) -> Path:
    """Where a package is, by its path or by its name in the cache."""
    place = Path(name)
    if place.exists():
        return place
    in_cache = cache() / place
    if is_label(str(place)) and in_cache.is_dir():
        return in_cache
    raise BadPackage(f"{place.name}: no such file or folder, and not in the FHIR cache (medcom-bu profiles add)")


def _package(place: Path) -> Package:
    """The package of a place, read again where its files have changed."""
    stamp = tuple(_stamps(place))
    known = _read.get(place)
    if known is None or known[0] != stamp:
        known = _read[place] = (stamp, load(place))
    return known[1]


def _stamps(place: Path) -> Iterator[tuple[str, int, int]]:
    """Each file of a package, with its size and the time of its last change."""
    try:
        for file in files_of(place) if place.is_dir() else (place,):
            status = file.stat()
            yield file.name, status.st_size, status.st_mtime_ns
    except OSError as error:
        raise BadPackage(f"{place.name}: {type(error).__name__}") from error


@functools.lru_cache(maxsize=32)
def _together(given: tuple[Package, ...]) -> Library:
    return shipped().with_given(given)
