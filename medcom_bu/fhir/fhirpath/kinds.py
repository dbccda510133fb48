"""Questions about types: ``is``, ``as``, ``ofType`` and ``type()``. Source: FHIRPath 2.0.0, sections 6.3 and 5.2.4.

JSON does not tell the types of FHIR. So an expression that asks for a type of data is compiled otherwise from its first
member on: each step looks up, in the definitions of R4, of which type the child is. What is of no type of FHIR then is
of one of FHIRPath's own. Types of resources tell themselves, and an expression that asks for no others is not changed;
neither is one that looks at children of any name, in which a text is taken to be of any type of text. A date alone may
be a point in time not told further, so for the bounds of values types are looked up too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import attrs

from medcom_bu.fhir.fhirpath import nodes
from medcom_bu.fhir.fhirpath.code import COMPILERS, Code, Truth, base_code, branches, listed
from medcom_bu.fhir.fhirpath.environment import Env
from medcom_bu.fhir.fhirpath.faults import EvaluationError, Undecidable, UnknownType, UnsupportedExpression
from medcom_bu.fhir.fhirpath.function import Function
from medcom_bu.fhir.fhirpath.moments import Temporal
from medcom_bu.fhir.fhirpath.nodes import NO_TYPE, FhirElement, Items, PathItem
from medcom_bu.fhir.fhirpath.parser import Call, ExpressionNode, Literal, Member, Operation
from medcom_bu.fhir.fhirpath.quantities import Quantity
from medcom_bu.fhir.model.definitions import shape
from medcom_bu.fhir.model.r4 import COMPLEX_TYPES, PRIMITIVES, RESOURCE_TYPES, SYSTEM_TYPE
from medcom_bu.once import once

_QUESTIONS = frozenset({"is", "as", "ofType"})
_SYSTEM: dict[type, str] = {bool: "Boolean", int: "Integer", Decimal: "Decimal", str: "String", Quantity: "Quantity"}
_SYSTEM_NAMES = frozenset({*_SYSTEM.values(), "Date", "DateTime", "Time"}) - {"Quantity"}
_RESOURCES = RESOURCE_TYPES | {"Resource", "DomainResource"}
_INFO = "System.TypeInfo"


@attrs.frozen
class TypedMember:
    """A member whose items know their type."""

    base: ExpressionNode | None
    name: str
    depth: int


@attrs.frozen
class TypedQuestion:
    """A question about the type of items that know it."""

    base: ExpressionNode | None
    name: str
    arguments: tuple[ExpressionNode, ...]
    depth: int


def with_types(tree: ExpressionNode) -> ExpressionNode:
    """The tree to compile: where it asks for a type of data, one whose items know their types."""
    calls = list(_calls(tree))
    looks_anywhere = any(call.name in ("children", "descendants") for call in calls)
    return _typed(tree) if not looks_anywhere and any(map(_asks_for_data, calls)) else tree


def knows_types(tree: ExpressionNode) -> bool:
    """Whether a tree is one whose items know their types."""
    return isinstance(tree, TypedMember | TypedQuestion) or any(map(knows_types, branches(tree)))


def _calls(tree: ExpressionNode) -> list[Call]:
    below = [call for branch in branches(tree) for call in _calls(branch)]
    return [tree, *below] if type(tree) is Call else below


def _asks_for_data(call: Call) -> bool:
    if call.name not in _QUESTIONS or len(call.arguments) != 1:
        return call.name in ("type", "lowBoundary", "highBoundary")
    namespace, name = type_name(call.arguments[0])
    return namespace == "System" or name not in _RESOURCES


def _typed(tree: Any) -> Any:
    if type(tree) is Member and (tree.base is not None or not tree.name[:1].isupper()):
        return TypedMember(_typed(tree.base), tree.name, tree.depth)
    if type(tree) is Call and tree.name in (*_QUESTIONS, "type"):
        return TypedQuestion(_typed(tree.base), tree.name, tree.arguments, tree.depth)
    if type(tree) is Call and tree.name == "extension" and len(tree.arguments) == 1:
        url = Operation("=", _typed(Member(None, "url", 1)), _typed(tree.arguments[0]), 2)
        return Call(_typed(Member(tree.base, "extension", tree.depth)), "where", (url,), tree.depth)
    if not attrs.has(type(tree)) or type(tree) is Literal:
        return tree
    parts = {
        field.name: tuple(map(_typed, part)) if type(part) is tuple else _typed(part)
        for field in attrs.fields(type(tree))
        for part in (getattr(tree, field.name),)
    }
    return attrs.evolve(tree, **parts)


def type_name(node: ExpressionNode) -> tuple[str, str]:
    """The namespace, empty where there is none, and the name of the type that an argument names.

    Raises:  UnsupportedExpression for what is not a name.
    """
    if type(node) is Member and node.base is None:
        return "", node.name
    if type(node) is Member and type(node.base) is Member and node.base.base is None:
        return node.base.name, node.name
    raise UnsupportedExpression("a type outside FHIR")


# --- members that know their type -----------------------------------------------------------------------------------


def compile_typed_member(node: TypedMember) -> Code:
    """Children by name, each with its type, where that of its parent is known."""
    base, name = base_code(node.base), node.name
    run = listed(base)

    def members(this: Items, env: Env) -> Items:
        return [child for item in run(this, env) for child in _children(item, name)]

    return Code(members, fixed=base.fixed)


def _children(item: PathItem, name: str) -> Items:
    of_type, value = nodes.type_of(item), nodes.bare(item)
    if type(value) is not dict:
        if type(item) is not FhirElement:
            return []
        if name == "value":
            return [item] if value is not None else []
        of_type, value = "Element", item.extra or {}
    if of_type is None:
        return list(_children_of_unknown(value, name))
    if of_type == _INFO:
        return [value[name]] if name in value else []
    return [
        child
        for key, kind in _properties(of_type, name)
        if key in value or "_" + key in value
        for child in nodes.merged(value.get(key), value.get("_" + key), kind)
    ]


def _children_of_unknown(value: dict[str, Any], name: str) -> Iterator[FhirElement]:
    """The children of an object whose type is not known: the name of a choice in JSON tells its type."""
    kind = "Extension" if name in ("extension", "modifierExtension") else None
    plain = list(nodes.merged(value.get(name), value.get("_" + name), kind))
    for child in plain or nodes.chosen(value, nodes.choice_names(name)):
        yield child if type(child) is FhirElement else FhirElement(child)


def _properties(of_type: str, name: str) -> tuple[tuple[str, str | None], ...]:
    """The JSON names that an element may have, each with its type; a resource tells its own."""
    root = of_type.partition(".")[0]
    return _known_properties(of_type, name) if root in RESOURCE_TYPES or root in COMPLEX_TYPES else ()


@once
def _known_properties(of_type: str, name: str) -> tuple[tuple[str, str | None], ...]:
    fields = [field for field in shape(of_type).fields.values() if (field.choice or field.name) == name]
    return tuple((field.name, _kind(field.shape)) for field in fields)


def _kind(name: str) -> str | None:
    return "string" if name.startswith(SYSTEM_TYPE) else None if name == "Resource" else name


# --- questions ------------------------------------------------------------------------------------------------------


def _fhir_test(name: str, *, is_exact: bool) -> Callable[[PathItem], bool]:
    """Whether an item is of a type of FHIR; a primitive, where ``is_exact``, of the type itself."""
    if name not in PRIMITIVES and name not in COMPLEX_TYPES and name not in _RESOURCES:
        raise UnknownType(name)
    test = nodes.type_test(name, derived_primitives=not is_exact)

    def is_of_type(item: PathItem) -> bool:
        if type(item) is FhirElement and item.type is None and "resourceType" not in (item.value or ()):
            raise Undecidable(f"type {name}", NO_TYPE)
        if type(item) is FhirElement and item.type is not None and "." in item.type:
            return name in ("BackboneElement", "Element")
        return type(item) in (FhirElement, dict) and test(item)

    return is_of_type


def _system_type(item: PathItem) -> str | None:
    return item.kind if type(item) is Temporal else _SYSTEM.get(type(item))


def _test(node: TypedQuestion) -> Callable[[PathItem], bool]:
    namespace, name = type_name(node.arguments[0])
    if not namespace and name in _SYSTEM_NAMES and node.name == "as":  # HL7's validator takes a string as String too
        alike = _fhir_test(name[0].lower() + name[1:], is_exact=True)
        return lambda item: alike(item) if type(item) is FhirElement else _system_type(item) == name
    if namespace == "System" or (not namespace and name in _SYSTEM_NAMES):
        return lambda item: _system_type(item) == name
    if namespace not in ("", "FHIR"):
        raise UnsupportedExpression("a type outside FHIR")
    test = _fhir_test(name, is_exact=node.name != "is")
    if name == "Quantity" and not namespace:
        return lambda item: type(item) is Quantity or test(item)
    return test


def compile_question(node: TypedQuestion) -> Code:
    """``is``, ``as``, ``ofType`` and ``type()`` of items that know their types.

    Raises:  UnsupportedExpression for a namespace that is not known, UnknownType for a type. What it compiles to raises
             EvaluationError where many items are asked what they are.
    """
    base = base_code(node.base)
    run = listed(base)
    if node.name == "type":
        return Code(lambda this, env: list(map(_info, run(this, env))), fixed=base.fixed)
    test = _test(node)
    if node.name != "is":
        return Code(lambda this, env: [item for item in run(this, env) if test(item)], fixed=base.fixed)

    def asked(this: Items, env: Env) -> Truth:
        items = run(this, env)
        if len(items) > 1:
            raise EvaluationError("is", "many items")
        return test(items[0]) if items else None

    return Code(asked, truth=True, fixed=base.fixed)


def _info(item: PathItem) -> FhirElement:
    system = _system_type(item)
    name = system or nodes.type_of(item)
    if name is None:
        raise Undecidable("type()", NO_TYPE)
    return FhirElement({"namespace": "System" if system else "FHIR", "name": name}, None, _INFO)


COMPILERS.update({TypedMember: compile_typed_member, TypedQuestion: compile_question})


# --- questions for resources ----------------------------------------------------------------------------------------


def _resource_type(node: ExpressionNode) -> str:
    namespace, name = type_name(node)
    if namespace not in ("", "FHIR"):
        raise UnsupportedExpression("a type outside FHIR")
    return name


def _of_type(call: Call) -> Code:
    """``ofType`` and ``as``, of one and of many; a ``code`` is no ``string`` here (the engine's way)."""
    base = base_code(call.base)
    is_kind = nodes.type_test(_resource_type(call.arguments[0]), derived_primitives=False)
    run = listed(base)
    return Code(lambda this, env: [item for item in run(this, env) if is_kind(item)], fixed=base.fixed)


def _is(call: Call) -> Code:
    base, is_kind = base_code(call.base), nodes.type_test(_resource_type(call.arguments[0]))
    run = listed(base)

    def asked(this: Items, env: Env) -> Truth:
        items = run(this, env)
        return is_kind(items[0]) if len(items) == 1 else None

    return Code(asked, truth=True, fixed=base.fixed)


FUNCTIONS: dict[str, Function] = {
    "ofType": Function(_of_type, 1, 1),
    "as": Function(_of_type, 1, 1),
    "is": Function(_is, 1, 1),
}
