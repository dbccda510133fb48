"""The errors that a function raises in plain sight: in its body, or in what it calls in its own module.

What a call to another module raises is not looked for: whether it can happen there is for people to judge.
"""

from __future__ import annotations

import ast
import builtins
import functools
import importlib
import inspect
from typing import Any

from medcom_bu import arguments


def raised(function: Any, owner: type | None = None) -> set[type[BaseException]]:
    """The errors of a function, or of a method of ``owner``, that it does not catch itself."""
    return _raised(inspect.unwrap(function), owner, frozenset())


def _raised(function: Any, owner: type | None, above: frozenset[Any]) -> set[type[BaseException]]:
    tree = None if function in above else _parsed(function.__code__.co_filename, function.__code__.co_firstlineno)
    if tree is None:
        return set()
    walk = _Walk(function, owner, above | {function})
    for statement in tree.body:
        walk.visit(statement)
    return walk.raised


@functools.cache
def _functions(file: str) -> dict[int, ast.FunctionDef]:
    with open(file, encoding="utf-8") as source:
        found = [node for node in ast.walk(ast.parse(source.read())) if isinstance(node, ast.FunctionDef)]
    return {min([node.lineno, *(one.lineno for one in node.decorator_list)]): node for node in found}


def _parsed(file: str, line: int) -> ast.FunctionDef | None:
    return None if file.startswith("<") else _functions(file).get(line)  # attrs makes methods that are in no file


class _Walk(ast.NodeVisitor):
    """Through one function, with the errors that are caught where it is."""

    def __init__(self, function: Any, owner: type | None, above: frozenset[Any]) -> None:
        self.owner, self.above = owner, above
        self.module: str = function.__module__
        self.known: dict[str, Any] = {**vars(builtins), **function.__globals__}
        self.caught: tuple[type[BaseException], ...] = ()
        self.raised: set[type[BaseException]] = set()

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        home = importlib.import_module(node.module or "")
        self.known |= {one.asname or one.name: getattr(home, one.name, None) for one in node.names}

    def visit_Raise(self, node: ast.Raise) -> None:
        error = self._found(node.exc.func if isinstance(node.exc, ast.Call) else node.exc)
        if isinstance(error, type):
            self._add({error})
        self.generic_visit(node)

    def visit_Try(self, node: ast.Try) -> None:
        self._within(node.body, tuple(error for handler in node.handlers for error in self._errors(handler.type)))
        self._within([line for handler in node.handlers for line in handler.body])
        self._within([*node.orelse, *node.finalbody])

    def visit_With(self, node: ast.With) -> None:
        calls = [item.context_expr for item in node.items if isinstance(item.context_expr, ast.Call)]
        quiet = [call for call in calls if ast.unparse(call.func) == "contextlib.suppress"]
        self._within(node.body, tuple(error for call in quiet for one in call.args for error in self._errors(one)))

    def visit_Call(self, node: ast.Call) -> None:
        called = self._found(node.func)
        own = self.owner if isinstance(node.func, ast.Attribute) else None
        functions = [called]
        if isinstance(called, type):
            own, functions = called, [vars(called).get(name) for name in ("__attrs_post_init__", "__init__", "__new__")]
        for function in functions:
            function = inspect.unwrap(getattr(function, "__func__", function)) if callable(function) else None
            if inspect.isfunction(function) and function.__module__ in (self.module, arguments.__name__):
                self._add(_raised(function, own, self.above))
        self.generic_visit(node)

    def _within(self, lines: list[ast.stmt], caught: tuple[type[BaseException], ...] = ()) -> None:
        outside, self.caught = self.caught, self.caught + caught
        for line in lines:
            self.visit(line)
        self.caught = outside

    def _add(self, errors: set[type[BaseException]]) -> None:
        self.raised |= {error for error in errors if not issubclass(error, self.caught)}

    def _errors(self, node: ast.expr | None) -> tuple[type[BaseException], ...]:
        if isinstance(node, ast.Tuple):
            return tuple(error for one in node.elts for error in self._errors(one))
        found = BaseException if node is None else self._found(node)
        return found if isinstance(found, tuple) else (found,) if isinstance(found, type) else ()

    def _found(self, node: ast.expr | None) -> Any:
        """What an expression names: a global, a method of the same class, or an attribute of a module or class."""
        if isinstance(node, ast.Name):
            return self.owner if node.id in ("self", "cls") else self.known.get(node.id)
        if isinstance(node, ast.Attribute):
            of = self._found(node.value)
            return getattr(of, node.attr, None) if isinstance(of, type) or inspect.ismodule(of) else None
        return self._found(node.value) if isinstance(node, ast.Subscript) else None
