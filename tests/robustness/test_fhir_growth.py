"""FHIR: twice as much of anything takes at most three times the work, and little memory."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import medcom_bu
from medcom_bu.fhir import fhirpath
from medcom_bu.fhir.fhirpath import Env
from medcom_bu.fhir.model.catalogue import NOT_A_BUNDLE
from medcom_bu.fhir.model.data import dump_json, load_json
from medcom_bu.fhir.profiles.index import ResourcePlace
from medcom_bu.fhir.profiles.judgements import Budget, Judgement, Need, failing
from medcom_bu.fhir.profiles.tree import ProfileNode
from medcom_bu.limits import Limits
from medcom_bu.testing.sets import fhir_samples
from tests.robustness.growth import MOST_BYTES, assert_linear_time
from tests.support.memory import peak

CARE = medcom_bu.to_fhir(fhir_samples()["CareCommunication/5.0"])
WIDE = Limits(contained=10**9, names=10**9)
judge: Callable[[bytes], Any] = functools.partial(medcom_bu.validate, limits=WIDE)


def communication(plain: Any) -> Any:
    return next(entry["resource"] for entry in plain["entry"] if entry["resource"]["resourceType"] == "Communication")


def contained(number: int, refer: Callable[[int], str]) -> bytes:
    """A message with so many contained resources, each of which refers to what ``refer`` says."""
    plain = load_json(CARE).message
    communication(plain)["contained"] = [
        {"resourceType": "Organization", "id": f"c{n}", "partOf": {"reference": refer(n)}} for n in range(number)
    ]
    return dump_json(plain)


CONTAINED: dict[str, Callable[[int], bytes]] = {
    "each the next": lambda number: contained(number, lambda n: f"#c{(n + 1) % number}"),
    "each the last": lambda number: contained(number, lambda _: f"#c{number - 1}"),
    "each itself": lambda number: contained(number, lambda n: f"#c{n}"),
    "each the outer one": lambda number: contained(number, lambda _: "#"),
    "each what is not there": lambda number: contained(number, lambda n: f"#x{n}"),
    "each an entry": lambda number: contained(number, lambda _: "Patient/x"),
    "one id for all": lambda number: contained(number, lambda _: "#c0").replace(b'"c', b'"c0","active":"'),
}


@pytest.mark.slow
@pytest.mark.parametrize("way", CONTAINED)
def test_contained_resources_that_refer_to_each_other(way: str) -> None:
    """SEC-8."""
    assert_linear_time(CONTAINED[way], judge)


@pytest.mark.slow
def test_contained_resources_take_little_memory() -> None:
    data = CONTAINED["each the next"](2000)
    assert peak(lambda: judge(data)) < MOST_BYTES * len(data) + 20_000_000


def arrays(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    for key, item in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        if isinstance(item, list):
            yield f"{path}/{key}", item
        yield from arrays(item, f"{path}/{key}")


def repeated(path: str, number: int) -> bytes:
    plain = load_json(CARE).message
    items = dict(arrays(plain))[path]
    for n in range(number):
        item = copy.deepcopy(items[-1])
        if path == "/entry":
            kind = item["resource"]["resourceType"]
            item["resource"]["id"] = f"x{n}"
            item["fullUrl"] = f"https://example.dk/{kind}/x{n}"
        items.append(item)
    return dump_json(plain)


PLACES = [path for path, _ in arrays(load_json(CARE).message)]


@pytest.mark.slow
@pytest.mark.parametrize("path", PLACES[::5])
def test_anything_that_repeats(path: str) -> None:
    assert_linear_time(lambda number: repeated(path, number), judge)


@pytest.mark.slow
def test_many_needs_that_one_failure_touches() -> None:
    """A judgement that rests on others in many ways is looked through once for each that fails."""

    wrong = NOT_A_BUNDLE.issue("/")

    def make(number: int) -> list[Any]:
        good, holder = Judgement(PLACE, NODE, Budget(9)), Judgement(PLACE, NODE, Budget(9))
        bad = [Judgement(PLACE, NODE, Budget(9), has_error=True) for _ in range(number)]
        holder.needs = [Need(lambda: wrong, (one, good)) for one in bad]
        return [holder, good, *bad]

    assert len(failing(make(1000))) == 1000
    assert_linear_time(make, failing, 16)


PLACE, NODE = ResourcePlace({}, "", "", {}), ProfileNode("Resource", frozenset())


# --- what is remembered for a root, and what for a resource -------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("%rootResource.contained.id contains %resource.id", [True, True]),
        ("%rootResource.contained.where(id = %resource.id).name", ["a", "b"]),
        ("%resource.name = %rootResource.contained.first().name", [True, False]),
        ("name in %rootResource.contained.first().name", [True, False]),
        ("name in %resource.name", [True, True]),
        ("%rootResource.contained.exists(%resource.name = 'b')", [False, True]),
        ("%rootResource.select(%resource.name)", ["a", "b"]),
        ("iif(true, %rootResource.select(%resource.name), %rootResource.id)", ["a", "b"]),
    ],
)
def test_expressions_on_a_root_are_not_mixed_up_with_those_on_a_resource(expression: str, expected: list[Any]) -> None:
    parts = [{"resourceType": "Organization", "id": name, "name": name} for name in "ab"]
    root = {"resourceType": "Patient", "id": "p", "contained": parts}
    env = Env(root)
    asked = fhirpath.compile(f"iif(true, {expression}, false)"), fhirpath.compile(expression)
    for compiled in asked:
        for _ in range(2):
            found = [compiled.evaluate(part, env.within(part, root)) for part in parts]
            assert [one[0] if one else None for one in found] == expected


def test_what_depends_on_the_root_alone_is_worked_out_once() -> None:
    parts = [{"resourceType": "Organization", "id": f"c{n}"} for n in range(50)]
    root = {"resourceType": "Patient", "contained": parts}
    env = Env(root)
    within = [env.within(part, root) for part in parts]
    compiled = fhirpath.compile("id in %rootResource.contained.id")
    assert all(compiled.holds(part, one) for part, one in zip(parts, within, strict=True))
    assert all(one.shared is env.shared and not one.memo for one in within)
    assert env.shared
    assert env.within(parts[0], parts[0]).shared is not env.shared
