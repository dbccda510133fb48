"""Profiles that a test makes up, and what the engine says by them: one element definition a line."""

from __future__ import annotations

from typing import Any

from medcom_bu.fhir.profiles.packages import Definitions, Package, shipped
from medcom_bu.fhir.profiles.walk import check
from tests.support.fhir_message import Node

HOME = "http://example.org/fhir/"
P = f"{HOME}StructureDefinition/p"
R4 = "http://hl7.org/fhir/StructureDefinition/"
UUID = "urn:uuid:0b1f8b52-2b0e-4c63-8f0a-3a1f3a5f7c11"


def element(path: str, **facts: Any) -> Node:
    return {"id": path, "path": ".".join(part.partition(":")[0] for part in path.split(".")), **facts}


def profile(of_type: str, *elements: Node, url: str = P, base: str | None = None, **facts: Any) -> Node:
    return {
        "resourceType": "StructureDefinition",
        "url": url,
        "version": "1.0.0",
        "type": of_type,
        "kind": "resource",
        "derivation": "constraint",
        "baseDefinition": base or f"{R4}{of_type}",
        "differential": {"element": list(elements)},
        **facts,
    }


def value_set(name: str, **compose: Any) -> Node:
    return {"resourceType": "ValueSet", "url": f"{HOME}ValueSet/{name}", "compose": compose}


def code_system(name: str, *concepts: Node, content: str = "complete") -> Node:
    url = f"{HOME}CodeSystem/{name}"
    return {"resourceType": "CodeSystem", "url": url, "content": content, "concept": list(concepts)}


def definitions(*found: Node) -> Definitions:
    package = Package(
        "test", "1.0.0", {"hl7.fhir.r4.core": "4.0.1"}, {(one["resourceType"], one["url"]): one for one in found}
    )
    return shipped().with_packages([package]).definitions("test", "1.0.0")


def patient(**content: Any) -> Node:
    text = {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">x</div>'}
    return {"resourceType": "Patient", "id": "a", "meta": {"profile": [P]}, "text": text, **content}


def found_by_profiles(resource: Node, *these: Node) -> list[tuple[str, str]]:
    return [(issue.code.removeprefix("profile."), issue.path) for issue in check(resource, definitions(*these))]


def sliced(*discriminators: Node, rules: str = "open", **facts: Any) -> Node:
    return {"slicing": {"discriminator": list(discriminators), "rules": rules, **facts}}


def bundle(*resources: Node) -> Node:
    entries = [{"fullUrl": f"{HOME}{one['resourceType']}/{one['id']}", "resource": one} for one in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def organization(name: str = "b", **content: Any) -> Node:
    return {"resourceType": "Organization", "id": name, "text": patient()["text"], "name": "x", **content}


def in_bundle(resource: Node, *these: Node) -> list[tuple[str, str]]:
    return [one for one in found_by_profiles(resource, *these) if one != ("none", "Bundle")]
