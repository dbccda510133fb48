"""The pytest plugin, found by entry point: fixtures for tests of systems that exchange messages.

It stands beside ``testing`` and imports nothing of the library before a fixture is asked for, so that a test run that
has nothing to do with messages loads this one small module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from medcom_bu.messages.message import Message
    from medcom_bu.testing.making import Factories


@pytest.fixture(scope="session")
def medcom_samples() -> Mapping[str, Message]:
    """One valid message of each type and version, such as ``"XREF01/XH0131R"`` and ``"CareCommunication/5.0"``.

    The messages and the mapping cannot be changed.
    """
    from medcom_bu.frozen import FrozenDict
    from medcom_bu.testing.sets import samples

    return FrozenDict(samples())


@pytest.fixture
def medcom_factories() -> Factories:
    """What makes messages "like this, but": each of a test has ids of its own, the same whenever the test is run."""
    from medcom_bu.testing.clock import frozen
    from medcom_bu.testing.making import Factories

    return Factories(frozen())
