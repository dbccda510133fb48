"""The pytest plugin, found by entry point: fixtures for tests of systems that exchange messages.

It is next to ``testing`` and imports nothing of the library before a fixture is asked for, so that a test run that
has nothing to do with messages loads this one small module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from medcom_bu.certification.counterpart import Counterpart
    from medcom_bu.messages.message import Message
    from medcom_bu.testing.making import Factories


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the certification kit; see docs/certify.md."""
    group = parser.getgroup("medcom", "certification cases of medcom_bu")
    group.addoption("--medcom", action="append", metavar="AREA", help="run the cases of an area, or all (repeatable)")
    group.addoption("--medcom-role", metavar="ROLE", help="run only the cases for a sender, receiver or converter")
    group.addoption(
        "--medcom-system", metavar="MODULE:CLASS", help="the system to test, if no fixture medcom_system gives it"
    )
    group.addoption("--medcom-report", metavar="DIR", help="write the report and the evidence there")
    group.addoption("--medcom-lang", choices=("en", "da"), default="en", help="language of the report")
    group.addoption(
        "--medcom-limit", type=float, default=60.0, metavar="SECONDS", help="time allowed for one call of the system"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Nothing of the library is loaded where no case is asked for."""
    if config.getoption("--medcom"):
        from medcom_bu.certification.pytest_cases import CertificationPlugin

        config.pluginmanager.register(CertificationPlugin(config), "medcom_certification")


@pytest.fixture
def medcom_system(request: pytest.FixtureRequest) -> Any:
    """The system that is tried: your own fixture of this name gives it, or ``--medcom-system`` does."""
    if request.config.getoption("--medcom-system") is None:
        pytest.fail("no system: write a fixture medcom_system, or name one by --medcom-system", pytrace=False)


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


@pytest.fixture
def medcom_counterpart() -> type[Counterpart]:
    """What makes the other side of an exchange: ``medcom_counterpart("doctor")``, which misbehaves on request."""
    from medcom_bu.certification.counterpart import Counterpart

    return Counterpart
