"""The operators of the subset. Source: FHIRPath 2.0.0 section 6."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import attrs

from medcom_bu.fhir.fhirpath import moments, nodes
from medcom_bu.fhir.fhirpath.code import (
    Code,
    Decided,
    Listed,
    Truth,
    compile_node,
    decided,
    keys_of,
    listed,
    remembered,
)
from medcom_bu.fhir.fhirpath.environment import Env
from medcom_bu.fhir.fhirpath.equivalence import equivalent
from medcom_bu.fhir.fhirpath.faults import EvaluationError, UnsupportedExpression
from medcom_bu.fhir.fhirpath.moments import Temporal
from medcom_bu.fhir.fhirpath.nodes import Items, PathItem
from medcom_bu.fhir.fhirpath.parser import Operation
from medcom_bu.fhir.fhirpath.quantities import Quantity, not_converted, unit_of_time


def compile_operation(node: Operation) -> Code:
    """Two operands and what is between them. Raises UnsupportedExpression for another operator."""
    build = _OPERATORS.get(node.operator)
    if build is None:
        raise UnsupportedExpression(node.operator)
    left, right = compile_node(node.left), compile_node(node.right)
    if left.fixed and right.fixed:
        return attrs.evolve(build(node.operator, left, right), fixed=True)
    return build(node.operator, remembered(left), remembered(right))


def _and(name: str, left_operand: Code, right_operand: Code) -> Code:
    left, right = decided(left_operand, name), decided(right_operand, name)

    def both(this: Items, env: Env) -> Truth:
        first = left(this, env)
        if first is False:
            return False
        second = right(this, env)
        return second if first or second is False else None

    return Code(both, truth=True)


def _or(name: str, left_operand: Code, right_operand: Code) -> Code:
    left, right = decided(left_operand, name), decided(right_operand, name)

    def either(this: Items, env: Env) -> Truth:
        first = left(this, env)
        if first:
            return True
        second = right(this, env)
        return second if first is False or second else None

    return Code(either, truth=True)


def _xor(name: str, left_operand: Code, right_operand: Code) -> Code:
    left, right = decided(left_operand, name), decided(right_operand, name)

    def differ(this: Items, env: Env) -> Truth:
        first, second = left(this, env), right(this, env)
        return None if first is None or second is None else first is not second

    return Code(differ, truth=True)


def _implies(name: str, left_operand: Code, right_operand: Code) -> Code:
    left, right = decided(left_operand, name), decided(right_operand, name)

    def implied(this: Items, env: Env) -> Truth:
        first = left(this, env)
        if first is False:
            return True
        second = right(this, env)
        return second if first or second else None

    return Code(implied, truth=True)


def _equals(_: str, left_operand: Code, right_operand: Code) -> Code:
    if left_operand.truth and right_operand.truth:
        return _same_truth(left_operand.run, right_operand.run, True)
    if right_operand.constant is not None:
        return _is_constant(listed(left_operand), right_operand.constant, True)
    return _compared(listed(left_operand), listed(right_operand), _all_same, False)


def _differs(_: str, left_operand: Code, right_operand: Code) -> Code:
    """``!=``; of two collections as long as each other, the engine asks that no pair be equal."""
    if left_operand.truth and right_operand.truth:
        return _same_truth(left_operand.run, right_operand.run, False)
    if right_operand.constant is not None:
        return _is_constant(listed(left_operand), right_operand.constant, False)
    return _compared(listed(left_operand), listed(right_operand), _none_same, True)


def _all_same(first: Items, second: Items) -> Truth:
    if len(first) == 1:
        return nodes.same(first[0], second[0])
    answers = [nodes.same(*pair) for pair in zip(first, second, strict=True)]
    return None if None in answers and False not in answers else all(answers)


def _none_same(first: Items, second: Items) -> Truth:
    answers = [nodes.same(*pair) for pair in zip(first, second, strict=True)]
    return None if None in answers and True not in answers else not any(answers)


def _same_truth(left: Decided, right: Decided, expected: bool) -> Code:
    def same(this: Items, env: Env) -> Truth:
        first, second = left(this, env), right(this, env)
        return None if first is None or second is None else (first is second) is expected

    return Code(same, truth=True)


def _is_constant(left: Listed, constant: PathItem, expected: bool) -> Code:
    """Equality with one value that the expression gives, by far the most frequent."""
    kind = type(constant)

    def equal(this: Items, env: Env) -> Truth:
        items = left(this, env)
        if len(items) == 1:
            item = items[0]
            return (item == constant if type(item) is kind else nodes.same(item, constant)) is expected
        return not expected if items else None

    return Code(equal, truth=True)


def _compared(left: Listed, right: Listed, compare: Callable[[Items, Items], Truth], unlike: bool) -> Code:
    """Two collections; ``unlike`` is the answer where one is longer."""

    def compared(this: Items, env: Env) -> Truth:
        first = left(this, env)
        if not first:
            return None
        second = right(this, env)
        if not second:
            return None
        env.steps.take(sum(map(nodes.comparison, first, second)))
        return compare(first, second) if len(first) == len(second) else unlike

    return Code(compared, truth=True)


_ORDERED = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}


def _compares(name: str, left_operand: Code, right_operand: Code) -> Code:
    left, right, accepted = listed(left_operand), listed(right_operand), _ORDERED[name]

    def compare(this: Items, env: Env) -> Truth:
        first, second = left(this, env), right(this, env)
        if len(first) != 1 or len(second) != 1:
            return None
        order = nodes.order(name, first[0], second[0])
        return None if order is None else order in accepted

    return Code(compare, truth=True)


def _equivalent(name: str, left_operand: Code, right_operand: Code) -> Code:
    left, right, expected = listed(left_operand), listed(right_operand), name == "~"

    def alike(this: Items, env: Env) -> bool:
        return equivalent(left(this, env), right(this, env), env.steps) is expected

    return Code(alike, truth=True)


def _in(name: str, left_operand: Code, right_operand: Code) -> Code:
    left, keys = listed(left_operand), keys_of(right_operand)

    def within(this: Items, env: Env) -> Truth:
        items = left(this, env)
        if not items:
            return None
        other_keys = keys(this, env)
        if other_keys and len(items) > 1:
            raise EvaluationError(name, "many items on its left")
        return nodes.key(items[0]) in other_keys

    return Code(within, truth=True)


def _union(_: str, left_operand: Code, right_operand: Code) -> Code:
    left, right = listed(left_operand), listed(right_operand)

    def both(this: Items, env: Env) -> Items:
        items = [*left(this, env), *right(this, env)]
        env.steps.take(nodes.size(items))
        return nodes.distinct(items)

    return Code(both)


def _concatenates(name: str, left_operand: Code, right_operand: Code) -> Code:
    left, right = listed(left_operand), listed(right_operand)
    return Code(lambda this, env: [_joined(left(this, env), right(this, env), name)])


def _joined(left: Items, right: Items, name: str) -> str:
    text = _word(left, name) + _word(right, name)
    if len(text) > _LONGEST:
        raise EvaluationError(name, f"a text of more than {_LONGEST} characters")
    return text


def _word(items: Items, name: str) -> str:
    if not items:
        return ""
    value = nodes.bare(items[0])
    if len(items) > 1 or type(value) is not str:
        raise EvaluationError(name, "no single text")
    return value


def _reckons(name: str, left_operand: Code, right_operand: Code) -> Code:
    left, right, reckon = listed(left_operand), listed(right_operand), _ARITHMETIC[name]
    if type(right_operand.constant) is int and name == "*":
        return _times(left, right_operand.constant)

    def result(this: Items, env: Env) -> Items:
        first, second = left(this, env), right(this, env)
        if not first or not second:
            return []
        a, b = first[0], second[0]
        if len(first) > 1 or len(second) > 1:
            raise EvaluationError(name, "many items")
        if type(a) is not int or type(b) is not int:
            if type(a) in _MEASURES or type(b) in _MEASURES:
                return [_measured(name, a, b)]
            if name == "+" and type(nodes.bare(a)) is str:
                return [_joined(first, second, name)]
            a, b = nodes.number(a), nodes.number(b)
            if a is None or b is None:
                raise EvaluationError(name, "no number")
        try:
            return [_bounded(reckon(a, b), name)]
        except ArithmeticError:  # a division by zero is empty (FHIRPath 6.6)
            return []

    return Code(result)


_MEASURES = (Temporal, Quantity)


def _measured(name: str, left: PathItem, right: PathItem) -> Temporal | Quantity:
    """A moment some units on or before, a quantity and another of its unit, so many times a quantity."""
    one, other = nodes.measure(left), nodes.measure(right)
    if name in ("+", "-") and type(one) is Temporal and type(right) is Quantity:
        return moments.later(one, int(right.value) * (1 if name == "+" else -1), unit_of_time(right))
    if type(one) is not Quantity or type(other) is not Quantity:
        raise EvaluationError(name, "no two quantities")
    if name == "-" and left == 0:  # a minus before it
        return attrs.evolve(other, value=-other.value)
    if name in ("+", "-") and one.unit == other.unit:
        return attrs.evolve(one, value=_bounded(_ARITHMETIC[name](one.value, other.value), name))
    if name in ("*", "/") and other.unit == "1":
        return attrs.evolve(one, value=_bounded(_ARITHMETIC[name](one.value, other.value), name))
    raise not_converted(name)


def _times(left: Listed, factor: int) -> Code:
    """A product with a weight, as check digits have it."""

    def product(this: Items, env: Env) -> Items:
        items = left(this, env)
        if not items:
            return []
        counted = nodes.number(items[0])
        if len(items) > 1 or counted is None:
            raise EvaluationError("*", "no single number")
        return [_bounded(counted * factor, "*")]

    return Code(product)


Counted = int | Decimal
_LONGEST = 1024 * 1024
"""Characters of a text that is put together: as long as R4 lets one be."""
_LARGEST = 10**100


def _bounded(number: Counted, name: str) -> Counted:
    """A result. Raises EvaluationError where it has more digits than are reckoned with."""
    if type(number) is int and not -_LARGEST < number < _LARGEST:
        raise EvaluationError(name, "a number of so many digits")
    return number


def _exact(quotient: Decimal) -> Decimal:
    return quotient.to_integral_value(rounding="ROUND_DOWN")


def _remainder(a: Counted, b: Counted) -> Counted:
    if type(a) is int and type(b) is int and a >= 0 and b > 0:
        return a % b
    return a - b * int(_exact(Decimal(a) / Decimal(b)))


_ARITHMETIC: dict[str, Callable[[Counted, Counted], Counted]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: Decimal(a) / Decimal(b),
    "div": lambda a, b: int(_exact(Decimal(a) / Decimal(b))),
    "mod": _remainder,
}
_OPERATORS: dict[str, Callable[[str, Code, Code], Code]] = {
    "and": _and,
    "or": _or,
    "xor": _xor,
    "implies": _implies,
    "=": _equals,
    "!=": _differs,
    "~": _equivalent,
    "!~": _equivalent,
    **dict.fromkeys(_ORDERED, _compares),
    "in": _in,
    "contains": lambda name, one, other: _in(name, other, one),
    "|": _union,
    "&": _concatenates,
    **dict.fromkeys(_ARITHMETIC, _reckons),
}
