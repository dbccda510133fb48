"""A compiled expression, and how it is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from medcom_bu.fhir.fhirpath import functions, nodes, operators, paths
from medcom_bu.fhir.fhirpath.code import COMPILERS, Code, Evaluator, Listed, compile_node, listed, uses
from medcom_bu.fhir.fhirpath.collecting import kept
from medcom_bu.fhir.fhirpath.environment import Env
from medcom_bu.fhir.fhirpath.faults import EvaluationError, Undecidable
from medcom_bu.fhir.fhirpath.kinds import knows_types, with_types
from medcom_bu.fhir.fhirpath.nodes import FhirElement, Items, PathItem
from medcom_bu.fhir.fhirpath.parser import (
    Call,
    ExternalConstant,
    Literal,
    Loop,
    Member,
    Operation,
    Subscript,
    This,
    parse,
)
from medcom_bu.once import once

COMPILERS.update(
    {
        Literal: paths.compile_literal,
        ExternalConstant: paths.compile_variable,
        This: paths.compile_this,
        Member: paths.compile_member,
        Loop: paths.compile_loop,
        Subscript: paths.compile_index,
        Operation: operators.compile_operation,
        Call: functions.compile_call,
    }
)


@attrs.frozen(repr=False)
class Compiled:
    """A compiled expression. Holds no data: one serves every thread."""

    expression: str
    _items: Listed
    _holds: Callable[[Items, Env], bool]
    _knows_types: bool

    def evaluate(self, focus: PathItem, env: Env, of_type: str | None = None) -> Items:
        """The items that the expression gives for a node (or, given a list, for a collection).

        ``of_type`` is the type of a node that is not a resource, or its path: ``HumanName``, ``Patient.contact``. Only
        expressions that ask for types of data need it.

        Raises:  EvaluationError where HL7's engine stops with an error.
        """
        items = focus if type(focus) is list else [focus]
        return list(self._items(_with_type(items, of_type) if self._knows_types else items, env))

    def holds(self, focus: PathItem, env: Env, of_type: str | None = None) -> bool:
        """Whether an invariant holds, as HL7's validator decides: true alone, or any items that are not Boolean.

        Empty does not hold, and neither does an expression that stops with an error.

        Raises:  Undecidable where what it asks for is not available, or not told by the data.
        """
        try:
            items = focus if type(focus) is list else [focus]
            return self._holds(_with_type(items, of_type) if self._knows_types else items, env)
        except Undecidable:
            raise
        except EvaluationError:
            return False

    def __repr__(self) -> str:
        return f"<Compiled {self.expression!r}>"


def _with_type(items: Items, of_type: str | None) -> Items:
    """The items; those that do not tell their type are told to be of one, where it is known."""
    return [
        item if nodes.type_of(item) is not None else FhirElement(nodes.bare(item), _extra(item), of_type)
        for item in items
    ]


def _extra(item: PathItem) -> dict[str, Any] | None:
    return item.extra if type(item) is FhirElement else None


def _holding(code: Code) -> Callable[[Items, Env], bool]:
    run = code.run
    if code.truth:
        return lambda this, env: run(this, env) is True

    def hold(this: Items, env: Env) -> bool:
        items = run(this, env)
        value = nodes.bare(items[0]) if len(items) == 1 else None
        return value if type(value) is bool else bool(items)

    return hold


@once
def compile(expression: str) -> Compiled:  # noqa: A001
    """Compile an expression; the same text is compiled once.

    Raises:  FhirPathSyntaxError where it is not FHIRPath, UnsupportedExpression where it uses what the subset lacks.
    """
    tree = with_types(parse(expression))
    code = compile_node(tree)
    if uses(tree, "%context"):
        code = attrs.evolve(code, run=_in_context(code.run), fixed=False)
    return Compiled(expression, listed(code), _holding(code), knows_types(tree))


def _in_context(run: Evaluator) -> Evaluator:
    """The code, while ``%context`` stands for what the whole is asked of."""
    asked = kept(run, "%context")
    return lambda this, env: asked(this, env, this)
