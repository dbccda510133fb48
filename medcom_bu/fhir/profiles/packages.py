"""Definitions and where they come from: FHIR packages as ``.tgz``, as unpacked folder, or from the package cache.

This room reads files, and writes into the package cache what a user adds. No archive is unpacked as it is, nothing is
fetched: a package that is not there is named as missing, and what it would have defined is reported as not checked.

Source: FHIR R4, NPM Package Specification (packages.fhir.org), ``package.json`` and ``package/*.json``.
"""

from __future__ import annotations

import json
import re
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from medcom_bu import resources
from medcom_bu.frozen import frozen
from medcom_bu.limits import LIMITS
from medcom_bu.numerals import version_numbers
from medcom_bu.once import once

Definition = Mapping[str, Any]
"""One StructureDefinition, ValueSet or CodeSystem as plain data."""

KINDS = ("StructureDefinition", "ValueSet", "CodeSystem")
"""The types of definition that are read."""
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*#[A-Za-z0-9][A-Za-z0-9._+-]*")
_MAX_FILE = 32 << 20
_MAX_FILES = 50_000


class BadPackage(ValueError):
    """A folder or file that is no readable FHIR package. The text names the file and the reason."""


@attrs.frozen(eq=False)
class Package:
    """A FHIR package: its definitions by kind and canonical URL."""

    name: str
    version: str
    dependencies: Mapping[str, str] = attrs.field(converter=frozen, repr=False)
    definitions: Mapping[tuple[str, str], Definition] = attrs.field(converter=frozen, repr=False)

    @property
    def label(self) -> str:
        """``name#version``, as the package cache writes it."""
        return f"{self.name}#{self.version}"

    def definitions_of_kind(self, kind: str) -> Iterator[Definition]:
        """All definitions of a kind, such as ``"StructureDefinition"``."""
        return (definition for (of, _), definition in self.definitions.items() if of == kind)


@attrs.frozen(eq=False)
class Definitions:
    """What one package reaches: itself and its dependencies, the nearest first, each package in one version."""

    packages: tuple[Package, ...]
    missing: tuple[str, ...] = ()
    """The dependencies, as ``name#version``, that were not to be had."""
    compiled: dict[str, Any] = attrs.field(factory=dict, init=False, repr=False)
    """What ``run`` made of them."""

    def __reduce__(self) -> tuple[Any, ...]:
        return Definitions, (self.packages, self.missing)

    @property
    def root(self) -> Package:
        """The package that the others serve."""
        return self.packages[0]

    def find(self, kind: str, canonical: str) -> Definition | None:
        """The definition with a canonical URL, with or without ``|version``; the nearest package first.

        A version that is not there is answered by another of the same URL: the caller compares ``version``.
        """
        url, _, version = canonical.partition("|")
        candidates = [package.definitions[kind, url] for package in self.packages if (kind, url) in package.definitions]
        exact = [definition for definition in candidates if definition.get("version") == version]
        return next(iter(exact or candidates), None)


@attrs.frozen(eq=False)
class Library:
    """Every package at hand."""

    packages: tuple[Package, ...]
    _made: dict[str, Definitions] = attrs.field(factory=dict, init=False, repr=False)

    def __reduce__(self) -> tuple[Any, ...]:
        return Library, (self.packages,)

    def with_packages(self, packages: Iterable[Package]) -> Library:
        """This library with more packages; one that is here already in the same version is replaced."""
        more = tuple(packages)
        new = {package.label for package in more}
        return Library((*more, *(package for package in self.packages if package.label not in new)))

    def get(self, name: str, version: str) -> Package | None:
        """A package in a version, or else in the newest with the same first two numbers."""
        same = [package for package in self.packages if package.name == name]
        exact = [package for package in same if package.version == version]
        near = [package for package in same if version_numbers(package.version)[:2] == version_numbers(version)[:2]]
        return next(iter(exact), None) or max(near, key=lambda package: version_numbers(package.version), default=None)

    def definitions(self, name: str, version: str) -> Definitions:
        """What the package ``name`` in ``version`` reaches; found once, so that it is compiled once.

        Raises LookupError where the package is not at hand.
        """
        root = self.get(name, version)
        if root is None:
            raise LookupError(f"no package {name}#{version}")
        return self._made.get(root.label) or self._made.setdefault(root.label, self._reached(root))

    def _reached(self, root: Package) -> Definitions:
        packages, missing = {root.name: root}, dict[str, str]()
        queue = [root]
        while queue:
            for dependency, of_version in queue.pop(0).dependencies.items():
                if dependency in packages or dependency in missing:
                    continue
                package = self.get(dependency, of_version)
                if package is None:
                    missing[dependency] = of_version
                else:
                    packages[dependency] = package
                    queue.append(package)
        return Definitions(tuple(packages.values()), tuple(f"{name}#{version}" for name, version in missing.items()))


