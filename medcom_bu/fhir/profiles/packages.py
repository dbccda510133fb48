"""Definitions and where they come from: FHIR packages as ``.tgz``, as unpacked folder, or from the package cache.

This room reads files, and writes into the package cache what a user adds. No archive is unpacked as it is, nothing is
fetched: a package that is not there is named as missing, and what it would have defined is reported as not checked.

Source: FHIR R4, NPM Package Specification (packages.fhir.org), ``package.json`` and ``package/*.json``.
"""

from __future__ import annotations

import json
import re
import tarfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from medcom_bu import resources
from medcom_bu.arguments import check
from medcom_bu.fhir.model import r4_package
from medcom_bu.fhir.profiles.archives import TooLarge, archived
from medcom_bu.frozen import frozen
from medcom_bu.numerals import version_numbers
from medcom_bu.once import once

Definition = Mapping[str, Any]
"""One StructureDefinition, ValueSet or CodeSystem as plain data."""

KINDS = ("StructureDefinition", "ValueSet", "CodeSystem")
"""The types of definition that are read."""
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*#[A-Za-z0-9][A-Za-z0-9._+-]*")
_VALUES = (b"{", b"[", b",")
MOST_VALUES = 5_000_000
"""Objects, lists and commas of a package: each becomes a value in memory. All of R4 has a million."""


class BadPackage(ValueError):
    """A folder or file that is not a readable FHIR package. The text names the file and the reason."""


@attrs.frozen(eq=False)
class Package:
    """A FHIR package: its definitions by kind and canonical URL.

    ``name``, ``version``: those of its manifest.
    ``dependencies``: the packages that its manifest asks for, name -> version.
    ``definitions``: (kind, canonical URL) -> definition.
    ``is_part``: whether it is the part of the package that the library ships: what the messages of its own guides
    reach.
    ``lacks``: the profiles and value sets that the whole package has and a part lacks, by name, where that is known.
    ``more``: definitions that are read only when they are asked for.
    """

    name: str
    version: str
    dependencies: Mapping[str, str] = attrs.field(converter=frozen, repr=False)
    definitions: Mapping[tuple[str, str], Definition] = attrs.field(converter=frozen, repr=False)
    is_part: bool = False
    lacks: tuple[str, ...] = attrs.field(default=(), repr=False)
    more: r4_package.Archive | None = attrs.field(default=None, repr=False)

    @property
    def label(self) -> str:
        """``name#version``, as the package cache writes it."""
        return f"{self.name}#{self.version}"

    def definitions_of_kind(self, kind: str) -> Iterator[Definition]:
        """The definitions of a kind, such as ``"StructureDefinition"``, without those of ``more``."""
        return (definition for (of, _), definition in self.definitions.items() if of == kind)

    def count(self, kind: str) -> int:
        """How many definitions of a kind there are."""
        return sum(of == kind for of, _ in self.definitions) + (self.more.count(kind) if self.more else 0)


