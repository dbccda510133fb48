"""Terms and paths: literals, variables, members, indexes."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from medcom_bu.fhir.fhirpath import nodes
from medcom_bu.fhir.fhirpath.code import Code, base_code, compile_node, listed
from medcom_bu.fhir.fhirpath.environment import Env
from medcom_bu.fhir.fhirpath.faults import EvaluationError, UnsupportedExpression, not_at_hand
from medcom_bu.fhir.fhirpath.nodes import FhirElement, Items, PathItem
from medcom_bu.fhir.fhirpath.parser import ExternalConstant, Literal, Loop, Member, Subscript, This
from medcom_bu.fhir.model.r4 import UCUM
from medcom_bu.once import once

CONSTANTS = {"ucum": UCUM, "sct": "http://snomed.info/sct", "loinc": "http://loinc.org"}
"""The variables that name code systems (R4 fhirpath.html#vars)."""
_ADDRESSES = {"vs-": "http://hl7.org/fhir/ValueSet/", "ext-": "http://hl7.org/fhir/StructureDefinition/"}
"""What the names of variables begin with that name a value set or an extension of R4, and what that stands for."""


def compile_literal(node: Literal) -> Code:
    """A constant."""
    items: Items = [] if node.value is None else [node.value]
    constant = node.value if isinstance(node.value, str | bool | int | Decimal) else None
    return Code(lambda _, __: items, fixed=True, constant=constant)


def compile_variable(node: ExternalConstant) -> Code:
    """What the Env or a code system's name stands for. Raises UnsupportedExpression for another variable."""
    if node.name == "resource":
        return Code(lambda _, env: [env.resource], fixed=True)
    if node.name == "rootResource":
        return Code(lambda _, env: [env.root], fixed=True)
    if node.name == "extension":
        return Code(_extension)
    for lead, address in _ADDRESSES.items():
        if node.name.startswith(lead):
            return compile_literal(Literal(address + node.name.removeprefix(lead)))
    if node.name not in CONSTANTS:
        raise UnsupportedExpression(f"%{node.name}")
    return compile_literal(Literal(CONSTANTS[node.name]))


def _extension(_: Items, env: Env) -> Items:
    """The extension of which an invariant of its context is asked; it is known nowhere else."""
    if env.extension is None:
        raise not_at_hand("%extension", "%extension")
    return [env.extension]


def compile_this(_: This) -> Code:
    """The items that the expression is asked of."""
    return Code(lambda this, _: this)


def compile_loop(node: Loop) -> Code:
    """What the function around it keeps for each item: ``$index``, ``$total``.

    What it compiles to raises EvaluationError where no function keeps it.
    """
    name = node.name

    def kept(_: Items, env: Env) -> Items:
        if name not in env.loop:
            raise EvaluationError(name, "no function around it that keeps it")
        items: Items = env.loop[name]
        return items

    return Code(kept)


def compile_member(node: Member) -> Code:
    """Children by name; a leading name of a type is the item itself."""
    if node.base is None and node.name[:1].isupper():
        return _root(node.name)
    base = base_code(node.base)
    run = listed(base)
    name, sibling, choices = node.name, "_" + node.name, nodes.choice_names(node.name)

    def members(this: Items, env: Env) -> Items:
        children: Items = []
        for item in run(this, env):
            if type(item) is not dict:
                children.extend(_member_of_other(item, name))
                continue
            value = item.get(name)
            kind = type(value)
            if kind is dict:  # only primitives have siblings
                children.append(value)
            elif sibling in item:
                children.extend(nodes.merged(value, item[sibling]))
            elif value is None:
                if choices:
                    children.extend(nodes.chosen(item, choices))
            elif kind is list:
                children += value
            else:
                children.append(value)
        return children

    return Code(members, fixed=base.fixed)


def _root(name: str) -> Code:
    return Code(lambda this, _: [item for item in this if nodes.is_root(item, name)])


def _member_of_other(item: PathItem, name: str) -> Items:
    """The members of an element with a type or a sibling, and of a primitive, which is its own value."""
    if type(item) is FhirElement:
        if type(item.value) is dict:
            return _member_code(name)([item.value], None)
        if name == "value":
            return [item] if item.value is not None else []
        return _member_code(name)([item.extra], None) if item.extra else []
    return [item] if name == "value" and nodes.text(item) is not None else []


@once
def _member_code(name: str) -> Callable[[Items, Any], Items]:
    return compile_member(Member(This(), name, 2)).run


def compile_index(node: Subscript) -> Code:
    """One item by its position, from 0."""
    base, index = compile_node(node.base), compile_node(node.index)
    run, position = listed(base), listed(index)

    def at(this: Items, env: Env) -> Items:
        positions = position(this, env)
        where = nodes.number(positions[0]) if len(positions) == 1 else None
        if type(where) is not int or where < 0:
            return []
        return run(this, env)[where : where + 1]

    return Code(at, fixed=base.fixed and index.fixed)
