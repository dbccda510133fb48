"""FHIRPath against fhirpathpy: every invariant of the official packages, on every form of element in their examples.

What fhirpathpy cannot evaluate is not compared; what it answers otherwise is listed here, with the reason.
"""

from __future__ import annotations

import json
import tarfile
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from medcom_bu.fhir.fhirpath import BundleIndex, Env, EvaluationError, FhirElement, FhirPathError, compile  # noqa: A004
from medcom_bu.fhir.fhirpath.nodes import _CHOICES
from tests.support.oracle import oracle

PACKAGES = (
    "hl7.fhir.r4.core-4.0.1-subset",
    "medcom.fhir.dk.carecommunication-5.0.2",
    "medcom.fhir.dk.carecommunication-4.0.3",
    "medcom.fhir.dk.acknowledgement-2.0.3",
    "medcom.fhir.dk.core-3.0.1",
    "medcom.fhir.dk.core-2.4.0",
    "medcom.fhir.dk.messaging-4.0.2",
    "medcom.fhir.dk.messaging-2.2.2",
    "hl7.fhir.dk.core-3.4.0",
    "hl7.fhir.dk.core-3.2.0",
)
EXAMPLES = ("carecommunication-5.0.2", "carecommunication-4.0.3", "acknowledgement-2.0.3", "testscripts-5.0.0")


def rules() -> Iterator[tuple[str, str]]:
    """Key and expression of each invariant, and the path of each discriminator."""
    for package in PACKAGES:
        with tarfile.open(oracle(f"reference/fhir/{package}.tgz")) as files:
            for member in files:
                wanted = "/StructureDefinition-" in member.name and member.name.endswith(".json")
                file = files.extractfile(member) if wanted else None
                if file is None:
                    continue
                for element in json.load(file)["snapshot"]["element"]:
                    yield from ((rule["key"], rule["expression"]) for rule in element.get("constraint", ()))
                    yield from (("", path["path"]) for path in element.get("slicing", {}).get("discriminator", ()))


def bundles() -> Iterator[dict[str, Any]]:
    for folder in EXAMPLES:
        for file in sorted(oracle(f"examples/fhir/{folder}").glob("*.json")):
            bundle = json.loads(file.read_text(encoding="utf-8"))
            if bundle.get("resourceType") == "Bundle":
                yield bundle


def test_every_rule_of_the_official_packages_compiles() -> None:
    refused = set()
    for _, expression in set(rules()):
        try:
            compile(expression)
        except FhirPathError as fault:
            refused.add(str(fault))
    assert refused == set()


def test_the_choices_are_those_of_r4() -> None:
    model = pytest.importorskip("fhirpathpy.models").models["r4"]
    of_evidence = {"duration", "instances"}  # the definitions have them in EvidenceVariable, the model has not
    assert {path.rpartition(".")[2] for path in model["choiceTypePaths"]} - {"date"} == _CHOICES - of_evidence


Step = tuple[Any, str]


def typed(node: Any, path: str, model: dict[str, Any]) -> Iterator[Step]:
    """Each object and text in a resource, with the type or the path under which fhirpathpy knows it."""
    yield node, path
    if not isinstance(node, dict):
        return
    for name, value in node.items():
        below = f"{path}.{name}"
        kind = model["path2Type"].get(below, below)
        for choice in model["choiceTypePaths"]:
            if below.startswith(choice) and choice.rpartition(".")[0] == path:
                kind = next(kind for kind in model["choiceTypePaths"][choice] if below == choice + kind)
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                inner = part.get("resourceType") or (below if kind in ("BackboneElement", "Element") else kind)
                yield from typed(part, inner, model)
            elif isinstance(part, str) and name not in ("resourceType", "div"):
                yield part, kind


def forms(model: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Any, str]]:
    """A Bundle and an element of it, one for each type and set of names that occurs."""
    seen = set()
    for bundle in bundles():
        for node, kind in typed(bundle, "Bundle", model):
            form = (kind, frozenset(node) if isinstance(node, dict) else node[:9])
            if form not in seen:
                seen.add(form)
                yield bundle, node, kind


def reason(expression: str, node: Any, kind: str) -> str:
    """Why the two may differ."""
    if isinstance(node, dict):
        is_date = "value.matches(" in expression and "valueDateTime" in node
        return "a date is no text to HL7's engine" if is_date else "none"
    if "value" in expression:
        return "a primitive is its own value to HL7's engine, and has none to fhirpathpy"
    if "matches(" in expression and kind in ("dateTime", "instant"):
        return "a date is no text to HL7's engine"
    if "matches(" in expression and len(node) > 10_000:
        return "too long to search"
    if "toInteger()" in expression and node.isdecimal() and int(node) >= 1 << 31:
        return "an integer has 32 bits"
    return "none"


def answer_of(expression: str, focus: Any, env: Env) -> list[Any]:
    try:
        found = compile(expression).evaluate(focus, env)
    except EvaluationError:
        return ["error"]
    return [item.value if isinstance(item, FhirElement) else item for item in found]


@pytest.mark.slow
def test_fhirpathpy_answers_the_same_where_it_answers() -> None:
    fhirpathpy = pytest.importorskip("fhirpathpy")
    typed_node = pytest.importorskip("fhirpathpy.engine.nodes").ResourceNode.create_node
    model = pytest.importorskip("fhirpathpy.models").models["r4"]
    found = Counter[str]()
    samples = list(forms(model))
    for expression in sorted({expression for _, expression in rules()}):
        if any(name in expression for name in ("resolve()", "conformsTo", "htmlChecks")):
            continue  # fhirpathpy knows no bundle
        theirs = fhirpathpy.compile(expression, model, {"traceFn": lambda *_: None})
        for bundle, node, kind in samples:
            is_resource = isinstance(node, dict) and "resourceType" in node
            resource = node if is_resource else bundle
            try:
                focus = node if is_resource else typed_node(node, kind)
                answer = theirs(focus, {"resource": resource, "rootResource": bundle})
            except Exception:
                found["not evaluated"] += 1
                continue
            mine = answer_of(expression, node if is_resource else FhirElement(node, type=kind), Env(resource, bundle))
            found["alike" if mine == answer else reason(expression, node, kind)] += 1
    assert found.pop("alike") > 20_000
    assert found.pop("not evaluated") < 3_000
    assert set(found) == {
        "a primitive is its own value to HL7's engine, and has none to fhirpathpy",
        "a date is no text to HL7's engine",
        "too long to search",
        "an integer has 32 bits",
    }


def test_discriminators_find_what_tells_slices_apart() -> None:
    """The paths of the official slicings, on the elements that they slice."""
    bundle = next(bundles())
    header = bundle["entry"][0]["resource"]
    env = Env(header, bundle, resolve=BundleIndex(bundle).resolve)
    use = "http://medcomfhir.dk/ig/messaging/StructureDefinition/medcom-messaging-destinationUseExtension"
    assert f"extension('{use}').value.code" in {path for key, path in rules() if not key}
    assert answer_of(f"extension('{use}').value.code", header["destination"][0], env) == ["primary"]
    payload = next(part["resource"] for part in bundle["entry"] if part["resource"]["resourceType"] == "Communication")[
        "payload"
    ]
    assert [compile("$this.content is string").holds(part, env) for part in payload] == [
        "contentString" in part for part in payload
    ]
