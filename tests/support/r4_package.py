"""The rest of R4 as it is shipped, made from HL7's definitions: ``profiles/hl7.fhir.r4.core/package/more.zip``.

The types are taken from the files of R4 4.0.1 that HAPI's ``hapi-fhir-validation-resources-r4`` carries: the archive
among the oracles has some types as another product changed them. What the value sets hold is taken from that archive.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from medcom_bu.fhir.model import r4_package
from medcom_bu.fhir.profiles.packages import Definitions, load
from medcom_bu.fhir.profiles.terminology import Expansion, Terminology
from tests.support import java_oracle

FILE = r4_package.more().path
_PLACE = "org/hl7/fhir/r4/model/profile/profiles-{}.xml"
_EXTENSIONS = "org/hl7/fhir/r4/model/extension/extension-definitions.xml"
_FHIR = "{http://hl7.org/fhir}"
ON_EVERY_ELEMENT = {"ele-1", "ext-1", "dom-2", "dom-3", "dom-4", "dom-5", "dom-6"}
"""Invariants that stand on Element, Extension and DomainResource, and that snapshots repeat."""
_LISTED_AT_MOST = 1000
"""Codes of a value set that is shipped; the greatest of those that R4 requires has some 700."""


def jar() -> Path:
    """HAPI's file with the definitions of R4. Raises :class:`java_oracle.Unavailable`."""
    paths = java_oracle.classpath().split(os.pathsep)
    return next(Path(path) for path in paths if "validation-resources-r4-" in path)


def files(hl7: Path, package: Path) -> dict[str, dict[str, Any]]:
    """Each file of the archive with what it should hold, by HL7's definitions and the package of the oracles."""
    shipped = {path.name for path in FILE.parent.glob("*.json")}
    types = {f"StructureDefinition-{one['id']}.json": one for one in definitions(hl7)}
    more = {name: one for name, one in types.items() if name not in shipped}
    more |= {f"StructureDefinition-{one['id']}.json": one for one in extensions(hl7)}
    bound = sorted({url for one in more.values() for url in _required(one)})
    sets = {f"ValueSet-{one['id']}.json": one for one in _value_sets(bound, package)}
    return more | {name: one for name, one in sets.items() if name not in shipped}


