"""What an expression compiles to, and how the pieces are joined.

A piece of code is a function of ``this`` (the items that the innermost expression is asked of) and the :class:`Env`.
It gives items, or, for whatever answers yes or no, ``True``, ``False`` or ``None`` (empty) at once. Semantics: FHIRPath
2.0.0; where that leaves room or HL7's reference engine differs, the engine, since its verdict is the one that counts.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import attrs

from medcom_bu.fhir.fhirpath import nodes
from medcom_bu.fhir.fhirpath.environment import Env
from medcom_bu.fhir.fhirpath.faults import EvaluationError
from medcom_bu.fhir.fhirpath.moments import Temporal
from medcom_bu.fhir.fhirpath.nodes import Items, PathItem
from medcom_bu.fhir.fhirpath.parser import Call, ExpressionNode, ExternalConstant, Loop
from medcom_bu.fhir.fhirpath.quantities import Quantity

Truth = bool | None
Evaluator = Callable[[Items, Env], Any]
Listed = Callable[[Items, Env], Items]
Decided = Callable[[Items, Env], Truth]

LISTS: dict[Truth, Items] = {True: [True], False: [False], None: []}


@attrs.frozen
class Code:
    """What a node compiles to. ``truth``: it gives a truth value. ``fixed``: it depends on the Env alone.

    ``is_shared``: what it asks of the Env has one answer for all resources within one root. ``constant`` is the value
    of a literal.
    """

    run: Evaluator
    truth: bool = False
    fixed: bool = False
    constant: PathItem = None
    is_shared: bool = False


COMPILERS: dict[type, Callable[[Any], Code]] = {}
"""Class of tree node -> how it is compiled. Filled once, by ``compiled.py``."""


def compile_node(node: ExpressionNode) -> Code:
    """The code of a tree. Raises UnsupportedExpression."""
    code = COMPILERS[type(node)](node)
    return attrs.evolve(code, is_shared=not asks_of_resource(node)) if code.fixed else code


def branches(node: ExpressionNode) -> list[ExpressionNode]:
    """The trees that a tree is made of."""
    parts = attrs.astuple(node, recurse=False)
    inner = (branch for part in parts for branch in (part if type(part) is tuple else (part,)))
    return [branch for branch in inner if attrs.has(type(branch)) and type(branch) not in (Temporal, Quantity)]


def asks_of_resource(node: ExpressionNode) -> bool:
    """Whether what a tree gives may differ between the resources within one root."""
    if (type(node) is ExternalConstant and node.name == "resource") or (type(node) is Call and node.name == "resolve"):
        return True
    return any(map(asks_of_resource, branches(node)))


def uses(node: ExpressionNode, name: str) -> bool:
    """Whether a tree asks for ``$index``, ``$total`` or ``%context``."""
    return (type(node) is Loop and node.name == name) or any(uses(branch, name) for branch in branches(node))


def listed(code: Code) -> Listed:
    """The code, giving items."""
    if not code.truth:
        return code.run
    run = code.run
    return lambda this, env: LISTS[run(this, env)]


def decided(code: Code, name: str) -> Decided:
    """The code, giving a truth value for the operator or function ``name``."""
    if code.truth:
        return code.run
    run = code.run
    return lambda this, env: truth_of(run(this, env), name)


def truth_of(items: Items, name: str) -> Truth:
    """Items as a truth value: none is empty, one that is not a Boolean is true (FHIRPath 4.5).

    Raises:  EvaluationError for two and more.
    """
    if len(items) > 1:
        raise EvaluationError(name, "many items where one truth value is asked")
    if not items:
        return None
    value = nodes.bare(items[0])
    return value if type(value) is bool else True


def base_code(base: ExpressionNode | None) -> Code:
    """The code of what a member or function is invoked on."""
    return Code(lambda this, _: this) if base is None else compile_node(base)


def remembered(code: Code) -> Code:
    """The code; where it depends on the Env alone and is more than a constant, it runs once for an Env."""
    if not code.fixed or code.constant is not None:
        return code
    return attrs.evolve(code, run=_once(code.run, code.is_shared))


def keys_of(code: Code) -> Callable[[Items, Env], frozenset[Hashable]]:
    """The keys of the items; computed once for an Env where they depend on it alone."""
    run = listed(code)

    def keys(this: Items, env: Env) -> frozenset[Hashable]:
        items = run(this, env)
        env.steps.take(nodes.size(items))
        return frozenset(map(nodes.key, items))

    return _once(keys, code.is_shared) if code.fixed else keys


def _once(run: Evaluator, is_shared: bool) -> Evaluator:
    def memorised(this: Items, env: Env) -> Any:
        memo = env.shared if is_shared else env.memo
        if run not in memo:
            memo[run] = run(this, env)
        return memo[run]

    return memorised