@attrs.frozen(eq=False)
class Definitions:
    """What one package gives access to.

    ``packages``: itself and its dependencies, the nearest first, each in one version.
    ``missing``: the dependencies, as ``name#version``, that are not available.
    """

    packages: tuple[Package, ...]
    missing: tuple[str, ...] = ()
    compiled: dict[str, Any] = attrs.field(factory=dict, init=False, repr=False)
    """What ``run`` made of them."""
    _held: dict[tuple[str, str], list[Definition]] = attrs.field(init=False, repr=False)
    """Kind and canonical URL -> the definitions, that of the nearest package first."""

    @_held.default
    def _by_url(self) -> dict[tuple[str, str], list[Definition]]:
        held: dict[tuple[str, str], list[Definition]] = {}
        for package in self.packages:
            for key, definition in package.definitions.items():
                held.setdefault(key, []).append(definition)
        return held

    def __reduce__(self) -> tuple[Any, ...]:
        return Definitions, (self.packages, self.missing)

    @property
    def root(self) -> Package:
        """The package that the others serve."""
        return self.packages[0]

    def find(self, kind: str, canonical: str) -> Definition | None:
        """The definition with a canonical URL, with or without ``|version``; the nearest package first.

        ``kind`` is its type of resource, such as ``StructureDefinition``.

        A version that is not there is answered by another of the same URL: the caller compares ``version``.
        """
        url, _, version = canonical.partition("|")
        candidates = self.find_each(kind, url)
        if not version or not candidates:
            return candidates[0] if candidates else None
        return next((one for one in candidates if one.get("version") == version), candidates[0])

    def find_each(self, kind: str, url: str) -> Sequence[Definition]:
        """All definitions of a ``kind`` with a canonical URL without version; the nearest package first."""
        return self._held.get((kind, url)) or self._later(kind, url)

    def _later(self, kind: str, url: str) -> list[Definition]:
        """What packages have of a URL among the definitions that are read only when they are asked for."""
        found = [package.more.find(kind, url) for package in self.packages if package.more is not None]
        return [definition for definition in found if definition is not None]

    def lacking(self, url: str) -> str | None:
        """The label of the package that should define a URL and does not, since it is not available or only a part is.

        None where that cannot be told.
        """
        name = _name_of(url)
        labels = [package.label for package in self.packages if package.is_part and package.name == name]
        labels += [label for label in self.missing if label.partition("#")[0] == name]
        return next(iter(labels), None)

    def is_named(self, url: str) -> bool:
        """Whether a URL is of a definition that a part is said to lack."""
        name, end = _name_of(url), url.rpartition("/")[2]
        return any(package.name == name and end in package.lacks for package in self.packages)

    def has_part(self, label: str) -> bool:
        """Whether a part of the package with this ``label`` (``name#version``) is among these definitions."""
        return any(package.is_part and package.label == label for package in self.packages)


_PUBLISHED: Mapping[str, str] = {
    r"http://medcomfhir\.dk/ig/([a-z]+)/": r"medcom.fhir.dk.\1",
    r"http://hl7\.dk/fhir/core/": "hl7.fhir.dk.core",
    r"http://hl7\.org/fhir/": "hl7.fhir.r4.core",
    r"http://terminology\.hl7\.org/": "hl7.terminology.r4",
}
"""How the canonical URLs begin that a publisher gives to a package, and the name of that package."""


def _name_of(url: str) -> str | None:
    """The name of the package that a canonical URL belongs to, where its publisher is known."""
    for pattern, name in _PUBLISHED.items():
        match = re.match(pattern, url)
        if match is not None:
            return match.expand(name)
    return None


@attrs.frozen(eq=False)
class Library:
    """Every package available.

    ``packages``: the packages.
    ``given``: those that are given for one call: they see each other and all others, whatever their manifests say. What
    no manifest asks for comes last, and a version that is asked for and not available is served by one that is given.
    """

    packages: tuple[Package, ...]
    given: frozenset[Package] = frozenset()
    _made: dict[str, Definitions] = attrs.field(factory=dict, init=False, repr=False)

    def __reduce__(self) -> tuple[Any, ...]:
        return Library, (self.packages, self.given)

    def with_packages(self, packages: Iterable[Package]) -> Library:
        """This library with more packages; one that is here already in the same version is replaced."""
        more = tuple(packages)
        new = {package.label for package in more}
        return Library((*more, *(package for package in self.packages if package.label not in new)))

    def with_given(self, packages: Iterable[Package]) -> Library:
        """This library with packages that are given for one call."""
        given = tuple(packages)
        return Library(self.with_packages(given).packages, frozenset(given))

    def get(self, name: str, version: str) -> Package | None:
        """The package of this ``name`` in a version, in the newest with its first two numbers, or one that is given."""
        same = [package for package in self.packages if package.name == name]
        exact = [package for package in same if package.version == version]
        near = [package for package in same if version_numbers(package.version)[:2] == version_numbers(version)[:2]]
        return next(iter(exact), None) or _newest(near) or _newest(self.given.intersection(same))

    def definitions(self, name: str, version: str) -> Definitions:
        """What the package ``name`` in ``version`` reaches; found once, so that it is compiled once.

        Raises LookupError where the package is not available.
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
        if self.given:
            for name in dict.fromkeys(package.name for package in self.packages):
                if name not in packages and name not in missing:
                    same = [package for package in self.packages if package.name == name]
                    packages[name] = _newest(self.given.intersection(same)) or max(same, key=_version)
        return Definitions(tuple(packages.values()), tuple(f"{name}#{version}" for name, version in missing.items()))


def _version(package: Package) -> tuple[int, ...]:
    return version_numbers(package.version)


def _newest(packages: Iterable[Package]) -> Package | None:
    return max(packages, key=_version, default=None)


@once
def shipped() -> Library:
    """Our own definitions, the folder ``profiles/``. Read once."""
    packages = load_all(resources.folder("profiles"))
    whole = [attrs.evolve(one, more=r4_package.more()) if one.name == r4_package.NAME else one for one in packages]
    return Library(tuple(whole))


def is_label(name: str) -> bool:
    """Whether a text is a ``name#version`` that can name a folder of the package cache."""
    return _LABEL.fullmatch(name) is not None


