"""Every generated file, made from the code: ``python -m tests.regenerate`` writes them all again.

The vocabulary of R4 and its compressed definitions are made from R4's own, where these are: they stay as they are
without them.

A code of an issue that is gone goes to ``tests/codes.retired``, and may never be declared again.
"""

from __future__ import annotations

import contextlib
import inspect
import os
import re
from collections.abc import Collection, Iterator
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import Any

import medcom_bu
from medcom_bu import bu, carecommunication, certification, exchange, layouts, profiles, testing
from medcom_bu.declare.base import fields
from medcom_bu.declare.oioxml import Element, Fixed, Value, Version
from medcom_bu.envelopes import statistics, vans
from medcom_bu.messages.letters import by_namespace, letters, spec_of
from medcom_bu.oioxml.schemas import file_of
from medcom_bu.second_opinion.differences import differences_table
from tests.robustness.coverage import corpus
from tests.support import ROOT, TESTS, code_lists, fates, java_oracle, r4_package, r4_vocabulary, reference
from tests.support.all_kinds import all_kinds
from tests.support.oracle import place

COMMAND = "python -m tests.regenerate"
DOOR = Path(medcom_bu.__file__)
UNION = DOOR.parent / "messages" / "letter_union.py"
PROFILES = ROOT / "docs" / "profiles.md"
LOCK, RETIRED = TESTS / "codes.lock", TESTS / "codes.retired"
_PAGE = """# Every code

What an issue or a loss can be. Codes are stable: they may be retired, never reused; wording may change. This page is
made from the declarations.

| Code | Severity, layer | Meaning | Betydning | Source |
|---|---|---|---|---|
"""


def files() -> dict[Path, bytes]:
    """Each generated file with what it should hold."""
    texts = {
        LOCK: lock(),
        RETIRED: "".join(f"{code}\n" for code in retired(locked(), on_the_list(), declared())),
        ROOT / "docs" / "codes.md": page(),
        ROOT / "docs" / "code-lists.md": code_lists.page(),
        ROOT / "docs" / "changeover-fields.md": fates.page(),
        PROFILES: profiles_page(),
        TESTS / "public_api.txt": "".join(f"{line}\n" for line in public_names()),
    }
    texts |= dict(schemas()) | {DOOR: door(), UNION: union()}
    return {path: text.encode() for path, text in texts.items()} | corpus()


def schemas() -> Iterator[tuple[Path, str]]:
    """The schema of each namespace, in which every letter of ours has its lines; the rest of it is written by hand."""
    for namespace, known in by_namespace().items():
        path = ROOT / "xsd" / file_of(namespace)
        schema = path.read_text(encoding="utf-8")
        for cls, version in known.values():
            schema = with_letter(schema, cls, version)
        yield path, schema


def with_letter(schema: str, cls: type[Value], version: Version) -> str:
    """The schema of a namespace with a letter in it: its file, its element and its codes, each where it is missing."""
    file, element = f"{version.code}.xsd", spec_of(cls).element
    schema = _with_line(schema, f'  <xs:include schemaLocation="{file}"/>', "  <xs:include .*others/|\n  <xs:group ")
    schema = _with_line(schema, f'      <xs:element ref="{element}"/>', "      <!-- |    </xs:choice>")
    for name, attribute in _settled(cls):
        before, start, after = schema.partition(f'<xs:simpleType name="{name}Type">')
        line = f'      <xs:enumeration value="{getattr(version, attribute)}"/>'
        schema = before + start + _with_line(after, line, "    </xs:restriction>")
    return schema


def _settled(cls: type[Value]) -> Iterator[tuple[str, str]]:
    """The elements of a letter's header that its version settles, and by which of its codes."""
    header = next(iter(fields(cls).values()))
    assert isinstance(header, Element)
    for declared in fields(header.type).values():
        if isinstance(declared, Element) and isinstance(declared.type, Fixed):
            yield declared.name, declared.type.attribute


def _with_line(text: str, line: str, place: str) -> str:
    """The text with a line in it: where it is missing, it comes before the first match of ``place``."""
    return text if line in text else re.sub(place, lambda found: f"{line}\n{found[0]}", text, count=1)


def lock() -> str:
    """One line a code; a code that vanishes, or changes how bad it is, is a visible difference."""
    return "".join(f"{kind.code} {kind.severity} {kind.layer}\n" for kind in all_kinds())


def declared() -> set[str]:
    """The codes that the library declares."""
    return {kind.code for kind in all_kinds()}


def locked() -> set[str]:
    """The codes that the lock holds."""
    return {line.split()[0] for line in LOCK.read_text(encoding="utf-8").splitlines()}


def on_the_list() -> set[str]:
    """The codes that have been retired."""
    return set(RETIRED.read_text(encoding="utf-8").split())


def retired(locked: Collection[str], before: Collection[str], declared: Collection[str]) -> list[str]:
    """The list of retired codes: those of ``before``, and those that were locked and are declared no more."""
    return sorted({*before, *locked} - (set(declared) - set(before)))


