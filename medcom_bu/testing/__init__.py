"""For vendors' own tests: assertions, valid and invalid messages, factories, strategies of hypothesis.

Each name is loaded when it is asked for. A pytest plugin gives ``medcom_samples`` and ``medcom_factories`` as fixtures.

>>> from medcom_bu.testing import assert_valid, factories, samples
>>> assert_valid(samples()["XREF01/XH0131R"])
>>> assert_valid(factories.referral(clinical_reason="Udredning for ADHD ønskes."))
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from medcom_bu.testing import strategies as strategies
    from medcom_bu.testing.assertions import assert_same_message, assert_valid
    from medcom_bu.testing.case_steps import CaseStep
    from medcom_bu.testing.clock import frozen
    from medcom_bu.testing.making import Factories, factories
    from medcom_bu.testing.persons import TEST_PERSONS, SyntheticPerson
    from medcom_bu.testing.sets import bytes_of, consignments, envelopes, receipts, samples, threads
    from medcom_bu.testing.stories import Case, cases
    from medcom_bu.testing.twins import InvalidTwin, invalid

_HOMES = {
    "medcom_bu.testing.assertions": "assert_same_message assert_valid",
    "medcom_bu.testing.case_steps": "CaseStep",
    "medcom_bu.testing.clock": "frozen",
    "medcom_bu.testing.making": "Factories factories",
    "medcom_bu.testing.persons": "SyntheticPerson TEST_PERSONS",
    "medcom_bu.testing.sets": "bytes_of consignments envelopes receipts samples threads",
    "medcom_bu.testing.stories": "Case cases",
    "medcom_bu.testing.twins": "InvalidTwin invalid",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = [
    "TEST_PERSONS",
    "Case",
    "CaseStep",
    "Factories",
    "InvalidTwin",
    "SyntheticPerson",
    "assert_same_message",
    "assert_valid",
    "bytes_of",
    "cases",
    "consignments",
    "envelopes",
    "factories",
    "frozen",
    "invalid",
    "receipts",
    "samples",
    "strategies",
    "threads",
]


if not TYPE_CHECKING:  # a type checker that saw it would take any name

    def __getattr__(name: str) -> Any:
        if name == "strategies":
            return importlib.import_module("medcom_bu.testing.strategies")
        home = _HOME_OF.get(name)
        if home is None:
            raise AttributeError(f"module 'medcom_bu.testing' has no attribute {name!r}")
        value = getattr(importlib.import_module(home), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return list(__all__)
