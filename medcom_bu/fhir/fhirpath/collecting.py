"""Functions on collections: parts, unions, repetition, sums, order. Source: FHIRPath 2.0.0, sections 5.1 to 5.4."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

from medcom_bu.fhir.fhirpath import nodes
from medcom_bu.fhir.fhirpath.code import Code, Evaluator, Listed, Truth, base_code, listed, truth_of
from medcom_bu.fhir.fhirpath.environment import Env
from medcom_bu.fhir.fhirpath.faults import EvaluationError
from medcom_bu.fhir.fhirpath.function import (
    Function,
    Values,
    argument,
    asking,
    counted_number,
    on_items,
    on_values,
    single,
)
from medcom_bu.fhir.fhirpath.nodes import Items, PathItem
from medcom_bu.fhir.fhirpath.parser import Call, ExpressionNode, Literal, Operation


def _skip(items: Items, values: Values, _: Env) -> Items:
    return items[max(counted_number(values[0], "skip") or 0, 0) :]


def _take(items: Items, values: Values, _: Env) -> Items:
    return items[: max(counted_number(values[0], "take") or 0, 0)]


def _combine(items: Items, values: Values, env: Env) -> Items:
    env.steps.take(len(items) + len(values[0]))
    return [*items, *values[0]]


def _union(items: Items, values: Values, env: Env) -> Items:
    both = [*items, *values[0]]
    env.steps.take(nodes.size(both))
    return nodes.distinct(both)


def _keys(items: Items, env: Env) -> set[Any]:
    env.steps.take(nodes.size(items))
    return set(map(nodes.key, items))


def _exclude(items: Items, values: Values, env: Env) -> Items:
    others = _keys(values[0], env)
    env.steps.take(nodes.size(items))
    return [item for item in items if nodes.key(item) not in others]


def _subset_of(items: Items, values: Values, env: Env) -> Items:
    return [_keys(items, env) <= _keys(values[0], env)]


def _superset_of(items: Items, values: Values, env: Env) -> Items:
    return [_keys(items, env) >= _keys(values[0], env)]


def _any(expected: bool) -> Callable[[Items], Truth]:
    return lambda items: any(truth_of([item], "anyTrue") is expected for item in items)


def kept(run: Evaluator, name: str) -> Callable[[Items, Env, Items], Any]:
    """What asks a piece of code while ``name`` stands for some items, and what it stood for before comes back."""

    def asked(this: Items, env: Env, value: Items) -> Any:
        before = env.loop.get(name)
        env.loop[name] = value
        try:
            return run(this, env)
        finally:
            if before is None:
                del env.loop[name]
            else:
                env.loop[name] = before

    return asked


def numbered(each: Evaluator) -> Callable[[Items, Env], Iterator[tuple[PathItem, Any]]]:
    """Each item with what a piece of code says of it, while ``$index`` is its number."""
    asked = kept(each, "$index")

    def answers(items: Items, env: Env) -> Iterator[tuple[PathItem, Any]]:
        for at, item in enumerate(items):
            env.steps.take(1)
            yield item, asked([item], env, [at])

    return answers


def _repeat(call: Call) -> Code:
    """All that a projection leads to, and from there, each once."""
    base, each = base_code(call.base), listed(argument(call.arguments[0]))
    run = listed(base)

    def repeated(this: Items, env: Env) -> Items:
        found: dict[Any, PathItem] = {}
        waiting = run(this, env)
        while waiting:
            new = [part for item in waiting for part in each([item], env)]
            env.steps.take(len(waiting) + nodes.size(new))
            waiting = [part for part in new if nodes.key(part) not in found]
            found.update((nodes.key(part), part) for part in waiting)
        return list(found.values())

    return Code(repeated)


def _aggregate(call: Call) -> Code:
    """What comes of each item and of ``$total``, which begins as the second argument."""
    base, first = base_code(call.base), [listed(argument(node)) for node in call.arguments[1:]]
    run, asked = listed(base), kept(listed(argument(call.arguments[0])), "$total")

    def total(this: Items, env: Env) -> Items:
        items = run(this, env)
        found = first[0](this, env) if first else []
        for item in items:
            env.steps.take(1)
            found = asked([item], env, found)
        return found

    return Code(total)


def _sort(call: Call) -> Code:
    """The items in the order of some keys, of those with a minus before them from the greatest on; nothing is first."""
    base = base_code(call.base)
    run, keys = listed(base), [_sort_key(node) for node in call.arguments] or [(lambda this, _: this, 1)]

    def in_order(this: Items, env: Env) -> Items:
        items = run(this, env)
        env.steps.take(len(items) * max(len(items).bit_length(), 1))
        rows = [(item, [single(key([item], env), "sort") for key, _ in keys]) for item in items]

        def compare(one: tuple[PathItem, Values], other: tuple[PathItem, Values]) -> int:
            for (_, sign), a, b in zip(keys, one[1], other[1], strict=True):
                order = (nodes.order("sort", a[0], b[0]) or 0) * sign if a and b else len(a) - len(b)
                if order:
                    return order
            return 0

        return [item for item, _ in sorted(rows, key=functools.cmp_to_key(compare))]

    return Code(in_order, fixed=base.fixed)


def _sort_key(node: ExpressionNode) -> tuple[Listed, int]:
    if type(node) is Operation and node.operator == "-" and node.left == Literal(0):
        return listed(argument(node.right)), -1
    return listed(argument(node)), 1


def _one(items: Items) -> Items:
    if len(items) > 1:
        raise EvaluationError("single", "many items")
    return items


FUNCTIONS: dict[str, Function] = {
    "single": on_items(_one),
    "skip": on_values(_skip, 1, 1),
    "take": on_values(_take, 1, 1),
    "combine": on_values(_combine, 1, 1),
    "union": on_values(_union, 1, 1),
    "exclude": on_values(_exclude, 1, 1),
    "subsetOf": on_values(_subset_of, 1, 1),
    "supersetOf": on_values(_superset_of, 1, 1),
    "anyTrue": asking(_any(True)),
    "anyFalse": asking(_any(False)),
    "repeat": Function(_repeat, 1, 1),
    "aggregate": Function(_aggregate, 1, 2),
    "sort": Function(_sort, 0, 10),
}
