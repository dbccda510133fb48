"""What is read by table is what the reader that explains reads, which goes through the tree child by child.

``python -m tests.robustness.quick vans 3 20000`` compares 20,000 inputs of part 3, as ``tests.robustness.shards`` names
them; those that a schema accepts are read both ways. Wires: oioxml, vans, sbdh.
"""

from __future__ import annotations

import importlib
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any
from unittest import mock

import medcom_bu
from tests.robustness.shards import input_of

READERS = ("medcom_bu.oioxml.reading.accept", "medcom_bu.oioxml.envelopes.read_valid")
"""What reads by table."""


def compare(inputs: Iterable[bytes]) -> Counter[str]:
    """How many inputs were read by table, and how many were not. Raises AssertionError where the two readers differ."""
    seen = Counter[str]()
    for data in inputs:
        calls: list[str] = []
        with mock.patch(READERS[0], noted(READERS[0], calls)), mock.patch(READERS[1], noted(READERS[1], calls)):
            quick = medcom_bu.read(data)
        seen["by table" if calls else "explained"] += 1
        if calls:
            slow = carefully(data)
            assert quick == slow, data
            assert repr(quick.message) == repr(slow.message), data  # a code equals its text, and is shown otherwise
    return seen


def noted(name: str, calls: list[str]) -> Callable[..., Any]:
    """The function of a name, whose calls are noted."""
    module, _, own = name.rpartition(".")
    function: Callable[..., Any] = getattr(importlib.import_module(module), own)

    def call(*arguments: Any) -> Any:
        calls.append(own)
        return function(*arguments)

    return call


def carefully(data: bytes) -> Any:
    """What is read where nothing is read by table."""
    with (
        mock.patch("medcom_bu.oioxml.reading.accept", return_value=None),
        mock.patch("medcom_bu.oioxml.envelopes._is_plain", return_value=False),
    ):
        return medcom_bu.read(data)


def main(wire: str, part: str, count: str) -> None:
    """See the module."""
    names = (f"{wire}/{part}/{number}" for number in range(int(count)))
    print(wire, part, dict(compare(input_of(name).data for name in names)))


if __name__ == "__main__":
    main(*sys.argv[1:])
