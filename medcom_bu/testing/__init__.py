"""For vendors' own tests: assertions, samples, strategies of hypothesis. A pytest plugin gives the samples as fixtures.

>>> from medcom_bu.testing import assert_valid, samples
>>> assert_valid(samples()["XREF01/XH0131R"])
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from medcom_bu.testing.assertions import assert_same_message, assert_valid
from medcom_bu.testing.samples import samples

if TYPE_CHECKING:
    from medcom_bu.testing import strategies as strategies
    from medcom_bu.testing.fhir import fhir_samples as fhir_samples

__all__ = ["assert_same_message", "assert_valid", "fhir_samples", "samples", "strategies"]


def __getattr__(name: str) -> Any:
    """The parts that need hypothesis or FHIR, loaded when they are asked for."""
    import importlib

    if name == "strategies":
        return importlib.import_module("medcom_bu.testing.strategies")
    if name == "fhir_samples":
        return importlib.import_module("medcom_bu.testing.fhir").fhir_samples
    raise AttributeError(f"module 'medcom_bu.testing' has no attribute {name!r}")
