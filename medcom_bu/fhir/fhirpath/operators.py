"""The operators of the subset. Source: FHIRPath 2.0.0 section 6."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import attrs

from medcom_bu.fhir.fhirpath import nodes
from medcom_bu.fhir.fhirpath.code import Code, Truth, compile_node, decided, keys_of, listed
from medcom_bu.fhir.fhirpath.environment import Env
from medcom_bu.fhir.fhirpath.faults import EvaluationError, UnsupportedExpression
from medcom_bu.fhir.fhirpath.nodes import Items
from medcom_bu.fhir.fhirpath.parser import Operation


def compile_operation(node: Operation) -> Code:
    """Two operands and what stands between them."""
    build = _OPERATORS.get(node.operator)
    if build is None:
        raise UnsupportedExpression(node.operator)
    left, right = compile_node(node.left), compile_node(node.right)
    code = build(node.operator, left, right)
    return attrs.evolve(code, fixed=left.fixed and right.fixed)


def _and(name: str, one: Code, other: Code) -> Code:
    left, right = decided(one, name), decided(other, name)

    def both(this: Items, env: Env) -> Truth:
        first = left(this, env)
        if first is False:
            return False
        second = right(this, env)
        return second if first or second is False else None

    return Code(both, truth=True)


def _or(name: str, one: Code, other: Code) -> Code:
    left, right = decided(one, name), decided(other, name)

    def either(this: Items, env: Env) -> Truth:
        first = left(this, env)
        if first:
            return True
        second = right(this, env)
        return second if first is False or second else None

    return Code(either, truth=True)


def _xor(name: str, one: Code, other: Code) -> Code:
    left, right = decided(one, name), decided(other, name)

    def differ(this: Items, env: Env) -> Truth:
        first, second = left(this, env), right(this, env)
        return None if first is None or second is None else first is not second

    return Code(differ, truth=True)


def _implies(name: str, one: Code, other: Code) -> Code:
    left, right = decided(one, name), decided(other, name)

    def implied(this: Items, env: Env) -> Truth:
        first = left(this, env)
        if first is False:
            return True
        second = right(this, env)
        return second if first or second else None

    return Code(implied, truth=True)


def _equals(_: str, one: Code, other: Code) -> Code:
    left, right = listed(one), listed(other)

    def equal(this: Items, env: Env) -> Truth:
        first = left(this, env)
        if not first:
            return None
        second = right(this, env)
        if not second:
            return None
        if len(first) != len(second):
            return False
        return all(map(nodes.same, first, second))

    return Code(equal, truth=True)


def _differs(_: str, one: Code, other: Code) -> Code:
    """``!=``; of two collections as long as each other, the engine asks that no pair be equal."""
    left, right = listed(one), listed(other)

    def differ(this: Items, env: Env) -> Truth:
        first = left(this, env)
        if not first:
            return None
        second = right(this, env)
        if not second:
            return None
        return len(first) != len(second) or not any(map(nodes.same, first, second))

    return Code(differ, truth=True)


_ORDERED = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}


def _compares(name: str, one: Code, other: Code) -> Code:
    left, right, wanted = listed(one), listed(other), _ORDERED[name]

    def compare(this: Items, env: Env) -> Truth:
        first, second = left(this, env), right(this, env)
        if len(first) != 1 or len(second) != 1:
            return None
        found = nodes.order(name, first[0], second[0])
        return None if found is None else found in wanted

    return Code(compare, truth=True)


def _in(name: str, one: Code, other: Code) -> Code:
    left, keys = listed(one), keys_of(other)

    def within(this: Items, env: Env) -> Truth:
        items = left(this, env)
        if len(items) > 1:
            raise EvaluationError(name, "many items on its left")
        return nodes.key(items[0]) in keys(this, env) if items else None

    return Code(within, truth=True)


def _union(_: str, one: Code, other: Code) -> Code:
    left, right = listed(one), listed(other)
    return Code(lambda this, env: nodes.distinct([*left(this, env), *right(this, env)]))


def _concatenates(name: str, one: Code, other: Code) -> Code:
    left, right = listed(one), listed(other)
    return Code(lambda this, env: [_word(left(this, env), name) + _word(right(this, env), name)])


def _word(items: Items, name: str) -> str:
    if not items:
        return ""
    value = nodes.bare(items[0])
    if len(items) > 1 or type(value) is not str:
        raise EvaluationError(name, "no single text")
    return value


def _plus(name: str, one: Code, other: Code) -> Code:
    added = _reckons(name, one, other).run
    left, right = listed(one), listed(other)

    def plus(this: Items, env: Env) -> Items:
        first = left(this, env)
        if first and type(nodes.bare(first[0])) is str:
            second = right(this, env)
            return [_word(first, name) + _word(second, name)] if second else []
        found: Items = added(this, env)
        return found

    return Code(plus)


def _reckons(name: str, one: Code, other: Code) -> Code:
    left, right, reckon = listed(one), listed(other), _ARITHMETIC[name]

    def result(this: Items, env: Env) -> Items:
        first, second = left(this, env), right(this, env)
        if not first or not second:
            return []
        a, b = nodes.number(first[0]), nodes.number(second[0])
        if len(first) > 1 or len(second) > 1 or a is None or b is None:
            raise EvaluationError(name, "no single number")
        try:
            return [reckon(a, b)]
        except ArithmeticError:  # a division by zero is empty (FHIRPath 6.6)
            return []

    return Code(result)


Counted = int | Decimal


def _exact(quotient: Decimal) -> Decimal:
    return quotient.to_integral_value(rounding="ROUND_DOWN")


_ARITHMETIC: dict[str, Callable[[Counted, Counted], Counted]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: Decimal(a) / Decimal(b),
    "div": lambda a, b: int(_exact(Decimal(a) / Decimal(b))),
    "mod": lambda a, b: a - b * int(_exact(Decimal(a) / Decimal(b))),
}
_OPERATORS: dict[str, Callable[[str, Code, Code], Code]] = {
    "and": _and,
    "or": _or,
    "xor": _xor,
    "implies": _implies,
    "=": _equals,
    "!=": _differs,
    **dict.fromkeys(_ORDERED, _compares),
    "in": _in,
    "contains": lambda name, one, other: _in(name, other, one),
    "|": _union,
    "&": _concatenates,
    **dict.fromkeys(_ARITHMETIC, _reckons),
    "+": _plus,
}
