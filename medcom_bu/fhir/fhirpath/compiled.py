"""A compiled expression, and how it is asked."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from medcom_bu.fhir.fhirpath import functions, nodes, operators, paths
from medcom_bu.fhir.fhirpath.code import COMPILERS, Code, Listed, compile_node, listed
from medcom_bu.fhir.fhirpath.environment import Env
from medcom_bu.fhir.fhirpath.faults import EvaluationError, Undecidable
from medcom_bu.fhir.fhirpath.nodes import Items, PathItem
from medcom_bu.fhir.fhirpath.parser import Call, ExternalConstant, Literal, Member, Operation, Subscript, This, parse
from medcom_bu.once import once

COMPILERS.update(
    {
        Literal: paths.compile_literal,
        ExternalConstant: paths.compile_variable,
        This: paths.compile_this,
        Member: paths.compile_member,
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

    def evaluate(self, focus: PathItem, env: Env) -> Items:
        """The items that the expression gives for a node (or, given a list, for a collection).

        Raises:  EvaluationError where HL7's engine stops with an error.
        """
        return list(self._items(focus if type(focus) is list else [focus], env))

    def holds(self, focus: PathItem, env: Env) -> bool:
        """Whether an invariant holds, as HL7's validator decides: true alone, or any items that are no Boolean.

        Empty does not hold, and neither does an expression that stops with an error.

        Raises:  Undecidable where what it asks for is not at hand, or not told by the data.
        """
        try:
            return self._holds(focus if type(focus) is list else [focus], env)
        except Undecidable:
            raise
        except EvaluationError:
            return False

    def __repr__(self) -> str:
        return f"<Compiled {self.expression!r}>"


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

    Raises:  FhirPathSyntaxError where it is no FHIRPath, UnsupportedExpression where it uses what the subset lacks.
    """
    code = compile_node(parse(expression))
    return Compiled(expression, listed(code), _holding(code))