@once
def shipped() -> Library:
    """Our own definitions, the folder ``profiles/``. Read once."""
    return Library(load_all(resources.folder("profiles")))


def cache() -> Path:
    """The folder of the standard FHIR package cache, whether it is there or not."""
    return Path.home() / ".fhir" / "packages"


def store(package: Package, folder: Path) -> Path:
    """Write a package into a package cache, one folder for each; the folder. One that is there is replaced.

    Raises OSError, and BadPackage for a name or version that cannot name a folder and for what cannot be written:
    nothing is replaced then.
    """
    if not _LABEL.fullmatch(package.label):
        raise BadPackage(f"{package.label!r} cannot name a folder")
    manifest = {"name": package.name, "version": package.version, "dependencies": dict(package.dependencies)}
    named = {"package.json": manifest} | {
        f"{definition['resourceType']}-{number}.json": definition
        for number, definition in enumerate(package.definitions.values())
    }
    try:
        files = {name: json.dumps(plain, ensure_ascii=False).encode() for name, plain in named.items()}
    except UnicodeEncodeError:
        raise BadPackage(f"{package.label}: a text has half a character") from None
    place = folder / package.label / "package"
    place.mkdir(parents=True, exist_ok=True)
    for file in place.glob("*.json"):
        file.unlink()
    for name, content in files.items():
        (place / name).write_bytes(content)
    return place.parent


def load_all(folder: Path) -> tuple[Package, ...]:
    """Every package in a folder of packages (``.tgz`` files, unpacked folders), such as the package cache.

    Raises BadPackage.
    """
    files = sorted((*folder.glob("*.tgz"), *folder.glob("*.tar.gz")))
    return tuple(load(path) for path in (*files, *_package_folders(folder)))


def _package_folders(folder: Path) -> list[Path]:
    return sorted(path.parent.parent for path in folder.glob("*/package/package.json"))


def load(path: Path) -> Package:
    """The package in a ``.tgz`` file or an unpacked folder (with or without its inner folder ``package``).

    Raises BadPackage.
    """
    try:
        files = dict(_folder_files(path) if path.is_dir() else _archive_files(path))
        manifest = _manifest(files.pop("package.json"))
        definitions = [_plain(content) for content in files.values()]
    except KeyError:
        raise BadPackage(f"{path.name}: no package.json") from None
    except (OSError, EOFError, tarfile.TarError, RecursionError, ValueError) as error:
        raise BadPackage(f"{path.name}: {error}") from error
    return Package(
        manifest["name"],
        manifest["version"],
        manifest["dependencies"],
        {
            (definition["resourceType"], definition["url"]): definition
            for definition in definitions
            if _is_definition(definition)
        },
    )


def _manifest(content: bytes) -> dict[str, Any]:
    plain = _plain(content)
    dependencies = plain.get("dependencies", {}) if isinstance(plain, dict) else None
    if not isinstance(dependencies, dict) or not all(isinstance(plain.get(key), str) for key in ("name", "version")):
        raise BadPackage("package.json has no name and version")
    texts = {name: version for name, version in dependencies.items() if isinstance(version, str)}
    return {"name": plain["name"], "version": plain["version"], "dependencies": texts}


def _plain(content: bytes) -> Any:
    return json.loads(content)


def _is_definition(definition: Any) -> bool:
    if (
        not isinstance(definition, dict)
        or definition.get("resourceType") not in KINDS
        or not isinstance(definition.get("url"), str)
    ):
        return False
    return definition["resourceType"] != "StructureDefinition" or isinstance(definition.get("type"), str)


def _folder_files(path: Path) -> Iterator[tuple[str, bytes]]:
    inner = path / "package" if (path / "package").is_dir() else path
    for file in sorted(inner.glob("*.json")):
        if _is_wanted(file.name):
            yield file.name, file.read_bytes()


def _archive_files(path: Path) -> Iterator[tuple[str, bytes]]:
    total = 0
    with tarfile.open(path, "r:gz") as archive:
        for number, member in enumerate(archive):
            folder, _, name = member.name.removeprefix("./").rpartition("/")
            total += member.size
            if number > _MAX_FILES or total > LIMITS.package or member.size > _MAX_FILE:
                raise BadPackage("larger than a FHIR package may be")
            content = archive.extractfile(member) if member.isreg() and folder == "package" else None
            if content is not None and _is_wanted(name):
                yield name, content.read()


def _is_wanted(name: str) -> bool:
    """The manifest and definitions: packages name each file by the type of its resource."""
    return name == "package.json" or (name.endswith(".json") and name.startswith(KINDS))
