"""What all tests share: the profiles of hypothesis, and the markers that follow from what a test reaches."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, settings

from tests.support import FULL
from tests.support.java_oracle import start
from tests.support.oracle import oracle
from tests.support.reached import functions_of, plain

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
settings.register_profile("ci", deadline=None, derandomize=True, max_examples=100, suppress_health_check=_SLOW)
settings.register_profile("full", deadline=None, max_examples=2000, suppress_health_check=_SLOW)
settings.load_profile("full" if FULL else "ci")

_MARKERS = {"oracle": oracle, "java": plain(start)}
_left_out = pytest.StashKey[int]()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Who reaches the function that gives the path of an oracle, or the JVM, is marked so."""
    for item in items:
        functions = functions_of(item)
        for marker, function in _MARKERS.items():
            if function in functions:
                item.add_marker(marker)


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    stash = items[0].config.stash
    stash[_left_out] = stash.get(_left_out, 0) + len(items)


def pytest_report_collectionfinish(config: pytest.Config) -> list[str]:
    """How many tests are left out, and how to have them."""
    count, markers = config.stash.get(_left_out, 0), config.getoption("markexpr")
    return [f'{count} tests are left out by -m "{markers}"; -m "" runs all of them'] if count and markers else []
