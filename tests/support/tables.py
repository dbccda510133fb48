"""Tables of rules in which each row names the tests that hold it."""

from __future__ import annotations

import ast
import functools

from tests.support import TESTS


@functools.cache
def names_of_tests(module: str) -> frozenset[str]:
    """The names of the tests in a file of ``tests/messages``."""
    tree = ast.parse((TESTS / "messages" / f"{module}.py").read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))
