"""FHIRPath: each kind of invariant against the same check by hand, and against fhirpathpy where that can evaluate it.

``python -m benchmarks.fhirpath``; the ratios are medians over pairs that run in turn.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from statistics import geometric_mean
from typing import Any, NamedTuple

from benchmarks import peers
from benchmarks.measure import Work, ratio
from medcom_bu.fhir.fhirpath import BundleIndex, Env, compile  # noqa: A004

CARE = "http://medcomfhir.dk/ig/carecommunication/StructureDefinition/medcom-careCommunication-"
AUTHOR = "http://medcomfhir.dk/ig/core/StructureDefinition/medcom-core-practitioner-extension"
SYSTEMS = ("urn:oid:1.2.208.176.1.1", "https://kombit.dk/sts/organisation", "urn:oid:2.16.840.1.113883.2.24.1.1")
UUID = "urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
WEIGHED = " + ".join(f"(substring({at},1).toInteger()*{3 if at % 2 else 1})" for at in range(12))
TYPES = (
    *("MessageHeader", "Patient", "Communication", "PractitionerRole"),
    *("Practitioner", "Organization", "Organization", "Provenance"),
)


class Case(NamedTuple):
    """An invariant, what it is asked of, and the same check by hand."""

    key: str
    expression: str
    focus: Any
    by_hand: Callable[[Any], bool]


def bundle() -> dict[str, Any]:
    """A message of the size that is usual."""
    author = {"url": AUTHOR, "valueReference": {"reference": "PractitionerRole/id3"}}
    more: dict[str, dict[str, Any]] = {
        "MessageHeader": {"meta": {"profile": [CARE + "messageHeader"]}},
        "Communication": {"payload": [{"extension": [author], "contentString": "x"}] * 3},
        "PractitionerRole": {"code": [{"coding": [{"code": "x"}]}]},
        "Practitioner": {"name": [{"family": "x"}]},
        "Organization": {"identifier": [{"system": system, "value": "x"} for system in reversed(SYSTEMS)]},
        "Provenance": {"meta": {"profile": [CARE + "provenance"]}},
    }
    resources = [{"resourceType": kind, "id": f"id{at}"} | more.get(kind, {}) for at, kind in enumerate(TYPES)]
    base = "https://example.org/fhir"
    entries = [{"fullUrl": f"{base}/{one['resourceType']}/{one['id']}", "resource": one} for one in resources]
    return {"resourceType": "Bundle", "type": "message", "entry": entries}


def of_type(message: dict[str, Any], kind: str) -> Iterator[dict[str, Any]]:
    return (part["resource"] for part in message["entry"] if part["resource"]["resourceType"] == kind)


def claims(resource: dict[str, Any], profile: str) -> bool:
    return bool(resource["meta"]["profile"][0].startswith(CARE + profile))


def cases(message: dict[str, Any], index: BundleIndex) -> Iterator[Case]:
    """One of each kind of invariant."""

    def header(one: dict[str, Any]) -> bool:
        first = one["entry"][0]["resource"]
        return first["resourceType"] == "MessageHeader" and claims(first, "messageHeader")

    yield Case(
        "carecommunication-1",
        f"entry[0].resource.ofType(MessageHeader).meta.profile.startsWith('{CARE}messageHeader')",
        message,
        header,
    )
    yield Case(
        "carecommunication-2",
        "entry.where(resource.is(Patient)).count() = 1",
        message,
        lambda one: len(list(of_type(one, "Patient"))) == 1,
    )
    yield Case(
        "carecommunication-3",
        f"entry.resource.ofType(Provenance).all(meta.profile.startsWith('{CARE}provenance'))",
        message,
        lambda one: all(
            part["meta"]["profile"][0].startswith(CARE + "provenance") for part in of_type(one, "Provenance")
        ),
    )
    yield Case(
        "carecommunication-4",
        "entry.resource.ofType(Practitioner).name.exists()",
        message,
        lambda one: any(part.get("name") for part in of_type(one, "Practitioner")),
    )

    def roles(one: dict[str, Any]) -> bool:
        for part in one["payload"]:
            for found in part.get("extension", ()):
                target = found["url"] == AUTHOR and index.resolve(found["valueReference"]["reference"], found)
                codes = target.get("code", ()) if target else ()
                coded = any("code" in coding for code in codes for coding in code.get("coding", ()))
                if target and coded == any("text" in code for code in codes):
                    return False
        return True

    yield Case(
        "carecommunication-7",
        f"payload.extension('{AUTHOR}').value.resolve().all(code.coding.code.exists() xor code.text.exists())",
        next(of_type(message, "Communication")),
        roles,
    )
    yield Case(
        "organization identifiers",
        f"identifier.where({' or '.join(f'system={system!r}' for system in SYSTEMS)}).exists()",
        next(of_type(message, "Organization")),
        lambda one: any(part.get("system") in SYSTEMS for part in one.get("identifier", ())),
    )
    yield Case(
        "bdl-3",
        "entry.all(request.exists() = (%resource.type = 'batch' or %resource.type = 'transaction'))",
        message,
        lambda one: all(("request" in part) == (one["type"] in ("batch", "transaction")) for part in one["entry"]),
    )
    yield from values()


def values() -> Iterator[Case]:
    """Invariants of data types."""
    search = re.compile(UUID).search
    identifier = {"value": "urn:uuid:00000000-0000-4000-8000-000000000000"}
    yield Case("uuid", f"value.matches('{UUID}')", identifier, lambda one: search(one.get("value", "")) is not None)

    def gln(text: str) -> bool:
        total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(text[:12]))
        return (10 - total % 10) % 10 == int(text[12])

    expression = f"((10-({WEIGHED})mod(10))mod(10))=substring(12,1).toInteger()"
    yield Case("gln-modulus-10", expression, "5790000121526", gln)
    yield Case(
        "ext-1",
        "extension.exists() != value.exists()",
        {"url": "x", "valueString": "y"},
        lambda one: ("extension" in one) != any(name.startswith("value") for name in one),
    )


def peer(case: Case, message: dict[str, Any]) -> Work | None:
    """The invariant in fhirpathpy; None where it is not installed or cannot evaluate it."""
    if not peers.is_installed("fhirpathpy"):
        return None
    import fhirpathpy
    from fhirpathpy.models import models

    run = fhirpathpy.compile(case.expression, models["r4"])
    ids_and_clock = {"resource": message, "rootResource": message}
    try:
        run(case.focus, ids_and_clock)
    except Exception:
        return None
    return lambda: run(case.focus, ids_and_clock)


def main() -> int:
    """Measure everything, and print the table."""
    message = bundle()
    index = BundleIndex(message)
    env = Env(message, resolve=index.resolve)
    hand, faster = [], []
    print("| invariant | times the check by hand | times faster than fhirpathpy |\n|---|---|---|")
    for case in cases(message, index):
        compiled = compile(case.expression)
        if not (compiled.holds(case.focus, env) and case.by_hand(case.focus)):
            raise AssertionError(case.key)
        hand.append(ratio(lambda: compiled.holds(case.focus, env), lambda: case.by_hand(case.focus), 0.5))  # noqa: B023
        other = peer(case, message)
        if other is not None:
            faster.append(ratio(other, lambda: compiled.holds(case.focus, env), 0.5))  # noqa: B023
        print(f"| {case.key} | {hand[-1]:.1f}x | {f'{faster[-1]:.0f}x' if other else 'not evaluated'} |", flush=True)
    mean = f"{geometric_mean(faster):.0f}x (>= 25x)" if faster else "not measured: fhirpathpy is not installed"
    print(f"| geometric mean (target) | {geometric_mean(hand):.1f}x (<= 6x) | {mean} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
