"""What the functions are built with: how a call is compiled, on items alone or with the values of its arguments."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from medcom_bu.fhir.fhirpath import nodes
from medcom_bu.fhir.fhirpath.code import (
    Code,
    Decided,
    Listed,
    Truth,
    base_code,
    compile_node,
    decided,
    listed,
    remembered,
)
from medcom_bu.fhir.fhirpath.environment import Env
from medcom_bu.fhir.fhirpath.faults import EvaluationError, UnsupportedExpression
from medcom_bu.fhir.fhirpath.nodes import Items
from medcom_bu.fhir.fhirpath.parser import Call, ExpressionNode, Literal

AT_ONCE = 64
"""Characters that are copied or compared in a step."""


@attrs.frozen
class Function:
    """How a call is compiled, and how many arguments it takes."""

    build: Callable[[Call], Code]
    least: int = 0
    most: int = 0


def on_items(change: Callable[[Items], Items], *, looks_within: bool = False) -> Function:
    """A function of the items alone, giving items; whether it looks at all that they hold."""

    def build(call: Call) -> Code:
        base = base_code(call.base)
        run = counted(listed(base)) if looks_within else listed(base)
        return Code(lambda this, env: change(run(this, env)), fixed=base.fixed)

    return Function(build)


def counted(run: Listed) -> Listed:
    """The items, and a step taken for each value that they hold."""

    def counted(this: Items, env: Env) -> Items:
        items = run(this, env)
        env.steps.take(nodes.size(items))
        return items

    return counted


def asking(ask: Callable[[Items], Truth], *, looks_within: bool = False) -> Function:
    """A function of the items alone, giving a truth value; whether it looks at all that they hold."""

    def build(call: Call) -> Code:
        base = base_code(call.base)
        run = counted(listed(base)) if looks_within else listed(base)
        return Code(lambda this, env: ask(run(this, env)), truth=True, fixed=base.fixed)

    return Function(build)


def argument(node: ExpressionNode) -> Code:
    """What is between the brackets; it is asked once for each item, so what never changes is remembered."""
    return remembered(compile_node(node))


def criterion(call: Call) -> Decided:
    """The argument, as what is true or not of each item."""
    return decided(argument(call.arguments[0]), call.name)


def constant_text(call: Call) -> str | None:
    """The text that is the argument; None for one that is computed."""
    node = call.arguments[0]
    return node.value if type(node) is Literal and type(node.value) is str else None


def text_argument(call: Call) -> str:
    """The text that is the argument. Raises UnsupportedExpression for one that is computed."""
    text = constant_text(call)
    if text is None:
        raise UnsupportedExpression(f"{call.name}() of a computed text")
    return text


def is_nothing(node: ExpressionNode) -> bool:
    """Whether a tree is the empty collection, ``{}``."""
    return type(node) is Literal and node.value is None


Values = list[Items]


def on_values(ask: Callable[[Items, Values, Env], Items], least: int, most: int) -> Function:
    """A function of the items and of the values of its arguments, which are asked where the function itself is."""

    def build(call: Call) -> Code:
        base = base_code(call.base)
        arguments = [argument(node) for node in call.arguments]
        run, asked = listed(base), [listed(code) for code in arguments]
        is_fixed = base.fixed and all(code.fixed for code in arguments)
        return Code(lambda this, env: ask(run(this, env), [value(this, env) for value in asked], env), fixed=is_fixed)

    return Function(build, least, most)


def single(items: Items, name: str) -> Items:
    """One item or none. Raises EvaluationError for many."""
    if len(items) > 1:
        raise EvaluationError(name, "many items")
    return items


def word(items: Items, name: str) -> str | None:
    """The one text; None where there is none, and for a date of the data. Raises EvaluationError for anything else."""
    if not single(items, name):
        return None
    found = nodes.words(items[0])
    if found is None and type(nodes.bare(items[0])) not in (str, type(None)):
        raise EvaluationError(name, "no text")
    return found


def counted_number(items: Items, name: str) -> int | None:
    """The one whole number; None where there is none. Raises EvaluationError for anything else."""
    if not single(items, name):
        return None
    found = nodes.number(items[0])
    if type(found) is not int:
        raise EvaluationError(name, "no whole number")
    return found