def archive(held: dict[str, dict[str, Any]]) -> bytes:
    """The archive. The same definitions give the same bytes with the same zlib."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for name, definition in sorted(held.items()):
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(entry, json.dumps(definition, separators=(",", ":")), compresslevel=9)
    return written.getvalue()


def held() -> dict[str, dict[str, Any]]:
    """What the archive that is shipped holds."""
    with zipfile.ZipFile(FILE) as file:
        return {name: json.loads(file.read(name)) for name in file.namelist()}


def definitions(hl7: Path) -> Iterator[dict[str, Any]]:
    """The types of R4 as facts, and SimpleQuantity, the one profile that they name."""
    with zipfile.ZipFile(hl7) as file:
        for part in ("resources", "types"):
            root = etree.fromstring(file.read(_PLACE.format(part)), etree.XMLParser(huge_tree=True))
            for one in root.iter(f"{_FHIR}StructureDefinition"):
                is_type = _text(one, "derivation") != "constraint" and _text(one, "kind") != "logical"
                if is_type or _text(one, "id") == "SimpleQuantity":
                    yield _definition(one)


def extensions(hl7: Path) -> Iterator[dict[str, Any]]:
    """The extensions of R4 itself, as facts: what each adds to Extension, and where it may stand."""
    with zipfile.ZipFile(hl7) as file:
        root = etree.fromstring(file.read(_EXTENSIONS), etree.XMLParser(huge_tree=True))
    for one in root.iter(f"{_FHIR}StructureDefinition"):
        places = one.findall(f"{_FHIR}context")
        yield _head(one) | {
            "context": [{key: _text(place, key) for key in ("type", "expression")} for place in places],
            "differential": {"element": [_added(element) for element in one.iterfind(f"{_FHIR}differential/*")]},
        }


def _definition(one: Any) -> dict[str, Any]:
    elements = [_element(element) for element in one.find(f"{_FHIR}snapshot")]
    return _head(one) | {"snapshot": {"element": elements}}


def _head(one: Any) -> dict[str, Any]:
    stated = ("id", "url", "version", "name", "status", "fhirVersion", "kind", "type", "baseDefinition", "derivation")
    texts = {key: text for key in stated if (text := _text(one, key)) is not None}
    return {"resourceType": "StructureDefinition", **texts, "abstract": _text(one, "abstract") == "true"}


def _added(one: Any) -> dict[str, Any]:
    """The facts that an extension states of an element; those that it leaves to Extension are not repeated."""
    facts = {
        "id": one.get("id"),
        "path": _text(one, "path"),
        "sliceName": _text(one, "sliceName"),
        "min": int(least) if (least := _text(one, "min")) is not None else None,
        "max": _text(one, "max"),
        "fixedUri": _text(one, "fixedUri"),
        "isModifier": True if _text(one, "isModifier") == "true" else None,
        "type": [_type(kind) for kind in one.findall(f"{_FHIR}type")],
        "binding": _binding(one),
        "constraint": list(_constraints(one)),
    }
    return {key: fact for key, fact in facts.items() if fact not in (None, [])}


def _element(one: Any) -> dict[str, Any]:
    """The facts of an element, as the files beside the archive have them."""
    path, kinds = str(_text(one, "path")), [_type(kind) for kind in one.findall(f"{_FHIR}type")]
    facts = {
        "id": path,
        "path": path,
        "min": int(str(_text(one, "min"))),
        "max": _text(one, "max"),
        "representation": _texts(one, "representation"),
        "contentReference": _text(one, "contentReference"),
        "type": kinds,
        "binding": _binding(one),
        "constraint": list(_constraints(one)),
    }
    return {key: fact for key, fact in facts.items() if fact not in (None, [])}


def _type(kind: Any) -> dict[str, Any]:
    facts = {key: _texts(kind, key) for key in ("profile", "targetProfile")}
    return {"code": _text(kind, "code")} | {key: fact for key, fact in facts.items() if fact}


def _binding(one: Any) -> dict[str, Any] | None:
    bound = one.find(f"{_FHIR}binding")
    if bound is None or _text(bound, "strength") != "required":
        return None
    return {"strength": "required", "valueSet": _text(bound, "valueSet")}


def _constraints(one: Any) -> Iterator[dict[str, Any]]:
    for rule in one.findall(f"{_FHIR}constraint"):
        if _text(rule, "key") not in ON_EVERY_ELEMENT and _text(rule, "expression"):
            yield {key: _text(rule, key) for key in ("key", "severity", "expression")}


def _text(one: Any, name: str) -> str | None:
    return next(iter(_texts(one, name)), None)


def _texts(one: Any, name: str) -> list[str]:
    return [child.get("value") for child in one.findall(_FHIR + name)]


def _required(definition: dict[str, Any]) -> Iterator[str]:
    for element in elements_of(definition):
        if "binding" in element:
            yield element["binding"]["valueSet"]


def elements_of(definition: dict[str, Any]) -> list[dict[str, Any]]:
    """The elements of a type, or those that an extension adds to."""
    found: list[dict[str, Any]] = (definition.get("snapshot") or definition["differential"])["element"]
    return found


def _value_sets(bound: list[str], package: Path) -> Iterator[dict[str, Any]]:
    """The value sets that can be listed, with their codes."""
    everything = Definitions((load(package),))
    terminology = Terminology(everything)
    for canonical in bound:
        definition, listed = everything.find("ValueSet", canonical), terminology.expansion(canonical)
        if definition is not None and not listed.unknown and sum(map(len, listed.codes.values())) <= _LISTED_AT_MOST:
            url = canonical.partition("|")[0]
            known = {key: definition[key] for key in ("version", "name") if key in definition}
            yield {
                "resourceType": "ValueSet", "id": url.rpartition("/")[2], "url": url, **known, "status": "active",
                "compose": {"include": list(_includes(listed))},
            }  # fmt: skip


def _includes(listed: Expansion) -> Iterator[dict[str, Any]]:
    for system, codes in sorted(listed.codes.items()):
        yield {"system": system, "concept": [{"code": code} for code in sorted(codes)]}
    yield from ({"system": grammar} for grammar in sorted(listed.grammars))
