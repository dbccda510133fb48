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

__all__ = ["assert_same_message", "assert_valid", "samples", "strategies"]


def __getattr__(name: str) -> Any:
    if name != "strategies":  # the one part that needs hypothesis
        raise AttributeError(f"module 'medcom_bu.testing' has no attribute {name!r}")
    import importlib

    return importlib.import_module("medcom_bu.testing.strategies")