def page() -> str:
    """The page of all codes."""
    rows = [
        f"| `{kind.code}` | {kind.severity}, {kind.layer} | {kind.message.en} | {kind.message.da} | {kind.source} |"
        for kind in all_kinds()
    ]
    return _PAGE + "\n".join(row.replace("<", "&lt;") for row in rows) + "\n"


def profiles_page() -> str:
    """The page on profiles, with the table of known differences in it."""
    before, start, rest = PROFILES.read_text(encoding="utf-8").partition("<!-- the differences -->\n")
    _, end, after = rest.partition("<!-- the end of the differences -->\n")
    return f"{before}{start}{differences_table()}\n{end}{after}"


def door() -> str:
    """``medcom_bu/__init__.py``, with what type checkers and ``import *`` need written out from its table of names."""
    homes = {home: sorted(names.split(), key=_as_ruff) for home, names in medcom_bu._DOOR.items()}
    rooms = "".join(f"    from medcom_bu import {name} as {name}\n" for name in medcom_bu._ROOMS)
    imports = rooms + "".join(_import(home, homes[home]) for home in sorted(homes))
    names = sorted((name for names in homes.values() for name in names), key=_as_ruff)
    listed = "".join(f'    "{name}",\n' for name in names)
    before, start, rest = DOOR.read_text(encoding="utf-8").partition("# the door\n")
    _, end, after = rest.partition("# the end of the door\n")
    return f"{before}{start}if TYPE_CHECKING:\n{imports}\n__all__ = [\n{listed}]\n{end}{after}"


def union() -> str:
    """The union of all letters, for those who check types."""
    by_module: dict[str, list[str]] = {}
    for cls in letters():
        by_module.setdefault(cls.__module__, []).append(cls.__name__)
    imports = "".join(f"from {home} import {', '.join(sorted(by_module[home]))}\n" for home in sorted(by_module))
    members = "".join(f"    {'| ' if number else ''}{cls.__name__}\n" for number, cls in enumerate(letters()))
    return _UNION.format(imports=imports, members=members)


_UNION = '''"""A letter of any type. Written by ``python -m tests.regenerate``, from the classes beside this file."""

from __future__ import annotations

{imports}
Letter = (
{members})
"""What an Emessage holds one or more of."""
'''


def _import(home: str, names: list[str]) -> str:
    line = f"    from {home} import {', '.join(names)}\n"
    many = "".join(f"        {name},\n" for name in names)
    return line if len(line) <= 121 else f"    from {home} import (\n{many}    )\n"


def _as_ruff(name: str) -> tuple[int, str]:
    """Constants, then classes, then all else, each in the order of the alphabet."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), name


def rooms() -> dict[ModuleType, list[str]]:
    """The door and its public sub-modules, each with its names."""
    modules = (
        bu,
        carecommunication,
        certification,
        statistics,
        vans,
        exchange,
        layouts,
        profiles,
        testing,
        testing.strategies,
    )
    return {medcom_bu: list(medcom_bu._HOME_OF)} | {module: list(module.__all__) for module in modules}


def public_names() -> Iterator[str]:
    """What a user may import, with its signature: the names of the door, and those of its sub-modules."""
    for module, names in rooms().items():
        for name in sorted(names):
            yield from signatures(f"{module.__name__}.{name}", getattr(module, name))


def signatures(name: str, value: Any) -> Iterator[str]:
    """A name with its signature; of a class its public methods and attributes too, of a list of words its words."""
    if isinstance(value, type) and issubclass(value, StrEnum):
        yield f"{name}: {' '.join(value.__members__)}"
    elif isinstance(value, type):
        yield name + signature(value)
        for attribute, found in sorted(reference.members(value).items()):
            found = getattr(found, "__func__", found)
            yield f"{name}.{attribute}" + (signature(found) if inspect.isfunction(found) else "")
    else:
        yield name + (signature(value) if inspect.isfunction(value) else "")


def signature(value: Any) -> str:
    """The signature of what can be called, as it is written; defaults that are objects by their class alone."""
    try:
        found = inspect.signature(value)
    except ValueError:
        return ""
    return re.sub(r" at 0x[0-9a-f]+|<class '([^']+)'>", r"\1", str(found))


def archive(package: Path) -> dict[Path, bytes]:
    """The compressed definitions of R4, where they would hold something else: zlib is free in how it compresses."""
    with contextlib.suppress(java_oracle.Unavailable):
        held = r4_package.files(r4_package.jar(), package)
        if not r4_package.FILE.exists() or held != r4_package.held():
            return {r4_package.FILE: r4_package.archive(held)}
    return {}


def main() -> None:
    """Writes what differs, and says so."""
    package = place(r4_vocabulary.PACKAGE)
    r4 = {r4_vocabulary.FILE: r4_vocabulary.text(package).encode(), **archive(package)} if package.exists() else {}
    for path, content in (files() | r4).items():
        if not path.exists() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            print(os.path.relpath(path, ROOT))


if __name__ == "__main__":
    main()
