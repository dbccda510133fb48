"""The vocabulary of R4, made from R4's own definitions: ``medcom_bu/fhir/model/r4_vocabulary.py``."""

from __future__ import annotations

import json
import tarfile
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.support.modules import ROOT

FILE = ROOT / "fhir" / "model" / "r4_vocabulary.py"
PACKAGE = "reference/fhir/hl7.fhir.r4.core-4.0.1-rebuilt.tgz"
"""Every definition of R4, among the oracles."""
VERSION = "4.0.1"
_REGEX = "http://hl7.org/fhir/StructureDefinition/regex"
_PAGE = '''"""The vocabulary of FHIR R4: which types there are, and what the values of primitives look like.

Written by ``python -m tests.regenerate`` from the definitions of R4: change nothing by hand. ``model.r4`` reads it.
"""

VERSION = "{version}"
"""The version of FHIR."""

DOMAIN_RESOURCES = """
{domain}
"""
"""The types of resource that may have a narrative and contain others."""

OTHER_RESOURCES = """
{other}
"""
"""The types of resource that have neither."""

COMPLEX_TYPES = {{
{complex}
}}
"""Data type -> the type that it is a kind of."""

PRIMITIVE_TYPES = r"""
{primitive}
"""  # noqa: E501
"""A primitive type a line: its name, the type that it is a kind of, its least and its greatest value, the greatest
length, and its pattern; ``-`` where R4 says nothing."""

CHOICES = """
{choices}
"""
"""The elements that are written ``name[x]``: the JSON name has the type behind it."""

CHOICE_TYPES = """
{choice_types}
"""
"""The types that a choice may have."""
'''


def text(package: Path) -> str:
    """The file, as the definitions of a package have it."""
    types = list(_types(package))
    concrete = [one for one in types if one["kind"] == "resource" and not one["abstract"]]
    choices = [element for one in types for element in _elements(one) if element["path"].endswith("[x]")]
    return _PAGE.format(
        version=VERSION,
        domain=_words(one["type"] for one in concrete if _base(one) == "DomainResource"),
        other=_words(one["type"] for one in concrete if _base(one) != "DomainResource"),
        complex=_table({one["type"]: _base(one) for one in types if one["kind"] == "complex-type"}),
        primitive="\n".join(sorted(_primitive(one) for one in types if one["kind"] == "primitive-type")),
        choices=_words(element["path"].rpartition(".")[2].removesuffix("[x]") for element in choices),
        choice_types=_words(kind["code"] for element in choices for kind in element["type"]),
    )


def _types(package: Path) -> Iterator[dict[str, Any]]:
    """The definitions of R4's own types, profiles on them left out."""
    with tarfile.open(package) as archive:
        for member in archive:
            if not member.name.startswith("package/StructureDefinition-"):
                continue
            content = archive.extractfile(member)
            assert content is not None
            definition = json.load(content)
            if definition.get("version") == VERSION and definition.get("derivation") != "constraint":
                yield definition


def _elements(definition: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = definition["snapshot"]["element"]
    return found


def _base(definition: dict[str, Any]) -> str:
    return str(definition.get("baseDefinition", "")).rpartition("/")[2]


def _primitive(definition: dict[str, Any]) -> str:
    value = next(element for element in _elements(definition) if element["path"].endswith(".value"))
    patterns = [one["valueString"] for one in value["type"][0].get("extension", ()) if one["url"] == _REGEX]
    facets = [value.get(name, "-") for name in ("minValueInteger", "maxValueInteger", "maxLength")]
    return " ".join(map(str, (definition["type"], _base(definition), *facets, next(iter(patterns), "-"))))


def _words(names: Iterable[str]) -> str:
    return textwrap.fill(" ".join(sorted(set(names))), 116, initial_indent="    ", subsequent_indent="    ")


def _table(rows: dict[str, str]) -> str:
    return "\n".join(f'    "{name}": "{rows[name]}",' for name in sorted(rows))
