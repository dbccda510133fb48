"""Every generated file, made from the code: ``python -m tests.regenerate`` writes them all anew.

A code of an issue that is gone goes to ``tests/codes.retired``, and may never be declared again.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from medcom_bu.declare.base import fields
from medcom_bu.declare.oioxml import Element, Fixed, Value, Version
from medcom_bu.messages.letters import by_namespace, spec_of
from medcom_bu.oioxml.schemas import file_of
from tests.robustness.coverage import corpus
from tests.support import ROOT, TESTS
from tests.support.all_kinds import all_kinds

COMMAND = "python -m tests.regenerate"
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
        TESTS / "public_api.txt": "".join(f"{name}\n" for name in public_names()),
    }
    texts |= dict(schemas())
    return {path: text.encode() for path, text in texts.items()} | corpus()


def schemas() -> Iterator[tuple[Path, str]]:
    """The schema of each namespace, in which every letter of ours has its lines; the rest of it is written by hand."""
    for namespace, letters in by_namespace().items():
        path = ROOT / "xsd" / file_of(namespace)
        schema = path.read_text(encoding="utf-8")
        for cls, version in letters.values():
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


def public_names() -> list[str]:
    """What a user may import: the names of the package, of the builders and of the tools for testing."""
    modules = ["medcom_bu", "medcom_bu.builders", "medcom_bu.testing"]
    return sorted(f"{module}.{name}" for module in modules for name in importlib.import_module(module).__all__)


def main() -> None:
    """Writes what differs, and says so."""
    for path, content in files().items():
        if not path.exists() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
