"""The pytest plugin, found by entry point. It loads the library when a fixture is asked for, not before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from medcom_bu import Message


@pytest.fixture(scope="session")
def medcom_samples() -> Mapping[str, Message]:
    """One valid message of each type and version, such as ``"XREF01/XH0131R"`` and ``"CareCommunication/5.0"``.

    The values cannot be changed.
    """
    from medcom_bu.frozen import FrozenDict
    from medcom_bu.testing.fhir import fhir_samples
    from medcom_bu.testing.samples import samples

    return FrozenDict({**samples(), **fhir_samples()})
