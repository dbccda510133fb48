"""What a test reaches: the functions of the tests that it and its fixtures name, and those that these name in turn."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType
from typing import Any

import pytest

from tests.support import TESTS


def functions_of(item: pytest.Item) -> frozenset[FunctionType]:
    """The functions that a test may call; what is outside the folder of the tests is not looked into."""
    if not isinstance(item, pytest.Function):
        return frozenset()
    fixtures = (fixture.func for fixtures in item._fixtureinfo.name2fixturedefs.values() for fixture in fixtures)
    return frozenset().union(*map(reached, (item.obj, *fixtures)))


@functools.cache
def reached(start: Callable[..., Any]) -> frozenset[FunctionType]:
    """The functions that the given one names, directly or through others, and itself."""
    found: set[FunctionType] = set()
    left = [plain(start)]
    while left:
        function = left.pop()
        if isinstance(function, FunctionType) and function not in found and _is_of_the_tests(function):
            found.add(function)
            left += [plain(function.__globals__.get(name)) for name in _names(function.__code__)]
    return frozenset(found)


def _is_of_the_tests(function: FunctionType) -> bool:
    return function.__code__.co_filename.startswith(str(TESTS))


def plain(function: Any) -> Any:
    """What a decorator has wrapped: that of ``functools``, of a fixture, or of hypothesis."""
    function = inspect.unwrap(function)
    return getattr(getattr(function, "hypothesis", None), "inner_test", function)


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