def cache() -> Path:
    """The folder of the standard FHIR package cache, whether or not it exists."""
    return Path.home() / ".fhir" / "packages"


def store(package: Package, folder: Path) -> Path:
    """Write a package into a package cache, one folder for each; the folder. One that is there is replaced.

    Raises OSError, and BadPackage for a name or version that cannot name a folder and for what cannot be written:
    nothing is replaced then.
    """
    if not is_label(package.label):
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

    Raises BadPackage for one that is not readable.
    """
    check("load_all: folder", folder, Path)
    files = sorted((*folder.glob("*.tgz"), *folder.glob("*.tar.gz")))
    return tuple(load(path) for path in (*files, *_package_folders(folder)))


def _package_folders(folder: Path) -> list[Path]:
    return sorted(path.parent.parent for path in folder.glob("*/package/package.json"))


def load(path: Path) -> Package:
    """The package in a ``.tgz`` file or an unpacked folder (with or without its inner folder ``package``).

    Raises BadPackage where it is not readable.
    """
    check("load: path", path, Path)
    manifest: dict[str, Any] | None = None
    held: dict[tuple[str, str], Definition] = {}
    values = 0
    try:
        for name, content in _folder_files(path) if path.is_dir() else archived(path, _is_wanted):
            values += sum(map(content.count, _VALUES))
            if values > MOST_VALUES:
                raise TooLarge
            plain = json.loads(content)
            if name == "package.json":
                manifest = _manifest(plain)
            elif _is_definition(plain):
                held[plain["resourceType"], plain["url"]] = plain
        if manifest is None:
            raise BadPackage("no package.json")
    except (OSError, EOFError, tarfile.TarError, zlib.error, RecursionError, ValueError) as error:
        raise BadPackage(f"{path.name}: {error}") from error
    return Package(**manifest, definitions=held)


def _manifest(plain: Any) -> dict[str, Any]:
    dependencies = plain.get("dependencies", {}) if isinstance(plain, dict) else None
    if not isinstance(dependencies, dict) or not all(isinstance(plain.get(key), str) for key in ("name", "version")):
        raise BadPackage("package.json has no name and version")
    texts = {name: version for name, version in dependencies.items() if isinstance(version, str)}
    lacks = plain.get("lacks")  # of our own manifests alone: that the package is a part, and of what
    return {
        "name": plain["name"],
        "version": plain["version"],
        "dependencies": texts,
        "is_part": lacks is not None,
        "lacks": tuple(map(str, lacks)) if isinstance(lacks, list) else (),
    }


def _is_definition(definition: Any) -> bool:
    if (
        not isinstance(definition, dict)
        or definition.get("resourceType") not in KINDS
        or not isinstance(definition.get("url"), str)
    ):
        return False
    return definition["resourceType"] != "StructureDefinition" or isinstance(definition.get("type"), str)


def files_of(folder: Path) -> list[Path]:
    """The files of an unpacked package that are read."""
    inner = folder / "package" if (folder / "package").is_dir() else folder
    return [file for file in sorted(inner.glob("*.json")) if _is_wanted(file.name)]


def _folder_files(path: Path) -> Iterator[tuple[str, bytes]]:
    for file in files_of(path):
        yield file.name, file.read_bytes()


def _is_wanted(name: str) -> bool:
    """The manifest and definitions: packages name each file by the type of its resource."""
    return name == "package.json" or (name.endswith(".json") and name.startswith(KINDS))
