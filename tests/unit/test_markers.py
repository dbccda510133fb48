"""A test has the marker of what it reaches, by whatever way."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import java_oracle
from tests.support.oracle import oracle
from tests.support.reached import plain, reached


def direct() -> Path:
    return oracle("x")


@functools.cache
def by_another() -> Path:
    return direct()


def by_an_inner_function() -> Callable[[], Path]:
    return lambda: by_another()


@given(st.integers())
def by_hypothesis(number: int) -> None:
    by_another()


def by_itself(number: int) -> int:
    return by_itself(number - 1)


@pytest.mark.parametrize("start", [direct, by_another, by_an_inner_function, by_hypothesis])
def test_an_oracle_is_reached(start: Callable[..., object]) -> None:
    assert oracle in reached(start)


def test_no_oracle_is_reached() -> None:
    assert reached(by_itself) == {by_itself}


def test_a_jvm_is_reached() -> None:
    assert plain(java_oracle.start) in reached(java_oracle.running)


@pytest.fixture(name="given")
def _given() -> Callable[[str], Path]:
    return oracle


def test_a_marker_comes_by_a_fixture(given: Callable[[str], Path], request: pytest.FixtureRequest) -> None:
    assert [mark.name for mark in request.node.iter_markers()] == ["oracle"]
